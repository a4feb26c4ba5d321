"""Cutting what people wrote, and never within what they see as one letter or emoji. Pure.

The common part of Unicode's rules for that, in UAX #29: marks, joined emoji, tones of skin and flags.
"""

import itertools
import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_TAGS: Final = frozenset(map(chr, range(0xE0020, 0xE0080)))  #: of which the flags of countries within one are made
_FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


def beginning(text: str, most: int) -> str:
    """As much of `text` as `most` characters hold."""
    end = min(most, len(text))
    while 0 < end < len(text) and _goes_on(text, end):
        end -= 1
    return text[: end or most]


def _goes_on(text: str, at: int) -> bool:
    """Whether the characters before and at `at` are seen as one."""
    before, following = text[at - 1], text[at]
    if following in _FLAG_LETTERS:
        letters = itertools.takewhile(_FLAG_LETTERS.__contains__, reversed(text[:at]))
        return sum(1 for _ in letters) % 2 == 1  # two make a flag
    adds = unicodedata.category(following).startswith("M")
    return adds or _JOINER in (before, following) or following in _TONES or following in _TAGS
