"""What a question means: what it names if it names something, else what people who ask so mean.

Three outcomes: an answer when sure, a menu when not, and *unknown* where the framework does not say it.
"""

from functools import cached_property
from typing import Final

from bot import matching, names, vocabulary
from bot.english import TEXT_MOST
from bot.framework import Entry, Framework
from bot.lines import Lines
from bot.matching import MENU_MOST, Found
from bot.ranking import SEEN_LEAST, Ranking, Reading, Weights, likeness
from bot.suggest import Suggester
from bot.vocabulary import Vocabulary

# Fitted with `python -m tests.eval.fit`; the last one is the constant.
#: That the best entry is the one that is meant.
_RIGHT: Final[Weights] = (1.416, 2.575, 0.122, 0.346, 1.631, 0.148, 2.514, -0.584, -3.243)
#: That the framework says anything of it.
_COVERED: Final[Weights] = (0.248, 1.62, 0.718, 1.419, 2.48, 0.464, 0.836, 0.388, -3.238)
#: The same, where nobody has written down how people ask, and so nothing is known of what is not covered.
_COVERED_BARE: Final[Weights] = (-0.721, 0.852, 0.0, 0.0, 2.658, 0.987, 0.187, 0.0, -1.819)

ANSWERED: Final = 0.75  #: how sure we are at least of an answer
ANSWERED_LONG: Final = 0.85  #: … to a question of `LONG` telling words that names nothing
ANSWERED_SHORT: Final = 0.95  #: … to one of less than `SHORT`
ANSWERED_AGAINST: Final = 0.9  #: … although words of another name are there
SHORT: Final = 3
LONG: Final = 4
COVERED_TO_ANSWER: Final = 0.9  #: how sure we are at least, before an answer, that the framework says anything of it
_SHARED: Final = 0.1  #: how alike a question and a line are that have words in common
FEW: Final = 1_000  #: texts; where there are fewer, what a single one of them holds counts, too
LEARNED_MOST: Final = 0.99  #: confidence of what was learned: only a name is certain
KNOWN_TO_ANSWER: Final = 0.7  #: share of its telling words that we must have met: another may be what it is about
NAMED: Final = 0.5  #: confidence from which on a menu of what is named stands
COVERED: Final = 0.66  #: how sure we are at least that the framework says something of it, to offer a menu
COVERED_NAMED: Final = 0.6  #: … where the question holds words of a name
COVERED_BARE: Final = 0.78  #: … where nobody has written down how people ask


class Index(names.Index):
    """Everything by which questions are understood. Built once; never changed.

    Who only asks need not wait until what is suggested for kudos is learned, too.
    """

    def __init__(self, framework: Framework, words: Vocabulary = vocabulary.NONE) -> None:
        reading = Reading(words.synonyms)
        examples = list(vocabulary.examples(framework, words))
        seen_least = 1 if len(examples) < FEW else SEEN_LEAST
        self.ranking = Ranking(examples, reading, seen_least=seen_least) if framework.entries else None
        super().__init__(framework, reading.ordinary())
        self.words = words
        self.bare = not words.entries  #: it knows the framework's own words, and nobody else's
        self.lines = Lines(framework.entries, words, self.ranking) if self.ranking else None
        self._reading = reading

    @cached_property
    def suggester(self) -> Suggester:
        """Learned when it is first asked for."""
        made = Suggester(self.framework, self.words, self._reading)
        self._reading.done()
        return made


def find(index: Index, text: str) -> Found:
    """Say which entries `text` means: always the same for the same text, whatever it holds."""
    named = matching.find(index, text)
    if named.outcome == "answer" or index.ranking is None:
        return named
    ranked = index.ranking.rank(text[:TEXT_MOST])
    if not ranked.telling:
        return named
    if index.bare:
        return _by_own_words(index, index.ranking, named, text)
    right, covered = ranked.sure(_RIGHT), ranked.sure(_COVERED)
    likely = [entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label))]
    enough = ANSWERED_SHORT if ranked.telling < SHORT else ANSWERED_LONG if ranked.telling >= LONG else ANSWERED
    if not _agree(named, likely[0]):
        enough = max(enough, ANSWERED_AGAINST)
    if right >= enough and covered >= COVERED_TO_ANSWER and ranked.known >= KNOWN_TO_ANSWER:
        return Found("answer", (likely[0],), min(round(right, 2), LEARNED_MOST), learned=True)
    if named.confidence >= NAMED:
        return Found("menu", tuple(dict.fromkeys((*named.entries, *likely)))[:MENU_MOST], named.confidence)
    if covered < (COVERED_NAMED if named.entries else COVERED):
        return named if named.told else Found("unknown", (), round(1 - covered, 2))
    return Found("menu", tuple(likely), round(right, 2))


def _by_own_words(index: Index, ranking: Ranking, named: Found, text: str) -> Found:
    """What `text` means by the framework's own words: never an answer, for they tell too little of what is meant.

    Nor is a long question taken for one about a name because it holds a word of it.
    """
    ranked = ranking.rank(text[:TEXT_MOST])
    covered = ranked.sure(_COVERED_BARE)
    if covered < COVERED_BARE:
        return Found("unknown") if ranked.telling >= LONG and named.confidence < NAMED else named
    likely = (entry for label in ranked.labels[:MENU_MOST] if (entry := index.framework.entry(label)))
    alike = (entry for entry in likely if _shares(ranking, entry, text))
    kept = named.entries[: 1 if ranked.telling >= LONG else MENU_MOST]
    offered = tuple({entry.id: entry for entry in (*kept, *alike)}.values())[:MENU_MOST]
    return Found("menu", offered, named.confidence or round(covered / MENU_MOST, 2)) if offered else named


def _shares(ranking: Ranking, entry: Entry, text: str) -> bool:
    """Whether anything that `entry` says or is called has words in common with `text`."""
    said = (line.text for group in entry.groups for line in group.lines)
    asked = ranking.vector(text[:TEXT_MOST])
    own = (entry.title.text, entry.short, *entry.aliases, *said)
    return any(likeness(asked, ranking.vector(line)) >= _SHARED for line in own)


def _agree(named: Found, likely: Entry) -> bool:
    """Whether nothing else was named."""
    return not named.entries or likely in named.entries


def fitting_line(index: Index, entry: Entry, text: str) -> str:
    """The line of `entry` that `text` fits; "" where it fits none.

    What a colleague can be thanked for is named by what its lines speak of: its name asks for none of them.
    """
    asked = index.unnamed(entry, text) if entry.kind.kudos else text[:TEXT_MOST]
    return index.lines.fitting(entry, asked) if index.lines else ""
