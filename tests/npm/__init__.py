"""What npm has to check our JSON with: installed once, outside the tree, exactly as locked.

`package-lock.json` names versions and hashes and no registry: npm asks its own. To renew it, run in this folder
`npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved` and look that it is so.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
INSTALLING_S: Final = 300
_FILES: Final = ("package.json", "package-lock.json")
_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kudos-tests"


class MissingError(Exception):
    """What is not here, and how to get it."""


def installed() -> Path:
    """The folder with `node_modules`. Several test runs may want it at once.

    Raises:
        MissingError: there is no node or no npm here, or npm gets nothing.
    """
    if missing := ", ".join(name for name in ("node", "npm") if shutil.which(name) is None):
        raise MissingError(f"no {missing} here: install Debian's packages nodejs and npm to check the cards of Teams")
    digest = hashlib.blake2b(b"".join((HERE / name).read_bytes() for name in _FILES), digest_size=8).hexdigest()
    folder = _CACHE / f"npm-{digest}"
    if not folder.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as name:
            fresh = Path(name) / "fresh"
            fresh.mkdir()
            for file in _FILES:
                shutil.copy(HERE / file, fresh)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
            done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=INSTALLING_S, check=False)
            if done.returncode:
                raise MissingError(f"npm does not get what {HERE.name}/package-lock.json locks: {done.stderr[-1000:]}")
            with contextlib.suppress(OSError):  # another run was first
                fresh.rename(folder)
    return folder


class Script:
    """A program of this folder that answers a line of JSON with one."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, asked: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def running(script: str) -> Iterator[Script]:
    command = ["node", str(HERE / script), str(installed())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as node:
        yield Script(node)
        assert node.stdin
        node.stdin.close()
        assert node.wait(10) == 0
