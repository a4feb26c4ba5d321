"""People choose who may see what they are thanked for; an administrator can let nothing be told of somebody."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cards import Actions, Card, plain
from bot.errors import NotAMember, Unreachable
from bot.framework import Framework
from bot.model import Person, Sight
from bot.requests import Action, ChooseSight, Learned, Mine, Suppress
from bot.seeing import LONGEST
from tests.both import ADMIN, SLACK, Both, T, both
from tests.doubles.world import W, World, world

SAID = "staying on after nights"
QUESTION = "Who may see the kudos that you receive?"
STUB = "This kudos is not shown any more."


@pytest.fixture
async def new(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Nobody has chosen yet."""
    async with world(framework, tmp_path / "kudos.db", chosen=False, admins=frozenset({ADMIN})) as running:
        await running.ask(
            Learned(workspace=W, person="", delivery="", people=(replace(SLACK["eli"], email=ADMIN), SLACK["ann"]))
        )
        yield running


@pytest.fixture
async def two(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Both]:
    async with both(framework, tmp_path / "kudos.db") as two:
        await two.core.ask(Learned(workspace=W, person="", delivery="", people=(replace(SLACK["eli"], email=ADMIN),)))
        yield two


def choose(core: World, person: str, sight: Sight | None) -> ChooseSight:
    return ChooseSight(**core.asked(person), sight=sight)


def suppress(core: World, whom: str, until: str, *, by: str = "eli") -> Suppress:
    return Suppress(**core.asked(by), whom=whom, until=until)


def labels(card: Card) -> list[str]:
    return [each.label for part in card.elements if isinstance(part, Actions) for each in part.buttons]


# The question


async def test_the_first_word_of_thanks_asks_and_no_other(new: World) -> None:
    for said in (SAID, "the handover sheet"):
        await new.ask(new.give("ann", "@bob", "#0", f"for {said}"))
        await new.deliver(1)
    first, second = (each for each in new.platform.posted if each.message.place == "D-bob")
    assert QUESTION in first.text
    assert "Until you choose: everyone." in first.text
    assert labels(first.card)[-3:] == ["Everyone", "My channels only", "Only me"]
    assert QUESTION not in second.text
    await new.ask(new.react("dee", 0))
    await new.deliver(601)
    assert not any(QUESTION in text for text in new.texts("bob")[1:])


async def test_a_reaction_asks_too_where_it_is_the_first_word(new: World) -> None:
    await new.ask(new.react("ann", 0))
    await new.deliver(601)
    (text,) = new.texts("bob")
    assert QUESTION in text


async def test_once_answered_the_question_goes_and_what_stands_follows(new: World) -> None:
    await new.ask(new.give("ann", "@bob", "#0", f"for {SAID}"))
    await new.deliver(1)
    assert any(SAID in text for text in new.texts("general"))
    said = await new.says(new.press("bob", Action.VISIBILITY, "me", place="D-bob"))
    assert said.startswith("Saved. Who may see the kudos that you receive: only me (nobody else sees")
    await new.deliver(1)
    assert new.texts("general") == [STUB]
    (text,) = new.texts("bob")
    assert SAID in text
    assert QUESTION not in text
    assert "general" not in text, "there is nothing of it there"
    await new.ask(choose(new, "bob", Sight.EVERYONE))
    await new.deliver(1)
    assert any(SAID in text for text in new.texts("general")), "it holds for the past"


async def test_what_was_never_posted_is_not_posted_late(new: World) -> None:
    await new.ask(choose(new, "bob", Sight.ME))
    await new.ask(new.give("ann", "@bob", "#0", f"for {SAID}"))
    await new.deliver(1)
    await new.ask(choose(new, "bob", Sight.EVERYONE))
    await new.deliver(1)
    assert new.texts("general") == []


async def test_asked_how_it_is_it_says_so_and_offers_the_others(new: World) -> None:
    assert "Now: everyone, until you choose." in await new.says(choose(new, "bob", None))
    await new.ask(choose(new, "bob", Sight.CHANNELS))
    assert "Now: my channels only." in await new.says(choose(new, "bob", None))
    odd = new.press("bob", Action.VISIBILITY, "nobody")
    assert await new.says(odd) == "I don't know this choice any more. Please open your page again."


async def test_the_own_page_shows_it_and_follows(new: World) -> None:
    await new.ask(new.opens("bob"))
    await new.deliver(1)
    assert "receive: everyone" in new.page("bob")
    assert await new.ask(new.press("bob", Action.VISIBILITY, "me", place="")) == []
    await new.deliver(1)
    assert "receive: only me" in new.page("bob")


@pytest.mark.parametrize("default", Sight)
async def test_until_they_choose_the_forces_default_counts(
    database_kind: str, framework: Framework, tmp_path: Path, default: Sight
) -> None:
    async with world(framework, tmp_path / "kudos.db", chosen=False, sight=default) as core:
        await core.ask(core.give("ann", "@bob", "#0", f"for {SAID}"))
        await core.ask(core.give("ann", "@bob", "#0", f"for {SAID}", place="closed"))
        await core.deliver(1)
        assert len(core.texts("general")) == (default is Sight.EVERYONE), "who is in a public channel is not known"
        assert len(core.texts("closed")) == (default is not Sight.ME), "Bob is in it"
        card = await core.app.bot.digesting.preview(W, "general")
        assert (SAID in plain(card)) is False, "of last week"
        lately = await core.says(core.press("dee", Action.LATELY, core.entry(0).id))
        assert (SAID in lately) is (default is Sight.EVERYONE)


# What the giver sees


@pytest.mark.parametrize("how", ["me", "channels", "suppressed"])
async def test_the_giver_sees_the_same_whatever_was_chosen(
    new: World, framework: Framework, tmp_path: Path, how: str
) -> None:
    async def given(core: World, how: str) -> list[str]:
        if how == "suppressed":
            await core.ask(suppress(core, "bob", "2026-12-31"))
        else:
            await core.ask(choose(core, "bob", Sight(how)))
        said = [await core.says(core.give("ann", "@bob", "@dee", "#0", f"for {SAID}"))]
        await core.deliver(1)
        said.append(await core.says(Mine(**core.asked("ann"))))
        said += core.texts("ann")
        said.append(await core.says(core.undo("ann")))
        return said

    kept_back = await given(new, how)
    async with world(framework, tmp_path / "other.db", chosen=False, admins=frozenset({ADMIN})) as other:
        assert kept_back == await given(other, "everyone")
    assert any("Bob" in text for text in kept_back)


# By colleague, and by channel


async def test_a_choice_with_one_account_holds_for_the_others(two: Both) -> None:
    await two.core.ask(choose(two.core, "bob", Sight.ME))
    await two.gave_there("ann", "bob", SAID)
    assert two.teams.texts("general") == []
    await two.core.ask(ChooseSight(**two.asked("bob"), sight=Sight.EVERYONE))
    await two.gave("ann", "bob", SAID)
    assert any(SAID in text for text in two.core.texts("general")), "the newest counts, with whichever account"


async def test_a_choice_counts_for_an_account_that_comes_later(two: Both) -> None:
    await two.core.ask(choose(two.core, "dee", Sight.ME))
    dee = replace(SLACK["dee"], workspace=T, id="t-dee")
    await two.learn(dee)
    await two.gave_there("ann", "dee", SAID)
    assert two.teams.texts("general") == []


async def test_shown_where_they_are_it_follows_who_comes_and_goes(two: Both) -> None:
    core = two.core
    await core.ask(choose(core, "bob", Sight.CHANNELS))
    await core.ask(Learned(workspace=W, person="", delivery="", members=(("general", "bob", True),)))
    await two.gave("ann", "bob", SAID)
    assert any(SAID in text for text in core.texts("general"))
    await core.ask(Learned(workspace=W, person="", delivery="", members=(("general", "bob", False),)))
    await core.deliver(1)
    assert core.texts("general") == [STUB]
    await core.ask(Learned(workspace=W, person="", delivery="", members=(("general", "bob", True),)))
    await core.deliver(1)
    assert any(SAID in text for text in core.texts("general"))


async def test_of_a_public_channel_the_platform_is_asked_who_is_in_it(two: Both) -> None:
    core = two.core
    await core.ask(choose(core, "bob", Sight.CHANNELS))
    core.platform.members["general"] = ("ann", "bob")
    core.platform.learn = core.app.store.places.save_members
    await two.gave("ann", "bob", SAID)
    assert any(SAID in text for text in core.texts("general"))
    await core.ask(choose(core, "cara", Sight.CHANNELS))
    core.platform.fail("members", Unreachable("a network in trouble"))
    core.clock.move(301)
    core.platform.members["general"] = ("ann", "bob", "cara")
    await two.gave("ann", "cara", "the handover sheet")
    assert not any("handover" in text for text in core.texts("general")), "what is not certain waits"
    await core.deliver(10)
    assert any("handover" in text for text in core.texts("general"))
    core.clock.at = datetime.fromisoformat("2026-03-09T12:00:00Z")
    core.platform.fail("members", NotAMember("general"))
    shown = plain(await core.app.bot.digesting.preview(W, "general"))
    assert "2 people were thanked" in shown, "as far as we know"


# Suppression


async def test_only_an_administrator_can(new: World) -> None:
    assert await new.says(suppress(new, "bob", "2026-12-31", by="dee")) == "Only an administrator can do this."
    assert await new.sql("SELECT id FROM suppression") == []
    assert await new.sql("SELECT id FROM audit") == []


async def test_it_ends_by_itself_and_what_stands_is_mended(new: World) -> None:
    await new.ask(new.give("ann", "@bob", "#0", f"for {SAID}"))
    await new.deliver(1)
    await new.ask(suppress(new, "bob", "2026-03-04"))
    await new.deliver(1)
    assert new.texts("general") == [STUB]
    assert "Until the end of 4 March 2026" in await new.says(suppress(new, "bob", ""))
    new.clock.at = datetime.fromisoformat("2026-03-05T00:00:00Z")
    assert await new.app.bot.digesting.tick() is True
    await new.deliver(1)
    assert any(SAID in text for text in new.texts("general"))
    assert "like everybody else" in await new.says(suppress(new, "bob", ""))
    assert "Write it like this: suppress @name until" in await new.says(suppress(new, "", ""))
    assert await new.app.bot.digesting.tick() is False, "once"


async def test_it_can_be_ended_and_made_longer_and_each_is_noted(new: World) -> None:
    await new.ask(suppress(new, "bob", "2026-03-04"))
    await new.ask(suppress(new, "bob", "2026-12-31"))
    assert "31 December 2026" in await new.says(suppress(new, "bob", ""))
    new.clock.at = datetime.fromisoformat("2026-03-05T00:00:00Z")
    await new.app.bot.digesting.tick()
    assert "31 December 2026" in await new.says(suppress(new, "bob", "")), "the earlier word counts no more"
    assert await new.says(suppress(new, "bob", "off")) == "Bob is again shown like everybody else, as they have chosen."
    rows = await new.sql("SELECT actor, act, subject, detail, origin FROM audit ORDER BY at, id")
    assert [(row["act"], row["subject"], row["actor"]) for row in rows] == [
        ("suppressed", "bob", "eli"),
        ("suppressed", "bob", "eli"),
        ("suppression ended", "bob", "eli"),
    ]
    assert {row["detail"] for row in rows} == {"until the end of 2026-03-04", "until the end of 2026-12-31", ""}


async def test_an_account_that_is_switched_off_later_is_covered(two: Both) -> None:
    await two.gave_there("ann", "bob", SAID)
    await two.core.ask(suppress(two.core, "bob", "2026-12-31"))
    await two.core.deliver()
    assert two.teams.texts("general") == [STUB]
    known = two.teams.people_["t-bob"]
    await two.learn(replace(known, active=False))
    await two.core.ask(two.press("ann", Action.EDIT, (await two.all())[0].id))
    await two.core.ask(two.reword("ann", (await two.all())[0].id, "other words for all of that"))
    await two.core.deliver()
    assert two.teams.texts("general") == [STUB]


@pytest.mark.parametrize("until", ["tomorrow", "2026-03-01", "2029-01-01", "2026-02-30"])
async def test_it_ends_on_a_day(new: World, until: str) -> None:
    said = await new.says(suppress(new, "bob", until))
    assert said in (
        "Say the last day as in 2027-03-31.",
        "The last day can be today, or any day of the next two years.",
    )
    assert timedelta(days=730) < LONGEST
    unknown = "I don't know this person. Please try again in a minute."
    assert await new.says(suppress(new, "nobody", "2026-12-31")) == unknown


# What others do


async def test_moderators_removals_and_recipients_hides_are_read(new: World) -> None:
    await new.ask(new.give("ann", "@bob", "@dee", "#0", f"for {SAID}"))
    await new.deliver(1)
    given = await new.only()
    store = new.app.store
    hide = (
        "INSERT INTO hidden (recognition, workspace, person, hidden, at) VALUES (:r, 'test:1', 'bob', 1, '2026')",
        {"r": given.id},
    )
    from bot import posts, runs
    from bot.database import Step

    followed = [posts.changed(W, given.id, new.clock()), runs.counted(W, given.given_at)]
    await store.write(Step(*hide), *followed)
    await new.deliver(1)
    (text,) = new.texts("general")
    assert "Dee" in text
    assert "Bob" not in text
    remove = (
        """
        INSERT INTO removal (id, workspace, recognition, removed, reason, actor, at)
        VALUES ('1', 'test:1', :r, 1, 'a name', 'eli', '2026')
        """,
        {"r": given.id},
    )
    await store.write(Step(*remove), *followed)
    await new.deliver(1)
    assert new.texts("general") == [STUB]
    assert (await new.only()).removed
    for person in ("ann", "bob", "dee"):
        assert SAID not in await new.says(Mine(**new.asked(person)))
    assert "no kudos to take back" in await new.says(new.undo("ann"))


async def test_who_is_thanked_beside_somebody_kept_back_seconds_nothing(new: World) -> None:
    """Alone they could not; so it tells them nothing."""
    await new.ask(choose(new, "bob", Sight.ME))
    await new.ask(new.give("ann", "@bob", "@dee", "#0", f"for {SAID}"))
    await new.deliver(1)
    given = await new.only()
    said = await new.says(new.press("dee", Action.SECOND, given.id))
    assert said == "This kudos is yours already: others can second it."


async def test_words_that_call_somebody_by_name_are_not_shown_without_them(new: World) -> None:
    await new.ask(choose(new, "bob", Sight.ME))
    await new.ask(new.give("ann", "@bob", "@dee", "#0", "for what only Bob and you could do"))
    await new.deliver(1)
    assert new.texts("general") == []
    assert any("only Bob and you" in text for text in new.texts("dee"))
    new.clock.at = datetime.fromisoformat("2026-03-09T12:00:00Z")
    assert "only Bob" not in plain(await new.app.bot.digesting.preview(W, "general"))


# An account that goes


@pytest.mark.parametrize("how", ["me", "suppressed"])
async def test_what_was_decided_with_an_account_holds_for_the_others_when_it_is_switched_off(
    two: Both, how: str
) -> None:
    """Of a later account nothing was written down: what held for it came from the one that goes."""
    core = two.core
    await core.ask(choose(core, "dee", Sight.ME) if how == "me" else suppress(core, "dee", "2026-12-31"))
    await two.learn(Person(workspace=T, id="t-dee", name="Dee of Teams", email="dee@force.example"))
    await two.gave_there("ann", "dee", SAID)
    await two.learn(replace(SLACK["dee"], active=False))
    await two.gave_there("ann", "dee", f"{SAID} once more")
    await core.deliver(60)
    assert two.teams.texts("general") == []
    assert SAID not in await core.says(two.press("cara", Action.LATELY, core.entry(0).id))
    assert any(SAID in text for text in two.teams.texts("t-dee"))
