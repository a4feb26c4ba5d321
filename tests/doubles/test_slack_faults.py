"""What goes wrong on purpose goes wrong as it does with Slack: before the work, after it, or instead of it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from . import slack_state
from .slack import SlackDouble
from .slack_objects import Channel
from .slack_platform import POST_BURST

Answer = tuple[int, Any, str | None]


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def general(slack: SlackDouble) -> Channel:
    return slack.add_channel("general")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        yield session


async def post(http: aiohttp.ClientSession, slack: SlackDouble, channel: str, text: str = "x") -> Answer:
    """Post once, as plainly as can be: status, answer, Retry-After."""
    headers = {"Authorization": f"Bearer {slack.token}"}
    form = {"channel": channel, "text": text}
    async with http.post(f"{slack.url}chat.postMessage", data=form, headers=headers) as response:
        text = await response.text()
        return response.status, json.loads(text) if text[:1] == "{" else text, response.headers.get("Retry-After")


async def test_a_429_may_say_how_long(slack: SlackDouble, general: Channel, http: aiohttp.ClientSession) -> None:
    slack.fault("chat.postMessage", status=429, retry_after=7)
    slack.fault("chat.postMessage", status=429)
    assert await post(http, slack, general.id) == (429, {"ok": False, "error": "ratelimited"}, "7")
    assert await post(http, slack, general.id) == (429, {"ok": False, "error": "ratelimited"}, None)
    assert (await post(http, slack, general.id))[1]["ok"]
    assert len(slack.messages(general)) == 1


async def test_a_server_error_is_an_answer_without_json(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    fault = slack.fault("chat.*", status=503, times=2)
    assert [(await post(http, slack, general.id))[0] for _ in range(3)] == [503, 503, 200]
    assert fault.used == 2
    assert [call.fault for call in slack.calls] == ["HTTP 503", "HTTP 503", ""]


async def test_an_older_slack_draws_no_charts(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    """It refuses the whole message, as the documentation says of what a workspace does not have yet."""
    data = [{"label": "a", "value": 1}]
    chart = {"type": "bar", "series": [{"name": "s", "data": data}], "axis_config": {"categories": ["a"]}}
    block = {"type": "data_visualization", "title": "Title", "chart": chart}
    headers = {"Authorization": f"Bearer {slack.token}"}

    async def draw() -> Any:
        payload = {"channel": general.id, "text": "x", "blocks": [{"type": "divider"}, block]}
        async with http.post(f"{slack.url}chat.postMessage", json=payload, headers=headers) as response:
            return await response.json()

    slack.charts = False
    refused = await draw()
    assert refused["error"] == "invalid_blocks"
    assert refused["errors"] == ["unsupported type: data_visualization [json-pointer:/blocks/1/type]"]
    assert slack.messages(general) == []
    assert (await post(http, slack, general.id))[1]["ok"]
    slack.charts = True
    assert (await draw())["ok"]
    assert slack.problems == []


async def test_a_fault_can_be_for_one_channel_and_for_always(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    other = slack.add_channel("other")
    slack.fault("chat.postMessage", error="restricted_action", channel=general.id, times=None)
    for _ in range(3):
        assert (await post(http, slack, general.id))[1]["error"] == "restricted_action"
    assert (await post(http, slack, other.id))[1]["ok"]


@pytest.mark.parametrize(("drop", "posted"), [("before", 0), ("after", 1)])
async def test_a_connection_breaks_before_or_after_the_work(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession, drop: str, posted: int
) -> None:
    slack.fault("chat.postMessage", drop=drop)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(http, slack, general.id)
    assert len(slack.messages(general)) == posted


async def test_an_answer_can_come_too_late(slack: SlackDouble, general: Channel, http: aiohttp.ClientSession) -> None:
    slack.fault("chat.postMessage", delay_s=5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await post(http, slack, general.id)


async def test_connections_are_refused_while_slack_is_down(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    await post(http, slack, general.id)  # a connection that stays open
    async with slack.down():
        for _ in range(2):
            with pytest.raises(aiohttp.ClientConnectionError):
                await post(http, slack, general.id)
    assert (await post(http, slack, general.id))[1]["ok"]
    assert len(slack.messages(general)) == 2


async def test_a_channel_takes_one_message_a_second_after_a_short_burst(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    other = slack.add_channel("other")
    slack.rate_limits = True
    answers = [await post(http, slack, general.id) for _ in range(POST_BURST + 1)]
    assert [status for status, *_ in answers] == [200] * POST_BURST + [429]
    assert int(answers[-1][2] or 0) >= 1
    assert (await post(http, slack, other.id))[0] == 200
    now = slack.now
    slack.now = lambda: now() + int(answers[-1][2] or 0)
    assert (await post(http, slack, general.id))[0] == 200


async def test_a_method_has_its_tier(slack: SlackDouble, http: aiohttp.ClientSession) -> None:
    slack.rate_limits = True
    headers = {"Authorization": f"Bearer {slack.token}"}
    statuses = []
    for _ in range(21):
        async with http.get(f"{slack.url}users.list", headers=headers) as response:
            statuses.append(response.status)
    assert statuses == [200] * 20 + [429]


async def test_who_cannot_wait_a_minute_makes_it_shorter(slack: SlackDouble, http: aiohttp.ClientSession) -> None:
    slack.rate_limits, slack.rate_window_s = True, 6
    headers = {"Authorization": f"Bearer {slack.token}"}
    for expected in [*[200] * 20, 429]:
        async with http.get(f"{slack.url}users.list", headers=headers) as response:
            assert response.status == expected
    wait_s = int(response.headers["Retry-After"])
    assert wait_s <= 7
    now = slack.now
    slack.now = lambda: now() + wait_s
    async with http.get(f"{slack.url}users.list", headers=headers) as response:
        assert response.status == 200


async def test_it_is_waited_for_until_something_holds(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(slack.until(lambda: slack.messages(general)))
        tasks.create_task(post(http, slack, general.id))
    with pytest.raises(TimeoutError):
        await slack.until(lambda: False, timeout_s=0.05)


async def test_it_runs_on_its_own_and_its_file_says_what_happened(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    seed = SlackDouble(token="xoxb-own", rate_limits=False)
    general = seed.add_channel("general", members=[seed.add_user("alice")])
    state = tmp_path / "state.json"
    slack_state.save(seed, state)
    module = f"{__package__}.slack"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, "--port", "0", "--state", str(state)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[len(module.split(".")) - 1],
        env={**os.environ},
    )
    assert process.stdout is not None
    async with asyncio.timeout(10):
        where = json.loads(await process.stdout.readline())
    seen = SlackDouble()
    try:
        slack_state.read(seen, state)
        assert seen.url == where["url"]
        assert (await post(http, seen, general.id, "from outside"))[1]["ok"]
        slack_state.read(seen, state)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
    assert [each.text for each in seen.messages(general.id)] == ["from outside"]
    assert [call.method for call in seen.calls] == ["chat.postMessage"]
    assert process.returncode == 0


async def test_an_answer_may_linger_until_it_is_out_of_date(
    slack: SlackDouble, general: Channel, http: aiohttp.ClientSession
) -> None:
    fault = slack.fault("chat.postMessage", linger_s=0.2)
    posting = asyncio.create_task(post(http, slack, general.id))
    await slack.until(lambda: slack.messages(general))
    assert not posting.done()
    assert (await posting)[1]["ok"]
    assert str(fault) == "linger 0.2 s"
