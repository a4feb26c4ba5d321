"""In short: what `python -m tests.bench monday` shows with two hundred places."""

from pathlib import Path

from tests.bench import monday
from tests.bench.__main__ import table

FEW = monday.Monday(places=6, people=40, week=60, rate=4.0, ahead=0, load_s=2.0)


async def test_all_are_posted_while_people_go_on_and_the_loop_is_watched(tmp_path: Path) -> None:
    report = await monday.dawn(FEW, tmp_path)
    found = [each for each in monday.faults(report) if "event loop" not in each]  # no speed is judged here
    assert found == [], table(monday.figures(FEW, report))
    assert report.posted == FEW.places
    assert report.latencies_ms
    assert report.loop_ms
    assert len(report.late_ms) == len(report.waited_ms)
