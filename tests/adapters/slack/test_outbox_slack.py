"""Whatever Slack does, what had to be posted is posted once, late if need be; and where it can't be, that is said."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Town, kudos_for, settled, town_in
from tests.doubles.slack_objects import Message

POST = "chat.postMessage"
ADDED = "she listened to everybody before she said a word"


@pytest.fixture
async def town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which messages follow one another as slowly as in Slack."""
    async with town_in(tmp_path / "kudos.db", framework, pace_s=0.05, lease_s=4.0) as running:
        yield running
        running.assert_sound()


def posted(town: Town) -> list[Message]:
    return [each for each in town.cards() if REASON in each.text]


async def give(town: Town, position: int = 0) -> None:
    await town.type(town.alice, f"@bob {town.tag(position)} for {REASON}")


async def state(town: Town, wanted: str, view: str = "card", timeout_s: float = 8.0) -> None:
    """Wait until the row of that view is in the state wanted."""
    async with asyncio.timeout(timeout_s):
        while town.row("SELECT state FROM outbox WHERE view = ?", view)["state"] != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.databases("sqlite", "postgres")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        pytest.param({"status": 500}, marks=pytest.mark.fault("5xx")),
        pytest.param({"status": 503}, marks=pytest.mark.fault("5xx")),
        {"error": "internal_error"},
        {"error": "ratelimited"},
        {"drop": "before"},
        pytest.param({"drop": "after"}, marks=pytest.mark.fault("accepted but answer lost")),
        {"delay_s": 3.5},
    ],
    ids=str,
)
async def test_one_fault_ends_in_exactly_one_post(town: Town, fault: dict[str, object]) -> None:
    """429, Slack's own failures, a cut line, an answer that was lost or came too late."""
    if fault.get("error") == "ratelimited":
        fault = {"status": 429, "retry_after": 1}
    town.slack.fault(POST, channel=town.general.id, **fault)
    await give(town)
    await state(town, "done", timeout_s=12)
    await settled(town)
    assert len(posted(town)) == 1
    assert len(town.told(town.bob)) == 1


@pytest.mark.fault("accepted but answer lost")
@pytest.mark.databases("sqlite", "postgres")
async def test_after_a_lost_answer_it_looks_before_it_speaks(town: Town) -> None:
    """It knows its own message by the metadata, however much has been said since."""
    town.slack.fault(POST, channel=town.general.id, drop="after")
    await give(town)
    await town.slack.until(lambda: posted(town))
    for number in range(450):
        town.slack.say(town.cara, town.general, f"chatter {number}")
    await state(town, "done")
    assert len(posted(town)) == 1
    looked = town.slack.calls_to("conversations.history")
    assert len(looked) == 3
    assert all(call.args["include_all_metadata"] == "true" for call in looked)
    row = town.row("SELECT message FROM outbox WHERE view = 'card'")
    assert row["message"] == posted(town)[0].ts


async def test_a_lost_answer_that_was_no_post_is_posted_after_looking(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, drop="before")
    await give(town)
    await state(town, "done")
    assert len(posted(town)) == 1
    assert len(town.slack.calls_to("conversations.history")) == 1
    assert len([call for call in town.slack.calls_to(POST) if call.args["channel"] == town.general.id]) == 2


async def test_looking_may_fail_too(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, drop="after")
    town.slack.fault("conversations.history", status=503)
    await give(town)
    await state(town, "done", timeout_s=10)
    assert len(posted(town)) == 1
    assert len(town.slack.calls_to("conversations.history")) == 2


@pytest.mark.parametrize("cause", ["scope", "error", "too much"])
async def test_where_it_may_not_look_it_stays_unknown_and_is_never_repeated(town: Town, cause: str) -> None:
    match cause:
        case "scope":
            town.slack.scopes -= {"channels:history"}
        case "error":
            town.slack.fault("conversations.history", error="not_in_channel", times=None)
        case _:
            for number in range(1100):
                town.slack.say(town.cara, town.general, f"chatter {number}")
    town.slack.fault(POST, channel=town.general.id, drop="before" if cause == "too much" else "after")
    await give(town)
    await state(town, "unknown")
    await give(town, 1)  # something else wakes the outbox
    await asyncio.sleep(0.5)
    assert len(posted(town)) == (1 if cause == "too much" else 2)
    assert town.row("SELECT state FROM outbox WHERE view = 'card' ORDER BY created_at LIMIT 1")["state"] == "unknown"
    first = town.row("SELECT fact FROM outbox WHERE view = 'card' ORDER BY created_at LIMIT 1")["fact"]
    assert town.row("SELECT withdrawn FROM recognition WHERE id = ?", first)["withdrawn"] == 0


@pytest.mark.fault("429 with Retry-After")
@pytest.mark.databases("sqlite", "postgres")
async def test_a_throttled_channel_waits_and_no_other(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, status=429, retry_after=2)
    started = time.monotonic()
    await give(town)
    await give(town, 1)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.closed)
    await town.slack.until(lambda: town.cards(town.closed))
    assert time.monotonic() - started < 1.5
    assert posted(town) == []
    await town.slack.until(lambda: len(posted(town)) == 2)
    assert 2.0 <= time.monotonic() - started < 4.5


@pytest.mark.fault("429 without Retry-After")
@pytest.mark.databases("sqlite", "postgres")
async def test_where_a_429_does_not_say_how_long_half_a_minute_is_waited(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, status=429)
    await give(town)
    await settled_elsewhere(town)
    row = town.row("SELECT due_at, state FROM outbox WHERE view = 'card'")
    due = datetime.strptime(row["due_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    assert row["state"] == "due"
    assert timedelta(seconds=25) < due - datetime.now(UTC) < timedelta(seconds=31)


async def settled_elsewhere(town: Town) -> None:
    await town.slack.until(lambda: len(town.told(town.bob)) == 1)
    await asyncio.sleep(0.2)


@pytest.mark.fault("connection refused")
@pytest.mark.databases("sqlite", "postgres")
async def test_while_slack_is_down_everything_waits_and_then_goes_out_once(town: Town) -> None:
    async with town.slack.down():
        for position in range(3):
            await give(town, position)
        await asyncio.sleep(0.5)
    await town.slack.until(lambda: len(posted(town)) == 3, timeout_s=15)
    await settled(town, timeout_s=15)
    assert len(town.told(town.bob)) == 3
    assert set(town.states()) == {"done"}


async def test_slacks_own_pace_is_kept(framework: Framework, tmp_path: Path) -> None:
    """Not more than one message a second to a channel, so that Slack never has to say so."""
    async with town_in(tmp_path / "kudos.db", framework, pace_s=1.0) as town:
        town.slack.rate_limits = True
        for position in range(4):
            await give(town, position)
        await town.slack.until(lambda: len(posted(town)) == 4, timeout_s=8)
        await settled(town)
        assert not [call for call in town.slack.calls if call.status == 429]


# What can never succeed


@pytest.mark.databases("sqlite", "postgres")
@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("is_archived", "the channel is archived"),
        ("restricted_action", "only some people may post there"),
        ("ekm_access_denied", "the platform does not allow it"),
        pytest.param("invalid_blocks", "the platform does not allow it", marks=pytest.mark.fault("invalid blocks")),
    ],
)
async def test_what_can_never_arrive_is_parked_and_the_giver_told_once(town: Town, error: str, why: str) -> None:
    fault = town.slack.fault(POST, channel=town.general.id, error=error, times=None)
    await give(town)
    await state(town, "parked")
    await town.slack.until(lambda: town.told(town.alice))
    (told,) = town.told(town.alice)
    assert "About your kudos to bob" in told
    assert f"I could not post it in #general: {why}." in told
    assert len(town.told(town.bob)) == 1
    fault.times = 0
    await asyncio.sleep(0.3)
    assert posted(town) == []
    assert len(town.told(town.alice)) == 1


@pytest.mark.fault("channel archived")
@pytest.mark.databases("sqlite", "postgres")
async def test_a_really_archived_channel_too(town: Town) -> None:
    town.general.archived = True  # and the event has not arrived yet
    await give(town)
    await state(town, "parked")
    await town.slack.until(lambda: town.told(town.alice))
    assert "the channel is archived" in town.told(town.alice)[0]


async def test_a_token_that_is_no_good_parks_nothing(town: Town) -> None:
    """What is to be sent waits, whatever its state, without using up a try; Slack is not asked again and again."""
    lost = town.slack.fault(POST, channel=town.general.id, drop="before")
    await give(town)
    await town.slack.until(lambda: lost.used and town.told(town.bob))
    await state(town, "lost")
    town.slack.token_error = "token_revoked"
    await town.type(town.alice, f"@cara {town.tag(1)} for {REASON}", town.closed)
    await asyncio.sleep(2.5)
    rows = town.rows("SELECT state, tries, first_tried_at, error FROM outbox WHERE state <> 'done' ORDER BY created_at")
    assert [(row["state"], row["tries"]) for row in rows] == [("lost", 1), ("due", 0), ("due", 0)]
    assert {row["error"] for row in rows} == {"SwitchedOff"}
    assert not rows[1]["first_tried_at"]
    refused = [call for call in town.slack.calls if (call.answer or {}).get("error") == "token_revoked"]
    assert 1 <= len(refused) <= 2  # two deliveries may be under way at once
    town.slack.token_error = ""
    town.expected.add("restart")
    async with kudos_for(town):  # the operator has put it right
        await town.slack.until(lambda: posted(town) and town.cards(town.closed) and town.told(town.cara))
        await settled(town)
    assert len(posted(town)) == len(town.cards(town.closed)) == 1


@pytest.mark.fault("deactivated person")
@pytest.mark.databases("sqlite", "postgres")
async def test_a_recipient_who_has_left_is_parked_and_the_giver_told_so(town: Town) -> None:
    """Nobody is asked to invite us into somebody's direct messages."""
    await give(town)
    await settled(town)
    town.bob.deleted = True  # and the event has not arrived yet
    text = f"<@{town.bob.id}|bob> {town.tag(1)} for {REASON}"
    await town.deliver(town.client.make_command("/kudos", text, user=town.alice, channel=town.general, escape=False))
    await town.slack.until(lambda: town.told(town.alice))
    await asyncio.sleep(0.2)
    (told,) = town.told(town.alice)
    assert "I could not send bob the message about it: the account is gone" in told
    assert town.states()["parked"] == 1
    assert town.states()["waiting"] == 0


async def test_a_recipient_whose_conversation_can_not_be_opened_is_parked(town: Town) -> None:
    town.slack.fault("conversations.open", error="user_disabled", times=None)
    await give(town)
    await state(town, "parked", "thanks")
    assert len(posted(town)) == 1


async def test_a_conversation_whose_opening_was_lost_is_opened_again(town: Town) -> None:
    town.slack.fault("conversations.open", drop="after")
    await give(town)
    await settled(town)
    assert len(town.told(town.bob)) == 1


@pytest.mark.fault("kicked from a channel")
@pytest.mark.databases("sqlite", "postgres")
async def test_where_it_was_removed_the_card_waits_and_the_giver_hears_how_to_invite(town: Town) -> None:
    town.general.members.remove(town.slack.bot.id)  # and the event has not arrived yet
    await give(town)
    await state(town, "waiting")
    await town.slack.until(lambda: town.told(town.alice))
    (told,) = town.told(town.alice)
    assert "/invite @Kudos" in told
    await town.client.join(town.slack.bot, town.general)
    await settled(town)
    assert len(posted(town)) == 1
    assert len(town.told(town.alice)) == 1


# Mending


async def edited(town: Town, card: Message, words: str = ADDED) -> None:
    await town.press(card, "Edit the words", town.alice)
    assert not await town.submit(town.form(town.alice), reason=words)


@pytest.mark.fault("deleted message")
@pytest.mark.databases("sqlite", "postgres")
async def test_a_message_that_was_deleted_is_not_missed(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Edit the words", town.alice)
    card.deleted = True
    await town.submit(town.form(town.alice), reason=ADDED)
    await settled(town)
    assert set(town.states()) == {"done"}
    assert town.cards() == []
    assert ADDED in town.told(town.bob)[0]


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_an_update_whose_answer_was_lost_is_repeated_without_harm(town: Town, drop: str) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    town.slack.fault("chat.update", channel=town.general.id, drop=drop)
    await edited(town, card)
    await settled(town)
    assert ADDED in card.text
    assert len(town.cards()) == 1
    assert set(town.states()) == {"done"}
    assert town.slack.calls_to("conversations.history") == []


async def test_an_update_keeps_the_key_of_the_message(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    key = card.metadata
    await edited(town, card)
    await settled(town)
    assert key
    assert card.metadata == key


async def test_an_edit_window_that_has_closed_is_nobodys_loss(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    town.slack.edit_window_s = 0.0
    await edited(town, card)
    await settled(town)
    assert set(town.states()) == {"done"}
    assert REASON in card.text


async def test_what_was_withdrawn_before_it_went_out_never_goes_out(town: Town) -> None:
    town.slack.fault(POST, status=429, retry_after=1, times=2)
    await give(town)
    await town.type(town.alice, "undo")
    await settled(town)
    assert town.cards() == []
    assert town.told(town.bob) == []


async def test_an_edit_on_the_way_is_what_arrives(town: Town) -> None:
    """A change while the first message is still under way is shown by the next."""
    town.slack.fault(POST, channel=town.general.id, delay_s=0.6)
    await give(town)
    confirmation = await town.hears(town.alice, "You thanked bob")
    await asyncio.sleep(0.2)
    await town.press(confirmation, "Undo", town.alice)
    await settled(town)
    (card,) = town.cards()
    assert card.text == "This kudos is not shown any more."


async def test_ampersands_are_whole_in_the_post_and_fit_in_the_update(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {'&' * 1500}")
    assert card.text.count("&amp;") == 1500
    await town.press(card, "Second this", town.cara)
    await settled(town)
    assert len(card.text) <= 4000
    assert "&" * 1500 in str(card.blocks)


async def test_another_start_goes_on_where_the_first_stopped(framework: Framework, tmp_path: Path) -> None:
    later = 0.0

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=later)

    async with town_in(tmp_path / "kudos.db", framework) as town:
        town.expected.add("restart")
        town.slack.fault(POST, channel=town.general.id, drop="after", times=None)
        town.slack.fault("conversations.history", status=500, times=None)
        await give(town)
        await state(town, "lost")
        town.slack.faults.clear()
        later = 400.0
        async with kudos_for(town, clock=clock):
            await state(town, "done")
            await settled(town)
        assert len(posted(town)) == 1
        town.assert_sound()
