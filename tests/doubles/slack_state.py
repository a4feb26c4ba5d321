"""Write a platform to a file, and read it in another process.

The double can run on its own, so that killing our program leaves the platform standing. A test writes the
workspace it wants, starts the double with that file, and reads the file again to see what happened: the double
writes it after every request, at once or not at all.
"""

import dataclasses
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .slack_objects import Channel, Message, User, Usergroup, View
from .slack_platform import Call, Platform, Problem

_MAPS: dict[str, Callable[..., Any]] = {
    "users": User,
    "channels": Channel,
    "views": View,
    "homes": View,
    "usergroups": Usergroup,
}
_LISTS: dict[str, Callable[..., Any]] = {"ephemerals": Message, "calls": Call, "problems": Problem}
_PLAIN = [
    "team_id",
    "domain",
    "app_id",
    "bot_id",
    "url",
    "emoji",
    "serial",
    "last_us",
    "token",
    "token_error",
    "rate_limits",
    "rate_window_s",
    "edit_window_s",
    "messages_tab",
    "page_most",
    "paid",
    "oauth_codes",
    "spent",
]


def save(platform: Platform, path: Path) -> None:
    """Write `platform` to `path`."""
    names = [*_MAPS, *_LISTS, *_PLAIN, "posted"]
    state = {name: getattr(platform, name) for name in names} | {"scopes": sorted(platform.scopes)}
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_text(json.dumps(state, default=dataclasses.asdict), encoding="utf-8")
    draft.replace(path)


def read(platform: Platform, path: Path) -> None:
    """Let `platform` become what `save` wrote to `path`."""
    state = json.loads(path.read_text(encoding="utf-8"))
    for name, kind in _MAPS.items():
        setattr(platform, name, {key: kind(**each) for key, each in state[name].items()})
    for name, kind in _LISTS.items():
        setattr(platform, name, [kind(**each) for each in state[name]])
    for name in _PLAIN:
        setattr(platform, name, state[name])
    platform.posted = {key: [Message(**each) for each in listed] for key, listed in state["posted"].items()}
    platform.scopes = frozenset(state["scopes"])
    platform.find_bot()
