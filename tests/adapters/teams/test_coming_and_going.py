"""Teams, channels and people come and go, each told three times; what is posted where follows at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.framework import Framework
from tests.adapters.teams.town import REASON, Town, settled, town_in
from tests.doubles.teams_client import read


@pytest.fixture
def organisation(framework: Framework) -> Framework:
    return framework


@pytest.fixture(autouse=True)
def manner(tenant: Town) -> None:
    tenant.client.manner = "thrice"


async def event(town: Town, type_: str, **channel_data: Any) -> None:
    await town.client.deliver(town.events.event(town.alice, town.team, type_, **channel_data))
    await settled(town)


def place(town: Town, id_: str) -> dict[str, Any]:
    return town.row("SELECT * FROM place WHERE id = ?", id_)


@pytest.fixture
async def empty(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos, and nobody has added it yet."""
    async with town_in(tmp_path / "empty.db", framework, installed=False) as town:
        town.client.manner = "thrice"
        yield town
        await settled(town)
        town.assert_sound()


async def test_added_to_a_team_it_says_hello_once_and_knows_the_channels_and_who_is_there(empty: Town) -> None:
    await empty.client.deliver(empty.events.added(empty.alice, empty.thanks))
    await empty.client.deliver(empty.events.installed(empty.alice, empty.thanks))
    await settled(empty)
    (hello,) = empty.connector.posted
    assert hello.place == empty.thanks.id
    assert read(hello.card).startswith("Hello.")
    assert place(empty, empty.thanks.id)["visibility"] == "public"
    assert place(empty, empty.team.id)["name"] == "General (Response North)"
    assert empty.count("person", "email <> ''") == 5


async def test_added_by_somebody_to_their_own_teams_it_can_write_to_them(empty: Town) -> None:
    await empty.client.deliver(empty.events.installed(empty.bob, empty.alone(empty.bob)))
    await settled(empty)
    told = await empty.say(empty.bob, "help", where=empty.alone(empty.bob))
    assert "kudos" in told
    assert (
        empty.row("SELECT direct FROM person WHERE id = ?", empty.bob.object_id)["direct"] == empty.alone(empty.bob).id
    )


async def test_removed_from_a_team_it_posts_there_no_more_and_added_again_it_does(tenant: Town) -> None:
    removed = tenant.events.installed(tenant.alice, tenant.thanks, "remove")
    tenant.team.installed = False
    await tenant.client.deliver(removed)
    await settled(tenant)
    assert not place(tenant, tenant.thanks.id)["joined"]
    assert tenant.count("teams_conversation", f"place = '{tenant.thanks.id}'") == 0
    await tenant.client.extend(tenant.alice, tenant.thanks, "give", "compose")
    form = tenant.dialog(tenant.alice)
    await tenant.send(form, recipients=tenant.bob.object_id, entries=tenant.entry(0).id, reason=REASON)
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    assert tenant.cards() == []
    assert "its card is waiting" in tenant.told(tenant.alice)[-1]
    tenant.team.installed = True
    await tenant.client.deliver(tenant.events.added(tenant.alice, tenant.thanks))
    await settled(tenant)
    assert any(REASON in read(card.card) for card in tenant.cards())


async def test_a_channel_is_known_from_its_creation_by_who_made_it(tenant: Town) -> None:
    channel = tenant.world.add_channel(tenant.team, "Photos")
    told = {"id": channel.id, "name": "Photos", "type": "standard"}
    await event(tenant, "channelCreated", channel=told)
    known = place(tenant, channel.id)
    assert (known["name"], known["creator"], known["joined"]) == ("Photos", tenant.alice.object_id, 1)
    channel.name = "Pictures"
    await event(tenant, "channelRenamed", channel={**told, "name": "Pictures"})
    assert place(tenant, channel.id)["name"] == "Pictures"
    tenant.team.channels.remove(channel)
    await event(tenant, "channelDeleted", channel=told)
    known = place(tenant, channel.id)
    assert (known["archived"], known["joined"]) == (1, 0)
    tenant.team.channels.append(channel)
    await event(tenant, "channelRestored", channel=told)
    known = place(tenant, channel.id)
    assert (known["archived"], known["joined"]) == (0, 1)


async def test_who_made_a_channel_sets_its_digest_up_there(tenant: Town) -> None:
    channel = tenant.world.add_channel(tenant.team, "Photos")
    await event(tenant, "channelCreated", channel={"id": channel.id, "name": "Photos", "type": "standard"})
    refused = await tenant.say(tenant.bob, "digest", where=channel)
    assert "Please ask one of them" in refused
    await tenant.say(tenant.alice, "digest", where=channel)
    offer = tenant.last_told(tenant.alice)
    await tenant.press(tenant.alice, offer, "Set up the digest")
    form = tenant.dialog(tenant.alice)
    assert (form.held()["day"], form.held()["at"]) == ("0", "09:00")
    await tenant.send(form, zone="Neverland", day="4")
    again = tenant.dialog(tenant.alice)
    assert "I know no time zone called “Neverland”" in again.errors
    assert (again.held()["zone"], again.held()["day"]) == ("Neverland", "4")
    await tenant.send(again, zone="Europe/London")
    assert tenant.dialog(tenant.alice).text.startswith("Saved.")
    assert tenant.count("setting", "name = 'digest'") == 1
    preview = await tenant.say(tenant.bob, "digest preview", where=channel)
    assert preview.startswith("From Photos:")


async def test_an_archived_team_is_posted_in_no_more(tenant: Town) -> None:
    await event(tenant, "teamArchived")
    assert place(tenant, tenant.thanks.id)["archived"]
    told = await tenant.say(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for {REASON}", tenant.bob)
    assert "is archived" in told
    await event(tenant, "teamUnarchived")
    assert not place(tenant, tenant.thanks.id)["archived"]


async def test_a_deleted_team_is_gone(tenant: Town) -> None:
    tenant.team.installed = False
    await event(tenant, "teamDeleted")
    known = place(tenant, tenant.thanks.id)
    assert (known["archived"], known["joined"]) == (1, 0)
    assert tenant.count("teams_conversation", f"team = '{tenant.team.id}'") == 0


async def test_who_leaves_a_chat_can_not_be_thanked_there_any_more_and_who_comes_can(tenant: Town) -> None:
    night = tenant.night
    gone = tenant.events._activity("conversationUpdate", tenant.alice, night, membersRemoved=[tenant.bob.account])
    night.members.remove(tenant.bob)
    await tenant.client.deliver(gone)
    await settled(tenant)
    words = f"kudos @Bob Brown {tenant.tag()} for {REASON}"
    await tenant.say(tenant.alice, words, tenant.bob, where=night)
    assert tenant.count("recognition") == 0
    night.members.append(tenant.bob)
    come = tenant.events._activity("conversationUpdate", tenant.alice, night, membersAdded=[{"id": tenant.bob.mri}])
    await tenant.client.deliver(come)
    await settled(tenant)
    await tenant.say(tenant.alice, words, tenant.bob, where=night)
    assert tenant.count("recognition") == 1


async def test_who_leaves_a_team_leaves_all_its_private_places(tenant: Town) -> None:
    await tenant.say(tenant.alice, "help", where=tenant.sergeants)
    of = f"place = '{tenant.sergeants.id}' AND person = '{tenant.bob.object_id}'"
    assert tenant.count("membership", of) == 1
    tenant.team.members.remove(tenant.bob)
    assert tenant.sergeants.members
    tenant.sergeants.members.remove(tenant.bob)
    told = {"eventType": "teamMemberRemoved"}
    gone = tenant.events._activity("conversationUpdate", tenant.alice, tenant.team.general)
    gone |= {"channelData": gone["channelData"] | told, "membersRemoved": [{"id": tenant.bob.mri}]}
    await tenant.client.deliver(gone)
    await settled(tenant)
    assert tenant.count("membership", of) == 0


def of_sergeants(town: Town, member: str) -> dict[str, Any]:
    """Somebody is not in the private channel any more, and in all else of its team."""
    gone = town.events._activity("conversationUpdate", town.alice, town.sergeants)
    told = {"eventType": "channelMemberRemoved"}
    return gone | {"channelData": gone["channelData"] | told, "membersRemoved": [{"id": member}]}


async def test_who_leaves_a_private_channel_stays_in_the_others_of_the_team(tenant: Town) -> None:
    council = tenant.team.channels[3]
    council.members = [tenant.alice, tenant.bob]
    for where in (tenant.sergeants, council):
        await tenant.say(tenant.alice, "help", where=where)
    assert tenant.sergeants.members
    tenant.sergeants.members.remove(tenant.bob)
    tenant.connector.fault("GET *conversations", delay_s=0.5, times=3)  # before that nobody looks who is there
    await tenant.client.deliver(of_sergeants(tenant, tenant.bob.mri))
    of = f"person = '{tenant.bob.object_id}' AND place = "
    assert tenant.count("membership", f"{of}'{tenant.sergeants.id}'") == 0
    assert tenant.count("membership", f"{of}'{council.id}'") == 1


async def test_removed_from_a_private_channel_it_stays_in_the_rest_of_the_team(tenant: Town) -> None:
    await tenant.say(tenant.alice, "help", where=tenant.sergeants)
    tenant.connector.without_bot.add(tenant.sergeants.id)
    await tenant.client.deliver(of_sergeants(tenant, tenant.world.bot["id"]))
    await settled(tenant)
    assert not place(tenant, tenant.sergeants.id)["joined"]
    assert tenant.count("teams_conversation", f"place = '{tenant.sergeants.id}'") == 0
    assert place(tenant, tenant.thanks.id)["joined"]
    await tenant.client.extend(tenant.alice, tenant.thanks, "give", "compose")
    form = tenant.dialog(tenant.alice)
    await tenant.send(form, recipients=tenant.bob.object_id, entries=tenant.entry(0).id, reason=REASON)
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    assert any(REASON in read(card.card) for card in tenant.cards())


async def test_where_a_team_is_said_to_be_private_its_channels_are(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "private.db", framework, teams_private_teams="all") as town:
        town.client.manner = "thrice"
        assert place(town, town.thanks.id)["visibility"] == "private"
        await town.give(town.alice, f"kudos @Bob Brown {town.tag()} for {REASON}", town.bob)
        assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"
        town.assert_sound()
