"""The same acts of the same three people in Slack, in Teams and at the playground, each over its platform's own door.

Each act is delivered three times, but for an emoji at the playground. What it came to is read from the database, in
words that no platform has a say in.
"""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot.framework import Framework
from tests.adapters import town as slack
from tests.adapters.playground.visitor import Message as Noted
from tests.adapters.playground.visitor import Visitor, served
from tests.adapters.teams import town as teams
from tests.doubles import slack_objects, teams_world
from tests.doubles.slack_objects import Message
from tests.doubles.teams_connector import Posted

ANN, BOB, CAT = ROLES = ("ann", "bob", "cat")


class Stage(Protocol):
    """One platform, with Kudos and the three in one public place."""

    async def say(self, who: str, text: str) -> None:
        """`kudos …`: `@ann` calls her, `#0` is the tag of the first entry."""
        ...

    async def fill(self, who: str, whom: Sequence[str], entries: Sequence[int], reason: str) -> None:
        """Open the form, fill it in, and send it."""
        ...

    async def press(self, who: str, label: str) -> None:
        """A button of the latest card."""
        ...

    async def edit(self, who: str, reason: str) -> None:
        """New words for the latest card."""
        ...

    async def react(self, who: str, entry: int, *, off: bool = False) -> None:
        """An entry's emoji on the latest card."""
        ...

    def ledger(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class SlackStage:
    town: slack.Town

    def _user(self, who: str) -> slack_objects.User:
        return dict(zip(ROLES, (self.town.alice, self.town.bob, self.town.cara), strict=True))[who]

    def _card(self) -> Message:
        return self.town.cards()[-1]

    async def say(self, who: str, text: str) -> None:
        for role in ROLES:
            text = text.replace(f"@{role}", f"@{self._user(role).name}")
        await self.town.type(self._user(who), _tagged(text, self.town.framework))
        await slack.settled(self.town)

    async def fill(self, who: str, whom: Sequence[str], entries: Sequence[int], reason: str) -> None:
        await self.town.type(self._user(who), "")
        await self.town.submit(
            self.town.form(self._user(who)),
            recipients=[self._user(each) for each in whom],
            entries=[self.town.entry(each).id for each in entries],
            reason=reason,
        )
        await slack.settled(self.town)

    async def press(self, who: str, label: str) -> None:
        await self.town.press(self._card(), label, self._user(who))
        await slack.settled(self.town)

    async def edit(self, who: str, reason: str) -> None:
        await self.press(who, "Edit the words")
        await self.town.submit(self.town.form(self._user(who)), reason=reason)
        await slack.settled(self.town)

    async def react(self, who: str, entry: int, *, off: bool = False) -> None:
        act = self.town.unreact if off else self.town.react
        await act(self._user(who), self._card(), self.town.emoji(entry))
        await slack.settled(self.town)

    def ledger(self) -> list[str]:
        people = {self._user(role).id: role for role in ROLES}
        return ledger(self.town.database, self.town.framework, people)


@dataclass(frozen=True, slots=True)
class TeamsStage:
    town: teams.Town

    def _user(self, who: str) -> teams_world.User:
        return dict(zip(ROLES, (self.town.alice, self.town.bob, self.town.carol), strict=True))[who]

    def _card(self) -> Posted:
        return self.town.cards()[-1]

    async def say(self, who: str, text: str) -> None:
        named = [self._user(role) for role in ROLES if f"@{role}" in text]
        named.sort(key=lambda user: text.index(f"@{ROLES[self.town.world.users.index(user)]}"))
        for role in ROLES:
            text = text.replace(f"@{role}", f"@{self._user(role).name}")
        await self.town.say(self._user(who), f"kudos {_tagged(text, self.town.framework)}", *named)

    async def fill(self, who: str, whom: Sequence[str], entries: Sequence[int], reason: str) -> None:
        user = self._user(who)
        await self.town.client.extend(user, self.town.thanks, "give", "compose")
        await self.town.send(
            self.town.dialog(user),
            recipients=",".join(self._user(each).object_id for each in whom),
            entries=",".join(self.town.entry(each).id for each in entries),
            reason=reason,
        )
        if preview := self.town.client.previews.get(user.mri):
            await self.town.client.decide(preview, "send")
        await teams.settled(self.town)

    async def press(self, who: str, label: str) -> None:
        await self.town.press(self._user(who), self._card(), label)

    async def edit(self, who: str, reason: str) -> None:
        await self.press(who, "Edit the words")
        await self.town.send(self.town.dialog(self._user(who)), reason=reason)

    async def react(self, who: str, entry: int, *, off: bool = False) -> None:
        await self.town.client.react(self._user(who), self._card(), self.town.emoji(entry), off=off)
        await teams.settled(self.town)

    def ledger(self) -> list[str]:
        people = {self._user(role).object_id: role for role in ROLES}
        return ledger(self.town.database, self.town.framework, people)


VISITORS: Final = dict(zip(ROLES, ("amara", "tom", "zofia"), strict=True))


@dataclass(frozen=True, slots=True)
class PlaygroundStage:
    visitor: Visitor
    framework: Framework
    database: Path
    before: int  #: kudos that others have given there in the past

    def _as(self, who: str) -> Visitor:
        return self.visitor.as_(VISITORS[who])

    async def _card(self, who: str) -> Noted:
        page = await self._as(who).look()
        return [each for each in page.messages if not each.private and (" thanked " in each.text)][-1]

    async def say(self, who: str, text: str) -> None:
        for role, id_ in VISITORS.items():
            text = text.replace(f"@{role}", f"@{id_}")
        visitor = self._as(who)
        once = (await visitor.look()).once
        for _ in range(3):
            await visitor.say(f"/kudos {_tagged(text, self.framework)}", once=once)

    async def fill(self, who: str, whom: Sequence[str], entries: Sequence[int], reason: str) -> None:
        visitor = self._as(who)
        form = (await visitor.say("/kudos")).form
        people = [("recipients", VISITORS[each]) for each in whom]
        chosen = [("entries", self.framework.taggable[each].id) for each in entries]
        for _ in range(3):
            await visitor.fill(form, [*people, *chosen, ("reason", reason)])

    async def press(self, who: str, label: str) -> None:
        visitor, card = self._as(who), await self._card(who)
        once = (await visitor.look()).once
        for _ in range(3):
            await visitor.press(card, label, once=once)

    async def edit(self, who: str, reason: str) -> None:
        visitor = self._as(who)
        form = (await visitor.press(await self._card(who), "Edit the words")).form
        for _ in range(3):
            await visitor.fill(form, [("reason", reason)])

    async def react(self, who: str, entry: int, *, off: bool = False) -> None:  # noqa: ARG002 - it toggles
        """Once: a page's emoji is put on or taken off by what stands there, so that a second time is another act."""
        await self._as(who).react(await self._card(who), self.framework.taggable[entry].emoji)

    def ledger(self) -> list[str]:
        people = {id_: role for role, id_ in VISITORS.items()}
        return ledger(self.database, self.framework, people)[self.before :]


def _tagged(text: str, framework: Framework) -> str:
    for position, entry in enumerate(framework.taggable):
        text = text.replace(f"#{position}", f"#{entry.tag}")
    return text


def ledger(database: Path, framework: Framework, people: dict[str, str]) -> list[str]:
    """Each kudos in one line, in the order in which they were given."""
    positions = {entry.id: str(position) for position, entry in enumerate(framework.taggable)}
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:

        def several(sql: str, id_: str) -> list[str]:
            return [str(row[0]) for row in connection.execute(sql, (id_,))]

        lines = []
        for id_, giver, reason, visibility, withdrawn in connection.execute(
            "SELECT id, giver, reason, visibility, withdrawn FROM recognition ORDER BY given_at, id"
        ).fetchall():
            whom = several("SELECT person FROM recipient WHERE recognition = ? ORDER BY position", id_)
            tags = several("SELECT entry FROM tag WHERE recognition = ? AND standing = 1 ORDER BY position", id_)
            others = several("SELECT person FROM endorsement WHERE recognition = ? ORDER BY at, person", id_)
            lines.append(
                f"{people.get(giver, giver)} thanks {', '.join(people.get(each, each) for each in whom)}"
                f" for {' '.join(positions.get(tag, tag) for tag in tags)}: {reason} [{visibility}]"
                + (" withdrawn" if withdrawn else "")
                + (f" seconded by {', '.join(people.get(each, each) for each in others)}" if others else "")
            )
        return lines


@contextlib.asynccontextmanager
async def in_slack(framework: Framework, folder: Path) -> AsyncIterator[Stage]:
    async with slack.town_in(folder / "slack.db", framework) as town:
        town.manner = "thrice"
        yield SlackStage(town)
        await slack.settled(town)
        town.assert_sound()


@contextlib.asynccontextmanager
async def in_teams(framework: Framework, folder: Path) -> AsyncIterator[Stage]:
    async with teams.town_in(folder / "teams.db", framework) as town:
        town.client.manner = "thrice"
        yield TeamsStage(town)
        await teams.settled(town)
        town.assert_sound()


@contextlib.asynccontextmanager
async def at_playground(framework: Framework, folder: Path) -> AsyncIterator[Stage]:
    database = folder / "playground.db"
    async with served(database, framework) as visitor:
        before = len(ledger(database, framework, {}))
        yield PlaygroundStage(visitor, framework, database, before)


STAGES: Final = {"Slack": in_slack, "Teams": in_teams, "the playground": at_playground}
