"""Two organisations that one Kudos serves: the same ids for everything, and in all that is said a word of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot import commands
from bot.cards import Reply
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Roster, Visibility, Workspace
from bot.requests import (
    Action,
    AskRight,
    Group,
    Learned,
    Named,
    OpenHome,
    Press,
    Reacted,
    Request,
    Right,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    SubmitRemoval,
    Words,
)
from tests.doubles.platform import Platform
from tests.doubles.world import World

CHIEF, DEPUTY, MEMBER = "dee", "eli", "ann"
ROLES: Final = ("administrator", "moderator", "programme owner", "auditor")

#: What must be seen by a town's own people: else it is no wonder that nobody else sees it.
SHOWN: Final = ("name", "mail", "public", "private", "group", "said", "secret", "sentence", "removed", "taken")


class Exchange:
    """One platform, as the outbox and the core meet it, with a workspace for each town."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms

    def __getattr__(self, method: str) -> Callable[..., Any]:
        async def call(first: Any, *rest: Any) -> Any:
            workspace = first if isinstance(first, str) else first.workspace
            return await getattr(self._platforms[workspace], method)(first, *rest)

        return call


@dataclass(slots=True)
class Town:
    core: World
    id: str
    word: str  #: in everything that anybody here is called, writes or sets
    own: str  #: the id of somebody, of a room and of a group that are here alone
    platform: Platform = field(init=False)
    number: int = 0
    heard: list[str] = field(default_factory=list)  #: all that its people were answered and shown

    def __post_init__(self) -> None:
        self.platform = Platform(workspaces=frozenset({self.id}))
        for id_ in (MEMBER, "bob", "cara", CHIEF, DEPUTY, "fay", "gus", "hal", "guest", self.own):
            kind = PersonKind.GUEST if id_ == "guest" else PersonKind.MEMBER
            name, email = f"{id_.capitalize()} {self.word}-name", f"{id_}@{self.word}-mail.example"
            self.platform.people_[id_] = Person(workspace=self.id, id=id_, name=name, email=email, kind=kind)
        for id_, called in (("general", "public"), ("news", "quiet"), ("closed", "private"), (self.own, "own")):
            visibility = Visibility.PRIVATE if called == "private" else Visibility.PUBLIC
            self.platform.rooms[id_] = Place(
                workspace=self.id,
                id=id_,
                name=f"{self.word}-{called}",
                visibility=visibility,
                joined=True,
                shared=False,
                creator=MEMBER,
            )
        for id_ in ("crew", self.own):
            self.platform.groups[id_] = Roster(id=id_, name=f"{self.word}-group", people=("bob", "cara", "hal"))

    # Asking

    def asked(self, person: str) -> dict[str, Any]:
        """What every request has: also deliveries are called the same in both towns."""
        self.number += 1
        self.core.clock.move(1)
        return {"workspace": self.id, "person": person, "delivery": f"delivery-{self.number}"}

    async def ask(self, request: Request) -> list[Reply]:
        replies = await self.core.ask(request)
        self.heard.append(repr(replies))
        return replies

    def place(self, id_: str) -> Place:
        kind = PlaceKind.BOT if id_.startswith("D-") else PlaceKind.CHANNEL
        return self.platform.rooms.get(id_, Place(workspace=self.id, id=id_, kind=kind))

    def words(self, *words: str) -> Words:
        """`@x` is somebody, `%x` a group."""
        return tuple(
            Named(each[1:]) if each[:1] == "@" else Group(each[1:]) if each[:1] == "%" else each for each in words
        )

    def types(self, person: str, *words: str, place: str = "general") -> Request:
        """What is asked by these words after `/kudos`."""
        said = self.words(*words)
        return commands.kudos(commands.plain(said), said, self.place(place), **self.asked(person))

    def press(self, person: str, action: Action, value: str, place: str = "general") -> Press:
        return Press(**self.asked(person), action=action, value=value, place=place, at=self.core.clock())

    def tag(self, position: int = 0) -> str:
        return f" #{self.core.entry(position).tag} for "

    # Living

    async def settle(self) -> None:
        """Everybody and everything becomes known."""
        await self.core.app.store.directory.save_workspace(Workspace(id=self.id, name=f"{self.word}-workspace"))
        inside = tuple(("closed", person, True) for person in (MEMBER, "bob", CHIEF))
        learned = Learned(
            **self.asked(""),
            people=tuple(self.platform.people_.values()),
            places=tuple(self.platform.rooms.values()),
            members=inside,
            groups=tuple((each.id, each.name) for each in self.platform.groups.values()),
        )
        await self.ask(learned)

    async def live(self) -> None:
        """Everything that leaves something behind is asked."""
        for role in ROLES:
            await self.ask(self.types(CHIEF, "role grant ", f"@{DEPUTY}", f" {role}"))
        word = self.word
        for giver, to, said, place in (
            (MEMBER, "@bob", "said", "general"),
            ("bob", f"@{MEMBER}", "secret", "closed"),
            ("cara", "@fay", "covert", "general"),
            (MEMBER, "%crew", "crew", "general"),
            ("hal", "@bob", "reported", "general"),
            ("hal", "@cara", "bad", "general"),
            (MEMBER, "@gus", "erased", "general"),
            (MEMBER, "@cara", "taken", "general"),
        ):
            await self.ask(self.types(giver, to, f"{self.tag()}help, as {word}-{said} shows", place=place))
        await self.ask(self.types(MEMBER, "undo"))
        await self.ask(self.types(MEMBER, "@bob", f"{self.tag()}help by phone 07700 900123 as {word}-stopped shows"))
        await self.ask(self.reaction("cara"))
        (reacted,) = await self.ids("recognition", "origin = 'reaction'")
        await self.ask(self.reason("cara", reacted, f"who wrote the {word}-sentence for all"))
        said, reported, bad = [await self.about(each) for each in ("said", "reported", "bad")]
        await self.ask(self.press("cara", Action.SECOND, said))
        for each in (reported, bad):
            await self.ask(self.press(MEMBER, Action.REPORT, each))
        await self.ask(SubmitRemoval(**self.asked(DEPUTY), recognition=bad, reason=f"It names {word}-removed."))
        await self.ask(self.press("bob", Action.HIDE, reported))
        await self.ask(self.types(CHIEF, "suppress ", "@fay", " until 2026-12-31"))
        await self.ask(self.types(CHIEF, "quiet on", place="news"))
        await self.ask(self.types(CHIEF, "quiet on ", "@guest"))
        await self.ask(self.types("bob", "visibility me"))
        await self.ask(self.press("bob", Action.SETTING, "direct:1"))
        for place in ("general", "closed"):
            await self.ask(self.digest(CHIEF, place))
        await self.ask(self.types(CHIEF, "export"))
        await self.ask(commands.values(f"is there parking for {word}-asked", **self.asked(MEMBER)))
        await self.ask(self.types(MEMBER, "my data"))
        await self.ask(AskRight(**self.asked("gus"), right=Right.ERASE_NOW))
        for person in (MEMBER, CHIEF, DEPUTY):
            await self.ask(OpenHome(**self.asked(person)))

    def reaction(self, person: str) -> Reacted:
        return Reacted(
            **self.asked(person),
            message=Message(place="general", id="theirs"),
            author="bob",
            name=self.core.entry(0).emoji_name,
            standing=True,
            at=self.core.clock(),
        )

    def reason(self, person: str, recognition: str, reason: str) -> Request:
        return SubmitReason(**self.asked(person), recognition=recognition, reason=reason)

    def digest(self, person: str, place: str, *people: str) -> SubmitDigest:
        return SubmitDigest(
            **self.asked(person),
            place=place,
            state="on",
            day="0",
            at="09:00",
            zone="Europe/London",
            scope="people" if people else "workspace",
            people=people,
            extras=("chart", "mention"),
        )

    def form(self, person: str, place: str, *to: str) -> SubmitKudos:
        return SubmitKudos(
            **self.asked(person),
            form="form",
            recipients=to,
            entries=(self.core.entry(0).id,),
            reason=f"help that the {self.word}-form tells of",
            place=place,
        )

    # Looking

    async def ids(self, table: str, where: str = "1 = 1") -> list[str]:
        sql = f"SELECT id FROM {table} WHERE workspace = '{self.id}' AND {where} ORDER BY id"  # noqa: S608 - ours
        return [row["id"] for row in await self.core.sql(sql)]

    async def about(self, kind: str) -> str:
        """The recognition that says so."""
        (id_,) = await self.ids("recognition", f"reason LIKE '%{self.word}-{kind}%'")
        return id_

    async def kept(self) -> dict[str, list[str]]:
        """Every row that is this town's, but for the chain of its audit log: whoever reads theirs chains all."""
        found = {}
        for table in set(await self.core.tables()) - {"audit_link", "audit_head"}:
            rows = await self.core.sql(f"SELECT * FROM {table}")  # noqa: S608 - ours
            found[table] = sorted(repr(row) for row in rows if row.get("workspace") == self.id)
        return found

    def seen(self) -> str:
        """All that its people could read so far, letter for letter."""
        pages = [card for cards in self.platform.published.values() for card in cards]
        return "\n".join((*self.heard, *(repr(each.card) for each in self.platform.posted), *map(repr, pages)))
