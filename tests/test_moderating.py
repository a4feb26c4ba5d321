"""Reporting, removing, restoring and hiding: who may, what follows, and who is told what."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Actions, Private
from bot.database import Step
from bot.framework import Framework
from bot.model import to_text
from bot.requests import Action, Learned, ListReports, SubmitRemoval
from tests import databases
from tests.doubles.platform import direct
from tests.doubles.world import PEOPLE, W, World, world

SAID = "staying on after nights"
WHY = "It named a witness."
BACK = "This kudos is not shown any more."
THANKS = "Thank you for telling us. The moderators will read this kudos"
WAITING = "A colleague has reported a kudos. Please look at it and decide."
NOT_THEIRS = "so somebody else decides about it."


@pytest.fixture
async def court(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """Dee and Eli are moderators, Fay is an administrator; Ann has thanked Bob in #general."""
    path = tmp_path / "kudos.db"
    admins = frozenset({"fay@force.example"})
    async with world(framework, path, admins=admins, processes=2) as running:
        fay = replace(PEOPLE["fay"], email="fay@force.example")
        await running.ask(Learned(workspace=W, person="", delivery="", people=(fay,)))
        await role(running, "dee", "eli")
        await running.ask(running.give("ann", "@bob", f" #0 for {SAID}"))
        await running.deliver(1)
        yield running


async def role(core: World, *people: str, granted: bool = True) -> None:
    """They become moderators, or are none any more."""
    database = databases.at(core.database)
    core.clock.move(1)
    for person in people:
        at = to_text(core.clock())
        await database.write(
            Step(
                """
                INSERT INTO role_grant (id, workspace, person, role, granted, actor, at)
                VALUES (:id, :workspace, :person, 'moderator', :granted, 'fay', :at)
                """,
                {"id": person + at, "workspace": W, "person": person, "granted": int(granted), "at": at},
            )
        )
    await database.close()


async def press(core: World, person: str, action: Action, **more: str) -> str:
    return await core.says(core.press(person, action, (await core.only()).id, **more))


async def report(core: World, person: str, **more: str) -> str:
    said = await press(core, person, Action.REPORT, **more)
    await core.deliver(1)
    return said


async def reports(core: World, person: str) -> str:
    return await core.says(ListReports(**core.asked(person)))


async def remove(core: World, person: str, reason: str = WHY) -> str:
    said = await core.says(SubmitRemoval(**core.asked(person), recognition=(await core.only()).id, reason=reason))
    await core.deliver(1)
    return said


async def decide(core: World, person: str, action: Action) -> str:
    said = await press(core, person, action)
    await core.deliver(1)
    return said


async def offered(core: World, person: str) -> list[str]:
    """The buttons of somebody's list."""
    (reply,) = await core.ask(ListReports(**core.asked(person)))
    assert isinstance(reply, Private)
    acts = [each for each in reply.card.elements if isinstance(each, Actions)]
    return [button.label for each in acts for button in each.buttons]


def more_of(core: World, place: str) -> list[str]:
    """What is behind ⋯ of the first message there."""
    card = next(each.card for each in core.platform.posted if each.message.place in (place, direct(place)))
    return [button.label for each in card.elements if isinstance(each, Actions) for button in each.more]


async def acts(core: World) -> list[tuple[str, str]]:
    return [(row["actor"], row["act"]) for row in await core.sql("SELECT * FROM audit ORDER BY at, id")]


async def test_the_way_of_a_report(court: World) -> None:
    """Somebody reports, a moderator removes with a reason, another restores; everybody is told what is theirs."""
    assert THANKS in await report(court, "cara")
    assert court.texts("dee") == court.texts("eli")
    (told,) = court.texts("dee")
    assert told.startswith(WAITING)
    assert SAID not in told
    assert "Ann" not in told
    assert court.texts("fay") == []  # there are moderators
    listed = await reports(court, "dee")
    assert f"Ann thanked Bob in #general for: / <0> / “{SAID}” / Reported by a colleague" in listed
    assert "Cara" not in listed
    assert await press(court, "dee", Action.REMOVE) == "form: "
    assert (await remove(court, "dee")).startswith("Removed. I am telling Ann and Bob why, in your words.")
    assert court.texts("general") == [BACK]
    assert court.texts("bob")[0] == BACK
    for person, which in (("ann", "Your kudos to Bob of"), ("bob", "The kudos that Ann gave you on")):
        assert court.texts(person)[-1].startswith(f"{which} 2 March 2026 was removed by the moderators.")
        assert f"“{WHY}”" in court.texts(person)[-1]
        assert "Dee" not in court.texts(person)[-1]
    (verdict,) = court.texts("cara")
    assert verdict.startswith("The moderators have looked at the kudos that you reported on 2 March 2026, and removed")
    assert WHY not in verdict
    assert SAID not in verdict
    assert "It has been dealt with." in court.texts("eli")[0]
    assert await offered(court, "dee") == []
    assert "You removed it, so somebody else decides" in await reports(court, "dee")
    assert await offered(court, "eli") == ["Restore"]
    assert "You removed this kudos" in await decide(court, "dee", Action.RESTORE)
    assert "It is back. The people in it are told." in await decide(court, "eli", Action.RESTORE)
    assert SAID in court.texts("general")[0]
    for person in ("ann", "bob"):
        assert court.texts(person)[-1].endswith("is back. The moderators have looked at it again.")
        assert "was removed for a while. It is back now." in court.texts(person)[-2]
    assert court.texts("cara")[0].endswith("Another one has looked at it again, and brought it back.")
    assert await acts(court) == [("cara", "kudos reported"), ("dee", "kudos removed"), ("eli", "kudos restored")]
    assert not [row for row in await court.sql("SELECT * FROM audit") if WHY in str(row) or SAID in str(row)]


async def test_a_kudos_that_is_left_stays_and_can_be_reported_again(court: World) -> None:
    await report(court, "cara")
    assert (await decide(court, "eli", Action.LEAVE)).startswith("It stays as it is. Thank you. / Reported kudos: none")
    assert "It stays as it is." in court.texts("cara")[0]
    assert SAID in court.texts("general")[0]
    assert (await decide(court, "dee", Action.LEAVE)).startswith("Somebody has decided about it already.")
    await report(court, "cara")
    assert [text.startswith(WAITING) for text in court.texts("dee")] == [False, True]
    assert len(court.texts("cara")) == 1  # until it is decided
    assert await offered(court, "dee") == ["Remove", "Leave it"]


async def test_many_reports_are_one(court: World) -> None:
    """Ten colleagues at once, each three times: one line, one message to each moderator, ten answers."""
    people = [f"p{number}" for number in range(10)]
    id_ = (await court.only()).id
    presses = [court.press(person, Action.REPORT, id_) for person in people] * 3
    apps = [court.app, *court.twins]
    await asyncio.gather(*(apps[n % len(apps)].bot.handle(each) for n, each in enumerate(presses)))
    assert THANKS in await report(court, "p3")  # another press
    assert "Reported kudos (1)" in await reports(court, "dee")
    assert "Reported by 10 colleagues" in await reports(court, "dee")
    assert len(court.texts("dee")) == len(court.texts("eli")) == 1
    await decide(court, "dee", Action.LEAVE)
    assert [len(court.texts(person)) for person in people] == [1] * 10
    assert len(await acts(court)) == 11


async def test_two_moderators_at_once(court: World) -> None:
    """One removal, one reason, each person told once; the same for two who restore."""
    await report(court, "cara")
    id_ = (await court.only()).id
    apps = [court.app, *court.twins, court.app][:2]
    removals = [SubmitRemoval(**court.asked(each), recognition=id_, reason=WHY) for each in ("dee", "eli")]
    await asyncio.gather(*(app.bot.handle(ask) for app, ask in zip(apps, removals, strict=True)))
    await asyncio.gather(*(app.bot.handle(ask) for app, ask in zip(apps, removals, strict=True)))
    await court.deliver(1)
    (row,) = await court.sql("SELECT * FROM removal")
    assert [len(court.texts(person)) for person in ("ann", "bob")] == [1, 2]
    other = {"dee": "eli", "eli": "dee"}[row["actor"]]
    assert "Somebody has removed it already." in await remove(court, other)
    assert "Somebody has removed it already." in await press(court, other, Action.REMOVE)
    again = court.press(other, Action.RESTORE, id_)
    await asyncio.gather(*(app.bot.handle(ask) for app, ask in zip(apps, [again, again], strict=True)))
    assert "It is back." in await court.says(again)
    assert "Somebody has decided about it already." in await decide(court, other, Action.RESTORE)
    assert [row["removed"] for row in await court.sql("SELECT * FROM removal ORDER BY at")] == [1, 0]


async def test_who_is_in_it_does_not_decide(court: World) -> None:
    """A moderator who gave it or is thanked in it is neither told nor shown, whatever they press."""
    await role(court, "bob", "ann")
    await report(court, "cara")
    for person in ("ann", "bob"):
        assert not [text for text in court.texts(person) if text.startswith(WAITING)]
        assert "Reported kudos: none" in await reports(court, person)
        for action in (Action.REMOVE, Action.LEAVE, Action.RESTORE):
            assert NOT_THEIRS in await decide(court, person, action)
        assert NOT_THEIRS in await remove(court, person)
    assert SAID in court.texts("general")[0]


async def test_where_no_moderator_may_the_administrators_do(court: World) -> None:
    await role(court, "dee", "eli", granted=False)
    await role(court, "bob")
    await report(court, "cara")
    assert court.texts("dee") == []
    assert court.texts("fay")[0].startswith(WAITING)
    assert "Removed." in await remove(court, "fay")
    assert "You removed this kudos" in await decide(court, "fay", Action.RESTORE)
    await role(court, "dee")
    assert "The moderators decide about this kudos." in await remove(court, "fay")
    assert "It is back." in await decide(court, "dee", Action.RESTORE)


@pytest.mark.parametrize("person", ["cara", "guest"])
async def test_nobody_else_looks_or_decides(court: World, person: str) -> None:
    await report(court, "p1")
    only = (
        "Only a moderator can look at what was reported. "
        "To report a kudos yourself, choose Report under More (⋯) on its card."
    )
    assert await reports(court, person) == only
    for action in (Action.REPORTS, Action.REMOVE, Action.LEAVE, Action.RESTORE):
        assert await decide(court, person, action) == only
    assert await remove(court, person) == f"mend: reason: {only}"
    assert await acts(court) == [("p1", "kudos reported")]


async def test_what_one_gave_one_withdraws(court: World) -> None:
    """Its giver can't report it; a recipient can, and is told that they can hide it, too."""
    assert "you can withdraw it yourself" in await report(court, "ann")
    assert await court.sql("SELECT * FROM report") == []
    assert "you can also hide it yourself" in await report(court, "bob")
    assert court.texts("dee")[0].startswith(WAITING)


async def test_what_is_taken_back_meanwhile(court: World) -> None:
    """There is nothing to decide any more, and who reported it is told."""
    await report(court, "cara")
    await decide(court, "ann", Action.WITHDRAW)
    assert "Reported kudos: none" in await reports(court, "dee")
    assert "It has been dealt with." in court.texts("dee")[0]
    assert "was taken back by the person who gave it" in court.texts("cara")[0]
    assert "there is nothing to remove" in await press(court, "dee", Action.REMOVE)
    assert "there is nothing to remove" in await remove(court, "dee")
    assert await report(court, "p2") == BACK
    assert await court.sql("SELECT * FROM removal") == []


async def test_a_reason_says_something(court: World) -> None:
    await report(court, "cara")
    for reason in ("", " . ! ", "no"):
        assert (await remove(court, "dee", reason)).startswith("mend: reason: Say why in a few words.")
    assert (await remove(court, "dee", "x" * 501)).startswith("mend: reason: That is 501 characters.")
    ask = SubmitRemoval(**court.asked("dee"), recognition=(await court.only()).id, reason="no")
    form = await court.app.bot.again(ask, (("reason", "Say why."),))
    assert (form.fields[0].text, form.fields[0].error) == ("no", "Say why.")  # type: ignore[union-attr]
    assert (await court.only()).removed is False
    assert "can't find" in await court.says(replace(ask, recognition="nothing"))


async def test_only_who_reads_it_can_report_it(court: World) -> None:
    """What was said in a private channel is reported there, and the list does not name the channel."""
    await court.ask(court.give("ann", "@bob", " #0 for what was said among ourselves", place="closed"))
    await court.deliver(1)
    private = (await court.ledger())[-1].id
    assert await court.says(court.press("cara", Action.REPORT, private)) == BACK
    assert THANKS in await court.says(court.press("fay", Action.REPORT, private, place="closed"))
    listed = await reports(court, "dee")
    assert "what was said among ourselves" in listed
    assert "closed" not in listed


async def test_a_recipient_hides_and_shows_again(court: World) -> None:
    """Others do not see it any more, giver and recipient do; the latest press counts."""
    assert more_of(court, "general") == ["Edit the words", "Withdraw", "Hide", "Report"]
    assert more_of(court, "bob") == ["Hide", "Report"]
    assert "use Withdraw" in await decide(court, "ann", Action.HIDE)
    assert "Only somebody who is thanked" in await decide(court, "cara", Action.HIDE)
    earlier = court.press("bob", Action.SHOW, (await court.only()).id)
    assert (await decide(court, "bob", Action.HIDE)).startswith("Hidden. Others do not see any more that Ann")
    assert SAID not in court.texts("general")[0]
    assert "You have hidden this." in court.texts("bob")[0]
    assert SAID in court.texts("bob")[0]
    assert more_of(court, "bob") == ["Show again", "Report"]
    await court.ask(earlier)
    await court.deliver(1)
    assert SAID not in court.texts("general")[0]
    assert await report(court, "cara") == BACK
    assert (await decide(court, "bob", Action.SHOW)).startswith("Shown again: others can see that Ann")
    assert SAID in court.texts("general")[0]
    assert more_of(court, "bob") == ["Hide", "Report"]
    assert await acts(court) == [("bob", "kudos hidden"), ("bob", "kudos shown again")]


async def test_one_of_the_reactions_to_a_message_is_hidden_and_another_reported(court: World) -> None:
    """From the message that tells of them all, and from the page of who is thanked."""
    await court.ask(court.react("cara", 0))
    await court.ask(court.react("fay", 1))
    await court.deliver(1000)
    told, mine = court.texts("bob")[1], court.opens("bob")
    assert "<0> from Cara / <1> from Fay" in told
    assert "hidden" not in told
    by = {each.giver.id: each.id for each in await court.ledger()}
    await court.ask(mine)
    await court.deliver(1)
    assert "Hidden." in await court.says(court.press("bob", Action.HIDE, by["cara"]))
    await court.deliver(1)
    assert "<0> from Cara (you have hidden this) / <1> from Fay" in court.texts("bob")[1]
    assert court.page("bob").count("you have hidden this") == 1
    assert "Shown again" in await court.says(court.press("bob", Action.SHOW, by["cara"], place=""))
    await court.deliver(1)
    assert "hidden" not in court.texts("bob")[1]
    assert "hidden" not in court.page("bob")
    assert THANKS in await court.says(court.press("bob", Action.REPORT, by["fay"], place=""))
    assert "Fay thanked Bob" in await reports(court, "dee")


async def test_moderators_read_no_name_that_others_may_not_see(court: World) -> None:
    """Bob has hidden it and reports it."""
    await decide(court, "bob", Action.HIDE)
    await report(court, "bob")
    listed = await reports(court, "dee")
    assert "Ann thanked somebody in #general for:" in listed
    assert "Bob" not in listed
    (reply,) = await court.ask(ListReports(**court.asked("dee")))
    assert isinstance(reply, Private)
    buttons = [each for row in reply.card.elements if isinstance(row, Actions) for each in row.buttons]
    assert "Bob" not in str(buttons)
    assert "Bob" not in await remove(court, "dee")
    assert any("was removed by the moderators." in text for text in court.texts("bob"))


async def test_another_account_of_the_same_colleague_is_no_way_round(court: World) -> None:
    """Bob's second account is a moderator; so is Dee's, with which she can't restore what she removed."""
    same = {(W, id_): first for first, second in (("bob", "p1"), ("dee", "p2")) for id_ in (first, second)}
    accounts = court.app.store.accounts
    await court.app.store.write(*accounts.deciding(same, actor="fay", now=court.clock(), key="same"))
    await role(court, "p1", "p2")
    await report(court, "cara")
    assert court.texts("p1") == []
    assert len(court.texts("dee")) + len(court.texts("p2")) == 1
    assert NOT_THEIRS in await decide(court, "p1", Action.LEAVE)
    assert "Removed." in await remove(court, "dee")
    assert "You removed this kudos" in await decide(court, "p2", Action.RESTORE)
    assert await offered(court, "p2") == []
    assert "It is back." in await decide(court, "eli", Action.RESTORE)


async def test_a_long_list_tells_how_many_there_are(court: World) -> None:
    """Its words are whole, so that it shows some at a time, first come first."""
    for number in range(5):
        await court.ask(court.give("ann", "@bob", f" #0 for {SAID} and more {number}"))
    for each in await court.ledger():
        await court.ask(court.press("cara", Action.REPORT, each.id))
    listed = await reports(court, "dee")
    assert "Reported kudos (6)" in listed
    assert "And 2 more." in listed
    assert "and more 2" in listed
    assert "and more 3" not in listed


async def test_a_reaction_with_a_sentence_is_removed_whatever_the_emoji_does(court: World) -> None:
    """Taken off and put on again, it stays removed; what is removed can't be reworded."""
    await court.ask(court.react("cara", 0))
    reaction = (await court.ledger())[-1].id
    await court.ask(court.reword("cara", reaction, "he stayed on after nights, again"))
    await court.deliver(1)
    await court.ask(court.press("p1", Action.REPORT, reaction))
    await court.ask(SubmitRemoval(**court.asked("dee"), recognition=reaction, reason=WHY))
    await court.ask(court.react("cara", 0, standing=False))
    await court.ask(court.react("cara", 0))
    assert "can't be changed" in await court.says(court.reword("cara", reaction, "he stayed on after all, again"))
    await court.deliver(1)
    assert court.texts("general")[-1] == BACK
    assert (await court.ledger())[-1].removed
