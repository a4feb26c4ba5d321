"""The log: what may stand in a line, its id, and nothing that people wrote, are called or must not show."""

import ast
import contextlib
import io
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from click.testing import CliRunner

from adapters import logs
from adapters.cli import main
from bot.errors import DatabaseError
from bot.framework import Framework
from tests import databases
from tests.adapters.slack.test_apologies import locked
from tests.adapters.stages import ANN, BOB, STAGES, PlaygroundStage, SlackStage, Stage, TeamsStage
from tests.adapters.town import SECRET_KEY, Town, settled, town_in
from tests.conftest import ROOT

CANARIES = ("quetzal feathers", "plum-coloured lanterns", "an axolotl by the door")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Lines]:
    """Everything that is logged, at all levels, as the program writes it."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    with contextlib.redirect_stderr(stream):
        logs.set_up("DEBUG", "json", cached=False, strict=True)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Everything in the program that logs."""
    for folder in ("bot", "adapters"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                        yield file, node
                    case _:
                        pass


def test_only_fields_on_the_list_are_ever_logged() -> None:
    """And an event is called by a name of ours: nothing is put together but from names of platforms and files."""
    found = list(calls())
    assert len(found) > 100
    for file, call in found:
        where = f"{file}:{call.lineno}"
        assert {each.arg for each in call.keywords if each.arg} <= logs.FIELDS | {"exc_info"}, where
        event = call.args[-1]
        if isinstance(event, ast.JoinedStr):
            names = [ast.unparse(each.value) for each in event.values if isinstance(each, ast.FormattedValue)]
            assert set(names) <= {"platform", "file"}, where
        else:
            assert isinstance(event, ast.Constant), where


def test_another_field_is_left_out_and_in_tests_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    line = {"event": "given", "words": CANARIES[0], "workspace": "slack:T1"}
    assert logs.Allowed()(None, "", dict(line)) == {"event": "given", "workspace": "slack:T1", "dropped": 1}
    with pytest.raises(LookupError, match="given: may not be logged: words"):
        structlog.get_logger().warning("given", words=CANARIES[0])
    assert CANARIES[0] not in capsys.readouterr().out


def test_an_exception_is_told_by_where_it_was_raised(written: Lines) -> None:
    """Not by what it says, nor what led to it; but what is ours was made for the log."""
    log = structlog.get_logger()

    def fails(error: Exception) -> None:
        raise error

    def fails_twice() -> None:
        try:
            fails(KeyError(CANARIES[0]))
        except KeyError as error:
            raise ExceptionGroup("several", [ValueError(CANARIES[1])]) from error

    try:
        fails_twice()
    except ExceptionGroup:
        log.exception("failed")
    log.warning("failed", exc_info=DatabaseError("the disk is full"))
    several, ours = written()
    for told in ("ExceptionGroup", "KeyError", "ValueError", "in fails_twice", "which came of:"):
        assert told in several["exception"]
    assert CANARIES[0] not in several["exception"]
    assert CANARIES[1] not in several["exception"]
    assert ours["exception"].endswith("DatabaseError: the disk is full")


def test_a_library_is_heard_without_what_it_says(written: Lines) -> None:
    logging.getLogger("some.library").warning("somebody wrote %s", CANARIES[0])
    logging.getLogger("some.library").error(CANARIES[0], exc_info=ValueError(CANARIES[1]))
    logging.getLogger("some.library").info("nothing to worry about")
    logging.getLogger("psycopg.pool").warning("error connecting in %r: connection refused", "kudos")
    first, second, pool = written()
    assert first["event"] == "library"
    assert first["logger"] == "some.library"
    assert first["where"].startswith("test_logs:")
    assert "ValueError" in second["exception"]
    assert not any(canary in str((first, second)) for canary in CANARIES)
    assert pool["said"] == "error connecting in 'kudos': connection refused"


async def test_each_request_has_an_id_that_whoever_asks_is_told(town: Town) -> None:
    address, seen = town.client.url.removesuffix("/slack/events"), set()
    async with aiohttp.ClientSession() as http:
        for method, path in (("GET", "/health"), ("GET", "/nowhere"), ("POST", "/slack/events")):
            async with http.request(method, address + path, headers={logs.HEADER: "of a stranger"}) as response:
                seen.add(response.headers[logs.HEADER])
    assert len(seen) == 3
    assert all(re.fullmatch("[0-9a-f]{8}", each) for each in seen)


async def test_the_reference_of_an_apology_is_the_id_of_its_request(town: Town, written: Lines) -> None:
    with locked(town):
        said = await town.type(town.alice, f"@bob {town.tag()} for {CANARIES[0]}")
    reference = re.search(r"\(Reference ([0-9a-f]{8})\.\)", said)
    assert reference
    (line,) = (each for each in written() if each["event"] == "slack_request_failed")
    assert line["reference"] == line["request"] == reference[1]


async def test_what_is_logged_of_a_message_has_the_id_of_its_row(town: Town, written: Lines) -> None:
    town.slack.fault("chat.postMessage", status=500)
    await town.type(town.alice, f"@bob {town.tag()} for {CANARIES[0]}")
    await settled(town)
    late = [each for each in written() if each["event"] == "outbox_not_delivered"]
    assert late
    assert all(each["request"] == each["row"] for each in late)


def secrets_of(stage: Stage) -> set[str]:
    """What must not show, and how people there are called."""
    match stage:
        case SlackStage(town):
            slack = town.slack
            return {slack.token, slack.signing_secret, *(user.name for user in slack.users.values())}
        case TeamsStage(town):
            login = town.connector.login
            return {login.secret, *login.given, *(user.name for user in town.world.users)}
        case PlaygroundStage():
            return {"Amara", "Zofia"}
        case _:
            raise TypeError


async def lived(stage: Stage) -> None:
    """Something of everything, much of it wrong."""
    acts: list[Awaitable[None]] = [
        stage.say(ANN, f"@bob #0 for {CANARIES[0]}"),
        stage.fill(ANN, (BOB,), (0, 1), CANARIES[1]),
        stage.say(ANN, f"@bob for {CANARIES[2]}"),
        stage.say(ANN, f"@ann #0 for {CANARIES[2]}"),
        stage.say(BOB, f"what does {CANARIES[2]} mean"),
        stage.say(BOB, f"I can't go on, {CANARIES[2]}, I want to die"),
        stage.say(BOB, "mine"),
        stage.press(BOB, "Second this"),
        stage.edit(ANN, CANARIES[2]),
        stage.say(ANN, "undo"),
    ]
    for act in acts:
        await act


@pytest.mark.parametrize("where", STAGES)
async def test_nothing_that_people_write_and_nobodys_name_and_no_token_is_logged(
    where: str, framework: Framework, tmp_path: Path, written: Lines
) -> None:
    async with STAGES[where](framework, tmp_path) as stage:
        await lived(stage)
        hidden = {*CANARIES, *secrets_of(stage)}
        assert any(CANARIES[2] in line for line in stage.ledger())
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in written())
    found = {each for each in hidden if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE)}
    assert not found
    assert where == "the playground" or len(text) > 100


async def test_no_token_is_in_a_backup(
    framework: Framework, tmp_path: Path, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in the log of whoever was installed with it: those of workspaces are sealed, ours are nowhere."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True) as town:
        await town.give(town.alice, f"@bob {town.tag()} for {CANARIES[0]}")
        hidden = {
            town.slack.signing_secret,
            town.slack.app.client_secret,
            SECRET_KEY,
            town.slack.token,
            *town.slack.grants,
        }
        assert len(hidden) > 3, hidden
        town.assert_sound()
    monkeypatch.setenv("DATABASE_URL", databases.url(tmp_path / "kudos.db"))
    done = CliRunner().invoke(main, ["backup", str(tmp_path / "backup")])
    assert done.exit_code == 0, done.output
    kept = (tmp_path / "backup").read_bytes()
    assert CANARIES[0].encode() in kept
    assert not [each for each in hidden if each.encode() in kept]
    assert not [each for each in hidden if each in str(written())]
