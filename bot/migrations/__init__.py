"""The schema, as numbered steps forward. Each is recorded in the transaction that carries it out."""

import contextlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Final

from bot import RELEASE
from bot.database import Database, Step
from bot.errors import ConfigError, DatabaseError, NotAllowed

KEPT: Final = ("audit", "audit_link")  #: tables to which rows are added, and in which none is ever changed

_RECORD: Final = """
CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)
"""
#: Which release carried a migration out. Beside the record, which older releases read and write as it is.
_RELEASES: Final = """
CREATE TABLE IF NOT EXISTS migration_release (number INTEGER PRIMARY KEY, release TEXT NOT NULL)
"""

#: A table that is there from before a restore until everybody who was erased is erased again.
RESTORING: Final = "restoring"


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


async def migrate(database: Database, *, restoring: bool = False) -> tuple[Migration, ...]:
    """Bring the schema up to date; returns what was carried out.

    Args:
        restoring: it is being restored, by us.

    Raises:
        ConfigError: it is of an older release, and whoever we are to the database may not change that; or of a newer;
            or a restore was broken off.
    """
    if not restoring:
        await refuse_half_restored(database)
    with contextlib.suppress(DatabaseError):  # there is nothing yet
        if not await pending(database):
            return ()
    try:
        return await _carried_out(database)
    except NotAllowed as error:
        raise ConfigError(
            [f"DATABASE_URL: its role may not bring the tables up to date ({error}). Let another do it: kudos migrate"]
        ) from None


async def refuse_half_restored(database: Database) -> None:
    """
    Raises:
        ConfigError: a restore was broken off.
    """
    if await _half_restored(database):
        raise ConfigError(
            [
                "DATABASE_URL: a restore into this database was broken off, and it may hold people who were erased. "
                "Drop it, make it anew, and restore again: kudos restore"
            ]
        )


async def _half_restored(database: Database) -> bool:
    try:
        await database.rows(f"SELECT 1 AS one FROM {RESTORING}")  # noqa: S608 - a constant
    except NotAllowed:  # it is another role's
        return True
    except DatabaseError:
        return False
    return True


async def _carried_out(database: Database) -> tuple[Migration, ...]:
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
        # With the newest, when all tables are there.
        kept = database.kept(*KEPT) if migration == known()[-1] else ()
        steps = (*database.alone, record, noted, *(Step(statement, {}) for statement in migration.statements), *kept)
        if len(await database.write(*steps)) == len(steps):
            carried_out.append(migration)
    return tuple(carried_out)
