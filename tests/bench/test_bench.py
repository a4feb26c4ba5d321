"""The benchmark works: every part runs, in small, and nothing it counts gets lost. No figure is judged here."""

from collections.abc import Callable, Iterator

import pytest

from tests.bench.__main__ import ALL, table
from tests.bench.figures import TINY, Figure, Size, percentiles


@pytest.mark.parametrize("part", ALL, ids=lambda part: part.__name__)
def test_each_part_gives_figures(part: Callable[[Size], Iterator[Figure]]) -> None:
    """Each part comes to an end, and fails by itself where what was acknowledged is not on disk."""
    figures = list(part(TINY))
    assert any(each.met is not None for each in figures)
    assert all(each.what and each.figure for each in figures)


def test_the_table_says_what_is_met_and_what_is_not() -> None:
    lines = table(
        [
            Figure(what="a", figure="1 s", goal="≤ 2 s", met=True),
            Figure(what="b", figure="3 s", goal="≤ 2 s", met=False),
            Figure(what="c", figure="4"),
        ]
    ).splitlines()
    assert [line.split("|")[-2].strip() for line in lines[2:]] == ["met", "NOT MET", ""]
    assert len({len(line) for line in lines}) == 1


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentiles([float(n) for n in range(1, 101)]) == (50.0, 99.0)
    assert percentiles([7.0]) == (7.0, 7.0)
