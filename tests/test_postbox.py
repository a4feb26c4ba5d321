"""What reading the outbox costs: it is looked at all the time, also while very much waits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.database import Row, Sqlite
from bot.migrations import migrate
from bot.postbox import Postbox
from bot.posts import THANKS, Post

NOW = datetime(2026, 3, 23, 9, tzinfo=UTC)
ROW = Post(id="p", workspace="w", view=THANKS, fact="f", person="ann", due_at=NOW)


class Noted(Sqlite):
    """Remembers what was asked."""

    asked: list[tuple[str, dict[str, object]]]

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        self.asked = [*getattr(self, "asked", []), (sql, values)]
        return await super().rows(sql, **values)


@pytest.fixture
async def noted(tmp_path: Path) -> AsyncIterator[Noted]:
    database = Noted(tmp_path / "kudos.db")
    await migrate(database)
    database.asked = []
    yield database
    await database.close()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda posts: posts.due(NOW, most=8, resting=["w/general", "w/@ann"]), "outbox_next"),
        (lambda posts: posts.next_due(NOW), "outbox_later"),
        (lambda posts: posts.told_before(ROW), "outbox_told"),
    ],
)
async def test_it_is_read_in_its_order_and_no_further_than_needed(ask: Any, index: str, noted: Noted) -> None:
    await ask(Postbox(noted))
    ((sql, values),) = noted.asked
    plan = [str(row["detail"]) for row in await noted.rows(f"EXPLAIN QUERY PLAN {sql}", **values)]
    assert any(f"INDEX {index}" in step for step in plan), plan
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step.startswith("SCAN outbox") and index not in step]
