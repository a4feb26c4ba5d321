"""Setting up the digest of a place, step by step: who may, the form, and the words that spare it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import digest_forms, kudos, planning, posts, steps
from bot.audit import noted
from bot.cards import Card, Form, OpenForm, Private, Reply
from bot.database import Step
from bot.digesting import PATIENCE_S, Digesting
from bot.errors import PlatformError, Refusal, Throttled, Unreachable
from bot.framework import Framework
from bot.lookup import Context, Register
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility
from bot.planning import Next
from bot.requests import Asked, DigestWord, OpenDigest, Press, SubmitDigest
from bot.roles import Authority, Role
from bot.schedule import Plan
from bot.store import Store
from bot.upcoming import upcoming

PATIENT_S: Final = 60.0  #: for a preview of which whoever asked knows that it takes a moment
RETRY_S: Final = 1.0  #: where a platform could not say what may be told

_ABOUT_A_PLAN: Final = ("now", "skip", "unskip", "on", "off")
_AGAIN: Final = "I couldn't look this up just now. Please try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUp:
    store: Store
    register: Register
    digesting: Digesting
    framework: Callable[[], Framework]
    clock: Callable[[], datetime]
    zone: str  #: that is proposed where nothing has been set up yet
    authority: Authority
    admins: frozenset[str]  #: e-mail addresses of those whose pages tell of it, folded

    async def opened(self, ask: OpenDigest) -> list[Reply]:
        """`/kudos digest`: the form, or, for a message, which opens none, a button that does."""
        place = await self._theirs(ask, ask.place)
        if ask.said_in is not None:
            return [Private(card=digest_forms.offered(place))]
        return [OpenForm(await self._form(place))]

    async def pressed(self, press: Press) -> list[Reply]:
        """That button."""
        place = await self._theirs(press, Place(workspace=press.workspace, id=press.value))
        return [OpenForm(await self._form(place))]

    async def submitted(self, ask: SubmitDigest) -> list[Reply]:
        """The form, filled in.

        Raises:
            Refusal: with a sentence for each field that has to be mended.
        """
        place = await self._theirs(ask, Place(workspace=ask.workspace, id=ask.place))
        before = await self._plan(place) or self._proposed
        context = await self.register.context(ask.workspace, ask.people, None, asker=ask.person)
        plan = planning.filled_in(ask, before, context.people, complete=context.complete)
        await self._save(ask, place, before, plan)
        return [Private(card=digest_forms.kept(place, plan, await self._coming(place, plan)))]

    async def again(self, ask: SubmitDigest) -> Form:
        """The form as it was sent.

        Raises:
            Refusal: it is not theirs, or there can be none.
        """
        place = await self._theirs(ask, Place(workspace=ask.workspace, id=ask.place))
        return digest_forms.as_sent(await self._form(place), ask)

    async def word(self, ask: DigestWord) -> list[Reply]:
        """`/kudos digest …`."""
        word = ask.word.casefold()
        if word == "preview":
            return [await self._previewed(ask)]
        if word not in _ABOUT_A_PLAN:
            return [Private(card=digest_forms.unknown_word(ask.word))]
        place = await self._theirs(ask, ask.place)
        plan = await self._plan(place)
        if plan is None:
            return [Private(card=digest_forms.none_yet(place))]
        match word:
            case "now":
                return [Private(card=await self._posted(ask, place))]
            case "skip":
                return [Private(card=await self._skipped(ask, place, plan))]
            case "unskip":
                return [await self._switched(ask, place, plan, replace(plan, skipped=""))]
            case "on":
                return [await self._switched(ask, place, plan, replace(plan, on=True, paused="", owner=ask.person))]
            case _:
                return [await self._switched(ask, place, plan, replace(plan, on=False))]

    async def _previewed(self, ask: DigestWord) -> Private:
        """The preview, or, where what may be told can't be known in time, a word that it follows."""
        clock = asyncio.get_running_loop().time
        began = clock()
        place, context = await self._there(ask, ask.place)
        if not planning.may_preview(context.people[ask.person], await self._plan(place)):
            raise Refusal(("", digest_forms.nothing_to_preview()))
        if ask.patient:
            return Private(card=await self._in_its_own_time(place))
        try:
            within_s = began + PATIENCE_S - clock()
            return Private(card=await self.digesting.preview(place.workspace, place.id, within_s=within_s))
        except (Throttled, Unreachable):
            return Private(card=digest_forms.looking(place), unfinished=True)

    async def _in_its_own_time(self, place: Place) -> Card:
        try:
            async with asyncio.timeout(PATIENT_S):
                while True:
                    wait_s = RETRY_S
                    try:
                        return await self.digesting.preview(place.workspace, place.id, within_s=PATIENT_S)
                    except Throttled as error:
                        wait_s = error.retry_after_s
                    except Unreachable:
                        pass
                    await asyncio.sleep(wait_s)
        except (PlatformError, TimeoutError):
            return digest_forms.not_known(place)

    async def _posted(self, ask: DigestWord, place: Place) -> Card:
        done = await self.digesting.post_now(ask.workspace, place.id, None, actor=ask.person, delivery=ask.delivery)
        return digest_forms.posted(place, done.week, done.already, new=done.new)

    async def _skipped(self, ask: DigestWord, place: Place, plan: Plan) -> Card:
        if not plan.on or plan.paused:
            return digest_forms.switched(place, plan, await self._coming(place, plan))
        left_out = await self.digesting.skip(ask.workspace, place.id, actor=ask.person, delivery=ask.delivery)
        return digest_forms.skipped(place, plan, left_out.week, left_out.due_at.astimezone(plan.clock))

    async def _form(self, place: Place) -> Form:
        plan = await self._plan(place)
        shown = plan or self._proposed
        known = await self.store.directory.people(place.workspace, shown.people)
        coming = await self._coming(place, shown)
        return digest_forms.set_up(place, shown, coming, known, new=plan is None)

    async def _switched(self, ask: DigestWord, place: Place, before: Plan, after: Plan) -> Private:
        await self._save(ask, place, before, after)
        return Private(card=digest_forms.switched(place, after, await self._coming(place, after)))

    async def _save(self, ask: SubmitDigest | DigestWord, place: Place, before: Plan, after: Plan) -> None:
        now = self.clock()
        await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, "", now),
            self.store.digests.planning(ask.workspace, place.id, after, actor=ask.person, now=now, key=ask.delivery),
            noted(
                ask.workspace,
                ask.person,
                "digest set up",
                place.id,
                after.text,
                origin=ask.origin,
                now=now,
                key=ask.delivery,
            ),
            *self._pages_follow(place, {before.owner, after.owner}, now),
        )

    def _pages_follow(self, place: Place, owners: set[str], now: datetime) -> list[Step]:
        """The pages of those who look after the digest."""
        return [
            posts.homes_changed(place.workspace, sorted(owners), now),
            posts.homes_of_admins(place.workspace, self.admins, now),
        ]

    @property
    def _proposed(self) -> Plan:
        return Plan(zone=self.zone)

    async def _plan(self, place: Place) -> Plan | None:
        return await self.store.digests.plan(place.workspace, place.id)

    async def _coming(self, place: Place, plan: Plan) -> Next:
        return await upcoming(self.store, place.workspace, place.id, plan, self.clock())

    async def _theirs(self, ask: Asked, place: Place) -> Place:
        """The place, as it is stored, if who asks may set up its digest.

        Raises:
            Refusal: they may not, and are told who may; or there can be none.
        """
        found, context = await self._there(ask, place)
        administers = Role.ADMINISTRATOR in await self.authority.of(ask.workspace, ask.person)
        if planning.may_set_up(context.people[ask.person], found, administers=administers):
            return found
        # A word is said there; but what comes with a button or a form could name a place that they know nothing of.
        unseen = isinstance(ask, Press | SubmitDigest) and found.visibility is not Visibility.PUBLIC
        hidden = unseen and not await self.register.reads(found, ask.person)
        makers = await self.store.directory.people(ask.workspace, [] if hidden else [found.creator])
        maker = makers.get(found.creator)
        raise Refusal(("", digest_forms.not_theirs(maker if maker and _answers(maker) else None)))

    async def _there(self, ask: Asked, place: Place) -> tuple[Place, Context]:
        """
        Raises:
            Refusal: they are of another organisation; or it is no channel that Kudos is in, or we do not know.
        """
        if place.kind is not PlaceKind.CHANNEL:
            raise Refusal(("", digest_forms.not_here()))
        context = await self.register.context(ask.workspace, (), place, asker=ask.person)
        found = context.place
        if ask.person in context.people:
            kudos.admit(context.people[ask.person], self.framework())
        if ask.person not in context.people or context.guessed or found is None:
            raise Refusal(("", _AGAIN))
        if found.kind is not PlaceKind.CHANNEL:
            raise Refusal(("", digest_forms.not_here()))
        if found.archived:
            raise Refusal(("", "That channel is archived, so nothing can be posted there."))
        if not found.joined:
            raise Refusal(("", digest_forms.not_in()))
        return found, context


def _answers(maker: Person) -> bool:
    return maker.active and maker.kind is PersonKind.MEMBER
