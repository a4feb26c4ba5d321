"""docs/faults.md: what each fault ended in, on each database."""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pytest

from tests import databases
from tests.faults import FAULTS, Fault
from tests.faults.marks import Mark

TITLES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

Outcomes = Mapping[tuple[str, str], Counter[str]]  #: fault and kind of database -> how often which outcome

_HEAD: Final = """\
# What goes wrong, and what it ends in

Each line is a fault, injected for real by the tests that it names, on both databases: ✓ is every one of them green.
`python -m tests.faults` (or `make faults`) runs them and writes this page; nobody writes it by hand.
"""


class Recorder:
    """Notes what became of each test that injects a fault, while pytest runs."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "call" or not report.passed:
            for mark in item.iter_markers("fault"):
                self.outcomes[mark.args[0], _kind(item, mark)][report.outcome] += 1
        return report


def _kind(item: pytest.Item, mark: pytest.Mark) -> str:
    """On which database a test runs: as it is called with, or as its mark says; else on a file."""
    called = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    return next((kind for kind in databases.KINDS if kind in called), str(mark.kwargs.get("on", "sqlite")))


def page(marks: Sequence[Mark], outcomes: Outcomes) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_lines(marks, outcomes), ""])


def _lines(marks: Sequence[Mark], outcomes: Outcomes) -> Iterator[str]:
    yield f"| fault | ends in | shown by | {' | '.join(TITLES.values())} |"
    yield f"|---|---|---|{'---|' * len(TITLES)}"
    for fault in FAULTS:
        tests = "<br>".join(f"`{mark.test.removeprefix('tests/')}`" for mark in marks if mark.fault == fault.name)
        cells = [_cell(fault, kind, outcomes) for kind in TITLES]
        yield f"| {fault.name} | {fault.ends_in} | {tests} | {' | '.join(cells)} |"


def _cell(fault: Fault, kind: str, outcomes: Outcomes) -> str:
    if why := fault.not_on.get(kind):
        return f"— {why}"
    found = outcomes.get((fault.name, kind))
    if not found:
        return "not run"
    return "✓" if found.keys() == {"passed"} else ", ".join(f"{number} {outcome}" for outcome, number in found.items())


def shown(page_: str) -> Iterable[tuple[str, str]]:
    """What a page lists: each fault with each test that shows it."""
    for line in page_.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "fault":
            yield from ((cells[0], f"tests/{test.strip('`')}") for test in cells[2].split("<br>") if test)


def missing(outcomes: Outcomes) -> list[str]:
    """What is not as it must be, one sentence each."""
    cells = ((fault, kind, _cell(fault, kind, outcomes)) for fault in FAULTS for kind in TITLES)
    return [f"{fault.name} on {TITLES[kind]}: {cell}" for fault, kind, cell in cells if cell[0] not in "✓—"]
