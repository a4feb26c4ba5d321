"""`kudos move`, `kudos backup` and `kudos restore`."""

import asyncio
import os
from pathlib import Path

import click

from bot.errors import ConfigError, DatabaseError


class File(click.Path):
    """A file, no folder, and not nothing, as of a variable of the shell that is not set."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            self.fail("it is empty; name a file", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.option("--from", "source", required=True, metavar="URL", help="Where everything is now, as in DATABASE_URL.")
@click.option("--to", "target", required=True, metavar="URL", help="Where it is to be: an empty database.")
def move(source: str, target: str) -> None:
    """Copy everything to another database, and show that it is all there.

    Stop every Kudos that uses either of them first. What was broken off goes on when it is run again.
    """
    from adapters import moving, storage
    from bot.config import database_url

    source, target = (database_url(url, option) for url, option in ((source, "--from"), (target, "--to")))
    if source == target or _same(storage.file(source), storage.file(target)):
        raise ConfigError(["--to: it is the same database as --from"])

    if (file := storage.file(source)) and not file.exists():
        raise ConfigError([f"--from: there is no {file}"])

    async def carry_out() -> tuple[moving.Sum, ...]:
        one = storage.opened(source, read_only=True)
        other = storage.opened(target)
        try:
            with click.progressbar(length=await moving.size(one), label="Moving") as bar:
                return await moving.move(one, other, bar.update)
        except DatabaseError as error:
            raise ConfigError([f"{error}. What has arrived stays; run it again to go on."]) from None
        finally:
            await one.close()
            await other.close()

    with storage.alone(source, "--from"), storage.alone(target, "--to"):
        for each in asyncio.run(carry_out()):
            click.echo(f"{each.table:20} {each.rows:>9,}  {each.hash}")
    click.echo(f"Everything is in {storage.called(target)} too, row by row. Set DATABASE_URL to it.")


def _same(one: Path | None, other: Path | None) -> bool:
    """Whether two names of files are one file's."""
    return one is not None and other is not None and one.resolve() == other.resolve()


@click.command()
@click.argument("file", type=File())
def backup(file: Path) -> None:
    """Write a copy of the whole database to FILE, also while Kudos is running. Keep it where only you can read it."""
    from adapters import backups, storage
    from bot import config

    url = config.read().database_url
    backups.backup(url, file)
    click.echo(f"{storage.called(url)} is in {file}, {file.stat().st_size:,} bytes, and sound.")


@click.command()
@click.argument("file", type=File())
def restore(file: Path) -> None:
    """Bring back what `kudos backup` wrote to FILE, into a database that holds nothing yet.

    Whoever is in ERASURES_FILE is erased from it again; without that list it does nothing.
    """
    from adapters import backups, storage
    from bot import config

    settings = config.read()
    url = settings.migrate_database_url or settings.database_url
    with storage.alone(url):
        number = backups.restore(file, url, settings.erasures_file)
    if number:
        click.echo(
            f"Erased again, as {settings.erasures_file} says: {number:,} {'account' if number == 1 else 'accounts'}."
        )
    click.echo(f"{file} is in {storage.called(url)}. Bring it up to date: kudos migrate")
