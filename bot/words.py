"""Reading what was typed after `/kudos`.

Only `#tag` selects an entry anywhere; an emoji, a title or another name of an entry does so only before the
first word of the reason; the words of a reason never do. Whatever is neither recipient nor entry is reason: only
punctuation and small words ("and", "thanks") between people and entries go, and the "for" before the reason.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from rapidfuzz import process

from bot.framework import KUDOS_TAGS_MOST, Framework
from bot.model import clean
from bot.requests import Channel, Group, Named, Unresolved, Word, Words

FieldName = Literal["recipients", "entries", "reason", "place"]

_HASH = re.compile(r"(?<![\w&#])#(\w[\w-]*)")
_GAP = re.compile(r"(?:[\s,;.!&+–—-]|:(?![\w+-]+:)|(?:and|to|thanks|thank you)(?![\w'’]))+", re.IGNORECASE)
_SPOKEN = re.compile(r"\w.*|(?<=\s)\S+$", re.DOTALL)  #: of a gap: from its first word on, or what sticks to the next
_FOR = re.compile(r"for(?![\w'’-])[\s:]*", re.IGNORECASE)
_OWN = re.compile(r"['’]s(?!\w)", re.IGNORECASE)  #: after a name: it is the first word of the reason
_ENDS_A_NAME = re.compile(r"\s*(?:$|[,;:.!#–—-]|for(?![\w'’]))", re.IGNORECASE)
#: Up to three, before what begins a tag, the reason or the next name.
_MORE_NAMES = re.compile(
    r"(?: +(?!(?:and|thanks|thank)(?!\w))[^\W\d_][\w'’-]*){1,3}"
    r"(?=[,:]?\s*#\w|[,:]?\s+for(?!\w)|\s*(?:[,&]|and)\s*$)",
    re.IGNORECASE,
)
_NEAR_ENOUGH: Final = 60.0  #: of 100
_CHOOSE: Final = "Choose the people you mean here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was said so far, complete or not."""

    recipients: tuple[str, ...] = ()  #: people named one by one
    groups: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    reason: str = ""
    faults: tuple[tuple[FieldName, str], ...] = ()  #: what has to be mended, each field at most once

    @property
    def empty(self) -> bool:
        return not (self.recipients or self.groups or self.entries or self.reason or self.faults)

    def mending(self, name: FieldName, sentence: str) -> "Draft":
        """The same with one thing more to be mended."""
        faults = dict(self.faults)
        faults[name] = f"{faults.get(name, '')} {sentence}".strip()
        return replace(self, faults=tuple(faults.items()))


class _Tag(NamedTuple):
    """`#name` inside the reason: no part of it at either end, a word of it in the middle."""

    name: str


@dataclass(slots=True)
class _Reader:
    """One reading, left to right: first the head (people and entries), then the reason."""

    framework: Framework
    recipients: dict[str, None] = field(default_factory=dict)
    groups: dict[str, None] = field(default_factory=dict)
    entries: dict[str, None] = field(default_factory=dict)
    later: list[Named | Group] = field(default_factory=list)  #: who is called only in the reason
    reason: list[str | _Tag] = field(default_factory=list)
    faults: dict[FieldName, dict[str, None]] = field(default_factory=dict)

    def read(self, words: Words) -> None:
        before: Word = ""
        for position, word in enumerate(words):
            match word:
                case Named() | Group() if self.reason:
                    self.later.append(word)
                    self.reason.append(_as_said(word))
                case Named(person):
                    self.recipients[person] = None
                case Group(group):
                    self.groups[group] = None
                case Channel(name):
                    self._channel(name)
                case Unresolved(text, everybody):
                    self._unresolved(text, everybody=everybody)
                case str() if self.reason:
                    self._in_reason(unicodedata.normalize("NFC", word))
                case str() if isinstance(before, Named | Group) and _OWN.match(word):
                    self.reason.append(_as_said(before))
                    self._in_reason(unicodedata.normalize("NFC", word))
                case _:
                    following = next(iter(words[position + 1 :]), None)
                    self._in_head(unicodedata.normalize("NFC", word), following)
            before = word

    def _channel(self, name: str) -> None:
        if not name:
            self._fault("entries", "Your # arrived as a channel whose name I can't see. Choose from the list here.")
        elif self._select(name):
            if self.reason:
                self.reason.append(_Tag(name))
            return
        elif not self.reason:
            self._unknown(name)
        if self.reason:
            self.reason.append(f"#{name or 'channel'}")

    def _unresolved(self, text: str, *, everybody: bool) -> None:
        if self.reason:
            self.reason.append(text)
        elif everybody:
            self._fault("recipients", f"A kudos thanks people you name, or a group, and not {text}. {_CHOOSE}")
        else:
            self._fault("recipients", f"I can't tell who {text} is. {_CHOOSE}")

    def _in_head(self, text: str, following: Word | None) -> None:
        kept = ""  # what was read already and belongs to the reason, should that begin now
        while text:
            if gap := _GAP.match(text):
                kept, text = kept + gap[0], text[gap.end() :]
            if starts_reason := _FOR.match(text):
                rest = text[starts_reason.end() :]
                if rest or not isinstance(following, Named | Group) or self.recipients or self.groups:
                    self._in_reason(rest)
                return
            if (tag := _HASH.match(text)) and self._tagged_in_head(tag[1]):
                kept, text = "", text[tag.end() :]
            elif (named := _names(self.framework).match(text)) and self._name(named[0]):
                text = text[named.end() :]
                # With the next word following at once, the name may well be the beginning of a sentence.
                kept = "" if _is_emoji(named[0]) or _ENDS_A_NAME.match(text) else named[0]
            elif text or (following is None and re.search(r"\w", kept)):
                spoken = _SPOKEN.search(kept)
                self._in_reason(f"{spoken[0] if spoken else ''}{text}")
                return

    def _tagged_in_head(self, tag: str) -> bool:
        """Take `#tag` in; False for `#1`, which is something to say."""
        known = self._select(tag)
        if not known and not tag.isdigit():
            self._unknown(tag)
        return known or not tag.isdigit()

    def _name(self, text: str) -> bool:
        entry = _entry_called(self.framework, text)
        if entry:
            self.entries[entry] = None
        return entry is not None

    def _in_reason(self, text: str) -> None:
        at = 0
        for tag in _HASH.finditer(text):
            if self._select(tag[1]):
                self.reason += [text[at : tag.start()], _Tag(tag[1])]
                at = tag.end()
            elif not tag[1].isdigit():
                self._unknown(tag[1])
        self.reason.append(text[at:])

    def _select(self, tag: str) -> bool:
        entry = self.framework.tagged(tag)
        if entry is not None:
            self.entries[entry.id] = None
        return entry is not None

    def _unknown(self, tag: str) -> None:
        former = self.framework.former_called(tag)
        if former and former.entry.tag == tag.casefold():
            self._fault("entries", f"#{tag} is no longer in use. Choose from the list here.")
            return
        near = process.extractOne(
            tag.casefold(), [entry.tag for entry in self.framework.taggable], score_cutoff=_NEAR_ENOUGH
        )
        help_ = f"Did you mean #{near[0]}?" if near else "Choose from the list here."
        self._fault("entries", f"I don't know #{tag}. {help_}")

    def _fault(self, name: FieldName, sentence: str) -> None:
        self.faults.setdefault(name, {})[sentence] = None

    def draft(self) -> Draft:
        entries = tuple(self.entries)
        if self.later and not (self.recipients or self.groups):
            self.recipients = {word.person: None for word in self.later if isinstance(word, Named)}
            self.groups = {word.group: None for word in self.later if isinstance(word, Group)}
            self._fault("recipients", "Is this whom you want to thank? Check the names here.")
        if left_out := [entry.tag for entry in map(self.framework.entry, entries[KUDOS_TAGS_MOST:]) if entry]:
            tags = ", ".join(f"#{tag}" for tag in left_out)
            self._fault("entries", f"Choose up to {KUDOS_TAGS_MOST}: I kept the first, and left out {tags}.")
        return Draft(
            recipients=tuple(self.recipients),
            groups=tuple(self.groups),
            entries=entries[:KUDOS_TAGS_MOST],
            reason=self._reason_text(),
            faults=tuple((name, " ".join(sentences)) for name, sentences in self.faults.items()),
        )

    def _reason_text(self) -> str:
        parts = self.reason
        while parts and (isinstance(parts[0], _Tag) or not parts[0].strip()):
            parts = parts[1:]
        while parts and (isinstance(parts[-1], _Tag) or not parts[-1].strip()):
            parts = parts[:-1]
        return clean("".join(f"#{part.name}" if isinstance(part, _Tag) else part for part in parts))


def read(words: Words, framework: Framework) -> Draft:
    """What `words`, typed after `/kudos`, say."""
    reader = _Reader(framework)
    reader.read(_with_whole_names(words, framework))
    return reader.draft()


def _with_whole_names(words: Words, framework: Framework) -> Words:
    """The same; a name that is nobody's takes the others with it that make it whole: `@Siân O'Neill`."""
    kept: list[Word] = []
    for word in words:
        before = kept[-1] if kept else ""
        if isinstance(word, str) and isinstance(before, Unresolved) and not before.everybody:
            more = _more_of_a_name(word, framework)
            kept[-1:] = [replace(before, text=before.text + more), word.removeprefix(more)]
        else:
            kept.append(word)
    return tuple(kept)


def _more_of_a_name(text: str, framework: Framework) -> str:
    """The further names that `text` begins with; "" where it begins with an entry, or with what is said."""
    found = _MORE_NAMES.match(text)
    names = found[0] if found else ""
    is_said = any(not name[0].isupper() for name in names.split()) or _names(framework).match(text.lstrip())
    return "" if is_said else names


@lru_cache(maxsize=4)
def _names(framework: Framework) -> re.Pattern[str]:
    """Whatever names an entry before the reason: its emoji, `:name:`, title, short name or another name.

    A name of a single word counts only where something ends it ("courage: …"), so that "fair play to her"
    stays a reason.
    """

    def patterns() -> Iterator[str]:
        for name in sorted(_called(framework), key=len, reverse=True):
            words = r"\s+".join(map(re.escape, name.split()))
            alone = name[0].isalnum() and " " not in name
            yield rf"{words}(?![\w'’])" + (rf"(?={_ENDS_A_NAME.pattern})" if alone else "")

    skin = "[\U0001f3fb-\U0001f3ff\ufe0f]*"
    emoji = "|".join(re.escape(entry.emoji.replace("\ufe0f", "")) + skin for entry in framework.taggable)
    short = "|".join(
        rf":{re.escape(name)}:(?::skin-tone-\d:)?"
        for entry in framework.taggable
        for name in (entry.emoji_name, *entry.emoji_aliases)
    )
    return re.compile(f"{emoji}|{short}|" + "|".join(patterns()), re.IGNORECASE)


@lru_cache(maxsize=4)
def _called(framework: Framework) -> dict[str, str]:
    """Names, folded, and the entries they mean; a name that two entries share means neither."""
    called: dict[str, set[str]] = {}
    for entry in framework.taggable:
        for name in (entry.title.text, entry.short, *entry.aliases):
            called.setdefault(_folded(name), set()).add(entry.id)
    return {name: min(ids) for name, ids in called.items() if len(ids) == 1}


def _entry_called(framework: Framework, text: str) -> str | None:
    """The entry that `text` names. None for look-alikes, such as a title with a dotless ı."""
    by_emoji = framework.for_emoji(text)
    return by_emoji.id if by_emoji else _called(framework).get(_folded(text))


def _as_said(word: Named | Group) -> str:
    """Who is called, as a word of the reason."""
    return f"@{word.name or ('colleague' if isinstance(word, Named) else 'group')}"


def _is_emoji(name: str) -> bool:
    return not name[0].isalnum()


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
