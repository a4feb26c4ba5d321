"""What is special to PostgreSQL: many processes write at once, and the server may be restarted under them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot import migrations
from bot.database import BUSY_TIMEOUT_S, Step
from bot.errors import ConfigError, DatabaseError
from bot.postgres import POOL_MOST, Postgres
from tests import pooler, postgres
from tests.postgres import Server

TABLE = "CREATE TABLE seat (id TEXT PRIMARY KEY, taken INTEGER NOT NULL)"


def take(id_: str, *, most: int) -> Step:
    """Take a seat, if fewer than `most` are taken: reads what others are writing."""
    return Step(
        "INSERT INTO seat (id, taken) SELECT :id, 1 WHERE (SELECT COUNT(*) FROM seat) < :most ON CONFLICT DO NOTHING",
        {"id": id_, "most": most},
        gate=True,
    )


@pytest.fixture(params=("direct", "pooled"))
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with postgres.made() as url:
        if request.param == "direct":
            yield url
            return
        with pooler.lending(url) as lent:
            yield lent


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Postgres]:
    database = Postgres(url)
    try:
        yield database
    finally:
        await database.close()


async def taken(database: Postgres) -> int:
    (row,) = await database.rows("SELECT COUNT(*) AS number FROM seat")
    return int(row["number"])


async def test_what_a_write_reads_does_not_change_under_it(url: str) -> None:
    """Twenty want one of three seats, at once, in two processes: three get one, as with one writer."""
    async with opened(url) as one, opened(url) as two:
        await one.write(Step(TABLE, {}))
        outcomes = await asyncio.gather(
            *(each.write(take(f"{name}{n}", most=3)) for n in range(10) for name, each in (("a", one), ("b", two)))
        )
        assert sum(outcome == [1] for outcome in outcomes) == 3
        assert await taken(one) == 3


async def test_a_crowd_in_a_young_database(url: str) -> None:
    """Thirty writers in three processes, each in the way of all others: everybody's turn comes, and in an order."""
    count = Step("INSERT INTO line (number) SELECT COUNT(*) + 1 FROM line", {})
    look = Step("UPDATE line SET number = number WHERE number < 0", {})

    async def write_often(database: Postgres) -> None:
        for _ in range(8):
            await database.write(count, *[look] * 15)

    async with opened(url) as one, opened(url) as two, opened(url) as three:
        await migrations.migrate(one)
        await one.write(Step("CREATE TABLE line (number INTEGER NOT NULL)", {}))
        await asyncio.gather(*(write_often(each) for _ in range(10) for each in (one, two, three)))
        rows = await one.rows("SELECT number FROM line ORDER BY number")
        assert [row["number"] for row in rows] == list(range(1, 3 * 10 * 8 + 1))


async def test_what_speaks_like_postgresql_and_knows_no_turns(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that it does not have is done without; who is in somebody's way comes again, as before."""
    monkeypatch.setattr("bot.postgres.TURN", "LOCK TURNS")
    change = Step("UPDATE seat SET taken = taken + 1", {})
    async with opened(url) as one, opened(url) as two:
        await one.write(Step(TABLE, {}), take("a", most=9))
        await asyncio.gather(*(each.write(change) for _ in range(10) for each in (one, two)))
        assert await one.rows("SELECT taken FROM seat") == [{"taken": 21}]


@pytest.mark.parametrize("turns", range(8))
async def test_who_is_told_to_stop_stops(url: str, turns: int) -> None:
    """Also if a connection that they have waited for comes at that very moment."""

    async def look_again_and_again(database: Postgres) -> None:
        while True:
            await database.rows("SELECT 1 AS one")
            await asyncio.sleep(60)

    async with opened(url) as database:
        nap = "SELECT pg_sleep(CASE WHEN :last = 1 THEN 0.4 ELSE 0.2 END)"
        first, *others = [asyncio.create_task(database.rows(nap, last=int(n > 0))) for n in range(POOL_MOST)]
        await asyncio.sleep(0.1)
        looking = asyncio.create_task(look_again_and_again(database))
        await first
        for _ in range(turns):
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.wait({looking}, timeout=1)
        assert looking.cancelled()
        await asyncio.gather(*others)


async def test_a_lock_that_is_held_for_too_long(url: str) -> None:
    """Whoever waits for it is told in time, nothing is half-written, and it goes on when the lock is free."""
    change = Step("UPDATE seat SET taken = taken + 1 WHERE id = 'a'", {})
    async with opened(url) as database, await psycopg.AsyncConnection.connect(url) as other:
        await database.write(Step(TABLE, {}), take("a", most=9))
        await other.execute("UPDATE seat SET taken = 7")
        began = asyncio.get_running_loop().time()
        with pytest.raises(DatabaseError):
            await database.write(take("b", most=9), change)
        assert asyncio.get_running_loop().time() - began < 2 * BUSY_TIMEOUT_S + 1
        assert await taken(database) == 1
        await other.rollback()
        assert await database.write(take("b", most=9), change) == [1, 1]


async def test_a_table_that_is_held_for_too_long(url: str) -> None:
    """As while somebody changes it: who reads is told in time, too."""
    async with opened(url) as database, await psycopg.AsyncConnection.connect(url) as other:
        await database.write(Step(TABLE, {}))
        await other.execute("LOCK TABLE seat")
        async with asyncio.timeout(2 * BUSY_TIMEOUT_S + 1):
            with pytest.raises(DatabaseError):
                await taken(database)
        await other.rollback()
        assert await taken(database) == 0


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """An error in one line, without the password."""
    async with opened(f"postgresql://kudos:hunter2@/kudos?host={tmp_path}") as database:
        for asked in (database.rows("SELECT 1 AS one"), database.write(Step("SELECT 1", {}))):
            with pytest.raises(DatabaseError) as told:
                await asked
            assert "hunter2" not in str(told.value)
            assert "\n" not in str(told.value)


async def test_why_a_server_cannot_be_used_is_told() -> None:
    """What it said itself, in one line; and no longer once it can be used."""
    with postgres.made() as url:
        gone = urlsplit(url)._replace(path="/no_such").geturl()
        for wrong, why in ((gone, '"no_such" does not exist'), (f"{url}&sslmode=no_such", "sslmode")):
            async with opened(wrong) as database:
                for asked in (database.rows("SELECT 1 AS one"), database.write(Step("SELECT 1", {}))):
                    with pytest.raises(DatabaseError, match=why) as told:
                        await asked
                    assert "\n" not in str(told.value)
    async with opened("postgresql://kudos:hunter2@127.0.0.1:9/kudos") as database:
        with pytest.raises(DatabaseError, match="onnection refused"):
            await database.rows("SELECT 1 AS one")


async def test_where_all_connections_are_in_use_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.postgres.POOL_MOST", 1)
    with postgres.made() as url:
        async with opened(url) as database:
            long = asyncio.create_task(database.rows(f"SELECT pg_sleep({BUSY_TIMEOUT_S + 1})"))
            await asyncio.sleep(0.3)
            with pytest.raises(DatabaseError, match="no connection within 2 s"):
                await database.rows("SELECT 1 AS one")
            assert await long


async def test_what_is_only_read_stays_as_it_is(url: str) -> None:
    async with opened(url) as database:
        await database.write(Step(TABLE, {}))
    reading = Postgres(url, read_only=True)
    with pytest.raises(Exception, match="read-only"):
        await reading.write(take("a", most=9))
    await reading.close()


async def test_a_server_that_is_too_old(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.postgres.SERVER_LEAST", 99)
    async with opened(url) as database:
        with pytest.raises((ConfigError, DatabaseError)):
            await database.rows("SELECT 1 AS one")


@contextlib.asynccontextmanager
async def silenced(url: str, speaks: asyncio.Event) -> AsyncIterator[str]:
    """The way to a server on which nothing arrives, and nothing is hung up either, while it does not speak."""
    at = conninfo_to_dict(url)
    writers: list[asyncio.StreamWriter] = []

    async def carry(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while some := await source.read(65536):
                await speaks.wait()
                to.write(some)
                await to.drain()
        to.close()

    async def come(theirs: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if str(at["host"]).startswith("/"):
            ours, on = await asyncio.open_unix_connection(f"{at['host']}/.s.PGSQL.{at.get('port') or 5432}")
        else:
            ours, on = await asyncio.open_connection(str(at["host"]), int(str(at.get("port") or 5432)))
        writers.extend((back, on))
        await asyncio.gather(carry(theirs, on), carry(ours, back))

    server = await asyncio.start_server(come, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield make_conninfo(url, host="127.0.0.1", port=port)
    finally:
        speaks.set()
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.sleep(0.1)


async def test_a_server_that_says_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its machine is gone, and nobody hangs up: whoever waits is told, and it goes on when it is back."""
    monkeypatch.setattr("bot.postgres.ANSWER_S", 0.5)
    monkeypatch.setattr("bot.postgres.LONG_S", 0.5)
    speaks = asyncio.Event()
    speaks.set()
    with postgres.made() as url:
        async with silenced(url, speaks) as way, opened(way) as database:
            await database.write(Step(TABLE, {}))
            assert await taken(database) == 0
            speaks.clear()
            for act in (taken(database), database.write(take("a", most=9)), taken(database)):
                with pytest.raises(DatabaseError):
                    await asyncio.wait_for(act, 0.5 + 2 * BUSY_TIMEOUT_S)
            speaks.set()
            await asyncio.sleep(BUSY_TIMEOUT_S)
            assert await database.write(take("b", most=9)) == [1]
            assert await taken(database) == 1


async def test_a_server_whose_files_are_damaged(url: str) -> None:
    """It says so, and that is no bug of ours."""
    found = "DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 7' USING ERRCODE = 'data_corrupted'; END $$"
    async with opened(url) as database:
        for act in (database.rows(found), database.write(Step(found, {}))):
            with pytest.raises(DatabaseError, match="invalid page"):
                await act


async def test_a_server_that_takes_nothing_more() -> None:
    """As where its disk is nearly full: who writes is told in time, and it goes on by itself when it takes more."""
    with postgres.made() as url:
        name = sql.Identifier(postgres.name(url))
        async with opened(url) as database, await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
            await database.write(Step(TABLE, {}))
            await other.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            with pytest.raises(DatabaseError, match="read-only"):
                await database.write(take("a", most=9))
            await other.execute("SET default_transaction_read_only = off")
            await other.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
            assert await database.write(take("a", most=9)) == [1]


# A server of its own, which may be stopped


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres.own() as server:
        yield server


async def writing(database: Postgres, written: list[str], failed: list[str], stop: asyncio.Event, name: str) -> float:
    """Write one row after another; what fails is not repeated. How long one took at most."""
    number, longest_s = 0, 0.0
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        number += 1
        id_, began = f"{name}{number}", loop.time()
        try:
            await database.write(take(id_, most=1_000_000))
            written.append(id_)
        except DatabaseError:
            failed.append(id_)
        longest_s = max(longest_s, loop.time() - began)
        await asyncio.sleep(0.005)
    return longest_s


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param("fast", marks=pytest.mark.fault("PostgreSQL restarted fast", on="postgres")),
        pytest.param("immediate", marks=pytest.mark.fault("PostgreSQL restarted immediately", on="postgres")),
    ],
)
async def test_a_server_that_is_restarted(server: Server, mode: str) -> None:
    """What was said to be written is there; and it all goes on by itself."""
    async with opened(server.url) as database:
        await database.write(Step(TABLE, {}))
        written: list[str] = []
        failed: list[str] = []
        stop = asyncio.Event()
        tasks = [asyncio.create_task(writing(database, written, failed, stop, name)) for name in "abcd"]
        await asyncio.sleep(0.5)
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(server.restart, mode)
        away_s = asyncio.get_running_loop().time() - began
        before = len(written)
        async with asyncio.timeout(30):
            while len(written) < before + 40:  # noqa: ASYNC110 - nobody calls
                await asyncio.sleep(0.02)
        stop.set()
        assert max(await asyncio.gather(*tasks)) < BUSY_TIMEOUT_S + 1
        there = {row["id"] for row in await database.rows("SELECT id FROM seat")}
        assert set(written) <= there, "nothing that was told is lost"
        assert there <= {*written, *failed}
        assert len(there.intersection(failed)) <= len(tasks), "only a commit that was under way is not known"
        assert len(failed) <= len(tasks) or away_s > BUSY_TIMEOUT_S / 2, "all else waits until it is back"


@pytest.mark.fault("PostgreSQL away for 60 s", on="postgres")
async def test_a_server_that_is_away_for_a_while(server: Server, request: pytest.FixtureRequest) -> None:
    """Meanwhile everybody is told in time; afterwards it goes on by itself."""
    loop = asyncio.get_running_loop()
    async with opened(server.url) as database:
        await database.write(Step(TABLE, {}))
        await asyncio.to_thread(server.stop)
        until = loop.time() + (60 if request.config.getoption("--in-full") else 5)
        while loop.time() < until:
            async with asyncio.timeout(2 * BUSY_TIMEOUT_S + 2):
                with pytest.raises(DatabaseError):
                    await database.write(take("a", most=9))
                with pytest.raises(DatabaseError):
                    await database.rows("SELECT 1 AS one")
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(DatabaseError):
                    if await database.write(take("a", most=9)):
                        break
        assert await taken(database) == 1


@pytest.mark.fault("PostgreSQL fails over", on="postgres")
async def test_a_server_that_follows_another_one_for_a_while(server: Server) -> None:
    """As while a managed database fails over: reading goes on, who writes is told in time, and then it goes on."""
    async with opened(server.url) as database:
        await database.write(Step(TABLE, {}))
        await asyncio.to_thread(server.follow)
        async with asyncio.timeout(2 * BUSY_TIMEOUT_S + 2):
            with pytest.raises(DatabaseError):
                await database.write(take("a", most=9))
        assert await taken(database) == 0
        writing = asyncio.create_task(database.write(take("b", most=9)))
        await asyncio.to_thread(server.lead)
        assert await writing == [1]
        assert await taken(database) == 1
