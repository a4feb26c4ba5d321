"""Kudos in messages and mentions, by shortcut and on people's own pages: over signed HTTP, each thing three times.

What the app hears is what its manifest asks for; a post comes as `app_mention` and, where a test says so, as
`message` too.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.slack import manifest
from bot.framework import Framework
from tests.adapters.town import REASON, Manner, Town, kudos_for, settled, town_in
from tests.doubles.slack_objects import Channel, Json, Message, User, View
from tests.doubles.slack_wire import JSON, Request

SCOPES = frozenset(manifest.SCOPES)
EVENTS = frozenset(manifest.EVENTS)
SOCKET = False  #: how the town is reached; over Socket Mode in a module of its own
CHIEF = "chief@example.org"
ME = "@kudos"
POST, WHISPER, OPEN, PUBLISH = "chat.postMessage", "chat.postEphemeral", "views.open", "views.publish"


def as_installed(town: Town) -> None:
    """The app has the scopes and the events of its manifest, and no others."""
    town.slack.scopes = SCOPES
    town.slack.app.events = EVENTS


def hears_everything(town: Town) -> None:
    """As where somebody has subscribed the app to all messages too, so that a mention arrives as two events."""
    town.slack.app.events = EVENTS | {"message.channels", "message.groups", "message.mpim"}
    town.slack.scopes = SCOPES | {"mpim:history", "mpim:read"}


@pytest.fixture(params=["own, one after the other", "lantern, at once"])
def organisation(request: pytest.FixtureRequest) -> Any:
    from tests.conftest import FRAMEWORKS

    return FRAMEWORKS[request.param.partition(",")[0]]


@pytest.fixture
async def town(organisation: Framework, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Kudos at work, administered by Dan."""

    def before(town: Town) -> None:
        as_installed(town)
        town.dan.email = "Chief@Example.org"

    socket = request.module.SOCKET
    async with town_in(
        tmp_path / "kudos.db", organisation, before=before, socket=socket, kudos_admins=CHIEF
    ) as running:
        running.manner = manner_of(request)
        yield running
        await settled(running)
        running.assert_sound()


def manner_of(request: pytest.FixtureRequest) -> Manner:
    return "together" if "at once" in request.node.name else "thrice"


def talk(town: Town, user: User) -> Channel:
    """Somebody's conversation with Kudos."""
    return town.slack.add_dm(user)


async def says(
    town: Town,
    user: User,
    where: Channel,
    text: str,
    *,
    thread: Message | None = None,
    mention_first: bool = False,
    elsewhere: str | None = None,
) -> Message:
    """Somebody writes a message, and Slack tells the app of it; the message."""
    await town.deliver(*town.client.make_post(user, where, text, thread=thread, mention_first=mention_first))
    await settled(town)
    return next(each for each in reversed(town.slack.messages(where)) if each.user == user.id)


def answers(town: Town, message: Message) -> list[Message]:
    """What Kudos has said for everybody in the thread of `message`."""
    return [each for each in town.cards(town.slack.channels[message.channel]) if each.thread_ts == message.ts]


def answer(town: Town, message: Message) -> Message:
    (only,) = answers(town, message)
    return only


def page(town: Town, user: User) -> str:
    """What somebody reads on their own page."""
    return "\n".join(_texts(town.slack.homes[user.id].blocks))


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in _texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for each in node.values() if not isinstance(each, str) for text in _texts(each)]


async def opens(town: Town, *people: User) -> None:
    """They look at their own pages."""
    for user in people:
        await town.client.open_home(user)
    await settled(town)


def home(town: Town, user: User) -> View:
    return town.slack.homes[user.id]


async def turn(town: Town, user: User, what: str, *, number: int = 0) -> None:
    """Press one of several equal buttons on one's own page."""
    blocks = [
        block["block_id"]
        for block in home(town, user).blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("text", {}).get("text") == what
        or any(each["text"]["text"] == what for each in element.get("options", ()))
    ]
    await town.deliver(town.client.make_press(home(town, user), what, user=user, block_id=blocks[number]))
    await settled(town)


# Direct messages


async def test_a_direct_message_gives_once_it_is_said_where(town: Town) -> None:
    message = await says(town, town.alice, talk(town, town.alice), f"kudos @bob {town.tag(1)} for {REASON}")
    asked = answer(town, message)
    assert asked.text.startswith("Your kudos is not given yet:")
    assert "Choose the channel" in asked.text
    assert town.count("recognition") == 0
    await town.press(asked, "Complete it", town.alice)
    form = town.form(town.alice)
    assert town.general.id in str(form.blocks)
    assert not await town.submit(form, place=town.closed)
    await settled(town)
    (card,) = town.cards(town.closed)
    assert card.text.splitlines()[-1] == f"“{REASON}”"
    assert town.entry(1).title.text in card.text
    assert card.pings() == {town.bob.id}
    assert town.cards() == []
    assert len(town.told(town.bob)) == 1
    await town.hears(town.alice, "You thanked bob")
    assert town.count("recognition") == 1


@pytest.mark.parametrize("text", ["kudos", "Kudos!", "kudos "])
async def test_the_bare_word_offers_the_form(town: Town, text: str) -> None:
    message = await says(town, town.alice, talk(town, town.alice), text)
    await town.press(answer(town, message), "Give kudos", town.alice)
    assert not await town.submit(
        town.form(town.alice), recipients=[town.bob], entries=[town.entry(0).id], reason=REASON
    )
    await settled(town)
    assert REASON in town.cards()[0].text


async def test_what_is_asked_is_answered_in_its_thread(town: Town) -> None:
    entry = town.entry(0)
    for text in (f"what does '{entry.title.text}' mean?", f"what does {town.tag()} mean?", f"values {entry.tag}"):
        message = await says(town, town.alice, talk(town, town.alice), text)
        assert entry.title.text in answer(town, message).text
        assert "Source: " in answer(town, message).text
    message = await says(town, town.alice, talk(town, town.alice), "values")
    for each in town.framework.taggable:
        assert each.title.text in answer(town, message).text
    message = await says(town, town.alice, talk(town, town.alice), "help")
    assert "/kudos mine" in answer(town, message).text
    message = await says(town, town.alice, talk(town, town.alice), "quarterly parking permits")
    assert "I don't know that one" in answer(town, message).text
    assert town.count("recognition") == 0


async def test_a_menu_in_an_answer_can_be_pressed(town: Town) -> None:
    words = " ".join(entry.title.text for entry in town.framework.taggable[:4])
    for text in (f"what about {words.split()[0]}?", "courage", "what do we value", "listen"):
        message = await says(town, town.alice, talk(town, town.alice), text)
        labels = [
            each["text"]["text"]
            for block in answer(town, message).blocks
            for each in block.get("elements", ())
            if each.get("type") == "button"
        ]
        for label in labels[:1]:
            await town.press(answer(town, message), label, town.alice)
            await town.hears(town.alice, "Source:")


async def test_mine_undo_and_settings_are_said_to_oneself(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    message = await says(town, town.alice, talk(town, town.alice), "mine")
    assert "Kudos you gave (1)" in answer(town, message).text
    message = await says(town, town.alice, talk(town, town.alice), "undo")
    assert "Taken back: your kudos to bob" in answer(town, message).text
    assert town.count("recognition", "withdrawn = 1") == 1
    message = await says(town, town.alice, talk(town, town.alice), "reactions off")
    assert "Type this in the channel" in answer(town, message).text
    assert town.count("setting") == 0


async def test_an_answer_to_a_reply_stands_in_that_thread(town: Town) -> None:
    first = await says(town, town.alice, talk(town, town.alice), "help")
    reply = await says(town, town.alice, talk(town, town.alice), f"what is {town.tag()}?", thread=first)
    assert reply.thread_ts == first.ts
    assert len(answers(town, first)) == 2
    assert town.entry(0).title.text in answers(town, first)[1].text


# Mentions


async def test_a_mention_gives_there_and_confirms_to_the_giver_alone(town: Town) -> None:
    for where in (town.general, town.closed):
        message = await says(town, town.alice, where, f"{ME} kudos @bob {town.tag()} for {REASON}")
        (card,) = [each for each in town.cards(where) if not each.thread_ts]
        assert REASON in card.text
        assert card.pings() == {town.bob.id}
        assert answers(town, message) == []
    assert [text.count("You thanked bob") for text in town.whispered(town.alice)] == [1, 1]
    assert None not in [each.thread_ts for each in town.slack.seen_only_by(town.alice)]
    assert town.whispered(town.bob) == town.whispered(town.cara) == []
    assert town.count("recognition") == 2
    kinds = [row["visibility"] for row in town.rows("SELECT visibility FROM recognition ORDER BY visibility")]
    assert kinds == ["private", "public"]


async def test_a_mention_can_be_undone_where_it_was_confirmed(town: Town) -> None:
    await says(town, town.alice, town.general, f"{ME} @bob {town.tag()} for {REASON}")
    await town.press(await town.hears(town.alice, "You thanked bob"), "Undo", town.alice)
    await settled(town)
    assert town.cards()[0].text == "This kudos was taken back."
    assert town.whispered(town.alice)[0].startswith("Taken back")


@pytest.mark.parametrize("text", ["{me} what does {tag} mean?", "What does {tag} mean, {me}?", "{me}: {tag}"])
async def test_a_question_is_answered_for_all_who_can_read_it(town: Town, text: str) -> None:
    for where in (town.general, town.closed):
        message = await says(town, town.alice, where, text.format(me=ME, tag=town.tag()))
        assert town.entry(0).title.text in answer(town, message).text
        assert answer(town, message).pings() == set()
    assert town.whispered(town.alice) == []


async def test_in_a_thread_it_is_answered_in_that_thread(town: Town) -> None:
    first = town.slack.say(town.bob, town.general, "Have you heard?")
    message = await says(town, town.alice, town.general, f"{ME} what does {town.tag()} mean?", thread=first)
    (said,) = answers(town, first)
    assert message.thread_ts == first.ts
    assert town.entry(0).title.text in said.text
    await says(town, town.alice, town.general, f"{ME} kudos @bob {town.tag()} for {REASON}", thread=first)
    assert (await town.hears(town.alice, "You thanked bob")).thread_ts == first.ts
    assert len([each for each in town.cards() if not each.thread_ts]) == 1


async def test_what_lacks_something_is_completed_in_private(town: Town) -> None:
    await says(town, town.alice, town.closed, f"{ME} kudos @bob for {REASON}")
    asked = await town.hears(town.alice, "Your kudos is not given yet:")
    assert "Choose what they showed" in asked.text
    await town.press(asked, "Complete it", town.alice)
    form = town.form(town.alice)
    assert town.bob.id in str(form.blocks)
    assert not await town.submit(form, entries=[town.entry(0).id])
    await settled(town)
    assert REASON in town.cards(town.closed)[0].text
    assert town.whispered(town.bob) == []


async def test_a_question_that_calls_somebody_thanks_nobody(town: Town) -> None:
    for text in (f"{ME} @bob what does {town.tag()} mean?", f"{ME} @bob asked about {town.tag()}, what is it?"):
        message = await says(town, town.alice, town.general, text)
        assert town.entry(0).title.text in answer(town, message).text
    assert town.count("recognition") == 0
    assert answer(town, message).pings() == set()


async def test_mine_is_never_readable_by_others(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}", town.closed)
    message = await says(town, town.bob, town.general, f"{ME} mine")
    assert answers(town, message) == []
    await town.hears(town.bob, "Kudos you received (1)")
    for other in (town.alice, town.cara, town.dan):
        assert not any("Kudos you received" in text for text in town.whispered(other))
    assert not any(REASON in each.text for each in town.cards())


async def test_undo_and_reactions_off_by_mention(town: Town) -> None:
    await says(town, town.alice, town.general, f"{ME} kudos @bob {town.tag(0)} for {REASON}")
    await says(town, town.alice, town.general, f"{ME} kudos @cara {town.tag(1)} for {REASON}")
    await says(town, town.alice, town.general, f"{ME} undo")
    await town.hears(town.alice, "Taken back: your kudos to cara")
    assert town.count("recognition", "withdrawn = 1") == 1
    await says(town, town.alice, town.general, f"{ME} reactions off")
    await town.hears(town.alice, "just emoji here")
    await town.react(town.cara, town.slack.say(town.bob, town.general, "done"), town.emoji())
    assert town.count("recognition") == 2


async def test_a_mention_alone_and_a_greeting_are_met_with_help(town: Town) -> None:
    for text in (ME, f"hello {ME}!", f"{ME} help"):
        message = await says(town, town.alice, town.general, text)
        assert "/kudos mine" in answer(town, message).text


# One post, two events


@pytest.mark.parametrize("mention_first", [False, True])
@pytest.mark.parametrize("where", ["general", "closed"])
async def test_a_post_that_arrives_twice_is_answered_once(town: Town, where: str, mention_first: bool) -> None:
    """Each of the two three times, in either order or at the same time."""
    hears_everything(town)
    channel: Channel = getattr(town, where)
    text = f"{ME} kudos @bob {town.tag()} for {REASON}"
    requests = town.client.make_post(town.alice, channel, text, mention_first=mention_first)
    assert len(requests) == 2
    await town.deliver(*requests)
    await settled(town)
    message = await says(town, town.alice, channel, f"{ME} what does {town.tag()} mean?", mention_first=mention_first)
    assert len(answers(town, message)) == 1
    assert len([each for each in town.cards(channel) if not each.thread_ts]) == 1
    assert len(town.whispered(town.alice)) == 1
    assert town.count("recognition") == 1


@pytest.mark.parametrize("seed", range(3))
async def test_at_two_processes_it_is_answered_once(town: Town, seed: int) -> None:
    """Four posts, each in two events, each event three times to each of two processes on one database."""
    if town.client.transport is not town.client.http:
        pytest.skip("over Socket Mode Slack itself chooses one connection")
    hears_everything(town)
    town.expected.add("restart")
    first = town.client.url
    async with kudos_for(town, filled=False, kudos_admins=CHIEF):
        second = town.client.url
        texts = [
            f"{ME} kudos @bob {town.tag(0)} for {REASON}",
            f"{ME} what does {town.tag()} mean?",
            f"{ME} help",
            f"{ME} kudos",
        ]
        requests = [each for text in texts for each in town.client.make_post(town.alice, town.general, text)]
        sendings = []
        for number in range(3):
            for url in (first, second):
                town.client.url = url
                sendings += [asyncio.create_task(town.client.send(each, attempt=number)) for each in requests]
                await asyncio.sleep(0.001 * seed)
        await asyncio.gather(*sendings)
        await settled(town)
    assert town.count("recognition") == 1
    assert len([each for each in town.cards() if not each.thread_ts]) == 1
    assert len([each for each in town.cards() if each.thread_ts]) == 2
    assert len(town.whispered(town.alice)) == 2


# What is not meant for Kudos


async def test_what_is_not_said_to_kudos_is_not_answered(town: Town) -> None:
    hears_everything(town)
    talk_ = town.slack.mpim(town.alice, town.bob, bot=True)
    await says(town, town.alice, town.general, f"kudos @bob {town.tag()} for {REASON}")
    await says(town, town.alice, town.closed, "what does courage mean?")
    await says(town, town.alice, talk_, f"kudos @bob {town.tag()} for {REASON}")
    assert town.cards() == town.cards(town.closed) == town.cards(talk_) == []
    assert town.whispered(town.alice) == []
    assert town.count("recognition") == 0


async def test_edited_and_deleted_messages_and_those_of_bots_are_not_answered(town: Town) -> None:
    hears_everything(town)
    own = talk(town, town.alice)
    message = await says(town, town.alice, own, "help")
    await town.client.edit(message, f"kudos <@{town.bob.id}> {town.tag()} for {REASON}")
    await town.client.delete(message)
    for author in (town.robot, None):
        said = town.slack.say(
            author, town.general, f"<@{town.slack.bot.id}> kudos <@{town.bob.id}> {town.tag()} for {REASON}"
        )
        await town.deliver(town.client.make_message(said), town.client.make_message(said, mention=True))
    for said in town.cards(own):
        await town.deliver(town.client.make_message(said))
    await town.deliver(town.client.make_message(town.slack.say("USLACKBOT", own, "help")))
    await settled(town)
    assert len(town.cards(own)) == 1
    assert town.cards() == []
    assert town.count("recognition") == 0


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_a_message_with_a_file_or_shown_to_the_channel_is_a_message(town: Town, subtype: str) -> None:
    hears_everything(town)
    said = town.slack.say(
        town.alice, town.general, f"<@{town.slack.bot.id}> kudos <@{town.bob.id}> {town.tag()} for {REASON}"
    )
    requests = []
    for mention in (False, True):
        body = json.loads(town.client.make_message(said, mention=mention).body)
        body["event"] |= {"subtype": subtype}
        requests.append(Request(what=subtype, body=json.dumps(body).encode(), content_type=JSON, is_event=True))
    await town.deliver(*requests)
    await settled(town)
    assert len(town.cards()) == town.count("recognition") == 1
    assert len(town.whispered(town.alice)) == 1


@pytest.mark.parametrize("subtype", ["channel_join", "channel_topic", "pinned_item", "reminder_add", "bot_message"])
async def test_what_slack_says_of_a_channel_is_no_message(town: Town, subtype: str) -> None:
    said = town.slack.say(town.alice, talk(town, town.alice), "help")
    body = json.loads(town.client.make_message(said).body)
    body["event"] |= {"subtype": subtype}
    await town.deliver(Request(what=subtype, body=json.dumps(body).encode(), content_type=JSON, is_event=True))
    await settled(town)
    assert answers(town, said) == []


async def test_somebody_of_another_organisation_gets_nothing_done(town: Town) -> None:
    """In a shared channel they can call Kudos; in Slack they could type no command."""
    hears_everything(town)
    outsider = town.slack.add_user("outsider", team_id="T99999999")
    town.general.members.append(outsider.id)
    town.general.is_ext_shared = True
    for text in (f"{ME} kudos @bob {town.tag()} for {REASON}", f"{ME} reactions off", f"{ME} help"):
        await says(town, outsider, town.general, text)
    assert town.count("recognition") == town.count("setting") == 0
    assert town.cards() == []
    assert town.whispered(outsider) == []


async def test_in_a_conversation_of_several_nothing_is_posted(town: Town) -> None:
    """What the manifest does not let us look at is people's own conversation."""
    several = town.slack.mpim(town.alice, town.bob, town.cara, bot=True)
    await says(town, town.alice, several, f"{ME} kudos @bob {town.tag()} for {REASON}")
    await town.hears(town.alice, "Nothing is posted in this conversation")
    assert town.cards(several) == []
    assert REASON in town.told(town.bob)[0]
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "direct"
    assert set(town.states()) == {"done"}


# When Slack does not take the answer


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"error": "ratelimited"}], ids=str)
@pytest.mark.parametrize("text", ["help", "kudos @bob {tag} for {reason}", "undo"])
async def test_an_answer_that_slack_refused_comes_with_the_next_delivery(
    town: Town, text: str, fault: dict[str, Any]
) -> None:
    town.expected.add("failures")
    await town.give(town.alice, f"@cara {town.tag()} for {REASON}")
    town.slack.fault(WHISPER, **fault)
    town.slack.fault(POST, channel=talk(town, town.alice).id, **fault)
    for where, called in ((talk(town, town.alice), ""), (town.general, ME)):
        words = f"{called} {text.format(tag=town.tag(), reason=REASON)}".strip()
        if words.endswith("help") and called:
            town.slack.fault(POST, channel=town.general.id, **fault)
        (request,) = town.client.make_post(town.alice, where, words)
        first = await town.client.send(request)
        assert not first.ok
        for attempt in (1, 2):
            assert (await town.client.send(request, attempt=attempt)).ok
        await settled(town)
        message = next(each for each in reversed(town.slack.messages(where)) if each.user == town.alice.id)
        said = len(answers(town, message)) + len(town.whispered(town.alice)) - 1
        assert said == 1 if not called or text == "help" else said >= 1
    if text.startswith("kudos"):
        assert town.count("recognition") == 2
        assert len(town.whispered(town.alice)) == 2
    if text == "undo":
        assert town.count("recognition", "withdrawn = 1") == 1


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 500}, {"error": "internal_error"}], ids=str)
async def test_an_answer_that_may_have_arrived_is_not_repeated(town: Town, fault: dict[str, Any]) -> None:
    town.slack.fault(POST, channel=talk(town, town.alice).id, **fault)
    message = await says(town, town.alice, talk(town, town.alice), "help")
    assert len(answers(town, message)) == (1 if "drop" in fault else 0)
    assert len(town.slack.calls_to(POST)) == 1


async def test_while_slack_is_down_nothing_is_lost_nor_said_twice(town: Town) -> None:
    town.expected.add("failures")
    (request,) = town.client.make_post(town.alice, town.general, f"{ME} kudos @bob {town.tag()} for {REASON}")
    if town.client.transport is not town.client.http:
        pytest.skip("over Socket Mode Slack can tell us nothing then")
    town.expected.add("restart")
    async with contextlib.AsyncExitStack() as stack:
        async with town.slack.down():
            await stack.enter_async_context(kudos_for(town, filled=False))
            for attempt in (0, 1):
                assert (await town.client.send(request, attempt=attempt)).status == 503
            assert town.count("recognition") == 1
        for attempt in (2, 3):
            assert (await town.client.send(request, attempt=attempt)).ok
        await settled(town, timeout_s=20)
    assert len(town.cards()) == town.count("recognition") == 1
    assert len(town.whispered(town.alice)) == 1


async def test_an_answer_that_can_never_arrive_is_given_up(town: Town) -> None:
    town.slack.fault(POST, channel=town.general.id, error="is_archived")
    message = await says(town, town.alice, town.general, f"{ME} help")
    assert answers(town, message) == []
    assert len(town.slack.calls_to(POST)) == 1


# Long and hostile words


HOSTILE = [
    "<!channel> & *bold* `code` @here <@U00000001> &lt;!everyone&gt; ~strike~ 🎉 \u202ertl",
    "line one\nline two\n> quoted\n• bullet",
    "a NUL \0 in the middle, and a bell \a too",
    "مرحبا بكم في الفريق שלום לכם 👩\u200d🚒",
    "\u200b\u200c\u200d " + "e\u0301" * 20,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_words_call_nobody_and_stay_whole(town: Town, text: str) -> None:
    await says(town, town.alice, town.general, f"{ME} kudos @bob {town.tag()} for {text}")
    await says(town, town.alice, talk(town, town.alice), f"kudos @bob {town.tag()} for {text}")
    await says(town, town.alice, town.general, f"{ME} {text}")
    asked = next(each for each in town.cards(talk(town, town.alice)) if "not given yet" in each.text)
    await town.press(asked, "Complete it", town.alice)
    assert not await town.submit(town.form(town.alice))
    await settled(town)
    first, second = (row["reason"] for row in town.rows("SELECT reason FROM recognition"))
    assert first == second
    for message in (*town.cards(), *town.cards(talk(town, town.alice))):
        assert message.pings() <= {town.bob.id}


@pytest.mark.parametrize("length", [1501, 2500, 3001, 12_000, 39_000])
async def test_long_words_are_taken_along_as_far_as_can_be(town: Town, length: int) -> None:
    """What fits neither a button nor a form still stands in the message itself."""
    words = ("word " * length)[:length]
    for where, called in ((town.closed, f"{ME} "), (talk(town, town.alice), "")):
        await says(town, town.alice, where, f"{called}kudos @bob {town.tag()} for {words}")
        before = [*town.cards(where), *town.slack.seen_only_by(town.alice)]
        (said,) = [each for each in before if "characters" in each.text and each.channel == where.id]
        await town.press(said, "Complete it", town.alice)
        shown = str(town.form(town.alice).blocks)
        assert (words.strip() in shown) == (length < 1900)
        assert ("The form holds what you wrote." in said.text) == (length < 1900)
        assert (town.general.id in shown) == (where is not town.closed)
    assert town.count("recognition") == 0


@pytest.mark.parametrize("letter", ["x", "é", "🎉", '"', "\n"])
@pytest.mark.parametrize("more", [0, 1])
async def test_a_button_carries_two_thousand_characters_and_not_one_more(town: Town, letter: str, more: int) -> None:
    """As Slack counts them: an emoji is two. What goes beyond is still said in the message."""
    from bot import commands
    from bot.cards import length
    from bot.requests import Named

    def carried(fill: str) -> str:
        return commands.packed(town.closed.id, (Named(town.bob.id), f" for a{fill}z"))

    fill = ""
    while length(carried(fill + letter)) <= 2000:
        fill += letter
    fill += "x" * (2000 - length(carried(fill)) + more)
    assert length(carried(fill)) == 2000 + more
    await says(town, town.alice, town.closed, f"{ME} kudos @bob for a{fill}z")
    said = await town.hears(town.alice, "Your kudos is not given yet:")
    (value,) = [
        each["value"] for block in said.blocks for each in block.get("elements", ()) if each.get("type") == "button"
    ]
    assert (value == carried(fill)) == (more == 0)
    assert commands.unpacked(value)[0] == town.closed.id
    assert ("The form holds what you wrote." in said.text) == (more == 0)


# Shortcuts


async def test_the_global_shortcut_opens_the_form_which_asks_where(town: Town) -> None:
    await town.client.shortcut("give_kudos", town.alice)
    form = town.form(town.alice)
    assert f"'initial_conversation': '{town.general.id}'" in str(form.blocks)
    values = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": REASON}
    assert not await town.submit(form, **values)
    await settled(town)
    assert REASON in town.cards()[0].text
    assert "You thanked bob" in town.told(town.alice)[0]
    assert town.count("recognition") == 1


async def test_a_shortcut_of_another_name_opens_nothing(town: Town) -> None:
    assert (await town.client.shortcut("somebody_elses", town.alice)).ok
    assert (await town.client.message_shortcut("x", town.slack.say(town.bob, town.general, "hi"), town.alice)).ok
    assert town.slack.modal(town.alice) is None


async def test_a_message_shortcut_fills_in_its_author_and_links_it(town: Town) -> None:
    message = town.slack.say(town.bob, town.general, "I stayed on until it was done")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    form = town.form(town.alice)
    assert f"'initial_users': ['{town.bob.id}']" in str(form.blocks)
    link = f"/archives/{town.general.id}/p{message.ts.replace('.', '')}"
    assert link in str(form.blocks)
    assert not await town.submit(form, entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    (card,) = town.cards()
    assert "About this message" in card.text
    assert link in str(card.blocks)
    assert message.text not in card.text
    assert "About this message" in town.told(town.bob)[0]
    await town.hears(town.alice, "You thanked bob")
    assert town.count("recognition") == 1


@pytest.mark.parametrize("whose", ["robot", "webhook", "kudos", "own", "gone", "outsider"])
async def test_where_the_author_can_not_be_thanked_the_recipient_is_left_open(town: Town, whose: str) -> None:
    outsider = town.slack.add_user("outsider", team_id="T99999999")
    authors = {"robot": town.robot, "webhook": None, "own": town.cara, "gone": town.gone, "outsider": outsider}
    if whose == "kudos":
        message = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    else:
        message = town.slack.say(authors[whose], town.general, "beep")
    await town.client.message_shortcut("give_kudos_message", message, town.cara)
    form = town.form(town.cara)
    assert "initial_users" not in str(form.blocks)
    assert "can't" not in str(form.blocks)
    assert not await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert "About this message" in town.cards()[-1].text


@pytest.mark.parametrize("several", [False, True])
async def test_for_a_message_between_people_nothing_is_posted(town: Town, several: bool) -> None:
    people = (town.alice, town.bob, town.cara) if several else (town.alice, town.bob)
    between = town.slack.mpim(*people) if several else town.slack.add_dm(town.alice, town.bob)
    message = town.slack.say(town.bob, between, "between us")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    assert not await town.submit(town.form(town.alice), entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert town.slack.messages(between, ours=True) == []
    assert town.cards() == []
    assert REASON in town.told(town.bob)[0]
    assert "About" not in town.told(town.bob)[0]
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "direct"
    assert town.states() == {"done": 1}


async def test_for_a_message_of_kudos_itself_the_form_asks_where(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.client.message_shortcut("give_kudos_message", town.slack.dms(town.bob)[0], town.bob)
    form = town.form(town.bob)
    assert town.general.id in str(form.blocks)
    assert "this message" not in str(form.blocks)
    assert not await town.submit(form, recipients=[town.alice], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert "About this message" not in town.cards()[-1].text


@pytest.mark.parametrize("private", [False, True])
async def test_where_kudos_is_not_the_card_waits_for_the_invitation(town: Town, private: bool) -> None:
    secret = town.slack.add_channel("secret", private=True, members=[town.alice, town.bob], bot=False)
    channel = secret if private else town.elsewhere
    message = town.slack.say(town.bob, channel, "done")
    await town.client.message_shortcut("give_kudos_message", message, town.alice)
    assert not await town.submit(town.form(town.alice), entries=[town.entry(0).id], reason=REASON)
    await town.hears(town.alice, "/invite @Kudos")
    await settled(town)
    assert town.states() == {"waiting": 1, "done": 1}
    assert ("About this message" in town.told(town.bob)[0]) != private
    await town.client.join(town.slack.bot, channel)
    await settled(town)
    (card,) = [each for each in town.cards(channel) if REASON in each.text]
    assert "About this message" in card.text


async def test_a_message_in_a_thread_is_linked_itself(town: Town) -> None:
    first = town.slack.say(town.cara, town.general, "who was it?")
    reply = town.slack.say(town.bob, town.general, "I was", thread_ts=first.ts)
    await town.client.message_shortcut("give_kudos_message", reply, town.alice)
    assert reply.ts.replace(".", "") in str(town.form(town.alice).blocks)


@pytest.mark.parametrize("fault", [{"error": "expired_trigger_id"}, {"status": 500}, {"drop": "before"}], ids=str)
async def test_where_the_form_can_not_open_the_person_is_told(town: Town, fault: dict[str, Any]) -> None:
    """In a direct message, where there is nowhere else to answer."""
    town.slack.fault(OPEN, times=2, **fault)
    await town.client.shortcut("give_kudos", town.alice)
    await settled(town)
    assert town.told(town.alice) == ["I couldn't open the form just now. Please try again."]
    message = town.slack.say(town.bob, town.general, "done")
    await town.client.message_shortcut("give_kudos_message", message, town.cara)
    await town.hears(town.cara, "I couldn't open the form just now.")
    assert town.told(town.cara) == []


async def test_where_slack_is_slow_the_form_still_opens_in_time(town: Town) -> None:
    """The author is looked up no longer than there is time, and kept all the same."""
    late = town.slack.add_user("late")
    town.general.members.append(late.id)
    town.slack.fault("users.info", delay_s=2.5, times=None)
    message = town.slack.say(late, town.general, "done")
    assert (await town.client.message_shortcut("give_kudos_message", message, town.alice)).elapsed_s < 3
    assert late.id in str(town.form(town.alice).blocks)


# App Home


async def test_a_page_is_published_when_it_is_opened_and_follows(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.slack.homes == {}
    await opens(town, town.alice, town.bob)
    assert "Kudos you received (1)" in page(town, town.bob)
    assert REASON in page(town, town.bob)
    assert "Kudos you gave (1)" in page(town, town.alice)
    for entry in town.framework.taggable:
        assert entry.title.text in page(town, town.bob)
        for group in entry.groups:
            assert all(line.text in page(town, town.bob) for line in group.lines)
    await town.give(town.cara, f"@bob {town.tag(1)} for finding the spare keys", town.closed)
    assert "Kudos you received (2)" in page(town, town.bob)
    assert "spare keys" in page(town, town.bob)
    assert "spare keys" not in page(town, town.alice)
    assert town.cara.id not in town.slack.homes


async def test_the_messages_tab_publishes_nothing(town: Town) -> None:
    assert (await town.client.open_home(town.alice, tab="messages")).ok
    await settled(town)
    assert town.slack.homes == {}
    assert town.slack.calls_to(PUBLISH) == []


async def test_a_guest_and_somebody_unknown_until_now_have_pages_too(town: Town) -> None:
    guest = town.slack.add_user("guest", guest="single")
    await town.client.team_join(guest)
    await opens(town, guest, town.slack.add_user("new"))
    assert len(town.slack.homes) == 2
    assert "Kudos you received: none yet" in page(town, guest)


async def test_a_long_history_is_leafed_through(town: Town) -> None:
    for number in range(11):
        await town.type(town.alice, f"@bob {town.tag()} for help number {number:02}")
    await settled(town)
    await opens(town, town.bob)
    assert "number 10" in page(town, town.bob)
    assert "number 05" not in page(town, town.bob)
    assert "1 to 5 of 11" in page(town, town.bob)
    await turn(town, town.bob, "Older")
    assert "6 to 10 of 11" in page(town, town.bob)
    await turn(town, town.bob, "Older")
    assert "11 to 11 of 11" in page(town, town.bob)
    assert "number 00" in page(town, town.bob)
    await turn(town, town.bob, "Newer")
    assert "6 to 10 of 11" in page(town, town.bob)


async def test_a_page_gives_edits_and_withdraws(town: Town) -> None:
    await opens(town, town.alice, town.bob)
    await turn(town, town.alice, "Give kudos")
    form = town.form(town.alice)
    assert town.general.id in str(form.blocks)
    assert not await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    await settled(town)
    assert "Kudos you gave (1)" in page(town, town.alice)
    assert "You thanked bob" in town.told(town.alice)[0]
    await turn(town, town.alice, "Edit the words")
    assert REASON in str(town.form(town.alice).blocks)
    assert not await town.submit(town.form(town.alice), reason="finding the spare keys")
    await settled(town)
    assert "spare keys" in page(town, town.alice)
    assert "spare keys" in page(town, town.bob)
    assert "spare keys" in town.cards()[0].text
    await turn(town, town.alice, "Withdraw")
    assert "Taken back: your kudos to " in _texts(town.form(town.alice).blocks)
    assert "Kudos you gave: none yet" in page(town, town.alice)
    assert "Kudos you received: none yet" in page(town, town.bob)
    assert town.cards()[0].text == "This kudos was taken back."


async def test_settings_are_switched_on_the_page(town: Town) -> None:
    await opens(town, town.bob)
    await turn(town, town.bob, "Switch off", number=0)
    assert _setting(town, town.bob, "direct message") == "off"
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.told(town.bob) == []
    assert REASON in page(town, town.bob)
    await turn(town, town.bob, "Switch on")
    assert _setting(town, town.bob, "direct message") == "on"
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(town.told(town.bob)) == 1
    await turn(town, town.bob, "Switch off", number=1)
    await town.react(town.bob, town.slack.say(town.cara, town.general, "done"), town.emoji())
    assert town.count("recognition") == 3
    assert town.whispered(town.bob) == []
    assert town.count("setting") == 3


def _setting(town: Town, user: User, words: str) -> str:
    texts = _texts(home(town, user).blocks)
    return texts[next(number for number, text in enumerate(texts) if words in text) + 1]


async def test_an_administrator_reads_how_the_outbox_is(town: Town) -> None:
    await opens(town, town.dan, town.alice)
    assert "Nothing is held up." in page(town, town.dan)
    assert "administrators" not in page(town, town.alice)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.elsewhere)
    await settled(town)
    assert "1 message is waiting until I am invited to" in page(town, town.dan)
    assert town.elsewhere.id in str(home(town, town.dan).blocks)
    await town.client.join(town.slack.bot, town.elsewhere)
    await settled(town)
    assert "Nothing is held up." in page(town, town.dan)
    town.slack.fault(POST, channel=town.general.id, error="restricted_action")
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await settled(town)
    assert "1 message is impossible to deliver: only some people may post there." in page(town, town.dan)


@pytest.mark.parametrize(
    "fault",
    [{"status": 429, "retry_after": 1}, {"status": 500}, {"drop": "after"}, {"drop": "before"}, {"delay_s": 1.0}],
    ids=str,
)
async def test_a_page_that_did_not_arrive_is_published_again(town: Town, fault: dict[str, Any]) -> None:
    await opens(town, town.bob)
    town.slack.fault(PUBLISH, **fault)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await settled(town)
    assert "Kudos you received (1)" in page(town, town.bob)
    cara = town.slack.fault(PUBLISH, **fault)
    await opens(town, town.cara)
    assert cara.used == 1
    assert "Kudos you received: none yet" in page(town, town.cara)
    assert set(town.states()) == {"done"}


async def test_where_there_is_no_home_tab_nothing_else_suffers(town: Town) -> None:
    town.slack.app.home_tab = False
    await opens(town, town.bob, town.dan)
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert len(town.told(town.bob)) == 1
    town.slack.app.home_tab = True
    await opens(town, town.bob)
    assert "Kudos you received (1)" in page(town, town.bob)


# What our own client never sends


def pressed(town: Town, user: User, action: str, value: str | None, *, view: str = "V0001") -> Request:
    """A press on somebody's page, signed by Slack, of a button that we never put there."""
    button: Json = {"type": "button", "action_id": action, "block_id": "b", "action_ts": town.slack.stamp()}
    payload = {
        "type": "block_actions",
        "team": {"id": town.slack.team_id, "domain": town.slack.domain},
        "user": {"id": user.id, "team_id": town.slack.team_id},
        "api_app_id": town.slack.app_id,
        "container": {"type": "view", "view_id": view},
        "trigger_id": town.slack.issue_trigger(user),
        "actions": [button if value is None else button | {"value": value}],
    }
    return Request(what=f"{action} {value}", body=urlencode({"payload": json.dumps(payload)}).encode())


ODD = ["", "no-such", "9" * 400, "-1:-1", "\0", "direct:0:0", "[[[[", '["C1",[["n",{}]]]', "\ud800", "é" * 2000, "null"]
ACTIONS = ["give", "edit", "sentence", "second", "explain", "meaning", "undo", "withdraw", "home", "setting"]


@pytest.mark.parametrize("action", ACTIONS)
async def test_no_value_of_a_button_breaks_anything(town: Town, action: str) -> None:
    """It is answered with a polite word, a form, or what there is."""
    for value in (*ODD, None):
        await town.client.send(pressed(town, town.cara, f"{action}:0", value))
    await settled(town)
    assert all(answer.status in (200, 400) for _, answer in town.client.failures)
    town.client.failures.clear()
    assert town.count("recognition") == town.count("setting") == 0
    assert not any("something went wrong" in text for text in town.told(town.cara))


@pytest.mark.parametrize("value", ["99999999:99999999", f"{2**70}:{2**70}", "5:0", "0:5", "-1:0"])
async def test_no_number_of_a_page_leads_past_the_end(town: Town, value: str) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await opens(town, town.bob)
    assert (await town.client.send(pressed(town, town.bob, "home:0", value))).ok
    await settled(town)
    assert REASON in page(town, town.bob)


async def test_anothers_kudos_is_neither_changed_nor_shown_from_a_page(town: Town) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}", town.closed)
    recognition = town.row("SELECT id FROM recognition")["id"]
    for action in ("edit", "sentence", "withdraw", "undo", "explain", "second"):
        assert (await town.client.send(pressed(town, town.dan, f"{action}:0", recognition))).ok
        shown = str(town.form(town.dan).blocks)
        assert "taken back" in shown or "can't find this kudos" in shown
        assert REASON not in shown
        assert town.entry(0).title.text not in shown
    assert town.count("recognition", "withdrawn = 0") == 1
    assert town.count("endorsement") == 0


async def test_a_word_for_which_no_modal_can_open_is_said_directly(town: Town) -> None:
    town.slack.fault(OPEN, error="expired_trigger_id")
    await town.client.send(pressed(town, town.cara, "setting:0", "no-such:1"))
    await settled(town)
    assert "I don't know this setting any more" in town.told(town.cara)[0]


async def test_a_meaning_opens_over_the_page(town: Town) -> None:
    await town.client.send(pressed(town, town.cara, "meaning:0", town.entry(2).id))
    assert town.entry(2).title.text in str(town.form(town.cara).blocks)
