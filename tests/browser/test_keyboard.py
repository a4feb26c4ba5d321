"""The whole playground by keyboard alone: whatever has the focus is in sight, has a ring, and can be left again."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window, Windows
from tests.browser.measures import TABS_MOST, tab, tab_to
from tests.browser.scenes import LISTEN, SCENES, box, message

ENLARGED = {"width": 320, "height": 256}


def stops(page: Page, first: Locator) -> list[str]:
    """Every stop of the page after the `first`, which has the focus, up to its end."""
    found = []
    while (stop := tab(page)) and not first.evaluate("each => each === document.activeElement"):
        found.append(stop)
        assert len(found) < TABS_MOST
    return found


def test_the_focus_goes_through_the_page_in_order_and_back(window: Window) -> None:
    page = window.go("amara")
    first = page.locator(".skip").first
    first.focus()
    there = stops(page, first)
    in_order = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, [tabindex], input:not([type=hidden])")]
          .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert there == in_order[1:]
    back = [tab(page, "Shift+Tab") for _ in [first, *there]]
    assert [each for each in back if each][: len(there)] == there[::-1]


def test_a_whole_visit(window: Window) -> None:
    page = window.go("idris", "response")
    keys = page.keyboard

    # Past everything, to the messages, and to the box.
    page.locator(".skip").first.focus()
    keys.press("Enter")
    expect(page.get_by_role("log")).to_be_focused()
    page.locator(".skip").last.focus()
    keys.press("Enter")
    expect(box(page)).to_be_focused()

    # Become somebody else.
    page.locator(".skip").last.focus()
    tab_to(page, page.locator(".who > summary"))
    keys.press("Enter")
    expect(page.get_by_role("link", name="Priya Nair")).to_be_visible()
    keys.press("Escape")
    expect(page.locator(".who > summary")).to_be_focused()
    keys.press("Enter")
    tab_to(page, page.get_by_role("link", name="Priya Nair"))
    keys.press("Enter")
    expect(page.locator(".who > summary")).to_contain_text("Priya Nair")
    expect(page.get_by_role("combobox")).to_be_focused()

    # Thank with a command, helped by completion.
    keys.type("/kudos @to")
    expect(page.get_by_role("option", name="Tom Bexley")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    keys.type("#lis")
    keys.press("Tab")
    keys.type("for waiting until the last of us had spoken")
    keys.press("Enter")
    note = message(page, "You thanked Tom Bexley")
    expect(note).to_contain_text("Only you can see this")

    # Thank with the form; leave it and come back to where one was.
    shortcut = page.get_by_role("button", name="Give kudos", exact=True)
    tab_to(page, shortcut, "Shift+Tab")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Give kudos")
    expect(dialog.get_by_label("Amara Okafor")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shortcut).to_be_focused()
    keys.press("Enter")
    expect(dialog.get_by_label("Amara Okafor")).to_be_focused()
    keys.press("Space")
    tab_to(page, dialog.get_by_label("What did they do?"))
    keys.type("You took the late call so that others could go home.")
    fitting = dialog.get_by_role("status")
    expect(fitting).to_contain_text("That sounds like:")
    expect(dialog.get_by_label("What did they do?")).to_be_focused()
    expect(dialog.get_by_label("Amara Okafor")).to_be_checked()
    keys.type(" " + "Not one of us heard of it. " * 2)
    expect(dialog.get_by_label("What did they do?")).to_have_value(re.compile("could go home. Not one"))
    tab_to(page, dialog.get_by_label(LISTEN.title.text))
    keys.press("Space")
    tab_to(page, dialog.get_by_label("#general"))
    keys.press("ArrowDown")
    tab_to(page, dialog.get_by_role("button", name="Give kudos"))
    keys.press("Enter")
    expect(message(page, "Priya Nair thanked @Amara Okafor")).to_contain_text("took the late call")

    # React, second, change, undo: each leads back to where it was done.
    somebody = page.locator(".message:not(.from-kudos)").last
    react = somebody.get_by_label("React to the message")
    tab_to(page, react, "Shift+Tab")
    keys.press("Enter")
    tab_to(page, somebody.get_by_role("button", name="Just 🎉"))
    keys.press("Enter")
    expect(somebody.get_by_role("button", name="Priya Nair")).to_be_focused()

    others = page.locator(".message").filter(has=page.get_by_role("button", name="Second this")).first
    tab_to(page, others.get_by_role("button", name="Second this"), "Shift+Tab")
    keys.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Seconded by")
    expect(others.get_by_role("button", name="Second this")).to_be_focused()

    own = message(page, "took the late call")
    tab_to(page, own.get_by_label("More"))
    keys.press("Enter")
    keys.press("Tab")
    expect(own.get_by_role("button", name="Edit the words")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Edit your words")).to_be_visible()
    keys.press("Escape")
    expect(own.get_by_label("More")).to_be_focused()

    undo = page.get_by_role("button", name="Undo").last
    tab_to(page, undo)
    keys.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Taken back")

    # Read what Kudos has written to one.
    page.locator(".skip").last.focus()
    tab_to(page, page.get_by_role("link", name="Messages from Kudos"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages from Kudos")


def test_a_form_keeps_the_focus_until_it_is_left(window: Window) -> None:
    page = window.go("amara")
    somebody = page.locator(".message").filter(has=page.get_by_label("Give kudos for the message from Mei-Lin")).last
    give = somebody.get_by_label("Give kudos for the message from Mei-Lin Chow")
    tab_to(page, give, "Shift+Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Give kudos")
    expect(dialog.get_by_label("Mei-Lin Chow")).to_be_checked()
    inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
    for key in ["Tab"] * 60 + ["Shift+Tab"] * 60:
        tab(page, key)
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(give).to_be_focused()


def test_what_is_open_closes_when_the_focus_leaves_it(windows: Windows) -> None:
    window = windows(viewport={"width": 320, "height": 640})
    page = window.go("amara")
    for opener, shown in (
        (page.locator(".who > summary"), page.locator("#people")),
        (page.get_by_role("button", name="Channels and conversations"), page.locator("#places")),
        (page.get_by_role("button", name="Ideas"), page.locator("#ideas")),
    ):
        page.locator(".skip").last.focus()
        tab_to(page, opener)
        page.keyboard.press("Enter")
        expect(shown).to_be_visible()
        for _ in range(TABS_MOST):
            tab(page)
            if not page.evaluate("each => each.contains(document.activeElement)", shown.element_handle()):
                break
        expect(shown).to_be_hidden()


def test_much_enlarged_every_stop_is_still_in_sight(windows: Windows) -> None:
    window = windows(viewport=ENLARGED)
    page = window.go("amara")
    first = page.locator(".skip").first
    first.focus()
    assert len(stops(page, first)) > 40
    page.get_by_role("button", name="Give kudos", exact=True).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Give kudos").press("Enter")
    expect(page.locator("#field-reason-error")).to_be_visible()
    assert len({tab(page) for _ in range(40)}) > 30


def test_writing_to_kudos(window: Window) -> None:
    page = window.go("sian", "kudos")
    page.keyboard.type(f"What does {LISTEN.title.text} mean?")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("answers Siân Prosser")
    expect(page.locator("#outcome")).to_contain_text("I accept and admit when I am wrong")
    expect(box(page)).to_be_focused()


def test_ones_own_page(window: Window) -> None:
    page = window.go("amara", "kudos")
    keys = page.keyboard
    page.locator(".skip").last.focus()
    tab_to(page, page.get_by_role("link", name="Home", exact=True))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")

    off = page.get_by_role("button", name="Switch off: A message from Kudos when somebody thanks me")
    tab_to(page, off)
    keys.press("Enter")
    expect(page.locator("#outcome")).to_have_text("A message from Kudos when somebody thanks me: off")
    expect(page.get_by_role("button", name="Switch on: A message from Kudos when somebody thanks me")).to_be_focused()
    keys.press("Enter")
    expect(off).to_be_focused()

    more = page.locator("details.menu", has_text="Edit the words").first.get_by_label("More")
    tab_to(page, more, "Shift+Tab")
    keys.press("Enter")
    tab_to(page, page.get_by_role("button", name="Edit the words").first)
    keys.press("Enter")
    form = page.get_by_role("dialog", name="Edit your words")
    expect(form.get_by_label("What did they do?")).to_be_focused()
    keys.type("And more than that: ")
    tab_to(page, form.get_by_role("button", name="Save"))
    keys.press("Enter")
    note = page.get_by_role("dialog", name="Kudos")
    expect(note).to_contain_text("Saved.")
    expect(note.get_by_role("link", name="Close").last).to_be_focused()
    keys.press("Escape")
    expect(note).to_be_hidden()
    expect(more).to_be_focused()


def test_letting_a_week_pass(window: Window) -> None:
    """Its button keeps the focus, and what day it is now is announced, with what has come meanwhile."""
    page = window.go("amara")
    day = page.locator("#now time")
    for _ in range(2):
        before = day.inner_text()
        page.locator(".skip").first.focus()
        button = page.get_by_role("button", name="Move a week forward")
        tab_to(page, button)
        page.keyboard.press("Enter")
        expect(day).not_to_have_text(before)
        expect(button).to_be_focused()
        expect(page.locator("#outcome")).to_contain_text(f"It is {day.inner_text()}")
    expect(message(page, "Kudos of the week")).to_be_visible()


def test_another_window_follows_when_a_week_passes(window: Window) -> None:
    page = window.go("amara")
    other = window.tab()
    other.goto(f"{window.address}/?as=tom&in=response")
    page.get_by_role("button", name="Move a week forward").click()
    expect(other.locator("#now time")).to_have_text(page.locator("#now time").inner_text())


def test_setting_up_the_digest(window: Window) -> None:
    """Every kind of field, and back to where one was."""
    page = window.go("tom", "response")
    keys = page.keyboard
    keys.type("/kudos digest")
    keys.press("Escape")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Weekly digest")
    expect(dialog).to_contain_text("There is no digest in #response yet")
    on = dialog.get_by_label("On", exact=True)
    expect(on).to_be_checked()
    expect(dialog.locator(":focus")).to_have_count(1)
    tab_to(page, dialog.get_by_label("On which day?"))
    keys.type("Fri")
    tab_to(page, dialog.get_by_label("In which time zone?"))
    keys.press("Control+A")
    keys.type("Neverland")
    tab_to(page, dialog.get_by_label("Everybody's"))
    keys.press("ArrowDown")
    expect(dialog.get_by_label("Those given here")).to_be_checked()
    tab_to(page, dialog.get_by_label("Mentions"))
    keys.press("Space")
    tab_to(page, dialog.get_by_role("button", name="Save"))
    keys.press("Enter")

    # What has to be mended has the focus; what was filled in is there still.
    zone = dialog.get_by_label("In which time zone?")
    expect(zone).to_be_focused()
    expect(dialog).to_contain_text("I know no time zone called “Neverland”")
    expect(dialog.get_by_label("Mentions")).to_be_checked()
    keys.press("Control+A")
    keys.type("Europe/Paris")
    tab_to(page, dialog.get_by_role("button", name="Save"))
    keys.press("Enter")
    expect(message(page, "The digest in #response is on")).to_contain_text("The next one is due on Friday")
    expect(box(page)).to_be_focused()

    keys.type("/kudos digest preview")
    keys.press("Escape")
    keys.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Only you can see this")


def test_a_digest_is_read_and_answered_by_keyboard(windows: Windows) -> None:
    """On a small screen too, every link and button of it comes into sight."""
    window = windows(viewport={"width": 320, "height": 640})
    SCENES["digest of many"](window)
    page = window.page
    told = page.locator(".message .body").last
    links = told.get_by_role("link")
    expect(links).to_have_count(8)
    give = told.get_by_role("button", name="Give kudos")
    page.locator(".skip").last.focus()
    seen = 0
    for _ in range(TABS_MOST):
        tab(page, "Shift+Tab")
        if links.first.evaluate("each => each === document.activeElement"):
            break
        seen += page.evaluate("told => told.contains(document.activeElement)", told.element_handle())
    assert seen == 8, "the button and all links but the first"
    tab_to(page, give)
