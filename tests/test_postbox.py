"""What reading the outbox costs: it is looked at all the time, also while very much waits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.postbox import Postbox
from bot.posts import THANKS, Post
from tests.noted import Noted

NOW = datetime(2026, 3, 23, 9, tzinfo=UTC)
ROW = Post(id="p", workspace="w", view=THANKS, fact="f", person="ann", due_at=NOW)


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
    (plan,) = await noted.plans()
    assert any(f"INDEX {index}" in step for step in plan), plan
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step.startswith("SCAN outbox") and index not in step]
