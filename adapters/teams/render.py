"""Cards in, Adaptive Cards out. Pure.

What people wrote goes into the runs of `RichTextBlock`s, letter for letter. Two things need a `TextBlock`: a heading,
and a line that calls somebody; in these nothing is markdown, and what could be is written so that it is not
(`texts.py`). Cards have no colours of their own, so that they are readable in each theme.

Source: adaptivecards.io/explorer; learn.microsoft.com/microsoftteams/platform/task-modules-and-cards
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never
from urllib.parse import quote

from adapters.teams import charts
from adapters.teams.texts import begun, inert, inert_lines, inert_part, runs, told_apart
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    Code,
    Divider,
    Element,
    Emoji,
    Heading,
    Line,
    Mention,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Spans,
    Strong,
    bar_text,
    bars_in_words,
    plain,
    span_text,
)
from bot.model import Message
from bot.requests import Action

Json = dict[str, Any]

CARD: Final = "application/vnd.microsoft.card.adaptive"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"  #: the newest that every client of Teams takes
CARD_MOST: Final = 25 * 1024  #: bytes of a card as JSON; Teams refuses messages of more than 28 to 100 KB
SUMMARY_MOST: Final = 250  #: characters of a notification
BUTTONS_MOST: Final = 6  #: side by side; Teams puts more behind ⋯
LINKS: Final = "https://teams.microsoft.com/l/message/"

# What a button or a form brings back, besides what is filled in.
ACTION: Final = "action"  #: which `Action`
VALUE: Final = "value"  #: what a button is about
KEY: Final = "key"  #: of a form: the same however often it is sent
CONTEXT: Final = "context"  #: of a form: its own, as it was
AGAIN: Final = "again"  #: of a form: it is not sent, but shown again with what fits the words in it
REFRESH: Final = "refresh"  #: the verb of a card that is shown anew to somebody; `VALUE` says of which recognition

OPENING: Final = frozenset({Action.GIVE, Action.EDIT, Action.SENTENCE, Action.DIGEST})  #: these open a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Who gets to see a card as it looks to them."""

    recognition: str
    people: tuple[str, ...]  #: Teams' own ids; at most 60


def message(
    card: Card,
    tenant: str,
    *,
    called: Mapping[str, str] | None = None,
    charts: bool = True,
    refresh: Refresh | None = None,
) -> Json:
    """A card as the activity that posts it; its `summary` is what a notification says. See `attachment`."""
    return {
        "type": "message",
        "summary": summary(card),
        "attachments": [attachment(card, tenant, called=called, charts=charts, refresh=refresh)],
    }


def attachment(
    card: Card,
    tenant: str,
    *,
    called: Mapping[str, str] | None = None,
    charts: bool = True,
    refresh: Refresh | None = None,
) -> Json:
    """A card that fits.

    Args:
        tenant: its id, for links to messages.
        called: Teams' ids (or Entra object ids) of the people who may be called, by person; Teams must know them all,
            for it mixes up whom a card calls if it does not. Everybody else is named.
        charts: the client may draw them.
    """
    raise NotImplementedError


def reading(card: Card, tenant: str) -> Json:
    """A card in a dialog (the `value` of a task), where there is nothing to fill in."""
    raise NotImplementedError


def summary(card: Card) -> str:
    """What a notification says of a card."""
    text = " ".join(plain(card).split())
    return text if len(text) <= SUMMARY_MOST else text[: SUMMARY_MOST - 1].rstrip() + "…"


def permalink(where: Message, tenant: str) -> str:
    """The address of a message."""
    raise NotImplementedError
