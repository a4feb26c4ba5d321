"""Tokens are had with a secret, a certificate or the machine's identity: one fetch for all who wait, in good time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.teams.credentials import (
    GOVERNMENT_SCOPE,
    REST_S,
    SCOPE,
    Credentials,
    ManagedIdentity,
    Secret,
    credentials,
    scope,
    token_url,
)
from bot.config import Settings
from bot.errors import ConfigError, PlatformError, SwitchedOff, Throttled, Unreachable
from tests.adapters.teams.leaping import in_no_time
from tests.doubles.teams_connector import TeamsConnector


@pytest.fixture
async def teams() -> AsyncIterator[TeamsConnector]:
    async with TeamsConnector() as double:
        yield double


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def mine(teams: TeamsConnector, http: aiohttp.ClientSession) -> Credentials:
    world = teams.world
    url = token_url(teams.login_url, world.tenant_id)
    return Credentials(Secret(world.app_id, teams.login.secret, url, http))


def settings(teams: TeamsConnector, **more: object) -> Settings:
    return Settings.model_validate(
        {
            "MicrosoftAppId": teams.world.app_id,
            "MicrosoftAppTenantId": teams.world.tenant_id,
            "teams_login_url": teams.login_url,
            **more,
        }
    )


def certificate() -> tuple[x509.Certificate, bytes]:
    """One that we have made, and its file: with the key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kudos")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made, private + made.public_bytes(Encoding.PEM)


async def test_many_who_ask_at_once_share_one_fetch(teams: TeamsConnector, mine: Credentials) -> None:
    tokens = await asyncio.gather(*(mine.token() for _ in range(10)))
    assert set(tokens) == set(teams.login.given)
    assert len(teams.login.given) == 1
    assert await mine.token() == tokens[0]


@pytest.mark.parametrize(("good_s", "renewed_after_s"), [(3600, 3300), (100, 50)])
def test_a_token_is_renewed_in_good_time(good_s: float, renewed_after_s: float) -> None:
    """Five minutes before its end; one that is given for less than that, after half of its time."""

    class Counting:
        asked = 0

        async def ask(self) -> tuple[str, float]:
            self.asked += 1
            return f"token {self.asked}", good_s

    async def story() -> None:
        mine = Credentials(Counting())
        assert await mine.token() == "token 1"
        await asyncio.sleep(renewed_after_s - 1)
        assert await mine.token() == "token 1"
        await asyncio.sleep(1)
        assert await mine.token() == "token 2"

    in_no_time(story)


async def test_a_token_lasts_while_the_login_is_away(teams: TeamsConnector, mine: Credentials) -> None:
    """It is tried to renew it, and until its end it is used."""
    teams.login.good_s = 0.2
    first = await mine.token()
    await asyncio.sleep(0.11)
    await teams.stop()
    assert await mine.token() == first
    await asyncio.sleep(0.11)
    with pytest.raises(Unreachable):
        await mine.token()


async def test_a_token_that_was_refused_is_not_used_again(teams: TeamsConnector, mine: Credentials) -> None:
    first = await mine.token()
    await teams.stop()
    with pytest.raises(Unreachable):
        await mine.token(instead_of=first)


async def test_a_secret_that_has_run_out_is_not_shown_again_and_again(teams: TeamsConnector, mine: Credentials) -> None:
    teams.login.secret = "another one"
    for _ in range(3):
        with pytest.raises(SwitchedOff):
            await mine.token()
    assert teams.login.refused == ["AADSTS7000215: invalid client secret"]


@pytest.mark.parametrize("error", [SwitchedOff("login: HTTP 401"), Unreachable("login: HTTP 503")])
def test_what_keeps_the_login_from_giving_a_token_is_told_until_there_is_one(error: PlatformError) -> None:
    """However long ago it was asked: an alert looks now and then, and wants to see the same for ten minutes."""

    class Failing:
        error: PlatformError | None = None

        async def ask(self) -> tuple[str, float]:
            if self.error:
                raise self.error
            return "token", 3600

    async def story() -> None:
        login = Failing()
        login.error, mine = error, Credentials(login)
        assert mine.trouble == ""
        with pytest.raises(type(error)):
            await mine.token()
        await asyncio.sleep(REST_S + 1)
        assert mine.trouble == f"no token for Teams ({error})"
        login.error = None
        await mine.token()
        assert mine.trouble == ""

    in_no_time(story)


@pytest.mark.parametrize(
    ("status", "retry_after", "error"),
    [(429, "7", Throttled), (429, None, Throttled), (500, None, Unreachable), (302, None, Unreachable)],
)
async def test_a_login_that_is_busy_is_asked_later(
    status: int, retry_after: str | None, error: type[PlatformError], http: aiohttp.ClientSession
) -> None:
    async def busy(_: aiohttp.web.Request) -> aiohttp.web.Response:
        headers = {"Location": "/", **({"Retry-After": retry_after} if retry_after else {})}
        return aiohttp.web.Response(status=status, headers=headers)

    with pytest.raises(error) as raised:
        await _from(busy, http)
    if isinstance(raised.value, Throttled):
        assert raised.value.retry_after_s == (7 if retry_after else 30)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"access_token": "", "expires_in": 1}', '{"access_token": "x"}'])
async def test_what_is_no_token_is_none(body: str, http: aiohttp.ClientSession) -> None:
    async def odd(_: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(text=body)

    with pytest.raises(Unreachable):
        await _from(odd, http)


async def _from(answer: object, http: aiohttp.ClientSession) -> str:
    """The token of a login that answers so."""
    app = aiohttp.web.Application()
    app.router.add_post("/tenant/oauth2/v2.0/token", answer)  # type: ignore[arg-type]
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        return await Credentials(Secret("app", "secret", token_url(url, "tenant"), http)).token()
    finally:
        await runner.cleanup()


# As the settings say


async def test_a_secret(teams: TeamsConnector, http: aiohttp.ClientSession) -> None:
    ours = credentials(settings(teams, MicrosoftAppPassword=teams.login.secret), http, {})
    assert ours
    assert await ours.token() in teams.login.good


async def test_a_certificate_signs_anew_for_each_token(
    teams: TeamsConnector, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    teams.login.certificate, pem = certificate()
    (tmp_path / "kudos.pem").write_bytes(pem)
    ours = credentials(settings(teams, MicrosoftAppCertificate=tmp_path / "kudos.pem"), http, {})
    assert ours
    first = await ours.token()
    assert await ours.token(instead_of=first) != first
    assert teams.login.refused == []
    assert len(teams.login.jtis) == 2


async def test_another_certificate_is_refused(
    teams: TeamsConnector, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    teams.login.certificate, _ = certificate()
    (tmp_path / "kudos.pem").write_bytes(certificate()[1])
    ours = credentials(settings(teams, MicrosoftAppCertificate=tmp_path / "kudos.pem"), http, {})
    assert ours
    with pytest.raises(SwitchedOff):
        await ours.token()


@pytest.mark.parametrize("content", [None, b"", b"no certificate", certificate()[1].partition(b"-----BEGIN CERT")[0]])
async def test_a_file_that_is_no_certificate_stops_the_start(
    teams: TeamsConnector, http: aiohttp.ClientSession, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "kudos.pem").write_bytes(content)
    with pytest.raises(ConfigError, match="MicrosoftAppCertificate"):
        credentials(settings(teams, MicrosoftAppCertificate=tmp_path / "kudos.pem"), http, {})


async def test_a_managed_identity_of_an_app_service(teams: TeamsConnector, http: aiohttp.ClientSession) -> None:
    environment = {
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{teams.port}/msi/token",
        "IDENTITY_HEADER": teams.login.header,
    }
    ours = credentials(settings(teams, MicrosoftAppType="UserAssignedMSI"), http, environment)
    assert ours
    assert await ours.token() in teams.login.good
    assert teams.login.refused == []


async def test_a_managed_identity_of_a_machine(teams: TeamsConnector) -> None:
    url = f"http://127.0.0.1:{teams.port}/metadata/identity/oauth2/token"
    ours = Credentials(ManagedIdentity(teams.world.app_id, {}, metadata_url=url))
    assert await ours.token() in teams.login.good
    assert teams.login.refused == []


async def test_in_development_there_are_none(teams: TeamsConnector, http: aiohttp.ClientSession) -> None:
    assert credentials(settings(teams, MicrosoftAppId="", teams_dev=True), http, {}) is None


def test_a_governments_cloud_has_a_connector_of_its_own() -> None:
    assert scope("https://login.microsoftonline.com") == SCOPE
    assert scope(token_url("https://login.microsoftonline.us", "t")) == GOVERNMENT_SCOPE
    assert scope("https://login.example/login.microsoftonline.us") == SCOPE
