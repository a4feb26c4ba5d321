"""The one conductor: a request comes in, replies go out. What must reach people later is in the outbox by then."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final, assert_never

from bot import answers, care, commands, forms, kudos, notices, posts, renewing, steps
from bot.brakes import FLOOD
from bot.cards import Answer, Card, Form, Mend, Private, Reply
from bot.care import Notice
from bot.errors import Refusal, Unreachable
from bot.framework import Framework, Trouble
from bot.guard import Guard
from bot.guard_file import shipped
from bot.guarding import Guarded
from bot.lookup import Lookup
from bot.model import PersonKind
from bot.posts import Post
from bot.reacting import GATHER_S
from bot.requests import (
    Action,
    Ask,
    AskExport,
    AskRight,
    ChangeRole,
    ChooseSight,
    DigestWord,
    Give,
    GiveFor,
    Help,
    Joined,
    Learned,
    Left,
    ListReports,
    Mine,
    OpenDigest,
    OpenHome,
    Press,
    Reacted,
    ReadAudit,
    Request,
    Said,
    ShowPatterns,
    ShowRoles,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    SubmitRemoval,
    Submitted,
    Suppress,
    SwitchQuiet,
    SwitchReactions,
    UndoLatest,
    Words,
    Write,
)
from bot.rights import Means
from bot.rooms import Rooms
from bot.store import Store

#: The framework that what is under way goes by: one throughout, also if another comes into use meanwhile.
_index: Final[ContextVar[answers.Index]] = ContextVar("index")


class Bot:
    def __init__(
        self,
        store: Store,
        index: answers.Index,
        clock: Callable[[], datetime],
        lookups: Callable[[str], Lookup | None],
        *,
        zone: tzinfo,
        guard: Guard | None = None,
        default_place: str = "",
        admins: frozenset[str] = frozenset(),
        hourly_most: int = FLOOD,
        gather_s: float = GATHER_S,
        troubles: Mapping[str, Trouble | None] | None = None,
        hears: Callable[[str], bool] = lambda _: True,
        wake: Callable[[], None] = lambda: None,
        means: Means | None = None,
    ) -> None:
        """
        Args:
            index: of the framework in use; when it is set anew, the next request goes by the new one.
            lookups: what a workspace's platform can tell; None while it is off.
            guard: looks for what must not be posted; None for what every force starts with.
            default_place: where a kudos is posted when nobody says where, as `#name` or id; or "".
            admins: verified e-mail addresses of the first administrators, folded.
            hourly_most: kudos that somebody can give within an hour; 0 for no brakes at all.
            troubles: with the files that are followed, as far as they are known; None for one that is over.
            hears: whether a workspace's platform tells of reactions to everybody's messages, not only to ours.
            wake: called when the outbox has something new.
            means: what people's rights need of the world around.
        """
        self.wake = wake
        self.index = index
        self._store = store
        self._clock = clock
        self._rooms = rooms = Rooms(
            store,
            lookups,
            clock,
            index=_index.get,
            framework=self._framework,
            zone=zone,
            guard=guard or shipped(),
            default_place=default_place,
            admins=admins,
            hourly_most=hourly_most,
            gather_s=gather_s,
            troubles={} if troubles is None else troubles,
            hears=hears,
            means=means or Means(),
        )
        self.digesting = rooms.digesting
        self.rights = rooms.rights

    @property
    def framework(self) -> Framework:
        """The one in use now."""
        return self.index.framework

    async def handle(self, request: Request) -> list[Reply]:
        """Do what is asked. When this returns, it is on disk.

        Raises:
            PlatformError: somebody is not known and could not be looked up; the same delivery may come again.
            DatabaseError: nothing was done.
        """
        try:
            with self._one_framework():
                return await self._handle(request)
        except Guarded as guarded:
            return [await self._guarded(request, guarded)]
        except Refusal as refusal:
            return [_refused(request, refusal)]
        finally:
            self.wake()

    async def again(self, request: Submitted, errors: Iterable[tuple[str, str]] = ()) -> Form:
        """The form as it was sent, with what fits the words by now: for platforms that do not keep it open.

        Args:
            errors: of the `Mend` it was answered with.

        Raises:
            Refusal: they may not fill it in any more.
            PlatformError, DatabaseError: as `handle`.
        """
        with self._one_framework():
            await self._admit(request)
            form = await self._rooms.again(request)
        return forms.to_mend(form, errors)

    async def preview(self, request: SubmitKudos) -> Card | Mend:
        """The card that a form would become, or what has to be mended first. Nothing is given yet.

        Raises:
            PlatformError, DatabaseError: as `handle`.
        """
        try:
            with self._one_framework():
                return await self._rooms.giving.previewed(request)
        except Refusal as refusal:
            if isinstance(refusal, Guarded):
                await self._rooms.guarding.stopped(request, refusal.stopped)
            return _to_mend(refusal)

    async def rest(self, request: Request) -> list[Reply]:
        """What was left unfinished when `request` was answered, as soon as it is known."""
        asked = commands.spoken(request) if isinstance(request, Said) else request
        return await self.handle(replace(asked, patient=True)) if isinstance(asked, DigestWord) else []

    async def render(self, row: Post) -> Card | None:
        """What a row of the outbox shows now."""
        with self._one_framework():
            if row.view == posts.GONE:
                return await renewing.gone(self._store, row.fact)
            return await self._rooms.showing.render(row)

    @contextlib.contextmanager
    def _one_framework(self) -> Iterator[None]:
        before = _index.set(self.index)
        try:
            yield
        finally:
            _index.reset(before)

    def _framework(self) -> Framework:
        return _index.get(self.index).framework  # where nothing is under way, the one in use now

    async def _handle(self, request: Request) -> list[Reply]:
        if isinstance(request, Give) and _cries_out(request.words):
            question = commands.plain(request.words)
            request = Ask(
                workspace=request.workspace, person=request.person, delivery=request.delivery, question=question
            )
        await self._admit(request)
        return await self._said(request) if isinstance(request, Said) else await self._rooms.asked(request)

    async def unanswered(self, said: Said) -> None:
        """The answer could not be given: when the message comes again, it may be."""
        await self._store.ledger.forget_delivery(said.workspace, _answer_to(said))

    async def _said(self, said: Said) -> list[Reply]:
        """Answer a message once, in however many events it arrives. What it asks for is done first.

        Who could not type a command here, such as somebody of another organisation, is not answered.

        Raises:
            Unreachable: we do not know who it is and could not look them up; the platform should send it again.
        """
        context = await self._rooms.register.context(said.workspace, (), None, asker=said.person)
        author = context.people.get(said.person)
        if author is None and not context.complete:
            raise Unreachable("person not known")
        if author is None or author.kind in (PersonKind.BOT, PersonKind.STRANGER):
            return []
        asked = commands.spoken(said)
        distressed = _distressed(said)
        if distressed:
            question = commands.plain(said.words)
            asked = Ask(workspace=said.workspace, person=said.person, delivery=said.delivery, question=question)
        replies = await self.handle(asked)
        first = await self._store.write(steps.delivery(said.workspace, _answer_to(said), "", self._clock())) is None
        if not first:
            return []
        troubled = isinstance(asked, Ask) and care.troubled(asked.question)  # that is nobody else's business
        if isinstance(asked, Ask | Help) and not troubled:
            return [Answer(reply.card) if isinstance(reply, Private) else reply for reply in replies]
        return replies

    async def _admit(self, request: Request) -> None:
        """
        Raises:
            Refusal: somebody of another organisation asks, in a channel that is shared with it.
        """
        match request:
            case (
                Give()
                | GiveFor()
                | Said()
                | SubmitKudos()
                | Write()
                | Press(action=Action.SECOND)
                | OpenDigest()
                | DigestWord()
                | SubmitDigest()
                | Reacted()
                | Joined()
                | Left()
                | Learned()
            ):
                return  # these look up who asks together with whom they mean, or do nothing; or nobody asks
            case (
                Help()
                | Mine()
                | Ask()
                | AskRight()
                | OpenHome()
                | SwitchReactions()
                | UndoLatest()
                | ListReports()
                | SubmitReason()
                | SubmitRemoval()
                | ShowRoles()
                | ChangeRole()
                | ReadAudit()
                | ShowPatterns()
                | AskExport()
                | ChooseSight()
                | Suppress()
                | SwitchQuiet()
                | Press()
            ):
                asker = await self._rooms.register.person(request.workspace, request.person)
            case _:
                assert_never(request)
        if asker:
            kudos.admit(asker, self._framework())
        elif isinstance(request, SwitchReactions):
            raise Refusal(("", "I don't know you yet. Please try again in a minute."))

    async def _guarded(self, request: Request, guarded: Guarded) -> Reply:
        """The form again, which now asks what is to be done about the words."""
        await self._rooms.guarding.stopped(request, guarded.stopped)
        refused = _refused(request, guarded)
        if isinstance(refused, Mend) and isinstance(request, SubmitKudos | SubmitReason):
            return replace(refused, anew=await self.again(request, refused.errors))
        return refused


def _distressed(said: Said) -> bool:
    """Whether somebody needs help before anything else: what they get is for their eyes only."""
    return not commands.praises(said.words) and care.notice(commands.plain(said.words)) is Notice.CRISIS


def _cries_out(words: Words) -> bool:
    """Whether somebody who needs help has typed it after a command: it thanks nobody."""
    return all(isinstance(word, str) for word in words) and care.notice(commands.plain(words)) is Notice.CRISIS


def _answer_to(said: Said) -> str:
    return f"{said.message.place}/{said.message.id}/answer"


def _refused(request: Request, refusal: Refusal) -> Reply:
    """Show what has to be mended where it has to be mended."""
    match request:
        case SubmitKudos():
            return _to_mend(refusal)
        case SubmitReason() | SubmitRemoval():
            return Mend(errors=tuple(("reason", sentence) for _, sentence in refusal.faults))
        case SubmitDigest():
            return Mend(errors=tuple((name or "state", sentence) for name, sentence in refusal.faults))
        case _:
            return Private(card=notices.said(str(refusal)))


def _to_mend(refusal: Refusal) -> Mend:
    """What keeps the form of a kudos open."""
    return Mend(errors=tuple((name or "recipients", sentence) for name, sentence in refusal.faults))
