"""The HTTP server: routes, health, and a stop that finishes what was begun."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from adapters import logs, storage
from adapters.app import RECONCILE_S, Application, Role, application, now, running
from adapters.metrics import Metrics
from adapters.watching import LOOK_S, watching
from adapters.writing import Watched
from bot import migrations, vocabulary
from bot.config import Settings
from bot.digesting import TICK_S
from bot.errors import KudosError
from bot.framework import Framework
from bot.outbox import IDLE_S, LEASE_S, PACE_S
from bot.reacting import GATHER_S
from bot.vocabulary import Vocabulary

FINISH_S: Final = 3.0  #: for requests under way when the process is told to stop

SHARED_IDLE_S: Final = 1.0  #: between two looks at what is to be sent, where other processes may have written it

log = structlog.get_logger()


async def health(_: web.Request) -> web.Response:
    """`GET /health`: the process lives."""
    return web.json_response({"status": "ok"})


class Readiness:
    def __init__(self, app: Application, database: Watched, file: Path | None) -> None:
        self._app = app
        self._database = database
        self._file = file
        self._opened = file and _identity(file)

    async def ready(self, _: web.Request) -> web.Response:
        """`GET /ready`: database, migrations and framework are fine."""
        try:
            # What is written to a file that has been removed or replaced is lost, and SQLite does not notice.
            replaced = self._file is not None and _identity(self._file) != self._opened
            behind = replaced or bool(await migrations.pending(self._database))
            await self._database.show(self._app.store.ledger.try_writing)
        except KudosError as error:
            log.warning("not_ready", error=str(error))
            behind = True
        if behind:
            return web.json_response({"status": "the database is not ready"}, status=503)
        return web.json_response({"status": "ok", "framework": self._app.framework.version})


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file that is; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.asynccontextmanager
async def site(
    settings: Settings,
    framework: Framework,
    *,
    words: Vocabulary = vocabulary.NONE,
    look_s: float | None = LOOK_S,
    gather_s: float = GATHER_S,
    pace_s: float = PACE_S,
    lease_s: float = LEASE_S,
    tick_s: float = TICK_S,
    reconcile_s: float = RECONCILE_S,
    role: Role = Role.ALL,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[web.Application]:
    """Everything that is switched on, with its routes; those of a platform that is off answer 404.

    Args:
        framework: as its file said, and `words` as theirs; from then on the files are looked at every `look_s`, or
            never if that is None.

    Raises:
        ConfigError: the database is not ours to use, or holds what our keys do not open.
    """
    metrics = Metrics(settings.metrics_token.get_secret_value(), clock)
    database = Watched(metrics.timed(storage.opened(settings.database_url)))
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            application(
                database,
                framework,
                words=words,
                zone=settings.zone,
                default_place=settings.kudos_channel,
                admins=settings.admins,
                domains=settings.email_domains,
                gather_s=gather_s,
                pace_s=pace_s,
                lease_s=lease_s,
                idle_s=IDLE_S if storage.file(settings.database_url) else SHARED_IDLE_S,
                clock=clock,
            )
        )
        await app.store.organisations.arrange(settings.organisations, settings.single_workspaces)
        routes = web.Application(middlewares=[metrics.middleware])
        routes.router.add_get("/metrics", metrics.page(app))
        routes.router.add_get("/health", health)
        routes.router.add_get("/ready", Readiness(app, database, storage.file(settings.database_url)).ready)
        if settings.slack_is_on:
            from adapters.slack import api, opening

            http = await stack.enter_async_context(api.session())
            slack = await opening.opened(settings, app, database, http, clock=clock, reconcile_s=reconcile_s)
            if role.answers and settings.slack_signing_secret.get_secret_value():
                routes.router.add_post("/slack/events", slack.events)
            if role.answers and slack.install:
                routes.router.add_get("/slack/install", slack.install.begin, allow_head=False)
                routes.router.add_get("/slack/oauth_redirect", slack.install.finish, allow_head=False)
            await stack.enter_async_context(slack.running(role))
        if settings.teams_is_on:
            from adapters.teams.opening import opened as teams_opened

            teams = await stack.enter_async_context(
                teams_opened(settings, app, database, os.environ, clock=clock, reconcile_s=reconcile_s, role=role)
            )
            if role.answers:
                routes.router.add_post("/api/messages", teams.messages)
        if role.works:
            await stack.enter_async_context(running(app, clock, tick_s=tick_s))
        if look_s is not None:
            await stack.enter_async_context(watching(app, settings.framework_file, settings.words_file, look_s))
        yield routes


async def serve(settings: Settings, framework: Framework, words: Vocabulary, role: Role) -> None:
    """Serve until SIGTERM or SIGINT; what was begun is finished within ten seconds."""
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    async with (
        site(settings, framework, words=words, role=role) as routes,
        listening(routes, settings.host, settings.port) as port,
    ):
        # What is there from the start stays: going through it for garbage would keep everybody waiting for 0.1 s.
        gc.collect()
        gc.freeze()
        log.info(
            "listening",
            role=role.value,
            host=settings.host,
            port=port,
            slack=settings.slack_is_on,
            teams=settings.teams_is_on,
        )
        await stop.wait()
        log.info("stopping")


@contextlib.asynccontextmanager
async def listening(routes: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Answer on `host` until the block ends; yields the port, which is a free one where `port` is 0."""
    runner = web.AppRunner(
        routes, logger=logs.of_server(), access_log=None, shutdown_timeout=FINISH_S, keepalive_timeout=30
    )
    await runner.setup()
    try:
        tcp = web.TCPSite(runner, host, port, backlog=512)
        await tcp.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
