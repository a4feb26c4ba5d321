"""docs/faults.md lists what was asked for and what is tested, and nothing else."""

from collections import Counter

import pytest

from tests.faults import ASKED, FAULTS
from tests.faults.__main__ import PAGE
from tests.faults.marks import marks
from tests.faults.table import missing, page, shown

BY_NAME = {fault.name: fault for fault in FAULTS}


def test_every_fault_that_was_asked_for_is_there() -> None:
    asked = {fault.asked for fault in FAULTS}
    for part in ASKED.split("; "):
        assert any(part.startswith(each) for each in asked), part
    assert [each for each in asked if each not in ASKED] == []
    assert len(BY_NAME) == len(FAULTS)


def test_every_fault_is_injected_and_every_mark_is_known() -> None:
    assert {mark.fault for mark in marks()} == BY_NAME.keys()


def test_the_table_lists_what_is_marked_and_all_of_it_green() -> None:
    """If not: `python -m tests.faults`."""
    text = PAGE.read_text("utf-8")
    assert list(shown(text)) == [
        (fault.name, mark.test) for fault in FAULTS for mark in marks() if mark.fault == fault.name
    ]
    green = {(mark.fault, kind): Counter(passed=1) for mark in marks() for kind in ("sqlite", "postgres")}
    assert text == page(marks(), green)


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_what_is_not_green_is_said(outcome: str) -> None:
    green = {(fault.name, kind): Counter(passed=2) for fault in FAULTS for kind in ("sqlite", "postgres")}
    assert missing(green) == []
    one = FAULTS[0].name
    red = green | {(one, "sqlite"): Counter({"passed": 2, outcome: 1})}
    assert missing(red) == [f"{one} on SQLite: 2 passed, 1 {outcome}"]
    assert f"2 passed, 1 {outcome} | ✓ |" in page(marks(), red)
    del red[one, "postgres"]
    assert f"{one} on PostgreSQL: not run" in missing(red)
