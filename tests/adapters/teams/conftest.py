"""What the tests of Teams share: its door, tenants with Kudos in them, and who knows what is wrong with a card."""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.framework import Framework
from tests import npm
from tests.adapters.teams.door import Door, door
from tests.adapters.teams.station import Station, station_in
from tests.adapters.teams.town import Town, settled, town_in
from tests.doubles.adaptive_lint import as_seen, problems, texts

Wrong = Callable[[dict[str, Any]], list[str]]

# Read here, because the tests themselves do not see such settings.
REQUIRED = os.environ.get("KUDOS_TEST_REQUIRE") == "all"
SCHEMA = jsonschema.Draft6Validator(json.loads((Path(__file__).parent / "card_schema/card.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def library() -> Iterator[npm.Script]:
    """Microsoft's own library for cards, and a reader of markdown."""
    try:
        npm.installed()
    except npm.MissingError as missing:
        if REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with npm.running("cards.js") as script:
        yield script


@pytest.fixture(scope="session")
def wrong(library: npm.Script) -> Wrong:
    """Everything that is wrong with a card: by our own rules, by its schema, and by Microsoft's library."""

    def found(card: dict[str, Any]) -> list[str]:
        by_schema = [error.message for error in SCHEMA.iter_errors(as_seen(card))]
        return [*problems(card), *by_schema, *library({"card": card, "texts": list(texts(card))})]

    return found


@pytest.fixture
async def at_door() -> AsyncIterator[Door]:
    """In the end nobody was called whom an activity named without being believed."""
    async with door() as opened:
        yield opened
        assert opened.stranger.called == []


@pytest.fixture
async def tenant(organisation: Framework, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work in Teams; in the end nothing was sent or answered that Teams would not take."""
    async with town_in(tmp_path / "kudos.db", organisation) as running:
        yield running
        await settled(running)
        running.assert_sound()


@pytest.fixture
async def station(framework: Framework, tmp_path: Path) -> AsyncIterator[Station]:
    """In the end nothing was sent that Teams would not take, and nothing stands twice."""
    async with station_in(tmp_path / "kudos.db", framework) as running:
        yield running
        assert running.teams.problems == []
        assert running.teams.doubled() == []
