"""While a visitor writes in a form, what fits stands below the words; nothing that was filled in is lost."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.app import read_words
from tests.adapters.playground.visitor import Visitor, served
from tests.conftest import FRAMEWORKS

LANTERN = FRAMEWORKS["lantern"]
WORDS = Path(__file__).parents[2] / "frameworks" / "lantern.words.yaml"
LAMP = "stayed up the whole night so that nobody was left in the dark"


@pytest.fixture
async def amara(seeded: dict[str, Path], tmp_path: Path) -> AsyncIterator[Visitor]:
    shutil.copy(seeded["lantern"], tmp_path / "playground.db")
    async with served(tmp_path / "playground.db", LANTERN, words=read_words(WORDS, LANTERN)) as visitor:
        yield visitor


async def test_what_fits_follows_the_words(amara: Visitor) -> None:
    page = await amara.say("/kudos")
    assert '<div class="said" id="field-reason-said" role="status"></div>' in page.dialog
    below = await amara.write(page.form, [("reason", LAMP)])
    assert below
    assert LANTERN.taggable[0].title.text in below
    assert "Nobody at sea waits in the dark for us" in below
    assert await amara.write(page.form, [("reason", "zzz")]) == ""
    hint = await amara.write(page.form, [("reason", "cheers everybody")])
    assert hint
    assert "A little more would mean a lot" in hint


async def test_who_has_chosen_is_left_alone(amara: Visitor) -> None:
    page = await amara.say("/kudos")
    chosen = ("entries", LANTERN.taggable[1].id)
    assert await amara.write(page.form, [("reason", LAMP), chosen]) is None


async def test_a_form_that_has_to_be_mended_says_what_fits_its_words(amara: Visitor) -> None:
    page = await amara.say("/kudos")
    again = await amara.fill(page.form, [("reason", LAMP)])
    assert set(again.errors) == {"recipients", "entries"}
    assert LANTERN.taggable[0].title.text in again.dialog.partition('id="field-reason-said"')[2].partition("</div>")[0]


async def test_where_nothing_is_said_nothing_is_said(amara: Visitor) -> None:
    """In a form that is gone, or another's, or only changes words."""
    assert await amara.write("f999", [("reason", LAMP)]) is None
    page = await amara.say("/kudos")
    assert await amara.as_("tom").write(page.form, [("reason", LAMP)]) is None
    given = await amara.say(f"/kudos @tom #{LANTERN.taggable[0].tag} for {LAMP}")
    edit = await amara.press(given.messages[-2], "Edit the words")
    assert "field-reason-said" not in edit.dialog
    assert await amara.write(edit.form, [("reason", LAMP)]) is None
