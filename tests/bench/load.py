"""The load generator, a process of its own: really signed slash commands, or given bodies, over kept-alive connections.

    python -m tests.bench.load < PLAN > RESULT

A plan is bounded in count and in time. A closed loop keeps every connection busy; an open loop sends at a fixed
rate whatever comes back, and counts from the moment a request was due, so that a stall is not forgiven.
Plain sockets and no HTTP library, so that the generator is not what is measured.
"""

import contextlib
import dataclasses
import hashlib
import hmac
import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

ANSWER_TIMEOUT_S: Final = 10.0
SORRY: Final = b"nothing was saved"  #: an answer that takes nothing on
SPIN_S: Final = 0.001  #: a selector wakes up to 1 ms late; what is due sooner is waited for awake
SERIAL: Final = "0serial0"  #: in a body, where each request has a number of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who thanks whom where, how often and how long."""

    port: int
    secret: str
    team: str
    people: list[str]
    places: list[str]
    first: int  #: serial number of the first request; each makes another trigger id
    most: int  #: requests
    most_s: float
    connections: int
    rate: float = 0.0  #: requests a second of an open loop; 0 for a closed one
    mortal: bool = False  #: the server is killed meanwhile: a closed loop until it hangs up
    path: str = ""  #: where `bodies` are sent to, in turn, with `headers`; "" for slash commands
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    bodies: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    acknowledged: int  #: answered with 200, and not with an apology
    refused: int  #: answered with anything else
    seconds: float
    latencies_ms: list[float]
    busy: float  #: share of the time in which the generator itself was at work
    serials: list[int] = dataclasses.field(default_factory=list)  #: of what a mortal server acknowledged

    @property
    def rate(self) -> float:
        return self.acknowledged / self.seconds


class Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.open()
        self.since = 0.0
        self.waits = False  #: for an answer
        self.taken = False  #: what was answered last
        self._got = b""

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, since: float) -> None:
        self.since, self.waits = since, True
        self._got = b""
        self.socket.sendall(request)

    def answer(self) -> bytes:
        """The answer if it has arrived as a whole, else b""."""
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server has hung up")
        self._got += received
        head = self._got.find(b"\r\n\r\n")
        if head < 0:
            return b""
        at = self._got.index(b"Content-Length: ") + 16
        length = int(self._got[at : self._got.index(b"\r", at)])
        return self._got if len(self._got) >= head + 4 + length else b""


def requests(plan: Plan) -> Iterator[bytes]:
    return _given(plan) if plan.path else _commands(plan)


def _given(plan: Plan) -> Iterator[bytes]:
    named = "".join(f"{name}: {value}\r\n" for name, value in plan.headers.items())
    head = f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n{named}"
    for serial in range(plan.first, plan.first + plan.most):
        body = plan.bodies[serial % len(plan.bodies)].replace(SERIAL, f"{serial:08d}").encode()
        yield f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _commands(plan: Plan) -> Iterator[bytes]:
    """`/kudos @somebody #listen for …`, signed, each with a trigger id of its own."""
    templates = list(_templates(plan))
    timestamp = str(int(time.time()))
    key, prefix = plan.secret.encode(), b"v0:" + timestamp.encode() + b":"
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nX-Slack-Request-Timestamp: {timestamp}\r\n"
    )
    for serial in range(plan.first, plan.first + plan.most):
        body = templates[serial % len(templates)].replace(SERIAL, f"{serial:08d}").encode()
        signature = hmac.digest(key, prefix + body, hashlib.sha256).hex()
        yield f"{head}X-Slack-Signature: v0={signature}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _templates(plan: Plan) -> Iterator[str]:
    people = plan.people
    for number in range(max(len(people), len(plan.places))):
        giver, recipient = people[number % len(people)], people[(number + 1) % len(people)]
        yield urlencode(
            {
                "token": "verification",
                "team_id": plan.team,
                "team_domain": "northfield",
                "channel_id": plan.places[number % len(plan.places)],
                "channel_name": "general",
                "user_id": giver,
                "user_name": "somebody",
                "command": "/kudos",
                "text": f"<@{recipient}|colleague> #listen for staying on after nights when we were short",
                "api_app_id": "A00000001",
                "is_enterprise_install": "false",
                "response_url": f"https://hooks.slack.com/commands/{plan.team}/{SERIAL}/secret",
                "trigger_id": f"{SERIAL}.1795317522.fa7c47fde0269fa45b225530",
            }
        )


def closed_loop(plan: Plan) -> Result:
    """Every connection sends as soon as it has its answer."""
    waiting = deque(requests(plan))
    began = time.perf_counter()
    ends = began + plan.most_s

    def following(connection: Connection) -> bool:
        now = time.perf_counter()
        if not waiting or now >= ends:
            return False
        connection.send(waiting.popleft(), now)
        return True

    with _Exchange(plan) as exchange:
        began = time.perf_counter()
        ends = began + plan.most_s
        under_way = sum(map(following, exchange.idle))
        exchange.idle.clear()
        while under_way:
            for connection in exchange.answered(ANSWER_TIMEOUT_S):
                under_way -= not following(connection)
        return exchange.result(began)


def open_loop(plan: Plan) -> Result:
    """One request every 1 / rate seconds, whatever becomes of those before."""
    waiting = deque(requests(plan))
    with _Exchange(plan) as exchange:
        began = due = time.perf_counter()
        under_way = 0
        while under_way or (waiting and due < began + plan.most_s):
            now = time.perf_counter()
            if waiting and due <= now and exchange.idle and due < began + plan.most_s:
                exchange.idle.pop().send(waiting.popleft(), due)
                under_way += 1
                due += 1 / plan.rate
                continue
            ahead = due - now - SPIN_S
            pause = ANSWER_TIMEOUT_S if not waiting or due >= began + plan.most_s or not exchange.idle else ahead
            answered = exchange.answered(max(0.0, pause))
            exchange.idle += answered
            under_way -= len(answered)
        return exchange.result(began)


def until_killed(plan: Plan) -> Result:
    """As a closed loop, until the server hangs up; a line tells of the first answer, and then it may."""
    waiting, serials = enumerate(requests(plan), plan.first), list[int]()
    under_way: dict[Connection, int] = {}
    began = time.perf_counter()
    with _Exchange(plan) as exchange, contextlib.suppress(OSError, StopIteration):
        done, exchange.idle = exchange.idle, []
        while True:
            serials += [under_way[each] for each in done if each in under_way and each.taken]
            for connection in done:
                under_way[connection], request = next(waiting)
                connection.send(request, time.perf_counter())
            done = exchange.answered(ANSWER_TIMEOUT_S)
            if done and not serials:  # a line too many does no harm
                sys.stdout.write("\n")
                sys.stdout.flush()
    return dataclasses.replace(exchange.result(began), serials=serials)


class _Exchange:
    """All connections, and what came of the requests."""

    def __init__(self, plan: Plan) -> None:
        self._selector = selectors.DefaultSelector()
        self.idle = [Connection(plan.port) for _ in range(plan.connections)]
        for connection in self.idle:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        self._all = list(self.idle)
        self._latencies: list[float] = []
        self._refused = 0
        self._last = 0.0
        self._worked_s = time.process_time()

    def __enter__(self) -> "_Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._all:
            connection.socket.close()
        self._selector.close()

    def answered(self, pause_s: float) -> list[Connection]:
        """Connections whose answer has arrived within `pause_s`.

        Raises:
            TimeoutError: no answer for far too long.
        """
        done = []
        events = self._selector.select(pause_s)
        if not events and pause_s >= ANSWER_TIMEOUT_S:
            raise TimeoutError("no answer")
        for key, _ in events:
            connection: Connection = key.data
            if not connection.waits:
                self._renew(connection)
            elif answer := connection.answer():
                connection.waits = False
                self._last = time.perf_counter()
                self._latencies.append((self._last - connection.since) * 1000)
                connection.taken = answer.startswith(b"HTTP/1.1 200 ") and SORRY not in answer
                self._refused += not connection.taken
                done.append(connection)
        return done

    def _renew(self, connection: Connection) -> None:
        """The server has closed what was idle for too long, as it does."""
        self._selector.unregister(connection.socket)
        connection.socket.close()
        connection.open()
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def result(self, began: float) -> Result:
        seconds = max(1e-9, self._last - began)
        return Result(
            acknowledged=len(self._latencies) - self._refused,
            refused=self._refused,
            seconds=seconds,
            latencies_ms=self._latencies,
            busy=(time.process_time() - self._worked_s) / seconds,
        )


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    loop: Callable[[Plan], Result] = until_killed if plan.mortal else open_loop if plan.rate else closed_loop
    json.dump(dataclasses.asdict(loop(plan)), sys.stdout)


if __name__ == "__main__":
    main()
