"""What comes next of what has been set up for a place."""

from datetime import datetime

from bot import planning
from bot.planning import Next
from bot.schedule import Plan
from bot.store import Store


async def upcoming(store: Store, workspace: str, place: str, plan: Plan, now: datetime) -> Next:
    """The next digest of `plan`, if that is on; what was posted ahead of its time does not come again."""
    week = plan.told(plan.due_after(now))
    there = await store.digests.run_of(workspace, place, week)
    return planning.coming(plan, now, {str(week)} if there else ())
