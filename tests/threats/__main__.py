"""Run the tests that show each control, and write what became of them to docs/threats.md."""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.threats import THREATS, Threat

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs/threats.md"

Outcomes = Mapping[str, Counter[str]]  #: a test, however often it ran -> how often which outcome

_HEAD: Final = """\
# Who might do harm, and what is done about it

Each line is a threat, what is done about it, and the tests that show it: ✓ is every one of them green.
`python -m tests.threats` runs them and writes this page; nobody writes it by hand. What breaks without anybody
meaning it is in [faults.md](faults.md)."""


class Recorder:
    """Notes what became of each test, while pytest runs."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            self.outcomes[report.nodeid.partition("[")[0]][report.outcome] += 1


def page(outcomes: Outcomes) -> str:
    """The whole page."""
    lines = [_HEAD]
    for group in THREATS:
        lines += ["", f"## {group.title}", "", "| threat | control | shown by | |", "|---|---|---|---|"]
        lines += [
            f"| {each.name} | {each.control} | {'<br>'.join(map(_called, each.tests))} | {_result(each, outcomes)} |"
            for each in group.threats
        ]
    return "\n".join(lines) + "\n"


def every() -> Iterator[Threat]:
    return (threat for group in THREATS for threat in group.threats)


def green(tests: Iterable[str]) -> Outcomes:
    """As if each of `tests` had passed."""
    return {test: Counter(passed=1) for test in tests}


def _called(test: str) -> str:
    return f"`{test.removeprefix('tests/')}`"


def _result(threat: Threat, outcomes: Outcomes) -> str:
    wrong = [test for test in threat.tests if outcomes.get(test, Counter()).keys() != {"passed"}]
    return f"not shown by {', '.join(map(_called, wrong))}" if wrong else "✓"


def main() -> int:
    recorder = Recorder()
    os.chdir(ROOT)
    status = pytest.main(["-q", *dict.fromkeys(test for each in every() for test in each.tests)], [recorder])
    PAGE.write_text(page(recorder.outcomes), "utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
