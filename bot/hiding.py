"""Recipients hide that they are thanked in a kudos, and show it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import audit, moderation, moderation_cards, reports, runs, steps
from bot.cards import Private
from bot.changing import followed
from bot.model import Recognition
from bot.requests import Press
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    store: Store
    clock: Callable[[], datetime]

    async def pressed(self, press: Press, seen: Recognition, *, hides: bool) -> Private:
        """*Hide*, or *Show again*; the latest press counts.

        Args:
            seen: the kudos as who presses may read it there, where they may be left out of it already.

        Raises:
            Refusal: they are not thanked in it.
        """
        recognition = await self.store.ledger.recognition(press.workspace, press.value) or seen
        moderation.may_hide(recognition, press.person)
        now = self.clock()
        await self.store.write(
            steps.delivery(press.workspace, press.delivery, recognition.id, now),
            reports.hidden(recognition, press.person, hides=hides, at=press.at),
            audit.noted(
                press.workspace,
                press.person,
                "kudos hidden" if hides else "kudos shown again",
                recognition.id,
                origin=press.workspace.partition(":")[0],
                now=now,
                key=press.delivery,
            ),
            *followed(recognition, now),
            runs.counted(recognition.workspace, recognition.given_at),
        )
        view = moderation_cards.hidden if hides else moderation_cards.shown_again
        return Private(card=view(recognition))
