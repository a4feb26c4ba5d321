"""Channels shared with another organisation, and guests: ours thank each other there, and nothing else happens."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from structlog.testing import capture_logs

from adapters.slack.manifest import EVENTS, SCOPES
from bot.framework import Framework
from tests.adapters.town import REASON, Town, settled, town_in
from tests.doubles.slack_objects import Channel, User
from tests.doubles.slack_wire import Request

OTHERS = "T99999999"
REFUSED = "You are with another organisation, so I can't do this for you."


@dataclass(slots=True)
class Border:
    """A town with a channel that it shares."""

    town: Town
    outsider: User
    shared: Channel


@pytest.fixture
async def border(framework: Framework, tmp_path: Path) -> AsyncIterator[Border]:
    def before(town: Town) -> None:
        town.slack.scopes = frozenset(SCOPES)
        town.slack.app.events = frozenset(EVENTS)
        outsider = town.slack.add_user("outsider", team_id=OTHERS)
        town.slack.add_channel("partners", members=[town.alice, town.bob, outsider], connected=[OTHERS])

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        outsider = next(each for each in town.slack.users.values() if each.team_id == OTHERS)
        shared = next(each for each in town.slack.channels.values() if each.connected)
        yield Border(town, outsider, shared)
        await settled(town)
        town.assert_sound()


def of_their_team(request: Request) -> Request:
    """The same event, as Slack may send it from a shared channel: with the other team's id."""
    body = {**json.loads(request.body), "team_id": OTHERS}
    return Request(what=request.what, body=json.dumps(body).encode(), content_type="application/json", is_event=True)


# Ours


async def test_colleagues_thank_each_other_there_and_it_stays_there(border: Border) -> None:
    """It counts as private: elsewhere nobody reads of it but they themselves."""
    town = border.town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", border.shared)
    assert card.pings() == {town.bob.id}
    assert town.told(town.bob)[0].startswith("alice thanked you in #partners for:")
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"
    assert "No kudos yet" in await town.type(town.dan, "mine")


async def test_a_reaction_there_is_a_kudos_among_ours(border: Border) -> None:
    town = border.town
    message = town.slack.say(town.bob, border.shared, "done")
    await town.client.send(of_their_team(town.client.make_react(town.alice, message, town.emoji())))
    await settled(town)
    assert town.row("SELECT workspace, visibility FROM recognition") == {
        "workspace": f"slack:{town.slack.team_id}",
        "visibility": "private",
    }


async def test_a_colleague_who_is_not_in_there_is_refused_at_the_field(border: Border) -> None:
    town = border.town
    await town.type(town.alice, f"@bob @dan {town.tag()} for {REASON}", border.shared)
    form = town.form(town.alice)
    assert "dan isn't in this private conversation" in str(form.blocks)
    assert not await town.submit(form, recipients=[town.bob])


async def test_a_group_is_thanked_there_if_all_of_it_can_read_it(border: Border) -> None:
    town = border.town
    town.slack.add_usergroup("nights", [town.alice, town.bob])
    card = await town.give(town.alice, f"@nights {town.tag()} for {REASON}", border.shared)
    assert card.text.startswith("alice thanked @nights (1 person) for:")
    assert card.pings() == set()


# Theirs


async def test_people_of_the_other_organisation_are_refused_by_name_at_their_field(border: Border) -> None:
    town = border.town
    await town.type(town.alice, f"@outsider @bob {town.tag()} for {REASON}", border.shared)
    form = town.form(town.alice)
    sentence = "outsider can't be thanked: they are in another organisation. Choose somebody else."
    assert sentence in str(form.blocks)
    assert form.blocks[1]["element"]["initial_users"] == [town.bob.id]
    assert (await town.submit(form, recipients=[town.bob, border.outsider]))["recipients"] == sentence
    assert town.count("recognition") == 0
    assert not await town.submit(form, recipients=[town.bob])


async def test_a_reaction_to_what_they_wrote_is_ignored_in_silence(border: Border) -> None:
    town = border.town
    theirs = town.slack.say(border.outsider, border.shared, "hello from outside")
    await town.react(town.alice, theirs, town.emoji())
    await settled(town)
    assert town.count("recognition") == 0
    assert town.whispered(town.alice) == []


async def test_who_is_of_the_other_organisation_gives_and_reads_nothing(border: Border) -> None:
    """Whatever they type, they are told politely, and nobody else hears of it."""
    town = border.town
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}", border.shared)
    for command, text in (
        ("/kudos", f"@bob {town.tag()} for {REASON}"),
        ("/kudos", ""),
        ("/kudos", "mine"),
        ("/kudos", "undo"),
        ("/kudos", "help"),
        ("/kudos", "reactions off"),
        ("/values", ""),
        ("/values", town.entry(0).tag),
    ):
        assert REFUSED in await town.type(border.outsider, text, border.shared, command), text
    assert town.slack.modal(border.outsider) is None
    assert town.count("recognition") == 1
    assert town.count("setting") == 0
    assert len(town.cards(border.shared)) == 1


@pytest.mark.parametrize("what", ["Second this", "What does it mean?", "Edit the words", "Withdraw"])
async def test_on_a_card_they_press_in_vain(border: Border, what: str) -> None:
    town = border.town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", border.shared)
    before = card.text
    await town.press(card, what, border.outsider)
    await town.hears(border.outsider, REFUSED)
    await settled(town)
    assert town.slack.modal(border.outsider) is None
    assert card.text == before


async def test_who_presses_as_one_of_a_workspace_without_us_hears_that_they_are_elsewhere(border: Border) -> None:
    """Not that Kudos was removed, of which nothing is true."""
    town = border.town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", border.shared)
    request = town.client.make_press(card, "Second this", user=border.outsider)
    payload = json.loads(dict(parse_qsl(request.body.decode()))["payload"])
    payload["team"] = {"id": OTHERS, "domain": "x"}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert (await town.client.send(Request(what="press", body=body))).ok
    assert (await town.hears(border.outsider, REFUSED)).text == REFUSED
    assert "Seconded" not in card.text


async def test_their_emoji_means_nothing(border: Border) -> None:
    """Neither on a message of ours nor on a card."""
    town = border.town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", border.shared)
    message = town.slack.say(town.bob, border.shared, "done")
    for about in (card, message):
        await town.client.send(of_their_team(town.client.make_react(border.outsider, about, town.emoji())))
    await settled(town)
    assert "Seconded" not in card.text
    assert town.count("recognition") == 1
    assert town.whispered(border.outsider) == []


async def test_a_form_that_they_come_by_gives_nothing(border: Border) -> None:
    """Should Slack ever bring one of theirs: it is for our workspace, and they are not of it."""
    town = border.town
    await town.type(town.alice, f"@bob {town.tag()}", border.shared)
    form = town.form(town.alice)
    request = town.client.make_submit(form, {"reason": REASON}, user=town.alice)
    fields = dict(parse_qsl(request.body.decode()))
    payload = json.loads(fields["payload"])
    payload |= {"user": {"id": border.outsider.id, "team_id": OTHERS}, "team": {"id": OTHERS, "domain": "x"}}
    answer = await town.client.send(Request(what="submit", body=urlencode({"payload": json.dumps(payload)}).encode()))
    assert REFUSED in answer.body["errors"]["recipients"]
    assert town.count("recognition") == 0


@pytest.mark.parametrize("about", ["nothing", "a message"])
async def test_a_shortcut_of_theirs_opens_nothing(border: Border, about: str) -> None:
    """Should Slack ever bring one: they are told politely."""
    town = border.town
    if about == "nothing":
        request = town.client.make_shortcut("give_kudos", town.alice)
    else:
        message = town.slack.say(town.bob, border.shared, "done")
        request = town.client.make_message_shortcut("give_kudos_message", message, town.alice)
    payload = json.loads(dict(parse_qsl(request.body.decode()))["payload"])
    payload |= {"user": {"id": border.outsider.id, "team_id": OTHERS}}
    shortcut = Request(what="shortcut", body=urlencode({"payload": json.dumps(payload)}).encode())
    with capture_logs() as logged:
        assert (await town.client.send(shortcut)).ok
        if about == "nothing":  # nowhere to answer but directly, and that Slack does not let us
            await town.slack.until(lambda: town.slack.calls_to("conversations.open"))
        else:
            await town.hears(town.alice, REFUSED)  # whose address for answers it is
        await settled(town)
    assert [line for line in logged if line["log_level"] != "info"] == []
    assert not town.slack.calls_to("views.open")


# When sharing begins and ends


async def test_sharing_a_channel_makes_it_private_from_then_on(border: Border) -> None:
    town = border.town
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.client.share(town.general, OTHERS)
    await town.client.join(border.outsider, town.general)
    await settled(town)
    eve = town.slack.add_user("eve")
    await town.client.team_join(eve)
    await town.type(town.alice, f"@eve {town.tag()} for {REASON}")
    assert "eve isn't in this private conversation" in str(town.form(town.alice).blocks)
    await town.give(town.alice, f"@cara {town.tag()} for {REASON}")
    await town.client.unshare(town.general, OTHERS)
    await settled(town)
    await town.give(town.alice, f"@eve {town.tag()} for {REASON}")
    given = [row["visibility"] for row in town.rows("SELECT visibility FROM recognition ORDER BY given_at")]
    assert given == ["public", "private", "public"]


async def test_who_is_in_a_big_channel_is_learned_while_slack_is_answered(border: Border) -> None:
    """Its visibility counts at once."""
    town = border.town
    before = len(town.slack.calls_to("conversations.members"))
    town.slack.fault("conversations.members", status=429, retry_after=1)
    await town.client.share(town.general, OTHERS)
    assert town.row("SELECT visibility FROM place WHERE id = ?", town.general.id)["visibility"] == "private"
    await town.slack.until(lambda: len(town.slack.calls_to("conversations.members")) == before + 2)
    await settled(town)
    assert town.count("membership", f"place = '{town.general.id}'") == len(town.general.members)


# Guests


@pytest.mark.parametrize("guest", ["single", "multi"])
async def test_guests_are_thanked_and_thank_where_they_are(framework: Framework, tmp_path: Path, guest: str) -> None:
    def before(town: Town) -> None:
        gus = town.slack.add_user("gus", guest="single" if guest == "single" else "multi")
        town.closed.members.append(gus.id)

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        gus = next(each for each in town.slack.users.values() if each.name == "gus")
        card = await town.give(town.alice, f"@gus {town.tag()} for {REASON}", town.closed)
        assert card.pings() == {gus.id}
        assert town.told(gus)[0].startswith("alice thanked you in #closed for:")
        card = await town.give(gus, f"@bob {town.tag()} for {REASON}", town.closed)
        assert card.text.startswith("gus thanked bob for:")
        await town.press(town.cards(town.closed)[0], "What does it mean?", gus)
        await town.hears(gus, "Source:")
        # Elsewhere they are thanked too, and a channel that they do not see is not named to them.
        await town.give(town.alice, f"@gus {town.tag(1)} for {REASON}")
        assert town.told(gus)[1].startswith("alice thanked you for:")
        await settled(town)
        town.assert_sound()


async def test_a_guest_chooses_where_among_their_own_channels(framework: Framework, tmp_path: Path) -> None:
    """No channel is chosen for them, for they may not be in it."""

    def before(town: Town) -> None:
        town.closed.members.append(town.slack.add_user("gus", guest="multi").id)

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        gus = next(each for each in town.slack.users.values() if each.name == "gus")
        await town.type(gus, f"@bob {town.tag()} for {REASON}", town.slack.add_dm(gus))
        form = town.form(gus)
        assert town.general.id not in str(form.blocks)
        assert not await town.submit(form, place=town.closed)
        await settled(town)
        assert town.cards(town.closed)[0].text.startswith("gus thanked bob for:")
        town.assert_sound()


async def test_a_guest_who_becomes_a_member_sees_what_members_see(border: Border) -> None:
    town = border.town
    gus = town.slack.add_user("gus", guest="multi")
    await town.client.team_join(gus)
    await town.give(town.alice, f"@gus {town.tag()} for {REASON}")
    assert town.told(gus)[0].startswith("alice thanked you for:")
    gus.is_restricted = False
    await town.client.user_change(gus)
    await town.give(town.alice, f"@gus {town.tag()} for {REASON}")
    assert town.told(gus)[1].startswith("alice thanked you in #general for:")


async def test_somebody_whom_slack_does_not_show_us_can_not_be_thanked(border: Border) -> None:
    """Such as somebody of another organisation whom we share no channel with."""
    town = border.town
    hidden = town.slack.add_user("hidden", team_id="T77777777")
    town.slack.fault("users.info", error="user_not_visible", times=None)
    await town.type(town.alice, f"@bob @hidden {town.tag()} for {REASON}")
    form = town.form(town.alice)
    assert "I don't know one of these people. Choose people of this organisation." in str(form.blocks)
    assert hidden.id not in str(form.blocks)
    assert not await town.submit(form)
