"""Kudos as people see them. Pure views: what happened goes in, a card comes out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Final

from bot import called, notices
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Divider,
    Element,
    Emoji,
    Heading,
    LetIn,
    Line,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Spans,
    Strong,
    Typed,
)
from bot.framework import Framework
from bot.kudos import REASON_MOST
from bot.model import Message, Origin, Person, PersonKind, Place, PlaceKind, Recognition, Tag, Visibility
from bot.recipients import listed
from bot.requests import Action
from bot.shortening import beginning

SHOWN_MOST: Final = 10  #: kudos listed in each half of *mine*
EXCERPT_MOST: Final = 150  #: characters of a reason in a list
THANKED_MOST: Final = 10  #: reactions told in one message
WORDS_MOST: Final = 6000  #: characters of all reasons in one message; more than that are excerpts

# The same whoever took it back, hid or removed it, and of whom nothing is told: so it says nothing of anybody.
# A line and not small print: Slack may refuse to replace rich text with anything else.
NOT_SHOWN: Final = Card((Line(("This kudos is not shown any more.",)),))


def given(recognition: Recognition, framework: Framework) -> Card:
    """Show it to the place it was given in."""
    if recognition.withdrawn:
        return NOT_SHOWN
    return Card(
        (
            *_told(recognition, framework),
            Actions(
                buttons=(
                    button("Second this", Action.SECOND, recognition),
                    button("What does it mean?", Action.EXPLAIN, recognition),
                ),
                more=(
                    button("Edit the words", Action.EDIT, recognition),
                    button("Withdraw", Action.WITHDRAW, recognition),
                    button("Hide", Action.HIDE, recognition),
                    button("Report", Action.REPORT, recognition),
                ),
            ),
        )
    )


def own(recognition: Recognition, framework: Framework) -> Card:
    """The same to its giver alone, where the platform can show people each their own."""
    if recognition.withdrawn:
        return NOT_SHOWN
    return Card(
        (
            *_told(recognition, framework),
            Actions(
                buttons=(
                    button("Undo", Action.UNDO, recognition),
                    button("Edit the words", Action.EDIT, recognition),
                    button("What does it mean?", Action.EXPLAIN, recognition),
                )
            ),
        )
    )


def thanks(
    recognition: Recognition, framework: Framework, *, card: Message | None, names_place: bool, hides: bool = False
) -> Card:
    """Tell one who is thanked, in a direct message.

    Args:
        card: where it stands in its place, if it does yet.
        names_place: the reader may know where it was said.
        hides: the reader has hidden it from others.
    """
    if recognition.withdrawn:
        return NOT_SHOWN
    where: Spans = ()
    if names_place and card:
        where = (" in ", MessageLink(label=_place(recognition.place), message=card))
    elif names_place and recognition.place.kind is PlaceKind.CHANNEL:
        where = (" in ", _place(recognition.place))
    return Card(
        (
            Line((Strong(recognition.giver.name), f" thanked you{called.company(recognition)}", *where, " for:")),
            *(Line(titled(tag, framework)) for tag in recognition.tags),
            *_quoted(recognition),
            *(_about(recognition) if names_place else ()),
            *((Note(("You have hidden this. Others do not see that you are thanked.",)),) if hides else ()),
            Actions(
                buttons=(button("What does it mean?", Action.EXPLAIN, recognition),),
                more=for_recipient(recognition, hides=hides),
            ),
        )
    )


def for_recipient(recognition: Recognition, *, hides: bool) -> tuple[Button, ...]:
    """What one who is thanked can do about it, behind ⋯. It names nobody who is thanked with them.

    Args:
        hides: they have hidden it from others.
    """
    hide = ("Show again", Action.SHOW) if hides else ("Hide", Action.HIDE)
    about = f"kudos from {recognition.giver.name} to you"
    return tuple(
        Button(label=label, action=action.value, value=recognition.id, describes=f"{label}: {about}")
        for label, action in (hide, ("Report", Action.REPORT))
    )


def reactions(
    recognitions: Iterable[Recognition],
    framework: Framework,
    message: Message | None,
    *,
    hidden: Collection[str] = (),
) -> Card:
    """Tell the author of `message`, once, of all the kudos that reactions to it are.

    Args:
        message: None where they can't follow a link to it any more.
        hidden: ids of those that they have hidden from others.
    """
    standing = [each for each in recognitions if not each.withdrawn]
    if not standing:
        return NOT_SHOWN
    shown = standing[:THANKED_MOST]
    whole = sum(len(each.reason) for each in shown) <= WORDS_MOST
    lines: list[Element] = []
    for each in shown:
        hides = each.id in hidden
        mark: Spans = (" (you have hidden this)",) if hides else ()
        lines.append(Line((*titled(each.tags[0], framework), " from ", Strong(each.giver.name), *mark)))
        if each.reason:
            lines.append(Quote(each.reason if whole else excerpt(each.reason)))
        lines.append(Actions(buttons=(), more=for_recipient(each, hides=hides)))
    if len(standing) > len(shown):
        lines.append(Note((f"And {len(standing) - len(shown)} more: ", Typed("kudos home"), " shows them all.")))
    link: Span = MessageLink(label="your message", message=message) if message else "a message of yours"
    return Card(
        (
            Line(("Colleagues thanked you with a reaction to ", link, ":")),
            *lines,
            Actions(buttons=(button("What does it mean?", Action.EXPLAIN, standing[0]),)),
        )
    )


def confirmed(recognition: Recognition, framework: Framework, *, dropped_self: bool = False, word: str = "") -> Card:
    """Tell the giver, privately, what becomes of it.

    Args:
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
    elif place.joined:
        elements.append(Note(("It is posted in ", _place(place), f". {told}")))
    else:
        elements += [
            Line(("I am not in ", _place(place), " yet, so its card is waiting. To let me in, ", LetIn(), ".")),
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


def mine(
    received: tuple[Recognition, ...],
    sent: tuple[Recognition, ...],
    framework: Framework,
    *,
    links: Mapping[str, Message],
    zone: tzinfo,
) -> Card:
    """What one person received and gave, by entry, for their eyes only.

    Args:
        links: what to follow a kudos to, by recognition.
    """
    if not received and not sent:
        return Card(
            (
                Line(("No kudos yet, neither received nor given.",)),
                Note(("Give the first: ", Typed(notices.example(framework)))),
            )
        )
    return Card(
        (
            *_half("Kudos you received", received, framework, links, zone, by_giver=True),
            Divider(),
            *_half("Kudos you gave", sent, framework, links, zone, by_giver=False),
            Note(("Only you see this.",)),
        )
    )


def stuck(recognition: Recognition, *, person: Person | None, reason: str) -> Card:
    """Tell the giver that a message about their kudos can never arrive."""
    if person is not None:
        where: Spans = ("I could not send ", Strong(person.name), " the message about it")
    else:
        where = ("I could not post it in ", _place(recognition.place))
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
            Line(("I am not in ", _place(recognition.place), ", so its card is waiting. To let me in, ", LetIn(), ".")),
        )
    )


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


def _half(
    title: str,
    recognitions: tuple[Recognition, ...],
    framework: Framework,
    links: Mapping[str, Message],
    zone: tzinfo,
    *,
    by_giver: bool,
) -> Iterable[Element]:
    yield Heading(f"{title} ({len(recognitions)})" if recognitions else f"{title}: none yet")
    shown = recognitions[:SHOWN_MOST]
    order = {entry.id: position for position, entry in enumerate(framework.entries)}
    tags = {tag.entry: tag for each in reversed(shown) for tag in each.tags}  # as it was called last
    for tag in sorted(tags.values(), key=lambda tag: (order.get(tag.entry, len(order)), tag.entry)):
        yield Line(titled(tag, framework))
        yield Bullets(
            tuple(
                _listed_item(each, links.get(each.id), zone, by_giver=by_giver)
                for each in shown
                if tag.entry in {own.entry for own in each.tags}
            )
        )
    if len(recognitions) > len(shown):
        yield Note((f"These are the latest {len(shown)}, of {len(recognitions)}.",))


def _listed_item(recognition: Recognition, message: Message | None, zone: tzinfo, *, by_giver: bool) -> Spans:
    day = recognition.given_at.astimezone(zone)
    person = f"from {recognition.giver.name}" if by_giver else f"to {called.recipient_names(recognition)}"
    wordless = ", with a reaction" if recognition.origin is Origin.REACTION else ""
    words = f": “{excerpt(recognition.reason)}”" if recognition.reason else wordless
    link: Spans = (" ", MessageLink(label="see it", message=message)) if message else ()
    return (f"{day.day} {day:%b %Y}, ", Strong(person), words, *link)


def excerpt(text: str, most: int = EXCERPT_MOST) -> str:
    """`text` on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else beginning(line, most).rsplit(" ", 1)[0] + " …"


def button(label: str, action: Action, recognition: Recognition, *, primary: bool = False) -> Button:
    """A button about `recognition`."""
    about = f"{label}: kudos from {recognition.giver.name} to {called.recipient_names(recognition)}"
    return Button(label=label, action=action.value, value=recognition.id, describes=about, primary=primary)


def titled(tag: Tag, framework: Framework) -> Spans:
    """An entry as it was called when the kudos was given, with its emoji."""
    entry = framework.marked(tag.entry)
    emoji: Spans = (Emoji(unicode=entry.emoji, name=entry.emoji_name), " ") if entry and entry.emoji else ()
    return (*emoji, Quoted(tag.title, strong=True))


def _told(recognition: Recognition, framework: Framework) -> tuple[Element, ...]:
    """Who thanked whom, for what, in which words."""
    return (
        Line((Strong(recognition.giver.name), " thanked ", *called.recipients(recognition), " for:")),
        *(Line(titled(tag, framework)) for tag in recognition.tags),
        *_quoted(recognition),
        *_about(recognition),
        *_seconders(recognition.seconders),
    )


def _quoted(recognition: Recognition) -> tuple[Quote, ...]:
    """Its words, as long as they are kept."""
    return (Quote(recognition.reason),) if recognition.reason else ()


def _place(place: Place) -> PlaceName:
    return PlaceName(place=place.id, name=place.name)


def _about(recognition: Recognition) -> tuple[Element, ...]:
    if recognition.message is None:
        return ()
    return (Note(("About ", MessageLink(label="this message", message=recognition.message))),)


def _seconders(people: tuple[Person, ...]) -> tuple[Element, ...]:
    return (Note((f"Seconded by {called.people(people)}",)),) if people else ()


def names_place(recognition: Recognition, members: frozenset[str] | None, person: str) -> bool:
    """Whether a recipient may be told where it was said: the name of a private place is private too.

    A guest sees the channels they are in and no others.
    """
    guest = any(each.id == person and each.kind is PersonKind.GUEST for each in recognition.recipients)
    return (_public(recognition) and not guest) or (members is not None and person in members)


def names_message(recognition: Recognition, members: frozenset[str], person: str) -> bool:
    """Whether the author of the message that was reacted to may be led to it: who wrote there need not be there now."""
    return _public(recognition) or person in members


def _public(recognition: Recognition) -> bool:
    """Whether it was said in public, and where it was said is public still, as far as we know."""
    return Visibility.PUBLIC is recognition.visibility is recognition.place.visibility


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
