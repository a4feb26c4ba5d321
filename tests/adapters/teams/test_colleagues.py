"""The whole program on both platforms: one colleague is one, as soon as both have told their address."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.framework import Framework
from tests.adapters.teams.tenant import settings_for
from tests.adapters.town import REASON, Town, comes_true, kudos_for, settled, town_in
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService
from tests.doubles.teams_world import User


class Both:
    """Slack's town, and the tenant in which Alice is, too."""

    def __init__(self, town: Town, teams: TeamsConnector, service: BotService) -> None:
        self.town = town
        self.teams = teams
        self.service = service
        self.events = Events(teams.world, teams.url)

    @property
    def alice(self) -> User:
        return self.teams.world.users[0]

    async def says(self, text: str) -> str:
        """What Kudos answers to Alice in the tenant."""
        own = self.teams.world.personal(self.alice)
        before = len(self.teams.standing(own.id))
        (answer,) = await self.service.deliver(self.events.message(self.alice, own, text))
        assert answer.ok, answer
        await comes_true(lambda: len(self.teams.standing(own.id)) > before)
        return json.dumps(self.teams.standing(own.id)[-1].card, ensure_ascii=False)


@asynccontextmanager
async def both(tmp_path: Path, framework: Framework, **more: Any) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(town_in(tmp_path / "kudos.db", framework))
        town.expected.add("restart")
        teams = await stack.enter_async_context(TeamsConnector())
        service = await stack.enter_async_context(BotService(teams.world.app_id))
        town.alice.email = teams.world.users[0].email.title()
        await stack.enter_async_context(kudos_for(town, **settings_for(teams, service, **more)))
        service.url = f"{town.address}/api/messages"
        yield Both(town, teams, service)
        await settled(town)


async def test_what_was_given_in_slack_is_found_and_taken_back_in_teams(tmp_path: Path, framework: Framework) -> None:
    async with both(tmp_path, framework) as two:
        town = two.town
        card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        mine = await two.says("mine")
        assert REASON in mine
        assert "These are your kudos in Slack and Teams together." in mine
        assert f"archives/{town.general.id}/p{card.ts.replace('.', '')}" in mine, "it leads to Slack"
        assert "Taken back" in await two.says("undo")
        await comes_true(lambda: REASON not in card.text)
        assert town.row("SELECT withdrawn FROM recognition WHERE reason = ?", REASON)["withdrawn"]


@pytest.mark.parametrize(
    "more",
    [{"kudos_organisation": "slack:T0000000"}, {"kudos_organisation": "teams:00000000-0000-0000-0000-000000000000"}],
)
async def test_they_are_kept_apart_where_the_settings_say_so(
    tmp_path: Path, framework: Framework, more: dict[str, str]
) -> None:
    async with both(tmp_path, framework, **more) as two:
        await two.town.give(two.town.alice, f"@bob {two.town.tag()} for {REASON}")
        assert REASON not in await two.says("mine")


async def test_a_guest_in_slack_is_nobody_in_teams(tmp_path: Path, framework: Framework) -> None:
    async with both(tmp_path, framework) as two:
        two.town.alice.is_restricted = True
        async with kudos_for(two.town, **settings_for(two.teams, two.service)):
            two.service.url = f"{two.town.address}/api/messages"
            await two.town.give(two.town.bob, f"@alice {two.town.tag()} for {REASON}")
            assert REASON not in await two.says("mine")
