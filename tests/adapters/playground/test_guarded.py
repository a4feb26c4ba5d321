"""Words that must not be in a chat tool, at the playground: a private note with three buttons, and a form that asks."""

from tests.adapters.playground.visitor import Visitor
from tests.conftest import FRAMEWORKS

LISTEN = FRAMEWORKS["own"].taggable[3]
NUMBER = "07700 900123"
WORDS = f"ringing her on {NUMBER} at night"
WITHOUT = "ringing her on […] at night"


async def test_a_command_is_answered_in_private_and_a_button_gives_it_without(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #listen for {WORDS}")
    note = page.last
    assert note.private
    assert f"{NUMBER}: looks like a phone number" in note.text
    assert NUMBER not in (await amara.as_("tom").look()).html
    page = await amara.press(note, "Post it without them")
    assert "You thanked Tom Bexley" in page.message("You thanked").text
    others = await amara.as_("dot").look()
    assert WITHOUT in others.last.text
    assert NUMBER not in others.html


async def test_the_words_are_changed_in_the_form_that_a_button_opens(amara: Visitor) -> None:
    page = await amara.press((await amara.say(f"/kudos @tom #listen for {WORDS}")).last, "Change the words")
    assert page.form
    assert f"“{NUMBER}” looks like a phone number" in page.errors["reason"]
    assert ("remedy", "change") in page.checked


async def test_the_form_stays_and_asks_what_is_to_be_done(amara: Visitor) -> None:
    form = (await amara.say("/kudos")).form
    filled = [("recipients", "tom"), ("entries", LISTEN.id), ("reason", WORDS)]
    page = await amara.fill(form, filled)
    assert page.form == form
    assert f"“{NUMBER}” looks like a phone number" in page.errors["reason"]
    assert f"Without them it reads: “{WITHOUT}”" in page.dialog
    assert {("recipients", "tom"), ("entries", LISTEN.id)} <= page.checked
    page = await amara.fill(form, [*filled, ("remedy", "change")])
    assert page.errors
    page = await amara.fill(form, [*filled, ("remedy", "keep")])
    assert NUMBER in page.messages[-2].text
    assert "You thanked Tom Bexley" in page.last.text
