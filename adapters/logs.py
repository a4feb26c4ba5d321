"""Logs to standard error: structured, without anybody's words."""

import logging
import sys

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger()


def set_up(level: str, form: str, *, cached: bool = True) -> None:
    """One line an event, for people (`console`) or for machines (`json`)."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=cached,
    )
    # Libraries say what people wrote at INFO and below (slack_bolt logs rejected bodies).
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


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
