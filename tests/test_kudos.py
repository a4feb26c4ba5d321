"""The rules of giving: what is a kudos, what is refused and with which words, and what reactions on a card do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import kudos
from bot.errors import Refusal
from bot.framework import Framework
from bot.kudos import Known, dropped_self, may_second, own, react, recognise, reworded, seconded_by, tags_after
from bot.model import Message, Origin, Person, PersonKind, Place, PlaceKind, Recognition, Signal, Tag, Visibility
from bot.recipients import RECIPIENTS_MOST, listed
from bot.words import Draft
from tests.conftest import FRAMEWORKS
from tests.doubles.world import PEOPLE, ROOMS, W

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OWN = FRAMEWORKS["own"]
ENTRIES = OWN.taggable
ANN, BOB, CARA, DEE = (PEOPLE[name] for name in ("ann", "bob", "cara", "dee"))
SAID = "staying on after nights"


def given_by_ann(
    recipients: Iterable[str] = ("bob",),
    entries: Iterable[int] = (0,),
    reason: str = SAID,
    *,
    place: Place | None = ROOMS["general"],
    members: frozenset[str] | None = None,
    framework: Framework = OWN,
) -> Recognition:
    draft = Draft(recipients=tuple(recipients), entries=tuple(framework.taggable[n].id for n in entries), reason=reason)
    known = Known(giver=ANN, people=PEOPLE, place=place, members=members)
    return recognise(draft, known, framework, id_="r1", origin=Origin.COMMAND, now=NOW)


def refusals(**changes: object) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        given_by_ann(**changes)  # type: ignore[arg-type]
    return dict(refused.value.faults)


def test_a_kudos(any_framework: Framework) -> None:
    """It keeps who, for what, the words, where, who could read it there, and the framework it was given under."""
    recognition = given_by_ann(["bob", "cara", "bob"], [1, 0], f"  {SAID}\r\n", framework=any_framework)
    first, second = any_framework.taggable[1], any_framework.taggable[0]
    assert recognition.giver == ANN
    assert recognition.recipients == (BOB, CARA)
    assert recognition.tags == recognition.base_tags
    assert recognition.tags == (
        Tag(entry=first.id, title=first.title.text),
        Tag(entry=second.id, title=second.title.text),
    )
    assert recognition.reason == SAID
    assert (recognition.place.id, recognition.visibility) == ("general", Visibility.PUBLIC)
    assert recognition.framework_version == any_framework.version
    assert (recognition.id, recognition.given_at, recognition.origin) == ("r1", NOW, Origin.COMMAND)


def test_the_giver_among_others_is_left_out() -> None:
    """A kudos thanks others; that the giver was on the list can be said."""
    assert given_by_ann(["ann", "bob"]).recipients == (BOB,)
    assert dropped_self(Draft(recipients=("ann", "bob")), "ann")
    assert not dropped_self(Draft(recipients=("bob",)), "ann")


def test_people_of_a_conversation_alone_can_read_what_is_said_there() -> None:
    """Whatever a platform says of people's own conversations, nothing from there is public."""
    dm = Place(workspace=W, id="dm", kind=PlaceKind.CONVERSATION, visibility=Visibility.PUBLIC)
    assert given_by_ann(place=dm).visibility is Visibility.DIRECT


@pytest.mark.parametrize(
    ("recipients", "sentence"),
    [
        ([], "Choose at least one colleague to thank."),
        (["ann", "ann"], "You can't thank only yourself. Choose the colleague you want to thank."),
        (["robot"], "Robot can't be thanked: it's an app. Choose somebody else."),
        (["gone"], "Gone can't be thanked: the account is switched off. Choose somebody else."),
        (["stranger"], "Stranger can't be thanked: they are in another organisation. Choose somebody else."),
        (
            ["bob", "robot", "gone", "kudos"],
            "Robot, Gone and Kudos can't be thanked: it's an app and the account is switched off. "
            "Choose somebody else.",
        ),
        (["bob", "nobody"], "I don't know one of these people. Choose people of this organisation."),
        ([f"p{n}" for n in range(51)], "That is 51 people; one kudos can thank up to 50. Choose fewer."),
    ],
)
def test_who_cannot_be_thanked(recipients: list[str], sentence: str) -> None:
    """Nobody, only oneself, apps, switched-off accounts, strangers, unknown people, and more than fifty."""
    assert refusals(recipients=recipients) == {"recipients": sentence}


def test_fifty_and_oneself_can_be_thanked() -> None:
    """Fifty is the limit, and the giver does not count."""
    assert len(given_by_ann(["ann", *(f"p{n}" for n in range(50))]).recipients) == 50
    assert given_by_ann(["guest"]).recipients == (PEOPLE["guest"],)


@pytest.mark.parametrize(
    ("recipients", "sentence"),
    [
        (
            ["bob", "cara"],
            "Cara isn't in this private conversation, so they couldn't read it. "
            "Choose members, or give it somewhere else.",
        ),
        (
            ["cara", "dee"],
            "Cara and Dee aren't in this private conversation, so they couldn't read it. "
            "Choose members, or give it somewhere else.",
        ),
    ],
)
def test_a_private_channel_thanks_its_members(recipients: list[str], sentence: str) -> None:
    """In a private channel those who could not read it are refused by name; where we do not know, we trust."""
    closed = ROOMS["closed"]
    assert refusals(recipients=recipients, place=closed, members=frozenset({"ann", "bob"})) == {"recipients": sentence}
    assert given_by_ann(recipients, place=closed, members=None).recipients


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Say what they did, in at least 10 characters."),
        ("123456789", "Say what they did, in at least 10 characters."),
        ("  123456789  ", "Say what they did, in at least 10 characters."),
        ("\u200b" * 20, "Say what they did, in at least 10 characters."),
        ("\u0301" * 20, "Say what they did, in at least 10 characters."),
        ("x" * 1501, "That is 1,501 characters. Please shorten it to 1,500 or fewer."),
    ],
)
def test_a_reason_too_short_or_too_long(reason: str, sentence: str) -> None:
    """10 to 1,500 characters that can be seen."""
    assert refusals(reason=reason) == {"reason": sentence}


@pytest.mark.parametrize("reason", ["1234567890", "x" * 1500, "\N{WAVING HAND SIGN}" * 10, "& < > * _ ~"])
def test_a_reason_within_bounds(reason: str) -> None:
    assert given_by_ann(reason=reason).reason == reason


def test_entries() -> None:
    """One to three entries that our framework has; the same one twice is one."""
    assert refusals(entries=[]) == {"entries": "Choose what they showed: at least one."}
    assert refusals(entries=[0, 1, 2, 3]) == {"entries": "Choose up to 3."}
    assert len(given_by_ann(entries=[0, 0, 1, 2]).tags) == 3
    unknown = Draft(recipients=("bob",), entries=(ENTRIES[0].id, "no.such"), reason=SAID)
    other = next(entry for entry in OWN.entries if not entry.kind.kudos)
    for draft in (unknown, replace(unknown, entries=(other.id,))):
        with pytest.raises(Refusal, match=r"One of these is no longer in use. Choose from the list."):
            recognise(
                draft, Known(giver=ANN, people=PEOPLE, place=ROOMS["general"]), OWN, id_="", origin=Origin.FORM, now=NOW
            )


def test_where() -> None:
    """A kudos has a place, and it is still open."""
    assert refusals(place=None) == {"place": "Choose the channel where colleagues should read it."}
    assert refusals(place=ROOMS["attic"]) == {"place": "That channel is archived. Choose another one."}


def test_everything_to_mend_is_said_at_once() -> None:
    """Each field has its sentence; what reading the words found comes first."""
    draft = Draft(faults=(("entries", "Did you mean #listen?"),))
    with pytest.raises(Refusal) as refused:
        recognise(draft, Known(giver=ANN, people={}, place=None), OWN, id_="", origin=Origin.FORM, now=NOW)
    assert [field for field, _ in refused.value.faults] == ["entries", "recipients", "reason", "place"]
    assert ("entries", "Did you mean #listen?") in refused.value.faults


def reaction(
    giver: Person = ANN, author: Person = BOB, entry: str = ENTRIES[0].id, place: str = "general"
) -> Recognition | None:
    message = Message(place=place, id="1")
    return react(giver, author, entry, OWN, id_="r2", place=ROOMS[place], message=message, now=NOW)


def test_a_reaction_is_a_kudos() -> None:
    """An entry's emoji thanks the author for that entry; no words are taken from anywhere."""
    recognition = reaction()
    assert recognition is not None
    assert (recognition.giver, recognition.recipients, recognition.reason) == (ANN, (BOB,), "")
    assert [tag.entry for tag in recognition.tags] == [ENTRIES[0].id]
    assert recognition.message == Message(place="general", id="1")
    assert recognition.origin is Origin.REACTION
    dm = Place(workspace=W, id="dm", kind=PlaceKind.CONVERSATION)
    private = react(ANN, BOB, ENTRIES[0].id, OWN, id_="", place=dm, message=Message(place="dm", id="1"), now=NOW)
    assert private is not None
    assert private.visibility is Visibility.DIRECT


@pytest.mark.parametrize(
    ("giver", "author", "entry"),
    [
        ("ann", "ann", ENTRIES[0].id),
        ("ann", "robot", ENTRIES[0].id),
        ("ann", "gone", ENTRIES[0].id),
        ("ann", "stranger", ENTRIES[0].id),
        ("stranger", "bob", ENTRIES[0].id),
        ("robot", "bob", ENTRIES[0].id),
        ("ann", "bob", "no.such"),
    ],
)
def test_a_reaction_that_is_no_kudos(giver: str, author: str, entry: str) -> None:
    """One's own message, an app's, a stranger's or a former colleague's; a stranger's or an app's reaction."""
    assert reaction(PEOPLE[giver], PEOPLE[author], entry) is None


def test_new_words() -> None:
    """The giver alone gives it new words, within the same bounds, while it stands."""
    recognition = given_by_ann()
    assert reworded(recognition, " for the third time now ", by="ann").reason == "for the third time now"
    with pytest.raises(Refusal, match="Only the person who gave this kudos can change it"):
        reworded(recognition, SAID, by="bob")
    with pytest.raises(Refusal, match="at least 10 characters"):
        reworded(recognition, "short", by="ann")
    with pytest.raises(Refusal, match="taken back"):
        reworded(replace(recognition, withdrawn=True), SAID, by="ann")


def test_own() -> None:
    own(given_by_ann(), "ann", "take it back")
    with pytest.raises(Refusal, match=r"^Only the person who gave this kudos can take it back\.$"):
        own(given_by_ann(), "bob", "take it back")


def test_who_may_second() -> None:
    """Colleagues, one of several recipients too; not the giver, not the only recipient, no app and no stranger."""
    both, one = given_by_ann(["bob", "cara"]), given_by_ann(["bob"])
    assert may_second(one, DEE)
    assert may_second(both, BOB)
    assert not may_second(one, BOB)
    assert not may_second(both, ANN)
    assert not may_second(one, PEOPLE["robot"])
    assert not may_second(one, PEOPLE["stranger"])


def test_listed() -> None:
    assert listed(["A"]) == "A"
    assert listed(["A", "B"]) == "A and B"
    assert listed(["A", "B", "C"]) == "A, B and C"


# Reactions on a card


def signal(person: str, entry: int | None, *, off: bool = False, at: int = 0, tone: int = 0) -> Signal:
    name = f"press-{at}" if entry is None else f"{ENTRIES[entry].emoji_name}::{tone}"
    moment = NOW + timedelta(seconds=at)
    return Signal(
        person=person, name=name, entry="" if entry is None else ENTRIES[entry].id, standing=not off, at=moment
    )


def tagged(signals: Iterable[Signal], entries: Iterable[int] = (0,)) -> list[int]:
    positions = {entry.id: position for position, entry in enumerate(ENTRIES)}
    return [positions[tag.entry] for tag in tags_after(given_by_ann(entries=entries), signals, OWN)]


@pytest.mark.parametrize(
    ("signals", "tags"),
    [
        ([], [0]),
        ([signal("ann", 1)], [0, 1]),
        ([signal("ann", 1, at=2), signal("ann", 2, at=1)], [0, 2, 1]),
        ([signal("ann", 1, at=1), signal("ann", 2, at=2), signal("ann", 3, at=3)], [0, 1, 2]),  # three are enough
        ([signal("ann", 1), signal("ann", 2, off=True), signal("ann", 3)], [0, 1, 3]),
        ([signal("ann", 0)], [0]),
        ([signal("ann", 0, off=True)], [0]),  # never the last one
        ([signal("ann", 0, off=True), signal("ann", 1)], [1]),
        ([signal("ann", 0, off=True, at=1), signal("ann", 1, off=True, at=2)], [1]),  # the one that was last
        ([signal("ann", 0, off=True, at=2), signal("ann", 1, off=True, at=1)], [0]),
        ([signal("ann", 1, tone=2), signal("ann", 1, off=True, tone=3, at=5)], [0, 1]),  # another skin tone stands
        ([signal("bob", 1), signal("ann", None)], [0]),  # others second, and a press is no tag
    ],
)
def test_the_givers_emoji_tags(signals: list[Signal], tags: list[int]) -> None:
    """On the card the giver's emoji adds an entry, at most three; taking it off untags, never the last."""
    assert tagged(signals) == tags


def test_an_entry_that_is_gone_does_not_tag() -> None:
    gone = replace(signal("ann", 1), entry="no.such")
    assert tagged([gone]) == [0]


@pytest.mark.parametrize(
    ("signals", "people"),
    [
        ([], []),
        ([signal("bob", 1), signal("cara", None, at=1)], ["bob", "cara"]),
        ([signal("cara", None, at=1), signal("bob", 1, at=2)], ["cara", "bob"]),
        ([signal("bob", 1, off=True)], []),
        ([signal("bob", None, at=1), signal("bob", None, at=2)], []),
        ([signal("bob", None, at=1), signal("bob", None, at=2), signal("bob", None, at=3)], ["bob"]),
        ([signal("bob", 1, at=1), signal("bob", None, at=2)], []),  # the emoji, then the button: turned round
        ([signal("bob", None, at=1), signal("bob", 1, at=2)], ["bob"]),
        ([signal("bob", None, at=1), signal("bob", 1, off=True, at=2)], []),  # the last word counts
        ([signal("bob", 1, tone=1, at=1), signal("bob", 1, tone=2, off=True, at=2)], ["bob"]),
        ([signal("ann", 1), signal("ann", None)], []),  # the giver cannot second
    ],
)
def test_emoji_and_button_second(signals: list[Signal], people: list[str]) -> None:
    """An emoji seconds while it stands, the button turns it round, and the last word counts."""
    assert [person for person, _ in seconded_by(given_by_ann(), signals)] == people


SIGNALS = st.lists(
    st.builds(
        signal,
        st.sampled_from(["ann", "bob", "cara"]),
        st.sampled_from([0, 1, 2, 3, None]),
        off=st.booleans(),
        at=st.integers(0, 6),
        tone=st.integers(0, 2),
    ).map(lambda each: replace(each, standing=True) if not each.entry else each),
    unique_by=lambda each: (each.person, each.name),
)


@given(signals=SIGNALS, data=st.data(), entries=st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True))
def test_the_order_of_arrival_never_matters(signals: list[Signal], data: st.DataObject, entries: list[int]) -> None:
    """What reactions and presses amount to is decided by the platform's time alone."""
    shuffled = data.draw(st.permutations(signals))
    recognition = given_by_ann(entries=entries)
    assert tags_after(recognition, signals, OWN) == tags_after(recognition, shuffled, OWN)
    assert seconded_by(recognition, signals) == seconded_by(recognition, shuffled)


@given(signals=SIGNALS, entries=st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True))
def test_one_to_three_tags_whatever_happens(signals: list[Signal], entries: list[int]) -> None:
    """A kudos always says for what, its tags are distinct, and nobody seconds twice or their own."""
    tags = tagged(signals, entries)
    assert 1 <= len(tags) <= 3
    assert len(set(tags)) == len(tags)
    people = [person for person, _ in seconded_by(given_by_ann(), signals)]
    assert len(set(people)) == len(people)
    assert "ann" not in people


def test_the_limits_are_those_of_the_forms() -> None:
    assert (kudos.REASON_LEAST, kudos.REASON_MOST, RECIPIENTS_MOST) == (10, 1500, 50)
    assert PersonKind.GUEST in {person.kind for person in PEOPLE.values() if person.thankable}


def test_a_form_for_a_private_channel_is_for_its_members() -> None:
    """Whoever is not in there cannot choose it; where a command was typed, its giver is."""
    draft = Draft(recipients=("bob",), entries=(ENTRIES[0].id,), reason=SAID)
    known = Known(giver=ANN, people=PEOPLE, place=ROOMS["closed"], members=frozenset({"bob"}))
    with pytest.raises(Refusal, match="You are not in that channel"):
        recognise(draft, known, OWN, id_="r1", origin=Origin.FORM, now=NOW)
    assert recognise(draft, known, OWN, id_="r1", origin=Origin.COMMAND, now=NOW).giver == ANN
