"""Fit how sure Kudos is: the weights in `bot/matching.py`, from `words.yaml` alone.

    python -m tests.eval.fit

Each text of the vocabulary is judged by a ranking that has learned from four fifths of the others. The measuring
files are not read.
"""

import math
import random
from collections.abc import Callable, Sequence

from adapters.app import read_framework
from bot import matching, vocabulary
from bot.framework import Framework
from bot.ranking import Ranked, Ranking, Reading
from bot.understanding import Index, signals
from bot.vocabulary import Vocabulary
from tests.adapters.town import ROOT

FOLDS = 5
SEED = 20261122

Case = tuple[tuple[float, ...], bool]


def cases(framework: Framework, words: Vocabulary, right: Callable[[tuple[str, ...], set[str]], bool]) -> list[Case]:
    """Signals of each text, and whether what they were to tell was so."""
    labels: dict[str, set[str]] = {}
    for entry, own in words.entries.items():
        for text in own.questions:
            labels.setdefault(text, set()).add(entry)
    for texts in words.not_covered.values():
        for text in texts:
            labels.setdefault(text, set())
    shuffled = sorted(labels)
    random.Random(SEED).shuffle(shuffled)
    base = list(vocabulary.examples(framework, vocabulary.NONE))
    found = []
    for fold in range(FOLDS):
        learned = [
            (text, label)
            for place, text in enumerate(shuffled)
            if place % FOLDS != fold
            for label in labels[text] or {""}
        ]
        ranking = Ranking([*base, *learned], Reading(words.synonyms))
        for text in shuffled[fold::FOLDS]:
            ranked = ranking.rank(text)
            found.append((signals(ranked), right(ranked.labels, labels[text])))
    return found


def bare_cases(framework: Framework, words: Vocabulary) -> list[Case]:
    """Likewise, judged by the framework's own words alone: whether it covers a text that holds no name."""
    index = Index(framework)
    ranking = Ranking(vocabulary.examples(framework, vocabulary.NONE), Reading(), seen_least=1)
    covered = {text: True for own in words.entries.values() for text in own.questions}
    covered |= {text: False for texts in words.not_covered.values() for text in texts if text not in covered}
    return [
        (own_signals(ranking.rank(text)), truth)
        for text, truth in covered.items()
        if matching.find(index, text).outcome != "answer"
    ]


def own_signals(ranked: Ranked) -> tuple[float, ...]:
    """Those that tell anything where no example says what is not covered; 0 for the others."""
    return tuple(0.0 if place in (2, 3, 7) else signal for place, signal in enumerate(signals(ranked)))


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
    right = fitted(cases(framework, words, lambda labels, wanted: labels[0] in wanted))
    covered = fitted(cases(framework, words, lambda _, wanted: bool(wanted)))
    print("_RIGHT:", right)  # noqa: T201
    print("_COVERED:", covered)  # noqa: T201
    print("_COVERED_BARE:", fitted(bare_cases(framework, words)))  # noqa: T201


if __name__ == "__main__":
    main()
