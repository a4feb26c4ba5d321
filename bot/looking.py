"""How it goes, in numbers, for whoever operates Kudos: of all workspaces, and of nobody."""

from dataclasses import dataclass
from datetime import datetime

from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    outbox: dict[str, int]  #: rows that are not done, by state
    oldest_s: float  #: how long the oldest has been due that should be sent; 0 where none is
    digests: dict[str, int]  #: noticed ones, by what became of them; "unknown": perhaps posted
    planned: int  #: places with digests switched on
    last_digest: datetime | None  #: when one was posted last


async def figures(store: Store, now: datetime) -> Figures:
    """
    Raises:
        DatabaseError: it does not answer.
    """
    due = await store.posts.due_since(now)
    return Figures(
        outbox=await store.posts.held(),
        oldest_s=(now - due).total_seconds() if due else 0.0,
        digests=await store.digests.outcomes(),
        planned=sum(each.plan.on and not each.plan.paused for each in await store.digests.planned()),
        last_digest=await store.digests.last_posted(),
    )
