"""The things in a Slack workspace, and how Slack shows each of them as JSON."""

import copy
import html
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

from .blockkit import elements
from .pings import pings

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]


@dataclass(kw_only=True)
class User:
    """Somebody in Slack: a member, a guest, a bot, a deactivated account, or a stranger of another team."""

    id: str
    team_id: str
    name: str  # the handle, as in @name
    real_name: str
    display_name: str
    email: str | None
    is_bot: bool = False
    bot_id: str | None = None
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    tz: str = "Europe/London"
    updated: int = 1_700_000_000

    def as_json(self, *, email: bool = False) -> Json:
        """Show the person as `users.info` does; the e-mail address needs a scope of its own."""
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.display_name,
            "display_name_normalized": self.display_name,
            "title": "",
            "phone": "",
            "status_text": "",
            "status_emoji": "",
            "team": self.team_id,
        }
        if email and self.email and not self.is_bot:
            profile["email"] = self.email
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        shown: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if not self.deleted:
            shown |= {
                "real_name": self.real_name,
                "tz": self.tz,
                "tz_label": "",
                "tz_offset": 0,
                "is_admin": self.is_admin,
                "is_owner": False,
                "is_primary_owner": False,
                "is_restricted": self.is_restricted,
                "is_ultra_restricted": self.is_ultra_restricted,
                "is_email_confirmed": True,
            }
        return shown


@dataclass(kw_only=True)
class Channel:
    """A conversation: a public or private channel, a direct message, or one among several."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    archived: bool = False
    topic: str = ""
    is_ext_shared: bool = False
    connected: list[str] = field(default_factory=list)  # the teams of other organisations that share it
    creator: str = ""
    created: int = 1_700_000_000

    @property
    def command_name(self) -> str:
        """Name the conversation as a slash command's `channel_name` does."""
        return {"public": self.name, "im": "directmessage", "private": "privategroup", "mpim": self.name}[self.kind]

    def as_json(self, me: str) -> Json:
        """Show the conversation as `conversations.info` does to `me`."""
        shared = {"created": self.created, "is_archived": self.archived, "is_org_shared": False}
        if self.kind == "im":
            other = next((member for member in self.members if member != me), me)
            return {"id": self.id, "is_im": True, "user": other, "priority": 0, **shared}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": False,
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_general": False,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "pending_connected_team_ids": [],
            **({"connected_team_ids": list(self.connected)} if self.is_ext_shared else {}),
            "is_member": me in self.members,
            "creator": self.creator,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
            **shared,
        }


@dataclass(kw_only=True)
class Message:
    """A message as it stands now; `edits` holds how it stood before, oldest first."""

    ts: str
    channel: str
    user: str | None  # none for authors like a webhook
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    sent: Json = field(default_factory=dict)  # the arguments it was last sent with
    edits: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False
    only_for: str | None = None  # the one person who sees it, when it is ephemeral
    client_msg_id: str = ""  # of the client that somebody wrote it with

    def pings(self) -> set[str]:
        """Name whom it notifies as it stands now."""
        return pings(self.sent or {"text": self.text, "blocks": self.blocks})

    def as_json(self, *, metadata: bool = True) -> Json:
        """Show the message as Slack does."""
        shown: Json = {"type": "message", "text": self.text, "ts": self.ts}
        shown |= {"user": self.user} if self.user else {"subtype": "bot_message"}
        for key in ("bot_id", "app_id", "thread_ts"):
            if getattr(self, key):
                shown[key] = getattr(self, key)
        if self.blocks:
            shown["blocks"] = copy.deepcopy(self.blocks)
        if self.edits:
            shown["edited"] = {"user": self.user, "ts": self.edits[-1]["until"]}
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        if self.metadata and metadata:
            shown["metadata"] = copy.deepcopy(self.metadata)
        return shown


@dataclass(kw_only=True)
class View:
    """A modal, or somebody's home tab, as it stands now."""

    id: str
    user: str
    type: str
    content: Json  # as sent, with ids made up where none were given
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    channel: str | None = None  # where the person was when it opened
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)  # at its fields, since it was last sent
    entered: Json = field(default_factory=dict)  # in its fields, as in `state.values`

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.content["blocks"]
        return blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """The organisation that a workspace belongs to."""

    id: str
    name: str
    domain: str


@dataclass(kw_only=True)
class Usergroup:
    """A group of people that can be mentioned together."""

    id: str
    handle: str
    name: str
    users: list[str]
    disabled: bool = False
    created: int = 1_700_000_000
    updated: int = 1_700_000_000


def echoed(node: Any) -> Any:
    """Show a view's content as Slack tells an app of it: in plain texts emoji have names, and & < > are escaped.

    Input blocks say what they are silent about: that they must be filled, and that Slack keeps to itself what is.
    """
    match node:
        case {"type": "plain_text", "text": str(text)}:
            safe = html.escape(text, quote=False)
            return {"emoji": True, **node, "text": _EMOJI.sub(lambda found: f":{_emoji_name(found[1])}:", safe)}
        case {"type": "input"}:
            shown = {name: echoed(each) for name, each in node.items()}
            return {"optional": False, "dispatch_action": False, **shown}
        case dict():
            return {name: echoed(each) for name, each in node.items()}
        case list():
            return [echoed(each) for each in node]
        case _:
            return node


_EMOJI = re.compile("([\u2600-\u27bf\U0001f300-\U0001faff])[\ufe0f\U0001f3fb-\U0001f3ff]*")


def _emoji_name(emoji: str) -> str:
    """Make a name of about the length that Slack has."""
    return re.sub(r"\W+", "_", unicodedata.name(emoji).lower())


def with_ids(blocks: list[Json] | None) -> list[Json]:
    """Copy `blocks`, with the ids that Slack makes up where none were given."""
    copied = copy.deepcopy(blocks or [])
    for block in copied:
        block.setdefault("block_id", secrets.token_urlsafe(4))
    for _, element, _ in elements(copied):
        if element.get("type") != "image":
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return copied
