"""How it goes, in numbers, for whoever operates Kudos: of all workspaces, and of nobody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from bot import schedule
from bot.digests import EMPTY, POSTED, UNKNOWN
from bot.quiet import Quiet
from bot.runs import Outcome
from bot.schedule import Plan
from bot.store import Store

OVERDUE: Final = timedelta(hours=2)  #: after which somebody should know that a digest has not come
LATELY: Final = timedelta(days=8)  #: digests are counted that were due then: at least one of each place
_LOOKED_AT: Final = timedelta(
    weeks=3
)  #: the last digest of any place that was due tells of a week that ended since then

#: Perhaps it stands there ("unknown", for which there is a figure of its own), or nobody expects it there.
_ENDED: Final = frozenset({POSTED, UNKNOWN, EMPTY, Outcome.SKIPPED.value, Outcome.PAUSED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    outbox: dict[str, int]  #: rows that are not done, by state
    oldest_s: float  #: how long the oldest has been late that should stand there; 0 where none is
    digests: dict[str, int]  #: those due lately, by what became of them; "unknown": perhaps posted
    planned: int  #: places with digests switched on, and where it is not quiet
    overdue: int  #: those of them whose last digest should long be there
    last_digest: datetime | None  #: when one was posted last


async def figures(store: Store, now: datetime, platforms: Collection[str] | None = None) -> Figures:
    """
    Args:
        platforms: those that should be there; None for all. Nobody waits for digests on one that was given up.

    Raises:
        DatabaseError: it does not answer.
    """
    late = await store.posts.late_since(now)
    histories = await store.digests.histories()
    on = {
        place: known
        for place, known in histories.items()
        if known[-1][1].on
        and not known[-1][1].paused
        and (platforms is None or place[0].partition(":")[0] in platforms)
    }
    became = await store.digests.became(now - _LOOKED_AT)
    quiets = {workspace: await store.quiets.state(workspace) for workspace in dict.fromkeys(each for each, _ in on)}
    return Figures(
        outbox=await store.posts.held(),
        oldest_s=(now - late).total_seconds() if late else 0.0,
        digests=await store.digests.outcomes(now - LATELY),
        planned=sum(quiets[place[0]].due(place, now) is not None for place in on),
        overdue=sum(_overdue(place, known, became, quiets[place[0]], now) for place, known in on.items()),
        last_digest=await store.digests.last_posted(),
    )


def _overdue(
    place: tuple[str, str],
    history: list[tuple[datetime, Plan]],
    became: dict[tuple[str, str, str], str],
    quiet: Quiet,
    now: datetime,
) -> bool:
    """Whether the last digest that was due there should long have been posted, and nobody knows why it was not."""
    plan, since = history[-1][1], schedule.since(history)
    try:
        due = plan.due_before(now - OVERDUE)
        week = str(plan.told(due))
    except ZoneInfoNotFoundError:
        return True  # nobody knows any more when one is due, so none comes
    if since is None or due < since.on or plan.skipped == week:
        return False
    due_at = quiet.due(place, max(due, since.timed))
    return due_at is not None and now - due_at >= OVERDUE and became.get((*place, week)) not in _ENDED
