"""Setting up the digest of a channel, on a platform: who may, what is kept, and what comes of each word."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cards import Card, OpenForm, Private, plain
from bot.errors import PlatformError, SwitchedOff, Throttled, Unreachable
from bot.framework import Framework
from bot.model import Message, PersonKind, PlaceKind
from bot.requests import Action, Learned, Request
from bot.schedule import Plan, Scope
from tests.doubles.world import PEOPLE, ROOMS, W, World, told, world

ADMIN = "chief@example.org"
ON = "The digest in #general is on."
NEXT = "The next one is due on Monday 9 March at 09:00. It tells of the week from Monday 2 to Sunday 8 March."
AFTER = "The next one is due on Monday 16 March at 09:00. It tells of the week from Monday 9 to Sunday 15 March."
NOT_THEIRS = "Ann, who made that channel, can set up its digest, and so can the administrators"


@pytest.fixture
async def core(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Ann has made #general, Eli administers the workspace, Dee looks after Kudos; it is Monday, half past nine."""
    async with world(framework, tmp_path / "kudos.db", admins=frozenset({ADMIN})) as running:
        dee = replace(PEOPLE["dee"], email="Chief@Example.org")
        await running.ask(Learned(**running.asked(""), people=(dee,)))
        yield running


async def plan(core: World, place: str = "general") -> Plan:
    found = await core.app.store.digests.plan(W, place)
    assert found
    return found


async def set_up(core: World, person: str = "ann", **more: Any) -> None:
    assert (await core.says(core.submit_digest(person, **more))).startswith("Saved.")


async def wanted(core: World) -> int:
    return len(await core.sql("SELECT id FROM outbox WHERE view = 'digest'"))


# Who may


@pytest.mark.parametrize("person", ["ann", "dee", "eli"])
async def test_who_made_it_and_administrators_set_it_up(core: World, person: str) -> None:
    (reply,) = await core.ask(core.open_digest(person))
    assert isinstance(reply, OpenForm)
    await set_up(core, person)
    assert (await plan(core)).owner == person
    rows = await core.sql("SELECT actor FROM setting WHERE name = 'digest'")
    assert [row["actor"] for row in rows] == [person]


async def test_others_are_told_who_may(core: World) -> None:
    """At opening and again at sending the form, and whatever word they type; but everybody may look at it."""
    await set_up(core)
    for person in ("bob", "guest"):
        asked: tuple[Request, ...] = (
            core.open_digest(person),
            core.press(person, Action.DIGEST, "general"),
            *(core.digest(person, word) for word in ("now", "skip", "unskip", "on", "off")),
        )
        for ask in asked:
            assert (await core.says(ask)).startswith(NOT_THEIRS)
        assert (await core.says(core.submit_digest(person, state="off"))).startswith(f"mend: state: {NOT_THEIRS}")
        (shown,) = await core.ask(core.digest(person, "preview"))
        assert isinstance(shown, Private)
    assert (await plan(core)).on
    assert await wanted(core) == 0


async def test_who_may_no_longer_does_not_send_the_form(core: World) -> None:
    await core.ask(core.open_digest("eli"))
    await core.ask(Learned(**core.asked(""), people=(replace(PEOPLE["eli"], admin=False),)))
    assert NOT_THEIRS in await core.says(core.submit_digest("eli"))
    assert await core.sql("SELECT id FROM setting WHERE name = 'digest'") == []


async def test_a_guest_does_not_set_up_a_digest_even_where_they_made_the_channel(core: World) -> None:
    core.platform.rooms["theirs"] = replace(ROOMS["general"], id="theirs", name="theirs", creator="guest")
    assert "Whoever made that channel" in await core.says(core.open_digest("guest", "theirs"))


async def test_a_guest_is_not_shown_what_is_posted_nowhere_that_they_see(core: World) -> None:
    """Guests see their own channels alone, and a digest tells of all that is public."""
    own = tuple(replace(ROOMS[name], shared=False) for name in ("general", "news"))
    await core.ask(Learned(**core.asked(""), places=own))
    await core.ask(core.give("bob", "@cara", "#0", "for help in news", place="news"))
    core.clock.move(7 * 24 * 3600)
    nothing = "No digest comes here at the moment, so there is nothing to look at yet."
    assert await core.says(core.digest("guest", "preview")) == nothing
    assert "help in news" in await core.says(core.digest("cara", "preview"))
    await set_up(core)
    assert "help in news" in await core.says(core.digest("guest", "preview"))
    await set_up(core, state="off")
    assert await core.says(core.digest("guest", "preview")) == nothing


async def test_strangers_neither_set_it_up_nor_look_at_it(core: World) -> None:
    for ask in (core.open_digest("stranger"), core.digest("stranger", "preview"), core.digest("stranger", "now")):
        assert "You are with another organisation" in await core.says(ask)
    assert "mend: state: " in await core.says(core.submit_digest("stranger"))


async def test_whom_nobody_knows_is_asked_to_try_again(core: World) -> None:
    core.platform.fail("people", Unreachable("down"))
    assert await core.says(core.open_digest("nobody")) == "I couldn't look this up just now. Please try again."


# Where


@pytest.mark.parametrize("ask", ["form", "preview", "now"])
async def test_a_conversation_has_no_digest(core: World, ask: str) -> None:
    for place in ("D-ann", "D-bob"):
        made = core.open_digest("ann", place) if ask == "form" else core.digest("ann", ask, place)
        assert "Type this in the channel where it should be posted" in await core.says(made)
    talk = replace(core.open_digest("ann"), place=replace(ROOMS["general"], id="G1", kind=PlaceKind.CONVERSATION))
    assert "A digest belongs to a channel" in await core.says(talk)
    await core.app.store.places.save([replace(ROOMS["general"], id="D-ann", kind=PlaceKind.BOT)])
    assert "A digest belongs to a channel" in await core.says(core.press("ann", Action.DIGEST, "D-ann"))


async def test_where_kudos_is_not_it_asks_to_be_invited(core: World) -> None:
    for place in ("away", "hidden"):
        for ask in (core.open_digest("eli", place), core.digest("eli", "preview", place)):
            assert "I am not in " in await core.says(ask)
            assert "Add me to it" in await core.says(ask)
        assert "mend: state: I am not in" in await core.says(core.submit_digest("eli", place=place))


async def test_an_archived_channel_has_no_digest(core: World) -> None:
    assert "That channel is archived" in await core.says(core.open_digest("eli", "attic"))


# The form


async def test_the_form_proposes_something_and_then_holds_what_is_set_up(core: World) -> None:
    proposed = "form: state [on] day [0] at [09:00] zone [Europe/London] scope [workspace] extras [chart]"
    assert await core.says(core.open_digest("ann")) == proposed
    await set_up(
        core, day="4", at="16:30", zone="europe/paris", scope="people", people=("bob", "cara"), extras=("mention",)
    )
    assert await plan(core) == Plan(
        day=4,
        at="16:30",
        zone="Europe/Paris",
        scope=Scope.PEOPLE,
        people=("bob", "cara"),
        chart=False,
        mention=True,
        owner="ann",
    )
    assert await core.says(core.open_digest("eli")) == (
        "form: state [on] day [4] at [16:30] zone [Europe/Paris] scope [people] people [bob, cara] extras [mention]"
    )


async def test_what_has_to_be_mended_is_said_at_its_field_and_nothing_is_kept(core: World) -> None:
    wrong = core.submit_digest("ann", zone="Neverland", at="", scope="people", people=("robot", "stranger", "gone"))
    says = await core.says(wrong)
    assert "at: That is not a time of day." in says
    assert "zone: I know no time zone called “Neverland”." in says
    assert "people: Robot, Stranger and Gone can't be on the list:" in says
    assert await core.sql("SELECT id FROM setting WHERE name = 'digest'") == []


async def test_who_is_not_stored_yet_is_looked_up(core: World) -> None:
    core.platform.people_["new"] = replace(PEOPLE["bob"], id="new", name="New")
    await set_up(core, scope="people", people=("new",))
    assert (await plan(core)).people == ("new",)
    core.platform.fail("people", Unreachable("down"))
    says = await core.says(core.submit_digest("ann", scope="people", people=("newer",)))
    assert says == "mend: people: I couldn't look everybody up just now. Please save it again."


async def test_for_a_message_a_button_opens_the_form(core: World) -> None:
    asked = core.open_digest("ann", said_in=Message(place="general", id="m1"))
    (reply,) = await core.ask(asked)
    assert isinstance(reply, Private)
    assert "Here you set up the weekly digest of #general" in plain(reply.card)
    assert (await core.says(core.press("ann", Action.DIGEST, "general"))).startswith("form: state [on]")
    assert (await core.says(core.said("ann", "digest"))).startswith("Here you set up")
    assert "You can also type" not in await core.says(core.said("bob", "digest off"))


async def test_saving_says_when_the_next_one_is_due(core: World) -> None:
    assert await core.says(core.submit_digest("ann")) == f"Saved. / {ON} / {NEXT}"
    assert await core.says(core.submit_digest("ann", state="off")) == "Saved. / The digest in #general is off."


async def test_every_change_is_kept_with_who_made_it(core: World) -> None:
    await set_up(core)
    await set_up(core, "eli", day="3")
    await core.ask(core.digest("dee", "off"))
    rows = await core.sql("SELECT actor, value FROM setting WHERE name = 'digest' ORDER BY at")
    assert [(row["actor"], Plan.read(row["value"]).on, Plan.read(row["value"]).owner) for row in rows] == [
        ("ann", True, "ann"),
        ("eli", True, "eli"),
        ("dee", False, "eli"),
    ]


# The words


async def test_without_a_plan_the_words_say_how_to_make_one(core: World) -> None:
    for word in ("now", "skip", "unskip", "on", "off"):
        assert "No digest has been set up in #general yet" in await core.says(core.digest("ann", word))
    (shown,) = await core.ask(core.digest("ann", "preview"))
    assert isinstance(shown, Private)


async def test_off_and_on_again(core: World) -> None:
    await set_up(core)
    assert (
        await core.says(core.digest("ann", "off"))
        == "The digest in #general is off. / To switch it on: /kudos digest on"
    )
    assert "is off" in await core.says(core.digest("ann", "skip"))
    assert await core.says(core.digest("eli", "ON")) == f"{ON} / {NEXT} / To switch it off: /kudos digest off"
    assert (await plan(core)).owner == "eli"


async def test_a_pause_ends_when_it_is_set_up_again(core: World) -> None:
    for again in (core.digest("ann", "on"), core.submit_digest("ann")):
        await set_up(core)
        store, now = core.app.store, core.clock()
        paused = replace(await plan(core), paused="restricted_action")
        key = f"pause-{core.number}"
        await store.write(store.digests.planning(W, "general", paused, actor="", now=now, key=key))
        core.clock.move(1)
        assert "paused: only some people may post there" in await core.says(core.digest("ann", "skip"))
        assert ON in await core.says(replace(again, delivery=f"again-{core.number}"))
        assert not (await plan(core)).paused


async def test_the_next_one_is_skipped_and_put_back(core: World) -> None:
    await set_up(core)
    skipped = await core.says(core.digest("ann", "skip"))
    assert skipped == (
        "The digest of the week from Monday 2 to Sunday 8 March is left out in #general. / "
        f"{AFTER} / To put it back: /kudos digest unskip"
    )
    assert await core.says(core.digest("ann", "skip")) == skipped, "the same one, however often"
    (form,) = await core.ask(core.open_digest("ann"))
    assert isinstance(form, OpenForm)
    assert "is left out" in plain_intro(form)
    assert f"{ON} / {NEXT}" in await core.says(core.digest("ann", "unskip"))
    assert not (await plan(core)).skipped


def plain_intro(reply: OpenForm) -> str:
    return plain(Card(reply.form.intro))


async def test_now_posts_the_last_week_once(core: World) -> None:
    await set_up(core, day="3")  # Thursday: it tells of the week before
    now = core.digest("ann", "now")
    says = "The digest of the week from Monday 23 February to Sunday 1 March is on its way to #general."
    assert await core.says(now) == says
    assert await wanted(core) == 1
    again = await core.says(core.digest("eli", "now"))
    assert again == says.replace("general.", "general already.")
    await core.deliver()
    assert "already: see it" in await core.says(core.digest("ann", "now"))
    assert await wanted(core) == 1
    (form,) = await core.ask(core.open_digest("ann"))
    assert isinstance(form, OpenForm)
    assert "due on Thursday 12 March" in plain_intro(form), "that of Thursday 5 March is there already"


async def test_anything_else_is_given_back(core: World) -> None:
    assert (await core.says(core.digest("bob", "Sunday at 5"))).startswith("I don't know /kudos digest Sunday at 5.")


@pytest.mark.parametrize("word", ["skip", "off", "now"])
async def test_the_same_word_again_and_again_is_one(core: World, word: str) -> None:
    await set_up(core)
    before = len(await core.sql("SELECT id FROM setting WHERE name <> 'visibility'"))
    ask = core.digest("ann", word)
    for _ in range(3):
        await core.ask(ask)
    assert len(await core.sql("SELECT id FROM setting WHERE name <> 'visibility'")) - before == (word != "now")
    assert await wanted(core) == (word == "now")


# A preview that takes a moment


async def told_elsewhere(core: World) -> None:
    """It is a week after something was given in #news, of which the platform has to say that it is public still."""
    own = replace(ROOMS["general"], shared=False)
    await core.ask(Learned(**core.asked(""), places=(own,)))
    await core.ask(core.give("ann", "@bob", "#0", "for help with the night shift", place="news"))
    core.clock.move(7 * 24 * 3600)


@pytest.mark.parametrize("error", [Unreachable("down"), Throttled("later", retry_after_s=0.01)])
@pytest.mark.parametrize("by_message", [False, True])
async def test_what_is_not_known_in_time_follows(core: World, error: PlatformError, by_message: bool) -> None:
    await told_elsewhere(core)
    ask = core.said("bob", "digest preview") if by_message else core.digest("bob", "preview")
    for _ in range(2):
        core.platform.fail("place", error)
    (first,) = await core.ask(ask)
    assert isinstance(first, Private)
    assert first.unfinished
    assert plain(first.card).startswith("I am looking up what may be told in #general.")
    (rest,) = await core.app.bot.rest(ask)
    assert isinstance(rest, Private)
    assert not rest.unfinished
    assert "the night shift" in plain(rest.card)
    assert core.platform.faults == []


async def test_what_will_never_be_known_is_given_up(core: World) -> None:
    await told_elsewhere(core)
    ask = core.digest("bob", "preview")
    for error in (Unreachable("down"), SwitchedOff("gone")):
        core.platform.fail("place", error)
    (first,) = await core.ask(ask)
    assert isinstance(first, Private)
    assert first.unfinished
    (rest,) = await core.app.bot.rest(ask)
    assert "there is no preview" in told([rest], core.framework)


async def test_what_is_finished_has_no_rest(core: World) -> None:
    ask = core.give("ann", "@bob", "#0", "for help with the night shift")
    assert len(await core.ask(ask)) == 1
    assert await core.app.bot.rest(ask) == []


# Their own page


async def test_a_page_lists_the_digests_that_somebody_looks_after(core: World) -> None:
    """Who set it up, and those who look after Kudos; of a private channel only who is in it."""
    await set_up(core)
    await core.ask(core.submit_digest("eli", place="closed", day="1"))
    await core.ask(core.submit_digest("eli", place="news", state="off"))
    for person in ("ann", "dee", "eli", "bob"):
        await core.ask(core.opens(person))
    await core.deliver()
    general = "Digests you look after / • #general: the next one is due on Monday 9 March at 09:00"
    assert general in core.page("ann")
    assert general in core.page("dee")
    for person in ("bob", "eli"):
        assert "Digests you look after" not in core.page(person)
    assert "closed" not in core.page("dee")
    await core.ask(Learned(**core.asked(""), members=(("closed", "eli", True),)))
    await core.ask(core.submit_digest("eli", place="closed", day="1"))
    await core.deliver()
    assert "• #closed: the next one is due on Tuesday 3 March at 09:00" in core.page("eli")


async def test_a_page_follows_what_becomes_of_a_digest(core: World) -> None:
    await set_up(core)
    await core.ask(core.opens("ann"))
    await core.deliver()
    await core.ask(core.digest("eli", "off"))
    await core.deliver()
    assert "Digests you look after" not in core.page("ann")
    store = core.app.store
    paused = replace(await plan(core), on=True, paused="is_archived")
    core.clock.move(1)
    await store.write(store.digests.planning(W, "general", paused, actor="", now=core.clock(), key="pause"))
    await core.ask(core.opens("ann"))
    await core.deliver()
    assert "• #general: paused, for the channel is archived" in core.page("ann")


async def test_who_made_a_channel_and_left_is_not_named(core: World) -> None:
    await core.ask(Learned(**core.asked(""), people=(replace(PEOPLE["ann"], active=False),)))
    assert "Whoever made that channel" in await core.says(core.open_digest("bob"))
    await core.ask(Learned(**core.asked(""), people=(replace(PEOPLE["ann"], kind=PersonKind.STRANGER),)))
    assert "Whoever made that channel" in await core.says(core.open_digest("bob"))
