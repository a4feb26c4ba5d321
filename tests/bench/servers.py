"""What Kudos is measured against, and the Slack it talks to; each a process of its own.

    python -m tests.bench.servers bare|bolt|task|paused|slack

`bare`, `bolt` and `task` take the secret from the environment, as Kudos does. Each prints one line of JSON when it
answers: its port, or for `slack` the workspace.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters import storage
from adapters.app import application, read_framework
from adapters.logs import set_up
from adapters.slack import api
from adapters.slack.opening import opened
from adapters.web import health, listening
from bot import config
from tests.doubles.slack import SlackDouble

PEOPLE: Final = 120
PLACES: Final = 60  #: so many that one message a second to each is more than is sent


def bare(secret: str) -> web.Application:
    """aiohttp, and the check of the signature."""

    async def events(request: web.Request) -> web.Response:
        raw = await request.read()
        timestamp = request.headers["X-Slack-Request-Timestamp"]
        if abs(time.time() - int(timestamp)) > 300:
            raise web.HTTPUnauthorized
        expected = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"v0={expected}", request.headers["X-Slack-Signature"]):
            raise web.HTTPUnauthorized
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", events)
    return app


def bolt(secret: str) -> web.Application:
    """A Bolt app that does nothing, with the settings of Kudos; Bolt itself checks the signature."""

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    return _bolt(secret, nothing, before=True)


def task(secret: str, file: Path) -> web.Application:
    """A Bolt app as its guide has it: it acknowledges first, and stores in what is left of the listener, a task.

    It stores one row in one commit, as durable as those of Kudos, and posts nothing: what others do after that would
    only lose more.
    """
    database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, words TEXT NOT NULL)")
    writer = ThreadPoolExecutor(1)

    def store(body: dict[str, Any]) -> None:
        database.execute("INSERT INTO delivery VALUES (?, ?)", [body["trigger_id"], body["text"]])

    async def thank(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack("Thank you.")
        await asyncio.get_running_loop().run_in_executor(writer, store, body)

    return _bolt(secret, thank, before=False)


def _bolt(secret: str, listener: Callable[..., Awaitable[None]], *, before: bool) -> web.Application:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-empty")

    bolt_app = AsyncApp(
        signing_secret=secret,
        authorize=authorize,
        process_before_response=before,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    bolt_app.command("/kudos")(listener)

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt_app.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", events)
    return app


@contextlib.asynccontextmanager
async def slack() -> AsyncIterator[dict[str, Any]]:
    """A workspace with people and channels, and Kudos in all of them."""
    async with SlackDouble() as double:
        people = [double.add_user(f"colleague{number}") for number in range(PEOPLE)]
        places = [double.add_channel(f"team-{number}", members=people) for number in range(PLACES)]
        yield {
            "url": double.url,
            "token": double.token,
            "secret": double.signing_secret,
            "team": double.team_id,
            "people": [person.id for person in people],
            "places": [place.id for place in places],
        }


@contextlib.asynccontextmanager
async def paused() -> AsyncIterator[web.Application]:
    """`kudos serve` as it is deployed, but for the outbox: it is written and not delivered."""
    settings = config.read()
    framework = read_framework(settings.framework_file)
    database = storage.opened(settings.database_url)
    async with (
        application(database, framework, zone=settings.zone, hourly_most=settings.kudos_hourly_most) as app,
        api.session() as http,
    ):
        slack_app = await opened(settings, app, database, http)
        routes = web.Application()
        routes.router.add_get("/health", health)
        routes.router.add_post("/slack/events", slack_app.events)
        async with slack_app.running():
            yield routes


@contextlib.asynccontextmanager
async def _serving(name: str) -> AsyncIterator[dict[str, Any]]:
    if name == "slack":
        async with slack() as workspace:
            yield workspace
        return
    if name == "paused":
        set_up("INFO", "console")
        async with paused() as app, listening(app, "127.0.0.1", int(os.environ["PORT"])) as port:
            yield {"port": port}
        return
    secret = os.environ["SLACK_SIGNING_SECRET"]
    app = task(secret, Path("task.db")) if name == "task" else bare(secret) if name == "bare" else bolt(secret)
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
