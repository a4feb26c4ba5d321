"""On which database the tests run: what stores something on each that Kudos supports, one after the other."""

import asyncio
import atexit
import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from adapters import storage
from bot import migrations
from bot.database import Database, Sqlite
from bot.postgres import Postgres
from bot.spelling import SQLITE
from tests import pooler, postgres

KINDS: Final = ("sqlite", "postgres")
POOLED: Final = "pooled"  #: a PostgreSQL behind a pooler
ALL_POOLED: Final = os.environ.get("TEST_DATABASE_POOLED") == "1"  #: every PostgreSQL is behind one

_urls: Final[list[Callable[[Path], str]]] = [lambda path: f"{SQLITE}{path}"]


def url(path: Path) -> str:
    """Of the database that is meant by `path` in this test: the file itself, or one that stands for it."""
    return _urls[-1](path)


def at(path: Path) -> Database:
    return storage.opened(url(path))


def look(path: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    """What is in it, read beside the program; `?` stands for a value."""
    return look_at(url(path), sql, *values)


def look_at(where: str, sql: str, *values: object) -> list[dict[str, Any]]:
    """The same of the database at this address."""
    if where.startswith(SQLITE):
        file = where.removeprefix(SQLITE)
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]
    with psycopg.connect(where, row_factory=dict_row, autocommit=True) as server:
        return server.execute(sql.replace("%", "%%").replace("?", "%s").encode(), values).fetchall()


@contextlib.contextmanager
def kind(name: str) -> Iterator[None]:
    """Let databases be of one kind."""
    with contextlib.ExitStack() as stack:
        if name == "postgres":
            made: dict[Path, str] = {}
            template = _migrated()

            def url_of(path: Path) -> str:
                if path not in made:
                    direct = stack.enter_context(postgres.made(template))
                    made[path] = stack.enter_context(pooler.lending(direct)) if ALL_POOLED else direct
                return made[path]

            _urls.append(url_of)
            stack.callback(_urls.pop)
        yield


@contextlib.contextmanager
def meant(url: str) -> Iterator[None]:
    """Let every path mean the database at `url`."""
    _urls.append(lambda _: url)
    try:
        yield
    finally:
        _urls.pop()


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Somebody else writes to all of its tables, and takes their time; who reads need not wait."""
    where = url(path)
    if where.startswith(SQLITE):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as beside:
            beside.execute("BEGIN IMMEDIATE")
            yield
            beside.execute("ROLLBACK")
        return
    with psycopg.connect(where) as beside:
        names = beside.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
        beside.execute(f"LOCK TABLE {', '.join(name for (name,) in names)} IN EXCLUSIVE MODE".encode())
        yield
        beside.rollback()


@contextlib.contextmanager
def empty(name: str, path: Path) -> Iterator[Callable[[], Database]]:
    """A database with nothing in it yet, which every process of a test can open."""
    if name == "sqlite":
        yield lambda: Sqlite(path)
        return
    with postgres.made() as url, pooler.lending(url) if name == POOLED else contextlib.nullcontext(url) as reached:
        yield lambda: Postgres(reached)


@functools.cache
def _migrated() -> str:
    """The name of a database with our schema, of which others are copies."""
    url = postgres.create()
    atexit.register(postgres.drop, url)

    async def migrate() -> None:
        database = Postgres(url)
        await migrations.migrate(database)
        await database.close()

    with ThreadPoolExecutor(1) as thread:  # whoever asks may be in a loop already
        thread.submit(asyncio.run, migrate()).result()
    return postgres.name(url)


async def tables(database: Database) -> list[str]:
    """The names of all tables that are there."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if isinstance(database, Sqlite)
        else "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    return sorted(row["name"] for row in await database.rows(sql))
