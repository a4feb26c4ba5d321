"""`kudos person …`, the list of who was erased, and a backup from before: whoever is gone stays gone."""

import asyncio
import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from click.testing import CliRunner, Result
from pydantic import SecretStr

from adapters import backups, storage
from adapters import web as server
from adapters.app import now
from adapters.cli import main
from adapters.cli_roles import user
from adapters.erasures import ErasuresFile
from adapters.own_data import Links, OwnDataPage
from bot.cards import Line, MessageLink, Private
from bot.config import Settings
from bot.erasing import Erasure
from bot.errors import ConfigError
from bot.framework import Framework
from bot.requests import Right
from bot.rights import Means, NotRecordedError
from bot.spelling import SQLITE
from bot.vault import Vault
from tests import postgres
from tests.doubles.platform import Platform
from tests.doubles.world import PEOPLE, W, World, world

ROOT = Path(__file__).parents[2]
SAID, WRITTEN = "mending the zither with us at night", "mending the yawl with us at night"
NAME = "Ann Quillfeather"
KEY = "k" * 32
LATER = now() + timedelta(days=3650)


@pytest.fixture(scope="module", autouse=True)
def client_programs() -> Iterator[None]:
    """PostgreSQL's own, of the version that the wheel brings."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{postgres.programs()}{os.pathsep}{before}"
    yield
    os.environ["PATH"] = before


@pytest.fixture(autouse=True)
def a_log_of_its_own() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framework: Framework, platform: Platform) -> str:
    """A database in which Ann was thanked and thanked somebody, and where the list is; it was posted on `platform`."""
    monkeypatch.chdir(tmp_path)
    url = f"{SQLITE}{tmp_path / 'kudos.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ERASURES_FILE", str(tmp_path / "erasures.jsonl"))
    ErasuresFile(tmp_path / "erasures.jsonl").made()

    async def filled() -> None:
        async with world(framework, tmp_path / "kudos.db") as core:
            posting_on(core, platform)
            await lived(core)

    asyncio.run(filled())
    return url


def posting_on(core: World, platform: Platform) -> None:
    """On which it was posted before."""
    platform.people_, platform.rooms = core.platform.people_, core.platform.rooms
    core.platform = core.app.senders["test"] = core.app.lookups["test"] = platform


async def lived(core: World) -> None:
    await core.app.store.directory.save_people([replace(PEOPLE["ann"], name=NAME, email="ann@force.example")])
    await core.ask(core.give("ann", "@bob", "#0", f" for {SAID}"))
    await core.ask(core.give("bob", "@ann", "#1", f" for {WRITTEN}"))
    await core.deliver(1)


def run(*words: str, **more: Any) -> Result:
    return CliRunner().invoke(main, words, **more)


def erase(framework: Framework, path: Path, platform: Platform) -> None:
    """A running Kudos sees to what was asked for."""

    async def going_on() -> None:
        means = Means(record=ErasuresFile(path.with_name("erasures.jsonl")).write)
        async with world(framework, path, means=means) as core:
            posting_on(core, platform)
            core.clock.move(365 * 24 * 3600)  # as late as what the command line noted
            for _ in range(4):
                await core.app.bot.rights.tick()
                await core.deliver(600)

    asyncio.run(going_on())


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def test_export_is_everything_and_noted(url: str, tmp_path: Path) -> None:
    done = run("person", "export", "ann@force.example")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [each["name"] for each in told["accounts"]] == [NAME]
    assert [each["words"] for each in told["kudos_given"]] == [SAID]
    assert [each["words"] for each in told["kudos_received"]] == [WRITTEN]
    page = run("person", "export", "--html", "ann").stdout
    assert page.startswith("<!doctype html>")
    assert SAID in page
    assert dump(tmp_path / "kudos.db").count("'data exported'") == 2


def test_words_are_corrected_for_who_gave_or_received_them(url: str, tmp_path: Path) -> None:
    received = json.loads(run("person", "export", "ann").stdout)["kudos_received"][0]["id"]
    assert run("person", "correct", "cara", received, "mending the boat with us").exit_code == 1
    assert run("person", "correct", "ann", received, "").exit_code == 1
    done = run("person", "correct", "ann", received, "mending the boat with us at night")
    assert "Corrected." in done.output
    told = dump(tmp_path / "kudos.db")
    assert WRITTEN not in told
    assert "mending the boat with us at night" in told
    assert "'words corrected'" in told


def test_erase_asks_and_a_running_kudos_does_it(
    url: str, tmp_path: Path, framework: Framework, platform: Platform
) -> None:
    assert run("person", "erase", "ann", input="n\n").exit_code == 1
    assert "Nobody waits" in run("person", "waiting").output
    done = run("person", "erase", "ann", input="y\n")
    assert "within a minute" in done.output, done.output
    assert "a running Kudos does it" in run("person", "waiting").output
    erase(framework, tmp_path / "kudos.db", platform)
    told = dump(tmp_path / "kudos.db")
    assert not [text for text in (SAID, WRITTEN, NAME, "ann@force.example") if text in told]
    (line,) = (tmp_path / "erasures.jsonl").read_text("utf-8").splitlines()
    assert set(json.loads(line)) == {"workspace", "person", "address", "at"}
    assert "Quill" not in line
    assert "force.example" not in line
    assert "Nobody waits" in run("person", "waiting").output


def test_hold_and_release(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing of Ann Quillfeather" in run("person", "hold", "ann").output
    assert "There is a legal hold" in run("person", "erase", "--yes", "ann").output
    assert "a legal hold stands" in run("person", "waiting").output
    assert "goes as ever" in run("person", "hold", "--release", "ann").output
    monkeypatch.delenv("ERASURES_FILE")
    assert "ERASURES_FILE is not set" in run("person", "waiting").output
    assert "before ERASURES_FILE is set" in run("person", "erase", "--yes", "ann").output
    told = dump(tmp_path / "kudos.db")
    assert "'legal hold'" in told
    assert "'legal hold over'" in told


def test_words_are_not_corrected_while_there_is_a_hold_on_anybody_in_it(url: str, tmp_path: Path) -> None:
    """Those before are not kept, and a hold lets nothing be erased."""
    received = json.loads(run("person", "export", "ann").stdout)["kudos_received"][0]["id"]
    for held in ("ann", "bob"):
        assert run("person", "hold", held).exit_code == 0
        done = run("person", "correct", "ann", received, "mending the boat with us at night")
        assert (done.exit_code, "a legal hold" in done.output) == (1, True), done.output
        assert WRITTEN in dump(tmp_path / "kudos.db")
        assert run("person", "hold", "--release", held).exit_code == 0
    assert run("person", "correct", "ann", received, "mending the boat with us at night").exit_code == 0


def test_who_typed_it_is_noted(url: str, tmp_path: Path) -> None:
    """Whoever runs Kudos reads and changes what colleagues wrote: the log says who of them it was."""
    received = json.loads(run("person", "export", "ann").stdout)["kudos_received"][0]["id"]
    run("person", "correct", "ann", received, "mending the boat with us at night")
    run("person", "hold", "ann")
    run("person", "hold", "--release", "ann")
    run("person", "erase", "--yes", "ann")
    with closing(sqlite3.connect(tmp_path / "kudos.db")) as connection:
        noted = connection.execute("SELECT act, actor FROM audit WHERE origin = 'command line' ORDER BY at").fetchall()
    acts = ["data exported", "words corrected", "legal hold", "legal hold over", "asked to be erased"]
    assert noted == [(act, user()) for act in acts]


# A backup from before


def test_erase_then_restore_an_old_backup_then_look_still_gone(
    url: str, tmp_path: Path, framework: Framework, platform: Platform
) -> None:
    """In the database, and in what was posted, where nothing is posted again."""
    posted = len(platform.posted)
    assert all(any(said in each.text for each in platform.posted) for said in (SAID, WRITTEN, NAME))
    path, old = tmp_path / "kudos.db", tmp_path / "old"
    assert run("person", "hold", "ann").exit_code == 0  # that was over when she was erased
    assert run("backup", str(old)).exit_code == 0
    assert SAID in dump(old)
    assert run("person", "hold", "--release", "ann").exit_code == 0
    assert run("person", "erase", "--yes", "ann").exit_code == 0
    erase(framework, path, platform)
    newer = tmp_path / "newer"
    assert run("backup", str(newer)).exit_code == 0
    for copy in (old, newer):
        for file in tmp_path.glob("kudos.db*"):
            file.unlink()
        done = run("restore", str(copy))
        assert done.exit_code == 0, done.output
        assert done.output.startswith(f"Erased again, as {tmp_path / 'erasures.jsonl'} says: 1 account.")
        told = dump(path)
        assert not [text for text in (SAID, WRITTEN, NAME, "ann@force.example") if text in told], copy
        erase(framework, path, platform)
        standing = "\n".join(each.text for each in platform.posted)
        assert not [text for text in (SAID, WRITTEN, NAME) if text in standing], copy
        assert len(platform.posted) == posted, copy
        assert not list(tmp_path.glob(".*.part*"))


def test_what_was_posted_is_mended_where_the_database_was_lost_before_that(
    url: str, tmp_path: Path, framework: Framework, platform: Platform
) -> None:
    """Written down, and nothing else had been done: by the restored backup it stands there still."""
    path, old = tmp_path / "kudos.db", tmp_path / "old"
    assert run("backup", str(old)).exit_code == 0
    ErasuresFile(tmp_path / "erasures.jsonl").write(Erasure(workspace=W, person="ann", at=now()))
    for file in tmp_path.glob("kudos.db*"):
        file.unlink()
    assert run("restore", str(old)).exit_code == 0
    assert SAID in "\n".join(each.text for each in platform.posted)
    erase(framework, path, platform)
    standing = "\n".join(each.text for each in platform.posted)
    assert not [text for text in (SAID, WRITTEN, NAME) if text in standing]


def test_two_processes_that_write_at_once_lose_no_line(tmp_path: Path) -> None:
    """Workers on one machine, or a worker and the command line: who is missing from it would come back."""
    listed = tmp_path / "erasures.jsonl"
    ErasuresFile(listed).made()
    write = """
import sys
from pathlib import Path
from adapters.erasures import ErasuresFile
from bot.erasing import Erasure
from bot.model import to_time
print("here", flush=True)
sys.stdin.read()
for number in range(1000):
    at = to_time("2026-03-27T09:00:00.000000Z")
    ErasuresFile(Path(sys.argv[1])).write(Erasure(workspace="slack:T1", person=f"{sys.argv[2]}{number}", at=at))
"""

    def started(name: str) -> subprocess.Popen[bytes]:
        words = (sys.executable, "-c", write, str(listed), name)
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    with started("U") as one, started("UU") as other:
        for each in (one, other):
            assert each.stdout
            each.stdout.readline()
        for each in (one, other):
            assert each.stdin
            each.stdin.close()
    assert len({each.person for each in ErasuresFile(listed).read()}) == 2000


def test_without_the_list_nothing_is_restored(
    url: str, tmp_path: Path, framework: Framework, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy, listed = tmp_path / "kudos.db", tmp_path / "copy", tmp_path / "erasures.jsonl"
    assert run("person", "erase", "--yes", "ann").exit_code == 0
    erase(framework, path, platform)
    assert run("backup", str(copy)).exit_code == 0
    for file in tmp_path.glob("kudos.db*"):
        file.unlink()
    kept = listed.read_text("utf-8")
    for lines, complaint in (("", "it lacks 1 who were erased"), ("{\n", "line 1"), ("[]\n", "line 1")):
        listed.write_text(lines, "utf-8")
        done = run("restore", str(copy))
        assert (done.exit_code, complaint in done.output) == (78, True), done.output
    listed.write_bytes(b"\xff\xfe")
    assert "cannot read" in run("restore", str(copy)).output
    listed.unlink()
    assert "there is no" in run("restore", str(copy)).output
    monkeypatch.delenv("ERASURES_FILE")
    assert "not set, so whoever was erased would be back" in run("restore", str(copy)).output
    assert not path.exists()
    listed.write_text(kept, "utf-8")
    monkeypatch.setenv("ERASURES_FILE", str(listed))
    assert run("restore", str(copy)).exit_code == 0


def test_a_backup_of_before_anybody_was_erased_is_not_restored_without_the_list_either(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not tell itself who is missing from it by now."""
    copy = tmp_path / "copy"
    assert run("backup", str(copy)).exit_code == 0
    for file in tmp_path.glob("kudos.db*"):
        file.unlink()
    monkeypatch.delenv("ERASURES_FILE")
    done = run("restore", str(copy))
    assert (done.exit_code, "ERASURES_FILE: not set" in done.output) == (78, True), done.output
    assert not (tmp_path / "kudos.db").exists()


def test_a_server_is_restored_the_same_way(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.made() as one, postgres.made() as other:
        assert run("move", "--from", url, "--to", one).exit_code == 0
        backups.backup(one, tmp_path / "copy")
        listed = ErasuresFile(tmp_path / "erasures.jsonl")
        account = Erasure(workspace=W, person="ann", at=LATER)
        listed.write(account)
        assert backups.restore(tmp_path / "copy", other, tmp_path / "erasures.jsonl") == 1
        assert asyncio.run(_words(other)) == ["", ""]
        (tmp_path / "erasures.jsonl").write_text("", "utf-8")
        backups.backup(other, tmp_path / "after")
        with postgres.made() as third, pytest.raises(ConfigError, match="Drop this database"):
            backups.restore(tmp_path / "after", third, tmp_path / "erasures.jsonl")


def test_a_restore_of_a_server_that_was_broken_off_is_not_served(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when everything was back, and before anybody was erased again."""
    programs, copy = Path(postgres.programs()), tmp_path / "copy"
    killing = tmp_path / "killing" / "pg_restore"
    killing.parent.mkdir()
    killing.write_text(
        f'#!/bin/sh\n{programs}/pg_restore "$@" || exit 1\ncase " $* " in *" --list "*) ;; *) kill -9 "$PPID";; esac\n'
    )
    killing.chmod(0o755)
    with postgres.made() as one, postgres.made() as other:
        assert run("move", "--from", url, "--to", one).exit_code == 0
        backups.backup(one, copy)
        ErasuresFile(tmp_path / "erasures.jsonl").write(Erasure(workspace=W, person="ann", at=LATER))
        monkeypatch.setenv("DATABASE_URL", other)
        words = (sys.executable, "-m", "adapters.cli", "restore", str(copy))
        there = {"PATH": f"{killing.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        assert subprocess.run(words, env={**os.environ, **there}, check=False).returncode == -signal.SIGKILL
        assert asyncio.run(_words(other)) == [SAID, WRITTEN]
        done = run("migrate")  # as at each start
        assert (done.exit_code, "a restore into this database was broken off" in done.output) == (78, True)
        assert "is not empty" in run("restore", str(copy)).output
    with postgres.made() as third:
        monkeypatch.setenv("DATABASE_URL", third)
        assert run("restore", str(copy)).exit_code == 0
        assert asyncio.run(_words(third)) == ["", ""]
        assert run("migrate").exit_code == 0


async def _words(url: str) -> list[str]:
    database = storage.opened(url, read_only=True)
    rows = await database.rows("SELECT reason FROM recognition")
    await database.close()
    return [row["reason"] for row in rows]


# The list


def test_a_line_that_a_crash_has_cut_off_spoils_no_other(tmp_path: Path) -> None:
    listed = ErasuresFile(tmp_path / "list")
    listed.made()
    assert (tmp_path / "list").stat().st_mode & 0o077 == 0
    one = Erasure(workspace=W, person="ann", address="1", at=LATER)
    (tmp_path / "list").write_text('{"work', "utf-8")
    listed.write(one)
    assert len((tmp_path / "list").read_text("utf-8").splitlines()) == 2
    with pytest.raises(ConfigError, match="line 1"):
        listed.read()
    (tmp_path / "list").write_text("", "utf-8")
    listed.write(one)
    listed.write(replace(one, person="bob"))
    assert listed.read() == [one, replace(one, person="bob")]


def test_a_list_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = ErasuresFile(tmp_path / "nowhere" / "list")
    with pytest.raises(ConfigError, match="cannot write"):
        listed.made()
    with pytest.raises(NotRecordedError, match="cannot write"):
        listed.write(Erasure(workspace=W, person="ann", at=LATER))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ERASURES_FILE", str(tmp_path / "nowhere" / "list"))
    assert run("check").exit_code == 78


def test_a_check_makes_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a new machine it comes first: whoever restores next would take an empty list for the whole one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMEWORK_FILE", str(Path(__file__).parents[2] / "framework.yaml"))
    monkeypatch.setenv("ERASURES_FILE", str(tmp_path / "list"))
    done = run("check")
    assert done.exit_code == 0, done.output
    assert not list(tmp_path.iterdir())
    (tmp_path / "list").mkdir()
    assert "cannot write" in run("check").output


# The link


@dataclass(slots=True)
class Page:
    """The core with the page of own data, served on this machine."""

    core: World
    links: Links
    http: aiohttp.ClientSession

    async def asked(self, url: str, method: str = "GET") -> tuple[int, str, Mapping[str, str]]:
        async with self.http.request(method, url) as answer:
            return answer.status, await answer.text(), answer.headers


@pytest.fixture
async def page(framework: Framework, tmp_path: Path) -> AsyncIterator[Page]:
    base = "http://127.0.0.1:1/"
    made: list[Links] = []

    def link(workspace: str, person: str) -> str:
        return made[0].link(workspace, person)

    means = Means(link=link)
    async with world(framework, tmp_path / "kudos.db", means=means) as core:
        await lived(core)
        made.append(Links((KEY,), base, core.clock))
        routes = web.Application()
        OwnDataPage(made[0], core.app.store, core.app.bot.rights, core.clock).add_to(routes)
        async with server.listening(routes, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
            made[0] = Links((KEY,), f"http://127.0.0.1:{port}/", core.clock)
            yield Page(core, made[0], http)


async def link(page: Page, person: str = "ann") -> str:
    """What somebody gets who asks in chat."""
    (reply,) = await page.core.ask(page.core.right(person, Right.DATA))
    assert isinstance(reply, Private)
    (url,) = (
        span.message.url
        for element in reply.card.elements
        if isinstance(element, Line)
        for span in element.spans
        if isinstance(span, MessageLink)
    )
    return url


async def test_a_link_shows_everything_once_to_who_asks_for_it(page: Page) -> None:
    url = await link(page)
    assert SAID not in url
    for _ in range(3):  # whatever follows links by itself uses nothing up, and sees nothing
        status, text, headers = await page.asked(url)
        assert (status, SAID in text) == (200, False)
    status, text, headers = await page.asked(url, "POST")
    assert status == 200
    assert SAID in text
    assert WRITTEN in text
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    data = re.findall(r'base64,([^"]+)"', text)
    assert json.loads(base64.b64decode(data[0]))["kudos_given"][0]["words"] == SAID
    status, text, headers = await page.asked(url, "POST")
    assert (status, SAID in text) == (410, False)
    assert [row["act"] for row in await page.core.sql("SELECT act FROM audit")] == ["asked for their data"]


async def test_a_link_is_over_after_ten_minutes(page: Page) -> None:
    url = await link(page)
    page.core.clock.move(599)
    assert (await page.asked(url))[0] == 200
    page.core.clock.move(2)
    assert (await page.asked(url))[0] == 410
    assert (await page.asked(url, "POST"))[0] == 410


async def test_a_link_that_was_made_up_shows_nothing(page: Page) -> None:
    url = await link(page)
    base, _, token = url.rpartition("/")
    others = Vault((KEY,)).seal(json.dumps(["something else", W, "ann", "1", "2999-01-01T00:00:00.000000Z"]))
    odd = Vault((KEY,)).seal("not ours")
    for wrong in (token[:-4], "x", "x" * 5000, others, odd, Links(("o" * 32,), "/", page.core.clock).link(W, "ann")):
        status, text, _ = await page.asked(f"{base}/{wrong.rpartition('/')[2]}", "POST")
        assert (status, SAID in text) == (410, False)


async def test_what_colleagues_wrote_is_text_and_nothing_else(page: Page) -> None:
    await page.core.ask(page.core.give("bob", "@ann", "#1", " for <script>alert(1)</script> with us & at night"))
    _, text, _ = await page.asked(await link(page), "POST")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


async def test_it_is_served_where_it_has_an_address_and_a_key(framework: Framework, tmp_path: Path) -> None:
    for key, status in (("", 404), (KEY, 410)):
        told = Settings(
            database_url=f"{SQLITE}{tmp_path / 'served.db'}",
            erasures_file=tmp_path / "list",
            kudos_public_url="https://kudos.example/",
            kudos_secret_key=SecretStr(key),
            _env_file=None,
        )
        async with (
            server.site(told, framework) as routes,
            server.listening(routes, "127.0.0.1", 0) as port,
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/data/x") as answer,
        ):
            assert answer.status == status
        assert (tmp_path / "list").is_file()
