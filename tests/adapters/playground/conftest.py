"""A playground that is seeded once, and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.app import now
from adapters.playground import seed
from tests.adapters.playground.visitor import LONDON, Visitor, served
from tests.conftest import FRAMEWORKS


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A seeded file for each framework."""
    folder = tmp_path_factory.mktemp("playground")
    files = {}
    for name, framework in FRAMEWORKS.items():
        files[name] = folder / f"{name}.db"
        asyncio.run(seed.ensure(files[name], framework, LONDON, fresh=False, clock=now))
    return files


@pytest.fixture
async def amara(seeded: dict[str, Path], tmp_path: Path) -> AsyncIterator[Visitor]:
    """Amara in #general."""
    shutil.copy(seeded["own"], tmp_path / "playground.db")
    async with served(tmp_path / "playground.db", FRAMEWORKS["own"]) as visitor:
        yield visitor


@pytest.fixture(params=FRAMEWORKS)
async def anywhere(request: pytest.FixtureRequest, seeded: dict[str, Path], tmp_path: Path) -> AsyncIterator[Visitor]:
    """Amara in #general, under each framework in turn."""
    shutil.copy(seeded[request.param], tmp_path / "playground.db")
    async with served(tmp_path / "playground.db", FRAMEWORKS[request.param]) as visitor:
        yield visitor
