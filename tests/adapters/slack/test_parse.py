"""What Slack sends becomes what was meant; what Slack does not send is malformed, and nothing else."""

import contextlib
import html
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.reading import MalformedError
from adapters.slack import objects, parse
from bot.model import Message, PersonKind, Place, PlaceKind, Visibility
from bot.requests import (
    Action,
    Ask,
    Channel,
    Give,
    Group,
    Help,
    Mine,
    Named,
    SubmitKudos,
    SubmitReason,
    SwitchReactions,
    UndoLatest,
    Unresolved,
)

COMMAND = {
    "team_id": "T1",
    "user_id": "U1",
    "trigger_id": "13.37.x",
    "channel_id": "C1",
    "channel_name": "general",
    "command": "/kudos",
    "text": "",
}
TEAM = {"id": "T1", "domain": "northfield"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("",)),
        ("<@U2|bob> for it", ("", Named("U2", "bob"), " for it")),
        ("<@W2>", ("", Named("W2", ""), "")),
        ("<@U2|bob &amp; co>", ("", Named("U2", "bob & co"), "")),
        ("<#C2|listen> x", ("", Channel("listen"), " x")),
        ("<#C2|>", ("", Channel(""), "")),
        ("<#C2>", ("", Channel(""), "")),
        ("<!here>", ("", Unresolved("@here", everybody=True), "")),
        ("<!channel|@channel>", ("", Unresolved("@channel", everybody=True), "")),
        ("<!date^1>", ("", Unresolved("@date"), "")),
        ("<!subteam^S1|@team>", ("", Group("S1", "team"), "")),
        ("<!subteam^S1>", ("", Group("S1"), "")),
        ("<https://example.org|here>", ("", "here", "")),
        ("<https://example.org/?a=1&amp;b=2>", ("", "https://example.org/?a=1&b=2", "")),
        ("&lt;@U2&gt; &amp;amp;", ("<", Unresolved("@U2"), "> &amp;")),
        ("@bob for it", ("", Unresolved("@bob"), " for it")),
        ("bob@example.org", ("bob@example.org",)),
        ("@", ("@",)),
    ],
)
def test_typed_text_keeps_what_slack_has_recognised(text: str, words: tuple[object, ...]) -> None:
    assert tuple(each for each in objects.words(text) if each != "") == tuple(each for each in words if each != "")


@given(text=st.text(alphabet=st.characters(exclude_characters="@", exclude_categories=["Cs"])))
def test_what_was_typed_reads_as_it_was_typed(text: str) -> None:
    """Slack escapes three characters; nothing else changes on the way."""
    assert objects.plain(html.escape(text, quote=False)) == html.unescape(html.escape(text, quote=False))


@given(text=st.text())
def test_no_text_stops_the_reader(text: str) -> None:
    objects.words(text)
    objects.plain(text)


@given(text=st.text())
def test_only_slack_makes_a_person_out_of_text(text: str) -> None:
    """Whatever people type arrives escaped, so that nobody is named by typing an id."""
    named = Named | Group | Channel
    assert not [each for each in objects.words(html.escape(text, quote=False)) if isinstance(each, named)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("help", Help),
        (" HELP ", Help),
        ("mine", Mine),
        ("undo", UndoLatest),
        ("reactions off", SwitchReactions),
        ("Reactions  On", SwitchReactions),
        ("reactions", Give),
        ("help me", Help),
        ("help others", Give),
        ("", Give),
    ],
)
def test_a_word_alone_is_a_command_of_its_own(text: str, kind: type) -> None:
    assert isinstance(parse.command({**COMMAND, "text": text}), kind)


def test_the_other_command_asks() -> None:
    asked = parse.command({**COMMAND, "command": "/values", "text": "what does <#C1|listen> mean &amp; why"})
    assert isinstance(asked, Ask)
    assert asked.question == "what does #listen mean & why"


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("general", PlaceKind.CHANNEL, "general"),
        ("privategroup", PlaceKind.CHANNEL, ""),
        ("directmessage", PlaceKind.BOT, ""),
        ("mpdm-ann--bob-1", PlaceKind.CONVERSATION, ""),
    ],
)
def test_the_channels_name_says_what_sort_of_place_it_is(name: str, kind: PlaceKind, shown: str) -> None:
    place = parse.command_place({**COMMAND, "channel_name": name})
    assert place == Place(workspace="slack:T1", id="C1", name=shown, kind=kind)


def pressed(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": TEAM,
        "user": {"id": "U1"},
        "trigger_id": "1.2.x",
        "container": {"channel_id": "C1"},
        "actions": [{"action_ts": "1772443800.5", **action}],
        **more,
    }


def test_a_button_and_a_menu_item_say_what_they_ask_for() -> None:
    button = parse.press(pressed({"type": "button", "action_id": "second:0", "value": "abc"}))
    assert button
    assert (button.action, button.value, button.place, button.delivery) == (
        Action.SECOND,
        "abc",
        "C1",
        "U1//second:0/1772443800.5",
    )
    assert button.at == datetime(2026, 3, 2, 9, 30, 0, 500_000, tzinfo=UTC)
    item = parse.press(
        pressed({"type": "overflow", "action_id": "more", "selected_option": {"value": "withdraw:abc"}}, container={})
    )
    assert item
    assert (item.action, item.value, item.place) == (Action.WITHDRAW, "abc", "")
    assert parse.press(pressed({"type": "button", "action_id": "link:0"})) is None


def test_a_press_is_told_apart_by_person_place_and_time_whatever_its_trigger() -> None:
    button = {"type": "button", "action_id": "give:0"}
    for trigger in ("1.2.x", "3.4.y", None):
        press = parse.press(pressed(button, trigger_id=trigger, container={"message_ts": "5.6", "channel_id": "C9"}))
        assert press
        assert press.delivery == "U1/5.6/give:0/1772443800.5"


def submitted(callback: str, values: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    blocks = [{"type": "section", "block_id": "s"}, *({"type": "input", "block_id": name} for name in values)]
    view = {
        "id": "V1",
        "hash": "h1",
        "callback_id": callback,
        "private_metadata": json.dumps(kept),
        "blocks": blocks,
        "state": {"values": {name: {name: value} for name, value in values.items()}},
    }
    return {"team": TEAM, "user": {"id": "U1"}, "view": view}


def test_a_form_comes_back_with_everything_in_it() -> None:
    values = {
        "recipients": {"selected_users": ["U2", "U3"]},
        "entries": {"selected_options": [{"value": "value.a"}]},
        "reason": {"value": "because"},
        "place": {"selected_conversation": "C2"},
    }
    body = submitted("give", values, {"place": "C1", "reply": "https://x", "groups": "S1 S2"})
    asked = parse.submission(body)
    assert isinstance(asked, SubmitKudos)
    assert (asked.form, asked.delivery, asked.place) == ("V1", "V1/h1", "C2")
    assert (asked.recipients, asked.entries, asked.reason) == (("U2", "U3"), ("value.a",), "because")
    assert asked.groups == ("S1", "S2")
    assert parse.inputs(body) == list(values)
    empty = submitted("give", {"recipients": {}, "entries": {}, "reason": {"value": None}}, {"place": "C1"})
    asked = parse.submission(empty)
    assert isinstance(asked, SubmitKudos)
    assert (asked.recipients, asked.entries, asked.reason, asked.place, asked.groups) == ((), (), "", "C1", ())
    edited = parse.submission(submitted("edit", {"reason": {"value": "new"}}, {"recognition": "abc"}))
    assert isinstance(edited, SubmitReason)
    assert (edited.recognition, edited.reason) == ("abc", "new")


def test_words_in_an_open_form() -> None:
    values = {"entries": {"selected_options": [{"value": "value.a"}]}, "reason": {"value": "beca"}}
    action = {"type": "plain_text_input", "action_id": "reason", "value": "beca", "action_ts": "1772443800.000300"}
    body = submitted("give", values, {}) | {"actions": [action]}
    words = parse.written(body)
    assert words
    assert (words.reason, words.entries) == ("beca", ("value.a",))
    assert words.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(microseconds=300)
    sentence = submitted("sentence", {"reason": {"value": None}}, {}) | {"actions": [{**action, "value": None}]}
    words = parse.written(sentence)
    assert words
    assert (words.reason, words.entries) == ("", ())
    assert parse.written({**body, "actions": [{**action, "action_id": "other"}]}) is None
    assert parse.written({**body, "actions": [{**action, "type": "button"}]}) is None
    with pytest.raises(MalformedError):
        parse.written({"actions": [action]})


@pytest.mark.parametrize(("installed", "workspace"), [("T1", "slack:T1"), ("E1", "slack:T9"), (None, "slack:T9")])
def test_a_form_filled_in_by_somebody_of_another_team_is_ours(installed: str | None, workspace: str) -> None:
    """In a channel shared with it; a whole organisation is no workspace."""
    body = submitted("edit", {"reason": {"value": "new"}}, {"recognition": "abc"})
    body["view"]["app_installed_team_id"] = installed
    assert parse.submission({**body, "team": {"id": "T9"}}).workspace == workspace


def test_a_group_is_called_by_its_handle() -> None:
    assert objects.group({"id": "S1", "handle": "nights", "name": "The night turn"}) == ("S1", "nights")
    assert objects.group({"id": "S1", "name": "The night turn"}) == ("S1", "The night turn")
    assert objects.group_members({"users": ["U1", "U2"]}) == ("U1", "U2")
    assert objects.group_members({}) == ()


REACTION = {
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "ear::skin-tone-2",
        "item": {"type": "message", "channel": "C1", "ts": "1.000002"},
        "item_user": "U2",
        "event_ts": "1772443800.000300",
    },
}


def test_a_reaction_is_about_a_message_and_an_author() -> None:
    asked = parse.reaction(REACTION)
    assert asked
    assert asked.message == Message(place="C1", id="1.000002")
    assert (asked.author, asked.name, asked.standing) == ("U2", "ear::skin-tone-2", True)
    assert asked.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(microseconds=300)
    of_webhook = {**REACTION, "event": {**REACTION["event"], "type": "reaction_removed"}}  # type: ignore[dict-item]
    del of_webhook["event"]["item_user"]  # type: ignore[attr-defined]
    asked = parse.reaction(of_webhook)
    assert asked
    assert (asked.author, asked.standing) == ("", False)
    of_file = {**REACTION, "event": {**REACTION["event"], "item": {"type": "file", "file": "F1"}}}  # type: ignore[dict-item]
    assert parse.reaction(of_file) is None


def test_in_a_shared_channel_the_event_is_ours_and_not_the_other_teams() -> None:
    shared = {**REACTION, "team_id": "T9", "authorizations": [{"team_id": "T1", "user_id": "UBOT"}]}
    asked = parse.reaction(shared)
    assert asked
    assert asked.workspace == "slack:T1"


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        ({}, PersonKind.MEMBER),
        ({"is_bot": True}, PersonKind.BOT),
        ({"id": "USLACKBOT"}, PersonKind.BOT),
        ({"team_id": "T9"}, PersonKind.STRANGER),
        ({"team_id": "T9", "enterprise_user": {"id": "W1", "teams": ["T9", "T1"]}}, PersonKind.MEMBER),
        ({"team_id": "T9", "enterprise_user": {"id": "W1", "teams": ["T9"]}}, PersonKind.STRANGER),
        ({"is_stranger": True}, PersonKind.STRANGER),
        ({"is_restricted": True}, PersonKind.GUEST),
        ({"is_ultra_restricted": True}, PersonKind.GUEST),
    ],
)
def test_a_person_is_one_kind_of_person(user: dict[str, Any], kind: PersonKind) -> None:
    assert objects.person({"id": "U1", "name": "ann", **user}, "T1").kind is kind


def test_a_person_is_called_as_slack_shows_them_and_on_one_line() -> None:
    def name(**profile: str) -> str:
        return objects.person({"id": "U1", "name": "handle", "real_name": "Real", "profile": profile}, "T1").name

    assert name(display_name="Disp", real_name="R") == "Disp"
    assert name(display_name="", real_name="R") == "R"
    assert name() == "Real"
    assert name(display_name=" a\n\u202eb\x07  c ") == "a b c"
    assert name(display_name="\ud800") == "Real"
    assert objects.person({"id": "U1"}, "T1").name == "U1"


def test_an_address_counts_only_when_it_is_confirmed() -> None:
    user = {"id": "U1", "profile": {"email": "a@example.org"}}
    assert objects.person(user, "T1").email == ""
    assert objects.person({**user, "is_email_confirmed": True}, "T1").email == "a@example.org"
    assert not objects.person({**user, "deleted": True}, "T1").active


@pytest.mark.parametrize(
    ("conversation", "kind", "visibility"),
    [
        ({}, PlaceKind.CHANNEL, Visibility.PUBLIC),
        ({"is_private": True}, PlaceKind.CHANNEL, Visibility.PRIVATE),
        ({"is_ext_shared": True}, PlaceKind.CHANNEL, Visibility.PRIVATE),
        ({"is_pending_ext_shared": True}, PlaceKind.CHANNEL, Visibility.PRIVATE),
        ({"is_im": True}, PlaceKind.CONVERSATION, Visibility.DIRECT),
        ({"is_mpim": True}, PlaceKind.CONVERSATION, Visibility.DIRECT),
    ],
)
def test_what_others_can_read_along_is_private(
    conversation: dict[str, Any], kind: PlaceKind, visibility: Visibility
) -> None:
    place = objects.place({"id": "C1", "name": "x", "is_member": True, **conversation}, "T1")
    assert (place.kind, place.visibility, place.joined, place.archived) == (kind, visibility, True, False)


@given(seconds=st.integers(0, 4_000_000_000), micros=st.integers(0, 999_999))
def test_a_time_is_read_to_the_microsecond(seconds: int, micros: int) -> None:
    at = objects.moment(f"{seconds}.{micros:06}")
    assert (int(at.timestamp() // 1), at.microsecond) == (seconds, micros)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WHOLE: list[Any] = [
    (parse.reaction, REACTION),
    (parse.about, {"team_id": "T1", "event_id": "E", "event": {"type": "channel_rename", "channel": {"id": "C1"}}}),
    (parse.about, {"team_id": "T1", "event_id": "E", "event": {"type": "channel_left", "channel": "C1", "user": "U"}}),
    (parse.press, pressed({"type": "button", "action_id": "second:0", "value": "abc"})),
    (parse.submission, submitted("edit", {"reason": {"value": "new"}}, {"recognition": "abc"})),
    (parse.inputs, submitted("edit", {"reason": {"value": "new"}}, {"recognition": "abc"})),
    (objects.group, {"id": "S1", "handle": "nights"}),
    (objects.group_members, {"users": ["U1", "U2"]}),
    (parse.command, {**COMMAND, "text": "<@U2> x"}),
    (lambda user: objects.person(user, "T1"), {"id": "U1", "name": "x", "profile": {"display_name": "y"}}),
    (lambda channel: objects.place(channel, "T1"), {"id": "C1", "name": "x"}),
]


def changed(node: Any, path: list[int], value: Any) -> Any:
    """`node` with one part, found by going down `path`, replaced."""
    if not path or not isinstance(node, dict | list) or not node:
        return value
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = keys[path[0] % len(keys)]
    if isinstance(node, dict):
        return {**node, key: changed(node[key], path[1:], value)}
    return [changed(each, path[1:], value) if place == key else each for place, each in enumerate(node)]


@given(which=st.sampled_from(range(len(WHOLE))), path=st.lists(st.integers(0, 9), max_size=5), value=junk)
def test_whatever_part_is_of_another_kind_it_is_read_or_it_is_malformed(
    which: int, path: list[int], value: object
) -> None:
    read, body = WHOLE[which]
    with contextlib.suppress(MalformedError):
        read(changed(body, path, value))


def test_who_is_called_by_id_alone_is_shown_by_name() -> None:
    """What was typed is given back so that people know it again."""
    typed = "<@U2> <@U3> <@U4|dee> <!subteam^S1> <!subteam^S2|@days> well done"
    assert objects.plain(typed, {"U2": "Bob", "S1": "nights"}) == "@Bob @U3 @dee @nights @days well done"


def test_a_form_without_its_blocks_is_read_by_its_values() -> None:
    body = submitted("edit", {"reason": {"value": "because"}}, {"recognition": "abc"})
    del body["view"]["blocks"]
    assert parse.inputs(body) == ["reason"]


@pytest.mark.parametrize(
    "body",
    [
        {**COMMAND, "text": "\ud800"},
        {**COMMAND, "\ud800": ""},
        {"team": TEAM, "actions": [{"value": "\udfff"}]},
        {"team": TEAM, "view": {"state": {"values": {"reason": {"text": {"value": "a\ud800b"}}}}}},
        {"team": TEAM, "view": {"state": {"values": {"x": {"y": {"selected_options": [{"value": "\ud800"}]}}}}}},
        {"team_id": "T1", "event": {"type": "user_change", "user": {"id": "U1", "profile": {"email": "\ud800"}}}},
    ],
)
def test_half_a_character_anywhere_is_malformed(body: dict[str, Any]) -> None:
    """It could neither be stored nor sent."""
    with pytest.raises(MalformedError):
        objects.addressed(body)


def test_half_a_character_kept_in_a_form_is_malformed() -> None:
    with pytest.raises(MalformedError):
        parse.metadata({"private_metadata": json.dumps({"place": "\ud800"})})


@pytest.mark.parametrize(
    ("body", "workspace", "above"),
    [
        ({"team_id": "T1"}, "slack:T1", ""),
        ({"team_id": "T1", "enterprise_id": "E1", "authorizations": []}, "slack:T1", "slack:E1"),
        ({"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}, "slack:E1", "slack:E1"),
        ({"team_id": "T1", "enterprise_id": "E1", "authorizations": [{"team_id": "T2"}]}, "slack:T2", ""),
    ],
)
def test_a_farewell_without_authorizations_is_a_teams_or_its_organisations(
    body: dict[str, Any], workspace: str, above: str
) -> None:
    event = {**body, "event": {"type": "app_uninstalled"}}
    assert (objects.addressed(event), objects.above(event)) == (workspace, above)
