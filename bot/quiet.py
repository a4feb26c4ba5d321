"""Quiet: for a while nothing is posted in public, everywhere, in one place, or about some people. Pure.

What is given meanwhile reaches those who are thanked, and until that is over nobody else is told of it. Its card is not
posted later either: the next digest tells of it.
A digest that falls due is due when quiet ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

Key = tuple[str, str]  #: an account, or a place: its workspace and its id

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
EVERYWHERE: Final = "everywhere"  #: in the whole organisation


def of_place(id_: str) -> str:
    """What is quiet where a place is."""
    return f"place/{id_}"


def of_person(id_: str) -> str:
    """What is quiet where nothing is posted about somebody."""
    return f"person/{id_}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A while in which it is quiet."""

    begins_at: datetime
    ends_at: datetime | None = None  #: None as long as it lasts

    def holds(self, at: datetime) -> bool:
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """All that was ever quiet in an organisation, and is."""

    spells: Mapping[tuple[str, str], tuple[Spell, ...]] = field(default_factory=dict)  #: by workspace and what is quiet

    def card(self, place: Key, people: Iterable[Key], *, given_at: datetime, now: datetime) -> bool:
        """Whether no card of what was given then is posted: it is quiet now, or was so when it was given."""
        return any(spell.holds(given_at) or spell.holds(now) for spell in self._around(place, people))

    def keeps(self, place: Key, people: Iterable[Key], *, given_at: datetime) -> bool:
        """Whether it is quiet still, and was so already when it was given."""
        return any(spell.ends_at is None and spell.holds(given_at) for spell in self._around(place, people))

    def here(self, place: Key, now: datetime) -> bool:
        """Whether nothing at all is posted there now, whoever it is about: of that anybody there may know."""
        return any(spell.holds(now) for spell in self._in(place))

    def due(self, place: Key, at: datetime) -> datetime | None:
        """When a digest is due that would be so at `at`; None where that is still open."""
        for spell in sorted(self._in(place), key=lambda each: each.begins_at):
            if spell.holds(at):
                if spell.ends_at is None:
                    return None
                at = spell.ends_at
        return at

    def untold(self, due_at: datetime) -> "Quiet":
        """The same for a digest due then: where somebody is quiet by then it tells nothing of them, however old."""
        return Quiet(
            spells={
                key: (Spell(begins_at=_EVER),)
                if key[1].startswith(of_person("")) and spells[-1].ends_at is None and spells[-1].begins_at < due_at
                else spells
                for key, spells in self.spells.items()
            }
        )

    @property
    def standing(self) -> tuple[tuple[str, str, datetime], ...]:
        """What is quiet now: in which workspace, what, and since when; the oldest first."""
        found = ((*key, spells[-1].begins_at) for key, spells in self.spells.items() if spells[-1].ends_at is None)
        return tuple(sorted(found, key=lambda each: (each[2], each)))

    def _around(self, place: Key, people: Iterable[Key]) -> tuple[Spell, ...]:
        about = (spell for workspace, id_ in people for spell in self._of(workspace, of_person(id_)))
        return (*self._in(place), *about)

    def _in(self, place: Key) -> tuple[Spell, ...]:
        everywhere = (spell for (_, what), spells in self.spells.items() if what == EVERYWHERE for spell in spells)
        return (*everywhere, *self._of(place[0], of_place(place[1])))

    def _of(self, workspace: str, subject: str) -> tuple[Spell, ...]:
        return self.spells.get((workspace, subject), ())


def read(said: Iterable[tuple[str, str, bool, datetime]]) -> Quiet:
    """What follows from what was said: in which workspace, of what, whether it is quiet from then on; oldest first."""
    spells: dict[tuple[str, str], tuple[Spell, ...]] = {}
    for workspace, subject, on, at in said:
        before = spells.get((workspace, subject), ())
        open_ = bool(before) and before[-1].ends_at is None
        if on and not open_:
            spells[workspace, subject] = (*before, Spell(begins_at=at))
        elif not on and open_:
            spells[workspace, subject] = (*before[:-1], Spell(begins_at=before[-1].begins_at, ends_at=at))
    return Quiet(spells=spells)
