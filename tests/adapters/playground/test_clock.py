"""The playground's time goes on, as far as somebody moves it, and never back."""

from datetime import UTC, datetime, timedelta

from adapters.playground.clock import Clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Wall:
    """A clock on the wall, which somebody may set."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def test_it_is_as_late_as_on_this_machine() -> None:
    wall = Wall()
    clock = Clock(wall)
    assert clock() == NOON
    wall.at += HOUR
    assert clock() == NOON + HOUR
    assert clock.ahead_s == 0


def test_it_can_be_moved_and_goes_on_from_there() -> None:
    wall = Wall()
    clock = Clock(wall)
    clock.reach(NOON + 24 * HOUR)
    assert clock() == NOON + 24 * HOUR
    wall.at += HOUR
    assert clock() == NOON + 25 * HOUR
    clock.reach(NOON)
    assert clock() == NOON + 25 * HOUR
    assert clock.ahead_s == 24 * 3600


def test_it_never_goes_back_whatever_the_machine_does() -> None:
    wall = Wall()
    clock = Clock(wall)
    wall.at -= HOUR
    assert clock() == NOON
    clock.reach(NOON + HOUR)
    assert clock() == NOON + HOUR


def test_it_is_taken_up_where_it_was_left() -> None:
    wall = Wall()
    clock = Clock(wall)
    clock.take_up(3600, NOON)
    assert clock() == NOON + HOUR
    clock = Clock(wall)
    clock.take_up(0, NOON + 2 * HOUR)
    assert clock() == NOON + 2 * HOUR, "not before the last thing that happened"
