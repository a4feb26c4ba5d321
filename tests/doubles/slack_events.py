"""What Slack tells an app by itself: events, and checks of its address.

An event is sent only where Slack would send it: the app hears nothing of conversations that it is not in.
"""

import json
from typing import Any
from urllib.parse import urlencode

from .slack_directory import show_person
from .slack_objects import Channel, Json, Message, User
from .slack_wire import JSON, Answer, Request, Wire

CHANNEL_TYPE = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


class Events(Wire):
    """Everything that happens in the workspace and is told to the app."""

    def make_event(self, event: Json, *, event_id: str = "", ext_shared: bool = False) -> Request:
        """Wrap an event in its envelope.

        Raises:
            ValueError: the app does not subscribe to it.
        """
        slack = self.slack
        self._check_subscribed(event)
        serial = slack.new_id("Ev")
        above = slack.enterprise.id if slack.enterprise else None
        own = {"enterprise_id": above, "team_id": None if slack.org_wide else slack.team_id, "user_id": slack.bot.id}
        envelope = {
            "token": "verification",
            "team_id": slack.team_id,
            "context_team_id": slack.team_id,
            "context_enterprise_id": above,
            **({"enterprise_id": above} if above else {}),
            "api_app_id": slack.app_id,
            "event": {"event_ts": slack.stamp(), **event},
            "type": "event_callback",
            "event_id": event_id or serial,
            "event_time": int(slack.now()),
            "authorizations": [{**own, "is_bot": True, "is_enterprise_install": slack.org_wide}],
            "is_ext_shared_channel": ext_shared,
            "event_context": f"4-{serial}",
        }
        what = f"event {event['type']}"
        return Request(what=what, body=json.dumps(envelope).encode(), content_type=JSON, is_event=True)

    def _check_subscribed(self, event: Json) -> None:
        kind = str(event["type"])
        if kind == "message":
            kinds = {"channel": "channels", "group": "groups"}
            kind = f"message.{kinds.get(event['channel_type'], event['channel_type'])}"
        subscribed = self.slack.app.events
        if subscribed is not None and kind not in subscribed:
            raise ValueError(f"the app does not subscribe to {kind}, so Slack does not send it")

    async def event(self, event: Json, *, event_id: str = "", ext_shared: bool = False) -> Answer:
        """Send an event."""
        return await self.send(self.make_event(event, event_id=event_id, ext_shared=ext_shared))

    def _in_channel(self, event: Json, channel: Channel) -> Request:
        if self.slack.bot.id not in channel.members:
            raise ValueError("the app is not in the conversation, so Slack tells it nothing")
        return self.make_event(event, ext_shared=channel.is_ext_shared)

    def make_react(self, user: User, message: Message, name: str) -> Request:
        """React to a message."""
        users = message.reactions.setdefault(name, [])
        if user.id in users:
            raise ValueError(f"{user.name} has already reacted with {name}")
        users.append(user.id)
        return self._reaction("reaction_added", user, message, name)

    def make_unreact(self, user: User, message: Message, name: str) -> Request:
        """Take a reaction back."""
        users = message.reactions.get(name, [])
        if user.id not in users:
            raise ValueError(f"{user.name} has not reacted with {name}")
        users.remove(user.id)
        if not users:
            del message.reactions[name]
        return self._reaction("reaction_removed", user, message, name)

    async def react(self, user: User, message: Message, name: str) -> Answer:
        """React to a message."""
        return await self.send(self.make_react(user, message, name))

    async def unreact(self, user: User, message: Message, name: str) -> Answer:
        """Take a reaction back."""
        return await self.send(self.make_unreact(user, message, name))

    def _reaction(self, kind: str, user: User, message: Message, name: str) -> Request:
        channel = self.slack.channels[message.channel]
        if user.id not in channel.members:
            raise ValueError(f"{user.name} is not in the conversation")
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        author = {"item_user": message.user} if message.user else {}
        return self._in_channel({"type": kind, "user": user.id, "reaction": name, "item": item, **author}, channel)

    def make_message(self, message: Message, *, mention: bool = False) -> Request:
        """Tell the app of a message that stands; with `mention`, as an app_mention."""
        channel = self.slack.channels[message.channel]
        author = self.slack.users.get(message.user or "")
        more: Json = {"type": "app_mention"} if mention else {"channel_type": CHANNEL_TYPE[channel.kind]}
        if author:
            more["team"] = author.team_id
        if author and channel.is_ext_shared:
            more |= {"user_team": author.team_id, "source_team": author.team_id}
        if message.client_msg_id:
            more["client_msg_id"] = message.client_msg_id
        top = self.slack.message(channel.id, message.thread_ts) if message.thread_ts else None
        if top is not None and top is not message:
            more["parent_user_id"] = top.user
        shown = message.as_json(metadata=False) | {"channel": channel.id, "event_ts": message.ts, **more}
        return self._in_channel(shown, channel)

    async def message(self, message: Message, *, mention: bool = False) -> Answer:
        """Tell the app of a message."""
        return await self.send(self.make_message(message, mention=mention))

    async def join(self, user: User, channel: Channel, *, inviter: User | None = None) -> Answer:
        """Let somebody (our bot, too) join a channel."""
        channel.members.append(user.id)
        invited = {"inviter": inviter.id} if inviter else {}
        return await self.send(self._in_channel(self._membership("joined", user, channel) | invited, channel))

    async def leave(self, user: User, channel: Channel) -> Answer:
        """Let somebody (our bot, too) leave a channel."""
        request = self._in_channel(self._membership("left", user, channel), channel)
        channel.members.remove(user.id)
        return await self.send(request)

    async def removed(self, channel: Channel, *, actor: User) -> Answer:
        """Let somebody take our bot out of a channel; the app is told in words of its own."""
        channel.members.remove(self.slack.bot.id)
        return await self._about(channel, "left", channel=channel.id, actor_id=actor.id)

    def _membership(self, what: str, user: User, channel: Channel) -> Json:
        kind = "C" if channel.kind == "public" else "G"
        where = {"channel": channel.id, "channel_type": kind, "team": user.team_id}
        return {"type": f"member_{what}_channel", "user": user.id, **where}

    async def team_join(self, user: User) -> Answer:
        """Tell the app of somebody new."""
        return await self.event({"type": "team_join", "user": self._person(user)})

    async def user_change(self, user: User) -> Answer:
        """Tell the app how somebody is now."""
        return await self.event({"type": "user_change", "user": self._person(user), "cache_ts": int(self.slack.now())})

    def _person(self, user: User) -> Json:
        return show_person(self.slack, user)

    async def rename(self, channel: Channel, name: str) -> Answer:
        """Rename a channel."""
        channel.name = name
        shown = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
        return await self._about(channel, "rename", channel=shown)

    async def archive(self, channel: Channel, *, user: User) -> Answer:
        """Archive a channel."""
        channel.archived = True
        return await self._about(channel, "archive", channel=channel.id, user=user.id)

    async def unarchive(self, channel: Channel, *, user: User) -> Answer:
        """Take a channel out of the archive."""
        channel.archived = False
        return await self._about(channel, "unarchive", channel=channel.id, user=user.id)

    async def _about(self, place: Channel, what: str, /, **more: Any) -> Answer:
        kind = "channel" if place.kind == "public" else "group"
        return await self.event({"type": f"{kind}_{what}", **more})

    async def open_home(self, user: User, *, tab: str = "home") -> Answer:
        """Open the app's own page."""
        home = self.slack.homes.get(user.id)
        view = {"view": self.slack.show_view(home)} if home and tab == "home" else {}
        channel = self.slack.add_dm(user).id
        return await self.event({"type": "app_home_opened", "user": user.id, "channel": channel, "tab": tab, **view})

    # What Slack does by itself

    async def url_verification(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Answer:
        """Check that the address is ours; the answer must hold the challenge."""
        body = {"token": "verification", "challenge": challenge, "type": "url_verification"}
        return await self.send(Request(what="url_verification", body=json.dumps(body).encode(), content_type=JSON))

    async def ssl_check(self) -> Answer:
        """Check the address's certificate; a command's address gets this now and then."""
        return await self.send(
            Request(what="ssl_check", body=urlencode({"ssl_check": 1, "token": "verification"}).encode())
        )
