"""Who asked to be erased, what became of that, and on whom there is a legal hold: what is stored of it."""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.database import Database, Row, Step
from bot.erasing import GIVEN, HELD, RECEIVED, Erasure, erased
from bot.model import to_text, to_time


class Erasures:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> list[Erasure]:
        """Those asked for and not done yet, the oldest first."""
        rows = await self._database.rows(
            """
            SELECT erasure.*, COALESCE(person.address, '') AS address FROM erasure
            LEFT JOIN person ON person.workspace = erasure.workspace AND person.id = erasure.person
            WHERE state <> 'done' ORDER BY erasure.at, erasure.id
            """
        )
        return [_erasure_from(row) for row in rows]

    async def begun(self) -> frozenset[str]:
        """All that were ever carried out here, or are being: ids."""
        rows = await self._database.rows("SELECT id FROM erasure WHERE state <> 'asked'")
        return frozenset(row["id"] for row in rows)

    async def remains(self, erasure: Erasure) -> bool:
        """Whether anything of theirs is old enough, and not held."""
        rows = await self._database.rows(
            f"""
            SELECT id FROM recognition
            WHERE recognition.workspace = :workspace AND (({GIVEN}) OR ({RECEIVED})) LIMIT 1
            """,  # noqa: S608 - constants
            workspace=erasure.workspace,
            person=erasure.person,
            before=to_text(erasure.at),
        )
        return bool(rows)

    async def held(self, workspace: str, *people: str) -> bool:
        """Whether there is a legal hold on any of `people`."""
        rows = await self._database.rows("SELECT person FROM hold WHERE workspace = :workspace", workspace=workspace)
        return any(row["person"] in people for row in rows)

    async def names_in_words(self, workspace: str, names: Iterable[str]) -> list[str]:
        """The kudos, as ids, whose words hold one of `names`."""
        found: dict[str, None] = {}
        for name in names:
            rows = await self._database.long_rows(
                f"""
                SELECT id FROM recognition
                WHERE workspace = :workspace AND replace(reason, CAST(:name AS TEXT), '') <> reason AND id NOT IN {HELD}
                """,  # noqa: S608 - a constant
                workspace=workspace,
                name=name,
            )
            found.update(dict.fromkeys(row["id"] for row in rows))
        return list(found)

    async def steps(self, erasure: Erasure, now: datetime) -> list[Step]:
        """What it takes to erase them, as things are."""
        rows = await self._database.rows(
            "SELECT name, email FROM person WHERE workspace = :workspace AND id = :person",
            workspace=erasure.workspace,
            person=erasure.person,
        )
        # A single word may mean something else: "Will", "Grace", "May".
        names = [name for row in rows for name in (row["email"], row["name"]) if " " in name or "@" in name]
        names += await self._as_typed(erasure.workspace, names)
        return erased(erasure, names=names, worded=await self.names_in_words(erasure.workspace, names), now=now)

    async def _as_typed(self, workspace: str, names: Iterable[str]) -> list[str]:
        """How else these names are written where colleagues speak of them: in other capitals, with other blanks."""
        found: dict[str, None] = {}
        for name in names:
            plain = max(re.findall("[a-z]+", name.casefold()), key=len, default="")  # that any database can fold
            rows = await self._database.long_rows(
                """
                SELECT reason AS words FROM recognition
                WHERE workspace = :workspace AND lower(reason) LIKE '%' || CAST(:plain AS TEXT) || '%'
                UNION
                SELECT detail AS words FROM history
                WHERE workspace = :workspace AND lower(detail) LIKE '%' || CAST(:plain AS TEXT) || '%'
                UNION
                SELECT reason AS words FROM removal
                WHERE workspace = :workspace AND lower(reason) LIKE '%' || CAST(:plain AS TEXT) || '%'
                """,
                workspace=workspace,
                plain=plain,
            )
            typed = re.compile(r"\s+".join(map(re.escape, name.split())), re.IGNORECASE)
            found.update(dict.fromkeys(each for row in rows for each in typed.findall(row["words"]) if each != name))
        return list(found)

    async def near(self, workspace: str, person: str) -> list[str]:
        """With whom they share a kudos: ids."""
        rows = await self._database.rows(
            """
            SELECT giver AS person FROM recognition JOIN recipient ON recipient.recognition = recognition.id
            WHERE recipient.workspace = :workspace AND recipient.person = :person
            UNION
            SELECT recipient.person FROM recipient JOIN recognition ON recognition.id = recipient.recognition
            WHERE recognition.workspace = :workspace AND giver = :person
            """,
            workspace=workspace,
            person=person,
        )
        return [row["person"] for row in rows]


def asked(erasure: Erasure) -> Step:
    """Remember that it was asked for; of one that is open already, since when."""
    return Step(
        """
        INSERT INTO erasure (id, workspace, person, direct, state, origin, at, done_at)
        VALUES (:id, :workspace, :person, :direct, 'asked', :origin, :at, '')
        ON CONFLICT (id) DO UPDATE SET
            person = excluded.person, direct = excluded.direct, state = 'asked', origin = excluded.origin,
            at = excluded.at, done_at = ''
        WHERE erasure.state = 'done'
        """,
        {
            "id": erasure.id,
            "workspace": erasure.workspace,
            "person": erasure.person,
            "direct": erasure.direct,
            "origin": erasure.origin,
            "at": to_text(erasure.at),
        },
    )


def begun(erasure: Erasure) -> Step:
    """Whoever is first does it, unless there is a legal hold by now."""
    return Step(
        """
        UPDATE erasure SET state = 'begun' WHERE workspace = :workspace AND id = :id AND state = 'asked'
          AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.workspace = :workspace AND hold.person = :person)
        """,
        {"workspace": erasure.workspace, "id": erasure.id, "person": erasure.person},
        gate=True,
    )


def held(workspace: str, person: str, actor: str, now: datetime) -> Step:
    """Nothing of theirs is erased or forgotten from now on."""
    return Step(
        """
        INSERT INTO hold (workspace, person, actor, at) VALUES (:workspace, :person, :actor, :at)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "person": person, "actor": actor, "at": to_text(now)},
    )


def released(workspace: str, person: str) -> Step:
    return Step(
        "DELETE FROM hold WHERE workspace = :workspace AND person = :person",
        {"workspace": workspace, "person": person},
    )


def _erasure_from(row: Row) -> Erasure:
    return Erasure(
        workspace=row["workspace"],
        person=row["person"],
        address=row["address"],
        direct=row["direct"],
        origin=row["origin"],
        state=row["state"],
        at=to_time(row["at"]),
    )
