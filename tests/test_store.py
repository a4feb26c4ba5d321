"""What is kept: people and places as the platforms told us, recognitions, settings; and writes across them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ledger, posts, steps
from bot.database import Database, Step
from bot.model import Message, Person, PersonKind, Place, Recognition, ThankedGroup, Visibility, Workspace
from bot.store import Store
from tests.doubles.platform import Clock
from tests.doubles.world import ROOMS, W
from tests.test_kudos import ANN, BOB, CARA, DEE, given_by_ann

OTHER = "test:2"
CLOSED = "closed"


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.directory.save_people([ANN, BOB, CARA, DEE])
    await store.places.save(ROOMS.values())
    return store


def note(id_: str, *, gate: bool) -> Step:
    return replace(steps.delivery(W, id_, "fact", Clock()()), gate=gate)


# Writing


async def test_a_write_that_is_carried_out(store: Store) -> None:
    """None says that everything was written."""
    assert await store.write(note("a", gate=True), note("b", gate=True)) is None
    assert await store.write() is None


async def test_a_gate_says_which_it_was(store: Store) -> None:
    """The number of the gate at which everything was taken back."""
    await store.write(note("a", gate=True))
    assert await store.write(note("a", gate=True), note("b", gate=True)) == 0
    assert await store.write(note("b", gate=True), note("a", gate=True), note("c", gate=True)) == 1
    assert await store.ledger.delivered(W, "b") is None
    assert await store.write(note("c", gate=False), note("a", gate=False)) is None, "no gate, no taking back"


async def test_the_store_is_ready(store: Store) -> None:
    assert await store.ready()


async def test_deliveries_are_kept_a_while(store: Store) -> None:
    """What a delivery ended in is known until it is forgotten, in its workspace only."""
    clock = Clock()
    await store.write(steps.delivery(W, "d", "fact", clock()))
    assert await store.ledger.delivered(W, "d") == "fact"
    assert await store.ledger.delivered(OTHER, "d") is None
    await store.ledger.forget_deliveries(clock())
    assert await store.ledger.delivered(W, "d") == "fact"
    await store.ledger.forget_deliveries(clock() + timedelta(days=ledger.DELIVERIES_KEPT_DAYS))
    assert await store.ledger.delivered(W, "d") is None


# Recognitions


async def kept(store: Store, recognition: Recognition) -> Recognition:
    assert await store.write(*steps.given(recognition)) is None
    found = await store.ledger.recognition(W, recognition.id)
    assert found
    return found


async def test_a_recognition_comes_back_whole(store: Store) -> None:
    """All of it, people and tags in their order."""
    recognition = given_by_ann(["cara", "bob"], [2, 0, 1])
    assert await kept(store, recognition) == recognition


async def test_the_roster_is_frozen_with_the_recognition(store: Store) -> None:
    """What the groups were called, how many were in them, and who is thanked by which."""
    groups = (
        ThankedGroup(id="S2", name="pair", number=2, people=("dee",)),
        ThankedGroup(id="S1", name="nights", number=7, people=()),
    )
    recognition = replace(given_by_ann(["cara", "bob", "dee"]), groups=groups)
    assert await kept(store, recognition) == recognition
    assert recognition.named == (CARA, BOB)
    await store.directory.save_groups(W, [("S2", "couple")])
    assert await store.ledger.recognition(W, recognition.id) == recognition


async def test_a_recognition_with_everything_that_happened_to_it(store: Store) -> None:
    """Words, tags, seconders, and that it was taken back."""
    before = await kept(store, given_by_ann(["bob"], [0, 1]))
    signals = (("dee", before.given_at), ("cara", before.given_at + timedelta(seconds=1)))
    after = replace(before, reason="other words, later on", tags=before.tags[1:], withdrawn=True)
    changes = (steps.revised(after, withdrawn_at=before.given_at), *steps.tagged(after))
    assert await store.write(*changes, *steps.seconded(after, signals)) is None
    found = await store.ledger.recognition(W, before.id)
    assert found == replace(after, revision=2, seconders=(DEE, CARA))
    assert found.base_tags == before.base_tags


async def test_a_change_by_somebody_faster(store: Store) -> None:
    """Who read it before somebody else's change writes nothing."""
    before = await kept(store, given_by_ann())
    assert await store.write(steps.revised(replace(before, reason="the faster words"))) is None
    assert await store.write(steps.revised(replace(before, reason="the slower words"))) == 0
    found = await store.ledger.recognition(W, before.id)
    assert found
    assert found.reason == "the faster words"


async def test_one_workspace_never_sees_another(store: Store) -> None:
    """Not a recognition, nor a person, a place, a setting or an emoji of the same id."""
    recognition = await kept(store, given_by_ann())
    assert await store.ledger.recognition(OTHER, recognition.id) is None
    assert await store.ledger.given_by(OTHER, "ann") == []
    assert await store.ledger.received_by(OTHER, "bob") == []
    assert await store.ledger.latest_by(OTHER, "ann") is None
    directory, places = store.directory, store.places
    await places.save_member(W, CLOSED, "ann", present=True)
    await directory.save_emoji(W, {"ohr": "ear"})
    await directory.save_groups(W, [("S1", "nights")])
    assert await directory.group_names(OTHER, ["S1"]) == {}
    assert await directory.people(OTHER, ["ann"]) == {}
    assert await directory.everybody(OTHER) == []
    assert await places.get(OTHER, "general") is None
    assert await places.all(OTHER) == []
    assert await places.called(OTHER, "#general") is None
    assert await places.members(OTHER, CLOSED) == frozenset()
    assert await directory.emoji(OTHER, "ohr") == "ohr"


async def test_given_received_latest(store: Store) -> None:
    """What stands, latest first."""
    first, second = given_by_ann(["bob"]), replace(given_by_ann(["bob", "cara"]), id="r2")
    second = replace(second, given_at=first.given_at + timedelta(minutes=1))
    await kept(store, first)
    await kept(store, second)
    assert [each.id for each in await store.ledger.given_by(W, "ann")] == ["r2", "r1"]
    assert [each.id for each in await store.ledger.received_by(W, "bob")] == ["r2", "r1"]
    assert [each.id for each in await store.ledger.received_by(W, "cara")] == ["r2"]
    assert await store.ledger.latest_by(W, "ann") == second
    await store.write(steps.revised(replace(second, withdrawn=True)))
    assert await store.ledger.latest_by(W, "ann") == first
    assert [each.id for each in await store.ledger.received_by(W, "bob")] == ["r1"]
    assert await store.ledger.latest_by(W, "bob") is None


# Who and where


async def test_what_groups_are_called(store: Store) -> None:
    """The latest name counts."""
    await store.directory.save_groups(W, [("S1", "nights"), ("S2", "days")])
    await store.directory.save_groups(W, [("S1", "late-nights")])
    assert await store.directory.group_names(W, ["S1", "S3"]) == {"S1": "late-nights"}


async def test_people(store: Store) -> None:
    """Told anew, a person is as told last; where their conversation with Kudos is stays known."""
    directory = store.directory
    await directory.save_direct(ANN, "D-ann")
    married = replace(ANN, name="Ann Other", email="ann@example.org", kind=PersonKind.GUEST, active=False)
    await directory.save_people([married])
    assert await directory.people(W, ["ann", "ann", "nobody"]) == {"ann": replace(married, direct="D-ann")}
    await directory.save_people([replace(married, direct="D-2")])
    assert (await directory.people(W, ["ann"]))["ann"].direct == "D-2"
    assert await directory.people(W, []) == {}


async def test_many_people(store: Store) -> None:
    """A whole organisation, in the order of its names."""
    people = [Person(workspace=OTHER, id=f"{n}", name=f"{'aB'[n % 2]}{n:04}") for n in range(1001)]
    await store.directory.save_people(people)
    assert await store.directory.everybody(OTHER) == sorted(people, key=lambda each: each.name.lower())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("#general", "general"),
        ("general", "general"),
        ("GENERAL", "general"),
        ("C1", "C1"),
        ("#attic", None),
        ("#nowhere", None),
        ("", None),
    ],
)
async def test_the_place_that_a_name_means(store: Store, name: str, found: str | None) -> None:
    """`#name`, a bare name or an id; an archived one is none."""
    await store.places.save([Place(workspace=W, id="C1", name="by-id")])
    place = await store.places.called(W, name)
    assert (place.id if place else None) == found


async def test_places(store: Store) -> None:
    places = store.places
    assert [each.name for each in await places.all(W)] == sorted(each.name for each in ROOMS.values())
    await places.save_joined(W, "away", joined=True)
    place = await places.get(W, "away")
    assert place == replace(ROOMS["away"], joined=True)
    await places.save([replace(ROOMS["away"], visibility=Visibility.PRIVATE, archived=True)])
    assert await places.get(W, "away") == replace(ROOMS["away"], visibility=Visibility.PRIVATE, archived=True)


async def test_members(store: Store) -> None:
    """One comes, one goes, or all are told anew."""
    places = store.places
    await places.save_member(W, CLOSED, "ann", present=True)
    await places.save_member(W, CLOSED, "ann", present=True)
    await places.save_member(W, CLOSED, "bob", present=True)
    await places.save_member(W, CLOSED, "ann", present=False)
    assert await places.members(W, CLOSED) == {"bob"}
    await places.save_members(W, CLOSED, ["cara", "dee", "cara"])
    assert await places.members(W, CLOSED) == {"cara", "dee"}
    await places.save_member("elsewhere", "general", "dee", present=True)
    assert await places.with_person(W, "dee", ["general", CLOSED]) == {CLOSED}
    assert await places.with_person(W, "dee", []) == frozenset()
    assert await places.is_in(W, CLOSED, "cara")
    assert not await places.is_in(W, CLOSED, "ann")


async def test_settings(store: Store) -> None:
    """The latest counts, per place; every change is kept, with who made it; the same change twice is one."""
    clock = Clock()
    assert await store.settings.value(W, "general", "reactions", "1") == "1"
    for value, key in (("0", "d1"), ("0", "d1"), ("1", "d2"), ("0", "d3")):
        clock.move(1)
        step = store.settings.set(W, "general", "reactions", value, actor="ann", now=clock(), key=key)
        await store.write(step)
    assert await store.settings.value(W, "general", "reactions", "1") == "0"
    assert await store.settings.value(W, "news", "reactions", "1") == "1"


async def test_the_workspace(store: Store) -> None:
    assert await store.directory.workspace(W) is None
    for name in ("Old", "New"):
        await store.directory.save_workspace(Workspace(id=W, name=name, url="https://x.example/", bot="kudos"))
    assert await store.directory.workspace(W) == Workspace(id=W, name="New", url="https://x.example/", bot="kudos")


async def test_other_names_of_emoji(store: Store) -> None:
    """Told anew, the old ones are forgotten."""
    await store.directory.save_emoji(W, {"ohr": "ear", "oreille": "ear"})
    assert await store.directory.emoji(W, "ohr") == "ear"
    await store.directory.save_emoji(W, {"oreille": "ear"})
    assert await store.directory.emoji(W, "ohr") == "ohr"


# The rows of the outbox


async def test_what_stands_where(store: Store) -> None:
    """A row is found again by its message, its fact and its id."""
    clock, lease = Clock(), timedelta(seconds=20)
    row = posts.post(W, posts.CARD, "r1", place="general", due_at=clock())
    await store.write(posts.wanted(row))
    assert await store.posts.claim(row, "mine", clock(), clock() + lease)
    message = Message(place="general", id="7")
    assert await store.posts.arrived(replace(row, claim="mine"), message, 1)
    found = await store.posts.standing_at(W, message)
    assert found
    assert (found.id, found.state, found.message, found.target) == (row.id, "done", message, f"{W}/general")
    assert await store.posts.of_fact(W, "r1") == [found]
    assert await store.posts.cards(W, ["r1", "r2"]) == {"r1": message}
    assert await store.posts.standing_at(OTHER, message) is None
    assert await store.posts.standing_at(W, Message(place="general", id="8")) is None
    assert await store.posts.post(W, "no-such-row") is None
    assert posts.post(W, posts.THANKS, "r1", person="bob", due_at=clock()).target == f"{W}/@bob"


async def test_wanting_once_and_anew(store: Store) -> None:
    """Wanting a row again wants it anew; wanting it once leaves it alone."""
    clock = Clock()
    row = posts.post(W, posts.HELLO, "general", place="general", due_at=clock())
    for _ in range(3):
        await store.write(posts.wanted_once(row))
    (found,) = await store.posts.of_fact(W, "general")
    assert found.wanted == 1
    await store.write(posts.wanted(row))
    (found,) = await store.posts.of_fact(W, "general")
    assert found.wanted == 2


async def test_rows_come_due_in_order(store: Store) -> None:
    """The longest due first; none of the future, none of a target that rests."""
    clock = Clock()
    assert await store.posts.next_due(clock()) is None
    for n, place in enumerate(("general", "news", "away", "closed")):
        due_at = clock() + timedelta(seconds=n - 2)
        await store.write(posts.wanted(posts.post(W, posts.CARD, f"r{n}", place=place, due_at=due_at)))
    assert [row.place for row in await store.posts.due(clock(), most=9)] == ["general", "news", "away"]
    assert [row.place for row in await store.posts.due(clock(), most=1, resting=[f"{W}/general"])] == ["news"]
    assert await store.posts.next_due(clock()) == clock() + timedelta(seconds=1)
    row = (await store.posts.due(clock(), most=1))[0]
    assert await store.posts.claim(row, "ours", clock(), clock() + timedelta(milliseconds=500))
    assert await store.posts.next_due(clock()) == clock() + timedelta(milliseconds=500)
