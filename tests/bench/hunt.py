"""Programs that are killed again and again, each followed by another, while Slack makes trouble of its own."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from bot.model import to_text
from bot.outbox import LEASE_S
from tests.adapters.town import Town
from tests.bench.processes import BenchError
from tests.bench.program import Program
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_faults import Fault

PROGRAMS: Final = 3
START_S: Final = 1.0  #: that a start takes on a machine that does nothing else
SLOW_MOST: Final = 4.0  #: times as long as elsewhere that a program lives on a slow machine
EARLY: Final = 0.1  #: the share of kills that are not timed by when the program answers
LOOK_S: Final = 0.05  #: between two looks at whether something is being posted; each is a connection of its own
TROUBLE_S: Final = 1.0  #: until something else goes wrong, where nobody calls what would go wrong now
TROUBLES: Final[tuple[dict[str, Any], ...]] = (
    {"status": 429, "retry_after": 1},
    {"status": 500},
    {"drop": "after"},
    {"drop": "after", "delay_s": 0.2},
    {"drop": "before"},
)
ASKED: Final = (*["chat.postMessage"] * 4, "chat.getPermalink", "conversations.info", "chat.update")


@dataclass(slots=True, kw_only=True)
class Hunt:
    town: Town
    another: Callable[[], Program]
    most_s: float  #: that a program lives once it answers
    stretched: bool = False  #: where a start takes longer than a second it lives longer, too
    aimed: float  #: the share of kills that come while something is being posted, if anything is in time
    linger_s: float  #: between what Slack posts and its answer, so that many a kill comes in between
    up: list[int] = field(default_factory=list)  #: the ports of the programs that answer
    kills: int = 0
    killed_while: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)

    async def go_on(self, chances: Random, over: asyncio.Event) -> None:
        """Hunt so many programs at once until it is `over`."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(PROGRAMS):
                tasks.create_task(self._kill_again_and_again(Random(chances.random()), over))

    async def _kill_again_and_again(self, chance: Random, over: asyncio.Event) -> None:
        """Start one, kill it after a while, and another; now and then one dies before it has begun."""
        while not over.is_set():
            program, began = self.another(), time.monotonic()
            await program.start()
            if chance.random() > EARLY:
                with contextlib.suppress(BenchError):  # its port may have been lent out meanwhile
                    await program.healthy()
            if program.process.returncode is not None:
                self.troubles["a program could not start"] += 1
                continue
            self.up.append(program.port)
            slow = min(SLOW_MOST, max(1.0, (time.monotonic() - began) / START_S)) if self.stretched else 1.0
            await self._moment(chance, over, slow)
            sending = self.town.count("outbox", "state = 'sending'")
            await program.kill()
            self.up.remove(program.port)
            self.kills += 1
            self.killed_while["something was being posted" if sending else "nothing was"] += 1

    async def _moment(self, chance: Random, over: asyncio.Event, slow: float) -> None:
        """When to kill: as far into what it does on a machine that is so many times as slow."""
        claimed = to_text(datetime.now(UTC) + timedelta(seconds=LEASE_S))  # what somebody was killed over is no aim
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(chance.uniform(0.0, self.most_s * slow)):
                if chance.random() < self.aimed:
                    while not self.town.count("outbox", f"state = 'sending' AND lease_until > '{claimed}'"):  # noqa: ASYNC110
                        await asyncio.sleep(LOOK_S)
                    await asyncio.sleep(chance.uniform(0.0, 2 * self.linger_s))
                else:
                    await over.wait()

    async def trouble(self, slack: SlackDouble, chance: Random) -> None:
        """Something goes wrong with one call in a few, until cancelled."""
        while True:
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            fault = Fault(method=chance.choice(ASKED), **chance.choice(TROUBLES))
            slack.faults.insert(0, fault)  # before what always happens
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TROUBLE_S):
                        while not fault.used:  # noqa: ASYNC110 - nobody calls
                            await asyncio.sleep(0.02)
            finally:
                slack.faults.remove(fault)
                self.troubles[f"{fault.method}: {fault}"] += fault.used
