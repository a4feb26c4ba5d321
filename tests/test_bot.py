"""The conductor: each request has its answer, and what is private is answered to those who may know."""

from dataclasses import replace

import pytest

from bot import kudos_cards, posts
from bot.cards import Private, plain
from bot.errors import Unreachable
from bot.model import Message, Place, PlaceKind, Visibility
from bot.requests import Action, Ask, Help, Joined, Learned, Left, Mine, SwitchReactions
from tests.doubles.world import KUDOS, ROOMS, W, World

SAID = "staying on after nights"
PRIVATE = "what was said among ourselves"


async def given(core: World) -> str:
    """The id of a kudos from Ann to Bob, with two entries."""
    await core.ask(core.give("ann", "@bob", f" #0 #1 for {SAID}"))
    return (await core.only()).id


async def text(core: World, request: Ask | Help | Mine) -> str:
    (reply,) = await core.ask(request)
    assert isinstance(reply, Private)
    return plain(reply.card)


async def test_asking(core: World) -> None:
    """A question is answered from the framework; without one all values are shown."""
    first = core.entry(0)
    assert first.title.text in await text(core, Ask(**core.asked("ann"), question=f"#{first.tag}"))
    everything = await text(core, Ask(**core.asked("ann"), question="  "))
    assert all(entry.title.text in everything for entry in core.framework.taggable)
    assert "I don't know that one" in await text(core, Ask(**core.asked("ann"), question="what is for lunch?"))


async def test_help(core: World) -> None:
    assert "/kudos mine" in await text(core, Help(**core.asked("ann")))


async def test_nobody_of_another_organisation_is_answered(core: World) -> None:
    """They read nothing of ours, and switch nothing off; colleagues do."""
    switched = SwitchReactions(**core.asked("stranger"), place=ROOMS["general"], on=False)
    for request in (
        Help(**core.asked("stranger")),
        Mine(**core.asked("stranger")),
        Ask(**core.asked("stranger"), question=""),
        switched,
        core.press("stranger", Action.GIVE, ""),
        core.press("stranger", Action.MEANING, core.entry(0).id),
    ):
        assert "You are with another organisation" in await core.says(request)
    assert "You are with another organisation" not in await core.says(Help(**core.asked("guest")))
    assert await core.says(core.react("ann", 0)) != ""


async def test_somebody_whom_nobody_knows_yet(core: World) -> None:
    """They are looked up; while that fails they read what anybody may, and switch nothing."""
    core.platform.people_["new"] = replace(core.platform.people_["stranger"], id="new")
    core.platform.fail("people", Unreachable("503"), target="new")
    assert "/kudos mine" in await core.says(Help(**core.asked("new")))
    core.platform.fail("people", Unreachable("503"), target="new")
    switch = SwitchReactions(**core.asked("new"), place=ROOMS["general"], on=False)
    assert await core.says(switch) == "I don't know you yet. Please try again in a minute."
    assert "You are with another organisation" in await core.says(switch)
    assert core.platform.called("people") == ["new"] * 3


async def test_what_groups_are_called_is_learned(core: World) -> None:
    await core.ask(Learned(workspace=W, person="", delivery="", groups=(("S1", "nights"),)))
    assert await core.app.store.directory.group_names(W, ["S1"]) == {"S1": "nights"}


async def test_what_does_it_mean(core: World) -> None:
    """The entries of a kudos, and one entry, to the asker only."""
    recognition = await given(core)
    (reply,) = await core.ask(core.press("cara", Action.EXPLAIN, recognition))
    assert isinstance(reply, Private)
    assert all(core.entry(n).title.text in plain(reply.card) for n in (0, 1))
    (reply,) = await core.ask(core.press("cara", Action.MEANING, core.entry(2).id))
    assert isinstance(reply, Private)
    assert core.entry(2).title.text in plain(reply.card)
    assert await core.says(core.press("cara", Action.MEANING, "no.such")) == "This is no longer in our framework."


async def test_mine(core: World) -> None:
    """What one received and gave, with links; nobody else's, and nothing that was taken back."""
    await given(core)
    await core.ask(core.react("bob", 2, author="ann"))
    await core.ask(core.give("ann", "@cara", f" #0 for {SAID}"))
    await core.ask(core.undo("ann"))
    await core.deliver()
    shown = await text(core, Mine(**core.asked("ann")))
    assert "Kudos you received (1)" in shown
    assert "Kudos you gave (1)" in shown
    assert "Cara" not in shown
    assert shown.count("see it") == 3
    assert "No kudos yet" in await text(core, Mine(**core.asked("cara")))


# What is private


async def test_what_is_private_is_explained_to_its_people_only(core: World) -> None:
    """A button's value can be guessed or kept: from elsewhere it tells an outsider nothing, not even that it exists."""
    await core.ask(core.give("ann", "@bob", f" #0 for {PRIVATE}", place="closed"))
    recognition = (await core.only()).id
    assert "not shown any more" in await core.says(core.press("dee", Action.EXPLAIN, recognition))
    assert "not shown any more" in await core.says(core.press("dee", Action.SECOND, recognition))
    assert "not shown any more" in await core.says(core.press("dee", Action.EDIT, recognition))
    assert "<0>" in await core.says(core.press("fay", Action.EXPLAIN, recognition, place="closed"))
    assert "<0>" in await core.says(core.press("bob", Action.EXPLAIN, recognition, place="D-bob"))


async def test_the_giver_sees_their_own_card_with_more_to_do_and_others_see_it_as_it_is(core: World) -> None:
    """A card may ask for itself: whoever may not read it learns nothing, not even that it exists."""
    await core.ask(core.give("ann", "@bob", f" #0 for {PRIVATE}", place="closed"))
    recognition = await core.only()
    seen = {
        (person, place): await core.ask(core.press(person, Action.OWN, recognition.id, place=place))
        for person, place in (
            ("ann", "closed"),
            ("ann", "D-ann"),
            ("fay", "closed"),
            ("bob", "D-bob"),
            ("dee", "D-dee"),
        )
    }
    own = [Private(card=kudos_cards.own(recognition, core.framework), replace=True)]
    given_ = [Private(card=kudos_cards.given(recognition, core.framework), replace=True)]
    gone = [Private(card=kudos_cards.NOT_SHOWN, replace=True)]
    assert list(seen.values()) == [own, own, given_, given_, gone]
    assert await core.ask(core.press("dee", Action.OWN, "no-such")) == gone
    assert "You are with another organisation" in await core.says(core.press("stranger", Action.OWN, recognition.id))
    await core.ask(core.undo("ann"))
    assert await core.ask(core.press("ann", Action.OWN, recognition.id, place="closed")) == gone


async def test_nothing_private_gets_out(core: World) -> None:
    """Of all that is posted, private words reach only the private place, the giver and the recipients."""
    await core.ask(core.give("ann", "@bob", f" #0 for {PRIVATE}", place="closed"))
    await core.ask(core.give("ann", "@cara", f" #1 for {SAID}"))
    await core.ask(core.react("fay", 0, to=Message(place="closed", id="1"), author="ann"))
    recognition = next(each for each in await core.ledger() if each.reason == PRIVATE)
    await core.ask(core.press("fay", Action.SECOND, recognition.id, place="closed"))
    await core.deliver(after_s=600)
    for posted in core.platform.posted:
        if posted.message.place not in ("closed", "D-bob", "D-ann"):
            assert PRIVATE not in posted.text
            assert "closed" not in posted.text
    assert any(PRIVATE in each.text and "Seconded by Fay" in each.text for each in core.platform.posted)


# Who and where


async def test_hello_is_said_once_ever(core: World) -> None:
    """Invited again and again, it does not say hello again."""
    for _ in range(3):
        await core.ask(core.joined("away"))
        await core.deliver()
        await core.ask(Left(**core.asked(KUDOS), place="away"))
    assert len(core.platform.texts("away")) == 1


async def test_no_hello_in_a_group_conversation(core: World) -> None:
    """In people's own conversations nothing is ever posted."""
    group = Place(workspace=W, id="group", kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT)
    core.platform.rooms["group"] = group
    await core.ask(Joined(**core.asked(KUDOS), place=group))
    await core.deliver()
    assert core.platform.posted == []


async def test_joining_is_being_a_member(core: World) -> None:
    """Whatever else the platform says about the place in that moment."""
    core.platform.change("away", joined=True)
    await core.ask(Joined(**core.asked(KUDOS), place=replace(core.platform.rooms["away"], joined=False)))
    assert "It is posted in #away" in await core.says(core.give("ann", "@bob", f" #0 for {SAID}", place="away"))
    await core.ask(Left(**core.asked(KUDOS), place="away"))
    assert "I am not in #away yet" in await core.says(core.give("ann", "@bob", f" #0 for {SAID}", place="away"))


async def test_who_joins_a_private_channel_can_be_thanked_there(core: World) -> None:
    """Members come and go, and the rule follows."""
    ask = ("@cara", f" #0 for {SAID}")
    assert "Cara isn't in this private conversation" in await core.says(core.give("ann", *ask, place="closed"))
    await core.ask(Learned(**core.asked(""), members=(("closed", "cara", True),)))
    assert "It is posted in #closed" in await core.says(core.give("ann", *ask, place="closed"))
    await core.ask(Learned(**core.asked(""), members=(("closed", "cara", False),)))
    assert "Cara isn't in this private conversation" in await core.says(core.give("ann", *ask, place="closed"))


async def test_what_is_new_wakes_the_outbox(core: World) -> None:
    """Also when the request was refused: somebody else's may have come in between."""
    woken: list[int] = []
    core.app.bot.wake = lambda: woken.append(1)
    await core.ask(core.press("ann", Action.SECOND, "no-such"))
    assert woken == [1]


async def test_a_view_that_nobody_knows_is_a_bug(core: World) -> None:
    with pytest.raises(ValueError, match="no view is called nonsense"):
        await core.app.bot.render(posts.post(W, "nonsense", "", place="general", due_at=core.clock()))
