"""The recognitions: reading them, and the steps that write them. Nothing is overwritten that an audit would want."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.database import Database, Row, Step
from bot.directory import PERSON_COLUMNS, person_from, place_from, place_values, placeholders
from bot.model import Message, Origin, Recognition, Signal, Tag, Visibility, derived_id, to_text, to_time

_GIVER: Final = ", ".join(f"giver.{column} AS giver_{column}" for column in PERSON_COLUMNS.split(", "))

_SELECT: Final = f"""
SELECT recognition.*, {_GIVER}, place.name AS place_name, place.kind AS place_kind,
       place.visibility AS place_visibility, place.joined AS place_joined, place.archived AS place_archived
FROM recognition
JOIN person AS giver ON giver.workspace = recognition.workspace AND giver.id = recognition.giver
JOIN place ON place.workspace = recognition.workspace AND place.id = recognition.place
"""  # noqa: S608 - the columns are a constant

DELIVERIES_KEPT_DAYS: Final = 7


class Ledger:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def recognition(self, workspace: str, id_: str) -> Recognition | None:
        found = await self._load("WHERE recognition.workspace = :workspace AND recognition.id = :id", workspace, id=id_)
        return found[0] if found else None

    async def latest_by(self, workspace: str, giver: str) -> Recognition | None:
        """The giver's latest kudos that stands."""
        found = await self._load(
            """
            WHERE recognition.workspace = :workspace AND giver = :giver AND withdrawn = 0
            ORDER BY given_at DESC, recognition.id LIMIT 1
            """,
            workspace,
            giver=giver,
        )
        return found[0] if found else None

    async def given_by(self, workspace: str, person: str) -> list[Recognition]:
        """What `person` gave and has not taken back, latest first."""
        return await self._load(
            """
            WHERE recognition.workspace = :workspace AND giver = :person AND withdrawn = 0
            ORDER BY given_at DESC, recognition.id
            """,
            workspace,
            person=person,
        )

    async def received_by(self, workspace: str, person: str) -> list[Recognition]:
        """What `person` was thanked for, latest first."""
        return await self._load(
            """
            WHERE recognition.workspace = :workspace AND withdrawn = 0 AND recognition.id IN (
                SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND person = :person
            )
            ORDER BY given_at DESC, recognition.id
            """,
            workspace,
            person=person,
        )

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

    async def was_used(self, entry: str) -> bool:
        return bool(await self._database.rows("SELECT 1 AS one FROM tag WHERE entry = :entry LIMIT 1", entry=entry))

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

    async def signals(self, recognition: str) -> list[Signal]:
        """Everything said on the card: the latest state of each emoji, and every press."""
        rows = await self._database.rows(
            """
            SELECT person, name, entry, standing, at FROM reaction WHERE recognition = :recognition
            UNION ALL
            SELECT person, delivery AS name, '' AS entry, 1 AS standing, at FROM press WHERE recognition = :recognition
            """,
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
            SELECT recipient.recognition, {person} FROM recipient
            JOIN person ON person.workspace = recipient.workspace AND person.id = recipient.person
            WHERE recipient.recognition IN ({names}) ORDER BY recipient.position
            """,  # noqa: S608 - names of parameters
            **bound,
        )
        tags = await self._database.rows(
            f"SELECT * FROM tag WHERE recognition IN ({names}) ORDER BY position, entry",  # noqa: S608
            **bound,
        )
        seconders = await self._database.rows(
            f"""
            SELECT endorsement.recognition, {person} FROM endorsement
            JOIN person ON person.workspace = endorsement.workspace AND person.id = endorsement.person
            WHERE endorsement.recognition IN ({names}) ORDER BY endorsement.at, person.id
            """,  # noqa: S608
            **bound,
        )
        by_id = _grouped(recipients), _grouped(tags), _grouped(seconders)
        return [_recognition_from(row, *(group.get(row["id"], []) for group in by_id)) for row in rows]


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["recognition"], []).append(row)
    return groups


def _recognition_from(row: Row, recipients: list[Row], tags: list[Row], seconders: list[Row]) -> Recognition:
    return Recognition(
        id=row["id"],
        workspace=row["workspace"],
        giver=person_from(row, "giver_"),
        recipients=tuple(map(person_from, recipients)),
        tags=tuple(Tag(entry=tag["entry"], title=tag["title"]) for tag in tags if tag["standing"]),
        base_tags=tuple(Tag(entry=tag["entry"], title=tag["title"]) for tag in tags if tag["base"]),
        reason=row["reason"],
        place=place_from(
            {
                "workspace": row["workspace"],
                "id": row["place"],
                **{key: row[f"place_{key}"] for key in ("name", "kind", "visibility", "joined", "archived")},
            }
        ),
        visibility=Visibility(row["visibility"]),
        origin=Origin(row["origin"]),
        framework_version=row["framework_version"],
        given_at=to_time(row["given_at"]),
        message=Message(place=row["place"], id=row["message"]) if row["message"] else None,
        withdrawn=bool(row["withdrawn"]),
        seconders=tuple(map(person_from, seconders)),
        revision=row["revision"],
    )


# The steps of transactions. Those that are gates make a repeated or overtaken delivery change nothing.


def delivery(workspace: str, id_: str, fact: str, now: datetime) -> Step:
    return Step(
        """
        INSERT INTO delivery (workspace, id, fact, at) VALUES (:workspace, :id, :fact, :at)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "id": id_, "fact": fact, "at": to_text(now)},
        gate=True,
    )


def given(recognition: Recognition, *, once: bool = True) -> list[Step]:
    """Write `recognition` unless it is there. `once`: if it is there, nothing else is written either."""
    head = Step(
        """
        INSERT INTO recognition (
            id, workspace, giver, reason, place, visibility, origin, message,
            framework_version, given_at, withdrawn, withdrawn_at, revision
        ) VALUES (
            :id, :workspace, :giver, :reason, :place, :visibility, :origin, :message,
            :framework_version, :given_at, 0, '', 1
        ) ON CONFLICT DO NOTHING
        """,
        {
            "id": recognition.id,
            "workspace": recognition.workspace,
            "giver": recognition.giver.id,
            "reason": recognition.reason,
            "place": recognition.place.id,
            "visibility": recognition.visibility.value,
            "origin": recognition.origin.value,
            "message": recognition.message.id if recognition.message else "",
            "framework_version": recognition.framework_version,
            "given_at": to_text(recognition.given_at),
        },
        gate=once,
    )
    return [
        Step(
            """
            INSERT INTO place (workspace, id, name, kind, visibility, joined, archived)
            VALUES (:workspace, :id, :name, :kind, :visibility, :joined, :archived) ON CONFLICT DO NOTHING
            """,
            place_values(recognition.place),
        ),
        head,
        *(
            Step(
                """
                INSERT INTO recipient (recognition, workspace, person, position)
                VALUES (:recognition, :workspace, :person, :position) ON CONFLICT DO NOTHING
                """,
                {
                    "recognition": recognition.id,
                    "workspace": recognition.workspace,
                    "person": person.id,
                    "position": position,
                },
            )
            for position, person in enumerate(recognition.recipients)
        ),
        *(_tag(recognition, position, "NOTHING") for position in range(len(recognition.tags))),
    ]


def tagged(recognition: Recognition) -> list[Step]:
    """Make the stored tags those of `recognition`; those it was given with are kept, standing or not."""
    clear = Step("UPDATE tag SET standing = 0 WHERE recognition = :recognition", {"recognition": recognition.id})
    again = "UPDATE SET standing = 1, position = excluded.position"
    return [clear, *(_tag(recognition, position, again) for position in range(len(recognition.tags)))]


def _tag(recognition: Recognition, number: int, if_there: str) -> Step:
    tag = recognition.tags[number]
    base = [each.entry for each in recognition.base_tags]
    # Those it was given with keep their position, also while they do not stand; the others come after them.
    position = base.index(tag.entry) if tag.entry in base else len(base) + number
    return Step(
        f"""
        INSERT INTO tag (recognition, entry, title, position, base, standing)
        VALUES (:recognition, :entry, :title, :position, :base, 1)
        ON CONFLICT (recognition, entry) DO {if_there}
        """,  # noqa: S608 - one of two constants
        {
            "recognition": recognition.id,
            "entry": tag.entry,
            "title": tag.title,
            "position": position,
            "base": int(tag.entry in base),
        },
    )


def seconded(recognition: Recognition, seconders: Iterable[tuple[str, datetime]]) -> list[Step]:
    """Make the stored endorsements these: (person, since)."""
    return [
        Step("DELETE FROM endorsement WHERE recognition = :recognition", {"recognition": recognition.id}),
        *(
            Step(
                """
                INSERT INTO endorsement (recognition, workspace, person, at)
                VALUES (:recognition, :workspace, :person, :at)
                """,
                {
                    "recognition": recognition.id,
                    "workspace": recognition.workspace,
                    "person": person,
                    "at": to_text(at),
                },
            )
            for person, at in seconders
        ),
    ]


def revised(recognition: Recognition, *, withdrawn_at: datetime | None = None) -> Step:
    """Write the words and the state of `recognition`, unless somebody was faster since it was read."""
    return Step(
        """
        UPDATE recognition
        SET reason = :reason, withdrawn = :withdrawn, revision = revision + 1,
            withdrawn_at = CASE WHEN :withdrawn_at = '' THEN withdrawn_at ELSE :withdrawn_at END
        WHERE id = :id AND revision = :revision
        """,
        {
            "reason": recognition.reason,
            "withdrawn": int(recognition.withdrawn),
            "withdrawn_at": to_text(withdrawn_at) if withdrawn_at else "",
            "id": recognition.id,
            "revision": recognition.revision,
        },
        gate=True,
    )


def reacted(workspace: str, message: Message, signal: Signal, recognition: str) -> Step:
    """The latest state of one emoji of one person on one message, by the platform's time of the event."""
    return Step(
        """
        INSERT INTO reaction (workspace, place, message, person, name, entry, recognition, standing, at)
        VALUES (:workspace, :place, :message, :person, :name, :entry, :recognition, :standing, :at)
        ON CONFLICT (workspace, place, message, person, name) DO UPDATE
        SET standing = excluded.standing, at = excluded.at, entry = excluded.entry, recognition = excluded.recognition
        WHERE reaction.at < excluded.at
        """,
        {
            "workspace": workspace,
            "place": message.place,
            "message": message.id,
            "person": signal.person,
            "name": signal.name,
            "entry": signal.entry,
            "recognition": recognition,
            "standing": int(signal.standing),
            "at": to_text(signal.at),
        },
        gate=True,
    )


def stands_while_reacted(recognition: str) -> Step:
    """A reaction kudos stands while any variant of its emoji stands that is newer than a withdrawal by hand."""
    return Step(
        """
        UPDATE recognition
        SET revision = revision + 1, withdrawn = CASE WHEN EXISTS (
            SELECT 1 FROM reaction
            WHERE reaction.recognition = recognition.id AND standing = 1 AND reaction.at > recognition.withdrawn_at
        ) THEN 0 ELSE 1 END
        WHERE id = :id
        """,
        {"id": recognition},
    )


def pressed(recognition: str, person: str, at: datetime, delivery_id: str) -> Step:
    return Step(
        """
        INSERT INTO press (recognition, person, at, delivery) VALUES (:recognition, :person, :at, :delivery)
        ON CONFLICT DO NOTHING
        """,
        {"recognition": recognition, "person": person, "at": to_text(at), "delivery": delivery_id},
        gate=True,
    )


def noted(recognition: Recognition, act: str, *, actor: str, now: datetime, key: str, detail: str = "") -> Step:
    """What was done to a recognition, by whom: for the audit."""
    return Step(
        """
        INSERT INTO history (id, workspace, recognition, actor, act, detail, at)
        VALUES (:id, :workspace, :recognition, :actor, :act, :detail, :at) ON CONFLICT DO NOTHING
        """,
        {
            "id": derived_id("history", recognition.workspace, key, recognition.id, act),
            "workspace": recognition.workspace,
            "recognition": recognition.id,
            "actor": actor,
            "act": act,
            "detail": detail,
            "at": to_text(now),
        },
    )
