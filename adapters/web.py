"""The HTTP server: routes, health, and a stop that finishes what was begun."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from typing import Final

import structlog
from aiohttp import web

from adapters.app import Application, application, running
from bot import migrations
from bot.config import Settings
from bot.database import Database, Sqlite
from bot.errors import KudosError
from bot.framework import Framework

FINISH_S: Final = 3.0  #: for requests under way when the process is told to stop

log = structlog.get_logger()


async def health(_: web.Request) -> web.Response:
    """`GET /health`: the process lives."""
    return web.json_response({"status": "ok"})


class Readiness:
    """`GET /ready`: database, migrations and framework are fine."""

    def __init__(self, app: Application, database: Database) -> None:
        self._app = app
        self._database = database

    async def __call__(self, _: web.Request) -> web.Response:
        try:
            behind = bool(await migrations.pending(self._database))
        except KudosError as error:
            log.warning("not_ready", error=str(error))
            behind = True
        if behind:
            return web.json_response({"status": "the database is not ready"}, status=503)
        return web.json_response({"status": "ok", "framework": self._app.framework.version})


@contextlib.asynccontextmanager
async def site(settings: Settings, framework: Framework) -> AsyncIterator[web.Application]:
    """Everything that is switched on, with its routes; those of a platform that is off answer 404."""
    database = Sqlite(settings.database_path)
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            application(database, framework, zone=settings.zone, default_place=settings.kudos_channel)
        )
        routes = web.Application()
        routes.router.add_get("/health", health)
        routes.router.add_get("/ready", Readiness(app, database))
        if settings.slack_is_on:
            from adapters.slack import api
            from adapters.slack.app import Slack

            http = await stack.enter_async_context(api.session())
            slack = Slack(settings, app, http)
            routes.router.add_post("/slack/events", slack.events)
            await stack.enter_async_context(slack.running())
        await stack.enter_async_context(running(app))
        yield routes


async def serve(settings: Settings, framework: Framework) -> None:
    """Serve until SIGTERM or SIGINT; what was begun is finished within ten seconds."""
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    async with site(settings, framework) as routes, listening(routes, settings.host, settings.port) as port:
        log.info("listening", host=settings.host, port=port, slack=settings.slack_is_on)
        await stop.wait()
        log.info("stopping")


@contextlib.asynccontextmanager
async def listening(routes: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Answer on `host` until the block ends; yields the port, which is a free one where `port` is 0."""
    runner = web.AppRunner(routes, access_log=None, shutdown_timeout=FINISH_S, keepalive_timeout=30)
    await runner.setup()
    try:
        tcp = web.TCPSite(runner, host, port, backlog=512)
        await tcp.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
