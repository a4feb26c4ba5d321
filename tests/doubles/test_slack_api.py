"""The Web API refuses what Slack refuses, with Slack's own words; called with Slack's own SDK."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_objects import Channel, User

BLOCKS: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
MODAL: dict[str, Any] = {"type": "modal", "title": {"type": "plain_text", "text": "Title"}, "blocks": BLOCKS}
HOME: dict[str, Any] = {"type": "home", "blocks": BLOCKS}


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def web(slack: SlackDouble) -> AsyncWebClient:
    return AsyncWebClient(token=slack.token, base_url=slack.url, retry_handlers=[])


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice", real_name="Alice Lee")


@pytest.fixture
def general(slack: SlackDouble, alice: User) -> Channel:
    return slack.add_channel("general", members=[alice])


async def refused(call: Any) -> dict[str, Any]:
    """Await a call that must be refused, and give Slack's answer."""
    with pytest.raises(SlackApiError) as error:
        await call
    answer: dict[str, Any] = error.value.response.data
    return answer


async def error_of(call: Any) -> str:
    code: str = (await refused(call))["error"]
    return code


# Tokens, scopes, arguments


async def test_a_token_is_checked(slack: SlackDouble) -> None:
    assert await error_of(AsyncWebClient(base_url=slack.url).auth_test()) == "not_authed"
    assert await error_of(AsyncWebClient(token="xoxb-other", base_url=slack.url).auth_test()) == "invalid_auth"
    slack.token_error = "token_revoked"
    assert await error_of(AsyncWebClient(token=slack.token, base_url=slack.url).auth_test()) == "token_revoked"


async def test_a_scope_that_was_not_granted_is_named(slack: SlackDouble, web: AsyncWebClient) -> None:
    slack.scopes = frozenset({"commands"})
    answer = await refused(web.users_list())
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "commands")


async def test_history_needs_the_scope_of_its_kind_of_conversation(
    slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    slack.scopes -= {"groups:history"}
    secret = slack.add_channel("secret", private=True, members=[alice])
    assert (await web.conversations_history(channel=general.id))["ok"]
    assert (await refused(web.conversations_history(channel=secret.id)))["needed"] == "groups:history"


async def test_the_address_of_no_method_is_unknown(web: AsyncWebClient) -> None:
    assert await error_of(web.api_call("chat.shout")) == "unknown_method"


async def test_an_unknown_argument_is_ignored_and_noted(
    slack: SlackDouble, web: AsyncWebClient, general: Channel
) -> None:
    await web.chat_postMessage(channel=general.id, text="x", colour="red")
    assert slack.calls_to("chat.postMessage")[0].unknown == ("colour",)


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b'{"channel": ', "application/json; charset=utf-8", "invalid_json"),
        (b"[]", "application/json; charset=utf-8", "json_not_object"),
        (b"{}", "application/json; charset=klingon", "invalid_charset"),
        (b"{}", "text/plain", "invalid_post_type"),
        (b"channel=C1&blocks=[", "application/x-www-form-urlencoded", "invalid_blocks_format"),
        (b"channel=C1&blocks={}", "application/x-www-form-urlencoded", "invalid_blocks_format"),
        (b"text=x", "application/x-www-form-urlencoded", "channel_not_found"),
        (b"channel=CGENERAL", "application/x-www-form-urlencoded", "no_text"),
        (b"channel=CGENERAL&text=x&metadata=[", "application/x-www-form-urlencoded", "invalid_metadata_format"),
    ],
)
async def test_a_body_is_read_as_slack_reads_it(
    slack: SlackDouble, general: Channel, body: bytes, kind: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {slack.token}", "Content-Type": kind}
    sent = body.replace(b"CGENERAL", general.id.encode()).replace(b"C1", general.id.encode())
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}chat.postMessage", data=sent, headers=headers) as response,
    ):
        assert response.status == 200
        assert (await response.json())["error"] == error


async def test_a_form_holds_structures_as_json_and_the_token_too(slack: SlackDouble, general: Channel) -> None:
    metadata = json.dumps({"event_type": "x", "event_payload": {}})
    form = {"token": slack.token, "channel": general.id, "text": "x", "blocks": json.dumps(BLOCKS)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}chat.postMessage", data={**form, "metadata": metadata}) as response,
    ):
        assert (await response.json())["ok"]
    (message,) = slack.messages(general)
    assert message.blocks[0]["text"] == BLOCKS[0]["text"]
    assert message.metadata == {"event_type": "x", "event_payload": {}}


# Posting


async def test_a_post_stands_in_its_channel(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    first = await web.chat_postMessage(channel=general.id, text="one", blocks=BLOCKS)
    second = await web.chat_postMessage(channel="#general", text="two")
    assert [each.text for each in slack.messages(general)] == ["one", "two"]
    assert first["ts"] < second["ts"]
    assert first["message"]["user"] == slack.bot.id
    assert first["message"]["blocks"][0]["block_id"]


async def test_a_person_can_be_written_to_by_id(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    answer = await web.chat_postMessage(channel=alice.id, text="hello")
    assert answer["channel"].startswith("D")
    assert [each.text for each in slack.dms(alice)] == ["hello"]


async def test_nothing_is_posted_where_the_bot_may_not(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    bob = slack.add_user("bob")
    closed = {
        slack.add_channel("others", members=[alice], bot=False).id: "not_in_channel",
        slack.add_channel("secret", private=True, members=[alice], bot=False).id: "channel_not_found",
        slack.add_channel("old", members=[alice], archived=True).id: "is_archived",
        slack.add_dm(alice, bob).id: "channel_not_found",
        slack.mpim(alice, bob).id: "channel_not_found",
        "C99999999": "channel_not_found",
        slack.add_user("gone", deleted=True).id: "channel_not_found",
    }
    for channel, error in closed.items():
        assert await error_of(web.chat_postMessage(channel=channel, text="x")) == error


async def test_a_scope_lets_the_bot_post_to_public_channels_it_is_not_in(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    slack.scopes |= {"chat:write.public"}
    public = slack.add_channel("others", members=[alice], bot=False)
    private = slack.add_channel("secret", private=True, members=[alice], bot=False)
    assert (await web.chat_postMessage(channel=public.id, text="x"))["ok"]
    assert await error_of(web.chat_postMessage(channel=private.id, text="x")) == "channel_not_found"


async def test_wrong_blocks_are_refused_with_the_reason_and_noted(
    slack: SlackDouble, web: AsyncWebClient, general: Channel
) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await refused(web.chat_postMessage(channel=general.id, text="x", blocks=[header]))
    assert answer["error"] == "invalid_blocks"
    reason = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {reason}"]
    assert slack.problems[0].reasons == [reason]
    assert slack.messages(general) == []


async def test_what_slack_takes_and_should_not_be_sent_is_noted(
    slack: SlackDouble, web: AsyncWebClient, general: Channel
) -> None:
    with pytest.warns(UserWarning, match="text"):
        await web.chat_postMessage(channel=general.id, blocks=BLOCKS)
    unknown = {"type": "user", "user_id": "U99999999"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [unknown]}]}
    await web.chat_postMessage(channel=general.id, text="x", blocks=[rich])
    assert [each.where for each in slack.problems] == ["chat.postMessage"] * 2
    assert "nobody has the user_id" in slack.problems[1].reasons[0]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("x", "invalid_metadata_format"),
        ([], "invalid_metadata_format"),
        ({"event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": "y"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"y": "z" * 8000}}, "metadata_too_large"),
    ],
)
async def test_metadata_is_checked(web: AsyncWebClient, general: Channel, metadata: Any, error: str) -> None:
    assert await error_of(web.chat_postMessage(channel=general.id, text="x", metadata=metadata)) == error


async def test_a_long_text_is_cut_off_with_a_warning(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    answer = await web.chat_postMessage(channel=general.id, text="x" * 40_001)
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]
    assert len(slack.messages(general)[0].text) == 40_000
    assert slack.problems


async def test_a_reply_needs_a_thread(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    top = slack.say(None, general, "top")
    reply = await web.chat_postMessage(channel=general.id, text="x", thread_ts=top.ts)
    assert await error_of(web.chat_postMessage(channel=general.id, text="x", thread_ts="1.0")) == "thread_not_found"
    history = await web.conversations_history(channel=general.id)
    replies = await web.conversations_replies(channel=general.id, ts=top.ts)
    assert [each["ts"] for each in history["messages"]] == [top.ts]
    assert [each["ts"] for each in replies["messages"]] == [top.ts, reply["ts"]]


async def test_a_name_of_its_own_needs_a_scope(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    answer = await refused(web.chat_postMessage(channel=general.id, text="x", username="Boss"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write.customize")


async def test_people_cannot_be_written_to_when_the_messages_tab_is_off(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    slack.messages_tab = False
    assert await error_of(web.chat_postMessage(channel=alice.id, text="x")) == "messages_tab_disabled"


async def test_a_conversation_among_several_needs_its_scope(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    both = [alice.id, slack.add_user("bob").id]
    assert (await refused(web.conversations_open(users=both)))["needed"] == "mpim:write"
    slack.scopes |= {"mpim:write"}
    opened = (await web.conversations_open(users=both))["channel"]["id"]
    assert (await web.conversations_open(users=both))["channel"]["id"] == opened
    assert (await web.chat_postMessage(channel=opened, text="x"))["ok"]
    assert await error_of(web.conversations_open(users=[alice.id] * 9)) == "too_many_users"
    assert await error_of(web.api_call("conversations.open")) == "users_list_not_supplied"


async def test_a_code_is_exchanged_once(slack: SlackDouble) -> None:
    slack.oauth_codes["code"] = {"access_token": "xoxb-new"}
    web = AsyncWebClient(base_url=slack.url)
    exchange = {"client_id": "1", "client_secret": "2", "code": "code"}
    assert (await web.api_call("oauth.v2.access", data=exchange))["access_token"] == "xoxb-new"
    assert await error_of(web.api_call("oauth.v2.access", data=exchange)) == "invalid_code"


# Editing, deleting, whispering


async def test_an_edit_replaces_and_is_remembered(
    slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    metadata = {"event_type": "x", "event_payload": {"id": 1}}
    posted = await web.chat_postMessage(channel=general.id, text="one", blocks=BLOCKS, metadata=metadata)
    await web.chat_update(channel=general.id, ts=posted["ts"], text="two")
    (message,) = slack.messages(general)
    assert (message.text, message.blocks, message.metadata) == ("two", [], metadata)
    assert [each["text"] for each in message.edits] == ["one"]
    theirs = slack.say(alice, general, "hers")
    await web.chat_delete(channel=general.id, ts=posted["ts"])
    assert await error_of(web.chat_update(channel=general.id, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await error_of(web.chat_update(channel=general.id, ts=posted["ts"], text="x")) == "message_not_found"
    assert await error_of(web.chat_delete(channel=general.id, ts=theirs.ts)) == "cant_delete_message"


async def test_an_edit_can_be_too_long_or_too_late(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    posted = await web.chat_postMessage(channel=general.id, text="one")

    async def edit(text: str) -> str:
        arguments = {"channel": general.id, "ts": posted["ts"], "text": text}
        return await error_of(web.api_call("chat.update", json=arguments))

    assert await edit("x" * 4001) == "msg_too_long"
    assert await edit("") == "no_text"
    assert await edit(" \n") == "no_text"
    slack.edit_window_s = 0.0
    assert await edit("x") == "edit_window_closed"
    general.archived = True
    assert await edit("x") == "is_inactive"


async def test_a_whisper_reaches_one_member(
    slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    bob = slack.add_user("bob")
    others = slack.add_channel("others", members=[alice], bot=False)
    await web.chat_postEphemeral(channel=general.id, user=alice.id, text="psst")
    assert [each.text for each in slack.seen_only_by(alice)] == ["psst"]
    assert slack.seen_only_by(bob) == []
    assert slack.messages(general) == []
    for channel, user, error in [(general, bob, "user_not_in_channel"), (others, alice, "not_in_channel")]:
        assert await error_of(web.chat_postEphemeral(channel=channel.id, user=user.id, text="x")) == error


async def test_a_message_has_an_address(slack: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    message = slack.say(None, general, "x")
    answer = await web.chat_getPermalink(channel=general.id, message_ts=message.ts)
    assert answer["permalink"].endswith(f"/archives/{general.id}/p{message.ts.replace('.', '')}")
    assert await error_of(web.chat_getPermalink(channel=general.id, message_ts="1.0")) == "message_not_found"


# History


async def test_history_pages_newest_first_and_shows_metadata_only_when_asked(
    slack: SlackDouble, web: AsyncWebClient, general: Channel
) -> None:
    metadata = {"event_type": "x", "event_payload": {}}
    for index in range(5):
        await web.chat_postMessage(channel=general.id, text=str(index), metadata=metadata)
    stamps = [each.ts for each in slack.messages(general)]
    first = await web.conversations_history(channel=general.id, limit=2)
    rest = await web.conversations_history(channel=general.id, cursor=first["response_metadata"]["next_cursor"])
    assert [each["text"] for each in first["messages"] + rest["messages"]] == ["4", "3", "2", "1", "0"]
    assert first["has_more"]
    assert not rest["has_more"]
    assert "metadata" not in first["messages"][0]
    window = await web.conversations_history(
        channel=general.id, oldest=stamps[1], latest=stamps[3], include_all_metadata=True
    )
    assert [each["text"] for each in window["messages"]] == ["2"]
    assert window["messages"][0]["metadata"] == metadata
    window = await web.conversations_history(channel=general.id, oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [each["text"] for each in window["messages"]] == ["3", "2", "1"]


async def test_history_is_for_members(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    public = slack.add_channel("others", members=[alice], bot=False)
    private = slack.add_channel("secret", private=True, members=[alice], bot=False)
    assert await error_of(web.conversations_history(channel=public.id)) == "not_in_channel"
    assert await error_of(web.conversations_history(channel=private.id)) == "channel_not_found"
    assert await error_of(web.conversations_history(channel=public.id, oldest="soon")) == "not_in_channel"


# Views


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    trigger = slack.issue_trigger(alice)
    opened = await web.views_open(trigger_id=trigger, view=MODAL)
    assert slack.modal(alice) is slack.views[opened["view"]["id"]]
    assert await error_of(web.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    assert await error_of(web.views_open(trigger_id="1.2.abc", view=MODAL)) == "invalid_trigger_id"
    late = slack.issue_trigger(alice)
    now = slack.now
    slack.now = lambda: now() + 3.1
    assert await error_of(web.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"


async def test_a_wrong_view_is_refused_with_the_reason(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    answer = await refused(web.views_open(trigger_id=slack.issue_trigger(alice), view={"type": "modal", "blocks": []}))
    assert answer["error"] == "invalid_arguments"
    assert "[ERROR] missing required field: title [json-pointer:/view]" in answer["response_metadata"]["messages"]
    assert slack.problems
    huge = {**MODAL, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 90}
    assert await error_of(web.views_open(trigger_id=slack.issue_trigger(alice), view=huge)) == "view_too_large"
    assert await error_of(web.views_open(trigger_id=slack.issue_trigger(alice), view=HOME)) == "invalid_arguments"


async def test_an_update_needs_the_view_to_be_open_and_the_hash_to_be_its_own(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    opened = (await web.views_open(trigger_id=slack.issue_trigger(alice), view=MODAL))["view"]
    updated = (await web.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL))["view"]
    again = web.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL)
    assert await error_of(again) == "hash_conflict"
    assert updated["hash"] != opened["hash"]
    assert await error_of(web.views_update(view_id="V99999999", view=MODAL)) == "not_found"
    assert await error_of(web.api_call("views.update", json={"view": MODAL})) == "invalid_arguments"
    slack.views[opened["id"]].open = False
    assert await error_of(web.views_update(view_id=opened["id"], view=MODAL)) == "not_found"


async def test_what_is_asked_for_in_a_modal_is_not_opened_beside_it(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    await web.views_open(trigger_id=slack.issue_trigger(alice), view=MODAL)
    assert not slack.problems
    await web.views_open(trigger_id=slack.issue_trigger(alice, slack.modal(alice)), view=MODAL)
    assert "views.push" in str(slack.problems.pop())


async def test_three_views_can_be_stacked(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    await web.views_open(trigger_id=slack.issue_trigger(alice), view=MODAL)
    for _ in range(2):
        await web.views_push(trigger_id=slack.issue_trigger(alice, slack.modal(alice)), view=MODAL)
    fourth = web.views_push(trigger_id=slack.issue_trigger(alice, slack.modal(alice)), view=MODAL)
    assert await error_of(fourth) == "push_limit_reached"
    nowhere = web.views_push(trigger_id=slack.issue_trigger(alice), view=MODAL)
    assert await error_of(nowhere) == "not_found"


async def test_an_external_id_is_unique(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    bob = slack.add_user("bob")
    await web.views_open(trigger_id=slack.issue_trigger(alice), view={**MODAL, "external_id": "one"})
    again = web.views_open(trigger_id=slack.issue_trigger(bob), view={**MODAL, "external_id": "one"})
    assert await error_of(again) == "duplicate_external_id"


async def test_a_home_tab_is_replaced_whole(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    first = (await web.views_publish(user_id=alice.id, view=HOME))["view"]
    await web.views_publish(user_id=alice.id, view={"type": "home", "blocks": []}, hash=first["hash"])
    assert slack.homes[alice.id].blocks == []
    again = web.views_publish(user_id=alice.id, view=HOME, hash=first["hash"])
    assert await error_of(again) == "hash_conflict"


# Looking up


async def test_people_come_in_pages_with_bots_and_the_deactivated(slack: SlackDouble, web: AsyncWebClient) -> None:
    for index in range(5):
        slack.add_user(f"user{index}", deleted=index == 0)
    slack.add_user("stranger", team_id="T99999999")
    names, cursor = [], ""
    while True:
        page = await web.users_list(limit=3, cursor=cursor)
        names += [each["name"] for each in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == ["kudos", "slackbot", "user0", "user1", "user2", "user3", "user4"]
    assert await error_of(web.users_list(cursor="nonsense")) == "invalid_cursor"


async def test_an_address_needs_its_scope(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    assert (await web.users_info(user=alice.id))["user"]["profile"]["email"] == "alice@example.org"
    assert (await web.users_lookupByEmail(email="ALICE@example.org"))["user"]["id"] == alice.id
    assert await error_of(web.users_lookupByEmail(email="nobody@example.org")) == "users_not_found"
    slack.scopes -= {"users:read.email"}
    assert "email" not in (await web.users_info(user=alice.id))["user"]["profile"]


async def test_a_stranger_is_one_until_a_channel_is_shared(slack: SlackDouble, web: AsyncWebClient) -> None:
    other = slack.add_user("visitor", team_id="T99999999")
    assert (await web.users_info(user=other.id))["user"]["is_stranger"]
    slack.add_channel("shared", members=[other], is_ext_shared=True)
    assert "is_stranger" not in (await web.users_info(user=other.id))["user"]


async def test_conversations_are_listed_by_type_and_only_what_the_bot_may_know(
    slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    private = slack.add_channel("secret", private=True, members=[alice])
    slack.add_channel("hidden", private=True, members=[alice], bot=False)
    other = slack.add_channel("other", members=[alice], bot=False)
    old = slack.add_channel("old", archived=True)

    async def listed(**args: Any) -> list[str]:
        return [each["id"] for each in (await web.conversations_list(**args))["channels"]]

    assert await listed() == [general.id, other.id, old.id]
    assert await listed(exclude_archived=True) == [general.id, other.id]
    assert await listed(types="public_channel,private_channel", limit=2) == [general.id, private.id]
    mine = (await web.users_conversations(types="public_channel,private_channel"))["channels"]
    assert [each["id"] for each in mine] == [general.id, private.id, old.id]
    assert await error_of(web.conversations_list(types="secret")) == "invalid_types"
    slack.scopes -= {"groups:read"}
    assert await error_of(web.conversations_list(types="private_channel")) == "missing_scope"


async def test_a_conversation_is_described(
    slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    assert (await web.conversations_info(channel=general.id))["channel"]["is_member"]
    members = (await web.conversations_members(channel=general.id))["members"]
    assert members == [alice.id, slack.bot.id]
    hidden = slack.add_channel("hidden", private=True, members=[alice], bot=False)
    assert await error_of(web.conversations_info(channel=hidden.id)) == "channel_not_found"
    assert await error_of(web.conversations_members(channel=hidden.id)) == "channel_not_found"


async def test_direct_messages_open_once(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    first = await web.conversations_open(users=alice.id)
    second = await web.conversations_open(users=[alice.id])
    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["already_open"]
    people = {
        slack.add_user("gone", deleted=True).id: "user_disabled",
        slack.add_user("robot", bot=True).id: "cannot_dm_bot",
        slack.add_user("stranger", team_id="T99999999").id: "user_not_visible",
        "U99999999": "user_not_found",
    }
    for user, error in people.items():
        assert await error_of(web.conversations_open(users=user)) == error


async def test_the_bot_joins_public_channels(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    public = slack.add_channel("others", members=[alice], bot=False)
    old = slack.add_channel("old", members=[alice], bot=False, archived=True)
    await web.conversations_join(channel=public.id)
    assert slack.bot.id in public.members
    assert await error_of(web.conversations_join(channel=old.id)) == "is_archived"


async def test_the_rest_is_looked_up(slack: SlackDouble, web: AsyncWebClient, alice: User, general: Channel) -> None:
    slack.emoji = {"ear2": "alias:ear"}
    group = slack.add_usergroup("nurses", [alice])
    assert (await web.emoji_list())["emoji"] == {"ear2": "alias:ear"}
    assert (await web.team_info())["team"]["id"] == slack.team_id
    assert (await web.bots_info(bot=slack.bot_id))["bot"]["user_id"] == slack.bot.id
    assert (await web.usergroups_list(include_users=True))["usergroups"][0]["users"] == [alice.id]
    assert (await web.usergroups_users_list(usergroup=group.id))["users"] == [alice.id]
    assert await error_of(web.usergroups_users_list(usergroup="S99999999")) == "no_such_subteam"
    message = slack.say(alice, general, "x")
    slack.scopes |= {"reactions:write"}
    await web.reactions_add(channel=general.id, name="ear", timestamp=message.ts)
    again = web.reactions_add(channel=general.id, name="ear", timestamp=message.ts)
    assert await error_of(again) == "already_reacted"
    shown = (await web.reactions_get(channel=general.id, timestamp=message.ts))["message"]
    assert shown["reactions"] == [{"name": "ear", "users": [slack.bot.id], "count": 1}]


# Answers to a response_url


async def respond(url: str, payload: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=payload) as response:
        return response.status, await response.text()


async def test_a_response_url_shows_only_to_one_or_to_all_or_replaces(
    slack: SlackDouble, alice: User, general: Channel
) -> None:
    url = slack.issue_response_url(alice, general)
    assert await respond(url, {"text": "psst"}) == (200, "ok")
    assert await respond(url, {"text": "all", "response_type": "in_channel"}) == (200, "ok")
    (whisper,) = slack.seen_only_by(alice)
    assert [each.text for each in slack.messages(general)] == ["all"]
    on_it = slack.issue_response_url(alice, general, whisper.ts)
    assert await respond(on_it, {"text": "new", "replace_original": True}) == (200, "ok")
    assert [each.text for each in slack.seen_only_by(alice)] == ["new"]
    assert await respond(on_it, {"delete_original": True}) == (200, "ok")
    assert slack.seen_only_by(alice) == []
    assert slack.problems == []


async def test_a_response_url_is_good_five_times_and_for_half_an_hour(
    slack: SlackDouble, alice: User, general: Channel
) -> None:
    url = slack.issue_response_url(alice, general)
    answers = [await respond(url, {"text": "x"}) for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5][1]
    late = slack.issue_response_url(alice, general)
    now = slack.now
    slack.now = lambda: now() + 1801
    assert "expired_url" in (await respond(late, {"text": "x"}))[1]
    assert (await respond(f"{slack.url.removesuffix('/api/')}/response/1.2.abc", {"text": "x"}))[0] == 404


async def test_a_wrong_response_is_refused_and_noted(slack: SlackDouble, alice: User, general: Channel) -> None:
    url = slack.issue_response_url(alice, general)
    assert (await respond(url, {"text": ""}))[0] == 400
    assert (await respond(url, {"text": "x", "blocks": [{"type": "paragraph"}]}))[0] == 400
    assert (await respond(url, []))[0] == 400
    await respond(url, {"text": "x", "response_type": "public", "channel": "C1"})
    assert [each.where for each in slack.problems] == ["response_url"] * 4
