"""Slack as the settings want it: with one token, or open to every workspace that installs us."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import aiohttp

from adapters.app import RECONCILE_S, Application, Role, now
from adapters.slack import api
from adapters.slack.access import OneWorkspace
from adapters.slack.app import Slack
from adapters.slack.installations import Installations
from adapters.slack.oauth import InstallPages
from bot.config import Settings
from bot.database import Database


async def opened(
    settings: Settings,
    app: Application,
    database: Database,
    http: aiohttp.ClientSession,
    *,
    clock: Callable[[], datetime] = now,
    reconcile_s: float = RECONCILE_S,
) -> Slack:
    """Slack: one workspace where its token is set, else as many as install us over OAuth.

    Raises:
        ConfigError: tokens are stored that were sealed with another key.
    """
    if not settings.slack_client_id:
        token = settings.slack_bot_token.get_secret_value()
        one = OneWorkspace(token, settings.slack_api_url, http, app.store)
        return Slack(settings, app, http, one, clock=clock, reconcile_s=reconcile_s)
    many = Installations.of(settings, database, http, clock)
    await many.renew_seals()
    slack = Slack(settings, app, http, many, clock=clock, reconcile_s=reconcile_s)
    slack.install = InstallPages(settings, many, http, clock, installed=slack.installed)
    return slack


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    app: Application,
    database: Database,
    *,
    clock: Callable[[], datetime] = now,
    reconcile_s: float = RECONCILE_S,
    role: Role = Role.ALL,
) -> AsyncIterator[Slack]:
    """Slack, until the block ends.

    Raises:
        ConfigError: as for `opened`.
    """
    async with api.session() as http:
        slack = await opened(settings, app, database, http, clock=clock, reconcile_s=reconcile_s)
        async with slack.running(role):
            yield slack
