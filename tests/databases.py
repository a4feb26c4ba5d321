"""On which database the core's tests run: on each that Kudos supports, one after the other."""

import asyncio
import atexit
import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bot import migrations
from bot.database import Database, Sqlite
from bot.postgres import Postgres
from tests import postgres

KINDS: Final = ("sqlite", "postgres")

_openers: Final[list[Callable[[Path], Database]]] = [Sqlite]


def at(path: Path) -> Database:
    """The database that is meant by `path` in this test: the file itself, or one that stands for it."""
    return _openers[-1](path)


@contextlib.contextmanager
def kind(name: str) -> Iterator[None]:
    """Let `at` open databases of one kind."""
    with contextlib.ExitStack() as stack:
        if name == "postgres":
            urls: dict[Path, str] = {}
            template = _migrated()

            def opener(path: Path) -> Database:
                if path not in urls:
                    urls[path] = stack.enter_context(postgres.made(template))
                return Postgres(urls[path])

            _openers.append(opener)
            stack.callback(_openers.pop)
        yield


@contextlib.contextmanager
def empty(name: str, path: Path) -> Iterator[Callable[[], Database]]:
    """A database with nothing in it yet, which every process of a test can open."""
    if name == "sqlite":
        yield lambda: Sqlite(path)
        return
    with postgres.made() as url:
        yield lambda: Postgres(url)


@functools.cache
def _migrated() -> str:
    """The name of a database with our schema, of which others are copies."""
    url = postgres.create()
    atexit.register(postgres.drop, url)

    async def migrate() -> None:
        database = Postgres(url)
        await migrations.migrate(database)
        await database.close()

    with asyncio.Runner() as runner:
        runner.run(migrate())
    return postgres.name(url)


async def tables(database: Database) -> list[str]:
    """The names of all tables that are there."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if isinstance(database, Sqlite)
        else "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return sorted(row["name"] for row in await database.rows(sql))
