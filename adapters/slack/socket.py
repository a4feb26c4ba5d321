"""Slack without a public address: Socket Mode.

The SDK's connection can go silent without noticing, so this stands on aiohttp's WebSocket, and each connection is
watched: one that says nothing although we ping it, or that answers pings and brings nothing, not even Slack's own
pings, is dropped, and a new one is made. Two connections are open, so that one serves while the other is renewed. An
envelope is acknowledged after the transaction; one that is not comes again, over whichever connection there is then.

Source: docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
import structlog

from adapters import logs
from adapters.slack.api import Api
from bot.errors import PlatformError, Throttled

CONNECTIONS: Final = 2  #: of the ten that an app may have
PING_S: Final = 5.0  #: between two pings of ours
#: Without a word or a pong. Slack may take longer than 5 s to answer a ping. Source: slackapi/bolt-js#2496
SILENT_S: Final = 12.0
#: With pongs and nothing else. Slack pings by itself; its own SDK for Node waits 30 s, some have to allow 60.
DEAF_S: Final = 60.0
CONNECT_S: Final = 10.0  #: for a new connection, and again for its greeting
RETRY_S: Final = (0.5, 1, 2, 5, 10)  #: waits before the next try; the last one repeats
LINGER_S: Final = 30.0  #: for Slack to close a connection that it asked us to renew
LAST_WORDS_S: Final = 1.5  #: for envelopes under way when a connection ends
MESSAGE_MOST: Final = 4 * 1024 * 1024  #: bytes

log = structlog.get_logger()

#: What becomes of a payload: (payload, headers) -> (HTTP status, answer). From 500 on it is not acknowledged, and
#: comes again; what is malformed would be so again.
Dispatch = Callable[[dict[str, Any], Mapping[str, str]], Awaitable[tuple[int, Any]]]


class Socket:
    def __init__(
        self,
        api: Api,
        http: aiohttp.ClientSession,
        dispatch: Dispatch,
        *,
        ping_s: float = PING_S,
        silent_s: float = SILENT_S,
        deaf_s: float = DEAF_S,
    ) -> None:
        """
        Args:
            api: with the app-level token.
        """
        self._api = api
        self._http = http
        self._dispatch = dispatch
        self._ping_s = ping_s
        self._silent_s = silent_s
        self._deaf_s = deaf_s
        self._listening: set[asyncio.Task[None]] = set()
        self._connected: set[_Connection] = set()

    @property
    def is_connected(self) -> bool:
        """Whether Slack reaches us."""
        return any(each.greeted for each in self._connected)

    async def run(self) -> None:
        """Stay connected until cancelled; what is under way is then finished."""
        try:
            async with asyncio.TaskGroup() as connections:
                for _ in range(CONNECTIONS):
                    connections.create_task(self._stay_connected())
        finally:
            for listening in self._listening:
                listening.cancel()
            await asyncio.gather(*self._listening, return_exceptions=True)

    async def _stay_connected(self) -> None:
        tries = 0
        while True:
            wait_s: float = RETRY_S[min(tries, len(RETRY_S) - 1)]
            tries += 1
            try:
                connection = await self._connect()
                await self._until_leaving(connection)
                if connection.greeted:
                    tries, wait_s = 0, 0.0
            except Throttled as error:
                wait_s = error.retry_after_s
            except (PlatformError, aiohttp.ClientError, OSError, TimeoutError) as error:
                why = str(error) if isinstance(error, PlatformError) else type(error).__name__
                log.warning("slack_socket_not_connected", error=why)
            except Exception:
                # Whatever it is, it must not leave us without Slack until somebody notices.
                log.exception("slack_socket_not_connected")
            await asyncio.sleep(wait_s)

    async def _connect(self) -> "_Connection":
        async with asyncio.timeout(CONNECT_S):
            opened = await self._api.call("apps.connections.open")
            web_socket = await self._http.ws_connect(
                opened["url"], autoping=False, max_msg_size=MESSAGE_MOST, timeout=_CLOSING
            )
        return _Connection(web_socket, self._dispatch, self._ping_s, self._silent_s, self._deaf_s)

    async def _until_leaving(self, connection: "_Connection") -> None:
        """Until Slack asks for a new connection, or this one is gone; it is listened to as long as it lasts."""
        listening = asyncio.create_task(connection.listen())
        self._listening.add(listening)
        listening.add_done_callback(self._listening.discard)
        self._connected.add(connection)
        try:
            await connection.leaving.wait()
        finally:
            self._connected.discard(connection)


class _Connection:
    """One websocket, as long as it lasts."""

    def __init__(
        self,
        web_socket: aiohttp.ClientWebSocketResponse,
        dispatch: Dispatch,
        ping_s: float,
        silent_s: float,
        deaf_s: float,
    ) -> None:
        self._web_socket = web_socket
        self._dispatch = dispatch
        self._ping_s = ping_s
        self._silent_s = silent_s
        self._deaf_s = deaf_s
        self._clock = asyncio.get_running_loop().time
        self._spoke_at = self._clock()  # when it last brought something of Slack's own
        self._ends_at = self._spoke_at + CONNECT_S  # unless it greets us before
        self._under_way: set[asyncio.Task[None]] = set()
        self.greeted = False
        self.leaving = asyncio.Event()  #: it is time for another connection

    async def listen(self) -> None:
        """Answer what comes, until the websocket is gone; what is under way is then finished."""
        pinging = asyncio.create_task(self._ping())
        why = "closed"
        try:
            async with asyncio.timeout_at(self._patient_until()) as patience:
                async for message in self._web_socket:
                    if message.type is not aiohttp.WSMsgType.PONG:
                        self._spoke_at = self._clock()
                    await self._take(message)
                    patience.reschedule(self._patient_until())
        except TimeoutError:
            why = "renewed" if self.leaving.is_set() else "silent"
        except asyncio.CancelledError:
            why = "stopped"
            raise
        except Exception:
            log.exception("slack_socket_failed")
        finally:
            self.leaving.set()
            pinging.cancel()
            # Nothing more is read, so that what comes now is not done unacknowledged: it comes again, elsewhere.
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=LAST_WORDS_S)
            await self._web_socket.close()
            log.info("slack_socket_closed", why=why)

    def _patient_until(self) -> float:
        return min(self._clock() + self._silent_s, self._spoke_at + self._deaf_s, self._ends_at)

    async def _take(self, message: aiohttp.WSMessage) -> None:
        if message.type is aiohttp.WSMsgType.PING:
            with contextlib.suppress(aiohttp.ClientError, OSError):  # gone: the next look tells
                await self._web_socket.pong(message.data)
        elif message.type is aiohttp.WSMsgType.TEXT:
            envelope = _envelope(message.data)
            if envelope is None:
                log.warning("slack_socket_message_not_read")
            elif envelope.get("type") == "hello":
                self.greeted, self._ends_at = True, math.inf
                log.info("slack_socket_connected")
            elif envelope.get("type") == "disconnect":
                # Slack closes it in a while; until then it may still bring something.
                reason = envelope.get("reason", "")
                log.info("slack_socket_renewed", reason=reason if reason in _REASONS else "another")
                self._ends_at = min(self._ends_at, self._clock() + LINGER_S)
                self.leaving.set()
            elif "envelope_id" in envelope:
                task = asyncio.create_task(self._answer(envelope))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _ping(self) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError):  # gone: who listens hears of it
            while True:
                await asyncio.sleep(self._ping_s)
                await self._web_socket.ping()

    async def _answer(self, envelope: dict[str, Any]) -> None:
        headers = {}
        if envelope.get("retry_attempt"):
            headers["x-slack-retry-num"] = str(envelope["retry_attempt"])
        try:
            with logs.identified():
                status, answer = await self._dispatch(envelope.get("payload") or {}, headers)
            if status < 500:
                acknowledgement = {"envelope_id": envelope["envelope_id"]}
                if answer and envelope.get("accepts_response_payload"):
                    acknowledgement["payload"] = answer
                await self._web_socket.send_json(acknowledgement)
        except (aiohttp.ClientError, OSError) as error:
            log.info("slack_socket_not_acknowledged", error=type(error).__name__)  # it comes again
        except Exception:
            log.exception("slack_socket_failed")


def _envelope(text: str) -> dict[str, Any] | None:
    """None for what is not of the kind that Slack sends."""
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("envelope_id", ""), str):
        return None
    return envelope


#: Why Slack renews a connection: in the log stands nothing that only looks like it.
_REASONS: Final = ("warning", "refresh_requested", "link_disabled", "too_many_websockets", "")
_CLOSING: Final = aiohttp.ClientWSTimeout(ws_close=0.3)
