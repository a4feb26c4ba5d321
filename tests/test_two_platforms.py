"""One colleague with an account on either platform: what is theirs is one, and nobody else's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.acting import Acting
from bot.cards import Actions, Card, Line, MessageLink, Note, OpenForm, Private, Span, plain
from bot.everywhere import Everywhere
from bot.framework import Framework
from bot.home import DIRECT
from bot.model import Message, Person, PersonKind
from bot.requests import Action, GiveFor, Mine, Press
from tests.both import ADMIN, SLACK, TEAMS, Both, T, both
from tests.doubles.world import GROUPS, MESSAGE, PEOPLE, ROOMS, W

SAID = "staying on after nights"
THERE = "the handover sheet in the tenant"
SECRET = "what was said among ourselves"


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        yield two


async def card(two: Both, request: Mine) -> Card:
    (reply,) = await two.core.ask(request)
    assert isinstance(reply, Private)
    return reply.card


async def mine(two: Both, person: str) -> str:
    """What somebody sees in the tenant."""
    return plain(await card(two, two.mine(person)))


async def mine_here(two: Both, person: str) -> str:
    """What somebody sees in the first workspace."""
    return plain(await card(two, Mine(**two.core.asked(person))))


def links(card: Card) -> list[Message]:
    spans: list[Span] = []
    for element in card.elements:
        if isinstance(element, Line | Note):
            spans += element.spans
        items = getattr(element, "items", ())
        spans += [span for item in items for span in item]
    return [span.message for span in spans if isinstance(span, MessageLink)]


# What is theirs


async def test_mine_shows_both_on_either_platform(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.gave_there("bob", "ann", THERE, entry=1)
    for shown in (await mine(two, "ann"), await mine_here(two, "ann")):
        assert "Kudos you gave (1)" in shown
        assert "Kudos you received (1)" in shown
        assert "These are your kudos in Teams and Test together." in shown
        assert SAID in shown
        assert THERE in shown
    assert "Kudos you gave (1)" in await mine_here(two, "bob")
    alone = await mine_here(two, "dee")
    assert "together" not in alone
    assert "No kudos yet" in alone


async def test_what_they_were_thanked_for_in_private_is_theirs_on_either_platform(two: Both) -> None:
    await two.gave("ann", "bob", SECRET, place="closed")
    for shown in (await mine(two, "bob"), await mine(two, "ann"), await mine_here(two, "ann")):
        assert SECRET in shown
    assert SECRET not in await mine(two, "cara")
    assert SECRET not in await mine_here(two, "fay")


async def test_links_lead_to_their_own_platform(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.gave_there("ann", "bob", THERE)
    here, there = [links(await card(two, ask)) for ask in (Mine(**two.core.asked("ann")), two.mine("ann"))]
    assert sorted(each.url for each in here) == ["", "https://example.org/general/general.1"]
    assert sorted(each.url for each in there) == ["", "https://example.org/general/general.1"]
    del two.core.app.lookups["teams"]
    assert [each.url for each in links(await card(two, Mine(**two.core.asked("ann"))))] == [""], "where is not known"


async def test_the_own_page_shows_both_and_follows_from_either(two: Both) -> None:
    await two.core.ask(two.core.opens("ann"))
    await two.core.ask(two.opens("ann"))
    given = [await two.gave("ann", "bob", f"{SAID} number {number}") for number in range(4)]
    given += [await two.gave_there("ann", "cara", f"{THERE} number {number}") for number in range(3)]
    for page in (two.core.page("ann"), plain(two.teams.page("t-ann"))):
        assert "Kudos you gave (7)" in page
        assert "1 to 5 of 7" in page
        assert f"{THERE} number 2" in page
        assert f"{SAID} number 2" in page
        assert f"{SAID} number 1" not in page
        assert "These are your kudos in Teams and Test together. If an account there isn't yours" in page
    older = two.press("ann", Action.HOME, "0:5")
    assert f"{SAID} number 0" in await two.core.says(older)
    assert f"{SAID} number 3" not in await two.core.says(two.press("ann", Action.HOME, "0:5"))
    await two.core.ask(two.press("ann", Action.WITHDRAW, given[3]))
    await two.core.deliver()
    assert "Kudos you gave (6)" in two.core.page("ann")
    assert "Kudos you gave (6)" in plain(two.teams.page("t-ann"))


async def test_who_is_a_guest_or_has_left_sees_nothing_of_a_colleague(two: Both) -> None:
    """The guest's account has the address of a member in the tenant; the leaver's has that of an account there."""
    await two.gave_there("guest", "ann", THERE)
    await two.gave_there("gone", "ann", THERE)
    for person in ("guest", "gone"):
        assert "No kudos yet" in await mine_here(two, person)
    await two.gave("ann", "guest", SECRET)
    assert SECRET not in await mine(two, "guest")


async def test_an_address_that_nobody_has_verified_opens_nothing(two: Both) -> None:
    """What is not verified does not even arrive as an address; with it taken away, they are two again."""
    await two.gave("ann", "bob", SECRET, place="closed")
    assert SECRET in await mine(two, "bob")
    await two.learn(replace(TEAMS["bob"], email=""))
    assert "No kudos yet" in await mine(two, "bob")


@pytest.mark.parametrize("leaver", ["switched off", "forgotten", "renamed", "unknown address"])
async def test_who_is_given_a_leavers_address_gets_nothing_else_of_theirs(two: Both, leaver: str) -> None:
    await two.gave("ann", "bob", SECRET, place="closed")
    bob = TEAMS["bob"]
    match leaver:
        case "switched off":
            await two.learn(replace(bob, active=False))
        case "renamed":
            await two.learn(replace(bob, email="left-bob@force.example", active=False))
        case "unknown address":
            await two.learn(replace(bob, email=""))
            await two.core.app.store.directory.save_gone(T, bob.id)
        case _:
            pass
    await two.learn(Person(workspace=T, id="t-newcomer", name="Newcomer", email="Bob@force.example"))
    assert "No kudos yet" in await mine(two, "newcomer")
    assert SECRET not in plain(await card(two, Mine(**two.core.asked("dee"))))


async def test_an_account_that_is_switched_off_is_joined_by_hand_alone(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.learn(replace(SLACK["bob"], active=False))
    assert "No kudos yet" in await mine(two, "bob")
    await two.decide((W, "bob"), (T, "t-bob"), decision="one")
    assert SAID in await mine(two, "bob")


async def test_a_member_who_becomes_a_guest_is_nobody_else_from_then_on(two: Both) -> None:
    await two.gave_there("ann", "bob", SECRET, place="closed")
    await two.decide((W, "bob"), (T, "t-bob"), decision="one")
    assert SECRET in await mine_here(two, "bob")
    await two.learn(replace(SLACK["bob"], kind=PersonKind.GUEST))
    assert "No kudos yet" in await mine_here(two, "bob")


async def test_unlinked_they_are_two_whatever_their_address(two: Both) -> None:
    given = await two.gave("ann", "bob", SAID)
    await two.decide((T, "t-ann"), decision="apart")
    assert "No kudos yet" in await mine(two, "ann")
    assert "can't find this kudos" in await two.core.says(two.press("ann", Action.WITHDRAW, given))
    await two.decide((T, "t-ann"), decision="")
    assert SAID in await mine(two, "ann")
    rows = await two.core.sql("SELECT subject, value, actor FROM setting WHERE name = 'colleague' ORDER BY at")
    assert [tuple(row.values()) for row in rows] == [("t-ann", "apart", "admin"), ("t-ann", "", "admin")]


async def test_linked_by_hand_they_are_one_and_pages_follow(two: Both) -> None:
    await two.core.ask(two.core.opens("dee"))
    await two.gave_there("cara", "ann", THERE)
    await two.core.deliver()
    assert "Kudos you gave: none yet" in two.core.page("dee")
    await two.decide((W, "dee"), (T, "t-cara"), decision="one")
    await two.core.deliver()
    assert THERE in two.core.page("dee")
    assert THERE not in await mine_here(two, "cara"), "whose address it is does not count any more"
    await two.decide((W, "dee"), decision="apart")
    await two.core.deliver()
    assert THERE not in two.core.page("dee")


# What they can do


async def test_taking_back_from_the_other_platform_mends_what_stands_on_both(two: Both) -> None:
    given = await two.gave("ann", "bob", SAID)
    assert any(SAID in text for text in two.core.texts("general"))
    assert any(SAID in text for text in two.core.texts("bob"))
    assert "Taken back" in await two.core.says(two.press("ann", Action.WITHDRAW, given))
    await two.core.deliver()
    assert not any(SAID in text for text in (*two.core.texts("general"), *two.core.texts("bob")))
    assert (await two.all())[0].withdrawn
    assert "No kudos yet" in await mine_here(two, "bob")
    (noted,) = await two.core.sql("SELECT workspace, actor, act FROM history")
    assert tuple(noted.values()) == (W, "ann", "withdrawn")


async def test_the_words_can_be_changed_from_the_other_platform(two: Both) -> None:
    given = await two.gave_there("ann", "bob", THERE)
    (form,) = await two.core.ask(two.core.press("ann", Action.EDIT, given))
    assert isinstance(form, OpenForm)
    ask = two.core.reword("ann", given, "she wrote the handover sheet for all of us")
    again = await two.core.app.bot.again(ask)
    assert "she wrote the handover sheet" in repr(again)
    assert await two.core.says(ask) == "Saved. The card and the messages about it will change, too."
    assert await two.core.says(ask) == "", "once, however often it comes"
    await two.core.deliver()
    assert any("she wrote the handover sheet" in text for text in two.teams.texts("general"))


async def test_a_sentence_can_be_added_from_the_other_platform(two: Both) -> None:
    await two.core.ask(two.core.react("ann", 0, author="bob"))
    (reacted,) = await two.all()
    said = await two.core.says(two.reword("ann", reacted.id, SAID))
    assert said == "Saved. The card and the messages about it will change, too."
    await two.core.deliver()
    assert any(SAID in text for text in two.core.texts("general"))


async def test_undo_takes_back_the_latest_wherever_it_was_given(two: Both) -> None:
    await two.gave_there("ann", "bob", THERE)
    await two.gave("ann", "bob", SAID)
    undo = two.undo("ann")
    for _ in range(3):
        assert "Taken back: your kudos to Bob for" in await two.core.says(undo)
    assert [each.withdrawn for each in await two.all()] == [False, True]
    assert "Bob of Teams" in await two.core.says(two.core.undo("ann"))
    nothing = two.undo("ann")
    assert "no kudos to take back" in await two.core.says(nothing)
    await two.gave("ann", "bob", SAID)
    assert "no kudos to take back" in await two.core.says(nothing), "it came before there was one"
    assert [each.withdrawn for each in await two.all()] == [True, True, False]


async def test_the_same_name_of_a_delivery_on_the_other_platform_is_another_delivery(two: Both) -> None:
    given = await two.gave("ann", "bob", SAID)
    here = two.core.undo("dee")
    assert "no kudos to take back" in await two.core.says(here)
    there = replace(two.press("ann", Action.WITHDRAW, given), delivery=here.delivery)
    assert "Taken back" in await two.core.says(there)
    assert (await two.all())[0].withdrawn


async def test_a_room_of_the_same_name_is_another_room_on_the_other_platform(two: Both) -> None:
    """So where somebody asks is no reason to show them what is private to a room there."""
    acting = Acting(Everywhere(store=two.core.app.store))
    given = await two.gave("ann", "bob", SECRET, place="closed")
    moved = await acting.meant(two.press("ann", Action.EXPLAIN, given, place="closed"))
    assert isinstance(moved, Press)
    assert (moved.workspace, moved.person, moved.place) == (W, "ann", "")
    stayed = two.core.press("ann", Action.EXPLAIN, given, place="closed")
    assert await acting.meant(stayed) == stayed


async def test_nobody_seconds_their_own_kudos_from_the_other_platform(two: Both) -> None:
    given = await two.gave("ann", "bob", SAID)
    for person in ("ann", "bob"):
        said = await two.core.says(two.press(person, Action.SECOND, given))
        assert said == "This kudos is yours already: others can second it."
    said = await two.core.says(two.press("cara", Action.SECOND, given))
    assert said == "This kudos is not shown any more.", "of what is not theirs nobody learns by guessing"
    assert (await two.all())[0].seconders == ()


@pytest.mark.parametrize("action", [Action.WITHDRAW, Action.UNDO, Action.EDIT, Action.SENTENCE, Action.EXPLAIN])
async def test_of_what_is_not_theirs_nothing_is_said_or_done(two: Both, action: Action) -> None:
    given = await two.gave("ann", "bob", SECRET, place="closed")
    for person in ("cara", "guest", "gone"):
        said = await two.core.says(two.press(person, action, given, place="closed"))
        assert said in ("This kudos is not shown any more.", "I can't find this kudos any more.")
    said = await two.core.says(two.press("bob", action, given))
    if action is Action.EXPLAIN:
        assert "<0>" in said
    else:
        assert said.startswith("Only the person who gave this kudos can")
    assert not (await two.all())[0].withdrawn


# Two accounts in one workspace, linked by hand


@pytest.fixture
async def double(two: Both) -> Both:
    """Dee is Ann's other account in the first workspace."""
    await two.decide((W, "ann"), (W, "dee"), (T, "t-ann"), decision="one")
    return two


async def test_nobody_thanks_their_own_other_account(double: Both) -> None:
    core = double.core
    alone = "You can't thank only yourself. Choose the colleague you want to thank."
    said = await core.says(core.give("ann", "@dee", f"#0 for {SAID}"))
    assert alone in said
    assert alone in await core.says(core.submit("ann", ["dee"], [0], SAID))
    assert await double.all() == []
    said = await core.says(core.give("ann", "@dee", "@bob", f"#0 for {SAID}"))
    assert "You were on the list too. I left you out" in said
    assert [each.id for each in (await double.all())[0].recipients] == ["bob"]
    await core.ask(core.submit("ann", ["cara", "dee"], [0], SAID, groups=["pair"]))
    assert [each.id for each in (await double.all())[1].recipients] == ["cara"]
    (form,) = await core.ask(GiveFor(**core.asked("ann"), message=MESSAGE, author="dee", place=ROOMS["general"]))
    assert "dee" not in repr(form)


async def test_a_group_with_both_accounts_of_its_giver_thanks_neither(double: Both) -> None:
    assert GROUPS["pair"].people == ("cara", "dee")
    await double.core.ask(double.core.give("ann", "@pair", f"#0 for {SAID}"))
    (given,) = await double.all()
    assert [each.id for each in given.recipients] == ["cara"]
    assert given.groups[0].number == 1


async def test_a_reaction_to_ones_own_other_account_means_nothing(double: Both) -> None:
    await double.core.ask(double.core.react("ann", 0, author="dee"))
    assert await double.all() == []


async def test_a_reaction_from_before_can_still_be_taken_back(two: Both) -> None:
    await two.core.ask(two.core.react("ann", 0, author="dee"))
    await two.decide((W, "ann"), (W, "dee"), decision="one")
    await two.core.ask(two.core.react("ann", 0, author="dee", standing=False))
    assert (await two.all())[0].withdrawn


async def test_nobody_seconds_with_their_other_account(double: Both) -> None:
    given = await double.gave("ann", "bob", SAID)
    core, own = double.core, "This kudos is yours already: others can second it."
    assert await core.says(core.press("dee", Action.SECOND, given)) == own
    await core.ask(core.react("dee", 1, to=await core.card(), author="kudos"))
    (only,) = await double.all()
    assert only.seconders == ()
    assert len(only.tags) == 1, "and it is not tagged as by its giver"
    received = await double.gave("bob", "ann", SAID)
    assert await core.says(core.press("dee", Action.SECOND, received)) == own


async def test_who_seconded_already_turns_it_round_with_either_account(double: Both) -> None:
    given = await double.gave("bob", "cara", SAID)
    core = double.core
    await core.ask(core.press("dee", Action.SECOND, given))
    await core.ask(core.press("ann", Action.SECOND, given))
    assert (await double.all())[0].seconders == ()
    await core.ask(core.press("ann", Action.SECOND, given))
    assert [each.id for each in (await double.all())[0].seconders] == ["ann"]


async def test_what_either_account_gave_can_be_taken_back_with_the_other(double: Both) -> None:
    given = await double.gave("dee", "bob", SAID)
    assert "Taken back" in await double.core.says(double.core.press("ann", Action.WITHDRAW, given))
    await double.gave("dee", "bob", SAID)
    undo = double.core.undo("ann")
    for _ in range(2):
        assert "Taken back" in await double.core.says(undo)
    assert [each.withdrawn for each in await double.all()] == [True, True]


async def test_what_thanks_both_accounts_counts_once(two: Both) -> None:
    await two.core.ask(two.core.give("bob", "@ann", "@dee", f"#0 for {SAID}"))
    await two.decide((W, "ann"), (W, "dee"), decision="one")
    shown = await mine_here(two, "ann")
    assert "Kudos you received (1)" in shown
    assert "in 2 workspaces" not in shown
    assert shown == await mine_here(two, "dee")


# Whoever looks after Kudos


async def test_plans_and_settings_stay_with_each_account(two: Both) -> None:
    """A digest is looked after where it is posted, and a switch is for the messages of its platform."""
    await two.learn(replace(PEOPLE["eli"], email=ADMIN))
    await two.core.ask(two.core.press("ann", Action.SETTING, "direct:0"))
    await two.plan(T)
    await two.core.ask(two.opens("ann"))
    await two.core.ask(two.core.opens("ann"))
    await two.core.deliver()
    assert f"{DIRECT.label}: on" in plain(two.teams.page("t-ann"))
    assert f"{DIRECT.label}: off" in two.core.page("ann")
    assert "Digests you look after" not in two.core.page("ann")


def buttons(card: Card) -> list[str]:
    return [
        button.value
        for element in card.elements
        if isinstance(element, Actions)
        for button in (*element.buttons, *element.more)
    ]


async def test_buttons_on_the_own_page_are_about_what_was_given_there(two: Both) -> None:
    """Each of them works from either page."""
    given = await two.gave("ann", "bob", SAID)
    await two.core.ask(two.opens("ann"))
    await two.core.deliver()
    assert given in buttons(two.teams.page("t-ann"))
