"""Who may do more than others: by what they were granted, or because the settings name them, with any account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.database import Database
from bot.errors import Refusal
from bot.model import Person, PersonKind
from bot.roles import Authority, Role
from bot.store import Store

SLACK, TEAMS, FOREIGN = "slack:T1", "teams:t1", "teams:t2"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANN = Person(workspace=SLACK, id="U1", name="Ann", email="Ann@force.example")
ANNE = Person(workspace=TEAMS, id="a1", name="Anne", email="ann@force.example")
BOB = Person(workspace=SLACK, id="U2", name="Bob", email="bob@force.example")
BILL = Person(workspace=FOREIGN, id="b1", name="Bill", email="bob@force.example")
CHIEF = Person(workspace=TEAMS, id="c1", name="Chief", email="Chief@Force.example")


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.organisations.arrange([(SLACK, TEAMS)], {})
    await store.directory.save_people([ANN, ANNE, BOB, BILL, CHIEF])
    return store


@pytest.fixture
def authority(store: Store) -> Authority:
    return Authority(
        roles=store.roles,
        directory=store.directory,
        accounts=store.accounts,
        admins=frozenset({"chief@force.example"}),
    )


async def grant(store: Store, person: Person, role: Role, seconds: int = 0) -> None:
    at = NOW + timedelta(seconds=seconds)
    await store.write(store.roles.granting(person, role, actor="c1", now=at, key=str(seconds)))


async def take(authority: Authority, store: Store, person: Person, role: Role, seconds: int = 0) -> bool:
    """Whether it is gone."""
    step = store.roles.taking(
        person,
        role,
        accounts=await authority.colleague(person.workspace, person.id),
        admins=authority.admins,
        actor="c1",
        now=NOW + timedelta(seconds=seconds),
        key=str(seconds),
    )
    return await store.write(step) is None


async def of(authority: Authority, person: Person) -> frozenset[Role]:
    return await authority.of(person.workspace, person.id)


async def test_the_first_administrators_are_those_of_the_settings(store: Store, authority: Authority) -> None:
    assert await of(authority, CHIEF) == {Role.ADMINISTRATOR}
    assert await of(authority, ANN) == await of(authority, replace(ANN, id="nobody")) == frozenset()
    assert [each.id for each in await store.directory.administrators(authority.admins)] == ["c1"]


async def test_a_role_counts_with_every_account_of_a_colleague(store: Store, authority: Authority) -> None:
    """On whichever platform it was granted; and of another organisation it says nothing."""
    await grant(store, ANN, Role.MODERATOR)
    await grant(store, ANNE, Role.AUDITOR)
    await grant(store, BOB, Role.OWNER)
    assert await of(authority, ANN) == await of(authority, ANNE) == {Role.MODERATOR, Role.AUDITOR}
    assert await of(authority, BOB) == {Role.OWNER}
    assert await of(authority, BILL) == frozenset()


async def test_the_newest_word_counts(store: Store, authority: Authority) -> None:
    await grant(store, ANN, Role.MODERATOR)
    assert await take(authority, store, ANN, Role.MODERATOR, 1)
    assert await of(authority, ANN) == frozenset()
    await grant(store, ANN, Role.MODERATOR, 2)
    assert await of(authority, ANN) == {Role.MODERATOR}


@pytest.mark.parametrize("change", [{"active": False}, {"kind": PersonKind.GUEST}, {"kind": PersonKind.STRANGER}])
async def test_whoever_is_no_member_or_has_left_has_none(
    store: Store, authority: Authority, change: dict[str, Any]
) -> None:
    """Neither does that account lend what it had to another."""
    await grant(store, ANNE, Role.MODERATOR)
    await store.directory.save_people([replace(ANNE, **change), replace(CHIEF, **change)])
    assert await of(authority, ANNE) == await of(authority, ANN) == await of(authority, CHIEF) == frozenset()
    assert await authority.holders(SLACK) == []


async def test_the_last_administrator_can_not_be_taken(store: Store, authority: Authority) -> None:
    """Another account of the same colleague is nobody else; whoever the settings name is somebody."""
    alone = replace(authority, admins=frozenset())
    await grant(store, ANN, Role.ADMINISTRATOR)
    await grant(store, ANNE, Role.ADMINISTRATOR)
    await grant(store, BILL, Role.ADMINISTRATOR)
    assert not await take(alone, store, ANN, Role.ADMINISTRATOR, 1)
    assert await of(alone, ANN) == {Role.ADMINISTRATOR}
    assert await take(authority, store, ANN, Role.ADMINISTRATOR, 2)
    assert await take(authority, store, ANNE, Role.ADMINISTRATOR, 2)
    assert await of(authority, ANN) == frozenset()
    await grant(store, ANN, Role.ADMINISTRATOR, 3)
    await grant(store, BOB, Role.ADMINISTRATOR, 3)
    assert await take(alone, store, ANN, Role.ADMINISTRATOR, 4)
    assert not await take(alone, store, BOB, Role.ADMINISTRATOR, 5)
    await store.directory.save_people([replace(BOB, active=False)])
    await grant(store, ANN, Role.ADMINISTRATOR, 6)
    assert not await take(alone, store, ANN, Role.ADMINISTRATOR, 7)


async def test_everybody_with_a_role_is_listed_once(store: Store, authority: Authority) -> None:
    await grant(store, ANN, Role.MODERATOR)
    await grant(store, ANNE, Role.AUDITOR)
    await grant(store, BILL, Role.AUDITOR)
    holders = await authority.holders(SLACK)
    assert [([each.id for each in colleague], roles) for colleague, roles in holders] == [
        (["U1", "a1"], frozenset({Role.MODERATOR, Role.AUDITOR})),
        (["c1"], frozenset({Role.ADMINISTRATOR})),
    ]
    assert len(await authority.holders(FOREIGN)) == 1


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.MODERATOR, "Only a moderator can look."),
        (Role.OWNER, "Only a programme owner can look."),
        (Role.ADMINISTRATOR, "Only an administrator can look."),
    ],
)
async def test_others_are_told_who_may(store: Store, authority: Authority, role: Role, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        await authority.require(SLACK, "U1", role, "look")
    await grant(store, ANN, role)
    await authority.require(TEAMS, "a1", role, "look")
