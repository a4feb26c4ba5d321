"""Would Slack take this payload? A check written from Slack's documentation, and from nothing of ours.

`problems(payload, surface)` says what is wrong with a message, a modal or a home tab; `pings(payload)` says whom
a message would notify. The tables of objects are in `blockkit_schema`; here are the rules that look at more than
one object: what may be where, what must be unique, and how much fits.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from .blockkit_rules import Report, Rule, array, flag, record, size, string, tagged, text
from .blockkit_schema import BLOCKS
from .pings import pings

__all__ = ["Surface", "advice", "charts", "elements", "msg_blocks_too_long", "pings", "problems", "refusals"]

#: A new message, an edited one, one sent to a `response_url` (or in answer to a command), and the two views.
Surface = Literal["message", "update", "response", "modal", "home"]

MESSAGES: frozenset[Surface] = frozenset({"message", "update", "response"})
MESSAGE_BLOCKS = 50  #: blocks in a message
CHARTS = 2  #: in a message; undocumented: its refusal tells (github.com/vercel/chat/pull/696)
VIEW_BLOCKS = 100  #: blocks in a view
MESSAGE_TEXT = 40_000  #: characters of `text`; what is over is cut off. Source: chat.postMessage
UPDATE_TEXT = 4_000  #: characters of `text` in an edit. Source: chat.update
MARKDOWN_TEXT = 12_000  #: characters of all markdown in one payload
VIEW_BYTES = 250_000  #: of a view as JSON
#: Characters in all blocks of a message together. Slack documents no number: 9,597 were taken and 11,341 refused
#: (github.com/slackapi/bolt-js/issues/2867); a response_url takes more.
BLOCKS_TEXT = 9_600

_ONLY: Mapping[str, frozenset[Surface]] = {  # where a block may be, when not everywhere
    "markdown": MESSAGES,
    "table": MESSAGES,
    "context_actions": MESSAGES,
    "data_visualization": MESSAGES,
    "card": MESSAGES,
    "carousel": MESSAGES,
    "alert": frozenset({"modal"}),
}
_BASE_VIEW: Mapping[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}


def _later(_value: Any, _at: str, _report: Report) -> None:
    """Leave a view's blocks to `_blocks`."""


def problems(payload: Mapping[str, Any], surface: Surface) -> list[str]:
    """List what is wrong with `payload` on `surface`: what Slack refuses, and what it takes but should not be sent.

    The second kind is what `advice` lists, and what Slack's own SDK objects to.
    """
    found = refusals(payload, surface)
    return found + advice(payload, surface) + ([] if found else _second_opinion(payload))


def advice(payload: Mapping[str, Any], surface: Surface) -> list[str]:
    """List what Slack takes but should not be sent.

    That is a message without `text` (screen readers and notifications read nothing else), and one whose `text`
    Slack cuts off.
    """
    given = payload.get("text")
    if surface not in MESSAGES:
        return []
    if not given and payload.get("blocks"):
        return ["no text for screen readers and notifications [json-pointer:/text]"]
    if isinstance(given, str) and size(given) > MESSAGE_TEXT and surface != "update":
        return [f"text is cut off at {MESSAGE_TEXT} characters [json-pointer:/text]"]
    return []


def refusals(payload: Mapping[str, Any], surface: Surface) -> list[str]:
    """List what Slack refuses in `payload`, in its words where they are known; an empty list is a yes."""
    found: list[str] = []

    def report(reason: str, at: str) -> None:
        found.append(f"{reason} [json-pointer:{at}]")

    if surface in MESSAGES:
        _message(payload, surface, report, found)
    else:
        _view(payload, surface, report)
    return found


def elements(blocks: Any, at: str = "") -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Walk everything a person can press, choose or type in: (block, element, pointer)."""
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if not isinstance(block, dict):
            continue
        here = f"{at}/{index}"
        if block.get("type") == "carousel":
            for _, element, where in elements(block.get("elements"), f"{here}/elements"):
                yield block, element, where
            continue
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                yield block, block[key], f"{here}/{key}"
        for key in ("elements", "actions"):
            for position, element in enumerate(block[key] if isinstance(block.get(key), list) else []):
                if isinstance(element, dict) and block.get("type") in {"actions", "context_actions", "card"}:
                    yield block, element, f"{here}/{key}/{position}"


def msg_blocks_too_long(payload: Mapping[str, Any]) -> bool:
    """Tell whether all blocks together hold more than Slack is known to take."""
    blocks = payload.get("blocks") or []
    if all(isinstance(each, dict) and each.get("type") == "markdown" for each in blocks):
        return False  # has its own, documented limit
    return sum(size(each) for each in _texts(blocks)) > BLOCKS_TEXT


def charts(payload: Mapping[str, Any]) -> list[str]:
    """Point to the charts of a message."""
    blocks = payload.get("blocks") or []
    return [f"json-pointer:/blocks/{at}/type" for at, each in enumerate(blocks) if _type(each) == "data_visualization"]


def _message(payload: Mapping[str, Any], surface: Surface, report: Report, found: list[str]) -> None:
    given, blocks = payload.get("text"), payload.get("blocks")
    if given is not None and not isinstance(given, str):
        report("must be a string", "/text")
    if payload.get("markdown_text"):
        if given or blocks:
            found.append("markdown_text_conflict")
        string(MARKDOWN_TEXT)(payload["markdown_text"], "/markdown_text", report)
    elif not str(given or "").strip() and not blocks and not payload.get("attachments"):
        found.append("no_text")
    if surface == "update" and isinstance(given, str) and size(given) > UPDATE_TEXT:
        found.append(f"msg_too_long: text is over {UPDATE_TEXT} characters")
    if blocks:
        _blocks(blocks, surface, "/blocks", report)
        if surface != "response" and msg_blocks_too_long(payload):
            found.append(f"msg_blocks_too_long: more than {BLOCKS_TEXT} characters in all blocks")
    for index, attachment in enumerate(payload.get("attachments") or []):
        if attachment.get("blocks"):
            _blocks(attachment["blocks"], surface, f"/attachments/{index}/blocks", report)


def _view(payload: Mapping[str, Any], surface: Surface, report: Report) -> None:
    if payload.get("type") != surface:
        report(f"unsupported type: {payload.get('type')}", "/view/type")
        return
    if surface == "modal":
        rule = record(
            {"title": text(24), "blocks": _later},
            {
                **_BASE_VIEW,
                "submit": text(24),
                "close": text(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
            tag="modal",
        )
    else:
        rule = record({"blocks": _later}, _BASE_VIEW, tag="home")
    rule(dict(payload), "/view", report)
    blocks = payload.get("blocks")
    if "blocks" in payload:
        _blocks(blocks, surface, "/view/blocks", report)
        if surface == "modal" and "submit" not in payload and any(_type(each) == "input" for each in blocks or []):
            report("missing required field: submit", "/view")
    if len(json.dumps(payload, ensure_ascii=False).encode()) > VIEW_BYTES:
        report("view_too_large", "/view")


def _blocks(blocks: Any, surface: Surface, at: str, report: Report) -> None:
    before = 0

    def note(reason: str, where: str) -> None:
        nonlocal before
        before += 1
        report(reason, where)

    most = MESSAGE_BLOCKS if surface in MESSAGES else VIEW_BLOCKS
    array(tagged(BLOCKS), least=int(surface == "modal"), most=most)(blocks, at, note)
    if before:
        return  # what follows reads sound blocks
    for index, block in enumerate(blocks):
        if surface not in _ONLY.get(block["type"], {surface}):
            note(f"block type {block['type']} is not available on this surface", f"{at}/{index}/type")
    _unique(Counter(each["block_id"] for each in blocks if "block_id" in each), "block_id", at, note)
    for index, block in enumerate(blocks):
        own = [element for _, element, _ in elements([block])]
        _unique(Counter(e["action_id"] for e in own if "action_id" in e), "action_id", f"{at}/{index}", note)
    inside = list(elements(blocks, at))
    if sum(bool(element.get("focus_on_load")) for _, element, _ in inside) > 1:
        note("only one element can have focus_on_load", at)
    for block, element, where in inside:
        if element["type"] == "file_input" and surface != "modal":
            note("file_input is available in modals only", where)
        if element.get("response_url_enabled") and (surface != "modal" or block["type"] != "input"):
            note("response_url_enabled is available in input blocks of modals only", where)
    markdown = sum(size(each["text"]) for each in blocks if each["type"] == "markdown")
    if markdown > MARKDOWN_TEXT:
        note(f"all markdown blocks together must be less than {MARKDOWN_TEXT + 1} characters", at)
    if sum(each["type"] == "table" for each in blocks) > 1:
        note("only one table allowed", at)
    if sum(each["type"] == "data_visualization" for each in blocks) > CHARTS:
        note(f"no more than {CHARTS} data_visualization blocks allowed", at)


def _unique(counts: Counter[str], key: str, at: str, report: Report) -> None:
    for name in sorted(name for name, times in counts.items() if times > 1):
        report(f"`{key}` {name!r} already exists", at)


def _second_opinion(payload: Mapping[str, Any]) -> list[str]:
    """Ask Slack's own SDK, as far as its models know these blocks."""
    try:
        for block in filter(None, Block.parse_all(payload.get("blocks") or [])):  # it skips what it does not know
            block.to_dict()
    except SlackObjectFormationError as error:
        return [f"slack_sdk: {error}"]
    return []


def _type(block: Any) -> Any:
    return block.get("type") if isinstance(block, dict) else None


def _texts(node: Any) -> Iterator[str]:
    """All strings under a key `text`, the way the limit on all blocks was measured."""
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key == "text" and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)
