"""A week in Slack, and its digest the Monday after: only what may be told gets out, and what stands is set right."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.app import application
from adapters.slack.access import OneWorkspace
from adapters.slack.api import session
from adapters.slack.delivery import SlackLookup
from bot import schedule
from bot.cards import plain
from bot.database import Sqlite
from bot.errors import Unreachable
from bot.framework import Framework
from bot.model import to_text
from bot.schedule import Plan
from bot.store import Store
from tests.adapters.town import Town, comes_true, digest_after, kudos_for, settled, town_in
from tests.doubles.slack_objects import Channel, Message

PLAN = Plan(zone="Europe/London")
HOSTILE = "<!channel> <!here> *all* _of_ <https://evil.example|this> `now` & <@U00000004> @channel #general :tada:"


@dataclass(slots=True)
class Week:
    """A town in which a week has passed."""

    town: Town
    later: timedelta = timedelta()

    def room(self, name: str) -> Channel:
        return next(each for each in self.town.slack.channels.values() if each.name == name)

    @property
    def digests(self) -> Channel:
        """Where they are told."""
        return self.room("digests")

    @property
    def workspace(self) -> str:
        return f"slack:{self.town.slack.team_id}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    async def passes(self, plan: Plan = PLAN, where: Channel | None = None) -> None:
        """From now on it is the Monday after, and digests have been set up all the while."""
        database = Sqlite(self.town.database)
        store, began = Store(database), self.now() - timedelta(days=1)
        place, key = (where or self.digests).id, to_text(began)
        step = store.digests.planning(self.workspace, place, plan, actor="", now=began, key=key)
        await store.write(step)
        await database.close()
        self.later = digest_after(plan, self.now()) + timedelta(minutes=1) - datetime.now(UTC)

    @property
    def digest(self) -> Message:
        (only,) = self.town.slack.messages(self.digests, ours=True)
        return only

    def shows(self, words: str) -> bool:
        return words in f"{self.digest.text}{self.digest.blocks}"


@pytest.fixture
async def week(framework: Framework, tmp_path: Path) -> AsyncIterator[Week]:
    def before(town: Town) -> None:
        for name in ("digests", "once", "lodge", *(f"room-{number}" for number in range(8))):
            town.slack.add_channel(name, members=[town.alice, town.bob, town.cara, town.dan])

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        town.expected.add("restart")
        yield Week(town)
        town.assert_sound()


async def test_only_what_may_be_told_gets_out(week: Week) -> None:
    town, slack = week.town, week.town.slack
    once, lodge = week.room("once"), week.room("lodge")
    await town.give(town.alice, f"@bob {town.tag()} for {HOSTILE}")
    await town.give(town.bob, f"@alice {town.tag()} for help in a private place", town.closed)
    await town.give(town.bob, f"@dan {town.tag()} for help in a place that was public", once)
    await town.give(town.bob, f"@dan {town.tag()} for help in a place that others read", lodge)
    deleted = await town.give(town.cara, f"@dan {town.tag()} for help of which the card is deleted")
    withdrawn = await town.give(town.cara, f"@dan {town.tag()} for help that was nothing after all")
    await town.press(withdrawn, "Withdraw", town.cara)
    eve = slack.add_user("zebedee")
    await town.client.team_join(eve)
    await town.client.join(eve, town.general)
    await town.give(eve, f"@bob {town.tag()} for help seen by somebody who has left")
    await town.react(town.alice, slack.say(town.dan, town.general, "done"), town.emoji(1))
    said = slack.say(eve, town.general, "a message that is there no more")
    await town.react(town.alice, said, town.emoji(2))
    await settled(town)
    assert town.count("recognition") == 9
    # Of none of this does Slack tell, or we were not there.
    once.kind = "private"
    lodge.is_ext_shared = True
    deleted.deleted = said.deleted = eve.deleted = True
    await week.passes()
    async with kudos_for(town, clock=week.now, tick_s=0.2):
        await slack.until(lambda: town.cards(week.digests))
        await settled(town)
        for words in (
            "private",
            "public",
            "others read",
            "deleted",
            "nothing after all",
            "has left",
            "zebedee",
            "once",
        ):
            assert not week.shows(words), words
        assert not week.digest.pings()
        assert week.shows("&lt;!channel&gt; &lt;!here&gt;") or week.shows("<!channel> <!here>")
        assert week.shows("4 kudos"), "Alice's, and Zebedee's, of whom nothing is said"
        assert week.shows("dan"), "who got a reaction"
        listings = [call for call in slack.calls_to("conversations.list") if call.args.get("types") == "public_channel"]
        assert listings == [], "few places are asked about one by one"
        assert len(slack.calls_to("chat.getPermalink")) >= 2


@pytest.mark.parametrize("name", ["digests", "closed"])
async def test_where_others_read_by_now_nothing_from_elsewhere_is_posted(week: Week, name: str) -> None:
    """Slack told of it while Kudos was not running, and all that is there takes long to list."""
    town, slack, room = week.town, week.town.slack, week.room(name)
    await town.give(town.alice, f"@bob {town.tag()} for help number one")
    await week.passes(where=room)
    room.is_ext_shared = True
    async with kudos_for(town, clock=week.now, tick_s=0.2, filled=False):
        for listing in ("conversations.list", "users.list"):
            slack.fault(listing, delay_s=2.0)
        await slack.until(lambda: town.cards(room))
        await settled(town)
    (digest,) = town.cards(room)
    assert "help number one" not in f"{digest.text}{digest.blocks}"
    assert "alice" not in f"{digest.text}{digest.blocks}"


async def test_many_places_are_confirmed_by_one_listing(week: Week) -> None:
    town, slack = week.town, week.town.slack
    slack.page_most = 5
    rooms = [week.room(f"room-{number}") for number in range(8)]
    for number, room in enumerate(rooms):
        await town.give(town.alice, f"@bob {town.tag()} for help number {number}", room)
    slack.calls.clear()
    rooms[5].kind = "private"
    await week.passes()
    async with kudos_for(town, clock=week.now, filled=False):
        busy = slack.fault("conversations.list", status=429, retry_after=1, times=2)
        await slack.until(lambda: town.cards(week.digests))
        await settled(town)
    assert busy.used == 2
    assert week.shows("7 kudos")
    listings = [call for call in slack.calls_to("conversations.list") if call.args["types"] == "public_channel"]
    answers = [call.answer["response_metadata"] for call in listings if call.status == 200 and call.answer]
    assert sum(not each["next_cursor"] for each in answers) == 1, "one, page by page"
    assert {call.args["limit"] for call in listings} == {"999"}


async def test_what_stands_follows_a_withdrawal_an_edit_and_a_channel_made_private(week: Week) -> None:
    town, slack = week.town, week.town.slack
    room = week.room("room-0")
    first = await town.give(town.alice, f"@bob {town.tag()} for help number one")
    await town.give(town.cara, f"@dan {town.tag(1)} for help number two")
    await town.give(town.bob, f"@cara {town.tag(2)} for help number three", room)
    await week.passes()
    async with kudos_for(town, clock=week.now, tick_s=0.2):
        await slack.until(lambda: town.cards(week.digests))
        await settled(town)
        assert week.shows("help number one")
        assert week.shows("3 kudos")
        await town.press(first, "Edit the words", town.alice)
        await town.submit(town.form(town.alice), reason="help that was better put")
        await slack.until(lambda: week.shows("help that was better put"))
        await settled(town)
        assert not week.shows("help number one")
        (second,) = (each for each in town.cards() if "number two" in each.text)
        await town.press(second, "Withdraw", town.cara)
        await slack.until(lambda: not week.shows("help number two"))
        assert not week.shows("dan")
        assert week.shows("2 kudos")
        room.kind = "private"
        await town.client.message_shortcut("give_kudos_message", slack.say(town.dan, room, "hm"), town.alice)
        await comes_true(lambda: not town.count("digest", "stale = 1"), timeout_s=8)
        await slack.until(lambda: not week.shows("help number three"))
        assert week.shows("1 kudos")
    assert len(slack.calls_to("chat.update")) < 12


async def test_where_it_can_not_be_posted_its_owner_is_told(week: Week) -> None:
    town, slack = week.town, week.town.slack
    await town.give(town.alice, f"@bob {town.tag()} for help number one")
    week.digests.members.remove(slack.bot.id)
    await week.passes(Plan(zone="Europe/London", owner=town.cara.id))
    async with kudos_for(town, clock=week.now, tick_s=0.2):
        await slack.until(lambda: town.told(town.cara))
        assert "I could not post the weekly digest" in town.told(town.cara)[0]
        assert "/invite @Kudos" in town.told(town.cara)[0]
        await town.client.join(slack.bot, week.digests)
        await slack.until(lambda: any("help number one" in each.text for each in town.cards(week.digests)))
        await settled(town)
        assert len(town.told(town.cara)) == 1


async def test_invited_again_it_tells_all_that_was_given_in_a_private_channel(week: Week) -> None:
    """Slack says of a channel that we are not in what it says of one that is gone: `channel_not_found`."""
    town, slack, closed = week.town, week.town.slack, week.town.closed
    await town.give(town.alice, f"@bob {town.tag()} for help in a private place", closed)
    await week.passes(Plan(zone="Europe/London", owner=town.alice.id), closed)
    closed.members.remove(slack.bot.id)
    async with kudos_for(town, clock=week.now, tick_s=0.2):
        await slack.until(lambda: any("I could not post the weekly digest" in text for text in town.told(town.alice)))
        await settled(town)
        assert town.count("gone_message") == 0
        await town.client.join(slack.bot, closed)
        await slack.until(lambda: any("1 kudos" in each.text for each in town.cards(closed)))


async def test_a_preview_is_answered_in_time_and_follows_when_all_is_known(week: Week) -> None:
    """However slow Slack is, and also to somebody whom we do not know yet, in a channel that we do not know yet."""
    town, slack = week.town, week.town.slack
    await town.give(town.alice, f"@bob {town.tag()} for help number one")
    week.later = timedelta(days=7)
    newcomer = slack.add_user("newcomer")
    room = slack.add_channel("annexe", members=[newcomer])
    for listing in ("users.list", "conversations.list"):
        slack.fault(listing, delay_s=4.0)
    async with kudos_for(town, clock=week.now, filled=False):
        slack.fault("users.info", delay_s=0.6)
        slack.fault("conversations.info", delay_s=0.6, channel=room.id)
        slack.fault("conversations.info", delay_s=4.0, channel=town.general.id)
        ask = town.client.make_command("/kudos", "digest preview", user=newcomer, channel=room)
        answer = await town.client.send(ask, patience_s=2.5)
        assert answer.ok
        assert "I am looking up what may be told in #annexe" in town.whispered(newcomer)[0]
        await town.hears(newcomer, "help number one")
        assert len(slack.calls_to("users.info")) == 1
        assert len(town.whispered(newcomer)) == 2
        # Once it is known it is known for a while.
        assert "help number one" in await town.type(newcomer, "digest preview", room)


async def test_in_a_thread_too_a_preview_follows(week: Week) -> None:
    town, slack, room = week.town, week.town.slack, week.room("room-1")
    await town.give(town.alice, f"@bob {town.tag()} for help number one")
    week.later = timedelta(days=7)
    async with kudos_for(town, clock=week.now):
        slack.fault("conversations.info", delay_s=4.0, channel=town.general.id)
        await town.deliver(*town.client.make_post(town.bob, room, "@kudos digest preview"))
        await town.hears(town.bob, "I am looking up what may be told in #room-1")
        await town.hears(town.bob, "help number one")
        assert not any("help number one" in each.text for each in slack.messages(room))


async def test_a_preview_that_takes_too_long_is_given_up(week: Week) -> None:
    town = week.town
    await town.give(town.alice, f"@bob {town.tag()} for help number one")
    town.slack.fault("conversations.info", delay_s=4.0, times=None)
    now = datetime.now(UTC)
    later, that = now + timedelta(days=8), schedule.Week.of(now.date())
    database = Sqlite(town.database)
    async with application(database, town.framework, zone=UTC, clock=lambda: later) as app, session() as http:
        app.lookups["slack"] = SlackLookup(OneWorkspace(town.slack.token, town.slack.url, http, app.store), app.store)
        with pytest.raises(Unreachable, match="took too long"):
            await app.bot.digesting.preview(week.workspace, week.digests.id, that)
        town.slack.faults.clear()
        assert "help number one" in plain(await app.bot.digesting.preview(week.workspace, week.digests.id, that))
