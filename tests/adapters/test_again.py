"""What the program does again and again it goes on doing, whatever goes wrong."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from adapters import app as composition
from bot.database import Row, Sqlite
from bot.errors import DatabaseError
from bot.framework import Framework
from tests.doubles.world import world


class Unsound(Sqlite):
    """A database that does not answer at first, and then answers nonsense for a while."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked = 0

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        if "name = 'digest'" in sql:
            self.asked += 1
            if self.asked == 1:
                raise DatabaseError("locked")
            if self.asked == 2:
                return [{"place": "nothing else"}]
        return await super().long_rows(sql, **values)


async def test_neither_a_locked_database_nor_a_bug_ends_the_looks_at_what_is_due(
    framework: Framework, tmp_path: Path
) -> None:
    opened: list[Unsound] = []

    def unsound(path: Path) -> Unsound:
        opened.append(Unsound(path))
        return opened[-1]

    async with world(framework, tmp_path / "kudos.db", database=unsound) as core:
        with capture_logs() as logs:
            async with composition.running(core.app, core.clock, tick_s=0.001), asyncio.timeout(10):
                while opened[0].asked < 5:  # noqa: ASYNC110 - nobody calls
                    await asyncio.sleep(0.01)
        assert [entry["event"] for entry in logs if entry.get("what") == "digests_due"] == [
            "waits_for_database",
            "failed",
        ]
