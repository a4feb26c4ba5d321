"""What a form of Teams offers to choose from: few of many, by name, and in little time."""

import re

import pytest

from adapters.teams.choosing import PEOPLE_MOST, choices
from adapters.teams.objects import Speaker
from adapters.teams.references import References
from bot.cards import Form, PeopleField
from bot.database import Database
from bot.model import Person, PersonKind, Place, PlaceKind
from bot.store import Store
from tests.noted import Noted

W = "teams:one"
PLACE = Place(workspace=W, id="19:a@thread.tacv2", name="general", kind=PlaceKind.CHANNEL)
SPEAKER = Speaker(
    workspace=W,
    person="p00001",
    mri="29:1",
    name="Colleague 1",
    kind=PersonKind.MEMBER,
    place=PLACE,
    team="19:team",
    thread="",
    service_url="https://smba.trafficmanager.net/emea/",
    bot="28:kudos",
)
FORM = Form(
    title="t",
    submit="s",
    action="a",
    fields=(PeopleField(name="whom", label="l", most=9, chosen=("p00007", "p00300")),),
)


async def crowd(database: Database, number: int) -> Store:
    """Everybody is in the place; nobody can thank the first, which is a bot, nor the third, who has left."""
    store = Store(database)
    people = [Person(workspace=W, id=f"p{each:05}", name=f"Colleague {each:05}") for each in range(number)]
    people[0] = Person(workspace=W, id="p00000", name="A bot", kind=PersonKind.BOT)
    people[3] = Person(workspace=W, id="p00003", name="Colleague 00003", active=False)
    people.append(Person(workspace=W, id="q", name="Anybody elsewhere"))
    await store.directory.save_people(people)
    await store.places.save_members(W, PLACE.id, [each.id for each in people if each.id != "q"])
    return store


@pytest.mark.databases("sqlite", "postgres")
async def test_the_chosen_ones_come_first_and_then_those_in_the_place_by_name(database: Database) -> None:
    offered = await choices(await crowd(database, 400), References(database), FORM, SPEAKER)
    others = [number for number in range(400) if number not in (0, 1, 3, 7, 300)][:PEOPLE_MOST]
    assert [each.value for each in offered.people] == ["p00007", "p00300", *(f"p{number:05}" for number in others)]
    assert offered.people[0].label == "Colleague 00007"


async def test_in_a_large_team_nobody_is_looked_up_whom_the_form_does_not_show(noted: Noted) -> None:
    """A team of Teams may have 25,000 members; whoever opens a form waits for it."""
    store = await crowd(noted, 400)
    noted.asked.clear()
    await choices(store, References(noted), FORM, SPEAKER)
    assert max(len(re.findall(r":\w+", sql)) for sql, _ in noted.asked) <= 8
