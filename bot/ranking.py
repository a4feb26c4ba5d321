"""Which entries a text is about, by how people speak of each: a naive Bayes classifier over words, learned at start.

*Complement* naive Bayes: each entry is judged by the texts of all others, so that those with many examples do not
swallow the rest. Pure, local, and the same for the same text, whatever it holds.

Source: Rennie et al., Tackling the Poor Assumptions of Naive Bayes Text Classifiers (2003).
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.english import NEUTRAL, stem, words

_SMOOTHING: Final = 2.0
_SEEN_LEAST: Final = 2  #: texts that hold a feature, else it is a whim of one of them
_PREFIX: Final = 5  #: letters by which misspelt and bent forms of long words still meet
Evidence = list[tuple[int, float]]  #: places of labels, and what speaks for each of them
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


class Reading:
    """Taking texts apart, in one way for all who learn from them."""

    def __init__(self, synonyms: Iterable[Sequence[str]] = ()) -> None:
        """
        Args:
            synonyms: words that mean the same; the first of each stands for all.
        """
        self._same = {word: one[0] for one in synonyms for word in one[1:]}
        self._learned: dict[str, Counter[str]] = {}

    def words(self, text: str) -> tuple[str, ...]:
        return tuple(self._same.get(word, word) for word in words(text))

    def learned(self, text: str) -> Counter[str]:
        """What an example holds; kept, because several learn from the same."""
        if text not in self._learned:
            self._learned[text] = Counter(_features(self.words(text)))
        return self._learned[text]

    def done(self) -> None:
        """Nobody learns any more."""
        self._learned.clear()


class Ranking:
    def __init__(self, examples: Iterable[tuple[str, str]], reading: Reading) -> None:
        """
        Args:
            examples: texts, and the label of each; "" for what is about none of the labels.
        """
        self._reading = reading
        labels: dict[str, list[str]] = {}
        for text, label in examples:
            labels.setdefault(text, []).append(label)
        texts = [(reading.learned(text), own) for text, own in labels.items()]
        seen = Counter(feature for features, _ in texts for feature in features)
        self._weight = {  # how telling a feature is
            feature: math.log((1 + len(texts)) / (1 + number)) + 1
            for feature, number in seen.items()
            if number >= _SEEN_LEAST
        }
        self._labels = sorted({label for own in labels.values() for label in own})
        self._prior, self._evidence = self._learned(texts)

    def _learned(self, texts: list[tuple[Counter[str], list[str]]]) -> tuple[list[float], dict[str, Evidence]]:
        """What each known feature says for each label, and what is to be added for those that it says nothing of."""
        column = {label: place for place, label in enumerate(self._labels)}
        counts: dict[str, dict[int, float]] = {feature: {} for feature in self._weight}
        totals = [0.0] * len(column)
        for features, own in texts:
            places = [column[label] for label in own]
            for feature, value in self._vector(features):
                row = counts[feature]
                for place in places:
                    row[place] = row.get(place, 0.0) + value
                    totals[place] += value
        everything, smooth = sum(totals), _SMOOTHING * len(counts)
        prior = [math.log(everything - total + smooth) for total in totals]
        outside = column.get("")
        at_none = totals[outside] if outside is not None else 0.0
        self._inside = {}
        evidence = {}
        for feature, row in counts.items():
            if outside is not None:
                none = row.get(outside, 0.0)
                some = sum(row.values()) - none
                self._inside[feature] = math.log(
                    (some + 1) / (everything - at_none + len(counts)) * (at_none + len(counts)) / (none + 1)
                )
            whole = sum(row.values()) + _SMOOTHING
            evidence[feature] = [(place, math.log(whole / (whole - value))) for place, value in row.items()]
        return prior, evidence

    def _vector(self, features: Counter[str]) -> list[tuple[str, float]]:
        """The known features, each with its share of a text of length one."""
        values = [
            (feature, (1 + math.log(number)) * weight)
            for feature, number in features.items()
            if (weight := self._weight.get(feature))
        ]
        length = math.sqrt(sum(value * value for _, value in values)) or 1.0
        return [(feature, value / length) for feature, value in values]

    def rank(self, text: str) -> Ranked:
        """Put the labels in order for `text`."""
        read = self._reading.words(text)
        vector = self._vector(Counter(_features(read)))
        length = sum(value for _, value in vector)
        scores = [length * prior for prior in self._prior]
        inside = 0.0
        for feature, value in vector:
            inside += value * self._inside.get(feature, 0.0)
            for place, gain in self._evidence[feature]:
                scores[place] += value * gain
        telling = [stem(word) for word in read if word not in NEUTRAL]
        known = sum(word in self._weight for word in telling) / len(telling) if telling else 0.0
        outside = -math.inf
        if self._labels[:1] == [""]:
            outside, scores = scores[0], scores[1:]
        labels = self._labels[-len(scores) :] if scores else []
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
        read = self._reading.words(text)
        if not any(stem(word) in self._weight for word in read if word not in NEUTRAL):
            return {}
        return dict(self._vector(Counter(_features(read))))


def likeness(one: Vector, other: Vector) -> float:
    """How much two texts share of what is telling, 0 to 1."""
    return sum(value * other.get(feature, 0.0) for feature, value in one.items())


def _features(read: tuple[str, ...]) -> Iterator[str]:
    stems = [stem(word) for word in read]
    yield from stems
    yield from (f"{one} {next_}" for one, next_ in pairwise(stems))
    yield from (f"{word[:_PREFIX]}-" for word in read if len(word) > _PREFIX)
