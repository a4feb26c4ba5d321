"""The methods that show modals and home tabs: `views.*`."""

import secrets
from typing import Any, Literal

from . import slack_tokens
from .blockkit import refusals
from .slack_fields import keep_entered
from .slack_objects import Json, View, with_ids
from .slack_platform import ApiError, Args, Platform, invalid, method

TRIGGER_S = 3  #: how long a trigger_id is good for
STACK = 3  #: views on top of each other


@method("views.open", takes="trigger_id view interactivity_pointer", tier=4, json=True)
def open_view(slack: Platform, args: Args) -> Json:
    """Open a modal for the person whose act issued the trigger."""
    content = _content(slack, "views.open", args, "modal")
    user, pressed_in, channel = _spend_trigger(slack, args)
    if pressed_in in slack.views:  # the maintainers of the SDK: it may work by chance, and does not on a phone
        slack.take_problem("views.open", ["asked for in a modal: use views.push or views.update"], content)
    view = add_view(slack, content, user=user, channel=channel or None)
    return {"view": slack.show_view(view)}


@method("views.push", takes="trigger_id view interactivity_pointer", tier=4, json=True)
def push_view(slack: Platform, args: Args) -> Json:
    """Put a modal on top of the one that was acted in."""
    content = _content(slack, "views.push", args, "modal")
    user, below, _ = _spend_trigger(slack, args)
    under = slack.views.get(below)
    if under is None or not under.open:
        raise ApiError("not_found")
    return {"view": slack.show_view(push(slack, under, content, user=user))}


@method("views.update", takes="view_id external_id view hash", tier=4, json=True)
def update_view(slack: Platform, args: Args) -> Json:
    """Change a modal that is open, or a home tab."""
    content = _content(slack, "views.update", args, "any")
    known = [*slack.views.values(), *slack.homes.values()]
    wanted, external = args.text("view_id"), args.text("external_id")
    if not wanted and not external:
        raise invalid("invalid_arguments", ["missing required field: view_id"])
    named = [each for each in known if each.id == wanted or (external and each.content.get("external_id") == external)]
    view = next((each for each in named if each.open), None)
    if view is None or view.type != content["type"]:
        raise ApiError("not_found")
    if args.text("hash") and args.text("hash") != view.hash:
        raise ApiError("hash_conflict")
    replace(slack, view, content)
    return {"view": slack.show_view(view)}


@method("views.publish", needs="user_id view", takes="hash interactivity_pointer", tier=4, json=True)
def publish_view(slack: Platform, args: Args) -> Json:
    """Set somebody's home tab."""
    content = _content(slack, "views.publish", args, "home")
    user = args.text("user_id")
    if user not in slack.users or slack.users[user].is_bot:
        raise invalid("invalid_arguments", ["user_not_found"])
    if not slack.app.home_tab:
        raise ApiError("not_enabled")
    view = slack.homes.get(user)
    if args.text("hash") and args.text("hash") != (view.hash if view else ""):
        raise ApiError("hash_conflict")
    if view is None:
        ident = slack.new_id("V")
        view = View(id=ident, user=user, type="home", content={}, hash="", root_view_id=ident)
        slack.homes[user] = view
    replace(slack, view, content)
    return {"view": slack.show_view(view)}


def add_view(
    slack: Platform, content: Json, *, user: str, channel: str | None = None, under: View | None = None
) -> View:
    """Open a modal; it replaces what was open, unless it goes on top of `under`."""
    if content.get("external_id") and content["external_id"] in {
        each.content.get("external_id") for each in slack.views.values() if each.open
    }:
        raise ApiError("duplicate_external_id")
    if under is None:
        close_all(slack, user)
    ident = slack.new_id("V")
    view = View(
        id=ident,
        user=user,
        type="modal",
        content={},
        hash="",
        root_view_id=under.root_view_id if under else ident,
        previous_view_id=under.id if under else None,
        channel=channel or (under.channel if under else None),
    )
    slack.views[ident] = view
    replace(slack, view, content)
    return view


def push(slack: Platform, under: View, content: Json, *, user: str) -> View:
    """Put a modal on top of another; the stack holds three."""
    stacked = [each for each in slack.views.values() if each.open and each.root_view_id == under.root_view_id]
    if len(stacked) >= STACK:
        raise ApiError("push_limit_reached")
    return add_view(slack, content, user=user, under=under)


def replace(slack: Platform, view: View, content: Json) -> None:
    """Give a view new content, and so a new hash."""
    blocks = with_ids(content["blocks"])
    if view.content:
        keep_entered(slack, view, blocks, user=slack.users[view.user])
    view.content = {**content, "blocks": blocks}
    view.hash = f"{slack.stamp().split('.')[0]}.{secrets.token_hex(4)}"


def close_all(slack: Platform, user: str) -> None:
    """Close every modal that `user` has open."""
    for each in slack.views.values():
        if each.user == user:
            each.open = False


def check_view(slack: Platform, where: str, view: Any, surface: Literal["modal", "home", "any"]) -> Json:
    """Refuse a view that Slack would refuse."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["must be an object [json-pointer:/view]"])
    kind: Any = view.get("type") if surface == "any" and view.get("type") in {"modal", "home"} else surface
    reasons = refusals(view, "modal" if kind == "any" else kind)
    slack.take_problem(where, reasons + slack.unknown_ids(view), view)
    if any("view_too_large" in reason for reason in reasons):
        raise ApiError("view_too_large")
    if reasons:
        raise invalid("invalid_arguments", reasons)
    return view


def _content(slack: Platform, where: str, args: Args, surface: Literal["modal", "home", "any"]) -> Json:
    return check_view(slack, where, args.json("view", "invalid_arguments"), surface)


def _spend_trigger(slack: Platform, args: Args) -> tuple[str, str, str]:
    """Exchange the trigger for who acted, in which view, in which channel."""
    given = args.text("trigger_id")
    if not given:
        raise invalid("invalid_arguments", ["missing required field: trigger_id"])
    token = slack_tokens.read("trigger", given)
    if token is None or token.contents[3] != slack.team_id:
        raise ApiError("invalid_trigger_id")
    if given in slack.spent:
        raise ApiError("exchanged_trigger_id")
    if slack.now() - token.issued > TRIGGER_S:
        raise ApiError("expired_trigger_id")
    slack.spent[given] = 1
    user, view, channel, _ = token.contents
    return user, view, channel
