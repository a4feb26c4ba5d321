"""What is reported, removed and hidden, as people see it. Pure views."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from bot import called
from bot.cards import (
    Actions,
    Button,
    Card,
    Element,
    Form,
    Heading,
    Line,
    Note,
    PlaceName,
    Quote,
    Spans,
    Strong,
    TextField,
    Typed,
)
from bot.framework import Framework
from bot.kudos_cards import button, titled
from bot.model import PlaceKind, Recognition, Visibility
from bot.moderation import REASON_LEAST, REASON_MOST
from bot.requests import Action

SHOWN_MOST: Final = 4  #: kudos in each half of the list: their words are never cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A kudos that waits for a moderator."""

    recognition: Recognition
    reports: int
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A kudos that is removed."""

    recognition: Recognition
    reason: str
    at: datetime
    restorable: bool  #: by the reader


def reports(
    waiting: Sequence[Reported],
    removed: Sequence[Removed],
    framework: Framework,
    zone: tzinfo,
    *,
    said: str = "",
) -> Card:
    """What waits for a moderator and what was removed lately, for the reader's eyes only.

    Args:
        said: what has just become of one of them.
    """
    elements: list[Element] = [Line((said,))] if said else []
    elements.append(Heading(f"Reported kudos ({len(waiting)})" if waiting else "Reported kudos: none"))
    for each in waiting[:SHOWN_MOST]:
        elements += _told(each.recognition, framework)
        who = "a colleague" if each.reports == 1 else f"{each.reports} colleagues"
        elements.append(Note((f"Reported by {who}, first on {_day(each.first_at, zone)}.",)))
        elements.append(
            Actions(
                buttons=(
                    button("Remove", Action.REMOVE, each.recognition),
                    button("Leave it", Action.LEAVE, each.recognition),
                )
            )
        )
    if len(waiting) > SHOWN_MOST:
        elements.append(Note((f"And {len(waiting) - SHOWN_MOST} more. They come up as you decide about these.",)))
    if removed:
        elements.append(Heading("Removed lately"))
    for one in removed[:SHOWN_MOST]:
        elements += _told(one.recognition, framework)
        why = f" The reason: {one.reason}" if one.reason else ""
        elements.append(Note((f"Removed on {_day(one.at, zone)}.{why}",)))
        if one.restorable:
            elements.append(Actions(buttons=(button("Restore", Action.RESTORE, one.recognition),)))
        else:
            elements.append(Note(("You removed it, so somebody else decides whether it comes back.",)))
    return Card((*elements, Note(("Only you see this.",))))


def report_waits() -> Card:
    """Tell a moderator that something was reported. No words of it: they are shown to who asks for them."""
    return Card(
        (
            Line(("A colleague has reported a kudos. Please look at it and decide.",)),
            Note(("To see it, press the button or say ", Typed("kudos reports"), ".")),
            Actions(buttons=(Button(label="Look at it", action=Action.REPORTS.value, value="open", primary=True),)),
        )
    )


def dealt_with() -> Card:
    """The same after somebody has decided."""
    return Card((Line(("A colleague had reported a kudos. It has been dealt with. Thank you.",)),))


def reported(recognition: Recognition, person: str) -> Card:
    """Thank who has reported it."""
    thanks = "Thank you for telling us. The moderators will read this kudos, and I will tell you what they decide."
    hide = ("You are thanked in it, so you can also hide it yourself at any time.",)
    return Card(
        (
            Line((thanks,)),
            Note(("Neither the moderators nor anybody in it learn who reported it.",)),
            *((Note(hide),) if recognition.concerns(person) else ()),
        )
    )


def removed_for(reported_at: datetime, zone: tzinfo) -> Card:
    """Tell who has reported it that it was removed."""
    told = f"The moderators have looked at the kudos that you reported on {_day(reported_at, zone)}, and removed it."
    return Card((Line((told,)), Note(("Thank you for telling us.",))))


def left_for(reported_at: datetime, zone: tzinfo) -> Card:
    """Tell who has reported it that it stays."""
    told = f"The moderators have looked at the kudos that you reported on {_day(reported_at, zone)}. It stays as it is."
    return Card((Line((told,)), Note(("Thank you for telling us.",))))


def back_for(reported_at: datetime, zone: tzinfo) -> Card:
    """Tell who has reported it that it was removed, and is back."""
    told = f"The moderators had removed the kudos that you reported on {_day(reported_at, zone)}."
    return Card((Line((told, " Another one has looked at it again, and brought it back.")),))


def gone_for(reported_at: datetime, zone: tzinfo) -> Card:
    """Tell who has reported it that there is nothing to decide any more."""
    told = f"The kudos that you reported on {_day(reported_at, zone)} was taken back by the person who gave it."
    return Card((Line((told,)), Note(("Thank you for telling us.",))))


def removal(recognition: Recognition, person: str, reason: str, zone: tzinfo, *, back: bool = False) -> Card:
    """Tell its giver, or one who is thanked in it, that it was removed, and why.

    Args:
        reason: "" once it has been erased.
        back: it is there again by now.
    """
    if back:
        return Card((Line((*_which(recognition, person, zone), " was removed for a while. It is back now.")),))
    return Card(
        (
            Line((*_which(recognition, person, zone), " was removed by the moderators. Nobody else sees it any more.")),
            *((Line(("Their reason:",)), Quote(reason)) if reason else ()),
            Note(("If you think that this is wrong, please tell a moderator: another one can bring it back.",)),
        )
    )


def restored(recognition: Recognition, person: str, zone: tzinfo) -> Card:
    """Tell its giver, or one who is thanked in it, that it is back."""
    return Card((Line((*_which(recognition, person, zone), " is back. The moderators have looked at it again.")),))


def settled(sentence: str) -> Card:
    """A sentence to a moderator, with what else waits."""
    return Card((Line((sentence,)), Note(("What else waits: ", Typed("kudos reports"), "."))))


def removed_now(recognition: Recognition) -> Card:
    """Tell the moderator what follows."""
    who = called.recipient_names(recognition)
    told = ("Removed. I am telling ", Strong(recognition.giver.name), " and ", Strong(who), " why, in your words.")
    return Card((Line(told), Note(("Another moderator can bring it back: ", Typed("kudos reports"), "."))))


def hidden(recognition: Recognition) -> Card:
    """Tell who is thanked in it what it means that they hide it."""
    told = (
        "Hidden. Others do not see any more that ",
        Strong(recognition.giver.name),
        " thanked you. You two still do.",
    )
    return Card((Line(told), Actions(buttons=(button("Show again", Action.SHOW, recognition),))))


def shown_again(recognition: Recognition) -> Card:
    """The same when it is over."""
    told = (
        "Shown again: others can see that ",
        Strong(recognition.giver.name),
        " thanked you, where they could before.",
    )
    return Card((Line(told), Actions(buttons=(button("Hide", Action.HIDE, recognition),))))


def removing(recognition: Recognition, reason: str = "") -> Form:
    """The form that asks for the reason."""
    return Form(
        title="Remove this kudos",
        submit="Remove",
        action=Action.REMOVE.value,
        fields=(
            TextField(
                name="reason",
                label="Why do you remove it?",
                text=reason,
                placeholder="It named somebody who must not be named",
                hint=f"{REASON_LEAST} to {REASON_MOST} characters. Whoever gave it and is thanked in it reads them.",
                most=REASON_MOST,
            ),
        ),
        intro=(Line((Strong(recognition.giver.name), " thanked ", Strong(called.recipient_names(recognition)), ".")),),
        context=(("recognition", recognition.id),),
    )


def _told(recognition: Recognition, framework: Framework) -> Iterable[Element]:
    """The kudos, whole; where it was said only if everybody could read it there."""
    place = recognition.place
    public = Visibility.PUBLIC is recognition.visibility is place.visibility and place.kind is PlaceKind.CHANNEL
    where: Spans = (" in ", PlaceName(place=place.id, name=place.name)) if public else ()
    names = Strong(called.recipient_names(recognition))
    yield Line((Strong(recognition.giver.name), " thanked ", names, *where, " for:"))
    yield from (Line(titled(tag, framework)) for tag in recognition.tags)
    yield Quote(recognition.reason) if recognition.reason else Note(("With a reaction, without words.",))


def _which(recognition: Recognition, person: str, zone: tzinfo) -> Spans:
    day = _day(recognition.given_at, zone)
    if recognition.giver.id == person:
        return ("Your kudos to ", Strong(called.recipient_names(recognition)), f" of {day}")
    return ("The kudos that ", Strong(recognition.giver.name), f" gave you on {day}")


def _day(at: datetime, zone: tzinfo) -> str:
    day = at.astimezone(zone)
    return f"{day.day} {day:%B %Y}"
