"""What was given in a week, as far as it may be told somewhere: slim rows, in a number that grows with the week alone.

The SQL stands beside each method. `CROSS JOIN` keeps SQLite from beginning at the wrong end, such as with all that
anybody ever received: so it makes no difference how long a ledger is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.database import Database, Row
from bot.digest import Figures
from bot.gathered import Gathered, Held, People, Room, Share, in_the_quiet
from bot.ledger import STANDING
from bot.model import Person, Visibility, to_text
from bot.privacy import Crowd
from bot.quiet import Quiet
from bot.rows import person_from, placeholders

#: To a recognition of a share, its recipients or tags. They know themselves when it was given, so that PostgreSQL looks
#: for none of them in all there ever were; one that an older process wrote while this release came may not.
_JOINED: Final = """
{0}.recognition = recognition.id
AND ({0}.thanked_at = '' OR ({0}.thanked_at >= :begins AND {0}.thanked_at < :ends))
"""


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
            WHERE recognition.workspace = :workspace AND {recipients}
              AND person.workspace = :workspace AND person.id = recipient.person AND {share}
            """,
            share,
        )
        return Gathered(given, received)

    async def held(self, share: Share, quiet: Quiet) -> Held:
        """What moderators have removed, what recipients hide, and what was given in a quiet that is not over."""
        kept, since = in_the_quiet(share.workspace, quiet)
        rows = await self._rows(
            f"""
            SELECT recognition.id, hidden.person, hidden.hidden AS held, hidden.at, '' AS latest
            FROM hidden CROSS JOIN recognition
            WHERE hidden.workspace = :workspace AND recognition.workspace = :workspace
              AND recognition.id = hidden.recognition AND {{share}}
            UNION ALL
            SELECT recognition.id, '' AS person, removal.removed AS held, removal.at, removal.id AS latest
            FROM removal CROSS JOIN recognition
            WHERE removal.workspace = :workspace AND recognition.workspace = :workspace
              AND recognition.id = removal.recognition AND {{share}}
            UNION ALL
            SELECT recognition.id, '' AS person, 1 AS held, '9999' AS at, '' AS latest FROM recognition
            WHERE recognition.workspace = :workspace AND {kept} AND {{share}}
            ORDER BY at, latest
            """,  # noqa: S608 - constants and names of parameters
            share,
            **since,
        )
        held = {(row["id"], row["person"]): bool(row["held"]) for row in rows}
        return Held(
            away=frozenset(id_ for (id_, person), still in held.items() if still and not person),
            hidden=frozenset(key for key, still in held.items() if still and key[1]),
        )

    async def words(self, workspace: str, recognitions: Iterable[str]) -> dict[str, str]:
        """What was said in these, by recognition."""
        names, bound = placeholders("id", recognitions)
        rows = await self._database.long_rows(
            f"SELECT id, reason FROM recognition WHERE workspace || '' = :workspace AND id IN ({names})",  # noqa: S608
            workspace=workspace,
            **bound,
        )
        return {row["id"]: row["reason"] for row in rows}

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
            WHERE recognition.workspace = :workspace AND {recipients} AND {share}
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
            WHERE recognition.workspace = :workspace AND {recipients} AND {share}
            """,
            share,
        )
        return People(
            kudos=sum(row["number"] for row in given),
            thanking=frozenset(row["giver"] for row in given),
            thanked=frozenset(row["person"] for row in received),
        )

    async def had_given(
        self, workspace: str, people: Iterable[str], before: datetime, crowd: Crowd, quiet: Quiet
    ) -> frozenset[str]:
        """Those of `people` who had given anything before that time, for all that others can see."""
        names, bound = placeholders("person", people)
        earlier, seen = _earlier(workspace, crowd, quiet)
        rows = await self._database.long_rows(
            f"""
            SELECT id FROM person WHERE workspace = :workspace AND id IN ({names}) AND EXISTS ({earlier})
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            begins=to_text(before),
            **bound,
            **seen,
        )
        return frozenset(row["id"] for row in rows)

    async def seconds(self, share: Share, suppressed: Iterable[str] = ()) -> dict[str, int]:
        """How many have seconded what, by recognition; `suppressed` people are not counted."""
        names, bound = placeholders("suppressed", ["", *suppressed])
        rows = await self._rows(
            f"""
            SELECT recognition.id, COUNT(*) AS number FROM recognition CROSS JOIN endorsement
            WHERE recognition.workspace = :workspace AND endorsement.recognition = recognition.id AND {{share}}
              AND endorsement.person NOT IN ({names})
            GROUP BY recognition.id
            """,  # noqa: S608 - names of parameters
            share,
            **bound,
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
        if share.left_out:
            each = await self._rows(
                """
                SELECT recognition.id, tag.entry FROM recognition CROSS JOIN tag
                WHERE recognition.workspace = :workspace AND {tags} AND tag.standing = 1
                  AND {share}
                """,
                share,
            )
            return Counter(row["entry"] for row in each if row["id"] not in share.left_out)
        rows = await self._rows(
            """
            SELECT tag.entry, COUNT(*) AS number FROM recognition CROSS JOIN tag
            WHERE recognition.workspace = :workspace AND {tags} AND tag.standing = 1
              AND {share}
            GROUP BY tag.entry
            """,
            share,
        )
        return {row["entry"]: row["number"] for row in rows}

    async def newcomers(self, share: Share, crowd: Crowd, quiet: Quiet) -> tuple[Person, ...]:
        """Who gave their first kudos, wherever the others were given; and has an account still.

        An earlier one of which nobody may be told does not count: that it is missing would tell of it.
        """
        earlier, seen = _earlier(share.workspace, crowd, quiet)
        rows = await self._rows(
            f"""
            SELECT workspace, id, name, email, kind, active, direct, admin FROM person
            WHERE person.workspace = :workspace AND person.active = 1 AND person.id IN (
                SELECT recognition.giver FROM recognition
                WHERE recognition.workspace = :workspace AND {{share}}
            ) AND ({earlier}) IS NULL
            """,  # noqa: S608 - constants and names of parameters
            share,
            **seen,
        )
        if not share.left_out:
            return tuple(map(person_from, rows))
        told = await self._rows(
            """
            SELECT recognition.id, recognition.giver FROM recognition
            WHERE recognition.workspace = :workspace AND {share}
            """,
            share,
        )
        givers = {row["giver"] for row in told if row["id"] not in share.left_out}
        return tuple(person_from(row) for row in rows if row["id"] in givers)

    async def _rows(self, sql: str, share: Share, **more: object) -> list[Row]:
        condition, bound = share.condition
        recipients, tags = _JOINED.format("recipient"), _JOINED.format("tag")
        filled = sql.format(share=condition, recipients=recipients, tags=tags)
        return await self._database.long_rows(filled, **bound, **more)


def _earlier(workspace: str, crowd: Crowd, quiet: Quiet) -> tuple[str, dict[str, str]]:
    """What `person` gave before `:begins` and still thanks somebody of whom others may be told; and its values.

    `|| ''` keeps SQLite from looking for each of thousands of people in every kudos, and `LIMIT` keeps PostgreSQL from
    reading every kudos there is for all of them at once.
    """
    others, told = crowd.otherwise(workspace)
    names, bound = placeholders("otherwise", ["", *sorted(others)])
    kept, since = in_the_quiet(workspace, quiet)
    thanked = f"""
    EXISTS (
        SELECT 1 FROM recipient
        WHERE recipient.workspace || '' = :workspace AND recipient.recognition = recognition.id
          AND recipient.person || '' {"IN" if told else "NOT IN"} ({names})
          AND NOT EXISTS (
            SELECT 1 FROM hidden
            WHERE hidden.workspace || '' = :workspace AND hidden.recognition = recipient.recognition
              AND hidden.person = recipient.person AND hidden.hidden = 1
          )
    )
    """  # noqa: S608 - names of parameters
    if crowd.open:  # nearly always: then nobody looks who was thanked, one kudos after the other
        thanked = f"""
        (NOT EXISTS (
            SELECT 1 FROM hidden
            WHERE hidden.workspace || '' = :workspace AND hidden.recognition = recognition.id AND hidden.hidden = 1
        ) OR {thanked})
        """  # noqa: S608 - as above
    sql = f"""
    SELECT 1 FROM recognition
    WHERE recognition.workspace = :workspace AND recognition.giver = person.id AND recognition.given_at < :begins
      AND {STANDING} AND NOT {kept} AND {thanked}
    LIMIT 1
    """  # noqa: S608 - as above
    return sql, {**bound, **since}
