"""From one database to another: every row, shown to be there by counts and hashes. It can be broken off and resumed."""

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from bot import migrations
from bot.database import Database, Row, Step
from bot.errors import ConfigError

PAGE: Final = 500  #: rows that are read, and written in one transaction
AT_ONCE: Final = 50  #: rows of one statement
_WHOLE: Final = 2**128


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]  #: the columns of its primary key


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a table holds: equal for the same rows, in whatever order they come."""

    table: str
    rows: int
    hash: str


def tables() -> tuple[Table, ...]:
    """Those of this release but for the record of migrations; none needs one that comes after it."""
    connection = sqlite3.connect(":memory:")
    try:
        for migration in migrations.known():
            for statement in migration.statements:
                connection.execute(statement)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        return tuple(_table(connection, name) for (name,) in names)
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str) -> Table:
    rows = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    key = sorted((position, column) for column, position in rows if position)
    return Table(name=name, columns=tuple(column for column, _ in rows), key=tuple(column for _, column in key))


async def size(source: Database) -> int:
    """How many rows there are to be moved."""
    return sum([await _count(source, table) for table in tables()])


async def move(source: Database, target: Database, moved: Callable[[int], None]) -> tuple[Sum, ...]:
    """Copy everything to `target`, whose schema is made; what is there from an earlier try stays.

    Args:
        moved: told how many more rows are there.

    Raises:
        ConfigError: the schemas differ, `target` holds something else, or the two are not the same in the end.
    """
    await migrations.migrate(target)
    if await migrations.pending(source):
        raise ConfigError(["--from: it is of an older release. Bring it up to date first: kudos migrate"])
    there = {table.name: await _hashes(target, table) for table in tables()}
    for table in tables():
        known = there[table.name]
        if known and len(known) != len(known & await _hashes(source, table)):
            raise ConfigError([f"--to: its table {table.name} holds what --from does not. Move to an empty database."])
    for table in tables():
        async for page in _pages(source, table):
            new = [row for row in page if _hash(row, table) not in there[table.name]]
            await target.write(*_inserts(table, new))
            moved(len(page))
    return await _verified(source, target)


async def _verified(source: Database, target: Database) -> tuple[Sum, ...]:
    sums = [(await summed(source, table), await summed(target, table)) for table in tables()]
    if wrong := [one.table for one, other in sums if one != other]:
        raise ConfigError(
            [f"--to: {', '.join(wrong)} is not the same in both. Stop every Kudos that uses them, and move again."]
        )
    return tuple(one for one, _ in sums)


async def summed(database: Database, table: Table) -> Sum:
    rows, total = 0, 0
    async for page in _pages(database, table):
        rows += len(page)
        total = (total + sum(_hash(row, table) for row in page)) % _WHOLE
    return Sum(table=table.name, rows=rows, hash=f"{total:032x}")


async def _hashes(database: Database, table: Table) -> set[int]:
    return {_hash(row, table) async for page in _pages(database, table) for row in page}


def _hash(row: Row, table: Table) -> int:
    told = json.dumps([row[column] for column in table.columns])
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=16).digest(), "big")


async def _count(database: Database, table: Table) -> int:
    (row,) = await database.long_rows(f"SELECT COUNT(*) AS number FROM {table.name}")  # noqa: S608 - our own name
    return int(row["number"])


async def _pages(database: Database, table: Table) -> AsyncIterator[list[Row]]:
    """All rows, by primary key: what is behind them is asked for, so that no page takes longer than the first."""
    key = ", ".join(table.key)
    behind = ""
    after: dict[str, object] = {}
    while True:
        rows = await database.long_rows(
            f"SELECT * FROM {table.name} {behind} ORDER BY {key} LIMIT {PAGE}",  # noqa: S608 - our own names
            **after,
        )
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        behind = f"WHERE ({key}) > ({', '.join(f':k{number}' for number in range(len(table.key)))})"
        after = {f"k{number}": rows[-1][column] for number, column in enumerate(table.key)}


def _inserts(table: Table, rows: list[Row]) -> list[Step]:
    return [_insert(table, rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)]


def _insert(table: Table, rows: list[Row]) -> Step:
    values = {
        f"r{row}c{column}": rows[row][name] for row in range(len(rows)) for column, name in enumerate(table.columns)
    }
    places = (", ".join(f":r{row}c{column}" for column in range(len(table.columns))) for row in range(len(rows)))
    listed = ", ".join(f"({each})" for each in places)
    columns = ", ".join(table.columns)
    return Step(
        f"INSERT INTO {table.name} ({columns}) VALUES {listed} ON CONFLICT DO NOTHING",  # noqa: S608 - our own names
        values,
    )
