"""How Slack writes what people type: mentions, channels and links in angle brackets, the rest made safe."""

import re
from collections.abc import Mapping

from .slack_objects import User
from .slack_platform import Platform


def escape(slack: Platform, text: str, user: User, *, labels: bool = True) -> str:
    """Write `@name`, `#channel` and links in `text` as ids; people with their names, as commands have it, or without.

    What `user` cannot see stays as it was typed.
    """
    people = {
        each.name: f"<@{each.id}|{each.name}>" if labels else f"<@{each.id}>"
        for each in slack.users.values()
        if not each.deleted
    }
    groups = {each.handle: f"<!subteam^{each.id}|@{each.handle}>" for each in slack.usergroups.values()}
    everybody = {name: f"<!{name}>" for name in ("here", "channel", "everyone")}
    channels = {
        each.name: f"<#{each.id}|{each.name if each.kind == 'public' else ''}>"
        for each in slack.channels.values()
        if each.kind == "public" or (each.kind == "private" and user.id in each.members)
    }
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"https?://[^\s<>|]+", lambda found: f"<{found[0]}>", safe)
    safe = _named("@", {**groups, **people, **everybody}, safe)
    return _named("#", channels, safe)


def _named(sign: str, known: Mapping[str, str], text: str) -> str:
    """Replace `@name` or `#name` where the name, or its beginning before punctuation, is known."""

    def replace(found: re.Match[str]) -> str:
        name = found[1]
        for end in range(len(name), 0, -1):
            if name[:end].lower() in known and (end == len(name) or not name[end].isalnum()):
                return known[name[:end].lower()] + name[end:]
        return found[0]

    return re.sub(rf"(?<![\w<!|&]){sign}([\w.\-]+)", replace, text)
