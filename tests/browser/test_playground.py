"""One person tries everything in the playground: in a real browser, and by keyboard where that is all one has."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window, Windows
from tests.browser.scenes import box, message, say
from tests.conftest import FRAMEWORKS

LISTEN, PROUD = FRAMEWORKS["own"].taggable[3:5]


def test_the_first_page(window: Window) -> None:
    page = window.page
    page.goto(f"{window.address}/")
    expect(page.get_by_role("heading", name="#general")).to_be_visible()
    expect(message(page, "Seconded by Tom Bexley and Grace Adeyemi")).to_be_in_viewport()
    expect(box(page)).to_be_focused()
    window.shot("01-home")


def test_giving_by_command_with_completion_by_keyboard_alone(window: Window) -> None:
    page = window.go("priya")
    keys = page.keyboard
    keys.type("/kudos @to")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", name="Tom Bexley")).to_have_attribute("aria-selected", "true")
    window.shot("02-completion")
    keys.press("Enter")
    keys.type("#")
    expect(page.get_by_role("option")).to_have_count(8)
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    keys.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    keys.type("lis")
    keys.press("Tab")
    expect(box(page)).to_have_value("/kudos @Tom Bexley #listen ")
    keys.type("for asking what we would need before you decided anything")
    keys.press("Enter")
    expect(message(page, "Priya Nair thanked @Tom Bexley")).to_contain_text("asking what we would need")
    note = message(page, "You thanked Tom Bexley")
    expect(note).to_contain_text("Only you can see this")
    window.shot("03-given")


def test_a_command_can_be_completed_and_sent(window: Window) -> None:
    page = window.go("idris", "kudos")
    page.keyboard.type("/k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("/kudos help")
    page.keyboard.press("Enter")
    expect(message(page, "Kudos: thank a colleague")).to_be_visible()


def test_giving_by_form_by_keyboard_alone(window: Window) -> None:
    page = window.go("hannah", "response")
    keys = page.keyboard
    keys.type("/kudos")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Give kudos")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Amara Okafor")).to_be_focused()
    window.shot("04-form")
    keys.press("Space")
    expect(dialog.get_by_label("Amara Okafor")).to_be_checked()
    dialog.get_by_label(PROUD.title.text).focus()
    keys.press("Space")
    dialog.get_by_label("What did they do?").focus()
    keys.type("Thanks!")
    dialog.get_by_role("button", name="Give kudos").press("Enter")

    reason = dialog.get_by_label("What did they do?")
    expect(reason).to_be_focused()
    expect(dialog.locator("#field-reason-error")).to_contain_text("at least 10 characters")
    expect(dialog.get_by_label("Amara Okafor")).to_be_checked()
    expect(dialog.get_by_label(PROUD.title.text)).to_be_checked()
    window.shot("05-form-to-mend")
    keys.press("Control+A")
    keys.type("You ran the whole briefing so that our new starters could follow it.")
    dialog.get_by_role("button", name="Give kudos").press("Enter")
    expect(dialog).to_be_hidden()
    expect(message(page, "Hannah Whitlock thanked @Amara Okafor")).to_contain_text("ran the whole briefing")


def test_a_form_is_left_with_esc_and_holds_the_focus_until_then(window: Window) -> None:
    page = window.go("hannah")
    say(page, "/kudos")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.getElementById('page').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(box(page)).to_be_focused()


def test_giving_by_reaction_and_adding_a_sentence(window: Window) -> None:
    page = window.go("tom")
    cake = message(page, "There is lemon cake")
    react = cake.get_by_label("React to the message from Dot Pearce")
    react.focus()
    page.keyboard.press("Enter")
    expect(cake.get_by_role("group", name="Emoji")).to_be_visible()
    window.shot("06-react")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    note = message(page, "Your reaction thanks Dot Pearce")
    expect(note).to_contain_text(LISTEN.title.text)
    expect(note).to_be_in_viewport()
    window.shot("07-reacted")
    note.get_by_role("button", name="Add a sentence").click()
    page.get_by_label("What did Dot Pearce do?").fill("You found out that Wednesday is when we need cake most.")
    page.get_by_role("dialog").get_by_role("button", name="Give kudos").click()
    expect(message(page, "Tom Bexley thanked @Dot Pearce")).to_contain_text("when we need cake most")

    own = message(page, "There is lemon cake").get_by_role("button", name=LISTEN.title.text, pressed=True)
    own.click()
    expect(own).to_have_count(0)
    expect(page.get_by_text("You took your reaction back")).to_be_visible()


def test_seconding_editing_withdrawing_and_undoing(windows: Windows) -> None:
    giver, other = windows(), windows()
    page = giver.go("zofia", "neighbourhood")
    say(page, "/kudos @callum #fair for telling me the truth about my first plan")
    card = message(page, "Zofia Wrona thanked @Callum Reid")
    expect(card).to_contain_text("my first plan")

    theirs = message(other.go("meilin", "neighbourhood"), "my first plan")
    second = theirs.get_by_role("button", name="Second this")
    second.press("Enter")
    expect(message(other.page, "my first plan")).to_contain_text("Seconded by Mei-Lin Chow")
    expect(card).to_contain_text("Seconded by Mei-Lin Chow")  # without anybody asking for it
    giver.shot("08-seconded")

    card.get_by_label("More").press("Enter")
    giver.shot("09-more")
    card.get_by_role("button", name="Edit the words").press("Enter")
    words = page.get_by_label("What did they do?")
    expect(words).to_be_focused()
    words.fill("Telling me the truth about my second plan as well")
    words.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(message(page, "Zofia Wrona thanked @Callum Reid")).to_contain_text("my second plan as well")
    changed = message(other.page, "my second plan as well")
    expect(changed.get_by_role("button", name="Second this")).to_be_focused()  # where it was before the card changed

    message(page, "You thanked Callum Reid").get_by_role("button", name="Undo").press("Enter")
    expect(message(page, "Taken back: your kudos to Callum Reid")).to_be_visible()
    expect(page.get_by_text("my second plan as well")).to_have_count(0)
    giver.shot("10-undone")


def test_asking(window: Window) -> None:
    page = window.go("luca")
    page.keyboard.type("/values what does 'I listen and learn' mean?")
    page.keyboard.press("Enter")
    answer = message(page, "I accept and admit when I am wrong")
    expect(answer).to_contain_text("Only you can see this")
    expect(answer).to_contain_text("Source: WMP People Deal")
    window.shot("11-asked")
    answer.get_by_role("button", name="Dismiss").click()
    expect(answer).to_have_count(0)

    card = message(page, "Hannah Whitlock thanked @Zofia Wrona")
    card.get_by_role("button", name="What does it mean?").click()
    meaning = page.locator(".message:target")
    expect(meaning).to_contain_text("Only you can see this")
    expect(meaning).to_be_in_viewport()


def test_looking_as_the_recipient(window: Window) -> None:
    page = window.go("amara")
    say(page, "/kudos @dot #service for knowing everybody by name")
    expect(message(page, "You thanked Dot Pearce")).to_be_visible()
    page.locator(".who > summary").press("Enter")
    window.shot("12-who")
    page.get_by_role("link", name="Dot Pearce").press("Enter")
    expect(page.locator(".who > summary")).to_contain_text("Dot Pearce")
    page.get_by_role("link", name="Messages from Kudos").click()
    expect(message(page, "Amara Okafor thanked you in #general")).to_contain_text("knowing everybody by name")
    window.shot("13-recipient")
    expect(page.get_by_role("link", name="surprise-for-dot")).to_have_count(0)


def test_inviting_kudos(window: Window) -> None:
    page = window.go("luca", "charity-run")
    page.get_by_role("link", name="/invite @Kudos").click()
    expect(box(page)).to_have_value("/invite @Kudos")
    box(page).press("Enter")
    expect(message(page, "Luca Ferreira thanked @Siân Prosser")).to_be_visible()
    expect(message(page, "Hello. I pass on thanks")).to_be_visible()


def test_a_page_follows_what_others_do_and_leaves_alone_what_is_being_typed(windows: Windows) -> None:
    mine, theirs = windows(), windows()
    page = mine.go("sian")
    page.keyboard.type("Half a sent")
    say(theirs.go("grace"), "Fresh coffee in the wellbeing room")
    expect(message(page, "Fresh coffee")).to_be_visible()
    expect(box(page)).to_be_focused()
    page.keyboard.type("ence")
    expect(box(page)).to_have_value("Half a sentence")


def test_what_is_not_sent_yet_waits_for_one_to_come_back(window: Window) -> None:
    page = window.go("callum", "response")
    box(page).fill("Half a sent")
    page.get_by_label("React to the message from").last.click()
    page.locator("details[open]").get_by_role("button", name="Just 🎉").click()
    expect(box(page)).to_have_value("Half a sent")
    page.get_by_role("button", name="Give kudos", exact=True).click()
    words = page.get_by_role("dialog").get_by_label("What did they do?")
    words.fill("You found the keys")
    page.reload()
    expect(words).to_have_value("You found the keys")
    page.get_by_role("dialog").get_by_role("button", name="Give kudos").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(words).to_have_value("You found the keys")
    page.wait_for_load_state()  # until then nobody listens for Esc
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Give kudos", exact=True)).to_be_focused()
    expect(box(page)).to_have_value("Half a sent")
    box(page).focus()
    page.keyboard.type("ence")
    page.keyboard.press("Enter")
    expect(message(page, "Half a sentence")).to_be_visible()
    expect(box(page)).to_have_value("")
    page.get_by_role("button", name="Give kudos", exact=True).click()
    expect(words).to_have_value("")


def test_words_from_right_to_left_go_so_to_their_end(window: Window) -> None:
    page = window.go("zofia", "neighbourhood")
    thanks = "שלום לכולם (abc) תודה!"
    say(page, thanks)
    say(page, f"/kudos @Callum #listen for {thanks}")
    for written in (page.locator(".text", has_text=thanks), page.locator("blockquote", has_text=thanks)):
        assert written.last.evaluate(
            """(element) => {
                const letter = document.createRange();
                const x = (at) => (letter.setStart(element.firstChild, at), letter.setEnd(element.firstChild, at + 1),
                    letter.getBoundingClientRect().x);
                return x(element.firstChild.length - 1) < x(0);
            }"""
        )


def test_what_is_written_is_never_markup(window: Window) -> None:
    page = window.go("owen")  # who is nobody to choose
    expect(page.locator(".who > summary")).to_contain_text("Amara Okafor")
    say(page, "<img src=x onerror=alert(1)><b>bold</b>")
    expect(message(page, "<img src=x onerror=alert(1)><b>bold</b>")).to_be_visible()


def test_everything_works_without_javascript(windows: Windows) -> None:
    window = windows(java_script_enabled=False)
    page = window.go("callum", "neighbourhood")
    box(page).fill("/kudos @luca thx")
    page.get_by_role("button", name="Send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#field-reason-error")).to_be_visible()
    dialog.get_by_label(LISTEN.title.text).check()
    dialog.get_by_label("What did they do?").fill("You listened to the whole street.")
    dialog.get_by_role("button", name="Give kudos").click()
    card = message(page, "Callum Reid thanked @Luca Ferreira")
    expect(card).to_contain_text("You listened to the whole street.")
    card.hover()
    card.get_by_label("React to the message").click()
    card.get_by_role("button", name=PROUD.tag).click()
    expect(message(page, "the whole street")).to_contain_text(PROUD.title.text)
    message(page, "the whole street").get_by_label("More").click()
    message(page, "the whole street").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("the whole street")).to_have_count(0)
    page.locator(".who > summary").click()
    page.get_by_role("link", name="Luca Ferreira").click()
    page.get_by_role("link", name="Messages from Kudos").click()
    expect(message(page, "This kudos is not shown any more.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_has_to_be_scrolled_sideways(windows: Windows, scheme: str, width: int) -> None:
    window = windows(color_scheme=scheme, viewport={"width": width, "height": 720})
    page = window.go("grace")
    for number, act in enumerate(["", "/values", "/kudos help", "/kudos @x #y z"]):
        if act:
            say(page, act)
            page.wait_for_load_state()
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) == 0
        window.shot(f"20-{scheme}-{width}-{number}")


def test_on_a_phone_the_places_are_behind_a_button(windows: Windows) -> None:
    window = windows(viewport={"width": 390, "height": 760}, has_touch=True, is_mobile=True)
    page = window.go("grace")
    places = page.get_by_role("navigation", name="Channels and conversations")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="Channels and conversations").tap()
    expect(places).to_be_visible()
    window.shot("21-phone-places")
    page.get_by_role("link", name="response").tap()
    expect(page.get_by_role("heading", name="#response")).to_be_visible()
    expect(places).to_be_hidden()
    window.shot("22-phone")
