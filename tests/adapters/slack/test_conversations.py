"""What people do in Slack, and what comes of it: each thing delivered three times, one after the other or at once.

The town's fixture asserts at the end of each test that Slack would have taken all that was sent, that every ack came
within three seconds, that no message stands twice, and that nobody was called whom no giver named.
"""

import pytest

from bot.framework import Framework
from tests.adapters.town import REASON, Manner, Town, settled
from tests.conftest import FRAMEWORKS
from tests.doubles.slack_objects import Message

pytestmark = pytest.mark.databases("sqlite", "postgres")

ADDED = "she listened to everybody before she said a word"


@pytest.fixture(params=["own, one after the other", "lantern, at once"])
def organisation(request: pytest.FixtureRequest) -> Framework:
    """The code knows no id and no kind by name: each conversation is held in two organisations."""
    return FRAMEWORKS[request.param.partition(",")[0]]


@pytest.fixture(autouse=True)
def manner(request: pytest.FixtureRequest, town: Town) -> Manner:
    """Everything comes three times."""
    town.manner = "together" if "at_once" in request.node.name.replace(" ", "_") else "thrice"
    return town.manner


async def message_of(town: Town, text: str = "I stayed on until it was done") -> Message:
    """A colleague's message, Bob's, in #general."""
    return town.slack.say(town.bob, town.general, text)


# By command


async def test_a_command_gives_in_the_channel_it_was_typed_in(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    title = town.entry(0).title.text
    assert card.text.splitlines() == ["alice thanked bob for:", f"{town.entry(0).emoji} {title}", f"“{REASON}”"]
    assert card.pings() == {town.bob.id}
    (told,) = town.told(town.bob)
    assert told.startswith("alice thanked you in #general for:")
    assert REASON in told
    assert title in told
    (confirmation,) = town.whispered(town.alice)
    assert "You thanked bob" in confirmation
    assert town.count("recognition") == 1
    assert town.states() == {"done": 2}
    assert town.told(town.alice) == []


async def test_one_kudos_thanks_several_for_up_to_three_entries(town: Town) -> None:
    text = f"@bob and @cara {town.tag(0)} {town.tag(1)} for {REASON} {town.tag(2)}"
    card = await town.give(town.alice, text)
    assert card.pings() == {town.bob.id, town.cara.id}
    for position in range(3):
        assert town.entry(position).title.text in card.text
    assert REASON in card.text
    assert "thanked you and 1 other" in town.told(town.bob)[0]
    assert len(town.told(town.cara)) == 1
    assert town.count("recognition") == 1
    assert town.count("recipient") == 2
    assert town.count("tag") == 3


async def test_somebody_called_twice_is_thanked_once(town: Town) -> None:
    card = await town.give(town.alice, f"@bob @cara @bob {town.tag()} for {REASON}")
    assert town.count("recipient") == 2
    assert card.text.count("bob") == 1
    assert len(town.told(town.bob)) == 1


async def test_a_tag_is_a_tag_even_where_a_channel_is_called_so(town: Town) -> None:
    town.slack.add_channel(town.entry(0).tag)
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert town.row("SELECT entry FROM tag")["entry"] == town.entry(0).id


async def test_an_emoji_or_a_title_names_the_entry_before_the_reason(town: Town) -> None:
    await town.give(town.alice, f"@bob :{town.emoji(0)}: {REASON}")
    await town.give(town.alice, f"@bob {town.entry(1).title.text}: {REASON}")
    await town.give(town.alice, f"@bob {town.entry(2).emoji} {REASON}")
    entries = [row["entry"] for row in town.rows("SELECT entry FROM tag ORDER BY position")]
    assert entries == [town.entry(position).id for position in range(3)]


async def test_the_words_of_a_reason_never_tag_nor_thank(town: Town) -> None:
    reason = f"telling us that {town.entry(1).title.text} :{town.emoji(2)}: and helping @cara"
    card = await town.give(town.alice, f"@bob {town.tag()} for {reason}")
    assert town.count("tag") == 1
    assert town.count("recipient") == 1
    assert "helping @cara" in card.text
    assert card.pings() == {town.bob.id}


async def test_the_giver_is_left_out_of_several_and_hears_it(town: Town) -> None:
    await town.give(town.alice, f"@alice @bob {town.tag()} for {REASON}")
    assert [row["person"] for row in town.rows("SELECT person FROM recipient")] == [town.bob.id]
    assert "I left you out" in town.whispered(town.alice)[0]


async def test_hostile_words_reach_people_whole_and_call_nobody(town: Town) -> None:
    reason = "standing up <!channel> & *bold* `code` @here <@U00000001> &lt;!everyone&gt; ~strike~ 🎉 \u202ertl"
    card = await town.give(town.alice, f"@bob {town.tag()} for {reason}")
    kept = reason.replace("\u202e", "")
    assert kept in str(card.blocks)
    assert card.pings() == {town.bob.id}
    assert town.row("SELECT reason FROM recognition")["reason"] == kept


# By form


async def test_the_bare_command_opens_the_form_and_the_form_gives(town: Town) -> None:
    assert await town.type(town.alice, "") == ""
    form = town.form(town.alice)
    errors = await town.submit(
        form, recipients=[town.bob, town.cara], entries=[town.entry(0).id, town.entry(1).id], reason=REASON
    )
    assert not errors
    assert not form.open
    await settled(town)
    (card,) = town.cards()
    assert card.pings() == {town.bob.id, town.cara.id}
    assert REASON in card.text
    assert len(town.told(town.bob)) == len(town.told(town.cara)) == 1
    await town.hears(town.alice, "You thanked bob and cara")
    assert town.count("recognition", "origin = 'form'") == 1


async def test_a_command_that_lacks_something_opens_the_form_with_all_that_was_said(town: Town) -> None:
    await town.type(town.alice, f"@bob @cara {town.tag(1)} for help")
    form = town.form(town.alice)
    assert "Say what they did, in at least 10 characters." in str(form.blocks)
    assert not await town.submit(form, reason="help with the statements")
    await settled(town)
    (card,) = town.cards()
    assert card.pings() == {town.bob.id, town.cara.id}
    assert town.entry(1).title.text in card.text


async def test_an_entry_without_name_opens_the_form(town: Town) -> None:
    """Slack sends `<#C…|>` for a channel whose name the app may not see."""
    hidden = town.slack.add_channel(town.entry(0).tag, private=True, members=[town.alice], bot=False)
    await town.type(town.alice, f"@bob #{hidden.name} for {REASON}")
    form = town.form(town.alice)
    assert "whose name I can't see" in str(form.blocks)
    assert not await town.submit(form, entries=[town.entry(0).id])
    await settled(town)
    assert REASON in town.cards()[0].text


async def test_the_form_shows_what_is_wrong_at_the_field(town: Town) -> None:
    await town.type(town.alice, "")
    form = town.form(town.alice)
    entries = [town.entry(0).id]
    good = {"recipients": [town.bob], "entries": entries, "reason": REASON}
    wrong: dict[str, list[tuple[object, str]]] = {
        "recipients": [
            ([town.alice], "You can't thank only yourself"),
            ([town.robot], "robot can't be thanked: it's an app"),
            ([town.slack.bot], "kudos can't be thanked: it's an app"),
            (["USLACKBOT"], "it's an app"),
        ],
        "reason": [
            ("too short", "at least 10 characters"),
            ("          x          ", "at least 10 characters"),
            ("\u200b" * 20, "at least 10 characters"),
            ("x" * 1501, "That is 1,501 characters"),
        ],
    }
    for name, cases in wrong.items():
        for value, sentence in cases:
            errors = await town.submit(form, **{**good, name: value})
            assert list(errors) == [name], value
            assert sentence in errors[name]
            assert form.open
    assert town.count("recognition") == 0
    errors = await town.submit(form, recipients=[town.alice], entries=entries, reason="short")
    assert set(errors) == {"recipients", "reason"}
    assert not await town.submit(form, **good)
    assert town.count("recognition") == 1


@pytest.mark.parametrize("length", [10, 1500])
async def test_a_reason_may_have_ten_to_fifteen_hundred_characters(town: Town, length: int) -> None:
    await town.give(town.alice, f"@bob {town.tag()} for {'&' * length}")
    assert town.row("SELECT reason FROM recognition")["reason"] == "&" * length


# By reaction


async def test_an_entrys_emoji_on_a_message_is_a_kudos_to_its_author(town: Town) -> None:
    message = await message_of(town)
    await town.react(town.alice, message, town.emoji(0))
    await settled(town)
    row = town.row("SELECT * FROM recognition")
    assert (row["giver"], row["reason"], row["message"]) == (town.alice.id, "", message.ts)
    assert town.row("SELECT person FROM recipient")["person"] == town.bob.id
    assert town.cards() == []
    (told,) = town.told(town.bob)
    assert town.entry(0).title.text in told
    assert "from alice" in told
    assert message.text not in told
    (whisper,) = town.whispered(town.alice)
    assert "Your reaction thanks bob" in whisper


async def test_reactions_to_one_message_are_told_in_one(town: Town) -> None:
    message = await message_of(town)
    for user, position in ((town.alice, 0), (town.cara, 0), (town.dan, 1)):
        await town.react(user, message, town.emoji(position))
    await settled(town)
    (told,) = town.told(town.bob)
    for name in ("alice", "cara", "dan"):
        assert f"from {name}" in told
    assert town.count("recognition") == 3


async def test_react_unreact_react_ends_at_one(town: Town) -> None:
    message = await message_of(town)
    requests = []
    for _ in range(2):
        requests.append(town.client.make_react(town.alice, message, town.emoji()))
        requests.append(town.client.make_unreact(town.alice, message, town.emoji()))
    requests.append(town.client.make_react(town.alice, message, town.emoji()))
    await town.shuffled(requests, seed=7)
    await settled(town)
    assert town.row("SELECT withdrawn FROM recognition")["withdrawn"] == 0
    assert town.count("recipient") == town.count("recognition") == 1
    assert len(town.told(town.bob)) <= 1


async def test_a_skin_tone_and_an_alias_mean_the_same_and_any_of_them_keeps_the_kudos(town: Town) -> None:
    message = await message_of(town)
    toned = f"{town.emoji()}::skin-tone-3"
    await town.react(town.alice, message, town.emoji())
    await town.react(town.alice, message, toned)
    await town.unreact(town.alice, message, town.emoji())
    assert town.row("SELECT withdrawn FROM recognition")["withdrawn"] == 0
    await town.unreact(town.alice, message, toned)
    assert town.row("SELECT withdrawn FROM recognition")["withdrawn"] == 1
    await settled(town)
    assert "not shown any more" in town.told(town.bob)[0] or not town.told(town.bob)


async def test_a_workspaces_own_alias_of_an_emoji_counts(town: Town) -> None:
    town.slack.emoji |= {"our-own": f"alias:{town.emoji()}", "ours-again": "alias:our-own", "picture": "https://x"}
    await town.client.event({"type": "emoji_changed", "subtype": "add"})
    message = await message_of(town)
    await town.react(town.alice, message, "ours-again")
    assert town.count("recognition") == 1
    await town.react(town.cara, message, "picture")
    await town.react(town.cara, message, "tada")
    assert town.count("recognition") == 1


async def test_what_is_no_kudos_is_ignored_in_silence(town: Town) -> None:
    own = town.slack.say(town.alice, town.general, "look what I did")
    robots = town.slack.say(town.robot, town.general, "beep")
    webhooks = town.slack.say(None, town.general, "build is green")
    outsider = town.slack.add_user("outsider", team_id="T99999999")
    town.general.members.append(outsider.id)
    theirs = town.slack.say(outsider, town.general, "hello from outside")
    for message in (own, robots, webhooks, theirs):
        await town.react(town.alice, message, town.emoji())
    await town.react(outsider, own, town.emoji(1))
    await settled(town)
    assert town.count("recognition") == 0
    assert town.whispered(town.alice) == []
    assert town.states() == {}


async def test_a_sentence_makes_a_reaction_a_full_kudos_with_a_card(town: Town) -> None:
    message = await message_of(town)
    await town.react(town.alice, message, town.emoji())
    await settled(town)
    await town.press(await town.hears(town.alice, "Your reaction"), "Add a sentence", town.alice)
    form = town.form(town.alice)
    assert "at least 10" in (await town.submit(form, reason="x"))["reason"]
    assert not await town.submit(form, reason=ADDED)
    await settled(town)
    (card,) = town.cards()
    assert ADDED in card.text
    assert card.pings() == {town.bob.id}
    (told,) = town.told(town.bob)
    assert ADDED in told
    assert town.count("recognition") == 1


async def test_taking_the_emoji_off_takes_the_kudos_with_its_sentence_back_and_on_again_restores_it(
    town: Town,
) -> None:
    message = await message_of(town)
    await town.react(town.alice, message, town.emoji())
    await town.press(await town.hears(town.alice, "Your reaction"), "Add a sentence", town.alice)
    await town.submit(town.form(town.alice), reason=ADDED)
    await settled(town)
    await town.unreact(town.alice, message, town.emoji())
    await settled(town)
    (card,) = town.cards()
    assert card.text == "This kudos is not shown any more."
    assert "not shown any more" in town.told(town.bob)[0]
    await town.hears(town.alice, "You took your reaction back")
    await town.react(town.alice, message, town.emoji())
    await settled(town)
    (card,) = town.cards()
    assert ADDED in card.text
    assert ADDED in town.told(town.bob)[0]


async def test_reactions_can_be_switched_off_in_a_channel_and_on_again(town: Town) -> None:
    message = await message_of(town)
    assert "just emoji here" in await town.type(town.alice, "reactions off")
    await town.react(town.alice, message, town.emoji())
    assert town.count("recognition") == 0
    assert "kudos here again" in await town.type(town.alice, "reactions on")
    await town.react(town.cara, message, town.emoji())
    assert town.count("recognition") == 1


# Where


async def test_in_a_private_channel_it_stays_there(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}", town.closed)
    assert REASON in card.text
    assert not town.cards(town.general)
    assert "alice thanked you in #closed" in town.told(town.bob)[0]
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"


async def test_who_is_not_in_a_private_channel_is_refused_at_the_field(town: Town) -> None:
    await town.type(town.alice, f"@bob @dan {town.tag()} for {REASON}", town.closed)
    form = town.form(town.alice)
    assert "dan isn't in this private conversation" in str(form.blocks)
    errors = await town.submit(form)
    assert "dan isn't in this private conversation" in errors["recipients"]
    assert not await town.submit(form, recipients=[town.bob])
    await settled(town)
    assert len(town.cards(town.closed)) == 1
    assert town.told(town.dan) == []


async def test_in_its_own_conversation_the_form_asks_where(town: Town) -> None:
    talk = town.slack.add_dm(town.alice)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}", talk)
    form = town.form(town.alice)
    assert town.general.id in str(form.blocks)
    assert not await town.submit(form)
    await settled(town)
    assert REASON in town.cards(town.general)[0].text
    await town.hears(town.alice, "You thanked bob")
    await town.type(town.alice, "", talk)
    assert not await town.submit(
        town.form(town.alice), recipients=[town.bob], entries=[town.entry(1).id], reason=REASON, place=town.closed
    )
    await settled(town)
    assert town.entry(1).title.text in town.cards(town.closed)[0].text
    assert town.row("SELECT visibility FROM recognition WHERE place = ?", town.closed.id)["visibility"] == "private"


@pytest.mark.parametrize("several", [False, True])
async def test_in_peoples_own_messages_nothing_is_posted(town: Town, several: bool) -> None:
    talk = town.slack.mpim(town.alice, town.bob, town.cara) if several else town.slack.add_dm(town.alice, town.bob)
    said = await town.type(town.alice, f"@bob {town.tag()} for {REASON}", talk)
    assert "Nothing is posted in this conversation" in said
    await settled(town)
    assert REASON in town.told(town.bob)[0]
    assert town.slack.messages(talk) == []
    assert town.states() == {"done": 1}
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "direct"


async def test_the_form_too_posts_nothing_in_peoples_own_messages(town: Town) -> None:
    talk = town.slack.add_dm(town.alice, town.bob)
    await town.type(town.alice, f"@bob {town.tag()}", talk)
    assert not await town.submit(town.form(town.alice), reason=REASON)
    await settled(town)
    assert town.states() == {"done": 1}
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "direct"


async def test_where_kudos_is_not_a_member_the_card_waits_for_the_invitation(town: Town) -> None:
    said = await town.type(town.alice, f"@bob {town.tag()} for {REASON}", town.elsewhere)
    assert "/invite @Kudos" in said
    await settled(town)
    assert town.states() == {"waiting": 1, "done": 1}
    assert REASON in town.told(town.bob)[0]
    assert town.cards(town.elsewhere) == []
    await town.client.join(town.slack.bot, town.elsewhere)
    await settled(town)
    texts = [each.text for each in town.cards(town.elsewhere)]
    assert len([text for text in texts if REASON in text]) == 1
    assert len([text for text in texts if text.startswith("Hello.")]) == 1
    assert len(texts) == 2


async def test_a_private_channel_without_kudos_is_taken_for_private(town: Town) -> None:
    secret = town.slack.add_channel("secret", private=True, members=[town.alice, town.bob], bot=False)
    said = await town.type(town.alice, f"@bob {town.tag()} for {REASON}", secret)
    assert "/invite @Kudos" in said
    await settled(town)
    assert town.row("SELECT visibility FROM recognition")["visibility"] == "private"
    assert "secret" not in town.told(town.bob)[0]
    await town.client.join(town.slack.bot, secret)
    await settled(town)
    assert any(REASON in each.text for each in town.cards(secret))


# Refused


MENDABLE = [
    ("@alice {0} for {reason}", "You can't thank only yourself"),
    ("@robot {0} for {reason}", "robot can't be thanked: it's an app"),
    ("@kudos {0} for {reason}", "kudos can't be thanked: it's an app"),
    ("@slackbot {0} for {reason}", "it's an app"),
    ("{0} for {reason}", "Choose at least one colleague"),
    ("@nobody {0} for {reason}", "I can't tell who @nobody is"),
    ("@here {0} for {reason}", "A kudos thanks people you name, or a group, and not @here"),
    ("@channel {0} for {reason}", "A kudos thanks people you name, or a group, and not @channel"),
    ("@just-me {0} for {reason}", "There is nobody to thank in @just-me but you"),
    ("@bob for {reason}", "Choose what they showed"),
    ("@bob {0} for it", "at least 10 characters"),
    ("@bob {0}", "at least 10 characters"),
    ("@bob {0} for {long}", "That is 1,501 characters"),
    ("@bob {0} {1} {2} {3} for {reason}", "Choose up to 3"),
    ("@bob #xyzzyq for {reason}", "I don't know #xyzzyq. Choose from the list here."),
    ("{reason}", "Choose at least one colleague"),
]


async def test_what_can_be_mended_opens_the_form_and_says_what_to_do(town: Town) -> None:
    town.slack.add_usergroup("just-me", [town.alice])
    tags = [town.tag(position) for position in range(4)]
    for text, sentence in MENDABLE:
        await town.type(town.alice, text.format(*tags, reason=REASON, long="x" * 1501))
        shown = str(town.form(town.alice).blocks)
        assert sentence in shown, text
        assert REASON in shown or "{reason}" not in text
        assert town.bob.id in shown or "@bob" not in text
    assert town.count("recognition") == 0
    assert town.states() == {}


async def test_an_unknown_entry_comes_with_the_nearest(town: Town) -> None:
    tag = town.entry(0).tag
    await town.type(town.alice, f"@bob #{tag}x for {REASON}")
    assert f"I don't know #{tag}x. Did you mean {town.tag()}?" in str(town.form(town.alice).blocks)


@pytest.mark.fault("deactivated person")
async def test_a_deactivated_account_can_not_be_thanked(town: Town) -> None:
    text = f"<@{town.gone.id}|gone> {town.tag()} for {REASON}"
    await town.deliver(town.client.make_command("/kudos", text, user=town.alice, channel=town.general, escape=False))
    assert "gone can't be thanked: the account is switched off" in str(town.form(town.alice).blocks)


async def test_a_stranger_can_not_be_thanked(town: Town) -> None:
    town.slack.add_user("outsider", team_id="T99999999")
    await town.type(town.alice, f"@outsider {town.tag()} for {REASON}")
    assert "outsider can't be thanked: they are in another organisation" in str(town.form(town.alice).blocks)


async def test_fifty_can_be_thanked_at_once_and_not_fifty_one(town: Town) -> None:
    names = [f"colleague{number}" for number in range(51)]
    for name in names:
        town.slack.add_user(name, display_name=f"Dr {name} of the Very Long Name <&> *Esquire* " + "x" * 30)
    for user in list(town.slack.users.values()):
        await town.client.user_change(user)
    everybody = " ".join(f"@{name}" for name in names)
    await town.type(town.alice, f"{everybody} {town.tag()} for {REASON}")
    form = town.form(town.alice)
    assert "That is 51 people; one kudos can thank up to 50" in str(form.blocks)
    assert town.count("recognition") == 0
    assert not await town.submit(form)
    await settled(town)
    (card,) = town.cards()
    assert len(card.pings()) == 50
    assert all(len(town.told(town.slack.users[person])) == 1 for person in card.pings())
    assert town.count("recipient") == 50


async def test_words_that_no_form_can_hold_are_given_back(town: Town) -> None:
    long = "word " * 700
    said = await town.type(town.alice, f"@bob {town.tag()} for {long}")
    assert long.strip() in said
    assert town.slack.modal(town.alice) is None


# What can be done with a card


async def test_a_press_seconds_and_another_takes_it_back(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Second this", town.cara)
    await settled(town)
    assert "Seconded by cara" in card.text
    await town.press(card, "Second this", town.dan)
    await settled(town)
    assert "Seconded by cara and dan" in card.text
    await town.press(card, "Second this", town.cara)
    await settled(town)
    assert "Seconded by dan" in card.text
    assert card.pings() == {town.bob.id}


async def test_nobody_seconds_their_own(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Second this", town.alice)
    await town.hears(town.alice, "is yours already")
    await town.press(card, "Second this", town.bob)
    await town.hears(town.bob, "is yours already")
    assert "Seconded" not in card.text


async def test_the_givers_emoji_on_the_card_tags_and_untags(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag(0)} for {REASON}")
    for position in (1, 2, 3):
        await town.react(town.alice, card, town.emoji(position))
    await settled(town)
    assert [title for title in (town.entry(n).title.text for n in range(4)) if title in card.text] == [
        town.entry(n).title.text for n in range(3)
    ]
    await town.unreact(town.alice, card, town.emoji(1))
    await settled(town)
    assert town.entry(1).title.text not in card.text
    for position in (2, 3):
        await town.unreact(town.alice, card, town.emoji(position))
    await settled(town)
    assert town.entry(0).title.text in card.text
    assert town.entry(2).title.text not in card.text
    assert town.count("recognition") == 1
    assert town.whispered(town.alice)[1:] == []


async def test_anybody_elses_emoji_on_the_card_seconds(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag(0)} for {REASON}")
    await town.react(town.cara, card, town.emoji(1))
    await town.react(town.dan, card, "tada")
    await settled(town)
    assert "Seconded by cara" in card.text
    assert town.entry(1).title.text not in card.text
    await town.unreact(town.cara, card, town.emoji(1))
    await settled(town)
    assert "Seconded" not in card.text
    assert town.count("recognition") == 1


async def test_what_does_it_mean_is_answered_to_the_asker_alone(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag(0)} for {REASON}")
    await town.press(card, "What does it mean?", town.dan)
    answer = await town.hears(town.dan, "Source:")
    assert town.entry(0).title.text in answer.text
    assert len(town.cards()) == 1
    assert town.whispered(town.cara) == []
    await town.press(town.slack.dms(town.bob)[0], "What does it mean?", town.bob)
    await town.hears(town.bob, "Source:")


async def test_the_giver_edits_and_the_card_and_the_messages_follow(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Edit the words", town.alice)
    form = town.form(town.alice)
    assert REASON in str(form.blocks)
    assert "at least 10" in (await town.submit(form, reason="short"))["reason"]
    assert not await town.submit(form, reason=ADDED)
    await settled(town)
    assert ADDED in card.text
    assert REASON not in card.text
    assert ADDED in town.told(town.bob)[0]
    assert len(town.cards()) == 1
    assert town.count("history", "act = 'edited'") == 1


@pytest.mark.parametrize("what", ["Edit the words", "Withdraw"])
async def test_only_the_giver_edits_and_withdraws(town: Town, what: str) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    for user in (town.bob, town.cara):
        await town.press(card, what, user)
        await town.hears(user, "Only the person who gave this kudos can")
        assert town.slack.modal(user) is None
    assert REASON in card.text


async def test_the_giver_withdraws_and_what_stays_names_nobody(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.press(card, "Withdraw", town.alice)
    await settled(town)
    assert card.text == "This kudos is not shown any more."
    assert "bob" not in str(card.blocks)
    assert "alice" not in str(card.blocks)
    assert REASON not in town.told(town.bob)[0]
    await town.hears(town.alice, "Taken back: your kudos to bob")
    again = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert REASON in again.text
    assert town.count("recognition", "withdrawn = 0") == 1


async def test_the_private_confirmation_has_undo(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    confirmation = await town.hears(town.alice, "You thanked bob")
    await town.press(confirmation, "Undo", town.alice)
    await settled(town)
    assert card.text == "This kudos is not shown any more."
    assert town.whispered(town.alice) == [confirmation.text]
    assert confirmation.text.startswith("Taken back")


async def test_undo_takes_back_the_latest_and_three_deliveries_take_back_one(town: Town) -> None:
    first = await town.give(town.alice, f"@bob {town.tag(0)} for {REASON}")
    second = await town.give(town.alice, f"@cara {town.tag(1)} for {REASON}")
    assert "your kudos to cara" in await town.type(town.alice, "undo")
    await settled(town)
    assert second.text == "This kudos is not shown any more."
    assert REASON in first.text
    assert "your kudos to bob" in await town.type(town.alice, "undo")
    assert "no kudos to take back" in await town.type(town.alice, "undo")
    assert town.count("recognition", "withdrawn = 1") == 2


# Asking


async def test_mine_shows_what_one_received_and_gave_to_oneself(town: Town) -> None:
    assert "No kudos yet" in await town.type(town.bob, "mine")
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.give(town.alice, f"@bob {town.tag(1)} for {ADDED}", town.closed)
    said = await town.type(town.bob, "mine")
    assert "Kudos you received (2)" in said
    assert REASON in said
    assert ADDED in said
    assert "Kudos you gave: none yet" in said
    assert "Kudos you gave (2)" in await town.type(town.alice, "mine")
    assert "No kudos yet" in await town.type(town.dan, "mine")
    mine = town.slack.seen_only_by(town.bob)[-1]
    assert f"https://northfield.slack.com/archives/{town.general.id}/p" in str(mine.blocks)


async def test_help_says_what_can_be_done(town: Town) -> None:
    said = await town.type(town.alice, "help")
    for words in ("/kudos mine", "/kudos undo", "/values", town.tag()):
        assert words in said


async def test_values_lists_and_answers_and_admits_what_it_does_not_know(town: Town) -> None:
    everything = await town.type(town.alice, "", command="/values")
    for entry in town.framework.taggable:
        assert entry.title.text in everything
    one = await town.type(town.alice, town.entry(0).tag, command="/values")
    assert town.entry(0).title.text in one
    assert town.entry(0).source.title in one
    unknown = await town.type(town.alice, "quarterly parking permits", command="/values")
    assert "I don't know that one" in unknown
    assert town.cards() == []


async def test_on_joining_it_says_hello_once_with_an_example(town: Town) -> None:
    await town.client.join(town.slack.bot, town.elsewhere)
    await settled(town)
    (hello,) = town.cards(town.elsewhere)
    assert f"/kudos @colleague {town.tag()}" in hello.text
    await town.client.leave(town.slack.bot, town.elsewhere)
    await town.client.join(town.slack.bot, town.elsewhere)
    await settled(town)
    assert len(town.cards(town.elsewhere)) == 1


async def test_somebody_elses_coming_and_going_says_nothing(town: Town) -> None:
    eve = town.slack.add_user("eve")
    await town.client.team_join(eve)
    await town.client.join(eve, town.general)
    await settled(town)
    assert town.cards() == []
    await town.client.leave(eve, town.general)
    assert town.count("membership", f"person = '{eve.id}'") == 0
