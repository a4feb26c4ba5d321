"""Logs to standard error: structured, without anybody's words, names or tokens.

What may stand in a line is on a list, and nothing else gets there: a field that is not is left out, and in tests it is
an error. An exception is told by where it was raised and what it is called, for its message may be what somebody wrote;
so is whatever a library has to say.
"""

import contextlib
import logging
import secrets
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.typing import EventDict, WrappedLogger

from bot.errors import ConfigError, DatabaseError, PlatformError

#: The fields that a line may have. Ids are those of workspaces, places and rows; nobody's own.
FIELDS: Final = frozenset(
    {
        *("event", "level", "timestamp", "exception", "request", "reference"),
        *("error", "reason", "why", "problem", "problems", "status", "state", "tries", "kept", "most", "dropped"),
        *(
            "workspace",
            "place",
            "row",
            "digest",
            "week",
            "view",
            "kind",
            "type",
            "step",
            "what",
            "at",
            "by",
            "position",
            "hash",
        ),
        *("file", "version", "entries", "path", "logger", "where", "said"),
        *("platform", "host", "port", "role", "slack", "teams"),
    }
)
HEADER: Final = "X-Request-Id"  #: tells whoever asked under which name the log knows it
CAUSES_MOST: Final = 5  #: of an exception
#: Libraries whose messages hold nothing that people wrote, and say what an operator has to know.
_MAY_SPEAK: Final = frozenset({"psycopg.pool"})
#: Ours, whose messages are made for the log.
_MADE_FOR_IT: Final = (ConfigError, DatabaseError, PlatformError)

log = structlog.get_logger()


class Allowed:
    """Lets only fields pass that are on the list."""

    def __init__(self, *, strict: bool = False) -> None:
        """
        Args:
            strict: in tests: another field is an error.
        """
        self._strict = strict

    def __call__(self, _: WrappedLogger, __: str, line: EventDict) -> EventDict:
        others = line.keys() - FIELDS - {"exc_info", "stack_info"}
        if others and self._strict:
            raise LookupError(f"{line.get('event')}: may not be logged: {', '.join(sorted(others))}")
        for name in others:
            del line[name]
        if others:
            line["dropped"] = len(others)
        return line


def set_up(level: str, form: str, *, cached: bool = True, strict: bool = False) -> None:
    """One line an event, for people (`console`) or for machines (`json`)."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            told_where,
            Allowed(strict=strict),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=cached,
    )
    # Libraries say what people wrote at INFO and below (slack_bolt logs rejected bodies).
    logging.basicConfig(level=logging.WARNING, handlers=[OfLibraries()])


def told_where(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """An exception as the places that it came through."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["exception"] = trace(error)
    return line


def trace(error: BaseException) -> str:
    """Where `error` was raised, and what led to it, without what they say."""
    parts: list[str] = []
    each: BaseException | None = error
    while each is not None and len(parts) < CAUSES_MOST:
        frames = "".join(traceback.format_tb(each.__traceback__))
        said = f": {each}" if isinstance(each, _MADE_FOR_IT) else ""
        within = "".join(f"\n{trace(one)}" for one in each.exceptions) if isinstance(each, BaseExceptionGroup) else ""
        parts.append(f"{frames}{type(each).__qualname__}{said}{within}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\nwhich came of:\n".join(parts)


class OfLibraries(logging.Handler):
    """What libraries log, in lines of ours: who says it and where, and not what."""

    def emit(self, record: logging.LogRecord) -> None:
        said = {"said": record.getMessage()} if record.name in _MAY_SPEAK else {}
        error = {"exc_info": record.exc_info} if record.exc_info else {}
        where = f"{record.module}:{record.lineno}"
        log.log(record.levelno, "library", logger=record.name, where=where, **said, **error)


def request_id() -> str:
    """By which the operator finds in the log what somebody was told about: that of what is being done, or a new one."""
    bound: str | None = get_contextvars().get("request")
    return bound or new_id()


def new_id() -> str:
    return secrets.token_hex(4)


@contextlib.contextmanager
def identified() -> Iterator[str]:
    """All that is logged within the block, and in what is begun there, has one id."""
    id_ = new_id()
    with bound_contextvars(request=id_):
        yield id_


@web.middleware
async def named(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Each request has an id in the log, and whoever asked is told."""
    with identified() as id_:
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            refused.headers[HEADER] = id_
            raise
        response.headers[HEADER] = id_
        return response


def of_server() -> logging.Logger:
    """For aiohttp's server, which would quote what it could not read, unsigned as it is."""
    logger = logging.getLogger("kudos.http")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_of_ours)
    return logger


def _of_ours(record: logging.LogRecord) -> bool:
    """Whether we are at fault; where it is the request, a line without a word of it says so."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | web.RequestPayloadError):
        log.warning("http_request_malformed", error=type(error).__name__)
        return False
    return True
