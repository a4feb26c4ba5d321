"""Which request typed words are: one rule for every platform."""

import json
import re
from collections.abc import Mapping
from dataclasses import astuple
from typing import Final, TypedDict, Unpack, assert_never

from bot.model import Message, Place, Sight
from bot.requests import (
    Ask,
    AskExport,
    AskRight,
    ChangeRole,
    Channel,
    ChooseSight,
    DigestWord,
    Give,
    Group,
    Help,
    ListReports,
    Mine,
    Named,
    OpenDigest,
    OpenHome,
    ReadAudit,
    Request,
    Right,
    Said,
    ShowPatterns,
    ShowRoles,
    Suppress,
    SwitchQuiet,
    SwitchReactions,
    UndoLatest,
    Unresolved,
    Word,
    Words,
)

#: What may stand around the name of the one who is spoken to, or around a command that was copied from a card.
_AROUND: Final = " \t\n,:;.!?…–—-`"
_HELP: Final = re.compile(
    "|".join(
        (
            "",
            "(?:hello|hi|hey|hiya|(?:good )?(?:morning|afternoon|evening))(?: (?:there|kudos|all|mate))?",
            "ok(?:ay)?|(?:ok(?:ay)?,? )?(?:ta|cheers|(?:many |big )?thanks|thank you)"
            "(?: a lot| (?:so|very) much)?(?:,? (?:kudos|mate|pal|all))?",
            "(?:who|what) are you|are you (?:a |an )?(?:(?:ro)?bot|human|person|machine|program|real(?: person)?|ai)",
            "what(?:['’]?s| is) (?:kudos|this)(?: for| about)?|commands|menu",
            "(?:please )?/?help(?: me)?(?: please)?",
            "what (?:can|do) you do|how do you work|how does (?:this|it) work",
            "how do i (?:use (?:this|you)|(?:give|send) kudos|thank (?:some(?:body|one)|a colleague))",
        )
    ),
    re.IGNORECASE,
)
_PLEASE: Final = re.compile(r"\Aplease(?!\w)|(?<!\w)please\Z", re.IGNORECASE)
_THANKING: Final = re.compile(
    r"/?(?:(?:give )?kudos|nice one|(?:good|great) (?:work|job)|big up|respect to|"
    r"(?:(?:big |huge |many )?(?:thanks|thx)|thank(?: you)?|ta|cheers)(?: (?:so|very) much| a lot)?)"
    r"(?: to)?(?![\w'’])|give(?: to)?\s*\Z",
    re.IGNORECASE,
)
_PRAISING: Final = re.compile(r"(?<!\w)(?:kudos|thanks?|props|shout[ -]?out|hats off|well done)(?!\w)", re.IGNORECASE)
_ASKING: Final = re.compile(r"(?:what(?! an?(?!\w))|whats|hows?|why|who|whose|which|where|when)(?!\w)", re.IGNORECASE)
_ENQUIRING: Final = re.compile(
    r"(?:tell me|explain|define|describe|do|does|did|is|are|can|could|would|should)(?!\w)", re.IGNORECASE
)  #: after a name these say something of that person
_PLAINLY: Final = re.compile(
    r"(?:what(?:['’]?s| is| are| do| does)|(?:how|why) (?:do|does|is|are)|tell me|explain|define)(?!\w)", re.IGNORECASE
)  #: asks also without a question mark
_FOR: Final = re.compile(r"(?:[\s,&+]|and(?!\w)|#[\w-]+)*for(?!\w)", re.IGNORECASE)  #: tags, and then the reason
_CALL: Final = re.compile(r"@kudos(?!\w)", re.IGNORECASE)  #: the call of Kudos, where the platform took it for text
_VALUES: Final = re.compile(r"/?values?(?![\w'’])[\s:]*", re.IGNORECASE)
_TAG: Final = re.compile(r"(?<![\w&#])#\w")


class Who(TypedDict):
    """What every request has."""

    workspace: str
    person: str
    delivery: str


def kudos(text: str, words: Words, place: Place | None, said_in: Message | None = None, **who: Unpack[Who]) -> Request:
    """What is asked after `/kudos`. A word that asks for something else than a kudos does so only when alone, but for
    `digest` and `role grant` or `take`, after which whatever follows is about that.

    Args:
        text: as typed; `words`: with what the platform has recognised in it.
        said_in: the message it was said in, if it was no command.
    """
    match _without_please(text).casefold().split():
        case [] if "?" in text:
            return Help(**who)
        case [*typed] if typed and _HELP.fullmatch(" ".join(typed)):
            return Help(**who)
        case ["mine"] | ["my", "kudos"]:
            return Mine(**who)
        case ["home"] | ["settings"] | ["my", "settings"]:
            return OpenHome(**who, typed=True)
        case ["privacy"]:
            return AskRight(**who, right=Right.PRIVACY)
        case ["my", "data"]:
            return AskRight(**who, right=Right.DATA)
        case ["correct"] | ["correct", "my", "data"]:
            return AskRight(**who, right=Right.CORRECT)
        case ["erase"] | ["erase" | "forget", "me"] | ["erase" | "delete", "my", "data"]:
            return AskRight(**who, right=Right.ERASE)
        case ["undo" | "withdraw"]:
            return UndoLatest(**who)
        case ["roles"]:
            return ShowRoles(**who)
        case ["role"] | ["role", "grant" | "give" | "take" | "remove", *_]:
            return ChangeRole(**who, words=_without_first(words))
        case ["audit"]:
            return ReadAudit(**who)
        case ["patterns"]:
            return ShowPatterns(**who)
        case ["export"] | ["export", "people"]:
            return AskExport(**who)
        case ["reports"] | ["report"]:
            return ListReports(**who)
        case ["reactions", "on" | "off" as state] if place:
            return SwitchReactions(**who, place=place, on=state == "on")
        case ["visibility", "everyone" | "channels" | "me" as sight]:
            return ChooseSight(**who, sight=Sight(sight))
        case ["visibility"] | ["visibility", _]:
            return ChooseSight(**who, sight=None)
        case ["quiet" | "suppress", *_] if place and (asked := _kept_back(words, place, **who)):
            return asked
        case ["digest"] if place:
            return OpenDigest(**who, place=place, said_in=said_in)
        case ["digest", *_] if place:
            return DigestWord(**who, place=place, word=_after_first(_without_please(plain(words))))
        case ["values"]:
            return Ask(**who, question="")
        case _ if _only_asks(words):
            return values(text, **who)
        case _:
            return Give(**who, place=place, words=words, said_in=said_in)


def _only_asks(words: Words) -> bool:
    """Whether it is a question from its first word on, and calls nobody: what begins like one may be a reason."""
    if not all(isinstance(word, str) for word in words):
        return False
    text = plain(words).strip()
    marked = text.endswith("?") and (_ASKING.match(text) or _ENQUIRING.match(text)) is not None
    return (marked or _PLAINLY.match(text) is not None) and not _TAG.search(text)


def _without_first(words: Words) -> Words:
    """The same without its first word."""
    first, *rest = _trimmed(words)
    return _trimmed((_after_first(first) if isinstance(first, str) else "", *rest))


def _kept_back(words: Words, place: Place, **who: Unpack[Who]) -> Suppress | SwitchQuiet | None:
    """What nothing more is to be shown of; None where something else is said, such as a name that is nobody's.

    Whatever begins with `suppress` is about that, so that it never stands in a form that posts it.
    """
    people = tuple(dict.fromkeys(word.person for word in words if isinstance(word, Named)))
    said = "".join(word if isinstance(word, str) else " " for word in words).casefold().replace(",", " ").split()
    unclear = Suppress(**who, whom="", until="") if said[:1] == ["suppress"] else None
    if any(isinstance(word, Group | Channel | Unresolved) for word in words):
        return unclear
    match said, people:
        case ["suppress"], (whom,):
            return Suppress(**who, whom=whom, until="")
        case ["suppress", "off"] | ["suppress", "until", _], (whom,):
            return Suppress(**who, whom=whom, until=said[-1])
        case ["quiet"], ():
            return SwitchQuiet(**who, place=place, on=None)
        case ["quiet", "on" | "off" as state, *where], _ if not where or (
            where in (["here"], ["everywhere"]) and not people
        ):
            return SwitchQuiet(**who, place=place, on=state == "on", everywhere=where == ["everywhere"], people=people)
        case _:
            return unclear


def _without_please(text: str) -> str:
    return _PLEASE.sub("", text.strip(_AROUND)).strip(_AROUND)


def _after_first(text: str) -> str:
    return "".join(text.strip(_AROUND).split(maxsplit=1)[1:])


def values(text: str, **who: Unpack[Who]) -> Ask | Help:
    """What is asked after `/values`: a question, or how all this works."""
    words = text.strip(_AROUND)
    return Help(**who) if words and _HELP.fullmatch(words) else Ask(**who, question=text)


def spoken(said: Said) -> Request:
    """What a message to Kudos asks for: a kudos, a word that a command knows, or an answer."""
    who = Who(workspace=said.workspace, person=said.person, delivery=said.delivery)
    words = _trimmed(_uncalled(_trimmed(said.words)))
    text = plain(words)
    first = words[0] if words else ""
    thanking = _THANKING.match(first) if isinstance(first, str) else None
    rest = _trimmed((first[thanking.end() :], *words[1:])) if isinstance(first, str) and thanking else words
    calls_somebody = _calls_somebody(words)
    names_kudos = thanking is not None and thanking[0].casefold().lstrip("/").startswith(("kudos", "give"))
    if _asks(rest, outright=not names_kudos):
        words = words if calls_somebody else rest
    elif thanking and (calls_somebody or names_kudos):
        return kudos(plain(rest), rest, said.place, said.message, **who)
    elif calls_somebody and (not isinstance(first, str | Channel) or _TAG.search(text) or _PRAISING.search(text)):
        return Give(**who, place=said.place, words=words, said_in=said.message)
    text = plain(words)
    if _HELP.fullmatch(text.strip(_AROUND)):
        return Help(**who)
    asked = kudos(text, words, said.place, said.message, **who)
    if not isinstance(asked, Give):
        return asked
    question = _VALUES.sub("", text, count=1) if _VALUES.match(text) else text
    return Ask(**who, question=question if question.strip(_AROUND) else "")


def _asks(words: Words, *, outright: bool) -> bool:
    """Whether it is a question, whoever is called in it: that is answered, and never taken for a kudos.

    Args:
        outright: a question mark at the end is enough.
    """
    text = "".join(word for word in words if isinstance(word, str)).strip(_AROUND.replace("?", ""))
    if _ASKING.match(text) or (words and isinstance(words[0], str) and _ENQUIRING.match(text)):
        return True
    return outright and text.endswith("?") and text.strip("?") != "" and not _FOR.match(text)


def praises(words: Words) -> bool:
    """Whether somebody is called and thanked, so that what else is said belongs to a kudos."""
    text = plain(words)
    return _calls_somebody(words) and (_TAG.search(text) or _PRAISING.search(text)) is not None


def _calls_somebody(words: Words) -> bool:
    return any(isinstance(word, Named | Group | Unresolved) for word in words)


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


def _uncalled(words: Words) -> Words:
    """Without a call of Kudos that begins them."""
    match words:
        case (Unresolved(text=text), *others) if _CALL.fullmatch(text):
            return tuple(others)
        case (str(first), *others):
            return (_CALL.sub("", first, count=1) if _CALL.match(first) else first, *others)
        case _:
            return words


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

_LETTERS: Final[Mapping[type, str]] = {Named: "n", Group: "g", Channel: "c", Unresolved: "u"}


def packed(place: str, words: Words) -> str:
    """A place and words as text; `unpacked` is the inverse."""
    kept = [word if isinstance(word, str) else [_LETTERS[type(word)], *astuple(word)] for word in words]
    return json.dumps([place, kept], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> tuple[str, Words]:
    """The inverse of `packed`; no place and no words for what is none."""
    try:
        match json.loads(text):
            case [str(place), [*kept]]:
                return place, tuple(map(_word, kept))
            case _:
                return "", ()
    except (ValueError, RecursionError):
        return "", ()


def _word(kept: object) -> Word:
    match kept:
        case str():
            return kept
        case ["n", str(person), str(name)]:
            return Named(person, name)
        case ["g", str(group), str(name)]:
            return Group(group, name)
        case ["c", str(name)]:
            return Channel(name)
        case ["u", str(text), bool(everybody)]:
            return Unresolved(text, everybody)
        case _:
            raise ValueError
