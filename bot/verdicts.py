"""What those concerned are told of a report and of a removal, made at the moment of sending."""

from dataclasses import dataclass
from datetime import tzinfo

from bot import moderation_cards
from bot.cards import Card
from bot.posts import Post
from bot.reports import Report, Verdict
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    store: Store
    zone: tzinfo  #: in which days are named

    async def reported(self, row: Post) -> Card | None:
        """To a moderator, as long as it is open: that something waits."""
        report = await self.store.reports.report(row.workspace, row.fact)
        if report and report.verdict is Verdict.OPEN and await self._stands(report):
            return moderation_cards.report_waits()
        return moderation_cards.dealt_with() if row.message else None

    async def verdict(self, row: Post) -> Card | None:
        """To who has reported it, once it is decided: no names and no words."""
        report = await self.store.reports.report(row.workspace, row.fact)
        recognition = report and await self.store.ledger.recognition(row.workspace, report.recognition)
        if not report or not recognition:
            return None
        match report.verdict:
            case Verdict.REMOVED if recognition.removed:
                return moderation_cards.removed_for(report.at, self.zone)
            case Verdict.REMOVED:
                return moderation_cards.back_for(report.at, self.zone)
            case Verdict.OPEN if not recognition.withdrawn:
                return None
            case Verdict.OPEN:
                return moderation_cards.gone_for(report.at, self.zone)
            case _:
                return moderation_cards.left_for(report.at, self.zone)

    async def removal(self, row: Post) -> Card | None:
        """To its giver, or one who is thanked in it."""
        removal = await self.store.reports.removal(row.workspace, row.fact)
        recognition = removal and await self.store.ledger.recognition(row.workspace, removal.recognition)
        if not removal or not recognition:
            return None
        if not removal.removed:
            return moderation_cards.restored(recognition, row.person, self.zone)
        back = not recognition.removed
        return moderation_cards.removal(recognition, row.person, removal.reason, self.zone, back=back)

    async def _stands(self, report: Report) -> bool:
        recognition = await self.store.ledger.recognition(report.workspace, report.recognition)
        return recognition is not None and not recognition.withdrawn
