"""Every row says whose it is, and every statement asks for it: nothing of one workspace is met in another.

What speaks of several goes by what the settings say of an organisation, and there is one place that knows.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot
from adapters.teams import references
from bot import (
    accounts,
    ageing,
    audit,
    copies,
    digests,
    directory,
    erasing,
    erasures,
    export_log,
    ledger,
    organisations,
    places,
    postbox,
    posts,
    quiets,
    reports,
    roles,
    runs,
    settings,
    sights,
    steps,
    tally,
    weeks,
)
from bot.database import Database
from bot.postbox import Postbox
from tests import databases

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

#: Statements that mean all workspaces, or one row by a key that holds its workspace.
FOR_ALL = {
    "bot.accounts": set(),
    "bot.ageing": {"_notice"},
    "bot.copies": set(),
    "bot.erasing": set(),
    "bot.erasures": {"begun"},
    "bot.audit": set(),
    "bot.export_log": set(),
    "bot.reports": set(),
    "bot.roles": set(),
    "bot.digests": set(),
    "bot.organisations": {"_store"},
    "bot.places": set(),
    "bot.runs": set(),
    "bot.weeks": set(),
    "bot.directory": {"workspace", "save_workspace", "any_workspace", "readdress"},
    "bot.ledger": {"forget_deliveries", "entries_used"},
    "bot.posts": set(),
    "bot.quiets": set(),
    "bot.settings": set(),
    "bot.sights": set(),
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
        "held",
        "due_since",
        "late_since",
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


MODULES = (
    accounts,
    ageing,
    audit,
    copies,
    digests,
    directory,
    export_log,
    erasing,
    erasures,
    ledger,
    organisations,
    places,
    postbox,
    posts,
    quiets,
    references,
    reports,
    roles,
    runs,
    settings,
    sights,
    steps,
    tally,
    weeks,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_statement_names_the_workspace(module: object) -> None:
    path, name = str(getattr(module, "__file__", "")), str(getattr(module, "__name__", ""))
    statements = _statements(Path(path).read_text("utf-8"))
    assert statements
    without = {holder for holder, text in statements if "workspace" not in text}
    assert without <= FOR_ALL[name], without - FOR_ALL[name]


#: Where it is looked which workspaces belong to one organisation, each after the other.
ONE_AFTER_ANOTHER = {"bot/accounts.py", "bot/governing.py", "bot/shares.py", "adapters/cli_colleagues.py"}

_SEVERAL = re.compile(r"(?:workspace|given_in)(?:\s*\|\|\s*'')?\s+IN\s*$")
_SWITCHED_OFF = re.compile(r"workspace\s+NOT\s+IN\s+\(SELECT workspace FROM switched_off\)")


def _crossings(source: str) -> Iterator[str]:
    """What follows each `workspace IN` of a module's statements: the name of what is filled in, or the words."""
    parts: set[ast.expr] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts.update(node.values)
            for part, then in zip(node.values, [*node.values[1:], None], strict=True):
                text = _SWITCHED_OFF.sub("", _text(part))
                if _SEVERAL.search(text):
                    filled = then.value if isinstance(then, ast.FormattedValue) else None
                    yield filled.id if isinstance(filled, ast.Name) else "something else"
                yield from re.findall(r"(?:workspace|given_in)(?:\s*\|\|\s*'')?\s+IN\s*(\S+)", text)
        elif isinstance(node, ast.Constant) and node not in parts and isinstance(node.value, str):
            yield from re.findall(
                r"(?:workspace|given_in)(?:\s*\|\|\s*'')?\s+IN\b\s*(\S*)", _SWITCHED_OFF.sub("", node.value)
            )


def test_what_speaks_of_several_workspaces_goes_by_their_organisation() -> None:
    found = {path.name: list(_crossings(path.read_text("utf-8"))) for path in Path(bot.__path__[0]).glob("*.py")}
    crossing = {name: each for name, each in found.items() if each}
    assert set(crossing) == {
        *("accounts.py", "digests.py", "directory.py", "erasing.py", "posts.py", "quiets.py", "roles.py", "runs.py"),
        "sights.py",
    }
    assert {each for some in crossing.values() for each in some} == {"TOGETHER"}


@pytest.mark.parametrize(
    "odd",
    [
        'f"SELECT * FROM person WHERE workspace IN ({names})"',
        'f"SELECT * FROM person WHERE person.workspace IN {others}"',
        '"SELECT * FROM person WHERE workspace IN (SELECT id FROM workspace)"',
        'f"SELECT * FROM {table} WHERE workspace  IN (:one, :two)"',
    ],
)
def test_a_statement_that_goes_by_anything_else_would_be_found(odd: str) -> None:
    assert set(_crossings(odd)) - {"TOGETHER"}
    assert list(_crossings('f"SELECT * FROM person WHERE workspace IN {TOGETHER} AND id = 1"')) == ["TOGETHER"]


def test_one_place_knows_which_belong_together() -> None:
    root = Path(bot.__path__[0]).parent
    asking = set()
    for path in [*root.glob("bot/**/*.py"), *root.glob("adapters/**/*.py")]:
        source, name = path.read_text("utf-8"), path.relative_to(root).as_posix()
        if name != "bot/organisations.py":
            assert not re.search(r"(FROM|JOIN|INTO|UPDATE)\s+organisation\b", source), name
        if re.search(r"organisations\.together\(", source):
            asking.add(name)
    assert asking == ONE_AFTER_ANOTHER


def test_every_module_that_speaks_to_the_database_is_looked_at() -> None:
    looked_at = {Path(str(module.__file__)).name for module in MODULES}
    speaking = {path.name for path in Path(bot.__path__[0]).glob("*.py") if _statements(path.read_text("utf-8"))}
    assert speaking - looked_at <= {"database.py", "postgres.py", "store.py", "versions.py"}


@pytest.mark.databases("sqlite")  # where the schema is looked at
async def test_every_table_has_a_column_for_it(database: Database) -> None:
    for table in set(await databases.tables(database)) - {
        "migration",
        "migration_release",
        "workspace",
        "oauth_state",
        "framework_version",
    }:
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
