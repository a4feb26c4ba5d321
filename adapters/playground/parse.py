"""What visitors type, press and fill in, as requests. Works on plain mappings."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from adapters.playground.workspace import Colleague
from bot import commands
from bot.cards import (
    ChoiceField,
    Field,
    Form,
    PeopleField,
    PickField,
    PlaceField,
    Say,
    TextField,
    TicksField,
    TimeField,
)
from bot.model import Message, PersonKind, Place, PlaceKind, Roster, clean
from bot.requests import (
    Action,
    Give,
    GiveFor,
    Group,
    Joined,
    Named,
    Press,
    Reacted,
    Remedied,
    Request,
    Said,
    SubmitDigest,
    SubmitKudos,
    SubmitReason,
    SubmitRemoval,
    Submitted,
    Unresolved,
    Write,
)

Typed = str | Named | Group | Unresolved
Body = Mapping[str, Sequence[str]]  #: a submitted form, such as `urllib.parse.parse_qs` makes


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who does something, where, and the key that is the same when the browser sends it again."""

    workspace: str
    person: str
    place: Place
    delivery: str


@dataclass(frozen=True, slots=True)
class Chat:
    """An ordinary message to everybody in the place."""

    text: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Nothing was done; `sentence` says what to do instead."""

    sentence: str


_CALLED = re.compile(r"(?<![\w@.])@(?=\w)")
_TOKEN = re.compile(r"@[\w’'-]+(?:\.[\w’'-]+)*")


def words(text: str, people: Iterable[Colleague], groups: Iterable[Roster] = ()) -> tuple[Typed, ...]:
    """`text` with the people and groups in it: `@` and a first name, a full name or a handle, in whatever case.

    The longest name counts. What stands after `@` and is nobody, or could be two, is `Unresolved`.
    """
    called = _called(people, groups)
    found: list[Typed] = []
    at = 0
    for sign in _CALLED.finditer(text):
        word: Typed
        if hit := _longest(text, sign.end(), called):
            word, end = hit
        else:
            token = _TOKEN.match(text, sign.start())
            assert token  # noqa: S101 - the pattern before it saw a letter after the @
            word, end = Unresolved(token[0]), token.end()
        found += [text[at : sign.start()], word]
        at = end
    return tuple(part for part in (*found, text[at:]) if part != "")


def _called(people: Iterable[Colleague], groups: Iterable[Roster]) -> dict[str, Named | Group]:
    called: dict[str, set[Named | Group]] = {}
    for person in people:
        for name in (person.id, person.name, person.first_name):
            called.setdefault(folded(name), set()).add(Named(person.id, person.name))
    for group in groups:
        called.setdefault(folded(group.name), set()).add(Group(group.id, group.name))
    return {name: words.pop() for name, words in called.items() if len(words) == 1}


def _longest(text: str, start: int, called: Mapping[str, Named | Group]) -> tuple[Named | Group, int] | None:
    longest = max(map(len, called), default=0)
    for end in range(min(len(text), start + longest), start, -1):
        whole_word = end == len(text) or not (text[end].isalnum() or unicodedata.combining(text[end]))
        if whole_word and (word := called.get(folded(text[start:end]))):
            return word, end
    return None


def folded(name: str) -> str:
    """Without case and accents, so that @sian finds Siân."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))


def typed(
    text: str, speaker: Speaker, people: Sequence[Colleague], kudos: str, groups: Iterable[Roster] = ()
) -> Request | Chat | Slip | None:
    """What is meant by a line typed into the message box; None when it is empty.

    `kudos` is the person id of Kudos, for `/invite`.
    """
    text = clean(text)
    if not text.startswith("/"):
        return Chat(text) if text else None
    command, rest = (*text.split(maxsplit=1), "")[:2]
    asked = _who(speaker)
    match command.casefold():
        case "/kudos":
            return commands.kudos(rest, words(rest.strip(), people, groups), speaker.place, **asked)
        case "/values":
            return commands.values(rest.strip(), **asked)
        case "/invite":
            return _invite(rest, speaker, people, kudos)
        case _:
            return Slip(f"I don't know {command}. There are /kudos, /values and /invite.")


def shortcut(speaker: Speaker) -> Give:
    """*Give kudos*, wherever somebody is."""
    return Give(**_who(speaker), place=None, words=())


def give_for(speaker: Speaker, message: Message, author: Colleague) -> GiveFor:
    """*Give kudos* for a message of `author`."""
    person = author.id if author.kind is PersonKind.MEMBER else ""
    return GiveFor(**_who(speaker), message=message, author=person, place=speaker.place)


def said(
    text: str, speaker: Speaker, message: str, kudos: str, *, people: Iterable[Colleague], groups: Iterable[Roster] = ()
) -> Said | None:
    """What is said to Kudos: in its own conversation with somebody, or by its name where it reads along.

    Args:
        message: the id of the message with this `text`.
        kudos: the person id of Kudos.
    """
    heard = words(text, people, groups)
    kept = tuple(word for word in heard if not (isinstance(word, Named) and word.person == kudos))
    reads_along = speaker.place.kind is PlaceKind.CHANNEL and speaker.place.joined
    if speaker.place.kind is not PlaceKind.BOT and not (reads_along and len(kept) < len(heard)):
        return None
    return Said(**_who(speaker), place=speaker.place, message=Message(place=speaker.place.id, id=message), words=kept)


def _who(speaker: Speaker) -> commands.Who:
    return commands.Who(workspace=speaker.workspace, person=speaker.person, delivery=speaker.delivery)


def _invite(rest: str, speaker: Speaker, people: Sequence[Colleague], kudos: str) -> Request | Slip:
    invited = [word.person for word in words(rest, people) if isinstance(word, Named)]
    if invited != [kudos]:
        return Slip("Here only Kudos can be invited. Type: /invite @Kudos")
    if speaker.place.kind is not PlaceKind.CHANNEL:
        return Slip("Type this in a channel: nobody can be invited into a conversation.")
    if speaker.place.joined:
        return Slip("Kudos is in this channel already.")
    return Joined(
        workspace=speaker.workspace,
        person=speaker.person,
        delivery=speaker.delivery,
        place=replace(speaker.place, joined=True),
    )


def press(body: Body, speaker: Speaker, at: datetime) -> Press | None:
    """A button of a card: its value is an action, a space and what it is about."""
    action, _, value = _one(body, "press").partition(" ")
    if action not in set(Action):
        return None
    return Press(
        workspace=speaker.workspace,
        person=speaker.person,
        delivery=speaker.delivery,
        action=Action(action),
        value=value,
        place=speaker.place.id,
        at=at,
    )


def reacted(speaker: Speaker, message: Message, *, author: str, name: str, standing: bool, at: datetime) -> Reacted:
    return Reacted(
        workspace=speaker.workspace,
        person=speaker.person,
        delivery=speaker.delivery,
        message=message,
        author=author,
        name=name,
        standing=standing,
        at=at,
    )


def submitted(form: Form, form_id: str, body: Body, speaker: Speaker) -> Submitted | None:
    """A form, filled in; None for a form that asks for nothing that can be submitted."""
    asked = commands.Who(workspace=speaker.workspace, person=speaker.person, delivery=speaker.delivery)
    unseen = dict(form.context)
    remedied = Remedied(remedy=_one(body, "remedy"), warned=unseen.get("warned", ""))
    match form.action:
        case Action.GIVE:
            return SubmitKudos(
                **asked,
                form=form_id,
                recipients=tuple(body.get("recipients", ())),
                entries=tuple(body.get("entries", ())),
                reason=_one(body, "reason"),
                place=unseen.get("place") or _one(body, "place"),
                open_place="place" not in unseen,
                groups=tuple(unseen.get("groups", "").split()),
                message=unseen.get("message", ""),
                **remedied,
            )
        case Action.DIGEST:
            return SubmitDigest(
                **asked,
                place=unseen.get("place", ""),
                state=_one(body, "state"),
                day=_one(body, "day"),
                at=_one(body, "at"),
                zone=_one(body, "zone"),
                scope=_one(body, "scope"),
                people=tuple(body.get("people", ())),
                extras=tuple(body.get("extras", ())),
            )
        case Action.EDIT | Action.SENTENCE:
            return SubmitReason(
                **asked, recognition=unseen.get("recognition", ""), reason=_one(body, "reason"), **remedied
            )
        case Action.REMOVE:
            return SubmitRemoval(**asked, recognition=unseen.get("recognition", ""), reason=_one(body, "reason"))
        case _:
            return None


def written(form: Form, body: Body, speaker: Speaker, at: datetime) -> Write | None:
    """What stands in an open form; None for a form of whose words nothing is said."""
    if all(not isinstance(field, TextField) or field.said is None for field in form.fields):
        return None
    return Write(**_who(speaker), reason=_one(body, "reason"), entries=tuple(body.get("entries", ())), at=at)


def kept(form: Form, body: Body, errors: Iterable[tuple[str, str]], below: Say | None = None) -> Form:
    """The form again, with everything that was filled in and a sentence at each field that has to be mended.

    What is wrong with no field of the form is said at the first one.
    """
    names = [field.name for field in form.fields]
    said: dict[str, str] = {}
    for name, sentence in errors:
        place = name if name in names else names[0]
        said[place] = f"{said[place]} {sentence}" if place in said else sentence
    fields: list[Field] = []
    for field in form.fields:
        error = said.get(field.name, "")
        match field:
            case PeopleField() | ChoiceField() | TicksField():
                fields.append(replace(field, chosen=tuple(body.get(field.name, ())), error=error))
            case TextField():
                of_it = below.said if below else field.said
                fields.append(replace(field, text=_one(body, field.name), error=error, said=of_it))
            case PlaceField() | PickField():
                fields.append(replace(field, chosen=_one(body, field.name), error=error))
            case TimeField():
                fields.append(replace(field, at=_one(body, field.name), error=error))
            case _:
                assert_never(field)
    return replace(form, fields=tuple(fields))


def _one(body: Body, name: str) -> str:
    values = body.get(name, ())
    return values[0] if values else ""
