"""A database of each earlier release becomes one of this release, with everything that was in it."""

import asyncio
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from bot.database import Database, Step
from bot.migrations import Migration, known, migrate, pending
from bot.store import Store
from tests import databases

W: Final = "slack:T1"
THEN: Final = "2024-05-06T07:08:09.000000Z"
_RECORD: Final = "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"

#: What stands in a column, whatever its table; in any other one "x", or 1.
USUAL: Final = {
    "workspace": W,
    "person": "U1",
    "recognition": "r1",
    "place": "C1",
    "giver": "U1",
    "email": "ann@force.example",
    "kind": "member",
    "visibility": "public",
    "origin": "command",
    "reason": "staying on after nights",
    "withdrawn_at": "",
    "withdrawn": 0,
    "archived": 0,
    "shared": 0,
    "active": 1,
    "revision": 1,
    "position": 0,
    "entry": "we-care",
    "state": "done",
}
#: Where a table needs something else, or several rows.
ROWS: Final[dict[str, tuple[dict[str, object], ...]]] = {
    "workspace": ({"id": W},),
    "person": ({"id": "U1", "name": "Ann"}, {"id": "U2", "name": "Bob"}),
    "place": ({"id": "C1", "kind": "channel"},),
    "recognition": ({"id": "r1"},),
    "recipient": ({"person": "U2"},),
}


def columns(before: tuple[Migration, ...]) -> dict[str, list[tuple[str, str]]]:
    """The names and types of the columns of each table, in the order in which the tables were made."""
    with closing(sqlite3.connect(":memory:")) as scratch:
        for migration in before:
            for statement in migration.statements:
                scratch.execute(statement)
        tables = scratch.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        return {
            table: scratch.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
            for (table,) in tables
        }


def value(column: str, type_: str) -> object:
    if column in USUAL:
        return USUAL[column]
    if type_ == "INTEGER":
        return 1
    return THEN if column == "at" or column.endswith("_at") else "x"


async def lived(database: Database, before: tuple[Migration, ...]) -> dict[str, int]:
    """Make a database of a release that had but these migrations, with rows in every table; how many there are."""
    await database.write(Step(_RECORD, {}))
    for each in before:
        record = Step("INSERT INTO migration VALUES (:number, :name)", {"number": each.number, "name": each.name})
        await database.write(record, *(Step(statement, {}) for statement in each.statements))
    counts = {}
    for table, known_columns in columns(before).items():
        rows = ROWS.get(table, ({},))
        for own in rows:
            row = {name: own.get(name, value(name, type_)) for name, type_ in known_columns}
            places = ", ".join(f":{name}" for name in row)
            await database.write(Step(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row))  # noqa: S608
        counts[table] = len(rows)
    return counts


@pytest.mark.parametrize("number", [each.number for each in known()[:-1]])
@pytest.mark.parametrize("kind", databases.KINDS)
async def test_what_was_in_it_is_in_it(kind: str, number: int, tmp_path: Path) -> None:
    """Whichever migration was the last one of that release."""
    before = tuple(each for each in known() if each.number <= number)
    with databases.empty(kind, tmp_path / "kudos.db") as opened:
        database = opened()
        counts = await lived(database, before)
        assert [each.number for each in await migrate(database)] == [each.number for each in known()[len(before) :]]
        assert await pending(database) == ()
        for table, rows in counts.items():
            (found,) = await database.rows(f"SELECT COUNT(*) AS number FROM {table}")  # noqa: S608
            assert found["number"] == rows, table
        store = Store(database)
        await store.directory.readdress()
        recognition = await store.ledger.recognition(W, "r1")
        assert recognition
        assert (recognition.giver.name, recognition.reason) == ("Ann", "staying on after nights")
        assert [each.name for each in recognition.recipients] == ["Bob"]
        for table in ("recipient", "tag"):
            (row,) = await database.rows(f"SELECT thanked_at FROM {table}")  # noqa: S608
            assert row["thanked_at"] == THEN, table
        noted = await database.rows("SELECT number FROM migration_release")
        assert {row["number"] for row in noted} == {each.number for each in known()[len(before) :]}
        await database.close()


MANY: Final = 30_000  #: kudos, so that it takes a moment to go through them
_KUDOS: Final = """
INSERT INTO recognition (
    id, workspace, giver, reason, place, visibility, origin, message, framework_version, given_at, withdrawn,
    withdrawn_at, revision
) SELECT id, 'slack:T1', 'U1', '', 'C1', 'public', 'command', '', '1', '2026-03-16T09:00:00.000000Z', 0, '', 1
"""
_THANKED: Final = "INSERT INTO recipient (recognition, workspace, person, position) SELECT id, 'slack:T1', 'U2', 0"
_TAGGED: Final = """
INSERT INTO tag (recognition, workspace, entry, title, position, base, standing)
SELECT id, 'slack:T1', 'we-care', 'We care', 0, 1, 1
"""
_ONE: Final = "FROM (SELECT CAST(:id AS TEXT) AS id) AS kudos"
_SECONDED: Final = """
INSERT INTO endorsement (recognition, workspace, person, at)
SELECT :id, 'slack:T1', person, '2026-03-16T09:00:00.000000Z' FROM recipient WHERE recognition = :old
"""
_WRITTEN: Final = (_KUDOS, _THANKED, _TAGGED)
FIRST_SINCE: Final = 16  #: the first migration that goes through every kudos


async def test_others_write_meanwhile(tmp_path: Path) -> None:
    """Processes of the release before go on giving on the same server: neither they nor it are in the other's way."""
    many = f"FROM (SELECT 'old-' || number AS id FROM generate_series(1, {MANY}) AS number) AS kudos"  # noqa: S608
    given: list[str] = []

    async def give(database: Database, mine: int) -> None:
        for number in itertools.count():
            id_ = f"new-{mine}-{number}"
            await database.write(
                *(Step(f"{sql} {_ONE}", {"id": id_}) for sql in _WRITTEN),
                Step(_SECONDED, {"id": id_, "old": f"old-{mine}{number}"}),
                Step("UPDATE tag SET standing = 0 WHERE recognition = :old", {"old": f"old-{mine}{number}"}),
            )
            given.append(id_)

    with databases.empty("postgres", tmp_path) as opened:
        one, other = opened(), opened()
        await lived(one, tuple(each for each in known() if each.number < FIRST_SINCE))
        await one.write(*(Step(f"{sql} {many}", {}) for sql in _WRITTEN))
        async with asyncio.TaskGroup() as group:
            givers = [group.create_task(give(other, mine)) for mine in range(1, 5)]
            await asyncio.sleep(0.2)
            before = len(given)
            assert await migrate(one)
            assert before < len(given)
            for each in givers:
                each.cancel()
        (found,) = await one.rows("SELECT COUNT(*) AS number FROM recipient WHERE recognition LIKE 'new-%'")
        assert len(given) <= found["number"] <= len(given) + len(givers)
        for database in (one, other):
            await database.close()
