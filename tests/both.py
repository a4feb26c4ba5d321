"""An organisation on two platforms: the small one of `doubles.world`, and a tenant in which some of them are too."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.framework import Framework
from bot.model import Message, Person, PersonKind, Place, Recognition, Sight, Visibility, Workspace
from bot.requests import Action, Give, Learned, Mine, Named, OpenHome, Press, Reacted, SubmitReason, UndoLatest
from bot.rights import Means
from bot.schedule import Plan
from bot.sights import VISIBILITY
from tests.doubles.platform import Platform, Posted
from tests.doubles.world import IN_CLOSED, PEOPLE, ROOMS, W, World, world

T: Final = "teams:t1"
ADMIN: Final = "eli@force.example"

#: Who has a verified address in the first workspace.
SLACK: Final = {
    id_: replace(PEOPLE[id_], email=f"{id_}@force.example")
    for id_ in ("ann", "bob", "cara", "dee", "eli", "fay", "guest", "gone")
}
#: Who is in the tenant, under another id and name; its rooms are called as those of the first workspace.
TEAMS: Final = {
    id_: Person(workspace=T, id=f"t-{id_}", name=f"{PEOPLE[id_].name} of Teams", email=f"{id_}@force.example")
    for id_ in ("ann", "bob", "cara", "gone", "guest")
}
NEW: Final = Person(workspace=T, id="t-new", name="New of Teams", email="new@force.example")
HALLS: Final = tuple(
    Place(workspace=T, id=id_, name=id_, visibility=visibility, joined=True, shared=False)
    for id_, visibility in (("general", Visibility.PUBLIC), ("hall", Visibility.PUBLIC), ("closed", Visibility.PRIVATE))
)


@dataclass(slots=True)
class Both:
    core: World
    teams: Platform

    def asked(self, person: str) -> dict[str, Any]:
        """As somebody of the tenant."""
        return {**self.core.asked(f"t-{person}"), "workspace": T}

    def give(self, person: str, to: str, said: str, *, entry: int = 0, place: str = "general") -> Give:
        tag = self.core.entry(entry).tag
        where = next(each for each in HALLS if each.id == place)
        return Give(**self.asked(person), place=where, words=(Named(f"t-{to}"), f" #{tag} for {said}"))

    def press(self, person: str, action: Action, value: str, place: str = "general") -> Press:
        return Press(**self.asked(person), action=action, value=value, place=place, at=self.core.clock())

    def reword(self, person: str, recognition: str, reason: str) -> SubmitReason:
        return SubmitReason(**self.asked(person), recognition=recognition, reason=reason)

    def undo(self, person: str) -> UndoLatest:
        return UndoLatest(**self.asked(person))

    def mine(self, person: str) -> Mine:
        return Mine(**self.asked(person))

    def opens(self, person: str) -> OpenHome:
        return OpenHome(**self.asked(person))

    def react(self, person: str, author: str, *, standing: bool = True) -> Reacted:
        return Reacted(
            **self.asked(person),
            message=Message(place="general", id="said in the tenant"),
            author=f"t-{author}",
            name=self.core.entry(0).emoji_name,
            standing=standing,
            at=self.core.clock(),
        )

    async def gave(self, giver: str, to: str, said: str, *, entry: int = 0, place: str = "general") -> str:
        """A kudos in the first workspace, with its card; its id."""
        await self.core.ask(self.core.give(giver, f"@{to}", f"#{entry}", f"for {said}", place=place))
        await self.core.deliver(1)
        return (await self.all())[-1].id

    async def gave_there(self, giver: str, to: str, said: str, *, entry: int = 0, place: str = "general") -> str:
        """A kudos in the tenant, with its card; its id."""
        await self.core.ask(self.give(giver, to, said, entry=entry, place=place))
        await self.core.deliver(1)
        return (await self.all())[-1].id

    async def all(self) -> list[Recognition]:
        """Every kudos, in the order given."""
        ledger = self.core.app.store.ledger
        rows = await self.core.sql("SELECT workspace, id FROM recognition ORDER BY given_at, id")
        found = [await ledger.recognition(row["workspace"], row["id"]) for row in rows]
        return [each for each in found if each]

    async def learn(self, *people: Person) -> None:
        """Their platform tells of them."""
        for each in people:
            known = self.teams.people_ if each.workspace == T else self.core.platform.people_
            known[each.id] = each
            await self.core.ask(Learned(workspace=each.workspace, person="", delivery="", people=(each,)))

    async def decide(self, *accounts: tuple[str, str], decision: str) -> None:
        """An administrator decides by hand."""
        store = self.core.app.store
        key = f"decision-{self.core.number}-{self.core.clock()}"
        decisions = dict.fromkeys(accounts, decision)
        await store.write(*store.accounts.deciding(decisions, actor="admin", now=self.core.clock(), key=key))

    async def plan(self, workspace: str, place: str = "general", **more: object) -> None:
        """A digest on Mondays."""
        self.core.clock.move(1)
        plan = Plan(**{"zone": "Europe/London", "owner": "fay", **more})  # type: ignore[arg-type]
        store = self.core.app.store
        now = self.core.clock()
        await store.write(store.digests.planning(workspace, place, plan, actor="fay", now=now, key=f"{place}/{now}"))

    async def comes(self, at: datetime | None = None) -> None:
        """Let it become that time; what is due is noticed and delivered."""
        if at:
            self.core.clock.at = at
        await self.core.app.bot.digesting.tick()
        await self.core.deliver()

    def digest(self, workspace: str, place: str = "general") -> Posted:
        """The only one that stands there."""
        platform = self.teams if workspace == T else self.core.platform
        (found,) = (each for each in platform.posted if each.view == "digest" and each.message.place == place)
        return found


@contextlib.asynccontextmanager
async def both(
    framework: Framework, path: Path, *, together: bool = True, means: Means | None = None
) -> AsyncIterator[Both]:
    """Args:
    together: they are one organisation.
    """
    async with world(framework, path, admins=frozenset({ADMIN}), means=means) as core:
        core.platform.rooms.update({room.id: replace(room, shared=False) for room in ROOMS.values()})
        teams = Platform(
            people_={each.id: each for each in TEAMS.values()},
            rooms={each.id: each for each in HALLS},
            workspaces=frozenset({T}),
        )
        guest = TEAMS["guest"]
        teams.people_[guest.id] = replace(guest, kind=PersonKind.MEMBER)
        core.app.senders["teams"] = core.app.lookups["teams"] = teams
        store = core.app.store
        if together:
            await store.organisations.arrange([(W, T)], {})
        await store.directory.save_workspace(Workspace(id=T, name="Teams", bot="t-kudos"))
        await core.ask(
            Learned(
                workspace=W,
                person="",
                delivery="",
                people=tuple(SLACK.values()),
                places=tuple(core.platform.rooms.values()),
                members=tuple(("closed", person, True) for person in IN_CLOSED),
            )
        )
        await core.ask(
            Learned(
                workspace=T,
                person="",
                delivery="",
                people=tuple(teams.people_.values()),
                places=HALLS,
                members=tuple(("closed", f"t-{person}", True) for person in ("ann", "bob")),
            )
        )
        settings, now = store.settings, core.clock()
        everybody: dict[str, Any] = {"name": VISIBILITY, "value": Sight.EVERYONE.value, "actor": "", "now": now}
        await store.write(*(settings.set(T, each, key=f"chosen-{each}", **everybody) for each in teams.people_))
        yield Both(core, teams)
