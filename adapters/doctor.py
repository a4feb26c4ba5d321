"""`kudos doctor`: connect to everything that is configured, and say what works, what does not and what to do."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adapters import storage
from adapters.app import read_framework, read_guard, read_words
from adapters.erasures import ErasuresFile
from adapters.findings import Finding, agreeing, examined, note, works, wrong
from bot import config, migrations, serving
from bot.config import Settings
from bot.database import Database, Step
from bot.errors import ConfigError, DatabaseError
from bot.outbox import LEASE_S
from bot.postbox import Postbox

FREE_LEAST: Final = 200 * 1024 * 1024  #: bytes of disk
TOKEN_LEAST: Final = 16  #: characters of METRICS_TOKEN
LATE_S: Final = 15 * 60.0  #: that a message may be due
MOUNTS: Final = Path("/proc/self/mounts")

#: File systems of the network, where the locks and the shared memory of SQLite's WAL do not hold.
_SHARED: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph", "afs"})
_VANISHING: Final = frozenset({"tmpfs", "ramfs", "overlay"})


async def examine(now: Callable[[], datetime]) -> AsyncIterator[Finding]:
    """Everything, one finding after the other."""
    try:
        found = serving.read()
    except ConfigError as error:
        for problem in error.problems:
            yield _setting(problem)
        return
    settings = found.settings
    for platform, problems in found.left_out.items():
        for problem in problems:
            yield wrong(platform.title(), problem)
    for finding in _said(settings, now()):
        yield finding
    for finding in (*_files(settings), *_guard(settings), *_erasures(settings)):
        yield finding
    database = None
    try:
        database = storage.opened(settings.database_url, made=False)
    except ConfigError as error:
        yield wrong("Database", " ".join(error.problems))
    try:
        if database:
            opened = database
            async for finding in examined("Database", lambda: _database(settings, opened, now)):
                yield finding
        if settings.slack_is_on:
            from adapters.slack.checkup import slack

            async for finding in examined("Slack", lambda: slack(settings, database, now)):
                yield finding
        if settings.teams_is_on:
            from adapters.teams.checkup import teams

            async for finding in examined("Teams", lambda: teams(settings, os.environ, now)):
                yield finding
    finally:
        if database:
            await database.close()
    for platform, on in (("Slack", settings.slack_is_on), ("Teams", settings.teams_is_on)):
        if not on and platform.lower() not in found.left_out:
            yield note(platform, "is off: nothing is set for it.")


def _setting(problem: str) -> Finding:
    name, _, said = problem.partition(": ")
    return wrong(name, said) if said else wrong("Settings", problem)


def _said(settings: Settings, now: datetime) -> list[Finding]:
    """What the settings alone tell."""
    local = now.astimezone(settings.zone)
    found = [works("Time zone", f"{settings.kudos_timezone}, where it is {local:%H:%M on %A}.")]
    if url := settings.kudos_public_url:
        at_home = url.startswith("http://")
        found.append(
            note("Public address", f"{url} is on this machine only: nobody else can follow a link to it.")
            if at_home
            else works("Public address", f"{url} is well formed.")
        )
    token = settings.metrics_token.get_secret_value()
    if not token:
        found.append(note("Metrics", "only this machine may read /metrics; METRICS_TOKEN would let others."))
    elif len(token) < TOKEN_LEAST:
        found.append(
            wrong("Metrics", f"METRICS_TOKEN could be guessed. Give at least {TOKEN_LEAST} random characters.")
        )
    else:
        found.append(works("Metrics", "whoever has METRICS_TOKEN may read /metrics."))
    return found


def _files(settings: Settings) -> list[Finding]:
    """The framework and the words."""
    try:
        framework = read_framework(settings.framework_file)
    except ConfigError as error:
        return [wrong("Framework", problem) for problem in error.problems]
    found = [works("Framework", f"{settings.framework_file} holds {len(framework.entries)} entries.")]
    try:
        words = read_words(settings.words_file, framework)
    except ConfigError as error:
        return [*found, *(wrong("Words", problem) for problem in error.problems)]
    if words.entries:
        return [*found, works("Words", f"{settings.words_file} fits it.")]
    return [
        *found,
        note("Words", f"there is no {settings.words_file}; questions are understood by the framework alone."),
    ]


def _guard(settings: Settings) -> list[Finding]:
    """What must not be posted: a start is refused where that can't be read."""
    try:
        guard = read_guard(settings.guard_file)
    except ConfigError as error:
        return [wrong("Guard", problem) for problem in error.problems]
    return [works("Guard", f"looks for {len(guard.kinds)} kinds of things that must not be posted.")]


def _erasures(settings: Settings) -> list[Finding]:
    """The list of who was erased: a start is refused where that can't be written."""
    if settings.erasures_file is None:
        return [
            note("Erasures", "whoever asks to be erased waits; ERASURES_FILE would name where that is written down.")
        ]
    try:
        ErasuresFile(settings.erasures_file).checked()
    except ConfigError as error:
        return [wrong("Erasures", problem) for problem in error.problems]
    return [works("Erasures", f"{settings.erasures_file} can be written.")]


async def _database(settings: Settings, database: Database, now: Callable[[], datetime]) -> AsyncIterator[Finding]:
    where = storage.called(settings.database_url)
    if path := storage.file(settings.database_url):
        for finding in disk(path, MOUNTS.read_text("utf-8") if MOUNTS.exists() else ""):
            yield finding
        try:
            config.refuse_disk_that_vanishes(settings, os.environ)
        except ConfigError as error:
            yield _setting(error.problems[0])
    try:
        await database.rows("SELECT 1 AS one")
    except DatabaseError as error:
        yield wrong(
            "Database", f"{where} does not answer ({error}). Look at DATABASE_URL, and whether the server runs."
        )
        return
    try:
        await migrations.refuse_half_restored(database)
        pending = await migrations.pending(database)
    except ConfigError as error:
        yield _setting(error.problems[0])
        return
    except DatabaseError:
        yield wrong("Database", f"{where} holds no tables of ours yet. Make them: kudos migrate")
        return
    if pending:
        steps = "1 step" if len(pending) == 1 else f"{len(pending)} steps"
        yield wrong("Database", f"{where} is of an older release ({steps} behind). Run: kudos migrate")
        return
    yield works("Database", f"{where} is up to date, at {migrations.known()[-1].name}.")
    yield await _writing(where, database)
    if storage.file(settings.database_url) is None:
        yield await _clock(database, now())
    for since, said in (
        (
            await Postbox(database).due_since(now()),
            "has been due for {} min. Does a process with role worker run? If so, there may be much to send: watch "
            "whether kudos_outbox_rows falls; a place gets one message a second.",
        ),
        (
            await Postbox(database).late_since(now()),
            "has been tried for {} min in vain. If the platform is fine below, the log says why: outbox_not_delivered.",
        ),
    ):
        if since and (late_s := (now() - since).total_seconds()) > LATE_S:
            yield wrong("Outbox", "a message " + said.format(f"{late_s / 60:.0f}"))
            break


async def _clock(database: Database, at: datetime) -> Finding:
    """Whether this machine agrees with the server, and so with whoever else uses it, on what time it is."""
    (row,) = await database.rows("SELECT EXTRACT(EPOCH FROM clock_timestamp()) AS at")
    theirs = datetime.fromtimestamp(float(row["at"]), UTC)
    what_for = f"what one process is sending another takes over after {LEASE_S:.0f} s"
    return agreeing("the database", theirs, at, LEASE_S / 3, what_for)


async def _writing(where: str, database: Database) -> Finding:
    """Whether something can be written; what was written to find out is taken back."""
    row = Step(
        "INSERT INTO delivery (workspace, id, fact, at) VALUES ('doctor', 'doctor', '', '') ON CONFLICT DO NOTHING", {}
    )
    never = Step("UPDATE delivery SET fact = fact WHERE workspace = 'doctor' AND id = ''", {}, gate=True)
    try:
        await database.write(row, never)
    except Exception as error:  # noqa: BLE001 - each database has errors of its own for it
        return wrong(
            "Database",
            f"{where} can't be written to ({error}). Look at the rights of the file or of the role, and at the disk.",
        )
    return works("Database", f"{where} can be written to.")


def disk(path: Path, mounts: str) -> list[Finding]:
    """What is to be said of the disk that a file lies on.

    Args:
        mounts: as in /proc/mounts; "" where nobody knows.
    """
    found = []
    kind = disk_kind(path, mounts)
    if kind in _SHARED:
        found.append(
            wrong(
                "Disk",
                f"{path} lies on a share of the network ({kind}), where SQLite breaks. Use a disk, or PostgreSQL.",
            )
        )
    elif kind in _VANISHING:
        found.append(
            note("Disk", f"{path} lies on {kind}: it is lost with the machine, unless a volume is mounted there.")
        )
    elif kind:
        found.append(works("Disk", f"{path} lies on {kind}."))
    free = shutil.disk_usage(path.absolute().parent).free
    if free < FREE_LEAST:
        found.append(wrong("Disk", f"only {free / 1e6:,.0f} MB are free beside {path}. Make room before it is full."))
    return found


def disk_kind(path: Path, mounts: str) -> str:
    """The kind of file system, such as "ext4"; "" where nobody knows."""
    where, best, kind = str(path.absolute()), "", ""
    for line in mounts.splitlines():
        _, point, found, *_ = [*line.split(" "), "", "", ""]
        point = point.replace("\\040", " ")
        if len(point) > len(best) and (where == point or where.startswith(point.rstrip("/") + "/")):
            best, kind = point, found
    return kind
