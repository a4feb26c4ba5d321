"""Tokens that expire: renewed once, by whoever comes first, and nobody waits for it longer than Slack waits for us."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.app import now
from adapters.slack import api
from adapters.slack.access import REST_S, OneWorkspace
from adapters.slack.installations import REFRESH_AHEAD, REFRESH_LEASE, Installation, Installations
from bot import migrations
from bot.database import Sqlite
from bot.errors import ConfigError, DatabaseError, SwitchedOff, Unreachable
from bot.framework import Framework
from bot.store import Store
from bot.vault import Vault
from tests.adapters.town import REASON, SECRET_KEY, Town, comes_true, settled, town_in
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_installs import ROTATION_S
from tests.doubles.slack_platform import Call

LASTS = timedelta(seconds=ROTATION_S)
W = "slack:T00000001"


def refreshes(slack: SlackDouble) -> list[Call]:
    return [call for call in slack.calls_to("oauth.v2.access") if call.args.get("grant_type") == "refresh_token"]


# In the running program


@dataclass(slots=True)
class Clock:
    """Kudos' clock. Slack's stays, so that its requests are signed in time; a token is told when to expire."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def town(framework: Framework, tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    """Kudos, installed where tokens rotate."""

    def before(town: Town) -> None:
        town.slack.app.token_rotation = True

    async with town_in(tmp_path / "kudos.db", framework, oauth=True, before=before, clock=clock) as running:
        yield running
        await settled(running)
        running.assert_sound()


def expire(town: Town, clock: Clock) -> None:
    """The token's time is over, and everybody knows."""
    town.slack.expire()
    clock.ahead += LASTS


async def test_five_commands_at_once_while_a_token_expires(town: Town, clock: Clock) -> None:
    """The token is renewed once, and each is answered once."""
    people = [town.alice, town.bob, town.cara, town.dan, town.slack.add_user("eve")]
    town.general.members.append(people[-1].id)
    expire(town, clock)
    commands = [town.client.make_command("/kudos", "", user=user, channel=town.general) for user in people]
    answers = await asyncio.gather(*map(town.client.send, commands))
    assert [(answer.status, answer.body) for answer in answers] == [(200, "")] * 5
    assert len(refreshes(town.slack)) == 1
    assert len(town.slack.calls_to("views.open")) == 5
    for user in people:
        assert town.form(user).open
        assert town.whispered(user) == []


async def test_while_a_token_is_renewed_in_time_nobody_waits(town: Town, clock: Clock) -> None:
    """The one before serves until it expires."""
    clock.ahead += LASTS - REFRESH_AHEAD + timedelta(minutes=1)
    slow = town.slack.fault("oauth.v2.access", delay_s=0.6)
    first = asyncio.create_task(town.type(town.alice, ""))
    await town.slack.until(lambda: slow.used)
    answer = await town.client.command("/kudos", "", user=town.bob, channel=town.general)
    assert answer.elapsed_s < 0.5
    assert town.form(town.bob).open
    await first
    assert town.form(town.alice).open
    assert len(refreshes(town.slack)) == 1


async def test_the_outbox_renews_a_token_by_itself(town: Town, clock: Clock) -> None:
    waits = town.slack.fault("chat.postMessage", times=2, status=429, retry_after=1)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.slack.until(lambda: waits.used == 2)
    expire(town, clock)
    await town.slack.until(lambda: town.cards() and town.told(town.bob))
    assert len(refreshes(town.slack)) == 1


async def test_a_token_that_expires_before_its_time_is_renewed(town: Town) -> None:
    """Clocks differ: what Slack says counts."""
    town.slack.expire()
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(refreshes(town.slack)) == 1
    assert town.row("SELECT active FROM slack_installation")["active"] == 1


async def test_a_refresh_outlasts_whoever_asked_for_it(town: Town, clock: Clock) -> None:
    """Cut off, it would have used up the refresh token and lost the new one."""
    expire(town, clock)
    town.slack.fault("oauth.v2.access", linger_s=1.6)
    await town.type(town.alice, "")
    assert "I couldn't open the form just now" in town.whispered(town.alice)[0]
    await asyncio.sleep(0.6)
    await town.type(town.alice, "")
    assert town.form(town.alice).open
    assert len(refreshes(town.slack)) == 1


@pytest.mark.parametrize("error", ["invalid_refresh_token", "bad_client_secret"])
async def test_after_a_refused_refresh_people_are_served_and_what_is_for_them_waits(
    town: Town, clock: Clock, error: str
) -> None:
    """Until another installation, or until Slack takes it after all."""
    expire(town, clock)
    refused = town.slack.fault("oauth.v2.access", error=error, times=None)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await comes_true(lambda: town.count("outbox", "state = 'due' AND tries = 0 AND error = 'SwitchedOff'") == 2)
    assert REASON in await town.type(town.alice, "mine")
    assert town.row("SELECT active FROM slack_installation")["active"] == 1
    assert len(refreshes(town.slack)) == 1, "it is left alone for a minute"
    refused.times = 0
    await town.install()
    await town.slack.until(lambda: town.cards() and town.told(town.bob))


# Several processes on one database


Process = Callable[..., Installations]


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        double.app.token_rotation = True
        yield double


@pytest.fixture
async def process(slack: SlackDouble, tmp_path: Path, clock: Clock) -> AsyncIterator[Process]:
    """Start another process on the same database."""
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(api.session())

        def start(*keys: str) -> Installations:
            database = Sqlite(tmp_path / "kudos.db")
            stack.push_async_callback(database.close)
            app = slack.app
            client = {"client_id": app.client_id, "client_secret": app.client_secret}
            started = Installations(database, Vault(keys or [SECRET_KEY]), slack.url, http, clock, **client)
            stack.push_async_callback(started.close)
            return started

        first = Sqlite(tmp_path / "kudos.db")
        await migrations.migrate(first)
        await first.close()
        yield start


def issued(slack: SlackDouble, clock: Clock) -> Installation:
    """What Slack hands over at an installation."""
    grant = slack.issue(expires_at=slack.now() + ROTATION_S)
    return Installation(
        workspace=W,
        name="Northfield",
        scopes="commands",
        installer="U1",
        installed_at=clock(),
        token=grant.token,
        refresh_token=grant.refresh_token,
        expires_at=clock() + LASTS,
    )


async def test_a_token_that_was_refused_is_tried_again_after_a_minute(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    one = process()
    await one.save(issued(slack, clock))
    slack.token_error = "invalid_auth"
    with pytest.raises(SwitchedOff):
        await (await one.api(W)).query("auth.test")
    slack.token_error = ""
    with pytest.raises(SwitchedOff):
        await one.api(W)
    assert await one.installed(W)
    clock.ahead = timedelta(seconds=REST_S)
    assert (await (await one.api(W)).query("auth.test"))["ok"]


async def test_it_is_told_where_no_workspaces_token_is_taken(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    """As after another client secret: then nothing is sent to anybody, and what waits does not grow old."""
    one = process()
    await one.save(issued(slack, clock))
    await one.save(replace(issued(slack, clock), workspace="slack:TANOTHER"))
    slack.token_error = "invalid_auth"
    for workspace, said in ((W, ""), ("slack:TANOTHER", "Slack refuses every workspace's token (invalid_auth)")):
        with pytest.raises(SwitchedOff):
            await one.who(workspace)
        for _ in range(2):
            await one.look()
            assert one.trouble == said
    slack.token_error = ""
    await one.look()
    assert one.trouble == ""


@pytest.mark.parametrize("token", [{}, {"access_token": None}, {"access_token": "x", "expires_in": "abc"}])
async def test_an_odd_answer_to_a_refresh_replaces_no_token(
    slack: SlackDouble, process: Process, clock: Clock, token: dict[str, object]
) -> None:
    one = process()
    await one.save(issued(slack, clock))
    before = slack.token
    clock.ahead = LASTS - REFRESH_AHEAD
    slack.oauth_codes[""] = {"ok": True, **token}
    assert (await one.api(W)).client.token == before
    slack.spent.clear()
    clock.ahead += REFRESH_LEASE + timedelta(seconds=1)
    assert (await one.api(W)).client.token == slack.token != before


async def test_two_processes_renew_a_token_once(slack: SlackDouble, process: Process, clock: Clock) -> None:
    one, other = process(), process()
    await one.save(issued(slack, clock))
    slack.expire()
    clock.ahead = LASTS
    got = await asyncio.gather(*(each.api(W) for each in (one, other, one, other)))
    assert {each.client.token for each in got} == {slack.token}
    assert len(refreshes(slack)) == 1
    assert (await (await other.api(W)).query("auth.test"))["ok"]


async def being_renewed(one: Installations, slack: SlackDouble, clock: Clock) -> asyncio.Task[api.Api]:
    """Its token has expired, and Slack is slow to hand over the next."""
    await one.save(issued(slack, clock))
    slack.expire()
    clock.ahead = LASTS
    slow = slack.fault("oauth.v2.access", delay_s=0.3)
    renewing = asyncio.create_task(one.api(W))
    await slack.until(lambda: slow.used)
    return renewing


async def test_a_new_token_outlasts_a_database_that_is_busy(
    slack: SlackDouble, process: Process, clock: Clock, tmp_path: Path
) -> None:
    """The one before is used up: it is stored as soon as it can be."""
    one = process()
    renewing = await being_renewed(one, slack, clock)
    with contextlib.closing(sqlite3.connect(tmp_path / "kudos.db", isolation_level=None)) as beside:
        beside.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError):
            await renewing
    await one.close()
    assert (await process().api(W)).client.token == slack.token
    assert len(refreshes(slack)) == 1


async def test_a_new_token_outlasts_a_new_key(slack: SlackDouble, process: Process, clock: Clock) -> None:
    """Another process starts with it and seals the token anew that is just being renewed."""
    one, other = process(), process("another key than the one before", SECRET_KEY)
    renewing = await being_renewed(one, slack, clock)
    await other.renew_seals()
    with contextlib.suppress(ConfigError):  # what the other has sealed
        await renewing
    assert (await other.api(W)).client.token == slack.token
    assert len(refreshes(slack)) == 1


async def test_an_answer_to_the_token_before_does_not_end_the_one_after(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    """It is under way while another process stores a new installation."""
    one, other = process(), process()
    await one.save(issued(slack, clock))
    old = await one.api(W)
    slack.revoke_all()
    await other.save(issued(slack, clock))
    with pytest.raises(Unreachable):
        await old.query("auth.test")
    assert (await (await one.api(W)).query("auth.test"))["ok"]


async def test_an_expired_token_without_another_waits_for_whoever_renews_it(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    """For a while; then what was asked can be asked again."""
    one, other = process(), process()
    await one.save(issued(slack, clock))
    slack.expire()
    clock.ahead = LASTS
    slow = slack.fault("oauth.v2.access", delay_s=3.0)
    renewing = asyncio.create_task(one.api(W))
    await slack.until(lambda: slow.used)
    with pytest.raises(Unreachable):
        await other.api(W)
    assert (await renewing).client.token == slack.token


async def test_an_answer_to_a_refresh_that_was_lost_ends_nothing_before_its_time(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    """The refresh token is used up then; the access token serves until it expires, and an installation mends it."""
    one = process()
    await one.save(issued(slack, clock))
    before = slack.token
    clock.ahead = LASTS - REFRESH_AHEAD
    slack.fault("oauth.v2.access", drop="after")
    for _ in range(3):
        assert (await one.api(W)).client.token == before
    assert len(refreshes(slack)) == 1
    clock.ahead = LASTS
    slack.expire(before)
    with pytest.raises(SwitchedOff):
        await one.api(W)
    with pytest.raises(SwitchedOff):
        await one.api(W)
    await one.save(issued(slack, clock))
    assert (await one.api(W)).client.token == slack.token


async def test_where_slack_is_down_a_refresh_is_tried_again_after_its_lease(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    one = process()
    await one.save(issued(slack, clock))
    slack.expire()
    clock.ahead = LASTS
    down = slack.fault("oauth.v2.access", status=503, times=None)
    with pytest.raises(Unreachable):
        await one.api(W)
    down.times = 0
    clock.ahead += REFRESH_LEASE + timedelta(seconds=1)
    assert (await one.api(W)).client.token == slack.token


async def test_a_token_without_a_refresh_token_is_used_until_slack_refuses_it(
    slack: SlackDouble, process: Process, clock: Clock
) -> None:
    one = process()
    kept = replace(issued(slack, clock), refresh_token="")
    await one.save(kept)
    clock.ahead = LASTS
    token = await one.api(W)
    slack.expire()
    with pytest.raises(SwitchedOff):
        await token.query("auth.test")
    with pytest.raises(SwitchedOff):
        await one.api(W)


async def test_who_has_never_installed_us_is_switched_off(process: Process) -> None:
    one = process()
    with pytest.raises(SwitchedOff):
        await one.api("slack:T9")
    assert not await one.installed("slack:T9")
    await one.left("slack:T9", now())
    assert await one.workspaces() == []


async def test_where_each_workspace_has_a_token_slack_is_looked_for_without_one(
    slack: SlackDouble, process: Process
) -> None:
    one = process()
    slack.fault("api.test", drop="before")
    await one.look()
    assert one.trouble == "Slack does not answer (ServerDisconnectedError)"
    await one.look()
    assert one.trouble == ""


async def test_a_token_that_was_refused_is_told_until_slack_takes_it(slack: SlackDouble, tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "kudos.db")
    async with api.session() as http:
        one = OneWorkspace(slack.token, slack.url, http, Store(database))
        slack.token_error = "invalid_auth"
        await one.look()
        assert one.trouble == "Slack refuses the token (invalid_auth)"
        slack.token_error = ""
        await one.look()
        assert one.trouble == ""
    await database.close()


async def test_a_state_is_consumed_by_one_process(process: Process) -> None:
    one, other = process(), process()
    await one.states.issue("made-up")
    used = await asyncio.gather(*(each.states.consume("made-up") for each in (one, other, one)))
    assert sorted(used) == [False, False, True]


async def test_what_is_printed_shows_no_token(slack: SlackDouble, process: Process, clock: Clock) -> None:
    one = process()
    await one.save(issued(slack, clock))
    assert "xoxe" not in repr(await one.find(W))
