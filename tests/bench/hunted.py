"""Three programs on one PostgreSQL, killed at random while people go on: nothing acknowledged is lost, nothing doubled.

    python -m tests.bench hunted --minutes 10

Real processes of `kudos serve` behind a gate that sends each request to one of them, as a router does. What people do
is told apart by what was acknowledged to them, and compared in the end with the database and with what stands in Slack.
Slack answers late, says 429 and 500 and loses answers; its own limits of rate are off, for after hundreds of kills they
would be all that one waits for.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from adapters.app import read_framework
from tests import databases
from tests.bench.account import Account, account, apologised
from tests.bench.crowd import Crowd, Kind
from tests.bench.figures import Figure, percentiles
from tests.bench.hunt import PROGRAMS, Hunt
from tests.bench.line import Gate
from tests.bench.processes import ROOT
from tests.bench.program import Program
from tests.bench.progress import Progress
from tests.bench.quiet import all_told, coming_to_an_end, nothing_due, town_of
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_client import SlackClient

CALM_S: Final = 450.0  #: for what is due to be done, once nobody is killed any more; the outbox may wait for 300 s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """For how long, and how hard."""

    minutes: float  #: at least; and until
    kills: int = 0  #: so many programs have been killed, and
    acknowledged: int = 0  #: so many requests were acknowledged
    rate: float = 8.0  #: acts of people a second
    most_s: float = 6.0  #: that a program lives once it answers
    aimed: float = 0.5  #: the share of kills that come while something is being posted, if anything is in time
    linger_s: float = 0.2  #: between what Slack posts and its answer, so that many a kill comes in between
    retry_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)  #: as Slack has them
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is left of it."""

    account: Account
    sent: Mapping[Kind, int]  #: by kind: what people began to do
    answers: Mapping[str, int]  #: how requests ended
    waited_ms: list[float]
    kills: int
    killed_while: Mapping[str, int]
    troubles: Mapping[str, int]
    looked: int  #: for a message that may have been posted before
    problems: tuple[str, ...]  #: what Slack refused
    logged: Mapping[str, int]  #: as faults of the programs' own
    apologies: int
    seconds: float


async def run(hunted: Hunted, folder: Path) -> Log:
    """Let people go on while programs are killed, wait until all is done, and count.

    On PostgreSQL, for a file of SQLite is for one program.

    Raises:
        BenchError: a program does not start, or it does not become quiet.
    """
    with databases.kind("postgres"):
        async with coming_to_an_end():
            return await _hunted(hunted, folder)


async def _hunted(hunted: Hunted, folder: Path) -> Log:
    began, chance = time.monotonic(), Random(hunted.seed)
    async with SlackDouble() as slack:
        slack.fault("chat.postMessage", linger_s=hunted.linger_s, times=None)
        gate = Gate(slack, hunted.retry_delays_s)
        client = SlackClient(slack, transport=gate)
        framework = read_framework(ROOT / "framework.yaml")
        crowd = Crowd(slack, client, gate, framework, Random(hunted.seed + 1))
        begun: list[Program] = []

        def another() -> Program:
            begun.append(Program(folder, slack, SLACK_SIGNING_SECRET=slack.signing_secret))
            return begun[-1]

        first = another()  # who makes the database, and learns who is there
        town = town_of(crowd, first)
        hunt = Hunt(
            town=town,
            another=another,
            most_s=hunted.most_s,
            aimed=hunted.aimed,
            linger_s=hunted.linger_s,
            stretched=True,
            up=gate.up,
        )
        over = asyncio.Event()
        try:
            await first.start()
            await first.filled()
            await first.stop()
            troubling = asyncio.create_task(hunt.trouble(slack, chance))
            try:
                async with asyncio.TaskGroup() as tasks:
                    hunting = tasks.create_task(hunt.go_on(Random(hunted.seed + 2), over))
                    await slack.until(lambda: gate.up, timeout_s=CALM_S)
                    tasks.create_task(crowd.live(hunted.rate, over))
                    await _for_a_while(hunted, gate, hunt)
                    over.set()
                    await hunting
                    last = another()  # which also gets what Slack sends again by then
                    await last.start()
                    await last.healthy()
                    gate.up.append(last.port)
            finally:
                troubling.cancel()
            await nothing_due(town, timeout_s=CALM_S)
            await last.stop()
        finally:
            for program in begun:
                await program.end()
            await client.close()
        await all_told(town, timeout_s=CALM_S)
        return Log(
            account=account(crowd, first.database),
            sent=crowd.sent,
            answers=gate.answers,
            waited_ms=gate.waited_ms,
            kills=hunt.kills,
            killed_while=hunt.killed_while,
            troubles=hunt.troubles,
            looked=len(slack.calls_to("conversations.history")),
            problems=tuple(map(str, slack.problems)),
            logged=last.said("error", "critical"),
            apologies=apologised(crowd).total(),
            seconds=time.monotonic() - began,
        )


async def _for_a_while(hunted: Hunted, gate: Gate, hunt: Hunt) -> None:
    progress = Progress("hunted", hunted.minutes * 60, "s")
    async with asyncio.timeout(hunted.minutes * 60 + hunted.kills * 20 + CALM_S):
        while (
            progress.seconds < hunted.minutes * 60
            or hunt.kills < hunted.kills
            or gate.answers["acknowledged"] < hunted.acknowledged
        ):
            await asyncio.sleep(0.2)
            progress.at(progress.seconds, f"{gate.answers['acknowledged']:,} acknowledged, {hunt.kills} killed")


def figures(log: Log) -> Iterator[Figure]:
    """The table."""
    for kind, sent in sorted(log.sent.items()):
        yield Figure(what=f"{kind}: begun, acknowledged", figure=f"{sent:,}, {log.account.acknowledged[kind]:,}")
    yield Figure(
        what=f"kills of {PROGRAMS} programs on one PostgreSQL, in {log.seconds / 60:.1f} minutes",
        figure=f"{log.kills:,}",
    )
    for what, number in sorted(log.killed_while.items()):
        yield Figure(what=f"killed while {what}", figure=f"{number:,}")
    for trouble, number in sorted((+Counter(log.troubles)).items()):
        yield Figure(what=f"trouble: {trouble}", figure=f"{number:,}")
    for ended, number in sorted(log.answers.items()):
        yield Figure(what=f"requests: {ended}", figure=f"{number:,}")
    p50, p99 = percentiles(log.waited_ms)
    yield Figure(what="acknowledged after: p50, p99", figure=f"{p50:.0f} ms, {p99:.0f} ms")
    yield Figure(what="times that somebody looked for what may have been posted", figure=f"{log.looked:,}")
    yield Figure(what="apologies to people", figure=f"{log.apologies:,}")
    yield Figure(what="recognitions in the database", figure=f"{log.account.recognitions:,}")
    yield Figure(what="posts that stand in Slack", figure=f"{log.account.posts:,}")
    for what, count in (
        ("acknowledged and lost", len(log.account.lost)),
        ("done or posted twice", len(log.account.doubled)),
        ("otherwise not as it must be", len(log.account.wrong)),
        ("rows of the outbox not done", log.account.waiting),
        ("sent to Slack and refused there", len(log.problems)),
        ("faults that the programs logged", sum(log.logged.values())),
    ):
        yield Figure(what=what, figure=f"{count}", goal="0", met=not count)


def faults(log: Log) -> list[str]:
    """Everything that must not be, one line each."""
    found = [f"{kind}: {each}" for kind in ("lost", "doubled", "wrong") for each in getattr(log.account, kind)]
    found += [f"refused by Slack: {each}" for each in log.problems]
    found += [f"{log.account.waiting} rows of the outbox are not done"] * bool(log.account.waiting)
    return found + [f"logged {times} times: {what}" for what, times in log.logged.items()]
