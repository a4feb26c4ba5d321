"""The Bot Connector's keys: new ones are known soon, an outage of theirs is none of ours, and nobody waits in vain."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from adapters.teams.tokens import REMEMBERED_MOST
from tests.adapters.teams.door import Door, Json, door, hello
from tests.adapters.town import comes_true


@pytest.fixture
async def impatient() -> AsyncIterator[Door]:
    """A door that does not wait for keys for long."""
    async with door(keys_s=0.2) as opened:
        yield opened


async def test_keys_are_fetched_once_for_many(at_door: Door) -> None:
    answers = await asyncio.gather(*(at_door.service.deliver(hello(at_door)) for _ in range(20)))
    assert all(answer.ok for (answer,) in answers)
    assert len(at_door.service.fetched) == 2  # the metadata, and the keys


async def test_the_address_may_be_that_of_the_keys_themselves(at_door: Door) -> None:
    async with door(openid=at_door.service.keys_url) as at:
        at.service.rotate(at_door.service.signing)
        assert (await at.service.deliver(hello(at)))[0].ok
    assert at_door.service.fetched == ["/v1/.well-known/keys"]


async def test_a_new_key_is_known_when_it_is_used(at_door: Door) -> None:
    """Five minutes after the latest look at the most, and the old one goes on until it is withdrawn."""
    old = at_door.service.token(at_door.events.service_url)
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    at_door.service.rotate("key-2")
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 401
    at_door.clock.at += 301
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    body = json.dumps(hello(at_door)).encode()
    assert (await at_door.service.post(body, {"Authorization": f"Bearer {old}"})).ok


async def test_a_key_that_was_withdrawn_is_good_no_longer(at_door: Door) -> None:
    """Also for a token that we have seen."""
    old = at_door.service.token(at_door.events.service_url)
    body, shown = json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {old}"}
    assert (await at_door.service.post(body, shown)).ok
    at_door.service.rotate("key-2", keep=False)
    at_door.clock.at += 301
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    assert (await at_door.service.post(body, shown)).status == 401


async def test_another_key_of_the_same_name_is_another_key(at_door: Door) -> None:
    """Also for a token that we have seen."""
    old = at_door.service.token(at_door.events.service_url)
    body, shown = json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {old}"}
    assert (await at_door.service.post(body, shown)).ok
    at_door.service.publish(at_door.service.signing, of="key-2")
    await at_door.keys.refresh()
    assert (await at_door.service.post(body, shown)).status == 401


async def test_keys_that_nobody_knows_do_not_make_us_ask_again_and_again(at_door: Door) -> None:
    """Anybody can name one."""
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    at_door.clock.at += 301
    for n in range(20):
        at_door.clock.at += 10
        token = at_door.service.token(at_door.events.service_url, header={"kid": f"key-of-nobody-{n}"})
        answer = await at_door.service.post(json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {token}"})
        assert answer.status == 401
    assert len(at_door.service.fetched) == 4


async def test_keys_a_day_old_are_fetched_anew_while_they_serve(at_door: Door) -> None:
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    at_door.service.delay_s = 0.2
    at_door.clock.at += 24 * 3600 + 1
    before = len(at_door.service.fetched)
    assert (await at_door.service.deliver(hello(at_door)))[0].ok  # without waiting for them
    await at_door.keys.refresh()
    assert len(at_door.service.fetched) == before + 2


@pytest.mark.parametrize("outage", ["down", "moved", "silent", "no JSON", "a list", "no keys", "too much"])
async def test_an_outage_of_the_keys_changes_nothing_for_those_we_have(impatient: Door, outage: str) -> None:
    """What is signed with a key that we don't know is to come again: it may be right."""
    assert (await impatient.service.deliver(hello(impatient)))[0].ok
    known = impatient.service.signing
    impatient.service.rotate("key-2")
    match outage:
        case "down":
            impatient.service.status = 503
        case "moved":
            impatient.service.status = 302
        case "silent":
            impatient.service.delay_s = 1.0
        case "no JSON":
            impatient.service.instead = b"<html>"
        case "a list":
            impatient.service.instead = b"[]"
        case "no keys":
            impatient.service.instead = b'{"keys": []}'
        case _:
            impatient.service.instead = b" " * 2_000_000
    impatient.clock.at += 24 * 3600 + 1
    answer = (await impatient.service.deliver(hello(impatient)))[0]
    assert (answer.status, answer.body) == (503, "try again later")
    impatient.service.signing = known
    assert (await impatient.service.deliver(hello(impatient)))[0].ok


async def test_without_any_key_activities_are_to_come_again(at_door: Door) -> None:
    at_door.service.status = 503
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 503
    asked = len(at_door.service.fetched)
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 503
    assert len(at_door.service.fetched) == asked  # not at once again
    at_door.service.status = 200
    at_door.clock.at += 1.1
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    assert len(at_door.heard) == 1


async def test_that_there_is_no_key_is_told_until_there_is_one(at_door: Door) -> None:
    """Also where nobody comes who would show one, as to a worker."""
    at_door.service.status = 503
    await at_door.keys.refresh()
    looking = asyncio.create_task(at_door.teams.look(every_s=0.02))
    await asyncio.sleep(0.1)
    assert at_door.teams.trouble == "Microsoft's keys can't be fetched (UnusableError)"
    at_door.service.status = 200
    await comes_true(lambda: not at_door.teams.trouble)
    fetched = len(at_door.service.fetched)
    await asyncio.sleep(0.1)
    looking.cancel()
    assert len(at_door.service.fetched) == fetched, "where there is no trouble nothing is fetched"


async def test_that_a_new_key_cannot_be_had_is_told(at_door: Door) -> None:
    """Those that we have are no help to whoever shows a newer one."""
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    at_door.service.rotate("key-2")
    at_door.service.status = 503
    at_door.clock.at += 301
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 503
    assert at_door.teams.trouble == "Microsoft's keys can't be fetched (UnusableError)"
    at_door.service.status = 200
    await at_door.keys.look()
    assert at_door.teams.trouble == ""
    assert (await at_door.service.deliver(hello(at_door)))[0].ok


async def test_metadata_that_lead_to_a_stranger_are_not_followed(at_door: Door) -> None:
    at_door.service.metadata = {"jwks_uri": f"{at_door.stranger.address}/v1/.well-known/keys"}
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 503
    assert at_door.stranger.called == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"jwks_uri": "http://127.0.0.1:9/keys"},
        {"jwks_uri": "http://keys.canary.example/keys"},
        {"jwks_uri": "http://127.0.0.1:port/keys"},
        {"jwks_uri": None},
        {"jwks_uri": ["x"]},
        {"issuer": ""},
        {"issuer": ["https://api.botframework.com"]},
    ],
)
async def test_metadata_that_lead_elsewhere_are_not_followed(at_door: Door, metadata: Json) -> None:
    at_door.service.metadata = metadata
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 503
    assert at_door.service.fetched == ["/v1/.well-known/openidconfiguration"] or "issuer" in metadata


async def test_another_cloud_has_another_issuer(at_door: Door) -> None:
    """As its metadata say; the public cloud's is then no good."""
    at_door.service.issuer = "https://api.botframework.us"
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    at_door.service.issuer = "https://api.botframework.com"
    assert (await at_door.service.deliver(hello(at_door)))[0].status == 401


async def test_a_key_speaks_only_for_the_channels_that_it_is_endorsed_for(at_door: Door) -> None:
    """One that is endorsed for nothing in particular speaks for all."""
    at_door.service.publish("web", endorsements=["webchat"])
    at_door.service.publish("any", endorsements=[])
    for name, status in (("web", 401), ("any", 200), ("key-1", 200)):
        at_door.service.signing = name
        assert (await at_door.service.deliver(hello(at_door)))[0].status == status


async def test_keys_that_are_none_do_not_spoil_the_others(at_door: Door) -> None:
    at_door.service.publish("small", bits=1024)
    at_door.service.publish("encrypts", use="enc")
    at_door.service.publish("another kind", kty="oct", k="Y2FuYXJ5")
    at_door.service.publish("broken", n=["canary"])
    at_door.service.publish("of a list", endorsements=[], kid=["of a list"])
    at_door.service.published |= {"endorsed oddly": {**at_door.service.published["key-1"], "endorsements": "x"}}
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    for name in ("encrypts", "another kind", "broken", "of a list", "endorsed oddly"):
        at_door.service.signing = name
        assert (await at_door.service.deliver(hello(at_door)))[0].status == 401, name


async def test_a_slow_key_server_keeps_nobody_else_waiting(at_door: Door) -> None:
    """The loop turns on while a key is waited for, and others are answered. The SDK would stand still."""
    assert (await at_door.service.deliver(hello(at_door)))[0].ok
    known = at_door.service.signing
    at_door.service.rotate("key-2")
    at_door.service.delay_s = 0.4
    at_door.clock.at += 301
    turns: list[float] = []

    async def turning() -> None:
        while True:
            turns.append(time.perf_counter())
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(turning())
    waiting = asyncio.create_task(at_door.service.deliver(hello(at_door)))
    await asyncio.sleep(0.1)
    at_door.service.signing = known
    (other,) = await at_door.service.deliver(hello(at_door))
    assert other.ok
    assert not waiting.done()
    (late,) = await waiting
    watching.cancel()
    assert late.ok
    assert max(after - before for before, after in pairwise(turns)) < 0.3  # the key server alone takes 0.8 s


async def test_who_closes_while_keys_are_fetched_does_not_wait_for_them() -> None:
    async with door() as at:
        at.service.delay_s = 30
        at.keys.refresh()
        await asyncio.sleep(0.05)
    assert len(at.service.fetched) == 1


async def test_tokens_are_checked_however_many_there_are(at_door: Door) -> None:
    """Of those that were good some are remembered, and none of them for longer than it is good."""
    now = int(time.time())
    soon = at_door.service.token(at_door.events.service_url, exp=now - 300 + 2)  # clocks may differ by five minutes
    body, shown = json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {soon}"}
    assert (await at_door.service.post(body, shown)).ok
    for n in range(REMEMBERED_MOST + 5):
        token = at_door.service.token(at_door.events.service_url, nbf=now - n)
        answer = await at_door.service.post(json.dumps(hello(at_door)).encode(), {"Authorization": f"Bearer {token}"})
        assert answer.ok
    await asyncio.sleep(max(0.0, now + 2.1 - time.time()))
    assert (await at_door.service.post(body, shown)).status == 401
