"""Every row says whose it is, and every statement asks for it: nothing of one workspace is met in another."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.teams import references
from bot import digests, directory, ledger, postbox, posts, runs, settings, steps, tally, weeks
from bot.database import Database
from bot.postbox import Postbox
from tests import databases

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

#: Statements that mean all workspaces, or one row by a key that holds its workspace.
FOR_ALL = {
    "bot.digests": set(),
    "bot.runs": set(),
    "bot.weeks": set(),
    "bot.directory": {"workspace", "save_workspace", "any_workspace"},
    "bot.ledger": {"forget_deliveries", "entries_used"},
    "bot.posts": set(),
    "bot.settings": set(),
    "bot.steps": set(),
    "bot.tally": {"questions", "forget_questions"},
    "adapters.teams.references": {"workspaces"},
    "bot.postbox": {
        "next_due",
        "claim",
        "postponed",
        "arrived",
        "found",
        "put_back",
        "let_be",
        "waiting",
        "troubles",
        "mends",
    },
}
_STATEMENT = re.compile(r"^\s*(SELECT|INSERT|UPDATE(?! SET)|DELETE|WHERE)\b")


def _text(node: ast.expr) -> str:
    """What a string says, without what is filled in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(each) if isinstance(each, ast.Constant) else "…" for each in node.values)
    return ""


def _statements(source: str) -> list[tuple[str, str]]:
    """Every statement in a module, with the function that holds it."""
    found = []
    for holder in ast.walk(ast.parse(source)):
        if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            nodes = list(ast.walk(holder))
            parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
            whole = [node for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr) and node not in parts]
            texts = [_text(node) for node in whole]
            found += [(holder.name, text) for text in texts if _STATEMENT.match(text)]
    return found


@pytest.mark.parametrize(
    "module",
    [digests, directory, ledger, postbox, posts, references, runs, settings, steps, tally, weeks],
    ids=lambda module: module.__name__,
)
def test_every_statement_names_the_workspace(module: object) -> None:
    path, name = str(getattr(module, "__file__", "")), str(getattr(module, "__name__", ""))
    statements = _statements(Path(path).read_text("utf-8"))
    assert len(statements) >= 2
    without = {holder for holder, text in statements if "workspace" not in text}
    assert without <= FOR_ALL[name], without - FOR_ALL[name]


@pytest.mark.databases("sqlite")  # where the schema is looked at
async def test_every_table_has_a_column_for_it(database: Database) -> None:
    for table in set(await databases.tables(database)) - {"migration", "workspace", "oauth_state", "framework_version"}:
        columns = await database.rows(f"SELECT name FROM pragma_table_info('{table}')")  # noqa: S608
        assert "workspace" in {row["name"] for row in columns}, table


async def test_what_shows_the_same_fact_elsewhere_does_not_follow(database: Database) -> None:
    """A message has the same place and time in two workspaces."""
    rows = [posts.post(f"slack:T{n}", posts.REACTIONS, "C1/1.2", person="U1", due_at=NOW) for n in (1, 2)]
    await database.write(*map(posts.wanted, rows), posts.changed("slack:T1", "C1/1.2", NOW))
    store = Postbox(database)
    (one,) = await store.of_fact("slack:T1", "C1/1.2")
    (two,) = await store.of_fact("slack:T2", "C1/1.2")
    assert (one.wanted, two.wanted) == (2, 1)
    assert await store.post("slack:T2", one.id) is None
    assert one.target != two.target
