"""The Web API as we use it: what Slack does not want is not tried again before its time."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.api import Api, Reach, session
from bot.errors import Impossible, Throttled, Unreachable
from tests.doubles.slack import SlackDouble


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
async def api(slack: SlackDouble) -> AsyncIterator[Api]:
    async with session() as http:
        yield Api(slack.token, slack.url, http)


async def test_a_method_that_slack_will_not_take_now_rests(slack: SlackDouble, api: Api) -> None:
    slack.fault("users.list", status=429, retry_after=30)
    for _ in range(3):
        with pytest.raises(Throttled) as refused:
            await api.query("users.list")
        assert 29 < refused.value.retry_after_s <= 30
    assert len(slack.calls_to("users.list")) == 1
    await api.query("emoji.list")


async def test_posts_rest_place_by_place(slack: SlackDouble, api: Api) -> None:
    busy, quiet = slack.add_channel("busy"), slack.add_channel("quiet")
    slack.fault("chat.postMessage", status=429, retry_after=30)
    for _ in range(2):
        with pytest.raises(Throttled):
            await api.call("chat.postMessage", channel=busy.id, text="Hello")
    await api.call("chat.postMessage", channel=quiet.id, text="Hello")
    assert len(slack.calls_to("chat.postMessage")) == 2


async def test_after_the_time_that_slack_named_it_is_taken(slack: SlackDouble, api: Api) -> None:
    slack.fault("users.list", status=429, retry_after=1)
    assert [page async for page in api.pages("users.list", "members", patient=True)]
    assert len(slack.calls_to("users.list")) == 2


async def test_it_is_noted_that_slack_does_not_answer_until_it_does(slack: SlackDouble) -> None:
    """Whatever it answers."""
    reach = Reach()
    async with session() as http:
        api = Api(slack.token, slack.url, http, reach=reach)
        for answer in ("", "fatal_user_error"):
            slack.fault("emoji.list", drop="before")
            with pytest.raises(Unreachable):
                await api.query("emoji.list")
            assert reach.trouble == "Slack does not answer (ServerDisconnectedError)"
            if answer:
                slack.fault("emoji.list", error=answer)
                with pytest.raises(Impossible):
                    await api.query("emoji.list")
            else:
                await api.query("emoji.list")
            assert reach.trouble == ""


async def test_it_is_noted_that_slack_fails_until_it_does_not(slack: SlackDouble) -> None:
    """An outage of Slack's is often an answer: that nothing works there."""
    reach = Reach()
    async with session() as http:
        api = Api(slack.token, slack.url, http, reach=reach)
        slack.fault("emoji.list", status=503)
        with pytest.raises(Unreachable):
            await api.query("emoji.list")
        assert reach.trouble == "Slack fails (HTTP 503)"
        await api.query("emoji.list")
        assert reach.trouble == ""
