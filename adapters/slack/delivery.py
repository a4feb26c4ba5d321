"""What Slack does for the core: posting for the outbox, and telling who and where."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Any, Final

from adapters.looking_up import looked_up
from adapters.reading import MalformedError
from adapters.slack import charts, objects, render
from adapters.slack.access import Access
from adapters.slack.api import Api, Json
from bot import posts
from bot.cards import Card
from bot.errors import AnswerLost, CannotLook, Impossible, NotAMember, Unreachable
from bot.model import Message, Person, Place, PlaceKind, Roster, Visibility
from bot.posts import Post
from bot.store import Store

EVENT_TYPE: Final = "kudos_post"  #: the metadata by which we find our own message again
SKEW: Final = timedelta(minutes=6)  #: between Slack's clock and ours; a host that is five off takes no requests
LOOK_PAGES: Final = 5  #: of history, newest first, when looking for our own message
CHARTLESS_S: Final = 3600.0  #: until a chart is tried again in a workspace that has refused one
LISTED_MOST: Final = 999  #: channels a page. Source: docs.slack.dev/reference/methods/conversations.list

_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_MAY_NOT_LOOK: Final = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
_NOT_IN_TEAM: Final = frozenset({"no_such_subteam", "team_access_not_granted", "team_not_found"})


class SlackSender:
    """`bot.outbox.Sender`."""

    def __init__(self, access: Access, store: Store, *, chartless_s: float = CHARTLESS_S) -> None:
        self._access = access
        self._store = store
        self._chartless_s = chartless_s
        self._chartless: dict[str, float] = {}  # until when no chart is tried, by workspace and the loop's clock

    async def send(self, row: Post, card: Card) -> Message:
        if row.view == posts.HOME:
            return await self._publish(row, card)
        api = await self._access.api(row.workspace)
        channel = row.place or await self._direct(api, row)
        quiet = {"unfurl_links": False, "unfurl_media": False}
        try:
            posted = await self._show(api, "chat.postMessage", row, card, channel=channel, **quiet)
        except NotAMember:
            if row.place:
                raise
            raise Impossible("user_not_found") from None  # nobody can invite us into a direct message
        return Message(place=posted["channel"], id=posted["ts"])

    async def mend(self, row: Post, message: Message, card: Card) -> None:
        if row.view == posts.HOME:
            await self._publish(row, card)
            return
        api = await self._access.api(row.workspace)
        try:
            text_most = render.UPDATE_TEXT_MOST
            await self._show(api, "chat.update", row, card, text_most=text_most, channel=message.place, ts=message.id)
        except Impossible as error:
            if error.reason not in _GONE:  # somebody has deleted it: there is nothing left to mend
                raise

    async def _show(
        self, api: Api, method: str, row: Post, card: Card, *, text_most: int = render.TEXT_MOST, **where: Any
    ) -> Json:
        """Post or replace a message; where Slack does not take a chart, at once with bars of text instead."""
        base = await address(self._store, row.workspace)
        where["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": row.id}}
        clock = asyncio.get_running_loop().time
        draws = self._chartless.get(row.workspace, 0.0) <= clock()
        drawn = render.message(card, base, text_most=text_most, charts=draws)
        try:
            return await api.call(method, **where, **drawn)
        except Impossible as error:  # a certain refusal: nothing stands there yet
            if error.reason != charts.REFUSED or not charts.has_chart(drawn):
                raise
        # Remembered, or else a 429 on the second call would begin all this anew, again and again.
        self._chartless[row.workspace] = clock() + self._chartless_s
        return await api.call(method, **where, **render.message(card, base, text_most=text_most))

    async def find(self, row: Post) -> Message | None:
        if row.view == posts.HOME:
            return None  # publishing again replaces it whole
        api = await self._access.api(row.workspace)
        channel = row.place or await self._direct(api, row)
        oldest = (row.first_tried_at or row.due_at) - SKEW
        pages = api.pages(
            "conversations.history",
            "messages",
            channel=channel,
            oldest=f"{oldest.timestamp():.6f}",
            include_all_metadata="true",
        )
        try:
            number = 0
            async for messages in pages:
                for each in messages:
                    if _key(each) == row.id:
                        return Message(place=channel, id=each["ts"])
                number += 1
                if number == LOOK_PAGES:
                    raise CannotLook("too much has been said since")
        except Impossible as error:
            if error.reason in _MAY_NOT_LOOK:
                raise CannotLook(error.reason) from None
            raise
        except NotAMember as error:
            raise CannotLook(str(error)) from None
        return None

    async def _publish(self, row: Post, card: Card) -> Message:
        view = render.home(card, await address(self._store, row.workspace))
        api = await self._access.api(row.workspace)
        published = await api.call("views.publish", user_id=row.person, view=view)
        return Message(place=row.person, id=published["view"]["id"])

    async def _direct(self, api: Api, row: Post) -> str:
        people = await self._store.directory.people(row.workspace, [row.person])
        person = people.get(row.person) or Person(workspace=row.workspace, id=row.person, name=row.person)
        if person.direct:
            return person.direct
        direct = await open_direct(api, person.id)
        await self._store.directory.save_direct(person, direct)
        return direct


class SlackLookup:
    """`bot.lookup.Lookup`."""

    def __init__(self, access: Access, store: Store) -> None:
        self._access = access
        self._store = store
        self._team_of: dict[tuple[str, str], str | None] = {}  # by workspace and group

    async def people(self, workspace: str, ids: Iterable[str]) -> list[Person]:
        api = await self._access.api(workspace)

        async def one(id_: str) -> Person | None:
            try:
                answer = await api.query("users.info", user=id_)
                return objects.person(answer.get("user"), workspace)
            except (Impossible, MalformedError):  # such as user_not_found, user_not_visible
                return None

        return await looked_up(ids, one, self._store.directory)

    async def place(self, workspace: str, id_: str, *, with_members: bool = True) -> Place | None:
        api = await self._access.api(workspace)
        try:
            answer = await api.query("conversations.info", channel=id_)
        except NotAMember:
            await self._store.places.save_out_of_reach(workspace, id_)
            return None
        except Impossible as error:
            if error.reason == "missing_scope":  # we may see all but people's own conversations
                return Place(workspace=workspace, id=id_, kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT)
            return None
        try:
            place = objects.place(answer.get("channel"), workspace)
        except MalformedError:
            return None
        if with_members and place.joined and place.visibility is Visibility.PRIVATE:
            # First of all: they may be too many to be learned in time.
            await self._store.places.save_private(workspace, id_)
            await self.save_members(place)
        return place

    async def save_members(self, place: Place, *, patient: bool = False) -> None:
        """Remember who is in `place`."""
        api = await self._access.api(place.workspace)
        pages = api.pages("conversations.members", "members", patient=patient, channel=place.id)
        members = [member async for page in pages for member in page]
        await self._store.places.save_members(place.workspace, place.id, members)

    async def learn_members(self, workspace: str, place: str) -> None:
        await self.save_members(Place(workspace=workspace, id=place))

    async def public_places(self, workspace: str) -> frozenset[str]:
        """Archived ones too. More than Slack gives away in a minute, some 20,000, can't be listed."""
        api = await self._access.api(workspace)
        found: set[str] = set()
        async for team in teams(api, workspace):
            pages = api.pages("conversations.list", "channels", size=LISTED_MOST, types="public_channel", team_id=team)
            async for page in pages:
                found.update(each.id for each in map(_read, page) if each and each.visibility is Visibility.PUBLIC)
        return frozenset(found)

    async def permalink(self, workspace: str, message: Message) -> str | None:
        api = await self._access.api(workspace)
        try:
            answer = await api.query("chat.getPermalink", channel=message.place, message_ts=message.id)
        except Impossible as error:
            if error.reason == "message_not_found":
                return None
            raise
        return str(answer.get("permalink", ""))

    async def address(self, workspace: str, message: Message) -> str:
        return render.permalink(message, await address(self._store, workspace))

    async def group(self, workspace: str, id_: str, name: str) -> Roster:
        api = await self._access.api(workspace)
        team, people = await self._group_members(api, workspace, id_)
        return Roster(id=id_, name=await self._group_name(api, workspace, team, id_, name), people=people)

    async def _group_members(self, api: Api, workspace: str, id_: str) -> tuple[str | None, tuple[str, ...]]:
        """The team that a group is in, as far as it has to be named, and who is in the group."""
        known = self._team_of.get((workspace, id_))
        if known:
            try:
                return known, await _members_of(api, known, id_)
            except Impossible as error:
                if error.reason not in _NOT_IN_TEAM:
                    raise
        async for team in teams(api, workspace):
            try:
                people = await _members_of(api, team, id_)
            except Impossible as error:
                if error.reason not in _NOT_IN_TEAM:
                    raise
                continue
            self._team_of[workspace, id_] = team
            return team, people
        raise Impossible("no_such_subteam")

    async def _group_name(self, api: Api, workspace: str, team: str | None, id_: str, said: str) -> str:
        """What a group is called; remembered, for a form that is opened about it comes back with its id alone."""
        known = (await self._store.directory.group_names(workspace, [id_])).get(id_, "")
        if said and said != known:
            await self._store.directory.save_groups(workspace, [(id_, said)])
        elif not (said or known):
            answer = await api.query("usergroups.list", team_id=team)
            names = dict(map(objects.group, answer.get("usergroups") or ()))
            await self._store.directory.save_groups(workspace, names.items())
            known = names.get(id_, id_)
        return said or known

    async def direct(self, person: Person) -> str:
        return await open_direct(await self._access.api(person.workspace), person.id)


def _read(channel: Any) -> Place | None:
    """One of a listing; None for what is none."""
    try:
        return objects.place(channel, "")
    except MalformedError:
        return None


async def teams(api: Api, workspace: str, *, patient: bool = False) -> AsyncIterator[str | None]:
    """The teams to ask for: those of an organisation have to be named, a team's own token says which."""
    if not objects.is_organisation(workspace):
        yield None
        return
    async for page in api.pages("auth.teams.list", "teams", patient=patient):
        for team in page:
            yield team["id"]


async def _members_of(api: Api, team: str | None, group: str) -> tuple[str, ...]:
    try:
        return objects.group_members(await api.query("usergroups.users.list", usergroup=group, team_id=team))
    except MalformedError as error:
        raise Unreachable(f"usergroups.users.list: {error}") from None


async def address(store: Store, workspace: str) -> str:
    """Where links to a workspace's messages begin."""
    known = await store.directory.workspace(workspace)
    return known.url if known and known.url else "https://slack.com/"


async def open_direct(api: Api, person: str) -> str:
    """The conversation of Kudos and a person."""
    try:
        opened = await api.call("conversations.open", users=person)
    except AnswerLost:  # opening twice opens once
        opened = await api.call("conversations.open", users=person)
    direct: str = opened["channel"]["id"]
    return direct


def _key(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == EVENT_TYPE else ""
