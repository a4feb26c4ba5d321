"""The rows of the outbox: one row is one message that should stand somewhere, whatever it takes.

A row holds the fact's id, the view's name, the place and a key, never text. It is *wanted* at a revision that
grows with every change of its fact, and *shown* at the revision that has arrived; the outbox makes the two meet.

    waiting   Kudos has not been invited to the place
    due       to be sent, or sent again in its new form, at `due_at`
    sending   claimed until `lease_until`; after that somebody else may look what became of it
    lost      perhaps accepted: look before sending again
    done      nothing to do
    unknown   perhaps accepted and we may not look: not repeated
    parked    it can never succeed
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.database import Database, Row, Step
from bot.directory import placeholders
from bot.model import Message, derived_id, to_text, to_time

# The views: what a row shows of its fact.
CARD: Final = "card"  #: a recognition, in the place where it was given
THANKS: Final = "thanks"  #: a recognition, to one who is thanked
REACTIONS: Final = "reactions"  #: all reactions to one message, to its author
HELLO: Final = "hello"  #: a place: Kudos says hello
STUCK: Final = "stuck"  #: a row of the outbox that can never arrive, to the giver
FRAMEWORK: Final = "framework"  #: why the framework's file is not in use, to an administrator
MENDED: Final = "mended"  #: a row of the view above that arrived: it is in use again
INVITE: Final = "invite"  #: a recognition that waits for Kudos to be invited, to the giver
HOME: Final = "home"  #: somebody's own page, to them

LATE_S: Final = 60  #: after which a message that is only waiting for its turn counts as held up

# Nothing became of the row since it was read. Its state alone would not tell: somebody may have sent it meanwhile,
# and a change made it due again.
_AS_READ: Final = """
id = :id AND state = :state AND claim = :seen AND wanted = :wanted AND shown = :shown AND tries = :tries
"""
_WANTED_ANEW: Final = """
wanted = wanted + 1,
due_at = CASE WHEN state = 'done' THEN :now ELSE due_at END,
state = CASE WHEN state = 'done' THEN 'due' ELSE state END
"""
_WAITS: Final = "state IN ('due', 'lost', 'sending')"
_TARGET: Final = "workspace || '/' || CASE WHEN place = '' THEN '@' || person ELSE place END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message to be brought about. `place` or `person` says where; the other is ""."""

    id: str  #: also the key by which our own message is found again
    workspace: str
    view: str
    fact: str
    place: str = ""
    person: str = ""
    state: str = "due"
    wanted: int = 1
    shown: int = 0
    tries: int = 0
    claim: str = ""
    due_at: datetime
    first_tried_at: datetime | None = None
    message: Message | None = None  #: where it stands, once it does
    error: str = ""

    @property
    def target(self) -> str:
        """What limits of rate apply to."""
        return f"{self.workspace}/{self.place or f'@{self.person}'}"

    def held_up(self, now: datetime) -> bool:
        """Whether administrators are told of it: it has failed before, or it is late."""
        return self.view != HOME and (self.error != "" or now - self.due_at > timedelta(seconds=LATE_S))


def post(
    workspace: str, view: str, fact: str, *, place: str = "", person: str = "", due_at: datetime, waiting: bool = False
) -> Post:
    return Post(
        id=derived_id("post", workspace, view, fact, place, person),
        workspace=workspace,
        view=view,
        fact=fact,
        place=place,
        person=person,
        state="waiting" if waiting else "due",
        due_at=due_at,
    )


_INSERT: Final = """
INSERT INTO outbox (
    id, workspace, view, fact, place, person, state, wanted, shown, due_at, tries, claim, lease_until,
    first_tried_at, message_place, message, error, created_at
) VALUES (
    :id, :workspace, :view, :fact, :place, :person,
    -- An invitation may have come since we looked: nothing else would wake the row then.
    CASE WHEN :state = 'waiting' AND EXISTS (
        SELECT 1 FROM place WHERE workspace = :workspace AND id = :place AND joined = 1
    ) THEN 'due' ELSE :state END,
    1, 0, :due_at, 0, '', '', '', '', '', '', :due_at
) ON CONFLICT (id) DO
"""


def wanted(row: Post) -> Step:
    """Want `row`; if it is there already, want it anew."""
    return Step(
        f"""{_INSERT} UPDATE SET
            wanted = outbox.wanted + 1,
            due_at = CASE WHEN outbox.state IN ('done', 'parked') THEN excluded.due_at ELSE outbox.due_at END,
            state = CASE WHEN outbox.state IN ('done', 'parked') THEN 'due' ELSE outbox.state END
        """,
        _values(row),
    )


def wanted_once(row: Post) -> Step:
    """Want `row`, unless it has ever been wanted."""
    return Step(f"{_INSERT} NOTHING", _values(row))


def _values(row: Post) -> dict[str, object]:
    return {
        "id": row.id,
        "workspace": row.workspace,
        "view": row.view,
        "fact": row.fact,
        "place": row.place,
        "person": row.person,
        "state": row.state,
        "due_at": to_text(row.due_at),
    }


def changed(workspace: str, fact: str, now: datetime) -> Step:
    """The fact looks different now: whatever shows it follows."""
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND fact = :fact AND view IN ('card', 'thanks', 'reactions')
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "fact": fact, "now": to_text(now)},
    )


def homes_changed(workspace: str, people: Iterable[str], now: datetime) -> Step:
    """The pages of `people` look different now, where they have ever looked at them."""
    names, bound = placeholders("person", people)
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND view = 'home' AND fact IN ({names})
        """,  # noqa: S608 - names of parameters and a constant
        {"workspace": workspace, "now": to_text(now), **bound},
    )


def homes_of_admins(workspace: str, admins: Iterable[str], now: datetime) -> Step:
    """The pages of the administrators, by their e-mail addresses, look different now."""
    names, bound = placeholders("email", admins)
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND view = 'home' AND fact IN (
            SELECT id FROM person WHERE person.workspace = :workspace AND lower(email) IN ({names})
        )
        """,  # noqa: S608 - names of parameters and a constant
        {"workspace": workspace, "now": to_text(now), **bound},
    )


def invited(workspace: str, place: str, now: datetime) -> Step:
    """What waited for an invitation to `place` is due."""
    return Step(
        """
        UPDATE outbox SET state = 'due', due_at = :now
        WHERE workspace = :workspace AND place = :place AND state = 'waiting'
        """,
        {"workspace": workspace, "place": place, "now": to_text(now)},
    )


class Posts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, *, most: int, resting: Iterable[str] = ()) -> list[Post]:
        """Rows that may be claimed now, the longest due first.

        None for `resting` targets, and none for workspaces that do not have us any more.
        """
        names, bound = placeholders("target", ["", *resting])
        rows = await self._database.rows(
            f"""
            SELECT * FROM outbox
            WHERE {_WAITS} AND due_at <= :now AND lease_until <= :now
              AND {_TARGET} NOT IN ({names}) AND workspace NOT IN (SELECT workspace FROM switched_off)
            ORDER BY due_at, view, id LIMIT {int(most)}
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
                SELECT MIN(due_at) AS at FROM outbox WHERE {_WAITS} AND state = 'due' AND due_at > :now
                UNION ALL
                SELECT MIN(due_at) AS at FROM outbox WHERE {_WAITS} AND state = 'lost' AND due_at > :now
                UNION ALL
                SELECT MIN(lease_until) AS at FROM outbox WHERE {_WAITS} AND state = 'sending'
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
            f"UPDATE outbox SET due_at = :due_at, error = :error WHERE {_AS_READ}",  # noqa: S608 - a constant
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
                claim = '', lease_until = '', tries = 0, error = ''
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
            UPDATE outbox SET state = :state, due_at = :due_at, error = :error, claim = '', lease_until = ''
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
                due_at = :due_at, error = :error, claim = '', lease_until = ''
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

    async def cards(self, workspace: str, facts: Iterable[str]) -> dict[str, Message]:
        """Where the cards of these recognitions stand, by recognition."""
        names, bound = placeholders("fact", facts)
        rows = await self._database.rows(
            f"""
            SELECT * FROM outbox
            WHERE workspace = :workspace AND view = 'card' AND message <> '' AND fact IN ({names})
            """,  # noqa: S608 - names of parameters
            workspace=workspace,
            **bound,
        )
        return {row["fact"]: Message(place=row["message_place"], id=row["message"]) for row in rows}

    async def troubles(self) -> list[Post]:
        """The latest word to each administrator that the framework's file is not in use."""
        rows = await self._database.rows("SELECT * FROM outbox WHERE view = 'framework' ORDER BY created_at, id")
        return list({(row["workspace"], row["person"]): _post_from(row) for row in rows}.values())

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
                   MIN(CASE WHEN shown = 0 THEN created_at ELSE due_at END) AS oldest
            FROM outbox
            WHERE workspace = :workspace AND state <> 'done' AND view <> 'home'
              AND (state NOT IN ('due', 'lost', 'sending') OR error <> '' OR due_at < :late)
            GROUP BY state, place, error ORDER BY state, place, error
            """,
            workspace=workspace,
            late=to_text(now - timedelta(seconds=LATE_S)),
        )

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
