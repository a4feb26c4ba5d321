"""A tenant with Kudos in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.teams.station import Station, station_in


@pytest.fixture
async def station(framework: Framework, tmp_path: Path) -> AsyncIterator[Station]:
    """In the end nothing was sent that Teams would not take, and nothing stands twice."""
    async with station_in(tmp_path / "kudos.db", framework) as running:
        yield running
        assert running.teams.problems == []
        assert running.teams.doubled() == []
