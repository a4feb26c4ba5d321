"""Many people looked up at once: one after another, a kudos to a whole shift would take longer than anybody waits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from bot.directory import Directory
from bot.errors import Unreachable
from bot.model import Person

ASKED_AT_ONCE: Final = 10  #: people who are looked up at the same time
ASKED_MOST: Final = 60  #: people who are looked up for one request; no kudos can thank as many


async def looked_up(
    ids: Iterable[str], one: Callable[[str], Awaitable[Person | None]], directory: Directory
) -> list[Person]:
    """Those whom `one` finds.

    Raises:
        PlatformError: they are too many, or `one` failed. Whoever was found is saved, so that the next try asks for the
            others only.
    """
    asked = list(ids)
    if len(asked) > ASKED_MOST:
        raise Unreachable("more people than can be looked up for one request")
    turns = asyncio.Semaphore(ASKED_AT_ONCE)

    async def in_turn(id_: str) -> Person | None:
        async with turns:
            return await one(id_)

    answers = await asyncio.gather(*map(in_turn, asked), return_exceptions=True)
    found = [each for each in answers if isinstance(each, Person)]
    if failed := next((each for each in answers if isinstance(each, BaseException)), None):
        await directory.save_people(found)
        raise failed
    return found
