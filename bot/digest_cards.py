"""A weekly digest as people see it. Pure views: what was decided goes in, a card comes out that fits everywhere."""

import html
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot import answers, called, notices
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Chart,
    Divider,
    Element,
    Emoji,
    Heading,
    Line,
    Mention,
    MessageLink,
    Note,
    Quote,
    Quoted,
    Span,
    Spans,
    Strong,
    Typed,
    bar_text,
    length,
    plain,
)
from bot.digest import STORIES_MOST, Behaviour, Digest, Told, behaviour_of
from bot.framework import Framework
from bot.kudos_cards import excerpt, titled
from bot.model import Person, Recognition, Tag, ThankedGroup
from bot.recipients import group_text
from bot.requests import Action
from bot.schedule import Scope, Week
from bot.shortening import beginning

TEXT_MOST: Final = 3900  #: characters of a digest as text, as strictly as any platform counts
NAMED_MOST: Final = 5  #: whom a story names one by one; of more, the first `SOME`
SOME: Final = 3
NEWCOMERS_MOST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much is said of everything."""

    words: int  #: characters of a story
    people: int  #: named in a list
    name: int  #: characters of a name
    title: int  #: characters of an entry's title
    stories: int = STORIES_MOST
    behaviour: bool = True


#: The first in which a digest fits is taken. Names go last: for many, being named is the whole of it.
_ROOMS: Final = (
    _Room(words=280, people=40, name=80, title=120),
    _Room(words=220, people=40, name=80, title=120),
    _Room(words=180, people=40, name=80, title=80),
    _Room(words=140, people=40, name=60, title=60),
    _Room(words=110, people=30, name=40, title=60),
    _Room(words=90, people=20, name=40, title=40),
    _Room(words=70, people=10, name=30, title=40),
    _Room(words=50, people=5, name=20, title=30),
    *(_Room(words=50, people=5, name=20, title=30, stories=stories, behaviour=False) for stories in (8, 6, 4, 2)),
    _Room(words=0, people=0, name=20, title=20, stories=0, behaviour=False),
)


def weekly(digest: Digest, framework: Framework) -> Card:
    """Tell the week; with less and less of everything until it fits into `TEXT_MOST`."""
    if not digest.figures.kudos:
        return prompt(digest.week, framework)
    digest = replace(digest, also=_alphabetical(digest.also), newcomers=_alphabetical(digest.newcomers))
    return next(card for room in _ROOMS if _fits(card := Card(tuple(_told(digest, framework, room)))))


def named(kudos: Recognition) -> frozenset[str]:
    """Whom its story names, by themselves or as people of a group: ids."""
    people, groups = _first(kudos)
    return frozenset(each.id for each in people).union(*(each.people for each in groups))


def prompt(week: Week, framework: Framework) -> Card:
    """Say, in a week of which there is nothing to tell, how one could start."""
    behaviour = behaviour_of(week, framework)
    if behaviour is None:
        return Card(
            (
                Heading("Did somebody help you lately?"),
                Line(("A few words are enough. Tell them what they did, and why it mattered to you:",)),
                Line((Typed(notices.example(framework)),)),
                Actions(buttons=(_GIVE,)),
            )
        )
    tag = behaviour.entry.tag
    return Card(
        (
            Heading("Did somebody help you lately?"),
            Line(("A few words are enough. Tell them what they did, and why it mattered to you.",)),
            Line(("For example, have you seen a colleague do this?",)),
            *_quoted(behaviour),
            Line(("Then type ", Typed(f"kudos @colleague #{tag} for what they did"), ", or:")),
            Actions(buttons=(answers.give(behaviour.entry),)),
        )
    )


_GIVE: Final = Button(label="Give kudos", action=Action.GIVE.value, primary=True)
_WHERE: Final = {Scope.WORKSPACE: "", Scope.PLACE: " here", Scope.PEOPLE: " in this team"}


def _fits(card: Card) -> bool:
    """Some platforms count a text as it is escaped, and an emoji as two."""
    return length(html.escape(plain(card), quote=False)) <= TEXT_MOST


def _told(digest: Digest, framework: Framework, room: _Room) -> Iterator[Element]:
    yield Heading(f"Kudos of the week, {_dates(digest.week)}")
    yield Line(_figures(digest))
    stories = digest.stories[: room.stories]
    for position, story in enumerate(stories):
        yield from [] if position else [Divider()]
        yield from _story(story, digest, framework, room)
    yield Divider()
    if digest.also:
        yield Line((Strong("Also thanked: " if stories else "Thanked: "), *_list(digest.also, digest, room)))
    if digest.newcomers:
        people = _list(digest.newcomers, digest, room, most=NEWCOMERS_MOST)
        yield Line((Strong("Welcome: "), *people, " gave kudos for the first time."))
    yield from _lived(digest, room)
    if digest.behaviour and room.behaviour:
        yield Line((Strong("Behaviour of the week:"),))
        yield from _quoted(digest.behaviour)
    yield Actions(buttons=(_GIVE,))


def _dates(week: Week) -> str:
    """`16 to 22 March 2026`, with no month or year said twice."""
    first, last = week.monday, week.sunday
    month = f" {first:%B}" if first.month != last.month else ""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day}{month}{year} to {last.day} {last:%B} {last.year}"


def _figures(digest: Digest) -> Spans:
    """How many, with the change to the week before."""
    now, before = digest.figures, digest.before
    thanked = "1 person was thanked" if now.thanked == 1 else f"{now.thanked:,} people were thanked"
    thanking = _colleagues(now.thanking)
    change = ""
    if before:
        change = ", " + (_difference(now.kudos, before.kudos, " than") or "as many as") + " the week before"
        thanked += f" ({_difference(now.thanked, before.thanked) or 'the same'})"
        thanking += f" ({_difference(now.thanking, before.thanking) or 'the same'})"
    return (Strong(f"{now.kudos:,} kudos"), f"{_WHERE[digest.scope]}{change}. {thanked} by {thanking}.")


def _difference(now: int, before: int, than: str = "") -> str:
    """`12 more`, `3 fewer`; "" where nothing has changed."""
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'}{than}" if now != before else ""


def _story(told: Told, digest: Digest, framework: Framework, room: _Room) -> Iterator[Element]:
    kudos = told.recognition
    tags = called.joined([_titled(tag, framework, room) for tag in kudos.tags])
    thanked = _thanked(kudos, digest, room)
    yield Line((_named(kudos.giver, digest, room), " thanked ", *thanked, " for ", *tags))
    words = excerpt(kudos.reason, room.words)
    whole = words == " ".join(kudos.reason.split())
    if words:
        yield Quote(words)
    seconded = f", seconded by {_colleagues(told.seconds)}" if told.seconds else ""
    how = "" if kudos.reason else ", with an emoji"
    label = "read the rest" if not whole else "see it" if words else "see the message"
    link: Spans = (" · ", MessageLink(label=label, message=told.link)) if told.link else ()
    yield Note((f"{kudos.given_at.astimezone(digest.zone):%A}{how}{seconded}", *link))


def _titled(tag: Tag, framework: Framework, room: _Room) -> Spans:
    """Not as strong as on a card: people stand out in a digest."""
    *emoji, _ = titled(tag, framework)
    return (*emoji, _cut(tag.title, room.title))


def _thanked(kudos: Recognition, digest: Digest, room: _Room) -> Spans:
    """People and groups; of more than `NAMED_MOST` the first `SOME`, and how many others there are."""
    people, groups = _first(kudos)
    spans: list[Spans] = [(_named(each, digest, room),) for each in people]
    spans += [(Strong(group_text(replace(each, name=_cut(each.name, room.name)))),) for each in groups]
    number = len(kudos.named) + sum(each.number for each in kudos.groups)
    unnamed = number - len(people) - sum(each.number for each in groups)
    if unnamed:
        spans.append((Strong(_others(unnamed) if spans else _colleagues(unnamed)),))
    return called.joined(spans)


def _first(kudos: Recognition) -> tuple[list[Person], list[ThankedGroup]]:
    """Whom its story names, and which groups."""
    people, groups = [each for each in kudos.named if each.active], list(kudos.groups)
    if len(people) + len(groups) <= NAMED_MOST:
        return people, groups
    return people[:SOME], groups[: max(0, SOME - len(people))]


def _list(people: Sequence[Person], digest: Digest, room: _Room, *, most: int = 40) -> Spans:
    """Names, and how many more there are."""
    most = min(most, room.people)
    if not most:
        return (_colleagues(len(people)),)
    spans: list[Spans] = [
        (_named(each, digest, room) if _called(each, digest) else _cut(each.name, room.name),) for each in people[:most]
    ]
    if len(people) > most:
        spans.append((f"{len(people) - most:,} more",))
    return called.joined(spans)


def _named(person: Person, digest: Digest, room: _Room) -> Span:
    name = _cut(person.name, room.name)
    return Mention(person=person.id, name=name) if _called(person, digest) else Strong(name)


def _called(person: Person, digest: Digest) -> bool:
    """Whether they are notified: only who has an account where it is told can be."""
    return digest.mention and person.workspace == digest.place.workspace


def _alphabetical(people: Iterable[Person]) -> tuple[Person, ...]:
    """Who may be named, by name: accents count only where nothing else does."""
    return tuple(sorted((each for each in people if each.active), key=lambda each: (_folded(each.name), each.name)))


def _folded(name: str) -> str:
    if name.isascii():  # as most are, of the thousands that may have to be sorted
        return name.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{beginning(name, most - 1).rstrip()}…"


def _others(number: int) -> str:
    return "1 other" if number == 1 else f"{number:,} others"


def _colleagues(number: int) -> str:
    return "1 colleague" if number == 1 else f"{number:,} colleagues"


def _lived(digest: Digest, room: _Room) -> Iterator[Element]:
    bars = [replace(bar, label=_cut(bar.label, room.title)) for bar in digest.lived]
    title = "What people were thanked for"
    if len(bars) > 1 and digest.chart:
        yield Chart(title=title, bars=tuple(bars))
    elif len(bars) > 1:
        yield Line((Strong(title),))
        yield Bullets(tuple((bar_text(bar),) for bar in bars))
    elif bars and digest.figures.kudos > 1:
        yield Line(("All of it was for ", Strong(bars[0].label), "."))


def _quoted(behaviour: Behaviour) -> Iterator[Element]:
    """A line of the framework, exactly, and where it is from."""
    entry = behaviour.entry
    yield Bullets(((Quoted(behaviour.line.text),),))
    slip = "; a small misprint is put right" if behaviour.line.printed != behaviour.line.text else ""
    yield Note(
        (Emoji(unicode=entry.emoji, name=entry.emoji_name), f" {entry.title.text}, in {entry.source.title}{slip}")
    )
