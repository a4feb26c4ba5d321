"""While somebody writes in an open form, what fits stands below the words; nothing else in the form ever changes."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.app import read_words
from bot.forms import TEXT_MOST
from tests.adapters.town import Town, kudos_for, settled, town_in
from tests.conftest import FRAMEWORKS
from tests.doubles.slack_objects import View
from tests.doubles.slack_views import replace

LANTERN = FRAMEWORKS["lantern"]
WORDS = read_words(Path(__file__).parents[2] / "frameworks" / "lantern.words.yaml", LANTERN)
LAMP = "stayed up the whole night so that nobody was left in the dark"
BELL = "came at once when the cook called for help with the fire"
UPDATE = "views.update"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work, with the words by which people of the lantern thank each other."""
    async with town_in(tmp_path / "kudos.db", LANTERN, words=WORDS) as running:
        yield running
        await settled(running)
        running.assert_sound()


async def opened(town: Town, text: str = "") -> View:
    await town.type(town.alice, text)
    return town.form(town.alice)


async def wrote(town: Town, form: View, text: str) -> None:
    """Write, and wait until Kudos has done about it what it does."""
    assert (await town.client.write(form, "reason", text, user=town.alice)).ok
    await settled(town)


def below(form: View) -> str:
    """What stands below the words."""
    (at,) = [place for place, block in enumerate(form.blocks) if block["block_id"] == "reason"]
    said = [block for block in form.blocks if block["block_id"].startswith("said")]
    assert form.blocks[at + 1 : at + 1 + len(said)] == said
    return json.dumps(said, ensure_ascii=False)


def rest(form: View) -> dict[str, Any]:
    """All the rest of the form."""
    blocks = [block for block in form.blocks if not block["block_id"].startswith("said")]
    return {**form.content, "blocks": blocks}


def refusals(town: Town) -> list[str]:
    """What Slack said to each update that it did not take."""
    return [str((call.answer or {}).get("error", "")) for call in town.slack.calls_to(UPDATE)]


async def test_what_fits_follows_the_words(town: Town) -> None:
    form = await opened(town)
    assert below(form) == "[]"
    await wrote(town, form, LAMP)
    assert LANTERN.taggable[0].title.text in below(form)
    assert "Nobody at sea waits in the dark for us" in below(form)
    await wrote(town, form, BELL)
    assert LANTERN.taggable[2].title.text in below(form)
    assert "Nobody at sea" not in below(form)
    await wrote(town, form, "")
    assert below(form) == "[]"


async def test_what_was_typed_and_chosen_stays_and_is_sent(town: Town) -> None:
    """Also what a command had filled in."""
    form = await opened(town, f"@cara for {BELL}")
    before = rest(form)
    town.client.enter(form, {"recipients": [town.bob, town.cara]}, user=town.alice)
    await wrote(town, form, LAMP)
    assert len(town.slack.calls_to(UPDATE)) == 1
    town.client.enter(form, {"entries": [town.entry(1).id]}, user=town.alice)
    after = rest(form)
    assert [block["block_id"] for block in after["blocks"]] == [block["block_id"] for block in before["blocks"]]
    assert after["private_metadata"] == before["private_metadata"]
    assert not await town.submit(form)
    await settled(town)
    (card,) = town.cards()
    assert LAMP in card.text
    assert card.pings() == {town.bob.id, town.cara.id}
    assert town.row("SELECT entry FROM tag")["entry"] == town.entry(1).id


async def test_what_slack_tells_of_a_form_is_taken_back_as_it_was(town: Town) -> None:
    """It gives emoji names and escapes & < >; what has to be mended still stands there, too."""
    form = await opened(town, f"@nobody & <co> for {BELL}")
    assert "I can't tell who" in json.dumps(rest(form))
    before = json.dumps(rest(form), ensure_ascii=False)
    await wrote(town, form, LAMP)
    assert len(town.slack.calls_to(UPDATE)) == 1
    assert json.dumps(rest(form)).count("I can't tell who") == before.count("I can't tell who")
    assert "&amp;" not in json.dumps(rest(form)["blocks"][0])


async def test_nothing_is_asked_of_slack_where_nothing_changes(town: Town) -> None:
    form = await opened(town)
    await wrote(town, form, LAMP)
    for more in (".", ". ", "!", " "):
        await wrote(town, form, LAMP + more)
    assert len(town.slack.calls_to(UPDATE)) == 1


async def test_who_has_chosen_is_left_alone(town: Town) -> None:
    form = await opened(town)
    town.client.enter(form, {"entries": [town.entry(1).id]}, user=town.alice)
    await wrote(town, form, LAMP)
    assert not town.slack.calls_to(UPDATE)


async def test_words_that_say_nothing_specific_get_one_friendly_hint(town: Town) -> None:
    form = await opened(town)
    await wrote(town, form, "cheers")
    assert not town.slack.calls_to(UPDATE)  # too early to say anything
    await wrote(town, form, "cheers everybody")
    assert "A little more would mean a lot" in below(form)
    town.client.enter(form, {"recipients": [town.bob], "entries": [town.entry(0).id]}, user=town.alice)
    assert not await town.submit(form)  # it never stands in the way
    await settled(town)
    assert "cheers everybody" in town.cards()[0].text


async def test_the_sentence_after_an_emoji_is_helped_along_too(town: Town) -> None:
    message = town.slack.say(town.bob, town.general, "I stayed on until it was done")
    await town.react(town.alice, message, town.emoji(1))
    await settled(town)
    await town.press(await town.hears(town.alice, "Your reaction"), "Add a sentence", town.alice)
    form = town.form(town.alice)
    await wrote(town, form, LAMP)
    assert LANTERN.taggable[0].title.text in below(form)
    assert not await town.submit(form)
    await settled(town)
    assert town.row("SELECT entry FROM tag")["entry"] == town.entry(1).id  # nothing was chosen for her


async def test_new_words_for_a_kudos_are_nobodys_business(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {BELL}")
    await town.press(town.cards()[0], "Edit the words", town.alice)
    with pytest.raises(ValueError, match="tells the app nothing"):
        await town.client.write(town.form(town.alice), "reason", LAMP, user=town.alice)


async def test_while_an_update_is_under_way_only_the_latest_words_wait(town: Town) -> None:
    form = await opened(town)
    town.slack.fault(UPDATE, delay_s=0.3)
    first = town.client.make_write(form, "reason", LAMP, user=town.alice)
    second = town.client.make_write(form, "reason", "cheers everybody", user=town.alice)
    third = town.client.make_write(form, "reason", BELL, user=town.alice)
    for request in (first, second, third):
        await town.client.send(request)
    await asyncio.sleep(0.3)
    await settled(town)
    assert LANTERN.taggable[2].title.text in below(form)
    assert len(town.slack.calls_to(UPDATE)) == 2


async def test_words_that_were_written_before_our_change_arrived_are_heard(town: Town) -> None:
    """Slack tells of them with the old hash."""
    form = await opened(town)
    later = [
        town.client.make_write(form, "reason", LAMP, user=town.alice),
        town.client.make_write(form, "reason", BELL, user=town.alice),
    ]
    for request in later:
        await town.client.send(request)
        await settled(town)
    assert LANTERN.taggable[2].title.text in below(form)


async def test_late_words_change_nothing(town: Town) -> None:
    form = await opened(town)
    late = town.client.make_write(form, "reason", LAMP, user=town.alice)
    await wrote(town, form, BELL)
    await town.client.send(late)
    await settled(town)
    assert LANTERN.taggable[2].title.text in below(form)
    assert len(town.slack.calls_to(UPDATE)) == 1


async def test_the_same_words_delivered_three_times_are_one_change(town: Town) -> None:
    form = await opened(town)
    town.manner = "together"
    await town.deliver(town.client.make_write(form, "reason", LAMP, user=town.alice))
    await settled(town)
    assert len(town.slack.calls_to(UPDATE)) == 1


async def test_a_form_that_somebody_else_has_changed_meanwhile_is_left_alone(town: Town) -> None:
    """Such as another process, which heard of newer words."""
    form = await opened(town)
    stale = town.client.make_write(form, "reason", LAMP, user=town.alice)
    replace(town.slack, form, form.content)
    await town.client.send(stale)
    await settled(town)
    assert refusals(town) == ["hash_conflict"]
    assert below(form) == "[]"


async def test_a_form_that_was_closed_meanwhile_is_no_trouble(
    town: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    form = await opened(town)
    request = town.client.make_write(form, "reason", LAMP, user=town.alice)
    await town.client.close_view(form, user=town.alice)
    assert (await town.client.send(request)).ok
    await settled(town)
    assert refusals(town) == ["not_found"]
    assert "failed" not in capsys.readouterr().out + caplog.text


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"error": "invalid_arguments"}, {"status": 500}])
async def test_where_slack_does_not_take_it_nobody_misses_it(town: Town, fault: dict[str, Any]) -> None:
    form = await opened(town)
    town.slack.fault(UPDATE, **fault)
    await wrote(town, form, LAMP)
    assert below(form) == "[]"
    town.client.enter(form, {"recipients": [town.bob], "entries": [town.entry(0).id]}, user=town.alice)
    assert not await town.submit(form)
    await settled(town)
    assert LAMP in town.cards()[0].text


async def test_after_a_restart_it_goes_on(town: Town) -> None:
    town.expected.add("restart")
    form = await opened(town)
    await wrote(town, form, LAMP)
    async with kudos_for(town, words=WORDS, filled=False):
        await wrote(town, form, BELL)
    assert LANTERN.taggable[2].title.text in below(form)


async def test_words_that_are_not_sent_are_kept_nowhere(
    town: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form = await opened(town)
    await wrote(town, form, f"{LAMP}, said Xylophonia")
    await wrote(town, form, f"Xylophonia {'x' * (TEXT_MOST - 20)}")
    kept = b"".join(path.read_bytes() for path in town.database.parent.iterdir() if path.is_file())
    assert b"Xylophonia" not in kept
    assert "Xylophonia" not in capsys.readouterr().out + caplog.text


async def test_without_a_vocabulary_nothing_is_said(tmp_path: Path) -> None:
    async with town_in(tmp_path / "kudos.db", LANTERN) as bare:
        form = await opened(bare)
        await wrote(bare, form, LAMP)
        assert not bare.slack.calls_to(UPDATE)


async def test_a_form_that_asks_about_words_that_were_stopped_stays_as_it_is(town: Town) -> None:
    form = await opened(town, "@bob for ringing her on 07700 900123 at night")
    asked = [block["block_id"] for block in rest(form)["blocks"] if block["type"] == "input"]
    assert asked == ["recipients", "reason", "remedy", "entries"]
    await wrote(town, form, LAMP)
    assert LANTERN.taggable[0].title.text in below(form)
    assert [block["block_id"] for block in rest(form)["blocks"] if block["type"] == "input"] == asked
    assert "looks like a phone number" in json.dumps(rest(form))
