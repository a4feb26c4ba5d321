"""Giving kudos, step by step: what was said, who is meant, the rule, one transaction, and a private word."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot import brakes, commands, forms, giver_cards, guard_cards, kudos, kudos_cards, posts, steps
from bot.brakes import Pace
from bot.cards import VALUE_MOST, Actions, Card, Private, Reply, length
from bot.changing import Changing, card_of, confirmed, homes_of, quiet_in
from bot.drafting import Drafting, place_of
from bot.errors import Refusal
from bot.framework import Framework
from bot.guard import Remedy
from bot.guarding import Guarded, Guarding, Settled
from bot.lookup import Context
from bot.model import Message, Origin, PlaceKind, Recognition, derived_id
from bot.offering import Offering
from bot.requests import Give, Press, SubmitKudos
from bot.store import Store
from bot.words import Draft

_ASK_WHERE_AGAIN = "I couldn't look this channel up just now. Please send it again."
_NOT_KNOWN = "I can't find your own account here, so I can't say who gives this. Please tell an administrator."
_ASK_AGAIN = "I couldn't look everybody up just now. Check the names here and send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """One way of giving, and what it is about."""

    id: str  #: the same for the same kudos, however often it is sent
    origin: Origin
    message: Message | None = None
    remedy: str = ""  #: what was chosen about words that were stopped
    warned: str = ""  #: the key of what was shown when that was chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    store: Store
    changing: Changing
    guarding: Guarding
    drafting: Drafting
    offering: Offering
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell which cards wait
    hourly_most: int  #: kudos that somebody can give within an hour; 0 for no brakes at all

    async def typed(self, ask: Give) -> list[Reply]:
        """`/kudos …`: give it, or open the form with everything that was said; after a message, offer the form."""
        said, draft, context = await self.drafting.said(ask, ask.words, ask.place)
        if draft.empty:
            return [await self.offering.to_complete(ask, draft, context)]
        try:
            recognition, word = await self._give(ask, draft, context, _Act(id=_id_of(ask), origin=Origin.COMMAND))
        except Guarded as guarded:
            return [await self._to_remedy(ask, draft, context, guarded)]
        except Refusal as refusal:
            if ask.said_in is None and len(draft.reason) > forms.TEXT_MOST:  # a message still stands where it was said
                return [Private(card=self.offering.given_back(draft, said, context))]
            return [await self.offering.to_complete(ask, draft, context, refusal)]
        return [await self._confirmed(recognition, draft, word)]

    async def remedied(self, press: Press, remedy: Remedy) -> list[Reply]:
        """A choice about words that were stopped: give the kudos so."""
        warned, _, rest = press.value.partition("/")
        id_, _, carried = rest.partition("/")
        place, said = commands.unpacked(carried)
        _, draft, context = await self.drafting.said(press, said, place_of(press, place))
        # Whose it is stands in its id, and its place is asked as of a form: a button may bring what it likes.
        act = _Act(id=f"{press.person}/{id_}", origin=Origin.FORM, remedy=remedy.value, warned=warned)
        try:
            given, word = await self._give(press, draft, context, act)
        except Guarded as guarded:
            await self.guarding.stopped(press, guarded.stopped)
            card = guard_cards.warned(
                guarded.stopped, change=carried, carried=f"{guarded.stopped.key}/{rest}", still_said=False
            )
            return [Private(card=card, replace=True)]
        except Refusal as refusal:
            faults = [sentence for _, sentence in refusal.faults]
            return [Private(card=giver_cards.to_complete(faults, carried), replace=True)]
        return [replace(await self._confirmed(given, draft, word), replace=True)]

    async def submitted(self, ask: SubmitKudos) -> list[Reply]:
        """The form, filled in.

        Raises:
            Refusal: with a sentence for each field that has to be mended.
        """
        draft, context = await self.drafting.sent(ask)
        given, word = await self._give(ask, draft, context, _by_form(ask))
        return [await self._confirmed(given, draft, word)]

    async def previewed(self, ask: SubmitKudos) -> Card:
        """The card that the form would become, with nothing on it to press. Nothing is given yet.

        Raises:
            Refusal: as for `submitted`.
        """
        draft, context = await self.drafting.sent(ask)
        recognition, _ = self._recognised(ask, draft, context, _by_form(ask))
        card = kudos_cards.given(recognition, self.framework())
        return Card(tuple(each for each in card.elements if not isinstance(each, Actions)))

    async def _give(
        self, ask: Give | SubmitKudos | Press, draft: Draft, context: Context, act: _Act
    ) -> tuple[Recognition, str]:
        """The kudos, and a friendly word to who gives very many; "" for most.

        Raises:
            Refusal: it is no kudos yet, or one of far too many; nothing was written.
        """
        recognition, settled = self._recognised(ask, draft, context, act)
        now = recognition.given_at
        named = {each.id: each.name for each in recognition.named}
        pace = Pace()
        stop = ""
        if self.hourly_most:
            pace = await self.store.accounts.pace(
                ask.workspace, recognition.giver.id, named, but=recognition.id, now=now
            )
            stop = brakes.stopped(pace, now, self.hourly_most)
        if stop and await self.store.ledger.delivered(ask.workspace, ask.delivery) is None:
            raise Refusal(("recipients", stop))
        stopped = await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, recognition.id, now),
            *steps.given(recognition),
            *card_of(recognition, now, self.admins),
            *(
                posts.wanted(posts.post(ask.workspace, posts.THANKS, recognition.id, person=person.id, due_at=now))
                for person in recognition.recipients
            ),
            homes_of(recognition, now),
            *self.guarding.noted(settled, ask, recognition.id),
        )
        if stopped is not None:
            recognition = await self.changing.recognition(ask.workspace, recognition.id)
        return recognition, brakes.word(pace, named, now)

    def _recognised(
        self, ask: Give | SubmitKudos | Press, draft: Draft, context: Context, act: _Act
    ) -> tuple[Recognition, Settled]:
        """The recognition, and what of its words was settled with the guard.

        Raises:
            Guarded: with everything else that has to be mended; Refusal: it is no kudos yet.
        """
        giver = context.people.get(ask.person)
        if giver is None and context.complete:
            raise Refusal(*draft.faults, ("recipients", _NOT_KNOWN))
        if giver is None or (not context.complete and not context.people.keys() >= set(draft.recipients)):
            raise Refusal(*draft.faults, ("recipients", _ASK_AGAIN))
        if context.guessed and context.place and context.place.kind is PlaceKind.CHANNEL:
            raise Refusal(*draft.faults, ("recipients", _ASK_WHERE_AGAIN))
        if context.unlisted and act.origin is Origin.FORM:  # which names a place, and not only one that its giver is in
            raise Refusal(*draft.faults, ("recipients", _ASK_WHERE_AGAIN))
        open_place = context.place is None or context.place.kind is PlaceKind.BOT
        known = kudos.Known(
            giver=giver,
            people=context.people,
            place=None if open_place else context.place,
            members=context.members,
            rosters=context.rosters,
        )
        key = derived_id("kudos", ask.workspace, act.origin.value, act.id)
        try:
            settled, guarded = self.guarding.settled(draft.reason, act.remedy, act.warned), None
        except Guarded as stopped:
            settled, guarded = Settled(text=draft.reason), stopped
        try:
            recognition = kudos.recognise(
                replace(draft, reason=settled.text),
                known,
                self.framework(),
                id_=key,
                origin=act.origin,
                message=act.message,
                now=self.clock(),
            )
        except Refusal as refusal:
            if guarded:
                raise guarded.beside(refusal) from None
            raise
        if guarded:
            raise guarded
        return recognition, settled

    async def _to_remedy(self, ask: Give, draft: Draft, context: Context, guarded: Guarded) -> Reply:
        """What was stopped, with a button for each way out; the form, where that has to ask for more."""
        await self.guarding.stopped(ask, guarded.stopped)
        place = context.place.id if context.place else ""
        change = commands.packed(place, ask.words)
        carried = f"{guarded.stopped.key}/{derived_id(_id_of(ask))}/{change}"
        if not guarded.alone or length(carried) > VALUE_MOST:
            return await self.offering.to_complete(ask, draft, context, guarded)
        still_said = ask.said_in is not None
        return Private(card=guard_cards.warned(guarded.stopped, change=change, carried=carried, still_said=still_said))

    async def _confirmed(self, recognition: Recognition, draft: Draft, word: str) -> Private:
        dropped_self = kudos.dropped_self(draft, recognition.giver.id)
        quiet = await quiet_in(self.store, recognition, self.clock())
        return confirmed(recognition, self.framework(), dropped_self=dropped_self, word=word, quiet=quiet)


def _by_form(ask: SubmitKudos) -> _Act:
    message = Message(place=ask.place, id=ask.message) if ask.message else None
    return _Act(id=ask.form, origin=Origin.FORM, message=message, remedy=ask.remedy, warned=ask.warned)


def _id_of(ask: Give) -> str:
    """What a typed kudos is about: the message that says so, or the command."""
    return f"{ask.said_in.place}/{ask.said_in.id}" if ask.said_in else ask.delivery
