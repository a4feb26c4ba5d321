"""Brakes: a friendly word to who gives very much, a stop only for floods, and patterns that are only shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import brakes
from bot.brakes import Pace, Patterns, Thanked
from bot.cards import plain

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOB = {"bob": "Bob"}


def at(*minutes: float) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(minutes=each) for each in minutes)


def test_most_hear_nothing() -> None:
    given = at(*range(1, 10), *range(70, 85))
    pace = Pace(given=given, standing=given, to={"bob": 2, "cara": 9})
    assert brakes.word(pace, BOB, NOW) == brakes.stopped(pace, NOW) == ""


def half_minutes(times: int) -> list[float]:
    return [number / 2 for number in range(1, times + 1)]


@pytest.mark.parametrize(
    ("pace", "begins"),
    [
        (Pace(standing=at(*range(1, 11))), "That is more than 10 within an hour. All of them go out."),
        (Pace(standing=at(*range(61, 91))), "That is more than 30 within a day. All of them go out."),
        (Pace(to={"bob": 3}), "You have thanked Bob more than 3 times within a week. This one goes out, too."),
        (Pace(given=at(*half_minutes(59))), ""),
        (Pace(standing=at(*range(60, 70))), ""),
    ],
)
def test_the_generous_hear_a_friendly_word_at_most(pace: Pace, begins: str) -> None:
    said = brakes.word(pace, BOB, NOW)
    assert said.startswith(begins)
    assert bool(said) == bool(begins)
    assert brakes.stopped(pace, NOW) == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (at(*half_minutes(59), 60), ""),
        (at(*half_minutes(60)), "You gave 60 kudos within an hour, so I pause a little. You can go on in 30 minutes."),
        (at(*[59.5] * 60), "You can go on in 1 minute."),
        (at(*half_minutes(80)), "You can go on in 30 minutes."),
    ],
)
def test_a_flood_is_stopped_until_it_is_none(given: tuple[datetime, ...], told: str) -> None:
    stop = brakes.stopped(Pace(given=given), NOW)
    assert told in stop
    assert bool(stop) == bool(told)


@given(st.lists(st.floats(0, 59.9), min_size=60, max_size=90))
def test_when_they_are_told_to_go_on_they_can(minutes: list[float]) -> None:
    pace = Pace(given=at(*minutes))
    wait = int(brakes.stopped(pace, NOW).split("go on in ")[1].split(" ")[0])
    assert brakes.stopped(pace, NOW + timedelta(minutes=wait)) == ""


# Patterns


def thanked(*pairs: str, times: int = 3) -> list[Thanked]:
    return [Thanked(giver=pair[0], recipient=pair[1], times=times) for pair in pairs]


def test_who_thanks_each_other_is_a_pair_and_who_thanks_in_turn_a_ring() -> None:
    assert brakes.patterns(thanked("ab", "ba", "cd")) == Patterns(pairs=(("a", "b"),), rings=())
    assert brakes.patterns(thanked("ab", "bc", "ca")) == Patterns(pairs=(), rings=(("a", "b", "c"),))
    assert brakes.patterns(thanked("ab", "bc", "cd", "da", "ca")).rings == (("a", "b", "c"), ("a", "b", "c", "d"))


def test_what_happens_now_and_then_is_no_pattern() -> None:
    assert brakes.patterns(thanked("ab", "ba", "bc", "ca", times=2)) == Patterns(pairs=(), rings=())
    assert brakes.patterns(thanked("aa", "ab")) == Patterns(pairs=(), rings=())
    once = [Thanked(giver="a", recipient="b", times=1)] * 3
    assert brakes.patterns([*once, *thanked("ba")]).pairs == (("a", "b"),)


def test_a_ring_of_more_than_a_team_is_none() -> None:
    ring = [f"{one}{other}" for one, other in zip("abcdefg", "bcdefga", strict=True)]
    assert brakes.patterns(thanked(*ring)).rings == ()


def test_only_so_many_are_told_at_once() -> None:
    names = {f"{number:03}": f"Person {number:03}" for number in range(44)}
    pairs = tuple((f"{number:03}", f"{number + 1:03}") for number in range(0, 44, 2))
    told = plain(brakes.in_turn(Patterns(pairs=pairs, rings=()), names))
    assert told.count("•") == 20
    assert "And 2 more." in told
    assert "ring" not in told


def test_they_are_told_by_name_and_without_figures() -> None:
    found = Patterns(pairs=(("a", "b"),), rings=(("a", "b", "c"),))
    told = plain(brakes.in_turn(found, {"a": "Zoe", "b": "Bob", "c": "Cem"}))
    assert "• Bob and Zoe" in told
    assert "• Zoe → Bob → Cem → Zoe" in told
    assert "Please ask before you think ill of anybody" in told
