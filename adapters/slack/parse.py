"""Slack's JSON in, requests out. Pure.

Source: docs.slack.dev, Events API, slash commands, interactivity (`block_actions`, `view_submission`).
"""

import json
from datetime import UTC, datetime
from typing import Final

from adapters.reading import reading
from adapters.slack.objects import Json, installed, moment, plain, text_at, words, workspace
from bot import commands
from bot.model import Message, Place, PlaceKind
from bot.requests import (
    Action,
    Give,
    GiveFor,
    Named,
    OpenHome,
    Press,
    Reacted,
    Remedied,
    Request,
    Said,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    SubmitRemoval,
    Submitted,
    Write,
)

_NAMELESS: Final = "privategroup"  #: what Slack calls every private channel where somebody does something
_POSTS: Final = frozenset({None, "file_share", "me_message", "thread_broadcast"})  #: subtypes of what people post


@reading
def uninstalled(body: Json) -> datetime | None:
    """When, to the second, `tokens_revoked` or `app_uninstalled` has ended our installation.

    None where it was only somebody's own token.
    """
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    return datetime.fromtimestamp(body["event_time"], UTC)


@reading
def command(body: Json) -> Request:
    """A slash command.

    Source: docs.slack.dev/interactivity/implementing-slash-commands, with `should_escape: true`.
    """
    text = _spaced(str(body.get("text", ""))).strip()
    who = commands.Who(
        workspace=workspace(body),
        person=text_at(body, "user_id"),
        delivery=text_at(body, "trigger_id"),
    )
    if text_at(body, "command") == "/values":
        return commands.values(plain(text), **who)
    return commands.kudos(text, words(text), command_place(body), **who)


def _spaced(text: str) -> str:
    """Typed text with spaces as they were meant: where it was pasted, Slack makes some of them no-break spaces.

    Source: lyft/omnibot#32
    """
    return text.replace("\xa0", " ")


def command_place(body: Json) -> Place:
    """Where a command was typed, as far as Slack says: `channel_name` is all there is to go by."""
    return _named_place(workspace(body), text_at(body, "channel_id"), str(body.get("channel_name", "")))


def _named_place(workspace: str, id_: str, name: str) -> Place:
    """A place by the name that Slack gives it where somebody does something."""
    kind = PlaceKind.CHANNEL
    if name == "directmessage":
        kind = PlaceKind.BOT  # perhaps: the store knows which conversations are ours
    elif name.startswith("mpdm-"):
        kind = PlaceKind.CONVERSATION
    return Place(
        workspace=workspace,
        id=id_,
        name="" if name == _NAMELESS or kind is not PlaceKind.CHANNEL else name,
        kind=kind,
    )


@reading
def private_channel(body: Json) -> str:
    """Where a command was typed, or a message stands that was chosen, if it is a private channel; or "".

    Slack hides the names of private channels there.
    """
    if body.get("channel_name") == _NAMELESS:
        return text_at(body, "channel_id")
    channel = body.get("channel") or {}
    return text_at(channel, "id") if channel.get("name") == _NAMELESS else ""


@reading
def press(payload: Json) -> Press | None:
    """A pressed button or a chosen ⋯ item; None for what asks for nothing, such as a link."""
    action = payload["actions"][0]
    if action["type"] == "overflow":
        name, _, value = text_at(action, "selected_option", "value").partition(":")
    else:
        name, value = text_at(action, "action_id").partition(":")[0], text_at(action.get("value") or "")
    if name not in set(Action):
        return None
    container = payload.get("container") or {}
    return Press(
        workspace=workspace(payload),
        person=text_at(payload, "user", "id"),
        # What the act is about: the trigger would be another if Slack sent it again.
        delivery="/".join(
            (
                text_at(payload, "user", "id"),
                str(container.get("message_ts") or container.get("view_id") or ""),
                text_at(action, "action_id"),
                text_at(action, "action_ts"),
            )
        ),
        action=Action(name),
        value=value,
        place=text_at(container.get("channel_id") or (payload.get("channel") or {}).get("id", "")),
        at=moment(text_at(action, "action_ts")),
    )


@reading
def written(payload: Json) -> Write | None:
    """Words in an open form, as they are written; None for any other act."""
    action = payload["actions"][0]
    if action["type"] != "plain_text_input" or action["action_id"] != "reason":
        return None
    fields = _fields(payload["view"])
    return Write(
        workspace=workspace(payload),
        person=text_at(payload, "user", "id"),
        delivery=text_at(action, "action_ts"),
        reason=text_at(action.get("value") or ""),
        entries=_chosen(fields.get("entries", {})),
        at=moment(text_at(action, "action_ts")),
    )


@reading
def modal(payload: Json) -> str:
    """The id of the modal that was pressed in; "" elsewhere."""
    view = payload.get("view") or {}
    return text_at(view, "id") if view.get("type") == "modal" else ""


@reading
def alone(payload: Json) -> bool:
    """Whether nobody else reads the message that was pressed in: a private word, or one to them directly."""
    container = payload.get("container") or {}
    return container.get("is_ephemeral") is True or str(container.get("channel_id", "")).startswith("D")


@reading
def shortcut(payload: Json) -> Give | GiveFor | None:
    """A shortcut: *Give kudos*, from anywhere or for a message; None for one that is not ours.

    Source: docs.slack.dev/interactivity/implementing-shortcuts
    """
    who = commands.Who(
        workspace=workspace(payload),
        person=text_at(payload, "user", "id"),
        delivery=text_at(payload, "trigger_id"),
    )
    if payload["callback_id"] == "give_kudos":
        return Give(**who, place=None, words=())
    if payload["callback_id"] != "give_kudos_message":
        return None
    channel, message = payload["channel"], payload["message"]
    return GiveFor(
        **who,
        message=Message(place=text_at(channel, "id"), id=text_at(payload, "message_ts")),
        author="" if message.get("bot_id") else text_at(message.get("user") or ""),
        place=_named_place(who["workspace"], channel["id"], str(channel.get("name", ""))),
    )


@reading
def submission(payload: Json) -> Submitted:
    """A form, filled in."""
    view = payload["view"]
    fields = _fields(view)
    kept = metadata(view)
    asked = commands.Who(
        workspace=workspace(payload),
        person=text_at(payload, "user", "id"),
        delivery=f"{text_at(view, 'id')}/{view.get('hash', '')}",
    )
    if view["callback_id"] == Action.DIGEST:
        return SubmitDigest(
            **asked,
            place=text_at(kept, "place"),
            state=_picked(fields["state"]),
            day=_picked(fields["day"]),
            at=text_at(fields["at"].get("selected_time") or ""),
            zone=text_at(fields["zone"].get("value") or ""),
            scope=_picked(fields["scope"]),
            people=tuple(map(text_at, fields["people"].get("selected_users") or ())),
            extras=tuple(text_at(option, "value") for option in fields["extras"].get("selected_options") or ()),
        )
    reason = text_at(fields["reason"].get("value") or "")
    if view["callback_id"] == Action.REMOVE:
        return SubmitRemoval(**asked, recognition=text_at(kept, "recognition"), reason=reason)
    remedied = Remedied(remedy=_picked(fields.get("remedy", {})), warned=kept.get("warned", ""))
    if view["callback_id"] != Action.GIVE:
        return SubmitReason(**asked, recognition=text_at(kept, "recognition"), reason=reason, **remedied)
    return SubmitKudos(
        **asked,
        form=view["id"],
        recipients=tuple(map(text_at, fields["recipients"].get("selected_users") or ())),
        entries=_chosen(fields["entries"]),
        reason=reason,
        place=text_at(fields.get("place", {}).get("selected_conversation") or kept.get("place", "")),
        message=kept.get("message", ""),
        groups=tuple(kept.get("groups", "").split()),
        open_place="place" in fields,
        **remedied,
    )


def _fields(view: Json) -> dict[str, Json]:
    """What stands in a form's fields, by their names."""
    return {name: next(iter(elements.values())) for name, elements in view["state"]["values"].items()}


def _chosen(field: Json) -> tuple[str, ...]:
    return tuple(text_at(option, "value") for option in field.get("selected_options") or ())


def _picked(field: Json) -> str:
    """The one option that was chosen; "" for none."""
    return text_at(field.get("selected_option") or {"value": ""}, "value")


@reading
def inputs(payload: Json) -> list[str]:
    """The names of a submitted form's fields, in order."""
    view = payload["view"]
    blocks = view.get("blocks") or ()
    return [text_at(block, "block_id") for block in blocks if block["type"] == "input"] or list(view["state"]["values"])


@reading
def metadata(view: Json) -> dict[str, str]:
    """What we put into a form's `private_metadata`."""
    kept = json.loads(view.get("private_metadata") or "{}")
    return {key: text_at(value) for key, value in kept.items()}


@reading
def reaction(body: Json) -> Reacted | None:
    """`reaction_added` and `reaction_removed`; None where it is not about a message."""
    event = body["event"]
    item = event["item"]
    if item.get("type") != "message":
        return None
    return Reacted(
        workspace=installed(body),
        person=text_at(event, "user"),
        delivery=text_at(body, "event_id"),
        message=Message(place=text_at(item, "channel"), id=text_at(item, "ts")),
        author=text_at(event.get("item_user") or ""),
        name=text_at(event, "reaction"),
        standing=event["type"] == "reaction_added",
        at=moment(text_at(event, "event_ts")),
    )


@reading
def said(body: Json) -> Said | None:
    """`message` and `app_mention`: a post that is meant for Kudos, which may arrive as both; None for any other.

    Source: docs.slack.dev/reference/events/message
    """
    event = body["event"]
    own = {each.get("user_id") for each in body.get("authorizations") or ()}
    author = event.get("user") or ""
    if event.get("bot_id") or author in {"", "USLACKBOT", *own} or event.get("subtype") not in _POSTS:
        return None
    heard = words(_spaced(text_at(event.get("text") or "")))
    kept = tuple(word for word in heard if not (isinstance(word, Named) and word.person in own))
    called = event["type"] == "app_mention" or len(kept) < len(heard)
    channel, at = text_at(event, "channel"), text_at(event, "ts")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    if not (direct or called):
        return None
    workspace_ = installed(body)
    channel_kind = PlaceKind.CONVERSATION if event.get("channel_type") == "mpim" else PlaceKind.CHANNEL
    return Said(
        workspace=workspace_,
        person=text_at(author),
        delivery=f"{channel}/{at}",
        place=Place(workspace=workspace_, id=channel, kind=PlaceKind.BOT if direct else channel_kind),
        message=Message(place=channel, id=at),
        words=kept,
    )


@reading
def thread(body: Json) -> str:
    """Where a post is answered: its thread."""
    event = body["event"]
    return text_at(event.get("thread_ts") or event["ts"])


@reading
def home(body: Json) -> OpenHome | None:
    """`app_home_opened`; None for the other tabs."""
    event = body["event"]
    if event.get("tab", "home") != "home":
        return None
    return OpenHome(workspace=installed(body), person=text_at(event, "user"), delivery=text_at(body, "event_id"))


@reading
def about(body: Json) -> dict[str, str]:
    """What an event about people or places says of where, who and which: ids, or "".

    `bot` is our own user id there, as far as the envelope tells.
    """
    event = body["event"]
    ids = {
        name: event.get(name) if isinstance(event.get(name), str | None) else event[name]["id"]
        for name in ("channel", "user")
    }
    return {
        "type": text_at(event, "type"),
        "workspace": installed(body),
        "delivery": text_at(body, "event_id"),
        "bot": next((text_at(each, "user_id") for each in body.get("authorizations") or () if each.get("is_bot")), ""),
        **{name: text_at(id_ or "") for name, id_ in ids.items()},
    }
