"""Words that must not be in Slack: their giver alone is told, the form asks, and nothing of them is kept or logged."""

import json

import pytest

from tests.adapters.town import Town, settled
from tests.doubles.slack_objects import View

NUMBER = "07700 900123"
WORDS = f"ringing her on {NUMBER} at night"
WITHOUT = "ringing her on […] at night"


@pytest.fixture(autouse=True)
def manner(town: Town) -> None:
    """Everything comes three times."""
    town.manner = "thrice"


def names(form: View) -> list[str]:
    return [block["block_id"] for block in form.blocks if block["type"] == "input"]


def said(form: View) -> str:
    return json.dumps(form.blocks, ensure_ascii=False)


def assert_nothing_is_kept(town: Town, log: str) -> None:
    tables = [row["name"] for row in town.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert all("900123" not in str(town.rows(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608
    assert "900123" not in log


async def filled(town: Town, form: View, reason: str) -> dict[str, str]:
    values = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": reason}
    town.client.enter(form, values, user=town.alice)
    return await town.submit(form)


async def test_a_command_is_answered_in_private_and_a_button_gives_it_without(
    town: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    told = await town.type(town.alice, f"@bob {town.tag()} for {WORDS}")
    assert f"{NUMBER}: looks like a phone number" in told
    assert WITHOUT in told
    assert town.cards() == []
    assert_nothing_is_kept(town, caplog.text + "".join(capsys.readouterr()))
    await town.press(town.slack.seen_only_by(town.alice)[-1], "Post it without them", town.alice)
    await settled(town)
    (card,) = town.cards()
    assert WITHOUT in card.text
    assert any("You thanked bob" in each for each in town.whispered(town.alice))
    assert town.count("recognition") == 1
    assert_nothing_is_kept(town, caplog.text + "".join(capsys.readouterr()))


async def test_the_words_are_changed_in_the_form_that_a_button_opens(town: Town) -> None:
    await town.type(town.alice, f"@bob {town.tag()} for {WORDS}")
    await town.press(town.slack.seen_only_by(town.alice)[-1], "Change the words", town.alice)
    form = town.form(town.alice)
    assert names(form)[:3] == ["recipients", "reason", "remedy"]
    assert await town.submit(form, reason="ringing her at night") == {}
    await settled(town)
    (card,) = town.cards()
    assert "ringing her at night" in card.text


async def test_the_form_stays_open_and_asks_what_is_to_be_done(town: Town) -> None:
    await town.type(town.alice, "")
    form = town.form(town.alice)
    assert names(form) == ["recipients", "reason", "entries"]
    assert await filled(town, form, WORDS) == {}
    form = town.form(town.alice)
    assert names(form) == ["recipients", "reason", "remedy", "entries"]
    assert f"“{NUMBER}” looks like a phone number" in said(form)
    assert f"Without them it reads: “{WITHOUT}”" in said(form)
    assert town.count("recognition") == 0
    await town.submit(form, remedy="without")
    await settled(town)
    (card,) = town.cards()
    assert WITHOUT in card.text
    assert any("You thanked bob" in each for each in town.whispered(town.alice))
    assert town.rows("SELECT became, times FROM guarded ORDER BY became") == [
        {"became": "stopped", "times": 1},
        {"became": "without", "times": 1},
    ]


async def test_where_the_form_asks_where_it_goes_on_asking(town: Town) -> None:
    await town.client.shortcut("give_kudos", town.alice)
    form = town.form(town.alice)
    assert names(form)[-1] == "place"
    await filled(town, form, WORDS)
    form = town.form(town.alice)
    assert names(form) == ["recipients", "reason", "remedy", "entries", "place"]
    await town.submit(form, remedy="keep")
    await settled(town)
    (card,) = town.cards()
    assert NUMBER in card.text
    assert town.count("audit", "act = 'guard overruled'") == 1


async def test_new_words_are_looked_at(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for staying on after nights")
    await town.press(card, "Edit the words", town.alice)
    await town.submit(town.form(town.alice), reason="a SECRET paper that all could read")
    form = town.form(town.alice)
    assert names(form) == ["reason", "remedy"]
    assert "none of that" not in said(form)
    await town.submit(form, reason="a paper that all could read")
    await settled(town)
    assert "a paper that all could read" in card.text
