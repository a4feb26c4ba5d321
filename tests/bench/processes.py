"""The processes of a run: started in an empty directory with a clean environment, and always stopped again."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from tests.bench.load import Plan, Result

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE_S: Final = 20.0  #: for anything to start, to stop or to fill


class BenchError(Exception):
    """Something did not work, so that no figure would mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """The double's workspace."""

    url: str
    token: str
    secret: str
    team: str
    people: list[str]
    places: list[str]


@dataclass(slots=True)
class Server:
    """A process that answers on a port."""

    process: subprocess.Popen[str]
    port: int
    started_s: float  #: until it answered

    @contextlib.contextmanager
    def awake(self) -> Iterator[None]:
        """Let a server run that otherwise stands still, so that it takes no time from the others."""
        self.process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGSTOP)

    def memory_mb(self) -> tuple[float, float]:
        """Resident and proportional memory, in millions of bytes; the latter shares what processes share."""
        sizes = dict.fromkeys(("Rss:", "Pss:"), 0.0)
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, kilobytes, *_ = line.split()
            if name in sizes:
                sizes[name] = int(kilobytes) * 1024 / 1e6
        return sizes["Rss:"], sizes["Pss:"]


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_CONFIG") if name in os.environ
    }
    return kept | {"PYTHONPATH": str(ROOT), "FRAMEWORK_FILE": str(ROOT / "framework.yaml")} | more


@contextlib.contextmanager
def process(name: str, *arguments: str, folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m …` until the block ends, or it is killed; what it says on standard error is in `folder`/`name`.log.

    Raises:
        BenchError: it ended with an error, or did not end when told to.
    """
    with (folder / f"{name}.log").open("w") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=environment(**settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    with child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise
        if child.poll() == -signal.SIGKILL:
            return
        child.send_signal(signal.SIGCONT)
        child.terminate()
        try:
            status = child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            raise BenchError(f"{name} did not stop") from None
        if status not in (0, -signal.SIGTERM):
            raise BenchError(f"{name} ended with {status}: {(folder / f'{name}.log').read_text()[-2000:]}")


@contextlib.contextmanager
def rival(name: str, secret: str, folder: Path) -> Iterator[Server]:
    """An empty server of `servers.py`."""
    began = time.perf_counter()
    with process(name, "tests.bench.servers", name, folder=folder, SLACK_SIGNING_SECRET=secret) as child:
        yield Server(child, said(child, name)["port"], time.perf_counter() - began)


@contextlib.contextmanager
def slack_double(folder: Path) -> Iterator[Slack]:
    with process("slack", "tests.bench.servers", "slack", folder=folder) as child:
        yield Slack(**said(child, "slack"))


@contextlib.contextmanager
def kudos(slack: Slack, folder: Path, *command: str, url: str = "") -> Iterator[Server]:
    """`kudos serve` as it is deployed, once it answers; or `command` instead.

    Args:
        url: of its database; "" for a file in `folder`.
    """
    port = free_port()
    settings = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": url or f"sqlite:///{folder / 'kudos.db'}",
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.secret,
        "SLACK_API_URL": slack.url,
    }
    began = time.perf_counter()
    with process("kudos", *(command or ("adapters.cli", "serve")), folder=folder, **settings) as child:
        while not healthy(port):
            if child.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise BenchError(f"kudos did not start: {(folder / 'kudos.log').read_text()[-2000:]}")
            time.sleep(0.002)
        yield Server(child, port, time.perf_counter() - began)


def wait_until_filled(folder: Path) -> None:
    """Until Kudos has learnt from Slack who is who."""
    until = time.monotonic() + PATIENCE_S
    while "slack_directory_filled" not in (folder / "kudos.log").read_text():
        if time.monotonic() > until:
            raise BenchError("the directory was never filled")
        time.sleep(0.02)


def load_and_kill(plan: Plan, server: Server, after_s: float) -> Result:
    """Carry out a plan in a process of its own, and kill the server so long after its first answer.

    Raises:
        BenchError: it did not answer.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as generator:
        assert generator.stdin
        assert generator.stdout
        generator.stdin.write(json.dumps(asdict(replace(plan, port=server.port, mortal=True))))
        generator.stdin.close()
        generator.stdout.readline()  # of the first answer; or that there was none
        time.sleep(after_s)
        server.process.kill()
        said = generator.stdout.read()
    if not said.strip():
        raise BenchError("the load generator failed")
    return Result(**json.loads(said))


def load(plan: Plan) -> Result:
    """Carry out a plan in a process of its own.

    Raises:
        BenchError: it could not be.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        env=environment(),
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the load generator failed: {done.stderr[-2000:]}")
    return Result(**json.loads(done.stdout))


def said(child: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert child.stdout
    line = child.stdout.readline()
    if not line:
        raise BenchError(f"{name} did not start")
    said: dict[str, Any] = json.loads(line)
    return said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def healthy(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            probe.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return probe.recv(100).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False
