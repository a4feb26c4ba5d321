"""`kudos person suppress`: of whom nothing is shown, from the command line."""

import asyncio
import secrets
from datetime import datetime

import click

from adapters.cli_colleagues import account_called
from adapters.cli_digest import opened
from adapters.cli_roles import user
from bot.errors import Refusal


@click.command()
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day, as in 2027-03-31.")
@click.option("--end", is_flag=True, help="Show them like everybody else again.")
@click.argument("account")
def suppress(account: str, until: datetime | None, *, end: bool) -> None:
    """Let nothing of ACCOUNT be shown to others, until a day. Their kudos still reach them.

    ACCOUNT is an e-mail address, an id or a name; or WHERE/ACCOUNT, as in slack/ann@example.org, where WHERE is a
    platform or a workspace. All accounts of a colleague are meant. A running Kudos mends what stands, within a minute.
    """
    if (until is None) is not end:
        raise click.UsageError("say either --until a day, or --end")
    asyncio.run(_suppress(account, until))


async def _suppress(account: str, until: datetime | None) -> None:
    from adapters.app import now
    from bot.roles import Authority
    from bot.seeing import Seeing

    async with opened(read_only=False) as (store, settings):
        meant = (await account_called(store, account)).person
        authority = Authority(
            roles=store.roles, directory=store.directory, accounts=store.accounts, admins=settings.admins
        )
        seeing = Seeing(store=store, authority=authority, clock=now, zone=settings.zone)
        where = f"{meant.name} ({meant.workspace}/{meant.id})"
        try:
            last = seeing.last_day(until.date().isoformat()) if until else None
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
        await seeing.suppress(
            meant, last, actor=user(), origin="command line", delivery=f"command line {secrets.token_hex(8)}"
        )
        if last:
            click.echo(f"Until the end of {last}, nothing is shown of {where}.")
        else:
            click.echo(f"{where} is shown like everybody else again, as they have chosen.")
