"""`kudos colleagues …`: who is one person with several accounts, from the command line."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from adapters.cli_digest import opened
from adapters.cli_roles import user, whom
from bot.errors import Refusal

if TYPE_CHECKING:
    from bot.colleagues import Account, Key
    from bot.store import Store

_account = "ACCOUNT is an e-mail address, an id or a name; or WHERE/ACCOUNT, as in slack/ann@example.org, where WHERE"
_WHERE = f"{_account} is a platform or a workspace."


@click.group()
def colleagues() -> None:
    """Look after colleagues who have several accounts, such as in Slack and in Teams.

    Verified e-mail addresses that agree make accounts one colleague's, within one organisation. What is decided here
    counts for more.
    """


@colleagues.command("list", epilog=_WHERE)
@click.option("--all", "all_", is_flag=True, help="Also everybody whose e-mail addresses agree.")
@click.argument("account", default="")
def list_(account: str, *, all_: bool) -> None:
    """Show who has been linked or kept apart by hand, which addresses are in doubt; or all about ACCOUNT."""
    asyncio.run(_list(account, all_=all_))


@colleagues.command(epilog=_WHERE)
@click.argument("account", nargs=-1, required=True)
def link(account: tuple[str, ...]) -> None:
    """Say that these accounts, and no others, are one colleague's."""
    asyncio.run(_link(account))


@colleagues.command(epilog=_WHERE)
@click.argument("account")
def unlink(account: str) -> None:
    """Say that this account is nobody else's, whatever its e-mail address."""
    asyncio.run(_unlink(account))


async def _list(wanted: str, *, all_: bool) -> None:
    async with opened(read_only=True) as (store, _):
        organisations = await _organisations(store)
        if not any(organisations):
            raise click.ClickException("nobody is known yet. Start kudos serve once.")
        found = [_found(organisations, wanted)] if wanted else []
        for accounts in organisations:
            if accounts and (not found or found[0] in accounts):
                await _show(store, accounts, found, all_=all_)


async def _show(store: "Store", accounts: "Sequence[Account]", about: "Sequence[Account]", *, all_: bool) -> None:
    """What is known of one organisation, or of one account in it."""
    from bot.colleagues import APART

    def matters(some: "Iterable[Key]") -> bool:
        return not about or about[0].key in some

    known = {each.key: each for each in accounts}
    faces = await store.accounts.faces(accounts[0].key[0])
    groups = [tuple(known[key] for key in keys) for keys in dict.fromkeys(faces.accounts.values())]
    for each in groups:
        if matters(one.key for one in each) and (each[0].decided or all_ or about):
            how = await _decided(store, each[0]) if each[0].decided else "by their e-mail address"
            click.echo(f"{each[0].person.name}: {', '.join(map(_exactly, each))}; {how}")
    alone = [each for each in accounts if each.decided and each.key not in faces.accounts]
    for one in alone:
        if matters([one.key]):
            what = "kept apart" if one.decided == APART else "linked, but no other account counts: only members do"
            click.echo(f"{one.person.name}: {_exactly(one)}; {what}, {await _decided(store, one)}")
    for keys in await store.accounts.disputed(accounts[0].key[0]):
        if matters(keys):
            names = ", ".join(f"{known[key].person.name} ({_exactly(known[key])})" for key in keys)
            click.echo(f"An e-mail address that is, or was, several people's, so that it joins nobody: {names}")
    if not about:
        agreeing = sum(not each[0].decided for each in groups)
        number = "1 colleague is" if agreeing == 1 else f"{agreeing:,} colleagues are"
        where = ", ".join(sorted({workspace for workspace, _ in known}))
        click.echo(f"{where}: {number} known by several accounts with the same e-mail address.")
    elif about[0].key not in faces.accounts and about[0] not in alone:
        click.echo(f"{about[0].person.name}: {_exactly(about[0])}; no other account")


async def _link(wanted: Sequence[str]) -> None:
    from bot.colleagues import linking
    from bot.model import derived_id

    async with opened(read_only=False) as (store, _):
        organisations = await _organisations(store)
        chosen = [_found(organisations, each) for each in wanted]
        accounts = next(each for each in organisations if chosen[0] in each)
        if elsewhere := [each for each in chosen if each not in accounts]:
            raise click.ClickException(
                f"{_exactly(elsewhere[0])} is of another organisation. KUDOS_ORGANISATION says which belong together."
            )
        colleague = derived_id("colleague", secrets.token_hex(16))
        await _decide(store, lambda: linking(chosen, accounts, colleague))
        click.echo(f"One colleague from now on: {', '.join(map(_exactly, chosen))}")


async def _unlink(wanted: str) -> None:
    from bot.colleagues import parting

    async with opened(read_only=False) as (store, _):
        organisations = await _organisations(store)
        account = _found(organisations, wanted)
        accounts = next(each for each in organisations if account in each)
        await _decide(store, lambda: parting(account, accounts))
        click.echo(f"Nobody else's from now on: {_exactly(account)}")


async def _decide(store: "Store", decide: "Callable[[], dict[Key, str]]") -> None:
    """Write down what is decided, and by whom."""
    from adapters.app import now
    from bot.audit import noted

    try:
        decisions = decide()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    actor = user()
    at, key = now(), secrets.token_hex(8)
    await store.write(
        *store.accounts.deciding(decisions, actor=actor, now=at, key=key),
        *(
            noted(
                workspace,
                actor,
                "colleague decided",
                person,
                decision,
                origin="command line",
                now=at,
                key=f"{key}/{person}",
            )
            for (workspace, person), decision in decisions.items()
        ),
    )


async def account_called(store: "Store", wanted: str) -> "Account":
    """The only account that `wanted` means.

    Raises:
        click.ClickException: nobody is called so, or several are.
    """
    return _found(await _organisations(store), wanted)


async def _organisations(store: "Store") -> "list[list[Account]]":
    """All accounts, by organisation."""
    seen: set[str] = set()
    found = []
    for each in await store.directory.workspaces():
        if each.id not in seen:
            seen.update(await store.organisations.together(each.id))
            found.append(await store.accounts.everybody(each.id))
    return found


def _found(organisations: "Iterable[Sequence[Account]]", wanted: str) -> "Account":
    """
    Raises:
        click.ClickException: nobody is called so, or several are.
    """
    where, who = whom(wanted)
    found = [
        each
        for accounts in organisations
        for each in accounts
        if where in ("", each.person.workspace, each.person.workspace.partition(":")[0])
        and who.casefold() in (each.person.id.casefold(), each.person.email.casefold(), each.person.name.casefold())
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException(f"nobody is known as {wanted}.")
    raise click.ClickException(f"several are known as {wanted}; say which: {', '.join(map(_exactly, found))}")


def _exactly(account: "Account") -> str:
    """What names nobody else."""
    return "/".join(account.key)


async def _decided(store: "Store", account: "Account") -> str:
    found = await store.accounts.decided(*account.key)
    return f"by hand, on {found[0].day} {found[0]:%B %Y} by {found[1]}" if found else "by hand"
