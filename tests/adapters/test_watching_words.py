"""The file of search words, edited while the bot runs: followed like the framework's, and never out of step with it."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.app import read_words, words_to_start_with
from adapters.watching import SETTLED, Watch
from bot import config, vocabulary
from bot.framework import Framework
from bot.understanding import find
from tests.adapters.test_watching import ADMIN, put
from tests.doubles.world import PEOPLE, World, world

FILE = Path(__file__).parents[1] / "frameworks" / "lantern.words.yaml"
ASKED = "walrus waistcoats wobble"  #: nobody could know
KEPT = "beacon.keep-lamp"
RENAMED = "beacon.lamp-kept"


@dataclass(slots=True)
class Folder:
    """The folder that holds both files, a program that looks at them when it is told to, and what it logs."""

    core: World
    framework: Path
    words: Path
    watch: Watch
    logs: list[Any]

    async def look(self, times: int = SETTLED) -> None:
        for _ in range(times):
            await self.watch.look()
        self.core.clock.move(60)

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8")
        assert old in text
        put(path, text.replace(old, new))

    def finds(self, question: str) -> list[str]:
        return [entry.id for entry in find(self.core.app.bot.index, question).entries]

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.logs if line["event"] == event]

    async def told(self) -> list[str]:
        """What the administrator has read so far."""
        await self.core.deliver()
        return self.core.platform.texts("ann")


@pytest.fixture
async def folder(lantern: Framework, tmp_path: Path) -> AsyncIterator[Folder]:
    framework, words = tmp_path / "framework.yaml", tmp_path / "words.yaml"
    framework.write_text(lantern.text, "utf-8")
    words.write_text(FILE.read_text("utf-8"), "utf-8")
    with capture_logs() as logs:
        async with world(lantern, tmp_path / "kudos.db", admins=frozenset({ADMIN})) as core:
            await core.app.store.directory.save_people([replace(PEOPLE["ann"], email=ADMIN)])
            core.app.bot.index = await core.app.renewing.reworded(lantern, read_words(words, lantern))
            yield Folder(core, framework, words, Watch(core.app, framework, words), logs)


def taught(folder: Folder) -> None:
    """Somebody writes down what a question means."""
    line = f'    - "{ASKED}"\n    - "{ASKED} today"\n'
    folder.edit(folder.words, f"  {KEPT}:\n    keywords: [darkness, reliable]\n    questions:\n", "@\n" + line)
    folder.edit(folder.words, "@", f"  {KEPT}:\n    keywords: [darkness, reliable]\n    questions:")


async def test_what_is_written_is_understood_without_a_restart(folder: Folder) -> None:
    assert folder.finds(ASKED)[:1] != [KEPT]
    taught(folder)
    await folder.look(SETTLED - 1)
    assert folder.finds(ASKED)[:1] != [KEPT], "not before it has settled"
    before = folder.core.app.framework
    await folder.look(1)
    assert folder.finds(ASKED)[:1] == [KEPT]
    assert folder.core.app.framework is before
    assert [line["entries"] for line in folder.logged("words_in_use")] == [len(folder.core.app.words.entries)]
    assert await folder.told() == []


async def test_a_broken_file_changes_nothing_and_its_line_is_named(folder: Folder) -> None:
    """Once for each content; and once when it is mended."""
    before = folder.core.app.bot.index
    whole = folder.words.read_text("utf-8")
    for number, (old, new) in enumerate((("not_covered:", "not_covered: no"), (f"  {KEPT}:", "  beacon.kept:")), 1):
        put(folder.words, whole.replace(old, new, 1))
        await folder.look(3 * SETTLED)
        assert folder.core.app.bot.index is before
        told = await folder.told()
        assert len(told) == len(folder.logged("words_kept")) == number
        assert told[-1].startswith("The file of search words can't be used as it is now.")
        line = 1 + whole[: whole.index(old)].count("\n")
        assert re.search(rf"line {line}\b", told[-1]) or number == 1
        assert [each["problem"] in told[-1] for each in folder.logged("words_problem")][-1]
    put(folder.words, whole)
    await folder.look(3 * SETTLED)
    assert (await folder.told())[2:] == ["The file of search words is fine again, and in use."]


async def test_a_file_that_is_cut_off_is_not_used(folder: Folder) -> None:
    """Also where what is left could be read."""
    before, whole = folder.core.app.bot.index, folder.words.read_text("utf-8")
    for half, said in (
        (whole[: whole.index("not_covered:")], "seems to be cut off"),
        (whole[: whole.index("unspecific:")].rstrip(), "in the middle of a line"),
    ):
        assert vocabulary.parse(half, "half", folder.core.framework).entries
        folder.words.write_text(half, "utf-8")
        await folder.look()
        assert folder.core.app.bot.index is before
        assert said in (await folder.told())[-1]


async def test_a_file_that_is_gone_is_missed(folder: Folder) -> None:
    before = folder.core.app.bot.index
    folder.words.unlink()
    await folder.look(3 * SETTLED)
    assert folder.core.app.bot.index is before
    (told,) = await folder.told()
    assert "The file can't be read: No such file or directory." in told


async def test_a_file_that_never_was_is_not_missed_and_followed_when_it_comes(folder: Folder) -> None:
    folder.words.unlink()
    bare = await folder.core.app.renewing.reworded(folder.core.framework, vocabulary.NONE)
    folder.core.app.bot.index = bare
    folder.watch = Watch(folder.core.app, folder.framework, folder.words)
    await folder.look(2 * SETTLED)
    assert not folder.logs
    assert folder.core.app.bot.index is bare
    put(folder.words, FILE.read_text("utf-8"))
    await folder.look()
    assert folder.core.app.words.entries
    assert await folder.told() == []


async def test_trouble_with_one_file_is_not_over_because_the_other_is_fine(folder: Folder) -> None:
    whole = folder.words.read_text("utf-8")
    folder.edit(folder.words, "not_covered:", "not_covered: no")
    await folder.look()
    folder.edit(folder.framework, "title: The rose", "title: The compass rose")
    await folder.look()
    assert ["can't" in each for each in await folder.told()] == [True]
    put(folder.framework, "schema: 1\n")
    await folder.look()
    assert "The framework's file can't" in (await folder.told())[1]
    put(folder.words, whole)
    await folder.look()
    assert (await folder.told())[2:] == ["The file of search words is fine again, and in use."]
    assert folder.core.app.framework.entry("chart.compass-rose").title.text == "The compass rose"  # type: ignore[union-attr]


def renames(folder: Folder) -> dict[str, Callable[[], None]]:
    def framework() -> None:
        folder.edit(folder.framework, KEPT, RENAMED)

    def words() -> None:
        folder.edit(folder.words, KEPT, RENAMED)

    return {"framework": framework, "words": words}


@pytest.mark.parametrize("first", ["framework", "words"])
async def test_an_id_renamed_in_both_files_one_after_the_other(folder: Folder, first: str) -> None:
    """In between, questions get the entry as the framework in use has it, or none: never another one."""
    question = "is somebody meant to stay awake all night for the ships"
    assert folder.finds(question)[:1] == [KEPT]
    edits = renames(folder)
    edits.pop(first)()
    await folder.look()
    between = folder.core.app.bot.index
    assert (between.framework.entry(RENAMED) is None) == (first == "words"), "a framework waits for no words"
    assert folder.finds(question)[:1] in ([], [between.framework.taggable[0].id])
    told = [each for each in await folder.told() if "search words" in each]
    assert len(told) == 1
    assert f"the framework has no entry {KEPT if first == 'framework' else RENAMED}" in told[0]
    assert re.search(r"line \d+: entries", told[0])
    edits.popitem()[1]()
    await folder.look()
    assert folder.finds(question)[:1] == [RENAMED]
    assert folder.core.app.words.entries.keys() >= {RENAMED}
    assert (await folder.told())[-1] == "The file of search words is fine again, and in use."


async def test_an_id_renamed_in_both_files_at_once(folder: Folder) -> None:
    """Nobody hears of trouble where there is none."""
    for edit in renames(folder).values():
        edit()
        await folder.look(SETTLED - 1)
    await folder.look(1)
    assert folder.finds("is somebody meant to stay awake all night for the ships")[:1] == [RENAMED]
    assert all("search words" not in each for each in await folder.told())


async def test_who_starts_between_two_edits_starts_all_the_same(folder: Folder) -> None:
    """Without words, saying so in the log; the administrators hear of it once it runs."""
    renames(folder)["words"]()
    words = words_to_start_with(folder.words, folder.core.framework)
    assert words == vocabulary.NONE
    assert "has no entry" in folder.logged("words_problem")[0]["problem"]
    folder.core.app.bot.index = await folder.core.app.renewing.reworded(folder.core.framework, words)
    folder.watch = Watch(folder.core.app, folder.framework, folder.words)
    await folder.look()
    assert "has no entry" in (await folder.told())[0]


def test_the_words_stand_beside_the_framework_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.read().words_file == config.words_file() == Path("words.yaml")
    monkeypatch.setenv("FRAMEWORK_FILE", "elsewhere/ours.yaml")
    assert config.read().words_file == config.words_file() == Path("elsewhere/words.yaml")
    monkeypatch.setenv("WORDS_FILE", "spoken.yaml")
    assert config.read().words_file == config.words_file() == Path("spoken.yaml")
