"""Moving to another database, backups and restores: all of it arrives, shown by hashes; nothing is overwritten."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters import backups, moving, storage
from adapters.cli import main
from bot import migrations
from bot.database import Database, Step
from bot.errors import ConfigError
from bot.framework import Framework
from bot.spelling import SQLITE
from tests import pooler, postgres
from tests.doubles.world import World, world

REASON = "stayed with the family until 3 a.m., “quietly” 💙\n% :reason '; DROP TABLE person;--"


@pytest.fixture(scope="module", autouse=True)
def client_programs() -> Iterator[None]:
    """PostgreSQL's own, of the version that the wheel brings."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{postgres.programs()}{os.pathsep}{before}"
    yield
    os.environ["PATH"] = before


@pytest.fixture
async def filled(framework: Framework, tmp_path: Path) -> str:
    """A database in which something of everything has happened."""
    async with world(framework, tmp_path / "kudos.db") as core:
        await lived(core)
    return f"{SQLITE}{tmp_path / 'kudos.db'}"


async def lived(core: World) -> None:
    for number in range(30):
        await core.ask(core.give("ann", "@bob", "@crew" if number % 7 == 0 else "", f" #{number % 4} for {REASON}"))
    await core.ask(core.react("ann", 0))
    await core.ask(core.undo("ann"))
    await core.deliver(after_s=60)
    people = [Step("INSERT INTO oauth_state (id, expires_at) VALUES (:id, '')", {"id": f"s{n}"}) for n in range(1200)]
    await core.app.store.write(*people)


async def sums(url: str) -> list[moving.Sum]:
    database: Database = storage.opened(url)
    try:
        return [await moving.summed(database, table) for table in moving.tables()]
    finally:
        await database.close()


def run(*words: str, **environment: str) -> tuple[int, str]:
    nobody = {"ERASURES_FILE": os.devnull}  #: is on the list of who was erased, which is empty
    outcome = CliRunner().invoke(main, words, env=nobody | environment)
    return outcome.exit_code, outcome.output


@pytest.fixture
def server() -> Iterator[str]:
    with postgres.made() as url:
        yield url


def test_there_and_back_again(filled: str, server: str, tmp_path: Path) -> None:
    """Every row of every table, in both directions; the file that it came from stays as it was."""
    before = asyncio.run(sums(filled))
    assert sum(each.rows for each in before) > 1400
    status, told = run("move", "--from", filled, "--to", server)
    assert status == 0, told
    assert "Everything is in PostgreSQL" in told
    assert asyncio.run(sums(server)) == before == asyncio.run(sums(filled))
    back = f"{SQLITE}{tmp_path / 'back.db'}"
    assert run("move", "--from", server, "--to", back)[0] == 0
    assert asyncio.run(sums(back)) == before


def test_a_move_that_was_broken_off_goes_on(filled: str, server: str) -> None:
    """What has arrived stays, and what is missing comes."""
    assert run("move", "--from", filled, "--to", server)[0] == 0

    async def lose() -> None:
        database = storage.opened(server)
        await database.write(
            Step("DELETE FROM oauth_state WHERE id < 's3'", {}), Step("DELETE FROM endorsement WHERE 1 = 1", {})
        )
        await database.close()

    asyncio.run(lose())
    assert asyncio.run(sums(server)) != asyncio.run(sums(filled))
    assert run("move", "--from", filled, "--to", server)[0] == 0
    assert asyncio.run(sums(server)) == asyncio.run(sums(filled))


def test_what_holds_something_else_is_left_alone(filled: str, server: str) -> None:
    async def use() -> None:
        database = storage.opened(server)
        await migrations.migrate(database)
        await database.write(Step("INSERT INTO oauth_state (id, expires_at) VALUES ('theirs', '')", {}))
        await database.close()

    asyncio.run(use())
    before = asyncio.run(sums(server))
    status, told = run("move", "--from", filled, "--to", server)
    assert status == 78
    assert "its table oauth_state holds what --from does not" in told
    assert asyncio.run(sums(server)) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "sqlite:///none.db", "--to", "sqlite:///new.db"), "--from: there is no none.db"),
        (("--from", "sqlite:///a.db", "--to", "sqlite:///a.db"), "it is the same database as --from"),
        (("--from", "sqlite:///a.db", "--to", "sqlite:///./a.db"), "it is the same database as --from"),
        (("--from", "mysql://a/b", "--to", "sqlite:///a.db"), "--from: must be sqlite:///FILE or postgresql://"),
        (("--from", "sqlite:///a.db", "--to", "nothing"), "--to: must be sqlite:///FILE or postgresql://"),
    ],
)
def test_a_move_that_cannot_be(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        status, output = run("move", *words)
    assert status == 78
    assert told in output
    assert not list(tmp_path.iterdir())


def test_a_move_to_where_nothing_can_be_says_which_of_the_two_it_was(filled: str, tmp_path: Path) -> None:
    nowhere = f"{SQLITE}{tmp_path}/nowhere/new.db"
    for source, target, told in ((filled, nowhere, "--to: cannot open"), (nowhere, filled, "--from: there is no")):
        status, output = run("move", "--from", source, "--to", target)
        assert status == 78
        assert output.startswith(f"kudos: {told}")


def test_two_programs_do_not_share_a_file(filled: str) -> None:
    """The second one is refused, and told what to do."""
    serve = (sys.executable, "-m", "adapters.cli", "serve")
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": filled, "PORT": "0", "HOST": "127.0.0.1"}
    with storage.alone(filled):
        second = subprocess.run(serve, check=False, env=environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 78
    assert "another Kudos is using" in second.stderr
    assert "kudos move" in second.stderr
    with storage.alone(filled), pytest.raises(ConfigError), storage.alone(filled):
        pass
    path = storage.file(filled)
    assert path
    (path.parent / "elsewhere").mkdir()
    link = path.parent / "elsewhere" / "link.db"
    link.symlink_to(path)
    with storage.alone(filled), pytest.raises(ConfigError), storage.alone(f"{SQLITE}{link}"):
        pass
    with storage.alone("postgresql://db/kudos"), storage.alone("postgresql://db/kudos"):
        pass


def test_a_backup_brings_everything_back(filled: str, tmp_path: Path) -> None:
    """The restore drill: a backup that was made while it was in use, and a machine on which nothing is left."""
    copy, path = tmp_path / "copy.db", storage.file(filled)
    assert path
    before = asyncio.run(sums(filled))
    with contextlib.closing(sqlite3.connect(path)) as beside:
        beside.execute("BEGIN IMMEDIATE")  # somebody is writing
        beside.execute("INSERT INTO oauth_state (id, expires_at) VALUES ('not yet', '')")
        status, told = run("backup", str(copy), DATABASE_URL=filled)
        assert status == 0, told
        beside.rollback()
    assert copy.stat().st_mode & 0o077 == 0, "nobody else reads it"
    status, told = run("restore", str(copy), DATABASE_URL=filled)
    assert status == 78
    assert "is there already" in told
    for file in tmp_path.glob("kudos.db*"):
        file.unlink()
    assert run("restore", str(copy), DATABASE_URL=filled)[0] == 0
    assert asyncio.run(sums(filled)) == before
    assert not list(tmp_path.glob(".*.part"))


def test_what_a_killed_process_left_is_not_mixed_into_what_is_restored(filled: str, tmp_path: Path) -> None:
    """What it wrote last lies in a file beside, which SQLite would take for that of the restored database."""
    copy, path = tmp_path / "copy.db", tmp_path / "kudos.db"
    before = asyncio.run(sums(filled))
    assert run("backup", str(copy), DATABASE_URL=filled)[0] == 0
    killed = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO oauth_state (id, expires_at) VALUES ('after the backup', '')")
connection.commit()
os.kill(os.getpid(), 9)
"""
    subprocess.run((sys.executable, "-c", killed, str(path)), check=False)
    path.rename(tmp_path / "old.db")
    status, told = run("restore", str(copy), DATABASE_URL=filled)
    assert status == 78
    assert "kudos.db-wal is still there" in told
    assert not path.exists()
    for file in tmp_path.glob("kudos.db-*"):
        file.rename(tmp_path / file.name.replace("kudos", "old"))
    assert run("restore", str(copy), DATABASE_URL=filled)[0] == 0
    assert asyncio.run(sums(filled)) == before
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as old:
        assert old.execute("SELECT 1 FROM oauth_state WHERE id = 'after the backup'").fetchone()


def test_a_backup_of_a_server_brings_everything_back(filled: str, server: str, tmp_path: Path) -> None:
    assert run("move", "--from", filled, "--to", server)[0] == 0
    status, told = run("backup", str(tmp_path / "copy"), DATABASE_URL=server)
    assert status == 0, told
    status, told = run("restore", str(tmp_path / "copy"), DATABASE_URL=server)
    assert status == 78
    assert "is not empty" in told
    with postgres.made() as another:
        status, told = run("restore", str(tmp_path / "copy"), DATABASE_URL=another)
        assert status == 0, told
        assert asyncio.run(sums(another)) == asyncio.run(sums(filled))


def test_through_a_pooler(filled: str, server: str, tmp_path: Path) -> None:
    """Everything can be moved; PostgreSQL's own programs, which leave settings behind for others, do not run."""
    with pooler.lending(server) as lent:
        assert run("move", "--from", filled, "--to", lent)[0] == 0
        assert asyncio.run(sums(server)) == asyncio.run(sums(filled))
        for words in (("backup", str(tmp_path / "copy")), ("restore", filled.removeprefix(SQLITE))):
            status, told = run(*words, DATABASE_URL=lent)
            assert status == 78
            assert "set it to the address of the server itself" in told
    assert not list(tmp_path.glob("*copy*"))


@pytest.mark.parametrize("what", ["notes", "cut", "other"])
def test_what_is_no_backup_is_not_brought_back(what: str, filled: str, tmp_path: Path) -> None:
    """And nothing of it is left."""
    path = storage.file(filled)
    assert path
    odd = tmp_path / "odd"
    if what == "notes":
        odd.write_text("not a database, and longer than a header of one hundred bytes. " * 9)
    elif what == "cut":
        backups.backup(filled, odd)
        odd.write_bytes(odd.read_bytes()[: odd.stat().st_size // 2])
    else:
        with contextlib.closing(sqlite3.connect(odd)) as connection:
            connection.execute("CREATE TABLE theirs (id TEXT)")
    target = tmp_path / "new.db"
    status, told = run("restore", str(odd), DATABASE_URL=f"{SQLITE}{target}")
    assert status == 78, told
    assert not target.exists()
    assert not list(tmp_path.glob(".*.part"))


def test_what_holds_nothing_of_kudos_is_no_backup(server: str, tmp_path: Path) -> None:
    """Neither is it written, nor brought back."""
    status, told = run("backup", str(tmp_path / "copy"), DATABASE_URL=server)
    assert status == 78
    assert "holds nothing of Kudos" in told
    assert not list(tmp_path.iterdir())
    subprocess.run(["pg_dump", "--format=custom", f"--file={tmp_path / 'theirs'}", server], check=True)
    status, told = run("restore", str(tmp_path / "theirs"), DATABASE_URL=server)
    assert status == 78
    assert "theirs is no backup of Kudos" in told
    assert "erased" not in told


def test_a_backup_that_cannot_be_written(filled: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for where, why in (("no/such/copy", "No such file"), ("file/copy", "Not a directory"), ("c" * 300, "too long")):
        status, told = run("backup", str(tmp_path / where), DATABASE_URL=filled)
        assert status == 78
        assert told.startswith(f"kudos: cannot write {tmp_path / where}: ")
        assert why in told
    status, told = run("backup", str(tmp_path / "copy"), DATABASE_URL=f"{SQLITE}{tmp_path / 'none.db'}")
    assert status == 78
    assert "DATABASE_URL: there is no" in told
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("left", ["notes", "half"])
def test_what_was_killed_is_in_the_way_of_nothing(left: str, filled: str, tmp_path: Path) -> None:
    """A run that is killed can't take away what it has begun."""
    path, copy = storage.file(filled), tmp_path / "copy"
    assert path
    half = path.read_bytes()[:100_000] if left == "half" else b"what was left behind. " * 9
    (tmp_path / ".copy.part").write_bytes(half)
    status, told = run("backup", str(copy), DATABASE_URL=filled)
    assert status == 0, told
    target = tmp_path / "new.db"
    for end in ("", "-journal"):
        (tmp_path / f".new.db.part{end}").write_bytes(half)
    status, told = run("restore", str(copy), DATABASE_URL=f"{SQLITE}{target}")
    assert status == 0, told
    assert asyncio.run(sums(f"{SQLITE}{target}")) == asyncio.run(sums(filled))
    assert not list(tmp_path.glob(".*.part*"))


def test_a_backup_is_not_written_over_the_database(filled: str, tmp_path: Path) -> None:
    """Whoever is using it would not notice, and SQLite would mix the two."""
    path, link = tmp_path / "kudos.db", tmp_path / "link.db"
    link.symlink_to(path)
    before = path.stat().st_ino
    for to in (path, link):
        status, told = run("backup", str(to), DATABASE_URL=filled)
        assert status == 78
        assert "is the database itself" in told
    assert path.stat().st_ino == before


def test_without_the_programs_of_postgresql(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("migrate", DATABASE_URL=server)[0] == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    status, told = run("backup", str(tmp_path / "copy"), DATABASE_URL=server)
    assert status == 78
    assert "pg_dump is not here" in told
    shutil.rmtree(tmp_path / "copy", ignore_errors=True)
