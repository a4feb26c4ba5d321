"""Giving kudos: the rules. Pure: no clock, no store, no platform."""

import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.errors import Refusal
from bot.framework import KUDOS_TAGS_MOST, Framework
from bot.model import (
    Message,
    Origin,
    Person,
    PersonKind,
    Place,
    PlaceKind,
    Recognition,
    Roster,
    Signal,
    Tag,
    Visibility,
    clean,
)
from bot.recipients import thanked
from bot.words import Draft, FieldName

REASON_LEAST: Final = 10  #: characters, not counting spaces at the ends
REASON_MOST: Final = 1500
ELSEWHERE: Final = "You are with another organisation, so I can't do this for you."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of the people and the place a draft speaks of."""

    giver: Person
    people: Mapping[str, Person]  #: by id
    place: Place | None  #: where it is to be shown; None when that is still open
    members: frozenset[str] | None = None  #: of a private place; None when we cannot know
    rosters: Mapping[str, Roster] = field(default_factory=dict)  #: of the groups in the draft, by id


def recognise(
    draft: Draft,
    known: Known,
    framework: Framework,
    *,
    id_: str,
    origin: Origin,
    now: datetime,
    message: Message | None = None,
) -> Recognition:
    """Decide whether `draft` is a kudos, and which.

    Args:
        message: what it is about, if that is a message in its place.

    Raises:
        Refusal: everything that has to be mended, each with the form's field.
    """
    faults: dict[FieldName, str] = dict(draft.faults)
    whom = thanked(draft, giver=known.giver.id, known=known.people, rosters=known.rosters, members=known.members)
    if whom.fault:
        faults.setdefault("recipients", whom.fault)
    tags = _tags(draft.entries, framework, faults)
    reason = _reason(draft.reason, faults)
    if known.place is None:
        faults.setdefault("place", "Choose the channel where colleagues should read it.")
    elif origin is Origin.FORM and known.members is not None and known.giver.id not in known.members:
        faults.setdefault("place", "You are not in that channel. Choose another one.")
    elif known.place.archived:
        faults.setdefault("place", "That channel is archived. Choose another one.")
    if faults or known.place is None:
        raise Refusal(*faults.items())
    return Recognition(
        id=id_,
        workspace=known.giver.workspace,
        giver=known.giver,
        recipients=whom.people,
        groups=whom.groups,
        tags=tags,
        base_tags=tags,
        reason=reason,
        place=known.place,
        visibility=known.place.visibility if known.place.kind is PlaceKind.CHANNEL else Visibility.DIRECT,
        origin=origin,
        framework_version=framework.version,
        given_at=now,
        message=message,
    )


def react(
    giver: Person,
    author: Person,
    entry: str,
    framework: Framework,
    *,
    id_: str,
    place: Place,
    message: Message,
    now: datetime,
) -> Recognition | None:
    """The kudos that an entry's emoji on a message is; None where it is none, which nobody is told."""
    tagged = framework.entry(entry)
    if tagged is None or giver.id == author.id or not (giver.thankable and author.thankable):
        return None
    tags = (Tag(entry=tagged.id, title=tagged.title.text),)
    return Recognition(
        id=id_,
        workspace=giver.workspace,
        giver=giver,
        recipients=(author,),
        tags=tags,
        base_tags=tags,
        reason="",
        place=place,
        visibility=place.visibility if place.kind is PlaceKind.CHANNEL else Visibility.DIRECT,
        origin=Origin.REACTION,
        framework_version=framework.version,
        given_at=now,
        message=message,
    )


def admit(person: Person, framework: Framework) -> None:
    """
    Raises:
        Refusal: they are of another organisation, met in a channel that is shared with it.
    """
    if person.kind is PersonKind.STRANGER:
        raise Refusal(
            (
                "",
                f"I pass on thanks between colleagues at {framework.organisation}. {ELSEWHERE}",
            )
        )


def reworded(recognition: Recognition, reason: str, *, by: str) -> Recognition:
    """The same recognition in the giver's new words.

    Raises:
        Refusal: it is not theirs, it was taken back, or the words are too few or too many.
    """
    own(recognition, by, "change it")
    if recognition.withdrawn or recognition.removed:
        raise Refusal(("reason", "This kudos was taken back, so it can't be changed. You can give a new one."))
    faults: dict[FieldName, str] = {}
    text = _reason(reason, faults)
    if faults:
        raise Refusal(*faults.items())
    return replace(recognition, reason=text)


def own(recognition: Recognition, person: str, what: str) -> None:
    """
    Raises:
        Refusal: `person` is not the giver, so that they can't do `what`.
    """
    if recognition.giver.id != person:
        raise Refusal(("", f"Only the person who gave this kudos can {what}."))


def may_second(recognition: Recognition, person: Person, own: Set[str] = frozenset()) -> bool:
    """Whether `person` can join in: not the giver, and nobody thanks only themselves.

    Args:
        own: their other accounts there.
    """
    themselves = {person.id, *own}
    others = [each for each in recognition.recipients if each.id not in themselves]
    return person.thankable and recognition.giver.id not in themselves and bool(others)


def tags_after(recognition: Recognition, signals: Iterable[Signal], framework: Framework) -> tuple[Tag, ...]:
    """The tags of a recognition, given the reactions on its card: the same in whatever order they arrived.

    The giver's emoji adds its entry, up to three; taking it off untags the entry, but never the last one.
    """
    standing: dict[str, bool] = {}
    last_off: dict[str, datetime] = {}
    for signal in sorted(signals, key=lambda each: (each.at, each.entry)):
        if signal.person == recognition.giver.id and signal.entry:
            standing[signal.entry] = standing.get(signal.entry, False) or signal.standing
            if not signal.standing:
                last_off[signal.entry] = signal.at
    titles = {tag.entry: tag for tag in recognition.base_tags}
    added = {tag.entry: tag for tag in recognition.tags}
    for entry_id in standing:
        if entry_id in added:  # as it was called then, also if it is retired now
            titles.setdefault(entry_id, added[entry_id])
        elif entry_id not in titles and (entry := framework.entry(entry_id)):
            titles[entry_id] = Tag(entry=entry.id, title=entry.title.text)
    kept = [tag for id_, tag in titles.items() if standing.get(id_, True)]
    if not kept:
        kept = [titles[max(titles, key=lambda id_: last_off[id_])]]
    return tuple(kept[:KUDOS_TAGS_MOST])


def seconded_by(recognition: Recognition, signals: Iterable[Signal]) -> tuple[tuple[str, datetime], ...]:
    """Who seconds a recognition, and since when: the same in whatever order the signals arrived.

    An entry's emoji on the card seconds while it stands; each press of *Second this* turns it round.
    """
    since: dict[str, datetime | None] = {}
    emoji: dict[str, set[str]] = {}
    for signal in sorted(signals, key=lambda each: (each.at, each.name)):
        person = signal.person
        if person == recognition.giver.id:
            continue
        names = emoji.setdefault(person, set())
        if not signal.entry:
            since[person] = None if since.get(person) else signal.at
        elif signal.standing:
            names.add(signal.name)
            since[person] = since.get(person) or signal.at
        elif not names:
            since[person] = None
    return tuple(sorted(((who, at) for who, at in since.items() if at), key=lambda each: (each[1], each[0])))


def dropped_self(draft: Draft, giver: str) -> bool:
    """Whether the giver was among those to be thanked."""
    return giver in draft.recipients


def _tags(ids: Iterable[str], framework: Framework, faults: dict[FieldName, str]) -> tuple[Tag, ...]:
    entries = [framework.entry(id_) for id_ in dict.fromkeys(ids)]
    tags = tuple(Tag(entry=entry.id, title=entry.title.text) for entry in entries if entry and entry.kind.kudos)
    if not entries:
        faults.setdefault("entries", "Choose what they showed: at least one.")
    elif len(tags) < len(entries):
        faults.setdefault("entries", "One of these is no longer in use. Choose from the list.")
    elif len(tags) > KUDOS_TAGS_MOST:
        faults.setdefault("entries", f"Choose up to {KUDOS_TAGS_MOST}.")
    return tags


def _reason(text: str, faults: dict[FieldName, str]) -> str:
    reason = clean(text)
    visible = any(unicodedata.category(c)[0] not in "CZM" for c in reason)
    if len(reason) > REASON_MOST:
        faults.setdefault(
            "reason", f"That is {len(reason):,} characters. Please shorten it to {REASON_MOST:,} or fewer."
        )
    elif len(reason) < REASON_LEAST or not visible:
        faults.setdefault("reason", f"Say what they did, in at least {REASON_LEAST} characters.")
    return reason
