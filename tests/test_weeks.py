"""What was given in a week: in a shortlist nobody crowds the others out, and few statements read it all."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.colleagues import Faces
from bot.database import Row
from bot.gathered import LISTED_MOST, LISTED_OF_ONE, Gathered, Share
from bot.model import Person, Visibility
from bot.weeks import Weeks
from tests.noted import Noted

SEED = "digest"
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)


def given(number: int, *, giver: str = "", words: bool = True, active: bool = True) -> Row:
    return {"id": f"r{number}", "giver": giver or f"p{number}", "active": int(active), "has_words": int(words)}


def received(number: int, *people: str, active: bool = True) -> list[Row]:
    return [{"id": f"r{number}", "person": each, "name": each.title(), "active": int(active)} for each in people]


def test_a_shortlist_begins_with_what_is_chosen_first() -> None:
    rows = [given(0), given(1, words=False), given(2), given(3), given(4, active=False)]
    listed = Gathered(rows, []).shortlist({"r3": 2, "r2": 1}, SEED)
    assert listed[0]["id"] == "r3"
    assert {row["id"] for row in listed[1:3]} == {"r0", "r2"}
    assert [row["id"] for row in listed[3:]] == ["r1"]


def test_nobody_crowds_a_shortlist_and_it_has_an_end() -> None:
    rows = [given(number, giver="ann") for number in range(LISTED_MOST)]
    rows += [given(number) for number in range(1000, 1000 + LISTED_MOST)]
    listed = Gathered(rows, []).shortlist({f"r{number}": 9 for number in range(LISTED_MOST)}, SEED)
    assert len(listed) == LISTED_MOST
    assert sum(row["giver"] == "ann" for row in listed) == LISTED_OF_ONE


def test_the_lot_is_the_same_for_the_same_digest() -> None:
    rows = [given(number) for number in range(3 * LISTED_MOST)]
    one, again, other = (Gathered(rows, []).shortlist({}, seed) for seed in ("a", "a", "b"))
    assert one == again != other


def test_who_has_left_is_counted_and_neither_named_nor_featured() -> None:
    rows = [given(0), given(1), given(2, active=False)]
    people = [*received(0, "ann", "bob"), *received(1, "cara", active=False), *received(2, "ann")]
    week = Gathered(rows, people)
    assert (week.figures.kudos, week.figures.thanked, week.figures.thanking) == (3, 3, 3)
    assert [person.name for person in week.thanked("w")] == ["Ann", "Bob"]
    (candidate,) = week.candidates(rows, {"r0": 2}, {"r0": ["b", "a"]})
    assert (candidate.id, candidate.recipients, candidate.entries, candidate.seconds) == (
        "r0",
        ("ann", "bob"),
        ("a", "b"),
        2,
    )


def test_what_is_gone_is_left_out_of_everything() -> None:
    week = Gathered([given(0), given(1)], [*received(0, "ann"), *received(1, "bob")])
    assert week.without(frozenset()) is week
    left = week.without({"r0"})
    assert (left.figures.kudos, [person.id for person in left.thanked("w")]) == (1, ["bob"])


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("read", [Weeks.gathered, Weeks.figures, Weeks.people, Weeks.lived])
async def test_it_costs_the_same_however_long_the_ledger_is(read: Any, noted: Noted) -> None:
    """From the kudos of the week to their recipients and tags, one by one: never all of a workspace or a time."""
    rooms = frozenset({("general", Visibility.PUBLIC)})
    share = Share(workspace="w", begins_at=MONDAY, ends_at=MONDAY + timedelta(days=7), rooms=rooms)
    await read(Weeks(noted), share)
    steps = [step for plan in await noted.plans() for step in plan]
    assert any("INDEX recognition_week (workspace=? AND given_at>?" in step for step in steps), steps
    looked_up = [step for step in steps if re.match(r"\w+ (?:recipient|tag)\b", step)]
    assert all(step.endswith("(recognition=?)") for step in looked_up), steps


ANN, ANNE = Person(workspace="s", id="ann", name="Ann"), Person(workspace="t", id="a1", name="Anne")


def test_of_another_workspace_everybody_is_known_as_at_home() -> None:
    """Two accounts of a colleague are one; who has none at home is kept apart from whoever is called so there."""
    faces = Faces.seen_from("t", [(ANN, ANNE)])
    here = Gathered([given(0, giver="a1"), given(1, giver="bob")], received(0, "bob"))
    there = Gathered(
        [given(2, giver="ann"), given(3, giver="bob", active=False)], [*received(2, "bob"), *received(3, "ann")]
    )
    assert here.seen("t", faces) is here
    week = Gathered.together([here.seen("t", faces), there.seen("s", faces)])
    assert (week.figures.kudos, week.figures.thanked, week.figures.thanking) == (4, 3, 3)
    assert week.thanked("t") == (
        Person(workspace="t", id="bob", name="Bob"),
        Person(workspace="s", id="bob", name="Bob"),
        Person(workspace="t", id="a1", name="Anne"),
    )
    assert [row["id"] for row in week.shortlist({}, SEED)] != []
    assert {each.giver for each in week.candidates(week.given, {}, {})} == {"a1"}
    left = week.without({"r2"})
    assert (left.figures.kudos, len(left.thanked("t"))) == (3, 2)


def test_who_is_somewhere_still_is_named() -> None:
    gone = replace(ANN, active=False)
    faces = Faces.seen_from("t", [(gone, ANNE)])
    week = Gathered([given(0, giver="ann", active=False)], received(0, "ann", active=False)).seen("s", faces)
    assert week.thanked("t") == (ANNE,)
    assert [row["active"] for row in week.given] == [True]


def test_two_accounts_at_home_are_told_as_one() -> None:
    double = replace(ANNE, id="a2", name="Anne the second")
    faces = Faces.seen_from("t", [(ANNE, double)])
    week = Gathered([given(0)], received(0, "a1", "a2", "bob")).seen("t", faces)
    assert [(each.id, each.name) for each in week.thanked("t")] == [("a1", "Anne"), ("bob", "Bob")]
    assert week.figures.thanked == 2
