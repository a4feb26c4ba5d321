"""A Slack to test against: the Web API on a loopback port, with a made-up workspace behind it.

    async with SlackDouble() as slack:
        alice = slack.add_user("alice")
        general = slack.add_channel("general", members=[alice])
        …  # run the program with SLACK_API_URL=slack.url and SLACK_BOT_TOKEN=slack.token
        client = slack.client("http://127.0.0.1:3978", SIGNING_SECRET)
        await client.command("/kudos", "@bob #listen for staying on", user=alice, channel=general)

Over Socket Mode, with SLACK_APP_TOKEN=slack.app.app_token: `client = slack.socket_client()`, and what happens to the
websockets is in `slack.socket`. Further workspaces, and organisations: `slack_places`. Somebody installs the app, in
a browser: `await slack.consent("http://127.0.0.1:3978/slack/install", user=alice)`.

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
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from . import (  # most of them register their methods
    slack_directory,
    slack_groups,
    slack_http,
    slack_messages,
    slack_oauth,
    slack_places,
    slack_state,
    slack_tokens,
    slack_views,
)
from .slack_browser import Browser, Page
from .slack_client import SlackClient
from .slack_envelopes import Envelopes
from .slack_faults import Fault
from .slack_installs import Installation
from .slack_objects import Enterprise, Json, User
from .slack_places import Neighbour, Org
from .slack_platform import ApiError, Call, Platform, RateLimitError
from .slack_socket import Sockets

__all__ = ["SlackDouble", "slack_directory", "slack_groups", "slack_places", "slack_views"]


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
    others: dict[str, Neighbour] = field(default_factory=dict)  # the further workspaces, by id
    orgs: list[Org] = field(default_factory=list)
    stamps: dict[str, list[str]] = field(default_factory=dict)  # the message times that others follow, by workspace
    socket: Sockets = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.socket = Sockets(slack=self)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/link/", self.socket.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        everywhere: list[Platform] = [self, *self.others.values()]
        for each in everywhere:
            each.url = f"http://127.0.0.1:{self.port}/api/"
        self._save()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        for client in self._clients:
            await client.close()
        await self._runner.cleanup()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    # What a test does with it

    def client(self, base_url: str, signing_secret: str = "", *, workspace: Platform | None = None) -> SlackClient:
        """Give a Slack client that acts on the program at `base_url`, with really signed requests."""
        client = SlackClient(workspace or self, base_url, signing_secret or self.signing_secret)
        self._clients.append(client)
        return client

    def socket_client(self, *, workspace: Platform | None = None) -> SlackClient:
        """Give a Slack client that acts on whatever program is connected over Socket Mode."""
        return SlackClient(workspace or self, transport=Envelopes(self.socket))

    def add_workspace(
        self, team_id: str, domain: str = "", *, token: str = "", installed: bool = True, twin: bool = False
    ) -> Neighbour:
        """Add a further workspace, with our app in it if `installed`.

        Its ids are made as the first one's are, so the same things added in the same order have the same ids; a
        `twin`'s messages have the same times, too: its first has that of the first one's first message, and so on.
        """
        if team_id in {self.team_id, *self.others}:
            raise ValueError(f"there is a workspace {team_id} already")
        other = Neighbour(
            double=self,
            team_id=team_id,
            domain=domain or f"team-{team_id.lower()}",
            app_id=self.app_id,
            bot_id=self.bot_id,
            url=self.url,
            now=lambda: self.now(),  # noqa: PLW0108  (the clock may be set later)
            app=self.app,
            problems=self.problems,
            token=(token or f"xoxb-{team_id.lower()}-double") if installed else "",
            installed=installed,
            follows=self if twin else None,
        )
        self.others[team_id] = other
        return other

    def add_org(self, enterprise_id: str, name: str, teams: list[Platform]) -> Org:
        """Put workspaces into one organisation; from now on they make no id that another of them has."""
        above = Enterprise(id=enterprise_id, name=name, domain=f"{name.lower().replace(' ', '-')}.enterprise")
        for number, team in enumerate(teams):
            team.enterprise = above
            team.serial = max(team.serial, 100_000 * number)
        org = Org(enterprise=above, teams=teams)
        self.orgs.append(org)
        return org

    def places(self) -> list[Installation]:
        """List everything that our app can be installed in."""
        return [self, *self.others.values(), *self.orgs]

    def reached(self, token: str) -> list[Platform]:
        """List the workspaces that a token is for."""
        return slack_places.reached(self, token)

    def stamp(self) -> str:
        """Tell the time as a message's `ts`."""
        stamp = super().stamp()
        self.stamps.setdefault(self.team_id, []).append(stamp)
        return stamp

    def advance(self, seconds: float) -> None:
        """Let time pass: tokens, codes and triggers grow old, and requests are signed with the later time."""
        before = self.now
        self.now = lambda: before() + seconds

    def browser(self, reach: Mapping[str, str] | None = None) -> Browser:
        """Give somebody a browser of their own; see `Browser`."""
        return Browser(self, reach)

    async def consent(
        self,
        install: str,
        *,
        user: User,
        approve: bool = True,
        place: Installation | None = None,
        scopes: str | None = None,
        browser: Browser | None = None,
    ) -> Page:
        """Let `user` install our app in a browser, from the app's page at `install`: the page they end at.

        Args:
            place: where to install it; the user's workspace, unless told.
            scopes: what is granted, when it is less than was asked for.

        Raises:
            ConsentError: Slack shows an error instead of asking.
        """
        used = browser or self.browser()
        asking = await used.ask(install)
        where = place or next(
            each for each in [self, *self.others.values()] if any(user is each_ for each_ in each.users.values())
        )
        back = used.decide(asking, user=user, place=where, approve=approve, scopes=scopes)
        return await used.get(back, from_slack=True)

    def fault(self, method: str, **what: Any) -> Fault:
        """Let something go wrong with the next call (`times=1`) of `method`; see `Fault`."""
        fault = Fault(method=method, **what)
        self.faults.append(fault)
        return fault

    @contextlib.asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Refuse all connections for a while."""
        self._down = True
        self.socket.drop()
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
        call = Call(method=request.match_info["method"], args={}, at=self.now(), verb=request.method)
        token, warnings, refused = None, list[str](), None
        body = await request.read()
        try:
            call.args, token, warnings = slack_http.arguments(request, body)
        except ApiError as error:
            refused = error.answer
        return await self._answer(
            request, call, lambda: slack_http.warned(refused or self._route(call, token), warnings)
        )

    def _route(self, call: Call, token: str | None) -> Json:
        """Let the workspace answer that the token belongs to."""
        place = next((each for each in self.places() if each.knows(token or "")), self)
        by = place
        if isinstance(place, Org):
            refused = place.refusal(token or "", self.now())
            try:
                place = place.teams[0] if refused else place.meant(call)
            except ApiError as error:
                return error.answer
        assert isinstance(place, Platform)
        call.team_id, call.scopes = place.team_id, tuple(sorted(by.scopes))
        if place is not self:
            place.calls.append(call)
        return place.call(call, token, by)

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Show the page that asks whether the app may be installed."""
        try:
            scopes = slack_oauth.check_authorize(self, request.query)
        except slack_oauth.ConsentError as error:
            return web.Response(status=400, text=str(error))
        return web.Response(text=f"Kudos is requesting permission for {', '.join(sorted(scopes))}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        call = Call(method="response_url", args={}, at=self.now())
        body = await request.read()
        with contextlib.suppress(ValueError):
            call.args = dict(json.loads(body))

        def run() -> Json:
            known = slack_tokens.read("response", request.match_info["token"])
            where = self.others.get(known.contents[3], self) if known else self
            call.team_id = where.team_id
            call.status, text = slack_messages.respond(where, request.match_info["token"], body)
            return {"ok": call.status == 200, "text": text}

        return await self._answer(request, call, run)

    async def _answer(self, request: web.Request, call: Call, run: Callable[[], Json]) -> web.StreamResponse:
        """Let a call meet its fault, if one waits for it, and answer."""
        self.calls.append(call)
        fault = next((each for each in self.faults if each.meets(call.method, call.args)), None)
        try:
            if self._down:
                return slack_http.cut(request)
            if fault is not None:
                fault.used += 1
                call.fault = str(fault)
                self._changed.set()  # whoever waits for the fault need not wait until it is over
                await asyncio.sleep(fault.delay_s)
                if fault.drop == "before":
                    return slack_http.cut(request)
                if fault.status:
                    return slack_http.broken(call, fault.status, fault.retry_after)
            try:
                call.answer = {"ok": False, "error": fault.error} if fault and fault.error else run()
            except RateLimitError as error:
                return slack_http.broken(call, 429, error.retry_after)
            if fault is not None:
                await asyncio.sleep(fault.linger_s)
            if fault is not None and fault.drop == "after":
                return slack_http.cut(request)
            if call.method == "response_url":
                return web.Response(status=call.status, text=call.answer.get("text", call.answer.get("error")))
            return web.json_response(call.answer, headers={"X-OAuth-Scopes": ",".join(call.scopes)})
        finally:
            self.changed()

    def _save(self) -> None:
        if self.state_file:
            slack_state.save(self, self.state_file)


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
