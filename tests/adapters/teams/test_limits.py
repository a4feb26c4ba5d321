"""In no window, wherever it begins, is there more than Teams allows."""

import asyncio
from collections.abc import Callable

import pytest

from adapters.teams.limits import Limits
from bot.errors import Throttled
from tests.adapters.teams.leaping import in_no_time
from tests.doubles.teams_connector import CONVERSATION_LIMITS, TENANT_LIMITS


def within(times: list[float], limits: tuple[tuple[int, float], ...]) -> bool:
    return not any(
        later - earlier < window_s - 1e-4
        for most, window_s in limits
        for earlier, later in zip(times, times[most:], strict=False)
    )


async def passing(limits: Limits, seconds: float, conversation: Callable[[int], str]) -> list[float]:
    """When we were let through, trying all the time; a wait that we are told of is kept."""
    clock = asyncio.get_running_loop().time
    times, number = [], 0
    while clock() < seconds:
        number += 1
        try:
            await limits.admit("tenant", conversation(number))
        except Throttled as error:
            await asyncio.sleep(error.retry_after_s)
        else:
            times.append(clock())
    return times


def test_one_conversation_gets_what_it_may_and_no_more() -> None:
    async def story() -> None:
        times = await passing(Limits(), 2 * 3600, lambda _: "one")
        assert within(times, CONVERSATION_LIMITS)
        assert len(times) >= 1800, "half of what may be in the long run, and what had been saved up"

    in_no_time(story)


def test_all_conversations_of_a_tenant_together() -> None:
    async def story() -> None:
        times = await passing(Limits(), 20, str)
        assert within(times, TENANT_LIMITS)
        assert len(times) >= 300

    in_no_time(story)


def test_many_who_wait_at_once() -> None:
    """None waits for long: who would have to is told when to come again."""

    async def story() -> None:
        limits, clock = Limits(), asyncio.get_running_loop().time
        times = []

        async def one() -> None:
            began = clock()
            try:
                await limits.admit("tenant", "one")
                times.append(clock())
            finally:
                assert clock() - began < 5

        outcomes = await asyncio.gather(*(one() for _ in range(50)), return_exceptions=True)
        assert within(sorted(times), CONVERSATION_LIMITS)
        refused = [each for each in outcomes if each is not None]
        assert refused
        assert all(isinstance(each, Throttled) and each.retry_after_s >= 1 for each in refused)

    in_no_time(story)


@pytest.mark.parametrize("others", [10, 5000])
def test_looking_is_counted_for_the_tenant_alone(others: int) -> None:
    """However many conversations there are, what is remembered of them has an end."""

    async def story() -> None:
        limits = Limits()
        for number in range(others):
            await limits.admit(f"tenant {number}", "one")
        for _ in range(15):
            await limits.admit("tenant")
        assert asyncio.get_running_loop().time() < 5

    in_no_time(story)
