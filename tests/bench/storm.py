"""Socket Mode in bad weather: nothing that was acknowledged is lost, nothing is done or posted twice.

    python -m tests.bench storm --minutes 30 --seed 1

A real `kudos serve`, people at work in a Slack double, and whatever can go wrong with connections, program and Slack.
What people do and what goes wrong follows from the seed; when each meets the other is the machine's.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from adapters.app import read_framework
from tests.bench.account import Account, account
from tests.bench.crowd import Crowd
from tests.bench.figures import Figure
from tests.bench.line import Socketed
from tests.bench.processes import ROOT, BenchError
from tests.bench.program import Program
from tests.bench.quiet import CALM_S, all_told, coming_to_an_end, nothing_due, town_of
from tests.bench.weather import CLIMATE, Weather
from tests.doubles.slack import SlackDouble

#: How often what happens in a short storm, where it is not twice.
BRIEFLY: Final = {
    "closed without a word": 12,
    "told to go: refresh_requested": 12,
    "cut": 12,
    "reset": 12,
    "told to go: link_disabled": 1,
    "silenced": 1,
    "silenced, but for pongs": 0,  # it takes a minute to notice
    "apps.connections.open fails": 1,
    "apps.connections.open: 429": 1,
    "websockets refused": 1,
    "the program stands still": 1,
    "the program is killed": 1,
    "the program is stopped": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How bad, and how long."""

    seed: int
    minutes: float = 0.0  #: of troubles at random; or
    troubles: Sequence[str] = ()  #: these, in any order
    rate: float  #: acts of people a second
    least_s: float  #: between two troubles
    most_s: float
    outage_s: float  #: that Slack lets nobody in, or the program stands still, at most
    retry_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)  #: as Slack has them
    rate_limits: bool = True

    def kinds(self, chance: Random) -> Iterator[str]:
        if self.troubles:
            yield from chance.sample(self.troubles, len(self.troubles))
            return
        until = time.monotonic() + self.minutes * 60
        while time.monotonic() < until:
            yield from chance.choices([*CLIMATE], [*CLIMATE.values()])


def long(minutes: float, seed: int) -> Storm:
    return Storm(seed=seed, minutes=minutes, rate=2.5, least_s=0.2, most_s=4.0, outage_s=6.0)


def short(seed: int) -> Storm:
    """Everything that can happen, a few times."""
    return Storm(
        seed=seed,
        troubles=[kind for kind in CLIMATE for _ in range(BRIEFLY.get(kind, 2))],
        rate=15.0,
        least_s=0.05,
        most_s=0.25,
        outage_s=1.0,
        retry_delays_s=(0.0, 1.0, 3.0),
        rate_limits=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is left of a storm."""

    crowd: Crowd
    weather: Weather
    account: Account
    faults: dict[str, int]  #: what the program logged as a fault of its own
    warnings: dict[str, int]
    before: tuple[float, int]  #: memory and open files of the program when it had just started
    after: tuple[float, int]  #: and when all was quiet
    seconds: float
    apologies: int


async def rage(storm: Storm, folder: Path) -> Log:
    """Let it rage, wait until it is quiet, and count.

    Raises:
        BenchError: the program failed, or it did not become quiet.
    """
    async with coming_to_an_end():
        return await _rage(storm, folder)


async def _rage(storm: Storm, folder: Path) -> Log:
    began = time.monotonic()
    framework = read_framework(ROOT / "framework.yaml")
    async with SlackDouble() as slack:
        slack.socket.retry_delays_s = storm.retry_delays_s
        slack.rate_limits = storm.rate_limits
        slack.socket.chance = Random(storm.seed)
        crowd = Crowd(slack, slack.socket_client(), Socketed(slack), framework, Random(storm.seed + 1))
        program = Program(
            folder, slack, SLACK_APP_TOKEN=slack.app.app_token, KUDOS_CHANNEL=f"#{crowd.channels[0].name}"
        )
        weather = Weather(slack, program, Random(storm.seed + 2), storm.outage_s)
        try:
            await program.start()
            await _filled(slack, program)
            before = program.size()
            watching = asyncio.create_task(weather.watch())
            await _live(storm, crowd, weather)
            await slack.until(weather.clears, timeout_s=CALM_S)
            watching.cancel()
            await slack.socket.settled(timeout_s=sum(storm.retry_delays_s) + CALM_S)
            town = town_of(crowd, program)
            await nothing_due(town)
            after = program.size()
            await program.stop()
        finally:
            await program.end()
        await all_told(
            town, pace_s=float(storm.rate_limits), slack_app_token=slack.app.app_token, slack_signing_secret=""
        )
        return Log(
            crowd=crowd,
            weather=weather,
            account=account(crowd, program.database),
            faults=program.said("error", "critical"),
            warnings=program.said("warning"),
            before=before,
            after=after,
            seconds=time.monotonic() - began,
            apologies=sum("Sorry" in each.text for each in slack.ephemerals),
        )


async def _filled(slack: SlackDouble, program: Program) -> None:
    async with asyncio.timeout(CALM_S):
        while not (program.said("info")["slack_directory_filled"] and slack.socket.ready):
            if program.process.returncode is not None:
                raise BenchError(f"kudos did not start: {program.said('error')}")
            await asyncio.sleep(0.05)


async def _live(storm: Storm, crowd: Crowd, weather: Weather) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.live(storm.rate, stop))
        await weather.rage(storm.kinds(weather.chance), least_s=storm.least_s, most_s=storm.most_s)
        stop.set()


def figures(log: Log) -> Iterator[Figure]:
    """The table."""
    account, weather, hub = log.account, log.weather, log.crowd.slack.socket
    for kind, sent in log.crowd.sent.items():
        yield Figure(what=f"{kind}: sent, acknowledged", figure=f"{sent:,}, {account.acknowledged[kind]:,}")
    again = sum(each.attempt > 0 for each in hub.deliveries)
    late = sum(each.late for each in hub.deliveries)
    yield Figure(
        what="envelopes sent; of these again; acknowledged too late",
        figure=f"{len(hub.deliveries):,}; {again:,}; {late:,}",
    )
    for trouble, times in sorted(weather.happened.items()):
        yield Figure(what=f"trouble: {trouble}", figure=f"{times:,}")
    yield Figure(what="connections made", figure=f"{len(hub.opened):,}")
    yield Figure(
        what="longest without a connection, program and Slack being there", figure=f"{weather.longest_gap_s:.1f} s"
    )
    yield Figure(what="longest without a connection, whatever the cause", figure=f"{weather.longest_outage_s:.1f} s")
    for dead, seconds in sorted(weather.noticed_s.items()):
        yield Figure(what=f"{dead}: longest until it was noticed, of {len(seconds)}", figure=f"{max(seconds):.1f} s")
    for when, (memory, files) in (("at the start", log.before), ("in the end", log.after)):
        yield Figure(what=f"memory and open files {when}", figure=f"{memory:.0f} MB, {files}")
    yield Figure(what="recognitions in the database", figure=f"{account.recognitions:,}")
    yield Figure(what="posts that stand in Slack", figure=f"{account.posts:,}")
    nothing: tuple[tuple[str, int], ...] = (
        ("acknowledged and lost", len(account.lost)),
        ("done or posted twice", len(account.doubled)),
        ("otherwise not as it must be", len(account.wrong)),
        ("rows of the outbox not done", account.waiting),
        ("sent to Slack and refused there", len(log.crowd.slack.problems)),
        ("faults that the program logged", sum(log.faults.values())),
    )
    for what, number in nothing:
        yield Figure(what=what, figure=f"{number}", goal="0", met=not number)
    yield Figure(what="apologies to people", figure=f"{log.apologies}")
    yield Figure(what="all in all", figure=f"{log.seconds:.0f} s")


def faults(log: Log) -> list[str]:
    """Everything that must not be, one line each."""
    account = log.account
    found = [f"{kind}: {each}" for kind in ("lost", "doubled", "wrong") for each in getattr(account, kind)]
    found += [f"logged {times} times: {what}" for what, times in log.faults.items()]
    return found + [f"refused by Slack: {each}" for each in log.crowd.slack.problems]
