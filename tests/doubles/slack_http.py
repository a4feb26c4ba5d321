"""HTTP, as the Web API speaks it: arguments and tokens out of requests, answers and breakdowns into responses."""

import contextlib
import json
from base64 import b64decode
from urllib.parse import parse_qsl

from aiohttp import web

from .slack_objects import Json
from .slack_platform import METHODS, ApiError, Call

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_CHARSETS = {"utf-8", "iso-8859-1"}


def arguments(request: web.Request, body: bytes) -> tuple[Json, str | None, list[str]]:
    """Read a call's arguments and token from the query, and from a form or JSON."""
    args: Json = dict(request.query)
    shown = request.headers.get("Authorization", "")
    token = shown.removeprefix("Bearer ").strip() if shown.startswith("Bearer ") else None
    if shown.startswith("Basic "):
        with contextlib.suppress(ValueError):
            login, _, password = b64decode(shown.removeprefix("Basic "), validate=True).decode().partition(":")
            args |= {"client_id": login, "client_secret": password}
    args.pop("token", None)  # a token in the address is not accepted
    if request.method != "POST" or not body:
        return args, token, []
    if "Content-Type" not in request.headers:
        raise ApiError("missing_post_type")
    if (request.charset or "utf-8").lower() not in _CHARSETS:
        raise ApiError("invalid_charset")
    if request.content_type in _FORMS:
        if request.content_type == "multipart/form-data":
            raise ApiError("invalid_form_data")  # Slack reads it; nothing of ours should need it
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        token = token or form.pop("token", None)
        return args | form, token, ["superfluous_charset"] if request.charset else []
    if request.content_type != "application/json":
        raise ApiError("invalid_post_type")
    asked = METHODS.get(request.match_info["method"])
    if asked is not None and not asked.reads_json:
        return args, token, ["json_is_not_read_here"]
    try:
        given = json.loads(body)
    except ValueError as error:
        raise ApiError("invalid_json") from error
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    given = {key: value for key, value in given.items() if value is not None and key != "token"}
    return args | given, token, [] if request.charset else ["missing_charset"]


def warned(answer: Json, warnings: list[str]) -> Json:
    """Add warnings to an answer."""
    if not warnings:
        return answer
    metadata = answer.get("response_metadata", {})
    return answer | {
        "warning": ",".join(warnings),
        "response_metadata": metadata | {"warnings": [*metadata.get("warnings", []), *warnings]},
    }


def cut(request: web.Request) -> web.Response:
    """Break the connection; the response never leaves."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def broken(call: Call, status: int, retry_after: int | None) -> web.Response:
    """Answer with an HTTP status instead of JSON."""
    call.status = status
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if status == 429:
        call.answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(call.answer, status=429, headers=headers)
    return web.Response(status=status, text="Server Error", headers=headers)
