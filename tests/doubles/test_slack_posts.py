"""What people write, and the shortcuts that they choose, arrive as Slack sends them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_client import SlackClient
from .slack_objects import Channel, User
from .test_slack_client import App, client, form

__all__ = ["client"]  # a fixture


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def app(slack: SlackDouble) -> App:
    return App(slack.signing_secret)


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice", real_name="Alice Lee")


@pytest.fixture
def bob(slack: SlackDouble) -> User:
    return slack.add_user("bob")


@pytest.fixture
def general(slack: SlackDouble, alice: User, bob: User) -> Channel:
    return slack.add_channel("general", members=[alice, bob])


def events(app: App) -> list[dict[str, Any]]:
    return [heard["event"] for heard in app.heard]


# Messages


@pytest.mark.parametrize("mention_first", [False, True])
async def test_a_mention_comes_twice(
    client: SlackClient, app: App, alice: User, general: Channel, mention_first: bool
) -> None:
    bob = client.slack.add_user("bobby")
    answers = await client.post(alice, general, "@kudos @bobby & co", mention_first=mention_first)
    assert all(each.ok for each in answers)
    told = events(app)
    assert [each["type"] for each in told] == ["message", "app_mention"][:: -1 if mention_first else 1]
    message = next(each for each in told if each["type"] == "message")
    assert message["text"] == f"<@{client.slack.bot.id}> <@{bob.id}> &amp; co"
    assert (message["channel_type"], message["team"], message["user"]) == ("channel", alice.team_id, alice.id)
    assert told[0]["ts"] == told[1]["ts"]
    assert told[0]["client_msg_id"] == told[1]["client_msg_id"]
    assert app.heard[0]["event_id"] != app.heard[1]["event_id"]


async def test_in_direct_messages_there_is_no_mention(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, bob: User
) -> None:
    await client.post(alice, slack.add_dm(alice), "@kudos help")
    assert [(each["type"], each["channel_type"]) for each in events(app)] == [("message", "im")]
    await client.post(alice, slack.add_dm(alice), "help", mention=True)
    assert [each["type"] for each in events(app)[1:]] == ["message", "app_mention"]
    assert await client.post(alice, slack.add_dm(alice, bob), "@kudos help") == []


async def test_an_app_hears_what_it_may_read_where_it_is(
    client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    slack = client.slack
    assert await client.post(alice, slack.add_channel("away", members=[alice], bot=False), "@kudos hi") == []
    slack.scopes -= {"channels:history"}
    await client.post(alice, general, "@kudos hi")
    assert [each["type"] for each in events(app)] == ["app_mention"]
    slack.scopes -= {"app_mentions:read"}
    assert await client.post(alice, general, "@kudos hi") == []
    with pytest.raises(ValueError, match="not in the conversation"):
        await client.post(slack.add_user("carol"), general, "hi")


async def test_an_app_hears_what_it_subscribes_to(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    slack.app.events = frozenset({"app_mention", "message.im"})
    await client.post(alice, general, "@kudos hi")
    await client.post(alice, slack.add_dm(alice), "hi")
    assert [each["type"] for each in events(app)] == ["app_mention", "message"]
    with pytest.raises(ValueError, match="subscribe to reaction_added"):
        await client.react(alice, slack.messages(general)[0], "ear")
    with pytest.raises(ValueError, match=r"subscribe to message\.channels"):
        await client.message(slack.messages(general)[0])


async def test_a_reply_names_its_thread(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    top = client.slack.say(alice, general, "hello")
    await client.post(bob, general, "@kudos help", thread=top)
    told = events(app)[0]
    assert (told["thread_ts"], told["parent_user_id"]) == (top.ts, alice.id)


async def test_in_a_shared_channel_a_message_says_whose_it_is(
    slack: SlackDouble, client: SlackClient, app: App
) -> None:
    outsider = slack.add_user("outsider", team_id="T99999999")
    shared = slack.add_channel("shared", members=[outsider], connected=["T99999999"])
    await client.post(outsider, shared, "@kudos hi")
    told = events(app)[0]
    assert (told["team"], told["user_team"], told["source_team"]) == ("T99999999",) * 3
    assert app.heard[0]["is_ext_shared_channel"]
    assert app.heard[0]["team_id"] == slack.team_id


async def test_what_was_written_changes_and_goes(client: SlackClient, app: App, alice: User, general: Channel) -> None:
    message = client.slack.say(alice, general, "one")
    await client.edit(message, "two")
    await client.delete(message)
    changed, deleted = events(app)
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
    assert changed["message"]["edited"]["user"] == alice.id
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert changed["ts"] != message.ts
    assert client.slack.messages(general) == []


async def test_a_channel_is_made_private_by_a_message(
    slack: SlackDouble, client: SlackClient, app: App, alice: User, general: Channel
) -> None:
    await client.make_private(general, user=alice)
    await client.make_public(general, user=alice)
    hidden, shown = events(app)
    assert (hidden["subtype"], hidden["channel_type"]) == ("channel_convert_to_private", "group")
    assert (shown["subtype"], shown["channel_type"]) == ("channel_convert_to_public", "channel")
    assert general.kind == "public"


# Shortcuts


async def test_a_global_shortcut_says_who_and_nothing_of_where(
    slack: SlackDouble, client: SlackClient, app: App, alice: User
) -> None:
    await client.shortcut("give", alice)
    (heard,) = app.heard
    assert (heard["type"], heard["callback_id"]) == ("shortcut", "give")
    assert heard["user"] == {"id": alice.id, "username": "alice", "team_id": alice.team_id}
    assert heard["team"]["id"] == slack.team_id
    assert not heard.keys() & {"channel", "response_url", "message", "api_app_id"}
    web = AsyncWebClient(token=slack.token, base_url=slack.url)
    await web.views_open(trigger_id=heard["trigger_id"], view=form())
    assert slack.modal(alice)


async def test_a_message_shortcut_holds_the_message(
    client: SlackClient, app: App, alice: User, bob: User, general: Channel
) -> None:
    message = client.slack.say(bob, general, "stayed late")
    await client.message_shortcut("give_for", message, alice)
    (heard,) = app.heard
    assert (heard["type"], heard["callback_id"], heard["message_ts"]) == ("message_action", "give_for", message.ts)
    assert (heard["message"]["user"], heard["message"]["text"]) == (bob.id, "stayed late")
    assert heard["channel"] == {"id": general.id, "name": "general"}
    assert heard["user"]["name"] == "alice"
    assert heard["response_url"]
    assert heard["trigger_id"]


async def test_a_message_shortcut_works_where_the_app_is_not_and_on_what_no_person_wrote(
    slack: SlackDouble, client: SlackClient, app: App, alice: User
) -> None:
    robot = slack.add_user("robot", bot=True)
    away = slack.add_channel("away", private=True, members=[alice, robot], bot=False)
    for author in (robot, None):
        await client.message_shortcut("give_for", slack.say(author, away, "built"), alice)
    by_robot, by_hook = app.heard
    assert by_robot["message"]["bot_id"] == robot.bot_id
    assert by_robot["channel"]["name"] == "privategroup"
    assert "user" not in by_hook["message"]


async def test_there_is_no_shortcut_for_what_is_not_seen_and_for_strangers(
    slack: SlackDouble, client: SlackClient, alice: User, bob: User, general: Channel
) -> None:
    secret = slack.add_channel("secret", private=True, members=[bob])
    outsider = slack.add_user("outsider", team_id="T99999999")
    with pytest.raises(ValueError, match="finds no such menu"):
        await client.message_shortcut("give_for", slack.say(bob, secret, "x"), alice)
    with pytest.raises(ValueError, match="has no shortcuts"):
        await client.shortcut("give", outsider)
    with pytest.raises(ValueError, match="has no shortcuts"):
        await client.message_shortcut("give_for", slack.say(bob, general, "x"), outsider)


async def test_an_organisation_is_named_in_shortcuts(
    slack: SlackDouble, client: SlackClient, app: App, alice: User
) -> None:
    slack.add_org("E00000001", "Fields", [slack]).install()
    await client.shortcut("give", alice)
    (heard,) = app.heard
    assert (heard["team"], heard["is_enterprise_install"]) == (None, True)
    assert heard["enterprise"] == {"id": "E00000001", "name": "Fields"}
    assert heard["user"]["team_id"] == slack.team_id


# The app's own page


async def test_the_home_tab_is_set_and_shown(slack: SlackDouble, client: SlackClient, app: App, alice: User) -> None:
    await client.open_home(alice)
    web = AsyncWebClient(token=slack.token, base_url=slack.url)
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
    view = (await web.views_publish(user_id=alice.id, view={"type": "home", "blocks": [block]}))["view"]
    await client.open_home(alice)
    await client.open_home(alice, tab="messages")
    first, second, messages = events(app)
    assert "view" not in first
    assert (second["tab"], second["view"]["hash"]) == ("home", view["hash"])
    assert (messages["tab"], "view" in messages) == ("messages", False)
    assert messages["channel"] == slack.add_dm(alice).id
