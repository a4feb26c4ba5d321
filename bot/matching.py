"""Find which entries of a framework a question names.

Names are found: titles, aliases, tags, emoji, numbers, kinds. Spelling is forgiven, meaning is not guessed: a
question with words that no name explains is never answered for sure, at most with "did you mean".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz.distance import OSA

from bot.english import (
    COMPARING,
    ELSEWISE,
    JOINING,
    MEANS,
    NEUTRAL,
    TEXT_MOST,
    YES_OR_NO,
    count,
)
from bot.framework import Entry
from bot.names import REPAIR_LEAST, Index, Mention, Name, Word
from bot.numbers import numbers_beside

Outcome = Literal["answer", "menu", "unknown"]

MENU_MOST = 3  #: entries offered when we are not sure

_MOST = 0.75  #: share of a name that may stand for it, if only one of its words says something
_MOST_OF_IT = 0.6  #: share of a name that makes it worth offering although other words are strange
_ALIKE = 0.8  #: likeness of a whole name and a whole question
_ALIKE_LEAST = 10  #: letters of a name that is compared as a whole
_LINE_LEAST = 3  #: words of a line that nobody writes by chance
_SAYING = 2  #: telling words of a line that are no chance
_CLEARLY = 0.15  #: by how much the best of several names must be better


@dataclass(frozen=True, slots=True)
class Found:
    outcome: Outcome
    entries: tuple[Entry, ...] = ()  #: best first
    confidence: float = 0.0
    told: bool = False  #: what was asked is no name, but stands in their lines
    learned: bool = False  #: it was neither named nor quoted: people ask so


_UNKNOWN = Found("unknown")


@dataclass(frozen=True, slots=True)
class _Question:
    index: Index
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    telling: tuple[int, ...]  #: the places of the words that say what it is about

    def elsewise(self, entry: Entry, cited: range = range(0)) -> bool:
        """Whether words beside the entry's names, and beside what is `cited`, ask for something else than a meaning."""
        beside = {place: word for place, word in enumerate(self.words) if place not in cited}
        surfaces = {word.surface for word in beside.values()}
        if 0 in beside and beside[0].surface in YES_OR_NO and not MEANS & surfaces:
            return True
        own = self.index.own[entry.id]
        return any(word.surface in ELSEWISE and word.key not in own for word in beside.values())

    def of_kind(self, entry: Entry) -> bool:
        """Whether the entry is of a kind that is mentioned, or an overview of it."""
        return any(m.kind == entry.kind or self.index.overview.get(m.kind.id) == entry for m in self.mentions)

    def of_another_kind(self, entry: Entry) -> bool:
        """Whether the question is about another kind, one that there is an overview of."""
        own = self.index.own[entry.id]
        return not self.of_kind(entry) and any(
            mention.kind.id in self.index.overview
            and not own.issuperset(word.key for word in self.words[mention.start : mention.end])
            for mention in self.mentions
        )

    @property
    def overviews(self) -> tuple[Entry, ...]:
        found = (self.index.overview.get(mention.kind.id) for mention in self.mentions)
        return tuple(entry for entry in found if entry)


@dataclass(frozen=True, slots=True)
class _Fit:
    """An entry, by that of its names that fits the question best."""

    entry: Entry
    name: Name
    share: float  #: of the name that is in the question, 0 to 1
    full: bool  #: every word of the name that says something is there
    strong: bool  #: … and in one piece
    strange: bool  #: the question has words that are in none of the entry's names


def find(index: Index, text: str) -> Found:
    """Say which entries `text` names: always the same for the same text, whatever it holds."""
    signed, rest = index.signs(text[:TEXT_MOST])
    words = index.read(rest)
    mentions = index.kinds(words)
    plain = index.organisation(words)
    for mention in mentions:
        # "the ten promises" are the promises.
        counted = mention.many and mention.start > 0 and count(words[mention.start - 1].surface) is not None
        plain.update(range(mention.start - counted, mention.end))
    telling = tuple(place for place, word in enumerate(words) if place not in plain and word.surface not in NEUTRAL)
    question = _Question(index, words, tuple(mentions), telling)
    if signed and not telling:
        return Found("answer", signed, 1.0)
    steps = (_whole, _numbered, _cited, _framed, _several, _kind_only, _quoted, _worded)
    found = next((found for step in steps if (found := step(question))), _UNKNOWN)
    if not signed or (found.outcome == "answer" and set(found.entries) <= set(signed)):
        return found
    return _menu((*signed, *found.entries), 0.5)


def _menu(entries: Iterable[Entry], confidence: float) -> Found:
    offered = tuple({entry.id: entry for entry in entries}.values())[:MENU_MOST]
    return Found("menu", offered, round(confidence, 2)) if offered else _UNKNOWN


def _named(entries: Sequence[Entry], words: Sequence[Word]) -> Found:
    """What to say when exactly `words` name `entries`."""
    likeness = sum(word.likeness for word in words) / len(words)
    if len(entries) > 1 or (len(words) == 1 and not words[0].sure):
        return _menu(entries, 0.6 * likeness)
    return Found("answer", tuple(entries), round(likeness, 2))


def _whole(question: _Question) -> Found | None:
    """The question is a name and nothing else."""
    keys = tuple(word.key for word in question.words)
    letters = "".join(word.surface for word in question.words)
    entries = question.index.exact.get(keys) or [*question.index.compact.get(letters, {}).values()]
    return _named(entries, question.words) if entries else None


def _numbered(question: _Question) -> Found | None:
    """Entries called by their number among their kind: "promise 4", "the fourth promise", "values 1 and 2"."""
    entries: dict[str, Entry] = {}
    places: set[int] = set()
    known = True
    for mention in question.mentions:
        alike = question.index.framework.of_kind(mention.kind.id)
        by_number = {entry.number: entry for entry in alike if entry.number is not None}
        if not by_number:  # nobody has numbered them: "section 5" is one of something else
            continue
        numbers, used = numbers_beside(question.words, mention, last=max(by_number))
        places |= used
        known = known and by_number.keys() >= set(numbers) and all(question.words[place].sure for place in used)
        entries |= {by_number[number].id: by_number[number] for number in numbers if number in by_number}
    if not places:
        return None
    if known and places.issuperset(question.telling):
        return Found("answer", tuple(entries.values()), 0.95)
    return _menu((*entries.values(), *question.overviews), 0.5)


def _cited(question: _Question) -> Found | None:
    """A whole line of some words, and around it only words that ask what it means."""
    cited = [
        (at, entry)
        for entry, at in question.index.said_in(word.key for word in question.words)
        if len(at) >= _LINE_LEAST and question.telling and set(at).issuperset(question.telling)
    ]
    longest = max((at for at, _ in cited), key=len, default=range(0))
    entries = tuple({entry.id: entry for at, entry in cited if at == longest}.values())
    if len(entries) == 1 and not question.elsewise(entries[0], longest):
        return Found("answer", entries, 0.95)
    return _menu(entries, 0.6) if entries else None


def _framed(question: _Question) -> Found | None:
    """A name, and around it only words that ask what it means: the longest such name."""
    words, telling, index = question.words, question.telling, question.index
    if not telling and len({mention.kind.id for mention in question.mentions}) > 1:
        return None
    first, last = (telling[0], telling[-1]) if telling else (len(words) - 1, 0)
    best: tuple[int, int] | None = None
    for start in range(first + 1):
        for end in range(max(last, start) + 1, min(len(words), start + index.longest_name) + 1):
            keys = tuple(word.key for word in words[start:end])
            if keys in index.exact and (best is None or end - start > best[1] - best[0]):
                best = start, end
    if best is None:
        return None
    start, end = best
    # "strategy" in "the strategy elements" is no name, but part of one.
    if any(m.start <= start and end <= m.end and end - start < m.end - m.start for m in question.mentions):
        return None
    entries = index.exact[tuple(word.key for word in words[start:end])]
    entries = [entry for entry in entries if question.of_kind(entry)] or entries
    kind_itself = any((m.start, m.end) == best for m in question.mentions)
    beside_it = end - start == 1 and not kind_itself and question.elsewise(entries[0])
    if beside_it or all(map(question.of_another_kind, entries)):
        return _menu((*entries, *question.overviews), 0.5)
    return _named(entries, words[start:end])


def _several(question: _Question) -> Found | None:
    """Names one after the other, and nothing else: "listen and proud", "the difference between fair and proud"."""
    words = question.words
    named = _in_turn(question)
    entries = {entry.id: entry for entry in named.values()}
    beside = {word.surface for place, word in enumerate(words) if place not in named}
    if len(entries) < 2 or beside - NEUTRAL - JOINING - COMPARING:
        return None
    if not beside & JOINING or any(map(question.elsewise, entries.values())):
        return _menu(entries.values(), 0.5)
    return Found("answer", tuple(entries.values()), round(0.9 * min(words[place].likeness for place in named), 2))


def _in_turn(question: _Question) -> dict[int, Entry]:
    """What is named, by the place of each word of a name that means one entry: the longest name at each place."""
    words, index = question.words, question.index
    kinds = {(mention.start, mention.end) for mention in question.mentions}
    found: dict[int, Entry] = {}
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + index.longest_name), start, -1):
            entries = index.exact.get(tuple(word.key for word in words[start:end]), ())
            if len(entries) == 1 and (start, end) not in kinds and all(word.sure for word in words[start:end]):
                found |= dict.fromkeys(range(start, end), entries[0])
                start = end - 1
                break
        start += 1
    return found


def _kind_only(question: _Question) -> Found | None:
    """Nothing is named but kinds: "what are the values?", "how do a value and a promise differ?"."""
    if not question.mentions or {question.words[place].surface for place in question.telling} - COMPARING:
        return None
    sure = all(word.sure for each in question.mentions for word in question.words[each.start : each.end])
    if question.overviews and sure:
        return Found("answer", tuple({entry.id: entry for entry in question.overviews}.values()), 0.9)
    return _menu(question.overviews or question.index.framework.of_kind(question.mentions[0].kind.id), 0.5)


def _quoted(question: _Question) -> Found | None:
    """Words of a line, one after the other as they stand there, and around them only words that ask about it."""
    if not question.telling:
        return None
    cited = range(question.telling[0], question.telling[-1] + 1)
    entries = question.index.saying(question.words[place].key for place in cited)
    if len(question.telling) < _SAYING or not 0 < len(entries) <= MENU_MOST:
        return None
    if len(entries) > 1 or question.elsewise(entries[0], cited):
        return _menu(entries, 0.6)
    return Found("answer", tuple(entries), 0.9)


def _worded(question: _Question) -> Found | None:
    """The words of names in any order, some of them missing or misspelt, perhaps amid strange ones."""
    if not question.telling:
        return None
    fits = _fits(question)
    if any(question.of_kind(fit.entry) for fit in fits if not fit.strange):
        fits = [fit for fit in fits if fit.strange or question.of_kind(fit.entry)]
    named = [fit for fit in fits if fit.full and not fit.strange]
    return (
        _named_by_words(question, named)
        or _alike(question)
        or _in_part(question, [fit for fit in fits if not fit.strange])
        or _told(question)
        or _offered(question, fits)
    )


def _fits(question: _Question) -> list[_Fit]:
    """The best fit of each entry that shares a telling word with the question, best first."""
    index, words = question.index, question.words
    present: dict[str, float] = {}
    for word in words:
        present[word.key] = max(word.likeness, present.get(word.key, 0.0))
    about = {words[place].key for place in question.telling}
    short = {key for key in about if len(key) < REPAIR_LEAST and key not in index.holding}
    best: dict[str, tuple[tuple[float, ...], _Fit]] = {}
    for name in {id(name): name for key in present for name in index.holding.get(key, ())}.values():
        entry = name.entry
        full = name.content <= present.keys()
        strong = full and _in_one_piece(question, name)
        strange = about - index.own[entry.id]
        if full and strange & short:
            strange -= _slips(short, set(name.keys) - present.keys())
        fit = _Fit(entry, name, name.share(present), full, strong, bool(strange))
        rank = (full, not fit.strange, len(name.content & present.keys()), strong, fit.share, -index.order[entry.id])
        if entry.id not in best or rank > best[entry.id][0]:
            best[entry.id] = rank, fit
    return [fit for _, fit in sorted(best.values(), key=lambda ranked: ranked[0], reverse=True)]


def _slips(short: Iterable[str], absent: Iterable[str]) -> set[str]:
    """The short words that are misspelt small words of a name: "doo" in "proud of what I doo"."""
    small = [word for word in absent if len(word) < REPAIR_LEAST]
    return {
        typed
        for typed in short
        if any(typed[0] == word[0] and OSA.distance(typed, word, score_cutoff=1) == 1 for word in small)
    }


def _in_one_piece(question: _Question, name: Name) -> bool:
    words = question.words
    if len(name.content) > 1:
        places = [place for place, word in enumerate(words) if word.key in name.content]
        loose = len(name.keys) + 1  # small words may come or go, and one other may slip in
        return any(
            name.content <= {words[place].key for place in places if start <= place < start + loose} for start in places
        )
    if len(name.keys) > 1:
        keys = tuple(word.key for word in words)
        return any(keys[start : start + len(name.keys)] == name.keys for start in range(len(keys)))
    typed = next(word for word in words if word.key in name.content)
    index = question.index
    return typed.likeness == 1 and index.is_telling(typed) and len(index.exact[name.keys]) == 1


def _named_by_words(question: _Question, fits: Sequence[_Fit]) -> Found | None:
    """Names that are there in full and leave nothing unexplained."""
    if not fits:
        return None
    words = question.words
    if len(fits) > 1:
        asked = " ".join(word.key for word in words)
        likeness = {fit.entry.id: OSA.normalized_similarity(asked, " ".join(fit.name.keys)) for fit in fits}
        fits = sorted(fits, key=lambda fit: -likeness[fit.entry.id])
        if likeness[fits[0].entry.id] - likeness[fits[1].entry.id] < _CLEARLY:
            return _menu((fit.entry for fit in fits), 0.6)
    fit = fits[0]
    slight = len(fit.name.content) == 1 and not (fit.strong and len(fit.name.keys) > 1)
    sure = fit.share >= _MOST and all(words[place].sure for place in question.telling)
    if (slight and (not sure or question.elsewise(fit.entry))) or question.of_another_kind(fit.entry):
        return _menu((fit.entry for fit in fits), 0.6)
    return Found("answer", (fit.entry,), round(0.9 * fit.share, 2))


def _alike(question: _Question) -> Found | None:
    """A name of several words, too badly spelt to know each of them."""
    asked = " ".join(word.surface for word in question.words[question.telling[0] : question.telling[-1] + 1])
    best: dict[str, tuple[float, Entry]] = {}
    for name in question.index.names:
        if len(name.core) >= _ALIKE_LEAST and " " in name.core:
            likeness = OSA.normalized_similarity(asked, name.core, score_cutoff=_ALIKE)
            if likeness > best.get(name.entry.id, (0.0, None))[0]:
                best[name.entry.id] = likeness, name.entry
    ranked = sorted(best.values(), key=lambda b: (-b[0], question.index.order[b[1].id]))
    if not ranked:
        return None
    if question.elsewise(ranked[0][1]) or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY / 2):
        return _menu((entry for _, entry in ranked), 0.6 * ranked[0][0])
    return Found("answer", (ranked[0][1],), round(0.9 * ranked[0][0], 2))


def _in_part(question: _Question, fits: Sequence[_Fit]) -> Found | None:
    """Words that are all in one entry's names, though they are none of them: "hard work"."""
    words = [question.words[place] for place in question.telling]
    if not any(word.sure for word in words):
        return None
    entry = fits[0].entry if len(fits) == 1 else None
    enough = len(words) > 1 or (words[0].likeness == 1 and question.index.is_telling(words[0]))
    if entry and enough and not question.elsewise(entry) and not question.of_another_kind(entry):
        return Found("answer", (entry,), 0.6)
    return _menu((fit.entry for fit in fits), 0.4) if fits else None


def _told(question: _Question) -> Found | None:
    """A single word that some lines hold."""
    if len(question.telling) != 1 or not question.index.is_telling(word := question.words[question.telling[0]]):
        return None
    entries = question.index.saying([word.key])
    few = 0 < len(entries) <= MENU_MOST and not any(map(question.elsewise, entries))
    return replace(_menu(entries, 0.4), told=True) if few else None


def _offered(question: _Question, fits: Sequence[_Fit]) -> Found | None:
    """What comes near, amid words that we do not understand."""
    near = [fit for fit in fits if fit.strong or (len(fit.name.content) > 1 and fit.share >= _MOST_OF_IT)]
    named = any(m.many or m.end - m.start > 1 for m in question.mentions)
    return _menu((*(fit.entry for fit in near), *(question.overviews if named else ())), 0.3)
