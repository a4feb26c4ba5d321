"""What goes wrong with the connections, the program and Slack while people go on; and how long we are cut off."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.bench.program import Program
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_connection import Connection
from tests.doubles.slack_wire import PATIENCE_S

LOOK_S: Final = 0.02  #: between two looks at the connections
WAIT_S: Final = 90.0  #: for a connection that something may happen to

#: How often what happens in a long storm. The names are what the table shows.
CLIMATE: Final[dict[str, int]] = {
    "closed without a word": 14,
    "told to go: warning": 8,
    "told to go: refresh_requested": 14,
    "told to go: link_disabled": 1,
    "cut": 14,
    "reset": 14,
    "all reset at once": 4,
    "silenced": 5,
    "silenced, but for pongs": 1,
    "slow acknowledgements": 8,
    "apps.connections.open fails": 2,
    "apps.connections.open: 429": 1,
    "websockets refused": 2,
    "answers to posts lost": 6,
    "the program stands still": 2,
    "the program is killed": 2,
    "the program is stopped": 1,
}


@dataclass(slots=True)
class _Dead:
    """A connection that is dead, and that the program still takes for alive."""

    connection: Connection
    kind: str
    since: float
    counts: bool = True  #: nothing else is the reason why it is kept or given up


@dataclass(slots=True)
class Weather:
    slack: SlackDouble
    program: Program
    chance: Random
    outage_s: float  #: at most
    happened: Counter[str] = field(default_factory=Counter)
    noticed_s: dict[str, list[float]] = field(default_factory=dict)  #: until a dead connection was given up, by kind
    longest_gap_s: float = 0.0  #: without a connection, though the program ran and Slack let it in
    longest_outage_s: float = 0.0  #: without a connection, whatever the cause
    _excuses: int = 0  # why there may be no connection just now
    _dead: list["_Dead"] = field(default_factory=list)

    async def rage(self, kinds: Iterable[str], *, least_s: float, most_s: float) -> None:
        """Let `kinds` happen one after another, with pauses."""
        acts = self._acts()
        async with asyncio.TaskGroup() as tasks:
            for kind in kinds:
                await asyncio.sleep(self.chance.uniform(least_s, most_s))
                await acts[kind](kind, tasks)
                self.happened[kind] += 1

    async def watch(self) -> None:
        """Measure, until cancelled, how long there is no connection and how long a dead one is kept."""
        clock = asyncio.get_running_loop().time
        connected_at, excused = clock(), False
        while True:
            await asyncio.sleep(LOOK_S)
            now = clock()
            alive = any(not each.silent for each in self.slack.socket.ready)
            excused = excused or bool(self._excuses)
            self.longest_outage_s = max(self.longest_outage_s, now - connected_at)
            if not excused:
                self.longest_gap_s = max(self.longest_gap_s, now - connected_at)
            if alive:
                connected_at, excused = now, bool(self._excuses)
            for each in [each for each in self._dead if not each.connection.open]:
                self._dead.remove(each)
                if each.counts:
                    self.noticed_s.setdefault(each.kind, []).append(now - each.since)

    def clears(self) -> bool:
        """Whether every connection is alive again."""
        return bool(self.slack.socket.ready) and not self._dead

    def _acts(self) -> Mapping[str, Callable[[str, asyncio.TaskGroup], Coroutine[Any, Any, None]]]:
        acts: dict[str, Callable[[str, asyncio.TaskGroup], Coroutine[Any, Any, None]]] = {
            "closed without a word": self._close,
            "told to go: link_disabled": self._disable,
            "cut": self._cut,
            "reset": self._reset,
            "all reset at once": self._reset_all,
            "slow acknowledgements": self._lag,
            "answers to posts lost": self._lose_answers,
            "the program stands still": self._pause,
            "the program is killed": self._kill,
            "the program is stopped": self._stop,
        }
        acts |= dict.fromkeys(("silenced", "silenced, but for pongs"), self._silence)
        acts |= dict.fromkeys(("told to go: warning", "told to go: refresh_requested"), self._renew)
        refusing = ("apps.connections.open fails", "apps.connections.open: 429", "websockets refused")
        return acts | dict.fromkeys(refusing, self._refuse)

    # To one connection

    async def _one(self) -> Connection:
        """A connection that is alive; they come back after whatever happened before."""
        hub = self.slack.socket
        await self.slack.until(lambda: [each for each in hub.ready if not each.silent], timeout_s=WAIT_S)
        return self.chance.choice([each for each in hub.ready if not each.silent])

    async def _close(self, _: str, tasks: asyncio.TaskGroup) -> None:
        tasks.create_task((await self._one()).close())

    async def _cut(self, _: str, __: asyncio.TaskGroup) -> None:
        (await self._one()).drop()

    async def _reset(self, _: str, __: asyncio.TaskGroup) -> None:
        (await self._one()).drop(reset=True)

    async def _reset_all(self, _: str, __: asyncio.TaskGroup) -> None:
        await self._one()
        self._discount()
        for each in self.slack.socket.connections:
            each.drop(reset=True)

    async def _silence(self, kind: str, _: asyncio.TaskGroup) -> None:
        one = await self._one()
        one.silence(pongs=kind != "silenced")
        self._dead.append(_Dead(one, kind, asyncio.get_running_loop().time()))

    async def _lag(self, _: str, tasks: asyncio.TaskGroup) -> None:
        """Some of what is said over it comes too late."""
        one = await self._one()
        one.lag_s = self.chance.uniform(0.5, 1.5 * PATIENCE_S)

        async def ends(after_s: float) -> None:
            await asyncio.sleep(after_s)
            one.lag_s = 0.0

        tasks.create_task(ends(self.chance.uniform(1, 8)))

    async def _renew(self, kind: str, tasks: asyncio.TaskGroup) -> None:
        """After a warning, too, Slack closes it in a while."""
        one = await self._one()
        warning = kind.endswith("warning")
        await self.slack.socket.disconnect("warning" if warning else "refresh_requested", one, linger_s=0.5)

        async def ends(after_s: float) -> None:
            await asyncio.sleep(after_s)
            await one.close()

        if warning:
            tasks.create_task(ends(self.chance.uniform(0.5, 10)))

    # To all, and to Slack

    async def _disable(self, _: str, __: asyncio.TaskGroup) -> None:
        """Somebody switches Socket Mode off, and on again."""
        await self._one()
        async with self._excused():
            await self.slack.socket.disable()
            await self._for_a_while()
            self.slack.app.socket_mode = True
            await self._one()

    async def _refuse(self, kind: str, _: asyncio.TaskGroup) -> None:
        """Nobody gets in for a while; what is connected is lost, too."""
        await self._one()
        async with self._excused():
            fault = None
            if kind == "websockets refused":
                self.slack.socket.refuse = self.chance.choice((500, 503))
            elif kind.endswith("429"):
                fault = self.slack.fault("apps.connections.open", status=429, retry_after=2, times=None)
            else:
                trouble: dict[str, Any] = self.chance.choice(
                    ({"status": 500}, {"error": "internal_error"}, {"drop": "after"}, {"drop": "before"})
                )
                fault = self.slack.fault("apps.connections.open", times=None, **trouble)
            self.slack.socket.drop()
            await self._for_a_while()
            self.slack.socket.refuse = 0
            if fault:
                fault.times = 0
            await self._one()

    async def _lose_answers(self, _: str, __: asyncio.TaskGroup) -> None:
        """What is posted stands, and we do not hear of it."""
        self.slack.fault("chat.postMessage", drop=self.chance.choice(("before", "after", "after")), times=2)

    # To the program

    async def _pause(self, _: str, __: asyncio.TaskGroup) -> None:
        async with self._excused():
            await self.program.pause(self.chance.uniform(0.2, 1.0) * self.outage_s)

    async def _kill(self, _: str, __: asyncio.TaskGroup) -> None:
        async with self._excused():
            await self.program.kill()
            await self.program.start()
            await self._one()

    async def _stop(self, _: str, __: asyncio.TaskGroup) -> None:
        async with self._excused():
            await self.program.stop()
            await self.program.start()
            await self._one()

    def _discount(self) -> None:
        """What becomes of the dead connections now is not the program's doing."""
        for each in self._dead:
            each.counts = False

    async def _for_a_while(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.1, 1.0) * self.outage_s)

    @asynccontextmanager
    async def _excused(self) -> AsyncIterator[None]:
        self._excuses += 1
        self._discount()
        try:
            yield
        finally:
            self._excuses -= 1
