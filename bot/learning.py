"""What the platforms tell of people and places, and what follows from that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import posts
from bot.digesting import Digesting
from bot.model import PlaceKind
from bot.requests import Joined, Learned, Left
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    store: Store
    digesting: Digesting
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell what is held up

    async def joined(self, event: Joined) -> None:
        """Kudos itself was added to a place: it says hello, once, and what has waited for that comes."""
        now = self.clock()
        await self.store.places.save([replace(event.place, joined=True)])
        if event.place.kind is not PlaceKind.CHANNEL:
            return  # in people's own conversations nothing is ever posted
        hello = posts.post(event.workspace, posts.HELLO, event.place.id, place=event.place.id, due_at=now)
        await self.store.write(
            posts.invited(event.workspace, event.place.id, now),
            posts.wanted_once(hello),
            posts.homes_of_admins(event.workspace, self.admins, now),
        )
        await self.digesting.resumed([event.place])

    async def left(self, event: Left) -> None:
        await self.store.places.save_joined(event.workspace, event.place, joined=False)

    async def learned(self, event: Learned) -> None:
        await self.store.directory.save_people(event.people)
        await self.store.places.save(event.places)
        joined = [place for place in event.places if place.joined and place.kind is PlaceKind.CHANNEL]
        if joined:
            now = self.clock()
            await self.store.write(
                *(posts.invited(event.workspace, place.id, now) for place in joined),
                posts.homes_of_admins(event.workspace, self.admins, now),
            )
            await self.digesting.resumed(joined)
        await self.store.directory.save_groups(event.workspace, event.groups)
        for place, person, present in event.members:
            await self.store.places.save_member(event.workspace, place, person, present=present)
            await self.store.write(*await self.store.sights.moved(event.workspace, place, [person], self.clock()))
