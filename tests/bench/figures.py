"""The figures: what is measured, how, and what we want of it."""

import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bot.spelling import SQLITE
from tests import databases
from tests.bench.load import Plan, Result
from tests.bench.processes import (
    ROOT,
    BenchError,
    Server,
    Slack,
    kudos,
    load,
    process,
    slack_double,
    wait_until_filled,
)

P99_GOAL_MS: Final = 50.0
START_GOAL_S: Final = 1.0
MEMORY_GOAL_MB: Final = 120.0
ASK_GOAL_MS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured."""

    rounds: int = 5
    round_s: float = 1.0
    round_most: int = 40_000  #: requests a round, which the empty servers could reach
    connections: tuple[int, ...] = (1, 16)
    open_rate: float = 50.0
    open_s: float = 20.0
    starts: int = 5
    rest_s: float = 2.0  #: before memory is read
    passes: int = 5  #: over the questions
    week: int = 5_000  #: kudos in a week that is told
    older: tuple[int, int] = (10_000, 1_000_000)  #: kudos before that, in two ledgers
    tellings: int = 15  #: of either
    kills: int = 20  #: of each server that stores something


TINY: Final = Size(
    rounds=1,
    round_s=0.2,
    round_most=20,
    open_s=0.4,
    starts=1,
    rest_s=0.0,
    passes=1,
    week=40,
    older=(10, 400),
    tellings=2,
    kills=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A line of the table."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None  #: None where nothing is aimed at


@dataclass(slots=True)
class Rates:
    """What one server did at one number of connections, round by round."""

    rounds: list[Result] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(result.rate for result in self.rounds)

    @property
    def latencies_ms(self) -> list[float]:
        return [latency for result in self.rounds for latency in result.latencies_ms]

    def __str__(self) -> str:
        p50, p99 = percentiles(self.latencies_ms)
        return f"{self.rate:,.0f} requests/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms"


def steady(size: Size) -> Iterator[Figure]:
    """Latency at a fixed rate while everything is also posted."""
    with tempfile.TemporaryDirectory() as name, slack_double(Path(name)) as slack:
        folder = Path(name)
        with kudos(slack, folder) as served:
            wait_until_filled(folder)
            plan = replace(
                plan_for(slack, served),
                most=round(size.open_rate * size.open_s),
                most_s=size.open_s,
                connections=64,
                rate=size.open_rate,
            )
            result = load(plan)
        if result.refused:
            raise BenchError(f"kudos refused {result.refused} requests")
        posted = check_rows(f"{SQLITE}{folder / 'kudos.db'}", result.acknowledged)
    p50, p99 = percentiles(result.latencies_ms)
    what = f"`/kudos` at {size.open_rate:.0f} requests/s for {size.open_s:.0f} s, posting on"
    yield Figure(what=f"{what}: p99", figure=f"{p99:.1f} ms", goal=f"< {P99_GOAL_MS:.0f} ms", met=p99 < P99_GOAL_MS)
    yield Figure(what="the same: p50", figure=f"{p50:.1f} ms")
    yield Figure(
        what="the same: cards and thanks that had arrived soon afterwards",
        figure=f"{posted:,} of {2 * result.acknowledged:,}",
    )


def start(size: Size) -> Iterator[Figure]:
    """From nothing to an answer, and what it then takes."""
    seconds, resident, proportional = [], [], []
    with tempfile.TemporaryDirectory() as name, slack_double(Path(name)) as slack:
        for number in range(size.starts):
            folder = Path(name) / str(number)
            folder.mkdir()
            with kudos(slack, folder) as served:
                wait_until_filled(folder)
                seconds.append(served.started_s)
                if number == size.starts - 1:
                    time.sleep(size.rest_s)
                rss, pss = served.memory_mb()
                resident.append(rss)
                proportional.append(pss)
    median = statistics.median(seconds)
    yield Figure(
        what=f"`kudos serve` until `/health` answers, new database, median of {size.starts}",
        figure=f"{median:.2f} s",
        goal=f"≤ {START_GOAL_S:.0f} s",
        met=median <= START_GOAL_S,
    )
    rss = max(resident)
    yield Figure(
        what="memory at rest, Slack on: resident",
        figure=f"{rss:.0f} MB",
        goal=f"≤ {MEMORY_GOAL_MB:.0f} MB",
        met=rss <= MEMORY_GOAL_MB,
    )
    yield Figure(what="the same: proportional", figure=f"{max(proportional):.0f} MB")


def asking(size: Size) -> Iterator[Figure]:
    """`kudos ask --json`, question by question, from outside."""
    lines = (ROOT / "tests" / "eval" / "questions.dev.tsv").read_text("utf-8").splitlines()[1:]
    questions = [line.split("\t")[2] for line in lines]
    latencies: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        process("ask", "adapters.cli", "ask", "--json", folder=Path(folder)) as child,
    ):
        assert child.stdin
        assert child.stdout
        for question in questions * size.passes:
            began = time.perf_counter()
            child.stdin.write(f"{question}\n")
            child.stdin.flush()
            answer = child.stdout.readline()
            latencies.append((time.perf_counter() - began) * 1000)
            if not answer or json.loads(answer)["question"] != question:
                raise BenchError(f"no answer to {question!r}")
    latencies = latencies[1:]  # the first waits for the program to start
    p50, p99 = percentiles(latencies)
    yield Figure(
        what=f"`kudos ask --json`, {len(questions)} questions {size.passes} times, from outside: p99",
        figure=f"{p99:.2f} ms",
        goal=f"≤ {ASK_GOAL_MS:.0f} ms",
        met=p99 <= ASK_GOAL_MS,
    )
    yield Figure(what="the same: p50", figure=f"{p50:.2f} ms")


PARTS: Final = (steady, start, asking)


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile: values that were really seen."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.5) - 1], ordered[math.ceil(len(ordered) * 0.99) - 1]


def plan_for(slack: Slack, server: Server) -> Plan:
    return Plan(
        port=server.port,
        secret=slack.secret,
        team=slack.team,
        people=slack.people,
        places=slack.places,
        first=0,
        most=0,
        most_s=0.0,
        connections=1,
    )


def check_rows(url: str, acknowledged: int) -> int:
    """See that what was acknowledged is on disk, once; returns how much of it has been posted.

    Raises:
        BenchError: it is not.
    """
    counted = {
        name: databases.look_at(url, query)[0]["number"]
        for name, query in (
            ("recognitions", "SELECT COUNT(*) AS number FROM recognition"),
            ("deliveries", "SELECT COUNT(*) AS number FROM delivery"),
            ("cards", "SELECT COUNT(DISTINCT fact) AS number FROM outbox WHERE view = 'card'"),
            ("thanks", "SELECT COUNT(DISTINCT fact) AS number FROM outbox WHERE view = 'thanks'"),
        )
    }
    if set(counted.values()) != {acknowledged}:
        raise BenchError(f"{acknowledged} kudos were acknowledged, but on disk are {counted}")
    posted: int = databases.look_at(url, "SELECT COUNT(*) AS number FROM outbox WHERE state = 'done'")[0]["number"]
    return posted
