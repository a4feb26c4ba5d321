"""A platform at the core's own ports, `Sender` and `Lookup`: as strict as a real one, and as unreliable as it is told.

Unlike the other doubles it speaks the core's language, because that is what stands at these ports.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot import posts
from bot.cards import VALUE_MOST, Actions, Bullets, Card, Element, Line, Mention, Note, Spans, length, plain
from bot.errors import CannotLook, Impossible, NotAMember, PlatformError
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Roster, Visibility
from bot.posts import Post
from bot.requests import Action

BUTTON_MOST = 75  #: characters. Source: Slack, button object

Method = Literal["send", "mend", "find", "people", "place", "members", "public", "permalink", "group", "direct"]


class Clock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Posted:
    """A message that people can read."""

    message: Message
    key: str
    view: str
    card: Card
    mended: int = 0

    @property
    def text(self) -> str:
        return plain(self.card)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at the next call of `method` (for `target`, if one is named)."""

    method: Method
    error: BaseException
    target: str = ""
    done: bool = False  #: the platform carries it out all the same, only its answer is lost


@dataclass(slots=True)
class Platform:
    """Implements `bot.outbox.Sender` and `bot.lookup.Lookup`."""

    people_: dict[str, Person] = field(default_factory=dict)
    rooms: dict[str, Place] = field(default_factory=dict)
    groups: dict[str, Roster] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    published: dict[str, list[Card]] = field(default_factory=dict)  #: people's own pages, the latest last
    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[Method, str]] = field(default_factory=list)
    may_look: bool = True
    meanwhile: Callable[[], Awaitable[None]] | None = None  #: happens once, while a message is being sent
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: of rooms whose members it tells when asked
    learn: Callable[[str, str, Iterable[str]], Awaitable[None]] | None = None  #: saves them
    deleted: set[Message] = field(default_factory=set)  #: messages, whoever wrote them
    workspaces: frozenset[str] = frozenset({"test:1"})

    # Sender

    async def send(self, row: Post, card: Card) -> Message:
        fault = self._fault("send", _where(row))
        if fault and not fault.done:
            raise fault.error
        if row.view == posts.HOME:
            message = self._publish(row, card)
            if fault:
                raise fault.error
            return message
        place = self._writable(row)
        self._well_formed(card)
        message = Message(place=place, id=f"{place}.{sum(each.message.place == place for each in self.posted) + 1}")
        self.posted.append(Posted(message, row.id, row.view, card))
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            await meanwhile()
        if fault:
            raise fault.error
        return message

    async def mend(self, row: Post, message: Message, card: Card) -> None:
        fault = self._fault("mend", _where(row))
        if fault and not fault.done:
            raise fault.error
        if row.view == posts.HOME:
            assert self._publish(row, card) == message, "a page stays where it is"
            if fault:
                raise fault.error
            return
        found = next((each for each in self.posted if each.message == message), None)
        if found is None:
            raise Impossible("message_not_found")
        assert found.key == row.id, "only its own row may change a message"
        self._well_formed(card)
        found.card = card
        found.mended += 1
        if fault:
            raise fault.error

    async def find(self, row: Post) -> Message | None:
        if fault := self._fault("find", _where(row)):
            raise fault.error
        if not self.may_look:
            raise CannotLook("missing_scope")
        assert row.first_tried_at, "where to begin to look"
        if row.view == posts.HOME:
            return None
        return next((each.message for each in self.posted if each.key == row.id), None)

    # Lookup

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]:
        asked = list(ids)
        assert workspace in self.workspaces
        if fault := self._fault("people", ",".join(asked)):
            raise fault.error
        assert asked, "nothing to look up"
        return [self.people_[id_] for id_ in asked if id_ in self.people_]

    async def place(self, workspace: str, id_: str) -> Place | None:
        assert workspace in self.workspaces
        if fault := self._fault("place", id_):
            raise fault.error
        return self.rooms.get(id_)

    async def learn_members(self, workspace: str, place: str) -> None:
        assert workspace in self.workspaces
        if fault := self._fault("members", place):
            raise fault.error
        if self.learn and place in self.members:
            await self.learn(workspace, place, self.members[place])

    async def public_places(self, workspace: str) -> frozenset[str]:
        assert workspace in self.workspaces
        if fault := self._fault("public", ""):
            raise fault.error
        return frozenset(id_ for id_, room in self.rooms.items() if room.visibility is Visibility.PUBLIC)

    async def permalink(self, workspace: str, message: Message) -> str | None:
        assert workspace in self.workspaces
        if fault := self._fault("permalink", f"{message.place}/{message.id}"):
            raise fault.error
        room = self.rooms.get(message.place)
        if room and room.visibility is Visibility.PRIVATE and not room.joined:
            raise NotAMember(room.id)
        return None if message in self.deleted else f"https://example.org/{message.place}/{message.id}"

    async def address(self, workspace: str, message: Message) -> str:
        assert workspace in self.workspaces
        return f"https://example.org/{message.place}/{message.id}"

    async def group(self, workspace: str, id_: str, name: str) -> Roster:
        assert workspace in self.workspaces
        if fault := self._fault("group", id_):
            raise fault.error
        if id_ not in self.groups:
            raise Impossible("no_such_subteam")
        return replace(self.groups[id_], name=name or self.groups[id_].name)

    async def direct(self, person: Person) -> str:
        if fault := self._fault("direct", person.id):
            raise fault.error
        return direct(person.id)

    # What tests arrange and look at.

    def fail(
        self, method: Method, error: PlatformError | TimeoutError, *, target: str = "", done: bool = False
    ) -> None:
        self.faults.append(Fault(method, error, target, done))

    def change(self, room: str, *, joined: bool | None = None, archived: bool | None = None) -> None:
        """Something happens in a room that nobody tells Kudos."""
        was = self.rooms[room]
        self.rooms[room] = replace(
            was,
            joined=was.joined if joined is None else joined,
            archived=was.archived if archived is None else archived,
        )

    def regroup(self, group: str, *people: str) -> None:
        """Other people are in a group from now on."""
        self.groups[group] = replace(self.groups[group], people=people)

    def page(self, person: str) -> Card:
        """What somebody sees who looks at their own page."""
        return self.published[person][-1]

    def texts(self, place: str) -> list[str]:
        """What stands in a room, or in somebody's conversation with Kudos."""
        return [each.text for each in self.posted if each.message.place in (place, direct(place))]

    def called(self, method: Method) -> list[str]:
        """The targets of all calls of `method`."""
        return [target for name, target in self.calls if name == method]

    def _fault(self, method: Method, target: str) -> Fault | None:
        self.calls.append((method, target))
        fault = next((each for each in self.faults if each.method == method and each.target in ("", target)), None)
        if fault:
            self.faults.remove(fault)
        return fault

    def _publish(self, row: Post, card: Card) -> Message:
        assert row.person == row.fact, "a page is its owner's"
        assert not row.place, "a page stands in no room"
        person = self.people_.get(row.person)
        if person is None or person.kind is PersonKind.BOT:
            raise Impossible("user_not_found")
        self._well_formed(card)
        self.published.setdefault(row.person, []).append(card)
        return Message(place=row.person, id=f"home-{row.person}")

    def _writable(self, row: Post) -> str:
        assert bool(row.place) != bool(row.person), "a row goes to a place or to a person"
        assert not any(each.key == row.id for each in self.posted), f"{row.view} was posted twice"
        if row.person:
            person = self.people_.get(row.person)
            if person is None:
                raise Impossible("user_not_found")
            if not person.active:
                raise Impossible("user_disabled")
            if person.kind is PersonKind.BOT:
                raise Impossible("cannot_dm_bot")
            return direct(row.person)
        room = self.rooms.get(row.place)
        if room is None:
            raise Impossible("channel_not_found")
        assert room.kind is PlaceKind.CHANNEL, "nothing is ever posted in people's own conversations"
        if room.archived:
            raise Impossible("is_archived")
        if not room.joined:
            raise NotAMember(row.place)
        return row.place

    def _well_formed(self, card: Card) -> None:
        assert all(line.strip() for line in plain(card).splitlines()), "a card has something to read in every line"
        for element in card.elements:
            for span in _spans(element):
                assert not isinstance(span, Mention) or span.person in self.people_, "only people can be called"
            if isinstance(element, Actions):
                for button in (*element.buttons, *element.more):
                    assert button.action in set(Action), button
                    assert button.value or button.action == Action.GIVE, button
                    assert length(button.value) <= VALUE_MOST, button
                    assert 0 < len(button.label) <= BUTTON_MOST, button


def direct(person: str) -> str:
    """The place of a person's conversation with Kudos."""
    return f"D-{person}"


def _spans(element: Element) -> Spans:
    match element:
        case Line(spans) | Note(spans):
            return spans
        case Bullets(items):
            return tuple(span for item in items for span in item)
        case _:
            return ()


def _where(row: Post) -> str:
    """The room or the person that a row is for."""
    return row.place or f"@{row.person}"
