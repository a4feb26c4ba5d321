"""A preview holds the form, whatever stands in it; what we have not put there is malformed."""

import base64
import random
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.reading import MalformedError
from adapters.teams.keeping import ID, UNPACKED_MOST, held, holding
from adapters.teams.render import size
from tests.doubles.adaptive_lint import problems

CARD: dict[str, Any] = {
    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
    "type": "AdaptiveCard",
    "version": "1.5",
    "fallbackText": "x",
    "body": [{"type": "TextBlock", "text": "x", "wrap": True}],
}


@given(st.dictionaries(st.text(), st.text() | st.booleans() | st.dictionaries(st.text(), st.text())))
def test_what_is_held_comes_back_and_is_nothing_to_any_client(data: dict[str, Any]) -> None:
    card = holding(CARD, data)
    assert held(card) == data
    assert not problems(card)
    assert card["body"][:-1] == CARD["body"]


def test_the_longest_form_takes_little_room() -> None:
    people = ",".join(f"a80e0d60-350d-5689-a75f-0d4ee4bb{number:04x}" for number in range(50))
    assert size(holding(CARD, {"recipients": people, "reason": "🎉" * 1500})) < 2 * 1024


def test_the_longest_words_come_back() -> None:
    """Which no packing makes short."""
    words = "".join(map(chr, random.Random(7).choices(range(0x4E00, 0x9FA5), k=2000)))
    assert held(holding(CARD, {"reason": words})) == {"reason": words}


def packed(data: bytes) -> str:
    return "x" + base64.b64encode(zlib.compress(data), b"-+").decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "x!",
        "xabcd",
        packed(b"\xff"),
        packed(b"7"),
        packed(b"["),
        packed(b"[" * 20_000 + b"]" * 20_000),
        packed(b'{"a":"' + b"a" * UNPACKED_MOST + b'"}'),
    ],
)
def test_what_we_have_not_put_there_is_malformed(text: str) -> None:
    with pytest.raises(MalformedError):
        held({"body": [{"type": "TextBlock", "id": ID, "text": text}]})


def test_a_card_without_a_form_is_malformed() -> None:
    with pytest.raises(MalformedError):
        held(CARD)
