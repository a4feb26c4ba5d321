"""Of the teams and chats that Kudos is in, it knows who is there and what is private; of others nothing."""

import asyncio

import pytest

from adapters.teams.directory import TeamsDirectory
from bot import posts
from bot.model import Person, PersonKind, Visibility
from bot.requests import Joined
from tests.adapters.teams.station import Station


async def people(station: Station) -> dict[str, Person]:
    return {each.name: each for each in await station.app.store.directory.everybody(station.workspace)}


async def places(station: Station) -> dict[str, tuple[Visibility, bool]]:
    """Visibility and whether we are there, by name."""
    known = await station.app.store.places.all(station.workspace)
    return {each.name: (each.visibility, each.joined) for each in known}


async def test_a_team_is_learned_with_its_people_and_standard_channels(station: Station) -> None:
    """Of its private channels those that something has come from."""
    await station.heard(station.channel("Sergeants"))
    await station.learn()
    assert await places(station) == {
        "General (Response North)": (Visibility.PUBLIC, True),
        "Thanks": (Visibility.PUBLIC, True),
        "Sergeants": (Visibility.PRIVATE, True),
        "": (Visibility.PRIVATE, True),
    }
    known = await people(station)
    assert sorted(known) == ["Alice Adams", "Bob Brown", "Carol Clark", "Dev Das", "Erin Evans"]
    assert known["Bob Brown"].email == "bob.brown@force.example"
    mris = await station.references.mris(station.workspace, [each.id for each in known.values()])
    assert set(mris.values()) == {each.mri for each in station.team.members}
    members = await station.app.store.places.members(station.workspace, station.channel("Sergeants").id)
    assert members == {known["Alice Adams"].id, known["Bob Brown"].id}
    assert await station.references.of(station.workspace, station.channel("Thanks").id)
    assert await station.references.of(station.workspace, station.channel("With the council").id) is None


async def test_guests_and_strangers_are_told_apart(station: Station) -> None:
    """An address that another organisation has verified is none of ours."""
    guest = station.teams.world.add_user("Gus Guest", role="guest")
    anonymous = station.teams.world.add_user("Ann Onymous", role="anonymous")
    invited = station.teams.world.add_user("Ivy Invited")
    invited.principal_name = "ivy_elsewhere.example#EXT#@force.example"
    station.team.members += [guest, anonymous, invited]
    await station.learn()
    known = await people(station)
    kinds = {name: (known[name].kind, known[name].email) for name in ("Gus Guest", "Ann Onymous", "Ivy Invited")}
    assert kinds == {
        "Gus Guest": (PersonKind.GUEST, ""),
        "Ann Onymous": (PersonKind.STRANGER, ""),
        "Ivy Invited": (PersonKind.GUEST, ""),
    }


async def test_everything_is_learned_anew_once_a_day(station: Station) -> None:
    """Renames, people who joined or left, channels that came or went, and those who are in no team of ours."""
    await station.heard(station.channel("Sergeants"))
    await station.learn()
    await station.heard(station.teams.world.personal(station.user("Bob")))
    station.channel("Thanks").name = "Well done"
    station.channel("Sergeants").members = [station.user("Erin")]
    station.user("Carol").name = "Carol Newname"
    station.teams.world.add_channel(station.team, "New")
    await station.directory.learn_all(station.workspace)
    await station.directory.settled()
    assert {"Well done", "New"} <= set(await places(station))
    assert "Thanks" not in await places(station)
    assert "Carol Newname" in await people(station)
    members = await station.app.store.places.members(station.workspace, station.channel("Sergeants").id)
    assert members == {station.user("Erin").object_id}
    workspace = await station.app.store.directory.workspace(station.workspace)
    assert workspace
    assert (workspace.bot, workspace.url) == (station.connector.bot, "https://teams.microsoft.com/")


async def test_who_is_in_no_team_is_asked_for_in_their_own_conversation(station: Station) -> None:
    await station.heard(station.channel("Thanks"))
    loner = station.teams.world.add_user("Lena Loner")
    found = await station.lookup.people(station.workspace, [loner.object_id])
    await station.app.store.directory.save_people(found)
    loner.name = "Lena Married"
    await station.directory.learn_all(station.workspace)
    await station.directory.settled()
    assert "Lena Married" in await people(station)


async def test_a_team_that_removed_us_unheard_is_dropped(station: Station) -> None:
    await station.learn()
    station.team.installed = station.night_shift.installed = False
    await station.directory.learn_all(station.workspace)
    await station.directory.settled()
    assert {joined for _, joined in (await places(station)).values()} == {False}
    assert [each.team for each in await station.references.all(station.workspace)] == []


async def test_what_we_are_removed_from_waits_until_we_are_back(station: Station) -> None:
    """As it does in Slack."""
    await station.learn()
    await station.directory.dropped(station.workspace, station.team.id)
    assert (await places(station))["Thanks"] == (Visibility.PUBLIC, False)
    await station.give()
    await station.deliver()
    assert (await station.row(posts.CARD)).state == "waiting"
    await station.learn()
    await station.deliver()
    assert (await station.row(posts.CARD)).state == "done"


async def test_to_be_removed_ends_what_is_being_learned(station: Station) -> None:
    station.teams.fault("GET *", delay_s=0.2, times=None)
    where = await station.heard(station.channel("Thanks"))
    learning = station.directory.learn(where)
    await asyncio.sleep(0.05)
    await station.directory.dropped(station.workspace, station.team.id)
    await asyncio.wait([learning])
    assert learning.cancelled()
    assert await places(station) == {}


async def test_a_channel_that_was_deleted_is_out_of_reach(station: Station) -> None:
    await station.learn()
    thanks = station.channel("Thanks")
    station.team.channels.remove(thanks)
    await station.learn()
    assert (await places(station))["Thanks"] == (Visibility.PRIVATE, False)
    assert await station.references.of(station.workspace, thanks.id) is None


async def test_a_channel_that_is_private_by_now_says_nothing_more_in_public(station: Station) -> None:
    """The settings name its team; who is in it is known by then."""
    await station.learn()
    private = TeamsDirectory(
        station.connector,
        station.references,
        station.lookup,
        station.app.store,
        station.app.bot.handle,
        every_s=3600,
        private_teams=frozenset({"all"}),
    )
    private.learn(await station.heard(station.channel("Thanks")))
    await private.settled()
    assert (await places(station))["Thanks"] == (Visibility.PRIVATE, True)
    members = await station.app.store.places.members(station.workspace, station.channel("Thanks").id)
    assert len(members) == len(station.team.members)


@pytest.mark.parametrize(
    "what",
    [{"status": 429, "retry_after": "0.2"}, {"status": 500}, {"status": 503}, {"drop": True}],
    ids=str,
)
async def test_it_is_tried_until_it_works(station: Station, what: dict[str, object]) -> None:
    station.teams.fault("GET *", times=5, **what)
    await station.learn()
    assert len(await people(station)) == 5


async def test_the_daily_round_begins_with_the_start(station: Station) -> None:
    await station.heard(station.channel("Thanks"))
    keeping = asyncio.create_task(station.directory.keep())
    while not station.teams.called("GET *pagedMembers"):  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    await station.directory.settled()
    keeping.cancel()
    assert len(await people(station)) == 5


async def test_a_chat_that_kudos_joins_is_private_and_says_hello(station: Station) -> None:
    """Its name is kept: Teams tells it once, with the activity."""
    where = await station.heard(station.night_shift)
    place = await station.lookup.place(station.workspace, where.place)
    assert place
    joined = Joined(workspace=station.workspace, person="", delivery="joined", place=place)
    await station.app.bot.handle(joined)
    station.directory.learn(where)
    await station.directory.settled()
    await station.deliver()
    assert (await station.row(posts.HELLO)).state == "done"
    assert len(station.teams.standing(where.place)) == 1
    assert len(await station.app.store.places.members(station.workspace, where.place)) == 3


async def test_odd_accounts_keep_nobody_else_from_being_known(station: Station) -> None:
    odd = station.teams.world.add_user("Odd")
    odd.mri = ""
    odd.object_id = "odd"
    station.team.members.append(odd)
    await station.learn()
    assert len(await people(station)) == 5


async def test_a_program_that_ends_learns_nothing_more(station: Station) -> None:
    station.teams.fault("GET *", delay_s=0.2, times=None)
    learning = station.directory.learn(await station.heard(station.channel("Thanks")))
    await asyncio.sleep(0.05)
    station.directory.stop()
    await asyncio.wait([learning])
    assert learning.cancelled()


async def test_what_is_told_anew_is_learned_anew(station: Station) -> None:
    """What is under way may have been asked for before it."""
    station.teams.fault("GET *", delay_s=0.1, times=1)
    where = await station.heard(station.channel("Thanks"))
    first = station.directory.learn(where)
    await asyncio.sleep(0.02)
    second = station.directory.learn(where)
    await asyncio.wait([first, second])
    assert first.cancelled()
    assert not second.cancelled()
    assert len(await people(station)) == 5


async def test_a_tenant_that_switched_us_off_is_not_asked_again_today(station: Station) -> None:
    station.teams.disabled = True
    await station.learn()
    asked = len(station.teams.calls)
    await asyncio.sleep(0.05)
    assert len(station.teams.calls) == asked
    assert await people(station) == {}
