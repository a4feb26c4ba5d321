"""The file: made once, taken up again, made anew; and served on this machine only."""

import asyncio
import os
import signal
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.app import now
from adapters.playground import seed
from adapters.playground.app import serve
from adapters.playground.messages import number
from bot.errors import ConfigError
from tests.adapters.playground.visitor import LONDON, served
from tests.conftest import FRAMEWORKS

OWN = FRAMEWORKS["own"]


async def test_what_was_said_is_there_when_the_file_is_taken_up_again(tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    async with served(data, OWN) as amara:
        page = await amara.say("I was here")
    async with served(data, OWN) as amara:
        assert (await amara.look()).last.id == page.last.id
        assert (await amara.look()).says("I was here")
    async with served(data, OWN, fresh=True) as amara:
        assert not (await amara.look()).says("I was here")


async def test_ids_are_the_same_whenever_it_is_made(seeded: dict[str, Path], tmp_path: Path) -> None:
    def ids(data: Path) -> list[tuple[str, str]]:
        connection = sqlite3.connect(data)
        found = connection.execute("SELECT id, reason FROM recognition ORDER BY id").fetchall()
        found += connection.execute("SELECT seq, text FROM playground_message ORDER BY seq").fetchall()
        connection.close()
        return found

    again = tmp_path / "again.db"
    await seed.ensure(again, OWN, LONDON, fresh=True, clock=now)
    assert ids(again) == ids(seeded["own"])


async def test_everything_of_the_past_is_past_and_has_arrived(tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    moment = datetime(2026, 3, 29, 0, 5, tzinfo=UTC)  # the night in which the clocks go forward
    await seed.ensure(data, OWN, LONDON, fresh=False, clock=lambda: moment)
    connection = sqlite3.connect(data)
    states = dict(connection.execute("SELECT state, COUNT(*) FROM outbox GROUP BY state").fetchall())
    times = [at for (at,) in connection.execute("SELECT at FROM playground_message")]
    people = {who for (who,) in connection.execute("SELECT giver FROM recognition UNION SELECT person FROM recipient")}
    connection.close()
    assert set(states) == {"done", "waiting"}
    assert states["waiting"] == 1
    assert max(times) < moment.isoformat()
    assert min(times) > (moment - timedelta(days=23)).isoformat()
    assert len(people) == 12


@pytest.mark.parametrize("fresh", [False, True])
async def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, *, fresh: bool) -> None:
    text, database = tmp_path / "notes.txt", tmp_path / "kudos.db"
    text.write_text("Shopping: bread, milk")
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE recognition (id TEXT)")
    connection.commit()
    connection.close()
    for data in (text, database):
        before = data.read_bytes()
        with pytest.raises(ConfigError, match="not a playground's file"):
            await seed.ensure(data, OWN, LONDON, fresh=fresh, clock=now)
        assert data.read_bytes() == before


async def test_an_empty_file_is_taken_for_none(tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    data.touch()
    assert await seed.ensure(data, OWN, LONDON, fresh=False, clock=now)
    assert not await seed.ensure(data, OWN, LONDON, fresh=False, clock=now)


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--data: cannot"):
        await seed.ensure(tmp_path / "nowhere" / "playground.db", OWN, LONDON, fresh=False, clock=now)


async def test_a_bug_is_apologised_for_with_a_reference(seeded: dict[str, Path], tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    async with served(data, OWN) as amara:
        connection = sqlite3.connect(data)
        connection.execute("DROP TABLE playground_message")
        connection.close()
        with capture_logs() as logs:
            page = await amara.look()
    assert page.status == 500
    assert logs[-1]["reference"] in page.html
    assert "playground_message" not in page.html


async def test_it_is_served_until_told_to_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "playground.db"
    serving = asyncio.create_task(serve(data=data, port=0, framework=OWN, zone=LONDON))
    said = ""
    while "Stop with" not in said:
        await asyncio.sleep(0.02)
        assert not serving.done()
        said += capsys.readouterr().out
    address = said.split()[2]
    assert address.startswith("http://127.0.0.1:")
    assert str(data) in said
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 200
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 5)


async def test_a_port_that_is_taken_is_said_before_anything_is_forgotten(tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    async with served(data, OWN) as amara:
        await amara.say("Still here")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"--port: cannot listen on 127.0.0.1:{port}"):
            await serve(data=data, port=port, fresh=True, framework=OWN, zone=LONDON)
    async with served(data, OWN) as amara:
        assert (await amara.look()).says("Still here")


@pytest.mark.parametrize(("id_", "expected"), [("m12", 12), ("f3", 3), ("", 0), ("m", 0), ("mx", 0), ("m²", 0)])
def test_an_id_that_is_none_is_nobodys(id_: str, expected: int) -> None:
    assert number(id_) == expected
