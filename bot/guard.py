"""What must not be said in a chat tool: found before anything is posted, and taken out where that is wanted. Pure.

What is looked for is data (`guard_file.py`). No text, however long, takes more than a few milliseconds: patterns are
bounded, RE2 reads in linear time, and where too much is found all the rest is taken for it, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

import phonenumbers
import re2
from phonenumbers import PhoneNumberType, ValidationResult

from bot.model import derived_id

OUT: Final = "[…]"  #: stands for what was taken out
TRIED_MOST: Final = 80  #: places where a text is looked at closely; what stands after them is not told apart
RUNG_MOST: Final = 15  #: numbers that are asked whether they can be rung; any after them is taken for one
DIGITS_LEAST: Final = 10  #: of a number with its area; a day or two times of day have fewer
_MEMORY: Final = 32 * 1024 * 1024  #: bytes, for what RE2 remembers of one kind

_COUNTRY: Final = "GB"
_FOR_EVERYBODY: Final = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    }
)

# Patterns know these by one sign each, so that places in a text stay what they are.
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000\t\n", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019", "'"),
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)

_UNLIKE: Final = re.compile(f"[{re.escape(''.join(map(chr, _ALIKE)))}]")


class Check(StrEnum):
    """What is asked of something that a pattern has found."""

    PHONE = "phone"  #: can it be rung, and is it not there for everybody?


class Remedy(StrEnum):
    """What a giver wants done about words that were stopped."""

    CHANGE = "change"
    WITHOUT = "without"  #: post the words with those taken out
    KEEP = "keep"  #: it is none of that


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How something is found."""

    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()  #: of what is none, though a pattern finds it

    @staticmethod
    def options() -> re2.Options:
        """How every pattern is read."""
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = _MEMORY
        return options


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of what must not be said."""

    name: str
    looks_like: str  #: what people are told, such as "a phone number"
    rule: Rule
    check: Check | None = None
    none_of_it: bool = True  #: a giver may say that it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    kind: Kind
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What was found in a text, in the order in which it stands there."""

    findings: tuple[Finding, ...]
    without: str  #: the text with all of it taken out

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({finding.kind.name for finding in self.findings}))

    @property
    def none_of_it(self) -> bool:
        """Whether a giver may say that it is none of that."""
        return all(finding.kind.none_of_it for finding in self.findings)

    @property
    def key(self) -> str:
        """What was found, without its words: who has seen one warning has not seen another."""
        return derived_id("stopped", *(f"{each.kind.name} {each.text}" for each in self.findings))[:16]


class Guard:
    """Looks for kinds of things in texts."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.kinds = kinds
        self._finders = tuple(_Finder(kind) for kind in kinds)

    def look(self, text: str) -> Stopped | None:
        """What must not be said in `text`; None where nothing is found."""
        alike = text.translate(_ALIKE) if _UNLIKE.search(text) else text
        encoded = alike.encode("utf-8", "replace")
        tries = _Tries(left=TRIED_MOST, rung=RUNG_MOST)
        spans = [(finder.kind, *span) for finder in self._finders for span in finder.find(encoded, tries)]
        if not spans:
            return None
        places = _places(encoded, {place for _, *span in spans for place in span})
        found = [
            Finding(kind=kind, start=places[start], end=places[end], text=text[places[start] : places[end]])
            for kind, start, end in spans
        ]
        found.sort(key=lambda each: (each.start, -each.end))
        return Stopped(findings=tuple(_apart(found)), without=_without(text, found))


@dataclass(slots=True)
class _Tries:
    """How much of one text may still be looked at closely."""

    left: int
    rung: int


class _Finder:
    """One kind, ready to be looked for."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._pattern = _any_of(kind.rule.patterns)
        self._unless = _any_of(kind.rule.unless) if kind.rule.unless else None

    def find(self, text: bytes, tries: _Tries) -> Iterator[tuple[int, int]]:
        """Where it stands in `text`."""
        at = 0
        while found := self._pattern.search(text, at):
            if tries.left == 0:
                yield found.start(), len(text)
                return
            tries.left -= 1
            start, end = found.span(self._held(found))
            end = start + self._end(text[start:end], tries)
            if end > start:
                yield start, end
            at = max(end, found.start() + 1)

    def _held(self, found: Any) -> int:
        """The group that holds what is taken out; 0 for all that was found."""
        return next((group for group in range(1, self._pattern.groups + 1) if found.span(group)[0] >= 0), 0)

    def _end(self, found: bytes, tries: _Tries) -> int:
        """How far what was found reaches; 0 where it is none of that kind."""
        if self._unless and self._unless.fullmatch(found):
            return 0
        match self.kind.check:
            case Check.PHONE:
                return _rings(found.decode("ascii", "replace"), tries)
            case None:
                return len(found)
        assert_never(self.kind.check)


def _any_of(patterns: tuple[str, ...]) -> Any:
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns).encode(), Rule.options())


def _rings(text: str, tries: _Tries) -> int:
    """How much of `text`, from its beginning, is a number that can be rung; 0 where it is none, or everybody's."""
    end = len(text)
    while sum(map(str.isdigit, text[:end])) >= DIGITS_LEAST:
        if tries.rung == 0:
            return len(text)
        tries.rung -= 1
        try:
            number = phonenumbers.parse(text[:end], _COUNTRY)
        except phonenumbers.NumberParseException:
            return 0
        if phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
            return 0 if phonenumbers.number_type(number) in _FOR_EVERYBODY else end
        end = max(0, *(text.rfind(sign, 0, end) for sign in " .-)("))  # what follows may be something else
    return 0


def _places(encoded: bytes, ends: set[int]) -> dict[int, int]:
    """Places in a text, by places in its bytes."""
    places, last, letters = {}, 0, 0
    for end in sorted(ends):
        letters += len(encoded[last:end].decode("utf-8", "replace"))
        places[end], last = letters, end
    return places


def _apart(found: list[Finding]) -> Iterator[Finding]:
    """Those of `found`, in order, that do not lie within one before them."""
    end = -1
    for finding in found:
        if finding.end > end:
            yield finding
            end = finding.end


def _without(text: str, found: list[Finding]) -> str:
    """`text` with all of it taken out."""
    parts, end = [], 0
    for finding in found:
        if finding.start >= end:
            parts += [text[end : finding.start], OUT]
        end = max(end, finding.end)
    return "".join((*parts, text[end:]))
