"""A Slack to test against: the Web API on a loopback port, with a made-up workspace behind it.

    async with SlackDouble() as slack:
        alice = slack.add_user("alice")
        general = slack.add_channel("general", members=[alice])
        …  # run the program with SLACK_API_URL=slack.url and SLACK_BOT_TOKEN=slack.token
        client = slack.client("http://127.0.0.1:3978", SIGNING_SECRET)
        await client.command("/kudos", "@bob #listen for staying on", user=alice, channel=general)

On its own, so that it outlives a program that is killed:

    python -m tests.doubles.slack --port 0 --state FILE

It prints its address as a line of JSON, and writes what it holds to FILE after every request (`slack_state`).
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from . import slack_directory, slack_messages, slack_state, slack_views  # they register their methods
from .slack_client import SlackClient
from .slack_faults import Fault
from .slack_objects import Json
from .slack_platform import METHODS, ApiError, Call, Platform, RateLimitError

__all__ = ["SlackDouble", "slack_directory", "slack_views"]

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_CHARSETS = {"utf-8", "iso-8859-1"}


@dataclass(kw_only=True)
class SlackDouble(Platform):
    """Slack, as an app sees it over HTTP."""

    port: int = 0  # 0: any that is free
    state_file: Path | None = None
    signing_secret: str = "8f742231b10e8888abcd99yyyzzz85a5"
    faults: list[Fault] = field(default_factory=list)
    _down: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _clients: list[SlackClient] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_post("/response/{token}", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.url = f"http://127.0.0.1:{self.port}/api/"
        self._save()
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients:
            await client.close()
        await self._runner.cleanup()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    # What a test does with it

    def client(self, base_url: str, signing_secret: str = "") -> SlackClient:
        """Give a Slack client that acts on the program at `base_url`, with really signed requests."""
        client = SlackClient(self, base_url, signing_secret or self.signing_secret)
        self._clients.append(client)
        return client

    def fault(self, method: str, **what: Any) -> Fault:
        """Let something go wrong with the next call (`times=1`) of `method`; see `Fault`."""
        fault = Fault(method=method, **what)
        self.faults.append(fault)
        return fault

    @contextlib.asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Refuse all connections for a while."""
        self._down = True
        await self._site.stop()
        try:
            yield
        finally:
            self._down = False
            await self._listen()

    async def until(self, holds: Callable[[], object], *, timeout_s: float = 5.0) -> None:
        """Wait until something holds; it is looked at after every request.

        Raises:
            TimeoutError: it never did.
        """
        async with asyncio.timeout(timeout_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def changed(self) -> None:
        """Let those who wait look again."""
        self._changed.set()
        self._save()

    # The server

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = Call(method=request.match_info["method"], args={}, at=self.now())
        token, warnings, refused = None, list[str](), None
        body = await request.read()
        try:
            call.args, token, warnings = _arguments(request, body)
        except ApiError as error:
            refused = error.answer
        return await self._answer(request, call, lambda: _warned(refused or self.call(call, token), warnings))

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        call = Call(method="response_url", args={}, at=self.now())
        body = await request.read()
        with contextlib.suppress(ValueError):
            call.args = dict(json.loads(body))

        def run() -> Json:
            call.status, text = slack_messages.respond(self, request.match_info["token"], body)
            return {"ok": call.status == 200, "text": text}

        return await self._answer(request, call, run)

    async def _answer(self, request: web.Request, call: Call, run: Callable[[], Json]) -> web.StreamResponse:
        """Let a call meet its fault, if one waits for it, and answer."""
        self.calls.append(call)
        fault = next((each for each in self.faults if each.meets(call.method, call.args)), None)
        try:
            if self._down:
                return _cut(request)
            if fault is not None:
                fault.used += 1
                call.fault = str(fault)
                await asyncio.sleep(fault.delay_s)
                if fault.drop == "before":
                    return _cut(request)
                if fault.status:
                    return _broken(call, fault.status, fault.retry_after)
            try:
                call.answer = {"ok": False, "error": fault.error} if fault and fault.error else run()
            except RateLimitError as error:
                return _broken(call, 429, error.retry_after)
            if fault is not None and fault.drop == "after":
                return _cut(request)
            if call.method == "response_url":
                return web.Response(status=call.status, text=call.answer.get("text", call.answer.get("error")))
            return web.json_response(call.answer, headers={"X-OAuth-Scopes": ",".join(sorted(self.scopes))})
        finally:
            self.changed()

    def _save(self) -> None:
        if self.state_file:
            slack_state.save(self, self.state_file)


def _arguments(request: web.Request, body: bytes) -> tuple[Json, str | None, list[str]]:
    """Read a call's arguments and token from the query, and from a form or JSON."""
    args: Json = dict(request.query)
    bearer = request.headers.get("Authorization", "")
    token = bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else None
    args.pop("token", None)  # a token in the address is not accepted
    if request.method != "POST" or not body:
        return args, token, []
    if "Content-Type" not in request.headers:
        raise ApiError("missing_post_type")
    if (request.charset or "utf-8").lower() not in _CHARSETS:
        raise ApiError("invalid_charset")
    if request.content_type in _FORMS:
        if request.content_type == "multipart/form-data":
            raise ApiError("invalid_form_data")  # Slack reads it; nothing of ours should need it
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        token = token or form.pop("token", None)
        return args | form, token, ["superfluous_charset"] if request.charset else []
    if request.content_type != "application/json":
        raise ApiError("invalid_post_type")
    asked = METHODS.get(request.match_info["method"])
    if asked is not None and not asked.reads_json:
        return args, token, ["json_is_not_read_here"]
    try:
        given = json.loads(body)
    except ValueError as error:
        raise ApiError("invalid_json") from error
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    given = {key: value for key, value in given.items() if value is not None and key != "token"}
    return args | given, token, [] if request.charset else ["missing_charset"]


def _warned(answer: Json, warnings: list[str]) -> Json:
    if not warnings:
        return answer
    metadata = answer.get("response_metadata", {})
    return answer | {
        "warning": ",".join(warnings),
        "response_metadata": metadata | {"warnings": [*metadata.get("warnings", []), *warnings]},
    }


def _cut(request: web.Request) -> web.Response:
    """Break the connection; the response never leaves."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _broken(call: Call, status: int, retry_after: int | None) -> web.Response:
    call.status = status
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if status == 429:
        call.answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(call.answer, status=429, headers=headers)
    return web.Response(status=status, text="Server Error", headers=headers)


async def _alone(double: SlackDouble) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with double:
        sys.stdout.write(json.dumps({"url": double.url, "token": double.token}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run on its own until SIGTERM."""
    parser = argparse.ArgumentParser(description="A double of Slack's Web API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    given = parser.parse_args()
    double = SlackDouble(port=given.port, state_file=given.state)
    if given.state.exists():
        slack_state.read(double, given.state)
    asyncio.run(_alone(double))


if __name__ == "__main__":
    main()
