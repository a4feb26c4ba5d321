"""Slack's objects in, ours out: people, places, groups, typed text, and whose workspace it is. Pure.

Source: docs.slack.dev/reference/objects
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.reading import reading
from bot import commands
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility, clean
from bot.requests import Channel, Group, Named, Unresolved, Word, Words

Json = Mapping[str, Any]

PLATFORM: Final = "slack"

_ESCAPED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SUBTEAM: Final = "subteam^"
_EVERYBODY: Final = frozenset({"here", "channel", "everyone", "group"})
_BARE_MENTION = re.compile(r"(?<![\w.@])@[\w][\w.'’-]*")


def text_at(node: Any, *path: str) -> str:
    """The string that `path` leads to."""
    for key in path:
        node = node[key]
    text = string(node)
    text.encode()  # half of a character could neither be stored nor sent
    return text


def id_at(node: Any, *path: str) -> str:
    """The string that `path` leads to, which must not be empty."""
    if not (text := text_at(node, *path)):
        raise ValueError
    return text


def string(node: Any) -> str:
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
        return workspace_id(text_at(body.get("enterprise_id") or text_at(body, "enterprise", "id")))
    # A form is of the team of ours that it was opened in: who sends it, in a shared channel, may be of another one.
    ours = str((body.get("view") or {}).get("app_installed_team_id") or "")
    team = ours if ours.startswith("T") else ""  # else it is a whole organisation's
    return workspace_id(text_at(team or body.get("team_id") or text_at(body, "team", "id")))


def installed(body: Json) -> str:
    """The installation that an event is for: `team_id` may be another one's in a channel shared with it.

    A farewell may come without authorizations.
    """
    authorization = (body.get("authorizations") or [body])[0]
    if authorization.get("is_enterprise_install"):
        return workspace_id(text_at(authorization, "enterprise_id"))
    return workspace_id(text_at(authorization.get("team_id") or body["team_id"]))


@reading
def addressed(body: Json) -> str:
    """The installation that anything is for, all of which can be stored and sent."""
    json.dumps(body, ensure_ascii=False).encode()  # which half of a character can not
    return installed(body) if "event" in body else workspace(body)


@reading
def above(body: Json) -> str:
    """The organisation of the team that an event names without saying which of the two has us; else ""."""
    if "event" not in body or body.get("authorizations") or not body.get("enterprise_id"):
        return ""
    return workspace_id(text_at(body, "enterprise_id"))


@reading
def tested(answer: Json) -> str:
    """Whose token it is, as `auth.test` answers."""
    return workspace(answer)


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


@reading
def person(user: Any, workspace: str) -> Person:
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
        id=text_at(user, "id"),
        name=next(filter(None, (_one_line(name) for name in names))),
        email=_whole(profile.get("email")) if user.get("is_email_confirmed") else "",
        kind=kind,
        active=not user.get("deleted", False),
        admin=kind is PersonKind.MEMBER and any(user.get(key) for key in ("is_admin", "is_owner", "is_primary_owner")),
    )


def _ours(user: Json, own: str) -> bool:
    """Whether somebody is of the team, or of the organisation, `own`.

    In an Enterprise Grid one has a home team and may be of others too.
    """
    grid = user.get("enterprise_user") or {}
    return own in (user.get("team_id", own), grid.get("enterprise_id"), *grid.get("teams", ()))


@reading
def aliases(answer: Json) -> dict[str, str]:
    """What custom emoji stand for in the end: the answer of `emoji.list`."""
    emoji = (answer.get("emoji") or {}).items()
    named = {name: _whole(target) for name, target in emoji if _whole(name)}
    own = {name: target.removeprefix("alias:") for name, target in named.items() if target.startswith("alias:")}
    return {name: _end(own, name) for name in own}


def _end(aliases: Mapping[str, str], name: str) -> str:
    """What an alias of an alias means in the end."""
    seen = {name}
    while (name := aliases[name]) in aliases and name not in seen:
        seen.add(name)
    return name


@reading
def group(subteam: Json) -> tuple[str, str]:
    """A user group's id and what it is called.

    Source: docs.slack.dev/reference/objects/usergroup-object
    """
    return text_at(subteam, "id"), _one_line(subteam.get("handle") or subteam.get("name")).lstrip("@")


@reading
def group_members(answer: Json) -> tuple[str, ...]:
    """Who is in a user group: the answer of `usergroups.users.list`."""
    return tuple(map(text_at, answer.get("users") or ()))


@reading
def place(conversation: Any, workspace: str) -> Place:
    """A conversation object, as a place of `workspace`. What is shared with another organisation counts as private.

    Source: docs.slack.dev/reference/objects/conversation-object
    """
    shared = any(conversation.get(key) for key in ("is_ext_shared", "is_pending_ext_shared"))
    if conversation.get("is_im") or conversation.get("is_mpim"):
        kind, visibility = PlaceKind.CONVERSATION, Visibility.DIRECT
    else:
        kind = PlaceKind.CHANNEL
        visibility = Visibility.PRIVATE if shared or conversation.get("is_private") else Visibility.PUBLIC
    return Place(
        workspace=workspace,
        id=text_at(conversation, "id"),
        name=_one_line(conversation.get("name")),
        kind=kind,
        visibility=visibility,
        joined=bool(conversation.get("is_member")),
        archived=bool(conversation.get("is_archived")),
        shared=shared,
        creator=_whole(conversation.get("creator")),
    )


def _whole(text: Any) -> str:
    """A text; what could neither be stored nor sent counts as absent, for it keeps nothing else from being known."""
    try:
        return text_at(text or "")
    except (TypeError, UnicodeEncodeError):
        return ""


def _one_line(name: Any) -> str:
    """A name as we keep it."""
    return " ".join(clean(_whole(name)).split())


def moment(ts: str) -> datetime:
    """Slack's `ts`, exactly: seconds and microseconds as text."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(micros.ljust(6, "0")[:6] or 0))
