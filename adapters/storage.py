"""Which database the settings mean, and how to speak of it without its password."""

from pathlib import Path
from urllib.parse import urlsplit

from bot.config import SQLITE
from bot.database import Database, Sqlite
from bot.errors import ConfigError


def opened(url: str, *, read_only: bool = False) -> Database:
    """
    Args:
        url: as `DATABASE_URL`.
        read_only: it must be there, and nothing is written to it.

    Raises:
        ConfigError: it is not there, or no database.
    """
    path = file(url)
    if path is None:
        from bot.postgres import Postgres

        return Postgres(url, read_only=read_only)
    if read_only and not path.exists():
        raise ConfigError([f"DATABASE_URL: there is no {path} here yet. `kudos serve` and `kudos migrate` make it."])
    return Sqlite(path, read_only=read_only)


def file(url: str) -> Path | None:
    """The file that it is in; None for a server."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def called(url: str) -> str:
    """What people are told of it: a file, or a server and its database."""
    path = file(url)
    if path is not None:
        return str(path)
    parts = urlsplit(url)
    return f"PostgreSQL {parts.hostname or 'here'}{parts.path}"
