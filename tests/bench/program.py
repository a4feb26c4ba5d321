"""`kudos serve` beside a double in this process: started, paused, killed and started again on the same database."""

import asyncio
import json
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from tests import databases
from tests.bench.processes import PATIENCE_S, BenchError, environment, free_port, healthy
from tests.doubles.slack import SlackDouble

PAGE: Final = resource.getpagesize()


class Program:
    """One process after another, all on one database and with one log."""

    def __init__(self, folder: Path, slack: SlackDouble, *, notes: Path | None = None, **settings: str) -> None:
        """
        Args:
            notes: where it leaves, at its end, how long its event loop was kept from its turn.
            settings: how it is connected, and more.
        """
        self.folder = folder
        self.port = free_port()
        self.database = folder / "kudos.db"
        self.starts = 0
        self._log = folder / "kudos.log"
        self._command = ("tests.bench.watched", str(notes), "serve") if notes else ("adapters.cli", "serve")
        self._process: asyncio.subprocess.Process | None = None
        self._settings = environment(
            HOST="127.0.0.1",
            PORT=str(self.port),
            DATABASE_URL=databases.url(self.database),
            SLACK_BOT_TOKEN=slack.token,
            SLACK_API_URL=slack.url,
            LOG_FORMAT="json",
            **settings,
        )

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process, "it has not been started"
        return self._process

    async def start(self) -> None:
        """Start it; it may not answer yet."""
        self.starts += 1
        with self._log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self._command), cwd=self.folder, env=self._settings, stderr=log
            )

    async def stop(self) -> None:
        """As an operator does, or the next release.

        Raises:
            BenchError: it did not stop, or not in good order.
        """
        self.process.terminate()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status = await self.process.wait()
        except TimeoutError:
            raise BenchError("kudos did not stop") from None
        if status:
            raise BenchError(f"kudos ended with {status}: {self._log.read_text()[-2000:]}")

    async def kill(self) -> None:
        """As by a power cut: nothing in it hears of it."""
        self.process.kill()
        await self.process.wait()

    async def pause(self, seconds: float) -> None:
        """Let it stand still, as on a machine that does something else."""
        self.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    async def healthy(self) -> None:
        """Wait until it answers.

        Raises:
            BenchError: it does not start.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not await asyncio.to_thread(healthy, self.port):
                    if self.process.returncode is not None:
                        raise BenchError(f"kudos did not start: {self._log.read_text()[-2000:]}")
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise BenchError("kudos did not start") from None

    async def filled(self) -> None:
        """Wait until it answers and has learnt from Slack who is who.

        Raises:
            BenchError: it does not.
        """
        await self.healthy()
        until = time.monotonic() + PATIENCE_S
        while not self.said("info")["slack_directory_filled"]:
            if self.process.returncode is not None or time.monotonic() > until:
                raise BenchError(f"the directory was never filled: {self._log.read_text()[-2000:]}")
            await asyncio.sleep(0.05)

    def peak_mb(self) -> float:
        """The most memory that was resident at any time, in millions of bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmHWM:"))

    def size(self) -> tuple[float, int]:
        """Resident memory in millions of bytes, and how many files and connections it has open."""
        own = Path(f"/proc/{self.process.pid}")
        pages = int((own / "statm").read_text().split()[1])
        return pages * PAGE / 1e6, len(list((own / "fd").iterdir()))

    async def end(self) -> None:
        """Whatever has happened, leave nothing running."""
        if self._process and self._process.returncode is None:
            await self.kill()

    def said(self, *levels: str) -> Counter[str]:
        """How often it logged what, at these levels; what libraries log stands as it is."""
        found: Counter[str] = Counter()
        for line in self._log.read_text().splitlines():
            try:
                entry: dict[str, Any] = json.loads(line)
            except ValueError:
                if line.lower().startswith(levels):
                    found[line] += 1
            else:
                found[entry["event"]] += entry["level"] in levels
        return +found
