"""Two organisations that one Kudos serves: whatever is asked in either, with whichever id, shows nothing of the other.

Each has a word of its own in all that its people are called, write and set, and the ids are the same in both. What is
asked here is complete: another kind of request, of button or of right makes `test_everything_is_tried` fail.
"""

import ast
import inspect
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, get_args

import pytest

from adapters.own_data import Links, whole_page, written
from bot import commands, exports
from bot.erasing import Erasure
from bot.errors import Refusal
from bot.framework import Framework
from bot.model import Message, Sight
from bot.requests import (
    Action,
    Ask,
    AskExport,
    AskRight,
    ChangeRole,
    ChooseSight,
    DigestWord,
    Give,
    GiveFor,
    Help,
    Joined,
    Learned,
    Left,
    ListReports,
    Mine,
    OpenDigest,
    OpenHome,
    Press,
    ReadAudit,
    Request,
    Right,
    Said,
    ShowPatterns,
    ShowRoles,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    SubmitRemoval,
    Suppress,
    SwitchQuiet,
    SwitchReactions,
    UndoLatest,
    Write,
)
from bot.rights import Means
from tests.apart import CHIEF, DEPUTY, MEMBER, SHOWN, Exchange, Town
from tests.doubles.world import world
from tests.outside import exporting

PAIRS: Final = {"two of Slack": ("slack:T1", "slack:T2"), "Slack and Teams": ("slack:T1", "teams:t1")}
MONDAY: Final = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
WEEK: Final = timedelta(days=7)
KEYS: Final = ("k" * 32,)
#: What can be typed after /kudos, or said to Kudos; `@` is somebody, and so is `%` a group.
TYPED: Final = (
    *("help", "mine", "home", "privacy", "my data", "correct", "erase me", "undo", "roles", "audit", "patterns"),
    *("export", "reports", "reactions on", "visibility", "visibility me", "quiet", "quiet on everywhere", "quiet off"),
    *("digest", "digest preview", "digest skip", "digest unskip", "digest off", "digest on", "digest now", "digest ?"),
    *("role grant @ auditor", "role take @ auditor", "role", "suppress @", "suppress off @", "quiet on @", "values"),
    *("@", "%", "suppress until 2026-11-30 @"),
)
QUESTIONS: Final = ("", "help", "who has the night shift?", "I have been bullied, what can I do?")


@asynccontextmanager
async def towns(framework: Framework, path: Path, pair: str, *, together: bool = False) -> AsyncIterator[list[Town]]:
    """Both, full of what people do in a week, and looked at since."""
    one, other = PAIRS[pair]
    words = ("narwhal", "quokka")
    admins = frozenset(f"{CHIEF}@{word}-mail.example" for word in words)
    made: list[Links] = []
    erased: list[Erasure] = []

    def link(workspace: str, person: str) -> str:
        return made[0].link(workspace, person)

    means = Means(link=link, record=erased.append) if pair == "Slack and Teams" else Means()
    async with world(framework, path, admins=admins, sight=Sight.EVERYONE, means=means) as core:
        made.append(Links(KEYS, "https://kudos.example/", core.clock))
        both = [Town(core, each, word, own) for each, word, own in zip((one, other), words, ("u1", "u2"), strict=True)]
        for platform in ("slack", "teams"):
            served: object = Exchange({each.id: each.platform for each in both})
            core.app.senders[platform] = core.app.lookups[platform] = served  # type: ignore[assignment]
        if together:
            await core.app.store.organisations.arrange([(one, other)], {})
        for each in both:
            await each.settle()
        for each in both:
            await each.live()
        await comes(both, MONDAY)
        yield both


async def comes(both: list[Town], at: datetime) -> None:
    """Everything arrives, it becomes that time, and everybody looks at all there is."""
    core = both[0].core
    await core.deliver(1)
    bot = core.app.bot
    core.clock.at = at
    await bot.digesting.tick()
    for _ in range(3):
        await core.deliver(1200)
        await bot.rights.tick()
    await core.app.store.audit.chain()
    for town in both:
        rows = [row async for row in exporting(core).rows(town.id)]
        town.heard += [exports.table(rows), repr(await core.app.store.audit.latest(town.id, most=500))]
        town.heard += [repr(await bot.digesting.preview(town.id, place)) for place in ("general", "closed", "u1")]
        for person in town.platform.people_:
            own = await bot.rights.data(town.id, person)
            town.heard += [whole_page(own), written(own)]


def leaks(both: Iterable[Town]) -> list[str]:
    """Where something of one town can be read in the other."""
    one, other = both
    found = []
    for town, stranger in ((one, other), (other, one)):
        seen = town.seen()
        places = [each.start() for each in re.finditer(f"{stranger.word}|{stranger.id}", seen, re.IGNORECASE)]
        found += [f"{town.id}: … {seen[max(0, place - 120) : place + 40]} …" for place in places]
    return found


async def test_no_answer_card_digest_page_or_export_of_one_shows_the_other(
    database_kind: str, framework: Framework, tmp_path: Path
) -> None:
    async with towns(framework, tmp_path / "kudos.db", "two of Slack") as both:
        await nothing_is_shared(both)
        assert "kudos.example/data/" not in both[0].seen()


@pytest.mark.databases("sqlite")  # on which database that is has been shown
async def test_nor_does_a_workspace_of_slack_show_a_tenant_of_teams(
    database_kind: str, framework: Framework, tmp_path: Path
) -> None:
    """Here somebody who asks is erased, and a copy of one's data is behind a link."""
    async with towns(framework, tmp_path / "kudos.db", "Slack and Teams") as both:
        await nothing_is_shared(both)
        links = Links(KEYS, "", lambda: MONDAY - WEEK)
        for town in both:
            tokens = re.findall(r"kudos\.example/data/([\w=-]+)", town.seen())
            assert {whose[0] for token in tokens if (whose := links.read(token))} == {town.id}


async def test_where_they_are_one_organisation_the_same_look_finds_what_they_share(
    database_kind: str, framework: Framework, tmp_path: Path
) -> None:
    """So it is able to find something."""
    async with towns(framework, tmp_path / "kudos.db", "two of Slack", together=True) as both:
        assert {each.partition(": ")[0] for each in leaks(both)} == {each.id for each in both}


async def test_everything_is_tried(framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db") as core:
        asked = list(everything(Town(core, "slack:T1", "narwhal", "u1"), MEMBER, {"recognition": ["1"]}, "u2"))
    assert {type(each) for each in asked} == set(get_args(Request))
    assert {each.action for each in asked if isinstance(each, Press)} == set(Action)
    assert {each.right for each in asked if isinstance(each, AskRight)} == set(Right)
    names = {each.__name__: each for each in get_args(Request)}
    called = {node.func for node in ast.walk(ast.parse(inspect.getsource(commands))) if isinstance(node, ast.Call)}
    commanded = {names[each.id] for each in called if isinstance(each, ast.Name) and each.id in names}
    town = Town(core, "slack:T1", "narwhal", "u1")
    assert commanded <= {type(each) for each in asked}
    assert commanded - {Ask} <= {type(each) for each in typed(town, MEMBER, "u1", TYPED)}


# What is tried


async def nothing_is_shared(both: list[Town]) -> None:
    """Whatever is asked in either, and whenever it is looked."""
    assert leaks(both) == []
    for town in both:
        assert {kind for kind in SHOWN if f"{town.word}-{kind}" not in town.seen()} == set()
        assert {*(await town.core.app.store.tally.guarded(town.id)).values()} == {1}, (
            "once here, whatever is counted there"
        )
    found = {town.id: await every_id(town) for town in both}
    for town, other in (both, both[::-1]):
        before = await other.kept()
        for person in (MEMBER, DEPUTY):
            ids = found[other.id] if person == DEPUTY else {"recognition": found[other.id]["recognition"]}
            for request in everything(town, person, ids, other.own):
                assert other.word not in repr(request)
                await tried(town, request)
        town.heard.append(written(await town.core.app.bot.rights.data(town.id, other.own)))
        await town.core.app.bot.rights.tick()
        assert await other.kept() == before, "and nothing is changed there"
    for town in both:
        ids = {table: found[town.id][table] for table in ("recognition", "export")}
        for request in everything(town, DEPUTY, ids, town.own):
            await tried(town, request)
    await comes(both, MONDAY + WEEK)
    assert leaks(both) == []


async def every_id(town: Town) -> dict[str, list[str]]:
    """Ids of what a button could be about, by table: of kudos one that is public, private, reported and removed."""
    found = {"recognition": [await town.about(kind) for kind in ("said", "secret", "reported", "bad")]}
    for table in ("report", "removal", "outbox", "erasure", "question", "digest"):
        if ids := await town.ids(table):
            found[table] = ids[:1]
    export = await town.core.app.store.exports.latest(town.id)
    assert export
    return {**found, "export": [export.fact]}


async def tried(town: Town, request: Request) -> None:
    """Ask it, in every way in which it can be asked."""
    bot = town.core.app.bot
    await town.ask(request)
    if isinstance(request, SubmitKudos | SubmitReason | SubmitRemoval | SubmitDigest):
        try:
            town.heard.append(repr(await bot.again(request)))
        except Refusal as refused:
            town.heard.append(repr(refused))
    if isinstance(request, SubmitKudos):
        town.heard.append(repr(await bot.preview(request)))
    town.heard.append(repr(await bot.rest(request)))


def everything(town: Town, person: str, ids: dict[str, list[str]], other: str) -> Iterator[Request]:
    """Every kind of request, by somebody, with ids of what is, perhaps, not theirs.

    Args:
        other: the id of somebody, of a room and of a group.
    """
    yield from typed(town, person, "bob", TYPED)
    yield from typed(town, person, other, (each for each in TYPED if "@" in each or "%" in each))
    yield from (commands.values(question, **town.asked(person)) for question in QUESTIONS)
    every = [each for some in ids.values() for each in some]
    for action in Action:
        yield from (town.press(person, action, value) for value in (*every, other))
    yield from pressed(town, person, ids, other)
    yield from (AskRight(**town.asked(person), right=right) for right in Right if right is not Right.ERASE_NOW)
    for recognition in ids["recognition"]:
        yield SubmitReason(**town.asked(person), recognition=recognition, reason="for what they did for all of us")
        yield SubmitRemoval(**town.asked(person), recognition=recognition, reason="It is about somebody else.")
    message = Message(place="general", id="general.1")
    for id_ in ("closed", other):
        place = replace(town.place(id_), name="")
        yield Give(**town.asked(person), place=place, words=town.words(f"@{other}", f"@{id_}", f"{town.tag()}help"))
        yield GiveFor(**town.asked(person), message=message, author=other, place=place)
        yield town.form(person, id_, "bob")
        yield town.form(person, "general", "bob", other)
        yield SwitchReactions(**town.asked(person), place=place, on=True)
        yield Suppress(**town.asked(person), whom=id_, until="")
        yield SwitchQuiet(**town.asked(person), place=place, on=None)
        yield SwitchQuiet(**town.asked(person), place=place, on=True, people=(other,))
        yield OpenDigest(**town.asked(person), place=place)
        yield DigestWord(**town.asked(person), place=place, word="preview", patient=True)
        yield town.digest(person, id_, other)
        yield Joined(**town.asked("kudos"), place=place)
    yield ChangeRole(**town.asked(person), words=town.words("grant ", f"@{other}", " administrator"))
    yield ChooseSight(**town.asked(person), sight=None)
    yield Write(**town.asked(person), reason="she listened", at=town.core.clock())
    yield replace(town.reaction(person), message=message, author="kudos")
    yield replace(town.reaction(person), author=other)
    yield Left(**town.asked("kudos"), place=other)
    yield Learned(**town.asked(""), members=(("closed", other, False),))
    for kind in (Help, Mine, OpenHome, UndoLatest, ShowRoles, ReadAudit, ShowPatterns, AskExport, ListReports):
        yield kind(**town.asked(person))
    yield AskRight(**town.asked("hal"), right=Right.ERASE_NOW)


def pressed(town: Town, person: str, ids: dict[str, list[str]], other: str) -> Iterator[Request]:
    """Buttons whose value is more than an id."""
    entry = town.core.entry(0).id
    for action, values in {
        Action.HOME: ("0:5", "5:0"),
        Action.SETTING: ("direct:0", "direct:1"),
        Action.VISIBILITY: [each.value for each in Sight],
        Action.RIGHT: [each.value for each in Right if each is not Right.ERASE_NOW],
        Action.EXPORT: [f"{fact}:{said}" for fact in ids.get("export", ()) for said in "01"],
        Action.PICK: [f"{question}/{entry}" for question in ids.get("question", ())],
        Action.MEANING: (entry,),
        Action.LATELY: [each.id for each in town.core.framework.taggable],
        Action.GIVE: [commands.packed(place, town.words(f"@{other}", town.tag())) for place in ("closed", other)],
        Action.KEEP: [f"k/i/{commands.packed(other, town.words('@bob', town.tag(), 'help'))}"],
        Action.DIGEST: ("general", "closed", other),
        Action.EXPLAIN: ids["recognition"],
        Action.OWN: ids["recognition"],
    }.items():
        for value in values:
            yield from (town.press(person, action, value, place) for place in ("", "closed"))


def typed(town: Town, person: str, whom: str, texts: Iterable[str]) -> Iterator[Request]:
    """What is typed after `/kudos`, and said to Kudos, about somebody."""
    for text in texts:
        words = [f"{part}{whom}" if part in ("@", "%") else part for part in re.split("([@%])", text) if part]
        yield town.types(person, *words)
        message = Message(place=f"D-{person}", id=f"said-{town.number}")
        place, said = town.place(message.place), town.words("kudos ", *words)
        yield Said(**town.asked(person), place=place, message=message, words=said)
