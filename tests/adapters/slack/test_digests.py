"""Setting up a digest in Slack, over signed HTTP: each thing three times, one after the other or at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.schedule import Plan, Scope
from tests.adapters.slack.everywhere import ME, WAYS, answers, installed, says, talk
from tests.adapters.town import Town, settled
from tests.doubles.slack_fields import UnsubmittableError
from tests.doubles.slack_objects import View

DUE = "The next one is due on Monday "


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """Alice has made the channels; Dan looks after Kudos."""
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


def plan(town: Town) -> Plan:
    rows = town.rows("SELECT value FROM setting WHERE name = 'digest' ORDER BY at DESC, id DESC LIMIT 1")
    return Plan.read(rows[0]["value"])


def field(form: View, name: str) -> dict[str, Any]:
    block = next(each for each in form.blocks if each.get("block_id") == name)
    element: dict[str, Any] = block["element"]
    return element


def digests(town: Town) -> int:
    return town.count("outbox", "view = 'digest'")


async def set_up(town: Town, **filled: Any) -> None:
    await town.type(town.alice, "digest")
    assert not await town.submit(town.form(town.alice), **filled)
    await settled(town)


async def test_the_form_sets_the_digest_up(town: Town) -> None:
    assert await town.type(town.alice, "digest") == ""
    form = town.form(town.alice)
    assert "There is no digest in" in str(form.blocks)
    filled = {"day": "4", "at": "16:30", "zone": "europe/paris", "extras": ["mention"]}
    assert not await town.submit(form, scope="people", people=[town.bob, town.cara], **filled)
    assert not form.open
    await town.hears(town.alice, "The next one is due on Friday ")
    assert plan(town) == Plan(
        day=4,
        at="16:30",
        zone="Europe/Paris",
        scope=Scope.PEOPLE,
        people=(town.bob.id, town.cara.id),
        chart=False,
        mention=True,
        owner=town.alice.id,
    )
    assert town.count("setting") == 1
    await town.type(town.dan, "digest")
    again = town.form(town.dan)
    assert field(again, "state")["initial_option"]["value"] == "on"
    assert field(again, "day")["initial_option"]["text"]["text"] == "Friday"
    assert field(again, "at")["initial_time"] == "16:30"
    assert field(again, "zone")["initial_value"] == "Europe/Paris"
    assert field(again, "scope")["initial_option"]["value"] == "people"
    assert field(again, "people")["initial_users"] == [town.bob.id, town.cara.id]
    assert [each["value"] for each in field(again, "extras")["initial_options"]] == ["mention"]
    assert not town.whispered(town.bob)


async def test_as_it_is_proposed_it_can_be_saved(town: Town) -> None:
    await set_up(town)
    await town.hears(town.alice, DUE)
    assert plan(town) == Plan(zone="Europe/London", owner=town.alice.id)
    await town.type(town.alice, "digest")
    assert DUE in str(town.form(town.alice).blocks)


async def test_what_has_to_be_mended_is_said_at_its_field(town: Town) -> None:
    await town.type(town.alice, "digest")
    form = town.form(town.alice)
    errors = await town.submit(form, zone="Neverland", scope="people", people=[town.robot])
    assert form.open
    assert set(errors) == {"zone", "people"}
    assert "I know no time zone called “Neverland”" in errors["zone"]
    assert "robot can't be on the list: it's an app" in errors["people"]
    assert town.count("setting") == 0
    assert not await town.submit(form, zone="Europe/London", scope="people", people=[town.bob])
    await town.hears(town.alice, DUE)


async def test_slack_itself_takes_no_time_that_is_none(town: Town) -> None:
    await town.type(town.alice, "digest")
    for filled in ({"at": "9 o'clock"}, {"at": None}, {"state": None}, {"zone": ""}, {"day": "7"}):
        with pytest.raises(UnsubmittableError):
            await town.submit(town.form(town.alice), **filled)


async def test_others_may_only_look_at_it(town: Town) -> None:
    await set_up(town)
    for text in ("digest", "digest now", "digest skip", "digest off"):
        said = await town.type(town.bob, text)
        assert "alice, who made that channel, can set up its digest" in said
    assert town.slack.modal(town.bob) is None
    shown = await town.type(town.bob, "digest preview")
    assert shown
    assert "can set up" not in shown
    assert not town.whispered(town.cara)
    assert town.cards() == []
    assert plan(town).on


async def test_administrators_set_it_up_too(town: Town) -> None:
    await set_up(town)
    town.bob.is_admin = True
    await town.client.user_change(town.bob)
    assert "The digest in #general is off" in await town.type(town.bob, "digest off")
    assert "The digest in #general is on" in await town.type(town.dan, "digest on")
    assert plan(town).owner == town.dan.id


async def test_who_is_no_administrator_any_more_can_not_send_the_form(town: Town) -> None:
    town.bob.is_admin = True
    await town.client.user_change(town.bob)
    await town.type(town.bob, "digest")
    town.bob.is_admin = False
    await town.client.user_change(town.bob)
    errors = await town.submit(town.form(town.bob))
    assert "can set up its digest" in errors["state"]
    assert town.count("setting") == 0


async def test_now_posts_one_digest_however_often_it_is_typed(town: Town) -> None:
    await set_up(town)
    assert "is on its way to #general" in await town.type(town.alice, "digest now")
    await town.slack.until(town.cards)
    await settled(town)
    assert "has the digest of the week" in await town.type(town.dan, "digest now")
    await settled(town)
    assert len(town.cards()) == 1
    assert digests(town) == 1
    assert not town.cards()[0].pings()


async def test_words_after_digest(town: Town) -> None:
    await set_up(town)
    assert "is left out in #general" in await town.type(town.alice, "digest skip")
    assert plan(town).skipped
    assert DUE in await town.type(town.alice, "digest unskip")
    assert not plan(town).skipped
    said = await town.type(town.alice, "digest Sundays for @bob & <b>")
    assert "I don't know /kudos digest Sundays for @bob &amp; &lt;b&gt;." in said
    assert "/kudos digest preview" in said


async def test_said_to_kudos_a_button_opens_the_form(town: Town) -> None:
    message = await says(town, town.alice, town.general, f"{ME} digest")
    assert answers(town, message) == []
    asked = await town.hears(town.alice, "Here you set up the weekly digest of #general")
    await town.press(asked, "Set up the digest", town.alice)
    assert not await town.submit(town.form(town.alice), day="2")
    await settled(town)
    assert plan(town).day == 2
    await says(town, town.alice, town.general, f"{ME} kudos digest off")
    await town.hears(town.alice, "The digest in #general is off")
    await says(town, town.bob, town.general, f"{ME} digest")
    await town.hears(town.bob, "can set up its digest")


async def test_in_a_conversation_it_says_where_to_type_it(town: Town) -> None:
    message = await says(town, town.alice, talk(town, town.alice), "digest")
    assert ["Type this in the channel" in each.text for each in answers(town, message)] == [True]
    group = town.slack.mpim(town.alice, town.bob)
    assert "A digest belongs to a channel" in await town.type(town.alice, "digest preview", group)
    assert "A digest belongs to a channel" in await town.type(town.alice, "digest", town.slack.add_dm(town.alice))


async def test_where_kudos_is_not_it_asks_to_be_invited(town: Town) -> None:
    assert "I am not in that channel yet" in await town.type(town.dan, "digest", town.elsewhere)
    hidden = town.slack.add_channel("hidden", private=True, members=[town.alice], bot=False)
    assert "Add me to it, please" in await town.type(town.alice, "digest", hidden)
    assert town.slack.modal(town.alice) is None


async def test_a_private_channel_has_its_digest_too(town: Town) -> None:
    assert await town.type(town.alice, "digest", town.closed) == ""
    assert not await town.submit(town.form(town.alice), scope="place")
    await settled(town)
    assert plan(town).scope is Scope.PLACE
    assert town.row("SELECT subject FROM setting")["subject"] == town.closed.id
