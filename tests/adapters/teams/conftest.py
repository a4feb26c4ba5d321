"""The door of Teams, for the tests of what stands in it; and a tenant with all of Kudos in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.teams.door import Door, door
from tests.adapters.teams.town import Town, settled, town_in


@pytest.fixture
async def at_door() -> AsyncIterator[Door]:
    """In the end nobody was called whom an activity named without being believed."""
    async with door() as opened:
        yield opened
        assert opened.stranger.called == []


@pytest.fixture
async def tenant(organisation: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work in Teams; in the end nothing was sent or answered that Teams would not take."""
    async with town_in(tmp_path / "kudos.db", organisation) as running:
        yield running
        await settled(running)
        running.assert_sound()
