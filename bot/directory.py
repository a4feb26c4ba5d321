"""Who: workspaces, people, groups, and how emoji are called, as the platforms told us. The SQL beside each method."""

from collections.abc import Callable, Iterable, Mapping

from bot import runs
from bot.addresses import Domains
from bot.database import Database, Step, in_batches
from bot.model import Person, PersonKind, Workspace
from bot.organisations import TOGETHER
from bot.rows import (
    GRANTED,
    NEXT_REVISION,
    PERSON_COLUMNS,
    erasure_id,
    person_from,
    person_values,
    placeholders,
)

# Whoever has left and was erased, or has been forgotten since, is not learned of again.
_SAVE_PERSON = f"""
INSERT INTO person ({PERSON_COLUMNS}, address, revision)
SELECT :workspace, :id, :name, :email, :kind, CAST(:active AS INTEGER), :direct, CAST(:admin AS INTEGER), :address,
    {NEXT_REVISION}
WHERE CAST(:active AS INTEGER) = 1 OR NOT EXISTS (
    SELECT 1 FROM erasure WHERE erasure.workspace = :workspace AND erasure.id = :erasure AND state <> 'asked'
) OR EXISTS (SELECT 1 FROM person WHERE workspace = :workspace AND id = :id)
ON CONFLICT (workspace, id) DO UPDATE SET
    revision = CASE
        WHEN person.name = excluded.name AND person.kind = excluded.kind AND person.active = excluded.active
             AND person.email = excluded.email AND person.address = excluded.address
        THEN person.revision ELSE excluded.revision
    END,
    name = excluded.name, email = excluded.email, kind = excluded.kind, active = excluded.active,
    admin = excluded.admin, address = excluded.address,
    direct = CASE WHEN excluded.direct = '' THEN person.direct ELSE excluded.direct END,
    left_at = CASE WHEN excluded.active = 1 THEN '' ELSE person.left_at END, forgotten = 0
WHERE excluded.active = 1 OR person.forgotten = 0
"""  # noqa: S608 - the columns are a constant


class Directory:
    def __init__(self, database: Database, domains: Domains, *, leaving: Callable[[str, str], Iterable[Step]]) -> None:
        """
        Args:
            leaving: what else is written before somebody's account is stored as switched off.
        """
        self._database = database
        self._domains = domains
        self._leaving = leaving
        self._workspaces: dict[str, Workspace] = {}  # they change their name about never; a restart reads them anew

    async def workspace(self, workspace: str) -> Workspace | None:
        if known := self._workspaces.get(workspace):
            return known
        rows = await self._database.rows("SELECT id, name, url, bot FROM workspace WHERE id = :id", id=workspace)
        if rows:
            self._workspaces[workspace] = Workspace(**rows[0])
        return self._workspaces.get(workspace)

    async def any_workspace(self) -> bool:
        """Whether we have ever known one."""
        return bool(await self._database.rows("SELECT id FROM workspace LIMIT 1"))

    async def workspaces(self) -> list[Workspace]:
        """All that we have ever known."""
        rows = await self._database.rows("SELECT id, name, url, bot FROM workspace ORDER BY lower(name), id")
        return [Workspace(**row) for row in rows]

    async def save_workspace(self, workspace: Workspace) -> None:
        self._workspaces.pop(workspace.id, None)
        await self._database.write(
            Step(
                """
                INSERT INTO workspace (id, name, url, bot) VALUES (:id, :name, :url, :bot)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, bot = excluded.bot
                """,
                {"id": workspace.id, "name": workspace.name, "url": workspace.url, "bot": workspace.bot},
            )
        )

    async def people(self, workspace: str, ids: Iterable[str]) -> dict[str, Person]:
        """Those of `ids` whom we know, by id."""
        names, bound = placeholders("id", dict.fromkeys(ids))
        rows = await self._database.rows(
            f"SELECT {PERSON_COLUMNS} FROM person WHERE workspace = :workspace AND id IN ({names})",  # noqa: S608
            workspace=workspace,
            **bound,
        )
        return {row["id"]: person_from(row) for row in rows}

    async def everybody(self, workspace: str) -> list[Person]:
        rows = await self._database.rows(
            f"SELECT {PERSON_COLUMNS} FROM person WHERE workspace = :workspace ORDER BY lower(name), id",  # noqa: S608
            workspace=workspace,
        )
        return [person_from(row) for row in rows]

    async def administrators(self, addresses: Iterable[str], workspace: str = "") -> list[Person]:
        """Active members who have that role, or one of these verified addresses, which are folded.

        Args:
            workspace: of whose organisation they are; "" for those of all.
        """
        names, bound = placeholders("address", addresses)
        rows = await self._database.rows(
            f"""
            SELECT {PERSON_COLUMNS} FROM person
            WHERE active = 1 AND kind = 'member'
              AND (CAST(:workspace AS TEXT) = '' OR person.workspace IN {TOGETHER})
              AND (lower(email) IN ({names}) AND email <> '' OR {GRANTED.format("person", "administrator")})
            ORDER BY workspace, id
            """,  # noqa: S608 - names of parameters and constants
            workspace=workspace,
            **bound,
        )
        return [person_from(row) for row in rows]

    async def save_people(self, people: Iterable[Person]) -> None:
        for steps in in_batches(
            (
                *(() if person.active else self._left(person.workspace, person.id)),
                Step(
                    _SAVE_PERSON,
                    {
                        **person_values(person),
                        "address": next(iter(marks), ""),
                        "erasure": erasure_id(person.workspace, person.id),
                    },
                ),
                *(_held(person, mark) for mark in marks),
            )
            for person in people
            for marks in [self._marks(person)]
        ):
            await self._database.write(*steps)

    def _left(self, workspace: str, person: str) -> tuple[Step, ...]:
        return runs.left(workspace, person), *self._leaving(workspace, person)

    def _marks(self, person: Person) -> tuple[str, ...]:
        """Of the address of a member; of who is none it says nothing, for others may decide what it is."""
        return self._domains.marks(person.email) if person.kind is PersonKind.MEMBER else ()

    async def readdress(self) -> None:
        """Let addresses count as the settings say by now."""
        rows = await self._database.long_rows(
            f"SELECT {PERSON_COLUMNS}, address FROM person WHERE email <> '' OR address <> ''"  # noqa: S608
        )
        changed = [
            (person, marks)
            for row in rows
            for person in [person_from(row)]
            if next(iter(marks := self._marks(person)), "") != row["address"]
        ]
        for steps in in_batches(
            (
                Step(
                    f"""
                    UPDATE person SET address = :address, revision = {NEXT_REVISION}
                    WHERE workspace = :workspace AND id = :id
                    """,  # noqa: S608 - a constant
                    {"address": next(iter(marks), ""), "workspace": person.workspace, "id": person.id},
                ),
                *(_held(person, mark) for mark in marks),
            )
            for person, marks in changed
        ):
            await self._database.write(*steps)

    async def active_people(self, workspace: str) -> set[str]:
        """Who has an account there, as far as we know: ids."""
        rows = await self._database.rows(
            "SELECT id FROM person WHERE workspace = :workspace AND active = 1 AND kind IN ('member', 'guest')",
            workspace=workspace,
        )
        return {row["id"] for row in rows}

    async def save_gone(self, workspace: str, person: str) -> None:
        """There is no such account any more."""
        await self._database.write(
            *self._left(workspace, person),
            Step(
                f"UPDATE person SET active = 0, revision = {NEXT_REVISION} WHERE workspace = :workspace AND id = :id",  # noqa: S608
                {"workspace": workspace, "id": person},
            ),
        )

    async def save_direct(self, person: Person, direct: str) -> None:
        await self._database.write(
            Step(
                "UPDATE person SET direct = :direct WHERE workspace = :workspace AND id = :id",
                {"direct": direct, "workspace": person.workspace, "id": person.id},
            )
        )

    async def save_emoji(self, workspace: str, aliases: Mapping[str, str]) -> None:
        """Replace the other names that emoji have in a workspace."""
        await self._database.write(
            Step("DELETE FROM emoji WHERE workspace = :workspace", {"workspace": workspace}),
            *(
                Step(
                    """
                    INSERT INTO emoji (workspace, name, target) VALUES (:workspace, :name, :target)
                    ON CONFLICT DO NOTHING
                    """,
                    {"workspace": workspace, "name": name, "target": target},
                )
                for name, target in aliases.items()
            ),
        )

    async def emoji(self, workspace: str, name: str) -> str:
        """What `name` is another name of, or `name` itself."""
        rows = await self._database.rows(
            "SELECT target FROM emoji WHERE workspace = :workspace AND name = :name",
            workspace=workspace,
            name=name,
        )
        return rows[0]["target"] if rows else name

    async def group_names(self, workspace: str, ids: Iterable[str]) -> dict[str, str]:
        """What those of the groups `ids` are called whose name we know, by id."""
        names, bound = placeholders("id", dict.fromkeys(ids))
        rows = await self._database.rows(
            f"SELECT id, name FROM user_group WHERE workspace = :workspace AND id IN ({names})",  # noqa: S608
            workspace=workspace,
            **bound,
        )
        return {row["id"]: row["name"] for row in rows}

    async def save_groups(self, workspace: str, groups: Iterable[tuple[str, str]]) -> None:
        """Remember what groups are called: (group, name)."""
        for steps in in_batches(
            (
                Step(
                    """
                    INSERT INTO user_group (workspace, id, name) VALUES (:workspace, :id, :name)
                    ON CONFLICT (workspace, id) DO UPDATE SET name = excluded.name
                    """,
                    {"workspace": workspace, "id": id_, "name": name},
                ),
            )
            for id_, name in groups
        ):
            await self._database.write(*steps)


def _held(person: Person, mark: str) -> Step:
    """Remember whose address it is."""
    return Step(
        """
        INSERT INTO held_address (workspace, person, address)
        SELECT workspace, id, CAST(:address AS TEXT) FROM person
        WHERE workspace = :workspace AND id = :person AND forgotten = 0
        ON CONFLICT DO NOTHING
        """,
        {"workspace": person.workspace, "person": person.id, "address": mark},
    )
