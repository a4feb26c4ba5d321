"""Putting new files into use while the bot is at work, step by step; and telling the administrators if not."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot import answers, notices, posts, versions
from bot import framework as frameworks
from bot.cards import Card
from bot.errors import FrameworkError
from bot.framework import Framework, Trouble
from bot.model import derived_id, to_text
from bot.posts import File
from bot.store import Store
from bot.vocabulary import Vocabulary

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewing:
    store: Store
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: e-mail addresses of the first administrators, folded
    troubles: dict[str, Trouble | None] = field(default_factory=dict)  #: met so far, by fact; None for what is over

    async def index(self, framework: Framework, words: Vocabulary) -> answers.Index:
        """Note that `framework` comes into use, and make it ready: it then knows the entries that are retired.

        Args:
            words: how people speak of it; those of entries that it lacks are passed over.

        Raises:
            DatabaseError: it is not noted and must not be used.
        """
        await self.store.write(versions.in_use(framework, self.clock()))
        gone = set(await self.store.ledger.entries_used()) - {entry.id for entry in framework.taggable}
        earlier: list[tuple[Framework, datetime]] = []
        for version, until in await self.store.versions.before(framework.version):
            old = await _read(self.store, version)
            if old is None:
                continue
            earlier.append((old, until))
            gone -= {entry.id for entry in old.taggable}
            if not gone:  # not before the latest version: a kudos may be under way that goes by it
                break
        return await asyncio.to_thread(_learned, frameworks.remembering(framework, earlier), words)

    async def reworded(self, framework: Framework, words: Vocabulary) -> answers.Index:
        """Make the framework in use ready for new words. Nothing is noted: nobody reads them."""
        return await asyncio.to_thread(_learned, framework, words)

    async def broken(self, version: str, content: str, problems: Iterable[str], *, file: File = "framework") -> None:
        """A file holds `content`, which can't be used instead of `version`: tell the administrators, once."""
        problems = tuple(problems)
        # What was broken, mended and broken again in the same way is another trouble, in every process.
        fact = posts.trouble(file, derived_id(version, content, f"{await self.store.posts.mends(file)}", *problems))
        self._over(file)
        self.troubles[fact] = Trouble(fact=fact, problems=problems)
        await self._tell(posts.FRAMEWORK, fact)

    def usable(self, file: File) -> bool:
        """Whether what a file held when it was last judged is in use, as far as this process has met it."""
        return not any(trouble for fact, trouble in self.troubles.items() if posts.file_of(fact) == file)

    async def mended(self, file: File = "framework") -> None:
        """What a file holds is in use: tell the administrators whom we told that it was not, once."""
        self._over(file)
        now = self.clock()
        await self.store.write(
            *(
                posts.wanted_once(posts.post(told.workspace, posts.MENDED, told.id, person=told.person, due_at=now))
                for told in await self.store.posts.troubles(file)
            )
        )

    async def replaced(self, old: Framework, new: Framework) -> None:
        """`new` comes into use after `old`, and is noted: tell the administrators which entries it lacks, once."""
        if {entry.id for entry in old.entries} <= {entry.id for entry in new.entries}:
            return
        _, since = await self.store.versions.latest()
        await self._tell(posts.GONE, f"{old.version}/{new.version}/{to_text(since)}")

    async def _tell(self, view: str, fact: str) -> None:
        """Tell all administrators, once."""
        now = self.clock()
        people = await self.store.directory.administrators(self.admins)
        await self.store.write(
            *(
                posts.wanted_once(posts.post(person.workspace, view, fact, person=person.id, due_at=now))
                for person in people
            )
        )

    def _over(self, file: File) -> None:
        self.troubles.update(dict.fromkeys(fact for fact in self.troubles if posts.file_of(fact) == file))


async def gone(store: Store, fact: str) -> Card | None:
    """Which entries went with a framework and are not back, by the fact of `Renewing.replaced`; None if all are."""
    old, new, _ = fact.split("/")
    latest, _ = await store.versions.latest()
    before, *since = [await _read(store, version) for version in (old, new, latest)]
    entries = before.entries if before else ()
    lacking = [entry for entry in entries if not any(each and each.entry(entry.id) for each in since)]
    return notices.framework_lacks(lacking) if lacking else None


def _learned(framework: Framework, words: Vocabulary) -> answers.Index:
    """An index that has learned everything: nobody who writes waits for it."""
    index = answers.Index(framework, words)
    index.suggester  # noqa: B018 - learned on the way
    return index


async def _read(store: Store, version: str) -> Framework | None:
    """An earlier version; None if this release can't read it."""
    try:
        # In a thread: a file takes some 15 ms to read, and its index 10 ms to build.
        return await asyncio.to_thread(frameworks.parse, await store.versions.text(version), version)
    except FrameworkError as error:
        log.warning("framework_version_not_readable", version=version, problems=len(error.details))
        return None
