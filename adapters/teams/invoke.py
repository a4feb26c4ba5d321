"""What an invoke is answered with: the one thing that the HTTP answer of an activity may carry.

Source: learn.microsoft.com/microsoftteams/platform: dialogs; message extensions, respond to the submit action;
Universal Actions, response format
"""

from dataclasses import dataclass
from typing import Any, Final

from adapters.teams.render import CARD

Json = dict[str, Any]

_WORD: Final = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokeAnswer:
    """The answer to an activity of type `invoke`; Teams waits five seconds for it, and asks up to three times."""

    status: int = 200
    body: Json | None = None


CLOSED: Final = InvokeAnswer()  #: the dialog closes


def dialog(task: Json) -> InvokeAnswer:
    """A dialog opens, or shows this instead."""
    return InvokeAnswer(body={"task": {"type": "continue", "value": task}})


def ended(text: str) -> InvokeAnswer:
    """The dialog ends with a word."""
    return InvokeAnswer(body={"task": {"type": "message", "value": text}})


def preview(attachment: Json) -> InvokeAnswer:
    """A message as Kudos would post it: whoever has made it sends it, or goes back."""
    shown = {"type": "message", "attachments": [attachment]}
    return InvokeAnswer(body={"composeExtension": {"type": "botMessagePreview", "activityPreview": shown}})


def card(content: Json) -> InvokeAnswer:
    """The card that was pressed in becomes this one, for whoever pressed."""
    return InvokeAnswer(body={"statusCode": 200, "type": CARD, "value": content})


def word(text: str) -> InvokeAnswer:
    """A word below the card that was pressed in, for whoever pressed."""
    return InvokeAnswer(body={"statusCode": 200, "type": _WORD, "value": text})


def submitting(attachment: Json) -> Json:
    """A card as it works in a dialog, which sends what is pressed in it and knows no Universal Actions."""
    changed: Json = _submitting(attachment)
    return changed


def _submitting(node: Any) -> Any:
    match node:
        case {"type": "Action.Execute", "fallback": dict(fallback)}:
            return fallback
        case dict():
            return {key: _submitting(each) for key, each in node.items()}
        case list():
            return [_submitting(each) for each in node]
        case _:
            return node
