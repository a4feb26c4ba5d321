"""What was reported, removed and hidden, and what became of it: reading it, and the steps that write it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.database import Database, Row, Step
from bot.model import Recognition, derived_id, to_text, to_time
from bot.rows import placeholders


class Verdict(StrEnum):
    """What became of a report."""

    OPEN = ""
    REMOVED = "removed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one person has told the moderators of. They do not learn who it was."""

    id: str
    workspace: str
    recognition: str
    person: str
    verdict: Verdict = Verdict.OPEN
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A kudos was removed, or restored."""

    id: str
    workspace: str
    recognition: str
    removed: bool
    reason: str  #: a moderator's words, for the giver and the recipients; "" where it was restored
    actor: str
    at: datetime


READ_MOST: Final = 100  #: of the latest removals, among which are those that can be restored
_MOMENT: Final = timedelta(microseconds=1)


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, workspace: str, id_: str) -> Report | None:
        rows = await self._database.rows(
            "SELECT * FROM report WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _report_from(rows[0]) if rows else None

    async def open(self, workspace: str) -> list[Report]:
        """What waits for a moderator, first come first."""
        rows = await self._database.rows(
            "SELECT * FROM report WHERE workspace = :workspace AND outcome = '' ORDER BY at, id", workspace=workspace
        )
        return [_report_from(row) for row in rows]

    async def about(self, workspace: str, recognition: str) -> list[Report]:
        """Everything that was ever reported of a kudos, in order."""
        rows = await self._database.rows(
            "SELECT * FROM report WHERE workspace = :workspace AND recognition = :recognition ORDER BY at, id",
            workspace=workspace,
            recognition=recognition,
        )
        return [_report_from(row) for row in rows]

    async def removals(self, workspace: str, recognition: str) -> list[Removal]:
        """Every removal and restoring of a kudos, in order: the last one counts."""
        rows = await self._database.rows(
            "SELECT * FROM removal WHERE workspace = :workspace AND recognition = :recognition ORDER BY at, id",
            workspace=workspace,
            recognition=recognition,
        )
        return [_removal_from(row) for row in rows]

    async def removal(self, workspace: str, id_: str) -> Removal | None:
        rows = await self._database.rows(
            "SELECT * FROM removal WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _removal_from(rows[0]) if rows else None

    async def removed_lately(self, workspace: str) -> list[Removal]:
        """What is removed now, latest first."""
        rows = await self._database.rows(
            "SELECT * FROM removal WHERE workspace = :workspace ORDER BY at DESC, id DESC LIMIT :most",
            workspace=workspace,
            most=READ_MOST,
        )
        latest: dict[str, Removal] = {}
        for each in map(_removal_from, rows):
            latest.setdefault(each.recognition, each)
        return [each for each in latest.values() if each.removed]

    async def hidden_by(self, workspace: str, recognitions: Iterable[str], people: Iterable[str]) -> frozenset[str]:
        """In which of these somebody hides, with one of their accounts, that they are thanked."""
        ids, bound = placeholders("id", recognitions)
        own, bound_people = placeholders("person", people)
        rows = await self._database.rows(
            f"""
            SELECT recognition FROM hidden
            WHERE workspace = :workspace AND hidden = 1 AND recognition IN ({ids}) AND person IN ({own})
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
            **bound_people,
        )
        return frozenset(row["recognition"] for row in rows)


def report(recognition: Recognition, before: list[Report], person: str, now: datetime) -> Report:
    """The report that somebody makes now: the id of the first one is the same whoever is faster.

    Args:
        before: all about it so far.
    """
    settled = [each.id for each in before if each.verdict is not Verdict.OPEN]
    who = [person] if len(settled) < len(before) else []
    return Report(
        id=derived_id("report", recognition.workspace, recognition.id, str(len(settled)), *who),
        workspace=recognition.workspace,
        recognition=recognition.id,
        person=person,
        at=now,
    )


def reported(report: Report, first: Report) -> Step:
    """A gate: a report, while the `first` one about the same is open, unless it is that itself."""
    return Step(
        """
        INSERT INTO report (id, workspace, recognition, person, at)
        SELECT :id, :workspace, :recognition, :person, :at
        WHERE :id = :first OR EXISTS (
            SELECT 1 FROM report WHERE workspace = :workspace AND id = :first AND outcome = ''
        ) ON CONFLICT DO NOTHING
        """,
        {
            "id": report.id,
            "workspace": report.workspace,
            "recognition": report.recognition,
            "person": report.person,
            "at": to_text(report.at),
            "first": first.id,
        },
        gate=True,
    )


def settled(recognition: Recognition, verdict: Verdict, now: datetime, *, gate: bool) -> Step:
    """All that is open about it has this verdict. As a gate: something must be open."""
    return Step(
        """
        UPDATE report SET outcome = :verdict, settled_at = :now
        WHERE workspace = :workspace AND recognition = :recognition AND outcome = ''
        """,
        {
            "workspace": recognition.workspace,
            "recognition": recognition.id,
            "verdict": verdict.value,
            "now": to_text(now),
        },
        gate=gate,
    )


def removal(recognition: Recognition, before: list[Removal], *, reason: str, actor: str, now: datetime) -> Removal:
    """The change of what `before` ends with: a removal with its reason, or a restoring."""
    return Removal(
        id=derived_id("removal", recognition.workspace, recognition.id, str(len(before))),
        workspace=recognition.workspace,
        recognition=recognition.id,
        removed=not (before and before[-1].removed),
        reason=reason,
        actor=actor,
        at=max(now, before[-1].at + _MOMENT) if before else now,  # the newest counts, whatever a clock says
    )


def decided(removal: Removal) -> Step:
    """A gate: a removal or a restoring, unless somebody was faster."""
    return Step(
        """
        INSERT INTO removal (id, workspace, recognition, removed, reason, actor, at)
        VALUES (:id, :workspace, :recognition, :removed, :reason, :actor, :at) ON CONFLICT DO NOTHING
        """,
        {
            "id": removal.id,
            "workspace": removal.workspace,
            "recognition": removal.recognition,
            "removed": int(removal.removed),
            "reason": removal.reason,
            "actor": removal.actor,
            "at": to_text(removal.at),
        },
        gate=True,
    )


def hidden(recognition: Recognition, person: str, *, hides: bool, at: datetime) -> Step:
    """A gate: somebody hides that they are thanked in it, or not any more; the latest word counts."""
    return Step(
        """
        INSERT INTO hidden (recognition, workspace, person, hidden, at)
        VALUES (:recognition, :workspace, :person, :hides, :at)
        ON CONFLICT (recognition, person) DO UPDATE SET hidden = excluded.hidden, at = excluded.at
        WHERE hidden.at < excluded.at
        """,
        {
            "recognition": recognition.id,
            "workspace": recognition.workspace,
            "person": person,
            "hides": int(hides),
            "at": to_text(at),
        },
        gate=True,
    )


def _report_from(row: Row) -> Report:
    return Report(
        id=row["id"],
        workspace=row["workspace"],
        recognition=row["recognition"],
        person=row["person"],
        verdict=Verdict(row["outcome"]),
        at=to_time(row["at"]),
    )


def _removal_from(row: Row) -> Removal:
    return Removal(
        id=row["id"],
        workspace=row["workspace"],
        recognition=row["recognition"],
        removed=bool(row["removed"]),
        reason=row["reason"],
        actor=row["actor"],
        at=to_time(row["at"]),
    )
