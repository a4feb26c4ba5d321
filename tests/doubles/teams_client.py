"""People's Teams clients: what they press and fill in, as activities, and what the answers to these show them.

As strict as a client: what it could not show is a problem.
Source: learn.microsoft.com/microsoftteams/platform: dialogs, message extensions, Universal Actions
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .teams_activities import CARD, Refused, check
from .teams_connector import Posted
from .teams_events import Events
from .teams_service import Answer, BotService
from .teams_world import Json, Place, User, World

Manner = Literal["once", "thrice", "together"]
Context = Literal["compose", "commandbox", "message"]

WORD = "application/vnd.microsoft.activity.message"
PREVIEWED = {"compose", "message"}  # where a client can show a preview

_LOOKS_LIKE = str.maketrans({"\xa0": " ", "\N{WORD JOINER}": "", "\N{RATIO}": ":", "\N{ONE DOT LEADER}": "."})


def texts(node: Any) -> Iterator[str]:
    """What a card shows, element by element; of a line its runs are one."""
    match node:
        case {"isVisible": False}:
            return
        case {"type": "TextBlock", "text": str(text)}:
            yield plain(text)
        case {"type": "RichTextBlock", "inlines": list(inlines)}:
            yield plain("".join(each["text"] for each in inlines))
        case {"type": "Action.ShowCard"}:
            return
        case dict():
            for key in ("body", "items"):
                yield from texts(node.get(key) or [])
        case list():
            for each in node:
                yield from texts(each)
        case _:
            pass


def plain(text: str) -> str:
    return html.unescape(re.sub("</?at>", "", text)).translate(_LOOKS_LIKE)


def read(card: Json) -> str:
    """What a card says, in lines."""
    return "\n".join(texts(card))


def called(card: Json) -> set[str]:
    """The Teams ids of those whom a card calls."""
    return {each["mentioned"]["id"] for each in (card.get("msteams") or {}).get("entities") or []}


def _inside(node: Any) -> Iterator[Json]:
    match node:
        case dict():
            yield node
            for key, each in node.items():
                if key != "fallback":
                    yield from _inside(each)
        case list():
            for each in node:
                yield from _inside(each)
        case _:
            pass


def actions(card: Json) -> dict[str, Json]:
    """What can be pressed, by its label."""
    return {
        plain(each["title"]): each
        for each in _inside({"body": card.get("body"), "actions": card.get("actions")})
        if str(each.get("type")).startswith("Action.") and each["type"] != "Action.OpenUrl"
    }


def inputs(card: Json) -> dict[str, Json]:
    """What can be filled in, by its id."""
    return {each["id"]: each for each in _inside(card) if str(each.get("type")).startswith("Input.")}


@dataclass(kw_only=True, eq=False)
class Dialog:
    """What stands open before somebody."""

    user: User
    place: Place
    title: str
    card: Json
    command: Json = field(default_factory=dict)  # of the message extension that has opened it

    @property
    def text(self) -> str:
        return read(self.card)

    def held(self) -> dict[str, str]:
        """What stands in its fields."""
        return {id_: str(each.get("value", "")) for id_, each in inputs(self.card).items()}

    @property
    def errors(self) -> str:
        """What is to be mended."""
        return "\n".join(line for line in texts(self.card) if line.startswith("⚠️"))


@dataclass(kw_only=True, eq=False)
class Preview:
    """A message as it would be posted."""

    user: User
    place: Place
    command: Json
    activity: Json

    @property
    def text(self) -> str:
        return read(self.activity["attachments"][0]["content"])


class TeamsClient:
    """The clients of everybody in the tenant."""

    def __init__(self, world: World, events: Events, service: BotService) -> None:
        self.world = world
        self.events = events
        self.service = service
        self.manner: Manner = "once"
        self.dialogs: dict[str, Dialog] = {}  # by person: what stands open
        self.previews: dict[str, Preview] = {}
        self.words: list[tuple[str, str]] = []  # what people read below cards, and where dialogs end
        self.views: dict[tuple[str, str], Json] = {}  # by person and message: as they see it
        self.shown: list[Json] = []  # every card that an answer has shown
        self.problems: list[str] = []

    async def deliver(self, activity: Json) -> Answer:
        """Deliver in this client's manner; all answers have to be the same."""
        times, together = {"once": (1, False), "thrice": (3, False), "together": (3, True)}[self.manner]
        answers = await self.service.deliver(activity, times=times, together=together)
        for answer in answers:
            if not answer.ok:
                self.problems.append(f"{activity['type']} {activity.get('name', '')}: {answer}")
            if answer.body != answers[0].body:
                self.problems.append(f"not the same answer to {activity.get('name')}: {answers}")
        return answers[0]

    # What people do

    async def say(self, user: User, place: Place, text: str, *mentioned: User, thread: str = "") -> Json:
        said = self.events.message(user, place, text, *mentioned, thread=thread)
        await self.deliver(said)
        return said

    async def press(self, user: User, posted: Posted, label: str, *, old: bool = False) -> None:
        """Press a button of a message; in an `old` client, which knows no Universal Actions."""
        place = self._place(posted.place)
        card = self.views.get((user.mri, posted.id), posted.card)
        act = self._act(card, label)
        if old or act["type"] == "Action.Submit":
            act = act.get("fallback", act)
            data = {key: value for key, value in act["data"].items() if key != "msteams"}
            if (act["data"].get("msteams") or {}).get("type") == "task/fetch":
                value = {"data": act["data"], "context": {"theme": "default"}}
                await self._ask(self.events.invoke(user, place, "task/fetch", value, replyToId=posted.id), user, place)
            else:
                await self.deliver(self.events._activity("message", user, place, value=data, replyToId=posted.id))
            return
        asked = self.events.press(user, place, posted.id, act["verb"], act["data"])
        await self._ask(asked, user, place, pressed=posted.id)

    async def look(self, user: User, posted: Posted) -> Json:
        """Look at a message: a card that names this person asks how they are to see it."""
        refresh = posted.card.get("refresh") or {}
        if user.mri in refresh.get("userIds", ()):
            place, act = self._place(posted.place), refresh["action"]
            asked = self.events.press(user, place, posted.id, act["verb"], act["data"])
            asked["value"]["trigger"] = "automatic"
            await self._ask(asked, user, place, pressed=posted.id)
        return self.views.get((user.mri, posted.id), posted.card)

    async def send(self, dialog: Dialog, label: str = "", **filled: str) -> None:
        """Fill in a dialog and press one of its buttons; its last one, if none is named."""
        offered = actions(dialog.card)
        act = self._act(dialog.card, label or list(offered)[-1])
        assert act["type"] == "Action.Submit", "in a dialog there is nothing else"
        fields = inputs(dialog.card)
        assert set(filled) <= set(fields), f"{set(filled) - set(fields)} are no fields of {list(fields)}"
        missing = [
            id_ for id_, each in fields.items() if each.get("isRequired") and not {**dialog.held(), **filled}[id_]
        ]
        if missing:
            self.words.append((dialog.user.mri, f"missing: {missing}"))
            return
        data = {**act["data"], **dialog.held(), **filled}
        if dialog.command:
            value = {**dialog.command, "data": data}
            asked = self.events.invoke(dialog.user, dialog.place, "composeExtension/submitAction", value)
        else:
            value = {"data": data, "context": {"theme": "default"}}
            asked = self.events.invoke(dialog.user, dialog.place, "task/submit", value)
        self.dialogs.pop(dialog.user.mri, None)
        await self._ask(asked, dialog.user, dialog.place, command=dialog.command)

    async def extend(
        self, user: User, place: Place, command: str, context: Context, message: Json | None = None
    ) -> None:
        """Choose a command of the message extension."""
        chosen = {"messagePayload": message} if message else {}
        told = {"commandId": command, "commandContext": context, "context": {"theme": "default"}} | chosen
        asked = self.events.invoke(user, place, "composeExtension/fetchTask", {**told, "requestId": "r"})
        await self._ask(asked, user, place, command=told)

    async def decide(self, preview: Preview, what: Literal["send", "edit"]) -> None:
        """Send a preview, or go back."""
        told = {"botMessagePreviewAction": what, "botActivityPreview": [preview.activity]}
        value = {key: each for key, each in preview.command.items() if key != "data"} | told
        self.previews.pop(preview.user.mri, None)
        asked = self.events.invoke(preview.user, preview.place, "composeExtension/submitAction", value)
        await self._ask(asked, preview.user, preview.place, command=preview.command)

    async def react(self, user: User, posted: Posted, *types: str, off: bool = False) -> None:
        place = self._place(posted.place)
        await self.deliver(self.events.react(user, place, posted.id, *types, taken_off=off))

    # What they see of it

    async def _ask(
        self, asked: Json, user: User, place: Place, *, pressed: str = "", command: Json | None = None
    ) -> None:
        answer = await self.deliver(asked)
        body = answer.body or {}
        match body:
            case {"task": {"type": "continue", "value": {"title": str(title), "card": attachment}}}:
                card = self._shown(attachment, place)
                self.dialogs[user.mri] = Dialog(user=user, place=place, title=title, card=card, command=command or {})
            case {"task": {"type": "message", "value": str(text)}} if text:
                self.words.append((user.mri, text))
            case {"composeExtension": {"type": "botMessagePreview", "activityPreview": activity}} if command:
                if command["commandContext"] not in PREVIEWED:
                    self.problems.append("a preview is shown where no client can")
                (attachment,) = activity["attachments"]
                self._shown(attachment, place)
                self.previews[user.mri] = Preview(user=user, place=place, command=command, activity=activity)
            case {"statusCode": 200, "type": str(type_), "value": dict(card)} if type_ == CARD and pressed:
                self._shown({"contentType": CARD, "content": card}, place)
                self.views[user.mri, pressed] = card
            case {"statusCode": 200, "type": str(type_), "value": str(text)} if type_ == WORD and pressed and text:
                self.words.append((user.mri, text))
            case {} if not body and not pressed and asked["name"].endswith(("submit", "submitAction")):
                pass  # it closes
            case _:
                self.problems.append(f"no client can show this answer to {asked['name']}: {json.dumps(body)[:300]}")

    def _shown(self, attachment: Json, place: Place) -> Json:
        """What an attachment shows, if Teams would take it."""
        message = {"type": "message", "attachments": [attachment]}
        try:
            check(message, self.world, place, targeted=False, update=False)
        except Refused as error:
            self.problems.append(str(error))
        content: Json = attachment["content"]
        self.shown.append(content)
        return content

    def _act(self, card: Json, label: str) -> Json:
        offered = actions(card)
        assert label in offered, f"there is {list(offered)} to press, and no {label!r}"
        return offered[label]

    def _place(self, id_: str) -> Place:
        place = self.world.place(id_)
        assert place
        return place
