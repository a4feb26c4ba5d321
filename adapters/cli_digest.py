"""`kudos digest …`: the weekly digests, from the command line."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from bot.errors import ConfigError, DatabaseError, PlatformError, Refusal

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.digesting import Digesting
    from bot.digests import Planned
    from bot.framework import Framework
    from bot.model import Place, Workspace
    from bot.runs import Run
    from bot.schedule import Week
    from bot.store import Store

LOOKED_BACK: Final = 8  #: weeks, for the last digest of a place

_BECAME: Final = {
    "skipped": "left out",
    "late": "left out: it would have come too late",
    "paused": "not posted: nothing could be posted there",
}
_ON_ITS_WAY: Final = ("waiting", "due", "sending", "lost")


class _Week(click.ParamType["Week"]):
    name = "week"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> "Week":
        from bot.schedule import Week

        try:
            return Week.named(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


_place = click.option("--place", "place", required=True, help="The channel, as in #general, or its id.")
_workspace = click.option(
    "--workspace", "workspace", default="", help="Its name or id; only needed where there are several."
)
_week = click.option("--week", "week", type=_Week(), help="The week it tells of, as in 2026-W13.")


@click.group()
def digest() -> None:
    """Look after the weekly digests. They are set up in chat: who tells Kudos digest in a channel gets the form."""


@digest.command("list")
def list_() -> None:
    """Show each place with a digest: when the next one is due, and what became of the last."""
    asyncio.run(_list())


@digest.command()
@_place
@_workspace
@_week
def preview(place: str, workspace: str, week: "Week | None") -> None:
    """Show a digest as text, as it would be posted now."""
    asyncio.run(_preview(place, workspace, week))


@digest.command()
@_place
@_workspace
@_week
def post(place: str, workspace: str, week: "Week | None") -> None:
    """Post a digest that its place does not have yet; a running Kudos does it within seconds."""
    asyncio.run(_post(place, workspace, week))


async def _list() -> None:
    from adapters.app import now

    async with opened(read_only=True) as (store, _):
        names = {each.id: each.name for each in await store.directory.workspaces()}
        planned = await store.digests.planned()
        if not planned:
            click.echo("No digest has been set up yet. Tell Kudos in a channel: digest")
        for each in planned:
            place = await store.places.get(each.workspace, each.place)
            where = _called(place, each.place)
            if len(names) > 1:
                where += f" ({names.get(each.workspace, each.workspace)})"
            click.echo(f"{where}: {await _state(store, each, now())}\n        {await _last(store, each, now())}")


async def _state(store: "Store", planned: "Planned", now: datetime) -> str:
    from bot import digest_forms
    from bot.upcoming import upcoming

    plan = planned.plan
    if not plan.on:
        return "off"
    if plan.paused:
        return f"paused, for {digest_forms.pause(plan)}"
    coming = await upcoming(store, planned.workspace, planned.place, plan, now)
    left_out = f", {coming.left_out} is left out" if coming.left_out else ""
    return f"on{left_out}; the next one is due on {digest_forms.moment(coming.due)} ({plan.zone}), of {coming.week}"


async def _last(store: "Store", planned: "Planned", now: datetime) -> str:
    from bot.schedule import Week

    week = Week.of(now.astimezone(planned.plan.clock).date())
    for _ in range(LOOKED_BACK):
        run = await store.digests.run_of(planned.workspace, planned.place, week)
        if run:
            return f"the last one, of {run.week}: {await _became(store, run)}"
        week = week.before
    return "none in the last weeks"


async def _became(store: "Store", run: "Run") -> str:
    from bot import posts

    if run.outcome in _BECAME:
        return _BECAME[run.outcome]
    row = await store.posts.post(
        run.workspace, posts.post(run.workspace, posts.DIGEST, run.id, place=run.place, due_at=run.due_at).id
    )
    if row and row.message:
        return "posted"
    if row and row.state in _ON_ITS_WAY:
        return "on its way"
    if row and row.state == "parked":
        return f"could not be posted: {row.error}"
    if row and row.state == "unknown":
        return "perhaps posted: its answer was lost, and nobody could look"
    return "nothing to tell, so nothing was posted"


async def _preview(place: str, workspace: str, week: "Week | None") -> None:
    from adapters.app import read_framework
    from bot.cards import plain

    async with opened(read_only=True) as (store, settings):
        framework = read_framework(settings.framework_file)
        where = await _found(store, place, workspace)
        try:
            card = await _digesting(store, settings, framework).preview(where.workspace, where.id, week)
        except PlatformError as error:
            raise click.ClickException(f"cannot tell what may be shown there: {error}") from None
        click.echo(plain(card))


async def _post(place: str, workspace: str, week: "Week | None") -> None:
    from adapters.app import read_framework

    async with opened(read_only=False) as (store, settings):
        framework = read_framework(settings.framework_file)
        where = await _found(store, place, workspace)
        if not where.joined:
            raise click.ClickException(f"Kudos is not in {_called(where)}, so it can't post there.")
        delivery = f"command line {secrets.token_hex(8)}"
        try:
            done = await _digesting(store, settings, framework).post_now(
                where.workspace, where.id, week, actor="", delivery=delivery
            )
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
        if not done.new:
            state = "has" if done.already else "is getting"
            raise click.ClickException(f"{_called(where)} {state} the digest of {done.week} already.")
        click.echo(
            f"The digest of {done.week} for {_called(where)} is in the outbox: a running Kudos posts it in seconds."
        )


def _digesting(store: "Store", settings: "Settings", framework: "Framework") -> "Digesting":
    """Without a platform to ask: what is public still is looked up when a digest is posted."""
    from adapters.app import now
    from bot.confirming import Confirming
    from bot.digesting import Digesting
    from bot.lookup import Lookup

    def nobody(_: str) -> Lookup | None:
        return None

    return Digesting(
        store=store,
        framework=lambda: framework,
        confirming=Confirming(store, nobody, now),
        lookups=nobody,
        clock=now,
        zone=settings.kudos_timezone,
        admins=settings.admins,
    )


@contextlib.asynccontextmanager
async def opened(*, read_only: bool) -> "AsyncIterator[tuple[Store, Settings]]":
    """
    Raises:
        ConfigError: there is no database of this release.
    """
    from adapters import storage
    from adapters.logs import set_up
    from bot import config, migrations
    from bot.store import Store

    settings = config.read()
    set_up("WARNING", "console", cached=False)  # standard output is for what was asked for
    path = storage.called(settings.database_url)
    database = storage.opened(settings.database_url, read_only=read_only, made=False)
    try:
        if await migrations.pending(database):
            raise ConfigError([f"DATABASE_URL: {path} is of an older release. Bring it up to date: kudos migrate"])
        yield Store(database, settings.email_domains, settings.kudos_default_visibility), settings
    except DatabaseError as error:
        raise ConfigError([f"DATABASE_URL: cannot use {path}: {error}"]) from None
    finally:
        await database.close()


async def _found(store: "Store", place: str, workspace: str) -> "Place":
    """
    Raises:
        click.ClickException: there is no such place, or it is not said which.
    """
    if not place.strip("# "):  # or it would be whichever has no name
        raise click.ClickException("say which channel, with --place, as in #general.")
    of = await workspace_called(store, workspace)
    found = await store.places.called(of.id, place)
    if found is None:
        raise click.ClickException(f"there is no channel called {place} in {of.name or of.id}, as far as I know.")
    return found


async def workspace_called(store: "Store", name: str) -> "Workspace":
    known = await store.directory.workspaces()
    meant = [
        each
        for each in known
        if not name or name in (each.id, each.id.partition(":")[2]) or name.casefold() == each.name.casefold()
    ]
    if len(meant) == 1:
        return meant[0]
    listed = ", ".join(f"{each.id} ({each.name})" for each in meant or known)
    if not listed:
        raise click.ClickException("no workspace is known yet. Start kudos serve once.")
    raise click.ClickException(
        f"{f'no workspace is called {name}' if not meant else 'say which workspace, with --workspace'}: {listed}"
    )


def _called(place: "Place | None", id_: str = "") -> str:
    return f"#{place.name}" if place and place.name else place.id if place else id_
