"""The framework's file, edited in every way that files are edited: what it says is used once it has settled."""

import asyncio
import contextlib
import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters import watching
from adapters.watching import SETTLED, Watch
from bot import framework as frameworks
from bot.errors import FrameworkError
from bot.framework import Framework
from tests.adapters.playground.visitor import served
from tests.adapters.town import REASON, Town, program, settled, town_in
from tests.doubles.slack import SlackDouble
from tests.doubles.world import PEOPLE, World, world
from tests.frameworks import changed, without

ADMIN = "ann@example.org"
BROKEN = "schema: 1\nentries: none\n"


@dataclass(slots=True)
class Folder:
    """The folder that holds the file, a program that looks at it when it is told to, and what it logs."""

    core: World
    path: Path
    watch: Watch
    logs: list[Any]

    async def look(self, times: int = SETTLED) -> None:
        for _ in range(times):
            await self.watch.look()
        self.core.clock.move(60)

    @property
    def version(self) -> str:
        return self.core.app.framework.version

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.logs if line["event"] == event]

    async def told(self) -> list[str]:
        """What the administrator has read so far."""
        await self.core.deliver()
        return self.core.platform.texts("ann")


@pytest.fixture
async def folder(any_framework: Framework, tmp_path: Path) -> AsyncIterator[Folder]:
    path = tmp_path / "framework.yaml"
    path.write_text(any_framework.text, "utf-8")
    with capture_logs() as logs:
        async with world(any_framework, tmp_path / "kudos.db", admins=frozenset({ADMIN})) as core:
            ann = replace(PEOPLE["ann"], email=ADMIN)
            await core.app.store.directory.save_people([ann])
            yield Folder(core, path, Watch(core.app, path, path.with_name("words.yaml")), logs)


def put(path: Path, text: str) -> None:
    """As careful programs write: beside it, and then in its place."""
    beside = path.with_name("framework.yaml.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def usable(half: str) -> str:
    """As much of `half` as can be read as a framework, up to the middle of a line."""
    while True:
        half = half[:-1]
        with contextlib.suppress(FrameworkError):
            frameworks.parse(half, "half")
            if not half.endswith("\n"):
                return half


# Edits that end well


async def test_nothing_changed(folder: Folder) -> None:
    """Somebody saves the file as it was."""
    put(folder.path, folder.core.framework.text)
    before = folder.core.app.bot.index
    await folder.look()
    assert folder.core.app.bot.index is before
    assert not folder.logs


async def test_another_file_in_its_place(folder: Folder) -> None:
    new = without(folder.core.framework, 0)
    put(folder.path, new.text)
    await folder.look(SETTLED - 1)
    assert folder.version == folder.core.framework.version, "not before it has settled"
    await folder.look(1)
    assert folder.version == new.version
    assert folder.logged("framework_in_use") == [
        {"event": "framework_in_use", "log_level": "info", "version": new.version, "entries": len(new.entries)}
    ]
    (told,) = await folder.told()
    assert told.startswith("The new framework is in use."), "nobody had heard of any trouble"
    assert folder.core.entry(0).title.text in told


async def test_written_in_two_halves(folder: Folder) -> None:
    """What is only half there is neither used nor called broken, also where the first half would do."""
    new = changed(folder.core.framework, 0, title="Quite another title").text
    half = without(folder.core.framework, 0).text
    for first in (new[: len(new) // 2], half):
        folder.path.write_text(first, "utf-8")
        await folder.look(SETTLED - 1)
    folder.path.write_text(new, "utf-8")
    await folder.look()
    assert folder.version == frameworks.version(new)
    assert not folder.logged("framework_problem")
    assert await folder.told() == []


async def test_with_an_old_time_stamp_and_the_same_length(folder: Folder) -> None:
    """Its content alone counts."""
    before = folder.path.stat()
    new = folder.core.framework.text.replace(folder.core.entry(0).short, folder.core.entry(0).short.swapcase())
    assert len(new.encode()) == before.st_size
    folder.path.write_text(new, "utf-8")
    os.utime(folder.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    await folder.look()
    assert folder.version == frameworks.version(new)


async def test_gone_for_a_moment(folder: Folder) -> None:
    """Some programs remove a file before they write it anew."""
    folder.path.unlink()
    await folder.look(SETTLED - 1)
    new = without(folder.core.framework, 0)
    folder.path.write_text(new.text, "utf-8")
    await folder.look()
    assert folder.version == new.version
    assert not folder.logged("framework_problem")


async def test_a_symlink_that_leads_elsewhere(folder: Folder) -> None:
    """As in a Kubernetes config map: the file leads to a folder that is itself exchanged."""
    new = without(folder.core.framework, 0)
    for name, text in (("one", folder.core.framework.text), ("two", new.text)):
        (folder.path.parent / name).mkdir()
        (folder.path.parent / name / "framework.yaml").write_text(text, "utf-8")
    folder.path.unlink()
    (folder.path.parent / "data").symlink_to("one")
    folder.path.symlink_to("data/framework.yaml")
    await folder.look()
    assert folder.version == folder.core.framework.version
    (folder.path.parent / "data.new").symlink_to("two")
    (folder.path.parent / "data.new").replace(folder.path.parent / "data")
    await folder.look()
    assert folder.version == new.version
    assert not folder.logged("framework_problem")


# Edits that end badly


async def test_broken_twice_and_mended(folder: Folder) -> None:
    """Each content that can't be used is logged and told once, with every problem's line; mending it is told once."""
    kept = folder.version
    for number, wrong in enumerate(
        (BROKEN, folder.core.framework.text.replace("    kudos: true", "    kudos: perhaps", 1)), 1
    ):
        put(folder.path, wrong)
        await folder.look(3 * SETTLED)
        told = await folder.told()
        assert folder.version == kept
        assert len(told) == len(folder.logged("framework_kept")) == number
        problems = [line["problem"] for line in folder.logged("framework_problem")]
        with pytest.raises(FrameworkError) as found:
            frameworks.parse(wrong, "framework.yaml")
        shown = [str(problem) for problem in found.value.details]
        assert problems[-len(shown) :] == shown
        assert all(problem in told[-1] for problem in shown[:10])
    put(folder.path, changed(folder.core.framework, 0, title="Quite another title").text)
    await folder.look(3 * SETTLED)
    assert len(await folder.told()) == 3
    assert (await folder.told())[-1].endswith(f"version {folder.version}.")
    assert folder.version != kept


async def test_taken_back(folder: Folder) -> None:
    """Whoever puts the old file back hears that it is fine again."""
    put(folder.path, BROKEN)
    await folder.look()
    put(folder.path, folder.core.framework.text)
    assert len(await folder.told()) == 1
    await folder.look()
    assert len(await folder.told()) == 2
    assert folder.version == folder.core.framework.version


async def test_half_written_and_left_so(folder: Folder) -> None:
    """A sentence that is cut in the middle is quoted to nobody, however long the file stays so."""
    whole, kept = folder.core.framework.text, folder.version
    half = usable(whole[: len(whole) // 2])
    folder.path.write_text(half, "utf-8")
    await folder.look(3 * SETTLED)
    assert folder.version == kept
    (told,) = await folder.told()
    assert "The file ends in the middle of a line: save it again, with a line break at the end." in told
    folder.path.write_text(whole, "utf-8")
    await folder.look()
    assert "fine again" in (await folder.told())[1]


async def test_half_of_another_one(folder: Folder) -> None:
    """Also where it is not the beginning of the one in use."""
    kept = folder.version
    text = changed(folder.core.framework, 0, title="Quite another title").text
    folder.path.write_text(usable(text[: len(text) // 2]), "utf-8")
    await folder.look()
    assert folder.version == kept
    assert "in the middle of a line" in (await folder.told())[0]


async def test_copied_up_to_the_end_of_an_entry(folder: Folder) -> None:
    """It would do as a framework, and nobody has written it; who means it says so."""
    whole, kept = folder.core.framework.text, folder.version
    *_, last = re.finditer(r"^ *- id:", whole, re.MULTILINE)
    part = whole[: last.start()]
    assert len(frameworks.parse(part, "part").entries) == len(folder.core.framework.entries) - 1
    folder.path.write_text(part, "utf-8")
    await folder.look()
    assert folder.version == kept
    assert "The file seems to be cut off" in (await folder.told())[0]
    meant = f"{part}# This is the end.\n"
    folder.path.write_text(meant, "utf-8")
    await folder.look()
    assert folder.version == frameworks.version(meant)
    assert folder.core.framework.entries[-1].id in "".join(await folder.told())


async def test_a_whole_file_without_a_last_line_break(folder: Folder) -> None:
    """As many an editor leaves it."""
    text = folder.core.framework.text.rstrip()
    for edit in (text, f"# Edited.\n{text}"):
        folder.path.write_text(edit, "utf-8")
        await folder.look()
        assert folder.version == frameworks.version(edit)
    assert await folder.told() == []


@contextlib.contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Nobody may read it; root always may, and so is somebody else meanwhile."""
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        path.chmod(0o644)


async def test_permission_lost(folder: Folder) -> None:
    with unreadable(folder.path):
        await folder.look()
    assert "The file can't be read: Permission denied." in (await folder.told())[0]
    assert [line["problem"] for line in folder.logged("framework_problem")] == [
        "The file can't be read: Permission denied."
    ]
    await folder.look()
    assert "The framework's file is fine again" in "".join((await folder.told())[1:])


async def test_gone_for_good(folder: Folder) -> None:
    folder.path.unlink()
    await folder.look(3 * SETTLED)
    assert "The file can't be read: No such file or directory." in (await folder.told())[0]
    assert len(folder.logged("framework_kept")) == 1
    assert folder.version == folder.core.framework.version


async def test_no_text(folder: Folder) -> None:
    folder.path.write_bytes(b"schema: 1\xff\xfe")
    await folder.look()
    assert "The file is no text in UTF-8: save it as that." in (await folder.told())[0]


async def test_a_folder_in_its_place(folder: Folder) -> None:
    folder.path.unlink()
    folder.path.mkdir()
    await folder.look()
    assert "The file can't be read: Is a directory." in (await folder.told())[0]


async def test_while_the_database_is_locked(folder: Folder) -> None:
    """What can't be noted is not used; it is tried again at the next look."""
    new = without(folder.core.framework, 0)
    put(folder.path, new.text)
    with contextlib.closing(sqlite3.connect(folder.core.database, isolation_level=None)) as beside:
        beside.execute("BEGIN IMMEDIATE")
        await folder.look()
        assert folder.version == folder.core.framework.version
        beside.execute("ROLLBACK")
    assert len(folder.logged("framework_waits_for_database")) == 1
    await folder.look(1)
    assert folder.version == new.version


async def test_a_bug_ends_nothing(folder: Folder) -> None:
    """Whatever goes wrong with one edit, the old framework stays, and the next edit is looked at."""
    new = without(folder.core.framework, 0)
    put(folder.path, new.text)
    renewing, folder.core.app.renewing = folder.core.app.renewing, None  # type: ignore[assignment]
    await folder.look(2 * SETTLED)
    folder.core.app.renewing = renewing
    assert [line["event"] for line in folder.logs] == ["framework_not_read"]
    put(folder.path, changed(new, 0, title="Quite another title").text)
    await folder.look()
    assert folder.core.app.framework.taggable[0].title.text == "Quite another title"


async def test_mended_while_the_program_did_not_run(any_framework: Framework, tmp_path: Path) -> None:
    """It says so when it starts."""
    path = tmp_path / "framework.yaml"
    path.write_text(any_framework.text, "utf-8")
    admins = frozenset({ADMIN})
    async with world(any_framework, tmp_path / "kudos.db", admins=admins) as core:
        await core.app.store.directory.save_people([replace(PEOPLE["ann"], email=ADMIN)])
        await core.app.renewing.broken(core.framework.version, "content", ["wrong"])
        await core.deliver()
        platform = core.platform
    async with world(any_framework, tmp_path / "kudos.db", admins=admins) as core:
        core.app.senders["test"] = platform
        async with watching.watching(core.app, path, path.with_name("words.yaml"), look_s=0.01):
            while len(platform.texts("ann")) < 2:
                await core.deliver(after_s=1)
        assert "fine again" in platform.texts("ann")[1]


# A running server


@pytest.fixture
async def town(database_kind: str, any_framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose program looks at its framework's file all the time; Alice is an administrator."""
    path = tmp_path / "framework.yaml"
    path.write_text(any_framework.text, "utf-8")
    admins = "Alice@Example.org, somebody@example.org"
    async with town_in(
        tmp_path / "kudos.db", any_framework, look_s=0.01, framework_file=path, kudos_admins=admins
    ) as running:
        yield running
        await settled(running)
        running.assert_sound()


async def until_in_use(address: str, framework: Framework) -> None:
    """Wait until `/ready` names this framework."""
    async with aiohttp.ClientSession() as http:
        while True:
            async with http.get(f"{address}/ready") as response:
                if (await response.json())["framework"] == framework.version:
                    return


async def test_the_conversation_changes_without_a_restart(town: Town, tmp_path: Path) -> None:
    entry, tag = town.entry(0), town.tag(0)
    card = await town.give(town.alice, f"@bob {tag} for {REASON}")
    new = without(town.framework, 0)
    put(tmp_path / "framework.yaml", new.text)
    await until_in_use(town.client.url.removesuffix("/slack/events"), new)
    assert tag not in await town.type(town.cara, "", command="/values")
    assert "No longer part of our framework" in await town.type(town.cara, tag, command="/values")
    await town.press(card, "What does it mean?", town.cara)
    assert entry.title.text in (await town.hears(town.cara, "No longer part of our framework")).text
    await town.type(town.alice, f"@bob {tag} for {REASON}")
    assert "no longer in use" in str(town.form(town.alice).blocks)
    before = town.count("recognition")
    await town.react(town.cara, town.slack.say(town.bob, town.general, "done"), entry.emoji_name)
    assert town.count("recognition") == before


async def test_whoever_operates_it_hears_of_a_file_that_is_broken(town: Town, tmp_path: Path) -> None:
    """It goes on as it is until it is started again: then it would not."""
    address = town.client.url.replace("/slack/events", "/metrics")
    for text, usable in ((town.framework.text, 1), (BROKEN, 0), (town.framework.text, 1)):
        put(tmp_path / "framework.yaml", text)
        async with aiohttp.ClientSession() as http, asyncio.timeout(5):
            while f'kudos_file_usable{{file="framework"}} {usable}.0' not in await figures(http, address):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            assert 'kudos_file_usable{file="words"} 1.0' in await figures(http, address)


async def figures(http: aiohttp.ClientSession, address: str) -> str:
    async with http.get(address) as response:
        return await response.text()


@pytest.mark.fault("bad framework")
@pytest.mark.databases("sqlite", "postgres")
async def test_administrators_read_what_is_wrong(town: Town, tmp_path: Path) -> None:
    put(tmp_path / "framework.yaml", BROKEN)
    await town.slack.until(lambda: town.told(town.alice))
    (told,) = town.told(town.alice)
    assert "line 2: entries: a list belongs here" in told
    assert town.told(town.bob) == []
    put(tmp_path / "framework.yaml", town.framework.text)
    await town.slack.until(lambda: len(town.told(town.alice)) == 2)
    assert "fine again" in town.told(town.alice)[1]


async def test_the_program_as_it_is_started(framework: Framework, tmp_path: Path) -> None:
    """`kudos serve` looks by itself."""
    path = tmp_path / "framework.yaml"
    path.write_text(framework.text, "utf-8")
    async with SlackDouble() as slack:
        town = Town(slack=slack, client=slack.client(""), framework=framework, database=tmp_path / "kudos.db")
        async with program(town, FRAMEWORK_FILE=str(path)) as running:
            new = without(framework, 0)
            put(path, new.text)
            await until_in_use(town.client.url.removesuffix("/slack/events"), new)
            running.terminate()
            assert '"event": "framework_in_use"' in await running.log()


async def test_the_playground_follows_too(framework: Framework, tmp_path: Path) -> None:
    path = tmp_path / "framework.yaml"
    path.write_text(framework.text, "utf-8")
    new = changed(framework, 0, tag="brandnew")
    async with served(tmp_path / "playground.db", framework, framework_file=path) as amara:
        assert not (await amara.look()).says("#brandnew")
        put(path, new.text)
        while "#brandnew" not in (await amara.look()).html:
            pass
        assert (await amara.say("/values brandnew")).says(framework.taggable[0].title.text)
