"""`make bench`: speed and memory in one run, as tables. Longer proofs are run by name.

    python -m tests.bench
    python -m tests.bench --only telling
    python -m tests.bench beside
    python -m tests.bench load --minutes 30 --commands 300 --events 200000
    python -m tests.bench hunted --minutes 10
    python -m tests.bench storm --minutes 30 --seed 1
    python -m tests.bench force --people 10000
    python -m tests.bench digests --places 320 --kills 300
    python -m tests.bench monday --places 200

The status is 0 whatever the figures, and 1 if something failed; for the proofs also if what they prove is not so.
The machine's noise is in the rates, hardly in the ratios: the servers take turns, and the median counts.
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from adapters.logs import set_up
from tests.bench import beside, busy, colleagues, force, hunted, lasting, monday, race, storm, teams, weekly
from tests.bench.figures import PARTS, Figure, Size
from tests.bench.processes import BenchError

ALL: Final = (beside.beside, *PARTS, weekly.telling, colleagues.together, lasting.lasting, teams.teams)
PROOFS: Final = ("storm", "force", "digests", "monday", "hunted", "load", "beside")  #: what is run by name
LOADS: Final = ("steady", "burst", "digests", "soak", "ledger")  #: the parts of `make load`


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table that also reads well as it is."""
    rows = [("what", "figure", "goal", "")]
    rows += [
        (each.what, each.figure, each.goal, "" if each.met is None else "met" if each.met else "NOT MET")
        for each in figures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def run(size: Size, only: str = "") -> str:
    """Measure everything, or one part of it.

    Raises:
        BenchError: something did not work.
    """
    parts = [part for part in ALL if only in ("", part.__name__)]
    compared = beside.compared(size) if beside.beside in parts else None
    figures = [*beside.figures(size, compared)] if compared else []
    figures += [figure for part in parts if part is not beside.beside for figure in part(size)]
    more = f"\n\n{beside.side_by_side(size, compared)}" if compared else ""
    return f"{table(figures)}{more}\n\n{_machine(size)}"


def compared(size: Size) -> str:
    """Put Kudos beside others.

    Raises:
        BenchError: something did not work, or Kudos has lost something.
    """
    found = beside.compared(size)
    shown = f"{beside.side_by_side(size, found)}\n\n{_machine(size)}"
    if faults := beside.faults(found):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def _machine(size: Size) -> str:
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"loopback; {size.rounds} rounds of {size.round_s:g} s in turns, medians."
    )


def raging(minutes: float, seed: int) -> str:
    """Let a storm rage.

    Raises:
        BenchError: something was lost, done twice, or not as it must be.
    """
    set_up("ERROR", "console")
    with tempfile.TemporaryDirectory() as folder:
        log = asyncio.run(storm.rage(storm.long(minutes, seed), Path(folder)))
    shown = table(storm.figures(log))
    if faults := storm.faults(log):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def gathered(people: int, window_s: int) -> str:
    """Start in a workspace of many people.

    Raises:
        BenchError: somebody is missing, or was not answered.
    """
    many = force.Force(people=people, window_s=window_s)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(force.gather(many, Path(folder)))
    shown = table(force.figures(many, report))
    if faults := force.faults(report):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def raced(places: int, kills: int, minutes: int) -> str:
    """Let three programs race for digests while they are killed.

    Raises:
        BenchError: a digest was lost, posted twice, or is not as it must be.
    """
    hard = race.Race(places=places, kills=kills, minutes=minutes)
    with tempfile.TemporaryDirectory() as folder:
        result = race.checked(hard, Path(folder))
    shown = table(race.figures(hard, result))
    if faults := race.faults(result):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def begun(places: int) -> str:
    """Let many digests be due at once.

    Raises:
        BenchError: they were not posted, or something was not as it must be.
    """
    busy = monday.Monday(places=places)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(monday.dawn(busy, Path(folder)))
    shown = table(monday.figures(busy, report))
    if faults := monday.faults(report):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def chased(minutes: float, seed: int) -> str:
    """Kill three programs at random while people go on.

    Raises:
        BenchError: something acknowledged was lost, something was done twice, or is not as it must be.
    """
    set_up("ERROR", "console")
    with tempfile.TemporaryDirectory() as folder:
        log = asyncio.run(hunted.run(hunted.Hunted(minutes=minutes, seed=seed), Path(folder)))
    shown = table(hunted.figures(log))
    if faults := hunted.faults(log):
        raise BenchError("\n".join([shown, *faults]))
    return shown


def loaded(only: str, minutes: float, commands: int, events: int, rate: float) -> Iterator[str]:
    """Load it, one part after the other; each is told when it is done.

    Raises:
        BenchError: in a part a goal was not reached, or something was lost or done twice.
    """
    set_up("ERROR", "console")
    failed: list[str] = []
    for part in LOADS:
        if only not in ("", part):
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            match part:
                case "steady":
                    figures = _gone_on(busy.Busy(minutes=minutes, rate=busy.STEADY_RATE), folder, failed)
                case "burst":
                    figures = [*busy.burst_figures(asyncio.run(busy.burst(commands, folder)))]
                case "digests":
                    morning = monday.Monday()
                    report = asyncio.run(monday.dawn(morning, folder))
                    figures = [*monday.figures(morning, report)]
                    failed += monday.faults(report)
                case "soak":
                    soak = busy.Busy(events=events, rate=rate, habits=busy.FAST, people=busy.MANY)
                    figures = _gone_on(soak, folder, failed)
                case _:
                    figures = [*lasting.lasting(Size())]
        failed += [f"{each.what}: {each.figure}, and {each.goal} was wanted" for each in figures if each.met is False]
        yield f"{part}\n\n{table(figures)}\n"
    if failed:
        raise BenchError("\n".join(failed))


def _gone_on(work: busy.Busy, folder: Path, failed: list[str]) -> list[Figure]:
    log = asyncio.run(busy.run(work, folder))
    failed += busy.faults(log)
    return [*busy.figures(work, log)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How fast Kudos is, and how sound.")
    parser.add_argument("--only", choices=[part.__name__ for part in ALL], default="", help="one part of the table")
    parts = parser.add_subparsers(dest="part")
    storming = parts.add_parser("storm", help="Socket Mode in bad weather")
    storming.add_argument("--minutes", type=float, default=30.0)
    storming.add_argument("--seed", type=int, default=1)
    gathering = parts.add_parser("force", help="a start in a workspace of many people")
    gathering.add_argument("--people", type=int, default=10_000)
    gathering.add_argument("--window", type=int, default=6, help="seconds that stand for the minute of Slack's limits")
    racing = parts.add_parser("digests", help="programs that race for digests, and are killed")
    racing.add_argument("--places", type=int, default=320)
    racing.add_argument("--kills", type=int, default=300)
    racing.add_argument("--minutes", type=int, default=5, help="in which the digests become due")
    morning = parts.add_parser("monday", help="many digests that are due at once")
    morning.add_argument("--places", type=int, default=200)
    parts.add_parser("beside", help="Kudos beside servers that store nothing, or store too late")
    hunting = parts.add_parser("hunted", help="three programs on PostgreSQL that are killed while people go on")
    hunting.add_argument("--minutes", type=float, default=10.0)
    hunting.add_argument("--seed", type=int, default=1)
    loading = parts.add_parser("load", help="steadily, all at once, many digests, for long, and on a long ledger")
    loading.add_argument("--only", dest="load", choices=LOADS, default="", help="one part of it")
    loading.add_argument("--minutes", type=float, default=30.0, help="of ten events a second")
    loading.add_argument("--commands", type=int, default=300, help="at once")
    loading.add_argument("--events", type=int, default=200_000, help="of the soak")
    loading.add_argument("--rate", type=float, default=busy.SOAK_RATE, help="of the soak: what people do in a second")
    given = parser.parse_args(arguments)
    try:
        match given.part:
            case "storm":
                shown = raging(given.minutes, given.seed)
            case "force":
                shown = gathered(given.people, given.window)
            case "digests":
                shown = raced(given.places, given.kills, given.minutes)
            case "monday":
                shown = begun(given.places)
            case "beside":
                shown = compared(Size())
            case "hunted":
                shown = chased(given.minutes, given.seed)
            case "load":
                for shown in loaded(given.load, given.minutes, given.commands, given.events, given.rate):
                    sys.stdout.write(f"{shown}\n")
                    sys.stdout.flush()
                return 0
            case _:
                shown = run(Size(), given.only)
        sys.stdout.write(shown + "\n")
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
