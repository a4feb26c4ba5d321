"""What follows from accounts being one colleague's: how they are known somewhere, and what is decided by hand."""

from dataclasses import replace

import pytest

from bot.colleagues import APART, Account, Faces, linking, parting
from bot.errors import Refusal
from bot.model import Person, PersonKind, ThankedGroup
from tests.test_kudos import given_by_ann

SLACK, GRID, TEAMS = "slack:T1", "slack:T2", "teams:t1"


def account(workspace: str, id_: str, *, kind: PersonKind = PersonKind.MEMBER, decided: str = "") -> Account:
    return Account(person=Person(workspace=workspace, id=id_, name=f"{id_} in {workspace}", kind=kind), decided=decided)


ANN = account(SLACK, "U1")
ANNE = account(TEAMS, "a1")


# Deciding


def test_whoever_is_left_behind_alone_goes_by_the_address_again() -> None:
    pair = [replace(ANN, decided="c"), replace(ANNE, decided="c")]
    assert parting(pair[0], pair) == {ANN.key: APART, ANNE.key: ""}
    three = [*pair, account(GRID, "U9", decided="c")]
    assert parting(pair[0], three) == {ANN.key: APART}
    other = account(GRID, "U8")
    assert linking([pair[0], other], [*pair, other], "d") == {ANN.key: "d", other.key: "d", ANNE.key: ""}


def test_what_can_not_be_linked_is_refused_with_a_reason() -> None:
    with pytest.raises(Refusal, match="two accounts or more"):
        linking([ANN, ANN], [ANN], "c")
    guest = account(TEAMS, "g", kind=PersonKind.GUEST)
    with pytest.raises(Refusal, match=r"Only members can be linked; .*g in teams:t1 \(teams:t1/g\)"):
        linking([ANN, guest], [ANN, guest], "c")


# Faces

COLLEAGUE = (ANN.person, ANNE.person)


def test_somebody_is_known_at_home_by_their_account_there() -> None:
    seen = Faces.seen_from(TEAMS, [COLLEAGUE])
    assert seen.of(ANN.person) == seen.of(ANNE.person) == ANNE.person
    assert seen.key(*ANN.key) == seen.key(*ANNE.key) == "a1"
    assert seen.key(SLACK, "U2") == "slack:T1/U2"
    assert seen.key(TEAMS, "a2") == "a2"
    stranger = Person(workspace=SLACK, id="U2", name="Bob")
    assert seen.of(stranger) == stranger
    assert not seen.doubles


def test_who_has_left_home_is_known_by_where_they_still_are() -> None:
    left = replace(ANNE.person, active=False)
    assert Faces.seen_from(TEAMS, [(ANN.person, left)]).of(left) == ANN.person


def test_two_accounts_at_home_are_one() -> None:
    double = account(TEAMS, "a0")
    seen = Faces.seen_from(TEAMS, [tuple(each.person for each in (ANN, ANNE, double))])
    assert seen.doubles
    assert {seen.key(*each.key) for each in (ANN, ANNE, double)} == {"a0"}
    assert seen.accounts[ANN.key] == (ANN.key, ANNE.key, double.key)


def test_a_recognition_is_told_with_everybody_as_they_are_known_at_home() -> None:
    recognition = given_by_ann(["bob", "cara", "dee"])
    group = ThankedGroup(id="S1", name="nights", number=2, people=("cara", "dee"))
    recognition = replace(recognition, groups=(group,))
    bob, cara = recognition.recipients[:2]
    face = Person(workspace=TEAMS, id="b1", name="Bob of Teams")
    other = Person(workspace=TEAMS, id="c1", name="Cara of Teams")
    told = Faces.seen_from(TEAMS, [(bob, face), (cara, other)]).told(recognition)
    assert told.giver == recognition.giver
    assert told.recipients == (face, other, recognition.recipients[2])
    assert told.named == (face,)
    assert told.groups[0].people == ("c1", "dee")
