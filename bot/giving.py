"""Giving kudos, step by step: what was said, who is meant, the rule, one transaction, and a private word."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import forms, kudos, kudos_cards, ledger, posts, words
from bot.cards import Form, OpenForm, Private, Reply
from bot.database import Step
from bot.errors import Refusal
from bot.framework import Framework
from bot.lookup import Context, Register
from bot.model import Origin, Person, Place, PlaceKind, Recognition, clean, derived_id
from bot.requests import Give, Press, SubmitKudos, SubmitReason, UndoLatest
from bot.showing import reactions_fact
from bot.store import Store
from bot.words import Draft

FORM_TEXT_MOST: Final = 3000  #: characters that every platform's form can hold. Source: Slack, plain_text_input

_ASK_AGAIN = "I couldn't look everybody up just now. Check the names here and send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    store: Store
    register: Register
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    default_place: str  #: `#name` or id of the channel where a kudos is posted when nobody says where; or ""

    async def typed(self, ask: Give) -> list[Reply]:
        """`/kudos …`: give it, or open the form with everything that was said."""
        draft = words.read(ask.words, self.framework())
        context = await self.register.context(ask.workspace, draft.recipients, ask.place, asker=ask.person)
        if draft.empty:
            return [OpenForm(await self._form(ask, draft, context))]
        try:
            recognition = await self._give(ask, draft, context, id_=ask.delivery, origin=Origin.COMMAND)
        except Refusal as refusal:
            if len(draft.reason) > FORM_TEXT_MOST:
                return [Private(card=kudos_cards.too_long(draft.reason))]
            return [OpenForm(await self._form(ask, draft, context, refusal))]
        return [self._confirmed(recognition, draft)]

    async def blank(self, press: Press) -> Form:
        """*Give kudos*, pressed: the form, empty."""
        place = Place(workspace=press.workspace, id=press.place, kind=PlaceKind.BOT)
        context = Context(people={}, place=place, members=None, complete=True)
        return await self._form(press, Draft(), context)

    async def submitted(self, ask: SubmitKudos) -> list[Reply]:
        """The form, filled in.

        Raises:
            Refusal: with a sentence for each field that has to be mended.
        """
        draft = Draft(recipients=ask.recipients, entries=ask.entries, reason=clean(ask.reason))
        place = Place(workspace=ask.workspace, id=ask.place) if ask.place else None
        context = await self.register.context(ask.workspace, draft.recipients, place, asker=ask.person)
        return [self._confirmed(await self._give(ask, draft, context, id_=ask.form, origin=Origin.FORM), draft)]

    async def reworded(self, ask: SubmitReason) -> list[Reply]:
        """New words for a kudos, or the first for a reaction, which makes it a full kudos with a card."""
        for _ in range(_ATTEMPTS):
            before = await self._recognition(ask.workspace, ask.recognition)
            after = kudos.reworded(before, ask.reason, by=ask.person)
            now = self.clock()
            first = not before.reason
            shown = self._card_of(after, now) if first else []
            stopped = await self.store.write(
                ledger.delivery(ask.workspace, ask.delivery, after.id, now),
                ledger.revised(after),
                ledger.noted(after, "edited", actor=ask.person, now=now, key=ask.delivery, detail=before.reason),
                *shown,
                *followed(after, now),
            )
            if stopped is None:
                return [self._confirmed(after) if first else Private(card=kudos_cards.saved())]
            if stopped == 0:
                return []
        raise Refusal(("reason", "Somebody else is changing this kudos. Please try again."))

    async def undo_latest(self, ask: UndoLatest) -> list[Reply]:
        """`/kudos undo`."""
        done = await self.store.ledger.delivered(ask.workspace, ask.delivery)
        if done:
            recognition = await self._recognition(ask.workspace, done)
        else:
            latest = await self.store.ledger.latest_by(ask.workspace, ask.person)
            if latest is None:
                return [Private(card=kudos_cards.said("You have no kudos to take back."))]
            recognition = await self._withdraw(latest.id, ask, at=self.clock())
        return [Private(card=kudos_cards.taken_back(recognition))]

    async def withdraw(self, press: Press, *, replace_message: bool) -> list[Reply]:
        """*Undo* on the private confirmation, *Withdraw* on the card."""
        recognition = await self._withdraw(press.value, press, at=press.at)
        return [Private(card=kudos_cards.taken_back(recognition), replace=replace_message)]

    async def _give(
        self, ask: Give | SubmitKudos, draft: Draft, context: Context, *, id_: str, origin: Origin
    ) -> Recognition:
        """
        Raises:
            Refusal: it is no kudos yet; nothing was written.
        """
        giver = context.people.get(ask.person)
        if giver is None or (not context.complete and not context.people.keys() >= set(draft.recipients)):
            raise Refusal(*draft.faults, ("recipients", _ASK_AGAIN))
        open_place = context.place is None or context.place.kind is PlaceKind.BOT
        known = kudos.Known(
            giver=giver,
            people=context.people,
            place=None if open_place else context.place,
            members=context.members,
        )
        now = self.clock()
        key = derived_id("kudos", ask.workspace, origin.value, id_)
        recognition = kudos.recognise(draft, known, self.framework(), id_=key, origin=origin, now=now)
        stopped = await self.store.write(
            ledger.delivery(ask.workspace, ask.delivery, recognition.id, now),
            *ledger.given(recognition),
            ledger.noted(recognition, "given", actor=giver.id, now=now, key=ask.delivery),
            *self._card_of(recognition, now),
            *(
                posts.wanted(posts.post(ask.workspace, posts.THANKS, recognition.id, person=person.id, due_at=now))
                for person in recognition.recipients
            ),
        )
        return recognition if stopped is None else await self._recognition(ask.workspace, key)

    async def _withdraw(self, id_: str, ask: Press | UndoLatest, *, at: datetime) -> Recognition:
        for _ in range(_ATTEMPTS):
            recognition = await self._recognition(ask.workspace, id_)
            kudos.own(recognition, ask.person, "take back")
            if recognition.withdrawn:
                return recognition
            now = self.clock()
            after = replace(recognition, withdrawn=True)
            stopped = await self.store.write(
                ledger.delivery(ask.workspace, ask.delivery, id_, now),
                ledger.revised(after, withdrawn_at=at),
                ledger.noted(after, "withdrawn", actor=ask.person, now=now, key=ask.delivery),
                *followed(after, now),
            )
            if stopped is None or stopped == 0:
                return after
        raise Refusal(("", "Somebody else is changing this kudos. Please try again."))

    async def _form(self, ask: Give | Press, draft: Draft, context: Context, refusal: Refusal | None = None) -> Form:
        open_place = context.place is None or context.place.kind is PlaceKind.BOT
        place = context.place.id if context.place else None
        faults = dict(refusal.faults) if refusal else {}
        if open_place:
            chosen = self.default_place and await self.store.directory.place_called(ask.workspace, self.default_place)
            place = chosen.id if chosen else None
            faults.pop("place", None)  # it has not been asked yet
        thankable = tuple(id_ for id_ in draft.recipients if id_ != ask.person and _offered(context.people.get(id_)))
        return forms.give(
            replace(draft, recipients=thankable[: kudos.RECIPIENTS_MOST]),
            self.framework(),
            faults=faults.items(),
            place=place,
            open_place=open_place,
        )

    def _confirmed(self, recognition: Recognition, draft: Draft | None = None) -> Reply:
        if recognition.withdrawn:
            return Private(card=kudos_cards.taken_back(recognition))
        dropped = draft is not None and recognition.giver.id in draft.recipients
        return Private(card=kudos_cards.confirmed(recognition, self.framework(), dropped_self=dropped))

    def _card_of(self, recognition: Recognition, now: datetime) -> list[Step]:
        """Its card in its place; none in people's own conversations."""
        if recognition.place.kind is not PlaceKind.CHANNEL:
            return []
        card = posts.post(
            recognition.workspace,
            posts.CARD,
            recognition.id,
            place=recognition.place.id,
            due_at=now,
            waiting=not recognition.place.joined,
        )
        return [posts.wanted(card)]

    async def _recognition(self, workspace: str, id_: str) -> Recognition:
        recognition = await self.store.ledger.recognition(workspace, id_)
        if recognition is None:
            raise Refusal(("", "I can't find this kudos any more."))
        return recognition


_ATTEMPTS: Final = 5  #: at a change that somebody else's change came before


def followed(recognition: Recognition, now: datetime) -> list[Step]:
    """Whatever shows `recognition` follows its change; a message about a reaction does so at once."""
    steps = [posts.changed(recognition.id, now)]
    if recognition.message:
        fact = reactions_fact(recognition.message)
        steps.append(posts.changed(fact, now))
    return steps


def _offered(person: Person | None) -> bool:
    """Whether the form may hold somebody: those we could not look up are kept, nothing said is lost."""
    return person is None or person.thankable
