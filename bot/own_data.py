"""What is kept about somebody, as they are given it: as data, and to be read. Pure."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from bot import privacy
from bot.model import Person, Recognition, Visibility, to_text

PART_MOST: Final = 1800  #: characters of one message

_SEEN_BY: Final = {
    Visibility.PUBLIC: "everybody in the workspace",
    Visibility.PRIVATE: "the members of the channel, who gave it and who is thanked",
    Visibility.DIRECT: "who gave it and who is thanked",
}


_OUTCOMES: Final = {"removed": "removed by the moderators", "left": "left as it is by the moderators"}
_NOT_IN_HERE: Final = (
    "The log of who did what. An auditor can tell you what it says of you. Ask an administrator who that is."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    account: str
    name: str
    value: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that they did with a kudos that stands."""

    kudos: str  #: its id
    at: str
    outcome: str = ""  #: of a report, once it is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Words of theirs that they have changed since."""

    kudos: str  #: its id
    words: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """Everything about one colleague, with all their accounts."""

    made_at: datetime
    accounts: tuple[Person, ...]
    given: tuple[Recognition, ...]  #: those taken back too
    received: tuple[Recognition, ...]
    seconded: tuple[Recognition, ...]
    settings: tuple[Setting, ...]
    roles: tuple[str, ...]
    channels: tuple[str, ...]  #: that they are known to be in, by name or id; of public ones it is seldom asked
    reactions: int  #: emoji of theirs that counted for a kudos
    hidden: tuple[Mark, ...] = ()  #: kudos in which they hide that they are thanked
    reported: tuple[Mark, ...] = ()  #: kudos that they reported
    earlier: tuple[Earlier, ...] = ()  #: the latest first


def as_data(own: OwnData) -> dict[str, Any]:
    """For a program to read."""
    ids = {(each.workspace, each.id) for each in own.accounts}
    return {
        "made_at": to_text(own.made_at),
        "accounts": [
            {
                "workspace": each.workspace,
                "id": each.id,
                "name": each.name,
                "email": each.email,
                "kind": each.kind.value,
                "in_use": each.active,
            }
            for each in own.accounts
        ],
        "kudos_given": [_kudos(each, ids) for each in own.given],
        "kudos_received": [_kudos(each, ids) for each in own.received],
        "kudos_seconded": [_kudos(each, ids) for each in own.seconded],
        "settings": [asdict(each) for each in own.settings],
        "roles": list(own.roles),
        "channels": list(own.channels),
        "reactions": own.reactions,
        "hidden": [{"kudos": each.kudos, "at": each.at} for each in own.hidden],
        "reported": [asdict(each) for each in own.reported],
        "earlier_words": [asdict(each) for each in own.earlier],
        "not_in_here": _NOT_IN_HERE,
    }


def _kudos(kept: Recognition, ids: Iterable[tuple[str, str]]) -> dict[str, Any]:
    own = {id_ for workspace, id_ in ids if workspace == kept.workspace}
    recognition = privacy.copied(kept, own)
    return {
        "id": recognition.id,
        "given_at": to_text(recognition.given_at),
        "from": recognition.giver.name,
        "to": [each.name for each in recognition.recipients],
        "for": [each.title for each in recognition.tags],
        "words": recognition.reason,
        "where": _where(recognition, own),
        "seen_by": _seen_by(kept, own),
        "how": recognition.origin.value,
        "seconded_by": [each.name for each in recognition.seconders],
    }


def _seen_by(recognition: Recognition, own: Set[str]) -> str:
    """Who may read it. Of what others have chosen it says nothing."""
    if recognition.withdrawn:
        return "nobody: it was taken back"
    if recognition.removed:
        return "the moderators alone: they removed it"
    if recognition.unlisted & own:
        return _SEEN_BY[Visibility.DIRECT]
    if recognition.visibility is not Visibility.DIRECT and any(each.person in own for each in recognition.nearby):
        return "who gave it, who is thanked, and people in channels that you are in"
    return _SEEN_BY[recognition.visibility]


def _where(recognition: Recognition, own: Set[str]) -> str:
    """Whoever is thanked from a private channel may not know it, nor a guest one that they are not in."""
    named = recognition.giver.id in own or all(privacy.names_place(recognition, id_, there=False) for id_ in own)
    return f"#{recognition.place.name}" if named and recognition.place.name else "a private place"


def readable(own: OwnData) -> list[tuple[str, tuple[str, ...]]]:
    """For a person to read: titles, and what stands below each."""
    data = as_data(own)
    return [
        ("Your accounts", tuple(_account(each) for each in data["accounts"])),
        (_counted("Kudos you gave", own.given), tuple(map(_line, data["kudos_given"]))),
        (_counted("Kudos you received", own.received), tuple(map(_line, data["kudos_received"]))),
        (_counted("Kudos you joined in", own.seconded), tuple(map(_line, data["kudos_seconded"]))),
        ("Your settings", tuple(f"{each.name}: {each.value} (since {each.at[:10]})" for each in own.settings)),
        ("What you may do more than others", own.roles),
        ("Channels I know you are in", own.channels),
        ("Emoji of yours that counted for a kudos", (str(own.reactions),)),
        ("Kudos in which you hide that you are thanked", tuple(f"since {each.at[:10]}" for each in own.hidden)),
        (
            "Kudos you reported",
            tuple(f"{each.at[:10]}: {_OUTCOMES.get(each.outcome, 'not decided yet')}" for each in own.reported),
        ),
        ("Words that you have changed", tuple(f"until {each.until[:10]}: “{each.words}”" for each in own.earlier)),
        ("Not in here", (_NOT_IN_HERE,)),
    ]


def _account(account: dict[str, Any]) -> str:
    address = account["email"] or "no e-mail address"
    return f"{account['name']} ({account['workspace']}, {account['id']}, {address})"


def _counted(title: str, shown: Sequence[object]) -> str:
    return f"{title} ({len(shown)})"


def _line(kudos: dict[str, Any]) -> str:
    people = f"{kudos['from']} to {', '.join(kudos['to'])}"
    words = f": “{kudos['words']}”" if kudos["words"] else ""
    others = f" Seconded by {', '.join(kudos['seconded_by'])}." if kudos["seconded_by"] else ""
    what = f"{', '.join(kudos['for'])}, in {kudos['where']}"
    return f"{kudos['given_at'][:10]}, {people}, for {what}{words}. Seen by {kudos['seen_by']}.{others}"


def parts(own: OwnData) -> list[str]:
    """The same as texts that fit a message each, in order."""
    found: list[str] = []
    for line in _lines(own):
        if found and len(found[-1]) + len(line) < PART_MOST:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def _lines(own: OwnData) -> Iterator[str]:
    for title, below in readable(own):
        yield f"{title}:"
        for line in below or ("none",):
            text = " ".join(line.split())
            yield from (text[start : start + PART_MOST] for start in range(0, len(text), PART_MOST))
