"""Which line of an entry a text fits, in a kudos as in a question: by the line's own words and its cues. Pure.

Cues are joined to lines by their group and their place in it. A group that has more or fewer lines by now speaks for
itself, for nobody could tell which of them the cues belong to.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.framework import Entry
from bot.ranking import Ranking, Vector, likeness
from bot.vocabulary import EntryWords, Vocabulary

FITTING: Final = 0.21  #: how alike a text and a cue of a line are at least; fitted to `tests/eval/lines.build.tsv`


class Lines:
    """Built once; never changed."""

    def __init__(self, entries: Iterable[Entry], words: Vocabulary, ranking: Ranking) -> None:
        """
        Args:
            ranking: knows how telling words are.
        """
        self._ranking = ranking
        self._lines: dict[str, list[tuple[str, list[Vector]]]] = {
            entry.id: [
                (line, [ranking.vector(text) for text in (line, *cues)])
                for line, cues in _with_cues(entry, words.entries.get(entry.id))
            ]
            for entry in entries
            if entry.groups
        }

    def fitting(self, entry: Entry, text: str) -> str:
        """The line of `entry` that `text` fits best; "" where it surely fits none."""
        said = self._ranking.vector(text)
        alike, line = max(
            ((likeness(each, said), line) for line, texts in self._lines.get(entry.id, ()) for each in texts),
            default=(0.0, ""),
        )
        return line if alike >= FITTING else ""


def _with_cues(entry: Entry, words: EntryWords | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    for group in entry.groups:
        cues = words.lines.get(group.name, ()) if words else ()
        if len(cues) != len(group.lines):
            cues = ((),) * len(group.lines)
        yield from ((line.text, own) for line, own in zip(group.lines, cues, strict=True))
