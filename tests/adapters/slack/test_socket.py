"""Connections that break, fall silent and are renewed."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.socket import CONNECTIONS
from bot.framework import Framework
from tests.adapters.town import REASON, Town, settled, town_in


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
        answer = await town.client.command(
            "/kudos", f"@bob {town.tag()} for reason number {number}", user=town.alice, channel=town.general
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
