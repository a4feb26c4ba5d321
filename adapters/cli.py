"""`kudos …`. Errors go to standard error, one readable line each; the status is 0 only on success."""

import asyncio
import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

import click

from adapters.cli_asking import ask, questions, suggest
from adapters.cli_audit import audit
from adapters.cli_colleagues import colleagues
from adapters.cli_digest import digest
from adapters.cli_doctor import doctor
from adapters.cli_export import export
from adapters.cli_papers import dpia, manifest
from adapters.cli_person import person
from adapters.cli_roles import role
from adapters.cli_storage import File, backup, move, restore
from adapters.cli_suppress import suppress
from bot.errors import ConfigError, DatabaseError

BAD_CONFIG: Final = 78  #: exit status. Source: sysexits.h, EX_CONFIG


class _Kudos(click.Group):
    """Shows what is wrong with the settings, the database or the disk, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            _refuse(ctx, error)
        except DatabaseError as error:
            from adapters import storage
            from bot import serving

            _refuse(ctx, storage.unusable(serving.read().settings.database_url, error))
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read it has read enough
                raise
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from None


def _refuse(ctx: click.Context, error: ConfigError) -> NoReturn:
    for problem in error.problems:
        click.echo(f"kudos: {problem}", err=True)
    ctx.exit(BAD_CONFIG)


@contextlib.contextmanager
def _unheard_pool() -> Iterator[None]:
    """What a pool of connections warns of, again and again, a command says in the end in a line of its own."""
    pool = logging.getLogger("psycopg.pool")
    before = pool.level
    pool.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        pool.setLevel(before)


def _speak_in_any_locale() -> None:
    """A file or another program is written to in UTF-8; a terminal shows what it can."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


@click.group(cls=_Kudos, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Thank a colleague for living a value, in Slack and Microsoft Teams."""
    _speak_in_any_locale()
    if ctx.invoked_subcommand != serve.name:
        ctx.with_resource(_unheard_pool())


@main.command()
@click.option(
    "--role",
    type=click.Choice(["all", "web", "worker"]),
    default="all",
    show_default=True,
    help="With PostgreSQL: only answer the platforms (web), or only do what nobody waits for (worker).",
)
def serve(role: str) -> None:
    """Serve the platforms that are switched on, until told to stop."""
    from adapters import storage, web
    from adapters.app import Role, read_framework, words_to_start_with
    from adapters.logs import set_up
    from bot import config, serving

    found = serving.read()
    settings = found.settings
    if role != Role.ALL and storage.file(settings.database_url):
        raise ConfigError(["DATABASE_URL: SQLite is for one process, which does everything; --role needs PostgreSQL"])
    config.refuse_disk_that_vanishes(settings, os.environ)
    set_up(settings.log_level, settings.log_format)
    framework = read_framework(settings.framework_file)
    words = words_to_start_with(settings.words_file, framework)
    try:
        with storage.alone(settings.database_url):
            asyncio.run(web.serve(found, framework, words, Role(role)))
    except OSError as error:
        raise ConfigError([f"HOST, PORT: cannot listen on {settings.host}:{settings.port}: {error.strerror}"]) from None


@main.command()
@click.option("--port", default=8765, show_default=True, help="Where the page is, on this machine only.")
@click.option(
    "--data",
    type=File(),
    default=Path("playground.db"),
    show_default=True,
    help="The file that holds the made-up workspace.",
)
@click.option("--fresh", is_flag=True, help="Forget what was tried before, and start anew.")
def play(port: int, data: Path, *, fresh: bool) -> None:
    """Try everything in a browser, without Slack or Teams."""
    from adapters.app import read_framework, read_guard, words_to_start_with
    from adapters.logs import set_up
    from adapters.playground import app as playground
    from bot import config

    settings = config.read()
    set_up("WARNING", "console")
    framework = read_framework(settings.framework_file)
    play = playground.serve(
        data=data,
        port=port,
        fresh=fresh,
        framework=framework,
        words=words_to_start_with(settings.words_file, framework),
        guard=read_guard(settings.guard_file),
        framework_file=settings.framework_file,
        words_file=settings.words_file,
        zone=settings.zone,
    )
    try:
        asyncio.run(play)
    except DatabaseError as error:
        raise ConfigError([f"--data: cannot use {data}: {error}"]) from None


@main.command()
def check() -> None:
    """Say everything that is wrong with the settings and the framework, at once."""
    from adapters.app import read_framework, read_guard, read_words
    from bot import config

    problems: list[str] = []
    try:
        settings = config.read()
    except ConfigError as error:
        problems += error.problems
    try:
        framework = read_framework(config.framework_file())
        words = read_words(config.words_file(), framework)
    except ConfigError as error:
        problems += error.problems
    try:
        guard = read_guard(config.guard_file())
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    slack, teams = ("on" if each else "off" for each in (settings.slack_is_on, settings.teams_is_on))
    if settings.erasures_file:
        from adapters.erasures import ErasuresFile

        ErasuresFile(settings.erasures_file).checked()
    click.echo(f"The settings are fine. Slack is {slack}, Teams is {teams}.")
    click.echo(
        f"The framework of {framework.organisation} is fine: {len(framework.entries)} entries, "
        f"{len(framework.taggable)} of them for kudos (version {framework.version})."
    )
    if settings.erasures_file is None and (settings.slack_is_on or settings.teams_is_on):
        click.echo("ERASURES_FILE is not set, so whoever asks to be erased waits. Name a file away from the database.")
    if words.entries:
        click.echo(f"The words for {len(words.entries)} of them are fine (version {words.version}).")
    else:
        click.echo(f"There are no words in {settings.words_file}: questions are understood by the framework alone.")
    click.echo(f"The guard looks for {len(guard.kinds)} kinds of things that must not be posted.")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date; with MIGRATE_DATABASE_URL as their owner, who lets Kudos use them."""
    from adapters import storage
    from bot import config, migrations, serving

    settings = serving.read().settings
    config.refuse_disk_that_vanishes(settings, os.environ)

    async def carry_out() -> tuple[migrations.Migration, ...]:
        url, named = settings.database_url, "DATABASE_URL"
        if settings.migrate_database_url:
            url, named = settings.migrate_database_url, "MIGRATE_DATABASE_URL"
        database = storage.opened(url)
        try:
            return await migrations.migrate(database)
        except DatabaseError as error:
            raise storage.unusable(url, error, named) from None
        finally:
            await database.close()

    for migration in asyncio.run(carry_out()):
        click.echo(f"carried out {migration.name}")
    if settings.migrate_database_url:
        from adapters import granting

        role = granting.grant(settings.migrate_database_url, settings.database_url)
        click.echo(f"The role {role} may use it, and can add to the audit log only.")
    click.echo("The database is up to date.")


for command in (ask, suggest, questions, digest, colleagues, person, role, audit, export):
    main.add_command(command)
for command in (doctor, backup, restore, move, manifest, dpia):
    main.add_command(command)
person.add_command(suppress)


if __name__ == "__main__":
    main()
