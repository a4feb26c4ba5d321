"""Giving, beside what the conversations show: where the form asks, what is kept, and what a repeated delivery means."""

import asyncio
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from bot.answers import Index
from bot.bot import Bot
from bot.cards import Mend, OpenForm, PeopleField, Private
from bot.database import Sqlite, Step
from bot.errors import Impossible, Throttled, Unreachable
from bot.framework import Framework
from bot.model import PlaceKind, Roster
from bot.requests import Action, Group, Named, Request
from bot.store import Store
from tests.doubles.world import World, told, world

SAID = "staying on after nights"
GIVE = ("@bob", f" #0 for {SAID}")


async def test_the_button_opens_an_empty_form_that_asks_where(core: World) -> None:
    """With the default place chosen."""
    assert await core.says(core.press("ann", Action.GIVE, "", place="D-ann")) == "form: place [general]"


@pytest.mark.parametrize("default_place", ["", "#nowhere", "#attic"])
async def test_without_a_default_place_none_is_chosen(default_place: str, framework: Framework, tmp_path: Path) -> None:
    async with world(framework, tmp_path / "kudos.db", default_place=default_place) as core:
        assert await core.says(core.press("ann", Action.GIVE, "", place="D-ann")) == "form: "


async def test_from_an_archived_channel_the_form_asks_where(core: World) -> None:
    """With the reason at the field, and the default chosen."""
    assert await core.says(core.give("ann", *GIVE, place="attic")) == (
        f"form: recipients [bob] entries [0] reason [{SAID}] "
        "place [general] (That channel is archived. Choose another one.)"
    )


async def test_that_the_giver_is_left_out_is_said_in_the_form_too(core: World) -> None:
    """Among others; alone it is a sentence at the field."""
    (reply,) = await core.ask(core.give("ann", "@ann", " ", "@bob"))
    assert isinstance(reply, OpenForm)
    people = reply.form.fields[0]
    assert isinstance(people, PeopleField)
    assert people.chosen == ("bob",)
    assert people.hint == "I left you out: a kudos thanks others."


async def test_people_in_the_reason_are_called_by_their_names(core: World) -> None:
    """Slack may call people by id alone; the words hold their names all the same."""
    await core.ask(core.give("ann", Named("bob"), " #0 for helping ", Named("cara"), " and ", Named("nobody"), " out"))
    assert (await core.only()).reason == "helping @Cara and @colleague out"


async def test_what_we_do_not_know_is_looked_up_once(core: World) -> None:
    """A new colleague and a new channel; from then on they are known."""
    core.platform.people_["new"] = replace(core.platform.people_["bob"], id="new", name="New")
    core.platform.rooms["lobby"] = replace(core.platform.rooms["general"], id="lobby", name="lobby")
    for _ in range(2):
        assert "It is posted in #lobby" in await core.says(
            core.give("ann", Named("new"), f" #0 for {SAID}", place="lobby")
        )
    assert core.platform.called("people") == ["new"]
    assert core.platform.called("place") == ["lobby"]


@pytest.mark.parametrize("error", [Unreachable("503"), TimeoutError()])
async def test_when_nobody_can_be_looked_up_the_form_keeps_what_was_said(
    core: World, error: Unreachable | TimeoutError
) -> None:
    """The person is not lost, and nothing is given that may be wrong."""
    core.platform.fail("people", error)
    assert await core.says(core.give("ann", Named("new"), f" #0 for {SAID}")) == (
        "form: recipients [new] (I couldn't look everybody up just now. Check the names here and send it again.) "
        f"entries [0] reason [{SAID}]"
    )
    assert await core.ledger() == []


async def test_a_channel_that_cannot_be_looked_up(core: World) -> None:
    """Whether it is private and whether Kudos is there is not guessed: the form keeps all, and can be sent again."""
    core.platform.rooms["lobby"] = replace(core.platform.rooms["general"], id="lobby", name="lobby")
    core.platform.fail("place", Unreachable("503"))
    assert await core.says(core.give("ann", *GIVE, place="lobby")) == (
        "form: recipients [bob] (I couldn't look this channel up just now. Please send it again.) "
        f"entries [0] reason [{SAID}]"
    )
    core.platform.fail("place", TimeoutError())
    assert "couldn't look this channel up" in await core.says(core.submit("ann", ["bob"], [0], SAID, place="lobby"))
    assert await core.ledger() == []
    assert "It is posted in #lobby" in await core.says(core.submit("ann", ["bob"], [0], SAID, place="lobby"))


async def test_a_giver_whom_we_cannot_look_up(core: World) -> None:
    core.platform.fail("people", Unreachable("503"))
    assert "I couldn't look everybody up just now" in await core.says(core.give("new", *GIVE))


async def test_while_a_platform_tells_nothing_what_is_stored_counts(core: World) -> None:
    """Without a platform to ask, a place we do not know is private and waits."""
    del core.app.lookups["test"]
    assert "I am not in the channel yet" in await core.says(core.give("ann", *GIVE, place="elsewhere"))
    assert "Choose people of this organisation" in await core.says(core.give("ann", Named("new"), f" #0 for {SAID}"))


# Groups


@pytest.mark.parametrize("error", [Unreachable("503"), Throttled("429", retry_after_s=30), TimeoutError()])
async def test_while_nobody_tells_who_is_in_a_group_the_form_keeps_what_was_said(
    core: World, error: Unreachable | TimeoutError
) -> None:
    """Whoever was named stays chosen, and nobody else is thanked."""
    core.platform.fail("group", error)
    assert await core.says(core.give("ann", "@bob", " and ", "@crew", f" #0 for {SAID}")) == (
        "form: recipients [bob] (I couldn't look up who is in @crew just now. "
        f"Choose the people you mean here, or send it again.) entries [0] reason [{SAID}]"
    )
    assert await core.ledger() == []


async def test_what_keeps_groups_from_being_read_is_said(core: World) -> None:
    """Beside whatever else was not clear."""
    core.platform.fail("group", Impossible("plan_upgrade_required"))
    says = await core.says(core.give("ann", "@crew", " #0 #nope for it"))
    assert "I can't see who is in @crew: groups are not part of this workspace's plan." in says
    assert "I don't know #nope." in says


async def test_a_group_without_a_name_is_called_as_the_platform_calls_it(core: World) -> None:
    """Also in the reason, where only its name matters."""
    await core.ask(core.give("ann", Group("pair"), " #0 for helping ", Group("crew"), " out"))
    recognition = await core.only()
    assert [group.name for group in recognition.groups] == ["pair"]
    assert recognition.reason == "helping @crew out"


async def test_a_group_that_is_only_talked_about_is_not_looked_up(core: World) -> None:
    await core.ask(core.give("ann", "@bob", " #0 for helping ", "@crew", " out"))
    assert core.platform.called("group") == []


async def test_people_of_a_group_whom_we_do_not_know_are_looked_up(core: World) -> None:
    """Whom the platform does not know either is left out."""
    core.platform.people_["new"] = replace(core.platform.people_["bob"], id="new", name="New")
    core.platform.regroup("crew", "ann", "new", "nobody", "gone", "robot")
    assert "You thanked @crew (1 person)" in (await core.says(core.give("ann", "@crew", f" #0 for {SAID}")))
    assert [person.id for person in (await core.only()).recipients] == ["new"]


async def test_a_group_of_thousands_is_refused_without_looking_at_everybody(core: World) -> None:
    core.platform.groups["all"] = Roster(id="all", name="all", people=tuple(f"x{n}" for n in range(4_000)))
    assert "@all has 4,000 people" in await core.says(core.give("ann", Group("all", "all"), f" #0 for {SAID}"))
    assert core.platform.called("people") == []


async def test_words_that_no_form_can_hold_come_back_with_their_groups(core: World) -> None:
    """Also those of which nobody tells who is in them."""
    no_more = Group("gone-group", "old-crew")
    says = await core.says(core.give("ann", "@bob", " ", Group("crew"), " ", no_more, f" #0 {'x' * 3001}"))
    assert "Bob, @crew, @old-crew, #0:" in says


async def test_a_form_is_given_also_while_nobody_tells_who_is_in_its_groups(core: World) -> None:
    """To the people whom the giver sees chosen."""
    core.platform.fail("group", Unreachable("503"))
    assert "You thanked Bob and Cara for:" in await core.says(
        core.submit("ann", ["bob", "cara"], [0], SAID, groups=["crew"])
    )
    assert (await core.only()).groups == ()


async def test_the_form_of_a_group_says_whose_people_they_are(core: World) -> None:
    (reply,) = await core.ask(core.give("ann", "@crew", " #0"))
    assert isinstance(reply, OpenForm)
    people = reply.form.fields[0]
    assert isinstance(people, PeopleField)
    assert people.hint == "With the people of @crew, as it is now."
    assert dict(reply.form.context) == {"place": "general", "groups": "crew"}


# Where one may choose to be read


@pytest.mark.parametrize(("default_place", "chosen"), [("#closed", "closed"), ("#hidden", "")])
async def test_a_private_default_is_offered_to_its_members(
    default_place: str, chosen: str, framework: Framework, tmp_path: Path
) -> None:
    """As far as we know who they are."""
    async with world(framework, tmp_path / "kudos.db", default_place=default_place) as core:
        offered = f"form: place [{chosen}]" if chosen else "form: "
        assert await core.says(core.press("ann", Action.GIVE, "", place="D-ann")) == offered
        assert await core.says(core.press("cara", Action.GIVE, "", place="D-cara")) == "form: "


async def test_a_guest_is_offered_the_default_if_they_are_in_it(core: World) -> None:
    """Guests see the channels they are in, and no others."""
    press = core.press("guest", Action.GIVE, "", place="D-guest")
    assert await core.says(press) == "form: "
    await core.app.store.places.save_member("test:1", "general", "guest", present=True)
    assert await core.says(press) == "form: place [general]"


# Whose conversation is it?


async def test_ones_own_conversation_with_kudos(core: World) -> None:
    """Once looked up, it is known."""
    for _ in range(2):
        assert "place [general]" in await core.says(core.give("ann", *GIVE, place="D-ann", kind=PlaceKind.BOT))
    assert core.platform.called("direct") == ["ann"]
    person = (await core.app.store.directory.people("test:1", ["ann"]))["ann"]
    assert person.direct == "D-ann"


async def test_while_it_is_unclear_whose_conversation_it_is_the_form_asks_where(core: World) -> None:
    """Nothing is posted on a guess, and nothing is lost."""
    core.platform.fail("direct", Unreachable("503"))
    assert await core.says(core.give("ann", *GIVE, place="D-ann", kind=PlaceKind.BOT)) == (
        f"form: recipients [bob] entries [0] reason [{SAID}] place [general]"
    )
    assert await core.ledger() == []
    assert "place [general]" in await core.says(core.give("ann", *GIVE, place="D-ann", kind=PlaceKind.BOT))


async def test_a_stranger_in_a_conversation(core: World) -> None:
    """Somebody whom nobody knows gives nothing."""
    assert "I can't find your own account" in await core.says(
        core.give("nobody", *GIVE, place="D-nobody", kind=PlaceKind.BOT)
    )


async def test_a_place_that_is_gone(core: World) -> None:
    """A channel that the platform does not know is private, and waits."""
    await core.ask(core.give("ann", *GIVE, place="gone"))
    assert (await core.only()).visibility == "private"


# The same delivery again


async def test_the_same_form_sent_twice_is_one(core: World) -> None:
    """Two deliveries of one form: the second is answered like the first."""
    replies = [await core.says(core.submit("ann", ["bob"], [0], SAID, form="the-form")) for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(await core.ledger()) == 1


async def test_a_form_that_comes_again_after_undo_says_so(core: World) -> None:
    """A late delivery of what was taken back since does not pretend that it stands."""
    await core.ask(core.submit("ann", ["bob"], [0], SAID, form="the-form"))
    await core.ask(core.undo("ann"))
    assert (await core.says(core.submit("ann", ["bob"], [0], SAID, form="the-form"))).startswith("Taken back")


async def test_an_undo_that_found_nothing_takes_nothing_back_later(core: World) -> None:
    """Its late repetition does not hit the next kudos."""
    undo = core.undo("ann")
    assert await core.says(undo) == "You have no kudos to take back."
    await core.ask(core.give("ann", *GIVE))
    assert await core.says(undo) == "You have no kudos to take back."
    assert not (await core.only()).withdrawn


async def test_a_delivery_means_one_thing(core: World) -> None:
    """Should it come with another kudos in mind, that one stays, and the answer tells what was taken back."""
    await core.ask(core.give("ann", *GIVE))
    await core.ask(core.give("ann", "@cara", f" #0 for {SAID}"))
    first, second = await core.ledger()
    press = core.press("ann", Action.WITHDRAW, first.id)
    await core.ask(press)
    assert await core.says(replace(press, value=second.id)) == (
        "Taken back: your kudos to Bob for <0>. / You can give it again at any time with /kudos."
    )
    assert [each.withdrawn for each in await core.ledger()] == [True, False]


async def test_undo_replaces_the_confirmation(core: World) -> None:
    """*Undo* stands on a private message; *Withdraw* on the card for all."""
    await core.ask(core.give("ann", *GIVE))
    recognition = await core.only()
    for action, replaced in ((Action.UNDO, True), (Action.WITHDRAW, False)):
        (reply,) = await core.ask(core.press("ann", action, recognition.id))
        assert isinstance(reply, Private)
        assert reply.replace is replaced


async def test_a_kudos_that_nobody_knows(core: World) -> None:
    (reply,) = await core.ask(core.reword("ann", "no-such", "other words, later on"))
    assert reply == Mend(errors=(("reason", "I can't find this kudos any more."),))
    assert await core.says(core.press("ann", Action.WITHDRAW, "no-such")) == "I can't find this kudos any more."


# Others change it at the same moment


class Rival(Sqlite):
    """Somebody else is always a moment faster."""

    async def write(self, *steps: Step) -> list[int]:
        await super().write(Step("UPDATE recognition SET revision = revision + 1", {}))
        return await super().write(*steps)


async def test_when_others_are_always_faster(framework: Framework, tmp_path: Path) -> None:
    """At some point the person is asked to try again; nothing is half-done."""
    async with world(framework, tmp_path / "kudos.db") as core:
        await core.ask(core.give("ann", *GIVE))
        await core.deliver()
        (before,) = await core.ledger()
        card = await core.card()
        store = Store(Rival(core.database))
        rival = Bot(store, Index(framework), core.clock, core.app.lookup, zone=UTC)
        for request, says in (
            (core.reword("ann", before.id, "other words, later on"), "Somebody else is changing this kudos"),
            (core.undo("ann"), "Somebody else is changing this kudos"),
            (core.press("cara", Action.SECOND, before.id), "Many are seconding this just now"),
        ):
            assert says in told(await rival.handle(request), framework)
        with pytest.raises(Unreachable, match="too many changes"):
            await rival.handle(core.react("cara", 0, to=card, author="kudos"))
        (after,) = await core.ledger()
        assert replace(after, revision=before.revision) == before
        await store.close()


async def test_many_at_once(core: World) -> None:
    """Twenty people second a card while its giver edits it: everybody counts, and so do the words."""
    await core.ask(core.give("ann", *GIVE))
    await core.deliver()
    recognition, card = await core.only(), await core.card()
    requests: list[Request] = [
        core.react(f"p{n}", 0, to=card, author="kudos") if n % 2 else core.press(f"p{n}", Action.SECOND, recognition.id)
        for n in range(20)
    ]
    requests.append(core.reword("ann", recognition.id, "other words, later on"))
    await asyncio.gather(*map(core.ask, requests))
    after = await core.only()
    assert len(after.seconders) == 20
    assert after.reason == "other words, later on"
