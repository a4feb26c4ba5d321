"""Slack, wired up: guard, Bolt, core, answer. Everything is on disk before Slack is answered."""

import asyncio
import contextlib
import functools
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
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

from adapters import logs
from adapters.app import Application, Role
from adapters.metrics import KIND
from adapters.reading import MalformedError
from adapters.slack import objects, parse, render
from adapters.slack.access import Access
from adapters.slack.admission import FAREWELLS, turned_away
from adapters.slack.api import Api
from adapters.slack.courtesies import Courtesies
from adapters.slack.delivery import SlackLookup, SlackSender, address
from adapters.slack.directory import SlackDirectory
from adapters.slack.guard import checked_body
from adapters.slack.oauth import InstallPages
from adapters.slack.socket import Socket
from bot.cards import Answer, Form, Mend, OpenForm, Private, Say, ShowHome
from bot.config import Settings
from bot.errors import DatabaseError, PlatformError, Throttled, Unreachable
from bot.model import PlaceKind
from bot.notices import said
from bot.requests import Group, Named, Reacted, Request, Write

Json = dict[str, Any]

_FORM_CLOSED: Final = (
    "I couldn't open the form just now. Nothing is lost: here is what you typed. Please send it again."
)
_NO_FORM: Final = "I couldn't open the form just now. Please try again."
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
        self._courtesies = Courtesies(access, http, settings.slack_api_url)
        self._access = access
        self._directory = SlackDirectory(access, app.store, app.bot.handle, clock=clock, every_s=reconcile_s)
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
        bolt.command(_ANYTHING)(self._on_command)
        bolt.event(_ANYTHING)(self._on_event)
        bolt.action(_ANYTHING)(self._on_action)
        bolt.shortcut(_ANYTHING)(self._on_shortcut)
        bolt.view(_ANYTHING)(self._on_submission)
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
        try:
            yield
        finally:
            self._directory.stop()
            for task in self.tasks:
                task.cancel()
            await self._courtesies.finish(*self.tasks, asyncio.create_task(self._access.close()))

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

    # Nothing may escape a listener: after an ack it would become a 404 after three seconds.

    async def _on_command(self, ack: AsyncAck, body: Json) -> BoltResponse | None:
        try:
            request = parse.command(body)
        except MalformedError as error:
            return _malformed(error)

        async def answer() -> None:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Private(card=card, unfinished=unfinished):
                        await ack(render.ephemeral(card, base))
                        if unfinished:
                            say = functools.partial(self._courtesies.responded, body.get("response_url", ""))
                            self._courtesies.follow(self._rest(request, base), say)
                    case OpenForm(form):
                        view = render.modal(form, {"reply": body.get("response_url", "")}, base)
                        opened = await self._courtesies.open(request.workspace, body["trigger_id"], view)
                        sorry = said(f"{_FORM_CLOSED} {await self._typed(body, request.workspace)}")
                        await ack() if opened else await ack(render.ephemeral(sorry, base))
                    case _:
                        raise TypeError(f"a command is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed:
            typed = await self._typed(body, request.workspace)
            await ack(render.ephemeral(said(f"{failed} You typed: {typed}"), ""))
        return None

    async def _on_shortcut(self, ack: AsyncAck, body: Json) -> BoltResponse | None:
        try:
            request = parse.shortcut(body)
        except MalformedError as error:
            return _malformed(error)
        url = str(body.get("response_url", ""))

        async def answer() -> None:
            if request is None:
                return
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Private(card=card):
                        self._courtesies.tell(url, request, render.ephemeral(card, base))
                    case OpenForm(form):
                        view = render.modal(form, {"reply": url}, base)
                        if not await self._courtesies.open(request.workspace, body["trigger_id"], view):
                            self._courtesies.tell(url, request, render.ephemeral(said(_NO_FORM), base))
                    case Answer() | Mend() | Say() | ShowHome():
                        raise TypeError(f"a shortcut is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed and request:
            self._courtesies.tell(url, request, render.ephemeral(said(failed), ""))
        await ack()
        return None

    async def _on_action(self, ack: AsyncAck, body: Json) -> BoltResponse | None:
        try:
            if words := parse.written(body):
                await self._on_words(words, body["view"])
                await ack()
                return None
            press, modal, alone = parse.press(body), parse.modal(body), parse.alone(body)
        except MalformedError as error:
            return _malformed(error)
        url, trigger = str(body.get("response_url", "")), str(body.get("trigger_id", ""))

        async def answer() -> None:
            if press is None:
                return
            base = await address(self._app.store, press.workspace)
            for reply in await self._app.bot.handle(press):
                match reply:
                    case Private(card=card, replace=replace) if press.place:
                        self._courtesies.respond(url, render.ephemeral(card, base, replace=replace and alone))
                    case Private(card=card, replace=replace):  # a page or a form has nowhere to write below
                        view = render.reading(card, base)
                        if not await self._courtesies.open(press.workspace, trigger, view, over=modal, instead=replace):
                            self._courtesies.tell(url, press, render.ephemeral(card, base))
                    case ShowHome(card):
                        self._courtesies.publish(press, render.home(card, base))
                    case OpenForm(form):
                        view = render.modal(form, {"reply": url}, base)
                        if not await self._courtesies.open(press.workspace, trigger, view, over=modal):
                            self._courtesies.tell(url, press, render.ephemeral(said(_NO_FORM), base))
                    case Answer() | Mend() | Say():
                        raise TypeError(f"a button is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed and press:
            self._courtesies.tell(url, press, render.ephemeral(said(failed), ""))
        await ack()
        return None

    async def _on_words(self, words: Write, view: Json) -> None:
        """What fits the words in an open form is shown below them; where that fails, nobody misses it."""

        async def answer() -> None:
            base = await address(self._app.store, words.workspace)
            for reply in await self._app.bot.handle(words):
                match reply:
                    case Say(elements):
                        self._courtesies.say(words, view, render.said(elements, base))
                    case Answer() | Mend() | OpenForm() | Private() | ShowHome():
                        raise TypeError(f"words are not answered with {type(reply).__name__}")

        await self._apologising(answer)

    async def _on_submission(self, ack: AsyncAck, body: Json) -> BoltResponse | None:
        try:
            request, fields, reply_to = parse.submission(body), parse.inputs(body), parse.metadata(body["view"])
        except MalformedError as error:
            return _malformed(error)

        async def answer() -> None:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Mend(anew=Form() as form):
                        await ack(response_action="update", view=render.modal(form, reply_to, base))
                        return
                    case Mend(errors=faults):
                        await ack(response_action="errors", errors=render.errors(faults, fields))
                        return
                    case Private(card=card):
                        message = render.ephemeral(card, base)
                        self._courtesies.tell(reply_to.get("reply", ""), request, message)
                    case OpenForm(form):
                        await ack(response_action="update", view=render.modal(form, {}, base))
                        return
                    case Answer() | Say() | ShowHome():
                        raise TypeError(f"a form is not answered with {type(reply).__name__}")
            await ack()

        failed = await self._apologising(answer)
        if failed:
            await ack(response_action="errors", errors={fields[-1]: failed})
        return None

    async def _on_event(self, body: Json) -> BoltResponse | None:
        """Slack sends an event again that is not answered with 200."""
        type_ = body["event"]["type"]
        try:
            try:
                await self._happened(body)
            except DatabaseError:  # nobody waits for words from us, so it may take as long again
                await self._happened(body)
        except MalformedError as error:
            return _malformed(error)
        except (PlatformError, DatabaseError) as error:
            log.warning("slack_event_put_off", type=type_, error=str(error))
            return BoltResponse(status=503)
        except Exception:
            log.exception("slack_event_failed", type=type_)
            return BoltResponse(status=500)
        return None

    async def _happened(self, body: Json) -> None:
        """Carry an event out; once more is as if Slack had sent it once more."""
        type_ = body["event"]["type"]
        request: Request | None
        if type_ in ("message", "app_mention"):
            await self._on_message(body)
            return
        if type_ in ("reaction_added", "reaction_removed"):
            request = parse.reaction(body)
        elif type_ == "app_home_opened":
            request = parse.home(body)
        else:
            request = await self._directory.learned(body)
        if request:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                if isinstance(request, Reacted) and isinstance(reply, Private):
                    self._courtesies.whisper(request, render.message(reply.card, base))

    async def _on_message(self, body: Json) -> None:
        """A post that is meant for Kudos is answered in its thread.

        Raises:
            PlatformError: the answer was not taken; Slack should send the event again.
        """
        request = parse.said(body)
        if request is None:
            return
        replies = await self._app.bot.handle(request)
        base = await address(self._app.store, request.workspace)
        where = {"channel": request.message.place, "thread_ts": parse.thread(body)}
        # Slack shows nobody what is whispered in a thread that has not begun.
        beside = where if body["event"].get("thread_ts") else {"channel": request.message.place}
        try:
            api = await self._access.api(request.workspace)
            whisper = functools.partial(api.call, "chat.postEphemeral", user=request.person, **beside)
            for reply in replies:
                match reply:
                    case Private(card=card, unfinished=unfinished) if request.place.kind is not PlaceKind.BOT:
                        await whisper(**render.message(card, base))
                        if unfinished:
                            self._courtesies.follow(self._rest(request, base), lambda rest: whisper(**rest))
                    case Private(card=card) | Answer(card):
                        quiet = {"unfurl_links": False, "unfurl_media": False}
                        await api.call("chat.postMessage", **where, **quiet, **render.message(card, base))
                    case OpenForm() | ShowHome() | Mend() | Say():
                        raise TypeError(f"a message is not answered with {type(reply).__name__}")
        except (Throttled, Unreachable):
            await self._app.bot.unanswered(request)
            raise
        except PlatformError as error:  # perhaps it was taken, or it never will be
            log.warning("slack_message_not_answered", error=str(error))

    async def _rest(self, request: Request, base: str) -> Json:
        """What was left unfinished in a private answer to `request`."""
        (reply,) = await self._app.bot.rest(request)
        if not isinstance(reply, Private):
            raise TypeError(f"a private answer does not go on with {type(reply).__name__}")
        return render.message(reply.card, base)

    async def _apologising(self, answer: Callable[[], Coroutine[Any, Any, None]]) -> str:
        """Run `answer`; where it fails, what to tell the person, else ""."""
        try:
            await answer()
        except (PlatformError, DatabaseError) as error:
            reference = logs.request_id()
            log.warning("slack_request_failed", reference=reference, error=str(error))
            return f"Sorry, that did not work and nothing was saved. Please try again. (Reference {reference}.)"
        except Exception:
            reference = logs.request_id()
            log.exception("slack_request_failed", reference=reference)
            return f"Sorry, something went wrong. Look at /kudos mine before you try again. (Reference {reference}.)"
        return ""

    async def _typed(self, body: Json, workspace: str) -> str:
        """A command as it was typed, with the names of people and groups that Slack calls by id alone."""
        text = body.get("text") or ""
        words = objects.words(text)
        names: dict[str, str] = {}
        with contextlib.suppress(DatabaseError):
            directory = self._app.store.directory
            people = await directory.people(workspace, (word.person for word in words if isinstance(word, Named)))
            names = {id_: person.name for id_, person in people.items()}
            names |= await directory.group_names(workspace, (word.group for word in words if isinstance(word, Group)))
        return f"{body['command']} {objects.plain(text, names)}".strip()


async def _unread(error: Exception) -> BoltResponse:
    """What no listener of ours takes, and what Bolt stumbles over."""
    return BoltResponse(status=404) if isinstance(error, BoltUnhandledRequestError) else _malformed(error)


def _malformed(error: Exception) -> BoltResponse:
    log.warning("slack_request_malformed", error=type(error).__name__)
    return BoltResponse(status=400, body="malformed request")
