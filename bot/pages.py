"""Somebody's own page, step by step: what it shows now, leafing through it, and their settings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot import home, posts, privacy, steps
from bot.cards import Card, Private, Reply, ShowHome
from bot.errors import Refusal
from bot.everywhere import Everywhere, Whose
from bot.framework import Framework
from bot.home import Deliveries, Half, LookedAfter, Page, Window
from bot.lookup import Lookup
from bot.model import Message, Origin, Place, Recognition, Visibility, to_time
from bot.requests import OpenHome, Press
from bot.roles import Authority, Role
from bot.store import Store
from bot.upcoming import upcoming

MISSED_FOR: Final = timedelta(days=14)  #: how long it is told that a digest was left out
_ON_THE_WAY: Final = ("due", "sending", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    store: Store
    framework: Callable[[], Framework]
    lookups: Callable[[str], Lookup | None]
    clock: Callable[[], datetime]
    zone: tzinfo
    authority: Authority
    hears: Callable[[str], bool]  #: whether a workspace's platform tells of reactions to everybody's messages

    async def opened(self, ask: OpenHome) -> list[Reply]:
        """Bring the page about, and from now on whenever it changes; where it was asked for in words, once."""
        if ask.typed:
            return [Private(card=await self.card(ask.workspace, ask.person, whole=False))]
        page = posts.post(ask.workspace, posts.HOME, ask.person, person=ask.person, due_at=self.clock())
        await self.store.write(posts.wanted(page))
        return []

    async def turned(self, press: Press) -> list[Reply]:
        """*Older* or *Newer*."""
        at = home.window(press.value)
        if press.place:
            return [Private(card=await self.card(press.workspace, press.person, at, whole=False), replace=True)]
        return [ShowHome(await self.card(press.workspace, press.person, at))]

    async def switched(self, press: Press) -> list[Reply]:
        """A setting, switched on or off."""
        name, _, value = press.value.partition(":")
        if name not in {setting.name for setting in home.SETTINGS} or value not in ("0", "1"):
            raise Refusal(("", "I don't know this setting any more. Please open the page again."))
        now = self.clock()
        await self.store.write(
            steps.delivery(press.workspace, press.delivery, "", now),
            self.store.settings.set(  # of two presses the later one counts, whichever arrives first
                press.workspace, press.person, name, value, actor=press.person, now=press.at, key=press.delivery
            ),
            posts.homes_changed(press.workspace, [press.person], now),
        )
        if press.place:
            return [Private(card=await self.card(press.workspace, press.person, whole=False), replace=True)]
        return []

    async def card(self, workspace: str, person: str, at: Window = home.FIRST, *, whole: bool = True) -> Card:
        """The page as it looks now; in a message it is not `whole`."""
        everywhere = Everywhere(store=self.store)
        whose = await everywhere.whose(workspace, person)
        totals = await everywhere.totals(whose)
        most = home.size(whole=whole)
        at = Window(received=_within(at.received, totals[0], most), given=_within(at.given, totals[1], most))
        received = await everywhere.received(whose, most=most, skip=at.received)
        given = await everywhere.given(whose, most=most, skip=at.given)
        places: dict[str, Place] = {}
        deliveries = None
        if await self._administers(workspace, person):
            deliveries, places = await self._deliveries(workspace)
        page = Page(
            received=Half(total=totals[0], shown=received),
            given=Half(total=totals[1], shown=given),
            at=at,
            links=await self.links(whose, (*received, *given)),
            hidden=await self._hidden(whose, received),
            off=frozenset([s.name for s in home.SETTINGS if not await self.switched_on(workspace, person, s)]),
            hears=self.hears(workspace),
            deliveries=deliveries,
            places=places,
            now=self.clock(),
            digests=await self._looked_after(workspace, person),
            workspaces=tuple(whose),
            sight=await self.store.sights.chosen(workspace, person) or self.store.sights.default,
        )
        return home.home(page, self.framework(), self.zone, whole=whole)

    async def links(self, whose: Whose, shown: Sequence[Recognition]) -> dict[str, Message]:
        """Where they may follow each of these to: its card or else what it is about, by recognition."""
        links: dict[str, Message] = {}
        for number, workspace in enumerate(whose):
            there = [each for each in shown if each.workspace == workspace]
            cards = await self.store.posts.cards(workspace, (each.id for each in there))
            told = await self.store.posts.shown(workspace, (each.id for each in there))
            among = {each.place.id for each in there}
            places = {id_: await self.store.places.with_person(workspace, id_, among) for id_ in whose[workspace]}
            for each in there:
                link = cards.get(each.id) or each.message
                may = [
                    _knows_where(each, id_, there=each.place.id in in_, told=each.id in told)
                    for id_, in_ in places.items()
                ]
                if link and any(may) and (link := await self._from_elsewhere(workspace, link) if number else link):
                    links[each.id] = link
        return links

    async def _hidden(self, whose: Whose, received: Sequence[Recognition]) -> frozenset[str]:
        """Those of what they received that they have hidden, with any of their accounts."""
        found: frozenset[str] = frozenset()
        for workspace, people in whose.items():
            there = [each.id for each in received if each.workspace == workspace]
            found |= await self.store.reports.hidden_by(workspace, there, people)
        return found

    async def _from_elsewhere(self, workspace: str, message: Message) -> Message | None:
        """The same with its address, for readers in another workspace; None where we don't know it."""
        lookup = self.lookups(workspace)
        return replace(message, url=await lookup.address(workspace, message)) if lookup else None

    async def switched_on(self, workspace: str, person: str, setting: home.Setting) -> bool:
        return await self.store.settings.value(workspace, person, setting.name, "1") == "1"

    async def _administers(self, workspace: str, person: str) -> bool:
        return Role.ADMINISTRATOR in await self.authority.of(workspace, person)

    async def _looked_after(self, workspace: str, person: str) -> tuple[LookedAfter, ...]:
        """The digests that `person` has set up, or administers; of private places only where they are in them."""
        plans = [each for each in await self.store.digests.planned() if each.workspace == workspace and each.plan.on]
        if not await self._administers(workspace, person):
            plans = [each for each in plans if each.plan.owner == person]
        found = []
        for each in plans:
            place = await self.store.places.get(workspace, each.place)
            if place and await self._may_name(place, person):
                coming = await upcoming(self.store, workspace, place.id, each.plan, self.clock())
                found.append(LookedAfter(place=place, plan=each.plan, due=coming.due))
        return tuple(sorted(found, key=lambda each: (each.due, each.place.name))[: home.DIGESTS_MOST])

    async def _may_name(self, place: Place, person: str) -> bool:
        if place.visibility is Visibility.PUBLIC:
            return True
        return await self.store.places.is_in(place.workspace, place.id, person)

    async def _deliveries(self, workspace: str) -> tuple[Deliveries, dict[str, Place]]:
        """What is held up, and the public places in it: that something was said in a private one is private."""
        now = self.clock()
        rows = await self.store.posts.undelivered(workspace, now)
        late = [row for row in rows if row["state"] in _ON_THE_WAY]
        uninvited = _added_up((row["place"], row["number"]) for row in rows if row["state"] == "waiting")
        missed = await self.store.digests.missed(workspace, now - MISSED_FOR)
        known = [await self.store.places.get(workspace, id_) for id_ in {*uninvited, *(each.place for each in missed)}]
        places = {place.id: place for place in known if place and place.visibility is Visibility.PUBLIC}
        deliveries = Deliveries(
            late=sum(row["number"] for row in late),
            oldest=min([now, *(to_time(row["oldest"]) for row in late)]),
            uninvited=_added_up((id_ if id_ in places else "", number) for id_, number in uninvited.items()),
            parked=_added_up((row["error"], row["number"]) for row in rows if row["state"] == "parked"),
            unknown=sum(row["number"] for row in rows if row["state"] == "unknown"),
            missed=tuple((each.place if each.place in places else "", each.week) for each in missed),
        )
        return deliveries, places


def _knows_where(recognition: Recognition, person: str, *, there: bool, told: bool) -> bool:
    """Whether `person` knows the place it was given in. Who is thanked from a private one may not.

    Args:
        there: they are known to be in it.
        told: it was shown somewhere; until then it is not certain that a place is public still.
    """
    if recognition.giver.id == person:
        return True
    if recognition.origin is Origin.REACTION:
        return privacy.names_message(recognition, there=there)
    return (told or there) and privacy.names_place(recognition, person, there=there)


def _within(skip: int, total: int, most: int) -> int:
    """No further than the beginning of the last page."""
    return min(skip, max(0, (total - 1) // most * most))


def _added_up(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, number in numbers:
        sums[name] = sums.get(name, 0) + number
    return sums
