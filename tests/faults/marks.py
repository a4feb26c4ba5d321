"""Which tests inject which fault, read from the tests as they are written."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

TESTS: Final = Path(__file__).parents[1]


class Mark(NamedTuple):
    fault: str
    test: str  #: such as `tests/test_outbox.py::test_a_lost_answer`


def marks() -> list[Mark]:
    """Every mark, by file, and in the order of each file."""
    return [mark for file in sorted(TESTS.rglob("test_*.py")) for mark in _of(file)]


def _of(file: Path) -> Iterator[Mark]:
    text = file.read_text("utf-8")
    if "mark.fault(" not in text:
        return
    where = file.relative_to(TESTS.parent).as_posix()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {name: None for each in node.decorator_list for name in _named(each)}
            yield from (Mark(name, f"{where}::{node.name}") for name in names)


def _named(decorator: ast.expr) -> Iterator[str]:
    """The faults that a decorator names: itself, or at one of the cases that it lists."""
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
            match node.args:
                case [ast.Constant(value=str(name))]:
                    yield name
                case _:
                    raise ValueError(f"{ast.unparse(node)}: a fault is marked by its name, letter for letter")
