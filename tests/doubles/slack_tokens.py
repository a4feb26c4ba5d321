"""`trigger_id`s and `response_url`s that say themselves what they are for.

A token carries its contents and a seal, so the platform can run in one process and the people who act on it in
another, without telling each other what was issued. How often a token was used is the platform's to remember.
"""

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass

_SEAL = b"nothing secret: tokens of a test double"
_SHAPE = re.compile(r"(\d+)\.(\d+)\.([0-9a-f]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token says: its contents, and when it was issued (seconds)."""

    contents: list[str]
    issued: float


def issue(purpose: str, contents: list[str], now: float) -> str:
    """Make a token in the shape of Slack's: "132456.7890123.abcdef"."""
    serial, issued = secrets.randbelow(10**9), int(now * 1000)
    body = json.dumps(contents).encode()
    return f"{serial}.{issued}.{(_mac(purpose, serial, issued, body) + body).hex()}"


def read(purpose: str, token: str) -> Token | None:
    """Read a token that was issued for `purpose`; anything else is no token."""
    shape = _SHAPE.fullmatch(token)
    if shape is None or len(shape[3]) % 2:
        return None
    serial, issued, sealed = int(shape[1]), int(shape[2]), bytes.fromhex(shape[3])
    if not hmac.compare_digest(sealed[:8], _mac(purpose, serial, issued, sealed[8:])):
        return None
    return Token(contents=json.loads(sealed[8:]), issued=issued / 1000)


def _mac(purpose: str, serial: int, issued: int, body: bytes) -> bytes:
    return hmac.digest(_SEAL, f"{purpose}.{serial}.{issued}.".encode() + body, hashlib.sha256)[:8]
