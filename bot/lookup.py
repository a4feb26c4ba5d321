"""Knowing whom and where a request speaks of: from the store, and only where that does not know, from the platform."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Protocol, assert_never

from bot.errors import PlatformError
from bot.model import Person, Place, PlaceKind, Visibility
from bot.store import Store

PATIENCE_S: Final = 1.5  #: for looking up what is not stored; a platform waits 3 s for our answer


class Lookup(Protocol):
    """What a platform can tell. All methods raise `PlatformError`s."""

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]: ...

    async def place(self, workspace: str, id_: str) -> Place | None: ...

    async def direct(self, person: Person) -> str:
        """The place of the person's conversation with Kudos."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who is spoken of, and where."""

    people: dict[str, Person]
    place: Place | None
    members: frozenset[str] | None  #: of a private place that Kudos is in; None elsewhere
    complete: bool  #: False when the platform did not answer in time
    guessed: bool = False  #: and so the place is only what the request said of it


class Register:
    def __init__(self, store: Store, lookups: Callable[[str], Lookup | None]) -> None:
        self._directory = store.directory
        self._lookups = lookups

    async def context(self, workspace: str, ids: Iterable[str], place: Place | None, *, asker: str) -> Context:
        """What we know of these people and this place.

        Args:
            place: as far as the platform said. A conversation is `BOT` there if it may be the asker's with Kudos.
        """
        wanted = list(dict.fromkeys((asker, *ids)))
        people = await self._directory.people(workspace, wanted)
        stored = await self._directory.place(workspace, place.id) if place else None
        missing = [id_ for id_ in wanted if id_ not in people]
        complete = True
        lookup = self._lookups(workspace)
        if lookup and (missing or (place and not stored)):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    people |= await self._find_people(lookup, workspace, missing)
                    stored = stored or (place and await self._find_place(lookup, place, people.get(asker)))
            except (PlatformError, TimeoutError):
                complete = False
        if stored:
            place = stored
        elif place and (complete or place.kind is not PlaceKind.BOT):  # else it is still open whose conversation it is
            place = unknown(place)
            if place.kind is PlaceKind.CONVERSATION and complete and asker in people:
                await self._directory.save_places([place])  # a form opened here comes back with its id alone
        members = None
        if place and place.visibility is Visibility.PRIVATE and place.joined:
            members = await self._directory.members(workspace, place.id)
        return Context(
            people=people,
            place=place,
            members=members or None,
            complete=complete,
            guessed=not complete and place is not None and stored is None,
        )

    async def _find_people(self, lookup: Lookup, workspace: str, ids: list[str]) -> dict[str, Person]:
        found = await lookup.people(workspace, ids) if ids else []
        await self._directory.save_people(found)
        return {person.id: person for person in found}

    async def _find_place(self, lookup: Lookup, place: Place, asker: Person | None) -> Place | None:
        found: Place | None
        match place.kind:
            case PlaceKind.CONVERSATION:
                return None
            case PlaceKind.BOT:
                if asker is None:
                    return None
                direct = asker.direct or await lookup.direct(asker)
                await self._directory.save_direct(asker, direct)
                if direct != place.id:
                    return None
                found = replace(place, visibility=Visibility.DIRECT, joined=True)
            case PlaceKind.CHANNEL:
                found = await lookup.place(place.workspace, place.id)
            case _:
                assert_never(place.kind)
        if found:
            await self._directory.save_places([found])
        return found


def unknown(place: Place) -> Place:
    """A place of which we know only what a request said: a conversation of people, or a private channel."""
    if place.kind is PlaceKind.CHANNEL:
        return replace(place, visibility=Visibility.PRIVATE)
    return replace(place, kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT, joined=False)
