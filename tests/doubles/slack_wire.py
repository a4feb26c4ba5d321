"""How Slack calls an app: a request, answered within three seconds, repeated when it is not.

Here the request goes over HTTP, signed; over Socket Mode it goes in an envelope (`slack_envelopes`).
"""

import asyncio
import hashlib
import hmac
import io
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp

from .slack_platform import Platform

PATIENCE_S = 3.0  #: how long Slack waits for an answer

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(kw_only=True)
class Answer:
    """What our program answered, if it did."""

    status: int | None = None
    body: Any = None  # parsed when it is JSON, otherwise text
    headers: Mapping[str, str] = field(default_factory=dict)
    elapsed_s: float = 0.0
    failure: str = ""  # "timeout" after three seconds, or why there was no connection

    @property
    def ok(self) -> bool:
        """Tell whether Slack counts the request as delivered."""
        return self.status is not None and 200 <= self.status < 300 and not self.failure


@dataclass(kw_only=True)
class Request:
    """A request to our program; it is signed when it is sent."""

    what: str
    body: bytes
    content_type: str = FORM
    headers: Mapping[str, str | None] = field(default_factory=dict)  # in place of the right ones; none: left out
    is_event: bool = False
    then: Callable[[Answer], None] | None = None  # carries out the first answer that arrives
    chunks: Callable[[], AsyncIterator[bytes]] | None = None  # sends the body piece by piece


class Transport(Protocol):
    """How a request gets to the app, and its answer back."""

    async def carry(self, request: Request, *, attempt: int, patience_s: float) -> Answer:
        """Deliver `request`; what went wrong is the answer's `failure`."""

    async def close(self) -> None:
        """Close the connections."""


class Post:
    """Signed requests to an address."""

    def __init__(self, slack: Platform, url: str, secret: str) -> None:
        self.slack = slack
        self.url = url
        self.secret = secret
        self._session: aiohttp.ClientSession | None = None

    def sign(self, body: bytes, timestamp: str) -> str:
        """Sign a body as Slack does. Source: docs.slack.dev/authentication/verifying-requests-from-slack"""
        return "v0=" + hmac.digest(self.secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hex()

    async def carry(self, request: Request, *, attempt: int, patience_s: float) -> Answer:
        """Post the request, and read the answer."""
        timestamp = str(int(self.slack.now()))
        headers: dict[str, str | None] = {
            "Content-Type": request.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": self.sign(request.body, timestamp),
        }
        if request.is_event and attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_timeout"}
        headers |= request.headers
        sent = {name: value for name, value in headers.items() if value is not None}
        left_out = [name for name, value in headers.items() if value is None]
        answer = Answer()
        try:
            async with self._http().post(
                self.url,
                data=request.chunks() if request.chunks else _payload(request.body),
                headers=sent,
                skip_auto_headers=left_out,
                timeout=aiohttp.ClientTimeout(total=patience_s),
                allow_redirects=False,
            ) as response:
                text = await response.text(errors="replace")
                answer = Answer(status=response.status, headers=response.headers, body=text)
                if response.content_type == JSON and text:
                    answer.body = json.loads(text)
        except TimeoutError:
            answer.failure = "timeout"
        except aiohttp.ClientError as error:
            answer.failure = f"{type(error).__name__}: {error}"
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session


class Wire:
    """The line from Slack to one app: over HTTP, unless another `transport` is given."""

    def __init__(
        self,
        slack: Platform,
        base_url: str = "",
        secret: str = "",
        *,
        path: str = "/slack/events",
        transport: Transport | None = None,
    ) -> None:
        self.slack = slack
        self.http = Post(slack, base_url.rstrip("/") + path, secret)
        self.transport: Transport = transport or self.http
        self.failures: list[tuple[Request, Answer]] = []  # what was not acknowledged in time, or refused

    @property
    def url(self) -> str:
        """Where requests are posted to."""
        return self.http.url

    @url.setter
    def url(self, url: str) -> None:
        self.http.url = url

    @property
    def secret(self) -> str:
        """What requests are signed with."""
        return self.http.secret

    @secret.setter
    def secret(self, secret: str) -> None:
        self.http.secret = secret

    async def close(self) -> None:
        """Close the connections."""
        await self.transport.close()

    # Sending

    def sign(self, body: bytes, timestamp: str) -> str:
        """Sign a body as Slack does."""
        return self.http.sign(body, timestamp)

    async def send(self, request: Request, *, attempt: int = 0, patience_s: float = PATIENCE_S) -> Answer:
        """Send a request; for an event, `attempt` 1 to 3 is a retry."""
        begun = time.perf_counter()
        answer = await self.transport.carry(request, attempt=attempt, patience_s=patience_s)
        answer.elapsed_s = time.perf_counter() - begun
        if not answer.ok:
            self.failures.append((request, answer))
        elif request.then is not None:
            carry_out, request.then = request.then, None
            carry_out(answer)
        self.slack.changed()
        return answer

    async def deliver(
        self,
        requests: Request | Sequence[Request],
        *,
        times: int = 3,
        shuffle: random.Random | None = None,
        together: bool = False,
    ) -> list[Answer]:
        """Deliver every request `times` times: in order, shuffled, or all together."""
        given = [requests] if isinstance(requests, Request) else list(requests)
        order = [request for request in given for _ in range(times)]
        if shuffle is not None:
            shuffle.shuffle(order)
        before = {id(request): 0 for request in given}
        sendings = []
        for request in order:
            sendings.append(self.send(request, attempt=before[id(request)]))
            before[id(request)] += 1
        if together:
            return list(await asyncio.gather(*sendings))
        return [await sending for sending in sendings]


def _payload(body: bytes) -> bytes | io.BytesIO:
    return body if len(body) < 1_000_000 else io.BytesIO(body)  # aiohttp warns of large bytes
