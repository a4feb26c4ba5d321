"""Which stories a digest tells, what it quotes, and what was lived: rules, and never a ranking of people."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot import framework as frameworks
from bot.cards import Bar
from bot.digest import BARS_MOST, STORIES_MOST, Behaviour, Candidate, behaviour_of, choose, lived
from bot.framework import Framework
from bot.schedule import Week
from tests.conftest import FRAMEWORKS
from tests.frameworks import changed, of_another_kind, without
from tests.test_kudos import NOW

OWN = FRAMEWORKS["own"]
NOBODY: frozenset[str] = frozenset()


def candidate(id_: str, giver: str = "", to: Sequence[str] = (), **more: object) -> Candidate:
    """Somebody thanks somebody for something, in words."""
    plain = Candidate(
        id=id_,
        giver=giver or f"giver of {id_}",
        recipients=tuple(to) or (f"thanked by {id_}",),
        entries=("e0",),
        seconds=0,
        has_words=True,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


people = st.sampled_from([f"p{number}" for number in range(12)])
candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        giver=people,
        recipients=st.lists(people, min_size=1, max_size=5, unique=True).map(tuple),
        entries=st.lists(st.sampled_from(["e0", "e1", "e2"]), min_size=1, max_size=3, unique=True).map(tuple),
        seconds=st.integers(0, 5),
        has_words=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda each: each.id,
)
lately = st.frozensets(people, max_size=6)


@given(week=candidates, lately=lately)
def test_nobody_is_featured_twice_and_there_are_at_most_eight(week: list[Candidate], lately: frozenset[str]) -> None:
    by_id = {each.id: each for each in week}
    chosen = [by_id[id_] for id_ in choose(week, lately, "seed")]
    assert len(chosen) <= STORIES_MOST
    givers = [each.giver for each in chosen]
    thanked = [person for each in chosen for person in each.recipients]
    assert len(set(givers)) == len(givers)
    assert len(set(thanked)) == len(thanked)


@given(week=candidates, lately=lately)
def test_as_many_are_told_as_can_be_beside_those_chosen(week: list[Candidate], lately: frozenset[str]) -> None:
    chosen = choose(week, lately, "seed")
    told = [each for each in week if each.id in chosen]
    givers = {each.giver for each in told}
    thanked = {person for each in told for person in each.recipients}
    left = [each for each in week if each.giver not in givers and thanked.isdisjoint(each.recipients)]
    assert len(chosen) == STORIES_MOST or not left


@given(week=candidates, lately=lately, seed=st.text(max_size=5), order=st.randoms(use_true_random=False))
def test_the_same_week_is_told_in_the_same_way(
    week: list[Candidate], lately: frozenset[str], seed: str, order: random.Random
) -> None:
    """In whatever order the database gives it."""
    shuffled = list(week)
    order.shuffle(shuffled)
    assert choose(week, lately, seed) == choose(shuffled, lately, seed)


@given(week=candidates, lately=lately)
def test_the_first_story_is_of_somebody_who_was_not_featured_lately(
    week: list[Candidate], lately: frozenset[str]
) -> None:
    """Unless everybody was."""
    chosen = choose(week, lately, "seed")
    fresh = {each.id for each in week if lately.isdisjoint({each.giver, *each.recipients})}
    assert not fresh or chosen[0] in fresh


def test_whoever_was_not_featured_lately_comes_first() -> None:
    """However many have seconded the others; one new face is better than none."""
    again = candidate("again", to=["bob"], seconds=9)
    partly = candidate("partly", to=["bob", "cara"])
    giver = candidate("giver", giver="bob", to=["dee"])
    new = candidate("new", to=["eli"], has_words=False)
    assert choose([again, new], frozenset({"bob"}), "s") == ("new", "again")
    assert choose([again, partly], frozenset({"bob"}), "s") == ("partly",)
    assert choose([again, giver, new], frozenset({"bob"}), "s") == ("new", "giver", "again")


def test_what_several_have_seconded_is_in() -> None:
    crowd = [candidate(f"k{number}") for number in range(30)]
    loved = candidate("loved", seconds=2, has_words=False)
    for seed in map(str, range(10)):
        assert choose([*crowd, loved], NOBODY, seed)[0] == "loved"
    once = replace(loved, seconds=1, has_words=True)
    assert any("loved" not in choose([*crowd, once], NOBODY, str(seed)) for seed in range(10))


def test_words_come_before_mere_reactions() -> None:
    reactions = [candidate(f"r{number}", has_words=False, entries=(f"e{number}",)) for number in range(20)]
    words = [candidate(f"w{number}") for number in range(3)]
    assert set(choose([*reactions, *words], NOBODY, "s")[:3]) == {"w0", "w1", "w2"}


def test_entries_are_spread() -> None:
    common = [candidate(f"c{number}") for number in range(50)]
    rare = [candidate(f"r{number}", entries=(f"e{number}",)) for number in range(1, 5)]
    for seed in map(str, range(10)):
        assert {each.id for each in rare} <= set(choose([*common, *rare], NOBODY, seed))


def test_what_is_left_open_is_drawn_by_lot() -> None:
    """Nobody is always first because of their name or their number."""
    week = [candidate(f"k{number}") for number in range(20)]
    firsts = {choose(week, NOBODY, str(seed))[0] for seed in range(200)}
    assert len(firsts) > 15


def test_a_week_with_nothing_has_no_stories() -> None:
    assert choose([], NOBODY, "s") == ()


# The behaviour of the week


def quoted(framework: Framework, weeks: int) -> list[Behaviour]:
    """What is quoted from one autumn on."""
    found, week = [], Week(2026, 40)
    for _ in range(weeks):
        behaviour = behaviour_of(week, framework)
        assert behaviour
        found.append(behaviour)
        week = week.after
    return found


def test_every_line_of_every_value_is_quoted_before_any_comes_again(any_framework: Framework) -> None:
    """Across the turn of the year, too."""
    lines = [
        (entry.id, line.text) for entry in any_framework.taggable for group in entry.groups for line in group.lines
    ]
    said = [(each.entry.id, each.line.text) for each in quoted(any_framework, 2 * len(lines))]
    assert sorted(said[: len(lines)]) == sorted(lines)
    assert said[len(lines) :] == said[: len(lines)]


def test_neighbouring_weeks_quote_different_entries() -> None:
    said = [each.entry.id for each in quoted(OWN, 30)]
    assert all(one != other for one, other in pairwise(said))


def test_where_no_value_has_lines_none_is_quoted() -> None:
    bare = replace(OWN, entries=tuple(replace(entry, groups=()) for entry in OWN.entries))
    assert behaviour_of(Week(2026, 12), bare) is None


# What was lived


def test_what_was_lived_stands_in_the_frameworks_order(any_framework: Framework) -> None:
    """Not by number: entries do not compete."""
    first, second, *_ = any_framework.taggable
    bars = lived({second.id: 9, first.id: 2}, any_framework)
    assert [(bar.short, bar.count) for bar in bars] == [(first.tag, 2), (second.tag, 9)]


def test_a_long_title_has_a_short_label() -> None:
    for entry in OWN.taggable:
        (bar,) = lived({entry.id: 1}, OWN)
        assert bar.label in (entry.title.text, entry.short)
        assert bar.label == entry.title.text or len(entry.title.text) > 40
    nameless = changed(OWN, 0, title="t" * 41, short="s")
    assert lived({OWN.taggable[0].id: 1}, nameless)[0].label == "s"


def test_what_is_retired_comes_last_as_it_was_called() -> None:
    gone, stays = OWN.taggable[:2]
    for edit in (without, of_another_kind):
        renewed = frameworks.remembering(edit(OWN, 0), [(OWN, NOW)])
        bars = lived({gone.id: 1, stays.id: 2}, renewed)
        assert [bar.label for bar in bars] == [stays.title.text, gone.title.text]


def test_what_nobody_knows_any_more_is_counted_with_the_others() -> None:
    entry = OWN.taggable[0]
    assert lived({"no.longer": 2, "either": 1, entry.id: 4}, OWN)[1:] == (Bar(label="Others", short="others", count=3),)
    assert lived({entry.id: 0}, OWN) == lived({}, OWN) == ()


def many(number: int) -> Framework:
    """A framework of so many values."""
    entry = OWN.taggable[0]
    return replace(OWN, entries=tuple(replace(entry, id=f"e{n}", tag=f"t{n}") for n in range(number)))


@given(counts=st.lists(st.integers(0, 50), max_size=30), unknown=st.integers(0, 3))
def test_no_more_bars_than_can_be_drawn_and_nothing_is_left_out(counts: list[int], unknown: int) -> None:
    given = {f"e{number}": count for number, count in enumerate(counts)} | {"unknown": unknown}
    bars = lived(given, many(30))
    assert len(bars) <= BARS_MOST
    assert sum(bar.count for bar in bars) == sum(counts) + unknown
    assert all(bar.count for bar in bars)


def test_beyond_that_the_smallest_are_one_bar() -> None:
    counts = {f"e{each}": each + 1 for each in range(21)}
    assert lived(counts, many(21))[-1] == Bar(label="Others", short="others", count=3)
    del counts["e0"]
    assert [bar.short for bar in lived(counts, many(21))] == [f"t{each}" for each in range(1, 21)]


def test_a_week_is_a_week_in_any_year() -> None:
    """The rotation follows the weeks, not their numbers."""
    last, first = Week(2026, 53), Week(2027, 1)
    assert first.monday - last.monday == timedelta(days=7)
    assert behaviour_of(last, OWN) != behaviour_of(first, OWN)
