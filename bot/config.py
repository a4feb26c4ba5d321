"""The environment, read once into frozen settings; whatever is wrong is said at once, by name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

SQLITE: Final = "sqlite:///"
POSTGRES: Final = "postgresql://"
SLACK_API: Final = "https://slack.com/api/"
KEY_LEAST: Final = 32  #: characters of a secret key
SIGNING_LEAST: Final = 16  #: characters of Slack's signing secret, which has 32


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, "Europe"
        raise ValueError(f"no time zone is called {name!r}; use a name such as Europe/London") from None
    return name


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("is no address: look at its host and its port") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name and no password")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError("must end with its path, without anything behind ? or #")
    if port == 0:
        raise ValueError("must not name port 0, where nobody can be reached")
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
        raise ValueError("must start with https:// (plain http only for this machine itself)")
    return url.rstrip("/") + "/"


def _public_url(url: str) -> str:
    return url and _web_address(url)


def _channel(name: str) -> str:
    if name and not name.strip("# "):
        raise ValueError("names no channel; give one such as #thanks, or leave it out")
    return name


def _database(url: str) -> str:
    if url.startswith("postgres://"):  # as some hosts still write it
        url = url.replace("postgres://", POSTGRES, 1)
    if url.startswith(POSTGRES):
        try:
            database, _ = urlsplit(url).path.lstrip("/"), urlsplit(url).port
        except ValueError:
            raise ValueError("is no address: look at its host and its port") from None
        if not database:
            raise ValueError("must name a database, as in postgresql://USER:PASSWORD@HOST/DATABASE")
        return url
    if not url.startswith(SQLITE):
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
    if url.removeprefix(SQLITE) in ("", ":memory:"):
        raise ValueError("must name a file: what is only in memory would be lost")
    return url


def _addresses(listed: str) -> str:
    if odd := [each for each in _listed(listed) if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each)]:
        raise ValueError(f"{odd[0]!r} is no e-mail address; list addresses with commas between them")
    return listed


def _secret_keys(keys: SecretStr) -> SecretStr:
    listed = _listed(keys.get_secret_value())
    if any(len(each) < KEY_LEAST for each in listed):
        raise ValueError(
            f"too short to be secret; give at least {KEY_LEAST} random characters, such as "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints"
        )
    return keys


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _beside(words: Path, said: ValidationInfo) -> Path:
    """Where the words are: if nobody says so, beside the framework."""
    framework: Path = said.data.get("framework_file", _FRAMEWORK)
    return framework.with_name("words.yaml") if words == _UNSAID else words


_FRAMEWORK: Final = Path("framework.yaml")
_UNSAID: Final = Path()
_WordsFile = Annotated[Path, AfterValidator(_beside), Field(validate_default=True)]


class Settings(BaseSettings):
    """Everything that differs between installations. The names are those of the environment, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, str_strip_whitespace=True
    )

    host: str = "0.0.0.0"  # noqa: S104 - platforms reach us from outside; `play` binds loopback
    port: int = Field(default=3978, ge=0, le=65535)
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///kudos.db"
    framework_file: Path = _FRAMEWORK
    words_file: _WordsFile = _UNSAID
    kudos_disk_is_kept: bool = False
    kudos_channel: Annotated[str, AfterValidator(_channel)] = ""
    kudos_public_url: Annotated[str, AfterValidator(_public_url)] = ""
    kudos_secret_key: Annotated[SecretStr, AfterValidator(_secret_keys)] = SecretStr("")
    kudos_admins: Annotated[str, AfterValidator(_addresses)] = ""
    kudos_timezone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: Annotated[str, AfterValidator(_web_address)] = SLACK_API
    metrics_token: SecretStr = SecretStr("")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.kudos_timezone)

    @property
    def slack_is_on(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value() or self.slack_client_id)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The newest first."""
        return tuple(_listed(self.kudos_secret_key.get_secret_value()))

    @property
    def admins(self) -> frozenset[str]:
        """E-mail addresses of the first administrators, folded."""
        return frozenset(each.casefold() for each in _listed(self.kudos_admins))


class _Files(BaseSettings):
    model_config = Settings.model_config

    framework_file: Path = _FRAMEWORK
    words_file: _WordsFile = _UNSAID


def framework_file() -> Path:
    """Where the framework is, whatever else is wrong with the settings."""
    return _Files().framework_file


def words_file() -> Path:
    """Where the words are, whatever else is wrong with the settings."""
    return _Files().words_file


def database_url(url: str, named: str) -> str:
    """The address of a database that somebody has typed.

    Raises:
        ConfigError: it is none; `named` is what they typed it as.
    """
    try:
        return _database(url.strip())
    except ValueError as error:
        raise ConfigError([f"{named}: {error}"]) from None


def read() -> Settings:
    """The settings of this process.

    Raises:
        ConfigError: all that is wrong or unsafe, one line each.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise ConfigError(
            f"{str(detail['loc'][0]).upper()}: {detail['msg'].removeprefix('Value error, ')}"
            for detail in error.errors(include_input=False, include_url=False)
        ) from None
    if problems := list(_unsafe(settings)):
        raise ConfigError(problems)
    return settings


#: What a host sets that gives each start a new disk, or a share of the network on which SQLite's WAL does not hold.
_DISKS_THAT_VANISH: Final = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "WEBSITE_INSTANCE_ID": "Azure App Service",
    "FLY_APP_NAME": "Fly",
}


def refuse_disk_that_vanishes(settings: Settings, environment: Mapping[str, str]) -> None:
    """
    Raises:
        ConfigError: everything would be lost at the next restart.
    """
    host = next((host for name, host in _DISKS_THAT_VANISH.items() if environment.get(name)), "")
    if host and settings.database_url.startswith(SQLITE) and not settings.kudos_disk_is_kept:
        raise ConfigError(
            [
                f"DATABASE_URL: on {host} a file is lost at the next restart, or lies on a share where SQLite breaks. "
                "Set it to a PostgreSQL database; or set KUDOS_DISK_IS_KEPT=1 if the file is on a real volume."
            ]
        )


def _unsafe(settings: Settings) -> list[str]:
    token, secret, app_token, client_secret = (
        each.get_secret_value()
        for each in (
            settings.slack_bot_token,
            settings.slack_signing_secret,
            settings.slack_app_token,
            settings.slack_client_secret,
        )
    )
    client = settings.slack_client_id
    missing = "SLACK_BOT_TOKEN: missing, though {} is set. Copy it from OAuth & Permissions."
    wrong = {
        "SLACK_APP_TOKEN: an app-level token starts with xapp-. "
        "Make one at Basic Information, App-Level Tokens, with connections:write.": app_token
        and not app_token.startswith("xapp-"),
        missing.format("SLACK_APP_TOKEN"): app_token and not token and not client,
        "SLACK_SIGNING_SECRET: missing, so anybody could pretend to be Slack. "
        "Copy it from your app's page, Basic Information, App Credentials.": (token or client)
        and not secret
        and not app_token,
        "SLACK_BOT_TOKEN: a bot token starts with xoxb-. Copy it from OAuth & Permissions.": token
        and not token.startswith("xoxb-"),
        missing.format("SLACK_SIGNING_SECRET"): secret and not token and not client,
        f"SLACK_SIGNING_SECRET: shorter than {SIGNING_LEAST} characters, so it is none of Slack's and could be "
        "guessed. Copy it from Basic Information, App Credentials.": secret and len(secret) < SIGNING_LEAST,
        "SLACK_CLIENT_ID: set together with SLACK_BOT_TOKEN. Leave one of them out: the token is for one workspace, "
        "the client for as many as install Kudos.": token and client,
        "SLACK_CLIENT_SECRET: missing, though SLACK_CLIENT_ID is set. "
        "Copy it from Basic Information, App Credentials.": client and not client_secret,
        "SLACK_CLIENT_ID: missing, though SLACK_CLIENT_SECRET is set. "
        "Copy it from Basic Information, App Credentials.": client_secret and not client,
        "KUDOS_PUBLIC_URL: missing, though SLACK_CLIENT_ID is set. "
        "Say where people reach this server, for Slack sends them back there.": client
        and not settings.kudos_public_url,
        "KUDOS_SECRET_KEY: missing, though SLACK_CLIENT_ID is set. "
        f"Give at least {KEY_LEAST} random characters, with which the tokens of workspaces are sealed.": client
        and not settings.secret_keys,
    }
    return [sentence for sentence, holds in wrong.items() if holds]
