"""What people do in Teams, and what comes of it: each thing delivered three times, one after the other or at once.

Everything goes over real HTTP, with tokens that are really signed, against doubles that refuse what Teams refuses. The
tenant's fixture asserts in the end that they refused nothing, that each invoke got the same answer three times, and
that nobody was called whom no giver named.
"""

import pytest

from bot.framework import Framework
from tests.adapters.teams.town import REASON, Town, settled
from tests.conftest import FRAMEWORKS
from tests.doubles.teams_client import Dialog, Manner, called, inputs, read
from tests.doubles.teams_connector import Posted
from tests.doubles.teams_world import Json, User

ADDED = "she listened to everybody before she said a word"


@pytest.fixture(params=["own, one after the other", "lantern, at once"])
def organisation(request: pytest.FixtureRequest) -> Framework:
    """The code knows no id and no kind by name: each conversation is held in two organisations."""
    return FRAMEWORKS[request.param.partition(",")[0]]


@pytest.fixture(autouse=True)
def manner(request: pytest.FixtureRequest, tenant: Town) -> Manner:
    """Everything comes three times."""
    tenant.client.manner = "together" if "at_once" in request.node.name.replace(" ", "_") else "thrice"
    return tenant.client.manner


async def given(tenant: Town) -> Posted:
    """A kudos of Alice to Bob."""
    return await tenant.give(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for {REASON}", tenant.bob)


async def opened(tenant: Town, user: User | None = None, command: str = "give", context: str = "compose") -> Dialog:
    """The form of the message extension, in the channel."""
    who = user or tenant.alice
    await tenant.client.extend(who, tenant.thanks, command, context)  # type: ignore[arg-type]
    return tenant.dialog(who)


def filled(tenant: Town, *people: User, entries: tuple[int, ...] = (0,), reason: str = REASON) -> dict[str, str]:
    return {
        "recipients": ",".join(each.object_id for each in people),
        "entries": ",".join(tenant.entry(each).id for each in entries),
        "reason": reason,
    }


# By message


async def test_a_message_gives_in_the_channel_it_was_written_in(tenant: Town) -> None:
    card = await given(tenant)
    title = tenant.entry(0).title.text
    assert read(card.card).splitlines()[:3] == [
        "Alice Adams thanked Bob Brown for:",
        f"{tenant.entry(0).emoji} {title}",
        REASON,
    ]
    assert called(card.card) == {tenant.bob.mri}
    (told,) = tenant.told(tenant.bob)
    assert told.startswith("Alice Adams thanked you in Thanks for:")
    (confirmation,) = tenant.told(tenant.alice)
    assert confirmation.startswith("From Thanks:\nThank you. You thanked Bob Brown")
    assert tenant.count("recognition") == 1
    assert len(tenant.cards()) == 1


async def test_in_a_group_chat_and_in_a_private_channel_it_stays_there(tenant: Town) -> None:
    for place in (tenant.night, tenant.sergeants):
        card = await tenant.give(tenant.alice, f"kudos @Bob Brown {tenant.tag()} {REASON}", tenant.bob, where=place)
        assert REASON in read(card.card)
    rows = tenant.rows("SELECT visibility FROM recognition")
    assert [row["visibility"] for row in rows] == ["private", "private"]
    assert tenant.cards() == []


async def test_several_people_and_entries_are_one_kudos(tenant: Town) -> None:
    text = f"kudos @Bob Brown and @Carol Clark {tenant.tag(0)} {tenant.tag(1)} for {REASON}"
    card = await tenant.give(tenant.alice, text, tenant.bob, tenant.carol)
    assert called(card.card) == {tenant.bob.mri, tenant.carol.mri}
    assert tenant.count("recognition") == 1
    assert (tenant.count("recipient"), tenant.count("tag")) == (2, 2)
    assert "thanked you and 1 other" in tenant.told(tenant.bob)[0]


async def test_hostile_words_reach_people_whole_and_call_nobody(tenant: Town) -> None:
    reason = "standing up <at>Carol Clark</at> & *bold* [a](https://x.example) `code` {{DATE(1)}} 🎉"
    text = f"kudos @Bob Brown {tenant.tag()} for {reason}".replace("<", "&lt;").replace(">", "&gt;")
    card = await tenant.give(tenant.alice, text, tenant.bob)
    assert called(card.card) == {tenant.bob.mri}
    assert tenant.row("SELECT reason FROM recognition")["reason"] == reason
    assert "*bold* [a](https://x.example) `code`" in read(card.card)


async def test_the_giver_is_left_out_and_hears_it(tenant: Town) -> None:
    await tenant.give(
        tenant.alice, f"kudos @Alice Adams @Bob Brown {tenant.tag()} for {REASON}", tenant.alice, tenant.bob
    )
    assert [row["person"] for row in tenant.rows("SELECT person FROM recipient")] == [tenant.bob.object_id]
    assert "I left you out" in tenant.told(tenant.alice)[0]


async def test_a_message_that_lacks_something_offers_the_form_with_all_that_was_said(tenant: Town) -> None:
    told = await tenant.say(tenant.alice, "kudos @Bob Brown for help", tenant.bob)
    assert "Your kudos is not given yet" in told
    await tenant.press(tenant.alice, tenant.last_told(tenant.alice), "Complete it")
    form = tenant.dialog(tenant.alice)
    assert form.held()["recipients"] == tenant.bob.object_id
    assert form.held()["reason"] == "help"
    await tenant.send(form, entries=tenant.entry(0).id, reason=REASON)
    (card,) = tenant.cards()
    assert REASON in read(card.card)


async def test_who_is_called_and_can_not_be_found_is_asked_for(tenant: Town) -> None:
    said = tenant.events.message(tenant.alice, tenant.thanks, f"kudos @Zoe {tenant.tag()} for {REASON}")
    stranger = {"type": "mention", "text": "<at>Zoe</at>", "mentioned": {"id": "29:nobody", "name": "Zoe"}}
    said |= {"text": said["text"].replace("@Zoe", "<at>Zoe</at>"), "entities": [*said["entities"], stranger]}
    await tenant.client.deliver(said)
    await settled(tenant)
    assert "I can't tell who @Zoe is" in tenant.told(tenant.alice)[0]
    assert tenant.count("recognition") == 0


async def test_a_button_says_the_same_in_an_older_client(tenant: Town) -> None:
    card = await given(tenant)
    await tenant.press(tenant.carol, card, "Second this", old=True)
    assert "Seconded by Carol Clark" in read(tenant.cards()[0].card)
    await tenant.press(tenant.carol, card, "What does it mean?", old=True)
    assert "From Thanks:" in tenant.told(tenant.carol)[0]


# By the message extension


async def test_the_extension_shows_the_card_before_it_is_given(tenant: Town) -> None:
    form = await opened(tenant)
    await tenant.send(form, **filled(tenant, tenant.bob, tenant.carol))
    preview = tenant.preview(tenant.alice)
    assert preview.text.splitlines()[0] == "Alice Adams thanked Bob Brown and Carol Clark for:"
    assert REASON in preview.text
    assert tenant.count("recognition") == 0
    await tenant.client.decide(preview, "send")
    await settled(tenant)
    (card,) = tenant.cards()
    assert REASON in read(card.card)
    assert tenant.count("recognition", "origin = 'form'") == 1
    (confirmation,) = tenant.told(tenant.alice)
    assert "You thanked Bob Brown and Carol Clark" in confirmation


async def test_back_from_its_preview_the_form_holds_everything(tenant: Town) -> None:
    await tenant.send(await opened(tenant), **filled(tenant, tenant.bob, entries=(1, 0)))
    await tenant.client.decide(tenant.preview(tenant.alice), "edit")
    form = tenant.dialog(tenant.alice)
    assert form.held() == filled(tenant, tenant.bob, entries=(1, 0))
    assert tenant.count("recognition") == 0
    await tenant.send(form, reason=ADDED)
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    assert tenant.row("SELECT reason FROM recognition")["reason"] == ADDED


async def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(tenant: Town) -> None:
    form = await opened(tenant)
    await tenant.send(form, **filled(tenant, tenant.alice, reason="short"))
    form = tenant.dialog(tenant.alice)
    assert "You can't thank only yourself." in form.errors
    assert "at least 10 characters" in form.errors
    assert form.held() == filled(tenant, tenant.alice, reason="short")
    await tenant.send(form, **filled(tenant, tenant.bob))
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    assert len(tenant.cards()) == 1


async def test_the_form_says_what_the_words_show_when_it_is_asked(tenant: Town) -> None:
    form = await opened(tenant)
    await tenant.send(form, "What does this show?", recipients=tenant.bob.object_id, reason=ADDED)
    again = tenant.dialog(tenant.alice)
    assert (again.held()["reason"], again.held()["recipients"]) == (ADDED, tenant.bob.object_id)
    assert not again.errors
    assert tenant.count("recognition") == 0


async def test_from_the_command_bar_it_asks_where_and_gives_at_once(tenant: Town) -> None:
    form = await opened(tenant, context="commandbox")
    assert form.held()["place"] == tenant.thanks.id  # where kudos are posted when nobody says where
    word = await tenant.send(form, **filled(tenant, tenant.bob))
    assert not word
    assert "You thanked Bob Brown" in tenant.dialog(tenant.alice).text
    assert len(tenant.cards()) == 1


async def test_a_kudos_for_a_message_thanks_its_author_and_leads_to_it(tenant: Town) -> None:
    chosen: Json = {
        "id": "1772443807000",
        "body": {"contentType": "html", "content": "<p>I stayed on</p>"},
        "from": {"user": {"userIdentityType": "aadUser", "id": tenant.bob.object_id, "displayName": "Bob Brown"}},
    }
    await tenant.client.extend(tenant.alice, tenant.thanks, "give-for", "message", chosen)
    form = tenant.dialog(tenant.alice)
    assert form.held()["recipients"] == tenant.bob.object_id
    await tenant.send(form, entries=tenant.entry(0).id, reason=REASON)
    await tenant.client.decide(tenant.preview(tenant.alice), "send")
    await settled(tenant)
    (card,) = tenant.cards()
    assert "this message" in read(card.card)
    assert tenant.row("SELECT message FROM recognition")["message"] == chosen["id"]


async def test_in_the_chat_of_two_people_nothing_is_posted(tenant: Town) -> None:
    """And so there is nothing to preview; who is thanked hears it."""
    where = {
        "conversation": {
            "conversationType": "personal",
            "id": "19:a_b@unq.gbl.spaces",
            "tenantId": tenant.world.tenant_id,
        },
        "channelData": {"tenant": {"id": tenant.world.tenant_id}},
    }
    told = {"commandId": "give", "commandContext": "compose", "requestId": "r"}
    opening = tenant.events.invoke(tenant.alice, tenant.thanks, "composeExtension/fetchTask", told) | where
    (answer, *_) = await tenant.service.deliver(opening, times=3)
    card = answer.body["task"]["value"]["card"]["content"]
    data = card["actions"][-1]["data"] | filled(tenant, tenant.bob)
    sent = tenant.events.invoke(tenant.alice, tenant.thanks, "composeExtension/submitAction", told | {"data": data})
    (answer, *_) = await tenant.service.deliver(sent | where, times=3)
    await settled(tenant)
    assert "Nothing is posted in this conversation" in read(answer.body["task"]["value"]["card"]["content"])
    assert tenant.count("recognition", "visibility = 'direct'") == 1
    assert len(tenant.told(tenant.bob)) == 1
    assert tenant.cards() == []


# On cards


async def test_a_press_seconds_and_another_takes_it_back(tenant: Town) -> None:
    card = await given(tenant)
    assert await tenant.press(tenant.carol, card, "Second this") == ""
    assert "Seconded by Carol Clark" in read(card.card)
    assert "Seconded by Carol Clark" in read(tenant.client.views[tenant.carol.mri, card.id])
    await tenant.press(tenant.carol, card, "Second this")
    assert "Seconded" not in read(card.card)
    assert tenant.count("recognition") == 1


@pytest.mark.parametrize("who", [0, 1])
async def test_nobody_seconds_their_own(tenant: Town, who: int) -> None:
    card = await given(tenant)
    word = await tenant.press(tenant.user(who), card, "Second this")
    assert word == "This kudos is yours already: others can second it."


async def test_what_does_it_mean_is_answered_to_the_asker_alone(tenant: Town) -> None:
    card = await given(tenant)
    before = len(tenant.connector.standing(tenant.thanks.id))
    word = await tenant.press(tenant.carol, card, "What does it mean?")
    assert word == "Only you should see the answer, so it is in our own chat."
    (told,) = tenant.told(tenant.carol)
    assert told.startswith("From Thanks:")
    assert tenant.entry(0).title.text in told
    assert len(tenant.connector.standing(tenant.thanks.id)) == before


async def test_only_the_giver_sees_undo_on_the_card(tenant: Town) -> None:
    card = await given(tenant)
    assert "Undo" not in str(card.card)
    assert "Undo" in str(await tenant.client.look(tenant.alice, card))
    assert "Undo" not in str(await tenant.client.look(tenant.carol, card))
    word = await tenant.press(tenant.alice, card, "Undo")
    assert word.startswith("Taken back: your kudos to Bob Brown")
    assert read(card.card) == "This kudos is not shown any more."
    assert tenant.told(tenant.bob) == ["This kudos is not shown any more."]


async def test_undo_in_ones_own_chat_takes_the_place_of_the_confirmation(tenant: Town) -> None:
    await given(tenant)
    confirmation = tenant.last_told(tenant.alice)
    await tenant.press(tenant.alice, confirmation, "Undo")
    assert read(confirmation.card).startswith("Taken back: your kudos to Bob Brown")
    assert len(tenant.told(tenant.alice)) == 1
    assert tenant.count("recognition", "withdrawn = 1") == 1


async def test_the_giver_edits_and_the_card_and_the_messages_follow(tenant: Town) -> None:
    card = await given(tenant)
    await tenant.client.look(tenant.alice, card)
    await tenant.press(tenant.alice, card, "Edit the words")
    form = tenant.dialog(tenant.alice)
    assert form.held()["reason"] == REASON
    await tenant.send(form, reason="short")
    assert "at least 10 characters" in tenant.dialog(tenant.alice).errors
    await tenant.send(tenant.dialog(tenant.alice), reason=ADDED)
    assert tenant.dialog(tenant.alice).text.startswith("Saved.")
    assert ADDED in read(card.card)
    assert ADDED in tenant.told(tenant.bob)[0]


@pytest.mark.parametrize("what", ["Edit the words", "Withdraw"])
async def test_only_the_giver_edits_and_withdraws(tenant: Town, what: str) -> None:
    card = await given(tenant)
    word = await tenant.press(tenant.carol, card, what)
    said = word or tenant.dialog(tenant.carol).text
    assert "Only the person who gave this kudos can" in said
    assert REASON in read(card.card)


# Reactions


async def test_the_givers_emoji_on_the_card_tags_and_untags(tenant: Town) -> None:
    card = await given(tenant)
    await tenant.client.react(tenant.alice, card, tenant.emoji(1))
    await settled(tenant)
    assert tenant.entry(1).title.text in read(card.card)
    await tenant.client.react(tenant.alice, card, tenant.emoji(1), off=True)
    await settled(tenant)
    assert tenant.entry(1).title.text not in read(card.card)


async def test_anybody_elses_emoji_seconds_in_any_skin_tone_and_others_do_nothing(tenant: Town) -> None:
    card = await given(tenant)
    await tenant.client.react(tenant.carol, card, "like", "1f389_partypopper", "thumbsup_custom_0125de505")
    await settled(tenant)
    assert "Seconded" not in read(card.card)
    await tenant.client.react(tenant.carol, card, tenant.emoji(0, tone=3))
    await settled(tenant)
    assert "Seconded by Carol Clark" in read(card.card)
    await tenant.client.react(tenant.carol, card, tenant.emoji(0, tone=3), off=True)
    await settled(tenant)
    assert "Seconded" not in read(card.card)


# Words


async def test_undo_takes_back_the_latest_and_three_deliveries_take_back_one(tenant: Town) -> None:
    await given(tenant)
    await given(tenant)
    assert "Taken back" in await tenant.say(tenant.alice, "undo")
    assert tenant.count("recognition", "withdrawn = 1") == 1


async def test_mine_shows_what_one_received_and_gave_to_oneself(tenant: Town) -> None:
    await given(tenant)
    told = await tenant.say(tenant.bob, "mine")
    assert "Kudos you received (1)" in told
    assert told.startswith("From Thanks:")
    alone = await tenant.say(tenant.bob, "mine", where=tenant.alone(tenant.bob))
    assert alone.startswith("Kudos you received (1)")


async def test_help_is_answered_for_everybody_in_the_thread(tenant: Town) -> None:
    await tenant.say(tenant.bob, "help", thread="1772000000000")
    (posted,) = tenant.connector.standing(tenant.thanks.id)
    assert posted.thread == "1772000000000"
    assert "@Kudos kudos @colleague" in read(posted.card)
    assert not tenant.told(tenant.bob)


async def test_questions_are_answered_with_the_framework(tenant: Town) -> None:
    entry = tenant.entry(0)
    told = await tenant.say(tenant.bob, f"what is {entry.title.text}?", where=tenant.alone(tenant.bob))
    assert entry.title.text in told
    asked = await tenant.say(tenant.bob, "values", where=tenant.alone(tenant.bob))
    assert all(tenant.entry(number).title.text in asked for number in range(3))


async def test_what_people_say_to_each_other_is_left_alone(tenant: Town) -> None:
    said = tenant.events.message(tenant.alice, tenant.thanks, "kudos all round")
    said |= {"text": "kudos all round", "entities": []}
    await tenant.client.deliver(said)
    await settled(tenant)
    assert tenant.connector.posted == []


# Who is not known yet


async def test_whom_no_roster_shows_is_answered_all_the_same(tenant: Town) -> None:
    """Teams says who has spoken: that is enough for a colleague, whose address is not known."""
    fay = tenant.world.add_user("Fay Fox")
    tenant.connector.fault("GET *members/*", times=None, status=404, code="MemberNotFoundInConversation")
    assert "Kudos: thank a colleague" in await tenant.say(fay, "help", where=tenant.alone(fay))
    known = tenant.row("SELECT name, email, kind FROM person WHERE id = ?", fay.object_id)
    assert known == {"name": "Fay Fox", "email": "", "kind": "member"}


async def test_who_is_found_by_their_teams_id_alone_is_known_whole(tenant: Town) -> None:
    fay = tenant.world.add_user("Fay Fox")
    tenant.connector.object_ids = False
    assert "Kudos: thank a colleague" in await tenant.say(fay, "help", where=tenant.alone(fay))
    assert tenant.row("SELECT email FROM person WHERE id = ?", fay.object_id)["email"] == fay.email


async def test_an_account_that_nobody_vouches_for_is_no_colleague(tenant: Town) -> None:
    said = tenant.events.message(tenant.alice, tenant.thanks, "help")
    said["from"] = {"id": "29:somebody", "name": "Somebody", "aadObjectId": "someone", "tenantId": "another"}
    await tenant.client.deliver(said)
    await settled(tenant)
    assert tenant.row("SELECT kind FROM person WHERE id = 'someone'")["kind"] == "stranger"
    assert tenant.connector.posted == []


# Where others are


async def test_channels_of_the_same_name_are_told_apart_by_their_teams(tenant: Town) -> None:
    second = tenant.world.add_team("Response South", [tenant.alice])
    tenant.world.add_channel(second, "Thanks")
    await tenant.client.deliver(tenant.events.added(tenant.alice, second.general))
    await settled(tenant)
    form = await opened(tenant, context="commandbox")
    labels = {each["title"] for each in inputs(form.card)["place"]["choices"]}
    north, south = "Response North", "Response South"
    assert labels >= {f"{name} ({team})" for name in ("General", "Thanks") for team in (north, south)}
