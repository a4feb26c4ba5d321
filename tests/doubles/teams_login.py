"""Entra's login and a managed identity's endpoints: tokens for a secret, for a certificate, for the right header."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.utils import base64url_encode

from .teams_world import World

SCOPE = "https://api.botframework.com/.default"
RESOURCE = "https://api.botframework.com"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(kw_only=True)
class Login:
    """Tokens of one app."""

    world: World
    secret: str = "made up for tests"
    certificate: x509.Certificate | None = None
    header: str = "an App Service made this up"
    good_s: float = 3599
    given: list[str] = field(default_factory=list)  # all tokens, whether good or not
    good: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)  # why nobody got one
    jtis: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=itertools.count)

    def expire(self) -> None:
        """No token that was given so far is good any more."""
        self.good.clear()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/login/{tenant}/oauth2/v2.0/token", self.token),
            web.get("/metadata/identity/oauth2/token", self.machine),
            web.get("/msi/token", self.app_service),
        ]

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        fault = ""
        if request.match_info["tenant"] != self.world.tenant_id:
            fault = "AADSTS90002: tenant not found"
        elif form.get("grant_type") != "client_credentials" or form.get("scope") != SCOPE:
            fault = "AADSTS1002012: the scope is not valid"
        elif form.get("client_id") != self.world.app_id:
            fault = "AADSTS700016: application not found"
        elif "client_assertion" in form:
            fault = self._wrong_assertion(form, str(request.url))
        elif form.get("client_secret") != self.secret:
            fault = "AADSTS7000215: invalid client secret"
        if fault:
            self.refused.append(fault)
            return web.json_response({"error": "invalid_client", "error_description": fault}, status=401)
        return web.json_response({"token_type": "Bearer", "expires_in": self.good_s, "access_token": self._new()})

    def _wrong_assertion(self, form: Any, url: str) -> str:
        if self.certificate is None or form.get("client_assertion_type") != ASSERTION:
            return "AADSTS700027: no such certificate"
        assertion = str(form["client_assertion"])
        thumbprint = base64url_encode(self.certificate.fingerprint(SHA256())).decode()
        if jwt.get_unverified_header(assertion).get("x5t#S256") != thumbprint:
            return "AADSTS700027: another certificate"
        try:
            claims = jwt.decode(
                assertion,
                self.certificate.public_key(),  # type: ignore[arg-type]
                algorithms=["PS256"],
                audience=url,
                issuer=self.world.app_id,
                options={"require": ["exp", "nbf", "jti", "sub", "iss", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            return f"AADSTS700027: {error}"
        if claims["sub"] != self.world.app_id or claims["jti"] in self.jtis or claims["exp"] - time.time() > 600:
            return "AADSTS700027: not as it should be"
        self.jtis.add(claims["jti"])
        return ""

    async def machine(self, request: web.Request) -> web.Response:
        """A virtual machine's: without the header a request might be one that somebody has talked us into."""
        return self._identity(request, {"api-version": "2018-02-01"}, request.headers.get("Metadata") == "true")

    async def app_service(self, request: web.Request) -> web.Response:
        shown = request.headers.get("X-IDENTITY-HEADER") == self.header
        return self._identity(request, {"api-version": "2019-08-01"}, shown)

    def _identity(self, request: web.Request, query: dict[str, str], shown: bool) -> web.Response:
        wanted = {**query, "resource": RESOURCE, "client_id": self.world.app_id}
        if dict(request.query) != wanted or not shown:
            self.refused.append(str(request.url))
            return web.json_response({"error": "invalid_request"}, status=400)
        until = str(int(time.time() + self.good_s))  # as text, as Azure has it
        return web.json_response({"access_token": self._new(), "expires_on": until, "resource": RESOURCE})

    def _new(self) -> str:
        token = f"token-{next(self.numbers)}"
        self.given.append(token)
        self.good.add(token)
        return token
