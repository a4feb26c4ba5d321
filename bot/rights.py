"""What people may ask about their own data, step by step: what is kept, a copy, how to correct, and to be erased."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

import structlog

from bot import audit, erasing, erasures, own_data, posts, rights_cards
from bot.cards import Card, Private, Reply
from bot.erasing import Erasure
from bot.errors import KudosError, Refusal
from bot.everywhere import Everywhere
from bot.framework import Framework
from bot.model import Person
from bot.own_data import OwnData
from bot.posts import Post
from bot.requests import AskRight, Press, Right
from bot.retention import DEFAULT, Retention
from bot.store import Store

_NEXT: Final = timedelta(microseconds=1)  #: between the parts of a copy, which come in order
LINK_MINUTES: Final = 10  #: for which a link to somebody's own data works

Key = tuple[str, str]

log = structlog.get_logger()


class NotRecordedError(KudosError):
    """It could not be written down, outside the database, that somebody is erased; so they are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the rights need that is outside the database."""

    retention: Retention = DEFAULT
    #: Writes down elsewhere that somebody is erased, for when a backup is restored; may raise `NotRecordedError`.
    record: Callable[[Erasure], None] | None = None
    #: An address that shows the data of one person, once, to whoever has it.
    link: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    store: Store
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: verified e-mail addresses, folded
    means: Means

    async def asked(self, ask: AskRight) -> list[Reply]:
        return await self._answered(ask.right, ask.workspace, ask.person, ask.delivery)

    async def pressed(self, press: Press) -> list[Reply]:
        """
        Raises:
            Refusal: the button is of another release.
        """
        if press.value not in set(Right):
            raise Refusal(("", "I don't know this button any more. Please ask again."))
        return await self._answered(Right(press.value), press.workspace, press.person, press.delivery)

    async def _answered(self, right: Right, workspace: str, person: str, delivery: str) -> list[Reply]:
        match right:
            case Right.PRIVACY:
                default = self.store.sights.default
                card = rights_cards.privacy(self.means.retention, self.framework().organisation, default)
            case Right.DATA:
                card = await self._data(workspace, person, delivery)
            case Right.CORRECT:
                admins = await self.store.directory.administrators(self.admins)
                card = rights_cards.correct([each.name for each in admins if each.workspace == workspace])
            case Right.ERASE:
                card = rights_cards.erase_first()
            case Right.ERASE_NOW:
                card = await self._erase(workspace, person, delivery)
            case _:
                assert_never(right)
        return [Private(card=card)]

    # A copy

    async def _data(self, workspace: str, person: str, delivery: str) -> Card:
        now, origin = self.clock(), _origin(workspace)
        noted = audit.noted(workspace, person, "asked for their data", person, origin=origin, now=now, key=delivery)
        if self.means.link:
            await self.store.write(noted)
            return rights_cards.data_ready(self.means.link(workspace, person), LINK_MINUTES)
        number = len(own_data.parts(await self.data(workspace, person)))
        told = [
            posts.post(workspace, posts.OWN_DATA, f"{delivery}:{part}:{number}", person=person, due_at=due)
            for part, due in enumerate((now - after * _NEXT for after in reversed(range(number))), start=1)
        ]
        await self.store.write(noted, *map(posts.wanted_once, told))
        return rights_cards.data_sent(number)

    async def data(self, workspace: str, person: str) -> OwnData:
        """Everything that is kept about them, with all their accounts."""
        return await self.store.copies.of(await self.accounts(workspace, person), self.clock())

    async def accounts(self, workspace: str, person: str) -> list[Key]:
        """All accounts of a colleague."""
        whose = await Everywhere(store=self.store).whose(workspace, person)
        return [(each, id_) for each, ids in whose.items() for id_ in ids]

    # To be erased

    async def _erase(self, workspace: str, person: str, delivery: str) -> Card:
        accounts = await self.accounts(workspace, person)
        await self.wish(accounts, actor=person, origin=_origin(workspace), key=delivery)
        if await self.held(accounts):
            return rights_cards.kept_for_now()
        return rights_cards.erasing() if self.means.record else rights_cards.passed_on()

    async def wish(self, accounts: list[Key], *, actor: str, origin: str, key: str) -> None:
        """Remember that somebody is to be erased, with these accounts; whatever happens, that is not lost."""
        now = self.clock()
        known = [await self._known(*each) for each in accounts]
        wishes = [
            Erasure(workspace=each.workspace, person=each.id, direct=each.direct, origin=origin, at=now)
            for each in known
        ]
        await self.store.write(
            *map(erasures.asked, wishes),
            *(
                audit.noted(
                    each.workspace, actor, "asked to be erased", each.person, origin=origin, now=now, key=f"{key}/{n}"
                )
                for n, each in enumerate(wishes)
            ),
        )
        if self.means.record is None:
            await self._tell(wishes[0])

    async def hold(self, accounts: list[Key], *, on: bool, actor: str, origin: str, key: str) -> None:
        """Let nothing of theirs be erased or forgotten from now on, or no longer keep it."""
        now = self.clock()
        for workspace, person in accounts:
            change = erasures.held(workspace, person, actor, now) if on else erasures.released(workspace, person)
            act = "legal hold" if on else "legal hold over"
            await self.store.write(
                change, audit.noted(workspace, actor, act, person, origin=origin, now=now, key=f"{key}/{person}")
            )

    async def tick(self) -> bool:
        """Go on with what was asked for; whether there is something new to be delivered."""
        acted = False
        for each in await self.store.erasures.open():
            acted = await self._go_on(each) or acted
        return acted

    async def _go_on(self, erasure: Erasure) -> bool:
        if await self.held(await self.accounts(erasure.workspace, erasure.person)):
            return False
        if erasure.state == "asked":
            return await self._recorded(erasure) and await self.carry_out(erasure)
        now = self.clock()
        if await self.store.write(*erasing.finished(erasure, now)) is None:
            log.info("erased", workspace=erasure.workspace)
            return True
        if await self.store.erasures.remains(erasure):  # what a hold on a colleague kept until now
            await self.store.write(*await self.store.erasures.steps(erasure, self.clock()))
            return True
        return False

    async def _recorded(self, erasure: Erasure) -> bool:
        """Written down where a restored backup does not bring it back: before anything is erased, or not at all."""
        if self.means.record is None:
            return False
        try:
            await asyncio.to_thread(self.means.record, erasure)
        except NotRecordedError as error:
            log.error("erasure_not_recorded", error=str(error))
            await self._tell(erasure)
            return False
        return True

    async def carry_out(self, erasure: Erasure) -> bool:
        """Erase them now, unless somebody else has begun to, or a hold has come meanwhile."""
        near = await self.store.erasures.near(erasure.workspace, erasure.person)
        now = self.clock()
        began = await self.store.write(
            erasures.begun(erasure),
            posts.homes_changed(erasure.workspace, [erasure.person, *near], now),
            *await self.store.erasures.steps(erasure, now),
            audit.noted(
                erasure.workspace,
                "",
                "erased",
                erasure.person,
                origin=erasure.origin,
                now=now,
                key=f"{erasure.id}/{erasure.at}",
            ),
        )
        return began is None

    async def held(self, accounts: list[Key]) -> bool:
        """Whether there is a legal hold on one of these accounts."""
        return any([await self.store.erasures.held(workspace, person) for workspace, person in accounts])

    async def _known(self, workspace: str, person: str) -> Person:
        known: Mapping[str, Person] = await self.store.directory.people(workspace, [person])
        return known.get(person) or Person(workspace=workspace, id=person, name="")

    async def _tell(self, wish: Erasure) -> None:
        """Tell the administrators of their organisation that somebody waits, once."""
        now = self.clock()
        admins = await self.store.directory.administrators(self.admins, wish.workspace)
        await self.store.write(
            *(
                posts.wanted_once(posts.post(each.workspace, posts.WISH, wish.id, person=each.id, due_at=now))
                for each in admins
            )
        )

    # What the outbox shows

    async def render(self, row: Post) -> Card | None:
        """A row that is about somebody's rights."""
        match row.view:
            case posts.ERASED:
                return rights_cards.erased() if row.message else None
            case posts.WISH:
                return await self._wish(row)
            case _:
                return await self._part(row)

    async def _wish(self, row: Post) -> Card | None:
        wish = next((each for each in await self.store.erasures.open() if each.id == row.fact), None)
        if wish is None or wish.state != "asked":
            return rights_cards.wish_done() if row.message else None
        return rights_cards.wish((await self._known(wish.workspace, wish.person)).name)

    async def _part(self, row: Post) -> Card | None:
        _, number, of = row.fact.rsplit(":", 2)
        found = own_data.parts(await self.data(row.workspace, row.person))
        shown = found[int(number) - 1 : int(number)] if number != of else found[int(number) - 1 :]
        return rights_cards.data_part("\n".join(shown), int(number), int(of)) if shown else None


def _origin(workspace: str) -> str:
    return workspace.partition(":")[0]
