"""What was said in a private place stays there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Audience,
    Everyone,
    Members,
    One,
    Origin,
    Person,
    Place,
    Recognition,
    Sight,
    Tag,
    ThankedGroup,
    Visibility,
)
from bot.privacy import Crowd, Seen, copied, kept, names, shown, tellable, told, visible

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


# Whom others may not be shown

WHOLE = replace(
    RECOGNITION,
    recipients=(person("bob"), person("cara"), person("dee")),
    groups=(ThankedGroup(id="g", name="crew", number=3, people=("cara", "dee")),),
    seconders=(person("eve"), person("cara")),
    visibility=Visibility.PUBLIC,
)
EVERYBODY = ("ann", "bob", "cara", "dee", "eve")

SEEN = st.builds(
    Seen,
    sights=st.dictionaries(st.sampled_from(EVERYBODY), st.sampled_from(Sight)),
    suppressed=st.frozensets(st.sampled_from(EVERYBODY), max_size=2),
    places=st.dictionaries(
        st.sampled_from(EVERYBODY), st.frozensets(st.sampled_from([(HERE, "p1"), (HERE, "p2"), (ELSEWHERE, "p1")]))
    ),
)
HIDDEN = st.frozensets(st.sampled_from(("bob", "cara", "dee")), max_size=2)
READERS = st.one_of(AUDIENCES, st.builds(One, workspace=st.just(HERE), person=st.sampled_from((*EVERYBODY, "fay"))))


def may_be_shown(seen: Seen, hidden: frozenset[str], id_: str, at: tuple[str, str] | None) -> bool:
    """The rule in one sentence, for a recipient and everybody but the giver and themselves."""
    sight = seen.sights.get(id_, Sight.EVERYONE)
    there = sight is Sight.EVERYONE or (sight is Sight.CHANNELS and at in seen.places.get(id_, ()))
    return there and id_ not in hidden and id_ not in seen.suppressed


@given(seen=SEEN, hidden=HIDDEN, reader=READERS, visibility=st.sampled_from(Visibility))
def test_others_see_whom_they_may_and_nobody_else(
    seen: Seen, hidden: frozenset[str], reader: Audience, visibility: Visibility
) -> None:
    recognition = kept(replace(WHOLE, visibility=visibility), seen, hidden)
    read = shown(recognition, reader)
    at = (reader.workspace, reader.place) if isinstance(reader, Members) else None
    may = {each for each in ("bob", "cara", "dee") if may_be_shown(seen, hidden, each, at)}
    concerned = isinstance(reader, One) and recognition.concerns(reader.person)
    if reader.workspace != HERE:
        assert read is None
    elif concerned:
        assert read is not None, "what is theirs is theirs"
        assert isinstance(reader, One)
        own = reader.person
        everybody = {"bob", "cara", "dee"}
        assert {each.id for each in read.recipients} == (everybody if own == "ann" else may | {own})
    elif read is None:
        reads = visibility is Visibility.PUBLIC or (at == (HERE, "p1") and visibility is Visibility.PRIVATE)
        assert not reads or not may or "ann" in seen.suppressed
    else:
        assert {each.id for each in read.recipients} == may
        assert "ann" not in seen.suppressed
    if read:
        assert not {each.id for each in read.seconders} & (seen.suppressed - {own if concerned else ""})
        (group,) = read.groups or (ThankedGroup(id="g", name="crew", number=1, people=()),)
        assert group.number == 1 + len(group.people)
        assert set(group.people) <= {each.id for each in read.recipients}
        assert (read.unlisted, read.nearby) == (frozenset(), ())


def crowd_of(seen: Seen, default: Sight = Sight.EVERYONE) -> Crowd:
    """These people, as a digest in p1 may tell of them."""
    return Crowd(
        default=default,
        sights={(HERE, id_): sight for id_, sight in seen.sights.items()},
        suppressed=frozenset((HERE, id_) for id_ in seen.suppressed),
        present=frozenset((HERE, id_) for id_, places in seen.places.items() if (HERE, "p1") in places),
    )


@given(seen=SEEN, hidden=HIDDEN)
def test_a_digest_tells_of_those_who_may_be_told_of_there(seen: Seen, hidden: frozenset[str]) -> None:
    """And by the rule for everybody at once that it counts by."""
    to = Place(workspace=HERE, id="p1")
    read = told(kept(WHOLE, seen, hidden), to)
    crowd = crowd_of(seen)
    may = {each for each in ("bob", "cara", "dee") if crowd.thanked(HERE, each) and each not in hidden}
    away = not may or (HERE, "ann") in crowd.suppressed
    assert ({each.id for each in read.recipients} if read else None) == (None if away else may)
    if crowd.open:
        assert not away or hidden


@given(seen=SEEN, default=st.sampled_from(Sight))
def test_those_of_whom_it_is_otherwise_are_all_that_matters(seen: Seen, default: Sight) -> None:
    """Who has chosen nothing included; people of elsewhere are no matter."""
    crowd = crowd_of(seen, default)
    others, told_of = crowd.otherwise(HERE)
    for each in ("ann", "bob", "cara", "dee", "eli"):
        assert crowd.thanked(HERE, each) is ((each in others) is told_of)
    assert crowd.otherwise("elsewhere")[0] == frozenset()


@given(seen=SEEN, hidden=HIDDEN, reader=READERS)
def test_what_is_given_in_the_quiet_is_shown_to_those_in_it_alone(
    seen: Seen, hidden: frozenset[str], reader: Audience
) -> None:
    quiet, otherwise = kept(WHOLE, seen, hidden, quiet=True), kept(WHOLE, seen, hidden)
    concerned = isinstance(reader, One) and reader.workspace == HERE and WHOLE.concerns(reader.person)
    read, ever = shown(quiet, reader), shown(otherwise, reader)
    assert (read and read.recipients) == (ever and ever.recipients if concerned else None)
    assert told(quiet, Place(workspace=HERE, id="p1")) is None


@pytest.mark.parametrize("gone", ["withdrawn", "removed"])
def test_what_is_gone_is_shown_to_nobody(gone: str) -> None:
    away = kept(replace(WHOLE, withdrawn=gone == "withdrawn"), Seen(), removed=gone == "removed")
    assert told(away, Place(workspace=HERE, id="p1")) is None
    for reader in (Everyone(workspace=HERE), One(workspace=HERE, person="ann"), Members(workspace=HERE, place="p1")):
        assert shown(away, reader) is None


@pytest.mark.parametrize(
    ("words", "people", "named"),
    [
        ("what Cara did", ["Cara Lee"], True),
        ("what LEE did", ["Cara Lee"], True),
        ("careful work", ["Cara Lee"], False),
        ("Jo was there", ["Jo"], False),
        ("Jo Ng was there", ["Jo Ng"], True),
        ("Jo and Ng were there", ["Jo Ng"], False),
        ("what _Cara_ did", ["Cara Lee"], True),
        ("what Zoe did", ["Zoë Hart"], True),
        ("what Zoe\u0308 did", ["Zoë Hart"], True),
        ("what José did", ["Jose Ruiz"], True),
        ("what Ca\u200bra did", ["Cara Lee"], True),
        ("nobody is called", [], False),
    ],
)
def test_words_that_call_somebody_by_name_are_found(words: str, people: list[str], named: bool) -> None:
    assert names(words, people) is named


def test_with_such_words_it_is_not_shown_at_all() -> None:
    recognition = kept(replace(WHOLE, reason="for Cara and you"), Seen(sights={"cara": Sight.ME}))
    assert shown(recognition, Everyone(workspace=HERE)) is None
    assert shown(recognition, One(workspace=HERE, person="bob")) is not None


@pytest.mark.parametrize("removed", [True, False])
def test_a_copy_of_ones_own_data_names_nobody_whom_one_may_not_be_shown(removed: bool) -> None:
    """Who gave it keeps whom they thanked, a recipient themselves; who only joined in loses even the words."""
    only = replace(RECOGNITION, seconders=(person("dee"), person("cara")))
    one = kept(only, Seen(sights={"bob": Sight.ME}), removed=removed)
    both = kept(only, Seen(sights={"bob": Sight.ME, "cara": Sight.ME}), removed=removed)
    assert copied(one, {"ann"}).recipients == only.recipients
    assert [each.id for each in copied(one, {"bob"}).recipients] == ["bob", "cara"]
    assert [each.id for each in copied(one, {"cara"}).recipients] == ["cara"]
    assert [each.id for each in copied(one, {"dee"}).recipients] == ["cara"]
    nothing = copied(both, {"dee"})
    assert {each.name for each in (nothing.giver, *nothing.recipients)} == {"somebody"}
    assert (nothing.reason, nothing.seconders, nothing.tags) == ("", (), only.tags)
