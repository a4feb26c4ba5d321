"""`kudos …` with somebody in its event loop who notes how long they had to wait for their turn.

    python -m tests.bench.watched NOTES serve

How late they are woken says little where a machine has other things to do. So what counts is for how long of that the
program itself was at work, in any of its threads; what the machine does to everybody is noted by `probe.py`.
The notes, a JSON file, are written when the program has come to its end: when it was, how late they were woken in
milliseconds, and for how many of these the program was at work.
"""

import asyncio
import atexit
import json
import sys
import time
from pathlib import Path
from typing import Final

LOOK_S: Final = 0.005
NOTED_S: Final = 0.002  #: what is less is the timer

_waits: list[tuple[float, float, float]] = []


def _watch(loop: asyncio.AbstractEventLoop, slept_at: float, worked_s: float) -> None:
    now, works_s = time.perf_counter(), time.process_time()
    late_s = now - slept_at - LOOK_S
    if late_s > NOTED_S:
        at_work_s = min(late_s, works_s - worked_s)
        _waits.append((time.time(), late_s * 1000, at_work_s * 1000))
    loop.call_later(LOOK_S, _watch, loop, time.perf_counter(), time.process_time())


class _Watched(asyncio.DefaultEventLoopPolicy):
    """Whose loops are watched from their first turn on."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        loop.call_soon(_watch, loop, time.perf_counter(), time.process_time())
        return loop


def main() -> None:
    from adapters.cli import main as kudos

    notes = Path(sys.argv[1])
    atexit.register(lambda: notes.write_text(json.dumps(_waits)))
    asyncio.set_event_loop_policy(_Watched())
    kudos(sys.argv[2:])


if __name__ == "__main__":
    main()
