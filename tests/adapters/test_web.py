"""The server: alive, ready, and off where it is off."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters import app, storage, web
from adapters.app import Role
from bot import migrations
from bot.config import Settings
from bot.database import Sqlite, Step
from bot.errors import ConfigError
from bot.framework import Framework
from tests import postgres
from tests.adapters.town import REASON, Town, comes_true, town_in
from tests.doubles.slack_wire import Request


@contextlib.asynccontextmanager
async def running(settings: Settings, framework: Framework, role: Role = Role.ALL) -> AsyncIterator[str]:
    async with (
        web.site(settings, framework, role=role) as routes,
        web.listening(routes, "127.0.0.1", 0) as port,
    ):
        yield f"http://127.0.0.1:{port}"


async def get(address: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.get(address) as response:
        return response.status, await response.json(content_type=None) if response.status != 404 else None


def ready(framework: Framework) -> dict[str, str]:
    """What is said where nobody has set up a platform."""
    return {"status": "ok", "framework": framework.version, "note": "no platform is switched on"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of somebody who has set nothing but where the database is."""
    return Settings(database_url=f"sqlite:///{tmp_path}/kudos.db", _env_file=None)


def file_of(settings: Settings) -> Path:
    path = storage.file(settings.database_url)
    assert path
    return path


async def test_it_lives_and_is_ready(settings: Settings, framework: Framework) -> None:
    async with running(settings, framework) as address:
        assert await get(f"{address}/health") == (200, {"status": "ok"})
        assert await get(f"{address}/ready") == (200, ready(framework))


async def test_it_runs_on_postgresql_and_says_nothing_of_its_password(framework: Framework) -> None:
    with postgres.made() as url:
        settings = Settings(database_url=url.replace("postgres://", "postgresql://"), _env_file=None)
        async with running(settings, framework) as address:
            assert await get(f"{address}/ready") == (200, ready(framework))
    assert storage.called("postgresql://kudos:secret@db.example:5432/kudos?sslmode=require") == (
        "PostgreSQL db.example/kudos"
    )


async def test_with_slack_on_too(town: Town) -> None:
    address = town.client.url.removesuffix("/slack/events")
    assert (await get(f"{address}/ready"))[0] == 200


async def test_a_platform_that_is_off_is_not_there_and_nobody_waits_for_it(
    settings: Settings, framework: Framework
) -> None:
    async with running(settings, framework) as address, aiohttp.ClientSession() as http:
        for path in ("/slack/events", "/api/messages"):
            async with http.post(address + path, data=b"x") as response:
                assert response.status == 404
        assert (await get(f"{address}/ready"))[0] == 200


async def test_it_is_not_ready_while_a_migration_is_missing(settings: Settings, framework: Framework) -> None:
    async with running(settings, framework) as address:
        with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
            beside.execute("DELETE FROM migration")
            beside.commit()
        status, told = await get(f"{address}/ready")
        assert (status, told["status"]) == (503, "the database's schema is not up to date: kudos migrate")
        assert (await get(f"{address}/health"))[0] == 200


@pytest.mark.parametrize(("role", "status"), [(Role.ALL, 503), (Role.WORKER, 503), (Role.WEB, 200)])
async def test_who_delivers_is_not_ready_while_the_outbox_is_stuck(
    settings: Settings, framework: Framework, role: Role, status: int
) -> None:
    """Who only answers is: what people say is stored all the same."""
    async with running(settings, framework, role) as address:
        with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
            beside.execute(
                "INSERT INTO outbox (id, workspace, view, fact, place, person, state, wanted, shown, due_at, tries, "
                "claim, lease_until, first_tried_at, message_place, message, error, created_at) VALUES ('x', "
                "'slack:T1', 'given', 'y', 'C1', '', 'sending', 1, 0, :then, 0, 'z', :long, '', '', '', '', :then)",
                {"then": "2020-01-01T00:00:00.000000Z", "long": "2999-01-01T00:00:00.000000Z"},
            )
            beside.commit()
        found, told = await get(f"{address}/ready")
        assert found == status
        assert ("the outbox is stuck" in told["status"]) is (status == 503)


async def test_who_has_much_to_send_is_ready(framework: Framework, tmp_path: Path) -> None:
    """One message a second goes to a place, so that many keep the last of them waiting; until nothing is tried."""
    ahead = timedelta()
    async with town_in(tmp_path / "kudos.db", framework, pace_s=60, clock=lambda: app.now() + ahead) as town:
        address = town.client.url.removesuffix("/slack/events")
        await town.deliver(*(typed(town, f"@{name} {town.tag()} for {REASON}") for name in ("bob", "cara")))
        await comes_true(lambda: town.states() == {"done": 3, "due": 1})
        with contextlib.closing(sqlite3.connect(town.database)) as beside:
            beside.execute("UPDATE outbox SET due_at = '2020-01-01T00:00:00.000000Z' WHERE state = 'due'")
            beside.commit()
        assert (await get(f"{address}/ready"))[0] == 200
        ahead = web.OUTBOX_MOST + timedelta(minutes=1)
        assert (await get(f"{address}/ready"))[0] == 503


def typed(town: Town, text: str) -> Request:
    return town.client.make_command("/kudos", text, user=town.alice, channel=town.general)


async def test_it_is_not_ready_when_a_newer_release_has_taken_the_database_over(
    settings: Settings, framework: Framework
) -> None:
    async with running(settings, framework) as address:
        with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
            beside.execute("INSERT INTO migration (number, name) VALUES (9999, '9999_later')")
            beside.commit()
        assert (await get(f"{address}/ready"))[0] == 503


async def test_it_is_not_ready_when_the_database_is_gone(settings: Settings, framework: Framework) -> None:
    """A file that somebody has deleted would be written to still, and all of it lost."""
    async with running(settings, framework) as address:
        file_of(settings).unlink()
        assert (await get(f"{address}/ready"))[0] == 503


async def test_it_is_not_ready_when_another_file_lies_in_its_place(settings: Settings, framework: Framework) -> None:
    async with running(settings, framework) as address:
        file_of(settings).unlink()
        file_of(settings).touch()
        assert (await get(f"{address}/ready"))[0] == 503


async def test_it_is_not_ready_when_the_file_is_damaged(settings: Settings, framework: Framework) -> None:
    """And the figures say that there is no database, and all that the process counts itself."""
    async with running(settings, framework) as address:
        file = file_of(settings)
        with contextlib.closing(sqlite3.connect(file)) as beside:
            beside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (size,) = beside.execute("PRAGMA page_size").fetchone()
            pages = beside.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'outbox' AND rootpage > 0")
            numbers = [number for (number,) in pages]
        with file.open("rb+") as written:
            for number in numbers:
                written.seek(size * (number - 1))
                written.write(b"\xff" * size)
        status, told = await get(f"{address}/ready")
        assert (status, told["status"]) == (503, "the database is not ready")
        async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as response:
            assert "kudos_database_up 0.0" in await response.text()


async def test_asking_whether_it_is_ready_changes_nothing(settings: Settings, framework: Framework) -> None:
    async with running(settings, framework) as address:
        with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
            beside.execute("BEGIN IMMEDIATE")  # somebody else writes, and takes their time
            assert (await get(f"{address}/ready"))[0] == 200
            beside.rollback()


async def test_a_database_of_a_newer_release_stops_the_start(settings: Settings, framework: Framework) -> None:
    database = Sqlite(file_of(settings))
    await migrations.migrate(database)
    await database.write(Step("INSERT INTO migration (number, name) VALUES (9999, '9999_later')", {}))
    await database.close()
    with pytest.raises(ConfigError, match="newer than this release"):
        async with running(settings, framework):
            raise AssertionError


async def test_deliveries_of_more_than_a_week_ago_are_forgotten(settings: Settings, framework: Framework) -> None:
    async with running(settings, framework) as address:
        assert (await get(f"{address}/ready"))[0] == 200
    with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
        for id_, at in (("old", "2020-01-01T00:00:00.000000Z"), ("new", "2999-01-01T00:00:00.000000Z")):
            beside.execute("INSERT INTO delivery (workspace, id, fact, at) VALUES ('w', ?, '', ?)", (id_, at))
        beside.commit()
    async with running(settings, framework) as address:
        assert (await get(f"{address}/ready"))[0] == 200
    with contextlib.closing(sqlite3.connect(file_of(settings))) as beside:
        assert beside.execute("SELECT id FROM delivery").fetchall() == [("new",)]
