"""One post is answered once: however many events it arrives in, at two processes, and when Slack refuses the answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.slack.everywhere import (
    CHIEF,
    ME,
    POST,
    WAYS,
    WHISPER,
    answers,
    hears_everything,
    installed,
    says,
    talk,
)
from tests.adapters.town import REASON, Town, comes_true, kudos_for, settled
from tests.doubles.slack_objects import Channel


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


# One post, two events


@pytest.mark.parametrize("mention_first", [False, True])
@pytest.mark.parametrize("where", ["general", "closed"])
async def test_a_post_that_arrives_twice_is_answered_once(town: Town, where: str, mention_first: bool) -> None:
    """Each of the two three times, in either order or at the same time."""
    hears_everything(town)
    channel: Channel = getattr(town, where)
    text = f"{ME} kudos @bob {town.tag()} for {REASON}"
    requests = town.client.make_post(town.alice, channel, text, mention_first=mention_first)
    assert len(requests) == 2
    await town.deliver(*requests)
    await settled(town)
    message = await says(town, town.alice, channel, f"{ME} what does {town.tag()} mean?", mention_first=mention_first)
    assert len(answers(town, message)) == 1
    assert len([each for each in town.cards(channel) if not each.thread_ts]) == 1
    assert len(town.whispered(town.alice)) == 1
    assert town.count("recognition") == 1


@pytest.mark.fault("event three times to two processes")
@pytest.mark.databases("sqlite", "postgres")
@pytest.mark.parametrize("seed", range(3))
async def test_at_two_processes_it_is_answered_once(town: Town, seed: int) -> None:
    """Four posts, each in two events, each event three times to each of two processes on one database."""
    hears_everything(town)
    town.expected.add("restart")
    first = town.client.url
    async with kudos_for(town, filled=False, kudos_admins=CHIEF):
        second = town.client.url
        texts = [
            f"{ME} kudos @bob {town.tag(0)} for {REASON}",
            f"{ME} what does {town.tag()} mean?",
            f"{ME} help",
            f"{ME} kudos",
        ]
        requests = [each for text in texts for each in town.client.make_post(town.alice, town.general, text)]
        sendings = []
        for number in range(3):
            for url in (first, second):
                town.client.url = url
                sendings += [asyncio.create_task(town.client.send(each, attempt=number)) for each in requests]
                await asyncio.sleep(0.001 * seed)
        await asyncio.gather(*sendings)
        await settled(town)
    assert town.count("recognition") == 1
    assert len([each for each in town.cards() if not each.thread_ts]) == 1
    assert len([each for each in town.cards() if each.thread_ts]) == 2
    assert len(town.whispered(town.alice)) == 2


# When Slack does not take the answer


@pytest.mark.parametrize("text", ["help", "kudos @bob {tag} for {reason}", "undo"])
async def test_an_answer_that_slack_refused_comes_with_a_later_delivery(town: Town, text: str) -> None:
    """Once the time has passed for which it wants to be left alone."""
    fault: dict[str, Any] = {"status": 429, "retry_after": 1}
    town.expected.add("failures")
    await town.give(town.alice, f"@cara {town.tag()} for {REASON}")
    town.slack.fault(WHISPER, **fault)
    town.slack.fault(POST, channel=talk(town, town.alice).id, **fault)
    for where, called in ((talk(town, town.alice), ""), (town.general, ME)):
        words = f"{called} {text.format(tag=town.tag(), reason=REASON)}".strip()
        if words.endswith("help") and called:
            town.slack.fault(POST, channel=town.general.id, **fault)
        (request,) = town.client.make_post(town.alice, where, words)
        first = await town.client.send(request)
        assert not first.ok
        await asyncio.sleep(fault["retry_after"])
        for attempt in (1, 2):
            assert (await town.client.send(request, attempt=attempt)).ok
        await settled(town)
        message = next(each for each in reversed(town.slack.messages(where)) if each.user == town.alice.id)
        said = len(answers(town, message)) + len(town.whispered(town.alice)) - 1
        assert said == 1 if not called or text == "help" else said >= 1
    if text.startswith("kudos"):
        assert town.count("recognition") == 2
        assert len(town.whispered(town.alice)) == 2
    if text == "undo":
        assert town.count("recognition", "withdrawn = 1") == 1


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 500}, {"error": "internal_error"}], ids=str)
async def test_an_answer_that_may_have_arrived_is_not_repeated(town: Town, fault: dict[str, Any]) -> None:
    town.slack.fault(POST, channel=talk(town, town.alice).id, **fault)
    message = await says(town, town.alice, talk(town, town.alice), "help")
    assert len(answers(town, message)) == (1 if "drop" in fault else 0)
    assert len(town.slack.calls_to(POST)) == 1


async def test_while_slack_is_down_nothing_is_lost_nor_said_twice(town: Town) -> None:
    town.expected.add("failures")
    (request,) = town.client.make_post(town.alice, town.general, f"{ME} kudos @bob {town.tag()} for {REASON}")
    town.expected.add("restart")
    async with contextlib.AsyncExitStack() as stack:
        async with town.slack.down():
            await stack.enter_async_context(kudos_for(town, filled=False))
            for attempt in (0, 1):
                assert (await town.client.send(request, attempt=attempt)).status == 503
            assert town.count("recognition") == 1
        for attempt in (2, 3):
            assert (await town.client.send(request, attempt=attempt)).ok
        await settled(town, timeout_s=20)
    assert len(town.cards()) == town.count("recognition") == 1
    assert len(town.whispered(town.alice)) == 1


async def test_slack_hears_in_time_that_a_message_has_come_however_slow_it_is_itself(town: Town) -> None:
    """It waits for three seconds, and counts what takes longer as failed; the answer comes when it takes it."""
    town.slack.fault(POST, channel=talk(town, town.alice).id, delay_s=3.5)
    (request,) = town.client.make_post(town.alice, talk(town, town.alice), "help")
    for attempt in (0, 1):
        assert (await town.client.send(request, attempt=attempt)).elapsed_s < 3
    message = next(each for each in town.slack.messages(talk(town, town.alice)) if each.user == town.alice.id)
    await comes_true(lambda: answers(town, message))
    await settled(town)
    assert len(answers(town, message)) == 1


async def test_an_answer_that_can_never_arrive_is_given_up(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, error="is_archived")
    message = await says(town, town.alice, town.general, f"{ME} help")
    assert answers(town, message) == []
    assert len(town.slack.calls_to(POST)) == 1
