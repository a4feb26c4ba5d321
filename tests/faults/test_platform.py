"""What Slack does and what somebody does there, at the worst moment."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.town import REASON, Town, kudos_for, program, settled
from tests.doubles.slack_wire import Request

pytestmark = pytest.mark.databases("sqlite", "postgres")

POST = "chat.postMessage"


class Later:
    """A clock that can be moved, in both directions."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


def refused(town: Town) -> bool:
    return any((call.answer or {}).get("error") == "token_revoked" for call in town.slack.calls)


@pytest.mark.fault("token revoked")
async def test_a_token_that_is_revoked_and_replaced(quiet_town: Town) -> None:
    """What was asked for meanwhile goes out when the operator has put it right."""
    town, later = quiet_town, Later()
    async with kudos_for(town):
        lost = town.slack.fault(POST, channel=town.general.id, drop="before")
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        await town.slack.until(lambda: lost.used and town.told(town.bob))
        town.slack.token_error = "token_revoked"
        await town.type(town.alice, f"@cara {town.tag(1)} for {REASON}", town.closed)
        await town.slack.until(lambda: refused(town))
    waiting = town.rows("SELECT state, tries FROM outbox WHERE state <> 'done' ORDER BY created_at, tries DESC")
    assert [(row["state"], row["tries"]) for row in waiting] == [("lost", 1), ("due", 0), ("due", 0)]
    town.slack.token_error = ""
    later.by = timedelta(minutes=2)
    async with kudos_for(town, clock=later):
        await settled(town)
    assert town.states() == {"done": 4}
    assert len(town.cards()) == len(town.cards(town.closed)) == len(town.told(town.cara)) == 1
    assert not town.doubled()


@pytest.mark.fault("event three times to two processes")
async def test_two_programs_hear_everything_three_times(quiet_town: Town) -> None:
    """Each thing happens once; also on one file, for which `kudos serve` would not start a second time."""
    town = quiet_town
    town.expected |= {"restart", "failures"}
    async with kudos_for(town):
        card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        first = town.client.url
        async with kudos_for(town, filled=False):
            addresses = (first, town.client.url)
            said = town.slack.say(town.bob, town.general, "done for today")
            requests = [
                town.client.make_react(town.cara, said, town.emoji()),
                town.client.make_react(town.dan, card, town.emoji(1)),
                *town.client.make_post(town.alice, town.general, f"@kudos kudos @dan {town.tag()} for {REASON}"),
            ]
            for attempt in range(3):
                for town.client.url in addresses:
                    for request in requests:
                        assert (await town.client.send(request, attempt=attempt)).ok
            await settled(town)
    assert town.count("recognition") == 3
    assert town.count("endorsement") == 1
    assert len(town.cards()) == 2
    assert not town.doubled()


@pytest.mark.fault("retry an hour later")
async def test_an_event_that_comes_again_an_hour_later(quiet_town: Town) -> None:
    """Also to a program that was started since."""
    town, later = quiet_town, Later()
    async with kudos_for(town, clock=later):
        said = town.slack.say(town.bob, town.general, "done for today")
        requests: list[Request] = [
            town.client.make_react(town.cara, said, town.emoji()),
            *town.client.make_post(town.alice, town.general, f"@kudos kudos @dan {town.tag()} for {REASON}"),
        ]
        for request in requests:
            assert (await town.client.send(request)).ok
        await settled(town)
        before = town.states(), len(town.slack.posted[town.general.id]), len(town.whispered(town.alice))
    later.by = timedelta(hours=1)
    async with kudos_for(town, clock=later):
        for request in requests:
            assert (await town.client.send(request, attempt=3)).ok
        await settled(town)
    assert (town.states(), len(town.slack.posted[town.general.id]), len(town.whispered(town.alice))) == before
    assert town.count("recognition") == 2
    assert not town.doubled()


@pytest.mark.fault("clock moved")
@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)], ids=str)
async def test_a_clock_that_is_moved_while_messages_go_out(quiet_town: Town, by: timedelta) -> None:
    """Forward or back, and back again: what was asked for stands once."""
    town, later = quiet_town, Later()
    async with kudos_for(town, clock=later):
        for number, moved in enumerate((timedelta(), by, timedelta())):
            later.by = moved
            town.slack.fault(POST, status=503, channel=town.general.id)
            await town.type(town.alice, f"@bob {town.tag(number)} for {REASON} {number}")
            await town.slack.until(lambda: all(each.used for each in town.slack.faults))
    later.by = abs(by) + timedelta(minutes=10)
    async with kudos_for(town, clock=later):
        await settled(town)
    assert town.states() == {"done": 6}
    assert len(town.cards()) == len(town.told(town.bob)) == 3
    assert not town.doubled()


@pytest.mark.fault("bad framework")
async def test_a_program_does_not_start_on_a_framework_that_is_wrong(quiet_town: Town) -> None:
    """Its operator reads every line that is wrong."""
    wrong = quiet_town.database.with_name("framework.yaml")
    wrong.write_text("schema: 1\nentries: 7\n", "utf-8")
    with pytest.raises(AssertionError, match="status 78"):
        async with program(quiet_town, FRAMEWORK_FILE=str(wrong)):
            raise NotImplementedError
