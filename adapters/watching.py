"""Framework and words in motion: what their files say is put into use without a restart, once they have settled.

The files are read whole at every look, in a thread. Their content alone says whether they changed: a time stamp can be
coarse or kept, and another file can take their place. Notices from the operating system (watchfiles and the like)
would be no gain: they never come for what another machine does on a network share, and they follow a file or a
folder and so lose it when an editor, a symlink or a config map puts another one there. A read takes about 1 ms.

What both hold is judged together, because one goes by the other: words are joined to entries by id. A framework is
used whatever the words are; words that do not fit it wait until they do.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from adapters.app import Application
from bot import framework as frameworks
from bot import vocabulary
from bot.errors import DatabaseError, FrameworkError
from bot.framework import Framework
from bot.posts import File
from bot.vocabulary import Vocabulary

LOOK_S: Final = 1.0  #: between two looks
SETTLED: Final = 4  #: looks in a row that must find the same: some programs write in several steps

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a look found in a file."""

    content: str  #: what it is called; "" where no file is, and none was
    text: str = ""
    problem: str = ""  #: why there is no text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What the two files held."""

    framework: str
    words: str


class Watch:
    def __init__(self, app: Application, framework: Path, words: Path) -> None:
        self._app = app
        self._framework = framework
        self._words = words
        # What the files held when they were last judged.
        self._judged = _Contents(framework=app.framework.version, words=app.words.version)
        self._found = _Contents(framework="", words="")
        self._times = 0
        self._thread = ThreadPoolExecutor(1, "kudos-watch")  # each thread keeps the memory that it has once needed

    async def run(self, look_s: float = LOOK_S) -> None:
        """Look until cancelled."""
        try:
            await self._app.renewing.mended()  # somebody may have mended it while we were not running
            if self._app.words.version:
                await self._app.renewing.mended("words")
        except DatabaseError as error:
            log.warning("framework_waits_for_database", error=str(error))
        while True:
            await asyncio.sleep(look_s)
            await self.look()

    async def look(self) -> None:
        """Look once; where a file has held something new for a while, and both stand still, use it, or say why not."""
        framework, words = await asyncio.get_running_loop().run_in_executor(self._thread, self._read)
        found = _Contents(framework=framework.content, words=words.content)
        self._times = self._times + 1 if found == self._found else 1
        self._found = found
        if found == self._judged or self._times < SETTLED:
            return
        before, self._judged = self._judged, found
        try:
            with _unhindered():
                await self._judge(framework, words, before)
        except DatabaseError as error:
            log.warning("framework_waits_for_database", error=str(error))
            self._judged = before
        except Exception:
            log.exception("framework_not_read")  # the old one stays, until a file is edited again
        self._app.bot.wake()

    def _read(self) -> tuple[_Found, _Found]:
        return _read(self._framework), _read(self._words, needed=bool(self._app.words.version))

    async def _judge(self, framework: _Found, words: _Found, before: _Contents) -> None:
        new, faults = self._app.framework, None
        if framework.content != before.framework:
            new, faults = await self._judged_framework(framework)
        spoken, slips = self._app.words, None
        if words.content != before.words or new.version != self._app.framework.version:
            spoken, slips = await self._judged_words(words, new)
        await self._use(new, spoken)
        if faults is not None:
            await self._tell("framework", framework, faults)
        if slips is not None:
            await self._tell("words", words, slips)

    async def _judged_framework(self, found: _Found) -> tuple[Framework, list[str]]:
        """The framework to be used, and what is wrong with the file if that is not what it holds."""
        used = self._app.framework
        if fault := found.problem or _cut_off(found.text, used.text):
            return used, [fault]
        try:
            return await asyncio.to_thread(frameworks.parse, found.text, self._framework.name), []
        except FrameworkError as error:
            return used, [str(problem) for problem in error.details]

    async def _judged_words(self, found: _Found, framework: Framework) -> tuple[Vocabulary, list[str]]:
        """Likewise the words, which must fit `framework`."""
        used = self._app.words
        if not found.content:
            return used, []
        if fault := found.problem or _cut_off(found.text, used.text):
            return used, [fault]
        try:
            return await asyncio.to_thread(vocabulary.parse, found.text, self._words.name, framework), []
        except FrameworkError as error:
            return used, [str(problem) for problem in error.details]

    async def _use(self, framework: Framework, words: Vocabulary) -> None:
        before = self._app.bot.index
        if framework.version != before.framework.version:
            index = await self._app.renewing.index(framework, words)
            await self._app.renewing.replaced(before.framework, framework)
            self._app.bot.index = index
        elif words.version != before.words.version:
            self._app.bot.index = await self._app.renewing.reworded(before.framework, words)

    async def _tell(self, file: File, found: _Found, problems: list[str]) -> None:
        """Tell what came of a file: that it is in use, or why not."""
        framework, words = self._app.framework, self._app.words
        version = words.version if file == "words" else framework.version
        path = self._words if file == "words" else self._framework
        if problems:
            await self._app.renewing.broken(version, found.content, problems, file=file)
            for problem in problems:
                log.error(f"{file}_problem", file=str(path), problem=problem)
            log.error(f"{file}_kept", version=version, problems=len(problems))
            return
        await self._app.renewing.mended(file)
        entries = words.entries if file == "words" else framework.entries
        log.info(f"{file}_in_use", version=version, entries=len(entries))


@contextlib.contextmanager
def _unhindered() -> Iterator[None]:
    """Look for no garbage meanwhile: amid all that an index is made of, that would hold everything up for 0.1 s.

    What there is in the end counts as lasting, so that it is not looked through later either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _read(path: Path, *, needed: bool = True) -> _Found:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not needed:
            return _Found(content="")
        return _without(f"The file can't be read: {error.strerror}.")
    except UnicodeDecodeError:
        return _without("The file is no text in UTF-8: save it as that.")
    return _Found(content=frameworks.version(text), text=text)


def _without(problem: str) -> _Found:
    return _Found(content=frameworks.version(problem), problem=problem)


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
async def watching(app: Application, framework: Path, words: Path, look_s: float = LOOK_S) -> AsyncIterator[None]:
    """Follow what the files say until the block ends."""
    looking = asyncio.create_task(Watch(app, framework, words).run(look_s))
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
