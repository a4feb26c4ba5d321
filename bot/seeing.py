"""Who may be shown to others, step by step: what people choose, and of whom an administrator lets nothing be told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from bot import audit, sight_cards, steps
from bot.cards import Private, Reply
from bot.errors import Refusal
from bot.model import Person, Sight
from bot.requests import ChooseSight, Press, Suppress
from bot.roles import Authority, Role
from bot.store import Store

LONGEST: Final = timedelta(days=731)  #: from today until the end of a suppression: then somebody has to think again
_MINUTE: Final = timedelta(minutes=1)
_HOW: Final = "Write it like this: suppress @name until 2027-03-31. To end it, write suppress @name off."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    store: Store
    authority: Authority
    clock: Callable[[], datetime]
    zone: tzinfo  #: in which days end

    async def asked(self, ask: ChooseSight) -> list[Reply]:
        """`/kudos visibility`."""
        if ask.sight:
            return await self._choose(ask, ask.sight, at=self.clock())
        chosen = await self.store.sights.chosen(ask.workspace, ask.person)
        card = sight_cards.sight(chosen or self.store.sights.default, chosen=chosen is not None)
        return [Private(card=card)]

    async def pressed(self, press: Press) -> list[Reply]:
        """A button below the first thank-you, or on one's own page, which follows by itself."""
        if press.value not in set(Sight):
            raise Refusal(("", "I don't know this choice any more. Please open your page again."))
        replies = await self._choose(press, Sight(press.value), at=press.at)
        return replies if press.place else []

    async def suppressed(self, ask: Suppress) -> list[Reply]:
        """`/kudos suppress @somebody …`.

        Raises:
            Refusal: they may not, nobody is meant, or it is no day on which it could end.
        """
        await self.authority.require(ask.workspace, ask.person, Role.ADMINISTRATOR, "do this")
        if not ask.whom:
            raise Refusal(("", _HOW))
        people = await self.store.directory.people(ask.workspace, [ask.whom])
        if ask.whom not in people:
            raise Refusal(("", "I don't know this person. Please try again in a minute."))
        person = people[ask.whom]
        if not ask.until:
            until = await self.store.sights.suppressed(ask.workspace, ask.whom)
            return [Private(card=sight_cards.suppressed(person, self._last_day(until), changed=False))]
        last = None if ask.until == "off" else self.last_day(ask.until)
        origin = ask.workspace.partition(":")[0]
        await self.suppress(person, last, actor=ask.person, origin=origin, delivery=ask.delivery)
        return [Private(card=sight_cards.suppressed(person, last, changed=True))]

    async def suppress(self, person: Person, last: date | None, *, actor: str, origin: str, delivery: str) -> None:
        """Let nothing be told of somebody until the end of a day; None ends that."""
        now, sights = self.clock(), self.store.sights
        if last:
            until = datetime.combine(last + timedelta(days=1), time(), self.zone)
            effects = await sights.suppressing(person.workspace, person.id, until, actor=actor, now=now, key=delivery)
        else:
            effects = await sights.releasing(person.workspace, person.id, now)
        await self.store.write(
            steps.delivery(person.workspace, delivery, "", now),
            *effects,
            audit.noted(
                person.workspace,
                actor,
                "suppressed" if last else "suppression ended",
                person.id,
                f"until the end of {last}" if last else "",
                origin=origin,
                now=now,
                key=delivery,
            ),
        )

    def last_day(self, text: str) -> date:
        """
        Raises:
            Refusal: it is none, or one on which nothing could end.
        """
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Refusal(("", "Say the last day as in 2027-03-31.")) from None
        today = self.clock().astimezone(self.zone).date()
        if not today <= day <= today + LONGEST:
            raise Refusal(("", "The last day can be today, or any day of the next two years."))
        return day

    def _last_day(self, until: datetime | None) -> date | None:
        return (until - _MINUTE).astimezone(self.zone).date() if until else None

    async def _choose(self, ask: ChooseSight | Press, sight: Sight, *, at: datetime) -> list[Reply]:
        now = self.clock()
        await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, "", now),
            *await self.store.sights.choosing(ask.workspace, ask.person, sight, at=at, now=now, key=ask.delivery),
        )
        return [Private(card=sight_cards.chosen(sight))]
