"""A database that is locked, full or away: nobody is told what is not so, nothing is half-written, and it goes on."""

import asyncio
import contextlib
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.database import BUSY_TIMEOUT_S
from bot.framework import Framework
from tests import databases, postgres
from tests.adapters.town import REASON, Town, settled, town_in
from tests.doubles.slack_wire import PATIENCE_S, Request

pytestmark = pytest.mark.databases("sqlite", "postgres")

LONG_S = 20.0  #: that we wait for an answer where Slack would not


async def readiness(town: Town) -> int:
    address = town.client.url.removesuffix("/slack/events")
    async with aiohttp.ClientSession() as http, http.get(f"{address}/ready") as response:
        return response.status


async def ready_again(town: Town) -> None:
    """Nobody does anything but ask."""
    async with asyncio.timeout(LONG_S):
        while await readiness(town) != 200:
            pass


def thanks(town: Town, number: int = 0) -> Request:
    """An event that gives a kudos: a message to Kudos."""
    text = f"@kudos kudos @bob {town.tag()} for help number {number:03} " + "with the night shift " * 65
    (request,) = town.client.make_post(town.alice, town.general, text)
    return request


def nothing_of_it(town: Town) -> bool:
    return not any(town.count(table) for table in ("recognition", "recipient", "tag", "outbox", "delivery"))


# Locked


@contextlib.asynccontextmanager
async def held_for(town: Town, seconds: float) -> AsyncIterator[None]:
    """From the beginning of the block; its end waits for that, too."""

    def hold() -> None:
        with databases.held(town.database):
            began.set()
            over.wait(seconds)

    began, over = threading.Event(), threading.Event()
    holding = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(began.wait)
    yield
    await holding


@pytest.mark.fault("database locked for 3 s")
async def test_locked_for_three_seconds(town: Town) -> None:
    """Of what is asked at its beginning, an event waits; a person reads their own words in time."""
    town.expected.add("failures")
    async with held_for(town, 3.0):
        sending = asyncio.create_task(town.client.send(thanks(town), patience_s=LONG_S))
        typed = f"@cara {town.tag()} for {REASON}"
        answer = await town.client.command("/kudos", typed, user=town.dan, channel=town.general)
        assert answer.elapsed_s < PATIENCE_S
        assert "nothing was saved" in str(answer.body)
        assert REASON in str(answer.body)
    given = await sending
    assert given.ok
    assert given.elapsed_s > BUSY_TIMEOUT_S
    await settled(town)
    assert town.count("recognition") == len(town.cards()) == 1


@pytest.mark.fault("database locked for 8 s")
async def test_locked_for_eight_seconds(town: Town) -> None:
    town.expected.add("failures")
    request = thanks(town)
    async with held_for(town, 8.0):
        answer = await town.client.send(request, patience_s=LONG_S)
        assert answer.status == 503
        assert answer.elapsed_s < 3 * BUSY_TIMEOUT_S
        assert nothing_of_it(town)
        assert await readiness(town) == 503
    await ready_again(town)
    for attempt in (1, 2):
        assert (await town.client.send(request, attempt=attempt)).ok
    await settled(town)
    assert town.count("recognition") == len(town.cards()) == 1


# Full


class Disk:
    """A small one, on which others may write, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Until there is no room left."""
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass

    def make_room(self) -> None:
        self._filler.unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A file system of its own, in memory."""
    folder = Path(tempfile.mkdtemp(prefix="kudos-disk-"))
    made = subprocess.run(("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder), check=False, capture_output=True)
    if made.returncode:
        pytest.skip("whoever runs this may mount nothing here")
    folder.chmod(0o755)
    yield Disk(folder)
    subprocess.run(("umount", "--lazy", folder), check=True)
    folder.rmdir()


@pytest.fixture
def on_disk(database_kind: str, disk: Disk) -> Iterator[Path]:
    """A database whose tables are on that disk."""
    with contextlib.ExitStack() as stack:
        if database_kind == "postgres":
            stack.enter_context(databases.meant(stack.enter_context(postgres.own()).on(disk.folder)))
        yield disk.folder / "kudos.db"


@pytest.mark.fault("disk full")
async def test_a_full_disk(on_disk: Path, disk: Disk, framework: Framework) -> None:
    async with town_in(on_disk, framework) as town:
        town.expected.add("failures")
        await fills_up(town, disk)
        town.assert_sound()


async def fills_up(town: Town, disk: Disk) -> None:
    assert (await town.client.send(thanks(town))).ok
    await settled(town)
    disk.fill()
    given = 1
    while (answer := await town.client.send(request := thanks(town, given), patience_s=LONG_S)).ok:
        given += 1
        assert given < 200, "it is never full"
    assert answer.status == 503
    assert town.count("recognition") == town.count("recipient") == given
    assert await readiness(town) == 503
    disk.make_room()
    await ready_again(town)
    for attempt in (1, 2):
        assert (await town.client.send(request, attempt=attempt)).ok
    assert town.count("recognition") == given + 1
    await settled(town, timeout_s=40)
    assert len(town.cards()) == given + 1
