"""A card can always be read as plain text, complete."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Code,
    Divider,
    Element,
    Emoji,
    Heading,
    Line,
    Mention,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Strong,
    plain,
    span_text,
)
from bot.model import Message

BUTTONS = Actions(buttons=(Button(label="Undo", action="undo"),))
SPANS: list[tuple[Span, str]] = [
    ("as it is", "as it is"),
    (Strong("strong"), "strong"),
    (Quoted("quoted"), "quoted"),
    (Code("/kudos"), "/kudos"),
    (Emoji(unicode="👂", name="ear"), "👂"),
    (Mention(person="U1", name="Ann"), "Ann"),
    (PlaceName(place="C1", name="general"), "#general"),
    (PlaceName(place="C1", name=""), "the channel"),
    (MessageLink(label="see it", message=Message(place="C1", id="1")), "see it"),
]


@pytest.mark.parametrize(("span", "text"), SPANS)
def test_a_span_as_text(span: Span, text: str) -> None:
    """Markup goes, words stay: nothing is told by markup alone."""
    assert span_text(span) == text


def test_every_span_is_tried() -> None:
    assert {type(span) for span, _ in SPANS} == set(get_args(Span))


ELEMENTS: list[tuple[Element, str]] = [
    (Heading("Hello"), "Hello"),
    (Line(("a ", Strong("b"))), "a b"),
    (Quote("words"), "“words”"),
    (Bullets((("a",), (Strong("b"), "c"))), "• a\n• bc"),
    (Note(("small",)), "small"),
    (Divider(), ""),
    (BUTTONS, ""),
]


@pytest.mark.parametrize(("element", "text"), ELEMENTS)
def test_an_element_as_text(element: Element, text: str) -> None:
    assert plain(Card((element,))) == text


def test_every_element_is_tried() -> None:
    assert {type(element) for element, _ in ELEMENTS} == set(get_args(Element))


@given(words=st.lists(st.text(min_size=1)))
def test_no_word_of_a_card_is_missing_from_its_text(words: list[str]) -> None:
    """Whatever is said in whatever element, its text says too, in order."""
    text = plain(Card(tuple(saying(word, number) for number, word in enumerate(words))))
    for word in words:
        assert word in text
        text = text[text.index(word) + len(word) :]


def saying(word: str, number: int) -> Element:
    return (Heading(word), Quote(word), Line((word,)), Note((Strong(word),)), Bullets(((word,),)))[number % 5]
