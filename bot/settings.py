"""What people have chosen, for a place or for themselves: the newest choice counts. The SQL beside each method."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.database import Database, Step
from bot.model import derived_id, to_text, to_time

REACTIONS: Final = "reactions"  #: the setting that switches kudos by reaction on ("1") or off ("0") in a place
DIGEST: Final = "digest"  #: what has been set up for the digests of a place, as `Plan.text`


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The newest choice for a place or a person."""

    workspace: str
    subject: str
    value: str
    at: datetime


class Settings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def value(self, workspace: str, subject: str, name: str, default: str) -> str:
        """What `name` is set to for a place or a person."""
        rows = await self._database.rows(
            """
            SELECT value FROM setting WHERE workspace = :workspace AND subject = :subject AND name = :name
            ORDER BY at DESC, id DESC LIMIT 1
            """,
            workspace=workspace,
            subject=subject,
            name=name,
        )
        return rows[0]["value"] if rows else default

    async def newest(self, name: str, workspace: str = "") -> list[Chosen]:
        """What `name` is set to for each place or person, of one `workspace` or of all."""
        rows = await self._database.rows(
            """
            SELECT workspace, subject, value, at FROM setting
            WHERE name = :name AND (CAST(:workspace AS TEXT) = '' OR workspace = :workspace)
              AND NOT EXISTS (
                SELECT 1 FROM setting AS later
                WHERE later.name = :name AND later.workspace = setting.workspace AND later.subject = setting.subject
                  AND (later.at > setting.at OR later.at = setting.at AND later.id > setting.id)
              )
            ORDER BY workspace, subject
            """,
            name=name,
            workspace=workspace,
        )
        return [
            Chosen(workspace=row["workspace"], subject=row["subject"], value=row["value"], at=to_time(row["at"]))
            for row in rows
        ]

    def set(self, workspace: str, subject: str, name: str, value: str, *, actor: str, now: datetime, key: str) -> Step:
        return Step(
            """
            INSERT INTO setting (id, workspace, subject, name, value, actor, at)
            VALUES (:id, :workspace, :subject, :name, :value, :actor, :at) ON CONFLICT DO NOTHING
            """,
            {
                "id": derived_id("setting", workspace, key),
                "workspace": workspace,
                "subject": subject,
                "name": name,
                "value": value,
                "actor": actor,
                "at": to_text(now),
            },
        )
