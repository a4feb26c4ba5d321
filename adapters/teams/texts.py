"""Text that no client of Teams takes for anything but text. Pure.

A `TextBlock`, a label, a choice and a `fallbackText` are markdown to some clients and not to others, and a backslash
is an escape to some and shown by others. So what could be markup, a link or a mention gives way to what looks like it.
A `TextRun` is never markdown, but it knows `{{DATE(…)}}`, and nobody says what becomes of `<at>` in it where a card
calls somebody: so two runs part them, letter for letter.

Source: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format; on phones, escapes and
markdown beside a mention: github.com/microsoft/AdaptiveCards/issues/5590 and 6458
"""

import re
from collections.abc import Container
from typing import Any, Final

Json = dict[str, Any]

_JOINER: Final = "\N{WORD JOINER}"
_LOOKS_LIKE: Final = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{MODIFIER LETTER LOW MACRON}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "~": "\N{TILDE OPERATOR}",
        "[": "\N{FULLWIDTH LEFT SQUARE BRACKET}",
        "]": "\N{FULLWIDTH RIGHT SQUARE BRACKET}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "\\": "\N{FULLWIDTH REVERSE SOLIDUS}",
    }
)
_HARMLESS: Final = (
    (re.compile(r"&(?=#?\w+;)"), "\N{FULLWIDTH AMPERSAND}"),  # an entity
    (re.compile(r"\{(?=\{)"), f"{{{_JOINER}"),  # a function of the client
    (re.compile(r"/(?=/)"), f"/{_JOINER}"),  # addresses, of which clients make links
    (re.compile(r"(?<=\w):(?=[^\s\d])"), "\N{RATIO}"),
    (re.compile(r"(?<=\w)\.(?=[^\W\d])"), "\N{ONE DOT LEADER}"),
    (re.compile(r"\A(?=[-+#=]|\d+[.)])"), _JOINER),  # a list or a heading
)
_PARTED: Final = re.compile(r"(?<=\{)(?=\{)|(?<=<)(?=/?at\b)", re.IGNORECASE)


def inert(text: str) -> str:
    """`text` on one line, as it looks, with nothing in it of which a client makes something."""
    text = " ".join(text.split()).translate(_LOOKS_LIKE)
    for pattern, harmless in _HARMLESS:
        text = pattern.sub(harmless, text)
    return text


def inert_lines(text: str) -> str:
    """The same, line by line."""
    return "\n".join(map(inert, text.splitlines()))


def told_apart(text: str, others: Container[str]) -> str:
    """`text`, which looks the same and is none of `others`."""
    while text in others:
        text += _JOINER
    return text


def runs(text: str, **style: object) -> list[Json]:
    """`text`, letter for letter, in the runs of a `RichTextBlock`."""
    return [{"type": "TextRun", "text": piece, **style} for piece in _PARTED.split(text) if piece]
