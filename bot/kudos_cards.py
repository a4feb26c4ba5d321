"""Kudos as people see them. Pure views: what happened goes in, a card comes out."""

from collections.abc import Collection, Iterable, Mapping
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
from bot.model import Message, Origin, Person, Place, PlaceKind, Recognition, Tag
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
        where = (" in ", MessageLink(label=place_name(recognition.place), message=card))
    elif names_place and recognition.place.kind is PlaceKind.CHANNEL:
        where = (" in ", place_name(recognition.place))
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


def mine(
    received: tuple[Recognition, ...],
    sent: tuple[Recognition, ...],
    framework: Framework,
    *,
    totals: tuple[int, int],
    links: Mapping[str, Message],
    zone: tzinfo,
) -> Card:
    """What one person received and gave, by entry, for their eyes only.

    Args:
        received: the latest of it, as `sent` of what they gave.
        totals: how many they received, and how many they gave.
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
            *_half("Kudos you received", received, framework, links, zone, total=totals[0], by_giver=True),
            Divider(),
            *_half("Kudos you gave", sent, framework, links, zone, total=totals[1], by_giver=False),
            Note(("Only you see this.",)),
        )
    )


def _half(
    title: str,
    recognitions: tuple[Recognition, ...],
    framework: Framework,
    links: Mapping[str, Message],
    zone: tzinfo,
    *,
    total: int,
    by_giver: bool,
) -> Iterable[Element]:
    yield Heading(f"{title} ({total})" if recognitions else f"{title}: none yet")
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
    if total > len(shown):
        yield Note((f"These are the latest {len(shown)}, of {total}.",))


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


def place_name(place: Place) -> PlaceName:
    return PlaceName(place=place.id, name=place.name)


def _about(recognition: Recognition) -> tuple[Element, ...]:
    if recognition.message is None:
        return ()
    return (Note(("About ", MessageLink(label="this message", message=recognition.message))),)


def _seconders(people: tuple[Person, ...]) -> tuple[Element, ...]:
    return (Note((f"Seconded by {called.people(people)}",)),) if people else ()
