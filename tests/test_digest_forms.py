"""What people read who set up a digest: the form, and what became of it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot import digest_forms
from bot.cards import Actions, Card, Form, PeopleField, PickField, TextField, TicksField, TimeField, plain
from bot.model import Message, Person, Place
from bot.planning import Next
from bot.requests import Action
from bot.schedule import Plan, Scope, Week

W = "test:1"
HERE = Place(workspace=W, id="general", name="general", joined=True, creator="ann")
LONDON = ZoneInfo("Europe/London")
PLAN = Plan(zone="Europe/London", owner="ann")
COMING = Next(due=datetime(2026, 11, 30, 9, tzinfo=LONDON), week=Week.named("2026-W48"))
ANN = Person(workspace=W, id="ann", name="Ann")
KNOWN = {"ann": ANN, "gone": Person(workspace=W, id="gone", name="Gone", active=False)}
NEXT = "The next one is due on Monday 30 November at 09:00. It tells of the week from Monday 23 to Sunday 29 November."


def form(plan: Plan = PLAN, coming: Next = COMING, place: Place = HERE, *, new: bool = False) -> Form:
    return digest_forms.set_up(place, plan, coming, KNOWN, new=new)


def intro(form: Form) -> list[str]:
    return plain(Card(form.intro)).splitlines()


def lines(card: Card) -> list[str]:
    return plain(card).splitlines()


def test_the_form_holds_what_is_set_up() -> None:
    plan = replace(
        PLAN, day=4, at="16:30", scope=Scope.PEOPLE, people=("ann", "gone", "nobody"), chart=False, mention=True
    )
    state, day, at, zone, scope, people, extras = form(plan).fields
    assert isinstance(state, PickField)
    assert isinstance(day, PickField)
    assert isinstance(at, TimeField)
    assert isinstance(zone, TextField)
    assert isinstance(scope, PickField)
    assert isinstance(people, PeopleField)
    assert isinstance(extras, TicksField)
    assert (state.chosen, day.chosen, at.at, zone.text) == ("on", "4", "16:30", "Europe/London")
    assert (scope.chosen, people.chosen, extras.chosen) == ("people", ("ann",), ("mention",))
    assert people.hint == "Not on the list any more: Gone."
    assert not people.needed
    assert form(replace(plan, chart=True, mention=False)).fields[-1] == replace(extras, chosen=("chart",))
    assert form(replace(plan, on=False)).fields[0] == replace(state, chosen="off")
    assert form().context == (("place", "general"),)
    assert form().action == Action.DIGEST


def test_the_form_says_when_the_next_one_is_due() -> None:
    typed = "You can also type /kudos digest and preview, now, skip, off or on."
    assert intro(form()) == ["The digest in #general is on.", NEXT, typed]
    left_out = replace(COMING, left_out=Week.named("2026-W47"))
    assert intro(form(coming=left_out))[1:3] == [
        "That of the week from Monday 16 to Sunday 22 November is left out.",
        NEXT,
    ]


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (replace(PLAN, on=False), "The digest in #general is off."),
        (replace(PLAN, paused="is_archived"), "The digest in #general is paused: the channel is archived."),
        (replace(PLAN, paused="NotAMember"), "The digest in #general is paused: I am not in the channel any more."),
        (
            replace(PLAN, paused="odd_reason"),
            "The digest in #general is paused: the platform does not let me post there.",
        ),
    ],
)
def test_the_form_says_why_none_is_due(plan: Plan, says: str) -> None:
    assert intro(form(plan))[0] == says
    assert "due" not in plain(Card(form(plan).intro))


def test_where_nothing_is_set_up_yet_the_form_proposes_something() -> None:
    assert intro(form(new=True))[0] == (
        "There is no digest in #general yet. As it stands below, the first one would be due on "
        "Monday 30 November at 09:00, and tell of the week from Monday 23 to Sunday 29 November."
    )


def test_where_others_read_along_the_form_says_what_that_means() -> None:
    assert any("People of another organisation" in line for line in intro(form(place=replace(HERE, shared=True))))
    assert not any("another organisation" in line for line in intro(form(place=replace(HERE, shared=False))))


def test_what_platforms_can_show() -> None:
    made = form()
    assert len(made.title) <= 24
    assert len(made.submit) <= 24
    for field in made.fields:
        if isinstance(field, PickField | TicksField):
            assert all(0 < len(each.label) <= 75 and len(each.description) <= 75 for each in field.options)


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ("2026-W48", "the week from Monday 23 to Sunday 29 November"),
        ("2026-W49", "the week from Monday 30 November to Sunday 6 December"),
        ("2026-W53", "the week from Monday 28 December 2026 to Sunday 3 January 2027"),
    ],
)
def test_a_week_is_said_with_nothing_twice(week: str, says: str) -> None:
    assert digest_forms.period(Week.named(week)) == says


def test_for_a_message_a_button_opens_the_form() -> None:
    (button,) = (
        each
        for element in digest_forms.offered(HERE).elements
        if isinstance(element, Actions)
        for each in element.buttons
    )
    assert (button.action, button.value) == (Action.DIGEST, "general")


def test_what_became_of_it() -> None:
    assert lines(digest_forms.kept(HERE, PLAN, COMING)) == ["Saved.", "The digest in #general is on.", NEXT]
    off = digest_forms.switched(HERE, replace(PLAN, on=False), COMING)
    assert lines(off) == ["The digest in #general is off.", "To switch it on: /kudos digest on"]
    assert lines(digest_forms.switched(HERE, PLAN, COMING))[-1] == "To switch it off: /kudos digest off"
    assert lines(digest_forms.skipped(HERE, PLAN, Week.named("2026-W47"), COMING.due)) == [
        "The digest of the week from Monday 16 to Sunday 22 November is left out in #general.",
        NEXT,
        "To put it back: /kudos digest unskip",
    ]


def test_what_comes_of_wanting_one_now() -> None:
    told, week = "the digest of the week from Monday 23 to Sunday 29 November", COMING.week
    there = Message(place="general", id="m1")
    assert lines(digest_forms.posted(HERE, week, None, new=True)) == [
        f"{told.capitalize()[:4]}{told[4:]} is on its way to #general."
    ]
    assert "is on its way to #general already" in plain(digest_forms.posted(HERE, week, None, new=False))
    assert lines(digest_forms.posted(HERE, week, there, new=False)) == [f"#general has {told} already: see it."]


def test_a_preview_may_take_a_moment() -> None:
    assert lines(digest_forms.looking(HERE)) == [
        "I am looking up what may be told in #general. This takes a moment.",
        "The preview comes when I know. If it does not, type /kudos digest preview again.",
    ]
    assert plain(digest_forms.not_known(HERE)).startswith("I couldn't find out what may be told in #general just now")


def test_what_is_not_known_is_given_back_with_what_there_is() -> None:
    shown = plain(digest_forms.unknown_word("Tomorrow, please"))
    assert shown.startswith("I don't know /kudos digest Tomorrow, please. There is:")
    for word in ("preview", "now", "skip", "unskip", "off", "on"):
        assert word in shown
    assert plain(digest_forms.unknown_word("")).startswith("I don't know /kudos digest. There is:")


def test_who_may_not_is_told_who_may() -> None:
    nameless = replace(HERE, name="")
    assert digest_forms.not_theirs(ANN) == (
        "Ann, who made that channel, can set up its digest, and so can the administrators here and those of "
        "Kudos. Please ask one of them. Everybody here can look at it: just tell me digest preview."
    )
    assert digest_forms.not_theirs(None).startswith("Whoever made that channel can set up its digest")
    assert "I am not in that channel yet" in digest_forms.not_in()
    assert "No digest has been set up in the channel yet" in plain(digest_forms.none_yet(nameless))
    assert "#general" in plain(digest_forms.none_yet(HERE))
    assert "belongs to a channel" in digest_forms.not_here()
