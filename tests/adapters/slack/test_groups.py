"""Groups in Slack: whoever is in one is thanked, once, and nobody is called by it. With the manifest's own rights."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.manifest import EVENTS, SCOPES
from bot.framework import Framework
from tests.adapters.town import REASON, Town, kudos_for, settled, town_in
from tests.doubles.slack_objects import Usergroup


def as_the_manifest_asks(town: Town) -> None:
    town.slack.scopes = frozenset(SCOPES)
    town.slack.app.events = frozenset(EVENTS)


@pytest.fixture
async def town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path / "kudos.db", framework, before=as_the_manifest_asks) as running:
        yield running
        await settled(running)
        running.assert_sound()


@pytest.fixture
def firearms(town: Town) -> Usergroup:
    """Alice, who gives, and Bob and Cara; with an app and somebody who has left."""
    return town.slack.add_usergroup("firearms", [town.alice, town.bob, town.cara, town.robot, town.gone])


def thanked(town: Town) -> set[str]:
    return {row["person"] for row in town.rows("SELECT person FROM recipient")}


async def test_a_group_is_thanked_as_whoever_is_in_it_at_that_moment(town: Town, firearms: Usergroup) -> None:
    card = await town.give(town.alice, f"@firearms {town.tag()} for {REASON}")
    assert card.text.startswith("alice thanked @firearms (2 people) for:")
    assert card.pings() == set()
    assert thanked(town) == {town.bob.id, town.cara.id}
    for user in (town.bob, town.cara):
        (told,) = town.told(user)
        assert told.startswith("alice thanked you and 1 other (@firearms) in #general for:")
    (confirmation,) = town.whispered(town.alice)
    assert "You thanked @firearms (2 people) for:" in confirmation
    assert "to @firearms (2 people): " in await town.type(town.alice, "mine")
    # Who joins or leaves later changes nothing, and who is in it then is thanked next time.
    firearms.users = [town.alice.id, town.dan.id]
    await town.client.group_renamed(firearms, "armed")
    await town.press(card, "Second this", town.dan)
    await settled(town)
    assert card.text.startswith("alice thanked @firearms (2 people) for:")
    assert (await town.give(town.alice, f"@armed {town.tag(1)} for {REASON}")).text.startswith(
        "alice thanked @armed (1 person) for:"
    )
    assert town.count("thanked_group") == 2
    assert "your kudos to @armed (1 person)" in await town.type(town.alice, "undo")


@pytest.mark.parametrize("manner", ["thrice", "together"])
async def test_however_often_it_is_delivered_everybody_is_told_once(
    town: Town, firearms: Usergroup, manner: str
) -> None:
    town.manner = manner  # type: ignore[assignment]
    card = await town.give(town.alice, f"@bob, @{firearms.handle} and @dan {town.tag()} for {REASON}")
    assert card.text.startswith("alice thanked bob, dan and @firearms (2 people) for:")
    assert card.pings() == {town.bob.id, town.dan.id}
    assert thanked(town) == {town.bob.id, town.cara.id, town.dan.id}
    for user in (town.bob, town.cara, town.dan):
        assert len(town.told(user)) == 1
    assert town.told(town.bob)[0].startswith("alice thanked you and 2 others (@firearms among them)")
    assert town.count("recognition") == 1


async def test_a_group_that_slack_calls_by_id_alone_has_a_name(town: Town, firearms: Usergroup) -> None:
    """It is asked for once, and then Slack tells of a new one."""
    town.slack.add_usergroup("others", [town.dan])
    for number, name in ((0, "firearms"), (1, "firearms"), (2, "armed")):
        if name == "armed":
            await town.client.group_renamed(firearms, "armed")
        typed = f"<!subteam^{firearms.id}> {town.tag(number)} for {REASON} near <!subteam^{firearms.id}>"
        request = town.client.make_command("/kudos", typed, user=town.alice, channel=town.general, escape=False)
        await town.deliver(request)
        await settled(town)
        assert town.cards()[-1].text.startswith(f"alice thanked @{name} (2 people) for:")
        assert f"near @{name}" in town.cards()[-1].text
    assert len(town.slack.calls_to("usergroups.list")) == 1


async def test_in_the_reason_a_group_is_a_word(town: Town, firearms: Usergroup) -> None:
    card = await town.give(town.alice, f"@dan {town.tag()} for what @{firearms.handle} saw that night")
    assert "what @firearms saw that night" in card.text
    assert card.pings() == {town.dan.id}
    assert thanked(town) == {town.dan.id}
    assert town.slack.calls_to("usergroups.users.list") == []


async def test_a_group_of_more_than_fifty_is_refused_with_a_word_about_smaller_ones(town: Town) -> None:
    many = town.slack.add_people(51)
    for user in many:
        await town.client.user_change(user)
    town.slack.add_usergroup("response", many)
    await town.type(town.alice, f"@bob @response {town.tag()} for {REASON}")
    form = town.form(town.alice)
    assert "@response has 51 people, and one kudos can thank up to 50. Choose a smaller group" in str(form.blocks)
    assert form.blocks[1]["element"]["initial_users"] == [town.bob.id]
    town.slack.add_usergroup("half", many[:50])
    card = await town.give(town.alice, f"@half {town.tag()} for {REASON}")
    assert card.text.startswith("alice thanked @half (50 people) for:")
    assert town.count("recipient") == 50


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"error": "plan_upgrade_required"}, "groups are not part of this workspace's plan"),
        ({"error": "no_such_subteam"}, "I can't find @firearms any more"),
        ({"error": "missing_scope"}, "I am not allowed to see who is in @firearms. An administrator can allow it"),
        ({"error": "something_new"}, "I can't see who is in @firearms"),
        ({"status": 500}, "I couldn't look up who is in @firearms just now"),
        ({"status": 429, "retry_after": 30}, "I couldn't look up who is in @firearms just now"),
        ({"delay_s": 2.5}, "I couldn't look up who is in @firearms just now"),
        ({"drop": "after"}, "I couldn't look up who is in @firearms just now"),
    ],
)
async def test_where_nobody_can_tell_who_is_in_it_the_form_says_why(
    town: Town, firearms: Usergroup, fault: dict[str, object], sentence: str
) -> None:
    """And holds everything that was said; the person is answered in time."""
    town.slack.fault("usergroups.users.list", **fault)
    typed = f"@dan @{firearms.handle} {town.tag()} for {REASON}"
    answer = await town.client.command("/kudos", typed, user=town.alice, channel=town.general)
    assert answer.elapsed_s < 3
    form = town.form(town.alice)
    assert sentence in str(form.blocks)
    assert REASON in str(form.blocks)
    assert not await town.submit(form)
    await settled(town)
    assert thanked(town) == {town.dan.id}


async def test_on_a_plan_without_groups_it_is_explained(town: Town, firearms: Usergroup) -> None:
    town.slack.paid = False
    await town.type(town.alice, f"@{firearms.handle} {town.tag()} for {REASON}")
    shown = str(town.form(town.alice).blocks)
    assert "I can't see who is in @firearms: groups are not part of this workspace's plan." in shown


async def test_a_group_that_is_switched_off_can_not_be_thanked(town: Town, firearms: Usergroup) -> None:
    await town.client.group_disabled(firearms)
    await town.type(town.alice, f"@{firearms.handle} {town.tag()} for {REASON}")
    assert "I can't find @firearms any more" in str(town.form(town.alice).blocks)


async def test_an_installation_from_before_there_were_groups(framework: Framework, tmp_path: Path) -> None:
    """Without the right to see them everything else works, and the sentence says who can change that."""

    def before(town: Town) -> None:
        town.slack.scopes = frozenset(SCOPES) - {"usergroups:read"}

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        town.slack.add_usergroup("firearms", [town.bob])
        await town.type(town.alice, f"@firearms {town.tag()} for {REASON}")
        assert "I am not allowed to see who is in @firearms" in str(town.form(town.alice).blocks)
        await town.give(town.alice, f"@bob {town.tag()} for {REASON}")


# Forms


async def test_a_form_is_filled_in_with_the_people_of_the_group(town: Town, firearms: Usergroup) -> None:
    """Sent as it is it thanks the group, as it is by then."""
    await town.type(town.alice, f"@dan @{firearms.handle} {town.tag()}")
    form = town.form(town.alice)
    assert form.blocks[0]["element"]["initial_users"] == [town.dan.id, town.bob.id, town.cara.id]
    assert "With the people of @firearms, as it is now." in str(form.blocks)
    assert not await town.submit(form, reason=REASON)
    await settled(town)
    (card,) = town.cards()
    assert card.text.startswith("alice thanked dan and @firearms (2 people) for:")
    assert card.pings() == {town.dan.id}


async def test_a_form_whose_people_were_changed_thanks_the_people(town: Town, firearms: Usergroup) -> None:
    await town.type(town.alice, f"@{firearms.handle} {town.tag()}")
    assert not await town.submit(town.form(town.alice), recipients=[town.cara, town.dan], reason=REASON)
    await settled(town)
    (card,) = town.cards()
    assert card.text.startswith("alice thanked cara and dan for:")
    assert town.count("thanked_group") == 0


async def test_who_joined_the_group_while_the_form_was_open_is_not_thanked_unseen(
    town: Town, firearms: Usergroup
) -> None:
    await town.type(town.alice, f"@{firearms.handle} {town.tag()}")
    firearms.users.append(town.dan.id)
    assert not await town.submit(town.form(town.alice), reason=REASON)
    await settled(town)
    assert town.cards()[0].text.startswith("alice thanked bob and cara for:")
    assert thanked(town) == {town.bob.id, town.cara.id}


async def test_a_form_is_taken_also_while_slack_does_not_tell(town: Town, firearms: Usergroup) -> None:
    await town.type(town.alice, f"@{firearms.handle} {town.tag()}")
    slow = town.slack.fault("usergroups.users.list", delay_s=2.5)
    request = town.client.make_submit(town.form(town.alice), {"reason": REASON}, user=town.alice)
    assert (await town.client.send(request)).elapsed_s < 3
    assert slow.used == 1
    await settled(town)
    assert town.cards()[0].text.startswith("alice thanked bob and cara for:")


async def test_in_a_private_channel_those_who_could_not_read_it_are_left_out_of_the_form(
    town: Town, firearms: Usergroup
) -> None:
    firearms.users.append(town.dan.id)
    await town.type(town.alice, f"@{firearms.handle} {town.tag()} for {REASON}", town.closed)
    form = town.form(town.alice)
    assert "dan isn't in this private conversation, so they couldn't read it." in str(form.blocks)
    assert "Not chosen here: 1 person of @firearms." in str(form.blocks)
    assert not await town.submit(form)
    await settled(town)
    (card,) = town.cards(town.closed)
    assert card.text.startswith("alice thanked bob and cara for:")
    assert town.told(town.dan) == []


async def test_where_the_form_does_not_open_the_group_comes_back_by_its_name(town: Town, firearms: Usergroup) -> None:
    await town.give(town.alice, f"@{firearms.handle} {town.tag()} for {REASON}")  # from now on its name is known
    town.slack.fault("views.open", status=500)
    typed = f"<!subteam^{firearms.id}> and <!subteam^{firearms.id}|@firearms> too <!subteam^SNOBODY1>"
    request = town.client.make_command("/kudos", typed, user=town.alice, channel=town.general, escape=False)
    await town.deliver(request)
    assert "/kudos @firearms and @firearms too @SNOBODY1" in town.whispered(town.alice)[-1]


async def test_a_kudos_to_a_group_outlives_the_program(framework: Framework, tmp_path: Path) -> None:
    """What was given before a restart is shown, seconded and taken back as it was."""
    async with town_in(tmp_path / "kudos.db", framework, before=as_the_manifest_asks) as town:
        town.expected.add("restart")
        group = town.slack.add_usergroup("firearms", [town.bob, town.cara])
        card = await town.give(town.alice, f"@firearms {town.tag()} for {REASON}")
        group.users = []
        async with kudos_for(town):
            await town.press(card, "Second this", town.dan)
            await settled(town)
            assert card.text.startswith("alice thanked @firearms (2 people) for:")
            assert "Seconded by dan" in card.text
            await town.press(card, "Withdraw", town.alice)
            await settled(town)
        assert card.text == "This kudos is not shown any more."
        assert [len(town.told(user)) for user in (town.bob, town.cara)] == [1, 1]
