"""Who may see what. Every surface asks `shown`, at the moment it shows something, and shows what that returns.

Whom others may not be shown is left out as if they had not been thanked, and had not seconded. With no recipient left,
or with a giver of whom nothing may be told, there is nothing to show. Givers and recipients themselves see what is
theirs whatever others may see.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.model import (
    Audience,
    Everyone,
    Members,
    Nearby,
    One,
    Person,
    PersonKind,
    Place,
    Recognition,
    Sight,
    ThankedGroup,
    Visibility,
)

At = tuple[str, str]  #: a place: its workspace and its id
Key = tuple[str, str]  #: an account: likewise

FORMER = "A former colleague"  #: what somebody is called whose name is not known any more
_NAMING_LEAST = 3  #: letters of a part of a name that is looked for in words


def visible(recognition: Recognition, audience: Audience) -> bool:
    """Whether `audience` may read anything of this recognition, or that it exists."""
    return shown(recognition, audience) is not None


def shown(recognition: Recognition, audience: Audience) -> Recognition | None:
    """`recognition` as `audience` may read it; None where that is nothing.

    What was said in a private place stays among the members of that place, its giver and its recipients.
    """
    if recognition.withdrawn or recognition.removed or audience.workspace != recognition.workspace:
        return None
    match audience:
        case One(person=person) if recognition.concerns(person):
            return _own(recognition, person)
        case Members(place=place) if place == recognition.place.id:
            return None if recognition.visibility is Visibility.DIRECT else _others(recognition, _at(audience))
        case Members():
            return _others(recognition, _at(audience)) if recognition.visibility is Visibility.PUBLIC else None
        case One() | Everyone():
            return _others(recognition, None) if recognition.visibility is Visibility.PUBLIC else None
    assert_never(audience)


def told(recognition: Recognition, to: Place) -> Recognition | None:
    """`recognition` as a digest in `to` may tell it, if its place is `tellable` there; None where that is nothing."""
    return None if recognition.withdrawn or recognition.removed else _others(recognition, (to.workspace, to.id))


def tellable(workspace: str, place: str, visibility: Visibility, *, to: Place, public_now: Set[str]) -> bool:
    """Whether a digest in `to` may tell of what was given in `place`, of the same organisation, as visible as it was.

    A place that people of other organisations read, or may read for all we know, is told of nothing but its own.

    Args:
        workspace: that `place` is of.
        visibility: of `place`, at that time.
        public_now: places that everybody in that workspace can read now, for certain.
    """
    if (workspace, place) == (to.workspace, to.id):
        return visibility is not Visibility.DIRECT
    return to.shared is False and visibility is Visibility.PUBLIC and place in public_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How some people of one workspace may be shown to others, by what holds for all of their accounts."""

    sights: Mapping[str, Sight] = field(default_factory=dict)  #: what they have chosen, or else the default
    suppressed: frozenset[str] = frozenset()
    places: Mapping[str, frozenset[At]] = field(default_factory=dict)  #: that those are in who are shown only there


def kept(
    recognition: Recognition, seen: Seen, hidden: Set[str] = frozenset(), *, removed: bool = False, quiet: bool = False
) -> Recognition:
    """The same, knowing whom others may not be shown.

    What somebody has chosen is about what they are thanked for; of whom is suppressed nothing is told at all.

    Args:
        hidden: recipients who hide this one.
    """
    recipients = {each.id for each in recognition.recipients}
    unlisted = {id_ for id_ in recipients if id_ in hidden or seen.sights.get(id_) is Sight.ME}
    people = (recognition.giver, *recognition.recipients, *recognition.seconders)
    unlisted |= {each.id for each in people if each.id in seen.suppressed}
    nearby = tuple(
        Nearby(person=id_, places=seen.places.get(id_, frozenset()))
        for id_ in sorted(recipients - unlisted)
        if seen.sights.get(id_) is Sight.CHANNELS
    )
    return replace(recognition, unlisted=frozenset(unlisted), nearby=nearby, removed=removed, quiet=quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Everybody in an organisation, as a digest in one place may tell of them."""

    default: Sight
    sights: Mapping[Key, Sight] = field(default_factory=dict)  #: of whoever has chosen
    suppressed: frozenset[Key] = frozenset()
    present: frozenset[Key] = frozenset()  #: who is in that place, as far as it matters

    @property
    def open(self) -> bool:
        """Whether everybody is told of."""
        return {self.default, *self.sights.values()} == {Sight.EVERYONE} and not self.suppressed

    @property
    def nearby(self) -> bool:
        """Whether it matters who is in that place."""
        return Sight.CHANNELS in (self.default, *self.sights.values())

    def thanked(self, workspace: str, person: str) -> bool:
        """Whether it is told that somebody was thanked."""
        key = workspace, person
        sight = self.sights.get(key, self.default)
        return key not in self.suppressed and (
            sight is Sight.EVERYONE or (sight is Sight.CHANNELS and key in self.present)
        )

    def otherwise(self, workspace: str) -> tuple[frozenset[str], bool]:
        """Those of whom it is told that they were thanked, and True; or, where most are, of whom it is not."""
        most = self.default is Sight.EVERYONE
        people = {id_ for at, id_ in {*self.sights, *self.suppressed, *self.present} if at == workspace}
        return frozenset(id_ for id_ in people if self.thanked(workspace, id_) is not most), not most


def names_place(recognition: Recognition, person: str, *, there: bool) -> bool:
    """Whether a recipient may be told where it was said: the name of a private place is private too.

    A guest sees the channels they are in and no others.

    Args:
        there: they are known to be in that place.
    """
    guest = any(each.id == person and each.kind is PersonKind.GUEST for each in recognition.recipients)
    return (_in_public(recognition) and not guest) or there


def names_message(recognition: Recognition, *, there: bool) -> bool:
    """Whether the author of the message that was reacted to may be led to it: who wrote there need not be there now."""
    return _in_public(recognition) or there


def _in_public(recognition: Recognition) -> bool:
    """Whether it was said in public, and where it was said is public still, as far as we know."""
    return Visibility.PUBLIC is recognition.visibility is recognition.place.visibility


def names(words: str, people: Iterable[str]) -> bool:
    """Whether `words` call one of `people` by their name, or by a part of it.

    Where a name is not known any more, any words may.
    """
    people = list(people)
    if FORMER in people:
        return bool(words)
    called, said = [_parts(name) for name in people], _parts(words)
    parts = {part for name in called for part in name if len(part) >= _NAMING_LEAST}
    whole = [f" {' '.join(name)} " for name in called if len(name) > 1]  # also where each part of it is short
    return not parts.isdisjoint(said) or any(name in f" {' '.join(said)} " for name in whole)


def _parts(text: str) -> list[str]:
    """The words of `text`, whatever marks stand around them or accents on them: not everybody types these."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf")))


def copied(recognition: Recognition, own: Set[str]) -> Recognition:
    """`recognition` in somebody's copy of their own data, also where nobody reads it any more.

    What they only joined in names nobody whom they may not be shown.

    Args:
        own: the ids of their accounts in its workspace.
    """
    theirs = [id_ for id_ in sorted(own, key=lambda id_: id_ != recognition.giver.id) if recognition.concerns(id_)]
    if theirs:
        return _own(recognition, theirs[0])
    if shown := _others(recognition, (recognition.workspace, recognition.place.id)):
        return shown
    somebody = Person(workspace=recognition.workspace, id="", name="somebody")
    return replace(recognition, giver=somebody, recipients=(somebody,), seconders=(), groups=(), reason="")


def _at(audience: Members) -> At:
    return audience.workspace, audience.place


def _own(recognition: Recognition, person: str) -> Recognition:
    """For its giver with everybody they thanked; for a recipient with those whom others may be shown, too."""
    if person == recognition.giver.id:
        return _without(recognition, frozenset(), recognition.unlisted)
    left_out = recognition.unlisted.union(each.person for each in recognition.nearby) - {person}
    return _without(recognition, left_out, left_out)


def _others(recognition: Recognition, at: At | None) -> Recognition | None:
    """For anybody else, in the place `at` or outside any."""
    left_out = recognition.unlisted.union(each.person for each in recognition.nearby if at not in each.places)
    if recognition.quiet or recognition.giver.id in left_out:
        return None
    thanked = [each for each in recognition.recipients if each.id in left_out]
    if len(thanked) == len(recognition.recipients):
        return None
    if thanked and names(recognition.reason, (each.name for each in thanked)):
        return None
    return _without(recognition, left_out, left_out)


def _without(recognition: Recognition, recipients: Set[str], seconders: Set[str]) -> Recognition:
    """The same without these, and with nobody left to be kept back."""
    if not recognition.unlisted and not recognition.nearby:
        return recognition
    groups = (_smaller(each, recipients) for each in recognition.groups)
    return replace(
        recognition,
        recipients=_but(recognition.recipients, recipients),
        groups=tuple(each for each in groups if each.number),
        seconders=_but(recognition.seconders, seconders),
        unlisted=frozenset(),
        nearby=(),
    )


def _smaller(group: ThankedGroup, left_out: Set[str]) -> ThankedGroup:
    people = tuple(id_ for id_ in group.people if id_ not in left_out)
    return replace(group, people=people, number=group.number - len(group.people) + len(people))


def _but(people: Iterable[Person], left_out: Set[str]) -> tuple[Person, ...]:
    return tuple(each for each in people if each.id not in left_out)
