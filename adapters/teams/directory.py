"""Filling the directory from Teams: a team or a chat when Kudos is added to it, and everything once a day.

No answer to anybody waits for it. Teams lists nothing but the conversations that we are in.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Final

import structlog

from adapters.teams.connector import Connector
from adapters.teams.delivery import TeamsLookup, channels_of, is_standard, member
from adapters.teams.references import Reference, References
from bot.errors import DatabaseError, Impossible, NotAMember, PlatformError, SwitchedOff, Throttled
from bot.model import Person, Place, PlaceKind, Visibility, Workspace
from bot.requests import Learned, Left, Request
from bot.store import Store

RETRY_S: Final = 30.0  #: until the next try where Teams did not answer
AT_ONCE: Final = 4  #: teams and chats that are being learned
NAME: Final = "Microsoft Teams"  #: of a tenant: what it is really called nobody tells an app
URL: Final = "https://teams.microsoft.com/"

log = structlog.get_logger()


class TeamsDirectory:
    def __init__(
        self,
        connector: Connector,
        references: References,
        lookup: TeamsLookup,
        store: Store,
        handle: Callable[[Request], Awaitable[object]],
        *,
        every_s: float,
        private_teams: frozenset[str] = frozenset(),
        retry_s: float = RETRY_S,
    ) -> None:
        """
        Args:
            handle: what the core does with what was learned.
            every_s: until everything is learned anew: events may have been missed.
            private_teams: of which even the standard channels are not for everybody in the tenant; or `all`.
        """
        self._connector = connector
        self._references = references
        self._lookup = lookup
        self._store = store
        self._handle = handle
        self._every_s = every_s
        self._private_teams = private_teams
        self._retry_s = retry_s
        self._learning: dict[tuple[str, str], asyncio.Task[None]] = {}  # by workspace, and team or chat
        self._seen: defaultdict[str, set[str]] = defaultdict(set)  # in a roster, by workspace
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def keep(self) -> None:
        """Learn everything of every tenant, now and again, until cancelled."""
        while True:
            try:
                for workspace in await self._references.workspaces():
                    await self.learn_all(workspace)
            except DatabaseError as error:
                log.warning("teams_directory_waits", error=str(error))
            await asyncio.sleep(self._every_s)

    def stop(self) -> None:
        """Learn nothing more."""
        for learning in self._learning.values():
            learning.cancel()

    async def settled(self) -> None:
        """Wait until nothing is being learned."""
        while under_way := [each for each in self._learning.values() if not each.done()]:
            await asyncio.wait(under_way)

    async def learn_all(self, workspace: str) -> None:
        """Begin to learn every team and every group chat of a tenant, and then those whom we know from neither."""
        await self._store.directory.save_workspace(Workspace(id=workspace, name=NAME, url=URL, bot=self._connector.bot))
        rooms: dict[str, Reference] = {}
        for where in await self._references.all(workspace):
            if where.team or await self._is_group_chat(where):
                rooms.setdefault(where.team or where.place, where)
        self._seen[workspace] = set()
        learning = [self.learn(where) for where in rooms.values()]
        self._begin((workspace, ""), lambda: self._others(workspace, after=learning))

    def learn(self, where: Reference) -> asyncio.Task[None]:
        """Begin to learn the team that a channel is in, or a group chat, whatever of it is under way."""
        step = self._team if where.team else self._chat
        return self._begin((where.workspace, where.team or where.place), lambda: step(where))

    async def dropped(self, workspace: str, team_or_chat: str) -> None:
        """We were removed from a team, or from a chat: nothing is posted there until we are added again."""
        if under_way := self._learning.pop((workspace, team_or_chat), None):
            under_way.cancel()
        await self._drop(workspace, team_or_chat)

    async def _drop(self, workspace: str, team_or_chat: str) -> None:
        known = await self._references.all(workspace)
        places = [each.place for each in known if team_or_chat in (each.team, each.place)]
        for place in places:
            await self._handle(Left(workspace=workspace, person="", delivery="", place=place))
        await self._references.drop(workspace, places)

    def _begin(self, key: tuple[str, str], step: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        # What is under way may have been asked for before what we were told just now.
        if under_way := self._learning.pop(key, None):
            under_way.cancel()
        task = asyncio.create_task(self._persistently(key, step))
        self._learning[key] = task
        task.add_done_callback(lambda done: self._learning.pop(key) if self._learning.get(key) is done else None)
        return task

    async def _persistently(self, key: tuple[str, str], step: Callable[[], Awaitable[None]]) -> None:
        while True:
            wait_s = self._retry_s
            try:
                return await step()
            except Throttled as error:
                wait_s = error.retry_after_s
            except (Impossible, SwitchedOff) as error:
                log.warning("teams_directory_lacks", workspace=key[0], error=str(error))
                return None
            except (PlatformError, DatabaseError) as error:
                log.warning("teams_directory_waits", workspace=key[0], error=str(error))
            except Exception:
                log.exception("teams_directory_waits", workspace=key[0])
            await asyncio.sleep(wait_s)

    async def _is_group_chat(self, where: Reference) -> bool:
        known = await self._store.places.get(where.workspace, where.place)
        return known is not None and known.kind is PlaceKind.CHANNEL

    # One team, one chat, and who is left

    async def _team(self, where: Reference) -> None:
        async with self._turns:
            try:
                listed = await self._connector.channels(where, patient=True)
                team_name = await self._lookup.team_name(where, patient=True)
                general = replace(where, place=where.team)
                roster = await self._roster(general)
            except (NotAMember, Impossible) as error:
                log.info("teams_team_left", workspace=where.workspace, error=str(error))
                await self._drop(where.workspace, where.team)
                return
            known = {each.place for each in await self._references.all(where.workspace) if each.team == where.team}
            standard = {each["id"] for each in listed if is_standard(each, where.team)}
            found = channels_of(where, listed, self._private_teams, known, team_name=team_name)
            places = {each.id: each for each in found if each.joined}
            await self._references.learned(replace(where, place=id_) for id_ in places if id_ in standard)
            for place in places.values():
                if place.visibility is Visibility.PRIVATE:
                    await self._store.places.save_private(where.workspace, place.id)
                    await self._save_members(replace(where, place=place.id), roster if place.id in standard else None)
            joined = [each for each in places.values() if each.id in standard or await self._still_there(each)]
            await self._handle(Learned(workspace=where.workspace, person="", delivery="", places=tuple(joined)))
            for id_ in known - places.keys():
                # Teams need not list a private channel; one that is gone has nobody in it any more.
                await self._save_members(replace(where, place=id_), None)

    async def _chat(self, where: Reference) -> None:
        async with self._turns:
            place = await self._lookup.place(where.workspace, where.place, with_members=False)
            if place is None:
                await self._references.drop(where.workspace, [where.place])
                return
            await self._save_members(where, None)
            await self._handle(Learned(workspace=where.workspace, person="", delivery="", places=(place,)))

    async def _save_members(self, where: Reference, roster: list[str] | None) -> None:
        """Remember who is in a private place; one that we are not in any more is out of our reach."""
        try:
            people = await self._roster(where) if roster is None else roster
        except (NotAMember, Impossible):
            await self._store.places.save_out_of_reach(where.workspace, where.place)
            await self._references.drop(where.workspace, [where.place])
            return
        await self._store.places.save_members(where.workspace, where.place, people)

    async def _still_there(self, place: Place) -> bool:
        return await self._references.of(place.workspace, place.id) is not None

    async def _roster(self, where: Reference) -> list[str]:
        pages = self._lookup.members(where, patient=True)
        people = [person.id async for page in pages for person in page]
        self._seen[where.workspace].update(people)
        return people

    async def _others(self, workspace: str, *, after: Iterable[asyncio.Task[None]]) -> None:
        """Those who only have Kudos in their own Teams: what they are called by now."""
        if waiting := set(after):
            await asyncio.wait(waiting)
        for person in await self._store.directory.everybody(workspace):
            where = person.direct and await self._references.of(workspace, person.direct)
            if where and person.active and person.id not in self._seen[workspace]:
                await self._renewed(person, where)

    async def _renewed(self, person: Person, where: Reference) -> None:
        with contextlib.suppress(NotAMember, Impossible):
            account = await self._connector.member(where, person.id)
            if account and (found := member(account, person.workspace)):
                await self._store.directory.save_people([found[0]])
