"""What goes wrong, on purpose: every fault, and what it must end in.

    python -m tests.faults

runs each test that is marked with `pytest.mark.fault("its name")` on every database, and writes docs/faults.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: The one list of faults that was asked for, word for word.
ASKED: Final = (
    "429 with and without `Retry-After`; 5xx; connection refused; accepted but answer lost; token revoked; kicked from "
    "channel or archived; invalid blocks; event three times to two processes; retry an hour later; killed before "
    "commit, after commit, in the middle of a digest; three processes at the tick; a process stopped (SIGSTOP) past "
    "its lease and continued: fenced; clock moved; database locked 3 s (waits) and 8 s (503, nothing half-written); "
    "disk full (503, readiness false, recovers by itself); PostgreSQL restarted fast and immediately (at most 2 s, "
    "nothing lost) and away for 60 s; three migrators at once; bad framework; deactivated person; out-of-order and "
    "duplicated reactions; deleted message; submission after uninstall; 40,000 characters, right-to-left, zero-width, "
    "NUL, stacked marks (NFC, controls stripped, over-long refused at its field with nothing lost); malformed and "
    "deeply nested JSON; 10 MB body; 2,000 slow connections (closed within 20 s, others served, p99 under 200 ms); "
    "SIGTERM (drained within 10 s)"
)

_NO_SERVER: Final = "there is no server that could be away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    name: str
    ends_in: str
    asked: str  #: how the one list begins that part of it which asks for this
    not_on: Mapping[str, str] = field(default_factory=dict)  #: a kind of database -> why it makes no sense there


FAULTS: Final = (
    Fault(
        name="429 with Retry-After",
        ends_in="that place is left alone for as long as was said, and no other; then one message",
        asked="429",
    ),
    Fault(name="429 without Retry-After", ends_in="that place is left alone for half a minute", asked="429"),
    Fault(name="5xx", ends_in="tried again, less and less often; one message", asked="5xx"),
    Fault(name="connection refused", ends_in="all waits, and goes out once", asked="connection refused"),
    Fault(
        name="accepted but answer lost",
        ends_in="looked for before anything is sent again; one message",
        asked="accepted",
    ),
    Fault(
        name="token revoked",
        ends_in="nothing is given up and no try used up; it goes out when there is a token again",
        asked="token revoked",
    ),
    Fault(
        name="kicked from a channel",
        ends_in="the card waits, the giver reads once how to invite us; invited, it is posted",
        asked="kicked",
    ),
    Fault(name="channel archived", ends_in="given up; the kudos is kept, and the giver is told once", asked="kicked"),
    Fault(
        name="invalid blocks",
        ends_in="with a chart: the same message at once with text; else given up, and the giver is told once",
        asked="invalid blocks",
    ),
    Fault(name="event three times to two processes", ends_in="one kudos, one card, one answer", asked="event three"),
    Fault(name="retry an hour later", ends_in="known by its delivery: nothing happens again", asked="retry"),
    Fault(
        name="killed before commit",
        ends_in="nothing of it is there, and it was not acknowledged; it comes again, and is there once",
        asked="killed",
    ),
    Fault(
        name="killed after commit",
        ends_in="all of it is there; the next start posts what was not posted, once",
        asked="killed",
    ),
    Fault(
        name="killed in the middle of a digest",
        ends_in="the next start looks for it; it stands once, and shows what was chosen",
        asked="killed",
    ),
    Fault(name="three processes at the tick", ends_in="one digest", asked="three processes"),
    Fault(
        name="stopped past its lease and continued",
        ends_in="another has taken over; the one that was stopped posts and notes nothing any more",
        asked="a process stopped",
    ),
    Fault(name="clock moved", ends_in="one digest a week, and every message once", asked="clock moved"),
    Fault(
        name="database locked for 3 s",
        ends_in="an event waits and is done; a person, for whom Slack waits 3 s, is told in time, with their words",
        asked="database locked",
    ),
    Fault(
        name="database locked for 8 s",
        ends_in="503, nothing half-written, not ready meanwhile; when it comes again it is done once",
        asked="database locked",
    ),
    Fault(
        name="disk full",
        ends_in="503, nothing half-written, not ready; when there is room again it goes on by itself",
        asked="disk full",
    ),
    Fault(
        name="PostgreSQL restarted fast",
        ends_in="everybody waits at most 2 s, and nothing that was told is lost",
        asked="PostgreSQL",
        not_on={"sqlite": _NO_SERVER},
    ),
    Fault(
        name="PostgreSQL restarted immediately",
        ends_in="everybody waits at most 2 s, and nothing that was told is lost",
        asked="PostgreSQL",
        not_on={"sqlite": _NO_SERVER},
    ),
    Fault(
        name="PostgreSQL away for 60 s",
        ends_in="everybody is told within 2 s; then it goes on by itself, and what was not done comes again",
        asked="PostgreSQL",
        not_on={"sqlite": _NO_SERVER},
    ),
    Fault(
        name="PostgreSQL fails over",
        ends_in="reading goes on, and who writes is told within 2 s; as soon as the server leads it goes on by itself",
        asked="PostgreSQL",
        not_on={"sqlite": _NO_SERVER},
    ),
    Fault(name="three migrators at once", ends_in="each migration is carried out once", asked="three migrators"),
    Fault(
        name="bad framework",
        ends_in="the one before stays in use; administrators are told which line is wrong, and when it is mended",
        asked="bad framework",
    ),
    Fault(
        name="deactivated person",
        ends_in="nobody can thank them any more; what is on its way to them is given up, and the giver told once",
        asked="deactivated",
    ),
    Fault(
        name="out-of-order and duplicated reactions",
        ends_in="what stood last stands, by the platform's own time",
        asked="out-of-order",
    ),
    Fault(name="deleted message", ends_in="not posted anew; everything else goes on", asked="deleted message"),
    Fault(
        name="submission after uninstall",
        ends_in="said at the form; nothing is written",
        asked="submission",
    ),
    Fault(
        name="40,000 characters",
        ends_in="refused at the field with what was typed still in it; typed as a command, given back whole",
        asked="40,000",
    ),
    Fault(name="right-to-left", ends_in="the words as typed, without what turns others round", asked="right-to-left"),
    Fault(name="zero-width", ends_in="words of nothing visible are no words; emoji stay whole", asked="zero-width"),
    Fault(name="NUL", ends_in="kept without it, like any control character", asked="NUL"),
    Fault(name="stacked marks", ends_in="kept as NFC and shown whole", asked="stacked"),
    Fault(name="malformed JSON", ends_in="400, nothing written, nothing of it logged", asked="malformed"),
    Fault(name="deeply nested JSON", ends_in="400, nothing written, nothing of it logged", asked="malformed"),
    Fault(name="10 MB body", ends_in="413 without reading it; others are served", asked="10 MB"),
    Fault(
        name="2,000 slow connections",
        ends_in="closed within 20 s, and others are served meanwhile, p99 under 200 ms",
        asked="2,000",
    ),
    Fault(
        name="SIGTERM",
        ends_in="what was begun is finished within 10 s; what could not be goes out after the next start",
        asked="SIGTERM",
    ),
)
