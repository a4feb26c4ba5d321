"""When digests are due, and of which week they tell: in local time, across clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import Plan, Scope, Since, Week, since

MARCH, OCTOBER = date(2026, 3, 29), date(2026, 10, 25)  # Sundays on which London's clocks change


def plan(day: int = 6, at: str = "01:30", zone: str = "Europe/London") -> Plan:
    return Plan(day=day, at=at, zone=zone)


@pytest.mark.parametrize(
    ("at", "day", "due"),
    [
        ("00:30", MARCH, "2026-03-29T00:30"),
        ("01:00", MARCH, "2026-03-29T01:00"),  # there is no 01:00: as soon as there is a time again
        ("01:30", MARCH, "2026-03-29T01:00"),
        ("08:30", MARCH, "2026-03-29T07:30"),
        ("00:30", OCTOBER, "2026-10-24T23:30"),
        ("01:00", OCTOBER, "2026-10-25T00:00"),  # there are two: the first
        ("01:30", OCTOBER, "2026-10-25T00:30"),
        ("08:30", OCTOBER, "2026-10-25T08:30"),
    ],
)
def test_once_when_the_clocks_change(at: str, day: date, due: str) -> None:
    """Whenever one looks within the week, it was due once, for the week before."""
    own, expected = plan(at=at), datetime.fromisoformat(f"{due}+00:00")
    looks = [expected + timedelta(minutes=minutes) for minutes in range(0, 7 * 24 * 60 - 120, 7)]
    assert {own.due_before(look) for look in looks} == {expected}
    assert own.due_after(expected - timedelta(seconds=1)) == expected
    assert own.told(expected) == Week.of(day).before


@given(
    at=st.times(),
    day=st.integers(0, 6),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]),
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_every_week_is_told_once(at: time, day: int, zone: str, moment: datetime) -> None:
    """Due times follow one another, a week and at most an hour's change apart, each telling the week after the last."""
    own = plan(day, f"{at:%H:%M}", zone)
    dues = [own.due_before(moment.replace(tzinfo=UTC))]
    for _ in range(3):
        dues.append(own.due_after(dues[-1]))
        assert own.due_before(dues[-1]) == dues[-1]
        assert own.due_before(dues[-1] - timedelta(seconds=1)) == dues[-2]
        assert own.told(dues[-1]) == own.told(dues[-2]).after
    assert all(abs(later - before - timedelta(days=7)) <= timedelta(hours=2) for before, later in pairwise(dues))


def test_a_week() -> None:
    week = Week.named(" 2026-w13 ")
    assert (str(week), week.monday, week.sunday) == ("2026-W13", date(2026, 3, 23), date(2026, 3, 29))
    assert (str(week.before), str(week.after)) == ("2026-W12", "2026-W14")
    begin, end = week.bounds(plan().clock)
    assert (begin, end) == (datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC))
    assert str(Week.named("2021-W01").before) == "2020-W53"


@pytest.mark.parametrize("text", ["", "13", "2026-13", "2026-W54", "2026-W00", "2025-W53", "1999-W01", "２０２６-W1x"])
def test_what_is_no_week(text: str) -> None:
    with pytest.raises(ValueError, match="as in 2026-W13"):
        Week.named(text)


def test_a_plan_comes_back_as_it_was_kept() -> None:
    own = Plan(day=4, at="16:00", zone="UTC", scope=Scope.PEOPLE, people=("U1", "U2"), mention=True, owner="U3")
    assert Plan.read(own.text) == own


def test_since_when_a_plan_is_what_it_is() -> None:
    """A pause, a week left out and other people change nothing of that."""
    monday, friday = plan(day=0), plan(day=4)
    off = replace(friday, on=False)
    at = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 9)]
    assert since([]) is None
    assert since([(at[0], monday)]) == Since(on=at[0], timed=at[0])
    assert since([(at[0], monday), (at[1], replace(monday, paused="x", skipped="2026-W13"))]) == Since(
        on=at[0], timed=at[0]
    )
    assert since([(at[0], monday), (at[1], friday), (at[2], friday)]) == Since(on=at[0], timed=at[1])
    assert since([(at[0], monday), (at[1], off)]) is None
    assert since([(at[0], monday), (at[1], off), (at[2], friday)]) == Since(on=at[2], timed=at[2])
