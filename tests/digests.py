"""Weeks of kudos, made up, and what the rules make of them."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.cards import Bar
from bot.digest import Candidate, Digest, Figures, Told, behaviour_of, choose, lived
from bot.framework import Framework
from bot.model import Message, Origin, Person, Place, Recognition, Tag, ThankedGroup, Visibility
from bot.schedule import Week

W: Final = "slack:T0001"
LONDON: Final = ZoneInfo("Europe/London")
WEEK: Final = Week(2026, 12)
HALL: Final = Place(workspace=W, id="C0001", name="hall", visibility=Visibility.PUBLIC, joined=True)
FIRST: Final = tuple(
    "Amara Tom Priya Callum Zofia Luca Grace Siân Hannah Idris Étienne Wren Óscar Beth Noor Kit".split()  # noqa: SIM905
)
LAST: Final = tuple(
    "Ahmed Bexley Castellanos Doyle Eze Ferreira Grant Hughes Ivanova Jones Kaur Lindqvist Moss Nair".split()  # noqa: SIM905
)
REASONS: Final = (
    "staying on after nights to sit with the family until their neighbour came; nobody asked you to",
    "the handover sheet: all of us can read it now",
    "walking me through the new form, twice, without a sigh",
    "spotting that the van was low on fuel before we needed it",
    "hearing everybody out before you chose, and then telling us why you chose as you did, which I had not had before "
    "and which made the long evening a good deal shorter for every one of us in the room",
)
HOSTILE: Final = (
    "<!channel> <@U0001> & *all* of you\nafter `nights`, @here",
    "&" * 400,
    "</blockquote><script>alert(1)</script>",
    "\u200b\u200d https://example.org/<!here|x> mailto:a@b.c ~_*" * 9,
)


def person(number: int, name: str = "", **more: Any) -> Person:
    made_up = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
    if number >= len(FIRST) * len(LAST):
        made_up += f" {number}"
    return Person(workspace=W, id=f"U{number:04}", name=name or made_up, **more)


def kudos(
    number: int,
    framework: Framework,
    *,
    giver: Person | None = None,
    to: Sequence[Person] = (),
    entries: Sequence[int] = (),
    reason: str | None = None,
    **more: Any,
) -> Recognition:
    """The kudos of that number; a mere reaction where its reason is ""."""
    said = REASONS[number % len(REASONS)] if reason is None else reason
    tagged = [framework.taggable[each % len(framework.taggable)] for each in entries or (number,)]
    tags = tuple(Tag(entry=entry.id, title=entry.title.text) for entry in tagged)
    monday = datetime(2026, 3, 16, 8, tzinfo=UTC)
    return Recognition(
        id=f"{number:032}",
        workspace=W,
        giver=giver or person(number),
        recipients=tuple(to) or (person(number + 100),),
        tags=tags,
        base_tags=tags,
        reason=said,
        place=HALL,
        visibility=Visibility.PUBLIC,
        origin=Origin.COMMAND if said else Origin.REACTION,
        framework_version=framework.version,
        given_at=monday + timedelta(hours=5 * number % 160),
        **more,
    )


def some(number: int, framework: Framework) -> list[Recognition]:
    """So many kudos, of few and of many people, with seconds here and there."""
    dice = random.Random(number)
    staff = max(12, number // 3)
    week = []
    for each in range(number):
        giver, *to = dice.sample(range(staff), dice.choice((2, 2, 2, 3, 4)))
        entries = dice.sample(range(len(framework.taggable)), dice.choice((1, 1, 2)))
        seconders = tuple(map(person, dice.sample(range(staff), dice.choice((0, 0, 0, 1, 3)))))
        reason = "" if each % 4 == 3 else None
        given = kudos(
            each,
            framework,
            giver=person(giver),
            to=[person(one) for one in to],
            entries=entries,
            reason=reason,
            seconders=seconders,
        )
        week.append(given)
    return week


def candidates(week: Iterable[Recognition]) -> list[Candidate]:
    return [
        Candidate(
            id=each.id,
            giver=each.giver.id,
            recipients=tuple(one.id for one in each.recipients),
            entries=tuple(tag.entry for tag in each.tags),
            seconds=len(each.seconders),
            has_words=bool(each.reason),
        )
        for each in week
    ]


def told(week: Sequence[Recognition], framework: Framework, **more: Any) -> Digest:
    """What is told of a week in which just these were given."""
    chosen = choose(candidates(week), frozenset(), "seed")
    by_id = {each.id: each for each in week}
    stories = tuple(
        Told(
            recognition=by_id[id_],
            link=Message(place=HALL.id, id=f"1773{int(id_):06}.000100"),
            seconds=len(by_id[id_].seconders),
        )
        for id_ in chosen
    )
    thanked = {one.id: one for each in week for one in each.recipients}
    featured = {one.id for story in stories for one in story.recognition.recipients}
    figures = Figures(kudos=len(week), thanked=len(thanked), thanking=len({each.giver.id for each in week}))
    digest = Digest(
        place=HALL,
        week=WEEK,
        zone=LONDON,
        stories=stories,
        also=tuple(one for one in thanked.values() if one.id not in featured),
        figures=figures,
        before=Figures(kudos=len(week) // 2 + 3, thanked=figures.thanked, thanking=figures.thanking + 3),
        lived=lived(Counter(tag.entry for each in week for tag in each.tags), framework),
        behaviour=behaviour_of(WEEK, framework),
        newcomers=tuple(each.giver for each in week[:2]),
    )
    return replace(digest, **more)


def one_value(framework: Framework) -> Digest:
    return told([kudos(number, framework, entries=(1,)) for number in range(7)], framework)


def equals(framework: Framework) -> Digest:
    """Every entry was lived as often as every other."""
    return told([kudos(number, framework) for number in range(2 * len(framework.taggable))], framework)


def long_names(framework: Framework) -> Digest:
    """Everybody is called as nobody is."""
    long = "Alexandrina Featherstonehaugh-Cholmondeley-Wolstenholme the {}th of Northfield Sound"
    named = [person(each, long.format(each)) for each in range(60)]
    week = [kudos(each, framework, giver=named[each], to=named[each + 10 : each + 14]) for each in range(30)]
    return told(week, framework)


def full(framework: Framework) -> Digest:
    """As much of everything as there can be, so that all of it is shortened."""
    named = [person(each, f"Bartholomew Fitzgerald-Montgomery {each} of the river unit") for each in range(200)]
    words = ("You stayed until the last of us was home, and then you wrote it all down. " * 30)[:1500]
    week = [
        kudos(each, framework, giver=named[each], to=named[6 * each : 6 * each + 4], entries=(each, each + 1, each + 2))
        for each in range(20)
    ]
    week = [replace(each, reason=words, seconders=tuple(named[:3])) for each in week]
    return told(
        week,
        framework,
        lived=tuple(
            Bar(label=f"The {each}th of our entries, with a name", short=f"b{each}", count=each + 1)
            for each in range(20)
        ),
        also=tuple(named),
        newcomers=tuple(named),
    )


def to_many(framework: Framework) -> Digest:
    """To groups, and to more people than are named."""
    crew = ThankedGroup(id="S0001", name="crew <!here>", number=12, people=("U0003", "U0004"))
    pair = ThankedGroup(id="S0002", name="pair", number=2, people=("U0005", "U0006"))
    people = [person(each) for each in range(40)]
    gone = replace(people[21], active=False)
    week = [
        kudos(0, framework, giver=people[30], to=people[1:5], groups=(crew,)),
        kudos(1, framework, giver=people[31], to=people[5:12], groups=(pair,)),
        kudos(2, framework, giver=people[32], to=people[12:17]),
        kudos(3, framework, giver=people[33], to=[people[20], gone]),
        kudos(
            4, framework, giver=people[34], to=[people[22]], entries=(0, 1, 2), message=Message(place="C1", id="1.2")
        ),
    ]
    return told(week, framework)


def hostile(framework: Framework) -> Digest:
    names = ("<!channel>", "Ann <&> *Lee*", "@everyone", "Bob|<@U0009>", '"><img src=x onerror=alert(1)>', "{0} %s")
    named = [person(each, names[each % len(names)]) for each in range(24)]
    week = [
        kudos(each, framework, giver=named[each], to=[named[each + 6], named[each + 12]], reason=HOSTILE[each % 4])
        for each in range(6)
    ]
    return told(week, framework, also=tuple(named[18:]))
