"""Every message arrives, late if need be, and never twice, whatever the platform does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outbox, posts
from bot.cards import Card
from bot.database import Step
from bot.errors import AnswerLost, NotAMember, PlatformError, SwitchedOff, Throttled, Unreachable
from bot.framework import Framework
from bot.model import to_text
from bot.outbox import Outbox
from bot.posts import Post
from bot.requests import Learned
from bot.steps import switched_off, switched_on
from tests import databases
from tests.doubles.world import W, World, world

SAID = "staying on after nights"


async def given(core: World, place: str = "general") -> None:
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place=place))


async def states(core: World) -> dict[str, str]:
    """The state of each view's row."""
    return {row["view"]: row["state"] for row in await core.sql("SELECT view, state FROM outbox")}


async def row_of(core: World, view: str = posts.CARD) -> Post:
    (found,) = [row for row in await core.sql("SELECT id, view FROM outbox") if row["view"] == view]
    row = await core.app.store.posts.post(W, found["id"])
    assert row
    return row


# What a platform answers


@pytest.mark.fault("429 with Retry-After")
async def test_a_platform_that_says_later_is_asked_later(core: World) -> None:
    """429 with `Retry-After` defers that place, and no other; not a second too early."""
    await given(core)
    core.platform.fail("send", Throttled("429", retry_after_s=30), target="general")
    await core.deliver()
    assert core.platform.texts("general") == []
    assert len(core.platform.texts("bob")) == 1
    await core.deliver(after_s=29)
    assert core.platform.called("send").count("general") == 1
    await core.deliver(after_s=1)
    assert len(core.platform.texts("general")) == 1
    assert "find" not in {method for method, _ in core.platform.calls}, "it was not accepted: there is nothing to find"


@pytest.mark.fault("5xx")
async def test_a_platform_that_is_down_is_asked_less_and_less_often(core: World) -> None:
    """Waits grow up to five minutes and stay there; nothing is given up."""
    await given(core)
    waits = []
    for _ in range(8):
        core.platform.fail("send", Unreachable("503"), target="general")
        await core.deliver()
        row = await row_of(core)
        assert row.state == "due"
        waits.append((row.due_at - core.clock()).total_seconds())
        core.clock.at = row.due_at
    assert waits == [1, 2, 5, 15, 60, 300, 300, 300]
    await core.deliver()
    assert len(core.platform.texts("general")) == 1
    assert (await row_of(core)).tries == 0


@pytest.mark.fault("accepted but answer lost")
@pytest.mark.parametrize("error", [AnswerLost("connection reset"), TimeoutError()])
@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_answer(core: World, error: PlatformError | TimeoutError, done: bool) -> None:
    """Before anything is sent again it is looked for; it stands once, whether it had arrived or not."""
    await given(core)
    core.platform.fail("send", error, target="general", done=done)
    await core.deliver()
    assert (await row_of(core)).state == "lost"
    await core.deliver(after_s=1)
    assert core.platform.called("find") == ["general"]
    assert len(core.platform.texts("general")) == 1
    assert (await row_of(core)).state == "done"


async def test_where_we_may_not_look_we_do_not_repeat(core: World) -> None:
    """Perhaps it stands: sending again might double it, so nothing is done, now and later."""
    await given(core)
    core.platform.fail("send", AnswerLost("timeout"), target="general")
    core.platform.may_look = False
    await core.deliver()
    await core.deliver(after_s=1)
    assert (await row_of(core)).state == "unknown"
    await core.ask(core.reword("ann", (await core.only()).id, "other words, later on"))
    core.platform.may_look = True
    await core.deliver(after_s=86_400)
    assert (await row_of(core)).state == "unknown"
    assert core.platform.called("send").count("general") == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Throttled("429", retry_after_s=5), "lost"),
        (Unreachable("503"), "lost"),
        (AnswerLost("reset"), "lost"),
        (NotAMember("general"), "unknown"),
    ],
)
async def test_a_look_that_fails_is_no_look(core: World, error: PlatformError, state: str) -> None:
    """Until we have looked it stays uncertain; put out of the place, we can't look any more."""
    await given(core)
    core.platform.fail("send", AnswerLost("reset"), target="general", done=True)
    core.platform.fail("find", error, target="general")
    await core.deliver()
    await core.deliver(after_s=1)
    assert (await row_of(core)).state == state
    await core.deliver(after_s=300)
    assert len(core.platform.texts("general")) == 1


async def test_what_can_never_arrive_is_parked_and_the_giver_told_once(core: World) -> None:
    """An archived channel, a switched-off account: nothing is tried again, and the kudos is kept."""
    core.platform.change("general", archived=True)
    core.platform.people_["bob"] = replace(core.platform.people_["bob"], active=False)
    await given(core)
    for _ in range(3):
        await core.deliver(after_s=600)
    assert await states(core) == {"card": "parked", "thanks": "parked", "stuck": "done"}
    assert sorted(core.texts("ann")) == [
        "About your kudos to Bob: / I could not post it in #general: the channel is archived. / "
        "The kudos itself is kept. You can find it with /kudos mine.",
        "About your kudos to Bob: / I could not send Bob the message about it: the account is switched off. / "
        "The kudos itself is kept. You can find it with /kudos mine.",
    ]
    assert core.platform.called("send").count("general") == 1
    assert len(await core.ledger()) == 1


async def test_nobody_is_told_about_what_is_taken_back(core: World) -> None:
    """A message that could not arrive, about a kudos that is undone meanwhile, needs no words."""
    core.platform.change("general", archived=True)
    await given(core)
    row = await row_of(core)
    core.platform.fail("send", Unreachable("503"), target="@ann")
    await core.deliver()
    await core.ask(core.undo("ann"))
    await core.deliver(after_s=5)
    assert core.platform.texts("ann") == []
    assert (await core.app.store.posts.of_fact(W, row.id))[0].state == "done"


async def test_a_giver_who_cannot_be_told(core: World) -> None:
    """When the word to the giver cannot arrive either, that is the end of it."""
    core.platform.change("general", archived=True)
    core.platform.people_["ann"] = replace(core.platform.people_["ann"], active=False)
    await given(core)
    await core.deliver()
    assert await states(core) == {"card": "parked", "thanks": "done", "stuck": "parked"}


async def test_reactions_that_can_never_be_told(core: World) -> None:
    """Many gave them, so nobody in particular is told."""
    core.platform.people_["bob"] = replace(core.platform.people_["bob"], active=False)
    await core.ask(core.react("ann", 0))
    await core.deliver(after_s=600)
    assert await states(core) == {"reactions": "parked"}


@pytest.mark.fault("deleted message")
async def test_a_card_that_somebody_deleted(core: World) -> None:
    """It is not posted anew; the giver reads that it can't be changed."""
    await given(core)
    await core.deliver()
    core.platform.posted = [each for each in core.platform.posted if each.message.place != "general"]
    await core.ask(core.reword("ann", (await core.only()).id, "other words, later on"))
    await core.deliver()
    assert await states(core) == {"card": "parked", "thanks": "done", "stuck": "done"}
    assert core.platform.texts("general") == []


async def test_a_change_whose_answer_is_lost_is_made_again(core: World) -> None:
    """Changing a message twice is changing it once: there is nothing to look for."""
    await given(core)
    await core.deliver()
    await core.ask(core.reword("ann", (await core.only()).id, "other words, later on"))
    core.platform.fail("mend", AnswerLost("reset"), target="general", done=True)
    await core.deliver()
    await core.deliver(after_s=1)
    assert [each.mended for each in core.platform.posted if each.message.place == "general"] == [2]
    assert core.platform.called("find") == []
    assert await states(core) == {"card": "done", "thanks": "done"}


async def test_an_invitation_that_nobody_told_us_of(core: World) -> None:
    """Invited while we were away, we learn of it by and by; then what waited is posted."""
    await given(core, place="away")
    core.platform.change("away", joined=True)
    await core.deliver()
    assert core.platform.texts("away") == []
    await core.ask(Learned(**core.asked(""), places=tuple(core.platform.rooms.values())))
    await core.deliver()
    assert len(core.platform.texts("away")) == 1
    assert core.platform.called("find") == [], "what waited was never accepted by anybody"


async def test_an_invitation_in_the_same_moment(core: World) -> None:
    """Invited between our look and our write, the card does not wait for the next invitation."""
    await core.ask(core.joined("away"))
    seen_before = posts.post(W, posts.CARD, "some fact", place="away", due_at=core.clock(), waiting=True)
    await core.app.store.write(posts.wanted(seen_before))
    assert await states(core) == {"hello": "due", "card": "due"}


async def test_put_out_of_a_place_it_knows(core: World) -> None:
    """The next giver reads at once how to let it in, and nothing is tried there until it is."""
    core.platform.change("general", joined=False)
    await given(core)
    await core.deliver()
    assert "I am not in #general yet" in await core.says(core.give("ann", "@bob", f" #0 for {SAID}"))
    await core.deliver(after_s=600)
    assert core.platform.called("send").count("general") == 1
    assert [text.split(" / ")[0] for text in core.texts("ann")] == ["Your kudos to Bob is kept."]
    await core.ask(core.joined("general"))
    await core.deliver()
    assert len(core.platform.texts("general")) == 3


# More than one process, and processes that die


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_process_killed_while_sending(core: World, arrived: bool) -> None:
    """While its lease runs nobody touches the row; then somebody looks what became of it."""
    await given(core)
    row = await row_of(core)
    lease = timedelta(seconds=outbox.LEASE_S)
    assert await core.app.store.posts.claim(row, "of-the-dead", core.clock(), core.clock() + lease)
    if arrived:
        await core.platform.send(row, await shown(core, row))
    await core.deliver()
    assert len(core.platform.texts("general")) == int(arrived)
    await core.deliver(after_s=outbox.LEASE_S)
    assert core.platform.called("find") == ["general"]
    assert len(core.platform.texts("general")) == 1
    assert await states(core) == {"card": "done", "thanks": "done"}


async def shown(core: World, row: Post) -> Card:
    card = await core.app.bot.render(row)
    assert card
    return card


async def test_what_was_read_before_somebody_else_sent_it_cannot_be_claimed(core: World) -> None:
    """Sent and due again by a change, the row looks as before; claiming it by the old reading would double it."""
    await given(core)
    stale = await row_of(core)
    await core.deliver()
    await core.ask(core.reword("ann", (await core.only()).id, "other words, later on"))
    now = core.clock()
    assert (await row_of(core)).state == stale.state == "due"
    assert not await core.app.store.posts.claim(stale, "late", now, now + timedelta(seconds=20))
    assert not await core.app.store.posts.postponed(stale, now, "late")


async def test_a_lease_that_was_lost(core: World) -> None:
    """Whoever took over has found the message; the slower one changes nothing any more."""
    await given(core)

    async def another_takes_over() -> None:
        core.clock.move(outbox.LEASE_S)
        await core.app.outbox.deliver_due()

    core.platform.meanwhile = another_takes_over
    await core.deliver()
    assert {len(core.platform.texts(where)) for where in ("general", "bob")} == {1}
    assert await states(core) == {"card": "done", "thanks": "done"}


async def test_a_change_while_it_is_being_sent(core: World) -> None:
    """What changed meanwhile follows at once."""
    await given(core)
    (recognition,) = await core.ledger()

    async def reworded() -> None:
        await core.ask(core.reword("ann", recognition.id, "other words, later on"))

    core.platform.meanwhile = reworded
    await core.deliver()
    for where in ("general", "bob"):
        assert [text.endswith("“other words, later on”") for text in core.platform.texts(where)] == [True]


async def test_a_platform_that_is_off_holds_its_rows(core: World) -> None:
    """Nothing is tried and nothing lost while it is off; what was uncertain stays so."""
    await given(core)
    core.platform.fail("send", AnswerLost("reset"), target="general", done=True)
    await core.deliver()
    sender = core.app.senders.pop("test")
    await core.deliver(after_s=1)
    await core.deliver(after_s=outbox.PLATFORM_OFF_S)
    row = await row_of(core)
    assert (row.state, row.tries, row.error) == ("lost", 1, "platform_off")
    core.app.senders["test"] = sender
    await core.deliver(after_s=outbox.PLATFORM_OFF_S)
    assert len(core.platform.texts("general")) == 1
    assert await states(core) == {"card": "done", "thanks": "done"}


async def test_the_number_of_rows_to_be_sent(core: World) -> None:
    """Operators see how much is left."""
    await given(core)
    assert await core.app.store.posts.waiting() == 2
    await core.deliver()
    assert await core.app.store.posts.waiting() == 0


# The loop


@contextlib.asynccontextmanager
async def looping(core: World) -> AsyncIterator[None]:
    """The outbox at work, by itself."""
    async with asyncio.timeout(20):
        task = asyncio.create_task(core.app.outbox.run())
        try:
            yield
        finally:
            core.app.outbox.stop()
            await task


async def until(core: World, **texts: int) -> None:
    """Wait for so many messages at these places."""
    while any(len(core.platform.texts(where)) < number for where, number in texts.items()):  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def test_it_is_woken_by_what_is_new(core: World) -> None:
    async with looping(core):
        await asyncio.sleep(0.05)
        await given(core)
        await until(core, general=1, bob=1)


async def test_it_delivers_many_at_once(core: World) -> None:
    """More than it has hands for, and more to one place than to another."""
    for n in range(12):
        await core.ask(core.give("ann", f"@p{n}", f" #0 for {SAID}"))
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="news"))
    async with looping(core):
        await until(core, general=12, news=1, bob=1, **{f"p{n}": 1 for n in range(12)})
    assert len(core.platform.posted) == 26


async def test_two_messages_to_one_place_keep_their_distance(
    database_kind: str, framework: Framework, tmp_path: Path
) -> None:
    """At most one a second to a place, as platforms ask (here: one in 0.2 s); other places do not wait."""
    async with world(framework, tmp_path / "kudos.db") as core:
        paced = Outbox(core.app.store, core.app.sender, core.app.bot.render, core.clock, pace_s=0.2)
        core.app.outbox, core.app.bot.wake = paced, paced.wake
        for n in range(3):
            await core.ask(core.give("ann", f"@p{n}", f" #0 for {SAID}"))
        began = asyncio.get_running_loop().time()
        async with looping(core):
            await until(core, general=3, p0=1, p1=1, p2=1)
        assert asyncio.get_running_loop().time() - began >= 0.4


async def test_told_to_rest_it_goes_on_elsewhere(core: World) -> None:
    """A place that was throttled rests, by itself."""
    core.platform.fail("send", Throttled("429", retry_after_s=0.2), target="general")
    await given(core)
    async with looping(core):
        while (await row_of(core)).error != "Throttled":  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        assert core.platform.texts("general") == []
        await until(core, bob=1)
        core.clock.move(1)
        await until(core, general=1)
    assert core.platform.called("send").count("general") == 2


async def test_a_row_that_cannot_be_shown_keeps_no_other_back(core: World) -> None:
    """A view of a later release, or a bug: the others are delivered, and it is tried again, for nothing went out."""
    began = core.clock()
    row = posts.post(W, "of-tomorrow", "fact", place="general", due_at=began)
    await core.app.store.write(posts.wanted(row))
    await core.ask(core.give("ann", "@bob", f" #0 for {SAID}", place="news"))
    core.clock.move(1200)
    async with looping(core):
        await until(core, news=1, bob=1)
        while (failed := await row_of(core, "of-tomorrow")).state == "sending":  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert (failed.state, failed.tries, bool(failed.error)) == ("due", 1, True)
    assert await core.app.store.posts.due_since(core.clock()) is None, "somebody does send"
    assert await core.app.store.posts.late_since(core.clock()) == began


async def test_a_fault_of_our_own_does_not_end_all_deliveries(core: World) -> None:
    """Whatever goes wrong while looking for what is due, the outbox looks again."""
    database = databases.at(core.database)
    await given(core)
    due_at = to_text(core.clock())
    await database.write(Step("UPDATE outbox SET due_at = 'no time' WHERE view = 'card'", {}))
    async with looping(core):
        await until(core, bob=1)
        await asyncio.sleep(0.05)
        await database.write(Step("UPDATE outbox SET due_at = :due_at WHERE view = 'card'", {"due_at": due_at}))
        core.app.outbox.wake()
        await until(core, general=1)
    await database.close()


async def test_what_is_under_way_at_the_end_is_finished(core: World) -> None:
    """A stop waits for the answer; nothing more is begun."""
    sending, answered = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        sending.set()
        await answered.wait()

    core.platform.meanwhile = slowly
    await core.ask(core.react("ann", 0))
    core.clock.move(600)
    task = asyncio.create_task(core.app.outbox.run())
    await asyncio.wait_for(sending.wait(), 10)
    core.app.outbox.stop()
    await given(core)
    await asyncio.sleep(0.02)
    assert not task.done()
    answered.set()
    await asyncio.wait_for(task, 10)
    assert await states(core) == {"reactions": "done", "card": "due", "thanks": "due"}


async def test_a_database_that_is_away_for_a_while(core: World) -> None:
    """The outbox waits for it and goes on by itself, at both ends of a delivery."""
    database = databases.at(core.database)
    away = Step("ALTER TABLE outbox RENAME TO outbox_away", {})
    back = Step("ALTER TABLE outbox_away RENAME TO outbox", {})

    async def goes_away() -> None:
        await database.write(away)

    await core.ask(core.react("ann", 0))
    core.clock.move(600)
    core.platform.meanwhile = goes_away
    async with looping(core):
        await until(core, bob=1)
        await asyncio.sleep(0.05)
        await database.write(back)
        core.clock.move(outbox.LEASE_S)
        while await states(core) != {"reactions": "done"}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert len(core.platform.texts("bob")) == 1
    await database.close()


# A workspace that does not have us any more


@pytest.mark.parametrize("lost", [True, False])
async def test_a_workspace_that_is_switched_off_uses_up_no_try(core: World, lost: bool) -> None:
    """The row stays as it was: one that may have arrived is looked for when the workspace is back."""
    await given(core)
    if lost:
        core.platform.fail("send", AnswerLost("reset"), target="general", done=True)
        await core.deliver()
    before = await row_of(core)
    core.platform.fail("find" if lost else "send", SwitchedOff("token_revoked"), target="general")
    await core.deliver(after_s=1)
    after = await row_of(core)
    assert after == replace(before, due_at=after.due_at, error="SwitchedOff")
    assert (after.due_at - core.clock()).total_seconds() == outbox.PLATFORM_OFF_S
    await core.app.store.write(*switched_on(W, core.clock()))
    await core.deliver()
    assert (await row_of(core)).state == "done"
    assert len(core.platform.texts("general")) == 1


async def test_what_is_for_a_workspace_without_us_is_not_even_looked_at(core: World) -> None:
    await given(core)
    for _ in range(2):
        await core.app.store.write(switched_off(W, core.clock()))
    await core.deliver(after_s=86_400)
    assert core.platform.calls == [each for each in core.platform.calls if each[0] not in ("send", "find")]
    assert (await row_of(core)).tries == 0
    await core.app.store.write(*switched_on(W, core.clock()))
    await core.deliver()
    assert len(core.platform.texts("general")) == 1


async def test_what_is_for_a_workspace_without_us_is_not_late(core: World) -> None:
    """It may never come back: nobody is to be called for that, nor any process taken out of service."""
    await given(core)
    core.clock.move(3600)
    assert await core.app.store.posts.due_since(core.clock())
    await core.app.store.write(switched_off(W, core.clock()))
    assert await core.app.store.posts.due_since(core.clock()) is None
    await core.app.store.write(*switched_on(W, core.clock()))
    assert await core.app.store.posts.due_since(core.clock())
