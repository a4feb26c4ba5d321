"""Texts are put with the label whose examples speak alike; always the same, whatever they hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ranking import Ranking, Reading, likeness

EXAMPLES = [
    ("the kettle is broken", "kitchen"),
    ("who broke the kettle", "kitchen"),
    ("a clean kettle", "kitchen"),
    ("the boat is late", "harbour"),
    ("a late boat in the fog", "harbour"),
    ("fog over the boat", "harbour"),
    ("what is the weather", ""),
    ("weather tomorrow", ""),
]
RANKING = Ranking(EXAMPLES, Reading())


def test_the_label_that_speaks_alike_comes_first() -> None:
    assert RANKING.rank("my kettle!").labels == ("kitchen", "harbour")
    assert RANKING.rank("A BOAT in fog").labels[0] == "harbour"


def test_what_is_about_none_of_them_is_told() -> None:
    asked, kettle = RANKING.rank("weather"), RANKING.rank("kettle")
    assert asked.shares[-1] > max(asked.shares[:-1])
    assert asked.inside < 0 < kettle.inside
    assert kettle.shares[-1] < min(kettle.shares[0], 0.5)


def test_without_such_examples_nothing_is_outside() -> None:
    ranked = Ranking([example for example in EXAMPLES if example[1]], Reading()).rank("weather")
    assert ranked.outside == -math.inf
    assert ranked.shares[-1] == 0
    assert ranked.inside == 0


def test_how_much_of_it_was_ever_seen_is_told() -> None:
    ranked = RANKING.rank("the kettle of Xanadu")
    assert ranked.telling == 2
    assert ranked.known == 0.5
    assert RANKING.rank("").known == 0


def test_a_text_may_be_about_several() -> None:
    ranking = Ranking([*EXAMPLES, ("a kettle on the boat", "kitchen"), ("a kettle on the boat", "harbour")], Reading())
    assert set(ranking.rank("kettle").labels) == {"kitchen", "harbour"}


def test_words_that_mean_the_same_are_one_word() -> None:
    reading = Reading([("boat", "ship")])
    assert Ranking(EXAMPLES, reading).rank("the late ship").labels[0] == "harbour"
    assert reading.learned("Ship ahoy") == reading.learned("boat ahoy")


def test_several_learn_from_a_text_that_is_taken_apart_once() -> None:
    reading = Reading()
    once = reading.learned("a kettle")
    assert reading.learned("a kettle") is once
    reading.done()
    assert reading.learned("a kettle") is not once


def test_alike_is_what_shares_telling_words() -> None:
    kettle = RANKING.vector("the kettle")
    assert likeness(kettle, RANKING.vector("a kettle")) > likeness(kettle, RANKING.vector("the boat"))
    assert likeness(kettle, kettle) == pytest.approx(1)
    assert likeness(RANKING.vector(""), kettle) == 0
    assert RANKING.vector("what is the log") == {}


@given(st.text(max_size=500))
def test_whatever_a_text_holds_the_shares_add_up_to_one(text: str) -> None:
    ranked = RANKING.rank(text)
    assert sum(ranked.shares) == pytest.approx(1)
    assert ranked == RANKING.rank(text)
    assert list(ranked.scores) == sorted(ranked.scores, reverse=True)
