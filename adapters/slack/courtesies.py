"""What people are shown at once, beside the answer itself: forms, and private words on which nothing depends.

Private words are sent at most once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import structlog

from adapters.slack.access import Access
from adapters.slack.delivery import open_direct
from adapters.slack.writing import Writing
from bot.errors import Impossible, KudosError, PlatformError
from bot.requests import Press, Reacted, Request, Write

Json = dict[str, Any]

FORM_PATIENCE_S: Final = 1.2  #: for opening a form; a trigger lasts 3 s
COURTESY_S: Final = 5.0  #: for a private word
LATER_S: Final = 70.0  #: for the rest of an answer, which is given up earlier by itself
LAST_WORDS_S: Final = 2.0  #: for private words under way when the process is told to stop
RESPONSE_ORIGINS: Final = frozenset({("https", "hooks.slack.com"), ("https", "hooks.slack-gov.com")})

log = structlog.get_logger()


class Courtesies:
    def __init__(self, access: Access, http: aiohttp.ClientSession, api_url: str) -> None:
        self._access = access
        self._http = http
        self._response_origins = RESPONSE_ORIGINS | {urlsplit(api_url)[:2]}
        self._writing = Writing(access)
        self._under_way: set[asyncio.Task[None]] = set()

    async def finish(self, *before: asyncio.Task[Any]) -> None:
        """Wait a moment for the last words, some of which come only of what is to end `before`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await asyncio.wait(before)
                while self._under_way:
                    await asyncio.wait(self._under_way)
        for courtesy in self._under_way:
            courtesy.cancel()

    async def open(self, workspace: str, trigger: str, view: Json, *, over: str = "", instead: bool = False) -> bool:
        """Open a form; False where it did not open.

        Args:
            over: the modal in which that was asked for: nothing else can be opened while it is there.
            instead: the form takes its place; else it goes on top, and closing it leads back.
        """
        try:
            async with asyncio.timeout(FORM_PATIENCE_S):
                api = await self._access.api(workspace)
                if over and instead:
                    await api.call("views.update", view_id=over, view=view)
                else:
                    await api.call("views.push" if over else "views.open", trigger_id=trigger, view=view)
        except Impossible as error:
            log.warning("slack_form_not_opened", error=error.reason)
            # Opened when this was first delivered; or whoever asked has closed what they asked in.
            return error.reason == "exchanged_trigger_id" or (bool(over) and error.reason == "not_found")
        except (PlatformError, TimeoutError) as error:
            log.warning("slack_form_not_opened", error=str(error) or type(error).__name__)
            return False
        return True

    def respond(self, url: str, message: Json) -> None:
        """To where the request came from."""
        self._say(self.responded(url, message))

    def follow(self, rest: Coroutine[Any, Any, Json], say: Callable[[Json], Awaitable[object]]) -> None:
        """Say the rest of an answer, as soon as it is known."""

        async def saying() -> None:
            await say(await rest)

        self._say(saying(), within_s=LATER_S)

    def go_on(self, saying: asyncio.Task[None]) -> None:
        """Let an answer that has begun be said, in its own time."""
        self._say(saying, within_s=LATER_S)

    def tell(self, url: str, request: Request, message: Json) -> None:
        """To where the request came from, or, where nothing can be said there any more, directly."""
        self._say(self._tell(url, request, message))

    def say(self, words: Write, view: Json, said: list[Json]) -> None:
        """Below the words in an open form, unless they are other words by now."""
        self._say(self._writing.say(words, view, said))

    def publish(self, press: Press, view: Json) -> None:
        """One's own page, in answer to a button on it."""
        self._say(self._call(press.workspace, "views.publish", user_id=press.person, view=view))

    def whisper(self, event: Reacted, message: Json) -> None:
        """To somebody who has reacted, in the place where they did."""
        self._say(
            self._call(event.workspace, "chat.postEphemeral", channel=event.message.place, user=event.person, **message)
        )

    def _say(self, saying: Awaitable[object], *, within_s: float = COURTESY_S) -> None:
        async def politely() -> None:
            try:
                async with asyncio.timeout(within_s):
                    await saying
            except (KudosError, aiohttp.ClientError, TimeoutError) as error:
                log.info("slack_courtesy_failed", error=type(error).__name__)
            except Exception:
                log.exception("slack_courtesy_failed")

        task = asyncio.create_task(politely())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def responded(self, url: str, message: Json) -> bool:
        """Only ever to Slack itself. False where it was not taken."""
        if not url:
            return False
        if _origin(url) not in self._response_origins:
            log.warning("slack_response_url_refused")
            return False
        async with self._http.post(url, json=message) as response:
            await response.read()
            return response.ok

    async def _call(self, workspace: str, method: str, **arguments: Any) -> None:
        api = await self._access.api(workspace)
        await api.call(method, **arguments)

    async def _tell(self, url: str, request: Request, message: Json) -> None:
        if await self.responded(url, message):
            return
        api = await self._access.api(request.workspace)
        direct = await open_direct(api, request.person)
        await api.call("chat.postMessage", channel=direct, text=message["text"], blocks=message["blocks"])


def _origin(url: str) -> tuple[str, str] | None:
    """Scheme and host; None of what is no address."""
    try:
        return urlsplit(url)[:2]
    except ValueError:
        return None
