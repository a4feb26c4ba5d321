"""The check itself can fail: every limit is tried at its edge and one past it, every rule with one defect."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .blockkit import BLOCKS_TEXT, Surface, pings, problems, refusals

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def actions(*inside: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(inside), **more}


def option(value: str = "v", text: str = "x", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"v{index}") for index in range(count)]


def select(kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "action_id": "choose", **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "words", **more}


def rich(*inside: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inside)}]}


def message(*blocks: Json, text: str = "words", **more: Any) -> Json:
    return {"text": text, "blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    submit = {"submit": plain("Send")} if any(each["type"] == "input" for each in blocks) else {}
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **submit, **more}


def bar(*values: Any, title: str = "Title", name: str = "Kudos", label: str = "{}", **more: Any) -> Json:
    """A chart of one series."""
    labels = [label.format(index) for index in range(len(values))]
    data = [{"label": each, "value": value} for each, value in zip(labels, values, strict=True)]
    chart = {"type": "bar", "series": [{"name": name, "data": data}], "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": title, "chart": {**chart, **more}}


def several(count: int, kind: str = "line", names: str = "s{}") -> Json:
    """A chart of several series."""
    chart = bar(1, -2.5)
    (series,) = chart["chart"]["series"]
    return {
        **chart,
        "chart": {
            **chart["chart"],
            "type": kind,
            "series": [{**series, "name": names.format(index)} for index in range(count)],
        },
    }


def pie(*values: Any) -> Json:
    segments = [{"label": f"s{index}", "value": value} for index, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Title", "chart": {"type": "pie", "segments": segments}}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


#: What is made of a size, where it goes, and the largest size that Slack takes.
LIMITS: dict[str, tuple[Callable[[int], Json], Surface, int]] = {
    "message blocks": (lambda n: message(*[{"type": "divider"}] * n), "message", 50),
    "modal blocks": (lambda n: modal(*[{"type": "divider"}] * n), "modal", 100),
    "home blocks": (lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, "home", 100),
    "header": (lambda n: message({"type": "header", "text": plain("x" * n)}), "message", 150),
    "section text": (lambda n: message(section("x" * n)), "message", 3000),
    "fields": (lambda n: message({"type": "section", "fields": [mrkdwn()] * n}), "message", 10),
    "field": (lambda n: message({"type": "section", "fields": [mrkdwn("x" * n)]}), "message", 2000),
    "context": (lambda n: message({"type": "context", "elements": [mrkdwn()] * n}), "message", 10),
    "actions": (lambda n: message(actions(*[button(f"b{i}") for i in range(n)])), "message", 25),
    "button text": (lambda n: message(actions(button(text=plain("x" * n)))), "message", 75),
    "button value": (lambda n: message(actions(button(value="x" * n))), "message", 2000),
    "button url": (lambda n: message(actions(button(url="x" * n))), "message", 3000),
    "button label": (lambda n: message(actions(button(accessibility_label="x" * n))), "message", 75),
    "action_id": (lambda n: message(actions(button("x" * n))), "message", 255),
    "block_id": (lambda n: message(section(block_id="x" * n)), "message", 255),
    "confirm title": (lambda n: message(actions(button(confirm=confirm(title=plain("x" * n))))), "message", 100),
    "confirm text": (lambda n: message(actions(button(confirm=confirm(text=plain("x" * n))))), "message", 300),
    "confirm deny": (lambda n: message(actions(button(confirm=confirm(deny=plain("x" * n))))), "message", 30),
    "overflow": (lambda n: message(actions(select("overflow", options=options(n)))), "message", 5),
    "radio buttons": (lambda n: message(actions(select("radio_buttons", options=options(n)))), "message", 10),
    "checkboxes": (lambda n: message(actions(select("checkboxes", options=options(n)))), "message", 10),
    "options": (lambda n: message(actions(select(options=options(n)))), "message", 100),
    "option groups": (
        lambda n: message(
            actions(select(option_groups=[{"label": plain(), "options": [option(f"v{i}")]} for i in range(n)]))
        ),
        "message",
        100,
    ),
    "options in a group": (
        lambda n: message(actions(select(option_groups=[{"label": plain(), "options": options(n)}]))),
        "message",
        100,
    ),
    "group label": (
        lambda n: message(actions(select(option_groups=[{"label": plain("x" * n), "options": options(1)}]))),
        "message",
        75,
    ),
    "option text": (lambda n: message(actions(select(options=[option("v", "x" * n)]))), "message", 75),
    "option value": (lambda n: message(actions(select(options=[option("x" * n)]))), "message", 150),
    "option description": (
        lambda n: message(actions(select(options=[option(description=plain("x" * n))]))),
        "message",
        75,
    ),
    "placeholder": (
        lambda n: message(actions(select(options=options(1), placeholder=plain("x" * n)))),
        "message",
        150,
    ),
    "input label": (lambda n: modal({**field(typed()), "label": plain("x" * n)}), "modal", 2000),
    "input hint": (lambda n: modal(field(typed(), hint=plain("x" * n))), "modal", 2000),
    "max_length": (lambda n: modal(field(typed(max_length=n))), "modal", 3000),
    "initial_value": (lambda n: modal(field(typed(max_length=20, initial_value="x" * n))), "modal", 20),
    "initial_users": (
        lambda n: modal(
            field(select("multi_users_select", max_selected_items=3, initial_users=[f"U{i}00" for i in range(n)]))
        ),
        "modal",
        3,
    ),
    "title": (lambda n: modal(section(), title=plain("x" * n)), "modal", 24),
    "submit": (lambda n: modal(section(), submit=plain("x" * n)), "modal", 24),
    "close": (lambda n: modal(section(), close=plain("x" * n)), "modal", 24),
    "private_metadata": (lambda n: modal(section(), private_metadata="x" * n), "modal", 3000),
    "callback_id": (lambda n: modal(section(), callback_id="x" * n), "modal", 255),
    "external_id": (lambda n: modal(section(), external_id="x" * n), "modal", 255),
    "image alt_text": (
        lambda n: message({"type": "image", "image_url": "https://x", "alt_text": "x" * n}),
        "message",
        2000,
    ),
    "markdown": (lambda n: message({"type": "markdown", "text": "x" * n}), "message", 12_000),
    "table columns": (
        lambda n: message({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}),
        "message",
        20,
    ),
    "charts": (lambda n: message(*[bar(1, 2)] * n), "message", 2),
    "chart title": (lambda n: message(bar(1, title="x" * n)), "message", 50),
    "chart points": (lambda n: message(bar(*range(n))), "message", 20),
    "chart series": (lambda n: message(several(n)), "message", 6),
    "chart series name": (lambda n: message(bar(1, name="x" * n)), "message", 20),
    "chart label": (lambda n: message(bar(1, label="x" * n)), "message", 20),
    "chart axis label": (
        lambda n: message(bar(1, axis_config={"categories": ["0"], "x_label": "x" * n, "y_label": "y"})),
        "message",
        50,
    ),
    "chart segments": (lambda n: message(pie(*[0.5] * n)), "message", 6),
    "post text": (lambda n: {"text": "x" * n}, "message", 40_000),
    "update text": (lambda n: {"text": "x" * n}, "update", 4_000),
    "response text": (lambda n: {"text": "x" * n}, "response", 40_000),
    "all blocks": (lambda n: message(*[section("x" * 1000)] * 9, section("x" * (n - 9000))), "message", BLOCKS_TEXT),
    "astral emoji": (lambda n: modal(section(), title=plain("🎉" * (n // 2) + "x" * (n % 2))), "modal", 24),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_holds_at_its_edge_and_not_one_past_it(name: str) -> None:
    make, surface, most = LIMITS[name]
    assert problems(make(most), surface) == []
    assert problems(make(most + 1), surface) != []


#: Payloads with one defect each.
DEFECTS: dict[str, tuple[Json, Surface]] = {
    "no text": (message(section(), text=""), "message"),
    "neither text nor blocks": ({}, "message"),
    "text is no string": ({"text": 5}, "message"),
    "markdown_text beside text": ({"text": "x", "markdown_text": "x"}, "message"),
    "blocks are no list": ({"text": "x", "blocks": {"type": "divider"}}, "message"),
    "a block is no object": ({"text": "x", "blocks": ["divider"]}, "message"),
    "unknown block": (message({"type": "paragraph"}), "message"),
    "no block type": (message({"text": plain()}), "message"),
    "unknown key": (message(section(colour="red")), "message"),
    "empty text": (message(section("")), "message"),
    "section of nothing": (message({"type": "section"}), "message"),
    "no fields": (message({"type": "section", "fields": []}), "message"),
    "empty modal": (modal(), "modal"),
    "empty actions": (message(actions()), "message"),
    "empty context": (message({"type": "context", "elements": []}), "message"),
    "header in mrkdwn": (message({"type": "header", "text": mrkdwn()}), "message"),
    "button in mrkdwn": (message(actions(button(text=mrkdwn()))), "message"),
    "emoji on mrkdwn": (message({"type": "section", "text": mrkdwn(emoji=True)}), "message"),
    "verbatim on plain_text": (message({"type": "section", "text": {**plain(), "verbatim": True}}), "message"),
    "emoji is no boolean": (message({"type": "section", "text": {**plain(), "emoji": 1}}), "message"),
    "text without type": (message({"type": "section", "text": {"text": "x"}}), "message"),
    "button style": (message(actions(button(style="warning"))), "message"),
    "image without alt_text": (message({"type": "image", "image_url": "https://x"}), "message"),
    "image of two sources": (
        message({"type": "image", "alt_text": "x", "image_url": "https://x", "slack_file": {"id": "F1"}}),
        "message",
    ),
    "image in actions": (message(actions({"type": "image", "image_url": "u", "alt_text": "x"})), "message"),
    "input field in actions": (message(actions(typed())), "message"),
    "button in context": (message({"type": "context", "elements": [button()]}), "message"),
    "button in input": (modal(field(button())), "modal"),
    "markdown in a modal": (modal({"type": "markdown", "text": "x"}), "modal"),
    "table in a modal": (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}), "modal"),
    "alert in a message": (message({"type": "alert", "text": plain()}), "message"),
    "action_id twice in a carousel": (
        message({"type": "carousel", "elements": [{"type": "card", "actions": [button()]}] * 2}),
        "message",
    ),
    "card of nothing": (message({"type": "card"}), "message"),
    "markdown over all": (message(*[{"type": "markdown", "text": "x" * 6001}] * 2), "message"),
    "file_input in a message": (message(field({"type": "file_input", "action_id": "f"})), "message"),
    "min_length is a string": (modal(field(typed(min_length="5"))), "modal"),
    "chart in a modal": (modal(bar(1)), "modal"),
    "chart on a home tab": ({"type": "home", "blocks": [bar(1)]}, "home"),
    "chart without title": (message({**bar(1), "title": ""}), "message"),
    "chart of an unknown kind": (message(bar(1, type="donut")), "message"),
    "chart of nothing": (message(bar(1, series=[{"name": "Kudos", "data": []}])), "message"),
    "chart without axis": (message(several(0)), "message"),
    "chart with a text for a value": (message(bar("1")), "message"),
    "chart with a flag for a value": (message(bar(True)), "message"),
    "chart with an endless value": (message(bar(float("inf"))), "message"),
    "chart with a label twice": (message(bar(1, 2, label="same")), "message"),
    "chart with a series twice": (message(several(2, names="same")), "message"),
    "chart with a label of no category": (message(bar(1, axis_config={"categories": ["1"]})), "message"),
    "chart with a category of no label": (message(bar(1, axis_config={"categories": ["0", "1"]})), "message"),
    "chart with an unnamed series": (message(bar(1, name="")), "message"),
    "pie of nothing": (message(pie(0)), "message"),
    "pie of less than nothing": (message(pie(1, -1)), "message"),
    "pie of flags": (message(pie(True)), "message"),
    "two tables": (message(*[{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2), "message"),
    "block_id twice": (message(section(block_id="a"), section(block_id="a")), "message"),
    "action_id twice in a block": (message(actions(button(), button())), "message"),
    "option value twice": (message(actions(select(options=[option(), option()]))), "message"),
    "option value twice over groups": (
        message(actions(select(option_groups=[{"label": plain(), "options": options(1)}] * 2))),
        "message",
    ),
    "option in mrkdwn": (message(actions(select(options=[{"text": mrkdwn(), "value": "v"}]))), "message"),
    "option with url in a select": (message(actions(select(options=[option(url="https://x")]))), "message"),
    "options and groups": (
        message(actions(select(options=options(1), option_groups=[{"label": plain(), "options": [option("w")]}]))),
        "message",
    ),
    "no options": (message(actions(select())), "message"),
    "empty options": (message(actions(select(options=[]))), "message"),
    "empty overflow": (message(actions(select("overflow", options=[]))), "message"),
    "initial option not among them": (
        message(actions(select(options=[option()], initial_option=option("w")))),
        "message",
    ),
    "initial option not quite equal": (
        message(actions(select(options=[option(description=plain())], initial_option=option()))),
        "message",
    ),
    "initial options not among them": (
        message(actions(select("checkboxes", options=[option()], initial_options=[option("w")]))),
        "message",
    ),
    "more initial options than allowed": (
        message(
            actions(
                select(
                    "multi_static_select",
                    options=options(3),
                    initial_options=options(2),
                    max_selected_items=1,
                )
            )
        ),
        "message",
    ),
    "max_selected_items of none": (
        message(actions(select("multi_static_select", options=options(3), max_selected_items=0))),
        "message",
    ),
    "initial user by name": (modal(field(select("users_select", initial_user="@bob"))), "modal"),
    "initial channel is a user": (modal(field(select("channels_select", initial_channel="U100"))), "modal"),
    "empty filter": (modal(field(select("conversations_select", filter={}))), "modal"),
    "unknown filter": (modal(field(select("conversations_select", filter={"include": ["secret"]}))), "modal"),
    "min over max": (modal(field(typed(min_length=5, max_length=4))), "modal"),
    "initial value too short": (modal(field(typed(min_length=5, initial_value="xxxx"))), "modal"),
    "confirm without deny": (
        message(actions(button(confirm={k: v for k, v in confirm().items() if k != "deny"}))),
        "message",
    ),
    "confirm in mrkdwn": (message(actions(button(confirm=confirm(text=mrkdwn())))), "message"),
    "input without submit": ({"type": "modal", "title": plain(), "blocks": [field(typed())]}, "modal"),
    "modal without title": ({"type": "modal", "blocks": [section()]}, "modal"),
    "title in mrkdwn": (modal(section(), title=mrkdwn()), "modal"),
    "empty title": (modal(section(), title=plain("")), "modal"),
    "unknown key of a view": (modal(section(), id="V1"), "modal"),
    "title on a home tab": ({"type": "home", "title": plain(), "blocks": [section()]}, "home"),
    "a modal as home tab": (modal(section()), "home"),
    "label in mrkdwn": (modal({**field(typed()), "label": mrkdwn()}), "modal"),
    "two in focus": (
        modal(field(typed(focus_on_load=True)), field({**typed(focus_on_load=True), "action_id": "b"})),
        "modal",
    ),
    "response_url_enabled in a message": (
        message(actions(select("channels_select", response_url_enabled=True))),
        "message",
    ),
    "view over 250 kB": (modal(*[section("x" * 2900) for _ in range(90)]), "modal"),
    "rich text of nothing": (message({"type": "rich_text", "elements": []}), "message"),
    "rich text section of nothing": (message(rich()), "message"),
    "rich text empty": (message(rich({"type": "text", "text": ""})), "message"),
    "rich text unknown": (message(rich({"type": "quote", "text": "x"})), "message"),
    "rich text style unknown": (message(rich({"type": "text", "text": "x", "style": {"big": True}})), "message"),
    "rich text style is no boolean": (message(rich({"type": "text", "text": "x", "style": {"bold": 1}})), "message"),
    "user in code": (message(rich({"type": "user", "user_id": "U100", "style": {"code": True}})), "message"),
    "user by name": (message(rich({"type": "user", "user_id": "bob"})), "message"),
    "broadcast to all": (message(rich({"type": "broadcast", "range": "all"})), "message"),
    "emoji with colons": (message(rich({"type": "emoji", "name": ":ear:"})), "message"),
    "emoji as a character": (message(rich({"type": "emoji", "name": "👂"})), "message"),
    "link without url": (message(rich({"type": "link", "text": "x"})), "message"),
    "colour without #": (message(rich({"type": "color", "value": "ff0000"})), "message"),
    "list without style": (
        message(
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
                    }
                ],
            }
        ),
        "message",
    ),
    "quote in a list": (
        message(
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]}],
                    }
                ],
            }
        ),
        "message",
    ),
    "user in preformatted": (
        message(
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U100"}]}],
            }
        ),
        "message",
    ),
    "wrong blocks in an attachment": ({"text": "x", "attachments": [{"blocks": [section("")]}]}, "message"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_one_defect_is_found_and_nothing_else(name: str) -> None:
    payload, surface = DEFECTS[name]
    before = copy.deepcopy(payload)
    assert len(problems(payload, surface)) == 1
    assert payload == before


CARD = message(
    {"type": "header", "text": {**plain("Thank you"), "emoji": True}},
    rich(
        {"type": "user", "user_id": "U0000001"},
        {"type": "text", "text": " thanks ", "style": {"bold": True}},
        {"type": "link", "url": "https://example.org", "text": "here"},
        {"type": "emoji", "name": "ear"},
        {"type": "date", "timestamp": 1_700_000_000, "format": "{date}", "fallback": "then"},
    ),
    {"type": "divider"},
    section("*bold* &amp; <https://example.org|link>", accessory=button("more", value="1")),
    actions(button("second", style="primary"), select("overflow", options=options(2))),
    {"type": "context", "elements": [mrkdwn("by"), plain("x")]},
)
FORM = modal(
    field(select("multi_users_select", initial_users=["U0000001"], max_selected_items=50), block_id="who"),
    field(
        select(
            "multi_static_select",
            option_groups=[{"label": plain("Values"), "options": options(2)}],
            initial_options=[option("v1")],
        ),
        block_id="what",
    ),
    field(typed(multiline=True, min_length=10, max_length=1500, initial_value="for staying on"), block_id="why"),
    field(select("conversations_select", filter={"include": ["public", "private"]}), block_id="where"),
    private_metadata="{}",
    callback_id="give",
    notify_on_close=True,
)


CAROUSEL = message(
    {
        "type": "carousel",
        "elements": [{"type": "card", "title": mrkdwn(), "actions": [button(f"b{i}")]} for i in range(2)],
    },
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    {"type": "markdown", "text": "**bold**"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]], "column_settings": [{"align": "right"}]},
)


@pytest.mark.parametrize(
    ("payload", "surface"),
    [
        (CAROUSEL, "message"),
        (message(several(2, "area"), bar(0, 3)), "response"),
        (CARD, "message"),
        (CARD, "response"),
        (FORM, "modal"),
        ({"type": "home", "blocks": []}, "home"),
        ({"text": "x", "blocks": []}, "update"),
    ],
)
def test_what_slack_takes_is_taken(payload: Json, surface: Surface) -> None:
    assert problems(payload, surface) == []


def test_a_reason_is_in_slacks_words_and_says_where() -> None:
    assert refusals(message(section(), {"type": "header", "text": plain("x" * 151)}), "message") == [
        "must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert refusals({"type": "modal", "blocks": [section()]}, "modal") == [
        "missing required field: title [json-pointer:/view]"
    ]


@pytest.mark.parametrize(
    ("payload", "whom"),
    [
        ({"text": "<@U123|bob> and <@U456>"}, {"U123", "U456"}),
        ({"text": "<!here> <!channel|channel> <!everyone> <!group>"}, {"here", "channel", "everyone"}),
        ({"text": "<!subteam^S123|@nurses>"}, {"S123"}),
        ({"text": "`<!here>`"}, {"here"}),
        ({"text": "&lt;!here&gt; <#C123> <!date^1^{date}|x> <https://x|@here> <mailto:a@b.c>"}, set()),
        ({"text": "@here @bob a@b.c"}, set()),
        ({"text": "@here @bob a@b.c", "link_names": True}, {"here", "@bob"}),
        ({"text": "@channel.", "parse": "full"}, {"channel"}),
        ({"text": "x", "link_names": "0"}, set()),
        (message(section("<!here>")), {"here"}),
        (message(section("@here")), {"here"}),
        (message({"type": "section", "text": mrkdwn("@here", verbatim=True)}), set()),
        (message({"type": "section", "text": mrkdwn("<!here>", verbatim=True)}), {"here"}),
        (message({"type": "section", "text": plain("<!here> <@U123>")}), set()),
        (message({"type": "section", "fields": [mrkdwn("<@U123>")]}), {"U123"}),
        (message({"type": "context", "elements": [mrkdwn("<@U123>")]}), {"U123"}),
        (message({"type": "markdown", "text": "<!here>"}), {"here"}),
        (message(rich({"type": "text", "text": "<!here> <@U123>"})), set()),
        (message(rich({"type": "user", "user_id": "U123"})), {"U123"}),
        (message(rich({"type": "usergroup", "usergroup_id": "S123"})), {"S123"}),
        (message(rich({"type": "broadcast", "range": "channel"})), {"channel"}),
        (message(actions(select("radio_buttons", options=[{"text": mrkdwn("<!here>"), "value": "v"}]))), set()),
        ({"text": "x", "attachments": [{"text": "<!here>", "blocks": [section("<@U123>")]}]}, {"here", "U123"}),
    ],
)
def test_everything_that_notifies_is_seen(payload: Json, whom: set[str]) -> None:
    assert pings(payload) == whom


@given(st.text(alphabet="<>!@#&|^ hereU123`*_~\n"))
def test_escaped_text_notifies_nobody(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert pings({"text": escaped}) == set()


def test_fifteen_hundred_ampersands_fit_into_rich_text_and_not_into_escaped_text() -> None:
    assert problems(message(rich({"type": "text", "text": "&" * 1500})), "message") == []
    assert problems(message(section("&amp;" * 1500)), "message") != []
