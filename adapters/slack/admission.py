"""Who is let in: requests of a workspace that has us. Everybody else is told so, kindly, and nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.reading import reading
from adapters.slack import parse, render
from bot.kudos import ELSEWHERE
from bot.notices import said

Json = dict[str, Any]

NOT_HERE: Final = (
    "Kudos is not installed here any more, so nothing was saved. "
    "Please ask whoever looks after your apps to install it again."
)
#: What is heard from a workspace that has just removed us, or may have.
FAREWELLS: Final = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """What is said to somebody whose workspace does not have us."""

    answer: Json | None = None  #: to the request itself
    response_url: str = ""  #: or here
    message: Json = field(default_factory=dict)


def turned_away(body: Mapping[str, Any]) -> TurnedAway:
    """What to say to whoever sent `body`. An event is taken in silence, or Slack would send it again.

    Raises:
        MalformedError: it is not what Slack sends.
    """
    words = ELSEWHERE if _from_elsewhere(body) else NOT_HERE
    message = render.ephemeral(said(words), "")
    match body.get("type"):
        case "view_submission":
            return TurnedAway(answer={"response_action": "errors", "errors": {parse.inputs(body)[-1]: words}})
        case None if "command" in body:
            return TurnedAway(answer=message)
        case _:
            return TurnedAway(response_url=str(body.get("response_url") or ""), message=message)


@reading
def _from_elsewhere(body: Mapping[str, Any]) -> bool:
    """Whether somebody acts in a channel that another organisation shares with theirs, as far as Slack says."""
    if body.get("enterprise"):
        return False  # in an organisation people, messages and channels may be of several teams
    teams = (
        (body.get("user") or {}).get("team_id"),
        (body.get("team") or {}).get("id"),
        (body.get("message") or {}).get("team"),  # whose the app is that posted it
        (body.get("view") or {}).get("app_installed_team_id"),
    )
    return len({each for each in teams if each}) > 1
