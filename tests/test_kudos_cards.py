"""Cards say what happened, to those who may know it, and name nobody once it is taken back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import giver_cards, kudos_cards, notices, privacy
from bot.cards import Actions, Button, Card, Line, Mention, MessageLink, plain
from bot.framework import Framework
from bot.model import Message, Origin, Place, PlaceKind, Recognition, Visibility
from bot.requests import Action
from tests.doubles.world import PEOPLE, ROOMS, W, neutral
from tests.test_kudos import ANN, BOB, CARA, DEE, NOW, OWN, SAID, given_by_ann

LONDON = ZoneInfo("Europe/London")
POSTED = Message(place="general", id="7")
THEIRS = Message(place="general", id="their-message")
KUDOS = given_by_ann(["bob"])
REACTION = replace(KUDOS, id="r9", reason="", message=THEIRS, origin=Origin.REACTION)
BACK = replace(KUDOS, withdrawn=True)


def text(card: Card, framework: Framework = OWN) -> str:
    return neutral(plain(card), framework)


def buttons(card: Card) -> list[Button]:
    return [
        button
        for element in card.elements
        if isinstance(element, Actions)
        for button in (*element.buttons, *element.more)
    ]


def mentioned(card: Card) -> list[str]:
    return [
        span.person
        for element in card.elements
        if isinstance(element, Line)
        for span in element.spans
        if isinstance(span, Mention)
    ]


def links(card: Card) -> list[Message]:
    return [
        span.message
        for element in card.elements
        if isinstance(element, Line)
        for span in element.spans
        if isinstance(span, MessageLink)
    ]


def test_the_card(any_framework: Framework) -> None:
    """Who thanked whom, for which entries, the words; it calls the recipients and nobody else."""
    recognition = given_by_ann(["bob", "cara", "dee"], [1, 0], framework=any_framework)
    card = kudos_cards.given(recognition, any_framework)
    assert text(card, any_framework) == f"Ann thanked Bob, Cara and Dee for: / <1> / <0> / “{SAID}”"
    assert mentioned(card) == ["bob", "cara", "dee"]
    assert [button.label for button in buttons(card)] == [
        "Second this",
        "What does it mean?",
        "Edit the words",
        "Withdraw",
        "Hide",
        "Report",
    ]
    assert {button.value for button in buttons(card)} == {"r1"}
    assert buttons(card)[0].describes == "Second this: kudos from Ann to Bob, Cara and Dee"


def test_the_card_to_its_giver() -> None:
    """Says the same, and has what only they can do; nobody seconds themselves."""
    seconded = replace(KUDOS, seconders=(CARA, DEE), message=THEIRS)
    own, given = kudos_cards.own(seconded, OWN), kudos_cards.given(seconded, OWN)
    assert own.elements[:-1] == given.elements[:-1]
    assert [button.label for button in buttons(own)] == ["Undo", "Edit the words", "What does it mean?"]
    assert buttons(own)[0] in buttons(giver_cards.confirmed(KUDOS, OWN))
    assert buttons(own)[1] in buttons(given)


def test_who_seconds_and_what_it_is_about() -> None:
    """Seconders are named, not called; a kudos by reaction links to the message."""
    card = kudos_cards.given(replace(KUDOS, seconders=(CARA, DEE), message=THEIRS), OWN)
    assert text(card).endswith(f"“{SAID}” / About this message / Seconded by Cara and Dee")
    assert mentioned(card) == ["bob"]


def test_many_seconders_are_counted() -> None:
    many = tuple(PEOPLE[f"p{n}"] for n in range(6))
    assert "Seconded by Person 0, Person 1, Person 2 and 3 others" in text(
        kudos_cards.given(replace(KUDOS, seconders=many), OWN)
    )


def test_an_entry_that_has_left_the_framework_keeps_its_title() -> None:
    """A kudos is shown under the title it was given under."""
    tag = replace(KUDOS.tags[0], entry="no.such", title="We row together")
    assert "We row together" in text(kudos_cards.given(replace(KUDOS, tags=(tag,)), OWN))


@pytest.mark.parametrize(
    ("recipients", "card", "names_place", "first"),
    [
        (["bob"], POSTED, True, "Ann thanked you in #general for:"),
        (["bob"], None, True, "Ann thanked you in #general for:"),
        (["bob"], POSTED, False, "Ann thanked you for:"),
        (["bob", "cara"], None, False, "Ann thanked you and 1 other for:"),
        (["bob", "cara", "dee"], None, False, "Ann thanked you and 2 others for:"),
    ],
)
def test_telling_one_who_is_thanked(recipients: list[str], card: Message | None, names_place: bool, first: str) -> None:
    """With the words and the entry; where it was said only if they may know, with a link once there is a card."""
    shown = kudos_cards.thanks(given_by_ann(recipients), OWN, card=card, names_place=names_place)
    assert text(shown) == f"{first} / <0> / “{SAID}”"
    assert links(shown) == ([POSTED] if card and names_place else [])
    assert not mentioned(shown)


def test_a_place_without_a_name() -> None:
    nameless = replace(KUDOS, place=replace(ROOMS["general"], name=""))
    card = kudos_cards.thanks(nameless, OWN, card=POSTED, names_place=True)
    assert text(card).startswith("Ann thanked you in the channel for:")


def test_a_conversation_is_no_place_to_name() -> None:
    dm = replace(KUDOS, place=Place(workspace=W, id="dm", kind=PlaceKind.CONVERSATION))
    assert text(kudos_cards.thanks(dm, OWN, card=None, names_place=True)).startswith("Ann thanked you for:")


@pytest.mark.parametrize(
    ("visibility", "there", "named"),
    [
        (Visibility.PUBLIC, False, True),
        (Visibility.PRIVATE, True, True),
        (Visibility.PRIVATE, False, False),
        (Visibility.DIRECT, False, False),
    ],
)
def test_the_name_of_a_private_place_is_private_too(visibility: Visibility, there: bool, named: bool) -> None:
    assert privacy.names_place(replace(KUDOS, visibility=visibility), "bob", there=there) is named


def test_reactions_gathered() -> None:
    """One message for all reactions to one message: who, for which entry, and the words that were added."""
    other = replace(given_by_ann(entries=[1]), giver=CARA)
    card = kudos_cards.reactions([REACTION, other, BACK], OWN, THEIRS)
    assert text(card) == (
        f"Colleagues thanked you with a reaction to your message: / <0> from Ann / <1> from Cara / “{SAID}”"
    )
    assert links(card) == [THEIRS]


def test_each_of_the_reactions_can_be_hidden_and_reported() -> None:
    """Behind a ⋯ of its own, which says whose it is; what is hidden says so and can be shown again."""
    other = replace(given_by_ann(entries=[1]), id="other", giver=CARA)
    card = kudos_cards.reactions([REACTION, other], OWN, THEIRS, hidden=["other"])
    assert "<0> from Ann / <1> from Cara (you have hidden this) /" in text(card)
    offered = [(each.action, each.value) for each in buttons(card) if each.action != Action.EXPLAIN]
    assert offered == [
        (Action.HIDE, REACTION.id),
        (Action.REPORT, REACTION.id),
        (Action.SHOW, "other"),
        (Action.REPORT, "other"),
    ]


def test_many_reactions_with_many_words() -> None:
    """One message holds ten; where all the words are too many they are shortened."""
    long = replace(KUDOS, reason="word " * 100)
    whole = text(kudos_cards.reactions([long] * 3, OWN, THEIRS))
    assert whole.count(long.reason) == 3
    shown = text(kudos_cards.reactions([replace(KUDOS, reason="word " * 140)] * 12, OWN, THEIRS))
    assert shown.count(" from Ann") == 10
    assert long.reason not in shown
    assert shown.endswith("And 2 more: /kudos home shows them all.")


@pytest.mark.parametrize(
    "card",
    [
        kudos_cards.given(BACK, OWN),
        kudos_cards.thanks(BACK, OWN, card=POSTED, names_place=True),
        kudos_cards.reactions([BACK], OWN, THEIRS),
    ],
)
def test_what_is_taken_back_names_nobody(card: Card) -> None:
    """A short line, without names, words, entries or buttons."""
    assert text(card) == "This kudos is not shown any more."
    assert not buttons(card)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (ROOMS["general"], "It is posted in #general. I'll let them know."),
        (
            ROOMS["away"],
            "I am not in #away yet, so its card is waiting. To let me in, type /invite @Kudos there."
            " / I'll let them know.",
        ),
        (
            Place(workspace=W, id="dm", kind=PlaceKind.CONVERSATION),
            "Nothing is posted in this conversation. I'll let them know.",
        ),
    ],
)
def test_what_becomes_of_it(place: Place, says: str) -> None:
    """The giver reads privately where it goes, and can undo it."""
    card = giver_cards.confirmed(replace(KUDOS, place=place), OWN)
    assert text(card) == f"Thank you. You thanked Bob for: / <0> / {says}"
    assert [(button.label, button.action, button.value) for button in buttons(card)] == [("Undo", "undo", "r1")]
    dropped = giver_cards.confirmed(KUDOS, OWN, dropped_self=True)
    assert text(dropped).endswith("You were on the list too. I left you out: a kudos thanks others.")


def test_many_are_counted_for_the_giver() -> None:
    many = given_by_ann([f"p{n}" for n in range(50)])
    assert "You thanked Person 0, Person 1, Person 2 and 47 others for:" in text(giver_cards.confirmed(many, OWN))
    assert len(mentioned(kudos_cards.given(many, OWN))) == 50


@pytest.mark.parametrize(
    ("card", "says"),
    [
        (
            giver_cards.taken_back(KUDOS),
            "Taken back: your kudos to Bob for <0>. / You can give it again at any time with /kudos.",
        ),
        (
            giver_cards.reaction_noticed(REACTION, OWN),
            "Your reaction thanks Bob for <0>. / "
            "Say what they did, and it becomes a kudos that everyone here can read.",
        ),
        (
            giver_cards.reaction_noticed(
                replace(REACTION, place=replace(ROOMS["general"], kind=PlaceKind.CONVERSATION)), OWN
            ),
            "Your reaction thanks Bob for <0>. / Say what they did, and they read that too.",
        ),
        (
            giver_cards.reaction_taken_back(KUDOS),
            "You took your reaction back, and with it your kudos to Bob. / "
            "Put the emoji back, and your kudos comes back with your words.",
        ),
        (giver_cards.saved(), "Saved. The card and the messages about it will change, too."),
        (
            giver_cards.invite(replace(KUDOS, place=ROOMS["away"])),
            "Your kudos to Bob is kept. / I am not in #away, so its card is waiting. To let me in, "
            "type /invite @Kudos there.",
        ),
        (
            giver_cards.stuck(KUDOS, person=None, reason="is_archived"),
            "About your kudos to Bob: / I could not post it in #general: the channel is archived. / "
            "The kudos itself is kept. You can find it with /kudos mine.",
        ),
        (
            giver_cards.stuck(KUDOS, person=BOB, reason="something_new"),
            "About your kudos to Bob: / I could not send Bob the message about it: the platform does not allow it. / "
            "The kudos itself is kept. You can find it with /kudos mine.",
        ),
        (
            notices.reactions_switched(ROOMS["general"], on=False),
            "Emoji on messages are just emoji here. / To switch it on in #general: /kudos reactions on",
        ),
        (
            notices.reactions_switched(ROOMS["general"], on=True),
            "An emoji of ours on a message is a kudos here again. / To switch it off in #general: /kudos reactions off",
        ),
        (
            giver_cards.too_long("x" * 3001, people=["Bob"], tags=["listen"]),
            "That is 3,001 characters, and a kudos has room for 1,500. / "
            "Nothing is lost: here are your words. Shorten them and send them again. / "
            f"Bob, #3: / “{'x' * 3001}”",
        ),
        (
            giver_cards.too_long("x" * 3001, people=[], tags=[]),
            "That is 3,001 characters, and a kudos has room for 1,500. / "
            "Nothing is lost: here are your words. Shorten them and send them again. / "
            f"“{'x' * 3001}”",
        ),
    ],
)
def test_private_words(card: Card, says: str) -> None:
    """What one person is told about their own doing."""
    assert text(card) == says


def test_help_and_hello(any_framework: Framework) -> None:
    """Each begins with an example that works here, and names nothing of another framework."""
    tag = any_framework.taggable[0].tag
    assert text(notices.hello(any_framework), any_framework) == (
        "Hello. I pass on thanks between colleagues at <organisation>. / "
        "Try it: /kudos @colleague #0 for what they did / "
        "I can also post a digest of each week here. Who made this channel, or is an administrator here, "
        "sets it up with /kudos digest. / /kudos help shows what else I can do."
    )
    shown = plain(notices.helped(any_framework))
    for part in ("/kudos mine", "/kudos undo", "/values", f"/values {tag}", "/kudos reactions off", "/kudos digest"):
        assert part in shown
    for entry in any_framework.taggable:
        assert f"{entry.emoji} {entry.tag}" in shown
        assert f"#{entry.tag}" in shown


def test_help_where_only_reactions_to_our_own_messages_are_heard(any_framework: Framework) -> None:
    """It promises nothing of an emoji on a colleague's message, and says what does the same."""
    heard, deaf = (plain(notices.helped(any_framework, hears=hears)) for hears in (True, False))
    assert "Or react to a message" in heard
    assert "react to a message" not in deaf
    assert "reactions off" not in deaf
    assert "Or choose Give kudos in the menu of a message, and its author is thanked." in deaf
    assert "On the card of a kudos, one of these emoji seconds it" in deaf


def test_what_a_kudos_lacks_is_said_and_the_form_offered() -> None:
    """With what was said, as far as a button can carry it."""
    assert text(giver_cards.to_complete([], "p")) == "Who do you want to thank, and what for?"
    lacking = giver_cards.to_complete(["Choose this.", "Say that."], "p")
    assert text(lacking) == (
        "Your kudos is not given yet: / • Choose this. / • Say that. / The form holds what you wrote."
    )
    assert "too long to take along" in text(giver_cards.to_complete(["Say less."], "p", whole=False))
    assert [(each.action, each.value) for each in buttons(lacking)] == [(Action.GIVE, "p")]


# One's own list


def mine(received: Iterable[Recognition] = (), sent: Iterable[Recognition] = (), **cards: Message) -> Card:
    halves = tuple(received), tuple(sent)
    totals = len(halves[0]), len(halves[1])
    return kudos_cards.mine(*halves, OWN, totals=totals, links=cards, zone=LONDON)


def test_mine_is_ordered_by_entry_with_links() -> None:
    """Received and given, by entry in the framework's order, with a link to each."""
    two = given_by_ann(["bob", "cara"], [2, 0])
    card = mine(received=[replace(KUDOS, giver=CARA), REACTION], sent=[two], r1=POSTED, r9=THEIRS)
    assert text(card) == (
        "Kudos you received (2)"
        " / <0>"
        f" / • 2 Mar 2026, from Cara: “{SAID}” see it"
        " / • 2 Mar 2026, from Ann, with a reaction see it"
        " / Kudos you gave (1)"
        " / <0>"
        f" / • 2 Mar 2026, to Bob and Cara: “{SAID}” see it"
        " / <2>"
        f" / • 2 Mar 2026, to Bob and Cara: “{SAID}” see it"
        " / Only you see this."
    )


def test_mine_without_any() -> None:
    assert text(mine()) == (
        "No kudos yet, neither received nor given. / Give the first: /kudos @colleague #0 for what they did"
    )
    assert "Kudos you received: none yet" in text(mine(sent=[KUDOS]))


def test_mine_shows_the_latest() -> None:
    """Ten of each half, and how many there are."""
    many = [replace(KUDOS, id=f"r{n}") for n in range(11)]
    shown = text(mine(received=many))
    assert shown.count("• ") == 10
    assert "Kudos you received (11)" in shown
    assert "These are the latest 10, of 11." in shown


def test_days_are_those_of_the_readers_time_zone() -> None:
    """Just before midnight UTC in summer it is tomorrow in London."""
    late = replace(KUDOS, given_at=NOW.replace(month=7, day=31, hour=23, minute=30), reason=SAID)
    assert "1 Aug 2026, to Bob" in text(mine(sent=[late]))
    assert "31 Jul 2026" in text(mine(sent=[replace(late, given_at=late.given_at - timedelta(hours=1))]))


def test_a_link_only_where_there_is_something_to_see() -> None:
    assert "see it" not in text(mine(sent=[KUDOS]))


@given(words=st.text(max_size=400))
def test_an_excerpt(words: str) -> None:
    """One line, at most 150 characters and a mark, cut at a word where there is one."""
    short = kudos_cards.excerpt(words)
    assert "\n" not in short
    assert len(short) <= kudos_cards.EXCERPT_MOST + 2
    whole = " ".join(words.split())
    assert short == whole or (short.endswith(" …") and whole.startswith(short[:-2]))


def test_every_button_can_be_pressed() -> None:
    """No card offers what nobody answers, and each button says what it is about without the card around it."""
    cards = [
        kudos_cards.given(KUDOS, OWN),
        kudos_cards.thanks(KUDOS, OWN, card=None, names_place=True),
        kudos_cards.reactions([REACTION], OWN, THEIRS),
        giver_cards.confirmed(KUDOS, OWN),
        giver_cards.reaction_noticed(REACTION, OWN),
    ]
    for button in (button for card in cards for button in buttons(card)):
        assert Action(button.action)
        assert ANN.name in button.describes
