"""A Teams tenant with Kudos in it: the program runs in the test's own process, everything else is real."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters import web
from adapters.app import now
from bot.config import Settings
from bot.framework import Framework
from tests.doubles.teams_connector import Posted, TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService
from tests.doubles.teams_world import Place, World


@dataclass
class Tenant:
    """Both halves of the Bot Connector, and what Kudos keeps."""

    teams: TeamsConnector
    service: BotService
    events: Events
    database: Path
    address: str = ""

    @property
    def world(self) -> World:
        return self.teams.world

    def standing(self, place: Place) -> list[Posted]:
        """What people find there."""
        return self.teams.standing(place.id)

    def rows(self, sql: str) -> list[Any]:
        """What the database holds by now."""
        with contextlib.closing(sqlite3.connect(self.database)) as reading:
            return reading.execute(sql).fetchall()


def settings_for(teams: TeamsConnector, service: BotService, **more: Any) -> dict[str, Any]:
    """What an operator would put into the environment, with addresses of ours."""
    return {
        "microsoft_app_id": teams.world.app_id,
        "microsoft_app_password": teams.login.secret,
        "microsoft_app_tenant_id": teams.world.tenant_id,
        "teams_openid_url": service.openid_url,
        "teams_login_url": teams.login_url,
        "teams_service_hosts": f"127.0.0.1:{teams.port}",
        **more,
    }


@contextlib.asynccontextmanager
async def tenant_in(
    database: Path, framework: Framework, *, clock: Callable[[], datetime] = now, **more: Any
) -> AsyncIterator[Tenant]:
    """Kudos at work in Teams.

    Args:
        more: settings in place of the usual ones.
    """
    async with TeamsConnector() as teams, BotService(teams.world.app_id) as service:
        tenant = Tenant(teams, service, Events(teams.world, teams.url), database)
        settings = Settings(
            **settings_for(teams, service, database_url=f"sqlite:///{database}", _env_file=None, **more)
        )
        async with (
            web.site(settings, framework, gather_s=0.0, pace_s=0.0, look_s=None, clock=clock) as routes,
            web.listening(routes, "127.0.0.1", 0) as port,
        ):
            tenant.address = f"http://127.0.0.1:{port}"
            service.url = f"{tenant.address}/api/messages"
            yield tenant
