"""What a question means: what it names if it names something, else what people who ask so mean.

Three outcomes: an answer when sure, a menu when not, and *unknown* where the framework does not say it.
"""

import math
from typing import Final

from bot import matching, names, vocabulary
from bot.english import TEXT_MOST
from bot.framework import Entry, Framework
from bot.matching import MENU_MOST, Found
from bot.ranking import SEEN_LEAST, Ranked, Ranking, Reading
from bot.suggest import Suggester
from bot.vocabulary import Vocabulary

Signals = tuple[float, ...]

# Fitted with `python -m tests.eval.fit`; the last one is the constant.
#: That the best entry is the one that is meant.
_RIGHT: Final = (1.598, 2.332, 0.508, 0.441, 1.728, 0.24, 2.463, -0.631, -3.625)
#: That the framework says anything of it.
_COVERED: Final = (-0.306, 0.401, 3.002, 1.746, 2.515, 0.435, 0.887, 0.478, -3.684)
#: The same, where nobody has written down how people ask, and so nothing is known of what is not covered.
_COVERED_BARE: Final = (-0.375, 0.592, 0.0, 0.0, 2.883, 1.025, 0.324, 0.0, -2.075)

ANSWERED: Final = 0.75  #: how sure we are at least of an answer
ANSWERED_LONG: Final = 0.85  #: … to a question of `LONG` telling words that names nothing
ANSWERED_AGAINST: Final = 0.9  #: … although words of another name are there
LONG: Final = 4
COVERED_TO_ANSWER: Final = 0.9  #: how sure we are at least, before an answer, that the framework says anything of it
FEW: Final = 1_000  #: texts; where there are fewer, what a single one of them holds counts, too
_OUTRIGHT: Final = 0.5  #: confidence of a menu for what was named in so many words
_SHARED: Final = 0.1  #: how alike a question and a line are that have words in common
_LIKE_A_LINE: Final = 0.15  #: how alike a question and a line are that is made to stand out
COVERED: Final = 0.66  #: how sure we are at least that the framework says something of it, to offer a menu
COVERED_NAMED: Final = 0.6  #: … where the question holds words of a name
COVERED_BARE: Final = 0.78  #: … where nobody has written down how people ask


class Index(names.Index):
    """Everything by which questions are understood. Built once; never changed."""

    def __init__(self, framework: Framework, words: Vocabulary = vocabulary.NONE) -> None:
        super().__init__(framework)
        self.words = words
        reading = Reading(words.synonyms)
        self.bare = not words.entries  #: it knows the framework's own words, and nobody else's
        examples = list(vocabulary.examples(framework, words))
        seen_least = 1 if len(examples) < FEW else SEEN_LEAST
        self.ranking = Ranking(examples, reading, seen_least=seen_least) if framework.entries else None
        self.suggester = Suggester(framework, words, reading)
        self.ordinary = reading.ordinary()  #: words that many use
        reading.done()


def find(index: Index, text: str) -> Found:
    """Say which entries `text` means: always the same for the same text, whatever it holds."""
    named = matching.find(index, text)
    if named.outcome == "answer" or index.ranking is None:
        return named
    ranked = index.ranking.rank(text[:TEXT_MOST])
    if not ranked.telling:
        return named
    if index.bare:
        return _by_own_words(index, named, ranked, text[:TEXT_MOST])
    found = signals(ranked)
    likely = [entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label))]
    right, covered = _sure(_RIGHT, found), _sure(_COVERED, found)
    enough = ANSWERED_LONG if ranked.telling >= LONG else ANSWERED
    if covered >= COVERED_TO_ANSWER and right >= enough and (right >= ANSWERED_AGAINST or _agree(named, likely[0])):
        return Found("answer", (likely[0],), round(right, 2))
    if covered < (COVERED_NAMED if named.entries else COVERED):
        return Found("unknown", (), round(1 - covered, 2))
    return Found("menu", tuple(likely), round(right, 2))


def _by_own_words(index: Index, named: Found, ranked: Ranked, text: str) -> Found:
    """What `text` means by the framework's own words: never an answer, for they tell too little of what is meant.

    Nor is a long question taken for one about a name because it holds a word of it.
    """
    covered = _sure(_COVERED_BARE, signals(ranked))
    if covered < COVERED_BARE:
        return Found("unknown") if ranked.telling >= LONG and named.confidence < _OUTRIGHT else named
    likely = (entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label)))
    alike = (entry for entry in likely if _shares(index, entry, text))
    kept = named.entries[: 1 if ranked.telling >= LONG else MENU_MOST]
    offered = tuple({entry.id: entry for entry in (*kept, *alike)}.values())[:MENU_MOST]
    return Found("menu", offered, named.confidence or round(covered / MENU_MOST, 2)) if offered else named


def _shares(index: Index, entry: Entry, text: str) -> bool:
    """Whether anything that `entry` says or is called has words in common with `text`."""
    said = (line.text for group in entry.groups for line in group.lines)
    own = (entry.title.text, entry.short, *entry.aliases, *said)
    return index.ranking is not None and any(index.ranking.likeness(text, line) >= _SHARED for line in own)


def _agree(named: Found, likely: Entry) -> bool:
    """Whether nothing else was named."""
    return not named.entries or likely in named.entries


def fitting_line(index: Index, entry: Entry, text: str) -> str:
    """The line of `entry` that `text` is most like; "" where it is like none."""
    if index.ranking is None:
        return ""
    lines = [line.text for group in entry.groups for line in group.lines]
    likeness, line = max(((index.ranking.likeness(text[:TEXT_MOST], line), line) for line in lines), default=(0.0, ""))
    return line if likeness >= _LIKE_A_LINE else ""


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
