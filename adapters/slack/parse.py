"""Slack's JSON in, requests out. Pure.

Source: docs.slack.dev, Events API, slash commands, interactivity (`block_actions`, `view_submission`).
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.model import Message, Person, PersonKind, Place, PlaceKind, Visibility
from bot.requests import (
    Action,
    Ask,
    Channel,
    Give,
    Help,
    Mine,
    Named,
    Press,
    Reacted,
    Request,
    SubmitKudos,
    SubmitReason,
    SwitchReactions,
    UndoLatest,
    Unresolved,
    Words,
)

Json = Mapping[str, Any]

PLATFORM: Final = "slack"

_ESCAPED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_BARE_MENTION = re.compile(r"(?<![\w.@])@[\w][\w.'’-]*")


def workspace_id(team: str) -> str:
    return f"{PLATFORM}:{team}"


def command(body: Json) -> Request:
    """A slash command.

    Source: docs.slack.dev/interactivity/implementing-slash-commands, with `should_escape: true`.
    """
    text = str(body.get("text", "")).strip()
    asked = {
        "workspace": workspace_id(body["team_id"]),
        "person": body["user_id"],
        "delivery": body["trigger_id"],
    }
    if body["command"] == "/values":
        return Ask(**asked, question=plain(text))
    match text.casefold().split():
        case ["help"]:
            return Help(**asked)
        case ["mine"]:
            return Mine(**asked)
        case ["undo"]:
            return UndoLatest(**asked)
        case ["reactions", "on" | "off" as state]:
            return SwitchReactions(**asked, place=command_place(body), on=state == "on")
        case _:
            return Give(**asked, place=command_place(body), words=words(text))


def command_place(body: Json) -> Place:
    """Where a command was typed, as far as Slack says: `channel_name` is all there is to go by."""
    name = str(body.get("channel_name", ""))
    kind = PlaceKind.CHANNEL
    if name == "directmessage":
        kind = PlaceKind.BOT  # perhaps: the store knows which conversations are ours
    elif name.startswith("mpdm-"):
        kind = PlaceKind.CONVERSATION
    return Place(
        workspace=workspace_id(body["team_id"]),
        id=body["channel_id"],
        name="" if name == "privategroup" or kind is not PlaceKind.CHANNEL else name,
        kind=kind,
    )


def words(text: str) -> Words:
    """Typed text, with what Slack has recognised in it."""
    return tuple(_words(text))


def plain(text: str) -> str:
    """Typed text as it looked to the one who typed it."""
    parts = []
    for word in words(text):
        match word:
            case str():
                parts.append(word)
            case Named(name=name):
                parts.append(f"@{name}")
            case Channel(name):
                parts.append(f"#{name}")
            case Unresolved(mention):
                parts.append(mention)
    return "".join(parts)


def _words(text: str) -> Iterator[str | Named | Channel | Unresolved]:
    at = 0
    for found in _ESCAPED.finditer(text):
        yield from _unescaped(text[at : found.start()])
        at = found.end()
        sign, target, label = found[1], found[2], html.unescape(found[3] or "")
        if sign == "@":
            yield Named(target, label)
        elif sign == "#":
            yield Channel(label)
        elif sign == "!":
            yield Unresolved(f"@{(label or target.partition('^')[0]).lstrip('@')}")
        else:
            yield html.unescape(label or target)
    yield from _unescaped(text[at:])


def _unescaped(text: str) -> Iterator[str | Unresolved]:
    """Plain stretches; a name with @ that Slack did not recognise is a mention of nobody."""
    text = html.unescape(text)
    at = 0
    for mention in _BARE_MENTION.finditer(text):
        yield text[at : mention.start()]
        yield Unresolved(mention[0])
        at = mention.end()
    yield text[at:]


def press(payload: Json) -> Press | None:
    """A pressed button or a chosen ⋯ item; None for what asks for nothing, such as a link."""
    action = payload["actions"][0]
    if action["type"] == "overflow":
        name, _, value = str(action["selected_option"]["value"]).partition(":")
    else:
        name, value = str(action["action_id"]).partition(":")[0], str(action.get("value", ""))
    if name not in set(Action):
        return None
    container = payload.get("container") or {}
    return Press(
        workspace=workspace_id(payload["team"]["id"]),
        person=payload["user"]["id"],
        delivery=payload.get("trigger_id") or f"{payload['user']['id']}/{action['action_ts']}",
        action=Action(name),
        value=value,
        place=container.get("channel_id") or (payload.get("channel") or {}).get("id", ""),
        at=moment(action["action_ts"]),
    )


def submission(payload: Json) -> SubmitKudos | SubmitReason:
    """A form, filled in."""
    view = payload["view"]
    fields = {name: next(iter(elements.values())) for name, elements in view["state"]["values"].items()}
    kept = metadata(view)
    asked = {
        "workspace": workspace_id(payload["team"]["id"]),
        "person": payload["user"]["id"],
        "delivery": f"{view['id']}/{view.get('hash', '')}",
    }
    reason = fields["reason"].get("value") or ""
    if view["callback_id"] != Action.GIVE:
        return SubmitReason(**asked, recognition=kept["recognition"], reason=reason)
    return SubmitKudos(
        **asked,
        form=view["id"],
        recipients=tuple(fields["recipients"].get("selected_users") or ()),
        entries=tuple(option["value"] for option in fields["entries"].get("selected_options") or ()),
        reason=reason,
        place=fields.get("place", {}).get("selected_conversation") or kept.get("place", ""),
    )


def metadata(view: Json) -> dict[str, str]:
    """What we put into a form's `private_metadata`."""
    kept: dict[str, str] = json.loads(view.get("private_metadata") or "{}")
    return kept


def reaction(body: Json) -> Reacted | None:
    """`reaction_added` and `reaction_removed`; None where it is not about a message."""
    event = body["event"]
    item = event["item"]
    if item.get("type") != "message":
        return None
    return Reacted(
        workspace=workspace_id(body["team_id"]),
        person=event["user"],
        delivery=body["event_id"],
        message=Message(place=item["channel"], id=item["ts"]),
        author=event.get("item_user") or "",
        name=event["reaction"],
        standing=event["type"] == "reaction_added",
        at=moment(event["event_ts"]),
    )


def person(user: Json, team: str) -> Person:
    """A user object.

    Source: docs.slack.dev/reference/objects/user-object
    """
    profile = user.get("profile") or {}
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        kind = PersonKind.BOT
    elif user.get("is_stranger") or user.get("team_id", team) != team:
        kind = PersonKind.STRANGER
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        kind = PersonKind.GUEST
    else:
        kind = PersonKind.MEMBER
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"), user["id"])
    return Person(
        workspace=workspace_id(team),
        id=user["id"],
        name=next(filter(None, names)),
        email=str(profile.get("email") or "") if user.get("is_email_confirmed") else "",
        kind=kind,
        active=not user.get("deleted", False),
    )


def place(conversation: Json, team: str) -> Place:
    """A conversation object. What is shared with another organisation counts as private.

    Source: docs.slack.dev/reference/objects/conversation-object
    """
    if conversation.get("is_im") or conversation.get("is_mpim"):
        kind, visibility = PlaceKind.CONVERSATION, Visibility.DIRECT
    else:
        kind = PlaceKind.CHANNEL
        shared = any(conversation.get(key) for key in ("is_private", "is_ext_shared", "is_pending_ext_shared"))
        visibility = Visibility.PRIVATE if shared else Visibility.PUBLIC
    return Place(
        workspace=workspace_id(team),
        id=conversation["id"],
        name=conversation.get("name") or "",
        kind=kind,
        visibility=visibility,
        joined=bool(conversation.get("is_member")),
        archived=bool(conversation.get("is_archived")),
    )


def moment(ts: str) -> datetime:
    """Slack's `ts`, exactly: seconds and microseconds as text."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(micros.ljust(6, "0")[:6] or 0))
