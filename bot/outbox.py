"""Bring about every message that should stand somewhere: late if need be, and never twice.

The one rule: before a post is tried again that may have been accepted, look for it by its key; where we may
not look, it is left as *unknown*. A lease outlasts a request's time limit three times, so that a request of a
process that died is no longer under way when another looks.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from structlog.contextvars import bound_contextvars

from bot import posts
from bot.cards import Card
from bot.database import Step
from bot.errors import (
    CannotLook,
    DatabaseError,
    Impossible,
    NotAMember,
    PlatformError,
    SwitchedOff,
    Throttled,
    Unreachable,
)
from bot.model import Message
from bot.posts import Post
from bot.store import Store

REQUEST_TIMEOUT_S: Final = 6.0  #: after which a platform's answer counts as lost
LEASE_S: Final = 3 * REQUEST_TIMEOUT_S + 2
BACK_OFF_S: Final = (1, 2, 5, 15, 60, 300)  #: waits before the next try; the last one repeats
PACE_S: Final = 1.0  #: between two messages to one place. Source: Slack's "1 per second per channel"
AT_ONCE: Final = 8  #: deliveries under way
PLATFORM_OFF_S: Final = 60.0  #: until a row is looked at again whose platform or workspace is off
IDLE_S: Final = 5.0  #: between two looks when nobody calls; another process may have written

log = structlog.get_logger()


class _NotShownError(Exception):
    """We stumbled over it ourselves before anything went out: a bug, or a view of a later release."""


class Sender(Protocol):
    """What a platform does for the outbox. All methods raise `PlatformError`s."""

    async def send(self, row: Post, card: Card) -> Message:
        """Post `card` to the row's place or person, with the row's id as its key."""
        ...

    async def mend(self, row: Post, message: Message, card: Card) -> None:
        """Replace what stands as `message`."""
        ...

    async def find(self, row: Post) -> Message | None:
        """The message that an earlier `send` of this row left, if it did.

        Raises:
            CannotLook: we have no right to read there.
        """
        ...


class Outbox:
    def __init__(
        self,
        store: Store,
        senders: Callable[[str], Sender | None],
        render: Callable[[Post], Awaitable[Card | None]],
        clock: Callable[[], datetime],
        *,
        admins: frozenset[str] = frozenset(),
        lease_s: float = LEASE_S,
        pace_s: float = PACE_S,
        idle_s: float = IDLE_S,
    ) -> None:
        """
        Args:
            senders: by workspace; None while its platform is off, so that its rows wait.
            render: what a row is to show now; None for nothing.
            idle_s: how often to look although nobody here calls.
            admins: e-mail addresses of those whose pages tell what can't be delivered.
        """
        self._store = store
        self._senders = senders
        self._render = render
        self._clock = clock
        self._admins = admins
        self._lease = timedelta(seconds=lease_s)
        self._pace_s = pace_s
        self._idle_s = idle_s
        self._called = asyncio.Event()
        self._resting: dict[str, float] = {}  # target -> when it may be written to again, by the loop's clock
        self._under_way: set[str] = set()
        self._stopping = False
        self.worked_at: datetime | None = None  #: when something was last tried here, whatever came of it

    def wake(self) -> None:
        """There is something new: look at once."""
        self._called.set()

    async def run(self) -> None:
        """Deliver until `stop`; what is under way then is finished first."""
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self._called.clear()
                try:
                    await self._start_due(tasks)
                    wait_s = await self._until_next()
                except DatabaseError as error:
                    log.warning("outbox_waits_for_database", error=str(error))
                    wait_s = 1.0
                except Exception:
                    # Whatever it is, it must not end all deliveries until somebody notices.
                    log.exception("outbox_failed")
                    wait_s = self._idle_s
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._called.wait(), wait_s)

    def stop(self) -> None:
        """Start nothing more."""
        self._stopping = True
        self.wake()

    async def deliver_due(self) -> int:
        """Deliver once what is due now, in order; returns how many rows were worked on."""
        worked = 0
        while rows := await self._store.posts.due(self._clock(), most=50):
            for row in rows:
                await self._deliver(row, secrets.token_hex(8))
            worked += len(rows)
        return worked

    async def _start_due(self, tasks: asyncio.TaskGroup) -> None:
        now = asyncio.get_running_loop().time()
        self._resting = {target: until for target, until in self._resting.items() if until > now}
        while free := AT_ONCE - len(self._under_way):
            blocked = {*self._resting, *self._under_way}
            rows = await self._store.posts.due(self._clock(), most=free, resting=blocked)
            if not rows:
                return
            for row in rows:
                if row.target not in self._under_way:
                    self._under_way.add(row.target)
                    tasks.create_task(self._deliver_alone(row))

    async def _until_next(self) -> float:
        """Seconds until there may be something to do without anybody calling."""
        loop_now = asyncio.get_running_loop().time()
        rests = [until - loop_now for until in self._resting.values()]
        due = await self._store.posts.next_due(self._clock())
        dues = [(due - self._clock()).total_seconds()] if due else []
        ahead = [seconds for seconds in (*rests, *dues) if seconds > 0]
        return max(0.02, min([self._idle_s, *ahead]))

    async def _deliver_alone(self, row: Post) -> None:
        """Nothing else goes to the same target meanwhile, nor right afterwards."""
        try:
            with bound_contextvars(request=row.id):  # so that all that is logged of it is found together
                await self._try(row)
        except DatabaseError as error:
            log.warning("outbox_waits_for_database", error=str(error), view=row.view)
        except Exception:
            log.exception("outbox_row_failed", row=row.id, view=row.view)
        finally:
            self._under_way.discard(row.target)
            self._rest(row.target, self._pace_s)
            self.wake()

    async def _try(self, row: Post) -> None:
        """Deliver `row`. One that we stumble over must not keep the others, and is told of like one that others refuse.

        Raises:
            DatabaseError: its lease brings it up again.
        """
        claim = secrets.token_hex(8)
        try:
            await self._deliver(row, claim)
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("outbox_row_failed", row=row.id, view=row.view)
            uncertain = not isinstance(error, _NotShownError)
            await self._cope(replace(row, claim=claim, tries=row.tries + 1), error, uncertain=uncertain)
        self.worked_at = self._clock()

    async def _deliver(self, row: Post, claim: str) -> None:
        sender = self._senders(row.workspace)
        now = self._clock()
        if sender is None:
            await self._store.posts.postponed(row, now + timedelta(seconds=PLATFORM_OFF_S), "platform_off")
            return
        if not await self._store.posts.claim(row, claim, now, now + self._lease):
            return
        uncertain = row.state in ("lost", "sending") and row.message is None
        before, row = row, replace(row, claim=claim, tries=row.tries + 1, first_tried_at=row.first_tried_at or now)
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.8):
                if uncertain:
                    row = await self._look(row, sender)
                    uncertain = False
                await self._bring_about(row, sender)
        except SwitchedOff:
            log.info("outbox_waits_for_workspace", workspace=row.workspace, view=row.view)
            later = self._clock() + timedelta(seconds=PLATFORM_OFF_S)
            await self._store.posts.let_be(before, claim, later, SwitchedOff.__name__)
        except (PlatformError, TimeoutError) as error:
            await self._cope(row, error, uncertain=uncertain)

    async def _look(self, row: Post, sender: Sender) -> Post:
        """Find out whether an earlier try had arrived after all."""
        message = await sender.find(row)
        if message is None:
            return row
        await self._store.posts.found(row, message)
        return replace(row, message=message)

    async def _bring_about(self, row: Post, sender: Sender) -> None:
        try:
            card = await self._render(row)
        except (PlatformError, DatabaseError, TimeoutError):
            raise
        except Exception as error:
            raise _NotShownError from error
        message = row.message
        if card is None:
            log.info("outbox_nothing_to_show", view=row.view, row=row.id)
        elif message is None:
            message = await sender.send(row, card)
        else:
            await sender.mend(row, message, card)
        now = self._clock()
        tell = [posts.homes_of_admins(row.workspace, self._admins, now)] if row.held_up(now) else []
        if not await self._store.posts.arrived(row, message, row.wanted, *tell):
            log.error("outbox_lease_lost", row=row.id, view=row.view)

    async def _cope(self, row: Post, error: Exception, *, uncertain: bool) -> None:
        """Give `row` back in the state that `error` leaves it in; `uncertain`: an earlier try may have arrived."""
        now = self._clock()
        later = now + timedelta(seconds=BACK_OFF_S[min(row.tries, len(BACK_OFF_S)) - 1])
        tell: tuple[Step, ...] = ()
        match error:
            case Throttled():
                state, later = "due", now + timedelta(seconds=error.retry_after_s)
                self._rest(row.target, error.retry_after_s)
            case Unreachable() | _NotShownError():
                state = "due"
            case NotAMember() if not uncertain:
                await self._store.places.save_joined(row.workspace, row.place, joined=False)
                state, tell = "waiting", await self._tell(row, error, posts.INVITE, row.fact)
            case CannotLook() | NotAMember():
                state = "unknown"
            case Impossible():
                state, tell = "parked", await self._tell(row, error, posts.STUCK, row.id)
            case _:
                state = "lost"
        if state == "due" and uncertain:
            state = "lost"
        if row.view != posts.HOME and (state in ("waiting", "parked", "unknown") or not row.error):
            tell = (*tell, posts.homes_of_admins(row.workspace, self._admins, now))
        reason = _reason(error)
        log.warning("outbox_not_delivered", view=row.view, row=row.id, state=state, reason=reason, tries=row.tries)
        await self._store.posts.put_back(row, state, later, reason, *tell)

    async def _tell(self, row: Post, error: PlatformError, view: str, fact: str) -> tuple[Step, ...]:
        """A word to the giver, or to who set a digest up, once."""
        if row.view == posts.DIGEST:
            return await self._store.digests.pausing(row, _reason(error), self._clock())
        recognition = await self._store.ledger.recognition(row.workspace, row.fact)
        if recognition is None:
            return ()
        told = posts.post(row.workspace, view, fact, person=recognition.giver.id, due_at=self._clock())
        return (posts.wanted_once(told),)

    def _rest(self, target: str, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        self._resting[target] = max(until, self._resting.get(target, 0.0))


def _reason(error: Exception) -> str:
    """The platform's word for it, or ours."""
    if isinstance(error, _NotShownError):
        return type(error.__cause__).__name__
    return error.reason if isinstance(error, Impossible) else type(error).__name__
