"""Several workspaces behind one Web API, and organisations that hold some of them.

other = slack.add_workspace("T00000002", "southfield")   # its own people, channels, messages and token
org = slack.add_org("E00000001", "Fields", [slack, other])   # both belong to one organisation …
org.install()                                             # … and the app is installed for all of it
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import slack_tokens
from .slack_installs import Installation
from .slack_objects import Enterprise, Json
from .slack_platform import ApiError, Args, Call, Platform

if TYPE_CHECKING:
    from .slack import SlackDouble
    from .slack_client import SlackClient

#: What must be told a `team_id` with a token for a whole organisation. Source: docs.slack.dev/enterprise/apps
NEED_TEAM = frozenset(
    {
        *("bots.info", "conversations.list", "reactions.list", "usergroups.list", "usergroups.users.list"),
        *("users.conversations", "users.list"),
    }
)


@dataclass(kw_only=True)
class Neighbour(Platform):
    """A further workspace in the same Slack; its ids may be those of another."""

    double: "SlackDouble"
    follows: Platform | None = None  # the workspace whose message times it has, one after the other
    _stamps: int = 0

    def changed(self) -> None:
        """Let those who wait look again."""
        self.double.changed()

    def places(self) -> list[Installation]:
        """List everything that our app can be installed in."""
        return self.double.places()

    def reached(self, token: str) -> list[Platform]:
        """List the workspaces that a token is for."""
        return reached(self, token)

    async def until(self, holds: Callable[[], object], *, timeout_s: float = 5.0) -> None:
        """Wait until something holds."""
        await self.double.until(holds, timeout_s=timeout_s)

    def stamp(self) -> str:
        """Tell the time as a message's `ts`."""
        if self.follows is not None:
            self._stamps += 1
            known = self.double.stamps.get(self.follows.team_id, [])
            if self._stamps <= len(known):
                return known[self._stamps - 1]
        return super().stamp()

    def client(self, base_url: str, signing_secret: str = "") -> "SlackClient":
        """Give a Slack client in this workspace."""
        return self.double.client(base_url, signing_secret, workspace=self)

    def socket_client(self) -> "SlackClient":
        """Give a Slack client in this workspace, over Socket Mode."""
        return self.double.socket_client(workspace=self)


@dataclass(kw_only=True)
class Org(Installation):
    """An organisation of several workspaces, in which no id is there twice."""

    enterprise: Enterprise
    teams: list[Platform]
    installed: bool = False
    token: str = ""
    granted: set[str] = field(default_factory=set)  # the teams that the app was added to

    def shown_install(self) -> Json:
        """Name the organisation, as `oauth.v2.access` does."""
        shown = {"id": self.enterprise.id, "name": self.enterprise.name}
        return {"team": None, "enterprise": shown, "is_enterprise_install": True}

    def install(self, scopes: Iterable[str] | None = None, *, teams: Iterable[Platform] | None = None) -> str:
        """Install the app for all of it, without asking anybody: the token. It is added to `teams`."""
        self.scopes = frozenset(scopes) if scopes is not None else self.scopes
        token = self.issue().token
        self.add(*(self.teams if teams is None else teams))
        return token

    def add(self, *teams: Platform) -> None:
        """Add the installed app to workspaces."""
        for team in teams:
            team.org_wide, team.scopes = True, self.scopes
            self.granted.add(team.team_id)

    def remove(self, *teams: Platform) -> None:
        """Take the app out of workspaces."""
        for team in teams:
            team.org_wide = False
            self.granted.discard(team.team_id)

    def uninstall(self) -> None:
        """Take the app out of all of it."""
        super().uninstall()
        self.remove(*self.teams)

    def meant(self, call: Call) -> Platform:
        """Find the workspace that a call with the organisation's token is about.

        Raises:
            ApiError: that cannot be told, or the app is not in it.
        """
        added = [each for each in self.teams if each.team_id in self.granted]
        named = call.args.get("team_id")
        if not named and call.method in NEED_TEAM:
            raise ApiError("missing_argument", response_metadata={"messages": ["[ERROR] missing team_id"]})
        if named:
            found = next((each for each in added if each.team_id == named), None)
            if found is None:
                raise ApiError("team_access_not_granted")
            return found
        return next((each for each in added if _holds(each, Args(call.args))), (added or self.teams)[0])


def reached(by: Platform, token: str) -> list[Platform]:
    """List the workspaces that a token is for: one, or those of an organisation that the app was added to."""
    orgs = [each for each in by.places() if isinstance(each, Org) and each.knows(token)]
    return [team for org in orgs for team in org.teams if team.team_id in org.granted] if orgs else [by]


def _holds(team: Platform, args: Args) -> bool:
    """Tell whether a call names something of this workspace."""
    trigger = slack_tokens.read("trigger", str(args.values.get("trigger_id", "")))
    if trigger is not None:
        return trigger.contents[3] == team.team_id
    everybody = {key: each for key, each in team.users.items() if key not in {team.bot.id, "USLACKBOT"}}
    views = {each.id for each in [*team.views.values(), *team.homes.values()]}
    kinds: dict[str, Callable[[str], bool]] = {
        "channel": lambda each: each in team.channels or each in everybody,
        "view_id": lambda each: each in views,
        "user_id": lambda each: each in everybody,
        "user": lambda each: each in everybody,
        "users": lambda each: each.split(",")[0].strip() in everybody,
        "usergroup": lambda each: each in team.usergroups,
        "email": lambda each: each.casefold() in {(user.email or "").casefold() for user in everybody.values()},
    }
    return next((holds(str(args.values[key])) for key, holds in kinds.items() if args.values.get(key)), False)
