"""The chain of an audit log: a changed, a missing and an added row are found, and it is said which."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Entry, Head, Link, chained, checked, ended
from bot.model import to_text

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def entry(number: int, **more: Any) -> Entry:
    told = {"actor": "ann", "act": "role granted", "subject": "bob", "detail": "moderator", "origin": "slack"}
    at = to_text(NOW + timedelta(minutes=number))
    return Entry(**{"id": f"row {number}", "workspace": "slack:T1", "at": at, **told, **more})


LINKS = chained(Head(), map(entry, range(1, 8)))


def flaws(links: list[Link]) -> list[str]:
    return checked(Head(), links)[1]


def test_a_log_that_is_whole_has_no_flaws() -> None:
    head, found = checked(Head(), LINKS)
    assert found == []
    assert (head.position, head.hash, head.at) == (7, LINKS[-1].hash, entry(7).at)
    assert checked(Head(), []) == (Head(), [])


@given(cut=st.integers(0, 7))
def test_it_makes_no_difference_in_how_many_parts_it_is_chained_and_looked_at(cut: int) -> None:
    first = chained(Head(), map(entry, range(1, cut + 1)))
    head, _ = checked(Head(), first)
    rest = chained(head, map(entry, range(cut + 1, 8)))
    assert first + rest == LINKS
    assert checked(head, rest) == checked(Head(), LINKS)


@given(
    position=st.integers(1, 7),
    column=st.sampled_from(["id", "workspace", "actor", "act", "subject", "detail", "origin", "at"]),
)
def test_whatever_is_changed_is_found(position: int, column: str) -> None:
    links = list(LINKS)
    changed = replace(entry(position), **{column: to_text(NOW + timedelta(days=9)) if column == "at" else "else"})
    links[position - 1] = replace(links[position - 1], entry=changed)
    first = flaws(links)[0]
    assert first == f"no. {position} is not what it was: the row {changed.id}, “{changed.act}” of {changed.at}"


def test_what_is_moved_from_one_column_to_the_next_is_changed() -> None:
    links = [replace(LINKS[0], entry=entry(1, subject="bobmod", detail="erator")), *LINKS[1:]]
    assert len(flaws(links)) == 1


@given(position=st.integers(1, 7))
def test_a_missing_row_is_found_with_its_link_and_without(position: int) -> None:
    links = [each if each.position != position else replace(each, entry=None) for each in LINKS]
    assert flaws(links) == [f"no. {position} is missing: the row row {position}"]
    without = [each for each in LINKS if each.position != position]
    head, found = checked(Head(), without)
    assert [*found, *ended(head, Head(position=7, hash=LINKS[-1].hash))] == [f"no. {position} is missing"]


def test_several_missing_rows_are_told_together() -> None:
    assert flaws([LINKS[0], *LINKS[4:]]) == ["nos. 2 to 4 are missing"]
    head, _ = checked(Head(), LINKS[:4])
    assert ended(head, Head(position=7, hash=LINKS[-1].hash)) == ["nos. 5 to 7 are missing"]


def test_a_row_that_is_put_between_others_is_found() -> None:
    """Whoever makes room for it changes what follows."""
    shifted = [replace(each, position=each.position + 1) for each in LINKS[3:]]
    added = chained(Head(position=3, hash=LINKS[2].hash), [entry(3, id="forged")])
    assert flaws([*LINKS[:3], *added, *shifted])[0].startswith("no. 5 is not what it was")


def test_a_row_that_says_it_is_older_than_the_one_before_it_was_added() -> None:
    """But several processes write, so that some seconds mean nothing."""
    late = entry(8, at=to_text(NOW))
    links = [*LINKS, *chained(Head(position=7, hash=LINKS[-1].hash), [late])]
    assert flaws(links) == [f"no. 8 was added later than it says: the row row 8, “role granted” of {late.at}"]
    slow = entry(8, at=to_text(NOW + timedelta(minutes=7) - timedelta(minutes=5)))
    assert flaws([*LINKS, *chained(Head(position=7, hash=LINKS[-1].hash), [slow])]) == []


@pytest.mark.parametrize("position", [0, 6, 7])
def test_an_end_that_is_as_noted_or_beyond_is_no_flaw(position: int) -> None:
    head, _ = checked(Head(), LINKS)
    noted = Head(position=position, hash=LINKS[position - 1].hash if position else "")
    assert ended(head, noted) == []


def test_another_row_in_the_place_of_the_last_is_found() -> None:
    head, _ = checked(Head(), chained(Head(), map(entry, [1, 2, 3, 4, 5, 6, 9])))
    assert ended(head, Head(position=7, hash=LINKS[-1].hash)) == ["no. 7 is not the one that was noted as the last"]
