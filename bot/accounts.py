"""The accounts of colleagues: who is one with whom, in the workspaces of one organisation and nowhere else.

What is decided by hand is kept twice: on the person, as it counts now, and among the settings, with who decided it.
The rule itself is in `colleagues`.
"""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from bot import posts, runs
from bot.addresses import Domains
from bot.colleagues import Account, Colleague, Faces, Key, joined
from bot.database import Database, Row, Step
from bot.model import Person, to_time
from bot.organisations import TOGETHER, Organisations
from bot.rows import PERSON_COLUMNS, person_from, placeholders
from bot.settings import Settings

SETTING: Final = "colleague"  #: the setting of a person that says what was decided by hand

_BATCH: Final = 500  #: people in one statement
_ACCOUNT: Final = ", ".join(f"account.{column}" for column in (*PERSON_COLUMNS.split(", "), "colleague"))


class _Read(Protocol):
    def __call__(self, sql: str, /, **values: object) -> Awaitable[list[Row]]: ...


class Accounts:
    def __init__(self, database: Database, organisations: Organisations, settings: Settings, domains: Domains) -> None:
        self._database = database
        self._organisations = organisations
        self._settings = settings
        self._domains = domains

    async def others(self, workspace: str, person: str) -> tuple[Person, ...]:
        """Their other accounts, in whatever workspaces of the organisation."""
        for each in await self._colleagues(self._database.rows, workspace, [person]):
            return tuple(account.person for account in each if account.key != (workspace, person))
        return ()

    async def doubles(self, workspace: str, person: str) -> frozenset[str]:
        """Their other accounts in the same workspace, which are theirs by hand alone: ids."""
        rows = await self._database.rows(
            """
            SELECT account.id FROM person AS own CROSS JOIN person AS account
            WHERE own.workspace = :workspace AND own.id = :person AND own.kind = 'member'
              AND own.colleague NOT IN ('', 'apart') AND account.colleague = own.colleague AND account.colleague <> ''
              AND account.workspace = :workspace AND account.id <> :person AND account.kind = 'member'
            """,
            workspace=workspace,
            person=person,
        )
        return frozenset(row["id"] for row in rows)

    async def faces(self, home: str, people: Mapping[str, Iterable[str]]) -> Faces:
        """How `people`, ids by workspace, are known in `home`."""
        found: dict[tuple[Key, ...], Colleague] = {}
        by_hand = await self._linked(home)
        if not by_hand and await self._organisations.together(home) == (home,):
            return Faces(home=home)
        for workspace, ids in {home: (), **people}.items():
            asked = list(dict.fromkeys([*ids, *(by_hand if workspace == home else ())]))
            for start in range(0, len(asked), _BATCH):
                for each in await self._colleagues(self._database.long_rows, workspace, asked[start : start + _BATCH]):
                    found[tuple(account.key for account in each)] = each
        return Faces.seen_from(home, found.values())

    async def _linked(self, workspace: str) -> list[str]:
        """Who has been linked by hand there: ids."""
        rows = await self._database.rows(
            "SELECT id FROM person WHERE colleague <> '' AND workspace = :workspace AND colleague <> 'apart'",
            workspace=workspace,
        )
        return [row["id"] for row in rows]

    async def everybody(self, workspace: str) -> list[Account]:
        """All accounts in its organisation."""
        rows = await self._database.long_rows(
            f"""
            SELECT {_ACCOUNT}, held_address.address FROM person AS account
            LEFT JOIN held_address ON held_address.workspace = account.workspace AND held_address.person = account.id
            WHERE account.workspace IN {TOGETHER}
            """,  # noqa: S608 - constants
            workspace=workspace,
        )
        return _accounts(rows)

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
            change = "UPDATE person SET colleague = :decision WHERE workspace = :workspace AND id = :id"
            steps += [
                Step(change, {"decision": decision, "workspace": workspace, "id": person}),
                self._settings.set(workspace, person, SETTING, decision, actor=actor, now=now, key=f"{key}/{person}"),
            ]
        return [*steps, *before_and_after]

    async def _colleagues(self, read: _Read, workspace: str, ids: Sequence[str]) -> list[Colleague]:
        """The colleagues who `ids` in `workspace` are, each with all their accounts."""
        names, bound = placeholders("id", ids)
        by_address = await read(
            f"""
            SELECT {_ACCOUNT}, other.address
            FROM held_address AS own CROSS JOIN held_address AS other CROSS JOIN person AS account
            WHERE own.workspace = :workspace AND own.person IN ({names})
              AND other.address = own.address AND other.workspace IN {TOGETHER}
              AND account.workspace = other.workspace AND account.id = other.person
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            **bound,
        )
        by_hand = await read(
            f"""
            SELECT {_ACCOUNT}, NULL AS address FROM person AS own CROSS JOIN person AS account
            WHERE own.workspace = :workspace AND own.id IN ({names}) AND own.colleague NOT IN ('', 'apart')
              AND account.colleague = own.colleague AND account.colleague <> '' AND account.workspace IN {TOGETHER}
            """,  # noqa: S608 - likewise
            workspace=workspace,
            **bound,
        )
        asked = {(workspace, id_) for id_ in ids}
        found = joined(_accounts([*by_address, *by_hand]), self._domains)
        return [each for each in found if any(account.key in asked for account in each)]


def _followed(account: Key, now: datetime) -> tuple[Step, ...]:
    """Digests that tell of somebody, and their pages, are made anew."""
    workspace, person = account
    return runs.known_otherwise(workspace, person), posts.homes_changed(workspace, [person], now)


def _accounts(rows: Iterable[Row]) -> list[Account]:
    """One for each that is among `rows`, with all addresses that these hold."""
    people: dict[Key, Row] = {}
    held: dict[Key, set[str]] = {}
    for row in rows:
        key = row["workspace"], row["id"]
        people.setdefault(key, row)
        marks = held.setdefault(key, set())
        if row["address"]:
            marks.add(row["address"])
    return [
        Account(person=person_from(row), decided=row["colleague"], held=frozenset(held[key]))
        for key, row in people.items()
    ]
