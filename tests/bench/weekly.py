"""What a digest costs: the same week told from a short ledger and from a long one, in turns."""

import asyncio
import contextlib
import gc
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from adapters.app import application, read_framework
from bot import migrations
from bot.cards import plain
from bot.database import Sqlite
from bot.digesting import Digesting
from bot.framework import Framework
from bot.schedule import Week
from tests.bench import ledger
from tests.bench.figures import Figure, Size, percentiles
from tests.bench.processes import ROOT, BenchError

COST_GOAL_MS: Final = 250.0
RATIO_GOAL: Final = 1.5
BLOCK_GOAL_MS: Final = 50.0
ZONE: Final = ZoneInfo("Europe/London")
MONDAY: Final = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def telling(size: Size) -> Iterator[Figure]:
    """From asking which places are public to the finished card."""
    with tempfile.TemporaryDirectory() as folder:
        costs, works, gaps = asyncio.run(_told(size, Path(folder)))
    short, long = (statistics.median(costs[older]) for older in size.older)
    for older, median in zip(size.older, (short, long), strict=True):
        yield Figure(
            what=f"a digest of {size.week:,} kudos, {older:,} older ones, median of {size.tellings}",
            figure=f"{median:.0f} ms (the fastest {min(costs[older]):.0f} ms)",
            goal=f"< {COST_GOAL_MS:.0f} ms",
            met=median < COST_GOAL_MS,
        )
    short_work, long_work = (statistics.median(works[older]) for older in size.older)
    yield Figure(
        what="the two of them in processor time, medians", figure=f"{short_work:.0f} ms and {long_work:.0f} ms"
    )
    yield Figure(
        what="the same: the long ledger against the short one",
        figure=f"{long / short:.2f} times",
        goal=f"≤ {RATIO_GOAL:.1f}",
        met=long / short <= RATIO_GOAL,
    )
    yield Figure(
        what="the same: how long others had to wait for a turn meanwhile: p99, longest",
        figure=f"{percentiles(gaps)[1]:.1f} ms, {max(gaps):.0f} ms",
        goal=f"≤ {BLOCK_GOAL_MS:.0f} ms",
        met=max(gaps) <= BLOCK_GOAL_MS,
    )


async def _told(size: Size, folder: Path) -> tuple[dict[int, list[float]], dict[int, list[float]], list[float]]:
    framework = read_framework(ROOT / "framework.yaml")
    begins_at, _ = Week.of(MONDAY.date()).before.bounds(ZONE)
    costs: dict[int, list[float]] = {older: [] for older in size.older}
    works: dict[int, list[float]] = {older: [] for older in size.older}
    gaps: list[float] = []
    async with AsyncExitStack() as stack:
        ledgers: dict[int, Digesting] = {}
        for older in size.older:
            path = folder / f"{older}.db"
            database = Sqlite(path)
            await migrations.migrate(database)
            await database.close()
            ledger.write(path, ledger.Ledger(week=size.week, older=older), framework, begins_at)
            ledgers[older] = await stack.enter_async_context(_digesting(path, framework))
        gc.collect()
        gc.freeze()  # as `kudos serve` does
        watching = asyncio.create_task(_watch(gaps))
        for _ in range(size.tellings):
            for older, digesting in ledgers.items():
                began, worked_s = time.perf_counter(), time.process_time()
                card = await digesting.preview(ledger.WORKSPACE, ledger.PLACE)
                costs[older].append((time.perf_counter() - began) * 1000)
                works[older].append((time.process_time() - worked_s) * 1000)
                if f"{size.week:,} kudos" not in plain(card):
                    raise BenchError(f"the digest does not tell of {size.week} kudos")
        watching.cancel()
        gc.unfreeze()
    return costs, works, gaps


@contextlib.asynccontextmanager
async def _digesting(path: Path, framework: Framework) -> AsyncIterator[Digesting]:
    async with application(Sqlite(path), framework, zone=ZONE, clock=lambda: MONDAY) as app:
        yield app.bot.digesting


async def _watch(gaps: list[float]) -> None:
    """How late we wake up, in milliseconds, again and again until cancelled."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_LOOK_S)
        gaps.append((time.perf_counter() - began - _LOOK_S) * 1000)


_LOOK_S: Final = 0.002
