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
from typing import Final, Literal

from bot.database import Step
from bot.model import Message, derived_id, to_text
from bot.organisations import TOGETHER
from bot.rows import GRANTED, placeholders

# The views: what a row shows of its fact.
CARD: Final = "card"  #: a recognition, in the place where it was given
THANKS: Final = "thanks"  #: a recognition, to one who is thanked
REACTIONS: Final = "reactions"  #: all reactions to one message, to its author
HELLO: Final = "hello"  #: a place: Kudos says hello
STUCK: Final = "stuck"  #: a row of the outbox that can never arrive, to the giver
FRAMEWORK: Final = "framework"  #: why the framework's file, or that of the words, is not in use, to an administrator
MENDED: Final = "mended"  #: a row of the view above that arrived: it is in use again
GONE: Final = "gone"  #: entries that a new framework lacks, to an administrator
INVITE: Final = "invite"  #: a recognition that waits for Kudos to be invited, to the giver
HOME: Final = "home"  #: somebody's own page, to them
DIGEST: Final = "digest"  #: a week in a place, there
PAUSED: Final = "paused"  #: a digest that could not be posted, to who set it up
EXPORT: Final = "export"  #: an export that needs another administrator's word, to those, and to who asked for it
ERASED: Final = "erased"  #: whatever a message to somebody was about who has been erased since, to them
WISH: Final = "wish"  #: that somebody wants to be erased, or something corrected, to an administrator
OWN_DATA: Final = "own data"  #: a part of what is kept about somebody, to them
REPORTED: Final = "reported"  #: the first open report of a recognition, to a moderator
VERDICT: Final = "verdict"  #: a report: what became of it, to who made it
REMOVAL: Final = "removal"  #: a removal or restoring of a recognition, to its giver or one who is thanked

File = Literal["framework", "words"]  #: one that is followed
FILES: Final[tuple[File, ...]] = ("framework", "words")

LATE_S: Final = 60  #: after which a message that is only waiting for its turn counts as held up

_WANTED_ANEW: Final = """
wanted = wanted + 1,
due_at = CASE WHEN state = 'done' THEN :now ELSE due_at END,
state = CASE WHEN state = 'done' THEN 'due' ELSE state END
"""


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


def trouble(file: File, key: str) -> str:
    """The fact that `file` can't be used."""
    return f"{file}/{key}"


def file_of(trouble: str) -> File:
    """Which file can't be used."""
    return "words" if trouble.startswith("words/") else "framework"


def changed(workspace: str, fact: str, now: datetime, *, late: bool = True, thanked: bool = True) -> Step:
    """The fact looks different now: whatever shows it follows, and digests that feature it, wherever they stand.

    Args:
        late: also what was not posted when it could have been.
        thanked: also what those who are thanked were told, which does not say who joined in.
    """
    posted = "" if late else "AND (message <> '' OR state <> 'done')"
    others = "" if thanked else "AND view NOT IN ('thanks', 'reactions')"
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE (
            workspace = :workspace
            AND view IN ('card', 'thanks', 'reactions', 'reported', 'verdict', 'removal')
            OR view = 'digest' AND (message <> '' OR state <> 'done')
          ) {posted} {others}
          AND fact IN (
            SELECT :fact UNION ALL
            SELECT digest FROM digest_story WHERE given_in = :workspace AND recognition = :fact UNION ALL
            SELECT id FROM report WHERE workspace = :workspace AND recognition = :fact UNION ALL
            SELECT id FROM removal WHERE workspace = :workspace AND recognition = :fact
          )
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "fact": fact, "now": to_text(now)},
    )


def concerned(workspace: str, person: str, now: datetime) -> Step:
    """Everything that `person` gave, received or has seconded looks different now, wherever it stands.

    What was not posted when it could have been is not posted late.
    """
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE (
            workspace = :workspace AND view IN ('card', 'thanks', 'reactions', 'invite', 'removal') OR view = 'digest'
          )
          AND (message <> '' OR state <> 'done')
          AND fact IN (
            SELECT fact FROM ({_OF_PERSON}) AS theirs UNION
            SELECT id FROM removal
            WHERE removal.workspace = :workspace AND recognition IN (SELECT fact FROM ({_OF_PERSON}) AS theirs) UNION
            SELECT digest FROM digest_story
            WHERE given_in = :workspace AND recognition IN (SELECT fact FROM ({_OF_PERSON}) AS theirs) UNION
            SELECT place || '/' || recognition.message FROM recognition
            WHERE recognition.workspace = :workspace AND origin = 'reaction'
              AND id IN (SELECT fact FROM ({_OF_PERSON}) AS theirs)
          )
        """,  # noqa: S608 - constants
        {"workspace": workspace, "person": person, "now": to_text(now)},
    )


_OF_PERSON: Final = """
SELECT id AS fact FROM recognition WHERE recognition.workspace = :workspace AND giver = :person
UNION SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
UNION SELECT recognition FROM endorsement WHERE endorsement.workspace = :workspace AND endorsement.person = :person
"""


def decided_by(workspace: str, person: str, now: datetime) -> Step:
    """Whatever says what `person` decided about a kudos or an export, and why, looks different now."""
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace IN {TOGETHER} AND view IN ('removal', 'export') AND fact IN (
            SELECT id FROM removal WHERE removal.workspace = :workspace AND actor = :person UNION
            SELECT export_step.workspace || '/' || export FROM export_step
            WHERE export_step.workspace IN {TOGETHER} AND actor = :person
        )
        """,  # noqa: S608 - constants
        {"workspace": workspace, "person": person, "now": to_text(now)},
    )


def taken_from(workspace: str, person: str, before: datetime, now: datetime) -> Step:
    """What was ever told to `person` alone, or to somebody that it did not reach them, says so no more."""
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}, view = 'erased', fact = ''
        WHERE workspace = :workspace AND created_at <= :before AND view NOT IN ('home', 'erased') AND (
            person = :person OR view = 'stuck' AND fact IN (
                SELECT theirs.id FROM outbox AS theirs
                WHERE theirs.workspace = :workspace AND theirs.person = :person
            )
        )
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "person": person, "before": to_text(before), "now": to_text(now)},
    )


def sight_changed(workspace: str, person: str, now: datetime) -> Step:
    """Somebody may be shown to more people now, or to fewer: whatever has been posted about them follows.

    A card that was not posted when it could have been is not posted late.
    """
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND (
            view IN ('card', 'thanks') AND (message <> '' OR state <> 'done') AND fact IN ({_OF_PERSON})
            OR view = 'reactions' AND outbox.person = :person AND message <> ''
        )
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "person": person, "now": to_text(now)},
    )


def cards_changed(workspace: str, place: str, person: str, now: datetime) -> Step:
    """Somebody who is shown only where they are came to `place`, or left it: the cards there follow."""
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND place = :place AND view = 'card' AND message <> '' AND fact IN (
            SELECT recognition FROM recipient WHERE recipient.workspace = :workspace AND recipient.person = :person
        )
        """,  # noqa: S608 - a constant
        {"workspace": workspace, "place": place, "person": person, "now": to_text(now)},
    )


def homes_changed(workspace: str, people: Iterable[str], now: datetime) -> Step:
    """The pages of `people` look different now, where they have ever looked at them: on other platforms too.

    There it may be the page of somebody who merely had their address: that shows what it showed before.
    """
    names, bound = placeholders("person", people)
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE view = 'home' AND id IN (
            SELECT page.id FROM outbox AS page
            WHERE page.workspace = :workspace AND page.view = 'home' AND page.fact IN ({names})
            UNION
            SELECT page.id FROM held_address AS own CROSS JOIN held_address AS other CROSS JOIN outbox AS page
            WHERE own.workspace = :workspace AND own.person IN ({names})
              AND other.address = own.address AND other.workspace IN {TOGETHER}
              AND page.workspace = other.workspace AND page.view = 'home' AND page.fact = other.person
            UNION
            SELECT page.id FROM person AS own CROSS JOIN person AS other CROSS JOIN outbox AS page
            WHERE own.workspace = :workspace AND own.id IN ({names}) AND own.colleague <> ''
              AND other.colleague = own.colleague AND other.colleague <> '' AND other.workspace IN {TOGETHER}
              AND page.workspace = other.workspace AND page.view = 'home' AND page.fact = other.id
        )
        """,  # noqa: S608 - names of parameters and a constant
        {"workspace": workspace, "now": to_text(now), **bound},
    )


def homes_of_admins(workspace: str, admins: Iterable[str], now: datetime) -> Step:
    """The pages of the administrators look different now.

    Args:
        admins: e-mail addresses of those whom the settings name, folded.
    """
    names, bound = placeholders("email", admins)
    return Step(
        f"""
        UPDATE outbox SET {_WANTED_ANEW}
        WHERE workspace = :workspace AND view = 'home' AND fact IN (
            SELECT id FROM person WHERE person.workspace = :workspace
              AND (lower(email) IN ({names}) OR {GRANTED.format("person", "administrator")})
        )
        """,  # noqa: S608 - names of parameters and constants
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
