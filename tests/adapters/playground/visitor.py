"""Somebody at the playground, without a browser: pages are read, buttons are found by their words."""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from adapters.app import now
from adapters.playground.app import opened
from bot import vocabulary
from bot.framework import Framework
from bot.vocabulary import Vocabulary

LONDON = ZoneInfo("Europe/London")


class Message:
    """One message on a page."""

    def __init__(self, id_: str, html: str) -> None:
        self.id = id_
        self.html = html

    @property
    def text(self) -> str:
        return text_of(self.html)

    @property
    def private(self) -> bool:
        return "Only you can see this" in self.text

    def button(self, label: str) -> str:
        """The value of the button with this label."""
        found = re.search(rf'name="press" value="([^"]*)"[^>]*>{re.escape(label)}<', self.html)
        assert found, f"no button {label!r} in {self.text!r}"
        return unescape(found[1])


class Page:
    def __init__(self, status: int, url: str, html: str) -> None:
        self.status = status
        self.url = url
        self.html = html

    @property
    def messages(self) -> list[Message]:
        parts = re.split(
            r'<(?:li|div) class="message[^"]*" id="(m\d+)">', self.html.partition('<form class="composer"')[0]
        )
        return [Message(parts[at], parts[at + 1]) for at in range(1, len(parts), 2)]

    @property
    def last(self) -> Message:
        return self.messages[-1]

    def message(self, words: str) -> Message:
        """The latest message that says `words`."""
        found = [each for each in self.messages if words in each.text]
        assert found, f"nobody said {words!r}"
        return found[-1]

    def says(self, words: str) -> bool:
        return words in text_of(self.html)

    @property
    def form(self) -> str:
        """The id of the open form, or ""."""
        return parse_qs(urlsplit(self.url).query).get("form", [""])[0]

    @property
    def dialog(self) -> str:
        return self.html.partition("<dialog")[2]

    @property
    def checked(self) -> set[tuple[str, str]]:
        """Names and values of what is ticked in the open form."""
        return set(re.findall(r'name="(\w+)" value="([^"]*)" checked', self.dialog))

    @property
    def errors(self) -> dict[str, str]:
        """What is said at the fields of the open form."""
        found = re.findall(r'<p class="error" id="field-(\w+)-error">([^<]*)</p>', self.dialog)
        return {name: unescape(sentence) for name, sentence in found}

    @property
    def once(self) -> str:
        found = re.search(r'name="once" value="(\d+)"', self.html)
        assert found
        return found[1]


class Visitor:
    """A person in a place; every act leads to the page that it leads to."""

    def __init__(self, session: aiohttp.ClientSession, address: str, person: str, place: str) -> None:
        self.session = session
        self.address = address
        self.person = person
        self.place = place
        self.page = Page(0, "", "")

    def at(self, place: str) -> "Visitor":
        return Visitor(self.session, self.address, self.person, place)

    def as_(self, person: str) -> "Visitor":
        return Visitor(self.session, self.address, person, self.place)

    async def look(self, **query: str) -> Page:
        async with self.session.get(self.address, params={"as": self.person, "in": self.place, **query}) as response:
            return await self._shown(response)

    async def open_home(self) -> Page:
        """Follow the link to one's own page."""
        async with self.session.get(f"{self.address}/home", params={"as": self.person}) as response:
            return await self._shown(response)

    async def do(self, path: str, *more: tuple[str, str], once: str = "") -> Page:
        """Send a form from the page as it is now, or from the earlier one whose `once` is given."""
        once = once or (await self.look()).once
        data = [("as", self.person), ("in", self.place), ("once", once), *more]
        async with self.session.post(self.address + path, data=data) as response:
            return await self._shown(response)

    async def say(self, text: str, *, once: str = "") -> Page:
        return await self.do("/say", ("text", text), once=once)

    async def press(self, message: Message, label: str, *, once: str = "") -> Page:
        return await self.do("/press", ("message", message.id), ("press", message.button(label)), once=once)

    async def react(self, message: Message, emoji: str, *, once: str = "") -> Page:
        return await self.do("/react", ("message", message.id), ("emoji", emoji), once=once)

    async def write(self, form: str, fields: Iterable[tuple[str, str]]) -> str | None:
        """Write in a form, as the script of the page tells of it; what then stands below; None: what stood there."""
        body = [("as", self.person), ("in", self.place), ("once", "1"), ("form", form), *fields]
        async with self.session.post(f"{self.address}/writing", data=body) as response:
            return await response.text() if response.status == 200 else None

    async def fill(self, form: str, fields: Iterable[tuple[str, str]]) -> Page:
        return await self.do("/form", ("form", form), *fields)

    async def _shown(self, response: aiohttp.ClientResponse) -> Page:
        self.page = Page(response.status, str(response.url), await response.text())
        return self.page


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """The words of some HTML, with single spaces between them."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


@asynccontextmanager
async def served(
    data: Path,
    framework: Framework,
    *,
    fresh: bool = False,
    framework_file: Path | None = None,
    words: Vocabulary = vocabulary.NONE,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[Visitor]:
    """The playground on a real server, and Amara in #general."""
    async with opened(
        data, framework, LONDON, fresh=fresh, framework_file=framework_file, words=words, look_s=0.01, clock=clock
    ) as playground:
        runner = web.AppRunner(playground.routes(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with aiohttp.ClientSession() as session:
                yield Visitor(session, address, "amara", "general")
        finally:
            await runner.cleanup()
