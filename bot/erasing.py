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
from bot.database import Step
from bot.model import to_text
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
GIVEN: Final = f"{_OLD} AND giver = :person"
RECEIVED: Final = f"""{_OLD} AND recognition.id IN (
    SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
)"""  # noqa: S608 - constants
_ALONE: Final = f"""{RECEIVED} AND 1 = (
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
    """Whom and where what is left is said to be of.

    Somebody changes each time: what is remembered of everybody goes by how often they have, and one of them is gone.
    """
    return (
        Step(
            f"""
            INSERT INTO person (workspace, id, name, email, kind, active, direct, admin, revision)
            VALUES (:workspace, :id, 'Somebody', '', 'member', 0, '', 0, {NEXT_REVISION})
            ON CONFLICT (workspace, id) DO UPDATE SET revision = excluded.revision
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
        for which in (GIVEN, _ALONE)
    ),
    f"UPDATE recognition SET {_WORDLESS} WHERE {_ALONE}",  # noqa: S608 - constants, as below
    f"""
    UPDATE recipient SET person = :somebody WHERE workspace = :workspace AND person = :person
    AND recognition IN (SELECT recognition.id FROM recognition WHERE {_ALONE})
    """,  # noqa: S608
    f"UPDATE recognition SET revision = revision + 1 WHERE {RECEIVED}",  # noqa: S608
    f"""
    DELETE FROM recipient WHERE workspace = :workspace AND person = :person
    AND recognition IN (SELECT recognition.id FROM recognition WHERE {RECEIVED})
    """,  # noqa: S608
    f"""
    UPDATE recognition SET {_WORDLESS}, giver = :somebody,
        place = CASE WHEN place = :direct AND :direct <> '' THEN :somewhere ELSE place END
    WHERE {GIVEN}
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

#: What a hold keeps of theirs is shown to nobody who could not see it before.
_NOTHING_HELD: Final = f"""
NOT EXISTS (
    SELECT 1 FROM recognition
    WHERE recognition.workspace = :workspace AND given_at <= :before AND recognition.id IN {HELD} AND (
        giver = :person OR recognition.id IN (
            SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
        )
    )
)
"""  # noqa: S608 - a constant

_ELSEWHERE: Final = (
    f"""
    DELETE FROM setting
    WHERE workspace = :workspace AND subject IN (:person, :about) AND at <= :before
      AND (name NOT IN ('visibility', 'quiet') OR {_NOTHING_HELD})
    """,  # noqa: S608
    "DELETE FROM role_grant WHERE workspace = :workspace AND person = :person AND at <= :before",
    f"""
    DELETE FROM suppression
    WHERE workspace = :workspace AND person = :person AND at <= :before AND {_NOTHING_HELD}
    """,  # noqa: S608
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
