"""Whom others may not be shown: what an outsider can see is what it would be without them, on both platforms."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from bot.model import Sight
from bot.requests import Action, ChooseSight, Learned, Mine, Named, Request, Suppress
from bot.schedule import Scope
from tests.both import ADMIN, SLACK, Both, T, both
from tests.doubles.world import W

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ALONE = "walking the new ones through the form"
SHARED = "the handover sheet that all of us can read"
GIVEN = "spotting that the van was low on fuel"
PLAIN = "staying on after nights"


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        yield two


async def told(two: Both, request: Request) -> str:
    """The answer, with everything that is on it."""
    return bare(repr(await two.core.ask(request)))


def bare(text: str) -> str:
    """Without the ids of messages and kudos, and without times."""
    text = re.sub(r"\b[0-9a-f]{32}\b", "<id>", text)
    text = re.sub(r"\b(general|hall|closed|news|D-[\w-]+)\.\d+", r"\1.<id>", text)
    return re.sub(r"datetime\.datetime\([^)]*\)+", "<time>", text)


async def outside(two: Both) -> dict[str, object]:
    """Everything that Dee sees in the first workspace, and the former guest in the tenant; and Bob of others."""
    app, core = two.core.app, two.core
    seen: dict[str, object] = {}
    for name, platform in (("here", core.platform), ("there", two.teams)):
        for room in ("general", "news", "hall"):
            cards = [each for each in platform.posted if each.message.place == room]
            seen[f"{name} {room}"] = [
                sorted(map(bare, map(repr, each.card.elements))) if each.view == "digest" else bare(repr(each.card))
                for each in cards
            ]
    for workspace in (W, T):
        seen[f"preview {workspace}"] = bare(repr(await app.bot.digesting.preview(workspace, "general")))
    for position in range(3):
        entry = core.entry(position).id
        seen[f"lately {position}"] = await told(two, core.press("dee", Action.LATELY, entry))
        seen[f"lately there {position}"] = await told(two, two.press("guest", Action.LATELY, entry))
    seen["mine"] = await told(two, Mine(**core.asked("dee")))
    seen["Bob's own"] = await told(two, Mine(**core.asked("bob")))
    seen["Bob's own there"] = await told(two, two.mine("bob"))
    seen["Bob's page"] = bare(repr(core.platform.page("bob")))
    for name, platform in (("here", core.platform), ("there", two.teams)):
        direct = [each for each in platform.posted if each.message.place in ("D-bob", "D-t-bob")]
        seen[f"to Bob {name}"] = [bare(repr(each.card)) for each in direct]
    for each in await two.all():
        there = each.workspace == T
        for action in (Action.OWN, Action.EXPLAIN):
            press = two.press("guest", action, each.id) if there else core.press("dee", action, each.id)
            seen.setdefault("presses", set()).add(await told(two, press))  # type: ignore[attr-defined]
    unknown = "0" * 32
    seen["presses"].add(await told(two, core.press("dee", Action.OWN, unknown)))  # type: ignore[attr-defined]
    seen["presses"].add(await told(two, core.press("dee", Action.EXPLAIN, unknown)))  # type: ignore[attr-defined]
    return seen


async def gives(two: Both, giver: str, to: list[str], said: str, entry: int, *, there: bool = False) -> None:
    core = two.core
    if there:
        ask = two.give(giver, to[0], said, entry=entry)
        await core.ask(replace(ask, words=(*(Named(f"t-{each}") for each in to[1:]), *ask.words)))
    else:
        await core.ask(core.give(giver, *(f"@{each}" for each in to), f"#{entry}", f"for {said}"))
    await core.deliver(1)


async def skip(two: Both) -> None:
    """Nothing is asked, so that what is asked later has the same time and id."""
    two.core.asked("")
    await two.core.deliver(1)


ALL = ("alone", "together", "giving")


async def week(two: Both, how: str, *, with_her: bool, kinds: tuple[str, ...] = ALL) -> None:
    """Cara is thanked alone and with Bob, on both platforms; and, if she is suppressed, gives and seconds."""
    core = two.core
    await core.ask(core.opens("bob"))
    for there in (False, True):
        if "alone" in kinds and with_her:
            await gives(two, "ann", ["cara"], ALONE, 0, there=there)
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
    async def played(world: Both, *, with_her: bool) -> dict[str, object]:
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
    for name, what in without.items():
        assert seen[name] == what, name
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
    for name, what in without.items():
        was = seen[name]
        if name.endswith("general"):
            was = [each for each in was if "This kudos is not shown any more." not in each]  # type: ignore[attr-defined]
        assert was == what, name
    assert ("Cara" in str(seen)) is (how != "suppressed"), "as who seconds, by her own choice"
