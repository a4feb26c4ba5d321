"""Reactions: an entry's emoji is a kudos on a colleague's message, and a tag or a second on a card."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot import giver_cards, kudos, notices, posts, privacy, runs, steps
from bot.audit import noted
from bot.cards import Private, Reply
from bot.changing import ATTEMPTS, followed, homes_of
from bot.errors import Refusal, Unreachable
from bot.framework import Framework, bare_emoji
from bot.home import SENTENCE
from bot.lookup import Register
from bot.model import Members, Person, PersonKind, Place, PlaceKind, Recognition, Signal, derived_id
from bot.posts import Post
from bot.requests import Press, Reacted, SwitchReactions
from bot.settings import REACTIONS
from bot.showing import reactions_fact
from bot.store import Store

GATHER_S: Final = 600.0  #: reactions to one message are told together


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacting:
    store: Store
    register: Register
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    gather: timedelta
    hears: Callable[[str], bool]  #: whether reactions to colleagues' messages in a workspace reach us

    async def reacted(self, event: Reacted) -> list[Reply]:
        """An emoji was put on a message or taken off. What means nothing is ignored in silence.

        Raises:
            Unreachable: we do not know the people and could not look them up; the platform should send it again.
        """
        entry = await self._entry(event)
        if entry is None:
            return []
        row = await self.store.posts.standing_at(event.workspace, event.message)
        if row is None:
            return await self._message(event, entry)
        if row.view == posts.CARD:
            await self._card(event, entry, row)
        return []

    async def switched(self, ask: SwitchReactions) -> list[Reply]:
        """`/kudos reactions on`, or off.

        Raises:
            Refusal: there is nothing to switch there.
        """
        if not self.hears(ask.workspace):
            raise Refusal(("", "Here I only hear of emoji on what I post myself, so there is nothing to switch."))
        if ask.place.kind is not PlaceKind.CHANNEL:
            raise Refusal(("", "Type this in the channel in which you want to switch reactions."))
        now = self.clock()
        await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, "", now),
            self.store.settings.set(
                ask.workspace,
                ask.place.id,
                REACTIONS,
                str(int(ask.on)),
                actor=ask.person,
                now=now,
                key=ask.delivery,
            ),
            noted(
                ask.workspace,
                ask.person,
                "reactions switched",
                ask.place.id,
                "on" if ask.on else "off",
                origin=ask.origin,
                now=now,
                key=ask.delivery,
            ),
        )
        return [Private(card=notices.reactions_switched(ask.place, on=ask.on))]

    async def second(self, press: Press) -> list[Reply]:
        """*Second this*: each press turns it round.

        Raises:
            Refusal: it is their own.
        """
        person = await self._person(press.workspace, press.person)
        if person is None:
            raise Refusal(("", "I don't know you yet. Please try again in a minute."))
        kudos.admit(person, self.framework())
        own = await self.store.accounts.doubles(press.workspace, press.person)
        for _ in range(ATTEMPTS):
            recognition = await self.store.ledger.recognition(press.workspace, press.value)
            place = Members(workspace=press.workspace, place=press.place)
            shown = recognition and privacy.shown(recognition, place)
            if recognition is None or shown is None:
                raise Refusal(("", "This kudos is not shown any more."))
            if not kudos.may_second(shown, person, own):
                raise Refusal(("", "This kudos is yours already: others can second it."))
            mark = Signal(person=person.id, name=press.delivery, entry="", standing=True, at=press.at)
            signals = [*await self.store.ledger.signals(recognition.workspace, recognition.id), mark]
            now = self.clock()
            stopped = await self.store.write(
                steps.delivery(press.workspace, press.delivery, recognition.id, now),
                steps.pressed(press.workspace, recognition.id, person.id, press.at, press.delivery),
                steps.revised(recognition),
                *steps.seconded(recognition, kudos.seconded_by(recognition, signals)),
                *followed(recognition, now, thanked=False),
            )
            if stopped in (None, 0, 1):
                return []
        raise Refusal(("", "Many are seconding this just now. Please try again."))

    async def _entry(self, event: Reacted) -> str | None:
        """The entry that the emoji stands for, in any skin tone and under any name.

        Taken off, it takes back what it stood for when it was put there, whatever the framework says now.
        """
        if not event.standing:
            meant = await self.store.ledger.reacted_for(event.workspace, event.message, event.person, event.name)
            if meant:
                return meant
        entry = self.framework().for_emoji(event.name)
        if entry is None:
            name = bare_emoji(event.name)
            target = await self.store.directory.emoji(event.workspace, name)
            entry = self.framework().for_emoji(target) if target != name else None
        return entry.id if entry else None

    async def _message(self, event: Reacted, entry: str) -> list[Reply]:
        """A reaction to a colleague's message."""
        if event.author in ("", event.person):
            return []
        guess = Place(workspace=event.workspace, id=event.message.place, joined=True)
        context = await self.register.context(event.workspace, [event.author], guess, asker=event.person)
        if event.standing and event.author in context.own:
            return []
        giver, author, place = context.people.get(event.person), context.people.get(event.author), context.place
        if not context.complete and not (giver and author):
            raise Unreachable("people not known")
        if giver is None or author is None or place is None:
            return []
        if author.kind is PersonKind.BOT and await self.store.posts.uncertain_in(event.workspace, place.id):
            raise Unreachable("this may be a card of which we do not know yet")
        id_ = derived_id("kudos", event.workspace, "reaction", place.id, event.message.id, giver.id, entry)
        before = await self.store.ledger.recognition(event.workspace, id_)
        recognition = kudos.react(
            giver, author, entry, self.framework(), id_=id_, place=place, message=event.message, now=event.at
        )
        if recognition is None or (event.standing and not await self._switched_on(place)):
            if before is None or event.standing:
                return []
            recognition = before
        if not await self._write(event, entry, recognition):
            return []
        if event.standing:
            offers = await self.store.settings.value(event.workspace, event.person, SENTENCE.name, "1") == "1"
            noticed = giver_cards.reaction_noticed(recognition, self.framework())
            return [Private(card=noticed)] if offers and not before else []
        after = await self.store.ledger.recognition(event.workspace, id_)
        lost_words = before and before.reason and not before.withdrawn and after and after.withdrawn
        return [Private(card=giver_cards.reaction_taken_back(before))] if before and lost_words else []

    async def _write(self, event: Reacted, entry: str, recognition: Recognition) -> bool:
        """False where the event is a repeated or an overtaken one."""
        now = self.clock()
        row = posts.post(
            event.workspace,
            posts.REACTIONS,
            reactions_fact(event.message),
            person=recognition.recipients[0].id,
            due_at=now + self.gather,
        )
        act = "reacted" if event.standing else "unreacted"
        stopped = await self.store.write(
            steps.delivery(event.workspace, event.delivery, recognition.id, now),
            steps.reacted(event.workspace, event.message, _signal(event, entry), recognition.id),
            *(steps.given(recognition, once=False) if event.standing else ()),
            steps.stands_while_reacted(event.workspace, recognition.id),
            steps.noted(recognition, act, actor=event.person, now=now, key=event.delivery),
            runs.counted(recognition.workspace, recognition.given_at),
            *(
                [
                    posts.wanted(row),
                    posts.changed(event.workspace, recognition.id, now),
                    homes_of(recognition, now),
                ]
                if event.standing
                else followed(recognition, now)
            ),
        )
        return stopped is None

    async def _card(self, event: Reacted, entry: str, row: Post) -> None:
        """A reaction to a card: from its giver it tags, from anybody else it seconds."""
        person = await self._person(event.workspace, event.person)
        if person is None:
            return
        own = await self.store.accounts.doubles(event.workspace, event.person)
        for _ in range(ATTEMPTS):
            recognition = await self.store.ledger.recognition(event.workspace, row.fact)
            if recognition is None:
                return
            giver = person.id == recognition.giver.id
            # As the others there see it; what is said of one that nobody sees counts when they see it again.
            shown = privacy.shown(recognition, Members(workspace=row.workspace, place=row.place)) or recognition
            if not giver and not kudos.may_second(shown, person, own):
                return
            signal = _signal(event, entry)
            others = [
                each
                for each in await self.store.ledger.signals(recognition.workspace, recognition.id)
                if (each.person, each.name) != (signal.person, signal.name)
            ]
            now = self.clock()
            if giver:
                tagged = replace(recognition, tags=kudos.tags_after(recognition, [*others, signal], self.framework()))
                effect = [*steps.tagged(tagged), runs.counted(recognition.workspace, recognition.given_at)]
            else:
                effect = steps.seconded(recognition, kudos.seconded_by(recognition, [*others, signal]))
            stopped = await self.store.write(
                steps.delivery(event.workspace, event.delivery, recognition.id, now),
                steps.reacted(event.workspace, event.message, signal, recognition.id),
                steps.revised(recognition),
                *effect,
                *followed(recognition, now, thanked=giver),
            )
            if stopped in (None, 0, 1):
                return
        raise Unreachable("too many changes at once")

    async def _person(self, workspace: str, id_: str) -> Person | None:
        """None for somebody whom the platform does not know either."""
        context = await self.register.context(workspace, (), None, asker=id_)
        if id_ not in context.people and not context.complete:
            raise Unreachable("person not known")
        return context.people.get(id_)

    async def _switched_on(self, place: Place) -> bool:
        return await self.store.settings.value(place.workspace, place.id, REACTIONS, "1") == "1"


def _signal(event: Reacted, entry: str) -> Signal:
    return Signal(person=event.person, name=event.name, entry=entry, standing=event.standing, at=event.at)
