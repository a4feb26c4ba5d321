"""Slack is slow, says no, or lies: the person is answered within three seconds, and nothing they typed is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.looking_up import ASKED_AT_ONCE, ASKED_MOST
from adapters.slack import objects
from adapters.slack.access import OneWorkspace
from adapters.slack.api import session
from adapters.slack.delivery import SlackLookup
from adapters.slack.directory import readable
from bot.database import Sqlite
from bot.errors import Impossible, NotAMember, Unreachable
from bot.framework import Framework
from bot.model import Message
from bot.store import Store
from tests.adapters.town import REASON, Town, kudos_for, settled, town_in
from tests.doubles.slack_objects import User
from tests.doubles.slack_wire import Request


@pytest.fixture
async def empty_town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos, which knows nobody yet and does not come to know them: Slack keeps its list to itself."""

    def before(town: Town) -> None:
        town.slack.fault("users.list", error="fatal_error", times=None)
        town.slack.fault("conversations.list", error="fatal_error", times=None)

    async with town_in(tmp_path / "kudos.db", framework, before=before, filled=False) as town:
        await town.slack.until(lambda: town.slack.calls_to("conversations.list"))
        yield town
        await settled(town)
        town.assert_sound()


async def test_whom_the_store_does_not_know_is_looked_up(empty_town: Town) -> None:
    town = empty_town
    card = await town.give(town.alice, f"@bob @cara {town.tag()} for {REASON}")
    assert card.pings() == {town.bob.id, town.cara.id}
    asked = [call.args["user"] for call in town.slack.calls_to("users.info")]
    assert sorted(asked) == sorted([town.alice.id, town.bob.id, town.cara.id])
    await town.give(town.alice, f"@bob {town.tag(1)} for {REASON}")
    assert len(town.slack.calls_to("users.info")) == 3


async def test_a_whole_shift_is_looked_up_at_once(empty_town: Town) -> None:
    """One after another they would take longer than anybody waits."""
    town = empty_town
    shift = town.slack.add_people(8)
    town.general.members += [person.id for person in shift]
    town.slack.fault("users.info", delay_s=1.0, times=None)
    names = " ".join(f"@{person.name}" for person in shift)
    await town.type(town.alice, f"{names} {town.tag()} for {REASON}")
    assert len(town.slack.calls_to("users.info")) == len(shift) + 1


async def test_of_a_crowd_ten_are_looked_up_at_a_time(empty_town: Town) -> None:
    town = empty_town
    crowd = town.slack.add_people(30)
    slow = town.slack.fault("users.info", delay_s=0.4, times=None)
    typing = asyncio.create_task(town.type(town.alice, f"{named(crowd)} {town.tag()} for {REASON}"))
    await town.slack.until(lambda: slow.used)
    await asyncio.sleep(0.2)
    assert slow.used == ASKED_AT_ONCE
    await typing
    assert len(town.slack.calls_to("users.info")) == len(crowd) + 1


async def test_of_more_than_any_kudos_can_thank_nobody_is_looked_up(empty_town: Town) -> None:
    town = empty_town
    crowd = town.slack.add_people(ASKED_MOST)
    await town.type(town.alice, f"{named(crowd)} {town.tag()} for {REASON}")
    assert town.slack.calls_to("users.info") == []
    assert REASON in str(town.form(town.alice).blocks)
    assert town.count("recognition") == 0


def named(people: list[User]) -> str:
    return " ".join(f"@{person.name}" for person in people)


async def test_whom_slack_did_tell_of_is_not_asked_for_again(empty_town: Town) -> None:
    town = empty_town
    town.slack.fault("users.info", status=429, retry_after=1)
    await town.type(town.alice, f"@bob @cara {town.tag()} for {REASON}")
    assert town.count("person") == 2
    form = town.form(town.alice)
    assert town.count("recognition") == 0
    await asyncio.sleep(1.0)  # which is what Slack asked for
    assert not await town.submit(form)
    assert len(town.slack.calls_to("users.info")) == 4
    await settled(town)
    assert town.cards()[0].pings() == {town.bob.id, town.cara.id}


async def test_where_a_lookup_is_slow_the_form_opens_with_everything_that_was_said(empty_town: Town) -> None:
    town = empty_town
    slow = town.slack.fault("users.info", delay_s=2.0, times=None)
    answer = await town.client.command(
        "/kudos", f"@bob {town.tag(1)} for {REASON}", user=town.alice, channel=town.general
    )
    assert answer.elapsed_s < 3
    form = town.form(town.alice)
    shown = str(form.blocks)
    assert "I couldn't look everybody up just now" in shown
    assert town.bob.id in shown
    assert REASON in shown
    assert town.entry(1).id in str(
        [block["element"].get("initial_options") for block in form.blocks if "element" in block]
    )
    assert town.count("recognition") == 0
    slow.times = 0
    assert not await town.submit(form)
    await settled(town)
    assert REASON in town.cards()[0].text


async def test_a_press_and_a_reaction_of_somebody_unknown_wait_for_a_better_time(empty_town: Town) -> None:
    town = empty_town
    town.expected.add("failures")
    message = town.slack.say(town.bob, town.general, "done")
    request = town.client.make_react(town.alice, message, town.emoji())
    down = town.slack.fault("users.info", status=500, times=None)
    answer = await town.client.send(request)
    assert answer.status == 503  # so that Slack sends it again
    assert town.count("delivery") == 0
    down.times = 0
    assert (await town.client.send(request, attempt=1)).ok
    assert town.count("recognition") == 1


async def test_a_press_of_somebody_who_can_not_be_looked_up_is_apologised_for(empty_town: Town) -> None:
    town = empty_town
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    town.slack.fault("users.info", status=500)
    await town.press(card, "Second this", town.cara)
    await town.hears(town.cara, "Sorry, that did not work and nothing was saved")


async def test_an_unknown_person_is_named_as_unknown(town: Town) -> None:
    await town.deliver(
        town.client.make_command(
            "/kudos", f"<@UNOBODY1|x> {town.tag()} for {REASON}", user=town.alice, channel=town.general, escape=False
        )
    )
    # Slack refuses a form that holds an id that nobody has; what was typed comes back.
    town.slack.problems.clear()
    assert REASON in str(town.slack.modal(town.alice) or town.whispered(town.alice))


# The form does not open


@pytest.mark.parametrize(
    "fault",
    [
        {"delay_s": 2.5},
        {"status": 500},
        {"status": 429, "retry_after": 30},
        {"error": "expired_trigger_id"},
        {"drop": "before"},
    ],
)
async def test_where_the_form_does_not_open_the_words_come_back(town: Town, fault: dict[str, object]) -> None:
    town.slack.fault("views.open", **fault)
    typed = f"@bob & @cara {town.tag()} for it <b>"
    answer = await town.client.command("/kudos", typed, user=town.alice, channel=town.general)
    assert answer.elapsed_s < 3
    (whisper,) = town.slack.seen_only_by(town.alice)
    assert f"/kudos {typed}" in str(whisper.blocks[0]["elements"][0]["elements"][0]["text"])
    assert "Nothing is lost" in whisper.text


async def test_a_form_that_was_opened_already_counts_as_opened(town: Town) -> None:
    request = town.client.make_command("/kudos", "", user=town.alice, channel=town.general)
    for answer in await town.client.deliver(request, times=3):
        assert answer.body == ""
    assert town.whispered(town.alice) == []
    assert town.form(town.alice).open


async def test_where_a_button_can_not_open_the_form_the_person_hears_it(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    town.slack.fault("views.open", status=503)
    await town.press(card, "Edit the words", town.alice)
    await town.hears(town.alice, "I couldn't open the form")


async def test_words_that_fill_the_form_twice_over_come_back(town: Town) -> None:
    """2,500 emoji are 5,000 characters to Slack, which refuses a form that holds them."""
    await town.type(town.alice, f"@bob for {'👩' * 2500}")
    town.slack.problems.clear()
    (whisper,) = town.slack.seen_only_by(town.alice)
    assert "👩" * 2500 in whisper.text


# Where private words go


@asynccontextmanager
async def server() -> AsyncIterator[tuple[str, list[str]]]:
    """Somebody else's server: its address, and what it got."""
    got: list[str] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}", got
    finally:
        await runner.cleanup()


def answering_to(request: Request, url: str) -> Request:
    """The same request, with another `response_url`; rightly signed."""
    fields = dict(parse_qsl(request.body.decode()))
    payload = json.loads(fields["payload"])
    fields["payload"] = json.dumps({**payload, "response_url": url})
    return Request(what=request.what, body=urlencode(fields).encode())


async def test_private_words_go_to_slack_and_to_nobody_else(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    before = len(town.slack.calls)
    with capture_logs() as logged:
        async with server() as (other, got):
            for url in (
                f"http://{other}/response/x",
                f"https://{other}/response/x",
                f"http://hooks.slack.com@{other}/x",
                f"http://{other}#hooks.slack.com",
                f"//{other}/x",
                "http://[broken",
                "http://[::1",
                "file:///etc/passwd",
                "http://hooks.slack.com/x",
                "",
            ):
                request = town.client.make_press(card, "What does it mean?", user=town.dan)
                assert (await town.client.send(answering_to(request, url))).ok
            await asyncio.sleep(0.2)
            assert got == []
    assert {line["event"] for line in logged if line["log_level"] != "info"} == {"slack_response_url_refused"}
    assert len(town.slack.calls) == before


async def test_a_redirect_is_not_followed(framework: Framework, tmp_path: Path) -> None:
    """Neither to where private words go, nor with the token to somebody else."""
    async with server() as (other, got), town_in(tmp_path / "kudos.db", framework) as town:
        app = web.Application()

        async def elsewhere(request: web.Request) -> web.Response:
            raise web.HTTPTemporaryRedirect(f"http://{other}/caught")

        app.router.add_route("*", "/{rest:.*}", elsewhere)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with kudos_for(town, filled=False, slack_api_url=f"{base}/api/"):
            request = town.client.make_press(card, "What does it mean?", user=town.dan)
            assert (await town.client.send(answering_to(request, f"{base}/response/x"))).ok
            await town.type(town.alice, f"@bob {town.tag(1)} for {REASON}")
            await asyncio.sleep(0.3)
        await runner.cleanup()
        assert got == []
        assert town.states()["done"] == 2


async def test_slack_is_not_asked_who_we_are_for_each_request(town: Town) -> None:
    for _ in range(3):
        await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(town.slack.calls_to("auth.test")) == 1


async def test_where_a_private_word_can_not_be_said_nothing_else_suffers(town: Town) -> None:
    message = town.slack.say(town.bob, town.general, "done")
    town.slack.fault("chat.postEphemeral", error="user_not_in_channel")
    await town.react(town.alice, message, town.emoji())
    town.slack.fault("response_url", status=500)
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "What does it mean?", town.dan)
    town.slack.fault("response_url", drop="before")
    await town.press(card, "What does it mean?", town.dan)
    await settled(town)
    assert town.whispered(town.dan) == []
    assert town.count("recognition") == 2


async def test_a_form_that_was_opened_from_a_message_of_ours_answers_in_private(town: Town) -> None:
    """Without a `response_url` to answer to, the direct conversation is the private place."""
    await town.type(town.alice, "")
    form = town.form(town.alice)
    form.content["private_metadata"] = json.dumps({"place": town.general.id})
    assert not await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert any("You thanked bob" in text for text in town.told(town.alice))


async def test_the_log_says_why_a_form_did_not_open(town: Town) -> None:
    """Also where Slack just did not answer."""
    town.slack.fault("views.open", delay_s=2.0)
    with capture_logs() as logged:
        await town.type(town.alice, "")
    assert [line["error"] for line in logged if line["event"] == "slack_form_not_opened"] == ["TimeoutError"]


# The directory


async def test_a_big_workspace_is_learned_page_by_page_and_never_from_the_start_again(
    framework: Framework, tmp_path: Path
) -> None:
    def before(town: Town) -> None:
        for number in range(450):
            town.slack.add_user(f"colleague{number}")
        for number in range(3):
            town.slack.add_channel(f"secret{number}", private=True, members=[town.alice])
        town.slack.fault("users.list", times=0)
        town.slack.fault("users.list", status=429, retry_after=1)
        town.slack.fault("conversations.members", status=429, retry_after=1)

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        await town.slack.until(lambda: len(town.slack.calls_to("users.list")) == 4)
        await settled(town)
        assert town.count("person") == len(town.slack.users)
        assert len(town.slack.calls_to("conversations.list")) == 1
        assert len(town.slack.calls_to("conversations.members")) == 5
        assert len(town.slack.calls_to("auth.test")) == 1


async def test_who_reads_along_matters_in_private_channels_only(town: Town) -> None:
    assert [call.args["channel"] for call in town.slack.calls_to("conversations.members")] == [town.closed.id]


async def test_an_invitation_that_was_missed_is_noticed_at_the_next_start(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "kudos.db", framework) as town:
        await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.elsewhere)
        await settled(town)
        assert town.states()["waiting"] == 1
    async with town_in(
        tmp_path / "kudos.db", framework, before=lambda town: town.elsewhere.members.append(town.slack.bot.id)
    ) as again:
        await again.slack.until(lambda: again.cards(again.elsewhere))
        await settled(again)
        assert REASON in again.cards(again.elsewhere)[0].text
        assert again.states()["waiting"] == 0


async def test_what_changes_in_the_workspace_is_learned(town: Town) -> None:
    town.bob.display_name = "Robert"
    await town.client.user_change(town.bob)
    assert town.row("SELECT name FROM person WHERE id = ?", town.bob.id)["name"] == "Robert"
    town.cara.deleted = True
    await town.client.user_change(town.cara)
    assert town.row("SELECT active FROM person WHERE id = ?", town.cara.id)["active"] == 0
    eve = town.slack.add_user("eve")
    await town.client.team_join(eve)
    assert town.count("person", f"id = '{eve.id}'") == 1
    await town.client.rename(town.general, "everybody")
    assert town.row("SELECT name FROM place WHERE id = ?", town.general.id)["name"] == "everybody"
    await town.client.archive(town.general, user=town.alice)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    form = town.form(town.alice)
    assert "That channel is archived. Choose another one." in str(form.blocks)
    assert not await town.submit(form, place=town.closed)
    await settled(town)
    assert REASON in town.cards(town.closed)[0].text
    await town.client.unarchive(town.general, user=town.alice)
    assert town.row("SELECT archived FROM place WHERE id = ?", town.general.id)["archived"] == 0
    await town.client.event({"type": "channel_left", "channel": town.general.id})
    assert town.row("SELECT joined FROM place WHERE id = ?", town.general.id)["joined"] == 0
    assert (await town.client.event({"type": "channel_rename", "channel": {"id": "CGONE1"}})).ok
    town.slack.app.events = None  # as if somebody had subscribed to more
    assert (await town.client.event({"type": "pin_added", "user": town.bob.id})).ok


async def test_who_comes_into_a_private_channel_can_be_thanked_there(town: Town) -> None:
    await town.client.join(town.dan, town.closed)
    card = await town.give(town.alice, f"@dan {town.tag()} for {REASON}", town.closed)
    assert card.pings() == {town.dan.id}
    await town.client.leave(town.dan, town.closed)
    await town.type(town.alice, f"@dan {town.tag()} for {REASON}", town.closed)
    assert "dan isn't in this private conversation" in str(town.form(town.alice).blocks)


async def test_where_slack_does_not_answer_at_the_start_it_is_asked_again(framework: Framework, tmp_path: Path) -> None:
    def before(town: Town) -> None:
        town.slack.fault("emoji.list", status=429, retry_after=1)

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        await town.slack.until(lambda: len(town.slack.calls_to("emoji.list")) == 2)
        assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text


async def test_an_emoji_alias_that_leads_nowhere_means_nothing(town: Town) -> None:
    town.slack.emoji |= {"a": "alias:b", "b": "alias:a", "c": "alias:nothing"}
    await town.client.event({"type": "emoji_changed", "subtype": "add"})
    message = town.slack.say(town.bob, town.general, "done")
    for name in ("a", "b", "c"):
        await town.react(town.alice, message, name)
    assert town.count("recognition") == 0


async def test_a_failing_lookup_during_an_event_makes_slack_send_it_again(town: Town) -> None:
    town.expected.add("failures")
    town.slack.fault("conversations.info", status=500)
    request = town.client.make_event({"type": "channel_rename", "channel": {"id": town.general.id, "name": "x"}})
    assert (await town.client.send(request)).status == 503
    assert (await town.client.send(request, attempt=1)).ok


async def test_a_stranger_in_a_shared_channel_gives_nothing(town: Town) -> None:
    """Events from there may carry the other team's id."""
    outsider = town.slack.add_user("outsider", team_id="T99999999")
    shared = town.slack.add_channel("shared", members=[town.alice, town.bob, outsider], is_ext_shared=True)
    await town.client.join(outsider, shared)
    message = town.slack.say(town.bob, shared, "done")
    request = town.client.make_react(outsider, message, town.emoji())
    body = {**json.loads(request.body), "team_id": "T99999999"}
    await town.client.send(Request(what="react", body=json.dumps(body).encode(), content_type="application/json"))
    assert town.count("recognition") == 0
    assert town.count("person", "workspace <> 'slack:T00000001'") == 0
    await town.react(town.alice, message, town.emoji())
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"


async def test_what_can_not_be_learned_keeps_nothing_else_from_being_learned(
    framework: Framework, tmp_path: Path
) -> None:
    """No right to list emoji, an odd object among the people: everybody else is known all the same."""

    def before(town: Town) -> None:
        town.slack.fault("emoji.list", error="missing_scope", times=None)

    async with town_in(tmp_path / "kudos.db", framework, before=before) as town:
        await town.slack.until(lambda: town.count("person") >= 4)
        assert REASON in (await town.give(town.alice, f"@bob {town.tag()} for {REASON}")).text


async def test_one_odd_object_keeps_nobody_else_from_being_known() -> None:
    people: list[Any] = [{"id": "U1", "name": "ann"}, {"name": "no id"}, None, {"id": "U2", "name": "bob"}]
    assert [person.id for person in readable(objects.person, people, "T1")] == ["U1", "U2"]


async def test_invited_before_we_know_who_we_are(framework: Framework, tmp_path: Path) -> None:
    """The envelope tells; where it does not, Slack is asked to send it again."""

    def before(town: Town) -> None:
        town.slack.fault("auth.test", status=503, times=None)

    async with town_in(tmp_path / "kudos.db", framework, before=before, filled=False) as town:
        town.expected |= {"failures", "restart"}
        joined = {"type": "member_joined_channel", "user": town.slack.bot.id, "channel": town.general.id}
        envelope = town.client.make_event({**joined, "channel_type": "C", "team": town.slack.team_id})
        assert (await town.client.send(envelope)).ok
        await town.slack.until(lambda: any("Hello" in each.text for each in town.cards()))


@pytest.fixture
async def lookup(town: Town) -> AsyncIterator[SlackLookup]:
    """What Slack can tell, asked beside the program."""
    town.expected.add("restart")
    database = Sqlite(town.database)
    async with session() as http:
        store = Store(database)
        yield SlackLookup(OneWorkspace(town.slack.token, town.slack.url, http, store), store)
    await database.close()


async def test_which_channels_everybody_reads_is_told_by_one_listing(town: Town, lookup: SlackLookup) -> None:
    """Archived ones too; no private ones, and none that others share."""
    shared = town.slack.add_channel("shared", connected=["T0000000X"])
    town.slack.add_channel("attic", archived=True)
    town.slack.page_most = 2
    public = {each.id for each in town.slack.channels.values() if each.kind == "public"} - {shared.id}
    assert await lookup.public_places(f"slack:{town.slack.team_id}") == public


async def test_a_message_that_is_gone_has_no_address(town: Town, lookup: SlackLookup) -> None:
    said = town.slack.say(town.alice, town.general, "done")
    message = Message(place=town.general.id, id=said.ts)
    assert (await lookup.permalink(f"slack:{town.slack.team_id}", message) or "").startswith(
        "https://northfield.slack.com/archives/"
    )
    said.deleted = True
    assert await lookup.permalink(f"slack:{town.slack.team_id}", message) is None
    with pytest.raises(NotAMember):  # which does not say that it is gone
        await lookup.permalink(f"slack:{town.slack.team_id}", Message(place="C999", id=said.ts))
    town.slack.fault("chat.getPermalink", error="fatal_error")
    with pytest.raises(Unreachable):
        await lookup.permalink(f"slack:{town.slack.team_id}", message)
    town.slack.fault("chat.getPermalink", error="something_else")
    with pytest.raises(Impossible):
        await lookup.permalink(f"slack:{town.slack.team_id}", message)
