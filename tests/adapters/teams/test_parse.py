"""What Teams sends becomes what was meant; what Teams does not send is malformed, and nothing else."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.reading import MalformedError
from adapters.teams import parse, render
from adapters.teams.filling import Filled, Step
from adapters.teams.objects import ID_MOST
from adapters.teams.parse import Asks, ChannelTold, Heard, MembersTold, Removed, TeamTold, Way
from bot.model import Message, Place, PlaceKind, Visibility
from bot.requests import (
    Action,
    Give,
    GiveFor,
    Joined,
    Press,
    Reacted,
    Request,
    Said,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
)
from tests.adapters.teams.activities import (
    ALONE,
    BOB,
    BOT,
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
    event,
    extension,
    extension_sent,
    filled,
    invoke,
    mention,
    message,
    payload,
    pressed,
    preview,
)

ME: dict[str, Any] = {"workspace": W, "person": OLO["aadObjectId"]}
WHEN = datetime(2026, 3, 2, 9, 30, 7, 478000, UTC)
THERE = Place(workspace=W, id=CHANNEL, name="Thanks", visibility=Visibility.PUBLIC, shared=False)
MINE = Place(workspace=W, id=PERSONAL, kind=PlaceKind.BOT, visibility=Visibility.DIRECT, joined=True)
CALLED = mention("Kudos", KUDOS)


def read(activity_: Json) -> Heard:
    heard = parse.heard(activity_)
    assert heard
    return heard


def only(activity_: Json) -> tuple[Way, Request]:
    """The one request that an activity is, and how it is answered."""
    heard = read(activity_)
    assert isinstance(heard.what, Asks)
    (request,) = heard.what.requests
    return heard.way, request


# Messages


def test_a_message_that_calls_kudos_is_for_kudos() -> None:
    said = Said(
        **ME,
        delivery=f"{CHANNEL}/1611060744999/message",
        place=THERE,
        message=Message(place=CHANNEL, id="1611060744999"),
        words=(" help",),
    )
    assert only(message("<at>Kudos</at> help", IN_CHANNEL, CALLED)) == (Way.MESSAGE, said)


def test_in_ones_own_chat_with_kudos_everything_is_for_kudos() -> None:
    way, said = only(message("what is duty?", ALONE))
    assert isinstance(said, Said)
    assert (way, said.place, said.words) == (Way.MESSAGE, MINE, ("what is duty?",))


@pytest.mark.parametrize("where", [IN_CHANNEL, IN_GROUP])
def test_what_people_say_to_each_other_is_not_for_kudos(where: Json) -> None:
    assert parse.heard(message("Kudos to all", where)) is None
    assert parse.heard(message("<at>Bob Brown</at> hi", where, mention("Bob Brown", BOB))) is None


def test_a_button_in_an_older_client_comes_as_a_message() -> None:
    sent = activity("message", IN_CHANNEL, value={"action": "second", "value": "r1"}, replyToId="1")
    press = Press(
        **ME,
        delivery=f"{CHANNEL}/1611060744999/message",
        action=Action.SECOND,
        value="r1",
        place=CHANNEL,
        at=WHEN,
    )
    assert only(sent) == (Way.MESSAGE, press)
    assert parse.heard(activity("message", ALONE, value={"action": "explode"})) is None


# Reactions


def test_each_emoji_is_a_reaction_of_its_own() -> None:
    sent = activity(
        "messageReaction",
        IN_CHANNEL,
        id="f:1",
        replyToId="1611060744111",
        reactionsAdded=[{"type": "1f442_ear-tone2"}, {"type": "like"}],
        reactionsRemoved=[{"type": "heart"}],
    )
    heard = read(sent)
    assert heard.way is Way.EVENT
    assert isinstance(heard.what, Asks)

    def reacted(emoji: str, type_: str, *, standing: bool) -> Reacted:
        return Reacted(
            **ME,
            delivery=f"{CHANNEL}/f:1/messageReaction/{type_}/{'on' if standing else 'off'}",
            message=Message(place=CHANNEL, id="1611060744111"),
            author=BOT,
            name=emoji,
            standing=standing,
            at=WHEN,
        )

    assert heard.what.requests == (
        reacted("❤️", "heart", standing=False),
        reacted("👂\U0001f3fc", "1f442_ear-tone2", standing=True),
        reacted("👍", "like", standing=True),
    )
    assert parse.heard(activity("messageReaction", IN_CHANNEL, replyToId="1")) is None


# Coming and going


@pytest.mark.parametrize("action", ["add", "add-upgrade"])
@pytest.mark.parametrize(("where", "place"), [(IN_CHANNEL, THERE), (ALONE, MINE)])
def test_installed_is_joined(where: Json, place: Place, action: str) -> None:
    way, joined = only(activity("installationUpdate", where, action=action))
    assert isinstance(joined, Joined)
    assert (way, joined.place) == (Way.EVENT, place)


def test_uninstalled_is_removed_and_an_upgrade_is_not() -> None:
    assert read(activity("installationUpdate", IN_CHANNEL, action="remove")).what == Removed()
    assert parse.heard(activity("installationUpdate", IN_CHANNEL, action="remove-upgrade")) is None


def test_kudos_among_those_added_has_joined_and_among_those_removed_has_left() -> None:
    joined = {**event("teamMemberAdded"), "membersAdded": [{"id": BOT}, {"id": "29:1bob"}]}
    assert isinstance(only(joined)[1], Joined)
    assert read({**event("teamMemberRemoved"), "membersRemoved": [{"id": BOT}]}).what == Removed()
    group = activity("conversationUpdate", IN_GROUP, membersAdded=[{"id": BOT}])
    request = only(group)[1]
    assert isinstance(request, Joined)
    assert request.place == Place(workspace=W, id=GROUP, name="Night shift")


@pytest.mark.parametrize(("key", "present"), [("membersAdded", True), ("membersRemoved", False)])
def test_others_come_and_go(key: str, present: bool) -> None:
    told = activity("conversationUpdate", IN_GROUP, **{key: [{"id": "29:1x"}, BOB]})
    people = (("29:1x", "29:1x"), (BOB["aadObjectId"], "29:1bob"))
    assert read(told).what == MembersTold(people=people, present=present)


@pytest.mark.parametrize(
    ("type_", "told", "typed", "creator"),
    [
        ("channelCreated", {"type": "standard"}, True, OLO["aadObjectId"]),
        ("channelRenamed", {"type": "private"}, True, ""),
        ("channelRestored", {}, False, ""),
        ("channelDeleted", {}, False, ""),
    ],
)
def test_channels_are_followed(type_: str, told: Json, typed: bool, creator: str) -> None:
    heard = read(event(type_, channel={"id": CHANNEL, "name": "Photos", **told}))
    assert isinstance(heard.what, ChannelTold)
    channel = heard.what.channel
    assert (channel.id, channel.name, channel.creator) == (CHANNEL, "Photos", creator)
    assert channel.visibility is (Visibility.PUBLIC if told.get("type") == "standard" else Visibility.PRIVATE)
    assert (heard.what.deleted, heard.what.typed) == (type_ == "channelDeleted", typed)
    assert heard.speaker.team == TEAM


@pytest.mark.parametrize(
    "type_", ["teamRenamed", "teamArchived", "teamUnarchived", "teamDeleted", "teamHardDeleted", "teamRestored"]
)
def test_teams_are_followed(type_: str) -> None:
    assert read(event(type_)).what == TeamTold(event=type_)


@pytest.mark.parametrize(
    "sent",
    [
        event("channelShared", channel={"id": CHANNEL}),
        event("somethingNew"),
        activity("conversationUpdate", IN_GROUP, topicName="Late shift"),
        activity("typing", ALONE),
        activity("messageUpdate", IN_CHANNEL, text="x"),
        activity("messageDelete", IN_CHANNEL),
        activity("endOfConversation", ALONE),
        activity("fromTheFuture", ALONE),
        invoke("composeExtension/query", IN_CHANNEL, {"commandId": "search"}),
        invoke("signin/verifyState", ALONE, {"state": "1"}),
        invoke("fileConsent/invoke", ALONE, {}),
        extension(IN_CHANNEL, "other", "compose"),
        extension_sent(IN_CHANNEL, "give", "compose", data={"nothing": "ours"}),
        extension_sent(IN_CHANNEL, "give", "compose", data=filled("explode")),
        extension_sent(IN_CHANNEL, "give", "compose", **preview("explode", filled())),
        extension_sent(IN_CHANNEL, "give", "compose", **preview("send", filled("explode"))),
        invoke("task/submit", ALONE, {"data": filled("explode")}),
        pressed("explode"),
        invoke("task/fetch", ALONE, {"data": {"action": "explode"}}),
        activity("message", ALONE, text="", value={"other": "app"}),
    ],
)
def test_what_asks_for_nothing_we_know_is_left_alone(sent: Json) -> None:
    assert parse.heard(sent) is None


# Buttons and dialogs


def test_a_button_is_a_press() -> None:
    press = Press(
        **ME, delivery=f"{CHANNEL}/f:bc319b1d-571a/invoke", action=Action.SECOND, value="r1", place=CHANNEL, at=WHEN
    )
    assert only(pressed("second", value="r1")) == (Way.CARD, press)


def test_a_card_that_refreshes_itself_asks_how_somebody_is_to_see_it() -> None:
    way, press = only(pressed("refresh", trigger="automatic", value="r1"))
    assert isinstance(press, Press)
    assert (way, press.action, press.value) == (Way.CARD, Action.OWN, "r1")


def test_a_button_that_opens_a_form_is_a_press_answered_with_a_dialog() -> None:
    sent = invoke("task/fetch", IN_CHANNEL, {"data": {"action": "edit", "value": "r1"}, "context": {"theme": "dark"}})
    way, press = only(sent)
    assert isinstance(press, Press)
    assert (way, press.action, press.value) == (Way.DIALOG, Action.EDIT, "r1")
    way, press = only(invoke("task/submit", IN_CHANNEL, {"data": {"action": "undo", "value": "r1"}}))
    assert isinstance(press, Press)
    assert (way, press.action) == (Way.DIALOG, Action.UNDO)


def form(sent: Json) -> tuple[Way, Filled]:
    heard = read(sent)
    assert isinstance(heard.what, Filled)
    return heard.way, heard.what


FIELDS: dict[str, Any] = {"recipients": "p1,p2", "entries": "duty, care", "reason": "for it"}
FORM = f"form/{ME['person']}/k1"  # nobody else's form, whatever key they send
GIVEN = SubmitKudos(
    **ME,
    delivery=FORM,
    form=FORM,
    recipients=("p1", "p2"),
    entries=("duty", "care"),
    reason="for it",
    place=CHANNEL,
    message="m1",
)
DATA = filled(context={"place": CHANNEL, "message": "m1"}, **FIELDS)


def test_a_form_is_known_by_its_key_however_often_it_is_sent() -> None:
    sent = invoke("task/submit", IN_CHANNEL, {"data": DATA})
    assert form(sent) == (Way.DIALOG, Filled(request=GIVEN, key="k1", step=Step.SUBMIT, typed=DATA))
    assert form({**sent, "id": "f:another"})[1].request.delivery == FORM


def test_a_form_that_asks_where_brings_the_place_among_its_fields() -> None:
    _, sent = form(invoke("task/submit", ALONE, {"data": filled(**FIELDS, place=CHANNEL)}))
    assert isinstance(sent.request, SubmitKudos)
    assert (sent.request.place, sent.request.open_place, sent.request.message) == (CHANNEL, True, "")


def test_a_form_can_be_asked_for_again_with_what_fits() -> None:
    _, sent = form(invoke("task/submit", ALONE, {"data": filled(again=True, **FIELDS)}))
    assert sent.step is Step.AGAIN


def test_empty_fields_may_be_missing() -> None:
    _, sent = form(invoke("task/submit", ALONE, {"data": filled()}))
    assert isinstance(sent.request, SubmitKudos)
    assert (sent.request.recipients, sent.request.entries, sent.request.reason) == ((), (), "")


@pytest.mark.parametrize("action", ["edit", "sentence"])
def test_new_words(action: str) -> None:
    _, sent = form(invoke("task/submit", ALONE, {"data": filled(action, context={"recognition": "r1"}, reason="so")}))
    assert sent.request == SubmitReason(**ME, delivery=FORM, recognition="r1", reason="so")


def test_a_digest_set_up() -> None:
    fields: dict[str, Any] = {"state": "on", "day": "0", "at": "09:00", "zone": "Europe/London", "scope": "people"}
    data = filled("digest", context={"place": CHANNEL}, **fields, people="p1,p2", extras="chart,mention")
    _, sent = form(invoke("task/submit", IN_CHANNEL, {"data": data}))
    wanted = SubmitDigest(
        **ME, delivery=FORM, place=CHANNEL, **fields, people=("p1", "p2"), extras=("chart", "mention")
    )
    assert sent.request == wanted


# The message extension


@pytest.mark.parametrize(
    ("context", "where", "place"),
    [
        ("compose", IN_CHANNEL, CHANNEL),
        ("compose", IN_GROUP, GROUP),
        ("compose", IN_PAIR, PAIR),
        ("compose", ALONE, PERSONAL),
        ("commandbox", IN_CHANNEL, None),
    ],
)
def test_the_extension_gives_where_it_is_used_and_nowhere_from_the_command_bar(
    context: str, where: Json, place: str | None
) -> None:
    way, give = only(extension(where, "give", context))
    assert isinstance(give, Give)
    assert (way, give.words, give.place and give.place.id) == (Way.EXTENSION, (), place)


@pytest.mark.parametrize(
    ("user", "author"),
    [
        (None, BOB["aadObjectId"]),
        ({"id": BOB["aadObjectId"], "displayName": "Bob Brown"}, BOB["aadObjectId"]),
        ({"userIdentityType": "anonymousGuest", "id": "x"}, ""),
        ({}, ""),
    ],
)
def test_a_message_is_chosen_with_its_author(user: Json | None, author: str) -> None:
    way, ask = only(extension(IN_CHANNEL, "give-for", "message", messagePayload=payload(user)))
    assert isinstance(ask, GiveFor)
    assert (way, ask.author, ask.place) == (Way.EXTENSION, author, THERE)
    assert ask.message == Message(place=CHANNEL, id="1611060744833")


def test_a_message_of_an_app_has_no_author() -> None:
    chosen = payload() | {"from": {"user": None, "application": {"id": "b8", "displayName": "Polly"}}}
    _, ask = only(extension(IN_CHANNEL, "give-for", "message", messagePayload=chosen))
    assert isinstance(ask, GiveFor)
    assert ask.author == ""


@pytest.mark.parametrize(
    ("context", "where", "place", "step"),
    [
        ("compose", IN_CHANNEL, CHANNEL, Step.PREVIEW),
        ("message", IN_CHANNEL, CHANNEL, Step.PREVIEW),
        ("commandbox", IN_CHANNEL, CHANNEL, Step.SUBMIT),
        ("compose", IN_CHANNEL, GROUP, Step.SUBMIT),
        ("compose", IN_PAIR, PAIR, Step.SUBMIT),
        ("compose", ALONE, PERSONAL, Step.SUBMIT),
    ],
)
def test_a_preview_is_shown_where_the_card_will_stand(context: str, where: Json, place: str, step: Step) -> None:
    data = filled(context={"place": place}, **FIELDS)
    way, sent = form(extension_sent(where, "give", context, data=data))
    assert (way, sent.step) == (Way.EXTENSION, step)


def test_what_fits_is_asked_for_before_any_preview() -> None:
    data = filled(context={"place": CHANNEL}, again=True, **FIELDS)
    assert form(extension_sent(IN_CHANNEL, "give", "compose", data=data))[1].step is Step.AGAIN


@pytest.mark.parametrize(("what", "step"), [("send", Step.SEND), ("edit", Step.EDIT)])
def test_a_preview_holds_the_form(what: str, step: Step) -> None:
    sent = extension_sent(IN_CHANNEL, "give", "compose", **preview(what, DATA))
    assert form(sent) == (Way.EXTENSION, Filled(request=GIVEN, key="k1", step=step, typed=DATA))


def test_a_button_in_the_extensions_dialog_is_a_press() -> None:
    way, press = only(extension_sent(IN_CHANNEL, "give", "compose", data={"action": "undo", "value": "r1"}))
    assert isinstance(press, Press)
    assert (way, press.action) == (Way.EXTENSION, Action.UNDO)


# What is not what Teams sends

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WHOLE: list[Json] = [
    message("<at>Kudos</at> <at>Bob</at> x", IN_CHANNEL, CALLED, mention("Bob", BOB)),
    activity("message", IN_CHANNEL, value={"action": "second", "value": "r1"}),
    activity("messageReaction", IN_CHANNEL, replyToId="1", reactionsAdded=[{"type": "1f442_ear-tone2"}]),
    activity("installationUpdate", IN_GROUP, action="add"),
    activity("conversationUpdate", IN_GROUP, membersAdded=[BOB]),
    event("channelCreated", channel={"id": CHANNEL, "name": "x", "type": "standard"}),
    pressed("second", value="r1"),
    pressed("refresh", value="r1"),
    invoke("task/fetch", IN_CHANNEL, {"data": {"action": "edit", "value": "r1"}}),
    invoke("task/submit", IN_CHANNEL, {"data": DATA}),
    extension(IN_CHANNEL, "give-for", "message", messagePayload=payload()),
    extension_sent(IN_CHANNEL, "give", "compose", data=DATA),
    extension_sent(IN_CHANNEL, "give", "compose", **preview("send", DATA)),
]
KINDS = (Asks, Filled, Removed, ChannelTold, TeamTold, MembersTold)


def changed(node: Any, path: list[int], value: Any) -> Any:
    """`node` with one part, found by going down `path`, replaced."""
    if not path or not isinstance(node, dict | list) or not node:
        return value
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = keys[path[0] % len(keys)]
    if isinstance(node, dict):
        return {**node, key: changed(node[key], path[1:], value)}
    return [changed(each, path[1:], value) if place == key else each for place, each in enumerate(node)]


@given(which=st.sampled_from(range(len(WHOLE))), path=st.lists(st.integers(0, 9), max_size=6), value=junk)
def test_whatever_part_is_of_another_kind_it_is_read_or_it_is_malformed(
    which: int, path: list[int], value: object
) -> None:
    with contextlib.suppress(MalformedError):
        heard = parse.heard(changed(WHOLE[which], path, value))
        assert heard is None or isinstance(heard.what, KINDS)


@given(junk)
def test_what_is_nothing_like_an_activity_is_malformed_or_left_alone(value: Any) -> None:
    with contextlib.suppress(MalformedError):
        assert parse.heard(value) is None


@pytest.mark.parametrize(
    "sent",
    [
        message("x", {"conversation": PERSONAL, "channelData": {"tenant": {"id": TENANT}}}),
        message("x", {"conversation": {"conversationType": "personal", "id": PERSONAL}}),
        message("x", ALONE, **{"from": {"name": "Olo"}}),
        message("x", ALONE, id=""),
        message("\ud800", ALONE),
        pressed("second", value=7),
        activity("message", ALONE, value={"action": "second"}, timestamp="soon"),
        invoke("adaptiveCard/action", IN_CHANNEL, {"action": "second"}),
        invoke("task/submit", IN_CHANNEL, {"data": {render.KEY: "", "action": "give"}}),
        invoke("task/submit", IN_CHANNEL, {"data": {render.KEY: "k" * (ID_MOST + 1), "action": "give"}}),
        invoke("task/submit", IN_CHANNEL, {"data": {**DATA, "context": "x"}}),
        extension_sent(IN_CHANNEL, "give", "compose", botMessagePreviewAction="send", botActivityPreview=[]),
        extension_sent(IN_CHANNEL, "give", "compose", botMessagePreviewAction="send", botActivityPreview=[{}]),
        extension_sent(
            IN_CHANNEL,
            "give",
            "compose",
            botMessagePreviewAction="send",
            botActivityPreview=[{"attachments": [{"content": {"body": [{"id": "x"}]}}]}],
        ),
        extension(IN_CHANNEL, "give-for", "message", messagePayload={"from": {}}),
    ],
)
def test_what_lacks_what_it_takes_is_malformed(sent: Json) -> None:
    with pytest.raises(MalformedError):
        parse.heard(sent)


def test_what_is_heard_knows_where_it_can_be_answered() -> None:
    heard = read(message("<at>Kudos</at> help", IN_CHANNEL, CALLED))
    assert heard.speaker.thread == "1611060744833"
    assert heard.speaker.service_url == "https://smba.trafficmanager.net/amer/"
