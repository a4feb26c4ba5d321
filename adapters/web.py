"""The HTTP server: routes, health, and a stop that finishes what was begun."""

import asyncio
import contextlib
import gc
import operator
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from adapters import logs, storage
from adapters.app import RECONCILE_S, Application, Role, application, now, read_guard, running
from adapters.connections import HEAD_S, LINGER_S, MOST, Connections, room
from adapters.erasures import ErasuresFile
from adapters.metrics import Metrics
from adapters.own_data import Links, OwnDataPage
from adapters.platforms import RETRY_AFTER, Platform, Platforms
from adapters.watching import LOOK_S, watching
from adapters.writing import Watched
from bot import migrations, vocabulary
from bot.config import Settings
from bot.digesting import TICK_S
from bot.errors import ConfigError, DatabaseError
from bot.framework import Framework
from bot.outbox import IDLE_S, LEASE_S, PACE_S
from bot.reacting import GATHER_S
from bot.rights import Means
from bot.serving import Serving
from bot.vocabulary import Vocabulary

BACKLOG: Final = 512  #: connections that wait to be taken
FINISH_S: Final = 3.0  #: for requests under way when the process is told to stop

OUTBOX_MOST: Final = timedelta(
    minutes=15
)  #: that a message may be due, and nothing be tried, before we are no longer ready

_DOORS: Final = {"slack": "/slack/events", "teams": "/api/messages"}

SHARED_IDLE_S: Final = 1.0  #: between two looks at what is to be sent, where other processes may have written it

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from adapters.slack.app import Slack
    from adapters.teams.app import Teams

log = structlog.get_logger()


async def health(_: web.Request) -> web.Response:
    """`GET /health`: the process lives."""
    return web.json_response({"status": "ok"})


class Readiness:
    """`GET /ready`: what this process needs is there; which platform does not work, and why."""

    def __init__(
        self,
        app: Application,
        database: Watched,
        file: Path | None,
        platforms: Platforms,
        *,
        clock: Callable[[], datetime],
        role: Role,
    ) -> None:
        self._app = app
        self._database = database
        self._file = file
        self._opened = file and _identity(file)
        self._platforms = platforms
        self._clock = clock
        self._role = role

    async def ready(self, _: web.Request) -> web.Response:
        """503 where this process can't do what it is for; one platform that is down is only told."""
        lacking = await self._lacking()
        told = {"status": lacking or "ok", "framework": self._app.framework.version}
        troubles = {name: why or "ok" for name, why in self._platforms.troubles.items()}
        told_too = {"platforms": troubles} if troubles else {"note": "no platform is switched on"}
        return web.json_response({**told, **told_too}, status=503 if lacking else 200)

    async def _lacking(self) -> str:
        """What keeps us from being ready; "" for nothing."""
        try:
            # What is written to a file that has been removed or replaced is lost, and SQLite does not notice.
            if self._file is not None and _identity(self._file) != self._opened:
                return "the database is not ready"
            if await migrations.pending(self._database):
                return "the database's schema is not up to date: kudos migrate"
            await self._database.show(self._app.store.ledger.try_writing)
            due = await self._app.store.posts.due_since(self._clock())
        except ConfigError as error:
            log.warning("not_ready", error=str(error))
            return "the database's schema is of a newer release"
        except DatabaseError as error:
            log.warning("not_ready", error=str(error))
            return "the database is not ready"
        # Who only answers still stores what people say; whoever delivers should look after the outbox. Where there is
        # much to send, as after an outage, something is late for long although we do what can be done.
        now, worked_at = self._clock(), self._app.outbox.worked_at
        idle = worked_at is None or now - worked_at > OUTBOX_MOST
        if self._role.works and due and now - due > OUTBOX_MOST and idle:
            log.warning("not_ready", error="the outbox is stuck")
            return "the outbox is stuck: its oldest message has been due for more than 15 minutes, and nothing is tried"
        if self._platforms.all_down:
            return "no platform is there"
        return ""


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file that is; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def unavailable(_: web.Request) -> web.Response:
    """The door of a platform that is left out: what comes may come again."""
    return web.Response(status=503, text="try again later", headers=RETRY_AFTER)


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
    left_out: Mapping[str, Sequence[str]] | None = None,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[web.Application]:
    """Everything that is switched on, with its routes; those of a platform that is off answer 404.

    Args:
        framework: as its file said, and `words` as theirs; from then on the files are looked at every `look_s`, or
            never if that is None.
        left_out: platforms whose settings are wrong, and what is; everybody else is served.

    Raises:
        ConfigError: the database is not ours to use, or no platform can be opened with the settings.
    """
    erasures = ErasuresFile(settings.erasures_file) if settings.erasures_file else None
    if erasures:
        erasures.made()
    links = (
        Links(settings.secret_keys, settings.kudos_public_url, clock)
        if settings.kudos_public_url and settings.secret_keys
        else None
    )
    metrics = Metrics(settings.metrics_token.get_secret_value(), clock)
    database = Watched(metrics.timed(storage.opened(settings.database_url)))
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            application(
                database,
                framework,
                words=words,
                guard=read_guard(settings.guard_file),
                zone=settings.zone,
                default_place=settings.kudos_channel,
                admins=settings.admins,
                hourly_most=settings.kudos_hourly_most,
                domains=settings.email_domains,
                sight=settings.kudos_default_visibility,
                gather_s=gather_s,
                pace_s=pace_s,
                lease_s=lease_s,
                idle_s=IDLE_S if storage.file(settings.database_url) else SHARED_IDLE_S,
                clock=clock,
                means=Means(
                    retention=settings.retention,
                    record=erasures.write if erasures else None,
                    link=links.link if links else None,
                ),
            )
        )
        # What is left out may be back after the next start: until then it belongs where it belonged.
        single = {**settings.single_workspaces, **dict.fromkeys(left_out or (), "")}
        await app.store.organisations.arrange(settings.organisations, single)
        routes = web.Application(middlewares=[logs.named, metrics.middleware])
        routes.router.add_get("/health", health)
        platforms = Platforms(left_out or {})
        if links and role.answers:
            OwnDataPage(links, app.store, app.bot.rights, clock).add_to(routes)
        if settings.slack_is_on:

            def open_slack() -> "AbstractAsyncContextManager[Slack]":
                from adapters.slack.opening import running as slack_running

                return slack_running(settings, app, database, clock=clock, reconcile_s=reconcile_s, role=role)

            slack = platforms.add(Platform("slack", app, open_slack))
            if role.answers and settings.slack_signing_secret.get_secret_value():
                routes.router.add_post("/slack/events", slack.answering(lambda each: each.events))
            if role.answers and settings.slack_client_id:
                for path, page in (("install", "begin"), ("oauth_redirect", "finish")):
                    act = slack.answering(operator.attrgetter(f"install.{page}"))
                    routes.router.add_get(f"/slack/{path}", act, allow_head=False)
        if settings.teams_is_on:

            def open_teams() -> "AbstractAsyncContextManager[Teams]":
                from adapters.teams.opening import opened as teams_opened

                return teams_opened(
                    settings, app, database, os.environ, clock=clock, reconcile_s=reconcile_s, role=role
                )

            teams = platforms.add(Platform("teams", app, open_teams))
            if role.answers:
                routes.router.add_post("/api/messages", teams.answering(lambda each: each.messages))
        if role.answers:
            for name in platforms.left_out:
                routes.router.add_post(_DOORS[name], unavailable)
        readiness = Readiness(app, database, storage.file(settings.database_url), platforms, clock=clock, role=role)
        routes.router.add_get("/ready", readiness.ready)
        routes.router.add_get("/metrics", metrics.page(app, lambda: platforms.troubles, role=role))
        app.acked, app.failed = metrics.acked, metrics.failed
        await stack.enter_async_context(platforms.running())
        if role.works:
            await stack.enter_async_context(running(app, clock, tick_s=tick_s))
        if look_s is not None:
            await stack.enter_async_context(watching(app, settings.framework_file, settings.words_file, look_s))
        yield routes


async def serve(serving: Serving, framework: Framework, words: Vocabulary, role: Role) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; what was begun is finished within ten seconds."""
    settings = serving.settings
    for name, problems in serving.left_out.items():
        for problem in problems:
            log.error("platform_left_out", platform=name, problem=problem)
    if not (settings.slack_is_on or settings.teams_is_on or serving.left_out):
        log.warning("no_platform")  # to try it is a reason; more often it is an environment that did not arrive
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(signal_) is not signal.SIG_IGN:  # as `nohup` wants it
            asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    async with (
        site(settings, framework, words=words, role=role, left_out=serving.left_out) as routes,
        listening(routes, settings.host, settings.port, most=room()) as port,
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
async def listening(routes: web.Application, host: str, port: int, *, most: int = MOST) -> AsyncIterator[int]:
    """Answer on `host` until the block ends; yields the port, which is a free one where `port` is 0.

    Args:
        most: connections at once.
    """
    connections = Connections(most)
    routes.middlewares.append(connections.middleware)
    runner = web.AppRunner(
        routes,
        logger=logs.of_server(),
        access_log=None,
        shutdown_timeout=FINISH_S,
        keepalive_timeout=HEAD_S,
        lingering_time=LINGER_S,
    )
    await runner.setup()
    server: asyncio.Server | None = None
    try:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(connections.of(runner), host, port, backlog=BACKLOG)
        yield server.sockets[0].getsockname()[1]
    finally:
        if server is not None:
            server.close()
        await runner.cleanup()
