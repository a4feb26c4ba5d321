"""What was said in a private place stays there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Audience, Everyone, Members, One, Origin, Person, Place, Recognition, Tag, Visibility
from bot.privacy import tellable, visible

HERE, ELSEWHERE = "w1", "w2"
PEOPLE = ("ann", "bob", "cara", "dee")
PLACES = ("p1", "p2")
MEMBERS = {"p1": {"ann", "bob"}, "p2": {"dee"}}  #: cara is thanked from outside


def person(id_: str) -> Person:
    return Person(workspace=HERE, id=id_, name=id_.title())


RECOGNITION = Recognition(
    id="r",
    workspace=HERE,
    giver=person("ann"),
    recipients=(person("bob"), person("cara")),
    tags=(Tag(entry="e", title="E"),),
    base_tags=(Tag(entry="e", title="E"),),
    reason="staying on after nights",
    place=Place(workspace=HERE, id="p1"),
    visibility=Visibility.PRIVATE,
    origin=Origin.COMMAND,
    framework_version="1",
    given_at=datetime(2026, 3, 2, tzinfo=UTC),
)

RECOGNITIONS = st.builds(
    replace,
    st.just(RECOGNITION),
    visibility=st.sampled_from(Visibility),
    withdrawn=st.booleans(),
    place=st.sampled_from(PLACES).map(lambda id_: Place(workspace=HERE, id=id_)),
)
AUDIENCES = st.one_of(
    st.builds(Everyone, workspace=st.sampled_from([HERE, ELSEWHERE])),
    st.builds(Members, workspace=st.sampled_from([HERE, ELSEWHERE]), place=st.sampled_from(PLACES)),
    st.builds(One, workspace=st.sampled_from([HERE, ELSEWHERE]), person=st.sampled_from(PEOPLE)),
)


@given(recognition=RECOGNITIONS, audience=AUDIENCES)
def test_nothing_leaks(recognition: Recognition, audience: Audience) -> None:
    """Whoever sees it could have read it where it was said, gave it or was thanked, and it stands."""
    if not visible(recognition, audience):
        return
    assert not recognition.withdrawn
    assert audience.workspace == recognition.workspace
    if recognition.visibility is not Visibility.PUBLIC:
        match audience:
            case Everyone():
                pytest.fail("everyone")
            case Members(place=place):
                assert place == recognition.place.id
                assert recognition.visibility is Visibility.PRIVATE
            case One(person=who):
                assert who in ("ann", "bob", "cara")


@given(recognition=RECOGNITIONS, audience=AUDIENCES)
def test_nothing_public_is_kept_back(recognition: Recognition, audience: Audience) -> None:
    """What everybody could read and still stands, everybody in the workspace may see; giver and recipients always."""
    if recognition.withdrawn or audience.workspace != HERE:
        return
    concerned = isinstance(audience, One) and recognition.concerns(audience.person)
    if recognition.visibility is Visibility.PUBLIC or concerned:
        assert visible(recognition, audience)


@pytest.mark.parametrize(
    ("visibility", "audience", "expected"),
    [
        (Visibility.PRIVATE, Members(workspace=HERE, place="p1"), True),
        (Visibility.PRIVATE, Members(workspace=HERE, place="p2"), False),
        (Visibility.PRIVATE, One(workspace=HERE, person="dee"), False),
        (Visibility.PRIVATE, One(workspace=HERE, person="cara"), True),
        (Visibility.PRIVATE, Everyone(workspace=HERE), False),
        (Visibility.DIRECT, Members(workspace=HERE, place="p1"), False),
        (Visibility.DIRECT, One(workspace=HERE, person="bob"), True),
        (Visibility.PUBLIC, Members(workspace=HERE, place="p2"), True),
        (Visibility.PUBLIC, One(workspace=HERE, person="dee"), True),
        (Visibility.PUBLIC, Everyone(workspace=HERE), True),
        (Visibility.PUBLIC, Everyone(workspace=ELSEWHERE), False),
    ],
)
def test_who_sees_what(visibility: Visibility, audience: Audience, expected: bool) -> None:
    assert visible(replace(RECOGNITION, visibility=visibility), audience) is expected


@given(
    workspace=st.sampled_from([HERE, ELSEWHERE]),
    place=st.sampled_from(PLACES),
    visibility=st.sampled_from(Visibility),
    shared=st.sampled_from([True, False, None]),
    public_now=st.frozensets(st.sampled_from(PLACES)),
)
def test_a_digest_tells_no_more_than_its_place_may_hear(
    workspace: str, place: str, visibility: Visibility, shared: bool | None, public_now: frozenset[str]
) -> None:
    """What was public and is so for certain, where nobody else reads along; or what was given in that very place.

    A place of the same id in another workspace of the organisation is another place.
    """
    to = Place(workspace=HERE, id="p1", shared=shared)
    told = tellable(workspace, place, visibility, to=to, public_now=public_now)
    if (workspace, place) == (HERE, to.id):
        assert told is (visibility is not Visibility.DIRECT)
    else:
        assert told is (visibility is Visibility.PUBLIC and place in public_now and shared is False)
