"""Waiting until all that people did has been told, also what Kudos gathers for ten minutes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.adapters.town import Town, kudos_for, settled
from tests.bench.crowd import Crowd
from tests.bench.processes import BenchError
from tests.bench.program import Program

GATHERED: Final = timedelta(minutes=11)  #: later everybody has heard of the reactions to their messages
CALM_S: Final = 120.0  #: for what is due to be done, once nothing more happens


def town_of(crowd: Crowd, program: Program) -> Town:
    return Town(slack=crowd.slack, client=crowd.client, framework=crowd.framework, database=program.database)


async def nothing_due(town: Town, *, timeout_s: float = CALM_S) -> None:
    """Until nothing is left to be sent but what gathers."""
    async with asyncio.timeout(timeout_s):
        while town.count("outbox", "state IN ('due', 'lost', 'sending') AND view <> 'reactions'"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def all_told(town: Town, *, timeout_s: float = CALM_S, **how: Any) -> None:
    """Who was thanked by a reaction hears of it ten minutes later: the same program, with a later clock, as Slack's."""
    town.slack.advance(GATHERED.total_seconds())
    async with kudos_for(town, clock=lambda: datetime.now(UTC) + GATHERED, filled=False, **how):
        await settled(town, timeout_s=timeout_s)


@contextlib.asynccontextmanager
async def coming_to_an_end() -> AsyncIterator[None]:
    """What stops a run is told as one error that reads well.

    Raises:
        BenchError: something failed in it, or it did not become quiet.
    """
    try:
        yield
    except (TimeoutError, ExceptionGroup) as error:
        first: BaseException = error
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        if isinstance(first, TimeoutError | BenchError):
            raise BenchError(str(first) or "it did not become quiet") from error
        raise
