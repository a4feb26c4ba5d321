"""Groups, sharing, a whole force of people, and the end of an installation: what the app is told, and may ask."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_client import SlackClient
from .slack_objects import Channel, User
from .test_slack_client import App, client

__all__ = ["client"]  # a fixture

HOME: dict[str, Any] = {"type": "home", "blocks": []}


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def app(slack: SlackDouble) -> App:
    return App(slack.signing_secret)


@pytest.fixture
def web(slack: SlackDouble) -> AsyncWebClient:
    return AsyncWebClient(token=slack.token, base_url=slack.url, retry_handlers=[])


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice")


@pytest.fixture
def general(slack: SlackDouble, alice: User) -> Channel:
    return slack.add_channel("general", members=[alice])


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    code: str = error.value.response["error"]
    return code


def events(app: App) -> list[dict[str, Any]]:
    return [heard["event"] for heard in app.heard]


# Groups


async def test_a_group_changes_in_two_events(client: SlackClient, app: App) -> None:
    slack = client.slack
    many = slack.add_people(600)
    group = slack.add_usergroup("nurses", many[:1])
    await client.group_created(group)
    await client.group_changed(group, add=many[1:], remove=many[:1])
    created, delta, updated = events(app)
    assert (created["type"], created["subteam"]["handle"]) == ("subteam_created", "nurses")
    assert (delta["type"], delta["subteam_id"]) == ("subteam_members_changed", group.id)
    assert (delta["added_users_count"], delta["removed_users"]) == (599, [many[0].id])
    assert delta["date_previous_update"] < delta["date_update"]
    assert (len(updated["subteam"]["users"]), updated["subteam"]["user_count"]) == (500, 599)
    assert len(group.users) == 599
    await client.group_changed(group, add=many[:1])
    assert updated["subteam"]["date_update"] == events(app)[3]["date_previous_update"]
    assert events(app)[3]["date_previous_update"] < events(app)[3]["date_update"]


async def test_a_disabled_group_is_listed_on_demand_only(
    slack: SlackDouble, client: SlackClient, app: App, web: AsyncWebClient, alice: User
) -> None:
    group = slack.add_usergroup("nurses", [alice])
    await client.group_renamed(group, "carers")
    await client.group_disabled(group)
    renamed, disabled = events(app)
    assert (renamed["subteam"]["handle"], renamed["subteam"]["date_delete"]) == ("carers", 0)
    assert disabled["subteam"]["date_delete"] > 0
    assert (await web.usergroups_list())["usergroups"] == []
    (listed,) = (await web.usergroups_list(include_disabled=True, include_users=True))["usergroups"]
    assert (listed["id"], listed["users"], listed["user_count"]) == (group.id, [alice.id], 1)
    assert await error_of(web.usergroups_users_list(usergroup=group.id)) == "no_such_subteam"
    assert (await web.usergroups_users_list(usergroup=group.id, include_disabled=True))["users"] == [alice.id]
    await client.group_disabled(group, disabled=False)
    assert (await web.usergroups_users_list(usergroup=group.id))["ok"]


async def test_groups_need_a_plan(slack: SlackDouble, web: AsyncWebClient, alice: User) -> None:
    group = slack.add_usergroup("nurses", [alice])
    slack.paid = False
    assert await error_of(web.usergroups_list()) == "plan_upgrade_required"
    assert await error_of(web.usergroups_users_list(usergroup=group.id)) == "plan_upgrade_required"


# Sharing


async def test_a_channel_is_shared_and_no_more(
    client: SlackClient, app: App, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    slack = client.slack
    outsider = slack.add_user("outsider", team_id="T99999999")
    await client.share(general, "T99999999")
    await client.join(outsider, general)
    shown = (await web.conversations_info(channel=general.id))["channel"]
    assert (shown["is_ext_shared"], shown["connected_team_ids"]) == (True, ["T99999999"])
    assert (await web.users_info(user=outsider.id))["user"]["team_id"] == "T99999999"
    assert outsider.id not in {each["id"] for each in (await web.users_list())["members"]}
    await client.unshare(general, "T99999999")
    shared, joined, unshared = events(app)
    assert (shared["type"], shared["connected_team_id"]) == ("channel_shared", "T99999999")
    assert joined["team"] == "T99999999"
    assert unshared["previously_connected_team_id"] == "T99999999"
    assert (unshared["is_ext_shared"], general.is_ext_shared, general.members[0]) == (False, False, alice.id)
    assert outsider.id not in general.members


async def test_a_channel_can_get_another_id(
    client: SlackClient, app: App, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    slack = client.slack
    message, old = slack.say(alice, general, "x"), general.id
    await client.change_id(general)
    (told,) = events(app)
    assert (told["old_channel_id"], told["new_channel_id"]) == (old, general.id)
    assert await error_of(web.chat_postMessage(channel=old, text="x")) == "channel_not_found"
    assert (await web.reactions_get(channel=general.id, timestamp=message.ts))["ok"]


async def test_channels_people_and_emoji_come_and_go(
    client: SlackClient, app: App, web: AsyncWebClient, alice: User, general: Channel
) -> None:
    await client.create_channel(client.slack.add_channel("new", bot=False))
    await client.delete_channel(general, user=alice)
    await client.deactivate(alice)
    await client.add_emoji("hug", "alias:heart")
    await client.remove_emoji("hug")
    assert [each["type"] for each in events(app)] == [
        *("channel_created", "channel_deleted", "user_change", "emoji_changed", "emoji_changed"),
    ]
    assert events(app)[2]["user"]["deleted"]
    assert await error_of(web.chat_postMessage(channel=general.id, text="x")) == "channel_not_found"


# A whole force


async def test_ten_thousand_people_are_there_at_once_and_listed_in_pages(
    slack: SlackDouble, web: AsyncWebClient
) -> None:
    slack.add_channel("everybody", members=slack.add_people(10_000))
    assert await error_of(web.users_list()) == "limit_required"
    seen, cursor = set[str](), ""
    while True:
        page = await web.users_list(limit=1000, cursor=cursor)
        seen |= {each["id"] for each in page["members"]}
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(seen) == 10_002
    slack.rate_limits = True
    codes = [await web.users_list(limit=200) for _ in range(20)]
    assert len(codes) == 20
    with pytest.raises(SlackApiError) as error:
        await web.users_list(limit=200)
    assert error.value.response.status_code == 429
    assert int(error.value.response.headers["Retry-After"]) <= 61


async def test_pages_can_be_shorter_than_asked(slack: SlackDouble, web: AsyncWebClient) -> None:
    slack.add_people(50)
    slack.page_most = 20
    page = await web.users_list(limit=40)
    assert len(page["members"]) == 20
    assert page["response_metadata"]["next_cursor"]


# The app's home and standing


async def test_a_home_is_published_by_who_knows_how_it_stands(
    slack: SlackDouble, web: AsyncWebClient, alice: User
) -> None:
    assert await error_of(web.views_publish(user_id=alice.id, view=HOME, hash="1.none")) == "hash_conflict"
    first = (await web.views_publish(user_id=alice.id, view=HOME))["view"]["hash"]
    second = (await web.views_publish(user_id=alice.id, view=HOME, hash=first))["view"]["hash"]
    assert second != first
    assert await error_of(web.views_publish(user_id=alice.id, view=HOME, hash=first)) == "hash_conflict"
    slack.app.home_tab = False
    assert await error_of(web.views_publish(user_id=alice.id, view=HOME)) == "not_enabled"


@pytest.mark.parametrize("uninstalled_first", [False, True])
async def test_an_app_is_told_that_it_was_taken_out(
    slack: SlackDouble, client: SlackClient, app: App, web: AsyncWebClient, uninstalled_first: bool
) -> None:
    await client.uninstall(uninstalled_first=uninstalled_first)
    told = events(app)[:: -1 if uninstalled_first else 1]
    assert [each["type"] for each in told] == ["tokens_revoked", "app_uninstalled"]
    assert told[0]["tokens"] == {"oauth": [], "bot": [slack.bot.id]}
    assert await error_of(web.auth_test()) == "account_inactive"


async def test_an_app_is_told_that_its_tokens_are_good_no_more(
    slack: SlackDouble, client: SlackClient, app: App, web: AsyncWebClient, alice: User
) -> None:
    await client.send(client.make_tokens_revoked(alice))
    assert (await web.auth_test())["ok"]
    await client.revoke()
    assert [each["tokens"] for each in events(app)] == [
        {"oauth": [alice.id], "bot": []},
        {"oauth": [], "bot": [slack.bot.id]},
    ]
    assert await error_of(web.auth_test()) == "token_revoked"
    assert slack.installed


async def test_an_organisation_takes_the_app_out_everywhere(
    slack: SlackDouble, client: SlackClient, app: App, alice: User
) -> None:
    org = slack.add_org("E00000001", "Fields", [slack])
    token = org.install()
    await client.team_access(slack.team_id)
    await client.uninstall(org)
    assert events(app)[0]["team_ids"] == [slack.team_id]
    assert app.heard[-1]["authorizations"][0]["is_enterprise_install"] is True
    assert await error_of(AsyncWebClient(token=token, base_url=slack.url).auth_test()) == "account_inactive"
    assert not slack.org_wide
