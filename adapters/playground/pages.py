"""One page, put together: what somebody sees in a place, ready for the template."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from markupsafe import Markup

from adapters.playground import forms, parse, render
from adapters.playground.forms import Choice, Choices
from adapters.playground.messages import Messages, Opened, Posted, Reaction
from adapters.playground.render import Here
from adapters.playground.views import Dialog, Face, Link, Page, Seen, Sticker
from adapters.playground.workspace import (
    COLLEAGUES,
    EVERYBODY,
    GROUPS,
    HOME,
    KUDOS,
    ROOMS,
    WORKSPACE,
    Room,
    home_of,
    with_kudos,
)
from bot.framework import Framework
from bot.model import Place, PlaceKind
from bot.recipients import listed
from bot.roles import Roles

ORDINARY: Final = ("👍", "🎉")  #: emoji that mean nothing to Kudos, to show that they do not
_TOGETHER: Final = timedelta(minutes=5)  #: messages of one person within that time stand under one name
_HUES: Final = 8  #: colours of avatars
_OWN: Final = {  #: what one has for oneself: its title, and what is said of it
    HOME: ("Home", "Your own page. Only you see it."),
    KUDOS: ("Messages from Kudos", "Only you see these. Write here, and Kudos answers."),
}


def face(person: str) -> Face:
    who = EVERYBODY[person]
    hue = list(EVERYBODY).index(person) % _HUES
    return Face(name=who.name, role=who.role, initials=who.initials, hue=hue, kudos=person == KUDOS)


def place_for(person: str, place: Place | None, short: str) -> Place | None:
    """The place that `short` names for `person`, with what is stored of it; None if it is not theirs to see."""
    if short == HOME:  # a platform does not take it for a place
        return Place(workspace=EVERYBODY[person].person.workspace, id="", kind=PlaceKind.BOT)
    if short == KUDOS:
        return place or Place(workspace=EVERYBODY[person].person.workspace, id=with_kudos(person), kind=PlaceKind.BOT)
    room = ROOMS.get(short)
    return (place or room.place) if room and room.open_to(person) else None


def rooms_of(person: str) -> tuple[Room, ...]:
    return tuple(room for room in ROOMS.values() if room.open_to(person))


class Pages:
    def __init__(
        self,
        messages: Messages,
        framework: Callable[[], Framework],
        roles: Roles,
        zone: tzinfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._messages = messages
        self._framework = framework
        self._roles = roles
        self._zone = zone
        self._clock = clock

    async def page(
        self, here: Here, place: Place, *, say: str, opened: Opened | None, note: Posted | None, version: int
    ) -> Page:
        """What `here.person` sees in `place` now; from then on they have seen it.

        Args:
            opened, note: a form or a card that lies over it.
        """
        home = here.place == HOME
        shown = await self._own_page(here.person) if home else await self._messages.shown(place.id, here.person)
        unread = await self._messages.unread(here.person)
        unread.pop(place.id, None)
        if shown and not home:
            latest = max((message.id for message in shown), key=lambda id_: int(id_[1:]))
            await self._messages.see(here.person, place.id, latest)
        room = ROOMS.get(place.id)
        own = here.place == KUDOS
        title, about = (_called(room, here.person), room.about) if room else _OWN[here.place]
        return Page(
            here=here,
            viewer=face(here.person),
            now=self._clock().astimezone(self._zone),
            title=title,
            about=about,
            channel=place.kind is PlaceKind.CHANNEL,
            private=bool(room and room.members),
            away=place.kind is PlaceKind.CHANNEL and not place.joined,
            with_kudos=own,
            home=home,
            messages=tuple(await self._seen(shown, here, reactable=not own)),
            picker=tuple(
                Sticker(emoji=entry.emoji, label=entry.title.text, tag=entry.tag)
                for entry in self._framework().taggable
            ),
            ordinary=self._ordinary(),
            channels=self._links(here, unread, PlaceKind.CHANNEL),
            conversations=self._links(here, unread, PlaceKind.CONVERSATION),
            kudos=(_home_link(here), _kudos_link(here, unread)),
            people=tuple([link async for link in self._people(here, unread)]),
            tries=tuple(self._tries(here)),
            completions=self._completions(),
            say=say,
            dialog=self._dialog(here, opened) if opened else _note(here, note) if note else None,
            version=version,
        )

    def _links(self, here: Here, unread: Mapping[str, int], kind: PlaceKind) -> tuple[Link, ...]:
        return tuple(
            Link(
                href=here.to(place=room.id),
                label=_called(room, here.person),
                current=room.id == here.place,
                new=unread.get(room.id, 0),
                private=bool(room.members),
                face=face(_other(room, here.person)) if kind is PlaceKind.CONVERSATION else None,
            )
            for room in rooms_of(here.person)
            if room.kind is kind
        )

    async def _own_page(self, person: str) -> list[Posted]:
        page = await self._messages.message(await self._messages.with_key(home_of(person)) or "")
        return [page] if page else []

    async def _people(self, here: Here, unread: Mapping[str, int]) -> AsyncIterator[Link]:
        for person in COLLEAGUES:
            duties = sorted(role.label for role in await self._roles.granted(WORKSPACE, person.id))
            yield Link(
                href=here.to(person=person.id),
                label=person.name,
                detail=f"{person.role} (in Kudos: {listed(duties)})" if duties else person.role,
                current=person.id == here.person,
                new=unread.get(with_kudos(person.id), 0),
                face=face(person.id),
            )

    def _tries(self, here: Here) -> Iterable[Link]:
        """A few things to start with; each puts a command into the box."""
        first, *rest = self._framework().taggable
        colleague = next(each for each in COLLEAGUES[1:] if each.id != here.person)
        entry = rest[2] if len(rest) > 2 else first
        given = f"/kudos @{colleague.first_name} #{entry.tag} for taking time to explain the new rota to us all"
        for label, command in (
            (f"Thank {colleague.first_name}", given),
            (f"What does #{entry.tag} mean?", f"/values {entry.tag}"),
            ("What have I received?", "/kudos mine"),
            ("Look at the digest", "/kudos digest preview"),
            ("Help", "/kudos help"),
        ):
            yield Link(href=here.to(say=command), label=label, detail=command)

    def _completions(self) -> dict[str, list[dict[str, str]]]:
        """What the message box can complete, by the sign that starts it."""
        return {
            "/": [
                {"put": put, "label": put.strip(), "detail": detail}
                for put, detail in (
                    ("/kudos ", "thank a colleague, or open the form"),
                    ("/kudos help", "what I can do"),
                    ("/kudos mine", "what you received and gave"),
                    ("/kudos undo", "take back your latest kudos"),
                    ("/kudos digest", "a digest of the week, in this channel"),
                    ("/kudos digest preview", "look at it before it comes"),
                    ("/kudos reactions off", "emoji here are just emoji"),
                    ("/kudos reactions on", "emoji here thank people"),
                    ("/values ", "all of them, or ask about one"),
                    ("/invite @Kudos", "let Kudos into this channel"),
                )
            ],
            "@": [
                {"put": f"@{who.name} ", "label": who.name, "detail": who.role, "find": f"{who.id} {who.name}"}
                for who in EVERYBODY.values()
            ]
            + [
                {"put": f"@{group.name} ", "label": group.name, "detail": "group", "find": group.name}
                for group in GROUPS.values()
            ],
            "#": [
                {
                    "put": f"#{entry.tag} ",
                    "label": f"{entry.emoji} #{entry.tag}",
                    "detail": entry.title.text,
                    "find": entry.tag,
                }
                for entry in self._framework().taggable
            ],
        }

    def offers(self, emoji: str) -> bool:
        """Whether the picker holds this emoji."""
        return emoji in self._ordinary() or emoji in {entry.emoji for entry in self._framework().taggable}

    def _ordinary(self) -> tuple[str, ...]:
        return tuple(emoji for emoji in ORDINARY if self._framework().for_emoji(emoji) is None)

    def _dialog(self, here: Here, opened: Opened) -> Dialog:
        choices = Choices(
            people=[
                Choice(
                    value=who.id,
                    label=f"{who.name} (you)" if who.id == here.person else who.name,
                    detail=who.role,
                )
                for who in sorted(COLLEAGUES, key=lambda each: each.id == here.person)
            ],
            places=[
                Choice(value=room.id, label=f"#{room.name}", detail=room.about)
                for room in rooms_of(here.person)
                if room.kind is PlaceKind.CHANNEL
            ],
        )
        close = here.to(message=opened.below)
        return Dialog(
            title=opened.form.title,
            body=forms.form(opened.form, here, choices, id_=opened.id, close=close),
            close=close,
            described=forms.described_by(opened.form),
            erring=any(field.error for field in opened.form.fields),
        )

    async def _seen(self, shown: Sequence[Posted], here: Here, *, reactable: bool) -> list[Seen]:
        stickers: dict[str, list[Reaction]] = {}
        for reaction in await self._messages.reactions(message.id for message in shown):
            stickers.setdefault(reaction.message, []).append(reaction)
        today = self._clock().astimezone(self._zone)
        authors = {message.id: message.author for message in shown}
        seen: list[Seen] = []
        day, before = "", None
        for message in shown:
            at = message.at.astimezone(self._zone)
            asker = authors.get(message.below)
            # A note may belong under a message of another day; it does not turn the calendar.
            new_day = _day(at, today) if not message.below else day
            follows = (
                before is not None
                and (before.author, before.only_for) == (message.author, message.only_for)
                and message.card is None
                and message.at - before.at < _TOGETHER
                and new_day == day
            )
            seen.append(
                Seen(
                    id=message.id,
                    author=face(message.author),
                    body=self._body(message, here),
                    at=at,
                    day=new_day if new_day != day else "",
                    follows=follows,
                    answers="" if message.only_for or not asker else face(asker).name,
                    private=bool(message.only_for),
                    stickers=self._stickers(stickers.get(message.id, ()), here.person),
                    reactable=reactable and not message.only_for,
                )
            )
            day, before = new_day, message
        return seen

    def _body(self, message: Posted, here: Here) -> Markup:
        if message.card is not None:
            return render.card(message.card, here, message.id, level=2 if here.place == HOME else 3)
        return render.chat(parse.words(message.text, EVERYBODY.values(), GROUPS.values()), here)

    def _stickers(self, reactions: Iterable[Reaction], viewer: str) -> tuple[Sticker, ...]:
        people: dict[str, list[str]] = {}
        for reaction in reactions:
            people.setdefault(reaction.name, []).append(reaction.person)
        found = []
        for emoji, who in people.items():
            entry = self._framework().for_emoji(emoji)
            found.append(
                Sticker(
                    emoji=emoji,
                    label=entry.title.text if entry else "",
                    people=tuple(EVERYBODY[each].name for each in who),
                    own=viewer in who,
                )
            )
        return tuple(found)


def _home_link(here: Here) -> Link:
    return Link(href=here.home(), label="Home", current=here.place == HOME, face=face(KUDOS))


def _kudos_link(here: Here, unread: Mapping[str, int]) -> Link:
    return Link(
        href=here.to(place=KUDOS),
        label="Messages from Kudos",
        current=here.place == KUDOS,
        new=unread.get(with_kudos(here.person), 0),
        face=face(KUDOS),
    )


def _note(here: Here, note: Posted) -> Dialog:
    close = here.to()
    assert note.card is not None  # noqa: S101 - notes are cards
    return Dialog(title="Kudos", body=render.reading(note.card, here, note.id, close=close), close=close)


def _called(room: Room, person: str) -> str:
    return EVERYBODY[_other(room, person)].name if room.kind is PlaceKind.CONVERSATION else f"#{room.name}"


def _other(room: Room, person: str) -> str:
    return next(each for each in room.members if each != person)


def _day(at: datetime, today: datetime) -> str:
    days = (today.date() - at.date()).days
    if days in (0, 1):
        return "Yesterday" if days else "Today"
    return f"{at:%A} {at.day} {at:%B}" + (f" {at.year}" if at.year != today.year else "")
