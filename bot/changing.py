"""Changing kudos that are given: new words, taking back; and what follows whatever changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import forms, giver_cards, kudos, notices, posts, privacy, runs, steps
from bot.audit import noted
from bot.cards import Form, Private, Reply
from bot.database import Step
from bot.errors import Refusal
from bot.framework import Framework
from bot.guarding import Guarding
from bot.model import Members, One, PlaceKind, Recognition, clean
from bot.requests import Press, SubmitReason, UndoLatest
from bot.showing import reactions_fact
from bot.store import Store
from bot.suggest import Suggested

ATTEMPTS: Final = 50  #: at a change that another change came before; whoever loses has lost to one that is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    store: Store
    guarding: Guarding
    framework: Callable[[], Framework]
    suggest: Callable[[str], Suggested]  #: what the words of a kudos show
    clock: Callable[[], datetime]
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell which cards wait

    async def reworded(self, ask: SubmitReason) -> list[Reply]:
        """New words for a kudos, or the first for a reaction, which makes it a full kudos with a card."""
        for _ in range(ATTEMPTS):
            before = await self.recognition(ask.workspace, ask.recognition)
            kudos.reworded(before, ask.reason, by=ask.person)  # what can't be changed needs no warning
            settled = self.guarding.settled(clean(ask.reason), ask.remedy, ask.warned)
            after = kudos.reworded(before, settled.text, by=ask.person)
            now = self.clock()
            first = not before.reason
            shown = card_of(after, now, self.admins) if first else []
            stopped = await self.store.write(
                steps.delivery(ask.workspace, ask.delivery, after.id, now),
                steps.revised(after),
                steps.noted(after, "edited", actor=ask.person, now=now, key=ask.delivery, detail=before.reason),
                *shown,
                *followed(after, now),
                *self.guarding.noted(settled, ask, after.id),
            )
            if stopped is None:
                if not first:
                    return [Private(card=giver_cards.saved())]
                return [confirmed(after, self.framework(), quiet=await quiet_in(self.store, after, now))]
            if stopped == 0:
                return []
        raise Refusal(("reason", "Somebody else is changing this kudos. Please try again."))

    async def reworded_again(self, ask: SubmitReason) -> Form:
        """The form of new words as it was sent, also where the kudos was taken back meanwhile: nothing is lost.

        Raises:
            Refusal: it is not theirs.
        """
        recognition = await self.recognition(ask.workspace, ask.recognition)
        if recognition.giver.id != ask.person:
            raise _gone()
        held = replace(recognition, reason=ask.reason)
        found = self.guarding.guard.look(clean(ask.reason))
        if recognition.reason:
            return forms.edit(held, found, ask.remedy)
        return forms.sentence(held, self.suggest(ask.reason), found, ask.remedy)

    async def undo_latest(self, ask: UndoLatest) -> list[Reply]:
        """`/kudos undo`."""
        done = await self.store.ledger.delivered(ask.workspace, ask.delivery)
        latest = await self.store.ledger.latest_by(ask.workspace, ask.person) if done is None else None
        if latest:
            recognition = await self._withdraw(latest.id, ask, at=self.clock())
        elif done:
            recognition = await self.recognition(ask.workspace, done)
        else:
            # Noted too: should it come again after the next kudos, it does not take that one back.
            await self.store.write(steps.delivery(ask.workspace, ask.delivery, "", self.clock()))
            return [Private(card=notices.said("You have no kudos to take back."))]
        return [Private(card=giver_cards.taken_back(recognition))]

    async def withdraw(self, press: Press, *, replace_message: bool) -> list[Reply]:
        """*Undo* on the private confirmation, *Withdraw* on the card.

        Raises:
            Refusal: it is not theirs; an outsider is not even told that it exists.
        """
        before = await self.recognition(press.workspace, press.value)
        readers = (
            Members(workspace=press.workspace, place=press.place),
            One(workspace=press.workspace, person=press.person),
        )
        if before.giver.id != press.person and not any(privacy.visible(before, each) for each in readers):
            raise _gone()
        recognition = await self._withdraw(press.value, press, at=press.at)
        return [Private(card=giver_cards.taken_back(recognition), replace=replace_message)]

    async def _withdraw(self, id_: str, ask: Press | UndoLatest, *, at: datetime) -> Recognition:
        for _ in range(ATTEMPTS):
            recognition = await self.recognition(ask.workspace, id_)
            kudos.own(recognition, ask.person, "take it back")
            if recognition.withdrawn:
                return recognition
            now = self.clock()
            after = replace(recognition, withdrawn=True)
            stopped = await self.store.write(
                steps.delivery(ask.workspace, ask.delivery, id_, now),
                steps.revised(after, withdrawn_at=at),
                steps.noted(after, "withdrawn", actor=ask.person, now=now, key=ask.delivery),
                noted(
                    after.workspace,
                    ask.person,
                    "kudos withdrawn",
                    after.id,
                    origin=ask.origin,
                    now=now,
                    key=f"{ask.delivery}/{after.id}",
                ),
                *followed(after, now),
                runs.counted(after.workspace, after.given_at),
            )
            if stopped is None:
                return after
            if stopped == 0:  # the same delivery was faster, and it may have meant an earlier kudos
                id_ = await self.store.ledger.delivered(ask.workspace, ask.delivery) or id_
                return await self.recognition(ask.workspace, id_)
        raise Refusal(("", "Somebody else is changing this kudos. Please try again."))

    async def recognition(self, workspace: str, id_: str) -> Recognition:
        """
        Raises:
            Refusal: there is none.
        """
        recognition = await self.store.ledger.recognition(workspace, id_)
        if recognition is None:
            raise _gone()
        return recognition


async def quiet_in(store: Store, recognition: Recognition, now: datetime) -> bool:
    """Whether nothing at all is posted where it was given."""
    quiet = await store.quiets.state(recognition.workspace)
    return quiet.here((recognition.workspace, recognition.place.id), now)


def _gone() -> Refusal:
    return Refusal(("", "I can't find this kudos any more."))


def confirmed(
    recognition: Recognition, framework: Framework, *, dropped_self: bool = False, word: str = "", quiet: bool = False
) -> Private:
    """What its giver is told of it; `quiet`: nothing at all is posted in its place for now."""
    if recognition.withdrawn:
        return Private(card=giver_cards.taken_back(recognition))
    return Private(
        card=giver_cards.confirmed(recognition, framework, dropped_self=dropped_self, word=word, quiet=quiet)
    )


def card_of(recognition: Recognition, now: datetime, admins: frozenset[str]) -> list[Step]:
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
    steps = [posts.wanted(card)]
    if not recognition.place.joined:
        steps.append(posts.homes_of_admins(recognition.workspace, admins, now))
    return steps


def followed(recognition: Recognition, now: datetime, *, thanked: bool = True) -> list[Step]:
    """Whatever shows `recognition` follows its change; a message about a reaction does so at once.

    Args:
        thanked: also what those who are thanked were told, which does not say who joined in.
    """
    steps = [posts.changed(recognition.workspace, recognition.id, now, thanked=thanked), homes_of(recognition, now)]
    if recognition.message and thanked:
        fact = reactions_fact(recognition.message)
        steps.append(posts.changed(recognition.workspace, fact, now))
    return steps


def homes_of(recognition: Recognition, now: datetime) -> Step:
    """The pages of those whom `recognition` concerns follow its change."""
    people = [recognition.giver, *recognition.recipients]
    return posts.homes_changed(recognition.workspace, [person.id for person in people], now)
