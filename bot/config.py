"""The environment, read once into frozen settings; whatever is wrong is said at once, by name."""

from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

SLACK_API: Final = "https://slack.com/api/"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, "Europe"
        raise ValueError(f"no time zone is called {name!r}; use a name such as Europe/London") from None
    return name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
        raise ValueError("must start with https:// (plain http only for this machine itself)")
    return url.rstrip("/") + "/"


def _database(url: str) -> str:
    if not url.startswith("sqlite:///"):
        raise ValueError("must be sqlite:///FILE (PostgreSQL comes with a later release)")
    if url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise ValueError("must name a file: what is only in memory would be lost")
    return url


class Settings(BaseSettings):
    """Everything that differs between installations. The names are those of the environment, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = "0.0.0.0"  # noqa: S104 - platforms reach us from outside; `play` binds loopback
    port: int = Field(default=3978, ge=0, le=65535)
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///kudos.db"
    framework_file: Path = Path("framework.yaml")
    kudos_channel: str = ""
    kudos_admins: str = ""
    kudos_timezone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: Annotated[str, AfterValidator(_web_address)] = SLACK_API
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @property
    def database_path(self) -> Path:
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def admins(self) -> frozenset[str]:
        """E-mail addresses of the administrators, folded."""
        return frozenset(address.strip().casefold() for address in self.kudos_admins.split(",") if address.strip())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.kudos_timezone)

    @property
    def slack_is_on(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())


class _FrameworkFile(BaseSettings):
    model_config = Settings.model_config

    framework_file: Path = Settings.model_fields["framework_file"].default


def framework_file() -> Path:
    """Where the framework is, whatever else is wrong with the settings."""
    return _FrameworkFile().framework_file


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


def _unsafe(settings: Settings) -> list[str]:
    problems = []
    token, secret, app_token = (
        each.get_secret_value()
        for each in (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
    )
    if app_token and not app_token.startswith("xapp-"):
        problems.append(
            "SLACK_APP_TOKEN: an app-level token starts with xapp-. "
            "Make one at Basic Information, App-Level Tokens, with connections:write."
        )
    if app_token and not token:
        problems.append("SLACK_BOT_TOKEN: missing, though SLACK_APP_TOKEN is set. Copy it from OAuth & Permissions.")
    if token and not secret and not app_token:
        problems.append(
            "SLACK_SIGNING_SECRET: missing, so anybody could pretend to be Slack. "
            "Copy it from your app's page, Basic Information, App Credentials."
        )
    if token and not token.startswith("xoxb-"):
        problems.append("SLACK_BOT_TOKEN: a bot token starts with xoxb-. Copy it from OAuth & Permissions.")
    if secret and not token:
        problems.append(
            "SLACK_BOT_TOKEN: missing, though SLACK_SIGNING_SECRET is set. Copy it from OAuth & Permissions."
        )
    return problems
