"""A whole force at once: Kudos starts in a workspace of many people, and people do not wait until it knows them.

    python -m tests.bench force --people 10000

A real `kudos serve`, and a Slack that gives its lists away page by page, with limits of rate and with a latency.
From the moment that `/health` answers, commands come in; half of them name people whom Kudos can't know yet.
"""

import asyncio
import contextlib
import json
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from adapters.app import read_framework
from bot.framework import Framework
from tests.bench.figures import Figure, percentiles
from tests.bench.processes import PATIENCE_S, ROOT, BenchError, environment
from tests.bench.program import Program
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_client import SlackClient
from tests.doubles.slack_objects import Channel, User
from tests.doubles.slack_wire import Answer

ACK_GOAL_MS: Final = 500.0
MEMORY_GOAL_MB: Final = 200.0
START_GOAL_S: Final = 1.0

# What became of a command.
GIVEN: Final = "given at once"
OPENED: Final = "form opened"
AGAIN: Final = "to be sent again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """How many, and how hard it is to get to know them."""

    people: int = 10_000
    channels: int = 500
    private: int = 40  #: channels more, with Kudos in them
    members: int = 300  #: of a private channel, at most
    latency_s: float = 0.1  #: of Slack's answers
    window_s: int = 6  #: that stands for Slack's minute, so that nobody waits for minutes
    page_most: int = 1000
    rate: float = 20.0  #: commands a second
    held: bool = False  #: Slack gives no list of people away before the first command is answered
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Report:
    started_s: float
    filled_s: float = 0.0  #: from the start
    known_at_start: int = 0  #: people, when `/health` answered
    answers: list[tuple[float, str]] = field(default_factory=list)  #: (ms, what became of it) of each command
    waited_ms: list[float] = field(default_factory=list)  #: for `/health`
    peak_mb: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)  #: by method: how often Slack said "not now"
    problems: int = 0  #: what Slack would not take
    expected: dict[str, int] = field(default_factory=dict)  #: rows by table
    kept: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)


class _Workspace:
    """A double with many people in it, and what they type."""

    def __init__(self, slack: SlackDouble, force: Force, framework: Framework) -> None:
        self.slack = slack
        self._framework = framework
        self._chance = Random(force.seed)
        self.people = slack.add_people(force.people)
        sample = self._chance.sample
        self.channels = [
            slack.add_channel(f"team-{number}", members=sample(self.people, min(20, force.people)), bot=number % 2 == 0)
            for number in range(force.channels)
        ]
        most = min(force.members, force.people)
        self.private = [
            slack.add_channel(
                f"closed-{number}", private=True, members=sample(self.people, self._chance.randint(2, most))
            )
            for number in range(force.private)
        ]
        self.expected = {
            "person": len(slack.users),
            "place": len(slack.channels),
            "membership": sum(len(each.members) for each in self.private),
        }
        self._strangers = list(self.people)  # the last in Slack's list are met first, and each once
        self._acquaintances = self.people[: max(2, force.people // 50)]

    def pair(self) -> tuple[User, User]:
        """Giver and recipient: every other time people whom Kudos can't know yet."""
        if self._chance.random() < 0.5 and len(self._strangers) > 1:
            return self._strangers.pop(), self._strangers.pop()
        giver, recipient = self._chance.sample(self._acquaintances, 2)
        return giver, recipient

    async def type(self, client: SlackClient) -> tuple[float, str]:
        giver, recipient = self.pair()
        channel: Channel = self._chance.choice([each for each in self.channels if self.slack.bot.id in each.members])
        if giver.id not in channel.members:
            channel.members.append(giver.id)
        tag = self._chance.choice(self._framework.taggable).tag
        answer = await client.command(
            "/kudos",
            f"<@{recipient.id}|{recipient.name}> #{tag} for help with the night shift",
            user=giver,
            channel=channel,
            escape=False,
        )
        return answer.elapsed_s * 1000, self._outcome(answer, giver)

    def _outcome(self, answer: Answer, giver: User) -> str:
        if not answer.ok:
            return answer.failure or f"HTTP {answer.status}"
        if "You thanked" in str(answer.body):
            return GIVEN
        return AGAIN if answer.body or not self.slack.modal(giver) else OPENED


async def gather(force: Force, folder: Path) -> Report:
    """Start Kudos, let people type, wait until it knows everybody.

    Raises:
        BenchError: it does not start, or never comes to know them.
    """
    framework = read_framework(ROOT / "framework.yaml")
    async with SlackDouble() as slack:
        workspace = _Workspace(slack, force, framework)
        slack.rate_limits, slack.rate_window_s, slack.page_most = True, force.window_s, force.page_most
        hold = slack.fault("users.list", status=429, retry_after=1, times=None if force.held else 0)
        slack.fault("*", delay_s=force.latency_s, times=None)
        program = Program(folder, slack, SLACK_SIGNING_SECRET=slack.signing_secret)
        client = slack.client(f"http://127.0.0.1:{program.port}")
        try:
            began = time.perf_counter()
            await program.start()
            await program.healthy()
            report = Report(started_s=time.perf_counter() - began)
            report.known_at_start = _rows(program.database)["person"]
            async with probing(program.port, report.waited_ms):
                if force.held:
                    report.answers.append(await workspace.type(client))
                    hold.times = 0
                await _while_filling(force, workspace, client, program, report)
            report.filled_s = time.perf_counter() - began
            report.peak_mb = program.peak_mb()
            report.kept = _rows(program.database)
            given = sum(outcome == GIVEN for _, outcome in report.answers)
            report.expected = {**workspace.expected, "recognition": given}
            await program.stop()
        finally:
            await program.end()
        report.refused = Counter(call.method for call in slack.calls if call.status == 429)
        report.problems = len(slack.problems)
        report.faults = program.said("error", "critical")
        return report


async def _while_filling(
    force: Force, workspace: _Workspace, client: SlackClient, program: Program, report: Report
) -> None:
    typing: list[asyncio.Task[tuple[float, str]]] = []
    due = time.perf_counter()
    until = due + PATIENCE_S * 10
    async with asyncio.TaskGroup() as tasks:
        while due < until and not program.said("info")["slack_directory_filled"]:
            typing.append(tasks.create_task(workspace.type(client)))
            due += 1 / force.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
    if due >= until:
        raise BenchError("the directory was never filled")
    report.answers += [each.result() for each in typing]


@contextlib.asynccontextmanager
async def probing(port: int, waited_ms: list[float], late_ms: list[float] | None = None) -> AsyncIterator[None]:
    """Ask `/health` again and again until the block ends; note how long that took, and how late who asks was woken."""
    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.probe", str(port)),
        cwd=ROOT,
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield
        said, _ = await probe.communicate(b"")
    finally:
        if probe.returncode is None:
            probe.kill()
    if probe.returncode:
        raise BenchError("the probe failed")
    waited, late = json.loads(said)
    waited_ms += waited
    if late_ms is not None:
        late_ms += late


def _rows(database: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {
            table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608 - these four
            for table in ("person", "place", "membership", "recognition")
        }


def figures(force: Force, report: Report) -> Iterator[Figure]:
    """The table."""
    latencies = [latency for latency, _ in report.answers]
    p50, p99 = percentiles(latencies)
    outcomes = Counter(outcome for _, outcome in report.answers)
    what = f"`kudos serve` until `/health` answers, {force.people:,} people, of whom it knows {report.known_at_start}"
    yield Figure(
        what=what,
        figure=f"{report.started_s:.2f} s",
        goal=f"≤ {START_GOAL_S:.0f} s",
        met=report.started_s <= START_GOAL_S,
    )
    yield Figure(
        what=f"until it knows everybody, where Slack's minute has {force.window_s} s", figure=f"{report.filled_s:.1f} s"
    )
    yield Figure(
        what=f"`/kudos`, {force.rate:.0f} a second meanwhile, Slack answering in {force.latency_s * 1000:.0f} ms: p99",
        figure=f"{p99:.0f} ms",
        goal=f"< {ACK_GOAL_MS:.0f} ms",
        met=p99 < ACK_GOAL_MS,
    )
    yield Figure(what="the same: p50, longest", figure=f"{p50:.0f} ms, {max(latencies):.0f} ms")
    yield Figure(
        what="the same: what became of them",
        figure="; ".join(f"{number:,} {outcome}" for outcome, number in outcomes.most_common()),
    )
    yield Figure(
        what="memory meanwhile: resident, at most",
        figure=f"{report.peak_mb:.0f} MB",
        goal=f"≤ {MEMORY_GOAL_MB:.0f} MB",
        met=report.peak_mb <= MEMORY_GOAL_MB,
    )
    yield Figure(
        what=f"`/health` meanwhile, asked {len(report.waited_ms):,} times: p99, longest",
        figure=f"{percentiles(report.waited_ms)[1]:.1f} ms, {max(report.waited_ms):.0f} ms",
    )
    refused = ", ".join(f"{method} {number}" for method, number in report.refused.most_common())
    yield Figure(what="how often Slack said 429, by method", figure=refused or "never")
    for table, number in report.expected.items():
        kept = report.kept[table]
        yield Figure(what=f"in the end, {table}", figure=f"{kept:,}", goal=f"{number:,}", met=kept == number)


def faults(report: Report) -> list[str]:
    """Everything that must not be, one line each."""
    found = [
        f"{table}: {report.kept[table]:,} of {number:,}"
        for table, number in report.expected.items()
        if report.kept[table] != number
    ]
    found += [f"a command: {outcome}" for _, outcome in report.answers if outcome not in (GIVEN, OPENED, AGAIN)]
    found += [f"refused by Slack: {report.problems}"] * bool(report.problems)
    return found + [f"logged {times} times: {what}" for what, times in report.faults.items()]
