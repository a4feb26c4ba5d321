"""Setting up the digest of a place, as people see it. Pure views."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from bot.cards import (
    Actions,
    Bullets,
    Button,
    Card,
    Code,
    Element,
    Field,
    Form,
    Line,
    MessageLink,
    Note,
    Option,
    PeopleField,
    PickField,
    PlaceName,
    Span,
    Spans,
    Strong,
    TextField,
    TicksField,
    TimeField,
    Typed,
)
from bot.model import Message, Person, Place
from bot.planning import CHART, DAYS, MENTION, PEOPLE_MOST, Next, thankable
from bot.recipients import listed
from bot.requests import Action, SubmitDigest
from bot.schedule import Plan, Scope, Week

ZONE_MOST: Final = 60  #: characters
WORDS: Final = (  #: what can be typed after `/kudos digest`, and what it does
    ("preview", "shows you the digest, and nobody else"),
    ("now", "posts it now"),
    ("skip", "leaves the next one out; unskip puts it back"),
    ("off", "switches it off"),
    ("on", "switches it on again"),
)

_SCOPES: Final = (
    (Scope.WORKSPACE, "Everybody's", "What was given in public, and what was given here"),
    (Scope.PLACE, "Those given here", ""),
    (Scope.PEOPLE, "Those of certain people", "Given or received by the people chosen below"),
)
_PAUSES: Final[Mapping[str, str]] = {
    "NotAMember": "I am not in the channel any more",
    "is_archived": "the channel is archived",
    "channel_not_found": "the channel is gone, or it is private and I am not in it",
    "restricted_action": "only some people may post there",
}
_NOT_HERE: Final = "A digest belongs to a channel. Type this in the channel where it should be posted."
_NOT_IN: Final = "I am not in that channel yet, so I can't post there. Add me to it, please, and then try again."


def set_up(place: Place, plan: Plan, coming: Next, known: Mapping[str, Person], *, new: bool) -> Form:
    """The form that sets up the digest of `place`.

    Args:
        coming: the next one by `plan`, as it would be if that were on.
        known: the people of the list, by id.
        new: nothing has been set up there yet; `plan` is what we propose.
    """
    people = thankable(plan.people, known)
    return Form(
        title="Weekly digest",
        submit="Save",
        action=Action.DIGEST.value,
        fields=(
            PickField(
                name="state",
                label="A digest of the week, here",
                options=(_option("on", "On"), _option("off", "Off")),
                chosen="on" if plan.on else "off",
            ),
            PickField(
                name="day",
                label="On which day?",
                options=tuple(_option(str(number), day) for number, day in enumerate(DAYS)),
                chosen=str(plan.day),
                hint="It tells of the last full week, from Monday to Sunday.",
            ),
            TimeField(name="at", label="At what time?", at=plan.at),
            TextField(
                name="zone",
                label="In which time zone?",
                text=plan.zone,
                hint="Such as Europe/London. Clock changes are taken care of.",
                most=ZONE_MOST,
                one_line=True,
            ),
            PickField(
                name="scope",
                label="Whose kudos does it tell of?",
                options=tuple(_option(scope.value, label, described) for scope, label, described in _SCOPES),
                chosen=plan.scope.value,
            ),
            PeopleField(
                name="people",
                label="If of certain people: who?",
                chosen=people,
                most=PEOPLE_MOST,
                needed=False,
                hint=_left_out([known[id_].name for id_ in plan.people if id_ in known and id_ not in people]),
            ),
            TicksField(
                name="extras",
                label="What else?",
                options=(
                    _option(CHART, "A chart", "What people were thanked for, as bars"),
                    _option(MENTION, "Mentions", "Who is named in the digest is notified"),
                ),
                chosen=(*((CHART,) if plan.chart else ()), *((MENTION,) if plan.mention else ())),
            ),
        ),
        intro=(*_standing(place, plan, coming, new=new), *_shared(place), Note(_to_type())),
        context=(("place", place.id),),
    )


def as_sent(form: Form, ask: SubmitDigest) -> Form:
    """The same, holding what was sent in it, whatever that is."""

    def held(field: Field) -> Field:
        sent = getattr(ask, field.name)
        match field:
            case PickField(options=options) if sent in {option.value for option in options}:
                return replace(field, chosen=sent)
            case TimeField():
                return replace(field, at=sent)
            case TextField():
                return replace(field, text=sent)
            case PeopleField():
                return replace(field, chosen=sent)
            case TicksField(options=options):
                return replace(field, chosen=tuple(option.value for option in options if option.value in sent))
            case _:
                return field

    return replace(form, fields=tuple(map(held, form.fields)))


def offered(place: Place) -> Card:
    """The button that opens the form, for a message, which opens none."""
    return Card(
        (
            Line(("Here you set up the weekly digest of ", _called(place), ":")),
            _begin(place),
            Note(_to_type()),
        )
    )


def kept(place: Place, plan: Plan, coming: Next) -> Card:
    return Card((Line(("Saved.",)), *_standing(place, plan, coming, new=False)))


def switched(place: Place, plan: Plan, coming: Next) -> Card:
    """It was switched on or off, or a week is put back."""
    back = "off" if plan.on else "on"
    return Card(
        (
            *_standing(place, plan, coming, new=False),
            Note((f"To switch it {back}: ", Typed(f"kudos digest {back}"))),
        )
    )


def skipped(place: Place, plan: Plan, week: Week, due: datetime) -> Card:
    """The next one is left out.

    Args:
        week: of which nothing will be told; `due`: when the one after it is.
    """
    return Card(
        (
            Line(("The digest of ", period(week), " is left out in ", _called(place), ".")),
            Line((_due(due, plan.told(due)),)),
            Note(("To put it back: ", Typed("kudos digest unskip"))),
        )
    )


def posted(place: Place, week: Week, already: Message | None, *, new: bool) -> Card:
    """The digest of `week` is on its way, since now or since before, or there `already`."""
    if already is None and not new:
        return Card((Line(("The digest of ", period(week), " is on its way to ", _called(place), " already.")),))
    if already is None:
        return Card((Line(("The digest of ", period(week), " is on its way to ", _called(place), ".")),))
    link = MessageLink(label="see it", message=already)
    return Card((Line((_called(place), " has the digest of ", period(week), " already: ", link, ".")),))


def unknown_word(word: str) -> Card:
    """What was typed after `digest` is nothing that can be done; whatever it was, here it is."""
    what = Typed(f"kudos digest {word}") if word else Typed("kudos digest")
    return Card(
        (
            Line(("I don't know ", what, ". There is:")),
            Bullets(
                (
                    (Typed("kudos digest"), " opens its form"),
                    *((Typed(f"kudos digest {name}"), f" {does}") for name, does in WORDS),
                )
            ),
        )
    )


def looking(place: Place) -> Card:
    """A preview that takes a moment."""
    return Card(
        (
            Line(("I am looking up what may be told in ", _called(place), ". This takes a moment.")),
            Note(("The preview comes when I know. If it does not, type ", Typed("kudos digest preview"), " again.")),
        )
    )


def not_known(place: Place) -> Card:
    """A preview that did not come about."""
    return Card(
        (
            Line(("I couldn't find out what may be told in ", _called(place), " just now, so there is no preview.")),
            Note(("Please try again in a few minutes. The digest itself waits until I know.",)),
        )
    )


def not_here() -> str:
    """Why there is no digest in a conversation."""
    return _NOT_HERE


def not_in() -> str:
    """Why there is none in a channel that Kudos is not in."""
    return _NOT_IN


def nothing_to_preview() -> str:
    """There is no preview of a digest that does not come, to a guest."""
    return "No digest comes here at the moment, so there is nothing to look at yet."


def not_theirs(creator: Person | None) -> str:
    """Who may set up the digest of a channel, to somebody who may not."""
    maker = f"{creator.name}, who made that channel," if creator else "Whoever made that channel"
    return (
        f"{maker} can set up its digest, and so can the administrators here and those of Kudos. "
        "Please ask one of them. Everybody here can look at it: just tell me digest preview."
    )


def none_yet(place: Place) -> Card:
    """Nothing can be done yet with the digest of `place`, but to set it up."""
    return Card((Line(("No digest has been set up in ", _called(place), " yet.")), _begin(place)))


def period(week: Week) -> str:
    """`the week from Monday 23 to Sunday 29 November`, with no month and year said that goes without saying."""
    first, last = week.monday, week.sunday
    start = _day(first) if first.month != last.month else f"{DAYS[0]} {first.day}"
    years = (f" {first.year}", f" {last.year}") if first.year != last.year else ("", "")
    return f"the week from {start}{years[0]} to {_day(last)}{years[1]}"


def moment(due: datetime) -> str:
    """`Monday 30 November at 09:00`."""
    return f"{_day(due)} at {due:%H:%M}"


def pause(plan: Plan) -> str:
    """Why nothing is posted by a plan that is paused, to be read after a colon."""
    return _PAUSES.get(plan.paused, "the platform does not let me post there")


def _due(due: datetime, week: Week) -> str:
    return f"The next one is due on {moment(due)}. It tells of {period(week)}."


def _day(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day.day} {day:%B}"


def _standing(place: Place, plan: Plan, coming: Next, *, new: bool) -> Iterator[Element]:
    where = _called(place)
    if new:
        yield Line(
            (
                "There is no digest in ",
                where,
                " yet. As it stands below, the first one would be due on ",
                f"{moment(coming.due)}, and tell of {period(coming.week)}.",
            )
        )
    elif not plan.on:
        yield Line(("The digest in ", where, " is ", Strong("off"), "."))
    elif plan.paused:
        yield Line(("The digest in ", where, " is ", Strong("paused"), f": {pause(plan)}."))
    else:
        yield Line(("The digest in ", where, " is ", Strong("on"), "."))
        if coming.left_out:
            yield Line((f"That of {period(coming.left_out)} is left out.",))
        yield Line((_due(coming.due, coming.week),))


def _shared(place: Place) -> Iterable[Element]:
    if place.shared:
        yield Line(("People of another organisation read along here. So the digest only tells what is given here.",))


def _to_type() -> Spans:
    """The words that there are, in one line of small print."""
    spans: list[Span] = ["You can also type ", Typed("kudos digest"), " and "]
    for position, (name, _) in enumerate(WORDS):
        spans += [", " if 0 < position < len(WORDS) - 1 else " or " if position else "", Code(name)]
    return (*spans, ".")


def _begin(place: Place) -> Actions:
    """The button that opens the form."""
    return Actions(
        buttons=(Button(label="Set up the digest", action=Action.DIGEST.value, value=place.id, primary=True),)
    )


def _left_out(names: list[str]) -> str:
    """A hint that not all who were on the list are on it still."""
    return f"Not on the list any more: {listed(names)}." if names else ""


def _called(place: Place) -> PlaceName:
    return PlaceName(place=place.id, name=place.name)


def _option(value: str, label: str, description: str = "") -> Option:
    return Option(value=value, label=label, short=label, description=description)
