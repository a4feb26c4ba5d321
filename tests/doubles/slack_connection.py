"""One websocket between an app and Slack, and what can go wrong with it."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMessage, WSMsgType, web

from .slack_objects import Json

Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]

_HOST = "applink-7fc4fdbb64-4x5xq"
_GONE = {WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR}


@dataclass(kw_only=True, eq=False)
class Connection:
    """A websocket, as Slack sees it."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    changed: Callable[[], None]
    open: bool = True
    greeted: bool = False  # whether hello was sent, and so envelopes may come
    leaving: bool = False  # told to go: it gets no more envelopes
    silent: bool = False  # dead, but nobody has noticed: nothing is sent, and nothing that comes is read
    answers_pings: bool = True
    lag_s: float = 0.0  # before what the app says is heard
    pings: int = 0  # that the app sent
    beats: int = 0  # pings of ours
    pongs: int = 0  # that the app answered them with
    last_pong: float = 0.0
    sent: list[Json] = field(default_factory=list)

    async def hello(self, app_id: str, *, connections: int, lifetime_s: int) -> None:
        """Say that the connection is ready."""
        await self.send(
            {
                "type": "hello",
                "num_connections": connections,
                "debug_info": {"host": _HOST, "build_number": 10, "approximate_connection_time": lifetime_s},
                "connection_info": {"app_id": app_id},
            }
        )
        self.greeted = True

    async def send(self, message: Json) -> None:
        """Send a message, if the connection is alive."""
        self.sent.append(message)
        if self.silent or not self.open:
            return
        try:
            await self.socket.send_str(json.dumps(message))
        except ConnectionError:
            self.open = False

    async def disconnect(self, reason: Reason) -> None:
        """Tell the app to go, or (`warning`) that it will soon have to."""
        self.leaving = self.leaving or reason != "warning"
        await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})

    async def beat(self) -> None:
        """Ping the app."""
        self.beats += 1
        if not self.silent and self.open:
            try:
                await self.socket.ping(f"beat {self.beats}".encode())
            except ConnectionError:
                self.open = False

    def silence(self, *, pongs: bool = False) -> None:
        """Let it die unnoticed: it stays open, and nothing goes through any more, but for `pongs`."""
        self.silent, self.answers_pings = True, pongs

    def drop(self, *, reset: bool = False) -> None:
        """Cut the TCP connection; with `reset` as a firewall does that has forgotten it, without a goodbye."""
        self.open = False
        if self.request.transport is not None:
            if reset:
                wire = self.request.transport.get_extra_info("socket")
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.transport.abort()

    async def close(self) -> None:
        """Close it in good order."""
        self.open = False
        if self.silent:
            self.drop()
        await self.socket.close()

    async def texts(self) -> AsyncIterator[str]:
        """Read what the app sends, until the connection is gone."""
        async for message in self._messages():
            match message.type:
                case WSMsgType.TEXT if not self.silent:
                    yield message.data
                case WSMsgType.PING:
                    self.pings += 1
                    self.changed()
                    if self.answers_pings:
                        await self.socket.pong(message.data)
                case WSMsgType.PONG if not self.silent:
                    self.pongs += 1
                    self.changed()
                    self.last_pong = asyncio.get_running_loop().time()
                case _:
                    pass

    async def _messages(self) -> "AsyncIterator[WSMessage]":
        while self.open:
            message = await self.socket.receive()
            if message.type is WSMsgType.CLOSE:
                while self.silent and self.request.transport is not None:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)  # the dead answer no farewell; and aiohttp tells nobody of a hang-up
                return
            if message.type in _GONE:
                return
            yield message
