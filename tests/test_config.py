"""The environment is read once; whatever is wrong or unsafe is said at once, by name, and stops the start."""

from pathlib import Path

import pytest

from bot import config, serving
from bot.config import Settings, read
from bot.errors import ConfigError

BOTH = {"SLACK_BOT_TOKEN": "xoxb-1-made-up", "SLACK_SIGNING_SECRET": "made-up and long"}
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "made-up",
    "SLACK_SIGNING_SECRET": "made-up and long",
    "KUDOS_PUBLIC_URL": "https://kudos.example",
    "KUDOS_SECRET_KEY": f"{'n' * 32}, {'o' * 32}",
}
TEAMS = {
    "MicrosoftAppId": "00000000-0000-4000-8000-00000000a44d",
    "MicrosoftAppPassword": "xoxp-1, made-up",
    "MicrosoftAppTenantId": "72f988bf-0000-4000-8000-2d7cd011db47",
}
PEM = {"MicrosoftAppCertificate": "kudos.pem"}


def for_teams(*without: str, **others: str) -> dict[str, str]:
    return {name: value for name, value in TEAMS.items() if name not in without} | others


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in MANY.items() if name not in names}


@pytest.fixture(autouse=True)
def nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no variable of ours."""
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(config.name_of(name), raising=False)


def problems(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> list[str]:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as wrong:
        read()
    return list(wrong.value.problems)


def test_what_is_wrong_for_everybody_leaves_no_platform_to_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**BOTH, **TEAMS, "MIGRATE_DATABASE_URL": "postgresql://owner@made-up/kudos"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="MIGRATE_DATABASE_URL: it is another role"):
        serving.read()


def test_nothing_has_to_be_set() -> None:
    """Without any setting there is a local file, and every platform is off."""
    settings = read()
    assert (settings.host, settings.port) == ("0.0.0.0", 3978)  # noqa: S104 - the default under test
    assert settings.database_url == "sqlite:///kudos.db"
    assert settings.framework_file == Path("framework.yaml")
    assert str(settings.zone) == "Europe/London"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.slack_is_on
    assert not settings.teams_is_on
    assert settings.tenants == settings.service_hosts == settings.private_teams == frozenset()
    assert settings.teams_login_url == "https://login.microsoftonline.com"


def test_the_environment_and_a_file_in_development(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` is read; the environment counts for more; an empty variable is one that is not set."""
    (tmp_path / ".env").write_text("PORT=1234\nKUDOS_CHANNEL=#thanks\nUNKNOWN=1\n")
    monkeypatch.setenv("PORT", "4321")
    monkeypatch.setenv("KUDOS_TIMEZONE", "")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/kudos.db")
    settings = read()
    assert (settings.port, settings.kudos_channel, settings.kudos_timezone) == (4321, "#thanks", "Europe/London")
    assert settings.database_url == "sqlite:////srv/kudos.db"


def test_a_database_may_be_written_as_some_hosts_still_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/kudos")
    assert read().database_url == "postgresql://db.example/kudos"


def test_slack_is_on_with_token_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are needed, and neither shows when settings are printed."""
    for name, value in BOTH.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8080/api")
    settings = read()
    assert settings.slack_is_on
    assert settings.slack_api_url == "http://127.0.0.1:8080/api/"
    assert "made-up" not in repr(settings)


def test_what_surrounds_a_value_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it comes with copying."""
    for name, value in BOTH.items():
        monkeypatch.setenv(name, f" {value}\n")
    settings = read()
    assert settings.slack_bot_token.get_secret_value() == BOTH["SLACK_BOT_TOKEN"]
    assert settings.slack_signing_secret.get_secret_value() == BOTH["SLACK_SIGNING_SECRET"]


@pytest.mark.parametrize("way_in", ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"])
def test_slack_is_on_for_many_workspaces_with_a_client(monkeypatch: pytest.MonkeyPatch, way_in: str) -> None:
    """Over HTTP or over Socket Mode; of several secret keys the newest comes first."""
    for name, value in {**without("SLACK_SIGNING_SECRET"), way_in: "xapp-made-up-and-long"}.items():
        monkeypatch.setenv(name, value)
    settings = read()
    assert settings.slack_is_on
    assert settings.kudos_public_url == "https://kudos.example/"
    assert settings.secret_keys == ("n" * 32, "o" * 32)
    assert "made-up" not in repr(settings)
    assert "n" * 32 not in repr(settings)


@pytest.mark.parametrize(
    "values",
    [
        for_teams(),
        for_teams("MicrosoftAppPassword", **PEM),
        for_teams("MicrosoftAppPassword", MicrosoftAppType="UserAssignedMSI"),
        {"TEAMS_DEV": "1", "HOST": "127.0.0.1"},
        {"TEAMS_DEV": "1", "HOST": "::1"},
    ],
)
def test_teams_is_on_with_an_app_and_a_proof_that_it_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str]
) -> None:
    """A secret, a certificate or a managed identity; or none of it on this machine alone, to try it."""
    (tmp_path / "kudos.pem").write_text("made up")
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = read()
    assert settings.teams_is_on
    assert "xoxp-1" not in repr(settings)


def test_microsofts_names_are_read_from_a_file_and_as_azure_may_write_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("MicrosoftAppId=an-app\nMICROSOFTAPPTENANTID=A-Tenant\nMicrosoftAppPassword=x\n")
    monkeypatch.setenv("TEAMS_TENANTS", " Another-Tenant, a-tenant ,")
    settings = read()
    assert settings.microsoft_app_id == "an-app"
    assert settings.tenants == {"a-tenant", "another-tenant"}


def test_private_teams_are_known_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_PRIVATE_TEAMS", "All, 19%3aAb_1%40thread.tacv2")
    assert read().private_teams == {"all", "19:Ab_1@thread.tacv2"}


def test_an_app_is_called_as_in_the_tokens_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TEAMS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MicrosoftAppId", "AN-APP")
    assert read().microsoft_app_id == "an-app"


def test_what_teams_is_told_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_SERVICE_HOSTS", "127.0.0.1:8080, [::1] ,Frontend.Botapi.Example")
    monkeypatch.setenv("TEAMS_PRIVATE_TEAMS", "19:a@thread.tacv2, 19:b@thread.tacv2")
    monkeypatch.setenv("TEAMS_OPENID_URL", "http://127.0.0.1:8080/keys")
    settings = read()
    assert settings.service_hosts == {"127.0.0.1:8080", "[::1]", "frontend.botapi.example"}
    assert settings.private_teams == {"19:a@thread.tacv2", "19:b@thread.tacv2"}
    assert settings.teams_openid_url == "http://127.0.0.1:8080/keys"


def test_administrators_are_known_by_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read().admins == frozenset()
    monkeypatch.setenv("KUDOS_ADMINS", "Ann@Example.org , bob@example.org,")
    assert read().admins == {"ann@example.org", "bob@example.org"}


@pytest.mark.parametrize(
    ("values", "name", "says"),
    [
        ({"PORT": "70000"}, "PORT", "less than or equal to 65535"),
        ({"PORT": "http"}, "PORT", "valid integer"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL", "'INFO'"),
        ({"KUDOS_TIMEZONE": "Europe/Nowhere"}, "KUDOS_TIMEZONE", "no time zone is called 'Europe/Nowhere'"),
        ({"KUDOS_DEFAULT_VISIBILITY": "nobody"}, "KUDOS_DEFAULT_VISIBILITY", "'everyone', 'channels' or 'me'"),
        ({"KUDOS_TIMEZONE": "Europe"}, "KUDOS_TIMEZONE", "no time zone is called 'Europe'"),
        ({"KUDOS_TIMEZONE": "../../etc/passwd"}, "KUDOS_TIMEZONE", "no time zone is called"),
        ({"DATABASE_URL": "mysql://db/kudos"}, "DATABASE_URL", "must be sqlite:///FILE"),
        ({"DATABASE_URL": "postgresql://db.example"}, "DATABASE_URL", "must name a database"),
        ({"DATABASE_URL": "postgresql://db.example:port/kudos"}, "DATABASE_URL", "is no address"),
        ({"DATABASE_URL": "postgresql://db.example:99999/kudos"}, "DATABASE_URL", "is no address"),
        ({"DATABASE_URL": "postgresql://a:5432,b:0/kudos"}, "DATABASE_URL", "is no address"),
        ({"DATABASE_URL": "postgresql://[::1/kudos"}, "DATABASE_URL", "can't be read: write % as %25"),
        ({"DATABASE_URL": "postgresql://ann:100%xoxp-1@db.example/kudos"}, "DATABASE_URL", "can't be read"),
        ({"DATABASE_URL": "postgresql://ann:a@xoxp-1@db.example/kudos"}, "DATABASE_URL", "@ as %40"),
        ({"DATABASE_URL": "postgresql://ann:1/xoxp-1@db.example/kudos"}, "DATABASE_URL", "/ as %2F"),
        ({"DATABASE_URL": "postgresql://ann:1/a?xoxp-1=a@db.example/kudos"}, "DATABASE_URL", "can't be read"),
        ({"DATABASE_URL": "postgresql://ann:1/a?xoxp=a@db.example/kudos"}, "DATABASE_URL", "can't be read"),
        (
            {"DATABASE_URL": "postgresql://ann:xoxp-1@db/kudos?sslmode=require&pgbouncer=true"},
            "DATABASE_URL",
            "has a parameter that PostgreSQL does not know (pgbouncer)",
        ),
        ({"DATABASE_URL": "postgresql://db?pool_size=5"}, "DATABASE_URL", "does not know (pool_size)"),
        ({"DATABASE_URL": ""}, "DATABASE_URL", "it is set, and empty"),
        ({"DATABASE_URL": "  "}, "DATABASE_URL", "it is set, and empty"),
        ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL", "must name a file"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL", "must name a file"),
        ({"SLACK_API_URL": "http://slack.example/api/"}, "SLACK_API_URL", "must start with https://"),
        ({"SLACK_API_URL": "http://localhost.example/"}, "SLACK_API_URL", "must start with https://"),
        ({"SLACK_API_URL": "https://"}, "SLACK_API_URL", "must start with https://"),
        ({"SLACK_API_URL": "ftp://127.0.0.1/"}, "SLACK_API_URL", "must start with https://"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET", "missing"),
        ({"SLACK_SIGNING_SECRET": "x" * 16}, "SLACK_BOT_TOKEN", "missing"),
        ({**BOTH, "SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN", "starts with xoxb-"),
        ({**BOTH, "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN", "starts with xapp-"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN", "missing"),
        ({"SLACK_CLIENT_SECRET": "x"}, "SLACK_CLIENT_ID", "missing"),
        ({**MANY, "SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_CLIENT_ID", "Leave one of them out"),
        (without("SLACK_CLIENT_SECRET"), "SLACK_CLIENT_SECRET", "missing"),
        (without("SLACK_SIGNING_SECRET"), "SLACK_SIGNING_SECRET", "missing"),
        (without("KUDOS_PUBLIC_URL"), "KUDOS_PUBLIC_URL", "Say where people reach this server"),
        (without("KUDOS_SECRET_KEY"), "KUDOS_SECRET_KEY", "Give at least 32 random characters"),
        ({**MANY, "KUDOS_SECRET_KEY": " , "}, "KUDOS_SECRET_KEY", "missing"),
        ({"KUDOS_SECRET_KEY": f"{'n' * 32},xoxp-1"}, "KUDOS_SECRET_KEY", "too short to be secret"),
        ({"KUDOS_PUBLIC_URL": "http://kudos.example"}, "KUDOS_PUBLIC_URL", "must start with https://"),
        ({**BOTH, "SLACK_SIGNING_SECRET": " "}, "SLACK_SIGNING_SECRET", "missing"),
        ({**BOTH, "SLACK_SIGNING_SECRET": "x" * 15}, "SLACK_SIGNING_SECRET", "shorter than 16 characters"),
        ({**MANY, "SLACK_CLIENT_SECRET": " \t"}, "SLACK_CLIENT_SECRET", "missing"),
        ({"KUDOS_PUBLIC_URL": "https://kudos.example/?a=1"}, "KUDOS_PUBLIC_URL", "without anything behind ? or #"),
        ({"KUDOS_PUBLIC_URL": "https://kudos.example/#a"}, "KUDOS_PUBLIC_URL", "without anything behind ? or #"),
        ({"KUDOS_PUBLIC_URL": "https://kudos.example/?"}, "KUDOS_PUBLIC_URL", "without anything behind ? or #"),
        ({"KUDOS_PUBLIC_URL": "https://ann:xoxp-1@kudos.example"}, "KUDOS_PUBLIC_URL", "no user name and no password"),
        ({"KUDOS_PUBLIC_URL": "https://kudos.example:99999"}, "KUDOS_PUBLIC_URL", "is no address"),
        ({"SLACK_API_URL": "https://slack.example:port/api/"}, "SLACK_API_URL", "is no address"),
        ({"SLACK_API_URL": "https://slack.example:0/api/"}, "SLACK_API_URL", "port 0"),
        ({"SLACK_API_URL": "https://ann@slack.example/api/"}, "SLACK_API_URL", "no user name and no password"),
        ({"SLACK_API_URL": "https://[::1/api/"}, "SLACK_API_URL", "is no address"),
        ({"KUDOS_CHANNEL": "#"}, "KUDOS_CHANNEL", "names no channel"),
        ({"KUDOS_CHANNEL": " # "}, "KUDOS_CHANNEL", "names no channel"),
        ({"KUDOS_ADMINS": "ann@example.org, bob"}, "KUDOS_ADMINS", "'bob' is no e-mail address"),
        (for_teams("MicrosoftAppPassword"), "MicrosoftAppPassword", "Make a client secret"),
        (for_teams("MicrosoftAppTenantId"), "MicrosoftAppTenantId", "anybody's tenant could talk to us"),
        (for_teams("MicrosoftAppId"), "MicrosoftAppId", "missing, though MicrosoftAppPassword is set"),
        (for_teams(MicrosoftAppTenantId="force.example"), "MicrosoftAppTenantId", "is no tenant's id"),
        (for_teams(MicrosoftAppType="MultiTenant"), "MicrosoftAppType", "'SingleTenant' or 'UserAssignedMSI'"),
        (for_teams(MicrosoftAppType="UserAssignedMSI"), "MicrosoftAppType", "needs neither"),
        (for_teams("MicrosoftAppPassword", **PEM), "MicrosoftAppCertificate", "there is no file kudos.pem"),
        ({"MicrosoftAppType": "UserAssignedMSI"}, "MicrosoftAppId", "missing, though MicrosoftAppType is set"),
        (for_teams(TEAMS_DEV="1", HOST="127.0.0.1"), "TEAMS_DEV", "Leave one of them out"),
        ({"TEAMS_DEV": "1"}, "TEAMS_DEV", "Set HOST=127.0.0.1"),
        ({"TEAMS_DEV": "1", "HOST": "192.168.1.2"}, "TEAMS_DEV", "Set HOST=127.0.0.1"),
        ({"TEAMS_DEV": "perhaps", "HOST": "127.0.0.1"}, "TEAMS_DEV", "valid boolean"),
        ({"TEAMS_TENANTS": "a-tenant, force.example"}, "TEAMS_TENANTS", "'force.example' is no tenant's id"),
        ({"TEAMS_PRIVATE_TEAMS": "Response North"}, "TEAMS_PRIVATE_TEAMS", "'Response North' is no team's id"),
        ({"TEAMS_PRIVATE_TEAMS": "all, 72f988bf-86f1-41af"}, "TEAMS_PRIVATE_TEAMS", "would stay public"),
        ({"TEAMS_SERVICE_HOSTS": "https://smba.example"}, "TEAMS_SERVICE_HOSTS", "'https://smba.example' is no host"),
        ({"TEAMS_SERVICE_HOSTS": "*.trafficmanager.net"}, "TEAMS_SERVICE_HOSTS", "without *"),
        ({"TEAMS_SERVICE_HOSTS": "smba.example, a b"}, "TEAMS_SERVICE_HOSTS", "'a b' is no host"),
        ({"TEAMS_SERVICE_HOSTS": "smba.example/teams"}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"TEAMS_SERVICE_HOSTS": "ann@smba.example"}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"TEAMS_SERVICE_HOSTS": "smba.example."}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"TEAMS_SERVICE_HOSTS": "smba.exämple"}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"TEAMS_SERVICE_HOSTS": "127.0.0.1:0"}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"TEAMS_SERVICE_HOSTS": "127.0.0.1:70000"}, "TEAMS_SERVICE_HOSTS", "is no host"),
        ({"KUDOS_EMAIL_DOMAINS": "a.example"}, "KUDOS_EMAIL_DOMAINS", "'a.example' is no pair of domains"),
        ({"KUDOS_ORGANISATION": "T012AB3CD"}, "KUDOS_ORGANISATION", "'T012AB3CD' is no workspace"),
        ({"KUDOS_ORGANISATION": "slack:T1;teams:a, slack:T1"}, "KUDOS_ORGANISATION", "slack:T1 is named twice"),
        ({"KUDOS_ORGANISATION": "teams:AB;teams:ab"}, "KUDOS_ORGANISATION", "teams:ab is named twice"),
        ({"GUARD_FILE": "gaurd.yaml"}, "GUARD_FILE", "there is no gaurd.yaml here"),
        ({"TEAMS_OPENID_URL": "http://keys.example/"}, "TEAMS_OPENID_URL", "must start with https://"),
        ({"TEAMS_LOGIN_URL": "https://login.example/?a=1"}, "TEAMS_LOGIN_URL", "without anything behind"),
    ],
)
def test_what_stops_the_start(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str, says: str) -> None:
    """Each problem is one line that begins with the setting's name and shows no secret."""
    (problem,) = problems(monkeypatch, values)
    assert problem.startswith(f"{name}: ")
    assert says in problem
    assert "xoxp" not in problem


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:100%25%40@db.example/kudos?sslmode=require",
        "postgresql://a.example:5432,b.example:5433/kudos?target_session_attrs=read-write",
        "postgresql://ann@/kudos?host=/run/postgresql",
        "postgresql://[::1]:5432/kudos",
    ],
)
def test_addresses_that_postgresql_can_read(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert read().database_url == url


def test_an_empty_database_in_the_environment_leaves_that_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///other.db\n", "utf-8")
    monkeypatch.setenv("DATABASE_URL", "")
    assert read().database_url == "sqlite:///other.db"
    (tmp_path / ".env").write_text("DATABASE_URL=\n", "utf-8")
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(ConfigError, match="DATABASE_URL: it is set, and empty"):
        serving.read()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"KUDOS_CHANNEL=#caf\xe9\n", ".env: cannot be read: it is no text in UTF-8"),
        (b'PORT=1\n\n# ours\n\nKUDOS_CHANNEL="#thanks\nHOST=::1\n', ".env: line 5 cannot be read"),
        (b"DATABASE_URL sqlite:///a.db\n", ".env: line 1 cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, written: bytes, says: str) -> None:
    (tmp_path / ".env").write_bytes(written)
    for reading in (read, serving.read, config.framework_file):
        with pytest.raises(ConfigError) as told:
            reading()
        assert str(told.value).startswith(says)
    assert Settings(_env_file=None).port == 3978


def test_logs_are_told_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "info")
    monkeypatch.setenv("LOG_FORMAT", "JSON")
    assert (read().log_level, read().log_format) == ("INFO", "json")


def test_a_certificate_and_a_secret_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kudos.pem").write_text("made up")
    (problem,) = problems(monkeypatch, for_teams(**PEM))
    assert problem == "MicrosoftAppPassword: set together with MicrosoftAppCertificate. Leave one of them out."


def test_everything_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, {"PORT": "x", "KUDOS_TIMEZONE": "x", "LOG_FORMAT": "xml"})
    assert sorted(line.split(":")[0] for line in found) == ["KUDOS_TIMEZONE", "LOG_FORMAT", "PORT"]


def test_administrators_are_named_by_address_in_any_case() -> None:
    assert config.Settings(kudos_admins=" Ann@Example.ORG, ,bob@example.org ", _env_file=None).admins == {
        "ann@example.org",
        "bob@example.org",
    }
    assert config.Settings(_env_file=None).admins == frozenset()


@pytest.mark.parametrize(
    "name",
    [
        *("DYNO", "RENDER", "RENDER_SERVICE_ID", "WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "FLY_APP_NAME"),
        *("FLY_ALLOC_ID", "FLY_MACHINE_ID", "K_SERVICE"),
    ],
)
def test_a_file_on_a_disk_that_vanishes_is_refused(name: str) -> None:
    """Unless somebody says that it does not."""
    environment = {name: "it-1"}
    with pytest.raises(ConfigError, match="KUDOS_DISK_IS_KEPT=1"):
        config.refuse_disk_that_vanishes(Settings(_env_file=None), environment)
    config.refuse_disk_that_vanishes(Settings(_env_file=None), {})
    config.refuse_disk_that_vanishes(Settings(kudos_disk_is_kept=True, _env_file=None), environment)
    config.refuse_disk_that_vanishes(Settings(database_url="postgresql://db/kudos", _env_file=None), environment)


def test_which_workspaces_belong_together_is_said_or_follows_from_there_being_one_of_each() -> None:
    def set_up(**more: object) -> config.Settings:
        return config.Settings(_env_file=None, **more)  # type: ignore[arg-type]

    assert set_up().single_workspaces == {}
    assert set_up(slack_bot_token="xoxb-1").single_workspaces == {"slack": ""}
    assert set_up(slack_client_id="1", slack_bot_token="xoxb-1").single_workspaces == {}
    teams = set_up(microsoft_app_id="app", microsoft_app_tenant_id="AB-CD", teams_tenants="ef")
    assert teams.single_workspaces == {"teams": "teams:ab-cd"}
    assert set_up(teams_dev=True, teams_tenants="ef").single_workspaces == {}
    assert set_up().organisations == ()
    listed = set_up(kudos_organisation=" slack:T1, teams:AB-CD ;; slack:T2,teams:ef ")
    assert listed.organisations == (("slack:T1", "teams:ab-cd"), ("slack:T2", "teams:ef"))
    domains = set_up(kudos_email_domains="old.example=new.example").email_domains
    assert len(domains.spellings("ann@old.example")) == 2


def test_how_long_things_are_kept_is_for_the_force_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (read().retention.text_months, read().retention.leaver_days, read().erasures_file) == (24, 90, None)
    monkeypatch.setenv("KUDOS_RETENTION_TEXT_MONTHS", "6")
    monkeypatch.setenv("KUDOS_RETENTION_LEAVER_DAYS", "30")
    monkeypatch.setenv("ERASURES_FILE", "/elsewhere/erased")
    assert (read().retention.text_months, read().retention.leaver_days) == (6, 30)
    assert read().erasures_file == Path("/elsewhere/erased")
    monkeypatch.setenv("KUDOS_RETENTION_TEXT_MONTHS", "0")
    with pytest.raises(ConfigError, match="KUDOS_RETENTION_TEXT_MONTHS"):
        read()
