"""Which database the settings mean, and how to speak of it without its password."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from bot.database import Database, Sqlite
from bot.errors import ConfigError, DatabaseError
from bot.spelling import SQLITE


def opened(url: str, *, read_only: bool = False, made: bool = True) -> Database:
    """
    Args:
        url: as `DATABASE_URL`.
        read_only: it must be there, and nothing is written to it.
        made: a file that is not there is made, where it may be written to.

    Raises:
        ConfigError: it is not there, or no database.
    """
    path = file(url)
    if path is None:
        from bot.postgres import Postgres

        return Postgres(url, read_only=read_only)
    if not path.exists() and (read_only or not made):
        raise ConfigError([f"DATABASE_URL: there is no {path} here yet. `kudos serve` and `kudos migrate` make it."])
    return Sqlite(path, read_only=read_only)


def file(url: str) -> Path | None:
    """The file that it is in; None for a server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


@contextlib.contextmanager
def alone(url: str, named: str = "DATABASE_URL") -> Iterator[None]:
    """Let nobody else use a file meanwhile: SQLite is for one process. A server serves as many as there are.

    Args:
        named: where they said which database it is.

    Raises:
        ConfigError: somebody does.
    """
    path = file(url)
    if path is None:
        yield
        return
    real = path.resolve()  # a link to it is the same file
    try:
        lock = real.with_name(f"{real.name}.lock").open("a")
    except OSError as error:
        raise ConfigError([f"{named}: cannot open {path}: {error.strerror}"]) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                [
                    f"{named}: another Kudos is using {path}, and SQLite is for one process. "
                    "Stop that one first; for several, use PostgreSQL (kudos move)."
                ]
            ) from None
        yield


def called(url: str) -> str:
    """What people are told of it: a file, or a server and its database."""
    path = file(url)
    if path is not None:
        return str(path)
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(url)
    host = str(told.get("host") or "/")
    return f"PostgreSQL {'here' if host.startswith('/') else host}/{told.get('dbname')}"


def unusable(url: str, error: DatabaseError, named: str = "DATABASE_URL") -> ConfigError:
    """What whoever typed the command is told when the database does not do its part.

    Args:
        named: where they said which database it is.
    """
    why = str(error)
    end = "" if why.endswith((".", "?", "!")) else "."
    look = "at the rights of the file and of its folder" if file(url) else "whether the server runs"
    return ConfigError([f"cannot use {called(url)}: {why}{end} Look at {named}, and {look} (kudos doctor)."])
