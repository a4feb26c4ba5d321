"""Whom and where a form offers to choose, from what we know; Teams itself searches for everybody else."""

from collections import Counter
from dataclasses import replace
from typing import Final

from adapters.teams.forms import Choice, Choices
from adapters.teams.objects import Speaker, team_of_general
from adapters.teams.references import References
from bot import commands
from bot.cards import Form, PeopleField, PlaceField
from bot.model import PersonKind, Place, PlaceKind, Visibility
from bot.requests import Action, Press
from bot.store import Store

PEOPLE_MOST: Final = 50
PLACES_MOST: Final = 100


async def choices(store: Store, references: References, form: Form, speaker: Speaker) -> Choices:
    """For a form that `speaker` opens: those who are chosen, the others in the place, and where they can read along."""
    chosen = [id_ for field in form.fields if isinstance(field, PeopleField) for id_ in field.chosen]
    asks_whom = any(isinstance(field, PeopleField) for field in form.fields)
    asks_where = any(isinstance(field, PlaceField) for field in form.fields)
    return Choices(
        people=await _people(store, speaker, chosen) if asks_whom else (),
        places=await _places(store, references, speaker) if asks_where else (),
    )


async def can_be_named(store: Store, speaker: Speaker, id_: str) -> bool:
    """Whether a form that `speaker` sends may name a place: a client sends what it likes.

    Where it is sent from, or one that a form offers. Who is in a private place, the core asks itself.
    """
    if id_ in ("", speaker.place.id):
        return True
    place = await store.places.get(speaker.workspace, id_)
    if place is None or not place.joined:
        return False
    return place.visibility is not Visibility.PUBLIC or await _reads(
        store, place, speaker.person, guest=await _guest(store, speaker)
    )


async def allowed(store: Store, speaker: Speaker, press: Press) -> Press:
    """The same button. A kudos that it brings along for a place that they may not name has none yet."""
    if press.action not in (Action.WITHOUT, Action.KEEP):
        return press
    *about, carried = press.value.split("/", 2)
    place, words = commands.unpacked(carried)
    if await can_be_named(store, speaker, place):
        return press
    return replace(press, value="/".join((*about, commands.packed("", words))))


async def _people(store: Store, speaker: Speaker, chosen: list[str]) -> list[Choice]:
    known = await store.directory.people(speaker.workspace, chosen)
    listed = {id_: known[id_] for id_ in chosen if id_ in known}
    most = PEOPLE_MOST + len(listed) + 1  # of whom some may be chosen, or the speaker
    present = await store.places.thankable_in(speaker.workspace, speaker.place.id, most=most)
    others = [each for each in present if each.id not in listed and each.id != speaker.person]
    return [Choice(value=each.id, label=each.name) for each in (*listed.values(), *others[:PEOPLE_MOST])]


async def _places(store: Store, references: References, speaker: Speaker) -> list[Choice]:
    found: list[Place] = []
    known, guest = await store.places.all(speaker.workspace), await _guest(store, speaker)
    for place in filter(_can_be_posted_in, known):
        if len(found) < PLACES_MOST and await _reads(store, place, speaker.person, guest=guest):
            found.append(place)
    teams = {each.place: each.team for each in await references.all(speaker.workspace)}
    general = {place.id: team_of_general(place.name) for place in known}
    named = Counter(place.name for place in found)

    def label(place: Place) -> str:
        team = general.get(teams.get(place.id, ""), "") if named[place.name] > 1 else ""
        return f"{place.name} ({team})" if team else place.name or "A group chat"

    return [Choice(value=place.id, label=label(place)) for place in found]


def _can_be_posted_in(place: Place) -> bool:
    return place.kind is PlaceKind.CHANNEL and place.joined and not place.archived


async def _guest(store: Store, speaker: Speaker) -> bool:
    known = await store.directory.people(speaker.workspace, [speaker.person])
    return speaker.person in known and known[speaker.person].kind is PersonKind.GUEST


async def _reads(store: Store, place: Place, person: str, *, guest: bool) -> bool:
    """Whether they can read what is said there; a guest sees the channels of their own teams alone."""
    if place.visibility is Visibility.PUBLIC and not guest:
        return True
    return await store.places.is_in(place.workspace, place.id, person)
