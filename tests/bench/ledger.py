"""A ledger as long as one likes, written at once: the last week of it with as many kudos as are to be told."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from bot.framework import Framework
from bot.model import derived_id, to_text

WORKSPACE: Final = "bench:1"
PEOPLE: Final = 10_000
PLACES: Final = 100
PLACE: Final = "place-0"  #: where the digest is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """How many kudos there are."""

    week: int  #: in the week that is told, and in the one before
    older: int  #: before that, over three years


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
                "INSERT INTO person VALUES (?, ?, ?, '', 'member', 1, '', 0)",
                ((WORKSPACE, f"p{number}", f"Colleague number {number}") for number in range(PEOPLE)),
            )
            database.executemany(
                "INSERT INTO place VALUES (?, ?, ?, 'channel', 'public', 1, 0, 0, '')",
                ((WORKSPACE, f"place-{number}", f"team-{number}") for number in range(PLACES)),
            )
            serials = itertools.count()
            week = timedelta(days=7)
            for number, begins, lasts in (
                (ledger.older, begins_at - 150 * week, 149 * week),
                (ledger.week, begins_at - week, week),
                (ledger.week, begins_at, week),
            ):
                _write(database, _kudos(chance, framework, serials, number, (begins, lasts)))
            for _, sql in indexes:
                database.execute(sql)


def _write(database: sqlite3.Connection, kudos: Iterator[tuple[str, ...]]) -> None:
    while some := list(itertools.islice(kudos, 20_000)):
        database.executemany(
            "INSERT INTO recognition VALUES (?, ?, ?, ?, ?, 'public', 'command', '', '1', ?, 0, '', 1)",
            ((id_, WORKSPACE, giver, words, place, at) for id_, giver, _, _, words, place, at in some),
        )
        database.executemany(
            "INSERT INTO recipient (recognition, workspace, person, position) VALUES (?, ?, ?, 0)",
            ((id_, WORKSPACE, recipient) for id_, _, recipient, *_ in some),
        )
        database.executemany(
            "INSERT INTO tag (recognition, workspace, entry, title, position, base, standing) VALUES (?,?,?,?,0,1,1)",
            ((id_, WORKSPACE, entry, entry) for id_, _, _, entry, *_ in some),
        )


def _kudos(
    chance: Random, framework: Framework, serials: Iterator[int], number: int, when: tuple[datetime, timedelta]
) -> Iterator[tuple[str, ...]]:
    """Id, giver, recipient, entry, words, place and time."""
    begins, lasts = when
    for position in range(number):
        giver, recipient = chance.randrange(PEOPLE), chance.randrange(PEOPLE - 1)
        yield (
            derived_id("bench", str(next(serials))),
            f"p{giver}",
            f"p{recipient + (recipient >= giver)}",
            chance.choice(framework.taggable).id,
            "staying on after nights until the last of the statements was finished",
            f"place-{chance.randrange(PLACES)}",
            to_text(begins + lasts * (position / number)),
        )
