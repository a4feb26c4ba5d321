"""Digests, step by step: noticing which are due, and setting right those that stand. What one tells is in `telling`.

Any number of processes may do all of this at once: whoever inserts a digest first has noticed it, and from then on it
is a row of the outbox, or it is noted why it is none.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from bot import posts, runs, schedule, steps
from bot.cards import Card
from bot.confirming import Confirming
from bot.database import Step
from bot.digests import Planned
from bot.errors import DatabaseError, NotAMember, PlatformError, Refusal, Unreachable
from bot.framework import Framework
from bot.lookup import Lookup
from bot.model import Message, Place
from bot.posts import Post
from bot.runs import Outcome, Run
from bot.schedule import Plan, Week
from bot.store import Store
from bot.telling import LATE, Telling

TICK_S: Final = 30.0  #: between two looks at what is due
LOOK_S: Final = 24 * 3600.0  #: between two looks at what stands
LOOKED_AT: Final = timedelta(weeks=5)  #: how long digests are looked at again
PATIENCE_S: Final = 2.2  #: for a preview, with all that is looked up for it; a platform waits 3 s for our answer
MISSED_MOST: Final = 5  #: weeks in which nobody was there that are noted as such

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of wanting a digest there and then."""

    week: Week
    already: Message | None  #: where it stands, if it does
    new: bool  #: it was not wanted before; else it stands, or is on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A week that is left out."""

    week: Week
    due_at: datetime  #: when the next one comes


class Digesting:
    def __init__(
        self,
        *,
        store: Store,
        framework: Callable[[], Framework],
        confirming: Confirming,
        lookups: Callable[[str], Lookup | None],
        clock: Callable[[], datetime],
        zone: str,
        admins: frozenset[str] = frozenset(),
    ) -> None:
        """
        Args:
            zone: of places for which nothing has been set up.
            admins: e-mail addresses of those whose pages tell what came too late.
        """
        self._store = store
        self._clock = clock
        self._zone = zone
        self._admins = admins
        self._telling = Telling(
            store=store, framework=framework, confirming=confirming, lookups=lookups, clock=clock, admins=admins
        )
        self._quiet: dict[Planned, tuple[datetime, datetime]] = {}  # from when until when nothing comes of a plan

    async def render(self, row: Post) -> Card | None:
        """What a row of the outbox shows now; None if nothing, or nothing else than it does."""
        return await self._telling.render(row)

    # What is due

    async def tick(self) -> bool:
        """Notice what is due by now, and want anew what has changed; whether the outbox has something new.

        Raises:
            DatabaseError: the rest is for the next time.
        """
        now, wanted = self._clock(), False
        planned = await self._store.digests.planned()
        self._quiet = {each: self._quiet[each] for each in planned if each in self._quiet}
        for each in planned:
            began, until = self._quiet.get(each, (now, now))
            if began <= now < until:  # else a clock that was ahead for a moment would keep us quiet for as long
                continue
            try:
                wanted = await self._notice(each, now) or wanted
            except DatabaseError:
                raise
            except Exception:
                # One plan that we cannot follow must not keep the others.
                log.exception("digest_not_noticed", workspace=each.workspace, place=each.place)
        for run in await self._store.digests.parked(now - LATE):
            plan = await self._store.digests.plan(run.workspace, run.place)
            if plan and plan.on and not plan.paused:  # it was set up again
                await self._store.write(posts.wanted(_row(run, now)))
                wanted = True
        for ended in await self._store.sights.over(now):
            await self._store.write(*await self._store.sights.ending(ended, now))
            wanted = True
        for workspace, id_ in await self._store.digests.stale():
            await self._store.write(*runs.refreshed(workspace, id_, now))
            wanted = True
        return wanted

    async def _notice(self, planned: Planned, now: datetime) -> bool:
        """Notice the last digest that was due, and those before it that nobody was there to notice."""
        plan = planned.plan
        due = plan.due_before(now)
        since = schedule.since(await self._store.digests.history(planned.workspace, planned.place))
        quiet = await self._store.quiets.state(planned.workspace)
        wanted, open_ = False, False
        for number in range(MISSED_MOST):
            week = plan.told(due)
            if since is None or due < since.on:
                break
            if await self._store.digests.run_of(planned.workspace, planned.place, week):
                break
            # Where it is to come earlier in the week from now on, the week under way is not left out for that.
            due_at = quiet.due((planned.workspace, planned.place), due if number else max(due, since.timed))
            outcome = self._outcome(plan, week, now - due_at) if due_at else None
            if outcome is None or due_at is None:
                open_ = True
            else:
                run = await self._run(planned.workspace, planned.place, week, plan, due_at=due_at, outcome=outcome)
                wanted = await self._write(run, now) or wanted
            due = plan.due_before(due - timedelta(hours=1))
        if not open_:
            self._quiet[planned] = now, plan.due_after(now)
        return wanted

    async def _run(
        self, workspace: str, place: str, week: Week, plan: Plan, *, due_at: datetime, outcome: Outcome
    ) -> Run:
        """The digest of `week`, without a gap to those beside it, nor more than once of anything: not even where the
        time zone was changed.
        """
        new = runs.run(workspace, place, week, plan, due_at=due_at, outcome=outcome)
        before = await self._store.digests.run_of(workspace, place, week.before)
        after = await self._store.digests.run_of(workspace, place, week.after)
        return replace(
            new,
            begins_at=before.ends_at if before else new.begins_at,
            ends_at=after.begins_at if after else new.ends_at,
        )

    def _outcome(self, plan: Plan, week: Week, late: timedelta) -> Outcome | None:
        """What is to become of a digest; None if that is still open."""
        if plan.skipped == str(week):
            return Outcome.SKIPPED
        if late > LATE:
            return Outcome.PAUSED if plan.paused else Outcome.LATE
        return None if plan.paused else Outcome.DUE

    async def _write(self, run: Run, now: datetime) -> bool:
        """Whether it is wanted, and we were the first to notice."""
        also: list[Step] = []
        match run.outcome:
            case Outcome.DUE:
                also = [posts.wanted_once(_row(run, now))]
            case Outcome.LATE:
                log.warning("digest_missed", workspace=run.workspace, place=run.place, week=str(run.week))
                also = [posts.homes_of_admins(run.workspace, self._admins, now)]
            case Outcome.SKIPPED | Outcome.PAUSED | Outcome.ASKED:
                pass
            case _:
                assert_never(run.outcome)
        first = await self._store.write(runs.noticed(run), *also) is None
        return first and run.outcome is Outcome.DUE

    # What stands

    async def look(self) -> bool:
        """Look at all that stands of the last weeks, and want anew what would look otherwise now.

        Raises:
            DatabaseError: the rest is for the next time.
        """
        wanted = False
        for run in await self._store.digests.standing(self._clock() - LOOKED_AT):
            try:
                differs = await self._telling.differs(run)
            except PlatformError as error:
                log.warning("digest_not_looked_at", digest=run.id, error=str(error))
                continue
            if differs:
                await self._store.write(posts.wanted(_row(run, self._clock())))
                wanted = True
        return wanted

    async def resumed(self, places: list[Place]) -> None:
        """We can post in `places`, as the platform says: where that was what kept digests from coming, they come."""
        now = self._clock()
        for place in places:
            plan = await self._store.digests.plan(place.workspace, place.id)
            if plan and plan.paused in _ENDS_BY_ITSELF and not place.archived:
                planning = self._store.digests.planning
                key = f"{place.id}/resumed/{now.timestamp()}"
                again = replace(plan, paused="")
                await self._store.write(planning(place.workspace, place.id, again, actor="", now=now, key=key))

    # What people ask for

    async def preview(
        self, workspace: str, place: str, week: Week | None = None, *, within_s: float = PATIENCE_S
    ) -> Card:
        """The digest as it would be posted there: of the last full week, or of this one so far if that stands there.

        Raises:
            PlatformError: it is not certain just now what may be told, or would take too long to know.
        """
        try:
            async with asyncio.timeout(within_s):
                return await self._preview(workspace, place, week)
        except TimeoutError:
            raise Unreachable("a preview took too long") from None

    async def _preview(self, workspace: str, place: str, week: Week | None) -> Card:
        plan, now = await self._plan(workspace, place), self._clock()
        last = _last_week(plan, now)
        if week is None:
            known = await self._store.digests.run_of(workspace, place, last)
            week = last.after if known and await self._message(known) else last
        run = await self._run(workspace, place, week, plan, due_at=now, outcome=Outcome.ASKED)
        known = await self._store.digests.run_of(workspace, place, week)
        if known and known.look:
            run = known
        told = await self._telling.week(run, over=week <= last)
        ids = await self._store.digests.stories(run) if run.look else await self._telling.chosen(run, told)
        return (await self._telling.picture(run, told, ids)).card

    async def post_now(
        self, workspace: str, place: str, week: Week | None = None, *, actor: str, delivery: str
    ) -> Posted:
        """Post the digest of the last full week, or of `week`, unless it is there already or on its way.

        Raises:
            Refusal: the week is not over yet.
        """
        plan, now = await self._plan(workspace, place), self._clock()
        last = _last_week(plan, now)
        week = week or last
        if (await self._store.quiets.state(workspace)).due((workspace, place), now) is None:
            raise Refusal(("", "It is quiet here: nothing is posted in public until an administrator ends that."))
        if week > last:
            raise Refusal(("week", f"{week} is not over yet. Its digest can be posted from {week.after.monday} on."))
        run = await self._run(workspace, place, week, plan, due_at=now, outcome=Outcome.ASKED)
        by = "a person" if actor else "the command line"
        log.info("digest_asked_for", workspace=workspace, place=place, week=str(week), by=by)
        once = steps.delivery(workspace, delivery, run.id, now)
        if await self._store.write(once, runs.noticed(run), posts.wanted(_row(run, now))) is None:
            return Posted(week=week, already=None, new=True)
        known = await self._store.digests.run_of(workspace, place, week)
        row = await self._store.posts.post(workspace, _row(run, now).id)
        # It is to come, or stands there, unless it was noticed only to be left out, or could not be posted.
        if known and known.told and row and (row.message or row.state not in ("done", "parked")):
            return Posted(week=week, already=row.message, new=False)
        asked = runs.became(run, Outcome.ASKED, due_at=now)
        first = await self._store.write(once, asked, posts.wanted(_row(run, now))) is None
        return Posted(week=week, already=None, new=first)

    async def skip(self, workspace: str, place: str, *, actor: str, delivery: str) -> Skipped:
        """Leave the next digest out.

        Raises:
            Refusal: none would come.
        """
        plan, now = await self._store.digests.plan(workspace, place), self._clock()
        if plan is None or not plan.on:
            raise Refusal(("", "There is no digest here that could be left out."))
        due = plan.due_after(now)
        while await self._store.digests.run_of(workspace, place, plan.told(due)):  # it came ahead of its time
            due = plan.due_after(due)
        week = plan.told(due)
        await self._store.write(
            steps.delivery(workspace, delivery, "", now),
            self._store.digests.planning(
                workspace, place, replace(plan, skipped=str(week)), actor=actor, now=now, key=delivery
            ),
        )
        return Skipped(week=week, due_at=plan.due_after(due))

    async def _plan(self, workspace: str, place: str) -> Plan:
        """What has been set up there, or what would be at first."""
        return await self._store.digests.plan(workspace, place) or Plan(on=False, zone=self._zone)

    async def _message(self, run: Run) -> Message | None:
        """Where it stands, if it does."""
        row = await self._store.posts.post(run.workspace, _row(run, run.due_at).id)
        return row.message if row else None


#: Reasons for a pause that the platform itself tells the end of.
_ENDS_BY_ITSELF: Final = frozenset({NotAMember.__name__, "is_archived"})


def _row(run: Run, now: datetime) -> Post:
    return posts.post(run.workspace, posts.DIGEST, run.id, place=run.place, due_at=now)


def _last_week(plan: Plan, now: datetime) -> Week:
    """The last that is over."""
    return Week.of(now.astimezone(plan.clock).date()).before
