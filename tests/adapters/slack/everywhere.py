"""A town in which Kudos has what its manifest asks for, and how people meet it outside of commands."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from adapters.slack import manifest
from tests.adapters.town import Town, settled, town_in
from tests.conftest import FRAMEWORKS
from tests.doubles.slack_objects import Channel, Message, User, View

WAYS = ("own, one after the other", "lantern, at once")  #: whose framework, and how Slack delivers three times
SCOPES = frozenset(manifest.SCOPES)
EVENTS = frozenset(manifest.EVENTS)
CHIEF = "chief@example.org"
ME = "@kudos"
POST, WHISPER, OPEN, PUBLISH = "chat.postMessage", "chat.postEphemeral", "views.open", "views.publish"


@contextlib.asynccontextmanager
async def installed(database: Path, way: str, *, socket: bool = False) -> AsyncIterator[Town]:
    """Kudos at work with the scopes and the events of its manifest, and no others; Dan administers."""

    def before(town: Town) -> None:
        town.slack.scopes = SCOPES
        town.slack.app.events = EVENTS
        town.dan.email = "Chief@Example.org"

    organisation, _, manner = way.partition(", ")
    async with town_in(database, FRAMEWORKS[organisation], before=before, socket=socket, kudos_admins=CHIEF) as town:
        town.manner = "together" if manner == "at once" else "thrice"
        yield town
        await settled(town)
        town.assert_sound()


def hears_everything(town: Town) -> None:
    """As where somebody has subscribed the app to all messages too, so that a mention arrives as two events."""
    town.slack.app.events = EVENTS | {"message.channels", "message.groups", "message.mpim"}
    town.slack.scopes = SCOPES | {"mpim:history", "mpim:read"}


def talk(town: Town, user: User) -> Channel:
    """Somebody's conversation with Kudos."""
    return town.slack.add_dm(user)


async def says(
    town: Town,
    user: User,
    where: Channel,
    text: str,
    *,
    thread: Message | None = None,
    mention_first: bool = False,
) -> Message:
    """Somebody writes a message, and Slack tells the app of it; the message."""
    await town.deliver(*town.client.make_post(user, where, text, thread=thread, mention_first=mention_first))
    await settled(town)
    return next(each for each in reversed(town.slack.messages(where)) if each.user == user.id)


def answers(town: Town, message: Message) -> list[Message]:
    """What Kudos has said for everybody in the thread of `message`."""
    return [each for each in town.cards(town.slack.channels[message.channel]) if each.thread_ts == message.ts]


def answer(town: Town, message: Message) -> Message:
    (only,) = answers(town, message)
    return only


def page(town: Town, user: User) -> str:
    """What somebody reads on their own page."""
    return "\n".join(texts(town.slack.homes[user.id].blocks))


def texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for each in node.values() if not isinstance(each, str) for text in texts(each)]


async def opens(town: Town, *people: User) -> None:
    """They look at their own pages."""
    for user in people:
        await town.client.open_home(user)
    await settled(town)


def home(town: Town, user: User) -> View:
    return town.slack.homes[user.id]


async def turn(town: Town, user: User, what: str, *, number: int = 0) -> None:
    """Press one of several equal buttons on one's own page."""
    blocks = [
        block["block_id"]
        for block in home(town, user).blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element.get("text", {}).get("text") == what
        or any(each["text"]["text"] == what for each in element.get("options", ()))
    ]
    await town.deliver(town.client.make_press(home(town, user), what, user=user, block_id=blocks[number]))
    await settled(town)
