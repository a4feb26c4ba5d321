"""What visitors type is understood as a platform would understand it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground import parse
from adapters.playground.parse import Chat, Slip, Speaker
from adapters.playground.workspace import EVERYBODY, KUDOS, ROOMS, WORKSPACE, Colleague
from bot.cards import ChoiceField, Form, PeopleField, PlaceField, TextField
from bot.model import Message, PlaceKind, Roster
from bot.requests import (
    Action,
    Ask,
    Give,
    Group,
    Help,
    Joined,
    Mine,
    Named,
    SubmitKudos,
    SubmitReason,
    SwitchReactions,
    UndoLatest,
    Unresolved,
)

PEOPLE = tuple(EVERYBODY.values())
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SPEAKER = Speaker(workspace=WORKSPACE, person="amara", place=ROOMS["general"].place, delivery="d1")
AWAY = Speaker(workspace=WORKSPACE, person="amara", place=ROOMS["charity-run"].place, delivery="d1")
FORM = Form(
    title="t",
    submit="s",
    action=Action.GIVE.value,
    fields=(
        PeopleField(name="recipients", label="Who", most=50),
        ChoiceField(name="entries", label="What", groups=(), most=3),
        TextField(name="reason", label="Why", most=1500),
        PlaceField(name="place", label="Where"),
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@tom", (Named("tom", "Tom Bexley"),)),
        ("@Tom Bexley!", (Named("tom", "Tom Bexley"), "!")),
        ("@TOM bexley's", (Named("tom", "Tom Bexley"), "'s")),
        ("hi @tom, @dot", ("hi ", Named("tom", "Tom Bexley"), ", ", Named("dot", "Dot Pearce"))),
        ("@meilin", (Named("meilin", "Mei-Lin Chow"),)),
        ("@mei-lin chow #listen", (Named("meilin", "Mei-Lin Chow"), " #listen")),
        ("@sian and @Siân", (Named("sian", "Siân Prosser"), " and ", Named("sian", "Siân Prosser"))),
        ("@sia\u0302n", (Named("sian", "Siân Prosser"),)),
        ("@tommy", (Unresolved("@tommy"),)),
        ("@nobody.here for it", (Unresolved("@nobody.here"), " for it")),
        ("@somebody. Yes", (Unresolved("@somebody"), ". Yes")),
        ("tom@example.org", ("tom@example.org",)),
        ("@ tom", ("@ tom",)),
        ("@@tom", ("@@tom",)),
        ("@kudos", (Named("kudos", "Kudos"),)),
        ("@owen", (Named("owen", "Owen Hartley"),)),
        ("", ()),
    ],
)
def test_people_are_found_by_first_name_full_name_and_handle(text: str, expected: tuple[object, ...]) -> None:
    assert parse.words(text, PEOPLE) == expected


def test_groups_are_found_by_their_name() -> None:
    """A name that a person and a group share means neither."""
    nights = Roster(id="n", name="night-turn", people=("tom",))
    assert parse.words("@Night-Turn and @tom", PEOPLE, [nights]) == (
        Group("n", "night-turn"),
        " and ",
        Named("tom", "Tom Bexley"),
    )
    assert parse.words("@tom", PEOPLE, [Roster(id="t", name="tom", people=())]) == (Unresolved("@tom"),)


def test_a_name_that_two_people_share_means_neither() -> None:
    two = (Colleague(id="a", name="Sam Ash", role=""), Colleague(id="b", name="Sam Beech", role=""))
    assert parse.words("@sam", two) == (Unresolved("@sam"),)
    assert parse.words("@sam beech", two) == (Named("b", "Sam Beech"),)


@given(st.text(st.sampled_from("@ atomTOM.-’sianSIÂN\u0302#/\n_x1"), max_size=40))
def test_nothing_typed_is_lost(text: str) -> None:
    rest = text
    for word in parse.words(text, PEOPLE):
        match word:
            case Named():
                assert rest.startswith("@")
                name = next(
                    end
                    for end in range(len(rest), 0, -1)
                    if parse.folded(rest[1:end])
                    in {parse.folded(each) for who in PEOPLE for each in (who.id, who.name, who.first_name)}
                )
                rest = rest[name:]
            case Group():
                raise AssertionError("there is none")
            case Unresolved(said) | str(said):
                assert rest.startswith(said)
                rest = rest[len(said) :]
    assert rest == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/kudos help", Help(workspace=WORKSPACE, person="amara", delivery="d1")),
        ("/kudos  MINE ", Mine(workspace=WORKSPACE, person="amara", delivery="d1")),
        ("/KUDOS undo", UndoLatest(workspace=WORKSPACE, person="amara", delivery="d1")),
        (
            "/kudos reactions off",
            SwitchReactions(workspace=WORKSPACE, person="amara", delivery="d1", place=SPEAKER.place, on=False),
        ),
        (
            "/kudos reactions on",
            SwitchReactions(workspace=WORKSPACE, person="amara", delivery="d1", place=SPEAKER.place, on=True),
        ),
        ("/kudos", Give(workspace=WORKSPACE, person="amara", delivery="d1", place=SPEAKER.place, words=())),
        (
            "/kudos help @tom",
            Give(
                workspace=WORKSPACE,
                person="amara",
                delivery="d1",
                place=SPEAKER.place,
                words=("help ", Named("tom", "Tom Bexley")),
            ),
        ),
        ("/values", Ask(workspace=WORKSPACE, person="amara", delivery="d1", question="")),
        (
            "/values what does it mean?",
            Ask(workspace=WORKSPACE, person="amara", delivery="d1", question="what does it mean?"),
        ),
        ("Good morning", Chat("Good morning")),
        ("Good\x00 morning\u202e", Chat("Good morning")),
        ("   ", None),
        ("/shrug", Slip("I don't know /shrug. There are /kudos, /values and /invite.")),
        ("/invite @tom", Slip("Here only Kudos can be invited. Type: /invite @Kudos")),
        ("/invite @kudos", Slip("Kudos is in this channel already.")),
    ],
)
def test_commands_ask_for_what_they_ask_for_in_slack(text: str, expected: object) -> None:
    assert parse.typed(text, SPEAKER, PEOPLE, KUDOS) == expected


def test_kudos_can_be_invited_where_it_is_not() -> None:
    asked = parse.typed("/invite @Kudos", AWAY, PEOPLE, KUDOS)
    assert isinstance(asked, Joined)
    assert asked.place.joined
    assert asked.place.id == "charity-run"


def test_nobody_is_invited_into_a_conversation() -> None:
    talk = Speaker(workspace=WORKSPACE, person="amara", place=ROOMS["amara-tom"].place, delivery="d1")
    assert talk.place.kind is PlaceKind.CONVERSATION
    answer = parse.typed("/invite @kudos", talk, PEOPLE, KUDOS)
    assert isinstance(answer, Slip)
    assert "in a channel" in answer.sentence


def test_a_press_says_what_and_of_what() -> None:
    pressed = parse.press({"press": ["second abc"]}, SPEAKER, NOON)
    assert pressed is not None
    assert (pressed.action, pressed.value, pressed.place) == (Action.SECOND, "abc", "general")


@pytest.mark.parametrize("body", [{}, {"press": []}, {"press": ["explode x"]}])
def test_a_button_that_is_none_asks_for_nothing(body: dict[str, list[str]]) -> None:
    assert parse.press(body, SPEAKER, NOON) is None


def test_a_reaction_names_message_and_author() -> None:
    message = Message(place="general", id="m1")
    event = parse.reacted(SPEAKER, message, author="tom", name="👂", standing=True, at=NOON)
    assert (event.person, event.author, event.message, event.name) == ("amara", "tom", message, "👂")


def test_the_form_is_read_field_by_field() -> None:
    body = {"recipients": ["tom", "dot"], "entries": ["e1"], "reason": ["Because"], "place": ["general"]}
    assert parse.submitted(FORM, "f1", body, SPEAKER) == SubmitKudos(
        workspace=WORKSPACE,
        person="amara",
        delivery="d1",
        form="f1",
        recipients=("tom", "dot"),
        entries=("e1",),
        reason="Because",
        place="general",
        open_place=True,
    )


def test_a_form_with_a_place_of_its_own_keeps_it() -> None:
    form = Form(title="t", submit="s", action="give", fields=FORM.fields[:3], context=(("place", "response"),))
    asked = parse.submitted(form, "f1", {"place": ["surprise-for-dot"]}, SPEAKER)
    assert isinstance(asked, SubmitKudos)
    assert asked.place == "response"


@pytest.mark.parametrize("action", [Action.EDIT, Action.SENTENCE])
def test_new_words_go_to_their_recognition(action: Action) -> None:
    form = Form(title="t", submit="s", action=action.value, fields=FORM.fields[2:3], context=(("recognition", "r1"),))
    asked = parse.submitted(form, "f1", {"reason": ["New words"]}, SPEAKER)
    assert isinstance(asked, SubmitReason)
    assert (asked.recognition, asked.reason) == ("r1", "New words")


def test_a_form_that_cannot_be_sent_asks_for_nothing() -> None:
    assert parse.submitted(Form(title="t", submit="s", action="second", fields=()), "f1", {}, SPEAKER) is None


def test_a_form_to_mend_keeps_what_was_said_and_says_what_is_wrong_where() -> None:
    body = {"recipients": ["tom"], "entries": ["e1", "e2"], "reason": ["thx"], "place": ["response"]}
    form = parse.kept(FORM, body, [("reason", "Longer, please."), ("recipients", "One."), ("", "Two.")])
    people, entries, reason, place = form.fields
    assert isinstance(people, PeopleField)
    assert (people.chosen, people.error) == (("tom",), "One. Two.")
    assert isinstance(entries, ChoiceField)
    assert (entries.chosen, entries.error) == (("e1", "e2"), "")
    assert isinstance(reason, TextField)
    assert (reason.text, reason.error) == ("thx", "Longer, please.")
    assert isinstance(place, PlaceField)
    assert place.chosen == "response"
