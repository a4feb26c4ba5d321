"""Which accounts are one colleague's: where no doubt is left, or an administrator says so."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import Domains
from bot.colleagues import APART, Account, Faces, disputed, joined, linking, parting
from bot.errors import Refusal
from bot.model import Person, PersonKind, ThankedGroup
from tests.test_kudos import given_by_ann

SLACK, GRID, TEAMS = "slack:T1", "slack:T2", "teams:t1"
ONE_NAME = Domains()
TWO_NAMES = Domains.read("old.example=new.example")


def account(
    workspace: str,
    id_: str,
    email: str = "ann@force.example",
    *,
    kind: PersonKind = PersonKind.MEMBER,
    active: bool = True,
    decided: str = "",
    held: Iterable[str] = (),
    domains: Domains = ONE_NAME,
) -> Account:
    """Somebody who has an address, and perhaps held others."""
    person = Person(workspace=workspace, id=id_, name=f"{id_} in {workspace}", email=email, kind=kind, active=active)
    marks = (mark for each in (email, *held) for mark in domains.marks(each))
    return Account(person=person, decided=decided, held=frozenset(marks))


ANN = account(SLACK, "U1")
ANNE = account(TEAMS, "a1", "Ann@Force.example")


def keys(accounts: Iterable[Account], domains: Domains = ONE_NAME) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(each.key for each in group) for group in joined(accounts, domains)}


TOGETHER = {frozenset({ANN.key, ANNE.key})}


def test_the_same_verified_address_is_the_same_colleague() -> None:
    assert keys([ANN, ANNE]) == TOGETHER
    third = account(GRID, "U9")
    assert keys([ANN, third, ANNE]) == {frozenset({ANN.key, ANNE.key, third.key})}
    assert keys([ANN, account(TEAMS, "a1", "other@force.example")]) == set()


def test_a_domain_with_two_names_is_one_only_where_the_settings_say_so() -> None:
    old = account(SLACK, "U1", "ann@old.example", domains=TWO_NAMES)
    new = account(TEAMS, "a1", "ann@new.example", domains=TWO_NAMES)
    assert keys([old, new], TWO_NAMES) == TOGETHER
    assert keys([old, new]) == set()
    assert keys([account(SLACK, "U1", "ann@old.example"), new], TWO_NAMES) == set(), "not yet learned under both names"


@pytest.mark.parametrize(
    "other",
    [
        account(TEAMS, "a1", kind=PersonKind.GUEST),
        account(TEAMS, "a1", kind=PersonKind.STRANGER),
        account(TEAMS, "a1", kind=PersonKind.BOT),
        account(TEAMS, "a1", active=False),
        account(TEAMS, "a1", email=""),
        replace(account(TEAMS, "a1"), held=frozenset()),
    ],
    ids=["guest", "stranger", "app", "left", "no address", "not learned yet"],
)
def test_no_address_joins_who_is_no_member_or_gone_or_has_none(other: Account) -> None:
    assert keys([ANN, other]) == set()
    assert keys([replace(ANN, person=replace(ANN.person, workspace=TEAMS)), other]) == set()


def test_two_without_an_address_are_two() -> None:
    assert keys([account(SLACK, "U1", ""), account(TEAMS, "a1", "")]) == set()


@pytest.mark.parametrize("active", [True, False])
def test_an_address_that_a_leaver_had_joins_no_newcomer(*, active: bool) -> None:
    """Whether the leaver's account was switched off or forgotten, on either platform."""
    newcomer = account(TEAMS, "a2")
    assert keys([ANN, account(TEAMS, "a1", active=active), newcomer]) == set()
    renamed = account(TEAMS, "a1", "left-ann@force.example", active=active, held=["ann@force.example"])
    assert keys([ANN, renamed, newcomer]) == set(), "not even when it was taken from them first"
    assert keys([ANN, account(GRID, "U8"), account(GRID, "U9", active=active), ANNE]) == set(), "nor anybody else"


def test_who_gets_their_old_address_back_is_who_they_were() -> None:
    back = account(SLACK, "U1", held=["ann@married.example"])
    assert keys([back, ANNE]) == TOGETHER


def test_when_one_address_changes_they_are_two_until_the_other_does() -> None:
    married = account(SLACK, "U1", "ann@married.example", held=["ann@force.example"])
    assert keys([married, ANNE]) == set()
    assert keys([married, account(TEAMS, "a1", "ann@married.example", held=["ann@force.example"])]) == TOGETHER


def test_an_administrator_links_whatever_the_addresses_say() -> None:
    linked = [
        account(SLACK, "U1", "", decided="c"),
        account(TEAMS, "a1", "other@force.example", decided="c", active=False),
    ]
    assert keys(linked) == TOGETHER
    by_address = account(GRID, "U9", "other@force.example")
    assert keys([*linked, by_address]) == TOGETHER, "and no address brings anybody else in"


def test_unlinking_beats_the_address() -> None:
    assert keys([replace(ANN, decided=APART), ANNE]) == set()
    assert keys([replace(ANN, decided=APART), replace(ANNE, decided=APART)]) == set()


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT])
def test_no_link_makes_a_guest_somebody_else(kind: PersonKind) -> None:
    """Also not one who was a member when it was made."""
    assert keys([replace(ANN, decided="c"), account(TEAMS, "a1", kind=kind, decided="c")]) == set()


# Laws

IDS = st.sampled_from(["1", "2", "3"])
EMAILS = st.sampled_from(["", "x@old.example", "X@new.example", "y@old.example", "z@force.example"])
DECISIONS = st.sampled_from(["", "", "", APART, "c", "d"])
ACCOUNTS = st.lists(
    st.builds(
        account,
        st.sampled_from([SLACK, GRID, TEAMS]),
        IDS,
        EMAILS,
        kind=st.sampled_from([PersonKind.MEMBER] * 4 + list(PersonKind)),
        active=st.sampled_from([True, True, True, False]),
        decided=DECISIONS,
        held=st.lists(EMAILS, max_size=2),
        domains=st.just(TWO_NAMES),
    ),
    unique_by=lambda each: each.key,
    max_size=9,
)


@given(accounts=ACCOUNTS, mixed=st.data())
def test_nobody_is_two_and_every_pair_has_its_reason(accounts: list[Account], mixed: st.DataObject) -> None:
    found = joined(accounts, TWO_NAMES)
    everybody = [each.key for group in found for each in group]
    assert len(everybody) == len(set(everybody)), "nobody is two colleagues"
    shuffled = mixed.draw(st.permutations(accounts))
    assert keys(shuffled, TWO_NAMES) == keys(accounts, TWO_NAMES)
    for group in found:
        assert len(group) > 1
        assert all(each.person.kind is PersonKind.MEMBER for each in group)
        assert len({each.decided for each in group}) == 1
        if not group[0].decided:
            assert all(each.person.active for each in group)
            (address,) = {TWO_NAMES.spellings(each.person.email)[0] for each in group}
            marks = set(TWO_NAMES.marks(address))
            for workspace in (SLACK, GRID, TEAMS):
                holders = [each for each in accounts if each.person.workspace == workspace and marks & each.held]
                assert len(holders) <= 1, "an address that was two people's joins nobody"
        assert group[0].decided != APART


@given(accounts=ACCOUNTS, other=st.builds(account, st.just(TEAMS), st.just("new"), EMAILS, domains=st.just(TWO_NAMES)))
def test_a_newcomer_changes_nothing_for_the_better(accounts: list[Account], other: Account) -> None:
    """Whoever comes, with whatever address: no two who were apart become one by that."""
    before, after = keys(accounts, TWO_NAMES), keys([*accounts, other], TWO_NAMES)
    for group in after:
        old = group - {other.key}
        assert len(old) < 2 or any(old <= each for each in before)


@given(accounts=ACCOUNTS, which=st.data())
def test_what_is_decided_by_hand_is_so(accounts: list[Account], which: st.DataObject) -> None:
    members = [each for each in accounts if each.person.kind is PersonKind.MEMBER]
    if len(members) < 2:
        return
    chosen = which.draw(st.lists(st.sampled_from(members), min_size=2, unique_by=lambda each: each.key))
    decisions = linking(chosen, accounts, "new")
    decided = [replace(each, decided=decisions.get(each.key, each.decided)) for each in accounts]
    linked = frozenset(each.key for each in chosen)
    assert linked in keys(decided, TWO_NAMES), "these, and no others"
    out = which.draw(st.sampled_from(chosen))
    decisions = parting(next(each for each in decided if each.key == out.key), decided)
    decided = [replace(each, decided=decisions.get(each.key, each.decided)) for each in decided]
    assert all(out.key not in group for group in keys(decided, TWO_NAMES))
    left = linked - {out.key}
    assert (left in keys(decided, TWO_NAMES)) is (len(left) > 1) or len(left) == 1


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


def test_addresses_in_doubt_are_told_with_everybody_who_has_or_had_them() -> None:
    first, second = account(TEAMS, "a1", active=False), account(TEAMS, "a2")
    assert disputed([ANN, second, first], ONE_NAME) == {"ann@force.example": (ANN, first, second)}
    assert disputed([ANN, ANNE, account(SLACK, "U3", "")], ONE_NAME) == {}


# Faces

COLLEAGUE = (ANN, ANNE)


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
    left = replace(ANNE, person=replace(ANNE.person, active=False))
    assert Faces.seen_from(TEAMS, [(ANN, left)]).of(left.person) == ANN.person


def test_two_accounts_at_home_are_one() -> None:
    double = replace(ANNE, person=replace(ANNE.person, id="a0", name="Admin"))
    seen = Faces.seen_from(TEAMS, [(ANN, ANNE, double)])
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
    pairs = [(Account(person=bob), Account(person=face)), (Account(person=cara), Account(person=other))]
    told = Faces.seen_from(TEAMS, pairs).told(recognition)
    assert told.giver == recognition.giver
    assert told.recipients == (face, other, recognition.recipients[2])
    assert told.named == (face,)
    assert told.groups[0].people == ("c1", "dee")
