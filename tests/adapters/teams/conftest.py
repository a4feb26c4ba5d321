"""The door of Teams, for the tests of what stands in it."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.teams.door import Door, door


@pytest.fixture
async def at_door() -> AsyncIterator[Door]:
    """In the end nobody was called whom an activity named without being believed."""
    async with door() as opened:
        yield opened
        assert opened.stranger.called == []
