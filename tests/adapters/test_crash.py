"""The real program, killed at random moments: nothing that was acknowledged is lost, and nothing stands twice."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Program, Town, kudos_for, program, settled, start
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_objects import Channel, Message, User

pytestmark = pytest.mark.databases("sqlite", "postgres")

KILLS = 30
START_S = 1.0  #: that a start takes on a machine that does nothing else
SEED = 20_260_302
RETRIES = 3  #: of an event. Source: docs.slack.dev/apis/events-api


@pytest.fixture
async def quiet_town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which the program does not run yet."""
    async with SlackDouble() as slack:
        client = slack.client("http://127.0.0.1:9")
        yield Town(slack=slack, client=client, framework=framework, database=tmp_path / "kudos.db")


@dataclass(slots=True)
class Day:
    """What people do while the program is killed again and again, and what was acknowledged to them."""

    town: Town
    chance: random.Random
    people: list[User]
    channels: list[Channel]
    up: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0
    acknowledged: dict[str, str] = field(default_factory=dict)  #: the words of a kudos -> how it was given
    tried: list[str] = field(default_factory=list)
    reacted: list[tuple[User, Message]] = field(default_factory=list)  #: acknowledged

    def words(self) -> str:
        self.number += 1
        self.tried.append(f"help number {self.number:04} with the night shift")
        return self.tried[-1]

    def two(self) -> tuple[User, User]:
        giver, recipient = self.chance.sample(self.people, 2)
        return giver, recipient

    async def command(self) -> None:
        giver, recipient = self.two()
        words = self.words()
        answer = await self.town.client.command(
            "/kudos", f"@{recipient.name} {self.town.tag()} for {words}", user=giver, channel=self.where()
        )
        if answer.ok and "You thanked" in str(answer.body):
            self.acknowledged[words] = "command"

    async def form(self) -> None:
        giver, recipient = self.two()
        words, client = self.words(), self.town.client
        await client.command("/kudos", "", user=giver, channel=self.where())
        form = self.town.slack.modal(giver)
        if form is None:
            return
        values = {"recipients": [recipient], "entries": [self.town.entry(1).id], "reason": words}
        answer = await client.submit(form, values, user=giver)
        if answer.ok and answer.body == "":
            self.acknowledged[words] = "form"

    async def reaction(self) -> None:
        giver, author = self.two()
        message = self.town.slack.say(author, self.where(), "done for today")
        request = self.town.client.make_react(giver, message, self.town.emoji(2))
        for attempt in range(RETRIES + 1):
            if (await self.town.client.send(request, attempt=attempt)).ok:
                self.reacted.append((giver, message))
                return
            await asyncio.sleep(0.01)
            await self.up.wait()

    def where(self) -> Channel:
        return self.chance.choice(self.channels)


async def killed_again_and_again(day: Day) -> None:
    """Start the program, let people do things, kill it; a moment may come before it answers."""
    acts: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    for _ in range(KILLS):
        began = loop.time()
        process = await start(day.town)
        if day.chance.random() < 0.1:
            await asyncio.sleep(day.chance.uniform(0.1, 0.8))
            await process.kill()
            continue
        day.town.client.url = f"http://127.0.0.1:{await process.listening()}/slack/events"
        day.up.set()
        # Where a start takes longer, so does everything else: the kill comes as far into the day as elsewhere.
        until_s = day.chance.uniform(0.02, 0.5) * max(1.0, (loop.time() - began) / START_S)
        acts += [asyncio.create_task(act()) for act in (day.command, day.form, day.reaction)]
        await asyncio.sleep(until_s / 2)
        acts += [asyncio.create_task(act()) for act in (day.reaction, day.command)]
        await asyncio.sleep(until_s / 2)
        day.up.clear()
        await process.kill()
    async with program(day.town) as last:
        day.up.set()
        await asyncio.gather(*acts)
        await all_due_is_done(day.town, timeout_s=45)
        last.terminate()
        await last.log()
        assert last.returncode == 0


async def all_due_is_done(town: Town, timeout_s: float) -> None:
    async with asyncio.timeout(timeout_s):
        soon = (datetime.now(UTC) + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%S")
        while town.count("outbox", f"state IN ('due', 'lost', 'sending') AND due_at < '{soon}'"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def standing(town: Town, words: str) -> tuple[int, int]:
    """How often words stand on cards, and in direct messages."""
    ours = [each for posted in town.slack.posted.values() for each in posted if each.app_id == town.slack.app_id]
    kinds = [town.slack.channels[each.channel].kind for each in ours if words in each.text]
    return sum(kind != "im" for kind in kinds), sum(kind == "im" for kind in kinds)


async def test_killed_at_thirty_moments_it_loses_and_doubles_nothing(quiet_town: Town) -> None:
    town = quiet_town
    chance = random.Random(SEED)
    people = [town.slack.add_user(f"colleague{number}") for number in range(16)]
    channels = [town.slack.add_channel(f"team{number}", members=people) for number in range(6)]
    day = Day(town, chance, people, channels)
    # Slack takes its time, so that many a kill comes between a post and its answer.
    town.slack.fault("chat.postMessage", delay_s=0.04, times=None)
    await killed_again_and_again(day)

    kept = {row["reason"]: row for row in town.rows("SELECT * FROM recognition WHERE origin <> 'reaction'")}
    assert len(day.acknowledged) > KILLS / 2, "the kills came too early to show anything"
    assert {"command", "form"} <= set(day.acknowledged.values())
    assert day.acknowledged.keys() <= kept.keys()
    for words in day.tried:
        assert standing(town, words) == ((1, 1) if words in kept else (0, 0)), words
    assert town.doubled() == []

    reactions = {
        (row["giver"], row["message"]) for row in town.rows("SELECT * FROM recognition WHERE origin='reaction'")
    }
    assert len(day.reacted) > KILLS / 2
    assert {(giver.id, message.ts) for giver, message in day.reacted} <= reactions

    # Ten minutes later those who were thanked by a reaction hear of it.
    later = timedelta(minutes=11)
    async with kudos_for(town, clock=lambda: datetime.now(UTC) + later):
        await settled(town, timeout_s=20)
    assert town.states() == {"done": len(kept) * 2 + len(reactions)}
    told = [each.text for user in people for each in town.slack.dms(user) if "with a reaction" in each.text]
    assert len(told) == len(reactions)
    assert town.doubled() == []
    assert not town.slack.problems


async def stopped(process: Program) -> float:
    """Tell it to stop; how long that took."""
    started = time.monotonic()
    process.terminate()
    await process.log()
    assert process.returncode == 0
    return time.monotonic() - started


@pytest.mark.fault("SIGTERM")
async def test_told_to_stop_it_finishes_what_was_begun(quiet_town: Town) -> None:
    town = quiet_town
    async with program(town) as process:
        town.slack.fault("chat.postMessage", delay_s=1.5, times=None)
        slow = town.slack.fault("views.open", delay_s=0.5)
        opening = asyncio.create_task(town.client.command("/kudos", "", user=town.cara, channel=town.general))
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        await town.slack.until(lambda: slow.used and town.slack.calls_to("chat.postMessage"))
        assert await stopped(process) < 10
        assert (await opening).ok
    assert town.form(town.cara).open
    assert town.states() == {"done": 2}
    assert len(town.cards()) == len(town.told(town.bob)) == 1


@pytest.mark.fault("SIGTERM")
async def test_told_to_stop_while_slack_hangs_it_stops_in_time_and_the_next_start_goes_on(quiet_town: Town) -> None:
    town = quiet_town
    hangs = town.slack.fault("chat.postMessage", delay_s=30.0, times=None)
    async with program(town) as process:
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        await town.slack.until(lambda: hangs.used)
        assert await stopped(process) < 10
    assert town.count("recognition") == 1
    assert town.cards() == []
    town.slack.faults.clear()
    later = timedelta(minutes=1)
    async with kudos_for(town, clock=lambda: datetime.now(UTC) + later):
        await settled(town)
    assert town.states() == {"done": 2}
    assert len(town.cards()) == len(town.told(town.bob)) == 1


@pytest.mark.databases("postgres")
async def test_two_programs_on_one_database_send_each_message_once(quiet_town: Town) -> None:
    """As for a moment while one release follows another."""
    town = quiet_town
    async with program(town), program(town):
        for number in range(4):
            request = town.client.make_command(
                "/kudos", f"@bob {town.tag(number % 3)} for {REASON}", user=town.alice, channel=town.general
            )
            await town.client.deliver(request, times=2, together=True)
        await all_due_is_done(town, timeout_s=20)
    assert town.count("recognition") == 4
    assert len(town.cards()) == len(town.told(town.bob)) == 4
    assert town.doubled() == []
