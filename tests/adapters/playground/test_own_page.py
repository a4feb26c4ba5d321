"""One's own page: Kudos puts it up for one person, and what is pressed there is answered over it."""

from adapters.playground.workspace import KUDOS
from tests.adapters.playground.visitor import Visitor

MENDED = "Nobody had asked you to, and it made the day for all of us."


async def test_the_page_is_there_from_the_first_look(amara: Visitor) -> None:
    page = await amara.at("home").look()
    assert page.says("Kudos you received (4)")
    assert page.says("Only you see this page.")
    assert "<h2>Your settings</h2>" in page.html
    assert '<form class="composer"' not in page.html
    assert "/home?as=amara" in page.html


async def test_the_page_follows_what_happens(amara: Visitor) -> None:
    await amara.open_home()
    await amara.as_("tom").say("/kudos @amara #listen for asking twice before you wrote it down")
    page = await amara.at("home").look()
    assert page.says("Kudos you received (5)")
    assert page.says("asking twice before you wrote it down")


async def test_nobody_sees_the_page_of_somebody_else(amara: Visitor) -> None:
    own = (await amara.open_home()).last
    theirs = await amara.as_("tom").open_home()
    assert theirs.last.id != own.id
    assert not (await amara.as_("tom").at("home").look(note=own.id)).dialog
    await amara.as_("tom").at("home").press(own, "Give kudos")
    assert (await amara.at("home").look()).last.text == own.text


async def test_the_page_is_no_note_to_dismiss_and_no_place_to_write_in(amara: Visitor) -> None:
    own = (await amara.open_home()).last
    await amara.at("home").do("/dismiss", ("message", own.id))
    page = await amara.at("home").say("Hello?")
    assert [each.id for each in page.messages] == [own.id]
    assert (await amara.at("home").react(own, "👍")).status == 400
    assert (await amara.at("home").do("/for", ("message", own.id))).status == 400


async def test_leafing_stays_until_the_page_is_opened_again(amara: Visitor) -> None:
    for number in range(4):
        await amara.as_("tom").say(f"/kudos @amara #listen for good deed number {number}")
    page = await amara.open_home()
    older = await amara.at("home").press(page.last, "Older")
    assert older.says("6 to 8 of 8")
    assert (await amara.at("home").look()).says("6 to 8 of 8")
    assert (await amara.open_home()).says("1 to 5 of 8")


async def test_a_setting_is_switched_on_the_page(amara: Visitor) -> None:
    page = await amara.open_home()
    after = await amara.at("home").press(page.last, "Switch off")
    assert after.says("A message from Kudos when somebody thanks me: off")
    await amara.as_("tom").say("/kudos @amara #listen for asking twice before you wrote it down")
    assert not (await amara.at(KUDOS).look()).says("asking twice")


async def test_what_is_pressed_is_answered_over_the_page(amara: Visitor) -> None:
    page = await amara.open_home()
    form = await amara.at("home").press(page.last, "Edit the words")
    assert form.form
    saved = await amara.at("home").fill(form.form, [("reason", MENDED)])
    assert "Saved." in saved.dialog
    assert saved.url.partition("?")[2].startswith("as=amara&in=home&note=")
    assert "autofocus>Close</a>" in saved.dialog
    assert MENDED in saved.last.text

    gone = await amara.at("home").press(saved.last, "Withdraw")
    assert "Taken back" in gone.dialog
    assert 'href="/?as=amara&amp;in=general&amp;say=%2Fkudos"' in gone.dialog
    assert not (await amara.at("home").look()).says(MENDED)


async def test_the_page_gives_kudos(amara: Visitor) -> None:
    page = await amara.open_home()
    form = await amara.at("home").press(page.last, "Give kudos")
    assert 'name="place" value="general"' in form.dialog
