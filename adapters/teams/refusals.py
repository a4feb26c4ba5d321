"""What the Bot Connector's answers mean: done, refused, to be tried again, or nobody knows.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages, "Status codes"
"""

import math
import random
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

from bot.errors import AnswerLost, Impossible, NotAMember, PlatformError, SwitchedOff, Throttled, Unreachable

Json = dict[str, Any]

RETRY_AFTER_S: Final = 5.0  #: where a 429 does not say
WAIT_LEAST_S: Final = 0.1
WAIT_MOST_S: Final = 3600.0

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


class Again(Exception):  # noqa: N818 - no error yet
    """It was not taken and may be tried again; `error` is what it ends in."""

    def __init__(self, error: PlatformError, wait_s: float | None = None) -> None:
        self.error = error
        self.wait_s = wait_s


def failed(status: int, code: str, after_s: float | None, *, repeatable: bool) -> Exception:
    """What an answer other than 2xx means."""
    said = f"HTTP {status} {code}".rstrip()
    if status == 429:
        wait_s = RETRY_AFTER_S * random.uniform(0.5, 1.0) if after_s is None else after_s  # noqa: S311
        return Again(Throttled(said, retry_after_s=wait_s), wait_s)
    # A 502 with a code is the connector's own word that it did not do it; without one it is a proxy's, who knows as
    # little as we do. After a 500 or a 504 nobody knows: what is behind it may have taken the post.
    if status in (412, 503) or (status == 502 and code) or (status in (502, 504) and repeatable):
        return Again(Unreachable(said))
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


async def json_of(response: aiohttp.ClientResponse) -> Json:
    """The object that was answered; an empty one for anything else."""
    try:
        answer = await response.json(content_type=None)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def code_of(answer: Json) -> str:
    """The word for a refusal, wherever it stands: also in a text of JSON within `message`."""
    error = answer.get("error")
    if isinstance(error, dict) and isinstance(error.get("code"), str):
        return str(error["code"])
    found = _SUBCODE.search(str(answer.get("message", "")))
    return found[1] if found else ""


def seconds_of(header: str) -> float | None:
    """What `Retry-After` says, as seconds or as a date; None where it says nothing."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return None if math.isnan(seconds) else min(max(WAIT_LEAST_S, seconds), WAIT_MOST_S)


def id_of(answer: Json, name: str) -> str:
    """
    Raises:
        AnswerLost: it was done, and we were not told as what.
    """
    if not (isinstance(id_ := answer.get(name), str) and id_):
        raise AnswerLost(f"no {name} in the answer")
    return id_


def objects_of(answer: Json, name: str) -> list[Json]:
    listed = answer.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
