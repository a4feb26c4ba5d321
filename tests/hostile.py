"""What people may write, meant to call everybody, to link, to become markup or a formula; and cards full of it.

No platform makes anything of any of it: each is tried with all that is here, whatever it was that somebody made it for.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

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
    Form,
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
from tests.examples import ANN, BOB, CEM, CREW, DEE, EVE, HARBOUR, REASON, RISKY, SOLO

_SHOWN = TypeVar("_SHOWN", Card, Form)

#: Short enough to be a name, each.
SHORT: Final = (
    # Slack
    *("<!channel>", "<!here|here>", "<@U0001>", "<!subteam^S0001>", "@here", "@everyone", "<#C0001>"),
    *("&lt;!channel&gt;", "&amp;lt;", "*_~`>", "*bold* _it_ ~gone~ `code`", ":tada:", "|>", "<https://evil.example|x>"),
    *("http://example.org/<@U0001>", "mailto:a@b.c", "line\nbreak\n\n> quote", "&gt; quote", "<!date^1^{date}^x|y>"),
    # Teams
    *("<at>Bob</at>", "</at>", "<at>", '<at id="0">Everybody</at>', "<AT>x</AT>", "**bold** _it_ `code` ~~gone~~"),
    *("[a link](https://evil.example)", "![x](https://evil.example/x.png)", "<https://evil.example>"),
    *("https://evil.example", "//localhost", "javascript:alert(1)", "mailto:a@b", "a@evil.example", "www.evil.example"),
    *("evil.example/a_b", "{{DATE(2026-03-02T09:30:00Z, SHORT)}}", "{{{TIME(2026-03-02T09:30:00Z)}}}", "${name}"),
    *("# a title", "- a list\n- of two", "1. one\r2. two", "> quoted", "&lt;at&gt;Bob&lt;/at&gt; &amp; &#42;x&#42;"),
    *("\\*x\\*", "|a|b|\n|-|-|\n|1|2|", "\x00\x00", "    four spaces", "```\nx\n```", "==="),
    # a browser
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)"),
    *("</textarea></form><b>", "</blockquote>", "&lt;b&gt; &amp; {0} {name} %s {{ 7*7 }}", "/kudos @<b> & more"),
    # a spreadsheet
    *(
        '=HYPERLINK("https://evil.example")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "＝1+1",
        "Ann;=1+1",
        "﹦cmd|' /C calc'!A0",
    ),
    # nobody
    *("\u202eevil", "\u200b", "\u200d\ufe0f", "العربية", "👨\u200d👩\u200d👧", '"quotes" and \\backslashes\\'),
)
LONG: Final = ("&" * 1500, "<" * 1500, "x" * 1500, "👨\u200d👩\u200d👧" * 400, "e" + "\u0301" * 200)
HOSTILE: Final = (*SHORT, *LONG)
#: All that is short in a few texts, for where each on its own would take too long.
GATHERED: Final = (" ".join(SHORT[:30]), " ".join(SHORT[30:]), "\n".join(SHORT[:24]), "=\n".join(SHORT[24:48]))

_SPECIAL: Final = st.text(alphabet="<>/at{}*_[]().:\\ab 1-#&;!@|~`", min_size=1, max_size=40)
hostile = st.integers(0, len(HOSTILE) - 1).map(HOSTILE.__getitem__)  # a strategy says itself aloud: keep it short
short = st.integers(0, len(SHORT) - 1).map(SHORT.__getitem__)
texts = st.one_of(
    hostile,
    st.text(min_size=1, max_size=100),
    st.lists(hostile | _SPECIAL, min_size=1, max_size=3).map(" ".join),
    _SPECIAL,
)
names = st.one_of(short, st.text(min_size=1, max_size=80))


def visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


labels = texts.filter(visible)


# Any card

PEOPLE: Final = ("U0001", "U0002", "U0003")


def spans(at: Message) -> st.SearchStrategy[Span]:
    return st.one_of(
        texts,
        texts.map(Strong),
        st.builds(Quoted, texts, st.booleans()),
        texts.map(Code),
        texts.map(Typed),
        st.just(LetIn()),
        st.builds(Emoji, unicode=st.just("🧭"), name=st.just("compass")),
        st.builds(Mention, person=st.sampled_from(PEOPLE), name=names),
        st.builds(PlaceName, place=st.just(at.place), name=names),
        st.builds(MessageLink, label=labels, message=st.just(at)),
    )


def elements(at: Message) -> st.SearchStrategy[Element]:
    lines = st.lists(spans(at), min_size=1, max_size=4).map(tuple)
    small = st.lists(spans(at).filter(lambda span: len(str(span)) < 300), min_size=1, max_size=3).map(tuple)
    buttons = st.builds(
        Button,
        label=labels,
        action=st.sampled_from([each.value for each in Action]),
        value=names,
        describes=texts,
        primary=st.booleans(),
        confirm=st.just("") | labels,
    )
    bars = st.builds(Bar, label=labels, short=st.text(max_size=22), count=st.integers(0, 10**9))
    return st.one_of(
        labels.map(Heading),
        lines.map(Line),
        texts.map(Quote),
        st.lists(lines, min_size=1, max_size=3).map(lambda items: Bullets(tuple(items))),
        small.map(Note),
        st.just(Divider()),
        st.builds(Chart, title=labels, bars=st.lists(bars, max_size=22).map(tuple)),
        st.builds(
            Actions,
            buttons=st.lists(buttons, min_size=1, max_size=8).map(tuple),
            more=st.lists(buttons, max_size=5, unique_by=lambda each: each.action).map(tuple),
        ),
    )


def cards(at: Message) -> st.SearchStrategy[Card]:
    """Cards whose links lead to `at`."""
    made = st.lists(elements(at), min_size=1, max_size=6).map(lambda found: Card(tuple(found)))
    return made.filter(lambda card: visible(plain(card)))


# The views

_THEIRS: Final = re.compile(
    "|".join(
        re.escape(text) if not text.isalpha() else rf"\b{text}\b"
        for text in (
            *(
                REASON,
                RISKY,
                *RISKY.split(", "),
                *(each.name for each in (ANN, BOB, CEM, DEE, EVE, CREW, SOLO, HARBOUR)),
            ),
            *("<!here>", "<this>", "<paper>", "<names> *somebody*", "no_<idea>", "Londn", "mend <@U1> *this*"),
        )
    )
)


def written_by_others(shown: _SHOWN, text: str) -> _SHOWN:
    """The same view with `text` for whatever people wrote and are called in it."""
    made: _SHOWN = _put(shown, lambda said: _THEIRS.sub(lambda _: text, said))
    return made


def worded(shown: _SHOWN, text: str) -> _SHOWN:
    """The same with `text` for everything that can be read in it."""
    made: _SHOWN = _put(shown, lambda said: text if said else said)
    return made


def _put(value: Any, put: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return put(value)
    if isinstance(value, tuple):
        return tuple(_put(each, put) for each in value)
    if not is_dataclass(value) or isinstance(value, Message | Emoji | type):
        return value
    ids = {"person", "place", "action", "value", "chosen", "context"}
    if not isinstance(value, Mention | PlaceName):
        ids.add("name")  # of a field
    return replace(
        value, **{each.name: _put(getattr(value, each.name), put) for each in fields(value) if each.name not in ids}
    )
