"""What was given in a while as far as it may be told somewhere: slim rows, for many thousand kudos are of one week."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot import quiet
from bot.colleagues import Faces
from bot.database import Row
from bot.digest import SEVERAL, Candidate, Figures
from bot.model import Person, Recognition, Visibility, to_text
from bot.privacy import Crowd
from bot.quiet import Quiet
from bot.rows import placeholders

LISTED_MOST: Final = 400  #: kudos among which stories are chosen at first
LISTED_OF_ONE: Final = 3  #: by the same giver


#: That something is about what is quiet.
_ABOUT: Final = {
    quiet.of_place(""): "recognition.place = {0}",
    quiet.of_person(""): """(recognition.giver = {0} OR EXISTS (
        SELECT 1 FROM recipient AS quiet
        WHERE quiet.workspace = :workspace AND quiet.recognition = recognition.id AND quiet.person = {0}
    ))""",
}


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
    left_out: frozenset[str] = frozenset()  #: those of which nothing may be told, whatever people they are about

    def holds(self, recognition: Recognition) -> bool:
        """Whether this very recognition is a part of it."""
        return (
            not recognition.withdrawn
            and recognition.workspace == self.workspace
            and self.begins_at <= recognition.given_at < self.ends_at
            and (recognition.place.id, recognition.visibility) in self.rooms
            and recognition.id not in self.gone
            and recognition.id not in self.left_out
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

    def told(self, share: Share, crowd: Crowd, held: "Held") -> "Gathered":
        """The same with those alone of whom may be told, and only what then is left of anything."""
        active = {row["giver"] for row in self.given if (share.workspace, row["giver"]) not in crowd.suppressed}
        thanked = {id_ for id_ in {row["person"] for row in self.received} if crowd.thanked(share.workspace, id_)}
        received = [
            row for row in self.received if row["person"] in thanked and (row["id"], row["person"]) not in held.hidden
        ]
        left = {row["id"] for row in received}
        if share.people is not None:  # it may be theirs only by somebody of whom is not told
            theirs = {row["id"] for row in received if row["person"] in share.people}
            left &= theirs | {row["id"] for row in self.given if row["giver"] in share.people}
        left -= held.away
        given = [row for row in self.given if row["id"] in left and row["giver"] in active]
        left = {row["id"] for row in given}
        return Gathered(given, [row for row in received if row["id"] in left], self.elsewhere)

    def partly(self, whole: "Gathered") -> dict[str, list[str]]:
        """Of which of these not everybody is told whom `whole` holds: their names, by recognition."""
        told = {(row["id"], row["person"]) for row in self.received}
        ids = {row["id"] for row in self.given}
        names: dict[str, list[str]] = {}
        for row in whole.received:
            if row["id"] in ids and (row["id"], row["person"]) not in told:
                names.setdefault(row["id"], []).append(row["name"])
        return names

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
class Held:
    """What of a share is not told, whoever it is about."""

    away: frozenset[str] = frozenset()  #: kudos that a moderator has removed, or that were given in the quiet
    hidden: frozenset[tuple[str, str]] = frozenset()  #: kudos, and the recipient who hides it

    def __bool__(self) -> bool:
        return bool(self.away or self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who gave and received in a share: ids."""

    kudos: int
    thanking: frozenset[str]
    thanked: frozenset[str]


def in_the_quiet(workspace: str, spells: Quiet) -> tuple[str, dict[str, str]]:
    """A condition on a `recognition` of `workspace`: it was given in a quiet that is not over. And its values."""
    conditions, bound = ["1 = 0"], {}
    for number, (at, subject, since) in enumerate(spells.standing):
        kind, _, about = subject.partition("/")
        if subject != quiet.EVERYWHERE and at != workspace:
            continue
        bound[f"quiet{number}"] = to_text(since)
        condition = f"recognition.given_at >= :quiet{number}"
        if about:
            bound[f"about{number}"] = about
            condition += " AND " + _ABOUT[f"{kind}/"].format(f":about{number}")
        conditions.append(f"({condition})")
    return f"({' OR '.join(conditions)})", bound
