"""An export of who was thanked by whom, and for what: what is in it, and what two administrators say. Pure.

It holds what everybody in the workspace may see, without the words: those belong to who wrote them and can be taken
back, and a file can't. A row is a recipient; there is no column that is not shown.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot import privacy
from bot.cards import Actions, Button, Card, Code, Line, Note, Strong
from bot.model import Everyone, Person, Recognition, Visibility
from bot.recipients import listed
from bot.requests import Action

WITHIN: Final = timedelta(hours=1)  #: an answer counts, and so long may it be made after that
COLUMNS: Final = ("date", "thanked", "by", "for")

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORMULA: Final = frozenset("=+-@|%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What became of one that was asked for."""

    id: str
    workspace: str
    asked_by: str
    asked_at: datetime
    approved: bool | None = None  #: None while nobody has answered
    answered_by: str = ""
    answered_at: datetime | None = None
    made: bool = False

    @property
    def fact(self) -> str:
        return f"{self.workspace}/{self.id}"

    def open(self, now: datetime) -> bool:
        """Whether an answer still counts."""
        return self.approved is None and now - self.asked_at <= WITHIN

    def ready(self, now: datetime) -> bool:
        """Whether it may be made."""
        since = self.answered_at
        return self.approved is True and not self.made and since is not None and now - since <= WITHIN


def told(recognition: Recognition) -> Iterator[tuple[str, ...]]:
    """Its rows: one for each recipient of whom everybody may know."""
    titles = ", ".join(tag.title for tag in recognition.tags)
    for giver, recipient in told_of(recognition):
        yield f"{recognition.given_at:%Y-%m-%d}", recipient.name, giver.name, titles


def told_of(recognition: Recognition) -> Iterator[tuple[Person, Person]]:
    """Its giver with each recipient of whom everybody may know; nobody of what is not public, or not any more."""
    shown = privacy.shown(recognition, Everyone(workspace=recognition.workspace))
    if shown is None or shown.place.visibility is not Visibility.PUBLIC:
        return
    for person in shown.recipients:
        yield shown.giver, person


def table(rows: Iterable[Sequence[str]]) -> str:
    """CSV in which every cell is quoted, so that no separator means more than itself, and none is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(each) for each in row] for row in (COLUMNS, *rows))
    return out.getvalue()


def cell(text: str) -> str:
    """`text` as a spreadsheet shows it and never counts with it, whatever quotes, blanks or wide forms begin it.

    Where commas part no cells, semicolons do: so what follows one may begin a cell.
    """
    return ";".join(map(_uncounted, _CONTROL.sub(" ", text).split(";")))


def _uncounted(text: str) -> str:
    for character in text:
        plain = unicodedata.normalize("NFKC", character)
        if plain[:1] in _FORMULA or plain.startswith("\N{MINUS SIGN}"):
            return f"'{text}"
        if not (plain.isspace() or plain[:1] in "'\"`´“”‘’«»" or unicodedata.category(character) in ("Cf", "Mn")):
            break
    return text


# Views


def question(export: Export, name: str, zone: tzinfo) -> Card:
    """Ask another administrator."""
    until = f"{(export.asked_at + WITHIN).astimezone(zone):%H:%M}"
    return Card(
        (
            Line((Strong(name), " asks for a table of who was thanked by whom, when, and for what.")),
            Note(("It holds only what everybody here can see, and no words. It is made if one more of you agrees.",)),
            Note((f"Your answer counts until {until}. It is noted in the audit log.",)),
            Actions(
                buttons=(
                    Button(label="Approve", action=Action.EXPORT.value, value=f"{export.fact}:1", primary=True),
                    Button(label="Refuse", action=Action.EXPORT.value, value=f"{export.fact}:0"),
                )
            ),
        )
    )


def settled(export: Export, name: str) -> Card:
    """What became of it.

    Args:
        name: of who has answered.
    """
    if export.approved is None:
        return Card((Line(("Nobody answered within the hour, so there is no export.",)),))
    if not export.approved:
        return Card((Line((Strong(name), " has refused the export. Nothing was made.")),))
    return Card((Line((Strong(name), " has approved the export.")), _HOW))


_HOW: Final = Note(("Whoever runs Kudos makes it within the next hour, once: ", Code("kudos export people FILE"), "."))


def waiting(names: Sequence[str]) -> Card:
    """Tell who asks whom it depends on."""
    return Card(
        (
            Line(
                (
                    f"I have asked {listed(names)}. "
                    f"{'They have' if len(names) == 1 else 'One of them has'} to agree within the hour.",
                )
            ),
            Note(("I'll tell you when they have answered.",)),
        )
    )
