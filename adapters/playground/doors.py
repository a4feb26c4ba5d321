"""Who may come in: this machine's own browser, on our own page, and nobody who borrows either.

A page elsewhere can make a browser send requests to 127.0.0.1, and can point a name of its own at that address.
So the name that was asked for must be a loopback one, and what changes something must come from our own page.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

HOSTS: Final = frozenset({"127.0.0.1", "localhost"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


@web.middleware
async def doors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to strangers; put the headers on whatever is answered; apologise for a bug, with a reference."""
    try:
        response = await handler(request) if at_home(request) else web.Response(status=403, text=_STRANGER)
    except web.HTTPException as answer:
        answer.headers.update(HEADERS)
        raise
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("playground_failed", reference=reference, path=request.path)
        response = web.Response(status=500, text=_SORRY.format(reference))
    response.headers.update(HEADERS)
    return response


def at_home(request: web.Request) -> bool:
    """Whether `request` is for a loopback name and, if it may change something, from a page of ours."""
    host = request.headers.getall("Host", [])
    if len(host) != 1 or not _loopback(host[0]):
        return False
    if request.method in ("GET", "HEAD"):
        return True
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return site in (None, "same-origin") and origin in (None, f"http://{host[0]}")


def _loopback(host: str) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # a nonsense port is refused too
    except ValueError:
        return False
    return parts.hostname in HOSTS and parts.username is None and parts.netloc == host


_STRANGER: Final = "This playground answers only pages of its own, at http://127.0.0.1 or http://localhost.\n"
_SORRY: Final = "Sorry, something went wrong here, and it is our mistake. In the log it is called {}.\n"
