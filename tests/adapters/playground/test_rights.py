"""One's own data in the playground: what is kept, all of it, and erased with what stands."""

from tests.adapters.playground.visitor import Visitor
from tests.conftest import FRAMEWORKS

ENTRY = FRAMEWORKS["own"].taggable[0]
SAID = "asking twice before you wrote it down"


async def test_from_what_is_kept_to_nothing(amara: Visitor) -> None:
    page = await amara.say(f"/kudos @tom #{ENTRY.tag} for {SAID}")
    card = page.messages[-2]
    assert SAID in card.text
    page = await amara.say("/kudos privacy")
    assert page.last.private
    assert page.says("The words of a kudos: 24 months.")
    page = await amara.press(page.last, "Show my data")
    assert page.says("Everything I keep about you comes to our own conversation")
    page = await amara.say("/kudos erase me")
    assert page.says("This can't be undone.")
    page = await amara.press(page.last, "Yes: Erase me")
    assert page.says("I am erasing everything about you.")
    page = await amara.look()
    assert not any(SAID in each.text for each in page.messages)
