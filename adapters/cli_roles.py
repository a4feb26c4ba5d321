"""`kudos role …`: who may do more than others, from the command line: also where nobody may grant anything yet."""

import asyncio
import getpass
import secrets
from typing import TYPE_CHECKING

import click

from adapters.cli_digest import opened
from bot.errors import Refusal
from bot.model import Role

if TYPE_CHECKING:
    from bot.colleagues import Colleague
    from bot.config import Settings
    from bot.roles import Authority
    from bot.store import Store

_ROLE = click.Choice([role.value for role in Role])
_WHO = "ACCOUNT is an e-mail address, an id or a name; or WHERE/ACCOUNT, where WHERE is a platform or a workspace."


@click.group()
def role() -> None:
    """Look after roles: moderator, (programme) owner, administrator, auditor.

    The first administrators are those of KUDOS_ADMINS. Whoever has several accounts has the roles of all.
    """


@role.command("list")
def list_() -> None:
    """Show who has which role."""
    asyncio.run(_list())


@role.command(epilog=_WHO)
@click.argument("account")
@click.argument("role", type=_ROLE)
def grant(account: str, role: str) -> None:
    """Grant ROLE to a colleague."""
    asyncio.run(_change(account, Role(role), granted=True))


@role.command(epilog=_WHO)
@click.argument("account")
@click.argument("role", type=_ROLE)
def take(account: str, role: str) -> None:
    """Take ROLE from a colleague, with all their accounts."""
    asyncio.run(_change(account, Role(role), granted=False))


async def _list() -> None:
    async with opened(read_only=True) as (store, settings):
        authority = authority_of(store, settings)
        seen: set[str] = set()
        for workspace in await store.directory.workspaces():
            for colleague, roles in await authority.holders(workspace.id):
                line = f"{called(colleague)}: {', '.join(each.label for each in Role if each in roles)}"
                if line not in seen:
                    seen.add(line)
                    click.echo(line)
        if not seen:
            click.echo("Nobody has a role yet. Name the first administrators in KUDOS_ADMINS, or grant one here.")


async def _change(account: str, role: Role, *, granted: bool) -> None:
    from adapters.app import now
    from bot.governing import Governing
    from bot.offices import Change

    async with opened(read_only=False) as (store, settings):
        authority = authority_of(store, settings)
        colleague = await _found(store, authority, account)
        change = Change(granted=granted, role=role)
        governing = Governing(store=store, authority=authority, clock=now)
        try:
            await governing.change(
                colleague, change, actor=user(), origin="command line", key=f"command line {secrets.token_hex(8)}"
            )
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
        has = role in await authority.of(colleague[0].workspace, colleague[0].id)
        if has and not granted:
            click.echo(f"{called(colleague)} is still {role.one}: KUDOS_ADMINS names them.")
        else:
            click.echo(f"{called(colleague)} is {role.one if has else f'not {role.one} any more'}.")


async def _found(store: "Store", authority: "Authority", account: str) -> "Colleague":
    """
    Raises:
        click.ClickException: nobody who could have a role is called so, or several are.
    """
    where, who = whom(account)
    found = [
        person
        for workspace in await store.directory.workspaces()
        if where in ("", workspace.id, workspace.id.partition(":")[0])
        for person in await store.directory.everybody(workspace.id)
        if who.casefold() in (person.id.casefold(), person.email.casefold(), person.name.casefold())
    ]
    colleagues = [each for person in found if (each := await authority.colleague(person.workspace, person.id))]
    different = {frozenset((one.workspace, one.id) for one in each) for each in colleagues}
    if not colleagues:
        raise click.ClickException(f"no member is known as {account}; guests and former colleagues have no role.")
    if len(different) > 1:
        listed = ", ".join(f"{each[0].workspace}/{each[0].id}" for each in colleagues)
        raise click.ClickException(f"several are known as {account}; say which: {listed}")
    return colleagues[0]


def authority_of(store: "Store", settings: "Settings") -> "Authority":
    from bot.roles import Authority

    return Authority(roles=store.roles, directory=store.directory, accounts=store.accounts, admins=settings.admins)


def whom(account: str) -> tuple[str, str]:
    """Where ACCOUNT is, if that is said, and who it is there.

    Raises:
        click.ClickException: it says nobody, which whoever has no name or no address here would be.
    """
    where, _, who = account.rpartition("/")
    if not who.strip():
        raise click.ClickException("say who: an e-mail address, an id or a name.")
    return where, who


def called(colleague: "Colleague") -> str:
    return f"{colleague[0].name} ({', '.join(f'{each.workspace}/{each.id}' for each in colleague)})"


def user() -> str:
    """Who types this, as far as the machine knows."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):  # as in a container, where numbers have no names
        return "command line (somebody)"
