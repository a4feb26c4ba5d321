"""What people asked in vain: which texts may be kept, and what is told of them. Pure.

Nobody's name is kept with a text, so nothing in it may point to somebody either: what might is not kept at all.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, assert_never

from bot.english import NEUTRAL
from bot.model import clean, derived_id

Outcome = Literal["unknown", "menu", "none"]  #: not known; asked back, and perhaps picked; none of what was offered

TEXT_MOST: Final = 200  #: characters; who writes more tells a story
KEPT_DAYS: Final = 180  #: since it was last asked

# Before a name, or before the word for something that only a few know of.
_TITLES: Final = (
    "pc|pcso|ps|sgt|sergeant|sarge|dc|ds|di|dci|dcs|dsupt|det|insp|inspector|ci|supt|superintendent|constable|"
    "detective|officer|acc|dcc|commissioner|mr|mrs|ms|miss|mx|dr|prof|professor|rev|sir|dame|lord|lady|cllr|"
    "called|named|nicknamed|surname|op|operation"
)
_VEHICLE: Final = r"[a-z]{2}\d{2}[\s.-]?[a-z]{3}|[a-z]\d{1,3}[\s.-]?[a-z]{3}|[a-z]{3}[\s.-]?\d{1,3}[a-z]"
_POSTCODE: Final = r"[a-z]{1,2}\d[a-z\d]?[\s-]*\d[a-z]{2}"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_SPELT: Final = r"(?:oh?|zero|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple)"
_FILED: Final = (  # by a number
    "crime|ref|reference|log|incident|case|job|cad|urn|custody|collar|shoulder|warrant|badge|pin|epaulette|payroll|"
    "staff|force|employee|id|nhs|passport|flat"
)
_STREET: Final = "street|st|road|rd|lane|ln|avenue|ave|close|drive|crescent|court|terrace|gardens|grove|way|place"
_DOMAIN: Final = "com|org|net|uk|gov|police|info|io|eu|co"

_PERSONAL: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"@",  # a mention, an e-mail address
        rf"(?<!\w)\(?\[?at[\])]?\s+\w{{1,40}}\s+\W?dot\W?\s|\w\.(?:{_DOMAIN})(?!\w)",  # … one in disguise, a site
        r"#(?!\d)\w",  # perhaps a channel, and perhaps a private one
        r"://|www\.",
        r"\d{4}",
        r"(?:\d\W{0,2}){6}",  # a phone number, however it is spaced
        rf"(?<!\w)(?:{_SPELT}\W{{1,3}}){{4}}",  # … or spelt
        rf"(?<!\w)(?:{_VEHICLE}|{_POSTCODE})(?!\w)",
        r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2}",  # a day, perhaps of birth
        rf"\d(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?!\w)|(?<!\w){_MONTH}\s\d",
        r"(?<!\w)(?:d\.?o\.?b|born|birthday|birth)(?!\w)",
        rf"(?<!\w)(?:{_FILED})s?\W{{0,3}}(?:no|nr|num|number|ref|is)?\W{{0,3}}\d",
        r"\d{2,}\s?/\s?\d{2,}",  # a reference
        # Letters and digits in one: the number of something. "10th" is none.
        r"(?<!\w)(?!\d+(?:st|nd|rd|th)(?!\w))(?=\w{0,30}[a-z])\w{0,30}\d\w{0,30}\d",
        rf"(?<!\w)\d{{1,3}}[a-z]?,?\s(?:[\w'’-]{{1,20}}\s){{1,3}}(?:{_STREET})(?!\w)",
    )
)
_TITLED: Final = re.compile(rf"(?<!\w)(?:{_TITLES})[\s./:-]+([\w'’-]+)")
_NAME_LEAST: Final = 2  #: letters of a name
_SPOKEN: Final = re.compile(r"(?<=[^\s.!?…:])\s+[\"'“‘(]*([^\W\d_][\w'’-]*)")  #: a word that begins no sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often one text had one outcome."""

    workspace: str
    text: str
    outcome: Outcome
    entry: str  #: what was picked; ""
    times: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that became of one text."""

    workspace: str
    text: str
    unknown: int = 0  #: times that we did not know it
    menus: int = 0  #: times that we asked back
    none: int = 0  #: times that nothing on offer was meant
    picked: tuple[tuple[str, int], ...] = ()  #: entry and times, most often first
    first: date
    last: date

    @property
    def asked(self) -> int:
        return self.unknown + self.menus


def normalised(text: str) -> str:
    """`text` as it is compared and kept: one line of small letters."""
    text = unicodedata.normalize("NFKC", clean(text))
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").casefold().split())


def keepable(text: str, ordinary: frozenset[str] = frozenset()) -> bool:
    """Whether `text` may be kept, as far as its look tells: a short line that points to nobody.

    Args:
        ordinary: words that many use. Any other that is written like a name is taken for one.
    """
    line = normalised(text)
    if not 0 < len(line) <= TEXT_MOST or any(pattern.search(line) for pattern in _PERSONAL):
        return False
    if any(after not in NEUTRAL for after in _TITLED.findall(line)):
        return False
    like_names = (word for word in _SPOKEN.findall(text) if word[0].isupper() and not word.isupper())
    return all(part in ordinary or part in NEUTRAL for word in like_names for part in _parts(word))


def perhaps_names(text: str, ordinary: frozenset[str]) -> tuple[str, ...]:
    """The words of `text` that would point to a colleague if one were called so."""
    parts = dict.fromkeys(_parts(normalised(text)))
    return tuple(part for part in parts if len(part) >= _NAME_LEAST and part not in ordinary and part not in NEUTRAL)


def _parts(text: str) -> list[str]:
    """The words of `text` in small letters, without apostrophes and the s of whose something is."""
    text = re.sub(r"['’](?:s(?!\w))?", "", text.casefold())
    return re.findall(r"[^\W\d_]+", text)


def key(workspace: str, text: str) -> str:
    """What stands for `text` on a button."""
    return derived_id("question", workspace, normalised(text))


def summed(rows: Iterable[Counted]) -> tuple[Question, ...]:
    """What became of each text, most asked first."""
    found: dict[tuple[str, str], Question] = {}
    for row in rows:
        about = row.workspace, row.text
        before = found.get(about) or Question(workspace=row.workspace, text=row.text, first=row.first, last=row.last)
        found[about] = _with(replace(before, first=min(before.first, row.first), last=max(before.last, row.last)), row)
    return tuple(sorted(found.values(), key=lambda each: (-each.asked, each.text, each.workspace)))


def _with(question: Question, row: Counted) -> Question:
    match row.outcome:
        case "unknown":
            return replace(question, unknown=question.unknown + row.times)
        case "menu" if row.entry:
            picked = sorted((*question.picked, (row.entry, row.times)), key=lambda each: (-each[1], each[0]))
            return replace(question, picked=tuple(picked))
        case "menu":
            return replace(question, menus=question.menus + row.times)
        case "none":
            return replace(question, none=question.none + row.times)
    assert_never(row.outcome)


def became(question: Question) -> str:
    """What became of it, in words: `not known 2 times, asked back 3 times (value.a 2, none of these 1)`."""
    picked = [f"{entry} {times}" for entry, times in question.picked]
    picked += [f"none of these {question.none}"] if question.none else []
    parts = [f"not known {_times(question.unknown)}"] if question.unknown else []
    if question.menus or picked:
        parts.append(f"asked back {_times(question.menus)}" + (f" ({', '.join(picked)})" if picked else ""))
    return ", ".join(parts)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
