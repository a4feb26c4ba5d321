"""What goes by itself: words that are old, and the names of those who have left. A legal hold keeps both."""

from datetime import datetime
from typing import Final

from bot import posts, runs
from bot.database import Database, Step
from bot.model import to_text
from bot.privacy import FORMER
from bot.retention import Retention
from bot.rows import NEXT_REVISION

AT_ONCE: Final = 100  #: kudos, or people, in one transaction, so that others can write in between
_LEFT: Final = """
active = 0 AND forgotten = 0 AND left_at <> '' AND left_at < :before AND kind <> 'bot'
AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.workspace = person.workspace AND hold.person = person.id)
"""


class Ageing:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def age(self, retention: Retention, now: datetime) -> None:
        """Let go what has been kept long enough."""
        await self._notice(now)
        while await self._forget_words(retention.words_before(now), now):
            pass
        while await self._forget_leavers(retention.left_before(now), now):
            pass

    async def _notice(self, now: datetime) -> None:
        """Who has left since we looked, and who is back."""
        await self._database.write(
            Step("UPDATE person SET left_at = :now WHERE active = 0 AND left_at = ''", {"now": to_text(now)}),
            Step("UPDATE person SET left_at = '', forgotten = 0 WHERE active = 1 AND left_at <> ''", {}),
        )

    async def _forget_words(self, before: datetime, now: datetime) -> bool:
        """Some of those that are old enough; whether there may be more."""
        rows = await self._database.long_rows(
            f"""
            SELECT recognition.id, recognition.workspace FROM recognition
            WHERE (
                recognition.reason <> ''
                OR EXISTS (SELECT 1 FROM history WHERE history.recognition = recognition.id AND detail <> '')
                OR EXISTS (SELECT 1 FROM removal WHERE removal.recognition = recognition.id AND removal.reason <> '')
              )
              AND given_at < :before
              AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.workspace = recognition.workspace AND person = giver)
              AND NOT EXISTS (
                SELECT 1 FROM hold JOIN recipient
                ON recipient.workspace = hold.workspace AND recipient.person = hold.person
                WHERE recipient.recognition = recognition.id
              )
            ORDER BY given_at, recognition.id LIMIT {AT_ONCE}
            """,  # noqa: S608 - a number
            before=to_text(before),
        )
        await self._database.write(
            *(step for row in rows for step in _wordless(row["workspace"], row["id"], now)),
        )
        return len(rows) == AT_ONCE

    async def _forget_leavers(self, before: datetime, now: datetime) -> bool:
        """Some of those who left long enough ago; whether there may be more."""
        rows = await self._database.rows(
            f"""
            SELECT person.workspace, person.id FROM person WHERE {_LEFT}
            ORDER BY left_at, person.workspace, person.id LIMIT {AT_ONCE}
            """,  # noqa: S608 - a constant and a number
            before=to_text(before),
        )
        for row in rows:
            await self._database.write(*_pseudonymous(row["workspace"], row["id"], before, now))
        return len(rows) == AT_ONCE


def _wordless(workspace: str, id_: str, now: datetime) -> tuple[Step, ...]:
    """A kudos without its words: by whom, for whom and for what remains, and so do the counts."""
    values = {"workspace": workspace, "id": id_}
    return (
        Step(
            "UPDATE recognition SET reason = '', revision = revision + 1 WHERE workspace = :workspace AND id = :id",
            values,
        ),
        Step("UPDATE history SET detail = '' WHERE workspace = :workspace AND recognition = :id", values),
        Step("UPDATE removal SET reason = '' WHERE workspace = :workspace AND recognition = :id", values),
        posts.changed(workspace, id_, now, late=False),
    )


def _pseudonymous(workspace: str, person: str, before: datetime, now: datetime) -> tuple[Step, ...]:
    """Somebody without a name: what is left of them is the platform's id.

    Others come first in turn: whoever is back by then, or is held, stays who they are.
    """
    values = {"workspace": workspace, "person": person}
    return (
        Step(
            f"""
            UPDATE person SET
                name = :name, email = '', address = '', colleague = '', direct = '', forgotten = 1,
                revision = {NEXT_REVISION}
            WHERE workspace = :workspace AND id = :person AND {_LEFT}
            """,  # noqa: S608 - constants
            {**values, "name": FORMER, "before": to_text(before)},
            gate=True,
        ),
        runs.known_otherwise(workspace, person),
        posts.concerned(workspace, person, now),
        *(
            Step(f"DELETE FROM {table} WHERE workspace = :workspace AND person = :person", values)  # noqa: S608
            for table in ("held_address", "membership", "teams_person")
        ),
        # Who may see what they were thanked for is kept as long as that is: else others saw it after all.
        Step("DELETE FROM setting WHERE workspace = :workspace AND subject = :person AND name <> 'visibility'", values),
    )
