"""What `kudos doctor` finds of Slack."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import aiohttp

from adapters.findings import Finding, clock, note, works, wrong
from adapters.slack import manifest
from adapters.slack.api import Api, session
from adapters.slack.installations import Installations
from bot.config import SLACK_API, Settings
from bot.database import Database
from bot.errors import ConfigError, Impossible, PlatformError, SwitchedOff


async def slack(settings: Settings, database: Database | None, now: Callable[[], datetime]) -> AsyncIterator[Finding]:
    """
    Args:
        database: None where it can't be used.
    """
    async with session() as http:
        if settings.slack_client_id:
            async for finding in _many(settings, database, now, http):
                yield finding
        else:
            async for finding in _one(
                Api(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, http), now
            ):
                yield finding
        if token := settings.slack_app_token.get_secret_value():
            yield await _socket(Api(token, settings.slack_api_url, http))
        elif not settings.kudos_public_url:
            yield note("Slack", "reaches us at /slack/events of an address that KUDOS_PUBLIC_URL could name.")
    if settings.slack_api_url != SLACK_API:
        yield note("Slack", f"is spoken to at {settings.slack_api_url} (SLACK_API_URL).")


async def _one(api: Api, now: Callable[[], datetime]) -> AsyncIterator[Finding]:
    try:
        told, headers = await api.told("auth.test")
    except Impossible as error:
        yield wrong(
            "Slack",
            f"refuses SLACK_BOT_TOKEN ({error.reason}). Copy the Bot User OAuth Token from OAuth & Permissions again.",
        )
        return
    except PlatformError as error:
        yield _unreachable(error)
        return
    yield works("Slack", f"takes the token, of workspace {told.get('team_id', '?')}.")
    yield _scopes({each.strip() for each in headers.get("x-oauth-scopes", "").split(",")})
    if found := clock("Slack", headers.get("date", ""), now()):
        yield found


def _scopes(granted: set[str]) -> Finding:
    if missing := [each for each in manifest.SCOPES if each not in granted]:
        return wrong(
            "Slack", f"lacks the scopes {', '.join(missing)}. Install the app anew with `kudos manifest slack`."
        )
    return works("Slack", f"grants all {len(manifest.SCOPES)} scopes.")


async def _socket(api: Api) -> Finding:
    try:
        await api.call("apps.connections.open")
    except Impossible as error:
        return wrong(
            "Slack",
            f"opens no Socket Mode ({error.reason}). Switch it on, and make an app-level token with connections:write.",
        )
    except PlatformError as error:
        return _unreachable(error)
    return works("Slack", "opens Socket Mode.")


async def _many(
    settings: Settings, database: Database | None, now: Callable[[], datetime], http: aiohttp.ClientSession
) -> AsyncIterator[Finding]:
    if database is None:
        yield note("Slack", "the workspaces that have installed Kudos are in the database.")
        return
    try:
        _, headers = await Api("", settings.slack_api_url, http).told("api.test")  # which needs no token
    except PlatformError as error:
        yield _unreachable(error)
        return
    if found := clock("Slack", headers.get("date", ""), now()):
        yield found
    access = Installations.of(settings, database, http, now)
    workspaces = await access.workspaces()
    if not workspaces:
        yield note("Slack", f"no workspace has installed Kudos yet. Open {settings.kudos_public_url}slack/install.")
    for workspace in workspaces:
        try:
            installation = await access.find(workspace)
            await access.who(workspace)
        except ConfigError as error:
            yield wrong("Slack", " ".join(error.problems))
        except (Impossible, SwitchedOff) as error:
            yield wrong(
                "Slack",
                f"{workspace} can't be spoken to ({error}). Somebody there installs Kudos again; if it is so of all, "
                "look at SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
            )
        except PlatformError as error:
            yield wrong("Slack", f"{workspace} can't be spoken to just now ({error}). Try it again in a minute.")
        else:
            yield works("Slack", f"{workspace} takes its token.")
            if installation:
                yield _scopes(set(installation.scopes.split(",")))
    await access.close()


def _unreachable(error: PlatformError) -> Finding:
    return wrong(
        "Slack",
        f"can't be reached ({error}). Look at the network, a proxy (HTTPS_PROXY) and SLACK_API_URL; and at "
        "slack-status.com, whether it fails itself.",
    )
