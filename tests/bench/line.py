"""How what people do gets from Slack to Kudos, what became of it, and how long they waited."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from tests.doubles.slack import SlackDouble
from tests.doubles.slack_envelopes import opened
from tests.doubles.slack_wire import PATIENCE_S, Answer, Post, Request

REFUSED: Final = "ClientConnectorError"  #: nobody listens there: nothing has arrived


class Line(Protocol):
    async def deliver(self, request: Request, *, copies: int) -> None:
        """Deliver an event, and again where it is not acknowledged.

        Args:
            copies: over so many connections at once.
        """

    def outcomes(self) -> dict[str, str]:
        """Of every event whether it was "acknowledged", is "due" again, or is "lost"."""


class Socketed:
    """Socket Mode."""

    def __init__(self, slack: SlackDouble) -> None:
        self._socket = slack.socket

    async def deliver(self, request: Request, *, copies: int) -> None:
        kind, payload = opened(request)
        await self._socket.deliver(kind, payload, patience_s=PATIENCE_S, copies=copies)

    def outcomes(self) -> dict[str, str]:
        return self._socket.outcomes()


@dataclass(slots=True)
class Gate:
    """Signed requests to whichever program is up, in turn: what a router in front of many programs does.

    Who does not listen is passed over, for nothing has arrived there. What breaks off later is not repeated by the
    router; of events Slack itself does that.
    """

    slack: SlackDouble
    retry_delays_s: Sequence[float] = (0.0, 60.0, 300.0)  #: as Slack has them
    up: list[int] = field(default_factory=list)  #: the ports of the programs that answer
    waited_ms: list[float] = field(default_factory=list)  #: for each acknowledgement
    answers: Counter[str] = field(default_factory=Counter)  #: how requests ended
    _post: Post = field(init=False)
    _outcomes: dict[str, str] = field(default_factory=dict)
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._post = Post(self.slack, "", self.slack.signing_secret)

    async def carry(self, request: Request, *, attempt: int, patience_s: float) -> Answer:
        loop = asyncio.get_running_loop()
        began, answer = loop.time(), Answer(failure="no program is up")
        turn = next(self._turns)
        for port in [self.up[(turn + number) % len(self.up)] for number in range(len(self.up))]:
            self._post.url = f"http://127.0.0.1:{port}/slack/events"  # read before anything is waited for
            answer = await self._post.carry(request, attempt=attempt, patience_s=patience_s)
            if not answer.failure.startswith(REFUSED):
                break
        if answer.ok:
            self.waited_ms.append((loop.time() - began) * 1000)
        self.answers["acknowledged" if answer.ok else answer.failure.split(":")[0] or f"HTTP {answer.status}"] += 1
        return answer

    async def close(self) -> None:
        await self._post.close()

    async def deliver(self, request: Request, *, copies: int) -> None:
        event = opened(request)[1]["event_id"]
        self._outcomes[event] = "due"
        for attempt, delay_s in enumerate((0.0, *self.retry_delays_s)):
            await asyncio.sleep(delay_s)
            each = [
                self.carry(request, attempt=attempt, patience_s=PATIENCE_S) for _ in range(1 if attempt else copies)
            ]
            if any(answer.ok for answer in await asyncio.gather(*each)):
                self._outcomes[event] = "acknowledged"
                return
            copies = 1
        self._outcomes[event] = "lost"

    def outcomes(self) -> dict[str, str]:
        return dict(self._outcomes)
