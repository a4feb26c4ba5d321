"""`kudos serve` in processes of its own, one after the other, without importing everything anew each time."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]

#: For each line it reads it becomes two, and one of them is the program, which writes its log where the line says.
_NURSERY = """
import os, signal, sys
import adapters.cli, adapters.storage, adapters.teams.opening, adapters.web
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(line.strip(), os.O_WRONLY | os.O_CREAT), 2)
    adapters.cli.main(["serve"])
"""


class Program:
    """A process that nobody but its kernel looks after."""

    def __init__(self, id_: int, log: Path) -> None:
        self._id = id_
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8") if self._log.exists() else ""

    async def listening(self, timeout_s: float = 30.0) -> int:
        """Wait until it answers; its port."""
        async with asyncio.timeout(timeout_s):
            while not (port := re.search(r'"port": (\d+).*"event": "listening"', self.log)):
                assert self._there(), f"it has ended: {self.log}"
                await asyncio.sleep(0.01)
        return int(port[1])

    async def kill(self) -> None:
        """As by a power cut: nothing in it hears of it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._id, signal.SIGKILL)
        while self._there():  # noqa: ASYNC110 - it is no child of ours
            await asyncio.sleep(0.002)

    def _there(self) -> bool:
        try:
            os.kill(self._id, 0)
        except ProcessLookupError:
            return False
        return True


class Nursery:
    def __init__(self, process: asyncio.subprocess.Process, logs: Path) -> None:
        self._process = process
        self._logs = logs
        self.started: list[Program] = []

    async def start(self) -> Program:
        """Start the program; it may not answer yet."""
        assert self._process.stdin
        assert self._process.stdout
        log = self._logs / f"{len(self.started)}.log"
        self._process.stdin.write(f"{log}\n".encode())
        self.started.append(Program(int(await self._process.stdout.readline()), log))
        return self.started[-1]


@contextlib.asynccontextmanager
async def nursery(environment: Mapping[str, str], logs: Path) -> AsyncIterator[Nursery]:
    """Where programs come from that are told everything by their environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _NURSERY,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    made = Nursery(process, logs)
    try:
        yield made
    finally:
        for each in made.started:
            await each.kill()
        process.kill()
        await process.communicate()
