"""What Kudos says to whoever gives, for their eyes only. Pure views: what happened goes in, a card comes out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot import called
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Element,
    LetIn,
    Line,
    Note,
    Quote,
    Spans,
    Strong,
    Typed,
)
from bot.framework import Framework
from bot.kudos import REASON_MOST
from bot.kudos_cards import button, place_name, titled
from bot.model import Person, Place, PlaceKind, Recognition
from bot.recipients import listed
from bot.requests import Action

_IN_THE_FORM: Final = "The form holds what you wrote."
_NOT_IN_THE_FORM: Final = "What you wrote is too long to take along: please copy it into the form."
_WITH_A_SENTENCE: Final = "Say what they did, and it becomes a kudos that everyone here can read."
_WITH_WORDS: Final = "Say what they did, and they read that too."
REASONS: Final[Mapping[str, str]] = {
    "is_archived": "the channel is archived",
    "channel_not_found": "the channel is gone, or it is private and I am not in it",
    "user_disabled": "the account is switched off",
    "not_installed": "they do not have Kudos in their chats",
    "user_not_found": "the account is gone",
    "cannot_dm_bot": "it is an app",
    "message_not_found": "somebody has deleted what stood there",
    "restricted_action": "only some people may post there",
}


def confirmed(
    recognition: Recognition, framework: Framework, *, dropped_self: bool = False, word: str = "", quiet: bool = False
) -> Card:
    """Tell the giver, privately, what becomes of it.

    Args:
        quiet: nothing at all is posted in its place for now.
        word: a friendly one, to who gives very many.
    """
    place = recognition.place
    elements: list[Element] = [
        Line(("Thank you. You thanked ", Strong(called.recipient_names(recognition)), " for:")),
        *(Line(titled(tag, framework)) for tag in recognition.tags),
    ]
    told = "I'll let them know."
    if place.kind is PlaceKind.CONVERSATION:
        elements.append(Note((f"Nothing is posted in this conversation. {told}",)))
    elif quiet:
        elements.append(Note(("It is quiet in ", place_name(place), f": nothing is posted there for now. {told}")))
    elif place.joined:
        elements.append(Note(("It is posted in ", place_name(place), f". {told}")))
    else:
        elements += [
            _waiting(place, " yet"),
            Note((told,)),
        ]
    if dropped_self:
        elements.append(Note(("You were on the list too. I left you out: a kudos thanks others.",)))
    if word:
        elements.append(Note((word,)))
    elements.append(Actions(buttons=(button("Undo", Action.UNDO, recognition),)))
    return Card(tuple(elements))


def to_complete(faults: Sequence[str], carried: str, *, whole: bool = True) -> Card:
    """Tell somebody who wrote to Kudos what their kudos lacks, and offer the form.

    Args:
        faults: what has to be mended; none if nothing was said yet.
        carried: where they said it and what, for the button; at most `VALUE_MOST`.
        whole: their words are in it.
    """
    give = Action.GIVE.value
    if not faults:
        begin = Button(label="Give kudos", action=give, value=carried, primary=True)
        return Card((Line(("Who do you want to thank, and what for?",)), Actions(buttons=(begin,))))
    complete = Button(label="Complete it", action=give, value=carried, primary=True)
    return Card(
        (
            Line(("Your kudos is not given yet:",)),
            Bullets(tuple((fault,) for fault in faults)),
            Note((_IN_THE_FORM if whole else _NOT_IN_THE_FORM,)),
            Actions(buttons=(complete,)),
        )
    )


def taken_back(recognition: Recognition) -> Card:
    """Tell the giver that it is undone."""
    return Card(
        (
            Line(
                (
                    "Taken back: your kudos to ",
                    Strong(called.recipient_names(recognition)),
                    f" for {listed([tag.title for tag in recognition.tags])}.",
                )
            ),
            Note(("You can give it again at any time with ", Typed("kudos"), ".")),
        )
    )


def reaction_noticed(recognition: Recognition, framework: Framework) -> Card:
    """Offer the one who reacted to add a sentence; only they see it."""
    return Card(
        (
            Line(
                (
                    "Your reaction thanks ",
                    Strong(called.recipient_names(recognition)),
                    " for ",
                    *titled(recognition.tags[0], framework),
                    ".",
                )
            ),
            Note((_WITH_A_SENTENCE if recognition.place.kind is PlaceKind.CHANNEL else _WITH_WORDS,)),
            Actions(buttons=(button("Add a sentence", Action.SENTENCE, recognition, primary=True),)),
        )
    )


def reaction_taken_back(recognition: Recognition) -> Card:
    return Card(
        (
            Line(
                (
                    "You took your reaction back, and with it your kudos to ",
                    Strong(called.recipient_names(recognition)),
                    ".",
                )
            ),
            Note(("Put the emoji back, and your kudos comes back with your words.",)),
        )
    )


def saved() -> Card:
    return Card((Line(("Saved. The card and the messages about it will change, too.",)),))


def stuck(recognition: Recognition, *, person: Person | None, reason: str) -> Card:
    """Tell the giver that a message about their kudos can never arrive."""
    if person is not None:
        where: Spans = ("I could not send ", Strong(person.name), " the message about it")
    else:
        where = ("I could not post it in ", place_name(recognition.place))
    why = REASONS.get(reason, "the platform does not allow it")
    return Card(
        (
            Line(("About your kudos to ", Strong(called.recipient_names(recognition)), ":")),
            Line((*where, f": {why}.")),
            Note(("The kudos itself is kept. You can find it with ", Typed("kudos mine"), ".")),
        )
    )


def invite(recognition: Recognition) -> Card:
    """Tell the giver that the card waits until Kudos is invited."""
    return Card(
        (
            Line(("Your kudos to ", Strong(called.recipient_names(recognition)), " is kept.")),
            _waiting(recognition.place),
        )
    )


def _waiting(place: Place, yet: str = "") -> Line:
    return Line(("I am not in ", place_name(place), f"{yet}, so its card is waiting. To let me in, ", LetIn(), "."))


def too_long(reason: str, *, people: Iterable[str], tags: Iterable[str]) -> Card:
    """Give back, whole, what no form can hold."""
    said = ", ".join((*people, *(f"#{tag}" for tag in tags)))
    return Card(
        (
            Line((f"That is {len(reason):,} characters, and a kudos has room for {REASON_MOST:,}.",)),
            Line(("Nothing is lost: here are your words. Shorten them and send them again.",)),
            *((Line((f"{said}:",)),) if said else ()),
            Quote(reason),
        )
    )
