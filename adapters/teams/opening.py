"""Teams as the settings want it: for one bot and its tenants, or on this machine alone to try it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

import aiohttp
import structlog

from adapters.app import RECONCILE_S, Application, Role, now
from adapters.teams.answering import Answering
from adapters.teams.app import Teams
from adapters.teams.connector import Connector
from adapters.teams.credentials import credentials
from adapters.teams.delivery import TeamsLookup, TeamsSender
from adapters.teams.directory import TeamsDirectory
from adapters.teams.guard import ServiceHosts
from adapters.teams.keys import Keys
from adapters.teams.objects import PLATFORM
from adapters.teams.references import References
from adapters.teams.tokens import Tokens
from bot.config import Settings
from bot.database import Database

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    app: Application,
    database: Database,
    environment: Mapping[str, str],
    *,
    clock: Callable[[], datetime] = now,
    reconcile_s: float = RECONCILE_S,
    role: Role = Role.ALL,
) -> AsyncIterator[Teams]:
    """Teams, until the block ends. Nothing that fails in it later is felt anywhere else.

    Args:
        environment: in which Azure says where a managed identity is.

    Raises:
        ConfigError: the certificate can't be used.
    """
    async with aiohttp.ClientSession(trust_env=True) as http, contextlib.AsyncExitStack() as closing:
        hosts = ServiceHosts(further=settings.service_hosts, dev=settings.teams_dev)
        references, private_teams = References(database), settings.private_teams
        proofs = credentials(settings, http, environment)
        connector = Connector(proofs, hosts.allow, app_id=settings.microsoft_app_id)
        closing.push_async_callback(connector.close)
        lookup = TeamsLookup(connector, references, app.store, private_teams=private_teams)
        directory = TeamsDirectory(
            connector, references, lookup, app.store, app.bot.handle, every_s=reconcile_s, private_teams=private_teams
        )
        app.senders[PLATFORM] = TeamsSender(connector, references, app.store)
        app.lookups[PLATFORM] = lookup
        app.deaf.add(PLATFORM)
        answering = Answering(
            app,
            connector,
            references,
            lookup,
            directory,
            clock=clock,
            targeted=settings.teams_targeted,
            private_teams=private_teams,
        )
        if settings.teams_dev:
            log.warning("teams_without_authentication", host=settings.host)
            teams = Teams(answering.handle, hosts, None, settings.tenants or None)
        else:
            keys = Keys(settings.teams_openid_url, http)
            closing.push_async_callback(keys.close)
            keys.refresh()  # so that the first activity finds them there
            tokens = Tokens(keys, settings.microsoft_app_id)
            teams = Teams(answering.handle, hosts, tokens, settings.tenants, proofs=proofs, failed=app.failed)
        teams.tasks = [asyncio.create_task(teams.look())]
        if role.works:
            teams.tasks.append(asyncio.create_task(directory.keep()))
        try:
            async with teams.running():
                yield teams
        finally:
            answering.stop()
            directory.stop()
            for task in teams.tasks:
                task.cancel()
            await asyncio.gather(*teams.tasks, return_exceptions=True)
