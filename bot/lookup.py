"""Knowing whom and where a request speaks of: from the store, and only where that does not know, from the platform."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, assert_never

from bot.errors import Impossible, PlatformError
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Roster, Visibility
from bot.store import Store

PATIENCE_S: Final = 1.5  #: for looking up what is not stored; a platform waits 3 s for our answer
LOOKED_AT_MOST: Final = 500  #: people of a group; one with more is too large for a kudos, whoever they are


class Lookup(Protocol):
    """What a platform can tell. All methods raise `PlatformError`s."""

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]: ...

    async def place(self, workspace: str, id_: str) -> Place | None:
        """None for what it does not know. Who is in a private place that we are in is saved on the way."""
        ...

    async def learn_members(self, workspace: str, place: str) -> None:
        """Save who is in a place that we are in or can look into, also where it is public."""
        ...

    async def public_places(self, workspace: str) -> frozenset[str]:
        """Every place that everybody in the workspace can read now, and nobody else: ids, by one listing."""
        ...

    async def permalink(self, workspace: str, message: Message) -> str | None:
        """The address of a message; None where there is no such message any more.

        Raises:
            NotAMember: its place is out of our reach, so that nobody can know.
        """
        ...

    async def address(self, workspace: str, message: Message) -> str:
        """Where a message is found, whether it is there or not: known without asking."""
        ...

    async def group(self, workspace: str, id_: str, name: str) -> Roster:
        """Who is in a group now, whoever they are.

        Args:
            name: what it is called, or "" where the request did not say.

        Raises:
            Impossible: nobody can know; `reason` is the platform's word for it.
        """
        ...

    async def direct(self, person: Person) -> str:
        """The place of the person's conversation with Kudos."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who is spoken of, and where."""

    people: dict[str, Person]
    place: Place | None
    members: frozenset[str] | None  #: of a private place that Kudos is in; None elsewhere, and where we do not know
    complete: bool  #: False when the platform did not answer in time
    unlisted: bool = False  #: Kudos is in that private place, and yet we do not know who else is
    guessed: bool = False  #: and so the place is only what the request said of it
    own: frozenset[str] = frozenset()  #: the asker's other accounts there
    rosters: Mapping[str, Roster] = field(default_factory=dict)  #: by group: those in it who can be thanked
    unread: Mapping[str, str] = field(default_factory=dict)  #: groups without a roster, and the platform's word for why


class Register:
    def __init__(self, store: Store, lookups: Callable[[str], Lookup | None]) -> None:
        self._directory = store.directory
        self._places = store.places
        self._accounts = store.accounts
        self._lookups = lookups

    async def context(
        self,
        workspace: str,
        ids: Iterable[str],
        place: Place | None,
        *,
        asker: str,
        groups: Mapping[str, str] | None = None,
    ) -> Context:
        """What we know of these people and this place.

        Args:
            groups: with their names, as far as the platform said.
            place: as far as the platform said. A conversation is `BOT` there if it may be the asker's with Kudos.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        wanted = list(dict.fromkeys((asker, *ids)))
        people = await self._directory.people(workspace, wanted)
        stored = await self._places.get(workspace, place.id) if place else None
        already = stored is not None
        missing = [id_ for id_ in wanted if id_ not in people]
        complete = True
        found: dict[str, Roster | str] = dict.fromkeys(groups or (), "")
        lookup = self._lookups(workspace)
        if lookup and (groups or missing or (place and not stored)):
            complete = False
            with contextlib.suppress(PlatformError, TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    people |= await self._find_people(lookup, workspace, missing)
                    stored = stored or (place and await self._find_place(lookup, place, people.get(asker)))
                    complete = True
                    for id_, name in (groups or {}).items():
                        found[id_] = await self._find_group(lookup, workspace, id_, name, people)
        if stored:
            place = stored
        elif place and (complete or place.kind is not PlaceKind.BOT):  # else it is still open whose conversation it is
            place = unknown(place)
            if place.kind is PlaceKind.CONVERSATION and complete and asker in people:
                await self._places.save([place])  # a form opened here comes back with its id alone
        members = await self._members(place)
        if lookup and place and already and members is not None and not members:
            with contextlib.suppress(PlatformError, TimeoutError):
                async with asyncio.timeout(max(0.0, began + PATIENCE_S - clock())):
                    await self._find_place(lookup, place, people.get(asker))
            place = await self._places.get(workspace, place.id) or place
            members = await self._members(place)
        own = await self._accounts.doubles(workspace, asker) if len(wanted) > 1 or groups else frozenset()
        return Context(
            people=people,
            own=own,
            place=place,
            members=members or None,
            unlisted=members is not None and not members,
            complete=complete,
            guessed=not complete and place is not None and stored is None,
            rosters={id_: _one_of(each, asker, own) for id_, each in found.items() if isinstance(each, Roster)},
            unread={id_: each for id_, each in found.items() if isinstance(each, str)},
        )

    async def person(self, workspace: str, id_: str) -> Person | None:
        """None for somebody whom we do not know, and the platform does not either or did not answer."""
        return (await self.context(workspace, (), None, asker=id_)).people.get(id_)

    async def reads(self, place: Place, person: str) -> bool:
        """Whether `person` can read what is said in `place`, as far as we know; a guest sees their own channels."""
        people = await self._directory.people(place.workspace, [person])
        guest = person in people and people[person].kind is PersonKind.GUEST
        if place.visibility is Visibility.PUBLIC and not guest:
            return True
        return await self._places.is_in(place.workspace, place.id, person)

    async def _members(self, place: Place | None) -> frozenset[str] | None:
        if place is None or place.visibility is not Visibility.PRIVATE or not place.joined:
            return None
        return await self._places.members(place.workspace, place.id)

    async def _find_people(self, lookup: Lookup, workspace: str, ids: list[str]) -> dict[str, Person]:
        found = await lookup.people(workspace, ids) if ids else []
        await self._directory.save_people(found)
        return {person.id: person for person in found}

    async def _find_group(
        self, lookup: Lookup, workspace: str, id_: str, name: str, people: dict[str, Person]
    ) -> Roster | str:
        """The group with those of it who can be thanked, who are added to `people`; or why we can't know."""
        try:
            roster = await lookup.group(workspace, id_, name)
        except Impossible as error:
            return error.reason
        if len(roster.people) > LOOKED_AT_MOST:
            return roster
        people |= await self._directory.people(workspace, roster.people)
        people |= await self._find_people(lookup, workspace, [each for each in roster.people if each not in people])
        return replace(roster, people=tuple(each for each in roster.people if each in people and _there(people[each])))

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
            await self._places.save([found])
        return found


def _one_of(roster: Roster, asker: str, own: Set[str]) -> Roster:
    """The same group with the asker in it once, with whichever account."""
    return replace(roster, people=tuple(dict.fromkeys(asker if id_ in own else id_ for id_ in roster.people)))


def _there(person: Person) -> bool:
    """Apps and former colleagues may be in a group and nobody means them; a stranger there is one to be told of."""
    return person.active and person.kind is not PersonKind.BOT


def unknown(place: Place) -> Place:
    """A place of which we know only what a request said: a conversation of people, or a private channel."""
    if place.kind is PlaceKind.CHANNEL:
        return replace(place, visibility=Visibility.PRIVATE)
    return replace(place, kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT, joined=False)
