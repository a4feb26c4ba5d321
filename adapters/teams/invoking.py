"""What somebody waits for: buttons of cards, dialogs and the message extension. The same answer each time it comes."""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, assert_never

import structlog

from adapters import logs
from adapters.app import Application
from adapters.teams import invoke, keeping, render
from adapters.teams.choosing import allowed, can_be_named, choices
from adapters.teams.connector import Connector
from adapters.teams.filling import Filled, Step
from adapters.teams.forms import dialog
from adapters.teams.invoke import InvokeAnswer
from adapters.teams.once import Once
from adapters.teams.parse import Asks, Heard, Way
from adapters.teams.references import References, tenant_of
from adapters.teams.whispering import Where, Whispering, reference
from bot.cards import Answer, Card, Form, Line, Mend, Mention, Note, OpenForm, Private, Say, ShowHome, plain
from bot.errors import DatabaseError, PlatformError, Refusal
from bot.requests import Action, Press, Request, SubmitKudos

Json = dict[str, Any]

NO_FORM: Final = "I can't open the form here. Please try again in a newer version of Teams."
WORD_MOST: Final = 300  #: characters of what is said below a card; more is told where there is room
_DONE: Final = "Done."
_BELOW: Final = "The answer is below."
_ELSEWHERE: Final = "Only you should see the answer, so it is in our own chat."

log = structlog.get_logger()


class Invoking:
    def __init__(self, app: Application, connector: Connector, references: References, whispering: Whispering) -> None:
        self._app = app
        self._connector = connector
        self._references = references
        self._whispering = whispering
        self._once = Once[InvokeAnswer]()

    async def answered(self, heard: Heard, *, before: Callable[[], Awaitable[None]]) -> InvokeAnswer:
        """What to answer; the same for the same, which comes up to three times. `before` is done first."""

        async def answer() -> InvokeAnswer:
            await before()
            return await self._answer(heard)

        try:
            return await self._once.answer(_key(heard), answer)
        except (PlatformError, DatabaseError) as error:
            reference_ = logs.request_id()
            log.warning("teams_request_failed", reference=reference_, error=str(error))
            sorry = f"Sorry, that did not work and nothing was saved. Please try again. (Reference {reference_}.)"
        except Exception:
            reference_ = logs.request_id()
            log.exception("teams_request_failed", reference=reference_)
            sorry = f"Sorry, something went wrong. Say mine to me before you try again. (Reference {reference_}.)"
        self._app.failed()
        return await self._apology(heard, sorry)

    async def _apology(self, heard: Heard, sorry: str) -> InvokeAnswer:
        """An apology; a form stays open with everything that was filled in."""
        if isinstance(heard.what, Filled):
            fields = await self._app.bot.again(heard.what.request)
            return await self._form(heard, heard.what, ((fields.fields[-1].name, sorry),))
        return invoke.word(sorry) if heard.way is Way.CARD else invoke.ended(sorry)

    async def _answer(self, heard: Heard) -> InvokeAnswer:
        match heard.what:
            case Filled():
                return await self._filled(heard, heard.what)
            case Asks((request,)) if heard.way is Way.CARD and isinstance(request, Press):
                return await self._card(heard, request)
            case Asks((request,)):
                return await self._dialog(heard, request)
            case _:
                raise TypeError(f"an invoke is no {type(heard.what).__name__}")

    # Buttons of cards

    async def _card(self, heard: Heard, press: Press) -> InvokeAnswer:
        for reply in await self._app.bot.handle(await allowed(self._app.store, heard.speaker, press)):
            match reply:
                case Private(card=card) if press.action is Action.OWN:
                    return invoke.card(await self._shown(heard, card, press.value))
                case Private(card=card, replace=True) | ShowHome(card) if heard.speaker.alone:
                    return await self._instead(heard, card)
                case Private(card=card) | ShowHome(card):
                    return await self._told(heard, card)
                case OpenForm():
                    return invoke.word(NO_FORM)
                case Answer() | Mend() | Say():
                    raise TypeError(f"a button is not answered with {type(reply).__name__}")
        return await self._seen(heard, press) if press.action is Action.SECOND else invoke.word(_DONE)

    async def _seen(self, heard: Heard, press: Press) -> InvokeAnswer:
        """The card as it stands by now, at once; the others see it when it is delivered."""
        look = Press(
            workspace=press.workspace,
            person=press.person,
            delivery=press.delivery,
            action=Action.OWN,
            value=press.value,
            place=press.place,
            at=press.at,
        )
        return await self._card(heard, look)

    async def _shown(self, heard: Heard, card: Card, recognition: str) -> Json:
        """The card of a kudos, which goes on asking how its giver is to see it."""
        lines = (each.spans for each in card.elements if isinstance(each, Line))
        people = [span.person for spans in lines for span in spans if isinstance(span, Mention)]
        called = await self._references.mris(heard.speaker.workspace, people)
        refresh = render.Refresh(recognition=recognition, people=(heard.speaker.mri,))
        tenant, shared = tenant_of(heard.speaker.workspace), heard.speaker.shared
        content: Json = render.attachment(card, tenant, shared=shared, called=called, refresh=refresh)["content"]
        return content

    async def _instead(self, heard: Heard, card: Card) -> InvokeAnswer:
        """Instead of the card that was pressed in: at once, and when the chat is opened again."""
        shown = render.message(card, tenant_of(heard.speaker.workspace))
        if heard.below:
            try:
                await self._connector.update(reference(heard.speaker), heard.below, shown)
            except PlatformError as error:
                log.warning("teams_card_not_replaced", error=str(error))
        return invoke.card(shown["attachments"][0]["content"])

    async def _told(self, heard: Heard, card: Card) -> InvokeAnswer:
        """A short word at once; anything longer where only they see it."""
        brief = all(isinstance(each, Line | Note) for each in card.elements)
        text = plain(card, render.wording(shared=heard.speaker.shared))
        if brief and len(short := " ".join(text.split())) <= WORD_MOST:
            return invoke.word(short)
        match await self._whispering.tell(heard.speaker, card, f"{heard.delivery}/answer"):
            case Where.HERE:
                return invoke.word(_BELOW)
            case Where.APART:
                return invoke.word(_ELSEWHERE)
            case None:
                return invoke.word(text)

    # Dialogs

    async def _dialog(self, heard: Heard, request: Request) -> InvokeAnswer:
        if isinstance(request, Press):
            request = await allowed(self._app.store, heard.speaker, request)
        for reply in await self._app.bot.handle(request):
            match reply:
                case OpenForm(form):
                    return await self._open(heard, form, secrets.token_hex(16))
                case Private(card=card) | ShowHome(card):
                    return self._reading(heard, card)
                case Answer() | Mend() | Say():
                    raise TypeError(f"a dialog is not answered with {type(reply).__name__}")
        return invoke.ended(_DONE)

    async def _filled(self, heard: Heard, filled: Filled) -> InvokeAnswer:
        ask = filled.request
        if isinstance(ask, SubmitKudos) and not await can_be_named(self._app.store, heard.speaker, ask.place):
            filled = replace(filled, request=replace(ask, place="", message="", open_place=True))
        match filled.step:
            case Step.AGAIN | Step.EDIT:
                return await self._form(heard, filled, ())
            case Step.PREVIEW if isinstance(filled.request, SubmitKudos):
                return await self._preview(heard, filled, filled.request)
            case Step.PREVIEW | Step.SUBMIT | Step.SEND:
                return await self._submit(heard, filled)
        assert_never(filled.step)

    async def _submit(self, heard: Heard, filled: Filled) -> InvokeAnswer:
        for reply in await self._app.bot.handle(filled.request):
            match reply:
                case Mend(errors=errors):
                    return await self._form(heard, filled, errors)
                case Private(card=card) if filled.step is Step.SEND:  # Teams closes the preview, whatever is answered
                    await self._whispering.tell(heard.speaker, card, f"{filled.request.delivery}/answer")
                case Private(card=card):
                    return self._reading(heard, card)
                case OpenForm(form):
                    return await self._open(heard, form, secrets.token_hex(16))
                case Answer() | Say() | ShowHome():
                    raise TypeError(f"a form is not answered with {type(reply).__name__}")
        return invoke.CLOSED

    async def _preview(self, heard: Heard, filled: Filled, request: SubmitKudos) -> InvokeAnswer:
        """The card as it would stand, with the form in it, unseen; nothing is given yet."""
        previewed = await self._app.bot.preview(request)
        if isinstance(previewed, Mend):
            return await self._form(heard, filled, previewed.errors)
        attachment = render.attachment(previewed, tenant_of(heard.speaker.workspace), shared=heard.speaker.shared)
        return invoke.preview({**attachment, "content": keeping.holding(attachment["content"], filled.typed)})

    async def _form(self, heard: Heard, filled: Filled, errors: tuple[tuple[str, str], ...]) -> InvokeAnswer:
        """The same form, by the same key, with everything that was filled in."""
        try:
            form = await self._app.bot.again(filled.request, errors)
        except Refusal as refusal:
            return invoke.ended(str(refusal))
        return await self._open(heard, form, filled.key)

    async def _open(self, heard: Heard, form: Form, key: str) -> InvokeAnswer:
        speaker = heard.speaker
        offered = await choices(self._app.store, self._references, form, speaker)
        tenant = tenant_of(speaker.workspace)
        return invoke.dialog(dialog(form, tenant, key=key, choices=offered, shared=speaker.shared))

    def _reading(self, heard: Heard, card: Card) -> InvokeAnswer:
        tenant, shared = tenant_of(heard.speaker.workspace), heard.speaker.shared
        return invoke.dialog(invoke.submitting(render.reading(card, tenant, shared=shared)))


def _key(heard: Heard) -> str:
    """The same for what comes again: of a form what stands in it, of anything else its delivery."""
    if not isinstance(heard.what, Filled):
        return heard.delivery
    filled = heard.what
    typed = json.dumps(filled.typed, sort_keys=True).encode()
    digest = hashlib.blake2b(typed, digest_size=16).hexdigest()
    return f"{heard.speaker.workspace}/{heard.speaker.person}/{filled.request.delivery}/{filled.step.name}/{digest}"
