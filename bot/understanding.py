"""What a question means: what it names if it names something, else what people who ask so mean.

Three outcomes: an answer when sure, a menu when not, and *unknown* where the framework does not say it.
"""

import math
from typing import Final

from bot import matching, names, vocabulary
from bot.english import TEXT_MOST
from bot.framework import Entry, Framework
from bot.lines import Lines
from bot.matching import MENU_MOST, Found
from bot.ranking import Ranked, Ranking, Reading
from bot.suggest import Suggester
from bot.vocabulary import Vocabulary

Signals = tuple[float, ...]

# Fitted with `python -m tests.eval.fit`; the last one is the constant.
#: That the best entry is the one that is meant.
_RIGHT: Final = (1.48, 2.552, 0.947, 0.388, 2.067, 0.095, 2.366, -0.764, -3.642)
#: That the framework says anything of it.
_COVERED: Final = (-0.444, 0.895, 3.084, 1.753, 2.831, 0.725, 0.796, 0.244, -4.48)

ANSWERED: Final = 0.75  #: how sure we are at least of an answer
ANSWERED_LONG: Final = 0.85  #: … to a question of `LONG` telling words that names nothing
ANSWERED_AGAINST: Final = 0.9  #: … although words of another name are there
LONG: Final = 4
COVERED: Final = 0.6  #: how sure we are at least that the framework says something of it, to offer a menu
COVERED_NAMED: Final = 0.5  #: … where the question holds words of a name


class Index(names.Index):
    """Everything by which questions are understood. Built once; never changed."""

    def __init__(self, framework: Framework, words: Vocabulary = vocabulary.NONE) -> None:
        super().__init__(framework)
        self.words = words
        reading = Reading(words.synonyms)
        self.ranking = Ranking(vocabulary.examples(framework, words), reading) if words.entries else None
        self.lines = Lines(framework.entries, words, self.ranking) if self.ranking else None
        self.suggester = Suggester(framework, words, reading)
        reading.done()


def find(index: Index, text: str) -> Found:
    """Say which entries `text` means: always the same for the same text, whatever it holds."""
    named = matching.find(index, text)
    if named.outcome == "answer" or index.ranking is None:
        return named
    ranked = index.ranking.rank(text[:TEXT_MOST])
    if not ranked.telling:
        return named
    found = signals(ranked)
    right, covered = _sure(_RIGHT, found), _sure(_COVERED, found)
    likely = [entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label))]
    enough = ANSWERED_LONG if ranked.telling >= LONG else ANSWERED
    if right >= enough and (right >= ANSWERED_AGAINST or _agree(named, likely[0])):
        return Found("answer", (likely[0],), round(right, 2))
    if covered < (COVERED_NAMED if named.entries else COVERED):
        return Found("unknown", (), round(1 - covered, 2))
    return Found("menu", tuple(likely), round(right, 2))


def _agree(named: Found, likely: Entry) -> bool:
    """Whether nothing else was named."""
    return not named.entries or likely in named.entries


def fitting_line(index: Index, entry: Entry, text: str) -> str:
    """The line of `entry` that `text` fits; "" where it fits none."""
    return index.lines.fitting(entry, text[:TEXT_MOST]) if index.lines else ""


def signals(ranked: Ranked) -> Signals:
    """What tells how sure we may be."""
    best, second, third = (*ranked.scores, *[-math.inf] * 3)[:3]
    shares = ranked.shares
    return (
        min(best - second, 1.0),
        min(best - third, 1.0),
        max(-1.0, min(best - ranked.outside, 1.0)),
        ranked.inside,
        ranked.known,
        math.log1p(ranked.telling),
        shares[0],
        shares[-1],
    )


def _sure(weights: Signals, found: Signals) -> float:
    sum_ = sum(weight * signal for weight, signal in zip(weights, (*found, 1.0), strict=True))
    return 1 / (1 + math.exp(-sum_))
