"""Notice who needs a person rather than a quotation.

What somebody in distress writes has no fixed words, and colleagues say "this shift is killing me" every day. So there
are three sorts of rules. What is `SURE` counts always. What is `LIKELY`, and what tells of harm, counts unless the talk
is plainly of something else. Of what is `FAINT` it takes two. Nothing is kept of what is read here, and nothing is
diagnosed: the words only decide whether somebody is shown who can help.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from bot import care_harm, care_talk, care_words
from bot.care_rules import Rule

READ_FIRST: Final = 3_000  #: characters from the beginning of a message …
READ_LAST: Final = 1_000  #: … and from its end

_KEY_LEAST: Final = 6  #: letters of a word that is known even with a slip in it
_INVISIBLE: Final = re.compile(r"[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’‘ʼ´`′＇](?=\w)")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_WORD: Final = re.compile(r"[^\W_]+|[.!?;\n…]+")
_KEYS: Final = {
    first: tuple(key for key in care_talk.KEYS if key[0] == first) for first in {key[0] for key in care_talk.KEYS}
}


class Notice(StrEnum):
    """What a message calls for, besides an answer."""

    CRISIS = "crisis"  #: somebody may be at the end of their strength, be abused, or be afraid of a colleague
    EMERGENCY = "emergency"  #: something seems to happen that 999 is for
    WRONGDOING = "wrongdoing"  #: what to do about something that is not right
    SITUATION = "situation"  #: what to do in a case


def notice(text: str) -> Notice | None:
    """What `text` calls for; the same in whatever case it was typed. The gravest comes first."""
    read = plain_words(text)
    words = frozenset(read.split())
    if _distressed(read, words):
        return Notice.CRISIS
    if _urgent(read, words):
        return Notice.EMERGENCY
    if _any(care_talk.SITUATION, read, words):
        return Notice.WRONGDOING if _any(care_talk.WRONG, read, words) else Notice.SITUATION
    return None


def _distressed(read: str, words: frozenset[str]) -> bool:
    if _any(care_talk.FIGURE_OF_SPEECH, read, words):
        return False
    if _any(care_words.SURE, read, words):
        return True
    if _any(care_talk.ORDINARY, read, words):
        return False
    if any(_any(rules, read, words) for rules in (care_words.LIKELY, care_harm.HARMED, care_harm.OTHERS)):
        return True
    return not words.isdisjoint(care_words.ONESELF) and sum(rule.holds(read, words) for rule in care_words.FAINT) > 1


def _urgent(read: str, words: frozenset[str]) -> bool:
    return _any(care_talk.NOW, read, words) and not _any(care_talk.NOT_NOW, read, words)


def _any(rules: tuple[Rule, ...], read: str, words: frozenset[str]) -> bool:
    return any(rule.holds(read, words) for rule in rules)


def plain_words(text: str) -> str:
    """`text` as small plain words, each between two spaces; "." where a sentence ends.

    What is longer than `READ_FIRST` and `READ_LAST` is read at both ends.
    """
    text = _INVISIBLE.sub("", text[:READ_FIRST] + (" . " + text[-READ_LAST:] if len(text) > READ_FIRST else ""))
    text = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    text = _DRAWN_OUT.sub(r"\1", _APOSTROPHE.sub("", text))
    found = ["." if not word[0].isalnum() else _as_meant(word) for word in _WORD.findall(text)]
    return f" . {' '.join(found)} . "


def _as_meant(word: str) -> str:
    """Without the slips that are common in words that matter here."""
    if word in care_talk.AS_MEANT:
        return care_talk.AS_MEANT[word]
    if len(word) >= _KEY_LEAST:
        for key in _KEYS.get(word[0], ()):
            if OSA.distance(word, key, score_cutoff=1) <= 1:
                return key
    return word
