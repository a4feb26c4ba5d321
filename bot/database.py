"""The SQL seam. A write is data, a list of steps, so that no transaction is ever open across an await.

Portable SQL only: TEXT and INTEGER columns, ids and times made by us, `ON CONFLICT`, named `:parameters`.
"""

import asyncio
import functools
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from sqlite_utils import Database as SqliteUtils

from bot.errors import ConfigError, DatabaseError

Row = Mapping[str, Any]
T = TypeVar("T")

BUSY_TIMEOUT_S: Final = 5.0  #: how long a write waits for somebody else's lock on the file


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a transaction."""

    sql: str
    values: dict[str, Any]
    gate: bool = False  #: if it changes no row, the whole transaction is taken back


class Database(Protocol):
    async def rows(self, sql: str, /, **values: object) -> list[Row]: ...

    async def write(self, *steps: Step) -> list[int]:
        """Carry out all steps or none.

        Returns the number of rows that each step changed. Where a gate changed none the list ends with its 0
        and nothing is written.
        """
        ...

    async def close(self) -> None: ...


class Sqlite:
    """A file on a real disk, for one process. One thread writes, another reads."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._writer = ThreadPoolExecutor(1, "kudos-writer")
        self._reader = ThreadPoolExecutor(1, "kudos-reader")
        try:
            self._out = self._open(read_only=False)
            self._in = self._open(read_only=True)
        except sqlite3.Error as error:
            raise ConfigError([f"DATABASE_URL: cannot open {self._path}: {error}"]) from error

    def _open(self, *, read_only: bool) -> SqliteUtils:
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        connection.row_factory = sqlite3.Row
        database = SqliteUtils(connection)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            database.enable_wal()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        return database

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._run(self._reader, self._rows, sql, values)

    async def write(self, *steps: Step) -> list[int]:
        return await self._run(self._writer, self._write, steps)

    async def close(self) -> None:
        for executor, database in ((self._reader, self._in), (self._writer, self._out)):
            await asyncio.get_running_loop().run_in_executor(executor, database.conn.close)
            executor.shutdown()

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[..., T], *arguments: object) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, functools.partial(work, *arguments))
        except sqlite3.OperationalError as error:
            raise DatabaseError(str(error)) from error

    def _rows(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        return [dict(row) for row in self._in.conn.execute(sql, values)]

    def _write(self, steps: tuple[Step, ...]) -> list[int]:
        # Deferred transactions fail at once with SQLITE_BUSY_SNAPSHOT when they read before they write.
        self._out.execute("BEGIN IMMEDIATE")
        changed: list[int] = []
        try:
            for step in steps:
                changed.append(self._out.execute(step.sql, step.values).rowcount)
                if step.gate and not changed[-1]:
                    self._out.rollback()
                    return changed
            self._out.commit()
        except BaseException:
            self._out.rollback()  # does nothing where SQLite has already rolled back, as when the disk is full
            raise
        return changed
