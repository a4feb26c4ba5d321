"""docs/threats.md lists every threat with what shows its control, and nothing else."""

import ast
from collections import Counter
from pathlib import Path

from tests.threats import THREATS
from tests.threats.__main__ import PAGE, ROOT, every, green, page

TESTS = [test for threat in every() for test in threat.tests]


def test_every_control_is_shown_by_tests_that_are_there() -> None:
    for threat in every():
        assert threat.tests, threat.name
    for test in TESTS:
        file, _, name = test.partition("::")
        held = [each for each in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if hasattr(each, "name")]
        assert name in [each.name for each in held], test


def test_the_page_lists_them_all_and_all_green() -> None:
    """If not: `python -m tests.threats`."""
    assert PAGE.read_text("utf-8") == page(green(TESTS))


def test_what_is_not_shown_is_said() -> None:
    first = THREATS[0].threats[0].tests[0]
    for red in ({}, {first: Counter(failed=1)}, {first: Counter(passed=2, skipped=1)}):
        assert "| not shown by " in page({**green(TESTS), first: Counter(), **red})


def test_pages_that_are_named_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    for name in ("threats", "faults", "dpia"):
        assert f"(docs/{name}.md)" in text
        assert Path(ROOT / f"docs/{name}.md").exists(), name
