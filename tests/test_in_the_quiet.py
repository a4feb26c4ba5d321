"""What is given while it is quiet: until that ends an outsider sees nothing of it anywhere, on either platform.

It reaches whom it thanks, and when it is quiet no more the digest tells of it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from bot.model import Person
from bot.requests import SwitchQuiet
from tests.both import Both, T, both
from tests.doubles.world import PEOPLE, ROOMS, W
from tests.outside import ALONE, MONDAY, PLAIN, SHARED, Seen, at, differing, gives, holding, outside

#: What is quiet, and where Cara is thanked meanwhile.
WHAT = {"everywhere": (False, True), "here": (False,), "people": (False, True)}


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        yield two


async def ready(two: Both) -> None:
    """Digests are set up in #general of each platform, and in #news."""
    await two.learn(Person(workspace=T, id="t-p3", name=f"{PEOPLE['p3'].name} of Teams"))
    await two.core.ask(two.core.opens("bob"))
    await two.plan(W)
    await two.plan(W, "news")
    await two.plan(T)


async def switch(two: Both, what: str, *, on: bool) -> None:
    """Eli says so: for the force, for #general, or about Cara and Dee."""
    people = ("cara", "dee") if what == "people" else ()
    asked = two.core.asked("eli")
    await two.core.ask(
        SwitchQuiet(**asked, place=ROOMS["general"], on=on, people=people, everywhere=what == "everywhere")
    )


async def thanked(two: Both, what: str) -> None:
    """Cara is, by somebody who has never thanked anybody."""
    for there in WHAT[what]:
        await gives(two, "p3", ["cara"], ALONE, 0, there=there)


def cards(two: Both) -> list[str]:
    """Those that stand where others read them."""
    posted = (*two.core.platform.posted, *two.teams.posted)
    return [each.text for each in posted if each.view == "card"]


def reached(two: Both, what: str) -> bool:
    """Whether she was told of all of it, as ever."""
    texts = {False: two.core.texts("cara"), True: two.teams.texts("t-cara")}
    whole = [text for there in WHAT[what] for text in texts[there] if "thanked you in #general for:" in text]
    return len(whole) == len(WHAT[what]) and all(ALONE in text for text in whole)


@pytest.mark.parametrize("what", WHAT)
async def test_what_is_given_meanwhile_is_as_if_it_had_not_been_until_the_quiet_ends(
    two: Both, framework: Framework, tmp_path: Path, what: str
) -> None:
    async def played(world: Both, *, with_it: bool) -> Seen:
        await ready(world)
        at(world, 0)
        await switch(world, what, on=True)
        at(world, 10)
        if with_it:
            await thanked(world, what)
        at(world, 20)
        await world.core.deliver(60)
        await gives(world, "dee", ["fay"], PLAIN, 2)
        await world.comes(MONDAY)
        await gives(world, "p3", ["bob"], f"{PLAIN} again", 1)
        await world.comes(MONDAY + timedelta(hours=1))
        return await outside(world)

    seen = await played(two, with_it=True)
    async with both(framework, tmp_path / "without.db") as other:
        without = await played(other, with_it=False)
    assert differing(seen, without) == {}
    assert holding(seen, "Cara", ALONE) == set()
    assert reached(two, what)
    before = cards(two)
    at(two, 9000)
    await switch(two, what, on=False)
    at(two, 9001)
    await two.comes()
    assert cards(two) == before, "what was not posted then is not posted late"
    assert holding(await outside(two), "Cara") >= {
        *("here general", "here news", "there general", f"export {W}", "lately 0", "presses"),
        *(() if what == "here" else (f"export {T}", "lately there 0")),
    }


async def test_a_digest_that_comes_meanwhile_tells_nothing_of_who_is_quiet_however_old(two: Both) -> None:
    await ready(two)
    at(two, 0)
    await thanked(two, "people")
    at(two, 10)
    await gives(two, "p4", ["bob", "dee"], SHARED, 1)
    await gives(two, "p5", ["fay"], PLAIN, 2)
    before = cards(two)
    at(two, 20)
    await switch(two, "people", on=True)
    await two.comes(MONDAY)
    digests = [each.text for each in (*two.core.platform.posted, *two.teams.posted) if each.view == "digest"]
    assert len(digests) == 3
    assert not [text for text in digests if ALONE in text or SHARED in text or "Cara" in text]
    assert all(PLAIN in text for text in digests)
    assert cards(two) == before, "what stood stays"
    at(two, 9000)
    await switch(two, "people", on=False)
    await two.comes()
    assert {"here general", "here news", "there general"} <= holding(await outside(two), "4 kudos")


@pytest.mark.parametrize("what", WHAT)
async def test_what_stood_when_it_got_quiet_stays_and_nothing_comes_to_it(two: Both, what: str) -> None:
    await ready(two)
    at(two, 0)
    await thanked(two, "everywhere")
    await two.comes(MONDAY)
    before = await outside(two)
    assert {"here general", "here news", "there general"} <= holding(before, ALONE)
    at(two, 9000)
    await switch(two, what, on=True)
    await thanked(two, what)
    await two.comes(MONDAY + timedelta(days=1))
    await two.core.app.bot.digesting.look()
    await two.core.deliver(60)
    seen = await outside(two)
    if what == "people":  # where none has been posted, one that would be now tells nothing of her
        unposted = f"preview {T} hall"
        assert "Cara" in before.pop(unposted)
        assert "Cara" not in seen.pop(unposted)
    assert differing(seen, before) == {}


@pytest.mark.parametrize("what", WHAT)
async def test_a_giver_is_not_told_that_it_is_posted(two: Both, what: str) -> None:
    """But where it is quiet about people: of that nobody learns."""
    give = two.core.give("p3", "@cara", "#0", "for staying on after nights")
    await switch(two, what, on=True)
    said = await two.core.says(give)
    quiet = "It is quiet in #general: nothing is posted there for now. I'll let them know."
    assert (quiet in said) is (what != "people")
    assert ("It is posted in #general." in said) is (what == "people")
    await switch(two, what, on=False)
    again = await two.core.says(two.core.give("p3", "@cara", "#0", "for staying on after nights once more"))
    assert "It is posted in #general." in again
