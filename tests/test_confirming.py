"""What was said in public is shown only where the platform confirms that its place is public still."""

import asyncio
from dataclasses import replace

from bot.errors import AnswerLost, Throttled
from bot.model import Visibility
from bot.requests import Mine
from tests.doubles.world import ROOMS, W, World

WORDS = ("@bob", "#0", "for staying on after nights")
HIDDEN = replace(ROOMS["general"], visibility=Visibility.PRIVATE)


async def test_a_place_is_asked_about_once_in_five_minutes(core: World) -> None:
    for _ in range(2):
        await core.ask(core.give("ann", *WORDS))
        await core.deliver()
    assert core.platform.called("place") == ["general"]
    core.clock.move(300)
    await core.ask(core.give("ann", *WORDS))
    await core.deliver()
    assert core.platform.called("place") == ["general", "general"]


async def test_where_it_is_private_by_now_so_is_the_kudos(core: World) -> None:
    core.platform.rooms["general"] = HIDDEN
    await core.ask(core.give("ann", *WORDS))
    await core.deliver()
    assert (await core.only()).visibility is Visibility.PRIVATE
    assert [each["act"] for each in await core.sql("SELECT act FROM history")] == ["made private"]
    assert "general" not in core.texts("bob")[0]
    assert len(core.texts("general")) == 1
    assert core.platform.called("place") == ["general"], "what is known to be private is not asked about"


async def test_until_the_platform_answers_nothing_is_shown(core: World) -> None:
    errors = (AnswerLost("no answer"), TimeoutError(), Throttled("later", retry_after_s=2))
    await core.ask(core.give("ann", *WORDS))
    for error in errors:
        for _ in range(2):  # for the card, and for the thanks
            core.platform.fail("place", error)
        await core.deliver(30)
        assert core.platform.posted == []
    await core.deliver(60)
    assert len(core.texts("general")) == len(core.texts("bob")) == 1


async def test_a_platform_that_tells_nothing_or_is_off_is_taken_at_its_earlier_word(core: World) -> None:
    del core.platform.rooms["general"]
    await core.ask(core.give("ann", *WORDS))
    await core.deliver()
    assert "in #general" in core.texts("bob")[0]
    del core.app.lookups["test"]
    core.clock.move(600)
    await core.ask(core.give("ann", "@cara", *WORDS[1:]))
    await core.deliver()
    assert "in #general" in core.texts("cara")[0]


async def test_a_form_names_no_private_place_of_which_we_do_not_know_who_is_in_it(core: World) -> None:
    await core.app.store.places.save_members(W, "closed", [])
    submitted = core.submit("ann", ["bob"], [0], "staying on after nights", place="closed")
    assert "I couldn't look this channel up just now" in await core.says(submitted)
    assert core.platform.called("place") == ["closed"]
    assert await core.ledger() == []


async def test_a_page_leads_to_a_place_after_it_was_confirmed(core: World) -> None:
    await core.ask(core.submit("ann", ["bob"], [0], "staying on after nights", place="away", message="m1"))
    assert "see it" not in await _mine(core, "bob")
    assert "see it" in await _mine(core, "ann")
    await core.deliver()
    assert "see it" in await _mine(core, "bob")


async def test_many_rows_wait_for_one_answer(core: World) -> None:
    await core.ask(core.give("ann", "@bob", "@cara", "@dee", *WORDS[1:]))
    rows = await core.app.store.posts.due(core.clock(), most=9)
    await asyncio.gather(*map(core.app.bot.render, rows))
    assert core.platform.called("place") == ["general"]


async def _mine(core: World, person: str) -> str:
    return await core.says(Mine(**core.asked(person)))
