"""The body of a request, read only so far and only so long."""

import asyncio
from typing import Final

import structlog
from aiohttp import web

BODY_MOST: Final = 256 * 1024  #: bytes
READ_TIMEOUT_S: Final = 3.0

log = structlog.get_logger()


async def read(request: web.Request, platform: str) -> bytes:
    """
    Raises:
        web.HTTPException: 400, 408 or 413, without a word of the body.
    """
    if (request.content_length or 0) > BODY_MOST:
        raise web.HTTPRequestEntityTooLarge(BODY_MOST, request.content_length or 0)
    raw = bytearray()
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            async for chunk in request.content.iter_any():
                raw += chunk
                if len(raw) > BODY_MOST:
                    raise web.HTTPRequestEntityTooLarge(BODY_MOST, len(raw))
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the body took too long") from None
    except (web.RequestPayloadError, ConnectionError):  # of what is no HTTP, or of which the rest never came
        log.warning(f"{platform}_request_malformed")
        raise web.HTTPBadRequest(text="malformed request") from None
    return bytes(raw)
