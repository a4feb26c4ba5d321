"""A form of Teams that is durable when it is answered, against the SDK's own adapter and against bare aiohttp."""

import contextlib
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

from tests.bench.figures import Figure, Rates, Size, check_rows
from tests.bench.load import Plan
from tests.bench.processes import PATIENCE_S, BenchError, Server, free_port, healthy, load, process, said

STOCK_GOAL: Final = 10.0  #: times the rate of the SDK's adapter
BARE_GOAL: Final = 1 / 4  #: of the rate of bare aiohttp

_SERVERS: Final = "tests.bench.teams_servers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """The double's tenant, and what is sent from it."""

    settings: dict[str, str]
    people: int
    token: str
    joined: str
    forms: list[str]


def teams(size: Size) -> Iterator[Figure]:
    """*Give kudos*, sent: a durable kudos, against a bot that does nothing and against aiohttp that reads JSON."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        child = stack.enter_context(process("service", _SERVERS, "service", folder=folder))
        tenant = Tenant(**said(child, "service"))
        servers = {
            "kudos": stack.enter_context(_kudos(tenant, folder)),
            "stock": stack.enter_context(_rival("stock", tenant, folder)),
            "aiohttp": stack.enter_context(_rival("bare", tenant, folder)),
        }
        for server in servers.values():
            server.process.send_signal(signal.SIGSTOP)
        rates = {(name, connections): Rates() for name in servers for connections in size.connections}
        serial = 0
        for _ in range(size.rounds):
            for (name, connections), kept in rates.items():
                plan = _plan(tenant, servers[name], size, serial, connections)
                serial += size.round_most
                with servers[name].awake():
                    kept.rounds.append(load(plan))
                if kept.rounds[-1].refused:
                    raise BenchError(f"{name} refused {kept.rounds[-1].refused} activities")
        acknowledged = sum(
            result.acknowledged for (name, _), kept in rates.items() if name == "kudos" for result in kept.rounds
        )
        check_rows(folder, acknowledged)
    for connections in size.connections:
        own, stock, bare = (rates[name, connections].rate for name in ("kudos", "stock", "aiohttp"))
        at = f"{connections} connection{'s' * (connections > 1)}"
        what = "a form of Teams, durable, posting paused:"
        yield Figure(
            what=f"{what} times the rate of the SDK's adapter, {at}",
            figure=f"{own / stock:.1f}",
            goal=f"≥ {STOCK_GOAL:.0f}",
            met=own / stock >= STOCK_GOAL,
        )
        yield Figure(
            what=f"the same: share of bare aiohttp's rate, {at}",
            figure=f"{own / bare:.2f}",
            goal=f"≥ {BARE_GOAL:.2f}",
            met=own / bare >= BARE_GOAL,
        )
        for name, called in (
            ("kudos", "a form of Teams, durable"),
            ("stock", "the SDK's adapter, an empty bot"),
            ("aiohttp", "aiohttp that reads JSON"),
        ):
            yield Figure(what=f"{called}, {at}", figure=str(rates[name, connections]))
    yield Figure(what="forms acknowledged = recognitions on disk", figure=f"{acknowledged:,}")


def _plan(tenant: Tenant, server: Server, size: Size, serial: int, connections: int) -> Plan:
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
        bodies=tenant.forms,
    )


@contextlib.contextmanager
def _rival(name: str, tenant: Tenant, folder: Path) -> Iterator[Server]:
    began = time.perf_counter()
    with process(name, _SERVERS, name, folder=folder, **tenant.settings) as child:
        yield Server(child, said(child, name)["port"], time.perf_counter() - began)


@contextlib.contextmanager
def _kudos(tenant: Tenant, folder: Path) -> Iterator[Server]:
    """Kudos, once it knows everybody."""
    port = free_port()
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "DATABASE_URL": f"sqlite:///{folder / 'kudos.db'}"}
    began = time.perf_counter()
    with process("kudos", _SERVERS, "paused", folder=folder, **settings, **tenant.settings) as child:
        while not healthy(port):
            if child.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise BenchError(f"kudos did not start: {(folder / 'kudos.log').read_text()[-2000:]}")
            time.sleep(0.002)
        _join(port, tenant, folder)
        yield Server(child, port, time.perf_counter() - began)


def _join(port: int, tenant: Tenant, folder: Path) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/messages",
        data=tenant.joined.encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {tenant.token}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S):  # noqa: S310 - loopback
        pass
    until = time.monotonic() + PATIENCE_S
    with contextlib.closing(sqlite3.connect(folder / "kudos.db")) as database:
        known: Any = 0
        while known < tenant.people:
            if time.monotonic() > until:
                raise BenchError("kudos never learned who is there")
            time.sleep(0.02)
            (known,) = database.execute("SELECT count(*) FROM teams_person").fetchone()
