"""Digests, step by step (as little of it as setting them up needs: the whole comes with another branch)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import digests, posts, steps
from bot.cards import Card, Heading, Line
from bot.confirming import Confirming
from bot.errors import Refusal
from bot.framework import Framework
from bot.lookup import Lookup
from bot.model import Message
from bot.posts import Post
from bot.schedule import Plan, Week
from bot.store import Store


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
        framework: Callable[[], Framework],  # noqa: ARG002
        confirming: Confirming,  # noqa: ARG002
        lookups: Callable[[str], Lookup | None],  # noqa: ARG002
        clock: Callable[[], datetime],
        zone: str,
        admins: frozenset[str] = frozenset(),  # noqa: ARG002
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    async def render(self, row: Post) -> Card | None:
        run = await self._store.digests.run(row.workspace, row.fact)
        return _card(run.week) if run else None

    async def tick(self) -> bool:
        now, wanted = self._clock(), False
        for each in await self._store.digests.planned():
            plan = each.plan
            due = plan.due_before(now)
            since = await self._store.digests.set_up_at(each.workspace, each.place)
            if plan.on and not plan.paused and since < due and now - due < timedelta(hours=36):
                skipped = plan.skipped == str(plan.told(due))
                outcome = "skipped" if skipped else "due"
                run = digests.run(each.workspace, each.place, plan.told(due), plan, due_at=due, outcome=outcome)
                row = [] if skipped else [posts.wanted_once(_row(run, now))]
                wanted = await self._store.write(digests.noticed(run), *row) is None or wanted
        return wanted

    async def preview(self, workspace: str, place: str, week: Week | None = None) -> Card:
        plan = await self._plan(workspace, place)
        last = Week.of(self._clock().astimezone(plan.clock).date()).before
        taken = await self._store.digests.run_of(workspace, place, last)
        return _card(week or (last.after if taken else last))

    async def post_now(
        self,
        workspace: str,
        place: str,
        week: Week | None = None,
        *,
        actor: str,  # noqa: ARG002
        delivery: str,
    ) -> Posted:
        plan, now = await self._plan(workspace, place), self._clock()
        last = Week.of(now.astimezone(plan.clock).date()).before
        week = week or last
        if week > last:
            raise Refusal(("week", f"{week} is not over yet. Its digest can be posted from {week.after.monday} on."))
        run = digests.run(workspace, place, week, plan, due_at=now, outcome="asked")
        row = _row(run, now)
        once = steps.delivery(workspace, delivery, run.id, now)
        if await self._store.write(once, digests.noticed(run), posts.wanted_once(row)) is None:
            return Posted(week=week, already=None, new=True)
        there = await self._store.posts.post(workspace, row.id)
        return Posted(week=week, already=there.message if there else None, new=False)

    async def skip(self, workspace: str, place: str, *, actor: str, delivery: str) -> Skipped:
        plan, now = await self._store.digests.plan(workspace, place), self._clock()
        if plan is None or not plan.on:
            raise Refusal(("", "There is no digest here that could be left out."))
        due = plan.due_after(now)
        week = plan.told(due)
        await self._store.write(
            steps.delivery(workspace, delivery, "", now),
            self._store.digests.planning(
                workspace, place, replace(plan, skipped=str(week)), actor=actor, now=now, key=delivery
            ),
        )
        return Skipped(week=week, due_at=plan.due_after(due))

    async def _plan(self, workspace: str, place: str) -> Plan:
        return await self._store.digests.plan(workspace, place) or Plan(on=False, zone=self._zone)


def _row(run: digests.Run, now: datetime) -> Post:
    return posts.post(run.workspace, posts.DIGEST, run.id, place=run.place, due_at=now)


def _card(week: Week) -> Card:
    return Card((Heading(f"Kudos of the week, {week.monday} to {week.sunday}"), Line(("…",))))
