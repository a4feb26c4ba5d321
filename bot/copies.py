"""Everything that is kept about somebody, read for them. The SQL beside each method."""

from datetime import datetime

from bot.database import Database
from bot.directory import Directory
from bot.ledger import Ledger
from bot.model import Person, Recognition
from bot.own_data import Earlier, Mark, OwnData, Setting
from bot.roles import Roles


class Copies:
    def __init__(self, database: Database, directory: Directory, ledger: Ledger, roles: Roles) -> None:
        self._database = database
        self._directory = directory
        self._ledger = ledger
        self._roles = roles

    async def of(self, accounts: list[tuple[str, str]], now: datetime) -> OwnData:
        """
        Args:
            accounts: all of one colleague, as pairs of workspace and id.
        """
        people: list[Person] = []
        given: list[Recognition] = []
        received: list[Recognition] = []
        seconded: list[Recognition] = []
        settings: list[Setting] = []
        roles: list[str] = []
        channels: list[str] = []
        hidden: list[Mark] = []
        reported: list[Mark] = []
        earlier: list[Earlier] = []
        reactions = 0
        for workspace, person in accounts:
            known = await self._directory.people(workspace, [person])
            people += known.values()
            given += await self._ledger.recognitions(workspace, await self._given(workspace, person))
            received += await self._ledger.received_by(workspace, person)
            seconded += await self._seconded(workspace, person)
            settings += await self._settings(workspace, person)
            roles += sorted(await self._roles.granted(workspace, person))
            channels += await self._channels(workspace, person)
            reactions += await self._reactions(workspace, person)
            hidden += await self._hidden(workspace, person)
            reported += await self._reported(workspace, person)
            earlier += await self._earlier(workspace, person)
        return OwnData(
            made_at=now,
            accounts=tuple(people),
            given=tuple(given),
            received=tuple(received),
            seconded=tuple(seconded),
            settings=tuple(settings),
            roles=tuple(roles),
            channels=tuple(channels),
            reactions=reactions,
            hidden=tuple(hidden),
            reported=tuple(reported),
            earlier=tuple(earlier),
        )

    async def _given(self, workspace: str, person: str) -> list[str]:
        """What they gave, what they took back too."""
        rows = await self._database.rows(
            "SELECT id FROM recognition WHERE workspace = :workspace AND giver = :person ORDER BY given_at DESC, id",
            workspace=workspace,
            person=person,
        )
        return [row["id"] for row in rows]

    async def _seconded(self, workspace: str, person: str) -> list[Recognition]:
        rows = await self._database.rows(
            """
            SELECT recognition FROM endorsement WHERE workspace = :workspace AND person = :person
            ORDER BY at DESC, recognition
            """,
            workspace=workspace,
            person=person,
        )
        found = await self._ledger.recognitions(workspace, [row["recognition"] for row in rows])
        return [each for each in found if not each.withdrawn]

    async def _settings(self, workspace: str, person: str) -> list[Setting]:
        rows = await self._database.rows(
            """
            SELECT name, value, at FROM setting WHERE workspace = :workspace AND subject = :person ORDER BY at, id
            """,
            workspace=workspace,
            person=person,
        )
        return [
            Setting(account=f"{workspace}/{person}", name=row["name"], value=row["value"], at=row["at"]) for row in rows
        ]

    async def _channels(self, workspace: str, person: str) -> list[str]:
        rows = await self._database.rows(
            """
            SELECT CASE WHEN place.name <> '' THEN place.name ELSE place.id END AS called
            FROM membership JOIN place ON place.workspace = membership.workspace AND place.id = membership.place
            WHERE membership.workspace = :workspace AND membership.person = :person ORDER BY called
            """,
            workspace=workspace,
            person=person,
        )
        return [row["called"] for row in rows]

    async def _hidden(self, workspace: str, person: str) -> list[Mark]:
        rows = await self._database.rows(
            """
            SELECT recognition, at FROM hidden
            WHERE workspace = :workspace AND person = :person AND hidden = 1 ORDER BY at, recognition
            """,
            workspace=workspace,
            person=person,
        )
        return [Mark(kudos=row["recognition"], at=row["at"]) for row in rows]

    async def _reported(self, workspace: str, person: str) -> list[Mark]:
        rows = await self._database.rows(
            """
            SELECT recognition, at, outcome FROM report
            WHERE workspace = :workspace AND person = :person ORDER BY at, id
            """,
            workspace=workspace,
            person=person,
        )
        return [Mark(kudos=row["recognition"], at=row["at"], outcome=row["outcome"]) for row in rows]

    async def _earlier(self, workspace: str, person: str) -> list[Earlier]:
        rows = await self._database.rows(
            """
            SELECT history.recognition, history.detail, history.at FROM history
            JOIN recognition ON recognition.workspace = history.workspace AND recognition.id = history.recognition
            WHERE recognition.workspace = :workspace AND giver = :person AND detail <> ''
            ORDER BY history.at DESC, history.id
            """,
            workspace=workspace,
            person=person,
        )
        return [Earlier(kudos=row["recognition"], words=row["detail"], until=row["at"]) for row in rows]

    async def _reactions(self, workspace: str, person: str) -> int:
        rows = await self._database.rows(
            """
            SELECT COUNT(*) AS number FROM reaction
            WHERE workspace = :workspace AND person = :person AND standing = 1
            """,
            workspace=workspace,
            person=person,
        )
        return int(rows[0]["number"])
