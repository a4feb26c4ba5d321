"""Notice who needs a person rather than a quotation.

What somebody in distress writes has no fixed words, and colleagues say "this shift is killing me" every day. So it is
told by what was learned from many messages (`bot.care_learned`); only the plainest words count always
(`bot.care_words`). Nothing is kept of what is read here, and nothing is diagnosed: the words only decide whether
somebody is shown who can help.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from bot import care_learned, care_talk, care_words
from bot.care_rules import Rule
from bot.english import INVISIBLE

READ_FIRST: Final = 2_000  #: characters from the beginning of a message …
READ_LAST: Final = 1_000  #: … and from its end

_DISTRESSED: Final = 0.0  #: a score above this one
_DISTRESSED_AND_URGENT: Final = 1.0  #: … where something that 999 is for seems to happen
_TROUBLED: Final = -1.0
_KEY_LEAST: Final = 6  #: letters of a word that is known even with a slip in it
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’‘ʼ´`′＇](?=\w)")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_FOR_LETTERS: Final = str.maketrans("013457@$", "oieastas")
_DISGUISED: Final = re.compile(r"(?<=[a-z])[013457@$]+(?=[a-z])")  #: signs that stand for letters, as in "su1cide"
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


def notice(text: str, *, ours: bool = False) -> Notice | None:
    """What `text` calls for; the same in whatever case it was typed. The gravest comes first.

    Args:
        ours: it is the organisation's own words, whose "I" is nobody: of distress only the plainest words count.
    """
    read = plain_words(text)
    words = frozenset(read.split())
    urgent = _urgent(read, words)
    if _distressed(read, words, urgent=urgent, ours=ours):
        return Notice.CRISIS
    if urgent:
        return Notice.EMERGENCY
    if _any(care_talk.SITUATION, read, words):
        return Notice.WRONGDOING if _any(care_talk.WRONG, read, words) else Notice.SITUATION
    return None


def troubled(text: str, *, ours: bool = False) -> bool:
    """Whether somebody may be in distress, if only perhaps: more texts than those that are a `Notice.CRISIS`."""
    noticed = notice(text, ours=ours)
    perhaps = noticed is not Notice.EMERGENCY and not ours and _score(plain_words(text)) > _TROUBLED
    return noticed is Notice.CRISIS or perhaps


def _distressed(read: str, words: frozenset[str], *, urgent: bool, ours: bool) -> bool:
    if _any(care_words.FIGURE_OF_SPEECH, read, words):
        return False
    enough = _DISTRESSED_AND_URGENT if urgent else _DISTRESSED
    return _any(care_words.SURE, read, words) or (not ours and _score(read) > enough)


def _score(read: str) -> float:
    return care_learned.score(care_learned.features(read.split()), care_learned.LEARNED)


def _urgent(read: str, words: frozenset[str]) -> bool:
    return _any(care_talk.NOW, read, words) and not _any(care_talk.NOT_NOW, read, words)


def _any(rules: tuple[Rule, ...], read: str, words: frozenset[str]) -> bool:
    return any(rule.holds(read, words) for rule in rules)


def plain_words(text: str) -> str:
    """`text` as small plain words, each between two spaces; "." where a sentence ends.

    What is longer than `READ_FIRST` and `READ_LAST` is read at both ends.
    """
    text = INVISIBLE.sub("", text[:READ_FIRST] + (" . " + text[-READ_LAST:] if len(text) > READ_FIRST else ""))
    text = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    text = _DISGUISED.sub(lambda found: found[0].translate(_FOR_LETTERS), text)
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
