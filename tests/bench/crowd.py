"""What people do while the weather is bad, and what was acknowledged to them."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal
from urllib.parse import parse_qs

from bot.framework import Framework
from tests.bench.line import Line
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_client import SlackClient
from tests.doubles.slack_envelopes import opened
from tests.doubles.slack_objects import Channel, Message, User, View
from tests.doubles.slack_wire import Request

Kind = Literal["command", "form", "second", "withdrawal", "reaction", "question", "mine"]

_WORDS = re.compile(r"help number \d+ with the night shift")

SUBMISSIONS: Final = 3  #: times that somebody presses *Send* of a form that seems not to be taken
TWICE: Final = 0.2  #: the share of events that Slack sends over two connections at once
MADE_UP_S: Final = 1.0  #: how much of what was not done in time is made up for

#: How often people do what. Presses are few: each changes two messages, and Slack takes 50 changes a minute.
HABITS: Final[Mapping[Kind, float]] = {"command": 40, "form": 12, "second": 8, "withdrawal": 3, "reaction": 37}


@dataclass(slots=True, kw_only=True)
class Thanks:
    """A kudos that somebody tried to give."""

    kind: Kind
    giver: User
    recipient: User
    channel: Channel
    acknowledged: bool = False
    done_to_it: Kind | None = None  #: pressed on its card: either seconds or a withdrawal


@dataclass(slots=True, kw_only=True)
class Pressed:
    """A button that somebody pressed on a card."""

    kind: Kind
    words: str  #: of the card's kudos
    user: User
    key: str  #: by which it is found in the database
    acknowledged: bool


@dataclass(slots=True, kw_only=True)
class Reacted:
    """An emoji put on a message or taken off."""

    user: User
    message: Message
    event: str
    at: str
    standing: bool


@dataclass(slots=True)
class Crowd:
    slack: SlackDouble
    client: SlackClient
    line: Line
    framework: Framework
    chance: Random
    size: tuple[int, int] = (40, 10)  #: people and channels
    habits: Mapping[Kind, float] = field(default_factory=lambda: HABITS)
    people: list[User] = field(init=False)
    channels: list[Channel] = field(init=False)
    thanks: dict[str, Thanks] = field(default_factory=dict)  #: by their words
    pressed: list[Pressed] = field(default_factory=list)
    reacted: list[Reacted] = field(default_factory=list)
    sent: Counter[Kind] = field(default_factory=Counter)  #: what was begun
    _filling_in: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.people = [self.slack.add_user(f"colleague{number}") for number in range(self.size[0])]
        self.channels = [
            self.slack.add_channel(f"team-{number}", members=self.people) for number in range(self.size[1])
        ]

    async def live(self, rate: float, stop: asyncio.Event, *, at_once: int = 1_000) -> None:
        """Do things at random, so many a second on average, until `stop`; then finish what was begun.

        Args:
            at_once: acts under way, at most; what is due beyond that waits.
        """
        acts: dict[Kind, Callable[[], Coroutine[Any, Any, None]]] = {
            "command": self._type,
            "form": self._fill_in,
            "second": lambda: self._press("second"),
            "withdrawal": lambda: self._press("withdrawal"),
            "reaction": self._react,
            "question": lambda: self._read(
                "question", "/values", self.chance.choice(self.framework.taggable).title.text
            ),
            "mine": lambda: self._read("mine", "/kudos", "mine"),
        }
        free, loop = asyncio.Semaphore(at_once), asyncio.get_running_loop()
        due = loop.time()
        async with asyncio.TaskGroup() as tasks:
            while not stop.is_set():
                (kind,) = self.chance.choices([*self.habits], [*self.habits.values()])
                await free.acquire()
                tasks.create_task(acts[kind]()).add_done_callback(lambda _: free.release())
                due = max(due + self.chance.expovariate(rate), loop.time() - MADE_UP_S)
                await asyncio.sleep(max(0.0, due - loop.time()))

    # Thanking

    def _meant(self, kind: Kind) -> tuple[str, Thanks]:
        giver, recipient = self.chance.sample(self.people, 2)
        meant = Thanks(kind=kind, giver=giver, recipient=recipient, channel=self.chance.choice(self.channels))
        words = f"help number {len(self.thanks) + 1:05} with the night shift"
        self.thanks[words] = meant
        self.sent[kind] += 1
        return words, meant

    async def _type(self) -> None:
        words, meant = self._meant("command")
        tag = self.chance.choice(self.framework.taggable).tag
        answer = await self.client.command(
            "/kudos", f"@{meant.recipient.name} #{tag} for {words}", user=meant.giver, channel=meant.channel
        )
        meant.acknowledged = answer.ok and "You thanked" in str(answer.body)

    async def _fill_in(self) -> None:
        words, meant = self._meant("form")
        if meant.giver.id in self._filling_in:
            return
        self._filling_in.add(meant.giver.id)
        entry = self.chance.choice(self.framework.taggable).id
        await self.client.command("/kudos", "", user=meant.giver, channel=meant.channel)
        if form := self.slack.modal(meant.giver):
            values = {"recipients": [meant.recipient], "entries": [entry], "reason": words}
            meant.acknowledged = await self._submit(form, values, meant.giver)
            form.open = False
        self._filling_in.discard(meant.giver.id)

    async def _submit(self, form: View, values: dict[str, Any], user: User) -> bool:
        for _ in range(SUBMISSIONS):
            answer = await self.client.submit(form, values, user=user)
            if answer.ok:
                return answer.body == "" and not form.errors
        return False

    # Pressing

    async def _press(self, kind: Kind) -> None:
        """On a card that stands: either only seconds, or one withdrawal, so that we know what must come of it."""
        found = self._card(kind)
        if found is None:
            return
        card, words = found
        meant = self.thanks[words]
        meant.done_to_it = kind
        others = [each for each in self.people if each not in (meant.giver, meant.recipient)]
        user = meant.giver if kind == "withdrawal" else self.chance.choice(others)
        label = "Withdraw" if kind == "withdrawal" else "Second this"
        request = self.client.make_press(card, label, user=user)
        self.sent[kind] += 1
        answer = await self.client.send(request)
        key = _key(request)
        self.pressed.append(Pressed(kind=kind, words=words, user=user, key=key, acknowledged=answer.ok))

    def _card(self, kind: Kind) -> tuple[Message, str] | None:
        wanted = (None, "second") if kind == "second" else (None,)
        for channel in self.chance.sample(self.channels, len(self.channels)):
            for card in reversed(self.slack.posted[channel.id][-40:]):
                found = _WORDS.search(card.text) if card.app_id else None
                if found and self.thanks[found[0]].done_to_it in wanted:
                    return card, found[0]
        return None

    # Reading

    async def _read(self, kind: Kind, command: str, text: str) -> None:
        self.sent[kind] += 1
        user, channel = self.chance.choice(self.people), self.chance.choice(self.channels)
        await self.client.command(command, text, user=user, channel=channel)

    # Reacting

    async def _react(self) -> None:
        """On, perhaps off, perhaps on again; Slack delivers it in any order."""
        giver, author = self.chance.sample(self.people, 2)
        message = self.slack.say(author, self.chance.choice(self.channels), "done for today")
        emoji = self.chance.choice(self.framework.taggable).emoji_name
        requests = []
        for number in range(self.chance.choice((1, 1, 1, 2, 3))):
            make = self.client.make_unreact if number % 2 else self.client.make_react
            request = make(giver, message, emoji)
            payload = opened(request)[1]
            self.reacted.append(
                Reacted(
                    user=giver,
                    message=message,
                    event=payload["event_id"],
                    at=payload["event"]["event_ts"],
                    standing=not number % 2,
                )
            )
            requests.append(request)
            self.sent["reaction"] += 1
        self.chance.shuffle(requests)
        await asyncio.gather(*map(self._deliver, requests))

    async def _deliver(self, request: Request) -> None:
        await self.line.deliver(request, copies=2 if self.chance.random() < TWICE else 1)


def _key(request: Request) -> str:
    payload = json.loads(parse_qs(request.body.decode())["payload"][0])
    action = payload["actions"][0]
    where = payload["container"]["message_ts"]
    return "/".join((payload["user"]["id"], where, action["action_id"], action["action_ts"]))
