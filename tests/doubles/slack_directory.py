"""The methods that look things up: `auth`, `users`, `conversations`, `emoji`, `team`, `bots`."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from .slack_objects import Channel, Json, Message, User
from .slack_platform import KIND_SCOPE, ApiError, Args, Platform, method

TOO_MANY = 2_000  #: people that `users.list` gives without a limit; Slack names no number

_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("api.test", takes="error foo", json=True, whose="nobody")
def api_test(_slack: Platform, args: Args) -> Json:
    """Answer, or fail on demand."""
    if args.text("error"):
        raise ApiError(args.text("error"), args=dict(args.values))
    return {"args": dict(args.values)}


@method("auth.test", json=True)
def auth_test(slack: Platform, args: Args) -> Json:
    """Say whose token it is."""
    above, here = slack.enterprise, {"team": slack.domain.title(), "team_id": slack.team_id}
    if above and args.org:
        here = {"team": above.name, "team_id": above.id}
    return {
        "url": f"https://{above.domain if above and args.org else slack.domain}.slack.com/",
        **here,
        "user": slack.bot.name,
        "user_id": slack.bot.id,
        "bot_id": slack.bot_id,
        "is_enterprise_install": args.org,
        **({"enterprise_id": above.id} if above else {}),
    }


@method("auth.teams.list", takes="cursor limit include_icon", tier=2)
def auth_teams_list(slack: Platform, args: Args) -> Json:
    """List the workspaces that the token is for: those of an organisation that the app was added to."""
    page, cursor = _page(slack, slack.reached(args.token), args, default=100)
    teams = [{"id": each.team_id, "name": each.domain.title()} for each in page]
    return {"teams": teams, "response_metadata": {"next_cursor": cursor}}


@method("team.info", scopes="team:read", takes="team domain", tier=3)
def team_info(slack: Platform, _args: Args) -> Json:
    """Describe the team."""
    shown = {"id": slack.team_id, "name": slack.domain.title(), "domain": slack.domain, "email_domain": "example.org"}
    return {"team": {**shown, "url": f"https://{slack.domain}.slack.com/", "icon": {"image_default": True}}}


@method("bots.info", scopes="users:read", takes="bot team_id", tier=3)
def bots_info(slack: Platform, args: Args) -> Json:
    """Describe a bot."""
    found = next((each for each in slack.users.values() if each.bot_id == args.text("bot")), None)
    if found is None:
        raise ApiError("bot_not_found")
    bot: Json = {
        "id": found.bot_id,
        "deleted": found.deleted,
        "name": found.real_name,
        "user_id": found.id,
        "icons": {},
    }
    return {"bot": {**bot, "app_id": slack.app_id if found.bot_id == slack.bot_id else "A99999999"}}


@method("emoji.list", scopes="emoji:read", takes="include_categories", tier=2)
def emoji_list(slack: Platform, _args: Args) -> Json:
    """List the custom emoji; an alias is "alias:name"."""
    return {"emoji": dict(slack.emoji), "cache_ts": slack.stamp()}


@method("users.list", scopes="users:read", takes="cursor limit include_locale team_id presence", tier=2)
def users_list(slack: Platform, args: Args) -> Json:
    """List everybody in the team, deactivated accounts and bots too."""
    team = [each for each in slack.users.values() if each.team_id == slack.team_id]
    if not args.limit(0) and len(team) > TOO_MANY:
        raise ApiError("limit_required")
    page, cursor = _page(slack, team, args, default=1000)
    members = [show_person(slack, each) for each in page]
    return {"members": members, "cache_ts": int(slack.now()), "response_metadata": {"next_cursor": cursor}}


@method("users.info", scopes="users:read", needs="user", takes="include_locale", tier=4)
def users_info(slack: Platform, args: Args) -> Json:
    """Describe one person."""
    user = slack.users.get(args.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": show_person(slack, user)}


@method("users.lookupByEmail", scopes="users:read.email", needs="email", tier=3)
def users_lookup_by_email(slack: Platform, args: Args) -> Json:
    """Find an active account by its e-mail address."""
    wanted = args.text("email").casefold()
    for user in slack.users.values():
        if (user.email or "").casefold() == wanted and not user.deleted and not user.is_bot:
            return {"user": show_person(slack, user)}
    raise ApiError("users_not_found")


@method("users.conversations", takes="user types exclude_archived limit cursor team_id", tier=3)
def users_conversations(slack: Platform, args: Args) -> Json:
    """List the conversations that somebody is in, as far as our bot may know of them."""
    user = args.text("user") or slack.bot.id
    if user not in slack.users:
        raise ApiError("user_not_found")
    return _conversations(slack, args, [each for each in slack.channels.values() if user in each.members])


@method("conversations.list", takes="types exclude_archived limit cursor team_id", tier=2)
def conversations_list(slack: Platform, args: Args) -> Json:
    """List the conversations our bot may know of."""
    return _conversations(slack, args, list(slack.channels.values()))


@method("conversations.info", needs="channel", takes="include_locale include_num_members", tier=3)
def conversations_info(slack: Platform, args: Args) -> Json:
    """Describe a conversation."""
    channel = _readable(slack, args, "read")
    shown = channel.as_json(slack.bot.id)
    if not args.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


@method("conversations.members", needs="channel", takes="cursor limit", tier=4)
def conversations_members(slack: Platform, args: Args) -> Json:
    """List who is in a conversation."""
    channel = _readable(slack, args, "read")
    page, cursor = _page(slack, channel.members, args, default=100)
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


@method("conversations.open", takes="users channel return_im prevent_creation", tier=3, json=True)
def conversations_open(slack: Platform, args: Args) -> Json:
    """Open direct messages with one person, or a conversation with up to eight."""
    wanted = [each.strip() for each in args.text("users").split(",") if each.strip()]
    if args.text("channel"):
        return {"channel": {"id": slack.visible(args.text("channel")).id}}
    if not wanted:
        raise ApiError("users_list_not_supplied")
    slack.require_scope("im:write" if len(wanted) == 1 else "mpim:write")
    if len(wanted) > 8:
        raise ApiError("too_many_users")
    for each in wanted:
        user = slack.users.get(each)
        if user is None or user.id == slack.bot.id:
            raise ApiError("user_not_found")
        if user.deleted:
            raise ApiError("user_disabled")
        if user.is_bot or user.id == "USLACKBOT":
            raise ApiError("cannot_dm_bot")
        if slack.is_stranger(user):
            raise ApiError("user_not_visible")
    known = len(slack.channels)
    channel = slack.add_dm(wanted[0]) if len(wanted) == 1 else slack.mpim(*wanted, bot=True)
    again = {"no_op": True, "already_open": True} if len(slack.channels) == known else {}
    full = channel.as_json(slack.bot.id) if args.flag("return_im") else {"id": channel.id}
    return {"channel": full, **again}


@method("conversations.join", scopes="channels:join", needs="channel", tier=3, json=True)
def conversations_join(slack: Platform, args: Args) -> Json:
    """Join a public channel."""
    channel = slack.visible(args.text("channel"))
    if channel.kind != "public":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.archived:
        raise ApiError("is_archived")
    if slack.bot.id in channel.members:
        return {"channel": channel.as_json(slack.bot.id), "warning": "already_in_channel"}
    channel.members.append(slack.bot.id)
    return {"channel": channel.as_json(slack.bot.id)}


_WINDOW = "oldest latest inclusive limit cursor include_all_metadata"


@method("conversations.history", needs="channel", takes=_WINDOW, tier=3)
def conversations_history(slack: Platform, args: Args) -> Json:
    """Read a conversation our bot is in, newest first, without the replies in threads."""
    channel = _joined(slack, args)
    tops = [each for each in slack.messages(channel) if each.thread_ts in {None, each.ts}]
    return _window(slack, list(reversed(tops)), args)


@method("conversations.replies", needs="channel ts", takes=_WINDOW, tier=3)
def conversations_replies(slack: Platform, args: Args) -> Json:
    """Read a thread, oldest first, with the message it hangs from."""
    channel = _joined(slack, args)
    thread = [each for each in slack.messages(channel) if args.text("ts") in {each.ts, each.thread_ts}]
    if not thread:
        raise ApiError("thread_not_found")
    return _window(slack, thread, args)


def show_person(slack: Platform, user: User) -> Json:
    """Show a user as Slack does in answers and in events."""
    shown = user.as_json(email="users:read.email" in slack.scopes)
    if slack.enterprise and user.team_id == slack.team_id:
        org = {"enterprise_id": slack.enterprise.id, "enterprise_name": slack.enterprise.name}
        shown["enterprise_user"] = {"id": user.id, **org, "is_admin": False, "is_owner": False, "teams": [user.team_id]}
    return shown | ({"is_stranger": True} if slack.is_stranger(user) else {})


def _readable(slack: Platform, args: Args, what: str) -> Channel:
    """Find a conversation that may be read with the scopes for its kind ("read" or "history")."""
    channel = slack.visible(args.text("channel"))
    slack.require_scope(f"{KIND_SCOPE[channel.kind]}:{what}")
    return channel


def _joined(slack: Platform, args: Args) -> Channel:
    channel = _readable(slack, args, "history")
    if slack.bot.id not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _conversations(slack: Platform, args: Args, among: list[Channel]) -> Json:
    types = [each.strip() for each in (args.text("types") or "public_channel").split(",")]
    if any(each not in _TYPES for each in types):
        raise ApiError("invalid_types")
    kinds = {_TYPES[each] for each in types}
    for kind in sorted(kinds):
        slack.require_scope(f"{KIND_SCOPE[kind]}:read")
    seen = [
        each
        for each in among
        if each.kind in kinds
        and (each.kind == "public" or slack.bot.id in each.members)
        and not (each.archived and args.flag("exclude_archived"))
    ]
    page, cursor = _page(slack, seen, args, default=100)
    shown = [each.as_json(slack.bot.id) for each in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def _page(slack: Platform, listed: Sequence[Any], args: Args, *, default: int) -> tuple[Sequence[Any], str]:
    """Cut out the page that `cursor` and `limit` ask for, with the cursor of the next."""
    start, limit = 0, min(args.limit(default), slack.page_most)
    if args.text("cursor"):
        try:
            start = int(base64.b64decode(args.text("cursor"), validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError) as error:
            raise ApiError("invalid_cursor") from error
    end = start + limit
    return listed[start:end], base64.b64encode(f"next:{end}".encode()).decode() if end < len(listed) else ""


def _window(slack: Platform, messages: list[Message], args: Args) -> Json:
    inclusive = args.flag("inclusive")
    for name in ("oldest", "latest"):
        bound = args.text(name)
        try:
            limit = float(bound) if bound else None
        except ValueError as error:
            raise ApiError(f"invalid_ts_{name}") from error
        if limit:
            messages = [
                each
                for each in messages
                if (float(each.ts) > limit if name == "oldest" else float(each.ts) < limit)
                or (inclusive and float(each.ts) == limit)
            ]
    page, cursor = _page(slack, messages, args, default=100)
    answer: Json = {
        "messages": [each.as_json(metadata=args.flag("include_all_metadata")) for each in page],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})
