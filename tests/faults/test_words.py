"""Words that nobody means to type: kept as they can be kept, or refused where they stand, and never lost."""

import json
import unicodedata
from urllib.parse import parse_qs, urlencode

import pytest

from tests.adapters.town import REASON, Town, settled
from tests.doubles.slack_objects import View
from tests.doubles.slack_wire import Request

pytestmark = pytest.mark.databases("sqlite", "postgres")

MARKED = "a marked word"
LONG = 40_000


def submission(town: Town, form: View, words: str) -> Request:
    """A form with words that Slack's own client would not let anybody send."""
    values = {"recipients": [town.bob], "entries": [town.entry(0).id], "reason": MARKED}
    request = town.client.make_submit(form, values, user=town.alice)
    payload = json.loads(parse_qs(request.body.decode())["payload"][0])
    (field,) = [
        each for block in payload["view"]["state"]["values"].values() for each in block.values() if MARKED in str(each)
    ]
    field["value"] = words
    request.body = urlencode({"payload": json.dumps(payload)}).encode()
    return request


async def opened(town: Town) -> View:
    await town.type(town.alice, "")
    return town.form(town.alice)


async def given(town: Town, words: str) -> str:
    """The words of a kudos, as they are kept; they are shown so, too."""
    card = await town.give(town.alice, f"@bob {town.tag()} for {words}")
    kept: str = town.row("SELECT reason FROM recognition")["reason"]
    assert kept.replace("&", "&amp;") in card.text
    assert kept in town.told(town.bob)[0]
    return kept


@pytest.mark.fault("40,000 characters")
async def test_too_many_characters_in_a_form(town: Town) -> None:
    """The form stays open, with what was typed, and says so at the field."""
    form = await opened(town)
    assert (await town.client.send(submission(town, form, "x" * LONG))).ok
    assert list(form.errors) == ["reason"]
    assert "That is 40,000 characters" in form.errors["reason"]
    assert form.open
    assert town.count("recognition") == 0


@pytest.mark.fault("40,000 characters")
@pytest.mark.parametrize("letter", ["x", "é"])
async def test_too_many_characters_in_a_message(town: Town, letter: str) -> None:
    """It still stands where it was written; who wrote it is told."""
    text = f"@kudos kudos @bob {town.tag()} for {letter * (LONG - 200)}"
    await town.deliver(*town.client.make_post(town.alice, town.general, text))
    await settled(town)
    assert town.count("recognition") == 0
    assert len(town.whispered(town.alice)) == 1


@pytest.mark.fault("40,000 characters")
async def test_too_many_characters_in_a_command(town: Town) -> None:
    """Nobody has them but we, so they are given back."""
    words = ("word " * (LONG // 5 - 100)).strip()
    assert words in await town.type(town.alice, f"@bob {town.tag()} for {words}")
    assert town.count("recognition") == 0


@pytest.mark.fault("right-to-left")
async def test_words_from_right_to_left(town: Town) -> None:
    """As they were typed; what would turn round what others wrote is left out, wherever it was left open."""
    hebrew = "תודה רבה על העזרה במשמרת הלילה"
    turned = "\u202e\u2067"
    assert await given(town, f"{turned}{hebrew} and {turned}all of us") == f"{hebrew} and all of us"


@pytest.mark.fault("zero-width")
async def test_words_of_no_width(town: Town) -> None:
    family = "\N{WOMAN}\u200d\N{MAN}\u200d\N{GIRL}"
    assert family in await given(town, f"{REASON} with the {family}")
    form = await opened(town)
    assert (await town.client.send(submission(town, form, "\u200b\u200d\ufeff" * 20))).ok
    assert list(form.errors) == ["reason"]
    assert town.count("recognition") == 1


@pytest.mark.fault("NUL")
async def test_words_with_nul(town: Town) -> None:
    assert await given(town, f"staying\0 on\x07 after\x1b nights {REASON}") == f"staying on after nights {REASON}"


@pytest.mark.fault("stacked marks")
async def test_words_under_stacked_marks(town: Town) -> None:
    """Composed where Unicode can; fifty marks on a letter are as many as were typed, and too many are refused."""
    stacked = "e\u0301" + "Z" + "\u0300\u0316\u0489" * 50
    kept = await given(town, f"{REASON} {stacked}")
    assert kept == unicodedata.normalize("NFC", kept)
    assert "\u00e9Z" in kept
    form = await opened(town)
    assert (await town.client.send(submission(town, form, "Z" + "\u0300" * 2_000))).ok
    assert "That is 2,001 characters" in form.errors["reason"]
    assert town.count("recognition") == 1
