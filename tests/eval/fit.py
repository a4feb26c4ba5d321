"""Fit how sure Kudos is: the weights in `bot/understanding.py` and `bot/suggest.py`, from `words.yaml` alone.

    python -m tests.eval.fit

Each text of the vocabulary is judged by a ranking that has learned from four fifths of the others. The measuring
files are not read.
"""

import math
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from adapters.app import read_framework
from bot import matching, suggest, vocabulary
from bot.framework import Framework
from bot.ranking import Ranked, Ranking, Reading
from bot.understanding import Index
from bot.vocabulary import Vocabulary
from tests.adapters.town import ROOT

FOLDS = 5
SEED = 20261122

#: Signals by which a kudos is judged: what is seldom written is then judged as well as what is written often.
_FEW = frozenset({2, 3, 5})
#: Signals that tell anything where no example says what is not covered.
_BARE = frozenset({0, 1, 4, 5, 6})

Case = tuple[tuple[float, ...], bool]
Judge = Callable[[Ranked, set[str]], bool]


def cases(
    texts: Mapping[str, set[str]], given: Sequence[tuple[str, str]], words: Vocabulary, judge: Judge
) -> list[Case]:
    """Signals of each text, and whether what they were to tell was so.

    Args:
        texts: with the labels of each; none for what is about nothing.
        given: further examples, which are learned from always.
    """
    shuffled = sorted(texts)
    random.Random(SEED).shuffle(shuffled)
    found = []
    for fold in range(FOLDS):
        learned = [
            (text, label)
            for place, text in enumerate(shuffled)
            if place % FOLDS != fold
            for label in texts[text] or {""}
        ]
        ranking = Ranking([*given, *learned], Reading(words.synonyms))
        for text in shuffled[fold::FOLDS]:
            ranked = ranking.rank(text)
            found.append((ranked.signals, judge(ranked, texts[text])))
    return found


def bare_cases(framework: Framework, words: Vocabulary) -> list[Case]:
    """Likewise, judged by the framework's own words alone: whether it covers a text that names nothing."""
    index = Index(framework)
    ranking = Ranking(vocabulary.examples(framework, vocabulary.NONE), Reading(), seen_least=1)
    return only(
        _BARE,
        [
            (ranking.rank(text).signals, bool(entries))
            for text, entries in questions(words).items()
            if matching.find(index, text).outcome != "answer"
        ],
    )


def questions(words: Vocabulary) -> dict[str, set[str]]:
    """What people ask, with the entries that it is about."""
    none = {text: set[str]() for texts in words.not_covered.values() for text in texts}
    return none | _by_text((text, id_) for id_, entry in words.entries.items() for text in entry.questions)


def kudos(framework: Framework, words: Vocabulary, mark: str) -> dict[str, set[str]]:
    """What people thank for, with the entries of the kind marked `mark` that it shows."""
    none = {text: set[str]() for text in words.unspecific}
    return none | _by_text(
        (text, id_) for id_, entry in words.entries.items() if _suggested(framework, id_, mark) for text in entry.kudos
    )


def _suggested(framework: Framework, id_: str, mark: str) -> bool:
    entry = framework.entry(id_)
    return entry is not None and entry.kind.suggest == mark


def _by_text(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text, label in pairs:
        found.setdefault(text, set()).add(label)
    return found


def is_right(ranked: Ranked, labels: set[str]) -> bool:
    return ranked.labels[0] in labels


def is_about_something(_: Ranked, labels: set[str]) -> bool:
    return bool(labels)


def only(signals: Collection[int], found: Iterable[Case]) -> list[Case]:
    """The same cases as they look by `signals` alone."""
    return [(tuple(value * (place in signals) for place, value in enumerate(values)), truth) for values, truth in found]


def fitted(given: Sequence[Case], rounds: int = 12, ridge: float = 1.0) -> list[float]:
    """Weights of a logistic regression, the constant last, by Newton's method; `ridge` keeps them small."""
    size = len(given[0][0]) + 1
    weights = [0.0] * size
    for _ in range(rounds):
        slope = [-ridge * weight for weight in weights]
        bend = [[ridge * (row == column) for column in range(size)] for row in range(size)]
        for values, truth in given:
            point = (*values, 1.0)
            sure = 1 / (1 + math.exp(-sum(map(float.__mul__, weights, point))))
            for row, value in enumerate(point):
                slope[row] += (truth - sure) * value
                for column in range(size):
                    bend[row][column] += sure * (1 - sure) * value * point[column]
        weights = [weight + step for weight, step in zip(weights, _solved(bend, slope), strict=True)]
    return [round(weight, 3) for weight in weights]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system of linear equations, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(len(rows)):
        best = max(range(pivot, len(rows)), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(len(rows)):
            if other != pivot:
                factor = rows[other][pivot]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    return [row[-1] for row in rows]


def main() -> None:
    framework = read_framework(ROOT / "framework.yaml")
    words = vocabulary.parse((ROOT / "words.yaml").read_text("utf-8"), "words.yaml", framework)
    own = list(vocabulary.examples(framework, vocabulary.NONE))
    asked = questions(words)
    first = [entry for entry in framework.taggable if entry.kind.suggest == "first"]
    base = list(
        suggest.examples(
            first, replace(words, entries={id_: replace(entry, kudos=()) for id_, entry in words.entries.items()})
        )
    )
    for name, found in (
        ("bot.understanding._RIGHT", cases(asked, own, words, is_right)),
        ("bot.understanding._COVERED", cases(asked, own, words, is_about_something)),
        ("bot.understanding._COVERED_BARE", bare_cases(framework, words)),
        ("bot.suggest._SPECIFIC", only(_FEW, cases(kudos(framework, words, "first"), base, words, is_about_something))),
    ):
        print(f"{name}: {fitted(found)}")  # noqa: T201


if __name__ == "__main__":
    main()
