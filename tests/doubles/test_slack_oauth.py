"""Installing, installing again, rotating, revoking: as Slack does it, against Bolt's own pages for installing."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_installs import CODE_S, ROTATION_S
from .slack_objects import User

#: How Slack's SDK names the client to aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

PUBLIC = "https://kudos.example"
SCOPES = ["chat:write", "commands", "users:read"]


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice")


def web_client(slack: SlackDouble, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or None, base_url=slack.url, retry_handlers=[])


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    code: str = error.value.response["error"]
    return code


def credentials(slack: SlackDouble) -> dict[str, str]:
    return {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}


async def code_for(slack: SlackDouble, user: User, **more: str) -> dict[str, str]:
    """Let somebody allow the installation, without an app: what the app would be told to exchange."""
    uri = more.get("redirect_uri", f"{PUBLIC}/back")
    asking = f"https://slack.com/oauth/v2/authorize?client_id={slack.app.client_id}&scope=commands&state=s&redirect_uri={uri}"
    back = slack.browser().decide(asking, user=user, place=slack)
    return {"code": back.split("code=")[1].split("&")[0], "redirect_uri": uri}


# Codes


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"redirect_uri": f"{PUBLIC}/other"}, "bad_redirect_uri"),
        ({"redirect_uri": ""}, "bad_redirect_uri"),
        ({"code": "1.2.3"}, "invalid_code"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
@pytest.mark.parametrize("basic", [True, False])
async def test_a_code_is_exchanged_by_who_it_is_for(
    slack: SlackDouble, alice: User, changed: dict[str, str], error: str, basic: bool
) -> None:
    given = {**credentials(slack), **await code_for(slack, alice), **changed}
    client = web_client(slack)
    if basic:
        assert await error_of(client.oauth_v2_access(**given)) == error
    else:
        assert await error_of(client.api_call("oauth.v2.access", data=given)) == error


async def test_a_code_is_good_once_and_for_ten_minutes(slack: SlackDouble, alice: User) -> None:
    client, given = web_client(slack), {**credentials(slack), **await code_for(slack, alice)}
    late = {**credentials(slack), **await code_for(slack, alice)}
    answer = await client.oauth_v2_access(**given)
    assert answer["token_type"] == "bot"
    assert answer["scope"] == "commands"
    assert answer["team"] == {"id": slack.team_id, "name": "Northfield"}
    assert (answer["authed_user"], answer["enterprise"]) == ({"id": alice.id}, None)
    assert "expires_in" not in answer.data
    assert await error_of(client.oauth_v2_access(**given)) == "invalid_code"
    slack.advance(CODE_S + 1)
    assert await error_of(client.oauth_v2_access(**late)) == "invalid_code"


@pytest.mark.parametrize("revokes", [True, False])
async def test_a_second_installation_gives_a_new_token(slack: SlackDouble, alice: User, revokes: bool) -> None:
    slack.app.reinstall_revokes = revokes
    first = slack.token
    await web_client(slack).oauth_v2_access(**credentials(slack), **await code_for(slack, alice))
    assert slack.token != first
    assert (await web_client(slack, slack.token).auth_test())["ok"]
    if revokes:
        assert await error_of(web_client(slack, first).auth_test()) == "token_revoked"
    else:
        assert (await web_client(slack, first).auth_test())["ok"]


# Rotating


@pytest.fixture
async def rotating(slack: SlackDouble, alice: User) -> dict[str, Any]:
    """What the app got from an installation whose tokens rotate."""
    slack.app.token_rotation = True
    answer = await web_client(slack).oauth_v2_access(**credentials(slack), **await code_for(slack, alice))
    assert isinstance(answer.data, dict)
    return answer.data


async def refresh(slack: SlackDouble, refresh_token: str) -> dict[str, Any]:
    answer = await web_client(slack).oauth_v2_access(
        **credentials(slack), grant_type="refresh_token", refresh_token=refresh_token
    )
    assert isinstance(answer.data, dict)
    return answer.data


async def test_a_token_lasts_twelve_hours(slack: SlackDouble, rotating: dict[str, Any]) -> None:
    assert rotating["expires_in"] == ROTATION_S == 43200
    assert rotating["access_token"].startswith("xoxe.xoxb-1-")
    assert rotating["refresh_token"].startswith("xoxe-1-")
    client = web_client(slack, rotating["access_token"])
    slack.advance(ROTATION_S - 1)
    assert (await client.auth_test())["ok"]
    slack.advance(1)
    assert await error_of(client.auth_test()) == "token_expired"


async def test_a_refresh_token_is_good_once(slack: SlackDouble, rotating: dict[str, Any]) -> None:
    slack.expire()
    assert await error_of(web_client(slack, rotating["access_token"]).auth_test()) == "token_expired"
    fresh = await refresh(slack, rotating["refresh_token"])
    assert (await web_client(slack, fresh["access_token"]).auth_test())["ok"]
    assert fresh["refresh_token"] != rotating["refresh_token"]
    assert (fresh["team"]["id"], fresh["expires_in"], fresh["token_type"]) == (slack.team_id, ROTATION_S, "bot")
    assert await error_of(refresh(slack, rotating["refresh_token"])) == "invalid_refresh_token"
    assert (await refresh(slack, fresh["refresh_token"]))["ok"]


async def test_a_token_may_be_used_until_it_expires_though_it_was_refreshed(
    slack: SlackDouble, rotating: dict[str, Any]
) -> None:
    await refresh(slack, rotating["refresh_token"])
    assert (await web_client(slack, rotating["access_token"]).auth_test())["ok"]


async def test_a_token_that_never_expired_can_be_exchanged_for_one_that_does(slack: SlackDouble) -> None:
    old, client = slack.token, web_client(slack)
    exchange = {**credentials(slack), "token": old}
    assert await error_of(client.oauth_v2_exchange(**exchange)) == "token_rotation_not_enabled"
    slack.app.token_rotation = True
    fresh = await client.oauth_v2_exchange(**exchange)
    assert (await web_client(slack, fresh["access_token"]).auth_test())["ok"]
    assert await error_of(client.auth_test(token=old)) == "token_revoked"
    again = client.oauth_v2_exchange(**{**exchange, "token": fresh["access_token"]})
    assert await error_of(again) == "token_already_exchanged"


# The end


async def test_a_token_can_be_revoked(slack: SlackDouble, rotating: dict[str, Any]) -> None:
    client = web_client(slack, rotating["access_token"])
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert await error_of(client.auth_test()) == "token_revoked"
    assert await error_of(refresh(slack, rotating["refresh_token"])) == "invalid_refresh_token"


async def test_an_app_that_uninstalls_itself_is_inactive_until_it_is_installed_again(
    slack: SlackDouble, alice: User, rotating: dict[str, Any]
) -> None:
    client = web_client(slack, rotating["access_token"])
    wrong = {**credentials(slack), "client_secret": "guess"}
    assert await error_of(client.apps_uninstall(**wrong)) == "bad_client_secret"
    await client.apps_uninstall(**credentials(slack))
    assert not slack.installed
    assert await error_of(client.auth_test()) == "account_inactive"
    assert await error_of(refresh(slack, rotating["refresh_token"])) == "invalid_refresh_token"
    again = await web_client(slack).oauth_v2_access(**credentials(slack), **await code_for(slack, alice))
    assert (await web_client(slack, again["access_token"]).auth_test())["ok"]
    assert await error_of(client.auth_test()) == "account_inactive"


async def test_what_is_of_one_workspace_does_not_work_in_another(slack: SlackDouble) -> None:
    other = slack.add_workspace("T00000002")
    with contextlib.suppress(SlackApiError):
        await web_client(slack, other.token).apps_uninstall(**credentials(slack))
    assert await error_of(web_client(slack, other.token).auth_test()) == "account_inactive"
    assert (await web_client(slack, slack.token).auth_test())["ok"]
