"""Filling the directory from Slack: as a whole at the start, at an installation and once a day, else by events.

No answer to anybody waits for it. Pages are dealt with one at a time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypedDict, TypeVar

import structlog

from adapters.reading import MalformedError
from adapters.slack import objects, parse
from adapters.slack.access import REST_S, Access
from adapters.slack.admission import FAREWELLS
from adapters.slack.delivery import SlackLookup, teams
from bot.errors import DatabaseError, Impossible, PlatformError, SwitchedOff, Throttled, Unreachable
from bot.model import Place, Visibility, Workspace
from bot.requests import Joined, Learned, Left, Request
from bot.steps import switched_on
from bot.store import Store

Json = Mapping[str, Any]
T = TypeVar("T")

PATIENCE_S: Final = 2.0  #: for what has to be asked before an event is answered; Slack waits 3 s
RETRY_S: Final = 30.0  #: until the next try where Slack did not answer
AT_ONCE: Final = 6  #: listings under way, of all workspaces

log = structlog.get_logger()


class _Asked(TypedDict):
    workspace: str
    person: str
    delivery: str


class SlackDirectory:
    def __init__(
        self,
        access: Access,
        store: Store,
        handle: Callable[[Request], Awaitable[object]],
        *,
        clock: Callable[[], datetime],
        every_s: float,
    ) -> None:
        """
        Args:
            handle: what the core does with what was learned.
            every_s: until everything is learned anew: events may have been missed.
        """
        self._access = access
        self._store = store
        self._handle = handle
        self._clock = clock
        self._every_s = every_s
        self._lookup = SlackLookup(access, store)
        self._learning: set[asyncio.Task[None]] = set()
        self._filling: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, set[str]] = {}  # of whom and what events told while a workspace is being filled
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def keep(self) -> None:
        """Learn everything of every workspace, now and again, until cancelled."""
        while True:
            wait_s = self._every_s
            try:
                await self._persistently("workspaces", self._fill_all, needed=True)
            except SwitchedOff:
                log.error("slack_token_no_good")  # the operator has to put it right; perhaps at Slack
                wait_s = RETRY_S
            await asyncio.sleep(wait_s)

    def refill(self, workspace: str) -> None:
        """Learn everything of a workspace anew, whatever of it is under way."""
        if under_way := self._filling.pop(workspace, None):
            under_way.cancel()
        filling = asyncio.create_task(self._fill(workspace))
        self._filling[workspace] = filling
        self._keep_until_done(filling)

    def stop(self) -> None:
        """Learn nothing more."""
        for learning in self._learning:
            learning.cancel()

    async def _fill_all(self) -> None:
        for workspace in await self._access.workspaces():
            filling = self._filling.get(workspace)
            if filling is None or filling.done():
                self.refill(workspace)

    async def _fill(self, workspace: str) -> None:
        """Learn who we are there, and everybody and every channel; try until it has worked.

        What can't be learned keeps nothing else from being learned.
        """
        self._told[workspace] = set()
        try:
            while not await self._filled(workspace):
                if not await self._has_us(workspace):
                    return
                await asyncio.sleep(min(REST_S, self._every_s))  # its token was refused, perhaps for a while only
        finally:
            if self._filling.get(workspace) is asyncio.current_task():
                self._told.pop(workspace, None)

    async def _filled(self, workspace: str) -> bool:
        """Whether Slack let us learn it all."""
        try:
            await self._persistently("who_we_are", lambda: self._who_we_are(workspace), needed=True)
            async with asyncio.TaskGroup() as steps:
                for name, step in (("emoji", self._emoji), ("places", self._places), ("people", self._people)):
                    steps.create_task(self._in_turn(name, step, workspace))
        except* SwitchedOff:
            log.info("slack_directory_not_filled", workspace=workspace)
        else:
            log.info("slack_directory_filled", workspace=workspace)
            return True
        return False

    async def _has_us(self, workspace: str) -> bool:
        with contextlib.suppress(DatabaseError):
            return await self._access.installed(workspace)
        return True

    async def _in_turn(self, name: str, step: Callable[[str], Awaitable[None]], workspace: str) -> None:
        async def once() -> None:
            async with self._turns:
                await step(workspace)

        await self._persistently(name, once)

    async def _persistently(self, name: str, step: Callable[[], Awaitable[None]], *, needed: bool = False) -> None:
        """
        Args:
            needed: also where Slack says no, which else is taken for an answer until tomorrow.

        Raises:
            SwitchedOff: the workspace does not have us, or not any more.
        """
        while True:
            wait_s = RETRY_S
            try:
                return await step()
            except Throttled as error:
                wait_s = error.retry_after_s
            except SwitchedOff:
                raise
            except Impossible as error:
                log.warning("slack_directory_lacks", step=name, reason=error.reason)
                if not needed:
                    return None
            except MalformedError as error:
                log.warning("slack_directory_lacks", step=name, reason=str(error))
                if not needed:
                    return None
            except (PlatformError, DatabaseError) as error:
                log.warning("slack_directory_waits", step=name, error=str(error))
            except Exception:
                log.exception("slack_directory_waits", step=name)
            await asyncio.sleep(wait_s)

    def _keep_until_done(self, task: asyncio.Task[None]) -> None:
        self._learning.add(task)
        task.add_done_callback(self._learning.discard)

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
        workspace, channel = told["workspace"], told["channel"]
        asked = _Asked(workspace=workspace, person="", delivery=told["delivery"])
        match told["type"]:
            case "team_join" | "user_change":
                person = objects.person(body["event"].get("user"), workspace)
                self._note(workspace, person.id)
                return Learned(**asked, people=(person,))
            case "member_joined_channel" | "member_left_channel" as type_:
                present = type_ == "member_joined_channel"
                return await self._membership(channel, told["user"], asked, bot=told["bot"], present=present)
            case "channel_left" | "group_left":
                self._note(workspace, channel)
                return Left(**asked, place=channel)
            case "subteam_updated":
                return Learned(**asked, groups=(objects.group(body["event"].get("subteam")),))
            case "emoji_changed":
                await self._emoji(workspace)
            case "team_access_granted" | "team_access_revoked":
                self.refill(workspace)
            case type_ if type_ in FAREWELLS:
                if at := parse.uninstalled(body):
                    await self._access.left(workspace, at)
            case type_ if type_.startswith(("channel_", "group_")):
                self._note(workspace, channel)
                found = await self._lookup.place(workspace, channel, with_members=False)
                if found:
                    self._learn_members(found)  # such as those of a channel that is shared from now on
                return Learned(**asked, places=(found,)) if found else None
            case _:
                log.info("slack_event_means_nothing", type=told["type"])
        return None

    def _note(self, workspace: str, id_: str) -> None:
        """An event tells of this: what a listing says that was asked for earlier may be older."""
        if workspace in self._told:
            self._told[workspace].add(id_)

    async def _membership(self, channel: str, person: str, asked: _Asked, *, bot: str, present: bool) -> Request | None:
        own = await self._store.directory.workspace(asked["workspace"])
        if own is None and not bot:
            raise Unreachable("we do not know yet who we are")
        if person not in (own.bot if own else "", bot):
            return Learned(**asked, members=((channel, person, present),))
        self._note(asked["workspace"], channel)
        if not present:
            return Left(**asked, place=channel)
        place = await self._lookup.place(asked["workspace"], channel, with_members=False)
        if place:
            self._learn_members(place)
        return Joined(**asked, place=place) if place else None

    async def made_private(self, workspace: str, channel: str) -> None:
        """A channel turns out to be private, perhaps since today."""
        if place := await self._store.places.save_private(workspace, channel):
            self._learn_members(place)

    def _learn_members(self, place: Place) -> None:
        """Learn who is in `place`, if that matters: they may be too many to be learned before we have to answer."""
        if _private(place):
            self._keep_until_done(asyncio.create_task(self._save_members(place)))

    async def _save_members(self, place: Place) -> None:
        try:
            await self._persistently("members", lambda: self._lookup.save_members(place, patient=True))
        except SwitchedOff:
            log.info("slack_directory_not_filled", workspace=place.workspace)

    async def _who_we_are(self, workspace: str) -> None:
        answer = await self._access.who(workspace)
        await self._store.directory.save_workspace(
            Workspace(
                id=workspace,
                name=answer.get("team", ""),
                url=answer.get("url", ""),
                bot=answer.get("user_id", ""),
            )
        )
        await self._store.organisations.met(workspace)
        await self._store.write(*switched_on(workspace, self._clock()))

    async def _emoji(self, workspace: str) -> None:
        api = await self._access.api(workspace)
        await self._store.directory.save_emoji(workspace, objects.aliases(await api.query("emoji.list")))

    async def _places(self, workspace: str) -> None:
        missing = await self._store.places.channels_in_reach(workspace)
        async for page in self._channels(workspace):
            places = tuple(
                each for each in readable(objects.place, page, workspace) if self._current(workspace, each.id)
            )
            for place in filter(_private, places):
                # Who comes or goes in this moment may be missed until tomorrow.
                await self._lookup.save_members(place, patient=True)
            places = tuple(each for each in places if self._current(workspace, each.id))
            # We may have been invited to one of them while the program was not running.
            await self._handle(Learned(workspace=workspace, person="", delivery="", places=places))
            missing.difference_update(each["id"] for each in page)
        for id_ in missing:
            # It was within reach, and Slack does not list it: it is gone, made private, or closed to us.
            if self._current(workspace, id_) and (found := await self._patiently(self._lookup.place, workspace, id_)):
                await self._handle(Learned(workspace=workspace, person="", delivery="", places=(found,)))

    async def _channels(self, workspace: str) -> AsyncIterator[list[Any]]:
        """All of them; without the right to list private ones, the public ones."""
        public = "public_channel"
        try:
            async for page in self._pages(
                workspace, "conversations.list", "channels", types=f"{public},private_channel"
            ):
                yield page
        except Impossible as error:
            if error.reason != "missing_scope":
                raise
            async for page in self._pages(workspace, "conversations.list", "channels", types=public):
                yield page

    async def _people(self, workspace: str) -> None:
        missing = await self._store.directory.active_people(workspace)
        async for page in self._pages(workspace, "users.list", "members"):
            await self._store.directory.save_people(
                each for each in readable(objects.person, page, workspace) if self._current(workspace, each.id)
            )
            missing.difference_update(each["id"] for each in page)
        for id_ in missing:
            if self._current(workspace, id_):
                await self._patiently(self._look_again, workspace, id_)

    async def _look_again(self, workspace: str, person: str) -> None:
        """At somebody whom we know and Slack does not list any more."""
        api = await self._access.api(workspace)
        try:
            answer = await api.query("users.info", user=person)
        except Impossible as error:
            if error.reason == "user_not_found":
                await self._store.directory.save_gone(workspace, person)
            return
        await self._store.directory.save_people(readable(objects.person, [answer.get("user")], workspace))

    def _current(self, workspace: str, id_: str) -> bool:
        """Whether a listing may say how this is: no event has told of it since before the listing was asked for.

        What an event told is newer than any page asked for before it, and as new as one asked for after it: whatever
        has changed since has an event of its own. Where several processes share the database another one's events
        are not known here: that heals by the next event, or on the next day.
        """
        return id_ not in self._told.get(workspace, ())

    async def _patiently(self, ask: Callable[[str, str], Awaitable[T]], workspace: str, id_: str) -> T:
        while True:
            try:
                return await ask(workspace, id_)
            except Throttled as error:
                await asyncio.sleep(error.retry_after_s)

    async def _pages(self, workspace: str, method: str, key: str, **arguments: Any) -> AsyncIterator[list[Any]]:
        api = await self._access.api(workspace)
        async for team in teams(api, workspace, patient=True):
            async for page in api.pages(method, key, patient=True, team_id=team, **arguments):
                yield [each for each in page if isinstance(each, Mapping) and isinstance(each.get("id"), str)]


def readable(read: Callable[[Json, str], T], page: Iterable[Any], workspace: str) -> Iterator[T]:
    """What can be read of a page; one odd object keeps nobody else from being known."""
    for each in page:
        try:
            yield read(each, workspace)
        except MalformedError as error:
            log.warning("slack_object_not_understood", error=str(error))


def _private(place: Place) -> bool:
    """Whether it matters who is in there, and we can know."""
    return place.joined and place.visibility is Visibility.PRIVATE and not place.archived
