"""Whom others may not be shown: what an outsider can see is what it would be without them, on both platforms."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from bot.model import Sight
from bot.requests import Action, ChooseSight, Learned, Suppress
from bot.schedule import Scope
from tests.both import ADMIN, SLACK, Both, T, both
from tests.doubles.world import W
from tests.outside import ALONE, MONDAY, PLAIN, SHARED, Seen, but_gaps, differing, gives, outside, skip

GIVEN = "spotting that the van was low on fuel"


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        yield two


ALL = ("alone", "together", "giving")


async def week(two: Both, how: str, *, with_her: bool, kinds: tuple[str, ...] = ALL) -> None:
    """Cara is thanked alone and with Bob, on both platforms; and, if she is suppressed, gives and seconds."""
    core = two.core
    await core.ask(core.opens("bob"))
    for there in (False, True):
        if "alone" in kinds and with_her:
            await gives(two, "ann" if there else "fay", ["cara"], ALONE, 0, there=there)
        else:
            await skip(two)
        if "together" in kinds:
            people = ["bob", "cara"] if with_her else ["bob"]
            await gives(two, "ann", people, f"{SHARED} {there}", 1, there=there)
        else:
            await skip(two)
        if "giving" in kinds and how == "suppressed" and with_her:
            await gives(two, "cara", ["ann"], GIVEN, 2, there=there)
        else:
            await skip(two)
    await gives(two, "dee", ["fay"], PLAIN, 2)
    (known,) = [each for each in await two.all() if each.reason == PLAIN]
    press = core.press("cara", Action.SECOND, known.id)
    if with_her or how != "suppressed":
        await core.ask(press)
    await core.deliver(1)


async def kept_back(two: Both, how: str) -> None:
    core = two.core
    if how == "suppressed":
        await core.ask(Learned(workspace=W, person="", delivery="", people=(replace(SLACK["fay"], email=ADMIN),)))
        said = await core.says(Suppress(**core.asked("fay"), whom="cara", until="2026-12-31"))
        assert said.startswith("Until the end of 31 December 2026, nothing is shown of Cara.")
    else:
        await core.ask(ChooseSight(**core.asked("cara"), sight=Sight(how)))
        await core.ask(Learned(workspace=W, person="", delivery="", people=(replace(SLACK["fay"], email=ADMIN),)))
    await core.deliver()


@pytest.mark.parametrize("how", ["me", "channels", "suppressed"])
async def test_before_it_is_posted_it_is_as_if_she_had_not_been_thanked(
    two: Both, framework: Framework, tmp_path: Path, how: str
) -> None:
    async def played(world: Both, *, with_her: bool) -> Seen:
        await world.plan(W)
        await world.plan(T)
        await world.plan(W, "news", scope=Scope.PEOPLE, people=("cara",))
        await kept_back(world, how)
        await week(world, how, with_her=with_her)
        await world.comes(MONDAY)
        await gives(world, "fay", ["dee"], f"{PLAIN} again", 0)
        await world.comes(MONDAY + timedelta(days=7))
        return await outside(world)

    seen = await played(two, with_her=True)
    async with both(framework, tmp_path / "without.db") as other:
        without = await played(other, with_her=False)
    assert differing(seen, without) == {}
    assert ("Cara" in str(seen)) is (how != "suppressed"), "as who seconds, by her own choice"
    assert any(SHARED in text for text in two.core.texts("general")), "what others may see is there"
    assert any("than the week before" in text for text in two.core.texts("general"))
    assert any("Did somebody help you lately?" in text for text in two.core.texts("news")), (
        "of her alone nothing is told"
    )
    assert any(ALONE in text for text in two.core.texts("cara")), "it still reaches her"
    assert any(ALONE in text for text in two.teams.texts("t-cara"))


@pytest.mark.parametrize(
    ("how", "kind"),
    [(how, kind) for how in ("me", "channels", "suppressed") for kind in ("alone", "together")]
    + [("suppressed", "giving")],
)
async def test_after_it_is_posted_it_is_as_if_it_had_been_taken_back(
    two: Both, framework: Framework, tmp_path: Path, how: str, kind: str
) -> None:
    await two.plan(W)
    await two.plan(T)
    await week(two, how, with_her=True, kinds=(kind,))
    await two.comes(MONDAY)
    assert "Cara" in str(await outside(two)), "everybody could see it until then"
    await kept_back(two, how)
    await two.comes(two.core.clock() + timedelta(seconds=60))
    seen = await outside(two)
    async with both(framework, tmp_path / "without.db") as other:
        await other.plan(W)
        await other.plan(T)
        await week(other, how, with_her=False, kinds=(kind,))
        await other.comes(MONDAY)
        await kept_back(other, how)
        await other.comes(other.core.clock() + timedelta(seconds=60))
        without = await outside(other)
    assert differing(but_gaps(seen), without) == {}
    assert ("Cara" in str(seen)) is (how != "suppressed"), "as who seconds, by her own choice"
