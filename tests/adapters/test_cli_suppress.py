"""`kudos person suppress`: what the chat does, and noted with who typed it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from adapters import cli
from bot import migrations
from bot.database import Sqlite
from bot.model import Person, Workspace
from bot.store import Store

SLACK, TEAMS = "slack:T1", "teams:t1"
ANN = Person(workspace=SLACK, id="U1", name="Ann Adams", email="ann@force.example")
ANNE = Person(workspace=TEAMS, id="a1", name="Adams, Ann", email="ann@force.example")
SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> Iterator[None]:
    """The command sets up the log of its process, which is here that of all tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "kudos.db"

    async def made() -> None:
        database = Sqlite(path)
        await migrations.migrate(database)
        store = Store(database)
        for workspace in (SLACK, TEAMS):
            await store.directory.save_workspace(Workspace(id=workspace, name=workspace))
        await store.organisations.arrange([(SLACK, TEAMS)], {})
        await store.directory.save_people([ANN, ANNE])
        await database.close()

    asyncio.run(made())
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ("person", "suppress", *arguments))


def kept(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_all_accounts_of_somebody_until_a_day_and_it_can_be_ended(database: Path) -> None:
    done = run("slack/ann@force.example", "--until", SOON)
    assert done.stdout == f"Until the end of {SOON}, nothing is shown of Ann Adams (slack:T1/U1).\n"
    rows = "SELECT workspace, person FROM suppression WHERE ended = 0 ORDER BY workspace"
    assert kept(database, rows) == [(SLACK, "U1"), (TEAMS, "a1")]
    assert run("a1", "--end").stdout.endswith("is shown like everybody else again, as they have chosen.\n")
    assert kept(database, rows) == []
    noted = kept(database, "SELECT act, subject, origin, actor LIKE 'command line (%' FROM audit ORDER BY at")
    assert noted == [("suppressed", "U1", "command line", 1), ("suppression ended", "a1", "command line", 1)]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("U1",), "say either --until a day, or --end"),
        (("U1", "--end", "--until", SOON), "say either --until a day, or --end"),
        (("U1", "--until", "2020-01-01"), "The last day can be today, or any day of the next two years."),
        (("U1", "--until", "soon"), "does not match the format"),
        (("nobody", "--end"), "nobody is known as nobody."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(database: Path, arguments: tuple[str, ...], why: str) -> None:
    done = run(*arguments)
    assert done.exit_code != 0
    assert why in done.stderr
    assert kept(database, "SELECT * FROM suppression") == []
