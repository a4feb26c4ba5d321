"""The app package is one that Teams takes, and asks for no more than the program uses."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft4Validator

from adapters.teams import icons, manifest
from adapters.teams.manifest import About
from bot import commands
from bot.config import Settings
from bot.errors import ConfigError
from bot.model import Message, Place, PlaceKind, Visibility
from bot.requests import Ask, Give, Help, Mine, OpenDigest, Said, UndoLatest

SCHEMA: Final = json.loads((Path(__file__).parent / "schema/manifest-1.29.json").read_text("utf-8"))
APP: Final = "0f5f5c1d-4c5f-4d87-9ffd-487000000001"
PUBLIC: Final = "https://kudos.example.police.uk/"
ABOUT: Final = About(
    app=APP,
    organisation="West Midlands Police",
    host="kudos.example.police.uk",
    website=PUBLIC,
    privacy=PUBLIC,
    terms=PUBLIC,
    version="1.0.0",
    targeted=False,
)
BOTH: Final = [ABOUT, replace(ABOUT, targeted=True)]

#: What each command asks for, when nothing else is typed.
ASKED: Final = {"kudos": Give, "values": Ask, "mine": Mine, "undo": UndoLatest, "help": Help, "digest": OpenDigest}


def settings(**values: Any) -> Settings:
    given = {"microsoft_app_id": APP, "kudos_public_url": PUBLIC, **values}
    return Settings.model_validate(given)


def problems(*, version: str = "1.0.0", website: str = "", **values: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        manifest.about(settings(**values), organisation="Anybody", version=version, website=website)
    return "\n".join(raised.value.problems)


def errors(written: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft4Validator(SCHEMA).iter_errors(written)]


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# What Teams takes


@pytest.mark.parametrize("about", BOTH, ids=["plain", "targeted"])
def test_teams_takes_it(about: About) -> None:
    """It has the schema's shape, with nothing that is unknown there and nothing that is too long."""
    written = manifest.manifest(about)
    assert errors(written) == []
    # Draft 4 knows no "const", so the schema alone would let another version pass.
    assert written["manifestVersion"] == SCHEMA["properties"]["manifestVersion"]["const"]
    assert f"/v{written['manifestVersion']}/" in written["$schema"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": {"short": "K" * 31}},
        {"surplus": True},
        {"id": "kudos"},
        {"bots": [{"botId": APP, "scopes": ["channel"]}]},
        {"composeExtensions": [{"botId": APP, "commands": [{"id": "give", "title": "T" * 33}]}]},
        {"authorization": {"permissions": {"resourceSpecific": [{"name": "x", "type": "Everything"}]}}},
    ],
    ids=str,
)
def test_the_schema_would_notice(wrong: dict[str, Any]) -> None:
    """What is too long, unknown or misspelt."""
    assert errors({**manifest.manifest(ABOUT), **wrong})


def test_an_organisation_with_a_long_name_is_named_in_short() -> None:
    """The developer's name has 32 characters at most."""
    for name in (
        "Bedfordshire, Cambridgeshire and Hertfordshire Police",
        "Polizeipräsidiumsverwaltungsbehördenamt" * 2,
    ):
        written = manifest.manifest(replace(ABOUT, organisation=name))
        assert errors(written) == []
        assert written["developer"]["name"].endswith("…")
    assert manifest.manifest(ABOUT)["developer"]["name"] == "West Midlands Police"


def test_what_the_schema_does_not_say_is_right_too() -> None:
    """Source: learn.microsoft.com/microsoft-365/extensibility/schema and the pages about each part."""
    for about in BOTH:
        written = manifest.manifest(about)
        (bot,), (extension,) = written["bots"], written["composeExtensions"]
        assert bot["botId"] == extension["botId"] == written["id"] == written["webApplicationInfo"]["id"]
        assert written["webApplicationInfo"]["resource"]  # wanted wherever a team's permissions are
        assert written["supportsChannelFeatures"] == "tier1"  # wanted from 1.25 of bots in teams
        assert "://" not in "".join(written["validDomains"])
        scopes = [scope for each in bot["commandLists"] for scope in each["scopes"]]
        assert sorted(scopes) == sorted(set(scopes)) == sorted(bot["scopes"])  # a list of commands for each
        for each in bot["commandLists"]:
            assert all(len(command["title"]) <= 32 for command in each["commands"])
            assert "slash" not in each.get("triggers", ()) or "personal" not in each["scopes"]


def test_slash_commands_are_offered_where_their_answers_stay_private() -> None:
    """They come as messages that one person sees, so only where the tenant has those."""
    plain, targeted = (manifest.manifest(about)["bots"][0] for about in BOTH)
    assert "slash" not in json.dumps(plain)
    assert "supportsTargetedMessages" not in plain
    assert targeted["supportsTargetedMessages"] is True
    assert targeted["commandLists"][0]["triggers"] == ["mention", "slash"]


# What it offers


def test_every_command_is_one_that_kudos_knows() -> None:
    """Picked from Teams' list it stands in the message, alone or before what is typed after it."""
    place = Place(
        workspace="teams:t", id="19:x@thread.tacv2", name="x", kind=PlaceKind.CHANNEL, visibility=Visibility.PUBLIC
    )
    message = Message(place=place.id, id="1")
    for each in manifest.manifest(ABOUT)["bots"][0]["commandLists"]:
        titles = [command["title"] for command in each["commands"]]
        assert len(titles) == len(set(titles))
        for title in titles:
            said = Said(workspace="teams:t", person="p", delivery=title, words=(title,), place=place, message=message)
            assert type(commands.spoken(said)) is ASKED[title], title
    assert {"digest"} == ASKED.keys() - set(titles)  # the last list: the personal chat has none


def test_the_message_extension_opens_our_form() -> None:
    """Where somebody writes, in the command bar, and on anybody's message."""
    give, give_for = manifest.manifest(ABOUT)["composeExtensions"][0]["commands"]
    assert (give["id"], give["context"]) == ("give", ["compose", "commandBox"])
    assert (give_for["id"], give_for["context"]) == ("give-for", ["message"])
    assert give_for["title"] == "Give kudos for this message"
    assert all(each["type"] == "action" and each["fetchTask"] for each in (give, give_for))


def test_it_asks_for_little() -> None:
    """Who can read along in a private channel; not what anybody says who does not speak to Kudos."""
    asked = manifest.manifest(ABOUT)["authorization"]["permissions"]["resourceSpecific"]
    assert asked == [{"name": "ChannelMember.Read.Group", "type": "Application"}]
    assert manifest.manifest(ABOUT)["permissions"] == list(manifest.PERMISSIONS)
    assert "Message.Read" not in json.dumps(manifest.manifest(ABOUT))


# The settings


def test_the_package_goes_by_the_settings() -> None:
    about = manifest.about(
        settings(microsoft_app_id=APP.upper(), teams_targeted=True),
        organisation="West Midlands Police",
        version="2.0.1",
        privacy="https://intranet.example/kudos?page=privacy",
    )
    assert about == replace(
        ABOUT, targeted=True, version="2.0.1", privacy="https://intranet.example/kudos?page=privacy"
    )
    assert manifest.manifest(about)["validDomains"] == ["kudos.example.police.uk"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(microsoft_app_id="", kudos_public_url="", version="1", website="http://elsewhere.example")
    for name in ("MicrosoftAppId: missing", "KUDOS_PUBLIC_URL: missing", "--version: '1'", "--website: must"):
        assert name in found
    assert found.count("\n") == 3
    assert "MicrosoftAppId: is no id" in problems(microsoft_app_id="kudos")
    assert "must start with https://" in problems(kudos_public_url="http://localhost:3978/")
    assert "--website" in problems(website=f"https://kudos.example/{'x' * 2048}")


# The package


def test_the_package_holds_the_manifest_and_its_icons() -> None:
    files = opened(manifest.package(ABOUT))
    assert json.loads(files["manifest.json"]) == manifest.manifest(ABOUT)
    assert sorted(files) == sorted(["manifest.json", *manifest.manifest(ABOUT)["icons"].values()])


def test_the_same_settings_make_the_same_bytes() -> None:
    """So that a package can be compared with the one in use."""
    assert manifest.package(ABOUT) == manifest.package(replace(ABOUT))
    assert manifest.package(ABOUT) != manifest.package(replace(ABOUT, version="1.0.1"))


# The icons


def pixels(png: bytes) -> tuple[tuple[int, int, int], list[bytes]]:
    """Width, height and bytes a pixel, and the pixels; every chunk's checksum is right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks = dict(_chunks(png[8:]))
    width, height, depth, colours, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    each = {2: 3, 6: 4}[colours]
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (1 + width * each)
    found = []
    for row in range(height):
        line = rows[row * (1 + width * each) : (row + 1) * (1 + width * each)]
        assert line[0] == 0
        found += [line[at : at + each] for at in range(1, len(line), each)]
    return (width, height, each), found


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    while data:
        (length,) = struct.unpack(">I", data[:4])
        kind, content = data[4:8], data[8 : 8 + length]
        assert struct.unpack(">I", data[8 + length : 12 + length])[0] == zlib.crc32(kind + content)
        yield kind, content
        data = data[12 + length :]


def test_the_colour_icon_is_a_full_square_with_the_mark_in_its_middle() -> None:
    """192 × 192; our mark keeps to the 120 × 120 in the middle, and stands out (at least 4.5 to 1)."""
    (width, height, each), found = pixels(icons.colour())
    assert (width, height, each) == (192, 192, 3)
    ground, heart = found[0], max(set(found), key=sum)
    inked = [(at % 192, at // 192) for at, pixel in enumerate(found) if pixel != ground]
    assert 36 <= min(x for x, _ in inked) <= 192 - 36 - 100
    assert 100 <= max(x for x, _ in inked) <= 156
    assert min(y for _, y in inked) >= 36
    assert max(y for _, y in inked) <= 156
    assert abs(sum(x for x, _ in inked) / len(inked) - 95.5) < 0.6
    assert contrast(ground, heart) >= 4.5


def contrast(one: bytes, other: bytes) -> float:
    """Source: www.w3.org/TR/WCAG22, contrast ratio."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(pixel: bytes) -> float:
    shares = (c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in pixel)
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), shares, strict=True))


def test_the_outline_icon_is_white_on_nothing() -> None:
    """32 × 32, without a border of its own, and nothing but white."""
    (width, height, each), found = pixels(icons.outline())
    assert (width, height, each) == (32, 32, 4)
    assert {pixel[:3] for pixel in found} == {b"\xff\xff\xff"}
    solid = [(at % 32, at // 32) for at, pixel in enumerate(found) if pixel[3] > 127]
    assert found[0][3] == found[-1][3] == 0
    assert sum(pixel[3] == 0 for pixel in found) > len(found) / 2
    assert min(x for x, _ in solid) <= 2
    assert max(x for x, _ in solid) >= 29
