"""Many workspaces in one program: nothing of one is ever seen, sent, counted or changed in another."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bot.framework import Framework
from tests.adapters.slack.test_installing import filled
from tests.adapters.town import Town, comes_true, kudos_for, settled, town_in
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_places import Neighbour, Org

HERE, THERE = "staying on after nights to finish the statements", "driving to the coast and back for the exhibit"
T1, T2, E = "slack:T00000001", "slack:T00000002", "slack:E00000001"


def beside(town: Town, other: Neighbour) -> Town:
    """The same people and channels, added in the same order, in another workspace of the same program."""
    return Town(
        slack=cast("SlackDouble", other),
        client=other.client("http://127.0.0.1:0"),
        framework=town.framework,
        database=town.database,
        oauth=True,
    )


@pytest.fixture
async def twins(framework: Framework, tmp_path: Path) -> AsyncIterator[tuple[Town, Town]]:
    """Two workspaces in which everybody, every channel and every message has the same id."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, filled=False) as here:
        there = beside(here, here.slack.add_workspace("T00000002", "southfield", installed=False, twin=True))
        there.client.url = here.client.url
        for alice in (here.alice, there.alice):
            await here.install(alice)
        await filled(here, 2)
        assert [here.alice.id, here.general.id] == [there.alice.id, there.general.id]
        yield here, there
        await settled(here)
        here.assert_sound()
        there.assert_sound()
        assert_nothing_crossed(here, there)


def assert_nothing_crossed(here: Town, there: Town) -> None:
    """What was said in one is on no surface of the other."""
    for town, foreign in ((here, THERE), (there, HERE)):
        shown = [each for posted in town.slack.posted.values() for each in posted] + town.slack.ephemerals
        assert not [each.text for each in shown if foreign in each.text]
        assert not [view for view in [*town.slack.views.values(), *town.slack.homes.values()] if foreign in str(view)]


async def test_what_is_given_in_one_is_in_that_one(twins: tuple[Town, Town]) -> None:
    """Give, second, mine, edit, undo: each post goes out with its own token, and each person sees their own."""
    here, there = twins
    cards = [await town.give(town.alice, f"@bob {town.tag()} for {why}") for town, why in pairs(twins)]
    assert len(here.cards()) == len(there.cards()) == 1
    assert here.told(here.bob)[0].count(HERE) == there.told(there.bob)[0].count(THERE) == 1
    await here.press(cards[0], "Second this", here.cara)
    await settled(here)
    assert "cara" in here.cards()[0].text
    assert "cara" not in there.cards()[0].text
    assert [here.count("endorsement"), here.count("endorsement", f"workspace = '{T2}'")] == [1, 0]
    for town, why in pairs(twins):
        mine = await town.type(town.alice, "mine")
        assert why in mine
    assert "Taken back" in await here.type(here.alice, "undo")
    await settled(here)
    assert HERE not in here.cards()[0].text
    assert THERE in there.cards()[0].text
    assert (
        sorted(call.team_id for call in here.slack.calls_to("chat.postMessage"))
        == ["T00000001"] * 2 + ["T00000002"] * 2
    )
    assert {call.team_id for call in here.slack.calls_to("chat.update")} == {"T00000001"}


def pairs(twins: tuple[Town, Town]) -> list[tuple[Town, str]]:
    return list(zip(twins, (HERE, THERE), strict=True))


async def test_reactions_to_twin_messages_are_two_kudos(twins: tuple[Town, Town]) -> None:
    """Message, author and emoji have the same ids; what one takes back stands in the other, and is not touched."""
    here, there = twins
    messages = [town.slack.say(town.bob, town.general, "done") for town in twins]
    assert messages[0].ts == messages[1].ts
    for town, message in zip(twins, messages, strict=True):
        await town.react(town.alice, message, town.emoji())
    await here.slack.until(lambda: here.told(here.bob) and there.told(there.bob))
    await settled(here)
    assert here.count("recognition") == 2
    before = there.row("SELECT * FROM outbox WHERE workspace = ? AND view = 'reactions'", T2)
    await here.unreact(here.alice, messages[0], here.emoji())
    await settled(here)
    withdrawn = here.rows("SELECT workspace, withdrawn FROM recognition ORDER BY workspace")
    assert [(row["workspace"], row["withdrawn"]) for row in withdrawn] == [(T1, 1), (T2, 0)]
    assert there.row("SELECT * FROM outbox WHERE workspace = ? AND view = 'reactions'", T2) == before
    assert {call.team_id for call in here.slack.calls_to("chat.update")} == {"T00000001"}


async def test_the_same_delivery_in_two_workspaces_is_two(twins: tuple[Town, Town]) -> None:
    for town in twins:
        message = town.slack.say(town.bob, town.general, "done")
        reaction = town.client.make_react(town.alice, message, town.emoji())
        reaction.body = json.dumps({**json.loads(reaction.body), "event_id": "EvSAME"}).encode()
        assert (await town.client.send(reaction)).ok
    assert twins[0].count("recognition") == 2


async def test_what_one_knows_the_other_does_not(twins: tuple[Town, Town]) -> None:
    """A name, a channel, an emoji, a setting."""
    here, there = twins
    here.bob.display_name = "Robert"
    await here.client.user_change(here.bob)
    await here.client.rename(here.general, "everybody")
    await here.client.add_emoji("own", f"alias:{here.emoji()}")
    await here.type(here.alice, "reactions off")
    names = here.rows("SELECT name FROM person WHERE id = ? ORDER BY workspace", here.bob.id)
    assert [row["name"] for row in names] == ["Robert", "bob"]
    places = here.rows("SELECT name FROM place WHERE id = ? ORDER BY workspace", here.general.id)
    assert [row["name"] for row in places] == ["everybody", "general"]
    messages = [town.slack.say(town.bob, town.general, "done") for town in twins]
    await there.react(there.alice, messages[1], "own")
    assert here.count("recognition") == 0
    for town, message in zip(twins, messages, strict=True):
        await town.react(town.alice, message, town.emoji())
    assert [row["workspace"] for row in here.rows("SELECT workspace FROM recognition")] == [T2]


async def test_one_uninstalls_and_the_other_goes_on(twins: tuple[Town, Town]) -> None:
    here, there = twins
    for answer in await here.client.uninstall():
        assert answer.ok
    await there.give(there.alice, f"@bob {there.tag()} for {THERE}")
    await here.type(here.alice, f"@bob {here.tag()} for {HERE}")
    assert [row["workspace"] for row in here.rows("SELECT workspace FROM recognition")] == [T2]
    assert [row["workspace"] for row in here.rows("SELECT workspace FROM switched_off")] == [T1]


async def test_a_channel_that_has_to_wait_holds_up_no_twin(twins: tuple[Town, Town]) -> None:
    here, there = twins
    waits = here.slack.fault("chat.postMessage", channel=here.general.id, status=429, retry_after=30)
    await here.type(here.alice, f"@bob {here.tag()} for {HERE}")
    await here.slack.until(lambda: waits.used)
    await there.type(there.alice, f"@bob {there.tag()} for {THERE}")
    await here.slack.until(there.cards)
    assert here.cards() == []
    await here.client.revoke()  # nothing more to wait for


async def test_with_one_token_nothing_is_sent_for_another_workspace(framework: Framework, tmp_path: Path) -> None:
    """Somebody had many workspaces, and now has a token for one; a stranger's request is turned away, too."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, filled=False) as here:
        there = beside(here, here.slack.add_workspace("T00000002", "southfield", installed=False, twin=True))
        there.client.url = here.client.url
        await here.install(there.alice)
        await filled(here)
        waits = here.slack.fault("chat.postMessage", times=None, status=429, retry_after=1)
        await there.type(there.alice, f"@bob {there.tag()} for {THERE}")
        await here.slack.until(lambda: waits.used)
    async with town_in(tmp_path / "kudos.db", framework, filled=False) as again:
        await comes_true(lambda: again.slack.calls_to("users.list"))
        stranger = beside(again, again.slack.add_workspace("T00000002", "southfield", twin=True))
        stranger.client.url = again.client.url
        said = await stranger.type(stranger.alice, f"@bob {stranger.tag()} for {THERE}")
        assert "Kudos is not installed here any more" in said
        assert again.count("recognition") == 1
        await comes_true(lambda: again.count("outbox", "error = 'SwitchedOff'") == 2)
        assert not again.cards()
        assert not again.told(again.bob)


# Organisations


@pytest.fixture
async def fields(framework: Framework, tmp_path: Path) -> AsyncIterator[tuple[Town, Town, Org]]:
    """An organisation of two workspaces, for all of which Kudos was installed, and added to the first."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, filled=False) as north:
        north.slack.app.org_deploy = True
        neighbour = north.slack.add_workspace("T00000002", "southfield", installed=False)
        org = north.slack.add_org("E00000001", "Fields", [north.slack, neighbour])
        south = beside(north, neighbour)
        south.client.url = north.client.url
        page = await north.install(place=org)
        assert "Open Fields in Slack" in page.text
        org.add(north.slack)
        await north.client.team_access(north.slack.team_id)
        await filled(north)
        yield north, south, org
        await settled(north)
        north.assert_sound()


async def test_one_installation_serves_a_whole_organisation(fields: tuple[Town, Town, Org]) -> None:
    north, south, org = fields
    assert north.row("SELECT workspace FROM slack_installation")["workspace"] == E
    await north.give(north.alice, f"@bob {north.tag()} for {HERE}")
    org.add(south.slack)
    await south.client.team_access(south.slack.team_id)
    await comes_true(lambda: north.count("person", f"id = '{south.alice.id}' AND kind = 'member'"))
    await settled(north)
    card = await south.give(south.alice, f"@bob {south.tag()} for {THERE}")
    assert THERE in card.text
    await south.press(card, "Second this", south.cara)
    message = south.slack.say(south.bob, south.general, "done")
    await south.react(south.alice, message, south.emoji(1))
    await south.type(south.alice, "")
    assert not await south.submit(
        south.form(south.alice), recipients=[south.bob], entries=[south.entry(0).id], reason=THERE
    )
    await settled(north)
    assert [row["workspace"] for row in north.rows("SELECT DISTINCT workspace FROM recognition")] == [E]
    assert north.count("recognition") == 4
    assert len(south.cards()) == 2
    assert "cara" in south.cards()[0].text
    south.bob.display_name = "Robert"
    await south.client.user_change(south.bob)
    assert north.row("SELECT name, kind FROM person WHERE id = ?", south.bob.id) == {"name": "Robert", "kind": "member"}
    assert not [call for call in north.slack.calls if (call.answer or {}).get("error") == "missing_argument"]


async def test_a_workspace_that_leaves_the_organisations_kudos_is_left_alone(fields: tuple[Town, Town, Org]) -> None:
    north, south, org = fields
    org.add(south.slack)
    await south.client.team_access(south.slack.team_id)
    await comes_true(lambda: north.count("place", f"id = '{south.general.id}' AND joined = 1"))
    await settled(north)
    revoked = south.client.make_event({"type": "team_access_revoked", "team_ids": [south.slack.team_id]})
    org.remove(south.slack)
    await south.client.send(revoked)
    await comes_true(lambda: north.count("place", f"id = '{south.general.id}' AND joined = 0"))
    assert north.count("place", f"id = '{north.general.id}' AND joined = 1") == 1


async def test_an_organisation_uninstalls(fields: tuple[Town, Town, Org]) -> None:
    north, _, org = fields
    for answer in await north.client.uninstall(org):
        assert answer.ok
    assert north.row("SELECT active, token FROM slack_installation") == {"active": 0, "token": ""}


@pytest.mark.parametrize("said", ["both", "the organisation"])
async def test_an_organisations_farewell_without_authorizations_is_its_own(
    fields: tuple[Town, Town, Org], said: str
) -> None:
    north, _, org = fields
    farewell = north.client.make_app_uninstalled()
    body = {**json.loads(farewell.body), "authorizations": [], "enterprise_id": org.enterprise.id}
    if said == "the organisation":
        body |= {"team_id": None, "is_enterprise_install": True}
    org.uninstall()
    assert (await north.client.send(replace(farewell, body=json.dumps(body).encode()))).ok
    assert north.row("SELECT active, token FROM slack_installation") == {"active": 0, "token": ""}


async def test_a_group_of_an_organisation_is_found_in_whichever_of_its_teams_it_is(
    fields: tuple[Town, Town, Org],
) -> None:
    """And, once found, asked for there."""
    north, south, org = fields
    org.add(south.slack)
    await south.client.team_access(south.slack.team_id)
    await comes_true(lambda: north.count("person", f"id = '{south.alice.id}' AND kind = 'member'"))
    await settled(north)
    group = south.slack.add_usergroup("firearms", [south.alice, south.bob])
    for number in (0, 1):
        typed = f"<!subteam^{group.id}> {south.tag(number)} for {THERE}"
        command = south.client.make_command("/kudos", typed, user=south.alice, channel=south.general, escape=False)
        await south.deliver(command)
        await settled(north)
        assert south.cards()[-1].text.startswith("alice thanked @firearms (1 person) for:")
    assert len(south.cards()) == 2
    asked = [call.args.get("team_id") for call in north.slack.calls_to("usergroups.users.list")]
    assert asked == [north.slack.team_id, south.slack.team_id, south.slack.team_id]
    north.slack.usergroups[group.id] = south.slack.usergroups.pop(group.id)  # it moves
    await south.deliver(
        south.client.make_command("/kudos", typed, user=south.alice, channel=south.general, escape=False)
    )
    await settled(north)
    assert len(south.cards()) == 3


async def test_a_token_for_an_organisation_in_the_settings(framework: Framework, tmp_path: Path) -> None:
    async with SlackDouble() as slack:
        client = slack.client("http://127.0.0.1:0")
        town = Town(slack=slack, client=client, framework=framework, database=tmp_path / "kudos.db")
        token = slack.add_org("E00000001", "Fields", [slack]).install()
        async with kudos_for(town, slack_bot_token=token):
            await town.give(town.alice, f"@bob {town.tag()} for {HERE}")
            assert town.row("SELECT workspace FROM recognition")["workspace"] == E
            town.assert_sound()


# One token from the settings


async def test_with_a_token_that_is_no_good_what_is_given_is_kept(framework: Framework, tmp_path: Path) -> None:
    """From the start on: the operator hears of it in the log, and nobody else has to know."""

    def before(town: Town) -> None:
        town.slack.token_error = "invalid_auth"

    async with town_in(tmp_path / "kudos.db", framework, before=before, filled=False) as town:
        await town.slack.until(lambda: town.slack.calls_to("auth.test"))
        await town.type(town.alice, f"@bob {town.tag()} for {HERE}")
        assert town.count("recognition") == 0, "nobody is known yet"
        town.slack.token_error = ""
        async with kudos_for(town):
            await town.give(town.alice, f"@bob {town.tag()} for {HERE}")


async def test_a_farewell_to_the_token_from_the_settings_is_the_operators_to_mend(
    framework: Framework, tmp_path: Path
) -> None:
    async with town_in(tmp_path / "kudos.db", framework) as town:
        assert (await town.client.revoke()).ok
        said = await town.type(town.alice, f"@bob {town.tag()} for {HERE}")
        assert "Thank you" in said
        await comes_true(lambda: town.count("outbox", "state = 'due' AND error = 'SwitchedOff'") == 2)
        await town.type(town.alice, "")
        assert "I couldn't open the form" in town.whispered(town.alice)[-1]
        refused = [call for call in town.slack.calls if (call.answer or {}).get("error") == "token_revoked"]
        assert len(refused) <= 2, "once it is known to be no good it is left alone for a minute"
