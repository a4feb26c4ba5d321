"""The one conductor: a request comes in, replies go out. What must reach people later is in the outbox by then."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final, assert_never

from bot import answers, care, commands, forms, kudos, kudos_cards, notices, posts, renewing, steps
from bot.acting import Acting
from bot.asking import Asking
from bot.brakes import FLOOD
from bot.cards import Answer, Card, Form, Mend, OpenForm, Private, Reply
from bot.care import Notice
from bot.changing import Changing
from bot.confirming import Confirming
from bot.digesting import Digesting
from bot.errors import Refusal, Unreachable
from bot.everywhere import Everywhere
from bot.exporting import Exporting
from bot.framework import Framework, Trouble
from bot.giving import Giving
from bot.governing import Governing
from bot.guard import Guard, Remedy
from bot.guard_file import shipped
from bot.guarding import Guarded, Guarding
from bot.hiding import Hiding
from bot.learning import Learning
from bot.lookup import Lookup, Register
from bot.model import PersonKind
from bot.moderating import Moderating
from bot.pages import Pages
from bot.posts import Post
from bot.quieting import Quieting
from bot.reacting import GATHER_S, Reacting
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
    Suppress,
    SwitchQuiet,
    SwitchReactions,
    UndoLatest,
    Write,
)
from bot.rights import Means, Rights
from bot.roles import Authority
from bot.seeing import Seeing
from bot.setting_up import SettingUp
from bot.showing import Showing
from bot.store import Store
from bot.suggest import Suggested
from bot.verdicts import Verdicts
from bot.viewing import Viewing

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
        self._hears = hears
        self._register = register = Register(store, lookups)
        self._authority = authority = Authority(
            roles=store.roles, directory=store.directory, accounts=store.accounts, admins=admins
        )
        self._guarding = guarding = Guarding(store=store, guard=guard or shipped(), clock=clock)
        self._changing = Changing(
            store=store, guarding=guarding, framework=self._framework, suggest=self._suggest, clock=clock, admins=admins
        )
        self._giving = Giving(
            store=store,
            changing=self._changing,
            guarding=guarding,
            register=register,
            framework=self._framework,
            suggest=self._suggest,
            clock=clock,
            default_place=default_place,
            admins=admins,
            hourly_most=hourly_most,
        )
        self._reacting = Reacting(
            store=store,
            register=register,
            framework=self._framework,
            clock=clock,
            gather=timedelta(seconds=gather_s),
            hears=hears,
        )
        self._governing = Governing(store=store, authority=authority, clock=clock)
        self._exporting = Exporting(store=store, authority=authority, clock=clock, zone=zone)
        self._pages = Pages(
            store=store,
            framework=self._framework,
            lookups=lookups,
            clock=clock,
            zone=zone,
            authority=authority,
            hears=hears,
        )
        self._viewing = Viewing(store=store, pages=self._pages, framework=self._framework, zone=zone)
        self._hiding = Hiding(store=store, clock=clock)
        self._moderating = Moderating(
            store=store, authority=authority, framework=self._framework, clock=clock, zone=zone
        )
        self._acting = Acting(Everywhere(store=store))
        self._asking = Asking(
            store=store,
            register=register,
            pages=self._pages,
            index=_index.get,
            guard=guarding.guard,
            clock=clock,
            zone=zone,
        )
        confirming = Confirming(store, lookups, clock)
        self.digesting = Digesting(
            store=store,
            framework=self._framework,
            confirming=confirming,
            lookups=lookups,
            clock=clock,
            zone=str(zone),
            admins=admins,
        )
        self._seeing = Seeing(store=store, authority=authority, clock=clock, zone=zone)
        self._quieting = Quieting(store=store, authority=authority, clock=clock)
        self._learning = Learning(store=store, digesting=self.digesting, clock=clock, admins=admins)
        self._setting_up = SettingUp(
            store=store,
            register=register,
            digesting=self.digesting,
            framework=self._framework,
            clock=clock,
            zone=str(zone),
            authority=authority,
            admins=admins,
        )
        self.rights = Rights(store=store, framework=self._framework, clock=clock, admins=admins, means=means or Means())
        self._showing = Showing(
            store,
            self._framework,
            self._pages,
            confirming,
            self.digesting,
            rights=self.rights,
            verdicts=Verdicts(store=store, zone=zone),
            troubles={} if troubles is None else troubles,
            clock=clock,
            zone=zone,
        )

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

    async def again(
        self,
        request: SubmitKudos | SubmitReason | SubmitRemoval | SubmitDigest,
        errors: Iterable[tuple[str, str]] = (),
    ) -> Form:
        """The form as it was sent, with what fits the words by now: for platforms that do not keep it open.

        Args:
            errors: of the `Mend` it was answered with.

        Raises:
            Refusal: they may not fill it in any more.
            PlatformError, DatabaseError: as `handle`.
        """
        with self._one_framework():
            await self._admit(request)
            match request:
                case SubmitKudos():
                    form = await self._giving.again(request)
                case SubmitReason():
                    form = await self._changing.reworded_again(await self._acting.reworded(request))
                case SubmitRemoval():
                    form = await self._moderating.asked_again(request)
                case SubmitDigest():
                    form = await self._setting_up.again(request)
                case _:
                    assert_never(request)
        return forms.to_mend(form, errors)

    async def preview(self, request: SubmitKudos) -> Card | Mend:
        """The card that a form would become, or what has to be mended first. Nothing is given yet.

        Raises:
            PlatformError, DatabaseError: as `handle`.
        """
        try:
            with self._one_framework():
                return await self._giving.previewed(request)
        except Refusal as refusal:
            if isinstance(refusal, Guarded):
                await self._guarding.stopped(request, refusal.stopped)
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
            return await self._showing.render(row)

    @contextlib.contextmanager
    def _one_framework(self) -> Iterator[None]:
        before = _index.set(self.index)
        try:
            yield
        finally:
            _index.reset(before)

    def _suggest(self, text: str) -> Suggested:
        return _index.get().suggester.suggest(text)

    def _framework(self) -> Framework:
        return _index.get(self.index).framework  # where nothing is under way, the one in use now

    async def _handle(self, request: Request) -> list[Reply]:
        await self._admit(request)
        asked_in, request = request.workspace, await self._acting.meant(request)
        match request:
            case Give():
                return await self._giving.typed(request)
            case GiveFor():
                return await self._giving.about(request)
            case SubmitKudos():
                return await self._giving.submitted(request)
            case SubmitReason():
                replies = await self._changing.reworded(request)
                # What else is said of it speaks of a place that nobody can follow from here.
                return (
                    replies if request.workspace == asked_in else [Private(card=kudos_cards.saved()) for _ in replies]
                )
            case Write():
                return self._giving.written(request)
            case UndoLatest():
                return await self._changing.undo_latest(request)
            case Press():
                return await self._press(request)
            case Reacted():
                return await self._reacting.reacted(request)
            case Ask():
                return [Private(card=await self._asking.answered(request))]
            case Said():
                return await self._said(request)
            case OpenHome():
                return await self._pages.opened(request)
            case AskRight():
                return await self.rights.asked(request)
            case Help():
                return [Private(card=notices.helped(self._framework(), hears=self._hears(request.workspace)))]
            case Mine():
                return [Private(card=await self._viewing.mine(request))]
            case ListReports():
                return [Private(card=await self._moderating.listed(request))]
            case SubmitRemoval():
                return [await self._moderating.removed(request)]
            case SwitchReactions():
                return await self._reacting.switched(request)
            case ShowRoles():
                return await self._governing.roles(request)
            case ChangeRole():
                return await self._governing.changed(request)
            case ReadAudit():
                return await self._governing.read(request)
            case ShowPatterns():
                return await self._governing.patterns(request)
            case AskExport():
                return await self._exporting.asked(request)
            case ChooseSight():
                return await self._seeing.asked(request)
            case Suppress():
                return await self._seeing.suppressed(request)
            case SwitchQuiet():
                return await self._quieting.switched(request)
            case OpenDigest():
                return await self._setting_up.opened(request)
            case DigestWord():
                return await self._setting_up.word(request)
            case SubmitDigest():
                return await self._setting_up.submitted(request)
            case Joined():
                await self._learning.joined(request)
            case Left():
                await self._learning.left(request)
            case Learned():
                await self._learning.learned(request)
            case _:
                assert_never(request)
        return []

    async def unanswered(self, said: Said) -> None:
        """The answer could not be given: when the message comes again, it may be."""
        await self._store.ledger.forget_delivery(said.workspace, _answer_to(said))

    async def _said(self, said: Said) -> list[Reply]:
        """Answer a message once, in however many events it arrives. What it asks for is done first.

        Who could not type a command here, such as somebody of another organisation, is not answered.

        Raises:
            Unreachable: we do not know who it is and could not look them up; the platform should send it again.
        """
        context = await self._register.context(said.workspace, (), None, asker=said.person)
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
                asker = await self._register.person(request.workspace, request.person)
            case _:
                assert_never(request)
        if asker:
            kudos.admit(asker, self._framework())
        elif isinstance(request, SwitchReactions):
            raise Refusal(("", "I don't know you yet. Please try again in a minute."))

    async def _guarded(self, request: Request, guarded: Guarded) -> Reply:
        """The form again, which now asks what is to be done about the words."""
        await self._guarding.stopped(request, guarded.stopped)
        refused = _refused(request, guarded)
        if isinstance(refused, Mend) and isinstance(request, SubmitKudos | SubmitReason):
            return replace(refused, anew=await self.again(request, refused.errors))
        return refused

    async def _press(self, press: Press) -> list[Reply]:
        match press.action:
            case Action.GIVE:
                return await self._giving.pressed(press)
            case Action.HOME:
                return await self._pages.turned(press)
            case Action.RIGHT:
                return await self.rights.pressed(press)
            case Action.SETTING:
                return await self._pages.switched(press)
            case Action.VISIBILITY:
                return await self._seeing.pressed(press)
            case Action.SECOND:
                return await self._reacting.second(press)
            case Action.UNDO:
                return await self._changing.withdraw(press, replace_message=True)
            case Action.WITHDRAW:
                return await self._changing.withdraw(press, replace_message=False)
            case Action.OWN:
                return [await self._viewing.own(press)]
            case Action.MEANING:
                return [Private(card=self._asking.stepped(press), replace=True)]
            case Action.PICK:
                return [Private(card=await self._asking.picked(press))]
            case Action.EXPORT:
                return await self._exporting.answered(press)
            case Action.DIGEST:
                return await self._setting_up.pressed(press)
            case Action.LATELY:
                return [Private(card=await self._asking.shown_lately(press))]
            case Action.WITHOUT:
                return await self._giving.remedied(press, Remedy.WITHOUT)
            case Action.KEEP:
                return await self._giving.remedied(press, Remedy.KEEP)
            case Action.VALUES:
                return [Private(card=answers.all_values(self._framework()))]
            case Action.HIDE:
                return [await self._hiding.pressed(press, await self._viewing.visible(press), hides=True)]
            case Action.SHOW:
                return [await self._hiding.pressed(press, await self._viewing.visible(press), hides=False)]
            case Action.REPORT:
                await self._viewing.visible(press)
                return [await self._moderating.reported(press)]
            case Action.REPORTS:
                return [Private(card=await self._moderating.listed(press))]
            case Action.REMOVE:
                return [await self._moderating.asked(press)]
            case Action.LEAVE:
                return [await self._moderating.left(press)]
            case Action.RESTORE:
                return [await self._moderating.restored(press)]
            case Action.EXPLAIN:
                tags = (await self._viewing.visible(press)).tags
                return [Private(card=self._asking.meanings(tag.entry for tag in tags))]
            case Action.EDIT:
                recognition = await self._viewing.visible(press)
                kudos.own(recognition, press.person, "change it")
                return [OpenForm(forms.edit(recognition))]
            case Action.SENTENCE:
                recognition = await self._viewing.visible(press)
                kudos.own(recognition, press.person, "add to it")
                return [OpenForm(forms.sentence(recognition, self._suggest(recognition.reason)))]
        assert_never(press.action)


def _distressed(said: Said) -> bool:
    """Whether somebody needs help before anything else: what they get is for their eyes only."""
    return not commands.praises(said.words) and care.notice(commands.plain(said.words)) is Notice.CRISIS


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
