"""The digests: which plans there are, which digests were noticed, what they feature. The SQL beside each method."""

import functools
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import posts
from bot.database import Database, Row, Step
from bot.model import to_text, to_time
from bot.organisations import TOGETHER
from bot.posts import Post
from bot.runs import Outcome, Run
from bot.schedule import Plan, Week
from bot.settings import Settings

PLAN: Final = "digest"  #: the setting of a place that holds its plan
POSTED: Final = "posted"  #: what has become of a digest: it stands somewhere
UNKNOWN: Final = "unknown"  #: perhaps it does
EMPTY: Final = "empty"  #: there was nothing to tell
BECAME: Final = (*(each.value for each in Outcome), POSTED, UNKNOWN, EMPTY)

#: What has become of a digest, beside its row of the outbox if there is one.
_BECAME: Final = """
CASE
    WHEN message <> '' THEN 'posted'
    WHEN state = 'unknown' THEN 'unknown'
    WHEN state = 'done' AND digest.outcome IN ('due', 'asked') THEN 'empty'
    ELSE digest.outcome
END AS became
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A place that has, or had, digests set up."""

    workspace: str
    place: str
    text: str  #: of the plan

    @property
    def plan(self) -> Plan:
        return _plan(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A digest that would have come too late."""

    place: str
    week: Week


class Digests:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    # Plans

    async def planned(self) -> list[Planned]:
        """The newest plan of every place, of workspaces that have us."""
        rows = await self._database.long_rows(
            """
            SELECT workspace, subject AS place, value AS text FROM setting
            WHERE name = 'digest' AND workspace NOT IN (SELECT workspace FROM switched_off) AND NOT EXISTS (
                SELECT 1 FROM setting AS later
                WHERE later.workspace = setting.workspace AND later.subject = setting.subject
                  AND later.name = 'digest'
                  AND (later.at > setting.at OR (later.at = setting.at AND later.id > setting.id))
            )
            ORDER BY workspace, subject
            """
        )
        return [Planned(**row) for row in rows]

    async def plan(self, workspace: str, place: str) -> Plan | None:
        """What was set up last; None if nothing ever was."""
        text = await self._settings.value(workspace, place, PLAN, "")
        return _plan(text) if text else None

    async def history(self, workspace: str, place: str) -> list[tuple[datetime, Plan]]:
        """Everything that was ever set up, the oldest first."""
        rows = await self._database.rows(
            """
            SELECT at, value FROM setting
            WHERE workspace = :workspace AND subject = :place AND name = 'digest' ORDER BY at, id
            """,
            workspace=workspace,
            place=place,
        )
        return [(to_time(row["at"]), _plan(row["value"])) for row in rows]

    async def histories(self) -> dict[tuple[str, str], list[tuple[datetime, Plan]]]:
        """The same of every place, of workspaces that have us: by workspace and place.

        Of a plan that can't be read, as one of a later release, nobody knows when it is due: as if in an unknown zone.
        """
        rows = await self._database.long_rows(
            """
            SELECT workspace, subject AS place, at, value FROM setting
            WHERE name = 'digest' AND workspace NOT IN (SELECT workspace FROM switched_off)
            ORDER BY workspace, subject, at, id
            """
        )
        found: dict[tuple[str, str], list[tuple[datetime, Plan]]] = {}
        for row in rows:
            try:
                plan = _plan(row["value"])
            except (KeyError, TypeError, ValueError):
                plan = Plan(zone="unreadable")
            found.setdefault((row["workspace"], row["place"]), []).append((to_time(row["at"]), plan))
        return found

    def planning(self, workspace: str, place: str, plan: Plan, *, actor: str, now: datetime, key: str) -> Step:
        """Set `plan` up."""
        return self._settings.set(workspace, place, PLAN, plan.text, actor=actor, now=now, key=key)

    async def pausing(self, row: Post, reason: str, now: datetime) -> tuple[Step, ...]:
        """What follows where a digest can't be posted: no more is tried, and who set it up is told, once."""
        plan = await self.plan(row.workspace, row.place)
        if row.view != posts.DIGEST or row.message or plan is None or not plan.on or plan.paused:
            return ()
        key = f"{row.id}/paused/{to_text(now)}"
        told = posts.post(row.workspace, posts.PAUSED, row.fact, person=plan.owner, due_at=now)
        return (
            self.planning(row.workspace, row.place, replace(plan, paused=reason), actor="", now=now, key=key),
            *([posts.wanted_once(told)] if plan.owner else ()),
        )

    # Digests

    async def run(self, workspace: str, id_: str) -> Run | None:
        rows = await self._database.rows(
            "SELECT * FROM digest WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _run_from(rows[0]) if rows else None

    async def run_of(self, workspace: str, place: str, week: Week) -> Run | None:
        rows = await self._database.rows(
            "SELECT * FROM digest WHERE workspace = :workspace AND place = :place AND week = :week",
            workspace=workspace,
            place=place,
            week=str(week),
        )
        return _run_from(rows[0]) if rows else None

    async def stories(self, run: Run) -> tuple[str, ...]:
        """What it features, in order."""
        rows = await self._database.rows(
            """
            SELECT recognition FROM digest_story WHERE workspace = :workspace AND digest = :id
            ORDER BY position
            """,
            workspace=run.workspace,
            id=run.id,
        )
        return tuple(row["recognition"] for row in rows)

    async def featured(self, workspace: str, place: str, since: datetime, before: datetime) -> dict[str, set[str]]:
        """Who gave or received what the digests of a place featured that told of a while: ids, by workspace."""
        rows = await self._database.rows(
            f"""
            WITH story AS (
                SELECT recognition, given_in FROM digest_story JOIN digest ON digest.id = digest_story.digest
                WHERE digest.workspace = :workspace AND digest.place = :place
                  AND digest.ends_at > :since AND digest.ends_at <= :before
                  AND given_in IN {TOGETHER}
            )
            SELECT given_in, giver AS person FROM story CROSS JOIN recognition
            WHERE recognition.workspace = story.given_in AND recognition.id = story.recognition
            UNION
            SELECT given_in, person FROM story CROSS JOIN recipient
            WHERE recipient.workspace || '' = story.given_in AND recipient.recognition = story.recognition
            """,  # noqa: S608 - a constant
            workspace=workspace,
            place=place,
            since=to_text(since),
            before=to_text(before),
        )
        people: dict[str, set[str]] = {}
        for row in rows:
            people.setdefault(row["given_in"], set()).add(row["person"])
        return people

    async def prompted(self, workspace: str, place: str, week: Week) -> bool:
        """Whether the digest of that week had nothing to tell, and said so."""
        return bool(
            await self._database.rows(
                """
                SELECT 1 AS one FROM digest
                JOIN outbox ON outbox.workspace = digest.workspace AND outbox.fact = digest.id AND view = 'digest'
                WHERE digest.workspace = :workspace AND digest.place = :place AND week = :week
                  AND empty = 1 AND message <> ''
                """,
                workspace=workspace,
                place=place,
                week=str(week),
            )
        )

    async def stale(self) -> list[tuple[str, str]]:
        """Digests that perhaps show what is not so any more: workspace and id."""
        rows = await self._database.rows(
            """
            SELECT workspace, id FROM digest
            WHERE stale = 1 AND workspace NOT IN (SELECT workspace FROM switched_off) ORDER BY workspace, id
            """
        )
        return [(row["workspace"], row["id"]) for row in rows]

    async def standing(self, since: datetime) -> list[Run]:
        """Digests that have been posted and arrived, of weeks that ended after `since`."""
        return await self._with_row("digest.ends_at > :since AND state = 'done' AND message <> ''", since)

    async def parked(self, since: datetime) -> list[Run]:
        """Digests due after `since` that could not be posted."""
        return await self._with_row("digest.due_at > :since AND state = 'parked' AND message = ''", since)

    async def missed(self, workspace: str, since: datetime) -> list[Missed]:
        """Digests due after `since` that would have come too late."""
        rows = await self._database.rows(
            """
            SELECT place, week FROM digest
            WHERE workspace = :workspace AND outcome = 'late' AND due_at > :since ORDER BY due_at, place
            """,
            workspace=workspace,
            since=to_text(since),
        )
        return [Missed(place=row["place"], week=Week.named(row["week"])) for row in rows]

    async def outcomes(self, since: datetime) -> dict[str, int]:
        """How many of those due after `since` have been noticed, by what became of them: all of `BECAME`.

        Of workspaces that have us: elsewhere nobody can look after them.
        """
        rows = await self._database.long_rows(
            f"""
            SELECT {_BECAME}, COUNT(*) AS number FROM digest
            LEFT JOIN outbox ON outbox.workspace = digest.workspace AND outbox.fact = digest.id AND view = 'digest'
            WHERE digest.due_at > :since AND digest.workspace NOT IN (SELECT workspace FROM switched_off)
            GROUP BY became
            """,  # noqa: S608 - a constant
            since=to_text(since),
        )
        return {**dict.fromkeys(BECAME, 0), **{row["became"]: row["number"] for row in rows}}

    async def became(self, since: datetime) -> dict[tuple[str, str, str], str]:
        """What became of those of weeks that ended after `since`: by workspace, place and week."""
        rows = await self._database.long_rows(
            f"""
            SELECT digest.workspace, digest.place, week, {_BECAME} FROM digest
            LEFT JOIN outbox ON outbox.workspace = digest.workspace AND outbox.fact = digest.id AND view = 'digest'
            WHERE digest.ends_at > :since AND digest.workspace NOT IN (SELECT workspace FROM switched_off)
            """,  # noqa: S608 - a constant
            since=to_text(since),
        )
        return {(row["workspace"], row["place"], row["week"]): row["became"] for row in rows}

    async def last_posted(self) -> datetime | None:
        """When one was posted last."""
        rows = await self._database.long_rows(
            """
            SELECT MAX(first_tried_at) AS latest FROM digest
            JOIN outbox ON outbox.workspace = digest.workspace AND outbox.fact = digest.id AND view = 'digest'
            WHERE message <> ''
            """
        )
        return to_time(rows[0]["latest"]) if rows[0]["latest"] else None

    async def _with_row(self, condition: str, since: datetime) -> list[Run]:
        rows = await self._database.long_rows(
            f"""
            SELECT digest.* FROM digest
            JOIN outbox ON outbox.workspace = digest.workspace AND outbox.fact = digest.id AND view = 'digest'
            WHERE {condition} AND digest.workspace NOT IN (SELECT workspace FROM switched_off)
            ORDER BY digest.ends_at DESC, digest.workspace, digest.id
            """,  # noqa: S608 - one of two constants
            since=to_text(since),
        )
        return list(map(_run_from, rows))


@functools.lru_cache(1024)
def _plan(text: str) -> Plan:
    return Plan.read(text)


def _run_from(row: Row) -> Run:
    return Run(
        id=row["id"],
        workspace=row["workspace"],
        place=row["place"],
        week=Week.named(row["week"]),
        begins_at=to_time(row["begins_at"]),
        ends_at=to_time(row["ends_at"]),
        due_at=to_time(row["due_at"]),
        plan=_plan(row["plan"]),
        outcome=Outcome(row["outcome"]),
        look=row["look"],
        empty=bool(row["empty"]),
    )
