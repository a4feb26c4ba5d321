"""The framework in motion: what its file says is put into use without a restart, once it has settled.

The file is read whole at every look, in a thread. Its content alone says whether it changed: a time stamp can be
coarse or kept, and another file can take its place. Notices from the operating system (watchfiles and the like)
would be no gain: they never come for what another machine does on a network share, and they follow a file or a
folder and so lose it when an editor, a symlink or a config map puts another one there. A read takes 0.1 ms.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from adapters.app import Application
from bot import framework as frameworks
from bot.errors import DatabaseError, FrameworkError
from bot.framework import Framework

LOOK_S: Final = 1.0  #: between two looks
SETTLED: Final = 4  #: looks in a row that must find the same: some programs write in several steps

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look found."""

    text: str
    problem: str = ""  #: why there is no text

    @property
    def content(self) -> str:
        return frameworks.version(self.problem or self.text)


class Watch:
    def __init__(self, app: Application, path: Path) -> None:
        self._app = app
        self._path = path
        self._judged = app.framework.version  # what the file held when it was last judged
        self._found = ""
        self._times = 0

    async def run(self, look_s: float = LOOK_S) -> None:
        """Look until cancelled."""
        try:
            await self._app.renewing.mended()  # somebody may have mended it while we were not running
        except DatabaseError as error:
            log.warning("framework_waits_for_database", error=str(error))
        while True:
            await asyncio.sleep(look_s)
            await self.look()

    async def look(self) -> None:
        """Look once; where the file has held something new for a while, use it, or say why not."""
        found = await asyncio.to_thread(_read, self._path)
        self._times = self._times + 1 if found.content == self._found else 1
        self._found = found.content
        if found.content == self._judged or self._times < SETTLED:
            return
        before, self._judged = self._judged, found.content
        try:
            await self._judge(found)
        except DatabaseError as error:
            log.warning("framework_waits_for_database", error=str(error))
            self._judged = before
        except Exception:
            log.exception("framework_not_read")  # the old one stays, until the file is edited again
        self._app.bot.wake()

    async def _judge(self, found: _Found) -> None:
        if found.problem:
            await self._keep(found, [found.problem])
            return
        if cut_off := _cut_off(found.text, self._app.framework.text):
            await self._keep(found, [cut_off])
            return
        try:
            framework = await asyncio.to_thread(frameworks.parse, found.text, self._path.name)
        except FrameworkError as error:
            await self._keep(found, [str(problem) for problem in error.details])
        else:
            await self._use(framework)

    async def _keep(self, found: _Found, problems: list[str]) -> None:
        version = self._app.framework.version
        await self._app.renewing.broken(version, found.content, problems)
        for problem in problems:
            log.error("framework_problem", file=str(self._path), problem=problem)
        log.error("framework_kept", version=version, problems=len(problems))

    async def _use(self, framework: Framework) -> None:
        before = self._app.framework
        if framework.version != before.version:
            index = await self._app.renewing.index(framework)
            await self._app.renewing.replaced(before, framework)
            self._app.bot.index = index
        await self._app.renewing.mended()
        log.info("framework_in_use", version=framework.version, entries=len(framework.entries))


def _read(path: Path) -> _Found:
    try:
        return _Found(path.read_bytes().decode("utf-8"))
    except OSError as error:
        return _Found("", f"The file can't be read: {error.strerror}.")
    except UnicodeDecodeError:
        return _Found("", "The file is no text in UTF-8: save it as that.")


def _cut_off(text: str, used: str) -> str:
    """Why `text` may be only the beginning of what somebody writes in place of `used`; or "".

    Half a list is a list too, and half a sentence a sentence. Many a whole file ends without a line break, so only one
    that became shorter is suspected.
    """
    if not text.strip() or len(text) >= len(used) or text.rstrip() == used.rstrip():
        return ""
    if not text.endswith("\n"):
        return "The file ends in the middle of a line: save it again, with a line break at the end."
    if used.startswith(text):
        return (
            "The file seems to be cut off: it is the beginning of the one in use, and nothing else. Save it whole; "
            "or, if the rest is to go, add a line at the end that says so, such as: # This is the end."
        )
    return ""


@contextlib.asynccontextmanager
async def watching(app: Application, path: Path, look_s: float = LOOK_S) -> AsyncIterator[None]:
    """Follow what the file at `path` says until the block ends."""
    looking = asyncio.create_task(Watch(app, path).run(look_s))
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
