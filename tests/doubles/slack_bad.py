"""Requests that no Slack ever sent: what must be refused before anything is read.

for bad in bad_requests(client):
    answer = await client.send(bad.request)
    assert answer.status in bad.expect, bad.request.what
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

from .slack_wire import FORM, JSON, Request, Wire

SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"

REFUSED = frozenset({401})  #: not proved to come from Slack
BROKEN = frozenset({400})  #: from Slack, as it seems, but not readable
TOO_BIG = frozenset({413})
EITHER = REFUSED | BROKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRequest:
    """A request, and the statuses that refuse it well."""

    request: Request
    expect: frozenset[int]


def bad_requests(client: Wire) -> list[BadRequest]:
    """Make every bad request anew; the timestamps in it are good for five minutes."""
    now = int(client.slack.now())
    body = urlencode({"command": "/kudos", "text": "help", "team_id": client.slack.team_id}).encode()
    right = client.sign(body, str(now))

    def unproved(what: str, **headers: str | None) -> BadRequest:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {TIMESTAMP: str(now), SIGNATURE: right, **named}
        return BadRequest(request=Request(what=what, body=body, headers=given), expect=EITHER)

    def signed_at(what: str, timestamp: str) -> BadRequest:
        mark = client.sign(body, timestamp)
        return unproved(what, X_Slack_Request_Timestamp=timestamp, X_Slack_Signature=mark)

    def unreadable(what: str, content: bytes, kind: str = JSON, expect: frozenset[int] = BROKEN) -> BadRequest:
        return BadRequest(request=Request(what=what, body=content, content_type=kind), expect=expect)

    other_secret = hmac.digest(b"another secret", f"v0:{now}:".encode() + body, hashlib.sha256).hex()
    deep = b"[" * 100_000 + b"]" * 100_000
    return [
        unproved("a wrong signature", X_Slack_Signature="v0=" + "0" * 64),
        unproved("a signature of another body", X_Slack_Signature=client.sign(b"another body", str(now))),
        unproved("a signature with another secret", X_Slack_Signature=f"v0={other_secret}"),
        unproved("a signature of another version", X_Slack_Signature=right.replace("v0=", "v1=")),
        unproved("a cut signature", X_Slack_Signature=right[:-1]),
        unproved("a signature in capitals", X_Slack_Signature=right.upper()),
        unproved("a signature that is not ASCII", X_Slack_Signature="v0=\u00e9\u4e2d" + right[5:]),
        unproved("an empty signature", X_Slack_Signature=""),
        unproved("no signature", X_Slack_Signature=None),
        unproved("no timestamp", X_Slack_Request_Timestamp=None),
        unproved("neither timestamp nor signature", X_Slack_Request_Timestamp=None, X_Slack_Signature=None),
        unproved("a timestamp that was not signed", X_Slack_Request_Timestamp=str(now - 1)),
        signed_at("a request six minutes old", str(now - 360)),
        signed_at("a request from six minutes ahead", str(now + 360)),
        signed_at("a timestamp in words", "soon"),
        signed_at("an empty timestamp", ""),
        signed_at("a timestamp with a fraction", f"{now}.5"),
        signed_at("a negative timestamp", f"-{now}"),
        signed_at("a timestamp without end", "9" * 5000),
        signed_at("a timestamp in Arabic digits", "".join(chr(0x660 + int(each)) for each in str(now))),
        signed_at("no number", "nan"),
        unreadable("broken JSON", b'{"type": "event_callback", '),
        unreadable("JSON that is a list", b"[]"),
        unreadable("JSON that is null", b"null"),
        unreadable("JSON that is not UTF-8", b'{"type": "\xff\xfe"}'),
        unreadable("JSON nested without end", deep),
        unreadable("a payload of broken JSON", urlencode({"payload": "{"}).encode(), FORM),
        unreadable("a payload that is a list", urlencode({"payload": "[]"}).encode(), FORM),
        unreadable("a payload nested without end", urlencode({"payload": deep[:50_000].decode()}).encode(), FORM),
        unreadable("an empty body", b"", FORM),
        unreadable("a body of 10 MB", b"x" * 10_000_000, FORM, TOO_BIG),
        unreadable("an event of 300 kB", json.dumps({"text": "x" * 300_000}).encode(), JSON, TOO_BIG),
    ]


def slow_request(client: Wire, *, pause_s: float, pieces: int = 1000) -> Request:
    """Make a rightly signed request whose body drips, a byte at a time, in `pieces` * `pause_s` seconds."""
    body = b"text=" + b"x" * (pieces - 5)

    async def drip() -> AsyncIterator[bytes]:
        for index in range(len(body)):
            yield body[index : index + 1]
            await asyncio.sleep(pause_s)

    return Request(what="a body that drips", body=body, chunks=drip)
