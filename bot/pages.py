"""Somebody's own page, step by step: what it shows now, leafing through it, and their settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from bot import home, ledger, posts, privacy
from bot.cards import Card, Reply, ShowHome
from bot.database import Row
from bot.errors import Refusal
from bot.framework import Framework
from bot.home import Deliveries, Half, Page, Window
from bot.model import One, PersonKind, Recognition, to_time
from bot.requests import OpenHome, Press
from bot.store import Store

_ON_THE_WAY: Final = ("due", "sending", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    store: Store
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    zone: tzinfo
    admins: frozenset[str]  #: verified e-mail addresses, folded

    async def opened(self, ask: OpenHome) -> list[Reply]:
        """Bring the page about, and from now on whenever it changes."""
        page = posts.post(ask.workspace, posts.HOME, ask.person, person=ask.person, due_at=self.clock())
        await self.store.write(posts.wanted(page))
        return []

    async def turned(self, press: Press) -> list[Reply]:
        """*Older* or *Newer*."""
        return [ShowHome(await self.card(press.workspace, press.person, home.window(press.value)))]

    async def switched(self, press: Press) -> list[Reply]:
        """A setting, switched on or off."""
        name, _, value = press.value.partition(":")
        if name not in {setting.name for setting in home.SETTINGS} or value not in ("0", "1"):
            raise Refusal(("", "I don't know this setting any more. Please open the page again."))
        now = self.clock()
        await self.store.write(
            ledger.delivery(press.workspace, press.delivery, "", now),
            self.store.directory.set(
                press.workspace, press.person, name, value, actor=press.person, now=now, key=press.delivery
            ),
            posts.homes_changed(press.workspace, [press.person], now),
        )
        return []

    async def card(self, workspace: str, person: str, at: Window = home.FIRST) -> Card:
        """The page as it looks now."""
        store = self.store
        totals = await store.ledger.totals(workspace, person)
        received = await store.ledger.received_by(workspace, person, most=home.PAGE, skip=at.received)
        given = await store.ledger.given_by(workspace, person, most=home.PAGE, skip=at.given)
        deliveries = await self._deliveries(workspace) if await self._administers(workspace, person) else None
        page = Page(
            received=Half(total=totals[0], shown=_readable(received, person)),
            given=Half(total=totals[1], shown=_readable(given, person)),
            at=at,
            cards=await store.posts.cards(workspace, (each.id for each in (*received, *given))),
            off=frozenset([s.name for s in home.SETTINGS if not await self.switched_on(workspace, person, s)]),
            deliveries=deliveries,
            places={
                id_: place
                for id_ in (deliveries.uninvited if deliveries else ())
                if (place := await store.directory.place(workspace, id_))
            },
            now=self.clock(),
        )
        return home.home(page, self.framework(), self.zone)

    async def switched_on(self, workspace: str, person: str, setting: home.Setting) -> bool:
        return await self.store.directory.setting(workspace, person, setting.name, "1") == "1"

    async def _administers(self, workspace: str, person: str) -> bool:
        known = (await self.store.directory.people(workspace, [person])).get(person)
        return (
            known is not None
            and known.active
            and known.kind is PersonKind.MEMBER
            and known.email.casefold() in self.admins
        )

    async def _deliveries(self, workspace: str) -> Deliveries:
        rows = await self.store.posts.undelivered(workspace)
        waiting = [row for row in rows if row["state"] in _ON_THE_WAY]
        return Deliveries(
            due=sum(row["number"] for row in waiting),
            oldest=min((to_time(row["oldest"]) for row in waiting), default=None),
            uninvited={row["place"]: row["number"] for row in rows if row["state"] == "waiting"},
            parked=_by_reason(rows),
            unknown=sum(row["number"] for row in rows if row["state"] == "unknown"),
        )


def _readable(found: list[Recognition], person: str) -> tuple[Recognition, ...]:
    return tuple(each for each in found if privacy.visible(each, One(workspace=each.workspace, person=person)))


def _by_reason(rows: list[Row]) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for row in rows:
        if row["state"] == "parked":
            reasons[row["error"]] = reasons.get(row["error"], 0) + row["number"]
    return reasons
