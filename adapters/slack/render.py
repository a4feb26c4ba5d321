"""Cards in, Block Kit out. Pure.

What people wrote goes into `rich_text`, which needs no escaping; the few `mrkdwn` texts hold our own words and
are escaped all the same. Source of the limits: docs.slack.dev/reference/block-kit
"""

import html
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final, assert_never

from adapters.fitting import shorter
from adapters.slack.charts import with_charts
from adapters.slack.room import BLOCKS_MOST, cut, holds
from bot.cards import (
    INVITE,
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
    bars_in_words,
    length,
    plain,
    span_text,
    spans_text,
)
from bot.model import Message

Json = dict[str, Any]

VIEW_BLOCKS_MOST: Final = 100
HEADER_MOST: Final = 150
BUTTON_MOST: Final = 75
OPTION_MOST: Final = 75
CONFIRM_TITLE_MOST: Final = 100
CONFIRM_MOST: Final = 300
CONFIRM_BUTTON_MOST: Final = 30
CONTEXT_MOST: Final = 3000
TEXT_MOST: Final = 40_000  #: of a message's `text`; longer ones are cut off by Slack
UPDATE_TEXT_MOST: Final = 4_000  #: of an update's `text`; longer ones are refused
_LOOKS_LIKE: Final = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", ">": "›"})  #: instead of a mark
EMOJI_MOST: Final = 50  #: in one text; others stay names, for each takes room
#: What is none that it knows Slack shows as it is written.
_EMOJI: Final = re.compile(r"(?<!\w):([a-z0-9_+'-]{1,100})(?:::skin-tone-([2-6]))?:(?!\w)")
_REST: Final = Note(("There is more than fits into one message of Slack: the rest is left out.",))
PIECE_MOST: Final = 1500  #: characters in one text of a `rich_text`: 3000 where Slack counts an emoji as two


def message(card: Card, base: str, *, text_most: int = TEXT_MOST, charts: bool = False) -> Json:
    """A message's `text` and `blocks`, with less and less in these until Slack takes them.

    Args:
        base: the workspace's address, with a trailing slash, for links to messages.
        charts: Slack may draw them: only where its refusal is heard, for not every Slack takes them yet.
    """
    blocks = in_blocks(with_charts(card.elements) if charts else card.elements, base)
    if not holds(blocks):
        less = shorter(card.elements, _REST)
        blocks = in_blocks(less[bisect_left(less, 1, key=lambda parts: int(holds(in_blocks(parts, base))))], base)
    return {"text": _escaped(plain(card), text_most), "blocks": blocks}


def permalink(where: Message, base: str) -> str:
    """The address of a message; one of another workspace brings its own."""
    return where.url or f"{base}archives/{where.place}/p{where.id.replace('.', '')}"


def _escaped(text: str, most: int) -> str:
    """Text in which nothing can call anybody, whole where it fits."""
    escaped = html.escape(text, quote=False)
    while (size := length(escaped)) > most:
        text = text[: int(len(text) * most / size) - 1]
        escaped = html.escape(text, quote=False) + "…"
    return escaped


def in_blocks(elements: Iterable[Element | Json], base: str) -> list[Json]:
    """Neighbouring lines, quotes and bullets share one `rich_text`."""
    blocks: list[Json] = []
    for element in elements:
        block = element if isinstance(element, dict) else _block(element, base)
        if block["type"] == "rich_text" and blocks and blocks[-1]["type"] == "rich_text":
            _join(blocks[-1]["elements"], block["elements"][0])
        else:
            blocks.append(block)
    return blocks


def _join(parts: list[Json], part: Json) -> None:
    """Add `part`; sections run on in one line unless a line break stands between them."""
    if part["type"] == parts[-1]["type"] == "rich_text_section":
        parts[-1]["elements"] += [*_texts("\n"), *part["elements"]]
    else:
        parts.append(part)


def _block(element: Element, base: str) -> Json:
    match element:
        case Heading(text):
            return {"type": "header", "text": {"type": "plain_text", "text": cut(text, HEADER_MOST), "emoji": True}}
        case Line(spans):
            return _rich({"type": "rich_text_section", "elements": _spans(spans, base)})
        case Quote(text):
            return _rich({"type": "rich_text_quote", "elements": _words(text)})
        case Bullets(items):
            sections = [{"type": "rich_text_section", "elements": _spans(item, base)} for item in items]
            return _rich({"type": "rich_text_list", "style": "bullet", "elements": sections})
        case Note(spans):
            return {"type": "context", "elements": [_note(spans, base)]}
        case Divider():
            return {"type": "divider"}
        case Chart():
            return _rich({"type": "rich_text_section", "elements": _in_words(element, base)})
        case Actions():
            return _actions(element)
    assert_never(element)


def _in_words(chart: Chart, base: str) -> list[Json]:
    first, *others = (_spans(line.spans, base) for line in bars_in_words(chart))
    return [*first, *(part for line in others for part in (*_texts("\n"), *line))]


def _rich(element: Json) -> Json:
    return {"type": "rich_text", "elements": [element]}


def _spans(spans: Spans, base: str) -> list[Json]:
    return [part for span in spans for part in _span(span, base)]


def _span(span: Span, base: str) -> list[Json]:
    match span:
        case str():
            return _words(span)
        case Strong(text):
            return _texts(text, bold=True)
        case Quoted(text, strong):
            return _texts(text, bold=True) if strong else _texts(text)
        case Code(text):
            return _texts(text, code=True)
        case Typed():
            return _texts(span.command, code=True)
        case LetIn():
            return [*_texts("type "), *_texts(INVITE, code=True), *_texts(" there")]
        case Emoji(name=name):
            return [{"type": "emoji", "name": name}]
        case Mention(person=person):
            return [{"type": "user", "user_id": person}]
        case PlaceName(place=place):
            return [{"type": "channel", "channel_id": place}]
        case MessageLink(label=label, message=where):
            return [{"type": "link", "url": permalink(where, base), "text": span_text(label)}]
    assert_never(span)


def _words(text: str) -> list[Json]:
    """What may hold words of people. Slack tells of the emoji in these by name, and shows none for a name in a text."""
    parts: list[Json] = []
    at = 0
    for found in itertools.islice(_EMOJI.finditer(text), EMOJI_MOST):
        name, tone = found[1], found[2]
        emoji = {"type": "emoji", "name": name, **({"skin_tone": int(tone)} if tone else {})}
        parts += [*_texts(text[at : found.start()]), emoji]
        at = found.end()
    return [*parts, *_texts(text[at:])]


def _texts(text: str, **style: bool) -> list[Json]:
    styled = {"style": style} if style else {}
    return [
        {"type": "text", "text": text[start : start + PIECE_MOST], **styled}
        for start in range(0, len(text), PIECE_MOST)
    ]


def _note(spans: Spans, base: str) -> Json:
    """Small print. Where it is mere text it stays so, with nothing to interpret."""
    if all(isinstance(span, str | Strong | Quoted | Emoji) for span in spans):
        return {"type": "plain_text", "text": cut(spans_text(spans), CONTEXT_MOST), "emoji": True}
    # `verbatim`, or Slack would make something of a bare @here or #name.
    return {"type": "mrkdwn", "text": "".join(_mrkdwn(span, base) for span in spans), "verbatim": True}


def _mrkdwn(span: Span, base: str) -> str:
    match span:
        case str():
            return _unmarked(span)
        case Strong(text):
            return f"*{_unmarked(text)}*"
        case Quoted(text, strong):
            return _mrkdwn(Strong(text) if strong else text, base)
        case Code(text):
            return f"`{html.escape(text.replace('`', _LOOKS_LIKE[ord('`')]), quote=False)}`"
        case Typed():
            return _mrkdwn(Code(span.command), base)
        case LetIn():
            return f"type {_mrkdwn(Code(INVITE), base)} there"
        case Emoji(name=name):
            return f":{name}:"
        case Mention(person=person):
            return f"<@{person}>"
        case PlaceName(place=place):
            return f"<#{place}>"
        case MessageLink(label=label, message=where):
            return f"<{permalink(where, base)}|{_unmarked(span_text(label))}>"
    assert_never(span)


def _unmarked(text: str) -> str:
    """`text` in one line, in which Slack, which knows no escape for its marks, finds none."""
    return html.escape(" ".join(text.splitlines()).translate(_LOOKS_LIKE), quote=False)


def _actions(actions: Actions) -> Json:
    elements = [_button(button, position) for position, button in enumerate(actions.buttons)]
    if actions.more:
        options = [
            {
                "text": {"type": "plain_text", "text": cut(button.label, OPTION_MOST)},
                "value": f"{button.action}:{button.value}",
            }
            for button in actions.more
        ]
        elements.append({"type": "overflow", "action_id": "more", "options": options})
    return {"type": "actions", "elements": elements}


def _button(button: Button, position: int) -> Json:
    block: Json = {
        "type": "button",
        "text": {"type": "plain_text", "text": cut(button.label, BUTTON_MOST), "emoji": True},
        "action_id": f"{button.action}:{position}",  # unique within its block
    }
    if button.value:
        block["value"] = button.value
    if button.describes:
        block["accessibility_label"] = cut(button.describes, BUTTON_MOST)
    if button.primary:
        block["style"] = "primary"
    if button.confirm:
        block["confirm"] = {
            "title": {"type": "plain_text", "text": cut(button.label, CONFIRM_TITLE_MOST)},
            "text": {"type": "plain_text", "text": cut(button.confirm, CONFIRM_MOST)},
            "confirm": {"type": "plain_text", "text": cut(f"Yes: {button.label}", CONFIRM_BUTTON_MOST)},
            "deny": {"type": "plain_text", "text": "Cancel"},
        }
    return block


def reading(card: Card, base: str) -> Json:
    """A card in a modal, where there is no message to answer below."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Kudos"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": in_blocks(card.elements, base)[:VIEW_BLOCKS_MOST],
    }


def home(card: Card, base: str) -> Json:
    """Somebody's own page, as the App Home."""
    return {"type": "home", "blocks": in_blocks(card.elements, base)[:VIEW_BLOCKS_MOST]}


def ephemeral(card: Card, base: str, *, replace: bool = False) -> Json:
    """A private answer to a command or a press, which may be longer than other messages."""
    shown = {"text": _escaped(plain(card), TEXT_MOST), "blocks": in_blocks(card.elements, base)[:BLOCKS_MOST]}
    return {"response_type": "ephemeral", "replace_original": replace, **shown}
