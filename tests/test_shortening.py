"""What is cut stays readable: no letter loses its accent, and no emoji falls apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shortening import beginning

FAMILY = "👨\u200d👩\u200d👧"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
WHOLE = ("e\u0301", "👍🏽", FAMILY, WALES, "🇬🇧", "❤️", "नि")


@pytest.mark.parametrize("one", WHOLE)
@pytest.mark.parametrize("before", ["", "ab", "🇬🇧🇫🇷"])
def test_what_is_seen_as_one_is_not_taken_apart(one: str, before: str) -> None:
    text = f"{before}x{one}{one}y"
    for most in range(1, len(text)):
        left = beginning(text, most).removeprefix(before)
        assert left in ("", "x", f"x{one}", f"x{one}{one}") or before.startswith(left)


def test_flags_are_counted_from_the_first_one() -> None:
    assert [beginning("🇬🇧🇫🇷", most) for most in (2, 3, 4)] == ["🇬🇧", "🇬🇧", "🇬🇧🇫🇷"]


def test_a_letter_without_end_is_cut_all_the_same() -> None:
    assert beginning("a" + "\u0301" * 99, 10) == "a" + "\u0301" * 9


@given(st.text(), st.integers(1, 50))
def test_it_is_a_beginning_and_never_too_long(text: str, most: int) -> None:
    cut = beginning(text, most)
    assert text.startswith(cut)
    assert len(cut) <= most
    assert bool(cut) is bool(text)


@given(st.text("abc ", max_size=60), st.integers(1, 50))
def test_plain_letters_are_cut_where_room_ends(text: str, most: int) -> None:
    assert beginning(text, most) == text[:most]
