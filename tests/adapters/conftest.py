"""A Slack workspace with Kudos in it: the program runs in the test's own process, everything else is real."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import Town, settled, town_in


@pytest.fixture
def organisation(framework: Framework) -> Framework:
    """Whose framework the town lives by; a module may override it."""
    return framework


@pytest.fixture
async def town(database_kind: str, organisation: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work in a workspace; in the end nothing was sent that Slack would not take, and no ack was late."""
    async with town_in(tmp_path / "kudos.db", organisation) as running:
        yield running
        await settled(running)
        running.assert_sound()
