"""One process that answers and one that works, on one PostgreSQL: together they do what one process does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner

from adapters.app import Role
from adapters.cli import main
from bot.framework import Framework
from tests.adapters.town import REASON, Town, kudos_for, settled
from tests.doubles.slack import SlackDouble

pytestmark = pytest.mark.databases("postgres")


@pytest.fixture
async def town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Where the program does not run yet."""
    async with SlackDouble() as slack:
        yield Town(slack, slack.client("http://127.0.0.1:0"), framework, tmp_path / "kudos.db")


async def posts_to(address: str) -> int:
    async with aiohttp.ClientSession() as http, http.post(f"{address}/slack/events", data=b"x") as response:
        return response.status


async def ready(address: str) -> Any:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/ready") as response:
        assert response.status == 200
        return await response.json()


async def test_together_they_do_everything(town: Town) -> None:
    """The worker learns who is there and delivers; it takes nothing from anybody, and answers only how it is."""
    async with kudos_for(town, role=Role.WORKER):
        assert await posts_to(town.address) == 404
        async with aiohttp.ClientSession() as http, http.get(f"{town.address}/ready") as ready:
            assert ready.status == 200
        async with kudos_for(town, role=Role.WEB, filled=False):
            card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
            assert REASON in card.text
            assert len(town.told(town.bob)) == 1
            await settled(town)


async def test_who_only_answers_leaves_the_rest_to_others(town: Town) -> None:
    """It is on disk, and waits for whoever delivers."""
    async with kudos_for(town, role=Role.WORKER):
        pass
    async with kudos_for(town, role=Role.WEB, filled=False):
        listed = len(town.slack.calls_to("users.list"))
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.general)
        await asyncio.sleep(0.5)
        assert town.count("recognition") == 1
        assert town.states() == {"due": 2}
        assert len(town.slack.calls_to("users.list")) == listed
    async with kudos_for(town, role=Role.WORKER):
        await settled(town)
    assert town.states() == {"done": 2}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slack_bot_token": "xoxb-that-was-revoked"}, "Slack refuses the token (invalid_auth)"),
        ({"slack_api_url": "http://127.0.0.1:1/api/"}, "Slack can't be reached (ClientConnectorError)"),
    ],
    ids=["token", "address"],
)
async def test_who_only_answers_notices_that_slack_does_not_take_us(
    town: Town, wrong: dict[str, Any], said: str
) -> None:
    async with kudos_for(town, role=Role.WEB, filled=False, **wrong), asyncio.timeout(5):
        while (told := await ready(town.address))["platforms"]["slack"] == "ok":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert (told["status"], told["platforms"]) == ("ok", {"slack": said})


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_file_is_for_one_process_that_does_everything(role: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kudos.db'}"
    refused = CliRunner().invoke(main, ["serve", "--role", role], env={"DATABASE_URL": url})
    assert refused.exit_code == 78
    assert "--role needs PostgreSQL" in refused.output
