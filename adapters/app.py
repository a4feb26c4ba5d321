"""The composition root: settings in, the running application out. Only here are clock and files read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog

from bot import framework as frameworks
from bot import guard_file, migrations, vocabulary
from bot.addresses import Domains
from bot.bot import Bot
from bot.brakes import FLOOD
from bot.database import Database
from bot.digesting import LOOK_S, TICK_S
from bot.errors import ConfigError, DatabaseError, FrameworkError
from bot.framework import Framework
from bot.guard import Guard
from bot.ledger import DELIVERIES_KEPT_DAYS
from bot.lookup import Lookup
from bot.model import Sight
from bot.outbox import IDLE_S, LEASE_S, PACE_S, Outbox, Sender
from bot.questions import KEPT_DAYS as QUESTIONS_KEPT_DAYS
from bot.reacting import GATHER_S
from bot.renewing import Renewing
from bot.retention import DEFAULT, Retention
from bot.rights import Means
from bot.store import ONE_NAME_EACH, Store
from bot.vocabulary import Vocabulary

DRAIN_S: Final = 4.0  #: for deliveries under way when told to stop; all in all a stop takes less than 10 s
SWEEP_S: Final = 3600.0  #: between two times of forgetting what is old
CHAIN_S: Final = 30.0  #: between two times of chaining what the audit log has got
REST_S: Final = 600.0  #: after a start, until we look at the digests that stand
RECONCILE_S: Final = 24 * 3600.0  #: between two times of learning everything anew, whatever events told

log = structlog.get_logger()


class Role(StrEnum):
    """What a process does of all that is to be done."""

    ALL = "all"
    WEB = "web"  #: it answers the platforms
    WORKER = "worker"  #: it delivers, notices what is due, and learns who and where

    @property
    def answers(self) -> bool:
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        return self is not Role.WEB


@dataclass(slots=True)
class Application:
    """The core, wired up. Each platform adds its sender and its lookup."""

    store: Store
    renewing: Renewing
    bot: Bot = field(init=False)
    outbox: Outbox = field(init=False)
    senders: dict[str, Sender] = field(default_factory=dict)  #: by platform, such as "slack"
    lookups: dict[str, Lookup] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)  #: platforms that tell of reactions to our own messages only
    acked: Callable[[str, str, int, float], None] = lambda *_: None  #: over no route of ours: way, kind, status, s
    failed: Callable[[], None] = lambda: None  #: at what somebody asked for, whatever their platform is answered

    @property
    def framework(self) -> Framework:
        """The one in use now."""
        return self.bot.framework

    @property
    def words(self) -> Vocabulary:
        """The ones in use now."""
        return self.bot.index.words

    def sender(self, workspace: str) -> Sender | None:
        return self.senders.get(platform(workspace))

    def lookup(self, workspace: str) -> Lookup | None:
        return self.lookups.get(platform(workspace))

    def hears(self, workspace: str) -> bool:
        """Whether reactions to everybody's messages reach us there."""
        return platform(workspace) not in self.deaf


def platform(workspace: str) -> str:
    """The platform of a workspace: "slack" for "slack:T012AB3CD"."""
    return workspace.partition(":")[0]


def now() -> datetime:
    return datetime.now(UTC)


def read_framework(path: Path) -> Framework:
    """
    Raises:
        ConfigError: it cannot be read; FrameworkError: it can, and is wrong.
    """
    text = _text(path, "FRAMEWORK_FILE")
    if text is None:
        where = f"FRAMEWORK_FILE: there is no {path} here. Start kudos in the folder that holds it, or say where it is."
        raise ConfigError([where])
    return frameworks.parse(text, str(path))


def read_words(path: Path, framework: Framework) -> Vocabulary:
    """How people speak of `framework`; nothing where there is no such file.

    Raises:
        ConfigError: it cannot be read; FrameworkError: it can, and is wrong.
    """
    text = _text(path, "WORDS_FILE")
    return vocabulary.NONE if text is None else vocabulary.parse(text, str(path), framework)


def read_guard(path: Path) -> Guard:
    """What must not be said: what every force starts with, and what this one's file adds, where there is one.

    Raises:
        ConfigError: it cannot be read; FrameworkError: it can, and is wrong.
    """
    text = _text(path, "GUARD_FILE")
    return guard_file.shipped() if text is None else guard_file.parse(text, str(path), guard_file.shipped())


def _text(path: Path, setting: str) -> str | None:
    """What a file says that `setting` names; None where there is none.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{setting}: cannot read {path}: {error}"]) from None


def words_to_start_with(path: Path, framework: Framework) -> Vocabulary:
    """As `read_words`, but nothing where the file is wrong: whoever follows it then tells the administrators.

    Somebody may just have edited the framework, and not these yet; that is no reason not to start.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return read_words(path, framework)
    except FrameworkError as error:
        for problem in error.problems:
            log.error("words_problem", problem=problem)
        return vocabulary.NONE


@contextlib.asynccontextmanager
async def application(
    database: Database,
    framework: Framework,
    *,
    words: Vocabulary = vocabulary.NONE,
    guard: Guard | None = None,
    zone: tzinfo,
    default_place: str = "",
    admins: frozenset[str] = frozenset(),
    hourly_most: int = FLOOD,
    domains: Domains = ONE_NAME_EACH,
    sight: Sight = Sight.EVERYONE,
    gather_s: float = GATHER_S,
    pace_s: float = PACE_S,
    lease_s: float = LEASE_S,
    idle_s: float = IDLE_S,
    clock: Callable[[], datetime] = now,
    means: Means | None = None,
) -> AsyncIterator[Application]:
    """The core on `database`, which is brought up to date, and closed at the end. The outbox is not running yet."""
    try:
        await migrations.migrate(database)
        store = Store(database, domains, sight)
        await store.directory.readdress()
        app = Application(store, Renewing(store=store, clock=clock, admins=admins))
        app.bot = Bot(
            store,
            await app.renewing.index(framework, words),
            clock,
            app.lookup,
            zone=zone,
            guard=guard,
            default_place=default_place,
            admins=admins,
            hourly_most=hourly_most,
            gather_s=gather_s,
            hears=app.hears,
            troubles=app.renewing.troubles,
            means=means,
        )
        app.outbox = Outbox(
            store, app.sender, app.bot.render, clock, admins=admins, lease_s=lease_s, pace_s=pace_s, idle_s=idle_s
        )
        app.bot.wake = app.outbox.wake
        yield app
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def running(
    app: Application, clock: Callable[[], datetime] = now, *, tick_s: float = TICK_S
) -> AsyncIterator[None]:
    """Deliver, notice what is due, and forget what is old, until the block ends; what is under way is then finished."""
    delivering = asyncio.create_task(app.outbox.run())
    others = [
        asyncio.create_task(_again_and_again(app, "forgotten", lambda: _sweep(app, clock()), SWEEP_S)),
        asyncio.create_task(_again_and_again(app, "erasures", app.bot.rights.tick, tick_s)),
        asyncio.create_task(_again_and_again(app, "digests_due", app.bot.digesting.tick, tick_s)),
        asyncio.create_task(_again_and_again(app, "audit_chained", app.store.audit.chain, CHAIN_S)),
        asyncio.create_task(_again_and_again(app, "digests_standing", app.bot.digesting.look, LOOK_S, after_s=REST_S)),
    ]
    try:
        yield
    finally:
        for task in others:
            task.cancel()
        app.outbox.stop()
        try:
            await asyncio.wait_for(delivering, DRAIN_S)
        except TimeoutError:
            log.warning("outbox_not_drained")
        for task in others:
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _again_and_again(
    app: Application, what: str, act: Callable[[], Awaitable[bool]], every_s: float, *, after_s: float = 0.0
) -> None:
    """Whatever goes wrong, it is tried again; `act` says whether the outbox has something new."""
    await asyncio.sleep(after_s)
    while True:
        try:
            if await act():
                app.outbox.wake()
        except DatabaseError as error:
            log.warning("waits_for_database", what=what, error=str(error))
        except Exception:
            log.exception("failed", what=what)
        await asyncio.sleep(every_s)


async def _sweep(app: Application, now: datetime) -> bool:
    await forget(app.store, now, app.bot.rights.means.retention)
    return True


async def forget(store: Store, now: datetime, retention: Retention = DEFAULT) -> None:
    """Forget what has been kept long enough."""
    await store.ledger.forget_deliveries(now - timedelta(days=DELIVERIES_KEPT_DAYS))
    await store.ageing.age(retention, now)
    await store.tally.forget_questions((now - timedelta(days=QUESTIONS_KEPT_DAYS)).date())
