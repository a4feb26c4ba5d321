"""Whose accounts are whose, as it is kept: by addresses that nobody else has held, and by what was decided by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.addresses import Domains
from bot.database import Sqlite, Step
from bot.model import Person, PersonKind
from bot.store import Store

SLACK, TEAMS, FOREIGN = "slack:T1", "teams:t1", "teams:t2"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANN = Person(workspace=SLACK, id="U1", name="Ann", email="Ann@old.example")
ANNE = Person(workspace=TEAMS, id="a1", name="Anne", email="ann@old.example")


@pytest.fixture
async def store(database: Sqlite) -> Store:
    store = Store(database)
    await store.organisations.arrange([(SLACK, TEAMS)], {})
    await store.directory.save_people([ANN, ANNE, replace(ANNE, workspace=FOREIGN)])
    return store


async def others(store: Store, person: Person) -> set[tuple[str, str]]:
    return {(each.workspace, each.id) for each in await store.accounts.others(person.workspace, person.id)}


async def decide(store: Store, decisions: Iterable[tuple[Person, str]], now: datetime = NOW) -> None:
    by_account = {(person.workspace, person.id): decision for person, decision in decisions}
    await store.write(*store.accounts.deciding(by_account, actor="somebody", now=now, key=str(now)))


async def test_an_account_is_found_from_either_side_and_from_nowhere_else(store: Store) -> None:
    assert await others(store, ANN) == {(TEAMS, "a1")}
    assert await others(store, ANNE) == {(SLACK, "U1")}
    assert await others(store, replace(ANNE, workspace=FOREIGN)) == set()
    assert await others(store, replace(ANN, id="U2")) == set()


async def test_what_an_address_was_is_not_kept_and_still_known(store: Store, database: Sqlite) -> None:
    """So that it joins no newcomer: the mark stays when the address is gone from the person."""
    await store.directory.save_people([replace(ANN, email="left@old.example")])
    rows = await database.rows("SELECT * FROM held_address WHERE workspace = :workspace", workspace=SLACK)
    assert len(rows) == 2
    assert not any("@" in row["address"] or "ann" in row["address"] for row in rows)
    newcomer = replace(ANN, id="U2")
    await store.directory.save_people([newcomer])
    assert await others(store, newcomer) == await others(store, ANNE) == set()


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT])
async def test_whoever_is_no_member_spoils_nothing_with_an_address_of_others(store: Store, kind: PersonKind) -> None:
    """What a stranger's own organisation says of their address neither joins nor separates anybody."""
    await store.directory.save_people([replace(ANN, id="U2", kind=kind)])
    assert await others(store, ANN) == {(TEAMS, "a1")}
    assert await others(store, replace(ANN, id="U2")) == set()


async def test_a_domain_with_another_name_counts_from_the_next_start(database: Sqlite) -> None:
    before = Store(database)
    await before.organisations.arrange([(SLACK, TEAMS)], {})
    moved = replace(ANNE, email="ann@new.example")
    await before.directory.save_people([ANN, moved])
    assert await others(before, ANN) == set()
    after = Store(database, Domains.read("old.example=new.example"))
    await after.directory.readdress()
    assert await others(after, ANN) == {(TEAMS, "a1")}
    again = Store(database)
    await again.directory.readdress()
    assert await others(again, ANN) == set(), "and not without the setting"


async def test_a_leaver_is_remembered_under_the_other_name_of_the_domain(database: Sqlite) -> None:
    """Nobody learns anew who has left; at the start their last address counts like the others."""
    await Store(database).directory.save_people([replace(ANN, id="U0", active=False)])
    store = Store(database, Domains.read("old.example=new.example"))
    await store.directory.readdress()
    await store.organisations.arrange([(SLACK, TEAMS)], {})
    newcomer = replace(ANN, email="ann@new.example")
    await store.directory.save_people([newcomer, replace(ANNE, email="ann@new.example")])
    assert await others(store, newcomer) == set()


async def test_by_hand_it_counts_for_more_and_who_decided_is_kept(store: Store) -> None:
    bob = Person(workspace=TEAMS, id="b1", name="Bob")
    await store.directory.save_people([bob])
    assert await store.accounts.decided(SLACK, "U1") is None
    await decide(store, [(ANN, "c"), (bob, "c")])
    assert await others(store, ANN) == {(TEAMS, "b1")}
    assert await others(store, ANNE) == set()
    await decide(store, [(ANN, "apart")], NOW + timedelta(days=1))
    assert await others(store, ANN) == await others(store, bob) == set()
    assert await store.accounts.decided(SLACK, "U1") == (NOW + timedelta(days=1), "somebody")
    assert await store.accounts.decided(TEAMS, "b1") == (NOW, "somebody")


async def test_what_is_decided_stays_when_somebody_is_learned_anew(store: Store) -> None:
    await decide(store, [(ANN, "apart")])
    await store.directory.save_people([ANN, ANNE])
    assert await others(store, ANN) == set()


async def test_a_link_to_another_organisation_counts_for_nothing(store: Store) -> None:
    foreign = replace(ANNE, workspace=FOREIGN)
    await decide(store, [(ANN, "c"), (foreign, "c")])
    assert await others(store, ANN) == await others(store, foreign) == set()
    assert await store.accounts.doubles(SLACK, "U1") == frozenset()


async def test_two_accounts_in_one_workspace_are_one_by_hand_alone(store: Store) -> None:
    double = replace(ANN, id="U2")
    await store.directory.save_people([double])
    assert await others(store, ANN) == set()
    assert await store.accounts.doubles(SLACK, "U1") == frozenset()
    await decide(store, [(ANN, "c"), (double, "c"), (ANNE, "c")])
    assert await store.accounts.doubles(SLACK, "U1") == {"U2"}
    assert await store.accounts.doubles(TEAMS, "a1") == frozenset()
    assert await others(store, ANN) == {(SLACK, "U2"), (TEAMS, "a1")}
    await store.directory.save_people([replace(double, kind=PersonKind.GUEST)])
    assert await store.accounts.doubles(SLACK, "U1") == frozenset()


async def test_everybody_is_known_at_once_and_as_they_are_now(store: Store) -> None:
    """What is remembered follows whatever it follows from: a name, an address, a link, an organisation."""
    crowd = [
        Person(workspace=workspace, id=f"{workspace[0]}{number}", name=f"{number}", email=f"p{number}@old.example")
        for number in range(1201)
        for workspace in (SLACK, TEAMS)
    ]
    await store.directory.save_people(crowd)
    faces = await store.accounts.faces(TEAMS)
    assert {faces.key(SLACK, f"s{number}") for number in range(1201)} == {f"t{number}" for number in range(1201)}
    assert not faces.doubles
    assert await store.accounts.faces(TEAMS) is faces
    await store.directory.save_people([*crowd, ANN, ANNE])
    assert await store.accounts.faces(TEAMS) is faces, "learned anew, nothing has changed"
    assert (await store.accounts.faces(FOREIGN)).known == {}
    await store.directory.save_people([replace(ANNE, name="Anne Other")])
    assert (await store.accounts.faces(TEAMS)).of(ANN).name == "Anne Other"
    await decide(store, [(ANN, "apart")])
    assert (await store.accounts.faces(TEAMS)).key(SLACK, "U1") == "slack:T1/U1"
    await decide(store, [(ANN, "c"), (replace(ANN, id="s0"), "c")], NOW + timedelta(seconds=1))
    faces = await store.accounts.faces(SLACK)
    assert faces.doubles
    assert faces.key(SLACK, "s0") == faces.key(SLACK, "U1") == "U1"
    await store.directory.save_gone(TEAMS, "t1")
    assert (await store.accounts.faces(SLACK)).key(TEAMS, "t1") == "teams:t1/t1"
    await store.organisations.arrange([], {})
    assert (await store.accounts.faces(TEAMS)).known == {}
    assert (await store.accounts.faces(SLACK)).doubles, "by hand, in one workspace"


async def test_everybody_of_an_organisation_is_listed_with_what_was_decided(store: Store) -> None:
    await decide(store, [(ANN, "apart")])
    found = {each.key: each.decided for each in await store.accounts.everybody(TEAMS)}
    assert found == {(SLACK, "U1"): "apart", (TEAMS, "a1"): ""}


async def test_addresses_in_doubt_are_told_with_everybody_who_has_or_had_them(store: Store) -> None:
    assert await store.accounts.disputed(SLACK) == []
    await store.directory.save_people([replace(ANNE, id="a0", active=False)])
    assert await store.accounts.disputed(SLACK) == [((SLACK, "U1"), (TEAMS, "a0"), (TEAMS, "a1"))]
    for left in (ANN, ANNE, replace(ANNE, id="a0")):
        await store.directory.save_people([replace(left, email="")])
    assert await store.accounts.disputed(SLACK) == [], "what nobody has any more is in no doubt"


async def test_whoever_was_known_before_this_release_is_one_from_the_next_start(store: Store, database: Sqlite) -> None:
    await database.write(Step("DELETE FROM held_address", {}), Step("UPDATE person SET address = ''", {}))
    assert await others(store, ANN) == set()
    await store.directory.readdress()
    assert await others(store, ANN) == {(TEAMS, "a1")}
    assert len(await database.rows("SELECT * FROM held_address")) == 3


async def test_who_becomes_a_guest_has_no_address_that_counts(store: Store, database: Sqlite) -> None:
    await database.write(Step("UPDATE person SET kind = 'guest' WHERE id = 'U1'", {}))
    await store.directory.readdress()
    rows = await database.rows("SELECT address FROM person WHERE id = 'U1'")
    assert [row["address"] for row in rows] == [""]
