"""Somebody's own page says what is theirs, in words, and offers only what can be done."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import home
from bot.cards import Actions, Button, Card, Divider, Note, plain
from bot.framework import Framework
from bot.home import Deliveries, Half, Page, Window
from bot.model import Message, Origin, Recognition
from bot.requests import Action
from bot.schedule import Week
from tests.doubles.world import PEOPLE, ROOMS, neutral
from tests.test_kudos import NOW, OWN, SAID, given_by_ann

LONDON = ZoneInfo("Europe/London")
KUDOS = given_by_ann(["bob"])
NONE = Half(total=0, shown=())
BLANK = Page(
    received=NONE, given=NONE, at=home.FIRST, links={}, off=frozenset(), deliveries=None, places={}, now=NOW
)  # fmt: skip
ALL_WELL = Deliveries(uninvited={}, parked={})


def text(page: Page, framework: Framework = OWN) -> str:
    return neutral(plain(home.home(page, framework, LONDON)), framework)


def buttons(card: Card) -> list[Button]:
    return [
        each for element in card.elements if isinstance(element, Actions) for each in (*element.buttons, *element.more)
    ]


def received(*shown: Recognition, total: int = 0, **more: object) -> Page:
    return replace(BLANK, received=Half(total=total or len(shown), shown=shown), **more)  # type: ignore[arg-type]


def sent(*shown: Recognition, total: int = 0, **more: object) -> Page:
    return replace(BLANK, given=Half(total=total or len(shown), shown=shown), **more)  # type: ignore[arg-type]


# Kudos


def test_what_was_received_says_from_whom_for_what_when_and_where() -> None:
    link = {KUDOS.id: Message(place="general", id="7")}
    assert (
        "Kudos you received (1)"
        f" / Ann thanked you for <0> / “{SAID}” / 2 March 2026 · see it"
        " / Kudos you gave: none yet"
    ) in text(received(KUDOS, links=link))
    assert "2 March 2026 / Kudos you gave" in text(received(KUDOS))


def test_what_was_given_can_be_changed_and_withdrawn() -> None:
    two = given_by_ann(["bob", "cara"], [2, 0, 1])
    page = sent(two)
    assert f"Kudos you gave (1) / You thanked Bob and Cara for <2>, <0> and <1> / “{SAID}” / 2 March 2026" in text(page)
    offered = {each.label: (each.action, each.value) for each in buttons(home.home(page, OWN, LONDON))}
    assert offered["Edit the words"] == (Action.EDIT, two.id)
    assert offered["Withdraw"] == (Action.WITHDRAW, two.id)


def test_a_reaction_says_so_and_can_be_given_words() -> None:
    reaction = replace(KUDOS, reason="", origin=Origin.REACTION)
    assert "You thanked Bob for <0> / 2 March 2026, with an emoji" in text(sent(reaction))
    labels = [each.label for each in buttons(home.home(sent(reaction), OWN, LONDON))]
    assert "Add a sentence" in labels
    assert "Edit the words" not in labels


def test_what_was_received_can_be_hidden_and_reported_and_not_changed() -> None:
    labels = {each.label for each in buttons(home.home(received(KUDOS), OWN, LONDON))}
    assert labels == {"Give kudos", "Switch off", "My channels only", "Only me", "Hide", "Report"}


def test_what_is_hidden_says_so_and_can_be_shown_again() -> None:
    page = received(KUDOS, hidden=frozenset({KUDOS.id}))
    assert "2 March 2026 · you have hidden this" in text(page)
    labels = {each.label for each in buttons(home.home(page, OWN, LONDON))}
    assert "Show again" in labels
    assert "Hide" not in labels


def test_long_words_and_long_lists_are_cut() -> None:
    many = given_by_ann([f"p{number}" for number in range(9)])
    shown = text(sent(replace(many, reason="word " * 200)))
    assert "You thanked Person 0, Person 1, Person 2 and 6 others for" in shown
    assert "word …”" in shown


def test_days_are_the_readers_own() -> None:
    late = replace(KUDOS, given_at=NOW.replace(month=7, day=31, hour=23, minute=30))
    assert "1 August 2026" in text(received(late))


# Leafing


@pytest.mark.parametrize(
    ("skip", "shown", "total", "leafing"),
    [
        (0, 0, 0, {}),
        (0, 5, 5, {}),
        (0, 5, 6, {"1 to 5 of 6": 0, "Older": 5}),
        (5, 1, 6, {"6 to 6 of 6": 0, "Newer": 0}),
        (5, 5, 11, {"6 to 10 of 11": 0, "Newer": 0, "Older": 10}),
        (10, 1, 11, {"11 to 11 of 11": 0, "Newer": 5}),
        (3, 5, 8, {"4 to 8 of 8": 0, "Newer": 0}),
    ],
)
def test_older_and_newer_only_where_there_are_any(skip: int, shown: int, total: int, leafing: dict[str, int]) -> None:
    """Each half is leafed through by itself; the other stays where it is."""
    half = Half(total=total, shown=(KUDOS,) * shown)
    for page, turned in (
        (replace(BLANK, received=half, at=Window(received=skip)), "received"),
        (replace(BLANK, given=half, at=Window(given=skip)), "given"),
    ):
        card = home.home(page, OWN, LONDON)
        offered = {each.label: each.value for each in buttons(card) if each.action == Action.HOME}
        told = [str(element.spans[0]) for element in card.elements if isinstance(element, Note)]
        assert offered.keys() | {each for each in told if " of " in each and "to" in each} >= leafing.keys()
        assert offered == {
            label: str(replace(page.at, **{turned: to})) for label, to in leafing.items() if " of " not in label
        }


@given(received_=st.integers(0, 10**9 - 1), given_=st.integers(0, 10**9 - 1))
def test_a_window_is_read_as_it_was_written(received_: int, given_: int) -> None:
    at = Window(received=received_, given=given_)
    assert home.window(str(at)) == at


@pytest.mark.parametrize(
    "value",
    ["", ":", "5", "5:", ":5", "-5:0", "5:x", "5:5:5", "٥:٥", " 5:5", "5.0:5", "1e3:1", "0" * 10 + ":" + "0" * 10],
)
def test_what_is_no_window_is_the_first_page(value: str) -> None:
    assert home.window(value) == home.FIRST


@given(value=st.text())
def test_no_value_stops_the_reader(value: str) -> None:
    at = home.window(value)
    assert at.received >= 0
    assert at.given >= 0


# Settings and what colleagues can be thanked for


def test_settings_say_how_they_stand_and_switch_to_the_other(any_framework: Framework) -> None:
    card = home.home(replace(BLANK, off=frozenset({"sentence"})), any_framework, LONDON)
    assert "A message from Kudos when somebody thanks me: on" in plain(card)
    assert "An offer to add a sentence when I thank with an emoji: off" in plain(card)
    switches = [(each.label, each.value) for each in buttons(card) if each.action == Action.SETTING]
    assert switches == [("Switch off", "direct:0"), ("Switch on", "sentence:1")]


def test_everything_that_can_be_thanked_for_stands_there_with_what_it_means(any_framework: Framework) -> None:
    """Whole, quoted, and with its source."""
    shown = plain(home.home(BLANK, any_framework, LONDON))
    for entry in any_framework.taggable:
        assert f"#{entry.tag}" in shown
        for group in entry.groups:
            assert not group.heading or group.heading.text in shown
            for line in group.lines:
                assert f"• {line.text}" in shown
        assert entry.source.title in shown
    others = [kind for kind in any_framework.kinds if not kind.kudos]
    assert not any(f"\n{kind.plural[:1].upper()}{kind.plural[1:]}\n" in shown for kind in others)


def test_one_framework_says_nothing_of_another(lantern: Framework) -> None:
    shown = plain(home.home(BLANK, lantern, LONDON))
    assert not any(entry.title.text in shown for entry in OWN.taggable)


# For administrators


def test_only_administrators_read_of_the_outbox() -> None:
    assert "administrators" not in text(BLANK)
    assert "For administrators: messages / Nothing is held up. / As of 09:30 on 2 March." in text(
        replace(BLANK, deliveries=ALL_WELL)
    )


@pytest.mark.parametrize(
    ("places", "where"),
    [
        (["general"], "#general"),
        (["general", "", "news", ""], "#general, a private channel and #news"),
        (["general", "news", "away", "attic", "r1", "r2"], "#general, #news, #away, #attic, #r1 and another channel"),
        (
            ["general", "news", "away", "attic", "r1", "r2", "r3"],
            "#general, #news, #away, #attic, #r1 and 2 more channels",
        ),
    ],
)
def test_a_digest_that_came_too_late_is_told_by_week(places: list[str], where: str) -> None:
    rooms = {**ROOMS, **{id_: replace(ROOMS["news"], id=id_, name=id_) for id_ in ("r1", "r2", "r3")}}
    missed = tuple((place, Week(2026, 9)) for place in places)
    page = replace(BLANK, deliveries=replace(ALL_WELL, missed=missed), places=rooms)
    assert f"• The digest of the week from 23 February was left out in {where}: I was not running" in text(page)


@pytest.mark.parametrize(
    ("deliveries", "says"),
    [
        (replace(ALL_WELL, late=1), "1 message is late. I keep trying."),
        (
            replace(ALL_WELL, late=1200, oldest=NOW - timedelta(hours=3)),
            "1,200 messages are late, the oldest since 06:30 on 2 March. I keep trying.",
        ),
        (
            replace(ALL_WELL, uninvited={"away": 2, "attic": 1}),
            "2 messages are waiting until I am let into #away. / "
            "• 1 message is waiting until I am let into the channel.",
        ),
        (replace(ALL_WELL, uninvited={"": 3}), "3 messages are waiting until I am let into private channels."),
        (
            replace(ALL_WELL, parked={"is_archived": 2, "odd_reason": 1}),
            "2 messages are impossible to deliver: the channel is archived. / "
            "• 1 message is impossible to deliver: the platform says odd_reason.",
        ),
        (
            replace(ALL_WELL, unknown=1),
            "1 message is perhaps delivered: I could not look, so I did not send again.",
        ),
    ],
)
def test_what_is_held_up_is_told_in_words(deliveries: Deliveries, says: str) -> None:
    shown = text(replace(BLANK, deliveries=deliveries, places={"away": ROOMS["away"]}))
    assert f"For administrators: messages / • {says}" in shown
    assert "Nothing is held up" not in shown


# The page as a whole


def test_every_button_can_be_pressed_and_says_what_it_is_about() -> None:
    page = replace(
        sent(KUDOS, total=20, at=Window(given=5)), received=Half(total=1, shown=(KUDOS,)), deliveries=ALL_WELL
    )
    for each in buttons(home.home(page, OWN, LONDON)):
        assert Action(each.action)
        assert each.value or each.action == Action.GIVE
        assert each.describes or each.label == "Give kudos"


def test_it_calls_nobody_and_ends_with_who_sees_it() -> None:
    shown = home.home(sent(KUDOS), OWN, LONDON)
    assert "Mention" not in repr(shown)
    assert plain(shown).endswith("Only you see this page.")
    assert not isinstance(shown.elements[-1], Divider)
    assert PEOPLE["bob"].name in plain(shown)
