"""Cards that hold whatever people may write, and what no client of Teams may make anything of."""

import unicodedata
from typing import Final

from hypothesis import strategies as st

from bot.cards import (
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
    plain,
)
from bot.model import Message
from bot.requests import Action

HOSTILE: Final = (
    "<at>Bob</at>",
    "</at>",
    "<at>",
    '<at id="0">Everybody</at>',
    "<AT>x</AT>",
    "**bold** _it_ `code` ~~gone~~",
    "[a link](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example",
    "//localhost",
    "javascript:alert(1)",
    "mailto:a@b",
    "a@evil.example",
    "www.evil.example",
    "evil.example/a_b",
    "{{DATE(2026-03-02T09:30:00Z, SHORT)}}",
    "{{{TIME(2026-03-02T09:30:00Z)}}}",
    "${name}",
    "# a title",
    "- a list\n- of two",
    "1. one\r2. two",
    "> quoted",
    "&lt;at&gt;Bob&lt;/at&gt; &amp; &#42;x&#42;",
    "\\*x\\*",
    "|a|b|\n|-|-|\n|1|2|",
    "<script>alert(1)</script>",
    "\x00\x00",
    "    four spaces",
    "```\nx\n```",
    "===",
    "\u202eevil",
    "العربية",
    "👨\u200d👩\u200d👧",
    "x" * 1500,
    '"quotes" and \\backslashes\\',
)
hostile = st.integers(0, len(HOSTILE) - 1).map(HOSTILE.__getitem__)  # a strategy says itself aloud: keep it short
texts = st.one_of(
    hostile,
    st.text(min_size=1, max_size=100),
    st.lists(hostile | st.text(alphabet="<>/at{}*_[]().:\\ab 1-#&;", max_size=12), min_size=1, max_size=4).map(
        " ".join
    ),
    st.text(alphabet="<>/at{}*_[]().:\\ab 1-#&;", min_size=1, max_size=40),
)


def visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


labels = texts.filter(visible)
people = st.sampled_from(["U0001", "U0002", "U0003"])


def spans() -> st.SearchStrategy[Span]:
    at = Message(place="19:abc@thread.tacv2", id="1772443800000")
    return st.one_of(
        texts,
        texts.map(Strong),
        st.builds(Quoted, texts, st.booleans()),
        texts.map(Code),
        texts.map(Typed),
        st.just(LetIn()),
        st.builds(Emoji, unicode=st.just("🧭"), name=st.just("compass")),
        st.builds(Mention, person=people, name=texts),
        st.builds(PlaceName, place=st.just("19:abc@thread.tacv2"), name=texts),
        st.builds(MessageLink, label=labels, message=st.just(at)),
    )


def elements() -> st.SearchStrategy[Element]:
    lines = st.lists(spans(), min_size=1, max_size=4).map(tuple)
    buttons = st.builds(
        Button,
        label=labels,
        action=st.sampled_from([each.value for each in Action]),
        value=texts,
        describes=texts,
        primary=st.booleans(),
        confirm=st.just("") | labels,
    )
    bars = st.builds(Bar, label=labels, short=texts, count=st.integers(0, 10**9))
    return st.one_of(
        texts.map(Heading),
        lines.map(Line),
        texts.map(Quote),
        st.lists(lines, min_size=1, max_size=3).map(lambda items: Bullets(tuple(items))),
        lines.map(Note),
        st.just(Divider()),
        st.builds(Chart, title=labels, bars=st.lists(bars, max_size=6).map(tuple)),
        st.builds(
            Actions,
            buttons=st.lists(buttons, max_size=8).map(tuple),
            more=st.lists(buttons, max_size=3).map(tuple),
        ),
    )


cards = (
    st.lists(elements(), min_size=1, max_size=6)
    .map(lambda found: Card(tuple(found)))
    .filter(lambda card: visible(plain(card)))
)
