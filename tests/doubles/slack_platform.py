"""Slack without HTTP: arguments in, an answer out.

A `Platform` is a workspace with an app installed in it. Methods register themselves with `method` and get the
platform and the arguments; what Slack would refuse is an `ApiError`. The checks that come before every method
(token, scopes, required arguments, rate limits) are here.
"""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

from . import blockkit
from .slack_installs import SCOPES, AppSettings, Installation
from .slack_objects import Channel, Json
from .slack_workspace import Workspace

__all__ = ["KIND_SCOPE", "METHODS", "SCOPES", "ApiError", "Args", "Call", "Platform", "RateLimitError", "method"]

#: Whose token a method wants: the bot's, the app's own, or nobody's.
Whose = Literal["bot", "app", "nobody"]

#: Requests a minute for each tier. Source: docs.slack.dev/apis/web-api/rate-limits
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
POST_BURST = 3  #: messages a channel takes at once before one a second is all it takes

KIND_SCOPE = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


class ApiError(Exception):
    """Slack says no: `{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer: Json = {"ok": False, "error": code, **more}


class RateLimitError(Exception):
    """HTTP 429, with the whole seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Args:
    """A call's arguments as they arrived: strings from a form, anything from JSON."""

    values: Mapping[str, Any]
    verb: str = "POST"
    token: str = ""
    org: bool = False  # whether the token is for a whole organisation

    def text(self, name: str) -> str:
        """Read a string; empty when it is missing."""
        value = self.values.get(name)
        if isinstance(value, list | dict):
            raise ApiError("invalid_array_arg")
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Read a boolean, as Slack understands them."""
        return self.values.get(name) in (True, 1, "true", "True", "1")

    def limit(self, default: int) -> int:
        """Read `limit`, from 1 to 1000."""
        given = self.text("limit") or str(default)
        if not given.isdecimal() or int(given) > 1000:
            raise ApiError("invalid_limit")
        return int(given) or default

    def json(self, name: str, broken: str) -> Any:
        """Read a structure, which may come as JSON in a string; `broken` is the error when it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ApiError(broken) from error


@dataclass(kw_only=True)
class Call:
    """A request to the Web API, and what became of it."""

    method: str
    args: Json
    at: float
    unknown: tuple[str, ...] = ()  # arguments the method does not have: Slack ignores them
    answer: Json | None = None
    status: int = 200
    fault: str = ""  # what was done to it on purpose
    verb: str = "POST"
    team_id: str = ""  # whose token it came with
    scopes: tuple[str, ...] = ()  # of that token


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A payload of ours that Slack would refuse, or that should not be sent."""

    where: str
    reasons: list[str]
    payload: Any
    team_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of the Web API."""

    name: str
    run: Callable[["Platform", Args], Json]
    scopes: tuple[str, ...]
    needs: tuple[str, ...]
    takes: frozenset[str]
    tier: int | None
    reads_json: bool
    whose: Whose = "bot"


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    scopes: str = "",
    needs: str = "",
    takes: str = "",
    tier: int | None = None,
    json: bool = False,
    whose: Whose = "bot",
) -> Callable[[Callable[["Platform", Args], Json]], Callable[["Platform", Args], Json]]:
    """Register a method: its scopes, required and other arguments, rate tier, whether it reads JSON, whose token."""

    def register(run: Callable[["Platform", Args], Json]) -> Callable[["Platform", Args], Json]:
        METHODS[name] = Method(
            name=name,
            run=run,
            scopes=tuple(scopes.split()),
            needs=tuple(needs.split()),
            takes=frozenset({*needs.split(), *takes.split(), "token"}),
            tier=tier,
            reads_json=json,
            whose=whose,
        )
        return run

    return register


@dataclass(kw_only=True)
class Platform(Installation, Workspace):
    """A workspace with our app in it."""

    app: AppSettings = field(default_factory=AppSettings)
    rate_limits: bool = False
    rate_window_s: int = 60  # in which a method takes what its tier says; shorter for whoever cannot wait
    page_most: int = 1000  # items a page has at most, whatever was asked for
    edit_window_s: float | None = None  # how long a message may be edited, when the team limits it
    paid: bool = True  # whether the team's plan has user groups
    charts: bool = True  # whether this Slack draws them already
    messages_tab: bool = True  # whether people can be written to in the app's own conversation
    oauth_codes: dict[str, Json] = field(default_factory=dict)  # answers that a test has put there, by code
    calls: list[Call] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    spent: dict[str, int] = field(default_factory=dict)  # how often each trigger_id and response_url was used
    _recent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def changed(self) -> None:
        """Do what must be done when something has happened."""

    def shown_install(self) -> Json:
        """Name the workspace, as `oauth.v2.access` does."""
        team = {"id": self.team_id, "name": self.domain.title()}
        return {"team": team, "enterprise": self.shown_enterprise(), "is_enterprise_install": False}

    def places(self) -> list[Installation]:
        """List everything that our app can be installed in."""
        return [self]

    def reached(self, token: str) -> "list[Platform]":  # noqa: ARG002 - further workspaces know more tokens
        """List the workspaces that a token is for."""
        return [self]

    def calls_to(self, method: str) -> list[Call]:
        """List the calls to one method, in the order they arrived."""
        return [call for call in self.calls if call.method == method]

    def call(self, call: Call, token: str | None, by: Installation | None = None) -> Json:
        """Answer a call as Slack does; `by` is whose token it is, when it is not this workspace's own.

        Raises:
            RateLimitError: it came too soon after others.
        """
        try:
            return self._call(call, token, by or self)
        except ApiError as error:
            return error.answer

    def _call(self, call: Call, token: str | None, by: Installation) -> Json:
        asked = METHODS.get(call.method)
        if asked is None:
            raise ApiError("unknown_method", req_method=call.method)
        call.unknown = tuple(sorted(call.args.keys() - asked.takes))
        self._admit(asked, token, by)
        if self.rate_limits:
            self._pace(asked, call)
        args = Args(call.args, call.verb, token or "", by is not self)
        for name in asked.needs:
            if call.args.get(name) in (None, ""):
                raise ApiError(
                    _MISSING.get(name, "invalid_arguments"),
                    response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
                )
        return {"ok": True, **asked.run(self, args)}

    def _admit(self, asked: Method, token: str | None, by: Installation) -> None:
        """Check the token: that there is one, of the right kind, good, and with the method's scopes."""
        if asked.whose == "nobody":
            return
        if not token:
            raise ApiError("not_authed")
        if token.startswith("xapp-"):
            if token != self.app.app_token:
                raise ApiError("invalid_auth")
            if asked.whose != "app":
                raise ApiError("not_allowed_token_type")
            _require(asked.scopes, self.app.app_scopes)
            return
        refused = by.refusal(token, self.now())
        if refused != "":
            raise ApiError(refused or "invalid_auth")
        if asked.whose == "app":
            raise ApiError("not_allowed_token_type")
        _require(asked.scopes, by.scopes)

    def require_scope(self, *scopes: str) -> None:
        """Refuse the call unless the app was granted all of `scopes`."""
        _require(scopes, self.scopes)

    def visible(self, channel: str) -> Channel:
        """Find a conversation our bot may know of: a public channel, or one that it is in."""
        found = self.channels.get(channel)
        if found is None or (found.kind != "public" and self.bot.id not in found.members):
            raise ApiError("channel_not_found")
        return found

    def take_problem(self, where: str, reasons: list[str], payload: Any) -> None:
        """Note a payload that should not have been sent."""
        if reasons:
            self.problems.append(Problem(where=where, reasons=reasons, payload=payload, team_id=self.team_id))

    def check_message(self, where: str, payload: Json, surface: blockkit.Surface) -> None:
        """Refuse a message that Slack would refuse; note what should not be sent."""
        if not self.charts and (drawn := blockkit.charts(payload)):
            # Nobody can know it before: no problem of the one who sent it.
            raise invalid("invalid_blocks", [f"unsupported type: data_visualization [{at}]" for at in drawn])
        refused = blockkit.refusals(payload, surface)
        self.take_problem(where, refused + blockkit.advice(payload, surface) + self.unknown_ids(payload), payload)
        if not refused:
            return
        own = [reason.split(":")[0] for reason in refused if "json-pointer" not in reason]
        raise ApiError(own[0]) if own else invalid("invalid_blocks", refused)

    def unknown_ids(self, node: Any) -> list[str]:
        """List the ids in a payload's blocks that nobody here has."""
        found: list[str] = []
        if isinstance(node, list):
            for each in node:
                found += self.unknown_ids(each)
        elif isinstance(node, dict):
            for key, value in node.items():
                ids = value if isinstance(value, list) else [value]
                known = _KNOWN.get(key)
                if known:
                    here = getattr(self, known)
                    found += [f"nobody has the {key} {each!r}" for each in ids if each not in here]
                elif key not in {"metadata", "private_metadata"}:
                    found += self.unknown_ids(value)
        return found

    def _pace(self, asked: Method, call: Call) -> None:
        now = self.now()
        if call.method == "chat.postMessage":
            self._bucket(f"post {call.args.get('channel')}", most=POST_BURST, within_s=POST_BURST, now=now)
        elif asked.tier:
            self._bucket(asked.name, most=TIERS[asked.tier], within_s=self.rate_window_s, now=now)

    def _bucket(self, name: str, *, most: int, within_s: int, now: float) -> None:
        recent = self._recent[name]
        while recent and recent[0] <= now - within_s:
            recent.popleft()
        if len(recent) >= most:
            raise RateLimitError(max(1, int(recent[0] + within_s - now) + 1))
        recent.append(now)


def _require(scopes: Iterable[str], granted: Set[str]) -> None:
    for scope in scopes:
        if scope not in granted:
            raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(granted)))


def invalid(code: str, reasons: list[str]) -> ApiError:
    """Refuse with the reasons, in the two places where Slack puts them."""
    messages = [f"[ERROR] {reason}" for reason in reasons]
    return ApiError(code, errors=reasons, response_metadata={"messages": messages})


_MISSING = {"channel": "channel_not_found", "user": "user_not_found", "timestamp": "no_item_specified"}
_KNOWN = {
    "user_id": "users",
    "initial_user": "users",
    "initial_users": "users",
    "usergroup_id": "usergroups",
    "channel_id": "channels",
    "initial_channel": "channels",
    "initial_channels": "channels",
    "initial_conversation": "channels",
    "initial_conversations": "channels",
}
