"""The guard at work: what is done about words that were stopped, counted by kind. The words are never kept."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import audit, steps, tally
from bot.database import Step
from bot.errors import DatabaseError, Refusal
from bot.guard import Guard, Remedy, Stopped
from bot.guard_cards import sentence
from bot.model import derived_id
from bot.requests import Asked
from bot.store import Store


class Guarded(Refusal):
    """Words were stopped, and their giver has not said what is to be done about it."""

    def __init__(self, stopped: Stopped, *faults: tuple[str, str]) -> None:
        """
        Args:
            faults: what has to be mended besides.
        """
        super().__init__(*faults, ("reason", sentence(stopped)))
        self.stopped = stopped
        self.alone = not faults

    def beside(self, refusal: Refusal) -> "Guarded":
        """The same, with everything that has to be mended besides."""
        return Guarded(self.stopped, *refusal.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Words that may be posted."""

    text: str
    stopped: Stopped | None = None  #: what the giver has decided about
    remedy: Remedy = Remedy.CHANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    store: Store
    guard: Guard
    clock: Callable[[], datetime]

    def settled(self, text: str, remedy: str, warned: str) -> Settled:
        """`text` as it may be posted.

        Args:
            remedy: what its giver has chosen; `warned`: the key of what they were told when they chose.

        Raises:
            Guarded: something was found about which they have not decided, or can't.
        """
        stopped = self.guard.look(text)
        if stopped is None:
            return Settled(text=text)
        if warned == stopped.key and remedy == Remedy.WITHOUT:
            return Settled(text=stopped.without, stopped=stopped, remedy=Remedy.WITHOUT)
        if warned == stopped.key and remedy == Remedy.KEEP and stopped.none_of_it:
            return Settled(text=text, stopped=stopped, remedy=Remedy.KEEP)
        raise Guarded(stopped)

    def noted(self, settled: Settled, ask: Asked, recognition: str) -> list[Step]:
        """Steps that count what was decided; that somebody has overruled the guard is in the audit log, too."""
        if settled.stopped is None:
            return []
        now = self.clock()
        counted = tally.guarded(ask.workspace, settled.stopped.kinds, settled.remedy.value, now.date())
        if settled.remedy is not Remedy.KEEP:
            return counted
        overruled = audit.noted(
            ask.workspace,
            ask.person,
            "guard overruled",
            recognition,
            ", ".join(settled.stopped.kinds),
            origin=ask.workspace.partition(":")[0],
            now=now,
            key=f"{recognition}/{ask.delivery}",
        )
        return [*counted, overruled]

    async def stopped(self, ask: Asked, stopped: Stopped) -> None:
        """Count words that were stopped, once for each delivery; a warning is worth more than its count."""
        now = self.clock()
        once = derived_id("stopped", ask.workspace, ask.delivery, *stopped.kinds)  # it tells nobody who wrote what
        with contextlib.suppress(DatabaseError):
            await self.store.write(
                steps.delivery(ask.workspace, once, "", now),
                *tally.guarded(ask.workspace, stopped.kinds, "stopped", now.date()),
            )
