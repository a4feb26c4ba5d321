"""The digest of a channel in the playground: setting it up, and letting the weeks pass in which it comes."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.adapters.playground.visitor import Page, Visitor, served, text_of
from tests.conftest import FRAMEWORKS

OWN = FRAMEWORKS["own"]
WEDNESDAY = datetime(2026, 3, 11, 14, 30, tzinfo=UTC)
WORDS = "staying on after nights to finish the statements"
AS_IT_IS = [
    ("state", "on"),
    ("day", "0"),
    ("at", "09:00"),
    ("zone", "Europe/London"),
    ("scope", "workspace"),
    ("extras", "chart"),
]


class Afternoon:
    """A while on a Wednesday."""

    def __init__(self) -> None:
        self.at = WEDNESDAY

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
async def amara(tmp_path: Path) -> AsyncIterator[Visitor]:
    """Amara in #general, on a Wednesday afternoon."""
    async with served(tmp_path / "playground.db", OWN, clock=Afternoon()) as visitor:
        yield visitor


async def week_forward(visitor: Visitor, *, once: str = "") -> Page:
    return await visitor.do("/clock", ("clock", "week"), once=once)


def day(page: Page) -> str:
    found = re.search(r'<time datetime="([^"]*)"><span class="weekday">', page.html)
    assert found
    return found[1]


def digests(page: Page) -> list[str]:
    return [each.text for each in page.messages if "Kudos of the week" in each.text]


async def test_from_the_start_a_digest_is_on_in_the_lobby(amara: Visitor) -> None:
    page = await amara.say("/kudos digest")
    assert "The digest in #general is on.The next one is due on Monday 16 March at 09:00." in text_of(page.dialog)
    assert page.checked == {("state", "on"), ("scope", "workspace"), ("extras", "chart")}
    assert digests(page) == []


async def test_the_form_sets_it_up(amara: Visitor) -> None:
    page = await amara.say("/kudos digest")
    changed = [("day", "4"), ("zone", "Neverland"), ("scope", "people"), ("people", "rotabot"), ("at", "9 pm")]
    again = await amara.fill(page.form, [("state", "on"), *changed])
    assert set(again.errors) == {"zone", "people", "at"}
    assert "Rota Bot can't be on the list: it's an app" in again.errors["people"]
    assert 'value="Neverland"' in again.dialog
    assert '<option value="4" selected>Friday' in again.dialog
    assert ("scope", "people") in again.checked
    mended = [("day", "4"), ("zone", "Europe/London"), ("scope", "people"), ("people", "tom"), ("at", "09:00")]
    done = await amara.fill(page.form, [("state", "on"), *mended])
    assert "Saved.The digest in #general is on.The next one is due on Friday 13 March at 09:00." in done.last.text
    assert done.last.private


async def test_who_may_not_is_told_who_may(amara: Visitor) -> None:
    said = await amara.as_("tom").say("/kudos digest off")
    assert "Amara Okafor, who made that channel, can set up its digest" in said.last.text
    assert "Tom Bexley, who made that channel" in (await amara.at("response").say("/kudos digest")).last.text
    assert (await amara.as_("grace").say("/kudos digest")).form
    assert (await amara.as_("tom").say("/kudos digest preview")).last.private


async def test_by_words_and_with_a_button(amara: Visitor) -> None:
    assert "I don't know /kudos digest maybe" in (await amara.say("/kudos digest maybe")).last.text
    page = await amara.say("@Kudos digest")
    note = page.message("Here you set up the weekly digest of #general")
    assert note.private
    assert (await amara.press(note, "Set up the digest")).form
    assert "Type this in the channel" in (await amara.at("kudos").say("/kudos digest")).last.text
    assert "I am not in that channel yet" in (await amara.as_("luca").at("charity-run").say("/kudos digest")).last.text


async def test_a_week_later_the_digest_has_come(amara: Visitor) -> None:
    """At its own time, and with what was given meanwhile; in the next week there is the next."""
    await amara.say(f"/kudos @tom #listen for {WORDS}")
    assert day(await amara.look()) == "2026-03-11"
    page = await week_forward(amara)
    assert day(page) == "2026-03-18"
    (digest,) = digests(page)
    assert "09:00" in digest
    assert "Monday 16 March" in page.html
    assert len(digests(await week_forward(amara))) >= 1


async def test_pressed_twice_by_mistake_it_is_one_week(amara: Visitor) -> None:
    once = (await amara.look()).once
    for _ in range(3):
        page = await week_forward(amara, once=once)
    assert day(page) == "2026-03-18"
    assert len(digests(page)) == 1


async def test_what_is_skipped_does_not_come(amara: Visitor) -> None:
    assert "is left out in #general" in (await amara.say("/kudos digest skip")).last.text
    assert digests(await week_forward(amara)) == []


async def test_digests_come_in_every_channel_that_has_one_each_at_its_own_time(amara: Visitor) -> None:
    callum = amara.as_("callum").at("neighbourhood")
    form = (await callum.say("/kudos digest")).form
    await callum.fill(
        form, [("day", "5"), ("at", "17:45"), *(each for each in AS_IT_IS if each[0] not in ("day", "at"))]
    )
    assert len(digests(await week_forward(amara))) == 1
    page = await callum.look()
    (digest,) = digests(page)
    assert "17:45" in digest
    assert "Saturday 14 March" in page.html


async def test_now_posts_it_at_once(amara: Visitor) -> None:
    page = await amara.say("/kudos digest now")
    assert len(digests(page)) == 1
    assert "already: see it" in (await amara.say("/kudos digest now")).last.text


async def test_the_time_is_kept_in_its_file(tmp_path: Path) -> None:
    data = tmp_path / "playground.db"
    async with served(data, OWN, clock=lambda: WEDNESDAY) as amara:
        await week_forward(amara)
        await amara.say("Is it spring yet?")
    async with served(data, OWN, clock=lambda: WEDNESDAY + timedelta(days=1)) as amara:
        page = await amara.look()
        assert day(page) == "2026-03-19"
        assert "Yesterday" in page.html
    async with served(data, OWN, clock=lambda: WEDNESDAY - timedelta(days=3)) as amara:
        assert day(await amara.look()) == "2026-03-18", "it never goes back behind what was said"


async def test_the_page_offers_the_words(amara: Visitor) -> None:
    page = await amara.look()
    assert '"put": "/kudos digest"' in page.html
    assert "Move a week forward" in page.html
