"""`kudos doctor` finds what is broken, says what to do, and finds nothing where all is well."""

import asyncio
import contextlib
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters import storage
from adapters.app import now
from adapters.doctor import disk, disk_kind, examine
from adapters.findings import Finding, Verdict, clock
from adapters.slack.api import session
from adapters.slack.installations import Installation, Installations
from bot import migrations
from bot.database import Step
from bot.vault import Vault
from tests import databases, postgres
from tests.adapters.test_platforms import in_environment
from tests.adapters.town import SECRET_KEY
from tests.conftest import ROOT
from tests.doubles.slack import SlackDouble
from tests.doubles.teams_connector import TeamsConnector
from tests.doubles.teams_service import BotService

Set = Callable[..., None]


@pytest.fixture
def set_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Set:
    """Settings, in the environment of somebody who has nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRAMEWORK_FILE", str(ROOT / "framework.yaml"))

    def setting(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return setting


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        from adapters.slack import manifest

        double.scopes = frozenset(manifest.SCOPES)
        yield double


@pytest.fixture
async def teams() -> AsyncIterator[tuple[TeamsConnector, BotService]]:
    async with TeamsConnector() as connector, BotService(connector.world.app_id) as service:
        yield connector, service


async def migrated(url: str) -> str:
    database = storage.opened(url)
    await migrations.migrate(database)
    await database.close()
    return url


async def found(about: str = "") -> list[Finding]:
    return [each async for each in examine(now) if not about or each.about == about]


async def wrong() -> list[str]:
    return [str(each) for each in await found() if each.verdict is Verdict.WRONG]


def for_slack(slack: SlackDouble, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.url,
        **more,
    }


@pytest.mark.databases("sqlite", "postgres")
async def test_where_all_is_well_every_part_says_so(
    database_kind: str, set_: Set, slack: SlackDouble, teams: tuple[TeamsConnector, BotService], tmp_path: Path
) -> None:
    """In a process of its own, as an operator types it; no token is shown."""
    url = await migrated(databases.url(tmp_path / "kudos.db"))
    set_(DATABASE_URL=url, METRICS_TOKEN="m" * 20, KUDOS_PUBLIC_URL="https://kudos.example")
    set_(ERASURES_FILE=str(tmp_path / "erased"))
    set_(**for_slack(slack, SLACK_APP_TOKEN=slack.app.app_token), **in_environment(*teams))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "doctor"),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = (each.decode() for each in await process.communicate())
    assert process.returncode == 0, out + errors
    assert not errors
    lines = out.splitlines()
    for part in (
        "Time zone",
        "Public address",
        "Metrics",
        "Framework",
        "Guard",
        "Erasures",
        "Database",
        "Slack",
        "Teams",
        "Clock",
    ):
        assert any(line.startswith(f"ok    {part}: ") for line in lines), part
    assert not [line for line in lines if line.startswith("WRONG")]
    assert "opens Socket Mode" in out
    assert slack.token not in out
    assert teams[0].login.secret not in out


async def test_something_wrong_is_exit_status_1(set_: Set, tmp_path: Path) -> None:
    set_(DATABASE_URL=f"sqlite:///{tmp_path}/nowhere.db")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.cli", "doctor"),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 1
    assert "WRONG Database: DATABASE_URL: there is no" in out.decode()


async def test_settings_that_are_wrong_are_all_named(set_: Set) -> None:
    set_(PORT="x", KUDOS_TIMEZONE="Mars/Olympus")
    assert [line.split(":")[0] for line in await wrong()] == ["WRONG PORT", "WRONG KUDOS_TIMEZONE"]


async def test_of_a_platform_that_is_half_there_the_rest_is_looked_at(
    set_: Set, slack: SlackDouble, teams: tuple[TeamsConnector, BotService], tmp_path: Path
) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"))
    set_(**{**for_slack(slack), **in_environment(*teams), "MicrosoftAppPassword": ""})
    (line,) = await wrong()
    assert line.startswith("WRONG Teams: MicrosoftAppPassword: missing")
    assert any("takes the token" in each.said for each in await found("Slack"))


async def test_files_that_are_wrong(set_: Set, tmp_path: Path) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"), FRAMEWORK_FILE="nowhere.yaml")
    assert "WRONG Framework: FRAMEWORK_FILE: there is no nowhere.yaml here" in (await wrong())[0]
    (tmp_path / "words.yaml").write_text("entries: {nobody: {}}")
    set_(FRAMEWORK_FILE=str(ROOT / "framework.yaml"), WORDS_FILE=str(tmp_path / "words.yaml"))
    assert all(line.startswith("WRONG Words: ") for line in await wrong())
    assert await wrong()


async def test_what_a_start_would_be_refused_for(set_: Set, tmp_path: Path) -> None:
    """Nobody is told that all is well while `kudos serve` ends at once."""
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"))
    assert "ERASURES_FILE would name" in (await found("Erasures"))[0].said
    (tmp_path / "guard.yaml").write_text("kinds: [", "utf-8")
    set_(GUARD_FILE=str(tmp_path / "guard.yaml"), ERASURES_FILE=str(tmp_path / "nowhere" / "list"))
    assert {line.split(":")[0] for line in await wrong()} == {"WRONG Guard", "WRONG Erasures"}


async def test_a_restore_that_was_broken_off(set_: Set, tmp_path: Path) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"))
    with contextlib.closing(sqlite3.connect(tmp_path / "kudos.db")) as beside:
        beside.execute(f"CREATE TABLE {migrations.RESTORING} (one INTEGER)")
        beside.commit()
    (line,) = await wrong()
    assert "a restore into this database was broken off" in line


async def test_databases_that_are_wrong(set_: Set, tmp_path: Path) -> None:
    """Empty, older, newer, no database, away; and a message that nobody sends."""
    empty = tmp_path / "empty.db"
    sqlite3.connect(empty).close()
    empty.touch()
    set_(DATABASE_URL=f"sqlite:///{empty}")
    assert "holds no tables of ours yet. Make them: kudos migrate" in (await wrong())[0]

    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"))
    assert await wrong() == []
    with contextlib.closing(sqlite3.connect(tmp_path / "kudos.db")) as beside:
        beside.execute(
            "INSERT INTO outbox (id, workspace, view, fact, place, person, state, wanted, shown, due_at, tries, "
            "claim, lease_until, first_tried_at, message_place, message, error, created_at) VALUES ('x', "
            "'slack:T1', 'given', 'y', 'C1', '', 'due', 1, 0, '2020', 0, '', '', '', '', '', '', '')".replace(
                "'2020'", "'2020-01-01T00:00:00.000000Z'"
            )
        )
        beside.commit()
        assert (await wrong())[0].startswith("WRONG Outbox: a message has been due for ")
        beside.execute("UPDATE outbox SET due_at = '2999-01-01T00:00:00.000000Z', late_since = due_at")
        beside.commit()
        assert "in vain" in (await wrong())[0]
        beside.execute("DELETE FROM outbox")
        beside.execute("DELETE FROM migration WHERE number = 3")
        beside.commit()
        assert "is of an older release (1 step behind). Run: kudos migrate" in (await wrong())[0]
        beside.execute("INSERT INTO migration (number, name) VALUES (3, 'x'), (9999, '9999_later')")
        beside.commit()
        assert "newer than this release" in (await wrong())[0]

    (tmp_path / "garbage.db").write_bytes(b"no database at all" * 100)
    set_(DATABASE_URL=f"sqlite:///{tmp_path}/garbage.db")
    assert "cannot open" in (await wrong())[0]
    set_(DATABASE_URL="postgresql://kudos:secret@127.0.0.1:9/kudos")
    (line,) = await wrong()
    assert "PostgreSQL 127.0.0.1/kudos does not answer" in line
    assert "onnection refused" in line
    assert "secret" not in line


async def test_a_database_that_may_only_be_read(set_: Set) -> None:
    with postgres.made() as url:
        database = storage.opened(url)
        await migrations.migrate(database)
        name = postgres.name(url)
        await database.write(Step(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on', {}))
        await database.close()
        set_(DATABASE_URL=url)
        (line,) = await wrong()
        assert "can't be written to" in line
        assert "Look at the rights" in line


async def test_a_disk_that_vanishes(set_: Set, tmp_path: Path) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"), DYNO="web.1")
    assert "on Heroku a file is lost at the next restart" in (await wrong())[0]


def test_the_kind_of_a_disk_is_that_of_the_nearest_mount() -> None:
    mounts = "\n".join(
        (
            "overlay / overlay rw 0 0",
            "server:/data /srv nfs4 rw 0 0",
            "/dev/sdb1 /srv/real\\040disk ext4 rw 0 0",
            "tmpfs /run tmpfs rw 0 0",
            "odd",
        )
    )
    kinds = {"/srv/kudos.db": "nfs4", "/srv/real disk/kudos.db": "ext4", "/run/k.db": "tmpfs", "/srvs/k.db": "overlay"}
    assert {path: disk_kind(Path(path), mounts) for path in kinds} == kinds
    assert disk_kind(Path("/srv/kudos.db"), "") == ""
    for mount, verdict in (("nfs4", Verdict.WRONG), ("tmpfs", Verdict.NOTE), ("ext4", Verdict.WORKS)):
        (finding,) = disk(Path("/tmp/kudos.db"), f"x / {mount} rw 0 0")  # noqa: S108 - nothing is written there
        assert finding.verdict is verdict


async def test_slack_that_is_wrong(set_: Set, slack: SlackDouble, tmp_path: Path) -> None:
    """Another token, missing scopes, no Socket Mode, and nobody there."""
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"))
    set_(**for_slack(slack, SLACK_BOT_TOKEN="xoxb-of-somebody-else"))
    (line,) = await wrong()
    assert line.startswith("WRONG Slack: refuses SLACK_BOT_TOKEN (")
    assert "xoxb-of" not in line

    slack.scopes = slack.scopes - {"im:write", "users:read"}
    set_(**for_slack(slack, SLACK_APP_TOKEN="xapp-of-somebody-else"))
    scopes, socket = await wrong()
    assert "lacks the scopes im:write, users:read" in scopes
    assert "opens no Socket Mode" in socket

    set_(SLACK_API_URL="http://127.0.0.1:9/api/")
    assert "can't be reached" in (await wrong())[0]


async def test_many_workspaces(set_: Set, slack: SlackDouble, tmp_path: Path) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"), KUDOS_SECRET_KEY=SECRET_KEY)
    set_(
        SLACK_CLIENT_ID=slack.app.client_id,
        SLACK_CLIENT_SECRET=slack.app.client_secret,
        SLACK_SIGNING_SECRET=slack.signing_secret,
        SLACK_API_URL=slack.url,
        KUDOS_PUBLIC_URL="https://kudos.example",
    )
    assert await wrong() == []
    assert "no workspace has installed Kudos yet" in (await found("Slack"))[0].said


async def test_of_many_workspaces_only_who_is_refused_is_told_to_install_it_again(
    set_: Set, slack: SlackDouble, tmp_path: Path
) -> None:
    """That would not help anybody where Slack is away, or where our clock is wrong."""
    url = await migrated(f"sqlite:///{tmp_path}/kudos.db")
    given = {"SLACK_CLIENT_ID": slack.app.client_id, "SLACK_CLIENT_SECRET": slack.app.client_secret}
    set_(DATABASE_URL=url, KUDOS_SECRET_KEY=SECRET_KEY, KUDOS_PUBLIC_URL="https://kudos.example", **given)
    set_(SLACK_SIGNING_SECRET=slack.signing_secret, SLACK_API_URL=slack.url)
    async with installations(url, slack) as installed:
        for number, token in enumerate((slack.token, "xoxb-that-is-no-good")):
            await installed.save(
                Installation(
                    workspace=f"slack:T{number}",
                    name="Northfield",
                    scopes=",".join(slack.scopes),
                    installer="U1",
                    installed_at=now(),
                    token=token,
                )
            )
    (line,) = await wrong()
    assert line.startswith("WRONG Slack: slack:T1 can't be spoken to (invalid_auth). Somebody there installs")
    assert (await clock_told(timedelta(seconds=400))).verdict is Verdict.WRONG
    slack.fault("auth.test", status=503, times=2)
    assert all("just now" in line for line in await wrong())
    set_(SLACK_API_URL="http://127.0.0.1:9/api/")
    (line,) = await wrong()
    assert line.startswith("WRONG Slack: can't be reached (")


@contextlib.asynccontextmanager
async def installations(url: str, slack: SlackDouble) -> AsyncIterator[Installations]:
    database = storage.opened(url)
    client = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    async with session() as http:
        yield Installations(database, Vault([SECRET_KEY]), slack.url, http, now, **client)
    await database.close()


async def test_teams_that_is_wrong(set_: Set, teams: tuple[TeamsConnector, BotService], tmp_path: Path) -> None:
    """A secret that has run out, keys that can't be had, and nobody there."""
    _, service = teams
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"), **in_environment(*teams))
    assert await wrong() == []
    set_(MicrosoftAppPassword="one that has run out")
    service.status = 500
    keys, login = await wrong()
    assert "Microsoft's keys can't be fetched" in keys
    assert "a secret may have run out" in login
    assert "one that has" not in login
    set_(TEAMS_LOGIN_URL="http://127.0.0.1:9", TEAMS_OPENID_URL="http://127.0.0.1:9")
    assert "the login can't be reached" in (await wrong())[1]


async def test_in_development_and_switched_off(set_: Set, tmp_path: Path) -> None:
    set_(DATABASE_URL=await migrated(f"sqlite:///{tmp_path}/kudos.db"), TEAMS_DEV="1", HOST="127.0.0.1")
    set_(KUDOS_PUBLIC_URL="http://127.0.0.1:3978", METRICS_TOKEN="short")
    (line,) = await wrong()
    assert line.startswith("WRONG Metrics: METRICS_TOKEN could be guessed")
    notes = {each.about for each in await found() if each.verdict is Verdict.NOTE}
    assert {"Teams", "Slack", "Public address"} <= notes


def test_a_clock_that_is_wrong() -> None:
    at = now()
    date = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    near, ahead, behind = (clock("Slack", date, at + timedelta(seconds=each)) for each in (5, 400, -400))
    assert near is not None
    assert ahead is not None
    assert behind is not None
    assert near.verdict is Verdict.WORKS
    assert "s ahead of Slack's" in ahead.said
    assert "s behind Slack's" in behind.said
    assert clock("Slack", "", at) is None


async def clock_told(by: timedelta) -> Finding:
    """What is said of a clock that is moved."""
    (told,) = [each async for each in examine(lambda: now() + by) if each.about == "Clock"]
    return told


async def test_a_clock_that_is_not_the_databases(set_: Set) -> None:
    """Where several machines share a server, each must know how long the others still hold what they are sending."""
    with postgres.made() as url:
        set_(DATABASE_URL=await migrated(url))
        for seconds, verdict in ((0, Verdict.WORKS), (15, Verdict.WRONG), (-15, Verdict.WRONG)):
            told = await clock_told(timedelta(seconds=seconds))
            assert told.verdict is verdict
            assert "the database's" in told.said
