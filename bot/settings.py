"""What people have chosen, for a place or for themselves: the newest choice counts. The SQL beside each method."""

from datetime import datetime
from typing import Final

from bot.database import Database, Step
from bot.model import derived_id, to_text

REACTIONS: Final = "reactions"  #: the setting that switches kudos by reaction on ("1") or off ("0") in a place


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
