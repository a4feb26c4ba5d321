"""The Web API as we use it: one shared session with a time limit, no retries, and our own errors.

The SDK's default retry sends again after a lost answer, and so posts twice; the outbox owns retries.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import AnswerLost, Impossible, NotAMember, PlatformError, Throttled, Unreachable
from bot.outbox import REQUEST_TIMEOUT_S

Json = dict[str, Any]

RETRY_AFTER_S: Final = 30.0  #: where a 429 does not say
PAGE: Final = 200  #: items a page. Source: docs.slack.dev/apis/web-api/pagination

_PERHAPS = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)  #: Slack failed in the middle: "some aspect of the operation" may have succeeded
_NO_GOOD = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)  #: the token is: what else Slack could say of the call is open
_NOT_IN = frozenset({"not_in_channel", "channel_not_found"})


async def _no_redirects(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise aiohttp.ClientPayloadError("redirects are not followed")
    return response


def session() -> aiohttp.ClientSession:
    """A session for everything that goes out to Slack."""
    # The SDK ignores its own timeout when it is given a session.
    timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S, connect=REQUEST_TIMEOUT_S / 2)
    return aiohttp.ClientSession(timeout=timeout, middlewares=(_no_redirects,), trust_env=True)


class Reach:
    """Whether Slack can be reached, as far as the last call told."""

    def __init__(self) -> None:
        self.trouble = ""  #: why not; "" where it can


class Api:
    def __init__(
        self,
        token: str,
        base_url: str,
        http: aiohttp.ClientSession,
        *,
        no_good: Callable[[str], Awaitable[PlatformError]] | None = None,
        resting: dict[str, float] | None = None,
        reach: Reach | None = None,
    ) -> None:
        """
        Args:
            no_good: what it means that Slack does not take the token any more, for that reason.
            resting: what Slack does not want before when, by the loop's clock; shared by all tokens of a workspace.
            reach: where it is noted whether Slack can be reached.
        """
        self._no_good = no_good
        self.client = AsyncWebClient(
            token=token,
            base_url=base_url,  # the SDK reads no environment
            session=http,
            retry_handlers=[],
            timeout=int(REQUEST_TIMEOUT_S),
        )
        self._resting = {} if resting is None else resting
        self._reach = reach or Reach()

    async def call(self, method: str, **arguments: Any) -> Json:
        """Call a method that changes something; arguments that are None are left out.

        Raises:
            PlatformError: what became of it.
        """
        return await self._request(method, {"json": _given(arguments)}, lost=AnswerLost)

    async def query(self, method: str, **arguments: Any) -> Json:
        """Call a method that only reads; a lost answer is then no worse than no answer.

        The arguments go as form fields, for several of these methods take no JSON.
        """
        return await self._request(method, {"data": _given(arguments)}, lost=Unreachable)

    async def told(self, method: str) -> tuple[Json, Mapping[str, str]]:
        """As `query`, with the headers of the answer, whose names are in lower case."""
        response = await self._respond(method, {"data": {}}, lost=Unreachable)
        return cast("Json", response.data), {name.lower(): value for name, value in response.headers.items()}

    async def exchange(self, method: str, **arguments: Any) -> Json:
        """Hand over what works once, such as a code, in form fields.

        Raises:
            PlatformError: what became of it.
        """
        return await self._request(method, {"data": _given(arguments)}, lost=AnswerLost)

    async def _request(self, method: str, sent: Json, *, lost: type[AnswerLost | Unreachable]) -> Json:
        return cast("Json", (await self._respond(method, sent, lost=lost)).data)

    async def _respond(self, method: str, sent: Json, *, lost: type[AnswerLost | Unreachable]) -> AsyncSlackResponse:
        clock, limited = asyncio.get_running_loop().time, _limited(method, sent)
        if (rest_s := self._resting.get(limited, 0.0) - clock()) > 0:
            raise Throttled(method, retry_after_s=rest_s)  # whoever asks all the same is made to wait longer
        try:
            response = await self.client.api_call(method, **sent)
        except SlackApiError as error:
            status = _status(error)
            self._reach.trouble = f"Slack fails (HTTP {status})" if status >= 500 else ""
            refusal = _translated(method, error, lost)
            if isinstance(refusal, Throttled):
                self._resting[limited] = clock() + refusal.retry_after_s
            elif self._no_good and isinstance(refusal, Impossible) and refusal.reason in _NO_GOOD:
                refusal = await self._no_good(refusal.reason)
            raise refusal from None
        except aiohttp.ClientConnectorError as error:
            self._reach.trouble = f"Slack can't be reached ({type(error).__name__})"
            raise Unreachable(f"{method}: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            self._reach.trouble = f"Slack does not answer ({type(error).__name__})"
            raise lost(f"{method}: {type(error).__name__}") from None
        self._reach.trouble = ""
        return response

    async def pages(
        self, method: str, key: str, *, patient: bool = False, size: int = PAGE, **arguments: Any
    ) -> AsyncIterator[list[Any]]:
        """The pages of a listing.

        Args:
            patient: where there are more pages than Slack gives away in a minute, wait for the rest.
            size: items a page.
        """
        cursor = ""
        while True:
            try:
                page = await self.query(method, limit=size, cursor=cursor or None, **arguments)
            except Throttled as error:
                if not patient:
                    raise
                await asyncio.sleep(error.retry_after_s)
                continue
            yield page.get(key) or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _limited(method: str, sent: Json) -> str:
    """What Slack's limit applies to: a method, but for posts, which are counted by their place."""
    return f"{method} {sent['json'].get('channel')}" if method == "chat.postMessage" else method


def _given(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value is not None}


def _status(error: SlackApiError) -> int:
    response = error.response  # the SDK's own, or aiohttp's where the body was no JSON
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _translated(method: str, error: SlackApiError, lost: type[AnswerLost | Unreachable]) -> PlatformError:
    """Slack's refusal, split by what to do next."""
    response, status = error.response, _status(error)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Throttled(method, retry_after_s=_seconds(response.headers.get("Retry-After", "")))
    if status >= 500 or code in _PERHAPS or not code:
        return lost(f"{method}: HTTP {status} {code}")
    if code in _NOT_IN:
        return NotAMember(f"{method}: {code}")
    return Impossible(code)


def _seconds(header: str) -> float:
    try:
        return max(1.0, float(header))
    except ValueError:
        return RETRY_AFTER_S
