"""A digest comes once, in the right week, whatever happens; and what stands follows what it tells of."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import posts, reports, runs, steps
from bot.cards import plain
from bot.database import Step
from bot.errors import Impossible, NotAMember, Refusal, Throttled, Unreachable
from bot.framework import Framework
from bot.model import Visibility, Workspace
from bot.requests import Action, Learned
from bot.schedule import Plan, Scope, Week
from tests.doubles.platform import Posted
from tests.doubles.world import MESSAGE, PEOPLE, ROOMS, W, World, world
from tests.planned import plan

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  #: when the digest of the world's first week is due
LAST = Week(2026, 10)
LONDON = "Europe/London"
SAID = "staying on after nights"
ADMIN = "ann@example.org"


@pytest.fixture
async def core(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Three processes, in a workspace that shares nothing with anybody; it is Monday of week 10."""
    async with world(framework, tmp_path / "kudos.db", processes=3, admins=frozenset({ADMIN})) as core:
        own = [replace(room, shared=False) for room in ROOMS.values()]
        core.platform.rooms.update({room.id: room for room in own})
        ann = replace(PEOPLE["ann"], email=ADMIN)
        await core.ask(Learned(workspace=W, person="", delivery="", people=(ann,), places=tuple(own)))
        yield core


async def give(core: World, giver: str, to: str, said: str = SAID, *, entry: int = 0, place: str = "general") -> str:
    """A kudos and its card; its id."""
    await core.ask(core.give(giver, f"@{to}", f"#{entry}", f"for {said}", place=place))
    await core.deliver(1)
    return (await core.ledger())[-1].id


async def comes(core: World, at: datetime | None = None) -> None:
    """Let it become that time; all processes notice what is due, and deliver."""
    if at:
        core.clock.at = at
    for app in (core.app, *core.twins):
        await app.bot.digesting.tick()
    await core.deliver()


def digests(core: World, place: str = "general") -> list[Posted]:
    return [each for each in core.platform.posted if each.view == "digest" and each.message.place == place]


def digest(core: World, place: str = "general") -> str:
    (only,) = digests(core, place)
    return only.text


async def outcomes(core: World) -> dict[str, str]:
    return {row["week"]: row["outcome"] for row in await core.sql("SELECT week, outcome FROM digest ORDER BY week")}


async def pages(core: World, person: str = "ann") -> str:
    await core.ask(core.opens(person))
    await core.deliver()
    return core.page(person)


# Once, and in the right week


async def test_it_tells_of_the_last_full_week_once(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    await comes(core, MONDAY - timedelta(seconds=1))
    assert digests(core) == []
    await give(core, "bob", "cara", "something of this week")
    for seconds in (0, 30, 3600, 5 * 24 * 3600):
        await comes(core, MONDAY + timedelta(seconds=seconds))
        assert SAID in digest(core)
        assert "2 to 8 March 2026" in digest(core)
        assert "something of this week" not in digest(core)
    await comes(core, MONDAY + timedelta(days=7))
    assert len(digests(core)) == 2
    assert "something of this week" in digests(core)[1].text
    assert await outcomes(core) == {"2026-W10": "due", "2026-W11": "due"}


async def test_what_was_due_before_it_was_set_up_does_not_come(core: World) -> None:
    await give(core, "ann", "bob")
    core.clock.at = MONDAY + timedelta(hours=1)
    await plan(core)
    await comes(core)
    assert await outcomes(core) == {}
    await comes(core, MONDAY + timedelta(days=7))
    assert await outcomes(core) == {"2026-W11": "due"}


async def test_a_story_that_is_hidden_or_removed_goes_from_the_digest_and_comes_back(core: World) -> None:
    """Within a look at what is due, which is half a minute."""
    await plan(core)
    id_ = await give(core, "ann", "bob")
    await give(core, "cara", "dee", "another story")
    await comes(core, MONDAY)
    assert SAID in digest(core)
    recognition = (await core.ledger())[0]
    removal = reports.removal(recognition, [], reason="why", actor="dee", now=core.clock())
    restoring = reports.removal(recognition, [removal], reason="", actor="eli", now=core.clock())
    for there in (False, True):
        await core.ask(core.press("bob", Action.SHOW if there else Action.HIDE, id_))
        await comes(core)
        assert (SAID in digest(core)) is there
    for decision, there in ((removal, False), (restoring, True)):
        changed = posts.changed(W, id_, core.clock()), runs.counted(W, recognition.given_at)
        await core.app.store.write(reports.decided(decision), *changed)
        await comes(core)
        assert (SAID in digest(core)) is there
        assert "another story" in digest(core)


async def test_off_is_off_even_when_it_was_noticed_already(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    await plan(core, on=False)
    await comes(core)
    await comes(core, MONDAY + timedelta(days=7))
    assert digests(core) == []
    assert await outcomes(core) == {"2026-W10": "skipped"}


@pytest.mark.parametrize(("hours", "number"), [(35, 1), (37, 0)])
async def test_missed_it_comes_later_but_not_much_later(core: World, hours: int, number: int) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    await comes(core, MONDAY + timedelta(hours=hours))
    assert len(digests(core)) == number
    assert await outcomes(core) == {"2026-W10": "due" if number else "late"}
    told = "The digest of the week from 2 March was left out in #general: I was not running when it was due"
    assert (told in await pages(core)) is (number == 0)
    assert told not in await pages(core, "bob")


async def test_what_could_not_be_sent_for_long_is_not_sent_late(core: World) -> None:
    await plan(core, place="closed")
    await give(core, "ann", "bob", place="closed")
    core.platform.fail("send", Unreachable("down"))
    await comes(core, MONDAY)
    core.clock.at = MONDAY + timedelta(hours=37)
    await core.deliver()
    assert digests(core, "closed") == []
    assert await outcomes(core) == {"2026-W10": "late"}
    assert "was left out in a private channel" in await pages(core)


async def test_weeks_in_which_nobody_was_there_are_noted(core: World) -> None:
    await plan(core)
    await plan(core, place="news", skipped="2026-W11")
    await comes(core, MONDAY + timedelta(days=15))
    rows = await core.sql("SELECT place, week, outcome FROM digest ORDER BY place, week")
    assert [tuple(row.values()) for row in rows] == [
        ("general", "2026-W10", "late"),
        ("general", "2026-W11", "late"),
        ("general", "2026-W12", "due"),
        ("news", "2026-W10", "late"),
        ("news", "2026-W11", "skipped"),
        ("news", "2026-W12", "due"),
    ]
    assert "from 9 March was left out in #general:" in await pages(core)


@pytest.mark.fault("clock moved")
async def test_a_clock_that_was_ahead_for_a_moment_loses_nothing_of_the_time_before(core: World) -> None:
    await plan(core)
    await comes(core, MONDAY + timedelta(days=350))
    for week in range(3):
        await comes(core, MONDAY + timedelta(weeks=week))
    came = await outcomes(core)
    assert [came.get(f"2026-W{number}") for number in (10, 11, 12)] == ["due"] * 3


async def test_moved_to_another_day_every_week_is_still_told_once(core: World) -> None:
    await plan(core, day=4)
    await comes(core, MONDAY - timedelta(days=3))
    await comes(core, MONDAY + timedelta(days=2))
    assert await outcomes(core) == {"2026-W09": "due"}
    await plan(core, day=0)  # which was the day before yesterday
    await comes(core)
    await plan(core, day=4)
    await comes(core, MONDAY + timedelta(days=5))
    assert await outcomes(core) == {"2026-W09": "due", "2026-W10": "due"}
    await comes(core, MONDAY + timedelta(days=12))
    assert await outcomes(core) == {"2026-W09": "due", "2026-W10": "due", "2026-W11": "due"}


async def test_in_another_time_zone_nothing_is_told_twice_and_nothing_never(core: World) -> None:
    """What was given between the two midnights is in exactly one digest."""
    for week, zone in enumerate((LONDON, "America/Los_Angeles", "Pacific/Kiritimati")):
        await plan(core, zone=zone)
        for hours in (-16, -2, 2):
            core.clock.at = MONDAY + timedelta(weeks=week, hours=hours - 9)
            await give(core, "ann", "bob")
        await comes(core, MONDAY + timedelta(weeks=week, hours=9))
    await comes(core, MONDAY + timedelta(weeks=3))
    rows = await core.sql("SELECT begins_at, ends_at FROM digest ORDER BY week")
    assert [each["ends_at"] for each in rows[:-1]] == [each["begins_at"] for each in rows[1:]]
    assert sum(int(re.findall(r"(\d+) kudos", each.text)[0]) for each in digests(core)) == len(await core.ledger()) == 9


async def test_a_plan_that_nobody_can_follow_keeps_no_other(core: World) -> None:
    await plan(core, place="closed", zone="Nowhere/Land")
    await plan(core)
    await comes(core, MONDAY)
    assert len(digests(core)) == 1


async def test_a_workspace_that_does_not_have_us_is_not_bothered(core: World) -> None:
    await plan(core)
    await core.app.store.write(steps.switched_off(W, core.clock()))
    await comes(core, MONDAY)
    assert await outcomes(core) == {}
    await core.app.store.write(*steps.switched_on(W, core.clock()))
    await comes(core, MONDAY + timedelta(hours=1))
    assert len(digests(core)) == 1


# What may be told


async def test_what_is_public_and_what_was_given_there_is_told(core: World) -> None:
    await plan(core)
    await plan(core, place="closed")
    for place, giver, to in (("general", "p0", "p10"), ("news", "p1", "p11"), ("closed", "ann", "bob")):
        await give(core, giver, to, f"help in {place}", place=place)
    await comes(core, MONDAY)
    assert "help in news" in digest(core)
    assert "help in closed" not in digest(core)
    assert "Bob" not in digest(core)
    assert "2 kudos" in digest(core)
    assert "help in closed" in digest(core, "closed")
    assert "3 kudos" in digest(core, "closed")


async def test_of_a_place_that_is_not_known_yet_the_platform_is_asked(core: World) -> None:
    """What a digest features never changes, so it must not come of what nobody has learned yet."""
    await plan(core)
    await give(core, "cara", "dee", "help in news", place="news")
    await core.app.store.write(
        Step("DELETE FROM place WHERE workspace = :workspace AND id = 'general'", {"workspace": W})
    )
    core.platform.fail("place", Unreachable("busy"))
    await comes(core, MONDAY)
    assert not digests(core)
    await core.deliver(60)
    assert "help in news" in digest(core)


@pytest.mark.parametrize("shared", [1, None])
async def test_a_place_that_others_may_read_gets_only_its_own(core: World, shared: int | None) -> None:
    await plan(core)
    rows = "UPDATE place SET shared = :shared WHERE workspace = :workspace AND id = 'general'"
    await core.app.store.write(Step(rows, {"shared": shared, "workspace": W}))
    rooms = core.platform.rooms
    rooms["general"] = replace(rooms["general"], shared=None if shared is None else bool(shared))
    await give(core, "ann", "bob", "help in general")
    await give(core, "cara", "dee", "help in news", place="news")
    await comes(core, MONDAY)
    assert "help in general" in digest(core)
    assert "help in news" not in digest(core)
    assert "1 kudos" in digest(core)
    assert core.platform.called("public") == []


async def test_only_what_is_public_now_is_told_and_many_places_take_one_question(core: World) -> None:
    """Private by now, though nobody has told us."""
    await plan(core)
    rooms = [replace(ROOMS["news"], id=f"room{number}", name=f"room{number}", shared=False) for number in range(8)]
    core.platform.rooms.update({room.id: room for room in rooms})
    await core.ask(Learned(workspace=W, person="", delivery="", places=tuple(rooms)))
    ROOMS.update({room.id: room for room in rooms})
    for number, room in enumerate(rooms):
        await give(core, f"p{number}", f"p{number + 10}", f"help in {room.id}", place=room.id)
    for room in rooms:
        ROOMS.pop(room.id)
    core.platform.rooms["room3"] = replace(rooms[3], visibility=Visibility.PRIVATE)
    core.platform.calls.clear()
    await comes(core, MONDAY)
    assert core.platform.called("public") == [""]
    assert core.platform.called("place") == ["room3"]
    assert "help in room2" in digest(core)
    assert "room3" not in digest(core)
    assert "Person 13" not in digest(core)
    assert "7 kudos" in digest(core)


async def test_until_it_is_certain_nothing_is_posted(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob", place="news")
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    for error in (Throttled("later", retry_after_s=20), Unreachable("down"), TimeoutError()):
        core.platform.fail("place", error)
        await core.deliver()
        assert digests(core) == []
        core.clock.move(61)
    core.platform.fail("permalink", Unreachable("down"))
    await core.deliver()
    assert digests(core) == []
    core.clock.move(61)
    core.platform.fail("permalink", Impossible("something_else"))
    await core.deliver()
    assert SAID in digest(core)


async def test_until_it_is_certain_who_reads_it_nothing_from_elsewhere_is_posted(core: World) -> None:
    await plan(core, place="closed")
    await give(core, "ann", "bob", "help in news", place="news")
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    for error in (Throttled("later", retry_after_s=20), Unreachable("down"), TimeoutError()):
        core.platform.fail("place", error, target="closed")
        await core.deliver()
        assert digests(core, "closed") == []
        core.clock.move(61)
    await core.deliver()
    assert "help in news" in digest(core, "closed")
    core.platform.calls.clear()
    for app in (core.app, *core.twins):
        await app.bot.digesting.preview(W, "closed")
    assert core.platform.called("place").count("closed") < 3, "who has posted it knows that for a while"


async def test_a_platform_that_is_off_is_taken_at_its_earlier_word(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob", place="news")
    for app in (core.app, *core.twins):
        del app.lookups["test"]
    await comes(core, MONDAY)
    assert SAID in digest(core)


async def test_a_listing_that_fails_is_asked_for_again(core: World) -> None:
    await plan(core)
    rooms = [replace(ROOMS["news"], id=f"room{number}", shared=False) for number in range(6)]
    core.platform.rooms.update({room.id: room for room in rooms})
    await core.ask(Learned(workspace=W, person="", delivery="", places=tuple(rooms)))
    for number, room in enumerate(rooms):
        given = core.give(f"p{number}", f"@p{number + 10}", "#0", f"for help in {room.id}")
        await core.ask(replace(given, place=room))
    await core.deliver()
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    for error in (Throttled("later", retry_after_s=20), Impossible("missing_scope"), Unreachable("down")):
        core.platform.fail("public", error)
        await core.deliver(61)
        assert digests(core) == []
    await core.deliver(61)
    assert "6 kudos" in digest(core)


async def test_there_is_no_preview_of_what_is_not_certain(core: World) -> None:
    await give(core, "ann", "bob", place="news")
    core.clock.at = MONDAY
    core.platform.fail("place", Unreachable("down"))
    with pytest.raises(Unreachable):
        await core.app.bot.digesting.preview(W, "general", LAST)


async def test_what_was_withdrawn_deleted_or_given_by_who_has_left_does_not_get_out(core: World) -> None:
    await plan(core)
    for number in range(5):
        await give(core, f"p{number}", f"p{number + 10}", f"help number {number}")
    first = (await core.ledger())[0]
    await core.ask(core.press("p0", Action.WITHDRAW, first.id))
    await core.ask(core.react("p5", 1, author="p15"))
    core.platform.deleted.add(MESSAGE)
    core.platform.deleted.add(next(each.message for each in core.platform.posted if "help number 1" in each.text))
    gone = (replace(PEOPLE["p2"], active=False), replace(PEOPLE["p13"], active=False))
    await core.ask(Learned(workspace=W, person="", delivery="", people=gone))
    await comes(core, MONDAY)
    assert "help number 4" in digest(core)
    for number in range(4):
        assert f"help number {number}" not in digest(core)
    for name in ("Person 0", "Person 1 ", "Person 2", "Person 10", "Person 11", "Person 13", "Person 15", "Person 5"):
        assert name not in digest(core)
    assert "3 kudos" in digest(core)


async def test_another_workspace_is_another_world(core: World) -> None:
    other = "test:2"
    core.platform.workspaces = frozenset({W, other})
    store = core.app.store
    await store.directory.save_workspace(Workspace(id=other, name="Other", bot="kudos"))
    await store.directory.save_people([replace(person, workspace=other) for person in PEOPLE.values()])
    await store.places.save([replace(room, workspace=other, shared=False) for room in ROOMS.values()])
    await plan(core)
    given = core.give("ann", "@bob", "#0", "for help elsewhere")
    await core.ask(replace(given, workspace=other, place=replace(ROOMS["general"], workspace=other)))
    await give(core, "ann", "bob")
    await comes(core, MONDAY)
    assert "help elsewhere" not in digest(core)
    assert "1 kudos" in digest(core)


async def test_whose_kudos_are_told_is_set_up(core: World) -> None:
    await plan(core, scope=Scope.PLACE)
    await plan(core, place="news", scope=Scope.PEOPLE, people=("cara", "eli"))
    await give(core, "ann", "bob", "help number 1")
    await give(core, "cara", "dee", "help number 2")
    await give(core, "dee", "eli", "help number 3", place="news")
    await comes(core, MONDAY)
    here, there = digest(core), digest(core, "news")
    assert [number for number in range(1, 4) if f"help number {number}" in here] == [1, 2]
    assert [number for number in range(1, 4) if f"help number {number}" in there] == [2, 3]
    assert "2 kudos" in here
    assert "2 kudos" in there


async def test_what_is_set_up_before_it_is_out_counts(core: World) -> None:
    """It was noticed, and chosen, when it was to tell more, and to notify."""
    await plan(core, mention=True)
    await give(core, "ann", "bob", "help in general")
    await give(core, "cara", "dee", "help in news", place="news")
    core.platform.fail("send", Unreachable("down"), target="general")
    await comes(core, MONDAY)
    await plan(core, scope=Scope.PLACE)
    await comes(core, MONDAY + timedelta(hours=1))
    assert "help in general" in digest(core)
    assert "help in news" not in digest(core)
    assert "1 kudos here" in digest(core)
    assert "Mention(" not in repr(digests(core)[0].card)
    await plan(core, mention=True)
    assert not await core.app.bot.digesting.look(), "what is out is as it was posted"


async def test_two_processes_can_not_choose_differently(core: World) -> None:
    """Not even when one of them already knows better."""
    await plan(core)
    for number in range(20):
        await give(core, f"p{number}", f"p{number + 20}", f"help number {number}")
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    (row,) = await core.app.store.posts.due(core.clock(), most=9)
    cards = await asyncio.gather(*(app.bot.render(row) for app in (core.app, *core.twins)))
    assert len(set(map(repr, cards))) == 1
    (stories,) = await core.sql("SELECT COUNT(*) AS number FROM digest_story")
    assert stories["number"] == 8


async def test_it_compares_with_the_week_before_and_welcomes_who_is_new(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    await comes(core, MONDAY)
    assert "Welcome: Ann" in digest(core)
    assert "the week before" not in digest(core)
    await give(core, "ann", "cara")
    await give(core, "bob", "cara")
    await comes(core, MONDAY + timedelta(days=7))
    second = digests(core)[1].text
    assert "2 kudos, 1 more than the week before" in second
    assert "Welcome: Bob" in second


async def test_who_was_featured_lately_lets_others_go_first(core: World) -> None:
    await plan(core)
    for number in range(8):
        await give(core, f"p{number}", f"p{number + 20}")
    await comes(core, MONDAY)
    for number in range(16):
        await give(core, f"p{number}", f"p{number + 20}", f"help number {number:02}")
    await comes(core, MONDAY + timedelta(days=7))
    second = digests(core)[1].text
    assert [number for number in range(16) if f"help number {number:02}" in second] == list(range(8, 16))


async def test_whom_a_story_counts_among_others_is_named_below_it(core: World) -> None:
    """Being named is the whole of it."""
    await plan(core)
    await core.ask(core.give("ann", *(f"@p{number}" for number in range(7)), "#0", "for staying on"))
    await comes(core, MONDAY)
    assert "Person 0, Person 1, Person 2 and 4 others" in digest(core)
    assert "Also thanked: Person 3, Person 4, Person 5 and Person 6" in digest(core)


async def test_who_was_thanked_as_one_of_a_group_is_not_named_apart_from_it(core: World) -> None:
    await plan(core)
    await core.ask(core.give("ann", "@crew", "#0", "for staying on"))
    await comes(core, MONDAY)
    assert "@crew (2 people)" in digest(core)
    assert "Also thanked" not in digest(core)


# A week with nothing in it


async def test_of_weeks_with_nothing_in_them_every_other_one_is_spoken_of(core: World) -> None:
    await plan(core)
    numbers = []
    for week in range(5):
        await comes(core, MONDAY + timedelta(weeks=week))
        numbers.append(len(digests(core)))
    assert numbers == [1, 1, 2, 2, 3]
    assert "Did somebody help you lately?" in digests(core)[0].text
    assert set((await outcomes(core)).values()) == {"due"}
    await give(core, "ann", "bob")
    await comes(core, MONDAY + timedelta(weeks=5))
    assert SAID in digests(core)[-1].text


# Mending


async def mended(core: World) -> str:
    """What stands a minute later."""
    await core.deliver()
    await comes(core, core.clock() + timedelta(seconds=30))
    return digest(core)


async def test_words_that_change_change_there(core: World) -> None:
    await plan(core)
    id_ = await give(core, "ann", "bob")
    await comes(core, MONDAY)
    await core.ask(core.reword("ann", id_, "she stayed until it was done"))
    assert "she stayed until it was done" in await mended(core)
    assert SAID not in digest(core)


async def test_what_is_withdrawn_leaves_a_gap_and_the_rest_keeps_its_place(core: World) -> None:
    await plan(core)
    for number in range(10):
        await give(core, f"p{number}", f"p{number + 10}", f"help number {number}")
    await comes(core, MONDAY)
    before = [line for line in digest(core).splitlines() if "help number" in line]
    assert len(before) == 8
    taken = next(each for each in await core.ledger() if f"“{each.reason}”" == before[3])
    await core.ask(core.press(taken.giver.id, Action.WITHDRAW, taken.id))
    assert "9 kudos" in await mended(core)
    assert [line for line in digest(core).splitlines() if "help number" in line] == before[:3] + before[4:]
    assert taken.recipients[0].name not in digest(core)


async def test_when_all_is_withdrawn_it_asks_for_more(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    await comes(core, MONDAY)
    await core.ask(core.undo("ann"))
    assert "Did somebody help you lately?" in await mended(core)
    assert "Bob" not in digest(core)


async def test_who_leaves_is_named_no_more(core: World) -> None:
    await plan(core)
    for number in range(10):
        await give(core, f"p{number}", f"p{number + 20}", f"help number {number}")
    await comes(core, MONDAY)
    for person in ("p3", "p22"):
        await core.ask(Learned(workspace=W, person="", delivery="", people=(replace(PEOPLE[person], active=False),)))
        await mended(core)
    assert "Person 22" not in digest(core)
    assert "help number 3" not in digest(core)
    await core.app.store.directory.save_gone(W, "p24")
    assert "Person 24" not in await mended(core)


@pytest.mark.parametrize("told", ["by an event", "by a question", "out of reach", "at a button"])
async def test_where_a_place_becomes_private_it_is_told_of_no_more(core: World, told: str) -> None:
    await plan(core, place="closed")
    await give(core, "ann", "bob", "help in general")
    await give(core, "cara", "dee", "help in news", place="news")
    await comes(core, MONDAY)
    assert "help in news" in digest(core, "closed")
    hidden = replace(core.platform.rooms["news"], visibility=Visibility.PRIVATE)
    core.platform.rooms["news"] = hidden
    places = core.app.store.places
    match told:
        case "by an event":
            await core.ask(Learned(workspace=W, person="", delivery="", places=(hidden,)))
        case "by a question":
            core.clock.move(301)
            await core.ask(core.give("ann", "@cara", "#0", "for help again", place="news"))
        case "out of reach":
            await places.save_out_of_reach(W, "news")
        case _:
            await places.save_private(W, "news")
    await core.deliver()
    await comes(core, core.clock() + timedelta(seconds=30))
    assert "help in news" not in digest(core, "closed")
    assert "Dee" not in digest(core, "closed")
    assert "1 kudos" in digest(core, "closed")


async def test_a_place_that_is_shared_later_keeps_only_its_own(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob", "help in general")
    await give(core, "cara", "dee", "help in news", place="news")
    await comes(core, MONDAY)
    shared = replace(core.platform.rooms["general"], visibility=Visibility.PRIVATE, shared=True)
    await core.ask(Learned(workspace=W, person="", delivery="", places=(shared,)))
    assert "help in news" not in await mended(core)
    assert "help in general" in digest(core)


async def test_a_daily_look_finds_what_nobody_told(core: World) -> None:
    await plan(core)
    await core.ask(core.react("ann", 0))
    await give(core, "cara", "dee", "help in news", place="news")
    await comes(core, MONDAY)
    assert "Bob" in digest(core)
    assert not await core.app.bot.digesting.look(), "nothing has changed"
    core.clock.move(24 * 3600)
    core.platform.deleted.add(MESSAGE)
    assert await core.app.bot.digesting.look()
    await core.deliver()
    assert "Bob" not in digest(core)
    assert "1 kudos" in digest(core)
    core.clock.move(24 * 3600)
    core.platform.fail("permalink", Unreachable("down"))
    assert not await core.app.bot.digesting.look()
    core.clock.move(40 * 24 * 3600)
    core.platform.calls.clear()
    await core.app.bot.digesting.look()
    assert core.platform.calls == []


async def test_what_looks_the_same_is_left_as_it_is(core: World) -> None:
    """Seconds of a kudos that is not featured, new weeks, and a look change nothing."""
    await plan(core)
    id_ = await give(core, "ann", "bob")
    await comes(core, MONDAY)
    (posted,) = digests(core)
    again = Learned(workspace=W, person="", delivery="", people=(PEOPLE["bob"],), places=(core.platform.rooms["news"],))
    await core.ask(again)
    await core.ask(core.press("cara", Action.SECOND, id_))
    await mended(core)
    assert (posted.mended, "seconded by 1" in posted.text) == (1, True)
    await core.ask(core.press("cara", Action.SECOND, id_))
    await core.ask(core.press("cara", Action.SECOND, id_))
    await mended(core)
    assert posted.mended == 1


async def test_a_change_while_it_is_being_sent_is_not_missed(core: World) -> None:
    await plan(core)
    id_ = await give(core, "ann", "bob")

    async def meanwhile() -> None:
        await core.ask(core.press("ann", Action.WITHDRAW, id_))

    core.platform.meanwhile = meanwhile
    await comes(core, MONDAY)
    assert SAID not in await mended(core)


async def test_after_a_lost_answer_it_is_not_posted_again_and_shows_what_is_so_now(core: World) -> None:
    await plan(core)
    id_ = await give(core, "ann", "bob")
    core.platform.fail("send", TimeoutError(), target="general", done=True)
    await comes(core, MONDAY)
    await core.ask(core.reword("ann", id_, "she stayed until it was done"))
    core.clock.move(120)
    assert "she stayed until it was done" in await mended(core)


async def test_where_it_can_not_be_mended_administrators_see_that(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    await comes(core, MONDAY)
    core.platform.fail("mend", Impossible("is_archived"), target="general")
    core.platform.fail("mend", Impossible("is_archived"), target="general")
    await core.ask(core.undo("ann"))
    await mended(core)
    assert "2 messages are impossible to deliver: the channel is archived" in await pages(core)
    rows = await core.sql("SELECT value FROM setting WHERE name = 'digest' ORDER BY at DESC LIMIT 1")
    assert Plan.read(rows[0]["value"]).paused == "", "the next one is tried"


# Where it can't be posted


async def test_where_we_are_not_it_is_paused_and_its_owner_told_once(core: World) -> None:
    await plan(core, place="news")
    await give(core, "ann", "bob", place="news")
    core.platform.change("news", joined=False)
    for day in (0, 7, 14):
        await comes(core, MONDAY + timedelta(days=day))
        await comes(core, MONDAY + timedelta(days=day, hours=37))
    (told,) = core.texts("fay")
    assert told == (
        "I could not post the weekly digest in #news, which you set up: I am not in that channel any more. So I paused"
        " it. / To let me in, type /invite @Kudos there. It then goes on by itself. / It was the digest of the week"
        " from 2 March 2026."
    )
    assert await outcomes(core) == {"2026-W10": "due", "2026-W11": "paused", "2026-W12": "paused"}
    await core.ask(core.joined("news"))
    await comes(core)
    assert await outcomes(core) == {"2026-W10": "late", "2026-W11": "paused", "2026-W12": "paused"}
    await comes(core, MONDAY + timedelta(days=21))
    assert len(digests(core, "news")) == 1
    rows = await core.sql("SELECT actor, value FROM setting WHERE name = 'digest' ORDER BY at")
    assert [(row["actor"], Plan.read(row["value"]).paused) for row in rows] == [
        ("fay", ""),
        ("", "NotAMember"),
        ("", ""),
    ]


async def test_invited_in_time_the_digest_that_waited_comes(core: World) -> None:
    await plan(core, place="news")
    await give(core, "ann", "bob", place="news")
    core.platform.change("news", joined=False)
    await comes(core, MONDAY)
    core.clock.move(3600)
    room = core.platform.rooms["news"] = replace(core.platform.rooms["news"], joined=True)
    await core.ask(Learned(workspace=W, person="", delivery="", places=(room,)))
    await comes(core)
    assert SAID in digest(core, "news")


async def test_what_is_out_of_our_reach_elsewhere_is_no_story(core: World) -> None:
    """Nor is it one later, though nothing says that it was deleted."""
    await plan(core)
    await give(core, "ann", "bob", "help in news", place="news")
    core.platform.fail("permalink", NotAMember("news"))
    await comes(core, MONDAY)
    assert "help in news" not in digest(core)
    assert "1 kudos" in digest(core), "the place is public, as we know for certain"
    assert await core.sql("SELECT 1 FROM gone_message") == []


async def test_an_archived_place_goes_on_when_it_is_used_again(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    core.platform.change("general", archived=True)
    await comes(core, MONDAY)
    assert "the channel is archived. So I paused it." in core.texts("fay")[0]
    archived = core.platform.rooms["general"]
    await core.ask(Learned(workspace=W, person="", delivery="", places=(archived,)))
    await comes(core, MONDAY + timedelta(hours=1))
    assert digests(core) == []
    core.platform.change("general", archived=False)
    await core.ask(Learned(workspace=W, person="", delivery="", places=(core.platform.rooms["general"],)))
    await comes(core, MONDAY + timedelta(hours=2))
    assert SAID in digest(core)


async def test_set_up_again_it_goes_on_and_if_it_still_can_not_nobody_is_told_twice(core: World) -> None:
    await plan(core)
    await give(core, "ann", "bob")
    core.platform.fail("send", Impossible("restricted_action"), target="general")
    await comes(core, MONDAY)
    assert "only some people may post there" in core.texts("fay")[0]
    core.platform.fail("send", Impossible("restricted_action"), target="general")
    await plan(core)
    await comes(core, MONDAY + timedelta(hours=1))
    assert digests(core) == []
    assert len(core.texts("fay")) == 1
    await plan(core)
    await comes(core, MONDAY + timedelta(hours=2))
    assert SAID in digest(core)


async def test_the_name_of_a_private_place_is_not_told_to_who_has_left_it(core: World) -> None:
    await plan(core, place="closed", owner="dee")
    core.platform.fail("send", Impossible("whatever"), target="closed")
    await comes(core, MONDAY)
    (told,) = core.texts("dee")
    assert "in a channel, which you set up: the platform does not let me post there" in told


async def test_nobody_is_told_of_what_nobody_set_up(core: World) -> None:
    await plan(core, owner="")
    core.platform.fail("send", NotAMember("gone"), target="general")
    await comes(core, MONDAY)
    assert await core.sql("SELECT 1 FROM outbox WHERE view = 'paused'") == []


# There and then


async def test_now_posts_the_last_full_week_unless_it_is_there(core: World) -> None:
    digesting = core.app.bot.digesting
    await give(core, "ann", "bob")
    core.clock.at = MONDAY - timedelta(hours=3)
    first = await digesting.post_now(W, "general", actor="ann", delivery="d1")
    assert (first.week, first.already, first.new) == (LAST, None, True)
    again = await digesting.post_now(W, "general", actor="bob", delivery="d2")
    assert (again.already, again.new) == (None, False)
    await plan(core)
    await comes(core, MONDAY)
    assert SAID in digest(core)
    there = await digesting.post_now(W, "general", actor="bob", delivery="d3")
    assert there.already == digests(core)[0].message
    assert not there.new
    assert await outcomes(core) == {"2026-W10": "asked"}


async def test_now_posts_also_what_was_left_out_or_came_too_late(core: World) -> None:
    digesting = core.app.bot.digesting
    await plan(core, skipped="2026-W10")
    await give(core, "ann", "bob")
    await comes(core, MONDAY)
    assert digests(core) == []
    core.clock.move(4 * 24 * 3600)
    for delivery, new in (("d1", True), ("d1", False), ("d2", False)):
        assert (await digesting.post_now(W, "general", actor="ann", delivery=delivery)).new is new
    await core.deliver()
    assert SAID in digest(core)


async def test_now_speaks_also_of_a_week_with_nothing_in_it(core: World) -> None:
    digesting = core.app.bot.digesting
    await plan(core)
    await comes(core, MONDAY)
    await comes(core, MONDAY + timedelta(days=7))
    assert len(digests(core)) == 1
    assert (await digesting.post_now(W, "general", actor="ann", delivery="d1")).new
    await core.deliver()
    assert len(digests(core)) == 2


async def test_a_week_can_be_named_if_it_is_over(core: World) -> None:
    digesting = core.app.bot.digesting
    await give(core, "ann", "bob")
    core.clock.at = MONDAY + timedelta(days=30)
    await digesting.post_now(W, "general", LAST, actor="ann", delivery="d1")
    await core.deliver()
    assert SAID in digest(core)
    with pytest.raises(Refusal, match=r"2026-W15 is not over yet. .* from 2026-04-13 on"):
        await digesting.post_now(W, "general", Week(2026, 15), actor="ann", delivery="d2")


async def test_what_an_older_release_writes_beside_this_one_is_told_as_well(core: World) -> None:
    """It does not say beside recipients and tags when they were thanked."""
    digesting = core.app.bot.digesting
    for number in range(6):
        await give(core, f"p{number}", f"p{number + 10}", f"help number {number}")
    core.clock.at = MONDAY
    shown = plain(await digesting.preview(W, "general", LAST))
    assert "6 kudos" in shown
    await core.app.store.write(
        Step("UPDATE recipient SET thanked_at = '' WHERE workspace = :workspace", {"workspace": W}),
        Step("UPDATE tag SET thanked_at = '' WHERE workspace = :workspace", {"workspace": W}),
    )
    assert plain(await digesting.preview(W, "general", LAST)) == shown


async def test_a_preview_shows_what_will_come_and_changes_nothing(core: World) -> None:
    digesting = core.app.bot.digesting
    await plan(core)
    for number in range(10):
        await give(core, f"p{number}", f"p{number + 10}", f"help number {number}")
    core.clock.at = MONDAY - timedelta(hours=3)
    shown = plain(await digesting.preview(W, "general"))
    assert await outcomes(core) == {}
    await comes(core, MONDAY)
    assert digest(core) == shown
    await give(core, "ann", "bob", "something of this week")
    so_far = plain(await digesting.preview(W, "general"))
    assert "something of this week" in so_far
    assert "9 to 15 March 2026" in so_far
    assert "the week before" not in so_far, "a week that is not over is not compared"
    assert plain(await digesting.preview(W, "general", LAST)) == shown
    assert plain(await digesting.preview(W, "news", LAST)).startswith("Kudos of the week, 2 to 8 March 2026")


async def test_the_next_one_can_be_left_out(core: World) -> None:
    digesting = core.app.bot.digesting
    with pytest.raises(Refusal, match="no digest here"):
        await digesting.skip(W, "general", actor="ann", delivery="d0")
    await plan(core)
    await give(core, "ann", "bob")
    core.clock.move(60)
    skipped = await digesting.skip(W, "general", actor="ann", delivery="d1")
    assert (skipped.week, skipped.due_at) == (LAST, MONDAY + timedelta(days=7))
    await comes(core, MONDAY)
    assert digests(core) == []
    assert await outcomes(core) == {"2026-W10": "skipped"}
    await comes(core, MONDAY + timedelta(days=7))
    assert (await outcomes(core))["2026-W11"] == "due"


async def test_what_came_ahead_of_its_time_is_not_what_is_left_out(core: World) -> None:
    """The digest of a Friday, posted on the Monday before, is there: the one after it is the next."""
    digesting = core.app.bot.digesting
    await plan(core, day=4)
    await give(core, "ann", "bob")
    core.clock.at = MONDAY
    posted = await digesting.post_now(W, "general", actor="ann", delivery="d1")
    skipped = await digesting.skip(W, "general", actor="ann", delivery="d2")
    assert (posted.week, skipped.week) == (LAST, LAST.after)
