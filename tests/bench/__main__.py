"""`make bench`: speed and memory in one run, as a table. Longer proofs are run by name.

    python -m tests.bench
    python -m tests.bench --only telling
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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from adapters.logs import set_up
from tests.bench import colleagues, force, monday, race, storm, teams, weekly
from tests.bench.figures import PARTS, Figure, Size
from tests.bench.processes import BenchError

ALL: Final = (*PARTS, weekly.telling, colleagues.together, teams.teams)


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
    figures = [figure for part in ALL if only in ("", part.__name__) for figure in part(size)]
    cores = len(os.sched_getaffinity(0))
    return (
        f"{table(figures)}\n\n{cores} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
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
            case _:
                shown = run(Size(), given.only)
        sys.stdout.write(shown + "\n")
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
