"""What a row of the outbox shows now: privacy is checked and the card made at the moment of sending."""

from collections.abc import Callable

from bot import kudos_cards, notices, posts, privacy
from bot.cards import Card
from bot.framework import Framework
from bot.home import DIRECT
from bot.model import Members, Message, One, Recognition
from bot.pages import Pages
from bot.posts import Post
from bot.store import Store


class Showing:
    def __init__(self, store: Store, framework: Callable[[], Framework], pages: Pages) -> None:
        self._store = store
        self._framework = framework
        self._pages = pages

    async def render(self, row: Post) -> Card | None:
        """The card that should stand for `row` now; None if nothing should."""
        match row.view:
            case posts.CARD:
                return await self._card(row)
            case posts.THANKS:
                return await self._thanks(row)
            case posts.REACTIONS:
                return await self._reactions(row)
            case posts.HELLO:
                return notices.hello(self._framework())
            case posts.INVITE:
                recognition = await self._recognition(row.workspace, row.fact)
                return kudos_cards.invite(recognition) if recognition and not recognition.withdrawn else None
            case posts.STUCK:
                return await self._stuck(row)
            case posts.HOME:
                return await self._pages.card(row.workspace, row.person)
            case _:
                raise ValueError(f"no view is called {row.view}")

    async def _card(self, row: Post) -> Card | None:
        recognition = await self._recognition(row.workspace, row.fact)
        if recognition and privacy.visible(recognition, Members(workspace=row.workspace, place=row.place)):
            return kudos_cards.given(recognition, self._framework())
        return _instead(row)

    async def _thanks(self, row: Post) -> Card | None:
        recognition = await self._recognition(row.workspace, row.fact)
        if not recognition or not privacy.visible(recognition, One(workspace=row.workspace, person=row.person)):
            return _instead(row)
        if not row.message and not await self._pages.switched_on(row.workspace, row.person, DIRECT):
            return None
        cards = await self._store.posts.cards(row.workspace, [recognition.id])
        members = await self._store.directory.members(row.workspace, recognition.place.id)
        return kudos_cards.thanks(
            recognition,
            self._framework(),
            card=cards.get(recognition.id),
            names_place=kudos_cards.names_place(recognition, members, row.person),
        )

    async def _reactions(self, row: Post) -> Card | None:
        message = reacted_to(row.fact)
        reader = One(workspace=row.workspace, person=row.person)
        shown = [
            each
            for each in await self._store.ledger.reactions_to(row.workspace, message)
            if privacy.visible(each, reader) and row.person in {person.id for person in each.recipients}
        ]
        if not row.message and not await self._pages.switched_on(row.workspace, row.person, DIRECT):
            return None
        return kudos_cards.reactions(shown, self._framework(), message) if shown else _instead(row)

    async def _stuck(self, row: Post) -> Card | None:
        parked = await self._store.posts.post(row.workspace, row.fact)
        recognition = parked and await self._recognition(row.workspace, parked.fact)
        if not parked or not recognition or recognition.withdrawn:
            return None
        people = await self._store.directory.people(row.workspace, [parked.person])
        return kudos_cards.stuck(recognition, person=people.get(parked.person), reason=parked.error)

    async def _recognition(self, workspace: str, id_: str) -> Recognition | None:
        return await self._store.ledger.recognition(workspace, id_)


def reactions_fact(message: Message) -> str:
    """What a row that gathers the reactions to `message` is about."""
    return f"{message.place}/{message.id}"


def reacted_to(fact: str) -> Message:
    """The inverse of `reactions_fact`."""
    place, _, id_ = fact.partition("/")
    return Message(place=place, id=id_)


def _instead(row: Post) -> Card | None:
    """What replaces a message whose fact is gone; where nothing was shown yet, nothing is."""
    return kudos_cards.TAKEN_BACK if row.message else None
