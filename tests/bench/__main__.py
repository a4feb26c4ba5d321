"""`make bench`: everything in one run, as a table. The status is 0 whatever the figures, and 1 if something failed.

The machine's noise is in the rates, hardly in the ratios: the servers take turns, and the median counts.
"""

import os
import platform
import sqlite3
import sys
from collections.abc import Iterable

from tests.bench.figures import PARTS, Figure, Size
from tests.bench.processes import BenchError


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


def run(size: Size) -> str:
    """Measure everything.

    Raises:
        BenchError: something did not work.
    """
    figures = [figure for part in PARTS for figure in part(size)]
    cores = len(os.sched_getaffinity(0))
    return (
        f"{table(figures)}\n\n{cores} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"loopback; {size.rounds} rounds of {size.round_s:g} s in turns, medians."
    )


def main() -> int:
    try:
        sys.stdout.write(run(Size()) + "\n")
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
