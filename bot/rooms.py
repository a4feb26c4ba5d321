"""The rooms, and which request goes to which. Whoever is here has been let in at the door, `bot.py`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from bot import answers, forms, giver_cards, kudos, notices
from bot.acting import Acting
from bot.asking import Asking
from bot.cards import Form, OpenForm, Private, Reply
from bot.changing import Changing
from bot.confirming import Confirming
from bot.digesting import Digesting
from bot.drafting import Drafting
from bot.everywhere import Everywhere
from bot.exporting import Exporting
from bot.framework import Framework, Trouble
from bot.giving import Giving
from bot.governing import Governing
from bot.guard import Guard, Remedy
from bot.guarding import Guarding
from bot.hiding import Hiding
from bot.learning import Learning
from bot.lookup import Lookup, Register
from bot.moderating import Moderating
from bot.offering import Offering
from bot.pages import Pages
from bot.quieting import Quieting
from bot.reacting import Reacting
from bot.requests import (
    Action,
    Ask,
    AskExport,
    AskRight,
    ChangeRole,
    ChooseSight,
    DigestWord,
    Errand,
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


class Rooms:
    def __init__(
        self,
        store: Store,
        lookups: Callable[[str], Lookup | None],
        clock: Callable[[], datetime],
        *,
        index: Callable[[], answers.Index],
        framework: Callable[[], Framework],
        zone: tzinfo,
        guard: Guard,
        default_place: str,
        admins: frozenset[str],
        hourly_most: int,
        gather_s: float,
        troubles: Mapping[str, Trouble | None],
        hears: Callable[[str], bool],
        means: Means,
    ) -> None:
        """
        Args:
            index: what a request goes by.
            framework: the same, or the one in use now where nothing is under way; all others as for `Bot`.
        """
        self._index = index
        self._framework = framework
        self._hears = hears
        self.register = register = Register(store, lookups)
        authority = Authority(roles=store.roles, directory=store.directory, accounts=store.accounts, admins=admins)
        self.guarding = guarding = Guarding(store=store, guard=guard, clock=clock)
        self._changing = Changing(
            store=store, guarding=guarding, framework=framework, suggest=self._suggest, clock=clock, admins=admins
        )
        drafting = Drafting(register=register, framework=framework)
        self._offering = Offering(
            store=store,
            register=register,
            drafting=drafting,
            guard=guard,
            framework=framework,
            suggest=self._suggest,
            default_place=default_place,
        )
        self.giving = Giving(
            store=store,
            changing=self._changing,
            guarding=guarding,
            drafting=drafting,
            offering=self._offering,
            framework=framework,
            clock=clock,
            admins=admins,
            hourly_most=hourly_most,
        )
        self._reacting = Reacting(
            store=store,
            register=register,
            framework=framework,
            clock=clock,
            gather=timedelta(seconds=gather_s),
            hears=hears,
        )
        self._governing = Governing(store=store, authority=authority, clock=clock)
        self._exporting = Exporting(store=store, authority=authority, clock=clock, zone=zone)
        self._pages = Pages(
            store=store, framework=framework, lookups=lookups, clock=clock, zone=zone, authority=authority, hears=hears
        )
        self._viewing = Viewing(store=store, pages=self._pages, framework=framework, zone=zone)
        self._hiding = Hiding(store=store, clock=clock)
        self._moderating = Moderating(store=store, authority=authority, framework=framework, clock=clock, zone=zone)
        self._acting = Acting(Everywhere(store=store))
        self._asking = Asking(
            store=store, register=register, pages=self._pages, index=index, guard=guard, clock=clock, zone=zone
        )
        confirming = Confirming(store, lookups, clock)
        self.digesting = Digesting(
            store=store,
            framework=framework,
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
            framework=framework,
            clock=clock,
            zone=str(zone),
            authority=authority,
            admins=admins,
        )
        self.rights = Rights(store=store, framework=framework, clock=clock, admins=admins, means=means)
        self.showing = Showing(
            store,
            framework,
            self._pages,
            confirming,
            self.digesting,
            rights=self.rights,
            verdicts=Verdicts(store=store, zone=zone),
            troubles=troubles,
            clock=clock,
            zone=zone,
        )

    async def asked(self, request: Errand) -> list[Reply]:
        """Do what is asked, with the account that it is meant for.

        Raises:
            Refusal: it can't be done so.
        """
        asked_in, request = request.workspace, await self._acting.meant(request)
        match request:
            case Give():
                return await self.giving.typed(request)
            case GiveFor():
                return await self._offering.about(request)
            case SubmitKudos():
                return await self.giving.submitted(request)
            case SubmitReason():
                replies = await self._changing.reworded(request)
                # What else is said of it speaks of a place that nobody can follow from here.
                return (
                    replies if request.workspace == asked_in else [Private(card=giver_cards.saved()) for _ in replies]
                )
            case Write():
                return self._offering.written(request)
            case UndoLatest():
                return await self._changing.undo_latest(request)
            case Press():
                return await self._pressed(request)
            case Reacted():
                return await self._reacting.reacted(request)
            case Ask():
                return [Private(card=await self._asking.answered(request))]
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

    async def again(self, request: Submitted) -> Form:
        """A form as it was sent, with what fits the words by now.

        Raises:
            Refusal: they may not fill it in any more.
        """
        match request:
            case SubmitKudos():
                return await self._offering.again(request)
            case SubmitReason():
                return await self._changing.reworded_again(await self._acting.reworded(request))
            case SubmitRemoval():
                return await self._moderating.asked_again(request)
            case SubmitDigest():
                return await self._setting_up.again(request)
        assert_never(request)

    async def _pressed(self, press: Press) -> list[Reply]:
        match press.action:
            case Action.GIVE:
                return await self._offering.pressed(press)
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
                return await self.giving.remedied(press, Remedy.WITHOUT)
            case Action.KEEP:
                return await self.giving.remedied(press, Remedy.KEEP)
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

    def _suggest(self, text: str) -> Suggested:
        return self._index().suggester.suggest(text)
