"""Nothing unsigned is parsed, nothing malformed is carried out, and nothing that was refused is logged."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from adapters import bodies
from adapters.slack import guard
from tests.adapters.town import Town, program, settled
from tests.doubles.slack_bad import bad_requests, slow_request
from tests.doubles.slack_wire import FORM, JSON, Request

CANARY = "canary"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def further_bad_requests(town: Town) -> list[tuple[Request, set[int]]]:
    """What the double's own table lacks: each would give kudos, or say something, if it were believed."""
    command = town.client.make_command(
        "/kudos", f"@bob {town.tag()} for {CANARY} in the mine", user=town.alice, channel=town.general
    )
    event = json.dumps({"type": "event_callback", "event": {"type": "message", "text": CANARY}}).encode()
    deep = '{"a":' * 200_000 + "1" + "}" * 200_000

    def form(what: str, body: bytes, kind: str = FORM, **headers: str | None) -> Request:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Request(what=what, body=body, content_type=kind, headers=named)

    return [
        (form("signed with the right digits, of another alphabet", command.body, X_Slack_Signature="v0=٣"), {401}),
        (form("two signatures in one", command.body, X_Slack_Signature="v0=a,v0=b"), {401}),
        (form("a bogus charset", b"\xff\xfe" + command.body, f"{FORM}; charset=klingon"), {400}),
        (form("JSON of a bogus charset", CANARY.encode("utf-16"), f"{JSON}; charset=utf-16"), {400}),
        (form("another content type", f'"{CANARY}"'.encode(), "text/plain"), {400}),
        (form("no content type", CANARY.encode(), Content_Type=None), {400}),
        (form("a picture", b"\x89PNG\r\n" + CANARY.encode(), "image/png"), {400}),
        (form("JSON said to be a form", event, FORM), {400}),
        (form("a form said to be JSON", command.body, JSON), {400}),
        (form("a scalar", f'"{CANARY}"'.encode(), JSON), {400}),
        (form("a number", b"1e999", JSON), {400}),
        (form("an empty body of JSON", b"", JSON), {400}),
        (form("JSON nested 200,000 deep", deep.encode()[:250_000], JSON), {400}),
        (form("a payload that is a scalar", urlencode({"payload": f'"{CANARY}"'}).encode()), {400}),
        (form("two payloads, the second broken", urlencode([("payload", "{}"), ("payload", CANARY)]).encode()), {400}),
        (form("a form that begins like JSON", b'{"x=&command=/kudos&text=canary'), {400}),
        (form("a command and a broken payload", command.body + b"&payload={"), {400}),
        (form("more fields than Slack has", "&".join(f"f{n}=canary" for n in range(5000)).encode()), {400}),
        (form("a form without a command", urlencode({"text": CANARY}).encode()), {400}),
    ]


def incomplete(town: Town) -> list[Request]:
    """Rightly signed, well formed, and yet not what Slack sends: one part missing, or of another kind."""
    message = town.slack.say(town.bob, town.general, "a message")
    reaction = json.loads(town.client.make_react(town.alice, message, town.emoji()).body)
    command = {
        "command": "/kudos",
        "text": f"<@{town.bob.id}> {town.tag()} for {CANARY} in the mine",
        "team_id": town.slack.team_id,
        "user_id": town.alice.id,
        "channel_id": town.general.id,
        "trigger_id": "1.2.3",
    }
    view = {"id": "V1", "callback_id": "give", "blocks": [], "state": {"values": {}}, "private_metadata": "{"}
    pressed = {"type": "button", "action_id": "second:0", "value": CANARY, "action_ts": "1.2"}
    whole = {"team": {"id": town.slack.team_id}, "user": {"id": town.alice.id}, "trigger_id": "1.2.3"}

    def without(node: Mapping[str, object], key: str) -> dict[str, object]:
        return {name: value for name, value in node.items() if name != key}

    requests = [
        Request(what=f"a command without {key}", body=urlencode(without(command, key)).encode())
        for key in command
        if key not in ("command", "text")
    ]
    events = {
        f"a reaction without {key}": {**reaction, "event": without(reaction["event"], key)}
        for key in ("user", "item", "reaction", "event_ts")
    }
    own = town.slack.add_dm(town.alice)
    said = json.loads(town.client.make_message(town.slack.say(town.alice, own, f"kudos {CANARY}")).body)
    opened = {**said, "event": {"type": "app_home_opened", "user": town.alice.id, "tab": "home"}}
    events |= {f"a message without {key}": {**said, "event": without(said["event"], key)} for key in ("channel", "ts")}
    events |= {
        "a message that is a list": {**said, "event": said["event"] | {"text": [CANARY]}},
        "a message by a list": {**said, "event": said["event"] | {"user": [CANARY]}},
        "a message of half a character": {**said, "event": said["event"] | {"text": f"{CANARY} \ud800"}},
        "a message to nobody we know": without(without(said, "authorizations"), "team_id"),
        "a page of nobody": {**opened, "event": without(opened["event"], "user")},
        "a page of a list": {**opened, "event": opened["event"] | {"user": [CANARY]}},
        "a reaction without event_id": without(reaction, "event_id"),
        "a reaction without time": {**reaction, "event": reaction["event"] | {"event_ts": CANARY}},
        "a reaction of a time without year": {**reaction, "event": reaction["event"] | {"event_ts": f"1{'0' * 18}.1"}},
        "a farewell of a time without year": {**reaction, "event": {"type": "app_uninstalled"}, "event_time": 10**18},
        "a reaction by a list": {**reaction, "event": reaction["event"] | {"user": [CANARY]}},
        "an event that is a list": {**reaction, "event": [CANARY]},
        "an event without kind": {**reaction, "event": {"text": CANARY}},
        "a person without id": {**reaction, "event": {"type": "user_change", "user": {"name": CANARY}}},
        "a person that is none": {**reaction, "event": {"type": "team_join"}},
        "a channel that is a list": {**reaction, "event": {"type": "channel_rename", "channel": [CANARY]}},
        "no event at all": {"type": "event_callback", "text": CANARY},
        "nothing": {},
    }
    payloads = {
        "a press without action": whole | {"type": "block_actions", "actions": []},
        "a press without person": {**whole, "type": "block_actions", "actions": [pressed], "user": CANARY},
        "a press without time": whole | {"type": "block_actions", "actions": [without(pressed, "action_ts")]},
        "a press of half a character": whole | {"type": "block_actions", "actions": [pressed | {"value": "\ud800"}]},
        "a press of a list": whole | {"type": "block_actions", "actions": [pressed | {"value": [CANARY]}]},
        "a form without fields": whole | {"type": "view_submission", "view": view},
        "a form without view": whole | {"type": "view_submission"},
        "a form that was closed": whole | {"type": "view_closed", "view": {"callback_id": "give", "title": CANARY}},
        "a question for options": whole | {"type": "block_suggestion", "action_id": "x", "value": CANARY},
        "a shortcut of nobody": whole | {"type": "shortcut", "callback_id": CANARY, "user": CANARY},
        "a shortcut for no message": whole | {"type": "message_action", "callback_id": "give_kudos_message"},
    }
    requests += [Request(what=what, body=json.dumps(body).encode(), content_type=JSON) for what, body in events.items()]
    requests += [
        Request(what=what, body=urlencode({"payload": json.dumps(body)}).encode()) for what, body in payloads.items()
    ]
    return requests


@pytest.mark.fault("malformed JSON")
@pytest.mark.fault("deeply nested JSON")
@pytest.mark.databases("sqlite", "postgres")
async def test_what_slack_never_sent_is_refused(town: Town) -> None:
    town.expected.add("failures")
    for bad in bad_requests(town.client):
        answer = await town.client.send(bad.request)
        assert answer.status in bad.expect or "ClientOSError" in answer.failure, (bad.request.what, answer)
    for request, statuses in further_bad_requests(town):
        answer = await town.client.send(request)
        assert answer.status in statuses, (request.what, answer)
        assert CANARY not in str(answer.body)
    await settled(town)
    assert town.count("delivery") == town.count("recognition") == 0
    assert town.states() == {}


async def test_what_is_signed_and_yet_incomplete_is_refused_too(town: Town) -> None:
    town.expected.add("failures")
    for request in incomplete(town):
        answer = await town.client.send(request)
        assert answer.status in {400, 404}, (request.what, answer)
        assert CANARY not in str(answer.body)
    await settled(town)
    assert town.count("delivery") == town.count("recognition") == 0


@pytest.mark.parametrize("text", ["payload", "payload=1", "what is our payload?", "payload={}"])
async def test_a_command_may_hold_any_word(town: Town, text: str) -> None:
    """Also that by which a form is known to be an interaction, in what is typed and in what a channel is called."""
    said = f"the drone's {text} was safe"
    card = await town.give(
        town.alice, f"@bob {town.tag()} for {said}", town.slack.add_channel("payloads", members=[town.alice, town.bob])
    )
    assert said in card.text
    answer = await town.client.send(town.client.make_command("/values", text, user=town.alice, channel=town.general))
    assert answer.ok


@pytest.mark.fault("10 MB body")
@pytest.mark.databases("sqlite", "postgres")
@pytest.mark.parametrize("with_length", [True, False])
async def test_ten_megabytes_are_not_read(town: Town, with_length: bool) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    sent = io.BytesIO(b"x" * 10_000_000) if with_length else body()
    started = time.monotonic()
    async with aiohttp.ClientSession() as http:
        try:
            async with http.post(town.client.url, data=sent) as response:
                assert response.status == 413
        except aiohttp.ClientOSError:
            pass  # the line was cut while we were still sending
    assert time.monotonic() - started < 3
    assert await town.type(town.alice, "help")


async def test_a_body_that_drips_is_given_up(town: Town) -> None:
    town.expected.add("failures")
    answer = await town.client.send(slow_request(town.client, pause_s=0.1), patience_s=10)
    assert answer.status == 408
    assert answer.elapsed_s < bodies.READ_TIMEOUT_S + 1


async def test_other_methods_and_other_addresses_are_not_there(town: Town) -> None:
    async with aiohttp.ClientSession() as http:
        base = town.client.url.removesuffix("/slack/events")
        for method, path, status in (
            ("GET", "/slack/events", 405),
            ("PUT", "/slack/events", 405),
            ("POST", "/slack", 404),
            ("POST", "/api/messages", 404),
            ("GET", "/slack/install", 404),
        ):
            async with http.request(method, base + path) as response:
                assert response.status == status, path


async def test_slack_can_check_the_address_and_its_certificate(town: Town) -> None:
    answer = await town.client.url_verification("a-challenge")
    assert answer.body == {"challenge": "a-challenge"}
    assert (await town.client.ssl_check()).status == 200


async def test_slack_may_say_that_it_withholds_events(town: Town) -> None:
    """As too many happen: it is told that we have heard, and the log says so."""
    said = {"type": "app_rate_limited", "team_id": town.slack.team_id, "minute_rate_limited": 1518467820}
    with capture_logs() as logged:
        answer = await town.client.send(Request(what="limited", body=json.dumps(said).encode(), content_type=JSON))
    assert answer.status == 200
    assert logged == [
        {"event": "slack_events_withheld", "log_level": "warning", "workspace": f"slack:{town.slack.team_id}"}
    ]


async def test_a_request_of_almost_five_minutes_ago_is_taken_and_an_older_one_is_not(town: Town) -> None:
    town.expected.add("failures")
    body = urlencode({"ssl_check": 1}).encode()
    for age, status in ((-290, 200), (290, 200), (-310, 401), (310, 401)):
        at = str(int(time.time()) + age)
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": town.client.sign(body, at)}
        assert (await town.client.send(Request(what="old", body=body, headers=headers))).status == status, age


@given(raw=st.binary(max_size=300), kind=st.sampled_from([JSON, FORM, "text/plain", ""]))
def test_whatever_arrives_is_well_formed_or_not_and_nothing_else(raw: bytes, kind: str) -> None:
    text = guard.well_formed(raw, kind)
    assert text is None or text.encode() == raw


async def test_no_log_holds_a_word_of_what_was_refused_or_said(town: Town) -> None:
    """At the most talkative level, and what libraries say included."""
    town.expected |= {"failures", "restart"}
    async with program(town, LOG_LEVEL="DEBUG") as process:
        for request in [each.request for each in bad_requests(town.client)] + incomplete(town):
            await town.client.send(request)
        for request, _ in further_bad_requests(town):
            await town.client.send(request)
        await town.give(town.alice, f"@bob {town.tag()} for {CANARY} in the mine")
        await town.type(town.alice, f"@bob for {CANARY}")
        process.terminate()
        logged = await process.log()
    assert process.returncode == 0
    assert "slack_request_malformed" in logged
    assert CANARY not in logged
    assert "Traceback" not in logged
    assert town.slack.token not in logged
    assert town.slack.signing_secret not in logged
    for line in logged.splitlines():
        assert json.loads(line)["event"]


async def spoken(address: str, raw: bytes) -> bytes:
    """What the server answers to bytes that may be no HTTP."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_no_log_holds_a_byte_of_what_is_no_http(town: Town) -> None:
    """Anybody can send it, unsigned: a line says that it came."""
    post = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
    wrong = (
        b"GET /canary\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"canary" * 5000 + b"\r\n\r\n",
        b"GET /" + b"canary" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\ncana ry: canary\r\n\r\n",
        b"GET /health canary/9.9\r\n\r\n",
        b"GET http://[canary/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\ncanary canary\r\n\r\n",
        post + b"Content-Length: canary\r\n\r\n",
        post + b"Transfer-Encoding: chunked\r\n\r\ncanary\r\n",
        post + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\ncanary",
        post + b"Content-Length: 600\r\n\r\ncanary",
        b"\x16\x03\x01canary",
    )
    async with program(town, LOG_LEVEL="DEBUG") as process:
        for raw in wrong:
            answer = await spoken(town.client.url.removesuffix("/slack/events"), raw)
            assert b" 500 " not in answer, raw[:80]
        process.terminate()
        logged = await process.log()
    assert process.returncode == 0
    assert "http_request_malformed" in logged
    assert CANARY not in logged
    assert "Traceback" not in logged
    for line in logged.splitlines():
        assert json.loads(line)["event"]
