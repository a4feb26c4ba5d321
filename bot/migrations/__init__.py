"""The schema, as numbered steps forward. Each is recorded in the transaction that carries it out."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Final

from bot import RELEASE
from bot.database import Database, Step
from bot.errors import ConfigError, DatabaseError

_RECORD: Final = """
CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)
"""
#: Which release carried a migration out. Beside the record, which older releases read and write as it is.
_RELEASES: Final = """
CREATE TABLE IF NOT EXISTS migration_release (number INTEGER PRIMARY KEY, release TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    statements: tuple[str, ...]


def known() -> tuple[Migration, ...]:
    """The migrations of this release, in order."""
    files = sorted(
        (file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return tuple(
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), _statements(file.read_text("utf-8")))
        for file in files
    )


def _statements(sql: str) -> tuple[str, ...]:
    without_comments = re.sub(r"--[^\n]*", "", sql)
    return tuple(filter(None, (statement.strip() for statement in without_comments.split(";"))))


async def pending(database: Database) -> tuple[Migration, ...]:
    """What is still to be carried out; only looks.

    Raises:
        ConfigError: the database was written by a newer release.
        DatabaseError: it is no database of ours yet, or it does not answer.
    """
    done = {row["number"]: row["name"] for row in await database.rows("SELECT number, name FROM migration")}
    newest = known()[-1].number
    if done and max(done) > newest:
        release = await _release(database, max(done))
        written = f" by release {release}; this is release {RELEASE}, which" if release else "; this release"
        raise ConfigError(
            [
                f"DATABASE_URL: the database is newer than this release (it has {done[max(done)]}{written} "
                f"knows {newest:04}). Install {f'release {release}' if release else 'the newer release'} again."
            ]
        )
    return tuple(migration for migration in known() if migration.number not in done)


async def _release(database: Database, number: int) -> str:
    """Which release carried a migration out; "" where nobody noted it."""
    try:
        rows = await database.rows("SELECT release FROM migration_release WHERE number = :number", number=number)
    except DatabaseError:  # made before releases were noted
        return ""
    return str(rows[0]["release"]) if rows else ""


async def migrate(database: Database) -> tuple[Migration, ...]:
    """Bring the schema up to date; returns what was carried out."""
    await database.write(*database.alone, Step(_RECORD, {}), Step(_RELEASES, {}))
    carried_out = []
    for migration in await pending(database):
        record = Step(
            "INSERT INTO migration (number, name) VALUES (:number, :name) ON CONFLICT DO NOTHING",
            {"number": migration.number, "name": migration.name},
            gate=True,  # another process may be doing the same
        )
        noted = Step(
            "INSERT INTO migration_release (number, release) VALUES (:number, :release) ON CONFLICT DO NOTHING",
            {"number": migration.number, "release": RELEASE},
        )
        steps = (*database.alone, record, noted, *(Step(statement, {}) for statement in migration.statements))
        if len(await database.write(*steps)) == len(steps):
            carried_out.append(migration)
    return tuple(carried_out)
