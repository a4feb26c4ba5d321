"""Slack's JSON in, requests out. Pure.

Source: docs.slack.dev, Events API, slash commands, interactivity (`block_actions`, `view_submission`).
"""

import functools
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, ParamSpec, TypeVar

from bot import commands
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Visibility, clean
from bot.requests import (
    Action,
    Ask,
    Channel,
    Give,
    GiveFor,
    Group,
    Named,
    OpenHome,
    Press,
    Reacted,
    Request,
    Said,
    SubmitKudos,
    SubmitReason,
    Unresolved,
    Word,
    Words,
)

Json = Mapping[str, Any]
P = ParamSpec("P")
R = TypeVar("R")

PLATFORM: Final = "slack"

_POSTS: Final = frozenset({None, "file_share", "me_message", "thread_broadcast"})  #: subtypes of what people post

_ESCAPED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SUBTEAM: Final = "subteam^"
_EVERYBODY: Final = frozenset({"here", "channel", "everyone", "group"})
_BARE_MENTION = re.compile(r"(?<![\w.@])@[\w][\w.'’-]*")


class MalformedError(Exception):
    """Signed by Slack and yet not what Slack sends. The message holds no word of it."""


def _reading(read: Callable[P, R]) -> Callable[P, R]:
    """Whatever `read` stumbles over is malformed."""

    @functools.wraps(read)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, StopIteration) as error:
            raise MalformedError(type(error).__name__) from None

    return careful


def _text(node: Any, *path: str) -> str:
    """The string that `path` leads to."""
    for key in path:
        node = node[key]
    text = _string(node)
    text.encode()  # half of a character could neither be stored nor sent
    return text


def _string(node: Any) -> str:
    if not isinstance(node, str):
        raise TypeError
    return node


def workspace_id(team: str) -> str:
    return f"{PLATFORM}:{team}"


def is_organisation(workspace: str) -> bool:
    """Whether this is a whole Enterprise Grid organisation, with one token for all its teams."""
    return workspace.startswith(f"{PLATFORM}:E")


def workspace(body: Json) -> str:
    """The installation that a command or an interaction is for: of a team, or of a whole organisation.

    Source: docs.slack.dev/enterprise/apps/managing-installations, `is_enterprise_install`
    """
    if body.get("is_enterprise_install") in (True, "true"):
        return workspace_id(_text(body.get("enterprise_id") or _text(body, "enterprise", "id")))
    # A form is of the team of ours that it was opened in: who sends it, in a shared channel, may be of another one.
    ours = str((body.get("view") or {}).get("app_installed_team_id") or "")
    team = ours if ours.startswith("T") else ""  # else it is a whole organisation's
    return workspace_id(_text(team or body.get("team_id") or _text(body, "team", "id")))


def installed(body: Json) -> str:
    """The installation that an event is for: `team_id` may be another one's in a channel shared with it."""
    authorization = (body.get("authorizations") or [{}])[0]
    if authorization.get("is_enterprise_install"):
        return workspace_id(_text(authorization, "enterprise_id"))
    return workspace_id(_text(authorization.get("team_id") or body["team_id"]))


@_reading
def addressed(body: Json) -> str:
    """The installation that anything is for."""
    return installed(body) if "event" in body else workspace(body)


@_reading
def tested(answer: Json) -> str:
    """Whose token it is, as `auth.test` answers."""
    return workspace(answer)


@_reading
def uninstalled(body: Json) -> datetime | None:
    """When, to the second, `tokens_revoked` or `app_uninstalled` has ended our installation.

    None where it was only somebody's own token.
    """
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    return datetime.fromtimestamp(body["event_time"], UTC)


@_reading
def command(body: Json) -> Request:
    """A slash command.

    Source: docs.slack.dev/interactivity/implementing-slash-commands, with `should_escape: true`.
    """
    text = str(body.get("text", "")).strip()
    who = commands.Who(
        workspace=workspace(body),
        person=_text(body, "user_id"),
        delivery=_text(body, "trigger_id"),
    )
    if _text(body, "command") == "/values":
        return Ask(**who, question=plain(text))
    return commands.kudos(text, words(text), command_place(body), **who)


def command_place(body: Json) -> Place:
    """Where a command was typed, as far as Slack says: `channel_name` is all there is to go by."""
    return _named_place(workspace(body), _text(body, "channel_id"), str(body.get("channel_name", "")))


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
        name="" if name == "privategroup" or kind is not PlaceKind.CHANNEL else name,
        kind=kind,
    )


@_reading
def private_channel(body: Json) -> str:
    """The channel that a command was typed in, if Slack hides its name, as it does with private ones; or ""."""
    return _text(body, "channel_id") if body.get("channel_name") == "privategroup" else ""


def words(text: str) -> Words:
    """Typed text, with what Slack has recognised in it."""
    return tuple(_words(text))


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """Typed text as it looked to the one who typed it; `names` of people whom Slack called by id alone."""
    return commands.plain(words(text), names)


def _words(text: str) -> Iterator[Word]:
    at = 0
    for found in _ESCAPED.finditer(text):
        yield from _unescaped(text[at : found.start()])
        at = found.end()
        sign, target, label = found[1], found[2], html.unescape(found[3] or "")
        if sign == "@":
            yield Named(target, label)
        elif sign == "#":
            yield Channel(label)
        elif sign == "!" and target.startswith(_SUBTEAM):
            yield Group(target.removeprefix(_SUBTEAM), label.lstrip("@"))
        elif sign == "!":
            name = label or target.partition("^")[0]
            yield Unresolved(f"@{name.lstrip('@')}", everybody=target in _EVERYBODY)
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


@_reading
def press(payload: Json) -> Press | None:
    """A pressed button or a chosen ⋯ item; None for what asks for nothing, such as a link."""
    action = payload["actions"][0]
    if action["type"] == "overflow":
        name, _, value = _text(action, "selected_option", "value").partition(":")
    else:
        name, value = _text(action, "action_id").partition(":")[0], _text(action.get("value") or "")
    if name not in set(Action):
        return None
    container = payload.get("container") or {}
    return Press(
        workspace=workspace(payload),
        person=_text(payload, "user", "id"),
        # What the act is about: the trigger would be another if Slack sent it again.
        delivery="/".join(
            (
                _text(payload, "user", "id"),
                str(container.get("message_ts") or container.get("view_id") or ""),
                _text(action, "action_id"),
                _text(action, "action_ts"),
            )
        ),
        action=Action(name),
        value=value,
        place=_text(container.get("channel_id") or (payload.get("channel") or {}).get("id", "")),
        at=moment(_text(action, "action_ts")),
    )


@_reading
def shortcut(payload: Json) -> Give | GiveFor | None:
    """A shortcut: *Give kudos*, from anywhere or for a message; None for one that is not ours.

    Source: docs.slack.dev/interactivity/implementing-shortcuts
    """
    who = commands.Who(
        workspace=workspace(payload),
        person=_text(payload, "user", "id"),
        delivery=_text(payload, "trigger_id"),
    )
    if payload["callback_id"] == "give_kudos":
        return Give(**who, place=None, words=())
    if payload["callback_id"] != "give_kudos_message":
        return None
    channel, message = payload["channel"], payload["message"]
    return GiveFor(
        **who,
        message=Message(place=_text(channel, "id"), id=_text(payload, "message_ts")),
        author="" if message.get("bot_id") else _text(message.get("user") or ""),
        place=_named_place(who["workspace"], channel["id"], str(channel.get("name", ""))),
    )


@_reading
def submission(payload: Json) -> SubmitKudos | SubmitReason:
    """A form, filled in."""
    view = payload["view"]
    fields = {name: next(iter(elements.values())) for name, elements in view["state"]["values"].items()}
    kept = metadata(view)
    asked = commands.Who(
        workspace=workspace(payload),
        person=_text(payload, "user", "id"),
        delivery=f"{_text(view, 'id')}/{view.get('hash', '')}",
    )
    reason = _text(fields["reason"].get("value") or "")
    if view["callback_id"] != Action.GIVE:
        return SubmitReason(**asked, recognition=_text(kept, "recognition"), reason=reason)
    return SubmitKudos(
        **asked,
        form=view["id"],
        recipients=tuple(map(_text, fields["recipients"].get("selected_users") or ())),
        entries=tuple(_text(option, "value") for option in fields["entries"].get("selected_options") or ()),
        reason=reason,
        place=_text(fields.get("place", {}).get("selected_conversation") or kept.get("place", "")),
        message=kept.get("message", ""),
        groups=tuple(kept.get("groups", "").split()),
    )


@_reading
def inputs(payload: Json) -> list[str]:
    """The names of a submitted form's fields, in order."""
    view = payload["view"]
    blocks = view.get("blocks") or ()
    return [_text(block, "block_id") for block in blocks if block["type"] == "input"] or list(view["state"]["values"])


@_reading
def metadata(view: Json) -> dict[str, str]:
    """What we put into a form's `private_metadata`."""
    kept = json.loads(view.get("private_metadata") or "{}")
    return {key: _text(value) for key, value in kept.items()}


@_reading
def reaction(body: Json) -> Reacted | None:
    """`reaction_added` and `reaction_removed`; None where it is not about a message."""
    event = body["event"]
    item = event["item"]
    if item.get("type") != "message":
        return None
    return Reacted(
        workspace=installed(body),
        person=_text(event, "user"),
        delivery=_text(body, "event_id"),
        message=Message(place=_text(item, "channel"), id=_text(item, "ts")),
        author=_text(event.get("item_user") or ""),
        name=_text(event, "reaction"),
        standing=event["type"] == "reaction_added",
        at=moment(_text(event, "event_ts")),
    )


@_reading
def said(body: Json) -> Said | None:
    """`message` and `app_mention`: a post that is meant for Kudos, which may arrive as both; None for any other.

    Source: docs.slack.dev/reference/events/message
    """
    event = body["event"]
    own = {each.get("user_id") for each in body.get("authorizations") or ()}
    author = event.get("user") or ""
    if event.get("bot_id") or author in {"", "USLACKBOT", *own} or event.get("subtype") not in _POSTS:
        return None
    heard = words(_text(event.get("text") or ""))
    kept = tuple(word for word in heard if not (isinstance(word, Named) and word.person in own))
    called = event["type"] == "app_mention" or len(kept) < len(heard)
    channel, at = _text(event, "channel"), _text(event, "ts")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    if not (direct or called):
        return None
    workspace_ = installed(body)
    channel_kind = PlaceKind.CONVERSATION if event.get("channel_type") == "mpim" else PlaceKind.CHANNEL
    return Said(
        workspace=workspace_,
        person=_text(author),
        delivery=f"{channel}/{at}",
        place=Place(workspace=workspace_, id=channel, kind=PlaceKind.BOT if direct else channel_kind),
        message=Message(place=channel, id=at),
        words=kept,
    )


@_reading
def thread(body: Json) -> str:
    """Where a post is answered: its thread."""
    event = body["event"]
    return _text(event.get("thread_ts") or event["ts"])


@_reading
def home(body: Json) -> OpenHome | None:
    """`app_home_opened`; None for the other tabs."""
    event = body["event"]
    if event.get("tab", "home") != "home":
        return None
    return OpenHome(workspace=installed(body), person=_text(event, "user"), delivery=_text(body, "event_id"))


@_reading
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
        "type": _text(event, "type"),
        "workspace": installed(body),
        "delivery": _text(body, "event_id"),
        "bot": next((_text(each, "user_id") for each in body.get("authorizations") or () if each.get("is_bot")), ""),
        **{name: _text(id_ or "") for name, id_ in ids.items()},
    }


@_reading
def person(user: Json, workspace: str) -> Person:
    """A user object, as a person of `workspace`.

    Source: docs.slack.dev/reference/objects/user-object
    """
    profile = user.get("profile") or {}
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        kind = PersonKind.BOT
    elif user.get("is_stranger") or not _ours(user, workspace.removeprefix(f"{PLATFORM}:")):
        kind = PersonKind.STRANGER
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        kind = PersonKind.GUEST
    else:
        kind = PersonKind.MEMBER
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"), user["id"])
    return Person(
        workspace=workspace,
        id=_text(user, "id"),
        name=next(filter(None, (_one_line(name) for name in names))),
        email=str(profile.get("email") or "") if user.get("is_email_confirmed") else "",
        kind=kind,
        active=not user.get("deleted", False),
    )


def _ours(user: Json, own: str) -> bool:
    """Whether somebody is of the team, or of the organisation, `own`.

    In an Enterprise Grid one has a home team and may be of others too.
    """
    grid = user.get("enterprise_user") or {}
    return own in (user.get("team_id", own), grid.get("enterprise_id"), *grid.get("teams", ()))


@_reading
def group(subteam: Json) -> tuple[str, str]:
    """A user group's id and what it is called.

    Source: docs.slack.dev/reference/objects/usergroup-object
    """
    return _text(subteam, "id"), _one_line(subteam.get("handle") or subteam.get("name")).lstrip("@")


@_reading
def group_members(answer: Json) -> tuple[str, ...]:
    """Who is in a user group: the answer of `usergroups.users.list`."""
    return tuple(map(_text, answer.get("users") or ()))


@_reading
def place(conversation: Json, workspace: str) -> Place:
    """A conversation object, as a place of `workspace`. What is shared with another organisation counts as private.

    Source: docs.slack.dev/reference/objects/conversation-object
    """
    if conversation.get("is_im") or conversation.get("is_mpim"):
        kind, visibility = PlaceKind.CONVERSATION, Visibility.DIRECT
    else:
        kind = PlaceKind.CHANNEL
        shared = any(conversation.get(key) for key in ("is_private", "is_ext_shared", "is_pending_ext_shared"))
        visibility = Visibility.PRIVATE if shared else Visibility.PUBLIC
    return Place(
        workspace=workspace,
        id=_text(conversation, "id"),
        name=_one_line(conversation.get("name")),
        kind=kind,
        visibility=visibility,
        joined=bool(conversation.get("is_member")),
        archived=bool(conversation.get("is_archived")),
    )


def _one_line(name: Any) -> str:
    """A name as we keep it."""
    return " ".join(clean(_string(name or "")).split())


def moment(ts: str) -> datetime:
    """Slack's `ts`, exactly: seconds and microseconds as text."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(micros.ljust(6, "0")[:6] or 0))
