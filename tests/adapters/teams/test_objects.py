"""People, places, words and emoji of Teams are read as they are; what is not known is private, or nobody."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.reading import MalformedError
from adapters.teams import objects
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility
from bot.requests import Named, Unresolved
from tests.adapters.teams.activities import (
    ALONE,
    BOB,
    CHANNEL,
    GROUP,
    IN_CHANNEL,
    IN_GROUP,
    IN_PAIR,
    KUDOS,
    OLO,
    PAIR,
    PERSONAL,
    TEAM,
    TENANT,
    Json,
    W,
    activity,
    mention,
    message,
)

BOB_CALLED = Named("29:1bob", "Bob Brown")
ROBERT = {"id": "29:1robert", "name": "Bob Brown"}


@pytest.mark.parametrize(
    ("text", "entities", "words"),
    [
        ("help", (), ("help",)),
        ("<at>Kudos</at> help", (mention("Kudos", KUDOS),), (" help",)),
        ("<at>Kudos</at>&nbsp;help &lt;b&gt; &amp;amp;", (mention("Kudos", KUDOS),), (" help <b> &amp;",)),
        (
            "<at>Kudos</at> <at>Bob Brown</at> #listen for it",
            (mention("Kudos", KUDOS), mention("Bob Brown", BOB)),
            (" ", BOB_CALLED, " #listen for it"),
        ),
        ('<at id="0">Bob</at> x', (mention("Bob", BOB),), (BOB_CALLED, " x")),
        ("<at>Bob</at> x", (mention("Bob", BOB, aadObjectId="o-1"),), (Named("o-1", "Bob Brown"), " x")),
        ("<at>Bob</at> x", (mention("Bob", {**BOB, "name": ""}),), (Named("29:1bob", "Bob"), " x")),
        (
            "<at>Bob Brown</at> and <at>Bob Brown</at> and <at>Bob Brown</at>",
            (mention("Bob Brown", BOB), mention("Bob Brown", ROBERT)),
            (BOB_CALLED, " and ", Named("29:1robert", "Bob Brown"), " and ", Named("29:1robert", "Bob Brown")),
        ),
        ("<at>Amara &amp; Co</at>", (mention("Amara &amp; Co", BOB),), (BOB_CALLED,)),
        ("<at>Nobody</at> x", (), (Unresolved("@Nobody"), " x")),
        (
            "<at>Nights</at> x",
            (mention("Nights", {"id": "T1", "name": "Nights"}, type="tag"),),
            (Unresolved("@Nights"), " x"),
        ),
        (
            "<at>Thanks</at> x",
            (mention("Thanks", {"id": CHANNEL, "name": "Thanks"}, type="channel"),),
            (Unresolved("@Thanks", everybody=True), " x"),
        ),
        ("thanks @bob.brown!", (), ("thanks ", Unresolved("@bob.brown"), "!")),
        ("write to bob@example.org", (), ("write to bob@example.org",)),
        ("x", ({"type": "clientInfo", "locale": "en-GB"},), ("x",)),
    ],
)
def test_typed_text_is_read_with_who_is_called_in_it(text: str, entities: tuple[Json, ...], words: object) -> None:
    assert objects.words(message(text, IN_CHANNEL, *entities)) == words


def test_kudos_is_called_by_name_or_for_its_eyes_only() -> None:
    assert objects.called(message("<at>Kudos</at> help", IN_CHANNEL, mention("Kudos", KUDOS)))
    assert not objects.called(message("Kudos help", IN_CHANNEL))
    assert not objects.called(message("<at>Bob Brown</at> help", IN_CHANNEL, mention("Bob Brown", BOB)))
    assert objects.called(message("help", IN_CHANNEL, recipient={**KUDOS, "isTargeted": True}))


STANDARD = Place(workspace=W, id=CHANNEL, name="Thanks", visibility=Visibility.PUBLIC, shared=False)


def of_channel(type_: str | None, **more: Any) -> Json:
    channel = {"id": CHANNEL, "name": "Thanks", **({"type": type_} if type_ else {})}
    where = {**IN_CHANNEL, "channelData": {**IN_CHANNEL["channelData"], "channel": channel}}
    return activity("message", where, **more)


@pytest.mark.parametrize(
    ("read", "place"),
    [
        (of_channel("standard"), STANDARD),
        (of_channel("private"), replace(STANDARD, visibility=Visibility.PRIVATE)),
        (of_channel("shared"), replace(STANDARD, visibility=Visibility.PRIVATE, shared=True)),
        (of_channel("moderated"), replace(STANDARD, visibility=Visibility.PRIVATE)),
        (of_channel(None), replace(STANDARD, visibility=Visibility.PRIVATE, shared=None)),
        (
            activity("message", IN_GROUP),
            Place(workspace=W, id=GROUP, name="Night shift", visibility=Visibility.PRIVATE),
        ),
        (
            activity("message", ALONE),
            Place(workspace=W, id=PERSONAL, kind=PlaceKind.BOT, visibility=Visibility.DIRECT, joined=True),
        ),
        (
            activity("message", IN_PAIR),
            Place(workspace=W, id=PAIR, kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT),
        ),
    ],
)
def test_a_place_is_what_teams_says_and_else_private(read: Json, place: Place) -> None:
    assert objects.place(read) == place


@pytest.mark.parametrize(
    ("id_", "kind"),
    [
        (PERSONAL, PlaceKind.BOT),
        (GROUP, PlaceKind.CHANNEL),
        (CHANNEL, PlaceKind.CHANNEL),
        ("19:6decf54d86d945e4b3924b63a9161a78@thread.skype", PlaceKind.CHANNEL),
        (PAIR, PlaceKind.CONVERSATION),
        ("48:notes", PlaceKind.CONVERSATION),
    ],
)
def test_a_message_extension_that_does_not_say_where_it_is_goes_by_the_id(id_: str, kind: PlaceKind) -> None:
    where = {"conversation": {"id": id_}, "channelData": {"tenant": {"id": TENANT}}}
    assert objects.place(activity("invoke", where)).kind is kind


def test_the_first_channel_of_a_team_has_the_teams_id_and_no_name() -> None:
    where = {
        "conversation": {"conversationType": "channel", "id": TEAM},
        "channelData": {"tenant": {"id": TENANT}, "team": {"id": TEAM}, "channel": {"id": TEAM}},
    }
    place = objects.place(activity("message", where))
    assert (place.name, place.visibility, place.shared) == ("General", Visibility.PUBLIC, False)


@pytest.mark.parametrize("private", [{TEAM}, {objects.ALL}])
def test_a_team_can_be_said_to_be_private(private: set[str]) -> None:
    assert objects.place(of_channel("standard"), frozenset(private)).visibility is Visibility.PRIVATE
    assert objects.place(of_channel("standard"), frozenset({"19:other"})).visibility is Visibility.PUBLIC


def test_who_speaks_is_known_by_the_object_id_and_addressed_by_the_teams_id() -> None:
    speaker = objects.speaker(activity("message", IN_CHANNEL))
    assert (speaker.workspace, speaker.person, speaker.mri) == (W, OLO["aadObjectId"], "29:1olo")
    assert (speaker.place.id, speaker.team, speaker.thread) == (CHANNEL, TEAM, "1611060744833")
    assert not speaker.alone
    assert objects.speaker(activity("message", ALONE)).alone
    nameless = objects.speaker(activity("message", ALONE, **{"from": {"id": "29:1x"}}))
    assert (nameless.person, nameless.name) == ("29:1x", "")


def test_the_tenant_may_stand_with_the_conversation_only() -> None:
    where = {"conversation": {"id": PERSONAL, "tenantId": TENANT}}
    assert objects.workspace(activity("message", where)) == W
    with pytest.raises(MalformedError):
        objects.workspace(activity("message", {"conversation": {"id": PERSONAL}}))


MEMBER = {**BOB, "objectId": BOB["aadObjectId"], "email": "bob@force.example", "userRole": "user", "tenantId": TENANT}
BROWN = Person(workspace=W, id=BOB["aadObjectId"], name="Bob Brown", email="bob@force.example")


@pytest.mark.parametrize(
    ("account", "person"),
    [
        (MEMBER, BROWN),
        ({**MEMBER, "userRole": "guest"}, replace(BROWN, kind=PersonKind.GUEST, email="")),
        ({**MEMBER, "userRole": "anonymous"}, replace(BROWN, kind=PersonKind.STRANGER, email="")),
        ({**MEMBER, "tenantId": "other"}, replace(BROWN, kind=PersonKind.STRANGER, email="")),
        ({**MEMBER, "name": None, "givenName": "Bob", "surname": "Brown"}, BROWN),
        ({**MEMBER, "aadObjectId": None}, BROWN),
        ({"id": "28:x", "name": "App"}, Person(workspace=W, id="28:x", name="App", kind=PersonKind.BOT)),
        ({"id": "29:x"}, Person(workspace=W, id="29:x", name="29:x")),
        ({"id": "29:x", "name": "\ud800"}, Person(workspace=W, id="29:x", name="29:x")),
    ],
)
def test_a_member_is_a_person_with_what_their_tenant_vouches_for(account: Json, person: Person) -> None:
    assert objects.person(account, W) == person


@pytest.mark.parametrize(
    ("type_", "emoji"),
    [
        ("like", "👍"),
        ("heart", "❤️"),
        ("1f442_ear", "👂"),
        ("2705_whiteheavycheckmark", "✅"),
        ("1f44b_wavinghand-tone3", "👋\U0001f3fd"),
        ("1f468-200d-1f4bb_mantechnologist", "👨‍💻"),
        ("thumbsup_custom_0125de505", "thumbsup_custom_0125de505"),
        ("1f442_custom_0125de505", "1f442_custom_0125de505"),
        ("yes", "yes"),
        ("d800_half", "d800_half"),
        ("ffffff_beyond", "ffffff_beyond"),
        ("", ""),
    ],
)
def test_a_reaction_is_its_emoji(type_: str, emoji: str) -> None:
    assert objects.emoji(type_) == emoji


@pytest.mark.parametrize("tag", ["<at>", "<at ", "<at></", "&lt;at&gt;", "@", "<at>x</at>"])
def test_a_text_full_of_tags_is_read_at_once(tag: str) -> None:
    """Read carelessly, the longest message that is let in would keep everybody waiting for minutes."""
    said = objects.words(message(tag * (200_000 // len(tag)), IN_CHANNEL))
    assert said


def test_the_same_activity_is_the_same_delivery_and_another_is_another() -> None:
    first, second = message("x", IN_CHANNEL), message("x", IN_CHANNEL, id="2")
    assert objects.delivery(first) == objects.delivery({**first}) != objects.delivery(second)
    first, second = ({**each, "id": ""} for each in (first, message("y", IN_CHANNEL)))
    assert objects.delivery(first) == objects.delivery({**first}) != objects.delivery(second)


def test_times_are_in_utc_to_the_microsecond() -> None:
    for text in ("2026-03-02T09:30:07.4780001Z", "2026-03-02T10:30:07.478+01:00", "2026-03-02T09:30:07.478"):
        assert objects.moment({"timestamp": text}).isoformat() == "2026-03-02T09:30:07.478000+00:00"
    with pytest.raises(MalformedError):
        objects.moment({"timestamp": "0001-01-01T00:00:00+05:00"})
