"""Installing, installing again, uninstalling: over HTTP, in a browser, as people do it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.app import now
from adapters.slack.admission import NOT_HERE
from adapters.slack.manifest import SCOPES
from adapters.slack.states import STATE_S
from bot.errors import ConfigError
from bot.framework import Framework
from tests.adapters.slack.test_apologies import locked
from tests.adapters.town import PUBLIC, REASON, SECRET_KEY, Town, comes_true, kudos_for, settled, town_in
from tests.doubles.slack_browser import Page

BACK = f"{PUBLIC}/slack/oauth_redirect"


@pytest.fixture
async def bare(framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos, which nobody has installed yet."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, filled=False) as town:
        yield town
        await settled(town)
        town.assert_sound()


@pytest.fixture
async def town(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos, installed by Alice."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True) as town:
        yield town
        await settled(town)
        town.assert_sound()


async def filled(town: Town, times: int = 1) -> None:
    """Wait until everybody is known."""
    await town.slack.until(lambda: len(town.slack.calls_to("users.list")) >= times)
    await settled(town)


def installation(town: Town) -> dict[str, object]:
    return town.row("SELECT * FROM slack_installation")


def assert_kind_and_safe(page: Page) -> None:
    """Short, in English, without anything that runs or is loaded, and without telling the next page the code."""
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert re.search(r'<html lang="en">.*<title>[^<]+</title>.*<main>\s*<h1>', page.text, re.DOTALL)
    assert not re.search(r"<script|<style|style=|src=|onload", page.text)
    assert len(page.text) < 700


# Installing


async def test_who_installs_it_is_thanked_and_can_begin_at_once(bare: Town) -> None:
    town = bare
    page = await town.install()
    assert page.status == 200
    assert "Kudos is installed. Thank you!" in page.text
    assert "Open Northfield in Slack" in page.text
    assert_kind_and_safe(page)
    await filled(town)
    kept = installation(town)
    assert (kept["workspace"], kept["name"], kept["active"]) == ("slack:T00000001", "Northfield", 1)
    assert kept["installer"] == town.alice.id
    assert set(str(kept["scopes"]).split(",")) == SCOPES.keys()
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    assert REASON in card.text
    assert town.count("oauth_state") == 0


async def test_slack_is_asked_for_what_the_manifest_lists_and_told_where_to_come_back_to(bare: Town) -> None:
    asking = await bare.browser().get(f"{PUBLIC}/slack/install?team=T1%26redirect_uri%3Dhttps://elsewhere.example")
    assert asking.status == 302
    assert f"redirect_uri={BACK}" in asking.location
    assert f"scope={','.join(SCOPES)}&" in asking.location
    assert "elsewhere" not in asking.location
    cookie = asking.headers["Set-Cookie"]
    assert all(each in cookie for each in ("Secure", "HttpOnly", "Max-Age=600"))


async def test_the_credentials_go_in_the_body(bare: Town) -> None:
    await bare.install()
    (call,) = bare.slack.calls_to("oauth.v2.access")
    assert call.args["client_secret"] == bare.slack.app.client_secret


async def test_who_does_not_allow_it_hears_that_nothing_has_changed(bare: Town) -> None:
    page = await bare.install(approve=False)
    assert "You did not allow it, so nothing has changed." in page.text
    assert page.links == [f"{PUBLIC}/slack/install"]
    assert_kind_and_safe(page)
    assert bare.count("slack_installation") == 0


async def code_for(town: Town) -> tuple[str, str]:
    """What Slack's page would send the browser back with: a code, and the state it was given."""
    browser = town.browser()
    asking = await browser.ask(f"{PUBLIC}/slack/install")
    back = browser.decide(asking, user=town.alice, place=town.slack)
    found = re.search(r"code=([^&]+)&state=([^&]+)", back)
    assert found
    return found[1], found[2]


async def test_another_browser_can_not_finish_it(bare: Town) -> None:
    """Somebody is lured to an address that would install their workspace under another's name."""
    code, state = await code_for(bare)
    page = await bare.browser().get(f"{BACK}?code={code}&state={state}", from_slack=True)
    assert page.status == 400
    assert "It was begun in another browser, or too long ago." in page.text
    assert_kind_and_safe(page)
    assert bare.slack.calls_to("oauth.v2.access") == []
    assert bare.count("oauth_state") == 1, "whose it is can still finish it"


@pytest.mark.parametrize("tampered", ["no state", "another state", "no code", "a foreign code"])
async def test_what_was_tampered_with_installs_nothing(bare: Town, tampered: str) -> None:
    browser = bare.browser()
    asking = await browser.ask(f"{PUBLIC}/slack/install")
    back = browser.decide(asking, user=bare.alice, place=bare.slack)
    match tampered:
        case "no state":
            back = re.sub(r"&state=[^&]+", "", back)
        case "another state":
            back = re.sub(r"state=[^&]+", "state=guess", back)
        case "no code":
            back = re.sub(r"code=[^&]+&", "", back)
        case _:
            back = re.sub(r"code=[^&]+", "code=1.2.3", back)
    page = await browser.get(back, from_slack=True)
    assert page.status in (400, 401)
    assert "Kudos is not installed" in page.text
    assert_kind_and_safe(page)
    assert bare.count("slack_installation") == 0


async def test_a_state_is_good_once(bare: Town) -> None:
    """Going back in the browser does not install it again."""
    browser = bare.browser()
    asking = await browser.ask(f"{PUBLIC}/slack/install")
    back = browser.decide(asking, user=bare.alice, place=bare.slack)
    kept = dict(browser._cookies)
    assert (await browser.get(back, from_slack=True)).status == 200
    browser._cookies = kept
    again = await browser.get(back, from_slack=True)
    assert again.status == 401
    assert "This page was opened before" in again.text
    assert len(bare.slack.calls_to("oauth.v2.access")) == 1
    await filled(bare)


async def test_a_state_is_good_for_ten_minutes(framework: Framework, tmp_path: Path) -> None:
    late = timedelta(0)
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, filled=False, clock=lambda: now() + late) as town:
        browser = town.browser()
        asking = await browser.ask(f"{PUBLIC}/slack/install")
        back = browser.decide(asking, user=town.alice, place=town.slack)
        late = timedelta(seconds=STATE_S + 1)
        page = await browser.get(back, from_slack=True)
        assert page.status == 401
        assert "begun too long ago" in page.text
        await browser.ask(f"{PUBLIC}/slack/install")
        assert town.count("oauth_state") == 1, "those of old are forgotten"


async def test_where_slack_does_not_answer_it_is_said_and_can_be_begun_again(bare: Town) -> None:
    bare.slack.fault("oauth.v2.access", status=503)
    page = await bare.install()
    assert "Slack did not hand over what Kudos needs." in page.text
    assert_kind_and_safe(page)
    assert (await bare.install()).status == 200
    await filled(bare)


async def test_where_it_can_not_be_stored_it_is_said(bare: Town) -> None:
    with locked(bare):
        page = await bare.browser().get(f"{PUBLIC}/slack/install")
    assert page.status == 503
    assert "It could not be stored just now." in page.text
    assert_kind_and_safe(page)


async def test_with_fewer_scopes_it_works_as_far_as_it_can(bare: Town) -> None:
    few = " ".join(SCOPES.keys() - {"groups:read", "emoji:read", "im:write"})
    await bare.install(scopes=few)
    await filled(bare)
    assert bare.count("person") == len(bare.slack.users)
    assert bare.count("place", "visibility = 'public'") >= 2
    card = await bare.give(bare.alice, f"@bob {bare.tag()} for {REASON}")
    assert REASON in card.text


async def test_without_a_client_there_are_no_such_pages(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "kudos.db", framework) as town, aiohttp.ClientSession() as http:
        for path in ("/slack/install", "/slack/oauth_redirect"):
            async with http.get(town.address + path) as response:
                assert response.status == 404


async def test_over_socket_mode_too(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, socket=True) as town:
        card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
        assert REASON in card.text
        await town.client.uninstall()
        assert (await town.type(town.alice, f"@bob {town.tag()} for {REASON}")) == NOT_HERE
        assert town.count("recognition") == 1
        await town.install()
        await filled(town, 2)
        await town.give(town.alice, f"@bob {town.tag(1)} for {REASON}")
        town.assert_sound()


# Installing again, uninstalling


async def test_after_a_second_installation_the_first_token_is_not_used_any_more(town: Town) -> None:
    first = town.slack.token
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.install(town.bob)
    await filled(town, 2)
    assert town.slack.token != first
    assert installation(town)["installer"] == town.bob.id
    await town.give(town.alice, f"@bob {town.tag(1)} for {REASON}")
    assert not refused(town)
    assert town.count("slack_installation") == 1


def refused(town: Town) -> list[str]:
    """The calls that Slack refused for their token."""
    no_good = {"token_revoked", "account_inactive", "invalid_auth", "token_expired"}
    return [call.method for call in town.slack.calls if (call.answer or {}).get("error") in no_good]


@pytest.mark.parametrize("uninstalled_first", [True, False])
async def test_an_uninstall_stops_the_outbox_and_keeps_everything_else(town: Town, uninstalled_first: bool) -> None:
    """The two events come in either order; what waits goes out after the next installation, and once."""
    waits = town.slack.fault("chat.postMessage", times=None, status=429, retry_after=1)
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.slack.until(lambda: waits.used >= 2)
    for answer in await town.client.uninstall(uninstalled_first=uninstalled_first):
        assert answer.ok
    waits.times = 0
    kept = installation(town)
    assert (kept["active"], kept["token"], kept["refresh_token"]) == (0, "", "")
    before = len(town.slack.calls)
    await asyncio.sleep(1.3)
    assert len(town.slack.calls) == before
    assert town.count("recognition") == 1
    assert town.count("outbox", "state = 'due'") == 2
    await town.install()
    await town.slack.until(lambda: town.cards() and town.told(town.bob))
    await settled(town)
    assert len(town.cards()) == len(town.told(town.bob)) == 1
    assert REASON in town.cards()[0].text


@pytest.mark.fault("submission after uninstall")
@pytest.mark.databases("sqlite", "postgres")
async def test_who_asks_while_it_is_not_installed_is_told_so_and_nothing_is_written(town: Town) -> None:
    card = await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.type(town.alice, "")
    form = town.form(town.alice)
    message = town.slack.say(town.bob, town.general, "done")
    reaction = town.client.make_react(town.alice, message, town.emoji())
    await town.client.uninstall()
    before = {table: town.count(table) for table in ("recognition", "delivery", "person", "outbox", "reaction")}
    assert await town.type(town.cara, f"@bob {town.tag()} for {REASON}") == NOT_HERE
    await town.press(card, "Second this", town.cara)
    await town.hears(town.cara, NOT_HERE)
    errors = await town.submit(form, recipients=[town.bob], entries=[town.entry(0).id], reason=REASON)
    assert list(errors.values()) == [NOT_HERE]
    assert (await town.client.send(reaction)).ok, "else Slack would send it again"
    assert (await town.client.team_join(town.slack.add_user("eve"))).ok
    assert {table: town.count(table) for table in before} == before


async def test_revoked_tokens_are_forgotten(town: Town) -> None:
    assert (await town.client.revoke()).ok
    assert installation(town)["token"] == ""
    assert town.count("switched_off") == 1


async def test_somebodys_own_token_is_not_ours(town: Town) -> None:
    assert (await town.client.send(town.client.make_tokens_revoked(town.bob))).ok
    assert installation(town)["active"] == 1


async def test_farewells_that_come_after_the_next_installation_do_not_end_it(town: Town) -> None:
    late = [town.client.make_app_uninstalled(), town.client.make_tokens_revoked()]
    town.slack.uninstall()
    await asyncio.sleep(1.1)
    await town.install()
    await filled(town, 2)
    for request in [*late, town.client.make_app_uninstalled()]:  # the last by a clock that is ahead of ours
        assert (await town.client.send(request)).ok
    assert installation(town)["active"] == 1
    await town.give(town.alice, f"@bob {town.tag()} for {REASON}")


async def test_where_it_is_open_whether_we_were_removed_slack_tells_us_again(town: Town) -> None:
    town.expected.add("failures")
    farewell = town.client.make_app_uninstalled()
    town.slack.uninstall()
    town.slack.fault("auth.test", status=503)
    assert (await town.client.send(farewell)).status == 503
    assert (await town.client.send(farewell, attempt=1)).ok
    assert installation(town)["active"] == 0


async def test_a_farewell_that_was_lost_is_noticed_at_the_next_call(town: Town) -> None:
    town.slack.uninstall()
    await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
    await town.slack.until(lambda: refused(town))
    await settled(town)
    assert installation(town)["active"] == 0
    assert installation(town)["token"] == ""
    assert not town.count("outbox", "state = 'parked'")
    await town.install()
    await town.slack.until(lambda: town.cards() and town.told(town.bob))


async def test_while_a_token_is_no_good_people_are_served_and_it_is_tried_again(
    framework: Framework, tmp_path: Path
) -> None:
    """Slack may refuse us for our address alone: nobody has to install anything again, nor to wait for tomorrow."""
    async with town_in(tmp_path / "kudos.db", framework, oauth=True) as town, kudos_for(town, reconcile_s=0.3):
        town.slack.token_error = "invalid_auth"
        assert "Thank you" in await town.type(town.alice, f"@bob {town.tag()} for {REASON}")
        await comes_true(lambda: town.count("outbox", "state = 'due' AND error = 'SwitchedOff'") == 2)
        assert REASON in await town.type(town.alice, "mine")
        assert installation(town)["token"] != ""
        assert town.count("switched_off") == 0
        town.slack.token_error = ""
        await town.slack.until(lambda: town.cards() and town.told(town.bob))
        await settled(town)


# What Slack hands over


TOKEN = {"access_token": "xoxb-made-up", "scope": "commands", "authed_user": {"id": "U1"}}
TEAM, ORG = {"id": "T00000001", "name": "Northfield"}, {"id": "E00000001", "name": "Fields"}


@pytest.mark.parametrize(
    "answer",
    [
        {"team": TEAM},
        {"team": TEAM, "access_token": None},
        {**TOKEN, "team": "T00000001"},
        {**TOKEN, "team": TEAM, "expires_in": "abc"},
        {**TOKEN, "team": None},
        {**TOKEN, "team": {}, "enterprise": ORG},
        {**TOKEN, "team": TEAM, "enterprise": None, "is_enterprise_install": True},
        {**TOKEN, "team": {"id": "T\ud800"}},
    ],
)
async def test_where_slack_hands_over_something_odd_what_is_there_stays(town: Town, answer: dict[str, object]) -> None:
    kept = installation(town)
    browser = town.browser()
    asking = await browser.ask(f"{PUBLIC}/slack/install")
    back = browser.decide(asking, user=town.alice, place=town.slack)
    town.slack.oauth_codes[re.search(r"code=([^&]+)", back)[1]] = {"ok": True, **answer}  # type: ignore[index]
    page = await browser.get(back, from_slack=True)
    assert page.status < 500
    assert "Slack did not hand over what Kudos needs." in page.text
    assert_kind_and_safe(page)
    assert installation(town) == kept


# The database


def written(town: Town) -> bytes:
    """All that is on the disk."""
    files = [town.database, *(town.database.with_name(f"{town.database.name}-{end}") for end in ("wal", "shm"))]
    return b"".join(file.read_bytes() for file in files if file.exists())


async def test_the_database_holds_no_token_in_clear(framework: Framework, tmp_path: Path) -> None:
    async with town_in(tmp_path / "kudos.db", framework, oauth=True, before=rotating) as town:
        tokens = [town.slack.token, refresh_token(town)]
        await town.install()
        await filled(town, 2)
        tokens += [town.slack.token, refresh_token(town)]
        browser = town.browser()
        state = (await browser.ask(f"{PUBLIC}/slack/install")).split("state=")[1].split("&")[0]
        on_disk = written(town)
        assert b"slack_installation" in on_disk
        for secret in (*tokens, state, town.slack.app.client_secret, SECRET_KEY, "xoxb-", "xoxe"):
            assert secret.encode() not in on_disk
    assert b"xoxe" not in written(town)


def rotating(town: Town) -> None:
    town.slack.app.token_rotation = True


def refresh_token(town: Town) -> str:
    return town.slack.grants[town.slack.token].refresh_token


async def test_the_secret_key_can_be_changed(town: Town) -> None:
    sealed = installation(town)["token"]
    new = "another key that is as long as that one"
    async with kudos_for(town, filled=False, kudos_secret_key=f"{new},{SECRET_KEY}"):
        assert installation(town)["token"] != sealed
    async with kudos_for(town, kudos_secret_key=new):
        await town.give(town.alice, f"@bob {town.tag()} for {REASON}")
    with pytest.raises(ConfigError, match="KUDOS_SECRET_KEY: what is stored was sealed with another key"):
        async with kudos_for(town, filled=False, kudos_secret_key="yet another key that nobody has ever used"):
            pass
    async with kudos_for(town, kudos_secret_key=new):
        pass
