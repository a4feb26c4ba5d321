"""Three programs on one PostgreSQL, racing for the same digests while they are killed: none is lost, none doubled.

    python -m tests.bench digests --places 320 --kills 300 --minutes 5

Real processes of `kudos serve`, and a Slack that answers late, says 429 and 500, and loses answers after it has posted.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from adapters.app import read_framework
from bot import migrations, steps
from bot.model import Origin, Person, Place, Recognition, Tag, Visibility, derived_id
from bot.schedule import Plan, Week
from bot.store import Store
from tests import databases
from tests.adapters.town import TO_SEND, Town
from tests.bench.figures import Figure
from tests.bench.hunt import PROGRAMS, Hunt
from tests.bench.processes import ROOT, BenchError
from tests.bench.program import Program
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_objects import Channel, Message

KUDOS: Final = 40  #: of the week that is told
CALM_S: Final = 450.0  #: for what is due to be done, once nobody is killed any more; the outbox may wait for 300 s
LEFT_MOST: Final = 3  #: digests, and a twentieth of all, that are left for when nobody is killed any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """For how much, and how hard."""

    places: int
    kills: int  #: at least
    minutes: int  #: in which they become due, one after another; 0: all are due from the start
    most_s: float = 2.5  #: that a program lives once it answers
    aimed: float = 0.6  #: the share of kills that come while something is being posted, if anything is in time
    linger_s: float = 0.3  #: between what Slack posts and its answer, so that many a kill comes in between
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What is left of it. Each fault is a sentence."""

    digests: int = 0
    kills: int = 0
    killed_while: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    looked: int = 0  #: for a message that may have been posted before
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    logged: dict[str, int] = field(default_factory=dict)  #: as faults of the programs' own
    seconds: float = 0.0


async def run(race: Race, folder: Path) -> Result:
    """Let them race, wait until all is done, and count.

    On PostgreSQL, for a file of SQLite is for one program.

    Raises:
        BenchError: a program does not start, or it does not become quiet.
    """
    with databases.kind("postgres"):
        return await _raced(race, folder)


async def _raced(race: Race, folder: Path) -> Result:
    began, result, chance = time.monotonic(), Result(), Random(race.seed)
    framework = read_framework(ROOT / "framework.yaml")
    async with SlackDouble() as slack:
        town = Town(slack, slack.client("http://127.0.0.1:9"), framework, folder / "kudos.db")
        channels = [slack.add_channel(f"shift-{number}", members=[town.alice]) for number in range(race.places)]
        slack.fault("chat.postMessage", linger_s=race.linger_s, times=None)
        await _prepare(town, channels, race)
        over = asyncio.Event()
        begun: list[Program] = []

        def another() -> Program:
            begun.append(Program(folder, slack, SLACK_SIGNING_SECRET=slack.signing_secret))
            return begun[-1]

        hunt = Hunt(town=town, another=another, most_s=race.most_s, aimed=race.aimed, linger_s=race.linger_s)
        troubling = asyncio.create_task(hunt.trouble(slack, chance))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hunt.go_on(Random(race.seed + 1), over))
                await _until_told(town, race, hunt)
                over.set()
            troubling.cancel()
            last = another()
            await last.start()
            await last.healthy()
            await _quiet(town)
            await last.stop()
        finally:
            troubling.cancel()
            for program in begun:
                await program.end()
        result.kills, result.killed_while, result.troubles = hunt.kills, hunt.killed_while, hunt.troubles
        _count(town, channels, result)
        result.logged = last.said("error", "critical")
        result.looked = len(slack.calls_to("conversations.history"))
    result.seconds = time.monotonic() - began
    return result


async def _prepare(town: Town, channels: list[Channel], race: Race) -> None:
    """A week of kudos, and a plan for each channel."""
    database = databases.at(town.database)
    await migrations.migrate(database)
    store, workspace, now = Store(database), f"slack:{town.slack.team_id}", datetime.now(UTC)
    people = [Person(workspace=workspace, id=each.id, name=each.name) for each in town.slack.add_people(KUDOS)]
    general = Place(
        workspace=workspace, id=town.general.id, name="general", visibility=Visibility.PUBLIC, joined=True, shared=False
    )
    await store.directory.save_people(people)
    await store.places.save([general])
    begins_at, _ = Week.of(now.date()).before.bounds(Plan(zone="UTC").clock)
    for number, giver in enumerate(people):
        entry = town.framework.taggable[number % len(town.framework.taggable)]
        tag = Tag(entry=entry.id, title=entry.title.text)
        recognition = Recognition(
            id=derived_id("race", str(number)),
            workspace=workspace,
            giver=giver,
            recipients=(people[number - 1],),
            tags=(tag,),
            base_tags=(tag,),
            reason=f"help number {number:02} with the night shift",
            place=general,
            visibility=Visibility.PUBLIC,
            origin=Origin.COMMAND,
            framework_version="1",
            given_at=begins_at + timedelta(hours=number),
        )
        await store.write(*steps.given(recognition))
    for number, channel in enumerate(channels):
        ahead = 1 + number * race.minutes // len(channels) if race.minutes else -60
        due = now + timedelta(minutes=ahead)
        plan = Plan(day=due.weekday(), at=f"{due:%H:%M}", zone="UTC")
        since = now - timedelta(days=2)
        step = store.digests.planning(workspace, channel.id, plan, actor="", now=since, key=channel.id)
        await store.write(step)
    await database.close()


async def _until_told(town: Town, race: Race, hunt: Hunt) -> None:
    """Until all have been noticed and tried, and enough programs have been killed."""
    async with asyncio.timeout(race.minutes * 60 + race.kills * 10 + CALM_S):
        while (  # noqa: ASYNC110 - nobody calls
            town.count("digest") < race.places
            or hunt.kills < race.kills
            or town.count("outbox", "view = 'digest' AND shown = 0") > LEFT_MOST + race.places // 20
        ):
            await asyncio.sleep(0.2)


async def _quiet(town: Town) -> None:
    try:
        async with asyncio.timeout(CALM_S):
            while town.count("digest", "outcome = 'due'") > town.count("outbox", "view = 'digest' AND state = 'done'"):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            while town.count("outbox", TO_SEND):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    except TimeoutError:
        left = town.rows("SELECT * FROM outbox WHERE state <> 'done'")
        raise BenchError(f"{len(left)} rows are left, such as {left[:3]}") from None


def _count(town: Town, channels: list[Channel], result: Result) -> None:
    rows = {row["place"]: row for row in town.rows("SELECT * FROM outbox WHERE view = 'digest'")}
    runs = Counter(row["place"] for row in town.rows("SELECT place FROM digest WHERE outcome = 'due'"))
    stories: dict[str, set[str]] = {}
    for row in town.rows("SELECT digest, reason FROM digest_story JOIN recognition ON recognition = recognition.id"):
        stories.setdefault(row["digest"], set()).add(row["reason"])
    for channel in channels:
        posted = [each for each in town.slack.posted[channel.id] if each.app_id == town.slack.app_id]
        result.digests += bool(posted)
        if not posted:
            result.lost.append(channel.name)
        if len(posted) > 1:
            result.doubled.append(f"{channel.name}: {len(posted)} times")
        row = rows.get(channel.id, {"state": "nowhere"})
        if row["state"] != "done" or runs[channel.id] != 1:
            result.wrong.append(f"{channel.name}: {row}")
        elif posted and (posted[0].ts != row["message"] or not _tells(posted[0], stories[row["fact"]])):
            result.wrong.append(f"{channel.name} does not show what was chosen")
    result.wrong += [f"refused by Slack: {each}" for each in town.slack.problems]


def _tells(message: Message, words: set[str]) -> bool:
    return len(words) > 1 and all(each in message.text for each in words)


def figures(race: Race, result: Result) -> Iterator[Figure]:
    """The table."""
    yield Figure(
        what=f"digests posted by {PROGRAMS} programs on one database",
        figure=f"{result.digests:,}",
        goal=f"{race.places:,}",
        met=result.digests == race.places,
    )
    yield Figure(
        what="programs killed", figure=f"{result.kills:,}", goal=f"≥ {race.kills:,}", met=result.kills >= race.kills
    )
    for what, number in sorted(result.killed_while.items()):
        yield Figure(what=f"killed while {what}", figure=f"{number:,}")
    for trouble, number in sorted((+result.troubles).items()):
        yield Figure(what=f"trouble: {trouble}", figure=f"{number:,}")
    yield Figure(what="times that somebody looked for what may have been posted", figure=f"{result.looked:,}")
    for what, found in (("lost", result.lost), ("doubled", result.doubled), ("otherwise wrong", result.wrong)):
        yield Figure(what=what, figure=f"{len(found)}", goal="0", met=not found)
    yield Figure(
        what="faults that the programs logged",
        figure=f"{sum(result.logged.values())}",
        goal="0",
        met=not result.logged,
    )
    yield Figure(what="all in all", figure=f"{result.seconds:.0f} s")


def faults(result: Result) -> list[str]:
    """Everything that must not be, one line each."""
    found = [f"{kind}: {each}" for kind in ("lost", "doubled", "wrong") for each in getattr(result, kind)]
    return found + [f"logged {times} times: {what}" for what, times in result.logged.items()]


def checked(race: Race, folder: Path) -> Result:
    """As `run`, with what stopped it as an error that reads well.

    Raises:
        BenchError: it could not be run to its end.
    """
    try:
        return asyncio.run(run(race, folder))
    except (TimeoutError, ExceptionGroup) as error:
        raise BenchError(f"it did not come to an end: {error!r}") from error
