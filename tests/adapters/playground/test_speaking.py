"""What is written to Kudos, and what is asked of it beside the message box and at a message."""

import pytest

from adapters.playground import parse
from adapters.playground.parse import Speaker
from adapters.playground.workspace import EVERYBODY, KUDOS, ROOMS, WORKSPACE, with_kudos
from bot.model import Message, Place, PlaceKind
from bot.requests import Give, GiveFor, Named, Said
from tests.adapters.playground.visitor import Visitor
from tests.conftest import FRAMEWORKS

LISTEN = FRAMEWORKS["own"].taggable[3]
PEOPLE = tuple(EVERYBODY.values())
DIRECT = Place(workspace=WORKSPACE, id=with_kudos("amara"), kind=PlaceKind.BOT)
REASON = "staying on after nights to finish the statements"


def speaker(place: Place) -> Speaker:
    return Speaker(workspace=WORKSPACE, person="amara", place=place, delivery="d1")


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        (DIRECT, "What is fair?", ("What is fair?",)),
        (DIRECT, "@Kudos thanks @Tom", (" thanks ", Named("tom", "Tom Bexley"))),
        (ROOMS["general"].place, "@Kudos, help", (", help",)),
        (ROOMS["surprise-for-dot"].place, "help @kudos", ("help ",)),
        (ROOMS["general"].place, "thank you @Tom", None),
        (ROOMS["charity-run"].place, "@Kudos help", None),
        (ROOMS["amara-tom"].place, "@Kudos help", None),
    ],
)
def test_kudos_hears_what_is_said_to_it_where_it_reads_along(
    place: Place, text: str, words: tuple[object, ...] | None
) -> None:
    heard = parse.said(text, speaker(place), "m7", KUDOS, people=PEOPLE)
    if words is None:
        assert heard is None
    else:
        assert isinstance(heard, Said)
        assert heard.words == words
        assert heard.message == Message(place=place.id, id="m7")


def test_a_shortcut_leaves_the_place_open_and_one_at_a_message_does_not() -> None:
    here, about = speaker(ROOMS["general"].place), Message(place="general", id="m7")
    assert parse.shortcut(here) == Give(workspace=WORKSPACE, person="amara", delivery="d1", place=None, words=())
    asked = parse.give_for(here, about, EVERYBODY["tom"])
    assert isinstance(asked, GiveFor)
    assert (asked.message, asked.author, asked.place) == (about, "tom", here.place)
    assert parse.give_for(here, about, EVERYBODY["rotabot"]).author == ""


async def test_a_question_to_kudos_is_answered_below_it(amara: Visitor) -> None:
    page = await amara.at("kudos").say(f"What does {LISTEN.title.text} mean?")
    question, answer = page.messages[-2:]
    assert question.text.startswith("AO Amara Okafor")
    assert "answers Amara Okafor" in answer.text
    assert "I accept and admit when I am wrong" in answer.text
    assert not answer.private


async def test_a_call_in_a_channel_is_answered_for_everybody(amara: Visitor) -> None:
    await amara.say(f"@Kudos what does #{LISTEN.tag} mean?")
    await amara.say("Thank you")
    page = await amara.as_("dot").look()
    answer = page.message("I accept and admit when I am wrong")
    assert "answers Amara Okafor" in answer.text
    assert "Thank you" in page.last.text


async def test_the_same_message_again_is_answered_once(amara: Visitor) -> None:
    before = await amara.at("kudos").look()
    for _ in range(3):
        page = await amara.at("kudos").say("help", once=before.once)
    assert len(page.messages) == len(before.messages) + 2


async def test_words_to_kudos_give_kudos(amara: Visitor) -> None:
    page = await amara.say(f"@Kudos thanks to @tom #{LISTEN.tag} for {REASON}")
    assert page.message("You thanked Tom Bexley").private
    assert REASON in page.message("Amara Okafor thanked @Tom Bexley").text


async def test_a_kudos_that_lacks_something_is_completed_with_a_button(amara: Visitor) -> None:
    page = await amara.at("kudos").say(f"kudos @dot for {REASON}")
    note = page.message("Your kudos is not given yet")
    assert note.private
    form = await amara.at("kudos").press(note, "Complete it")
    assert ("recipients", "dot") in form.checked
    assert REASON in form.dialog


async def test_the_shortcut_opens_the_form_and_asks_where(amara: Visitor) -> None:
    page = await amara.at("amara-tom").do("/shortcut")
    assert page.form
    assert 'name="place" value="general"' in page.dialog
    done = await amara.at("amara-tom").fill(
        page.form, [("recipients", "dot"), ("entries", LISTEN.id), ("reason", REASON), ("place", "response")]
    )
    assert done.last.private
    assert REASON in (await amara.at("response").look()).last.text


async def test_kudos_for_a_message_thank_its_author_and_lead_back_to_it(amara: Visitor) -> None:
    cake = (await amara.look()).message("There is lemon cake")
    page = await amara.do("/for", ("message", cake.id), ("give", cake.id))
    assert ("recipients", "dot") in page.checked
    assert "About" in page.dialog
    done = await amara.fill(page.form, [("recipients", "dot"), ("entries", LISTEN.id), ("reason", REASON)])
    assert "You thanked Dot Pearce" in done.message("You thanked Dot Pearce").text
    card = done.message(REASON)
    assert f"#{cake.id}" in card.html


async def test_nothing_is_given_for_what_only_one_can_see(amara: Visitor) -> None:
    note = (await amara.say("/kudos help")).last
    assert (await amara.do("/for", ("message", note.id))).status == 400
