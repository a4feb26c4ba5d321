"""Teams on this machine: Microsoft's Agents Playground, and `kudos serve` beside it.

The playground is a development tool under terms of Microsoft's own. So it is never kept here: npm installs it, into a
cache outside of the tree, by the version and the checksum in `agents_playground/package-lock.json`. It tells Microsoft
nothing, opens no browser, and nobody but this machine reaches it.

What it can't do, and Teams can: buttons that open a form, people who are called in cards, messages that one person
sees, taking back a message, and anybody but Alice.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Expect, Locator

HERE: Final = Path(__file__).parent / "agents_playground"
ROOT: Final = Path(__file__).parents[2]
LOCK: Final = json.loads((HERE / "package-lock.json").read_text("utf-8"))
PACKAGE: Final = "node_modules/@microsoft/m365agentsplayground"
VERSION: Final[str] = LOCK["packages"][PACKAGE]["version"]

TENANT: Final = "72f988bf-0000-4000-8000-2d7cd011db47"
TEAM: Final = "19:response@thread.tacv2"  #: also the id of its channel General
THANKS: Final = "19:thanks@thread.tacv2"
CHAT: Final = "19:nights@thread.v2"
PERSONAL: Final = "a:alice"

STARTS_S: Final = 60.0  #: on a busy machine
SEEN_MS: Final = 30_000
QUIET_S: Final = 1.0
DRAWN_MS: Final = 5_000  #: in which a dialog is drawn, if it ever will be
DIALOGS_MOST: Final = 3  #: that are opened until one is drawn

expect: Final = Expect()  #: patiently
expect.set_options(timeout=SEEN_MS)


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    number: int

    @property
    def id(self) -> str:
        """For everything. Teams has another id in conversations, but the playground's people picker would tell that."""
        return f"aaaaaaaa-0000-4000-8000-00000000000{self.number}"

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@wmp.example"

    def account(self) -> dict[str, str]:
        given, surname = self.name.split()
        return {
            "id": self.id,
            "name": self.name,
            "userPrincipleName": self.email,  # so it is spelt there
            "aadObjectId": self.id,
            "givenName": given,
            "surname": surname,
            "email": self.email,
        }


#: The first is who looks at the page; it wants exactly five others.
KUDOS: Final = Colleague("Kudos", 9)

ALICE, BOB, CARA, DAN, EVE, FAY = PEOPLE = tuple(
    Colleague(name, number)
    for number, name in enumerate(("Alice Adams", "Bob Brown", "Cara Clark", "Dan Davies", "Eve Evans", "Fay Fox"))
)


class MissingError(Exception):
    """The playground can't be had here, and why."""


def installed() -> Path:
    """The playground's folder; installs it when there is none.

    Raises:
        MissingError: there is no node or no npm here, or npm does not get it.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise MissingError("no node and npm here: install Debian's packages nodejs and npm to see Kudos in Teams")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kudos-tests"
    folder = cache / f"agents-playground-{VERSION}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        draft = cache / f".{folder.name}.{os.getpid()}"
        draft.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, draft)
        command = [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=draft, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            shutil.rmtree(draft)
            raise MissingError(f"npm does not get the Agents Playground {VERSION}: {done.stderr[-2000:]}")
        with contextlib.suppress(OSError):  # another run was first
            draft.rename(folder)
        shutil.rmtree(draft, ignore_errors=True)
    return folder / PACKAGE


@dataclass(frozen=True, slots=True)
class Program:
    """A process that says in `log` where it listens."""

    process: subprocess.Popen[str]
    log: Path
    port: int


@contextlib.contextmanager
def running(command: list[str], log: Path, listening: str, **environment: str) -> Iterator[Program]:
    """Let a program run until the block ends; it begins when it has said that it listens."""
    with log.open("w") as lines:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        deadline = time.monotonic() + STARTS_S
        while not (found := re.search(listening, log.read_text())):
            assert process.poll() is None, f"it has ended with status {process.returncode}: {log.read_text()}"
            assert time.monotonic() < deadline, f"it does not listen: {log.read_text()}"
            time.sleep(0.05)
        yield Program(process, log, int(found[1]))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def kudos(folder: Path, **environment: str) -> Iterator[Program]:
    """`kudos serve` for the playground, which knows no tokens."""
    given = {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "TEAMS_DEV": "1",
        "DATABASE_URL": f"sqlite:///{folder / 'kudos.db'}",
        "KUDOS_ADMINS": ALICE.email,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
        **environment,
    }
    command = [sys.executable, "-m", "adapters.cli", "serve"]
    with running(command, folder / "kudos.log", r'"port": (\d+)', **given) as program:
        yield program


@contextlib.contextmanager
def playground(folder: Path, endpoint: str) -> Iterator[Program]:
    """The playground, speaking to the bot at `endpoint`."""
    config = folder / "playground.yml"
    config.write_text(json.dumps(_config()))  # JSON is YAML
    command = [
        "node",
        "--require",
        str(HERE / "loopback.cjs"),
        str(installed() / "cli.js"),
        "start",
        "--disable-telemetry",
        *("--channel-id", "msteams"),
        *("--port", "0"),
        *("--app-endpoint", endpoint),
    ]
    environment = {
        "TEAMS_APP_TEST_TOOL_CONFIG_PATH": str(config),
        "TEAMSAPPTESTER_BROWSER": "none",
        "TEAMSAPPTESTER_LOGFILE": str(folder / "playground-details.log"),
    }
    with running(command, folder / "playground.log", r"Listening on (\d+)", **environment) as program:
        yield program


def _config() -> dict[str, Any]:
    alice, *others = [each.account() for each in PEOPLE]
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "28:kudos", "name": "Kudos"},
        "currentUser": alice,
        "users": others,
        "personalChat": {"id": PERSONAL},
        "groupChat": {"id": CHAT, "name": "Night shift"},
        "team": {
            "id": TEAM,
            "name": "Response",
            "aadGroupId": "22222222-2222-4222-8222-222222222222",
            "channels": [{"id": THANKS, "name": "Thanks"}],
        },
    }


class Window:
    """What Alice sees. Nothing in the page may fail."""

    def __init__(self, browser: Browser, program: Program, shots: Path) -> None:
        self.address = f"http://127.0.0.1:{program.port}"
        self.shots = shots
        self.trouble: list[str] = []
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 1000}, locale="en-GB", reduced_motion="reduce"
        )
        self.context.route(re.compile(r"^https?://(?!127\.0\.0\.1:)"), lambda route: route.abort())  # Microsoft's fonts
        self.page = self.context.new_page()
        self.page.set_default_timeout(SEEN_MS)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.heard_at = time.monotonic()
        self.page.on("response", self._heard)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._heard))
        self.page.goto(self.address, wait_until="domcontentloaded")
        expect(self.page.get_by_text("Connected.").first).to_be_visible()
        self.page.get_by_role("button", name="Hide log panel").click()

    def _heard(self, _: object) -> None:
        self.heard_at = time.monotonic()

    def quiet(self) -> None:
        """Wait until the page hears nothing more: whatever it hears draws it anew, and empties an open dialog."""
        until = time.monotonic() + SEEN_MS / 1000
        while time.monotonic() < min(until, self.heard_at + QUIET_S):
            self.page.wait_for_timeout(100)

    def open(self, name: str) -> None:
        """Open a conversation by its name; Kudos is told that it is there."""
        self.page.get_by_role("treeitem", name=name, exact=True).click()
        expect(self.page.get_by_role("textbox").first).to_be_visible()

    def say(self, *words: str | Colleague) -> None:
        """Write a message, or begin a post in a channel. `KUDOS` and colleagues are called."""
        self.page.get_by_role("textbox").first.click()
        for word in words:
            if isinstance(word, Colleague):
                self.page.keyboard.type(f"@{word.name.split()[0]}")
                self.page.get_by_role("menuitem", name=word.name).click()
            else:
                self.page.keyboard.type(word)
        self.page.get_by_role("button", name=re.compile("^(Post|Send Message)$")).first.click()

    def cards(self, words: str) -> Locator:
        """Those that say `words`."""
        return self.page.locator(".ac-adaptiveCard").filter(has_text=words)

    def card(self, words: str) -> Locator:
        """The latest; waits until there is one."""
        card = self.cards(words).last
        expect(card).to_be_visible()
        return card

    def extension(self, command: str, *, about: str = "") -> Locator:
        """Open the message extension's dialog where a message is written, or for the message that says `about`.

        The playground itself now and then leaves the dialog empty, though it has got its answer: it is asked anew.
        """
        for _ in range(DIALOGS_MOST - 1):
            dialog = self._dialog(command, about)
            with contextlib.suppress(AssertionError):
                expect(dialog.locator(".ac-adaptiveCard")).to_be_visible(timeout=DRAWN_MS)
                return dialog
            self.close(dialog)
        dialog = self._dialog(command, about)
        expect(dialog.locator(".ac-adaptiveCard")).to_be_visible()
        return dialog

    def _dialog(self, command: str, about: str) -> Locator:
        self.quiet()
        page = self.page
        if about:
            said = page.get_by_text(about).last
            said.locator("xpath=preceding::button[@aria-label='Show more information'][1]").click()
            page.get_by_role("menuitem", name="Action Command").click()
        else:
            page.get_by_role("button", name="Trigger Message Extension App").first.click()
            page.get_by_text("Action Command").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Command ID").fill(command)
        dialog.get_by_role("button", name="Create").click()
        return dialog

    def close(self, dialog: Locator) -> None:
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()

    def choose(self, dialog: Locator, person: Colleague) -> None:
        """With the people picker."""
        dialog.get_by_role("combobox", name="People Picker").click()
        self.page.keyboard.type(person.name.split()[0])
        self.page.get_by_role("option", name=person.name).click()
        expect(dialog.get_by_role("list", name="Selected contacts")).to_contain_text(person.name)

    def pick(self, dialog: Locator, where: str) -> None:
        """From the menu of places."""
        dialog.get_by_role("combobox").last.click()
        self.page.get_by_role("option", name=where).click()

    def happens(self, activity: dict[str, Any], who: Colleague, place: str) -> None:
        """Something that the page has no button for, such as what others do: the playground's "custom activity"."""
        whole = {
            "id": f"{time.time_ns()}",
            "channelId": "msteams",
            "serviceUrl": f"{self.address}/_connector",
            "from": {"id": who.id, "name": who.name, "aadObjectId": who.id},
            "recipient": {"id": "28:kudos", "name": "Kudos"},
            "conversation": _conversation(place),
            "channelData": _channel_data(place),
            **activity,
        }
        assert self.context.request.post(f"{self.address}/_internal/v1/customActivities", data=whole).ok

    def calls(self, who: Colleague, whom: Colleague, place: str, words: str) -> None:
        """`who` writes to Kudos about `whom`, who is called where `words` have {}."""
        called = {each: f"<at>{each.name}</at>" for each in (KUDOS, whom)}
        accounts = {KUDOS: {"id": "28:kudos", "name": "Kudos"}, whom: {"id": whom.id, "name": whom.name}}
        entities = [{"type": "mention", "mentioned": accounts[each], "text": text} for each, text in called.items()]
        text = f"{called[KUDOS]} {words.format(called[whom])}"
        self.happens({"type": "message", "textFormat": "plain", "text": text, "entities": entities}, who, place)

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self.shots / f"teams-{name}.png")


def _conversation(place: str) -> dict[str, Any]:
    if place == CHAT:
        return {"id": CHAT, "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT}
    return {"id": place, "conversationType": "channel", "isGroup": True, "tenantId": TENANT}


def _channel_data(place: str) -> dict[str, Any]:
    team = {"team": {"id": TEAM}, "channel": {"id": place}} if place != CHAT else {}
    return {"tenant": {"id": TENANT}, **team}
