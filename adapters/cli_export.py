"""`kudos export …`: what may leave Kudos as a file, once a second administrator has agreed."""

import asyncio
import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.cli_digest import opened, workspace_called
from adapters.cli_roles import authority_of, user
from adapters.cli_storage import File
from bot.errors import ConfigError, Refusal

if TYPE_CHECKING:
    from bot.exporting import Exporting
    from bot.exports import Export


@click.group()
def export() -> None:
    """Write what everybody may see to a file."""


@export.command()
@click.option("--workspace", default="", help="Of which workspace, where there are several.")
@click.argument("file", type=File())
def people(workspace: str, file: Path) -> None:
    """Write who was thanked by whom, when and for which value, to FILE, as CSV.

    It holds only what everybody can see, and no words. An administrator has to agree within the hour, in chat: run it
    once to ask, and again when they have.
    """
    asyncio.run(_people(workspace, file))


async def _people(name: str, file: Path) -> None:
    from adapters.app import now
    from bot.exporting import Exporting

    async with opened(read_only=False) as (store, settings):
        workspace = (await workspace_called(store, name)).id
        exporting = Exporting(store=store, authority=authority_of(store, settings), clock=now, zone=settings.zone)
        latest = await store.exports.latest(workspace)
        if latest and latest.ready(now()):
            click.echo(await _made(exporting, latest, file))
        elif latest and latest.open(now()):
            raise click.ClickException("an administrator still has to agree, in chat. Run it again when they have.")
        else:
            try:
                asked = await exporting.ask(workspace, user(), origin="command line", key=secrets.token_hex(8))
            except Refusal as refusal:
                raise click.ClickException(str(refusal)) from None
            raise click.ClickException(
                f"I have asked {', '.join(asked)}, in chat. Run it again when one of them has agreed, within the hour."
            )


async def _made(exporting: "Exporting", export: "Export", file: Path) -> str:
    """Write it whole or not at all; readable for whoever runs this alone."""
    from bot.database import OWNER_ONLY
    from bot.exports import table

    rows = [row async for row in exporting.rows(export.workspace)]
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.touch(mode=OWNER_ONLY)
        draft.write_text(table(rows), "utf-8-sig", newline="")
        if not await exporting.made(export, actor=user(), origin="command line", number=len(rows)):
            raise click.ClickException("it was made already.")
        draft.replace(file)
    except OSError as error:
        raise ConfigError([f"cannot write {file}: {error.strerror}"]) from None
    finally:
        with contextlib.suppress(OSError):  # as where no file can be
            draft.unlink(missing_ok=True)
    return f"Wrote {len(rows):,} {'row' if len(rows) == 1 else 'rows'} to {file}."
