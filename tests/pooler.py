"""A real PgBouncer in front of a PostgreSQL: it lends its few connections, for one transaction at a time."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.bench.processes import free_port
from tests.postgres import REQUIRED

CONNECTIONS: Final = 3  #: to the server; fewer than one process of Kudos would like to have
_START_S: Final = 10.0
_SETTINGS: Final = """\
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 1000
user = {owner}
"""


@contextlib.contextmanager
def lending(url: str) -> Iterator[str]:
    """The address at which the database of `url` is reached through one."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not program:
        missing = "no PgBouncer here: install it (apt-get install pgbouncer)"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kudos-pooler-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # it gives up being root
        settings = folder / "pgbouncer.ini"
        server = _server(url)
        owner = Path(server["host"]).owner() if server["host"].startswith("/") else "nobody"
        known = " ".join(f"{name}={value}" for name, value in server.items())
        settings.write_text(_SETTINGS.format(server=known, owner=owner, port=port, connections=CONNECTIONS))
        process = subprocess.Popen([program, "-q", settings], stderr=subprocess.DEVNULL)
        try:
            lent = f"postgresql://kudos@127.0.0.1:{port}{urlsplit(url).path}"
            _wait_for(lent)
            yield lent
        finally:
            process.terminate()
            process.wait()


def _server(url: str) -> dict[str, str]:
    """Where it goes, and as whom, in words of libpq."""
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    return {name: known[name] for name in ("host", "port", "user", "password") if name in known}


def _wait_for(url: str) -> None:
    ends = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return
