"""A person's browser, as far as an installation needs one: pages, redirects, cookies.

Cookies are kept as browsers keep them: `Secure` ones come back over https only (loopback passes for that),
`SameSite=Strict` ones do not come back on the way from Slack, and all of them go when their time is over.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie
from urllib.parse import parse_qsl, urljoin, urlsplit

import aiohttp

from .slack_installs import Installation
from .slack_oauth import ConsentError, answer_consent
from .slack_objects import User
from .slack_platform import Platform

AUTHORIZE = "/oauth/v2/authorize"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str:
        """Where it redirects to."""
        return urljoin(self.url, self.headers["Location"]) if "Location" in self.headers else ""

    @property
    def links(self) -> list[str]:
        """What can be clicked."""
        return [urljoin(self.url, html.unescape(each)) for each in re.findall(r'href="([^"]+)"', self.text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cookie:
    name: str
    value: str
    host: str
    path: str
    secure: bool
    strict: bool
    until: float | None


class Browser:
    """Somebody's browser; what it remembers it keeps from one installation to the next.

    Args:
        reach: where public addresses really are, such as {"https://kudos.example": "http://127.0.0.1:3978"}.
    """

    def __init__(self, slack: Platform, reach: Mapping[str, str] | None = None) -> None:
        self.slack = slack
        own = slack.url.removesuffix("/api/")
        self.reach = {"https://slack.com": own, "https://slack-gov.com": own, **(reach or {})}
        self.visited: list[Page] = []
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    async def get(self, url: str, *, from_slack: bool = False) -> Page:
        """Open a page, without following a redirect."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        real = self.reach.get(origin, origin) + url.removeprefix(origin)
        headers = {"User-Agent": "Mozilla/5.0", "Host": parts.netloc, "X-Forwarded-Proto": parts.scheme}
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.cookies(url, from_slack=from_slack))
        headers |= {"Cookie": cookies} if cookies else {}
        async with (
            aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(real, headers=headers, allow_redirects=False, timeout=aiohttp.ClientTimeout(10)) as response,
        ):
            page = Page(url=url, status=response.status, text=await response.text(), headers=response.headers.copy())
            for line in response.headers.getall("Set-Cookie", []):
                for morsel in SimpleCookie(line).values():
                    self._keep(url, morsel)
        self.visited.append(page)
        return page

    def cookies(self, url: str, *, from_slack: bool = False) -> list[_Cookie]:
        """List the cookies that go with a request to `url`."""
        parts, path = urlsplit(url), urlsplit(url).path or "/"
        safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        return [
            each
            for each in self._cookies.values()
            if each.host == parts.hostname
            and (path == each.path or path.startswith(each.path.rstrip("/") + "/"))
            and (safe or not each.secure)
            and not (from_slack and each.strict)
            and (each.until is None or self.slack.now() < each.until)
        ]

    def _keep(self, url: str, morsel: "Morsel[str]") -> None:
        parts = urlsplit(url)
        until: float | None = None
        if morsel["max-age"]:
            until = self.slack.now() + int(morsel["max-age"])
        elif morsel["expires"]:
            until = parsedate_to_datetime(morsel["expires"]).timestamp()
        secure = bool(morsel["secure"])
        if secure and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            return  # a browser takes no Secure cookie over plain http
        same_site = morsel["samesite"].lower()
        cookie = _Cookie(
            name=morsel.key,
            value=morsel.coded_value,
            host=parts.hostname or "",
            path=morsel["path"] or parts.path.rpartition("/")[0] or "/",
            secure=secure,
            strict=same_site == "strict" or (same_site == "none" and not secure),
            until=until,
        )
        self._cookies[(cookie.host, cookie.path, cookie.name)] = cookie

    async def ask(self, install: str) -> str:
        """Go to the app's page for installing, and on to Slack: the address of Slack's page.

        Raises:
            ConsentError: there is no way on, or Slack refuses to ask.
        """
        page = await self.get(install)
        asking = next((each for each in [page.location, *page.links] if AUTHORIZE in each), "")
        if not asking:
            raise ConsentError(f"{install} does not lead to {AUTHORIZE}: HTTP {page.status}")
        slacks = await self.get(asking)
        if slacks.status != 200:
            raise ConsentError(slacks.text)
        return asking

    def decide(
        self, asking: str, *, user: User, place: Installation, approve: bool = True, scopes: str | None = None
    ) -> str:
        """Press *Allow* or *Cancel* on Slack's page: where it sends the browser. `scopes`: less than was asked for."""
        query = dict(parse_qsl(urlsplit(asking).query, keep_blank_values=True))
        wanted = query.get("scope", "") if scopes is None else scopes.replace(" ", ",")
        granted = frozenset(each for each in wanted.split(",") if each)
        return answer_consent(self.slack, query, place, user, approve=approve, scopes=granted)
