"""Every kind of page, and every state of one, with the way to it."""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Locator, Page, expect

from adapters.playground import render
from bot import digest_cards
from bot.digest import Digest
from tests import digests
from tests.browser.conftest import Window
from tests.conftest import FRAMEWORKS

Scene = Callable[[Window], None]

LISTEN: Final = FRAMEWORKS["own"].taggable[3]
LONG: Final = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3


def box(page: Page) -> Locator:
    return page.get_by_label("Message in")


def say(page: Page, text: str) -> None:
    """Type `text` and send it, without the help of completion."""
    box(page).fill(text)
    box(page).press("Escape")
    box(page).press("Enter")


def message(page: Page, words: str) -> Locator:
    return page.locator(".message").filter(has_text=words).last


def in_place(person: str, place: str) -> Scene:
    def scene(window: Window) -> None:
        window.go(person, place)

    return scene


def noted(window: Window) -> None:
    page = window.go("grace", "response")
    for text, answer in (("/kudos help", "Kudos: thank a colleague"), ("/values", "Source: "), ("/shrug", "I don't")):
        say(page, text)
        expect(message(page, answer)).to_contain_text("Only you can see this")


def long_words(window: Window) -> None:
    page = window.go("zofia", "response")
    say(page, f"/kudos @callum #fair for saying {LONG} without a slip")
    expect(message(page, "You thanked Callum Reid")).to_be_visible()
    say(page, f"{LONG} @{LONG}")
    expect(message(page, LONG)).to_be_visible()


def form(window: Window) -> None:
    page = window.go("hannah", "response")
    say(page, "/kudos")
    expect(page.get_by_role("dialog", name="Give kudos")).to_be_visible()


def form_to_mend(window: Window) -> None:
    form(window)
    window.page.get_by_role("dialog").get_by_role("button", name="Give kudos").click()
    expect(window.page.locator("#field-reason-error")).to_be_visible()


def form_with_places(window: Window) -> None:
    page = window.go("hannah", "kudos")
    page.get_by_role("button", name="Give kudos", exact=True).click()
    expect(page.get_by_role("dialog", name="Give kudos").get_by_label("#general")).to_be_visible()


def more(window: Window) -> None:
    page = window.go("amara")
    page.get_by_label("More").last.press("Enter")
    expect(page.get_by_role("button", name="Withdraw").last).to_be_visible()


def emoji(window: Window) -> None:
    page = window.go("amara")
    page.get_by_label("React to the message").last.press("Enter")
    expect(page.get_by_role("group", name="Emoji")).to_be_visible()


def completing(window: Window) -> None:
    page = window.go("amara")
    page.keyboard.type("/kudos @")
    expect(page.get_by_role("option").first).to_be_visible()


def people(window: Window) -> None:
    page = window.go("amara")
    page.locator(".who > summary").press("Enter")
    expect(page.get_by_role("navigation", name="Choose who you are")).to_be_visible()


def places(window: Window) -> None:
    """Behind a button where the window is narrow."""
    page = window.go("amara")
    button = page.get_by_role("button", name="Channels and conversations")
    if button.is_visible():
        button.press("Enter")
    expect(page.get_by_role("navigation", name="Channels and conversations")).to_be_visible()


def ideas(window: Window) -> None:
    """Behind a button where the window is narrow."""
    page = window.go("amara")
    button = page.get_by_role("button", name="Ideas")
    if button.is_visible():
        button.press("Enter")
    expect(page.get_by_role("link", name="Help", exact=True)).to_be_visible()


def home(window: Window) -> None:
    page = window.go("amara")
    opener = page.get_by_role("button", name="Channels and conversations")
    if opener.is_visible():
        opener.press("Enter")
    page.get_by_role("link", name="Home", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Kudos you received")).to_be_visible()


def note_at_home(window: Window) -> None:
    page = window.page
    page.goto(f"{window.address}/home?as=priya")
    given = page.locator(".menu").filter(has=page.locator("button", has_text="Edit the words"))
    given.first.get_by_label("More").press("Enter")
    page.get_by_role("button", name="Edit the words").first.press("Enter")
    page.get_by_role("dialog", name="Edit your words").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("dialog", name="Kudos")).to_contain_text("Saved")


def answered(window: Window) -> None:
    page = window.go("luca", "response")
    say(page, f"@Kudos what does {LISTEN.title.text} mean?")
    expect(message(page, "I accept and admit when I am wrong")).to_contain_text("answers Luca Ferreira")


def written_to_kudos(window: Window) -> None:
    page = window.go("luca", "kudos")
    say(page, "Thanks to @Dot")
    expect(message(page, "Your kudos is not given yet")).to_contain_text("Only you can see this")


def digest_form(window: Window) -> None:
    page = window.go("amara")
    say(page, "/kudos digest")
    expect(page.get_by_role("dialog", name="Weekly digest")).to_contain_text("The next one is due on")


def digest_form_to_mend(window: Window) -> None:
    digest_form(window)
    dialog = window.page.get_by_role("dialog")
    dialog.get_by_label("In which time zone?").fill("Neverland")
    dialog.get_by_label("Those of certain people").check()
    dialog.get_by_role("button", name="Save").click()
    expect(window.page.locator("#field-zone-error")).to_contain_text("I know no time zone called “Neverland”")
    expect(window.page.locator("#field-people-error")).to_be_visible()


def digest_words(window: Window) -> None:
    page = window.go("amara")
    for text, answer in (("/kudos digest maybe", "I don't know"), ("/kudos digest skip", "is left out")):
        say(page, text)
        expect(message(page, answer)).to_contain_text("Only you can see this")
    say(page, "/kudos digest unskip")
    expect(message(page, "The next one is due on")).to_be_visible()


def week_later(window: Window) -> None:
    page = window.go("amara")
    page.get_by_role("button", name="Move a week forward").press("Enter")
    expect(page.locator("#outcome")).to_contain_text("It is ")
    expect(message(page, "Kudos of the week")).to_be_visible()


def digest(told: Digest) -> Scene:
    """A digest in place of a message: real weeks are not as empty, as full or as odd."""

    def scene(window: Window) -> None:
        page = window.go("amara")
        here = render.Here(person="amara", place="general", once="once")
        html = render.card(digest_cards.weekly(told, FRAMEWORKS["own"]), here, "m1")
        body = page.locator(".message .body").last
        body.evaluate("(body, html) => { body.innerHTML = html; body.scrollIntoView({ block: 'end' }); }", str(html))
        expect(body.get_by_role("heading")).to_have_count(1)

    return scene


def a_week_of(number: int) -> Digest:
    return digests.told(digests.some(number, FRAMEWORKS["own"]), FRAMEWORKS["own"])


SCENES: Final[Mapping[str, Scene]] = {
    "channel": in_place("amara", "general"),
    "private channel": in_place("amara", "surprise-for-dot"),
    "channel without Kudos": in_place("amara", "charity-run"),
    "conversation": in_place("tom", "amara-tom"),
    "messages from Kudos": in_place("amara", "kudos"),
    "private notes": noted,
    "long words": long_words,
    "form": form,
    "form to mend": form_to_mend,
    "form with places": form_with_places,
    "⋯": more,
    "emoji": emoji,
    "completion": completing,
    "people": people,
    "places": places,
    "ideas": ideas,
    "home": home,
    "note at home": note_at_home,
    "answer": answered,
    "written to Kudos": written_to_kudos,
    "digest form": digest_form,
    "digest form to mend": digest_form_to_mend,
    "digest in words": digest_words,
    "a week later": week_later,
    "digest of nothing": digest(a_week_of(0)),
    "digest of one": digest(a_week_of(1)),
    "digest of many": digest(a_week_of(5000)),
    "digest of long names": digest(digests.long_names(FRAMEWORKS["own"])),
}
