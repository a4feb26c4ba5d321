"""People and places as rows of the database, in one way for all who read and write them."""

from collections.abc import Iterable
from typing import Any, Final

from bot.database import Row
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility

PERSON_COLUMNS: Final = "workspace, id, name, email, kind, active, direct"


def person_from(row: Row, prefix: str = "") -> Person:
    return Person(
        workspace=row[f"{prefix}workspace"],
        id=row[f"{prefix}id"],
        name=row[f"{prefix}name"],
        email=row[f"{prefix}email"],
        kind=PersonKind(row[f"{prefix}kind"]),
        active=bool(row[f"{prefix}active"]),
        direct=row[f"{prefix}direct"],
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
    }


def place_from(row: Row) -> Place:
    return Place(
        workspace=row["workspace"],
        id=row["id"],
        name=row["name"],
        kind=PlaceKind(row["kind"]),
        visibility=Visibility(row["visibility"]),
        joined=bool(row["joined"]),
        archived=bool(row["archived"]),
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
    }


def placeholders(name: str, values: Iterable[str]) -> tuple[str, dict[str, str]]:
    """`:name0, :name1, …` and what they stand for, for an `IN (…)` of any length."""
    bound = {f"{name}{position}": value for position, value in enumerate(values)}
    return ", ".join(f":{key}" for key in bound) or "NULL", bound
