"""A digest in either place tells of both platforms, as far as it may, and calls everybody as they are known there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import steps
from bot.cards import Card, Line, Mention, MessageLink, Note, Span, plain
from bot.database import Step
from bot.errors import Impossible, SwitchedOff, Throttled, Unreachable
from bot.framework import Framework
from bot.model import Message, Visibility
from bot.requests import Action, Learned
from bot.schedule import Scope
from tests.both import SLACK, Both, T, both
from tests.doubles.world import W

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SAID = "staying on after nights"
THERE = "the handover sheet in the tenant"
SECRET = "what was said among ourselves"


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        await two.plan(W)
        await two.plan(T)
        yield two


def text(two: Both, workspace: str, place: str = "general") -> str:
    return two.digest(workspace, place).text


def spans(card: Card) -> list[Span]:
    return [span for each in card.elements if isinstance(each, Line | Note) for span in each.spans]


async def mended(two: Both) -> None:
    await two.core.deliver()
    await two.comes(two.core.clock() + timedelta(seconds=30))


async def test_both_digests_tell_of_both_platforms(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.gave_there("cara", "bob", THERE, place="hall")
    await two.comes(MONDAY)
    for shown in (text(two, W), text(two, T)):
        assert SAID in shown or THERE in shown
        assert "2 kudos. 1 person was thanked by 2 colleagues." in shown


async def test_everybody_is_called_as_they_are_known_there(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave_there("cara", "bob", THERE)
    await two.comes(MONDAY)
    here, there = text(two, W), text(two, T)
    assert "Ann thanked Dee" in here
    assert "Cara thanked Bob for" in here
    assert "of Teams" not in here
    assert "Ann of Teams thanked Dee for" in there
    assert "Cara of Teams thanked Bob of Teams for" in there


async def test_only_who_has_an_account_there_is_called(two: Both) -> None:
    """Whoever has none stands there by name: a mention that is none would be broken."""
    await two.plan(T, mention=True)
    await two.gave("ann", "dee", SAID)
    await two.gave("fay", "eli", SAID)
    await two.comes(MONDAY)
    there = two.digest(T)
    called = [span for span in spans(there.card) if isinstance(span, Mention)]
    assert {each.person for each in called} == {"t-ann"}
    assert {each.name for each in called} == {"Ann of Teams"}
    for name in ("Dee", "Eli", "Fay"):
        assert name in there.text


async def test_links_lead_to_the_message_on_its_own_platform(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave_there("cara", "bob", THERE)
    await two.comes(MONDAY)
    for workspace in (W, T):
        found = [span.message for span in spans(two.digest(workspace).card) if isinstance(span, MessageLink)]
        assert sorted(each.url for each in found) == ["", "https://example.org/general/general.1"]


async def test_whoever_was_thanked_on_both_counts_once_and_is_featured_once(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.gave_there("ann", "bob", THERE)
    await two.gave_there("cara", "ann", "something else that was good")
    await two.comes(MONDAY)
    for shown in (text(two, W), text(two, T)):
        assert "3 kudos. 2 people were thanked by 2 colleagues." in shown
        assert (SAID in shown) is not (THERE in shown), "nobody is told of twice"
        assert "something else that was good" in shown


async def test_unlinked_they_count_as_two(two: Both) -> None:
    await two.gave("ann", "bob", SAID)
    await two.gave_there("ann", "bob", THERE)
    await two.comes(MONDAY)
    assert "1 person was thanked by 1 colleague" in text(two, W)
    await two.decide((T, "t-bob"), decision="apart")
    await mended(two)
    for shown in (text(two, W), text(two, T)):
        assert "2 people were thanked by 1 colleague" in shown
    await two.decide((T, "t-bob"), (W, "bob"), decision="one")
    await mended(two)
    assert "1 person was thanked by 1 colleague" in text(two, W)


async def test_two_accounts_in_one_workspace_count_as_one(two: Both) -> None:
    await two.decide((W, "ann"), (W, "dee"), decision="one")
    await two.gave("ann", "bob", SAID)
    await two.gave("dee", "cara", SAID)
    await two.gave("cara", "ann", SAID)
    await two.gave("bob", "dee", SAID)
    await two.comes(MONDAY)
    assert "4 kudos. 3 people were thanked by 3 colleagues." in text(two, W)
    await two.gave("dee", "bob", SAID)
    await two.comes(MONDAY + timedelta(days=7))
    again = [each.text for each in two.core.platform.posted if each.view == "digest"][1]
    assert "1 kudos, 3 fewer than the week before. 1 person was thanked (2 fewer) by 1 colleague (2 fewer)." in again


async def test_newcomers_are_new_on_either_platform(two: Both) -> None:
    await two.gave_there("ann", "bob", THERE)
    await two.comes(MONDAY)
    assert "Welcome: Ann gave kudos" in text(two, W)
    assert "Welcome: Ann of Teams gave kudos" in text(two, T)
    await two.gave("ann", "bob", SAID)
    await two.gave("bob", "cara", SAID)
    await two.gave_there("bob", "cara", SAID)
    await two.comes(MONDAY + timedelta(days=7))
    again = [each.text for each in two.core.platform.posted if each.view == "digest"][1]
    assert "Welcome: Bob gave kudos" in again
    assert "3 kudos, 2 more than the week before" in again


async def test_who_was_featured_lately_with_either_account_lets_others_go_first(two: Both) -> None:
    await two.gave_there("ann", "bob", THERE)
    await two.comes(MONDAY)
    for number in range(8):
        await two.gave(f"p{number}", f"p{number + 10}", f"help number {number}")
    await two.gave("ann", "bob", SAID)
    await two.comes(MONDAY + timedelta(days=7))
    again = [each.text for each in two.core.platform.posted if each.view == "digest"][1]
    assert SAID not in again
    assert "Also thanked: Bob" in again


async def test_whose_kudos_are_told_are_theirs_with_either_account(two: Both) -> None:
    await two.plan(T, place="hall", scope=Scope.PEOPLE, people=("t-ann", "t-cara"))
    await two.plan(T, place="closed", scope=Scope.PLACE)
    await two.gave("ann", "dee", SAID)
    await two.gave("fay", "eli", "something of others")
    await two.gave_there("cara", "bob", THERE)
    await two.comes(MONDAY)
    team = text(two, T, "hall")
    assert "2 kudos in this team" in team
    assert "something of others" not in team
    assert "Did somebody help you lately?" in text(two, T, "closed"), "a place that tells of itself tells of no other"


# What may be told


async def test_what_is_private_on_one_platform_is_not_told_on_the_other(two: Both) -> None:
    """Not even in a room that is called the same there."""
    await two.plan(T, place="closed")
    await two.gave("ann", "bob", SECRET, place="closed")
    await two.comes(MONDAY)
    for place in ("general", "closed"):
        assert SECRET not in text(two, T, place)
        assert "Did somebody help you lately?" in text(two, T, place)


async def test_what_may_be_read_by_others_hears_nothing_of_the_other_platform(two: Both) -> None:
    shared = Step("UPDATE place SET shared = 1 WHERE workspace = :workspace AND id = 'general'", {"workspace": T})
    await two.core.app.store.write(shared)
    await two.gave("ann", "bob", SAID)
    await two.gave_there("ann", "cara", THERE)
    await two.comes(MONDAY)
    assert SAID not in text(two, T)
    assert "1 kudos" in text(two, T)
    assert "2 kudos" in text(two, W)


async def test_where_a_place_becomes_private_the_other_platform_tells_of_it_no_more(two: Both) -> None:
    await two.gave("ann", "dee", SAID, place="news")
    await two.comes(MONDAY)
    assert SAID in text(two, T)
    hidden = replace(two.core.platform.rooms["news"], visibility=Visibility.PRIVATE)
    two.core.platform.rooms["news"] = hidden
    await two.core.ask(Learned(workspace=W, person="", delivery="", places=(hidden,)))
    await mended(two)
    assert SAID not in text(two, T)
    assert "Dee" not in text(two, T)


async def test_where_the_other_platform_knows_better_it_is_not_told(two: Both) -> None:
    """Private by now, though nobody has told us."""
    await two.gave("ann", "dee", SAID, place="news")
    two.core.platform.rooms["news"] = replace(two.core.platform.rooms["news"], visibility=Visibility.PRIVATE)
    await two.comes(MONDAY)
    assert SAID not in text(two, T)


async def test_what_is_deleted_there_is_not_told_here(two: Both) -> None:
    await two.gave_there("ann", "bob", THERE)
    await two.gave("cara", "dee", SAID)
    two.teams.deleted.add(Message(place="general", id="general.1"))
    await two.comes(MONDAY)
    for workspace in (W, T):
        assert THERE not in text(two, workspace)
        assert "1 kudos" in text(two, workspace)


@pytest.mark.parametrize("error", [Unreachable("down"), Throttled("later", retry_after_s=20)])
async def test_a_platform_that_does_not_answer_is_waited_for_but_not_for_long(two: Both, error: Exception) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave_there("ann", "bob", THERE)
    two.core.clock.at = MONDAY
    await two.core.app.bot.digesting.tick()
    for _ in range(200):  # the digests of both ask
        two.core.platform.fail("place", error)  # type: ignore[arg-type]
    for _ in range(30):
        await two.core.deliver(60)
    assert [each for each in two.teams.posted if each.view == "digest"] == []
    for _ in range(60):
        await two.core.deliver(60)
    assert THERE in text(two, T)
    assert SAID not in text(two, T)
    two.core.platform.faults.clear()
    two.core.clock.move(24 * 3600)
    assert await two.core.app.bot.digesting.look()
    await two.core.deliver()
    assert "2 kudos" in text(two, T), "the next look adds it"


async def test_a_workspace_that_has_removed_us_is_told_of_nowhere_else(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave_there("ann", "bob", THERE)
    await two.core.app.store.write(steps.switched_off(W, two.core.clock()))
    two.core.clock.at = MONDAY
    await two.core.app.bot.digesting.tick()
    two.core.platform.fail("place", SwitchedOff("gone"))
    await two.core.deliver()
    assert THERE in text(two, T)
    assert SAID not in text(two, T)


async def test_a_platform_that_is_off_leads_nowhere(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    del two.core.app.lookups["test"]
    await two.comes(MONDAY)
    assert SAID in text(two, T)
    assert [span for span in spans(two.digest(T).card) if isinstance(span, MessageLink)] == []


async def test_a_link_that_can_not_be_looked_up_for_good_says_nothing_of_the_message(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    two.core.platform.fail("permalink", Impossible("something_else"))
    two.core.clock.at = MONDAY
    await two.core.app.bot.digesting.tick()
    await two.core.deliver()
    assert SAID in text(two, T)


# What changes


async def test_withdrawn_on_one_platform_it_is_gone_from_both_digests(two: Both) -> None:
    given = await two.gave("ann", "dee", SAID)
    await two.comes(MONDAY)
    assert SAID in text(two, T)
    await two.core.ask(two.press("ann", Action.WITHDRAW, given))
    await mended(two)
    for workspace in (W, T):
        assert "Did somebody help you lately?" in text(two, workspace)


async def test_words_that_change_change_in_both_digests(two: Both) -> None:
    given = await two.gave_there("ann", "bob", THERE)
    await two.comes(MONDAY)
    await two.core.ask(two.core.reword("ann", given, "she wrote the handover sheet for all of us"))
    await mended(two)
    for workspace in (W, T):
        assert "she wrote the handover sheet" in text(two, workspace)


async def test_who_leaves_is_named_no_more_unless_they_are_known_by_another_account(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave("bob", "cara", "the rota for all of us")
    await two.decide((W, "cara"), (T, "t-cara"), decision="one")
    await two.comes(MONDAY)
    for id_ in ("dee", "cara"):
        await two.learn(replace(SLACK[id_], active=False))
    await mended(two)
    for workspace in (W, T):
        assert "Dee" not in text(two, workspace)
        assert "thanked Cara of Teams for" in text(two, workspace)


async def test_what_is_merely_counted_follows_as_well(two: Both) -> None:
    """What is not featured: the figures, the names and the places of the other platform."""
    for number in range(12):
        await two.gave(f"p{number}", f"p{number + 20}", f"help number {number}", place="news" if number else "general")
    await two.comes(MONDAY)
    told = text(two, T)
    assert "12 kudos. 12 people" in told
    others = [each for each in await two.all() if each.reason not in told]
    assert len(others) == 4
    await two.core.ask(two.core.press(others[0].giver.id, Action.WITHDRAW, others[0].id))
    await mended(two)
    assert "11 kudos. 11 people" in text(two, T)
    gone = others[1].recipients[0]
    assert gone.name in text(two, T)
    await two.learn(replace(gone, active=False))
    await mended(two)
    assert gone.name not in text(two, T)
    hidden = replace(two.core.platform.rooms["news"], visibility=Visibility.PRIVATE)
    two.core.platform.rooms["news"] = hidden
    await two.core.ask(Learned(workspace=W, person="", delivery="", places=(hidden,)))
    await mended(two)
    assert "1 kudos. 1 person" in text(two, T)


async def test_apart_again_each_tells_of_its_own_alone(two: Both) -> None:
    """From the next look on; and what is withdrawn is gone at once, wherever it was told."""
    given = await two.gave("ann", "dee", SAID)
    await two.gave_there("cara", "bob", THERE)
    await two.comes(MONDAY)
    assert SAID in text(two, T)
    await two.core.app.store.organisations.arrange([], {})
    await two.core.ask(two.core.press("ann", Action.WITHDRAW, given))
    await mended(two)
    assert SAID not in text(two, T)
    assert "1 kudos" in text(two, T)
    two.core.clock.move(24 * 3600)
    await two.core.app.bot.digesting.look()
    await two.core.deliver()
    assert THERE not in text(two, W)


async def test_a_preview_shows_what_will_come(two: Both) -> None:
    await two.gave("ann", "dee", SAID)
    await two.gave_there("cara", "bob", THERE)
    two.core.clock.at = MONDAY - timedelta(hours=3)
    shown = {each: plain(await two.core.app.bot.digesting.preview(each, "general")) for each in (W, T)}
    await two.comes(MONDAY)
    assert shown == {each: text(two, each) for each in (W, T)}


# Foreign workspaces


async def test_two_foreign_workspaces_cross_nothing(database_kind: str, framework: Framework, tmp_path: Path) -> None:
    """The same people, the same addresses, the same names of rooms: and nothing of one is met in the other."""
    async with both(framework, tmp_path / "kudos.db", together=False) as two:
        for workspace in (W, T):
            await two.plan(workspace, mention=True)
        here = await two.gave("ann", "bob", "CANARY of the first")
        there = await two.gave_there("ann", "bob", "CANARY of the second")
        for request in (two.press("ann", Action.WITHDRAW, here), two.core.press("ann", Action.WITHDRAW, there)):
            assert await two.core.says(request) == "I can't find this kudos any more."
        await two.core.ask(two.core.opens("ann"))
        await two.core.ask(two.opens("ann"))
        assert "second" not in await two.core.says(two.core.press("ann", Action.HOME, "0:0"))
        assert "first" not in await two.core.says(two.mine("ann"))
        await two.decide((W, "ann"), (T, "t-ann"), decision="one")
        assert "first" not in await two.core.says(two.mine("ann")), "not even by hand"
        await two.comes(MONDAY)
        await two.core.deliver(600)
        for platform, own, foreign in (
            (two.core.platform, "CANARY of the first", "second"),
            (two.teams, "CANARY of the second", "first"),
        ):
            cards = [*(each.card for each in platform.posted), *(page[-1] for page in platform.published.values())]
            told = "\n".join(map(plain, cards))
            assert told.count(own) >= 4
            assert f"CANARY of the {foreign}" not in told
            assert "kudos in Teams and Test together" not in told
            assert ("of Teams" in told) is (platform is two.teams)
        rows = await two.core.sql("SELECT workspace, given_in FROM digest_story")
        assert all(row["workspace"] == row["given_in"] for row in rows)
        assert len(rows) == 2
