"""Kudos in Microsoft's own Agents Playground, with a real Chromium: what Alice sees in Teams."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from bot import migrations, steps
from bot.database import Sqlite
from bot.model import Origin, Person, Place, Recognition, Tag, Visibility
from bot.store import Store
from tests.browser.conftest import REQUIRED
from tests.browser.teams_playground import (
    ALICE,
    BOB,
    CARA,
    CHAT,
    DAN,
    EVE,
    FAY,
    KUDOS,
    PEOPLE,
    ROOT,
    TENANT,
    THANKS,
    Colleague,
    MissingError,
    Program,
    Window,
    expect,
    installed,
    kudos,
    playground,
)
from tests.conftest import FRAMEWORKS

W: Final = f"teams:{TENANT}"
SERVICE, LISTEN, PROUD = (FRAMEWORKS["own"].taggable[at] for at in (1, 3, 4))
LAST_WEEK: Final = {
    "sitting with the family until their neighbour came": (BOB, CARA, LISTEN),
    "the handover sheet: all of us can read it now": (CARA, DAN, PROUD),
    "spotting that the van was low on fuel before we needed it": (EVE, FAY, SERVICE),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a database in which there is something to tell."""
    folder = tmp_path_factory.mktemp("teams")
    asyncio.run(given_last_week(folder / "kudos.db"))
    return folder


@pytest.fixture(scope="module")
def teams(folder: Path) -> Iterator[Program]:
    """The playground, with `kudos serve` behind it."""
    try:
        installed()
    except MissingError as missing:
        if REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with kudos(folder) as program, playground(folder, f"http://127.0.0.1:{program.port}/api/messages") as running:
        yield running


@pytest.fixture
def window(teams: Program, browser: Browser, folder: Path, shots: Path) -> Iterator[Window]:
    """A page as Alice opens it; in the end nothing in it has failed, and Kudos has logged no failure."""
    window = Window(browser, teams, shots)
    yield window
    window.context.close()
    assert window.trouble == []
    logged = [json.loads(line) for line in (folder / "kudos.log").read_text().splitlines()]
    wrong = [each for each in logged if each["level"] in ("warning", "error")]
    assert [each["event"] for each in wrong] == ["teams_without_authentication"], wrong


async def given_last_week(path: Path) -> None:
    """What the digest is to tell, given in the channel that everybody reads."""
    database = Sqlite(path)
    await migrations.migrate(database)
    people = {each: Person(workspace=W, id=each.id, name=each.name) for each in PEOPLE}
    place = Place(workspace=W, id=THANKS, name="Thanks", visibility=Visibility.PUBLIC, joined=True, shared=False)
    store = Store(database)
    await store.directory.save_people(people.values())
    await store.places.save([place])
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    wednesday = today - timedelta(days=today.weekday() + 5)
    for number, (words, (giver, recipient, entry)) in enumerate(LAST_WEEK.items()):
        tag = Tag(entry=entry.id, title=entry.title.text)
        recognition = Recognition(
            id=f"{number:032x}",
            workspace=W,
            giver=people[giver],
            recipients=(people[recipient],),
            tags=(tag,),
            base_tags=(tag,),
            reason=words,
            place=place,
            visibility=Visibility.PUBLIC,
            origin=Origin.COMMAND,
            framework_version="1",
            given_at=wednesday + timedelta(minutes=number),
        )
        await store.write(*steps.given(recognition))
    await database.close()


def test_nobody_but_this_machine_reaches_the_playground(teams: Program) -> None:
    """By itself it would listen on all interfaces."""
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    listening = [line.split()[1] for table in tables for line in table if line.split()[3] == "0A"]
    assert [each for each in listening if each.endswith(f":{teams.port:04X}")] == [f"0100007F:{teams.port:04X}"]


# Conversations


def test_asking_in_the_personal_chat(window: Window) -> None:
    """Help, a question with a cited answer, and its buttons, which turn the page of the same card."""
    window.open("Personal Chat")
    window.say("help")
    expect(window.card("Kudos: thank a colleague")).to_contain_text("kudos @colleague")
    window.shot("help")
    window.say("what does listen mean")
    answer = window.card(LISTEN.title.text)
    expect(answer).to_contain_text("Source: ")
    window.shot("answer")
    answer.get_by_role("button", name=f"Next: {PROUD.title.text}").click()
    expect(window.card(PROUD.groups[0].lines[0].text)).to_contain_text("Source: ")
    expect(window.cards("Source: ")).to_have_count(1)
    window.shot("answer-turned")


def test_giving_in_a_channel(window: Window) -> None:
    """The card stands in the channel, and the giver reads in their own chat what has been done."""
    window.open("Response - Thanks")
    expect(window.card("I pass on thanks between colleagues")).to_be_visible()
    window.say(KUDOS, " kudos ", BOB, f" #{LISTEN.tag} for staying on after nights to finish the statements")
    card = window.card("Alice Adams thanked Bob Brown")
    expect(card).to_contain_text(LISTEN.title.text)
    expect(card).to_contain_text("staying on after nights to finish the statements")
    window.shot("channel")
    card.get_by_role("button", name="Second this").click()
    expect(window.page.get_by_text("This kudos is yours already")).to_be_visible()
    window.open("Personal Chat")
    expect(window.card("You thanked Bob Brown").get_by_role("button", name="Undo")).to_be_visible()
    window.shot("channel-confirmed")


def test_undoing(window: Window) -> None:
    """From the note in the giver's own chat; where the card stood, nothing of it is left."""
    window.open("Response - Thanks")
    window.say(KUDOS, " kudos ", FAY, f" #{PROUD.tag} for something that was somebody else")
    expect(window.card("Alice Adams thanked Fay Fox")).to_be_visible()
    window.open("Personal Chat")
    window.card("You thanked Fay Fox").get_by_role("button", name="Undo").click()
    expect(window.card("taken back")).to_be_visible()
    window.shot("undone")
    window.open("Response - Thanks")
    expect(window.cards("Alice Adams thanked Fay Fox")).to_have_count(0)


def test_others_kudos_can_be_seconded_and_asked_about(window: Window) -> None:
    """The card says who has seconded it; what only she should read comes to Alice's own chat."""
    window.open("Response - Thanks")
    window.calls(BOB, CARA, THANKS, f"kudos {{}} #{PROUD.tag} for the calm briefing on Friday")
    window.card("Bob Brown thanked Cara Clark").get_by_role("button", name="Second this").click()
    expect(window.card("Bob Brown thanked Cara Clark")).to_contain_text("Seconded by Alice Adams")
    window.card("Bob Brown thanked Cara Clark").get_by_role("button", name="More options").click()
    window.page.get_by_role("menuitem", name="Withdraw").click()
    expect(window.page.get_by_text("Only the person who gave this kudos can take it back")).to_be_visible()
    window.card("Bob Brown thanked Cara Clark").get_by_role("button", name="What does it mean?").click()
    expect(window.page.get_by_text("so it is in our own chat")).to_be_visible()
    window.shot("seconded")
    window.open("Personal Chat")
    expect(window.card(PROUD.title.text)).to_contain_text("Source: ")
    window.shot("meant")


def test_in_a_group_chat(window: Window) -> None:
    """The same words, when Kudos is called; a kudos that is withdrawn leaves nothing of itself."""
    window.open("Night shift")
    window.say(KUDOS, " what does proud mean")
    expect(window.card(PROUD.title.text)).to_contain_text("Source: ")
    window.say(KUDOS, " kudos ", EVE, f" #{SERVICE.tag} for driving everybody home after nights")
    card = window.card("Alice Adams thanked Eve Evans")
    window.shot("group")
    card.get_by_role("button", name="More options").click()
    window.page.get_by_role("menuitem", name="Withdraw").click()
    expect(window.card("This kudos is not shown any more")).to_be_visible()
    expect(window.cards("Alice Adams thanked Eve Evans")).to_have_count(0)
    window.shot("group-withdrawn")


# The message extension


def test_giving_with_the_message_extension(window: Window) -> None:
    """What is missing is said at its field and nothing typed is lost; what fits the words comes first."""
    window.open("Response - Thanks")  # so that there is a channel to choose
    window.open("Personal Chat")
    form = window.extension("give")
    window.shot("form")
    form.get_by_label("What did they do?").fill("Thanks!")
    form.get_by_role("button", name="Give kudos").click()
    expect(form).to_contain_text("Choose at least one colleague to thank.")
    expect(form.get_by_label("What did they do?")).to_have_value("Thanks!")
    window.shot("form-to-mend")
    window.choose(form, CARA)
    form.get_by_label("What did they do?").fill("Asked what we would need before deciding anything, and listened")
    form.get_by_role("button", name="What does this show?").click()
    expect(form).to_contain_text("That sounds like:")
    expect(form.get_by_role("checkbox").first).to_have_accessible_name(re.compile(LISTEN.title.text))
    window.shot("form-suggesting")
    form.get_by_role("checkbox", name=LISTEN.title.text).check()
    window.pick(form, "Thanks")
    form.get_by_role("button", name="Give kudos").click()
    expect(form).to_contain_text("You thanked Cara Clark")
    window.shot("form-given")
    window.close(form)
    window.open("Response - Thanks")
    expect(window.card("Alice Adams thanked Cara Clark")).to_contain_text("Asked what we would need")


def test_giving_for_a_message(window: Window) -> None:
    """In a chat the card is shown before it is sent. The playground can't show that, so its answer is sent on."""
    window.open("Night shift")
    window.say("Who brought the good biscuits?")
    form = window.extension("give-for", about="Who brought the good biscuits?")
    window.choose(form, DAN)
    form.get_by_label("What did they do?").fill("Brought biscuits for the whole shift")
    form.get_by_role("checkbox", name=SERVICE.title.text).check()
    window.shot("form-for-a-message")
    with window.page.expect_response("**/v1/invoke") as answered:
        form.get_by_role("button", name="Give kudos").click()
    preview = answered.value.json()["composeExtension"]
    assert preview["type"] == "botMessagePreview"
    window.close(form)
    expect(window.cards("Alice Adams thanked Dan Davies")).to_have_count(0)
    value = {
        "commandId": "give-for",
        "commandContext": "message",
        "botMessagePreviewAction": "send",
        "botActivityPreview": [preview["activityPreview"]],
    }
    for _ in range(2):  # Teams may say it again
        window.happens({"type": "invoke", "name": "composeExtension/submitAction", "value": value}, ALICE, CHAT)
    expect(window.card("Alice Adams thanked Dan Davies")).to_contain_text("this message")
    window.shot("given-for-a-message")
    window.say(KUDOS, " what does listen mean")  # answered after all of that
    expect(window.card(LISTEN.title.text)).to_be_visible()
    expect(window.cards("Alice Adams thanked Dan Davies")).to_have_count(1)


# What nobody has asked for at that moment


def test_the_digest_comes_by_itself(window: Window, folder: Path) -> None:
    """Posted from the outbox into the channel: last week's stories, and what people were thanked for as a chart."""
    window.open("Response - Thanks")
    window.say(KUDOS, " what does proud mean")  # by then Kudos knows the channel
    expect(window.card("Source: ")).to_be_visible()
    command = [sys.executable, "-m", "adapters.cli", "digest", "post", "--place", THANKS]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'kudos.db'}",
        "TEAMS_DEV": "1",
        "HOST": "127.0.0.1",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    for words, people in LAST_WEEK.items():
        digest = window.card(words)
        for each in people[:2]:
            assert isinstance(each, Colleague)
            expect(digest).to_contain_text(each.name)
    digest.scroll_into_view_if_needed()
    window.shot("digest")
