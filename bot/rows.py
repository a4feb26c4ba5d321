"""People and places as rows of the database, in one way for all who read and write them."""

from collections.abc import Iterable
from typing import Any, Final

from bot.database import Row
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility, derived_id

PERSON_COLUMNS: Final = "workspace, id, name, email, kind, active, direct, admin"
#: The revision of somebody of whom anything is changing in `:workspace`.
NEXT_REVISION: Final = "(SELECT COALESCE(MAX(revision), 0) + 1 FROM person WHERE workspace = :workspace)"
#: Whether the person `{0}` has been granted the role `{1}` and still has it.
GRANTED: Final = """EXISTS (
    SELECT 1 FROM role_grant AS latest
    WHERE latest.workspace = {0}.workspace AND latest.person = {0}.id AND latest.role = '{1}' AND latest.granted = 1
      AND NOT EXISTS (
        SELECT 1 FROM role_grant AS later
        WHERE later.workspace = latest.workspace AND later.person = latest.person AND later.role = latest.role
          AND (later.at > latest.at OR later.at = latest.at AND later.id > latest.id)
      )
)"""
PLACE_COLUMNS: Final = "workspace, id, name, kind, visibility, joined, archived, shared, creator"


def person_from(row: Row, prefix: str = "") -> Person:
    return Person(
        workspace=row[f"{prefix}workspace"],
        id=row[f"{prefix}id"],
        name=row[f"{prefix}name"],
        email=row[f"{prefix}email"],
        kind=PersonKind(row[f"{prefix}kind"]),
        active=bool(row[f"{prefix}active"]),
        direct=row[f"{prefix}direct"],
        admin=bool(row[f"{prefix}admin"]),
    )


def person_values(person: Person) -> dict[str, Any]:
    return {
        "workspace": person.workspace,
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "kind": person.kind.value,
        "active": int(person.active),
        "direct": person.direct,
        "admin": int(person.admin),
    }


def place_from(row: Row, prefix: str = "") -> Place:
    return Place(
        workspace=row[f"{prefix}workspace"],
        id=row[f"{prefix}id"],
        name=row[f"{prefix}name"],
        kind=PlaceKind(row[f"{prefix}kind"]),
        visibility=Visibility(row[f"{prefix}visibility"]),
        joined=bool(row[f"{prefix}joined"]),
        archived=bool(row[f"{prefix}archived"]),
        shared=None if row[f"{prefix}shared"] is None else bool(row[f"{prefix}shared"]),
        creator=row[f"{prefix}creator"],
    )


def place_values(place: Place) -> dict[str, Any]:
    return {
        "workspace": place.workspace,
        "id": place.id,
        "name": place.name,
        "kind": place.kind.value,
        "visibility": place.visibility.value,
        "joined": int(place.joined),
        "archived": int(place.archived),
        "shared": None if place.shared is None else int(place.shared),
        "creator": place.creator,
    }


def erasure_id(workspace: str, person: str) -> str:
    """A name for the erasure of somebody, that names nobody."""
    return derived_id("erasure", workspace, person)


def placeholders(name: str, values: Iterable[str]) -> tuple[str, dict[str, str]]:
    """`:name0, :name1, …` and what they stand for, for an `IN (…)` of any length.

    The last value fills it up to a power of two: databases keep what they have made of a statement, by its text.
    """
    some = list(values)
    some += some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some) if some else 0)
    bound = {f"{name}{position}": value for position, value in enumerate(some)}
    return ", ".join(f":{key}" for key in bound) or "NULL", bound
