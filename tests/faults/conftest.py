"""A Slack workspace with Kudos in it, on each database in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import Town, settled, town_in
from tests.doubles.slack import SlackDouble


@pytest.fixture
async def town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work; in the end nothing was sent that Slack would not take, and nothing stands twice."""
    async with town_in(tmp_path / "kudos.db", framework) as running:
        yield running
        await settled(running)
        running.assert_sound()


@pytest.fixture
async def quiet_town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which the program does not run yet; in the end nothing stands twice."""
    async with SlackDouble() as slack:
        yield Town(slack, slack.client("http://127.0.0.1:9"), framework, tmp_path / "kudos.db")
