"""What an app is, to Slack, and what it was granted: tokens, scopes, codes.

Source: docs.slack.dev/authentication/installing-with-oauth and /authentication/using-token-rotation
"""

import secrets
from dataclasses import dataclass, field

from .slack_objects import Json

ROTATION_S = 12 * 3600  #: how long an access token lasts when tokens rotate
CODE_S = 600  #: how long a code is good for

#: What a recognition bot asks for; give your manifest's own list to have it tested too.
SCOPES = (
    "app_mentions:read channels:history channels:join channels:read chat:write commands emoji:read "
    "groups:history groups:read im:history im:read im:write mpim:read reactions:read team:read usergroups:read "
    "users:read users:read.email"
)


@dataclass(kw_only=True)
class Grant:
    """A token that was issued, and what became of it."""

    token: str
    refresh_token: str = ""
    expires_at: float | None = None  # none: never
    error: str = ""  # what every call with it answers, when it is not good any more


@dataclass(kw_only=True)
class Installation:
    """A workspace or an organisation with our app in it, and the tokens that work there."""

    token: str = "xoxb-00000001-double"  # the latest
    scopes: frozenset[str] = frozenset(SCOPES.split())
    token_error: str = ""  # what every call answers, such as token_revoked or account_inactive
    installed: bool = True
    grants: dict[str, Grant] = field(default_factory=dict)  # by token; the first token has none

    def refusal(self, token: str, now: float) -> str | None:
        """Say why a token is refused; empty when it is good, none when it is of somewhere else."""
        grant = self.grants.get(token)
        if grant is None:
            return self.token_error if token and token == self.token else None
        if grant.error:
            return grant.error
        if grant.expires_at is not None and now >= grant.expires_at:
            return "token_expired"
        return self.token_error

    def shown_install(self) -> Json:
        """Name what the app is installed in, as `oauth.v2.access` does."""
        raise NotImplementedError

    def knows(self, token: str) -> bool:
        """Tell whether a token was issued for here."""
        return bool(token) and (token in self.grants or token == self.token)

    def issue(self, *, expires_at: float | None = None) -> Grant:
        """Issue the next token; the ones before stay as they are."""
        if self.token:
            self.grants.setdefault(self.token, Grant(token=self.token))
        rotates = expires_at is not None
        prefix, secret = "xoxe.xoxb-1-" if rotates else "xoxb-", secrets.token_hex(16)
        refresh = f"xoxe-1-{secrets.token_hex(16)}" if rotates else ""
        grant = Grant(token=f"{prefix}{secret}", refresh_token=refresh, expires_at=expires_at)
        self.grants[grant.token] = grant
        self.token, self.installed, self.token_error = grant.token, True, ""
        return grant

    def revoke(self, token: str, error: str = "token_revoked") -> None:
        """Let a token, and the refresh token that came with it, be good no more."""
        grant = self.grants.setdefault(token, Grant(token=token))
        grant.error = grant.error or error

    def revoke_all(self, error: str = "token_revoked") -> None:
        """Let no token be good any more."""
        for token in {*self.grants, self.token} - {""}:
            self.revoke(token, error)

    def uninstall(self) -> None:
        """Take the app out: every token is good no more."""
        self.revoke_all("account_inactive")
        self.installed = False

    def expire(self, token: str = "") -> None:
        """Let an access token (the latest, unless one is named) be past its time; its refresh token works on."""
        token = token or self.token
        self.grants.setdefault(token, Grant(token=token)).expires_at = 0.0

    def refreshable(self, refresh_token: str) -> Grant | None:
        """Find what a refresh token belongs to, while it is good."""
        held = (each for each in self.grants.values() if refresh_token and each.refresh_token == refresh_token)
        return next((each for each in held if not each.error), None)


@dataclass(kw_only=True)
class Code:
    """What somebody allowed, until the app exchanges it for a token; once."""

    place: Installation
    user_id: str
    scopes: frozenset[str]
    redirect_uri: str
    issued: float


@dataclass(kw_only=True)
class AppSettings:
    """The app's pages at api.slack.com/apps."""

    client_id: str = "1111111111.2222222222"
    client_secret: str = "3d2f1c0b9a8e7d6c5b4a392817161514"
    redirect_urls: list[str] = field(default_factory=list)  # what a redirect_uri must begin with; empty: anything
    token_rotation: bool = False
    tokens_last_s: int = ROTATION_S
    reinstall_revokes: bool = True  # whether a new installation ends the tokens of the one before
    org_deploy: bool = False  # whether it can be installed for a whole organisation
    home_tab: bool = True
    events: frozenset[str] | None = None  # the manifest's bot_events, such as "message.im"; none: all
    app_token: str = "xapp-1-A00000001-double"
    app_scopes: frozenset[str] = frozenset({"connections:write"})  # of the app-level token
    socket_mode: bool = True
    codes: dict[str, Code] = field(default_factory=dict)
    tickets: dict[str, float] = field(default_factory=dict)  # for a websocket: when each was issued

    def check_client(self, args: Json) -> str:
        """Say why these client credentials are refused; empty when they are right."""
        if args.get("client_id") != self.client_id:
            return "invalid_client_id"
        return "" if args.get("client_secret") == self.client_secret else "bad_client_secret"
