"""The nouns of Kudos: frozen records, aware UTC times, no behaviour beyond their own invariants."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never


class PersonKind(StrEnum):
    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    STRANGER = "stranger"  #: somebody of another organisation, met in a shared channel


class Visibility(StrEnum):
    """Who could read along in a place when something was said there. What we do not know is private."""

    PUBLIC = "public"  #: everybody in the workspace
    PRIVATE = "private"  #: the members of the place
    DIRECT = "direct"  #: the people of a conversation in which nothing is posted


class Sight(StrEnum):
    """Who else may see what somebody was thanked for, as they choose."""

    EVERYONE = "everyone"  #: whoever can see where it was given
    CHANNELS = "channels"  #: only who is in a channel that they are in, and only there
    ME = "me"  #: nobody

    @property
    def label(self) -> str:
        match self:
            case Sight.EVERYONE:
                return "everyone"
            case Sight.CHANNELS:
                return "my channels only"
            case Sight.ME:
                return "only me"
        assert_never(self)


class PlaceKind(StrEnum):
    CHANNEL = "channel"
    CONVERSATION = "conversation"  #: people's own direct or group messages: nothing is ever posted there
    BOT = "bot"  #: a person's conversation with Kudos


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A Slack team, a Teams tenant or the playground."""

    id: str  #: with its platform: "slack:T012AB3CD"
    name: str
    url: str = ""  #: base of links to messages, with a trailing slash
    bot: str = ""  #: the person id of Kudos itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    workspace: str
    id: str  #: the platform's own id
    name: str  #: as the platform shows it
    email: str = ""  #: only when the platform has verified it
    kind: PersonKind = PersonKind.MEMBER
    active: bool = True
    direct: str = ""  #: the place id of their conversation with Kudos, once known
    admin: bool = False  #: looks after the workspace, as the platform says

    @property
    def thankable(self) -> bool:
        return self.active and self.kind in (PersonKind.MEMBER, PersonKind.GUEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    workspace: str
    id: str
    name: str = ""  #: without the leading #; "" when unknown
    kind: PlaceKind = PlaceKind.CHANNEL
    visibility: Visibility = Visibility.PRIVATE
    joined: bool = False  #: Kudos is a member
    archived: bool = False
    shared: bool | None = None  #: with another organisation; None: not known, which counts as shared
    creator: str = ""  #: who made it; "" when unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Where a message stands. Its text is never ours."""

    place: str
    id: str  #: the platform's own; in Slack its `ts`
    url: str = ""  #: its address, where people of another workspace are led to it; else the platform's own rule says


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A group of people on its platform, and who is in it at this moment."""

    id: str
    name: str  #: without the leading @
    people: tuple[str, ...]  #: ids


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankedGroup:
    """A group as it was when it was thanked: whatever becomes of it later changes nothing."""

    id: str
    name: str  #: without the leading @
    number: int  #: of people in it, the giver left out
    people: tuple[str, ...]  #: the recipients who were thanked as its people: not those who were named, too


class Role(StrEnum):
    MODERATOR = "moderator"  #: looks at reports, removes and restores
    OWNER = "owner"  #: of the programme: sees how it is used, and by how many
    ADMINISTRATOR = "administrator"  #: sets up, suppresses, grants roles
    AUDITOR = "auditor"  #: reads the audit log, and nothing else

    @property
    def label(self) -> str:
        return "programme owner" if self is Role.OWNER else self.value

    @property
    def one(self) -> str:
        """`a moderator`, `an auditor`."""
        return f"{'an' if self.label[0] in 'aeiou' else 'a'} {self.label}"


class Origin(StrEnum):
    COMMAND = "command"
    FORM = "form"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An entry as it was called when the kudos was given."""

    entry: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """A recipient who is shown only in places that they are in."""

    person: str
    places: frozenset[tuple[str, str]]  #: a workspace and a place, with whichever of their accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """The stored fact behind a kudos."""

    id: str
    workspace: str
    giver: Person
    recipients: tuple[Person, ...]  #: those named first, then the people of the groups, each once
    tags: tuple[Tag, ...]  #: one to three, in the order given
    base_tags: tuple[Tag, ...]  #: those it was given with, before any reaction on its card
    reason: str  #: the giver's words; "" for a reaction to which nothing was added
    place: Place  #: where it was given
    visibility: Visibility  #: of that place, at that time
    origin: Origin
    framework_version: str
    given_at: datetime
    message: Message | None = None  #: what was reacted to
    groups: tuple[ThankedGroup, ...] = ()
    withdrawn: bool = False
    removed: bool = False  #: by a moderator
    quiet: bool = False  #: given in a quiet that is not over: until then nobody else is told of it
    unlisted: frozenset[str] = frozenset()  #: its people of whom nobody else may be shown that they are in it
    nearby: tuple[Nearby, ...] = ()  #: its people who may be shown to others only where they are themselves
    seconders: tuple[Person, ...] = ()  #: in the order they joined
    revision: int = 1  #: grows with every change of state

    def __post_init__(self) -> None:
        if not self.recipients or not self.tags:
            raise ValueError("a recognition thanks somebody for something")
        if self.given_at.tzinfo is None:
            raise ValueError("times are aware")

    @property
    def named(self) -> tuple[Person, ...]:
        """The recipients whom the giver named one by one."""
        in_groups = {id_ for group in self.groups for id_ in group.people}
        return tuple(each for each in self.recipients if each.id not in in_groups)

    def concerns(self, person: str) -> bool:
        """Whether `person` gave or received it."""
        return person == self.giver.id or any(person == each.id for each in self.recipients)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One person's latest word on a card: an emoji put on or taken off, or a press of *Second this*."""

    person: str
    name: str  #: the emoji's name as sent, or "" for a press
    entry: str  #: the entry it stands for, or "" for a press
    standing: bool  #: a press is always standing
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone:
    """Anybody in the workspace."""

    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Whoever is in a place now."""

    workspace: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One person alone."""

    workspace: str
    person: str


Audience = Everyone | Members | One


def derived_id(*parts: str) -> str:
    """An id that is the same whenever the same thing is meant: 32 hexadecimal digits."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def to_text(moment: datetime) -> str:
    """A time as it is stored: fixed-width UTC text that sorts by time."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def to_time(text: str) -> datetime:
    """The inverse of `to_text`."""
    return datetime.fromisoformat(text)  # of all that reads times the fastest by far, and each request reads many


_KEPT_CONTROLS = "\n\t"
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Text as it is kept: composed (NFC), one kind of line break, no control characters, trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isprintable():  # as most texts are; nothing has to go then
        return text.strip()
    return "".join(
        c
        for c in text
        if c in _KEPT_CONTROLS or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _BIDI_OVERRIDES)
    ).strip()
