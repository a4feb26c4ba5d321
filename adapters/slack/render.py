"""Cards and forms in, Block Kit out. Pure.

What people wrote goes into `rich_text`, which needs no escaping; the few `mrkdwn` texts hold our own words and
are escaped all the same. Source of the limits: docs.slack.dev/reference/block-kit
"""

import hashlib
import html
import itertools
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any, Final, assert_never

from adapters.fitting import shorter
from adapters.slack.charts import with_charts
from adapters.slack.room import BLOCKS_MOST, holds
from bot.cards import (
    INVITE,
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    ChoiceField,
    Code,
    Divider,
    Element,
    Emoji,
    Field,
    Form,
    Heading,
    LetIn,
    Line,
    Mention,
    MessageLink,
    Note,
    Option,
    PeopleField,
    PickField,
    PlaceField,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Spans,
    Strong,
    TextField,
    TicksField,
    TimeField,
    Typed,
    bars_in_words,
    length,
    plain,
    span_text,
    spans_text,
)
from bot.forms import TEXT_MOST as FORM_TEXT_MOST
from bot.model import Message
from bot.shortening import beginning

Json = dict[str, Any]

VIEW_BLOCKS_MOST: Final = 100
HEADER_MOST: Final = 150
BUTTON_MOST: Final = 75
OPTION_MOST: Final = 75
HINT_MOST: Final = 2000
CONFIRM_TITLE_MOST: Final = 100
CONFIRM_MOST: Final = 300
CONFIRM_BUTTON_MOST: Final = 30
CONTEXT_MOST: Final = 3000
TEXT_MOST: Final = 40_000  #: of a message's `text`; longer ones are cut off by Slack
UPDATE_TEXT_MOST: Final = 4_000  #: of an update's `text`; longer ones are refused
SAID: Final = "said"  #: what the ids of such blocks begin with
AS_IT_IS_WRITTEN: Final = {"trigger_actions_on": ["on_character_entered"]}
RADIOS_MOST: Final = 3  #: to choose one from, side by side; more are a menu
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
    blocks = _blocks(with_charts(card.elements) if charts else card.elements, base)
    if not holds(blocks):
        less = shorter(card.elements, _REST)
        blocks = _blocks(less[bisect_left(less, 1, key=lambda parts: int(holds(_blocks(parts, base))))], base)
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


def _blocks(elements: Iterable[Element | Json], base: str) -> list[Json]:
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
            return {"type": "header", "text": {"type": "plain_text", "text": _cut(text, HEADER_MOST), "emoji": True}}
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
        return {"type": "plain_text", "text": _cut(spans_text(spans), CONTEXT_MOST), "emoji": True}
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
                "text": {"type": "plain_text", "text": _cut(button.label, OPTION_MOST)},
                "value": f"{button.action}:{button.value}",
            }
            for button in actions.more
        ]
        elements.append({"type": "overflow", "action_id": "more", "options": options})
    return {"type": "actions", "elements": elements}


def _button(button: Button, position: int) -> Json:
    block: Json = {
        "type": "button",
        "text": {"type": "plain_text", "text": _cut(button.label, BUTTON_MOST), "emoji": True},
        "action_id": f"{button.action}:{position}",  # unique within its block
    }
    if button.value:
        block["value"] = button.value
    if button.describes:
        block["accessibility_label"] = _cut(button.describes, BUTTON_MOST)
    if button.primary:
        block["style"] = "primary"
    if button.confirm:
        block["confirm"] = {
            "title": {"type": "plain_text", "text": _cut(button.label, CONFIRM_TITLE_MOST)},
            "text": {"type": "plain_text", "text": _cut(button.confirm, CONFIRM_MOST)},
            "confirm": {"type": "plain_text", "text": _cut(f"Yes: {button.label}", CONFIRM_BUTTON_MOST)},
            "deny": {"type": "plain_text", "text": "Cancel"},
        }
    return block


def _cut(text: str, most: int) -> str:
    if length(text) <= most:
        return text
    room = text.encode("utf-16-le", "replace")[: 2 * most - 2].decode("utf-16-le", "ignore")
    return beginning(text, len(room)) + "…"


def modal(form: Form, kept: Mapping[str, str], base: str) -> Json:
    """A form as a modal view.

    Args:
        kept: comes back with the submission, beside the form's own context.
    """
    blocks = _blocks(form.intro, base)
    for field in form.fields:
        if field.error:
            blocks.append(
                {
                    "type": "section",
                    "text": {"type": "plain_text", "text": _cut(f"⚠️ {field.error}", CONTEXT_MOST), "emoji": True},
                }
            )
        blocks.append(_input(field))
        if isinstance(field, TextField) and field.said:
            blocks += said(field.said, base)
    return {
        "type": "modal",
        "callback_id": form.action,
        "title": {"type": "plain_text", "text": form.title},
        "submit": {"type": "plain_text", "text": form.submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": json.dumps({**dict(form.context), **kept}),
        "blocks": blocks,
    }


def said(elements: Iterable[Element], base: str) -> list[Json]:
    """What is said below the words in a form; other blocks have other ids, which tell what is there already."""
    blocks = _blocks(elements, base)
    digest = hashlib.blake2b(json.dumps(blocks).encode(), digest_size=8).hexdigest()
    return [{**block, "block_id": f"{SAID}-{digest}-{place}"} for place, block in enumerate(blocks)]


def reading(card: Card, base: str) -> Json:
    """A card in a modal, where there is no message to answer below."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Kudos"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": _blocks(card.elements, base)[:VIEW_BLOCKS_MOST],
    }


def home(card: Card, base: str) -> Json:
    """Somebody's own page, as the App Home."""
    return {"type": "home", "blocks": _blocks(card.elements, base)[:VIEW_BLOCKS_MOST]}


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": {"type": "plain_text", "text": field.label},
        "element": {"action_id": field.name, **_element(field)},
    }
    if isinstance(field, TextField) and field.said is not None:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = {"type": "plain_text", "text": _cut(field.hint, HINT_MOST)}
    if isinstance(field, TicksField) or (isinstance(field, PeopleField) and not field.needed):
        block["optional"] = True
    return block


def _element(field: Field) -> Json:
    match field:
        case PeopleField(chosen=chosen, most=most):
            initial: Json = {"initial_users": list(chosen)} if chosen else {}
            return {"type": "multi_users_select", "max_selected_items": most, **initial}
        case ChoiceField(groups=groups, chosen=chosen, most=most):
            options = {option.value: _option(option) for group in groups for option in group.options}
            initial = {"initial_options": [options[value] for value in chosen]} if chosen else {}
            return {
                "type": "multi_static_select",
                "max_selected_items": most,
                "option_groups": [
                    {
                        "label": {"type": "plain_text", "text": _cut(group.label, OPTION_MOST)},
                        "options": [options[option.value] for option in group.options],
                    }
                    for group in groups
                ],
                **initial,
            }
        case PickField(options=given, chosen=chosen):
            listed = {option.value: _option(option) for option in given}
            initial = {"initial_option": listed[chosen]} if chosen in listed else {}
            kind = "radio_buttons" if len(listed) <= RADIOS_MOST else "static_select"
            return {"type": kind, "options": list(listed.values()), **initial}
        case TicksField(options=given, chosen=ticked):
            listed = {option.value: _option(option) for option in given}
            initial = {"initial_options": [listed[value] for value in ticked]} if ticked else {}
            return {"type": "checkboxes", "options": list(listed.values()), **initial}
        case TimeField(at=at):
            return {"type": "timepicker", **({"initial_time": at} if at else {})}
        case TextField(text=text, most=most, one_line=True):
            return {"type": "plain_text_input", "max_length": most, **({"initial_value": text} if text else {})}
        case TextField(text=text, placeholder=placeholder, said=said_):
            # The bound on a kudos is checked on submission, so that a text that is too long can be shortened here.
            initial = {"initial_value": text} if text else {}
            hint: Json = {"placeholder": {"type": "plain_text", "text": placeholder}} if placeholder else {}
            told: Json = {} if said_ is None else {"dispatch_action_config": AS_IT_IS_WRITTEN}
            box: Json = {"type": "plain_text_input", "multiline": True, "max_length": FORM_TEXT_MOST}
            return {**box, **told, **hint, **initial}
        case PlaceField(chosen=chosen):
            initial = {"initial_conversation": chosen} if chosen else {}
            channels = {"include": ["public", "private"], "exclude_external_shared_channels": True}
            return {"type": "conversations_select", "filter": channels, **initial}
    assert_never(field)


def _option(option: Option) -> Json:
    emoji = f"{option.emoji.unicode} " if option.emoji else ""
    # Slack tells of an emoji by its name, and has to take that back where a form is changed while it is open.
    room = OPTION_MOST - (length(f":{option.emoji.name}: ") if option.emoji else 0)
    text = option.label if length(option.label) <= room else _cut(option.short, room)
    block: Json = {
        "text": {"type": "plain_text", "text": emoji + text, "emoji": True},
        "value": option.value,
    }
    if option.description:
        block["description"] = {"type": "plain_text", "text": _cut(option.description, OPTION_MOST)}
    return block


def ephemeral(card: Card, base: str, *, replace: bool = False) -> Json:
    """A private answer to a command or a press, which may be longer than other messages."""
    shown = {"text": _escaped(plain(card), TEXT_MOST), "blocks": _blocks(card.elements, base)[:BLOCKS_MOST]}
    return {"response_type": "ephemeral", "replace_original": replace, **shown}


def errors(faults: Iterable[tuple[str, str]], fields: Iterable[str]) -> dict[str, str]:
    """Sentences by the input they belong to; what belongs to no input of the form stands at the first."""
    names = list(fields)
    found: dict[str, str] = {}
    for name, sentence in faults:
        found.setdefault(name if name in names else names[0], sentence)
    return found
