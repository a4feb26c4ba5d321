"""Slack, wired up: guard, Bolt, core, answer. Everything is on disk before Slack is answered."""

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.app import Application
from adapters.slack import parse, render
from adapters.slack.api import Api
from adapters.slack.delivery import SlackLookup, SlackSender, open_direct, team
from adapters.slack.directory import SlackDirectory
from adapters.slack.guard import checked_body
from bot.cards import Mend, OpenForm, Private, Reply
from bot.config import Settings
from bot.errors import DatabaseError, PlatformError
from bot.kudos_cards import said
from bot.requests import Reacted, Request

Json = dict[str, Any]

FORM_PATIENCE_S: Final = 1.2  #: for opening a form; a trigger lasts 3 s
COURTESY_S: Final = 5.0  #: for a private word, which nothing depends on
LAST_WORDS_S: Final = 2.0  #: for private words under way when the process is told to stop
RESPONSE_HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})

_ANYTHING = re.compile("")

log = structlog.get_logger()


class Slack:
    """One workspace over HTTP."""

    def __init__(self, settings: Settings, app: Application, http: aiohttp.ClientSession) -> None:
        token = settings.slack_bot_token.get_secret_value()
        self._secret = settings.slack_signing_secret.get_secret_value()
        self._app = app
        self._http = http
        self._response_hosts = RESPONSE_HOSTS | {urlsplit(settings.slack_api_url).netloc}
        self._api = Api(token, settings.slack_api_url, http)
        self._directory = SlackDirectory(self._api, app.store)
        self._courtesies: set[asyncio.Task[None]] = set()
        self._bolt = self._listening(token)
        app.senders[parse.PLATFORM] = SlackSender(self._api, app.store)
        app.lookups[parse.PLATFORM] = SlackLookup(self._api, app.store)

    def _listening(self, token: str) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)  # without asking Slack

        bolt = AsyncApp(
            client=self._api.client,
            authorize=authorize,
            process_before_response=True,  # else what was acknowledged is lost when the process ends
            request_verification_enabled=False,  # the guard has done it, on the raw bytes
            ignoring_self_events_enabled=False,  # the core knows a bot when it sees one
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        bolt.command(_ANYTHING)(self._on_command)
        bolt.event(_ANYTHING)(self._on_event)
        bolt.action(_ANYTHING)(self._on_action)
        bolt.view(_ANYTHING)(self._on_submission)
        return bolt

    async def events(self, request: web.Request) -> web.Response:
        """`POST /slack/events`: events, slash commands and interactivity."""
        body = await checked_body(request, self._secret, time.time())
        bolt_request = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        return await to_aiohttp_response(await self._bolt.async_dispatch(bolt_request))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fill the directory while serving; then let the last private words go out."""
        filling = asyncio.create_task(self._directory.fill())
        try:
            yield
        finally:
            filling.cancel()
            await asyncio.wait([filling, *self._courtesies], timeout=LAST_WORDS_S)

    # Nothing may escape a listener: after an ack it would become a 404 after three seconds.

    async def _on_command(self, ack: AsyncAck, body: Json) -> None:
        async def answer() -> None:
            replies = await self._app.bot.handle(parse.command(body))
            base = await self._base(body["team_id"])
            for reply in replies:
                match reply:
                    case Private(card=card):
                        await ack(render.ephemeral(card, base))
                    case OpenForm(form):
                        view = render.modal(form, {"reply": body["response_url"]}, base)
                        opened = await self._open(body["trigger_id"], view)
                        await ack() if opened else await ack(render.ephemeral(said(_form_closed(body)), base))
                    case Mend():
                        raise TypeError("a command has no fields to mend")

        typed = f"{body.get('command')} {parse.plain(body.get('text') or '')}".strip()
        failed = await self._apologising(answer, about=typed)
        if failed:
            await ack(render.ephemeral(said(failed), ""))

    async def _on_action(self, ack: AsyncAck, body: Json) -> None:
        async def answer() -> None:
            press = parse.press(body)
            if press is None:
                return
            base = await self._base(body["team"]["id"])
            url = body.get("response_url", "")
            for reply in await self._app.bot.handle(press):
                match reply:
                    case Private(card=card, replace=replace):
                        self._courtesy(self._respond(url, render.ephemeral(card, base, replace=replace)))
                    case OpenForm(form):
                        if not await self._open(body["trigger_id"], render.modal(form, {"reply": url}, base)):
                            sorry = render.ephemeral(said("I couldn't open the form. Please try again."), base)
                            self._courtesy(self._respond(url, sorry))
                    case Mend():
                        raise TypeError("a button has no fields to mend")

        failed = await self._apologising(answer)
        if failed:
            self._courtesy(self._respond(body.get("response_url", ""), render.ephemeral(said(failed), "")))
        await ack()

    async def _on_submission(self, ack: AsyncAck, body: Json) -> None:
        fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]

        async def answer() -> None:
            replies = await self._app.bot.handle(parse.submission(body))
            base = await self._base(body["team"]["id"])
            for reply in replies:
                match reply:
                    case Mend(errors=faults):
                        await ack(response_action="errors", errors=render.errors(faults, fields))
                        return
                    case Private(card=card):
                        self._courtesy(self._tell(body, render.ephemeral(card, base)))
                    case OpenForm(form):
                        await ack(response_action="update", view=render.modal(form, {}, base))
                        return
            await ack()

        failed = await self._apologising(answer)
        if failed:
            await ack(response_action="errors", errors={fields[-1]: failed})

    async def _on_event(self, body: Json) -> BoltResponse | None:
        """Slack sends an event again that is not answered with 200."""
        try:
            request: Request | None
            if body["event"]["type"] in ("reaction_added", "reaction_removed"):
                request = parse.reaction(body)
            else:
                request = await self._directory.learned(body)
            if request:
                for reply in await self._app.bot.handle(request):
                    self._courtesy(self._whisper(request, reply))
        except (PlatformError, DatabaseError) as error:
            log.warning("slack_event_put_off", type=body["event"]["type"], error=str(error))
            return BoltResponse(status=503)
        except Exception:
            log.exception("slack_event_failed", type=body["event"]["type"])
            return BoltResponse(status=500)
        return None

    async def _apologising(self, answer: Callable[[], Coroutine[Any, Any, None]], *, about: str = "") -> str:
        """Run `answer`; where it fails, what to tell the person, else ""."""
        reference = secrets.token_hex(4)
        kept = f" You typed: {about}" if about else ""
        try:
            await answer()
        except (PlatformError, DatabaseError) as error:
            log.warning("slack_request_failed", reference=reference, error=str(error))
        except Exception:
            log.exception("slack_request_failed", reference=reference)
        else:
            return ""
        return f"Sorry, that did not work and nothing was saved. Please try again. (Reference {reference}.){kept}"

    async def _open(self, trigger: str, view: Json) -> bool:
        try:
            async with asyncio.timeout(FORM_PATIENCE_S):
                await self._api.call("views.open", trigger_id=trigger, view=view)
        except (PlatformError, TimeoutError) as error:
            log.warning("slack_form_not_opened", error=str(error))
            return False
        return True

    async def _base(self, team_id: str) -> str:
        workspace = await self._app.store.directory.workspace(parse.workspace_id(team_id))
        return workspace.url if workspace and workspace.url else "https://slack.com/"

    # Private words: sent at most once, and nothing depends on them.

    def _courtesy(self, saying: Coroutine[Any, Any, None]) -> None:
        async def politely() -> None:
            try:
                async with asyncio.timeout(COURTESY_S):
                    await saying
            except (PlatformError, aiohttp.ClientError, TimeoutError) as error:
                log.info("slack_courtesy_failed", error=type(error).__name__)

        task = asyncio.create_task(politely())
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    async def _respond(self, url: str, message: Json) -> None:
        """To where the request came from; only ever to Slack itself."""
        if url and urlsplit(url).netloc in self._response_hosts:
            async with self._http.post(url, json=message) as response:
                await response.read()

    async def _tell(self, body: Json, message: Json) -> None:
        """To somebody who has filled in a form."""
        if url := parse.metadata(body["view"]).get("reply"):
            await self._respond(url, message)
            return
        direct = await open_direct(self._api, body["user"]["id"])
        await self._api.call("chat.postMessage", channel=direct, text=message["text"], blocks=message["blocks"])

    async def _whisper(self, request: Request, reply: Reply) -> None:
        """To somebody who has reacted, in the place where they did."""
        if isinstance(request, Reacted) and isinstance(reply, Private):
            shown = render.message(reply.card, await self._base(team(request.workspace)))
            await self._api.call("chat.postEphemeral", channel=request.message.place, user=request.person, **shown)


def _form_closed(body: Json) -> str:
    typed = f"{body['command']} {parse.plain(body.get('text') or '')}".strip()
    return f"I couldn't open the form just now. Nothing is lost: here is what you typed. Please send it again. {typed}"
