"""Who may set up the digest of a place, what a filled-in form means, and what comes next."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import planning
from bot.errors import Refusal
from bot.model import Person, PersonKind, Place
from bot.requests import SubmitDigest
from bot.schedule import Plan, Scope, Week

W = "test:1"
HERE = Place(workspace=W, id="general", name="general", joined=True, creator="ann")
ANN = Person(workspace=W, id="ann", name="Ann")
BOB = Person(workspace=W, id="bob", name="Bob")
GONE = Person(workspace=W, id="gone", name="Gone", active=False)
ROBOT = Person(workspace=W, id="robot", name="Robot", kind=PersonKind.BOT)
STRANGER = Person(workspace=W, id="stranger", name="Stranger", kind=PersonKind.STRANGER)
KNOWN = {each.id: each for each in (ANN, BOB, GONE, ROBOT, STRANGER)}
BEFORE = Plan(zone="Europe/London", owner="bob", paused="is_archived", skipped="2026-W09")
FILLED = SubmitDigest(
    workspace=W,
    person="ann",
    delivery="d",
    place="general",
    state="on",
    day="2",
    at="07:05",
    zone="Europe/Paris",
    scope="people",
    people=("bob", "ann", "bob"),
    extras=("mention",),
)
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("person", "administers", "may"),
    [
        (ANN, False, True),
        (BOB, False, False),
        (replace(BOB, admin=True), False, True),
        (BOB, True, True),
        (replace(ANN, active=False), False, False),
        (replace(ANN, kind=PersonKind.GUEST), False, False),
        (replace(STRANGER, admin=True), False, False),
        (replace(BOB, admin=True, active=False), False, False),
    ],
)
def test_who_made_a_place_or_looks_after_all_sets_up_its_digest(
    person: Person, *, administers: bool, may: bool
) -> None:
    """Guests do not, also where they made it; nor do strangers, nor who has left."""
    assert planning.may_set_up(person, HERE, administers=administers) is may


def test_a_guest_looks_ahead_only_at_what_will_be_posted_before_their_eyes() -> None:
    guest, on = replace(BOB, kind=PersonKind.GUEST), replace(BEFORE, paused="")
    plans = (on, None, replace(on, on=False), BEFORE)
    assert [planning.may_preview(guest, plan) for plan in plans] == [True, False, False, False]
    assert all(planning.may_preview(BOB, plan) for plan in plans)


def test_nobody_made_a_place_of_which_that_is_not_known() -> None:
    assert not planning.may_set_up(ANN, replace(HERE, creator=""), administers=False)
    assert not planning.may_set_up(replace(BOB, id=""), replace(HERE, creator=""), administers=False)


def test_a_form_filled_in_is_a_plan_whose_owner_is_who_sent_it() -> None:
    plan = planning.filled_in(FILLED, BEFORE, KNOWN, complete=True)
    assert plan == Plan(
        day=2,
        at="07:05",
        zone="Europe/Paris",
        scope=Scope.PEOPLE,
        people=("bob", "ann"),
        chart=False,
        mention=True,
        owner="ann",
        skipped="2026-W09",
    )
    assert not planning.filled_in(replace(FILLED, state="off"), BEFORE, KNOWN, complete=True).on


def test_whatever_has_to_be_mended_is_said_at_once_each_at_its_field() -> None:
    wrong = replace(FILLED, state="", day="7", at="25:00", zone="Mars/Olympus", scope="some", people=())
    with pytest.raises(Refusal) as refused:
        planning.filled_in(wrong, BEFORE, KNOWN, complete=True)
    assert dict(refused.value.faults) == {
        "state": "Choose one of these.",
        "day": "Choose a day of the week.",
        "at": "That is not a time of day. Write it as in 09:00.",
        "zone": "I know no time zone called “Mars/Olympus”. Write a city's, such as Europe/London.",
        "scope": "Choose one of these.",
    }


@pytest.mark.parametrize(
    ("people", "complete", "says"),
    [
        ((), True, "Choose at least one colleague, or let it tell of others' kudos."),
        (("bob", "robot"), True, "Robot can't be on the list: it's an app. Leave them out."),
        (
            ("gone", "stranger"),
            True,
            "Gone and Stranger can't be on the list: the account is switched off and they are in another organisation. "
            "Leave them out.",
        ),
        (("bob", "nobody"), True, "I don't know one of these people. Choose people of this organisation."),
        (("bob", "nobody"), False, "I couldn't look everybody up just now. Please save it again."),
        (
            tuple(f"p{number}" for number in range(101)),
            True,
            "That is 101 people; a list can hold up to 100. Choose fewer.",
        ),
    ],
)
def test_a_list_holds_colleagues_and_nobody_else(people: tuple[str, ...], *, complete: bool, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        planning.filled_in(replace(FILLED, people=people), BEFORE, KNOWN, complete=complete)
    assert refused.value.faults == (("people", says),)


def test_a_list_that_is_not_used_is_kept_as_far_as_it_could_be() -> None:
    unused = replace(FILLED, scope="workspace", people=("robot", "bob", "nobody"))
    assert planning.filled_in(unused, BEFORE, KNOWN, complete=True).people == ("bob",)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("  europe/london ", "Europe/London"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
        ("europe/isle of man", "Europe/Isle_of_Man"),
        ("america/port-au-prince", "America/Port-au-Prince"),
        ("etc/gmt+1", "Etc/GMT+1"),
        ("localtime", ""),
        ("right/Europe/London", ""),
        ("", ""),
        ("Europe", ""),
        ("/etc/passwd", ""),
        ("../../etc/passwd", ""),
        ("x" * 5000, ""),
        ("\0", ""),
        ("Zürich", ""),
    ],
)
def test_a_time_zone_is_found_in_whatever_case(typed: str, zone: str) -> None:
    assert planning.zone_called(typed) == zone


@given(st.text())
def test_whatever_is_typed_as_a_zone_or_a_time_is_one_or_is_said_not_to_be(typed: str) -> None:
    for filled in (replace(FILLED, zone=typed), replace(FILLED, at=typed)):
        with contextlib.suppress(Refusal):
            assert planning.filled_in(filled, BEFORE, KNOWN, complete=True).due_after(MONDAY) > MONDAY


@pytest.mark.parametrize(("typed", "at"), [("9:05", "09:05"), ("09.30", "09:30"), (" 23:59 ", "23:59")])
def test_a_time_may_be_written_as_people_write_it(typed: str, at: str) -> None:
    assert planning.filled_in(replace(FILLED, at=typed), BEFORE, KNOWN, complete=True).at == at


def test_an_empty_zone_is_asked_for() -> None:
    with pytest.raises(Refusal, match="Write a time zone, such as Europe/London"):
        planning.filled_in(replace(FILLED, zone=" "), BEFORE, KNOWN, complete=True)


def test_what_comes_next_is_the_week_that_is_under_way() -> None:
    plan = Plan(zone="Europe/London")
    coming = planning.coming(plan, MONDAY)
    assert coming.due.isoformat() == "2026-03-09T09:00:00+00:00"
    assert (coming.week, coming.left_out) == (Week.named("2026-W10"), None)


def test_what_is_skipped_or_there_already_does_not_come_next() -> None:
    plan = Plan(zone="Europe/London", skipped="2026-W10")
    coming = planning.coming(plan, MONDAY)
    assert (coming.week, coming.left_out) == (Week.named("2026-W11"), Week.named("2026-W10"))
    coming = planning.coming(replace(plan, skipped="", day=2), MONDAY, {"2026-W09"})
    assert (str(coming.due.date()), coming.week, coming.left_out) == ("2026-03-11", Week.named("2026-W10"), None)


def test_what_comes_next_is_said_in_the_time_of_its_place() -> None:
    """At 01:30 on the day on which the clocks go forward there is no such time: it comes at the next there is."""
    plan = Plan(zone="Europe/London", day=6, at="01:30")
    assert planning.coming(plan, datetime(2026, 3, 28, tzinfo=UTC)).due.isoformat() == "2026-03-29T02:00:00+01:00"
