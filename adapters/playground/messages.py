"""What a chat platform would keep for us: messages, reactions, open forms, and what everybody has seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.playground import packing
from adapters.playground.workspace import KUDOS, with_kudos
from bot.cards import Card, Form
from bot.database import Database, Row, Step
from bot.model import to_text, to_time

SHOWN_MOST: Final = 200  #: messages of a place on one page, the latest

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS playground_message (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        place TEXT NOT NULL,
        author TEXT NOT NULL,
        text TEXT NOT NULL,
        card TEXT NOT NULL,
        only_for TEXT NOT NULL,
        below INTEGER NOT NULL,
        key TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS playground_message_place ON playground_message (place, seq)",
    """
    CREATE TABLE IF NOT EXISTS playground_reaction (
        message INTEGER NOT NULL,
        person TEXT NOT NULL,
        name TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (message, person, name)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS playground_form (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        person TEXT NOT NULL,
        below INTEGER NOT NULL,
        form TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS playground_seen (
        person TEXT NOT NULL,
        place TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (person, place)
    )
    """,
    "CREATE TABLE IF NOT EXISTS playground_change (name TEXT PRIMARY KEY, number INTEGER NOT NULL)",
    "INSERT INTO playground_change (name, number) VALUES ('changes', 0), ('ahead', 0) ON CONFLICT DO NOTHING",
)

_CHANGED: Final = Step("UPDATE playground_change SET number = number + 1 WHERE name = 'changes'", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message as it stands."""

    id: str  #: "m" and its number
    place: str
    author: str
    text: str = ""
    card: Card | None = None
    only_for: str = ""  #: the one person who sees it; "" for everybody in the place
    below: str = ""  #: the message that it belongs under; "" for the end
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A form that somebody has open."""

    id: str  #: "f" and its number
    form: Form
    below: str  #: the message whose button opened it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    message: str
    person: str
    name: str  #: the emoji itself


def number(id_: str) -> int:
    """The number in a message's or a form's id; 0 for anything else."""
    digits = id_[1:19]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


class Messages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Make the tables, where they are missing."""
        await self._database.write(*(Step(table, {}) for table in _TABLES))

    async def changes(self) -> int:
        """A number that grows with everything that could change a page."""
        return await self._number("changes")

    async def ahead_s(self) -> int:
        """How much further on the playground's clock is than this machine's, in seconds."""
        return await self._number("ahead")

    async def move_ahead(self, ahead_s: int) -> None:
        await self._write(Step("UPDATE playground_change SET number = :ahead WHERE name = 'ahead'", {"ahead": ahead_s}))

    async def latest(self) -> datetime | None:
        """When the last message was posted."""
        rows = await self._database.rows("SELECT MAX(at) AS at FROM playground_message")
        return to_time(rows[0]["at"]) if rows[0]["at"] else None

    async def _number(self, name: str) -> int:
        rows = await self._database.rows("SELECT number FROM playground_change WHERE name = :name", name=name)
        return int(rows[0]["number"])

    async def post(
        self,
        *,
        place: str,
        author: str,
        key: str,
        at: datetime,
        text: str = "",
        card: Card | None = None,
        only_for: str = "",
        below: str = "",
    ) -> str:
        """Put up a message and return its id; the same `key` again is the same message."""
        await self._write(
            Step(
                """
                INSERT INTO playground_message (place, author, text, card, only_for, below, key, at)
                VALUES (:place, :author, :text, :card, :only_for, :below, :key, :at) ON CONFLICT DO NOTHING
                """,
                {
                    "place": place,
                    "author": author,
                    "text": text,
                    "card": packing.packed(card) if card else "",
                    "only_for": only_for,
                    "below": number(below),
                    "key": key,
                    "at": to_text(at),
                },
            )
        )
        return await self.with_key(key) or ""

    async def mend(self, id_: str, card: Card) -> bool:
        """Replace what a message shows; False if there is no such message."""
        step = Step(
            "UPDATE playground_message SET card = :card WHERE seq = :seq",
            {"card": packing.packed(card), "seq": number(id_)},
        )
        return (await self._write(step))[0] > 0

    async def dismiss(self, id_: str, person: str) -> None:
        """Take away a private note."""
        await self._write(
            Step(
                "DELETE FROM playground_message WHERE seq = :seq AND only_for = :person",
                {"seq": number(id_), "person": person},
            )
        )

    async def with_key(self, key: str) -> str | None:
        rows = await self._database.rows("SELECT seq FROM playground_message WHERE key = :key", key=key)
        return f"m{rows[0]['seq']}" if rows else None

    async def message(self, id_: str) -> Posted | None:
        rows = await self._database.rows("SELECT * FROM playground_message WHERE seq = :seq", seq=number(id_))
        return _posted(rows[0]) if rows else None

    async def shown(self, place: str, person: str) -> list[Posted]:
        """The latest messages of a place that `person` sees, in reading order: notes stand where they belong."""
        rows = await self._database.rows(
            f"""
            SELECT * FROM (
                SELECT * FROM playground_message
                WHERE place = :place AND only_for IN ('', :person) ORDER BY seq DESC LIMIT {SHOWN_MOST}
            ) ORDER BY CASE WHEN below = 0 THEN seq ELSE below END, seq
            """,  # noqa: S608 - a number
            place=place,
            person=person,
        )
        return [_posted(row) for row in rows]

    async def reactions(self, messages: Iterable[str]) -> list[Reaction]:
        """What stands on these messages, in the order it was put there."""
        wanted = {number(id_) for id_ in messages}
        if not wanted:
            return []
        rows = await self._database.rows(
            "SELECT * FROM playground_reaction WHERE message BETWEEN :least AND :most ORDER BY at, person",
            least=min(wanted),
            most=max(wanted),
        )
        return [
            Reaction(message=f"m{row['message']}", person=row["person"], name=row["name"])
            for row in rows
            if row["message"] in wanted
        ]

    async def react(self, reaction: Reaction, at: datetime, *, standing: bool) -> None:
        """Put an emoji on a message, or take it off."""
        values = {"message": number(reaction.message), "person": reaction.person, "name": reaction.name}
        await self._write(
            Step(
                """
                INSERT INTO playground_reaction (message, person, name, at)
                VALUES (:message, :person, :name, :at) ON CONFLICT DO NOTHING
                """,
                {**values, "at": to_text(at)},
            )
            if standing
            else Step(
                "DELETE FROM playground_reaction WHERE message = :message AND person = :person AND name = :name",
                values,
            )
        )

    async def open_form(self, form: Form, person: str, *, below: str, key: str) -> str:
        """Keep an opened form and return its id; the same `key` again is the same form."""
        await self._write(
            Step(
                """
                INSERT INTO playground_form (person, below, form, key) VALUES (:person, :below, :form, :key)
                ON CONFLICT DO NOTHING
                """,
                {"person": person, "below": number(below), "form": packing.packed(form), "key": key},
            )
        )
        rows = await self._database.rows("SELECT seq FROM playground_form WHERE key = :key", key=key)
        return f"f{rows[0]['seq']}"

    async def keep_form(self, id_: str, form: Form) -> None:
        await self._write(
            Step(
                "UPDATE playground_form SET form = :form WHERE seq = :seq",
                {"form": packing.packed(form), "seq": number(id_)},
            )
        )

    async def close_form(self, id_: str) -> None:
        await self._write(Step("DELETE FROM playground_form WHERE seq = :seq", {"seq": number(id_)}))

    async def form(self, id_: str, person: str) -> Opened | None:
        """The form that `person` has open under this id."""
        rows = await self._database.rows(
            "SELECT * FROM playground_form WHERE seq = :seq AND person = :person", seq=number(id_), person=person
        )
        if not rows:
            return None
        below = rows[0]["below"]
        return Opened(id=f"f{rows[0]['seq']}", form=packing.form(rows[0]["form"]), below=f"m{below}" if below else "")

    async def unread(self, person: str) -> dict[str, int]:
        """New messages by others, by place; in their conversation with Kudos those of everybody."""
        rows = await self._database.rows(
            """
            SELECT message.place AS place, COUNT(*) AS new FROM playground_message AS message
            LEFT JOIN playground_seen AS seen ON seen.place = message.place
                AND (seen.person = :person OR message.place = :kudos || '-' || seen.person)
            WHERE message.only_for = '' AND message.author <> :person AND message.seq > COALESCE(seen.seq, 0)
            GROUP BY message.place
            """,
            person=person,
            kudos=KUDOS,
        )
        return {row["place"]: row["new"] for row in rows}

    async def see(self, person: str, place: str, latest: str) -> None:
        """`person` has seen everything in `place` up to `latest`."""
        seen = await self._database.rows(
            "SELECT seq FROM playground_seen WHERE person = :person AND place = :place", person=person, place=place
        )
        if not seen or seen[0]["seq"] < number(latest):
            await self._database.write(_saw(person, place, number(latest)))

    async def see_everything(self, people: Sequence[str], *, but_one: str) -> None:
        """Everybody has read everything, except that the latest message from Kudos is still new to `but_one`."""
        rows = await self._database.rows("SELECT place, MAX(seq) AS seq FROM playground_message GROUP BY place")
        steps = [
            _saw(person, row["place"], row["seq"] - (row["place"] == with_kudos(but_one)))
            for row in rows
            for person in people
            if not row["place"].startswith(f"{KUDOS}-") or row["place"] == with_kudos(person)
        ]
        await self._database.write(*steps)

    async def _write(self, step: Step) -> list[int]:
        return await self._database.write(step, _CHANGED)


def _saw(person: str, place: str, seq: int) -> Step:
    return Step(
        """
        INSERT INTO playground_seen (person, place, seq) VALUES (:person, :place, :seq)
        ON CONFLICT (person, place) DO UPDATE SET seq = excluded.seq
        """,
        {"person": person, "place": place, "seq": seq},
    )


def _posted(row: Row) -> Posted:
    return Posted(
        id=f"m{row['seq']}",
        place=row["place"],
        author=row["author"],
        text=row["text"],
        card=packing.card(row["card"]) if row["card"] else None,
        only_for=row["only_for"],
        below=f"m{row['below']}" if row["below"] else "",
        at=to_time(row["at"]),
    )
