"""Side by side: `/kudos`, durable, beside servers that store nothing or store too late; and what is lost by a kill.

    python -m tests.bench beside

Kudos writes its outbox and does not post it, as the others post nothing either.
"""

import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from bot.spelling import SQLITE
from tests import databases, postgres
from tests.bench.figures import Figure, Rates, Size, check_rows, percentiles, plan_for
from tests.bench.load import Plan
from tests.bench.processes import (
    BenchError,
    Server,
    Slack,
    kudos,
    load,
    load_and_kill,
    rival,
    slack_double,
    wait_until_filled,
)

SHARE_GOAL: Final = 1 / 3  #: of the empty Bolt app's rate
PAUSED: Final = ("tests.bench.servers", "paused")  #: `kudos serve` without delivering the outbox
KILLED_AT: Final = 16  #: connections that are busy when a server is killed
KILLED_S: Final = (0.05, 0.4)  #: after the first answer
KILL_MOST: Final = 20_000  #: requests until then

NAMES: Final = {
    "aiohttp": "aiohttp with signature check; stores nothing",
    "bolt": "an empty Bolt app; stores nothing",
    "task": "a Bolt app that acknowledges first and stores in a task",
    "sqlite": "Kudos on SQLite, durable",
    "postgres": "Kudos on PostgreSQL, durable",
}
KUDOS: Final = ("sqlite", "postgres")
STORING: Final = ("task", *KUDOS)


@dataclass(slots=True)
class Beside:
    """What one of them did."""

    rates: dict[int, Rates] = field(default_factory=dict)  #: by connections
    acknowledged: int = 0  #: while it was being killed
    lost: int = 0  #: of these
    refused: int = 0  #: answered with an apology, in the rounds

    def share(self, other: "Beside", connections: int) -> float:
        return self.rates[connections].rate / other.rates[connections].rate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """How one of them is started, and where it stores, if it does."""

    start: Callable[[], AbstractContextManager[Server]]
    url: str = ""


def beside(size: Size) -> Iterator[Figure]:
    """All of them, in turns."""
    yield from figures(size, compared(size))


def compared(size: Size) -> dict[str, Beside]:
    """Measure all of them, in turns.

    Raises:
        BenchError: something did not work, or Kudos has not on disk what it acknowledged.
    """
    found = {name: Beside(rates={each: Rates() for each in size.connections}) for name in NAMES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(databases.kind("postgres"))
        stack.enter_context(postgres.durable())
        slack = stack.enter_context(slack_double(folder))
        started = {name: stack.enter_context(one.start()) for name, one in _servers(slack, folder).items()}
        for name in KUDOS:
            wait_until_filled(folder / name)
        plan = replace(plan_for(slack, started["sqlite"]), most=size.round_most, most_s=size.round_s)
        plan = _race(size, started, plan, found)
        for name in KUDOS:
            url = _servers(slack, folder)[name].url
            check_rows(url, sum(each.acknowledged for rates in found[name].rates.values() for each in rates.rounds))
        for number in range(size.kills):
            for name in STORING:
                one = _servers(slack, folder)[name]
                with nullcontext(started[name]) if not number else one.start() as server:
                    _kill(plan, server, one, found[name])
                plan = replace(plan, first=plan.first + KILL_MOST)
    return found


def _servers(slack: Slack, folder: Path) -> dict[str, _Served]:
    """All of them; each has a directory of its own."""
    for name in NAMES:
        (folder / name).mkdir(exist_ok=True)
    secret, url = slack.secret, databases.url(folder / "kudos.db")
    return {
        "aiohttp": _Served(start=lambda: rival("bare", secret, folder / "aiohttp")),
        "bolt": _Served(start=lambda: rival("bolt", secret, folder / "bolt")),
        "task": _Served(
            start=lambda: rival("task", secret, folder / "task"), url=f"{SQLITE}{folder / 'task' / 'task.db'}"
        ),
        "sqlite": _Served(
            start=lambda: kudos(slack, folder / "sqlite", *PAUSED), url=f"{SQLITE}{folder / 'sqlite' / 'kudos.db'}"
        ),
        "postgres": _Served(start=lambda: kudos(slack, folder / "postgres", *PAUSED, url=url), url=url),
    }


def _race(size: Size, servers: dict[str, Server], plan: Plan, found: dict[str, Beside]) -> Plan:
    """Let each have its rounds; the plan goes on where they ended."""
    for server in servers.values():
        server.process.send_signal(signal.SIGSTOP)
    for _ in range(size.rounds):
        for connections in size.connections:
            for name in NAMES:
                server, one = servers[name], found[name]
                with server.awake():
                    result = load(replace(plan, port=server.port, connections=connections))
                plan = replace(plan, first=plan.first + plan.most)
                one.rates[connections].rounds.append(result)
                one.refused += result.refused
                if result.refused and name != "postgres":
                    raise BenchError(f"{name} refused {result.refused} requests")
    return plan


def _kill(plan: Plan, server: Server, served: _Served, found: Beside) -> None:
    """Kill it while it is busy, and see what is there of what it had taken."""
    after_s = Random(plan.first).uniform(*KILLED_S)
    server.process.send_signal(signal.SIGCONT)
    taken = load_and_kill(replace(plan, most=KILL_MOST, connections=KILLED_AT), server, after_s).serials
    server.process.wait()
    kept = {int(row["id"].split(".")[0]) for row in databases.look_at(served.url, "SELECT id FROM delivery")}
    found.acknowledged += len(taken)
    found.lost += len(set(taken) - kept)


def figures(size: Size, found: dict[str, Beside]) -> Iterator[Figure]:
    """The lines of the table of `make bench`."""
    bolt, bare = found["bolt"], found["aiohttp"]
    for connections in size.connections:
        at = f"{connections} connection{'s' * (connections > 1)}"
        share = found["sqlite"].share(bolt, connections)
        yield Figure(
            what=f"`/kudos`, durable, posting paused: share of an empty Bolt app's rate, {at}",
            figure=f"{share:.2f}",
            goal=f"≥ {SHARE_GOAL:.2f}",
            met=share >= SHARE_GOAL,
        )
        yield Figure(
            what=f"the same: share of bare aiohttp's rate, {at}",
            figure=f"{found['sqlite'].share(bare, connections):.2f}",
        )
        for name, one in found.items():
            yield Figure(what=f"{NAMES[name]}, {at}", figure=str(one.rates[connections]))
    busiest = max(result.busy for one in found.values() for rates in one.rates.values() for result in rates.rounds)
    yield Figure(what="the load generator itself was at work, at most", figure=f"{busiest:.0%} of the time")
    yield Figure(what="Kudos on PostgreSQL: answered with an apology", figure=f"{found['postgres'].refused:,}")
    for name in STORING:
        one = found[name]
        yield Figure(
            what=f"{NAMES[name]}: acknowledged and lost, killed {size.kills} times",
            figure=f"{one.lost:,} of {one.acknowledged:,}",
            goal="0" * (name != "task"),
            met=not one.lost if name != "task" else None,
        )


def side_by_side(size: Size, found: dict[str, Beside]) -> str:
    """The table of the README."""
    counts = [f"{each} connection{'s' * (each > 1)}" for each in size.connections]
    lines = [
        f"| rate, of an empty Bolt app's; p99 | {' | '.join(counts)} | lost of what it had acknowledged when killed |",
        f"|---|{'---|' * len(counts)}---|",
    ]
    for name, one in found.items():
        cells = []
        for connections, rates in one.rates.items():
            _, p99 = percentiles(rates.latencies_ms)
            cells.append(f"{one.share(found['bolt'], connections):.2f}; {p99:.1f} ms")
        kept = f"{one.lost:,} of {one.acknowledged:,}" if one.acknowledged else "all"
        lines.append(f"| {NAMES[name]} | {' | '.join(cells)} | {kept} |")
    return "\n".join(lines)


def faults(found: dict[str, Beside]) -> list[str]:
    """What must not be, one line each."""
    return [
        f"{NAMES[name]} has lost {found[name].lost} of what it had acknowledged" for name in KUDOS if found[name].lost
    ]
