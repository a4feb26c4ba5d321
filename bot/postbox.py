"""The rows of the outbox, as they are read, claimed and given back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.database import Database, Row, Step
from bot.model import Message, to_text, to_time
from bot.posts import LATE_S, File, Post
from bot.rows import placeholders

# Nothing became of the row since it was read. Its state alone would not tell: somebody may have sent it meanwhile,
# and a change made it due again.
_AS_READ: Final = """
id = :id AND state = :state AND claim = :seen AND wanted = :wanted AND shown = :shown AND tries = :tries
"""
_WAITS: Final = "state IN ('due', 'lost', 'sending')"
_LATER: Final = "state IN ('due', 'lost')"  #: so that the index of these is chosen
_FILE: Final = "CASE WHEN fact LIKE 'words/%' THEN 'words' ELSE 'framework' END"  #: as `posts.file_of`
_TARGET: Final = "workspace || '/' || CASE WHEN place = '' THEN '@' || person ELSE place END"


class Postbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, *, most: int, resting: Iterable[str] = ()) -> list[Post]:
        """Rows that may be claimed now, the longest due first; digests last, for nobody waits for them.

        None for `resting` targets, and none for workspaces that do not have us any more.
        """
        names, bound = placeholders("target", ["", *resting])
        rows = await self._database.rows(
            f"""
            SELECT * FROM outbox
            WHERE {_WAITS} AND due_at <= :now AND lease_until <= :now
              AND {_TARGET} NOT IN ({names}) AND workspace NOT IN (SELECT workspace FROM switched_off)
            ORDER BY CASE view WHEN 'digest' THEN 1 ELSE 0 END, due_at, view, id LIMIT {int(most)}
            """,  # noqa: S608 - names of parameters and a number
            now=to_text(now),
            **bound,
        )
        return [_post_from(row) for row in rows]

    async def next_due(self, now: datetime) -> datetime | None:
        """When, after `now`, the next row may be claimed."""
        rows = await self._database.rows(
            f"""
            SELECT MIN(at) AS next FROM (
                SELECT MIN(due_at) AS at FROM outbox WHERE {_LATER} AND state = 'due' AND due_at > :now
                UNION ALL
                SELECT MIN(due_at) AS at FROM outbox WHERE {_LATER} AND state = 'lost' AND due_at > :now
                UNION ALL
                SELECT MIN(lease_until) AS at FROM outbox WHERE state = 'sending'
            ) AS ahead
            """,  # noqa: S608 - a constant
            now=to_text(now),
        )
        return to_time(rows[0]["next"]) if rows[0]["next"] else None

    async def claim(self, row: Post, claim: str, now: datetime, until: datetime) -> bool:
        """Take `row` for ourselves; False if anything became of it since it was read."""
        return await self._changed(
            f"""
            UPDATE outbox SET
                state = 'sending', claim = :claim, lease_until = :until, tries = tries + 1,
                first_tried_at = CASE WHEN first_tried_at = '' THEN :now ELSE first_tried_at END
            WHERE {_AS_READ}
            """,  # noqa: S608 - a constant
            {"claim": claim, "until": to_text(until), "now": to_text(now), **_as_read(row)},
        )

    async def postponed(self, row: Post, due_at: datetime, error: str) -> bool:
        """Leave `row` as it is until `due_at`, without using up a try."""
        return await self._changed(
            f"UPDATE outbox SET due_at = :due_at, late_since = '', error = :error WHERE {_AS_READ}",  # noqa: S608 - a constant
            {"due_at": to_text(due_at), "error": error, **_as_read(row)},
        )

    async def arrived(self, row: Post, message: Message | None, shown: int, *also: Step) -> bool:
        """`row` stands as `message` at revision `shown`, or needs to stand nowhere; take the steps `also`.

        False if the lease ran out and somebody else has taken over.
        """
        return await self._changed(
            """
            UPDATE outbox SET
                state = CASE WHEN wanted > :shown THEN 'due' ELSE 'done' END,
                shown = :shown, message_place = :place, message = :message,
                claim = '', lease_until = '', tries = 0, late_since = '', error = ''
            WHERE id = :id AND claim = :claim
            """,
            {
                "shown": shown,
                "place": message.place if message else "",
                "message": message.id if message else "",
                "id": row.id,
                "claim": row.claim,
            },
            *also,
        )

    async def found(self, row: Post, message: Message) -> bool:
        """An earlier try had arrived as `message`; it is ours to go on with."""
        return await self._changed(
            "UPDATE outbox SET message_place = :place, message = :message WHERE id = :id AND claim = :claim",
            {"place": message.place, "message": message.id, "id": row.id, "claim": row.claim},
        )

    async def put_back(self, row: Post, state: str, due_at: datetime, error: str, *also: Step) -> bool:
        """Give `row` back as `state`, to be looked at again at `due_at`, and take the steps `also`."""
        return await self._changed(
            """
            UPDATE outbox SET
                state = :state, due_at = :due_at, error = :error, claim = '', lease_until = '',
                late_since = CASE
                    WHEN :state NOT IN ('due', 'lost') THEN '' WHEN late_since = '' THEN due_at ELSE late_since
                END
            WHERE id = :id AND claim = :claim
            """,
            {"state": state, "due_at": to_text(due_at), "error": error, "id": row.id, "claim": row.claim},
            *also,
        )

    async def let_be(self, row: Post, claim: str, due_at: datetime, error: str) -> bool:
        """Give `row`, claimed as `claim`, back as it was read, until `due_at`: no try is used up."""
        return await self._changed(
            """
            UPDATE outbox SET
                state = :state, tries = :tries, first_tried_at = :first_tried_at,
                due_at = :due_at, late_since = '', error = :error, claim = '', lease_until = ''
            WHERE id = :id AND claim = :claim
            """,
            {
                "state": "lost" if row.state == "sending" else row.state,
                "tries": row.tries,
                "first_tried_at": to_text(row.first_tried_at) if row.first_tried_at else "",
                "due_at": to_text(due_at),
                "error": error,
                "id": row.id,
                "claim": claim,
            },
        )

    async def standing_at(self, workspace: str, message: Message) -> Post | None:
        """The row that stands as `message`."""
        rows = await self._database.rows(
            """
            SELECT * FROM outbox
            WHERE workspace = :workspace AND message_place = :place AND message = :message AND message <> ''
            """,
            workspace=workspace,
            place=message.place,
            message=message.id,
        )
        return _post_from(rows[0]) if rows else None

    async def uncertain_in(self, workspace: str, place: str) -> bool:
        """Whether a message of ours may stand in `place` of which we do not know yet."""
        rows = await self._database.rows(
            f"""
            SELECT 1 AS one FROM outbox
            WHERE {_WAITS} AND state <> 'due' AND workspace = :workspace AND place = :place AND message = ''
            """,  # noqa: S608 - a constant
            workspace=workspace,
            place=place,
        )
        return bool(rows)

    async def of_fact(self, workspace: str, fact: str) -> list[Post]:
        rows = await self._database.rows(
            "SELECT * FROM outbox WHERE workspace = :workspace AND fact = :fact ORDER BY created_at, id",
            workspace=workspace,
            fact=fact,
        )
        return [_post_from(row) for row in rows]

    async def told_before(self, row: Post) -> bool:
        """Whether a word of thanks has reached the same person before `row`."""
        rows = await self._database.rows(
            """
            SELECT 1 AS one FROM outbox AS own CROSS JOIN outbox AS earlier
            WHERE own.workspace = :workspace AND own.id = :id
              AND earlier.workspace = :workspace AND earlier.person = :person
              AND earlier.view IN ('thanks', 'reactions') AND earlier.message <> '' AND earlier.id <> own.id
              AND (own.message = '' OR earlier.created_at < own.created_at
                   OR (earlier.created_at = own.created_at AND earlier.id < own.id))
            LIMIT 1
            """,
            workspace=row.workspace,
            id=row.id,
            person=row.person,
        )
        return bool(rows)

    async def shown(self, workspace: str, facts: Iterable[str]) -> frozenset[str]:
        """Those of these recognitions whose card, or a word of thanks for them, has been brought about."""
        names, bound = placeholders("fact", facts)
        rows = await self._database.rows(
            f"""
            SELECT DISTINCT fact FROM outbox
            WHERE workspace = :workspace AND fact IN ({names}) AND view IN ('card', 'thanks') AND shown > 0
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        return frozenset(row["fact"] for row in rows)

    async def cards(self, workspace: str, facts: Iterable[str]) -> dict[str, Message]:
        """Where the cards of these recognitions stand, by recognition."""
        # `workspace || ''` is no beginning for SQLite, which else would go through all that stands there.
        names, bound = placeholders("fact", facts)
        rows = await self._database.rows(
            f"""
            SELECT * FROM outbox
            WHERE workspace || '' = :workspace AND view = 'card' AND message <> '' AND fact IN ({names})
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        return {row["fact"]: Message(place=row["message_place"], id=row["message"]) for row in rows}

    async def troubles(self, file: File) -> list[Post]:
        """The latest word to each administrator that `file` is not in use."""
        rows = await self._database.rows(
            f"SELECT * FROM outbox WHERE view = 'framework' AND {_FILE} = :file ORDER BY created_at, id",  # noqa: S608 - a constant
            file=file,
        )
        return list({(row["workspace"], row["person"]): _post_from(row) for row in rows}.values())

    async def mends(self, file: File) -> int:
        """How many such words were followed by one that it is in use again."""
        rows = await self._database.rows(
            f"""
            SELECT COUNT(*) AS number FROM (SELECT id FROM outbox WHERE view = 'framework' AND {_FILE} = :file) AS told
            JOIN outbox AS mended ON mended.view = 'mended' AND mended.fact = told.id
            """,  # noqa: S608 - a constant
            file=file,
        )
        return int(rows[0]["number"])

    async def post(self, workspace: str, id_: str) -> Post | None:
        rows = await self._database.rows(
            "SELECT * FROM outbox WHERE workspace = :workspace AND id = :id", workspace=workspace, id=id_
        )
        return _post_from(rows[0]) if rows else None

    async def undelivered(self, workspace: str, now: datetime) -> list[Row]:
        """How many rows are held up, by `state`, `place` and `error`: `number`, and since when, `oldest`."""
        return await self._database.rows(
            """
            SELECT state, place, error, COUNT(*) AS number,
                   MIN(
                       CASE WHEN late_since <> '' THEN late_since WHEN shown = 0 THEN created_at ELSE due_at END
                   ) AS oldest
            FROM outbox
            WHERE workspace = :workspace AND state <> 'done' AND view <> 'home'
              AND (state NOT IN ('due', 'lost', 'sending') OR error <> '' OR due_at < :late)
            GROUP BY state, place, error ORDER BY state, place, error
            """,
            workspace=workspace,
            late=to_text(now - timedelta(seconds=LATE_S)),
        )

    async def held(self) -> dict[str, int]:
        """How many rows are not done, by state."""
        rows = await self._database.long_rows(
            "SELECT state, COUNT(*) AS number FROM outbox WHERE state <> 'done' GROUP BY state ORDER BY state"
        )
        return {row["state"]: row["number"] for row in rows}

    async def due_since(self, now: datetime) -> datetime | None:
        """Since when the oldest row has been due that nobody has tried to send since; None where there is none.

        What is for workspaces that do not have us any more waits for them, however long that is.
        """
        rows = await self._database.rows(
            f"""
            SELECT MIN(due_at) AS oldest FROM outbox
            WHERE {_WAITS} AND due_at <= :now AND workspace NOT IN (SELECT workspace FROM switched_off)
            """,  # noqa: S608 - a constant
            now=to_text(now),
        )
        return to_time(rows[0]["oldest"]) if rows[0]["oldest"] else None

    async def late_since(self, now: datetime) -> datetime | None:
        """Since when the oldest row has been late, whether or not somebody tries to send it; None where none is.

        What is for a platform or a workspace that does not have us waits for them, however long that is.
        """
        rows = await self._database.rows(
            f"""
            SELECT MIN(late_since) AS oldest FROM outbox
            WHERE late_since <> '' AND {_WAITS} AND workspace NOT IN (SELECT workspace FROM switched_off)
            """,  # noqa: S608 - a constant
        )
        tried = to_time(rows[0]["oldest"]) if rows[0]["oldest"] else None
        return min((each for each in (tried, await self.due_since(now)) if each), default=None)

    async def _changed(self, sql: str, values: dict[str, object], *also: Step) -> bool:
        return (await self._database.write(Step(sql, values, gate=True), *also))[0] > 0

    async def waiting(self) -> int:
        """How many rows are still to be sent."""
        rows = await self._database.rows(f"SELECT COUNT(*) AS number FROM outbox WHERE {_WAITS}")  # noqa: S608
        return int(rows[0]["number"])


def _as_read(row: Post) -> dict[str, object]:
    return {
        "id": row.id,
        "state": row.state,
        "seen": row.claim,
        "wanted": row.wanted,
        "shown": row.shown,
        "tries": row.tries,
    }


def _post_from(row: Row) -> Post:
    return Post(
        id=row["id"],
        workspace=row["workspace"],
        view=row["view"],
        fact=row["fact"],
        place=row["place"],
        person=row["person"],
        state=row["state"],
        wanted=row["wanted"],
        shown=row["shown"],
        tries=row["tries"],
        claim=row["claim"],
        due_at=to_time(row["due_at"]),
        first_tried_at=to_time(row["first_tried_at"]) if row["first_tried_at"] else None,
        message=Message(place=row["message_place"], id=row["message"]) if row["message"] else None,
        error=row["error"],
    )
