"""In short: what `python -m tests.bench force` shows with ten thousand people."""

from pathlib import Path

from tests.bench import force
from tests.bench.__main__ import table

FEW = force.Force(people=600, channels=30, private=6, members=50, latency_s=0.01, window_s=2, page_most=25, held=True)


async def test_the_start_waits_for_nobody_and_in_the_end_everybody_is_known(tmp_path: Path) -> None:
    """Slack gives out its lists page by page and says "not now" in between; people are answered all the while."""
    report = await force.gather(FEW, tmp_path)
    assert force.faults(report) == [], table(force.figures(FEW, report))
    assert report.known_at_start == 0
    assert report.answers[0][1] in (force.GIVEN, force.OPENED)  # before any list had told of anybody
    assert report.refused["users.list"] >= 1
    assert report.kept["person"] == 602
