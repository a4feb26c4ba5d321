"""What it costs that everybody has an account on either platform: against as many kudos in one workspace alone."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from adapters.app import Application, application, read_framework
from bot import migrations
from bot.cards import plain
from bot.database import Sqlite
from bot.framework import Framework
from bot.model import Person, Place, Visibility
from bot.requests import Give, Mine, Named
from bot.schedule import Week
from bot.store import Store
from tests.bench import ledger
from tests.bench.figures import Figure, Size
from tests.bench.processes import ROOT, BenchError
from tests.bench.weekly import MONDAY, ZONE

RATIO_GOAL: Final = 1.5
OTHER: Final = "other:1"
ASKED: Final = 200  #: kudos given, and lists read, in each, at most


def together(size: Size) -> Iterator[Figure]:
    """Giving, *mine* and a digest: in an organisation of two platforms against one alone, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        costs = asyncio.run(_measured(size, Path(folder)))
    for what, (alone, both) in costs.items():
        yield Figure(
            what=f"{what} where everybody has two accounts, against one; medians",
            figure=f"{both / alone:.2f} times ({both:.2f} ms, {alone:.2f} ms)",
            goal=f"≤ {RATIO_GOAL:.1f}",
            met=both / alone <= RATIO_GOAL,
        )


async def _measured(size: Size, folder: Path) -> dict[str, tuple[float, float]]:
    framework = read_framework(ROOT / "framework.yaml")
    async with AsyncExitStack() as stack:
        apps = []
        for workspaces in ((ledger.WORKSPACE,), (ledger.WORKSPACE, OTHER)):
            path = folder / f"{len(workspaces)}.db"
            await _filled(path, framework, size, workspaces)
            apps.append(
                await stack.enter_async_context(application(Sqlite(path), framework, zone=ZONE, clock=lambda: MONDAY))
            )
        await apps[1].store.organisations.arrange([(ledger.WORKSPACE, OTHER)], {})
        if len(await apps[1].store.accounts.others(ledger.WORKSPACE, ledger.PEOPLE[0])) != 1:
            raise BenchError("nobody has two accounts")
        (alone, both), asked = apps, min(ASKED, size.week // 8)
        return {
            "a kudos": await in_turns(asked, alone, both, give),
            "*mine*": await in_turns(asked, alone, both, mine),
            f"a digest of {size.week:,} kudos": await in_turns(size.tellings, alone, both, digest(size)),
        }


async def _filled(path: Path, framework: Framework, size: Size, workspaces: tuple[str, ...]) -> None:
    """As many kudos in one workspace, or in two by halves; and everybody in each."""
    begins_at, _ = Week.of(MONDAY.date()).before.bounds(ZONE)
    database = Sqlite(path)
    await migrations.migrate(database)
    await database.close()
    share = len(workspaces)
    for workspace in workspaces:
        given = ledger.Ledger(
            week=size.week // share, older=size.older[0] // share, workspace=workspace, people=_people(size)
        )
        ledger.write(path, given, framework, begins_at)
    database = Sqlite(path)
    store = Store(database)
    for workspace in workspaces:
        await store.directory.save_people(
            Person(workspace=workspace, id=id_, name=f"Colleague {id_}", email=f"{id_}@force.example")
            for id_ in _people(size)
        )
        await store.places.save(
            Place(workspace=workspace, id=id_, name=id_, visibility=Visibility.PUBLIC, joined=True, shared=False)
            for id_ in ledger.PLACES
        )
    await database.close()


def _people(size: Size) -> Sequence[str]:
    return ledger.PEOPLE[: max(3 * ASKED, 2 * size.week)]


Act = Callable[[Application, int], Awaitable[object]]


async def in_turns(
    times: int, alone: Application, both: Application, act: Act, clock: Callable[[], float] = time.process_time
) -> tuple[float, float]:
    """Medians, in milliseconds of processor time: whoever else is at work makes no difference."""
    costs: dict[int, list[float]] = {0: [], 1: []}
    for number in range(times):
        for which, app in enumerate((alone, both)):
            began = clock()
            await act(app, number)
            costs[which].append((clock() - began) * 1000)
    return statistics.median(costs[0]), statistics.median(costs[1])


async def give(app: Application, number: int) -> None:
    giver, recipient = ledger.PEOPLE[number], ledger.PEOPLE[number + 1]
    place = Place(workspace=ledger.WORKSPACE, id=ledger.PLACE, name=ledger.PLACE, visibility=Visibility.PUBLIC)
    said = f" #{app.framework.taggable[0].tag} for staying on after nights until it was done"
    words = (Named(recipient, recipient), said)
    asked = Give(workspace=ledger.WORKSPACE, person=giver, delivery=f"give-{number}", place=place, words=words)
    await app.bot.handle(asked)
    if await app.store.ledger.delivered(ledger.WORKSPACE, asked.delivery) is None:
        raise BenchError("a kudos was not given")


async def mine(app: Application, number: int, workspace: str = ledger.WORKSPACE) -> None:
    person = ledger.PEOPLE[number + ASKED]
    await app.bot.handle(Mine(workspace=workspace, person=person, delivery=f"mine-{number}"))


def digest(size: Size) -> Act:
    async def tell(app: Application, _: int) -> None:
        card = await app.bot.digesting.preview(ledger.WORKSPACE, ledger.PLACE)
        if f"{size.week:,} kudos" not in plain(card):
            raise BenchError(f"the digest does not tell of {size.week} kudos")

    return tell
