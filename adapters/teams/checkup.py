"""What `kudos doctor` finds of Teams."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Final

import aiohttp

from adapters.findings import Finding, clock, note, works, wrong
from adapters.teams.credentials import credentials
from adapters.teams.keys import Keys
from bot.config import Settings
from bot.errors import ConfigError, PlatformError, SwitchedOff

PATIENCE_S: Final = 5.0


async def teams(
    settings: Settings, environment: Mapping[str, str], now: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    """
    Args:
        environment: in which Azure says where a managed identity is.
    """
    if settings.teams_dev:
        yield note("Teams", "believes everybody on this machine (TEAMS_DEV): for trying it, never for people.")
        return
    async with aiohttp.ClientSession(trust_env=True) as http:
        keys = Keys(settings.teams_openid_url, http, timeout_s=PATIENCE_S)
        await keys.refresh()
        await keys.close()
        if keys.trouble:
            yield wrong("Teams", f"{keys.trouble} from {settings.teams_openid_url}. Look at the network and a proxy.")
        else:
            yield works("Teams", "Microsoft's keys can be fetched.")
        yield await _token(settings, http, environment)
        if found := clock("Microsoft", await _date(settings.teams_openid_url, http), now()):
            yield found


async def _token(settings: Settings, http: aiohttp.ClientSession, environment: Mapping[str, str]) -> Finding:
    try:
        proofs = credentials(settings, http, environment)
        if proofs:
            await proofs.token()
    except ConfigError as error:
        return wrong("Teams", " ".join(error.problems))
    except SwitchedOff as error:
        return wrong(
            "Teams",
            f"the login refuses us ({error}). Look at MicrosoftAppId and MicrosoftAppTenantId; a secret may have run "
            "out: make another one at the app registration, Certificates & secrets.",
        )
    except PlatformError as error:
        return wrong("Teams", f"the login can't be reached ({error}). Look at the network and TEAMS_LOGIN_URL.")
    return works("Teams", "the login gives us a token.")


async def _date(url: str, http: aiohttp.ClientSession) -> str:
    """By the clock of whoever answers there; "" where nobody does."""
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with http.get(url, allow_redirects=False, timeout=timeout) as response:
            return response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError):
        return ""
