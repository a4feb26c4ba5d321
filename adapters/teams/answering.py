"""What happens in Teams, answered: messages and events here, what waits for an answer in `invoking`.

Everything is on disk before Teams is answered. A message is answered once, in however many deliveries it arrives.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, assert_never

import structlog

from adapters.app import Application
from adapters.teams import parse, render
from adapters.teams.choosing import allowed
from adapters.teams.connector import Connector
from adapters.teams.delivery import TeamsLookup
from adapters.teams.directory import TeamsDirectory
from adapters.teams.filling import Filled
from adapters.teams.invoke import InvokeAnswer
from adapters.teams.invoking import NO_FORM, Invoking
from adapters.teams.lately import Lately
from adapters.teams.objects import Speaker
from adapters.teams.once import Once
from adapters.teams.parse import Asks, ChannelTold, Heard, MembersTold, Removed, TeamTold, Way
from adapters.teams.references import Reference, References, tenant_of
from adapters.teams.whispering import Whispering, reference
from bot.cards import Answer, Card, Mend, OpenForm, Private, Reply, Say, ShowHome
from bot.errors import Impossible, KudosError, NotAMember, PlatformError, Throttled, Unreachable
from bot.lookup import PATIENCE_S
from bot.model import Person, Place, PlaceKind
from bot.notices import said
from bot.requests import Joined, Learned, Left, Named, Press, Reacted, Said, Unresolved, Word

Json = dict[str, Any]

_NOT_ALONE: Final = (
    "The answer is for you alone, and I can't write to you yet. Please add Kudos to your own Teams, and ask me there."
)
_TEAMS_ID: Final = "29:"  #: begins what a person is called in conversations
_CLOSING: Final = frozenset({"teamArchived", "teamDeleted", "teamHardDeleted"})
_LEAVING: Final = frozenset({"teamDeleted", "teamHardDeleted"})

log = structlog.get_logger()


class Answering:
    def __init__(
        self,
        app: Application,
        connector: Connector,
        references: References,
        lookup: TeamsLookup,
        directory: TeamsDirectory,
        *,
        clock: Callable[[], datetime],
        targeted: bool = False,
        private_teams: frozenset[str] = frozenset(),
    ) -> None:
        """
        Args:
            targeted: the tenant has messages that only one person sees.
            private_teams: of which even the standard channels are not for everybody in the tenant; or `all`.
        """
        self._app = app
        self._connector = connector
        self._references = references
        self._lookup = lookup
        self._directory = directory
        self._clock = clock
        self._private_teams = private_teams
        self._whispering = Whispering(connector, references, app.store, clock, targeted=targeted)
        self._under_way: set[asyncio.Task[None]] = set()
        self._reached, self._met = Lately(), Lately()  # conversations, and people
        self._introductions = Once[bool](kept_s=0.0)  # under way: what comes three times asks Teams once
        self._invoking = Invoking(app, connector, references, self._whispering)

    def stop(self) -> None:
        for task in self._under_way:
            task.cancel()

    async def handle(self, activity: Json) -> InvokeAnswer | None:
        """Do what an activity asks for, whose sender is known for certain; None where no answer is waited for.

        Raises:
            MalformedError: it is not what Teams sends.
            PlatformError, DatabaseError: it was not dealt with; when it comes again, it is.
        """
        heard = parse.heard(activity, self._private_teams)
        if heard is None:
            return None
        match heard.way:
            case Way.MESSAGE:
                await self._remember(heard)
                await self._message(heard)
            case Way.EVENT:
                if not isinstance(heard.what, Removed):
                    await self._remember(heard)
                await self._event(heard)
            case Way.CARD | Way.DIALOG:
                return await self._invoking.answered(heard, before=lambda: self._remember(heard))
            case Way.EXTENSION:  # works where Kudos is no member
                return await self._invoking.answered(heard, before=lambda: self._know(heard))
            case _:
                assert_never(heard.way)
        return None

    async def _remember(self, heard: Heard) -> None:
        """Where this conversation is reached, and who speaks there."""
        speaker, here = heard.speaker, reference(heard.speaker)
        if here not in self._reached:
            known = await self._references.of(speaker.workspace, here.place)
            if known != here:
                await self._references.heard(here, self._clock())
            if known is None and speaker.shared:
                self._directory.learn(here)  # such as a private channel, which no list of a team's need show
            if await self._app.store.directory.workspace(speaker.workspace) is None:
                await self._directory.learn_all(speaker.workspace)
            self._reached.add(here)
        await self._know(heard)

    async def _know(self, heard: Heard) -> None:
        """What who speaks is called there, and who they are."""
        speaker, directory, places = heard.speaker, self._app.store.directory, self._app.store.places
        key = speaker.workspace, speaker.person, speaker.mri, speaker.place.id if speaker.alone else ""
        if key in self._met:
            return
        if await self._references.person_of(speaker.workspace, speaker.mri) != speaker.person:
            await self._references.save_people(speaker.workspace, {speaker.person: speaker.mri})
        known = bool(await directory.people(speaker.workspace, [speaker.person]))
        if not known and _acts(heard):
            who = f"{speaker.workspace}/{speaker.person}"
            known = await self._introductions.answer(who, lambda: self._introduced(speaker))
        if speaker.alone and await places.get(speaker.workspace, speaker.place.id) is None:
            await places.save([speaker.place])
            whose = Person(workspace=speaker.workspace, id=speaker.person, name=speaker.name)
            await directory.save_direct(whose, speaker.place.id)
        if known:
            self._met.add(key)

    async def _introduced(self, speaker: Speaker) -> bool:
        """Somebody whom no roster shows is whoever Teams says has spoken, until one tells more; False: ask again."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await self._lookup.people(speaker.workspace, [speaker.person])
        except (PlatformError, TimeoutError) as error:
            log.warning("teams_person_not_found", error=str(error) or type(error).__name__)
            return False
        if not found:
            log.warning("teams_person_in_no_roster", workspace=speaker.workspace, kind=speaker.kind)
            name = speaker.name or speaker.person
            found = [Person(workspace=speaker.workspace, id=speaker.person, name=name, kind=speaker.kind)]
        await self._app.store.directory.save_people(found)
        return True

    # Messages

    async def _message(self, heard: Heard) -> None:
        match heard.what:
            case Asks((Said() as request,)):
                await self._said(heard.speaker, request)
            case Asks((Press() as press,)):
                await self._pressed(heard.speaker, press)
            case what:
                raise TypeError(f"a message is no {type(what).__name__}")

    async def _said(self, speaker: Speaker, request: Said) -> None:
        """A message that is meant for Kudos is answered in its thread.

        Raises:
            PlatformError: the answer was not taken; when the message comes again, it is answered.
        """
        request = replace(request, words=tuple([await self._meant(speaker, word) for word in request.words]))
        replies = await self._app.bot.handle(request)
        if not replies:
            log.info("teams_message_left", workspace=speaker.workspace, why="answered before, or not from a colleague")
        try:
            for reply in replies:
                await self._reply(speaker, reply)
                if isinstance(reply, Private) and reply.unfinished:
                    self._later(self._rest(speaker, request))
        except (Throttled, Unreachable):
            await self._app.bot.unanswered(request)
            raise
        except PlatformError as error:  # perhaps it was taken, or it never will be
            log.warning("teams_message_not_answered", error=str(error))

    async def _rest(self, speaker: Speaker, request: Said) -> None:
        """What was left unfinished in a private answer."""
        try:
            for reply in await self._app.bot.rest(request):
                await self._reply(speaker, reply)
        except KudosError as error:
            log.warning("teams_rest_not_said", error=str(error))

    def _later(self, saying: Coroutine[Any, Any, None]) -> None:
        """While nobody waits for it; a word that is lost when the process ends is asked for again."""
        task = asyncio.create_task(saying)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _reply(self, speaker: Speaker, reply: Reply) -> None:
        match reply:
            case Private(card=card) if speaker.alone:
                await self._whispering.say(speaker, card)
            case Private(card=card):
                try:
                    await self._whispering.say(speaker, card)
                except (Impossible, NotAMember) as error:
                    log.warning("teams_not_whispered", reason=str(error))
                    await self._below(speaker, said(_NOT_ALONE))
            case Answer(card):
                await self._below(speaker, card)
            case OpenForm() | ShowHome() | Mend() | Say():
                raise TypeError(f"a message is not answered with {type(reply).__name__}")

    async def _below(self, speaker: Speaker, card: Card) -> None:
        """For everybody who can read what was said."""
        shown = render.message(card, tenant_of(speaker.workspace), shared=speaker.shared)
        await self._connector.send(reference(speaker), shown, thread=speaker.thread)

    async def _pressed(self, speaker: Speaker, press: Press) -> None:
        """A button, in a client that sends what is pressed as a message."""
        replies = await self._app.bot.handle(await allowed(self._app.store, speaker, press))
        for number, reply in enumerate(replies):
            match reply:
                case Private(card=card) | ShowHome(card):
                    shown: Card = card
                case OpenForm():
                    shown = said(NO_FORM)
                case Answer() | Mend() | Say():
                    raise TypeError(f"a button is not answered with {type(reply).__name__}")
            await self._whispering.tell(speaker, shown, f"{press.delivery}/{number}")

    async def _meant(self, speaker: Speaker, word: Word) -> Word:
        """Somebody who is called by their Teams id is meant by the id that we know them by."""
        if not isinstance(word, Named) or not word.person.startswith(_TEAMS_ID):
            return word
        try:
            found = await self._lookup.who(reference(speaker), word.person)
        except PlatformError as error:
            log.warning("teams_person_not_found", error=str(error))
            found = None
        return replace(word, person=found) if found else Unresolved(f"@{word.name}")

    # Events, which nobody waits for

    async def _event(self, heard: Heard) -> None:
        what, speaker = heard.what, heard.speaker
        match what:
            case Asks(requests):
                for request in requests:
                    await self._app.bot.handle(request)
                    if isinstance(request, Joined) and request.place.kind is PlaceKind.CHANNEL:
                        self._directory.learn(reference(speaker))
            case Removed(channel=channel):
                self._reached.clear()
                await self._directory.dropped(speaker.workspace, channel or speaker.team or speaker.place.id)
            case ChannelTold():
                await self._channel(speaker, what)
            case TeamTold(event=event):
                await self._team(speaker, event)
            case MembersTold():
                await self._members(speaker, what)
            case Filled():
                raise TypeError("nobody sends a form by an event")
            case _:
                assert_never(what)

    async def _channel(self, speaker: Speaker, told: ChannelTold) -> None:
        if told.deleted:
            await self._closed(speaker, [told.channel.id], left=True)
            return
        if told.typed or told.channel.creator:
            await self._learned(speaker, places=[told.channel])
        self._directory.learn(reference(speaker))

    async def _team(self, speaker: Speaker, event: str) -> None:
        if event in _CLOSING:
            places = [each.place for each in await self._of_team(speaker)]
            await self._closed(speaker, places, left=event in _LEAVING)
        else:
            self._directory.learn(reference(speaker))

    async def _closed(self, speaker: Speaker, places: Iterable[str], *, left: bool) -> None:
        """Nothing can be posted there any more; where that is for good, the places are gone."""
        places = list(places)
        known = [await self._app.store.places.get(speaker.workspace, id_) for id_ in places]
        await self._learned(speaker, places=[replace(each, archived=True) for each in known if each])
        if left:
            self._reached.clear()
            for place in places:
                left_ = Left(workspace=speaker.workspace, person="", delivery="", place=place)
                await self._app.bot.handle(left_)
            await self._references.drop(speaker.workspace, places)

    async def _members(self, speaker: Speaker, told: MembersTold) -> None:
        """Who comes is looked up with the others; who goes is gone at once, of a team from everywhere in it."""
        if not told.present:
            people = [await self._references.person_of(speaker.workspace, mri) or id_ for id_, mri in told.people]
            if speaker.team and not told.channel:
                places = [each.place for each in await self._of_team(speaker)]
            else:
                places = [told.channel or speaker.place.id]
            gone = tuple((place, person, False) for place in places for person in people)
            await self._app.bot.handle(Learned(workspace=speaker.workspace, person="", delivery="", members=gone))
        if speaker.place.kind is PlaceKind.CHANNEL:
            self._directory.learn(reference(speaker))

    async def _of_team(self, speaker: Speaker) -> list[Reference]:
        return [each for each in await self._references.all(speaker.workspace) if each.team == speaker.team]

    async def _learned(self, speaker: Speaker, *, places: Iterable[Place]) -> None:
        learned = Learned(workspace=speaker.workspace, person="", delivery="", places=tuple(places))
        await self._app.bot.handle(learned)


def _acts(heard: Heard) -> bool:
    """Whether somebody wants something of Kudos, and so has to be known."""
    match heard.what:
        case Asks((Reacted(), *_)):
            return True
        case _:
            return heard.way is not Way.EVENT
