"""The half of the Bot Connector that calls bots: its signing keys over real HTTP, its tokens, and deliveries.

The other half, which bots call, is `teams_connector`.
Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import functools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from .teams_world import Json

ISSUER = "https://api.botframework.com"
METADATA = "/v1/.well-known/openidconfiguration"
KEYS = "/v1/.well-known/keys"
PATIENCE_S = 15.0


def private_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """A key, made once for all tests."""
    return _made(name, bits)


@functools.cache
def _made(_: str, bits: int) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


@dataclass(kw_only=True)
class Answer:
    """What the bot answered, if it did."""

    status: int | None = None
    body: Any = None  # parsed when it is JSON, otherwise text
    headers: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the activity counts as delivered."""
        return self.status is not None and 200 <= self.status < 300


class BotService:
    """Signs, publishes its keys, and delivers activities to a bot at `url`."""

    def __init__(self, app_id: str, url: str = "") -> None:
        self.app_id = app_id
        self.url = url
        self.issuer = ISSUER
        self.signing = "key-1"  # the name of the key that is in use
        self.published: dict[str, Json] = {}
        self.publish(self.signing)
        self.fetched: list[str] = []  # what was asked of the key server
        self.address = ""
        # What goes wrong at the key server
        self.delay_s = 0.0
        self.status = 200
        self.instead: bytes | None = None  # what it says in place of its keys
        self.metadata: Json = {}  # what its metadata say in place of the truth
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    # Keys

    def publish(self, name: str, *, endorsements: list[str] | None = None, bits: int = 2048, **more: Any) -> None:
        """Let a key be known by `name`."""
        jwk = RSAAlgorithm.to_jwk(private_key(name, bits).public_key(), as_dict=True)
        told = ["msteams", "webchat", "directline"] if endorsements is None else endorsements
        self.published[name] = {**jwk, "use": "sig", "kid": name, "x5t": name, "endorsements": told, **more}

    def rotate(self, name: str, *, keep: bool = True) -> None:
        """Sign with another key from now on; the old one is published for a while longer, or not."""
        if not keep:
            self.published.clear()
        self.publish(name)
        self.signing = name

    @property
    def openid_url(self) -> str:
        """Where the metadata are."""
        return self.address + METADATA

    @property
    def keys_url(self) -> str:
        """Where the keys themselves are."""
        return self.address + KEYS

    async def __aenter__(self) -> Self:
        site = web.Application()
        site.router.add_get(METADATA, self._tell_metadata)
        site.router.add_get(KEYS, self._tell_keys)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._http = aiohttp.ClientSession(trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http:
            await self._http.close()
        if self._runner:
            await self._runner.cleanup()

    async def _tell_metadata(self, request: web.Request) -> web.Response:
        algorithms = {"id_token_signing_alg_values_supported": ["RS256"]}
        metadata = {"issuer": self.issuer, "jwks_uri": self.keys_url, **algorithms, **self.metadata}
        return await self._tell(request, metadata)

    async def _tell_keys(self, request: web.Request) -> web.Response:
        if self.instead is not None:
            self.fetched.append(request.path)
            return web.Response(body=self.instead)
        return await self._tell(request, {"keys": list(self.published.values())})

    async def _tell(self, request: web.Request, body: Json) -> web.Response:
        self.fetched.append(request.path)
        await asyncio.sleep(self.delay_s)
        if self.status != 200:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        return web.json_response(body)

    # Tokens

    def claims(self, service_url: str, **others: Any) -> Json:
        """What a token says; a claim that is None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.app_id,
            "nbf": now - 5,
            "exp": now + 3600,
            "serviceurl": service_url,
        }
        return {name: value for name, value in (claims | others).items() if value is not None}

    def token(
        self, service_url: str, *, key: str = "", header: Mapping[str, str | None] | None = None, **claims: Any
    ) -> str:
        """Really signed; `key` signs in place of the one in use, without changing what the header says."""
        headers = {"typ": "JWT", "kid": self.signing, "x5t": self.signing, **(header or {})}
        return jwt.encode(
            self.claims(service_url, **claims),
            private_key(key or self.signing),
            algorithm="RS256",
            headers={name: value for name, value in headers.items() if value is not None},
        )

    # Deliveries

    async def deliver(self, activity: Json, *, times: int = 1, together: bool = False) -> list[Answer]:
        """Deliver an activity, `times` times: one after another, or at the same time."""
        authorization = f"Bearer {self.token(activity['serviceUrl'])}"
        body = json.dumps(activity).encode()
        sendings = [self.post(body, {"Authorization": authorization}) for _ in range(times)]
        if together:
            return list(await asyncio.gather(*sendings))
        return [await sending for sending in sendings]

    async def post(self, body: bytes, headers: Mapping[str, str | None] | None = None) -> Answer:
        """Post `body` to the bot; a header that is None is left out."""
        assert self._http is not None
        sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "BF-DirectLine/3.0", **(headers or {})}
        try:
            async with self._http.post(
                self.url,
                data=body,
                headers={name: value for name, value in sent.items() if value is not None},
                skip_auto_headers=[name for name, value in sent.items() if value is None],
                timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
                allow_redirects=False,
            ) as response:
                text = await response.text(errors="replace")
                read = json.loads(text) if response.content_type == "application/json" and text else text
                return Answer(status=response.status, body=read, headers=response.headers)
        except TimeoutError:
            return Answer(failure="timeout")
        except aiohttp.ClientError as error:
            return Answer(failure=f"{type(error).__name__}: {error}")


class Stranger:
    """A server that should never be called; it writes down what it is told."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.address = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        site = web.Application()
        site.router.add_route("*", "/{path:.*}", self._note)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _note(self, request: web.Request) -> web.Response:
        self.called.append(f"{request.method} {request.path}")
        return web.json_response({"id": "1"})
