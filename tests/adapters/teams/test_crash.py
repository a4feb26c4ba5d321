"""The real program, killed at random moments: nothing that was acknowledged is lost, and nothing stands twice.

Whatever was not answered comes again, as Teams would send it, and some that was answered does, too. The Bot Connector
takes its time, and some of its answers are lost: what became of such a post nobody knows, and it is never repeated.
"""

import asyncio
import contextlib
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.framework import Framework
from tests.adapters.teams.nursery import nursery
from tests.adapters.teams.town import REASON, TO_SEND, Town, install, kudos_for, settings_for, settled
from tests.doubles.teams_client import TeamsClient, read
from tests.doubles.teams_connector import Fault, Posted, TeamsConnector
from tests.doubles.teams_events import Events
from tests.doubles.teams_service import Answer, BotService
from tests.doubles.teams_world import Json, Place, User

KILLS = 30  #: at least; twice as many where a busy machine leaves little between them
SEED = 20_261_122
TIMES = 3  #: an activity comes. Source: learn.microsoft.com, respond to the task module submit action
STEPS_MOST = 24  #: that people and Teams take between a start and the kill
LATER = timedelta(minutes=2)  #: when nothing is leased any more


@pytest.fixture
async def quiet_town(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """A town that knows Kudos, and in which the program does not run yet."""
    async with TeamsConnector() as connector, BotService(connector.world.app_id) as service:
        connector.limits = False
        events = Events(connector.world, connector.url)
        client = TeamsClient(connector.world, events, service)
        yield Town(connector, service, events, client, framework, tmp_path / "kudos.db")


@dataclass(slots=True)
class Day:
    """What people do while the program is killed again and again, and what was acknowledged to them."""

    town: Town
    chance: random.Random
    people: list[User]
    places: list[Place]
    cards: list[tuple[Place, Posted, str]]  #: of kudos that were given before, with their ids
    up: asyncio.Event = field(default_factory=asyncio.Event)
    answers: int = 0
    tried: dict[str, tuple[User, User, Place]] = field(default_factory=dict)  #: by the words of a kudos
    given: dict[str, str] = field(default_factory=dict)  #: the words of one that was acknowledged -> how
    pressed: set[tuple[str, str]] = field(default_factory=set)  #: acknowledged: who, and the kudos
    reacted: set[tuple[str, str]] = field(default_factory=set)  #: acknowledged: who, and the message
    numbers: Any = field(default_factory=itertools.count)

    async def deliver(self, activity: Json) -> Answer:
        """As Teams does: again where no answer came, and now and then although one did."""
        again = self.chance.random() < 0.2
        answer = Answer(failure="never sent")
        for _ in range(TIMES):
            await self.up.wait()
            answer = (await self.town.service.deliver(activity))[0]
            self.answers += 1
            if answer.ok and not again:
                break
            again = False
            await asyncio.sleep(0.01)
        return answer

    def kudos(self) -> tuple[User, User, Place, str]:
        """Who, whom, where, and words that nobody else writes."""
        number = next(self.numbers)
        giver, recipient = self.people[number % len(self.people)], self.people[(number * 7 + 3) % len(self.people)]
        if giver is recipient:
            recipient = self.people[(number + 1) % len(self.people)]
        place, words = self.places[number % len(self.places)], f"help number {number:04} with the night shift"
        self.tried[words] = giver, recipient, place
        return giver, recipient, place, words

    async def message(self) -> None:
        giver, recipient, place, words = self.kudos()
        text = f"kudos @{recipient.name} {self.town.tag()} for {words}"
        if (await self.deliver(self.town.events.message(giver, place, text, recipient))).ok:
            self.given[words] = "message"

    async def form(self) -> None:
        """From the message extension: where one writes it is previewed, and in the command bar it is not."""
        giver, recipient, place, words = self.kudos()
        context = self.chance.choice(("compose", "commandbox"))
        told: Json = {"commandId": "give", "commandContext": context, "requestId": "r"}
        events = self.town.events
        opened = await self.deliver(events.invoke(giver, place, "composeExtension/fetchTask", told))
        if not opened.ok:
            return
        data = opened.body["task"]["value"]["card"]["content"]["actions"][-1]["data"]
        fields = {"recipients": recipient.object_id, "entries": self.town.entry(0).id, "reason": words}
        value = told | {"data": {**data, **fields, "place": place.id}}
        sent = await self.deliver(events.invoke(giver, place, "composeExtension/submitAction", value))
        if context == "compose" and sent.ok and "composeExtension" in (sent.body or {}):
            shown = sent.body["composeExtension"]["activityPreview"]
            value = told | {"botMessagePreviewAction": "send", "botActivityPreview": [shown]}
            sent = await self.deliver(events.invoke(giver, place, "composeExtension/submitAction", value))
            if sent.ok and not sent.body:
                self.given[words] = "preview"
        elif sent.ok and "You thanked" in str(sent.body):
            self.given[words] = "form"

    async def press(self) -> None:
        number = next(self.numbers)
        place, card, recognition = self.cards[number % len(self.cards)]
        who = self.people[number // len(self.cards) % len(self.people)]
        act = self.town.events.press(who, place, card.id, "second", {"value": recognition})
        answer = await self.deliver(act)
        if answer.ok and "Sorry" not in str(answer.body):
            self.pressed.add((who.object_id, recognition))

    async def reaction(self) -> None:
        number = next(self.numbers)
        place, card, _ = self.cards[number % len(self.cards)]
        who = self.people[number // len(self.cards) % len(self.people)]
        if (await self.deliver(self.town.events.react(who, place, card.id, self.town.emoji(1)))).ok:
            self.reacted.add((who.object_id, card.id))

    @property
    def eventful(self) -> bool:
        """Whether enough has been acknowledged for kills to have shown something."""
        return len(self.given) > KILLS / 2 and min(len(self.pressed), len(self.reacted)) > KILLS / 4

    def steps(self) -> int:
        return self.answers + len(self.town.connector.calls)


async def killed_again_and_again(day: Day, environment: dict[str, str], logs: Path) -> list[asyncio.Task[None]]:
    """Start the program, let people do things, kill it; a moment may come before it answers."""
    acts: list[asyncio.Task[None]] = []
    town = day.town
    async with nursery(environment, logs) as programs:
        for kills in range(2 * KILLS):
            if kills >= KILLS and day.eventful:
                break
            program = await programs.start()
            if day.chance.random() < 0.1:
                await asyncio.sleep(day.chance.uniform(0.0, 0.3))
                await program.kill()
                continue
            town.service.url = f"http://127.0.0.1:{await program.listening()}/api/messages"
            day.up.set()
            at_once = (day.message, day.form, day.press, day.reaction, day.message)
            acts += [asyncio.create_task(act()) for act in at_once]
            if day.chance.random() < 0.4:
                lost = Fault(call="POST *activities", done=True, drop=True, delay_s=0.02)
                town.connector.faults.insert(0, lost)
            # By what has happened, and not by the clock: a moment is the same on a slow machine.
            until = day.steps() + day.chance.randint(0, STEPS_MOST)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.5):
                    while day.steps() < until:  # noqa: ASYNC110 - two servers and many clients take steps
                        await asyncio.sleep(0.005)
            await asyncio.sleep(day.chance.uniform(0.0, 0.03))
            day.up.clear()
            await program.kill()
    return acts


def environment_of(town: Town) -> dict[str, str]:
    settings = settings_for(town)
    return {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "DATABASE_URL": settings.database_url,
        "KUDOS_CHANNEL": settings.kudos_channel,
        "MicrosoftAppId": settings.microsoft_app_id,
        "MicrosoftAppPassword": settings.microsoft_app_password.get_secret_value(),
        "MicrosoftAppTenantId": settings.microsoft_app_tenant_id,
        "TEAMS_OPENID_URL": settings.teams_openid_url,
        "TEAMS_LOGIN_URL": settings.teams_login_url,
        "TEAMS_SERVICE_HOSTS": settings.teams_service_hosts,
        "LOG_FORMAT": "json",
    }


def standing(town: Town, place: Place, words: str) -> int:
    """How often words were posted to a place, deleted or not."""
    return sum(words in read(each.card) for each in town.connector.posted if each.place == place.id)


async def morning(town: Town, chance: random.Random) -> Day:
    """Kudos is added to where people are, and some of them have thanked already."""
    people = [town.world.add_user(f"Colleague {number:02}") for number in range(14)]
    town.team.members.extend(people)
    chats = [town.world.add_group_chat(f"Shift {number}", [town.alice, town.bob, *people]) for number in range(4)]
    for each in people:
        town.world.personal(each)
    places: list[Place] = [town.team.general, town.thanks, *chats]
    cards = []
    async with kudos_for(town):
        await install(town)
        for place in places:
            card = await town.give(town.alice, f"kudos @Bob Brown {town.tag()} for {REASON}", town.bob, where=place)
            fact = town.row("SELECT fact FROM outbox WHERE message = ?", card.id)["fact"]
            cards.append((place, card, fact))
    return Day(town, chance, people, places, cards)


async def test_killed_at_thirty_moments_it_loses_and_doubles_nothing(quiet_town: Town, tmp_path: Path) -> None:
    town = quiet_town
    day = await morning(town, random.Random(SEED))
    before = town.count("recognition")
    # Teams takes its time, so that many a kill comes between a post and its answer.
    town.connector.fault("POST *activities", delay_s=0.03, times=None)
    acts = await killed_again_and_again(day, environment_of(town), tmp_path)
    town.connector.faults.clear()
    async with kudos_for(town, clock=lambda: datetime.now(UTC) + LATER):
        day.up.set()
        await asyncio.gather(*acts)
        await settled(town, timeout_s=30)

    kept = {row["reason"]: row["id"] for row in town.rows("SELECT * FROM recognition ORDER BY given_at")[before:]}
    assert town.count("recognition") == before + len(kept), "one stands for two"
    assert set(day.given.values()) == {"message", "preview", "form"}
    assert day.eventful, "the kills came too early to show anything"
    assert day.given.keys() <= kept.keys() <= day.tried.keys()

    assert town.count("outbox", TO_SEND) == 0
    states = {(row["fact"], row["view"]): row["state"] for row in town.rows("SELECT * FROM outbox")}
    for words, (giver, recipient, place) in day.tried.items():
        stand = {"card": standing(town, place, words), "thanks": standing(town, town.alone(recipient), words)}
        confirmed = standing(town, town.alone(giver), words)
        if words not in kept:
            assert (stand, confirmed) == ({"card": 0, "thanks": 0}, 0)
            continue
        assert confirmed <= 1
        for view, number in stand.items():
            state = states[kept[words], view]
            assert number == 1 if state == "done" else state == "unknown" and number <= 1, (words, view, state, number)
    arrived = Counter(states.values())
    assert arrived["done"] > KILLS, "the kills came too early to show anything"
    assert arrived["unknown"], "no kill came between a post and its answer"

    pressed = Counter((row["person"], row["recognition"]) for row in town.rows("SELECT * FROM press"))
    assert set(pressed.values()) == {1}
    assert day.pressed <= pressed.keys()
    reacted = {(row["person"], row["message"]) for row in town.rows("SELECT * FROM reaction WHERE standing = 1")}
    assert day.reacted <= reacted
    assert not town.connector.problems
