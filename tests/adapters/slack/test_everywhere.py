"""Kudos in direct messages and mentions, and by shortcut: over signed HTTP, each thing three times."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import commands
from bot.answers import Index
from bot.answers import answer as found
from bot.cards import length
from bot.requests import Named
from tests.adapters.slack.everywhere import ME, WAYS, answer, answers, hears_everything, installed, says, talk
from tests.adapters.town import REASON, Town, settled
from tests.doubles.slack_wire import JSON, Request


@pytest.fixture(params=WAYS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with installed(tmp_path / "kudos.db", request.param) as running:
        yield running


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


@pytest.mark.parametrize("text", ["\xa0kudos", "\xa0help", "thank\xa0you", "how do i\xa0give kudos"])
async def test_a_no_break_space_is_a_space(town: Town, text: str) -> None:
    """Slack sends some where words were pasted."""
    plain, odd = [await answered(town, each) for each in (text.replace("\xa0", " "), text)]
    assert plain == odd


async def answered(town: Town, text: str) -> list[str]:
    """What is answered to a message in somebody's own talk with Kudos."""
    before = len(town.cards(talk(town, town.alice)))
    await says(town, town.alice, talk(town, town.alice), text)
    return [each.text for each in town.cards(talk(town, town.alice))[before:]]


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


async def test_what_an_answer_asks_back_can_be_pressed(town: Town) -> None:
    index = Index(town.framework)
    words = [word for entry in town.framework.entries for word in entry.title.text.split()]
    unclear = next(word for word in words if found(index, f"what does {word} mean?").outcome == "menu")
    message = await says(town, town.alice, talk(town, town.alice), f"what does {unclear} mean?")
    (choice, *_) = [
        element["text"]["text"]
        for block in answer(town, message).blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    await town.press(answer(town, message), choice, town.alice)
    await town.hears(town.alice, "Source: ")


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
    # Slack shows nobody what is whispered in a thread that has not begun.
    assert {each.thread_ts for each in town.slack.seen_only_by(town.alice)} == {None}
    assert town.whispered(town.bob) == town.whispered(town.cara) == []
    assert town.count("recognition") == 2
    kinds = [row["visibility"] for row in town.rows("SELECT visibility FROM recognition ORDER BY visibility")]
    assert kinds == ["private", "public"]


async def test_a_mention_can_be_undone_where_it_was_confirmed(town: Town) -> None:
    await says(town, town.alice, town.general, f"{ME} @bob {town.tag()} for {REASON}")
    await town.press(await town.hears(town.alice, "You thanked bob"), "Undo", town.alice)
    await settled(town)
    assert town.cards()[0].text == "This kudos is not shown any more."
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
