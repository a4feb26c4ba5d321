"""Which entries a text is about, by how people speak of each: a naive Bayes classifier over words, learned at start.

*Complement* naive Bayes: each entry is judged by the texts of all others, so that those with many examples do not
swallow the rest. Pure, local, and the same for the same text, whatever it holds.

Source: Rennie et al., Tackling the Poor Assumptions of Naive Bayes Text Classifiers (2003).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.english import NEUTRAL, stem, words

_SMOOTHING: Final = 2.0
_LEAST_AMOUNT: Final = 0.2
SEEN_LEAST: Final = 2  #: texts that hold a feature, else it is a whim of one of them
_ORDINARY_LEAST: Final = 5  #: texts that hold a word which is nobody's name, or also a word
_PREFIX: Final = 5  #: letters by which misspelt and bent forms of long words still meet
Weights = tuple[float, ...]  #: of `Ranked.signals`; the last one is the constant
Part = tuple[str, str, bool]  #: a word's stem, by what its bent forms still meet ("" for a short one), whether it tells
Vector = dict[str, float]  #: a text's known features, each with its share of a text of length one

_SHARP: Final = 12.0  #: how far apart likelihoods are drawn, to make shares of them


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a text seems to be about."""

    labels: tuple[str, ...]  #: best first; without ""
    scores: tuple[float, ...]  #: of each label; they mean something only beside one another
    outside: float  #: the score of being about none of them; minus infinity where no example says so
    inside: float  #: how much its words speak for being about any label, against none; 0 where nothing speaks
    known: float  #: share of its telling words that were ever seen, 0 to 1
    telling: int  #: how many telling words it has

    @property
    def shares(self) -> tuple[float, ...]:
        """How the labels, and at the end the outside, share what there is to win: they add up to 1."""
        everything = (*self.scores, self.outside)
        most = max(everything)
        raised = [math.exp(_SHARP * (score - most)) for score in everything]
        total = sum(raised)
        return tuple(each / total for each in raised)

    @property
    def signals(self) -> tuple[float, ...]:
        """What tells how sure we may be of it."""
        best, second, third = (*self.scores, *[-math.inf] * 3)[:3]
        shares = self.shares
        return (
            min(best - second, 1.0),
            min(best - third, 1.0),
            max(-1.0, min(best - self.outside, 1.0)),
            self.inside,
            self.known,
            math.log1p(self.telling),
            shares[0],
            shares[-1],
        )

    def sure(self, weights: Weights) -> float:
        """How likely it is that what `weights` were fitted for is so, 0 to 1."""
        sum_ = sum(weight * signal for weight, signal in zip(weights, (*self.signals, 1.0), strict=True))
        return 1 / (1 + math.exp(-sum_))


class Reading:
    """Taking texts apart, in one way for all who learn from them."""

    def __init__(self, synonyms: Iterable[Sequence[str]] = ()) -> None:
        """
        Args:
            synonyms: words that mean the same; the first of each stands for all.
        """
        self._same = {word: one[0] for one in synonyms for word in one[1:]}
        self._parts: dict[str, Part] = {}
        self._learned: dict[str, frozenset[str]] = {}
        self._held: Counter[str] = Counter()

    def parts(self, text: str) -> list[Part]:
        return [self._part(word) for word in words(text)]

    def learned(self, text: str) -> frozenset[str]:
        """What an example holds; kept, because several learn from the same."""
        if text not in self._learned:
            read = words(text)
            self._learned[text] = features([self._parts.get(word) or self._kept(word) for word in read])
            self._held.update(set(read))
        return self._learned[text]

    def done(self) -> None:
        """Nobody learns any more."""
        self._held.clear()
        self._parts.clear()
        self._learned.clear()

    def ordinary(self) -> frozenset[str]:
        """The words that so many of the texts learned hold that they are nobody's name."""
        return frozenset(word for word, number in self._held.items() if number >= _ORDINARY_LEAST)

    def _kept(self, word: str) -> Part:
        self._parts[word] = part = self._part(word)
        return part

    def _part(self, word: str) -> Part:
        word = self._same.get(word, word)
        return stem(word), f"{word[:_PREFIX]}-" if len(word) > _PREFIX else "", word not in NEUTRAL


def features(parts: Sequence[Part]) -> frozenset[str]:
    """By what texts are compared: stems, pairs of neighbours, and the beginnings of long words."""
    stems = [stem for stem, _, _ in parts]
    return frozenset((*stems, *map(" ".join, pairwise(stems)), *[beginning for _, beginning, _ in parts if beginning]))


class Ranking:
    def __init__(self, examples: Iterable[tuple[str, str]], reading: Reading, *, seen_least: int = SEEN_LEAST) -> None:
        """
        Args:
            examples: texts, and the label of each; "" for what is about none of the labels.
            seen_least: texts that hold a feature, for it to count; 1 where there are only few texts.
        """
        self._reading = reading
        labels: dict[str, list[str]] = {}
        for text, label in examples:
            labels.setdefault(text, []).append(label)
        texts = [(reading.learned(text), own) for text, own in labels.items()]
        seen: Counter[str] = Counter()
        for held, _ in texts:
            seen.update(held)
        self._weight = {  # how telling a feature is
            feature: math.log((1 + len(texts)) / (1 + number)) + 1
            for feature, number in seen.items()
            if number >= seen_least
        }
        self._labels = sorted({label for own in labels.values() for label in own})
        self._shares = self._learned(texts)
        totals = [sum(share * self._weight[feature] for feature, share in of.items()) for of in self._shares]
        everything, smooth = sum(totals), _SMOOTHING * len(self._weight)
        self._prior = [math.log(everything - total + smooth) for total in totals]
        outside = totals[0] if self._labels[:1] == [""] else 0.0
        least = _LEAST_AMOUNT * len(self._weight)
        self._odds_outside = (outside + least) / (everything - outside + least)

    def _learned(self, texts: list[tuple[frozenset[str], list[str]]]) -> list[dict[str, float]]:
        """How much of each known feature there is among the texts of each label, before it is weighed.

        One mapping a label, not one a feature: the collector of rubbish would look through tens of thousands again
        and again while this is built.
        """
        square = {feature: weight * weight for feature, weight in self._weight.items()}
        shares: dict[str, dict[str, float]] = {label: defaultdict(float) for label in self._labels}
        for held, own in texts:
            known = held & square.keys()
            share = 1 / math.sqrt(sum(map(square.__getitem__, known))) if known else 0.0
            for of_label in map(shares.__getitem__, own):
                for feature in known:
                    of_label[feature] += share
        return [dict(of_label) for of_label in shares.values()]

    def _vector(self, held: Iterable[str]) -> list[tuple[str, float]]:
        """The known features, each with its share of a text of length one."""
        values = [(feature, weight) for feature in held if (weight := self._weight.get(feature))]
        length = math.sqrt(sum(value * value for _, value in values)) or 1.0
        return [(feature, value / length) for feature, value in values]

    def rank(self, text: str) -> Ranked:
        """Put the labels in order for `text`."""
        parts = self._reading.parts(text)
        vector = self._vector(sorted(features(parts)))  # sorted: sums of the same text are to be the same
        length = sum(value for _, value in vector)
        scores = [length * prior for prior in self._prior]
        with_outside = self._labels[:1] == [""]
        inside = 0.0
        for feature, value in vector:
            weight = self._weight[feature]
            amounts = [(place, of[feature] * weight) for place, of in enumerate(self._shares) if feature in of]
            everywhere = sum(amount for _, amount in amounts)
            whole = everywhere + _SMOOTHING
            for place, amount in amounts:
                scores[place] += value * math.log(whole / (whole - amount))
            if with_outside:
                none = amounts[0][1] if amounts[0][0] == 0 else 0.0
                inside += value * math.log(
                    (everywhere - none + _LEAST_AMOUNT) / (none + _LEAST_AMOUNT) * self._odds_outside
                )
        telling = [stem for stem, _, tells in parts if tells]
        known = sum(stem in self._weight for stem in telling) / len(telling) if telling else 0.0
        outside, scores = (scores[0], scores[1:]) if with_outside else (-math.inf, scores)
        labels = self._labels[1:] if with_outside else self._labels
        order = sorted(range(len(labels)), key=lambda place: (-scores[place], labels[place]))
        return Ranked(
            labels=tuple(labels[place] for place in order),
            scores=tuple(scores[place] for place in order),
            outside=outside,
            inside=inside,
            known=known,
            telling=len(telling),
        )

    def vector(self, text: str) -> Vector:
        """What is telling in a text; nothing where only small words of it are known."""
        parts = self._reading.parts(text)
        if not any(stem in self._weight for stem, _, tells in parts if tells):
            return {}
        return dict(self._vector(features(parts)))


def likeness(one: Vector, other: Vector) -> float:
    """How much two texts share of what is telling, 0 to 1."""
    return math.fsum(value * other.get(feature, 0.0) for feature, value in one.items())
