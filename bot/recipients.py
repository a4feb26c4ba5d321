"""Whom a kudos thanks: people named one by one, and the people of groups as they are now. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.model import Person, PersonKind, Roster, ThankedGroup
from bot.words import Draft

RECIPIENTS_MOST: Final = 50
NAMED_MOST: Final = 3  #: people of groups who are named in one sentence

_CHOOSE: Final = "Choose the people you mean here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    people: tuple[Person, ...]  #: those named first, then those of the groups, each once
    groups: tuple[ThankedGroup, ...]
    fault: str  #: what has to be mended, or ""


def thanked(
    draft: Draft,
    *,
    giver: str,
    known: Mapping[str, Person],
    rosters: Mapping[str, Roster],
    members: frozenset[str] | None,
) -> Thanked:
    """Whom `draft` thanks; the giver is left out.

    Args:
        rosters: of the groups in `draft`, by id.
        members: of the private place where it is shown; None elsewhere, and where we cannot know.
    """
    named = dict.fromkeys(id_ for id_ in draft.recipients if id_ != giver)
    groups = tuple(_group(rosters[id_], giver) for id_ in draft.groups)
    others = dict.fromkeys((*named, *(id_ for group in groups for id_ in group.people)))
    people = tuple(known[id_] for id_ in others if id_ in known)
    fault = ""
    if not (draft.recipients or draft.groups):
        fault = "Choose at least one colleague to thank."
    elif large := [group for group in groups if group.number > RECIPIENTS_MOST]:
        fault = " ".join(map(_too_large, large))
    elif empty := [rosters[group.id] for group in groups if not group.number]:
        fault = f"{_nobody(empty)} Choose the colleague you want to thank."
    elif not others:
        fault = "You can't thank only yourself. Choose the colleague you want to thank."
    elif len(others) > RECIPIENTS_MOST:
        fault = f"That is {len(others)} people; one kudos can thank up to {RECIPIENTS_MOST}. Choose fewer."
    elif len(people) < len(others):
        fault = "I don't know one of these people. Choose people of this organisation."
    elif refused := [person for person in people if not person.thankable]:
        fault = f"{listed(_names(refused))} can't be thanked: {why(refused)}. Choose somebody else."
    elif members is not None and (outside := [person for person in people if person.id not in members]):
        verb = "isn't" if len(outside) == 1 else "aren't"
        fault = (
            f"{_some_names(outside, named)} {verb} in this private conversation, so they couldn't read it. "
            "Choose members, or give it somewhere else."
        )
    return Thanked(people=people, groups=tuple(_each_once(groups, named)), fault=fault)


def group_text(group: ThankedGroup) -> str:
    """`@name (12 people)`."""
    return f"@{group.name} ({_number(group.number)})"


def group_people(roster: Roster, giver: str) -> tuple[str, ...]:
    """Whom `giver` thanks by thanking a group."""
    return tuple(id_ for id_ in roster.people if id_ != giver)


def regrouped(draft: Draft, rosters: Iterable[Roster], giver: str) -> Draft:
    """The same people: said as a group where all of it are among them, and named otherwise."""
    chosen = set(draft.recipients)
    whole = [each for each in rosters if (people := set(group_people(each, giver))) and people <= chosen]
    covered = {id_ for each in whole for id_ in group_people(each, giver)}
    named = tuple(id_ for id_ in draft.recipients if id_ not in covered)
    return replace(draft, recipients=named, groups=tuple(each.id for each in whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """With whom a form is filled in."""

    people: tuple[str, ...]
    groups: tuple[Roster, ...]  #: those all of whose people are among them
    left_out: tuple[str, ...]  #: whom the form does not hold, in words


def filled_in(
    draft: Draft,
    *,
    giver: str,
    known: Mapping[str, Person],
    rosters: Mapping[str, Roster],
    members: frozenset[str] | None,
    complete: bool,
) -> Filled:
    """What the form of `draft` holds: nobody but whom a kudos could thank, and of groups only those who could read it.

    Args:
        complete: everybody could be looked up; otherwise those we do not know are kept, for nothing said is lost.
    """
    groups = [each for each in map(rosters.__getitem__, draft.groups) if _fits(group_people(each, giver))]
    readers = {
        each.id: [id_ for id_ in group_people(each, giver) if members is None or id_ in members] for each in groups
    }
    asked = dict.fromkeys((*draft.recipients, *(id_ for people in readers.values() for id_ in people)))
    offered = [id_ for id_ in asked if id_ != giver and (known[id_].thankable if id_ in known else not complete)]
    people, no_room = offered[:RECIPIENTS_MOST], offered[RECIPIENTS_MOST:]
    outside = {each.name: len(group_people(each, giver)) - len(readers[each.id]) for each in groups}
    return Filled(
        people=tuple(people),
        groups=tuple(each for each in groups if set(group_people(each, giver)) <= set(people)),
        left_out=(
            *(known[id_].name for id_ in no_room if id_ in known),
            *(f"{_number(number)} of @{name}" for name, number in outside.items() if number),
        ),
    )


def group_unknown(name: str, reason: str) -> str:
    """Why nobody can be thanked as a group.

    Args:
        name: "" where nobody has said what it is called.
        reason: the platform's word for it, such as `no_such_subteam`; "" if it did not answer.
    """
    group = f"@{name}" if name else "this group"
    match reason:
        case "":
            return f"I couldn't look up who is in {group} just now. Choose the people you mean here, or send it again."
        case "plan_upgrade_required":
            return f"I can't see who is in {group}: groups are not part of this workspace's plan. {_CHOOSE}"
        case "no_such_subteam":
            return f"I can't find {group} any more. {_CHOOSE}"
        case "missing_scope":
            return f"I am not allowed to see who is in {group}. An administrator can allow it. {_CHOOSE}"
        case _:
            return f"I can't see who is in {group}. {_CHOOSE}"


def listed(names: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def _group(roster: Roster, giver: str) -> ThankedGroup:
    people = group_people(roster, giver)
    return ThankedGroup(id=roster.id, name=roster.name, number=len(people), people=people)


def _each_once(groups: Iterable[ThankedGroup], named: Iterable[str]) -> Iterator[ThankedGroup]:
    """Who was named is not thanked by a group too, and who is in two of them by the first."""
    before = set(named)
    for group in groups:
        yield replace(group, people=tuple(id_ for id_ in group.people if id_ not in before))
        before |= set(group.people)


def _fits(people: tuple[str, ...]) -> bool:
    return 0 < len(people) <= RECIPIENTS_MOST


def _number(people: int) -> str:
    return f"{people} {'person' if people == 1 else 'people'}"


def _nobody(rosters: Iterable[Roster]) -> str:
    """Of groups that hold nobody, or the giver alone."""
    names: dict[str, list[str]] = {"": [], " but you": []}
    for each in rosters:
        names[" but you" if each.people else ""].append(f"@{each.name}")
    return " ".join(f"There is nobody to thank in {listed(some)}{but}." for but, some in names.items() if some)


def _too_large(group: ThankedGroup) -> str:
    return (
        f"@{group.name} has {group.number:,} people, and one kudos can thank up to {RECIPIENTS_MOST}. "
        "Choose a smaller group, or name the colleagues you mean."
    )


def why(refused: Iterable[Person]) -> str:
    """Why these can't be thanked."""
    reasons = []
    for person in refused:
        if person.kind is PersonKind.BOT:
            reasons.append("it's an app")
        elif person.kind is PersonKind.STRANGER:
            reasons.append("they are in another organisation")
        else:
            reasons.append("the account is switched off")
    return " and ".join(dict.fromkeys(reasons))


def _names(people: Iterable[Person]) -> list[str]:
    return [person.name for person in people]


def _some_names(people: Iterable[Person], named: Container[str]) -> str:
    """Names: of all who were named, and of a few of those who were not."""
    names = [person.name for person in people if person.id in named]
    others = [person.name for person in people if person.id not in named]
    more = len(others) - NAMED_MOST
    names += others[:NAMED_MOST]
    return listed([*names, f"{more} other{'s' if more > 1 else ''}"] if more > 0 else names)
