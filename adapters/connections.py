"""Who is connected: nobody for long who says nothing, and never so many that there is no room for the others.

aiohttp closes who is idle or slow with a request's head by itself, once it is told how long to wait (`web.listening`);
`bodies.py` ends slow bodies. What is left is the number: where all files are in use nobody else gets in, and the
database and the platforms can't be reached either.
"""

import resource
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

HEAD_S: Final = 10.0  #: for the head of a request, the next one on the same connection included
LINGER_S: Final = 2.0  #: for the rest of a body that nobody wants
MOST: Final = 4096  #: connections at once
KEPT_FILES: Final = 200  #: of those that a process may open: the database, the platforms, the log
FILES_WANTED: Final = 65_536

log = structlog.get_logger()


class Connections:
    """Those of one server. Where there are too many, whoever has waited longest without asking anything goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answering: dict[object, web.BaseRequest] = {}

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Know who is being answered."""
        self._answering[request.protocol] = request
        try:
            return await handler(request)
        finally:
            self._answering.pop(request.protocol, None)

    def of(self, runner: web.AppRunner) -> Callable[[], web.RequestHandler]:
        """What makes a connection to what runs there."""
        server = runner.server
        if server is None:
            raise ValueError("it is not set up")

        def made() -> web.RequestHandler:
            self._make_room(server)
            return server()

        return made

    def _make_room(self, server: web.Server) -> None:
        connections = [each for each in server.connections if each.transport]
        if len(connections) < self._most:
            return
        log.warning("connections_too_many", most=self._most)
        if idle := next((each for each in connections if not self._is_answered(each)), None):
            idle.force_close()

    def _is_answered(self, connection: web.RequestHandler) -> bool:
        request = self._answering.get(connection)
        return request is not None and request.content.is_eof()


def room() -> int:
    """Let this process open as many files as it may; how many connections that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else max(1, min(MOST, soft - KEPT_FILES))
