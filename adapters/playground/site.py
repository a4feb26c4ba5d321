"""The playground's routes: who looks where, what they ask, and the page that shows what came of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Final

import jinja2
from aiohttp import web

from adapters.app import Application
from adapters.playground import parse
from adapters.playground.clock import Clock
from adapters.playground.doors import doors
from adapters.playground.messages import Messages, Posted, Reaction
from adapters.playground.pages import Pages, place_for
from adapters.playground.parse import Body, Chat, Slip, Speaker
from adapters.playground.render import Here, elements
from adapters.playground.replies import Replies
from adapters.playground.workspace import (
    COLLEAGUES,
    EVERYBODY,
    FIRST,
    GROUPS,
    HOME,
    KUDOS,
    LOBBY,
    ROOMS,
    WORKSPACE,
    home_of,
)
from bot.cards import Form, Mend, Private, Reply, Say
from bot.model import Message, Place, PlaceKind, derived_id
from bot.notices import said as notice
from bot.requests import OpenHome, Request, SubmitKudos
from bot.steps import delivery

WEEK: Final = timedelta(days=7)
BODY_MOST: Final = 256 * 1024  #: bytes of a submitted form
_HERE: Final = Path(__file__).parent


class Site:
    """Every change is answered with a redirect to a page that shows it."""

    def __init__(self, app: Application, messages: Messages, *, zone: tzinfo, clock: Clock) -> None:
        self._app = app
        self._messages = messages
        self._clock = clock
        self._pages = Pages(messages, lambda: app.framework, app.store.roles, zone, clock)
        self._replies = Replies(messages, clock)
        self._one_at_a_time = asyncio.Lock()  # so that what is due has arrived before a page is shown
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html")

    def routes(self) -> web.Application:
        site = web.Application(middlewares=[doors], client_max_size=BODY_MOST)
        site.router.add_get("/", self._page)
        site.router.add_get("/home", self._home)
        site.router.add_get("/version", self._version)
        site.router.add_post("/say", self._say)
        site.router.add_post("/shortcut", self._shortcut)
        site.router.add_post("/for", self._give_for)
        site.router.add_post("/press", self._press)
        site.router.add_post("/react", self._react)
        site.router.add_post("/form", self._form)
        site.router.add_post("/writing", self._writing)
        site.router.add_post("/dismiss", self._dismiss)
        site.router.add_post("/clock", self._move_clock)
        site.router.add_static("/static", _HERE / "static")
        return site

    async def _page(self, request: web.Request) -> web.Response:
        here, place = await self._where({name: request.query.getall(name) for name in request.query}, once="")
        await self._deliver()
        if here.place == HOME and not await self._messages.with_key(home_of(here.person)):
            await self._open_home(here, place)
        note = await self._messages.message(request.query.get("note", ""))
        page = await self._pages.page(
            here,
            place,
            say=request.query.get("say", ""),
            opened=await self._messages.form(request.query.get("form", ""), here.person),
            note=note if note and note.card and (note.place, note.only_for) == (place.id, here.person) else None,
            version=await self._messages.changes(),
        )
        return web.Response(text=self._template.render(page=page), content_type="text/html")

    async def _home(self, request: web.Request) -> web.Response:
        """One's own page, opened from elsewhere: it is brought up to date, and shown from its top."""
        here, place = await self._where({"as": request.query.getall("as", []), "in": [HOME]}, once="")
        await self._open_home(here, place)
        raise web.HTTPSeeOther(here.to())

    async def _open_home(self, here: Here, place: Place) -> None:
        speaker = self._speaker(here, place, "home")
        await self._handled(OpenHome(workspace=speaker.workspace, person=speaker.person, delivery=speaker.delivery))

    async def _version(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the signature of a route
        await self._deliver()
        return web.Response(text=str(await self._messages.changes()))

    async def _say(self, request: web.Request) -> web.Response:
        body, here, place = await self._read(request)
        text = (body.get("text") or [""])[0]
        speaker = self._speaker(here, place, "say", text)
        match parse.typed(text, speaker, tuple(EVERYBODY.values()), KUDOS, GROUPS.values()):
            case None:
                pass
            case Chat(words):
                return await self._chat(words, here, speaker)
            case Slip(sentence):
                await self._replies.note(notice(sentence), speaker)
            case asked:
                return await self._ask(asked, here, speaker)
        raise web.HTTPSeeOther(here.to())

    async def _shortcut(self, request: web.Request) -> web.Response:
        """*Give kudos*, beside the message box."""
        _, here, place = await self._read(request)
        speaker = self._speaker(here, place, "shortcut")
        return await self._ask(parse.shortcut(speaker), here, speaker)

    async def _give_for(self, request: web.Request) -> web.Response:
        """*Give kudos for this message*."""
        body, here, place = await self._read(request)
        message = await self._message(body, here, place)
        speaker = self._speaker(here, place, "for", message.id)
        if message.only_for:
            raise web.HTTPBadRequest(text="Nobody else can read this.\n")
        about = Message(place=place.id, id=message.id)
        return await self._ask(parse.give_for(speaker, about, EVERYBODY[message.author]), here, speaker, below=message)

    async def _press(self, request: web.Request) -> web.Response:
        body, here, place = await self._read(request)
        message = await self._message(body, here, place)
        speaker = self._speaker(here, place, "press", message.id, *body.get("press", ()))
        asked = parse.press(body, speaker, self._clock())
        if asked is None:
            raise web.HTTPBadRequest(text="No button is called that.\n")
        return await self._ask(asked, here, speaker, below=message)

    async def _react(self, request: web.Request) -> web.Response:
        """An emoji on a message, or off it. Kudos hears of it only where it is a member, as on any platform."""
        body, here, place = await self._read(request)
        message = await self._message(body, here, place)
        emoji = (body.get("emoji") or [""])[0]
        if message.only_for or not self._pages.offers(emoji):
            raise web.HTTPBadRequest(text="This emoji can't be put there.\n")
        reaction = Reaction(message=message.id, person=here.person, name=emoji)
        standing = reaction not in await self._messages.reactions([message.id])
        at = self._clock()
        await self._messages.react(reaction, at, standing=standing)
        if not place.joined or place.kind is not PlaceKind.CHANNEL:
            raise web.HTTPSeeOther(here.to(message=message.id))
        speaker = self._speaker(here, place, "react", message.id, emoji, str(standing))
        asked = parse.reacted(
            speaker,
            Message(place=place.id, id=message.id),
            author=message.author,
            name=emoji,
            standing=standing,
            at=at,
        )
        return await self._ask(asked, here, speaker, below=message)

    async def _form(self, request: web.Request) -> web.Response:
        body, here, place = await self._read(request)
        opened = await self._messages.form((body.get("form") or [""])[0], here.person)
        if opened is None:  # as when the browser went back to it
            gone = Private(card=notice("That form was sent or closed before, so nothing was done now."))
            speaker = self._speaker(here, place, "form")
            raise web.HTTPSeeOther(await self._replies.show([gone], here, speaker, below=None))
        speaker = self._speaker(here, place, "form", opened.id)
        asked = parse.submitted(opened.form, opened.id, body, speaker)
        if asked is None:
            raise web.HTTPBadRequest(text="This form can't be sent.\n")
        if isinstance(asked, SubmitKudos) and place_for(here.person, None, asked.place) is None:
            asked = replace(asked, place="")
        replies = await self._handled(asked)
        anew = next((reply.anew for reply in replies if isinstance(reply, Mend) and reply.anew), None)
        if anew:
            await self._messages.keep_form(opened.id, anew)
            raise web.HTTPSeeOther(here.to(form=opened.id))
        errors = [pair for reply in replies if isinstance(reply, Mend) for pair in reply.errors]
        if errors:
            said = await self._said_of(opened.form, body, speaker)
            await self._messages.keep_form(opened.id, parse.kept(opened.form, body, errors, said))
            raise web.HTTPSeeOther(here.to(form=opened.id))
        await self._messages.close_form(opened.id)
        below = await self._messages.message(opened.below) if opened.below else None
        raise web.HTTPSeeOther(await self._replies.show(replies, here, speaker, below=below))

    async def _writing(self, request: web.Request) -> web.Response:
        """Words in an open form, as they are written: what stands below them by now, if it is another thing."""
        body, here, place = await self._read(request)
        opened = await self._messages.form((body.get("form") or [""])[0], here.person)
        said = await self._said_of(opened.form, body, self._speaker(here, place, "writing")) if opened else None
        if said is None:
            return web.Response(status=204)
        return web.Response(text=elements(said.said, here, ""), content_type="text/html")

    async def _said_of(self, form: Form, body: Body, speaker: Speaker) -> Say | None:
        asked = parse.written(form, body, speaker, self._clock())
        replies = await self._app.bot.handle(asked) if asked else []
        return next((reply for reply in replies if isinstance(reply, Say)), None)

    async def _dismiss(self, request: web.Request) -> web.Response:
        body, here, place = await self._read(request)
        message = await self._message(body, here, place)
        if place.id:  # one's own page is not a note
            await self._messages.dismiss(message.id, here.person)
        raise web.HTTPSeeOther(here.to(message=message.below))

    async def _move_clock(self, request: web.Request) -> web.Response:
        _, here, place = await self._read(request)
        speaker = self._speaker(here, place, "clock")
        first = await self._app.store.write(delivery(WORKSPACE, speaker.delivery, "", self._clock())) is None
        if first:
            await self._pass(WEEK)
        raise web.HTTPSeeOther(here.to())

    async def _pass(self, span: timedelta) -> None:
        """Time passes: each digest that falls due in it comes at its own time."""
        end = self._clock() + span
        while self._clock() < end:
            planned = await self._app.store.digests.planned()
            dues = [each.plan.due_after(self._clock()) for each in planned if each.plan.on]
            self._clock.reach(min([end, *dues]))
            await self._messages.move_ahead(round(self._clock.ahead_s))
            await self._deliver()

    async def _chat(self, text: str, here: Here, speaker: Speaker) -> web.Response:
        """What is said to everybody; Kudos answers what is meant for it."""
        if not speaker.place.id:
            raise web.HTTPSeeOther(here.to())
        id_ = await self._messages.post(
            place=speaker.place.id, author=speaker.person, key=speaker.delivery, at=self._clock(), text=text
        )
        asked = parse.said(text, speaker, id_, KUDOS, people=EVERYBODY.values(), groups=GROUPS.values())
        replies = await self._handled(asked) if asked else []
        below = await self._messages.message(id_)
        raise web.HTTPSeeOther(await self._replies.show(replies, here, speaker, below=below, lead=False))

    async def _ask(self, asked: Request, here: Here, speaker: Speaker, *, below: Posted | None = None) -> web.Response:
        raise web.HTTPSeeOther(await self._replies.show(await self._handled(asked), here, speaker, below=below))

    async def _handled(self, asked: Request) -> list[Reply]:
        """The core's answer; what it wants delivered has arrived by then."""
        replies = await self._app.bot.handle(asked)
        await self._deliver()
        return replies

    async def _deliver(self) -> None:
        async with self._one_at_a_time:
            await self._app.bot.digesting.tick()
            await self._app.bot.rights.tick()
            await self._app.outbox.deliver_due()

    async def _read(self, request: web.Request) -> tuple[Body, Here, Place]:
        try:
            posted = await request.post()
        except (ValueError, LookupError, RuntimeError, web.RequestPayloadError) as error:  # no page of ours sends such
            raise web.HTTPBadRequest(text="This is not text.\n") from error
        body = {name: [value for value in posted.getall(name) if isinstance(value, str)] for name in posted}
        return body, *await self._where(body, once=(body.get("once") or [""])[0])

    async def _where(self, said: Body, *, once: str) -> tuple[Here, Place]:
        """Who looks where; for what does not exist, or is not theirs to see, the first person and the first place."""
        person = (said.get("as") or [""])[0]
        person = person if person in {each.id for each in COLLEAGUES} else FIRST
        short = (said.get("in") or [""])[0]
        place = place_for(person, await self._app.store.places.get(WORKSPACE, short), short)
        if place is None:
            short = LOBBY
            place = await self._app.store.places.get(WORKSPACE, short) or ROOMS[short].place
        return Here(person=person, place=short, once=once or f"{await self._messages.changes()}"), place

    def _speaker(self, here: Here, place: Place, *act: str) -> Speaker:
        """The delivery is the same when a browser sends the same act again from the same page."""
        delivery = derived_id("playground", here.person, place.id, here.once, *act)
        return Speaker(workspace=WORKSPACE, person=here.person, place=place, delivery=delivery)

    async def _message(self, body: Body, here: Here, place: Place) -> Posted:
        """The message a request is about."""
        message = await self._messages.message((body.get("message") or [""])[0])
        if message is None or message.place != place.id or message.only_for not in ("", here.person):
            raise web.HTTPSeeOther(here.to())
        return message
