"""To the outbox the playground is a platform like any other: it says where it may not post, and finds what it has."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.app import Application, application
from adapters.playground.delivery import PlaygroundLookup, PlaygroundSender, connect
from adapters.playground.messages import Messages
from adapters.playground.workspace import EVERYBODY, WORKSPACE, known_people, known_places
from bot.cards import Card, Heading
from bot.database import Sqlite
from bot.errors import Impossible, NotAMember
from bot.model import Message
from bot.outbox import Sender
from bot.posts import CARD, HOME, THANKS, Post, post
from bot.requests import Learned
from tests.adapters.playground.visitor import LONDON
from tests.conftest import FRAMEWORKS
from tests.doubles.platform import Clock

HELLO, GOODBYE = Card((Heading("Hello"),)), Card((Heading("Goodbye"),))


@pytest.fixture
async def app(tmp_path: Path, clock: Clock) -> AsyncIterator[Application]:
    database = Sqlite(tmp_path / "playground.db")
    async with application(database, FRAMEWORKS["own"], zone=LONDON, clock=clock) as app:
        await connect(app, Messages(database), clock)
        await app.bot.handle(
            Learned(workspace=WORKSPACE, person="", delivery="", people=known_people(), places=known_places())
        )
        yield app


@pytest.fixture
def sender(app: Application) -> Sender:
    found = app.sender(WORKSPACE)
    assert isinstance(found, PlaygroundSender)
    return found


def row(clock: Clock, *, place: str = "", person: str = "") -> Post:
    return post(WORKSPACE, CARD if place else THANKS, "fact", place=place, person=person, due_at=clock())


async def test_what_was_sent_is_found_again_and_is_never_sent_twice(sender: Sender, clock: Clock) -> None:
    for target in (row(clock, place="general"), row(clock, person="tom")):
        assert await sender.find(target) is None
        message = await sender.send(target, HELLO)
        assert await sender.send(target, HELLO) == message
        assert await sender.find(target) == message
        await sender.mend(target, message, GOODBYE)


@pytest.fixture
def lookup(app: Application) -> PlaygroundLookup:
    found = app.lookup(WORKSPACE)
    assert isinstance(found, PlaygroundLookup)
    return found


async def test_who_is_in_a_group_is_told_and_that_there_is_none(lookup: PlaygroundLookup) -> None:
    assert "tom" in (await lookup.group(WORKSPACE, "night-turn", "")).people
    with pytest.raises(Impossible, match="no_such_subteam"):
        await lookup.group(WORKSPACE, "day-turn", "")


async def test_it_tells_which_channels_everybody_reads(lookup: PlaygroundLookup) -> None:
    listed = await lookup.public_places(WORKSPACE)
    assert "general" in listed
    assert "surprise-for-dot" not in listed


async def test_what_stands_there_has_an_address(lookup: PlaygroundLookup, sender: Sender, clock: Clock) -> None:
    message = await sender.send(row(clock, place="general"), HELLO)
    assert await lookup.permalink(WORKSPACE, message) == f"/?in=general#{message.id}"
    assert await lookup.permalink(WORKSPACE, Message(place="general", id="m999")) is None


async def test_somebodys_own_page_is_put_up_again_whole(sender: Sender, clock: Clock) -> None:
    page = post(WORKSPACE, HOME, "tom", person="tom", due_at=clock())
    message = await sender.send(page, HELLO)
    assert await sender.find(page) is None
    assert await sender.send(page, GOODBYE) == message
    await sender.mend(page, message, HELLO)


async def test_what_is_not_there_cannot_be_mended(sender: Sender, clock: Clock) -> None:
    target = row(clock, place="general")
    with pytest.raises(Impossible):
        await sender.mend(target, Message(place="general", id="m99"), HELLO)


@pytest.mark.parametrize("place", ["charity-run", "nowhere"])
async def test_kudos_posts_nowhere_uninvited(sender: Sender, clock: Clock, place: str) -> None:
    with pytest.raises(NotAMember):
        await sender.send(row(clock, place=place), HELLO)


@pytest.mark.parametrize(
    ("person", "reason"), [("owen", "user_disabled"), ("rotabot", "user_not_found"), ("nobody", "user_not_found")]
)
async def test_who_has_no_conversation_with_kudos_gets_no_message(
    sender: Sender, clock: Clock, person: str, reason: str
) -> None:
    with pytest.raises(Impossible) as refused:
        await sender.send(row(clock, person=person), HELLO)
    assert refused.value.reason == reason


async def test_it_tells_who_is_who_and_what_is_where(app: Application) -> None:
    lookup = app.lookup(WORKSPACE)
    assert isinstance(lookup, PlaygroundLookup)
    people = await lookup.people(WORKSPACE, ["tom", "nobody"])
    assert people == [EVERYBODY["tom"].person]
    place = await lookup.place(WORKSPACE, "general")
    assert place is not None
    assert place.joined
    assert await lookup.place(WORKSPACE, "nowhere") is None
    assert await lookup.direct(replace(people[0], direct="")) == "kudos-tom"


async def test_where_nothing_was_said_nobody_reacted(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "empty.db")
    messages = Messages(database)
    await messages.prepare()
    assert await messages.shown("general", "amara") == []
    assert await messages.reactions([]) == []
    await database.close()
