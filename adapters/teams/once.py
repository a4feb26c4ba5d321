"""The same answer to the same question, however often and however fast it is asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

KEPT_S: Final = 60.0  #: Teams asks three times, five seconds apart
KEPT_MOST: Final = 2000

T = TypeVar("T")


class Once(Generic[T]):
    def __init__(self, *, kept_s: float = KEPT_S, most: int = KEPT_MOST) -> None:
        self._kept_s = kept_s
        self._most = most
        self._answers: dict[str, tuple[float, asyncio.Task[T]]] = {}  # the oldest first

    async def answer(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` makes, or what it has made for this key a moment ago. Where it fails, it is made anew."""
        now = asyncio.get_running_loop().time()
        self._forget(now)
        if key not in self._answers:

            async def made() -> T:
                return await make()

            task = asyncio.create_task(made())
            self._answers[key] = now, task
            task.add_done_callback(lambda done: self._failed(key, done))
        # One who asks may stop waiting; the others still do.
        return await asyncio.shield(self._answers[key][1])

    def _failed(self, key: str, done: asyncio.Task[T]) -> None:
        if done.cancelled() or done.exception():
            self._answers.pop(key, None)

    def _forget(self, now: float) -> None:
        for key, (since, task) in list(self._answers.items()):
            if since + self._kept_s > now and len(self._answers) <= self._most:
                return
            if task.done():
                del self._answers[key]
