"""What was said in public is first shown only where the platform confirms that its place is public still.

Not every platform tells when a place is made private, and a day may pass until everything is learned anew.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import posts, runs, steps
from bot.errors import Impossible, NotAMember, PlatformError, SwitchedOff, Throttled, Unreachable
from bot.lookup import Lookup
from bot.model import Place, Recognition, Visibility
from bot.store import Store

CONFIRMED_FOR: Final = timedelta(minutes=5)  #: a place is not asked about again
PATIENCE_S: Final = 5.0  #: for the platform's answer, and for others who wait for the same one
LISTING_S: Final = 10.0  #: for the answers of a listing, likewise
FEW: Final = 5  #: places that are asked about one by one


class Confirming:
    def __init__(self, store: Store, lookups: Callable[[str], Lookup | None], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._lookups = lookups
        self._clock = clock
        self._confirmed: dict[tuple[str, str], datetime] = {}  # by workspace and place, of this process
        self._asking: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._members: dict[tuple[str, str], datetime] = {}  # likewise, that we know who is in it
        self._own: dict[tuple[str, str], datetime] = {}  # likewise, that nobody else reads it
        self._listed: dict[str, tuple[datetime, frozenset[str]]] = {}  # what is public, by workspace

    async def confirmed(self, recognition: Recognition) -> Recognition:
        """`recognition` as it may be shown: one that passes for public is private from now on where its place is.

        Raises:
            PlatformError: that can't be known just now. Nothing of it may be shown yet.
        """
        if recognition.visibility is not Visibility.PUBLIC or await self._public(recognition.place):
            return recognition
        now, people = self._clock(), (recognition.giver, *recognition.recipients)
        await self._store.write(
            steps.made_private(recognition),
            steps.noted(recognition, "made private", actor="", now=now, key=recognition.id),
            posts.changed(recognition.workspace, recognition.id, now),
            runs.counted(recognition.workspace, recognition.given_at),
            posts.homes_changed(recognition.workspace, [person.id for person in people], now),
        )
        return replace(recognition, visibility=Visibility.PRIVATE)

    async def members(self, workspace: str, place: str) -> None:
        """Make sure that we know who is in a place: of a public one nobody else ever asks.

        Raises:
            PlatformError: that can't be known just now.
        """
        lookup, key = self._lookups(workspace), (workspace, place)
        if lookup is None:
            return
        try:
            async with asyncio.timeout(LISTING_S), self._asking[workspace, f"{place}/members"]:
                now = self._clock()
                if not self._fresh(self._members.get(key), now):
                    await lookup.learn_members(workspace, place)
                    self._members[key] = now
        except (Throttled, SwitchedOff):
            raise
        except (NotAMember, Impossible):  # what we do not know is shown to nobody
            return
        except (PlatformError, TimeoutError) as error:
            raise Unreachable(f"who is in a place: {error}") from None

    async def public_now(self, workspace: str, places: Collection[str]) -> frozenset[str]:
        """Those of `places`, which are public as far as we know, of which that is certain. Of many by one listing.

        Raises:
            PlatformError: that can't be known just now.
        """
        lookup = self._lookups(workspace)
        if lookup is None:
            return frozenset(places)
        now = self._clock()
        certain = {each for each in places if self._fresh(self._confirmed.get((workspace, each)), now)}
        at, listed = self._listed.get(workspace, (None, frozenset[str]()))
        if self._fresh(at, now):
            certain.update(listed.intersection(places))
        if len(places) - len(certain) > FEW:
            certain.update((await self._listing(workspace, lookup)).intersection(places))
        left = [each for each in places if each not in certain]
        for id_ in sorted(left)[:FEW]:  # where they are more, what they are by now will be learned another day
            place = await self._store.places.get(workspace, id_)
            if place and await self._public(place):
                certain.add(id_)
        return frozenset(certain)

    async def known(self, place: Place) -> Place:
        """`place` as it is, where we have not learned yet who reads it: Kudos may have been started a moment ago.

        Raises:
            PlatformError: that can't be known just now.
        """
        lookup = self._lookups(place.workspace)
        if place.shared is not None or lookup is None:
            return place
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await lookup.place(place.workspace, place.id)
        except (Throttled, SwitchedOff):
            raise
        except (PlatformError, TimeoutError) as error:
            raise Unreachable(f"what a place is: {error}") from None
        if found is None:
            return place
        await self._store.places.save([found])
        return found

    async def own(self, place: Place) -> bool:
        """Whether nobody of another organisation reads `place`, as it is stored, for certain.

        Raises:
            PlatformError: that can't be known just now.
        """
        lookup = self._lookups(place.workspace)
        if place.shared is not False or lookup is None:
            return place.shared is False
        if place.id in await self.public_now(place.workspace, [place.id]):
            return True
        key = place.workspace, place.id
        try:
            async with asyncio.timeout(PATIENCE_S), self._asking[key]:
                now = self._clock()
                if not self._fresh(self._own.get(key), now):
                    await self._asked(lookup, place)
        except (Throttled, SwitchedOff):
            raise
        except (PlatformError, TimeoutError) as error:
            raise Unreachable(f"whether a place is shared: {error}") from None
        stored = await self._store.places.get(place.workspace, place.id)
        own = stored is not None and stored.shared is False
        if own:
            self._own[key] = now
        return own

    async def _listing(self, workspace: str, lookup: Lookup) -> frozenset[str]:
        try:
            async with asyncio.timeout(LISTING_S), self._asking[workspace, ""]:
                now = self._clock()
                at, listed = self._listed.get(workspace, (None, frozenset[str]()))
                if not self._fresh(at, now):
                    listed = await lookup.public_places(workspace)
                    self._listed[workspace] = now, listed
                return listed
        except (Throttled, SwitchedOff):
            raise
        except (PlatformError, TimeoutError) as error:
            raise Unreachable(f"which places are public: {error}") from None

    def _fresh(self, at: datetime | None, now: datetime) -> bool:
        return at is not None and now - at < CONFIRMED_FOR

    async def _public(self, place: Place) -> bool:
        """Whether `place`, as it is stored, is public, and was so at the platform a moment ago."""
        key = place.workspace, place.id
        lookup = self._lookups(place.workspace)
        if place.visibility is not Visibility.PUBLIC or lookup is None:
            return place.visibility is Visibility.PUBLIC
        try:
            async with asyncio.timeout(PATIENCE_S), self._asking[key]:
                now = self._clock()
                if self._fresh(self._confirmed.get(key), now):
                    return True
                public = await self._asked(lookup, place)
        except (Throttled, SwitchedOff):
            raise
        except (PlatformError, TimeoutError) as error:
            raise Unreachable(f"whether a place is public: {error}") from None
        if public:
            self._confirmed[key] = now
        return public

    async def _asked(self, lookup: Lookup, place: Place) -> bool:
        found = await lookup.place(place.workspace, place.id)
        if found and found.visibility is not Visibility.PUBLIC:
            await self._store.places.save([found])
        # Of what the platform does not know, or not any more, that may have been noted too.
        stored = await self._store.places.get(place.workspace, place.id)
        return stored is not None and stored.visibility is Visibility.PUBLIC
