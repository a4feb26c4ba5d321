"""Which change of a role is meant by what was typed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import offices
from bot.errors import Refusal
from bot.model import Role
from bot.offices import Change
from bot.requests import Channel, Group, Named, Unresolved, Words

BOB = Named("U2", "Bob")
texts = st.text()
some_words = st.lists(
    st.one_of(
        texts,
        st.sampled_from(["grant ", "take ", " moderator", " programme owner"]),
        st.builds(Named, texts, texts),
        st.builds(Channel, texts),
        st.builds(Unresolved, texts, st.booleans()),
        st.builds(Group, texts, texts),
    )
).map(tuple)


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (("grant ", BOB, " moderator"), Change(granted=True, role=Role.MODERATOR, person="U2")),
        (("Take", BOB, ": Programme  Owner"), Change(granted=False, role=Role.OWNER, person="U2")),
        (
            ("remove ", Unresolved("@Bob Bell"), " admin"),
            Change(granted=False, role=Role.ADMINISTRATOR, called="Bob Bell"),
        ),
        (("give bob@example.org auditor",), Change(granted=True, role=Role.AUDITOR, called="bob@example.org")),
    ],
)
def test_a_change_is_understood(words: Words, change: Change) -> None:
    assert offices.change(words) == change


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("grant",),
        ("moderator",),
        ("grant moderator",),
        ("grant ", BOB),
        ("make ", BOB, " moderator"),
        ("grant ", BOB, Named("U3"), " moderator"),
        ("grant the ", BOB, " moderator"),
        ("grant ", Group("S1", "crew"), " moderator"),
        ("grant ", Channel("news"), " moderator"),
    ],
)
def test_what_can_not_be_told_is_asked_for(words: Words) -> None:
    with pytest.raises(Refusal, match="Write it like this"):
        offices.change(words)


@given(some_words)
def test_whatever_is_typed_is_one_colleague_or_asked_for(words: Words) -> None:
    with contextlib.suppress(Refusal):
        change = offices.change(words)
        assert bool(change.called) != bool([each for each in words if isinstance(each, Named)])


def test_nobody_and_several_are_told_of() -> None:
    assert offices.unknown("Bob", []).startswith("I know no colleague called Bob.")
    assert offices.unknown("Bob", ["U3"]).startswith("Several people are called Bob.")
