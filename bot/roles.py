"""Who may do more than others: the roles, and the question whether somebody has one. Asked in the core alone."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.database import Database
from bot.directory import Directory
from bot.errors import Refusal
from bot.model import Person
from bot.rows import PERSON_COLUMNS, person_from


class Role(StrEnum):
    MODERATOR = "moderator"  #: looks at reports, removes and restores
    OWNER = "owner"  #: of the programme: sees how it is used, and by how many
    ADMINISTRATOR = "administrator"  #: sets up, suppresses, grants roles
    AUDITOR = "auditor"  #: reads the audit log, and nothing else


class Roles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def granted(self, workspace: str, person: str) -> frozenset[Role]:
        """The roles that somebody has been granted and still has."""
        rows = await self._database.rows(
            """
            SELECT role, granted FROM role_grant WHERE workspace = :workspace AND person = :person ORDER BY at, id
            """,
            workspace=workspace,
            person=person,
        )
        latest = {row["role"]: bool(row["granted"]) for row in rows}
        return frozenset(Role(role) for role, granted in latest.items() if granted)

    async def holding(self, workspace: str) -> list[Person]:
        """Whoever has been granted a role there, and may have none by now."""
        rows = await self._database.rows(
            f"""
            SELECT {PERSON_COLUMNS} FROM person
            WHERE workspace = :workspace AND EXISTS (
                SELECT 1 FROM role_grant
                WHERE role_grant.workspace = person.workspace AND role_grant.person = person.id
            )
            ORDER BY lower(name), id
            """,  # noqa: S608 - the columns are a constant
            workspace=workspace,
        )
        return [person_from(row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Whether somebody may: by what they were granted, or because the settings name them."""

    roles: Roles
    directory: Directory
    admins: Collection[str]  #: verified e-mail addresses of the first administrators, folded

    async def of(self, workspace: str, person: str) -> frozenset[Role]:
        """All roles of somebody; none of whoever is unknown, switched off or no member."""
        known = (await self.directory.people(workspace, [person])).get(person)
        if known is None or not known.thankable:
            return frozenset()
        first = {Role.ADMINISTRATOR} if known.email and known.email.casefold() in self.admins else set()
        return await self.roles.granted(workspace, person) | first

    async def require(self, workspace: str, person: str, role: Role, to: str) -> None:
        """
        Args:
            to: what only they may do, as in "Only a moderator can {to}."

        Raises:
            Refusal: they do not have that role.
        """
        if role not in await self.of(workspace, person):
            an = "an" if role.value[0] in "aeiou" else "a"
            raise Refusal(("", f"Only {an} {role.value} can {to}."))
