"""A small organisation on that platform, and how its people speak to Kudos: what the tests of the core play with.

Entries are meant by their position among those that can be tagged, so that every test runs on any framework.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.app import Application, application
from bot.brakes import FLOOD
from bot.cards import (
    Answer,
    Card,
    ChoiceField,
    Form,
    Mend,
    OpenForm,
    PeopleField,
    PickField,
    PlaceField,
    Private,
    Reply,
    Say,
    ShowHome,
    TextField,
    TicksField,
    TimeField,
    plain,
)
from bot.database import Database
from bot.framework import Entry, Framework
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Recognition, Roster, Sight, Visibility, Workspace
from bot.requests import (
    Action,
    AskRight,
    DigestWord,
    Give,
    GiveFor,
    Group,
    Joined,
    Learned,
    Named,
    OpenDigest,
    OpenHome,
    Press,
    Reacted,
    Request,
    Right,
    Said,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    UndoLatest,
    Words,
)
from bot.rights import Means
from bot.sights import VISIBILITY
from tests import databases

from .platform import Clock, Platform

W = "test:1"
KUDOS = "kudos"

PEOPLE = {
    person.id: person
    for person in (
        *(Person(workspace=W, id=name.lower(), name=name) for name in ("Ann", "Bob", "Cara", "Dee", "Fay")),
        Person(workspace=W, id="eli", name="Eli", admin=True),
        Person(workspace=W, id="guest", name="Guest", kind=PersonKind.GUEST),
        Person(workspace=W, id="gone", name="Gone", active=False),
        Person(workspace=W, id="robot", name="Robot", kind=PersonKind.BOT),
        Person(workspace=W, id=KUDOS, name="Kudos", kind=PersonKind.BOT),
        Person(workspace=W, id="stranger", name="Stranger", kind=PersonKind.STRANGER),
        *(Person(workspace=W, id=f"p{number}", name=f"Person {number}") for number in range(60)),
    )
}
ROOMS = {
    room.id: room
    for room in (
        Place(workspace=W, id="general", name="general", visibility=Visibility.PUBLIC, joined=True, creator="ann"),
        Place(workspace=W, id="news", name="news", visibility=Visibility.PUBLIC, joined=True),
        Place(workspace=W, id="away", name="away", visibility=Visibility.PUBLIC),
        Place(workspace=W, id="closed", name="closed", visibility=Visibility.PRIVATE, joined=True),
        Place(workspace=W, id="hidden", name="hidden", visibility=Visibility.PRIVATE),
        Place(workspace=W, id="attic", name="attic", visibility=Visibility.PUBLIC, joined=True, archived=True),
    )
}
GROUPS = {
    group.id: group
    for group in (
        Roster(id="crew", name="crew", people=("ann", "bob", "cara", "gone", "robot")),
        Roster(id="pair", name="pair", people=("cara", "dee")),
        Roster(id="only-ann", name="only-ann", people=("ann", "kudos")),
        Roster(id="response", name="response", people=tuple(f"p{number}" for number in range(51))),
        Roster(id="shift", name="shift", people=tuple(f"p{number}" for number in range(50))),
        Roster(id="mixed", name="mixed", people=("bob", "stranger")),
    )
}
IN_CLOSED = ("ann", "bob", "fay")  #: the members of #closed
MESSAGE = Message(place="general", id="their-message")  #: Bob's, in #general


@dataclass(slots=True)
class World:
    """The core, running on a platform, a database and a clock of its own."""

    app: Application
    platform: Platform
    clock: Clock
    framework: Framework
    database: Path
    number: int = 0
    twins: list[Application] = field(default_factory=list)  #: further processes on the same database

    # Asking.

    async def ask(self, request: Request) -> list[Reply]:
        return await self.app.bot.handle(request)

    async def says(self, request: Request) -> str:
        """What comes back, as text."""
        return told(await self.ask(request), self.framework)

    async def deliver(self, after_s: float = 0) -> None:
        """Let time pass, and the outbox work."""
        self.clock.move(after_s)
        await asyncio.gather(*(app.outbox.deliver_due() for app in (self.app, *self.twins)))

    def asked(self, person: str) -> dict[str, Any]:
        """What every request has; a second has passed since the last one."""
        self.number += 1
        self.clock.move(1)
        return {"workspace": W, "person": person, "delivery": f"delivery-{self.number}"}

    def entry(self, position: int) -> Entry:
        return self.framework.taggable[position]

    def words(self, *words: Any) -> Words:
        """`"@bob"` is Bob called, `"@crew"` a group, `#0` the tag of the first entry.

        `:0:` is its emoji's name, `*0*` its title.
        """
        return tuple(
            Named(word[1:], PEOPLE[word[1:]].name)
            if isinstance(word, str) and word[:1] == "@" and word[1:] in PEOPLE
            else Group(word[1:], GROUPS[word[1:]].name)
            if isinstance(word, str) and word[:1] == "@" and word[1:] in GROUPS
            else in_framework(word, self.framework)
            if isinstance(word, str)
            else word
            for word in words
        )

    def give(self, person: str, *words: Any, place: str = "general", kind: PlaceKind = PlaceKind.CHANNEL) -> Give:
        where = ROOMS.get(place, Place(workspace=W, id=place, kind=kind))
        return Give(**self.asked(person), place=where, words=self.words(*words))

    def submit(
        self,
        person: str,
        to: Iterable[str],
        entries: Iterable[int],
        reason: str,
        *,
        place: str = "general",
        form: str = "",
        groups: Iterable[str] = (),
        message: str = "",
    ) -> SubmitKudos:
        asked = self.asked(person)
        return SubmitKudos(
            **asked,
            form=form or f"form-{self.number}",
            recipients=tuple(to),
            entries=tuple(self.entry(position).id for position in entries),
            reason=reason,
            place=place,
            groups=tuple(groups),
            message=message,
        )

    def reword(self, person: str, recognition: str, reason: str) -> SubmitReason:
        return SubmitReason(**self.asked(person), recognition=recognition, reason=reason)

    def undo(self, person: str) -> UndoLatest:
        return UndoLatest(**self.asked(person))

    def said(self, person: str, *words: Any, place: str = "general", id_: str = "") -> Said:
        """A message to Kudos; in `D-…` it is the conversation with it."""
        asked = self.asked(person)
        kind = PlaceKind.BOT if place.startswith("D-") else PlaceKind.CHANNEL
        message = Message(place=place, id=id_ or f"said-{self.number}")
        return Said(
            **{**asked, "delivery": f"{place}/{message.id}"},
            place=Place(workspace=W, id=place, kind=kind),
            message=message,
            words=self.words(*words),
        )

    def about(self, person: str, message: Message = MESSAGE, *, author: str = "bob", place: str = "general") -> GiveFor:
        where = ROOMS.get(place, Place(workspace=W, id=place, kind=PlaceKind.BOT))
        return GiveFor(**self.asked(person), message=message, author=author, place=where)

    def open_digest(self, person: str, place: str = "general", *, said_in: Message | None = None) -> OpenDigest:
        return OpenDigest(**self.asked(person), place=self.somewhere(place), said_in=said_in)

    def digest(self, person: str, word: str, place: str = "general") -> DigestWord:
        return DigestWord(**self.asked(person), place=self.somewhere(place), word=word)

    def submit_digest(self, person: str, *, place: str = "general", **more: Any) -> SubmitDigest:
        """The form as it is opened for the first time, with what is given."""
        filled = {"state": "on", "day": "0", "at": "09:00", "zone": "Europe/London", "scope": "workspace"}
        return SubmitDigest(
            **self.asked(person), **{**filled, "place": place, "people": (), "extras": ("chart",), **more}
        )

    def somewhere(self, place: str) -> Place:
        """A place as a platform names it; `D-…` is a conversation with Kudos."""
        kind = PlaceKind.BOT if place.startswith("D-") else PlaceKind.CHANNEL
        return ROOMS.get(place, Place(workspace=W, id=place, kind=kind))

    def opens(self, person: str) -> OpenHome:
        return OpenHome(**self.asked(person))

    def right(self, person: str, right: Right) -> AskRight:
        return AskRight(**self.asked(person), right=right)

    def press(self, person: str, action: Action, value: str, place: str = "general") -> Press:
        return Press(**self.asked(person), action=action, value=value, place=place, at=self.clock())

    def react(
        self,
        person: str,
        entry: int | str,
        *,
        to: Message = MESSAGE,
        author: str = "bob",
        tone: int = 0,
        standing: bool = True,
    ) -> Reacted:
        name = self.entry(entry).emoji_name if isinstance(entry, int) else entry
        return Reacted(
            **self.asked(person),
            message=to,
            author=author,
            name=f"{name}::skin-tone-{tone}" if tone else name,
            standing=standing,
            at=self.clock(),
        )

    def joined(self, place: str) -> Joined:
        self.platform.change(place, joined=True)
        return Joined(**self.asked(KUDOS), place=self.platform.rooms[place])

    # Looking.

    async def ledger(self) -> list[Recognition]:
        """All recognitions, withdrawn ones too, in the order given."""
        store = self.app.store
        rows = await self.sql("SELECT id FROM recognition ORDER BY given_at, id")
        return [each for row in rows if (each := await store.ledger.recognition(W, row["id"]))]

    async def only(self) -> Recognition:
        (recognition,) = await self.ledger()
        return recognition

    async def card(self) -> Message:
        """Where the card of the only recognition stands."""
        recognition = await self.only()
        return (await self.app.store.posts.cards(W, [recognition.id]))[recognition.id]

    async def sql(self, text: str) -> list[dict[str, Any]]:
        database = databases.at(self.database)
        try:
            return [dict(row) for row in await database.rows(text)]
        finally:
            await database.close()

    async def tables(self) -> list[str]:
        """The names of all tables."""
        database = databases.at(self.database)
        try:
            return await databases.tables(database)
        finally:
            await database.close()

    def page(self, person: str) -> str:
        """What somebody sees who looks at their own page."""
        return neutral(plain(self.platform.page(person)), self.framework)

    def texts(self, place: str) -> list[str]:
        return [neutral(text, self.framework) for text in self.platform.texts(place)]


@contextlib.asynccontextmanager
async def world(
    framework: Framework,
    path: Path,
    *,
    processes: int = 1,
    default_place: str = "#general",
    admins: frozenset[str] = frozenset(),
    hourly_most: int = FLOOD,
    chosen: bool = True,
    sight: Sight = Sight.EVERYONE,
    database: Callable[[Path], Database] = databases.at,
    means: Means | None = None,
) -> AsyncIterator[World]:
    """Everything wired up and everybody known; without a pause between two posts to one place.

    Args:
        chosen: all have said that everybody may see what they are thanked for, so that nobody is asked.
        sight: who may see what those are thanked for who have not.
    """
    clock, platform = Clock(), Platform(people_=dict(PEOPLE), rooms=dict(ROOMS), groups=dict(GROUPS))
    async with contextlib.AsyncExitStack() as stack:
        apps = [
            await stack.enter_async_context(
                application(
                    database(path),
                    framework,
                    zone=ZoneInfo("Europe/London"),
                    default_place=default_place,
                    admins=admins,
                    hourly_most=hourly_most,
                    sight=sight,
                    pace_s=0,
                    clock=clock,
                    means=means,
                )
            )
            for _ in range(processes)
        ]
        for app in apps:
            app.senders["test"] = platform
            app.lookups["test"] = platform
        directory = apps[0].store.directory
        await directory.save_workspace(Workspace(id=W, name="Test", bot=KUDOS))
        await apps[0].bot.handle(
            Learned(
                workspace=W,
                person="",
                delivery="",
                people=tuple(PEOPLE.values()),
                places=tuple(ROOMS.values()),
                members=tuple(("closed", person, True) for person in IN_CLOSED),
            )
        )
        if chosen:
            settings, now = apps[0].store.settings, clock()
            everybody: dict[str, Any] = {"name": VISIBILITY, "value": Sight.EVERYONE.value, "actor": "", "now": now}
            await apps[0].store.write(*(settings.set(W, each, key=f"chosen-{each}", **everybody) for each in PEOPLE))
        yield World(apps[0], platform, clock, framework, path, twins=apps[1:])


def in_framework(text: str, framework: Framework) -> str:
    """`#0`, `:0:`, `{0}` and `*0*`: the tag, the emoji's name, the emoji and the title of an entry, by position."""

    def fill(found: re.Match[str]) -> str:
        entry = framework.taggable[int(found[2])]
        return {"#": f"#{entry.tag}", ":": f":{entry.emoji_name}:", "{": entry.emoji, "*": entry.title.text}[found[1]]

    return re.sub(r"([#:{*])([0-3])(?!\d)[:}*]?", fill, text)


def neutral(text: str, framework: Framework) -> str:
    """What was said, in one line, with positions for what only one framework calls so."""
    for position, entry in enumerate(framework.taggable):
        text = text.replace(f"{entry.emoji} {entry.title.text}", f"<{position}>").replace(
            entry.title.text, f"<{position}>"
        )
        text = re.sub(rf"#{entry.tag}\b", f"#{position}", text)
    return text.replace(framework.organisation, "<organisation>").replace("\n", " / ")


def told(replies: list[Reply], framework: Framework) -> str:
    return " || ".join(neutral(_reply(reply, framework), framework) for reply in replies)


def _reply(reply: Reply, framework: Framework) -> str:
    match reply:
        case Private(card=card):
            return plain(card)
        case Answer(card):
            return f"answer: {plain(card)}"
        case ShowHome(card):
            return f"home: {plain(card)}"
        case OpenForm(form):
            return f"form: {_form(form, framework)}"
        case Say(said):
            return f"below: {plain(Card(said))}"
        case Mend(errors):
            return "mend: " + "; ".join(f"{name}: {sentence}" for name, sentence in errors)


_TOLD_IN_ORDER = ("recipients", "entries", "reason", "place")


def _form(form: Form, framework: Framework) -> str:
    """What a form holds, in an order of our own."""
    positions = {entry.id: str(position) for position, entry in enumerate(framework.taggable)}
    parts = []
    for each in sorted(form.fields, key=lambda each: (*_TOLD_IN_ORDER, each.name).index(each.name)):
        match each:
            case PeopleField(chosen=chosen):
                said = ", ".join(chosen) if len(chosen) < 5 else f"{len(chosen)} people"
            case ChoiceField(chosen=chosen):
                said = ", ".join(positions[id_] for id_ in chosen)
            case TextField(text=text):
                said = text
            case PlaceField(chosen=place) | PickField(chosen=place):
                said = place
            case TicksField(chosen=chosen):
                said = ", ".join(chosen)
            case TimeField(at=at):
                said = at
        if said or each.error:
            parts.append(f"{each.name} [{said}]" + (f" ({each.error})" if each.error else ""))
    return " ".join(parts)
