"""The schema is the sum of its migrations, and nobody runs on a schema they do not know."""

import asyncio
import re
import sqlite3
import tomllib
from pathlib import Path

import pytest

from bot import RELEASE, migrations
from bot.database import Database, Row, Sqlite, Step
from bot.errors import ConfigError
from bot.migrations import known, migrate, pending
from tests import databases

FOLDER = Path(migrations.__file__).parent


async def schema(database: Sqlite) -> list[str]:
    rows = await database.rows(
        "SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL ORDER BY name"
    )
    return [re.sub(r"\s+", " ", row["sql"]) for row in rows if not row["name"].startswith("migration")]


@pytest.mark.databases("sqlite")
async def test_the_schema_is_the_sum_of_its_migrations(tmp_path: Path, database: Sqlite) -> None:
    """Running the files by hand, one after another, gives the same schema."""
    by_hand = sqlite3.connect(tmp_path / "by-hand.db")
    for file in sorted(FOLDER.glob("*.sql")):
        by_hand.executescript(re.sub("--.*", "", file.read_text("utf-8")))
    by_hand.close()
    other = Sqlite(tmp_path / "by-hand.db")
    assert await schema(database) == await schema(other)
    await other.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [each.number for each in known()] == list(range(1, len(known()) + 1))
    assert all(re.fullmatch(r"\d{4}_\w+", each.name) for each in known())


def test_statements_are_told_apart_by_semicolons_alone() -> None:
    """No file may hold a semicolon or two hyphens inside a string: they would cut a statement."""
    for file in FOLDER.glob("*.sql"):
        strings = re.findall(r"'[^']*'", re.sub("--.*", "", file.read_text("utf-8")))
        assert not [text for text in strings if ";" in text or "--" in text]


def test_only_portable_types() -> None:
    """TEXT and INTEGER columns: what both databases mean the same by."""
    for each in known():
        for statement in each.statements:
            assert not re.search(r"\b(?:AUTOINCREMENT|BLOB|REAL|DATETIME|TIMESTAMP|SERIAL|BOOLEAN)\b", statement)


async def test_migrating_again_does_nothing(database: Sqlite) -> None:
    assert await pending(database) == ()
    assert await migrate(database) == ()
    rows = await database.rows("SELECT number, name FROM migration ORDER BY number")
    assert [(row["number"], row["name"]) for row in rows] == [(each.number, each.name) for each in known()]


@pytest.mark.fault("three migrators at once")
@pytest.mark.parametrize("empty", databases.KINDS)
async def test_three_at_once(empty: str, tmp_path: Path) -> None:
    """Processes that start together: each migration is carried out by one of them."""
    with databases.empty(empty, tmp_path / "kudos.db") as opened:
        three = [opened() for _ in range(3)]
        carried_out = await asyncio.gather(*map(migrate, three))
        assert sorted(sum(carried_out, ()), key=lambda each: each.number) == list(known())
        for database in three:
            assert await pending(database) == ()
            await database.close()


class LookedTooEarly(Sqlite):
    """A process that saw an empty database a moment before another one had migrated it."""

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        return [row for row in await super().rows(sql, **values) if "number" not in row]


@pytest.mark.databases("sqlite")
async def test_one_that_comes_too_late(tmp_path: Path, database: Sqlite) -> None:
    """It carries nothing out a second time."""
    late = LookedTooEarly(tmp_path / "kudos.db")
    assert await pending(late) == known()
    assert await migrate(late) == ()
    await late.close()


async def test_a_newer_database_is_refused(database: Sqlite) -> None:
    """An older release does not touch what it does not understand, and says what to do."""
    await database.write(Step("INSERT INTO migration (number, name) VALUES (9999, '9999_of_tomorrow')", {}))
    with pytest.raises(ConfigError) as refused:
        await migrate(database)
    assert str(refused.value) == (
        "DATABASE_URL: the database is newer than this release (it has 9999_of_tomorrow; "
        f"this release knows {known()[-1].number:04}). Install the newer release again."
    )


async def test_a_newer_database_says_which_release_wrote_it(database: Database) -> None:
    later = Step("INSERT INTO migration (number, name) VALUES (9999, '9999_of_tomorrow')", {})
    noted = Step("INSERT INTO migration_release (number, release) VALUES (9999, '7.8.9')", {})
    await database.write(later, noted)
    with pytest.raises(ConfigError) as refused:
        await migrate(database)
    assert str(refused.value) == (
        f"DATABASE_URL: the database is newer than this release (it has 9999_of_tomorrow by release 7.8.9; this is "
        f"release {RELEASE}, which knows {known()[-1].number:04}). Install release 7.8.9 again."
    )


async def test_each_migration_is_noted_with_its_release(database: Database) -> None:
    rows = await database.rows("SELECT number, release FROM migration_release ORDER BY number")
    assert [(row["number"], row["release"]) for row in rows] == [(each.number, RELEASE) for each in known()]
    project = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == RELEASE


async def test_of_a_database_from_before_releases_were_noted_nobody_is_named(database: Database) -> None:
    await database.write(Step("DROP TABLE migration_release", {}))
    await database.write(Step("INSERT INTO migration (number, name) VALUES (9999, '9999_of_tomorrow')", {}))
    with pytest.raises(ConfigError, match="Install the newer release again"):
        await pending(database)


async def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Schema and record share one transaction: where a table is in the way, neither is there."""
    database = Sqlite(tmp_path / "kudos.db")
    await database.write(Step("CREATE TABLE outbox (id TEXT)", {}))
    with pytest.raises(Exception, match="outbox already exists"):
        await migrate(database)
    assert await database.rows("SELECT * FROM migration") == []
    assert len(await schema(database)) == 1
    await database.close()
