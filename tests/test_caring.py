"""Somebody in distress is answered before anything else, for their eyes only, and nothing of it stays."""

from typing import Any

import pytest

from bot.cards import Answer, Private, plain
from bot.requests import Ask
from tests.doubles.world import World

CRISIS = "I want to die, my heartbrokenness is too much"
HELP = "Samaritans: 116 123"
PERHAPS = "nobody talks to me at breaks"  #: from which nobody could tell
QUIET = "there are people who will listen: Samaritans 116 123"


async def kept(core: World) -> dict[str, list[dict[str, Any]]]:
    """All that is in the database."""
    return {name: await core.sql("SELECT * FROM " + name) for name in await core.tables()}  # noqa: S608 - its own names


@pytest.mark.parametrize("place", ["general", "closed", "D-ann"])
async def test_help_is_for_the_one_who_wrote(core: World, place: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Once, however often the message comes; nothing is logged or kept but that it was answered."""
    before = await kept(core)
    said = core.said("ann", CRISIS, place=place)
    (reply,) = await core.ask(said)
    assert isinstance(reply, Private)
    assert HELP in plain(reply.card)
    assert await core.ask(said) == []
    await core.deliver(after_s=600)
    after = await kept(core)
    assert [name for name in after if after[name] != before[name]] == ["delivery"]
    assert len(after["delivery"]) == len(before["delivery"]) + 1
    assert "heartbrokenness" not in str(after)
    assert core.platform.posted == []
    assert capfd.readouterr() == ("", "")


async def test_a_command_leaves_nothing_at_all(core: World) -> None:
    before = await kept(core)
    (reply,) = await core.ask(Ask(**core.asked("ann"), question=CRISIS))
    assert isinstance(reply, Private)
    assert HELP in plain(reply.card)
    assert await kept(core) == before


@pytest.mark.parametrize("place", ["general", "closed", "D-ann"])
async def test_who_may_be_in_trouble_is_told_quietly_who_listens(core: World, place: str) -> None:
    """For their eyes only, and not counted among the questions that were asked in vain."""
    before = await kept(core)
    (reply,) = await core.ask(core.said("ann", PERHAPS, place=place))
    assert isinstance(reply, Private)
    assert "I don't know that one" in plain(reply.card)
    assert QUIET in plain(reply.card)
    after = await kept(core)
    assert [name for name in after if after[name] != before[name]] == ["delivery"]
    assert len(after["delivery"]) == len(before["delivery"]) + 1
    assert QUIET in await core.says(Ask(**core.asked("ann"), question=PERHAPS))
    assert await kept(core) == after


async def test_a_question_in_vain_is_counted_where_nothing_tells_of_trouble(core: World) -> None:
    before = await kept(core)
    assert QUIET not in await core.says(Ask(**core.asked("ann"), question="quarterly parking permits"))
    assert await kept(core) != before


async def test_the_organisations_own_words_are_nobodys_distress(core: World) -> None:
    """Most begin with "I", and whoever looks one of them up says nothing of themselves."""
    for entry in core.framework.entries:
        for said in (entry.title.text, *(line.text for group in entry.groups for line in group.lines)):
            text = await core.says(Ask(**core.asked("ann"), question=said))
            assert HELP not in text, said
            assert QUIET not in text, said
    assert HELP in await core.says(Ask(**core.asked("ann"), question=f"{core.entry(0).title.text}. I want to die"))


async def test_what_was_asked_is_answered_below(core: World) -> None:
    entry = core.entry(0)
    text = await core.says(core.said("ann", f"I want to die. {entry.title.text}"))
    assert HELP in text
    text = await core.says(Ask(**core.asked("ann"), question="I want to die"))
    assert "I don't know that one" not in text


@pytest.mark.parametrize("words", [("@bob", " follows me home every night and I'm scared"), ("kudos, I want to die",)])
async def test_what_names_a_colleague_is_no_kudos(core: World, words: tuple[str, ...]) -> None:
    (reply,) = await core.ask(core.said("ann", *words))
    assert isinstance(reply, Private)
    assert HELP in plain(reply.card)
    assert await core.ledger() == []


async def test_after_a_command_it_is_heard_too(core: World) -> None:
    """But where somebody is thanked."""
    (reply,) = await core.ask(core.give("ann", "I want to die"))
    assert isinstance(reply, Private)
    assert HELP in plain(reply.card)
    assert HELP not in await core.says(core.give("ann", "@bob", " #0 for sitting with me when I wanted to die"))
    assert len(await core.ledger()) == 1


async def test_a_kudos_stays_one(core: World) -> None:
    """Who thanks somebody for being there in the worst hour is not stopped."""
    text = await core.says(core.said("ann", "kudos ", "@bob", " #0 for sitting with me when I wanted to die"))
    assert HELP not in text
    assert len(await core.ledger()) == 1


async def test_an_emergency_and_a_case_are_answered_where_they_were_asked(core: World) -> None:
    (reply,) = await core.ask(core.said("ann", "somebody is breaking into my house"))
    assert isinstance(reply, Answer)
    assert plain(reply.card).startswith("If this is happening now, call 999.")
    (reply,) = await core.ask(core.said("ann", "what should I do if my sergeant is rude?"))
    assert isinstance(reply, Answer)
    assert "line manager" in plain(reply.card)
