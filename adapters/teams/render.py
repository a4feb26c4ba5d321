"""Cards in, Adaptive Cards out. Pure.

What people wrote goes into the runs of `RichTextBlock`s, letter for letter. Two things need a `TextBlock`: a heading,
and a line that calls somebody; what could be markdown there is written so that it is not (`texts.py`). Cards have no
colours of their own, so that they can be read in every theme.

Source: adaptivecards.io/explorer; learn.microsoft.com/microsoftteams/platform/task-modules-and-cards
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, assert_never
from urllib.parse import quote, urlencode

from adapters.fitting import shorter
from adapters.teams.charts import drawn
from adapters.teams.texts import CALL, inert, inert_lines, runs, told_apart
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
    LetIn,
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
    Typed,
    Wording,
    bar_text,
    bars_in_words,
    plain,
    span_text,
)
from bot.model import Message
from bot.requests import Action
from bot.shortening import beginning

Json = dict[str, Any]

CARD: Final = "application/vnd.microsoft.card.adaptive"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"  #: the newest that every client of Teams takes
CARD_MOST: Final = 25 * 1024  #: bytes; a message may have 28 to 100 KB, by its kind, and be counted as UTF-16
SUMMARY_MOST: Final = 250  #: characters of a notification
TOOLTIP_MOST: Final = 150  #: characters: each button brings its own, twice
BUTTONS_MOST: Final = 5  #: in a set; Teams takes six, and what others show of a card five
LINKS: Final = "https://teams.microsoft.com/l/message/"

# What a button or a form brings back, besides what is filled in.
ACTION: Final = "action"  #: which `Action`
VALUE: Final = "value"  #: what a button is about
KEY: Final = "sending"  #: of a form: the same however often it is sent (the Agents Playground can't send a "key")
CONTEXT: Final = "context"  #: of a form: its own, as it was
AGAIN: Final = "again"  #: of a form: it is not sent, but shown again with what fits the words in it
REFRESH: Final = "refresh"  #: the verb of a card that looks otherwise to somebody; `VALUE` says of which recognition

OPENING: Final = frozenset(
    {Action.GIVE, Action.EDIT, Action.SENTENCE, Action.DIGEST, Action.REMOVE}
)  #: these open a form

_CALL: Final = "@Kudos"  #: without which Kudos hears nothing of what is said among others
_CHANNELS: Final = ("@thread.tacv2", "@thread.skype")  #: how the ids of channels end, and no chat's
_GROUP_CHAT: Final = "@thread.v2"
_REST: Final = Note(("There is more than fits into one card of Teams: the rest is left out.",))
_SMALL: Final = {"size": "Small", "isSubtle": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Who gets to see a card as it looks to them."""

    recognition: str
    people: tuple[str, ...]  #: Teams' own ids; at most 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One card as it is written."""

    tenant: str
    shared: bool = False  #: others are where it stands
    called: Mapping[str, str] = field(default_factory=dict)
    charts: bool = True
    calls: dict[str, Json] = field(default_factory=dict)  #: who is called in it so far, by person: once each

    def call(self, mention: Mention) -> str | None:
        """The text that calls somebody; None where they are only named.

        No two people have the same, and its entities are in the order of the text: clients go by either.
        """
        name = inert(mention.name.replace(CALL, ""))
        if mention.person not in self.called or mention.person in self.calls or not name:
            return None
        name = told_apart(name, {entity["mentioned"]["name"] for entity in self.calls.values()})
        text = f"<at>{name}</at>"
        self.calls[mention.person] = {
            "type": "mention",
            "text": text,
            "mentioned": {"id": self.called[mention.person], "name": name},
        }
        return text


def message(
    card: Card,
    tenant: str,
    *,
    shared: bool = False,
    called: Mapping[str, str] | None = None,
    charts: bool = True,
    refresh: Refresh | None = None,
) -> Json:
    """A card as the activity that posts it; its `summary` is what a notification says. See `attachment`."""
    shown = attachment(card, tenant, shared=shared, called=called, charts=charts, refresh=refresh)
    return {"type": "message", "summary": summary(card, shared=shared), "attachments": [shown]}


def attachment(
    card: Card,
    tenant: str,
    *,
    shared: bool = False,
    called: Mapping[str, str] | None = None,
    charts: bool = True,
    refresh: Refresh | None = None,
) -> Json:
    """A card, with less and less in it until it fits into `CARD_MOST`.

    Args:
        tenant: its id, for links to messages.
        shared: others are in the conversation, so that Kudos has to be called in it.
        called: Teams' ids (or Entra object ids) of the people who may be called, by person. Teams must know every one:
            else it mixes up whom the card calls. Everybody else is named.
        charts: the client may draw them.
    """

    def shown(elements: Sequence[Element], *, drawing: bool, whole: bool) -> Json:
        sheet = Sheet(tenant=tenant, shared=shared, called=called or {}, charts=drawing)
        parts, short = body(elements, sheet), inert(summary(card, shared=shared))
        return {
            **outline(parts, inert_lines(plain(card, wording(shared=shared))) if whole else short),
            "speak": short,
            "msteams": {"width": "Full", **({"entities": list(sheet.calls.values())} if sheet.calls else {})},
            **({"refresh": _refresh(refresh)} if refresh else {}),
        }

    for drawing, whole in ((charts, True), (charts, False), (False, False)):
        content = shown(card.elements, drawing=drawing, whole=whole)
        if size(content) <= CARD_MOST:
            return {"contentType": CARD, "content": content}
    less = shorter(card.elements, _REST)
    first = bisect_left(less, -CARD_MOST, key=lambda parts: -size(shown(parts, drawing=False, whole=False)))
    return {"contentType": CARD, "content": shown(less[first], drawing=False, whole=False)}


def reading(card: Card, tenant: str, *, shared: bool = False) -> Json:
    """A card in a dialog (the `value` of a task), where there is nothing to fill in."""
    shown = attachment(card, tenant, shared=shared)
    return {"title": "Kudos", "height": "medium", "width": "medium", "card": shown}


def outline(body: list[Json], text: str) -> Json:
    """What every card has around its elements; `text` is for clients that can't show it."""
    return {"$schema": SCHEMA, "type": "AdaptiveCard", "version": VERSION, "fallbackText": text, "body": body}


def summary(card: Card, *, shared: bool = False) -> str:
    """What a notification says of a card."""
    text = " ".join(plain(card, wording(shared=shared)).split())
    return text if len(text) <= SUMMARY_MOST else beginning(text, SUMMARY_MOST - 1).rstrip() + "…"


def permalink(where: Message, tenant: str) -> str:
    """The address of a message; one of another workspace brings its own.

    Source: learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
    """
    if where.url:
        return where.url
    query = {"tenantId": tenant}
    if not where.place.endswith(_CHANNELS):
        query["context"] = '{"contextType":"chat"}'
    return f"{LINKS}{quote(where.place, safe='')}/{quote(where.id, safe='')}?{urlencode(query)}"


def size(content: Json) -> int:
    """The bytes of a card as it is sent."""
    return len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def _refresh(refresh: Refresh) -> Json:
    act = {"type": "Action.Execute", "title": "Refresh", "verb": REFRESH, "data": {VALUE: refresh.recognition}}
    return {"action": act, "userIds": list(refresh.people)}


def body(elements: Iterable[Element], sheet: Sheet) -> list[Json]:
    """What a card or the head of a form is made of."""
    parts: list[Json] = []
    before: Element | None = None
    divided = False
    for element in elements:
        divided = divided or isinstance(element, Divider)
        found = _element(element, sheet)
        if found and divided and parts:
            found[0] = {**found[0], "separator": True, "spacing": "Medium"}
        elif found and isinstance(before, Note) and isinstance(element, Line):
            found[0] = {**found[0], "spacing": "Medium"}  # small print ends what it belongs to
        divided = divided and not found
        parts += found
        before = element
    return parts


def _element(element: Element, sheet: Sheet) -> list[Json]:
    match element:
        case Heading(text):
            title = inert(text)
            return [_block(title, style="heading", size="Medium", weight="Bolder")] if title else []
        case Line(spans):
            return _line(spans, sheet)
        case Note(spans):
            return _line(spans, sheet, _SMALL)
        case Quote(text):
            quoted = {"type": "RichTextBlock", "inlines": runs(text)}
            return [{"type": "Container", "style": "emphasis", "spacing": "Small", "items": [quoted]}] if text else []
        case Bullets(items):
            return [part for item in items for part in _line(("•\N{NO-BREAK SPACE}", *item), sheet)]
        case Divider():
            return []
        case Chart():
            return _chart(element, sheet)
        case Actions():
            return _actions(element)
    assert_never(element)


def _line(spans: Spans, sheet: Sheet, style: Json | None = None) -> list[Json]:
    """Text; where it calls somebody, links stand below: no client makes both of one line."""
    style = style or {}
    parts: list[Json] = []
    say = wording(shared=sheet.shared)
    calls = [sheet.call(span) if isinstance(span, Mention) else None for span in spans]
    if any(calls):
        text = "".join(CALL if call else say(span).replace(CALL, "") for span, call in zip(spans, calls, strict=True))
        first, *others = inert(text).split(CALL)
        line = first + "".join(call + other for call, other in zip(filter(None, calls), others, strict=True))
        parts.append(_block(line, spacing="Small", **style))
        spans = tuple(span for span in spans if isinstance(span, MessageLink))
    inlines = [run for span in _beside(spans) for run in _span(span, sheet, style)]
    if inlines:
        parts.append({"type": "RichTextBlock", "spacing": "Small", "inlines": inlines})
    return parts


def _beside(spans: Spans) -> Iterator[Span]:
    """An emoji stays on one line with the word it stands beside."""
    before: Span = ""
    for span in spans:
        beside = isinstance(before, Emoji) and isinstance(span, str) and span.startswith(" ")
        yield f"\N{NO-BREAK SPACE}{span[1:]}" if beside and isinstance(span, str) else span
        before = span


def _span(span: Span, sheet: Sheet, style: Json) -> list[Json]:
    match span:
        case str():
            return runs(span, **style)
        case Strong(text):
            return runs(text, weight="Bolder", **style)
        case Quoted(text, strong):
            return _span(Strong(text) if strong else text, sheet, style)
        case Code(text):
            return runs(text, fontType="Monospace", **style)
        case Typed():
            return _span(Code(wording(shared=sheet.shared)(span)), sheet, style)
        case Emoji() | LetIn():
            return runs(said(span), **style)
        case Mention() | PlaceName():
            return _span(Strong(said(span)), sheet, style)
        case MessageLink(message=where):
            label = said(span)
            act = {"type": "Action.OpenUrl", "title": inert(label), "url": permalink(where, sheet.tenant)}
            return runs(label, selectAction=act, **style)
    assert_never(span)


def wording(*, shared: bool) -> Wording:
    """How one says a span in Teams: alone with Kudos, or where others are."""
    return _said_among_others if shared else said


def _said_among_others(span: Span) -> str:
    return f"{_CALL} {said(span)}" if isinstance(span, Typed) else said(span)


def said(span: Span) -> str:
    """A span as plain text, as one says it to Kudos alone."""
    match span:
        case Typed():
            return span.message
        case LetIn():
            return "add the app Kudos to that team or chat"
        case PlaceName(place=place, name=name):
            return name or ("the group chat" if place.endswith(_GROUP_CHAT) else "the channel")
        case MessageLink(label=label):
            return said(label)
        case _:
            return span_text(span)


def _block(text: str, **style: object) -> Json:
    """Text that is inert."""
    return {"type": "TextBlock", "text": text, "wrap": True, **style}


def _chart(chart: Chart, sheet: Sheet) -> list[Json]:
    """Figures stand below what is drawn: not everybody can see it."""
    words = [part for line in bars_in_words(chart) for part in _line(line.spans, sheet)]
    if not sheet.charts or not chart.bars:
        return words
    title, *lines = words
    figures = _line((" · ".join(map(bar_text, chart.bars)),), sheet, _SMALL)
    return [title, drawn(chart, {"type": "Container", "items": lines}), *figures]


def _actions(actions: Actions) -> list[Json]:
    """Rows of buttons; those behind ⋯ come last, and all of them behind the same one."""
    rows = _rows([_button(button) for button in actions.buttons])
    more = [_button(button) | {"mode": "secondary"} for button in actions.more]
    if rows and len(rows[-1]) + len(more) <= BUTTONS_MOST:
        rows[-1] += more
    else:
        rows += _rows(more)
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _rows(acts: list[Json]) -> list[list[Json]]:
    return [acts[start : start + BUTTONS_MOST] for start in range(0, len(acts), BUTTONS_MOST)]


def _button(button: Button) -> Json:
    """A button. One that opens a form asks for that form; the others are Universal Actions.

    Source: learn.microsoft.com/microsoftteams/platform, universal actions for Adaptive Cards; cards actions, task/fetch
    """
    titled: Json = {"title": inert(button.label)}
    if button.describes:
        short = beginning(button.describes, TOOLTIP_MOST)
        titled["tooltip"] = inert(button.describes if short == button.describes else f"{short}…")
    if button.confirm:
        return {"type": "Action.ShowCard", **titled, "card": _confirming(button)}
    data = {ACTION: button.action, VALUE: button.value}
    if button.action in OPENING:
        act = {"type": "Action.Submit", **titled, "data": {"msteams": {"type": "task/fetch"}, **data}}
    else:
        instead = {"type": "Action.Submit", **titled, "data": data}
        act = {"type": "Action.Execute", **titled, "verb": button.action, "data": data, "fallback": instead}
    return act | {"style": "positive"} if button.primary else act


def _confirming(button: Button) -> Json:
    """The question, with the button that means it."""
    sure = Button(label=f"Yes: {button.label}", action=button.action, value=button.value, describes=button.describes)
    return {
        "type": "AdaptiveCard",
        "body": [_block(inert(button.confirm))],
        "actions": [_button(sure)],
    }
