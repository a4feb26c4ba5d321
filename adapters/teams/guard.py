"""In front of everything: what is no activity of Teams goes no further, and nothing of it is logged or called.

The SDK answers 500 to a conversation that is a string or an `adaptiveCard/action` without an action, takes a null
`channelId`, and compares no `serviceUrl` where an activity has none. What it would send to that address is our token.
So all of that is decided here, by what the activity says, before its token is looked at.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-activities
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.spelling import LOOPBACK

Json = dict[str, Any]

CHANNEL: Final = "msteams"
DEPTH_MOST: Final = 64  #: of nesting; a card within a form within an invoke has a third of it
SERVICE_HOSTS: Final = frozenset(
    {
        "smba.trafficmanager.net",  # anybody can have another name there, so it is never `*.trafficmanager.net`
        "smba.onyx.prod.teams.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
"""The public cloud and the governments'. Source: microsoft.github.io/teams-sdk, "Service URL Validation"."""

#: One way to read it, whoever does: no user names, no escapes in the host, no dot at its end, nothing but ASCII.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[a-z0-9._~/-]*)?"
)
_CONNECTOR = re.compile(r"([a-z0-9-]+\.)+botframework\.com")
_HOME: Final = frozenset(f"[{host}]" if ":" in host else host for host in LOOPBACK)

_ACTED: Final = frozenset({"message", "invoke", "messageReaction"})  #: somebody did it, so it says who
_TEXTS: Final = ("id", "name", "text", "textFormat", "action", "replyToId", "locale", "timestamp", "localTimestamp")
_ACCOUNTS: Final = ("from", "recipient")
_LISTS: Final = ("entities", "attachments", "membersAdded", "membersRemoved", "reactionsAdded", "reactionsRemoved")


class RefusedError(Exception):
    """It goes no further. `status` is what HTTP calls it; the message says why, and holds no word of what came."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHosts:
    """Where the Bot Connector may be: nobody else is ever called, or shown our token."""

    further: frozenset[str] = frozenset()  #: as in the settings: `host` or `host:port`, in lower case
    dev: bool = False  #: this machine only, whatever else is listed

    def allow(self, url: object) -> bool:
        """Whether `url` may be called. Plain http only for loopback hosts of `further`, or in development."""
        named = _ADDRESS.fullmatch(url.lower()) if isinstance(url, str) and url.isascii() else None
        if not named or "/.." in (named["path"] or ""):
            return False
        host, port, plain = named["host"], named["port"], named["scheme"] == "http"
        if self.dev:
            return host in _HOME
        if plain and host not in _HOME:
            return False
        if f"{host}:{port}" in self.further or (host in self.further and (port in (None, "443") or host in _HOME)):
            return True
        official = host in SERVICE_HOSTS or _CONNECTOR.fullmatch(host) is not None
        return official and port in (None, "443")


def activity(raw: bytes) -> Json:
    """The activity in a body, if it is one.

    Raises:
        RefusedError: it is not.
    """
    try:
        text = raw.decode("utf-8")
        found = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(found, ensure_ascii=False).encode()  # half of a character could neither be kept nor sent
    except (ValueError, RecursionError):
        raise RefusedError(400, "json") from None
    if not isinstance(found, dict):
        raise RefusedError(400, "no object")
    if _too_deep(found):
        raise RefusedError(400, "depth")
    if wrong := _misshapen(found):
        raise RefusedError(400, wrong)
    return found


def _no_number(constant: str) -> None:
    raise ValueError(constant)  # NaN and the infinite are no JSON


def _too_deep(found: Json) -> bool:
    level: list[Any] = [found]
    for _ in range(DEPTH_MOST):
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _misshapen(found: Json) -> str:
    """Which part is not as Teams sends it; "" if all that anybody relies on is. What is null is not there."""
    type_ = found.get("type")
    if not _is_id(type_):
        return "type"
    if not _has_id(found.get("conversation")):
        return "conversation"
    for name in _ACCOUNTS:
        if not _has_id(found.get(name)) and (found.get(name) is not None or (name == "from" and type_ in _ACTED)):
            return name
    for name in _TEXTS:
        if not isinstance(found.get(name), str | None):
            return name
    for name in _LISTS:
        listed = found.get(name)
        if listed is not None and not (isinstance(listed, list) and all(isinstance(each, dict) for each in listed)):
            return name
    if not isinstance(found.get("channelData"), dict | None):
        return "channelData"
    return _misshapen_invoke(found) if type_ == "invoke" else ""


def _misshapen_invoke(found: Json) -> str:
    if not _is_id(found.get("name")):
        return "name"
    if found["name"] != "adaptiveCard/action":
        return ""
    value = found.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or not isinstance(action.get("data"), dict | None):
        return "value"
    return "" if _is_id(action.get("type")) and isinstance(action.get("verb"), str | None) else "value"


def _is_id(found: object) -> bool:
    return isinstance(found, str) and bool(found)


def _has_id(found: object) -> bool:
    return isinstance(found, dict) and _is_id(found.get("id"))


def tenant(found: Mapping[str, Any], allowed: frozenset[str] | None) -> None:
    """Ask whether the tenant that an activity comes from may talk to us: a bot's tokens are the same for all of them.

    Args:
        allowed: None for whichever it is, in development.

    Raises:
        RefusedError: it may not, or there is none, or there are two.
    """
    told = (found.get("channelData") or {}).get("tenant")
    named = [told.get("id") if isinstance(told, dict) else told, found["conversation"].get("tenantId")]
    ids = [each for each in named if each is not None]
    if not ids or not all(_is_id(each) and each == ids[0] for each in ids):
        raise RefusedError(403, "tenant")
    if allowed is not None and ids[0] not in allowed:
        raise RefusedError(403, "tenant")
