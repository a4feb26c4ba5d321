"""Socket Mode: tickets, envelopes, acknowledgements, what is sent again, and connections that fail; seen by Slack's
own SDK and by a bare websocket."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_client import SlackClient
from .slack_objects import Channel, User
from .slack_socket import MOST, TICKET_S
from .slack_views import add_view

Json = dict[str, Any]


class App:
    """An app on Slack's SDK that remembers what it gets, and answers what it is told."""

    def __init__(self) -> None:
        self.heard: list[SocketModeRequest] = []
        self.has_heard = asyncio.Event()
        self.answer: Callable[[SocketModeRequest], Json | None] = lambda _: None
        self.acknowledges = True

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        self.has_heard.set()
        if self.acknowledges:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=self.answer(request))
            await client.send_socket_mode_response(response)


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        double.socket.retry_delays_s = (0.0, 0.0, 0.0)
        yield double


@pytest.fixture
def web(slack: SlackDouble) -> AsyncWebClient:
    return AsyncWebClient(base_url=slack.url, retry_handlers=[])


@contextlib.asynccontextmanager
async def connected(slack: SlackDouble, app: App, *, ping_s: float = 0.2) -> AsyncIterator[SocketModeClient]:
    """Run an app over the SDK's own client."""
    web = AsyncWebClient(token=slack.token, base_url=slack.url)
    sdk = SocketModeClient(app_token=slack.app.app_token, web_client=web, ping_interval=ping_s)
    sdk.socket_mode_request_listeners.append(app.hear)
    await sdk.connect()  # type: ignore[no-untyped-call]
    await slack.until(lambda: slack.socket.ready)
    try:
        yield sdk
    finally:
        await sdk.close()  # type: ignore[no-untyped-call]


@pytest.fixture
async def app(slack: SlackDouble) -> AsyncIterator[App]:
    app = App()
    async with connected(slack, app):
        yield app


@pytest.fixture
def client(slack: SlackDouble) -> SlackClient:
    return slack.socket_client()


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice")


@pytest.fixture
def general(slack: SlackDouble, alice: User) -> Channel:
    return slack.add_channel("general", members=[alice])


@contextlib.asynccontextmanager
async def bare(slack: SlackDouble, web: AsyncWebClient) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a websocket and read its hello."""
    url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    code: str = error.value.response["error"]
    return code


# Opening


async def test_an_address_needs_an_app_level_token_with_its_scope(slack: SlackDouble, web: AsyncWebClient) -> None:
    url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    assert url.startswith("ws://127.0.0.1:")
    assert await error_of(web.apps_connections_open(app_token=slack.token)) == "not_allowed_token_type"
    assert await error_of(web.apps_connections_open(app_token="xapp-1-other")) == "invalid_auth"
    assert await error_of(web.api_call("apps.connections.open")) == "not_authed"
    assert await error_of(web.users_list(token=slack.app.app_token)) == "not_allowed_token_type"
    by_get = web.api_call("apps.connections.open", http_verb="GET", params={"token": slack.app.app_token})
    assert await error_of(by_get) == "insecure_request"
    slack.app.app_scopes = frozenset()
    assert await error_of(web.apps_connections_open(app_token=slack.app.app_token)) == "missing_scope"


async def test_a_ticket_is_good_once_and_not_for_long(slack: SlackDouble, web: AsyncWebClient) -> None:
    url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    late = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": slack.app_id}
        assert hello["debug_info"]["approximate_connection_time"] == 3600
        slack.advance(TICKET_S + 1)
        for refused in (url, late, url.split("?")[0]):
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                await session.ws_connect(refused)
            assert error.value.status == 403


async def test_ten_connections_and_no_more(slack: SlackDouble, web: AsyncWebClient) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(MOST):
            await stack.enter_async_context(bare(slack, web))
        assert slack.socket.connections[-1].sent[0]["num_connections"] == MOST
        url = (await web.apps_connections_open(app_token=slack.app.app_token))["url"]
        session = await stack.enter_async_context(aiohttp.ClientSession())
        socket = await session.ws_connect(url)
        told = await socket.receive_json()
        assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await socket.close()


# Envelopes


async def test_an_event_comes_in_an_envelope(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    answer = await client.react(alice, slack.say(alice, general, "x"), "ear")
    assert answer.ok
    (heard,) = app.heard
    assert (heard.type, heard.payload["event"]["reaction"]) == ("events_api", "ear")
    envelope = slack.socket.deliveries[0].envelope
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert not envelope["accepts_response_payload"]
    assert not slack.problems


async def test_what_answers_a_command_or_a_form_is_carried_out(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    app.answer = lambda _: {"text": "only you"}
    await client.command("/kudos", "x & y", user=alice, channel=general)
    assert [each.text for each in slack.seen_only_by(alice)] == ["only you"]
    assert (app.heard[0].type, app.heard[0].payload["text"]) == ("slash_commands", "x &amp; y")
    element = {"type": "plain_text_input", "action_id": "a"}
    label = {"type": "plain_text", "text": "Why"}
    content = {
        "type": "modal",
        "title": label,
        "submit": label,
        "blocks": [{"type": "input", "block_id": "why", "label": label, "element": element}],
    }
    view = add_view(slack, content, user=alice.id)
    app.answer = lambda _: {"response_action": "errors", "errors": {"why": "too short"}}
    await client.submit(view, {"Why": "x"}, user=alice)
    assert view.errors == {"why": "too short"}
    app.answer = lambda _: None
    await client.submit(view, {"Why": "x"}, user=alice)
    assert not view.open
    assert app.heard[-1].type == "interactive"
    assert not slack.problems


async def test_socket_mode_checks_no_address_and_has_no_headers(client: SlackClient, app: App) -> None:
    with pytest.raises(ValueError, match="no address"):
        await client.url_verification()
    with pytest.raises(ValueError, match="no address"):
        await client.ssl_check()
    signed = client.make_event({"type": "emoji_changed"})
    signed.headers = {"X-Slack-Signature": "v0=0"}
    with pytest.raises(ValueError, match="no headers"):
        await client.send(signed)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("{", "no acknowledgement"),
        ("[]", "no acknowledgement"),
        ('{"envelope_id": "other"}', "no such envelope"),
        ('{"envelope_id": "ID", "payload": {"text": "x"}}', "takes no answer"),
        ('{"envelope_id": "ID", "payload": "x"}', "no JSON object"),
        ('{"envelope_id": "ID", "text": "x"}', "text is unknown"),
    ],
)
async def test_a_wrong_acknowledgement_is_a_problem(
    slack: SlackDouble, web: AsyncWebClient, client: SlackClient, said: str, reason: str
) -> None:
    async with bare(slack, web) as socket, asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(client.send(client.make_event({"type": "emoji_changed"}), patience_s=0.3))
        envelope = await socket.receive_json()
        await socket.send_str(said.replace("ID", envelope["envelope_id"]))
        await slack.until(lambda: slack.problems)
        assert reason in slack.problems[0].reasons[0]
        await socket.close()
        await sending


async def test_an_acknowledgement_counts_once(slack: SlackDouble, web: AsyncWebClient, client: SlackClient) -> None:
    async with bare(slack, web) as socket, asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(client.event({"type": "emoji_changed"}))
        ack = {"envelope_id": (await socket.receive_json())["envelope_id"]}
        await socket.send_json(ack)
        assert (await sending).ok
        await socket.send_json(ack)
        await slack.until(lambda: slack.problems)
        assert slack.problems[0].reasons == ["the envelope was acknowledged before"]


# Again


async def test_an_event_that_is_not_acknowledged_comes_again_three_times(
    slack: SlackDouble, client: SlackClient, app: App
) -> None:
    app.acknowledges = False
    slack.socket.patience_s = 0.05
    answer = await client.event({"type": "emoji_changed"})
    assert (answer.ok, answer.failure) == (False, "timeout")
    await slack.socket.settled()
    assert [each.retry_attempt for each in app.heard] == [0, 1, 2, 3]
    assert [each.retry_reason for each in app.heard] == ["", "timeout", "timeout", "timeout"]
    assert len({each.payload["event_id"] for each in app.heard}) == 1
    assert len({each.envelope_id for each in app.heard}) == 4
    assert list(slack.socket.outcomes().values()) == ["lost"]


async def test_an_event_comes_again_until_it_is_acknowledged(slack: SlackDouble, client: SlackClient, app: App) -> None:
    app.acknowledges = False
    slack.socket.patience_s = 0.1
    slack.socket.retry_delays_s = (0.0, 0.2, 0.0)
    await client.event({"type": "emoji_changed"})
    assert list(slack.socket.outcomes().values()) == ["due"]
    await slack.until(lambda: len(app.heard) == 2)
    app.acknowledges = True
    await slack.socket.settled()
    assert len(app.heard) == 3
    assert list(slack.socket.outcomes().values()) == ["acknowledged"]


async def test_a_command_that_is_not_acknowledged_does_not_come_again(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    app.acknowledges = False
    slack.socket.patience_s = 0.05
    answer = await client.command("/kudos", user=alice, channel=general)
    assert answer.failure == "timeout"
    await slack.socket.settled()
    assert len(app.heard) == 1
    assert [each for _, each in client.failures] == [answer]


async def test_an_event_without_a_connection_comes_when_there_is_one(slack: SlackDouble, client: SlackClient) -> None:
    slack.socket.retry_delays_s = (0.3, 0.0, 0.0)
    assert (await client.event({"type": "emoji_changed"})).failure == "no connection"
    app = App()
    async with connected(slack, app):
        await slack.socket.settled()
    assert [each.retry_attempt for each in app.heard] == [1]


async def test_deliveries_can_be_repeated_by_hand(slack: SlackDouble, client: SlackClient, app: App) -> None:
    await client.deliver(client.make_event({"type": "emoji_changed"}), times=3, together=True)
    assert sorted(each.retry_attempt or 0 for each in app.heard) == [0, 1, 2]


# Trouble


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


async def test_envelopes_can_be_late(slack: SlackDouble, app: App, client: SlackClient) -> None:
    slack.socket.delay_s = 0.1
    answer = await client.event({"type": "x"})
    assert answer.ok
    assert answer.elapsed_s > 0.1
    assert json.dumps(slack.socket.deliveries[0].envelope)
