"""Who decides about what was reported, and what a reason must say. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import Refusal
from bot.model import Person, Recognition, clean

REASON_LEAST: Final = 3  #: characters of the reason of a removal
REASON_MOST: Final = 500

Accounts = tuple[str, ...]  #: of one colleague in a workspace; the first is the one that is written to


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who looks after what is reported in a workspace."""

    moderators: tuple[Accounts, ...]
    administrators: tuple[Accounts, ...]


def deciding(staff: Staff, recognition: Recognition, *, remover: str = "") -> tuple[Accounts, ...]:
    """Who decides about `recognition`: the moderators who may; where none may, the administrators who may.

    Nobody decides about what they gave or are thanked in.

    Args:
        remover: who has removed it, so that they can't restore it.
    """

    def may(colleagues: Iterable[Accounts]) -> tuple[Accounts, ...]:
        return tuple(own for own in colleagues if remover not in own and not any(map(recognition.concerns, own)))

    return may(staff.moderators) or may(staff.administrators)


def may_decide(staff: Staff, recognition: Recognition, person: str, *, remover: str = "") -> None:
    """
    Raises:
        Refusal: somebody else decides about it, and why.
    """
    if any(person in own for own in deciding(staff, recognition, remover=remover)):
        return
    own = next((each for each in (*staff.moderators, *staff.administrators) if person in each), (person,))
    if any(map(recognition.concerns, own)):
        raise Refusal(("", "You gave this kudos or are thanked in it, so somebody else decides about it."))
    if remover in own:
        raise Refusal(("", "You removed this kudos, so somebody else decides whether it comes back."))
    raise Refusal(("", "The moderators decide about this kudos."))


def masked(recognition: Recognition) -> Recognition:
    """The same without the names of those whom others may not be shown: moderators are others, too."""

    kept_back = recognition.unlisted.union(each.person for each in recognition.nearby)

    def seen(person: Person) -> bool:
        return person.id not in kept_back

    somebody = Person(workspace=recognition.workspace, id="", name="somebody")
    return replace(
        recognition,
        giver=recognition.giver if seen(recognition.giver) else somebody,
        recipients=tuple(filter(seen, recognition.recipients)) or (somebody,),
    )


def reason(text: str) -> str:
    """The reason of a removal, as it is kept.

    Raises:
        Refusal: it says nothing, or too much.
    """
    said = clean(text)
    if len(said) < REASON_LEAST or not any(letter.isalnum() for letter in said):
        raise Refusal(("reason", "Say why in a few words. Whoever gave it and is thanked in it will read them."))
    if len(said) > REASON_MOST:
        raise Refusal(("reason", f"That is {len(said):,} characters. Please shorten it to {REASON_MOST} or fewer."))
    return said


def may_report(recognition: Recognition, person: str) -> None:
    """
    Raises:
        Refusal: they gave it themselves.
    """
    if recognition.giver.id == person:
        raise Refusal(
            ("", "You gave this kudos, so you can withdraw it yourself, at any time: Withdraw is next to Report.")
        )


def may_hide(recognition: Recognition, person: str) -> None:
    """
    Raises:
        Refusal: they are not thanked in it.
    """
    if recognition.giver.id == person:
        raise Refusal(("", "You gave this kudos. To take it back, use Withdraw."))
    if not recognition.concerns(person):
        raise Refusal(("", "Only somebody who is thanked in this kudos can hide it."))
