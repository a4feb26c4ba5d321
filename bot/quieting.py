"""Quiet mode, step by step: an administrator pauses what is posted in public, and lets it go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import audit, quiet, sight_cards, steps
from bot.cards import Card, PlaceName, Private, Reply, Spans, Strong
from bot.errors import Refusal
from bot.model import Person, PlaceKind, Visibility
from bot.requests import SwitchQuiet
from bot.roles import Authority, Role
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieting:
    store: Store
    authority: Authority
    clock: Callable[[], datetime]

    async def switched(self, ask: SwitchQuiet) -> list[Reply]:
        """`/kudos quiet …`.

        Raises:
            Refusal: they may not, or there is nothing to switch where they ask.
        """
        await self.authority.require(ask.workspace, ask.person, Role.ADMINISTRATOR, "pause what is posted")
        if ask.on is None:
            return [Private(card=await self._stands(ask))]
        people = await self._people(ask)
        if not ask.everywhere and not people and ask.place.kind is not PlaceKind.CHANNEL:
            raise Refusal(("", "Type this in the channel that is to be quiet, or say everywhere."))
        subjects, what = _meant(ask, people)
        now = self.clock()
        await self.store.write(
            steps.delivery(ask.workspace, ask.delivery, "", now),
            *await self.store.quiets.switching(
                ask.workspace, subjects, on=ask.on, actor=ask.person, now=now, key=ask.delivery
            ),
            *(
                audit.noted(
                    ask.workspace,
                    ask.person,
                    "quiet on" if ask.on else "quiet off",
                    subject,
                    origin=ask.workspace.partition(":")[0],
                    now=now,
                    key=f"{ask.delivery}/{subject}",
                )
                for subject in subjects
            ),
        )
        return [Private(card=sight_cards.quiet_switched(what, on=ask.on))]

    async def _people(self, ask: SwitchQuiet) -> list[Person]:
        known = await self.store.directory.people(ask.workspace, ask.people)
        if len(known) < len(ask.people):
            raise Refusal(("", "I don't know one of these people. Please try again in a minute."))
        return [known[id_] for id_ in ask.people]

    async def _stands(self, ask: SwitchQuiet) -> Card:
        """What is quiet in their workspace; of a private place only who is in it learns the name."""
        subjects = [(workspace, what) for workspace, what, _ in (await self.store.quiets.state(ask.workspace)).standing]
        own = [what for workspace, what in subjects if workspace == ask.workspace]
        ids = [what.removeprefix(quiet.of_place("")) for what in own if what.startswith(quiet.of_place(""))]
        places = [place for id_ in ids if (place := await self.store.places.get(ask.workspace, id_))]
        known = [
            place
            for place in places
            if place.visibility is Visibility.PUBLIC
            or await self.store.places.is_in(place.workspace, place.id, ask.person)
        ]
        prefix = quiet.of_person("")
        people = await self.store.directory.people(
            ask.workspace, [what.removeprefix(prefix) for what in own if what.startswith(prefix)]
        )
        return sight_cards.quiet(
            everywhere=any(what == quiet.EVERYWHERE for _, what in subjects),
            places=known,
            people=people.values(),
            hidden=len(ids) - len(known),
        )


def _meant(ask: SwitchQuiet, people: list[Person]) -> tuple[list[str], list[Spans]]:
    """What gets quiet, or is not any more, and how it is called."""
    if ask.everywhere:
        return [quiet.EVERYWHERE], [("everywhere",)]
    if people:
        return [quiet.of_person(each.id) for each in people], [("about ", Strong(each.name)) for each in people]
    return [quiet.of_place(ask.place.id)], [("in ", PlaceName(place=ask.place.id, name=ask.place.name))]
