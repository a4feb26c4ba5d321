"""What people asked in vain, what they picked from a menu, and what was stopped, counted: no person, no place, no time
of day."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from bot.database import Database, Step
from bot.questions import Counted, Outcome, key, normalised

_AGAIN: Final = """
ON CONFLICT (workspace, id, outcome, entry) DO UPDATE SET times = question.times + 1, last_day = excluded.last_day
"""


#: A colleague's name as words between spaces.
_PARTS: Final = "' ' || replace(replace(replace(lower(name), '-', ' '), '''', ''), '’', '') || ' '"


class Tally:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def questions(self) -> list[Counted]:
        """Everything that is counted, of all workspaces: for the operator."""
        rows = await self._database.rows("SELECT * FROM question")
        return [
            Counted(
                workspace=row["workspace"],
                text=row["text"],
                outcome=row["outcome"],
                entry=row["entry"],
                times=row["times"],
                first=date.fromisoformat(row["first_day"]),
                last=date.fromisoformat(row["last_day"]),
            )
            for row in rows
        ]

    async def guarded(self, workspace: str) -> dict[tuple[str, str], int]:
        """How often words were stopped there, by kind and what became of it."""
        rows = await self._database.rows(
            """
            SELECT kind, became, CAST(SUM(times) AS INTEGER) AS times FROM guarded WHERE workspace = :workspace
            GROUP BY kind, became ORDER BY kind, became
            """,
            workspace=workspace,
        )
        return {(row["kind"], row["became"]): row["times"] for row in rows}

    async def forget_questions(self, before: date) -> None:
        """Forget what was last asked before that day."""
        await self._database.write(
            Step("DELETE FROM question WHERE last_day < :before", {"before": before.isoformat()})
        )


def asked(workspace: str, text: str, outcome: Outcome, day: date, names: Iterable[str] = ()) -> Step:
    """Count a question, unless a colleague's full name is in it.

    Args:
        names: words of it that any part of a colleague's name keeps from being counted, too.
    """
    patterns = {f"name{number}": f"% {_like(name)} %" for number, name in enumerate(names)}
    called = "".join(f" OR parts LIKE :{name}" for name in patterns)
    return Step(
        f"""
        INSERT INTO question (workspace, id, text, outcome, entry, times, first_day, last_day)
        SELECT :workspace, :id, :text, :outcome, '', 1, :day, :day
        WHERE NOT EXISTS (
            WITH called AS MATERIALIZED (
                SELECT lower(name) AS name, {_PARTS} AS parts FROM person WHERE workspace = :workspace AND kind <> 'bot'
            )
            SELECT 1 FROM called WHERE (name LIKE '% %' AND :text LIKE '%' || name || '%'){called}
        )
        {_AGAIN}
        """,  # noqa: S608 - constants and names of parameters
        {
            **patterns,
            "workspace": workspace,
            "id": key(workspace, text),
            "text": normalised(text),
            "outcome": outcome,
            "day": day.isoformat(),
        },
    )


def _like(name: str) -> str:
    """`name` as a pattern; databases know small and capital letters in ASCII only."""
    return "".join(letter if letter.isascii() else "_" for letter in name)


def picked(workspace: str, question: str, entry: str, day: date) -> Step:
    """Count what was picked from the menu for a question, or with `""` that it was none of these.

    Args:
        question: its key; of one that is not counted nothing is noted.
    """
    return Step(
        f"""
        INSERT INTO question (workspace, id, text, outcome, entry, times, first_day, last_day)
        SELECT workspace, id, text, :outcome, :entry, 1, :day, :day FROM question
        WHERE workspace = :workspace AND id = :id LIMIT 1
        {_AGAIN}
        """,  # noqa: S608 - a constant
        {
            "workspace": workspace,
            "id": question,
            "outcome": "menu" if entry else "none",
            "entry": entry,
            "day": day.isoformat(),
        },
    )


def guarded(workspace: str, kinds: Iterable[str], became: str, day: date) -> list[Step]:
    """Count words that were stopped: once for each kind that was found in them.

    Args:
        became: "stopped", or what their giver chose then.
    """
    return [
        Step(
            """
            INSERT INTO guarded (workspace, kind, became, day, times) VALUES (:workspace, :kind, :became, :day, 1)
            ON CONFLICT (workspace, kind, became, day) DO UPDATE SET times = guarded.times + 1
            """,
            {"workspace": workspace, "kind": kind, "became": became, "day": day.isoformat()},
        )
        for kind in kinds
    ]
