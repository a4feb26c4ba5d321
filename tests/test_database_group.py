"""SQLite: writes that arrive while another is under way share a commit, and are none the wiser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Sqlite, Step
from bot.errors import DatabaseError


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Sqlite]:
    database = Sqlite(tmp_path / "group.db")
    await database.write(Step("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL)", {}))
    yield database
    await database.close()


def add(id_: str, name: str | None = "Ann", *, gate: bool = False) -> Step:
    sql = "INSERT INTO person (id, name) VALUES (:id, :name) ON CONFLICT (id) DO NOTHING"
    return Step(sql, {"id": id_, "name": name}, gate=gate)


async def ids(database: Sqlite) -> list[str]:
    return [row["id"] for row in await database.rows("SELECT id FROM person ORDER BY id")]


async def test_one_that_fails_does_not_harm_the_others(file: Sqlite) -> None:
    """Only its own steps are taken back, and only its caller is told."""
    outcomes = await asyncio.gather(
        *(file.write(add(f"a{n}"), add(f"b{n}", None if n == 3 else "Ann")) for n in range(6)), return_exceptions=True
    )
    assert [outcome for n, outcome in enumerate(outcomes) if n != 3] == [[1, 1]] * 5
    assert isinstance(outcomes[3], Exception)
    assert await ids(file) == sorted(f"{letter}{n}" for letter in "ab" for n in range(6) if n != 3)


async def test_a_gate_closes_for_its_own_write_only(file: Sqlite) -> None:
    """Of equal deliveries in one commit the first passes."""
    outcomes = await asyncio.gather(*(file.write(add("it", gate=True), add(f"{n}")) for n in range(6)))
    assert outcomes == [[1, 1], *[[0]] * 5]
    assert await ids(file) == ["0", "it"]


async def test_when_the_disk_is_full_everybody_is_told_the_truth(file: Sqlite) -> None:
    """Who was told that it is written finds it; who was told that it is not does not."""
    (pages,) = await file.rows("SELECT page_count FROM pragma_page_count")
    await file.write(Step(f"PRAGMA max_page_count = {pages['page_count'] + 2}", {}))
    names = {"a": "Ann", "b": "Ann", "c": "x" * 100_000, "d": "Ann"}
    writes = (file.write(add(id_, name)) for id_, name in names.items())
    outcomes = dict(zip(names, await asyncio.gather(*writes, return_exceptions=True), strict=True))
    assert isinstance(outcomes["c"], DatabaseError)
    assert await ids(file) == [id_ for id_, outcome in outcomes.items() if outcome == [1]]


async def test_what_was_asked_for_before_closing_is_written(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "closing.db")
    await database.write(Step("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL)", {}))
    writes = [asyncio.create_task(database.write(add(f"{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*writes) == [[1]] * 5


async def test_whoever_has_gone_keeps_nobody_waiting(file: Sqlite) -> None:
    first, *rest = [asyncio.create_task(file.write(add(f"{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    rest[1].cancel()
    assert await first == [1]
    assert await asyncio.gather(*rest, return_exceptions=True) != []
    assert {"0", "1", "3", "4"} <= set(await ids(file))
