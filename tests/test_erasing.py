"""Whoever asks to be erased is in nothing that is kept, nor in anything that stands: on all their platforms."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.app import forget
from bot import erasing
from bot.erasing import SOMEBODY, Erasure
from bot.framework import Framework
from bot.model import Person
from bot.requests import Action, Right
from bot.rights import Means, NotRecordedError
from tests.both import SLACK, TEAMS, Both, T, both
from tests.doubles.platform import direct
from tests.doubles.world import W, told

ANN = replace(SLACK["ann"], name="Ann Quillfeather", direct=direct("ann"))
THERE = replace(TEAMS["ann"], name="Ann Quillfeather (Ops)", direct=direct("t-ann"))
WORDS = ("zither", "yawl", "xebec", "whelk", "vellum", "ullage", "tabard")  #: of hers, or about her alone

#: Where an id of somebody who was erased may stand, and why.
MAY_STAND = {
    "audit": "who did what must stay: ids alone, which only the platform can resolve",
    "delivery": "keys of what was delivered, kept seven days; some platforms put ids into them",
}


@dataclass
class Book:
    """What was written down elsewhere."""

    lines: list[Erasure] = field(default_factory=list)
    full: bool = False

    def write(self, erasure: Erasure) -> None:
        if self.full:
            raise NotRecordedError("no space left")
        self.lines.append(erasure)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
async def force(framework: Framework, tmp_path: Path, book: Book, database_kind: str) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db", means=Means(record=book.write)) as running:
        await running.learn(ANN, THERE)
        yield running


async def lived(force: Both) -> None:
    """Ann does everything that can be done, and so do others with her."""
    core = force.core
    await force.plan(W, owner="ann", scope="people", people=("ann", "bob"))
    said = [f"mending the {word} with us at night" for word in WORDS]
    await force.gave("ann", "bob", said[0])
    changed = await force.gave("ann", "cara", "mending it with a yawl first")
    await core.ask(core.reword("ann", changed, f"for {said[1]}"))
    await force.gave("bob", "ann", said[2])
    several = await core.ask(core.give("cara", "@ann", "@bob", "#0", " for what Ann Quillfeather and Bob did"))
    assert several
    await core.ask(core.give("ann", "@bob", "#1", f" for {said[3]}", place="closed"))
    await force.gave_there("ann", "bob", said[4])
    await force.gave_there("cara", "ann", said[5])
    other = await force.gave("bob", "cara", "something else altogether that day")
    await core.ask(core.press("ann", Action.SECOND, other))
    await core.ask(core.react("ann", 0))
    await core.ask(core.react("ann", 1, to=await _card(force, other), author="kudos"))
    await core.ask(core.give("ann", "@pair", "#0", f" for {said[6]}"))
    for person in ("ann", "bob"):
        await core.ask(core.opens(person))
    await core.ask(force.opens("ann"))
    await core.ask(core.press("ann", Action.SETTING, "direct:1", place=""))
    await core.deliver(60)


async def _card(force: Both, recognition: str) -> "object":
    return (await force.core.app.store.posts.cards(W, [recognition]))[recognition]


async def erase(force: Both, person: str = "ann") -> str:
    core = force.core
    said = told(await core.ask(core.press(person, Action.RIGHT, Right.ERASE_NOW.value, place="")), core.framework)
    await settle(force)
    return said


async def settle(force: Both) -> None:
    """Let what was begun come to its end."""
    for _ in range(4):
        await force.core.app.bot.rights.tick()
        await force.core.deliver(120)


async def traces(force: Both, *patterns: str) -> dict[str, list[str]]:
    """Where one of these stands in the database: by table, what stands there."""
    found: dict[str, list[str]] = {}
    for table in await force.core.tables():
        for row in await force.core.sql(f"SELECT * FROM {table}"):  # noqa: S608
            for column, value in row.items():
                if any(re.search(pattern, str(value), re.IGNORECASE) for pattern in patterns):
                    found.setdefault(table, []).append(f"{column}: {value}")
    return found


NAMED = ("quillfeather", r"\bann@force", r"(?<![\w-])(t-)?ann(?![\w-])", *WORDS)


def standing(force: Both) -> str:
    """Everything that anybody can read, on both platforms."""
    core = force.core
    pages = [core.platform.page(each) for each in core.platform.published]
    return "\n".join([*(each.text for each in (*core.platform.posted, *force.teams.posted)), *map(str, pages)])


async def test_nothing_is_left_in_any_table_and_nothing_stands(force: Both, book: Book) -> None:
    await lived(force)
    hashed = [row["address"] for row in await force.core.sql("SELECT address FROM person WHERE id = 'ann'")]
    before = await traces(force, *NAMED, *hashed)
    assert {"recognition", "recipient", "person", "held_address", "setting", "reaction", "endorsement"} <= set(before)
    assert {"outbox", "history", "membership", "place"} <= set(before)
    assert [word for word in WORDS if word not in standing(force)] == []
    assert "erasing everything" in await erase(force)
    left = await traces(force, *NAMED, *hashed)
    assert set(left) <= set(MAY_STAND), left
    for word in (*WORDS, "quillfeather", "Ann"):
        assert not re.search(rf"\b{word}\b", standing(force), re.IGNORECASE), word
    assert {(each.workspace, each.person) for each in book.lines} == {(W, "ann"), (T, "t-ann")}
    assert all(each.address == hashed[0] for each in book.lines)
