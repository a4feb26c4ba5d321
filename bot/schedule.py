"""When a digest is due, and of which week it tells. Pure: local wall-clock time, across clock changes.

A digest tells of the last full ISO week, Monday to Sunday, in the local time of its place: so each week is told
exactly once, on whatever day it is posted and however late, and can be compared with the week before.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_CRON_DAYS: Final = (1, 2, 3, 4, 5, 6, 0)  #: what cron calls Monday to Sunday
_YEAR_LEAST, _YEAR_MOST = 2000, 2100


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week."""

    year: int
    number: int  #: 1 to 53

    @classmethod
    def named(cls, text: str) -> Self:
        """The week written as "2026-W13".

        Raises:
            ValueError: there is no such week; the message says what to write.
        """
        found = _WEEK.fullmatch(text.strip().upper())
        with contextlib.suppress(ValueError):
            if found and _YEAR_LEAST <= int(found[1]) <= _YEAR_MOST:
                return cls.of(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        raise ValueError(f"{text} is no week; write a year and a week's number, as in 2026-W13")

    @classmethod
    def of(cls, day: date) -> Self:
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> "Week":
        return Week.of(self.monday - timedelta(days=7))

    @property
    def after(self) -> "Week":
        return Week.of(self.monday + timedelta(days=7))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins, and when the next one does: midnights in `zone`, in UTC."""
        start, end = (datetime.combine(day, time(), zone) for day in (self.monday, self.after.monday))
        return start.astimezone(UTC), end.astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


class Scope(StrEnum):
    """Whose kudos a digest tells of."""

    PLACE = "place"  #: those given in its place
    WORKSPACE = "workspace"  #: all that may be told there
    PEOPLE = "people"  #: those given or received by people of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What has been set up for the digests of a place."""

    on: bool = True
    day: int = 0  #: 0 is Monday
    at: str = "09:00"
    zone: str  #: such as Europe/London
    scope: Scope = Scope.WORKSPACE
    people: tuple[str, ...] = ()  #: ids, where the scope is people
    chart: bool = True
    mention: bool = False  #: those who are named are notified
    owner: str = ""  #: who set it up
    paused: str = ""  #: why nothing is posted although it is on; "" where it is
    skipped: str = ""  #: the week that is left out, as text

    @classmethod
    def read(cls, text: str) -> Self:
        """The inverse of `text`."""
        values = json.loads(text)
        return cls(**{**values, "scope": Scope(values["scope"]), "people": tuple(values["people"])})

    @property
    def text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def due_before(self, moment: datetime) -> datetime:
        """The last time, at or before `moment`, at which a digest was due; in UTC."""
        return list(takewhile(lambda due: due <= moment, self._dues_around(moment)))[-1]

    def due_after(self, moment: datetime) -> datetime:
        """The next time after `moment` at which a digest is due; in UTC."""
        return next(due for due in self._dues_around(moment) if due > moment)

    def told(self, due: datetime) -> Week:
        """The week that the digest tells of that is due at `due`: the last full one."""
        return Week.of(due.astimezone(self.clock).date()).before

    def _dues_around(self, moment: datetime) -> Iterator[datetime]:
        """From at least one before `moment` on. cron's rules for clock changes: never twice, and never not at all."""
        hour, minute = self.at.split(":")
        start = moment.astimezone(self.clock) - timedelta(days=8)
        return map(_in_utc, CronSim(f"{int(minute)} {int(hour)} * * {_CRON_DAYS[self.day]}", start))


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """How long a plan has been what it is."""

    on: datetime  #: since when it has been on
    timed: datetime  #: since when its day and time have been what they are


def since(history: Iterable[tuple[datetime, Plan]]) -> Since | None:
    """Read from everything that was ever set up for a place, the oldest first; None where its plan is not on."""
    found: Since | None = None
    before: Plan | None = None
    for at, plan in history:
        if not plan.on:
            found = None
        elif found is None:
            found = Since(on=at, timed=at)
        elif before and (before.day, before.at, before.zone) != (plan.day, plan.at, plan.zone):
            found = replace(found, timed=at)
        before = plan
    return found


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
