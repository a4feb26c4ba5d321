"""What people ask of Kudos: each platform's `parse.py` makes these, `Bot.handle` answers them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from bot.model import Message, Person, Place, Sight


class Action(StrEnum):
    """What a button or a form asks for; the value that comes with it says of what."""

    GIVE = "give"
    EDIT = "edit"
    SENTENCE = "sentence"
    SECOND = "second"
    EXPLAIN = "explain"
    MEANING = "meaning"
    PICK = "pick"
    LATELY = "lately"
    VALUES = "values"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    OWN = "own"
    HOME = "home"
    SETTING = "setting"
    DIGEST = "digest"
    HIDE = "hide"
    SHOW = "show"
    REPORT = "report"
    REPORTS = "reports"
    REMOVE = "remove"
    LEAVE = "leave"
    RESTORE = "restore"
    VISIBILITY = "visibility"
    EXPORT = "export"
    WITHOUT = "without"
    KEEP = "keep"
    RIGHT = "right"


class Right(StrEnum):
    """What people may ask about their own data."""

    PRIVACY = "privacy"
    DATA = "data"
    CORRECT = "correct"
    ERASE = "erase"
    ERASE_NOW = "erase now"


@dataclass(frozen=True, slots=True)
class Named:
    """A person as called in typed text."""

    person: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people as called in typed text."""

    group: str
    name: str = ""  #: without the leading @


@dataclass(frozen=True, slots=True)
class Channel:
    """`#something` that the platform took for a channel."""

    name: str  #: "" when the platform hides it from us


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A mention that is nobody we can tell, such as a name the platform did not recognise."""

    text: str
    everybody: bool = False  #: it means whoever is in the place


Word = str | Named | Group | Channel | Unresolved
Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every request has."""

    workspace: str
    person: str  #: who asks
    delivery: str  #: the platform's key of this delivery: the same when it comes again
    via: str = ""  #: the workspace in which it was asked, where that is another one

    @property
    def origin(self) -> str:
        """The platform on which it was asked, such as "slack"."""
        return (self.via or self.workspace).partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(Asked):
    """`/kudos …`, in whatever state the words are."""

    place: Place | None  #: as far as the platform says; what we have stored counts for more; None: still open
    words: Words
    said_in: Message | None = None  #: the message that says so, where no command or shortcut does


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFor(Asked):
    """*Give kudos* for a message: the form, with its author and its place filled in."""

    message: Message
    author: str  #: "" when the platform does not say, or it is an app
    place: Place


class Remedied(TypedDict):
    """What a form says of words that were stopped."""

    remedy: str
    warned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitKudos(Asked):
    """The form of a kudos, filled in."""

    form: str  #: the platform's id of the opened form
    recipients: tuple[str, ...]
    entries: tuple[str, ...]
    reason: str
    place: str  #: chosen in the form, or where it was opened
    message: str = ""  #: the id of the message there that it is about
    groups: tuple[str, ...] = ()  #: whose people the form was filled in with
    open_place: bool = False  #: the form asks where, and `place` answers that
    remedy: str = ""  #: what is to be done about words that were stopped, if that was asked
    warned: str = ""  #: the key of what the giver was told then


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReason(Asked):
    """New words for a recognition: an edit, or the sentence added to a reaction."""

    recognition: str
    reason: str
    remedy: str = ""  #: as of `SubmitKudos`
    warned: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Asked):
    """Somebody writes in a form that they may send, or never send. Nothing of it is kept."""

    reason: str  #: what stands there by now
    entries: tuple[str, ...] = ()  #: chosen by now
    at: datetime  #: the platform's own time of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Asked):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine(Asked):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Asked):
    """`/values …`; an empty question asks for all of them."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Asked):
    """A message to Kudos: in its own conversation with somebody, or one that calls it."""

    place: Place
    message: Message
    words: Words  #: without the calls of Kudos itself


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHome(Asked):
    """Somebody looks at their own page."""

    typed: bool = False  #: they have asked for it in words, so that it is the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRight(Asked):
    """What is kept about who asks, and what they can do about it."""

    right: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchReactions(Asked):
    """Switch kudos by reaction on or off in a place."""

    place: Place
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSight(Asked):
    """`/kudos visibility`: who may see what they are thanked for."""

    sight: Sight | None  #: None: they ask how it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress(Asked):
    """`/kudos suppress @somebody …`."""

    whom: str  #: "" where it can't be told
    until: str  #: the last day, as typed; "" for how it stands, "off" to end it


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchQuiet(Asked):
    """`/kudos quiet …`."""

    place: Place
    on: bool | None  #: None: how it stands
    everywhere: bool = False
    people: tuple[str, ...] = ()  #: about whom it is; where there are none and it is not everywhere, about the place


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDigest(Asked):
    """`/kudos digest`: the form that sets up the digest of a place."""

    place: Place
    said_in: Message | None = None  #: the message that says so, where no command does: it opens no form


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWord(Asked):
    """`/kudos digest …`."""

    place: Place
    word: str  #: as typed, whatever it is
    patient: bool = False  #: whoever asked knows that it takes a moment, and waits for no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitDigest(Asked):
    """The form that sets up the digest of a place, filled in; as it was sent, whatever it holds."""

    place: str
    state: str  #: "on" or "off"
    day: str  #: "0" is Monday
    at: str
    zone: str
    scope: str
    people: tuple[str, ...]
    extras: tuple[str, ...]  #: of "chart" and "mention"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLatest(Asked):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRoles(Asked):
    """`/kudos roles`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole(Asked):
    """`/kudos role …`."""

    words: Words  #: what follows, whatever it is


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAudit(Asked):
    """`/kudos audit`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPatterns(Asked):
    """`/kudos patterns`: who thanks whom in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExport(Asked):
    """`/kudos export`: what everybody may see of who was thanked by whom, as a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReports(Asked):
    """`/kudos reports`: what waits for a moderator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRemoval(Asked):
    """A moderator's reason to remove a kudos."""

    recognition: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Asked):
    """A button was pressed."""

    action: Action
    value: str  #: what the button is about, such as a recognition's or an entry's id
    place: str  #: where the button stands; "" for one's own page
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted(Asked):
    """An emoji was put on a message, or taken off."""

    message: Message
    author: str  #: "" when the platform does not say
    name: str  #: the emoji's name as sent, or the emoji itself
    standing: bool
    at: datetime  #: the platform's own time of the event


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Asked):
    """Kudos itself was added to a place."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Asked):
    """Kudos itself was removed from a place."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned(Asked):
    """The platform told us about people and places."""

    people: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    members: tuple[tuple[str, str, bool], ...] = ()  #: (place, person, present)
    groups: tuple[tuple[str, str], ...] = ()  #: (group, name)


Errand = (
    Give
    | GiveFor
    | SubmitKudos
    | SubmitReason
    | Write
    | Help
    | Mine
    | Ask
    | OpenHome
    | AskRight
    | SwitchReactions
    | ChooseSight
    | Suppress
    | SwitchQuiet
    | OpenDigest
    | DigestWord
    | SubmitDigest
    | UndoLatest
    | ShowRoles
    | ChangeRole
    | ReadAudit
    | ShowPatterns
    | AskExport
    | ListReports
    | SubmitRemoval
    | Press
    | Reacted
    | Joined
    | Left
    | Learned
)

Request = Errand | Said  #: what is said to Kudos is an errand, once it is known which

Submitted = SubmitKudos | SubmitReason | SubmitRemoval | SubmitDigest  #: forms, filled in
