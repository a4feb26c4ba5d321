"""The SQL seam. A write is data, a list of steps, so that no transaction is ever open across an await.

Portable SQL only: TEXT and INTEGER columns, ids and times made by us, `ON CONFLICT`, named `:parameters`.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from sqlite_utils import Database as SqliteUtils

from bot.errors import ConfigError, DatabaseError

Row = Mapping[str, Any]

BUSY_TIMEOUT_S: Final = 2.0  #: how long a write waits for somebody else's lock; a platform waits 3 s for our answer
OWNER_ONLY: Final = 0o600  #: of a file that holds names and words
BATCH: Final = 200  #: steps, or a few more, in one transaction, so that others can write in between
#: What is wrong with a statement; anything else is wrong with the file: locked, on a full disk, damaged.
_BUGS: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
    sqlite3.InternalError,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a transaction."""

    sql: str
    values: dict[str, Any]
    gate: bool = False  #: if it changes no row, the whole transaction is taken back


class Database(Protocol):
    @property
    def alone(self) -> tuple[Step, ...]:
        """What a transaction begins with that must not meet another that begins so."""
        ...

    def kept(self, *tables: str) -> tuple[Step, ...]:
        """What makes rows of these tables stay as they are written, where the database can be told so by anybody."""
        ...

    async def rows(self, sql: str, /, **values: object) -> list[Row]: ...

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        """The same for a read that may be long: nobody else waits for it."""
        ...

    async def write(self, *steps: Step) -> list[int]:
        """Carry out all steps or none.

        Returns the number of rows that each step changed. Where a gate changed none the list ends with its 0
        and nothing is written.
        """
        ...

    async def close(self) -> None: ...


def in_batches(writes: Iterable[Sequence[Step]]) -> Iterator[list[Step]]:
    """Each of `writes` as a whole, with others in one transaction."""
    waiting: list[Step] = []
    for steps in writes:
        waiting += steps
        if len(waiting) >= BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


class _Write(NamedTuple):
    steps: tuple[Step, ...]
    outcome: asyncio.Future[list[int]]


class Sqlite:
    """A file on a real disk, for one process.

    One thread writes. What arrives while it is busy shares the next commit, each write a savepoint of its own, for
    a commit costs far more than what is in it; nobody is told before it is on the disk. Reads are done in place: a
    look-up takes some microseconds and waits for nobody, to ask a thread takes ten times as long. What may be long,
    such as a week of kudos, is read by a thread of its own.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        """
        Args:
            read_only: the file must be there, and nothing is written to it.
        """
        self._path = f"{Path(path).absolute().as_uri()}?mode=ro" if read_only else str(path)
        self._writer = ThreadPoolExecutor(1, "kudos-writer")
        self._reader = ThreadPoolExecutor(1, "kudos-reader")
        self._waiting: list[_Write] = []
        self._writing = False
        try:
            if not read_only:
                with contextlib.suppress(OSError):  # of which SQLite tells
                    Path(path).touch(mode=OWNER_ONLY)  # where there is none yet; what lies beside it is made like it
            self._out = self._open(read_only=read_only)
            self._in = self._open(read_only=True)
            self._aside = self._open(read_only=True)
        except sqlite3.Error as error:
            raise ConfigError([f"DATABASE_URL: cannot open {path}: {error}"]) from error

    def _open(self, *, read_only: bool) -> SqliteUtils:
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            uri=self._path.startswith("file:///"),
            check_same_thread=False,
            cached_statements=512,
        )
        connection.row_factory = sqlite3.Row
        database = SqliteUtils(connection)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")  # what is no database is met at once
        else:
            database.enable_wal()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        return database

    alone: Final[tuple[Step, ...]] = ()  # there is one writer

    def kept(self, *tables: str) -> tuple[Step, ...]:
        return tuple(
            Step(
                f"""
                CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table}
                BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END
                """,
                {},
            )
            for table in tables
            for act in ("update", "delete")
        )

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        await asyncio.sleep(0)  # so that nobody who reads in a loop keeps the others from their turn
        with _told():
            return _read(self._in, sql, values)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        with _told():
            return await asyncio.get_running_loop().run_in_executor(self._reader, _read, self._aside, sql, values)

    async def write(self, *steps: Step) -> list[int]:
        mine = _Write(steps, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if not self._writing:
            self._write_waiting()
        with _told():
            return await mine.outcome

    async def close(self) -> None:
        with contextlib.suppress(DatabaseError):
            await self.write()  # nothing, after everything that waits
        self._in.conn.close()
        for thread, connection in ((self._writer, self._out), (self._reader, self._aside)):
            await asyncio.get_running_loop().run_in_executor(thread, connection.conn.close)
            thread.shutdown()

    def _write_waiting(self) -> None:
        group, self._waiting = self._waiting, []
        steps = [each.steps for each in group]
        writing = asyncio.get_running_loop().run_in_executor(self._writer, self._write, steps)
        writing.add_done_callback(lambda written: self._tell(group, written))
        self._writing = True

    def _tell(self, group: list[_Write], written: asyncio.Future[list[list[int] | Exception]]) -> None:
        self._writing = False
        failed = written.exception()
        outcomes = [failed] * len(group) if failed else written.result()
        for each, outcome in zip(group, outcomes, strict=True):
            if each.outcome.cancelled():
                continue  # whoever asked has gone
            if isinstance(outcome, list):
                each.outcome.set_result(outcome)
            else:
                each.outcome.set_exception(outcome)
        if self._waiting:
            self._write_waiting()

    def _write(self, group: Sequence[tuple[Step, ...]]) -> list[list[int] | Exception]:
        """Commit a group: for each write what it changed, or why it alone was taken back. Raises what undid all."""
        # Deferred transactions fail at once with SQLITE_BUSY_SNAPSHOT when they read before they write.
        self._out.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [self._savepoint(steps) for steps in group]
            self._out.commit()
        except BaseException:
            self._out.rollback()  # does nothing where SQLite has already rolled back, as when the disk is full
            raise
        return outcomes

    def _savepoint(self, steps: tuple[Step, ...]) -> list[int] | Exception:
        self._out.execute("SAVEPOINT one")
        changed: list[int] = []
        failed: Exception | None = None
        try:
            for step in steps:
                changed.append(self._out.execute(step.sql, step.values).rowcount)
                if step.gate and not changed[-1]:
                    self._out.execute("ROLLBACK TO one")
                    break
        except Exception as error:
            if not self._out.conn.in_transaction:
                raise  # SQLite itself has taken everything back
            self._out.execute("ROLLBACK TO one")
            failed = error
        self._out.execute("RELEASE one")
        return failed or changed


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with the file as our own error."""
    try:
        yield
    except _BUGS:
        raise
    except sqlite3.DatabaseError as error:
        raise DatabaseError(str(error)) from error


def _read(database: SqliteUtils, sql: str, values: Mapping[str, object]) -> list[Row]:
    return [dict(row) for row in database.conn.execute(sql, values)]
