"""Questions, step by step: the answer, what one may want after it, and the count of what was asked in vain."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from bot import answers, care, care_cards, lately, privacy, questions, steps, tally
from bot.cards import Card
from bot.care import Notice
from bot.database import Step
from bot.errors import DatabaseError
from bot.framework import Framework
from bot.guard import Guard
from bot.lookup import Register
from bot.model import Everyone, Recognition, derived_id
from bot.pages import Pages
from bot.requests import Ask, Press
from bot.store import Store

_LOOKED_AT: Final = 6  #: kudos at first, of which some may not be for everybody to read
_AT_ONCE_MOST: Final = 320  #: where they are many


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    store: Store
    register: Register
    pages: Pages
    index: Callable[[], answers.Index]
    guard: Guard
    clock: Callable[[], datetime]
    zone: tzinfo

    async def answered(self, ask: Ask) -> Card:
        """`/values …`, or a question in words."""
        framework = self._framework()
        if not ask.question.strip():
            return answers.all_values(framework)
        answer = answers.answer(self.index(), ask.question)
        noticed = care.notice(ask.question, ours=answer.ours)
        if noticed is Notice.CRISIS:  # before anything is looked up, counted or kept
            return care_cards.calm(answer, framework)
        former = framework.former_called(ask.question)
        if former and not answer.exact and await self.store.ledger.was_used(ask.workspace, former.entry.id):
            return self.meanings([former.entry.id])
        troubled = care.troubled(ask.question, ours=answer.ours)
        question = "" if troubled else await self._counted(ask, answer)
        return care_cards.heeding(noticed, answer, framework, question=question, troubled=troubled)

    async def picked(self, press: Press) -> Card:
        """An entry of a menu, or *None of these*."""
        question, _, entry = press.value.partition("/")
        if question and (not entry or self._framework().entry(entry)):
            await self._count(press, tally.picked(press.workspace, question, entry, self._today()))
        return self.meanings([entry]) if entry else answers.none_of_these(self._framework())

    def stepped(self, press: Press) -> Card:
        """From an entry to one group of its lines, to the next entry, and back."""
        id_, _, name = press.value.partition("/")
        entry = self._framework().entry(id_)
        group = next((group for group in entry.groups if group.name == name), None) if entry else None
        return answers.group_card(entry, group, self._framework()) if entry and group else self.meanings([id_])

    def meanings(self, ids: Iterable[str]) -> Card:
        return answers.meanings(ids, self._framework(), self.zone)

    async def shown_lately(self, press: Press) -> Card:
        """*Who has shown it lately?*: what everybody may read, and the presser can."""
        entry = self._framework().entry(press.value)
        if entry is None or not entry.kind.kudos:
            return self.meanings([press.value])
        found = await self._latest(press, entry.id)
        links = await self.pages.links({press.workspace: (press.person,)}, found)
        return lately.lately(entry, found, links=links, zone=self.zone)

    async def _latest(self, press: Press, entry: str) -> list[Recognition]:
        """The latest that everybody may read, and the presser can, as they may: whatever else was given since."""
        everybody = Everyone(workspace=press.workspace)
        found: list[Recognition] = []
        most, skip = _LOOKED_AT, 0
        while some := await self.store.ledger.latest_for(press.workspace, entry, most=most, skip=skip):
            for each in some:
                shown = privacy.shown(each, everybody)
                if shown and await self.register.reads(each.place, press.person):
                    found.append(shown)
                    if len(found) == lately.SHOWN_MOST:
                        return found
            most, skip = min(2 * most, _AT_ONCE_MOST), skip + most
        return found

    async def _counted(self, ask: Ask, answer: answers.Answer) -> str:
        """Count a question that was not answered; its key, or "" for one that is none of our business."""
        if answer.outcome == "answer" or not self._countable(ask.question):
            return ""
        names = questions.perhaps_names(ask.question, self.index().ordinary)
        await self._count(ask, tally.asked(ask.workspace, ask.question, answer.outcome, self._today(), names))
        return questions.key(ask.workspace, ask.question)

    def _countable(self, question: str) -> bool:
        """The one place that decides what is counted: whatever else must never be is to be asked here."""
        return questions.keepable(question, self.index().ordinary) and self.guard.look(question) is None

    async def _count(self, request: Ask | Press, step: Step) -> None:
        """Once, however often it is delivered. An answer is worth more than its count."""
        once = derived_id("counted", request.workspace, request.delivery)  # it tells nobody who asked
        with contextlib.suppress(DatabaseError):
            await self.store.write(steps.delivery(request.workspace, once, "", self.clock()), step)

    def _today(self) -> date:
        return self.clock().astimezone(self.zone).date()

    def _framework(self) -> Framework:
        return self.index().framework
