"""The Bot Connector's REST API as we use it: our own errors, limits and patience, and nothing that posts twice.

What only reads or replaces is tried again, and so is a post that was certainly not taken. Where the answer to a post
was lost it may stand there: that is `AnswerLost`, and nobody repeats it blindly. No redirect is followed, and each
address is asked about before each call, for it stands in a database.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages, "Status codes"
"""

import asyncio
import math
import random
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

import aiohttp
import structlog
from yarl import URL

from adapters.teams.limits import Limits
from adapters.teams.references import Reference, tenant_of
from bot.errors import (
    AnswerLost,
    Impossible,
    NotAMember,
    PlatformError,
    SwitchedOff,
    Throttled,
    Unreachable,
)
from bot.outbox import REQUEST_TIMEOUT_S

Json = dict[str, Any]

TRIES_MOST: Final = 3
PATIENCE_S: Final = 3.0  #: after which no other try begins: the outbox does not wait for ever
PAUSE_S: Final = 0.5  #: before the second try; twice as long before the third; a random part of it is left out
RETRY_AFTER_S: Final = 5.0  #: where a 429 does not say
PAGE: Final = 500  #: members a page; Teams takes 50 to 500
WAIT_LEAST_S: Final = 0.1
WAIT_MOST_S: Final = 3600.0
RESTING_MOST: Final = 2000  #: conversations of which we remember that Teams wants us to wait

_NOT_IN: Final = frozenset(
    {
        "BotNotInConversationRoster",
        "ConversationBlockedByUser",
        "ForbiddenOperationException",
        "MessageWritesBlocked",
        "NotEnoughPermissions",
    }
)
_SUBCODE = re.compile(r'"subCode"\s*:\s*"(\w+)"')

log = structlog.get_logger()


class Tokens(Protocol):
    async def token(self, *, instead_of: str = "") -> str: ...


class _Again(Exception):  # noqa: N818 - never leaves this module
    """It was not taken and may be tried again; `error` is what it ends in."""

    def __init__(self, error: PlatformError, wait_s: float | None = None) -> None:
        self.error = error
        self.wait_s = wait_s


class Connector:
    def __init__(
        self,
        tokens: Tokens | None,
        allowed: Callable[[str], bool],
        *,
        app_id: str,
        limits: Limits | None = None,
        pause_s: float = PAUSE_S,
    ) -> None:
        """
        Args:
            tokens: None in development, where nobody asks for one.
            allowed: whether this `serviceUrl` may be called.
        """
        # A connection that has stood idle may be gone, and a post on it be lost for all we know: each has its own.
        self._fresh = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True), trust_env=True)
        self._kept = aiohttp.ClientSession(trust_env=True)
        self._tokens = tokens
        self._allowed = allowed
        self._limits = limits or Limits()
        self._pause_s = pause_s
        self._resting: dict[str, float] = {}  # conversation -> when it may be written to again, by the loop's clock
        self.bot = f"28:{app_id}"  #: what Kudos itself is called in conversations

    async def close(self) -> None:
        await self._fresh.close()
        await self._kept.close()

    # What changes something

    async def send(self, where: Reference, activity: Json, *, thread: str = "", only_for: str = "") -> str:
        """Post to a conversation; returns the new message's id.

        Args:
            thread: the message below which it stands, in a channel.
            only_for: the Teams id of the one person who sees it (a targeted message).

        Raises:
            PlatformError: what became of it.
        """
        conversation = f"{where.place};messageid={thread}" if thread else where.place
        query = {"isTargetedActivity": "true"} if only_for else {}
        if only_for:
            activity = {**activity, "recipient": {"id": only_for, "isTargeted": True}}
        answer = await self._call(
            "POST", where, _activities(conversation), query, activity, posts_to=where.place, repeatable=False
        )
        return _id(answer, "id")

    async def update(self, where: Reference, message: str, activity: Json, *, targeted: bool = False) -> None:
        """Replace a message of ours."""
        path = f"{_activities(where.place)}/{quote(message, safe='')}"
        query = {"isTargetedActivity": "true"} if targeted else {}
        await self._call("PUT", where, path, query, {**activity, "id": message}, posts_to=where.place)

    async def delete(self, where: Reference, message: str, *, targeted: bool = False) -> None:
        """Take a message of ours away."""
        path = f"{_activities(where.place)}/{quote(message, safe='')}"
        query = {"isTargetedActivity": "true"} if targeted else {}
        await self._call("DELETE", where, path, query, posts_to=where.place)

    async def create_direct(self, where: Reference, person: str) -> str:
        """The conversation of Kudos and a person, by object id or Teams id; there is only one, however often we ask.

        Args:
            where: any conversation of the tenant.
        """
        tenant = tenant_of(where.workspace)
        asked = {
            "isGroup": False,
            "bot": {"id": self.bot},
            "members": [{"id": person}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        answer = await self._call("POST", where, "v3/conversations", {}, asked, posts_to=person)
        return _id(answer, "id")

    async def create_thread(self, where: Reference, activity: Json) -> tuple[str, str]:
        """Begin a thread in the channel `where`: the ids of the conversation and of its first message."""
        asked = {
            "isGroup": True,
            "bot": {"id": self.bot},
            "channelData": {"channel": {"id": where.place}, "tenant": {"id": tenant_of(where.workspace)}},
            "activity": activity,
        }
        answer = await self._call("POST", where, "v3/conversations", {}, asked, posts_to=where.place, repeatable=False)
        return _id(answer, "id"), _id(answer, "activityId")

    # What only looks

    async def member(self, where: Reference, person: str) -> Json | None:
        """Somebody in a conversation, by object id or Teams id; None where they are not in it."""
        path = f"v3/conversations/{quote(where.place, safe='')}/members/{quote(person, safe='')}"
        try:
            return await self._call("GET", where, path)
        except Impossible as error:
            if error.reason in ("MemberNotFoundInConversation", "channel_not_found"):
                return None
            raise

    async def members(self, where: Reference, *, patient: bool = False) -> AsyncIterator[list[Json]]:
        """The pages of who is in a conversation; of a chat there is one.

        Args:
            patient: where Teams says later, wait.
        """
        path = f"v3/conversations/{quote(where.place, safe='')}/pagedMembers"
        query = {"pageSize": str(PAGE)}
        while True:
            page = await self._patiently("GET", where, path, query, patient=patient)
            yield _objects(page, "members")
            token = page.get("continuationToken")
            if not isinstance(token, str) or not token:
                return
            query = {**query, "continuationToken": token}

    async def team(self, where: Reference, *, patient: bool = False) -> Json:
        """What the team that `where` is in is called, and its group."""
        return await self._patiently("GET", where, f"v3/teams/{quote(where.team, safe='')}", {}, patient=patient)

    async def channels(self, where: Reference, *, patient: bool = False) -> list[Json]:
        """The channels of the team that `where` is in. The General channel has the team's id, and no name."""
        path = f"v3/teams/{quote(where.team, safe='')}/conversations"
        return _objects(await self._patiently("GET", where, path, {}, patient=patient), "conversations")

    # How it is asked

    async def _patiently(self, method: str, where: Reference, path: str, query: Json, *, patient: bool) -> Json:
        while True:
            try:
                return await self._call(method, where, path, query)
            except Throttled as error:
                if not patient:
                    raise
                await asyncio.sleep(error.retry_after_s)

    async def _call(
        self,
        method: str,
        where: Reference,
        path: str,
        query: Json | None = None,
        body: Json | None = None,
        *,
        posts_to: str = "",
        repeatable: bool = True,
    ) -> Json:
        """
        Args:
            posts_to: the conversation in whose limits it counts; "" for what only looks.
            repeatable: to do it twice does no harm.
        """
        clock = asyncio.get_running_loop().time
        began, pause_s, refused, tries = clock(), self._pause_s, "", 0
        while True:
            tries += 1
            await self._admit(where, posts_to)
            token = await self._tokens.token(instead_of=refused) if self._tokens else ""
            if not self._allowed(where.service_url):
                log.error("teams_address_refused", workspace=where.workspace, place=where.place)
                raise Unreachable("the address of this conversation may not be called")
            url = f"{where.service_url.rstrip('/')}/{path}{f'?{urlencode(query)}' if query else ''}"
            try:
                status, code, answer, after_s = await self._once(method, url, token, body, repeatable=repeatable)
                if status == 401 and token and not refused:
                    refused = token  # perhaps it has ended; once with another one
                    continue
                if status < 300:
                    return answer
                raise _failed(status, code, after_s, repeatable=repeatable)
            except _Again as again:
                wait_s = pause_s * random.uniform(0.5, 1.0) if again.wait_s is None else again.wait_s  # noqa: S311
                if isinstance(again.error, Throttled):
                    self._rest(where, posts_to, again.error.retry_after_s)
                if tries == TRIES_MOST or clock() - began + wait_s > PATIENCE_S:
                    raise again.error from None
                await asyncio.sleep(wait_s)
                pause_s *= 2

    async def _once(
        self, method: str, url: str, token: str, body: Json | None, *, repeatable: bool
    ) -> tuple[int, str, Json, float | None]:
        """Status, the code of a refusal, the answer, and after how many seconds to come again."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S, connect=REQUEST_TIMEOUT_S / 2)
        try:
            async with (self._kept if repeatable else self._fresh).request(
                method, URL(url, encoded=True), json=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                answer = await _json(response)
                return response.status, _code(answer), answer, _seconds(response.headers.get("Retry-After", ""))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise _Again(Unreachable(type(error).__name__)) from None  # it never went out
        except (aiohttp.ClientError, TimeoutError) as error:
            if repeatable:
                raise _Again(Unreachable(type(error).__name__)) from None
            raise AnswerLost(type(error).__name__) from None

    async def _admit(self, where: Reference, posts_to: str) -> None:
        key = f"{where.workspace}/{posts_to}"
        if (rest_s := self._resting.get(key, 0.0) - asyncio.get_running_loop().time()) > 0.001:
            raise Throttled("Teams has said so", retry_after_s=rest_s)
        await self._limits.admit(where.workspace, posts_to)

    def _rest(self, where: Reference, posts_to: str, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._resting) >= RESTING_MOST:
            self._resting = {key: until for key, until in self._resting.items() if until > now}
        self._resting[f"{where.workspace}/{posts_to}"] = now + seconds


def _failed(status: int, code: str, after_s: float | None, *, repeatable: bool) -> Exception:
    """What an answer other than 2xx means."""
    said = f"HTTP {status} {code}".rstrip()
    if status == 429:
        wait_s = RETRY_AFTER_S * random.uniform(0.5, 1.0) if after_s is None else after_s  # noqa: S311
        return _Again(Throttled(said, retry_after_s=wait_s), wait_s)
    # A 502 with a code is the connector's own word that it did not do it; without one it is a proxy's, who knows as
    # little as we do. After a 500 or a 504 nobody knows: what is behind it may have taken the post.
    if status in (412, 503) or (status == 502 and code) or (status in (502, 504) and repeatable):
        return _Again(Unreachable(said))
    if status >= 500:
        return Unreachable(said) if repeatable else AnswerLost(said)
    if status < 400:
        return Unreachable(f"{said}: redirects are not followed")
    if status == 401 or code == "BotDisabledByAdmin":
        return SwitchedOff(said)
    if code == "InvalidBotApiHost":
        return Unreachable(said)  # until something comes from there, with the right address
    if code in _NOT_IN or status == 403:
        return NotAMember(said)
    if code == "ConversationNotFound" or (status == 404 and not code):
        return Impossible("channel_not_found")
    return Impossible(code or f"http_{status}")


async def _json(response: aiohttp.ClientResponse) -> Json:
    """The object that was answered; an empty one for anything else."""
    try:
        answer = await response.json(content_type=None)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _code(answer: Json) -> str:
    """The word for a refusal, wherever it stands: also in a text of JSON within `message`."""
    error = answer.get("error")
    if isinstance(error, dict) and isinstance(error.get("code"), str):
        return str(error["code"])
    found = _SUBCODE.search(str(answer.get("message", "")))
    return found[1] if found else ""


def _seconds(header: str) -> float | None:
    """What `Retry-After` says, as seconds or as a date; None where it says nothing."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return None if math.isnan(seconds) else min(max(WAIT_LEAST_S, seconds), WAIT_MOST_S)


def _activities(conversation: str) -> str:
    return f"v3/conversations/{quote(conversation, safe='')}/activities"


def _id(answer: Json, name: str) -> str:
    """
    Raises:
        AnswerLost: it was done, and we were not told as what.
    """
    if not (isinstance(id_ := answer.get(name), str) and id_):
        raise AnswerLost(f"no {name} in the answer")
    return id_


def _objects(answer: Json, name: str) -> list[Json]:
    listed = answer.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
