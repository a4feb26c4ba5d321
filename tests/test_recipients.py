"""Whom a kudos thanks: people and groups, each once, the giver left out; and what the form of it holds."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Person, Roster, ThankedGroup
from bot.recipients import RECIPIENTS_MOST, Thanked, filled_in, group_people, group_unknown, regrouped, thanked
from bot.words import Draft
from tests.doubles.world import PEOPLE

NIGHTS = Roster(id="S1", name="nights", people=("ann", "bob", "cara"))
PAIR = Roster(id="S2", name="pair", people=("cara", "dee"))
ALONE = Roster(id="S3", name="alone", people=("ann",))
SHIFT = Roster(id="S4", name="shift", people=tuple(f"p{n}" for n in range(50)))
RESPONSE = Roster(id="S5", name="response", people=tuple(f"q{n}" for n in range(212)))
MIXED = Roster(id="S6", name="mixed", people=("bob", "stranger"))
EMPTY = Roster(id="S7", name="empty", people=())
VACANT = Roster(id="S8", name="vacant", people=())
ROSTERS = {each.id: each for each in (NIGHTS, PAIR, ALONE, SHIFT, RESPONSE, MIXED, EMPTY, VACANT)}


def by_ann(
    recipients: Iterable[str] = (), groups: Iterable[Roster] = (), members: Iterable[str] | None = None
) -> Thanked:
    draft = Draft(recipients=tuple(recipients), groups=tuple(each.id for each in groups))
    closed = None if members is None else frozenset(members)
    return thanked(draft, giver="ann", known=PEOPLE, rosters=ROSTERS, members=closed)


def ids(people: Iterable[Person]) -> list[str]:
    return [person.id for person in people]


def test_a_group_thanks_whoever_is_in_it_but_the_giver() -> None:
    whom = by_ann(groups=[NIGHTS])
    assert ids(whom.people) == ["bob", "cara"]
    assert whom.groups == (ThankedGroup(id="S1", name="nights", number=2, people=("bob", "cara")),)
    assert not whom.fault


def test_everybody_is_thanked_once() -> None:
    """Who is in a group and also named is named, and who is in two groups is thanked by the first."""
    whom = by_ann(["cara", "eli"], [NIGHTS, PAIR])
    assert ids(whom.people) == ["cara", "eli", "bob", "dee"]
    assert [(group.name, group.number, group.people) for group in whom.groups] == [
        ("nights", 2, ("bob",)),
        ("pair", 2, ("dee",)),
    ]


def test_a_group_all_of_whom_were_named_is_still_shown() -> None:
    whom = by_ann(["bob", "cara"], [NIGHTS])
    assert ids(whom.people) == ["bob", "cara"]
    assert whom.groups == (ThankedGroup(id="S1", name="nights", number=2, people=()),)


@pytest.mark.parametrize(
    ("recipients", "groups", "fault"),
    [
        (
            [],
            [RESPONSE],
            "@response has 212 people, and one kudos can thank up to 50. "
            "Choose a smaller group, or name the colleagues you mean.",
        ),
        ([], [ALONE], "There is nobody to thank in @alone but you. Choose the colleague you want to thank."),
        ([], [EMPTY], "There is nobody to thank in @empty. Choose the colleague you want to thank."),
        (
            [],
            [ALONE, EMPTY, VACANT],
            "There is nobody to thank in @empty and @vacant. There is nobody to thank in @alone but you. "
            "Choose the colleague you want to thank.",
        ),
        (["bob"], [ALONE], "There is nobody to thank in @alone but you. Choose the colleague you want to thank."),
        (["bob"], [SHIFT], "That is 51 people; one kudos can thank up to 50. Choose fewer."),
        (
            [],
            [MIXED],
            "Stranger can't be thanked: they are in another organisation. Choose somebody else.",
        ),
    ],
)
def test_groups_that_cannot_be_thanked(recipients: list[str], groups: list[Roster], fault: str) -> None:
    """One that is too large, one with nobody else in it, too many together, and strangers by name."""
    assert by_ann(recipients, groups).fault == fault


def test_a_group_of_fifty_can_be_thanked() -> None:
    assert len(by_ann(groups=[SHIFT]).people) == RECIPIENTS_MOST
    assert not by_ann(["ann", "p7"], [SHIFT]).fault


@pytest.mark.parametrize(
    ("groups", "members", "names"),
    [
        ([NIGHTS], ["ann", "bob"], "Cara isn't"),
        ([PAIR], ["ann"], "Cara and Dee aren't"),
        ([SHIFT], ["ann", *(f"p{n}" for n in range(46))], "Person 46, Person 47, Person 48 and 1 other aren't"),
        ([SHIFT], ["ann"], "Person 0, Person 1, Person 2 and 47 others aren't"),
    ],
)
def test_people_of_a_group_who_could_not_read_it(groups: list[Roster], members: list[str], names: str) -> None:
    """In a private channel a few of them are named, with the number of the others."""
    assert by_ann(groups=groups, members=members).fault == (
        f"{names} in this private conversation, so they couldn't read it. Choose members, or give it somewhere else."
    )


def test_everybody_who_was_named_and_could_not_read_it_is_named_again() -> None:
    names = ["dee", "eli", "fay", "guest", "cara"]
    assert by_ann(names, [SHIFT], members=["ann"]).fault.startswith("That is 55 people")
    assert by_ann(names, [NIGHTS], members=["ann"]).fault.startswith("Dee, Eli, Fay, Guest, Cara and Bob aren't in")


# Forms


def filled(
    recipients: Iterable[str], groups: Iterable[Roster], members: Iterable[str] | None = None, *, complete: bool = True
) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    draft = Draft(recipients=tuple(recipients), groups=tuple(each.id for each in groups))
    closed = None if members is None else frozenset(members)
    form = filled_in(draft, giver="ann", known=PEOPLE, rosters=ROSTERS, members=closed, complete=complete)
    return form.people, [group.name for group in form.groups], form.left_out


def test_a_form_holds_the_people_of_groups() -> None:
    assert filled(["eli", "bob"], [NIGHTS, PAIR]) == (("eli", "bob", "cara", "dee"), ["nights", "pair"], ())


def test_a_form_holds_nobody_of_a_group_that_is_too_large_or_empty() -> None:
    assert filled(["bob"], [RESPONSE, ALONE]) == (("bob",), [], ())


def test_a_form_has_room_for_fifty_and_names_the_others() -> None:
    """A group of which somebody found no room is no longer the group."""
    people, groups, left_out = filled(["eli"], [SHIFT, PAIR])
    assert people == ("eli", *(f"p{n}" for n in range(49)))
    assert groups == []
    assert left_out == ("Person 49", "Cara", "Dee")


def test_a_form_holds_those_of_a_group_who_could_read_it() -> None:
    """The others are counted; who was named stays chosen, as the sentence at the field says why they can't."""
    assert filled(["dee"], [NIGHTS], ["ann", "bob"]) == (("dee", "bob"), [], ("1 person of @nights",))
    assert filled([], [SHIFT], ["ann"]) == ((), [], ("50 people of @shift",))


def test_a_form_holds_nobody_who_cannot_be_thanked() -> None:
    """Those whom we could not look up are kept: nothing said is lost."""
    assert filled(["robot", "unknown"], [MIXED]) == (("bob",), [], ())
    assert filled(["unknown"], [], complete=False) == (("unknown",), [], ())
    assert filled(["unknown", *SHIFT.people], [], complete=False)[2] == ("Person 49",)


@pytest.mark.parametrize(
    ("chosen", "named", "groups"),
    [
        (["bob", "cara"], [], ["S1"]),
        (["eli", "bob", "cara"], ["eli"], ["S1"]),
        (["bob", "cara", "dee"], [], ["S1", "S2"]),
        (["bob"], ["bob"], []),
        (["cara", "dee"], [], ["S2"]),
        (["ann", "bob", "cara"], ["ann"], ["S1"]),
        ([], [], []),
    ],
)
def test_a_form_thanks_a_group_while_all_of_it_are_chosen(
    chosen: list[str], named: list[str], groups: list[str]
) -> None:
    """And people by name otherwise; a group of nobody but the giver is never whole."""
    draft = regrouped(Draft(recipients=tuple(chosen)), [NIGHTS, PAIR, ALONE], "ann")
    assert (list(draft.recipients), list(draft.groups)) == (named, groups)


PEOPLE_IDS = st.lists(st.sampled_from(["ann", "bob", "cara", "dee", "eli", "fay"]), unique=True)
GROUPS = st.lists(
    st.builds(Roster, id=st.sampled_from(["S1", "S2", "S3"]), name=st.just("x"), people=PEOPLE_IDS.map(tuple)),
    unique_by=lambda each: each.id,
    max_size=3,
)


@given(chosen=PEOPLE_IDS, rosters=GROUPS)
def test_whoever_is_chosen_in_a_form_is_thanked_and_nobody_else(chosen: list[str], rosters: list[Roster]) -> None:
    """Whatever became of the groups since the form was opened."""
    draft = regrouped(Draft(recipients=tuple(chosen)), rosters, "ann")
    by_id = {each.id: each for each in rosters}
    whom = thanked(draft, giver="ann", known=PEOPLE, rosters=by_id, members=None)
    assert set(ids(whom.people)) == set(chosen) - {"ann"}
    assert len(ids(whom.people)) == len(set(ids(whom.people)))
    in_groups = [person for group in whom.groups for person in group.people]
    assert len(in_groups) == len(set(in_groups))
    assert all(group.number == len(group_people(by_id[group.id], "ann")) for group in whom.groups)


@given(named=PEOPLE_IDS, rosters=GROUPS, members=st.none() | PEOPLE_IDS)
def test_a_form_sent_as_it_was_filled_in_thanks_whom_it_shows(
    named: list[str], rosters: list[Roster], members: list[str] | None
) -> None:
    by_id = {each.id: each for each in rosters}
    draft = Draft(recipients=tuple(named), groups=tuple(by_id))
    closed = None if members is None else frozenset(members)
    form = filled_in(draft, giver="ann", known=PEOPLE, rosters=by_id, members=closed, complete=True)
    sent = regrouped(Draft(recipients=form.people), form.groups, "ann")
    whom = thanked(sent, giver="ann", known=PEOPLE, rosters=by_id, members=None)
    assert set(ids(whom.people)) == set(form.people)
    assert {group.id for group in whom.groups} == {group.id for group in form.groups}


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [
        (
            "nights",
            "",
            "I couldn't look up who is in @nights just now. Choose the people you mean here, or send it again.",
        ),
        (
            "",
            "",
            "I couldn't look up who is in this group just now. Choose the people you mean here, or send it again.",
        ),
        (
            "nights",
            "plan_upgrade_required",
            "I can't see who is in @nights: groups are not part of this workspace's plan. "
            "Choose the people you mean here.",
        ),
        ("nights", "no_such_subteam", "I can't find @nights any more. Choose the people you mean here."),
        (
            "nights",
            "missing_scope",
            "I am not allowed to see who is in @nights. An administrator can allow it. "
            "Choose the people you mean here.",
        ),
        ("nights", "something_new", "I can't see who is in @nights. Choose the people you mean here."),
    ],
)
def test_why_nobody_can_be_thanked_as_a_group(name: str, reason: str, sentence: str) -> None:
    """In plain words, with what to do instead."""
    assert group_unknown(name, reason) == sentence
