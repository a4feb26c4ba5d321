"""The made-up workspace. Every name here is invented; nobody and no station of this kind exists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.model import Person, PersonKind, Place, PlaceKind, Role, Roster, Visibility, Workspace

WORKSPACE: Final = "playground:harbour-lane"
KUDOS: Final = "kudos"  #: the person id of Kudos itself, and the short name of one's conversation with it
HOME: Final = "home"  #: the short name of one's own page

HARBOUR_LANE: Final = Workspace(id=WORKSPACE, name="Harbour Lane", bot=KUDOS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody at Harbour Lane."""

    id: str  #: also their handle, as in @amara
    name: str
    role: str
    kind: PersonKind = PersonKind.MEMBER
    active: bool = True
    admin: bool = False  #: looks after the workspace
    duties: tuple[Role, ...] = ()  #: what they may do more than others in Kudos at first

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else words[0][0].upper()

    @property
    def person(self) -> Person:
        return Person(
            workspace=WORKSPACE,
            id=self.id,
            name=self.name,
            kind=self.kind,
            active=self.active,
            direct=with_kudos(self.id) if self.kind is PersonKind.MEMBER else "",
            admin=self.admin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel, or a conversation between colleagues."""

    id: str
    name: str
    about: str
    kind: PlaceKind = PlaceKind.CHANNEL
    visibility: Visibility = Visibility.PUBLIC
    joined: bool = True  #: Kudos is in it from the start
    creator: str = ""  #: who made it
    members: tuple[str, ...] = ()  #: for those that are not open to everybody

    @property
    def place(self) -> Place:
        return Place(
            workspace=WORKSPACE,
            id=self.id,
            name=self.name if self.kind is PlaceKind.CHANNEL else "",
            kind=self.kind,
            visibility=self.visibility,
            joined=self.joined,
            shared=False,
            creator=self.creator,
        )

    def open_to(self, person: str) -> bool:
        """Whether `person` sees it at all."""
        return self.visibility is Visibility.PUBLIC or person in self.members


COLLEAGUES: Final = (
    Colleague(id="amara", name="Amara Okafor", role="Constable, response"),
    Colleague(id="tom", name="Tom Bexley", role="Sergeant, response", duties=(Role.MODERATOR,)),
    Colleague(id="priya", name="Priya Nair", role="Detective Constable"),
    Colleague(id="callum", name="Callum Reid", role="PCSO, Old Market"),
    Colleague(id="zofia", name="Zofia Wrona", role="Control room"),
    Colleague(id="idris", name="Idris Mahmood", role="Forensics"),
    Colleague(
        id="grace",
        name="Grace Adeyemi",
        role="HR adviser",
        admin=True,
        duties=(Role.ADMINISTRATOR, Role.OWNER),
    ),
    Colleague(id="hannah", name="Hannah Whitlock", role="Inspector", duties=(Role.ADMINISTRATOR,)),
    Colleague(id="luca", name="Luca Ferreira", role="Special Constable"),
    Colleague(id="meilin", name="Mei-Lin Chow", role="Analyst", duties=(Role.AUDITOR,)),
    Colleague(id="dot", name="Dot Pearce", role="Volunteer, front desk"),
    Colleague(id="sian", name="Siân Prosser", role="Custody", duties=(Role.MODERATOR,)),
)
OTHERS: Final = (
    Colleague(id="owen", name="Owen Hartley", role="left in spring", active=False),
    Colleague(id="rotabot", name="Rota Bot", role="app", kind=PersonKind.BOT),
    Colleague(id=KUDOS, name="Kudos", role="app", kind=PersonKind.BOT),
)
EVERYBODY: Final = {each.id: each for each in (*COLLEAGUES, *OTHERS)}
FIRST: Final = COLLEAGUES[0].id  #: who one is at first

GROUPS: Final = {
    group.id: group
    for group in (Roster(id="night-turn", name="night-turn", people=("amara", "tom", "zofia", "sian", "luca", "owen")),)
}

ROOMS: Final = {
    room.id: room
    for room in (
        Room(id="general", name="general", about="Everybody at Harbour Lane", creator="amara"),
        Room(id="response", name="response", about="Response teams, every turn", creator="tom"),
        Room(id="neighbourhood", name="neighbourhood", about="Old Market and the estates", creator="callum"),
        Room(
            id="surprise-for-dot",
            name="surprise-for-dot",
            about="Dot has been with us for ten years. Not a word to her!",
            visibility=Visibility.PRIVATE,
            creator="grace",
            members=("amara", "tom", "grace", "hannah", "callum", "sian"),
        ),
        Room(
            id="charity-run", name="charity-run", about="Ten kilometres along the harbour", joined=False, creator="luca"
        ),
        Room(
            id="amara-tom",
            name="Amara and Tom",
            about="Only the two of them",
            kind=PlaceKind.CONVERSATION,
            visibility=Visibility.DIRECT,
            joined=False,
            members=("amara", "tom"),
        ),
    )
}
LOBBY: Final = next(iter(ROOMS))  #: where one is at first, and where a kudos goes when nobody says where


def with_kudos(person: str) -> str:
    """The place of a person's own conversation with Kudos."""
    return f"{KUDOS}-{person}"


def home_of(person: str) -> str:
    """The key of a person's own page."""
    return f"{HOME}-{person}"


def known_people() -> tuple[Person, ...]:
    return tuple(each.person for each in EVERYBODY.values())


def known_places() -> tuple[Place, ...]:
    return tuple(room.place for room in ROOMS.values() if room.kind is PlaceKind.CHANNEL)


def known_members() -> Iterable[tuple[str, str, bool]]:
    for room in ROOMS.values():
        if room.kind is PlaceKind.CHANNEL:
            people = room.members or tuple(each.id for each in COLLEAGUES)
            yield from ((room.id, person, True) for person in people)
