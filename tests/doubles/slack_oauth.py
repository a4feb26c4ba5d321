"""How an app gets its tokens: `oauth.v2.*`, `auth.revoke`, `apps.uninstall`, and Slack's own page that asks.

Source: docs.slack.dev/authentication/installing-with-oauth, docs.slack.dev/reference/methods/oauth.v2.access
"""

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from .slack_installs import CODE_S, Code, Grant, Installation
from .slack_objects import Json, User
from .slack_platform import ApiError, Args, Platform, method

_SCOPE = re.compile(r"[a-z]+([._][a-z]+)*(:[a-z]+([._][a-z]+)*)*")
_LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class ConsentError(Exception):
    """Slack shows an error page instead of asking."""


def check_authorize(slack: Platform, query: Mapping[str, str]) -> frozenset[str]:
    """Check what an address of `/oauth/v2/authorize` asks for, and give the scopes.

    Raises:
        ConsentError: Slack would refuse to ask.
    """
    app = slack.app
    if query.get("client_id") != app.client_id:
        raise ConsentError("invalid_client_id")
    scopes = frozenset(each for each in query.get("scope", "").split(",") if each)
    if not scopes and not query.get("user_scope"):
        raise ConsentError("no_scopes")
    unknown = sorted(each for each in scopes if not _SCOPE.fullmatch(each))
    if unknown:
        raise ConsentError(f"invalid_scope: {', '.join(unknown)}")
    uri = query.get("redirect_uri", "")
    if uri:
        parts = urlsplit(uri)
        local = parts.hostname in _LOCAL
        if parts.fragment or not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
            raise ConsentError("bad_redirect_uri")
        if app.redirect_urls and not any(_within(uri, each) for each in app.redirect_urls):
            raise ConsentError("bad_redirect_uri")
    elif not app.redirect_urls:
        raise ConsentError("bad_redirect_uri")
    if not query.get("state"):
        slack.take_problem("oauth/v2/authorize", ["no state: anybody could finish the installation"], dict(query))
    return scopes


def _within(uri: str, registered: str) -> bool:
    """Tell whether an address is the registered one or below it; the query does not count."""
    given, known = urlsplit(uri), urlsplit(registered)
    if (given.scheme, given.netloc) != (known.scheme, known.netloc):
        return False
    path = known.path.rstrip("/")
    return given.path == known.path or given.path.startswith(f"{path}/")


def answer_consent(
    slack: Platform, query: Mapping[str, str], place: Installation, user: User, *, approve: bool, scopes: frozenset[str]
) -> str:
    """Let `user` press *Allow* or *Cancel*: where the browser is sent next."""
    if place.shown_install()["is_enterprise_install"] and not slack.app.org_deploy:
        raise ConsentError("the app can not be installed for an organisation")
    given = query.get("redirect_uri") or slack.app.redirect_urls[0]
    back = {"state": query.get("state", "")}
    if approve:
        code = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
        slack.app.codes[code] = Code(
            place=place,
            user_id=user.id,
            scopes=scopes,
            redirect_uri=query.get("redirect_uri", ""),
            issued=slack.now(),
        )
        back = {"code": code, **back}
    else:
        back = {"error": "access_denied", **back}
    return f"{given}{'&' if urlsplit(given).query else '?'}{urlencode(back)}"


_CLIENT = "client_id client_secret"


@method(
    "oauth.v2.access",
    takes=f"{_CLIENT} code redirect_uri grant_type refresh_token code_verifier",
    whose="nobody",
)
def oauth_access(slack: Platform, args: Args) -> Json:
    """Exchange a code, or a refresh token, for a token; each works once.

    A code that the test has put into `oauth_codes` is answered with what stands there.
    """
    code = args.text("code")
    if code in slack.oauth_codes:
        slack.spent[code] = 1
        return slack.oauth_codes.pop(code)
    if code in slack.spent:
        raise ApiError("invalid_code")
    _check_client(slack, args)
    match args.text("grant_type"):
        case "" | "authorization_code":
            return _by_code(slack, args)
        case "refresh_token":
            return _by_refresh_token(slack, args)
        case _:
            raise ApiError("invalid_grant_type")


def _by_code(slack: Platform, args: Args) -> Json:
    code = slack.app.codes.pop(args.text("code"), None)
    if code is None or slack.now() - code.issued > CODE_S:
        raise ApiError("invalid_code")
    if code.redirect_uri != args.text("redirect_uri"):
        raise ApiError("bad_redirect_uri")
    if slack.app.reinstall_revokes:
        code.place.revoke_all()
    code.place.scopes = code.scopes
    return _answer(slack, code.place, _issue(slack, code.place)) | {"authed_user": {"id": code.user_id}}


def _by_refresh_token(slack: Platform, args: Args) -> Json:
    for place in slack.places():
        grant = place.refreshable(args.text("refresh_token"))
        if grant is not None:
            grant.refresh_token = ""
            return _answer(slack, place, _issue(slack, place))
    raise ApiError("invalid_refresh_token")


@method("oauth.v2.exchange", takes=_CLIENT, needs=_CLIENT, tier=3)
def oauth_exchange(slack: Platform, args: Args) -> Json:
    """Exchange a token that never expires for one that rotates."""
    _check_client(slack, args)
    if not slack.app.token_rotation:
        raise ApiError("token_rotation_not_enabled")
    grant = slack.grants.get(args.token)
    if grant is not None and grant.expires_at is not None:
        raise ApiError("token_already_exchanged")
    issued = _issue(slack, slack)
    slack.revoke(args.token)
    return _answer(slack, slack, issued)


@method("auth.revoke", takes="test", tier=3, json=True)
def auth_revoke(slack: Platform, args: Args) -> Json:
    """Let the token be good no more."""
    if args.flag("test"):
        return {"revoked": False}
    for place in slack.places():
        if place.knows(args.token):
            place.revoke(args.token)
    return {"revoked": True}


@method("apps.uninstall", takes=_CLIENT, needs=_CLIENT, tier=2)
def apps_uninstall(slack: Platform, args: Args) -> Json:
    """Take the app out of the workspace, or out of the organisation."""
    _check_client(slack, args)
    for place in slack.places():
        if place.knows(args.token):
            place.uninstall()
    return {}


def _check_client(slack: Platform, args: Args) -> None:
    refused = slack.app.check_client(dict(args.values))
    if refused:
        raise ApiError(refused)


def _issue(slack: Platform, place: Installation) -> Grant:
    rotates = slack.app.token_rotation
    return place.issue(expires_at=slack.now() + slack.app.tokens_last_s if rotates else None)


def _answer(slack: Platform, place: Installation, grant: Grant) -> Json:
    rotating = {"expires_in": slack.app.tokens_last_s, "refresh_token": grant.refresh_token}
    return {
        "app_id": slack.app_id,
        "scope": ",".join(sorted(place.scopes)),
        "token_type": "bot",
        "access_token": grant.token,
        "bot_user_id": slack.bot.id,
        **(rotating if grant.refresh_token else {}),
        **place.shown_install(),
    }
