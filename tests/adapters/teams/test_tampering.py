"""What a client sends is whatever its user likes: who they are and where they are is all that is believed.

Buttons and forms bring back what we put into them, and nobody keeps a person with a debugger from putting in something
else. Each of these is sent three times.
"""

import asyncio
import json
from typing import Any

import pytest

from bot import commands
from bot.framework import Framework
from bot.requests import Action, Named
from tests.adapters.teams.town import REASON, Town, settled
from tests.doubles.teams_client import read
from tests.doubles.teams_world import Channel, Json, Place, User

ELSEWHERE = "19:0123456789abcdef0123456789abcdef@thread.v2"


@pytest.fixture
def organisation(framework: Framework) -> Framework:
    return framework


@pytest.fixture(autouse=True)
def manner(tenant: Town) -> None:
    tenant.client.manner = "thrice"


def form(tenant: Town, whom: User, **more: Any) -> Json:
    """The form of a kudos, as a client sends it back."""
    told = {"action": "give", "sending": "k1", "recipients": whom.object_id, "entries": tenant.entry(0).id}
    return {**told, "reason": REASON, "context": {"place": tenant.thanks.id}, **more}


async def sent(tenant: Town, who: User, where: Place, data: Json, name: str = "task/submit") -> str:
    """Send what a client has made up; all that comes of it, as JSON."""
    answer = await tenant.client.deliver(tenant.events.invoke(who, where, name, {"data": data}))
    await settled(tenant)
    return json.dumps(answer.body, ensure_ascii=False)


async def a_guest(tenant: Town) -> User:
    """Somebody of the night shift who is in no team."""
    guest = tenant.world.add_user("Gus Guest", role="guest")
    tenant.night.members.append(guest)
    tenant.world.personal(guest)
    await tenant.client.deliver(
        tenant.events.added(guest, tenant.night) | {"membersAdded": [guest.account]},
    )
    await settled(tenant)
    return guest


async def undercover(tenant: Town, *, added: bool) -> Channel:
    """A private channel of Alice and Carol, which Alice has made."""
    made = tenant.world.add_channel(tenant.team, "Undercover", type_="private", members=[tenant.alice, tenant.carol])
    if added:
        told = {"channel": {"id": made.id, "name": made.name, "type": "private"}}
        await tenant.client.deliver(tenant.events.event(tenant.alice, tenant.team, "channelCreated", **told))
        await tenant.say(tenant.alice, "help", where=made)
    else:
        tenant.connector.without_bot.add(made.id)
    return made


async def test_the_key_of_somebody_elses_form_shows_nothing_of_their_kudos(tenant: Town) -> None:
    await sent(tenant, tenant.alice, tenant.night, form(tenant, tenant.bob, context={"place": tenant.night.id}))
    answer = await sent(tenant, tenant.dev, tenant.thanks, form(tenant, tenant.carol, reason="a word of my own here"))
    assert "You thanked Carol Clark" in plainly(answer)
    assert "Night shift" not in answer
    assert tenant.count("recognition") == 2


@pytest.mark.parametrize("where", ["private", "group chat", "unheard of", "somebody's own chat", "no id at all"])
async def test_nobody_gives_in_a_place_that_is_not_theirs(tenant: Town, where: str) -> None:
    private = await undercover(tenant, added=True)
    places = {
        "private": private.id,
        "group chat": tenant.night.id,
        "unheard of": ELSEWHERE,
        "somebody's own chat": tenant.alone(tenant.alice).id,
        "no id at all": "x" * 300,
    }
    answer = await sent(tenant, tenant.dev, tenant.thanks, form(tenant, tenant.bob, context={"place": places[where]}))
    assert '"id": "place"' in answer or "You are not in that channel" in answer
    assert "Undercover" not in answer
    assert tenant.count("recognition") == 0
    assert not tenant.told(tenant.bob)


async def test_a_preview_that_was_edited_by_hand_gives_nowhere_else(tenant: Town) -> None:
    await tenant.client.extend(tenant.dev, tenant.thanks, "give", "compose")
    dialog = tenant.dialog(tenant.dev)
    dialog.card["actions"][-1]["data"]["context"]["place"] = ELSEWHERE
    await tenant.send(dialog, recipients=tenant.bob.object_id, entries=tenant.entry(0).id, reason=REASON)
    await tenant.send(tenant.dialog(tenant.dev), place=ELSEWHERE)
    assert "Choose the channel" in tenant.dialog(tenant.dev).errors
    assert tenant.count("recognition") == 0


async def test_a_guest_is_offered_no_place_but_their_own_and_gives_in_no_other(tenant: Town) -> None:
    guest = await a_guest(tenant)
    await tenant.client.extend(guest, tenant.night, "give", "commandbox")
    (place,) = [each for each in tenant.dialog(guest).card["body"] if each.get("id") == "place"]
    assert [each["title"] for each in place["choices"]] == ["Night shift"]
    answer = await sent(tenant, guest, tenant.night, form(tenant, tenant.bob))
    assert '"id": "place"' in answer
    assert tenant.count("recognition") == 0


@pytest.mark.parametrize("way", ["a card", "a dialog", "a message"])
@pytest.mark.parametrize("act", [Action.KEEP, Action.WITHOUT])
async def test_nor_do_they_by_a_button_that_brings_a_kudos_along(tenant: Town, act: Action, way: str) -> None:
    guest = await a_guest(tenant)
    kudos = (Named(tenant.bob.object_id, "Bob Brown"), f" {tenant.tag()} for {REASON}")
    for place, given in ((tenant.thanks.id, 0), (ELSEWHERE, 0), (tenant.night.id, 1)):
        data = {"action": act.value, "value": f"w/{place}/{commands.packed(place, kudos)}"}
        pressed = {
            "a card": tenant.events.press(guest, tenant.night, "1611060744111", act.value, data),
            "a dialog": tenant.events.invoke(guest, tenant.night, "task/submit", {"data": data}),
            "a message": tenant.events.message(guest, tenant.alone(guest), "", value=data),
        }
        await tenant.client.deliver(pressed[way])
        await settled(tenant)
        assert tenant.count("recognition") == given


async def test_who_is_not_in_a_private_channel_learns_nothing_of_it_from_its_digest(tenant: Town) -> None:
    private = await undercover(tenant, added=True)
    assert tenant.row("SELECT creator FROM place WHERE id = ?", private.id)["creator"] == tenant.alice.object_id
    button = {"action": "digest", "value": private.id}
    digest = {"action": "digest", "sending": "k2", "context": {"place": private.id}, "state": "on", "day": "0"}
    asked = [
        await sent(tenant, tenant.dev, tenant.thanks, button, "task/fetch"),
        await sent(tenant, tenant.dev, tenant.thanks, {**digest, "at": "09:00", "zone": "Europe/London"}),
    ]
    for answer in asked:
        assert "can set up its digest" in answer
        assert "Alice" not in answer
        assert "Undercover" not in answer
    assert "Alice Adams, who made" in await sent(tenant, tenant.carol, private, button, "task/fetch")
    assert tenant.count("setting") == 0


async def test_what_is_given_in_a_channel_without_kudos_is_told_without_its_name(tenant: Town) -> None:
    private = await undercover(tenant, added=False)
    await tenant.client.extend(tenant.alice, private, "give", "compose")
    dialog = tenant.dialog(tenant.alice)
    await tenant.send(dialog, recipients=tenant.dev.object_id, entries=tenant.entry(0).id, reason=REASON)
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    assert tenant.row("SELECT visibility FROM recognition")["visibility"] == "private"
    (told,) = tenant.told(tenant.dev)
    assert REASON in told
    for who in (tenant.dev, tenant.bob):
        shown = [await tenant.say(who, word, where=tenant.alone(who)) for word in ("mine", "home", "values")]
        assert "Undercover" not in "".join([told, *shown])
    assert not tenant.cards()
    assert not [each for each in tenant.connector.posted if each.place not in own_chats(tenant)]


async def test_a_reaction_to_a_card_that_is_still_on_its_way_is_asked_for_again(tenant: Town) -> None:
    tenant.expected.add("problems")
    tenant.client.manner = "once"
    tenant.connector.fault(f"POST *{tenant.thanks.id[3:20]}*activities*", drop=True, done=True)
    await tenant.client.say(tenant.alice, tenant.thanks, f"kudos @Bob Brown {tenant.tag()} for {REASON}", tenant.bob)
    async with asyncio.timeout(10):
        while not tenant.count("outbox", "view = 'card' AND state = 'lost'"):  # noqa: ASYNC110 - nobody calls
            await asyncio.sleep(0.01)
    (card,) = tenant.connector.standing(tenant.thanks.id)
    assert tenant.row("SELECT message FROM outbox WHERE view = 'card'")["message"] == ""
    (answer,) = await tenant.service.deliver(tenant.events.react(tenant.carol, tenant.thanks, card.id, tenant.emoji(1)))
    assert answer.status == 503


async def test_in_the_chat_with_oneself_nothing_is_posted_and_nobody_is_answered(tenant: Town) -> None:
    notes = {
        "conversation": {"conversationType": "personal", "id": "48:notes", "tenantId": tenant.world.tenant_id},
        "channelData": {"tenant": {"id": tenant.world.tenant_id}},
    }
    told = {"commandId": "give", "commandContext": "compose", "requestId": "r"}
    for who in (tenant.alice, tenant.bob):
        opening = tenant.events.invoke(who, tenant.thanks, "composeExtension/fetchTask", told) | notes
        assert (await tenant.client.deliver(opening)).ok
    assert tenant.count("person", "direct = '48:notes'") == 0
    assert tenant.count("place", "id = '48:notes' AND joined = 1") == 0


def own_chats(tenant: Town) -> set[str]:
    return {each.id for each in tenant.world.chats if each.personal}


def plainly(answer: str) -> str:
    """What the dialog that is answered says."""
    return read(json.loads(answer)["task"]["value"]["card"]["content"])
