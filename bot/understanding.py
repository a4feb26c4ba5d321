"""What a question means: what it names if it names something, else what people who ask so mean.

Three outcomes: an answer when sure, a menu when not, and *unknown* where the framework does not say it.
"""

from typing import Final

from bot import matching, names, vocabulary
from bot.english import TEXT_MOST
from bot.framework import Entry, Framework
from bot.matching import MENU_MOST, Found
from bot.ranking import Ranking, Reading, Weights
from bot.suggest import Suggester
from bot.vocabulary import Vocabulary

# Fitted with `python -m tests.eval.fit`; the last one is the constant.
#: That the best entry is the one that is meant.
_RIGHT: Final[Weights] = (1.416, 2.575, 0.122, 0.346, 1.631, 0.148, 2.514, -0.584, -3.243)
#: That the framework says anything of it.
_COVERED: Final[Weights] = (0.248, 1.62, 0.718, 1.419, 2.48, 0.464, 0.836, 0.388, -3.238)

ANSWERED: Final = 0.75  #: how sure we are at least of an answer
ANSWERED_LONG: Final = 0.85  #: … to a question of `LONG` telling words that names nothing
ANSWERED_SHORT: Final = 0.95  #: … to one of less than `SHORT`
ANSWERED_AGAINST: Final = 0.9  #: … although words of another name are there
SHORT: Final = 3
LONG: Final = 4
COVERED_TO_ANSWER: Final = 0.9  #: how sure we are at least, before an answer, that the framework says anything of it
_LIKE_A_LINE: Final = 0.15  #: how alike a question and a line are that is made to stand out
KNOWN_TO_ANSWER: Final = 0.7  #: share of its telling words that we must have met: another may be what it is about
NAMED: Final = 0.5  #: confidence from which on a menu of what is named stands
COVERED: Final = 0.66  #: how sure we are at least that the framework says something of it, to offer a menu
COVERED_NAMED: Final = 0.6  #: … where the question holds words of a name


class Index(names.Index):
    """Everything by which questions are understood. Built once; never changed."""

    def __init__(self, framework: Framework, words: Vocabulary = vocabulary.NONE) -> None:
        super().__init__(framework)
        self.words = words
        reading = Reading(words.synonyms)
        self.ranking = Ranking(vocabulary.examples(framework, words), reading) if words.entries else None
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
    right, covered = ranked.sure(_RIGHT), ranked.sure(_COVERED)
    likely = [entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label))]
    enough = ANSWERED_SHORT if ranked.telling < SHORT else ANSWERED_LONG if ranked.telling >= LONG else ANSWERED
    if not _agree(named, likely[0]):
        enough = max(enough, ANSWERED_AGAINST)
    if right >= enough and covered >= COVERED_TO_ANSWER and ranked.known >= KNOWN_TO_ANSWER:
        return Found("answer", (likely[0],), round(right, 2))
    if named.confidence >= NAMED:
        return Found("menu", tuple(dict.fromkeys((*named.entries, *likely)))[:MENU_MOST], named.confidence)
    if covered < (COVERED_NAMED if named.entries else COVERED):
        return Found("unknown", (), round(1 - covered, 2))
    return Found("menu", tuple(likely), round(right, 2))


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
