"""The same messages, mentions, shortcuts and pages over Socket Mode: the same answers, the same ledger."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.everywhere import WAYS, installed
from tests.adapters.slack.test_app_home import *  # noqa: F403
from tests.adapters.slack.test_digests import *  # noqa: F403
from tests.adapters.slack.test_everywhere import *  # noqa: F403
from tests.adapters.slack.test_shortcuts import *  # noqa: F403
from tests.adapters.town import Town


@pytest.fixture(params=WAYS[1:])  # type: ignore[no-redef]
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """Kudos at work without an address of its own."""
    async with installed(tmp_path / "kudos.db", request.param, socket=True) as running:
        yield running
