"""Changes that Slack tells an app of: groups, emoji, sharing with other organisations, and the app's own standing."""

from collections.abc import Iterable

from .slack_events import Events
from .slack_groups import TRUNCATED, show_group
from .slack_installs import Installation
from .slack_objects import Channel, Json, User, Usergroup
from .slack_wire import Answer, Request


class Changes(Events):
    """What changes in the workspace, and with the app's installation."""

    # User groups

    async def group_created(self, group: Usergroup) -> Answer:
        """Tell the app of a new group."""
        return await self.event({"type": "subteam_created", "subteam": self._group(group)})

    def make_group_changed(
        self, group: Usergroup, *, add: Iterable[User] = (), remove: Iterable[User] = ()
    ) -> list[Request]:
        """Let people into a group and out of it: two events, one with the change, one with all (the first 500)."""
        added, removed = [each.id for each in add], [each.id for each in remove]
        group.users = [each for each in group.users if each not in removed] + added
        before, group.updated = group.updated, max(group.updated + 1, int(self.slack.now()))
        delta = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": self.slack.team_id,
            "date_previous_update": before,
            "date_update": group.updated,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        return [self.make_event(delta), self._group_updated(group)]

    async def group_changed(
        self, group: Usergroup, *, add: Iterable[User] = (), remove: Iterable[User] = ()
    ) -> list[Answer]:
        """Let people into a group and out of it."""
        return [await self.send(each) for each in self.make_group_changed(group, add=add, remove=remove)]

    async def group_renamed(self, group: Usergroup, handle: str) -> Answer:
        """Give a group another handle."""
        group.handle = group.name = handle
        return await self.send(self._group_updated(group))

    async def group_disabled(self, group: Usergroup, *, disabled: bool = True) -> Answer:
        """Disable a group, or enable it again; there is no event of its own for that."""
        group.disabled = disabled
        return await self.send(self._group_updated(group))

    def _group_updated(self, group: Usergroup) -> Request:
        group.updated = max(group.updated, int(self.slack.now()))
        return self.make_event({"type": "subteam_updated", "subteam": self._group(group)})

    def _group(self, group: Usergroup) -> Json:
        shown = show_group(self.slack, group, users=True)
        return shown | {"users": shown["users"][:TRUNCATED]}

    # Emoji

    async def add_emoji(self, name: str, value: str) -> Answer:
        """Add a custom emoji: an address, or "alias:name"."""
        self.slack.emoji[name] = value
        return await self.event({"type": "emoji_changed", "subtype": "add", "name": name, "value": value})

    async def remove_emoji(self, *names: str) -> Answer:
        """Remove custom emoji."""
        for name in names:
            del self.slack.emoji[name]
        return await self.event({"type": "emoji_changed", "subtype": "remove", "names": list(names)})

    # People and channels

    async def deactivate(self, user: User) -> Answer:
        """Deactivate somebody's account."""
        user.deleted = True
        return await self.user_change(user)

    async def create_channel(self, channel: Channel) -> Answer:
        """Tell the app of a new public channel."""
        shown = {"id": channel.id, "name": channel.name, "created": channel.created, "creator": channel.creator}
        return await self.event({"type": "channel_created", "channel": shown})

    async def delete_channel(self, channel: Channel, *, user: User) -> Answer:
        """Delete a channel for good."""
        del self.slack.channels[channel.id]
        return await self._about(channel, "deleted", channel=channel.id, actor_id=user.id)

    async def share(self, channel: Channel, team_id: str) -> Answer:
        """Share a channel with another organisation."""
        channel.connected.append(team_id)
        channel.is_ext_shared = True
        about = {"type": "channel_shared", "connected_team_id": team_id, "channel": channel.id}
        return await self.send(self._in_channel(about, channel))

    async def unshare(self, channel: Channel, team_id: str) -> Answer:
        """Stop sharing a channel with another organisation; its people leave."""
        channel.connected.remove(team_id)
        channel.is_ext_shared = bool(channel.connected)
        people = self.slack.users
        channel.members = [each for each in channel.members if people[each].team_id != team_id]
        about = {"previously_connected_team_id": team_id, "is_ext_shared": channel.is_ext_shared}
        return await self.send(self._in_channel({"type": "channel_unshared", "channel": channel.id, **about}, channel))

    async def change_id(self, channel: Channel) -> Answer:
        """Give a channel another id, as can happen when it is shared."""
        slack, old = self.slack, channel.id
        channel.id = slack.new_id("C")
        slack.channels[channel.id] = slack.channels.pop(old)
        slack.posted[channel.id] = slack.posted.pop(old)
        for message in slack.posted[channel.id]:
            message.channel = channel.id
        return await self.event({"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": channel.id})

    # The app's own standing

    def make_app_uninstalled(self) -> Request:
        """Say that the app was taken out."""
        return self.make_event({"type": "app_uninstalled"})

    def make_tokens_revoked(self, *users: User) -> Request:
        """Say that the bot's token, or with `users` theirs, are good no more: it names people, not tokens."""
        gone = {"oauth": [each.id for each in users], "bot": [] if users else [self.slack.bot.id]}
        return self.make_event({"type": "tokens_revoked", "tokens": gone})

    async def uninstall(self, place: Installation | None = None, *, uninstalled_first: bool = False) -> list[Answer]:
        """Let an administrator take the app out: two events, in either order."""
        requests = [self.make_tokens_revoked(), self.make_app_uninstalled()]
        (place or self.slack).uninstall()
        return [await self.send(each) for each in (requests[::-1] if uninstalled_first else requests)]

    async def revoke(self, place: Installation | None = None) -> Answer:
        """Let an administrator revoke the app's tokens."""
        request = self.make_tokens_revoked()
        (place or self.slack).revoke_all()
        return await self.send(request)

    async def team_access(self, team_id: str, *, granted: bool = True) -> Answer:
        """Say that an app of the whole organisation was added to a workspace, or taken out of it."""
        kind = "team_access_granted" if granted else "team_access_revoked"
        return await self.event({"type": kind, "team_ids": [team_id]})
