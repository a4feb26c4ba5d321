"""In Slack, help for somebody in distress is seen by them alone, wherever they wrote."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.everywhere import ME, WAYS, answer, answers, installed, says, talk
from tests.adapters.town import Town

CRISIS = "I want to die, my heartbrokenness is too much"
HELP = "Samaritans: 116 123"


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


async def test_in_a_channel_it_is_whispered(town: Town) -> None:
    """In the channel itself, because Slack shows nobody what is whispered in a thread that has not begun."""
    for where in (town.general, town.closed):
        message = await says(town, town.alice, where, f"{ME} {CRISIS}")
        assert answers(town, message) == []
    assert [HELP in text for text in town.whispered(town.alice)] == [True, True]
    assert {each.thread_ts for each in town.slack.seen_only_by(town.alice)} == {None}
    assert town.whispered(town.bob) == town.whispered(town.cara) == []


async def test_in_a_thread_it_is_whispered_there(town: Town) -> None:
    first = town.slack.say(town.bob, town.general, "How are you all?")
    await says(town, town.alice, town.general, f"{ME} {CRISIS}", thread=first)
    assert (await town.hears(town.alice, HELP)).thread_ts == first.ts
    assert answers(town, first) == []


async def test_in_ones_own_conversation_it_is_an_answer(town: Town, capfd: pytest.CaptureFixture[str]) -> None:
    message = await says(town, town.alice, talk(town, town.alice), CRISIS)
    assert HELP in answer(town, message).text
    written = capfd.readouterr()
    assert "heartbrokenness" not in written.out + written.err
    assert "heartbrokenness" not in str([dict(row) for row in town.rows("SELECT * FROM delivery")])
    assert town.count("history") == town.count("outbox") == town.count("recognition") == 0
