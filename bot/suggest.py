"""Which entries the words of a kudos show, for the giver to choose from. Pure: nothing is ever chosen for them.

Where the evidence is thin nothing is suggested.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.framework import Entry, Framework
from bot.lines import Lines
from bot.ranking import Ranked, Ranking, Reading, Weights
from bot.vocabulary import Vocabulary

FIRST_MOST: Final = 3  #: entries of the first kind
SECOND_MOST: Final = 2  #: … and of the second
#: That a kudos says anything specific; fitted with `python -m tests.eval.fit`.
_SPECIFIC: Final[Weights] = (0.0, 0.0, -0.328, 1.264, 0.0, 3.352, 0.0, 0.0, -7.116)
_SURE: Final = 0.3  #: of that we are at least, to suggest anything
_TELLING: Final = 2  #: telling words that there must be
_THIN: Final = 0.2  #: share of its words that must be known
_VAGUE_MOST: Final = 5  #: telling words of a text that says nothing specific; who writes more has said something


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Best first; empty where the words say too little."""

    first: tuple[Entry, ...] = ()  #: of the kind that the framework marks `suggest: first`
    second: tuple[Entry, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)  #: the line of an entry that fits, by entry, where one does
    vague: bool = False  #: the words say nothing specific; False also where we do not know them


NOTHING: Final = Suggested()
_VAGUE: Final = Suggested(vague=True)


class Suggester:
    """Built once, in some milliseconds; never changed."""

    def __init__(self, framework: Framework, words: Vocabulary, reading: Reading) -> None:
        self._framework = framework
        first, second = (
            [entry for entry in framework.taggable if entry.kind.suggest == mark] for mark in ("first", "second")
        )
        self._first, self._second = (_ranking(entries, words, reading) for entries in (first, second))
        self._lines = Lines(first, words, self._first) if self._first else None

    def suggest(self, text: str) -> Suggested:
        """What `text` shows: the same for the same text, whatever it holds."""
        if self._first is None:
            return NOTHING
        ranked = self._first.rank(text)
        if not _says_enough(ranked):
            return _VAGUE if ranked.telling <= _VAGUE_MOST else NOTHING
        first = self._entries(ranked, FIRST_MOST)
        second = self._second.rank(text) if self._second else None
        return Suggested(
            first=first,
            second=self._entries(second, SECOND_MOST) if second and _says_enough(second) else (),
            lines={entry.id: line for entry in first if (line := self.fitting_line(entry, text))},
        )

    def fitting_line(self, entry: Entry, text: str) -> str:
        """The line of `entry` that a kudos shows; "" where it surely shows none."""
        return self._lines.fitting(entry, text) if self._lines else ""

    def _entries(self, ranked: Ranked, most: int) -> tuple[Entry, ...]:
        return tuple(filter(None, map(self._framework.entry, ranked.labels[:most])))


def _ranking(entries: Iterable[Entry], words: Vocabulary, reading: Reading) -> Ranking | None:
    entries = tuple(entries)
    if not any(words.entries.get(entry.id) for entry in entries):
        return None
    return Ranking([*examples(entries, words), *((text, "") for text in words.unspecific)], reading)


def examples(entries: Iterable[Entry], words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Texts and the entry that each of them shows or asks for."""
    for entry in entries:
        yield entry.title.text, entry.id
        yield from ((line.text, entry.id) for group in entry.groups for line in group.lines)
        if own := words.entries.get(entry.id):
            yield from ((text, entry.id) for text in (*own.keywords, *own.cues, *own.kudos, *own.questions))


def _says_enough(ranked: Ranked) -> bool:
    return ranked.telling >= _TELLING and ranked.known >= _THIN and ranked.sure(_SPECIFIC) >= _SURE
