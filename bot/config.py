"""The environment, read once into frozen settings; whatever is wrong is said at once, by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import SettingsConfigDict

from bot import spelling
from bot.addresses import Domains
from bot.brakes import FLOOD
from bot.environment import Environment
from bot.errors import ConfigError
from bot.model import Sight
from bot.retention import DEFAULT, Retention
from bot.spelling import KEY_LEAST, LOOPBACK, POSTGRES, SQLITE, groups, listed

SLACK_API: Final = "https://slack.com/api/"
TEAMS_OPENID: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
TEAMS_LOGIN: Final = "https://login.microsoftonline.com"
SIGNING_LEAST: Final = 16  #: characters of Slack's signing secret, which has 32


def _beside(file: Path, said: ValidationInfo) -> Path:
    """Where a file is that goes with the framework: if nobody says so, beside it."""
    framework: Path = said.data.get("framework_file", _FRAMEWORK)
    return framework.parent / f"{str(said.field_name).removesuffix('_file')}.yaml" if file == _UNSAID else file


_FRAMEWORK: Final = Path("framework.yaml")
_UNSAID: Final = Path()
_Beside = Annotated[Path, AfterValidator(_beside), Field(validate_default=True)]


class Settings(Environment):
    """Everything that differs between installations. The names are those of the environment, in lower case.

    Microsoft's own are spelt as Microsoft does; `name_of` knows.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        str_strip_whitespace=True,
        populate_by_name=True,
    )

    host: str = "0.0.0.0"  # noqa: S104 - platforms reach us from outside; `play` binds loopback
    port: int = Field(default=3978, ge=0, le=65535)
    database_url: spelling.Database = "sqlite:///kudos.db"
    migrate_database_url: spelling.AnotherRole = ""
    framework_file: Path = _FRAMEWORK
    words_file: _Beside = _UNSAID
    guard_file: _Beside = _UNSAID
    kudos_disk_is_kept: bool = False
    kudos_channel: spelling.Channel = ""
    kudos_hourly_most: int = Field(default=FLOOD, ge=0)
    kudos_public_url: spelling.PublicUrl = ""
    kudos_secret_key: spelling.SecretKeys = SecretStr("")
    kudos_admins: spelling.Addresses = ""
    kudos_default_visibility: Sight = Sight.EVERYONE
    kudos_timezone: spelling.Zone = "Europe/London"
    kudos_email_domains: spelling.EmailDomains = ""
    kudos_retention_text_months: int = Field(default=DEFAULT.text_months, ge=1, le=1200)
    kudos_retention_leaver_days: int = Field(default=DEFAULT.leaver_days, ge=1, le=36500)
    erasures_file: Path | None = None
    kudos_organisation: spelling.Organisations = ""
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: spelling.WebAddress = SLACK_API
    microsoft_app_id: spelling.AppId = Field(default="", validation_alias="MicrosoftAppId")
    microsoft_app_password: SecretStr = Field(default=SecretStr(""), validation_alias="MicrosoftAppPassword")
    microsoft_app_type: Literal["SingleTenant", "UserAssignedMSI"] = Field(
        default="SingleTenant", validation_alias="MicrosoftAppType"
    )
    microsoft_app_tenant_id: spelling.Tenants = Field(default="", validation_alias="MicrosoftAppTenantId")
    microsoft_app_certificate: Path | None = Field(default=None, validation_alias="MicrosoftAppCertificate")
    teams_dev: bool = False
    teams_openid_url: spelling.Page = TEAMS_OPENID
    teams_login_url: spelling.Page = TEAMS_LOGIN
    teams_service_hosts: spelling.Hosts = ""
    teams_tenants: spelling.Tenants = ""
    teams_targeted: bool = False
    teams_private_teams: spelling.Teams = ""
    metrics_token: SecretStr = SecretStr("")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"
    log_format: Annotated[Literal["console", "json"], BeforeValidator(str.lower)] = "console"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.kudos_timezone)

    @property
    def slack_is_on(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value() or self.slack_client_id)

    @property
    def teams_is_on(self) -> bool:
        return bool(self.microsoft_app_id) or self.teams_dev

    @property
    def service_hosts(self) -> frozenset[str]:
        """Further hosts that may be a `serviceUrl` of Teams, in lower case, each with its port where it has one."""
        return frozenset(listed(self.teams_service_hosts))

    @property
    def tenants(self) -> frozenset[str]:
        """Those that may talk to us in Teams, in lower case."""
        return frozenset(listed(f"{self.microsoft_app_tenant_id},{self.teams_tenants}".lower()))

    @property
    def private_teams(self) -> frozenset[str]:
        """Teams whose standard channels are private too; "all" for every team."""
        return frozenset(listed(self.teams_private_teams))

    @property
    def email_domains(self) -> Domains:
        """Which of them mean the same."""
        return Domains.read(self.kudos_email_domains)

    @property
    def organisations(self) -> tuple[tuple[str, ...], ...]:
        """The workspaces of each, where they are listed; then no others belong together."""
        return groups(self.kudos_organisation)

    @property
    def single_workspaces(self) -> dict[str, str]:
        """The workspace of each platform that is set up for one alone; "" where only the platform can say which."""
        tenant = self.microsoft_app_tenant_id.lower() if self.microsoft_app_id else ""
        return {
            **({"slack": ""} if self.slack_bot_token.get_secret_value() and not self.slack_client_id else {}),
            **({"teams": f"teams:{tenant}"} if tenant else {}),
        }

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The newest first."""
        return tuple(listed(self.kudos_secret_key.get_secret_value()))

    @property
    def retention(self) -> Retention:
        return Retention(text_months=self.kudos_retention_text_months, leaver_days=self.kudos_retention_leaver_days)

    @property
    def admins(self) -> frozenset[str]:
        """E-mail addresses of the first administrators, folded."""
        return frozenset(each.casefold() for each in listed(self.kudos_admins))


class _Files(Environment):
    model_config = Settings.model_config

    framework_file: Path = _FRAMEWORK
    words_file: _Beside = _UNSAID
    guard_file: _Beside = _UNSAID


def name_of(field: str) -> str:
    """What a setting is called in the environment."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else field.upper()


def framework_file() -> Path:
    """Where the framework is, whatever else is wrong with the settings."""
    return _Files().framework_file


def words_file() -> Path:
    """Where the words are, whatever else is wrong with the settings."""
    return _Files().words_file


def guard_file() -> Path:
    """Where the force's own part of the guard is, whatever else is wrong with the settings."""
    return _Files().guard_file


def database_url(url: str, named: str) -> str:
    """The address of a database that somebody has typed.

    Raises:
        ConfigError: it is none; `named` is what they typed it as.
    """
    try:
        return spelling.database(url.strip())
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
        raise ConfigError(sentences(error)) from None
    if problems := [problem for each in unsafe(settings).values() for problem in each]:
        raise ConfigError(problems)
    return settings


def sentences(error: ValidationError) -> list[str]:
    """What is wrong with values, one line each, without the values."""
    return [
        f"{_named(str(detail['loc'][0]))}: {detail['msg'].removeprefix('Value error, ')}"
        for detail in error.errors(include_input=False, include_url=False)
    ]


def unsafe(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What is missing, unsafe or one too many, by platform; by "" what is everybody's."""
    return {
        "": tuple(_unsafe_anywhere(settings)),
        "slack": tuple(_unsafe_in_slack(settings)),
        "teams": tuple(_unsafe_in_teams(settings)),
    }


def _named(where: str) -> str:
    return name_of(where) if where in Settings.model_fields else where


#: What a host sets that gives each start a new disk, or a share of the network on which SQLite's WAL does not hold.
_DISKS_THAT_VANISH: Final = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "RENDER_SERVICE_ID": "Render",
    "WEBSITE_INSTANCE_ID": "Azure App Service",
    "WEBSITE_SITE_NAME": "Azure App Service",
    "FLY_APP_NAME": "Fly",
    "FLY_ALLOC_ID": "Fly",
    "FLY_MACHINE_ID": "Fly",
    "K_SERVICE": "Cloud Run",
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


def _unsafe_anywhere(settings: Settings) -> list[str]:
    urls = settings.database_url, settings.migrate_database_url
    guard = settings.guard_file if "guard_file" in settings.model_fields_set else None
    wrong = {
        "MIGRATE_DATABASE_URL: it is another role of a PostgreSQL, and DATABASE_URL is none. Leave it out.": urls[1]
        and not all(url.startswith(POSTGRES) for url in urls),
        f"GUARD_FILE: there is no {guard} here, so nothing that your force added would be stopped. Say where it is, or "
        "leave it out.": guard and not guard.exists(),
    }
    return [sentence for sentence, holds in wrong.items() if holds]


def _unsafe_in_slack(settings: Settings) -> list[str]:
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


def _unsafe_in_teams(settings: Settings) -> list[str]:
    app, password = settings.microsoft_app_id, settings.microsoft_app_password.get_secret_value()
    certificate, managed = settings.microsoft_app_certificate, settings.microsoft_app_type == "UserAssignedMSI"
    missing = "MicrosoftAppId: missing, though {} is set. Copy it from your Azure Bot's page, Configuration."
    wrong = {
        "MicrosoftAppPassword: missing, though MicrosoftAppId is set. Make a client secret at the app registration, "
        "Certificates & secrets; or set MicrosoftAppCertificate, or MicrosoftAppType=UserAssignedMSI.": app
        and not password
        and not certificate
        and not managed,
        "MicrosoftAppPassword: set together with MicrosoftAppCertificate. Leave one of them out.": password
        and certificate,
        "MicrosoftAppType: a managed identity needs neither MicrosoftAppPassword nor MicrosoftAppCertificate. "
        "Leave them out, or the type.": managed and (password or certificate),
        f"MicrosoftAppCertificate: there is no file {certificate}. "
        "Name a PEM file that holds the private key and the certificate.": certificate and not certificate.is_file(),
        "MicrosoftAppTenantId: missing, though MicrosoftAppId is set, so anybody's tenant could talk to us. "
        "Copy it from your Azure Bot's page, Configuration.": app and not settings.microsoft_app_tenant_id,
        missing.format("MicrosoftAppPassword"): password and not app,
        missing.format("MicrosoftAppCertificate"): certificate and not app,
        missing.format("MicrosoftAppType"): managed and not app,
        "TEAMS_DEV: set together with MicrosoftAppId. Leave one of them out: TEAMS_DEV is for trying Teams without "
        "any authentication.": settings.teams_dev and app,
        f"TEAMS_DEV: anybody could pretend to be Teams at HOST={settings.host}. Set HOST=127.0.0.1, "
        "which only this machine reaches.": settings.teams_dev and settings.host not in LOOPBACK,
    }
    return [sentence for sentence, holds in wrong.items() if holds]
