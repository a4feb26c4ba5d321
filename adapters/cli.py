"""`kudos …`. Errors go to standard error, one readable line each; the status is 0 only on success."""

import asyncio
import csv
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from adapters.cli_audit import audit
from adapters.cli_colleagues import colleagues
from adapters.cli_digest import digest
from adapters.cli_doctor import doctor
from adapters.cli_export import export
from adapters.cli_person import person
from adapters.cli_roles import role
from adapters.cli_storage import backup, move, restore
from adapters.cli_suppress import suppress
from bot.errors import ConfigError, DatabaseError

if TYPE_CHECKING:
    from bot.questions import Question

BAD_CONFIG: Final = 78  #: exit status. Source: sysexits.h, EX_CONFIG


class _Kudos(click.Group):
    """Shows what is wrong with the settings, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(f"kudos: {problem}", err=True)
            ctx.exit(BAD_CONFIG)


@click.group(cls=_Kudos, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Thank a colleague for living a value, in Slack and Microsoft Teams."""


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
    type=click.Path(dir_okay=False, path_type=Path),
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
    asyncio.run(
        playground.serve(
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
    )


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
        raise ConfigError(problems)
    slack, teams = ("on" if each else "off" for each in (settings.slack_is_on, settings.teams_is_on))
    if settings.erasures_file:
        from adapters.erasures import ErasuresFile

        ErasuresFile(settings.erasures_file).made()
    click.echo(f"The settings are fine. Slack is {slack}, Teams is {teams}.")
    click.echo(
        f"The framework of {framework.organisation} is fine: {len(framework.entries)} entries, "
        f"{len(framework.taggable)} of them for kudos (version {framework.version})."
    )
    if settings.erasures_file is None and (settings.slack_is_on or settings.teams_is_on):
        click.echo("ERASURES_FILE is not set, so whoever asks to be erased waits. Name a file away from the database.")
    if words.entries:
        click.echo(f"The words for {len(words.entries)} of them are fine (version {words.version}).")
    click.echo(f"The guard looks for {len(guard.kinds)} kinds of things that must not be posted.")


@main.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Write dpia.md and processing.md there, instead of to standard output.",
)
def dpia(folder: Path | None) -> None:
    """Write the papers for a data protection officer, with the settings in use."""
    from adapters import dpia as papers
    from adapters.app import read_framework
    from bot import config

    settings = config.read()
    organisation = read_framework(settings.framework_file).organisation
    written = {
        "dpia.md": papers.impact(settings, organisation),
        "processing.md": papers.processing(settings, organisation),
    }
    if folder is None:
        click.echo("\n".join(written.values()), nl=False)
        return
    for name, text in written.items():
        _write_whole(folder / name, text.encode())
    click.echo(f"Wrote {' and '.join(written)} in {folder}.")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date; with MIGRATE_DATABASE_URL as their owner, who lets Kudos use them."""
    from adapters import storage
    from bot import config, migrations, serving

    settings = serving.read().settings
    config.refuse_disk_that_vanishes(settings, os.environ)

    async def carry_out() -> tuple[migrations.Migration, ...]:
        database = storage.opened(settings.migrate_database_url or settings.database_url)
        try:
            return await migrations.migrate(database)
        finally:
            await database.close()

    for migration in asyncio.run(carry_out()):
        click.echo(f"carried out {migration.name}")
    if settings.migrate_database_url:
        from adapters import granting

        role = granting.grant(settings.migrate_database_url, settings.database_url)
        click.echo(f"The role {role} may use it, and can add to the audit log only.")
    click.echo("The database is up to date.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Read one question a line, write one JSON object a line.")
@click.argument("question", nargs=-1)
def ask(question: tuple[str, ...], *, as_json: bool) -> None:
    """Answer QUESTION from the framework."""
    from adapters.app import read_framework, read_words
    from bot import answers, care, care_cards, config
    from bot.cards import plain
    from bot.care import Notice

    settings = config.read()
    framework = read_framework(settings.framework_file)
    index = answers.Index(framework, read_words(settings.words_file, framework))
    if not as_json:
        if not question:
            raise click.UsageError("Say what you want to know: kudos ask what does listen mean")
        text = " ".join(question)
        answer, troubled = answers.answer(index, text), care.troubled(text)
        click.echo(plain(care_cards.heeding(care.notice(text), answer, framework, troubled=troubled)))
        return
    for line in _lines():
        started = time.perf_counter()
        answer = answers.answer(index, line)
        # Another program can't show who helps, so it gets no answer to set before somebody in distress.
        withheld = answer.outcome == "answer" and care.notice(line) is Notice.CRISIS
        _write(
            question=line,
            outcome="unknown" if withheld else answer.outcome,
            entries=[] if withheld else [entry.id for entry in answer.entries],
            confidence=0.0 if withheld else round(answer.confidence, 3),
            ms=_ms(started),
        )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Read one text a line, write one JSON object a line.")
@click.argument("text", nargs=-1)
def suggest(text: tuple[str, ...], *, as_json: bool) -> None:
    """Suggest what the TEXT of a kudos shows."""
    from adapters.app import read_framework, read_words
    from bot import config
    from bot.ranking import Reading
    from bot.suggest import Suggester

    settings = config.read()
    framework = read_framework(settings.framework_file)
    words = read_words(settings.words_file, framework)
    suggester = Suggester(framework, words, Reading(words.synonyms))
    if not as_json:
        if not text:
            raise click.UsageError("Say what they did: kudos suggest she stayed on to help us finish")
        found = suggester.suggest(" ".join(text))
        for entry in (*found.first[:2], *found.second[:1]):
            click.echo(f"#{entry.tag}  {entry.title.text}")
        if not found.first:
            click.echo("Nothing fits for sure. Say what they did, for whom, and what it changed.")
        return
    for line in _lines():
        started = time.perf_counter()
        found = suggester.suggest(line)
        _write(
            text=line,
            entries=[entry.id for entry in found.first],
            also=[entry.id for entry in found.second],
            ms=_ms(started),
        )


@main.command()
@click.option("--csv", "as_csv", is_flag=True, help="As a table for a spreadsheet, for all workspaces.")
def questions(*, as_csv: bool) -> None:
    """Show what people asked in vain, most asked first: for the next edit of words.yaml."""
    from bot import config
    from bot.exports import cell
    from bot.questions import KEPT_DAYS, became

    found = asyncio.run(_questions(config.read().database_url))
    if as_csv:
        table = csv.writer(sys.stdout)
        table.writerow(["asked", "question", "not known", "asked back", "none of these", "picked", "first", "last"])
        for each in found:
            picked = " ".join(f"{entry}:{times}" for entry, times in each.picked)
            table.writerow(
                [each.asked, cell(each.text), each.unknown, each.menus, each.none, picked, each.first, each.last]
            )
        return
    if not found:
        click.echo("Nobody has asked anything yet that Kudos could not answer.")
        return
    click.echo("What people asked in vain, most asked first: lines to put where they belong in words.yaml.")
    click.echo(f"It is kept without names, and forgotten when nobody has asked it for {KEPT_DAYS} days.\n")
    for each in found:
        click.echo(f"{each.asked:>6,}  {each.text}\n        {became(each)}; last on {each.last}")


async def _questions(url: str) -> "tuple[Question, ...]":
    """
    Raises:
        ConfigError: it is no database of this release.
    """
    from adapters import storage
    from bot import migrations
    from bot.questions import summed
    from bot.tally import Tally

    path = storage.called(url)
    database = storage.opened(url, read_only=True)
    try:
        if await migrations.pending(database):
            raise ConfigError([f"DATABASE_URL: {path} is of an older release. Bring it up to date: kudos migrate"])
        return summed(await Tally(database).questions())
    except DatabaseError as error:
        raise ConfigError([f"DATABASE_URL: cannot read {path}: {error}"]) from None
    finally:
        await database.close()


for command in (digest, colleagues, person, role, audit, export, doctor, move, backup, restore):
    main.add_command(command)
person.add_command(suppress)


@main.group()
def manifest() -> None:
    """Write what a platform needs to know about Kudos."""


@manifest.command("slack")
@click.option("--url", default="https://kudos.example", show_default=True, help="Where people reach this server.")
@click.option("--socket", is_flag=True, help="Socket Mode: Slack need not reach this server.")
@click.option("--oauth", is_flag=True, help="Workspaces install Kudos themselves, from this server.")
@click.option("--org", is_flag=True, help="Also whole organisations (Enterprise Grid) do.")
@click.option("--rotation", is_flag=True, help="With --oauth: tokens are renewed twice a day. There is no way back.")
def slack_manifest(url: str, *, socket: bool, oauth: bool, org: bool, rotation: bool) -> None:
    """The app manifest for Slack, as YAML."""
    from adapters.slack import manifest as slack

    if not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", url):
        raise click.BadParameter("must start with https://, as in https://kudos.example", param_hint="--url")
    if rotation and not (oauth or org):
        raise click.UsageError("--rotation needs --oauth: a token that is set by hand can't be renewed.")
    click.echo(slack.manifest(url, socket=socket, oauth=oauth, org=org, rotation=rotation), nl=False)


@manifest.command("teams")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("kudos-teams.zip"),
    show_default=True,
    help="The package to write.",
)
@click.option("--version", default="1.0.0", show_default=True, help="Raise it to replace a package that is in use.")
@click.option("--website", default="", help="The page about Kudos in your organisation, else KUDOS_PUBLIC_URL.")
@click.option("--privacy", default="", help="The page about what Kudos keeps of people, else KUDOS_PUBLIC_URL.")
@click.option("--terms", default="", help="The page with the terms of its use, else KUDOS_PUBLIC_URL.")
def teams_manifest(output: Path, version: str, website: str, privacy: str, terms: str) -> None:
    """The app package for Teams, as a .zip to upload."""
    from adapters.app import read_framework
    from adapters.teams import manifest as teams
    from bot import config

    settings = config.read()
    about = teams.about(
        settings,
        organisation=read_framework(settings.framework_file).organisation,
        version=version,
        website=website,
        privacy=privacy,
        terms=terms,
    )
    _write_whole(output, teams.package(about))
    click.echo(f"Wrote {output}, version {about.version}. Upload it at the Teams admin centre, Manage apps.")


def _write_whole(path: Path, content: bytes) -> None:
    """All of it, or nothing.

    Raises:
        ConfigError: it can't be written there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise ConfigError([f"--output: cannot write {path}: {error.strerror}"]) from None
    finally:
        beside.unlink(missing_ok=True)


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _write(**values: object) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


if __name__ == "__main__":
    main()
