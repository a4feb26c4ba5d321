"""What people do arrives as Slack sends it, and what the app answers is done; seen by a small app of the test's."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from .slack import SlackDouble
from .slack_acts import UnsubmittableError
from .slack_bad import TOO_BIG, bad_requests, slow_request
from .slack_client import SlackClient
from .slack_objects import Channel, User, View
from .slack_views import add_view, replace

Json = dict[str, Any]


class App:
    """An app that checks signatures with Slack's SDK, remembers what it gets, and answers what it is told."""

    def __init__(self, secret: str) -> None:
        self.verifier = SignatureVerifier(secret)
        self.heard: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[], web.Response] = web.Response
        self.pause_s = 0.0

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        await asyncio.sleep(self.pause_s)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        given = json.loads(body) if request.content_type == "application/json" else form
        self.heard.append(json.loads(given["payload"]) if "payload" in given else given)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        return self.answer()

    def says(self, payload: Any) -> None:
        self.answer = lambda: web.json_response(payload)


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def app(slack: SlackDouble) -> App:
    return App(slack.signing_secret)


@pytest.fixture
async def client(slack: SlackDouble, app: App) -> AsyncIterator[SlackClient]:
    server = web.Application()
    server.router.add_post("/slack/events", app.hear)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield slack.client(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice", real_name="Alice Lee")


@pytest.fixture
def bob(slack: SlackDouble) -> User:
    return slack.add_user("bob")


@pytest.fixture
def general(slack: SlackDouble, alice: User, bob: User) -> Channel:
    return slack.add_channel("general", members=[alice, bob])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, label: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


CARD: list[Json] = [
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            button("second", "Second this", value="k1"),
            {"type": "overflow", "action_id": "more", "options": [option("edit"), option("withdraw")]},
        ],
    }
]


def form(*, who: Json | None = None, **more: Any) -> Json:
    fields: list[tuple[str, str, Json, bool]] = [
        ("who", "Whom", {"type": "multi_users_select", "max_selected_items": 2, **(who or {})}, False),
        ("what", "For what", {"type": "static_select", "options": [option("listen"), option("lead")]}, False),
        ("why", "Why", {"type": "plain_text_input", "multiline": True, "min_length": 3, "max_length": 20}, False),
        (
            "where",
            "Where",
            {
                "type": "conversations_select",
                "default_to_current_conversation": True,
                "filter": {"include": ["public"]},
            },
            True,
        ),
    ]
    return {
        "type": "modal",
        "title": plain("Give kudos"),
        "submit": plain("Send"),
        "blocks": [
            {
                "type": "input",
                "block_id": name,
                "label": plain(label),
                "element": {"action_id": f"{name}_field", **element},
                "optional": optional,
            }
            for name, label, element, optional in fields
        ],
        **more,
    }


@pytest.fixture
def view(slack: SlackDouble, alice: User, general: Channel) -> View:
    return add_view(slack, form(), user=alice.id, channel=general.id)


# Commands


async def test_a_command_arrives_signed_and_complete(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    answer = await client.command("/kudos", "@bob", user=alice, channel=general)
    assert answer.ok
    (heard,) = app.heard
    assert heard.keys() >= {"team_id", "team_domain", "api_app_id", "trigger_id", "response_url", "token"}
    assert (heard["command"], heard["user_id"], heard["user_name"]) == ("/kudos", alice.id, "alice")
    assert (heard["channel_id"], heard["channel_name"]) == (general.id, "general")


async def test_text_is_escaped_as_the_manifest_asks(
    slack: SlackDouble, client: SlackClient, alice: User, bob: User, general: Channel
) -> None:
    secret = slack.add_channel("secret", private=True, members=[alice])
    slack.add_channel("hidden", private=True, members=[bob])
    group = slack.add_usergroup("nurses", [bob])
    typed = "@bob, @bobby @nurses @here #general #secret #hidden #listen a@bob.org <b> & https://x.org/?a=1&b"
    assert client.escape(typed, alice) == (
        f"<@{bob.id}|bob>, @bobby <!subteam^{group.id}|@nurses> <!here> <#{general.id}|general> <#{secret.id}|> "
        "#hidden #listen a@bob.org &lt;b&gt; &amp; <https://x.org/?a=1&amp;b>"
    )


async def test_a_command_says_what_kind_of_conversation_it_is_in(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, bob: User
) -> None:
    secret = slack.add_channel("secret", private=True, members=[alice])
    for channel in (secret, slack.add_dm(alice), slack.mpim(alice, bob)):
        await client.command("/kudos", user=alice, channel=channel)
    names = [heard["channel_name"] for heard in app.heard]
    assert names == ["privategroup", "directmessage", "mpdm-alice--bob-1"]
    with pytest.raises(ValueError, match="not in the conversation"):
        await client.command("/kudos", user=bob, channel=secret)


async def test_an_acknowledgement_is_shown(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    app.answer = lambda: web.Response(text="only you")
    await client.command("/kudos", user=alice, channel=general)
    app.says({"response_type": "in_channel", "text": "everybody"})
    await client.command("/kudos", user=alice, channel=general)
    app.says({"text": "x", "blocks": [{"type": "paragraph"}]})
    await client.command("/kudos", user=alice, channel=general)
    assert [each.text for each in slack.seen_only_by(alice)] == ["only you"]
    assert [each.text for each in slack.messages(general)] == ["everybody"]
    assert [each.where for each in slack.problems] == ["answer to /kudos"]


async def test_no_answer_in_time_or_a_refusal_counts_as_a_failure(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    app.pause_s = 0.3
    late = await client.send(client.make_command("/kudos", user=alice, channel=general), patience_s=0.1)
    assert (late.ok, late.status, late.failure) == (False, None, "timeout")
    app.pause_s, app.answer = 0.0, lambda: web.Response(status=500)
    refused = await client.command("/kudos", user=alice, channel=general)
    assert [answer for _, answer in client.failures] == [late, refused]


# Events


async def test_an_event_has_its_envelope_and_its_retries_say_so(client: SlackClient, app: App) -> None:
    request = client.make_event({"type": "emoji_changed"})
    await client.deliver(request, times=3)
    assert len({heard["event_id"] for heard in app.heard}) == 1
    assert app.heard[0]["type"] == "event_callback"
    assert app.heard[0]["event"]["event_ts"]
    assert app.heard[0]["authorizations"][0]["is_bot"]
    assert [each.get("x-slack-retry-num") for each in app.headers] == [None, "1", "2"]
    assert app.headers[1]["x-slack-retry-reason"] == "http_timeout"


async def test_deliveries_can_be_shuffled_and_together(client: SlackClient, app: App) -> None:
    requests = [client.make_event({"type": f"event_{index}"}) for index in range(3)]
    await client.deliver(requests, times=3, shuffle=random.Random(1))
    order = [heard["event"]["type"] for heard in app.heard]
    assert sorted(order) == sorted([f"event_{index}" for index in range(3)] * 3)
    assert order != sorted(order)
    assert all(each.ok for each in await client.deliver(requests, together=True))


async def test_a_reaction_names_the_author_when_there_is_one(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    slack = client.slack
    hers, hook = slack.say(alice, general, "done"), slack.say(None, general, "build failed")
    await client.react(bob, hers, "ear::skin-tone-2")
    await client.react(bob, hook, "ear")
    await client.unreact(bob, hers, "ear::skin-tone-2")
    first, second, third = (heard["event"] for heard in app.heard)
    assert (first["type"], first["reaction"], first["item_user"]) == ("reaction_added", "ear::skin-tone-2", alice.id)
    assert first["item"] == {"type": "message", "channel": general.id, "ts": hers.ts}
    assert "item_user" not in second
    assert third["type"] == "reaction_removed"
    assert float(first["event_ts"]) < float(third["event_ts"])
    assert hers.reactions == {}
    with pytest.raises(ValueError, match="already"):
        await client.react(bob, hook, "ear")
    elsewhere = slack.add_channel("elsewhere", members=[alice, bob], bot=False)
    with pytest.raises(ValueError, match="tells it nothing"):
        await client.react(bob, slack.say(alice, elsewhere, "x"), "ear")


async def test_the_workspace_changes_and_the_app_hears_of_it(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    carol = slack.add_user("carol")
    other = slack.add_channel("other", members=[alice], bot=False)
    await client.team_join(carol)
    await client.user_change(carol)
    await client.join(carol, general)
    await client.leave(carol, general)
    await client.join(slack.bot, other, inviter=alice)
    await client.removed(other, actor=alice)
    await client.rename(general, "everybody")
    await client.archive(other, user=alice)
    await client.unarchive(other, user=alice)
    await client.open_home(alice)
    await client.message(slack.say(alice, general, f"<@{slack.bot.id}> hi"))
    await client.message(slack.say(alice, general, f"<@{slack.bot.id}> hi"), mention=True)
    events = [heard["event"] for heard in app.heard]
    assert [each["type"] for each in events] == [
        *("team_join", "user_change", "member_joined_channel", "member_left_channel", "member_joined_channel"),
        *("channel_left", "channel_rename", "channel_archive", "channel_unarchive"),
        *("app_home_opened", "message", "app_mention"),
    ]
    assert events[0]["user"]["profile"]["email"] == "carol@example.org"
    assert (events[4]["user"], events[4]["inviter"]) == (slack.bot.id, alice.id)
    assert events[10]["channel_type"] == "channel"
    assert carol.id not in general.members


async def test_slack_checks_the_address(client: SlackClient, app: App) -> None:
    await client.url_verification("secret word")
    await client.ssl_check()
    assert app.heard[0]["challenge"] == "secret word"
    assert app.heard[1]["ssl_check"] == "1"


# Pressing


async def test_a_button_is_pressed_by_id_or_label_where_it_was_posted(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    slack = client.slack
    message = slack.say(slack.bot, general, "card", blocks=CARD)
    await client.press(message, "Second this", user=bob)
    await client.press(message, "Withdraw", user=alice)
    first, second = app.heard
    assert first["type"] == "block_actions"
    action = first["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("second", "buttons", "k1")
    assert action["type"] == "button"
    assert first["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": general.id,
        "is_ephemeral": False,
    }
    assert first["message"]["ts"] == message.ts
    assert first["user"]["id"] == bob.id
    assert first["response_url"].startswith("http://127.0.0.1")
    assert second["actions"][0]["selected_option"]["value"] == "withdraw"
    with pytest.raises(LookupError, match="Second this"):
        await client.press(message, "Third this", user=bob)


async def test_an_ephemeral_message_has_no_message_in_its_payload_and_can_be_replaced(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    slack = client.slack
    app.says({"text": "done", "blocks": CARD})
    await client.command("/kudos", user=alice, channel=general)
    (whisper,) = slack.seen_only_by(alice)
    await client.press(whisper, "second", user=alice)
    assert app.heard[1]["container"]["is_ephemeral"]
    assert "message" not in app.heard[1]
    with pytest.raises(ValueError, match="does not see"):
        await client.press(whisper, "second", user=bob)


async def test_a_button_in_a_form_says_what_stands_in_the_fields(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    slack = client.slack
    content = form(private_metadata="draft")
    content["blocks"].append({"type": "actions", "block_id": "b", "elements": [button("find", "Find")]})
    view = add_view(slack, content, user=alice.id, channel=general.id)
    await client.press(view, "Find", user=alice, values={"Why": "kind"})
    (heard,) = app.heard
    assert heard["container"] == {"type": "view", "view_id": view.id}
    assert heard["view"]["private_metadata"] == "draft"
    assert heard["view"]["state"]["values"]["why"]["why_field"]["value"] == "kind"
    assert heard["state"] == heard["view"]["state"]
    with pytest.raises(ValueError, match="dispatch_action"):
        await client.press(view, "what_field", user=alice, value="listen")
    with pytest.raises(ValueError, match="does not see"):
        await client.press(view, "Find", user=bob)


def live_form(**more: Any) -> Json:
    """Which tells the app of every character of the reason."""
    content = form(**more)
    (why,) = [block for block in content["blocks"] if block["block_id"] == "why"]
    why["dispatch_action"] = True
    why["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return content


async def test_an_app_hears_of_what_is_written_where_it_asked_for_it(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    view = add_view(client.slack, live_form(), user=alice.id, channel=general.id)
    assert (await client.write(view, "Why", "for", user=alice)).ok
    (heard,) = app.heard
    (action,) = heard["actions"]
    assert (action["type"], action["block_id"], action["action_id"]) == ("plain_text_input", "why", "why_field")
    assert action["value"] == heard["view"]["state"]["values"]["why"]["why_field"]["value"] == "for"
    assert heard["view"]["hash"] == view.hash
    silent = add_view(client.slack, form(), user=alice.id, channel=general.id)
    with pytest.raises(ValueError, match="tells the app nothing"):
        client.make_write(silent, "Why", "for", user=alice)
    at_enter = form()
    at_enter["blocks"][2]["dispatch_action"] = True
    with pytest.raises(ValueError, match="tells the app nothing"):
        client.make_write(add_view(client.slack, at_enter, user=alice.id), "Why", "for", user=alice)


async def test_a_form_that_is_changed_keeps_what_stands_in_fields_of_the_same_ids(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    """Whatever they are to hold at first; in other fields, and where a choice is not offered any more, it is lost."""
    slack = client.slack
    view = add_view(slack, live_form(who={"initial_users": [alice.id]}), user=alice.id, channel=general.id)
    client.enter(view, {"For what": "lead", "Why": "for leading"}, user=alice)
    content = live_form(who={"initial_users": [bob.id]})
    content["blocks"][1]["element"]["options"] = [option("listen")]
    replace(slack, view, content)
    await client.write(view, "Why", "for leading us", user=alice)
    values = app.heard[-1]["view"]["state"]["values"]
    assert values["who"]["who_field"]["selected_users"] == [alice.id]
    assert values["what"]["what_field"]["selected_option"] is None
    content["blocks"][2]["element"]["action_id"] = "other"
    replace(slack, view, content)
    assert view.entered.get("why") is None


async def test_slack_tells_of_a_form_in_its_own_way(client: SlackClient, app: App, view: View, alice: User) -> None:
    view.content["title"]["text"] = "Give 🛡️ <&>"
    view.content["blocks"].append({"type": "actions", "block_id": "b", "elements": [button("find", "Find")]})
    await client.press(view, "Find", user=alice)
    shown = app.heard[-1]["view"]
    assert shown["title"] == {"type": "plain_text", "text": "Give :shield: &lt;&amp;&gt;", "emoji": True}
    assert shown["blocks"][0]["dispatch_action"] is False


# Forms


FILLED = {"Whom": ["BOB"], "For what": "listen", "Why": "for listening"}


def filled(bob: User, **more: Any) -> Json:
    return FILLED | {"Whom": [bob]} | more


async def test_a_form_is_sent_with_the_state_of_every_field(
    client: SlackClient, app: App, view: View, alice: User, bob: User
) -> None:
    await client.submit(view, filled(bob), user=alice)
    (heard,) = app.heard
    assert heard["type"] == "view_submission"
    assert heard["view"]["id"] == view.id
    assert heard["view"]["state"]["values"] == {
        "who": {"who_field": {"type": "multi_users_select", "selected_users": [bob.id]}},
        "what": {"what_field": {"type": "static_select", "selected_option": option("listen")}},
        "why": {"why_field": {"type": "plain_text_input", "value": "for listening"}},
        "where": {"where_field": {"type": "conversations_select", "selected_conversation": view.channel}},
    }
    assert not view.open


@pytest.mark.parametrize(
    "wrong",
    [
        {"Why": ""},
        {"Why": "no"},
        {"Why": "x" * 21},
        {"For what": None},
        {"For what": "shout"},
        {"Whom": []},
        {"Whom": ["U99999999"]},
        {"Where": "D99999999"},
    ],
)
async def test_what_slack_itself_would_stop_is_not_sent(
    client: SlackClient, app: App, view: View, bob: User, wrong: Json
) -> None:
    with pytest.raises(UnsubmittableError):
        await client.submit(view, filled(bob, **wrong), user=client.slack.users[view.user])
    assert app.heard == []


async def test_more_than_may_be_chosen_cannot_be(
    slack: SlackDouble, client: SlackClient, view: View, alice: User, bob: User
) -> None:
    with pytest.raises(UnsubmittableError, match="at most 2"):
        await client.submit(view, filled(bob, Whom=[alice, bob, slack.bot]), user=alice)
    with pytest.raises(UnsubmittableError, match="not offered"):
        await client.submit(view, filled(bob, Whom=[slack.add_user("gone", deleted=True)]), user=alice)
    with pytest.raises(UnsubmittableError, match="not offered"):
        await client.submit(view, filled(bob, Where=slack.add_dm(alice)), user=alice)
    with pytest.raises(LookupError, match="Nonsense"):
        await client.submit(view, filled(bob, Nonsense="x"), user=alice)


async def test_fields_of_every_kind_are_filled(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    listed = {"options": [option("listen"), option("lead")]}
    fields: dict[str, Json] = {
        "many": {"type": "multi_static_select", **listed, "initial_options": [option("lead")]},
        "boxes": {"type": "checkboxes", **listed},
        "one": {"type": "radio_buttons", **listed, "initial_option": option("lead")},
        "person": {"type": "users_select", "initial_user": bob.id},
        "channel": {"type": "channels_select"},
        "place": {"type": "conversations_select", "response_url_enabled": True},
        "day": {"type": "datepicker", "initial_date": "2026-11-22"},
        "time": {"type": "timepicker"},
        "mail": {"type": "email_text_input"},
    }
    inputs = [
        {"type": "input", "block_id": name, "label": plain(name), "element": {"action_id": "it", **element}}
        for name, element in fields.items()
    ]
    view = add_view(client.slack, form() | {"blocks": inputs}, user=alice.id)
    values = {"boxes": ["listen"], "channel": general, "place": general.id, "time": "10:30", "mail": "a@example.org"}
    with pytest.raises(UnsubmittableError, match="not what the field takes"):
        await client.submit(view, values | {"mail": "a"}, user=alice)
    with pytest.raises(UnsubmittableError, match="must be filled"):
        await client.submit(view, values | {"boxes": []}, user=alice)
    for odd in ({"time": "9:30"}, {"time": "24:00"}, {"day": "22/11/2026"}):
        with pytest.raises(UnsubmittableError, match="can't be chosen"):
            await client.submit(view, values | odd, user=alice)
    with pytest.raises(UnsubmittableError, match="not taken back"):
        await client.submit(view, values | {"one": None}, user=alice)
    await client.submit(view, values, user=alice)
    state = {name: each["it"] for name, each in app.heard[0]["view"]["state"]["values"].items()}
    assert state["many"]["selected_options"] == [option("lead")]
    assert state["boxes"]["selected_options"] == [option("listen")]
    assert state["one"]["selected_option"] == option("lead")
    assert state["person"]["selected_user"] == bob.id
    assert (state["channel"]["selected_channel"], state["place"]["selected_conversation"]) == (general.id, general.id)
    assert (state["day"]["selected_date"], state["time"]["selected_time"]) == ("2026-11-22", "10:30")
    (respond,) = app.heard[0]["response_urls"]
    assert (respond["block_id"], respond["channel_id"]) == ("place", general.id)


async def test_a_menu_in_a_message_says_what_was_chosen(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    menu = {"type": "static_select", "action_id": "choose", "options": [option("listen"), option("lead")]}
    blocks = [{"type": "actions", "block_id": "menus", "elements": [menu]}]
    message = client.slack.say(client.slack.bot, general, "x", blocks=blocks)
    await client.press(message, "choose", user=alice, value="lead")
    assert app.heard[0]["actions"][0]["selected_option"] == option("lead")
    assert app.heard[0]["state"]["values"]["menus"]["choose"]["selected_option"] is None
    with pytest.raises(UnsubmittableError):
        await client.press(message, "choose", user=alice, value="shout")


async def test_equal_buttons_are_told_apart_by_their_block(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    rows = [{"type": "actions", "block_id": name, "elements": [button("go", "Go")]} for name in ("first", "second")]
    message = client.slack.say(client.slack.bot, general, "x", blocks=rows)
    with pytest.raises(LookupError, match="more than once"):
        await client.press(message, "Go", user=alice)
    await client.press(message, "Go", user=alice, block_id="second")
    assert app.heard[0]["actions"][0]["block_id"] == "second"


async def test_errors_show_at_their_fields_and_the_form_stays(
    client: SlackClient, app: App, view: View, alice: User, bob: User
) -> None:
    slack = client.slack
    app.says({"response_action": "errors", "errors": {"why": "say more"}})
    await client.submit(view, filled(bob), user=alice)
    assert view.open
    assert view.errors == {"why": "say more"}
    app.says({"response_action": "errors", "errors": {"elsewhere": "say more"}})
    await client.submit(view, filled(bob), user=alice)
    assert (view.open, view.errors) == (True, {})
    assert slack.problems[0].reasons == ["'elsewhere' is not the block_id of an input"]


async def test_an_answer_changes_stacks_or_clears_the_form(
    client: SlackClient, app: App, view: View, alice: User, bob: User
) -> None:
    slack = client.slack
    before = view.hash
    app.says({"response_action": "update", "view": form(callback_id="second")})
    await client.submit(view, filled(bob), user=alice)
    assert view.content["callback_id"] == "second"
    assert view.hash != before
    app.says({"response_action": "push", "view": form(callback_id="third")})
    await client.deliver(client.make_submit(view, filled(bob), user=alice))
    top = slack.modal(alice)
    assert top is not None
    assert (top.content["callback_id"], top.previous_view_id) == ("third", view.id)
    assert len(slack.views) == 2
    app.says({"response_action": "update", "view": {"type": "modal", "blocks": []}})
    await client.submit(top, filled(bob), user=alice)
    assert slack.problems[0].where == "answer to view_submission"
    app.says({"response_action": "clear"})
    await client.submit(top, filled(bob), user=alice)
    assert slack.modal(alice) is None


async def test_a_form_that_got_no_good_answer_stays(
    client: SlackClient, app: App, view: View, alice: User, bob: User
) -> None:
    app.answer = lambda: web.Response(status=500)
    await client.submit(view, filled(bob), user=alice)
    assert view.open
    assert len(client.failures) == 1


async def test_closing_is_told_to_those_who_asked(
    slack: SlackDouble, client: SlackClient, app: App, view: View, alice: User
) -> None:
    assert await client.close_view(view, user=alice) is None
    asked = add_view(slack, form(notify_on_close=True), user=alice.id)
    await client.close_view(asked, user=alice)
    assert [heard["type"] for heard in app.heard] == ["view_closed"]


# What no Slack sends


async def test_bad_requests_are_as_bad_as_they_say(client: SlackClient, app: App) -> None:
    """Of what is not proved to come from Slack, its own SDK lets one thing through, and fails over some."""
    passed = []
    for bad in bad_requests(client):
        if 401 in bad.expect:
            answer = await client.send(bad.request)
            passed += [bad.request.what] if answer.status not in {401, 500} else []
        elif bad.expect == TOO_BIG:
            assert len(bad.request.body) > 256 * 1024
    assert passed == ["a timestamp in Arabic digits"]


async def test_a_slow_body_is_signed_and_slow(client: SlackClient, app: App) -> None:
    quick = await client.send(slow_request(client, pause_s=0.0, pieces=10))
    assert quick.ok
    slow = await client.send(slow_request(client, pause_s=0.1, pieces=100), patience_s=0.3)
    assert slow.failure == "timeout"
    assert len(app.heard) == 1
