"""Kudos as those may see them who ask: their own, and one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot import home, kudos_cards, privacy
from bot.cards import Card, Private
from bot.errors import Refusal
from bot.everywhere import Everywhere
from bot.framework import Framework
from bot.model import Members, One, Recognition
from bot.pages import Pages
from bot.requests import Mine, Press
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    store: Store
    pages: Pages
    framework: Callable[[], Framework]
    zone: tzinfo  #: in which days are named

    async def own(self, press: Press) -> Private:
        """The card of a kudos as it is now, with more for its giver to do."""
        try:
            recognition = await self.visible(press)
        except Refusal:
            return Private(card=kudos_cards.NOT_SHOWN, replace=True)
        view = kudos_cards.own if recognition.giver.id == press.person else kudos_cards.given
        return Private(card=view(recognition, self.framework()), replace=True)

    async def visible(self, press: Press) -> Recognition:
        """The kudos that a button is about, as who presses may read it.

        Raises:
            Refusal: there is none, or they may not.
        """
        recognition = await self.store.ledger.recognition(press.workspace, press.value)
        there = Members(workspace=press.workspace, place=press.place)
        alone = One(workspace=press.workspace, person=press.person)
        gave = recognition is not None and recognition.giver.id == press.person
        for audience in (alone, there) if gave else (there, alone):
            if recognition and (shown := privacy.shown(recognition, audience)):
                return shown
        raise Refusal(("", "This kudos is not shown any more."))

    async def mine(self, ask: Mine) -> Card:
        """What somebody received and gave lately, with all of their accounts."""
        everywhere, most = Everywhere(store=self.store), kudos_cards.SHOWN_MOST
        whose = await everywhere.whose(ask.workspace, ask.person)
        totals = await everywhere.totals(whose)
        received, sent = await everywhere.received(whose, most=most), await everywhere.given(whose, most=most)
        links = await self.pages.links(whose, (*received, *sent))
        card = kudos_cards.mine(received, sent, self.framework(), totals=totals, links=links, zone=self.zone)
        return Card((*card.elements, *home.together(tuple(whose))))
