"""Every way of giving, and what one can do with a kudos, over a real server."""

import pytest

from tests.adapters.playground.visitor import Visitor
from tests.conftest import FRAMEWORKS

LISTEN, PROUD = FRAMEWORKS["own"].taggable[3:5]
WORDS = "staying on after nights to finish the statements"


async def test_a_command_gives_kudos_with_a_card_a_note_and_a_message(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    note, card = page.last, page.messages[-2]
    assert note.private
    assert "You thanked Tom Bexley" in note.text
    assert "Amara Okafor thanked @Tom Bexley for:" in card.text
    assert WORDS in card.text
    tom = await amara.as_("tom").at("kudos").look()
    assert "Amara Okafor thanked you in #general" in tom.last.text
    assert WORDS in tom.last.text
    others = await amara.as_("dot").look()
    assert others.last.text == card.text


async def test_a_group_can_be_thanked(amara: Visitor) -> None:
    """It is shown as the group with the number of those who are in it now, herself and who has left not counted."""
    chat = await amara.say("Well done, @night-turn and @tom")
    assert "Well done, @night-turn and @Tom Bexley" in chat.last.text
    page = await amara.say(f"/kudos @night-turn #listen for {WORDS}")
    note, card = page.last, page.messages[-2]
    assert "You thanked @night-turn (4 people)" in note.text
    assert "Amara Okafor thanked @night-turn (4 people) for:" in card.text
    for person in ("tom", "zofia", "sian", "luca"):
        told = await amara.as_(person).at("kudos").look()
        assert "Amara Okafor thanked you and 3 others (@night-turn) in #general" in told.last.text
    assert '"put": "@night-turn "' in page.html


async def test_a_form_filled_in_with_a_group_thanks_the_group(amara: Visitor) -> None:
    page = await amara.say("/kudos @night-turn #listen")
    assert page.form
    people = [("recipients", person) for person in ("tom", "zofia", "sian", "luca")]
    assert page.checked == {*people, ("entries", LISTEN.id)}
    assert "With the people of @night-turn, as it is now." in page.dialog
    given = await amara.fill(page.form, [*people, ("entries", LISTEN.id), ("reason", WORDS)])
    assert "You thanked @night-turn (4 people)" in given.last.text


async def test_the_recipient_sees_that_there_is_something_new_until_they_look(amara: Visitor) -> None:
    new = 'Messages from Kudos</span><span class="badge">1'
    await amara.as_("tom").at("kudos").look()
    await amara.say(f"/kudos @tom #listen for {WORDS}")
    assert new in (await amara.as_("tom").look()).html
    assert (await amara.look()).says("Tom BexleySergeant, response (in Kudos: moderator) 1 new from Kudos")
    await amara.as_("tom").at("kudos").look()
    assert new not in (await amara.as_("tom").look()).html


async def test_the_same_post_again_gives_once(amara: Visitor) -> None:
    before = await amara.look()
    for _ in range(3):
        page = await amara.say(f"/kudos @tom #listen for {WORDS}", once=before.once)
    assert len(page.messages) == len(before.messages) + 2
    for _ in range(3):
        later = await amara.say("Good morning", once=page.once)
    assert len(later.messages) == len(page.messages) + 1


async def test_the_form_keeps_what_was_typed_and_says_what_to_mend(amara: Visitor) -> None:
    page = await amara.say("/kudos @tom @nobody #listen thx")
    assert page.form
    assert page.checked == {("recipients", "tom"), ("entries", LISTEN.id)}
    assert set(page.errors) == {"recipients", "reason"}
    assert ">\nthx</textarea>" in page.dialog
    assert "Please check: Give kudos" in page.html
    assert '<div id="page" inert>' in page.html

    again = await amara.fill(page.form, [("recipients", "tom"), ("recipients", "dot"), ("reason", "<b>")])
    assert again.form == page.form
    assert again.checked == {("recipients", "tom"), ("recipients", "dot")}
    assert set(again.errors) == {"entries", "reason"}
    assert "&lt;b&gt;</textarea>" in again.dialog

    fields = [("recipients", "tom"), ("recipients", "dot"), ("entries", LISTEN.id), ("reason", WORDS)]
    done = await amara.fill(page.form, fields)
    assert not done.form
    assert "Amara Okafor thanked @Tom Bexley and @Dot Pearce" in done.message(WORDS).text

    late = await amara.fill(page.form, fields)  # as when the browser goes back to it
    assert [each.text for each in late.messages[:-1]] == [each.text for each in done.messages]
    assert late.last.private
    assert "That form was sent or closed before" in late.last.text


async def test_an_empty_command_opens_an_empty_form(amara: Visitor) -> None:
    page = await amara.say("/kudos")
    assert page.checked == set()
    assert page.errors == {}
    assert "Amara Okafor (you)" in page.dialog


async def test_a_form_belongs_to_the_one_who_opened_it(amara: Visitor) -> None:
    page = await amara.say("/kudos")
    other = await amara.as_("tom").look(form=page.form)
    assert "<dialog" not in other.html
    await amara.as_("tom").fill(page.form, [("recipients", "dot"), ("entries", LISTEN.id), ("reason", WORDS)])
    assert not (await amara.look()).says(WORDS)


async def test_from_the_conversation_with_kudos_the_form_asks_where(amara: Visitor) -> None:
    page = await amara.at("kudos").say("/kudos @tom #listen for " + WORDS)
    assert ("place", "general") in page.checked
    fields = [("recipients", "tom"), ("entries", LISTEN.id), ("reason", WORDS)]
    hidden = await amara.as_("zofia").at("kudos").say("/kudos")
    refused = await amara.as_("zofia").at("kudos").fill(hidden.form, [*fields, ("place", "surprise-for-dot")])
    assert set(refused.errors) == {"place"}
    done = await amara.at("kudos").fill(page.form, [*fields, ("place", "response")])
    assert "It is posted in #response" in done.last.text
    assert WORDS in (await amara.at("response").look()).last.text


@pytest.mark.parametrize(
    ("text", "field", "sentence"),
    [
        ("/kudos @amara #listen for being myself all day", "recipients", "You can't thank only yourself."),
        ("/kudos @rotabot #listen for the lovely rotas", "recipients", "Rota Bot"),
        ("/kudos @owen #listen for all those years here", "recipients", "Owen Hartley"),
        ("/kudos @colleague #listen for what they did", "recipients", "@colleague"),
        ("/kudos @tom #lissten for what they have done", "entries", "#listen"),
    ],
)
async def test_what_is_refused_is_said_at_its_field(amara: Visitor, text: str, field: str, sentence: str) -> None:
    page = await amara.say(text)
    assert sentence in page.errors[field]


async def test_in_a_private_channel_only_members_can_be_thanked(amara: Visitor) -> None:
    page = await amara.at("surprise-for-dot").say("/kudos @dot #listen for ten years of kindness")
    assert "isn't in this private conversation" in page.errors["recipients"]


async def test_in_a_conversation_nothing_is_posted(amara: Visitor) -> None:
    before = await amara.at("amara-tom").look()
    page = await amara.at("amara-tom").say(f"/kudos @tom #listen for {WORDS}")
    assert len(page.messages) == len(before.messages) + 1
    assert "Nothing is posted in this conversation" in page.last.text
    assert WORDS in (await amara.as_("tom").at("kudos").look()).last.text


async def test_a_reaction_thanks_and_taking_it_back_takes_it_back(anywhere: Visitor) -> None:
    framework = FRAMEWORKS["own" if "West Midlands" in (await anywhere.look()).html else "lantern"]
    entry = framework.taggable[0]
    tom = anywhere.as_("tom")
    page = await tom.react((await tom.look()).message("lemon cake"), entry.emoji)
    note = page.messages[[each.id for each in page.messages].index(page.message("lemon cake").id) + 1]
    assert note.private
    assert "Your reaction thanks Dot Pearce" in note.text
    dot = await anywhere.as_("dot").at("kudos").look()
    assert f"{entry.title.text} from Tom Bexley" in dot.last.text

    form = await tom.press(note, "Add a sentence")
    given = await tom.fill(form.form, [("reason", "Your cakes bring people together who never talk.")])
    assert "Tom Bexley thanked @Dot Pearce" in given.message("Your cakes bring").text

    off = await tom.react(page.message("lemon cake"), entry.emoji)
    assert not any("Your cakes" in each.text for each in off.messages if not each.private)
    dot = await anywhere.as_("dot").at("kudos").look()
    assert "not shown any more" in dot.last.text


async def test_an_ordinary_emoji_is_just_an_emoji(amara: Visitor) -> None:
    dot = amara.as_("dot").at("kudos")
    before = await dot.look()
    page = await amara.react((await amara.look()).message("lemon cake"), "👍")
    assert "Amara Okafor" in page.message("lemon cake").text
    assert not page.last.private
    assert len((await dot.look()).messages) == len(before.messages)
    page = await amara.react(page.message("lemon cake"), "👍")
    assert "Amara Okafor" not in page.message("lemon cake").text


async def test_only_offered_emoji_can_be_put_on_a_message_and_none_on_a_note(amara: Visitor) -> None:
    page = await amara.say("/kudos help")
    assert (await amara.react(page.last, "👍")).status == 400
    assert (await amara.react(page.messages[0], "<b>")).status == 400


async def test_reactions_can_be_switched_off_in_a_channel(amara: Visitor) -> None:
    await amara.say("/kudos reactions off")
    page = await amara.react((await amara.look()).message("lemon cake"), LISTEN.emoji)
    assert not any("Your reaction thanks" in each.text for each in page.messages)


async def test_where_kudos_is_not_a_member_it_hears_nothing_and_cards_wait(amara: Visitor) -> None:
    run = amara.at("charity-run")
    page = await run.react((await run.look()).message("Six of us"), LISTEN.emoji)
    assert not any(each.private for each in page.messages)
    page = await run.say(f"/kudos @luca #listen for {WORDS}")
    assert "its card is waiting" in page.last.text
    assert not any("thanked @Luca" in each.text for each in page.messages)

    page = await run.say("/invite @Kudos")
    said = [each.text for each in page.messages if not each.private]
    assert any("Hello. I pass on thanks" in each for each in said)
    assert any("Amara Okafor thanked @Luca Ferreira" in each for each in said)
    assert any("Luca Ferreira thanked @Siân Prosser" in each for each in said)
    assert "already" in (await run.say("/invite @Kudos")).last.text


async def test_seconding_is_a_toggle_and_not_for_ones_own(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    card = next(each for each in page.messages if WORDS in each.text)
    dot = amara.as_("dot")
    before = await dot.look()
    for _ in range(2):
        page = await dot.press(card, "Second this", once=before.once)
    assert "Seconded by Dot Pearce" in page.message(WORDS).text
    page = await dot.press(card, "Second this")
    assert "Seconded by" not in page.message(WORDS).text
    page = await amara.press(card, "Second this")
    assert "yours already" in page.message("yours already").text


async def test_an_emoji_on_a_card_seconds_or_tags(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    card = next(each for each in page.messages if WORDS in each.text)
    page = await amara.as_("dot").react(card, LISTEN.emoji)
    assert "Seconded by Dot Pearce" in page.message(WORDS).text
    page = await amara.react(card, PROUD.emoji)
    assert PROUD.title.text in page.message(WORDS).text


async def test_only_the_giver_edits_and_the_card_follows(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    card = next(each for each in page.messages if WORDS in each.text)
    refused = await amara.as_("dot").press(card, "Edit the words")
    assert not refused.form
    assert refused.message("Only the person who gave").private
    form = await amara.press(card, "Edit the words")
    assert WORDS in form.dialog
    short = await amara.fill(form.form, [("reason", "short")])
    assert set(short.errors) == {"reason"}
    done = await amara.fill(form.form, [("reason", "Better words for a better deed")])
    assert "Better words for a better deed" in next(each for each in done.messages if each.id == card.id).text
    assert "Better words" in (await amara.as_("tom").at("kudos").look()).last.text


async def test_undo_replaces_the_note_and_takes_the_card_back(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    done = await amara.press(page.last, "Undo")
    assert len(done.messages) == len(page.messages)
    assert "Taken back: your kudos to Tom Bexley" in done.last.text
    assert "This kudos is not shown any more." in done.messages[-2].text
    assert not (await amara.as_("tom").at("kudos").look()).says(WORDS)


async def test_undo_can_be_typed(amara: Visitor) -> None:
    await amara.say(f"/kudos @tom #listen for {WORDS}")
    page = await amara.say("/kudos undo")
    assert "Taken back" in page.last.text
    assert not any(WORDS in each.text for each in page.messages)


async def test_asking_answers_the_asker_only(amara: Visitor) -> None:
    page = await amara.say("/values what does 'I listen and learn' mean?")
    assert page.last.private
    assert "I accept and admit when I am wrong" in page.last.text
    assert not (await amara.as_("tom").look()).says("I accept and admit")
    card = next(each for each in page.messages if 'value="explain ' in each.html)
    page = await amara.press(card, "What does it mean?")
    below = page.messages[[each.id for each in page.messages].index(card.id) + 1]
    assert below.private
    assert f"#{below.id}" in page.url or page.url.endswith("general")


async def test_what_one_received_and_gave_is_shown_to_oneself(amara: Visitor) -> None:
    page = await amara.say("/kudos mine")
    assert "Kudos you received" in page.last.text
    assert 'href="/?as=amara&amp;in=response#m' in page.last.html
