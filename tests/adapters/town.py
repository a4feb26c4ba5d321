"""A made-up town: a Slack workspace, the people in it, and Kudos beside them."""

import asyncio
import contextlib
import os
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from adapters import web
from adapters.app import RECONCILE_S, Role, now
from adapters.slack import manifest
from bot import vocabulary
from bot.config import Settings
from bot.digesting import TICK_S
from bot.framework import Entry, Framework
from bot.schedule import Plan, Week
from bot.vocabulary import Vocabulary
from tests import databases
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_browser import Browser, Page
from tests.doubles.slack_client import SlackClient
from tests.doubles.slack_objects import Channel, Message, User, View
from tests.doubles.slack_wire import Answer, Request

ROOT = Path(__file__).parents[2]
Manner = Literal["once", "thrice", "together"]  #: how Slack delivers: the last at the same time
REASON = "staying on after nights to finish the statements"
PUBLIC = "https://kudos.example"  #: where browsers find Kudos
SECRET_KEY = "made up for tests and long enough to be a secret"
QUIET_S = 0.08  #: without a call before we say that nothing more will come


@dataclass(slots=True)
class Town:
    slack: SlackDouble
    client: SlackClient
    framework: Framework
    database: Path
    manner: Manner = "once"
    expected: set[str] = field(default_factory=set)  #: what `assert_sound` lets pass
    oauth: bool = False  #: installed by people, instead of with a token from the settings
    address: str = ""  #: where Kudos really is
    alice: User = field(init=False)
    bob: User = field(init=False)
    cara: User = field(init=False)
    dan: User = field(init=False)
    robot: User = field(init=False)
    gone: User = field(init=False)
    general: Channel = field(init=False)
    closed: Channel = field(init=False)  #: private
    elsewhere: Channel = field(init=False)  #: without Kudos

    def __post_init__(self) -> None:
        self.slack.scopes = frozenset(manifest.SCOPES)
        self.slack.app.events = frozenset(manifest.EVENTS | manifest.ORG_EVENTS)
        add = self.slack.add_user
        self.alice, self.bob, self.cara, self.dan = (add(name) for name in ("alice", "bob", "cara", "dan"))
        self.robot = add("robot", bot=True)
        self.gone = add("gone", deleted=True)
        people = [self.alice, self.bob, self.cara, self.dan]
        self.general = self.slack.add_channel("general", members=[*people, self.robot])
        self.closed = self.slack.add_channel("closed", private=True, members=[self.alice, self.bob, self.cara])
        self.elsewhere = self.slack.add_channel("elsewhere", members=people, bot=False)

    # The framework, by position, so that no test knows a tag by name.

    def entry(self, position: int) -> Entry:
        return self.framework.taggable[position]

    def tag(self, position: int = 0) -> str:
        return f"#{self.entry(position).tag}"

    def emoji(self, position: int = 0) -> str:
        return self.entry(position).emoji_name

    # What people do, delivered in the town's manner.

    async def deliver(self, *requests: Request) -> list[Answer]:
        times, together = {"once": (1, False), "thrice": (3, False), "together": (3, True)}[self.manner]
        return await self.client.deliver(list(requests), times=times, together=together)

    async def shuffled(self, requests: Sequence[Request], seed: int) -> None:
        await self.client.deliver(requests, times=3, shuffle=random.Random(seed))

    async def type(self, user: User, text: str, where: Channel | None = None, command: str = "/kudos") -> str:
        """Type a command; what the person then reads."""
        channel = where or self.general
        before = len(self.slack.seen_only_by(user))
        await self.deliver(self.client.make_command(command, text, user=user, channel=channel))
        return "\n".join(each.text for each in self.slack.seen_only_by(user)[before:])

    async def submit(self, form: View, **values: Any) -> dict[str, str]:
        """Send a form; the errors at its fields."""
        user = self.slack.users[form.user]
        await self.deliver(self.client.make_submit(form, values, user=user))
        return form.errors

    async def press(self, where: Message | View, what: str, user: User) -> None:
        await self.deliver(self.client.make_press(where, what, user=user))

    async def react(self, user: User, message: Message, name: str) -> None:
        await self.deliver(self.client.make_react(user, message, name))

    async def unreact(self, user: User, message: Message, name: str) -> None:
        await self.deliver(self.client.make_unreact(user, message, name))

    async def give(self, user: User, text: str, where: Channel | None = None) -> Message:
        """A kudos by command that is posted; its card."""
        channel = where or self.general
        before = len(self.cards(channel))
        await self.type(user, text, channel)
        await self.slack.until(lambda: len(self.cards(channel)) > before)
        await settled(self)
        return self.cards(channel)[-1]

    # Installing.

    def browser(self) -> Browser:
        """Somebody's browser."""
        return self.slack.browser({PUBLIC: self.address})

    async def install(self, user: User | None = None, *, browser: Browser | None = None, **more: Any) -> Page:
        """Let somebody install Kudos where they are; the page they end at."""
        return await self.slack.consent(
            f"{PUBLIC}/slack/install", user=user or self.alice, browser=browser or self.browser(), **more
        )

    # What is to be seen.

    def cards(self, channel: Channel | None = None) -> list[Message]:
        return self.slack.messages(channel or self.general, ours=True)

    def told(self, user: User) -> list[str]:
        """What Kudos says in direct messages."""
        return [each.text for each in self.slack.dms(user)]

    def whispered(self, user: User) -> list[str]:
        """What only `user` sees."""
        return [each.text for each in self.slack.seen_only_by(user)]

    def form(self, user: User) -> View:
        form = self.slack.modal(user)
        assert form, f"{user.name} sees no form; they read {self.whispered(user)}"
        return form

    async def hears(self, user: User, words: str) -> Message:
        """Wait for a private word that holds `words`."""

        def found() -> Message | None:
            return next((each for each in self.slack.seen_only_by(user) if words in each.text), None)

        await self.slack.until(found)
        message = found()
        assert message
        return message

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What is in the database, read beside the program."""
        return databases.look(self.database, sql, *values)

    def row(self, sql: str, *values: object) -> dict[str, Any]:
        (only,) = self.rows(sql, *values)
        return only

    def count(self, table: str, where: str = "1 = 1") -> int:
        number: int = self.row(f"SELECT COUNT(*) AS number FROM {table} WHERE {where}")["number"]  # noqa: S608
        return number

    def states(self) -> Counter[str]:
        """How many rows of the outbox are in which state."""
        return Counter(row["state"] for row in self.rows("SELECT state FROM outbox"))

    # What always holds.

    def assert_sound(self) -> None:
        assert not self.slack.problems, self.slack.problems
        if "failures" not in self.expected:
            assert not self.client.failures, self.client.failures
        assert not [call.method for call in self.slack.calls if call.unknown]
        assert len(self.slack.calls_to("auth.test")) <= 1 or "restart" in self.expected
        assert not self.doubled()
        thanked = {row["person"] for row in self.rows("SELECT person FROM recipient")}
        for channel in self.slack.channels:
            for message in self.slack.messages(channel, ours=True):
                called = message.pings()
                assert called <= thanked, f"{message.text!r} calls {called - thanked}"
        for whisper in self.slack.ephemerals:
            assert not whisper.pings(), whisper.text

    def doubled(self) -> list[str]:
        """The keys of messages that stand twice, deleted ones included."""
        keys = Counter(
            each.metadata["event_payload"]["key"]
            for posted in self.slack.posted.values()
            for each in posted
            if each.app_id == self.slack.app_id and each.metadata
        )
        return [key for key, times in keys.items() if times > 1]


def digest_after(plan: Plan, moment: datetime) -> datetime:
    """When the digest is due that tells of the week in which `moment` is."""
    _, ends_at = Week.of(moment.astimezone(plan.clock).date()).bounds(plan.clock)
    return plan.due_after(ends_at)


async def settled(town: Town, timeout_s: float = 10.0) -> None:
    """Wait until nothing is left to be sent, and nobody sends anything."""
    loop = asyncio.get_running_loop()
    quiet_since, seen = loop.time(), -1
    async with asyncio.timeout(timeout_s):
        while True:
            await asyncio.sleep(0.02)
            if town.count("outbox", TO_SEND) or len(town.slack.calls) != seen:
                quiet_since, seen = loop.time(), len(town.slack.calls)
            elif loop.time() - quiet_since >= QUIET_S:
                return


async def comes_true(holds: Callable[[], object], timeout_s: float = 8.0) -> None:
    """Wait until something holds of which Slack hears nothing, such as what is in the database."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - nobody calls
            await asyncio.sleep(0.02)


#: What the outbox is still to send.
TO_SEND = "state IN ('due', 'lost', 'sending') AND workspace NOT IN (SELECT workspace FROM switched_off)"


@contextlib.asynccontextmanager
async def town_in(
    database: Path,
    framework: Framework,
    *,
    before: Callable[[Town], object] | None = None,
    filled: bool = True,
    pace_s: float = 0.0,
    gather_s: float = 0.0,
    lease_s: float = 5.0,
    clock: Callable[[], datetime] = now,
    socket: bool = False,
    oauth: bool = False,
    look_s: float | None = None,
    words: Vocabulary = vocabulary.NONE,
    **more: Any,
) -> AsyncIterator[Town]:
    """Run Kudos on `database`.

    Args:
        oauth: installed by somebody; where it is not to be `filled`, not yet.
        look_s: how often it looks at its framework's file; never if None.
        socket: over Socket Mode, with no address that Slack could reach.
        before: what is done to the workspace before Kudos starts.
        filled: wait until Kudos knows everybody.
    """
    async with SlackDouble() as slack:
        client = slack.socket_client() if socket else slack.client("http://127.0.0.1:0")
        if socket:
            more = {"slack_app_token": slack.app.app_token, "slack_signing_secret": "", **more}
        town = Town(slack=slack, client=client, framework=framework, database=database, oauth=oauth)
        if before:
            before(town)
        async with kudos_for(
            town,
            pace_s=pace_s,
            gather_s=gather_s,
            lease_s=lease_s,
            clock=clock,
            filled=filled,
            look_s=look_s,
            words=words,
            **more,
        ):
            yield town


def settings_for(town: Town, **more: Any) -> Settings:
    given = {
        "database_url": databases.url(town.database),
        "slack_bot_token": town.slack.token,
        "slack_signing_secret": town.slack.signing_secret,
        "slack_api_url": town.slack.url,
        "kudos_channel": "#general",
        "_env_file": None,
    }
    if town.oauth:
        town.expected.add("restart")  # each installation is asked who we are
        given |= {
            "slack_bot_token": "",
            "slack_client_id": town.slack.app.client_id,
            "slack_client_secret": town.slack.app.client_secret,
            "kudos_public_url": f"{PUBLIC}/",
            "kudos_secret_key": SECRET_KEY,
        }
    return Settings(**{**given, **more})


@contextlib.asynccontextmanager
async def kudos_for(
    town: Town,
    *,
    pace_s: float = 0.0,
    gather_s: float = 0.0,
    lease_s: float = 5.0,
    clock: Callable[[], datetime] = now,
    filled: bool = True,
    tick_s: float = TICK_S,
    reconcile_s: float = RECONCILE_S,
    look_s: float | None = None,
    role: Role = Role.ALL,
    words: Vocabulary = vocabulary.NONE,
    **more: Any,
) -> AsyncIterator[None]:
    """Let the program run for a while beside the town; again, if need be."""
    settings = settings_for(town, **more)
    listed = len(town.slack.calls_to("users.list"))
    earlier = town.address, town.client.url  # of a program that may be running already
    async with (
        web.site(
            settings,
            town.framework,
            words=words,
            gather_s=gather_s,
            pace_s=pace_s,
            lease_s=lease_s,
            tick_s=tick_s,
            reconcile_s=reconcile_s,
            look_s=look_s,
            role=role,
            clock=clock,
        ) as routes,
        web.listening(routes, "127.0.0.1", 0) as port,
    ):
        town.address = f"http://127.0.0.1:{port}"
        town.client.url = f"{town.address}/slack/events"
        if filled and town.oauth and not town.count("slack_installation"):
            await town.install()
        if filled:
            await town.slack.until(lambda: len(town.slack.calls_to("users.list")) > listed)
            await settled(town)
        if settings.slack_app_token.get_secret_value():
            await town.slack.until(lambda: town.slack.socket.ready)
        yield
    town.address, town.client.url = earlier


class Program:
    """`kudos serve` in a process of its own, told everything by its environment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        assert process.stderr
        self._lines = process.stderr
        self.began: list[str] = []  #: what it has said before it answered

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def listening(self) -> int:
        """Wait until it answers; its port."""
        while line := (await self._lines.readline()).decode():
            if "listening" in line and (port := re.search(r"""port"?[=:] ?(\d+)""", line)):
                return int(port[1])
            self.began.append(line)
        raise AssertionError(f"it has ended with status {await self._process.wait()}")

    async def log(self) -> str:
        """Wait until it ends; what it has said since it answers."""
        return (await self._process.communicate())[1].decode()

    def terminate(self) -> None:
        self._process.terminate()

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    async def kill(self) -> None:
        """As by a power cut: nothing in it hears of it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()


async def start(town: Town, *command: str, **environment: str) -> Program:
    """Start the program; it may not answer yet.

    Args:
        command: a module and its arguments, where it is not `kudos serve` itself.
    """
    settings = settings_for(town)
    given = {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "DATABASE_URL": settings.database_url,
        "SLACK_BOT_TOKEN": settings.slack_bot_token.get_secret_value(),
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret.get_secret_value(),
        "SLACK_API_URL": settings.slack_api_url,
        "KUDOS_CHANNEL": settings.kudos_channel,
        "LOG_FORMAT": "json",
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *(command or ("adapters.cli", "serve")),
        env={**os.environ, **given},
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    return Program(process)


@contextlib.asynccontextmanager
async def program(town: Town, **environment: str) -> AsyncIterator[Program]:
    """Let the program run beside the town, in a process of its own, until the block ends."""
    town.expected.add("restart")
    process = await start(town, **environment)
    try:
        town.client.url = f"http://127.0.0.1:{await process.listening()}/slack/events"
        yield process
    finally:
        if process.returncode is None:
            await process.kill()
