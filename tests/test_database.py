"""The contract of the SQL seam. It runs on every database that Kudos supports."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.database import BUSY_TIMEOUT_S, Database, Sqlite, Step
from bot.errors import ConfigError, DatabaseError
from tests import databases

Open = Callable[[], Awaitable[Database]]  #: another process on the same database


@pytest.fixture(params=(*databases.KINDS, databases.POOLED))
async def another(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the database; whatever was opened is closed in the end."""
    opened: list[Database] = []
    with databases.empty(request.param, tmp_path / "contract.db") as new:

        async def open_() -> Database:
            opened.append(new())
            return opened[-1]

        yield open_
        for each in opened:
            await each.close()


@pytest.fixture
async def one(another: Open) -> Database:
    database = await another()
    await database.write(
        Step("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL)", {}),
        Step("CREATE TABLE thank (id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id))", {}),
    )
    return database


def add(id_: str, name: str = "Ann", age: int = 1, *, gate: bool = False) -> Step:
    return Step(
        "INSERT INTO person (id, name, age) VALUES (:id, :name, :age) ON CONFLICT DO NOTHING",
        {"id": id_, "name": name, "age": age},
        gate=gate,
    )


def thank(id_: str, person: str) -> Step:
    return Step("INSERT INTO thank (id, person) VALUES (:id, :person)", {"id": id_, "person": person})


async def ids(database: Database) -> list[str]:
    return [row["id"] for row in await database.rows("SELECT id FROM person ORDER BY id")]


async def test_what_was_written_is_read(one: Database) -> None:
    """Text and numbers come back as they went in, by name of the column, hostile text included."""
    name = "Robert'); DROP TABLE person;-- \N{EAR} %s %% :id “é”"
    assert await one.write(add("a", name, 7)) == [1]
    assert await one.rows("SELECT * FROM person WHERE name = :name", name=name) == [{"id": "a", "name": name, "age": 7}]


async def test_nul_never_makes_a_write_fail(one: Database) -> None:
    """PostgreSQL can't hold it, and nobody means it."""
    assert await one.write(add("a", "An\0n")) == [1]
    ((name,),) = [tuple(row.values()) for row in await one.rows("SELECT name FROM person WHERE id = 'a'")]
    assert name.replace("\0", "") == "Ann"


async def test_what_was_written_is_there_for_others_and_after_a_restart(one: Database, another: Open) -> None:
    await one.write(add("a"))
    assert await ids(await another()) == ["a"]


async def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "kudos.db")
    await database.write(Step("CREATE TABLE t (x TEXT)", {}))
    modes = {each.stat().st_mode & 0o777 for each in await asyncio.to_thread(lambda: list(tmp_path.iterdir()))}
    assert modes == {0o600}
    await database.close()


async def test_each_step_says_how_many_rows_it_changed(one: Database) -> None:
    """Also a step that changed none."""
    changed = await one.write(
        add("a"),
        add("a"),
        add("b"),
        Step("UPDATE person SET age = 2 WHERE age = :age", {"age": 1}),
        Step("DELETE FROM person WHERE id = 'c'", {}),
    )
    assert changed == [1, 0, 1, 2, 0]


async def test_all_or_nothing(one: Database) -> None:
    """A step that fails takes the steps before it back."""
    with pytest.raises(Exception, match="person"):
        await one.write(add("a"), Step("INSERT INTO person (id) VALUES ('b')", {}))
    assert await ids(one) == []
    assert await one.write(add("a")) == [1], "and the next transaction is a new one"


async def test_a_gate_that_changes_nothing_takes_everything_back(one: Database) -> None:
    """The list ends with the gate's 0, so that it tells which gate it was."""
    await one.write(add("a"))
    assert await one.write(add("b"), add("a", gate=True), add("c")) == [1, 0]
    assert await ids(one) == ["a"]


async def test_a_gate_that_changes_something_lets_pass(one: Database) -> None:
    assert await one.write(add("a", gate=True), add("b", gate=True), add("c")) == [1, 1, 1]
    assert await one.write(add("d"), add("d")) == [1, 0], "no gate, no taking back"
    assert await ids(one) == ["a", "b", "c", "d"]


async def test_nothing_to_write(one: Database) -> None:
    assert await one.write() == []


async def test_foreign_keys_are_kept(one: Database) -> None:
    """Nobody is thanked who is not there."""
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await one.write(thank("t", "nobody"))
    await one.write(add("a"), thank("t", "a"))


async def test_reading_does_not_write(one: Database) -> None:
    """`rows` is for reading; a write that slips in there fails."""
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await one.rows("INSERT INTO person (id, name, age) VALUES ('a', '', 0)")


async def test_a_long_read_lets_others_go_on(one: Database) -> None:
    """It sees what the others see, and fails as they do."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT COUNT(*) AS c FROM n"
    turns, reading = 0, asyncio.create_task(one.long_rows(many, most=1_000_000))
    while not reading.done():
        await one.rows("SELECT 1 AS one")
        turns += 1
    assert await reading == [{"c": 1_000_000}]
    assert turns > 10
    with pytest.raises(DatabaseError):
        await one.long_rows("SELECT * FROM nowhere")


async def test_many_writers_at_once(one: Database, another: Open) -> None:
    """Two processes, a hundred transactions at once: each is carried out, exactly one passes the gate."""
    two = await another()
    results = await asyncio.gather(
        *(database.write(add("the-one", gate=True), add(f"{n}")) for n in range(50) for database in (one, two))
    )
    assert sum(result == [0] for result in results) == 99
    assert len(await ids(one)) == 2


async def test_reading_while_another_writes(one: Database, another: Open) -> None:
    """A reader sees what is committed, and waits for nobody."""
    two = await another()
    writing = asyncio.create_task(one.write(*(add(f"{n}") for n in range(500))))
    while not writing.done():
        assert len(await ids(two)) in (0, 500)
    assert len(await ids(two)) == 500


async def test_what_is_written_at_once_does_not_share_its_fate(one: Database) -> None:
    """Of many writes at the same moment one fails and one is stopped by its gate; the others are carried out."""
    await one.write(add("a"), add("f"))
    results = await asyncio.gather(
        one.write(add("h")),
        one.write(add("b"), Step("INSERT INTO person (id) VALUES ('c')", {})),
        one.write(add("d"), add("a", gate=True), add("e")),
        one.write(add("f"), add("g")),
        one.write(thank("t", "nobody")),
        one.write(thank("t", "f")),
        return_exceptions=True,
    )
    assert [result if isinstance(result, list) else "failed" for result in results] == [
        [1],
        "failed",
        [1, 0],
        [0, 1],
        "failed",
        [1],
    ]
    assert await ids(one) == ["a", "f", "g", "h"]


async def test_a_cancelled_write_is_whole(one: Database) -> None:
    """Whoever asked may have gone: the transaction is carried out or not at all."""
    writing = asyncio.create_task(one.write(*(add(f"{n}") for n in range(100))))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await one.write(add("last"))
    assert len(await ids(one)) in (1, 101)


# What is special to SQLite


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Sqlite]:
    database = Sqlite(tmp_path / "own.db")
    await database.write(Step("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT, age INTEGER)", {}))
    yield database
    await database.close()


def hold(path: Path, seconds: float) -> None:
    """Another program holds the file's lock for a while."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("COMMIT")
    connection.close()


async def test_a_locked_file_is_waited_for(file: Sqlite, tmp_path: Path) -> None:
    """Somebody else's lock delays a write, and loses nothing; reading goes on meanwhile."""
    holding = asyncio.create_task(asyncio.to_thread(hold, tmp_path / "own.db", BUSY_TIMEOUT_S / 2))
    await asyncio.sleep(0.2)
    writing = asyncio.create_task(file.write(add("a")))
    assert await ids(file) == []
    assert not writing.done()
    assert await writing == [1]
    await holding


async def test_a_file_locked_for_too_long(file: Sqlite, tmp_path: Path) -> None:
    """After that the caller is told, nothing is half-written, and the next write works."""
    holding = asyncio.create_task(asyncio.to_thread(hold, tmp_path / "own.db", BUSY_TIMEOUT_S + 1))
    await asyncio.sleep(0.2)
    with pytest.raises(DatabaseError, match="locked"):
        await file.write(add("a"))
    await holding
    assert await file.write(add("b")) == [1]
    assert await ids(file) == ["b"]


async def test_a_full_disk(tmp_path: Path) -> None:
    """When there is no room left the caller is told, nothing is half-written, and freed room can be used."""
    small = Sqlite(tmp_path / "small.db")
    await small.write(Step("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT, age INTEGER)", {}))
    await small.write(add("a"))
    (pages,) = await small.rows("SELECT page_count FROM pragma_page_count")
    await small.write(Step(f"PRAGMA max_page_count = {pages['page_count'] + 2}", {}))
    with pytest.raises(DatabaseError, match="full"):
        await small.write(add("b"), add("c", "x" * 100_000))
    assert await ids(small) == ["a"]
    big, little = await asyncio.gather(
        small.write(add("e", "x" * 100_000)), small.write(add("f")), return_exceptions=True
    )
    assert isinstance(big, DatabaseError)
    assert await ids(small) == (["a", "f"] if little == [1] else ["a"]), "each was told the truth"
    assert await small.write(add("d")) == [1]
    await small.close()


async def test_the_file_is_safe(file: Sqlite, tmp_path: Path) -> None:
    """Readers do not block the writer, and a commit is on the disk when it returns."""
    assert await file.rows("SELECT journal_mode FROM pragma_journal_mode") == [{"journal_mode": "wal"}]
    assert (tmp_path / "own.db-wal").exists()
    assert [dict(row) for row in file._out.execute("PRAGMA synchronous")] == [{"synchronous": 2}]


@pytest.mark.parametrize("path", ["no/such/folder/kudos.db", "."])
def test_a_file_that_cannot_be_opened(path: str, tmp_path: Path) -> None:
    """The operator reads which setting is wrong."""
    with pytest.raises(ConfigError, match=r"DATABASE_URL: cannot open .*kudos|DATABASE_URL: cannot open"):
        Sqlite(tmp_path / path)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, and longer than a header of one hundred bytes. " * 9)
    with pytest.raises(ConfigError, match="file is not a database"):
        Sqlite(tmp_path / "notes.txt")


async def test_what_is_only_read_must_be_there_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"something else of ours " * 100)
    for path in (tmp_path / "none.db", tmp_path / "other"):
        with pytest.raises(ConfigError, match="cannot open"):
            Sqlite(path, read_only=True)
    odd = tmp_path / "a ?mode=rwc#%41.db"
    written = Sqlite(odd)
    await written.write(Step("CREATE TABLE thing (id TEXT)", {}))
    read = Sqlite(odd, read_only=True)
    assert await read.rows("SELECT * FROM thing") == []
    with pytest.raises(DatabaseError, match="readonly"):
        await read.write(Step("INSERT INTO thing (id) VALUES ('x')", {}))
    await read.close()
    await written.close()
