"""A made-up Slack workspace: a test fills it, and looks at it.

Everything in it is plain data, so a workspace can be written to a file and read in another process (`slack_state`).
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from . import slack_tokens
from .slack_objects import Channel, Enterprise, Json, Kind, Message, User, Usergroup, View, echoed


@dataclass(kw_only=True)
class Workspace:
    """Everything in one Slack team, and the ways to fill it and to look at it."""

    team_id: str = "T00000001"
    domain: str = "northfield"
    app_id: str = "A00000001"
    bot_id: str = "B00000001"
    url: str = ""  # of the Web API, with a slash at its end
    now: Callable[[], float] = time.time
    enterprise: Enterprise | None = None
    org_wide: bool = False  # whether the app is here by an installation for the whole organisation
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    posted: dict[str, list[Message]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    serial: int = 0
    last_us: int = 0

    def __post_init__(self) -> None:
        self.add_user("kudos", real_name="Kudos", bot=True, bot_id=self.bot_id)
        slackbot = self.add_user("slackbot", real_name="Slackbot", email=None)
        slackbot.id = "USLACKBOT"  # Slack's own, which is famously not marked as a bot
        self.users = {each.id: each for each in self.users.values()}
        self.find_bot()

    def find_bot(self) -> None:
        """Find our own bot among the people."""
        self.bot = next(user for user in self.users.values() if user.bot_id == self.bot_id)

    # Filling it

    def new_id(self, prefix: str) -> str:
        """Make up an id that nothing else has."""
        self.serial += 1
        return f"{prefix}{self.serial:08d}"

    def stamp(self) -> str:
        """Tell the time as a message's `ts`: later than every one before, to the microsecond."""
        self.last_us = max(int(self.now() * 1e6), self.last_us + 1)
        return f"{self.last_us // 10**6}.{self.last_us % 10**6:06d}"

    def add_user(
        self,
        name: str,
        *,
        real_name: str = "",
        display_name: str | None = None,
        email: str | None = "",
        bot: bool = False,
        bot_id: str | None = None,
        deleted: bool = False,
        guest: Literal["multi", "single"] | None = None,
        team_id: str = "",
        tz: str = "Europe/London",
    ) -> User:
        """Add somebody; with another `team_id` somebody of another organisation."""
        shown = real_name or name.title()
        user = User(
            id=self.new_id("U"),
            team_id=team_id or self.team_id,
            name=name,
            real_name=shown,
            display_name=name if display_name is None else display_name,
            email=f"{name}@example.org" if email == "" else email,
            is_bot=bot,
            bot_id=bot_id or (self.new_id("B") if bot else None),
            deleted=deleted,
            is_restricted=guest is not None,
            is_ultra_restricted=guest == "single",
            tz=tz,
        )
        self.users[user.id] = user
        return user

    def add_people(self, number: int, *, prefix: str = "person") -> list[User]:
        """Add many people at once, "person-1" and so on."""
        return [
            self.add_user(f"{prefix}-{each}", real_name=f"{prefix.title()} {each}") for each in range(1, number + 1)
        ]

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Iterable[User | str] = (),
        bot: bool = True,
        archived: bool = False,
        topic: str = "",
        is_ext_shared: bool = False,
        connected: Iterable[str] = (),
    ) -> Channel:
        """Add a channel with these members, and with our bot unless `bot` is false."""
        inside = [_id(each) for each in members] + ([self.bot.id] if bot else [])
        return self._add_channel(
            "private" if private else "public",
            name,
            inside,
            archived=archived,
            topic=topic,
            is_ext_shared=is_ext_shared or bool(connected),
            connected=list(connected),
        )

    def add_dm(self, user: User | str, other: User | str | None = None) -> Channel:
        """Find or open the direct messages between `user` and our bot, or between two people."""
        pair = [_id(user), self.bot.id if other is None else _id(other)]
        for channel in self.channels.values():
            if channel.kind == "im" and sorted(channel.members) == sorted(pair):
                return channel
        return self._add_channel("im", "", pair)

    def mpim(self, *users: User | str, bot: bool = False) -> Channel:
        """Find or open a conversation among several people."""
        inside = [_id(each) for each in users] + ([self.bot.id] if bot else [])
        for channel in self.channels.values():
            if channel.kind == "mpim" and sorted(channel.members) == sorted(inside):
                return channel
        names = "--".join(self.users[each].name for each in inside)
        return self._add_channel("mpim", f"mpdm-{names}-1", inside)

    def _add_channel(self, kind: Kind, name: str, members: list[str], **more: Any) -> Channel:
        prefix = {"public": "C", "private": "C", "im": "D", "mpim": "G"}[kind]
        creator = members[0] if members else self.bot.id
        channel = Channel(id=self.new_id(prefix), name=name, kind=kind, members=members, creator=creator, **more)
        self.channels[channel.id] = channel
        self.posted[channel.id] = []
        return channel

    def add_usergroup(self, handle: str, users: Iterable[User | str]) -> Usergroup:
        """Add a group that is mentioned as @handle."""
        group = Usergroup(id=self.new_id("S"), handle=handle, name=handle, users=[_id(each) for each in users])
        self.usergroups[group.id] = group
        return group

    def say(self, user: User | str | None, channel: Channel | str, text: str, *, ts: str = "", **more: Any) -> Message:
        """Let somebody write a message; without a `user`, something like a webhook writes it."""
        by = _id(user) if user else None
        message = Message(ts=ts or self.stamp(), channel=_id(channel), user=by, text=text, **more)
        if user is None:
            message.bot_id = message.bot_id or self.new_id("B")
        elif self.users[_id(user)].is_bot:
            message.bot_id = self.users[_id(user)].bot_id
        self.posted[message.channel].append(message)
        return message

    def issue_trigger(self, user: User | str, view: View | None = None, channel: str = "") -> str:
        """Issue a `trigger_id` for what `user` just did (in `view`); good once, for three seconds."""
        return slack_tokens.issue("trigger", [_id(user), view.id if view else "", channel, self.team_id], self.now())

    def issue_response_url(self, user: User | str, channel: Channel | str, original: str = "") -> str:
        """Issue a `response_url`; `original` is the message that was acted on."""
        token = slack_tokens.issue("response", [_id(user), _id(channel), original, self.team_id], self.now())
        return f"{self.url.removesuffix('/api/')}/response/{token}"

    # How payloads name it

    def shown_team(self) -> Json | None:
        """Name the team as interactive payloads do: not at all, when the app is installed organisation-wide."""
        if self.org_wide:
            return None
        above = self.enterprise
        org = {"enterprise_id": above.id, "enterprise_name": above.name} if above else {}
        return {"id": self.team_id, "domain": self.domain, **org}

    def shown_enterprise(self) -> Json | None:
        """Name the organisation, if there is one."""
        return {"id": self.enterprise.id, "name": self.enterprise.name} if self.enterprise else None

    # Looking at it

    def messages(self, channel: Channel | str, *, ours: bool = False) -> list[Message]:
        """List what stands in a conversation, oldest first; with `ours` only what our bot posted."""
        listed = [each for each in self.posted.get(_id(channel), []) if not each.deleted]
        return [each for each in listed if each.app_id == self.app_id] if ours else listed

    def dms(self, user: User | str) -> list[Message]:
        """List what our bot told `user` in direct messages, oldest first."""
        return self.messages(self.add_dm(user), ours=True)

    def seen_only_by(self, user: User | str) -> list[Message]:
        """List the ephemeral messages that only `user` sees, oldest first."""
        return [each for each in self.ephemerals if each.only_for == _id(user) and not each.deleted]

    def message(self, channel: str, ts: str) -> Message | None:
        """Find a message that stands."""
        return next((each for each in self.messages(channel) if each.ts == ts), None)

    def is_stranger(self, user: User) -> bool:
        """Tell whether somebody is of another team and in no channel that our bot is in."""
        if user.team_id == self.team_id:
            return False
        return not any({user.id, self.bot.id} <= set(each.members) for each in self.channels.values())

    def modal(self, user: User | str) -> View | None:
        """Find the modal that `user` sees now: the topmost that is open."""
        mine = [each for each in self.views.values() if each.user == _id(user) and each.open]
        return mine[-1] if mine else None

    def show_view(self, view: View, values: Json | None = None) -> Json:
        """Show a view as Slack does in answers and payloads."""
        blank = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None, "submit": None}
        modal = {"clear_on_close": False, "notify_on_close": False}
        return {
            "id": view.id,
            "team_id": self.team_id,
            "type": view.type,
            **blank,
            **modal,
            **echoed(view.content),
            "state": {"values": values or {}},
            "hash": view.hash,
            "root_view_id": view.root_view_id,
            "previous_view_id": view.previous_view_id,
            "app_id": self.app_id,
            "app_installed_team_id": self.enterprise.id if self.enterprise and self.org_wide else self.team_id,
            "bot_id": self.bot_id,
        }


def _id(each: User | Channel | str) -> str:
    return each if isinstance(each, str) else each.id
