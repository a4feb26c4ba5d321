"""Filling the directory from Slack: at the start as a whole, then by events. No answer to anybody waits for it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, TypedDict

import structlog

from adapters.slack import parse
from adapters.slack.api import Api
from adapters.slack.delivery import SlackLookup, team
from bot.errors import DatabaseError, PlatformError, Throttled
from bot.model import PlaceKind, Workspace
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
    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._store = store
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
        """What an event about people or places tells; None if nothing."""
        event = body["event"]
        workspace = parse.workspace_id(body["team_id"])
        asked = _Asked(workspace=workspace, person="", delivery=body["event_id"])
        match event["type"]:
            case "team_join" | "user_change":
                return Learned(**asked, people=(parse.person(event["user"], body["team_id"]),))
            case "member_joined_channel" | "member_left_channel" as type_:
                return await self._membership(event, asked, present=type_ == "member_joined_channel")
            case "channel_left" | "group_left":
                return Left(**asked, place=event["channel"])
            case "emoji_changed":
                await self._emoji()
            case type_ if type_.startswith(("channel_", "group_")):
                channel = event["channel"]
                found = await self._lookup.place(workspace, channel if isinstance(channel, str) else channel["id"])
                return Learned(**asked, places=(found,)) if found else None
            case _:
                log.info("slack_event_means_nothing", type=event["type"])
        return None

    async def _membership(self, event: Json, asked: _Asked, *, present: bool) -> Request | None:
        workspace, channel = asked["workspace"], event["channel"]
        own = await self._store.directory.workspace(workspace)
        if own is None or event["user"] != own.bot:
            return Learned(**asked, members=((channel, event["user"], present),))
        if not present:
            return Left(**asked, place=channel)
        place = await self._lookup.place(workspace, channel)
        return Joined(**asked, place=place) if place else None

    async def _who_we_are(self) -> None:
        answer = await self._api.query("auth.test")
        self._workspace = parse.workspace_id(answer["team_id"])
        await self._store.directory.save_workspace(
            Workspace(id=self._workspace, name=answer["team"], url=answer["url"], bot=answer["user_id"])
        )

    async def _emoji(self) -> None:
        answer = await self._api.query("emoji.list")
        own = {
            name: target.removeprefix("alias:")
            for name, target in answer["emoji"].items()
            if target.startswith("alias:")
        }
        workspace = self._workspace
        await self._store.directory.save_emoji(workspace, {name: _end(own, name) for name in own})

    async def _places(self) -> None:
        pages = self._api.pages("conversations.list", "channels", types="public_channel,private_channel")
        async for page in pages:
            places = [parse.place(each, team(self._workspace)) for each in page]
            await self._store.directory.save_places(places)
            for place in places:
                if place.joined and place.kind is PlaceKind.CHANNEL and not place.archived:
                    await self._lookup.save_members(place)

    async def _people(self) -> None:
        async for page in self._api.pages("users.list", "members"):
            await self._store.directory.save_people(parse.person(each, team(self._workspace)) for each in page)


def _end(aliases: Mapping[str, str], name: str) -> str:
    """What an alias of an alias means in the end."""
    seen = {name}
    while (name := aliases[name]) in aliases and name not in seen:
        seen.add(name)
    return name
