"""Every command that the Makefile names can be read by make."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_, _, _NAMED = (ROOT / "Makefile").read_text(encoding="utf-8").partition(".PHONY:")


@pytest.mark.parametrize("command", _NAMED.partition("\n")[0].split())
def test_make_knows_what_to_do(command: str) -> None:
    ran = subprocess.run(["make", "--dry-run", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout
