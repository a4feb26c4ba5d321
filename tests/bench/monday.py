"""Monday morning: many digests are due at the same minute, and people go on.

    python -m tests.bench monday --places 200

A real `kudos serve`, a week of thousands of kudos, and a Slack with its limits of rate. How long the event loop is kept
from its turn by the program's own work is told apart from what a busy machine does to it (`watched.py`).
"""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from adapters.app import read_framework
from bot import migrations
from bot.database import Sqlite
from bot.model import to_text
from bot.schedule import Plan, Week
from bot.store import Store
from tests.bench import ledger
from tests.bench.figures import Figure, percentiles
from tests.bench.force import ACK_GOAL_MS, probing
from tests.bench.load import Plan as Load
from tests.bench.processes import ROOT, BenchError, load
from tests.bench.program import Program
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_objects import Channel, Message

ALL_GOAL_S: Final = 300.0  #: from when they are due until the last is posted
BLOCK_GOAL_MS: Final = 50.0
PATIENCE_S: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Monday:
    """How many, and how busy people are."""

    places: int = 200
    people: int = 1_000
    week: int = 5_000  #: kudos, each with a card
    rate: float = 8.0  #: commands a second. Source: Slack sends no more than 30,000 events an hour
    ahead: int = 2  #: minutes, until they are due; 0: they are as it starts
    load_s: float = 20.0  #: at a time: a connection that nobody uses is closed after 30 s


@dataclass(slots=True)
class Report:
    posted: int = 0
    last_s: float = 0.0  #: after they were due
    latencies_ms: list[float] = field(default_factory=list)
    refused: int = 0  #: commands
    waited_ms: list[float] = field(default_factory=list)  #: for `/health`
    late_ms: list[float] = field(default_factory=list)  #: a program that wants nothing but to be woken
    loop_ms: list[tuple[float, float]] = field(default_factory=list)  #: how late the loop was, and by our own work
    throttled: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    logged: dict[str, int] = field(default_factory=dict)
    peak_mb: float = 0.0


async def dawn(monday: Monday, folder: Path) -> Report:
    """Start Kudos, wait until they are due, and go on until they are posted.

    Raises:
        BenchError: it does not start, or does not post them.
    """
    report = Report()
    async with SlackDouble() as slack:
        people = slack.add_people(monday.people)
        channels = [slack.add_channel(f"team-{number}", members=people[:40]) for number in range(monday.places)]
        notes = folder / "loop.json"
        program = Program(folder, slack, notes=notes, SLACK_SIGNING_SECRET=slack.signing_secret)
        due = await _prepare(monday, slack, channels, program.database)
        slack.rate_limits = True
        try:
            await program.start()
            await program.healthy()
            while not program.said("info")["slack_directory_filled"]:  # noqa: ASYNC110 - nobody calls
                await asyncio.sleep(0.5)
            await asyncio.sleep(max(0.0, due - time.time()))
            async with probing(program.port, report.waited_ms, report.late_ms):
                posting = asyncio.create_task(_posted(monday, slack, channels, report, due))
                await _go_on(monday, slack, channels, program.port, report, until=posting)
                await posting
            report.peak_mb = program.peak_mb()
            await program.stop()
        finally:
            await program.end()
        report.loop_ms = [(late, at_work) for at, late, at_work in json.loads(notes.read_text()) if at >= due]
        report.throttled = Counter(call.method for call in slack.calls if call.status == 429)
        report.problems, report.logged = len(slack.problems), program.said("error", "critical")
    return report


async def _go_on(
    monday: Monday, slack: SlackDouble, channels: list[Channel], port: int, report: Report, *, until: asyncio.Task[None]
) -> None:
    """People thank each other at a steady rate until the digests are posted."""
    first = 0
    while not until.done():
        most = round(monday.rate * monday.load_s)
        plan = Load(
            port=port,
            secret=slack.signing_secret,
            team=slack.team_id,
            people=[each for each in channels[0].members if each != slack.bot.id],
            places=[each.id for each in channels],
            first=first,
            most=most,
            most_s=monday.load_s,
            connections=16,
            rate=monday.rate,
        )
        result = await asyncio.to_thread(load, plan)
        report.latencies_ms += result.latencies_ms
        report.refused += result.refused
        first += most


async def _prepare(monday: Monday, slack: SlackDouble, channels: list[Channel], path: Path) -> float:
    """A week of kudos with their cards, and plans; when these are due."""
    framework, workspace, now = read_framework(ROOT / "framework.yaml"), f"slack:{slack.team_id}", datetime.now(UTC)
    database = Sqlite(path)
    await migrations.migrate(database)
    due = (now + timedelta(minutes=monday.ahead)).replace(second=0, microsecond=0)
    begins_at, _ = Week.of(due.date()).before.bounds(Plan(zone="UTC").clock)
    people = [each.id for each in slack.users.values() if not each.is_bot and each.id != "USLACKBOT"]
    places = [each.id for each in channels]
    written = ledger.Ledger(week=monday.week, older=10_000, workspace=workspace, people=people, places=places)
    ledger.write(path, written, framework, begins_at)
    with closing(sqlite3.connect(path)) as raw, raw:
        week = raw.execute("SELECT id, place FROM recognition WHERE given_at >= ?", [to_text(begins_at)]).fetchall()
        for number, (id_, place) in enumerate(week):
            ts = f"{begins_at.timestamp() + number:.6f}"
            slack.posted[place].append(Message(ts=ts, channel=place, user=slack.bot.id, text="a card"))
            raw.execute(
                """
                INSERT INTO outbox VALUES (?, ?, 'card', ?, ?, '', 'done', 1, 1, ?, 0, '', '', '', ?, ?, '', ?, '')
                """,
                [f"card-{number}", workspace, id_, place, to_text(now), place, ts, to_text(now)],
            )
    store, plan = Store(database), Plan(day=due.weekday(), at=f"{due:%H:%M}", zone="UTC")
    for place in places:
        since = now - timedelta(days=2)
        await store.write(store.digests.planning(workspace, place, plan, actor="", now=since, key=place))
    await database.close()
    return due.timestamp()


async def _posted(monday: Monday, slack: SlackDouble, channels: list[Channel], report: Report, due: float) -> None:
    """Wait until every channel has its digest."""
    left = {each.id for each in channels}
    until = due + PATIENCE_S
    while left and time.time() < until:
        left = {id_ for id_ in left if not any(map(_is_digest, slack.posted[id_]))}
        report.posted, report.last_s = monday.places - len(left), time.time() - due
        await asyncio.sleep(0.5)
    if left:
        raise BenchError(f"{len(left)} digests were not posted")


def _is_digest(message: Message) -> bool:
    return message.metadata is not None and message.text.startswith("Kudos of the week")


def figures(monday: Monday, report: Report) -> Iterator[Figure]:
    """The table."""
    yield Figure(
        what=f"{monday.places} digests of {monday.week:,} kudos, due at once: until the last is posted",
        figure=f"{report.last_s:.0f} s",
        goal=f"≤ {ALL_GOAL_S:.0f} s",
        met=report.last_s <= ALL_GOAL_S,
    )
    p50, p99 = percentiles(report.latencies_ms)
    yield Figure(
        what=f"`/kudos` meanwhile, {monday.rate:.0f} a second: p99",
        figure=f"{p99:.0f} ms",
        goal=f"< {ACK_GOAL_MS:.0f} ms",
        met=p99 < ACK_GOAL_MS,
    )
    yield Figure(what="the same: p50, longest", figure=f"{p50:.0f} ms, {max(report.latencies_ms):.0f} ms")
    yield Figure(what="the same: refused", figure=f"{report.refused}", goal="0", met=not report.refused)
    yield Figure(
        what="the event loop kept from its turn by the program's own work: longest",
        figure=f"{_blocked_ms(report):.0f} ms",
        goal=f"≤ {BLOCK_GOAL_MS:.0f} ms",
        met=_blocked_ms(report) <= BLOCK_GOAL_MS,
    )
    for what, times in (
        ("the same, by the clock", [late for late, _ in report.loop_ms]),
        ("a program that wants nothing, woken late", report.late_ms),
        (f"`/health` meanwhile, asked {len(report.waited_ms):,} times", report.waited_ms),
    ):
        over = sum(each > BLOCK_GOAL_MS for each in times)
        yield Figure(
            what=f"{what}: longest; longer than that goal", figure=f"{max(times, default=0.0):.0f} ms; {over} times"
        )
    yield Figure(what="the same: p99", figure=f"{percentiles(report.waited_ms)[1]:.1f} ms")
    throttled = ", ".join(f"{method} {number}" for method, number in report.throttled.most_common())
    yield Figure(what="how often Slack said 429, by method", figure=throttled or "never")
    yield Figure(what="memory meanwhile: resident, at most", figure=f"{report.peak_mb:.0f} MB")


def _blocked_ms(report: Report) -> float:
    return max((at_work for _, at_work in report.loop_ms), default=0.0)


def faults(report: Report) -> list[str]:
    """Everything that must not be, one line each."""
    found = [f"refused by Slack: {report.problems}"] * bool(report.problems)
    found += [f"commands refused: {report.refused}"] * bool(report.refused)
    found += [f"the last was posted after {report.last_s:.0f} s"] * (report.last_s > ALL_GOAL_S)
    found += [f"the event loop was blocked for {_blocked_ms(report):.0f} ms"] * (_blocked_ms(report) > BLOCK_GOAL_MS)
    return found + [f"logged {times} times: {what}" for what, times in report.logged.items()]
