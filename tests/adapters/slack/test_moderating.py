"""Reporting, hiding, removing and restoring in Slack: everything comes three times, and what stands is mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Town, settled, town_in
from tests.doubles.slack_objects import Message, User

WHY = "It named a witness."
GONE = "This kudos is not shown any more."


@pytest.fixture
async def town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Cara and Dan are administrators, and there is no moderator."""

    def before(town: Town) -> None:
        town.cara.email, town.dan.email = "cara@force.example", "dan@force.example"

    admins = "cara@force.example,dan@force.example"
    async with town_in(tmp_path / "kudos.db", framework, before=before, kudos_admins=admins) as running:
        running.manner = "thrice"
        yield running
        await settled(running)
        running.assert_sound()


def direct(town: Town, user: User, words: str) -> Message:
    return next(each for each in town.slack.dms(user) if words in each.text)


async def reports(town: Town, user: User) -> Message:
    """Somebody's private list."""
    await town.type(user, "reports")
    return [each for each in town.slack.seen_only_by(user) if "Only you see this." in each.text][-1]


async def test_a_report_a_removal_and_a_restoring(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    eve = town.slack.add_user("eve")
    await town.client.team_join(eve)
    await town.client.join(eve, town.general)
    await town.press(card, "Report", eve)
    await town.hears(eve, "Thank you for telling us.")
    await settled(town)
    (told,) = town.told(town.cara)
    assert town.told(town.dan) == [told]
    assert REASON not in told
    await town.press(direct(town, town.cara, "has reported"), "Look at it", town.cara)
    await town.hears(town.cara, "Reported by a colleague")
    listed = await reports(town, town.cara)
    assert REASON in listed.text
    await town.press(listed, "Remove", town.cara)
    form = town.form(town.cara)
    assert "Say why" in (await town.submit(form, reason="x"))["reason"]
    assert not await town.submit(form, reason=WHY)
    await settled(town)
    assert card.text == GONE
    assert town.told(town.bob)[0] == GONE
    assert WHY in direct(town, town.bob, "was removed by the moderators").text
    assert WHY in direct(town, town.alice, "was removed by the moderators").text
    assert "and removed it" in direct(town, eve, "that you reported").text
    await town.press(await reports(town, town.dan), "Restore", town.dan)
    await settled(town)
    assert REASON in card.text
    assert "is back" in direct(town, town.alice, "looked at it again").text
    assert (town.count("report"), town.count("removal"), town.count("audit")) == (1, 2, 3)


async def test_only_staff_reads_what_was_reported(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Report", town.cara)
    await settled(town)
    told = await town.type(town.bob, "reports")
    assert told.startswith("Only a moderator can look at what was reported. To report a kudos yourself, ")
    await town.press(await reports(town, town.dan), "Leave it", town.dan)
    await settled(town)
    assert "Reported kudos: none" in (await reports(town, town.dan)).text
    assert "It stays as it is." in direct(town, town.cara, "that you reported").text
    assert REASON in card.text


async def test_a_recipient_hides_from_the_card_and_shows_again_from_the_message(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Hide", town.bob)
    await settled(town)
    assert card.text == GONE
    message = direct(town, town.bob, "thanked you")
    assert "You have hidden this." in message.text
    await town.press(message, "Show again", town.bob)
    await settled(town)
    assert REASON in card.text
    await town.press(card, "Hide", town.dan)
    await town.hears(town.dan, "Only somebody who is thanked in this kudos can hide it.")
    assert REASON in card.text
