"""Whom a message would notify, by everything in it that Slack parses.

`mrkdwn` is parsed as Slack does: `<@U…>`, `<!subteam^S…>`, `<!here>`, `<!channel>` and `<!everyone>` notify, also
inside backticks; `&lt;!here&gt;` does not. Two things are counted because Slack's documentation does not rule
them out: a bare `@here`, `@channel` or `@everyone` in a text object that is not `verbatim` ("certain mentions
will be automatically parsed"), and, with `link_names` or `parse: full`, any bare `@name`.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

BROADCASTS = frozenset({"here", "channel", "everyone"})
_SEQUENCE = re.compile(r"<([@!])([^<>|]*)(?:\|[^<>]*)?>")
_BARE = re.compile(r"(?<![\w<!@|])@([\w.\-]+)")
_MARKUP = re.compile(r"`[^`]*`|<[^<>]*>|[*_~`]|^(?:>|&gt;)", re.MULTILINE)
_ADDRESS = re.compile(r"\w+:[^\s>|]+|www\.\S+")
_ID = re.compile(r"[A-Z][A-Z0-9]{2,}")


def pings(payload: Mapping[str, Any]) -> set[str]:
    """Name everybody a message would notify: user ids, user group ids, "here", "channel", "everyone".

    With `link_names` or `parse: full` a bare `@name` is given as it stands, with its @.
    """
    links_names = _truthy(payload.get("link_names")) or payload.get("parse") == "full"
    found = set(_in_mrkdwn(payload.get("text") or "", names=links_names, broadcasts=links_names))
    found |= set(_in_mrkdwn(payload.get("markdown_text") or "", names=links_names, broadcasts=True))
    found |= set(_in_blocks(payload.get("blocks") or [], names=links_names))
    for attachment in payload.get("attachments") or []:
        for key in ("text", "pretext", "fallback"):
            found |= set(_in_mrkdwn(attachment.get(key) or "", names=links_names, broadcasts=True))
        found |= set(_in_blocks(attachment.get("blocks") or [], names=links_names))
    return found


def markup(node: Any) -> list[str]:
    """What Slack makes of the texts that it parses: calls and links by their targets, marks; and other addresses."""
    match node:
        case list():
            return [each for part in node for each in markup(part)]
        case {"type": "mrkdwn", "text": str(text)}:
            found = _ADDRESS.findall(text) if node.get("verbatim") is not True else []
            return [*found, *("`" if each[0] == "`" else each.partition("|")[0] for each in _MARKUP.findall(text))]
        case dict():
            own = [str(node["url"])] if "url" in node else []
            return [*own, *(each for part in node.values() for each in markup(part))]
        case _:
            return []


def _truthy(value: object) -> bool:
    return value not in (None, False, 0, "", "0", "false")


def _in_mrkdwn(text: str, *, names: bool, broadcasts: bool) -> Iterator[str]:
    for sign, target in _SEQUENCE.findall(text):
        word = target.split("^")[0]
        if sign == "@" and _ID.fullmatch(target):
            yield target
        elif sign == "!" and word == "subteam" and "^" in target:
            yield target.split("^")[1]
        elif sign == "!" and word in BROADCASTS | {"group"}:
            yield "channel" if word == "group" else word
    for name in _BARE.findall(_SEQUENCE.sub(" ", text)):
        if broadcasts and name.rstrip(".-") in BROADCASTS:
            yield name.rstrip(".-")
        elif names:
            yield f"@{name}"


def _in_blocks(node: Any, *, names: bool) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _in_blocks(each, names=names)
    elif isinstance(node, dict):
        match node:
            case {"type": "mrkdwn", "text": str(text)}:
                yield from _in_mrkdwn(text, names=names, broadcasts=node.get("verbatim") is not True)
            case {"type": "markdown", "text": str(text)}:
                yield from _in_mrkdwn(text, names=names, broadcasts=True)
            case {"type": "user", "user_id": str(user)}:
                yield user
            case {"type": "usergroup", "usergroup_id": str(group)}:
                yield group
            case {"type": "broadcast", "range": str(reach)}:
                yield reach
            case _:
                for key, each in node.items():
                    if key != "options":  # a menu's options are read when it opens; they notify nobody
                        yield from _in_blocks(each, names=names)
