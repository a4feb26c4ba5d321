"""`kudos audit …`: who did what to what, and whether that is still all as it was written."""

import asyncio
import csv
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from adapters.cli_digest import opened
from adapters.cli_roles import user
from adapters.cli_storage import File
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.store import Store

MOST: Final = 1_000_000_000  #: rows that can be asked for
_NOTED: Final = re.compile(r"(?P<workspace>\S*) (?P<position>[0-9]{1,18}) (?P<hash>\S+)")


@click.group()
def audit() -> None:
    """Read the audit log, and show that nobody has changed it. Reading it is noted in it.

    Nothing in it is ever deleted by Kudos.
    """


@audit.command("list")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, MOST), help="Rows of each workspace.")
@click.option("--csv", "as_csv", is_flag=True, help="As a table for a spreadsheet.")
def list_(most: int, *, as_csv: bool) -> None:
    """Show what was done last, latest first."""
    asyncio.run(_list(most, as_csv=as_csv))


@audit.command()
@click.option(
    "--heads",
    type=File(),
    help="A file, kept elsewhere: what it says of earlier ends must hold still; the ends of today are added to it.",
)
def verify(heads: Path | None) -> None:
    """Show that no row was changed, is missing or was added; the status is 1 if one was."""
    if not asyncio.run(_verify(heads)):
        sys.exit(1)


async def _list(most: int, *, as_csv: bool) -> None:
    from bot.exports import cell

    async with opened(read_only=False) as (store, _):
        await store.audit.chain()
        table = csv.writer(sys.stdout, quoting=csv.QUOTE_ALL)
        columns = ("at", "workspace", "actor", "act", "subject", "detail", "origin")
        if as_csv:
            table.writerow(columns)
        for workspace in await store.audit.workspaces():
            for each in await store.audit.latest(workspace, most=most):
                told = [str(getattr(each, column)) for column in columns]
                if as_csv:
                    table.writerow(map(cell, told))
                else:
                    click.echo("  ".join(filter(None, told)))
        await _read(store, "audit read")


async def _verify(heads: Path | None) -> bool:
    from bot.chain import Head

    earlier = _noted(heads)
    async with opened(read_only=False) as (store, _):
        await store.audit.chain()
        whole = True
        noted = []
        workspaces = await store.audit.workspaces()
        if not workspaces and not earlier:
            click.echo("Nothing has been done yet that is kept in the log.")
        for workspace in workspaces:
            found = await store.audit.verify(workspace)
            flaws = list(found.flaws)
            for position, hash_ in earlier.pop(workspace, ()):
                if not await store.audit.agrees(workspace, Head(position=position, hash=hash_)):
                    flaws.append(f"no. {position} is not the one that {heads} says was the last once")
            for flaw in flaws:
                click.echo(f"{workspace or 'Kudos itself'}: {flaw}", err=True)
            whole = whole and not flaws
            if not flaws:
                number = f"{found.head.position:,} {'row' if found.head.position == 1 else 'rows'}"
                click.echo(f"{workspace or 'Kudos itself'}: {number}, all as they were written, {found.head.hash}")
                noted.append(f"{workspace} {found.head.position} {found.head.hash}\n")
        for workspace in earlier:
            click.echo(f"{workspace or 'Kudos itself'}: there is no log any more", err=True)
            whole = False
        if heads and whole:
            try:
                with heads.open("a", encoding="utf-8") as file:
                    file.writelines(noted)
            except OSError as error:
                raise ConfigError([f"--heads: cannot write {heads}: {error.strerror}"]) from None
        await _read(store, "audit verified")
        return whole


def _noted(heads: Path | None) -> dict[str, list[tuple[int, str]]]:
    """Ends that were noted earlier, by workspace.

    Raises:
        ConfigError: the file says something else.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    try:
        lines = heads.read_text("utf-8").splitlines() if heads and heads.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"--heads: cannot read {heads}: {error}"]) from None
    for number, line in enumerate(lines, 1):
        noted = _NOTED.fullmatch(line)
        if noted is None:
            raise ConfigError([f"--heads: line {number} of {heads} is none that kudos audit verify has written."])
        found.setdefault(noted["workspace"], []).append((int(noted["position"]), noted["hash"]))
    return found


async def _read(store: "Store", act: str) -> None:
    """Note it; of all workspaces in the log of Kudos itself."""
    from adapters.app import now
    from bot.audit import noted

    await store.write(noted("", user(), act, origin="command line", now=now(), key=secrets.token_hex(8)))
    await store.audit.chain()
