"""Somebody installs an app in a browser: Slack's page, the way back, and cookies; with Bolt's own two pages."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from .slack import SlackDouble
from .slack_browser import Browser
from .slack_oauth import ConsentError
from .slack_objects import User
from .test_slack_oauth import error_of, web_client

#: How Slack's SDK names the client to aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

PUBLIC = "https://kudos.example"
SCOPES = ["chat:write", "commands", "users:read"]


class Installed(AsyncInstallationStore):
    """What an app keeps of its installations."""

    def __init__(self) -> None:
        self.all: list[Installation] = []

    async def async_save(self, installation: Installation) -> None:
        self.all.append(installation)


class States(AsyncOAuthStateStore):
    """What an app keeps of those who are on their way."""

    def __init__(self) -> None:
        self.open: set[str] = set()

    async def async_issue(self, *_args: Any, **_kwargs: Any) -> str:
        self.open.add(state := f"state-{len(self.open)}")
        return state

    async def async_consume(self, state: str) -> bool:
        known = state in self.open
        self.open.discard(state)
        return known


class App:
    """An app that can be installed: Bolt's own two pages."""

    def __init__(self, slack: SlackDouble) -> None:
        self.store = Installed()
        self.states = States()
        self.flow = AsyncOAuthFlow(
            client=AsyncWebClient(base_url=slack.url, retry_handlers=[]),
            settings=AsyncOAuthSettings(
                client_id=slack.app.client_id,
                client_secret=slack.app.client_secret,
                scopes=SCOPES,
                redirect_uri=f"{PUBLIC}/slack/oauth_redirect",
                installation_store=self.store,
                state_store=self.states,
            ),
        )
        self.install = f"{PUBLIC}/slack/install"
        self.reach: dict[str, str] = {}

    async def page(self, request: web.Request) -> web.Response:
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
        installing = request.path.endswith("install")
        answer = await (self.flow.handle_installation(asked) if installing else self.flow.handle_callback(asked))
        return await to_aiohttp_response(answer)


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble() as double:
        yield double


@pytest.fixture
def alice(slack: SlackDouble) -> User:
    return slack.add_user("alice")


@pytest.fixture
async def app(slack: SlackDouble) -> AsyncIterator[App]:
    app = App(slack)
    server = web.Application()
    server.router.add_get("/slack/install", app.page)
    server.router.add_get("/slack/oauth_redirect", app.page)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.reach = {PUBLIC: f"http://127.0.0.1:{runner.addresses[0][1]}"}
    yield app
    await runner.cleanup()


@pytest.fixture
def browser(slack: SlackDouble, app: App) -> Browser:
    return slack.browser(app.reach)


async def test_an_app_is_installed_with_what_was_granted(
    slack: SlackDouble, app: App, browser: Browser, alice: User
) -> None:
    other = slack.add_workspace("T00000002", installed=False)
    carol = other.add_user("carol")
    for user, place in ((alice, slack), (carol, other)):
        page = await slack.consent(app.install, user=user, browser=browser)
        assert page.status == 200, page.text
        installed = app.store.all[-1]
        assert (installed.team_id, installed.user_id) == (place.team_id, user.id)
        assert (installed.bot_token, installed.bot_user_id) == (place.token, slack.bot.id)
        assert place.installed
        assert place.scopes == frozenset(SCOPES)
        assert (await web_client(slack, place.token).auth_test())["team_id"] == place.team_id
    assert len({each.bot_token for each in app.store.all}) == 2
    assert app.store.all[0].bot_refresh_token is None
    assert not slack.problems


async def test_who_cancels_installs_nothing(slack: SlackDouble, app: App, browser: Browser, alice: User) -> None:
    await slack.consent(app.install, user=alice, browser=browser, approve=False)
    assert "error=access_denied" in browser.visited[-1].url
    assert app.store.all == []


async def test_another_browser_can_not_finish_an_installation(
    slack: SlackDouble, app: App, browser: Browser, alice: User
) -> None:
    asking = await browser.ask(app.install)
    back = browser.decide(asking, user=alice, place=slack)
    assert (await slack.browser(app.reach).get(back, from_slack=True)).status == 400
    assert (await browser.get(back, from_slack=True)).status == 200
    assert (await browser.get(back, from_slack=True)).status == 400  # Bolt has taken the cookie back
    assert len(app.store.all) == 1


@pytest.mark.parametrize(
    ("cookie", "url", "from_slack", "comes_back"),
    [
        ("s=1; Secure; HttpOnly; Path=/; Max-Age=600", f"{PUBLIC}/back", True, True),
        ("s=1; Secure; SameSite=Lax; Path=/", f"{PUBLIC}/back", True, True),
        ("s=1; Secure; SameSite=Strict; Path=/", f"{PUBLIC}/back", True, False),
        ("s=1; Secure; SameSite=Strict; Path=/", f"{PUBLIC}/back", False, True),
        ("s=1; SameSite=None; Path=/", f"{PUBLIC}/back", True, False),
        ("s=1; Secure; Path=/slack", f"{PUBLIC}/slack/back", True, True),
        ("s=1; Secure; Path=/slack", f"{PUBLIC}/slackers", True, False),
        ("s=1; Secure; Path=/", "http://kudos.example/back", True, False),
        ("s=1; Secure; Path=/", "https://other.example/back", True, False),
        ("s=1; Secure; Path=/; Max-Age=0", f"{PUBLIC}/back", True, False),
        ("s=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", f"{PUBLIC}/back", True, False),
    ],
)
async def test_the_browser_keeps_cookies_as_browsers_do(
    slack: SlackDouble, cookie: str, url: str, from_slack: bool, comes_back: bool
) -> None:
    async def bake(_request: web.Request) -> web.Response:
        return web.Response(headers={"Set-Cookie": cookie})

    server = web.Application()
    server.router.add_get("/{page}", bake)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    browser = slack.browser({PUBLIC: f"http://127.0.0.1:{runner.addresses[0][1]}"})
    await browser.get(f"{PUBLIC}/install")
    await runner.cleanup()
    assert bool(browser.cookies(url, from_slack=from_slack)) == comes_back


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("client_id=9.9&scope=commands&state=s", "invalid_client_id"),
        ("client_id=ID&state=s&redirect_uri=https://kudos.example/back", "no_scopes"),
        ("client_id=ID&scope=commands,Chat%20Write&state=s&redirect_uri=https://kudos.example/back", "invalid_scope"),
        ("client_id=ID&scope=commands&state=s", "bad_redirect_uri"),
        ("client_id=ID&scope=commands&state=s&redirect_uri=http://kudos.example/back", "bad_redirect_uri"),
        ("client_id=ID&scope=commands&state=s&redirect_uri=https://kudos.example/back%23here", "bad_redirect_uri"),
        ("client_id=ID&scope=commands&state=s&redirect_uri=https://other.example/back", "bad_redirect_uri"),
        ("client_id=ID&scope=commands&state=s&redirect_uri=https://kudos.example/backdoor", "bad_redirect_uri"),
    ],
)
async def test_slack_asks_nothing_for_a_wrong_address(slack: SlackDouble, query: str, error: str) -> None:
    if "redirect_uri" in query:
        slack.app.redirect_urls = ["https://kudos.example/back"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{slack.url.removesuffix('api/')}oauth/v2/authorize?{query.replace('ID', slack.app.client_id)}"
        ) as response,
    ):
        assert response.status == 400
        assert (await response.text()).startswith(error)


async def test_an_installation_without_state_is_a_problem(slack: SlackDouble) -> None:
    asking = f"{slack.url.removesuffix('api/')}oauth/v2/authorize?client_id={slack.app.client_id}&scope=commands"
    await slack.browser().get(f"{asking}&redirect_uri={PUBLIC}/back")
    assert [each.where for each in slack.problems] == ["oauth/v2/authorize"]


async def test_a_page_that_does_not_lead_to_slack_is_an_error(
    slack: SlackDouble, browser: Browser, alice: User
) -> None:
    with pytest.raises(ConsentError, match="does not lead"):
        await slack.consent(f"{PUBLIC}/nowhere", user=alice, browser=browser)


async def test_an_installation_can_lack_scopes(slack: SlackDouble, app: App, browser: Browser, alice: User) -> None:
    await slack.consent(app.install, user=alice, browser=browser, scopes="commands users:read")
    granted = web_client(slack, app.store.all[0].bot_token or "")
    answer = await granted.users_list()
    assert answer.headers["X-OAuth-Scopes"] == "commands,users:read"
    assert await error_of(granted.chat_postMessage(channel="C1", text="x")) == "missing_scope"


async def test_an_organisation_is_installed_and_then_workspaces_are_added(
    slack: SlackDouble, app: App, browser: Browser, alice: User
) -> None:
    org = slack.add_org("E00000001", "Fields", [slack])
    with pytest.raises(ConsentError, match="for an organisation"):
        await slack.consent(app.install, user=alice, browser=browser, place=org)
    slack.app.org_deploy = True
    page = await slack.consent(app.install, user=alice, browser=browser, place=org)
    assert page.status == 200, page.text
    (installed,) = app.store.all
    assert (installed.team_id, installed.enterprise_id) == (None, "E00000001")
    assert installed.is_enterprise_install
    everywhere = web_client(slack, org.token)
    assert (await everywhere.auth_test())["is_enterprise_install"]
    assert await error_of(everywhere.users_list(team_id=slack.team_id)) == "team_access_not_granted"
    org.add(slack)
    assert (await everywhere.users_list(team_id=slack.team_id))["ok"]
