"""The digest of one place for one week: what is kept of it, and the steps that write it.

Whatever changes what digests tell marks them *stale* in the same transaction; `bot.digesting` then wants them anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.database import Step
from bot.model import Message, Place, derived_id, to_text
from bot.organisations import TOGETHER
from bot.schedule import Plan, Week


class Outcome(StrEnum):
    DUE = "due"  #: it is told, or is to be
    ASKED = "asked"  #: likewise, because somebody wanted it there and then
    SKIPPED = "skipped"  #: it was to be left out, or its plan is off by now
    LATE = "late"  #: it would have come too late
    PAUSED = "paused"  #: nothing could be posted there


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A digest, as it was noticed."""

    id: str
    workspace: str
    place: str
    week: Week
    begins_at: datetime
    ends_at: datetime
    due_at: datetime  #: or when somebody asked for it
    plan: Plan  #: as it was then; what it says of what is told is followed until the digest is out
    outcome: Outcome
    look: str = ""  #: a revision of its row and a hash of what that showed; "" until its stories are chosen
    empty: bool = False  #: there was nothing to tell

    @property
    def told(self) -> bool:
        """Whether it is, or is to be, a row of the outbox."""
        return self.outcome in (Outcome.DUE, Outcome.ASKED)


def run(workspace: str, place: str, week: Week, plan: Plan, *, due_at: datetime, outcome: Outcome) -> Run:
    begins_at, ends_at = week.bounds(plan.clock)
    return Run(
        id=derived_id("digest", workspace, place, str(week)),
        workspace=workspace,
        place=place,
        week=week,
        begins_at=begins_at,
        ends_at=ends_at,
        due_at=due_at,
        plan=plan,
        outcome=outcome,
    )


def noticed(run: Run) -> Step:
    """Write `run`: whoever is first has noticed it."""
    return Step(
        """
        INSERT INTO digest (
            id, workspace, place, week, begins_at, ends_at, due_at, plan, outcome, look, empty, stale
        ) VALUES (
            :id, :workspace, :place, :week, :begins_at, :ends_at, :due_at, :plan, :outcome, '', 0, 0
        ) ON CONFLICT DO NOTHING
        """,
        {
            "id": run.id,
            "workspace": run.workspace,
            "place": run.place,
            "week": str(run.week),
            "begins_at": to_text(run.begins_at),
            "ends_at": to_text(run.ends_at),
            "due_at": to_text(run.due_at),
            "plan": run.plan.text,
            "outcome": run.outcome.value,
        },
        gate=True,
    )


def became(run: Run, outcome: Outcome, *, due_at: datetime | None = None) -> Step:
    """Something else has become of it than was meant when it was noticed."""
    return Step(
        """
        UPDATE digest
        SET outcome = :outcome, due_at = CASE WHEN :due_at = '' THEN due_at ELSE :due_at END
        WHERE workspace = :workspace AND id = :id
        """,
        {
            "outcome": outcome.value,
            "due_at": to_text(due_at) if due_at else "",
            "workspace": run.workspace,
            "id": run.id,
        },
    )


def planned(run: Run, plan: Plan) -> Step:
    """Before it is out, something else was set up."""
    return Step(
        "UPDATE digest SET plan = :plan WHERE workspace = :workspace AND id = :id",
        {"plan": plan.text, "workspace": run.workspace, "id": run.id},
    )


def chosen(run: Run, look: str, stories: Iterable[str]) -> tuple[Step, ...]:
    """Fix its stories, unless somebody else was faster: what it features never changes."""
    return (
        Step(
            "UPDATE digest SET look = :look WHERE workspace = :workspace AND id = :id AND look = ''",
            {"look": look, "workspace": run.workspace, "id": run.id},
            gate=True,
        ),
        *(
            Step(
                f"""
                INSERT INTO digest_story (workspace, digest, recognition, position, given_in)
                SELECT :workspace, :digest, :recognition, :position, recognition.workspace FROM recognition
                WHERE recognition.workspace IN {TOGETHER} AND recognition.id = :recognition
                """,  # noqa: S608 - a constant
                {"workspace": run.workspace, "digest": run.id, "recognition": story, "position": position},
            )
            for position, story in enumerate(stories)
        ),
    )


def looked(run: Run, look: str, *, empty: bool) -> Step:
    """What it shows from now on."""
    return Step(
        "UPDATE digest SET look = :look, empty = :empty WHERE workspace = :workspace AND id = :id",
        {"look": look, "empty": int(empty), "workspace": run.workspace, "id": run.id},
    )


def refreshed(workspace: str, id_: str, now: datetime) -> tuple[Step, ...]:
    """Want a stale digest anew, where it has been wanted at all."""
    values = {"workspace": workspace, "id": id_}
    return (
        Step("UPDATE digest SET stale = 0 WHERE workspace = :workspace AND id = :id AND stale = 1", values, gate=True),
        Step(
            """
            UPDATE outbox SET
                wanted = wanted + 1,
                due_at = CASE WHEN state = 'done' THEN :now ELSE due_at END,
                state = CASE WHEN state = 'done' THEN 'due' ELSE state END
            WHERE workspace = :workspace AND fact = :id AND view = 'digest' AND (message <> '' OR state <> 'done')
            """,
            {**values, "now": to_text(now)},
        ),
    )


def gone(workspace: str, message: Message) -> Step:
    """The platform does not have this message any more: whoever is first has found that out."""
    return Step(
        """
        INSERT INTO gone_message (workspace, place, message) VALUES (:workspace, :place, :message)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "place": message.place, "message": message.id},
        gate=True,
    )


# What makes digests stale

_COMPARED: Final = timedelta(days=7, hours=1)  #: a digest's figures are compared with those of the week before

#: Digests of a while in which `:person` of `:workspace` gave or received something.
_TELLS_OF: Final = """
EXISTS (
    SELECT 1 FROM recognition
    WHERE recognition.workspace = :workspace AND giver = :person AND given_at >= begins_at AND given_at < ends_at
) OR EXISTS (
    SELECT 1 FROM recipient JOIN recognition ON recognition.id = recipient.recognition
    WHERE recipient.workspace = :workspace AND person = :person AND given_at >= begins_at AND given_at < ends_at
)
"""


def counted(workspace: str, given_at: datetime) -> Step:
    """A kudos that was given then counts no more, or again, or for something else."""
    return Step(
        f"""
        UPDATE digest SET stale = 1
        WHERE workspace IN {TOGETHER} AND ends_at > :given_at AND begins_at <= :compared
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "given_at": to_text(given_at), "compared": to_text(given_at + _COMPARED)},
    )


def counted_since(workspace: str, given_at: datetime) -> Step:
    """The same of whatever was given since then, and of all that digests tell that were due since then."""
    return Step(
        f"""
        UPDATE digest SET stale = 1 WHERE workspace IN {TOGETHER} AND (ends_at > :given_at OR due_at > :given_at)
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "given_at": to_text(given_at)},
    )


def left(workspace: str, person: str) -> Step:
    """Before the account of `person` is stored as switched off: where that is new, they are named no more."""
    return Step(
        f"""
        UPDATE digest SET stale = 1
        WHERE workspace IN {TOGETHER}
          AND EXISTS (SELECT 1 FROM person WHERE person.workspace = :workspace AND id = :person AND active = 1)
          AND ({_TELLS_OF})
        """,  # noqa: S608 - constants
        {"workspace": workspace, "person": person},
    )


def known_otherwise(workspace: str, person: str) -> Step:
    """It was decided by hand with whom `person` is one colleague, or with whom not."""
    return Step(
        f"UPDATE digest SET stale = 1 WHERE workspace IN {TOGETHER} AND ({_TELLS_OF})",  # noqa: S608 - constants
        {"workspace": workspace, "person": person},
    )


def moved(workspace: str, place: str, person: str) -> Step:
    """Somebody who is shown only where they are came to `place`, or left it."""
    return Step(
        f"UPDATE digest SET stale = 1 WHERE workspace = :workspace AND place = :place AND ({_TELLS_OF})",  # noqa: S608
        {"workspace": workspace, "place": place, "person": person},
    )


def closed(place: Place) -> Step:
    """Before `place` is stored as one that is not public: where that is new, less may be told of it, and in it.

    All that is featured follows, and of what else is told the last weeks; a daily look sees to the rest.
    """
    return Step(
        f"""
        UPDATE digest SET stale = 1
        WHERE workspace IN {TOGETHER}
          AND EXISTS (
            SELECT 1 FROM place
            WHERE place.workspace = :workspace AND place.id = :place
              AND (visibility = 'public' OR shared = 0 AND :shared = 1)
          )
          AND (
            digest.workspace = :workspace AND digest.place = :place
            OR id IN (
                SELECT digest FROM digest_story JOIN recognition ON recognition.id = digest_story.recognition
                WHERE digest_story.given_in = :workspace AND recognition.place = :place
            )
            OR ends_at IN (
                SELECT DISTINCT latest.ends_at FROM digest AS latest
                WHERE latest.workspace IN {TOGETHER} ORDER BY latest.ends_at DESC LIMIT 5
            ) AND EXISTS (
                SELECT 1 FROM recognition
                WHERE recognition.workspace = :workspace AND recognition.place = :place AND withdrawn = 0
                  AND given_at >= begins_at AND given_at < ends_at
            )
          )
        """,  # noqa: S608 - a constant
        {"workspace": place.workspace, "place": place.id, "shared": int(bool(place.shared))},
    )
