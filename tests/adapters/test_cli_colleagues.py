"""`kudos colleagues …`: who is one with whom, and deciding it by hand; what is wrong goes to standard error."""

import asyncio
import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from adapters import cli
from bot import migrations
from bot.database import Sqlite
from bot.model import Person, PersonKind, Workspace
from bot.store import Store

SLACK, TEAMS, FOREIGN = "slack:T1", "teams:t1", "teams:t2"
ANN = Person(workspace=SLACK, id="U1", name="Ann Adams", email="ann@force.example")
ANNE = Person(workspace=TEAMS, id="a1", name="Adams, Ann", email="Ann@force.example")
BOB = Person(workspace=SLACK, id="U2", name="Bob Bell", email="bob@private.example")
BERT = Person(workspace=TEAMS, id="b1", name="Bell, Bob", email="bob@force.example")
GUEST = Person(workspace=TEAMS, id="g1", name="Guest", email="ann@force.example", kind=PersonKind.GUEST)
ELSEWHERE = Person(workspace=FOREIGN, id="a1", name="Ann Elsewhere", email="elsewhere@force.example")
TWICE = [replace(ANNE, id=f"c{number}", name=f"Cara {number}", email="cara@force.example") for number in (1, 2)]
BY = f"command line ({getpass.getuser()})"


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> Iterator[None]:
    """The command sets up the log of its process, which is here that of all tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An organisation on two platforms, and a foreign tenant."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "kudos.db"

    async def made() -> None:
        database = Sqlite(path)
        await migrations.migrate(database)
        store = Store(database)
        for workspace in (SLACK, TEAMS, FOREIGN):
            await store.directory.save_workspace(Workspace(id=workspace, name=workspace))
        await store.organisations.arrange([(SLACK, TEAMS)], {})
        await store.directory.save_people([ANN, ANNE, BOB, BERT, GUEST, ELSEWHERE, *TWICE])
        await database.close()

    asyncio.run(made())
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ("colleagues", *arguments))


def shown(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    return done.stderr


def kept(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT workspace, subject, actor FROM setting WHERE name = 'colleague' ORDER BY at, workspace, subject"
        ).fetchall()


def test_the_list_says_what_was_decided_what_is_in_doubt_and_how_many_agree(database: Path) -> None:
    assert shown("list") == (
        "An e-mail address that is, or was, several people's, so that it joins nobody: "
        "Cara 1 (teams:t1/c1), Cara 2 (teams:t1/c2)\n"
        "slack:T1, teams:t1: 1 colleague is known by several accounts with the same e-mail address.\n"
        "teams:t2: 0 colleagues are known by several accounts with the same e-mail address.\n"
    )
    assert "Ann Adams: slack:T1/U1, teams:t1/a1; by their e-mail address\n" in shown("list", "--all")


def test_one_account_is_shown_with_the_others_of_theirs(database: Path) -> None:
    by_address = "Ann Adams: slack:T1/U1, teams:t1/a1; by their e-mail address\n"
    for named in ("slack/ANN@force.example", "Ann adams", "slack/U1", "slack:T1/U1", "U1", "Adams, Ann"):
        assert shown("list", named) == by_address
    assert shown("list", "bob bell") == "Bob Bell: slack:T1/U2; no other account\n"
    assert "Cara 1 (teams:t1/c1), Cara 2" in shown("list", "c2")


def test_linking_and_unlinking_is_kept_with_who_did_it(database: Path) -> None:
    assert shown("link", "U2", "b1") == "One colleague from now on: slack:T1/U2, teams:t1/b1\n"
    assert kept(database) == [(SLACK, "U2", BY), (TEAMS, "b1", BY)]
    listed = shown("list", "Bob Bell")
    assert listed.startswith("Bob Bell: slack:T1/U2, teams:t1/b1; by hand, on ")
    assert listed.endswith(f" by {BY}\n")
    assert shown("unlink", "U2") == "Nobody else's from now on: slack:T1/U2\n"
    assert len(kept(database)) == 4, "and of the other the address counts again"
    assert shown("list", "b1") == "Bell, Bob: teams:t1/b1; no other account\n"
    assert shown("list", "U2").startswith("Bob Bell: slack:T1/U2; kept apart, by hand, on ")


def test_unlinking_beats_the_address(database: Path) -> None:
    shown("unlink", "teams:t1/a1")
    assert shown("list", "U1") == "Ann Adams: slack:T1/U1; no other account\n"
    assert "Adams, Ann: teams:t1/a1; kept apart, by hand, on" in shown("list")


def test_a_link_that_counts_for_nothing_is_told(database: Path) -> None:
    """One of the two has become a guest since."""
    shown("link", "U2", "b1")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE person SET kind = 'guest' WHERE id = 'b1'")
    assert "linked, but no other account counts: only members do, by hand, on" in shown("list", "U2")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("link", "U1", "g1"), "Only members can be linked; a guest, an app or somebody from elsewhere can't: Guest"),
        (("link", "U1"), "Name two accounts or more that are the same person's."),
        (("link", "U1", "teams:t2/a1"), "teams:t2/a1 is of another organisation. KUDOS_ORGANISATION says which"),
        (("link", "U1", "nobody"), "nobody is known as nobody."),
        (("list", "slack/b1"), "nobody is known as slack/b1."),
        (("unlink", "a1"), "several are known as a1; say which: teams:t1/a1, teams:t2/a1"),
        (
            ("unlink", "ann@force.example"),
            "several are known as ann@force.example; say which: slack:T1/U1, teams:t1/a1",
        ),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_done(database: Path, typed: tuple[str, ...], says: str) -> None:
    assert says in refused(*typed)
    assert kept(database) == []


def test_before_anybody_is_known_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("list").exit_code == 78
    assert CliRunner().invoke(cli.main, ("migrate",)).exit_code == 0
    assert "nobody is known yet. Start kudos serve once." in refused("list")


def test_a_user_without_a_name_is_somebody(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container, in which numbers have no names."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    shown("unlink", "U2")
    assert [actor for *_, actor in kept(database)] == ["command line (somebody)"]
