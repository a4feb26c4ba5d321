"""WCAG 2.2 AA, measured: every scene, in every look, and on the narrowest of screens."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window, Windows
from tests.browser.measures import cut_off, rules_broken, scrolls_sideways, space_text, too_small
from tests.browser.scenes import SCENES, say

WIDE = {"width": 1280, "height": 860}
TALL = {"width": 1280, "height": 4000}  # nothing is scrolled out of sight, so that axe sees it all
PHONE = {"width": 320, "height": 640}
ENLARGED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "more contrast": {"color_scheme": "dark", "contrast": "more"},
}


@pytest.mark.parametrize(
    ("measure", "fault"),
    [
        (rules_broken, ".text { color: #ddd }"),
        (too_small, ".chip { min-height: 0; height: 20px }"),
        (scrolls_sideways, "main { width: 400px }"),
        (cut_off, ".text { white-space: nowrap; overflow: hidden }"),
        (cut_off, ".place { height: 10px; overflow: hidden }"),
    ],
)
def test_what_is_wrong_is_found(windows: Windows, measure: Callable[[Page], list[str]], fault: str) -> None:
    window = windows(viewport=PHONE)
    page = window.go("amara")
    if measure is rules_broken:
        page.set_viewport_size(TALL)  # type: ignore[arg-type]
    assert measure(page) == []
    page.evaluate(
        """(fault) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(fault);
          document.adoptedStyleSheets = [sheet];
        }""",
        fault,
    )
    assert measure(page) != []


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing_in_any_look(windows: Windows, scene: str) -> None:
    window = windows(viewport=WIDE)
    SCENES[scene](window)
    page = window.page
    for name, look in LOOKS.items():
        page.emulate_media(**look)
        window.shot(f"30-{scene}-{name}")
        page.set_viewport_size(TALL)  # type: ignore[arg-type]
        assert rules_broken(page) == [], name
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert too_small(page) == []
    space_text(page)
    assert scrolls_sideways(page) == []
    assert cut_off(page) == []


@pytest.mark.parametrize("scene", SCENES)
def test_in_colours_of_ones_own_everything_keeps_its_edge(windows: Windows, scene: str) -> None:
    """axe reads the fill of a text, which Chromium does not force: whether all colours are one's own is asked here."""
    window = windows(viewport=WIDE, forced_colors="active")
    SCENES[scene](window)
    page = window.page
    window.shot(f"30-{scene}-forced")
    assert rules_broken(page, contrast=False) == []
    own = "[...document.querySelectorAll('*')].every((each) => getComputedStyle(each).forcedColorAdjust !== 'none')"
    assert page.evaluate(own)
    marked = "button, .chip, .badge, #box, textarea, [aria-current], [aria-selected=true], .message:target, dialog"
    edgeless = """(marked) => [...document.querySelectorAll(marked)].filter((each) => {
      const style = getComputedStyle(each);
      const drawn = (edge) => style[edge + "Style"] !== "none" && parseFloat(style[edge + "Width"]);
      return !drawn("borderTop") && !drawn("outline");
    }).map((each) => each.outerHTML.slice(0, 160))"""
    assert page.evaluate(edgeless, marked) == []


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_lost_on_a_narrow_screen(windows: Windows, scene: str) -> None:
    """Nothing is scrolled sideways, cut off or too small to be hit, even when text is set more widely."""
    window = windows(viewport=PHONE)
    SCENES[scene](window)
    page = window.page
    assert rules_broken(page) == []
    for name, size in {"phone": PHONE, "enlarged": ENLARGED}.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        window.shot(f"31-{scene}-{name}")
        assert too_small(page) == []
        assert scrolls_sideways(page) == []
        assert cut_off(page) == []
    space_text(page)
    for name, size in {"enlarged": ENLARGED, "phone": PHONE}.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        window.shot(f"32-{scene}-{name}")
        assert scrolls_sideways(page) == []
        assert cut_off(page) == []


def test_axe_finds_nothing_when_no_script_of_ours_runs(windows: Windows) -> None:
    """axe itself needs JavaScript, so only ours is taken away."""
    window = windows()
    window.context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page = window.go("callum", "neighbourhood")
    assert rules_broken(page) == []
    page.get_by_role("button", name="Give kudos", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert rules_broken(page) == []
    assert too_small(page) == []


def test_nothing_moves_for_those_who_want_no_motion(windows: Windows) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      const still = (durations) => durations.split(",").every((each) => parseFloat(each) === 0);
      return !still(style.transitionDuration) || style.animationName !== "none" || style.scrollBehavior !== "auto";
    }).length"""
    still, lively = windows(reduced_motion="reduce"), windows(reduced_motion="no-preference")
    for scene in ("channel", "form"):
        SCENES[scene](still)
        assert still.page.evaluate(moving) == 0
    lively.go("amara")
    assert lively.page.evaluate(moving) > 0


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("general", "#general · Kudos playground"),
        ("surprise-for-dot", "#surprise-for-dot · Kudos playground"),
        ("amara-tom", "Tom Bexley · Kudos playground"),
        ("kudos", "Messages from Kudos · Kudos playground"),
        ("home", "Home · Kudos playground"),
    ],
)
def test_a_page_says_where_one_is(window: Window, place: str, title: str) -> None:
    page = window.page
    page.goto(f"{window.address}/?as=amara&in={place}")
    expect(page).to_have_title(title)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for landmark in ("banner", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    assert page.locator("html").get_attribute("lang") == "en-GB"


def test_the_title_says_what_is_open_and_that_something_has_to_be_mended(window: Window) -> None:
    SCENES["form"](window)
    expect(window.page).to_have_title("Give kudos · #response · Kudos playground")
    SCENES["form to mend"](window)
    expect(window.page).to_have_title("Please check: Give kudos · #response · Kudos playground")


def test_what_has_become_of_what_one_sent_is_said(window: Window) -> None:
    page = window.go("priya", "response")
    outcome = page.locator("#outcome")
    expect(outcome).to_have_role("status")
    expect(outcome).to_be_empty()
    say(page, "Is anybody going past the front desk?")
    expect(outcome).to_have_text("Priya Nair Is anybody going past the front desk?")
    say(page, "/kudos @tom #listen for hearing us all out before he chose")
    expect(outcome).to_contain_text("Priya Nair thanked @Tom Bexley")
    expect(outcome).to_contain_text("Only you can see this Thank you. You thanked Tom Bexley")
    page.get_by_role("button", name="Undo").last.press("Enter")
    expect(outcome).to_contain_text("Taken back: your kudos to Tom Bexley")
    page.get_by_role("button", name="Dismiss").last.press("Enter")
    expect(outcome).to_have_text("It is gone.")


def test_what_others_say_is_said_as_it_comes(windows: Windows) -> None:
    mine, theirs = windows(), windows()
    page = mine.go("sian", "neighbourhood")
    log = page.get_by_role("log", name="Messages in #neighbourhood")
    say(theirs.go("grace", "neighbourhood"), "The kettle is on")
    expect(log).to_contain_text("The kettle is on")
