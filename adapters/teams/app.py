"""Teams' door: guard, token, a turn of the SDK, our answer. The one file that knows the SDK, which gets no more fixes.

What the SDK does here is to tell an invoke from everything else and to carry its answer. It reads no JSON of ours, for
it stumbles over what it does not expect; it makes no client and signs in nowhere, which would take most of a turn; and
it sends nothing, for that goes through `connector.py`. Another SDK is another `_Turn`.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Never

import structlog
from aiohttp import web
from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from adapters import bodies
from adapters.metrics import KIND
from adapters.reading import MalformedError
from adapters.teams import guard
from adapters.teams.credentials import Credentials
from adapters.teams.guard import RefusedError, ServiceHosts
from adapters.teams.invoke import InvokeAnswer
from adapters.teams.tokens import Tokens
from bot.errors import DatabaseError, PlatformError, Throttled, Unreachable

Json = dict[str, Any]
Handle = Callable[[Json], Awaitable[InvokeAnswer | None]]

INVOKE_S: Final = 4.5  #: for the answer to an invoke, of which Teams shows nothing after 5 s
OTHER_S: Final = 12.0  #: for any other, of which the Bot Connector gives up after 15 s
FINISH_S: Final = 2.0  #: for what is under way when the process is told to stop
LOOK_S: Final = 120.0  #: between two looks whether we can be spoken to, and speak

_KINDS: Final = ("invoke", "message")  #: of which there are figures; all else are events

_TEXTS: Final = {
    400: "malformed activity",
    401: "invalid token",
    403: "not for us, or not from Teams",
    415: "JSON is wanted",
    503: "try again later",
}
_THIS_MACHINE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")

log = structlog.get_logger()


class Teams:
    def __init__(
        self,
        handle: Handle,
        hosts: ServiceHosts,
        tokens: Tokens | None,
        tenants: frozenset[str] | None,
        *,
        proofs: Credentials | None = None,
        failed: Callable[[], None] = lambda: None,
        invoke_s: float = INVOKE_S,
        finish_s: float = FINISH_S,
    ) -> None:
        """
        Args:
            handle: what is done with an activity that has come through.
            tokens: None in development: whoever reaches this machine is believed.
            tenants: who may talk to us; None for anybody, in development.
            proofs: by which we speak in Teams.
            failed: is told of what was not done, where Teams is answered that all is well.
        """
        self._handle = handle
        self._adapter = _Adapter()
        self._hosts = hosts
        self._tokens = tokens
        self._tenants = tenants
        self._proofs = proofs
        self._failed = failed
        self._invoke_s = invoke_s
        self._finish_s = finish_s
        self._under_way: set[asyncio.Task[web.Response]] = set()
        self.tasks: list[asyncio.Task[None]] = []  #: what it can't do without

    @property
    def trouble(self) -> str:
        """What does not work just now; "" for nothing."""
        return (self._tokens.trouble if self._tokens else "") or (self._proofs.trouble if self._proofs else "")

    async def look(self, every_s: float = LOOK_S) -> None:
        """See again and again whether `trouble` is over, or there is some: who is not spoken to would not notice."""
        while True:
            if self._tokens:
                await self._tokens.look()
            if self._proofs:
                with contextlib.suppress(PlatformError):
                    await self._proofs.token()
            await asyncio.sleep(every_s)

    async def messages(self, request: web.Request) -> web.Response:
        """`POST /api/messages`: whatever happens in Teams."""
        try:
            activity = await self._admitted(request)
        except RefusedError as refusal:
            log.warning("teams_request_refused", status=refusal.status, reason=str(refusal))
            return _refused(refusal.status)
        request[KIND] = activity["type"] if activity["type"] in _KINDS else "event"
        task = asyncio.create_task(self._answered(activity))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait({task}, timeout=self._invoke_s if activity["type"] == "invoke" else OTHER_S)
        if task.done():
            return task.result()
        # It goes on, and is done once: when the activity comes again, its key is known.
        log.warning("teams_activity_takes_long", type=_known(activity))
        return _later()

    async def _admitted(self, request: web.Request) -> Json:
        """The activity, once it is certain that Teams has sent it to us.

        Raises:
            RefusedError: it is not.
            web.HTTPException: it can't be read, or there is too much of it.
        """
        if self._tokens is None and not _THIS_MACHINE.fullmatch(request.host):
            raise RefusedError(403, "host")  # a tunnel, or a page that has another name for this machine
        raw = await bodies.read(request, "teams")
        if request.content_type != "application/json" or (request.charset or "utf-8").lower() != "utf-8":
            raise RefusedError(415, "content type")
        activity = guard.activity(raw)
        if activity.get("channelId") != guard.CHANNEL:
            raise RefusedError(403, "channelId")
        if not self._hosts.allow(activity.get("serviceUrl")):
            raise RefusedError(403, "serviceUrl")
        if self._tokens:
            shown = request.headers.getall("Authorization", [])
            await self._tokens.check(shown[0] if len(shown) == 1 else "", activity["serviceUrl"])
        guard.tenant(activity, self._tenants)
        return activity

    async def _answered(self, activity: Json) -> web.Response:
        """Carry out a turn; nothing escapes.

        Teams has stopped delivering to bots that answered 500. So what we fail at is answered 503 where it may do
        better when it comes again, and 200 where it would fail again.
        """
        invoked, type_ = activity["type"] == "invoke", _known(activity)
        try:
            turn = _Turn(activity, self._handle)
            await self._adapter.run_pipeline(TurnContext(self._adapter, _read(activity)), turn.on_turn)
        except MalformedError as error:
            log.warning("teams_activity_malformed", type=type_, error=str(error))
            return _refused(400)
        except (DatabaseError, Throttled, Unreachable) as error:
            log.warning("teams_activity_put_off", type=type_, error=str(error))
            return _later()
        except PlatformError as error:  # perhaps it was taken, or it never will be
            log.warning("teams_activity_failed", type=type_, error=str(error))
            return self._never(invoked=invoked)
        except Exception:
            log.exception("teams_activity_failed", type=type_)
            return self._never(invoked=invoked)
        return _shown(turn.answer) if turn.answer else web.Response()

    def _never(self, *, invoked: bool) -> web.Response:
        """To what would fail again."""
        if invoked:
            return _later()
        self._failed()
        return web.Response()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While serving; then what is under way is finished."""
        try:
            yield
        finally:
            if self._under_way:
                _, late = await asyncio.wait(self._under_way, timeout=self._finish_s)
                for task in late:
                    task.cancel()


def _refused(status: int) -> web.Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return web.Response(status=status, text=_TEXTS[status], headers=headers)


def _shown(answer: InvokeAnswer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status)
    return web.json_response(answer.body, status=answer.status)


def _later() -> web.Response:
    return _refused(503)


def _known(activity: Json) -> str:
    """A type that may be logged: what we don't know could hold anything."""
    type_ = str(activity["type"])
    return type_ if type_.isascii() and type_.isalpha() and len(type_) <= 40 else "another"


class _Turn(ActivityHandler):
    """One turn of the SDK, over as little of the activity as it needs."""

    def __init__(self, activity: Json, handle: Handle) -> None:
        self._activity = activity
        self._handle = handle
        self.answer: InvokeAnswer | None = None

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:  # noqa: ARG002 - the SDK's own
        self.answer = await self._handle(self._activity) or InvokeAnswer()

    async def _tell(self, turn_context: TurnContext) -> None:  # noqa: ARG002 - likewise
        await self._handle(self._activity)

    on_message_activity = on_message_update_activity = on_message_delete_activity = _tell
    on_conversation_update_activity = on_installation_update = on_message_reaction_activity = _tell
    on_event_activity = on_typing_activity = on_end_of_conversation_activity = on_unrecognized_activity_type = _tell


def _read(activity: Json) -> Activity:
    """What a turn goes by. The SDK's own reader would stumble over what it does not expect."""
    return Activity(
        type=activity["type"],
        id=activity.get("id") or "",
        name=activity.get("name") or "",
        channel_id=activity["channelId"],
        service_url=activity["serviceUrl"],
        conversation=ConversationAccount(id=activity["conversation"]["id"]),
        from_property=ChannelAccount(id=(activity.get("from") or {}).get("id", "")),
    )


class _Adapter(BotAdapter):
    """Nothing is sent through the SDK."""

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> Never:
        raise NotImplementedError

    async def update_activity(self, context: TurnContext, activity: Activity) -> Never:
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: object) -> Never:
        raise NotImplementedError
