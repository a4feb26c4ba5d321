"""A ledger as long as one likes, written at once: the last week of it with as many kudos as are to be told."""

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from bot.framework import Framework
from bot.model import derived_id, to_text

WORKSPACE: Final = "bench:1"
PEOPLE: Final = tuple(f"p{number}" for number in range(10_000))
PLACES: Final = tuple(f"place-{number}" for number in range(100))
PLACE: Final = PLACES[0]  #: where the digest is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """How many kudos there are, and whose."""

    week: int  #: in the week that is told, and in the one before
    older: int  #: before that, over three years
    workspace: str = WORKSPACE
    people: Sequence[str] = PEOPLE
    places: Sequence[str] = PLACES


def write(path: Path, ledger: Ledger, framework: Framework, begins_at: datetime) -> None:
    """Fill a migrated database; the week begins at `begins_at`."""
    chance = Random(ledger.older)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -600000")  # ids are as good as random: every page is needed all the time
        indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''").fetchall()
        with database:
            for name, _ in indexes:
                database.execute(f"DROP INDEX {name}")
            database.executemany(
                "INSERT INTO person (workspace, id, name, email, kind, active, direct, admin)"
                " VALUES (?, ?, ?, '', 'member', 1, '', 0)",
                ((ledger.workspace, id_, f"Colleague {id_}") for id_ in ledger.people),
            )
            database.executemany(
                "INSERT INTO place VALUES (?, ?, ?, 'channel', 'public', 1, 0, 0, '')",
                ((ledger.workspace, id_, f"team {id_}") for id_ in ledger.places),
            )
            serials = itertools.count()
            week = timedelta(days=7)
            for number, begins, lasts in (
                (ledger.older, begins_at - 150 * week, 149 * week),
                (ledger.week, begins_at - week, week),
                (ledger.week, begins_at, week),
            ):
                kudos = _kudos(
                    chance, framework, ledger, itertools.islice(serials, number), (begins, lasts / max(1, number))
                )
                _write(database, ledger.workspace, kudos)
            for _, sql in indexes:
                database.execute(sql)


def _write(database: sqlite3.Connection, workspace: str, kudos: Iterator[tuple[str, ...]]) -> None:
    while some := list(itertools.islice(kudos, 20_000)):
        database.executemany(
            "INSERT INTO recognition VALUES (?, ?, ?, ?, ?, 'public', 'command', '', '1', ?, 0, '', 1)",
            ((id_, workspace, giver, words, place, at) for id_, giver, _, _, words, place, at in some),
        )
        database.executemany(
            "INSERT INTO recipient (recognition, workspace, person, position, thanked_at) VALUES (?, ?, ?, 0, ?)",
            ((id_, workspace, recipient, at) for id_, _, recipient, *_, at in some),
        )
        database.executemany(
            "INSERT INTO tag (recognition, workspace, entry, title, position, base, standing, thanked_at)"
            " VALUES (?, ?, ?, ?, 0, 1, 1, ?)",
            ((id_, workspace, entry, entry, at) for id_, _, _, entry, *_, at in some),
        )


def _kudos(
    chance: Random, framework: Framework, ledger: Ledger, serials: Iterable[int], when: tuple[datetime, timedelta]
) -> Iterator[tuple[str, ...]]:
    """Id, giver, recipient, entry, words, place and time; `when` the first is, and how much later each other."""
    begins, apart = when
    for position, serial in enumerate(serials):
        giver, recipient = chance.randrange(len(ledger.people)), chance.randrange(len(ledger.people) - 1)
        yield (
            derived_id("bench", ledger.workspace, str(serial)),
            ledger.people[giver],
            ledger.people[recipient + (recipient >= giver)],
            chance.choice(framework.taggable).id,
            "staying on after nights until the last of the statements was finished",
            chance.choice(ledger.places),
            to_text(begins + apart * position),
        )
