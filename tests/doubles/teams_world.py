"""A Teams tenant as data: people, teams with their channels, group chats, and personal chats with our bot.

Ids look as Teams makes them, for several of their parts mean something: a person is `29:…` to bots and a GUID in
Entra, a bot is `28:` and its app id, a team's id is the id of its General channel.
Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

ChannelType = Literal["standard", "private", "shared"]


@dataclass(kw_only=True, eq=False)
class User:
    """Somebody with an account in the tenant, or a guest of it."""

    name: str
    mri: str  # as bots know them, `29:…`: another one for each bot
    object_id: str  # in Entra
    email: str
    principal_name: str
    role: Literal["user", "guest", "anonymous"] = "user"

    @property
    def account(self) -> Json:
        """As `from` of an activity."""
        return {"id": self.mri, "name": self.name, "aadObjectId": self.object_id}

    @property
    def member(self) -> Json:
        """As a member of a conversation, told by the Bot Connector."""
        given, _, surname = self.name.partition(" ")
        return {
            "id": self.mri,
            "name": self.name,
            "objectId": self.object_id,
            "aadObjectId": self.object_id,
            "givenName": given,
            "surname": surname,
            "email": self.email,
            "userPrincipalName": self.principal_name,
            "userRole": self.role,
        }


@dataclass(kw_only=True, eq=False)
class Channel:
    """A channel of a team."""

    id: str
    name: str  # "" for General, as the Bot Connector leaves it out
    type: ChannelType = "standard"
    members: list[User] | None = None  # of a private or shared channel; else everybody in the team


@dataclass(kw_only=True, eq=False)
class Team:
    """A team; our bot is in it while `installed`."""

    id: str  # of its General channel
    name: str
    group_id: str  # in Entra
    members: list[User]
    channels: list[Channel]
    installed: bool = True

    @property
    def general(self) -> Channel:
        """The channel that every team has."""
        return self.channels[0]


@dataclass(kw_only=True, eq=False)
class Chat:
    """A group chat, or somebody's personal chat with our bot; the bot is in it while `installed`."""

    id: str
    members: list[User]
    personal: bool = False
    topic: str = ""
    installed: bool = True

    @property
    def type(self) -> str:
        """As `conversationType`."""
        return "personal" if self.personal else "groupChat"


Place = Channel | Chat


@dataclass(kw_only=True, eq=False)
class World:
    """One tenant with our bot in it."""

    tenant_id: str
    app_id: str
    bot_name: str = "Kudos"
    users: list[User] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)

    @property
    def bot(self) -> Json:
        """Our bot, as `recipient` of an activity."""
        return {"id": f"28:{self.app_id}", "name": self.bot_name}

    def add_user(self, name: str, *, role: Literal["user", "guest", "anonymous"] = "user") -> User:
        """Give somebody an account; the address is made of the name."""
        local = name.lower().replace(" ", ".")
        email = f"{local}@force.example" if role == "user" else f"{local}@elsewhere.example"
        user = User(
            name=name,
            mri=f"29:1{_digest('user', self.tenant_id, name)[:60]}",
            object_id=_guid("object", self.tenant_id, name),
            email=email,
            principal_name=email,
            role=role,
        )
        self.users.append(user)
        return user

    def add_team(self, name: str, members: list[User]) -> Team:
        """Found a team with its General channel, and our bot in it."""
        general = Channel(id=_thread("general", self.tenant_id, name), name="")
        team = Team(
            id=general.id,
            name=name,
            group_id=_guid("group", self.tenant_id, name),
            members=list(members),
            channels=[general],
        )
        self.teams.append(team)
        return team

    def add_channel(
        self, team: Team, name: str, *, type_: ChannelType = "standard", members: list[User] | None = None
    ) -> Channel:
        """Add a channel; a private or shared one has members of its own."""
        if (type_ == "standard") is not (members is None):
            raise ValueError("private and shared channels have members of their own, and no others have")
        channel = Channel(id=_thread("channel", team.id, name), name=name, type=type_, members=members)
        team.channels.append(channel)
        return channel

    def add_group_chat(self, topic: str, members: list[User]) -> Chat:
        """Begin a group chat with our bot in it."""
        chat = Chat(
            id=f"19:{_digest('chat', self.tenant_id, topic)[:32]}@thread.v2", members=list(members), topic=topic
        )
        self.chats.append(chat)
        return chat

    def personal(self, user: User) -> Chat:
        """Somebody's personal chat with our bot, which begins here if it has not."""
        for chat in self.chats:
            if chat.personal and chat.members == [user]:
                return chat
        chat = Chat(id=f"a:1{_digest('personal', user.mri, self.app_id)[:70]}", members=[user], personal=True)
        self.chats.append(chat)
        return chat

    def user(self, known_as: str) -> User | None:
        """Whoever has that Teams id or object id."""
        return next((user for user in self.users if known_as in (user.mri, user.object_id)), None)

    def team_of(self, place: Place) -> Team | None:
        """The team that a channel belongs to."""
        return next((team for team in self.teams if place in team.channels), None)

    def place(self, id_: str) -> Place | None:
        """The conversation with that id; what follows `;messageid=` names a thread in it."""
        bare = id_.partition(";")[0]
        places: list[Place] = [channel for team in self.teams for channel in team.channels]
        return next((place for place in (*places, *self.chats) if place.id == bare), None)

    def members(self, place: Place) -> list[User]:
        """Who is in a conversation, our bot aside."""
        if place.members is not None:
            return place.members
        team = self.team_of(place)
        return team.members if team else []


def world(*, tenant_id: str = "72f988bf-0000-4000-8000-2d7cd011db47", app_id: str = "") -> World:
    """A tenant with five people, a team with four kinds of channels, a group chat, and everybody's personal chat."""
    made = World(tenant_id=tenant_id, app_id=app_id or _guid("app", tenant_id))
    alice, bob, carol, dev, erin = people = [
        made.add_user(name) for name in ("Alice Adams", "Bob Brown", "Carol Clark", "Dev Das", "Erin Evans")
    ]
    team = made.add_team("Response North", people)
    made.add_channel(team, "Thanks")
    made.add_channel(team, "Sergeants", type_="private", members=[alice, bob])
    made.add_channel(team, "With the council", type_="shared", members=[alice, dev, erin])
    made.add_group_chat("Night shift", [alice, bob, carol])
    for user in people:
        made.personal(user)
    return made


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest() + hashlib.sha256("\1".join(parts).encode()).hexdigest()


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(parts)))


def _thread(*parts: str) -> str:
    return f"19:{_digest(*parts)[:32]}@thread.tacv2"
