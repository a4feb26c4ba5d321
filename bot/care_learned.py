"""How much a message is like those of people in distress: learned from examples, none of which is kept here.

A linear classifier over words, neighbours, pieces of five letters, and kinds of words that stand close. What it has
learned is in `care_learned.tsv`: a feature, how rare it is, and how much it speaks for distress. `python -m
tests.eval.care_fit` writes that file from the messages under `tests/eval`.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from itertools import pairwise
from typing import Final

from bot.care_kinds import KINDS
from bot.english import stem

Learned = dict[str, tuple[float, float]]  #: how rare a feature is, and what it weighs

ALWAYS: Final = ""  #: what every message holds: its weight is where the score begins
_PIECE: Final = 5  #: letters
_CLOSE: Final = 10  #: words from one to another that it may belong to
_LONGEST: Final = 3  #: parts of a word of `KINDS`


def features(words: Sequence[str]) -> frozenset[str]:
    """What `words` hold; "." stands where a sentence ends."""
    return frozenset(_features(words))


def _features(words: Sequence[str]) -> Iterator[str]:
    stems = [stem(word) for word in words]
    yield from stems
    yield from (f"{one} {next_}" for one, next_ in pairwise(stems))
    joined = "_".join(word for word in words if word != ".")
    yield from (f"#{joined[at : at + _PIECE]}" for at in range(len(joined) - _PIECE + 1))
    near: list[tuple[int, str]] = []  # kinds, and where they stand
    for at in range(len(words)):
        near = [each for each in near if at - each[0] <= _CLOSE]
        here = [kind for parts in range(1, _LONGEST + 1) for kind in KINDS.get(" ".join(words[at : at + parts]), ())]
        yield from here
        yield from (f"{min(kind, other)}{max(kind, other)}" for kind in here for _, other in near)
        near += ((at, kind) for kind in dict.fromkeys(here))


def score(found: Iterable[str], learned: Learned) -> float:
    """How much speaks for distress: above 0 enough, below -1 next to nothing."""
    known = [both for feature in found if (both := learned.get(feature))]
    length = math.sqrt(sum(rare * rare for rare, _ in known)) or 1.0
    return sum(rare * weight for rare, weight in known) / length + learned[ALWAYS][1]


def parse(text: str) -> Learned:
    rows = (line.split("\t") for line in text.splitlines())
    return {feature: (float(rare), float(weight)) for feature, rare, weight in rows}


LEARNED: Final = parse(resources.files("bot").joinpath("care_learned.tsv").read_text("utf-8"))
