"""Who may be shown to others: what people have chosen, and of whom nothing may be told. The SQL beside each method.

Both hold for all accounts of a colleague, as they are now, and for those that were theirs when it was decided. Of
choices the newest counts, with whichever account. A suppression counts until its end has been noticed: then whatever
shows anything of that person is made to follow in the same transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import posts, runs
from bot.accounts import ACCOUNTS, Accounts
from bot.colleagues import Faces, Key
from bot.database import Database, Row, Step
from bot.model import Place, Sight, derived_id, to_text, to_time
from bot.organisations import TOGETHER
from bot.privacy import Crowd, Seen
from bot.rows import placeholders
from bot.settings import Settings

VISIBILITY: Final = "visibility"  #: the setting of a person that says who may see what they were thanked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """Of whom nothing is told, and until when."""

    workspace: str
    person: str
    until: datetime


class Sights:
    def __init__(self, database: Database, accounts: Accounts, settings: Settings, default: Sight) -> None:
        self._database = database
        self._accounts = accounts
        self._settings = settings
        self.default = default

    async def seen(self, workspace: str, people: Iterable[str]) -> Seen:
        """How `people` may be shown to others."""
        people = list(people)
        names, bound = placeholders("person", people)
        rows = await self._database.rows(
            f"""
            WITH account AS ({ACCOUNTS.format(f"IN ({names})")})
            SELECT account.asked AS person, setting.value, setting.at, setting.id
            FROM account CROSS JOIN setting
            WHERE setting.workspace = account.workspace AND setting.subject = account.id
              AND setting.name = 'visibility'
            UNION ALL
            SELECT account.asked AS person, '' AS value, '' AS at, '' AS id FROM account CROSS JOIN suppression
            WHERE suppression.workspace = account.workspace AND suppression.person = account.id AND ended = 0
            ORDER BY at, id
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            **bound,
        )
        chosen = {row["person"]: Sight(row["value"]) for row in rows if row["value"]}
        sights = {id_: chosen.get(id_, self.default) for id_ in people}
        nearby = [id_ for id_, sight in sights.items() if sight is Sight.CHANNELS]
        return Seen(
            sights=sights,
            suppressed=frozenset(row["person"] for row in rows if not row["value"]),
            places=await self._places(workspace, nearby) if nearby else {},
        )

    async def _places(self, workspace: str, people: Iterable[str]) -> dict[str, frozenset[tuple[str, str]]]:
        """Where these are, with whichever account, as far as we know."""
        names, bound = placeholders("person", people)
        rows = await self._database.rows(
            f"""
            WITH account AS ({ACCOUNTS.format(f"IN ({names})")})
            SELECT account.asked AS person, membership.workspace, membership.place FROM account CROSS JOIN membership
            WHERE membership.workspace = account.workspace AND membership.person = account.id
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            **bound,
        )
        places: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            places.setdefault(row["person"], set()).add((row["workspace"], row["place"]))
        return {person: frozenset(some) for person, some in places.items()}

    async def crowd(self, place: Place, faces: Faces) -> Crowd:
        """Everybody, as a digest in `place` may tell of them.

        Args:
            faces: who is who there.
        """
        rows = await self._database.long_rows(
            f"""
            SELECT workspace, subject AS person, value, at, id FROM setting
            WHERE workspace IN {TOGETHER} AND name = 'visibility'
            UNION ALL
            SELECT workspace, person, '' AS value, '' AS at, '' AS id FROM suppression
            WHERE workspace IN {TOGETHER} AND ended = 0
            ORDER BY at, id
            """,  # noqa: S608 - a constant
            workspace=place.workspace,
        )
        sights: dict[Key, Sight] = {}
        for row in rows:
            if row["value"]:
                sights |= dict.fromkeys(_theirs(row, faces), Sight(row["value"]))
        crowd = Crowd(
            default=self.default,
            sights=sights,
            suppressed=frozenset(key for row in rows if not row["value"] for key in _theirs(row, faces)),
        )
        return replace(crowd, present=await self._present(place, faces)) if crowd.nearby else crowd

    async def _present(self, place: Place, faces: Faces) -> frozenset[Key]:
        rows = await self._database.long_rows(
            "SELECT workspace, person FROM membership WHERE workspace = :workspace AND place = :place",
            workspace=place.workspace,
            place=place.id,
        )
        return frozenset(key for row in rows for key in _theirs(row, faces))

    async def chosen(self, workspace: str, person: str) -> Sight | None:
        """What somebody has chosen, with whichever account; None where they have not yet."""
        names, bound = placeholders("person", [person])
        rows = await self._database.rows(
            f"""
            WITH account AS ({ACCOUNTS.format(f"IN ({names})")})
            SELECT setting.value FROM account CROSS JOIN setting
            WHERE setting.workspace = account.workspace AND setting.subject = account.id AND setting.name = 'visibility'
            ORDER BY setting.at DESC, setting.id DESC LIMIT 1
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            **bound,
        )
        return Sight(rows[0]["value"]) if rows else None

    async def choosing(
        self, workspace: str, person: str, sight: Sight, *, at: datetime, now: datetime, key: str
    ) -> list[Step]:
        """Steps by which somebody chooses, for all of their accounts; whatever shows anything of them follows.

        Args:
            at: when they did.
        """
        accounts = await self.accounts(workspace, person)
        return [
            *(
                self._settings.set(each, id_, VISIBILITY, sight.value, actor=person, now=at, key=f"{key}/{each}/{id_}")
                for each, id_ in accounts
            ),
            *await self._followed(accounts, now),
        ]

    async def suppressing(
        self, workspace: str, person: str, until: datetime, *, actor: str, now: datetime, key: str
    ) -> list[Step]:
        """Steps after which nothing is told of somebody until then, with any of their accounts."""
        accounts = await self.accounts(workspace, person)
        added = [
            Step(
                """
                INSERT INTO suppression (id, workspace, person, until, actor, at, ended)
                VALUES (:id, :workspace, :person, :until, :actor, :at, 0) ON CONFLICT DO NOTHING
                """,
                {
                    "id": derived_id("suppression", each, id_, key),
                    "workspace": each,
                    "person": id_,
                    "until": to_text(until),
                    "actor": actor,
                    "at": to_text(now),
                },
            )
            for each, id_ in accounts
        ]
        return [*map(_ended, accounts), *added, *await self._followed(accounts, now)]

    async def releasing(self, workspace: str, person: str, now: datetime) -> list[Step]:
        """Steps after which somebody is told of again, with all of their accounts."""
        accounts = await self.accounts(workspace, person)
        return [*map(_ended, accounts), *await self._followed(accounts, now)]

    async def suppressed(self, workspace: str, person: str) -> datetime | None:
        """Until when nothing is told of somebody; None where it is."""
        found = [each.until for each in await self._standing(workspace) if each.person == person]
        return max(found, default=None)

    async def over(self, now: datetime) -> list[Suppressed]:
        """Suppressions whose end has come and was not noticed yet."""
        rows = await self._database.rows(
            """
            SELECT workspace, person, until FROM suppression
            WHERE ended = 0 AND until <= :now AND workspace NOT IN (SELECT workspace FROM switched_off)
            ORDER BY workspace, person
            """,
            now=to_text(now),
        )
        return list(map(_suppressed, rows))

    async def ending(self, suppressed: Suppressed, now: datetime) -> list[Step]:
        """Steps by which the end of a suppression is noticed, once."""
        account = suppressed.workspace, suppressed.person
        return [
            Step(
                """
                UPDATE suppression SET ended = 1
                WHERE workspace = :workspace AND person = :person AND ended = 0 AND until = :until
                """,
                {
                    "workspace": suppressed.workspace,
                    "person": suppressed.person,
                    "until": to_text(suppressed.until),
                },
                gate=True,
            ),
            *await self._followed([account], now),
        ]

    async def moved(self, workspace: str, place: str, people: Iterable[str], now: datetime) -> list[Step]:
        """Steps that follow when `people` have come to a place or left it: who is shown only where they are."""
        seen = await self.seen(workspace, people)
        return [
            step
            for id_, sight in seen.sights.items()
            if sight is Sight.CHANNELS
            for step in (
                posts.cards_changed(workspace, place, id_, now),
                runs.moved(workspace, place, id_),
            )
        ]

    async def accounts(self, workspace: str, person: str) -> list[Key]:
        """All accounts of somebody, the one by which they are meant first."""
        others = await self._accounts.others(workspace, person)
        return [(workspace, person), *((each.workspace, each.id) for each in others)]

    async def _standing(self, workspace: str) -> list[Suppressed]:
        rows = await self._database.rows(
            "SELECT workspace, person, until FROM suppression WHERE workspace = :workspace AND ended = 0",
            workspace=workspace,
        )
        return list(map(_suppressed, rows))

    async def _followed(self, accounts: Iterable[Key], now: datetime) -> list[Step]:
        """Cards, messages, pages and digests that tell of these accounts are made anew, however old they are."""
        steps = []
        for workspace, person in accounts:
            rows = await self._database.rows(
                """
                SELECT given_at FROM recognition WHERE workspace = :workspace AND giver = :person
                UNION
                SELECT given_at FROM recipient CROSS JOIN recognition
                WHERE recipient.workspace = :workspace AND recipient.person = :person
                  AND recognition.workspace = :workspace AND recognition.id = recipient.recognition
                UNION
                SELECT given_at FROM endorsement CROSS JOIN recognition
                WHERE endorsement.workspace = :workspace AND endorsement.person = :person
                  AND recognition.workspace = :workspace AND recognition.id = endorsement.recognition
                """,
                workspace=workspace,
                person=person,
            )
            hours = {row["given_at"][:13]: to_time(row["given_at"]) for row in rows}  # weeks begin at full hours
            steps += [
                posts.sight_changed(workspace, person, now),
                *(runs.counted(workspace, at) for at in hours.values()),
                posts.homes_changed(workspace, [person], now),
            ]
        return steps


def left(workspace: str, person: str) -> tuple[Step, ...]:
    """Before the account of `person` is stored as switched off, and is joined with no other one any more.

    What was decided with any of them holds for each on its own.
    """
    return tuple(Step(sql, {"workspace": workspace, "person": person}) for sql in _PASSED_ON)


_APART: Final = f"""
WITH account AS ({ACCOUNTS.format("= :person")}), leaving AS (
    SELECT 1 AS one FROM person WHERE person.workspace = :workspace AND id = :person AND active = 1
)
"""  # noqa: S608 - constants
_PASSED_ON: Final = (
    f"""
    INSERT INTO setting (id, workspace, subject, name, value, actor, at)
    {_APART}
    SELECT setting.id || '/' || other.workspace || '/' || other.id,
        other.workspace, other.id, setting.name, setting.value, setting.actor, setting.at
    FROM leaving CROSS JOIN account CROSS JOIN setting CROSS JOIN account AS other
    WHERE setting.workspace = account.workspace AND setting.subject = account.id AND setting.name = 'visibility'
      AND (other.workspace <> account.workspace OR other.id <> account.id)
    ON CONFLICT DO NOTHING
    """,  # noqa: S608
    f"""
    INSERT INTO suppression (id, workspace, person, until, actor, at, ended)
    {_APART}
    SELECT suppression.id || '/' || other.workspace || '/' || other.id,
        other.workspace, other.id, suppression.until, suppression.actor, suppression.at, 0
    FROM leaving CROSS JOIN account CROSS JOIN suppression CROSS JOIN account AS other
    WHERE suppression.workspace = account.workspace AND suppression.person = account.id AND suppression.ended = 0
      AND NOT EXISTS (
        SELECT 1 FROM suppression AS own
        WHERE own.workspace = other.workspace AND own.person = other.id AND own.ended = 0
          AND own.until = suppression.until
      )
    ON CONFLICT DO NOTHING
    """,  # noqa: S608
)


def _ended(account: Key) -> Step:
    workspace, person = account
    return Step(
        "UPDATE suppression SET ended = 1 WHERE workspace = :workspace AND person = :person AND ended = 0",
        {"workspace": workspace, "person": person},
    )


def _suppressed(row: Row) -> Suppressed:
    return Suppressed(workspace=row["workspace"], person=row["person"], until=to_time(row["until"]))


def _theirs(row: Mapping[str, str], faces: Faces) -> tuple[Key, ...]:
    """All accounts of whose account a row speaks of."""
    key = row["workspace"], row["person"]
    return faces.accounts.get(key, (key,))
