"""Whoever asks to be erased is in nothing that is kept, nor in anything that stands: on all their platforms."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.app import forget
from bot import erasing, erasures
from bot.ageing import AT_ONCE
from bot.database import Step
from bot.erasing import SOMEBODY, Erasure
from bot.framework import Framework
from bot.home import DIRECT
from bot.model import Person, Sight
from bot.requests import Action, Ask, ChangeRole, ChooseSight, Named, Right, Suppress, SwitchQuiet
from bot.rights import Means, NotRecordedError
from tests.both import ADMIN, SLACK, Both, T, both
from tests.doubles.platform import direct
from tests.doubles.world import ROOMS, W, told
from tests.lives import (
    ANN,
    MONDAY,
    NAMED,
    OF_NOBODY,
    REASONS,
    THERE,
    WORDS,
    governed,
    known,
    lived,
    removed,
    standing,
    traces,
)

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
    meanwhile: Callable[[], None] = lambda: None  #: what happens while something is written

    def write(self, erasure: Erasure) -> None:
        if self.full:
            raise NotRecordedError("no space left")
        self.meanwhile()
        self.lines.append(erasure)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
async def force(framework: Framework, tmp_path: Path, book: Book, database_kind: str) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db", means=Means(record=book.write)) as running:
        await running.learn(ANN, THERE)
        yield running


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


async def test_nothing_is_left_in_any_table_and_nothing_stands(force: Both, book: Book) -> None:
    await lived(force)
    await governed(force)
    hashed = [row["address"] for row in await force.core.sql("SELECT address FROM person WHERE id = 'ann'")]
    before = await traces(force, *NAMED, *hashed)
    tables = set(await force.core.tables())
    assert set(OF_NOBODY) <= tables
    assert set(before) == tables - set(OF_NOBODY) - {"erasure"}, "each holds something of hers"
    assert [word for word in (*WORDS, *REASONS) if word not in standing(force)] == []
    for said in ("asks for a table", "has approved the export"):
        assert f"{ANN.name} {said}" in standing(force)
    assert "erasing everything" in await erase(force)
    left = await traces(force, *NAMED, *hashed)
    assert set(left) <= set(MAY_STAND), left
    assert await traces(force, "quillfeather", r"\bann@force", *WORDS, *REASONS) == {}
    for word in (*WORDS, *REASONS, "quillfeather", "Ann"):
        assert not re.search(rf"\b{word}\b", standing(force), re.IGNORECASE), word
    assert {(each.workspace, each.person) for each in book.lines} == {(W, "ann"), (T, "t-ann")}
    assert all(each.address == hashed[0] for each in book.lines)


async def test_who_was_thanked_keeps_the_thanks_alone(force: Both) -> None:
    core = force.core
    id_ = await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await core.ask(core.opens("bob"))
    await core.ask(core.opens("cara"))
    await erase(force)
    assert "Kudos you received (1) / Somebody thanked you for <0>" in core.page("bob")
    assert core.texts("general") == ["This kudos is not shown any more."]
    assert "Somebody thanked you for: / <0>" in core.texts("bob")[0]
    read = await core.says(core.press("cara", Action.EXPLAIN, id_))
    assert read == "This kudos is not shown any more."
    assert await core.app.store.ledger.totals(W, "bob") == (1, 0)


async def test_what_was_asked_in_vain_before_we_knew_them_names_them_no_more(force: Both) -> None:
    """A colleague's name is never counted; one who is known later was none yet."""
    core = force.core
    for who in ("wilma hollowell", "the tombola"):
        await core.ask(Ask(**core.asked("cara"), question=f"where does {who} keep the tombola"))
    await force.learn(replace(ANN, name="Wilma Hollowell"))
    assert set(await traces(force, "hollowell")) == {"person", "question"}
    await erase(force)
    assert await traces(force, "hollowell") == {}
    assert len(await core.sql("SELECT * FROM question")) == 1


async def test_of_several_who_are_thanked_one_is_taken_out(force: Both) -> None:
    core = force.core
    await core.ask(core.give("cara", "@ann", "@bob", "#0", " for what Ann Quillfeather did with Bob that day"))
    await core.deliver(1)
    await erase(force)
    (recognition,) = await core.ledger()
    assert [each.id for each in recognition.recipients] == ["bob"]
    assert recognition.reason == "what somebody did with Bob that day"
    assert core.texts("general")[0].startswith("Cara thanked Bob for:")
    assert core.texts("ann") == ["What stood here has been erased."]


async def test_what_colleagues_wrote_to_them_alone_loses_its_words(force: Both) -> None:
    core = force.core
    await force.gave("cara", "ann", f"mending the {WORDS[0]} with us at night")
    await erase(force)
    (recognition,) = await core.ledger()
    assert (recognition.reason, [each.id for each in recognition.recipients]) == ("", [SOMEBODY])
    assert "You thanked Somebody" in await _typed_home(force, "cara")


async def _typed_home(force: Both, person: str) -> str:
    return await force.core.says(replace(force.core.opens(person), typed=True))


async def test_a_digest_that_stands_tells_of_them_no_more(force: Both) -> None:
    await force.plan(W)
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await force.gave("cara", "bob", "finding the spare keys with us at night")
    await force.comes(MONDAY)
    assert WORDS[0] in force.digest(W).text
    assert ANN.name in force.digest(W).text
    await erase(force)
    await force.comes()
    told_now = force.digest(W).text
    assert WORDS[0] not in told_now
    assert "Quillfeather" not in told_now
    assert "Somebody" not in told_now
    assert "Cara" in told_now


async def test_who_could_not_be_reached_is_not_named_to_colleagues(force: Both) -> None:
    core = force.core
    core.platform.people_["ann"] = replace(ANN, active=False)
    await core.ask(core.give("cara", "@ann", "#0", f" for mending the {WORDS[0]} with us at night"))
    await core.deliver(60)
    await core.deliver(60)
    (stuck,) = [each for each in core.platform.posted if each.view == "stuck"]
    assert ANN.name in stuck.text
    await erase(force)
    assert stuck.text == "What stood here has been erased."


async def test_what_is_new_since_they_asked_stays(force: Both, book: Book) -> None:
    """Whoever comes back is somebody new, also for a backup that is restored later."""
    core = force.core
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await erase(force)
    await force.gave("ann", "bob", f"mending the {WORDS[1]} with us at night")
    await settle(force)
    assert [each.reason != "" for each in await core.ledger()] == [False, True]
    store = core.app.store
    for each in book.lines:
        await store.write(*erasing.erased(each, names=(), worded=(), now=core.clock()))
    assert [each.giver.id for each in await core.ledger()] == [SOMEBODY, "ann"]


@pytest.mark.parametrize("called", ["ann quillfeather", "ANN  QUILLFEATHER", "Ann\nQuillfeather"])
async def test_words_name_them_no_more_however_their_name_was_typed(force: Both, called: str) -> None:
    core = force.core
    id_ = await force.gave("cara", "bob", f"mending the gate with {called} at night")
    await core.ask(core.reword("cara", id_, f"mending the fence with {called} at night"))
    await core.deliver(1)
    await erase(force)
    assert (await core.ledger())[0].reason == "mending the fence with somebody at night"
    assert "quillfeather" not in standing(force).casefold()
    assert await traces(force, "quillfeather") == {}


async def test_asking_twice_or_again_is_the_same(force: Both, book: Book) -> None:
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await erase(force)
    number = len(book.lines)
    await erase(force)
    assert len(book.lines) == 2 * number - 1  # what was on another platform is not joined with them any more
    assert await force.core.app.store.erasures.open() == []


async def test_a_legal_hold_keeps_everything_of_theirs_and_says_so_kindly(force: Both, book: Book) -> None:
    core = force.core
    await lived(force)
    rights = core.app.bot.rights
    await rights.hold(await rights.accounts(T, "t-ann"), on=True, actor="", origin="command line", key="1")
    before = await traces(force, *WORDS)
    assert "for legal reasons" in await erase(force)
    await later(force, 5000)
    assert await traces(force, *WORDS) == before
    assert [word for word in WORDS if word not in standing(force)] == []
    assert book.lines == []
    await rights.hold(await rights.accounts(T, "t-ann"), on=False, actor="", origin="command line", key="2")
    await settle(force)
    assert set(await traces(force, *NAMED)) <= set(MAY_STAND)


async def test_a_legal_hold_that_comes_at_the_last_moment_keeps_everything_too(force: Both, book: Book) -> None:
    """Nobody could undo it."""
    await lived(force)
    await settle(force)
    before = await traces(force, *NAMED)
    rights, loop = force.core.app.bot.rights, asyncio.get_running_loop()

    async def hold() -> None:
        await rights.hold(await rights.accounts(W, "ann"), on=True, actor="", origin="command line", key="1")

    book.meanwhile = lambda: asyncio.run_coroutine_threadsafe(hold(), loop).result()
    await erase(force)
    assert len(book.lines) == 1
    after = await traces(force, *NAMED)
    assert {table: sorted(after.get(table, [])) for table in before} == {
        table: sorted(stood) for table, stood in before.items()
    }
    book.meanwhile = lambda: None
    await rights.hold(await rights.accounts(W, "ann"), on=False, actor="", origin="command line", key="2")
    await settle(force)
    assert set(await traces(force, *NAMED)) <= set(MAY_STAND)


async def test_a_hold_on_a_colleague_keeps_what_is_between_them(force: Both) -> None:
    core = force.core
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await force.gave("ann", "cara", f"mending the {WORDS[1]} with us at night")
    store = core.app.store
    await store.write(erasures.held(W, "bob", "", core.clock()))
    await erase(force)
    words = [each.reason for each in await core.ledger()]
    assert WORDS[0] in words[0]
    assert words[1] == ""
    assert await store.erasures.open()
    await store.write(erasures.released(W, "bob"))
    await settle(force)
    assert [each.reason for each in await core.ledger()] == ["", ""]
    assert set(await traces(force, *NAMED)) <= set(MAY_STAND)


@pytest.mark.parametrize("how", ["me", "suppressed", "quiet"])
async def test_what_a_hold_keeps_others_see_as_little_as_before(force: Both, how: str) -> None:
    core = force.core
    if how == "me":
        await core.ask(ChooseSight(**core.asked("ann"), sight=Sight.ME))
    else:
        await force.learn(replace(SLACK["fay"], email=ADMIN))
        asked = core.asked("fay")
        if how == "quiet":
            await core.ask(SwitchQuiet(**asked, place=ROOMS["news"], on=True, people=("ann",)))
        else:
            await core.ask(Suppress(**asked, whom="ann", until="2026-12-31"))
    await force.gave("bob", "ann", f"mending the {WORDS[0]} with us at night")
    store = core.app.store
    await store.write(erasures.held(W, "bob", "", core.clock()))
    await erase(force)
    assert WORDS[0] in (await core.ledger())[0].reason
    assert core.texts("general") == []
    assert WORDS[0] not in await core.says(core.press("dee", Action.LATELY, core.entry(0).id))
    await store.write(erasures.released(W, "bob"))
    await settle(force)
    assert set(await traces(force, *NAMED)) <= set(MAY_STAND)


async def test_what_cannot_be_written_down_is_not_erased_and_not_lost(force: Both, book: Book) -> None:
    core = force.core
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    book.full = True
    await erase(force)
    assert WORDS[0] in (await core.ledger())[0].reason
    wishes = [each for each in core.platform.posted if each.view == "wish"]
    assert all("Ann Quillfeather" in each.text for each in wishes)
    assert [each.message.place for each in wishes] == [direct("eli")] * 2  # of each account
    book.full = False
    await settle(force)
    assert set(await traces(force, *NAMED)) <= set(MAY_STAND)
    assert {each.text for each in wishes} == {"Somebody asked me to erase everything about them. It is done."}


async def test_where_nothing_is_written_down_the_administrators_hear_of_it(
    framework: Framework, tmp_path: Path
) -> None:
    async with both(framework, tmp_path / "kudos.db") as force:
        await force.learn(ANN)
        await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
        assert "told the administrators" in await erase(force)
        assert WORDS[0] in (await force.core.ledger())[0].reason
        assert len([each for each in force.core.platform.posted if each.view == "wish"]) == 1


async def test_who_has_left_is_not_learned_of_again(force: Both) -> None:
    await erase(force)
    await force.learn(replace(ANN, active=False))
    assert await known(force) == {}
    await force.learn(ANN)
    assert (await known(force))["ann"].name == ANN.name
    await force.learn(replace(ANN, active=False))
    assert not (await known(force))["ann"].active


async def test_who_comes_after_somebody_was_erased_is_known_with_all_accounts(force: Both) -> None:
    """What is remembered of everybody is read anew, though they are as many as before."""
    accounts = force.core.app.store.accounts
    await erase(force)

    def both_of(name: str) -> tuple[Person, Person]:
        one, other = (replace(each, id=f"{each.id}-{name}", name=name.title()) for each in (ANN, THERE))
        return replace(one, email=f"{name}@force.example"), replace(other, email=f"{name}@force.example")

    for name in ("ivy", "joan"):
        one, other = both_of(name)
        await force.learn(one, other)
        faces = await accounts.faces(W)
        assert faces.key(one.workspace, one.id) == faces.key(other.workspace, other.id)
        await force.core.app.bot.rights.wish(
            [(each.workspace, each.id) for each in (one, other)], actor="", origin="command line", key=name
        )
        await force.core.app.bot.rights.tick()


# What goes by itself


async def later(force: Both, days: int) -> None:
    """So many days pass."""
    core = force.core
    core.clock.move(days * 24 * 3600)
    await forget(core.app.store, core.clock())
    await core.deliver(1)


async def test_words_go_after_two_years_and_the_count_stays(force: Both) -> None:
    core = force.core
    id_ = await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await core.ask(core.reword("ann", id_, f"for mending the {WORDS[1]} with us at night"))
    await core.deliver(1)
    await later(force, 720)
    assert WORDS[1] in (await core.ledger())[0].reason
    await later(force, 15)
    assert await traces(force, *WORDS) == {}
    assert not [word for word in WORDS if word in standing(force)]
    (recognition,) = await core.ledger()
    assert recognition.reason == ""
    assert core.texts("general")[0].startswith("Ann Quillfeather thanked Bob for: / <0>")
    assert "You thanked Bob for <0> / " in await _typed_home(force, "ann")


async def test_why_a_kudos_was_removed_goes_with_its_words(force: Both) -> None:
    core = force.core
    await core.ask(ChangeRole(**core.asked("eli"), words=("grant ", Named("fay"), " moderator")))
    id_ = await force.gave("cara", "bob", "what should not be said")
    await removed(force, id_, "bob", by="fay", why=REASONS[0])
    await later(force, 720)
    assert REASONS[0] in standing(force)
    await later(force, 15)
    assert await traces(force, REASONS[0]) == {}
    assert REASONS[0] not in standing(force)


async def test_who_has_left_for_three_months_is_named_no_more(force: Both) -> None:
    core = force.core
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await core.deliver(1)
    await force.learn(replace(ANN, active=False))
    await later(force, 0)
    await later(force, 89)
    assert (await known(force))["ann"].name == ANN.name
    await later(force, 2)
    await force.learn(replace(ANN, active=False))  # as the platform tells each day
    (former,) = (await known(force)).values()
    assert (former.name, former.email, former.active) == ("A former colleague", "", False)
    assert not await core.sql("SELECT * FROM held_address WHERE person = 'ann'")
    assert core.texts("general")[0].startswith("A former colleague thanked Bob for:")
    await force.learn(ANN)
    await later(force, 1)
    assert (await known(force))["ann"].name == ANN.name


@pytest.mark.parametrize("sight", [Sight.ME, Sight.CHANNELS])
async def test_what_somebody_has_chosen_holds_when_they_are_named_no_more(force: Both, sight: Sight) -> None:
    core = force.core
    await core.ask(ChooseSight(**core.asked("ann"), sight=sight))
    await force.gave("bob", "ann", f"mending the {WORDS[0]} with us at night")
    await force.learn(replace(ANN, active=False))
    await later(force, 0)
    await later(force, 91)
    assert (await known(force))["ann"].name == "A former colleague"
    assert core.texts("general") == []
    read = await core.says(core.press("dee", Action.LATELY, core.entry(0).id))
    assert WORDS[0] not in read
    assert WORDS[0] in core.texts("ann")[0], "it reached them"


async def test_words_that_named_somebody_beside_others_are_not_shown_when_the_name_is_gone(force: Both) -> None:
    core = force.core
    await force.plan(W)
    await core.ask(ChooseSight(**core.asked("ann"), sight=Sight.ME))
    await core.ask(core.give("bob", "@ann", "@cara", "#0", f"for Ann, who mended the {WORDS[0]} with us at night"))
    await core.deliver(1)
    await force.comes(MONDAY)
    await force.learn(replace(ANN, active=False))
    await later(force, 0)
    await later(force, 91)
    await core.app.bot.digesting.look()
    await core.deliver(60)
    assert WORDS[0] not in " ".join(core.texts("general"))
    assert "Cara" not in " ".join(core.texts("general")), "nor is it counted"
    assert WORDS[0] not in await core.says(core.press("dee", Action.LATELY, core.entry(0).id))


@pytest.mark.parametrize("days", [91, 800])
async def test_what_was_not_posted_when_it_was_given_is_not_posted_when_a_name_or_the_words_go(
    force: Both, days: int
) -> None:
    """It was for few then; that others may see it by now brings no old card, nor an old message."""
    core = force.core
    await core.ask(ChooseSight(**core.asked("bob"), sight=Sight.ME))
    await core.ask(core.press("bob", Action.SETTING, f"{DIRECT.name}:0", place=""))
    await force.gave("ann", "bob", f"mending the {WORDS[0]} with us at night")
    await core.ask(ChooseSight(**core.asked("bob"), sight=Sight.EVERYONE))
    await core.ask(core.press("bob", Action.SETTING, f"{DIRECT.name}:1", place=""))
    await core.deliver(60)
    if days < 100:
        await force.learn(replace(ANN, active=False))
    await later(force, 0)
    await later(force, days)
    assert ((await known(force))["ann"].name == ANN.name) is ((await core.ledger())[0].reason == "")
    assert (core.texts("general"), core.texts("bob")) == ([], [])


async def test_a_hold_keeps_words_and_names(force: Both) -> None:
    core = force.core
    await force.gave("cara", "ann", f"mending the {WORDS[0]} with us at night")
    await force.gave("ann", "cara", f"mending the {WORDS[1]} with us at night")
    await force.learn(replace(ANN, active=False))
    await core.app.store.write(erasures.held(W, "ann", "", core.clock()))
    await later(force, 0)
    await later(force, 5000)
    assert all(each.reason for each in await core.ledger())
    assert (await known(force))["ann"].name == ANN.name


async def test_who_is_held_or_back_while_others_are_forgotten_keeps_their_name(
    force: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are many, and each is forgotten in a transaction of their own."""
    core = force.core
    store, last = core.app.store, [f"left{n}" for n in range(98, 100)]
    await force.learn(*(Person(workspace=W, id=f"left{n:02}", name=f"Left {n}", active=False) for n in range(AT_ONCE)))
    await later(force, 0)
    core.clock.move(100 * 24 * 3600)
    write, begun = store.ageing._database.write, asyncio.Event()

    async def meanwhile(*steps: Step) -> list[int]:
        """It is known who is to be forgotten, and the last of them are held and back before the first one is."""
        if steps and steps[0].gate and not begun.is_set():
            begun.set()
            await store.write(erasures.held(W, last[0], "", core.clock()))
            await force.learn(Person(workspace=W, id=last[1], name="Left 99"))
        return await write(*steps)

    monkeypatch.setattr(store.ageing._database, "write", meanwhile)
    await forget(store, core.clock())
    assert begun.is_set()
    assert [(await known(force, each))[each].name for each in last] == ["Left 98", "Left 99"]
    others = await core.sql("SELECT id FROM person WHERE id LIKE 'left%' AND forgotten = 1")
    assert len(others) == AT_ONCE - 2


@pytest.mark.databases("sqlite")
async def test_however_much_is_old_all_of_it_goes(force: Both) -> None:
    core = force.core
    await force.learn(*(Person(workspace=W, id=f"left{n}", name=f"Left {n}", active=False) for n in range(AT_ONCE + 1)))
    for number in range(AT_ONCE + 1):
        await core.ask(core.give("cara", "@bob", "#0", f" for mending number {number} of them with us at night"))
    await later(force, 0)
    await later(force, 800)
    assert not await core.sql("SELECT id FROM recognition WHERE reason <> ''")
    assert not await core.sql("SELECT id FROM person WHERE id LIKE 'left%' AND forgotten = 0")
