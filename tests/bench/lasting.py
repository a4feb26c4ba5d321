"""What it costs to have thanked one another for years: the same acts on a long ledger and on a short one, in turns."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from adapters import storage
from adapters.app import Application, application, read_framework
from bot import migrations
from bot.database import Sqlite
from bot.framework import Framework
from bot.requests import Action, Ask, Press
from bot.schedule import Week
from bot.spelling import SQLITE
from tests import databases
from tests.bench import ledger
from tests.bench.colleagues import ASKED, RATIO_GOAL, Act, digest, give, in_turns, mine
from tests.bench.figures import Figure, Size
from tests.bench.processes import ROOT
from tests.bench.weekly import MONDAY, ZONE

COPIED: Final = ("person", "place", "recognition", "recipient", "tag")  #: what `ledger.write` writes
OWN: Final = 20  #: kudos of each of those who have as many in either ledger
ALIKE: Final = ledger.Ledger(workspace="alike:1", people=ledger.PEOPLE[: 2 * ASKED], week=0, older=OWN * ASKED)
_PAGE: Final = 20_000


def lasting(size: Size) -> Iterator[Figure]:
    """Giving, *mine*, asking and a digest, on each database."""
    with tempfile.TemporaryDirectory() as folder, databases.kind("postgres"):
        framework = read_framework(ROOT / "framework.yaml")
        files = [Path(folder) / f"{older}.db" for older in size.older]
        for path, older in zip(files, size.older, strict=True):
            _write(path, size, older, framework)
        for name, urls in (
            ("PostgreSQL", list(map(_copied, files))),
            ("SQLite", [f"{SQLITE}{path}" for path in files]),
        ):
            costs = asyncio.run(_measured(urls, size, framework))
            for what, (short, long) in costs.items():
                yield Figure(
                    what=f"{what} on {name}: {size.older[1]:,} older kudos against {size.older[0]:,}; medians",
                    figure=f"{long / short:.2f} times ({long:.2f} ms, {short:.2f} ms)",
                    goal=f"≤ {RATIO_GOAL:.1f}",
                    met=long / short <= RATIO_GOAL,
                )


def _write(path: Path, size: Size, older: int, framework: Framework) -> None:
    async def made() -> None:
        database = Sqlite(path)
        await migrations.migrate(database)
        await database.close()

    asyncio.run(made())
    begins_at, _ = Week.of(MONDAY.date()).before.bounds(ZONE)
    for each in (ALIKE, ledger.Ledger(week=size.week, older=older)):
        ledger.write(path, each, framework, begins_at)


def _copied(path: Path) -> str:
    """Where the same is on PostgreSQL."""
    url = databases.url(path)
    with closing(sqlite3.connect(path)) as file, psycopg.connect(url, autocommit=True) as server:
        for table in COPIED:
            rows = file.execute(f"SELECT * FROM {table}")  # noqa: S608 - these five
            names = sql.SQL(", ").join(sql.Identifier(column) for column, *_ in rows.description)
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with server.cursor().copy(into) as copy:
                while some := rows.fetchmany(_PAGE):
                    for row in some:
                        copy.write_row(row)
        server.execute("VACUUM ANALYZE")  # which PostgreSQL does by itself, in a while
    return url


async def _measured(urls: list[str], size: Size, framework: Framework) -> dict[str, tuple[float, float]]:
    async with AsyncExitStack() as stack:
        short, long = [
            await stack.enter_async_context(
                application(storage.opened(url), framework, zone=ZONE, clock=lambda: MONDAY)
            )
            for url in urls
        ]
        asked = min(ASKED, size.week // 8)

        async def turns(times: int, act: Act) -> tuple[float, float]:
            await act(short, times), await act(long, times)  # the first time is another matter
            return await in_turns(times, short, long, act, time.perf_counter)

        return {
            "a kudos": await turns(asked, give),
            f"*mine* with {OWN} of one's own in both": await turns(asked, partial(mine, workspace=ALIKE.workspace)),
            "*mine* of all one's own": await turns(asked, mine),
            "a question": await turns(asked, _ask),
            "*who has shown it lately*": await turns(asked, _lately),
            f"a digest of {size.week:,} kudos": await turns(size.tellings, digest(size)),
        }


async def _ask(app: Application, number: int) -> None:
    title = app.framework.taggable[number % len(app.framework.taggable)].title.text
    person = ledger.PEOPLE[number + ASKED]
    asked = Ask(workspace=ledger.WORKSPACE, person=person, delivery=f"ask-{number}", question=f"what is {title}?")
    await app.bot.handle(asked)


async def _lately(app: Application, number: int) -> None:
    entry = app.framework.taggable[number % len(app.framework.taggable)]
    await app.bot.handle(
        Press(
            workspace=ledger.WORKSPACE,
            person=ledger.PEOPLE[number + ASKED],
            delivery=f"lately-{number}",
            action=Action.LATELY,
            value=entry.id,
            place=ledger.PLACE,
            at=datetime.now(UTC),
        )
    )
