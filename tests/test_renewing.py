"""A framework that changes while people use it: nothing half-done, nothing unreadable, nothing offered that is gone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import ChoiceField, Mend, OpenForm, Private, plain
from bot.database import Step
from bot.framework import Framework
from bot.model import Person
from bot.requests import Action, Ask, Mine, Named
from tests.doubles.platform import Platform
from tests.doubles.world import KUDOS, MESSAGE, PEOPLE, W, World, world
from tests.frameworks import changed, of_another_kind, without

SAID = "staying on after nights"
ADMIN = "ann@example.org"


@pytest.fixture
def framework(any_framework: Framework) -> Framework:
    """Whatever framework it is."""
    return any_framework


async def use(core: World, framework: Framework) -> None:
    """A new framework comes into use, a minute later."""
    core.clock.move(60)
    for app in (core.app, *core.twins):
        app.bot.index = await app.renewing.index(framework, app.words)


async def given(core: World, *positions: int) -> str:
    """A kudos from Ann to Bob; its id."""
    tags = " ".join(f"#{position}" for position in positions)
    await core.ask(core.give("ann", "@bob", f" {tags} for {SAID}"))
    await core.deliver()
    return (await core.ledger())[-1].id


async def explained(core: World, recognition: str) -> str:
    """*What does it mean?*"""
    (reply,) = await core.ask(core.press("cara", Action.EXPLAIN, recognition))
    assert isinstance(reply, Private)
    return plain(reply.card)


async def answered(core: World, question: str) -> str:
    (reply,) = await core.ask(Ask(**core.asked("cara"), question=question))
    assert isinstance(reply, Private)
    return plain(reply.card)


# What is under way


class ChangesMeanwhile(Platform):
    """A platform that takes its time: when it has looked somebody up, a new framework is in use."""

    renew: Callable[[], Awaitable[None]]

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]:
        await self.renew()
        return await super().people(workspace, ids)


async def test_a_request_under_way_goes_by_one_framework(core: World) -> None:
    """What it read by the old one it also writes and shows by the old one; the next request goes by the new one."""
    platform = ChangesMeanwhile(people_={**PEOPLE, "new": Person(workspace=W, id="new", name="Newcomer")})
    new = without(core.framework, 0)
    platform.renew = lambda: use(core, new)
    core.app.lookups["test"] = platform
    words = (Named("new"), *core.words(f" #0 for {SAID}"))
    (reply,) = await core.ask(replace(core.give("ann", "@bob"), words=words))
    assert isinstance(reply, Private)
    assert core.framework.taggable[0].title.text in plain(reply.card)
    assert core.framework.taggable[0].emoji in plain(reply.card)
    assert (await core.only()).framework_version == core.framework.version
    assert core.app.framework.version == new.version
    assert "is no longer in use" in await core.says(core.give("ann", "@bob", f" #0 for {SAID}"))


async def test_a_form_that_was_opened_before(core: World) -> None:
    """An entry that is gone is refused at its field, and the form stays as it was filled in."""
    form = core.submit("ann", ["bob"], [0, 1], SAID)
    await use(core, without(core.framework, 0))
    replies = await core.ask(form)
    assert replies == [Mend(errors=(("entries", "One of these is no longer in use. Choose from the list."),))]
    assert await core.ledger() == []
    await core.ask(replace(form, entries=form.entries[1:], delivery="again"))
    assert [tag.entry for tag in (await core.only()).tags] == [core.entry(1).id]


# An entry that is gone


async def test_what_was_used_stays_readable_and_is_marked(core: World) -> None:
    """An old card's entries are explained: those that stand as ever, those that are gone as they last read."""
    entry = core.entry(0)
    recognition = await given(core, 0, 1)
    await use(core, changed(core.framework, 0, short="Soon to go"))
    await use(core, without(core.framework, 0))
    retired, standing = (await explained(core, recognition)).split(core.entry(1).emoji)
    assert retired.startswith("No longer part of our framework. It read, until 2 March 2026:")
    for quoted in (entry.title.text, *(line.text for group in entry.groups for line in group.lines)):
        assert quoted in retired
    assert entry.source.title in retired
    assert "To thank" not in retired
    assert core.entry(1).title.text in standing
    assert "To thank" in standing


async def test_a_card_keeps_its_titles_and_emoji(core: World) -> None:
    await given(core, 0)
    before = core.platform.texts("general")
    await use(core, without(core.framework, 0))
    recognition = await core.only()
    await core.ask(core.press("cara", Action.SECOND, recognition.id))
    await core.deliver()
    (card,) = core.platform.texts("general")
    assert "Seconded by Cara" in card
    assert card.startswith(before[0].partition("\nSecond")[0])
    assert f"{core.entry(0).emoji} {core.entry(0).title.text}" in card
    for person in ("ann", "bob"):
        (reply,) = await core.ask(Mine(**core.asked(person)))
        assert isinstance(reply, Private)
        assert f"{core.entry(0).emoji} {core.entry(0).title.text}" in plain(reply.card)


async def test_nobody_is_thanked_for_it_any_more(core: World) -> None:
    """Not by tag, title, emoji or form; and it is said why."""
    await given(core, 0)
    tag, emoji = core.entry(0).tag, core.entry(0).emoji_name
    await use(core, without(core.framework, 0))
    (reply,) = await core.ask(core.give("ann", "@cara", f" #0 for {SAID}"))
    assert isinstance(reply, OpenForm)
    (field,) = (each for each in reply.form.fields if isinstance(each, ChoiceField))
    assert field.error == f"#{tag} is no longer in use. Choose from the list here."
    assert core.entry(0).id not in {option.value for group in field.groups for option in group.options}
    assert await core.says(core.react("ann", emoji, author="cara")) == ""
    assert len(await core.ledger()) == 1
    assert f"#{tag}" not in await answered(core, "")


async def test_asking_for_it_by_name(core: World) -> None:
    """By its exact tag, title or short name; anything else is asked of what the framework says now."""
    await given(core, 0)
    entry = core.entry(0)
    await use(core, without(core.framework, 0))
    for name in (entry.tag, f"#{entry.tag.upper()}", f" {entry.title.text.rstrip('.')}?", entry.short):
        assert (await answered(core, name)).startswith("No longer part of our framework. It read, until"), name
    assert "No longer part" not in await answered(core, f"{entry.tag} and more")


async def test_what_nobody_was_thanked_for_is_just_gone(core: World) -> None:
    await given(core, 0)
    await use(core, without(core.framework, 1))
    assert "No longer part" not in await answered(core, f"#{core.entry(1).tag}")


async def test_a_name_that_means_something_else_now(core: World) -> None:
    """Whoever asks for a tag gets the entry that has it today."""
    await given(core, 0)
    tag = core.entry(0).tag
    await use(core, changed(without(core.framework, 0), 0, tag=tag))
    assert core.entry(1).title.text in await answered(core, f"#{tag}")
    assert "No longer part" not in await answered(core, f"#{tag}")


async def test_another_title(core: World) -> None:
    """A card keeps the title under which it was given; what it means is said in the present words."""
    recognition = await given(core, 0)
    await use(core, changed(core.framework, 0, title="Quite another title"))
    await given(core, 0)
    await core.ask(core.press("cara", Action.SECOND, recognition))
    await core.deliver()
    old, new = core.platform.texts("general")
    assert core.entry(0).title.text in old
    assert "Quite another title" in new
    assert "Quite another title" in await explained(core, recognition)
    (reply,) = await core.ask(Mine(**core.asked("bob")))
    assert isinstance(reply, Private)
    assert plain(reply.card).count("Quite another title") == 1, "one entry is listed once, as it is called now"


async def test_an_entry_that_is_only_told_now(core: World) -> None:
    """It can't be given any more, it is explained as it stands today, and its cards keep their emoji."""
    recognition = await given(core, 0)
    entry = core.entry(0)
    await use(core, of_another_kind(core.framework, 0))
    for text in (await explained(core, recognition), await answered(core, f"#{entry.tag}")):
        assert entry.title.text in text
        assert "No longer part" not in text
        assert "To thank" not in text
    (reply,) = await core.ask(core.submit("ann", ["cara"], [0], SAID))
    assert isinstance(reply, Mend)
    assert await core.says(core.react("ann", entry.emoji_name, author="cara")) == ""
    await core.ask(core.press("cara", Action.SECOND, recognition))
    await core.deliver()
    assert f"{entry.emoji} {entry.title.text}" in core.platform.texts("general")[0]


# Emoji that were put before


async def test_an_emoji_taken_off_takes_back_what_it_gave(core: World) -> None:
    """Also when its entry is gone since, or the emoji stands for another one."""
    name = core.entry(0).emoji_name
    await core.ask(core.react("ann", name))
    await core.ask(core.react("cara", name))
    await use(core, without(core.framework, 0))
    await core.ask(core.react("ann", name, standing=False))
    mark = core.entry(0)
    emoji = {"emoji": mark.emoji, "emoji_name": mark.emoji_name, "emoji_aliases": list(mark.emoji_aliases)}
    await use(core, changed(without(core.framework, 0), 0, **emoji))
    await core.ask(core.react("cara", name, standing=False))
    assert [each.withdrawn for each in await core.ledger()] == [True, True]
    await core.ask(core.react("dee", name))
    assert (await core.ledger())[-1].tags[0].entry == core.entry(1).id


async def test_a_tag_that_the_giver_added_by_emoji(core: World) -> None:
    """It stays when its entry is retired and another one is added; taken off, it goes."""
    await given(core, 1)
    card = await core.card()
    await core.ask(core.react("ann", 0, to=card, author=KUDOS))
    await use(core, without(core.framework, 0))
    await core.ask(core.react("ann", 2, to=card, author=KUDOS))
    assert {tag.entry for tag in (await core.only()).tags} == {core.entry(n).id for n in (0, 1, 2)}
    await core.ask(core.react("ann", 0, to=card, author=KUDOS, standing=False))
    assert {tag.entry for tag in (await core.only()).tags} == {core.entry(n).id for n in (1, 2)}


async def test_a_second_by_emoji_can_be_taken_back(core: World) -> None:
    await given(core, 1)
    card = await core.card()
    await core.ask(core.react("cara", 0, to=card, author=KUDOS))
    await use(core, without(core.framework, 0))
    await core.ask(core.react("cara", 0, to=card, author=KUDOS, standing=False))
    assert (await core.only()).seconders == ()


async def test_an_emoji_that_never_meant_anything(core: World) -> None:
    assert await core.says(core.react("ann", "tada", to=MESSAGE, standing=False)) == ""
    assert await core.ledger() == []


# Versions


async def test_after_a_restart(framework: Framework, tmp_path: Path) -> None:
    """The program starts with the new file, and still knows what the old one said."""
    async with world(framework, tmp_path / "kudos.db") as core:
        recognition = await given(core, 0)
    async with world(without(framework, 0), tmp_path / "kudos.db") as core:
        core.clock.move(3600)
        assert framework.taggable[0].title.text in await explained(core, recognition)


async def test_back_to_an_earlier_version(core: World) -> None:
    """It read so until the day on which the earlier version came back, not the day on which that was new."""
    await use(core, without(core.framework, 0))
    core.clock.move(86400)
    await use(core, core.framework)
    recognition = await given(core, 0)
    core.clock.move(86400)
    await use(core, without(core.framework, 0))
    assert "It read, until 4 March 2026:" in await explained(core, recognition)
    rows = await core.sql("SELECT first_used_at, since FROM framework_version ORDER BY first_used_at")
    assert [row["first_used_at"] < row["since"] for row in rows] == [True, True]


async def test_a_start_with_the_same_version_is_nothing_new(framework: Framework, tmp_path: Path) -> None:
    for _ in range(2):
        async with world(framework, tmp_path / "kudos.db") as core:
            core.clock.move(60)
            rows = await core.sql("SELECT * FROM framework_version")
    assert [(row["version"], row["text"]) for row in rows] == [(framework.version, framework.text)]


async def test_it_looks_as_far_back_as_it_must(core: World) -> None:
    """The newest version that held the entry counts, however many came since; one that can't be read is passed over."""
    recognition = await given(core, 0)
    await use(core, changed(core.framework, 0, title="As it read last"))
    less = without(core.framework, 0)
    for name in ("One", "Two"):
        await use(core, changed(less, 0, title=name))
    unreadable = Step("UPDATE framework_version SET text = 'schema: 0' WHERE text LIKE '%title: One%'", {})
    await core.app.store.write(unreadable)
    await use(core, less)
    assert "As it read last" in await explained(core, recognition)


async def test_what_no_version_holds(core: World) -> None:
    """A kudos of the time before versions were kept keeps its title; what it meant is not known, and that is said."""
    recognition = await given(core, 0)
    await core.app.store.write(Step("DELETE FROM framework_version", {}))
    await use(core, without(core.framework, 0))
    assert await explained(core, recognition) == "This is no longer in our framework."


# Telling the administrators


@pytest.fixture
async def pair(framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Two processes; Ann and the guest have an administrator's address, and so has somebody who left."""
    async with world(framework, tmp_path / "kudos.db", processes=2, admins=frozenset({ADMIN})) as core:
        admins = ("ann", "guest", "gone")
        await core.app.store.directory.save_people(replace(PEOPLE[id_], email=ADMIN.title()) for id_ in admins)
        yield core


@pytest.fixture
async def trio(framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Three processes; Ann is an administrator."""
    async with world(framework, tmp_path / "kudos.db", processes=3, admins=frozenset({ADMIN})) as core:
        await core.app.store.directory.save_people([replace(PEOPLE["ann"], email=ADMIN)])
        yield core


async def break_(core: World, content: str, *problems: str) -> None:
    for app in (core.app, *core.twins):
        await app.renewing.broken(core.app.framework.version, content, problems)


async def mend(core: World) -> None:
    for app in (core.app, *core.twins):
        await app.renewing.mended()


async def test_administrators_are_told_once_per_trouble_and_once_when_it_is_over(pair: World) -> None:
    """However many processes notice it; nobody else hears of it."""
    for number in (1, 1, 2):
        await break_(pair, f"content {number}", f"line {number}: it is wrong")
        await pair.deliver()
    first, second = pair.platform.texts("ann")
    assert "line 1: it is wrong" in first
    assert "line 2: it is wrong" in second
    assert f"{len(pair.framework.entries)} entries, version {pair.framework.version}" in second
    await mend(pair)
    await mend(pair)
    await pair.deliver(after_s=1)
    *_, last = pair.platform.texts("ann")
    assert len(pair.platform.posted) == 3
    assert last == f"The framework's file is fine again, and in use: {last.partition(': ')[2]}"


async def test_many_problems(pair: World) -> None:
    """Ten are told, and how many more there are."""
    await break_(pair, "content", *(f"line {number}: wrong" for number in range(1, 14)))
    await pair.deliver()
    (text,) = pair.platform.texts("ann")
    assert "line 10: wrong" in text
    assert "line 11: wrong" not in text
    assert "And 3 more. kudos check lists them all." in text


async def test_who_is_no_administrator_any_more_or_not_here(core: World) -> None:
    """Without administrators there is only the log."""
    await break_(core, "content", "wrong")
    await mend(core)
    await core.deliver()
    assert core.platform.posted == []


async def test_mended_before_anybody_was_told(pair: World) -> None:
    """Then there is nothing to tell, neither that it was broken nor that it is not."""
    await break_(pair, "content", "wrong")
    await mend(pair)
    await pair.deliver()
    await pair.deliver(after_s=5)
    assert pair.platform.posted == []
    assert {row["state"] for row in await pair.sql("SELECT state FROM outbox")} == {"done"}


async def test_another_process_noticed_first(pair: World) -> None:
    """Whoever delivers waits until it has noticed too, a short while; after that it is over."""
    (twin,) = pair.twins
    await twin.renewing.broken(twin.framework.version, "content", ["wrong"])
    await pair.app.outbox.deliver_due()
    assert pair.platform.posted == []
    await pair.app.renewing.broken(twin.framework.version, "content", ["wrong"])
    pair.clock.move(2)
    await pair.app.outbox.deliver_due()
    assert len(pair.platform.texts("ann")) == 1
    await twin.renewing.broken(twin.framework.version, "other content", ["wrong"])
    for _ in range(6):
        pair.clock.move(60)
        await pair.app.outbox.deliver_due()
    assert len(pair.platform.posted) == 1
    assert {row["state"] for row in await pair.sql("SELECT state FROM outbox")} == {"done"}


async def test_it_is_not_called_mended_before_it_was_called_broken(pair: World) -> None:
    """While it is open whether the first message arrived, the second one waits."""
    await break_(pair, "content", "wrong")
    pair.platform.fail("send", TimeoutError(), done=True)
    await pair.app.outbox.deliver_due()
    await mend(pair)
    await pair.deliver()
    assert [each.view for each in pair.platform.posted] == ["framework"]
    for _ in range(4):
        await pair.deliver(after_s=30)
    assert [each.view for each in pair.platform.posted] == ["framework", "mended"]
    assert pair.platform.posted[0].mended == 0, "what was said stays"


async def test_a_trouble_that_comes_back_is_told_again(trio: World) -> None:
    """Broken, mended, and broken again with the very same content: four messages, however many processes notice."""
    for _ in range(2):
        await break_(trio, "content", "line 1: it is wrong")
        await trio.deliver(after_s=60)
        await mend(trio)
        await trio.deliver(after_s=60)
    assert [each.view for each in trio.platform.posted] == ["framework", "mended"] * 2
    told = trio.platform.texts("ann")
    assert told[0] == told[2]
    assert told[1] == told[3]


# What a new framework lacks


async def replace_(core: World, new: Framework) -> None:
    """It comes into use as when its file is edited."""
    core.clock.move(60)
    old = core.app.framework
    for app in (core.app, *core.twins):
        index = await app.renewing.index(new, app.words)
        await app.renewing.replaced(old, new)
        app.bot.index = index


async def test_administrators_are_told_once_which_entries_are_gone(trio: World) -> None:
    """And again when they go once more."""
    entry = trio.entry(0)
    for number in (1, 2):
        await replace_(trio, without(trio.framework, 0))
        await trio.deliver()
        assert len(trio.platform.posted) == number
        *_, told = trio.platform.texts("ann")
        assert told.startswith("The new framework is in use. These entries are no longer in it:")
        assert f"{entry.title.text} ({entry.id})" in told
        assert trio.entry(1).id not in told
        await replace_(trio, trio.framework)
        await trio.deliver()
    assert len(trio.platform.posted) == 2


async def test_entries_that_are_back_before_anybody_was_told(trio: World) -> None:
    await replace_(trio, without(trio.framework, 0))
    await replace_(trio, trio.framework)
    await trio.deliver()
    assert trio.platform.posted == []


async def test_of_a_version_that_can_not_be_read_any_more_nothing_is_told(trio: World) -> None:
    await replace_(trio, without(trio.framework, 0))
    await trio.app.store.write(Step("UPDATE framework_version SET text = 'schema: 0'", {}))
    await trio.deliver()
    assert trio.platform.posted == []
    assert {row["state"] for row in await trio.sql("SELECT state FROM outbox")} == {"done"}
