"""Several workspaces whose ids are the same, and organisations: each token sees its own, each payload says where."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_client import SlackClient
from .slack_objects import Channel, User
from .slack_places import Neighbour, Org
from .slack_platform import Platform
from .slack_views import add_view
from .test_slack_client import CARD, App, client, form

__all__ = ["client"]  # a fixture

E = "E00000001"


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def app(slack: SlackDouble) -> App:
    return App(slack.signing_secret)


@pytest.fixture
def other(slack: SlackDouble) -> Neighbour:
    return slack.add_workspace("T00000002", "southfield", twin=True)


def web(slack: SlackDouble, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.url, retry_handlers=[])


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    code: str = error.value.response["error"]
    return code


def town(place: Platform) -> tuple[User, Channel]:
    """Put the same things into a workspace."""
    alice = place.add_user("alice")
    return alice, place.add_channel("general", members=[alice])


# Workspaces


async def test_two_workspaces_have_the_same_ids_and_nothing_in_common(slack: SlackDouble, other: Neighbour) -> None:
    (alice, general), (twin, theirs) = town(slack), town(other)
    assert (alice.id, general.id, slack.bot.id) == (twin.id, theirs.id, other.bot.id)
    assert (alice.team_id, twin.team_id) == ("T00000001", "T00000002")
    here, there = slack.say(alice, general, "here"), other.say(twin, theirs, "there")
    assert here.ts == there.ts
    await web(slack, slack.token).chat_postMessage(channel=general.id, text="one")
    await web(slack, other.token).chat_postMessage(channel=general.id, text="two")
    assert [each.text for each in slack.messages(general, ours=True)] == ["one"]
    assert [each.text for each in other.messages(theirs, ours=True)] == ["two"]
    assert slack.messages(general)[1].ts == other.messages(theirs)[1].ts


async def test_a_token_tells_the_workspace(slack: SlackDouble, other: Neighbour) -> None:
    assert (await web(slack, slack.token).auth_test())["team_id"] == "T00000001"
    assert (await web(slack, other.token).auth_test())["team_id"] == "T00000002"
    assert await error_of(web(slack, "xoxb-nobody").auth_test()) == "invalid_auth"
    assert [each.team_id for each in slack.calls] == ["T00000001", "T00000002", "T00000001"]
    assert [each.team_id for each in other.calls] == ["T00000002"]
    other.token_error = "token_revoked"
    assert await error_of(web(slack, other.token).auth_test()) == "token_revoked"
    assert (await web(slack, slack.token).auth_test())["ok"]
    with pytest.raises(ValueError, match="already"):
        slack.add_workspace("T00000001")


async def test_each_workspace_has_its_own_scopes_and_pace(slack: SlackDouble, other: Neighbour) -> None:
    slack.scopes = frozenset({"commands"})
    other.rate_limits = True
    assert await error_of(web(slack, slack.token).users_list()) == "missing_scope"
    for _ in range(20):
        assert (await web(slack, other.token).users_list())["ok"]
    assert await error_of(web(slack, other.token).users_list()) == "ratelimited"
    assert await error_of(web(slack, slack.token).users_list()) == "missing_scope"


async def test_what_people_do_says_where(slack: SlackDouble, other: Neighbour, client: SlackClient, app: App) -> None:
    town(slack)
    carol, theirs = town(other)
    there = other.client(client.url.removesuffix("/slack/events"))
    await there.command("/kudos", "x", user=carol, channel=theirs)
    await there.react(carol, other.say(carol, theirs, "x"), "ear")
    await there.press(other.say(other.bot, theirs, "card", blocks=CARD), "second", user=carol)
    command, reaction, press = app.heard
    assert (command["team_id"], command["team_domain"]) == ("T00000002", "southfield")
    assert (reaction["team_id"], reaction["authorizations"][0]["team_id"]) == ("T00000002", "T00000002")
    assert (press["team"]["id"], press["user"]["team_id"]) == ("T00000002", "T00000002")
    assert "enterprise_id" not in command


async def test_triggers_and_response_urls_belong_to_their_workspace(
    slack: SlackDouble, other: Neighbour, client: SlackClient, app: App
) -> None:
    town(slack)
    carol, theirs = town(other)
    there = other.client(client.url.removesuffix("/slack/events"))
    await there.command("/kudos", user=carol, channel=theirs)
    trigger, url = app.heard[0]["trigger_id"], app.heard[0]["response_url"]
    assert await error_of(web(slack, slack.token).views_open(trigger_id=trigger, view=form())) == "invalid_trigger_id"
    await web(slack, other.token).views_open(trigger_id=trigger, view=form())
    assert other.modal(carol)
    assert not slack.views
    async with aiohttp.ClientSession() as session, session.post(url, json={"text": "psst"}) as answer:
        assert answer.status == 200
    assert [each.text for each in other.seen_only_by(carol)] == ["psst"]
    assert not slack.ephemerals
    assert slack.calls_to("response_url")[0].team_id == "T00000002"


async def test_the_sockets_carry_every_workspace(slack: SlackDouble, other: Neighbour) -> None:
    answer = await other.socket_client().event({"type": "emoji_changed"})
    assert answer.failure == "no connection"
    assert slack.socket.deliveries[0].envelope["payload"]["team_id"] == "T00000002"


async def test_a_problem_anywhere_is_seen(slack: SlackDouble, other: Neighbour) -> None:
    _, theirs = town(other)
    with pytest.raises(SlackApiError):
        await web(slack, other.token).chat_postMessage(channel=theirs.id, text="x", blocks=[{"type": "paragraph"}])
    assert [each.team_id for each in slack.problems] == ["T00000002"]


# Organisations


@pytest.fixture
def org(slack: SlackDouble) -> Org:
    other = slack.add_workspace("T00000002", "southfield", installed=False)
    return slack.add_org(E, "Fields", [slack, other])


@pytest.fixture
def south(slack: SlackDouble, org: Org) -> Neighbour:
    org.install()
    return slack.others["T00000002"]


async def test_no_id_is_twice_in_an_organisation(slack: SlackDouble, south: Neighbour) -> None:
    (alice, general), (carol, theirs) = town(slack), town(south)
    assert slack.bot.id == south.bot.id
    assert len({alice.id, general.id, carol.id, theirs.id}) == 4


async def test_a_token_of_the_organisation_must_be_told_the_team(
    slack: SlackDouble, org: Org, south: Neighbour
) -> None:
    alice, _ = town(slack)
    carol, theirs = town(south)
    everywhere = web(slack, org.token)
    for call in (everywhere.users_list, everywhere.conversations_list, everywhere.usergroups_list):
        assert await error_of(call()) == "missing_argument"
    listed = (await everywhere.users_list(team_id=south.team_id))["members"]
    assert carol.id in {each["id"] for each in listed}
    assert alice.id not in {each["id"] for each in listed}
    assert await error_of(everywhere.users_list(team_id="T99999999")) == "team_access_not_granted"
    assert (await everywhere.users_info(user=carol.id))["user"]["team_id"] == south.team_id
    await everywhere.chat_postMessage(channel=theirs.id, text="x")
    assert [each.text for each in south.messages(theirs)] == ["x"]
    await everywhere.chat_postMessage(channel=carol.id, text="direct")
    assert [each.text for each in south.dms(carol)] == ["direct"]
    await everywhere.views_open(trigger_id=south.issue_trigger(carol), view=form())
    assert south.modal(carol)
    await everywhere.views_publish(user_id=carol.id, view={"type": "home", "blocks": []})
    assert carol.id in south.homes
    assert (await everywhere.users_lookupByEmail(email="alice@example.org"))["user"]["id"] == alice.id


async def test_the_organisations_token_says_so(slack: SlackDouble, org: Org, south: Neighbour) -> None:
    told = await web(slack, org.token).auth_test()
    assert (told["is_enterprise_install"], told["enterprise_id"], told["team_id"]) == (True, E, E)
    assert south.org_wide


async def test_a_workspace_that_the_app_was_not_added_to_is_out_of_reach(slack: SlackDouble, org: Org) -> None:
    org.install(teams=[slack])
    assert await error_of(web(slack, org.token).users_list(team_id="T00000002")) == "team_access_not_granted"
    org.add(slack.others["T00000002"])
    assert (await web(slack, org.token).users_list(team_id="T00000002"))["ok"]
    org.remove(slack)
    assert await error_of(web(slack, org.token).users_list(team_id=slack.team_id)) == "team_access_not_granted"


async def test_payloads_of_an_organisation(south: Neighbour, client: SlackClient, app: App) -> None:
    carol, theirs = town(south)
    there = south.client(client.url.removesuffix("/slack/events"))
    await there.command("/kudos", user=carol, channel=theirs)
    await there.react(carol, south.say(carol, theirs, "x"), "ear")
    view = add_view(south, form(), user=carol.id, channel=theirs.id)
    await there.submit(view, {"Whom": [carol], "For what": "listen", "Why": "for listening"}, user=carol)
    command, reaction, submission = app.heard
    assert (command["enterprise_id"], command["is_enterprise_install"]) == (E, "true")
    assert command["team_id"] == south.team_id
    (authorization,) = reaction["authorizations"]
    assert (authorization["enterprise_id"], authorization["team_id"]) == (E, None)
    assert authorization["is_enterprise_install"] is True
    assert (reaction["team_id"], reaction["enterprise_id"]) == (south.team_id, E)
    assert submission["team"] is None
    assert submission["enterprise"] == {"id": E, "name": "Fields"}
    assert submission["is_enterprise_install"] is True
    assert submission["user"]["team_id"] == south.team_id
    assert submission["view"]["app_installed_team_id"] == E
    assert submission["view"]["team_id"] == south.team_id


async def test_a_workspace_of_an_organisation_can_have_an_installation_of_its_own(
    slack: SlackDouble, org: Org, client: SlackClient, app: App
) -> None:
    alice, general = town(slack)
    await client.press(slack.say(slack.bot, general, "card", blocks=CARD), "second", user=alice)
    (press,) = app.heard
    assert press["team"]["enterprise_id"] == E
    assert press["enterprise"]["id"] == E
    assert press["is_enterprise_install"] is False
    told = await web(slack, slack.token).auth_test()
    assert (told["team_id"], told["enterprise_id"]) == (slack.team_id, E)
    assert not org.installed


async def test_a_token_lists_the_workspaces_that_it_is_for(slack: SlackDouble, org: Org) -> None:
    async def listed(token: str) -> list[str]:
        return [team["id"] for team in (await web(slack, token).api_call("auth.teams.list"))["teams"]]

    org.install(teams=[slack.others["T00000002"]])
    assert await listed(org.token) == ["T00000002"]
    org.add(slack)
    assert await listed(org.token) == ["T00000001", "T00000002"]
    assert await listed(slack.token) == ["T00000001"]


async def test_events_say_of_which_organisation_somebody_is(south: Neighbour, client: SlackClient, app: App) -> None:
    carol, _ = town(south)
    await south.client(client.url.removesuffix("/slack/events")).user_change(carol)
    assert app.heard[0]["event"]["user"]["enterprise_user"]["enterprise_id"] == E
