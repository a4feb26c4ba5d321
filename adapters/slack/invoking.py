"""What somebody waits for in Slack, answered: commands, shortcuts, buttons and forms. All else is in `answering`.

What is malformed is raised before anything is done. Nothing else may escape: after an ack it would become a 404 after
three seconds. So whatever fails is apologised for.
"""

import contextlib
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import structlog

from adapters import logs
from adapters.app import Application
from adapters.slack import modals, objects, parse, render
from adapters.slack.answering import rest
from adapters.slack.courtesies import Courtesies
from adapters.slack.delivery import address
from bot.cards import Answer, Form, Mend, OpenForm, Private, Say, ShowHome
from bot.errors import DatabaseError, PlatformError
from bot.notices import said
from bot.requests import Group, Named, Write

Json = dict[str, Any]
Ack = Callable[..., Awaitable[object]]  #: answers Slack; what is not answered within 3 s has failed for it

_FORM_CLOSED: Final = (
    "I couldn't open the form just now. Nothing is lost: here is what you typed. Please send it again."
)
_NO_FORM: Final = "I couldn't open the form just now. Please try again."

log = structlog.get_logger()


class Invoking:
    """Each method raises `MalformedError` for what Slack does not send."""

    def __init__(self, app: Application, courtesies: Courtesies) -> None:
        self._app = app
        self._courtesies = courtesies

    async def command(self, ack: Ack, body: Json) -> None:
        """A slash command."""
        request = parse.command(body)

        async def answer() -> None:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Private(card=card, unfinished=unfinished):
                        await ack(render.ephemeral(card, base))
                        if unfinished:
                            say = functools.partial(self._courtesies.responded, body.get("response_url", ""))
                            self._courtesies.follow(rest(self._app.bot, request, base), say)
                    case OpenForm(form):
                        view = modals.modal(form, {"reply": body.get("response_url", "")}, base)
                        opened = await self._courtesies.open(request.workspace, body["trigger_id"], view)
                        sorry = said(f"{_FORM_CLOSED} {await self._typed(body, request.workspace)}")
                        await ack() if opened else await ack(render.ephemeral(sorry, base))
                    case Answer() | Mend() | Say() | ShowHome():
                        raise TypeError(f"a command is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed:
            typed = await self._typed(body, request.workspace)
            await ack(render.ephemeral(said(f"{failed} You typed: {typed}"), ""))

    async def shortcut(self, ack: Ack, body: Json) -> None:
        """What is chosen for a message, or beside where one writes."""
        request = parse.shortcut(body)
        url = str(body.get("response_url", ""))

        async def answer() -> None:
            if request is None:
                return
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Private(card=card):
                        self._courtesies.tell(url, request, render.ephemeral(card, base))
                    case OpenForm(form):
                        view = modals.modal(form, {"reply": url}, base)
                        if not await self._courtesies.open(request.workspace, body["trigger_id"], view):
                            self._courtesies.tell(url, request, render.ephemeral(said(_NO_FORM), base))
                    case Answer() | Mend() | Say() | ShowHome():
                        raise TypeError(f"a shortcut is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed and request:
            self._courtesies.tell(url, request, render.ephemeral(said(failed), ""))
        await ack()

    async def action(self, ack: Ack, body: Json) -> None:
        """A button is pressed, or words in an open form change."""
        if words := parse.written(body):
            await self._words(words, body["view"])
            await ack()
            return
        press, modal, alone = parse.press(body), parse.modal(body), parse.alone(body)
        url, trigger = str(body.get("response_url", "")), str(body.get("trigger_id", ""))

        async def answer() -> None:
            if press is None:
                return
            base = await address(self._app.store, press.workspace)
            for reply in await self._app.bot.handle(press):
                match reply:
                    case Private(card=card, replace=replace) if press.place:
                        self._courtesies.respond(url, render.ephemeral(card, base, replace=replace and alone))
                    case Private(card=card, replace=replace):  # a page or a form has nowhere to write below
                        view = render.reading(card, base)
                        if not await self._courtesies.open(press.workspace, trigger, view, over=modal, instead=replace):
                            self._courtesies.tell(url, press, render.ephemeral(card, base))
                    case ShowHome(card):
                        self._courtesies.publish(press, render.home(card, base))
                    case OpenForm(form):
                        view = modals.modal(form, {"reply": url}, base)
                        if not await self._courtesies.open(press.workspace, trigger, view, over=modal):
                            self._courtesies.tell(url, press, render.ephemeral(said(_NO_FORM), base))
                    case Answer() | Mend() | Say():
                        raise TypeError(f"a button is not answered with {type(reply).__name__}")

        failed = await self._apologising(answer)
        if failed and press:
            self._courtesies.tell(url, press, render.ephemeral(said(failed), ""))
        await ack()

    async def _words(self, words: Write, view: Json) -> None:
        """What fits the words in an open form is shown below them; where that fails, nobody misses it."""

        async def answer() -> None:
            base = await address(self._app.store, words.workspace)
            for reply in await self._app.bot.handle(words):
                match reply:
                    case Say(elements):
                        self._courtesies.say(words, view, modals.said(elements, base))
                    case Answer() | Mend() | OpenForm() | Private() | ShowHome():
                        raise TypeError(f"words are not answered with {type(reply).__name__}")

        await self._apologising(answer)

    async def submission(self, ack: Ack, body: Json) -> None:
        """A form, filled in."""
        request, fields, reply_to = parse.submission(body), parse.inputs(body), parse.metadata(body["view"])

        async def answer() -> None:
            base = await address(self._app.store, request.workspace)
            for reply in await self._app.bot.handle(request):
                match reply:
                    case Mend(anew=Form() as form):
                        await ack(response_action="update", view=modals.modal(form, reply_to, base))
                        return
                    case Mend(errors=faults):
                        await ack(response_action="errors", errors=modals.errors(faults, fields))
                        return
                    case Private(card=card):
                        message = render.ephemeral(card, base)
                        self._courtesies.tell(reply_to.get("reply", ""), request, message)
                    case OpenForm(form):
                        await ack(response_action="update", view=modals.modal(form, {}, base))
                        return
                    case Answer() | Say() | ShowHome():
                        raise TypeError(f"a form is not answered with {type(reply).__name__}")
            await ack()

        failed = await self._apologising(answer)
        if failed:
            await ack(response_action="errors", errors={fields[-1]: failed})

    async def _apologising(self, answer: Callable[[], Coroutine[Any, Any, None]]) -> str:
        """Run `answer`; where it fails, what to tell the person, else ""."""
        try:
            await answer()
        except (PlatformError, DatabaseError) as error:
            reference = logs.request_id()
            self._app.failed()
            log.warning("slack_request_failed", reference=reference, error=str(error))
            return f"Sorry, that did not work and nothing was saved. Please try again. (Reference {reference}.)"
        except Exception:
            reference = logs.request_id()
            self._app.failed()
            log.exception("slack_request_failed", reference=reference)
            return f"Sorry, something went wrong. Look at /kudos mine before you try again. (Reference {reference}.)"
        return ""

    async def _typed(self, body: Json, workspace: str) -> str:
        """A command as it was typed, with the names of people and groups that Slack calls by id alone."""
        text = body.get("text") or ""
        words = objects.words(text)
        names: dict[str, str] = {}
        with contextlib.suppress(DatabaseError):
            directory = self._app.store.directory
            people = await directory.people(workspace, (word.person for word in words if isinstance(word, Named)))
            names = {id_: person.name for id_, person in people.items()}
            names |= await directory.group_names(workspace, (word.group for word in words if isinstance(word, Group)))
        return f"{body['command']} {objects.plain(text, names)}".strip()
