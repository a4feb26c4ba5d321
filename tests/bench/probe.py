"""How long a server keeps everybody waiting, a process of its own: `/health`, asked again and again.

    python -m tests.bench.probe PORT

It asks until its standard input is closed, and then prints all latencies in milliseconds as JSON.
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
    latencies = []
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        began = time.perf_counter()
        connection.send(_REQUEST, began)
        while not connection.answer():
            pass
        latencies.append((time.perf_counter() - began) * 1000)
    json.dump(latencies, sys.stdout)


if __name__ == "__main__":
    main()
