"""The workspaces that have installed us: in our own database, with sealed tokens, each renewed before it expires.

The stores that ship with the SDK leave tokens in clear text, keep them after an uninstall, serve stale ones after a
re-install, and let every request at once refresh the same token. A token is read anew each time, so that none of
several processes goes on with an old one.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
import structlog

from adapters.reading import MalformedError, reading
from adapters.slack import objects
from adapters.slack.access import REST_S
from adapters.slack.api import Api, Reach
from adapters.slack.states import States
from bot.config import Settings
from bot.database import Database, Row, Step
from bot.errors import DatabaseError, Impossible, PlatformError, SwitchedOff, Unreachable
from bot.model import to_text, to_time
from bot.outbox import REQUEST_TIMEOUT_S
from bot.steps import switched_off, switched_on
from bot.vault import Vault

EXACT: Final = timedelta(seconds=1)  #: as an event's time is
REFRESH_AHEAD: Final = timedelta(minutes=30)  #: before a token expires a new one is asked for; it lasts 12 hours
REFRESH_LEASE: Final = timedelta(seconds=3 * REQUEST_TIMEOUT_S + 2)  #: for whoever asks for one
REFRESH_PATIENCE_S: Final = 2.0  #: for somebody else's refresh, once the token has expired; Slack waits 3 s
REFRESH_KEEP_S: Final = 0.5  #: between two tries to store a new one, where the database is away
REFRESH_LOOK_S: Final = 0.05  #: between two looks whether they are done
ASKED_AGAIN: Final = 3  #: workspaces at each look whose tokens were refused: one that is taken is enough

_FOR_GOOD: Final = frozenset({"account_inactive", "token_revoked"})  #: we were removed; such a token never works again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    workspace: str  #: a team, or an organisation where it is for all of it
    name: str
    scopes: str  #: granted, with commas between them
    installer: str  #: who allowed it
    installed_at: datetime
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    active: bool = True
    sealed: str = field(default="", repr=False)  #: the token as it is stored: the same as long as nobody changes it


class Installations:
    """`adapters.slack.access.Access` for as many workspaces as install us."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        base_url: str,
        http: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        *,
        client_id: str,
        client_secret: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._base_url = base_url
        self._http = http
        self._clock = clock
        self.states = States(database, clock)
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._reach = Reach()
        self._refreshing: set[asyncio.Task[None]] = set()
        self._closing = False
        self._resting: dict[str, dict[str, float]] = {}  # by workspace: see `Api`
        self._refused: dict[str, tuple[str, datetime]] = {}  # by workspace: a sealed token, and until when it rests
        self._why: dict[str, str] = {}  # by workspace: why Slack did not take its token when it was asked last
        self._by_all = ""  # the same, where it is so of each workspace

    @classmethod
    def of(
        cls, settings: Settings, database: Database, http: aiohttp.ClientSession, clock: Callable[[], datetime]
    ) -> "Installations":
        """Those of the app that `settings` name."""
        return cls(
            database,
            Vault(settings.secret_keys),
            settings.slack_api_url,
            http,
            clock,
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
        )

    async def api(self, workspace: str) -> Api:
        return self._api(await self._current(workspace))

    async def who(self, workspace: str) -> dict[str, Any]:
        self._refused.pop(workspace, None)
        installation = await self._current(workspace)
        answer = await self._api(installation).query("auth.test")
        self._why.pop(workspace, None)
        if not installation.active:
            await self._set(installation, "active = 1", {})
            log.info("slack_workspace_back", workspace=workspace)
        return answer

    async def installed(self, workspace: str) -> bool:
        """Also while Slack calls its token no good: only who removes us takes it from us."""
        rows = await self._database.rows(
            "SELECT 1 AS one FROM slack_installation WHERE workspace = :workspace AND token <> ''", workspace=workspace
        )
        return bool(rows)

    async def workspaces(self) -> list[str]:
        """Those with a token, though Slack may have called it no good: it is asked again now and then."""
        rows = await self._database.rows(
            "SELECT workspace FROM slack_installation WHERE token <> '' ORDER BY workspace"
        )
        return [row["workspace"] for row in rows]

    async def left(self, workspace: str, at: datetime) -> None:
        installation = await self.find(workspace)
        if installation is None or not installation.token or at + EXACT < installation.installed_at:
            return  # they have installed us again since
        # It may be late all the same, for clocks differ: Slack itself knows best.
        try:
            await Api(installation.token, self._base_url, self._http).query("auth.test")
        except Impossible as error:
            await self._no_good(installation, "token_revoked")
            log.info("slack_workspace_left", workspace=workspace, reason=error.reason)

    async def look(self) -> None:
        with contextlib.suppress(PlatformError):
            await Api("", self._base_url, self._http, reach=self._reach).query("api.test")  # which needs no token
        with contextlib.suppress(DatabaseError):
            workspaces = await self.workspaces()
            self._why = {each: self._why[each] for each in workspaces if each in self._why}
            for workspace in list(self._why)[:ASKED_AGAIN]:
                why = self._why.pop(workspace)
                try:
                    await self.who(workspace)
                except PlatformError:
                    self._why.setdefault(workspace, why)  # behind the others: it is their turn next
            self._by_all = self._why[workspaces[0]] if workspaces and len(self._why) == len(workspaces) else ""

    @property
    def trouble(self) -> str:
        # Each workspace has a token of its own, and is switched off by itself; where it is so of all, it is about us.
        return self._reach.trouble or (
            f"Slack refuses every workspace's token ({self._by_all})" if self._by_all else ""
        )

    async def close(self) -> None:
        """Let refreshes under way end: a refresh token works once, and what it gave would be lost."""
        self._closing = True
        while self._refreshing:
            await asyncio.wait(self._refreshing)

    async def find(self, workspace: str) -> Installation | None:
        rows = await self._database.rows(
            "SELECT * FROM slack_installation WHERE workspace = :workspace", workspace=workspace
        )
        return self._from(rows[0]) if rows else None

    async def save(self, installation: Installation) -> None:
        """Keep an installation, new or again; what has waited for it goes on."""
        await self._database.write(
            Step(
                """
                INSERT INTO slack_installation (
                    workspace, name, scopes, token, refresh_token, expires_at, active, installer, installed_at,
                    refreshing_until
                ) VALUES (
                    :workspace, :name, :scopes, :token, :refresh_token, :expires_at, 1, :installer, :installed_at, ''
                ) ON CONFLICT (workspace) DO UPDATE SET
                    name = excluded.name, scopes = excluded.scopes, token = excluded.token,
                    refresh_token = excluded.refresh_token, expires_at = excluded.expires_at, active = 1,
                    installer = excluded.installer, installed_at = excluded.installed_at, refreshing_until = ''
                """,
                {
                    "workspace": installation.workspace,
                    "name": installation.name,
                    "scopes": installation.scopes,
                    "installer": installation.installer,
                    "installed_at": to_text(installation.installed_at),
                    **self._tokens(installation.token, installation.refresh_token, installation.expires_at),
                },
            ),
            *switched_on(installation.workspace, self._clock()),
        )
        log.info("slack_workspace_installed", workspace=installation.workspace)

    async def renew_seals(self) -> None:
        """Seal every token with the newest key, so that the others can be dropped.

        Raises:
            ConfigError: one was sealed with a key that we do not have.
        """
        for row in await self._database.rows("SELECT * FROM slack_installation WHERE token <> ''"):
            token, refresh_token = (
                self._vault.renewed(sealed) if sealed else "" for sealed in (row["token"], row["refresh_token"])
            )
            if (token, refresh_token) != (row["token"], row["refresh_token"]):
                await self._set(
                    self._from(row),
                    "token = :token, refresh_token = :refresh_token",
                    {"token": token, "refresh_token": refresh_token},
                )

    def _api(self, installation: Installation) -> Api:
        async def no_good(reason: str) -> PlatformError:
            return await self._no_good(installation, reason)

        resting = self._resting.setdefault(installation.workspace, {})
        return Api(installation.token, self._base_url, self._http, no_good=no_good, resting=resting, reach=self._reach)

    async def _no_good(self, used: Installation, reason: str) -> PlatformError:
        """Slack does not take the token of `used` any more: what that means, unless there is another one by now."""
        now = self._clock()
        if reason == "token_expired" and used.refresh_token:
            await self._set(used, "expires_at = :now", {"now": to_text(now)})
            return Unreachable("the token has expired; the next call renews it")
        if reason not in _FOR_GOOD:
            found = await self.find(used.workspace)
            if found and found.sealed == used.sealed:
                log.error("slack_token_no_good", workspace=used.workspace, reason=reason)
                self._refused[used.workspace] = used.sealed, now + timedelta(seconds=REST_S)
                self._why[used.workspace] = reason
                return SwitchedOff(reason)
        elif await self._set(used, "active = 0, token = '', refresh_token = ''", {}, switched_off(used.workspace, now)):
            log.warning("slack_workspace_switched_off", workspace=used.workspace, reason=reason)
            return SwitchedOff(reason)
        return Unreachable("there is another token by now")

    async def _current(self, workspace: str) -> Installation:
        """The installation, with a token that is good for a while."""
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + REFRESH_PATIENCE_S
        while True:
            installation = await self.find(workspace)
            if installation is None or not installation.token:
                raise SwitchedOff("not installed")
            now, expires_at = self._clock(), installation.expires_at
            refused, rests_until = self._refused.get(workspace, ("", now))
            if refused == installation.sealed and now < rests_until:
                raise SwitchedOff("the token is no good")
            if expires_at is None or not installation.refresh_token or now < expires_at - REFRESH_AHEAD:
                return installation
            if claim := await self._claim(installation, now):
                await self._refreshed(installation, claim)
            elif now < expires_at:
                return installation  # somebody is renewing it; until then this one serves
            elif loop.time() >= patient_until:
                raise Unreachable("the token is being renewed")
            else:
                await asyncio.sleep(REFRESH_LOOK_S)

    async def _claim(self, installation: Installation, now: datetime) -> str:
        """A refresh token works once, so one refresh at a time, by whoever changes this row; "" for nobody of us."""
        claim = to_text(now + REFRESH_LEASE)
        changed = await self._database.write(
            Step(
                """
                UPDATE slack_installation SET refreshing_until = :until
                WHERE workspace = :workspace AND token = :sealed AND refreshing_until < :now
                """,
                {
                    "until": claim,
                    "now": to_text(now),
                    "workspace": installation.workspace,
                    "sealed": installation.sealed,
                },
            )
        )
        return claim if changed[0] else ""

    async def _refreshed(self, stale: Installation, claim: str) -> None:
        """Refresh, whoever goes away meanwhile: cut off, the new token would be lost and the old one used up."""
        await asyncio.shield(self._begun(self._refresh(stale, claim)))

    def _begun(self, act: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(act)
        self._refreshing.add(task)
        task.add_done_callback(self._refreshing.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # told, where nobody waits any more
        return task

    async def _refresh(self, stale: Installation, claim: str) -> None:
        now = self._clock()
        try:
            answer = await Api("", self._base_url, self._http).exchange(
                "oauth.v2.access", grant_type="refresh_token", refresh_token=stale.refresh_token, **self._client
            )
            token, refresh_token, expires_at = handed_over(answer, now)
        except (PlatformError, MalformedError) as error:
            log.error("slack_token_not_renewed", workspace=stale.workspace, reason=str(error))
            if stale.expires_at and now < stale.expires_at:
                return  # it serves until then; the claim keeps us from asking all the time
            if isinstance(error, Impossible):
                raise await self._no_good(stale, error.reason) from None
            raise Unreachable("there is no new token yet") from None
        tokens = self._tokens(token, refresh_token, expires_at)
        try:
            await self._renewed(stale, claim, tokens)
        except DatabaseError:
            self._begun(self._keep(stale, claim, tokens))
            raise

    async def _keep(self, stale: Installation, claim: str, tokens: dict[str, str]) -> None:
        """Store new tokens as soon as that can be done, for the old ones are used up; once told to stop, once more."""
        while True:
            await asyncio.sleep(REFRESH_KEEP_S)
            try:
                return await self._renewed(stale, claim, tokens)
            except DatabaseError as error:
                log.error("slack_token_not_kept", workspace=stale.workspace, reason=str(error))
                if self._closing:
                    return None

    async def _renewed(self, stale: Installation, claim: str, tokens: dict[str, str]) -> None:
        """Store what takes the place of the tokens of `stale`, though they were sealed anew since they were read."""
        changed = await self._database.write(
            Step(
                """
                UPDATE slack_installation SET
                    token = :token, refresh_token = :refresh_token, expires_at = :expires_at, refreshing_until = ''
                WHERE workspace = :workspace AND (token = :sealed OR token <> '' AND refreshing_until = :claim)
                """,
                {**tokens, "workspace": stale.workspace, "sealed": stale.sealed, "claim": claim},
            )
        )
        if changed[0]:
            log.info("slack_token_renewed", workspace=stale.workspace)

    async def _set(self, read: Installation, what: str, values: dict[str, Any], *also: Step) -> bool:
        """Change the row, and take the steps `also`, unless it has another token than when it was read."""
        changed = await self._database.write(
            Step(
                f"UPDATE slack_installation SET {what} WHERE workspace = :workspace AND token = :sealed",  # noqa: S608
                {**values, "workspace": read.workspace, "sealed": read.sealed},
                gate=True,
            ),
            *also,
        )
        return changed[0] > 0

    def _tokens(self, token: str, refresh_token: str, expires_at: datetime | None) -> dict[str, str]:
        return {
            "token": self._vault.seal(token),
            "refresh_token": self._vault.seal(refresh_token) if refresh_token else "",
            "expires_at": to_text(expires_at) if expires_at else "",
        }

    def _from(self, row: Row) -> Installation:
        return Installation(
            workspace=row["workspace"],
            name=row["name"],
            scopes=row["scopes"],
            installer=row["installer"],
            installed_at=to_time(row["installed_at"]),
            token=self._vault.open(row["token"]) if row["token"] else "",
            refresh_token=self._vault.open(row["refresh_token"]) if row["refresh_token"] else "",
            expires_at=to_time(row["expires_at"]) if row["expires_at"] else None,
            active=bool(row["active"]),
            sealed=row["token"],
        )


@reading
def handed_over(answer: dict[str, Any], now: datetime) -> tuple[str, str, datetime | None]:
    """What `oauth.v2.access` gave at `now`: a token, one to renew it with or "", and when it expires, if it does."""
    lasts_s = answer.get("expires_in")
    expires_at = now + timedelta(seconds=int(lasts_s)) if lasts_s else None
    return objects.id_at(answer, "access_token"), objects.text_at(answer.get("refresh_token") or ""), expires_at
