"""`kudos role …`, `kudos audit …` and `kudos export …`: on a real database; what is wrong goes to standard error."""

import asyncio
import contextlib
import csv
import io
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from adapters import cli
from bot import migrations, steps
from bot.database import Sqlite
from bot.model import Origin, Person, PersonKind, Place, Recognition, Tag, Visibility, Workspace
from bot.store import Store

SLACK, TEAMS = "slack:T1", "teams:t1"
ANN = Person(workspace=SLACK, id="U1", name="Ann Adams", email="ann@force.example")
ANNE = Person(workspace=TEAMS, id="a1", name="Adams, Ann", email="Ann@force.example")
BOB = Person(workspace=SLACK, id="U2", name="=Bob Bell", email="bob@force.example")
BERT = Person(workspace=TEAMS, id="b2", name="=Bob Bell", email="bert@force.example")
GUEST = Person(workspace=SLACK, id="G1", name="Guest", email="guest@force.example", kind=PersonKind.GUEST)
HERE = Place(workspace=SLACK, id="C1", name="general", visibility=Visibility.PUBLIC, joined=True)
KUDOS = Recognition(
    id="1",
    workspace=SLACK,
    giver=ANN,
    recipients=(BOB,),
    tags=(Tag(entry="listen", title="Listen"),),
    base_tags=(Tag(entry="listen", title="Listen"),),
    reason="words that stay where they are",
    place=HERE,
    visibility=Visibility.PUBLIC,
    origin=Origin.COMMAND,
    framework_version="0",
    given_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
)


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> Iterator[None]:
    """The command sets up the log of its process, which is here that of all tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "kudos.db"

    async def made(store: Store) -> None:
        for workspace in (SLACK, TEAMS):
            await store.directory.save_workspace(Workspace(id=workspace, name=workspace))
        await store.organisations.arrange([(SLACK, TEAMS)], {})
        await store.directory.save_people([ANN, ANNE, BOB, BERT, GUEST])
        await store.write(*steps.given(KUDOS))

    on(path, made)
    return path


def on(path: Path, act: Callable[[Store], Coroutine[object, object, None]]) -> None:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        database = Sqlite(path)
        await migrations.migrate(database)
        yield Store(database)
        await database.close()

    async def run_() -> None:
        async with opened() as store:
            await act(store)

    asyncio.run(run_())


def run(*typed: str, admins: str = "") -> Result:
    return CliRunner().invoke(cli.main, typed, env={"KUDOS_ADMINS": admins})


def shown(*typed: str, admins: str = "") -> str:
    done = run(*typed, admins=admins)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*typed: str, admins: str = "") -> str:
    done = run(*typed, admins=admins)
    assert done.exit_code == 1
    return done.stderr


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


# Roles


def test_a_role_is_granted_listed_and_taken(database: Path) -> None:
    assert "Nobody has a role yet." in shown("role", "list")
    both = "Ann Adams (slack:T1/U1, teams:t1/a1)"
    assert shown("role", "grant", "ann@force.example", "moderator") == f"{both} is a moderator.\n"
    assert shown("role", "grant", "teams/a1", "owner") == (
        "Adams, Ann (teams:t1/a1, slack:T1/U1) is a programme owner.\n"
    )
    assert "moderator, programme owner\n" in shown("role", "list")
    assert shown("role", "take", "ann@force.example", "moderator") == f"{both} is not a moderator any more.\n"
    acts = rows(database, "SELECT act, detail, origin FROM audit ORDER BY at")
    assert acts == [
        ("role granted", "moderator", "command line"),
        ("role granted", "owner", "command line"),
        ("role taken", "moderator", "command line"),
    ]


def test_the_last_administrator_stays(database: Path) -> None:
    shown("role", "grant", "slack/U2", "administrator")
    assert "there is no other administrator" in refused("role", "take", "slack/U2", "administrator")
    admins = "ann@force.example"
    assert "KUDOS_ADMINS names them." in shown("role", "take", admins, "administrator", admins=admins)
    assert "any more" in shown("role", "take", "slack/U2", "administrator", admins=admins)
    assert "(slack:T1/U1, teams:t1/a1): administrator" in shown("role", "list", admins=admins).replace(
        "(teams:t1/a1, slack:T1/U1)", "(slack:T1/U1, teams:t1/a1)"
    )


def test_nobody_and_several_are_told_of(database: Path) -> None:
    assert "no member is known as nobody@force.example" in refused("role", "grant", "nobody@force.example", "owner")
    assert "no member is known as Guest" in refused("role", "grant", "Guest", "owner")
    several = refused("role", "grant", "=Bob Bell", "owner")
    assert "several are known as =Bob Bell; say which: slack:T1/U2, teams:t1/b2" in several


@pytest.mark.parametrize("nobody", ["", " ", "slack/"])
def test_nobody_is_not_whoever_has_no_address(nobody: str, database: Path) -> None:
    """As of a variable of the shell that is not set."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE person SET email = '' WHERE id = 'U1'")
    for typed in (
        ("role", "grant", nobody, "auditor"),
        ("person", "erase", "--yes", nobody),
        ("colleagues", "unlink", nobody),
    ):
        assert refused(*typed) == "Error: say who: an e-mail address, an id or a name.\n"
    assert rows(database, "SELECT person FROM erasure") == rows(database, "SELECT act FROM audit") == []


# The audit log


def test_a_log_is_verified_and_its_reading_noted(database: Path) -> None:
    assert shown("audit", "verify") == "Nothing has been done yet that is kept in the log.\n"
    shown("role", "grant", "slack/U2", "moderator")
    whole = shown("audit", "verify")
    assert "slack:T1: 1 row, all as they were written, " in whole
    listed = shown("audit", "list")
    assert "role granted  U2  moderator  command line" in listed
    assert "audit verified" in listed
    table = list(csv.reader(io.StringIO(shown("audit", "list", "--csv", "--most", "1"))))
    assert table[0] == ["at", "workspace", "actor", "act", "subject", "detail", "origin"]
    assert len(table) == 3
    assert ("audit read",) in rows(database, "SELECT act FROM audit WHERE workspace = ''")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET detail = 'auditor'", "slack:T1: no. 1 is not what it was"),
        ("DELETE FROM audit", "slack:T1: no. 1 is missing"),
    ],
)
def test_what_was_done_to_it_is_told_with_status_1(database: Path, statement: str, told: str) -> None:
    shown("role", "grant", "slack/U2", "moderator")
    shown("audit", "verify")
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute(f"{statement} WHERE workspace = 'slack:T1'")
    assert told in refused("audit", "verify")


def test_earlier_ends_that_were_noted_elsewhere_must_still_hold(database: Path, tmp_path: Path) -> None:
    """Whoever chains everything anew does not know of them."""
    heads = tmp_path / "heads"
    for role in ("moderator", "auditor"):
        shown("role", "grant", "slack/U2", role)
        shown("audit", "verify", "--heads", str(heads))
    assert len(heads.read_text().splitlines()) == 3
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for table in ("audit", "audit_link"):
            connection.execute(f"DROP TRIGGER {table}_no_delete")
        for table in ("audit", "audit_link", "audit_head"):
            connection.execute(f"DELETE FROM {table} WHERE workspace = 'slack:T1'")  # noqa: S608 - our own names
    assert "slack:T1: there is no log any more" in refused("audit", "verify", "--heads", str(heads))
    shown("role", "grant", "slack/U2", "owner")
    assert "says was the last once" in refused("audit", "verify", "--heads", str(heads))
    shown("audit", "verify")
    assert len(heads.read_text().splitlines()) == 3
    for nonsense in ("nonsense", f"slack:T1 {'9' * 30} aa", "slack:T1 -1 aa"):
        heads.write_text(f"slack:T1 1 aa\n{nonsense}\n")
        broken = run("audit", "verify", "--heads", str(heads))
        assert broken.exit_code == 78
        assert broken.stderr == f"kudos: --heads: line 2 of {heads} is none that kudos audit verify has written.\n"


def test_where_the_ends_can_not_be_noted_is_said(database: Path, tmp_path: Path) -> None:
    shown("role", "grant", "slack/U2", "moderator")
    heads = tmp_path / "nowhere" / "heads"
    broken = run("audit", "verify", "--heads", str(heads))
    assert broken.exit_code == 78
    assert broken.stderr == f"kudos: --heads: cannot write {heads}: No such file or directory\n"


def test_more_rows_than_there_are_numbers_for_can_not_be_asked_for(database: Path) -> None:
    assert run("audit", "list", "--most", str(10**30)).exit_code == 2
    assert run("audit", "list", "--most", str(10**9)).exit_code == 0


# Export


def approve(path: Path, outcome: str = "approved") -> None:
    async def answered(store: Store) -> None:
        export = await store.exports.latest(SLACK)
        assert export
        await store.write(store.exports.step(export, "answered", outcome, actor="U1", now=datetime.now(UTC)))

    on(path, answered)


def test_an_export_is_made_once_after_an_administrator_has_agreed(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    typed = ("export", "people", "--workspace", SLACK, str(file))
    assert "there is none. Make a colleague one first." in refused(*typed)
    shown("role", "grant", "slack/U1", "administrator")
    assert "I have asked Ann Adams, in chat." in refused(*typed)
    assert "still has to agree" in refused(*typed)
    assert rows(database, "SELECT view, person FROM outbox") == [("export", "U1")]
    approve(database)
    assert shown(*typed) == f"Wrote 1 row to {file}.\n"
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_bytes().decode("utf-8-sig")
    assert text == '"date","thanked","by","for"\r\n"2026-03-02","\'=Bob Bell","Ann Adams","Listen"\r\n'
    assert "I have asked Ann Adams" in refused(*typed)
    acts = [act for (act,) in rows(database, "SELECT act FROM audit ORDER BY at")]
    assert acts == ["role granted", "export asked for", "export made", "export asked for"]


def test_what_was_refused_is_asked_for_anew(database: Path, tmp_path: Path) -> None:
    typed = ("export", "people", "--workspace", SLACK, str(tmp_path / "people.csv"))
    shown("role", "grant", "slack/U1", "administrator")
    refused(*typed)
    approve(database, "refused")
    assert "I have asked" in refused(*typed)


def test_where_it_can_not_be_written_nothing_is_used_up(database: Path, tmp_path: Path) -> None:
    shown("role", "grant", "slack/U1", "administrator")
    typed = ("export", "people", "--workspace", SLACK)
    refused(*typed, str(tmp_path / "people.csv"))
    approve(database)
    (tmp_path / "file").touch()
    for where in ("nowhere/people.csv", "file/people.csv"):
        assert run(*typed, str(tmp_path / where)).exit_code == 78
    assert "Wrote 1 row" in shown(*typed, str(tmp_path / "people.csv"))
    assert [path.name for path in tmp_path.glob(".people*")] == []
