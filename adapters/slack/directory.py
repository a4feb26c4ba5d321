"""Filling the directory from Slack: at the start as a whole, then by events. No answer to anybody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypedDict

import structlog

from adapters.slack import parse
from adapters.slack.api import Api
from adapters.slack.delivery import SlackLookup, team
from bot.errors import DatabaseError, PlatformError, Throttled
from bot.model import Place, Visibility, Workspace
from bot.requests import Joined, Learned, Left, Request
from bot.store import Store

Json = Mapping[str, Any]

RETRY_S: Final = 30.0  #: until the next try where Slack did not answer

log = structlog.get_logger()


class _Asked(TypedDict):
    workspace: str
    person: str
    delivery: str


class SlackDirectory:
    def __init__(self, api: Api, store: Store, handle: Callable[[Request], Awaitable[object]]) -> None:
        """
        Args:
            handle: what the core does with what was learned.
        """
        self._api = api
        self._store = store
        self._handle = handle
        self._lookup = SlackLookup(api, store)

    async def fill(self) -> None:
        """Learn who we are, and everybody and every channel; try until it has worked."""
        for step in (self._who_we_are, self._emoji, self._places, self._people):
            while True:
                try:
                    await step()
                    break
                except Throttled as error:
                    wait_s = error.retry_after_s
                except (PlatformError, DatabaseError) as error:
                    log.warning("slack_directory_waits", step=step.__name__.strip("_"), error=str(error))
                    wait_s = RETRY_S
                await asyncio.sleep(wait_s)
        log.info("slack_directory_filled")

    async def learned(self, body: Json) -> Request | None:
        """What an event about people or places tells; None if nothing.

        Raises:
            MalformedError: it is not what Slack sends.
        """
        told = parse.about(body)
        workspace, channel = parse.workspace_id(told["team"]), told["channel"]
        asked = _Asked(workspace=workspace, person="", delivery=told["delivery"])
        match told["type"]:
            case "team_join" | "user_change":
                return Learned(**asked, people=(parse.person(body["event"].get("user"), told["team"]),))
            case "member_joined_channel" | "member_left_channel" as type_:
                return await self._membership(channel, told["user"], asked, present=type_ == "member_joined_channel")
            case "channel_left" | "group_left":
                return Left(**asked, place=channel)
            case "emoji_changed":
                await self._save_emoji(workspace)
            case type_ if type_.startswith(("channel_", "group_")):
                found = await self._lookup.place(workspace, channel)
                return Learned(**asked, places=(found,)) if found else None
            case _:
                log.info("slack_event_means_nothing", type=told["type"])
        return None

    async def _membership(self, channel: str, person: str, asked: _Asked, *, present: bool) -> Request | None:
        own = await self._store.directory.workspace(asked["workspace"])
        if own is None or person != own.bot:
            return Learned(**asked, members=((channel, person, present),))
        if not present:
            return Left(**asked, place=channel)
        place = await self._lookup.place(asked["workspace"], channel)
        return Joined(**asked, place=place) if place else None

    async def _who_we_are(self) -> None:
        answer = await self._api.query("auth.test")
        self._workspace = parse.workspace_id(answer["team_id"])
        await self._store.directory.save_workspace(
            Workspace(id=self._workspace, name=answer["team"], url=answer["url"], bot=answer["user_id"])
        )

    async def _emoji(self) -> None:
        await self._save_emoji(self._workspace)

    async def _save_emoji(self, workspace: str) -> None:
        answer = await self._api.query("emoji.list")
        own = {
            name: target.removeprefix("alias:")
            for name, target in answer["emoji"].items()
            if target.startswith("alias:")
        }
        await self._store.directory.save_emoji(workspace, {name: _end(own, name) for name in own})

    async def _places(self) -> None:
        workspace = self._workspace
        pages = self._api.pages("conversations.list", "channels", patient=True, types="public_channel,private_channel")
        async for page in pages:
            places = tuple(parse.place(each, team(workspace)) for each in page)
            for place in filter(_private, places):
                await self._lookup.save_members(place, patient=True)
            # We may have been invited to one of them while the program was not running.
            await self._handle(Learned(workspace=workspace, person="", delivery="", places=places))

    async def _people(self) -> None:
        async for page in self._api.pages("users.list", "members", patient=True):
            await self._store.directory.save_people(parse.person(each, team(self._workspace)) for each in page)


def _private(place: Place) -> bool:
    """Whether it matters who is in there, and we can know."""
    return place.joined and place.visibility is Visibility.PRIVATE and not place.archived


def _end(aliases: Mapping[str, str], name: str) -> str:
    """What an alias of an alias means in the end."""
    seen = {name}
    while (name := aliases[name]) in aliases and name not in seen:
        seen.add(name)
    return name
