"""Who is let in: requests of a workspace that has us. Everybody else is told so, kindly, and nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.slack import parse, render
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
    message = render.ephemeral(said(NOT_HERE), "")
    match body.get("type"):
        case "view_submission":
            return TurnedAway(answer={"response_action": "errors", "errors": {parse.inputs(body)[-1]: NOT_HERE}})
        case None if "command" in body:
            return TurnedAway(answer=message)
        case _:
            return TurnedAway(response_url=str(body.get("response_url") or ""), message=message)
