"""`kudos …` with somebody in its event loop who notes how long they had to wait for their turn.

    python -m tests.bench.watched NOTES serve

How late they are woken says little where a machine has other things to do. So what counts is for how long of that the
program itself was at work, in any of its threads, while the loop was not merely queuing for a processor. What the
machine does to everybody is noted by `probe.py`. The notes, a JSON file, are written when the program has come to its
end: when it was, how late they were woken in milliseconds, and how much of that the program can be blamed for at most.
"""

import asyncio
import atexit
import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOOK_S: Final = 0.005
NOTED_S: Final = 0.002  #: what is less is the timer

_waits: list[tuple[float, float, float]] = []


@dataclass(frozen=True, slots=True)
class _Moment:
    at_s: float
    worked_s: float  #: by all threads
    queued_s: float  #: by the loop's own thread, for a processor


class _Watch:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # Linux, scheduler statistics: time on a processor, time in the queue for one, in nanoseconds.
        self._queue = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
        self._slept = self._moment()
        loop.call_later(LOOK_S, self._look)

    def _look(self) -> None:
        now, slept = self._moment(), self._slept
        late_s = now.at_s - slept.at_s - LOOK_S
        if late_s > NOTED_S:
            blamed_s = min(now.worked_s - slept.worked_s, late_s - (now.queued_s - slept.queued_s))
            _waits.append((time.time(), late_s * 1000, max(0.0, blamed_s) * 1000))
        self._slept = self._moment()
        self._loop.call_later(LOOK_S, self._look)

    def _moment(self) -> _Moment:
        queued_ns = int(os.pread(self._queue, 100, 0).split()[1])
        return _Moment(time.perf_counter(), time.process_time(), queued_ns / 1e9)


class _Watched(asyncio.DefaultEventLoopPolicy):
    """Whose loops are watched from their first turn on."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        loop.call_soon(_Watch, loop)
        return loop


def main() -> None:
    from adapters.cli import main as kudos

    notes = Path(sys.argv[1])
    atexit.register(lambda: notes.write_text(json.dumps(_waits)))
    asyncio.set_event_loop_policy(_Watched())
    kudos(sys.argv[2:])


if __name__ == "__main__":
    main()
