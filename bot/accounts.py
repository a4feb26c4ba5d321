"""The accounts of colleagues: who is one with whom, in the workspaces of one organisation and nowhere else.

By hand, as an administrator has decided; else by their verified e-mail addresses, where no doubt is left:

* only members: a guest, an app or somebody of another organisation is nobody's second account, whatever is decided;
* only accounts that are in use: the address of who has left is the one that is given to a newcomer;
* only an address that nobody else in any of the workspaces has, or ever had. One that has changed hands joins nobody.

It is read anew each time, or remembered with the state of everything it follows from. What is decided by hand is kept
twice: on the person, as it counts now, and among the settings, with who decided it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot import posts, runs
from bot.brakes import DAY, WEEK, Pace
from bot.colleagues import Account, Faces, Key
from bot.database import Database, Row, Step
from bot.model import Person, to_text, to_time
from bot.organisations import TOGETHER, Organisations
from bot.rows import NEXT_REVISION, PERSON_COLUMNS, person_from, placeholders
from bot.settings import Settings

SETTING: Final = "colleague"  #: the setting of a person that says what was decided by hand

#: Of whoever may be joined by an address.
OPEN: Final = "{0}.colleague = '' AND {0}.kind = 'member' AND {0}.active = 1 AND {0}.address <> ''"
#: Of whoever may be joined by hand.
LINKED: Final = "{0}.colleague <> '' AND {0}.colleague <> 'apart' AND {0}.kind = 'member'"

#: The accounts of those in `:workspace` whose id is `{0}`, their own and their others; `asked`: that id.
ACCOUNTS: Final = f"""
    SELECT own.id AS asked, own.workspace, own.id FROM person AS own
    WHERE own.workspace = :workspace AND own.id {{0}}
    UNION
    SELECT own.id AS asked, other.workspace, other.id FROM person AS own CROSS JOIN person AS other
    WHERE own.workspace = :workspace AND own.id {{0}} AND {OPEN.format("own")}
      AND other.address = own.address AND {OPEN.format("other")}
      AND other.workspace IN {TOGETHER} AND other.workspace <> :workspace
      AND NOT EXISTS (
        SELECT 1 FROM held_address AS one CROSS JOIN held_address AS two
        WHERE one.address = own.address AND one.workspace IN {TOGETHER}
          AND two.address = one.address AND two.workspace = one.workspace AND two.person <> one.person
      )
    UNION
    SELECT own.id AS asked, other.workspace, other.id FROM person AS own CROSS JOIN person AS other
    WHERE own.workspace = :workspace AND own.id {{0}} AND {LINKED.format("own")}
      AND other.colleague = own.colleague AND {LINKED.format("other")} AND other.workspace IN {TOGETHER}
"""  # noqa: S608 - constants


class Accounts:
    def __init__(self, database: Database, organisations: Organisations, settings: Settings) -> None:
        self._database = database
        self._organisations = organisations
        self._settings = settings
        self._known: dict[str, tuple[object, Faces]] = {}  # by home, and of which state of things

    async def others(self, workspace: str, person: str) -> tuple[Person, ...]:
        """Their other accounts, in whatever workspaces of the organisation."""
        rows = await self._database.rows(
            f"""
            WITH account AS ({ACCOUNTS.format("= :person")})
            SELECT person.workspace, person.id, person.name, person.active FROM account CROSS JOIN person
            WHERE person.workspace = account.workspace AND person.id = account.id
              AND NOT (account.workspace = :workspace AND account.id = :person)
            """,  # noqa: S608 - constants
            workspace=workspace,
            person=person,
        )
        return tuple(map(_person, rows))

    async def pace(self, workspace: str, giver: str, recipients: Iterable[str], *, but: str, now: datetime) -> Pace:
        """What somebody has given lately with whichever account, and how often to these, with whichever of theirs.

        Args:
            but: a recognition that is left out.
        """
        names, bound = placeholders("to", dict.fromkeys(recipients))
        rows = await self._database.rows(
            f"""
            WITH mine AS ({ACCOUNTS.format("= :giver")}), theirs AS ({ACCOUNTS.format(f"IN ({names})")})
            SELECT '' AS person, recognition.given_at, recognition.withdrawn FROM mine CROSS JOIN recognition
            WHERE recognition.workspace = mine.workspace AND recognition.giver = mine.id
              AND recognition.given_at > :day AND recognition.id <> :but
            UNION ALL
            SELECT theirs.asked AS person, recognition.given_at, recognition.withdrawn
            FROM mine CROSS JOIN recognition CROSS JOIN recipient CROSS JOIN theirs
            WHERE recognition.workspace = mine.workspace AND recognition.giver = mine.id
              AND recognition.given_at > :week AND recognition.id <> :but AND recognition.withdrawn = 0
              AND recipient.recognition = recognition.id
              AND theirs.workspace = recipient.workspace AND theirs.id = recipient.person
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            giver=giver,
            but=but,
            day=to_text(now - DAY),
            week=to_text(now - WEEK),
            **bound,
        )
        given = [row for row in rows if not row["person"]]
        return Pace(
            given=tuple(to_time(row["given_at"]) for row in given),
            standing=tuple(to_time(row["given_at"]) for row in given if not row["withdrawn"]),
            to=Counter(row["person"] for row in rows if row["person"]),
        )

    async def doubles(self, workspace: str, person: str) -> frozenset[str]:
        """Their other accounts in the same workspace, which are theirs by hand alone: ids."""
        rows = await self._database.rows(
            f"""
            SELECT other.id FROM person AS own CROSS JOIN person AS other
            WHERE own.workspace = :workspace AND own.id = :person AND {LINKED.format("own")}
              AND other.colleague = own.colleague AND {LINKED.format("other")}
              AND other.workspace = :workspace AND other.id <> :person
            """,  # noqa: S608 - constants
            workspace=workspace,
            person=person,
        )
        return frozenset(row["id"] for row in rows)

    async def faces(self, home: str) -> Faces:
        """How everybody in the organisation is known in `home`; remembered for as long as nothing has changed."""
        together = await self._organisations.together(home)
        state = await self._database.rows(
            f"""
            SELECT COUNT(*) AS people, COALESCE(SUM(revision), 0) AS changes, EXISTS (
                SELECT 1 FROM person AS linked
                WHERE {LINKED.format("linked")} AND linked.workspace || '' IN {TOGETHER}
            ) AS linked
            FROM person WHERE person.workspace IN {TOGETHER}
            """,  # noqa: S608 - constants
            workspace=home,
        )
        if len(together) == 1 and not state[0]["linked"]:
            return Faces(home=home)
        seen = together, state[0]["people"], state[0]["changes"]
        if home not in self._known or self._known[home][0] != seen:
            rows = await self._joined(home)
            self._known[home] = seen, await asyncio.to_thread(_faces, home, rows)
        return self._known[home][1]

    async def _joined(self, workspace: str) -> list[Row]:
        """Whoever may have several accounts in the organisation, and what they share with these: `label`."""
        return await self._database.long_rows(
            f"""
            SELECT own.workspace, own.id, own.name, own.active, own.address AS label FROM person AS own
            WHERE own.workspace IN {TOGETHER} AND {OPEN.format("own")} AND own.address NOT IN (
                SELECT held.address FROM held_address AS held
                WHERE held.workspace IN {TOGETHER} GROUP BY held.address, held.workspace HAVING COUNT(*) > 1
            )
            UNION ALL
            SELECT own.workspace, own.id, own.name, own.active, own.colleague AS label FROM person AS own
            WHERE own.workspace IN {TOGETHER} AND {LINKED.format("own")}
            ORDER BY workspace, id
            """,  # noqa: S608 - constants
            workspace=workspace,
        )

    async def everybody(self, workspace: str) -> list[Account]:
        """All accounts in its organisation."""
        rows = await self._database.long_rows(
            f"SELECT {PERSON_COLUMNS}, colleague FROM person WHERE workspace IN {TOGETHER} ORDER BY workspace, id",  # noqa: S608
            workspace=workspace,
        )
        return [Account(person=person_from(row), decided=row["colleague"]) for row in rows]

    async def disputed(self, workspace: str) -> list[tuple[Key, ...]]:
        """Who has, or had, an address that joins nobody, since two people of a workspace had it: by address."""
        rows = await self._database.long_rows(
            f"""
            SELECT held.address, held.workspace, held.person FROM held_address AS held
            WHERE held.workspace IN {TOGETHER} AND held.address IN (
                SELECT own.address FROM person AS own WHERE own.workspace IN {TOGETHER} AND own.address <> ''
            ) AND held.address IN (
                SELECT one.address FROM held_address AS one
                WHERE one.workspace IN {TOGETHER} GROUP BY one.address, one.workspace HAVING COUNT(*) > 1
            )
            ORDER BY held.workspace, held.person
            """,  # noqa: S608 - constants
            workspace=workspace,
        )
        holders: dict[str, list[Key]] = {}
        for row in rows:
            holders.setdefault(row["address"], []).append((row["workspace"], row["person"]))
        return sorted(map(tuple, holders.values()))

    async def decided(self, workspace: str, person: str) -> tuple[datetime, str] | None:
        """When it was last decided by hand who they are, and by whom."""
        rows = await self._database.rows(
            """
            SELECT at, actor FROM setting WHERE workspace = :workspace AND subject = :person AND name = 'colleague'
            ORDER BY at DESC, id DESC LIMIT 1
            """,
            workspace=workspace,
            person=person,
        )
        return (to_time(rows[0]["at"]), rows[0]["actor"]) if rows else None

    def deciding(self, decisions: Mapping[Key, str], *, actor: str, now: datetime, key: str) -> list[Step]:
        """Steps that make each of these accounts whom it says; whatever tells of them follows."""
        before_and_after = [step for account in decisions for step in _followed(account, now)]
        steps = [*before_and_after]
        for (workspace, person), decision in decisions.items():
            change = f"""
            UPDATE person SET colleague = :decision, revision = {NEXT_REVISION}
            WHERE workspace = :workspace AND id = :id
            """  # noqa: S608 - a constant
            steps += [
                Step(change, {"decision": decision, "workspace": workspace, "id": person}),
                self._settings.set(workspace, person, SETTING, decision, actor=actor, now=now, key=f"{key}/{person}"),
            ]
        return [*steps, *before_and_after]


def _person(row: Row) -> Person:
    """As much of somebody as it takes to know who they are: of many thousand it would take long."""
    return Person(workspace=row["workspace"], id=row["id"], name=row["name"], active=bool(row["active"]))


def _faces(home: str, rows: Iterable[Row]) -> Faces:
    colleagues: dict[str, list[Person]] = {}
    for row in rows:
        colleagues.setdefault(row["label"], []).append(_person(row))
    return Faces.seen_from(home, [tuple(each) for each in colleagues.values() if len(each) > 1])


def _followed(account: Key, now: datetime) -> tuple[Step, ...]:
    """Digests that tell of somebody, and their pages, are made anew."""
    workspace, person = account
    return runs.known_otherwise(workspace, person), posts.homes_changed(workspace, [person], now)
