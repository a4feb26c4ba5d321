"""How settings are written: what the text of each kind must look like, and what is told to who wrote it otherwise."""

import re
from collections.abc import Iterable
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, SecretStr

from bot.addresses import Domains

SQLITE: Final = "sqlite:///"
POSTGRES: Final = "postgresql://"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
KEY_LEAST: Final = 32  #: characters of a secret key

_UNREAD: Final = (
    "can't be read: write % as %25, @ as %40 and / as %2F in the password, and look at the host and the port"
)
_PARAMETER: Final = re.compile(r"[A-Za-z_]+")
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOST: Final = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?")
_TEAM: Final = re.compile(r"19:[A-Za-z0-9_.-]+@thread\.(tacv2|skype)")
_TENANT: Final = re.compile(r"[0-9A-Za-z-]+")
_WORKSPACE: Final = re.compile(r"[a-z]+:[^\s:]+")


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def groups(text: str) -> tuple[tuple[str, ...], ...]:
    """Organisations with semicolons between them, and the workspaces of each with commas; tenants in lower case."""
    parted = (
        tuple(each.lower() if each.startswith("teams:") else each for each in listed(group))
        for group in text.split(";")
    )
    return tuple(filter(None, parted))


def database(url: str) -> str:
    """The address of a database, as it is used.

    Raises:
        ValueError: it is none.
    """
    if not url:
        raise ValueError("it is set, and empty: name a database, or leave it out")
    if url.startswith("postgres://"):  # as some hosts still write it
        url = url.replace("postgres://", POSTGRES, 1)
    if url.startswith(POSTGRES):
        _server(url)
        return url
    if not url.startswith(SQLITE):
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
    if url.removeprefix(SQLITE) in ("", ":memory:"):
        raise ValueError("must name a file: what is only in memory would be lost")
    return url


def _server(url: str) -> None:
    """
    Raises:
        ValueError: PostgreSQL cannot read it. What it says of that itself repeats the password, so nobody is told.
    """
    from psycopg import ProgrammingError  # here, as whoever uses SQLite need not wait for it
    from psycopg.conninfo import conninfo_to_dict

    who, _, path = url.removeprefix(POSTGRES).partition("/")
    query = url.partition("?")[2]
    if who.count("@") > 1 or "@" in path.partition("?")[0]:
        raise ValueError(_UNREAD)
    try:
        told = conninfo_to_dict(url)
    except ProgrammingError:
        names = (pair.partition("=")[0] for pair in query.split("&"))
        unknown = next((name for name in names if _PARAMETER.fullmatch(name) and not _is_known(name)), "")
        if unknown and "@" not in query:  # else it may be a piece of the password
            raise ValueError(f"has a parameter that PostgreSQL does not know ({unknown}); leave it out") from None
        raise ValueError(_UNREAD) from None
    ports = str(told.get("port", "")).split(",")
    if not all(port == "" or (port.isdecimal() and int(port) in range(1, 65536)) for port in ports):
        raise ValueError("is no address: look at its host and its port")
    if not told.get("dbname"):
        raise ValueError("must name a database, as in postgresql://USER:PASSWORD@HOST/DATABASE")


def _is_known(parameter: str) -> bool:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(f"{POSTGRES}/?{parameter}=true")
    except ProgrammingError:
        return False
    return True


def _another_role(url: str) -> str:
    return url and database(url)


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
    at_home = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or (parts.scheme != "https" and not at_home):
        raise ValueError("must start with https:// (plain http only for this machine itself)")
    return url.rstrip("/") + "/"


def _page(url: str) -> str:
    return _web_address(url).rstrip("/")


def _public_url(url: str) -> str:
    return url and _web_address(url)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, "Europe"
        raise ValueError(f"no time zone is called {name!r}; use a name such as Europe/London") from None
    return name


def _channel(name: str) -> str:
    if name and not name.strip("# "):
        raise ValueError("names no channel; give one such as #thanks, or leave it out")
    return name


def _addresses(text: str) -> str:
    if odd := _odd(listed(text), _ADDRESS):
        raise ValueError(f"{odd!r} is no e-mail address; list addresses with commas between them")
    return text


def _domains(pairs: str) -> str:
    Domains.read(pairs)
    return pairs


def _organisations(text: str) -> str:
    ids = [each for group in groups(text) for each in group]
    if odd := _odd(ids, _WORKSPACE):
        raise ValueError(f"{odd!r} is no workspace; write them as in slack:T012AB3CD, teams:00000000-…")
    if twice := [each for each in ids if ids.count(each) > 1]:
        raise ValueError(f"{twice[0]} is named twice; a workspace belongs to one organisation")
    return text


def _secret_keys(keys: SecretStr) -> SecretStr:
    if any(len(each) < KEY_LEAST for each in listed(keys.get_secret_value())):
        raise ValueError(
            f"too short to be secret; give at least {KEY_LEAST} random characters, such as "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` prints"
        )
    return keys


def _hosts(text: str) -> str:
    for each in listed(text.lower()):
        named = _HOST.fullmatch(each)
        if not named or int(named["port"] or 443) not in range(1, 65536):
            raise ValueError(
                f"{each!r} is no host; list hosts in full with commas between them, such as smba.example or "
                "127.0.0.1:8080, without https:// and without *"
            )
    return text.lower()


def _tenants(text: str) -> str:
    if odd := _odd(listed(text), _TENANT):
        raise ValueError(f"{odd!r} is no tenant's id; copy it from the Entra admin centre, Overview, Tenant ID")
    return text


def _teams(text: str) -> str:
    """Ids of teams, also as they stand in the links to teams. One that no team has would leave everything public."""
    teams = ["all" if each.casefold() == "all" else unquote(each) for each in listed(text)]
    if odd := _odd((each for each in teams if each != "all"), _TEAM):
        raise ValueError(
            f"{odd!r} is no team's id, and its channels would stay public; copy what follows team/ in the link to "
            "the team, such as 19:0a1b2c@thread.tacv2, or say all"
        )
    return ",".join(teams)


def _odd(words: Iterable[str], form: re.Pattern[str]) -> str:
    """The first that is not of that form; "" for none."""
    return next((each for each in words if not form.fullmatch(each)), "")


Database = Annotated[str, AfterValidator(database)]
AnotherRole = Annotated[str, AfterValidator(_another_role)]
WebAddress = Annotated[str, AfterValidator(_web_address)]  #: with a slash at its end
Page = Annotated[str, AfterValidator(_page)]  #: without one
PublicUrl = Annotated[str, AfterValidator(_public_url)]
Zone = Annotated[str, AfterValidator(_zone)]
Channel = Annotated[str, AfterValidator(_channel)]
Addresses = Annotated[str, AfterValidator(_addresses)]
EmailDomains = Annotated[str, AfterValidator(_domains)]
Organisations = Annotated[str, AfterValidator(_organisations)]
SecretKeys = Annotated[SecretStr, AfterValidator(_secret_keys)]
AppId = Annotated[str, AfterValidator(str.lower)]
Hosts = Annotated[str, AfterValidator(_hosts)]
Tenants = Annotated[str, AfterValidator(_tenants)]
Teams = Annotated[str, AfterValidator(_teams)]
