"""What was given in a week, as far as it may be told somewhere: slim rows, in a number that grows with the week alone.

The SQL stands beside each method. `CROSS JOIN` keeps SQLite from beginning at the wrong end, such as with all that
anybody ever received: so it makes no difference how long a ledger is.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.colleagues import Faces
from bot.database import Database, Row
from bot.digest import SEVERAL, Candidate, Figures
from bot.model import Person, Recognition, Visibility, to_text
from bot.rows import person_from, placeholders

LISTED_MOST: Final = 400  #: kudos among which stories are chosen at first
LISTED_OF_ONE: Final = 3  #: by the same giver


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A place in which kudos were given, when it had this visibility."""

    place: str
    visibility: Visibility
    now: Visibility  #: as far as we know


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of what was given in a while that may be told somewhere."""

    workspace: str
    begins_at: datetime
    ends_at: datetime
    rooms: frozenset[tuple[str, Visibility]]  #: of which may be told: a place, and how visible it was then
    people: tuple[str, ...] | None = None  #: only what these gave or received
    gone: frozenset[str] = frozenset()  #: kudos whose message has been deleted

    def holds(self, recognition: Recognition) -> bool:
        """Whether this very recognition is a part of it."""
        return (
            not (recognition.withdrawn or recognition.removed)
            and not all(each.id in recognition.unlisted for each in recognition.recipients)
            and recognition.workspace == self.workspace
            and self.begins_at <= recognition.given_at < self.ends_at
            and (recognition.place.id, recognition.visibility) in self.rooms
            and recognition.id not in self.gone
            and (self.people is None or any(map(recognition.concerns, self.people)))
        )

    @property
    def condition(self) -> tuple[str, dict[str, str]]:
        """A condition on `recognition`, and its values."""
        rooms, bound = placeholders("room", [f"{place}/{visibility}" for place, visibility in sorted(self.rooms)])
        gone, bound_gone = placeholders("gone", ["", *sorted(self.gone)])
        sql = f"""
        recognition.withdrawn = 0 AND recognition.given_at >= :begins AND recognition.given_at < :ends
        AND recognition.place || '/' || recognition.visibility IN ({rooms}) AND recognition.id NOT IN ({gone})
        """
        if self.people is not None:
            people, bound_people = placeholders("whose", self.people)
            bound |= bound_people
            sql += f"""
            AND (recognition.giver IN ({people}) OR EXISTS (
                SELECT 1 FROM recipient AS whose
                WHERE whose.workspace = :workspace AND whose.recognition = recognition.id AND whose.person IN ({people})
            ))
            """  # noqa: S608 - names of parameters
        times = {"begins": to_text(self.begins_at), "ends": to_text(self.ends_at)}
        return sql, {"workspace": self.workspace, **times, **bound, **bound_gone}


@dataclass(frozen=True, slots=True)
class Gathered:
    """All of a share, as slim as can be: for many thousand kudos are of one week."""

    given: list[Row]  #: `id`, `giver`, whether that account is `active`, and whether it `has_words`
    received: list[Row]  #: `id` of what was received, `person`, their `name`, and whether they are `active`
    elsewhere: Mapping[str, Person] = field(default_factory=dict)  #: those of `received` who have no account here

    def without(self, gone: Set[str]) -> "Gathered":
        """The same but for some."""
        if not gone:
            return self
        given, received = ([row for row in rows if row["id"] not in gone] for rows in (self.given, self.received))
        return Gathered(given, received, self.elsewhere)

    def seen(self, workspace: str, faces: Faces) -> "Gathered":
        """The same, of `workspace`, with everybody as they are known at home."""
        if workspace == faces.home and not faces.doubles:
            return self
        givers = {row["giver"]: row["active"] for row in self.given}
        given_by = {
            id_: {"giver": faces.key(workspace, id_), "active": faces.active(workspace, id_, active)}
            for id_, active in givers.items()
        }
        given: list[Row] = [{**row, **given_by[row["giver"]]} for row in self.given]
        people = {row["person"]: row for row in self.received}
        known = {
            id_: faces.of(Person(workspace=workspace, id=id_, name=row["name"], active=bool(row["active"])))
            for id_, row in people.items()
        }
        keys = {id_: faces.key(workspace, id_) for id_ in people}
        received: dict[tuple[str, str], Row] = {}
        for row in self.received:
            key, face = keys[row["person"]], known[row["person"]]
            received[row["id"], key] = {"id": row["id"], "person": key, "name": face.name, "active": face.active}
        elsewhere = {keys[id_]: face for id_, face in known.items() if face.workspace != faces.home}
        return Gathered(given, list(received.values()), elsewhere)

    @classmethod
    def together(cls, some: Sequence["Gathered"]) -> "Gathered":
        """All of these as one."""
        given, received = [row for each in some for row in each.given], [row for each in some for row in each.received]
        return cls(given, received, {key: person for each in some for key, person in each.elsewhere.items()})

    @property
    def figures(self) -> Figures:
        return Figures(
            kudos=len(self.given),
            thanked=len({row["person"] for row in self.received}),
            thanking=len({row["giver"] for row in self.given}),
        )

    def thanked(self, workspace: str) -> tuple[Person, ...]:
        """Who was thanked and has an account still, each once."""
        names = {row["person"]: row["name"] for row in self.received if row["active"]}
        elsewhere = self.elsewhere
        return tuple(
            elsewhere[key] if key in elsewhere else Person(workspace=workspace, id=key, name=name)
            for key, name in names.items()
        )

    def shortlist(self, seconds: Mapping[str, int], seed: str) -> list[Row]:
        """Those that come first when stories are chosen, and not too many of anybody: choosing among all takes long."""
        ranked = sorted(
            (row for row in self.given if row["active"]),
            key=lambda row: (
                seconds.get(row["id"], 0) < SEVERAL,
                not row["has_words"],
                zlib.crc32(f"{seed}{row['id']}".encode()),  # the lot, and quickly drawn
            ),
        )
        listed: list[Row] = []
        times: Counter[str] = Counter()
        for row in ranked:
            times[row["giver"]] += 1
            if times[row["giver"]] <= LISTED_OF_ONE:
                listed.append(row)
            if len(listed) == LISTED_MOST:
                break
        return listed

    def candidates(
        self, given: Iterable[Row], seconds: Mapping[str, int], entries: Mapping[str, list[str]]
    ) -> list[Candidate]:
        """What of `given` can be featured: its giver, and one of those thanked, have an account still."""
        given = [row for row in given if row["active"]]
        thanked: dict[str, list[str]] = {row["id"]: [] for row in given}
        for row in self.received:
            if row["id"] in thanked and row["active"]:
                thanked[row["id"]].append(row["person"])
        return [
            Candidate(
                id=row["id"],
                giver=row["giver"],
                recipients=tuple(thanked[row["id"]]),
                entries=tuple(sorted(entries.get(row["id"], ()))),
                seconds=seconds.get(row["id"], 0),
                has_words=bool(row["has_words"]),
            )
            for row in given
            if thanked[row["id"]]
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who gave and received in a share: ids."""

    kudos: int
    thanking: frozenset[str]
    thanked: frozenset[str]


class Weeks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def rooms(self, workspace: str, begins_at: datetime, ends_at: datetime) -> list[Room]:
        """Where anything was given in that while."""
        rows = await self._database.long_rows(
            """
            SELECT DISTINCT recognition.place, recognition.visibility, place.visibility AS now
            FROM recognition JOIN place ON place.workspace = recognition.workspace AND place.id = recognition.place
            WHERE recognition.workspace = :workspace AND withdrawn = 0 AND given_at >= :begins AND given_at < :ends
            """,
            workspace=workspace,
            begins=to_text(begins_at),
            ends=to_text(ends_at),
        )
        return [
            Room(place=row["place"], visibility=Visibility(row["visibility"]), now=Visibility(row["now"]))
            for row in rows
        ]

    async def gone(self, workspace: str) -> frozenset[str]:
        """Kudos whose card, or whose message that was reacted to, is known to have been deleted."""
        rows = await self._database.rows(
            """
            SELECT recognition.id FROM gone_message CROSS JOIN recognition
            WHERE gone_message.workspace = :workspace AND recognition.workspace = :workspace
              AND recognition.place = gone_message.place AND recognition.message = gone_message.message
              AND recognition.message <> '' AND origin = 'reaction'
            UNION
            SELECT outbox.fact AS id FROM gone_message CROSS JOIN outbox
            WHERE gone_message.workspace = :workspace AND outbox.workspace = :workspace
              AND outbox.message_place = gone_message.place AND outbox.message = gone_message.message
              AND outbox.message <> '' AND view = 'card'
            """,
            workspace=workspace,
        )
        return frozenset(row["id"] for row in rows)

    async def gathered(self, share: Share) -> Gathered:
        given = await self._rows(
            """
            SELECT recognition.id, giver, person.active, reason <> '' AS has_words FROM recognition
            JOIN person ON person.workspace = recognition.workspace AND person.id = recognition.giver
            WHERE recognition.workspace = :workspace AND {share}
            """,
            share,
        )
        received = await self._rows(
            """
            SELECT recognition.id, recipient.person, person.name, person.active
            FROM recognition CROSS JOIN recipient CROSS JOIN person
            WHERE recognition.workspace = :workspace AND recipient.recognition = recognition.id
              AND person.workspace = :workspace AND person.id = recipient.person AND {share}
            """,
            share,
        )
        return Gathered(given, received)

    async def figures(self, share: Share) -> Figures:
        """The same as of what is gathered, where nothing else is wanted of it."""
        given = await self._rows(
            """
            SELECT COUNT(*) AS kudos, COUNT(DISTINCT giver) AS thanking FROM recognition
            WHERE recognition.workspace = :workspace AND {share}
            """,
            share,
        )
        received = await self._rows(
            """
            SELECT COUNT(DISTINCT recipient.person) AS thanked FROM recognition CROSS JOIN recipient
            WHERE recognition.workspace = :workspace AND recipient.recognition = recognition.id AND {share}
            """,
            share,
        )
        return Figures(kudos=given[0]["kudos"], thanking=given[0]["thanking"], thanked=received[0]["thanked"])

    async def people(self, share: Share) -> People:
        """The same by name, where the same people may be met in another workspace, too."""
        given = await self._rows(
            """
            SELECT giver, COUNT(*) AS number FROM recognition
            WHERE recognition.workspace = :workspace AND {share} GROUP BY giver
            """,
            share,
        )
        received = await self._rows(
            """
            SELECT DISTINCT recipient.person FROM recognition CROSS JOIN recipient
            WHERE recognition.workspace = :workspace AND recipient.recognition = recognition.id AND {share}
            """,
            share,
        )
        return People(
            kudos=sum(row["number"] for row in given),
            thanking=frozenset(row["giver"] for row in given),
            thanked=frozenset(row["person"] for row in received),
        )

    async def had_given(self, workspace: str, people: Iterable[str], before: datetime) -> frozenset[str]:
        """Those of `people` who had given anything before that time."""
        names, bound = placeholders("person", people)
        rows = await self._database.long_rows(
            f"""
            SELECT id FROM person WHERE workspace = :workspace AND id IN ({names}) AND EXISTS (
                SELECT 1 FROM recognition
                WHERE recognition.workspace = :workspace AND giver = person.id AND given_at < :before AND withdrawn = 0
            )
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            before=to_text(before),
            **bound,
        )
        return frozenset(row["id"] for row in rows)

    async def seconds(self, share: Share) -> dict[str, int]:
        """How many have seconded what, by recognition."""
        rows = await self._rows(
            """
            SELECT recognition.id, COUNT(*) AS number FROM recognition CROSS JOIN endorsement
            WHERE recognition.workspace = :workspace AND endorsement.recognition = recognition.id AND {share}
            GROUP BY recognition.id
            """,
            share,
        )
        return {row["id"]: row["number"] for row in rows}

    async def entries(self, workspace: str, recognitions: Iterable[str]) -> dict[str, list[str]]:
        """What these are tagged with, by recognition."""
        names, bound = placeholders("id", recognitions)
        rows = await self._database.long_rows(
            f"""
            SELECT recognition, entry FROM tag
            WHERE workspace || '' = :workspace AND standing = 1 AND recognition IN ({names})
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        groups: dict[str, list[str]] = {}
        for row in rows:
            groups.setdefault(row["recognition"], []).append(row["entry"])
        return groups

    async def lived(self, share: Share) -> dict[str, int]:
        """How many kudos are tagged with what, by entry."""
        rows = await self._rows(
            """
            SELECT tag.entry, COUNT(*) AS number FROM recognition CROSS JOIN tag
            WHERE recognition.workspace = :workspace AND tag.recognition = recognition.id AND tag.standing = 1
              AND {share}
            GROUP BY tag.entry
            """,
            share,
        )
        return {row["entry"]: row["number"] for row in rows}

    async def newcomers(self, share: Share) -> tuple[Person, ...]:
        """Who gave their first kudos, wherever the others were given; and has an account still."""
        rows = await self._rows(
            """
            SELECT workspace, id, name, email, kind, active, direct, admin FROM person
            WHERE person.workspace = :workspace AND person.active = 1 AND person.id IN (
                SELECT recognition.giver FROM recognition
                WHERE recognition.workspace = :workspace AND {share}
            ) AND NOT EXISTS (
                SELECT 1 FROM recognition AS earlier
                WHERE earlier.workspace = :workspace AND earlier.giver = person.id
                  AND earlier.given_at < :begins AND earlier.withdrawn = 0
            )
            """,
            share,
        )
        return tuple(map(person_from, rows))

    async def _rows(self, sql: str, share: Share) -> list[Row]:
        condition, bound = share.condition
        return await self._database.long_rows(sql.format(share=condition), **bound)
