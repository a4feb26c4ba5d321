"""Putting a new framework into use while the bot is at work, step by step; and telling the administrators if not."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot import answers, posts, versions
from bot import framework as frameworks
from bot.errors import FrameworkError
from bot.framework import Framework, Trouble
from bot.model import derived_id
from bot.store import Store
from bot.vocabulary import Vocabulary

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewing:
    store: Store
    words: Vocabulary  #: how people speak of the framework
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: e-mail addresses of the administrators, folded
    troubles: dict[str, Trouble | None] = field(default_factory=dict)  #: met so far, by fact; None for what is over

    async def index(self, framework: Framework) -> answers.Index:
        """Note that `framework` comes into use, and make it ready: it then knows the entries that are retired.

        Raises:
            DatabaseError: it is not noted and must not be used.
        """
        await self.store.write(versions.in_use(framework, self.clock()))
        gone = set(await self.store.ledger.entries_used()) - {entry.id for entry in framework.taggable}
        earlier: list[tuple[Framework, datetime]] = []
        for version, until in await self.store.versions.before(framework.version):
            try:
                # In a thread: a file takes some 15 ms to read, and its index 10 ms to build.
                text = await self.store.versions.text(version)
                old = await asyncio.to_thread(frameworks.parse, text, version)
            except FrameworkError as error:
                log.warning("framework_version_not_readable", version=version, problems=len(error.details))
                continue
            earlier.append((old, until))
            gone -= {entry.id for entry in old.taggable}
            if not gone:  # not before the latest version: a kudos may be under way that goes by it
                break
        return await asyncio.to_thread(answers.Index, frameworks.remembering(framework, earlier), self.words)

    async def broken(self, version: str, content: str, problems: Iterable[str]) -> None:
        """The file holds `content`, which can't be used instead of `version`: tell the administrators, once."""
        fact = derived_id("framework", version, content)
        self._over()
        self.troubles[fact] = Trouble(fact=fact, problems=tuple(problems))
        now = self.clock()
        people = await self.store.directory.with_emails(self.admins)
        await self.store.write(
            *(
                posts.wanted_once(
                    posts.post(person.workspace, posts.FRAMEWORK, fact, person=person.id, due_at=now),
                )
                for person in people
            )
        )

    async def mended(self) -> None:
        """What the file holds is in use: tell the administrators whom we told that it was not, once."""
        self._over()
        now = self.clock()
        await self.store.write(
            *(
                posts.wanted_once(posts.post(told.workspace, posts.MENDED, told.id, person=told.person, due_at=now))
                for told in await self.store.posts.troubles()
            )
        )

    def _over(self) -> None:
        self.troubles.update(dict.fromkeys(self.troubles))
