"""The recognitions: reading them, and the steps that write them. Nothing is overwritten that an audit would want."""

import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from bot import privacy
from bot.database import Database, Row, Step
from bot.model import Message, Origin, Recognition, Signal, Tag, ThankedGroup, Visibility, to_text, to_time
from bot.quiet import Quiet
from bot.rows import PERSON_COLUMNS, PLACE_COLUMNS, person_from, place_from, placeholders

_GIVER: Final = ", ".join(f"giver.{column} AS giver_{column}" for column in PERSON_COLUMNS.split(", "))
_PLACE: Final = ", ".join(f"place.{column} AS place_{column}" for column in PLACE_COLUMNS.split(", "))

_SELECT: Final = f"""
SELECT recognition.*, {_GIVER}, {_PLACE}, COALESCE((
    SELECT removed FROM removal
    WHERE removal.workspace = recognition.workspace AND removal.recognition = recognition.id
    ORDER BY removal.at DESC, removal.id DESC LIMIT 1
), 0) AS removed
FROM recognition
JOIN person AS giver ON giver.workspace = recognition.workspace AND giver.id = recognition.giver
JOIN place ON place.workspace = recognition.workspace AND place.id = recognition.place
"""  # noqa: S608 - the columns are a constant

_GIVEN_BY: Final = "giver IN ({people})"
_RECEIVED_BY: Final = """
recognition.id IN (SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND person IN ({people}))
"""

#: Those with a tag. There may be very many; the latest are mostly found among what was given lately.
_AMONG_ALL: Final = """
recognition.workspace || '' = :workspace AND visibility = 'public' AND recognition.id IN (
    SELECT recognition FROM tag WHERE tag.workspace = :workspace AND entry = :entry AND standing = 1
)
"""
RECENT: Final = 1_000
_AMONG_RECENT: Final = f"""
recognition.workspace = :workspace AND visibility = 'public' AND withdrawn = 0 AND given_at >= COALESCE((
    SELECT given_at FROM recognition AS recent
    WHERE recent.workspace = :workspace AND recent.visibility = 'public' AND recent.withdrawn = 0
    ORDER BY given_at DESC LIMIT 1 OFFSET {RECENT}
), '') AND (
    SELECT standing FROM tag
    WHERE tag.workspace || '' = :workspace AND tag.recognition = recognition.id AND entry = :entry
) = 1
"""  # noqa: S608 - a number

#: Of the recognitions that stand, and that no moderator has removed.
STANDING: Final = """
withdrawn = 0 AND NOT EXISTS (
    SELECT 1 FROM removal
    WHERE removal.workspace = recognition.workspace AND removal.recognition = recognition.id AND removed = 1
      AND NOT EXISTS (
        SELECT 1 FROM removal AS later
        WHERE later.workspace = removal.workspace AND later.recognition = removal.recognition
          AND (later.at > removal.at OR (later.at = removal.at AND later.id > removal.id))
    )
)
"""

ALL: Final = 2**31 - 1  #: more kudos than there are
DELIVERIES_KEPT_DAYS: Final = 7
TRIED: Final = 64 * 1024  #: bytes, to find out whether there is room


# `workspace || ''` is the workspace, and no beginning for SQLite to look from: it would rather go through all that was
# ever received there than look a few recognitions up.


def _looked_up(whose: str) -> str:
    """The workspace, where all of what somebody received is looked up one by one."""
    return "recognition.workspace" + " || ''" * (whose == _RECEIVED_BY)


class Ledger:
    def __init__(
        self,
        database: Database,
        seen: Callable[[str, Iterable[str]], Awaitable[privacy.Seen]],
        quiet: Callable[[str], Awaitable[Quiet]],
    ) -> None:
        """
        Args:
            seen: how people of a workspace may be shown to others.
            quiet: all that is quiet in its organisation.
        """
        self._database = database
        self._seen = seen
        self._quiet = quiet

    async def recognition(self, workspace: str, id_: str) -> Recognition | None:
        found = await self._load("WHERE recognition.workspace = :workspace AND recognition.id = :id", workspace, id=id_)
        return found[0] if found else None

    async def recognitions(self, workspace: str, ids: Iterable[str]) -> list[Recognition]:
        """Those of `ids` that there are, in that order."""
        wanted = list(ids)
        names, bound = placeholders("id", wanted)
        found = await self._load(
            f"WHERE recognition.workspace || '' = :workspace AND recognition.id IN ({names})", workspace, **bound
        )
        return sorted(found, key=lambda each: wanted.index(each.id))

    async def latest_by(self, workspace: str, giver: str) -> Recognition | None:
        """The giver's latest kudos that stands."""
        found = await self.given_by(workspace, giver, most=1)
        return found[0] if found else None

    async def given_by(self, workspace: str, *people: str, most: int = ALL, skip: int = 0) -> list[Recognition]:
        """What any of `people` gave and has not taken back, latest first."""
        return await self._latest_of(_GIVEN_BY, workspace, people, most, skip)

    async def received_by(self, workspace: str, *people: str, most: int = ALL, skip: int = 0) -> list[Recognition]:
        """What any of `people` was thanked for, latest first."""
        return await self._latest_of(_RECEIVED_BY, workspace, people, most, skip)

    async def latest_for(self, workspace: str, entry: str, *, most: int, skip: int = 0) -> list[Recognition]:
        """What was given for `entry` where everybody could read it, and stands, latest first."""
        found: list[Recognition] = []
        for among in (_AMONG_RECENT, _AMONG_ALL):
            found = await self._latest(among, workspace, entry=entry, most=most, skip=skip)
            if len(found) == most:
                break
        return found

    async def public_after(self, workspace: str, given_at: str, id_: str, *, most: int) -> list[Recognition]:
        """What was given where everybody could read it, and stands, in the order given; those after that one."""
        return await self._load(
            """
            WHERE recognition.workspace = :workspace AND recognition.visibility = 'public' AND withdrawn = 0
              AND (recognition.given_at, recognition.id) > (:given_at, :id)
            ORDER BY recognition.given_at, recognition.id LIMIT :most
            """,
            workspace,
            given_at=given_at,
            id=id_,
            most=most,
        )

    async def _latest_of(
        self, whose: str, workspace: str, people: Iterable[str], most: int, skip: int
    ) -> list[Recognition]:
        names, bound = placeholders("person", people)
        among = f"{_looked_up(whose)} = :workspace AND {whose.format(people=names)}"
        return await self._latest(among, workspace, most=most, skip=skip, **bound)

    async def _latest(self, among: str, workspace: str, **values: object) -> list[Recognition]:
        """The latest `:most` that stand: which ones they are comes first, for all else is to be read of these alone."""
        return await self._load(
            f"""
            WHERE recognition.workspace || '' = :workspace AND recognition.id IN (
                SELECT recognition.id FROM recognition WHERE {among} AND {STANDING}
                ORDER BY given_at DESC, recognition.id LIMIT :most OFFSET :skip
            )
            ORDER BY given_at DESC, recognition.id
            """,  # noqa: S608 - a constant and names of parameters
            workspace,
            **values,
        )

    async def totals(self, workspace: str, *people: str) -> tuple[int, int]:
        """How many kudos any of `people` received, and how many they gave."""
        names, bound = placeholders("person", people)
        received, given = [
            await self._database.rows(
                f"""
                SELECT COUNT(*) AS number FROM recognition
                WHERE {_looked_up(whose)} = :workspace AND {whose.format(people=names)} AND {STANDING}
                """,  # noqa: S608 - a constant and names of parameters
                workspace=workspace,
                **bound,
            )
            for whose in (_RECEIVED_BY, _GIVEN_BY)
        ]
        return received[0]["number"], given[0]["number"]

    async def reactions_to(self, workspace: str, message: Message) -> list[Recognition]:
        """The kudos that reactions to `message` are, those taken back included, in the order given."""
        return await self._load(
            """
            WHERE recognition.workspace = :workspace AND recognition.place = :place AND message = :message
              AND message <> '' AND origin = 'reaction'
            ORDER BY given_at, recognition.id
            """,
            workspace,
            place=message.place,
            message=message.id,
        )

    async def entries_used(self) -> frozenset[str]:
        """Every entry that a kudos was ever tagged with."""
        return frozenset(row["entry"] for row in await self._database.rows("SELECT DISTINCT entry FROM tag"))

    async def was_used(self, workspace: str, entry: str) -> bool:
        """Whether a kudos was ever tagged with `entry` there."""
        rows = await self._database.rows(
            "SELECT 1 AS one FROM tag WHERE workspace = :workspace AND entry = :entry LIMIT 1",
            workspace=workspace,
            entry=entry,
        )
        return bool(rows)

    async def reacted_for(self, workspace: str, message: Message, person: str, name: str) -> str | None:
        """The entry that somebody's emoji stood for when they put it on `message`, or last took it off."""
        rows = await self._database.rows(
            """
            SELECT entry FROM reaction
            WHERE workspace = :workspace AND place = :place AND message = :message AND person = :person AND name = :name
            """,
            workspace=workspace,
            place=message.place,
            message=message.id,
            person=person,
            name=name,
        )
        return rows[0]["entry"] if rows else None

    async def signals(self, workspace: str, recognition: str) -> list[Signal]:
        """Everything said on the card: the latest state of each emoji, and every press."""
        rows = await self._database.rows(
            """
            SELECT person, name, entry, standing, at FROM reaction
            WHERE workspace = :workspace AND recognition = :recognition
            UNION ALL
            SELECT person, delivery AS name, '' AS entry, 1 AS standing, at FROM press
            WHERE workspace = :workspace AND recognition = :recognition
            """,
            workspace=workspace,
            recognition=recognition,
        )
        return [
            Signal(
                person=row["person"],
                name=row["name"],
                entry=row["entry"],
                standing=bool(row["standing"]),
                at=to_time(row["at"]),
            )
            for row in rows
        ]

    async def delivered(self, workspace: str, delivery: str) -> str | None:
        """What `delivery` ended in (an id, or ""), if it has been dealt with."""
        rows = await self._database.rows(
            "SELECT fact FROM delivery WHERE workspace = :workspace AND id = :id", workspace=workspace, id=delivery
        )
        return rows[0]["fact"] if rows else None

    async def try_writing(self) -> None:
        """Write something that takes room, and take it away again.

        Raises:
            DatabaseError: it can't be written.
        """
        key = {"workspace": "", "id": secrets.token_hex(8)}
        what = {"fact": secrets.token_hex(TRIED // 2)}  # of which no database makes less
        await self._database.write(
            Step("INSERT INTO delivery (workspace, id, fact, at) VALUES (:workspace, :id, :fact, '')", key | what),
            Step("DELETE FROM delivery WHERE workspace = :workspace AND id = :id", key),
        )

    async def forget_delivery(self, workspace: str, delivery: str) -> None:
        """It was not dealt with after all: when it comes again, it is."""
        await self._database.write(
            Step(
                "DELETE FROM delivery WHERE workspace = :workspace AND id = :id",
                {"workspace": workspace, "id": delivery},
            )
        )

    async def forget_deliveries(self, before: datetime) -> None:
        await self._database.write(Step("DELETE FROM delivery WHERE at < :before", {"before": to_text(before)}))

    async def _load(self, where: str, workspace: str, **values: object) -> list[Recognition]:
        rows = await self._database.rows(_SELECT + where, workspace=workspace, **values)
        if not rows:
            return []
        names, bound = placeholders("r", [row["id"] for row in rows])
        person = ", ".join(f"person.{column}" for column in PERSON_COLUMNS.split(", "))
        recipients = await self._database.rows(
            f"""
            SELECT recipient.recognition, recipient.via, {person} FROM recipient
            JOIN person ON person.workspace = recipient.workspace AND person.id = recipient.person
            WHERE recipient.workspace || '' = :workspace AND recipient.recognition IN ({names})
            ORDER BY recipient.position
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        groups = await self._database.rows(
            f"""
            SELECT * FROM thanked_group WHERE workspace = :workspace AND recognition IN ({names}) ORDER BY position
            """,  # noqa: S608
            workspace=workspace,
            **bound,
        )
        tags = await self._database.rows(
            f"""
            SELECT * FROM tag WHERE workspace = :workspace AND recognition IN ({names}) ORDER BY position, entry
            """,  # noqa: S608
            workspace=workspace,
            **bound,
        )
        seconders = await self._database.rows(
            f"""
            SELECT endorsement.recognition, {person} FROM endorsement
            JOIN person ON person.workspace = endorsement.workspace AND person.id = endorsement.person
            WHERE endorsement.workspace || '' = :workspace AND endorsement.recognition IN ({names})
            ORDER BY endorsement.at, person.id
            """,  # noqa: S608
            workspace=workspace,
            **bound,
        )
        by_id = _grouped(recipients), _grouped(groups), _grouped(tags), _grouped(seconders)
        found = [_recognition_from(row, *(group.get(row["id"], []) for group in by_id)) for row in rows]
        return await self._kept(workspace, found)

    async def _kept(self, workspace: str, recognitions: list[Recognition]) -> list[Recognition]:
        """The same, each knowing whom others may not be shown, and whether it was removed."""
        names, bound = placeholders("r", [each.id for each in recognitions])
        rows = await self._database.rows(
            f"""
            SELECT recognition, person, hidden AS held, at, '' AS id FROM hidden
            WHERE workspace || '' = :workspace AND recognition IN ({names})
            UNION ALL
            SELECT recognition, '' AS person, removed AS held, at, id FROM removal
            WHERE workspace || '' = :workspace AND recognition IN ({names})
            ORDER BY at, id
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        held = {(row["recognition"], row["person"]): bool(row["held"]) for row in rows}
        people = dict.fromkeys(
            person.id for each in recognitions for person in (each.giver, *each.recipients, *each.seconders)
        )
        seen, quiet = await self._seen(workspace, people), await self._quiet(workspace)
        return [
            privacy.kept(
                each,
                seen,
                {person.id for person in each.recipients if held.get((each.id, person.id))},
                removed=held.get((each.id, ""), False),
                quiet=quiet.keeps(
                    (workspace, each.place.id),
                    [(workspace, person.id) for person in (each.giver, *each.recipients)],
                    given_at=each.given_at,
                ),
            )
            for each in recognitions
        ]


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["recognition"], []).append(row)
    return groups


def _recognition_from(
    row: Row, recipients: list[Row], groups: list[Row], tags: list[Row], seconders: list[Row]
) -> Recognition:
    return Recognition(
        id=row["id"],
        workspace=row["workspace"],
        giver=person_from(row, "giver_"),
        recipients=tuple(map(person_from, recipients)),
        groups=tuple(
            ThankedGroup(
                id=group["id"],
                name=group["name"],
                number=group["number"],
                people=tuple(each["id"] for each in recipients if each["via"] == group["id"]),
            )
            for group in groups
        ),
        tags=tuple(Tag(entry=tag["entry"], title=tag["title"]) for tag in tags if tag["standing"]),
        base_tags=tuple(Tag(entry=tag["entry"], title=tag["title"]) for tag in tags if tag["base"]),
        reason=row["reason"],
        place=place_from(row, "place_"),
        visibility=Visibility(row["visibility"]),
        origin=Origin(row["origin"]),
        framework_version=row["framework_version"],
        given_at=to_time(row["given_at"]),
        message=Message(place=row["place"], id=row["message"]) if row["message"] else None,
        withdrawn=bool(row["withdrawn"]),
        removed=bool(row["removed"]),
        seconders=tuple(map(person_from, seconders)),
        revision=row["revision"],
    )
