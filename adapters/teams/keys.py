"""The keys with which the Bot Connector signs: kept, and fetched without anybody waiting for them in vain.

The SDK fetches them with blocking calls that have no time limit, and knows a key that was made since only a day later.
Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication

* A key that we know is answered at once. When all are a day old, they are fetched anew beside that.
* One that we don't know is looked for, at most every five minutes; whoever waits, waits for the same fetch.
* What a fetch that failed did not bring is no reason to forget what we have.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from adapters.teams.guard import RefusedError

FETCH_TIMEOUT_S: Final = 2.0  #: for the metadata and the keys together
REFRESH_S: Final = 300.0  #: between two looks for a key that we don't know
OLD_S: Final = (
    24 * 3600.0
)  #: after which keys are fetched anew. Source: "rest-api/bot-framework-rest-connector-authentication"
EMPTY_S: Final = 1.0  #: between two tries while there is no key at all
BODY_MOST: Final = 1024 * 1024  #: bytes of an answer
KEYS_MOST: Final = 100
KEY_LEAST_BITS: Final = 2048
ISSUER: Final = "https://api.botframework.com"  #: where the address is one of keys, and names no issuer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    public: RSAPublicKey
    issuer: str  #: who signs with it
    endorsements: frozenset[str]  #: the channels that it may speak for; none: for each


class _UnusableError(Exception):
    """What the address holds are no keys."""


class Keys:
    def __init__(
        self,
        url: str,
        http: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
        *,
        timeout_s: float = FETCH_TIMEOUT_S,
    ) -> None:
        """
        Args:
            url: of OpenID metadata that lead to the keys on the same host, or of the keys themselves.
            clock: in seconds, whenever it began.
        """
        self._url = url
        self._http = http
        self._clock = clock
        self._timeout_s = timeout_s
        self._keys: Mapping[str, Key] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._failed = True  # the latest try
        self._why = ""  # the latest failure, until a try goes well
        self._missed = False  # one that we don't know was shown since then
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, id_: str) -> Key | None:
        """The key called `id_`; None where there certainly is none.

        Raises:
            RefusedError: with 503, for whether there is such a key can't be said now.
        """
        if found := self._keys.get(id_):
            if self._clock() - max(self._fetched_at + OLD_S, self._tried_at + REFRESH_S) > 0:
                self.refresh()
            return found
        if self._fetching or self._clock() - self._tried_at > (REFRESH_S if self._keys else EMPTY_S):
            await asyncio.shield(self.refresh())
            found = self._keys.get(id_)
        if not found and self._failed:
            self._missed = True
            raise RefusedError(503, "keys")
        return found

    def refresh(self) -> asyncio.Task[None]:
        """Fetch the keys, unless that is under way."""
        if self._fetching is None:
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._refresh())
        return self._fetching

    @property
    def trouble(self) -> str:
        """Why somebody can't be believed; "" where the keys that we have do, or they have not been asked for yet."""
        missing = self._missed or not self._keys
        return f"Microsoft's keys can't be fetched ({self._why})" if self._why and missing else ""

    async def look(self) -> None:
        """Where there is trouble, see whether it is over: to whom nobody comes, nothing else would tell."""
        if self.trouble:
            await asyncio.shield(self.refresh())

    async def close(self) -> None:
        """Stop fetching."""
        if self._fetching:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                self._keys = await self._fetched()
            self._fetched_at, self._failed, self._why, self._missed = self._clock(), False, "", False
        except (aiohttp.ClientError, TimeoutError, _UnusableError) as error:
            self._failed, self._why = True, type(error).__name__.removeprefix("_")
            log.warning("teams_keys_not_fetched", error=type(error).__name__, kept=len(self._keys))
        finally:
            self._fetching = None

    async def _fetched(self) -> Mapping[str, Key]:
        found, issuer = await self._get(self._url), ISSUER
        if "keys" not in found:
            address, issuer = found.get("jwks_uri"), found.get("issuer", "")
            if not isinstance(address, str) or not isinstance(issuer, str) or _origin(address) != _origin(self._url):
                raise _UnusableError
            found = await self._get(address)
        listed = found.get("keys")
        keys = (
            dict(filter(None, (_read(each, issuer) for each in listed[:KEYS_MOST]))) if isinstance(listed, list) else {}
        )
        if not keys or not issuer:
            raise _UnusableError
        return keys

    async def _get(self, url: str) -> dict[str, Any]:
        raw = bytearray()
        async with self._http.get(url, allow_redirects=False) as response:
            if response.status != 200:
                raise _UnusableError
            async for chunk in response.content.iter_any():
                raw += chunk
                if len(raw) > BODY_MOST:
                    raise _UnusableError
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            raise _UnusableError from None
        if not isinstance(found, dict):
            raise _UnusableError
        return found


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _UnusableError from None
    return parts.scheme, parts.hostname, port


def _read(jwk: object, issuer: str) -> tuple[str, Key] | None:
    """A key by its name; None where it is of another kind."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
        return None
    id_, endorsed = jwk.get("kid"), jwk.get("endorsements") or []
    if not isinstance(id_, str) or not isinstance(endorsed, list):
        return None
    try:
        public = RSAAlgorithm.from_jwk(jwk)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is no key
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < KEY_LEAST_BITS:
        return None
    endorsements = frozenset(each for each in endorsed if isinstance(each, str))
    return id_, Key(public=public, issuer=issuer, endorsements=endorsements)
