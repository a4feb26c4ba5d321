"""Learn what speaks for distress: writes `bot/care_learned.tsv` from `care.build.tsv` and `words.yaml`.

    python -m tests.eval.care_fit

A linear support vector machine, by dual coordinate descent; some minutes of plain Python. Where the line is drawn is
found by cross-validation: no voice is on both sides. The other files of messages are not read.

Source: Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM (2008).
"""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.app import read_framework
from bot import care, vocabulary
from bot.care_learned import ALWAYS, Learned, features, score
from tests.adapters.town import ROOT
from tests.eval import measuring

FOLDS: Final = 8
NEVER: Final = -1  #: the part of what is only learned from, and not judged:
DESK: Final = "desk"  #: what this voice says was written to mend what had been missed
SEED: Final = 20261122
KEPT: Final = 20_000  #: features
SEEN_LEAST: Final = 2  #: messages that hold a feature
ROUNDS: Final = 20
COST: Final = 0.5  #: of a message on the wrong side
DISTRESSED: Final = 0.04  #: share of look-alikes that may be taken for distress …
TROUBLED: Final = 0.10  #: … and for trouble


@dataclass(frozen=True, slots=True)
class Example:
    found: frozenset[str]
    distressed: bool
    fold: int  #: the part in which it is judged
    alike: bool  #: ordinary, with the same words as distress


def examples() -> list[Example]:
    chosen = []
    for voice, kind, text in measuring.messages("build"):
        drawn = int.from_bytes(hashlib.blake2b(voice.encode(), digest_size=4).digest()) % FOLDS
        fold = NEVER if voice == DESK else drawn
        chosen.append(_example(text, fold, distressed=kind == "c", alike=kind in ("o", "oe")))
    framework = read_framework(ROOT / "framework.yaml")
    words = vocabulary.parse((ROOT / "words.yaml").read_text("utf-8"), "words.yaml", framework)
    return chosen + [_example(text, place % FOLDS) for place, text in enumerate(measuring.spoken(words))]


def _example(text: str, fold: int, *, distressed: bool = False, alike: bool = False) -> Example:
    return Example(features(care.plain_words(text).split()), distressed, fold, alike)


def fitted(given: Sequence[Example]) -> Learned:
    """Twice: from everything, and again from the features that weighed most."""
    first = _fitted(given, None)
    top = sorted(first, key=lambda feature: (-abs(first[feature][1]), feature))[:KEPT]
    return _fitted(given, frozenset(top) | {ALWAYS})


def _fitted(given: Sequence[Example], only: frozenset[str] | None) -> Learned:
    number = Counter(feature for each in given for feature in each.found if only is None or feature in only)
    rare = {
        feature: round(math.log((1 + len(given)) / (1 + times)) + 1, 2)
        for feature, times in sorted(number.items())
        if times >= SEEN_LEAST
    }
    place = {feature: at for at, feature in enumerate(rare)}
    lengths = list(rare.values())
    vectors = []
    for each in given:
        own = sorted(place[feature] for feature in each.found if feature in place)
        length = math.sqrt(sum(lengths[at] ** 2 for at in own)) or 1.0
        vectors.append((own, [lengths[at] / length for at in own]))
    weights, always = _separated(vectors, [each.distressed for each in given], len(rare))
    learned = {feature: (rare[feature], weights[at]) for feature, at in place.items()}
    return learned | {ALWAYS: (0.0, always)}


def _separated(
    vectors: Sequence[tuple[list[int], list[float]]], truths: Sequence[bool], size: int
) -> tuple[list[float], float]:
    """The weights, and the constant, of a squared hinge loss; both sides count alike, however many they are."""
    weights, always = [0.0] * size, 0.0
    share = {truth: len(truths) / (2 * truths.count(truth)) for truth in (True, False)}
    soft = [1 / (2 * COST * share[truth]) for truth in truths]
    alphas, order = [0.0] * len(truths), list(range(len(truths)))
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for at in order:
            (own, values), side = vectors[at], 1.0 if truths[at] else -1.0
            sum_ = always
            for feature, value in zip(own, values, strict=True):
                sum_ += weights[feature] * value
            slope = side * sum_ - 1 + soft[at] * alphas[at]
            alpha = max(0.0, alphas[at] - slope / ((2.0 if own else 1.0) + soft[at]))
            step = side * (alpha - alphas[at])
            if step:
                alphas[at] = alpha
                always += step
                for feature, value in zip(own, values, strict=True):
                    weights[feature] += step * value
    return weights, always


def line(scores: Iterable[float], most: float) -> float:
    """The score that only a share of `most` is above."""
    ranked = sorted(scores, reverse=True)
    return ranked[int(most * len(ranked))]


def scaled(learned: Learned, distressed: float, troubled: float) -> Learned:
    """The same, with 0 and -1 where the lines are drawn."""
    by = distressed - troubled
    rows = {feature: (rare, round(weight / by, 2)) for feature, (rare, weight) in learned.items() if feature != ALWAYS}
    return {ALWAYS: (0.0, round((learned[ALWAYS][1] - distressed) / by, 3))} | rows


def main() -> None:
    given = examples()
    judged: list[tuple[Example, float]] = []
    for fold in range(FOLDS):
        learned = fitted([each for each in given if each.fold != fold])
        judged += ((each, score(each.found, learned)) for each in given if each.fold == fold)
        print(f"part {fold + 1} of {FOLDS} judged by the others", flush=True)  # noqa: T201
    alike = [points for each, points in judged if each.alike]
    distressed, troubled = line(alike, DISTRESSED), line(alike, TROUBLED)
    for name, drawn in (("distressed", distressed), ("troubled", troubled)):
        found = measuring.share(points > drawn for each, points in judged if each.distressed)
        wrong = measuring.share(points > drawn for points in alike)
        plain = measuring.share(points > drawn for each, points in judged if not (each.distressed or each.alike))
        print(f"{name}: noticed {found}; look-alikes {wrong}; ordinary {plain}")  # noqa: T201
    learned = scaled(fitted(given), distressed, troubled)
    rows = (f"{feature}\t{rare:g}\t{weight:g}\n" for feature, (rare, weight) in learned.items())
    (ROOT / "bot" / "care_learned.tsv").write_text("".join(rows), "utf-8")


if __name__ == "__main__":
    main()
