"""The digests: which plans there are, and which digests were noticed. The SQL beside each method."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.database import Database, Row, Step
from bot.model import derived_id, to_text, to_time
from bot.schedule import Plan, Week
from bot.settings import Settings

PLAN: Final = "digest"  #: the setting of a place that holds its plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A digest, as it was noticed."""

    id: str
    workspace: str
    place: str
    week: Week
    due_at: datetime
    plan: Plan
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A place that has, or had, digests set up."""

    workspace: str
    place: str
    text: str  #: of the plan

    @property
    def plan(self) -> Plan:
        return Plan.read(self.text)


class Digests:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    async def planned(self) -> list[Planned]:
        """The newest plan of every place, of workspaces that have us."""
        rows = await self._database.rows(
            """
            SELECT workspace, subject AS place, value AS text FROM setting
            WHERE name = 'digest' AND workspace NOT IN (SELECT workspace FROM switched_off) AND NOT EXISTS (
                SELECT 1 FROM setting AS later
                WHERE later.workspace = setting.workspace AND later.subject = setting.subject
                  AND later.name = 'digest'
                  AND (later.at > setting.at OR (later.at = setting.at AND later.id > setting.id))
            )
            ORDER BY workspace, subject
            """
        )
        return [Planned(**row) for row in rows]

    async def plan(self, workspace: str, place: str) -> Plan | None:
        """What was set up last; None if nothing ever was."""
        text = await self._settings.value(workspace, place, PLAN, "")
        return Plan.read(text) if text else None

    async def set_up_at(self, workspace: str, place: str) -> datetime:
        rows = await self._database.rows(
            """
            SELECT MAX(at) AS at FROM setting WHERE workspace = :workspace AND subject = :place AND name = 'digest'
            """,
            workspace=workspace,
            place=place,
        )
        return to_time(rows[0]["at"])

    def planning(self, workspace: str, place: str, plan: Plan, *, actor: str, now: datetime, key: str) -> Step:
        """Set `plan` up."""
        return self._settings.set(workspace, place, PLAN, plan.text, actor=actor, now=now, key=key)

    async def run(self, workspace: str, id_: str) -> Run | None:
        rows = await self._database.rows(
            "SELECT * FROM digest WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _run_from(rows[0]) if rows else None

    async def run_of(self, workspace: str, place: str, week: Week) -> Run | None:
        rows = await self._database.rows(
            "SELECT * FROM digest WHERE workspace = :workspace AND place = :place AND week = :week",
            workspace=workspace,
            place=place,
            week=str(week),
        )
        return _run_from(rows[0]) if rows else None


def run(workspace: str, place: str, week: Week, plan: Plan, *, due_at: datetime, outcome: str) -> Run:
    return Run(
        id=derived_id("digest", workspace, place, str(week)),
        workspace=workspace,
        place=place,
        week=week,
        due_at=due_at,
        plan=plan,
        outcome=outcome,
    )


def noticed(run: Run) -> Step:
    begins_at, ends_at = run.week.bounds(run.plan.clock)
    return Step(
        """
        INSERT INTO digest (id, workspace, place, week, begins_at, ends_at, due_at, plan, outcome, look, empty)
        VALUES (:id, :workspace, :place, :week, :begins_at, :ends_at, :due_at, :plan, :outcome, '', 0)
        ON CONFLICT DO NOTHING
        """,
        {
            "id": run.id,
            "workspace": run.workspace,
            "place": run.place,
            "week": str(run.week),
            "begins_at": to_text(begins_at),
            "ends_at": to_text(ends_at),
            "due_at": to_text(run.due_at),
            "plan": run.plan.text,
            "outcome": run.outcome,
        },
        gate=True,
    )


def _run_from(row: Row) -> Run:
    return Run(
        id=row["id"],
        workspace=row["workspace"],
        place=row["place"],
        week=Week.named(row["week"]),
        due_at=to_time(row["due_at"]),
        plan=Plan.read(row["plan"]),
        outcome=row["outcome"],
    )
