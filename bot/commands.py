"""Which request typed words are: one rule for every platform."""

import json
import re
from collections.abc import Mapping
from dataclasses import astuple
from typing import Final, TypedDict, Unpack, assert_never

from bot.model import Message, Place
from bot.requests import (
    Ask,
    Channel,
    Give,
    Group,
    Help,
    Mine,
    Named,
    Request,
    Said,
    SwitchReactions,
    UndoLatest,
    Unresolved,
    Word,
    Words,
)

_AROUND: Final = " \t\n,:;.!?–—-"  #: what may stand around the name of the one who is spoken to
_GREETING: Final = frozenset({"", "help", "hello", "hi", "hey", "thanks", "thank you"})
_THANKING: Final = re.compile(
    r"/?(?:(?:give )?kudos|(?:big |many )?thanks|thank(?: you)?)(?: to)?(?![\w'’])", re.IGNORECASE
)
_VALUES: Final = re.compile(r"/?values?(?![\w'’])[\s:]*", re.IGNORECASE)
_TAG: Final = re.compile(r"(?<![\w&#])#\w")


class Who(TypedDict):
    """What every request has."""

    workspace: str
    person: str
    delivery: str


def kudos(text: str, words: Words, place: Place | None, said_in: Message | None = None, **who: Unpack[Who]) -> Request:
    """What is asked after `/kudos`. A word that asks for something else than a kudos does so only when alone.

    Args:
        text: as typed; `words`: with what the platform has recognised in it.
        said_in: the message it was said in, if it was no command.
    """
    match text.casefold().split():
        case ["help"]:
            return Help(**who)
        case ["mine"]:
            return Mine(**who)
        case ["undo"]:
            return UndoLatest(**who)
        case ["reactions", "on" | "off" as state] if place:
            return SwitchReactions(**who, place=place, on=state == "on")
        case _:
            return Give(**who, place=place, words=words, said_in=said_in)


def spoken(said: Said) -> Request:
    """What a message to Kudos asks for: a kudos, a word that a command knows, or an answer."""
    who = Who(workspace=said.workspace, person=said.person, delivery=said.delivery)
    words = _trimmed(said.words)
    text = plain(words)
    calls_somebody = any(not isinstance(word, str | Channel) for word in words)
    first = words[0] if words else ""
    thanking = _THANKING.match(first) if isinstance(first, str) else None
    if isinstance(first, str) and thanking and (calls_somebody or "kudos" in thanking[0].casefold()):
        rest = _trimmed((first[thanking.end() :], *words[1:]))
        return kudos(plain(rest), rest, said.place, said.message, **who)
    if calls_somebody and (not isinstance(first, str | Channel) or _TAG.search(text)):
        return Give(**who, place=said.place, words=words, said_in=said.message)
    if text.casefold().rstrip(_AROUND) in _GREETING:
        return Help(**who)
    asked = kudos(text, words, said.place, **who)
    if not isinstance(asked, Give):
        return asked
    return Ask(**who, question=_VALUES.sub("", text, count=1) if _VALUES.match(text) else text)


def plain(words: Words, names: Mapping[str, str] | None = None) -> str:
    """Words as they looked to the one who typed them; `names` of whom the platform called by id alone."""
    return "".join(_shown(word, names or {}) for word in words)


def _shown(word: Word, names: Mapping[str, str]) -> str:
    match word:
        case str():
            return word
        case Named(id_, name) | Group(id_, name):
            return f"@{name or names.get(id_, id_)}"
        case Channel(name):
            return f"#{name}"
        case Unresolved(text=text):
            return text
    assert_never(word)


def _trimmed(words: Words) -> Words:
    """Without what stands around the name of the one who was spoken to."""
    kept = list(words)
    while kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip(_AROUND)
        if kept[0]:
            break
        del kept[0]
    while kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip()
        if kept[-1]:
            break
        del kept[-1]
    return tuple(kept)


# A kudos that lacks something is carried by a button until its giver has time for the form.

_RECORDS: Final[Mapping[str, type[Named | Group | Channel | Unresolved]]] = {
    "n": Named,
    "g": Group,
    "c": Channel,
    "u": Unresolved,
}


def packed(place: str, words: Words) -> str:
    """A place and words as text; `unpacked` is the inverse."""
    letters = {record: letter for letter, record in _RECORDS.items()}
    plain_words = [word if isinstance(word, str) else [letters[type(word)], *astuple(word)] for word in words]
    return json.dumps([place, plain_words], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> tuple[str, Words]:
    place, words = json.loads(text)
    return place, tuple(word if isinstance(word, str) else _RECORDS[word[0]](*word[1:]) for word in words)
