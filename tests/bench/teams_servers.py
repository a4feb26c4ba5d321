"""What Kudos in Teams is measured against, and the Bot Connector it talks to; each a process of its own.

    python -m tests.bench.teams_servers bare|stock|paused|service

Each prints one line of JSON when it answers: its port, or for `service` the tenant and what is to be sent.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any, Final

from aiohttp import web
from botbuilder.core import CloudAdapterBase
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity
from botbuilder.schema.teams import TaskModuleMessageResponse, TaskModuleResponse
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    ChannelValidation,
    PasswordServiceClientCredentialFactory,
)

from adapters import storage
from adapters.app import application, read_framework
from adapters.logs import set_up
from adapters.teams.opening import opened
from adapters.web import health, listening
from bot import config
from tests.bench.load import SERIAL
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService
from tests.doubles.teams_world import Channel, Json, World

PEOPLE: Final = 120
CHANNELS: Final = 60
ENTRY: Final = "value.listen-learn"


def bare() -> web.Application:
    """aiohttp that parses JSON."""

    async def messages(request: web.Request) -> web.Response:
        await request.json()
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


class _Stock(CloudAdapterBase):
    """As `botbuilder-integration-aiohttp` has it."""

    async def process(self, request: web.Request, bot: TeamsActivityHandler) -> web.Response:
        activity = Activity().deserialize(await request.json())  # type: ignore[no-untyped-call]
        answer = await self.process_activity(request.headers["Authorization"], activity, bot.on_turn)
        if answer is None:
            return web.Response()  # the original says 201
        return web.json_response(data=answer.body, status=answer.status)


class _Empty(TeamsActivityHandler):
    async def on_teams_task_module_submit(self, *_: object) -> Any:
        return TaskModuleResponse(task=TaskModuleMessageResponse(value="Done"))


def stock(environment: dict[str, str]) -> web.Application:
    """A bot that does nothing, on the adapter of the SDK, with Kudos' settings."""
    ChannelValidation.open_id_metadata_endpoint = environment["TEAMS_OPENID_URL"]
    secret = PasswordServiceClientCredentialFactory(
        environment["MicrosoftAppId"],
        environment["MicrosoftAppPassword"],
        tenant_id=environment["MicrosoftAppTenantId"],
    )
    adapter, bot = _Stock(BotFrameworkAuthenticationFactory.create(credential_factory=secret)), _Empty()

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


@contextlib.asynccontextmanager
async def service() -> AsyncIterator[dict[str, Any]]:
    """A tenant with people and channels, Kudos in all of them, and forms to fill in."""
    world = World(tenant_id="72f988bf-0000-4000-8000-2d7cd011db47", app_id="00000000-0000-4000-8000-00000000a44d")
    people = [world.add_user(f"Colleague {number}") for number in range(PEOPLE)]
    team = world.add_team("Response North", people)
    channels = [world.add_channel(team, f"team-{number}") for number in range(CHANNELS)]
    async with TeamsConnector(world=world, limits=False) as connector, BotService(world.app_id) as bots:
        events = Events(world, connector.url)
        yield {
            "settings": {
                "MicrosoftAppId": world.app_id,
                "MicrosoftAppPassword": connector.login.secret,
                "MicrosoftAppTenantId": world.tenant_id,
                "TEAMS_OPENID_URL": bots.openid_url,
                "TEAMS_LOGIN_URL": connector.login_url,
                "TEAMS_SERVICE_HOSTS": f"127.0.0.1:{connector.port}",
            },
            "people": PEOPLE,
            "channels": CHANNELS,
            "token": bots.token(connector.url),
            "joined": json.dumps(events.added(people[0], team.general)),
            "forms": [json.dumps(_form(events, number, channels)) for number in range(PEOPLE)],
        }


def _form(events: Events, number: int, channels: list[Channel]) -> Json:
    """*Give kudos*, filled in by one of them for the next."""
    people, place = events.world.users, channels[number % len(channels)]
    data = {
        "action": "give",
        "sending": SERIAL,
        "context": {"place": place.id},
        "recipients": people[(number + 1) % len(people)].object_id,
        "entries": ENTRY,
        "reason": "staying on after nights when we were short",
    }
    return events.invoke(people[number], place, "task/submit", {"data": data}, id=f"f:{SERIAL}")


@contextlib.asynccontextmanager
async def paused() -> AsyncIterator[web.Application]:
    """`kudos serve` as it is deployed, but for the outbox: it is written and not delivered."""
    settings = config.read()
    framework = read_framework(settings.framework_file)
    database = storage.opened(settings.database_url)
    async with (
        application(database, framework, zone=settings.zone) as app,
        opened(settings, app, database, os.environ) as teams,
    ):
        routes = web.Application()
        routes.router.add_get("/health", health)
        routes.router.add_post("/api/messages", teams.messages)
        yield routes


@contextlib.asynccontextmanager
async def _serving(name: str) -> AsyncIterator[dict[str, Any]]:
    if name == "service":
        async with service() as tenant:
            yield tenant
        return
    if name == "paused":
        set_up("INFO", "console")
        async with paused() as app, listening(app, "127.0.0.1", int(os.environ["PORT"])) as port:
            yield {"port": port}
        return
    app = bare() if name == "bare" else stock(dict(os.environ))
    async with listening(app, "127.0.0.1", 0) as port:
        yield {"port": port}


async def _until_told(name: str) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with _serving(name) as what:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_until_told(sys.argv[1]))
