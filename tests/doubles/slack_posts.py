"""Messages that people write, change and delete, and the events that tell of them.

An app hears of a message where it is a member and has the scope to read there. A mention in a channel comes twice:
as `message` and as `app_mention`, with two event ids, in no fixed order. In direct messages there is no
`app_mention`. Source: docs.slack.dev/reference/events/app_mention
"""

import uuid

from .slack_escape import escape
from .slack_events import CHANNEL_TYPE, Events
from .slack_objects import Channel, Json, Message, User
from .slack_platform import KIND_SCOPE
from .slack_wire import Answer, Request


class Posts(Events):
    """What is written in the workspace and told to the app."""

    def make_post(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        mention_first: bool = False,
        mention: bool | None = None,
    ) -> list[Request]:
        """Write a message: every event that the app gets of it.

        Args:
            text: as it is typed, with `@name` and `#channel`.
            thread: the message that it is a reply to.
            mention_first: whether `app_mention` comes before `message`.
            mention: whether there is an `app_mention`; unless told, as Slack has it.
        """
        if user.id not in channel.members:
            raise ValueError(f"{user.name} is not in the conversation, so nothing can be written there")
        message = self.slack.say(user, channel, escape(self.slack, text, user, labels=False))
        message.client_msg_id = str(uuid.uuid4())
        if thread is not None:
            message.thread_ts = thread.thread_ts or thread.ts
            thread.thread_ts = message.thread_ts
        called = f"<@{self.slack.bot.id}>" in message.text and channel.kind != "im"
        called = called if mention is None else mention
        requests = []
        if self.slack.bot.id in channel.members:
            if self._hears(f"message.{_subscribed(channel)}", f"{KIND_SCOPE[channel.kind]}:history"):
                requests.append(self.make_message(message))
            if called and self._hears("app_mention", "app_mentions:read"):
                requests.append(self.make_message(message, mention=True))
        return requests[::-1] if mention_first else requests

    async def post(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        mention_first: bool = False,
        mention: bool | None = None,
    ) -> list[Answer]:
        """Write a message; there is an answer to each event."""
        requests = self.make_post(user, channel, text, thread=thread, mention_first=mention_first, mention=mention)
        return [await self.send(each) for each in requests]

    def _hears(self, event: str, scope: str) -> bool:
        subscribed = self.slack.app.events
        return scope in self.slack.scopes and (subscribed is None or event in subscribed)

    async def edit(self, message: Message, text: str) -> Answer:
        """Let its author change a message."""
        before = message.as_json(metadata=False)
        message.edits.append(
            {"text": message.text, "blocks": message.blocks, "metadata": message.metadata, "until": self.slack.stamp()}
        )
        message.text = text
        changed = {"message": message.as_json(metadata=False), "previous_message": before}
        return await self._about_message(message, "message_changed", changed)

    async def delete(self, message: Message) -> Answer:
        """Let its author delete a message."""
        message.deleted = True
        gone = {"deleted_ts": message.ts, "previous_message": message.as_json(metadata=False)}
        return await self._about_message(message, "message_deleted", gone)

    async def make_private(self, channel: Channel, *, user: User) -> Answer:
        """Make a public channel private: Slack tells it as a message in the channel, and in no other way."""
        channel.kind = "private"
        text = "made this channel *private*. Now, it can only be viewed or joined by invitation."
        return await self._system(channel, user, "channel_convert_to_private", text)

    async def make_public(self, channel: Channel, *, user: User) -> Answer:
        """Make a private channel public."""
        channel.kind = "public"
        text = "made this channel *public*. Any member in this workspace can see and join it."
        return await self._system(channel, user, "channel_convert_to_public", text)

    async def _system(self, channel: Channel, user: User, subtype: str, text: str) -> Answer:
        ts = self.slack.stamp()
        shown = {"type": "message", "subtype": subtype, "user": user.id, "text": text, "ts": ts, "event_ts": ts}
        where = {"channel": channel.id, "channel_type": CHANNEL_TYPE[channel.kind]}
        return await self.send(self._in_channel(shown | where, channel))

    async def _about_message(self, message: Message, subtype: str, more: Json) -> Answer:
        channel = self.slack.channels[message.channel]
        ts = self.slack.stamp()
        shown = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts}
        where = {"channel": channel.id, "channel_type": CHANNEL_TYPE[channel.kind]}
        return await self.send(self._in_channel(shown | where | more, channel))


def _subscribed(channel: Channel) -> str:
    return {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}[channel.kind]
