"""`GET /ready`: whether it is any use to send us something."""

from pathlib import Path

import structlog
from aiohttp import web

from adapters.app import Application
from bot import migrations
from bot.database import Database, Row, Step
from bot.errors import DatabaseError, KudosError

log = structlog.get_logger()


class Watched:
    """The same database; that a write failed is remembered."""

    def __init__(self, database: Database) -> None:
        self._inner = database
        self.failing = False

    @property
    def alone(self) -> tuple[Step, ...]:
        return self._inner.alone

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._inner.rows(sql, **values)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._inner.long_rows(sql, **values)

    async def write(self, *steps: Step) -> list[int]:
        try:
            return await self._inner.write(*steps)
        except DatabaseError:
            self.failing = True
            raise

    async def close(self) -> None:
        await self._inner.close()


class Readiness:
    def __init__(self, app: Application, database: Watched, file: Path | None) -> None:
        self._app = app
        self._database = database
        self._file = file
        self._opened = file and _identity(file)

    async def ready(self, _: web.Request) -> web.Response:
        """`GET /ready`: database, migrations and framework are fine."""
        try:
            # What is written to a file that has been removed or replaced is lost, and SQLite does not notice.
            replaced = self._file is not None and _identity(self._file) != self._opened
            behind = replaced or bool(await migrations.pending(self._database))
            if self._database.failing and not behind:
                # On a full disk small things may still find room, and nobody may come while we are not ready.
                await self._app.store.ledger.try_writing()
                self._database.failing = False
        except KudosError as error:
            log.warning("not_ready", error=str(error))
            behind = True
        if behind:
            return web.json_response({"status": "the database is not ready"}, status=503)
        return web.json_response({"status": "ok", "framework": self._app.framework.version})


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file that is; None if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
