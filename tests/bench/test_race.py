"""In short: what `python -m tests.bench digests` shows with hundreds of digests, and hundreds of kills."""

from pathlib import Path

from tests.bench import race
from tests.bench.__main__ import table

FEW = race.Race(places=14, kills=9, minutes=0, aimed=0.3)


async def test_programs_that_race_and_die_post_every_digest_once(tmp_path: Path) -> None:
    result = await race.run(FEW, tmp_path)
    assert race.faults(result) == [], table(race.figures(FEW, result))
    assert result.digests == FEW.places
    assert result.kills >= FEW.kills
