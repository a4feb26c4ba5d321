"""Two roles of one PostgreSQL: one owns the tables and brings them up to date, the other uses them."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql

from adapters import granting, storage
from adapters.cli import main
from bot import migrations
from bot.audit import Audit, noted
from bot.database import Step
from bot.errors import ConfigError, NotAllowed
from bot.spelling import POSTGRES
from tests import postgres

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Roles:
    """The same database, as two roles are known to it."""

    server: str  #: as whoever may do everything
    owner: str
    user: str


def _as(url: str, role: str) -> str:
    """The same address for another role. A password is given; where the server trusts us, it is not looked at."""
    parts = urlsplit(url)
    _, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(scheme=POSTGRES.removesuffix("://"), netloc=f"{quote(role)}:secret@{host}"))


@pytest.fixture
def roles() -> Iterator[Roles]:
    names = [f"kudos_{kind}_{secrets.token_hex(4)}" for kind in ("owner", "user")]
    with postgres.made() as url:
        with psycopg.connect(url, autocommit=True) as server:
            for name in names:
                server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(sql.Identifier(name)))
            server.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(names[0])))
        yield Roles(url, *(_as(url, name) for name in names))
        with psycopg.connect(url, autocommit=True) as server:
            for name in names:
                server.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
                server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def kudos(*typed: str, roles: Roles, owner: str | None = None) -> Result:
    settings = {"DATABASE_URL": roles.user, "MIGRATE_DATABASE_URL": roles.owner if owner is None else owner}
    return CliRunner().invoke(main, list(typed), env=settings)


def test_the_one_adds_to_the_log_and_changes_nothing_in_it(roles: Roles) -> None:
    """And does everything else that Kudos does."""
    done = kudos("migrate", roles=roles)
    assert done.exit_code == 0, done.output
    assert "can add to the audit log only." in done.output
    asyncio.run(_adds_and_changes_nothing(roles))


async def _adds_and_changes_nothing(roles: Roles) -> None:
    database = storage.opened(roles.user)
    try:
        assert await migrations.migrate(database) == ()  # as every start does
        row = noted("slack:T1", "ann", "role granted", "bob", origin="slack", now=NOW, key="1")
        await database.write(row)
        audit = Audit(database)
        await audit.chain()
        assert (await audit.verify("slack:T1")).head.position == 1
        for statement in (
            "UPDATE audit SET detail = 'x'",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "UPDATE audit_link SET hash = 'x'",
            "DELETE FROM audit_link",
            "DROP TABLE audit",
            "ALTER TABLE audit ADD COLUMN more TEXT",
            "DELETE FROM migration",
        ):
            with pytest.raises(NotAllowed):
                await database.write(Step(statement, {}))
        assert (await audit.verify("slack:T1")).flaws == ()
    finally:
        await database.close()


def test_whoever_may_not_bring_the_tables_up_to_date_is_told_who_does(roles: Roles) -> None:
    kudos("migrate", roles=roles)
    with psycopg.connect(roles.owner, autocommit=True) as owner:
        owner.execute("DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")
    refused = kudos("migrate", roles=roles, owner="")
    assert refused.exit_code == 78
    assert "its role may not bring the tables up to date" in refused.output


def test_migrating_again_keeps_it_so(roles: Roles) -> None:
    assert kudos("migrate", roles=roles).exit_code == 0
    with psycopg.connect(roles.owner, autocommit=True) as owner:
        owner.execute("GRANT ALL ON audit TO PUBLIC")
    assert kudos("migrate", roles=roles).exit_code == 0
    with psycopg.connect(roles.user) as user, pytest.raises(psycopg.errors.InsufficientPrivilege):
        user.execute("DELETE FROM audit")


def test_a_role_that_owns_the_tables_is_not_taken_for_another(roles: Roles) -> None:
    assert kudos("migrate", roles=roles).exit_code == 0
    with pytest.raises(ConfigError, match="could change the audit log"):
        granting.grant(roles.owner, roles.owner)
    with pytest.raises(ConfigError, match="could change the audit log"):
        granting.grant(roles.owner, roles.server)


def test_two_databases_are_not_taken_for_one(roles: Roles) -> None:
    with postgres.made() as other, pytest.raises(ConfigError, match="it is the database"):
        granting.grant(_as(other, urlsplit(roles.owner).username or ""), roles.user)


def test_a_server_that_does_not_let_us_is_told_of(roles: Roles) -> None:
    with pytest.raises(ConfigError, match=r"cannot let PostgreSQL .* be used: "):
        granting.grant(_as(roles.owner, "nobody_at_all"), roles.user)


@pytest.mark.parametrize("url", ["sqlite:///a.db", "postgresql://owner@localhost/kudos"])
def test_it_is_of_no_use_for_a_file(url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'kudos.db'}", "MIGRATE_DATABASE_URL": url}
    refused = CliRunner().invoke(main, ["migrate"], env=settings)
    assert refused.exit_code == 78
    assert "MIGRATE_DATABASE_URL: it is another role of a PostgreSQL" in refused.output
