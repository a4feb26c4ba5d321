"""What follows from accounts being one colleague's: how they are known somewhere, and what is decided by hand. Pure.

Which accounts are is read from the database, by the rule in `accounts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.errors import Refusal
from bot.model import Person, PersonKind, Recognition
from bot.recipients import listed

APART: Final = "apart"  #: decided by hand: this account is nobody else's

Key = tuple[str, str]  #: an account: its workspace and the person's id there
Colleague = tuple[Person, ...]  #: somebody with two accounts or more, in the order of their keys


def key_of(person: Person) -> Key:
    return person.workspace, person.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody in one workspace, and what was decided by hand about who they are."""

    person: Person
    decided: str = ""  #: the colleague who they are, or `APART`; "" leaves it to the address

    @property
    def key(self) -> Key:
        return key_of(self.person)


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
            keys = tuple(map(key_of, each))
            # At home if they are there, and where they are still.
            face = min(each, key=lambda one: (not one.active, one.workspace != home, key_of(one)))
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

    def active(self, workspace: str, id_: str, there: bool) -> bool:  # noqa: FBT001 - as a row says it
        """Whether somebody has an account in use, whose account `there` is or is not."""
        face = self.known.get((workspace, id_))
        return face.active if face else bool(there)

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
