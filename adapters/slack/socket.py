"""Slack without a public address: Socket Mode.

The SDK's connection can go silent without noticing, so this stands on aiohttp's WebSocket, whose heartbeat is the
watchdog: a connection that does not answer a ping is dropped, and a new one is made. Two connections are open, so
that one serves while the other is renewed. An envelope is acknowledged after the transaction; one that is not comes
again, over whichever connection there is then.

Source: docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
import structlog

from adapters.slack.api import Api
from bot.errors import PlatformError, Throttled

CONNECTIONS: Final = 2  #: of the ten that an app may have
HEARTBEAT_S: Final = 10.0  #: between two pings; one that is not answered in half that time ends the connection
CONNECT_S: Final = 10.0  #: for a new connection
RETRY_S: Final = 2.0  #: until the next try
LINGER_S: Final = 30.0  #: for Slack to close a connection that it asked us to renew
LAST_WORDS_S: Final = 3.0  #: for envelopes under way when the process is told to stop
MESSAGE_MOST: Final = 4 * 1024 * 1024  #: bytes

log = structlog.get_logger()

#: What becomes of a payload: (payload, headers) -> (HTTP status, answer). Anything but 200 is not acknowledged.
Dispatch = Callable[[dict[str, Any], Mapping[str, str]], Awaitable[tuple[int, Any]]]


class Socket:
    def __init__(
        self, api: Api, http: aiohttp.ClientSession, dispatch: Dispatch, *, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        """
        Args:
            api: with the app-level token.
        """
        self._api = api
        self._http = http
        self._dispatch = dispatch
        self._heartbeat_s = heartbeat_s
        self._under_way: set[asyncio.Task[None]] = set()
        self._listening: set[asyncio.Task[None]] = set()
        self.connected = 0  #: connections that have been greeted

    async def run(self) -> None:
        """Stay connected until cancelled; what is under way is then finished."""
        try:
            async with asyncio.TaskGroup() as connections:
                for _ in range(CONNECTIONS):
                    connections.create_task(self._stay_connected())
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=LAST_WORDS_S)
            for listening in self._listening:
                listening.cancel()
            await asyncio.gather(*self._listening, return_exceptions=True)

    async def _stay_connected(self) -> None:
        while True:
            wait_s = 0.0
            try:
                async with asyncio.timeout(CONNECT_S):
                    opened = await self._api.call("apps.connections.open")
                    web_socket = await self._http.ws_connect(
                        opened["url"], heartbeat=self._heartbeat_s, max_msg_size=MESSAGE_MOST, timeout=_CLOSING
                    )
                await self._until_leaving(web_socket)
            except Throttled as error:
                wait_s = error.retry_after_s
            except (PlatformError, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("slack_socket_not_connected", error=type(error).__name__)
                wait_s = RETRY_S
            await asyncio.sleep(wait_s)

    async def _until_leaving(self, web_socket: aiohttp.ClientWebSocketResponse) -> None:
        """Until Slack asks for a new connection, or this one is gone; it is listened to as long as it lasts."""
        leaving = asyncio.Event()
        listening = asyncio.create_task(self._listen(web_socket, leaving))
        self._listening.add(listening)
        listening.add_done_callback(self._listening.discard)
        listening.add_done_callback(lambda _: leaving.set())
        await leaving.wait()

    async def _listen(self, web_socket: aiohttp.ClientWebSocketResponse, leaving: asyncio.Event) -> None:
        greeted = False
        try:
            async with asyncio.timeout(None) as patience:
                async for message in web_socket:
                    envelope = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else {}
                    if envelope.get("type") == "hello":
                        greeted = True
                        self.connected += 1
                        log.info("slack_socket_connected", connections=self.connected)
                    elif envelope.get("type") == "disconnect":
                        # Slack closes it in a while; until then it may still bring something.
                        log.info("slack_socket_renewed", reason=envelope.get("reason", ""))
                        patience.reschedule(asyncio.get_running_loop().time() + LINGER_S)
                        leaving.set()
                    elif "envelope_id" in envelope:
                        task = asyncio.create_task(self._answer(web_socket, envelope))
                        self._under_way.add(task)
                        task.add_done_callback(self._under_way.discard)
        except TimeoutError:
            pass
        finally:
            self.connected -= greeted
            await web_socket.close()

    async def _answer(self, web_socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        headers = {}
        if envelope.get("retry_attempt"):
            headers["x-slack-retry-num"] = str(envelope["retry_attempt"])
        try:
            status, answer = await self._dispatch(envelope.get("payload") or {}, headers)
            if status == 200:
                acknowledgement = {"envelope_id": envelope["envelope_id"]}
                if answer and envelope.get("accepts_response_payload"):
                    acknowledgement["payload"] = answer
                await web_socket.send_json(acknowledgement)
        except (aiohttp.ClientError, OSError) as error:
            log.info("slack_socket_not_acknowledged", error=type(error).__name__)  # it comes again
        except Exception:
            log.exception("slack_socket_failed")


_CLOSING: Final = aiohttp.ClientWSTimeout(ws_close=1.0)
