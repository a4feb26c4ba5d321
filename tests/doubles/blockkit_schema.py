"""What every object of Block Kit looks like: its keys, their types, their limits.

The tables are the documentation: `ELEMENTS`, `RICH_TEXT` and `BLOCKS`. What is not in a table is refused.

Source: docs.slack.dev/reference/block-kit, @slack/types 3.2.
"""

from collections.abc import Mapping
from typing import Any

from .blockkit_charts import CHARTS
from .blockkit_rules import (
    EITHER_TEXT,
    Report,
    Rule,
    array,
    exactly_one_of,
    flag,
    integer,
    one_of,
    record,
    size,
    string,
    tagged,
    text,
)

USER_ID = r"[UW][A-Z0-9]{2,20}"
CHANNEL_ID = r"[CGD][A-Z0-9]{2,20}"
USERGROUP_ID = r"S[A-Z0-9]{2,20}"
EMOJI_NAME = r"[a-z0-9_'+\-]{1,100}"


# Composition objects

CONFIRM = record(
    {"title": text(100), "text": text(300), "confirm": text(30), "deny": text(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = record(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)},
)


def _not_empty(value: Any, at: str, report: Report) -> None:
    if not value:
        report("must define at least one filter", at)


FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    _not_empty,
)
SLACK_FILE = record({}, {"id": string(255), "url": string(3000)}, exactly_one_of("id", "url"))
IMAGE_SOURCE: Mapping[str, Rule] = {"image_url": string(3000), "slack_file": SLACK_FILE}


def option(*kinds: str, link: bool = False) -> Rule:
    optional = {"description": text(75, *kinds), **({"url": string(3000)} if link else {})}
    return record({"text": text(75, *kinds), "value": string(150)}, optional)


def offered(element: Mapping[str, Any]) -> list[Any]:
    """All options of an element, grouped or not."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(each for group in groups for each in group["options"])]


def choice(value: Any, at: str, report: Report) -> None:
    """Options are told apart by their value, and what is chosen first is among them, equal in every key."""
    options = offered(value)
    values = [each["value"] for each in options]
    for repeated in sorted({each for each in values if values.count(each) > 1}):
        report(f"option values must be unique: {repeated!r}", at)
    first = value.get("initial_options", [value["initial_option"]] if "initial_option" in value else [])
    for chosen in first:
        if chosen not in options:
            report(f"initial option must be one of the options: {chosen.get('value')!r}", at)
    if len({each["value"] for each in first}) < len(first):
        report("initial options must be unique", at)


def room(value: Any, at: str, report: Report) -> None:
    """Not more is chosen at first than may be chosen."""
    for key, chosen in value.items():
        several = key.startswith("initial_") and isinstance(chosen, list)
        if several and len(chosen) > value.get("max_selected_items", len(chosen)):
            report(f"{key} has more items than max_selected_items", at)


def lengths(value: Any, at: str, report: Report) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        report("min_length must not be greater than max_length", at)
    given = value.get("initial_value", "")
    if size(given) > most:
        report(f"must be less than {most + 1} characters", f"{at}/initial_value")
    if given and size(given) < least:
        report(f"must be more than {least - 1} characters", f"{at}/initial_value")


# Elements: what can be pressed, chosen, typed or looked at inside a block

ACTION: Mapping[str, Rule] = {"action_id": string(255)}
CONFIRMED: Mapping[str, Rule] = {**ACTION, "confirm": CONFIRM}
FOCUS: Mapping[str, Rule] = {"focus_on_load": flag}
CHOSEN: Mapping[str, Rule] = {**CONFIRMED, **FOCUS, "placeholder": text(150)}
TYPED: Mapping[str, Rule] = {**ACTION, **FOCUS, "placeholder": text(150), "dispatch_action_config": DISPATCH}
SEVERAL: Mapping[str, Rule] = {**CHOSEN, "max_selected_items": integer(1, 1000)}
BUTTON_LABEL: Mapping[str, Rule] = {"accessibility_label": string(75)}

_menu_option = option()
_rich_option = option(*EITHER_TEXT)
_groups = array(record({"label": text(75), "options": array(_menu_option, most=100)}), most=100)
_menu: Mapping[str, Rule] = {"options": array(_menu_option, most=100), "option_groups": _groups}
_conversations: Mapping[str, Rule] = {"default_to_current_conversation": flag, "filter": FILTER}
_respond: Mapping[str, Rule] = {"response_url_enabled": flag}
_one_list = exactly_one_of("options", "option_groups")
_feedback = record({"text": text(75), "value": string(2000)}, BUTTON_LABEL)


def _ids(pattern: str) -> Rule:
    return array(string(255, pattern=pattern), most=1000)


def _id(pattern: str) -> Rule:
    return string(255, pattern=pattern)


ELEMENTS: Mapping[str, Rule] = {
    "button": record(
        {"text": text(75)},
        {
            **CONFIRMED,
            **BUTTON_LABEL,
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
        },
        tag="button",
    ),
    "overflow": record({"options": array(option(link=True), most=5)}, CONFIRMED, choice, tag="overflow"),
    "image": record({"alt_text": string(2000)}, IMAGE_SOURCE, exactly_one_of(*IMAGE_SOURCE), tag="image"),
    "checkboxes": record(
        {"options": array(_rich_option, most=10)},
        {**CONFIRMED, **FOCUS, "initial_options": array(_rich_option, most=10)},
        choice,
        tag="checkboxes",
    ),
    "radio_buttons": record(
        {"options": array(_rich_option, most=10)},
        {**CONFIRMED, **FOCUS, "initial_option": _rich_option},
        choice,
        tag="radio_buttons",
    ),
    "static_select": record(
        {}, {**CHOSEN, **_menu, "initial_option": _menu_option}, _one_list, choice, tag="static_select"
    ),
    "multi_static_select": record(
        {},
        {**SEVERAL, **_menu, "initial_options": array(_menu_option, most=100)},
        _one_list,
        choice,
        room,
        tag="multi_static_select",
    ),
    "external_select": record(
        {}, {**CHOSEN, "initial_option": _menu_option, "min_query_length": integer(0, 255)}, tag="external_select"
    ),
    "multi_external_select": record(
        {},
        {**SEVERAL, "initial_options": array(_menu_option, most=100), "min_query_length": integer(0, 255)},
        room,
        tag="multi_external_select",
    ),
    "users_select": record({}, {**CHOSEN, "initial_user": _id(USER_ID)}, tag="users_select"),
    "multi_users_select": record({}, {**SEVERAL, "initial_users": _ids(USER_ID)}, room, tag="multi_users_select"),
    "conversations_select": record(
        {},
        {**CHOSEN, **_conversations, **_respond, "initial_conversation": _id(CHANNEL_ID)},
        tag="conversations_select",
    ),
    "multi_conversations_select": record(
        {},
        {**SEVERAL, **_conversations, "initial_conversations": _ids(CHANNEL_ID)},
        room,
        tag="multi_conversations_select",
    ),
    "channels_select": record({}, {**CHOSEN, **_respond, "initial_channel": _id(CHANNEL_ID)}, tag="channels_select"),
    "multi_channels_select": record(
        {}, {**SEVERAL, "initial_channels": _ids(CHANNEL_ID)}, room, tag="multi_channels_select"
    ),
    "datepicker": record({}, {**CHOSEN, "initial_date": string(10, pattern=r"\d{4}-\d\d-\d\d")}, tag="datepicker"),
    "timepicker": record(
        {},
        {**CHOSEN, "initial_time": string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d"), "timezone": string(255)},
        tag="timepicker",
    ),
    "datetimepicker": record(
        {}, {**CONFIRMED, **FOCUS, "initial_date_time": integer(10**9, 10**10 - 1)}, tag="datetimepicker"
    ),
    "plain_text_input": record(
        {},
        {
            **TYPED,
            "initial_value": string(3000, least=0),
            "multiline": flag,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        lengths,
        tag="plain_text_input",
    ),
    "email_text_input": record({}, {**TYPED, "initial_value": string(3000)}, tag="email_text_input"),
    "url_text_input": record({}, {**TYPED, "initial_value": string(3000)}, tag="url_text_input"),
    "number_input": record(
        {"is_decimal_allowed": flag},
        {**TYPED, "initial_value": string(255), "min_value": string(255), "max_value": string(255)},
        tag="number_input",
    ),
    "file_input": record(
        {}, {**ACTION, "filetypes": array(string(255), most=100), "max_files": integer(1, 10)}, tag="file_input"
    ),
    "feedback_buttons": record(
        {"positive_button": _feedback, "negative_button": _feedback}, ACTION, tag="feedback_buttons"
    ),
    "icon_button": record(
        {"icon": one_of("trash"), "text": text(75)},
        {**CONFIRMED, **BUTTON_LABEL, "value": string(2000), "visible_to_user_ids": _ids(USER_ID)},
        tag="icon_button",
    ),
}

SELECTS = frozenset(kind for kind in ELEMENTS if kind.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
INPUTS = frozenset(kind for kind in ELEMENTS if kind.endswith("_input"))

# Rich text

_styles = {"bold": flag, "italic": flag, "strike": flag, "underline": flag}
_text_style: Mapping[str, Rule] = {"style": record({}, {**_styles, "code": flag})}
_mention_style: Mapping[str, Rule] = {
    "style": record({}, {**_styles, "highlight": flag, "client_highlight": flag, "unlink": flag})
}
RICH_TEXT: Mapping[str, Rule] = {
    "text": record({"text": string(40_000)}, _text_style, tag="text"),
    "link": record({"url": string(3000)}, {**_text_style, "text": string(3000), "unsafe": flag}, tag="link"),
    "user": record({"user_id": _id(USER_ID)}, _mention_style, tag="user"),
    "usergroup": record({"usergroup_id": _id(USERGROUP_ID)}, _mention_style, tag="usergroup"),
    "channel": record({"channel_id": _id(CHANNEL_ID)}, _mention_style, tag="channel"),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, _mention_style, tag="broadcast"),
    "emoji": record(
        {"name": string(100, pattern=EMOJI_NAME)},
        {**_mention_style, "unicode": string(100, pattern=r"[0-9a-f]+(-[0-9a-f]+)*"), "skin_tone": integer(1, 6)},
        tag="emoji",
    ),
    "date": record(
        {"timestamp": integer(0, 10**11), "format": string(3000)},
        {**_mention_style, "url": string(3000), "fallback": string(3000)},
        tag="date",
    ),
    "color": record({"value": string(7, pattern=r"#[0-9A-Fa-f]{6}")}, _mention_style, tag="color"),
}
_rich = array(tagged(RICH_TEXT), most=10_000)
_section = record({"elements": _rich}, tag="rich_text_section")
_border: Mapping[str, Rule] = {"border": one_of(0, 1)}
RICH_TEXT_PARTS: Mapping[str, Rule] = {
    "rich_text_section": _section,
    "rich_text_list": record(
        {"style": one_of("bullet", "ordered"), "elements": array(_section, most=10_000)},
        {**_border, "indent": integer(0, 8), "offset": integer(0, 10_000)},
        tag="rich_text_list",
    ),
    "rich_text_quote": record({"elements": _rich}, _border, tag="rich_text_quote"),
    "rich_text_preformatted": record(
        {"elements": array(tagged(RICH_TEXT, ("text", "link")), most=10_000)}, _border, tag="rich_text_preformatted"
    ),
}

# Blocks

BLOCK: Mapping[str, Rule] = {"block_id": string(255)}
RICH_TEXT_BLOCK = record({"elements": array(tagged(RICH_TEXT_PARTS), most=10_000)}, BLOCK, tag="rich_text")


def _text_or_fields(value: Any, at: str, report: Report) -> None:
    if "text" not in value and "fields" not in value:
        report("must define either `text` or `fields`", at)


def _something_shown(value: Any, at: str, report: Report) -> None:
    if not value.keys() & {"hero_image", "title", "actions", "body"}:
        report("must define at least one of hero_image, title, actions or body", at)


_image = ELEMENTS["image"]
_caption = text(150, "mrkdwn")
_card = record(
    {},
    {
        **BLOCK,
        "hero_image": _image,
        "icon": _image,
        "title": _caption,
        "subtitle": _caption,
        "body": text(200, "mrkdwn"),
        "actions": array(tagged(ELEMENTS, ("button",)), most=3),
    },
    _something_shown,
    tag="card",
)
_cell = tagged({"rich_text": RICH_TEXT_BLOCK, "raw_text": record({"text": string(3000)}, tag="raw_text")})
_pressable = SELECTS | PICKERS | CHOICES | {"button", "overflow"}

BLOCKS: Mapping[str, Rule] = {
    "section": record(
        {},
        {
            **BLOCK,
            "text": text(3000, *EITHER_TEXT),
            "fields": array(text(2000, *EITHER_TEXT), most=10),
            "accessory": tagged(ELEMENTS, _pressable - {"datetimepicker"} | {"image"}),
            "expand": flag,
        },
        _text_or_fields,
        tag="section",
    ),
    "header": record({"text": text(150)}, BLOCK, tag="header"),
    "divider": record({}, BLOCK, tag="divider"),
    "context": record(
        {"elements": array(tagged({"image": _image, **{k: text(3000, k) for k in EITHER_TEXT}}), most=10)},
        BLOCK,
        tag="context",
    ),
    "actions": record({"elements": array(tagged(ELEMENTS, _pressable), most=25)}, BLOCK, tag="actions"),
    "context_actions": record(
        {"elements": array(tagged(ELEMENTS, ("feedback_buttons", "icon_button")), most=5)},
        BLOCK,
        tag="context_actions",
    ),
    "input": record(
        {"label": text(2000), "element": tagged(ELEMENTS, SELECTS | PICKERS | CHOICES | INPUTS)},
        {**BLOCK, "hint": text(2000), "optional": flag, "dispatch_action": flag},
        tag="input",
    ),
    "image": record(
        {"alt_text": string(2000)},
        {**BLOCK, **IMAGE_SOURCE, "title": text(2000)},
        exactly_one_of(*IMAGE_SOURCE),
        tag="image",
    ),
    "rich_text": RICH_TEXT_BLOCK,
    "markdown": record({"text": string(12_000)}, BLOCK, tag="markdown"),
    "table": record(
        {"rows": array(array(_cell, most=20), most=100)},
        {
            **BLOCK,
            "column_settings": array(
                record({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag}), most=20
            ),
        },
        tag="table",
    ),
    "data_visualization": record({"title": string(50), "chart": tagged(CHARTS)}, BLOCK, tag="data_visualization"),
    "card": _card,
    "carousel": record({"elements": array(tagged({"card": _card}), most=10)}, BLOCK, tag="carousel"),
    "alert": record(
        {"text": text(200, *EITHER_TEXT)},
        {**BLOCK, "level": one_of("default", "info", "warning", "error", "success")},
        tag="alert",
    ),
}
