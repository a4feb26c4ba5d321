"""The platforms, each on its own: one that can't start, or crashes, is tried again, and is felt in no other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Generic, Protocol, TypeVar

import structlog
from aiohttp import web

from adapters.app import Application
from adapters.metrics import Handler
from bot.errors import ConfigError

RETRY_S: Final = (1.0, 2.0, 5.0, 15.0, 60.0)  #: waits before the next try; the last one repeats
START_S: Final = 10.0  #: that all others wait for the first try of a platform
CLOSE_S: Final = 6.0  #: for a platform to end what is under way
RETRY_AFTER: Final = {"Retry-After": "30"}

log = structlog.get_logger()


class Opened(Protocol):
    """A platform while it is there."""

    @property
    def trouble(self) -> str:
        """What does not work just now, without a secret and without anybody's words; "" for nothing."""
        ...

    @property
    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """What it can't do without. When one of these ends, the platform is opened again."""
        ...


P = TypeVar("P", bound=Opened)


class Platform(Generic[P]):
    """One platform, opened again and again for as long as it fails."""

    def __init__(
        self,
        name: str,
        app: Application,
        opening: Callable[[], AbstractAsyncContextManager[P]],
        *,
        retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        self.name = name
        self._app = app
        self._opening = opening
        self._retry_s = retry_s
        self._opened: P | None = None
        self._failed = "it is still starting"
        self._ending = asyncio.Event()
        self.tried = asyncio.Event()  #: once it is there, or has failed for the first time
        self.refused: ConfigError | None = None  #: what is wrong with its settings, as far as it knows by now

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    @property
    def trouble(self) -> str:
        """Why it does not work, or not wholly; "" where it does."""
        return self._opened.trouble if self._opened else self._failed

    def answering(self, act: Callable[[P], Handler]) -> Handler:
        """A route of the platform, which is there for as long as the process is."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if self._opened is None:
                return web.Response(status=503, text="try again later", headers=RETRY_AFTER)
            return await act(self._opened)(request)

        return answer

    async def keep(self) -> None:
        """Keep it open until `end`."""
        tries = 0
        while not self._ending.is_set():
            try:
                async with self._opening() as opened:
                    if tries:
                        log.info("platform_back", platform=self.name, tries=tries)
                        self._app.outbox.wake()
                    self._opened, self._failed, self.refused, tries = opened, "", None, 0
                    self.tried.set()
                    await self._until_ending(opened)
            except ConfigError as error:
                self.refused, self._failed = error, f"its settings are wrong: {names(error.problems)}; see the log"
                for problem in error.problems:
                    log.error("platform_down", platform=self.name, problem=problem)
            except Exception as error:
                self._failed = f"it failed and is tried again ({type(error).__name__}); see the log"
                log.exception("platform_down", platform=self.name)
            finally:
                self._opened = None
            if not self._ending.is_set():
                self._leave()
                self.tried.set()
                wait_s = self._retry_s[min(tries, len(self._retry_s) - 1)]
                tries += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), wait_s)

    def end(self) -> None:
        self._ending.set()

    async def _until_ending(self, opened: P) -> None:
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            done, _ = await asyncio.wait({ending, *opened.tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        for task in done - {ending}:
            await task
            raise RuntimeError("a platform's task has ended")

    def _leave(self) -> None:
        """What is for it waits."""
        self._app.senders.pop(self.name, None)
        self._app.lookups.pop(self.name, None)


def names(problems: Iterable[str]) -> str:
    """The settings that problems begin with: whoever asks whether we are ready need not read more."""
    return ", ".join(dict.fromkeys(problem.partition(":")[0] for problem in problems))


class Platforms:
    """All that are switched on, and those that are left out because of their settings."""

    def __init__(self, left_out: Mapping[str, Sequence[str]]) -> None:
        self.left_out = tuple(left_out)
        self._left_out = {
            name: f"its settings are wrong: {names(why)}; then a restart" for name, why in left_out.items()
        }
        self._on: list[Platform[Opened]] = []

    def add(self, platform: Platform[P]) -> Platform[P]:
        self._on.append(platform)  # type: ignore[arg-type]  # nothing is put into it here
        return platform

    @property
    def troubles(self) -> dict[str, str]:
        """Of each platform that should be there, what does not work; "" for nothing."""
        return {**self._left_out, **{each.name: each.trouble for each in self._on}}

    @property
    def all_down(self) -> bool:
        """Whether there should be some, and none is."""
        return bool(self.troubles) and not any(each.is_open for each in self._on)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open them, and let the block begin when each has been tried.

        Raises:
            ConfigError: the settings of all of them are wrong.
        """
        tasks = [asyncio.create_task(each.keep()) for each in self._on]
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(START_S):
                    for each in self._on:
                        await each.tried.wait()
            refused = [each.refused for each in self._on if each.refused]
            if refused and len(refused) == len(self._on):
                raise ConfigError(problem for error in refused for problem in error.problems)
            yield
        finally:
            for each in self._on:
                each.end()
            if tasks:
                _, late = await asyncio.wait(tasks, timeout=CLOSE_S)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
