"""A copy of the whole database in one file, made while it is in use; and back again."""

import asyncio
import contextlib
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adapters import storage
from adapters.erasures import ErasuresFile, apply
from bot import migrations
from bot.database import OWNER_ONLY, Database
from bot.erasing import Erasure
from bot.erasures import Erasures
from bot.errors import ConfigError, DatabaseError
from bot.migrations import RESTORING
from bot.spelling import SQLITE

if TYPE_CHECKING:
    import psycopg


#: What SQLite leaves beside a file of which a process has died, and reads again with whatever lies there next.
_BESIDE: Final = ("-wal", "-journal")
_OTHER_TABLES: Final = "SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> %s"
_TABLE: Final = re.compile(r" TABLE \S+ migration ")  #: in the list of what a dump holds


def backup(url: str, to: Path) -> None:
    """Write the database that `url` means to `to`, which is there whole or not at all, and only its owner can read.

    Raises:
        ConfigError: it cannot be read, the copy is not sound, or it would be written over the database itself.
    """
    draft = to.with_name(f".{to.name}.part")
    path = storage.file(url)
    if path and path.resolve() == to.resolve():  # whoever is using it would go on writing to what it was
        raise ConfigError([f"{to} is the database itself. Say where the copy of it is to be."])
    if path and not path.exists():
        raise ConfigError([f"DATABASE_URL: there is no {path} here. Is it the right one?"])
    with _gone_after(draft, to):
        draft.touch(mode=OWNER_ONLY)
        if path:
            _copied(path, draft)
            _sound(draft)
        else:
            with _server(url) as server:  # it is there, and no pooler
                if server.execute("SELECT to_regclass('migration')").fetchone() == (None,):
                    raise ConfigError(
                        [f"DATABASE_URL: {storage.called(url)} holds nothing of Kudos. Is it the right one?"]
                    )
            _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}", url=url)
            _run("pg_restore", "--list", str(draft))
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(to)


def restore(source: Path, url: str, erasures_file: Path | None) -> int:
    """The inverse of `backup`, into a database that is not there yet, or holds nothing.

    Args:
        erasures_file: the list of who was erased; all of them are erased again before anybody can use the database.
            None where nobody says where it is: then nothing is restored.

    Returns how many erasures that were.

    Raises:
        ConfigError: it is no backup of such a database, the database holds something, or the list is missing.
    """
    if not source.is_file():
        raise ConfigError([f"there is no backup {source}"])
    if erasures_file is None:  # a backup does not tell who was erased after it was made
        raise ConfigError(
            [
                "ERASURES_FILE: not set, so whoever was erased would be back. Say where the list of them is. If nobody "
                "was ever erased, make it, empty."
            ]
        )
    erasures = ErasuresFile(erasures_file).read()
    path = storage.file(url)
    if path is None:
        with _server(url) as server:
            if server.execute(_OTHER_TABLES, (RESTORING,)).fetchone():
                raise ConfigError([f"DATABASE_URL: {storage.called(url)} is not empty. Restore into a new database."])
        if not _TABLE.search(_run("pg_restore", "--list", str(source))):
            raise ConfigError([f"{source} is no backup of Kudos: it holds no table of ours"])
        # PostgreSQL's program ends with a commit: whatever becomes of us then, nobody is served before we are done.
        with _server(url) as server:
            server.execute(f"CREATE TABLE IF NOT EXISTS {RESTORING} (one INTEGER)")
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(source),
            url=url,
        )
        try:
            _erased_again(url, erasures)
        except (ConfigError, DatabaseError) as error:
            raise ConfigError([f"{error} Drop this database: it holds people who were erased."]) from None
        with _server(url) as server:
            server.execute(f"DROP TABLE {RESTORING}")
        return len(erasures)
    if path.exists():
        raise ConfigError([f"DATABASE_URL: {path} is there already. Move it away first; a restore overwrites nothing."])
    for beside in (path.with_name(f"{path.name}{end}") for end in _BESIDE):
        if beside.exists():
            raise ConfigError(
                [
                    f"DATABASE_URL: {beside} is still there, of the database that was here before: SQLite would write "
                    "what is in it into the one that is restored. Move it away too, to where that one is now."
                ]
            )
    draft = path.with_name(f".{path.name}.part")
    with _gone_after(draft, path):
        draft.touch(mode=OWNER_ONLY)
        _copied(source, draft)
        _sound(draft)
        _erased_again(f"{SQLITE}{draft}", erasures)
        _sound(draft)
        draft.replace(path)
    return len(erasures)


def _erased_again(url: str, erasures: list[Erasure]) -> None:
    """
    Raises:
        ConfigError: somebody was erased who is not on the list.
    """

    async def carry_out() -> None:
        database = storage.opened(url)
        try:
            await _refuse_forgetting(database, erasures)
            if erasures:
                await migrations.migrate(database, restoring=True)
                await apply(database, erasures)
        finally:
            await database.close()

    asyncio.run(carry_out())


async def _refuse_forgetting(database: Database, erasures: list[Erasure]) -> None:
    known = await database.rows("SELECT 1 AS one FROM migration WHERE name = '0013_rights'")
    begun = await Erasures(database).begun() if known else frozenset()
    if missing := begun - {each.id for each in erasures}:
        raise ConfigError([f"ERASURES_FILE: it lacks {len(missing)} who were erased. Bring the newest copy of it."])


def _copied(source: Path, to: Path) -> None:
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as read,
            contextlib.closing(sqlite3.connect(to)) as write,
        ):
            read.backup(write)
    except sqlite3.Error as error:
        raise ConfigError([f"{source} cannot be copied: {error}"]) from None


def _sound(path: Path) -> None:
    """
    Raises:
        ConfigError: it is damaged, or none of ours.
    """
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            (told,) = connection.execute("PRAGMA integrity_check").fetchone()
            connection.execute("SELECT number, name FROM migration")
            connection.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
    except sqlite3.Error as error:
        raise ConfigError([f"the copy is no database of Kudos: {error}"]) from None
    if told != "ok":
        raise ConfigError([f"the copy is damaged: {told}"])


@contextlib.contextmanager
def _server(url: str) -> "Iterator[psycopg.Connection]":
    """A connection to the server itself: PostgreSQL's own programs leave their settings behind in a pooler's.

    Raises:
        ConfigError: it cannot be reached, or a pooler is in between.
    """
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            if connection.execute("SELECT pg_backend_pid()").fetchone() != (connection.info.backend_pid,):
                raise ConfigError(
                    [
                        f"DATABASE_URL: {storage.called(url)} is reached through a pooler, such as PgBouncer. "
                        "For this command, set it to the address of the server itself."
                    ]
                )
            yield connection
    except psycopg.OperationalError as error:
        raise ConfigError([f"DATABASE_URL: cannot reach {storage.called(url)}: {str(error).splitlines()[0]}"]) from None


def _run(program: str, *words: str, url: str = "") -> str:
    """What one of PostgreSQL's own programs prints; the password is not among the words, which others here can read."""
    environment = dict(os.environ)
    if url:
        words = (f"--dbname={_without_password(url, environment)}", *words)
    try:
        ran = subprocess.run([program, *words], check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    except FileNotFoundError:
        raise ConfigError(
            [f"{program} is not here. Install PostgreSQL's client programs, of the server's version."]
        ) from None
    except subprocess.CalledProcessError as error:
        raise ConfigError([f"{program}: {line}" for line in error.stderr.splitlines() if line.strip()][:5]) from None
    return ran.stdout


def _without_password(url: str, environment: dict[str, str]) -> str:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    told: Mapping[str, Any] = conninfo_to_dict(url)
    if told.get("password"):
        environment["PGPASSWORD"] = str(told["password"])
    return make_conninfo("", **{name: value for name, value in told.items() if name != "password"})


@contextlib.contextmanager
def _gone_after(draft: Path, whole: Path) -> Iterator[None]:
    """Whatever happens, no half of it stays; nor does one that a run before left when it was killed."""
    try:
        for each in (draft, *(draft.with_name(f"{draft.name}{end}") for end in _BESIDE)):
            each.unlink(missing_ok=True)
        yield
    except OSError as error:
        raise ConfigError([f"cannot write {whole}: {error.strerror}"]) from None
    finally:
        with contextlib.suppress(OSError):  # as where no file can be
            draft.unlink(missing_ok=True)
