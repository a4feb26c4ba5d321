"""`/data/<token>`: everything that is kept about one person, shown to whoever has the link, once and for ten minutes.

What follows links by itself, such as a virus scanner, only meets the page that asks whether to show it.
"""

import base64
import html
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from bot.errors import ConfigError
from bot.model import to_text, to_time
from bot.own_data import OwnData, as_data, readable
from bot.rights import LINK_MINUTES, Rights
from bot.steps import delivery
from bot.store import Store
from bot.vault import Vault

TOKEN_MOST: Final = 4096  #: characters

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}
_PAGE: Final = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }}
li {{ margin: .4rem 0; overflow-wrap: anywhere; white-space: pre-line }} button {{ font: inherit; padding: .4rem 1rem }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


class Links:
    """Makes the links, and reads what they say."""

    def __init__(self, keys: tuple[str, ...], base: str, clock: Callable[[], datetime]) -> None:
        """
        Args:
            keys: the secret keys, the newest first; `base`: where people reach us, with a trailing slash.
        """
        self._vault = Vault(keys)
        self._base = base
        self._clock = clock

    def link(self, workspace: str, person: str) -> str:
        until = to_text(self._clock() + timedelta(minutes=LINK_MINUTES))
        sealed = self._vault.seal(json.dumps(["own data", workspace, person, secrets.token_hex(8), until]))
        return f"{self._base}data/{sealed}"

    def read(self, token: str) -> tuple[str, str, str] | None:
        """Whose data it is, and which link; None for one that is over or none of ours."""
        if len(token) > TOKEN_MOST:
            return None
        try:
            what, workspace, person, id_, until = json.loads(self._vault.open(token))
        except (ConfigError, ValueError):
            return None
        if what != "own data" or self._clock() >= to_time(until):
            return None
        return workspace, person, id_


class OwnDataPage:
    def __init__(self, links: Links, store: Store, rights: Rights, clock: Callable[[], datetime]) -> None:
        self._links = links
        self._store = store
        self._rights = rights
        self._clock = clock

    def add_to(self, routes: web.Application) -> None:
        routes.router.add_get("/data/{token}", self.ask)
        routes.router.add_post("/data/{token}", self.show)

    async def ask(self, request: web.Request) -> web.Response:
        """Nothing is shown yet, and the link stays good."""
        if self._links.read(request.match_info["token"]) is None:
            return _over()
        return _page(
            200,
            "Your data in Kudos",
            "<p>This shows everything that Kudos keeps about you. It works once.</p>"
            '<form method="post"><button>Show my data</button></form>',
        )

    async def show(self, request: web.Request) -> web.Response:
        meant = self._links.read(request.match_info["token"])
        if meant is None:
            return _over()
        workspace, person, id_ = meant
        if await self._store.write(delivery(workspace, f"own data/{id_}", "", self._clock())) is not None:
            return _over()
        return _page(200, "Your data in Kudos", _shown(await self._rights.data(workspace, person)))


def _shown(own: OwnData) -> str:
    return f"{_download(own)}{''.join(_section(title, lines) for title, lines in readable(own))}"


def _download(own: OwnData) -> str:
    data = base64.b64encode(written(own).encode()).decode()
    return (
        f'<p><a download="kudos-my-data.json" href="data:application/json;base64,{data}">'
        "Save it as a file for a program (JSON)</a></p>"
    )


def _section(title: str, lines: tuple[str, ...]) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<h2>{html.escape(title)}</h2>{f'<ul>{items}</ul>' if items else '<p>None.</p>'}"


def written(own: OwnData) -> str:
    """The data as JSON."""
    return json.dumps(as_data(own), ensure_ascii=False, indent=2) + "\n"


def whole_page(own: OwnData) -> str:
    """The data as a page of its own."""
    return _PAGE.format(title="Your data in Kudos", body=_shown(own))


def _over() -> web.Response:
    return _page(
        410, "This link is over", "<p>It works once, for a few minutes. Ask Kudos again: <code>kudos my data</code></p>"
    )


def _page(status: int, title: str, body: str) -> web.Response:
    text = _PAGE.format(title=html.escape(title), body=body)
    return web.Response(status=status, text=text, content_type="text/html", headers=_HEADERS)
