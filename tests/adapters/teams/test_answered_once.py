"""What goes wrong on the way is told, or comes again, and nothing is lost or doubled by it."""

import sqlite3
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.teams.test_conversations import given, opened
from tests.adapters.teams.town import REASON, Town, settled, town_in
from tests.doubles.teams_client import read


@pytest.fixture
def organisation(framework: Framework) -> Framework:
    return framework


async def test_what_was_not_taken_is_answered_when_the_message_comes_again(tenant: Town) -> None:
    tenant.expected.add("problems")
    tenant.connector.fault("POST *activities", status=503, times=None)
    asked = tenant.events.message(tenant.bob, tenant.alone(tenant.bob), "help")
    assert (await tenant.client.deliver(asked)).status == 503
    tenant.connector.faults.clear()
    tenant.client.manner = "thrice"
    assert (await tenant.client.deliver(asked)).status == 200
    await settled(tenant)
    assert len(tenant.told(tenant.bob)) == 1


async def test_what_was_perhaps_taken_is_not_said_again(tenant: Town) -> None:
    tenant.connector.fault("POST *activities", drop=True, done=True)
    asked = tenant.events.message(tenant.bob, tenant.alone(tenant.bob), "help")
    tenant.client.manner = "thrice"
    assert (await tenant.client.deliver(asked)).status == 200
    assert len(tenant.told(tenant.bob)) == 1


async def test_who_has_no_chat_with_kudos_reads_the_answer_where_they_asked(tenant: Town) -> None:
    card = await given(tenant)
    tenant.connector.blocked.add(tenant.alone(tenant.carol).id)
    word = await tenant.press(tenant.carol, card, "What does it mean?")
    assert tenant.entry(0).title.text in word


async def test_what_failed_is_apologised_for_and_done_when_it_is_asked_again(tenant: Town) -> None:
    card = await given(tenant)
    newcomer = tenant.world.add_user("Zoe Young")
    tenant.team.members.append(newcomer)
    tenant.world.personal(newcomer)
    tenant.connector.fault("*members*", status=502, times=None)
    tenant.connector.fault("POST *conversations", status=502, times=None)
    word = await tenant.press(newcomer, card, "Second this")
    assert "nothing was saved. Please try again. (Reference " in word
    tenant.connector.faults.clear()
    assert not await tenant.press(newcomer, card, "Second this")
    assert "Seconded by Zoe Young" in read(card.card)


async def test_while_the_database_is_held_a_form_stays_open_or_says_so(tenant: Town) -> None:
    """A dialog that gets no answer stays open in the client, with all that was filled in."""
    tenant.expected.add("problems")
    form = await opened(tenant)
    fields = {"recipients": tenant.bob.object_id, "entries": tenant.entry(0).id, "reason": REASON}
    with sqlite3.connect(tenant.database, isolation_level=None) as held:
        held.execute("BEGIN IMMEDIATE")
        data = form.card["actions"][-1]["data"] | fields | {"context": {"place": tenant.night.id}}
        sent = tenant.events.invoke(tenant.alice, tenant.night, "task/submit", {"data": data})
        answer = await tenant.client.deliver(sent)
        held.execute("ROLLBACK")
    assert answer.status == 503 or "nothing was saved" in str(answer.body)
    tenant.client.manner = "thrice"
    assert "You thanked Bob Brown" in str((await tenant.client.deliver(sent)).body)
    await settled(tenant)
    assert tenant.count("recognition") == 1


async def test_where_the_tenant_has_targeted_messages_nobody_else_sees_them(
    framework: Framework, tmp_path: Path
) -> None:
    async with town_in(tmp_path / "targeted.db", framework, teams_targeted=True) as town:
        town.client.manner = "thrice"
        card = await town.give(town.alice, f"kudos @Bob Brown {town.tag()} for {REASON}", town.bob)
        (confirmation,) = [each for each in town.connector.posted if each.only_for]
        assert (confirmation.place, confirmation.only_for) == (town.thanks.id, town.alice.mri)
        assert read(confirmation.card).startswith("Thank you. You thanked Bob Brown")
        assert not town.told(town.alice)
        await town.press(town.carol, card, "What does it mean?")
        assert [each.only_for for each in town.connector.posted if each.only_for] == [town.alice.mri, town.carol.mri]
        assert "Kudos you gave (1)" in await town.say(town.alice, "mine", where=town.alone(town.alice))
        town.assert_sound()


async def test_where_a_targeted_message_is_refused_ones_own_chat_has_it(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "refused.db", framework, teams_targeted=True) as town:
        town.connector.fault(f"POST *{town.thanks.id[3:20]}*activities*", status=400, code="BadArgument")
        told = await town.say(town.bob, "mine")
        assert told.startswith("From Thanks:")


async def test_a_card_that_can_not_be_replaced_is_at_least_shown_as_it_is(tenant: Town) -> None:
    await given(tenant)
    confirmation = tenant.last_told(tenant.alice)
    tenant.connector.fault("PUT *", status=404, code="ActivityNotFoundInConversation")
    await tenant.press(tenant.alice, confirmation, "Undo")
    assert read(tenant.client.views[tenant.alice.mri, confirmation.id]).startswith("Taken back")


async def test_ones_own_page_is_turned_where_it_stands(tenant: Town) -> None:
    for _ in range(6):
        await given(tenant)
    await tenant.say(tenant.alice, "home", where=tenant.alone(tenant.alice))
    page = tenant.last_told(tenant.alice)
    before = len(tenant.told(tenant.alice))
    await tenant.press(tenant.alice, page, "Older")
    assert len(tenant.told(tenant.alice)) == before
    assert page.edits == 1


async def test_a_form_in_an_older_client_can_not_be_opened_and_that_is_said(tenant: Town) -> None:
    await tenant.say(tenant.alice, "kudos @Bob Brown", tenant.bob)
    offer = tenant.last_told(tenant.alice)
    act = {"action": "give", "value": ""}
    pressed = tenant.events._activity(
        "message", tenant.alice, tenant.alone(tenant.alice), value=act, replyToId=offer.id
    )
    tenant.client.manner = "thrice"
    await tenant.client.deliver(pressed)
    assert tenant.told(tenant.alice)[-1].startswith("I can't open the form here.")
    word = tenant.events.press(tenant.alice, tenant.alone(tenant.alice), offer.id, "give", {"value": ""})
    answer = await tenant.client.deliver(word)
    assert answer.body["value"].startswith("I can't open the form here.")


async def test_undo_in_the_dialog_that_confirms(tenant: Town) -> None:
    tenant.client.manner = "thrice"
    form = await opened(tenant, context="commandbox")
    await tenant.send(form, recipients=tenant.bob.object_id, entries=tenant.entry(0).id, reason=REASON)
    await tenant.send(tenant.dialog(tenant.alice), "Undo")
    assert tenant.dialog(tenant.alice).text.startswith("Taken back: your kudos to Bob Brown")
    assert tenant.count("recognition", "withdrawn = 1") == 1


async def test_what_became_of_it_meanwhile_is_said_instead_of_a_form(tenant: Town) -> None:
    """Edited in one client, taken back in another."""
    card = await given(tenant)
    await tenant.client.look(tenant.alice, card)
    await tenant.press(tenant.alice, card, "Edit the words")
    form = tenant.dialog(tenant.alice)
    await tenant.say(tenant.alice, "undo")
    await tenant.send(form, reason="other words, and better ones")
    assert "was taken back" in tenant.dialog(tenant.alice).errors
    stolen = form.card["actions"][-1]["data"] | {"reason": "somebody else's words"}
    sent = tenant.events.invoke(tenant.bob, tenant.thanks, "task/submit", {"data": stolen})
    answer = await tenant.client.deliver(sent)
    assert answer.body == {"task": {"type": "message", "value": "I can't find this kudos any more."}}


async def test_who_can_not_be_written_to_is_told_so_below_and_nothing_else(tenant: Town) -> None:
    tenant.client.manner = "thrice"
    tenant.connector.blocked.add(tenant.alone(tenant.bob).id)
    await tenant.say(tenant.bob, "mine")
    (posted,) = tenant.connector.standing(tenant.thanks.id)
    assert read(posted.card).startswith("The answer is for you alone, and I can't write to you yet.")


async def test_who_can_not_be_looked_up_just_now_is_asked_for(tenant: Town) -> None:
    newcomer = tenant.world.add_user("Zoe Young")
    tenant.team.members.append(newcomer)
    tenant.connector.fault("*members*", status=502, times=None)
    told = await tenant.say(tenant.alice, f"kudos @Zoe Young {tenant.tag()} for {REASON}", newcomer)
    assert "I can't tell who @Zoe Young is" in told
    tenant.connector.faults.clear()
    await tenant.say(tenant.alice, f"kudos @Zoe Young {tenant.tag()} for {REASON}", newcomer)
    assert tenant.row("SELECT person FROM recipient")["person"] == newcomer.object_id
