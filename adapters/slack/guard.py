"""In front of everything: nothing unsigned is parsed, nothing rejected is logged.

Bolt parses first, answers 500 to broken JSON and to a nonsense timestamp, and logs the bodies it rejects.
Source: docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from adapters import bodies

AGE_MOST_S: Final = 300.0  #: of a timestamp, either way

log = structlog.get_logger()


async def checked_body(request: web.Request, secret: str, now: float) -> str:
    """The body of a request that Slack has signed, and that is well formed.

    Raises:
        web.HTTPException: 400, 401, 408 or 413, without a word of the body.
    """
    raw = await bodies.read(request, "slack")
    if not _signed(raw, request.headers, secret, now):
        log.warning("slack_request_not_signed")
        raise web.HTTPUnauthorized(text="invalid signature")
    text = well_formed(raw, request.content_type)
    if text is None:
        log.warning("slack_request_malformed")
        raise web.HTTPBadRequest(text="malformed request")
    return text


def _signed(raw: bytes, headers: Mapping[str, str], secret: str, now: float) -> bool:
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    # ASCII digits only: `int` also takes "١٢", " 12 " and "1_2".
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > AGE_MOST_S:
        return False
    expected = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    given = headers.get("X-Slack-Signature", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(b"v0=" + expected.encode(), given)


def well_formed(raw: bytes, content_type: str) -> str | None:
    """The body as text, if it is what Slack sends: a JSON object, or a form whose payload is one."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return text if isinstance(json.loads(text), dict) else None
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=100)
        if "payload" in fields:
            return text if isinstance(json.loads(fields["payload"][0]), dict) else None
    except (ValueError, RecursionError):
        return None
    # Bolt takes a form for an interaction if that word stands anywhere in it, such as in what somebody typed.
    return text.replace("payload", "p%61yload") if fields.keys() & {"command", "ssl_check"} else None
