"""The same table of conversations, over Socket Mode: the same ledger, the same posts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.slack.test_conversations import *  # noqa: F403
from tests.adapters.town import Town, settled, town_in


@pytest.fixture
async def town(organisation: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work without an address of its own."""
    async with town_in(tmp_path / "kudos.db", organisation, socket=True) as running:
        yield running
        await settled(running)
        running.assert_sound()
