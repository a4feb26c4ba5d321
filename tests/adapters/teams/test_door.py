"""Nothing comes through that the Bot Connector has not sent us from our tenant, and nobody is called because of it."""

import asyncio
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters import bodies
from adapters.reading import MalformedError
from adapters.teams.invoke import InvokeAnswer
from bot.errors import AnswerLost, DatabaseError, Impossible, PlatformError, Throttled, Unreachable
from tests.adapters.teams.door import Door, Json, door, hello
from tests.doubles.teams_bad import bad_requests

CANARY = "canary"


async def test_what_teams_sends_comes_through(at_door: Door) -> None:
    """As it came, whole, and is answered 200 without a word."""
    activity = hello(at_door)
    (answer,) = await at_door.service.deliver(activity)
    assert (answer.status, answer.body) == (200, "")
    assert at_door.heard == [activity]


async def test_what_teams_never_sent_is_refused(at_door: Door) -> None:
    """Whatever it is, it is refused as what it is, nobody hears of it, and no stranger is called."""
    bad = bad_requests(at_door.service, at_door.events, at_door.stranger.address)
    assert len(bad) > 100
    assert len({each.what for each in bad}) == len(bad)
    with capture_logs() as logged:
        for each in bad:
            answer = await at_door.service.post(each.body, each.headers)
            assert answer.status in each.expect, (each.what, answer)
            assert CANARY not in str(answer.body)
    assert at_door.heard == []
    assert at_door.stranger.called == []
    assert CANARY not in str(logged)
    (answer,) = await at_door.service.deliver(hello(at_door))
    assert answer.ok


async def test_the_reason_of_a_refusal_is_named_in_the_log_without_the_token(at_door: Door) -> None:
    token = at_door.service.token(at_door.events.service_url, exp=1, nbf=0)
    with capture_logs() as logged:
        await at_door.service.post(json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {token}"})
    (line,) = logged
    assert (line["event"], line["status"], line["reason"]) == ("teams_request_refused", 401, "ExpiredSignatureError")
    assert token not in str(line)


async def test_a_token_is_asked_for_once_it_is_refused(at_door: Door) -> None:
    answer = await at_door.service.post(json.dumps(hello(at_door)).encode())
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_two_authorizations_are_none(at_door: Door) -> None:
    token = at_door.service.token(at_door.events.service_url)
    async with aiohttp.ClientSession() as http:
        headers = [("Authorization", f"Bearer {token}")] * 2 + [("Content-Type", "application/json")]
        body = json.dumps(hello(at_door)).encode()
        async with http.post(at_door.service.url, data=body, headers=headers) as response:
            assert response.status == 401


async def test_a_token_does_not_serve_for_another_address(at_door: Door) -> None:
    """One that leaked makes us call nobody but the address that it is for, and that is on the list."""
    token = at_door.service.token(at_door.events.service_url)
    for url, status in (
        (at_door.events.service_url, 200),
        ("https://smba.trafficmanager.net/emea/", 401),
        (at_door.stranger.address, 403),
    ):
        body = json.dumps(hello(at_door, serviceUrl=url)).encode()
        answer = await at_door.service.post(body, {"Authorization": f"Bearer {token}"})
        assert answer.status == status, url
    assert len(at_door.heard) == 1


@pytest.mark.parametrize("type_", ["typing", "event", "endOfConversation", "handoff", "trace", "suggestion", "agentX"])
async def test_what_we_do_not_know_is_taken_all_the_same(at_door: Door, type_: str) -> None:
    """Teams has stopped delivering to bots that answered 500."""
    user, place = at_door.world.users[0], at_door.world.personal(at_door.world.users[0])
    more = {"value": {"new": [None, 1]}, "entities": [{"type": "QuotedReply", "of": [1]}], "isNew": {"a": None}}
    (answer,) = await at_door.service.deliver(at_door.events.unheard_of(user, place, type_) | more)
    assert answer.status == 200


async def test_who_sends_it_may_be_missing_where_nobody_does(at_door: Door) -> None:
    user, place = at_door.world.users[0], at_door.world.personal(at_door.world.users[0])
    event = at_door.events.unheard_of(user, place, "event")
    del event["from"]
    assert (await at_door.service.deliver(event | {"recipient": None, "id": None}))[0].status == 200


async def test_every_kind_of_activity_reaches_us(at_door: Door) -> None:
    """The SDK has a way of its own for each; all lead to the same place."""
    user, place = at_door.world.users[0], at_door.world.teams[0].channels[1]
    others = ["conversationUpdate", "installationUpdate", "messageReaction", "event", "typing", "endOfConversation"]
    kinds = ["message", "messageUpdate", "messageDelete", "invoke", *others, "command"]
    for kind in kinds:
        (answer,) = await at_door.service.deliver(at_door.events.unheard_of(user, place, kind, name="x/y"))
        assert answer.ok, kind
    assert [each["type"] for each in at_door.heard] == kinds


async def test_an_invoke_is_answered_with_what_is_shown(at_door: Door) -> None:
    body = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done ✓"}

    async def answer(_: Json) -> InvokeAnswer:
        return InvokeAnswer(status=202, body=body)

    at_door.answer = answer
    user, place = at_door.world.users[0], at_door.world.teams[0].channels[1]
    (answered,) = await at_door.service.deliver(at_door.events.press(user, place, "1", "second"))
    assert (answered.status, answered.body) == (202, body)


async def test_an_invoke_that_nobody_answers_is_taken(at_door: Door) -> None:
    """The SDK would say 501."""
    user, place = at_door.world.users[0], at_door.world.teams[0].channels[1]
    (answer,) = await at_door.service.deliver(at_door.events.invoke(user, place, "config/fetch", {}))
    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize(
    ("error", "message", "invoke"),
    [
        (DatabaseError("locked"), 503, 503),
        (Throttled("later", retry_after_s=3), 503, 503),
        (Unreachable("gone"), 503, 503),
        (AnswerLost("perhaps"), 200, 503),
        (Impossible("never"), 200, 503),
        (MalformedError("KeyError"), 400, 400),
        (KeyError(CANARY), 200, 503),
    ],
)
async def test_what_we_fail_at_comes_again_only_where_that_may_help(
    at_door: Door, error: Exception, message: int, invoke: int
) -> None:
    """And is never answered 500. What is answered 200 is counted all the same."""

    async def fail(_: Json) -> None:
        raise error

    at_door.answer = fail
    user, place = at_door.world.users[0], at_door.world.teams[0].channels[1]
    with capture_logs() as logged:
        (first,) = await at_door.service.deliver(hello(at_door))
        (second,) = await at_door.service.deliver(at_door.events.press(user, place, "1", "second"))
    assert (first.status, second.status) == (message, invoke)
    assert at_door.failures == (message == 200)
    assert len(logged) == 2
    assert isinstance(error, PlatformError | DatabaseError | MalformedError) or logged[0]["log_level"] == "error"


async def test_an_invoke_that_takes_long_is_answered_in_time_and_goes_on() -> None:
    """When it comes again, what it asked for is done."""
    go_on, done = asyncio.Event(), asyncio.Event()

    async def slow(_: Json) -> InvokeAnswer:
        await go_on.wait()
        done.set()
        return InvokeAnswer(body={"done": True})

    async with door(invoke_s=0.05) as at:
        at.answer = slow
        user, place = at.world.users[0], at.world.teams[0].channels[1]
        press = at.events.press(user, place, "1", "second")
        assert (await at.service.deliver(press))[0].status == 503
        assert not done.is_set()
        go_on.set()
        await asyncio.wait_for(done.wait(), 5)
        assert (await at.service.deliver(press))[0].body == {"done": True}


async def test_what_is_under_way_is_finished_before_the_end() -> None:
    finished: list[str] = []

    async def slow(activity: Json) -> None:
        await asyncio.sleep(0.3 if activity["name"] == "short" else 60)
        finished.append(activity["name"])

    async with door(invoke_s=0.05, finish_s=0.6) as at:
        at.answer = slow
        user, place = at.world.users[0], at.world.teams[0].channels[1]
        await asyncio.gather(*(at.service.deliver(at.events.invoke(user, place, name, {})) for name in ("short", "x")))
    assert finished == ["short"]


@pytest.mark.parametrize("with_length", [True, False])
async def test_ten_megabytes_are_not_read(at_door: Door, with_length: bool) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    async with aiohttp.ClientSession() as http:
        try:
            sent = io.BytesIO(b"x" * 10_000_000) if with_length else body()
            async with http.post(at_door.service.url, data=sent) as response:
                assert response.status == 413
        except aiohttp.ClientOSError:
            pass  # the line was cut while we were still sending
    assert (await at_door.service.deliver(hello(at_door)))[0].ok


async def test_almost_too_much_is_read_in_several_pieces(at_door: Door) -> None:
    activity = hello(at_door)
    fill = "x" * (bodies.BODY_MOST - len(json.dumps(activity | {"summary": ""}).encode()))
    (answer,) = await at_door.service.deliver(activity | {"summary": fill})
    assert answer.ok
    (answer,) = await at_door.service.deliver(activity | {"summary": fill + "x"})
    assert answer.status == 413


# In development


async def test_in_development_whoever_reaches_this_machine_is_believed() -> None:
    async with door(dev=True) as at:
        at.events.service_url = f"{at.stranger.address}/_connector"
        answer = await at.service.post(json.dumps(hello(at)).encode())
        assert answer.status == 200
        assert len(at.heard) == 1


async def test_in_development_no_other_machine_is_called_and_no_other_name_is_answered() -> None:
    """Neither by what an activity says, nor through a tunnel or a page that gives this machine a name of its own."""
    async with door(dev=True) as at:
        for url in ("https://smba.trafficmanager.net/amer/", "http://192.168.1.2/", "http://localhost.canary.example/"):
            assert (await at.service.post(json.dumps(hello(at, serviceUrl=url)).encode())).status == 403
        at.events.service_url = at.stranger.address
        for host in ("kudos.canary.example", "127.0.0.1.canary.example:3978", "[::1", ""):
            answer = await at.service.post(json.dumps(hello(at)).encode(), {"Host": host})
            assert answer.status in (400, 403), host
        assert at.heard == []


async def test_in_development_tenants_may_be_listed_too() -> None:
    async with door(dev=True, tenants=frozenset({"another"})) as at:
        at.events.service_url = at.stranger.address
        assert (await at.service.post(json.dumps(hello(at)).encode())).status == 403
