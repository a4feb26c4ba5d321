"""The rules for cards find what they are for, each in a card that has nothing else wrong with it."""

from copy import deepcopy
from typing import Any

import pytest

from tests.doubles.adaptive_lint import as_seen, problems

ACT: dict[str, Any] = {
    "type": "Action.Execute",
    "title": "Second",
    "verb": "second",
    "data": {"value": "1"},
    "fallback": {"type": "Action.Submit", "title": "Second", "data": {"value": "1"}},
}
CHART: dict[str, Any] = {
    "type": "Chart.HorizontalBar",
    "title": "What for",
    "data": [{"x": "a", "y": 1}],
    "fallback": {"type": "TextBlock", "text": "a 1", "wrap": True},
}
CHOOSING: dict[str, Any] = {
    "type": "Input.ChoiceSet",
    "id": "day",
    "label": "Day",
    "wrap": True,
    "choices": [{"title": "Monday", "value": "0"}, {"title": "Tuesday", "value": "1"}],
}
GOOD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "fallbackText": "Hello",
    "body": [
        {"type": "TextBlock", "text": "Hello <at>Bob</at>", "wrap": True},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "*as it is* {"}]},
        {"type": "Image", "url": "https://x.example/i.png", "altText": "A lamp"},
        {"type": "ActionSet", "actions": [ACT] * 6},
        CHART,
        {"type": "Input.Text", "id": "reason", "label": "Why", "isRequired": True, "errorMessage": "Say it"},
        CHOOSING,
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "See it", "url": "https://teams.microsoft.com/l/message/x/1"}],
    "refresh": {"action": {**ACT, "verb": "refresh"}, "userIds": ["29:1"]},
    "msteams": {
        "entities": [{"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:2", "name": "Bob"}}],
    },
}


def put(path: str, value: object) -> dict[str, Any]:
    """The good card with something else at `path`."""
    card = deepcopy(GOOD)
    *way, last = path.split("/")
    node: Any = card
    for key in way:
        node = node[int(key) if isinstance(node, list) else key]
    if value is None:
        del node[last]
    elif isinstance(node, list):
        node[int(last)] = value
    else:
        node[last] = value
    return card


BOB: dict[str, Any] = GOOD["msteams"]["entities"][0]
BAD: dict[str, tuple[str, object]] = {
    "another version": ("version", "1.6"),
    "no fallback text": ("fallbackText", ""),
    "nothing in it": ("body", []),
    "too big": ("fallbackText", "x" * 26_000),
    "cut off": ("body/0/wrap", None),
    "nothing said": ("body/0/text", " "),
    "a mention nobody knows": ("msteams/entities", []),
    "a mention that is not in the text": ("body/0/text", "Hello Bob"),
    "a mention that stands twice": ("body/0/text", "<at>Bob</at> <at>Bob</at>"),
    "an entity that stands twice": ("msteams/entities", [BOB, BOB]),
    "an entity of another kind": ("msteams/entities/0/type", "tag"),
    "an entity by another name": ("msteams/entities/0/mentioned/name", "Rob"),
    "a mention without an id": ("msteams/entities/0/mentioned/id", ""),
    "a mention with markdown": ("msteams/entities/0/mentioned/name", "*Bob*"),
    "a mention in a run": ("body/1/inlines/0/text", "<at>Bob</at>"),
    "half a mention in a run": ("body/1/inlines/0/text", "x</AT>"),
    "a function in a run": ("body/1/inlines/0/text", "{{DATE(x)}}"),
    "an empty run": ("body/1/inlines/0/text", ""),
    "a string as a run": ("body/1/inlines/0", "text"),
    "no runs": ("body/1/inlines", []),
    "bold": ("body/0/text", "**x** <at>Bob</at>"),
    "a link": ("body/5/label", "[x](y)"),
    "an address": ("body/5/label", "www.example"),
    "a scheme": ("body/5/label", "mailto:x"),
    "an entity": ("body/5/label", "&amp;"),
    "a list": ("body/5/label", "1. Why"),
    "an escape": ("fallbackText", "a\\b"),
    "a function": ("actions/0/title", "{{TIME(x)}}"),
    "an image that can't be heard": ("body/2/altText", ""),
    "no buttons": ("body/3/actions", []),
    "too many buttons": ("body/3/actions", [ACT] * 7),
    "an act without title": ("body/3/actions/0/title", ""),
    "an act without verb": ("body/3/actions/0/verb", ""),
    "an act without fallback": ("body/3/actions/0/fallback", None),
    "an act that differs": ("body/3/actions/0/fallback/data", {}),
    "a chart without fallback": ("body/4/fallback", None),
    "a chart without title": ("body/4/title", ""),
    "a bar without label": ("body/4/data/0/x", ""),
    "a bar without figure": ("body/4/data/0/y", "1"),
    "a coloured chart": ("body/4/color", "good"),
    "something new": ("body/2", {"type": "Carousel", "fallback": "drop"}),
    "a colour of one theme": ("body/0/color", "Dark"),
    "a picture behind it": ("backgroundImage", "https://x.example/i.png"),
    "no label": ("body/5/label", ""),
    "no id": ("body/5/id", None),
    "an id twice": ("body/6/id", "reason"),
    "hidden data of that name": ("body/3/actions/0/fallback/data", {"reason": "x"}),
    "required in silence": ("body/5/errorMessage", None),
    "choices that are cut off": ("body/6/wrap", None),
    "no choices": ("body/6/choices", []),
    "an empty choice": ("body/6/choices/0/title", ""),
    "a choice twice": ("body/6/choices/0/value", "1"),
    "a choice with a comma": ("body/6/choices/0/value", "a,b"),
    "something else chosen": ("body/6/value", "2"),
    "two chosen of one": ("body/6/value", "0,1"),
    "another search": ("body/6/choices.data", {"type": "Data.Query", "dataset": "x"}),
    "a link to elsewhere": ("actions/0/url", "https://evil.example"),
    "a link without cover": ("actions/0/url", "http://teams.microsoft.com/"),
    "a refresh for nobody": ("refresh/userIds", []),
    "a refresh for too many": ("refresh/userIds", ["x"] * 61),
    "another refresh": ("refresh/action/type", "Action.Submit"),
}


def test_there_is_nothing_wrong_with_a_good_card() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize("name", BAD)
def test_it_is_found(name: str) -> None:
    assert problems(put(*BAD[name])) != []


def test_what_is_for_teams_alone_is_not_what_others_see() -> None:
    seen = as_seen(put("body/6/choices.data", {"type": "Data.Query"}))
    assert "msteams" not in seen
    assert "choices.data" not in seen["body"][6]
    assert seen["body"][4] == CHART["fallback"]
