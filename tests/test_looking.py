"""What whoever operates Kudos is told in numbers: of digests that did not come, while that is so."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import digests
from bot.database import Step
from bot.errors import AnswerLost, NotAMember, PlatformError, SwitchedOff, Throttled, Unreachable
from bot.framework import Framework
from bot.looking import OVERDUE, Figures, figures
from bot.steps import switched_off
from tests.doubles.world import W, World, world
from tests.planned import plan

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  #: when the digest of the world's first week is due
SOON, LONG = OVERDUE - timedelta(minutes=1), OVERDUE + timedelta(minutes=1)


@pytest.fixture
async def core(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """It is Monday of week 10, and a digest is switched on in one place."""
    async with world(framework, tmp_path / "kudos.db") as core:
        await plan(core)
        yield core


async def told(core: World, at: datetime | None = None) -> Figures:
    if at:
        core.clock.at = at
    return await figures(core.app.store, core.clock())


async def comes(core: World, at: datetime) -> None:
    """Let it become that time, and what is due be noticed and delivered."""
    core.clock.at = at
    await core.app.bot.digesting.tick()
    await core.deliver()


async def give(core: World) -> None:
    await core.ask(core.give("ann", "@bob", "#0", "for staying on after nights", place="general"))
    await core.deliver()


async def test_every_outcome_is_counted_from_the_start(core: World) -> None:
    found = await told(core)
    assert found.digests == dict.fromkeys(digests.BECAME, 0)
    assert {"due", "posted", "unknown", "skipped"} <= found.digests.keys()
    assert (found.planned, found.overdue) == (1, 0)


async def test_a_digest_that_nobody_noticed_is_overdue_until_it_comes(core: World) -> None:
    await give(core)
    assert (await told(core, MONDAY + SOON)).overdue == 0
    assert (await told(core, MONDAY + LONG)).overdue == 1
    await comes(core, MONDAY + LONG)
    found = await told(core)
    assert (found.overdue, found.digests["posted"], found.digests["due"]) == (0, 1, 0)
    assert found.last_digest == MONDAY + LONG


async def test_one_that_waits_for_its_platform_is_overdue_too(core: World) -> None:
    await give(core)
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    found = await told(core, MONDAY + LONG)
    assert (found.overdue, found.digests["due"]) == (1, 1)


async def test_one_that_came_too_late_is_missed_until_the_next(core: World) -> None:
    await give(core)
    await comes(core, MONDAY + timedelta(days=3))
    found = await told(core)
    assert (found.overdue, found.digests["late"]) == (1, 1)
    await comes(core, MONDAY + timedelta(days=7))
    assert (await told(core, MONDAY + timedelta(days=7) + LONG)).overdue == 0


async def test_a_place_that_misses_its_digest_is_not_hidden_by_others(core: World) -> None:
    await give(core)
    await comes(core, MONDAY)
    await plan(core, "ward", day=1)
    found = await told(core, MONDAY + timedelta(days=1) + LONG)
    assert (found.planned, found.overdue) == (2, 1)


async def test_nobody_waits_for_one_with_nothing_to_tell(core: World) -> None:
    await comes(core, MONDAY)
    await comes(core, MONDAY + timedelta(days=7))
    found = await told(core, MONDAY + timedelta(days=7) + LONG)
    assert (found.overdue, found.digests["due"]) == (0, 0)
    assert found.digests["empty"] >= 1


async def test_nor_for_one_that_may_stand_there(core: World) -> None:
    await give(core)
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    await core.app.store.write(Step("UPDATE outbox SET state = 'unknown' WHERE view = 'digest'", {}))
    found = await told(core, MONDAY + LONG)
    assert (found.overdue, found.digests["unknown"]) == (0, 1)
    await comes(core, MONDAY + timedelta(days=7))
    assert (await told(core)).digests["unknown"] == 1
    assert (await told(core, MONDAY + timedelta(days=8))).digests["unknown"] == 0


@pytest.mark.parametrize(
    "more", [{"on": False}, {"paused": NotAMember.__name__}, {"skipped": "2026-W10"}], ids=["off", "paused", "skipped"]
)
async def test_nor_for_one_that_is_not_to_come(core: World, more: dict[str, Any]) -> None:
    await plan(core, **more)
    assert (await told(core, MONDAY + LONG)).overdue == 0
    await comes(core, MONDAY + LONG)
    assert (await told(core)).overdue == 0


async def test_nor_where_nobody_has_us_any_more(core: World) -> None:
    """A platform that the operator has switched off, and a workspace that has removed us: nobody could do anything."""
    await give(core)
    core.clock.at = MONDAY
    await core.app.bot.digesting.tick()
    await core.app.store.write(Step("UPDATE outbox SET state = 'unknown' WHERE view = 'digest'", {}))
    await plan(core, "ward")
    core.clock.at = MONDAY + timedelta(days=7) + LONG
    for platforms, overdue in ((None, 2), ({"test"}, 2), ({"another"}, 0)):
        found = await figures(core.app.store, core.clock(), platforms)
        assert (found.planned, found.overdue) == (overdue, overdue)
    assert (await told(core, MONDAY + LONG)).digests["unknown"] == 1
    await core.app.store.write(switched_off(W, core.clock()))
    found = await told(core)
    assert (found.planned, found.overdue, found.digests["unknown"]) == (0, 0, 0)


async def test_nor_for_the_week_before_it_was_switched_on(core: World) -> None:
    core.clock.at = MONDAY + timedelta(hours=1)
    await plan(core, "ward")
    assert (await told(core, MONDAY + LONG)).overdue == 1
    assert (await told(core, MONDAY + timedelta(days=7) + LONG)).overdue == 2


async def test_nor_while_it_is_quiet(core: World) -> None:
    quiets = core.app.store.quiets
    for on, at in ((True, MONDAY - timedelta(hours=1)), (False, MONDAY + timedelta(days=1))):
        steps = await quiets.switching(W, ["everywhere"], on=on, actor="fay", now=at, key=f"{on}")
        if not on:
            assert (await told(core, MONDAY + LONG)).overdue == 0
            assert (await told(core)).planned == 0, "none is to come: that none was posted is nothing to be told"
        await core.app.store.write(*steps)
    assert (await told(core)).planned == 1
    assert (await told(core, MONDAY + timedelta(days=1) + SOON)).overdue == 0
    assert (await told(core, MONDAY + timedelta(days=1) + LONG)).overdue == 1


async def test_a_place_whose_time_zone_is_no_more_gets_none(core: World) -> None:
    await plan(core, "ward", zone="Atlantis/Capital")
    found = await told(core)
    assert (found.planned, found.overdue) == (2, 1)


@pytest.mark.parametrize("text", ['{"on": true, "of": "a later release"}', "no plan", "{}"])
async def test_one_plan_that_cannot_be_read_takes_no_other_figure_away(core: World, text: str) -> None:
    """As after a release was taken back: where no figure is told at all, each alert is silent but the wrong one."""
    await plan(core, "ward")
    await core.app.store.write(
        Step("UPDATE setting SET value = :text WHERE name = 'digest' AND subject = 'ward'", {"text": text})
    )
    found = await told(core)
    assert (found.planned, found.overdue) == (2, 1)


@pytest.mark.parametrize("trouble", [Unreachable("503"), AnswerLost("cut"), Throttled("429", retry_after_s=120)])
async def test_a_message_grows_old_while_it_is_tried_in_vain(core: World, trouble: PlatformError) -> None:
    """Each try puts off the next one; that must not make it look young."""
    await core.ask(core.give("ann", "@bob", "#0", "for staying on after nights", place="general"))
    began = core.clock()
    assert (await told(core)).oldest_s < 1
    while core.clock() - began < timedelta(minutes=20):
        core.platform.fail("send", trouble, target="general")
        core.platform.fail("find", trouble, target="general")
        await core.deliver(after_s=60)
    waited_s = (core.clock() - began).total_seconds()
    assert (await told(core)).oldest_s == pytest.approx(waited_s, abs=5)
    core.platform.faults.clear()
    await core.deliver(after_s=300)
    assert (await told(core)).oldest_s == 0


async def test_one_is_as_old_as_its_last_change(core: World) -> None:
    """It stood there for a month, and is to be mended now."""
    await give(core)
    core.clock.move(timedelta(days=30).total_seconds())
    began = core.clock()
    await core.ask(core.reword("ann", (await core.only()).id, "for mending it"))
    for _ in range(10):
        core.platform.fail("mend", Unreachable("503"), target="general")
        await core.deliver(after_s=60)
    assert 0 < (await told(core)).oldest_s <= (core.clock() - began).total_seconds()
    core.platform.faults.clear()
    await core.deliver(after_s=300)
    assert (await told(core)).oldest_s == 0


async def test_nobody_waits_for_a_workspace_that_does_not_have_us(core: World) -> None:
    """Nor for one whose platform is off: of that there is a figure of its own."""
    await core.ask(core.give("ann", "@bob", "#0", "for staying on after nights", place="general"))
    core.platform.fail("send", Unreachable("503"), target="general")
    await core.deliver()
    core.platform.fail("send", SwitchedOff("revoked"), target="general")
    core.platform.fail("send", SwitchedOff("revoked"), target="bob")
    await core.deliver(after_s=30)
    core.clock.move(30)
    assert (await told(core)).oldest_s == 0
