"""Where: places and who is in them, as the platforms told us. The SQL beside each method."""

from collections.abc import Iterable
from dataclasses import replace

from bot import runs
from bot.database import Database, Step, in_batches
from bot.model import Person, Place, Visibility
from bot.rows import PERSON_COLUMNS, person_from, place_from, place_values, placeholders

_SAVE_PLACE = """
INSERT INTO place (workspace, id, name, kind, visibility, joined, archived, shared, creator)
VALUES (:workspace, :id, :name, :kind, :visibility, :joined, :archived, :shared, :creator)
ON CONFLICT (workspace, id) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, visibility = excluded.visibility,
    joined = excluded.joined, archived = excluded.archived, shared = COALESCE(:shared, place.shared),
    creator = CASE WHEN excluded.creator = '' THEN place.creator ELSE excluded.creator END
"""


class Places:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, workspace: str, id_: str) -> Place | None:
        rows = await self._database.rows(
            "SELECT * FROM place WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return place_from(rows[0]) if rows else None

    async def all(self, workspace: str) -> list[Place]:
        rows = await self._database.rows(
            "SELECT * FROM place WHERE workspace = :workspace ORDER BY lower(name), id", workspace=workspace
        )
        return [place_from(row) for row in rows]

    async def called(self, workspace: str, name: str) -> Place | None:
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

    async def save(self, places: Iterable[Place]) -> None:
        for steps in in_batches(_saved(place) for place in places):
            await self._database.write(*steps)

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
        known = await self.get(workspace, place)
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
        return bool(await self.with_person(workspace, person, [place]))

    async def with_person(self, workspace: str, person: str, among: Iterable[str]) -> frozenset[str]:
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
