"""The audit log, as it is kept: rows come with what they tell of, are chained once, and stay as they were written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.audit import Audit, noted
from bot.chain import Head
from bot.database import Database, Step
from tests import databases

W, OTHER = "slack:T1", "teams:t1"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


@pytest.fixture
async def tampering(database_kind: str, database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """Somebody who may do everything to the database, and does."""
    other = databases.at(tmp_path / "kudos.db")
    if database_kind == "sqlite":
        for table in ("audit", "audit_link"):
            for act in ("update", "delete"):
                await other.write(Step(f"DROP TRIGGER {table}_no_{act}", {}))
    yield other
    await other.close()


def act(number: int, workspace: str = W, *, apart_s: int = 60) -> Step:
    at = NOW + timedelta(seconds=number * apart_s)
    return noted(workspace, "ann", "role granted", "bob", "moderator", origin="slack", now=at, key=str(number))


async def filled(database: Database, audit: Audit) -> None:
    await database.write(*map(act, range(5)))
    await audit.chain()


async def flaws(audit: Audit, workspace: str = W) -> tuple[str, ...]:
    return (await audit.verify(workspace)).flaws


async def test_rows_are_chained_in_order_each_workspace_by_itself(database: Database, audit: Audit) -> None:
    await database.write(act(2), act(1), act(3, OTHER), act(0, ""))
    await database.write(act(1))
    assert not await audit.chain()
    await database.write(act(4))
    assert not await audit.chain()
    rows = await database.rows(
        "SELECT audit_link.workspace, position, at FROM audit_link JOIN audit ON audit.id = audit_link.audit"
        " ORDER BY audit_link.workspace, position"
    )
    found = [(row["workspace"], row["position"], row["at"][14:16]) for row in rows]
    assert found == [("", 1, "00"), (W, 1, "01"), (W, 2, "02"), (W, 3, "04"), (OTHER, 1, "03")]
    assert await audit.workspaces() == ["", W, OTHER]
    assert [await flaws(audit, each) for each in ("", W, OTHER)] == [(), (), ()]
    assert [each.at[14:16] for each in await audit.latest(W, most=2)] == ["04", "02"]


async def test_nothing_is_noted_where_nothing_was_done(database: Database) -> None:
    """A row is a step of the transaction that does what it tells of."""
    gate = Step("UPDATE person SET active = 0 WHERE workspace = :workspace", {"workspace": W}, gate=True)
    await database.write(act(1), gate)
    assert await database.rows("SELECT id FROM audit WHERE workspace = :workspace", workspace=W) == []


async def test_three_processes_chain_one_chain(database_kind: str, database: Database, tmp_path: Path) -> None:
    others = [databases.at(tmp_path / "kudos.db") for _ in range(3)]
    audits = [Audit(each) for each in others]

    async def writes(number: int) -> None:
        for turn in range(15):
            await others[number].write(act(turn * 3 + number, apart_s=1))
            await audits[number].chain()

    try:
        await asyncio.gather(*map(writes, range(3)))
        await asyncio.gather(*(each.chain() for each in audits))
        found = await audits[0].verify(W)
        assert (found.head.position, found.flaws) == (45, ())
    finally:
        for each in others:
            await each.close()


async def test_more_rows_than_are_chained_at_once(database: Database, audit: Audit) -> None:
    await database.write(*map(act, range(1203)))
    await audit.chain()
    found = await audit.verify(W)
    assert (found.head.position, found.flaws) == (1203, ())


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = 'auditor' WHERE workspace = 'slack:T1'",
        "DELETE FROM audit WHERE workspace = 'slack:T1'",
        "UPDATE audit_link SET hash = '' WHERE workspace = 'slack:T1'",
        "DELETE FROM audit_link WHERE workspace = 'slack:T1'",
    ],
)
async def test_sqlite_itself_refuses_a_change(database: Database, audit: Audit, statement: str) -> None:
    """On PostgreSQL that is a matter of roles: see `adapters/test_granting.py`."""
    await filled(database, audit)
    with pytest.raises(sqlite3.IntegrityError, match="stay as they are"):
        await database.write(Step(statement, {}))
    assert (await audit.verify(W)).head.position == 5


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE audit SET detail = 'auditor' WHERE id = {2}"], ["no. 2 is not what it was"]),
        (["UPDATE audit SET at = '2026-01-01T00:00:00.000000Z' WHERE id = {3}"], ["no. 3 is not what it was"]),
        (["DELETE FROM audit WHERE id = {2}"], ["no. 2 is missing"]),
        (["DELETE FROM audit WHERE id = {5}"], ["no. 5 is missing"]),
        (["DELETE FROM audit WHERE id = {2}", "DELETE FROM audit_link WHERE position = 2"], ["no. 2 is missing"]),
        (["DELETE FROM audit WHERE id = {5}", "DELETE FROM audit_link WHERE position = 5"], ["no. 5 is missing"]),
        (["DELETE FROM audit", "DELETE FROM audit_link"], ["nos. 1 to 5 are missing"]),
        (
            [
                "INSERT INTO audit SELECT 'forged', workspace, actor, act, subject, detail, origin,"
                " '2026-01-01T00:00:00.000000Z' FROM audit WHERE id = {1}"
            ],
            ["no. 6 was added later than it says"],
        ),
        (["UPDATE audit_link SET hash = 'x' WHERE position = 4"], ["no. 4 is not", "no. 5 is not"]),
        (["UPDATE audit SET workspace = 'slack:T2' WHERE id = {4}"], ["no. 4 is missing"]),
    ],
)
async def test_what_was_done_to_the_log_is_found(
    database: Database, audit: Audit, tampering: Database, statements: list[str], told: list[str]
) -> None:
    """Also what is gone from its end, and after more has been chained since."""
    await filled(database, audit)
    rows = await database.rows("SELECT position, audit FROM audit_link")
    ids = {row["position"]: f"'{row['audit']}'" for row in rows}
    for statement in statements:
        await tampering.write(Step(statement.format(*["", *(ids[n] for n in range(1, 6))]), {}))
    for more in (6, 7):
        await audit.chain()
        found = await flaws(audit)
        assert [each[: len(begins)] for each, begins in zip(found, told, strict=True)] == told
        await database.write(act(more))


async def test_an_end_that_was_noted_elsewhere_is_looked_for(
    database: Database, audit: Audit, tampering: Database
) -> None:
    """Whoever can write to every table can chain everything anew; what was noted elsewhere does not fit then."""
    await filled(database, audit)
    head = (await audit.verify(W)).head
    assert await audit.agrees(W, head)
    for statement in ("DELETE FROM audit", "DELETE FROM audit_link", "DELETE FROM audit_head"):
        await tampering.write(Step(statement, {}))
    await database.write(*map(act, range(6)))
    await audit.chain()
    assert await flaws(audit) == ()
    assert await audit.agrees(W, head)
    assert not await audit.agrees(W, Head(position=9, hash=head.hash))
    await tampering.write(Step("UPDATE audit_link SET hash = 'x' WHERE position = 5", {}))
    assert not await audit.agrees(W, head)
