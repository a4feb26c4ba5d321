"""The real program, its clock really moved through the nights in which London's clocks change: one digest a week."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import migrations, steps
from bot.database import Sqlite
from bot.framework import Framework
from bot.model import Origin, Person, Place, Recognition, Tag, Visibility, to_time
from bot.schedule import Plan, Week
from bot.store import Store
from tests.adapters.town import TO_SEND, Program, Town, start
from tests.doubles.slack import SlackDouble

# The one for threads: with the other, a thread that looks while the file is being read sees the real time now and then.
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
REQUIRED = os.environ.get("KUDOS_TEST_REQUIRE") == "all"
TIMES = ("00:30", "01:00", "01:30", "08:30")
NIGHTS = {  # Sundays, with when it is half past twelve, one, half past one and half past eight there
    "spring": ("2026-03-29", ("00:30", "01:00", "01:00", "07:30")),
    "autumn": ("2026-10-25", ("-1d 23:30", "00:00", "00:30", "08:30")),
}
NEARLY, CLOSE = timedelta(hours=4), timedelta(minutes=10)  #: steps of the clock


@dataclass(slots=True)
class Moved:
    """The program, with a clock that jumps when it is told to, and runs on in between."""

    town: Town
    offset: Path
    at: datetime
    running: Program | None = None
    port: int = 0

    async def begin(self) -> None:
        """Start it, or start it anew."""
        if self.running:
            await self.running.kill()
        self._set()
        self.running = await start(
            self.town,
            LD_PRELOAD=str(FAKETIME),
            FAKETIME_TIMESTAMP_FILE=str(self.offset),
            FAKETIME_NO_CACHE="1",
        )
        self.port = await self.running.listening()
        listed = len(self.town.slack.calls_to("users.list"))
        await self.town.slack.until(lambda: len(self.town.slack.calls_to("users.list")) >= max(1, listed))

    async def jump(self, to: datetime) -> None:
        """Move its clock, and wait until all that is due by then is done. Time goes by for what is tried again."""
        self.at = to
        self._set()
        await self._wake()
        async with asyncio.timeout(90):
            await self._wake()
            while self.town.count("outbox", TO_SEND):
                self.at += timedelta(milliseconds=100)
                self._set()
                await self._wake()

    async def _wake(self) -> None:
        """Ask something of it: what sleeps until a moment that has passed meanwhile does not notice by itself."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: kudos\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in await reader.read()
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.03)

    async def walk(self, to: datetime, step: timedelta) -> None:
        while self.at < to:
            await self.jump(min(to, self.at + step))

    def _set(self) -> None:
        draft = self.offset.with_suffix(".new")
        draft.write_text(f"{(self.at - datetime.now(UTC)).total_seconds():.3f}\n")
        draft.replace(self.offset)


@contextlib.asynccontextmanager
async def moved(framework: Framework, folder: Path, at: datetime) -> AsyncIterator[Moved]:
    async with SlackDouble() as slack:
        town = Town(slack, slack.client("http://127.0.0.1:9"), framework, folder / "kudos.db")
        for time in TIMES:
            slack.add_channel(f"at-{time}", members=[town.alice])
        program = Moved(town, folder / "offset", at)
        try:
            yield program
        finally:
            if program.running:
                await program.running.kill()


async def given(town: Town, framework: Framework, moments: dict[str, datetime], since: datetime) -> None:
    """What was given when, in a channel that everybody reads; and the plans, which have been on for long."""
    database = Sqlite(town.database)
    await migrations.migrate(database)
    store, workspace = Store(database), f"slack:{town.slack.team_id}"
    people = [
        Person(workspace=workspace, id=each.id, name=each.name) for each in (town.alice, town.bob, town.cara, town.dan)
    ]
    general = Place(
        workspace=workspace, id=town.general.id, name="general", visibility=Visibility.PUBLIC, joined=True, shared=False
    )
    await store.directory.save_people(people)
    await store.places.save([general])
    tag = Tag(entry=framework.taggable[0].id, title=framework.taggable[0].title.text)
    for number, (words, moment) in enumerate(moments.items()):
        recognition = Recognition(
            id=words,
            workspace=workspace,
            giver=people[number % 2 * 2],
            recipients=(people[number % 2 * 2 + 1],),
            tags=(tag,),
            base_tags=(tag,),
            reason=words,
            place=general,
            visibility=Visibility.PUBLIC,
            origin=Origin.COMMAND,
            framework_version="1",
            given_at=moment,
        )
        await store.write(*steps.given(recognition))
    for channel in town.slack.channels.values():
        if channel.name.startswith("at-"):
            plan = Plan(day=6, at=channel.name[3:], zone="Europe/London")
            planned = store.digests.planning(workspace, channel.id, plan, actor="", now=since, key=channel.id)
            await store.write(planned)
    await database.close()


@pytest.mark.parametrize("night", NIGHTS)
async def test_when_the_clocks_change_there_is_one_digest_a_week(
    night: str, framework: Framework, tmp_path: Path
) -> None:
    """At four times of the night, in the week of the change and in the one after; it is killed in between."""
    if FAKETIME is None:
        missing = "no faketime here: install Debian's package faketime to move the clock of a program"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    day, hours = NIGHTS[night]
    sunday = datetime.fromisoformat(f"{day}T00:00+00:00")
    dues = [
        datetime.fromisoformat(f"{day}T{each.removeprefix('-1d ')}+00:00") - timedelta(days=each.startswith("-1d"))
        for each in hours
    ]
    week = Week.of(sunday.date())  # which ends with the change, and is an hour shorter or longer than others
    begins, ends = week.bounds(Plan(zone="Europe/London").clock)
    minute = timedelta(minutes=1)
    moments = {
        "the last of the week before": begins - minute,
        "the first of this week": begins + minute,
        "the last of this week": ends - minute,
        "the first of the week after": ends + minute,
    }
    async with moved(framework, tmp_path, sunday - timedelta(hours=8)) as program:
        town = program.town
        await given(town, framework, moments, since=sunday - timedelta(days=30))
        # What was due earlier has been told.
        program.at = sunday - timedelta(days=6)
        await program.begin()
        await program.walk(sunday - timedelta(hours=3), NEARLY)
        before = town.count("digest")
        await program.walk(sunday + timedelta(minutes=65), CLOSE)
        await program.begin()
        await program.walk(sunday + timedelta(hours=10), CLOSE)
        rooms = {each.name: each for each in town.slack.channels.values() if each.name.startswith("at-")}
        for time, due in zip(TIMES, dues, strict=True):
            place = rooms[f"at-{time}"].id
            row = town.row("SELECT * FROM digest WHERE place = ? AND week = ?", place, str(week.before))
            assert to_time(row["due_at"]) == due
            tried = town.row("SELECT first_tried_at FROM outbox WHERE fact = ?", row["id"])["first_tried_at"]
            assert timedelta() <= to_time(tried) - due < timedelta(hours=9)
        assert town.count("digest") == before + len(TIMES)
        await program.walk(sunday + timedelta(days=7, hours=12), NEARLY)
        assert town.count("digest") == before + 2 * len(TIMES)
        for room in rooms.values():
            told = [each.text for each in town.slack.messages(room, ours=True) if "thanked" in each.text]
            assert [[words for words in moments if words in text] for text in told] == [
                ["the last of the week before"],
                ["the first of this week", "the last of this week"],
            ]
        assert town.doubled() == []
        assert not town.slack.problems
