"""`kudos person …`: one colleague's data, from the command line."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from adapters.cli_colleagues import account_called
from adapters.cli_digest import opened
from adapters.cli_roles import user
from bot.errors import Refusal

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.rights import Key, Rights
    from bot.store import Store

_WHERE = (
    "ACCOUNT is an e-mail address, an id or a name; or WHERE/ACCOUNT, as in slack/ann@example.org, where WHERE is a "
    "platform or a workspace. All accounts of a colleague are meant."
)
COMMAND_LINE = "command line"


@click.group()
def person() -> None:
    """Look after what is kept about one colleague. Every act is noted in the audit log."""


@person.command(epilog=_WHERE)
@click.option("--html", is_flag=True, help="As a page to read, instead of JSON.")
@click.argument("account")
def export(account: str, *, html: bool) -> None:
    """Write everything that is kept about ACCOUNT to standard output."""
    asyncio.run(_export(account, html=html))


@person.command(epilog=_WHERE)
@click.argument("account")
@click.argument("kudos")
@click.argument("words")
def correct(account: str, kudos: str, words: str) -> None:
    """Replace the words of KUDOS, which ACCOUNT gave or was thanked in, by WORDS. What stands anywhere follows.

    The words before are not kept, so nothing is done while there is a legal hold on anybody in it. KUDOS is an id, as
    `kudos person export` shows it. Names and addresses are corrected on the platform.
    """
    asyncio.run(_correct(account, kudos, words))


@person.command(epilog=_WHERE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("account")
def erase(account: str, *, yes: bool) -> None:
    """Erase ACCOUNT from everything. A running Kudos does it, within a minute."""
    asyncio.run(_erase(account, yes=yes))


@person.command(epilog=_WHERE)
@click.option("--release", is_flag=True, help="It is over.")
@click.argument("account")
def hold(account: str, *, release: bool) -> None:
    """Let nothing of ACCOUNT be erased or forgotten, for legal reasons."""
    asyncio.run(_hold(account, release=release))


@person.command()
def waiting() -> None:
    """Show who waits to be erased."""
    asyncio.run(_waiting())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    store: "Store"
    rights: "Rights"
    settings: "Settings"
    accounts: "list[Key]"
    names: str


@asynccontextmanager
async def _meant(wanted: str) -> AsyncIterator[_Meant]:
    """Whom an operator means, and what can be done for them."""
    async with opened(read_only=False) as (store, settings):
        account = await account_called(store, wanted)
        rights = _rights(store, settings)
        accounts = await rights.accounts(account.person.workspace, account.person.id)
        names = ", ".join("/".join(each) for each in accounts)
        yield _Meant(
            store=store,
            rights=rights,
            settings=settings,
            accounts=accounts,
            names=f"{account.person.name} ({names})",
        )


def _rights(store: "Store", settings: "Settings") -> "Rights":
    from adapters.app import now, read_framework
    from adapters.erasures import ErasuresFile
    from bot.rights import Means, Rights

    file = settings.erasures_file
    return Rights(
        store=store,
        framework=lambda: read_framework(settings.framework_file),
        clock=now,
        admins=settings.admins,
        means=Means(retention=settings.retention, record=ErasuresFile(file).write if file else None),
    )


async def _export(wanted: str, *, html: bool) -> None:
    from adapters.app import now
    from adapters.own_data import whole_page, written
    from bot import audit

    async with _meant(wanted) as meant:
        workspace, id_ = meant.accounts[0]
        own = await meant.rights.data(workspace, id_)
        key = secrets.token_hex(8)
        await meant.store.write(
            audit.noted(workspace, user(), "data exported", id_, origin=COMMAND_LINE, now=now(), key=key)
        )
        click.echo(whole_page(own) if html else written(own), nl=False)


async def _correct(wanted: str, id_: str, words: str) -> None:
    from adapters.app import now
    from bot import audit, kudos, posts, runs, steps

    async with _meant(wanted) as meant:
        found = [await meant.store.ledger.recognition(workspace, id_) for workspace, _ in meant.accounts]
        theirs = [each for each in found if each and any(each.concerns(person) for _, person in meant.accounts)]
        if not theirs:
            raise click.ClickException(f"{meant.names} neither gave nor received a kudos {id_}.")
        before, moment, key = theirs[0], now(), secrets.token_hex(8)
        if await meant.rights.held([(each.workspace, each.id) for each in (before.giver, *before.recipients)]):
            raise click.ClickException("there is a legal hold on somebody in it: its words stay until that is over.")
        try:
            after = kudos.reworded(before, words, by=before.giver.id)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
        people = [before.giver.id, *(each.id for each in before.recipients)]
        # What was wrong is not kept among the earlier words either.
        stopped = await meant.store.write(
            steps.revised(after),
            steps.noted(after, "corrected", actor=user(), now=moment, key=key),
            audit.noted(
                before.workspace, user(), "words corrected", before.id, origin=COMMAND_LINE, now=moment, key=key
            ),
            posts.changed(before.workspace, before.id, moment),
            runs.counted(before.workspace, before.given_at),
            posts.homes_changed(before.workspace, people, moment),
        )
        if stopped is not None:
            raise click.ClickException("somebody has changed it at the same moment. Look at it, and try again.")
        click.echo("Corrected. What stands anywhere follows within a minute, while Kudos is running.")


async def _erase(wanted: str, *, yes: bool) -> None:
    async with _meant(wanted) as meant:
        if not yes:
            click.confirm(f"Erase {meant.names} from everything? This can't be undone", abort=True)
        await meant.rights.wish(meant.accounts, actor=user(), origin=COMMAND_LINE, key=secrets.token_hex(8))
        if await meant.rights.held(meant.accounts):
            click.echo(f"Noted. There is a legal hold on {meant.names}: it is done when that is over.")
        elif meant.settings.erasures_file is None:
            click.echo("Noted. Nobody is erased before ERASURES_FILE is set: see kudos check.")
        else:
            click.echo(f"Noted. A running Kudos erases {meant.names} within a minute.")


async def _hold(wanted: str, *, release: bool) -> None:
    async with _meant(wanted) as meant:
        key = secrets.token_hex(8)
        await meant.rights.hold(meant.accounts, on=not release, actor=user(), origin=COMMAND_LINE, key=key)
        what = "goes as ever" if release else "is erased or forgotten until you release it"
        click.echo(f"{'What is old of' if release else 'Nothing of'} {meant.names} {what}.")


async def _waiting() -> None:
    async with opened(read_only=True) as (store, settings):
        found = await store.erasures.open()
        if not found:
            click.echo("Nobody waits to be erased.")
        for each in found:
            held = await _rights(store, settings).held([(each.workspace, each.person)])
            if each.state == "begun":
                state = "under way"
            elif held:
                state = "a legal hold stands"
            else:
                state = "a running Kudos does it" if settings.erasures_file else "ERASURES_FILE is not set"
            click.echo(f"{each.workspace}/{each.person}, since {each.at.day} {each.at:%B %Y}: {state}")
