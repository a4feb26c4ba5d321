"""With which token we speak to a workspace: one from the settings, or each workspace's own (`installations.py`)."""

import asyncio
import contextlib
from datetime import datetime
from typing import Any, Final, Protocol

import aiohttp
import structlog

from adapters.slack import objects
from adapters.slack.api import Api, Reach
from bot.errors import PlatformError, SwitchedOff
from bot.store import Store

REST_S: Final = 60.0  #: until a token is tried again that Slack has called no good

log = structlog.get_logger()


class Access(Protocol):
    async def api(self, workspace: str) -> Api:
        """The Web API as `workspace` lets us use it.

        Raises:
            SwitchedOff: it does not have us, or not any more.
            PlatformError: its token has expired and there is no new one yet.
        """
        ...

    async def who(self, workspace: str) -> dict[str, Any]:
        """What `auth.test` says of us there. A token that was no good and is so again is used again.

        Raises:
            PlatformError: as for `api`, and whatever became of the call.
        """
        ...

    async def installed(self, workspace: str) -> bool:
        """Whether requests from there are for us."""
        ...

    async def workspaces(self) -> list[str]:
        """Those that have us, as far as we know.

        Raises:
            PlatformError: that has to be asked, and was not answered.
        """
        ...

    async def left(self, workspace: str, at: datetime) -> None:
        """Slack says that it has removed us at `at`.

        Raises:
            PlatformError: whether that still holds has to be asked, and was not answered.
        """
        ...

    async def look(self) -> None:
        """Ask Slack whether we can speak to anybody: `trouble` says so then."""
        ...

    @property
    def trouble(self) -> str:
        """Why we can't speak to anybody, as far as the last call told; "" for nothing."""
        ...

    async def close(self) -> None:
        """Finish what must not be cut off."""
        ...


class OneWorkspace:
    """A single workspace, or organisation, whose token is in the settings."""

    def __init__(self, token: str, base_url: str, http: aiohttp.ClientSession, store: Store) -> None:
        self._reach = Reach()
        self._api = Api(token, base_url, http, no_good=self._no_good, reach=self._reach)
        self._store = store
        self._own = ""  # until Slack has told us
        self._asking = asyncio.Lock()
        self._told: dict[str, Any] | None = None
        self._rests_until = 0.0  # by the loop's clock
        self._refused = ""  # why Slack did not take the token, when it was asked last

    async def api(self, workspace: str) -> Api:
        if not self._own and await self._store.directory.any_workspace():
            await self.workspaces()  # there has been one, and it might be another one than this token is for
        if self._own and workspace != self._own:
            raise SwitchedOff("another workspace")
        if asyncio.get_running_loop().time() < self._rests_until:
            raise SwitchedOff("the token is no good")
        return self._api

    async def who(self, workspace: str) -> dict[str, Any]:
        if workspace != self._own:
            raise SwitchedOff("another workspace")
        told, self._told = self._told, None
        return told or await self._ask()

    async def installed(self, workspace: str) -> bool:
        if self._own:
            return workspace == self._own
        return True  # Slack has not told us yet; what is for another one is never sent

    async def workspaces(self) -> list[str]:
        async with self._asking:
            if not self._own:
                self._told = await self._ask()
                self._own = objects.tested(self._told)
        return [self._own]

    async def left(self, workspace: str, at: datetime) -> None:
        """Nothing to do: whatever we try next tells, and the operator has to put another token into the settings."""
        log.warning("slack_workspace_left", workspace=workspace, at=at.isoformat())

    async def look(self) -> None:
        with contextlib.suppress(PlatformError):
            await self._ask()

    @property
    def trouble(self) -> str:
        return self._reach.trouble or (f"Slack refuses the token ({self._refused})" if self._refused else "")

    async def close(self) -> None:
        """Nothing is under way."""

    async def _ask(self) -> dict[str, Any]:
        answer = await self._api.query("auth.test")
        self._rests_until, self._refused = 0.0, ""
        return answer

    async def _no_good(self, reason: str) -> PlatformError:
        log.error("slack_token_no_good", reason=reason)
        self._refused = reason
        self._rests_until = asyncio.get_running_loop().time() + REST_S
        return SwitchedOff(reason)
