"""Setting up the digest of a place: who may, what was filled in, and what is due next. Pure rules."""

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from typing import Final

from bot.errors import Refusal
from bot.model import Person, PersonKind, Place
from bot.recipients import listed, why
from bot.requests import SubmitDigest
from bot.schedule import Plan, Scope, Week

PEOPLE_MOST: Final = 100  #: of a list whose kudos a digest tells of
CHART: Final = "chart"
MENTION: Final = "mention"
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The next digest of a place, if nothing comes in between."""

    due: datetime  #: in the zone of its plan
    week: Week  #: of which it tells
    left_out: Week | None = None  #: the week of the one before it, which is skipped


def may_set_up(person: Person, place: Place, *, administers: bool) -> bool:
    """Whether `person` may set up the digest of `place`: who made it, and who looks after the workspace or Kudos.

    A guest may not, also where they have made the place: a digest can tell what they could not read elsewhere.

    Args:
        administers: they are an administrator of Kudos.
    """
    mine = person.active and person.kind is PersonKind.MEMBER
    return mine and (administers or person.admin or place.creator == person.id != "")


def may_preview(person: Person, plan: Plan | None) -> bool:
    """Whether `person` may see ahead what a digest by `plan` tells.

    Guests see their own channels alone: they may where it is posted before their eyes anyway, and nowhere else.
    """
    return person.kind is not PersonKind.GUEST or (plan is not None and plan.on and not plan.paused)


def coming(plan: Plan, now: datetime, told: Collection[str] = ()) -> Next:
    """The next digest of a plan that is on.

    Args:
        told: weeks, as text, that the place has a digest of already, or will not have one.
    """
    due, left_out = now, None
    while True:
        due = plan.due_after(due)
        week = plan.told(due)
        if str(week) == plan.skipped:
            left_out = week
        elif str(week) not in told:
            return Next(due=due.astimezone(plan.clock), week=week, left_out=left_out)


def filled_in(ask: SubmitDigest, before: Plan, known: Mapping[str, Person], *, complete: bool) -> Plan:
    """The plan that `ask` asks for; whoever asks is its owner from now on.

    Args:
        before: the plan as it was.
        known: those of the people whom we know, by id; `complete`: the platform was asked about the others.

    Raises:
        Refusal: everything that has to be mended, each with the form's field.
    """
    faults: dict[str, str] = {}
    if ask.state not in ("on", "off"):
        faults["state"] = "Choose one of these."
    day = int(ask.day) if re.fullmatch("[0-6]", ask.day) else None
    if day is None:
        faults["day"] = "Choose a day of the week."
    at = _time(ask.at)
    if not at:
        faults["at"] = "That is not a time of day. Write it as in 09:00."
    zone = zone_called(ask.zone)
    if not zone:
        faults["zone"] = _no_zone(ask.zone)
    if ask.scope not in set(Scope):
        faults["scope"] = "Choose one of these."
    fault = _people_fault(ask.people, known, complete=complete) if ask.scope == Scope.PEOPLE else ""
    if fault:
        faults["people"] = fault
    if faults or day is None:
        raise Refusal(*faults.items())
    return replace(
        before,
        on=ask.state == "on",
        day=day,
        at=at,
        zone=zone,
        scope=Scope(ask.scope),
        people=thankable(ask.people, known),
        chart=CHART in ask.extras,
        mention=MENTION in ask.extras,
        owner=ask.person,
        paused="",
    )


def thankable(people: Collection[str], known: Mapping[str, Person]) -> tuple[str, ...]:
    """Those of `people` of whose kudos a digest can tell, each once."""
    return tuple(id_ for id_ in dict.fromkeys(people) if id_ in known and known[id_].thankable)


def zone_called(name: str) -> str:
    """The time zone that `name` means, in whatever case; "" for none."""
    return _zones().get("_".join(name.split()).casefold(), "")


@functools.cache
def _zones() -> Mapping[str, str]:
    """Every zone's name, by that name folded: the same on every machine, with none for this machine's own."""
    names = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.casefold(): name for name in names if name != "Factory"}


def _no_zone(name: str) -> str:
    if not name.strip():
        return "Write a time zone, such as Europe/London."
    return f"I know no time zone called “{name.strip()[:60]}”. Write a city's, such as Europe/London."


def _time(text: str) -> str:
    """A time of day as plans have it; "" for what is none."""
    found = _TIME.fullmatch(text.strip())
    return f"{int(found[1]):02}:{found[2]}" if found else ""


def _people_fault(people: Collection[str], known: Mapping[str, Person], *, complete: bool) -> str:
    chosen = dict.fromkeys(people)
    if not chosen:
        return "Choose at least one colleague, or let it tell of others' kudos."
    if len(chosen) > PEOPLE_MOST:
        return f"That is {len(chosen)} people; a list can hold up to {PEOPLE_MOST}. Choose fewer."
    if refused := [known[id_] for id_ in chosen if id_ in known and not known[id_].thankable]:
        return f"{listed(each.name for each in refused)} can't be on the list: {why(refused)}. Leave them out."
    if not chosen.keys() <= known.keys():
        if not complete:
            return "I couldn't look everybody up just now. Please save it again."
        return "I don't know one of these people. Choose people of this organisation."
    return ""
