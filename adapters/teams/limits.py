"""How fast we may speak: never more than Teams lets through in any window, wherever it begins.

A leaky bucket lets its content through at once and goes on while it empties, so that a window of its own time may hold
twice as much. So each holds half of what Teams allows.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import asyncio
from collections import OrderedDict
from typing import Final, NamedTuple

from aiolimiter import AsyncLimiter

from bot.errors import Throttled


class Limit(NamedTuple):
    most: int
    window_s: float


#: Messages to one conversation. What is left of 8 in 2 s in any 1 s is less than the 7 that are allowed there.
CONVERSATION: Final = (Limit(1800, 3600), Limit(60, 30), Limit(8, 2))
TENANT: Final = (Limit(30, 1),)  #: requests of all kinds to one tenant
WAIT_MOST_S: Final = 1.5  #: for our turn; what would take longer is put off
REMEMBERED_MOST: Final = 2000  #: conversations; one that is silent for longest begins anew


class Limits:
    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[AsyncLimiter, ...]] = OrderedDict()

    async def admit(self, tenant: str, conversation: str = "") -> None:
        """Wait until we may call; where a message is sent, `conversation` says where to.

        Raises:
            Throttled: that would take too long.
        """
        if conversation:
            await self._pass(f"{tenant}/{conversation}", CONVERSATION)
        await self._pass(tenant, TENANT)

    async def _pass(self, name: str, limits: tuple[Limit, ...]) -> None:
        for bucket in self._of(name, limits):
            try:
                async with asyncio.timeout(WAIT_MOST_S):
                    await bucket.acquire()
            except TimeoutError:
                one_s = bucket.time_period / bucket.max_rate
                raise Throttled("our own limit", retry_after_s=max(1.0, one_s)) from None

    def _of(self, name: str, limits: tuple[Limit, ...]) -> tuple[AsyncLimiter, ...]:
        buckets = self._buckets.pop(name, None)
        buckets = buckets or tuple(AsyncLimiter(limit.most / 2, limit.window_s) for limit in limits)
        self._buckets[name] = buckets  # the latest last
        if len(self._buckets) > REMEMBERED_MOST:
            self._buckets.popitem(last=False)
        return buckets
