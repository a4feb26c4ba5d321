"""Quiet: nothing is posted in public for a while; who is thanked hears of it, and the next digest tells of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import quiet
from bot.framework import Framework
from bot.quiet import EVERYWHERE, of_person, of_place
from bot.requests import Learned, Mine, SwitchQuiet
from tests.both import ADMIN, HALLS, SLACK, Both, T, both
from tests.doubles.world import ROOMS, W

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SAID = "staying on after nights"
MEANWHILE = "what was done in the quiet"
LATER = "all of it afterwards"


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        await two.core.ask(Learned(workspace=W, person="", delivery="", people=(replace(SLACK["eli"], email=ADMIN),)))
        yield two


def switch(
    two: Both, on: bool | None, *people: str, by: str = "eli", place: str = "general", everywhere: bool = False
) -> SwitchQuiet:
    return SwitchQuiet(**two.core.asked(by), place=ROOMS[place], on=on, people=people, everywhere=everywhere)


def public(two: Both) -> list[str]:
    """All that stands where others read it."""
    rooms = {*ROOMS, *(each.id for each in HALLS)}
    return [
        each.text
        for platform in (two.core.platform, two.teams)
        for each in platform.posted
        if each.message.place in rooms
    ]


@pytest.mark.parametrize("what", ["everywhere", "here", "people"])
async def test_what_comes_meanwhile_reaches_whom_it_thanks_and_nobody_else(two: Both, what: str) -> None:
    await two.gave("ann", "bob", SAID)
    everywhere = what == "everywhere"
    people = ("bob",) if what == "people" else ()
    said = await two.core.says(switch(two, True, *people, everywhere=everywhere))
    where = {"everywhere": "everywhere", "here": "in #general", "people": "about Bob"}[what]
    assert said.startswith(f"From now on nothing is posted in public {where}.")
    before = public(two)
    assert any(SAID in text for text in before), "what stands stays"
    await two.gave("ann", "bob", MEANWHILE)
    await two.gave_there("ann", "bob", MEANWHILE)
    here = [text for text in two.core.texts("general") if MEANWHILE in text]
    there = [text for text in two.teams.texts("general") if MEANWHILE in text]
    assert here == []
    assert bool(there) is (what == "here"), "only that channel is quiet"
    assert any(MEANWHILE in text for text in two.core.texts("bob"))
    assert any(MEANWHILE in text for text in two.teams.texts("t-bob"))
    assert MEANWHILE in await two.core.says(Mine(**two.core.asked("ann")))
    other = two.core.give("dee", "@cara", "#0", f"for {SAID}", place="news")
    await two.core.ask(other)
    await two.core.deliver(1)
    assert bool(two.core.texts("news")) is (what != "everywhere")
    await two.core.ask(switch(two, False, *people, everywhere=everywhere))
    await two.core.ask(two.core.reword("ann", (await two.all())[1].id, LATER))
    await two.core.deliver(1)
    assert not any(LATER in text for text in two.core.texts("general")), "its card is not posted late either"
    await two.gave("ann", "cara", "all as before")
    assert any("all as before" in text for text in two.core.texts("general"))


async def test_a_digest_that_falls_due_waits_however_long_it_lasts(two: Both) -> None:
    await two.plan(W)
    await two.plan(T)
    await two.gave("ann", "bob", SAID)
    await two.core.ask(switch(two, True, everywhere=True))
    await two.gave("ann", "cara", MEANWHILE)
    await two.comes(MONDAY)
    await two.comes(MONDAY + timedelta(days=4))
    assert not any("Kudos of the week" in text for text in public(two))
    await two.core.ask(switch(two, False, everywhere=True))
    await two.comes()
    for workspace in (W, T):
        text = two.digest(workspace).text
        assert "2 to 8 March 2026" in text
        assert "2 kudos" in text
        assert MEANWHILE in text or "Cara" in text
    rows = await two.core.sql("SELECT DISTINCT outcome FROM digest")
    assert [row["outcome"] for row in rows] == ["due"]


async def test_a_digest_on_its_way_when_it_gets_quiet_waits(two: Both) -> None:
    await two.plan(W)
    await two.gave("ann", "bob", SAID)
    two.core.clock.at = MONDAY
    await two.core.app.bot.digesting.tick()
    await two.core.ask(switch(two, True))
    await two.core.deliver()
    assert not any("Kudos of the week" in text for text in public(two))
    await two.core.ask(switch(two, False))
    await two.core.deliver(301)
    assert SAID in two.digest(W).text


async def test_about_people_it_tells_of_them_when_that_is_over(two: Both) -> None:
    await two.plan(W)
    await two.core.ask(switch(two, True, "bob"))
    await two.gave("ann", "bob", MEANWHILE)
    await two.gave_there("cara", "bob", MEANWHILE)
    await two.gave("dee", "fay", SAID)
    await two.comes(MONDAY)
    text = two.digest(W).text
    assert "1 kudos" in text
    assert "Bob" not in text
    await two.core.ask(switch(two, False, "bob"))
    await two.comes()
    text = two.digest(W).text
    assert "3 kudos" in text
    assert "Also thanked: Bob" in text


async def test_no_digest_is_posted_by_hand_meanwhile(two: Both) -> None:
    await two.plan(W)
    await two.gave("ann", "bob", SAID)
    await two.core.ask(switch(two, True))
    two.core.clock.at = MONDAY
    said = await two.core.says(two.core.digest("eli", "now"))
    assert said == "It is quiet here: nothing is posted in public until an administrator ends that."


async def test_who_asks_is_told_how_it_stands(two: Both) -> None:
    assert (await two.core.says(switch(two, None))).startswith("It is quiet nowhere")
    for ask in (
        switch(two, True),
        switch(two, True, place="closed"),
        switch(two, True, everywhere=True),
        switch(two, True, "bob", "cara"),
    ):
        await two.core.ask(ask)
    said = await two.core.says(switch(two, None))
    for part in ("everywhere", "in #general", "in 1 private channel", "about Bob", "about Cara"):
        assert part in said
    assert "closed" not in said, "she is not in it"
    rows = await two.core.sql("SELECT act, subject, actor FROM audit ORDER BY at, id")
    assert sorted(row["subject"] for row in rows) == sorted(
        [EVERYWHERE, of_place("general"), of_place("closed"), of_person("bob"), of_person("cara")]
    )


async def test_only_an_administrator_can(two: Both) -> None:
    said = await two.core.says(switch(two, True, by="dee", everywhere=True))
    assert said == "Only an administrator can pause what is posted."
    assert await two.core.says(switch(two, True, "nobody")) == (
        "I don't know one of these people. Please try again in a minute."
    )
    away = replace(switch(two, True), place=two.core.somewhere("D-eli"))
    assert "or say everywhere" in await two.core.says(away)
    assert (await two.core.app.store.quiets.state(W)).spells == {}


async def test_everywhere_can_be_ended_on_either_platform(two: Both) -> None:
    await two.core.ask(switch(two, True, everywhere=True))
    await two.learn(replace(two.teams.people_["t-cara"], email=ADMIN))
    off = SwitchQuiet(**two.asked("cara"), place=HALLS[0], on=False, everywhere=True)
    await two.core.ask(off)
    assert (await two.core.app.store.quiets.state(W)).standing == ()


# The rule


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_spells_follow_from_what_was_said() -> None:
    state = quiet.read(
        [
            (W, EVERYWHERE, False, at(1)),
            (W, EVERYWHERE, True, at(2)),
            (W, EVERYWHERE, True, at(3)),
            (W, EVERYWHERE, False, at(4)),
            (W, of_place("general"), True, at(4)),
            (T, of_person("t-bob"), True, at(5)),
        ]
    )
    place, other = (W, "general"), (T, "general")
    assert state.due(other, at(1)) == at(1)
    assert state.due(other, at(2)) == at(4)
    assert state.due(other, at(4)) == at(4)
    assert state.due(place, at(3)) is None, "one ends when the next begins"
    assert state.keeps(place, [], given_at=at(4))
    assert not state.keeps(place, [], given_at=at(3)), "that one is over"
    assert not state.keeps(other, [(T, "t-bob")], given_at=at(4)), "it was not quiet yet"
    assert state.keeps(other, [(T, "t-bob")], given_at=at(5))
    assert not state.keeps(other, [(W, "t-bob")], given_at=at(5))
    for due_at, told_since in ((at(5), at(5)), (at(6), datetime(1970, 1, 1, tzinfo=UTC))):
        assert {each[0]: each[2] for each in state.untold(due_at).standing} == {W: at(4), T: told_since}
    assert state.standing == ((W, of_place("general"), at(4)), (T, of_person("t-bob"), at(5)))
    assert state.card(other, [(T, "t-bob")], given_at=at(4), now=at(6))
    assert not state.card(other, [(W, "t-bob")], given_at=at(4), now=at(6))
    assert state.card(other, [], given_at=at(3), now=at(6)), "it was so when it was given"
