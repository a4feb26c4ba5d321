"""Slack's door: guard, Bolt, who is let in, our answer. Everything is on disk before Slack is answered."""

import asyncio
import contextlib
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.app import Application, Role
from adapters.metrics import KIND
from adapters.reading import MalformedError
from adapters.slack import objects, parse
from adapters.slack.access import Access
from adapters.slack.admission import FAREWELLS, turned_away
from adapters.slack.answering import Answering
from adapters.slack.api import Api
from adapters.slack.courtesies import Courtesies
from adapters.slack.delivery import SlackLookup, SlackSender
from adapters.slack.directory import SlackDirectory
from adapters.slack.guard import checked_body
from adapters.slack.invoking import Invoking
from adapters.slack.oauth import InstallPages
from adapters.slack.socket import Socket
from bot.config import Settings
from bot.errors import DatabaseError, PlatformError

Json = dict[str, Any]

LOOK_S: Final = 120.0  #: between two looks whether we can speak to Slack

_ANYTHING = re.compile("")

log = structlog.get_logger()


class Slack:
    """Over HTTP where a signing secret is set, over Socket Mode where an app-level token is."""

    def __init__(
        self,
        settings: Settings,
        app: Application,
        http: aiohttp.ClientSession,
        access: Access,
        *,
        clock: Callable[[], datetime],
        reconcile_s: float,
    ) -> None:
        self._secret = settings.slack_signing_secret.get_secret_value()
        self._app = app
        self._answers = False
        self._courtesies = courtesies = Courtesies(access, http, settings.slack_api_url)
        self._access = access
        self._directory = SlackDirectory(access, app.store, app.bot.handle, clock=clock, every_s=reconcile_s)
        self._answering = Answering(app, access, courtesies, self._directory)
        self._invoking = Invoking(app, courtesies)
        self.install: InstallPages | None = None
        self.tasks: list[asyncio.Task[None]] = []  #: what it can't do without
        app_token = settings.slack_app_token.get_secret_value()
        self.socket = Socket(Api(app_token, settings.slack_api_url, http), http, self._envelope) if app_token else None
        self._bolt = self._listening(Api("", settings.slack_api_url, http))
        app.senders[objects.PLATFORM] = SlackSender(access, app.store)
        app.lookups[objects.PLATFORM] = SlackLookup(access, app.store)

    @property
    def trouble(self) -> str:
        """What does not work just now; "" for nothing."""
        if self._access.trouble or not (self.socket and self._answers) or self.socket.is_connected:
            return self._access.trouble
        return "Slack's Socket Mode is not connected"

    def _listening(self, api: Api) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None)  # without asking Slack: `_admit` decides

        quiet = logging.getLogger("kudos.bolt")
        quiet.setLevel(logging.ERROR)  # below that it tells what people wrote, and that it ignores our settings
        bolt = AsyncApp(
            logger=quiet,
            client=api.client,
            authorize=authorize,
            process_before_response=True,  # else what was acknowledged is lost when the process ends
            request_verification_enabled=False,  # the guard has done it, on the raw bytes
            ignoring_self_events_enabled=False,  # the core knows a bot when it sees one
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            raise_error_for_unhandled_request=True,  # for else it is logged, with what it holds
        )
        bolt.error(_unread)
        bolt.use(self._admit)
        bolt.command(_ANYTHING)(_read(self._invoking.command))
        bolt.event(_ANYTHING)(self._on_event)
        bolt.action(_ANYTHING)(_read(self._invoking.action))
        bolt.shortcut(_ANYTHING)(_read(self._invoking.shortcut))
        bolt.view(_ANYTHING)(_read(self._invoking.submission))
        return bolt

    async def events(self, request: web.Request) -> web.Response:
        """`POST /slack/events`: events, slash commands and interactivity."""
        body = await checked_body(request, self._secret, time.time())
        request[KIND] = "event" if body.startswith("{") else "interaction" if "payload=" in body[:8] else "command"
        response = await self._dispatched(body=body, query=request.query_string, headers=dict(request.headers))
        return await to_aiohttp_response(response)

    async def _envelope(self, payload: Json, headers: Mapping[str, str]) -> tuple[int, object]:
        """The same over Socket Mode."""
        began = time.perf_counter()
        response = await self._dispatched(mode="socket_mode", body=payload, headers=dict(headers))
        kind = "command" if "command" in payload else "event" if "event" in payload else "interaction"
        self._app.acked("socket", kind, response.status, time.perf_counter() - began)
        return response.status, json.loads(response.body) if response.body.startswith("{") else None

    async def _dispatched(self, **request: Any) -> BoltResponse:
        try:
            return await self._bolt.async_dispatch(AsyncBoltRequest(**request))
        except Exception as error:  # noqa: BLE001 - nothing escapes our listeners; Bolt trusts what it reads
            return _malformed(error)

    @contextlib.asynccontextmanager
    async def running(self, role: Role = Role.ALL) -> AsyncIterator[None]:
        """Stay connected, and fill the directory, while serving; then let the last private words go out."""
        self._answers = role.answers
        self.tasks = [asyncio.create_task(self._directory.keep())] if role.works else []
        if self.socket and role.answers:
            self.tasks.append(asyncio.create_task(self.socket.run()))
        # Who fills the directory asks Slack at the start anyway.
        self.tasks.append(asyncio.create_task(self._look(after_s=LOOK_S if role.works else 0.0)))
        try:
            yield
        finally:
            self._directory.stop()
            for task in self.tasks:
                task.cancel()
            await self._courtesies.finish(*self.tasks, asyncio.create_task(self._access.close()))

    async def _look(self, *, after_s: float) -> None:
        """See again and again whether Slack is there: who only answers would not notice."""
        await asyncio.sleep(after_s)
        while True:
            await self._access.look()
            await asyncio.sleep(LOOK_S)

    async def installed(self, workspace: str) -> None:
        """A workspace has installed us, for the first time or again: get to know it, and tell it what has waited."""
        self._directory.refill(workspace)
        self._app.outbox.wake()

    async def _admit(self, body: Json, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Nothing is done for a workspace that does not have us (any more)."""
        try:
            workspace = objects.addressed(body)
            if body.get("type") == "app_rate_limited":  # no event, and unknown to Bolt
                log.warning("slack_events_withheld", workspace=workspace)
                return BoltResponse(status=200)
            known = await self._access.installed(workspace)
            if not known and (above := objects.above(body)) and await self._access.installed(above):
                workspace, known = above, True
                body["is_enterprise_install"] = True  # which Slack left open, and everybody below reads
            if known and (channel := parse.private_channel(body)):
                # That a channel was made private no event tells, and at once nothing of it may be shown elsewhere.
                await self._directory.made_private(workspace, channel)
            if known or (body.get("event") or {}).get("type") in FAREWELLS:
                return await next_()  # type: ignore[func-returns-value]  # as Bolt wants it
            said_ = turned_away(body)
        except MalformedError as error:
            return _malformed(error)
        except DatabaseError as error:
            log.warning("slack_request_failed", error=str(error))
            return BoltResponse(status=503)
        if said_.response_url:
            self._courtesies.respond(said_.response_url, said_.message)
        return BoltResponse(status=200, body=said_.answer or "")

    async def _on_event(self, body: Json) -> BoltResponse | None:
        """Slack sends an event again that is not answered with 200."""
        type_ = body["event"]["type"]
        try:
            try:
                await self._answering.happened(body)
            except DatabaseError:  # nobody waits for words from us, so it may take as long again
                await self._answering.happened(body)
        except MalformedError as error:
            return _malformed(error)
        except (PlatformError, DatabaseError) as error:
            log.warning("slack_event_put_off", type=type_, error=str(error))
            return BoltResponse(status=503)
        except Exception:
            log.exception("slack_event_failed", type=type_)
            return BoltResponse(status=500)
        return None


def _read(answer: Callable[[AsyncAck, Json], Awaitable[None]]) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A listener, as Bolt wants it."""

    async def listen(ack: AsyncAck, body: Json) -> BoltResponse | None:
        try:
            await answer(ack, body)
        except MalformedError as error:
            return _malformed(error)
        return None

    return listen


async def _unread(error: Exception) -> BoltResponse:
    """What no listener of ours takes, and what Bolt stumbles over."""
    return BoltResponse(status=404) if isinstance(error, BoltUnhandledRequestError) else _malformed(error)


def _malformed(error: Exception) -> BoltResponse:
    log.warning("slack_request_malformed", error=type(error).__name__)
    return BoltResponse(status=400, body="malformed request")
