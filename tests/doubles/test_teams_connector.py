"""The double of the Bot Connector refuses what Teams refuses, and goes wrong as it is told."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from .teams_activities import CARD, Refused, check
from .teams_connector import TeamsConnector

HELLO = {"type": "message", "text": "hello"}


@pytest.fixture
async def teams() -> AsyncIterator[TeamsConnector]:
    async with TeamsConnector() as double:
        yield double


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        yield session


class Bot:
    """Somebody who calls it, plainly."""

    def __init__(self, teams: TeamsConnector, http: aiohttp.ClientSession) -> None:
        self.teams, self.http, self.token = teams, http, ""

    async def log_in(self, **other: str) -> int:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.teams.world.app_id,
            "client_secret": self.teams.login.secret,
            "scope": "https://api.botframework.com/.default",
            **other,
        }
        url = f"{self.teams.login_url}/{self.teams.world.tenant_id}/oauth2/v2.0/token"
        async with self.http.post(url, data=form) as response:
            self.token = (await response.json()).get("access_token", "")
            return response.status

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = URL(f"{self.teams.url}v3/{path}", encoded=True).with_query(query)
        async with self.http.request(method, url, json=body, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text[:1] in "{[" else text

    async def send(self, place: str, body: Any = HELLO, **query: str) -> tuple[int, Any]:
        return await self.call("POST", f"conversations/{quote(place, safe='')}/activities", body, **query)


@pytest.fixture
async def bot(teams: TeamsConnector, http: aiohttp.ClientSession) -> Bot:
    bot = Bot(teams, http)
    await bot.log_in()
    return bot


def thanks(teams: TeamsConnector) -> str:
    return teams.world.teams[0].channels[1].id


def chat(teams: TeamsConnector) -> str:
    return next(each.id for each in teams.world.chats if each.personal)


@pytest.mark.parametrize("other", [{"client_secret": "x"}, {"client_id": "x"}, {"scope": "x"}, {"grant_type": "x"}])
async def test_it_lets_in_who_shows_the_right_things(bot: Bot, other: dict[str, str]) -> None:
    assert await bot.log_in(**other) == 401
    assert (await bot.send(thanks(bot.teams)))[0] == 401
    assert await bot.log_in() == 200
    assert (await bot.send(thanks(bot.teams)))[0] == 201


async def test_a_token_ends(bot: Bot) -> None:
    bot.teams.login.expire()
    status, answer = await bot.send(thanks(bot.teams))
    assert (status, answer["error"]["code"]) == (401, "AuthorizationError")


@pytest.mark.parametrize(
    "activity",
    [
        {},
        {"type": "message"},
        {"type": "message", "text": ""},
        {"type": "message", "attachments": []},
        {"type": "invoke", "text": "x"},
        "hello",
        HELLO | {"entities": [{"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:x"}}]},
        HELLO | {"recipient": {"id": "29:x", "isTargeted": True}},
        {"type": "message", "attachments": [{"contentType": CARD, "content": {"type": "AdaptiveCard"}}]},
        {
            "type": "message",
            "attachments": [{"contentType": CARD, "content": {"type": "AdaptiveCard", "version": "1.6"}}],
        },
        {
            "type": "message",
            "attachments": [
                {"contentType": CARD, "content": {"type": "AdaptiveCard", "version": "1.5", "body": ["x" * 29_000]}}
            ],
        },
        {
            "type": "message",
            "attachments": [
                {
                    "contentType": CARD,
                    "content": {"type": "AdaptiveCard", "version": "1.5", "refresh": {"userIds": ["29:x"] * 61}},
                }
            ],
        },
    ],
    ids=range(12),
)
async def test_it_refuses_what_teams_refuses(bot: Bot, activity: Any) -> None:
    status, answer = await bot.send(thanks(bot.teams), activity)
    assert (status, answer["error"]["code"]) == (400, "BadArgument")
    assert len(bot.teams.problems) == 1
    assert bot.teams.posted == []


async def test_a_mention_calls_somebody_whose_name_is_in_the_text(bot: Bot) -> None:
    bob = bot.teams.world.users[1]
    entity = {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": bob.mri, "name": "Bob"}}
    text = {"type": "message", "text": "<at>Bob</at> did it", "entities": [entity]}
    assert (await bot.send(thanks(bot.teams), text))[0] == 201
    content = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": "<at>Bob</at>"}],
        "msteams": {"entities": [entity]},
    }
    card = {"type": "message", "attachments": [{"contentType": CARD, "content": content}]}
    assert (await bot.send(thanks(bot.teams), card))[0] == 201
    content["body"] = [{"type": "TextBlock", "text": "Bob", "id": "<at>Bob</at>"}]
    assert (await bot.send(thanks(bot.teams), card))[0] == 400


async def test_a_message_has_an_end(bot: Bot) -> None:
    status, answer = await bot.send(thanks(bot.teams), HELLO | {"text": "x" * 82_000})
    assert (status, answer["error"]["code"]) == (413, "MessageSizeTooBig")


async def test_targeted_messages_are_for_members_and_not_in_personal_chats(bot: Bot) -> None:
    world, query = bot.teams.world, {"isTargetedActivity": "true"}
    to = {"id": world.users[0].mri, "isTargeted": True}
    status, sent = await bot.send(thanks(bot.teams), HELLO | {"recipient": to}, **query)
    assert status == 201
    assert (await bot.send(thanks(bot.teams), HELLO, **query))[0] == 400
    assert (await bot.send(chat(bot.teams), HELLO | {"recipient": to}, **query))[0] == 400
    other = {"id": world.add_user("Zed").mri, "isTargeted": True}
    assert (await bot.send(thanks(bot.teams), HELLO | {"recipient": other}, **query))[0] == 400
    path = f"conversations/{quote(thanks(bot.teams), safe='')}/activities/{sent['id']}"
    assert (await bot.call("PUT", path, HELLO | {"recipient": to}, **query))[0] == 400
    assert (await bot.call("PUT", path, HELLO))[0] == 404
    assert (await bot.call("PUT", path, HELLO, **query))[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"bot": {"id": "28:other"}}, 400),
        ({"members": []}, 400),
        ({"members": [{"id": "nobody"}]}, 404),
        ({"tenantId": "another"}, 400),
        ({"isGroup": True}, 400),
        ({"isGroup": True, "channelData": {"channel": {"id": "19:x"}}, "activity": HELLO}, 404),
    ],
    ids=range(7),
)
async def test_conversations_are_begun_with_one_person_or_in_a_channel(bot: Bot, body: Any, status: int) -> None:
    world = bot.teams.world
    good = {"bot": world.bot, "members": [{"id": world.users[0].mri}], "tenantId": world.tenant_id}
    assert (await bot.call("POST", "conversations", good))[0] == 201
    assert (await bot.call("POST", "conversations", good | body if body else []))[0] == status


async def test_pages_are_of_a_size_and_of_one_listing(bot: Bot) -> None:
    team = bot.teams.world.teams[0]
    team.members += [bot.teams.world.add_user(f"Person {number}") for number in range(80)]
    path = f"conversations/{quote(team.id, safe='')}/pagedMembers"
    _, first = await bot.call("GET", path, pageSize="5")
    assert len(first["members"]) == 50
    _, second = await bot.call("GET", path, pageSize="5", continuationToken=first["continuationToken"])
    assert len(second["members"]) == 35
    assert "continuationToken" not in second
    assert (await bot.call("GET", path, pageSize="5", continuationToken="other"))[0] == 400
    assert (await bot.call("GET", path, pageSize="60", continuationToken=first["continuationToken"]))[0] == 400
    assert (await bot.call("GET", path, pageSize="many"))[0] == 400


async def test_it_counts(bot: Bot) -> None:
    answers = [await bot.send(thanks(bot.teams)) for _ in range(9)]
    assert [status for status, _ in answers][:7] == [201] * 7
    assert 429 in [status for status, _ in answers]
    assert (await bot.send(chat(bot.teams)))[0] == 201


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("uninstalled", "BotNotInConversationRoster"),
        ("without", "BotNotInConversationRoster"),
        ("blocked", 209),
        ("not theirs", "ForbiddenOperationException"),
        ("disabled", "BotDisabledByAdmin"),
        ("gone", "ConversationNotFound"),
    ],
)
async def test_a_bot_speaks_where_it_is_wanted(bot: Bot, where: str, code: str | int) -> None:
    teams, place = bot.teams, thanks(bot.teams)
    match where:
        case "uninstalled":
            teams.world.teams[0].installed = False
        case "without":
            teams.without_bot.add(place)
        case "blocked" | "not theirs":
            place = chat(teams)
            teams.blocked |= {place} if where == "blocked" else set()
            teams.world.chats[1].installed = False
        case "disabled":
            teams.disabled = True
        case _:
            teams.gone.add(place)
    status, answer = await bot.send(place)
    assert status == (404 if where == "gone" else 403)
    assert answer.get("errorCode", answer.get("error", {}).get("code")) == code
    assert teams.posted == []


async def test_what_goes_wrong_goes_wrong_before_or_after(bot: Bot) -> None:
    bot.teams.fault("POST *", status=504)
    bot.teams.fault("POST *", status=502, done=True, code="ServiceError")
    assert await bot.send(thanks(bot.teams)) == (504, "<html>Something on the way</html>")
    status, answer = await bot.send(thanks(bot.teams))
    assert (status, answer["error"]["code"]) == (502, "ServiceError")
    assert len(bot.teams.posted) == 1
    for done in (False, True):
        bot.teams.fault("POST *", drop=True, done=done)
        with pytest.raises(aiohttp.ClientError):
            await bot.send(thanks(bot.teams), HELLO)
    assert len(bot.teams.posted) == 2
    assert bot.teams.doubled() == [thanks(bot.teams)]


async def test_it_knows_no_other_address(bot: Bot) -> None:
    assert (await bot.call("GET", "conversations"))[0] == 404
    assert (await bot.call("GET", "teams/19:x"))[0] == 404


async def test_an_older_teams_draws_no_charts(bot: Bot) -> None:
    content = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Chart.Pie"}]}
    card = {"type": "message", "attachments": [{"contentType": CARD, "content": content}]}
    assert (await bot.send(thanks(bot.teams), card))[0] == 201
    bot.teams.charts = False
    assert (await bot.send(thanks(bot.teams), card))[0] == 400


def test_typing_needs_no_words(teams: TeamsConnector) -> None:
    world = teams.world
    check({"type": "typing"}, world, world.chats[0], targeted=False, update=False)
    with pytest.raises(Refused):
        check({"type": "typing"}, world, world.chats[0], targeted=True, update=False)
