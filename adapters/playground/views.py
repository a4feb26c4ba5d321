"""What the template shows: plain records, ready to be put in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from adapters.playground.render import Here


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Somebody's name and picture."""

    name: str
    role: str
    initials: str
    hue: int
    kudos: bool = False  #: it is Kudos itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticker:
    """An emoji under a message, or in the picker."""

    emoji: str
    label: str
    tag: str = ""
    people: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as somebody sees it."""

    id: str
    author: Face
    body: Markup
    at: datetime  #: in the zone of the playground
    answers: str = ""  #: who is answered, below whose message it stands
    day: str = ""  #: said before the first message of a day
    follows: bool = False  #: stands under the name of the message before
    private: bool = False
    stickers: tuple[Sticker, ...] = ()
    reactable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    label: str
    detail: str = ""
    current: bool = False
    new: int = 0
    private: bool = False
    face: Face | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    title: str
    body: Markup
    close: str
    described: str = ""  #: the HTML id of what is to be read out when it opens
    erring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    here: Here
    viewer: Face
    now: datetime  #: in the zone of the playground
    title: str
    about: str
    channel: bool
    private: bool
    away: bool  #: a channel that Kudos has not been invited to
    with_kudos: bool
    home: bool  #: one's own page, where nothing is said
    messages: tuple[Seen, ...]
    picker: tuple[Sticker, ...]
    ordinary: tuple[str, ...]
    channels: tuple[Link, ...]
    conversations: tuple[Link, ...]
    kudos: tuple[Link, ...]
    people: tuple[Link, ...]
    tries: tuple[Link, ...]
    completions: Mapping[str, Sequence[Mapping[str, str]]]
    say: str
    dialog: Dialog | None
    version: int
