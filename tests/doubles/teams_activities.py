"""What Teams refuses of what a bot sends: sizes, empty messages, mentions of nobody, cards that no client could show.

Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages, and cards reference
"""

import json
from collections.abc import Iterator
from typing import Any

from .teams_world import Chat, Place, World

Json = dict[str, Any]

MESSAGE_MOST = 80 * 1024  # bytes; the documentation says "about 100 KB", in UTF-16
CARD_MOST = 28 * 1024
REFRESHED_MOST = 60
CARD = "application/vnd.microsoft.card.adaptive"
VERSIONS = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}


class Refused(Exception):  # noqa: N818 - what the Bot Connector does
    """An answer other than 2xx."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message

    @property
    def body(self) -> Json:
        """As Teams words it; a blocked chat has another shape than all else."""
        if self.code == "MessageWritesBlocked":
            inner = {"subCode": self.code, "details": "Thread is blocked from message writes.", "errorCode": None}
            return {"errorCode": 209, "message": json.dumps(inner, indent=2)}
        return {"error": {"code": self.code, "message": self.message}}


def bad(message: str) -> Refused:
    """A request that can never be right."""
    return Refused(400, "BadArgument", message)


def check(activity: Any, world: World, place: Place, *, targeted: bool, update: bool) -> None:
    """
    Raises:
        Refused: Teams would not take it.
    """
    if not isinstance(activity, dict) or activity.get("type") not in ("message", "typing"):
        raise bad("Activity type missing or unknown.")
    attachments = activity.get("attachments") or []
    if not activity.get("text") and not attachments and activity["type"] == "message":
        raise bad("Activity must include non empty 'text' field or at least 1 attachment.")
    for entity in activity.get("entities") or []:
        _mention(entity, activity.get("text") or "", world)
    for attachment in attachments:
        if attachment.get("contentType") == CARD:
            _card(attachment.get("content"), world)
    _recipient(activity.get("recipient") or {}, world, place, targeted=targeted, update=update)


def _recipient(recipient: Json, world: World, place: Place, *, targeted: bool, update: bool) -> None:
    if targeted and isinstance(place, Chat) and place.personal:
        raise bad("Targeted messages are not supported in personal chats.")
    if targeted and update and recipient:
        raise bad("Recipient must not be passed on update.")
    if targeted and not update:
        if recipient.get("isTargeted") is not True:
            raise bad("Recipient is missing.")
        if world.user(str(recipient.get("id"))) not in world.members(place):
            raise bad("Recipient is not a member of the conversation.")
    if not targeted and recipient.get("isTargeted"):
        raise bad("isTargetedActivity is missing in the query.")


def _mention(entity: Json, text: str, world: World) -> None:
    if entity.get("type") != "mention":
        return
    said = entity.get("text") or ""
    if not (said.startswith("<at>") and said.endswith("</at>")) or said not in text:
        raise bad("Mention text not found in the message.")
    if world.user(str((entity.get("mentioned") or {}).get("id"))) is None:
        raise bad("Mentioned user is unknown.")


def _card(content: Any, world: World) -> None:
    if not isinstance(content, dict) or content.get("type") != "AdaptiveCard" or content.get("version") not in VERSIONS:
        raise bad("Not an Adaptive Card, or of a version that Teams does not know.")
    if len(json.dumps(content, ensure_ascii=False).encode()) > CARD_MOST:
        raise bad("Card size exceeds the limit.")
    texts = "\n".join(_texts({"body": content.get("body")}))
    for entity in (content.get("msteams") or {}).get("entities") or []:
        _mention(entity, texts, world)
    if len((content.get("refresh") or {}).get("userIds") or []) > REFRESHED_MOST:
        raise bad("Too many userIds in refresh.")


def _texts(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                if key == "text" and isinstance(value, str):
                    yield value
                else:
                    yield from _texts(value)
        case list():
            for each in node:
                yield from _texts(each)
        case _:
            pass


def has_chart(activity: Json) -> bool:
    """Whether there is anything to draw in it."""
    return '"type": "Chart.' in json.dumps(activity)
