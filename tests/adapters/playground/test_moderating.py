"""Reporting, hiding, removing and restoring at the playground."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.playground.workspace import WORKSPACE
from tests.adapters.playground.visitor import Message, Visitor

WORDS = "staying on after nights to finish the statements"
WHY = "It named a witness."
GONE = "This kudos is not shown any more."


@pytest.fixture
def moderated(amara: Visitor, tmp_path: Path) -> Visitor:
    """Grace and Hannah are moderators."""
    with closing(sqlite3.connect(tmp_path / "playground.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO role_grant VALUES (?, ?, ?, 'moderator', 1, '', '2026-01-01T00:00:00.000000Z')",
            [(person, WORKSPACE, person) for person in ("grace", "hannah")],
        )
    return amara


async def card(visitor: Visitor) -> Message:
    """The card of Amara's kudos to Tom."""
    await visitor.as_("amara").at("general").say(f"/kudos @tom #listen for {WORDS}")
    return (await visitor.as_("dot").at("general").look()).last


async def test_a_report_a_removal_and_a_restoring(moderated: Visitor) -> None:
    amara, dot, grace, hannah, tom = (moderated.as_(each) for each in ("amara", "dot", "grace", "hannah", "tom"))
    told = await dot.press(await card(moderated), "Report")
    assert told.says("Thank you for telling us.")
    page = await grace.at("kudos").look()
    assert "A colleague has reported a kudos." in page.last.text
    listed = await grace.at("kudos").press(page.last, "Look at it")
    assert WORDS in listed.last.text
    form = await grace.at("kudos").press(listed.last, "Remove")
    again = await grace.at("kudos").fill(form.form, [("reason", "x")])
    assert set(again.errors) == {"reason"}
    await grace.at("kudos").fill(form.form, [("reason", WHY)])
    assert (await dot.look()).says(GONE)
    for visitor in (amara, tom):
        assert WHY in (await visitor.at("kudos").look()).last.text
    assert "and removed it" in (await dot.at("kudos").look()).last.text
    restore = await hannah.at("kudos").say("/kudos reports")
    await hannah.at("kudos").press(restore.last, "Restore")
    assert (await dot.look()).says(WORDS)
    assert "is back" in (await tom.at("kudos").look()).last.text


async def test_a_recipient_hides_and_shows_again(moderated: Visitor) -> None:
    shown = await card(moderated)
    tom, dot = moderated.as_("tom"), moderated.as_("dot")
    await tom.press(shown, "Hide")
    assert not (await dot.look()).says(WORDS)
    message = (await tom.at("kudos").look()).message(WORDS)
    assert "You have hidden this." in message.text
    await tom.at("kudos").press(message, "Show again")
    assert (await dot.look()).says(WORDS)
