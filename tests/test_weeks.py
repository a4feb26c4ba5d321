"""What was given in a week: in a shortlist nobody crowds the others out, and few statements read it all."""

from bot.database import Row
from bot.weeks import LISTED_MOST, LISTED_OF_ONE, Gathered

SEED = "digest"


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
