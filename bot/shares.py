"""What may be told of a week in a place: of each workspace of its organisation the part that is public for certain.

Everybody is one person there, with whichever of their accounts they gave or received.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot import privacy
from bot.colleagues import Faces, key_of
from bot.confirming import Confirming
from bot.digest import Figures
from bot.errors import PlatformError, SwitchedOff
from bot.gathered import Gathered, People, Room, Share
from bot.model import Person, Place, Visibility
from bot.privacy import Crowd
from bot.quiet import Quiet
from bot.runs import Run
from bot.schedule import Scope
from bot.store import Store

NOTHING: Final = Figures(kudos=0, thanked=0, thanking=0)
WAITED_FOR: Final = timedelta(hours=1)  #: another platform that does not answer; after that a digest does without it


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What may be told of a week in a place, and of the week before."""

    place: Place
    shares: tuple[Share, ...]  #: of each workspace, the place's own first
    gathered: Gathered  #: of all shares
    before: Figures  #: of the week before
    faces: Faces  #: how everybody in the shares is known in the place
    crowd: Crowd  #: as may be told of them there
    quiet: Quiet  #: what of it is not told yet


class Shares:
    def __init__(self, *, store: Store, confirming: Confirming, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._confirming = confirming
        self._clock = clock
        self.one_at_a_time = asyncio.Lock()  #: what takes long; several at once would only keep everybody else waiting

    async def week(self, run: Run, *, over: bool = True, out: bool = False) -> Week:
        """What may be told of it.

        Args:
            over: it is, so that it can be compared with the week before.
            out: its digest is; until then we make sure who reads the place.

        Raises:
            PlatformError: that is not certain just now.
        """
        place = await self._store.places.get(run.workspace, run.place)
        place = await self._confirming.known(place or Place(workspace=run.workspace, id=run.place))
        begins_before, _ = run.week.before.bounds(run.plan.clock)
        shares = []
        for workspace in await self._workspaces(run, place):
            rooms = await self._store.weeks.rooms(workspace, begins_before, run.ends_at)
            public = await self._public_now(run, workspace, place, rooms)
            if public is None:
                continue
            if public and not out and not await self._confirming.own(place):
                public = frozenset()
            told = (
                (room.place, room.visibility)
                for room in rooms
                if privacy.tellable(workspace, room.place, room.visibility, to=place, public_now=public)
                and ((workspace, room.place) == (place.workspace, place.id) or run.plan.scope is not Scope.PLACE)
            )
            shares.append(
                Share(
                    workspace=workspace,
                    begins_at=run.begins_at,
                    ends_at=run.ends_at,
                    rooms=frozenset(told),
                    people=await self._people(run, workspace),
                    gone=await self._store.weeks.gone(workspace),
                )
            )
        earlier = [replace(each, begins_at=begins_before, ends_at=run.begins_at) for each in shares]
        weeks, faces = self._store.weeks, await self._store.accounts.faces(run.workspace)
        crowd = await self._store.sights.crowd(place, faces)
        if crowd.nearby:
            await self._confirming.members(place.workspace, place.id)
            crowd = await self._store.sights.crowd(place, faces)
        quiet = await self._store.quiets.state(run.workspace)
        alone = len(shares) == 1 and not faces.doubles
        before = NOTHING
        async with self.one_at_a_time:
            parts = [await self._told(share, crowd, quiet.untold(run.due_at)) for share in shares]
            shares, gathered = [share for share, _ in parts], [each for _, each in parts]
            together = gathered[0] if alone else await asyncio.to_thread(_seen, shares, gathered, faces)
            if over and not (crowd.open and not any([await weeks.held(share, quiet) for share in earlier])):
                past = [(await self._told(share, crowd, quiet))[1] for share in earlier]
                before = (await asyncio.to_thread(_seen, earlier, past, faces)).figures
            elif over and alone:
                before = await weeks.figures(earlier[0])
            elif over:
                before = _counted([await weeks.people(share) for share in earlier], earlier, faces)
        return Week(
            place=place,
            shares=tuple(shares),
            gathered=together,
            before=before,
            faces=faces,
            crowd=crowd,
            quiet=quiet,
        )

    async def _told(self, share: Share, crowd: Crowd, quiet: Quiet) -> tuple[Share, Gathered]:
        """What of a share may be told of those whom it is about."""
        weeks = self._store.weeks
        whole, held = await weeks.gathered(share), await weeks.held(share, quiet)
        if crowd.open and not held:
            return share, whole
        told = await asyncio.to_thread(whole.told, share, crowd, held)
        partly = told.partly(whole)
        words = await weeks.words(share.workspace, partly)
        told = told.without({id_ for id_, names in partly.items() if privacy.names(words[id_], names)})
        left = {row["id"] for row in told.given}
        return replace(share, left_out=frozenset(row["id"] for row in whole.given if row["id"] not in left)), told

    async def seconds(self, week: Week) -> dict[str, int]:
        """How many have seconded what, by recognition."""
        found: dict[str, int] = {}
        for share in week.shares:
            suppressed = [person for workspace, person in week.crowd.suppressed if workspace == share.workspace]
            found |= await self._store.weeks.seconds(share, suppressed)
        return found

    async def entries(self, week: Week, recognitions: Sequence[str]) -> dict[str, list[str]]:
        """What these are tagged with, by recognition."""
        found: dict[str, list[str]] = {}
        for share in week.shares:
            found |= await self._store.weeks.entries(share.workspace, recognitions)
        return found

    async def lived(self, week: Week) -> dict[str, int]:
        """How many kudos are tagged with what, by entry."""
        counted: Counter[str] = Counter()
        for share in week.shares:
            counted.update(await self._store.weeks.lived(share))
        return counted

    async def newcomers(self, week: Week) -> tuple[Person, ...]:
        """Who gave their first kudos, with whichever account; and has one still."""
        new = [
            person
            for share in week.shares
            for person in await self._store.weeks.newcomers(share, week.crowd, week.quiet)
        ]
        theirs = {key_of(each): week.faces.accounts.get(key_of(each), ()) for each in new}
        accounts: dict[str, list[str]] = {}
        for workspace, id_ in {account for some in theirs.values() for account in some} - theirs.keys():
            accounts.setdefault(workspace, []).append(id_)
        given = {
            (workspace, id_)
            for workspace, ids in accounts.items()
            for id_ in await self._store.weeks.had_given(
                workspace, ids, week.shares[0].begins_at, week.crowd, week.quiet
            )
        }
        return tuple(dict.fromkeys(week.faces.of(each) for each in new if given.isdisjoint(theirs[key_of(each)])))

    async def _workspaces(self, run: Run, place: Place) -> Sequence[str]:
        """Of which anything may be told there at all."""
        if place.shared is not False or run.plan.scope is Scope.PLACE:
            return (run.workspace,)
        return await self._store.organisations.together(run.workspace)

    async def _people(self, run: Run, workspace: str) -> tuple[str, ...] | None:
        """Whose kudos are told, as they are known in `workspace`; None for everybody's."""
        if run.plan.scope is not Scope.PEOPLE:
            return None
        faces = await self._store.accounts.faces(run.workspace)
        accounts = [
            account
            for id_ in run.plan.people
            for account in faces.accounts.get((run.workspace, id_), ((run.workspace, id_),))
        ]
        return tuple(dict.fromkeys(id_ for at, id_ in accounts if at == workspace))

    async def _public_now(self, run: Run, workspace: str, place: Place, rooms: Iterable[Room]) -> frozenset[str] | None:
        """Which places are public there for certain; None where nothing of another workspace can be told for now.

        Raises:
            PlatformError: that can't be known just now.
        """
        if place.shared is not False or run.plan.scope is Scope.PLACE:
            return frozenset()  # nothing of another place is told there
        asked = {room.place for room in rooms if room.visibility is room.now is Visibility.PUBLIC}
        if workspace == run.workspace:
            return await self._confirming.public_now(workspace, asked - {place.id})
        try:
            return await self._confirming.public_now(workspace, asked)
        except SwitchedOff:  # it does not have us any more: what was public there is nobody else's business now
            return None
        except PlatformError:
            if self._clock() - run.due_at > WAITED_FOR:
                return None
            raise


def _seen(shares: Sequence[Share], gathered: Sequence[Gathered], faces: Faces) -> Gathered:
    pairs = zip(shares, gathered, strict=True)
    return Gathered.together([each.seen(share.workspace, faces) for share, each in pairs])


def _counted(people: Sequence[People], shares: Sequence[Share], faces: Faces) -> Figures:
    """Everybody once, with whichever account."""
    thanked, thanking = set[str](), set[str]()
    for share, each in zip(shares, people, strict=True):
        thanked.update(faces.key(share.workspace, id_) for id_ in each.thanked)
        thanking.update(faces.key(share.workspace, id_) for id_ in each.thanking)
    return Figures(kudos=sum(each.kudos for each in people), thanked=len(thanked), thanking=len(thanking))
