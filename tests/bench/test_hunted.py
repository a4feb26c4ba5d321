"""In short: what `python -m tests.bench hunted` does for ten minutes."""

from pathlib import Path

from tests.bench import hunted
from tests.bench.__main__ import table

BRIEFLY = hunted.Hunted(minutes=0.0, kills=3, acknowledged=25, most_s=2.0, retry_delays_s=(0.0, 1.0, 3.0))


async def test_nothing_acknowledged_is_lost_and_nothing_doubled_while_programs_are_killed(tmp_path: Path) -> None:
    log = await hunted.run(BRIEFLY, tmp_path)
    assert hunted.faults(log) == [], table(hunted.figures(log))
    assert log.kills >= BRIEFLY.kills
    assert log.answers["acknowledged"] >= BRIEFLY.acknowledged
    assert log.account.recognitions
    assert log.account.posts
