"""What a person does with a button, a menu or a form, as Slack tells the app; and what the answer does to a form."""

from collections.abc import Mapping
from typing import Any

from .blockkit import elements
from .slack_fields import UnsubmittableError, state_of, value_of
from .slack_objects import Json, Message, User, View
from .slack_platform import ApiError, Platform
from .slack_views import check_view, close_all, push, replace

__all__ = ["UnsubmittableError", "Values", "enter", "press_payload", "settle", "submit_payload", "write_payload"]

#: What stands in a form's fields, by label, block_id or action_id.
Values = Mapping[str, Any]


def press_payload(
    slack: Platform,
    where: Message | View,
    what: str,
    *,
    user: User,
    value: Any = None,
    values: Values | None = None,
    block_id: str | None = None,
) -> Json:
    """Make the block_actions payload of pressing or choosing `what`."""
    blocks = where.blocks
    block, element, option = _find(blocks, what, block_id)
    asked_in = where if isinstance(where, View) else None
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise ValueError(f"Slack tells the app nothing of {what!r}: its input block has no dispatch_action")
    action: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    match element["type"]:
        case "button":
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        case "overflow":
            action["selected_option"] = option
        case _:
            action |= value_of(slack, element, value, user=user, view=asked_in)
    payload = _person(slack, user, "block_actions") | {
        "actions": [{**action, "action_ts": slack.stamp()}],
        "state": {"values": state_of(slack, blocks, values or {}, user=user, view=asked_in)},
    }
    if isinstance(where, View):
        _see_view(where, user)
        shown = slack.show_view(where, payload["state"]["values"])
        return payload | {
            "container": {"type": "view", "view_id": where.id},
            "view": shown,
            "trigger_id": slack.issue_trigger(user, where),
        }
    return payload | _in_message(slack, where, user)


def enter(slack: Platform, view: View, values: Values, *, user: User) -> None:
    """Let a person fill in fields of an open form, as they see it; the app hears of nothing."""
    _see_view(view, user)
    view.entered = state_of(slack, view.blocks, values, user=user, view=view)


def write_payload(slack: Platform, view: View, what: str, text: str, *, user: User) -> Json:
    """Make the block_actions payload of writing `text` in a field of an open form.

    Source: docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object
    """
    enter(slack, view, {what: text}, user=user)
    block, element = next(
        (block, element)
        for block, element, _ in elements(view.blocks)
        if what in {block["block_id"], element.get("action_id"), block.get("label", {}).get("text")}
    )
    told_of = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    if not block.get("dispatch_action") or "on_character_entered" not in told_of:
        raise ValueError(f"Slack tells the app nothing of what is written in {what!r}")
    return press_payload(slack, view, element["action_id"], user=user, value=text, block_id=block["block_id"])


def submit_payload(slack: Platform, view: View, values: Values, *, user: User, closed: bool = False) -> Json:
    """Make the view_submission (or view_closed) payload of a form.

    Raises:
        UnsubmittableError: a real client would not send this.
    """
    if closed:
        shown = slack.show_view(view, state_of(slack, view.blocks, {}, user=user, view=view))
        return _person(slack, user, "view_closed") | {"view": shown, "is_cleared": False}
    _see_view(view, user)
    if "submit" not in view.content:
        raise UnsubmittableError("the form has no button to send it")
    view.errors = {}
    state = state_of(slack, view.blocks, values, user=user, view=view, complete=True)
    return _person(slack, user, "view_submission") | {
        "trigger_id": slack.issue_trigger(user, view),
        "view": slack.show_view(view, state),
        "response_urls": _response_urls(slack, view, state, user),
    }


def settle(slack: Platform, view: View, answer: Any, *, user: User) -> None:
    """Do to the form what the app's answer to its submission says."""
    where = "answer to view_submission"
    if answer in ("", None, {}):
        view.open = False
        return
    if not isinstance(answer, dict):
        slack.take_problem(where, ["the answer is no JSON object"], answer)
        return
    try:
        match answer.get("response_action"):
            case "clear":
                close_all(slack, user.id)
            case "update":
                replace(slack, view, check_view(slack, where, answer.get("view"), "modal"))
            case "push":
                push(slack, view, check_view(slack, where, answer.get("view"), "modal"), user=user.id)
            case "errors":
                view.errors = _errors(slack, where, view, answer)
            case other:
                slack.take_problem(where, [f"unknown response_action {other!r}"], answer)
    except ApiError as error:
        slack.take_problem(where, [str(error)], answer)


def _errors(slack: Platform, where: str, view: View, answer: Json) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    errors = answer.get("errors")
    if not isinstance(errors, dict) or not errors:
        slack.take_problem(where, ["errors must name at least one field"], answer)
        return {}
    reasons = [f"{key!r} is not the block_id of an input" for key in errors if key not in inputs]
    reasons += [
        f"the error of {key!r} is empty" for key, text in errors.items() if not isinstance(text, str) or not text
    ]
    slack.take_problem(where, reasons, answer)
    return {} if reasons else errors


def _find(blocks: list[Json], what: str, block_id: str | None) -> tuple[Json, Json, Json | None]:
    """Find what is to be pressed: its block, the element, and the option of an overflow menu."""
    found: list[tuple[Json, Json, Json | None]] = []
    labels: list[str] = []
    for block, element, _ in elements(blocks):
        if element["type"] == "image" or block_id not in {None, block["block_id"]}:
            continue
        label = element.get("text", {}).get("text", "")
        options = element.get("options", []) if element["type"] == "overflow" else []
        labels += [element["action_id"], label, *(each["text"]["text"] for each in options)]
        if options:
            found += [(block, element, each) for each in options if what in {each["text"]["text"], each["value"]}]
        elif what in {element["action_id"], label}:
            found.append((block, element, None))
    if len(found) != 1:
        problem = "is there more than once" if found else "is not there"
        raise LookupError(f"{what!r} {problem}; there are {[label for label in labels if label]}")
    return found[0]


def _person(slack: Platform, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": slack.app_id,
        "token": "verification",
        "team": slack.shown_team(),
        "enterprise": slack.shown_enterprise(),
        "is_enterprise_install": slack.org_wide,
    }


def _in_message(slack: Platform, message: Message, user: User) -> Json:
    channel = slack.channels[message.channel]
    outside = channel.kind != "public" and user.id not in channel.members
    if message.deleted or outside or message.only_for not in {None, user.id}:
        raise ValueError(f"{user.name} does not see the message")
    author = slack.users.get(message.user or "")
    whose = {"team": author.team_id} if author else {}
    shown: Json = {} if message.only_for else {"message": {**message.as_json(), **whose}}
    return shown | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        },
        "channel": {"id": channel.id, "name": channel.command_name},
        "response_url": slack.issue_response_url(user, channel, message.ts),
        "trigger_id": slack.issue_trigger(user, channel=channel.id),
    }


def _see_view(view: View, user: User) -> None:
    if not view.open or view.user != user.id:
        raise ValueError(f"{user.name} does not see the view")


def _response_urls(slack: Platform, view: View, state: Json, user: User) -> list[Json]:
    urls = []
    for block, element, _ in elements(view.blocks):
        if element.get("response_url_enabled"):
            chosen = state[block["block_id"]][element["action_id"]]
            channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
            if channel:
                url = slack.issue_response_url(user, channel)
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                urls.append({**ids, "channel_id": channel, "response_url": url})
    return urls
