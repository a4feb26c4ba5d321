"""Where conversations are reached, and what people are called there: as Teams last told us. The SQL beside each method.

An address that stands here is not trusted: the connector asks again whether it may be called, each time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.database import Database, Row, Step
from bot.model import to_text
from bot.rows import placeholders

_BATCH: Final = 200  #: steps in one transaction, so that others can write in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A conversation, and where it is reached."""

    workspace: str
    place: str  #: the conversation's id, without `;messageid=…`
    service_url: str
    team: str = ""  #: the id of the team that a channel is in; "" for a chat


class References:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def heard(self, reference: Reference, at: datetime) -> None:
        """Something came from there at `at`, authenticated; what is older than we know changes nothing."""
        await self._database.write(
            Step(
                """
                INSERT INTO teams_conversation (workspace, place, service_url, team, at)
                VALUES (:workspace, :place, :service_url, :team, :at)
                ON CONFLICT (workspace, place) DO UPDATE SET
                    service_url = excluded.service_url, at = excluded.at,
                    team = CASE WHEN excluded.team = '' THEN teams_conversation.team ELSE excluded.team END
                WHERE teams_conversation.at < excluded.at
                """,
                {
                    "workspace": reference.workspace,
                    "place": reference.place,
                    "service_url": reference.service_url,
                    "team": reference.team,
                    "at": to_text(at),
                },
            )
        )

    async def learned(self, references: Iterable[Reference]) -> None:
        """These are there too; nothing has come from them yet, and what has tells more."""
        steps = [
            Step(
                """
                INSERT INTO teams_conversation (workspace, place, service_url, team, at)
                VALUES (:workspace, :place, :service_url, :team, '')
                ON CONFLICT (workspace, place) DO UPDATE SET service_url = CASE
                    WHEN teams_conversation.at = '' THEN excluded.service_url ELSE teams_conversation.service_url
                END
                """,
                {
                    "workspace": each.workspace,
                    "place": each.place,
                    "service_url": each.service_url,
                    "team": each.team,
                },
            )
            for each in references
        ]
        for start in range(0, len(steps), _BATCH):
            await self._database.write(*steps[start : start + _BATCH])

    async def of(self, workspace: str, place: str) -> Reference | None:
        """Where `place` is reached."""
        rows = await self._database.rows(
            "SELECT * FROM teams_conversation WHERE workspace = :workspace AND place = :place",
            workspace=workspace,
            place=place,
        )
        return _reference(rows[0]) if rows else None

    async def latest(self, workspace: str, *, most: int = 1) -> list[Reference]:
        """The conversations that something came from last, the latest first."""
        rows = await self._database.rows(
            f"""
            SELECT * FROM teams_conversation WHERE workspace = :workspace ORDER BY at DESC, place LIMIT {int(most)}
            """,  # noqa: S608 - a number
            workspace=workspace,
        )
        return [_reference(row) for row in rows]

    async def all(self, workspace: str) -> list[Reference]:
        """Every conversation there that we know of, the latest first."""
        rows = await self._database.rows(
            "SELECT * FROM teams_conversation WHERE workspace = :workspace ORDER BY at DESC, place",
            workspace=workspace,
        )
        return [_reference(row) for row in rows]

    async def workspaces(self) -> list[str]:
        """The tenants that anything ever came from."""
        rows = await self._database.rows("SELECT DISTINCT workspace FROM teams_conversation ORDER BY workspace")
        return [row["workspace"] for row in rows]

    async def drop(self, workspace: str, places: Iterable[str]) -> None:
        """We are not in these conversations any more."""
        names, bound = placeholders("place", places)
        await self._database.write(
            Step(
                f"DELETE FROM teams_conversation WHERE workspace = :workspace AND place IN ({names})",  # noqa: S608
                {"workspace": workspace, **bound},
            )
        )

    async def save_people(self, workspace: str, mris: Mapping[str, str]) -> None:
        """Remember what people are called in conversations: Teams ids by person."""
        steps = [
            Step(
                """
                INSERT INTO teams_person (workspace, person, mri) VALUES (:workspace, :person, :mri)
                ON CONFLICT (workspace, person) DO UPDATE SET mri = excluded.mri
                """,
                {"workspace": workspace, "person": person, "mri": mri},
            )
            for person, mri in mris.items()
        ]
        for start in range(0, len(steps), _BATCH):
            await self._database.write(*steps[start : start + _BATCH])

    async def person_of(self, workspace: str, mri: str) -> str | None:
        """Who is called `mri` in conversations; None where nobody has told us."""
        rows = await self._database.rows(
            "SELECT person FROM teams_person WHERE workspace = :workspace AND mri = :mri",
            workspace=workspace,
            mri=mri,
        )
        return rows[0]["person"] if rows else None

    async def mris(self, workspace: str, people: Iterable[str]) -> dict[str, str]:
        """What those of `people` are called in conversations of whom we know, by person."""
        names, bound = placeholders("person", dict.fromkeys(people))
        rows = await self._database.rows(
            f"SELECT person, mri FROM teams_person WHERE workspace = :workspace AND person IN ({names})",  # noqa: S608
            workspace=workspace,
            **bound,
        )
        return {row["person"]: row["mri"] for row in rows}


def tenant_of(workspace: str) -> str:
    """The id of the tenant that a workspace is."""
    return workspace.partition(":")[2]


def _reference(row: Row) -> Reference:
    return Reference(workspace=row["workspace"], place=row["place"], service_url=row["service_url"], team=row["team"])
