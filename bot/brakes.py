"""Brakes against what is no thanks any more, which do not punish the generous: a friendly word, and late a stop. Pure.

Nothing is taken from anybody, nobody is ranked, and patterns are only shown. Colleagues are counted, not accounts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from bot.cards import Bullets, Card, Line, Note, Strong
from bot.recipients import listed

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
HOUR_MOST: Final = 10  #: kudos by one giver, before a friendly word
DAY_MOST: Final = 30  #: likewise
PAIR_MOST: Final = 3  #: in a week to the same colleague, likewise
FLOOD: Final = 60  #: in an hour, one a minute, after which no more goes out for a while

PATTERNS_FOR: Final = timedelta(days=28)
TOGETHER_LEAST: Final = 3  #: kudos in each direction, or in each step of a ring, before it is shown
RING_MOST: Final = 6  #: colleagues of a ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a giver has given lately, reactions among it, the kudos in question left out."""

    given: tuple[datetime, ...] = ()  #: within a day, what was taken back among it
    standing: tuple[datetime, ...] = ()  #: those of them that stand
    to: Mapping[str, int] = field(default_factory=dict)  #: how many stand to whom within a week, by id


def stopped(pace: Pace, now: datetime, most: int = FLOOD) -> str:
    """Why nothing more goes out just now, and until when; "" for all but floods.

    Args:
        most: kudos within an hour.
    """
    lately = sorted(at for at in pace.given if at > now - HOUR)
    if len(lately) < most:
        return ""
    minutes = max(1, ceil((lately[-most] + HOUR - now).total_seconds() / 60))
    return (
        f"You gave {len(lately)} kudos within an hour, so I pause a little. You can go on in "
        f"{minutes} {'minute' if minutes == 1 else 'minutes'}. What went out stays."
    )


def word(pace: Pace, thanked: Mapping[str, str], now: datetime) -> str:
    """A friendly word to whoever gives very much, or often to the same colleague; "" for most.

    Args:
        thanked: the names of whom they thank, by id.
    """
    often = [thanked[id_] for id_ in thanked if pace.to.get(id_, 0) >= PAIR_MOST]
    if often:
        return (
            f"You have thanked {listed(often[:3])} more than {PAIR_MOST} times within a week. This one goes out, too. "
            "Is there somebody else whose help nobody has seen yet?"
        )
    if len([at for at in pace.standing if at > now - HOUR]) >= HOUR_MOST:
        return f"That is more than {HOUR_MOST} within an hour. All of them go out. A kudos counts most with its story."
    if len([at for at in pace.standing if at > now - DAY]) >= DAY_MOST:
        return f"That is more than {DAY_MOST} within a day. All of them go out. A kudos counts most with its story."
    return ""


# Patterns, for the programme owner alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    """How often one colleague has thanked another."""

    giver: str
    recipient: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    pairs: tuple[tuple[str, str], ...]  #: who thanks each other, in no order that ranks
    rings: tuple[tuple[str, ...], ...]  #: who thanks the next of them, and the last the first


def patterns(thanked: Iterable[Thanked]) -> Patterns:
    """Who thanks each other again and again. It may well be deserved: that is for people to say."""
    times: Counter[tuple[str, str]] = Counter()
    for each in thanked:
        if each.giver != each.recipient:
            times[each.giver, each.recipient] += each.times
    often: defaultdict[str, set[str]] = defaultdict(set)
    for (giver, recipient), number in times.items():
        if number >= TOGETHER_LEAST:
            often[giver].add(recipient)
    pairs = sorted((one, other) for one in often for other in often[one] if one < other and one in often.get(other, ()))
    return Patterns(pairs=tuple(pairs), rings=tuple(sorted(_rings(often))))


def _rings(often: Mapping[str, set[str]]) -> set[tuple[str, ...]]:
    """The rings of three and more, each once, beginning with its first member; those within larger ones, too."""
    found: set[tuple[str, ...]] = set()

    def walk(path: tuple[str, ...]) -> None:
        for following in sorted(often.get(path[-1], ())):
            if following == path[0] and len(path) >= 3:
                found.add(path)
            elif following > path[0] and following not in path and len(path) < RING_MOST:
                walk((*path, following))

    for start in sorted(often):
        walk((start,))
    return found


SHOWN_MOST: Final = 20


def in_turn(found: Patterns, names: Mapping[str, str]) -> Card:
    """To the programme owner: by name, and without figures."""
    pairs = sorted(tuple(sorted((names[one], names[other]))) for one, other in found.pairs)
    rings = sorted(tuple(names[each] for each in ring) for ring in found.rings)
    if not pairs and not rings:
        return Card((Line(("Nobody thanks each other in turn more often than a good team does.",)), _ABOUT))
    return Card(
        (
            *_part("Who thanks each other again and again:", [" and ".join(pair) for pair in pairs]),
            *_part("Who thanks the next in a ring:", [" → ".join((*ring, ring[0])) for ring in rings]),
            _ABOUT,
            Note(("That can be a close team. Please ask before you think ill of anybody; I do nothing about it.",)),
        )
    )


def _part(title: str, told: list[str]) -> Iterable[Line | Bullets | Note]:
    if told:
        yield Line((Strong(title),))
        yield Bullets(tuple((each,) for each in told[:SHOWN_MOST]))
    if len(told) > SHOWN_MOST:
        yield Note((f"And {len(told) - SHOWN_MOST} more.",))


_ABOUT: Final = Note(
    (f"Of the last {PATTERNS_FOR.days} days, {TOGETHER_LEAST} times or more each; only what everybody could see.",)
)
