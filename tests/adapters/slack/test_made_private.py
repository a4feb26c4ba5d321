"""A channel was made private, which Slack does not tell: who is thanked there and is not in it learns nothing of it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Town, comes_true, settled, town_in
from tests.doubles.slack_objects import Channel, Message

NAME = "op-lantern"


@dataclass(slots=True)
class Room:
    """A channel that everybody could read when Kudos looked. Dan wrote there once; he is not in it."""

    town: Town
    channel: Channel
    dans: Message

    def close(self) -> None:
        """Make it private, of which Slack sends no event that we subscribe to."""
        self.channel.kind = "private"

    async def mention(self) -> None:
        """Alice thanks Dan there."""
        town = self.town
        text = f"@{town.slack.bot.name} kudos @dan {town.tag()} for {REASON}"
        await town.deliver(*town.client.make_post(town.alice, self.channel, text))

    async def seen_by_dan(self) -> str:
        """All that Kudos shows him: what it tells him, his own page, and his list."""
        town = self.town
        await town.client.open_home(town.dan)
        await settled(town)
        mine = await town.type(town.dan, "mine")
        messages = [json.dumps([each.text, each.blocks]) for each in town.slack.dms(town.dan)]
        listed = [json.dumps(each.blocks) for each in town.slack.seen_only_by(town.dan)]
        return "\n".join((*messages, *listed, mine, json.dumps(town.slack.homes[town.dan.id].blocks)))

    async def members_known(self) -> None:
        """Wait until Kudos knows who is there."""
        known = f"place = '{self.channel.id}'"
        await comes_true(lambda: self.town.count("membership", known) == len(self.channel.members))

    async def kept_from_dan(self, *, told: str = REASON) -> None:
        """Nothing leads him there, though he reads what he is thanked for."""
        seen = await self.seen_by_dan()
        assert told in seen
        assert NAME not in seen
        assert self.channel.id not in seen
        assert self.town.row("SELECT visibility FROM recognition")["visibility"] == "private"


@pytest.fixture
async def room(framework: Framework, tmp_path: Path) -> AsyncIterator[Room]:
    def before(town: Town) -> None:
        town.slack.add_channel(NAME, members=[town.alice, town.bob, town.cara])

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        channel = next(each for each in town.slack.channels.values() if each.name == NAME)
        yield Room(town, channel, town.slack.say(town.dan, channel, "the statements are done"))
        await settled(town)
        town.assert_sound()


async def test_by_mention(room: Room) -> None:
    town = room.town
    room.close()
    await room.mention()
    await settled(town)
    assert REASON in town.cards(room.channel)[0].text
    await room.kept_from_dan()
    acts = [row["act"] for row in town.rows("SELECT act FROM history WHERE actor = ''")]
    assert acts == ["made private"]


async def test_by_a_form_in_which_it_was_chosen(room: Room) -> None:
    town = room.town
    await town.client.shortcut("give_kudos", town.alice)
    form = town.form(town.alice)
    room.close()
    chosen = {"recipients": [town.dan], "entries": [town.entry(0).id], "reason": REASON, "place": room.channel}
    assert not await town.submit(form, **chosen)
    await settled(town)
    await room.kept_from_dan()


async def test_by_the_form_for_a_message_that_was_open_by_then(room: Room) -> None:
    town = room.town
    await town.client.message_shortcut("give_kudos_message", room.dans, town.alice)
    form = town.form(town.alice)
    room.close()
    assert not await town.submit(form, entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    await room.kept_from_dan()


async def test_by_reaction(room: Room) -> None:
    """Not even a link to what he wrote there himself."""
    town = room.town
    room.close()
    await town.react(town.alice, room.dans, town.emoji())
    await settled(town)
    assert "a reaction to a message of yours" in town.told(town.dan)[0]
    await room.kept_from_dan(told=town.entry(0).title.text)


async def test_a_message_shortcut_tells_that_it_is_private(room: Room) -> None:
    town = room.town
    room.close()
    await town.client.message_shortcut("give_kudos_message", room.dans, town.alice)
    await settled(town)
    assert town.row("SELECT visibility FROM place WHERE id = ?", room.channel.id)["visibility"] == "private"
    await room.members_known()
    await town.submit(town.form(town.alice), entries=[town.entry(0).id], reason=REASON)
    assert "dan isn't in this private conversation" in str(town.form(town.alice).errors)


async def test_a_button_tells_that_it_is_private(room: Room) -> None:
    town = room.town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", room.channel)
    room.close()
    await town.press(card, "What does it mean?", town.cara)
    await room.members_known()


async def test_by_command_members_alone_are_thanked(room: Room) -> None:
    """Also where an event has told of one of them: they are not the only one."""
    town = room.town
    eve = town.slack.add_user("eve")
    await town.client.team_join(eve)
    await town.client.join(eve, room.channel)
    room.close()
    await town.type(town.alice, f"@dan {town.tag()} for {REASON}", room.channel)
    assert "dan isn't in this private conversation" in str(town.form(town.alice).blocks)
    await settled(town)
    assert (await town.give(town.alice, f"@bob {town.tag()} for {REASON}", room.channel)).pings() == {town.bob.id}
    assert f"thanked you in #{NAME}" in town.told(town.bob)[0]


async def test_where_its_members_can_not_be_learned_a_form_names_it_in_vain(room: Room) -> None:
    """Who gives may be no member either. When Slack answers again, they are told so."""
    town = room.town
    await town.client.shortcut("give_kudos", town.dan)
    form = town.form(town.dan)
    room.close()
    silent = town.slack.fault("conversations.members", status=500, times=None)
    await town.type(town.alice, "mine", room.channel)
    chosen = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": REASON, "place": town.general}

    async def names_it() -> str:
        """Send the form with the channel in it, which his Slack does not offer him."""
        request = town.client.make_submit(form, chosen, user=town.dan)
        request.body = request.body.replace(town.general.id.encode(), room.channel.id.encode())
        await town.deliver(request)
        return str(form.errors)

    assert "I couldn't look this channel up just now" in await names_it()
    silent.times = 0
    assert "You are not in that channel" in await names_it()
    assert town.count("recognition") == 0


async def test_while_slack_does_not_tell_nothing_is_shown_and_the_giver_is_answered(room: Room) -> None:
    town = room.town
    room.close()
    silent = town.slack.fault("conversations.info", status=500, times=None)
    await room.mention()
    await town.hears(town.alice, "You thanked dan")
    await town.slack.until(lambda: len(town.slack.calls_to("conversations.info")) >= 2)
    assert town.told(town.dan) == []
    silent.times = 0
    await town.slack.until(lambda: town.told(town.dan))
    await settled(town)
    await room.kept_from_dan()


async def test_slack_is_asked_once_for_many_kudos(room: Room) -> None:
    town = room.town
    for _ in range(3):
        await town.give(town.alice, f"@bob @cara {town.tag()} for {REASON}", room.channel)
    asked = [call.args["channel"] for call in town.slack.calls_to("conversations.info")]
    assert asked == [room.channel.id]
