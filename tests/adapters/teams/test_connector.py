"""Whatever the Bot Connector does with a call, we know what became of it, and no post is made twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.teams.connector import Connector
from adapters.teams.references import Reference
from bot.errors import (
    AnswerLost,
    Impossible,
    NotAMember,
    PlatformError,
    SwitchedOff,
    Throttled,
    Unreachable,
)
from tests.adapters.teams.station import Station
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_world import world

SEND = "POST *activities"
HELLO = {"type": "message", "text": "hello"}


@pytest.fixture
async def thanks(station: Station) -> Reference:
    return await station.heard(station.channel("Thanks"))


# What arrives


async def test_a_message_stands_in_its_channel_until_it_is_replaced_and_taken_away(
    station: Station, thanks: Reference
) -> None:
    id_ = await station.connector.send(thanks, HELLO)
    await station.connector.update(thanks, id_, {"type": "message", "text": "hello again"})
    (message,) = station.teams.standing(thanks.place)
    assert (message.id, message.activity["text"], message.edits) == (id_, "hello again", 1)
    await station.connector.delete(thanks, id_)
    assert station.teams.standing(thanks.place) == []


async def test_a_reply_stands_in_its_thread(station: Station, thanks: Reference) -> None:
    conversation, first = await station.connector.create_thread(thanks, HELLO)
    assert conversation == f"{thanks.place};messageid={first}"
    await station.connector.send(thanks, HELLO | {"text": "below"}, thread=first)
    assert [each.thread for each in station.teams.standing(thanks.place)] == ["", first]


async def test_a_targeted_message_is_for_one_alone(station: Station, thanks: Reference) -> None:
    """Its recipient is named when it is sent, and not when it is replaced."""
    bob = station.user("Bob").mri
    id_ = await station.connector.send(thanks, HELLO, only_for=bob)
    await station.connector.update(thanks, id_, HELLO | {"text": "for you"}, targeted=True)
    (message,) = station.teams.standing(thanks.place)
    assert (message.only_for, message.activity["text"]) == (bob, "for you")
    await station.connector.delete(thanks, id_, targeted=True)
    assert station.teams.standing(thanks.place) == []


async def test_a_personal_conversation_is_the_same_however_often_it_is_opened(
    station: Station, thanks: Reference
) -> None:
    bob = station.user("Bob")
    opened = {await station.connector.create_direct(thanks, each) for each in (bob.object_id, bob.mri)}
    assert opened == {station.direct("Bob")}


async def test_a_team_is_known_by_its_channels_and_its_people(station: Station, thanks: Reference) -> None:
    team = await station.connector.team(thanks)
    assert (team["id"], team["name"]) == (station.team.id, "Response North")
    listed = await station.connector.channels(thanks)
    assert [each["name"] for each in listed] == [None, "Thanks", "Sergeants", "With the council"]
    pages = [page async for page in station.connector.members(thanks)]
    assert [[each["name"] for each in page] for page in pages] == [[each.name for each in station.team.members]]
    carol = await station.connector.member(thanks, station.user("Carol").object_id)
    assert carol
    assert carol["id"] == station.user("Carol").mri
    assert await station.connector.member(thanks, "29:nobody") is None


async def test_a_large_team_comes_page_by_page(station: Station, thanks: Reference) -> None:
    """A token is quoted as it came, whatever signs it holds."""
    station.team.members += [station.teams.world.add_user(f"Officer {number}") for number in range(1100)]
    pages = [page async for page in station.connector.members(thanks)]
    assert [len(page) for page in pages] == [500, 500, 105]
    assert len({each["id"] for page in pages for each in page}) == 1105


# What does not


@pytest.mark.parametrize("status", [412, 503])
async def test_a_post_that_was_refused_for_the_moment_is_made_again(
    station: Station, thanks: Reference, status: int
) -> None:
    fault = station.teams.fault(SEND, status=status, times=2)
    await station.connector.send(thanks, HELLO)
    assert fault.used == 2
    assert len(station.teams.standing(thanks.place)) == 1


async def test_a_502_of_the_connector_itself_is_a_refusal(station: Station, thanks: Reference) -> None:
    """It says that what it depends on failed, and that it may be tried again."""
    station.teams.fault(SEND, status=502, code="ServiceError")
    await station.connector.send(thanks, HELLO)
    assert len(station.teams.standing(thanks.place)) == 1


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(
    "what",
    [
        {"status": 502},
        {"status": 504},
        {"status": 504, "code": "ServiceError"},
        {"status": 500, "code": "ServiceError"},
        {"drop": True},
    ],
    ids=str,
)
async def test_a_post_of_which_nobody_knows_is_not_made_again(
    station: Station, thanks: Reference, what: dict[str, Any], done: bool
) -> None:
    """A proxy's word, a time-out on the way or a broken connection: it may stand there."""
    station.teams.fault(SEND, done=done, **what)
    with pytest.raises(AnswerLost):
        await station.connector.send(thanks, HELLO)
    assert len(station.teams.called(SEND)) == 1
    assert len(station.teams.standing(thanks.place)) == int(done)


async def test_an_answer_without_an_id_is_as_good_as_none(station: Station, thanks: Reference) -> None:
    station.teams.fault(SEND, status=201, done=True)
    with pytest.raises(AnswerLost):
        await station.connector.send(thanks, HELLO)


@pytest.mark.parametrize("what", [{"status": 502}, {"status": 503}, {"status": 504}, {"status": 412}, {"drop": True}])
async def test_what_may_be_done_twice_is_tried_again(station: Station, thanks: Reference, what: dict[str, Any]) -> None:
    """To replace a message, to open a personal conversation, to look."""
    id_ = await station.connector.send(thanks, HELLO)
    for call in ("PUT *", "POST conversations", "GET *channels", "GET *members*", "GET teams/*"):
        station.teams.fault(call, done=True, **what)
    await station.connector.update(thanks, id_, HELLO | {"text": "later"})
    await station.connector.create_direct(thanks, station.user("Bob").mri)
    assert await station.connector.channels(thanks)
    assert [page async for page in station.connector.members(thanks)]
    assert station.teams.standing(thanks.place)[0].activity["text"] == "later"


async def test_tries_end(station: Station, thanks: Reference) -> None:
    station.teams.fault(SEND, status=412, times=None)
    with pytest.raises(Unreachable):
        await station.connector.send(thanks, HELLO)
    assert len(station.teams.called(SEND)) == 3


async def test_a_bot_connector_that_is_down_has_taken_nothing(station: Station, thanks: Reference) -> None:
    await station.connector.send(thanks, HELLO)  # we have a token
    await station.teams.stop()
    with pytest.raises(Unreachable):
        await station.connector.send(thanks, HELLO)


async def test_a_redirect_is_not_followed(station: Station, thanks: Reference) -> None:
    """Our token is for nobody else."""
    async with TeamsConnector(world(), dev=True) as other:
        for status in (301, 302, 307, 308):
            station.teams.fault(SEND, status=status, location=f"{other.url}v3/conversations/x/activities")
            with pytest.raises(Unreachable):
                await station.connector.send(thanks, HELLO)
        assert other.calls == []


# When Teams wants us to wait


async def test_a_short_wait_is_waited_for(station: Station, thanks: Reference) -> None:
    station.teams.fault(SEND, status=429, code="Throttled", retry_after="0.2")
    await station.connector.send(thanks, HELLO)
    assert [call.status for call in station.teams.called(SEND)] == [429, 201]


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("7", 7, 7), ("Wed, 21 Oct 2099 07:28:00 GMT", 3600, 3600), ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 1)],
)
async def test_a_long_wait_is_the_outboxs(
    station: Station, thanks: Reference, header: str, least: float, most: float
) -> None:
    """As seconds or as a date. Until then that conversation is left alone, and no other."""
    station.teams.fault(SEND, status=429, code="Throttled", retry_after=header, times=3)
    with pytest.raises(Throttled) as error:
        await station.connector.send(thanks, HELLO)
    assert least <= error.value.retry_after_s <= most
    if least:
        with pytest.raises(Throttled):
            await station.connector.send(thanks, HELLO)
        assert len(station.teams.called(SEND)) == 1
        station.teams.faults.clear()
        await station.connector.send(await station.heard(station.night_shift), HELLO)


@pytest.mark.parametrize("header", ["soon", "nan", "", None])
async def test_a_wait_that_nobody_names_is_a_random_part_of_some_seconds(
    station: Station, thanks: Reference, header: str | None
) -> None:
    station.teams.fault(SEND, status=429, retry_after=header, times=3)
    with pytest.raises(Throttled) as error:
        await station.connector.send(thanks, HELLO)
    assert 2 <= error.value.retry_after_s <= 5


async def test_who_is_patient_waits_for_the_next_page(station: Station, thanks: Reference) -> None:
    station.teams.fault("GET *pagedMembers", status=429, retry_after="0.5")  # longer than the connector is patient
    with pytest.raises(Throttled):
        [page async for page in station.connector.members(thanks)]
    assert [page async for page in station.connector.members(thanks, patient=True)]


async def test_many_at_once_are_not_too_fast_for_teams(station: Station, thanks: Reference) -> None:
    """What would have to wait for long is put off: the double, which counts, refuses nothing."""
    messages = [station.connector.send(thanks, HELLO | {"text": f"hello {number}"}) for number in range(12)]
    outcomes = await asyncio.gather(*messages, return_exceptions=True)
    sent = [each for each in outcomes if isinstance(each, str)]
    assert len(sent) == len(station.teams.standing(thanks.place)) >= 4
    assert all(isinstance(each, str | Throttled) for each in outcomes)
    assert {call.status for call in station.teams.called(SEND)} == {201}


# Refusals


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("uninstalled", NotAMember),
        ("disabled", SwitchedOff),
        ("gone", Impossible),
        ({"status": 403}, NotAMember),
        ({"status": 404}, Impossible),
        ({"status": 403, "code": "InvalidBotApiHost"}, Unreachable),
        ({"status": 405}, Impossible),
    ],
    ids=str,
)
async def test_a_refusal_says_what_to_do(
    station: Station, thanks: Reference, what: str | dict[str, Any], error: type[PlatformError]
) -> None:
    station.team.installed = what != "uninstalled"
    station.teams.disabled = what == "disabled"
    station.teams.gone |= {thanks.place} if what == "gone" else set()
    if isinstance(what, dict):
        station.teams.fault(SEND, **what)
    with pytest.raises(error):
        await station.connector.send(thanks, HELLO)
    assert len(station.teams.called(SEND)) == 1


async def test_who_blocks_the_bot_is_not_written_to(station: Station) -> None:
    """Its code stands in a text within the answer."""
    chat = station.teams.world.personal(station.user("Bob"))
    station.teams.blocked.add(chat.id)
    with pytest.raises(NotAMember, match="MessageWritesBlocked"):
        await station.connector.send(await station.heard(chat), HELLO)


# Tokens and addresses


async def test_ten_callers_whose_token_has_ended_renew_it_once(station: Station) -> None:
    chats = [await station.heard(station.teams.world.personal(each)) for each in station.teams.world.users] * 2
    await station.connector.send(chats[0], HELLO)
    station.teams.login.expire()
    await asyncio.gather(
        *(station.connector.send(each, HELLO | {"text": f"{number}"}) for number, each in enumerate(chats))
    )
    assert len(station.teams.login.given) == 2
    assert len(station.teams.posted) == 11


async def test_a_token_that_is_refused_again_is_the_operators_business(station: Station, thanks: Reference) -> None:
    station.teams.fault(SEND, status=401, code="BotNotRegistered", times=None)
    with pytest.raises(SwitchedOff):
        await station.connector.send(thanks, HELLO)
    assert len(station.teams.called(SEND)) == 2


async def test_an_address_that_is_not_allowed_is_never_called(station: Station) -> None:
    """Whoever put it into the database: no post, no look and no token gets there."""
    async with TeamsConnector(world(), dev=True) as attacker:
        where = await station.heard(station.channel("Thanks"), service_url=attacker.url)
        calls = (
            station.connector.send(where, HELLO),
            station.connector.update(where, "1", HELLO),
            station.connector.delete(where, "1"),
            station.connector.create_direct(where, station.user("Bob").mri),
            station.connector.create_thread(where, HELLO),
            station.connector.member(where, station.user("Bob").mri),
            station.connector.channels(where),
            station.connector.team(where),
            anext(station.connector.members(where)),
        )
        for call in calls:
            with pytest.raises(Unreachable):
                await call
        assert attacker.calls == []
    assert station.teams.calls == []


@pytest.fixture
async def bare(station: Station) -> AsyncIterator[Connector]:
    connector = Connector(None, lambda _: True, app_id="")
    yield connector
    await connector.close()


async def test_in_development_nobody_asks_for_a_token(station: Station, thanks: Reference, bare: Connector) -> None:
    station.teams.dev = True
    await bare.send(thanks, HELLO)
    assert [call.token for call in station.teams.called(SEND)] == [""]
    assert station.teams.login.given == []


async def test_without_a_token_there_is_none_to_renew(station: Station, thanks: Reference, bare: Connector) -> None:
    with pytest.raises(SwitchedOff):
        await bare.send(thanks, HELLO)
    assert len(station.teams.called(SEND)) == 1
