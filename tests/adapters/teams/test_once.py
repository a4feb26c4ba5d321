"""The same question gets the same answer for a while; a failure is no answer."""

import asyncio

import pytest

from adapters.teams.once import Once


async def test_who_asks_again_or_at_the_same_time_gets_the_same_answer() -> None:
    once, made = Once[int](), []

    async def make() -> int:
        made.append(1)
        await asyncio.sleep(0)
        return len(made)

    assert await asyncio.gather(*(once.answer("a", make) for _ in range(3))) == [1, 1, 1]
    assert await once.answer("a", make) == 1
    assert await once.answer("b", make) == 2


async def test_what_failed_is_made_anew() -> None:
    once, fails = Once[str](), [True]

    async def make() -> str:
        if fails.pop():
            raise ValueError("not now")
        return "made"

    with pytest.raises(ValueError, match="not now"):
        await once.answer("a", make)
    fails.append(False)
    assert await once.answer("a", make) == "made"


async def test_one_who_stops_waiting_leaves_the_others_their_answer() -> None:
    once, go = Once[str](), asyncio.Event()

    async def make() -> str:
        await go.wait()
        return "made"

    first, second = (asyncio.create_task(once.answer("a", make)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == "made"


async def test_answers_are_forgotten_when_they_are_old_or_too_many() -> None:
    made: list[int] = []

    async def make() -> int:
        made.append(1)
        return len(made)

    short = Once[int](kept_s=0)
    assert [await short.answer("a", make), await short.answer("a", make)] == [1, 2]
    few = Once[int](most=1)
    assert [await few.answer(key, make) for key in ("a", "b", "c", "a")] == [3, 4, 5, 6]
