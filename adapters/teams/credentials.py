"""Our own access tokens for the Bot Connector: fetched once for all who wait, kept, and renewed before they end.

A single tenant's app shows a client secret, or a certificate; on Azure a managed identity needs neither.
"""

import asyncio
import base64
import time
import uuid
from collections.abc import Mapping
from typing import Any, Final, Protocol

import aiohttp
import jwt
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from yarl import URL

from bot.config import Settings
from bot.errors import ConfigError, PlatformError, SwitchedOff, Throttled, Unreachable

SCOPE: Final = "https://api.botframework.com/.default"
GOVERNMENT_SCOPE: Final = "https://api.botframework.us/.default"
GOVERNMENT_LOGIN: Final = "login.microsoftonline.us"  #: where governments' clouds sign in
METADATA_URL: Final = "http://169.254.169.254/metadata/identity/oauth2/token"  #: of a virtual machine in Azure
RENEWED_BEFORE_S: Final = 300.0  #: its end, a token is renewed
FETCH_TIMEOUT_S: Final = 3.0
REST_S: Final = 60.0  #: until we show again what the login has called no good
RETRY_AFTER_S: Final = 30.0  #: where a 429 does not say
ASSERTION_S: Final = 300  #: an assertion is good for. Source: learn.microsoft.com, "certificate-credentials"

Json = dict[str, Any]


class Login(Protocol):
    """How a token is asked for."""

    async def ask(self) -> tuple[str, float]:
        """A new token, and for how many seconds it is good.

        Raises:
            PlatformError: none can be had.
        """
        ...


class Credentials:
    """The token in use. However many ask at once, there is one fetch."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._token = ""
        self._renew_at = 0.0  # by the loop's clock
        self._ends_at = 0.0
        self._refused: tuple[float, PlatformError] | None = None  # until when nothing is asked, and why
        self._failed: PlatformError | None = None  # why there was no token, until there is one
        self._fetching = asyncio.Lock()

    async def token(self, *, instead_of: str = "") -> str:
        """
        Args:
            instead_of: a token that was refused: another one is wanted.

        Raises:
            PlatformError: none can be had.
        """
        if self._good(instead_of):
            return self._token
        async with self._fetching:
            if not self._good(instead_of):  # somebody has fetched one while we waited
                await self._fetch(still_good=self._token != instead_of)
            return self._token

    @property
    def trouble(self) -> str:
        """Why the login gave no token when it was asked last; "" where it did, or was not asked."""
        return f"no token for Teams ({self._failed})" if self._failed else ""

    def _good(self, refused: str) -> bool:
        return bool(self._token) and self._token != refused and _now() < self._renew_at

    async def _fetch(self, *, still_good: bool) -> None:
        if self._refused and _now() < self._refused[0]:
            raise self._refused[1]
        try:
            self._token, good_s = await self._login.ask()
        except PlatformError as error:
            self._failed = error
            if isinstance(error, SwitchedOff):
                self._refused = _now() + REST_S, error
            if still_good and self._token and _now() < self._ends_at:
                self._renew_at = min(self._ends_at, _now() + RETRY_AFTER_S)
                return  # it lasts some minutes yet
            raise
        self._failed = None
        self._ends_at = _now() + good_s
        # One that is given for less than that is kept for half of its time.
        self._renew_at = self._ends_at - min(RENEWED_BEFORE_S, good_s / 2)


class Secret:
    """A client secret."""

    def __init__(self, app_id: str, secret: str, token_url: str, http: aiohttp.ClientSession) -> None:
        self._form = {**_grant(app_id, token_url), "client_secret": secret}
        self._url = token_url
        self._http = http

    async def ask(self) -> tuple[str, float]:
        return await _answered(self._http, "POST", self._url, data=self._form)


class Certificate:
    """A certificate whose key signs an assertion for each token."""

    def __init__(self, app_id: str, pem: bytes, token_url: str, http: aiohttp.ClientSession) -> None:
        """
        Args:
            pem: the certificate and its private key, in any order.

        Raises:
            ConfigError: these are not in there.
        """
        try:
            self._key = load_pem_private_key(pem, password=None)
            fingerprint = x509.load_pem_x509_certificate(pem).fingerprint(SHA256())
        except (ValueError, TypeError) as error:
            raise ConfigError(
                [f"MicrosoftAppCertificate: the file must hold a certificate and its key, without a password: {error}"]
            ) from None
        self._thumbprint = base64.urlsafe_b64encode(fingerprint).rstrip(b"=").decode()
        self._app_id = app_id
        self._url = token_url
        self._http = http

    async def ask(self) -> tuple[str, float]:
        form = {
            **_grant(self._app_id, self._url),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(),
        }
        return await _answered(self._http, "POST", self._url, data=form)

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "aud": self._url,
            "iss": self._app_id,
            "sub": self._app_id,
            "jti": str(uuid.uuid4()),
            "nbf": now,
            "iat": now,
            "exp": now + ASSERTION_S,
        }
        return jwt.encode(claims, self._key, algorithm="PS256", headers={"x5t#S256": self._thumbprint})  # type: ignore[arg-type]


class ManagedIdentity:
    """A user-assigned identity of the machine that we run on: an App Service says where to ask, any other has IMDS."""

    def __init__(
        self, app_id: str, environment: Mapping[str, str], *, metadata_url: str = METADATA_URL, scope: str = SCOPE
    ) -> None:
        query = {"resource": scope.removesuffix("/.default"), "client_id": app_id}
        if (endpoint := environment.get("IDENTITY_ENDPOINT")) and (header := environment.get("IDENTITY_HEADER")):
            self._url, self._headers = endpoint, {"X-IDENTITY-HEADER": header}
            self._query = {"api-version": "2019-08-01", **query}
        else:
            self._url, self._headers = metadata_url, {"Metadata": "true"}
            self._query = {"api-version": "2018-02-01", **query}

    async def ask(self) -> tuple[str, float]:
        # A session of its own: this never goes through a proxy.
        async with aiohttp.ClientSession() as http:
            return await _answered(http, "GET", self._url, params=self._query, headers=self._headers)


def credentials(settings: Settings, http: aiohttp.ClientSession, environment: Mapping[str, str]) -> Credentials | None:
    """As the settings say; None in development, where nobody asks for a token.

    Args:
        environment: in which an App Service says where its identity is.

    Raises:
        ConfigError: the certificate can't be used.
    """
    app_id = settings.microsoft_app_id
    if not app_id:
        return None
    if settings.microsoft_app_type == "UserAssignedMSI":
        return Credentials(ManagedIdentity(app_id, environment, scope=scope(settings.teams_login_url)))
    url = token_url(settings.teams_login_url, settings.microsoft_app_tenant_id)
    if file := settings.microsoft_app_certificate:
        try:
            pem = file.read_bytes()
        except OSError as error:
            raise ConfigError([f"MicrosoftAppCertificate: cannot read {file}: {error.strerror}"]) from None
        return Credentials(Certificate(app_id, pem, url, http))
    return Credentials(Secret(app_id, settings.microsoft_app_password.get_secret_value(), url, http))


def token_url(login_url: str, tenant: str) -> str:
    """Where tokens of a tenant are asked for."""
    return f"{login_url.rstrip('/')}/{tenant}/oauth2/v2.0/token"


def scope(login_url: str) -> str:
    """What a token is for, by where it is asked for."""
    return GOVERNMENT_SCOPE if URL(login_url).host == GOVERNMENT_LOGIN else SCOPE


def _grant(app_id: str, token_url: str) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": app_id, "scope": scope(token_url)}


async def _answered(http: aiohttp.ClientSession, method: str, url: str, **sent: Any) -> tuple[str, float]:
    timeout = aiohttp.ClientTimeout(total=FETCH_TIMEOUT_S)
    try:
        async with http.request(method, url, timeout=timeout, allow_redirects=False, **sent) as response:
            if response.status == 200:
                return _token(await response.json(content_type=None))
            raise _refusal(response.status, response.headers.get("Retry-After", ""))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unreachable(f"login: {type(error).__name__}") from None


def _token(answer: Any) -> tuple[str, float]:
    """
    Raises:
        ValueError: that is no token.
    """
    match answer:
        case {"access_token": str(token), "expires_in": int() | float() | str() as seconds} if token:
            return token, float(seconds)
        case {"access_token": str(token), "expires_on": int() | float() | str() as moment} if token:
            return token, float(moment) - time.time()
    raise ValueError


def _refusal(status: int, retry_after: str) -> PlatformError:
    if status == 429:
        return Throttled(
            "login", retry_after_s=max(1.0, float(retry_after)) if retry_after.isdigit() else RETRY_AFTER_S
        )
    if 400 <= status < 500:  # the secret has run out, the app is gone: the operator has to see to it
        return SwitchedOff(f"login: HTTP {status}")
    return Unreachable(f"login: HTTP {status}")


def _now() -> float:
    return asyncio.get_running_loop().time()
