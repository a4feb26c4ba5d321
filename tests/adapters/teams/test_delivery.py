"""What the outbox wants in Teams stands there once, or is known not to be certain; people and places are looked up."""

import asyncio
import json
from dataclasses import replace

import pytest

from adapters.teams.delivery import TeamsLookup
from bot import posts
from bot.cards import Bar, Bullets, Card, Chart, Line, Mention
from bot.errors import CannotLook, Impossible, SwitchedOff, Unreachable
from bot.model import Message, Person, PlaceKind, Visibility
from tests.adapters.teams.station import PATIENCE_S, Station
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_world import world

SEND = "POST *activities"


@pytest.fixture
async def given(station: Station) -> Station:
    """Alice has thanked Bob in Thanks; nothing is delivered yet."""
    await station.learn()
    await station.give()
    return station


# What the outbox wants


async def test_a_card_and_a_word_of_thanks_arrive(given: Station) -> None:
    """The card calls nobody whom Teams does not know, and its giver gets to see more on it."""
    await given.deliver()
    (card,) = given.teams.standing(given.channel("Thanks").id)
    assert card.card["refresh"]["userIds"] == [given.user("Alice").mri]
    (thanks,) = given.teams.standing(given.direct("Bob"))
    assert "refresh" not in thanks.card
    row = await given.row(posts.CARD)
    assert (row.state, row.message) == ("done", Message(place=given.channel("Thanks").id, id=card.id))
    assert set((await given.states()).values()) == {"done"}


async def test_what_changes_is_mended_where_it_stands(given: Station) -> None:
    await given.deliver()
    row = await given.row(posts.CARD)
    await given.app.store.write(posts.changed(given.workspace, row.fact, given.clock()))
    await given.deliver()
    (card,) = given.teams.standing(given.channel("Thanks").id)
    assert card.edits == 1


async def test_a_card_that_somebody_has_deleted_is_not_mended(given: Station) -> None:
    await given.deliver()
    given.teams.standing(given.channel("Thanks").id)[0].deleted = True
    row = await given.row(posts.CARD)
    await given.app.store.write(posts.changed(given.workspace, row.fact, given.clock()))
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "done"
    assert given.teams.standing(given.channel("Thanks").id) == []


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("what", [{"drop": True}, {"status": 504}, {"status": 502}], ids=str)
async def test_a_lost_answer_ends_as_unknown(given: Station, what: dict[str, object], done: bool) -> None:
    """Nobody can look, so it is never posted again, whatever becomes of the kudos."""
    given.teams.fault(SEND, done=done, **what)
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "lost"
    for _ in range(3):
        await given.deliver(after_s=600)
    assert (await given.row(posts.CARD)).state == "unknown"
    assert len(given.teams.standing(given.channel("Thanks").id)) == int(done)
    assert (await given.row(posts.THANKS)).state == "done"


@pytest.mark.parametrize("what", [{"status": 412}, {"status": 503}, {"status": 502, "code": "ServiceError"}], ids=str)
async def test_what_was_refused_for_now_arrives_later(given: Station, what: dict[str, object]) -> None:
    given.teams.fault(SEND, times=4, **what)
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "due"
    await given.deliver(after_s=600)
    assert (await given.row(posts.CARD)).state == "done"
    assert len(given.teams.standing(given.channel("Thanks").id)) == 1


async def test_a_place_is_left_alone_as_long_as_teams_says(given: Station) -> None:
    given.teams.fault(SEND, status=429, retry_after=str(PATIENCE_S + 0.1))
    await given.deliver()
    row = await given.row(posts.CARD)
    assert row.state == "due"
    assert (row.due_at - given.clock()).total_seconds() == pytest.approx(PATIENCE_S + 0.1)
    await asyncio.sleep(PATIENCE_S + 0.1)
    await given.deliver(after_s=1)
    assert (await given.row(posts.CARD)).state == "done"


async def test_while_teams_is_down_nothing_is_lost(given: Station) -> None:
    await given.teams.stop()
    await given.deliver()
    assert {row["state"] for row in (await given.rows()).values()} == {"due"}


async def test_a_team_that_removes_us_waits_for_us(given: Station) -> None:
    """The card is due again when we are added."""
    given.team.installed = False
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "waiting"
    given.team.installed = True
    await given.learn()
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "done"


async def test_a_place_that_nothing_came_from_waits(given: Station) -> None:
    await given.references.drop(given.workspace, [given.channel("Thanks").id])
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "waiting"
    assert given.teams.standing(given.channel("Thanks").id) == []


@pytest.mark.parametrize("how", ["blocked", "uninstalled"])
async def test_who_does_not_want_us_is_not_written_to(given: Station, how: str) -> None:
    chat = given.teams.world.personal(given.user("Bob"))
    chat.installed = how != "uninstalled"
    given.teams.blocked |= {chat.id} if how == "blocked" else set()
    await given.deliver()
    row = await given.row(posts.THANKS)
    assert (row.state, row.error) == ("parked", "not_installed")


async def test_a_channel_that_is_gone_is_parked(given: Station) -> None:
    given.teams.gone.add(given.channel("Thanks").id)
    await given.deliver()
    row = await given.row(posts.CARD)
    assert (row.state, row.error) == ("parked", "channel_not_found")


async def test_where_the_administrator_switched_us_off_it_waits(given: Station) -> None:
    given.teams.disabled = True
    for _ in range(3):
        await given.deliver(after_s=61)
    row = await given.row(posts.CARD)
    assert (row.state, row.tries) == ("due", 0)
    given.teams.disabled = False
    await given.deliver(after_s=61)
    assert (await given.row(posts.CARD)).state == "done"


async def test_an_attackers_address_in_the_database_is_never_called(given: Station) -> None:
    async with TeamsConnector(world(), dev=True) as attacker:
        for place in (given.channel("Thanks"), given.teams.world.personal(given.user("Bob"))):
            await given.heard(place, service_url=attacker.url)
        for _ in range(3):
            await given.deliver(after_s=600)
        assert attacker.calls == []
    assert (await given.row(posts.CARD)).state == "due"
    await given.heard(given.channel("Thanks"))
    await given.deliver(after_s=600)
    assert (await given.row(posts.CARD)).state == "done"


async def test_a_second_word_of_thanks_goes_to_the_conversation_that_is_open(given: Station) -> None:
    await given.deliver()
    await given.give("Carol")
    await given.deliver(after_s=60)
    assert len(given.teams.standing(given.direct("Bob"))) == 2
    assert len(given.teams.called("POST conversations")) == 1


async def test_an_account_that_is_gone_is_said_to_be(given: Station) -> None:
    """And the card, which may call them no more, names them all the same."""
    given.teams.world.users.remove(given.user("Bob"))
    await given.deliver()
    row = await given.row(posts.THANKS)
    assert (row.state, row.error) == ("parked", "user_not_found")
    (card,) = given.teams.standing(given.channel("Thanks").id)
    assert "Bob Brown" in json.dumps(card.activity)
    assert "entities" not in json.dumps(card.activity)
    assert given.teams.problems.pop().endswith("Mentioned user is unknown.")


async def test_a_conversation_that_nobody_names_is_opened_later(given: Station) -> None:
    """To open it twice does no harm, so it is not uncertain."""
    given.teams.fault("POST conversations", status=201)
    await given.deliver()
    assert (await given.row(posts.THANKS)).state == "due"
    await given.deliver(after_s=60)
    assert len(given.teams.standing(given.direct("Bob"))) == 1


async def test_a_card_is_mended_when_we_are_back(given: Station) -> None:
    """Removed without a word, or heard to be: what stands there waits, too."""
    await given.deliver()
    fact = (await given.row(posts.CARD)).fact
    await given.directory.dropped(given.workspace, given.team.id)
    await given.app.store.write(posts.changed(given.workspace, fact, given.clock()))
    await given.deliver()
    assert (await given.row(posts.CARD)).state == "waiting"
    await given.learn()
    await given.deliver()
    (card,) = given.teams.standing(given.channel("Thanks").id)
    assert card.edits == 1


async def test_a_mend_that_teams_does_not_take_is_parked(given: Station) -> None:
    await given.deliver()
    row = await given.row(posts.CARD)
    given.teams.fault("PUT *", status=400, code="BadSyntax", times=None)
    await given.app.store.write(posts.changed(given.workspace, row.fact, given.clock()))
    await given.deliver()
    row = await given.row(posts.CARD)
    assert (row.state, row.error) == ("parked", "BadSyntax")


async def test_a_digest_calls_those_whom_teams_knows(given: Station) -> None:
    """In lists too; anybody else would confuse whom it calls."""
    sender, row = given.app.sender(given.workspace), await given.row(posts.CARD)
    assert sender
    bob = given.user("Bob")
    called = (Mention(person=bob.object_id, name=bob.name), " and ", Mention(person="nobody", name="Nobody"))
    message = await sender.send(replace(row, view=posts.DIGEST), Card((Line(called), Bullets((called,)))))
    (digest,) = [each for each in given.teams.posted if each.id == message.id]
    entities = digest.card["msteams"]["entities"]
    assert {each["mentioned"]["id"] for each in entities} == {bob.mri}


async def test_a_page_of_somebodys_own_is_put_up_nowhere(given: Station) -> None:
    """Teams has no place for it; the row is done, and stays so."""
    person = given.user("Alice").object_id
    page = posts.post(given.workspace, posts.HOME, person, person=person, due_at=given.clock())
    await given.app.store.write(posts.wanted(page))
    await given.deliver()
    await given.app.store.write(posts.homes_changed(given.workspace, [person], given.clock()))
    await given.deliver()
    assert (await given.row(posts.HOME)).state == "done"
    sender = given.app.sender(given.workspace)
    assert sender
    assert await sender.find(page) is None
    assert given.teams.standing(given.direct("Alice")) == []


async def test_nobody_can_look_for_a_message(given: Station) -> None:
    sender = given.app.sender(given.workspace)
    assert sender
    with pytest.raises(CannotLook):
        await sender.find(await given.row(posts.CARD))


async def test_where_charts_are_refused_the_text_goes_out_at_once(given: Station) -> None:
    """And no chart is tried there for an hour."""
    given.teams.charts = False
    sender, row = given.app.sender(given.workspace), await given.row(posts.CARD)
    assert sender
    card = Card((Line(("A week",)), Chart(title="Lived", bars=(Bar(label="Listen", short="Listen", count=3),))))
    for _ in range(2):
        await sender.send(replace(row, view=posts.DIGEST), card)
    assert [call.status for call in given.teams.called(SEND)] == [400, 201, 201]
    given.teams.posted.pop()  # said twice on purpose


# Who and where


async def test_somebody_unknown_is_looked_up_in_their_own_conversation(station: Station) -> None:
    await station.heard(station.channel("Thanks"))
    dev = station.user("Dev")
    (found,) = await station.lookup.people(station.workspace, [dev.object_id, "nobody"])
    assert found == Person(
        workspace=station.workspace,
        id=dev.object_id,
        name="Dev Das",
        email=dev.email,
        direct=station.direct("Dev"),
    )
    assert await station.references.mris(station.workspace, [dev.object_id]) == {dev.object_id: dev.mri}


async def test_who_does_not_have_kudos_is_looked_for_where_it_is(station: Station) -> None:
    await station.heard(station.channel("Thanks"))
    station.teams.world.personal(station.user("Dev")).installed = False
    (found,) = await station.lookup.people(station.workspace, [station.user("Dev").object_id])
    assert (found.name, found.direct) == ("Dev Das", "")


async def test_a_failed_look_up_keeps_who_was_found(station: Station) -> None:
    await station.heard(station.channel("Thanks"))
    dev, erin = station.user("Dev"), station.user("Erin")
    station.teams.fault(f"GET *members/{erin.object_id}", status=500, times=None)
    with pytest.raises(Unreachable):
        await station.lookup.people(station.workspace, [dev.object_id, erin.object_id])
    assert list(await station.app.store.directory.people(station.workspace, [dev.object_id])) == [dev.object_id]


async def test_too_many_are_not_looked_up(station: Station) -> None:
    with pytest.raises(Unreachable):
        await station.lookup.people(station.workspace, map(str, range(61)))
    assert station.teams.calls == []


async def test_where_nothing_ever_came_from_nobody_is_asked(station: Station) -> None:
    with pytest.raises(SwitchedOff):
        await station.lookup.direct(Person(workspace=station.workspace, id="x", name="x"))


async def test_whom_a_conversation_calls_is_asked_there_once(station: Station) -> None:
    where = await station.heard(station.channel("Thanks"))
    bob = station.user("Bob")
    assert await station.lookup.who(where, bob.mri) == bob.object_id
    assert await station.lookup.who(where, bob.mri) == bob.object_id
    assert await station.lookup.who(where, "29:nobody") is None
    assert len(station.teams.called("GET *members/29:1*")) == 1


async def test_places_are_as_public_as_their_channels(station: Station) -> None:
    for name in ("Thanks", "Sergeants", "With the council"):
        await station.heard(station.channel(name))
    found = {
        name: await station.lookup.place(station.workspace, station.channel(name).id)
        for name in ("Thanks", "Sergeants", "With the council")
    }
    assert {name: (each.visibility, each.shared, each.joined) for name, each in found.items() if each} == {
        "Thanks": (Visibility.PUBLIC, False, True),
        "Sergeants": (Visibility.PRIVATE, False, True),
        "With the council": (Visibility.PRIVATE, True, True),
    }
    members = await station.app.store.places.members(station.workspace, station.channel("Sergeants").id)
    assert members == {station.user("Alice").object_id, station.user("Bob").object_id}
    public = await station.lookup.public_places(station.workspace)
    assert public == {station.team.id, station.channel("Thanks").id}


async def test_a_team_may_be_private_as_a_whole(station: Station) -> None:
    private = TeamsLookup(
        station.connector, station.references, station.app.store, private_teams=frozenset({station.team.id})
    )
    await station.heard(station.channel("Thanks"))
    place = await private.place(station.workspace, station.channel("Thanks").id)
    assert place
    assert (place.visibility, place.joined) == (Visibility.PRIVATE, True)
    assert await private.public_places(station.workspace) == frozenset()
    members = await station.app.store.places.members(station.workspace, place.id)
    assert len(members) == len(station.team.members)


async def test_a_chat_is_private(station: Station) -> None:
    await station.heard(station.night_shift)
    place = await station.lookup.place(station.workspace, station.night_shift.id)
    assert place
    assert (place.kind, place.visibility, place.joined) == (PlaceKind.CHANNEL, Visibility.PRIVATE, True)
    members = await station.app.store.places.members(station.workspace, place.id)
    assert len(members) == 3


@pytest.mark.parametrize("how", ["removed", "deleted"])
async def test_what_is_gone_is_out_of_our_reach(station: Station, how: str) -> None:
    await station.learn()
    thanks = station.channel("Thanks")
    station.team.installed = how != "removed"
    if how == "deleted":
        station.team.channels.remove(thanks)
    assert await station.lookup.place(station.workspace, thanks.id) is None
    stored = await station.app.store.places.get(station.workspace, thanks.id)
    assert stored
    assert (stored.joined, stored.visibility) == (False, Visibility.PRIVATE)
    assert thanks.id not in await station.lookup.public_places(station.workspace)


async def test_a_place_that_nothing_came_from_is_not_known(station: Station) -> None:
    assert await station.lookup.place(station.workspace, station.channel("Thanks").id) is None
    assert station.teams.calls == []


async def test_a_message_has_an_address_and_a_tag_no_people(station: Station) -> None:
    link = await station.lookup.permalink(station.workspace, Message(place=station.team.id, id="1764"))
    assert link
    assert link.startswith("https://teams.microsoft.com/l/message/19%3A")
    with pytest.raises(Impossible):
        await station.lookup.group(station.workspace, "tag", "")
