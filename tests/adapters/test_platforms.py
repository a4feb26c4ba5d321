"""One platform is felt in no other: not what its settings lack, nor what fails in it, at the start or later."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters import web
from adapters.cli import BAD_CONFIG
from bot.config import Settings
from bot.errors import ConfigError
from bot.framework import Framework
from tests.adapters.teams.tenant import settings_for as settings_for_teams
from tests.adapters.teams.test_credentials import certificate
from tests.adapters.town import Town, kudos_for, program, start
from tests.doubles.slack import SlackDouble
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService

#: An EC key on a curve that the library does not know: no settings check foresees what it raises.
STRANGE_KEY = """-----BEGIN EC PRIVATE KEY-----
MD4CAQEEDoQ69RfcQU5rcNaHSGQioAcGBSuBBAAGoSADHgAEIn8B5mnPCLxfKU3f
i8kL+BtQ8kIJMFH1NOv7wA==
-----END EC PRIVATE KEY-----
"""


@pytest.fixture
async def quiet_town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which the program does not run yet."""
    async with SlackDouble() as slack:
        town = Town(slack, slack.client("http://127.0.0.1:9"), framework, tmp_path / "kudos.db")
        yield town
        assert not slack.problems


@pytest.fixture
async def teams() -> AsyncIterator[tuple[TeamsConnector, BotService]]:
    async with TeamsConnector() as connector, BotService(connector.world.app_id) as service:
        yield connector, service


async def read(url: str, method: str = "GET") -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.request(method, url) as response:
        text = await response.text()
        return response.status, json.loads(text) if text.startswith("{") else text


def in_environment(connector: TeamsConnector, service: BotService) -> dict[str, str]:
    """The settings of Teams as an operator writes them."""
    return {
        "MicrosoftAppId": connector.world.app_id,
        "MicrosoftAppPassword": connector.login.secret,
        "MicrosoftAppTenantId": connector.world.tenant_id,
        "TEAMS_OPENID_URL": service.openid_url,
        "TEAMS_LOGIN_URL": connector.login_url,
        "TEAMS_SERVICE_HOSTS": f"127.0.0.1:{connector.port}",
    }


HALF_THERE = {
    "no secret": {"MicrosoftAppPassword": ""},
    "no tenant": {"MicrosoftAppTenantId": ""},
    "a type that does not exist": {"MicrosoftAppType": "MultiTenant"},
    "no address": {"TEAMS_OPENID_URL": "http://keys.example"},
}


@pytest.mark.parametrize("wrong", HALF_THERE.values(), ids=HALF_THERE)
async def test_slack_is_served_while_the_settings_of_teams_are_half_there(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService], wrong: dict[str, str]
) -> None:
    """`/ready` names the setting, the log says what to do; the door of Teams asks to come again."""
    async with program(quiet_town, **{**in_environment(*teams), **wrong}) as running:
        address = quiet_town.client.url.removesuffix("/slack/events")
        (name,) = wrong
        status, told = await read(f"{address}/ready")
        assert (status, told["status"]) == (200, "ok")
        assert told["platforms"] == {"slack": "ok", "teams": f"its settings are wrong: {name}; then a restart"}
        assert (await read(f"{address}/api/messages", "POST"))[0] == 503
        assert await quiet_town.type(quiet_town.alice, "help")
        running.terminate()


async def test_the_log_says_what_is_left_out(quiet_town: Town, teams: tuple[TeamsConnector, BotService]) -> None:
    running = await start(quiet_town, **{**in_environment(*teams), "MicrosoftAppPassword": "", "PORT": "not a port"})
    assert "PORT: " in await running.log()
    assert running.returncode == BAD_CONFIG
    async with program(quiet_town, **{**in_environment(*teams), "MicrosoftAppPassword": ""}) as running:
        (left_out,) = (line for line in map(json.loads, running.began) if line["event"] == "platform_left_out")
    assert left_out["platform"] == "teams"
    assert left_out["problem"].startswith("MicrosoftAppPassword: missing")


async def test_teams_is_served_while_the_settings_of_slack_are_half_there(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService]
) -> None:
    connector, service = teams
    environment = {**in_environment(*teams), "SLACK_SIGNING_SECRET": "", "SLACK_API_URL": "http://slack.example/"}
    async with program(quiet_town, **environment):
        address = quiet_town.client.url.removesuffix("/slack/events")
        service.url = f"{address}/api/messages"
        alice = connector.world.users[0]
        said = Events(connector.world, connector.url).message(alice, connector.world.personal(alice), "help")
        (answer,) = await service.deliver(said)
        assert answer.ok
        _, told = await read(f"{address}/ready")
        assert told["platforms"]["teams"] == "ok"
        assert told["platforms"]["slack"] == "its settings are wrong: SLACK_API_URL; then a restart"
        assert (await read(f"{address}/slack/events", "POST"))[0] == 503


@pytest.mark.parametrize("both", [False, True])
async def test_where_nothing_is_left_the_start_is_refused(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService], both: bool
) -> None:
    """The settings of the only platform are wrong, or those of each."""
    more = {**in_environment(*teams), "MicrosoftAppPassword": ""} if both else {}
    running = await start(quiet_town, SLACK_SIGNING_SECRET="", **more)
    log = await running.log()
    assert running.returncode == BAD_CONFIG
    assert "kudos: SLACK_SIGNING_SECRET: missing" in log
    assert ("kudos: MicrosoftAppPassword: missing" in log) is both


async def test_what_nobody_foresaw_in_teams_is_not_felt_in_slack_and_is_tried_again(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService], tmp_path: Path
) -> None:
    """A key of a kind that nobody knows; it is put right beside the running program."""
    pem = tmp_path / "kudos.pem"
    pem.write_text(STRANGE_KEY)
    more = settings_for_teams(*teams, microsoft_app_certificate=pem, microsoft_app_password="")
    with capture_logs() as logged:
        async with kudos_for(quiet_town, **more):
            status, told = await read(f"{quiet_town.address}/ready")
            assert status == 200
            assert told["platforms"]["slack"] == "ok"
            assert told["platforms"]["teams"].startswith("it failed and is tried again (")
            assert (await read(f"{quiet_town.address}/api/messages", "POST"))[0] == 503
            assert await quiet_town.type(quiet_town.alice, "help")
            teams[0].login.certificate, made = certificate()
            pem.write_bytes(made)
            async with asyncio.timeout(15):
                while (await read(f"{quiet_town.address}/api/messages", "POST"))[0] == 503:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            assert (await read(f"{quiet_town.address}/ready"))[1]["platforms"] == {"slack": "ok", "teams": "ok"}
    assert {"platform_down", "platform_back"} <= {line["event"] for line in logged}


async def test_a_certificate_that_is_none_stops_the_start_only_where_teams_is_all_there_is(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService], framework: Framework, tmp_path: Path
) -> None:
    pem = tmp_path / "kudos.pem"
    pem.write_text("no certificate")
    more = settings_for_teams(*teams, microsoft_app_certificate=pem, microsoft_app_password="")
    alone = Settings(database_url=f"sqlite:///{tmp_path}/alone.db", _env_file=None, **more)
    with pytest.raises(ConfigError, match="MicrosoftAppCertificate"):
        async with web.site(alone, framework):
            raise AssertionError
    async with kudos_for(quiet_town, **more):
        assert await quiet_town.type(quiet_town.alice, "help")
        _, told = await read(f"{quiet_town.address}/ready")
        assert "MicrosoftAppCertificate" in told["platforms"]["teams"]
        assert str(pem) not in str(told)


async def test_it_says_that_microsofts_keys_cannot_be_fetched(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService]
) -> None:
    connector, service = teams
    service.status = 500
    async with kudos_for(quiet_town, **settings_for_teams(connector, service)):
        async with asyncio.timeout(5):
            while not service.fetched:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        status, told = await read(f"{quiet_town.address}/ready")
        assert status == 200
        assert told["platforms"]["slack"] == "ok"
        assert "keys can't be fetched" in told["platforms"]["teams"]


@pytest.mark.parametrize(
    "wrong",
    [{"microsoft_app_password": "one that has run out"}, {"teams_login_url": "http://127.0.0.1:1"}],
    ids=["secret", "address"],
)
async def test_it_says_that_the_login_gives_no_token_though_nothing_is_to_be_sent(
    quiet_town: Town, teams: tuple[TeamsConnector, BotService], wrong: dict[str, str]
) -> None:
    async with kudos_for(quiet_town, **{**settings_for_teams(*teams), **wrong}), asyncio.timeout(5):
        while (told := await read(f"{quiet_town.address}/ready"))[1]["platforms"]["teams"] == "ok":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert told[0] == 200
        assert told[1]["platforms"]["teams"].startswith("no token for Teams (login: ")


async def slack_gone(town: Town) -> tuple[int, Any]:
    """What `/ready` answers once it no longer says that Slack works."""
    async with asyncio.timeout(5):
        while (ready := await read(f"{town.address}/ready"))[1]["platforms"]["slack"] == "ok":  # noqa: ASYNC110 - over HTTP, nobody calls
            await asyncio.sleep(0.05)
    return ready


async def test_it_says_that_slack_refuses_the_token(quiet_town: Town, teams: tuple[TeamsConnector, BotService]) -> None:
    """And goes on in Teams."""
    connector, service = teams
    quiet_town.expected |= {"restart", "failures"}
    more = {**settings_for_teams(connector, service), "slack_bot_token": "xoxb-that-was-revoked"}
    async with kudos_for(quiet_town, filled=False, **more):
        service.url = f"{quiet_town.address}/api/messages"
        status, told = await slack_gone(quiet_town)
        assert status == 200
        assert told["platforms"]["slack"].startswith("Slack refuses the token")
        assert told["platforms"]["teams"] == "ok"
        alice = connector.world.users[0]
        said = Events(connector.world, connector.url).message(alice, connector.world.personal(alice), "help")
        assert (await service.deliver(said))[0].ok


async def test_it_says_that_slack_cannot_be_reached(quiet_town: Town, teams: tuple[TeamsConnector, BotService]) -> None:
    """And is ready all the same, and goes on in Teams."""
    connector, service = teams
    quiet_town.expected |= {"restart", "failures"}
    more = {**settings_for_teams(connector, service), "slack_api_url": "http://127.0.0.1:1/api/"}
    async with kudos_for(quiet_town, filled=False, **more):
        service.url = f"{quiet_town.address}/api/messages"
        status, told = await slack_gone(quiet_town)
        assert (status, told["status"]) == (200, "ok")
        assert told["platforms"] == {"slack": "Slack can't be reached (ClientConnectorError)", "teams": "ok"}
        _, figures = await read(f"{quiet_town.address}/metrics")
        assert 'kudos_platform_up{platform="slack"} 0.0' in figures
        alice = connector.world.users[0]
        said = Events(connector.world, connector.url).message(alice, connector.world.personal(alice), "help")
        assert (await service.deliver(said))[0].ok
