"""Kudos at work in a tenant: the core, our side of the Bot Connector, and its double behind real HTTP."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from adapters.app import Application, application
from adapters.teams import objects
from adapters.teams.connector import Connector
from adapters.teams.credentials import Credentials, Secret, token_url
from adapters.teams.delivery import TeamsLookup, TeamsSender
from adapters.teams.directory import TeamsDirectory
from adapters.teams.references import Reference, References
from bot.database import Row, Sqlite
from bot.framework import Framework
from bot.model import Place
from bot.posts import Post
from bot.requests import Give, Named, Word
from tests.doubles.platform import Clock
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_world import Channel, Chat, Team, User

REASON = "staying on after nights to finish the statements"
PATIENCE_S = 0.4  #: of the connector, in tests


@dataclass(slots=True)
class Station:
    teams: TeamsConnector
    app: Application
    database: Sqlite
    connector: Connector
    references: References
    lookup: TeamsLookup
    directory: TeamsDirectory
    clock: Clock
    framework: Framework
    workspace: str
    numbers: Any = field(default_factory=itertools.count)

    @property
    def team(self) -> Team:
        return self.teams.world.teams[0]

    @property
    def night_shift(self) -> Chat:
        return next(each for each in self.teams.world.chats if not each.personal)

    def user(self, name: str) -> User:
        return next(each for each in self.teams.world.users if each.name.startswith(name))

    def channel(self, name: str) -> Channel:
        return next(each for each in self.team.channels if each.name == name)

    def reference(self, place: str, *, team: str = "", service_url: str = "") -> Reference:
        return Reference(workspace=self.workspace, place=place, service_url=service_url or self.teams.url, team=team)

    async def heard(self, place: Channel | Chat, *, service_url: str = "") -> Reference:
        """Something came from there, authenticated."""
        self.clock.move(1)
        team = self.team.id if isinstance(place, Channel) else ""
        where = self.reference(place.id, team=team, service_url=service_url)
        await self.references.heard(where, self.clock())
        return where

    async def learn(self) -> None:
        """Learn the team, and the chat of the night shift."""
        for place in (self.team.general, self.night_shift):
            self.directory.learn(await self.heard(place))
        await self.directory.settled()

    async def give(self, giver: str = "Alice", to: str = "Bob", place: Channel | Chat | None = None) -> None:
        """Say thanks in a place, Thanks if none is named."""
        place = place or self.channel("Thanks")
        known = await self.app.store.places.get(self.workspace, place.id)
        words: tuple[Word, ...] = (
            Named(self.user(to).object_id, to),
            f" #{self.framework.taggable[0].tag} for {REASON}",
        )
        self.clock.move(1)
        await self.app.bot.handle(
            Give(
                workspace=self.workspace,
                person=self.user(giver).object_id,
                delivery=f"delivery-{next(self.numbers)}",
                place=known or Place(workspace=self.workspace, id=place.id),
                words=words,
            )
        )

    async def deliver(self, after_s: float = 0) -> None:
        self.clock.move(after_s)
        await self.app.outbox.deliver_due()

    async def rows(self) -> dict[str, Row]:
        """The rows of the outbox, by view."""
        found = await self.database.rows("SELECT * FROM outbox ORDER BY created_at, id")
        return {row["view"]: row for row in found}

    async def states(self) -> dict[str, str]:
        return {view: row["state"] for view, row in (await self.rows()).items()}

    async def row(self, view: str) -> Post:
        row = await self.app.store.posts.post(self.workspace, (await self.rows())[view]["id"])
        assert row
        return row

    def direct(self, name: str) -> str:
        """The id of somebody's own conversation with Kudos."""
        return self.teams.world.personal(self.user(name)).id


@contextlib.asynccontextmanager
async def station_in(path: Path, framework: Framework) -> AsyncIterator[Station]:
    clock, database = Clock(), Sqlite(path)
    async with (
        TeamsConnector() as teams,
        aiohttp.ClientSession() as http,
        application(database, framework, zone=ZoneInfo("Europe/London"), clock=clock) as app,
    ):
        world = teams.world
        login = Secret(world.app_id, teams.login.secret, token_url(teams.login_url, world.tenant_id), http)
        connector = Connector(
            Credentials(login),
            lambda url: url.startswith(teams.url),
            app_id=world.app_id,
            pause_s=0.01,
            patience_s=PATIENCE_S,
        )
        references = References(database)
        lookup = TeamsLookup(connector, references, app.store)
        directory = TeamsDirectory(connector, references, lookup, app.store, app.bot.handle, every_s=3600, retry_s=0.01)
        app.senders[objects.PLATFORM] = TeamsSender(connector, references, app.store)
        app.lookups[objects.PLATFORM] = lookup
        try:
            yield Station(
                teams=teams,
                app=app,
                database=database,
                connector=connector,
                references=references,
                lookup=lookup,
                directory=directory,
                clock=clock,
                framework=framework,
                workspace=objects.workspace_id(world.tenant_id),
            )
        finally:
            directory.stop()
            await connector.close()
