"""Where we fail, the person hears it in time, with a reference; Slack sends again what it can send again."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import Iterator

import pytest

from bot.database import BUSY_TIMEOUT_S
from tests.adapters.town import REASON, Town, program, settled

LONG_S = 3 * BUSY_TIMEOUT_S  #: an event that nobody waits for may take longer than Slack listens
NOTHING_SAVED = "Sorry, that did not work and nothing was saved. Please try again. (Reference "
#: Every kudos that was for nobody is for Bob again.
MENDED = """
INSERT INTO recipient (recognition, workspace, person, position)
SELECT id, workspace, (SELECT id FROM person WHERE name = 'bob'), 0 FROM recognition
WHERE id NOT IN (SELECT recognition FROM recipient)
"""
WENT_WRONG = "Sorry, something went wrong. Look at /kudos mine before you try again. (Reference "


@contextlib.contextmanager
def locked(town: Town) -> Iterator[None]:
    """Somebody else writes to the database, and takes their time."""
    with contextlib.closing(sqlite3.connect(town.database, isolation_level=None)) as beside:
        beside.execute("BEGIN IMMEDIATE")
        yield
        beside.execute("ROLLBACK")


def broken(town: Town, sql: str) -> None:
    """Somebody has tampered with the database."""
    with contextlib.closing(sqlite3.connect(town.database)) as beside:
        beside.execute(sql)
        beside.commit()


async def test_a_command_that_can_not_be_stored_is_answered_in_time_with_the_words(town: Town) -> None:
    with locked(town):
        said = await town.type(town.alice, f"@bob {town.tag()} for {REASON} & more")
    assert said.startswith(NOTHING_SAVED)
    assert said.endswith(f"You typed: /kudos @bob {town.tag()} for {REASON} &amp; more")
    assert town.count("recognition") == 0
    assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text


async def test_a_form_that_can_not_be_stored_stays_open(town: Town) -> None:
    await town.type(town.alice, "")
    form = town.form(town.alice)
    values = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": REASON}
    with locked(town):
        errors = await town.submit(form, **values)
    assert errors["entries"].startswith(NOTHING_SAVED)  # at the last field, above the button
    assert form.open
    assert not await town.submit(form, **values)
    assert town.count("recognition") == 1


async def test_a_press_that_can_not_be_stored_is_apologised_for(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    with locked(town):
        await town.press(card, "Second this", town.cara)
        await town.hears(town.cara, NOTHING_SAVED)
    assert town.count("endorsement") == 0


async def test_an_event_that_can_not_be_stored_is_sent_again(town: Town) -> None:
    town.expected.add("failures")
    message = town.slack.say(town.bob, town.general, "done")
    request = town.client.make_react(town.alice, message, town.emoji())
    with locked(town):
        assert (await town.client.send(request, patience_s=LONG_S)).status == 503
    assert (await town.client.send(request, attempt=1)).ok
    assert town.count("recognition") == 1


async def test_a_message_that_can_not_be_stored_is_answered_when_it_comes_again(town: Town) -> None:
    town.expected.add("failures")
    text = f"@kudos kudos @bob {town.tag()} for {REASON}"
    (request,) = town.client.make_post(town.alice, town.general, text)
    with locked(town):
        assert (await town.client.send(request, patience_s=LONG_S)).status == 503
    assert town.count("recognition") == len(town.whispered(town.alice)) == 0
    for attempt in (1, 2):
        assert (await town.client.send(request, attempt=attempt)).ok
    assert town.count("recognition") == len(town.whispered(town.alice)) == 1


async def test_a_page_that_can_not_be_stored_is_opened_when_slack_says_so_again(town: Town) -> None:
    town.expected.add("failures")
    with locked(town):
        opening = town.client.make_event({"type": "app_home_opened", "user": town.alice.id, "tab": "home"})
        assert (await town.client.send(opening, patience_s=LONG_S)).status == 503
    assert (await town.client.send(opening, attempt=1)).ok
    await town.slack.until(lambda: town.slack.homes)


async def test_a_shortcut_that_can_not_be_carried_out_is_apologised_for(town: Town) -> None:
    """Where nobody can look, not even the form can be made."""
    broken(town, "ALTER TABLE person RENAME TO someone")
    assert (await town.client.shortcut("give_kudos", town.alice)).ok
    await town.slack.until(lambda: town.told(town.alice))
    broken(town, "ALTER TABLE someone RENAME TO person")
    assert town.told(town.alice)[0].startswith(NOTHING_SAVED)


async def test_while_the_database_is_locked_the_outbox_waits(town: Town) -> None:
    """What was posted meanwhile could not be noted: it is found again, not posted again."""
    fault = town.slack.fault("chat.postMessage", delay_s=0.3)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.slack.until(lambda: fault.used)
    with locked(town):
        await town.slack.until(lambda: town.cards() or town.told(town.bob))
        await asyncio.sleep(BUSY_TIMEOUT_S + 0.3)
    await settled(town, timeout_s=20)
    assert set(town.states()) == {"done"}
    assert len(town.cards()) == len(town.told(town.bob)) == 1


@pytest.mark.parametrize("form", ["console", "json"])
async def test_a_bug_is_apologised_for_with_a_reference_that_the_log_holds(town: Town, form: str) -> None:
    """A kudos without recipients can not be: only tampering makes one. The log holds nobody's words all the same."""
    town.expected.add("failures")
    async with program(town, LOG_FORMAT=form) as process:
        card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        await town.press(card, "Edit the words", town.alice)
        view = town.form(town.alice)
        broken(town, "DELETE FROM recipient")
        said = await town.type(town.alice, "undo")
        assert said.startswith(WENT_WRONG)
        await town.press(card, "Second this", town.cara)
        pressed = await town.hears(town.cara, WENT_WRONG)
        errors = await town.submit(view, reason="some other words altogether")
        assert errors["reason"].startswith(WENT_WRONG)
        reaction = town.client.make_react(town.cara, card, town.emoji(1))
        assert (await town.client.send(reaction)).status == 500
        broken(town, MENDED)
        process.terminate()
        logged = await process.log()
    for told in (said, pressed.text, errors["reason"]):
        reference = re.search(r"Reference (\w+)", told)
        assert reference
        assert reference[1] in logged
    assert "slack_event_failed" in logged
    assert "a recognition thanks somebody for something" in logged
    assert REASON not in logged
    assert "other words" not in logged


async def test_a_row_that_can_not_be_shown_keeps_no_other(town: Town) -> None:
    fault = town.slack.fault("chat.postMessage", status=429, retry_after=1, channel=town.general.id)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.slack.until(lambda: fault.used and town.told(town.bob))
    broken(town, "DELETE FROM recipient")
    await town.slack.until(lambda: town.count("outbox", "state = 'sending'"), timeout_s=5)
    await town.type(town.cara, f"@dan {town.tag()} for {REASON}", town.closed)
    broken(town, MENDED)
    await town.type(town.cara, f"@bob {town.tag()} for {REASON}", town.closed)
    await town.slack.until(lambda: town.cards(town.closed))
    await settled(town, timeout_s=20)
