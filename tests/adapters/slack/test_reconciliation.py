"""Events may be missed: once a day, and at each start, everything is learned anew, and what is wrong is put right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Town, comes_true, kudos_for, settled, town_in

HALF = "x\ud800@x.uk"  #: holds half of a character


@pytest.fixture
async def town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work; when nobody looks it learns everything anew all the time."""
    async with town_in(tmp_path / "kudos.db", framework) as running:
        running.expected.add("restart")
        yield running
        await settled(running)
        running.assert_sound()


def place(town: Town, id_: str) -> dict[str, Any]:
    return town.row("SELECT name, visibility, joined, archived FROM place WHERE id = ?", id_)


def person(town: Town, id_: str) -> dict[str, Any]:
    return town.row("SELECT name, active FROM person WHERE id = ?", id_)


async def learn_anew(town: Town) -> None:
    """As at the next start, or on the next day."""
    async with kudos_for(town):
        pass


async def test_it_happens_by_itself(town: Town) -> None:
    async with kudos_for(town, reconcile_s=0.2):
        town.bob.display_name = "Robert"
        await comes_true(lambda: person(town, town.bob.id)["name"] == "Robert")
        town.general.name = "everybody"
        await comes_true(lambda: place(town, town.general.id)["name"] == "everybody")


async def test_people_who_have_left_been_renamed_or_come(town: Town) -> None:
    town.bob.display_name = "Robert"
    town.cara.deleted = True
    eve = town.slack.add_user("eve")
    del town.slack.users[town.dan.id]  # no trace is left
    await learn_anew(town)
    assert person(town, town.bob.id) == {"name": "Robert", "active": 1}
    assert person(town, town.cara.id)["active"] == 0
    assert person(town, town.dan.id)["active"] == 0
    assert person(town, eve.id)["active"] == 1
    before = len(town.slack.calls_to("users.info"))
    await learn_anew(town)
    assert len(town.slack.calls_to("users.info")) == before, "who is gone is asked for once"


async def test_channels_renamed_archived_left_and_made_private(town: Town) -> None:
    town.general.archived = True
    town.elsewhere.kind = "private"  # and we are not in it
    town.closed.members.remove(town.slack.bot.id)
    new = town.slack.add_channel("new", members=[town.alice])
    await learn_anew(town)
    assert place(town, town.general.id)["archived"] == 1
    assert place(town, town.elsewhere.id)["visibility"] == "private"
    assert place(town, town.closed.id) == {"name": "closed", "visibility": "private", "joined": 0, "archived": 0}
    assert place(town, new.id)["joined"] == 1
    before = len(town.slack.calls_to("conversations.info"))
    await learn_anew(town)
    assert len(town.slack.calls_to("conversations.info")) == before, "what is out of reach is asked for once"


async def test_a_channel_that_is_deleted_leaves_its_name_to_another(town: Town) -> None:
    """What has no place of its own goes to the channel that is there now."""
    old = town.slack.channels.pop(town.general.id)
    new = town.slack.add_channel("general", members=[town.alice, town.bob])
    await learn_anew(town)
    assert place(town, old.id)["joined"] == 0
    town.general = new
    direct = town.slack.add_dm(town.alice)
    await town.type(town.alice, "", direct)
    assert f"'{new.id}'" in str(town.form(town.alice).blocks)
    assert f"'{old.id}'" not in str(town.form(town.alice).blocks)


async def test_a_channel_that_is_deleted_is_out_of_reach_at_once(town: Town) -> None:
    await town.client.delete_channel(town.elsewhere, user=town.alice)
    assert place(town, town.elsewhere.id)["visibility"] == "private"


async def test_a_channel_made_private_with_us_in_it(town: Town) -> None:
    """From then on what is said there stays there; who is in there is known."""
    town.general.kind = "private"
    await learn_anew(town)
    assert place(town, town.general.id)["visibility"] == "private"
    assert town.count("membership", f"place = '{town.general.id}'") == len(town.general.members)


async def test_emoji_that_are_gone_mean_nothing(town: Town) -> None:
    town.slack.emoji["own"] = f"alias:{town.emoji()}"
    await learn_anew(town)
    assert town.count("emoji") == 1
    del town.slack.emoji["own"]
    await learn_anew(town)
    assert town.count("emoji") == 0


async def test_an_odd_address_or_emoji_keeps_nobody_and_nothing_else_from_being_known(town: Town) -> None:
    """What could not be stored counts as absent."""
    town.bob.email, town.bob.display_name = HALF, f"Robert{HALF}"
    town.slack.emoji |= {"own": f"alias:{town.emoji()}", "odd": None, "worse": f"alias:{HALF}", HALF: "alias:x"}  # type: ignore[dict-item]
    eve = town.slack.add_user("eve")
    await learn_anew(town)
    assert town.row("SELECT email FROM person WHERE id = ?", town.bob.id)["email"] == ""
    assert person(town, eve.id)["active"] == 1
    assert [row["name"] for row in town.rows("SELECT name FROM emoji")] == ["own"]


async def test_an_event_about_an_odd_person_is_refused_and_changes_nothing(town: Town) -> None:
    town.expected.add("failures")
    town.bob.email = HALF
    assert (await town.client.user_change(town.bob)).status == 400
    assert person(town, town.bob.id) == {"name": "bob", "active": 1}


async def test_a_slow_listing_does_not_undo_what_an_event_told_meanwhile(town: Town) -> None:
    """It was put together before, and arrives after."""
    people = town.slack.fault("users.list", linger_s=0.7)
    places = town.slack.fault("conversations.list", linger_s=0.7)
    async with kudos_for(town, filled=False):
        await town.slack.until(lambda: people.used and places.used)
        await asyncio.sleep(0.2)
        town.bob.display_name = "Robert"
        await town.client.user_change(town.bob)
        await town.client.rename(town.general, "everybody")
        await town.client.archive(town.closed, user=town.alice)
        await asyncio.sleep(0.9)
        await settled(town)
        assert person(town, town.bob.id)["name"] == "Robert"
        assert place(town, town.general.id)["name"] == "everybody"
        assert place(town, town.closed.id)["archived"] == 1


async def test_where_we_were_taken_out_and_put_back_meanwhile_we_are_in(town: Town) -> None:
    """A channel that an earlier page could not list is not taken for lost."""
    town.elsewhere.members.append(town.slack.bot.id)
    town.elsewhere.kind = "private"
    await town.client.leave(town.slack.bot, town.closed)
    places = town.slack.fault("conversations.list", linger_s=0.5)
    async with kudos_for(town, filled=False):
        await town.slack.until(lambda: places.used)
        await asyncio.sleep(0.2)
        await town.client.join(town.slack.bot, town.closed)
        await asyncio.sleep(0.7)
        await settled(town)
        assert place(town, town.closed.id)["joined"] == 1
        assert place(town, town.elsewhere.id)["joined"] == 1


async def test_where_slack_throttles_the_questions_they_are_asked_again(town: Town) -> None:
    del town.slack.channels[town.elsewhere.id]
    town.slack.fault("conversations.info", status=429, retry_after=1)
    async with kudos_for(town, filled=False):
        await comes_true(lambda: place(town, town.elsewhere.id)["visibility"] == "private")


async def test_what_waits_for_an_invitation_that_was_missed_goes_out(town: Town) -> None:
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.elsewhere)
    await settled(town)
    assert town.states()["waiting"] == 1
    town.elsewhere.members.append(town.slack.bot.id)
    async with kudos_for(town, reconcile_s=0.2):
        await town.slack.until(lambda: town.cards(town.elsewhere))


async def test_a_channel_made_private_is_noticed_when_somebody_types_there(town: Town) -> None:
    """Not on the next day: what is said there from now on is shown nowhere else."""
    town.general.kind = "private"
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"
