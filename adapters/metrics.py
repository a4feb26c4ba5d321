"""`GET /metrics`: how it goes, in numbers; never who or what. Whoever may not read it is not told that it is there."""

import asyncio
import hmac
import ipaddress
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.app import Application, Role
from bot.database import Database, Row, Step
from bot.errors import DatabaseError
from bot.looking import Figures, figures
from bot.posts import FILES

LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)  #: s
PATIENCE_S: Final = 5.0  #: for the database: Prometheus waits 10 s, and wants the rest all the same
KIND: Final = web.RequestKey("kind", str)  #: what a route noted of a request, such as "command"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Metrics:
    """What one process counts itself, and what the database says when somebody asks."""

    def __init__(self, token: str, clock: Callable[[], datetime]) -> None:
        """
        Args:
            token: who sends it reads the page from anywhere; "" for nobody.
        """
        self._token = token
        self._clock = clock
        self._registry = CollectorRegistry()
        self._acks = Histogram(
            "kudos_ack_seconds",
            "How long a platform waited for our answer",
            ["route", "kind", "status"],
            buckets=LATENCIES,
            registry=self._registry,
        )
        # Without labels, so that it is there before anything fails: what appears with its first failure has not grown.
        self._failures = Counter(
            "kudos_failures", "Requests that were not carried out, whatever was answered", registry=self._registry
        )
        self._database = Histogram(
            "kudos_database_seconds",
            "How long the database took",
            ["what"],
            buckets=LATENCIES,
            registry=self._registry,
        )

    def timed(self, database: Database) -> Database:
        """The same database, whose answers are timed."""
        return _Timed(database, self._database)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began, status = time.perf_counter(), 500
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            status = refused.status
            raise
        else:
            status = response.status
            return response
        finally:
            resource = request.match_info.route.resource
            if request.method == "POST" and resource is not None:
                took = time.perf_counter() - began
                self.acked(resource.canonical, request.get(KIND, "other"), status, took)

    def acked(self, way: str, kind: str, status: int, took_s: float) -> None:
        """A platform had an answer, over a route of ours, or else such as over a socket."""
        self._acks.labels(way, kind, str(status)).observe(took_s)
        if status >= 500:
            self.failed()

    def failed(self) -> None:
        """Something was not carried out that somebody asked for: people are told so with 200, as are platforms."""
        self._failures.inc()

    def page(
        self, app: Application, troubles: Callable[[], Mapping[str, str]] = dict, *, role: Role = Role.ALL
    ) -> Handler:
        """What shows it.

        Args:
            role: of this process.
            troubles: by platform, what does not work; "" for nothing.
        """

        async def page(request: web.Request) -> web.Response:
            if not self._may_read(request):
                raise web.HTTPNotFound
            told = troubles()
            of_process = _of_process(role, app, told)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    found = await figures(app.store, self._clock(), told.keys())
            except (DatabaseError, TimeoutError):  # what we count ourselves is wanted then all the more
                found = None
            fixed = _Fixed((*_of_database(found), *of_process))
            self._registry.register(fixed)
            try:
                text = generate_latest(self._registry)
            finally:
                self._registry.unregister(fixed)
            return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

        return page

    def _may_read(self, request: web.Request) -> bool:
        if self._token:
            scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
            return (
                hmac.compare_digest(sent.encode(errors="surrogateescape"), self._token.encode())
                and scheme.lower() == "bearer"
            )
        # What a proxy on this machine passes on comes from elsewhere.
        return _loopback(request.remote or "") and not request.headers.keys() & {"Forwarded", "X-Forwarded-For"}


class _Timed:
    def __init__(self, database: Database, times: Histogram) -> None:
        self._inner = database
        self._reads = times.labels("read")
        self._long_reads = times.labels("long read")
        self._writes = times.labels("write")

    @property
    def alone(self) -> tuple[Step, ...]:
        return self._inner.alone

    def kept(self, *tables: str) -> tuple[Step, ...]:
        return self._inner.kept(*tables)

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        with self._reads.time():
            return await self._inner.rows(sql, **values)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        with self._long_reads.time():
            return await self._inner.long_rows(sql, **values)

    async def write(self, *steps: Step) -> list[int]:
        with self._writes.time():
            return await self._inner.write(*steps)

    async def close(self) -> None:
        await self._inner.close()


class _Fixed(Collector):
    """Figures as they were a moment ago."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = tuple(metrics)

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_database(found: Figures | None) -> Iterator[Metric]:
    """What it says, and first of all whether it does."""
    yield GaugeMetricFamily("kudos_database_up", "Whether the database answers", value=found is not None)
    if found is not None:
        yield from _in_database(found)


def _in_database(found: Figures) -> Iterator[Metric]:
    rows = GaugeMetricFamily("kudos_outbox_rows", "Messages that should stand somewhere, by state", labels=["state"])
    for state, number in found.outbox.items():
        rows.add_metric([state], number)
    yield rows
    yield GaugeMetricFamily(
        "kudos_outbox_oldest_seconds", "How long the oldest message is late, tried in vain or not", value=found.oldest_s
    )
    digests = GaugeMetricFamily(
        "kudos_digests", "Digests due in the last eight days, by what became of them", labels=["outcome"]
    )
    for outcome, number in found.digests.items():
        digests.add_metric([outcome], number)
    yield digests
    yield GaugeMetricFamily(
        "kudos_digests_planned", "Places in which a digest is switched on, and it is not quiet", value=found.planned
    )
    yield GaugeMetricFamily(
        "kudos_digests_overdue", "Those of them whose last digest should long be there", value=found.overdue
    )
    yield GaugeMetricFamily(
        "kudos_last_digest_timestamp_seconds",
        "When a digest was posted last, in seconds since 1970; 0 for never",
        value=found.last_digest.timestamp() if found.last_digest else 0,
    )


def _of_process(role: Role, app: Application, troubles: Mapping[str, str]) -> Iterator[Metric]:
    process = GaugeMetricFamily("kudos_process_info", "What this process does: all, web or worker", labels=["role"])
    process.add_metric([role.value], 1)
    yield process
    up = GaugeMetricFamily("kudos_platform_up", "Whether a platform that is switched on works", labels=["platform"])
    for platform, trouble in troubles.items():
        up.add_metric([platform], not trouble)
    yield up
    framework = GaugeMetricFamily("kudos_framework_info", "The framework in use", labels=["version"])
    framework.add_metric([app.framework.version], 1)
    yield framework
    usable = GaugeMetricFamily("kudos_file_usable", "Whether what a file says now can be used", labels=["file"])
    for file in FILES:
        usable.add_metric([file], app.renewing.usable(file))
    yield usable


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
