"""Who and where: people, places, groups and emoji, as the platforms told us. The SQL beside each method."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from bot import runs
from bot.addresses import Domains
from bot.database import Database, Step
from bot.model import Person, PersonKind, Place, Visibility, Workspace
from bot.organisations import TOGETHER
from bot.rows import (
    GRANTED,
    NEXT_REVISION,
    PERSON_COLUMNS,
    erasure_id,
    person_from,
    person_values,
    place_from,
    place_values,
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

_SAVE_PLACE = """
INSERT INTO place (workspace, id, name, kind, visibility, joined, archived, shared, creator)
VALUES (:workspace, :id, :name, :kind, :visibility, :joined, :archived, :shared, :creator)
ON CONFLICT (workspace, id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, visibility = excluded.visibility,
    joined = excluded.joined, archived = excluded.archived, shared = COALESCE(:shared, place.shared),
    creator = CASE WHEN excluded.creator = '' THEN place.creator ELSE excluded.creator END
"""

_BATCH: Final = 200  #: steps, or a few more, in one transaction, so that others can write in between


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
        await self._in_batches(
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
        )

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
        await self._in_batches(
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
        )

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

    async def place(self, workspace: str, id_: str) -> Place | None:
        rows = await self._database.rows(
            "SELECT * FROM place WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return place_from(rows[0]) if rows else None

    async def places(self, workspace: str) -> list[Place]:
        rows = await self._database.rows(
            "SELECT * FROM place WHERE workspace = :workspace ORDER BY lower(name), id", workspace=workspace
        )
        return [place_from(row) for row in rows]

    async def place_called(self, workspace: str, name: str) -> Place | None:
        """The channel that `name` means: `#name`, `name` or an id."""
        rows = await self._database.rows(
            """
            SELECT * FROM place
            WHERE workspace = :workspace AND kind = 'channel' AND archived = 0
              AND (id = :name OR lower(name) = lower(:bare))
            ORDER BY joined DESC, id
            """,
            workspace=workspace,
            name=name,
            bare=name.lstrip("#"),
        )
        return place_from(rows[0]) if rows else None

    async def save_places(self, places: Iterable[Place]) -> None:
        await self._in_batches(_saved(place) for place in places)

    async def save_joined(self, workspace: str, place: str, *, joined: bool) -> None:
        """Whether Kudos itself is in `place`."""
        await self._database.write(
            Step(
                "UPDATE place SET joined = :joined WHERE workspace = :workspace AND id = :id",
                {"joined": int(joined), "workspace": workspace, "id": place},
            )
        )

    async def channels_in_reach(self, workspace: str) -> set[str]:
        """The channels that we are in or can look into, as far as we know: ids."""
        rows = await self._database.rows(
            """
            SELECT id FROM place
            WHERE workspace = :workspace AND kind = 'channel' AND (joined = 1 OR visibility = 'public')
            """,
            workspace=workspace,
        )
        return {row["id"] for row in rows}

    async def save_private(self, workspace: str, place: str) -> Place | None:
        """It was public, and is not any more: the place as it is now; None where that is nothing new.

        Of a public place we know only those in it who have come since we looked: it would seem to have no others.
        """
        known = await self.place(workspace, place)
        if known is None or known.visibility is not Visibility.PUBLIC:
            return None
        private = replace(known, visibility=Visibility.PRIVATE)
        await self._database.write(*_saved(private), _no_members(workspace, place))
        return private

    async def save_out_of_reach(self, workspace: str, place: str) -> None:
        """It is gone, or private and without us: we can't tell which. What we do not know is private."""
        await self._database.write(
            runs.closed(Place(workspace=workspace, id=place)),
            Step(
                """
                UPDATE place SET joined = 0, visibility = 'private'
                WHERE workspace = :workspace AND id = :id AND kind = 'channel'
                """,
                {"workspace": workspace, "id": place},
            ),
        )

    async def members(self, workspace: str, place: str) -> frozenset[str]:
        rows = await self._database.rows(
            "SELECT person FROM membership WHERE workspace = :workspace AND place = :place",
            workspace=workspace,
            place=place,
        )
        return frozenset(row["person"] for row in rows)

    async def thankable_in(self, workspace: str, place: str, *, most: int) -> list[Person]:
        """Those whom we know to be in `place` and who can be thanked, by name. Thousands may be there beside them."""
        rows = await self._database.long_rows(
            f"""
            SELECT {PERSON_COLUMNS} FROM person
            WHERE workspace = :workspace AND active = 1 AND kind IN ('member', 'guest') AND id IN (
                SELECT membership.person FROM membership
                WHERE membership.workspace = :workspace AND membership.place = :place
            )
            ORDER BY lower(name), id LIMIT :most
            """,  # noqa: S608 - the columns are a constant
            workspace=workspace,
            place=place,
            most=most,
        )
        return [person_from(row) for row in rows]

    async def is_in(self, workspace: str, place: str, person: str) -> bool:
        return bool(await self.places_of(workspace, person, [place]))

    async def places_of(self, workspace: str, person: str, among: Iterable[str]) -> frozenset[str]:
        """Those of the places `among` that we know `person` to be in. Thousands may be there beside them."""
        names, bound = placeholders("place", dict.fromkeys(among))
        rows = await self._database.rows(
            f"""
            SELECT place FROM membership WHERE workspace = :workspace AND place IN ({names}) AND person = :person
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            person=person,
            **bound,
        )
        return frozenset(row["place"] for row in rows)

    async def save_members(self, workspace: str, place: str, people: Iterable[str]) -> None:
        """Replace whom we know to be in `place`."""
        await self._database.write(
            _no_members(workspace, place),
            *(_membership(workspace, place, person) for person in people),
        )

    async def save_member(self, workspace: str, place: str, person: str, *, present: bool) -> None:
        if present:
            await self._database.write(_membership(workspace, place, person))
        else:
            await self._database.write(
                Step(
                    """
                    DELETE FROM membership
                    WHERE workspace = :workspace AND place = :place AND person = :person
                    """,
                    {"workspace": workspace, "place": place, "person": person},
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
        await self._in_batches(
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
        )

    async def _in_batches(self, writes: Iterable[tuple[Step, ...]]) -> None:
        """Each of `writes` as a whole, with others in one transaction."""
        waiting: list[Step] = []
        for steps in writes:
            waiting += steps
            if len(waiting) >= _BATCH:
                await self._database.write(*waiting)
                waiting = []
        if waiting:
            await self._database.write(*waiting)


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


def _saved(place: Place) -> tuple[Step, ...]:
    is_open = place.visibility is Visibility.PUBLIC and not place.shared
    return (*(() if is_open else (runs.closed(place),)), Step(_SAVE_PLACE, place_values(place)))


def _no_members(workspace: str, place: str) -> Step:
    return Step(
        "DELETE FROM membership WHERE workspace = :workspace AND place = :place",
        {"workspace": workspace, "place": place},
    )


def _membership(workspace: str, place: str, person: str) -> Step:
    return Step(
        """
        INSERT INTO membership (workspace, place, person) VALUES (:workspace, :place, :person)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "place": place, "person": person},
    )
