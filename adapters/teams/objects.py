"""What activities of Teams hold, as ours: people, places, typed text, emoji, and who speaks where. Pure.

Source: learn.microsoft.com/microsoftteams/platform/bots, conversation basics and events
"""

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from adapters.reading import reading
from bot.model import Person, PersonKind, Place, PlaceKind, Visibility, clean
from bot.requests import Named, Unresolved, Word, Words

Json = Mapping[str, Any]

PLATFORM: Final = "teams"
ALL: Final = "all"  #: in the list of private teams
GENERAL: Final = "General"  #: the first channel of every team, which Teams gives no name

ID_MOST: Final = 1000  #: characters; the longest of Teams have about 300

_THREAD: Final = ";messageid="
_GENERAL_OF = re.compile(rf"{GENERAL} \((.+)\)")
_BOT: Final = "28:"  #: begins the Teams id of an app
_ONESELF: Final = "48:"  #: begins the id of the chat with oneself, `48:notes`, which is called the same for everybody
_INVITED: Final = "#ext#"  # in the principal name of who is invited from another tenant, as a guest or as a member
_NAME_MOST: Final = 256  #: characters of a name that is called; else a text of open tags would take hours
_AT = re.compile(rf"<at(?:\s[^<>]{{0,{_NAME_MOST}}})?>(.{{0,{_NAME_MOST}}}?)</at>", re.DOTALL | re.IGNORECASE)
_BARE_MENTION = re.compile(r"(?<![\w.@])@[\w][\w.'’-]*")
_CODE_POINTS = re.compile(r"([0-9a-f]{2,6}(?:-[0-9a-f]{2,6})*)_")
_TONE = re.compile(r"-tone([1-5])")
_FIRST_TONE: Final = 0x1F3FB
_NAMED_REACTIONS: Final = {  #: those of the first years, which have no code point in their names
    "like": "👍",
    "heart": "❤️",
    "laugh": "😆",
    "surprised": "😮",
    "sad": "😢",
    "angry": "😠",
}


def text_at(node: Any, *path: str) -> str:
    """The string that `path` leads to; "" where there is none."""
    for key in path:
        if node is None:
            return ""
        node = _mapping(node).get(key)
    if node is None:
        return ""
    if not isinstance(node, str):
        raise TypeError
    node.encode()  # half of a character could neither be stored nor sent
    return node


def id_at(node: Any, *path: str) -> str:
    """The string that `path` leads to: not empty, and no longer than an id may be, for it may be kept."""
    text = text_at(node, *path)
    if not 0 < len(text) <= ID_MOST:
        raise ValueError
    return text


def node_at(node: Any, *path: str) -> Json:
    """The object that `path` leads to; an empty one where there is none."""
    for key in path:
        node = _mapping(node).get(key) or {}
    return _mapping(node)


def nodes_at(node: Any, key: str) -> tuple[Json, ...]:
    """The objects in a list; none where there is no list."""
    listed = _mapping(node).get(key) or ()
    if not isinstance(listed, list | tuple):
        raise TypeError
    return tuple(map(_mapping, listed))


def _mapping(node: Any) -> Json:
    if not isinstance(node, Mapping):
        raise TypeError
    return node


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who does something, and where it can be answered."""

    workspace: str
    person: str
    mri: str  #: their Teams id, by which they are addressed there
    name: str
    kind: PersonKind  #: as far as the activity says
    place: Place  #: as far as the activity says
    team: str  #: that the place is a channel of; "" elsewhere
    thread: str  #: in a channel, the message below which it was said or done; else ""
    service_url: str
    bot: str  #: the Teams id of Kudos itself

    @property
    def alone(self) -> bool:
        """Whether it is their own chat with Kudos, which nobody else reads."""
        return self.place.kind is PlaceKind.BOT

    @property
    def shared(self) -> bool:
        """Whether others are there too, and Kudos among them: it hears only what calls it."""
        return self.place.kind is PlaceKind.CHANNEL


@reading
def speaker(activity: Json, private_teams: frozenset[str] = frozenset()) -> Speaker:
    """Who sends `activity`, and from where."""
    sender, found = node_at(activity, "from"), place(activity, private_teams)
    return Speaker(
        workspace=found.workspace,
        person=person_id(sender),
        mri=id_at(sender, "id"),
        name=one_line(sender.get("name")),
        kind=_kind(sender, found.workspace) if text_at(sender, "aadObjectId") else PersonKind.STRANGER,
        place=found,
        team=text_at(activity, "channelData", "team", "id"),
        thread=id_at(activity, "conversation", "id").partition(_THREAD)[2],
        service_url=id_at(activity, "serviceUrl"),
        bot=text_at(activity, "recipient", "id"),
    )


def workspace_id(tenant: str) -> str:
    return f"{PLATFORM}:{tenant}"


@reading
def workspace(activity: Json) -> str:
    """The tenant that an activity comes from."""
    tenant = text_at(activity, "channelData", "tenant", "id") or text_at(activity, "conversation", "tenantId")
    if not tenant:
        raise ValueError
    return workspace_id(tenant)


@reading
def person_id(account: Json) -> str:
    """By which we know somebody: their object id in Entra, or, where they have none, their Teams id."""
    return text_at(account, "aadObjectId") or text_at(account, "objectId") or id_at(account, "id")


@reading
def person(account: Json, workspace: str) -> Person:
    """A member of a conversation, as a person of `workspace`.

    Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context, `pagedmembers`
    """
    id_, kind = person_id(account), _kind(account, workspace)
    given = f"{one_line(account.get('givenName'))} {one_line(account.get('surname'))}".strip()
    return Person(
        workspace=workspace,
        id=id_,
        name=one_line(account.get("name")) or given or id_,
        email=one_line(account.get("email")) if kind is PersonKind.MEMBER and _is_own(account) else "",
        kind=kind,
    )


def _is_own(account: Json) -> bool:
    """Whether the tenant itself says whose address it is, and not another one that vouches for the account."""
    return (
        text_at(account, "userRole").casefold() == "user"
        and _INVITED not in text_at(account, "userPrincipalName").casefold()
    )


def _kind(account: Json, workspace: str) -> PersonKind:
    role, tenant = text_at(account, "userRole").casefold(), text_at(account, "tenantId")
    if text_at(account, "id").startswith(_BOT):
        return PersonKind.BOT
    if role == "anonymous" or (tenant and workspace_id(tenant) != workspace):
        return PersonKind.STRANGER
    return PersonKind.GUEST if role == "guest" else PersonKind.MEMBER


def place_id(conversation: str) -> str:
    """A conversation's id without the thread in it."""
    return conversation.partition(_THREAD)[0]


def is_private_team(team: str, private_teams: frozenset[str]) -> bool:
    """Whether the settings say that even the standard channels of `team` are not for everybody in the tenant."""
    return ALL in private_teams or team in private_teams


def general(team_name: str) -> str:
    """What we call the first channel of a team, which each team has."""
    return f"{GENERAL} ({team_name})" if team_name else GENERAL


def team_of_general(name: str) -> str:
    """The name of the team whose first channel we call `name`; "" where it does not tell."""
    found = _GENERAL_OF.fullmatch(name)
    return found[1] if found else ""


@reading
def channel(
    found: Json,
    workspace: str,
    team: str,
    private_teams: frozenset[str] = frozenset(),
    *,
    team_name: str = "",
    joined: bool = True,
) -> Place:
    """A channel of a team. What we do not know is private.

    Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context, list of channels in a team
    """
    id_ = place_id(id_at(found, "id"))
    type_ = text_at(found, "type").casefold() or ("standard" if id_ == team else "")
    public = type_ == "standard" and not is_private_team(team, private_teams)
    name = one_line(found.get("name"))
    return Place(
        workspace=workspace,
        id=id_,
        name=general(one_line(team_name)) if id_ == team and name in ("", GENERAL) else name,
        kind=PlaceKind.CHANNEL,
        visibility=Visibility.PUBLIC if public else Visibility.PRIVATE,
        joined=joined,
        shared=type_ == "shared" if type_ else None,
    )


@reading
def place(activity: Json, private_teams: frozenset[str] = frozenset()) -> Place:
    """Where an activity comes from.

    A message extension works where Kudos is no member: in the chat of two people nothing is ever posted.
    """
    conversation = node_at(activity, "conversation")
    id_, of = place_id(id_at(conversation, "id")), workspace(activity)
    told = node_at(activity, "channelData", "channel")
    type_ = text_at(conversation, "conversationType").casefold()
    if id_.endswith("@unq.gbl.spaces") or id_.startswith(_ONESELF):
        return _chat(of, id_)
    if type_ == "personal" or (not type_ and id_.startswith("a:")):
        return Place(workspace=of, id=id_, kind=PlaceKind.BOT, visibility=Visibility.DIRECT, joined=True)
    if type_ == "channel" or (not type_ and (told or id_.endswith(("@thread.tacv2", "@thread.skype")))):
        team = node_at(activity, "channelData", "team")
        named = told if place_id(text_at(told, "id")) == id_ else {}
        found = {"name": conversation.get("name"), **named, "id": id_}
        team_name = text_at(team, "name")
        return channel(found, of, text_at(team, "id"), private_teams, team_name=team_name, joined=False)
    if type_ == "groupchat" or id_.endswith("@thread.v2"):
        return Place(workspace=of, id=id_, name=one_line(conversation.get("name")), visibility=Visibility.PRIVATE)
    return _chat(of, id_)


def _chat(workspace: str, id_: str) -> Place:
    """People's own conversation."""
    return Place(workspace=workspace, id=id_, kind=PlaceKind.CONVERSATION, visibility=Visibility.DIRECT)


@reading
def words(activity: Json) -> Words:
    """Typed text, with what Teams has recognised in it, and without the calls of Kudos itself.

    A mention stands as `<at>Name</at>` in the text, and who that is, in order, among the entities.

    Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations
    """
    own = text_at(activity, "recipient", "id")
    return tuple(
        word for word in _words(activity) if word != "" and not (isinstance(word, Named) and word.person == own)
    )


@reading
def called(activity: Json) -> bool:
    """Whether a message calls Kudos by name, or is for its eyes only."""
    recipient = node_at(activity, "recipient")
    own = text_at(recipient, "id")
    return recipient.get("isTargeted") is True or any(
        isinstance(word, Named) and word.person == own for word in _words(activity)
    )


def _words(activity: Json) -> Iterator[Word]:
    text = text_at(activity, "text")
    mentions: dict[str, list[Json]] = {}
    for entity in nodes_at(activity, "entities"):
        if text_at(entity, "type").casefold() == "mention":
            mentions.setdefault(_inside(text_at(entity, "text")), []).append(node_at(entity, "mentioned"))
    at = 0
    for found in _AT.finditer(text):
        yield from _stretches(text[at : found.start()])
        at = found.end()
        meant = mentions.get(_inside(found[0]), [])
        yield _called(_inside(found[0]), meant.pop(0) if len(meant) > 1 else next(iter(meant), {}))
    yield from _stretches(text[at:])


def _called(label: str, mentioned: Json) -> Word:
    id_, type_ = text_at(mentioned, "id"), text_at(mentioned, "type").casefold()
    if id_.startswith("19:") or type_ in ("channel", "team", "everyone"):
        return Unresolved(f"@{label}", everybody=True)
    if not id_ or type_ == "tag":
        return Unresolved(f"@{label}")
    return Named(text_at(mentioned, "aadObjectId") or id_, one_line(mentioned.get("name")) or label)


def _inside(tag: str) -> str:
    """What a mention is called: `<at id="0">Amara &amp; Co</at>` is `Amara & Co`."""
    found = _AT.fullmatch(tag.strip())
    return " ".join(html.unescape(found[1] if found else tag).split())


def _stretches(text: str) -> Iterator[Word]:
    """Plain stretches; a name with @ that Teams did not recognise is a mention of nobody."""
    text = html.unescape(text).replace("\xa0", " ")
    at = 0
    for mention in _BARE_MENTION.finditer(text):
        yield text[at : mention.start()]
        yield Unresolved(mention[0])
        at = mention.end()
    yield text[at:]


def emoji(type_: str) -> str:
    """The emoji that a reaction is, with its skin tone; one of an organisation's own, or unknown, as it is called.

    Source: learn.microsoft.com/microsoftteams/platform/agents-in-teams/agent-reactions, such as
    `1f44b_wavinghand-tone3` and `thumbsup_custom_0125de505`
    """
    found = _CODE_POINTS.match(type_)
    if "_custom_" in type_ or not found:
        return _NAMED_REACTIONS.get(type_, type_)
    tone = _TONE.search(type_, found.end())
    try:
        letters = "".join(chr(int(code, 16)) for code in found[1].split("-"))
        letters.encode()
    except (ValueError, OverflowError):
        return type_
    return letters + (chr(_FIRST_TONE + int(tone[1]) - 1) if tone else "")


@reading
def moment(activity: Json) -> datetime:
    """When it happened, by Teams' own clock."""
    at = datetime.fromisoformat(id_at(activity, "timestamp"))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


@reading
def delivery(activity: Json) -> str:
    """The same when the same activity comes again."""
    where = place_id(id_at(activity, "conversation", "id"))
    id_ = text_at(activity, "id")
    if not id_:
        body = json.dumps(activity, sort_keys=True, default=str).encode()
        id_ = hashlib.blake2b(body, digest_size=16).hexdigest()
    return f"{where}/{id_}/{id_at(activity, 'type')}"


def one_line(name: Any) -> str:
    """A name as we keep it; what could neither be stored nor sent counts as absent."""
    try:
        return " ".join(clean(text_at({"": name}, "")).split())
    except (TypeError, UnicodeEncodeError):
        return ""
