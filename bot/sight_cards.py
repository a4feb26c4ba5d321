"""Who may see what people are thanked for, and where it is quiet, as people see it. Pure views."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from bot import called
from bot.cards import Actions, Bullets, Button, Card, Code, Line, Note, PlaceName, Spans, Strong, Typed
from bot.model import Person, Place, Sight
from bot.requests import Action

_MEANS: Final[Mapping[Sight, str]] = {
    Sight.EVERYONE: "whoever can see where it was given",
    Sight.CHANNELS: "it is shown only in channels that you are in",
    Sight.ME: "nobody else sees that you were thanked",
}
_WHO: Final = "Who may see the kudos that you receive?"
_ALWAYS: Final = "Whoever thanks you always sees what they gave, and is told the same."


def asked(default: Sight) -> Card:
    """Ask somebody, below the first kudos that reaches them."""
    return Card(
        (
            Line((Strong(_WHO),)),
            _CHOICES,
            _buttons(),
            Note((f"Until you choose: {default.label}. To change it later: ", Typed("kudos visibility"))),
        )
    )


def sight(now: Sight, *, chosen: bool) -> Card:
    """Tell somebody who may see what they are thanked for.

    Args:
        chosen: by themselves; else it is so until they choose.
    """
    until = "" if chosen else ", until you choose"
    return Card(
        (
            Line((f"{_WHO} Now: ", Strong(now.label), f"{until}.")),
            _CHOICES,
            _buttons(now if chosen else None),
            Note((_ALWAYS,)),
        )
    )


def chosen(now: Sight) -> Card:
    """Tell somebody that what they chose counts from now on, and for the past."""
    return Card(
        (
            Line(("Saved. Who may see the kudos that you receive: ", Strong(now.label), f" ({_MEANS[now]}).")),
            Note((f"It counts for earlier kudos, too. {_ALWAYS} To change it: ", Typed("kudos visibility"))),
        )
    )


def setting(now: Sight) -> Card:
    """The same as a setting on one's own page."""
    return Card((Line(("Who may see the kudos that you receive: ", Strong(now.label))), _buttons(now)))


def suppressed(person: Person, until: date | None, *, changed: bool) -> Card:
    """Tell an administrator whether anything is shown of somebody.

    Args:
        until: the last day on which nothing is; None if it is.
        changed: by them, just now.
    """
    if until is None:
        now = "again " if changed else ""
        return Card((Line((Strong(person.name), f" is {now}shown like everybody else, as they have chosen.")),))
    return Card(
        (
            Line(("Until the end of ", Strong(_day(until)), ", nothing is shown of ", Strong(person.name), ".")),
            Note(
                (
                    "They are left out of every card, digest, page and count. That is so if they thank or second, too. "
                    "Their kudos still reach them. What is posted is mended within a minute.",
                )
            ),
            Note(("To end it, type the same with ", Code("off"), " instead of ", Code("until"), " and a day.")),
        )
    )


def quiet(*, everywhere: bool, places: Iterable[Place], people: Iterable[Person], hidden: int = 0) -> Card:
    """Tell an administrator where nothing is posted in public now.

    Args:
        places: that they may know the name of; `hidden`: how many others.
    """
    lines: list[Spans] = []
    if everywhere:
        lines.append(("everywhere",))
    lines += [("in ", PlaceName(place=each.id, name=each.name)) for each in places]
    if hidden:
        lines.append((f"in {hidden} private channel{'s' if hidden > 1 else ''}",))
    lines += [("about ", Strong(each.name)) for each in people]
    how = Note((Typed("kudos quiet on"), " or ", Typed("kudos quiet off"), *_AFTER))
    if not lines:
        return Card((Line(("It is quiet nowhere: kudos are posted as usual.",)), how))
    return Card((Line((Strong("Nothing is posted in public"),)), Bullets(tuple(lines)), Note((_MEANWHILE,)), how))


def quiet_switched(what: Iterable[Spans], *, on: bool) -> Card:
    """Tell an administrator that it is quiet from now on, or is not any more.

    Args:
        what: where, or about whom, as in "everywhere" or "about Ann".
    """
    where = called.joined(what)
    if on:
        return Card((Line(("From now on nothing is posted in public ", *where, ".")), Note((_MEANWHILE,))))
    return Card(
        (
            Line(("Kudos are posted in public again ", *where, ".")),
            Note(("The next digest tells of what was given meanwhile. Its cards are not posted late.",)),
        )
    )


_CHOICES: Final = Bullets(tuple((Strong(each.label.capitalize()), f": {_MEANS[each]}") for each in Sight))
_AFTER: Final[Spans] = (", and after it ", Code("here"), ", ", Code("everywhere"), " or the names of people.")
_MEANWHILE: Final = (
    "Whoever is thanked meanwhile still hears of it from me. Digests wait, and tell of it when the quiet is over."
)


def _buttons(now: Sight | None = None) -> Actions:
    """One for each that it is not already."""
    return Actions(
        buttons=tuple(
            Button(
                label=each.label.capitalize(),
                action=Action.VISIBILITY.value,
                value=each.value,
                describes=f"{each.label.capitalize()} may see the kudos that I receive"
                if each is Sight.EVERYONE
                else f"{each.label.capitalize()}: the kudos that I receive",
            )
            for each in Sight
            if each is not now
        )
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
