"""Erasing somebody: what is written where, so that nothing tells of them any more but how much there was.

What they gave stays with its recipients, and nobody else: with its tags, without words, and from Somebody. What
colleagues wrote to them alone loses its words; where they were one of several, they are taken out. Only what is older
than the request goes: whoever comes back is somebody new.

A legal hold on a colleague keeps what is between the two; that goes when the hold is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import posts, quiet, runs
from bot.database import Database, Row, Step
from bot.model import to_text, to_time
from bot.organisations import TOGETHER
from bot.questions import normalised
from bot.rows import NEXT_REVISION, erasure_id

SOMEBODY: Final = "somebody"  #: the id of whoever was erased: of all of them, so that nothing joins what is left
SOMEWHERE: Final = "somewhere"  #: the id of the place that their conversation with Kudos was

#: What is kept while there is a legal hold on anybody in it.
HELD: Final = """(
    SELECT recognition.id FROM recognition
    JOIN hold ON hold.workspace = recognition.workspace AND hold.person = recognition.giver
    WHERE recognition.workspace = :workspace
    UNION
    SELECT recipient.recognition FROM recipient
    JOIN hold ON hold.workspace = recipient.workspace AND hold.person = recipient.person
    WHERE recipient.workspace = :workspace
)"""

_OLD: Final = f"""
recognition.workspace = :workspace AND given_at <= :before AND recognition.id NOT IN {HELD}
"""
_GIVEN: Final = f"{_OLD} AND giver = :person"
_RECEIVED: Final = f"""{_OLD} AND recognition.id IN (
    SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
)"""  # noqa: S608 - constants
_ALONE: Final = f"""{_RECEIVED} AND 1 = (
    SELECT COUNT(*) FROM recipient
    WHERE recipient.workspace = :workspace AND recipient.recognition = recognition.id
)"""  # noqa: S608 - constants
_WORDLESS: Final = "reason = '', visibility = 'direct', revision = revision + 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That somebody is to be erased: what it takes to do it, and to do it again."""

    workspace: str
    person: str
    address: str = ""  #: hashed
    direct: str = ""  #: the place of their conversation with Kudos
    origin: str = ""  #: where it was asked for
    state: str = "asked"
    at: datetime  #: what is older than this goes

    @property
    def id(self) -> str:
        return erasure_id(self.workspace, self.person)


class Erasures:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> list[Erasure]:
        """Those asked for and not done yet, the oldest first."""
        rows = await self._database.rows(
            """
            SELECT erasure.*, COALESCE(person.address, '') AS address FROM erasure
            LEFT JOIN person ON person.workspace = erasure.workspace AND person.id = erasure.person
            WHERE state <> 'done' ORDER BY erasure.at, erasure.id
            """
        )
        return [_erasure_from(row) for row in rows]

    async def begun(self) -> frozenset[str]:
        """All that were ever carried out here, or are being: ids."""
        rows = await self._database.rows("SELECT id FROM erasure WHERE state <> 'asked'")
        return frozenset(row["id"] for row in rows)

    async def remains(self, erasure: Erasure) -> bool:
        """Whether anything of theirs is old enough, and not held."""
        rows = await self._database.rows(
            f"""
            SELECT id FROM recognition
            WHERE recognition.workspace = :workspace AND (({_GIVEN}) OR ({_RECEIVED})) LIMIT 1
            """,  # noqa: S608 - constants
            workspace=erasure.workspace,
            person=erasure.person,
            before=to_text(erasure.at),
        )
        return bool(rows)

    async def held(self, workspace: str, *people: str) -> bool:
        """Whether there is a legal hold on any of `people`."""
        rows = await self._database.rows("SELECT person FROM hold WHERE workspace = :workspace", workspace=workspace)
        return any(row["person"] in people for row in rows)

    async def names_in_words(self, workspace: str, names: Iterable[str]) -> list[str]:
        """The kudos, as ids, whose words hold one of `names`."""
        found: dict[str, None] = {}
        for name in names:
            rows = await self._database.long_rows(
                f"""
                SELECT id FROM recognition
                WHERE workspace = :workspace AND replace(reason, CAST(:name AS TEXT), '') <> reason AND id NOT IN {HELD}
                """,  # noqa: S608 - a constant
                workspace=workspace,
                name=name,
            )
            found.update(dict.fromkeys(row["id"] for row in rows))
        return list(found)

    async def steps(self, erasure: Erasure, now: datetime) -> list[Step]:
        """What it takes to erase them, as things are."""
        rows = await self._database.rows(
            "SELECT name, email FROM person WHERE workspace = :workspace AND id = :person",
            workspace=erasure.workspace,
            person=erasure.person,
        )
        # A single word may mean something else: "Will", "Grace", "May".
        names = [name for row in rows for name in (row["email"], row["name"]) if " " in name or "@" in name]
        return erased(erasure, names=names, worded=await self.names_in_words(erasure.workspace, names), now=now)

    async def near(self, workspace: str, person: str) -> list[str]:
        """With whom they share a kudos: ids."""
        rows = await self._database.rows(
            """
            SELECT giver AS person FROM recognition JOIN recipient ON recipient.recognition = recognition.id
            WHERE recipient.workspace = :workspace AND recipient.person = :person
            UNION
            SELECT recipient.person FROM recipient JOIN recognition ON recognition.id = recipient.recognition
            WHERE recognition.workspace = :workspace AND giver = :person
            """,
            workspace=workspace,
            person=person,
        )
        return [row["person"] for row in rows]


def asked(erasure: Erasure) -> Step:
    """Remember that it was asked for; of one that is open already, since when."""
    return Step(
        """
        INSERT INTO erasure (id, workspace, person, direct, state, origin, at, done_at)
        VALUES (:id, :workspace, :person, :direct, 'asked', :origin, :at, '')
        ON CONFLICT (id) DO UPDATE SET
            person = excluded.person, direct = excluded.direct, state = 'asked', origin = excluded.origin,
            at = excluded.at, done_at = ''
        WHERE erasure.state = 'done'
        """,
        {
            "id": erasure.id,
            "workspace": erasure.workspace,
            "person": erasure.person,
            "direct": erasure.direct,
            "origin": erasure.origin,
            "at": to_text(erasure.at),
        },
    )


def begun(erasure: Erasure) -> Step:
    """Whoever is first does it."""
    return Step(
        "UPDATE erasure SET state = 'begun' WHERE workspace = :workspace AND id = :id AND state = 'asked'",
        {"workspace": erasure.workspace, "id": erasure.id},
        gate=True,
    )


def held(workspace: str, person: str, actor: str, now: datetime) -> Step:
    """Nothing of theirs is erased or forgotten from now on."""
    return Step(
        """
        INSERT INTO hold (workspace, person, actor, at) VALUES (:workspace, :person, :actor, :at)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "person": person, "actor": actor, "at": to_text(now)},
    )


def released(workspace: str, person: str) -> Step:
    return Step(
        "DELETE FROM hold WHERE workspace = :workspace AND person = :person",
        {"workspace": workspace, "person": person},
    )


def erased(erasure: Erasure, *, names: Sequence[str], worded: Iterable[str], now: datetime) -> list[Step]:
    """Everything of theirs that is old enough and that no hold keeps, in one transaction. It can be done again.

    Args:
        names: by which words may speak of them; `worded`: the kudos whose words do.
    """
    values = {
        "workspace": erasure.workspace,
        "person": erasure.person,
        "direct": erasure.direct,
        "somebody": SOMEBODY,
        "somewhere": SOMEWHERE,
        "before": to_text(erasure.at),
        "about": quiet.of_person(erasure.person),
        "quoted": f'"{erasure.person}"',
        "other": f'"{SOMEBODY}"',
    }
    return [
        *_followed(erasure, worded, now),
        *_nameless(erasure.workspace),
        *_unnamed(erasure.workspace, names),
        *(Step(sql, _bound(sql, values)) for sql in _KUDOS),
        *(Step(sql, _bound(sql, values)) for sql in _ELSEWHERE),
    ]


def _followed(erasure: Erasure, worded: Iterable[str], now: datetime) -> list[Step]:
    """Whatever tells of them is shown anew: what stands in channels, with colleagues, and in digests."""
    return [
        runs.known_otherwise(erasure.workspace, erasure.person),
        posts.concerned(erasure.workspace, erasure.person, now),
        posts.taken_from(erasure.workspace, erasure.person, erasure.at, now),
        posts.decided_by(erasure.workspace, erasure.person, now),
        *(posts.changed(erasure.workspace, each, now) for each in worded),
    ]


def _nameless(workspace: str) -> tuple[Step, ...]:
    """Whom and where what is left is said to be of."""
    return (
        Step(
            f"""
            INSERT INTO person (workspace, id, name, email, kind, active, direct, admin, revision)
            VALUES (:workspace, :id, 'Somebody', '', 'member', 0, '', 0, {NEXT_REVISION}) ON CONFLICT DO NOTHING
            """,  # noqa: S608 - a constant
            {"workspace": workspace, "id": SOMEBODY},
        ),
        Step(
            """
            INSERT INTO place (workspace, id, name, kind, visibility, joined, archived, shared, creator)
            VALUES (:workspace, :id, '', 'conversation', 'direct', 0, 0, 0, '') ON CONFLICT DO NOTHING
            """,
            {"workspace": workspace, "id": SOMEWHERE},
        ),
    )


def _unnamed(workspace: str, names: Iterable[str]) -> list[Step]:
    """Words of colleagues name them no more."""
    steps = []
    for name in names:
        values = {"workspace": workspace, "name": name}
        steps += [
            Step(
                f"""
                UPDATE recognition SET reason = replace(reason, :name, 'somebody'), revision = revision + 1
                WHERE workspace = :workspace AND replace(reason, :name, '') <> reason AND id NOT IN {HELD}
                """,  # noqa: S608 - a constant
                values,
            ),
            Step(
                f"""
                UPDATE history SET detail = replace(detail, :name, 'somebody')
                WHERE workspace = :workspace AND replace(detail, :name, '') <> detail AND recognition NOT IN {HELD}
                """,  # noqa: S608 - a constant
                values,
            ),
            Step(
                f"""
                UPDATE removal SET reason = replace(reason, :name, 'somebody')
                WHERE workspace = :workspace AND replace(reason, :name, '') <> reason AND recognition NOT IN {HELD}
                """,  # noqa: S608 - a constant
                values,
            ),
            # Counted before we knew that it is a colleague's name.
            Step(
                "DELETE FROM question WHERE workspace = :workspace AND replace(text, :name, '') <> text",
                {"workspace": workspace, "name": normalised(name)},
            ),
        ]
    return steps


#: In this order: each finds what the ones before it have left.
_KUDOS: Final = (
    *(
        f"UPDATE {table} SET {column} = '' WHERE workspace = :workspace AND recognition IN "  # noqa: S608
        f"(SELECT recognition.id FROM recognition WHERE {which})"
        for table, column in (("history", "detail"), ("removal", "reason"))
        for which in (_GIVEN, _ALONE)
    ),
    f"UPDATE recognition SET {_WORDLESS} WHERE {_ALONE}",  # noqa: S608 - constants, as below
    f"""
    UPDATE recipient SET person = :somebody WHERE workspace = :workspace AND person = :person
    AND recognition IN (SELECT recognition.id FROM recognition WHERE {_ALONE})
    """,  # noqa: S608
    f"UPDATE recognition SET revision = revision + 1 WHERE {_RECEIVED}",  # noqa: S608
    f"""
    DELETE FROM recipient WHERE workspace = :workspace AND person = :person
    AND recognition IN (SELECT recognition.id FROM recognition WHERE {_RECEIVED})
    """,  # noqa: S608
    f"""
    UPDATE recognition SET {_WORDLESS}, giver = :somebody,
        place = CASE WHEN place = :direct AND :direct <> '' THEN :somewhere ELSE place END
    WHERE {_GIVEN}
    """,  # noqa: S608
    *(
        f"""
        DELETE FROM {table}
        WHERE workspace = :workspace AND person = :person AND at <= :before AND recognition NOT IN {HELD}
        """  # noqa: S608
        for table in ("endorsement", "press", "reaction", "hidden")
    ),
)

_NOT_ANY_MORE: Final = """
NOT EXISTS (SELECT 1 FROM recognition WHERE recognition.workspace = :workspace AND giver = :person)
AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person)
AND NOT EXISTS (SELECT 1 FROM endorsement WHERE endorsement.workspace = :workspace AND endorsement.person = :person)
"""

_ELSEWHERE: Final = (
    "DELETE FROM setting WHERE workspace = :workspace AND subject IN (:person, :about) AND at <= :before",
    "DELETE FROM role_grant WHERE workspace = :workspace AND person = :person AND at <= :before",
    "DELETE FROM suppression WHERE workspace = :workspace AND person = :person AND at <= :before",
    "UPDATE report SET person = :somebody WHERE workspace = :workspace AND person = :person AND at <= :before",
    f"""
    UPDATE removal SET reason = ''
    WHERE workspace = :workspace AND actor = :person AND at <= :before AND recognition NOT IN {HELD}
    """,  # noqa: S608
    # What somebody decides about all accounts of a colleague is written in the workspaces of all these.
    *(
        f"UPDATE {table} SET actor = :somebody WHERE workspace IN {TOGETHER} AND actor = :person AND at <= :before"  # noqa: S608
        for table in ("setting", "role_grant", "suppression", "removal", "history", "hold", "export_step")
    ),
    # The plans of digests hold ids in quotation marks.
    "UPDATE setting SET value = replace(value, :quoted, :other) WHERE workspace = :workspace AND name = 'digest'",
    "UPDATE digest SET plan = replace(plan, :quoted, :other) WHERE workspace = :workspace",
    "UPDATE place SET creator = '' WHERE workspace = :workspace AND creator = :person",
    "UPDATE slack_installation SET installer = '' WHERE workspace = :workspace AND installer = :person",
    "DELETE FROM membership WHERE workspace = :workspace AND person = :person",
    "DELETE FROM held_address WHERE workspace = :workspace AND person = :person",
    "DELETE FROM teams_person WHERE workspace = :workspace AND person = :person",
    f"DELETE FROM person WHERE workspace = :workspace AND id = :person AND {_NOT_ANY_MORE}",  # noqa: S608
)


def finished(erasure: Erasure, now: datetime) -> list[Step]:
    """Once nothing is on its way to them and nothing is held: what was needed until then goes, and who it was."""
    values = {
        "workspace": erasure.workspace,
        "person": erasure.person,
        "direct": erasure.direct,
        "before": to_text(erasure.at),
        "id": erasure.id,
        "now": to_text(now),
    }
    done = """
    UPDATE erasure SET state = 'done', person = '', direct = '', origin = '', done_at = :now
    WHERE workspace = :workspace AND id = :id AND state = 'begun'
      AND NOT EXISTS (
        SELECT 1 FROM outbox WHERE outbox.workspace = :workspace AND outbox.person = :person
          AND outbox.created_at <= :before AND outbox.state IN ('due', 'sending', 'lost')
      )
      AND NOT EXISTS (SELECT 1 FROM recognition WHERE recognition.workspace = :workspace AND given_at <= :before AND (
        giver = :person OR id IN (
            SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
        )
      ))
    """
    return [
        Step(done, _bound(done, values), gate=True),
        *(Step(sql, _bound(sql, values)) for sql in _LAST),
    ]


_LAST: Final = (
    # Administrators were told who waits.
    "UPDATE outbox SET state = 'due', wanted = wanted + 1, due_at = :now "
    "WHERE view = 'wish' AND fact = :id AND state = 'done'",
    "DELETE FROM outbox WHERE workspace = :workspace AND person = :person AND created_at <= :before",
    "DELETE FROM teams_conversation WHERE workspace = :workspace AND place = :direct AND :direct <> ''",
    """
    DELETE FROM place WHERE workspace = :workspace AND id = :direct AND :direct <> '' AND NOT EXISTS (
        SELECT 1 FROM recognition WHERE recognition.workspace = :workspace AND place = :direct
    )
    """,
)


def _bound(sql: str, values: dict[str, str]) -> dict[str, str]:
    """Those of `values` that `sql` asks for."""
    return {name: value for name, value in values.items() if f":{name}" in sql}


def _erasure_from(row: Row) -> Erasure:
    return Erasure(
        workspace=row["workspace"],
        person=row["person"],
        address=row["address"],
        direct=row["direct"],
        origin=row["origin"],
        state=row["state"],
        at=to_time(row["at"]),
    )
