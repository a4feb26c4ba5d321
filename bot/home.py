"""Somebody's own page: what they received and gave, their settings, and what colleagues can be thanked for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from bot import answers, called, digest_forms, sight_cards
from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Divider,
    Element,
    Heading,
    Line,
    MessageLink,
    Note,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Spans,
    Strong,
    Typed,
)
from bot.framework import Framework
from bot.giver_cards import REASONS
from bot.kudos_cards import button, excerpt, for_recipient, titled
from bot.model import Message, Origin, Place, Recognition, Sight
from bot.recipients import listed
from bot.requests import Action
from bot.schedule import Plan, Week

PAGE: Final = 5  #: kudos in each half of the page
PAGE_IN_A_MESSAGE: Final = 4  #: the same where all of it has to fit into a message
DIGESTS_MOST: Final = 20  #: in the list of those that somebody looks after
MISSED_MOST: Final = 5  #: channels named in which a digest was left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many of the latest kudos are skipped, of those received and of those given."""

    received: int = 0
    given: int = 0

    def __str__(self) -> str:
        return f"{self.received}:{self.given}"


FIRST: Final = Window()


def window(text: str) -> Window:
    """The inverse of `str`; the first page for what is none."""
    received, _, given = text.partition(":")
    if not (text.isascii() and received.isdecimal() and given.isdecimal() and len(text) <= 20):
        return FIRST
    return Window(received=int(received), given=int(given))


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One page of the kudos somebody received, or gave."""

    total: int
    shown: tuple[Recognition, ...]  #: latest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Something that everybody decides for themselves."""

    name: str
    label: str


DIRECT: Final = Setting(name="direct", label="A message from Kudos when somebody thanks me")
SENTENCE: Final = Setting(name="sentence", label="An offer to add a sentence when I thank with an emoji")
SETTINGS: Final = (DIRECT, SENTENCE)  #: all are on until somebody switches them off


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What of the outbox is held up, for those who look after Kudos."""

    late: int = 0  #: tried in vain, or not even tried yet
    oldest: datetime | None = None  #: since when the oldest of those waits
    uninvited: Mapping[str, int]  #: cards that wait for an invitation, by place; "": private ones, not told apart
    parked: Mapping[str, int]  #: what can never arrive, by the platform's reason
    unknown: int = 0  #: what may have arrived
    missed: tuple[tuple[str, Week], ...] = ()  #: digests that would have come too late: the place, or "" as above


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAfter:
    """A digest that the owner of the page looks after."""

    place: Place
    plan: Plan
    due: datetime  #: when the next one is, in the zone of the plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that somebody's page shows."""

    received: Half
    given: Half
    at: Window
    links: Mapping[str, Message]  #: what to follow a kudos to, by recognition
    hidden: frozenset[str] = frozenset()  #: ids of those received that the owner has hidden from others
    off: frozenset[str]  #: names of the settings that are off
    deliveries: Deliveries | None  #: for administrators
    places: Mapping[str, Place]  #: that `deliveries` speaks of, by id
    now: datetime
    digests: tuple[LookedAfter, ...] = ()
    hears: bool = True  #: reactions to colleagues' messages reach us there
    workspaces: tuple[str, ...] = ()  #: where its kudos are from: the owner may have accounts in several
    sight: Sight = Sight.EVERYONE  #: who may see what the owner was thanked for


def size(*, whole: bool) -> int:
    """How many kudos stand in each half at a time."""
    return PAGE if whole else PAGE_IN_A_MESSAGE


def home(page: Page, framework: Framework, zone: tzinfo, *, whole: bool = True) -> Card:
    """Show it to its owner, and to nobody else.

    Args:
        whole: with the meaning of all that people can be thanked for.
    """
    settings = [setting for setting in SETTINGS if page.hears or setting is not SENTENCE]
    elements: list[Element] = [
        Actions(buttons=(Button(label="Give kudos", action=Action.GIVE.value, primary=True),)),
        *_half("Kudos you received", page.received, page, framework, zone, received=True, most=size(whole=whole)),
        *_half("Kudos you gave", page.given, page, framework, zone, received=False, most=size(whole=whole)),
        Heading("Your settings"),
        *(part for setting in settings for part in _setting(setting, on=setting.name not in page.off)),
        *sight_cards.setting(page.sight).elements,
    ]
    if page.deliveries:
        elements += _deliveries(page.deliveries, page, zone)
    if page.digests:
        elements += _digests(page.digests)
    if whole:
        elements += _meanings(framework)
    else:
        elements.append(Note(("What colleagues can be thanked for: ", Typed("values"))))
    return Card((*elements, *together(page.workspaces), Note(("Only you see this page.",))))


def together(workspaces: Sequence[str]) -> tuple[Element, ...]:
    """Say that these are the kudos of several accounts; nothing where it is one."""
    if len(workspaces) < 2:
        return ()
    platforms = sorted({workspace.partition(":")[0].capitalize() for workspace in workspaces})
    where = f"in {listed(platforms)}" if len(platforms) > 1 else f"in {len(workspaces)} workspaces"
    return (Note((f"These are your kudos {where} together. If an account there isn't yours, tell an administrator.",)),)


def _half(
    title: str, half: Half, page: Page, framework: Framework, zone: tzinfo, *, received: bool, most: int
) -> Iterable[Element]:
    yield Heading(f"{title} ({half.total})" if half.total else f"{title}: none yet")
    for each in half.shown:
        yield from _listed(each, page, framework, zone, received=received)
    skipped = page.at.received if received else page.at.given
    buttons = []
    if skipped:
        buttons.append(_turn("Newer", page.at, max(0, skipped - most), title, received=received))
    if skipped + len(half.shown) < half.total:
        buttons.append(_turn("Older", page.at, skipped + most, title, received=received))
    if buttons:
        yield Note((f"{skipped + 1} to {skipped + len(half.shown)} of {half.total}",))
        yield Actions(buttons=tuple(buttons))
    yield Divider()


def _turn(label: str, at: Window, skip: int, title: str, *, received: bool) -> Button:
    to = replace(at, received=skip) if received else replace(at, given=skip)
    return Button(label=label, action=Action.HOME.value, value=str(to), describes=f"{label}: {title}")


def _listed(
    recognition: Recognition, page: Page, framework: Framework, zone: tzinfo, *, received: bool
) -> Iterable[Element]:
    tags = called.joined(titled(each, framework) for each in recognition.tags)
    if received:
        yield Line((Strong(recognition.giver.name), " thanked you for ", *tags))
    else:
        yield Line(("You thanked ", Strong(called.recipient_names(recognition)), " for ", *tags))
    if recognition.reason:
        yield Quote(excerpt(recognition.reason))
    day = recognition.given_at.astimezone(zone)
    message = page.links.get(recognition.id)
    link: Spans = (" · ", MessageLink(label="see it", message=message)) if message else ()
    how = "" if recognition.reason or recognition.origin is not Origin.REACTION else ", with an emoji"
    hides = received and recognition.id in page.hidden
    mark: Spans = (" · you have hidden this",) if hides else ()
    yield Note((f"{day.day} {day:%B %Y}{how}", *link, *mark))
    if received:
        yield Actions(buttons=(), more=for_recipient(recognition, hides=hides))
    else:
        words = ("Edit the words", Action.EDIT) if recognition.reason else ("Add a sentence", Action.SENTENCE)
        yield Actions(buttons=(), more=(button(*words, recognition), button("Withdraw", Action.WITHDRAW, recognition)))


def _setting(setting: Setting, *, on: bool) -> Iterable[Element]:
    yield Line((f"{setting.label}: ", Strong("on" if on else "off")))
    yield Actions(
        buttons=(
            Button(
                label="Switch off" if on else "Switch on",
                action=Action.SETTING.value,
                value=f"{setting.name}:{int(not on)}",
                describes=f"{'Switch off' if on else 'Switch on'}: {setting.label}",
            ),
        )
    )


def _deliveries(state: Deliveries, page: Page, zone: tzinfo) -> Iterable[Element]:
    yield Heading("For administrators: messages")
    lines: list[Spans] = []
    if state.late:
        since = f", the oldest since {_time(state.oldest, zone)}" if state.oldest else ""
        lines.append((f"{_messages(state.late)} late{since}. I keep trying.",))
    for place, number in state.uninvited.items():
        where = _channel(place, page) if place else "private channels"
        lines.append((f"{_messages(number)} waiting until I am let into ", where, "."))
    for reason, number in state.parked.items():
        why = REASONS.get(reason, f"the platform says {reason}")
        lines.append((f"{_messages(number)} impossible to deliver: {why}.",))
    if state.unknown:
        lines.append((f"{_messages(state.unknown)} perhaps delivered: I could not look, so I did not send again.",))
    for week in dict.fromkeys(week for _, week in state.missed):
        places = [_channel(place, page) for place, of in state.missed if of == week]
        begins = f"{week.monday.day} {week.monday:%B}"
        late = ": I was not running when it was due, and then it was too late."
        lines.append((f"The digest of the week from {begins} was left out in ", *_some(places), late))
    yield Bullets(tuple(lines)) if lines else Line(("Nothing is held up.",))
    yield Note((f"As of {_time(page.now, zone)}.",))


def _digests(digests: Iterable[LookedAfter]) -> Iterable[Element]:
    yield Heading("Digests you look after")
    yield Bullets(
        tuple(
            (
                PlaceName(place=each.place.id, name=each.place.name),
                f": paused, for {digest_forms.pause(each.plan)}"
                if each.plan.paused
                else f": the next one is due on {digest_forms.moment(each.due)}",
            )
            for each in digests
        )
    )


def _channel(place: str, page: Page) -> Span:
    name = page.places[place].name if place in page.places else ""
    return PlaceName(place=place, name=name) if place else "a private channel"


def _some(places: Sequence[Span]) -> Spans:
    """Each place once, and not more than a handful."""
    shown = list(dict.fromkeys(places))
    more = len(shown) - MISSED_MOST
    parts: list[Spans] = [(place,) for place in shown[:MISSED_MOST]]
    return called.joined(
        [*parts, (f"{more:,} more channels" if more > 1 else "another channel",)] if more > 0 else parts
    )


def _messages(number: int) -> str:
    return "1 message is" if number == 1 else f"{number:,} messages are"


def _time(moment: datetime, zone: tzinfo) -> str:
    at = moment.astimezone(zone)
    return f"{at:%H:%M} on {at.day} {at:%B}"


def _meanings(framework: Framework) -> Iterable[Element]:
    """Everything a colleague can be thanked for, with what it means, quoted."""
    for kind in (kind for kind in framework.kinds if kind.kudos):
        entries = framework.of_kind(kind.id)
        yield Heading(kind.plural[:1].upper() + kind.plural[1:])
        for position, entry in enumerate(entries):
            if entry.groups and position:
                yield Divider()
            yield Line(answers.named(entry, strong=True))
            for group in entry.groups:
                if group.heading:
                    yield Line((Quoted(group.heading.text),))
                yield Bullets(tuple((Quoted(line.text),) for line in group.lines))
        for source in dict.fromkeys(map(answers.source, entries)):
            yield Note(source)
    yield Note(("Ask me about any of them: ", Typed(f"values {framework.taggable[0].tag}")))
