"""What was done a moment ago is not done again, and not for ever."""

import asyncio

from adapters.teams.lately import Lately


async def test_it_is_known_for_a_while() -> None:
    lately = Lately(kept_s=0.05)
    lately.add("a")
    assert "a" in lately
    assert "b" not in lately
    await asyncio.sleep(0.06)
    assert "a" not in lately


async def test_it_is_taken_back_and_never_more_than_there_is_room_for() -> None:
    lately = Lately(most=2)
    for key in "abc":
        lately.add(key)
    assert "c" in lately
    assert "a" not in lately
    lately.clear()
    assert "c" not in lately
