"""Fit how sure Kudos is: the weights in `bot/matching.py`, from `words.yaml` alone.

    python -m tests.eval.fit

Each text of the vocabulary is judged by a ranking that has learned from four fifths of the others. The measuring
files are not read.
"""

import math
import random
from collections.abc import Callable, Sequence

from adapters.app import read_framework
from bot import vocabulary
from bot.framework import Framework
from bot.understanding import signals
from bot.ranking import Ranking
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
    texts = sorted(labels)
    random.Random(SEED).shuffle(texts)
    base = list(vocabulary.examples(framework, vocabulary.NONE))
    found = []
    for fold in range(FOLDS):
        learned = [
            (text, label)
            for place, text in enumerate(texts)
            if place % FOLDS != fold
            for label in labels[text] or {""}
        ]
        ranking = Ranking([*base, *learned])
        for text in texts[fold::FOLDS]:
            ranked = ranking.rank(text)
            found.append((signals(ranked), right(ranked.labels, labels[text])))
    return found


def fitted(given: Sequence[Case], steps: int = 400, rate: float = 1.0) -> list[float]:
    """Weights of a logistic regression, the constant last."""
    weights = [0.0] * (len(given[0][0]) + 1)
    for _ in range(steps):
        slope = [0.0] * len(weights)
        for values, truth in given:
            row = (*values, 1.0)
            miss = truth - 1 / (1 + math.exp(-sum(map(float.__mul__, weights, row))))
            for place, value in enumerate(row):
                slope[place] += miss * value
        weights = [weight + rate * each / len(given) * 4 for weight, each in zip(weights, slope, strict=True)]
    return [round(weight, 3) for weight in weights]


def main() -> None:
    framework = read_framework(ROOT / "framework.yaml")
    words = vocabulary.parse((ROOT / "words.yaml").read_text("utf-8"), "words.yaml", framework)
    right = fitted(cases(framework, words, lambda labels, wanted: labels[0] in wanted))
    covered = fitted(cases(framework, words, lambda _, wanted: bool(wanted)))
    print("_RIGHT:", right)  # noqa: T201
    print("_COVERED:", covered)  # noqa: T201


if __name__ == "__main__":
    main()
