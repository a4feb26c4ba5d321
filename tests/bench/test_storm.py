"""In short: what `python -m tests.bench storm` lets rage for half an hour."""

from collections import Counter
from pathlib import Path
from random import Random

from tests.bench import storm
from tests.bench.__main__ import table


async def test_in_a_storm_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """A real process, whose connections are cut, reset, silenced and renewed, and which is itself killed."""
    log = await storm.rage(storm.short(seed=1), tmp_path)
    assert storm.faults(log) == [], table(storm.figures(log))
    assert log.weather.happened == Counter(storm.short(seed=1).troubles)
    assert log.account.waiting == 0
    # It has been a storm, and people got something done all the same.
    hub = log.crowd.slack.socket
    assert len(hub.opened) > 48
    assert any(each.attempt for each in hub.deliveries)
    assert all(log.account.acknowledged[kind] for kind in ("command", "form", "second", "reaction"))
    assert log.account.recognitions > 50
    assert log.account.posts > log.account.recognitions


def test_what_happens_follows_from_the_seed() -> None:
    kinds = [list(storm.short(seed=1).kinds(Random(seed))) for seed in (1, 1, 2)]
    assert kinds[0] == kinds[1] != kinds[2]
    assert Counter(kinds[0]) == Counter(kinds[2])
