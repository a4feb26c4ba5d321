"""What a row of the outbox shows now: privacy is checked and the card made at the moment of sending."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot import exporting, giver_cards, kudos_cards, notices, posts, privacy, sight_cards
from bot.cards import Card
from bot.confirming import Confirming
from bot.digesting import Digesting
from bot.errors import Unreachable
from bot.framework import Framework, Trouble
from bot.home import DIRECT
from bot.model import Members, Message, One, Recognition, Visibility
from bot.pages import Pages
from bot.posts import Post
from bot.rights import Rights
from bot.store import Store
from bot.verdicts import Verdicts

NOTICED_WITHIN: Final = timedelta(minutes=2)  #: a change of a file, by every process that runs


class Showing:
    def __init__(
        self,
        store: Store,
        framework: Callable[[], Framework],
        pages: Pages,
        confirming: Confirming,
        digesting: Digesting,
        *,
        rights: Rights,
        verdicts: Verdicts,
        troubles: Mapping[str, Trouble | None],
        clock: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        """
        Args:
            troubles: with the files that are followed, as far as this process has met them; None for one that is over.
        """
        self._store = store
        self._framework = framework
        self._pages = pages
        self._confirming = confirming
        self._digesting = digesting
        self._rights = rights
        self._verdicts = verdicts
        self._troubles = troubles
        self._clock = clock
        self._zone = zone

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
                return giver_cards.invite(recognition) if recognition and not recognition.withdrawn else None
            case posts.STUCK:
                return await self._stuck(row)
            case posts.HOME:
                return await self._pages.card(row.workspace, row.person)
            case posts.FRAMEWORK:
                return self._kept(row)
            case posts.MENDED:
                return await self._mended(row)
            case posts.DIGEST:
                return await self._digesting.render(row)
            case posts.PAUSED:
                return await self._paused(row)
            case posts.EXPORT:
                return await exporting.shown(self._store, row, self._clock(), self._zone)
            case posts.ERASED | posts.WISH | posts.OWN_DATA:
                return await self._rights.render(row)
            case posts.REPORTED:
                return await self._verdicts.reported(row)
            case posts.VERDICT:
                return await self._verdicts.verdict(row)
            case posts.REMOVAL:
                return await self._verdicts.removal(row)
            case _:
                raise ValueError(f"no view is called {row.view}")

    async def _card(self, row: Post) -> Card | None:
        recognition = await self._confirmed(row)
        if recognition and not row.message and await self._quiet(recognition):
            return None
        if recognition and recognition.nearby:
            await self._confirming.members(row.workspace, row.place)
            recognition = await self._recognition(row.workspace, row.fact)
        readers = Members(workspace=row.workspace, place=row.place)
        if recognition and (shown := privacy.shown(recognition, readers)):
            return kudos_cards.given(shown, self._framework())
        return _instead(row)

    async def _quiet(self, recognition: Recognition) -> bool:
        """Whether no card of it is posted, now or later."""
        quiet = await self._store.quiets.state(recognition.workspace)
        if not quiet.spells:
            return False
        place, people = recognition.place, (recognition.giver, *recognition.recipients)
        return quiet.card(
            (place.workspace, place.id),
            [(each.workspace, each.id) for each in people],
            given_at=recognition.given_at,
            now=self._clock(),
        )

    async def _thanks(self, row: Post) -> Card | None:
        recognition = await self._confirmed(row)
        shown = recognition and privacy.shown(recognition, One(workspace=row.workspace, person=row.person))
        if not recognition or not shown:
            return _instead(row)
        if not row.message and not await self._pages.switched_on(row.workspace, row.person, DIRECT):
            return None
        cards = await self._store.posts.cards(row.workspace, [recognition.id])
        present = await self._store.places.is_in(row.workspace, recognition.place.id, row.person)
        # Where the others there see nothing of it, it is told like what was said among few.
        visible = privacy.visible(recognition, Members(workspace=row.workspace, place=recognition.place.id))
        card = kudos_cards.thanks(
            shown,
            self._framework(),
            card=cards.get(recognition.id),
            names_place=visible and privacy.names_place(recognition, row.person, there=present),
            hides=bool(await self._store.reports.hidden_by(row.workspace, [recognition.id], [row.person])),
        )
        return await self._asking(row, card)

    async def _asking(self, row: Post, card: Card) -> Card:
        """The same; the first word to somebody who has not chosen yet asks who may see what they are thanked for."""
        if await self._store.sights.chosen(row.workspace, row.person) or await self._store.posts.told_before(row):
            return card
        return Card((*card.elements, *sight_cards.asked(self._store.sights.default).elements))

    async def _reactions(self, row: Post) -> Card | None:
        message = reacted_to(row.fact)
        reader = One(workspace=row.workspace, person=row.person)
        shown = [
            each
            for every in await self._store.ledger.reactions_to(row.workspace, message)
            if (each := privacy.shown(every, reader)) and row.person in {person.id for person in each.recipients}
        ]
        if not row.message and not await self._pages.switched_on(row.workspace, row.person, DIRECT):
            return None
        if not shown:
            return _instead(row)
        if not row.message:
            shown = [await self._confirming.confirmed(each) for each in shown]
        there = await self._store.places.is_in(row.workspace, message.place, row.person)
        knows = all(privacy.names_message(each, there=there) for each in shown)
        hidden = await self._store.reports.hidden_by(row.workspace, [each.id for each in shown], [row.person])
        card = kudos_cards.reactions(shown, self._framework(), message if knows else None, hidden=hidden)
        return await self._asking(row, card)

    async def _stuck(self, row: Post) -> Card | None:
        parked = await self._store.posts.post(row.workspace, row.fact)
        recognition = parked and await self._recognition(row.workspace, parked.fact)
        if not parked or not recognition or recognition.withdrawn:
            return None
        people = await self._store.directory.people(row.workspace, [parked.person])
        return giver_cards.stuck(recognition, person=people.get(parked.person), reason=parked.error)

    async def _paused(self, row: Post) -> Card | None:
        """What keeps a digest from coming, as long as it does."""
        run = await self._store.digests.run(row.workspace, row.fact)
        plan = run and await self._store.digests.plan(run.workspace, run.place)
        if not run or not plan or not plan.on or not plan.paused:
            return None
        place = await self._store.places.get(run.workspace, run.place)
        there = await self._store.places.is_in(run.workspace, run.place, row.person)
        knows = place and (there or place.visibility is Visibility.PUBLIC)
        return notices.digest_paused(place if knows else None, plan.paused, run.week)

    def _kept(self, row: Post) -> Card | None:
        """
        Raises:
            Unreachable: another process has met this trouble; we may do so too in a moment.
        """
        if row.fact not in self._troubles and self._clock() - (row.first_tried_at or row.due_at) < NOTICED_WITHIN:
            raise Unreachable("not noticed here yet")
        trouble = self._troubles.get(row.fact)
        if trouble is None:
            return None
        if posts.file_of(row.fact) == "words":
            return notices.words_kept(trouble)
        return notices.framework_kept(trouble, self._framework())

    async def _mended(self, row: Post) -> Card | None:
        """
        Raises:
            Unreachable: it is still open whether they were told of the trouble.
        """
        told = await self._store.posts.post(row.workspace, row.fact)
        if told and told.state in ("due", "sending", "lost"):
            raise Unreachable("they may still be told of the trouble")
        if not (told and told.message):
            return None
        words = posts.file_of(told.fact) == "words"
        return notices.words_mended() if words else notices.framework_mended(self._framework())

    async def _confirmed(self, row: Post) -> Recognition | None:
        """What `row` is about, of which nothing is shown before it is certain who may read it.

        Raises:
            PlatformError: it is not certain yet.
        """
        recognition = await self._recognition(row.workspace, row.fact)
        if recognition is None or recognition.withdrawn or row.message:
            return recognition
        return await self._confirming.confirmed(recognition)

    async def _recognition(self, workspace: str, id_: str) -> Recognition | None:
        """It, as if it were not quiet: of that `_quiet` decides, and what stands already stays."""
        found = await self._store.ledger.recognition(workspace, id_)
        return replace(found, quiet=False) if found else None


def reactions_fact(message: Message) -> str:
    """What a row that gathers the reactions to `message` is about."""
    return f"{message.place}/{message.id}"


def reacted_to(fact: str) -> Message:
    """The inverse of `reactions_fact`."""
    place, _, id_ = fact.partition("/")
    return Message(place=place, id=id_)


def _instead(row: Post) -> Card | None:
    """What replaces a message whose fact is gone; where nothing was shown yet, nothing is."""
    return kudos_cards.NOT_SHOWN if row.message else None
