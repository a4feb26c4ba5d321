"""The list of who was erased, kept away from the database: whoever restores a backup erases them again.

One line of JSON each, which names nobody: workspace, the platform's id, the hashed address, and when. It is written and
on the disk before anything is erased.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.database import OWNER_ONLY, Database, Step
from bot.erasing import Erasure
from bot.erasures import asked
from bot.errors import ConfigError
from bot.model import to_text, to_time
from bot.rights import NotRecordedError
from bot.store import Store


class ErasuresFile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def made(self) -> None:
        """See to it that it is there, and can be written.

        Raises:
            ConfigError: it can't.
        """
        with self._writing():
            self._path.touch(mode=OWNER_ONLY)
            self._opened()

    def checked(self) -> None:
        """See that it can be written or made, and make none: whoever restores would take that for the whole list.

        Raises:
            ConfigError: it can't.
        """
        with self._writing():
            if self._path.exists():
                self._opened()
            else:
                tempfile.TemporaryFile(dir=self._path.parent).close()

    def _opened(self) -> None:
        with self._path.open("ab"):
            pass

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigError([f"ERASURES_FILE: cannot write {self._path}: {error.strerror}"]) from None

    def write(self, erasure: Erasure) -> None:
        """
        Raises:
            NotRecordedError: it is not there, nor can it be relied on to be there later.
        """
        told = {
            "workspace": erasure.workspace,
            "person": erasure.person,
            "address": erasure.address,
            "at": to_text(erasure.at),
        }
        try:
            # Other processes may write at the same moment: what the system itself appends takes no line's place.
            with open(self._path, "rb+", opener=lambda path, flags: os.open(path, flags | os.O_APPEND)) as file:
                end = file.seek(0, os.SEEK_END)
                if end:
                    file.seek(-1, os.SEEK_END)
                    # What a crash has cut off is a line of its own.
                    torn = file.read(1) != b"\n"
                else:
                    torn = False
                file.write(("\n" if torn else "").encode() + json.dumps(told).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotRecordedError(f"cannot write {self._path}: {error.strerror}") from None

    def read(self) -> list[Erasure]:
        """All of them, in the order in which they were erased.

        Raises:
            ConfigError: it is not there, or a line of it can't be read.
        """
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            raise ConfigError(
                [
                    f"ERASURES_FILE: there is no {self._path}, so whoever was erased would be back. "
                    "Bring it from where you keep it. If nobody was ever erased, make it, empty."
                ]
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([f"ERASURES_FILE: cannot read {self._path}: {error}"]) from None
        return [self._read(number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def _read(self, number: int, line: str) -> Erasure:
        try:
            told = json.loads(line)
            return Erasure(
                workspace=told["workspace"], person=told["person"], address=told["address"], at=to_time(told["at"])
            )
        except (ValueError, KeyError, TypeError):
            raise ConfigError(
                [f"ERASURES_FILE: line {number} of {self._path} can't be read. Bring another copy of the file."]
            ) from None


async def apply(database: Database, erasures: list[Erasure]) -> None:
    """Erase everybody again, in a database from before that. Once Kudos runs, what stands follows."""
    store = Store(database)
    for each in erasures:
        known = (await store.directory.people(each.workspace, [each.person])).get(each.person)
        again = Erasure(
            workspace=each.workspace,
            person=each.person,
            direct=known.direct if known else "",
            origin="command line",
            at=each.at,
        )
        values = {"workspace": each.workspace, "person": each.person, "at": to_text(each.at)}
        await store.write(
            # A hold of that time was over when they were erased.
            Step("DELETE FROM hold WHERE workspace = :workspace AND person = :person AND at <= :at", values),
            asked(again),
            Step(
                "UPDATE erasure SET state = 'begun' WHERE workspace = :workspace AND id = :id",
                {"workspace": each.workspace, "id": again.id},
            ),
            *await store.erasures.steps(again, each.at),
        )
