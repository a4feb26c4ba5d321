"""`kudos …`: status 0 only on success; what is wrong goes to standard error, one readable line each."""

import asyncio
import csv
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from adapters import cli
from adapters.app import read_words
from adapters.slack import manifest
from bot import answers, migrations, questions, tally
from bot.database import Sqlite
from bot.framework import Framework
from tests import postgres
from tests.adapters.town import ROOT
from tests.eval import measuring

FRAMEWORK = str(ROOT / "framework.yaml")
W = "slack:T1"
DAY = date(2026, 3, 2)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FULL = Path("/dev/full")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own, in which the framework is found only where it is said to be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMEWORK_FILE", FRAMEWORK)
    return tmp_path


def run(*arguments: str, typed: str = "", **environment: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, input=typed, env=environment)


def program(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The command, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "adapters.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def commands(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    """Every command and its parts."""
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [path, *(each for name, part in below for each in commands(part, *path, name))]


@pytest.mark.parametrize("path", commands(cli.main), ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_and_its_options(path: tuple[str, ...], option: str) -> None:
    shown = run(*path, option)
    assert shown.exit_code == 0
    assert shown.stderr == ""
    command: click.Command = cli.main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert command.help
    assert command.help.split("\n", maxsplit=1)[0][:40] in " ".join(shown.stdout.split())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_there_are_the_commands_of_the_architecture() -> None:
    assert {" ".join(path) for path in commands(cli.main)} == {
        "",
        "serve",
        "play",
        "check",
        "migrate",
        "ask",
        "audit",
        "audit list",
        "audit verify",
        "digest",
        "digest list",
        "digest post",
        "digest preview",
        "doctor",
        "export",
        "export people",
        "questions",
        "role",
        "role grant",
        "role list",
        "role take",
        "colleagues",
        "colleagues link",
        "colleagues list",
        "colleagues unlink",
        "dpia",
        "person",
        "person correct",
        "person erase",
        "person export",
        "person hold",
        "person waiting",
        "move",
        "backup",
        "restore",
        "suggest",
        "manifest",
        "manifest slack",
        "manifest teams",
        "person suppress",
    }


# check


def test_check_says_that_all_is_well(elsewhere: Path, framework: Framework) -> None:
    shown = run("check")
    assert shown.exit_code == 0
    assert "Slack is off" in shown.stdout
    assert framework.organisation in shown.stdout
    assert framework.version in shown.stdout
    on = run("check", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET)
    assert "Slack is on" in on.stdout
    assert SECRET not in on.output


WRONG = {
    "PORT": "seventy",
    "DATABASE_URL": "mysql://somewhere",
    "KUDOS_TIMEZONE": "Mars/Olympus",
    "SLACK_API_URL": "http://example.org/api/",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
}


def test_check_says_everything_that_is_wrong_at_once(elsewhere: Path) -> None:
    (elsewhere / "ours.yaml").write_text("schema: 1\nkinds: 3\n", "utf-8")
    shown = run("check", **{**WRONG, "FRAMEWORK_FILE": "ours.yaml"})
    assert shown.exit_code == cli.BAD_CONFIG
    lines = shown.stderr.splitlines()
    for name in WRONG:
        assert len([line for line in lines if line.startswith(f"kudos: {name}: ")]) == 1
    assert [line for line in lines if "ours.yaml, line 2" in line]
    assert shown.stdout == ""
    assert all(line.startswith("kudos: ") for line in lines)


def test_check_says_what_is_wrong_with_the_guard(elsewhere: Path) -> None:
    assert "The guard looks for" in run("check").stdout
    (elsewhere / "guard.yaml").write_text("schema: 1\nkinds:\n  phone:\n    patterns: ['(']\n", "utf-8")
    shown = run("check", GUARD_FILE="guard.yaml")
    assert shown.exit_code == cli.BAD_CONFIG
    assert "guard.yaml, line 4: kinds.phone.patterns[0]: this is no pattern that RE2 knows" in shown.stderr


def test_check_says_that_there_are_no_words(elsewhere: Path) -> None:
    """Kudos does without them, so a mistyped name would be noticed by nobody."""
    shown = run("check", WORDS_FILE="wrods.yaml")
    assert shown.exit_code == 0
    assert "There are no words in wrods.yaml: questions are understood by the framework alone." in shown.stdout
    assert "no words" not in run("check").stdout


def test_check_says_that_there_is_no_framework(elsewhere: Path) -> None:
    shown = run("check", FRAMEWORK_FILE="nowhere.yaml")
    assert shown.exit_code == cli.BAD_CONFIG
    assert shown.stderr.startswith("kudos: FRAMEWORK_FILE: there is no nowhere.yaml here")
    (elsewhere / "latin.yaml").write_bytes(b"schema: \xff")
    shown = run("check", FRAMEWORK_FILE="latin.yaml")
    assert shown.exit_code == cli.BAD_CONFIG
    assert len(shown.stderr.splitlines()) == 1


def test_check_says_that_the_framework_is_a_folder(elsewhere: Path) -> None:
    shown = run("check", FRAMEWORK_FILE=".")
    assert shown.exit_code == cli.BAD_CONFIG
    assert shown.stderr.startswith("kudos: FRAMEWORK_FILE: cannot read .: ")
    assert len(shown.stderr.splitlines()) == 1


def test_settings_are_read_from_a_file_beside_the_program_too(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text(f"SLACK_BOT_TOKEN=xoxb-1\nSLACK_SIGNING_SECRET={SECRET}\n", "utf-8")
    assert "Slack is on" in run("check").stdout


# serve

UNSAFE: list[tuple[dict[str, str], list[str]]] = [
    ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_SIGNING_SECRET: missing"]),
    ({"SLACK_SIGNING_SECRET": SECRET}, ["SLACK_BOT_TOKEN: missing"]),
    ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_SIGNING_SECRET": SECRET}, ["SLACK_BOT_TOKEN: a bot token starts with"]),
    ({"SLACK_BOT_TOKEN": "xapp-1"}, ["SLACK_SIGNING_SECRET: missing", "SLACK_BOT_TOKEN: a bot token starts with"]),
    ({"SLACK_APP_TOKEN": "xapp-1"}, ["SLACK_BOT_TOKEN: missing"]),
    (
        {"SLACK_CLIENT_ID": "1.2"},
        [
            "SLACK_SIGNING_SECRET: missing",
            "SLACK_CLIENT_SECRET: missing",
            "KUDOS_PUBLIC_URL: missing",
            "KUDOS_SECRET_KEY: missing",
        ],
    ),
    (
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "http://evil.example/api/"},
        ["SLACK_API_URL: must start with https://"],
    ),
    ({"FRAMEWORK_FILE": "nowhere.yaml"}, ["FRAMEWORK_FILE: there is no nowhere.yaml here"]),
    ({"DATABASE_URL": "sqlite:///no/such/folder/kudos.db"}, ["DATABASE_URL: cannot open no/such/folder/kudos.db"]),
    ({"DATABASE_URL": "sqlite:///garbage.db"}, ["DATABASE_URL: cannot open garbage.db"]),
    ({"HOST": "203.0.113.1", "PORT": "0"}, ["HOST, PORT: cannot listen on 203.0.113.1:0"]),
]


@pytest.mark.parametrize(("environment", "problems"), UNSAFE, ids=[" ".join(each) for each, _ in UNSAFE])
def test_unsafe_settings_stop_the_start_with_a_line_each(
    elsewhere: Path, environment: dict[str, str], problems: list[str]
) -> None:
    (elsewhere / "garbage.db").write_bytes(b"no database at all, but some other file of ours" * 100)
    process = program("serve", **environment)
    out, errors = process.communicate(timeout=20)
    assert process.returncode == cli.BAD_CONFIG, errors
    assert out == ""
    lines = [line for line in errors.splitlines() if line.startswith("kudos: ")]
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert line.startswith(f"kudos: {problem}")
    assert "Traceback" not in errors
    assert SECRET not in errors


def test_a_port_that_is_taken_is_said(elsewhere: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = program("serve", HOST="127.0.0.1", PORT=str(port))
        _, errors = process.communicate(timeout=20)
    assert process.returncode == cli.BAD_CONFIG
    assert f"kudos: HOST, PORT: cannot listen on 127.0.0.1:{port}: " in errors
    assert "no_platform" in errors  # which is said first: no platform is set up here
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("form", ["console", "json"])
def test_it_serves_until_it_is_told_to_stop(elsewhere: Path, number: signal.Signals, form: str) -> None:
    """Other settings of Slack's SDK in the environment are none of its business."""
    process = program(
        "serve",
        HOST="127.0.0.1",
        PORT="0",
        LOG_FORMAT=form,
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL="http://127.0.0.1:9/api/",
        SLACK_CLIENT_SCOPES="none",
        SLACK_INSTALL_PATH="/elsewhere",
        SLACK_VERIFICATION_TOKEN="verification",
        HOME=str(elsewhere),
    )
    assert process.stderr
    lines = []
    while "listening" not in (line := process.stderr.readline()):
        assert line, "it has ended"
        lines.append(line)
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "stopping" in errors
    said = "".join(lines) + line + errors
    assert "Traceback" not in said
    assert "no_platform" not in said
    assert "will be ignored" not in said
    assert "xoxb-1" not in said
    assert {each.name for each in elsewhere.iterdir()} <= {"kudos.db", "kudos.db-wal", "kudos.db-shm", "kudos.db.lock"}
    if form == "json":
        assert all(json.loads(each)["event"] for each in said.splitlines())


# migrate


def test_migrate_brings_the_database_up_to_date_once(elsewhere: Path) -> None:
    first = run("migrate", DATABASE_URL="sqlite:///kudos.db")
    assert first.exit_code == 0
    assert "carried out 0001_initial" in first.stdout
    again = run("migrate", DATABASE_URL="sqlite:///kudos.db")
    assert again.stdout == "The database is up to date.\n"
    with closing(sqlite3.connect(elsewhere / "kudos.db")) as database:
        assert database.execute("SELECT COUNT(*) FROM recognition").fetchone() == (0,)
        database.execute("INSERT INTO migration (number, name) VALUES (9999, '9999_later')")
        database.commit()
    newer = run("migrate", DATABASE_URL="sqlite:///kudos.db")
    assert newer.exit_code == cli.BAD_CONFIG
    assert "newer than this release" in newer.stderr


@pytest.mark.parametrize("command", ["migrate", "role list", "serve"])
def test_a_server_that_cannot_be_used_is_said_in_one_line(elsewhere: Path, command: str) -> None:
    """With its own reason; nothing of it is a traceback, and nothing tells the password."""
    with postgres.made() as url:
        gone = urlsplit(url)._replace(path="/no_such").geturl()
        for wrong, why in ((gone, '"no_such" does not exist'), ("postgresql://a:hunter2@127.0.0.1:9/b", "refused")):
            process = program(*command.split(), DATABASE_URL=wrong, PORT="0", HOST="127.0.0.1")
            _, errors = process.communicate(timeout=30)
            assert process.returncode == cli.BAD_CONFIG, errors
            (line,) = (line for line in errors.splitlines() if line.startswith("kudos: "))
            assert "cannot use PostgreSQL " in line
            assert why in line
            assert "DATABASE_URL" in line
            assert "Traceback" not in errors
            assert "hunter2" not in errors
            assert command == "serve" or errors == f"{line}\n"


def test_of_two_roles_the_one_that_cannot_be_used_is_named(elsewhere: Path) -> None:
    away = "postgresql://127.0.0.1:9/b"
    told = run("migrate", DATABASE_URL="postgresql://127.0.0.1:8/b", MIGRATE_DATABASE_URL=away)
    assert told.exit_code == cli.BAD_CONFIG
    assert "Look at MIGRATE_DATABASE_URL" in told.stderr


def test_a_file_that_somebody_else_writes_to_is_said_in_one_line(elsewhere: Path) -> None:
    with closing(sqlite3.connect("kudos.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        told = run("migrate", DATABASE_URL="sqlite:///kudos.db")
        assert told.exit_code == cli.BAD_CONFIG
        assert told.stderr == (
            "kudos: cannot use kudos.db: database is locked. "
            "Look at DATABASE_URL, and at the rights of the file and of its folder (kudos doctor).\n"
        )
        other.execute("ROLLBACK")


# ask, suggest


def test_ask_answers_from_the_framework(elsewhere: Path, framework: Framework) -> None:
    entry = framework.taggable[0]
    shown = run("ask", "what", "does", entry.tag, "mean")
    assert shown.exit_code == 0
    assert entry.title.text in shown.stdout
    assert entry.source.title in shown.stdout
    assert "I don't know that one" in run("ask", "quarterly parking permits").stdout


def test_ask_shows_who_helps_like_the_chat_does(elsewhere: Path, framework: Framework) -> None:
    title = framework.taggable[0].title.text
    for question in ("I want to die", f"I want to die, does {title} help"):
        assert run("ask", question).stdout.startswith("You don't have to carry this alone")
    assert run("ask", "somebody is breaking into my house").stdout.startswith("If this is happening now, call 999")
    assert "Samaritans 116 123" in run("ask", "nobody talks to me at breaks").stdout


def test_no_other_program_gets_an_answer_to_set_before_somebody_in_distress(
    elsewhere: Path, framework: Framework
) -> None:
    index = answers.Index(framework, read_words(ROOT / "words.yaml", framework))
    written = [text for _, kind, text in measuring.messages("build") if kind == "c"]
    outright = [text for text in written if answers.answer(index, text).outcome == "answer"]
    assert outright
    for line in run("ask", "--json", typed="\n".join(outright) + "\n").stdout.splitlines():
        withheld = json.loads(line)
        assert list(withheld) == ["question", "outcome", "entries", "confidence", "ms"]
        assert (withheld["outcome"], withheld["entries"], withheld["confidence"]) == ("unknown", [], 0)


def test_ask_without_a_question_says_how_to_ask(elsewhere: Path) -> None:
    shown = run("ask")
    assert shown.exit_code == 2
    assert "kudos ask what does listen mean" in shown.stderr


def test_ask_json_answers_line_by_line_in_order(elsewhere: Path, framework: Framework) -> None:
    questions = [
        framework.taggable[0].tag,
        "",
        "quarterly parking permits",
        "\u2028 odd \ufffd",
        framework.taggable[1].tag,
    ]
    shown = run("ask", "--json", typed="\n".join(questions) + "\n")
    assert shown.exit_code == 0
    answers = [json.loads(line) for line in shown.stdout.removesuffix("\n").split("\n")]
    assert [each["question"] for each in answers] == questions
    assert all(each.keys() == {"question", "outcome", "entries", "confidence", "ms"} for each in answers)
    assert answers[0]["entries"] == [framework.taggable[0].id]
    assert (answers[2]["outcome"], answers[2]["entries"]) == ("unknown", [])
    assert answers[4]["outcome"] == "answer"


@pytest.mark.parametrize("command", ["ask", "suggest"])
def test_json_is_for_lines_alone(elsewhere: Path, command: str) -> None:
    shown = run(command, "--json", "listen", typed="")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "write one line each to its standard input" in " ".join(shown.stderr.split())


def test_ask_json_answers_each_line_at_once(elsewhere: Path) -> None:
    """A program that asks and waits for the answer is not kept waiting."""
    for command in ("ask", "suggest"):
        process = program(command, "--json")
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(f"question {number}\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            assert f"question {number}" in (answer.get("question"), answer.get("text"))
        out, errors = process.communicate(timeout=10)
        assert (process.returncode, out, errors) == (0, "", "")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii:strict"])
def test_in_any_locale_another_program_gets_utf8(elsewhere: Path, encoding: str) -> None:
    question = "what does “listen” mean? 👂"
    for arguments, typed in ((("ask", "--json"), question), (("ask", question), "")):
        with program(*arguments, PYTHONIOENCODING=encoding) as asked:
            said, trouble = asked.communicate(typed, 60)
        assert (asked.returncode, trouble) == (0, "")
        assert "👂" in said


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(
    "arguments", [("dpia",), ("ask", "--json"), ("migrate",), ("questions", "--csv")], ids=" ".join
)
def test_a_disk_that_is_full_is_said_in_one_line(elsewhere: Path, arguments: tuple[str, ...]) -> None:
    run("migrate")
    with FULL.open("w") as full:
        done = subprocess.run(
            (sys.executable, "-m", "adapters.cli", *arguments),
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            input="listen",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "Error: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [("backup",), ("restore",), ("export", "people"), ("manifest", "teams", "--output")], ids=" ".join
)
def test_a_name_of_a_file_that_is_empty_is_refused(elsewhere: Path, command: tuple[str, ...]) -> None:
    """As of a variable of the shell that is not set."""
    shown = run(*command, "")
    assert shown.exit_code == 2
    assert "it is empty; name a file" in shown.stderr


def test_bytes_that_are_no_text_are_a_question_all_the_same(elsewhere: Path) -> None:
    shown = CliRunner().invoke(cli.main, ["ask", "--json"], input=b"\xff\xfe\r\nlisten")
    assert [json.loads(line)["question"] for line in shown.stdout.splitlines()] == ["\ufffd\ufffd", "listen"]


# questions


def counted(folder: Path, *asked: tuple[str, questions.Outcome, str]) -> None:
    """Let a server have counted what people asked and picked."""

    async def count() -> None:
        database = Sqlite(folder / "kudos.db")
        await migrations.migrate(database)
        for text, outcome, entry in asked:
            step = tally.picked(W, questions.key(W, text), entry, DAY) if entry else tally.asked(W, text, outcome, DAY)
            await database.write(step)
        await database.close()

    asyncio.run(count())


def test_questions_shows_what_was_asked_in_vain_most_asked_first(elsewhere: Path) -> None:
    counted(
        elsewhere,
        ("who feeds the dogs", "unknown", ""),
        ("Hard   work", "menu", ""),
        ("hard work", "menu", ""),
        ("hard work", "menu", "value.proud"),
    )
    shown = run("questions")
    assert (shown.exit_code, shown.stderr) == (0, "")
    said, kept, _, *rows = shown.stdout.splitlines()
    assert "where they belong in words.yaml" in said
    assert "without names" in kept
    assert "180 days" in kept
    assert rows == [
        "     2  hard work",
        "        asked back 2 times (value.proud 1); last on 2026-03-02",
        "     1  who feeds the dogs",
        "        not known once; last on 2026-03-02",
    ]


def test_questions_makes_a_table_that_a_spreadsheet_takes_for_words(elsewhere: Path) -> None:
    counted(
        elsewhere, ('=cmd|"x"!a, b', "unknown", ""), ("hard work", "menu", ""), ("hard work", "menu", "value.proud")
    )
    shown = run("questions", "--csv")
    assert shown.exit_code == 0
    assert list(csv.reader(shown.stdout.splitlines())) == [
        ["asked", "question", "not known", "asked back", "none of these", "picked", "first", "last"],
        ["1", '\'=cmd|"x"!a, b', "1", "0", "0", "", "2026-03-02", "2026-03-02"],
        ["1", "hard work", "0", "1", "0", "value.proud:1", "2026-03-02", "2026-03-02"],
    ]


def test_questions_says_that_there_are_none(elsewhere: Path) -> None:
    counted(elsewhere)
    assert run("questions").stdout == "Nobody has asked anything yet that Kudos could not answer.\n"


def test_questions_only_reads(elsewhere: Path) -> None:
    """No database is made, brought up to date or changed by looking."""
    missing = run("questions")
    assert missing.exit_code == cli.BAD_CONFIG
    assert missing.stderr.startswith("kudos: DATABASE_URL: there is no kudos.db here yet.")
    assert list(elsewhere.iterdir()) == []
    (elsewhere / "kudos.db").write_bytes(b"something else of ours " * 100)
    assert run("questions").stderr.startswith("kudos: DATABASE_URL: cannot ")
    (elsewhere / "kudos.db").unlink()
    with closing(sqlite3.connect(elsewhere / "kudos.db")) as database:
        database.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        assert "of an older release" in run("questions").stderr
        database.execute("DROP TABLE migration")
        assert "cannot read kudos.db: no such table" in run("questions").stderr


def test_suggest_suggests_nothing_yet(elsewhere: Path) -> None:
    shown = run("suggest", "--json", typed="she listened\n")
    answer = json.loads(shown.stdout)
    assert {**answer, "ms": 0} == {"text": "she listened", "entries": [], "also": [], "ms": 0}
    assert run("suggest").exit_code == 2


# manifest


def the_manifest(*arguments: str) -> Any:
    shown = run("manifest", "slack", *arguments)
    assert shown.exit_code == 0
    return yaml.safe_load(shown.stdout)


def test_the_manifest_leads_slack_to_us() -> None:
    whole = the_manifest("--url", "https://kudos.example.org/")
    address = "https://kudos.example.org/slack/events"
    features, settings = whole["features"], whole["settings"]
    assert {each["command"]: each["url"] for each in features["slash_commands"]} == {
        "/kudos": address,
        "/values": address,
    }
    assert all(each["should_escape"] is True for each in features["slash_commands"])
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"] == {"is_enabled": True, "request_url": address}
    assert settings["socket_mode_enabled"] is False
    assert settings["token_rotation_enabled"] is False


def test_the_manifest_is_within_slacks_limits() -> None:
    """Source: docs.slack.dev/reference/app-manifest."""
    whole = the_manifest()
    shown = whole["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(whole["features"]["bot_user"]["display_name"]) <= 80
    for command in whole["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert len(whole["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_each_scope_and_each_event_has_its_reason() -> None:
    text = manifest.manifest("https://kudos.example")
    whole = yaml.safe_load(text)
    assert whole["oauth_config"]["scopes"]["bot"] == list(manifest.SCOPES)
    assert whole["settings"]["event_subscriptions"]["bot_events"] == list(manifest.EVENTS)
    for name, why in {**manifest.SCOPES, **manifest.EVENTS}.items():
        assert f"      - {name}  # {why}\n" in text
        assert why


def test_the_manifest_by_its_options() -> None:
    """Socket Mode, installation by others, a whole organisation, tokens that are renewed."""
    assert the_manifest("--socket")["settings"]["socket_mode_enabled"] is True
    assert "app_uninstalled" in the_manifest("--oauth")["settings"]["event_subscriptions"]["bot_events"]
    assert the_manifest("--org")["settings"]["org_deploy_enabled"] is True
    assert the_manifest("--oauth", "--rotation")["settings"]["token_rotation_enabled"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--url", "http://kudos.example"), "must start with https://"),
        (("--url", "https://kudos.example/?a: b"), "must start with https://"),
        (("--rotation",), "--rotation needs --oauth"),
    ],
)
def test_a_manifest_that_could_not_work_is_not_written(arguments: tuple[str, ...], says: str) -> None:
    shown = run("manifest", "slack", *arguments)
    assert shown.exit_code == 2
    assert says in shown.stderr
    assert shown.stdout == ""


TEAMS = {
    "MicrosoftAppId": "0f5f5c1d-4c5f-4d87-9ffd-487000000001",
    "MicrosoftAppPassword": "made up",
    "MicrosoftAppTenantId": "72f988bf-0000-4000-8000-2d7cd011db47",
    "KUDOS_PUBLIC_URL": "https://kudos.example",
}


def test_the_package_for_teams_goes_by_the_settings(elsewhere: Path, framework: Framework) -> None:
    """It is a file to upload, and says where it is."""
    shown = run("manifest", "teams", **TEAMS)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "kudos-teams.zip" in shown.stdout
    with zipfile.ZipFile(elsewhere / "kudos-teams.zip") as package:
        written = json.loads(package.read("manifest.json"))
    assert written["id"] == TEAMS["MicrosoftAppId"]
    assert written["developer"]["name"] == framework.organisation
    assert written["validDomains"] == ["kudos.example"]
    assert "supportsTargetedMessages" not in written["bots"][0]

    named = run("manifest", "teams", "--output", "later.zip", "--version", "1.0.1", **TEAMS, TEAMS_TARGETED="1")
    assert named.exit_code == 0
    with zipfile.ZipFile(elsewhere / "later.zip") as package:
        written = json.loads(package.read("manifest.json"))
    assert written["version"] == "1.0.1"
    assert written["bots"][0]["supportsTargetedMessages"] is True


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        ((), {"KUDOS_PUBLIC_URL": ""}, "kudos: KUDOS_PUBLIC_URL: missing"),
        ((), {name: "" for name in TEAMS if name.startswith("Microsoft")}, "kudos: MicrosoftAppId: missing"),
        ((), {"MicrosoftAppId": "kudos"}, "kudos: MicrosoftAppId: is no id"),
        (("--version", "new"), {}, "kudos: --version: 'new'"),
        (("--privacy", "http://kudos.example"), {}, "kudos: --privacy: must"),
        (("--output", "nowhere/kudos.zip"), {}, "kudos: --output: cannot write nowhere/kudos.zip: No such"),
        (("--output", "kudos-teams.zip/x.zip"), {}, "kudos: --output: cannot write kudos-teams.zip/x.zip: Not a"),
    ],
    ids=str,
)
def test_a_package_that_teams_would_not_take_is_not_written(
    elsewhere: Path, arguments: tuple[str, ...], environment: dict[str, str], says: str
) -> None:
    """What was there before stays whole, and nothing half-written is left."""
    (elsewhere / "kudos-teams.zip").write_bytes(b"the one in use")
    shown = run("manifest", "teams", *arguments, **{**TEAMS, **environment})
    assert shown.exit_code == cli.BAD_CONFIG
    assert shown.stderr.startswith(says)
    assert shown.stdout == ""
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == {"kudos-teams.zip": b"the one in use"}
