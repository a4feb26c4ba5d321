"""A digest tells stories, names people kindly, ranks nobody, and fits wherever it is shown."""

import html
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import render, room
from bot.cards import (
    Actions,
    Bar,
    Card,
    Chart,
    Element,
    Line,
    Mention,
    MessageLink,
    Note,
    Quote,
    length,
    plain,
)
from bot.digest import Behaviour, Digest, Figures, Told, behaviour_of
from bot.digest_cards import TEXT_MOST, prompt, weekly
from bot.framework import Framework
from bot.model import Message, Person, Tag, ThankedGroup
from bot.requests import Action
from bot.schedule import Scope, Week
from tests import digests
from tests.conftest import FRAMEWORKS
from tests.digests import HALL, LONDON, WEEK, kudos, person, told
from tests.doubles.world import neutral
from tests.frameworks import changed
from tests.quoting import quoted

OWN = FRAMEWORKS["own"]
ANN, BOB, CARA, DEE, ELI, FAY = (
    person(number, name) for number, name in enumerate(("Ann", "Bob", "Cara", "Dee", "Eli", "Fay"))
)
THERE = Message(place=HALL.id, id="7")
CREW = ThankedGroup(id="S1", name="crew", number=12, people=(ELI.id,))
PAIR = ThankedGroup(id="S2", name="pair", number=2, people=(FAY.id,))
LISTEN, LEAD = Bar(label="I listen", short="listen", count=1200), Bar(label="I lead", short="lead", count=3)
BARE = Digest(
    place=HALL,
    week=WEEK,
    zone=LONDON,
    stories=(),
    also=(),
    figures=Figures(kudos=2, thanked=3, thanking=1),
    before=None,
    lived=(),
    behaviour=None,
    newcomers=(),
)


def text(digest: Digest, framework: Framework = OWN) -> str:
    """What a digest says below its heading and above its button."""
    return neutral(plain(weekly(digest, framework)), framework).split(" / ", 1)[1]


def body(digest: Digest) -> str:
    """And below its figures."""
    return text(digest).split(" / ", 1)[1]


def story(*to: Person, seconds: int = 0, link: Message | None = THERE, **more: Any) -> Told:
    """Ann thanks people for staying on."""
    said = {"entries": (0,), "reason": "staying on after nights", **more}
    return Told(recognition=kudos(0, OWN, giver=ANN, to=to or (BOB,), **said), link=link, seconds=seconds)


def telling(*stories: Told, **more: Any) -> Digest:
    return replace(BARE, stories=stories, **more)


def of(kind: type[Element], card: Card) -> list[Any]:
    return [each for each in card.elements if isinstance(each, kind)]


def spans(card: Card) -> list[Any]:
    return [span for each in card.elements if isinstance(each, Line | Note) for span in each.spans]


# Stories


def test_a_story_says_who_thanked_whom_for_what_in_the_givers_words() -> None:
    assert body(telling(story())) == "Ann thanked Bob for <0> / “staying on after nights” / Monday · see it"


def test_a_story_can_be_followed_to_its_card() -> None:
    (link,) = [span for span in spans(weekly(telling(story()), OWN)) if isinstance(span, MessageLink)]
    assert link.message == THERE
    assert body(telling(story(link=None))).endswith("/ Monday")


def test_a_reaction_is_told_without_the_text_of_the_message() -> None:
    reaction = story(reason="", seconds=1)
    assert (
        body(telling(reaction))
        == "Ann thanked Bob for <0> / Monday, with an emoji, seconded by 1 colleague · see the message"
    )
    assert of(Quote, weekly(telling(reaction), OWN)) == []


def test_how_many_have_seconded_it_is_told_without_names() -> None:
    assert "Monday, seconded by 3 colleagues · see it" in body(telling(story(seconds=3)))


def test_a_long_story_is_cut_at_a_word_and_leads_to_the_rest() -> None:
    long = "every word counts here " * 20
    card = weekly(telling(story(reason=long)), OWN)
    (quote,) = of(Quote, card)
    assert quote.text.endswith(" …")
    assert long.startswith(quote.text[:-2])
    assert quote.text.split()[-2] in ("every", "word", "counts", "here")
    assert 260 < len(quote.text) <= 282
    assert "· read the rest" in plain(card)


@pytest.mark.parametrize(("size", "whole"), [(280, True), (281, False)])
def test_two_hundred_and_eighty_characters_are_told_whole(size: int, whole: bool) -> None:
    card = weekly(telling(story(reason="x" * size)), OWN)
    (quote,) = of(Quote, card)
    assert quote.text == ("x" * size if whole else "x" * 280 + " …")
    assert ("see it" in plain(card)) is whole


def test_a_story_stands_on_one_line() -> None:
    assert "“for this and that”" in body(telling(story(reason="for this\n\nand   that")))


@pytest.mark.parametrize(
    ("to", "groups", "says"),
    [
        ((BOB, CARA, DEE), (), "Bob, Cara and Dee"),
        ((BOB, CARA, DEE, ELI, FAY), (), "Bob, Cara, Dee, Eli and Fay"),
        ((BOB, CARA, DEE, ELI, FAY, person(9), person(10)), (), "Bob, Cara, Dee and 4 others"),
        ((BOB, ELI), (CREW,), "Bob and @crew (12 people)"),
        ((BOB, CARA, DEE, person(8), ELI, FAY), (CREW, PAIR), "Bob, Cara, Dee and 15 others"),
        ((BOB, replace(CARA, active=False)), (), "Bob and 1 other"),
        ((replace(CARA, active=False),), (), "1 colleague"),
        ((replace(CARA, active=False), replace(DEE, active=False)), (), "2 colleagues"),
    ],
)
def test_of_more_than_five_three_are_named(to: tuple[Person, ...], groups: tuple[ThankedGroup, ...], says: str) -> None:
    """Groups are told with their number; who has left is counted, not named."""
    assert body(telling(story(*to, groups=groups))).startswith(f"Ann thanked {says} for <0>")


def test_a_story_is_told_on_the_day_that_it_was_there() -> None:
    """Late on Sunday in London is Monday in nobody's digest there."""
    late = replace(story().recognition, given_at=datetime(2026, 6, 28, 22, 59, tzinfo=UTC))
    assert "/ Sunday" in body(telling(Told(recognition=late, link=None, seconds=0)))
    later = replace(late, given_at=datetime(2026, 6, 28, 23, 0, tzinfo=UTC))
    assert "/ Monday" in body(telling(Told(recognition=later, link=None, seconds=0)))


def test_an_entry_stands_as_it_was_called_then() -> None:
    called = replace(story().recognition, tags=(Tag(entry=OWN.taggable[0].id, title="I prevent harm"),))
    assert "for 🛡️ I prevent harm" in body(telling(Told(recognition=called, link=None, seconds=0)))


def test_several_entries_are_all_told() -> None:
    assert "for <0>, <1> and <2> /" in body(telling(story(entries=(0, 1, 2))))


# People


def test_nobody_is_notified_unless_the_place_says_so() -> None:
    digest = telling(story(BOB, CARA), also=(DEE,), newcomers=(ANN,))
    assert not [span for span in spans(weekly(digest, OWN)) if isinstance(span, Mention)]
    calling = replace(digest, mention=True)
    called = [span.person for span in spans(weekly(calling, OWN)) if isinstance(span, Mention)]
    assert called == [ANN.id, BOB.id, CARA.id, DEE.id, ANN.id]
    assert text(calling) == text(digest)


def test_the_others_are_named_by_name_and_not_by_number() -> None:
    names = ("Zoë", "anna", "Étienne", "Eve", "Bob", "Ezra")
    people = tuple(person(number, name) for number, name in enumerate(names))
    assert "Also thanked: anna, Bob, Étienne, Eve, Ezra and Zoë" in body(telling(story(), also=people))
    assert body(replace(BARE, also=people)).startswith("Thanked: anna,")


def test_forty_are_named_and_then_how_many_more() -> None:
    people = tuple(person(number, f"P{number:02}") for number in range(42))
    assert "P39 and 2 more" in body(replace(BARE, also=people))
    assert "P38 and P39 /" in f"{body(replace(BARE, also=people[:40]))} /"


def test_who_has_left_is_not_named() -> None:
    gone = replace(DEE, active=False)
    assert body(telling(story(), also=(CARA, gone), newcomers=(gone,))).endswith("Also thanked: Cara")


def test_newcomers_are_welcomed() -> None:
    assert body(replace(BARE, newcomers=(BOB,))) == "Welcome: Bob gave kudos for the first time."
    many = tuple(person(number, f"N{number:02}") for number in range(15))
    assert "Welcome: N00, N01, N02, N03, N04, N05, N06, N07, N08, N09 and 5 more gave" in body(
        replace(BARE, newcomers=many)
    )


# Figures


def figures(kudos: int, thanked: int, thanking: int) -> Figures:
    return Figures(kudos=kudos, thanked=thanked, thanking=thanking)


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        (
            figures(42, 37, 29),
            figures(30, 37, 32),
            "42 kudos, 12 more than the week before. 37 people were thanked (the same) by 29 colleagues (3 fewer).",
        ),
        (
            figures(1, 1, 1),
            figures(1, 3, 0),
            "1 kudos, as many as the week before. 1 person was thanked (2 fewer) by 1 colleague (1 more).",
        ),
        (
            figures(5000, 1651, 1583),
            figures(6200, 1, 1),
            "5,000 kudos, 1,200 fewer than the week before. "
            "1,651 people were thanked (1,650 more) by 1,583 colleagues (1,582 more).",
        ),
        (figures(2, 3, 1), None, "2 kudos. 3 people were thanked by 1 colleague."),
    ],
)
def test_the_figures_are_told_in_plain_words(now: Figures, before: Figures | None, says: str) -> None:
    assert text(replace(BARE, figures=now, before=before)) == says


@pytest.mark.parametrize(
    ("scope", "where"), [(Scope.WORKSPACE, ""), (Scope.PLACE, " here"), (Scope.PEOPLE, " in this team")]
)
def test_the_figures_say_of_whom_they_are(scope: Scope, where: str) -> None:
    assert text(replace(BARE, scope=scope)).startswith(f"2 kudos{where}. ")


@pytest.mark.parametrize(
    ("week", "dates"),
    [
        (Week(2026, 12), "16 to 22 March 2026"),
        (Week(2026, 14), "30 March to 5 April 2026"),
        (Week(2026, 53), "28 December 2026 to 3 January 2027"),
    ],
)
def test_the_heading_says_of_which_week_it_tells(week: Week, dates: str) -> None:
    assert plain(weekly(replace(BARE, week=week), OWN)).startswith(f"Kudos of the week, {dates}\n")


# What was lived


def test_what_was_lived_is_a_chart_whose_figures_can_be_read() -> None:
    digest = replace(BARE, lived=(LISTEN, LEAD))
    assert of(Chart, weekly(digest, OWN)) == [Chart(title="What people were thanked for", bars=(LISTEN, LEAD))]
    assert body(digest) == "What people were thanked for / I listen: 1,200 / I lead: 3"


def test_where_no_chart_is_wanted_the_figures_are_a_list() -> None:
    digest = replace(BARE, lived=(LISTEN, LEAD), chart=False)
    assert of(Chart, weekly(digest, OWN)) == []
    assert body(digest) == "What people were thanked for / • I listen: 1,200 / • I lead: 3"


def test_one_value_alone_is_a_sentence() -> None:
    assert body(replace(BARE, lived=(LISTEN,))) == "All of it was for I listen."
    assert "All of it" not in text(replace(BARE, lived=(LISTEN,), figures=figures(1, 1, 1)))


def test_a_behaviour_is_quoted_letter_for_letter_with_its_entry_and_document(any_framework: Framework) -> None:
    behaviour = behaviour_of(WEEK, any_framework)
    assert behaviour
    entry = behaviour.entry
    card = weekly(replace(BARE, behaviour=behaviour), any_framework)
    assert quoted(card) == [behaviour.line.text]
    assert f"\n{entry.emoji} {entry.title.text}, in {entry.source.title}" in plain(card)


def test_a_mended_slip_of_the_print_is_told(lantern: Framework) -> None:
    entry = lantern.taggable[0]
    (slip,) = [line for group in entry.groups for line in group.lines if line.printed != line.text]
    card = weekly(replace(BARE, behaviour=Behaviour(entry=entry, line=slip)), lantern)
    assert plain(card).endswith("a small misprint is put right")


# A week without kudos


def test_a_week_with_nothing_gets_a_word_on_how_to_start(any_framework: Framework) -> None:
    """And none on who did not."""
    behaviour = behaviour_of(WEEK, any_framework)
    assert behaviour
    card = prompt(WEEK, any_framework)
    assert quoted(card) == [behaviour.line.text]
    assert f"/kudos @colleague #{behaviour.entry.tag} for what they did" in plain(card)
    ((button,),) = [each.buttons for each in of(Actions, card)]
    assert (button.action, button.label) == (Action.GIVE.value, "Give kudos for this")
    assert not any(word in plain(card).casefold() for word in ("nobody", "nothing", "no kudos", "quiet", "empty"))


def test_where_nothing_can_be_quoted_the_prompt_has_an_example_too() -> None:
    bare = replace(OWN, entries=tuple(replace(entry, groups=()) for entry in OWN.entries))
    assert "/kudos @colleague #prevent for what they did" in plain(prompt(WEEK, bare))


def test_a_digest_of_which_everything_was_taken_back_is_such_a_prompt() -> None:
    assert weekly(replace(BARE, figures=figures(0, 0, 0)), OWN) == prompt(WEEK, OWN)


# Room


NAMES = ("&" * 80, "👩‍🚀" * 26, "Ann <&> *Lee*", "x" * 80, "Bartholomew Fitzgerald-Montgomery of the river unit")
names = st.sampled_from(NAMES) | st.text(min_size=1, max_size=80)
reasons = st.sampled_from(["", "&" * 1500, "wide " * 300, "👩‍🚀" * 500, *digests.HOSTILE]) | st.text(max_size=1500)


def numbered(some: list[str], start: int = 0) -> list[Person]:
    return [person(number, name) for number, name in enumerate(some, start)]


@st.composite
def any_digests(draw: st.DrawFn) -> Digest:
    """Weeks of all sizes, with every length that people can think of."""
    number = draw(st.integers(0, 12))
    several = st.lists(names, min_size=1, max_size=7)
    week = [
        kudos(
            each, OWN, giver=giver, to=to, entries=draw(st.sampled_from([(0,), (0, 1, 2), (8,)])), reason=draw(reasons)
        )
        for each in range(number)
        for giver, *to in [numbered([draw(names), *draw(several)], 10 * each)]
    ]
    long = draw(st.sampled_from(["", "t" * 300, "&" * 300]))
    bars = tuple(Bar(label=f"{each} {long}", short=f"b{each}", count=10**6) for each in range(draw(st.integers(0, 20))))
    behaviour = behaviour_of(WEEK, OWN)
    assert behaviour
    line = replace(behaviour.line, text=draw(st.sampled_from(["I listen", "line " * 1000])))
    return told(
        week,
        OWN,
        also=tuple(numbered(draw(st.lists(names, max_size=8)) * draw(st.sampled_from([1, 30])), 500)),
        newcomers=tuple(numbered(draw(st.lists(names, max_size=20)), 900)),
        lived=bars,
        behaviour=replace(behaviour, line=line),
        mention=draw(st.booleans()),
        chart=draw(st.booleans()),
    )


@settings(max_examples=75)
@given(digest=any_digests())
def test_whatever_a_week_holds_its_digest_fits(digest: Digest) -> None:
    """Within 3,900 characters, escaped or not, and 50 blocks; so its text says all of it, in an update too."""
    card = weekly(digest, OWN)
    said = plain(card)
    assert length(said) <= length(html.escape(said, quote=False)) <= TEXT_MOST
    for charts in (True, False):
        shown = render.message(card, "https://x.slack.com/", text_most=render.UPDATE_TEXT_MOST, charts=charts)
        assert html.unescape(shown["text"]) == html.unescape(said)
        assert len(shown["blocks"]) < room.BLOCKS_MOST
        assert "the rest is left out" not in str(shown["blocks"])


def test_where_there_is_no_room_for_names_there_is_their_number() -> None:
    """Every character of which counts as five."""
    wide = numbered(["&" * 80] * 40)
    bars = tuple(Bar(label="&" * 60, short=f"b{each}", count=10**6) for each in range(20))
    said = body(telling(story(*wide[:5]), also=tuple(wide), newcomers=tuple(wide[:2]), lived=bars))
    assert said.startswith("Thanked: 40 colleagues / Welcome: 2 colleagues gave kudos for the first time. / ")


def test_names_are_shortened_last_and_stories_before_they_are_left_out() -> None:
    card = weekly(digests.full(OWN), OWN)
    assert len(of(Quote, card)) == 8
    assert all(quote.text.endswith(" …") for quote in of(Quote, card))
    assert " more" in plain(card)


def test_what_fits_is_not_shortened() -> None:
    people = [person(number, f"Colleague {number:02}") for number in range(60)]
    stories = [story(people[number], reason="x" * 200) for number in range(8)]
    said = body(telling(*stories, also=tuple(people[8:40])))
    assert said.count("x" * 200) == 8
    assert "Colleague 39" in said


def test_a_title_that_is_too_long_is_cut_only_where_there_is_no_room() -> None:
    title = "I do what is asked of me and a little more than that, even where nobody would ever see it, ask or mind"
    framework = changed(OWN, 0, title=title, short="I do more")
    one = kudos(0, framework, giver=ANN, to=[BOB], entries=(0,))
    assert title in plain(weekly(telling(Told(recognition=one, link=None, seconds=0)), framework))
