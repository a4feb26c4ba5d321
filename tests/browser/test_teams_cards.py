"""Cards of Teams, drawn by Microsoft's own library: on a telephone nothing is cut off, and everything has its name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import npm
from tests.adapters.teams.examples import content, rendered
from tests.browser.conftest import REQUIRED, SCREENSHOTS

DRAWN = """([card, host]) => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownit({ linkify: true }).render(text);
    result.didProcess = true;
  };
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig(host);
  made.parse(card);
  document.querySelector("main").replaceChildren(made.render());
}"""
WIDER = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < 0)
  .map((each) => each.outerHTML.slice(0, 200))"""
# Teams has a search for people of its own.
NAMELESS = """() => [...document.querySelectorAll("main input, main textarea, main select, main button")]
  .filter((each) => !each.classList.contains("ac-choiceSetInput-filtered-textbox"))
  .filter((each) => !(each.getAttribute("aria-labelledby") ?? "").split(" ")
    .some((id) => document.getElementById(id)?.textContent.trim())
    && !each.getAttribute("aria-label") && !each.labels?.length)
  .map((each) => each.outerHTML.slice(0, 200))"""

THEMES = {
    "light": {"card": "#ffffff", "words": "#242424", "small": "#616161", "quote": "#f0f0f0", "wrong": "#c4314b"},
    "dark": {"card": "#292929", "words": "#ffffff", "small": "#adadad", "quote": "#141414", "wrong": "#f9526b"},
}


def host(theme: dict[str, str]) -> dict[str, Any]:
    """How a client like Teams draws cards."""
    words = {"default": theme["words"], "subtle": theme["small"]}
    colours = {"default": words, "attention": {"default": theme["wrong"], "subtle": theme["wrong"]}}
    return {
        "fontFamily": "Liberation Sans, sans-serif",
        "spacing": {"small": 8, "default": 12, "medium": 16, "large": 20, "padding": 16},
        "containerStyles": {
            "default": {"backgroundColor": theme["card"], "foregroundColors": colours},
            "emphasis": {"backgroundColor": theme["quote"], "foregroundColors": colours},
        },
        "actions": {"maxActions": 5, "actionsOrientation": "horizontal", "actionAlignment": "left"},
        "textBlock": {"headingLevel": 3},
    }


@pytest.fixture(scope="module", params=THEMES if SCREENSHOTS else ["light"])
def telephone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    try:
        modules = npm.installed() / "node_modules"
    except npm.MissingError as missing:
        if REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    page = browser.new_page(viewport={"width": 320, "height": 640})
    theme = THEMES[request.param]
    page.set_content(
        f"<body style='margin:0;background:{theme['card']}'><main></main><style>"
        # As Teams has it: what is too long goes to the next line, and inputs are as wide as there is room.
        "main { overflow-wrap: anywhere } .ac-pushButton { max-width: 100% }"
        ".ac-actionSet, .ac-actionSet > div { flex-wrap: wrap !important; row-gap: 8px }"
        "input:not([type=checkbox]):not([type=radio]), textarea, select { width: 100%; box-sizing: border-box }</style>"
    )
    for script in ("adaptivecards/dist/adaptivecards.js", "markdown-it/dist/markdown-it.min.js"):
        page.add_script_tag(path=str(modules / script))
    yield page, request.param
    page.close()


@pytest.mark.parametrize("name", [*rendered()])
def test_nothing_is_cut_off_at_320_pixels_and_everything_has_a_name(name: str, telephone: tuple[Page, str]) -> None:
    page, theme = telephone
    card = content(rendered()[name])
    page.evaluate(DRAWN, [card, host(THEMES[theme])])
    assert page.evaluate(WIDER) == []
    assert page.evaluate(NAMELESS) == []
    titles = json.dumps(card).count('"style": "heading"')
    assert page.get_by_role("heading", level=3).count() == titles
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"teams-card-{theme}-{name}.png", full_page=True)
