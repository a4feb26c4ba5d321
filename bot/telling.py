"""What a digest tells, read at the moment of sending: only what may be told, and only what is certain by then.

Its stories are chosen once, and written down before anything of them is read: so whatever changes afterwards finds
the digest among those that tell of it.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar, TypeVarTuple

from bot import digest, digest_cards, posts, privacy, runs
from bot.cards import Card
from bot.confirming import CONFIRMED_FOR, Confirming
from bot.database import Row
from bot.digest import Digest, Told
from bot.errors import Impossible, NotAMember, Unreachable
from bot.framework import Framework
from bot.lookup import Lookup
from bot.model import Message, Origin, Recognition, derived_id
from bot.posts import Post
from bot.runs import Outcome, Run
from bot.shares import Shares, Week
from bot.store import Store

LATE: Final = timedelta(hours=36)  #: after which a digest that was not posted is not posted any more
LATELY: Final = timedelta(weeks=4)  #: in which somebody was featured who lets others go first
ROUNDS: Final = 4  #: of choosing, where messages turn out to have been deleted

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A digest as it is shown."""

    card: Card
    empty: bool  #: there is nothing to tell

    @property
    def look(self) -> str:
        return derived_id(repr(self.card))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """What is featured, and where it leads to."""

    recognitions: Sequence[Recognition]
    links: Mapping[str, Message]  #: its card, or else the message that was reacted to; with its address from elsewhere
    gone: frozenset[str]  #: those of which that has been deleted, or is out of our reach


class Telling:
    def __init__(
        self,
        *,
        store: Store,
        framework: Callable[[], Framework],
        confirming: Confirming,
        lookups: Callable[[str], Lookup | None],
        clock: Callable[[], datetime],
        admins: frozenset[str],
    ) -> None:
        self._store = store
        self._framework = framework
        self._shares = Shares(store=store, confirming=confirming, clock=clock)
        self._lookups = lookups
        self._clock = clock
        self._admins = admins
        self._seen: dict[tuple[str, Message], datetime] = {}  # when a message was last found, by this process
        self._one_at_a_time = self._shares.one_at_a_time
        self._thread = ThreadPoolExecutor(1, "kudos-digests")  # each thread keeps the memory that it has once needed

    async def render(self, row: Post) -> Card | None:
        """What `row` is to show now; None if nothing, or nothing else than it does.

        Raises:
            PlatformError: it is not certain yet what may be told.
        """
        run = await self._store.digests.run(row.workspace, row.fact)
        if run is None:
            return None
        if not row.message and (outcome := await self._instead(run)):
            tell = posts.homes_of_admins(run.workspace, self._admins, self._clock())
            await self._store.write(runs.became(run, outcome), tell)
            return None
        if not row.message:
            if (await self._store.quiets.state(run.workspace)).due((run.workspace, run.place), self._clock()) is None:
                raise Unreachable("it is quiet there")
            run = await self._as_set_up_now(run)
        week = await self.week(run, out=row.message is not None)
        if not run.look:
            await self._store.write(*runs.chosen(run, f"{row.wanted}:", await self.chosen(run, week)))
        picture = await self.picture(run, week, await self._store.digests.stories(run))
        await self._store.write(runs.looked(run, f"{row.wanted}:{picture.look}", empty=picture.empty))
        if row.message:
            return None if run.look == f"{row.shown}:{picture.look}" else picture.card
        return None if picture.empty and await self._said_so_lately(run) else picture.card

    async def differs(self, run: Run) -> bool:
        """Whether a digest that has been posted would show something else now."""
        picture = await self.picture(run, await self.week(run, out=True), await self._store.digests.stories(run))
        return run.look.partition(":")[2] != picture.look

    async def week(self, run: Run, *, over: bool = True, out: bool = False) -> Week:
        """What may be told of it. A week that is not `over` is not compared.

        Args:
            out: it stands already; until then we make sure who reads its place.

        Raises:
            PlatformError: that is not certain just now.
        """
        return await self._shares.week(run, over=over, out=out)

    async def chosen(self, run: Run, week: Week) -> tuple[str, ...]:
        """What it would feature: recognitions by id."""
        since = run.begins_at - LATELY
        featured = await self._store.digests.featured(run.workspace, run.place, since, run.begins_at)
        lately = frozenset(week.faces.key(workspace, id_) for workspace, ids in featured.items() for id_ in ids)
        gathered = week.gathered
        async with self._one_at_a_time:
            seconds = await self._shares.seconds(week)
            given = await self._aside(gathered.shortlist, seconds, run.id)
        ids = await self._choose(run, week, seconds, given, lately)
        # Where they are all of a few, there may be others among those that were not looked at.
        if len(given) < len(gathered.given) and len(ids) < digest.STORIES_MOST:
            ids = await self._choose(run, week, seconds, gathered.given, lately)
        return ids

    async def _choose(
        self, run: Run, week: Week, seconds: Mapping[str, int], given: list[Row], lately: frozenset[str]
    ) -> tuple[str, ...]:
        """What of `given` is featured: of which the message is there still."""
        entries = await self._shares.entries(week, [row["id"] for row in given])
        candidates = await self._aside(week.gathered.candidates, given, seconds, entries)
        ids: tuple[str, ...] = ()
        gone: frozenset[str] = frozenset()
        for _ in range(ROUNDS):
            candidates = [each for each in candidates if each.id not in gone]
            async with self._one_at_a_time:
                ids = await self._aside(digest.choose, candidates, lately, run.id)
            gone = (await self._followed(week, ids)).gone
            if not gone:
                break
        return tuple(id_ for id_ in ids if id_ not in gone)

    async def picture(self, run: Run, week: Week, ids: Collection[str]) -> Picture:
        """The digest as it is now, featuring what may be told of `ids`."""
        found = await self._followed(week, ids)
        gone = {each.workspace: await self._store.weeks.gone(each.workspace) for each in week.shares}
        week = replace(week, shares=tuple(replace(each, gone=gone[each.workspace]) for each in week.shares))
        gathered = week.gathered.without(frozenset().union(*gone.values()))
        held = [
            each
            for each in (privacy.told(every, week.place) for every in found.recognitions)
            if each and each.id not in found.gone and any(share.holds(each) for share in week.shares)
        ]
        stories = tuple(
            Told(recognition=each, link=found.links.get(each.id), seconds=len(each.seconders))
            for each in map(week.faces.told, held)
            if each.giver.active and any(person.active for person in each.recipients)
        )
        framework = self._framework()
        async with self._one_at_a_time:
            lived, newcomers = await self._shares.lived(week), await self._shares.newcomers(week)

            def shown() -> Card:
                named = {
                    (person.workspace, person.id)
                    for story in stories
                    for person in story.recognition.recipients
                    if person.id in digest_cards.named(story.recognition)
                }
                digested = Digest(
                    place=week.place,
                    week=run.week,
                    zone=run.plan.clock,
                    scope=run.plan.scope,
                    stories=stories,
                    also=tuple(
                        each for each in gathered.thanked(run.workspace) if (each.workspace, each.id) not in named
                    ),
                    figures=gathered.figures,
                    before=week.before if week.before.kudos else None,
                    lived=digest.lived(lived, framework),
                    behaviour=digest.behaviour_of(run.week, framework),
                    newcomers=newcomers,
                    mention=run.plan.mention,
                    chart=run.plan.chart,
                )
                return digest_cards.weekly(digested, framework)

            card = await self._aside(shown)
        return Picture(card=card, empty=not gathered.given)

    async def _instead(self, run: Run) -> Outcome | None:
        """What becomes of a digest that is not posted yet, and is not to be any more."""
        if self._clock() - run.due_at > LATE:
            return Outcome.LATE
        if run.outcome is Outcome.DUE:
            plan = await self._store.digests.plan(run.workspace, run.place)
            if plan is None or not plan.on:
                return Outcome.SKIPPED
        return None if run.told else run.outcome

    async def _as_set_up_now(self, run: Run) -> Run:
        """`run`, telling whose kudos it is to tell of by now, and how; its week stays."""
        plan = await self._store.digests.plan(run.workspace, run.place)
        if plan is None:
            return run
        told = replace(run.plan, scope=plan.scope, people=plan.people, chart=plan.chart, mention=plan.mention)
        if told != run.plan:
            await self._store.write(runs.planned(run, told))
        return replace(run, plan=told)

    async def _said_so_lately(self, run: Run) -> bool:
        """Whether a week with nothing in it was spoken of the week before: that is enough for two."""
        return run.outcome is Outcome.DUE and await self._store.digests.prompted(
            run.workspace, run.place, run.week.before
        )

    async def _aside(self, work: Callable[[*Ts], T], *about: *Ts) -> T:
        """Do what takes long where nobody waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *about)

    async def _followed(self, week: Week, ids: Collection[str]) -> _Followed:
        """See whether what these lead to is there still, and note what is not."""
        found = [await self._followed_in(share.workspace, ids, week) for share in week.shares]
        recognitions = {each.id: each for some in found for each in some.recognitions}
        return _Followed(
            recognitions=[recognitions[id_] for id_ in ids if id_ in recognitions],
            links={id_: message for some in found for id_, message in some.links.items()},
            gone=frozenset().union(*(some.gone for some in found)),
        )

    async def _followed_in(self, workspace: str, ids: Collection[str], week: Week) -> _Followed:
        """The same of those that were given in `workspace`."""
        now = self._clock()
        recognitions = await self._store.ledger.recognitions(workspace, ids)
        cards = await self._store.posts.cards(workspace, ids)
        links = {
            each.id: message
            for each in recognitions
            if (message := cards.get(each.id) or (each.message if each.origin is Origin.REACTION else None))
        }
        found = await asyncio.gather(*(self._is_there(workspace, message) for message in links.values()))
        there = dict(zip(links, found, strict=True))
        for each in recognitions:
            if there.get(each.id) is False:
                await self._store.write(
                    runs.gone(workspace, links[each.id]),
                    posts.changed(workspace, each.id, now),
                    runs.counted(workspace, each.given_at),
                )
        gone = frozenset(
            id_
            for id_, is_there in there.items()
            # What is out of reach together with the digest's own place is told as soon as that is in reach again.
            if is_there is False or (is_there is None and links[id_].place != week.place.id)
        )
        if workspace != week.place.workspace:
            links = await self._from_elsewhere(workspace, links)
        return _Followed(recognitions=recognitions, links=links, gone=gone)

    async def _from_elsewhere(self, workspace: str, links: Mapping[str, Message]) -> dict[str, Message]:
        """The same with their addresses, as far as we know them: each leads to its own platform."""
        lookup = self._lookups(workspace)
        if lookup is None:
            return {}
        return {id_: replace(each, url=await lookup.address(workspace, each)) for id_, each in links.items()}

    async def _is_there(self, workspace: str, message: Message) -> bool | None:
        """None where it is out of our reach, which says nothing of it.

        Raises:
            PlatformError: that can't be known just now.
        """
        now, lookup = self._clock(), self._lookups(workspace)
        self._seen = {key: at for key, at in self._seen.items() if now - at < CONFIRMED_FOR}
        if lookup is None or (workspace, message) in self._seen:
            return True
        try:
            if await lookup.permalink(workspace, message) is None:
                return False
        except NotAMember:
            return None
        except Impossible:  # which says nothing of the message
            return True
        self._seen[workspace, message] = now
        return True
