"""Installing Kudos into a workspace: two pages, between which Slack asks whether that is wanted.

The flow is the SDK's. Ours are where states and installations are kept, the pages, and the exchange of the code: with
the credentials in the body, for the SDK sends them in a way that its own HTTP library gives up.

Source: docs.slack.dev/authentication/installing-with-oauth
"""

import html
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.reading import MalformedError, reading
from adapters.slack.api import Api
from adapters.slack.installations import Installation, Installations, handed_over
from adapters.slack.manifest import SCOPES
from adapters.slack.objects import id_at, text_at, workspace_id
from adapters.slack.states import STATE_S
from bot.config import Settings
from bot.errors import DatabaseError, PlatformError

INSTALL: Final = "slack/install"
REDIRECT: Final = "slack/oauth_redirect"

_CAUSES: Final = {
    "access_denied": "You did not allow it, so nothing has changed.",
    "invalid_browser": "It was begun in another browser, or too long ago.",
    "invalid_state": "This page was opened before, or it was begun too long ago.",
    "database": "It could not be stored just now.",
}
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
{more}</main>
</body>
</html>
"""
_HEADERS: Final = {
    "Content-Type": "text/html",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds the code
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_quiet = logging.getLogger("kudos.oauth")
_quiet.setLevel(logging.CRITICAL)  # the SDK logs codes
log = structlog.get_logger()


class InstallPages:
    def __init__(
        self,
        settings: Settings,
        installations: Installations,
        http: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        *,
        installed: Callable[[str], Awaitable[None]],
    ) -> None:
        """
        Args:
            installed: called with a workspace that has installed us, for the first time or again.
        """
        self._public_url = settings.kudos_public_url
        self._flow = _Flow(
            Api("", settings.slack_api_url, http),
            clock,
            AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=settings.slack_client_secret.get_secret_value(),
                scopes=list(SCOPES),
                user_scopes=[],  # else the SDK looks for them in the environment
                redirect_uri=f"{self._public_url}{REDIRECT}",
                authorization_url=f"{settings.slack_api_url.removesuffix('api/')}oauth/v2/authorize",
                install_page_rendering_enabled=False,
                installation_store=_Store(installations, installed),
                state_store=_States(installations),
                state_expiration_seconds=STATE_S,
                callback_options=AsyncCallbackOptions(success=self._welcome, failure=self._sorry),
                logger=_quiet,
            ),
        )

    async def begin(self, request: web.Request) -> web.Response:
        """`GET /slack/install`: on to Slack, which asks."""
        return await self._answered(self._flow.handle_installation, request)

    async def finish(self, request: web.Request) -> web.Response:
        """`GET /slack/oauth_redirect`: back from Slack, with a code."""
        return await self._answered(self._flow.handle_callback, request)

    async def _answered(
        self, answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], request: web.Request
    ) -> web.Response:
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
        try:
            response = await answer(asked)
        except DatabaseError as error:
            log.warning("slack_installation_not_stored", error=str(error))
            response = self._not_installed("database", 503)
        answered = await to_aiohttp_response(response)
        answered.charset = "utf-8"
        return answered

    async def _welcome(self, args: AsyncSuccessArgs) -> BoltResponse:
        name = args.installation.team_name or args.installation.enterprise_name or "your workspace"
        text = f"Open {name} in Slack, invite @Kudos to a channel, and type /kudos help. You can close this page."
        forget = args.settings.state_utils.build_set_cookie_for_deletion()
        return _page(200, "Kudos is installed. Thank you!", text, cookie=forget)

    async def _sorry(self, args: AsyncFailureArgs) -> BoltResponse:
        log.info("slack_not_installed", reason=args.reason if args.reason in _CAUSES else "other")
        return self._not_installed(args.reason, args.suggested_status_code)

    def _not_installed(self, reason: str, status: int) -> BoltResponse:
        cause = _CAUSES.get(reason, "Slack did not hand over what Kudos needs.")
        again = f'<p><a href="{html.escape(self._public_url)}{INSTALL}">Begin again</a></p>\n'
        return _page(status, "Kudos is not installed", cause, more=again)


class _Flow(AsyncOAuthFlow):
    def __init__(self, api: Api, clock: Callable[[], datetime], settings: AsyncOAuthSettings) -> None:
        super().__init__(client=api.client, logger=_quiet, settings=settings)
        self._api = api
        self._clock = clock

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002
        """Without what the visitor's own address says: it would be passed on as it is."""
        return self.settings.authorize_url_generator.generate(state=state)

    async def run_installation(self, code: str) -> SlackInstallation | None:
        try:
            answer = await self._api.exchange(
                "oauth.v2.access",
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                code=code,
                redirect_uri=self.settings.redirect_uri,
            )
            return _installation(answer, self._clock())
        except (PlatformError, MalformedError) as error:
            log.warning("slack_code_not_exchanged", error=str(error))
            return None


@reading
def _installation(answer: dict[str, Any], now: datetime) -> SlackInstallation:
    """What `oauth.v2.access` answers, as the SDK calls it: for a team, or for the whole of an organisation."""
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    whole = bool(answer.get("is_enterprise_install"))
    id_at(enterprise if whole else team, "id")
    token, refresh_token, expires_at = handed_over(answer, now)
    return SlackInstallation(
        app_id=answer.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=text_at(enterprise.get("name") or ""),
        team_id=team.get("id"),
        team_name=text_at(team.get("name") or ""),
        bot_token=token,
        bot_user_id=answer.get("bot_user_id"),
        bot_scopes=text_at(answer.get("scope") or ""),
        bot_refresh_token=refresh_token,
        bot_token_expires_at=int(expires_at.timestamp()) if expires_at else None,
        user_id=text_at((answer.get("authed_user") or {}).get("id") or ""),
        is_enterprise_install=whole,
        token_type=answer.get("token_type"),
        installed_at=now.timestamp(),
    )


class _States(AsyncOAuthStateStore):
    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_issue(self, *_args: Any, **_kwargs: Any) -> str:
        state = secrets.token_urlsafe(32)
        await self._installations.states.issue(state)
        return state

    async def async_consume(self, state: str) -> bool:
        return await self._installations.states.consume(state)


class _Store(AsyncInstallationStore):
    def __init__(self, installations: Installations, installed: Callable[[str], Awaitable[None]]) -> None:
        self._installations = installations
        self._installed = installed

    async def async_save(self, installation: SlackInstallation) -> None:
        kept = _kept(installation)
        await self._installations.save(kept)
        await self._installed(kept.workspace)


def _kept(installed: SlackInstallation) -> Installation:
    """What the SDK calls an installation, as we keep it."""
    whole = bool(installed.is_enterprise_install)
    return Installation(
        workspace=workspace_id(str(installed.enterprise_id if whole else installed.team_id)),
        name=(installed.enterprise_name if whole else installed.team_name) or "",
        scopes=",".join(installed.bot_scopes or ()),
        installer=installed.user_id,
        installed_at=datetime.fromtimestamp(installed.installed_at, UTC),
        token=installed.bot_token or "",
        refresh_token=installed.bot_refresh_token or "",
        expires_at=datetime.fromtimestamp(installed.bot_token_expires_at, UTC)
        if installed.bot_token_expires_at
        else None,
    )


def _page(status: int, title: str, text: str, *, more: str = "", cookie: str = "") -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {**_HEADERS}
    if cookie:
        headers["Set-Cookie"] = [cookie]
    body = _PAGE.format(title=html.escape(title), text=html.escape(text), more=more)
    return BoltResponse(status=status, body=body, headers=headers)
