"""The playground: a web page on this machine where one person tries everything, as anybody in a made-up workspace."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

import click
from aiohttp import web

from adapters.app import Application, application, forget, now
from adapters.erasures import ErasuresFile
from adapters.playground import seed
from adapters.playground.clock import Clock
from adapters.playground.delivery import connect
from adapters.playground.messages import Messages
from adapters.playground.site import Site
from adapters.playground.workspace import COLLEAGUES, LOBBY
from adapters.watching import LOOK_S, watching
from bot import vocabulary
from bot.database import Sqlite, Step
from bot.errors import ConfigError
from bot.framework import Framework
from bot.guard import Guard
from bot.rights import Means
from bot.vocabulary import Vocabulary

HOST: Final = "127.0.0.1"
PORT: Final = 8765


def _first(app: Application, now: datetime) -> list[Step]:
    """What some may do more than others in the made-up workspace, until somebody changes that."""
    granting = app.store.roles.granting
    return [
        granting(each.person, role, actor="", now=now, key="playground") for each in COLLEAGUES for role in each.duties
    ]


@contextlib.asynccontextmanager
async def opened(
    data: Path,
    framework: Framework,
    zone: tzinfo,
    *,
    fresh: bool = False,
    words: Vocabulary = vocabulary.NONE,
    guard: Guard | None = None,
    framework_file: Path | None = None,
    words_file: Path | None = None,
    look_s: float = LOOK_S,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[Site]:
    """The playground on its file, which is made and seeded when it is not there.

    Args:
        framework_file: is looked at every `look_s`, and what it says then is used.
        words_file: likewise, if that is; words.yaml beside it if nothing is said.

    Raises:
        ConfigError: the file is something else than a playground's.
    """
    await seed.ensure(data, framework, zone, fresh=fresh, clock=clock)
    database = Sqlite(data)
    time = Clock(clock)
    erasures = ErasuresFile(data.with_name(f"{data.name}.erasures"))
    erasures.made()
    async with contextlib.AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            application(
                database,
                framework,
                words=words,
                guard=guard,
                zone=zone,
                default_place=LOBBY,
                gather_s=0,
                pace_s=0,
                clock=time,
                means=Means(record=erasures.write),
            )
        )
        messages = Messages(database)
        await connect(app, messages, time)
        await app.store.write(*_first(app, time()))
        time.take_up(await messages.ahead_s(), await messages.latest() or clock())
        await forget(app.store, time())
        if framework_file:
            beside = words_file or framework_file.with_name("words.yaml")
            await stack.enter_async_context(watching(app, framework_file, beside, look_s))
        yield Site(app, messages, zone=zone, clock=time)


async def serve(
    *,
    data: Path,
    port: int = PORT,
    fresh: bool = False,
    framework: Framework,
    words: Vocabulary = vocabulary.NONE,
    guard: Guard | None = None,
    framework_file: Path | None = None,
    words_file: Path | None = None,
    zone: tzinfo,
) -> None:
    """Serve the playground on this machine, and nowhere else, until the process is told to stop.

    Says its address, once it answers, and the file it keeps everything in.

    Raises:
        ConfigError: the file is not a playground's, or the port is taken.
    """
    kept = data.absolute()  # noqa: ASYNC240 - once, before anything is served
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: there Ctrl+C interrupts by itself
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with _listening(port) as door:  # before anything is done to the file
        async with opened(
            data,
            framework,
            zone,
            fresh=fresh,
            words=words,
            guard=guard,
            framework_file=framework_file,
            words_file=words_file,
        ) as playground:
            runner = web.AppRunner(playground.routes(), access_log=None, shutdown_timeout=1)
            await runner.setup()
            try:
                await web.SockSite(runner, door).start()
                click.echo(f"Kudos playground: http://{HOST}:{door.getsockname()[1]}")
                click.echo(f"Everything is kept in {kept}. Stop with Ctrl+C; start afresh with --fresh.")
                await stop.wait()
            finally:
                await runner.cleanup()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise ConfigError([f"--port: cannot listen on {HOST}:{port}: {error}"]) from error
