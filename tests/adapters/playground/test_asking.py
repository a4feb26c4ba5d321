"""What follows an answer in the playground: below it, in its place, and over one's own page."""

from tests.adapters.playground.visitor import Visitor
from tests.conftest import FRAMEWORKS

OWN = FRAMEWORKS["own"]
FIRST, SECOND, _, LISTEN = OWN.taggable[:4]


async def test_steps_take_the_place_of_a_private_answer(amara: Visitor) -> None:
    page = await amara.say(f"/values {FIRST.tag}")
    number = len(page.messages)
    page = await amara.press(page.last, FIRST.groups[1].label)
    assert FIRST.groups[1].lines[0].text in page.last.text
    assert FIRST.groups[0].lines[0].text not in page.last.text
    page = await amara.press(page.last, f"Next: {SECOND.title.text}")
    assert SECOND.groups[0].lines[0].text in page.last.text
    page = await amara.press(page.last, f"Back: {FIRST.title.text}")
    assert FIRST.groups[0].lines[0].text in page.last.text
    assert len(page.messages) == number


async def test_an_answer_that_all_read_stays_as_it_is(amara: Visitor) -> None:
    page = await amara.say(f"@Kudos what does #{FIRST.tag} mean?")
    before = page.last.text
    page = await amara.as_("tom").press(page.last, f"Next: {SECOND.title.text}")
    assert page.last.private
    assert SECOND.groups[0].lines[0].text in page.last.text
    assert page.messages[-2].text.endswith(before.partition("answers")[2])


async def test_give_kudos_for_this_opens_the_form_with_it(amara: Visitor) -> None:
    page = await amara.say(f"/values {LISTEN.tag}")
    form = await amara.press(page.last, "Give kudos for this")
    assert ("entries", LISTEN.id) in form.checked
    assert 'name="place"' not in form.dialog


async def test_who_has_shown_it_lately_links_to_the_card(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #{LISTEN.tag} for asking twice before you wrote it down")
    card = page.messages[-2]
    page = await amara.as_("dot").say(f"/values {LISTEN.tag}")
    page = await amara.as_("dot").press(page.last, "Who has shown it lately?")
    assert "Amara Okafor thanked Tom Bexley" in page.last.text
    assert "asking twice before you wrote it down" in page.last.text
    assert f'#{card.id}">see it</a>' in page.last.html
    assert page.last.text.count("see it") == 3


async def test_a_menu_ends_with_none_of_these(amara: Visitor) -> None:
    page = await amara.say(f"/values did my boss break {FIRST.title.text} and {SECOND.title.text}")
    menu = page.last
    page = await amara.press(menu, "None of these")
    assert "Ask me in other words" in page.last.text
    page = await amara.press(menu, f"{FIRST.emoji} {FIRST.title.text}")
    assert page.says(FIRST.groups[0].lines[0].text)


async def test_all_values_are_one_press_away(amara: Visitor) -> None:
    page = await amara.say(f"/values {FIRST.tag}")
    page = await amara.press(page.last, "All values")
    assert all(entry.title.text in page.last.text for entry in OWN.taggable)
