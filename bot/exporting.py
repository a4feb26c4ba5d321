"""Exporting who was thanked by whom, step by step: one administrator asks, another agrees, then it is made once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from bot import exports, posts, steps
from bot.audit import noted
from bot.cards import Card, Private, Reply
from bot.colleagues import Colleague, key_of
from bot.errors import Refusal
from bot.exports import Export
from bot.model import Role, derived_id, to_text
from bot.posts import Post
from bot.requests import AskExport, Press
from bot.roles import Authority
from bot.store import Store

PAGE: Final = 200  #: kudos read together


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    store: Store
    authority: Authority
    clock: Callable[[], datetime]
    zone: tzinfo

    async def asked(self, ask: AskExport) -> list[Reply]:
        """`/kudos export`.

        Raises:
            Refusal: they may not, or there is nobody else who could agree.
        """
        await self.authority.require(ask.workspace, ask.person, Role.ADMINISTRATOR, "export what people gave")
        names = await self.ask(ask.workspace, ask.person, origin=ask.origin, key=ask.delivery)
        return [Private(card=exports.waiting(names))]

    async def ask(self, workspace: str, actor: str, *, origin: str, key: str) -> list[str]:
        """Ask the other administrators; their names.

        Raises:
            Refusal: there are none.
        """
        others = await self._others(workspace, actor)
        if not others:
            raise Refusal(
                ("", "An export needs a second administrator's word, and there is none. Make a colleague one first.")
            )
        now = self.clock()
        export = Export(id=derived_id("export", workspace, key), workspace=workspace, asked_by=actor, asked_at=now)
        await self.store.write(
            steps.delivery(workspace, f"export/{key}", export.id, now),
            self.store.exports.step(export, "asked", "", actor=actor, now=now),
            noted(workspace, actor, "export asked for", export.id, origin=origin, now=now, key=key),
            *(posts.wanted(_told(export, colleague, now)) for colleague in others),
        )
        return [colleague[0].name for colleague in others]

    async def answered(self, press: Press) -> list[Reply]:
        """*Approve* or *Refuse*.

        Raises:
            Refusal: it is not theirs to say, or somebody has said it before.
        """
        fact, _, said = press.value.rpartition(":")
        workspace, _, id_ = fact.partition("/")
        export = await self.store.exports.export(workspace, id_)
        others = await self._others(workspace, export.asked_by) if export else []
        answers = [each for each in others if (press.workspace, press.person) in map(key_of, each)]
        if export is None or not answers:
            raise Refusal(("", "Only another administrator can say that."))
        now = self.clock()
        if not export.open(now):
            raise Refusal(("", "This was answered already, or the hour is over."))
        outcome = "approved" if said == "1" else "refused"
        await self.store.write(
            self.store.exports.step(export, "answered", outcome, actor=press.person, now=now),
            noted(workspace, press.person, f"export {outcome}", id_, origin=press.origin, now=now, key=id_),
            *(posts.wanted(_told(export, colleague, now)) for colleague in others),
            *(
                [posts.wanted(posts.post(workspace, posts.EXPORT, export.fact, person=export.asked_by, due_at=now))]
                if await self.store.directory.people(workspace, [export.asked_by])
                else []
            ),
        )
        after = await self.store.exports.export(workspace, id_)
        return [Private(card=await _settled(self.store, after or export), replace=True)]

    async def made(self, export: Export, *, actor: str, origin: str, number: int) -> bool:
        """Note that it is made; False if somebody was faster, or it may not be."""
        now = self.clock()
        if not export.ready(now):
            return False
        done = await self.store.write(
            self.store.exports.step(export, "made", "", actor=actor, now=now),
            noted(
                export.workspace,
                actor,
                "export made",
                export.id,
                f"{number} rows",
                origin=origin,
                now=now,
                key=export.id,
            ),
        )
        return done is None

    async def rows(self, workspace: str) -> AsyncIterator[tuple[str, ...]]:
        """Everything that an export holds."""
        given_at, id_ = "", ""
        while page := await self.store.ledger.public_after(workspace, given_at, id_, most=PAGE):
            for each in page:
                for row in exports.told(each):
                    yield row
            given_at, id_ = to_text(page[-1].given_at), page[-1].id

    async def _others(self, workspace: str, actor: str) -> list[Colleague]:
        """The administrators but for who asks, with whichever account; nobody has two in this."""
        return [
            colleague
            for colleague, roles in await self.authority.holders(workspace)
            if Role.ADMINISTRATOR in roles and (workspace, actor) not in map(key_of, colleague)
        ]


async def shown(store: Store, row: Post, now: datetime, zone: tzinfo) -> Card | None:
    """What a row of the outbox shows of an export."""
    workspace, _, id_ = row.fact.partition("/")
    export = await store.exports.export(workspace, id_)
    if export is None:
        return None
    if export.open(now):
        people = await store.directory.people(workspace, [export.asked_by])
        name = people[export.asked_by].name if export.asked_by in people else f"Whoever runs Kudos ({export.asked_by})"
        return exports.question(export, name, zone)
    return await _settled(store, export)


async def _settled(store: Store, export: Export) -> Card:
    people = await store.directory.people(export.workspace, [export.answered_by])
    name = people[export.answered_by].name if export.answered_by in people else "Another administrator"
    return exports.settled(export, name)


def _told(export: Export, colleague: Colleague, now: datetime) -> Post:
    """The row for one who is asked: where the export is, if they have an account there."""
    at = next((each for each in colleague if each.workspace == export.workspace), colleague[0])
    return posts.post(at.workspace, posts.EXPORT, export.fact, person=at.id, due_at=now)
