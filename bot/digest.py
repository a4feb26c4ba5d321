"""What a weekly digest tells, and by which rules. Pure.

Stories, not scores: nobody is ranked, and nothing is said about who got nothing. What may be told in a place at all is
decided before any of this (`bot.privacy`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from bot.cards import Bar
from bot.framework import Entry, Framework, Quotation
from bot.model import Message, Person, Place, Recognition, derived_id
from bot.schedule import Scope, Week

STORIES_MOST: Final = 8
SEVERAL: Final = 2  #: people who second a kudos, so that it is likely to be told
LABEL_MOST: Final = 40  #: characters of a title that still make a good label of a bar
BARS_MOST: Final = 20  #: of a chart. Source: Slack, data visualization block, data points of a series


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What has to be known of a kudos to choose it as a story."""

    id: str
    giver: str
    recipients: tuple[str, ...]
    entries: tuple[str, ...]
    seconds: int  #: how many have seconded it
    has_words: bool  #: it is not a mere reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A kudos that is told as a story."""

    recognition: Recognition
    link: Message | None  #: its card, or the message that was reacted to; None where there is nothing to follow
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of all kudos that may be told in the place, and of no others."""

    kudos: int
    thanked: int  #: people
    thanking: int  #: people


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A line of the framework, and whose it is."""

    entry: Entry
    line: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Everything that is told of one week in one place. People whose account is switched off are not named."""

    place: Place
    week: Week
    zone: tzinfo  #: in which the days are named
    scope: Scope = Scope.WORKSPACE
    stories: tuple[Told, ...]  #: in the order chosen; at most `STORIES_MOST`
    also: tuple[Person, ...]  #: who else was thanked, that is whom no story names, each once
    figures: Figures
    before: Figures | None  #: those of the week before; None where they can't be compared
    lived: tuple[Bar, ...]  #: see `lived`
    behaviour: Behaviour | None
    newcomers: tuple[Person, ...]  #: who gave their first kudos
    mention: bool = False  #: who is named is notified
    chart: bool = True


def choose(candidates: Iterable[Candidate], lately: frozenset[str], seed: str) -> tuple[str, ...]:
    """Choose whose stories are told: at most `STORIES_MOST` ids, nobody twice as recipient nor twice as giver.

    Whoever was not featured lately comes first; then what several have seconded, words before mere reactions, and
    what lives another entry than those chosen already. What is left open is drawn by lot: the same for the same seed,
    and never by name or number of kudos.

    Args:
        lately: people who were featured in the last digests.
        seed: such as the id of the digest.
    """
    classes: dict[tuple[int, bool, bool], list[Candidate]] = {}
    for each in candidates:
        classes.setdefault(_standing(each, lately), []).append(each)
    chosen: list[Candidate] = []
    for _, equals in sorted(classes.items()):
        equals.sort(key=lambda each: derived_id(seed, each.id))
        while len(chosen) < STORIES_MOST and (story := _next(equals, chosen)):
            chosen.append(story)
    return tuple(each.id for each in chosen)


def _standing(candidate: Candidate, lately: frozenset[str]) -> tuple[int, bool, bool]:
    """What decides first; less is better."""
    again = len(lately.intersection(candidate.recipients))
    featured = 2 if again == len(candidate.recipients) else int(again > 0 or candidate.giver in lately)
    return featured, candidate.seconds < SEVERAL, not candidate.has_words


def _next(drawn: Iterable[Candidate], chosen: Iterable[Candidate]) -> Candidate | None:
    """The first of those that can be told beside the chosen ones and whose entries have been told least."""
    givers = {each.giver for each in chosen}
    thanked = {person for each in chosen for person in each.recipients}
    told = Counter(entry for each in chosen for entry in each.entries)
    free = (each for each in drawn if each.giver not in givers and thanked.isdisjoint(each.recipients))
    best, least = None, 0
    for each in free:
        times = sum(map(told.__getitem__, each.entries))
        if best is None or times < least:
            best, least = each, times
        if not times:
            break  # of thousands, most need not be looked at
    return best


def behaviour_of(week: Week, framework: Framework) -> Behaviour | None:
    """The line that is quoted in a week: each week another one, and every line once before any comes again.

    Neighbouring weeks quote different entries, as far as there are any. None where no entry that people can be thanked
    for has lines.
    """
    ranked = sorted(
        (position, place, Behaviour(entry=entry, line=line))
        for place, entry in enumerate(framework.taggable)
        for position, line in enumerate(line for group in entry.groups for line in group.lines)
    )
    if not ranked:
        return None
    return ranked[week.monday.toordinal() // 7 % len(ranked)][2]


def lived(counts: Mapping[str, int], framework: Framework) -> tuple[Bar, ...]:
    """How many kudos each entry was lived in, in the framework's order; those that are retired come last.

    Args:
        counts: by entry. Beyond `BARS_MOST` the smallest are one bar, the last.
    """
    order = {id_: position for position, id_ in enumerate(_known(framework))}
    named = {id_: count for id_, count in counts.items() if id_ in order and count}
    nameless = sum(counts.values()) - sum(named.values())
    most = BARS_MOST if len(named) + bool(nameless) <= BARS_MOST else BARS_MOST - 1
    shown = sorted(sorted(named, key=lambda id_: (-named[id_], order[id_]))[:most], key=order.__getitem__)
    rest = nameless + sum(count for id_, count in named.items() if id_ not in shown)
    bars = [_bar(entry, named[id_]) for id_ in shown if (entry := framework.marked(id_))]
    return (*bars, Bar(label="Others", short="others", count=rest)) if rest else tuple(bars)


def _known(framework: Framework) -> Iterable[str]:
    yield from (entry.id for entry in framework.taggable)
    yield from (each.entry.id for each in framework.retired)


def _bar(entry: Entry, count: int) -> Bar:
    title = entry.title.text
    return Bar(label=title if len(title) <= LABEL_MOST else entry.short or title, short=entry.tag, count=count)
