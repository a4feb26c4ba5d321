"""A playground's file: made and filled with a few weeks of kudos, or taken up again where it was left."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from adapters.app import Application, application
from adapters.playground.delivery import connect
from adapters.playground.messages import Messages, Reaction
from adapters.playground.parse import words
from adapters.playground.stories import STORIES, Gave, Wrote
from adapters.playground.workspace import (
    COLLEAGUES,
    EVERYBODY,
    FIRST,
    HARBOUR_LANE,
    LOBBY,
    ROOMS,
    WORKSPACE,
    known_members,
    known_people,
    known_places,
)
from bot.database import Sqlite
from bot.errors import ConfigError
from bot.framework import Entry, Framework
from bot.model import Message
from bot.requests import Action, Give, Joined, Learned, Press, Reacted
from bot.schedule import Plan

_MOVED_IN: Final = timedelta(days=22)
_SIDE_FILES: Final = ("", "-wal", "-shm")


class Scratch(Sqlite):
    """A file that could be made again at any time: nothing waits for the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._out.execute("PRAGMA synchronous = OFF")


async def ensure(data: Path, framework: Framework, zone: tzinfo, *, fresh: bool, clock: Callable[[], datetime]) -> bool:
    """Make the file and fill it, if it is not there or is to be `fresh`; returns whether it was made.

    A file appears whole or not at all.

    Raises:
        ConfigError: it is there and no playground's, or cannot be made.
    """
    if _is_there(data):
        if not _is_ours(data):
            raise ConfigError([f"--data: {data} is not a playground's file. Choose another name."])
        if not fresh:
            return False
    building = data.with_name(f"{data.name}.new")
    try:
        _remove(building)
        await _build(building, framework, zone, clock())
        _remove(data)
        building.replace(data)
    except (OSError, ConfigError) as error:
        raise ConfigError([f"--data: cannot make {data}. Is there such a folder, and may you write there?"]) from error
    return True


def _is_there(data: Path) -> bool:
    return data.exists() and data.stat().st_size > 0


def _is_ours(data: Path) -> bool:
    try:
        connection = sqlite3.connect(f"{data.absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'playground_message'").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return found is not None


def _remove(data: Path) -> None:
    for end in _SIDE_FILES:
        data.with_name(data.name + end).unlink(missing_ok=True)


async def _build(data: Path, framework: Framework, zone: tzinfo, now: datetime) -> None:
    database = Scratch(data)
    past = _Past(now - _MOVED_IN)
    async with application(database, framework, zone=zone, gather_s=0, pace_s=0, clock=past) as app:
        messages = Messages(database)
        await connect(app, messages, past)
        seeding = _Seeding(app, messages, framework.taggable, past)
        await seeding.settle()
        for number, story in enumerate(STORIES):
            past.at = _moment(story, now.astimezone(zone))
            match story:
                case Wrote():
                    await seeding.write(story, f"seed-{number}")
                case Gave():
                    await seeding.give(story, f"seed-{number}")
        past.at = now
        await seeding.plan_digest(str(zone))
        await messages.see_everything([each.id for each in COLLEAGUES], but_one=FIRST)


def _moment(story: Wrote | Gave, now: datetime) -> datetime:
    if not story.days:
        return now - timedelta(minutes=int(story.at))
    hour, minute = map(int, story.at.split(":"))
    return (now - timedelta(days=story.days)).replace(hour=hour, minute=minute, second=0, microsecond=0)


class _Past:
    """The clock of the weeks before."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)


class _Seeding:
    def __init__(self, app: Application, messages: Messages, entries: tuple[Entry, ...], past: _Past) -> None:
        self._app = app
        self._messages = messages
        self._entries = entries
        self._past = past

    async def settle(self) -> None:
        """Kudos learns who and what there is, and says hello where it is a member."""
        await self._app.store.directory.save_workspace(HARBOUR_LANE)
        await self._app.bot.handle(
            Learned(
                workspace=WORKSPACE,
                person="",
                delivery="seed-people",
                people=known_people(),
                places=known_places(),
                members=tuple(known_members()),
            )
        )
        for room in ROOMS.values():
            if room.joined:
                hello = Joined(workspace=WORKSPACE, person="", delivery=f"seed-{room.id}", place=room.place)
                await self._app.bot.handle(hello)
        await self._app.outbox.deliver_due()

    async def plan_digest(self, zone: str) -> None:
        """The lobby has a digest; the first one comes next week."""
        plan = Plan(zone=zone, owner=ROOMS[LOBBY].creator)
        planning = self._app.store.digests.planning
        now = self._past.at
        await self._app.store.write(planning(WORKSPACE, LOBBY, plan, actor=plan.owner, now=now, key="seed-digest"))

    async def write(self, story: Wrote, key: str) -> None:
        id_ = await self._messages.post(place=story.place, author=story.who, key=key, at=self._past.at, text=story.text)
        for person, sticker in story.stickers:
            self._past.pass_by(2)
            emoji = sticker if isinstance(sticker, str) else self._entry(sticker).emoji
            await self._messages.react(Reaction(message=id_, person=person, name=emoji), self._past.at, standing=True)
            await self._app.bot.handle(
                Reacted(
                    workspace=WORKSPACE,
                    person=person,
                    delivery=f"{key}-{person}",
                    message=Message(place=story.place, id=id_),
                    author=story.who,
                    name=emoji,
                    standing=True,
                    at=self._past.at,
                )
            )
        await self._app.outbox.deliver_due()

    async def give(self, story: Gave, key: str) -> None:
        people = " ".join(f"@{EVERYBODY[id_].name}" for id_ in story.to)
        tags = " ".join(f"#{self._entry(place).tag}" for place in story.entries)
        await self._app.bot.handle(
            Give(
                workspace=WORKSPACE,
                person=story.who,
                delivery=key,
                place=ROOMS[story.place].place,
                words=words(f"{people} {tags} for: {story.reason}", EVERYBODY.values()),
            )
        )
        given = await self._app.store.ledger.latest_by(WORKSPACE, story.who)
        for person in story.seconders if given else ():
            self._past.pass_by(4)
            await self._app.bot.handle(
                Press(
                    workspace=WORKSPACE,
                    person=person,
                    delivery=f"{key}-{person}",
                    action=Action.SECOND,
                    value=given.id if given else "",
                    place=story.place,
                    at=self._past.at,
                )
            )
        await self._app.outbox.deliver_due()

    def _entry(self, place: int) -> Entry:
        return self._entries[place % len(self._entries)]
