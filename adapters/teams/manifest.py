"""The app package: what Kudos asks of Teams, with the reason for each permission. Pure.

Source: learn.microsoft.com/microsoft-365/extensibility/schema
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.teams import icons
from adapters.teams.parse import GIVE, GIVE_FOR
from bot.config import Settings
from bot.errors import ConfigError

SCHEMA: Final = "1.29"  #: the first that knows of slash commands and of messages that one person sees

#: Of one team, granted by whoever installs Kudos there. That it may post, know who is in a team and hear what is said
#: to it, every bot is given that is installed.
TEAM_PERMISSIONS: Final = {
    "ChannelMember.Read.Group": "who joins and leaves a private or shared channel, and so can read along there",
}

#: What Teams tells people before they add Kudos.
PERMISSIONS: Final = {
    "identity": "the names of those who thank and are thanked",
    "messageTeamMembers": "the personal chat in which somebody is thanked",
}

#: What to type to Kudos, and what it does. Also in a team or a group chat; `_DIGEST` only there.
_COMMANDS: Final = {
    "kudos": "Thank somebody: kudos @colleague #tag for what they did",
    "values": "Ask what our values mean: values what does it mean to listen",
    "mine": "The kudos you have given and been given",
    "undo": "Take back the last kudos you gave",
    "help": "What Kudos does, and how",
}
_DIGEST: Final = {"digest": "The weekly digest of this channel: set it up, look at it, pause it"}

DEVELOPER_MOST: Final = 32  #: characters of a developer's name
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_VERSION: Final = re.compile(r"(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4})){2}")
_PAGE_MOST: Final = 2048
_GROUND: Final = "#0f5f5c"  #: of the icon
_BEGAN: Final = (2026, 1, 1, 0, 0, 0)  #: the date of every file, so that the same settings make the same package


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What differs between installations.

    Attributes:
        app: MicrosoftAppId, and the id of the package too: a later one replaces it.
        host: where people reach Kudos.
        version: must be raised for Teams to take a package in place of another.
        targeted: the tenant has messages that one person sees, and with them slash commands.
    """

    app: str
    organisation: str
    host: str
    website: str
    privacy: str
    terms: str
    version: str
    targeted: bool


def about(
    settings: Settings, *, organisation: str, version: str, website: str = "", privacy: str = "", terms: str = ""
) -> About:
    """What the settings say; a page that is not given is `KUDOS_PUBLIC_URL`.

    Raises:
        ConfigError: everything that Teams would not take.
    """
    public = settings.kudos_public_url
    pages = {"website": website or public, "privacy": privacy or public, "terms": terms or public}
    if problems := list(_problems(settings, version, pages)):
        raise ConfigError(problems)
    return About(
        app=settings.microsoft_app_id.lower(),
        organisation=organisation,
        host=urlsplit(public).hostname or "",
        version=version,
        targeted=settings.teams_targeted,
        **pages,
    )


def _problems(settings: Settings, version: str, pages: dict[str, str]) -> Iterator[str]:
    app, public = settings.microsoft_app_id, settings.kudos_public_url
    if not app:
        yield "MicrosoftAppId: missing. Copy it from your Azure Bot's page, Configuration."
    elif not _GUID.fullmatch(app):
        yield "MicrosoftAppId: is no id in the manner of 00000000-0000-0000-0000-000000000000. Copy it anew."
    if not public:
        yield "KUDOS_PUBLIC_URL: missing. Say where people reach this server, such as https://kudos.example."
    elif not _secure(public):
        yield "KUDOS_PUBLIC_URL: must start with https://, for Teams opens nothing else."
    if not _VERSION.fullmatch(version):
        yield f"--version: {version!r} is none; give three numbers with dots between them, such as 1.0.1."
    for name, page in pages.items():
        if page != public and not _secure(page):
            yield f"--{name}: must be an address that starts with https://, of at most {_PAGE_MOST:,} characters."


def _secure(page: str) -> bool:
    return re.fullmatch(r"https://[^\s/?#]+(/\S*)?", page) is not None and len(page) <= _PAGE_MOST


def manifest(about: About) -> dict[str, Any]:
    """The manifest as JSON."""
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": about.version,
        "id": about.app,
        "localizationInfo": {"defaultLanguageTag": "en-gb"},
        "developer": {
            "name": _cut(about.organisation, DEVELOPER_MOST),
            "websiteUrl": about.website,
            "privacyUrl": about.privacy,
            "termsOfUseUrl": about.terms,
        },
        "name": {"short": "Kudos", "full": "Kudos: thanks between colleagues"},
        "description": {
            "short": "Thank a colleague for living a value",
            "full": "Kudos passes on thanks between colleagues. Thank somebody for living one of our values or keeping "
            "one of our promises, in front of those who care. Ask what a value means: the answer quotes our own "
            "framework and never makes anything up. There are no points and no rankings.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": _GROUND,
        "bots": [_bot(about)],
        "composeExtensions": [_extension(about)],
        "permissions": list(PERMISSIONS),
        "validDomains": [about.host],
        # Teams wants a resource here and does nothing with it.
        "webApplicationInfo": {"id": about.app, "resource": f"api://{about.app}"},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": name, "type": "Application"} for name in TEAM_PERMISSIONS],
            },
        },
        "supportsChannelFeatures": "tier1",  # also in private and shared channels; wanted of every bot in teams
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def package(about: About) -> bytes:
    """The .zip that an administrator uploads; the same bytes for the same settings."""
    written = io.BytesIO()
    files = {
        "manifest.json": json.dumps(manifest(about), indent=2, ensure_ascii=False).encode() + b"\n",
        "color.png": icons.colour(),
        "outline.png": icons.outline(),
    }
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            file = zipfile.ZipInfo(name, _BEGAN)
            file.compress_type = zipfile.ZIP_DEFLATED
            file.create_system = 3  # whatever system it is written on
            file.external_attr = 0o644 << 16
            archive.writestr(file, content)
    return written.getvalue()


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _bot(about: About) -> dict[str, Any]:
    together = {"triggers": ["mention", "slash"]} if about.targeted else {}
    return {
        "botId": about.app,
        "scopes": ["personal", "team", "groupChat"],
        **({"supportsTargetedMessages": True} if about.targeted else {}),
        "commandLists": [
            {"scopes": ["team", "groupChat"], **together, "commands": _listed({**_COMMANDS, **_DIGEST})},
            {"scopes": ["personal"], "commands": _listed(_COMMANDS)},
        ],
    }


def _listed(commands: dict[str, str]) -> list[dict[str, str]]:
    return [{"title": title, "description": description} for title, description in commands.items()]


def _extension(about: About) -> dict[str, Any]:
    return {
        "botId": about.app,
        "commands": [
            {
                "id": GIVE,
                "type": "action",
                "context": ["compose", "commandBox"],
                "title": "Give kudos",
                "description": "Thank a colleague",
                "fetchTask": True,
                "triggers": ["slash"],
            },
            {
                "id": GIVE_FOR,
                "type": "action",
                "context": ["message"],
                "title": "Give kudos for this message",
                "description": "Thank a colleague for this message",
                "fetchTask": True,
            },
        ],
    }
