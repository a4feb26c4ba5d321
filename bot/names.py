"""The names a framework gives its entries, and the words of a question read with those names in mind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from rapidfuzz.distance import OSA

from bot.english import COUNTS, LAST, NEUTRAL, ORDINALS, plural, stem, words
from bot.framework import Entry, Framework, Kind, Quotation, bare_emoji

REPAIR_LEAST = 4  #: letters of a word whose spelling we mend
_LONG = 7  #: letters of a word in which we mend two slips
_TELLING = 5  #: letters of a single word that says enough by itself
_JOIN_LEAST = 6  #: letters of two words that may have been meant as one
_ALIKE = 0.77  #: likeness of a mended word that may stand for a name all by itself
_SMALL = 0.2  #: what a word like "the" counts in a name in which "courage" counts 1
_TAG = re.compile(r"#([^\W_]+)")
_EMOJI_NAME = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-\d:)?")

_REAL_WORDS = NEUTRAL | ORDINALS.keys() | COUNTS.keys() | LAST  # never a misspelt name

_LOOKS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")  # what only varies the look of an emoji
_VOWELS = re.compile("[aeiouwy]")

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, its spelling mended."""

    surface: str
    key: str  #: the same for all forms of one word
    likeness: float = 1.0  #: to what was typed
    sure: bool = True  #: it may stand for a name all by itself


@dataclass(frozen=True, slots=True)
class Name:
    """One of the names of an entry."""

    entry: Entry
    keys: Keys
    core: str  #: its words without the small ones at both ends
    content: frozenset[str]  #: the keys that say something; none in a name like "about us"

    def share(self, present: dict[str, float]) -> float:
        """How much of this name is `present` (likeness by key), 0 to 1."""
        weights = {key: 1.0 if key in self.content else _SMALL for key in self.keys}
        return sum(weight * present.get(key, 0.0) for key, weight in weights.items()) / sum(weights.values())


@dataclass(frozen=True, slots=True)
class Mention:
    """Words `start` to `end` (exclusive) of a question name a kind."""

    kind: Kind
    many: bool
    start: int
    end: int


def key(word: str) -> str:
    return word if word in NEUTRAL else stem(word)


def core(surfaces: Iterable[str]) -> str:
    """The words without the small ones at both ends."""
    rest = list(surfaces)
    while rest and rest[-1] in NEUTRAL:
        rest.pop()
    start = next((i for i, word in enumerate(rest) if word not in NEUTRAL), 0)
    return " ".join(rest[start:])


class Index:
    """Every name in a framework, ready to be looked for. Built once, in some milliseconds; never changed."""

    def __init__(self, framework: Framework, ordinary: frozenset[str] = frozenset()) -> None:
        """
        Args:
            ordinary: words that many use, and that are no misspelt names therefore.
        """
        self.framework = framework
        self.ordinary = ordinary
        self.order = {entry.id: place for place, entry in enumerate(framework.entries)}
        self.names: list[Name] = []
        self.exact: dict[Keys, list[Entry]] = {}
        self.compact: dict[str, dict[str, Entry]] = {}  #: by the letters alone, for "#listenandlearn"
        self.holding: dict[str, list[Name]] = {}  #: by the keys that say something
        self.own: dict[str, frozenset[str]] = {}  #: all keys of an entry's names, by its id
        self.overview: dict[str, Entry] = {}  #: the entry that lists those of a kind, by the kind's id
        self._surfaces: dict[str, None] = {}  # a dict keeps the file's order
        self._pairs: dict[str, tuple[str, str]] = {}
        for entry in framework.entries:
            self._learn_entry(entry)
        for entry in framework.entries:
            if len(kinds := {listed.kind.id for id_ in entry.lists if (listed := framework.entry(id_))}) == 1:
                self.overview.setdefault(kinds.pop(), entry)
        self.longest_name = max((len(name.keys) for name in self.names), default=0)
        self._kinds = dict(_kind_phrases(framework.kinds))
        self._longest_kind = max(map(len, self._kinds), default=0)
        self._organisation = {words(framework.organisation), words(framework.short)} - {()}
        for phrase in (*self._kinds, *self._organisation):
            self._surfaces.update(dict.fromkeys(phrase))
        self._keys = {key(surface) for surface in self._surfaces}
        lines = [(line.text, entry) for entry in framework.entries for line in _lines(entry)]
        self._told = {word for line, _ in lines for word in words(line)}  # real words, so not misspelt names
        self._initials: dict[str, list[str]] = {}
        for surface in (*self._surfaces, *sorted(NEUTRAL), *ORDINALS):
            if len(surface) >= REPAIR_LEAST:
                self._initials.setdefault(surface[0], []).append(surface)
        read = ((tuple(word.key for word in self.read(line)), entry) for line, entry in lines)
        self._said = [(_apart(keys), entry) for keys, entry in read if keys not in self.exact]
        self._emoji = {bare_emoji(entry.emoji): entry for entry in framework.entries if entry.emoji}
        self._emoji_names = {
            name: entry for entry in framework.entries for name in (entry.emoji_name, *entry.emoji_aliases) if name
        }
        by_length = sorted(self._emoji, key=len, reverse=True)
        self._any_emoji = re.compile("|".join(map(re.escape, by_length)) or r"(?!)")

    def _learn_entry(self, entry: Entry) -> None:
        known: set[Keys] = {()}
        for text in (entry.title.text, entry.title.printed, entry.short, entry.tag, *entry.aliases):
            surfaces = words(text)
            self._surfaces.update(dict.fromkeys(surfaces))
            self._pairs.update({a + b: (a, b) for a, b in pairwise(surfaces) if len(a + b) >= _JOIN_LEAST})
            keys = tuple(map(key, surfaces))
            if keys in known:
                continue
            known.add(keys)
            name = Name(entry, keys, core(surfaces), frozenset(keys) - NEUTRAL)
            self.names.append(name)
            self.exact.setdefault(keys, []).append(entry)
            self.compact.setdefault("".join(surfaces), {})[entry.id] = entry
            for part in name.content:
                self.holding.setdefault(part, []).append(name)
        self.own[entry.id] = frozenset(key for keys in known for key in keys)

    def read(self, text: str) -> tuple[Word, ...]:
        """The words of a question; those that are misspelt names, mended; those torn apart or run together, too."""
        surfaces: list[str] = []
        for surface in words(text):
            if surfaces and self._is_one_word(surfaces[-1], surface):
                surfaces[-1] += surface
            elif surface in self._pairs and not self._known(surface):
                surfaces += self._pairs[surface]
            else:
                surfaces.append(surface)
        return tuple(map(self._mended, surfaces))

    def signs(self, text: str) -> tuple[tuple[Entry, ...], str]:
        """The entries whose tag (`#tag`) or emoji stands in `text`, and the text without them."""
        found: dict[str, Entry] = {}

        def noted(entry: Entry | None, whole: str) -> str:
            if entry is None:
                return whole
            found.setdefault(entry.id, entry)
            return " "

        text = _TAG.sub(lambda m: noted(self.framework.tagged(m[1]), m[0]), text)
        text = _EMOJI_NAME.sub(lambda m: noted(self._emoji_names.get(m[1].casefold()), m[0]), text)
        if not text.isascii():
            text = self._any_emoji.sub(lambda m: noted(self._emoji[m[0]], m[0]), _LOOKS.sub("", text))
        return tuple(found.values()), text

    def kinds(self, asked: tuple[Word, ...]) -> list[Mention]:
        """Where kinds are named, the longest name at each place."""
        surfaces = tuple(word.surface for word in asked)
        found: list[Mention] = []
        start = 0
        while start < len(surfaces):
            for end in range(min(len(surfaces), start + self._longest_kind), start, -1):
                if hit := self._kinds.get(surfaces[start:end]):
                    found.append(Mention(*hit, start, end))
                    start = end - 1
                    break
            start += 1
        return found

    def organisation(self, asked: tuple[Word, ...]) -> set[int]:
        """The places of the words that name the organisation."""
        surfaces = tuple(word.surface for word in asked)
        return {
            place
            for name in self._organisation
            for start in range(len(surfaces))
            if surfaces[start : start + len(name)] == name
            for place in range(start, start + len(name))
        }

    def unnamed(self, entry: Entry, text: str) -> str:
        """The words of `text` without the longest name of `entry` among them."""
        asked = self.read(text)
        keys = tuple(word.key for word in asked)
        pieces = ((at, end) for at in range(len(keys)) for end in range(at + 1, at + self.longest_name + 1))
        named = [(at, end) for at, end in pieces if entry in self.exact.get(keys[at:end], ())]
        at, end = max(named, key=lambda piece: piece[1] - piece[0], default=(0, 0))
        return " ".join(word.surface for word in (*asked[:at], *asked[end:]))

    def saying(self, keys: Iterable[str]) -> list[Entry]:
        """The entries with a line in which words of these keys stand one after the other, in the file's order."""
        asked = _apart(keys)
        return list({entry.id: entry for line, entry in self._said if asked in line}.values())

    def said_in(self, keys: Iterable[str]) -> Iterator[tuple[Entry, range]]:
        """The entries with a line that stands whole among words of these keys, and the places it takes there."""
        asked = _apart(keys)
        for line, entry in self._said:
            if (at := asked.find(line)) >= 0:
                start = asked.count(" ", 0, at)
                yield entry, range(start, start + line.count(" ") - 1)

    def is_telling(self, word: Word) -> bool:
        """Whether the word may point to an entry all by itself: not a short one, nor one from our own name."""
        return len(word.surface) >= _TELLING and not any(word.surface in name for name in self._organisation)

    def _known(self, surface: str) -> bool:
        return key(surface) in self._keys or surface in _REAL_WORDS

    def _is_one_word(self, first: str, second: str) -> bool:
        both = first + second
        return len(both) >= _JOIN_LEAST and key(both) in self._keys and both not in self._pairs

    def _mended(self, surface: str) -> Word:
        """The word as typed if we know it, else the most alike of those we know with the same first letter."""
        as_typed = Word(surface, key(surface))
        if self._known(surface) or surface in self._told or len(surface) < REPAIR_LEAST:
            return as_typed
        alike: list[tuple[float, str]] = []
        for other in self._initials.get(surface[0], ()):
            if surface in self.ordinary and other not in NEUTRAL:
                continue
            most = 1 if min(len(surface), len(other)) < _LONG or other in NEUTRAL else 2
            if (slips := OSA.distance(surface, other, score_cutoff=most)) <= most:
                alike.append((1 - slips / max(len(surface), len(other)), other))
        if not alike:
            return as_typed
        likeness, best = max(alike, key=itemgetter(0))  # the first in the file, of several
        rivals = {key(other) for likeness_, other in alike if likeness_ == likeness}
        sure = len(rivals) == 1 and likeness >= _ALIKE and not _other_word(surface, best)
        return Word(best, key(best), likeness, sure)


def _lines(entry: Entry) -> Iterator[Quotation]:
    for group in entry.groups:
        yield from (*([group.heading] if group.heading else []), *group.lines)


def _apart(keys: Iterable[str]) -> str:
    """Between spaces, so that only whole words are found."""
    return f" {' '.join(keys)} "


def _other_word(typed: str, mended: str) -> bool:
    """Whether a short word has one letter for another, which often makes a different word: price, pride."""
    if len(typed) > 5 or len(typed) != len(mended) or sorted(typed) == sorted(mended):
        return False
    return len(typed) < 5 or _VOWELS.sub("", typed) != _VOWELS.sub("", mended)


def _kind_phrases(kinds: tuple[Kind, ...]) -> Iterator[tuple[Keys, tuple[Kind, bool]]]:
    """The words for one and for many of each kind; what is said outright comes last, so that it prevails."""
    last_words = [words(kind.label)[-1:] for kind in kinds]
    for kind, last in zip(kinds, last_words, strict=True):
        if last and last_words.count(last) == 1 and not NEUTRAL & {*words(kind.label)}:
            yield last, (kind, False)
            yield (plural(last[0]),), (kind, True)
    for kind in kinds:
        for one in map(words, (*kind.aliases, kind.label)):
            if one:
                yield (*one[:-1], plural(one[-1])), (kind, True)
                yield one, (kind, False)
        if many := words(kind.plural):
            yield many, (kind, True)
