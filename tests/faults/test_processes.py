"""Real programs that are killed, stopped and started at once: nothing is lost, and nothing stands twice."""

import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from adapters import storage
from bot import migrations
from bot.framework import Framework
from bot.schedule import Plan
from bot.spelling import SQLITE
from bot.store import Store
from tests import databases, postgres
from tests.adapters.town import (
    REASON,
    ROOT,
    Town,
    comes_true,
    digest_after,
    kudos_for,
    program,
    settled,
    start,
)
from tests.doubles.slack_objects import Channel, Message
from tests.doubles.world import W, World, world

pytestmark = pytest.mark.databases("sqlite", "postgres")

POST: Final = "chat.postMessage"
LATER: Final = timedelta(minutes=1)  #: when no lease of a program that was killed runs any more
LEASE_S: Final = 2.0


def later() -> datetime:
    return datetime.now(UTC) + LATER


# Killed


@pytest.mark.fault("killed before commit")
async def test_killed_before_a_commit(quiet_town: Town) -> None:
    """While it waits for the database to take what somebody did."""
    town = quiet_town
    town.expected.add("failures")
    async with program(town) as process:
        said = town.slack.say(town.bob, town.general, "done for today")
        request = town.client.make_react(town.alice, said, town.emoji())
        with databases.held(town.database):
            sending = asyncio.create_task(town.client.send(request))
            await asyncio.sleep(0.5)
            assert not sending.done()
            await process.kill()
        assert not (await sending).ok
    assert not any(town.count(table) for table in ("recognition", "reaction", "delivery", "outbox"))
    async with kudos_for(town):
        assert (await town.client.send(request, attempt=1)).ok
        await settled(town)
    assert town.count("recognition") == len(town.told(town.bob)) == 1


@pytest.mark.fault("killed after commit")
@pytest.mark.parametrize("posted", [False, True])
async def test_killed_after_a_commit(quiet_town: Town, posted: bool) -> None:
    """Before Slack has heard of the card, or after it has taken it and before we know."""
    town = quiet_town
    town.slack.fault(POST, **({"linger_s": 20.0} if posted else {"delay_s": 20.0}), times=None)
    async with program(town) as process:
        said = await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        assert "You thanked bob" in said
        await town.slack.until(lambda: len(town.slack.calls_to(POST)) == 2)
        await process.kill()
    assert town.count("recognition") == 1
    assert len(town.cards()) == int(posted)
    town.slack.faults.clear()
    async with kudos_for(town, clock=later):
        await settled(town)
    assert town.states() == {"done": 2}
    assert len(town.cards()) == len(town.told(town.bob)) == 1
    assert not town.doubled()


# Digests


def digests(town: Town, where: Channel) -> list[Message]:
    return [each for each in town.slack.posted[where.id] if each.app_id == town.slack.app_id]


async def week_over(town: Town) -> Channel:
    """Something was given in the week before, and its digest is due since a minute ago."""
    hall = town.slack.add_channel("hall", members=[town.alice, town.bob])
    before = timedelta(days=7)
    async with kudos_for(town, clock=lambda: datetime.now(UTC) - before):
        await town.give(town.alice, f"@bob {town.tag()} for {REASON}", hall)
    due = datetime.now(UTC) - timedelta(minutes=1)
    plan = Plan(day=due.weekday(), at=f"{due:%H:%M}", zone="UTC")
    database = databases.at(town.database)
    store = Store(database)
    since = due - timedelta(days=2)
    await store.write(
        store.digests.planning(f"slack:{town.slack.team_id}", hall.id, plan, actor="", now=since, key="plan")
    )
    await database.close()
    assert digest_after(plan, due - before) <= datetime.now(UTC)
    return hall


@pytest.mark.fault("killed in the middle of a digest")
@pytest.mark.parametrize("posted", [False, True])
async def test_killed_in_the_middle_of_a_digest(quiet_town: Town, posted: bool) -> None:
    """What it features was chosen; Slack has not taken it yet, or has and we do not know."""
    town = quiet_town
    hall = await week_over(town)
    stood = len(digests(town, hall))
    slow = town.slack.fault(POST, channel=hall.id, **({"linger_s": 20.0} if posted else {"delay_s": 20.0}), times=None)
    async with program(town) as process:
        await comes_true(lambda: slow.used and len(digests(town, hall)) == stood + int(posted))
        await process.kill()
    chosen = town.rows("SELECT * FROM digest_story")
    assert town.count("digest") == len(chosen) == 1
    town.slack.faults.clear()
    async with kudos_for(town, clock=later):
        await settled(town)
    assert set(town.states()) == {"done"}
    assert len(digests(town, hall)) == stood + 1
    assert REASON in digests(town, hall)[-1].text
    assert town.rows("SELECT * FROM digest_story") == chosen
    assert not town.doubled()


@pytest.mark.fault("three processes at the tick")
async def test_three_processes_notice_a_digest_at_once(
    framework: Framework, tmp_path: Path, database_kind: str
) -> None:
    async with world(framework, tmp_path / "kudos.db", processes=3) as core:
        await give_and_plan(core)
        for _ in range(2):
            await asyncio.gather(*(app.bot.digesting.tick() for app in (core.app, *core.twins)))
            await core.deliver(30)
        assert [each["outcome"] for each in await core.sql("SELECT outcome FROM digest")] == ["due"]
        assert len([each for each in core.platform.posted if each.view == "digest"]) == 1


async def give_and_plan(core: World) -> None:
    """A kudos and a plan, and the clock at the moment when that week's digest is due."""
    plan = Plan(zone="Europe/London", owner="fay")
    store = core.app.store
    await store.write(store.digests.planning(W, "general", plan, actor="fay", now=core.clock(), key="plan"))
    await core.ask(core.give("ann", "@bob", "#0", f"for {REASON}"))
    await core.deliver(1)
    core.clock.at = digest_after(plan, core.clock())


# Stopped for a while


@pytest.mark.fault("stopped past its lease and continued")
@pytest.mark.parametrize("posted", [False, True])
async def test_stopped_past_its_lease_and_continued(quiet_town: Town, posted: bool) -> None:
    """Before it has posted, or before it knows that it has; meanwhile another process has taken over."""
    town = quiet_town
    async with kudos_for(town):
        pass
    call, fault = (POST, {"linger_s": 1.2}) if posted else ("conversations.info", {"delay_s": 1.2})
    # Who is thanked may be told at once, or wait for the same answer.
    moments = [{"done": 1, "sending": 1}] + [{"sending": 2}] * (not posted)
    slow = town.slack.fault(call, channel=town.general.id, times=None, **fault)
    town.expected.add("restart")
    process = await start(town, "tests.faults.short_lease", str(LEASE_S))
    try:
        town.client.url = f"http://127.0.0.1:{await process.listening()}/slack/events"
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        await comes_true(lambda: slow.used and town.states() in moments)
        await asyncio.sleep(0.2)  # the call may have been slow before, for the command
        process.send_signal(signal.SIGSTOP)
        slow.times = slow.used
        async with kudos_for(town, lease_s=LEASE_S, filled=False):
            await comes_true(lambda: town.states() == {"done": 2})
            process.send_signal(signal.SIGCONT)
            await asyncio.sleep(1.0)
            await settled(town)
    finally:
        await process.kill()
    assert town.states() == {"done": 2}
    assert len(town.cards()) == len(town.told(town.bob)) == 1
    assert not town.doubled()


# Started at once


@pytest.mark.fault("three migrators at once")
async def test_three_programs_migrate_at_once(database_kind: str, tmp_path: Path) -> None:
    """`kudos migrate`, three times at the same moment, on a database that holds nothing."""
    on_server = postgres.made() if database_kind == "postgres" else contextlib.nullcontext()
    with on_server as server:
        url = server or f"{SQLITE}{tmp_path / 'kudos.db'}"
        environment = {**os.environ, "DATABASE_URL": url}
        command = (sys.executable, "-m", "adapters.cli", "migrate")
        three = [
            await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
            for _ in range(3)
        ]
        told = [(await each.communicate())[0].decode() for each in three]
        assert [each.returncode for each in three] == [0, 0, 0], told
        for migration in migrations.known():
            assert sum(migration.name in each for each in told) == 1
        database = storage.opened(url)
        assert await migrations.pending(database) == ()
        await database.close()
