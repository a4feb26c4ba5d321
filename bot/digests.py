"""The digests that places have, or will not have: one for each place and week. The SQL beside each method."""

from dataclasses import dataclass
from datetime import datetime

from bot.database import Database, Row, Step
from bot.model import derived_id, to_text, to_time
from bot.schedule import Plan, Week


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


class Digests:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def weeks(self, workspace: str, place: str) -> frozenset[str]:
        rows = await self._database.rows(
            "SELECT week FROM digest WHERE workspace = :workspace AND place = :place ORDER BY week DESC LIMIT 10",
            workspace=workspace,
            place=place,
        )
        return frozenset(row["week"] for row in rows)

    async def run(self, workspace: str, place: str, week: Week | None = None) -> Run | None:
        rows = await self._database.rows(
            """
            SELECT * FROM digest WHERE workspace = :workspace AND place = :place
              AND (CAST(:week AS TEXT) = '' OR week = :week) ORDER BY week DESC LIMIT 1
            """,
            workspace=workspace,
            place=place,
            week=str(week) if week else "",
        )
        return _run(rows[0]) if rows else None

    async def with_id(self, workspace: str, id_: str) -> Run | None:
        rows = await self._database.rows(
            "SELECT * FROM digest WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _run(rows[0]) if rows else None


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


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        workspace=row["workspace"],
        place=row["place"],
        week=Week.named(row["week"]),
        due_at=to_time(row["due_at"]),
        plan=Plan.read(row["plan"]),
        outcome=row["outcome"],
    )
