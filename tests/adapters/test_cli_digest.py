"""`kudos digest …`: what is set up, what it would show, and posting it; what is wrong goes to standard error."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from adapters import cli
from bot import migrations
from bot.database import Sqlite
from bot.model import Person, Place, Visibility, Workspace
from bot.schedule import Plan, Week
from bot.store import Store
from tests.adapters.town import ROOT

W, OTHER = "slack:T1", "slack:T2"
ZONE = "Europe/London"
GENERAL = Place(workspace=W, id="C1", name="general", visibility=Visibility.PUBLIC, joined=True, shared=False)
AWAY = Place(workspace=W, id="C2", name="away", visibility=Visibility.PUBLIC)
PLAN = Plan(zone=ZONE, owner="U1")


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> Iterator[None]:
    """The command sets up the log of its process, which is here that of all tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMEWORK_FILE", str(ROOT / "framework.yaml"))
    return tmp_path


@pytest.fixture
def database(elsewhere: Path) -> Path:
    """A workspace with two channels, of which Kudos is in one."""

    async def made(store: Store) -> None:
        await store.directory.save_workspace(Workspace(id=W, name="Northfield"))
        await store.directory.save_people([Person(workspace=W, id="U1", name="Ann")])
        await store.places.save([GENERAL, AWAY])

    path = elsewhere / "kudos.db"
    within(path, made)
    return path


def within(path: Path, act: Callable[[Store], Coroutine[Any, Any, None]]) -> None:
    async def doing() -> None:
        database = Sqlite(path)
        try:
            await migrations.migrate(database)
            await act(Store(database))
        finally:
            await database.close()

    asyncio.run(doing())


def set_up(path: Path, plan: Plan = PLAN, place: Place = GENERAL) -> None:
    async def done(store: Store) -> None:
        now = datetime.now(UTC)
        await store.write(
            store.digests.planning(
                place.workspace, place.id, plan, actor="U1", now=now, key=f"{place.id}-{now.timestamp()}"
            )
        )

    within(path, done)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ("digest", *arguments))


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608
        return number


def last_week() -> Week:
    return Week.of(datetime.now(PLAN.clock).date()).before


# list


def test_without_any_it_says_how_to_set_one_up(database: Path) -> None:
    assert run("list").stdout == "No digest has been set up yet. Tell Kudos in a channel: digest\n"


def test_each_place_is_listed_with_what_comes_next(database: Path) -> None:
    set_up(database)
    set_up(database, replace(PLAN, on=False), AWAY)
    shown = run("list")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("#general: on; the next one is due on Monday ")
    assert f"at 09:00 ({ZONE}), of 20" in lines[0]
    assert lines[1:] == ["        none in the last weeks", "#away: off", "        none in the last weeks"]


def test_a_pause_and_a_week_left_out_are_listed(database: Path) -> None:
    now = datetime.now(UTC)
    week = PLAN.told(PLAN.due_after(now))
    set_up(database, replace(PLAN, skipped=str(week)))
    set_up(database, replace(PLAN, paused="is_archived"), AWAY)
    lines = run("list").stdout.splitlines()
    assert f"#general: on, {week} is left out; the next one is due on" in lines[0]
    assert f"of {week.after}" in lines[0]
    assert lines[2] == "#away: paused, for the channel is archived"


def test_several_workspaces_are_told_apart(database: Path) -> None:
    async def more(store: Store) -> None:
        await store.directory.save_workspace(Workspace(id=OTHER, name="Southfield"))

    within(database, more)
    set_up(database)
    assert run("list").stdout.startswith("#general (Northfield): on")
    assert "say which workspace, with --workspace: slack:T1 (Northfield), slack:T2 (Southfield)" in (
        run("preview", "--place", "#general").stderr
    )
    for name in (W, "T1", "northfield"):
        assert run("preview", "--place", "general", "--workspace", name).exit_code == 0
    assert "no workspace is called Eastfield" in (
        run("preview", "--place", "general", "--workspace", "Eastfield").stderr
    )


@pytest.mark.parametrize(
    ("outcome", "state", "says"),
    [
        ("skipped", "", "left out"),
        ("late", "", "left out: it would have come too late"),
        ("paused", "", "not posted: nothing could be posted there"),
        ("due", "due", "on its way"),
        ("due", "unknown", "perhaps posted: its answer was lost, and nobody could look"),
        ("due", "parked", "could not be posted: is_archived"),
        ("due", "done", "nothing to tell, so nothing was posted"),
        ("asked", "shown", "posted"),
    ],
)
def test_what_became_of_the_last_one_is_listed(database: Path, outcome: str, state: str, says: str) -> None:
    set_up(database)
    assert run("post", "--place", "C1").exit_code == 0
    shown = ("C1", "1772443800.000100") if state == "shown" else ("", "")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE digest SET outcome = ?", (outcome,))
        connection.execute(
            "UPDATE outbox SET state = ?, error = ?, message_place = ?, message = ?",
            ("done" if state == "shown" else state or "done", "is_archived" if state == "parked" else "", *shown),
        )
        connection.commit()
    assert run("list").stdout.splitlines()[1] == f"        the last one, of {last_week()}: {says}"


# preview


def test_a_digest_is_shown_as_text_and_nothing_is_written(database: Path) -> None:
    before = database.read_bytes()
    shown = run("preview", "--place", "#general")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.strip()
    assert shown.stderr == ""
    assert run("preview", "--place", "C1", "--week", "2026-W13").exit_code == 0
    assert database.read_bytes() == before
    assert count(database, "digest") == count(database, "outbox") == 0


@pytest.mark.parametrize("command", ["preview", "post"])
@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--place", "#nowhere"), "there is no channel called #nowhere in Northfield"),
        (("--place", "#general", "--week", "2026-W54"), "2026-W54 is no week"),
        (("--place", "#general", "--week", "spring"), "spring is no week"),
        ((), "Missing option '--place'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(database: Path, command: str, more: tuple[str, ...], says: str) -> None:
    shown = run(command, *more)
    assert shown.exit_code in (1, 2)
    assert shown.stdout == ""
    (line,) = [line for line in shown.stderr.splitlines() if line.startswith("Error: ")]
    assert says in line
    assert count(database, "digest") == 0


@pytest.mark.parametrize("nothing", ["", "#", " "])
def test_no_channel_is_not_whichever_has_no_name(database: Path, nothing: str) -> None:
    """As of a variable of the shell that is not set."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE place SET name = '' WHERE id = 'C1'")
    for command in ("preview", "post"):
        shown = run(command, "--place", nothing)
        assert (shown.exit_code, shown.stdout) == (1, "")
        assert shown.stderr == "Error: say which channel, with --place, as in #general.\n"
    assert count(database, "outbox") == 0


# post


def test_a_digest_is_put_into_the_outbox_once(database: Path) -> None:
    set_up(database)
    week = last_week()
    shown = run("post", "--place", "#general")
    assert shown.exit_code == 0, shown.output
    assert f"The digest of {week} for #general is in the outbox: a running Kudos posts it" in shown.stdout
    again = run("post", "--place", "#general", "--week", str(week))
    assert again.exit_code == 1
    assert again.stdout == ""
    assert again.stderr == f"Error: #general is getting the digest of {week} already.\n"
    assert run("post", "--place", "#general", "--week", str(week.before)).exit_code == 0
    assert count(database, "digest") == count(database, "outbox") == 2


def test_one_that_stands_is_not_posted_again(database: Path) -> None:
    set_up(database)
    assert run("post", "--place", "#general").exit_code == 0
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE outbox SET state = 'done', message_place = 'C1', message = '1772443800.000100'")
        connection.commit()
    again = run("post", "--place", "#general")
    assert (again.exit_code, again.stderr) == (1, f"Error: #general has the digest of {last_week()} already.\n")


def test_a_week_that_is_not_over_is_not_posted(database: Path) -> None:
    week = last_week().after
    shown = run("post", "--place", "#general", "--week", str(week))
    assert shown.exit_code == 1
    assert f"{week} is not over yet" in shown.stderr
    assert count(database, "outbox") == 0


def test_where_kudos_is_not_nothing_is_posted(database: Path) -> None:
    shown = run("post", "--place", "#away")
    assert (shown.exit_code, shown.stderr) == (1, "Error: Kudos is not in #away, so it can't post there.\n")


# The database


@pytest.mark.parametrize(
    "arguments", [("list",), ("preview", "--place", "#general"), ("post", "--place", "#general")], ids=" ".join
)
def test_without_a_database_of_this_release_it_says_what_to_do(elsewhere: Path, arguments: tuple[str, ...]) -> None:
    missing = run(*arguments)
    assert missing.exit_code == 78
    assert "there is no kudos.db here yet" in missing.stderr
    assert not (elsewhere / "kudos.db").exists()
    with closing(sqlite3.connect(elsewhere / "kudos.db")) as connection:
        connection.execute("CREATE TABLE migration (number INTEGER, name TEXT, at TEXT)")
        connection.commit()
    older = run(*arguments)
    assert older.exit_code == 78
    assert "Bring it up to date: kudos migrate" in older.stderr
    (elsewhere / "kudos.db").write_bytes(b"not a database at all" * 100)
    broken = run(*arguments)
    assert broken.exit_code == 78
    assert "DATABASE_URL: cannot" in broken.stderr


def test_where_no_workspace_is_known_it_says_so(elsewhere: Path) -> None:
    async def nothing(_: Store) -> None:
        pass

    within(elsewhere / "kudos.db", nothing)
    shown = run("preview", "--place", "#general")
    assert (shown.exit_code, shown.stderr) == (1, "Error: no workspace is known yet. Start kudos serve once.\n")
