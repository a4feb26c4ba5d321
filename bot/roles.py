"""Who may do more than others: the roles, and the question whether somebody has one. Asked in the core alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.accounts import Accounts
from bot.colleagues import Colleague, Key, key_of
from bot.database import Database, Step
from bot.directory import Directory
from bot.errors import Refusal
from bot.model import Person, PersonKind, Role, derived_id, to_text
from bot.organisations import TOGETHER
from bot.rows import GRANTED, PERSON_COLUMNS, person_from, placeholders

__all__ = ["Authority", "Role", "Roles"]


class Roles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def granted(self, workspace: str, person: str) -> frozenset[Role]:
        """The roles that this account has been granted and still has."""
        rows = await self._database.rows(
            """
            SELECT role, granted FROM role_grant WHERE workspace = :workspace AND person = :person ORDER BY at, id
            """,
            workspace=workspace,
            person=person,
        )
        latest = {row["role"]: bool(row["granted"]) for row in rows}
        return frozenset(Role(role) for role, granted in latest.items() if granted)

    async def holding(self, workspace: str, admins: Collection[str]) -> list[Person]:
        """Members in all of the organisation who have been granted a role, or have one of these addresses."""
        columns = ", ".join(f"person.{column}" for column in PERSON_COLUMNS.split(", "))
        emails, bound = placeholders("email", admins)
        rows = await self._database.rows(
            f"""
            SELECT {columns} FROM person
            WHERE person.workspace IN {TOGETHER} AND person.active = 1 AND person.kind = 'member' AND (
                person.email <> '' AND lower(person.email) IN ({emails}) OR EXISTS (
                    SELECT 1 FROM role_grant
                    WHERE role_grant.workspace = person.workspace AND role_grant.person = person.id
                )
            )
            ORDER BY lower(person.name), person.workspace, person.id
            """,  # noqa: S608 - constants and names of parameters
            workspace=workspace,
            **bound,
        )
        return [person_from(row) for row in rows]

    def granting(self, person: Person, role: Role, *, actor: str, now: datetime, key: str) -> Step:
        return Step(
            """
            INSERT INTO role_grant (id, workspace, person, role, granted, actor, at)
            VALUES (:id, :workspace, :person, :role, 1, :actor, :at) ON CONFLICT DO NOTHING
            """,
            _values(person, role, actor, now, key),
        )

    def taking(
        self,
        person: Person,
        role: Role,
        *,
        accounts: Iterable[Person],
        admins: Collection[str],
        actor: str,
        now: datetime,
        key: str,
    ) -> Step:
        """A gate: the role of administrator goes only where another colleague has it, or somebody by the settings.

        Args:
            accounts: all of the colleague's.
        """
        own, bound = placeholders("own", [f"{each.workspace}/{each.id}" for each in accounts])
        emails, bound_emails = placeholders("email", admins)
        return Step(
            f"""
            INSERT INTO role_grant (id, workspace, person, role, granted, actor, at)
            SELECT :id, :workspace, :person, :role, 0, :actor, :at
            WHERE :role <> 'administrator' OR EXISTS (
                SELECT 1 FROM person AS other
                WHERE other.workspace IN {TOGETHER} AND other.active = 1 AND other.kind = 'member' AND (
                    other.email <> '' AND lower(other.email) IN ({emails})
                    OR other.workspace || '/' || other.id NOT IN ({own})
                    AND {GRANTED.format("other", "administrator")}
                )
            ) ON CONFLICT DO NOTHING
            """,  # noqa: S608 - constants and names of parameters
            {**_values(person, role, actor, now, key), **bound, **bound_emails},
            gate=True,
        )


def _values(person: Person, role: Role, actor: str, now: datetime, key: str) -> dict[str, str]:
    return {
        "id": derived_id("role", person.workspace, person.id, role.value, key),
        "workspace": person.workspace,
        "person": person.id,
        "role": role.value,
        "actor": actor,
        "at": to_text(now),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Whether somebody may: by what they were granted, or because the settings name them; with any of their accounts.

    Who looks after a workspace by the platform's word does not look after Kudos by that.
    """

    roles: Roles
    directory: Directory
    accounts: Accounts
    admins: Collection[str]  #: verified e-mail addresses of the first administrators, folded

    async def of(self, workspace: str, person: str) -> frozenset[Role]:
        """All roles of somebody; none of whoever is unknown, switched off or no member."""
        found: frozenset[Role] = frozenset()
        for each in await self.colleague(workspace, person):
            found |= await self.roles.granted(each.workspace, each.id)
            if self.named(each):
                found |= {Role.ADMINISTRATOR}
        return found

    async def colleague(self, workspace: str, person: str) -> Colleague:
        """Somebody with all their accounts that are in use; nobody where the one that is asked of is no member's."""
        known = (await self.directory.people(workspace, [person])).get(person)
        if known is None or not _member(known):
            return ()
        others = [
            (await self.directory.people(each.workspace, [each.id])).get(each.id)
            for each in await self.accounts.others(workspace, person)
        ]
        return (known, *(each for each in others if each and _member(each)))

    def named(self, person: Person) -> bool:
        """Whether the settings name this account."""
        return _member(person) and person.email != "" and person.email.casefold() in self.admins

    async def holders(self, workspace: str) -> list[tuple[Colleague, frozenset[Role]]]:
        """Every colleague in the organisation who has a role, by name."""
        found = []
        seen: set[Key] = set()
        for each in await self.roles.holding(workspace, self.admins):
            if key_of(each) in seen:
                continue
            colleague = await self.colleague(each.workspace, each.id)
            seen.update(map(key_of, colleague))
            if roles := await self.of(each.workspace, each.id):
                found.append((colleague, roles))
        return found

    async def require(self, workspace: str, person: str, role: Role, to: str) -> None:
        """
        Args:
            to: what only they may do, as in "Only a moderator can {to}."

        Raises:
            Refusal: they do not have that role.
        """
        if role not in await self.of(workspace, person):
            raise Refusal(("", f"Only {role.one} can {to}."))


def _member(person: Person) -> bool:
    return person.active and person.kind is PersonKind.MEMBER
