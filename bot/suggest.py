"""Which entries the words of a kudos show, for the giver to choose from. Pure: nothing is ever chosen for them.

Where the evidence is thin nothing is suggested.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.framework import Entry, Framework
from bot.kudos import REASON_MOST
from bot.ranking import Ranked, Ranking
from bot.vocabulary import Vocabulary

FIRST_MOST: Final = 3  #: entries of the first kind
SECOND_MOST: Final = 2  #: … and of the second
_OUTSIDE: Final = 0.6  #: share of "fits nothing" from which on we are silent
_TELLING: Final = 2  #: telling words that there must be
_THIN: Final = 0.2  #: share of its words that must be known


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Best first; empty where the words say too little."""

    first: tuple[Entry, ...] = ()  #: of the kind that the framework marks `suggest: first`
    second: tuple[Entry, ...] = ()


NOTHING: Final = Suggested()


class Suggester:
    """Built once, in some milliseconds; never changed."""

    def __init__(self, framework: Framework, words: Vocabulary) -> None:
        self._framework = framework
        self._first, self._second = (self._ranking(words, mark) for mark in ("first", "second"))

    def _ranking(self, words: Vocabulary, mark: str) -> Ranking | None:
        entries = [entry for entry in self._framework.taggable if entry.kind.suggest == mark]
        if not any(words.entries.get(entry.id) for entry in entries):
            return None
        return Ranking([*_examples(entries, words), *((text, "") for text in words.unspecific)])

    def suggest(self, text: str) -> Suggested:
        """What `text` shows: the same for the same text, whatever it holds."""
        text = text[:REASON_MOST]
        if self._first is None:
            return NOTHING
        ranked = self._first.rank(text)
        if not _says_enough(ranked):
            return NOTHING
        second = self._second.rank(text) if self._second else None
        return Suggested(
            first=self._entries(ranked, FIRST_MOST),
            second=self._entries(second, SECOND_MOST) if second and _says_enough(second) else (),
        )

    def _entries(self, ranked: Ranked, most: int) -> tuple[Entry, ...]:
        return tuple(filter(None, map(self._framework.entry, ranked.labels[:most])))


def _examples(entries: Iterable[Entry], words: Vocabulary) -> Iterator[tuple[str, str]]:
    for entry in entries:
        yield entry.title.text, entry.id
        yield from ((line.text, entry.id) for group in entry.groups for line in group.lines)
        if own := words.entries.get(entry.id):
            yield from ((text, entry.id) for text in (*own.keywords, *own.cues, *own.kudos, *own.questions))


def _says_enough(ranked: Ranked) -> bool:
    return ranked.telling >= _TELLING and ranked.known >= _THIN and ranked.shares[-1] < _OUTSIDE
