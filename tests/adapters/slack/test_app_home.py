"""People's own pages in Slack: published when opened, following what changes, and safe from odd presses."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.requests import Action
from tests.adapters.slack.everywhere import OPEN, POST, PUBLISH, WAYS, home, installed, opens, page, texts, turn
from tests.adapters.town import REASON, Town, settled
from tests.doubles.slack_objects import Json, User
from tests.doubles.slack_wire import Request


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


# App Home


async def test_a_page_is_published_when_it_is_opened_and_follows(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.slack.homes == {}
    await opens(town, town.alice, town.bob)
    assert "Kudos you received (1)" in page(town, town.bob)
    assert REASON in page(town, town.bob)
    assert "Kudos you gave (1)" in page(town, town.alice)
    for entry in town.framework.taggable:
        assert entry.title.text in page(town, town.bob)
        for group in entry.groups:
            assert all(line.text in page(town, town.bob) for line in group.lines)
    await town.give(town.cara, f"@bob {town.tag(1)} for finding the spare keys", town.closed)
    assert "Kudos you received (2)" in page(town, town.bob)
    assert "spare keys" in page(town, town.bob)
    assert "spare keys" not in page(town, town.alice)
    assert town.cara.id not in town.slack.homes


async def test_the_messages_tab_publishes_nothing(town: Town) -> None:
    assert (await town.client.open_home(town.alice, tab="messages")).ok
    await settled(town)
    assert town.slack.homes == {}
    assert town.slack.calls_to(PUBLISH) == []


async def test_a_guest_and_somebody_unknown_until_now_have_pages_too(town: Town) -> None:
    guest = town.slack.add_user("guest", guest="single")
    await town.client.team_join(guest)
    await opens(town, guest, town.slack.add_user("new"))
    assert len(town.slack.homes) == 2
    assert "Kudos you received: none yet" in page(town, guest)


async def test_a_long_history_is_leafed_through(town: Town) -> None:
    for number in range(11):
        await town.type(town.alice, f"@bob {town.tag()} for help number {number:02}")
    await settled(town)
    await opens(town, town.bob)
    assert "number 10" in page(town, town.bob)
    assert "number 05" not in page(town, town.bob)
    assert "1 to 5 of 11" in page(town, town.bob)
    await turn(town, town.bob, "Older")
    assert "6 to 10 of 11" in page(town, town.bob)
    await turn(town, town.bob, "Older")
    assert "11 to 11 of 11" in page(town, town.bob)
    assert "number 00" in page(town, town.bob)
    await turn(town, town.bob, "Newer")
    assert "6 to 10 of 11" in page(town, town.bob)


async def test_a_page_gives_edits_and_withdraws(town: Town) -> None:
    await opens(town, town.alice, town.bob)
    await turn(town, town.alice, "Give kudos")
    form = town.form(town.alice)
    assert town.general.id in str(form.blocks)
    assert not await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    await town.slack.until(lambda: town.told(town.alice))
    await settled(town)
    assert "Kudos you gave (1)" in page(town, town.alice)
    assert "You thanked bob" in town.told(town.alice)[0]
    await turn(town, town.alice, "Edit the words")
    assert REASON in str(town.form(town.alice).blocks)
    assert not await town.submit(town.form(town.alice), reason="finding the spare keys")
    await settled(town)
    assert "spare keys" in page(town, town.alice)
    assert "spare keys" in page(town, town.bob)
    assert "spare keys" in town.cards()[0].text
    await turn(town, town.alice, "Withdraw")
    assert "Taken back: your kudos to " in texts(town.form(town.alice).blocks)
    assert "Kudos you gave: none yet" in page(town, town.alice)
    assert "Kudos you received: none yet" in page(town, town.bob)
    assert town.cards()[0].text == "This kudos is not shown any more."


async def test_settings_are_switched_on_the_page(town: Town) -> None:
    await opens(town, town.bob)
    await turn(town, town.bob, "Switch off", number=0)
    assert _setting(town, town.bob, "from Kudos") == "off"
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.told(town.bob) == []
    assert REASON in page(town, town.bob)
    await turn(town, town.bob, "Switch on")
    assert _setting(town, town.bob, "from Kudos") == "on"
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(town.told(town.bob)) == 1
    await turn(town, town.bob, "Switch off", number=1)
    await town.react(town.bob, town.slack.say(town.cara, town.general, "done"), town.emoji())
    assert town.count("recognition") == 3
    assert town.whispered(town.bob) == []
    assert town.count("setting") == 3


def _setting(town: Town, user: User, words: str) -> str:
    """Whether the setting called so is on or off."""
    read = texts(home(town, user).blocks)
    return read[next(number for number, text in enumerate(read) if words in text) + 1]


async def test_an_administrator_reads_how_the_outbox_is(town: Town) -> None:
    await opens(town, town.dan, town.alice)
    assert "Nothing is held up." in page(town, town.dan)
    assert "administrators" not in page(town, town.alice)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.elsewhere)
    await settled(town)
    assert "1 message is waiting until I am let into" in page(town, town.dan)
    assert town.elsewhere.id in str(home(town, town.dan).blocks)
    await town.client.join(town.slack.bot, town.elsewhere)
    await settled(town)
    assert "Nothing is held up." in page(town, town.dan)
    town.slack.fault(POST, channel=town.general.id, error="restricted_action")
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await settled(town)
    assert "1 message is impossible to deliver: only some people may post there." in page(town, town.dan)


@pytest.mark.parametrize(
    "fault",
    [{"status": 429, "retry_after": 1}, {"status": 500}, {"drop": "after"}, {"drop": "before"}, {"delay_s": 1.0}],
    ids=str,
)
async def test_a_page_that_did_not_arrive_is_published_again(town: Town, fault: dict[str, Any]) -> None:
    await opens(town, town.bob)
    town.slack.fault(PUBLISH, **fault)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await settled(town)
    assert "Kudos you received (1)" in page(town, town.bob)
    cara = town.slack.fault(PUBLISH, **fault)
    await opens(town, town.cara)
    assert cara.used == 1
    assert "Kudos you received: none yet" in page(town, town.cara)
    assert set(town.states()) == {"done"}


async def test_where_there_is_no_home_tab_nothing_else_suffers(town: Town) -> None:
    town.slack.app.home_tab = False
    await opens(town, town.bob, town.dan)
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(town.told(town.bob)) == 1
    town.slack.app.home_tab = True
    await opens(town, town.bob)
    assert "Kudos you received (1)" in page(town, town.bob)


# What our own client never sends


def pressed(town: Town, user: User, action: str, value: str | None, *, view: str = "V0001") -> Request:
    """A press on somebody's page, signed by Slack, of a button that we never put there."""
    button: Json = {"type": "button", "action_id": action, "block_id": "b", "action_ts": town.slack.stamp()}
    payload = {
        "type": "block_actions",
        "team": {"id": town.slack.team_id, "domain": town.slack.domain},
        "user": {"id": user.id, "team_id": town.slack.team_id},
        "api_app_id": town.slack.app_id,
        "container": {"type": "view", "view_id": view},
        "trigger_id": town.slack.issue_trigger(user),
        "actions": [button if value is None else button | {"value": value}],
    }
    return Request(what=f"{action} {value}", body=urlencode({"payload": json.dumps(payload)}).encode())


ODD = ["", "no-such", "9" * 400, "-1:-1", "\0", "direct:0:0", "[[[[", '["C1",[["n",{}]]]', "é" * 2000, "null"]
ACTIONS = [each.value for each in Action]


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_value_of_a_button_breaks_anything(town: Town, action: str) -> None:
    """It is answered with a polite word, a form, or what there is."""
    for value in (*ODD, None):
        await town.client.send(pressed(town, town.cara, f"{action}:0", value))
    await settled(town)
    assert town.count("recognition") == town.count("setting") == 0
    assert not any("something went wrong" in text for text in town.told(town.cara))


@pytest.mark.parametrize("value", ["99999999:99999999", f"{2**70}:{2**70}", "5:0", "0:5", "-1:0"])
async def test_no_number_of_a_page_leads_past_the_end(town: Town, value: str) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await opens(town, town.bob)
    assert (await town.client.send(pressed(town, town.bob, "home:0", value))).ok
    await settled(town)
    assert REASON in page(town, town.bob)


async def test_anothers_kudos_is_neither_changed_nor_shown_from_a_page(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}", town.closed)
    recognition = town.row("SELECT id FROM recognition")["id"]
    for action in ("edit", "sentence", "withdraw", "undo", "explain", "second"):
        assert (await town.client.send(pressed(town, town.dan, f"{action}:0", recognition))).ok
        shown = str(town.form(town.dan).blocks)
        assert "not shown any more" in shown or "can't find this kudos" in shown
        assert REASON not in shown
        assert town.entry(0).title.text not in shown
    assert town.count("recognition", "withdrawn = 0") == 1
    assert town.count("endorsement") == 0


async def test_a_word_for_which_no_modal_can_open_is_said_directly(town: Town) -> None:
    town.slack.fault(OPEN, error="expired_trigger_id")
    await town.client.send(pressed(town, town.cara, "setting:0", "no-such:1"))
    await town.slack.until(lambda: town.told(town.cara))
    await settled(town)
    assert "I don't know this setting any more" in town.told(town.cara)[0]


async def test_a_meaning_opens_over_the_page(town: Town) -> None:
    await town.client.send(pressed(town, town.cara, "meaning:0", town.entry(2).id))
    assert town.entry(2).title.text in str(town.form(town.cara).blocks)
