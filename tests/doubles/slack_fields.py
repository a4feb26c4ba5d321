"""What stands in the fields of a form, as Slack sends it; and what a real client would not let anybody send."""

import re
from collections.abc import Mapping
from typing import Any

from .blockkit import elements
from .blockkit_rules import size
from .blockkit_schema import offered
from .slack_objects import Channel, Json, User, View
from .slack_platform import Platform


class UnsubmittableError(ValueError):
    """Slack's client itself would show an error and send nothing."""


#: Kinds of elements that hold nothing.
NOT_KEPT = {"button", "overflow", "image", "icon_button", "feedback_buttons", "workflow_button"}

_KIND_IN_FILTER = {"public": "public", "private": "private", "im": "im", "mpim": "mpim"}
_MOMENTS = {"datepicker": r"\d{4}-\d\d-\d\d", "timepicker": r"([01]\d|2[0-3]):[0-5]\d", "datetimepicker": r"\d{10}"}
_SHAPES = {
    "email_text_input": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "url_text_input": r"https?://\S+",
    "number_input": r"-?\d+(\.\d+)?",
}


def state_of(
    slack: Platform,
    blocks: list[Json],
    values: Mapping[str, Any],
    *,
    user: User,
    view: View | None = None,
    complete: bool = False,
) -> Json:
    """Build `state.values` from what stands in the fields: `values`, else what was entered before, or stood there.

    Raises:
        UnsubmittableError: with `complete`, a field that must be filled is empty; or a value cannot be entered.
    """
    state: Json = {}
    left = set(values)
    for block, element, _ in elements(blocks):
        if element["type"] in NOT_KEPT:
            continue
        names = {block["block_id"], element["action_id"], block.get("label", {}).get("text")} & left
        if len(names) > 1:
            raise LookupError(f"{sorted(names)} are the same field")
        left -= names
        earlier = view.entered.get(block["block_id"], {}).get(element["action_id"]) if view else None
        if earlier and not names:
            value = {name: each for name, each in earlier.items() if name != "type"}
        else:
            given = values[names.pop()] if names else _INITIAL
            value = value_of(slack, element, given, user=user, view=view)
        needed = complete and block["type"] == "input" and not block.get("optional")
        if needed and all(each in (None, "", []) for each in value.values()):
            raise UnsubmittableError(f"{block['label']['text']!r} must be filled")
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **value}
    if left:
        raise LookupError(f"no such field: {sorted(left)}")
    return state


def keep_entered(slack: Platform, view: View, new: list[Json], *, user: User) -> None:
    """Let the fields of a form keep what stands in them where the form gets `new` blocks.

    That is so for input blocks that stay, with the same ids, whatever the new blocks would hold at first; a choice
    that is not offered any more is gone.

    Source: docs.slack.dev/reference/views/modal-views, "Preserving input entry in views"
    """
    state = state_of(slack, view.blocks, {}, user=user, view=view)
    view.entered = {}
    for block, element, _ in elements(new):
        stood = state.get(block["block_id"], {}).get(element.get("action_id"))
        if block["type"] == "input" and stood and stood["type"] == element["type"]:
            view.entered[block["block_id"]] = {element["action_id"]: _still_offered(element, stood)}


def _still_offered(element: Json, stood: Json) -> Json:
    values = {option["value"] for option in offered(element)} if "select" in element["type"] else set()
    chosen = stood.get("selected_options")
    if chosen is not None:
        return {**stood, "selected_options": [each for each in chosen if each["value"] in values]}
    if (one := stood.get("selected_option")) and one["value"] not in values:
        return {**stood, "selected_option": None}
    return stood


def value_of(slack: Platform, element: Json, given: Any, *, user: User, view: View | None = None) -> Json:
    """Enter `given` into a field, and say what Slack sends for it."""
    kind: str = element["type"]
    several = kind.startswith("multi_")
    match kind:
        case "plain_text_input" | "email_text_input" | "url_text_input" | "number_input":
            return {"value": _typed(element, element.get("initial_value") if given is _INITIAL else given)}
        case "static_select" | "radio_buttons":
            if kind == "radio_buttons" and given is None:
                raise UnsubmittableError("what is chosen among radio buttons can be changed, and not taken back")
            chosen = element.get("initial_option") if given is _INITIAL else _option(element, given)
            return {"selected_option": chosen}
        case "multi_static_select" | "checkboxes":
            if given is _INITIAL:
                return {"selected_options": element.get("initial_options", [])}
            options = [_option(element, each) for each in given]
            return {"selected_options": _few(element, options)}
        case "users_select" | "multi_users_select":
            return _chosen(element, "user", given, several, lambda each: _user(slack, each))
        case "conversations_select" | "multi_conversations_select":
            here = view.channel if view and element.get("default_to_current_conversation") else None
            if given is _INITIAL and here and _shown(slack.channels[here], element, user):
                given = [here] if several else here
            return _chosen(element, "conversation", given, several, lambda each: _place(slack, element, each, user))
        case "channels_select" | "multi_channels_select":
            only = {**element, "filter": {"include": ["public"]}}
            return _chosen(element, "channel", given, several, lambda each: _place(slack, only, each, user))
        case "datepicker" | "timepicker" | "datetimepicker":
            name = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}[kind]
            return {f"selected_{name}": element.get(f"initial_{name}") if given is _INITIAL else _moment(kind, given)}
        case _:
            raise NotImplementedError(f"the double cannot fill a {kind}")


class _Initial:
    """Nothing was entered: what the field held at first stays."""


_INITIAL = _Initial()


def _typed(element: Json, given: Any) -> str | None:
    if given in (None, ""):
        return None
    if not isinstance(given, str):
        raise UnsubmittableError(f"text is expected, not {given!r}")
    if size(given) > element.get("max_length", 3000):
        raise UnsubmittableError(f"at most {element.get('max_length', 3000)} characters can be typed")
    if size(given) < element.get("min_length", 0):
        raise UnsubmittableError(f"at least {element['min_length']} characters must be typed")
    if "\n" in given and not element.get("multiline"):
        raise UnsubmittableError("the field has one line only")
    if element["type"] in _SHAPES and not re.fullmatch(_SHAPES[element["type"]], given):
        raise UnsubmittableError(f"{given!r} is not what the field takes")
    return given


def _moment(kind: str, given: Any) -> Any:
    if given is not None and not re.fullmatch(_MOMENTS[kind], str(given)):
        raise UnsubmittableError(f"{given!r} can't be chosen in a {kind}")
    return given


def _option(element: Json, given: Any) -> Json | None:
    if given is None:
        return None
    for option in offered(element):
        if given in (option["value"], option["text"]["text"]):
            return dict(option)
    raise UnsubmittableError(f"{given!r} is not offered")


def _few(element: Json, chosen: list[Any]) -> list[Any]:
    if len(chosen) > element.get("max_selected_items", len(chosen)):
        raise UnsubmittableError(f"at most {element['max_selected_items']} can be chosen")
    if any(each is None for each in chosen) or any(chosen.count(each) > 1 for each in chosen):
        raise UnsubmittableError("each can be chosen once")
    return chosen


def _chosen(element: Json, name: str, given: Any, several: bool, check: Any) -> Json:
    if several:
        listed = element.get(f"initial_{name}s", []) if given is _INITIAL else [check(each) for each in given]
        return {f"selected_{name}s": _few(element, listed)}
    if given is _INITIAL:
        return {f"selected_{name}": element.get(f"initial_{name}")}
    return {f"selected_{name}": None if given is None else check(given)}


def _user(slack: Platform, given: Any) -> str:
    user = slack.users.get(given.id if isinstance(given, User) else given)
    if user is None or user.deleted:
        raise UnsubmittableError(f"{given!r} is not offered")
    return user.id


def _place(slack: Platform, element: Json, given: Any, user: User) -> str:
    channel = slack.channels.get(given.id if isinstance(given, Channel) else given)
    if channel is None or not _shown(channel, element, user):
        raise UnsubmittableError(f"{given!r} is not offered")
    return channel.id


def _shown(channel: Channel, element: Json, user: User) -> bool:
    """Tell whether a menu of conversations offers this one to `user`."""
    asked = element.get("filter", {})
    kinds = asked.get("include", list(_KIND_IN_FILTER))
    seen = channel.kind == "public" or user.id in channel.members
    outside = channel.is_ext_shared and asked.get("exclude_external_shared_channels")
    return seen and channel.kind in kinds and not channel.archived and not outside
