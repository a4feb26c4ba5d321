"""Reactions, beside what the conversations show: every order of arrival, other names of an emoji, switching off."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.database import Step
from bot.errors import Unreachable
from bot.model import Message, Place, PlaceKind
from bot.outbox import LEASE_S
from bot.requests import Action, Reacted, SwitchReactions
from tests.doubles.world import KUDOS, ROOMS, W, World

SAID = "staying on after nights"


@pytest.mark.parametrize(
    ("events", "stands"),
    [
        # which emoji (skin tone), and whether it is put on
        ([(0, True), (0, False), (0, True)], True),
        ([(0, True), (0, False), (0, True), (0, False)], False),
        ([(0, True), (2, True), (0, False)], True),
        ([(0, True), (2, True), (2, False), (0, False)], False),
        ([(0, False), (2, True)], True),
    ],
)
async def test_every_order_of_arrival_ends_the_same(core: World, events: list[tuple[int, bool]], stands: bool) -> None:
    """The platform's time of the events decides, whatever arrives first, and however often."""
    for number, order in enumerate(itertools.permutations(range(len(events)))):
        message = Message(place="general", id=f"message-{number}")
        requests = [core.react("ann", 0, to=message, tone=tone, standing=on) for tone, on in events]
        for position in (*order, *order):
            await core.ask(requests[position])
        found = [each for each in await core.ledger() if each.message == message and not each.withdrawn]
        assert len(found) == int(stands), order


async def test_an_emoji_by_any_other_name(core: World) -> None:
    """A name that the workspace gave it, and the emoji itself; an unknown name means nothing."""
    entry = core.entry(0)
    await core.app.store.directory.save_emoji(W, {"ours": entry.emoji_name, "party": "parrot"})
    for name in ("ours", "ours::skin-tone-3", entry.emoji, f"{entry.emoji_name}::skin-tone-6"):
        await core.ask(core.react("ann", name))
    for name in ("party", "tada", ""):
        assert await core.says(core.react("cara", name)) == ""
    assert (await core.only()).tags[0].entry == entry.id


async def test_switched_off_and_on(core: World) -> None:
    """Per place; what was given before can still be taken back there."""
    await core.ask(core.react("ann", 0))
    assert "just emoji here" in await core.says(switch(core, on=False))
    assert await core.says(core.react("cara", 0)) == ""
    assert await core.says(core.react("cara", 0, to=Message(place="news", id="1"))) != ""
    await core.ask(core.react("ann", 0, standing=False))
    assert await core.says(core.react("ann", 0)) == ""
    assert [each.withdrawn for each in await core.ledger()] == [True, False]
    assert "is a kudos here again" in await core.says(switch(core, on=True))
    await core.ask(core.react("cara", 0))
    assert len(await core.ledger()) == 3


def switch(core: World, *, on: bool, place: Place = ROOMS["general"]) -> SwitchReactions:
    return SwitchReactions(**core.asked("ann"), place=place, on=on)


async def test_there_is_nothing_to_switch_in_a_conversation(core: World) -> None:
    dm = Place(workspace=W, id="dm", kind=PlaceKind.CONVERSATION)
    assert await core.says(switch(core, on=False, place=dm)) == (
        "Type this in the channel in which you want to switch reactions."
    )


async def test_people_who_cannot_be_looked_up(core: World) -> None:
    """The platform is asked to send the event again; when it does, it counts."""
    events: list[Reacted] = [core.react("new", 0), core.react("ann", 0, author="new")]
    for event in events:
        core.platform.fail("people", Unreachable("503"))
        with pytest.raises(Unreachable):
            await core.ask(event)
    core.platform.people_["new"] = replace(core.platform.people_["bob"], id="new", name="New")
    for event in events:
        await core.ask(event)
    assert sorted(each.giver.id for each in await core.ledger()) == ["ann", "new"]


async def test_reactions_on_a_card_by_people_who_cannot_be_looked_up(core: World) -> None:
    """The same there; somebody whom the platform does not know either is ignored, and told so when they press."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.deliver()
    recognition, card = await core.only(), await core.card()
    for request in (
        core.react("new", 0, to=card, author="kudos"),
        core.press("new", Action.SECOND, recognition.id),
    ):
        core.platform.fail("people", Unreachable("503"))
        with pytest.raises(Unreachable):
            await core.ask(request)
        assert await core.says(request) in ("", "I don't know you yet. Please try again in a minute.")
    assert (await core.only()).seconders == ()


async def test_who_joins_in_changes_the_card_and_not_what_those_who_are_thanked_were_told(core: World) -> None:
    """Which does not say so: a group of fifty would be fifty messages that change nothing, before what matters."""
    await core.ask(core.give("ann", "@bob", "@dee", f" #0 for {SAID}"))
    await core.deliver()
    await core.ask(core.press("cara", Action.SECOND, (await core.only()).id))
    await core.ask(core.react("eli", 1, to=await core.card(), author="kudos"))
    await core.deliver()
    assert {(each.view, each.mended) for each in core.platform.posted} == {("card", 1), ("thanks", 0)}
    await core.ask(core.reword("ann", (await core.only()).id, "for mending it"))
    await core.deliver()
    assert {(each.view, each.mended) for each in core.platform.posted} == {("card", 2), ("thanks", 1)}


async def test_reactions_on_messages_to_one_person_mean_nothing(core: World) -> None:
    """A thank-you in somebody's conversation with Kudos is no card."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.deliver()
    thanks = next(each.message for each in core.platform.posted if each.view == "thanks")
    assert await core.says(core.react("bob", 1, to=thanks, author="kudos")) == ""
    assert (await core.only()).seconders == ()


async def test_a_reaction_to_somebody_who_has_left(core: World) -> None:
    """No new thanks; what was given can be taken back."""
    await core.ask(core.react("ann", 0))
    await core.app.store.directory.save_people([replace(core.platform.people_["bob"], active=False)])
    assert await core.says(core.react("cara", 0)) == ""
    await core.ask(core.react("ann", 0, standing=False))
    assert (await core.only()).withdrawn


async def test_reactions_in_a_private_channel_stay_there(core: World) -> None:
    """The visibility is that of the place; of an unknown place nothing public is assumed."""
    await core.ask(core.react("ann", 0, to=Message(place="closed", id="1")))
    await core.ask(core.react("ann", 0, to=Message(place="unheard-of", id="1")))
    assert {each.visibility for each in await core.ledger()} == {"private"}


async def test_a_card_whose_kudos_is_gone(core: World) -> None:
    """A reaction on what is no more does nothing."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.deliver()
    card = await core.card()
    for table, column in (("tag", "recognition"), ("recipient", "recognition"), ("recognition", "id")):
        await core.app.store.write(Step(f"DELETE FROM {table} WHERE {column} IS NOT NULL", {}))  # noqa: S608
    assert await core.says(core.react("cara", 0, to=card, author="kudos")) == ""


async def test_a_reaction_to_a_card_that_has_only_just_been_posted(core: World) -> None:
    """While we do not know yet which message our card is, the platform is asked to send the reaction again."""
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}"))
    (row,) = [each for each in await core.app.store.posts.due(core.clock(), most=9) if each.view == "card"]
    lease = core.clock() + timedelta(seconds=LEASE_S)
    assert await core.app.store.posts.claim(row, "under way", core.clock(), lease)
    reaction = core.react("cara", 0, to=Message(place="general", id="not known yet"), author=KUDOS)
    with pytest.raises(Unreachable):
        await core.app.bot.handle(reaction)
    await core.deliver(after_s=LEASE_S)
    await core.ask(replace(reaction, message=await core.card()))
    assert [person.id for person in (await core.only()).seconders] == ["cara"]
