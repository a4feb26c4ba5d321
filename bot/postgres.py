"""PostgreSQL behind the same seam: the same SQL text, for any number of processes on any number of hosts.

A write is one SERIALIZABLE transaction, tried again where others were in its way. So whatever a list of steps assumes
of what it reads holds here as it does in SQLite, which has one writer. Those that met go one by one for a moment: in a
young database, whose tables are a page each, everybody would otherwise be in everybody's way until their time is up.
Nothing else of PostgreSQL is relied on. Each transaction asks for all it needs, so that a pooler such as PgBouncer may
give it another connection to the server than the one before.
"""

import asyncio
import contextlib
import functools
import os
import random
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from bot.database import BUSY_TIMEOUT_S, Row, Step
from bot.errors import ConfigError, DatabaseError, NotAllowed

POOL_MOST: Final = 4  #: connections for reading, and as many for writing
SERVER_LEAST: Final = 14
PAUSE_S: Final = 0.02  #: before something is tried again for the first time; it grows
CROWDED_S: Final = 1.0  #: after writes met, for which all that this process writes waits for its turn
RECONNECT_S: Final = 3.0  #: for which the pool tries by itself; its pauses double, and whoever asks begins anew
ANSWER_S: Final = 10.0  #: for a read, after which a server that says nothing counts as gone
LONG_S: Final = 60.0  #: for a long read, or a write with all of its steps
IDLE_MS: Final = 10_000  #: until PostgreSQL itself ends a transaction of a process that has stopped
ASKED: Final = (
    f"lock_timeout = {int(BUSY_TIMEOUT_S * 1000)}",  # where somebody changes tables, or holds rows
    # What is read is little: to compile a statement, or to start helpers for it, takes longer than to carry it out.
    "jit = off",
    "max_parallel_workers_per_gather = 0",
)
SET: Final = "; ".join(f"SET {each}" for each in ASKED)
SET_LOCAL: Final = "; ".join(f"SET LOCAL {each}" for each in ASKED)
_BEGIN: Final = f"BEGIN ISOLATION LEVEL {{}}; {SET_LOCAL}; SET LOCAL idle_in_transaction_session_timeout = {IDLE_MS}"
BEGIN: Final = _BEGIN.format("SERIALIZABLE")
#: A migration may last, and touch every row; it is alone among its kind, and is not taken back for what others write.
BEGIN_ALONE: Final = _BEGIN.format("READ COMMITTED")
#: In the weakest mode in which one waits for another: who writes to that table, or reads it, waits for nobody.
TURN: Final = "LOCK TABLE migration_release IN SHARE UPDATE EXCLUSIVE MODE"

T = TypeVar("T")
_Connection = AsyncConnection[DictRow]

_PARAMETER: Final = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z_][a-z0-9_]*)|%")
_IN_THE_WAY: Final = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
)
#: What a server says to a write while it only follows another one, or while its disk is too full for more.
_FOLLOWS: Final = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.FeatureNotSupported)


class _CommitUnknownError(Exception):
    """The connection was lost while a commit was under way."""


class Postgres:
    """A server, reached over a pool of connections for reading and one for writing, opened at first use."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        """
        Args:
            read_only: nothing is written.
        """
        self._read_only = read_only
        self._crowded_until = 0.0
        self._trouble: Exception | None = None  #: why there could be no connection, when one was last tried
        self._in = self._pool(url, _for_reading)
        self._out = self._pool(url, _checked)

    def _pool(self, url: str, configure: Callable[[_Connection], Awaitable[None]]) -> AsyncConnectionPool[_Connection]:
        async def configured(connection: _Connection) -> None:
            try:
                await configure(connection)
            except Exception as error:
                self._trouble = error
                raise
            self._trouble = None

        options: dict[str, Any] = {"row_factory": dict_row, "autocommit": True}
        if "connect_timeout" not in conninfo_to_dict(url):
            options["connect_timeout"] = max(2, int(BUSY_TIMEOUT_S))
        return AsyncConnectionPool(
            url,
            min_size=1,
            max_size=POOL_MOST,
            connection_class=self._telling(),
            kwargs=options,
            configure=configured,
            timeout=BUSY_TIMEOUT_S,
            reconnect_timeout=RECONNECT_S,
            name="kudos",
            open=False,
        )

    def _telling(self) -> type[_Connection]:
        """Connections that leave behind why there could be none, which the pool tells its log only."""
        database = self

        class Telling(AsyncConnection[DictRow]):
            @classmethod
            async def connect(cls, conninfo: str = "", **options: Any) -> Self:
                try:
                    return await super().connect(conninfo, **options)
                except Exception as error:
                    database._trouble = error
                    raise

        return Telling

    #: The number stands for Kudos, and is the same in every process.
    alone: Final[tuple[Step, ...]] = (Step("SELECT pg_advisory_xact_lock(7583660)", {}),)

    def kept(self, *tables: str) -> tuple[Step, ...]:  # noqa: ARG002 - here it is a matter of who may: `kudos migrate`
        return ()

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._rows(sql, values, ANSWER_S)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._rows(sql, values, LONG_S)  # the server does the work, and nobody waits for it here

    async def _rows(self, sql: str, values: Mapping[str, object], within_s: float) -> list[Row]:
        async def read(connection: _Connection) -> list[Row]:
            if not _lent(connection):
                return await _read(connection, sql, values)
            async with connection.transaction():
                await connection.execute(f"SET TRANSACTION READ ONLY; {SET_LOCAL}", prepare=False)
                return await _read(connection, sql, values)

        return await self._patiently(self._in, read, within_s)

    async def write(self, *steps: Step) -> list[int]:
        if not steps:
            return []
        alone = steps[0] in self.alone

        async def write(connection: _Connection) -> list[int]:
            crowded = asyncio.get_running_loop().time() < self._crowded_until
            begin = BEGIN_ALONE if alone else BEGIN
            if self._read_only:
                begin += "; SET TRANSACTION READ ONLY"
            try:
                return await _written(connection, steps, begin, in_turn=crowded and not alone)
            except _FOLLOWS:
                await connection.close()  # the next one may reach the server that leads now
                raise

        within_s = None if alone else LONG_S  # a migration takes as long as it takes
        # Whoever asked may go away; what was begun is then finished all the same.
        return await asyncio.shield(self._patiently(self._out, write, within_s))

    async def close(self) -> None:
        for pool in (self._in, self._out):
            await pool.close()

    async def _patiently(
        self,
        pool: AsyncConnectionPool[_Connection],
        act: Callable[[_Connection], Awaitable[T]],
        within_s: float | None,
    ) -> T:
        """Do it, again and again while others are in the way or the server is being restarted.

        Args:
            within_s: for each try.

        Raises:
            DatabaseError: for `BUSY_TIMEOUT_S`; or nobody knows whether it was done.
        """
        loop, told_to_stop = asyncio.get_running_loop(), _told_to_stop()
        until, pause_s = loop.time() + BUSY_TIMEOUT_S, PAUSE_S
        if pool.closed:
            await pool.open()
        while True:
            try:
                async with pool.connection(timeout=max(0.05, until - loop.time())) as connection:
                    with _cut_off(connection, within_s):
                        done = await act(connection)
            except _CommitUnknownError as error:
                raise DatabaseError(f"the connection was lost during a commit: {error.__cause__}") from error
            except (psycopg.OperationalError, *_FOLLOWS, PoolTimeout, PoolClosed) as error:
                if not _passes(error) or loop.time() + pause_s > until:
                    why = (self._trouble or error) if isinstance(error, PoolTimeout) else error
                    raise DatabaseError(_sentence(why)) from error
            except (psycopg.errors.UndefinedTable, psycopg.InternalError) as error:  # no tables, no disk, or damage
                raise DatabaseError(_sentence(error)) from error
            except psycopg.errors.InsufficientPrivilege as error:
                raise NotAllowed(_sentence(error)) from error
            else:
                if _told_to_stop() > told_to_stop:
                    raise asyncio.CancelledError  # `wait_for`, in psycopg, loses it before Python 3.12
                return done
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            pause_s *= 1.5
            self._crowded_until = loop.time() + CROWDED_S


@contextlib.contextmanager
def _cut_off(connection: _Connection, after_s: float | None) -> Iterator[None]:
    """Hang up on a server that says nothing any more, as when its machine or the way to it is gone.

    To cancel would be to ask it, and to wait for what it says.
    """

    def hang_up() -> None:
        if not connection.closed:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)

    if after_s is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(after_s, hang_up)
    try:
        yield
    finally:
        timer.cancel()


def _told_to_stop() -> int:
    """How often whoever asks has been."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


async def _read(connection: _Connection, sql: str, values: Mapping[str, object]) -> list[Row]:
    cursor = await connection.execute(_ours(sql), _storable(values))
    return list(await cursor.fetchall()) if cursor.description else []


async def _written(connection: _Connection, steps: tuple[Step, ...], begin: str, *, in_turn: bool) -> list[int]:
    """Carry the steps out in one transaction; see `Database.write`.

    Args:
        begin: how it begins.
        in_turn: not before others that wait for their turn, in any process, have had it.
    """
    changed: list[int] = []
    try:
        await connection.execute(begin.encode(), prepare=False)
        if in_turn and not await _turn_taken(connection):
            await connection.execute("ROLLBACK")
            await connection.execute(begin.encode(), prepare=False)
        for step in steps:
            cursor = await connection.execute(_ours(step.sql), _storable(step.values))
            changed.append(max(0, cursor.rowcount))
            if step.gate and not changed[-1]:
                await connection.execute("ROLLBACK")
                return changed
    except BaseException:
        if not connection.closed:
            await connection.rollback()
        raise
    try:
        await connection.execute("COMMIT")
    except psycopg.OperationalError as error:
        if isinstance(error, _IN_THE_WAY):
            raise
        raise _CommitUnknownError from error
    return changed


async def _turn_taken(connection: _Connection) -> bool:
    """Wait for it, before the transaction's view is taken: LOCK is the one statement that does not take it.

    The lock ends with the transaction, also with that of a process that has stopped. Nobody but `kudos migrate` writes
    to this table, and whoever is not in anybody's way does not wait. Where there is no such table yet, no such right,
    or no such statement, as in what only speaks like PostgreSQL, there are no turns.
    """
    try:
        await connection.execute(TURN)
    except (psycopg.ProgrammingError, psycopg.NotSupportedError):
        return False
    return True


async def _for_reading(connection: _Connection) -> None:
    await _checked(connection)
    if not _lent(connection):
        await connection.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; {SET}")


async def _checked(connection: _Connection) -> None:
    """Look at whom we have reached: the server itself, or a pooler, whose connections can't keep anything for us.

    Raises:
        ConfigError: the server is too old.
    """
    version = connection.info.server_version // 10_000
    if version < SERVER_LEAST:
        raise ConfigError([f"DATABASE_URL: PostgreSQL {version} is too old; Kudos needs {SERVER_LEAST} or newer"])
    found = await (await connection.execute("SELECT pg_backend_pid() AS process")).fetchone()
    if not found or found["process"] != connection.info.backend_pid:
        connection.prepare_threshold = None


def _lent(connection: _Connection) -> bool:
    """Whether a pooler may give each transaction another connection to the server."""
    return connection.prepare_threshold is None


@functools.lru_cache(1024)
def _ours(sql: str) -> bytes:
    """The same statement with psycopg's way of naming parameters."""

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return f"%({found[1]})s"
        return found[0].replace("%", "%%")

    return _PARAMETER.sub(one, sql).encode()


def _storable(values: Mapping[str, object]) -> dict[str, object]:
    """Without NUL, which PostgreSQL's text can't hold; nobody can have meant to write it."""
    return {
        name: value.replace("\0", "") if isinstance(value, str) and "\0" in value else value
        for name, value in values.items()
    }


def _passes(error: Exception) -> bool:
    """Whether the same may go well in a moment."""
    return not isinstance(error, psycopg.errors.DiskFull | psycopg.errors.QueryCanceled)


def _sentence(error: Exception) -> str:
    """What went wrong, in one line, without what was written."""
    if isinstance(error, PoolTimeout):
        return f"no connection within {BUSY_TIMEOUT_S:.0f} s"
    message = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    told = str(message).strip().splitlines() or [type(error).__name__]  # more lines are advice, or the same again
    return " ".join(told[0].split())
