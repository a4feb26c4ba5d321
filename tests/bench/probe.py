"""How long a server keeps everybody waiting, a process of its own: `/health`, asked again and again.

    python -m tests.bench.probe PORT

It asks until its standard input is closed, and then prints, in milliseconds and as JSON, all latencies, and how late it
was woken from each pause: that is what the machine does to a program that wants nothing.
"""

import json
import select
import sys
import time
from typing import Final

from tests.bench.load import Connection

PAUSE_S: Final = 0.005

_REQUEST: Final = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main() -> None:
    connection = Connection(int(sys.argv[1]))
    latencies, late = [], []
    slept_at = time.perf_counter()
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        began = time.perf_counter()
        late.append((began - slept_at - PAUSE_S) * 1000)
        connection.send(_REQUEST, began)
        while not connection.answer():
            pass
        slept_at = time.perf_counter()
        latencies.append((slept_at - began) * 1000)
    json.dump([latencies, late], sys.stdout)


if __name__ == "__main__":
    main()
