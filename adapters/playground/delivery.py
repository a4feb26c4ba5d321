"""The playground as the outbox and the core know it: a place to send to, and to ask."""

from collections.abc import Callable, Iterable
from datetime import datetime

from adapters.app import Application, platform
from adapters.playground.messages import Messages
from adapters.playground.workspace import EVERYBODY, GROUPS, KUDOS, ROOMS, WORKSPACE, home_of, with_kudos
from bot import posts
from bot.cards import Card
from bot.errors import Impossible, NotAMember
from bot.model import Message, Person, PersonKind, Place, Roster, Visibility
from bot.places import Places
from bot.posts import Post


class PlaygroundSender:
    """Puts messages into channels that Kudos is in, and into people's conversations with it."""

    def __init__(self, messages: Messages, places: Places, clock: Callable[[], datetime]) -> None:
        self._messages = messages
        self._places = places
        self._clock = clock

    async def send(self, row: Post, card: Card) -> Message:
        if row.view == posts.HOME:
            return await self._publish(row, card)
        place = row.place or self._conversation(row.person)
        if row.place:
            known = await self._places.get(row.workspace, row.place)
            if known is None or not known.joined:
                raise NotAMember(f"not in {row.place}")
        id_ = await self._messages.post(place=place, author=KUDOS, key=row.id, at=self._clock(), card=card)
        return Message(place=place, id=id_)

    async def mend(self, row: Post, message: Message, card: Card) -> None:  # noqa: ARG002 - the port has it
        if not await self._messages.mend(message.id, card):
            raise Impossible("message_not_found")

    async def find(self, row: Post) -> Message | None:
        if row.view == posts.HOME:
            return None  # publishing again replaces it whole
        id_ = await self._messages.with_key(row.id)
        return Message(place=row.place or with_kudos(row.person), id=id_) if id_ else None

    async def _publish(self, row: Post, card: Card) -> Message:
        """Put up somebody's own page: in no place, so that nobody else comes upon it."""
        key = home_of(row.person)
        id_ = await self._messages.post(
            place="", author=KUDOS, key=key, at=self._clock(), card=card, only_for=row.person
        )
        await self._messages.mend(id_, card)
        return Message(place="", id=id_)

    def _conversation(self, person: str) -> str:
        known = EVERYBODY.get(person)
        if known is None or known.kind is not PersonKind.MEMBER:
            raise Impossible("user_not_found")
        if not known.active:
            raise Impossible("user_disabled")
        return with_kudos(person)


class PlaygroundLookup:
    """Tells who works at Harbour Lane, and what stands there."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]:  # noqa: ARG002 - there is only one
        return [EVERYBODY[id_].person for id_ in ids if id_ in EVERYBODY]

    async def place(self, workspace: str, id_: str) -> Place | None:  # noqa: ARG002 - there is only one
        room = ROOMS.get(id_)
        return room.place if room else None

    async def learn_members(self, workspace: str, place: str) -> None:
        """Who works at Harbour Lane is known from the start, and where they are."""

    async def public_places(self, workspace: str) -> frozenset[str]:  # noqa: ARG002 - there is only one
        return frozenset(id_ for id_, room in ROOMS.items() if room.visibility is Visibility.PUBLIC)

    async def permalink(self, workspace: str, message: Message) -> str | None:  # noqa: ARG002 - there is only one
        known = await self._messages.message(message.id)
        return f"/?in={known.place}#{known.id}" if known else None

    async def address(self, workspace: str, message: Message) -> str:  # noqa: ARG002 - there is only one
        return f"/?in={message.place}#{message.id}"

    async def group(self, workspace: str, id_: str, name: str) -> Roster:  # noqa: ARG002 - it has one name
        if id_ not in GROUPS:
            raise Impossible("no_such_subteam")
        return GROUPS[id_]

    async def direct(self, person: Person) -> str:
        return with_kudos(person.id)


async def connect(app: Application, messages: Messages, clock: Callable[[], datetime]) -> None:
    """Make the playground one of the platforms of `app`."""
    await messages.prepare()
    app.senders[platform(WORKSPACE)] = PlaygroundSender(messages, app.store.places, clock)
    app.lookups[platform(WORKSPACE)] = PlaygroundLookup(messages)
