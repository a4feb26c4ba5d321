"""What `kudos doctor` finds, one line each: what works, what is only worth knowing, what does not and what to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

SKEW_MOST_S: Final = 60.0  #: by which clocks may differ; Slack and Teams refuse what is 300 s off


class Verdict(StrEnum):
    WORKS = "ok"
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    verdict: Verdict
    about: str  #: such as "Slack"
    said: str  #: in one line; where it is wrong, it ends with what to do

    def __str__(self) -> str:
        return f"{self.verdict:<6}{self.about}: {' '.join(self.said.split())}"


def works(about: str, said: str) -> Finding:
    return Finding(verdict=Verdict.WORKS, about=about, said=said)


def note(about: str, said: str) -> Finding:
    return Finding(verdict=Verdict.NOTE, about=about, said=said)


def wrong(about: str, said: str) -> Finding:
    return Finding(verdict=Verdict.WRONG, about=about, said=said)


async def examined(about: str, check: Callable[[], AsyncIterator[Finding]]) -> AsyncIterator[Finding]:
    """What `check` finds; where it fails itself, that is a finding too, and the others go on."""
    try:
        async for finding in check():
            yield finding
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator should hear the rest
        yield wrong(about, f"could not be looked at ({type(error).__name__}). Please tell the developers of Kudos.")


def clock(whose: str, date: str, now: datetime) -> Finding | None:
    """How far our clock is from `whose`, by the `Date` of their answer; None where it does not say."""
    try:
        theirs = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return agreeing(whose, theirs, now, SKEW_MOST_S, "requests that are 300 s off are refused")


def agreeing(whose: str, theirs: datetime, now: datetime, most_s: float, what_for: str) -> Finding:
    """Whether our clock is within `most_s` of `whose`; and what that matters for."""
    ahead_s = (now - theirs.astimezone(UTC)).total_seconds()
    if abs(ahead_s) <= most_s:
        return works("Clock", f"agrees with {whose}'s.")
    which = "ahead of" if ahead_s > 0 else "behind"
    return wrong("Clock", f"{abs(ahead_s):.0f} s {which} {whose}'s; {what_for}. Set the clock by NTP.")
