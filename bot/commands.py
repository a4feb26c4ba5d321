"""Which request typed words are: one rule for every platform."""

from typing import TypedDict, Unpack

from bot.model import Place
from bot.requests import Give, Help, Mine, Request, SwitchReactions, UndoLatest, Words


class Who(TypedDict):
    """What every request has."""

    workspace: str
    person: str
    delivery: str


def kudos(text: str, words: Words, place: Place, **who: Unpack[Who]) -> Request:
    """What is asked after `/kudos`. A word that asks for something else than a kudos does so only when alone.

    Args:
        text: as typed; `words`: with what the platform has recognised in it.
    """
    match text.casefold().split():
        case ["help"]:
            return Help(**who)
        case ["mine"]:
            return Mine(**who)
        case ["undo"]:
            return UndoLatest(**who)
        case ["reactions", "on" | "off" as state]:
            return SwitchReactions(**who, place=place, on=state == "on")
        case _:
            return Give(**who, place=place, words=words)
