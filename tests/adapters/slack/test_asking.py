"""Questions in Slack: where the next step appears, in a channel, in a conversation with Kudos and over a page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.everywhere import ME, WAYS, answer, installed, opens, says, talk, texts
from tests.adapters.slack.test_app_home import pressed
from tests.adapters.town import REASON, Town, settled
from tests.doubles.slack_objects import Message, User, View

UPDATE, PUSH = "views.update", "views.push"


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


async def asks(town: Town, user: User, text: str) -> Message:
    """`/values`; what only they see, settled."""
    await town.type(user, text, command="/values")
    await settled(town)
    return town.slack.seen_only_by(user)[-1]


def said(where: Message | View) -> str:
    return "\n".join(texts(where.blocks))


def label(where: Message | View, start: str) -> str:
    """The one button whose label begins so."""
    labels = [
        each["text"]["text"] for block in where.blocks if block["type"] == "actions" for each in block["elements"]
    ]
    (found,) = [each for each in labels if each.startswith(start)]
    return str(found)


async def press(town: Town, where: Message | View, start: str, user: User) -> None:
    await town.press(where, label(where, start), user)
    await settled(town)


async def test_steps_take_the_place_of_a_private_answer(town: Town) -> None:
    first, second = town.entry(0), town.entry(1)
    note = await asks(town, town.alice, first.tag)
    number = len(town.slack.seen_only_by(town.alice))
    await press(town, note, first.groups[1].label, town.alice)
    assert first.groups[1].lines[0].text in said(note)
    assert first.groups[0].lines[0].text not in said(note)
    await press(town, note, "Next", town.alice)
    assert second.groups[0].lines[0].text in said(note)
    await press(town, note, "Back", town.alice)
    assert first.groups[0].lines[0].text in said(note)
    assert len(town.slack.seen_only_by(town.alice)) == number


async def test_who_steps_on_from_an_answer_that_all_read_changes_nothing_for_them(town: Town) -> None:
    """They get a private one, in which they go on."""
    question = await says(town, town.alice, town.general, f"{ME} what does {town.entry(0).title.text} mean?")
    public = answer(town, question)
    before = said(public)
    await town.client.press(public, label(public, "Next"), user=town.bob)
    await settled(town)
    assert said(answer(town, question)) == before
    (own,) = town.slack.seen_only_by(town.bob)
    assert town.entry(1).groups[0].lines[0].text in said(own)
    await town.client.press(own, label(own, "Next"), user=town.bob)
    await settled(town)
    assert [said(each).splitlines()[0] for each in town.slack.seen_only_by(town.bob)] == [
        f"{town.entry(2).emoji} {town.entry(2).title.text}"
    ]
    assert town.slack.seen_only_by(town.alice) == []


async def test_in_a_conversation_with_kudos_one_steps_in_place(town: Town) -> None:
    question = await says(town, town.alice, talk(town, town.alice), f"what does {town.entry(0).title.text} mean?")
    await press(town, answer(town, question), "Next", town.alice)
    assert town.entry(1).groups[0].lines[0].text in said(answer(town, question))
    assert town.slack.seen_only_by(town.alice) == []


async def test_the_form_opens_with_the_entry_in_the_channel(town: Town) -> None:
    note = await asks(town, town.alice, town.entry(1).tag)
    await press(town, note, "Give kudos for this", town.alice)
    form = town.form(town.alice)
    assert not await town.submit(form, recipients=[town.bob], reason=REASON)
    await settled(town)
    (card,) = town.cards()
    assert town.entry(1).title.text in card.text
    assert town.count("recognition") == 1


async def test_who_has_shown_it_lately_is_told_to_the_asker_alone(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.give(town.alice, f"@bob {town.tag()} for what only we know", town.closed)
    note = await asks(town, town.dan, town.entry(0).tag)
    await press(town, note, "Who has shown it lately?", town.dan)
    told = town.slack.seen_only_by(town.dan)[-1]
    assert "alice" in told.text
    assert "thanked bob" in told.text
    assert REASON in told.text
    assert "what only we know" not in str(told.blocks)
    assert card.ts.replace(".", "") in str(told.blocks)
    assert note.ts != told.ts
    assert not told.pings()


async def test_over_a_page_steps_take_the_place_of_the_answer_and_others_go_on_top(town: Town) -> None:
    """Nothing is opened beside a modal that is open: closing what went on top leads back."""
    await town.give(town.bob, f"@cara {town.tag(1)} for {REASON}")
    await opens(town, town.alice)
    await town.client.send(pressed(town, town.alice, "meaning:0", town.entry(0).id))
    await settled(town)
    shown = town.form(town.alice)
    await press(town, shown, "Next", town.alice)
    assert town.form(town.alice) is shown
    assert town.entry(1).groups[0].lines[0].text in said(shown)
    await press(town, shown, "Who has shown it lately?", town.alice)
    lately = town.form(town.alice)
    assert REASON in said(lately)
    assert lately.previous_view_id == shown.id
    await press(town, lately, "Give kudos for this", town.alice)
    form = town.form(town.alice)
    assert form.previous_view_id == lately.id
    assert not await town.submit(form, recipients=[town.bob], reason=REASON, place=town.general)
    await town.slack.until(lambda: town.told(town.alice))
    await settled(town)
    assert town.count("recognition") == 2
    assert "You thanked bob" in town.told(town.alice)[0]
    assert town.form(town.alice) is lately


async def test_all_values_go_on_top_of_an_answer_over_a_page(town: Town) -> None:
    await town.client.send(pressed(town, town.alice, "meaning:0", town.entry(0).id))
    await press(town, town.form(town.alice), "All values", town.alice)
    assert all(entry.title.text in said(town.form(town.alice)) for entry in town.framework.taggable)


async def test_who_closes_what_they_stepped_in_is_not_written_to(town: Town) -> None:
    await town.client.send(pressed(town, town.alice, "meaning:0", town.entry(0).id))
    await settled(town)
    town.slack.fault(UPDATE, error="not_found")
    await town.client.press(town.form(town.alice), label(town.form(town.alice), "Next"), user=town.alice)
    town.slack.fault(PUSH, error="not_found")
    await town.client.press(town.form(town.alice), "All values", user=town.alice)
    await settled(town)
    assert town.told(town.alice) == []


async def test_a_step_that_can_not_be_shown_is_said_directly(town: Town) -> None:
    await town.client.send(pressed(town, town.alice, "meaning:0", town.entry(0).id))
    await settled(town)
    town.slack.fault(PUSH, error="push_limit_reached")
    await town.client.press(town.form(town.alice), "All values", user=town.alice)
    await town.slack.until(lambda: town.told(town.alice))
    await settled(town)
    assert all(entry.title.text in town.told(town.alice)[0] for entry in town.framework.taggable)


async def test_a_menu_ends_with_none_of_these_and_all_is_counted_once(town: Town) -> None:
    question = f"did my boss break {town.entry(0).title.text} and {town.entry(1).title.text}"
    note = await asks(town, town.alice, question)
    assert "None of these" in said(note)
    await press(town, note, town.entry(0).emoji, town.alice)
    assert town.entry(0).groups[0].lines[0].text in said(town.slack.seen_only_by(town.alice)[-1])
    await press(town, note, "None of these", town.alice)
    assert "in other words" in town.slack.seen_only_by(town.alice)[-1].text
    assert "Did you mean" in said(note)
    rows = town.rows("SELECT outcome, entry, text FROM question ORDER BY outcome, entry")
    assert {(row["outcome"], row["entry"]) for row in rows} == {
        ("menu", ""),
        ("menu", town.entry(0).id),
        ("none", ""),
    }
    assert town.count("question", "times = 1") == 3
    assert {row["text"] for row in rows} == {question.casefold()}
