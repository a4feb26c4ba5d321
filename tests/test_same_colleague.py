"""Which accounts are one colleague's: where no doubt is left, or an administrator says so.

The rule is a statement; so each case is a real database, and a model says the same in other words.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import migrations
from bot.addresses import Domains
from bot.colleagues import APART, Account, Key, linking, parting
from bot.database import Sqlite, Step
from bot.model import Person, PersonKind
from bot.store import ONE_NAME_EACH, Store

SLACK, GRID, TEAMS, FOREIGN = "slack:T1", "slack:T2", "teams:t1", "teams:t2"
TWO_NAMES = Domains.read("old.example=new.example")

Groups = set[frozenset[Key]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """An account with its history."""

    person: Person
    decided: str = ""
    held: tuple[str, ...] = ()  #: addresses that they had before

    @property
    def key(self) -> Key:
        return self.person.workspace, self.person.id

    @property
    def account(self) -> Account:
        return Account(person=self.person, decided=self.decided)


def somebody(
    workspace: str,
    id_: str,
    email: str = "ann@force.example",
    *,
    kind: PersonKind = PersonKind.MEMBER,
    active: bool = True,
    decided: str = "",
    held: Iterable[str] = (),
) -> Somebody:
    person = Person(workspace=workspace, id=id_, name=f"{id_} in {workspace}", email=email, kind=kind, active=active)
    return Somebody(person=person, decided=decided, held=tuple(held))


class Directory:
    """A real one, that can be emptied."""

    def __init__(self, path: Path) -> None:
        self._runner = asyncio.Runner()
        self._database = self._runner.run(self._opened(path))

    async def _opened(self, path: Path) -> Sqlite:
        database = Sqlite(path)
        await migrations.migrate(database)
        await Store(database).organisations.arrange([(SLACK, GRID, TEAMS)], {})
        return database

    def groups(self, people: Sequence[Somebody], domains: Domains = ONE_NAME_EACH) -> Groups:
        return self._runner.run(self._groups(people, domains))

    async def _groups(self, people: Sequence[Somebody], domains: Domains) -> Groups:
        store = Store(self._database, domains)
        await self._database.write(*(Step(f"DELETE FROM {table}", {}) for table in ("person", "held_address")))  # noqa: S608
        for each in people:
            for email in each.held:
                earlier = replace(each.person, email=email, kind=PersonKind.MEMBER, active=True)
                await store.directory.save_people([earlier])
            await store.directory.save_people([each.person])
            if each.decided:
                workspace, id_ = each.key
                change = "UPDATE person SET colleague = :decided WHERE workspace = :workspace AND id = :id"
                values = {"decided": each.decided, "workspace": workspace, "id": id_}
                await store.write(Step(change, values))
        found: Groups = set()
        for each in people:
            others = await store.accounts.others(*each.key)
            if others:
                found.add(frozenset([each.key, *((one.workspace, one.id) for one in others)]))
        at_once = [await store.accounts.faces(home) for home in (TEAMS, FOREIGN)]
        assert {frozenset(each) for faces in at_once for each in faces.accounts.values()} == found
        return found

    def close(self) -> None:
        self._runner.run(self._database.close())
        self._runner.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    directory = Directory(tmp_path_factory.mktemp("same") / "kudos.db")
    yield directory
    directory.close()


ANN = somebody(SLACK, "U1")
ANNE = somebody(TEAMS, "a1", "Ann@Force.example")
TOGETHER = {frozenset({ANN.key, ANNE.key})}


def test_the_same_verified_address_is_the_same_colleague(directory: Directory) -> None:
    assert directory.groups([ANN, ANNE]) == TOGETHER
    third = somebody(GRID, "U9")
    assert directory.groups([ANN, third, ANNE]) == {frozenset({ANN.key, ANNE.key, third.key})}
    assert directory.groups([ANN, somebody(TEAMS, "a1", "other@force.example")]) == set()


def test_a_domain_with_two_names_is_one_only_where_the_settings_say_so(directory: Directory) -> None:
    pair = [somebody(SLACK, "U1", "ann@old.example"), somebody(TEAMS, "a1", "ann@new.example")]
    assert directory.groups(pair, TWO_NAMES) == TOGETHER
    assert directory.groups(pair) == set()


@pytest.mark.parametrize(
    "other",
    [
        somebody(TEAMS, "a1", kind=PersonKind.GUEST),
        somebody(TEAMS, "a1", kind=PersonKind.STRANGER),
        somebody(TEAMS, "a1", kind=PersonKind.BOT),
        somebody(TEAMS, "a1", active=False),
        somebody(TEAMS, "a1", email=""),
        somebody(FOREIGN, "a1"),
    ],
    ids=["guest", "stranger", "app", "left", "no address", "another organisation"],
)
def test_no_address_joins_who_is_no_member_or_gone_or_has_none(directory: Directory, other: Somebody) -> None:
    assert directory.groups([ANN, other]) == set()


def test_two_without_an_address_are_two(directory: Directory) -> None:
    assert directory.groups([somebody(SLACK, "U1", ""), somebody(TEAMS, "a1", "")]) == set()


def test_two_in_one_workspace_are_never_one_by_their_address(directory: Directory) -> None:
    assert directory.groups([ANN, somebody(SLACK, "U2")]) == set()


@pytest.mark.parametrize("active", [True, False])
def test_an_address_that_a_leaver_had_joins_no_newcomer(directory: Directory, *, active: bool) -> None:
    """Whether the leaver's account was switched off or forgotten, on either platform."""
    newcomer = somebody(TEAMS, "a2")
    assert directory.groups([ANN, somebody(TEAMS, "a1", active=active), newcomer]) == set()
    renamed = somebody(TEAMS, "a1", "left-ann@force.example", active=active, held=["ann@force.example"])
    assert directory.groups([ANN, renamed, newcomer]) == set(), "not even when it was taken from them first"
    others = [ANN, somebody(GRID, "U8"), somebody(GRID, "U9", active=active), ANNE]
    assert directory.groups(others) == set(), "nor anybody else"


def test_an_address_that_changes_hands_under_another_name_of_its_domain_joins_nobody(directory: Directory) -> None:
    leaver = somebody(TEAMS, "a1", "left@new.example", held=["ann@old.example"])
    newcomer = somebody(TEAMS, "a2", "ann@new.example")
    assert directory.groups([somebody(SLACK, "U1", "ann@new.example"), leaver, newcomer], TWO_NAMES) == set()


def test_who_gets_their_old_address_back_is_who_they_were(directory: Directory) -> None:
    back = somebody(SLACK, "U1", held=["ann@force.example", "ann@married.example"])
    assert directory.groups([back, ANNE]) == TOGETHER


def test_when_one_address_changes_they_are_two_until_the_other_does(directory: Directory) -> None:
    married = somebody(SLACK, "U1", "ann@married.example", held=["ann@force.example"])
    assert directory.groups([married, ANNE]) == set()
    both = somebody(TEAMS, "a1", "ann@married.example", held=["ann@force.example"])
    assert directory.groups([married, both]) == TOGETHER


def test_an_administrator_links_whatever_the_addresses_say(directory: Directory) -> None:
    linked = [
        somebody(SLACK, "U1", "", decided="c"),
        somebody(TEAMS, "a1", "other@force.example", decided="c", active=False),
    ]
    assert directory.groups(linked) == TOGETHER
    by_address = somebody(GRID, "U9", "other@force.example")
    assert directory.groups([*linked, by_address]) == TOGETHER, "and no address brings anybody else in"
    double = somebody(SLACK, "U2", "", decided="c")
    assert directory.groups([*linked, double]) == {frozenset({ANN.key, ANNE.key, double.key})}


def test_unlinking_beats_the_address(directory: Directory) -> None:
    assert directory.groups([replace(ANN, decided=APART), ANNE]) == set()
    assert directory.groups([replace(ANN, decided=APART), replace(ANNE, decided=APART)]) == set()


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT])
def test_no_link_makes_a_guest_somebody_else(directory: Directory, kind: PersonKind) -> None:
    """Also not one who was a member when it was made."""
    assert directory.groups([replace(ANN, decided="c"), somebody(TEAMS, "a1", kind=kind, decided="c")]) == set()


# Laws

IDS = st.sampled_from(["1", "2", "3"])
EMAILS = st.sampled_from(["", "x@old.example", "X@new.example", "y@old.example", "z@force.example"])
PEOPLE = st.lists(
    st.builds(
        somebody,
        st.sampled_from([SLACK, GRID, TEAMS, TEAMS, FOREIGN]),
        IDS,
        EMAILS,
        kind=st.sampled_from([PersonKind.MEMBER] * 6 + list(PersonKind)),
        active=st.sampled_from([True, True, True, False]),
        decided=st.sampled_from(["", "", "", "", APART, "c", "d"]),
        held=st.lists(EMAILS, max_size=2),
    ),
    unique_by=lambda each: each.key,
    max_size=9,
)


def expected(people: Sequence[Somebody], domains: Domains) -> Groups:
    """Who is one, said once more: in each organisation look at everybody and everybody else."""
    own = [each for each in people if each.person.workspace != FOREIGN]
    foreign = [each for each in people if each.person.workspace == FOREIGN]
    return _within(own, domains) | _within(foreign, domains)


def _within(people: Sequence[Somebody], domains: Domains) -> Groups:
    def had(each: Somebody) -> set[str]:
        current = [each.person.email] if each.person.kind is PersonKind.MEMBER else []
        return {mark for email in (*each.held, *current) for mark in domains.marks(email)[:1]}

    def undoubted(mark: str) -> bool:
        holders = [each.person.workspace for each in people if mark in had(each)]
        return len(holders) == len(set(holders))

    def reason(each: Somebody) -> str:
        if each.decided:
            return "" if each.decided == APART else f"by hand {each.decided}"
        mark = next(iter(domains.marks(each.person.email)), "")
        return f"by address {mark}" if mark and each.person.active and undoubted(mark) else ""

    reasons = {each.key: reason(each) for each in people if each.person.kind is PersonKind.MEMBER}
    groups = {frozenset(key for key in reasons if reasons[key] == why) for why in reasons.values() if why}
    return {group for group in groups if len(group) > 1}


@given(people=PEOPLE, domains=st.sampled_from([ONE_NAME_EACH, TWO_NAMES]))
def test_the_database_says_what_the_model_says(directory: Directory, people: list[Somebody], domains: Domains) -> None:
    found = directory.groups(people, domains)
    assert found == expected(people, domains)
    assert sum(map(len, found)) == len({key for group in found for key in group}), "nobody is two colleagues"


@given(people=PEOPLE, email=EMAILS)
def test_a_newcomer_makes_nobody_else_one(directory: Directory, people: list[Somebody], email: str) -> None:
    """Whoever comes, with whatever address: no two who were apart become one by that."""
    newcomer = somebody(TEAMS, "new", email)
    before = directory.groups(people, TWO_NAMES)
    for group in directory.groups([*people, newcomer], TWO_NAMES):
        old = group - {newcomer.key}
        assert len(old) < 2 or any(old <= each for each in before)


@given(people=PEOPLE, which=st.data())
def test_what_is_decided_by_hand_is_so(directory: Directory, people: list[Somebody], which: st.DataObject) -> None:
    known = [each for each in people if each.person.workspace != FOREIGN]
    members = [each for each in known if each.person.kind is PersonKind.MEMBER]
    if len(members) < 2:
        return

    def decide(decisions: dict[Key, str]) -> None:
        known[:] = [replace(each, decided=decisions.get(each.key, each.decided)) for each in known]

    chosen = which.draw(st.lists(st.sampled_from(members), min_size=2, unique_by=lambda each: each.key))
    decide(linking([each.account for each in chosen], [each.account for each in known], "new"))
    linked = frozenset(each.key for each in chosen)
    assert linked in directory.groups(known), "these, and no others"
    out = which.draw(st.sampled_from(sorted(linked)))
    account = next(each.account for each in known if each.key == out)
    decide(parting(account, [each.account for each in known]))
    after = directory.groups(known)
    assert all(out not in group for group in after)
    assert len(linked) == 2 or linked - {out} in after
