"""A made-up tenant: a team with its channels, a group chat, the people in them, and Kudos beside them."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters import web
from adapters.app import RECONCILE_S, now
from bot.config import Settings
from bot.framework import Entry, Framework
from tests.adapters.teams import tenant
from tests.doubles.adaptive_lint import problems
from tests.doubles.teams_client import Dialog, Preview, TeamsClient, called, read
from tests.doubles.teams_connector import Posted, TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import BotService
from tests.doubles.teams_world import Channel, Chat, Json, Place, Team, User, World

REASON = "staying on after nights to finish the statements"
QUIET_S = 0.08  #: without a call before we say that nothing more will come
TO_SEND = "state IN ('due', 'lost', 'sending')"


@dataclass(slots=True)
class Town:
    connector: TeamsConnector
    service: BotService
    events: Events
    client: TeamsClient
    framework: Framework
    database: Path
    expected: set[str] = field(default_factory=set)  #: what `assert_sound` lets pass

    @property
    def world(self) -> World:
        return self.connector.world

    @property
    def team(self) -> Team:
        return self.world.teams[0]

    def user(self, number: int) -> User:
        return self.world.users[number]

    @property
    def alice(self) -> User:
        return self.user(0)

    @property
    def bob(self) -> User:
        return self.user(1)

    @property
    def carol(self) -> User:
        return self.user(2)

    @property
    def dev(self) -> User:
        return self.user(3)

    @property
    def thanks(self) -> Channel:
        return self.team.channels[1]

    @property
    def sergeants(self) -> Channel:
        """Private: Alice and Bob."""
        return self.team.channels[2]

    @property
    def night(self) -> Chat:
        """A group chat: Alice, Bob and Carol."""
        return self.world.chats[0]

    def alone(self, user: User) -> Chat:
        """Somebody's own chat with Kudos."""
        return self.world.personal(user)

    # The framework, by position, so that no test knows a tag by name.

    def entry(self, position: int) -> Entry:
        return self.framework.taggable[position]

    def tag(self, position: int = 0) -> str:
        return f"#{self.entry(position).tag}"

    def emoji(self, position: int = 0, *, tone: int = 0) -> str:
        """As Teams calls it."""
        code = "-".join(f"{ord(letter):x}" for letter in self.entry(position).emoji if letter != "\ufe0f")
        return f"{code}_emoji{f'-tone{tone}' if tone else ''}"

    # What people do.

    async def say(self, user: User, text: str, *mentioned: User, where: Place | None = None, thread: str = "") -> str:
        """Write to Kudos; what comes of it below, and in private, as text."""
        place = where or self.thanks
        before = len(self.connector.posted)
        await self.client.say(user, place, text, *mentioned, thread=thread)
        await settled(self)
        seen = {place.id, self.alone(user).id}
        views = self.card_ids()
        return "\n".join(
            read(each.card)
            for each in self.connector.posted[before:]
            if each.place in seen and each.only_for in ("", user.mri) and each.id not in views
        )

    async def give(self, user: User, text: str, *mentioned: User, where: Place | None = None) -> Posted:
        """A kudos that is typed and posted; its card."""
        place = where or self.thanks
        before = len(self.cards(place))
        await self.say(user, text, *mentioned, where=place)
        cards = self.cards(place)
        assert len(cards) > before, f"nothing is posted; they read {self.told(user)}"
        return cards[-1]

    async def press(self, user: User, posted: Posted, label: str, *, old: bool = False) -> str:
        """Press a button; the word below it, if there is one."""
        before = len(self.client.words)
        await self.client.press(user, posted, label, old=old)
        await settled(self)
        return "\n".join(text for mri, text in self.client.words[before:] if mri == user.mri)

    async def send(self, dialog: Dialog, label: str = "", **filled: str) -> str:
        before = len(self.client.words)
        await self.client.send(dialog, label, **filled)
        await settled(self)
        return "\n".join(text for mri, text in self.client.words[before:] if mri == dialog.user.mri)

    # What is to be seen.

    def card_ids(self) -> set[str]:
        """The messages that the outbox has brought about."""
        return {row["message"] for row in self.rows("SELECT message FROM outbox WHERE message <> ''")}

    def cards(self, place: Place | None = None) -> list[Posted]:
        """The cards that stand in a place, but for answers."""
        ids = self.card_ids()
        return [each for each in self.connector.standing((place or self.thanks).id) if each.id in ids]

    def told(self, user: User) -> list[str]:
        """What Kudos has said in somebody's own chat, answers and all."""
        return [read(each.card) for each in self.connector.standing(self.alone(user).id)]

    def last_told(self, user: User) -> Posted:
        return self.connector.standing(self.alone(user).id)[-1]

    def dialog(self, user: User) -> Dialog:
        assert user.mri in self.client.dialogs, f"nothing is open before {user.name}: {self.client.words}"
        return self.client.dialogs[user.mri]

    def preview(self, user: User) -> Preview:
        assert user.mri in self.client.previews, f"{user.name} sees no preview: {self.client.words}"
        return self.client.previews[user.mri]

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What is in the database, read beside the program."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def row(self, sql: str, *values: object) -> dict[str, Any]:
        (only,) = self.rows(sql, *values)
        return only

    def count(self, table: str, where: str = "1") -> int:
        number: int = self.row(f"SELECT COUNT(*) AS number FROM {table} WHERE {where}")["number"]  # noqa: S608
        return number

    # What always holds.

    def assert_sound(self) -> None:
        if "problems" not in self.expected:
            assert not self.connector.problems, self.connector.problems
            assert not self.client.problems, self.client.problems
        keys = Counter((row["place"], row["message"]) for row in self.rows(_POSTED))
        for (place, id_), times in keys.items():
            assert times == 1, f"{place}/{id_} stands for {times}"
        thanked = {row["person"] for row in self.rows("SELECT person FROM recipient")}
        people = {each.mri: each.object_id for each in self.world.users}
        for posted in self.connector.posted:
            calls = {people[mri] for mri in called(posted.card)}
            assert calls <= thanked, f"{read(posted.card)!r} calls {calls - thanked}"
        for card in (*(posted.card for posted in self.connector.posted), *self.client.shown):
            assert not problems(card), problems(card)


_POSTED = "SELECT message_place AS place, message FROM outbox WHERE message <> '' AND view <> 'home'"


def _is_learning() -> bool:
    """Whether the program, in this process, is getting to know a team, a chat or somebody."""
    tasks = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
    return any(name.startswith("TeamsDirectory.") and not name.endswith(".keep") for name in tasks)


async def settled(town: Town, timeout_s: float = 30.0) -> None:
    """Wait until nothing is left to be sent or learned, and nobody sends anything."""
    loop = asyncio.get_running_loop()
    quiet_since, seen = loop.time(), -1
    async with asyncio.timeout(timeout_s):
        while True:
            await asyncio.sleep(0.02)
            if town.count("outbox", TO_SEND) or len(town.connector.calls) != seen or _is_learning():
                quiet_since, seen = loop.time(), len(town.connector.calls)
            elif loop.time() - quiet_since >= QUIET_S:
                return


@contextlib.asynccontextmanager
async def town_in(
    database: Path,
    framework: Framework,
    *,
    before: Callable[[Town], object] | None = None,
    installed: bool = True,
    clock: Callable[[], datetime] = now,
    gather_s: float = 0.0,
    reconcile_s: float = RECONCILE_S,
    **more: Any,
) -> AsyncIterator[Town]:
    """Run Kudos on `database`.

    Args:
        before: what is done to the tenant before Kudos starts.
        installed: in the team, in the group chat, and with everybody.
    """
    async with TeamsConnector() as connector, BotService(connector.world.app_id) as service:
        connector.limits = False
        events = Events(connector.world, connector.url)
        client = TeamsClient(connector.world, events, service)
        town = Town(connector, service, events, client, framework, database)
        if before:
            before(town)
        async with kudos_for(town, clock=clock, gather_s=gather_s, reconcile_s=reconcile_s, **more):
            if installed:
                await install(town)
            yield town


async def install(town: Town) -> None:
    """Somebody adds Kudos to the team, which it posts to by way of one channel, and everybody to their own Teams."""
    places: list[Place] = [town.thanks, *town.world.chats]
    for place in places:
        whose = place.members[0] if isinstance(place, Chat) else town.alice
        await town.client.deliver(town.events.added(whose, place))
        await town.client.deliver(town.events.installed(whose, place))
    await settled(town)
    town.connector.posted.clear()  # its greetings


def settings_for(town: Town, **more: Any) -> Settings:
    given: Json = {
        "database_url": f"sqlite:///{town.database}",
        "kudos_channel": "#Thanks",
        "_env_file": None,
        **tenant.settings_for(town.connector, town.service),
    }
    return Settings(**{**given, **more})


@contextlib.asynccontextmanager
async def kudos_for(
    town: Town,
    *,
    clock: Callable[[], datetime] = now,
    gather_s: float = 0.0,
    pace_s: float = 0.0,
    lease_s: float = 5.0,
    reconcile_s: float = RECONCILE_S,
    **more: Any,
) -> AsyncIterator[None]:
    """Let the program run for a while beside the tenant; again, if need be."""
    async with (
        web.site(
            settings_for(town, **more),
            town.framework,
            gather_s=gather_s,
            pace_s=pace_s,
            lease_s=lease_s,
            reconcile_s=reconcile_s,
            look_s=None,
            clock=clock,
        ) as routes,
        web.listening(routes, "127.0.0.1", 0) as port,
    ):
        town.service.url = f"http://127.0.0.1:{port}/api/messages"
        yield
