"""What Teams does for the core: posting for the outbox, and telling who and where.

Teams lets nobody look for a message, so a post whose answer was lost ends as unknown.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from adapters.looking_up import looked_up
from adapters.reading import MalformedError
from adapters.teams import objects, render
from adapters.teams.connector import Connector
from adapters.teams.references import Reference, References, tenant_of
from bot import posts
from bot.cards import Bullets, Card, Chart, Line, Mention, Note, Span
from bot.errors import AnswerLost, CannotLook, Impossible, NotAMember, SwitchedOff, Unreachable
from bot.model import Message, Person, PersonKind, Place, PlaceKind, Roster, Visibility
from bot.outbox import REQUEST_TIMEOUT_S
from bot.posts import Post
from bot.store import Store

Json = dict[str, Any]

CHARTLESS_S: Final = 3600.0  #: until a chart is tried again in a tenant that has refused one
CONVERSATIONS_MOST: Final = 3  #: in which somebody is looked for who does not have Kudos in their own Teams
OURSELVES: Final = "Kudos"
SEEN_AS: Final = "home"  #: the id of a page that is shown nowhere

_GONE: Final = frozenset({"ActivityNotFoundInConversation", "MessageNotFound", "channel_not_found"})
_CARD_REFUSED: Final = frozenset({"BadArgument", "Bad Argument", "BadSyntax", "http_400"})

_INVITED: Final = "#EXT#"  #: in the principal name of whoever another organisation vouches for


class TeamsSender:
    """`bot.outbox.Sender`."""

    def __init__(
        self, connector: Connector, references: References, store: Store, *, chartless_s: float = CHARTLESS_S
    ) -> None:
        self._connector = connector
        self._references = references
        self._store = store
        self._chartless_s = chartless_s
        self._chartless: dict[str, float] = {}  # until when no chart is tried, by workspace and the loop's clock

    async def send(self, row: Post, card: Card) -> Message:
        if row.view == posts.HOME:  # Teams has no page of somebody's own that we could put up; they ask for theirs
            return Message(place=row.person, id=SEEN_AS)
        with _theirs(row):
            where = await self._where(row)
            id_ = await self._show(row, card, lambda shown: self._connector.send(where, shown))
        return Message(place=where.place, id=id_)

    async def mend(self, row: Post, message: Message, card: Card) -> None:
        if row.view == posts.HOME:
            return
        where = await self._references.of(row.workspace, message.place)
        if where is None:
            raise NotAMember("nothing comes from there any more")
        try:
            with _theirs(row):
                await self._show(row, card, lambda shown: self._connector.update(where, message.id, shown))
        except Impossible as error:
            if error.reason not in _GONE:  # somebody has deleted it: there is nothing left to mend
                raise

    async def find(self, row: Post) -> Message | None:
        if row.view == posts.HOME:
            return None
        raise CannotLook("Teams has no history for apps")

    async def _show(self, row: Post, card: Card, post: Callable[[Json], Awaitable[Any]]) -> Any:
        """Post or replace a message; what Teams refuses of a card goes out at once with less in it.

        A chart becomes bars of text, and nobody is called: one account that is gone keeps the whole card back.
        """
        tenant, shared = tenant_of(row.workspace), bool(row.place)
        called, refresh = await self._called(row.workspace, card), await self._refresh(row)
        clock = asyncio.get_running_loop().time
        draws = self._chartless.get(row.workspace, 0.0) <= clock()
        drawn = draws and any(isinstance(each, Chart) for each in card.elements)
        ways = [render.message(card, tenant, shared=shared, called=called, charts=draws, refresh=refresh)]
        if drawn:
            ways.append(render.message(card, tenant, shared=shared, called=called, charts=False, refresh=refresh))
        if called or refresh:
            ways.append(render.message(card, tenant, shared=shared, charts=False))
        while True:
            try:
                return await post(ways.pop(0))
            except Impossible as error:  # a certain refusal: nothing stands there yet
                if error.reason not in _CARD_REFUSED or not ways:
                    raise
            if drawn:
                # Remembered, or else a 429 on the next call would begin all this anew, again and again.
                self._chartless[row.workspace], drawn = clock() + self._chartless_s, False

    async def _called(self, workspace: str, card: Card) -> dict[str, str]:
        """The Teams ids of the people whom a card calls, as far as we know them."""
        people = [span.person for span in _spans(card) if isinstance(span, Mention)]
        return await self._references.mris(workspace, people) if people else {}

    async def _refresh(self, row: Post) -> render.Refresh | None:
        """The giver gets to see more on the card of their kudos than the others there."""
        if row.view != posts.CARD or not row.place:
            return None
        recognition = await self._store.ledger.recognition(row.workspace, row.fact)
        if recognition is None:
            return None
        mris = await self._references.mris(row.workspace, [recognition.giver.id])
        return render.Refresh(recognition=row.fact, people=tuple(mris.values())) if mris else None

    async def _where(self, row: Post) -> Reference:
        if row.place:
            where = await self._references.of(row.workspace, row.place)
            if where is None:
                raise NotAMember("nothing has come from there")
            return where
        people = await self._store.directory.people(row.workspace, [row.person])
        person = people.get(row.person) or Person(workspace=row.workspace, id=row.person, name=row.person)
        if person.direct and (where := await self._references.of(row.workspace, person.direct)):
            return where
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            where = await open_direct(self._connector, self._references, person)
        except Impossible as error:
            raise Impossible("user_not_found" if error.reason in _GONE else error.reason) from None
        await self._store.directory.save_direct(person, where.place)
        if clock() - began > REQUEST_TIMEOUT_S:  # else the outbox might lose its patience in the middle of the post
            raise Unreachable("the conversation is open now, and took its time")
        return where


class TeamsLookup:
    """`bot.lookup.Lookup`."""

    def __init__(
        self,
        connector: Connector,
        references: References,
        store: Store,
        *,
        private_teams: frozenset[str] = frozenset(),
    ) -> None:
        """
        Args:
            private_teams: of which even the standard channels are not for everybody in the tenant; or `all`.
        """
        self._connector = connector
        self._references = references
        self._store = store
        self._private_teams = private_teams

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]:
        async def one(id_: str) -> Person | None:
            if id_ == self._connector.bot:  # whom Teams knows as nobody
                return Person(workspace=workspace, id=id_, name=OURSELVES, kind=PersonKind.BOT)
            return await self._person(workspace, id_)

        return await looked_up(ids, one, self._store.directory)

    async def _person(self, workspace: str, id_: str) -> Person | None:
        """In their own conversation with Kudos; where they don't have it, in those that something came from last."""
        person = Person(workspace=workspace, id=id_, name=id_)
        direct = ""
        try:
            where = await open_direct(self._connector, self._references, person)
            account, direct = await self._member(where, id_), where.place
        except (Impossible, NotAMember):
            account = None
        others = () if account else await self._references.latest(workspace, most=CONVERSATIONS_MOST)
        for other in others:
            try:
                account = await self._member(other, id_)
            except (Impossible, NotAMember):
                continue
            if account:
                break
        found = account and member(account, workspace)
        if not found:
            return None
        known, mri = found
        if known.id != id_:  # they were named by their Teams id, which is not how we know them
            return None
        await self._references.save_people(workspace, {known.id: mri})
        return replace(known, direct=direct)

    async def _member(self, where: Reference, id_: str) -> Json | None:
        """Somebody in a conversation; where their object id says nothing there, by their Teams id."""
        if account := await self._connector.member(where, id_):
            return account
        mri = (await self._references.mris(where.workspace, [id_])).get(id_, id_)
        return await self._connector.member(where, mri) if mri != id_ else None

    async def who(self, where: Reference, mri: str) -> str | None:
        """The person whom a conversation calls `mri`; None for nobody who is in it."""
        if known := await self._references.person_of(where.workspace, mri):
            return known
        account = await self._connector.member(where, mri)
        found = account and member(account, where.workspace)
        if not found:
            return None
        person, _ = found
        await self._store.directory.save_people([person])
        await self._references.save_people(where.workspace, {person.id: mri})
        return person.id

    async def place(self, workspace: str, id_: str, *, with_members: bool = True) -> Place | None:
        where = await self._references.of(workspace, id_)
        if where is None:
            return None
        try:
            found = await (self._channel(where) if where.team else self._chat(where))
        except (NotAMember, Impossible):
            found = None
        if found is None:
            await self._store.places.save_out_of_reach(workspace, id_)
            return None
        if with_members and found.joined and found.visibility is Visibility.PRIVATE:
            await self._store.places.save_private(workspace, id_)
            await self.save_members(where)
        return found

    async def learn_members(self, workspace: str, place: str) -> None:
        if where := await self._references.of(workspace, place):
            await self.save_members(where)

    async def _channel(self, where: Reference) -> Place | None:
        listed = await self._connector.channels(where)
        team_name = await self.team_name(where) if where.place == where.team else ""
        found = channels_of(where, listed, self._private_teams, [where.place], team_name=team_name)
        return next((each for each in found if each.id == where.place), None)

    async def team_name(self, where: Reference, *, patient: bool = False) -> str:
        """What the team is called that a channel is in; "" where Teams does not tell."""
        try:
            return objects.one_line((await self._connector.team(where, patient=patient)).get("name"))
        except (NotAMember, Impossible):
            return ""

    async def _chat(self, where: Reference) -> Place | None:
        """A chat tells nothing of itself but who is in it."""
        known = await self._store.places.get(where.workspace, where.place)
        if known and known.kind is not PlaceKind.CHANNEL:
            return known
        async for _ in self._connector.members(where):
            break
        name = known.name if known else ""
        return Place(workspace=where.workspace, id=where.place, name=name, joined=True)

    async def save_members(self, where: Reference, *, patient: bool = False) -> None:
        """Remember who is in a place, and who they are."""
        people = [person async for page in self.members(where, patient=patient) for person in page]
        await self._store.places.save_members(where.workspace, where.place, [each.id for each in people])

    async def members(self, where: Reference, *, patient: bool = False) -> AsyncIterator[list[Person]]:
        """Who is in a place, page by page; each is remembered."""
        async for page in self._connector.members(where, patient=patient):
            found = [each for account in page if (each := member(account, where.workspace))]
            people = [person for person, _ in found if person.kind is not PersonKind.BOT]
            await self._store.directory.save_people(people)
            await self._references.save_people(where.workspace, {person.id: mri for person, mri in found})
            yield people

    async def public_places(self, workspace: str) -> frozenset[str]:
        teams: dict[str, Reference] = {}
        for where in await self._references.all(workspace):
            if where.team:
                teams.setdefault(where.team, where)
        found: set[str] = set()
        for where in teams.values():
            try:
                listed = channels_of(where, await self._connector.channels(where), self._private_teams, ())
            except (NotAMember, Impossible):  # we are not in that team any more
                continue
            found.update(each.id for each in listed if each.visibility is Visibility.PUBLIC)
        return frozenset(found)

    async def permalink(self, workspace: str, message: Message) -> str | None:
        """Its address, whether it stands or not: Teams does not tell."""
        return await self.address(workspace, message)

    async def address(self, workspace: str, message: Message) -> str:
        return render.permalink(message, tenant_of(workspace))

    async def group(self, workspace: str, id_: str, name: str) -> Roster:  # noqa: ARG002 - the port has it
        raise Impossible("no_groups")  # a tag of Teams tells apps nothing of who is meant

    async def direct(self, person: Person) -> str:
        return (await open_direct(self._connector, self._references, person)).place


async def open_direct(connector: Connector, references: References, person: Person) -> Reference:
    """The conversation of Kudos and a person."""
    near = next(iter(await references.latest(person.workspace)), None)
    if near is None:
        raise SwitchedOff("nothing has come from this tenant")
    try:
        direct = await connector.create_direct(near, person.id)
    except AnswerLost as error:  # opening twice opens once
        raise Unreachable(str(error)) from None
    where = Reference(workspace=person.workspace, place=direct, service_url=near.service_url)
    await references.learned([where])
    return where


def member(account: Json, workspace: str) -> tuple[Person, str] | None:
    """Somebody in a conversation, and their Teams id; one odd account keeps nobody else from being known."""
    try:
        person, mri = objects.person(account, workspace), objects.id_at(account, "id")
    except (MalformedError, ValueError, TypeError):
        return None
    if person.kind is PersonKind.MEMBER and _INVITED in str(account.get("userPrincipalName", "")).upper():
        person = replace(person, kind=PersonKind.GUEST, email="")
    return person, mri


def channels_of(
    where: Reference,
    listed: Iterable[Json],
    private_teams: frozenset[str],
    heard: Collection[str],
    *,
    team_name: str = "",
) -> list[Place]:
    """The channels of a team. We are in every standard one; in others if something was ever `heard` from them."""
    found = []
    for each in listed:
        with contextlib.suppress(MalformedError):
            place = objects.channel(each, where.workspace, where.team, private_teams, team_name=team_name, joined=False)
            found.append(replace(place, joined=is_standard(each, where.team) or place.id in heard))
    return found


def is_standard(channel: Json, team: str) -> bool:
    """Whether everybody in its team is in a channel, and we are too."""
    return channel.get("type") == "standard" or channel.get("id") == team


@contextlib.contextmanager
def _theirs(row: Post) -> Iterator[None]:
    """Nobody can invite us into somebody's own conversation: they have to want us."""
    try:
        yield
    except NotAMember:
        if row.place:
            raise
        raise Impossible("not_installed") from None


def _spans(card: Card) -> Iterator[Span]:
    for element in card.elements:
        match element:
            case Line(spans) | Note(spans):
                yield from spans
            case Bullets(items):
                yield from (span for item in items for span in item)
            case _:
                pass
