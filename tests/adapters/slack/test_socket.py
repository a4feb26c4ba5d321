"""Connections that break, fall silent and are renewed."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.slack.api import Api, session
from adapters.slack.socket import CONNECTIONS, Socket
from bot.framework import Framework
from tests.adapters.town import REASON, Town, kudos_for, settled, town_in
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_platform import METHODS


@pytest.fixture
async def town(organisation: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work without an address of its own."""
    async with town_in(tmp_path / "kudos.db", organisation, socket=True) as running:
        yield running
        await settled(running)
        running.assert_sound()


async def connected(town: Town) -> None:
    """Wait until every connection is there, and what is dead has been noticed."""
    hub = town.slack.socket
    await town.slack.until(
        lambda: len(hub.ready) >= CONNECTIONS and not any(each.silent for each in hub.connections), timeout_s=30
    )


async def test_cut_connections_are_made_anew(town: Town) -> None:
    """Whoever cuts both at once: a moment later everything works."""
    hub = town.slack.socket
    hub.drop()
    await connected(town)
    assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text


async def test_it_goes_on_while_a_connection_is_renewed(town: Town) -> None:
    """Slack asks for a new connection now and then; the other one serves meanwhile."""
    hub = town.slack.socket
    for reason in ("refresh_requested", "warning"):
        await hub.disconnect(reason, hub.ready[0], linger_s=0.2)
        assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text
    await connected(town)


async def test_slack_lets_nobody_in_for_a_while(town: Town) -> None:
    """It goes on trying, and is back when Slack is."""
    hub = town.slack.socket
    with hub.refusing():
        hub.drop()
        await asyncio.sleep(0.5)
        assert not hub.ready
    await connected(town)
    assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text


async def test_in_a_storm_nothing_acknowledged_is_lost_and_nothing_doubled(town: Town) -> None:
    """Connections are cut, silenced and renewed at random while kudos come in by command and by reaction."""
    town.expected.add("failures")
    chance, hub = random.Random(3), town.slack.socket
    hub.patience_s, hub.retry_delays_s = 0.5, (0.1, 0.4, 1.0)
    messages = [town.slack.say(town.bob, town.general, f"done {number}") for number in range(40)]

    async def weather() -> None:
        for _ in range(12):
            await asyncio.sleep(chance.uniform(0.1, 0.6))
            if hub.ready:
                connection = chance.choice(hub.ready)
                match chance.randrange(3):
                    case 0:
                        connection.drop()
                    case 1:
                        connection.silence()
                    case _:
                        await hub.disconnect("refresh_requested", connection, linger_s=0.1)

    acknowledged: list[str] = []

    async def thank(number: int) -> None:
        giver = (town.alice, town.dan)[number % 2]  # for nobody gives forty within an hour
        answer = await town.client.command(
            "/kudos", f"@bob {town.tag()} for reason number {number}", user=giver, channel=town.general
        )
        if answer.ok:
            acknowledged.append(f"reason number {number}")

    raging = asyncio.create_task(weather())
    for number, message in enumerate(messages):
        await asyncio.gather(thank(number), town.client.react(town.cara, message, town.emoji()), return_exceptions=True)
    await raging
    await hub.settled()
    await connected(town)
    assert REASON in (await town.give(town.dan, f"@bob {town.tag()} for {REASON}")).text

    kept = {row["reason"] for row in town.rows("SELECT reason FROM recognition")}
    assert len(acknowledged) > 10
    assert kept >= set(acknowledged)
    reacted = sum(outcome == "acknowledged" for outcome in hub.outcomes().values())
    assert reacted > 10
    assert town.count("recognition", "origin = 'reaction'") >= reacted
    posted = [card.text for card in town.cards()]
    assert len(posted) == len(set(posted)) == town.count("recognition", "origin <> 'reaction'")


async def test_the_private_word_of_what_is_under_way_when_told_to_stop_arrives(
    organisation: Framework, tmp_path: Path
) -> None:
    """It is said only when the rest is done, and then the way to Slack must still be open."""
    async with SlackDouble() as slack:
        client = slack.socket_client()
        town = Town(slack=slack, client=client, framework=organisation, database=tmp_path / "kudos.db")
        with structlog.testing.capture_logs() as said:
            async with kudos_for(town, slack_app_token=slack.app.app_token, slack_signing_secret=""):
                newcomer = slack.add_user("newcomer")
                await client.command("/kudos", "", user=town.alice, channel=town.general)
                slow = slack.fault("users.info", delay_s=0.5)
                values = {"recipients": [newcomer], "entries": [town.entry(0).id], "reason": REASON}
                submitting = asyncio.create_task(client.submit(town.form(town.alice), values, user=town.alice))
                await slack.until(lambda: slow.used)
            assert (await submitting).ok
        assert "You thanked newcomer" in "".join(town.whispered(town.alice))
        assert not [line for line in said if line["log_level"] == "error"]


# The connections themselves, with less patience than in earnest.


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        double.socket.retry_delays_s = (0.0, 0.0, 0.0)
        yield double


class Program:
    """What is behind the sockets: it takes what comes, as soon as it may."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.status = 200

    async def take(self, payload: dict[str, Any], _: Mapping[str, str]) -> tuple[int, object]:
        self.heard.append(payload)
        await self.may_answer.wait()
        return self.status, None


@asynccontextmanager
async def linked(slack: SlackDouble, program: Program, **patience_s: float) -> AsyncIterator["asyncio.Task[None]"]:
    """Let the sockets run until the block ends."""
    async with session() as http:
        socket = Socket(Api(slack.app.app_token, slack.url, http), http, program.take, **patience_s)
        running = asyncio.create_task(socket.run())
        try:
            yield running
        finally:
            running.cancel()
            await asyncio.wait([running])
            assert running.cancelled(), running


async def ready(slack: SlackDouble) -> None:
    await slack.until(lambda: len([each for each in slack.socket.ready if not each.silent]) == CONNECTIONS)


@pytest.mark.parametrize("pongs", [False, True])
async def test_a_dead_connection_is_noticed_and_replaced(slack: SlackDouble, pongs: bool) -> None:
    """One that answers no ping; and one that answers pings, and brings nothing, not even those of Slack."""
    slack.socket.beat_s = 0.05
    async with linked(slack, Program(), ping_s=0.05, silent_s=0.3, deaf_s=0.6):
        await ready(slack)
        dead, other = slack.socket.ready
        dead.silence(pongs=pongs)
        await slack.until(lambda: not dead.open)
        await ready(slack)
        assert other.open


async def test_a_connection_that_speaks_is_alive_whether_or_not_it_answers(slack: SlackDouble) -> None:
    """Slack may take long to answer a ping."""
    slack.socket.beat_s = 0.05
    async with linked(slack, Program(), ping_s=0.05, silent_s=0.5):
        await ready(slack)
        first = list(slack.socket.ready)
        first[0].answers_pings = False
        await slack.until(lambda: first[0].pings > 20)
        assert slack.socket.ready == first


async def test_a_connection_that_is_dead_from_the_start_is_not_waited_for(slack: SlackDouble) -> None:
    slack.socket.silent_from_start = True
    async with linked(slack, Program(), silent_s=0.2):
        await slack.until(lambda: len(slack.socket.opened) > CONNECTIONS)
        slack.socket.silent_from_start = False
        await ready(slack)


async def test_what_is_under_way_when_told_to_stop_is_finished_and_nothing_more_is_begun(slack: SlackDouble) -> None:
    program, client = Program(), slack.socket_client()
    program.may_answer.clear()
    async with linked(slack, program) as running, asyncio.TaskGroup() as tasks:
        await ready(slack)
        slack.socket.connections[0].leaving = True  # so that both come over one connection
        first = tasks.create_task(client.event({"type": "one"}))
        while not program.heard:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.sleep(0)
        slack.socket.retry_delays_s = ()
        second = tasks.create_task(client.event({"type": "two"}))
        await slack.until(lambda: len(slack.socket.deliveries) == 2)
        program.may_answer.set()
        assert (await first).ok
        assert (await second).failure == "connection lost"
    assert len(program.heard) == 1


async def test_it_goes_on_whatever_slack_says(slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address, an address later: it tries again, and the operator can read why."""
    opening = METHODS["apps.connections.open"]
    with structlog.testing.capture_logs() as said:
        monkeypatch.setitem(METHODS, opening.name, replace(opening, run=lambda _slack, _args: {}))
        async with linked(slack, Program()):
            await slack.until(lambda: slack.calls_to(opening.name))
            monkeypatch.setitem(METHODS, opening.name, opening)
            slack.fault(opening.name, error="internal_error")
            slack.fault(opening.name, status=429, retry_after=1)
            await ready(slack)
    events = {line["event"] for line in said if line["log_level"] in ("error", "warning")}
    assert events == {"slack_socket_not_connected"}
    assert any("internal_error" in str(line.get("error")) for line in said)


@pytest.mark.parametrize(
    "text",
    ["canary", "[]", "5", '"canary"', "null", "{", '{"envelope_id": ["canary"], "payload": {}}', '{"a":' * 90_000],
    ids=lambda text: text[:20],
)
async def test_what_is_no_envelope_is_passed_over(slack: SlackDouble, text: str) -> None:
    """The connection goes on, and the log says no word of it."""
    program = Program()
    with structlog.testing.capture_logs() as said:
        async with linked(slack, program):
            await ready(slack)
            first = list(slack.socket.ready)
            await first[0].socket.send_str(text)
            first[1].leaving = True  # so that what follows comes over the same connection
            assert (await slack.socket_client().event({"type": "one"})).ok
            assert first[0].open
    assert len(program.heard) == 1
    warnings = [line for line in said if line["log_level"] != "info"]
    assert warnings == [{"event": "slack_socket_message_not_read", "log_level": "warning"}]


async def test_only_what_failed_comes_again(slack: SlackDouble) -> None:
    """What is malformed would be so again."""
    program, client = Program(), slack.socket_client()
    async with linked(slack, program):
        await ready(slack)
        program.status = 400
        await client.event({"type": "one"})
        assert set(slack.socket.outcomes().values()) == {"acknowledged"}
        slack.socket.patience_s = 0.1
        program.status = 503
        await client.event({"type": "two"})
        program.status = 200
        await slack.socket.settled()
    kinds = [payload["event"]["type"] for payload in program.heard]
    assert kinds.count("one") == 1
    assert kinds.count("two") > 1


@pytest.mark.parametrize(("reason", "logged"), [("refresh_requested", "refresh_requested"), ("canary", "another")])
async def test_why_a_connection_is_renewed_is_logged_in_known_words(
    slack: SlackDouble, reason: str, logged: str
) -> None:
    with structlog.testing.capture_logs() as said:
        async with linked(slack, Program()):
            await ready(slack)
            await slack.socket.ready[0].send({"type": "disconnect", "reason": reason})
            await slack.until(lambda: len(slack.socket.opened) > CONNECTIONS)
    assert [line["reason"] for line in said if line["event"] == "slack_socket_renewed"] == [logged]


async def test_an_eleventh_connection_is_not_asked_for_again_and_again(slack: SlackDouble) -> None:
    """Slack says at once that it is one too many; what is not greeted is tried again later, and ever later."""
    async with linked(slack, Program()), linked(slack, Program()), linked(slack, Program()), linked(slack, Program()):
        await slack.until(lambda: len(slack.socket.ready) == 4 * CONNECTIONS)
        async with linked(slack, Program()):
            await slack.until(lambda: len(slack.socket.ready) == 5 * CONNECTIONS)
            before = len(slack.calls_to("apps.connections.open"))
            async with linked(slack, Program()):
                await slack.until(lambda: len(slack.calls_to("apps.connections.open")) == before + CONNECTIONS)
                await asyncio.sleep(0.3)
                assert len(slack.calls_to("apps.connections.open")) <= before + 2 * CONNECTIONS
