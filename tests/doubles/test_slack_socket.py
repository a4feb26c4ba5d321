"""Socket Mode: tickets, envelopes, acknowledgements, and what is sent again; seen by Slack's own SDK and by a bare
websocket. How connections fail is in `test_slack_connections`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import aiohttp.web
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
from .test_slack_client import CARD, form
from .test_slack_client import App as PostedApp

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
        for refused in (url, late, url.split("?")[0]):
            slack.advance(TICKET_S + 1 if refused == late else 0)
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


# The same over HTTP


def shape(node: Any) -> Any:
    """Show what a payload is made of: its keys, and what stands there when that is no id, token or time."""
    if isinstance(node, dict):
        return {key: shape(each) for key, each in sorted(node.items())}
    if isinstance(node, list):
        return [shape(each) for each in node]
    return node if isinstance(node, bool) or node is None else type(node).__name__


async def test_what_comes_through_a_socket_is_what_would_be_posted(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    posted = PostedApp(slack.signing_secret)
    server = aiohttp.web.Application()
    server.router.add_post("/slack/events", posted.hear)
    runner = aiohttp.web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    for each in (client, slack.client(f"http://127.0.0.1:{runner.addresses[0][1]}")):
        message = slack.say(slack.bot, general, "card", blocks=CARD)
        view = add_view(slack, form(), user=alice.id, channel=general.id)
        answers = [
            await each.command("/kudos", "x", user=alice, channel=general),
            await each.react(alice, message, "ear"),
            await each.press(message, "second", user=alice),
            await each.submit(view, {"Whom": [alice], "For what": "listen", "Why": "why not"}, user=alice),
            *await each.post(alice, general, "@kudos hello"),
            await each.shortcut("give", alice),
            await each.message_shortcut("give_for", message, alice),
        ]
        assert all(answer.ok for answer in answers)
        del slack.posted[general.id][:]
    await runner.cleanup()
    assert [shape(each.payload) for each in app.heard] == [shape(each) for each in posted.heard]
    assert not slack.problems
