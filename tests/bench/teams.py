"""What is durable when Teams is answered, against the SDK's own adapter and against bare aiohttp.

A reaction is what writes and is answered with nothing; a form is a whole kudos, and answered with a card.
"""

import contextlib
import json
import signal
import sqlite3
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.figures import Figure, Rates, Size
from tests.bench.load import SERIAL, Plan
from tests.bench.processes import PATIENCE_S, BenchError, Server, free_port, healthy, load, process, said

STOCK_GOAL: Final = 10.0  #: times the rate of the SDK's adapter
BARE_GOAL: Final = 1 / 4  #: of the rate of bare aiohttp

EMOJI: Final = "1f442_ear"  #: of the value that the forms name
REACTORS: Final = 4  #: to each card; so many that nobody's turn comes again within a microsecond of the serial numbers

_SERVERS: Final = "tests.bench.teams_servers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """The double's tenant, and what is sent from it."""

    settings: dict[str, str]
    people: int
    channels: int
    token: str
    joined: str
    forms: list[str]


@dataclass(frozen=True, slots=True)
class _Way:
    """Something that is sent to somebody."""

    server: str
    what: str
    connections: int


def teams(size: Size) -> Iterator[Figure]:
    """A reaction and a form, each durable, against a bot that does nothing and against aiohttp that reads JSON."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        child = stack.enter_context(process("service", _SERVERS, "service", folder=folder))
        tenant = Tenant(**said(child, "service"))
        reactions, before = _prepared(tenant, folder)
        servers = {
            "kudos": stack.enter_context(_kudos(tenant, folder, _SERVERS, "paused")),
            "stock": stack.enter_context(_rival("stock", tenant, folder)),
            "aiohttp": stack.enter_context(_rival("bare", tenant, folder)),
        }
        for server in servers.values():
            server.process.send_signal(signal.SIGSTOP)
        sent = {"reaction": reactions, "form": tenant.forms}
        rates = {
            _Way(server, what, connections): Rates()
            for server in servers
            for what in sent
            for connections in size.connections
        }
        serial = 0
        for _ in range(size.rounds):
            for way, kept in rates.items():
                plan = _plan(
                    tenant, servers[way.server], size, serial=serial, connections=way.connections, bodies=sent[way.what]
                )
                serial += size.round_most
                with servers[way.server].awake():
                    kept.rounds.append(load(plan))
                if kept.rounds[-1].refused:
                    raise BenchError(f"{way.server} refused {kept.rounds[-1].refused} activities")
        acknowledged = {
            what: sum(
                result.acknowledged
                for way, kept in rates.items()
                if (way.server, way.what) == ("kudos", what)
                for result in kept.rounds
            )
            for what in sent
        }
        _check(folder, acknowledged, before)
    for connections in size.connections:
        at = f"{connections} connection{'s' * (connections > 1)}"
        for what in sent:
            own, stock, bare = (rates[_Way(server, what, connections)] for server in servers)
            aimed = what == "reaction"
            yield Figure(
                what=f"a {what} in Teams, durable, posting paused: times the rate of the SDK's adapter, {at}",
                figure=f"{own.rate / stock.rate:.1f}",
                goal=f"≥ {STOCK_GOAL:.0f}" * aimed,
                met=own.rate / stock.rate >= STOCK_GOAL if aimed else None,
            )
            yield Figure(
                what=f"the same: share of bare aiohttp's rate, {at}",
                figure=f"{own.rate / bare.rate:.2f}",
                goal=f"≥ {BARE_GOAL:.2f}" * aimed,
                met=own.rate / bare.rate >= BARE_GOAL if aimed else None,
            )
            yield Figure(what=f"a {what}, durable, {at}", figure=str(own))
            yield Figure(what=f"a {what}, the SDK's adapter with an empty bot, {at}", figure=str(stock))
            yield Figure(what=f"a {what}, aiohttp that reads JSON, {at}", figure=str(bare))
    yield Figure(what="reactions and forms acknowledged = on disk", figure=f"{sum(acknowledged.values()):,}")


def _prepared(tenant: Tenant, folder: Path) -> tuple[list[str], dict[str, int]]:
    """A kudos posted in each channel; returns reactions to them, put on and taken off, and what is on disk by then."""
    with _kudos(tenant, folder, "adapters.cli", "serve") as served:
        _send(served.port, tenant, tenant.joined)
        _until(folder, "SELECT count(*) FROM teams_person", tenant.people)
        for number, form in enumerate(tenant.forms[: tenant.channels]):
            _send(served.port, tenant, form.replace(SERIAL, f"first-{number}"))
        _until(folder, "SELECT count(*) FROM outbox WHERE view = 'card' AND state = 'done'", tenant.channels)
    with contextlib.closing(sqlite3.connect(folder / "kudos.db")) as database:
        cards = dict(database.execute("SELECT message_place, message FROM outbox WHERE view = 'card'").fetchall())
    forms: list[dict[str, Any]] = list(map(json.loads, tenant.forms))
    reactions = [
        json.dumps(
            form
            | {"type": "messageReaction", "timestamp": f"2026-11-02T09:30:07.{SERIAL}Z", key: [{"type": EMOJI}]}
            | {"from": forms[number + reactor]["from"], "replyToId": cards[form["value"]["data"]["context"]["place"]]}
        )
        for key in ("reactionsAdded", "reactionsRemoved")
        for reactor in range(2, 2 + REACTORS)  # neither who gave it nor who got it
        for number, form in enumerate(forms[: tenant.channels])
    ]
    return reactions, _on_disk(folder)


def _on_disk(folder: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(folder / "kudos.db")) as database:
        return {
            "form": database.execute("SELECT count(*) FROM recognition").fetchone()[0],
            "all": database.execute("SELECT count(*) FROM delivery").fetchone()[0],
        }


def _check(folder: Path, acknowledged: dict[str, int], before: dict[str, int]) -> None:
    """See that what was acknowledged is on disk, once.

    Raises:
        BenchError: it is not.
    """
    now = _on_disk(folder)
    grown = {name: now[name] - before[name] for name in now}
    if grown != {"form": acknowledged["form"], "all": sum(acknowledged.values())}:
        raise BenchError(f"{acknowledged} were acknowledged, but on disk are {grown}")


def _plan(tenant: Tenant, server: Server, size: Size, *, serial: int, connections: int, bodies: list[str]) -> Plan:
    return Plan(
        port=server.port,
        secret="",
        team="",
        people=[],
        places=[],
        first=serial,
        most=size.round_most,
        most_s=size.round_s,
        connections=connections,
        path="/api/messages",
        headers={"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {tenant.token}"},
        bodies=bodies,
    )


@contextlib.contextmanager
def _rival(name: str, tenant: Tenant, folder: Path) -> Iterator[Server]:
    began = time.perf_counter()
    with process(name, _SERVERS, name, folder=folder, **tenant.settings) as child:
        yield Server(child, said(child, name)["port"], time.perf_counter() - began)


@contextlib.contextmanager
def _kudos(tenant: Tenant, folder: Path, *command: str) -> Iterator[Server]:
    port = free_port()
    settings = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder / 'kudos.db'}",
        "KUDOS_HOURLY_MOST": "0",  # a few people do here what thousands do elsewhere
    }
    began = time.perf_counter()
    with process("kudos", *command, folder=folder, **settings, **tenant.settings) as child:
        while not healthy(port):
            if child.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise BenchError(f"kudos did not start: {(folder / 'kudos.log').read_text()[-2000:]}")
            time.sleep(0.002)
        yield Server(child, port, time.perf_counter() - began)


def _send(port: int, tenant: Tenant, activity: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/messages",
        data=activity.encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {tenant.token}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S):  # noqa: S310 - loopback
        pass


def _until(folder: Path, counted: str, most: int) -> None:
    until = time.monotonic() + PATIENCE_S
    with contextlib.closing(sqlite3.connect(folder / "kudos.db")) as database:
        while database.execute(counted).fetchone()[0] < most:
            if time.monotonic() > until:
                raise BenchError(f"never came to {most}: {counted}")
            time.sleep(0.02)
