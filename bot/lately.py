"""Who has shown an entry lately, as far as everybody can read it. A pure view."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Final

from bot import answers, called
from bot.cards import Actions, Card, Element, Heading, Line, MessageLink, Note, Quote, Spans, Strong
from bot.framework import Entry
from bot.kudos_cards import excerpt
from bot.model import Message, Recognition

SHOWN_MOST: Final = 3


def lately(entry: Entry, recognitions: Sequence[Recognition], *, links: Mapping[str, Message], zone: tzinfo) -> Card:
    """The latest kudos for `entry`, latest first, for one reader.

    Args:
        links: what to follow a kudos to, by recognition.
    """
    elements: list[Element] = [Heading(f"Lately: {entry.emoji} {entry.title.text}")]
    for each in recognitions:
        elements += _one(each, links.get(each.id), zone)
    if recognitions:
        elements.append(Note(("These are the latest that everybody here can read.",)))
    else:
        elements.append(Line(("No kudos for it yet that everybody here can read. Yours could be the first.",)))
    return Card((*elements, Actions(buttons=(answers.give(entry),))))


def _one(recognition: Recognition, message: Message | None, zone: tzinfo) -> Iterable[Element]:
    yield Line((Strong(recognition.giver.name), " thanked ", Strong(called.recipient_names(recognition))))
    if recognition.reason:
        yield Quote(excerpt(recognition.reason))
    day = recognition.given_at.astimezone(zone)
    how = "" if recognition.reason else ", with an emoji"
    link: Spans = (" · ", MessageLink(label="see it", message=message)) if message else ()
    yield Note((f"{day.day} {day:%B %Y}{how}", *link))
