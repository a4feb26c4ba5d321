"""Socket Mode: an app's websockets to Slack, and the envelopes that go through them.

Envelopes go to any open connection. What is not acknowledged in time, over the connection it came through, has
failed; an event is then delivered again, in a new envelope with the same `event_id`, up to three times.

Source: docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from aiohttp import web

from .slack_connection import Connection, Reason
from .slack_objects import Json
from .slack_platform import ApiError, Args, Platform, method

MOST = 10  #: connections an app may have at once
TICKET_S = 30.0  #: how long the address of a websocket is good for

Kind = Literal["events_api", "slash_commands", "interactive"]


@method("apps.connections.open", scopes="connections:write", tier=3, json=True, whose="app")
def open_connection(slack: Platform, args: Args) -> Json:
    """Give an address for one websocket."""
    if args.verb != "POST":
        raise ApiError("insecure_request")
    if not slack.app.socket_mode:
        raise ApiError("forbidden_team")
    ticket = str(uuid.uuid4())
    slack.app.tickets[ticket] = slack.now()
    host = slack.url.removesuffix("/api/").replace("http", "ws", 1)
    return {"url": f"{host}/link/?ticket={ticket}&app_id={slack.app_id}"}


@dataclass(kw_only=True)
class Delivery:
    """An envelope, and what became of it."""

    envelope: Json
    attempt: int
    connection: Connection | None
    outcome: str = ""  # "acknowledged", or why not: "no connection", "timeout", "connection lost"
    answer: Any = None  # the payload of the acknowledgement
    late: bool = False  # acknowledged when nobody waited any more, or over another connection
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """Name what is delivered: the same each time it is sent again."""
        payload: Json = self.envelope["payload"]
        return str(payload.get("event_id") or self.envelope["envelope_id"])

    def settle(self, outcome: str) -> None:
        """Say what became of it."""
        self.outcome = self.outcome or outcome
        self.settled.set()


@dataclass(kw_only=True)
class Sockets:
    """All websockets of an app."""

    slack: Platform
    patience_s: float | None = None  # for an acknowledgement; none: what the sender waits for
    retry_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)  # before each time an event is delivered again
    delay_s: float = 0.0  # before anything is sent
    refuse: int = 0  # an HTTP status for every new connection
    silent_from_start: bool = False  # whether new connections are dead from the beginning
    ack_anywhere: bool = False  # whether an acknowledgement counts over another connection than the envelope's
    beat_s: float = 10.0  # between pings
    pong_patience_s: float = 30.0  # without a pong before a connection is cut
    lifetime_s: int = 3600  # what hello calls approximate_connection_time
    opened: list[Connection] = field(default_factory=list)  # every connection there ever was
    deliveries: list[Delivery] = field(default_factory=list)  # every envelope there ever was
    chance: Random = field(default_factory=lambda: Random(1))  # which connection gets an envelope
    _due: set[str] = field(default_factory=set)  # the events that will be delivered again
    _by_envelope: dict[str, Delivery] = field(default_factory=dict)
    _waiting: dict[str, Delivery] = field(default_factory=dict)  # by envelope, too: what has no outcome yet
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    # Looking

    @property
    def connections(self) -> list[Connection]:
        """List the connections that are open, as far as Slack knows."""
        return [each for each in self.opened if each.open]

    @property
    def ready(self) -> list[Connection]:
        """List the connections that take envelopes."""
        return [each for each in self.connections if each.greeted and not each.leaving]

    def outcomes(self, *, kind: Kind = "events_api") -> dict[str, str]:
        """Say of everything that was delivered whether it was "acknowledged", is "due" again, or is "lost"."""
        found: dict[str, str] = {}
        for each in self.deliveries:
            if each.envelope["type"] == kind and found.get(each.id) != "acknowledged":
                waits = not each.outcome or each.id in self._due
                found[each.id] = "acknowledged" if each.outcome == "acknowledged" else "due" if waits else "lost"
        return found

    async def settled(self, timeout_s: float = 30.0) -> None:
        """Wait until every event is acknowledged, or was sent for the last time.

        Raises:
            TimeoutError: some are still due.
        """
        async with asyncio.timeout(timeout_s):
            while self._due or self._waiting:
                self._moved.clear()
                await self._moved.wait()

    # Making trouble

    @contextlib.contextmanager
    def refusing(self, status: int = 503) -> Iterator[None]:
        """Let no new connection in for a while."""
        self.refuse = status
        try:
            yield
        finally:
            self.refuse = 0

    async def disconnect(
        self, reason: Reason = "refresh_requested", connection: Connection | None = None, *, linger_s: float = 1.0
    ) -> None:
        """Tell a connection, or all, to go; unless it is a warning, it is closed after `linger_s`."""
        for each in [connection] if connection else self.connections:
            await each.disconnect(reason)
            if reason != "warning":
                self._start(self._close(each, linger_s))

    async def _close(self, connection: Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await connection.close()

    def drop(self) -> None:
        """Cut every connection."""
        for each in self.connections:
            each.drop()

    async def disable(self) -> None:
        """Switch Socket Mode off in the app's settings."""
        self.slack.app.socket_mode = False
        await self.disconnect("link_disabled", linger_s=0)

    async def close(self) -> None:
        """Cut every connection, and send nothing any more."""
        self.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Delivering

    async def deliver(
        self, kind: Kind, payload: Json, *, attempt: int = 0, patience_s: float, copies: int = 1
    ) -> Delivery:
        """Send a payload, and wait for its acknowledgement; an event that fails is sent again later.

        Args:
            copies: over so many connections at once, as far as there are so many.
        """
        delivery = await self._deliver(kind, payload, attempt, self.patience_s or patience_s, copies)
        if kind == "events_api" and attempt == 0 and delivery.outcome != "acknowledged":
            self._due.add(delivery.id)
            self._start(self._again(delivery.id, payload, self.patience_s or patience_s))
        return delivery

    async def _again(self, event_id: str, payload: Json, patience_s: float) -> None:
        try:
            for attempt, delay_s in enumerate(self.retry_delays_s, 1):
                await asyncio.sleep(delay_s)
                if (await self._deliver("events_api", payload, attempt, patience_s)).outcome == "acknowledged":
                    return
        finally:
            self._due.discard(event_id)
            self._moved.set()
            self.slack.changed()

    async def _deliver(self, kind: Kind, payload: Json, attempt: int, patience_s: float, copies: int = 1) -> Delivery:
        await asyncio.sleep(self.delay_s)
        ready = self.ready
        chosen: list[Connection | None] = [*self.chance.sample(ready, min(copies, len(ready)))]
        deliveries = await asyncio.gather(
            *(self._send(kind, payload, attempt, patience_s, connection) for connection in chosen or [None])
        )
        return next((each for each in deliveries if each.outcome == "acknowledged"), deliveries[0])

    async def _send(
        self, kind: Kind, payload: Json, attempt: int, patience_s: float, connection: Connection | None
    ) -> Delivery:
        retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            **(retry if kind == "events_api" else {}),
        }
        delivery = Delivery(envelope=envelope, attempt=attempt, connection=connection)
        self.deliveries.append(delivery)
        self._by_envelope[envelope["envelope_id"]] = self._waiting[envelope["envelope_id"]] = delivery
        if connection is None:
            delivery.settle("no connection")
        else:
            await connection.send(envelope)
            try:
                async with asyncio.timeout(patience_s):
                    await delivery.settled.wait()
            except TimeoutError:
                delivery.settle("timeout")
        del self._waiting[envelope["envelope_id"]]
        self._moved.set()
        self.slack.changed()
        return delivery

    def _hear(self, connection: Connection, text: str) -> None:
        self._take(connection, text)
        self.slack.changed()

    def _take(self, connection: Connection, text: str) -> None:
        """Take an acknowledgement."""
        try:
            said: Any = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not isinstance(said.get("envelope_id"), str):
            self.slack.take_problem("websocket", ["this is no acknowledgement"], text)
            return
        delivery = self._by_envelope.get(said["envelope_id"])
        if delivery is None:
            self.slack.take_problem("websocket", ["there is no such envelope"], said)
            return
        payload = said.get("payload")
        unknown = said.keys() - {"envelope_id", "payload"}
        reasons = [f"{key} is unknown in an acknowledgement" for key in sorted(unknown)]
        if payload not in (None, {}) and not isinstance(payload, dict):
            reasons.append("the payload is no JSON object")
        elif payload and not delivery.envelope["accepts_response_payload"]:
            reasons.append("this envelope takes no answer payload")
        if delivery.outcome == "acknowledged":
            reasons.append("the envelope was acknowledged before")
        self.slack.take_problem("websocket", reasons, said)
        if delivery.outcome or (connection is not delivery.connection and not self.ack_anywhere):
            delivery.late = delivery.outcome != "acknowledged"
            return
        delivery.answer = payload
        delivery.settle("acknowledged")

    # Serving

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Let an app in that holds a ticket, and hear what it says."""
        if self.refuse:
            return web.Response(status=self.refuse)
        issued = self.slack.app.tickets.pop(request.query.get("ticket", ""), None)
        if issued is None or self.slack.now() - issued > TICKET_S:
            return web.Response(status=403, text="invalid ticket")
        socket = web.WebSocketResponse(autoping=False, autoclose=False, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(number=len(self.opened) + 1, socket=socket, request=request, changed=self.slack.changed)
        if len(self.connections) >= MOST:
            await connection.disconnect("too_many_websockets")
            await connection.close()
            return socket
        self.opened.append(connection)
        if self.silent_from_start:
            connection.silence()
        beating = self._start(self._beat(connection))
        try:
            await asyncio.sleep(self.delay_s)
            await connection.hello(self.slack.app_id, connections=len(self.connections), lifetime_s=self.lifetime_s)
            self.slack.changed()
            async for text in connection.texts():
                if connection.lag_s:
                    asyncio.get_running_loop().call_later(connection.lag_s, self._hear, connection, text)
                else:
                    self._hear(connection, text)
        finally:
            connection.open = False
            beating.cancel()
            if not self.ack_anywhere:
                self._lose(connection)
            self.slack.changed()
        await socket.close()
        return socket

    def _lose(self, connection: Connection) -> None:
        """Let what was sent over a connection, and not acknowledged, have failed."""
        for each in self._waiting.values():
            if each.connection is connection:
                each.settle("connection lost")

    async def _beat(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.last_pong = loop.time()
        while connection.open:
            await asyncio.sleep(self.beat_s)
            await connection.beat()
            if not connection.silent and loop.time() - connection.last_pong > self.pong_patience_s:
                connection.drop()

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
