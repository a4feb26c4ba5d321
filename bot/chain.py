"""The chain of an audit log: each hash covers its row, its position and the hash before it. Pure.

Who can write to the tables could chain everything anew. So where a chain ends is noted elsewhere as well.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Final

from bot.model import to_time

LATE: Final = timedelta(minutes=5)  #: by which a row may be chained after a younger one: several processes write


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the log."""

    id: str
    workspace: str  #: "" for Kudos as a whole
    actor: str
    act: str
    subject: str
    detail: str
    origin: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    position: int  #: from 1 on
    audit: str  #: the id of its row
    hash: str
    entry: Entry | None  #: None where that row is not there any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain ends, or as far as it was looked at."""

    position: int = 0
    hash: str = ""
    at: str = ""  #: the time of the youngest row so far; "" where that is not known


def hashed(before: str, position: int, entry: Entry) -> str:
    told = json.dumps([before, position, *astuple(entry)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def chained(head: Head, entries: Iterable[Entry]) -> list[Link]:
    """The links that follow `head`."""
    links = []
    position, before = head.position, head.hash
    for entry in entries:
        position += 1
        before = hashed(before, position, entry)
        links.append(Link(position=position, audit=entry.id, hash=before, entry=entry))
    return links


def checked(head: Head, links: Iterable[Link]) -> tuple[Head, list[str]]:
    """How far the chain is looked at after `links`, which follow `head`; and what is wrong with them, in sentences."""
    flaws = []
    for link in links:
        gap = range(head.position + 1, link.position)
        if gap:
            flaws.append(_missing(gap[0], gap[-1]))
        entry = link.entry
        if entry is None:
            flaws.append(f"no. {link.position} is missing: the row {link.audit}")
        elif not gap and link.hash != hashed(head.hash, link.position, entry):
            flaws.append(f"no. {link.position} is not what it was: {_called(entry)}")
        elif head.at and to_time(head.at) - to_time(entry.at) > LATE:
            flaws.append(f"no. {link.position} was added later than it says: {_called(entry)}")
        head = Head(position=link.position, hash=link.hash, at=max(head.at, entry.at if entry else ""))
    return head, flaws


def ended(head: Head, noted: Head) -> list[str]:
    """What is wrong with a chain that ends with `head`, by what was noted of its end."""
    if noted.position > head.position:
        return [_missing(head.position + 1, noted.position)]
    if noted.position == head.position and noted.hash != head.hash:
        return [f"no. {head.position} is not the one that was noted as the last"]
    return []


def _missing(first: int, last: int) -> str:
    return f"no. {first} is missing" if first == last else f"nos. {first} to {last} are missing"


def _called(entry: Entry) -> str:
    return f"the row {entry.id}, “{entry.act}” of {entry.at}"
