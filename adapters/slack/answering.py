"""What happens in Slack, answered: messages and events here, what waits for an answer in `invoking`."""

import asyncio
import functools
from typing import Any, Final

import structlog

from adapters.app import Application
from adapters.slack import parse, render
from adapters.slack.access import Access
from adapters.slack.courtesies import Courtesies
from adapters.slack.delivery import address
from adapters.slack.directory import SlackDirectory
from bot.bot import Bot
from bot.cards import Answer, Mend, OpenForm, Private, Reply, Say, ShowHome
from bot.errors import PlatformError, Throttled, Unreachable
from bot.model import PlaceKind
from bot.requests import Reacted, Request, Said

Json = dict[str, Any]

ANSWERED_S: Final = 2.0  #: that an answer may take before Slack is told that we have the message: it waits for 3 s

log = structlog.get_logger()


class Answering:
    def __init__(self, app: Application, access: Access, courtesies: Courtesies, directory: SlackDirectory) -> None:
        self._app = app
        self._access = access
        self._courtesies = courtesies
        self._directory = directory

    async def happened(self, body: Json) -> None:
        """Carry an event out; once more is as if Slack had sent it once more.

        Raises:
            MalformedError: it is not what Slack sends.
            PlatformError, DatabaseError: it was not dealt with; when it comes again, it is.
        """
        type_ = body["event"]["type"]
        request: Request | None
        if type_ in ("message", "app_mention"):
            await self._message(body)
            return
        if type_ in ("reaction_added", "reaction_removed"):
            request = parse.reaction(body)
        elif type_ == "app_home_opened":
            request = parse.home(body)
        else:
            request = await self._directory.learned(body)
        if request:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                if isinstance(request, Reacted) and isinstance(reply, Private):
                    self._courtesies.whisper(request, render.message(reply.card, base))

    async def _message(self, body: Json) -> None:
        """A post that is meant for Kudos is answered in its thread. What it asks for is stored before that.

        Raises:
            PlatformError: the answer was not taken; Slack should send the event again.
        """
        request = parse.said(body)
        if request is None:
            return
        clock = asyncio.get_running_loop().time
        until = clock() + ANSWERED_S
        replies = await self._app.bot.handle(request)
        answering = asyncio.create_task(self._answer(body, request, replies))
        done, _ = await asyncio.wait([answering], timeout=max(0.0, until - clock()))
        if done:
            answering.result()
        else:  # Slack is slow: to be sent the same again would not make it faster
            self._courtesies.go_on(answering)

    async def _answer(self, body: Json, request: Said, replies: list[Reply]) -> None:
        """
        Raises:
            PlatformError: it was not taken.
        """
        base = await address(self._app.store, request.workspace)
        where = {"channel": request.message.place, "thread_ts": parse.thread(body)}
        # Slack shows nobody what is whispered in a thread that has not begun.
        beside = where if body["event"].get("thread_ts") else {"channel": request.message.place}
        try:
            api = await self._access.api(request.workspace)
            whisper = functools.partial(api.call, "chat.postEphemeral", user=request.person, **beside)
            for reply in replies:
                match reply:
                    case Private(card=card, unfinished=unfinished) if request.place.kind is not PlaceKind.BOT:
                        await whisper(**render.message(card, base))
                        if unfinished:
                            self._courtesies.follow(rest(self._app.bot, request, base), lambda shown: whisper(**shown))
                    case Private(card=card) | Answer(card):
                        quiet = {"unfurl_links": False, "unfurl_media": False}
                        await api.call("chat.postMessage", **where, **quiet, **render.message(card, base))
                    case OpenForm() | ShowHome() | Mend() | Say():
                        raise TypeError(f"a message is not answered with {type(reply).__name__}")
        except (Throttled, Unreachable):
            await self._app.bot.unanswered(request)
            raise
        except PlatformError as error:  # perhaps it was taken, or it never will be
            log.warning("slack_message_not_answered", error=str(error))


async def rest(bot: Bot, request: Request, base: str) -> Json:
    """What was left unfinished in a private answer to `request`."""
    (reply,) = await bot.rest(request)
    if not isinstance(reply, Private):
        raise TypeError(f"a private answer does not go on with {type(reply).__name__}")
    return render.message(reply.card, base)
