"""Reporting, hiding, removing and restoring in Teams: everything comes three times, and what stands is mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.teams.town import REASON, Town, settled, town_in
from tests.doubles.teams_client import read
from tests.doubles.teams_connector import Posted
from tests.doubles.teams_world import User

WHY = "It named a witness."
GONE = "This kudos is not shown any more."


@pytest.fixture
async def tenant(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Carol and Dev are administrators, and there is no moderator."""
    admins = "carol.clark@force.example,dev.das@force.example"
    async with town_in(tmp_path / "kudos.db", framework, kudos_admins=admins) as running:
        running.client.manner = "thrice"
        yield running
        await settled(running)
        running.assert_sound()


async def given(tenant: Town) -> Posted:
    return await tenant.give(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for {REASON}", tenant.bob)


def direct(tenant: Town, user: User, words: str) -> Posted:
    standing = tenant.connector.standing(tenant.alone(user).id)
    return [each for each in standing if words in read(each.card)][-1]


async def reports(tenant: Town, user: User) -> Posted:
    await tenant.say(user, "reports", where=tenant.alone(user))
    return tenant.last_told(user)


async def test_a_report_a_removal_and_a_restoring(tenant: Town) -> None:
    card = await given(tenant)
    assert "Thank you for telling us." in await tenant.press(tenant.bob, card, "Report")
    assert REASON not in read(direct(tenant, tenant.carol, "has reported a kudos").card)
    listed = await reports(tenant, tenant.carol)
    assert REASON in read(listed.card)
    await tenant.press(tenant.carol, listed, "Remove")
    await tenant.send(tenant.dialog(tenant.carol), reason="x")
    assert "Say why" in tenant.dialog(tenant.carol).errors
    await tenant.send(tenant.dialog(tenant.carol), reason=WHY)
    assert tenant.dialog(tenant.carol).text.startswith("Removed.")
    assert read(card.card) == GONE
    for user in (tenant.alice, tenant.bob):
        assert WHY in read(direct(tenant, user, "was removed by the moderators").card)
    assert "and removed it" in read(direct(tenant, tenant.bob, "that you reported").card)
    await tenant.press(tenant.dev, await reports(tenant, tenant.dev), "Restore")
    assert REASON in read(card.card)
    assert (tenant.count("report"), tenant.count("removal"), tenant.count("audit")) == (1, 2, 3)


async def test_a_recipient_hides_and_shows_again(tenant: Town) -> None:
    card = await given(tenant)
    message = direct(tenant, tenant.bob, "thanked you")
    await tenant.press(tenant.bob, message, "Hide")
    assert read(card.card) == GONE
    assert "You have hidden this." in read(message.card)
    await tenant.press(tenant.bob, message, "Show again")
    assert REASON in read(card.card)
    assert "Only somebody who is thanked" in await tenant.press(tenant.carol, card, "Hide")


async def test_who_is_no_moderator_is_told_so(tenant: Town) -> None:
    card = await given(tenant)
    await tenant.press(tenant.dev, card, "Report")
    told = await tenant.say(tenant.bob, "reports", where=tenant.alone(tenant.bob))
    assert told.startswith("Only a moderator can look at what was reported. To report a kudos yourself, ")
    await tenant.press(tenant.carol, await reports(tenant, tenant.carol), "Leave it")
    assert "It stays as it is." in read(direct(tenant, tenant.dev, "that you reported").card)
    assert REASON in read(card.card)
