"""What is wrong with an Adaptive Card in Teams, beyond what its JSON schema says.

Labels, text alternatives, wrapping, size, mentions, unknown elements without a fallback, colours of one theme, and text
that some client would make markup, a link or a mention of. The schema knows none of that, and neither does Microsoft's
own library.

Source: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards: cards-format (mentions, markdown,
overflow menu), people-picker, universal actions; learn.microsoft.com/microsoftteams/platform/resources/schema
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

Json = dict[str, Any]

SIZE_MOST: Final = 25 * 1024
PRIMARY_MOST: Final = 6  #: buttons of an action set that Teams shows; the others are behind ⋯
REFRESHED_MOST: Final = 60
KNOWN: Final = {  #: what we use of version 1.5
    "TextBlock",
    "RichTextBlock",
    "TextRun",
    "Container",
    "ActionSet",
    "Image",
    "Input.Text",
    "Input.Time",
    "Input.ChoiceSet",
    "AdaptiveCard",
    "Data.Query",
    "Action.Execute",
    "Action.Submit",
    "Action.OpenUrl",
    "Action.ShowCard",
}
CHARTS: Final = {"Chart.HorizontalBar"}  #: extensions of Teams
_MENTION = re.compile(r"<at>(.*?)</at>")
_MARKUP = re.compile(
    r"[*_`~\[\]<>\\]"  # emphasis, code, links, tags, escapes
    r"|\A\s*(?:[-+#]|\d+[.)])"  # lists and headings
    r"|&(?:#\w+|\w+);"  # entities
    r"|\{\{"  # functions
    r"|//|\w:[^\s\d]|\w\.[^\W\d]"  # addresses
    r"|\n"
)


def problems(card: Json) -> list[str]:
    """Everything that is wrong with the content of a card."""
    return list(_problems(card))


def as_seen(node: Any) -> Any:
    """The card as version 1.5 has it: without what is for Teams alone, and with what a client shows instead of that."""
    if isinstance(node, list):
        return [as_seen(each) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") in CHARTS:
        return as_seen(node["fallback"])
    return {key: as_seen(each) for key, each in node.items() if key not in ("msteams", "choices.data")}


def texts(card: Json) -> Iterator[str]:
    """Every text of which a client may make markup, without the mentions that are meant."""
    for node in _nodes(card):
        for key in ("text", "title", "label", "tooltip", "errorMessage", "fallbackText", "speak"):
            if isinstance(text := node.get(key), str) and node.get("type") != "TextRun":
                yield from text.split("\n") if key == "fallbackText" else [_MENTION.sub("somebody", text)]


def _problems(card: Json) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard" or card.get("version") != "1.5":
        yield "not a card of version 1.5"
    if not card.get("fallbackText"):
        yield "no fallbackText"
    if not card.get("body"):
        yield "no body"
    size = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    if size > SIZE_MOST:
        yield f"{size} bytes"
    ids = [node["id"] for node in _nodes(card) if "id" in node and str(node.get("type", "")).startswith("Input.")]
    if len(ids) != len(set(ids)):
        yield "two inputs with one id"
    yield from _mentions(card)
    yield from (f"a client may make something of {text!r}" for text in texts(card) if _MARKUP.search(text))
    for node in _nodes(card):
        yield from _node(node)
        if set(ids) & set(_data(node)):
            yield "hidden data with the name of an input"


def _nodes(node: Any) -> Iterator[Json]:
    """Every object in a card that is shown; what is hidden in it is not looked into."""
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each)
    elif isinstance(node, dict):
        yield node
        for key, each in node.items():
            if key not in ("data", "msteams", "choices.data"):
                yield from _nodes(each)


def _data(node: Json) -> Json:
    return node["data"] if isinstance(node.get("data"), dict) and node.get("type") == "Action.Submit" else {}


def _mentions(card: Json) -> Iterator[str]:
    """Each mention stands once in the text and once among the entities, in the same order, and is told apart."""
    entities = card.get("msteams", {}).get("entities", [])
    called = [entity["text"] for entity in entities]
    blocks = [node["text"] for node in _nodes(card) if node.get("type") == "TextBlock"]
    if [f"<at>{name}</at>" for text in blocks for name in _MENTION.findall(text)] != called:
        yield "the mentions in the text are not those among the entities"
    if len(set(called)) != len(called) or len({entity["mentioned"]["id"] for entity in entities}) != len(entities):
        yield "somebody is mentioned twice, or two people by one text"
    for entity in entities:
        if entity["type"] != "mention" or entity["text"] != f"<at>{entity['mentioned']['name']}</at>":
            yield "an entity whose name is not in its text"
        if not entity["mentioned"]["id"] or _MARKUP.search(entity["mentioned"]["name"]):
            yield "a mention that some client will not find"
    for node in _nodes(card):
        if node.get("type") == "TextRun" and re.search(r"</?at\b|\{\{", node["text"], re.IGNORECASE):
            yield "a run that may be taken for a mention or a function"


def _node(node: Json) -> Iterator[str]:
    kind = node.get("type", "")
    if kind and kind not in KNOWN and "fallback" not in node:
        yield f"{kind} without a fallback"
    if kind and kind not in KNOWN | CHARTS:
        yield f"{kind} is nothing that we use"
    if node.get("color", "Default") not in ("Default", "Accent", "Good", "Warning", "Attention"):
        yield "a colour of one theme"
    if "backgroundImage" in node:
        yield "a background of one theme"
    match kind:
        case "TextBlock":
            if node.get("wrap") is not True:
                yield "text that is cut off"
            if not node["text"].strip():
                yield "a text block without text"
        case "RichTextBlock":
            if not node["inlines"] or not all(isinstance(run, dict) and run["text"] for run in node["inlines"]):
                yield "a line without text"
        case "Image" if not node.get("altText"):
            yield "an image without altText"
        case "Container" | "ActionSet" if not (node.get("items") or node.get("actions")):
            yield f"an empty {kind}"
        case "Chart.HorizontalBar":
            yield from _chart(node)
        case _:
            pass
    if kind.startswith("Input."):
        yield from _input(node)
    if kind.startswith("Action."):
        yield from _action(node)
    if kind == "ActionSet" and sum(act.get("mode") != "secondary" for act in node["actions"]) > PRIMARY_MOST:
        yield "more buttons than Teams shows"
    if "refresh" in node:
        yield from _refresh(node["refresh"])


def _chart(node: Json) -> Iterator[str]:
    if not node.get("title") or not node.get("data"):
        yield "a chart that says nothing"
    if any(not isinstance(point["y"], int) or not point["x"] for point in node["data"]):
        yield "a bar without its label or figure"
    if any("color" in point for point in node["data"]) or "color" in node:
        yield "a chart in a colour of one theme"


def _input(node: Json) -> Iterator[str]:
    if not node.get("label") or not node.get("id"):
        yield "an input without label or id"
    if node.get("isRequired") and not node.get("errorMessage"):
        yield "a required input that does not say so"
    if node["type"] != "Input.ChoiceSet":
        return
    if node.get("wrap") is not True:
        yield "choices that are cut off"
    values = [choice["value"] for choice in node["choices"]]
    if len(values) != len(set(values)) or not all(choice["title"] and choice["value"] for choice in node["choices"]):
        yield "choices that are empty or double"
    if any("," in value for value in values):
        yield "a comma in a choice"
    searched = node.get("choices.data")
    if searched and searched != {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}:
        yield "a search that Teams does not know"
    chosen = [value for value in node.get("value", "").split(",") if value]
    if not node.get("isMultiSelect") and len(chosen) > 1:
        yield "several chosen of which one is to be"
    if not searched and (not values or not set(chosen) <= set(values)):
        yield "nothing to choose from, or something else chosen"


def _action(node: Json) -> Iterator[str]:
    if not node.get("title"):
        yield "an action without a title"
    match node["type"]:
        case "Action.Execute":
            instead = node.get("fallback", {})
            if not node.get("verb"):
                yield "an act without its verb"
            if node.get("verb") != "refresh" and (
                instead.get("type") != "Action.Submit" or instead.get("data") != node.get("data")
            ):
                yield "an act that older clients can't do"
        case "Action.OpenUrl":
            address = urlsplit(node["url"])
            # Only to Teams itself, or to the page of one's own data, which is ours.
            ours = address.hostname == "kudos.example" and address.path.startswith("/data/")
            if address.scheme != "https" or not (address.hostname == "teams.microsoft.com" or ours):
                yield "a link to elsewhere"
        case _:
            pass


def _refresh(refresh: Json) -> Iterator[str]:
    if not 0 < len(refresh["userIds"]) <= REFRESHED_MOST:
        yield "a refresh for nobody, or for too many"
    if refresh["action"]["type"] != "Action.Execute":
        yield "a refresh that is no universal action"
