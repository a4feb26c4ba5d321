"""Texts with what a careful HR lead would accept, and how many of them Kudos gets right."""

import csv
import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.care import Notice, notice, troubled
from bot.framework import Entry, Framework
from bot.guard import Guard
from bot.matching import Found
from bot.suggest import Suggester
from bot.understanding import Index, find, fitting_line
from bot.vocabulary import Vocabulary

HERE: Final = Path(__file__).parent
EASY: Final = frozenset({"name", "typo"})  #: categories of questions that name an entry
NOTHING: Final = ("NONE",)
KINDS: Final = {"c": ("c",), "e": ("e",), "o": ("o", "oe")}  #: of messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    category: str
    text: str
    expected: tuple[str, ...]  #: acceptable ids; `NOTHING` where no entry is
    also: tuple[str, ...] = ()  #: acceptable ids of the second kind


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        """With the 95 % confidence interval of Wilson's score."""
        if not self.of:
            return "–"
        z, n, p = 1.96, self.of, self.value
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
        return f"{p:.3f} ({low:.2f}–{high:.2f}; {self.hits} of {n})"


def cases(name: str) -> list[Case]:
    """The cases of a file beside this one."""
    return [
        Case(category=row[1], text=row[2], expected=tuple(row[3].split()), also=tuple("".join(row[4:5]).split()))
        for row in _rows(name)
    ]


def _rows(name: str) -> list[list[str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCase:
    """A text that fits an entry, and the lines of it that a careful HR lead would accept."""

    kind: str  #: kudos or question
    text: str
    entry: Entry
    lines: frozenset[str]  #: none, where no line fits


def line_cases(name: str, framework: Framework) -> list[LineCase]:
    """The cases of a file beside this one; a line is a group's name and the place in it."""
    found = []
    for _, kind, text, id_, places in _rows(name):
        entry = framework.entry(id_)
        assert entry, id_
        lines = {
            f"{group.name}/{place}": line.text for group in entry.groups for place, line in enumerate(group.lines, 1)
        }
        fitting = frozenset(lines[place] for place in places.split() if (place,) != NOTHING)
        found.append(LineCase(kind=kind, text=text, entry=entry, lines=fitting))
    return found


def lines(index: Index, given: Sequence[LineCase]) -> dict[str, Share]:
    """For each kind of text: how often a fitting line is shown, and how many of the shown ones fit."""
    measures = {}
    for kind, fitting in (
        ("kudos", index.suggester.fitting_line),
        ("question", lambda entry, text: fitting_line(index, entry, text)),
    ):
        found = [(case, fitting(case.entry, case.text)) for case in given if case.kind == kind]
        measures[f"line of a {kind}: a fitting one shown"] = share(
            line in case.lines for case, line in found if case.lines
        )
        measures[f"line of a {kind}: of those shown, fitting"] = share(
            line in case.lines for case, line in found if line
        )
    return measures


def messages(part: str) -> list[tuple[str, str, str]]:
    """Voice, kind and text: of people in distress (c) or an emergency (e), and ordinary talk that looks like the one
    (o) or the other (oe). Of a few nobody could be sure without asking."""
    return [(voice, kind, text) for voice, kind, text in _rows(f"care.{part}.tsv")]


def spoken(words: Vocabulary) -> list[str]:
    """All questions and kudos of a vocabulary: ordinary talk."""
    of_entries = (text for each in words.entries.values() for text in (*each.questions, *each.kudos))
    outside = (text for texts in words.not_covered.values() for text in texts)
    return sorted({*of_entries, *outside, *words.unspecific})


def care_of(part: str) -> dict[str, Share]:
    """How many in distress are noticed, and how many others are taken for them."""
    found = [(kind, *_cared(text)) for _, kind, text in messages(part)]
    number = {kind: [each for each in found if each[0] in kinds] for kind, kinds in KINDS.items()}
    return {
        "distress: shown who can help": share(noticed is Notice.CRISIS for _, noticed, _ in number["c"]),
        "distress: shown at least a line": share(troubled for _, _, troubled in number["c"]),
        "emergency: 999 first": share(noticed in (Notice.EMERGENCY, Notice.CRISIS) for _, noticed, _ in number["e"]),
        "looks like distress: taken for it": share(noticed is Notice.CRISIS for _, noticed, _ in number["o"]),
        "looks like distress: shown a line": share(troubled for _, _, troubled in number["o"]),
        "looks like it: taken for an emergency": share(noticed is Notice.EMERGENCY for _, noticed, _ in number["o"]),
    }


def ordinary(texts: Iterable[str]) -> dict[str, Share]:
    found = [_cared(text) for text in texts]
    return {
        "ordinary: taken for distress": share(noticed is Notice.CRISIS for noticed, _ in found),
        "ordinary: shown a line, where not known": share(troubled for _, troubled in found),
        "ordinary: taken for an emergency": share(noticed is Notice.EMERGENCY for noticed, _ in found),
    }


def _cared(text: str) -> tuple[Notice | None, bool]:
    return notice(text), troubled(text)


def guard_texts(kind: str, part: str) -> list[str]:
    """Texts that the guard has to stop ("stop") or to let pass ("pass"): 70 % to build on, the rest to measure."""
    rows = _rows(f"guard.{kind}.tsv")
    order = list(range(len(rows)))
    random.Random(20261122).shuffle(order)
    cut = len(rows) * 7 // 10
    chosen = sorted(order[:cut] if part == "build" else order[cut:])
    return [rows[place][2] for place in chosen]


def guard_fresh(verdict: str) -> list[str]:
    """Texts that were written when the guard was done: it caught 37 of 40. A few patterns were added after that."""
    return [text for kind, _, text in _rows("guard.fresh.tsv") if kind == verdict]


def guarded(guard: Guard, part: str) -> dict[str, Share]:
    """How much of what must not be said is found, and how much else."""
    others = [
        case.text
        for kind in ("questions", "kudos")
        for set_ in ("measure", "fresh")
        for case in cases(f"{kind}.{set_}.tsv")
    ]
    return {
        "to be stopped: caught": share(guard.look(text) is not None for text in guard_texts("stop", part)),
        "not to be stopped: stopped": share(guard.look(text) is not None for text in guard_texts("pass", part)),
        "fresh, to be stopped: caught": share(guard.look(text) is not None for text in guard_fresh("stop")),
        "fresh, not to be stopped: stopped": share(guard.look(text) is not None for text in guard_fresh("pass")),
        "kudos and questions of other sets: stopped": share(guard.look(text) is not None for text in others),
    }


def guard_ms(guard: Guard, texts: Iterable[str]) -> list[float]:
    """The processor's time for looking at each, in milliseconds, from the fastest on."""
    times = []
    for text in texts:
        began = time.process_time()
        guard.look(text)
        times.append((time.process_time() - began) * 1000)
    return sorted(times)


def share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def questions(index: Index, asked: Sequence[Case], by: Callable[[Index, str], Found] = find) -> dict[str, Share]:
    """The measures of the table in the README."""
    found = [(case, by(index, case.text)) for case in asked]
    inside = [(case, each.outcome, [entry.id for entry in each.entries]) for case, each in found]
    outside = [outcome for case, outcome, _ in inside if case.expected == NOTHING]
    inside = [each for each in inside if each[0].expected != NOTHING]
    named = [each for each in inside if each[0].category in EASY]
    return {
        "names and misspellings: right first": share(_first(case, ids) for case, _, ids in named),
        "in scope: right first": share(_first(case, ids) for case, _, ids in inside),
        "in scope: right in the first three": share(bool({*case.expected} & {*ids[:3]}) for case, _, ids in inside),
        "in scope: answered outright and wrong": share(
            outcome == "answer" and not _first(case, ids) for case, outcome, ids in inside
        ),
        "in scope: refused": share(outcome == "unknown" for _, outcome, _ in inside),
        "out of scope: answered outright": share(outcome == "answer" for outcome in outside),
        "out of scope: refused outright": share(outcome == "unknown" for outcome in outside),
    }


def kudos(suggester: Suggester, given: Sequence[Case]) -> dict[str, Share]:
    found = [(case, suggester.suggest(case.text)) for case in given]
    fitting = [(case, [entry.id for entry in each.first]) for case, each in found if case.expected != NOTHING]
    second = [(case, [entry.id for entry in each.second]) for case, each in found if case.also]
    measures = {
        f"kudos: right in the first {most}": share(bool({*case.expected} & {*ids[:most]}) for case, ids in fitting)
        for most in (1, 2, 3)
    }
    return {
        **measures,
        "kudos that fit nothing: silent": share(not each.first for case, each in found if case.expected == NOTHING),
        "kudos: right one of the second kind first": share(bool({*case.also} & {*ids[:1]}) for case, ids in second),
    }


def _first(case: Case, ids: Sequence[str]) -> bool:
    return bool(ids) and ids[0] in case.expected
