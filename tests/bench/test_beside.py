"""In short: what `python -m tests.bench beside` puts side by side. No speed is judged here."""

from tests.bench import beside
from tests.bench.figures import TINY, Rates
from tests.bench.load import Result


def rates(each_s: float) -> Rates:
    return Rates([Result(acknowledged=100, refused=0, seconds=each_s, latencies_ms=[each_s] * 100, busy=0.1)])


def test_the_table_has_a_row_for_each_with_ratios() -> None:
    found = {
        name: beside.Beside(rates={1: rates(number), 16: rates(2 * number)}, acknowledged=200 * (number > 2), lost=5)
        for number, name in enumerate(beside.NAMES, 1)
    }
    header, _, *rows = beside.side_by_side(TINY, found).splitlines()
    assert len(rows) == len(beside.NAMES)
    assert {row.count("|") for row in (header, *rows)} == {5}
    assert rows[0] == f"| {beside.NAMES['aiohttp']} | 2.00; 1.0 ms | 2.00; 2.0 ms | all |"
    assert rows[2] == f"| {beside.NAMES['task']} | 0.67; 3.0 ms | 0.67; 6.0 ms | 5 of 200 |"


def test_kudos_may_lose_nothing_and_who_stores_too_late_may() -> None:
    found = {name: beside.Beside(acknowledged=10, lost=int(name in ("task", "postgres"))) for name in beside.NAMES}
    assert beside.faults(found) == [f"{beside.NAMES['postgres']} has lost 1 of what it had acknowledged"]
