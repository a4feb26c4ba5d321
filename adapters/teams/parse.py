"""Activities of Teams in, requests out, and what else Teams wants of a bot. Pure.

Source: learn.microsoft.com/microsoftteams/platform: messages to bots, conversation events, dialogs, message
extensions, Universal Actions
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, NamedTuple

from adapters.reading import reading
from adapters.teams import keeping, objects
from adapters.teams.filling import Filled, Step, filled
from adapters.teams.objects import Json, Speaker, id_at, node_at, nodes_at, text_at
from adapters.teams.render import ACTION, KEY, REFRESH, VALUE
from bot import commands
from bot.model import Message, Place, PlaceKind
from bot.requests import (
    Action,
    Give,
    GiveFor,
    Joined,
    Press,
    Reacted,
    Request,
    Said,
    SubmitKudos,
)

GIVE: Final = "give"  #: the message extension's command
GIVE_FOR: Final = "give-for"  #: … for a message

_PREVIEWED: Final = frozenset({"compose", "message"})  #: where Teams shows a preview; not in the command bar


class Way(Enum):
    """How an activity came, and so how it is answered."""

    MESSAGE = auto()  #: with messages
    CARD = auto()  #: an invoke: with what the card becomes, or a word below it
    DIALOG = auto()  #: an invoke: with what the dialog shows
    EXTENSION = auto()  #: an invoke, likewise, from the message extension
    EVENT = auto()  #: not at all


@dataclass(frozen=True, slots=True)
class Asks:
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Kudos was removed from the place, and, where that is in a team, from all of the team."""

    channel: str = ""  #: or from this one alone, which is private or shared


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTold:
    """A channel was created, renamed, restored or deleted."""

    channel: Place  #: its visibility counts only where `typed`
    deleted: bool
    typed: bool  #: Teams said what type of channel it is


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTold:
    """Something happened to a whole team, such as `teamArchived`."""

    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersTold:
    """People came to the place, or to the team that it is in, or left."""

    people: tuple[tuple[str, str], ...]  #: each by the id we know them by and the Teams id
    present: bool
    channel: str = ""  #: of this one alone, which is private or shared


What = Asks | Filled | Removed | ChannelTold | TeamTold | MembersTold


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An activity that concerns us."""

    speaker: Speaker
    delivery: str
    below: str  #: the message that a button stands in; "" elsewhere
    way: Way
    what: What


@reading
def heard(activity: Json, private_teams: frozenset[str] = frozenset()) -> Heard | None:
    """What an activity wants; None for one that asks for nothing that we know.

    Args:
        private_teams: teams whose standard channels are not for everybody in the tenant, or `objects.ALL`.

    Raises:
        MalformedError: it is not what Teams sends.
    """
    read = _READERS.get(text_at(activity, "type"))
    if read is None:
        return None
    speaker, delivery = objects.speaker(activity, private_teams), objects.delivery(activity)
    who = commands.Who(workspace=speaker.workspace, person=speaker.person, delivery=delivery)
    found = read(_Told(activity, speaker, who, private_teams))
    if found is None:
        return None
    way, what = found
    return Heard(speaker=speaker, delivery=delivery, below=text_at(activity, "replyToId"), way=way, what=what)


_Found = tuple[Way, What] | None


class _Told(NamedTuple):
    """An activity, and what is the same in all of them."""

    activity: Json
    speaker: Speaker
    who: commands.Who
    private_teams: frozenset[str]


# Messages


def _message(told: _Told) -> _Found:
    activity, place = told.activity, told.speaker.place
    if isinstance(value := activity.get("value"), Mapping) and value:  # a button, in a client that knows no other way
        press = _press(told, value)
        return (Way.MESSAGE, Asks((press,))) if press else None
    if place.kind is not PlaceKind.BOT and not objects.called(activity):
        return None
    said = Said(
        **told.who,
        place=place,
        message=Message(place=place.id, id=id_at(activity, "id")),
        words=objects.words(activity),
    )
    return Way.MESSAGE, Asks((said,))


def _reaction(told: _Told) -> _Found:
    """Teams tells of reactions to our own messages."""
    activity, who = told.activity, told.who
    message = Message(place=told.speaker.place.id, id=id_at(activity, "replyToId"))
    at, author = objects.moment(activity), text_at(activity, "recipient", "id")

    def reacted(type_: str, *, standing: bool) -> Reacted:
        delivery = f"{who['delivery']}/{type_}/{'on' if standing else 'off'}"
        return Reacted(
            **commands.Who(workspace=who["workspace"], person=who["person"], delivery=delivery),
            message=message,
            author=author,
            name=objects.emoji(type_),
            standing=standing,
            at=at,
        )

    off = [reacted(id_at(each, "type"), standing=False) for each in nodes_at(activity, "reactionsRemoved")]
    on = [reacted(id_at(each, "type"), standing=True) for each in nodes_at(activity, "reactionsAdded")]
    return (Way.EVENT, Asks((*off, *on))) if off or on else None


# Coming and going


def _installation(told: _Told) -> _Found:
    """`remove-upgrade` is followed by `add-upgrade`: nothing was removed."""
    match text_at(told.activity, "action"):
        case "add" | "add-upgrade":
            return _joined(told)
        case "remove":
            return Way.EVENT, Removed()
        case _:
            return None


def _joined(told: _Told) -> _Found:
    return Way.EVENT, Asks((Joined(**told.who, place=told.speaker.place),))


def _conversation(told: _Told) -> _Found:
    activity = told.activity
    own = text_at(activity, "recipient", "id")
    event = text_at(activity, "channelData", "eventType")
    if event.startswith("channel") and event.removeprefix("channel") in _OF_CHANNELS:
        return Way.EVENT, _channel(told, event)
    if event.startswith("team") and not event.startswith("teamMember"):
        return Way.EVENT, TeamTold(event=event)
    channel = objects.place_id(text_at(activity, "channelData", "channel", "id")) or told.speaker.place.id
    only = channel if event in _OF_ONE_CHANNEL else ""
    for key, present in (("membersAdded", True), ("membersRemoved", False)):
        accounts = nodes_at(activity, key)
        if any(text_at(each, "id") == own for each in accounts):
            return _joined(told) if present else (Way.EVENT, Removed(channel=only))
        if accounts:
            people = tuple((objects.person_id(each), id_at(each, "id")) for each in accounts)
            return Way.EVENT, MembersTold(people=people, present=present, channel=only)
    return None


_OF_CHANNELS: Final = frozenset({"Created", "Renamed", "Restored", "Deleted"})
#: Private and shared channels have members of their own, and Kudos is added to each of them by itself.
#: Source: learn.microsoft.com/microsoftteams/platform/build-apps-for-shared-private-channels
_OF_ONE_CHANNEL: Final = frozenset({"channelMemberAdded", "channelMemberRemoved"})


def _channel(told: _Told, event: str) -> ChannelTold:
    """The conversation of such an event is the team's first channel, and not the one that it is about."""
    data = node_at(told.activity, "channelData")
    team, of = node_at(data, "team"), told.speaker.workspace
    channel = objects.channel(
        node_at(data, "channel"),
        of,
        id_at(team, "id"),
        told.private_teams,
        team_name=text_at(team, "name"),
        joined=text_at(data, "channel", "type").casefold() == "standard",  # we are in all of these, and perhaps others
    )
    if event == "channelCreated":
        channel = replace(channel, creator=told.speaker.person)
    return ChannelTold(channel=channel, deleted=event == "channelDeleted", typed=channel.shared is not None)


# Invokes


def _invoke(told: _Told) -> _Found:
    read = _INVOKES.get(text_at(told.activity, "name"))
    return read(told) if read else None


def _card(told: _Told) -> _Found:
    """A button of a card, or the card itself, which asks how somebody is to see it."""
    action = node_at(told.activity, "value", "action")
    verb = text_at(action, "verb")
    act = Action.OWN.value if verb == REFRESH else verb
    press = _press(told, {**node_at(action, "data"), ACTION: act})
    return (Way.CARD, Asks((press,))) if press else None


def _fetch(told: _Told) -> _Found:
    """A button that opens a dialog."""
    press = _press(told, node_at(told.activity, "value", "data"))
    return (Way.DIALOG, Asks((press,))) if press else None


def _dialog(told: _Told) -> _Found:
    """A form that is sent, or a button in a dialog."""
    data = node_at(told.activity, "value", "data")
    if KEY not in data:
        return _fetch(told)
    form = filled(told.speaker, data)
    return (Way.DIALOG, form) if form else None


def _press(told: _Told, data: Json) -> Press | None:
    """None for what asks for nothing that we know."""
    name = text_at(data, ACTION)
    if name not in set(Action):
        return None
    return Press(
        **told.who,
        action=Action(name),
        value=text_at(data, VALUE),
        place=told.speaker.place.id,
        at=objects.moment(told.activity),
    )


def _extension(told: _Told) -> _Found:
    """*Give kudos*, from where one writes, from the command bar, or for a message."""
    value, who, place = node_at(told.activity, "value"), told.who, told.speaker.place
    if text_at(value, "commandId") not in (GIVE, GIVE_FOR):
        return None
    chosen = node_at(value, "messagePayload")
    if not chosen:
        somewhere = text_at(value, "commandContext") in _PREVIEWED  # in the command bar one is nowhere in particular
        return Way.EXTENSION, Asks((Give(**who, place=place if somewhere else None, words=()),))
    user = node_at(chosen, "from", "user")
    ours = text_at(user, "userIdentityType") in ("", "aadUser")
    author = text_at(user, "id") if ours else ""
    message = Message(place=place.id, id=id_at(chosen, "id"))
    return Way.EXTENSION, Asks((GiveFor(**who, message=message, author=author, place=place),))


def _extension_sent(told: _Told) -> _Found:
    """The form of the message extension, sent; or its preview, sent or sent back."""
    value, place = node_at(told.activity, "value"), told.speaker.place
    data = node_at(value, "data")
    if previewed := text_at(value, "botMessagePreviewAction"):
        form = filled(told.speaker, _previewed(nodes_at(value, "botActivityPreview")[0]))
        step = {"send": Step.SEND, "edit": Step.EDIT}.get(previewed)
        return (Way.EXTENSION, replace(form, step=step)) if form and step else None
    if KEY not in data:
        press = _press(told, data)
        return (Way.EXTENSION, Asks((press,))) if press else None
    form = filled(told.speaker, data)
    if form is None:
        return None
    here = isinstance(form.request, SubmitKudos) and form.request.place == place.id
    shown = here and place.kind is PlaceKind.CHANNEL and text_at(value, "commandContext") in _PREVIEWED
    return Way.EXTENSION, replace(form, step=Step.PREVIEW) if shown and form.step is Step.SUBMIT else form


def _previewed(preview: Json) -> Json:
    """The form that a preview holds."""
    return keeping.held(node_at(nodes_at(preview, "attachments")[0], "content"))


_Reader = Callable[[_Told], _Found]

_READERS: Final[Mapping[str, _Reader]] = {
    "message": _message,
    "messageReaction": _reaction,
    "conversationUpdate": _conversation,
    "installationUpdate": _installation,
    "invoke": _invoke,
}
_INVOKES: Final[Mapping[str, _Reader]] = {
    "adaptiveCard/action": _card,
    "task/fetch": _fetch,
    "task/submit": _dialog,
    "composeExtension/fetchTask": _extension,
    "composeExtension/submitAction": _extension_sent,
}
