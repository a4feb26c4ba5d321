"""Which accounts are one colleague's. Pure.

By hand, as an administrator has decided; else by their verified e-mail addresses, where no doubt is left:

* only members: a guest, an app or somebody of another organisation is nobody's second account, whatever is decided;
* only accounts that are in use: the address of who has left is the one that is given to a newcomer;
* only an address that nobody else in any of the workspaces has, or ever had. One that has changed hands joins nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.addresses import Domains
from bot.errors import Refusal
from bot.model import Person, PersonKind, Recognition
from bot.recipients import listed

APART: Final = "apart"  #: decided by hand: this account is nobody else's

Key = tuple[str, str]  #: an account: its workspace and the person's id there


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody in one workspace, and what may join them with somebody in another."""

    person: Person
    decided: str = ""  #: by hand: the colleague who they are, or `APART`; "" leaves it to the address
    held: frozenset[str] = frozenset()  #: marks of the addresses that are theirs, or ever were

    @property
    def key(self) -> Key:
        return self.person.workspace, self.person.id


Colleague = tuple[Account, ...]  #: two accounts or more, in the order of their keys


def joined(accounts: Iterable[Account], domains: Domains) -> tuple[Colleague, ...]:
    """Those of `accounts` that are one colleague's, the same in whatever order they come.

    Args:
        accounts: of one organisation, all that hold, or ever held, the address of any of them.
    """
    known = sorted(accounts, key=lambda each: each.key)
    members = [each for each in known if each.person.kind is PersonKind.MEMBER]
    groups: dict[tuple[str, str], list[Account]] = {}
    for each in members:
        spellings = domains.spellings(each.person.email)
        known_to_hold = each.held.issuperset(domains.marks(each.person.email))
        if each.decided not in ("", APART):
            groups.setdefault(("by hand", each.decided), []).append(each)
        elif not each.decided and each.person.active and spellings and known_to_hold:
            groups.setdefault(("by address", spellings[0]), []).append(each)
    doubtful = disputed(known, domains)
    return tuple(
        tuple(group)
        for (how, what), group in sorted(groups.items())
        if len(group) > 1 and (how == "by hand" or what not in doubtful)
    )


def disputed(accounts: Iterable[Account], domains: Domains) -> Mapping[str, tuple[Account, ...]]:
    """Addresses that more than one account of a workspace has, or had, and these accounts."""
    holders: dict[str, dict[Key, Account]] = {}
    for each in accounts:
        for mark in each.held:
            holders.setdefault(mark, {})[each.key] = each
    found: dict[str, tuple[Account, ...]] = {}
    for each in accounts:
        spellings = domains.spellings(each.person.email)
        if not spellings or spellings[0] in found:
            continue
        held = {key: one for mark in domains.marks(spellings[0]) for key, one in holders.get(mark, {}).items()}
        workspaces = [workspace for workspace, _ in held]
        if len(set(workspaces)) < len(workspaces):
            found[spellings[0]] = tuple(held[key] for key in sorted(held))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """By which account somebody is known in one workspace, whichever account of theirs is spoken of."""

    home: str  #: the workspace
    known: Mapping[Key, Person] = field(default_factory=dict)  #: by account, of those who have several
    accounts: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)  #: all that they have, likewise
    doubles: bool = False  #: somebody has several at home

    @classmethod
    def seen_from(cls, home: str, colleagues: Iterable[Colleague]) -> "Faces":
        known: dict[Key, Person] = {}
        accounts: dict[Key, tuple[Key, ...]] = {}
        doubles = False
        for each in colleagues:
            keys = tuple(account.key for account in each)
            # At home if they are there, and where they are still.
            face = min(each, key=lambda one: (not one.person.active, one.person.workspace != home, one.key)).person
            known |= dict.fromkeys(keys, face)
            accounts |= dict.fromkeys(keys, keys)
            doubles = doubles or [workspace for workspace, _ in keys].count(home) > 1
        return cls(home=home, known=known, accounts=accounts, doubles=doubles)

    def key(self, workspace: str, id_: str) -> str:
        """The same for all accounts of a colleague; for somebody who is known at home, their id there."""
        if face := self.known.get((workspace, id_)):
            workspace, id_ = face.workspace, face.id
        return id_ if workspace == self.home else f"{workspace}/{id_}"

    def of(self, person: Person) -> Person:
        return self.known.get((person.workspace, person.id), person)

    def told(self, recognition: Recognition) -> Recognition:
        """The same with everybody as they are known at home."""
        groups = tuple(
            replace(group, people=tuple(self.of(each).id for each in recognition.recipients if each.id in group.people))
            for group in recognition.groups
        )
        people = tuple(dict.fromkeys(map(self.of, recognition.recipients)))
        return replace(recognition, giver=self.of(recognition.giver), recipients=people, groups=groups)


def linking(accounts: Sequence[Account], known: Iterable[Account], colleague: str) -> dict[Key, str]:
    """What is decided by saying that `accounts`, and no others, are one `colleague`: by account.

    Args:
        known: all accounts of the organisation.

    Raises:
        Refusal: they can't be.
    """
    chosen = {each.key: each for each in accounts}
    if len(chosen) < 2:
        raise Refusal(("", "Name two accounts or more that are the same person's."))
    if others := [each for each in chosen.values() if each.person.kind is not PersonKind.MEMBER]:
        names = listed(f"{each.person.name} ({'/'.join(each.key)})" for each in others)
        raise Refusal(("", f"Only members can be linked; a guest, an app or somebody from elsewhere can't: {names}."))
    return {**_left_behind(chosen.values(), known), **dict.fromkeys(chosen, colleague)}


def parting(account: Account, known: Iterable[Account]) -> dict[Key, str]:
    """What is decided by saying that `account` is nobody else's, whatever its address: by account."""
    return {**_left_behind([account], known), account.key: APART}


def _left_behind(leaving: Iterable[Account], known: Iterable[Account]) -> dict[Key, str]:
    """Whoever was linked with one of them alone: that is undone, and their address counts again."""
    gone = {each.key for each in leaving}
    known = list(known)
    decided: dict[Key, str] = {}
    for colleague in {each.decided for each in known if each.key in gone} - {"", APART}:
        left = [each.key for each in known if each.decided == colleague and each.key not in gone]
        if len(left) == 1:
            decided[left[0]] = ""
    return decided
