"""In short: what `make load` does for an hour and more. No speed is judged here."""

from pathlib import Path

import pytest

from tests.bench import busy
from tests.bench.__main__ import LOADS, PROOFS, loaded, main, table

FEW = busy.Busy(events=120, rate=40.0, people=8, channels=6)


async def test_what_people_do_is_acknowledged_once_kept_and_told(tmp_path: Path) -> None:
    log = await busy.run(FEW, tmp_path)
    assert busy.faults(log) == [], table(busy.figures(FEW, log))
    assert log.answers["acknowledged"] >= FEW.events
    assert len(log.waited_ms) == log.answers["acknowledged"]
    assert {"command", "reaction", "question"} <= log.sent.keys()
    assert log.account.recognitions
    assert log.account.waiting == 0
    assert len(log.memory_mb) == busy.LOOKS
    assert min(log.memory_mb) > 0


async def test_what_comes_at_once_is_kept_and_posted_once(tmp_path: Path) -> None:
    result = await busy.burst(30, tmp_path, people=8, channels=12)
    assert (result.refused, result.kept, result.posted, result.doubled) == (0, 30, 30, ())
    assert len(result.latencies_ms) == 30
    assert all(each.met for each in busy.burst_figures(result) if each.goal == "30")


def test_the_second_fifth_and_the_last_are_compared() -> None:
    assert busy.fifths([float(number) for number in range(1, 101)]) == (30.5, 90.5)
    assert busy.fifths([3.0]) == (3.0, 3.0)


def test_each_proof_can_be_had_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    for proof in PROOFS:
        with pytest.raises(SystemExit) as ended:
            main([proof, "--help"])
        assert ended.value.code == 0
    assert capsys.readouterr().out.count("usage:") == len(PROOFS)


def test_each_part_of_the_load_can_be_had_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names another part reads which there are."""
    with pytest.raises(SystemExit):
        main(["load", "--only", "nothing"])
    said = capsys.readouterr().err
    assert all(part in said for part in LOADS)
    assert list(loaded("nothing", 0.0, 0, 0, 0.0)) == []
