"""What its giver takes back, its recipient hides, or a moderator removes: for an outsider it is as if it never was.

That is so on both platforms, before it was posted and after; and what is shown or restored again is as it was.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from bot.model import Person, Role
from bot.requests import Action, ChangeRole, Named, Press, SubmitRemoval
from tests.both import Both, T, both
from tests.doubles.platform import direct
from tests.doubles.world import PEOPLE, W
from tests.outside import ALONE, MONDAY, PLAIN, SHARED, Seen, at, but_gaps, differing, gives, holding, outside

SAID = {"alone": ALONE, "together": SHARED}
GIVER = {"alone": "p3", "together": "p4"}
WAYS = [(how, kind) for how in ("withdrawn", "hidden", "removed") for kind in SAID] + [("taken off", "alone")]
TOLD = ("removal",)  #: Bob is, of what he is thanked for himself

#: Where anybody can see it that they may.
SURFACES = {
    *(f"{where} general" for where in ("here", "there")),
    *(f"preview {W} news", f"preview {T} hall"),
    *(f"export {workspace}" for workspace in (W, T)),
    *("lately 0", "lately there 0"),
    "presses",
}


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        yield two


async def ready(two: Both) -> None:
    """Eli is an administrator and Fay a moderator, with both accounts; a digest is set up on each platform."""
    there = {"eli": "eli@force.example", "fay": "fay@force.example", **dict.fromkeys(("p1", "p2", "p3", "p4"), "")}
    await two.learn(
        *(
            Person(workspace=T, id=f"t-{id_}", name=f"{PEOPLE[id_].name} of Teams", email=email)
            for id_, email in there.items()
        )
    )
    await two.core.ask(ChangeRole(**two.core.asked("eli"), words=("grant ", Named("fay"), f" {Role.MODERATOR}")))
    await two.core.ask(two.core.opens("bob"))
    await two.plan(W)
    await two.plan(T)


async def thanks(two: Both, how: str, kind: str, to: list[str], *, there: bool) -> None:
    """Somebody thanks these, and nothing is posted yet."""
    if how != "taken off":
        await gives(two, GIVER[kind], to, SAID[kind], 0, there=there, posted=False)
        return
    await reacts(two, there=there, standing=True)
    found = (await two.all())[-1].id
    await two.core.ask(two.reword("p3", found, ALONE) if there else two.core.reword("p3", found, ALONE))


async def reacts(two: Both, *, there: bool, standing: bool) -> None:
    ask = two.react("p3", "cara", standing=standing) if there else two.core.react("p3", 0, author="cara")
    await two.core.ask(replace(ask, standing=standing))


def press(two: Both, person: str, action: Action, id_: str, *, there: bool, alone: bool = False) -> Press:
    """A button of it, in #general or in what was told to somebody alone."""
    place = direct(f"t-{person}" if there else person) if alone else "general"
    return (two if there else two.core).press(person, action, id_, place=place)


async def named(two: Both, kind: str, *, there: bool) -> str:
    (found,) = [each for each in await two.all() if SAID[kind] == each.reason and (each.workspace == T) is there]
    return found.id


async def take_away(two: Both, how: str, kind: str, *, there: bool, posted: bool) -> None:
    id_ = await named(two, kind, there=there)
    core = two.core
    match how:
        case "withdrawn":
            await core.ask(press(two, GIVER[kind], Action.WITHDRAW, id_, there=there))
        case "taken off":
            await reacts(two, there=there, standing=False)
        case "hidden":
            await core.ask(press(two, "cara", Action.HIDE, id_, there=there, alone=True))
        case _:
            reporter = "p1" if posted else "cara"  # whoever can see it
            await core.ask(press(two, reporter, Action.REPORT, id_, there=there, alone=not posted))
            asked = two.asked("fay") if there else core.asked("fay")
            said = await core.says(SubmitRemoval(**asked, recognition=id_, reason="It names a witness."))
            assert said.startswith("Removed.")


async def bring_back(two: Both, how: str, kind: str, *, there: bool) -> None:
    id_ = await named(two, kind, there=there)
    match how:
        case "taken off":
            await reacts(two, there=there, standing=True)
        case "hidden":
            await two.core.ask(press(two, "cara", Action.SHOW, id_, there=there, alone=True))
        case _:
            said = await two.core.says(press(two, "eli", Action.RESTORE, id_, there=there, alone=True))
            assert said.startswith("It is back.")


def left(how: str, kind: str, *, with_it: bool) -> list[str]:
    """Whom it thanks; in the other world, who is left of those: what a recipient hides still thanks the others."""
    if with_it:
        return ["cara"] if kind == "alone" else ["bob", "cara"]
    return ["bob"] if (how, kind) == ("hidden", "together") else []


@pytest.mark.parametrize("how", ["withdrawn", "taken off", "hidden", "removed"])
async def test_before_it_is_posted_it_is_as_if_it_had_never_been_given(
    two: Both, framework: Framework, tmp_path: Path, how: str
) -> None:
    kinds = [kind for way, kind in WAYS if way == how]

    async def played(world: Both, *, with_it: bool) -> Seen:
        await ready(world)
        for number, kind in enumerate(kinds):
            for there in (False, True):
                at(world, 20 * number + 10 * there)
                if to := left(how, kind, with_it=with_it):
                    await thanks(world, how, kind, to, there=there)
                if with_it:
                    await take_away(world, how, kind, there=there, posted=False)
                at(world, 20 * number + 10 * there + 5)
                await world.core.deliver(60)
        await gives(world, "dee", ["fay"], PLAIN, 2)
        await world.comes(MONDAY)
        for there, whom in ((False, "dee"), (True, "guest")):  # for the first time, for all that anybody can see
            await gives(world, "p3", [whom], f"{PLAIN} again", 1, there=there)
        await world.comes(MONDAY + timedelta(days=7))
        return await outside(world, besides=TOLD)

    seen = await played(two, with_it=True)
    async with both(framework, tmp_path / "without.db") as other:
        without = await played(other, with_it=False)
    assert differing(seen, without) == {}
    assert holding(seen, "Cara", ALONE) == set()
    assert bool(holding(seen, SHARED)) is (how == "hidden"), "the others are still thanked"
    assert len(await two.all()) == 2 * len(kinds) + 3


@pytest.mark.parametrize(("how", "kind"), WAYS)
async def test_after_it_is_posted_it_is_as_if_it_had_never_been_given_and_can_be_brought_back(
    two: Both, framework: Framework, tmp_path: Path, how: str, kind: str
) -> None:
    async def played(world: Both, *, with_it: bool) -> None:
        await ready(world)
        to = left(how, kind, with_it=with_it)
        for there in (False, True):
            at(world, 10 * there)
            if to:
                await thanks(world, how, kind, to, there=there)
                await world.core.deliver(60)
                id_ = await named(world, kind, there=there)
                await world.core.ask(press(world, "p2", Action.SECOND, id_, there=there))
            at(world, 10 * there + 5)
            await world.core.deliver(60)
        await gives(world, "dee", ["fay"], PLAIN, 2)
        await world.comes(MONDAY)

    await played(two, with_it=True)
    before = await outside(two, besides=TOLD)
    assert holding(before, "Cara") - {"to Bob here", "to Bob there"} == SURFACES, "everybody could see it until then"
    at(two, 9000)
    for there in (False, True):
        await take_away(two, how, kind, there=there, posted=True)
    at(two, 9001)
    await two.comes()
    seen = await outside(two, besides=TOLD)
    async with both(framework, tmp_path / "without.db") as other:
        await played(other, with_it=False)
        at(other, 9001)
        await other.comes()
        without = await outside(other, besides=TOLD)
    assert differing(but_gaps(seen), without) == {}
    assert holding(seen, "Cara") == set()
    if how == "withdrawn":  # for good
        return
    at(two, 9010)
    for there in (False, True):
        await bring_back(two, how, kind, there=there)
    at(two, 9011)
    await two.comes()
    assert differing(await outside(two, besides=TOLD), before) == {}


@pytest.mark.parametrize("how", ["withdrawn", "hidden", "removed"])
async def test_what_a_digest_counts_and_does_not_quote_goes_from_it_too(
    two: Both, framework: Framework, tmp_path: Path, how: str
) -> None:
    async def played(world: Both, *, with_it: bool) -> Seen:
        await ready(world)
        at(world, 0)
        if with_it:
            await thanks(world, how, "alone", ["cara"], there=False)
        at(world, 5)
        await world.core.deliver(60)
        await gives(world, "p3", ["fay"], PLAIN, 2)  # of one giver one kudos is quoted: what several have seconded
        for person in ("p1", "p2"):
            await world.core.ask(world.core.press(person, Action.SECOND, (await world.all())[-1].id))
        await world.comes(MONDAY)
        assert ("Also thanked: Cara" in world.digest(W).text) is with_it
        at(world, 9000)
        if with_it:
            await take_away(world, how, "alone", there=False, posted=True)
        at(world, 9001)
        await world.comes()
        return await outside(world)

    seen = await played(two, with_it=True)
    async with both(framework, tmp_path / "without.db") as other:
        without = await played(other, with_it=False)
    assert differing(but_gaps(seen), without) == {}
