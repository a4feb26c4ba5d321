"""Reporting a kudos, and what moderators do about it: step by step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot import audit, moderation, moderation_cards, offices, posts, reports, runs, steps
from bot.cards import Card, Form, OpenForm, Private
from bot.changing import ATTEMPTS, followed
from bot.database import Step
from bot.errors import Refusal
from bot.framework import Framework
from bot.model import Recognition
from bot.moderation import Accounts, Staff
from bot.reports import Removal, Verdict
from bot.requests import Asked, ListReports, Press, SubmitRemoval
from bot.roles import Authority, Role
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderating:
    store: Store
    authority: Authority
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    zone: tzinfo  #: in which days are named

    async def reported(self, press: Press) -> Private:
        """*Report* on a kudos that they may read; again while theirs is open, it changes nothing.

        Raises:
            Refusal: they gave it.
        """
        recognition = await self._recognition(press.workspace, press.value)
        moderation.may_report(recognition, press.person)
        thanks = Private(card=moderation_cards.reported(recognition, press.person))
        for _ in range(ATTEMPTS):
            before = await self.store.reports.about(press.workspace, recognition.id)
            opened = [each for each in before if each.verdict is Verdict.OPEN]
            if any(each.person == press.person for each in opened):
                return thanks
            now = self.clock()
            report = reports.report(recognition, before, press.person, now)
            deciders = moderation.deciding(await self._staff(press.workspace), recognition) if not opened else ()
            told = [(posts.REPORTED, own[0]) for own in deciders]
            stopped = await self.store.write(
                steps.delivery(press.workspace, press.delivery, recognition.id, now),
                reports.reported(report, (*opened, report)[0]),
                _noted(press, offices.REPORTED, recognition, now),
                *_messages(recognition, report.id, [*told, (posts.VERDICT, press.person)], now),
            )
            if stopped in (None, 0):
                return thanks
        raise Refusal(("", "Many are reporting this just now. Please try again."))

    async def listed(self, ask: ListReports | Press) -> Card:
        """`/kudos reports`.

        Raises:
            Refusal: they are no moderator.
        """
        await self._admit(ask)
        return await self._list(ask)

    async def asked(self, press: Press) -> OpenForm:
        """*Remove*: the form that asks for the reason.

        Raises:
            Refusal: somebody else decides about it, or there is nothing to remove any more.
        """
        recognition = await self._decided_by(press, press.value)
        if settled := _settled(recognition):
            raise Refusal(("", settled))
        return OpenForm(moderation_cards.removing(moderation.masked(recognition)))

    async def asked_again(self, ask: SubmitRemoval) -> Form:
        """The form as it was sent.

        Raises:
            Refusal: somebody else decides about it.
        """
        recognition = await self._decided_by(ask, ask.recognition)
        return moderation_cards.removing(moderation.masked(recognition), ask.reason)

    async def removed(self, ask: SubmitRemoval) -> Private:
        """The reason of a removal: it is removed, and its people are told.

        Raises:
            Refusal: somebody else decides about it, or the reason says nothing.
        """
        recognition = await self._decided_by(ask, ask.recognition)
        done = Private(card=moderation_cards.removed_now(moderation.masked(recognition)))
        if await self.store.ledger.delivered(ask.workspace, ask.delivery) is not None:
            return done
        if settled := _settled(recognition):
            return Private(card=moderation_cards.settled(settled))
        reason = moderation.reason(ask.reason)
        before = await self.store.reports.removals(ask.workspace, recognition.id)
        if before and before[-1].removed:  # since it was read: the next row would bring it back
            return Private(card=moderation_cards.settled(_REMOVED))
        now = self.clock()
        removal = reports.removal(recognition, before, reason=reason, actor=ask.person, now=now)
        stopped = await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, recognition.id, now),
            reports.decided(removal),
            reports.settled(recognition, Verdict.REMOVED, now, gate=False),
            _noted(ask, "kudos removed", recognition, now),
            *self._told(recognition, removal, now),
        )
        if stopped == 1:
            return Private(card=moderation_cards.settled(_REMOVED))
        return done

    async def left(self, press: Press) -> Private:
        """*Leave it*: everything that is open about it is settled.

        Raises:
            Refusal: somebody else decides about it.
        """
        recognition = await self._decided_by(press, press.value)
        now = self.clock()
        stopped = await self.store.write(
            steps.delivery(press.workspace, press.delivery, recognition.id, now),
            reports.settled(recognition, Verdict.LEFT, now, gate=True),
            _noted(press, "report left", recognition, now),
            posts.changed(recognition.workspace, recognition.id, now),
        )
        said = "Somebody has decided about it already." if stopped == 1 else "It stays as it is. Thank you."
        return Private(card=await self._list(press, said), replace=True)

    async def restored(self, press: Press) -> Private:
        """*Restore*: it is back, and its people are told.

        Raises:
            Refusal: somebody else decides about it, such as anybody but who has removed it.
        """
        if await self.store.ledger.delivered(press.workspace, press.delivery) is not None:
            return Private(card=await self._list(press, _BACK), replace=True)
        before = await self.store.reports.removals(press.workspace, press.value)
        remover = before[-1].actor if before and before[-1].removed else ""
        recognition = await self._decided_by(press, press.value, remover=remover)
        stopped: int | None = 1
        if recognition.removed:
            now = self.clock()
            restoring = reports.removal(recognition, before, reason="", actor=press.person, now=now)
            stopped = await self.store.write(
                steps.delivery(press.workspace, press.delivery, recognition.id, now),
                reports.decided(restoring),
                _noted(press, "kudos restored", recognition, now),
                *self._told(recognition, restoring, now),
            )
        said = "Somebody has decided about it already." if stopped == 1 else _BACK
        return Private(card=await self._list(press, said), replace=True)

    def _told(self, recognition: Recognition, removal: Removal, now: datetime) -> list[Step]:
        """Whatever shows it follows, and its people are told."""
        people = (recognition.giver, *recognition.recipients)
        return [
            *followed(recognition, now),
            runs.counted(recognition.workspace, recognition.given_at),
            *_messages(recognition, removal.id, [(posts.REMOVAL, each.id) for each in people], now),
        ]

    async def _list(self, ask: Asked, said: str = "") -> Card:
        """What the asker decides about."""
        staff = await self._staff(ask.workspace)
        opened = await self.store.reports.open(ask.workspace)
        removals = {each.recognition: each for each in await self.store.reports.removed_lately(ask.workspace)}
        first = {each.recognition: each for each in reversed(opened)}
        ids = dict.fromkeys((*(each.recognition for each in opened), *removals))
        known = {each.id: each for each in await self.store.ledger.recognitions(ask.workspace, ids)}
        theirs = {
            id_: each
            for id_, each in known.items()
            if not each.withdrawn and _among(ask.person, moderation.deciding(staff, each))
        }
        waiting = [
            moderation_cards.Reported(
                recognition=moderation.masked(theirs[id_]),
                reports=sum(each.recognition == id_ for each in opened),
                first_at=first[id_].at,
            )
            for id_ in dict.fromkeys(each.recognition for each in opened)
            if id_ in theirs and not theirs[id_].removed
        ]
        removed = [
            moderation_cards.Removed(
                recognition=moderation.masked(theirs[id_]),
                reason=removal.reason,
                at=removal.at,
                restorable=_among(ask.person, moderation.deciding(staff, theirs[id_], remover=removal.actor)),
            )
            for id_, removal in removals.items()
            if id_ in theirs
        ]
        return moderation_cards.reports(waiting, removed, self.framework(), self.zone, said=said)

    async def _decided_by(self, ask: Asked, id_: str, *, remover: str = "") -> Recognition:
        """The kudos that they decide about.

        Raises:
            Refusal: there is none, or somebody else decides about it.
        """
        await self._admit(ask)
        recognition = await self._recognition(ask.workspace, id_)
        moderation.may_decide(await self._staff(ask.workspace), recognition, ask.person, remover=remover)
        return recognition

    async def _recognition(self, workspace: str, id_: str) -> Recognition:
        """
        Raises:
            Refusal: there is none.
        """
        recognition = await self.store.ledger.recognition(workspace, id_)
        if recognition is None:
            raise Refusal(("", "I can't find this kudos any more."))
        return recognition

    async def _admit(self, ask: Asked) -> None:
        """
        Raises:
            Refusal: they look after nothing that is reported.
        """
        if await self.authority.of(ask.workspace, ask.person) & {Role.ADMINISTRATOR, Role.MODERATOR}:
            return
        who = f"Only {Role.MODERATOR.one} can look at what was reported."
        raise Refusal(("", f"{who} To report a kudos yourself, choose Report under More (⋯) on its card."))

    async def _staff(self, workspace: str) -> Staff:
        """Who looks after what is reported there now."""
        by_role: dict[Role, list[Accounts]] = {Role.MODERATOR: [], Role.ADMINISTRATOR: []}
        for colleague, roles in await self.authority.holders(workspace):
            own = tuple(sorted(each.id for each in colleague if each.workspace == workspace))
            for role, holders in by_role.items():
                if own and role in roles:
                    holders.append(own)
        return Staff(moderators=tuple(by_role[Role.MODERATOR]), administrators=tuple(by_role[Role.ADMINISTRATOR]))


_REMOVED = "Somebody has removed it already."
_BACK = "It is back. The people in it are told."


def _settled(recognition: Recognition) -> str:
    """Why there is nothing to remove; "" if there is."""
    if recognition.removed:
        return _REMOVED
    return (
        "It was taken back by the person who gave it, so there is nothing to remove." if recognition.withdrawn else ""
    )


def _among(person: str, colleagues: Iterable[Accounts]) -> bool:
    return any(person in own for own in colleagues)


def _noted(ask: Asked, act: str, recognition: Recognition, now: datetime) -> Step:
    origin = ask.workspace.partition(":")[0]
    return audit.noted(ask.workspace, ask.person, act, recognition.id, origin=origin, now=now, key=ask.delivery)


def _messages(recognition: Recognition, fact: str, told: Iterable[tuple[str, str]], now: datetime) -> Iterable[Step]:
    """Direct messages: (view, person)."""
    for view, person in told:
        yield posts.wanted_once(posts.post(recognition.workspace, view, fact, person=person, due_at=now))
