"""The door of Teams alone: the real one, over real HTTP, and behind it somebody who writes down what comes through."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from adapters.teams.app import FINISH_S, INVOKE_S, Teams
from adapters.teams.guard import ServiceHosts
from adapters.teams.invoke import InvokeAnswer
from adapters.teams.keys import FETCH_TIMEOUT_S, Keys
from adapters.teams.tokens import Tokens
from adapters.web import listening
from tests.doubles.teams_events import REGION, Events
from tests.doubles.teams_service import BotService, Stranger
from tests.doubles.teams_world import World, world

Json = dict[str, Any]


@dataclass
class Door:
    """Who knocks, where, and what got through."""

    world: World
    service: BotService
    stranger: Stranger
    events: Events
    keys: Keys
    clock: "Ticks"
    teams: Teams = field(init=False)
    heard: list[Json] = field(default_factory=list)
    failures: int = 0
    answer: Callable[[Json], Awaitable[InvokeAnswer | None]] | None = None

    async def handle(self, activity: Json) -> InvokeAnswer | None:
        self.heard.append(activity)
        return await self.answer(activity) if self.answer else None

    def failed(self) -> None:
        self.failures += 1


class Ticks:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@contextlib.asynccontextmanager
async def door(
    *,
    openid: str = "",
    dev: bool = False,
    tenants: frozenset[str] | None = None,
    keys_s: float = FETCH_TIMEOUT_S,
    invoke_s: float = INVOKE_S,
    finish_s: float = FINISH_S,
) -> AsyncIterator[Door]:
    """A door that lets in what comes from the double's service."""
    of = world()
    service, stranger, clock = BotService(of.app_id), Stranger(), Ticks()
    async with service, stranger, aiohttp.ClientSession() as http:
        keys = Keys(openid or service.openid_url, http, clock, timeout_s=keys_s)
        events = Events(of, "https://smba.trafficmanager.net" + REGION)
        made = Door(of, service, stranger, events, keys, clock)
        hosts = ServiceHosts(further=frozenset({"127.0.0.1:1"}), dev=dev)
        allowed = tenants if dev else frozenset({of.tenant_id})
        tokens = None if dev else Tokens(keys, of.app_id)
        teams = Teams(made.handle, hosts, tokens, allowed, failed=made.failed, invoke_s=invoke_s, finish_s=finish_s)
        made.teams = teams
        routes = web.Application()
        routes.router.add_post("/api/messages", teams.messages)
        async with teams.running(), listening(routes, "127.0.0.1", 0) as port:
            service.url = f"http://127.0.0.1:{port}/api/messages"
            yield made
        await keys.close()


def hello(at: Door, **more: object) -> Json:
    """A message to Kudos in a channel."""
    return at.events.message(at.world.users[0], at.world.teams[0].channels[1], "help") | more
