"""Exports that were asked for: what became of each. The SQL beside each method."""

from datetime import datetime

from bot.database import Database, Row, Step
from bot.exports import Export
from bot.model import to_text, to_time


class ExportLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, workspace: str, id_: str) -> Export | None:
        rows = await self._database.rows(
            "SELECT * FROM export_step WHERE workspace = :workspace AND export = :id", workspace=workspace, id=id_
        )
        return _export({row["step"]: row for row in rows}) if rows else None

    async def latest(self, workspace: str) -> Export | None:
        """The one that was asked for last."""
        rows = await self._database.rows(
            """
            SELECT export FROM export_step WHERE workspace = :workspace AND step = 'asked'
            ORDER BY at DESC, export LIMIT 1
            """,
            workspace=workspace,
        )
        return await self.export(workspace, rows[0]["export"]) if rows else None

    def step(self, export: Export, step: str, outcome: str, *, actor: str, now: datetime) -> Step:
        """A gate: each step is taken once."""
        return Step(
            """
            INSERT INTO export_step (export, workspace, step, outcome, actor, at)
            VALUES (:export, :workspace, :step, :outcome, :actor, :at) ON CONFLICT DO NOTHING
            """,
            {
                "export": export.id,
                "workspace": export.workspace,
                "step": step,
                "outcome": outcome,
                "actor": actor,
                "at": to_text(now),
            },
            gate=True,
        )


def _export(steps: dict[str, Row]) -> Export:
    asked, answered = steps["asked"], steps.get("answered")
    return Export(
        id=asked["export"],
        workspace=asked["workspace"],
        asked_by=asked["actor"],
        asked_at=to_time(asked["at"]),
        approved=answered["outcome"] == "approved" if answered else None,
        answered_by=answered["actor"] if answered else "",
        answered_at=to_time(answered["at"]) if answered else None,
        made="made" in steps,
    )
