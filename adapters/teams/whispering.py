"""What only one person should see: a targeted message where the tenant has them, else their own chat with Kudos."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto
from typing import Final

import structlog

from adapters.teams import render
from adapters.teams.connector import Connector
from adapters.teams.delivery import open_direct
from adapters.teams.objects import Speaker
from adapters.teams.references import Reference, References, tenant_of
from bot import steps
from bot.cards import Card, Note, PlaceName, Span
from bot.errors import Impossible, NotAMember, PlatformError
from bot.model import Person
from bot.store import Store

PATIENCE_S: Final = 3.0  #: for a private word on which the answer to an invoke waits

log = structlog.get_logger()


class Where(Enum):
    """Where somebody reads what only they should see."""

    HERE = auto()  #: where they have spoken
    APART = auto()  #: in their own chat with Kudos, and they have spoken elsewhere


class Whispering:
    def __init__(
        self,
        connector: Connector,
        references: References,
        store: Store,
        clock: Callable[[], datetime],
        *,
        targeted: bool,
    ) -> None:
        """
        Args:
            targeted: the tenant has messages that one person sees, whoever else is in the conversation.
        """
        self._connector = connector
        self._references = references
        self._store = store
        self._clock = clock
        self._targeted = targeted

    async def say(self, speaker: Speaker, card: Card) -> Where:
        """Tell whoever has just spoken, and nobody else.

        Raises:
            PlatformError: it was not taken, or perhaps it was.
        """
        tenant, here = tenant_of(speaker.workspace), reference(speaker)
        if speaker.alone:
            await self._connector.send(here, render.message(card, tenant))
            return Where.HERE
        if self._targeted and speaker.shared:
            try:
                shown = render.message(card, tenant, shared=True)
                await self._connector.send(here, shown, thread=speaker.thread, only_for=speaker.mri)
            except (Impossible, NotAMember) as error:
                log.warning("teams_not_targeted", reason=str(error))
            else:
                return Where.HERE
        noted = Card((Note(("From ", await self._called(speaker), ":")), *card.elements))
        await self._connector.send(await self._direct(speaker), render.message(noted, tenant))
        return Where.APART

    async def tell(self, speaker: Speaker, card: Card, key: str) -> Where | None:
        """The same, once for each `key`; None where it could not be told."""
        if await self._store.write(steps.delivery(speaker.workspace, key, "", self._clock())) is not None:
            return Where.HERE if speaker.alone or self._targeted else Where.APART
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.say(speaker, card)
        except (PlatformError, TimeoutError) as error:
            log.warning("teams_not_whispered", error=str(error) or type(error).__name__)
            return None

    async def _called(self, speaker: Speaker) -> Span:
        """Where somebody has spoken; what comes from there says no name of General's team, and seldom a topic."""
        known = await self._store.places.get(speaker.workspace, speaker.place.id)
        if name := (known and known.name) or speaker.place.name:
            return PlaceName(place=speaker.place.id, name=name)
        return "a channel" if speaker.team else "a group chat" if speaker.shared else "a chat"

    async def _direct(self, speaker: Speaker) -> Reference:
        people = await self._store.directory.people(speaker.workspace, [speaker.person])
        person = people.get(speaker.person) or Person(
            workspace=speaker.workspace, id=speaker.person, name=speaker.name or speaker.person
        )
        known = person.direct and await self._references.of(speaker.workspace, person.direct)
        where = known or await open_direct(self._connector, self._references, person)
        if not known:
            await self._store.directory.save_direct(person, where.place)
        return where


def reference(speaker: Speaker) -> Reference:
    """Where the conversation is reached that somebody speaks in."""
    return Reference(
        workspace=speaker.workspace, place=speaker.place.id, service_url=speaker.service_url, team=speaker.team
    )
