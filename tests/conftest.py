"""What the tests of the core share."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from adapters import logs
from bot import framework as frameworks
from bot import migrations
from bot.database import Database
from bot.framework import Framework
from tests import databases
from tests.doubles.platform import Clock, Platform
from tests.doubles.world import World, world
from tests.noted import Noted

ROOT = Path(__file__).parent.parent
FRAMEWORKS = {
    "own": frameworks.parse((ROOT / "framework.yaml").read_text("utf-8"), "framework.yaml"),
    "lantern": frameworks.parse((ROOT / "tests/frameworks/lantern.yaml").read_text("utf-8"), "lantern.yaml"),
}

_OURS = (
    "SLACK_",
    "KUDOS_",
    "DATABASE_URL",
    "ERASURES_FILE",
    "FRAMEWORK_FILE",
    "GUARD_FILE",
    "LOG_",
    "MICROSOFTAPP",
    "TEAMS_",
)

_LOGGING = structlog.get_config()

# No test is right or wrong by chance, or by the speed of the machine it runs on.
settings.register_profile("kudos", deadline=None, derandomize=True)
settings.load_profile("kudos")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--in-full", action="store_true", help="let faults last as long as docs/faults.md says")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a Kudos of their own."""
    for name in os.environ:
        if name.upper().startswith(_OURS):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def what_is_started_can_be_interrupted() -> None:
    """What is ignored here, as under nohup or in the background of a shell, would be ignored by all that is started."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True)
def nothing_else_is_logged() -> None:
    """A field that is not on the list of those that may be logged is an error. Nor counts what a command has set up."""
    structlog.configure(**{**_LOGGING, "processors": [logs.Allowed(strict=True), *_LOGGING["processors"]]})


@pytest.fixture
def framework() -> Framework:
    """The framework that we ship."""
    return FRAMEWORKS["own"]


@pytest.fixture
def lantern() -> Framework:
    """The framework of an organisation that does not exist."""
    return FRAMEWORKS["lantern"]


@pytest.fixture(params=FRAMEWORKS)
def any_framework(request: pytest.FixtureRequest) -> Framework:
    """Each framework in turn."""
    return FRAMEWORKS[request.param]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform() -> Platform:
    """A platform with nobody on it yet."""
    return Platform()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The core is tested on every database, and so is what else says so."""
    if "database_kind" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker("databases")
    core = metafunc.module.__name__.count(".") == 1
    kinds = marked.args if marked else databases.KINDS if core else ()
    if kinds:
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="function")


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database that `databases.url` means."""
    name = getattr(request, "param", "sqlite")
    with databases.kind(name):
        yield name


@pytest.fixture
async def database(database_kind: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database of its own."""
    database = databases.at(tmp_path / "kudos.db")
    await migrations.migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def noted(tmp_path: Path) -> AsyncIterator[Noted]:
    """A migrated database that remembers what was asked since."""
    database = Noted(tmp_path / "kudos.db")
    await migrations.migrate(database)
    database.asked.clear()
    yield database
    await database.close()


@pytest.fixture
async def core(database_kind: str, framework: Framework, tmp_path: Path) -> AsyncIterator[World]:
    """The core with everything around it, on our own framework."""
    async with world(framework, tmp_path / "kudos.db") as running:
        yield running
