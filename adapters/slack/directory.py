"""Filling the directory from Slack: at the start as a whole, then by events. No answer to anybody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypedDict, TypeVar

import structlog

from adapters.slack import parse
from adapters.slack.api import Api
from adapters.slack.delivery import SlackLookup, team
from bot.errors import DatabaseError, PlatformError, Throttled, Unreachable
from bot.model import Place, Visibility, Workspace
from bot.requests import Joined, Learned, Left, Request
from bot.store import Store

Json = Mapping[str, Any]
T = TypeVar("T")

PATIENCE_S: Final = 2.0  #: for what has to be asked before an event is answered; Slack waits 3 s
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
        self._learning: set[asyncio.Task[None]] = set()

    async def fill(self) -> None:
        """Learn who we are, and everybody and every channel; try until it has worked.

        What can't be learned keeps nothing else from being learned.
        """
        await self._persistently(self._who_we_are)
        async with asyncio.TaskGroup() as steps:
            for step in (self._emoji, self._places, self._people):
                steps.create_task(self._persistently(step))
        log.info("slack_directory_filled")

    async def _persistently(self, step: Callable[[], Awaitable[None]]) -> None:
        name = getattr(step, "__name__", "").strip("_")
        while True:
            wait_s = RETRY_S
            try:
                return await step()
            except Throttled as error:
                wait_s = error.retry_after_s
            except (PlatformError, DatabaseError) as error:
                log.warning("slack_directory_waits", step=name, error=str(error))
            except Exception:
                log.exception("slack_directory_waits", step=name)
            await asyncio.sleep(wait_s)

    async def learned(self, body: Json) -> Request | None:
        """What an event about people or places tells; None if nothing.

        Raises:
            MalformedError: it is not what Slack sends.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._learned(body)
        except TimeoutError:
            raise Unreachable("Slack took too long to say more") from None

    async def _learned(self, body: Json) -> Request | None:
        told = parse.about(body)
        workspace, channel = parse.workspace_id(told["team"]), told["channel"]
        asked = _Asked(workspace=workspace, person="", delivery=told["delivery"])
        match told["type"]:
            case "team_join" | "user_change":
                return Learned(**asked, people=(parse.person(body["event"].get("user"), told["team"]),))
            case "member_joined_channel" | "member_left_channel" as type_:
                present = type_ == "member_joined_channel"
                return await self._membership(channel, told["user"], asked, bot=told["bot"], present=present)
            case "channel_left" | "group_left":
                return Left(**asked, place=channel)
            case "subteam_updated":
                return Learned(**asked, groups=(parse.group(body["event"].get("subteam")),))
            case "emoji_changed":
                await self._save_emoji(workspace)
            case type_ if type_.startswith(("channel_", "group_")):
                found = await self._lookup.place(workspace, channel, with_members=False)
                if found and _private(found):
                    self._learn_members(found)  # such as those of a channel that is shared from now on
                return Learned(**asked, places=(found,)) if found else None
            case _:
                log.info("slack_event_means_nothing", type=told["type"])
        return None

    async def _membership(self, channel: str, person: str, asked: _Asked, *, bot: str, present: bool) -> Request | None:
        own = await self._store.directory.workspace(asked["workspace"])
        if own is None and not bot:
            raise Unreachable("we do not know yet who we are")
        if person not in (own.bot if own else "", bot):
            return Learned(**asked, members=((channel, person, present),))
        if not present:
            return Left(**asked, place=channel)
        place = await self._lookup.place(asked["workspace"], channel, with_members=False)
        if place and _private(place):
            self._learn_members(place)
        return Joined(**asked, place=place) if place else None

    def _learn_members(self, place: Place) -> None:
        """They may be too many to be learned before the event has to be answered."""
        learning = asyncio.create_task(self._persistently(lambda: self._lookup.save_members(place, patient=True)))
        self._learning.add(learning)
        learning.add_done_callback(self._learning.discard)

    def stop(self) -> None:
        """Learn nothing more."""
        for learning in self._learning:
            learning.cancel()

    async def _who_we_are(self) -> None:
        answer = await self._api.query("auth.test")
        self._workspace = parse.workspace_id(answer["team_id"])
        await self._store.directory.save_workspace(
            Workspace(
                id=self._workspace,
                name=answer.get("team", ""),
                url=answer.get("url", ""),
                bot=answer.get("user_id", ""),
            )
        )

    async def _emoji(self) -> None:
        await self._save_emoji(self._workspace)

    async def _save_emoji(self, workspace: str) -> None:
        answer = await self._api.query("emoji.list")
        own = {
            name: target.removeprefix("alias:")
            for name, target in (answer.get("emoji") or {}).items()
            if target.startswith("alias:")
        }
        await self._store.directory.save_emoji(workspace, {name: _end(own, name) for name in own})

    async def _places(self) -> None:
        workspace = self._workspace
        pages = self._api.pages("conversations.list", "channels", patient=True, types="public_channel,private_channel")
        async for page in pages:
            places = tuple(readable(parse.place, page, team(workspace)))
            for place in filter(_private, places):
                await self._lookup.save_members(place, patient=True)
            # We may have been invited to one of them while the program was not running.
            await self._handle(Learned(workspace=workspace, person="", delivery="", places=places))

    async def _people(self) -> None:
        async for page in self._api.pages("users.list", "members", patient=True):
            await self._store.directory.save_people(readable(parse.person, page, team(self._workspace)))


def readable(read: Callable[[Json, str], T], objects: Iterable[Json], team_id: str) -> Iterator[T]:
    """What can be read of a page; one odd object keeps nobody else from being known."""
    for each in objects:
        try:
            yield read(each, team_id)
        except parse.MalformedError as error:
            log.warning("slack_object_not_understood", error=str(error))


def _private(place: Place) -> bool:
    """Whether it matters who is in there, and we can know."""
    return place.joined and place.visibility is Visibility.PRIVATE and not place.archived


def _end(aliases: Mapping[str, str], name: str) -> str:
    """What an alias of an alias means in the end."""
    seen = {name}
    while (name := aliases[name]) in aliases and name not in seen:
        seen.add(name)
    return name
