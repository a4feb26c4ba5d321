"""The count of what was asked in vain: no person, no place, no time of day, and nothing of another workspace."""

from datetime import date, timedelta

import pytest

from adapters.app import forget
from bot import tally
from bot.database import Database
from bot.model import Person, PersonKind
from bot.questions import KEPT_DAYS, Outcome, key, perhaps_names, summed
from bot.store import Store
from tests.doubles.platform import Clock
from tests.doubles.world import PEOPLE, W

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
BEARD = "Can I wear a beard?"


@pytest.fixture
async def store(database: Database) -> Store:
    store = Store(database)
    await store.directory.save_people(PEOPLE.values())
    return store


async def ask(store: Store, text: str = BEARD, outcome: Outcome = "menu", day: date = DAY, workspace: str = W) -> None:
    await store.write(tally.asked(workspace, text, outcome, day))


async def test_the_same_question_is_counted_in_one_row(store: Store) -> None:
    await ask(store)
    await ask(store, "can i WEAR a beard?", day=NEXT)
    await ask(store, outcome="unknown", day=NEXT)
    await store.write(tally.picked(W, key(W, BEARD), "value.a", NEXT))
    await store.write(tally.picked(W, key(W, BEARD), "", NEXT))
    (question,) = summed(await store.tally.questions())
    assert (question.text, question.menus, question.unknown, question.none) == ("can i wear a beard?", 2, 1, 1)
    assert question.picked == (("value.a", 1),)
    assert (question.first, question.last) == (DAY, NEXT)


async def test_nothing_is_noted_of_a_question_that_is_not_there(store: Store) -> None:
    """A key can be guessed or kept; one of another workspace leads to nothing."""
    await ask(store, workspace="test:2")
    before = await store.tally.questions()
    for question in ("", "no-such", key("test:2", BEARD)):
        await store.write(tally.picked(W, question, "value.a", DAY))
    assert await store.tally.questions() == before


async def test_a_colleagues_full_name_keeps_a_question_from_being_counted(store: Store) -> None:
    """In any case of letters; an app's name does not, and neither does a name of one word."""
    await store.directory.save_people(
        [
            Person(workspace=W, id="u1", name="Dot Pearce"),
            Person(workspace=W, id="u2", name="Wear A", kind=PersonKind.BOT),
            Person(workspace="test:2", id="u3", name="A Beard"),
        ]
    )
    await ask(store, "is dot pearce fair?")
    await ask(store, "Is DOT  Pearce fair?")
    assert await store.tally.questions() == []
    await ask(store)
    await ask(store, "ann?")
    assert len(await store.tally.questions()) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dot Pearce", "is pearce fair?"),
        ("Dot Pearce", "is DOT fair?"),
        ("Dot Pearce", "dot"),
        ("Dot Smith-Jones", "is jones fair"),
        ("Dot Smith-Jones", "is smith-jones fair"),
        ("Dot O'Neill", "is oneill fair"),
        ("Dot O’Neill", "is O'Neill's team fair"),
        ("Émile Zola", "is émile fair"),
        ("Émile Zola", "is ÉMILE fair"),
        ("Madonna", "is madonna's singing fair"),
    ],
)
async def test_any_part_of_a_colleagues_name_keeps_a_question_from_being_counted(
    store: Store, name: str, text: str
) -> None:
    await store.directory.save_people([Person(workspace=W, id="u1", name=name)])
    await store.write(tally.asked(W, text, "menu", DAY, perhaps_names(text, frozenset())))
    assert await store.tally.questions() == []


async def test_a_word_that_many_use_is_counted_whoever_is_called_so(store: Store) -> None:
    """Else nothing would be counted where there are many colleagues; and part of a word is no name."""
    await store.directory.save_people([Person(workspace=W, id="u1", name="May Best"), PEOPLE["robot"]])
    for text in ("which is the best beard", "is the robot bearded", "maybe"):
        await store.write(tally.asked(W, text, "menu", DAY, perhaps_names(text, frozenset({"best"}))))
    assert len(await store.tally.questions()) == 3


async def test_what_is_asked_no_more_is_forgotten(store: Store) -> None:
    clock = Clock()
    day = clock().date()
    await ask(store, "asked long ago", day=day)
    await ask(store, "asked again and again", day=day)
    await ask(store, "asked again and again", day=day + timedelta(days=1))
    await forget(store, clock() + timedelta(days=KEPT_DAYS))
    assert len(await store.tally.questions()) == 2
    await forget(store, clock() + timedelta(days=KEPT_DAYS + 1))
    assert [each.text for each in await store.tally.questions()] == ["asked again and again"]


async def test_a_row_holds_nothing_about_anybody(store: Store, database: Database) -> None:
    await ask(store)
    (row,) = await database.rows("SELECT * FROM question")
    assert row == {
        "workspace": W,
        "id": key(W, BEARD),
        "text": "can i wear a beard?",
        "outcome": "menu",
        "entry": "",
        "times": 1,
        "first_day": "2026-03-02",
        "last_day": "2026-03-02",
    }
