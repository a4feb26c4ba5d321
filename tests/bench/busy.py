"""What a force does, and more of it: steadily, all at once, and for as long as memory could grow.

    python -m tests.bench load --only steady --minutes 30
    python -m tests.bench load --only burst --commands 300
    python -m tests.bench load --only soak --events 200000

A real `kudos serve` and a Slack with its limits of rate. All that was acknowledged is looked for in the end, in the
database and in Slack.
"""

import asyncio
import contextlib
import gc
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from adapters.app import read_framework
from tests.adapters.town import Town
from tests.bench.account import Account, account
from tests.bench.crowd import Crowd, Kind
from tests.bench.figures import Figure, percentiles
from tests.bench.line import Gate
from tests.bench.load import Plan
from tests.bench.processes import ROOT, BenchError, load
from tests.bench.program import Program
from tests.bench.progress import Progress
from tests.bench.quiet import all_told, coming_to_an_end, nothing_due, town_of
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_client import SlackClient

STEADY_RATE: Final = 10.0  #: acts a second; some are several events
SOAK_RATE: Final = 80.0
MANY: Final = 240  #: people who take more thanks a second than one conversation each takes
ACK_GOAL_MS: Final = 500.0
BURST_GOAL_MS: Final = 2_000.0
GROWTH_GOAL: Final = 1.05  #: memory in the last fifth of a soak, of that in the second
CALM_S: Final = 1_800.0  #: for what is due to be done in the end
PACE_S: Final = 1.0  #: between two messages to one place, as it is deployed
LOOKS: Final = 500  #: at memory, in a soak

#: Of each hundred acts. Presses change messages, of which Slack takes 50 changes a minute: fewer where more is done.
STEADILY: Final[dict[Kind, float]] = {
    **{"command": 18, "form": 5, "second": 3, "withdrawal": 1},
    **{"reaction": 50, "question": 15, "mine": 8},
}
FAST: Final[dict[Kind, float]] = {**STEADILY, "command": 10, "form": 2, "second": 0.3, "withdrawal": 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """How much is done, by how many."""

    minutes: float = 0.0  #: or
    events: int = 0  #: so many requests
    rate: float  #: acts of people a second
    habits: Mapping[Kind, float] = field(default_factory=lambda: STEADILY)
    people: int = 48  #: conversations with so many are opened within Slack's minute
    channels: int = 60
    at_once: int = 32  #: acts under way, at most
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is left of it."""

    account: Account
    sent: Mapping[Kind, int]
    answers: Mapping[str, int]  #: how requests ended
    waited_ms: list[float]
    live_s: float  #: in which people did something
    memory_mb: list[float]  #: at equal distances
    files: tuple[int, int]  #: open ones, before and afterwards
    problems: tuple[str, ...]  #: what Slack refused
    logged: Mapping[str, int]  #: as faults of the program's own


async def run(busy: Busy, folder: Path) -> Log:
    """Let people go on, wait until all is told, and count.

    Raises:
        BenchError: it does not start, or does not become quiet.
    """
    async with coming_to_an_end(), _serving(busy, folder) as (crowd, gate, program, town):
        memory_mb, (_, files) = [], program.size()
        began, stop = time.monotonic(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(crowd.live(busy.rate, stop, at_once=busy.at_once))
            async for _ in _looks(busy, gate):
                memory_mb.append(program.size()[0])
                crowd.slack.calls.clear()  # else the double would hold everything that was ever said to it
                gc.freeze()  # else whatever it does hold is gone through again and again, for seconds in the end
            stop.set()
        live_s = time.monotonic() - began
        await nothing_due(town, timeout_s=CALM_S)
        files_after = program.size()[1]
        await program.stop()
        await all_told(town, timeout_s=CALM_S, pace_s=PACE_S)
        return Log(
            account=account(crowd, program.database),
            sent=crowd.sent,
            answers=gate.answers,
            waited_ms=gate.waited_ms,
            live_s=live_s,
            memory_mb=memory_mb,
            files=(files, files_after),
            problems=tuple(map(str, crowd.slack.problems)),
            logged=program.said("error", "critical"),
        )


@contextlib.asynccontextmanager
async def _serving(busy: Busy, folder: Path) -> AsyncIterator[tuple[Crowd, Gate, Program, Town]]:
    """A program that knows everybody."""
    async with SlackDouble() as slack:
        gate = Gate(slack)
        client = SlackClient(slack, transport=gate)
        framework = read_framework(ROOT / "framework.yaml")
        crowd = Crowd(
            slack, client, gate, framework, Random(busy.seed), size=(busy.people, busy.channels), habits=busy.habits
        )
        slack.rate_limits = True
        program = Program(folder, slack, SLACK_SIGNING_SECRET=slack.signing_secret)
        try:
            await program.start()
            await program.filled()
            gate.up.append(program.port)
            yield crowd, gate, program, town_of(crowd, program)
        finally:
            gc.unfreeze()
            await program.end()
            await client.close()


async def _looks(busy: Busy, gate: Gate) -> AsyncIterator[None]:
    """At equal distances until all is done."""
    whole = busy.events or busy.minutes * 60
    progress = Progress("load", whole, "requests" if busy.events else "s")
    for number in range(1, LOOKS + 1):
        while (done := len(gate.waited_ms) if busy.events else progress.seconds) < whole * number / LOOKS:  # noqa: ASYNC110
            await asyncio.sleep(min(0.1, whole / LOOKS))
        progress.at(done, f"{len(gate.waited_ms) / progress.seconds:.0f} acknowledged a second")
        yield


def figures(busy: Busy, log: Log) -> Iterator[Figure]:
    """The table."""
    sent = sum(log.answers.values())
    what = f"{sent:,} requests, {sent / log.live_s:.1f} a second for {log.live_s / 60:.1f} minutes"
    yield Figure(
        what="what people did", figure=", ".join(f"{kind} {number:,}" for kind, number in sorted(log.sent.items()))
    )
    p50, p99 = percentiles(log.waited_ms)
    yield Figure(
        what=f"{what}: p99 of the acknowledgement",
        figure=f"{p99:.0f} ms",
        goal=f"< {ACK_GOAL_MS:.0f} ms",
        met=p99 < ACK_GOAL_MS,
    )
    yield Figure(what="the same: p50, longest", figure=f"{p50:.0f} ms, {max(log.waited_ms):.0f} ms")
    refused = sent - log.answers.get("acknowledged", 0)
    yield Figure(what="the same: not acknowledged", figure=f"{refused:,}", goal="0", met=not refused)
    second, last = fifths(log.memory_mb)
    grown = last / second
    yield Figure(
        what="resident memory in the last fifth, against the second fifth; medians",
        figure=f"{grown:.3f} times ({last:.0f} MB, {second:.0f} MB)",
        goal=f"≤ {GROWTH_GOAL:.2f}" if busy.events else "",
        met=grown <= GROWTH_GOAL if busy.events else None,
    )
    yield Figure(
        what="the same: at the start, at most", figure=f"{log.memory_mb[0]:.0f} MB, {max(log.memory_mb):.0f} MB"
    )
    yield Figure(what="open files before and afterwards", figure=f"{log.files[0]}, {log.files[1]}")
    yield Figure(what="recognitions in the database", figure=f"{log.account.recognitions:,}")
    yield Figure(what="posts that stand in Slack", figure=f"{log.account.posts:,}")
    for nothing, count in (
        ("acknowledged and lost", len(log.account.lost)),
        ("done or posted twice", len(log.account.doubled)),
        ("otherwise not as it must be", len(log.account.wrong)),
        ("sent to Slack and refused there", len(log.problems)),
        ("faults that the program logged", sum(log.logged.values())),
    ):
        yield Figure(what=nothing, figure=f"{count}", goal="0", met=not count)


def fifths(values: list[float]) -> tuple[float, float]:
    """The medians of the second fifth, when all is warm, and of the last."""
    fifth = max(1, len(values) // 5)
    return statistics.median(values[fifth : 2 * fifth] or values), statistics.median(values[-fifth:])


def faults(log: Log) -> list[str]:
    """Everything that must not be, one line each, whatever the machine."""
    found = [f"{kind}: {each}" for kind in ("lost", "doubled", "wrong") for each in getattr(log.account, kind)]
    found += [f"refused by Slack: {each}" for each in log.problems]
    return found + [f"logged {times} times: {what}" for what, times in log.logged.items()]


# All at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What became of commands that came at the same moment."""

    commands: int
    latencies_ms: list[float]
    refused: int
    kept: int  #: recognitions on disk
    posted: int  #: cards that stand in Slack in the end
    doubled: tuple[str, ...]
    told_s: float  #: until all who were thanked had been told


async def burst(commands: int, folder: Path, *, people: int = 48, channels: int = 60) -> Burst:
    """Send so many commands at the same moment, each over a connection of its own, and wait until all is posted.

    Raises:
        BenchError: it does not start, or does not become quiet.
    """
    async with (
        coming_to_an_end(),
        _serving(Busy(rate=0.0, people=people, channels=channels), folder) as (crowd, _, program, town),
    ):
        plan = Plan(
            port=program.port,
            secret=crowd.slack.signing_secret,
            team=crowd.slack.team_id,
            people=[each.id for each in crowd.people],
            places=[each.id for each in crowd.channels],
            first=0,
            most=commands,
            most_s=60.0,
            connections=commands,
            rate=1e6,
        )
        result = await asyncio.to_thread(load, plan)
        began = time.monotonic()
        await nothing_due(town, timeout_s=CALM_S)
        told_s = time.monotonic() - began
        await program.stop()
        if program.said("error", "critical"):
            raise BenchError(f"kudos logged {program.said('error', 'critical')}")
        return Burst(
            commands=commands,
            latencies_ms=result.latencies_ms,
            refused=result.refused,
            kept=town.count("recognition"),
            posted=sum(len(town.cards(channel)) for channel in crowd.channels),
            doubled=tuple(town.doubled()),
            told_s=told_s,
        )


def burst_figures(burst: Burst) -> Iterator[Figure]:
    """The table."""
    p50, p99 = percentiles(burst.latencies_ms)
    yield Figure(
        what=f"{burst.commands:,} commands at once: p99 of the acknowledgement",
        figure=f"{p99:.0f} ms",
        goal=f"< {BURST_GOAL_MS:.0f} ms",
        met=p99 < BURST_GOAL_MS,
    )
    yield Figure(what="the same: p50, longest", figure=f"{p50:.0f} ms, {max(burst.latencies_ms):.0f} ms")
    for what, number in (("kudos on disk", burst.kept), ("cards that stand in Slack", burst.posted)):
        yield Figure(
            what=f"the same: {what}", figure=f"{number:,}", goal=f"{burst.commands:,}", met=number == burst.commands
        )
    yield Figure(what="the same: posted twice", figure=f"{len(burst.doubled)}", goal="0", met=not burst.doubled)
    yield Figure(what="the same: until everybody had been told", figure=f"{burst.told_s:.0f} s")
