"""A card can always be read as plain text, complete."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import (
    BAR_MOST,
    Actions,
    Bar,
    Bullets,
    Button,
    Card,
    Chart,
    Code,
    Divider,
    Element,
    Emoji,
    Heading,
    LetIn,
    Line,
    Mention,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Strong,
    Typed,
    bars_in_words,
    plain,
    span_text,
)
from bot.model import Message

BUTTONS = Actions(buttons=(Button(label="Undo", action="undo"),))
SPANS: list[tuple[Span, str]] = [
    ("as it is", "as it is"),
    (Strong("strong"), "strong"),
    (Quoted("quoted"), "quoted"),
    (Code("#listen"), "#listen"),
    (Typed("kudos mine"), "/kudos mine"),
    (LetIn(), "type /invite @Kudos there"),
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("kudos", "kudos"),
        ("kudos mine", "mine"),
        ("kudos digest preview", "digest preview"),
        ("kudos @colleague #listen for what they did", "kudos @colleague #listen for what they did"),
        ("values", "values"),
        ("values listen", "values listen"),
    ],
)
def test_what_is_typed_is_a_command_or_a_message(words: str, message: str) -> None:
    """As a message it is as short as it can be: the word kudos thanks somebody there."""
    assert (Typed(words).command, Typed(words).message) == (f"/{words}", message)


def test_a_platform_may_say_a_span_in_its_own_way() -> None:
    """Wherever the span stands."""
    typed = Typed("kudos mine")
    card = Card((Line(("a ", typed)), Note((typed,)), Bullets(((typed,), ("b ", typed)))))

    def say(span: Span) -> str:
        return span.message if isinstance(span, Typed) else span_text(span)

    assert plain(card, say) == "a mine\nmine\n• mine\n• b mine"


def test_every_span_is_tried() -> None:
    assert {type(span) for span, _ in SPANS} == set(get_args(Span))


CHART = Chart(
    title="Lived",
    bars=(Bar(label="I listen", short="listen", count=3), Bar(label="I lead", short="lead", count=1200)),
)
ELEMENTS: list[tuple[Element, str]] = [
    (Heading("Hello"), "Hello"),
    (Line(("a ", Strong("b"))), "a b"),
    (Quote("words"), "“words”"),
    (Bullets((("a",), (Strong("b"), "c"))), "• a\n• bc"),
    (Note(("small",)), "small"),
    (Divider(), ""),
    (CHART, "Lived\nI listen: 3\nI lead: 1,200"),
    (BUTTONS, ""),
]


@pytest.mark.parametrize(("element", "text"), ELEMENTS)
def test_an_element_as_text(element: Element, text: str) -> None:
    assert plain(Card((element,))) == text


def test_every_element_is_tried() -> None:
    assert {type(element) for element, _ in ELEMENTS} == set(get_args(Element))


@pytest.mark.parametrize(
    ("counts", "bars"),
    [((), []), ((3,), [3]), ((1, 6), [1, 6]), ((20, 0), [20, 1]), ((1200, 600, 3), [20, 10, 1])],
)
def test_a_chart_in_words_has_bars_from_one_edge(counts: tuple[int, ...], bars: list[int]) -> None:
    """One square for each of what is counted, as long as there is room; never none."""
    chart = Chart(title="Lived", bars=tuple(Bar(label=f"b{count}", short="b", count=count) for count in counts))
    title, *lines = plain(Card(bars_in_words(chart))).split("\n")
    assert title == "Lived"
    assert [line.split(" ", 1) for line in lines] == [
        ["■" * bar, f"{count:,} b{count}"] for bar, count in zip(bars, counts, strict=True)
    ]
    assert max(bars, default=0) <= BAR_MOST


@given(words=st.lists(st.text(min_size=1)))
def test_no_word_of_a_card_is_missing_from_its_text(words: list[str]) -> None:
    """Whatever is said in whatever element, its text says too, in order."""
    text = plain(Card(tuple(saying(word, number) for number, word in enumerate(words))))
    for word in words:
        assert word in text
        text = text[text.index(word) + len(word) :]


def saying(word: str, number: int) -> Element:
    return (Heading(word), Quote(word), Line((word,)), Note((Strong(word),)), Bullets(((word,),)))[number % 5]
