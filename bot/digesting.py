"""Digests, step by step (as little of it as setting them up needs: the whole comes with another branch)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import digests, planning, posts, steps
from bot.cards import Card, Heading, Line
from bot.errors import DatabaseError
from bot.framework import Framework
from bot.model import Message
from bot.posts import Post
from bot.schedule import Plan, Week
from bot.settings import DIGEST
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    week: Week
    already: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    week: Week
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digesting:
    store: Store
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    zone: str

    async def tick(self) -> None:
        now = self.clock()
        for each in await self.store.settings.newest(DIGEST):
            plan = Plan.read(each.value)
            due = plan.due_before(now)
            if plan.on and not plan.paused and each.at < due and now - due < timedelta(hours=36):
                skipped = plan.skipped == str(plan.told(due))
                run = digests.run(
                    each.workspace,
                    each.subject,
                    plan.told(due),
                    plan,
                    due_at=due,
                    outcome="skipped" if skipped else "due",
                )
                wanted = [] if skipped else [posts.wanted_once(self._row(run, now))]
                await self.store.write(digests.noticed(run), *wanted)

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next digest of any place is due, after `now`."""
        plans = [Plan.read(each.value) for each in await self.store.settings.newest(DIGEST)]
        return min((plan.due_after(now) for plan in plans if plan.on and not plan.paused), default=None)

    def _row(self, run: digests.Run, now: datetime) -> Post:
        return posts.post(run.workspace, posts.DIGEST, run.id, place=run.place, due_at=now)

    async def render(self, row: Post) -> Card | None:
        run = await self.store.digests.with_id(row.workspace, row.fact)
        return await self._card(run.week) if run else None

    async def _card(self, week: Week) -> Card:
        return Card((Heading(f"Kudos of the week, {week.monday:%d} to {week.sunday:%d %B %Y}"), Line(("…",))))

    async def preview(self, workspace: str, place: str, week: Week | None) -> Card:
        plan = await self._plan(workspace, place) or Plan(zone=self.zone)
        last = plan.told(self.clock())
        taken = await self.store.digests.weeks(workspace, place)
        return await self._card(week or (last.after if str(last) in taken else last))

    async def post_now(self, workspace: str, place: str, week: Week | None, *, actor: str, delivery: str) -> Posted:  # noqa: ARG002
        now = self.clock()
        plan = await self._plan(workspace, place) or Plan(zone=self.zone)
        week = week or plan.told(now)
        run = digests.run(workspace, place, week, plan, due_at=now, outcome="asked")
        row = self._row(run, now)
        await self.store.write(
            steps.delivery(workspace, delivery, "", now), digests.noticed(run), posts.wanted_once(row)
        )
        there = await self.store.posts.post(workspace, row.id)
        return Posted(week=week, already=there.message if there else None)

    async def skip(self, workspace: str, place: str, *, actor: str, delivery: str) -> Skipped:
        now = self.clock()
        plan = await self._plan(workspace, place)
        if plan is None:
            raise DatabaseError("no plan")
        left_out = planning.coming(replace(plan, skipped=""), now, await self.store.digests.weeks(workspace, place))
        after = replace(plan, skipped=str(left_out.week))
        await self.store.write(
            steps.delivery(workspace, delivery, "", now),
            self.store.settings.set(workspace, place, DIGEST, after.text, actor=actor, now=now, key=delivery),
        )
        return Skipped(week=left_out.week, due=plan.due_after(left_out.due))

    async def _plan(self, workspace: str, place: str) -> Plan | None:
        text = await self.store.settings.value(workspace, place, DIGEST, "")
        return Plan.read(text) if text else None
