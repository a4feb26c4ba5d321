"""*Give kudos*, from anywhere and in the menu of a message: over signed HTTP, each thing three times."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.slack.everywhere import OPEN, WAYS, installed
from tests.adapters.town import REASON, Town, settled


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


# Shortcuts


async def test_the_global_shortcut_opens_the_form_which_asks_where(town: Town) -> None:
    await town.client.shortcut("give_kudos", town.alice)
    form = town.form(town.alice)
    assert f"'initial_conversation': '{town.general.id}'" in str(form.blocks)
    values = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": REASON}
    assert not await town.submit(form, **values)
    await settled(town)
    assert REASON in town.cards()[0].text
    assert "You thanked bob" in town.told(town.alice)[0]
    assert town.count("recognition") == 1


async def test_a_shortcut_of_another_name_opens_nothing(town: Town) -> None:
    assert (await town.client.shortcut("somebody_elses", town.alice)).ok
    assert (await town.client.message_shortcut("x", town.slack.say(town.bob, town.general, "hi"), town.alice)).ok
    assert town.slack.modal(town.alice) is None


async def test_a_message_shortcut_fills_in_its_author_and_links_it(town: Town) -> None:
    message = town.slack.say(town.bob, town.general, "I stayed on until it was done")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    form = town.form(town.alice)
    assert f"'initial_users': ['{town.bob.id}']" in str(form.blocks)
    link = f"/archives/{town.general.id}/p{message.ts.replace('.', '')}"
    assert link in str(form.blocks)
    assert not await town.submit(form, entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    (card,) = town.cards()
    assert "About this message" in card.text
    assert link in str(card.blocks)
    assert message.text not in card.text
    assert "About this message" in town.told(town.bob)[0]
    await town.hears(town.alice, "You thanked bob")
    assert town.count("recognition") == 1


@pytest.mark.parametrize("whose", ["robot", "webhook", "kudos", "own", "gone", "outsider"])
async def test_where_the_author_can_not_be_thanked_the_recipient_is_left_open(town: Town, whose: str) -> None:
    outsider = town.slack.add_user("outsider", team_id="T99999999")
    authors = {"robot": town.robot, "webhook": None, "own": town.cara, "gone": town.gone, "outsider": outsider}
    if whose == "kudos":
        message = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    else:
        message = town.slack.say(authors[whose], town.general, "beep")
    await town.client.message_shortcut("give_kudos_message", message, town.cara)
    form = town.form(town.cara)
    assert "initial_users" not in str(form.blocks)
    assert "can't" not in str(form.blocks)
    assert not await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert "About this message" in town.cards()[-1].text


@pytest.mark.parametrize("several", [False, True])
async def test_for_a_message_between_people_nothing_is_posted(town: Town, several: bool) -> None:
    people = (town.alice, town.bob, town.cara) if several else (town.alice, town.bob)
    between = town.slack.mpim(*people) if several else town.slack.add_dm(town.alice, town.bob)
    message = town.slack.say(town.bob, between, "between us")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    assert not await town.submit(town.form(town.alice), entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert town.slack.messages(between, ours=True) == []
    assert town.cards() == []
    assert REASON in town.told(town.bob)[0]
    assert "About" not in town.told(town.bob)[0]
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "direct"
    assert town.states() == {"done": 1}


async def test_for_a_message_of_kudos_itself_the_form_asks_where(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.client.message_shortcut("give_kudos_message", town.slack.dms(town.bob)[0], town.bob)
    form = town.form(town.bob)
    assert town.general.id in str(form.blocks)
    assert "this message" not in str(form.blocks)
    assert not await town.submit(form, recipients=[town.alice], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert "About this message" not in town.cards()[-1].text


@pytest.mark.parametrize("private", [False, True])
async def test_where_kudos_is_not_the_card_waits_for_the_invitation(town: Town, private: bool) -> None:
    secret = town.slack.add_channel("secret", private=True, members=[town.alice, town.bob], bot=False)
    channel = secret if private else town.elsewhere
    message = town.slack.say(town.bob, channel, "done")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    assert not await town.submit(town.form(town.alice), entries=[town.entry(0).id], reason=REASON)
    await town.hears(town.alice, "/invite @Kudos")
    await settled(town)
    assert town.states() == {"waiting": 1, "done": 1}
    assert ("About this message" in town.told(town.bob)[0]) != private
    await town.client.join(town.slack.bot, channel)
    await settled(town)
    (card,) = [each for each in town.cards(channel) if REASON in each.text]
    assert "About this message" in card.text


async def test_a_message_in_a_thread_is_linked_itself(town: Town) -> None:
    first = town.slack.say(town.cara, town.general, "who was it?")
    reply = town.slack.say(town.bob, town.general, "I was", thread_ts=first.ts)
    await town.client.message_shortcut("give_kudos_message", reply, town.alice)
    assert reply.ts.replace(".", "") in str(town.form(town.alice).blocks)


@pytest.mark.parametrize("fault", [{"error": "expired_trigger_id"}, {"status": 500}, {"drop": "before"}], ids=str)
async def test_where_the_form_can_not_open_the_person_is_told(town: Town, fault: dict[str, Any]) -> None:
    """In a direct message, where there is nowhere else to answer."""
    town.slack.fault(OPEN, times=2, **fault)
    await town.client.shortcut("give_kudos", town.alice)
    await settled(town)
    assert town.told(town.alice) == ["I couldn't open the form just now. Please try again."]
    message = town.slack.say(town.bob, town.general, "done")
    await town.client.message_shortcut("give_kudos_message", message, town.cara)
    await town.hears(town.cara, "I couldn't open the form just now.")
    assert town.told(town.cara) == []


async def test_where_slack_is_slow_the_form_still_opens_in_time(town: Town) -> None:
    """The author is looked up no longer than there is time, and kept all the same."""
    late = town.slack.add_user("late")
    town.general.members.append(late.id)
    town.slack.fault("users.info", delay_s=2.5, times=None)
    message = town.slack.say(late, town.general, "done")
    assert (await town.client.message_shortcut("give_kudos_message", message, town.alice)).elapsed_s < 3
    assert late.id in str(town.form(town.alice).blocks)
