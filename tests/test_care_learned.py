"""What speaks for distress is read from a file; a message is weighed by what it holds, however long it is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care_learned import ALWAYS, LEARNED, features, parse, score
from tests.eval.care_fit import Example, fitted, line, scaled

SMALL = parse("\t0\t-0.5\nnight\t2\t3\nbrew\t1\t-4\n")


def test_a_message_holds_words_neighbours_pieces_and_kinds_that_stand_close() -> None:
    found = features(["my", "husband", "hits", "me"])
    assert {"husband", "husband hits", "#_hits", "@lover", "@i@strike", "@lover@strike"} <= found
    assert "@die" not in found


def test_a_word_of_two_parts_has_a_kind_too() -> None:
    assert "@goon" in features(["i", "cant", "carry", "on"])
    assert "@goon" not in features(["i", "carry", "bags"])


def test_kinds_that_stand_far_apart_are_not_taken_together() -> None:
    assert "@lover@strike" not in features(["husband", *["and"] * 10, "hits"])
    assert "@lover@strike" in features(["husband", *["and"] * 9, "hits"])


def test_a_message_is_weighed_by_what_is_known_in_it() -> None:
    assert score({"night"}, SMALL) == pytest.approx(3 - 0.5)
    assert score({"night", "unheard"}, SMALL) == score({"night"}, SMALL)
    assert score({"night", "brew"}, SMALL) == pytest.approx((2 * 3 - 4) / math.sqrt(5) - 0.5)
    assert score((), SMALL) == -0.5


@given(st.lists(st.text("abc.", min_size=1)))
def test_whatever_it_holds_a_message_has_a_score(words: list[str]) -> None:
    assert math.isfinite(score(features(words), LEARNED))


def test_the_file_holds_features_and_no_message() -> None:
    assert ALWAYS in LEARNED
    assert max(feature.count(" ") for feature in LEARNED) == 1
    assert all(map(math.isfinite, (number for both in LEARNED.values() for number in both)))


def test_it_is_learned_from_examples() -> None:
    """With the two lines where they are drawn."""
    texts = {"cannot go on": True, "will not go on": True, "carry on brewing": False, "brew on the way": False}
    given = [Example(features(text.split()), truth, 0, alike=not truth) for text, truth in texts.items()]
    learned = fitted(given * 3)
    points = {text: score(features(text.split()), learned) for text in texts}
    assert min(points[text] for text in texts if texts[text]) > max(points[text] for text in texts if not texts[text])
    drawn = scaled(learned, distressed=1.0, troubled=0.5)
    for text, before in points.items():
        assert score(features(text.split()), drawn) == pytest.approx((before - 1.0) / 0.5, abs=0.05)
    assert line([1, 4, 3, 2], 0.25) == 3
