"""Run every test that injects a fault, in full, on every database, and write what each ended in to docs/faults.md."""

import os
import sys
from typing import Final

import pytest

from tests.faults.marks import TESTS, marks
from tests.faults.table import Recorder, missing, page

PAGE: Final = TESTS.parent / "docs" / "faults.md"
_RAN: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def main() -> int:
    found, recorder = marks(), Recorder()
    os.chdir(TESTS.parent)
    files = dict.fromkeys(mark.test.partition("::")[0] for mark in found)
    if pytest.main(["-m", "fault", "--in-full", *files], [recorder]) not in _RAN:
        return 1
    PAGE.write_text(page(found, recorder.outcomes), "utf-8")
    wrong = missing(recorder.outcomes)
    sys.stderr.writelines(f"{sentence}\n" for sentence in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
