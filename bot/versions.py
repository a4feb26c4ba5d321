"""Every version of the framework that has been in use, whole: what people were thanked for stays readable."""

from datetime import datetime

from bot.database import Database, Step
from bot.framework import Framework
from bot.model import to_text, to_time


class Versions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, version: str) -> list[tuple[str, datetime]]:
        """The versions that were in use before `version`, newest first, and when each went out of use."""
        rows = await self._database.rows(
            """
            SELECT earlier.version, earlier.since, current.since AS until
            FROM framework_version AS earlier JOIN framework_version AS current
            ON current.version = :version AND earlier.version <> :version AND earlier.since <= current.since
            ORDER BY earlier.since DESC, earlier.version
            """,
            version=version,
        )
        ends = [*(row["until"] for row in rows[:1]), *(row["since"] for row in rows[:-1])]
        return [(row["version"], to_time(end)) for row, end in zip(rows, ends, strict=True)]

    async def latest(self) -> tuple[str, datetime]:
        """The version that came into use last, and when."""
        rows = await self._database.rows("SELECT version, since FROM framework_version ORDER BY since DESC LIMIT 1")
        return rows[0]["version"], to_time(rows[0]["since"])

    async def text(self, version: str) -> str:
        rows = await self._database.rows("SELECT text FROM framework_version WHERE version = :version", version=version)
        text: str = rows[0]["text"]
        return text


def in_use(framework: Framework, now: datetime) -> Step:
    """Note that `framework` comes into use; a start with the version that was in use anyway is nothing new."""
    return Step(
        """
        INSERT INTO framework_version (version, text, first_used_at, since) VALUES (:version, :text, :now, :now)
        ON CONFLICT (version) DO UPDATE SET since = excluded.since
        WHERE framework_version.since < (SELECT MAX(since) FROM framework_version)
        """,
        {"version": framework.version, "text": framework.text, "now": to_text(now)},
    )
