"""Websockets that break, go silent, are refused or told to go: what Slack does, and what its SDK makes of it."""

import asyncio
import contextlib
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_client import SlackClient
from .test_slack_socket import App, app, bare, client, connected, error_of, slack, web

__all__ = ["app", "client", "slack", "web"]  # fixtures


@pytest.mark.parametrize("anywhere", [False, True])
async def test_an_acknowledgement_belongs_to_its_connection(
    slack: SlackDouble, web: AsyncWebClient, client: SlackClient, anywhere: bool
) -> None:
    slack.socket.ack_anywhere = anywhere
    async with bare(slack, web) as one, bare(slack, web) as two, asyncio.TaskGroup() as tasks:
        slack.socket.connections[1].leaving = True
        sending = tasks.create_task(client.send(client.make_event({"type": "emoji_changed"}), patience_s=0.2))
        await two.send_json({"envelope_id": (await one.receive_json())["envelope_id"]})
        assert (await sending).ok == anywhere
        assert slack.socket.deliveries[0].late != anywhere


async def test_what_was_under_way_on_a_connection_that_breaks_has_failed(
    slack: SlackDouble, client: SlackClient, app: App
) -> None:
    app.acknowledges = False
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(client.event({"type": "emoji_changed"}))
        await app.has_heard.wait()
        app.acknowledges = True
        slack.socket.drop()
        assert (await sending).failure == "connection lost"
    slack.socket.retry_delays_s = (1.0,)
    await slack.until(lambda: slack.socket.ready)
    assert (await client.event({"type": "emoji_changed"})).ok


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_an_app_that_is_told_to_go_comes_back(
    slack: SlackDouble, client: SlackClient, app: App, reason: Any
) -> None:
    first = slack.socket.connections[0]
    await slack.socket.disconnect(reason)
    await slack.until(lambda: slack.socket.ready and slack.socket.ready != [first])
    assert (await client.event({"type": "emoji_changed"})).ok
    assert not first.open


async def test_who_does_not_go_is_thrown_out(slack: SlackDouble, web: AsyncWebClient, client: SlackClient) -> None:
    async with bare(slack, web) as socket:
        await slack.socket.disconnect("refresh_requested", linger_s=0.05)
        assert (await client.send(client.make_event({"type": "x"}), patience_s=0.1)).failure == "no connection"
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_dead_connection_stays_open_and_takes_what_is_sent(
    slack: SlackDouble, web: AsyncWebClient, client: SlackClient
) -> None:
    async with bare(slack, web) as socket:
        connection = slack.socket.connections[0]
        connection.silence()
        answer = await client.send(client.make_event({"type": "x"}), patience_s=0.05)
        assert answer.failure == "timeout"
        await socket.ping()
        await slack.until(lambda: connection.pings)
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.1)
        assert connection.open


async def test_a_dead_connection_answers_no_farewell(slack: SlackDouble, web: AsyncWebClient) -> None:
    patience = aiohttp.ClientWSTimeout(ws_close=0.1)
    async with aiohttp.ClientSession() as session:
        for silent, code in ((False, aiohttp.WSCloseCode.OK), (True, aiohttp.WSCloseCode.ABNORMAL_CLOSURE)):
            url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
            socket = await session.ws_connect(url, timeout=patience)
            await socket.receive()
            if silent:
                slack.socket.connections[0].silence()
            await socket.close()
            assert socket.close_code == code
            await slack.until(lambda: not slack.socket.connections)


async def test_the_sdk_notices_a_connection_without_pongs(slack: SlackDouble, client: SlackClient) -> None:
    app = App()
    async with connected(slack, app):
        dead = slack.socket.connections[0]
        await slack.until(lambda: dead.pings)
        dead.silence()
        await slack.until(lambda: slack.socket.ready and not dead.open)
        assert (await client.event({"type": "x"})).ok


async def test_a_connection_that_answers_pings_alone_is_not_noticed(slack: SlackDouble, client: SlackClient) -> None:
    app = App()
    async with connected(slack, app, ping_s=0.05):
        dead = slack.socket.connections[0]
        dead.silence(pongs=True)
        await slack.until(lambda: dead.pings > 10)
        assert slack.socket.connections == [dead]
        assert (await client.send(client.make_event({"type": "x"}), patience_s=0.05)).failure == "timeout"
        dead.drop()


async def test_slack_pings_and_cuts_off_who_does_not_answer(slack: SlackDouble, web: AsyncWebClient) -> None:
    slack.socket.beat_s, slack.socket.pong_patience_s = 0.02, 0.2
    url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with bare(slack, web) as polite, aiohttp.ClientSession() as session:
        listening = asyncio.create_task(polite.receive())
        async with session.ws_connect(url, autoping=False):
            mute = slack.socket.connections[-1]
            await slack.until(lambda: not mute.open)
        assert mute.beats > 3
        answering = slack.socket.connections[0]
        assert answering.pongs > 3
        listening.cancel()


async def test_new_connections_can_be_refused_or_dead_from_the_start(slack: SlackDouble, web: AsyncWebClient) -> None:
    url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        with slack.socket.refusing(503), pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        slack.socket.silent_from_start = True
        async with session.ws_connect(url) as socket:  # the ticket was not spent
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=0.1)


async def test_socket_mode_can_be_switched_off(slack: SlackDouble, web: AsyncWebClient) -> None:
    async with bare(slack, web) as socket:
        await slack.socket.disable()
        assert (await socket.receive_json())["reason"] == "link_disabled"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert await error_of(web.apps_connections_open(app_token=slack.app.app_token)) == "forbidden_team"


async def test_a_slack_that_is_down_has_no_websockets(slack: SlackDouble, app: App, client: SlackClient) -> None:
    async with slack.down():
        assert not slack.socket.connections
        assert (await client.event({"type": "x"})).failure == "no connection"


async def test_one_event_can_come_over_two_connections(slack: SlackDouble, web: AsyncWebClient) -> None:
    """In two envelopes; one acknowledgement is enough, and the other is not sent again."""
    async with bare(slack, web) as one, bare(slack, web) as two, asyncio.TaskGroup() as tasks:
        event = {"type": "event_callback", "event_id": "Ev1"}
        sending = tasks.create_task(slack.socket.deliver("events_api", event, patience_s=0.2, copies=3))
        envelopes = [await each.receive_json() for each in (one, two)]
        assert envelopes[0]["payload"] == envelopes[1]["payload"]
        assert envelopes[0]["envelope_id"] != envelopes[1]["envelope_id"]
        await two.send_json({"envelope_id": envelopes[1]["envelope_id"]})
        assert (await sending).outcome == "acknowledged"
        await slack.socket.settled()
        assert [each.outcome for each in slack.socket.deliveries] == ["timeout", "acknowledged"]


async def test_acknowledgements_can_be_late(slack: SlackDouble, app: App, client: SlackClient) -> None:
    slack.socket.connections[0].lag_s = 0.1
    assert (await client.event({"type": "x"})).elapsed_s > 0.1
    answer = await client.send(client.make_event({"type": "x"}), patience_s=0.02, attempt=3)
    assert answer.failure == "timeout"
    await slack.until(lambda: slack.socket.deliveries[-1].late)


@pytest.mark.parametrize("reset", [False, True])
async def test_a_connection_can_be_cut_or_reset(slack: SlackDouble, web: AsyncWebClient, reset: bool) -> None:
    url = urlsplit((await web.apps_connections_open(app_token=slack.app.app_token))["url"])
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {'A' * 22}==",
    )
    writer.write("\r\n".join((f"GET {url.path}?{url.query} HTTP/1.1", "Host: slack", *head, "", "")).encode())
    await slack.until(lambda: slack.socket.ready)
    await reader.readuntil(b"}}")  # the end of its hello
    slack.socket.ready[0].drop(reset=reset)
    with pytest.raises(ConnectionResetError) if reset else contextlib.nullcontext():
        assert await reader.read() == b""
    writer.close()
    assert not slack.socket.connections


async def test_envelopes_can_be_late(slack: SlackDouble, app: App, client: SlackClient) -> None:
    slack.socket.delay_s = 0.1
    answer = await client.event({"type": "x"})
    assert answer.ok
    assert answer.elapsed_s > 0.1
