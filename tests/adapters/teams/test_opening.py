"""The whole program in Teams: what comes three times is done once, and what fails in Teams is felt nowhere else."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.config import Settings
from bot.framework import Framework
from tests.adapters.teams.tenant import Tenant, settings_for, tenant_in
from tests.adapters.town import Town, kudos_for
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService


async def status(url: str, method: str = "POST") -> int:
    async with aiohttp.ClientSession() as http, http.request(method, url) as response:
        return response.status


async def until(holds: Any) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - another program does it
            await asyncio.sleep(0.02)


@pytest.fixture
async def tenant(tmp_path: Path, framework: Framework) -> Any:
    async with tenant_in(tmp_path / "kudos.db", framework) as running:
        yield running
        assert running.teams.problems == []
        assert running.teams.doubled() == []


@pytest.mark.parametrize("together", [False, True])
async def test_a_message_that_comes_three_times_is_answered_once(tenant: Tenant, together: bool) -> None:
    alice = tenant.world.users[0]
    own = tenant.world.personal(alice)
    answers = await tenant.service.deliver(tenant.events.message(alice, own, "help"), times=3, together=together)
    assert all(answer.ok for answer in answers), answers
    assert len(tenant.standing(own)) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_a_kudos_that_comes_three_times_is_one(tenant: Tenant, framework: Framework, together: bool) -> None:
    """Also with another token: what it is about is the key, not how it was proved."""
    alice, bob = tenant.world.users[:2]
    place, tag = tenant.world.teams[0].channels[1], next(each.tag for each in framework.taggable if each.tag)
    said = tenant.events.message(alice, place, f"kudos @{bob.name} #{tag} for staying on after nights to help us", bob)
    answers = await tenant.service.deliver(said, times=3, together=together)
    tenant.service.rotate("key-2")
    answers += await tenant.service.deliver(said)
    assert [answer.status for answer in answers] == [200, 200, 200, 401]  # a new key is looked for after 5 min
    await until(lambda: len(tenant.standing(place)) == 1)
    assert tenant.rows("SELECT count(*) FROM recognition") == [(1,)]


async def test_teams_is_off_without_an_app(town: Town) -> None:
    assert await status(f"{town.address}/api/messages") == 404


async def test_what_fails_in_teams_is_not_felt_in_slack(tmp_path: Path, town: Town) -> None:
    """Neither its keys, nor its login, nor the Bot Connector can be reached; Slack is served as ever."""
    town.expected |= {"restart"}
    async with TeamsConnector() as teams, BotService(teams.world.app_id) as service:
        events = Events(teams.world, teams.url)
        settings = settings_for(teams, service)
        service.status = 500
        await teams.stop()
        async with kudos_for(town, **settings):
            service.url = f"{town.address}/api/messages"
            alice = teams.world.users[0]
            said = events.message(alice, teams.world.personal(alice), "help")
            assert [each.status for each in await service.deliver(said, times=3, together=True)] == [503] * 3
            assert await status(service.url) == 415
            assert await status(f"{town.address}/ready", "GET") == 200
            assert await town.type(town.alice, "help")


async def test_in_development_the_start_says_so(tmp_path: Path, framework: Framework) -> None:
    with capture_logs() as logged:
        async with tenant_in(
            tmp_path / "kudos.db",
            framework,
            microsoft_app_id="",
            microsoft_app_password="",
            microsoft_app_tenant_id="",
            teams_dev=True,
            host="127.0.0.1",
        ) as tenant:
            alice = tenant.world.users[0]
            own = tenant.world.personal(alice)
            tenant.teams.dev = True
            tenant.service.signing = "a key of nobody"
            (answer,) = await tenant.service.deliver(tenant.events.message(alice, own, "help"))
            assert answer.ok
            assert len(tenant.standing(own)) == 1
            assert tenant.service.fetched == []
    assert {"event": "teams_without_authentication", "host": "127.0.0.1", "log_level": "warning"} in logged


def test_settings_may_be_given_by_their_own_names() -> None:
    assert Settings(microsoft_app_id="an-app", _env_file=None).teams_is_on
