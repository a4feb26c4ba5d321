"""Roles as people speak of them: which change is meant, and who has which. Pure rules and views."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.cards import Bullets, Card, Element, Line, Note, Strong, Typed
from bot.chain import Entry
from bot.colleagues import Colleague
from bot.errors import Refusal
from bot.model import Role
from bot.requests import Named, Unresolved, Words

REPORTED: Final = "kudos reported"  #: this act in the audit log

_VERBS: Final = {"grant": True, "give": True, "take": False, "remove": False}
_ROLES: Final = {
    **{role.label: role for role in Role},
    **{role.value: role for role in Role},
    "admin": Role.ADMINISTRATOR,
}
_DOES: Final = {
    Role.MODERATOR: "looks at reports, and removes or restores a kudos",
    Role.OWNER: "sees who thanks each other very often",
    Role.ADMINISTRATOR: "sets Kudos up and grants roles",
    Role.AUDITOR: "reads the audit log",
}

Holders = Iterable[tuple[Colleague, frozenset[Role]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody is to have a role from now on, or not any more."""

    granted: bool
    role: Role
    person: str = ""  #: the id of whom the platform recognised
    called: str = ""  #: else the name or the e-mail address that was typed


def change(words: Words) -> Change:
    """What `words` after `role` ask for: `grant @name moderator`, `take name@example.org auditor`.

    Raises:
        Refusal: that can't be told; it says how to put it.
    """
    text = " ".join("".join(" \0 " if isinstance(each, Named) else _typed(each) for each in words).split())
    verb, _, rest = text.partition(" ")
    role = next((name for name in sorted(_ROLES, key=len, reverse=True) if rest.casefold().endswith(f" {name}")), None)
    if verb.casefold() not in _VERBS or role is None:
        raise Refusal(("", _HOW))
    whom = rest[: -len(role)].strip(" @:,")
    named = [each for each in words if isinstance(each, Named)]
    if len(named) > 1 or not whom or ("\0" in whom and whom != "\0"):
        raise Refusal(("", _HOW))
    return Change(
        granted=_VERBS[verb.casefold()],
        role=_ROLES[role],
        person=named[0].person if named else "",
        called="" if named else whom,
    )


def _typed(word: object) -> str:
    match word:
        case str():
            return word
        case Unresolved(text=text):
            return text
        case _:
            return "\0\0"  # a group or a channel has no role


_HOW: Final = (
    "Write it like this: role grant @name moderator. To end it, write take instead of grant. "
    "The roles are moderator, programme owner, auditor and administrator. A full name or an e-mail address will do."
)


def unknown(called: str, several: Iterable[str]) -> str:
    """Why nobody, or not one alone, is meant by a name."""
    if any(several):
        return f"Several people are called {called[:80]}. Write their e-mail address instead."
    return f"I know no colleague called {called[:80]}. Write their full name or their e-mail address."


def last_administrator() -> str:
    return (
        "Somebody has to look after Kudos, and there is no other administrator. Make a colleague one first, "
        "then try again."
    )


def changed(name: str, change_: Change, *, still: bool) -> Card:
    """What came of it.

    Args:
        still: they have it all the same, since the settings name them.
    """
    role = change_.role.one
    if change_.granted:
        return Card((Line((Strong(name), f" is {role} from now on: {_DOES[change_.role]}.")), _NOTED))
    if still:
        note = "The settings name them. Whoever runs Kudos can change that."
        return Card((Line((Strong(name), f" is still {role}.")), Note((note,))))
    return Card((Line((Strong(name), f" is not {role} any more.")), _NOTED))


_NOTED: Final = Note(("It is noted in the audit log.",))


def listed(mine: frozenset[Role], holders: Holders | None, administrators: Iterable[str]) -> Card:
    """Which roles there are: everybody sees their own and whom to ask; administrators and auditors see all.

    Args:
        holders: everybody who has one, for those who may know; else None.
        administrators: names.
    """
    own = [role.one for role in Role if role in mine]
    elements: list[Element] = [Line(("You are ", Strong(_and(own)), ".") if own else ("You have no special role.",))]
    if holders is None:
        names = list(administrators)
        ask = f"To ask for one, turn to {_and(names)}." if names else "Whoever runs Kudos can grant one."
        return Card((*elements, Note((ask,))))
    rows = tuple(
        (Strong(colleague[0].name), f": {_and([role.label for role in Role if role in roles])}")
        for colleague, roles in holders
    )
    elements += [Line(("Who has a role:",)), Bullets(rows)] if rows else [Line(("Nobody has a role yet.",))]
    if Role.ADMINISTRATOR in mine:
        elements.append(
            Note((Typed("kudos role grant @name moderator"), " grants one; with ", Strong("take"), " it goes."))
        )
    return Card(tuple(elements))


def log(entries: Iterable[Entry], names: dict[str, str]) -> Card:
    """What was done last, to an auditor. Who reports a kudos was promised that nobody in it learns of that.

    Args:
        names: of people and places, by id; what else there is is shown by its id.
    """
    rows = tuple(
        (
            f"{each.at[:16].replace('T', ' ')} ",
            Strong("Somebody" if each.act == REPORTED else names.get(each.actor, each.actor) or "Kudos"),
            f": {each.act}",
            *((f", {names.get(each.subject, each.subject)}",) if each.subject else ()),
            *((f" ({each.detail})",) if each.detail and not each.detail.startswith("{") else ()),
            f", {each.origin}",
        )
        for each in entries
    )
    return Card(
        (
            Line(("What was done last, latest first. Times are UTC.",)),
            *((Bullets(rows),) if rows else (Note(("Nothing has been noted yet.",)),)),
            Note(("That you have read this is noted, too.",)),
        )
    )


def _and(names: list[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
