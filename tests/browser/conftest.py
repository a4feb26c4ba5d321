"""A real Chromium and the real program, started as a visitor would start it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Read here, because the tests themselves do not see such settings.
REQUIRED = os.environ.get("KUDOS_TEST_REQUIRE") == "all"
SCREENSHOTS = os.environ.get("KUDOS_SCREENSHOTS")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the program answers."""
    data = tmp_path_factory.mktemp("playground") / "playground.db"
    command = [sys.executable, "-m", "adapters.cli", "play", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        said = program.stdout.readline()
        assert "http://127.0.0.1:" in said
        yield said.split()[-1]
        program.terminate()
        assert program.wait(10) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "no Chromium here: install Debian's package chromium to run the browser tests"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Window:
    """A browser window on the playground. Nothing in it may fail, or ask anybody else for anything."""

    def __init__(self, browser: Browser, address: str, shots: Path, **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", "reduced_motion": "reduce", **options}
        self.context: BrowserContext = browser.new_context(**options)
        self.address = address
        self.shots = shots
        self.trouble: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        return page

    def go(self, person: str, place: str = "general") -> Page:
        """Open a place as somebody, ready to type."""
        self.page.goto(f"{self.address}/?as={person}&in={place}")
        expect(self.page.get_by_label("Message in")).to_be_focused()
        return self.page

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.shots / f"{name}.png")

    def _asked(self, url: str) -> None:
        if not url.startswith(f"{self.address}/"):
            self.trouble.append(f"asked for {url}")


Windows = Callable[..., Window]  #: opens another window, with Playwright's options for a context


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    folder = Path(SCREENSHOTS).absolute() if SCREENSHOTS else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def windows(browser: Browser, address: str, shots: Path) -> Iterator[Windows]:
    """Opens windows; in the end none of them has had trouble."""
    opened: list[Window] = []

    def window(**options: Any) -> Window:
        opened.append(Window(browser, address, shots, **options))
        return opened[-1]

    yield window
    for each in opened:
        each.context.close()
        assert each.trouble == []


@pytest.fixture
def window(windows: Windows) -> Window:
    return windows()
