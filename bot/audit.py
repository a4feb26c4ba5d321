"""The audit log: who did what to what, and from where. Rows are added in the transaction of what they tell of.

They are chained a moment later, by whichever process is first, one workspace after the other. Nothing is ever deleted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.chain import Entry, Head, Link, chained, checked, ended
from bot.database import Database, Row, Step
from bot.model import derived_id, to_text

AT_ONCE: Final = 200  #: rows chained in one transaction
PAGE: Final = 1000  #: rows looked at together

_COLUMNS: Final = (
    "audit.id, audit.workspace, audit.actor, audit.act, audit.subject, audit.detail, audit.origin, audit.at"
)
_UNLINKED: Final = "NOT EXISTS (SELECT 1 FROM audit_link WHERE audit_link.audit = audit.id)"

log = structlog.get_logger()


def noted(
    workspace: str, actor: str, act: str, subject: str = "", detail: str = "", *, origin: str, now: datetime, key: str
) -> Step:
    """A step that notes an act once for each `key`.

    Args:
        actor: the person who did it; "" for Kudos itself. At the command line, who types it as far as is known.
        act: such as "role granted"; `subject`: the id of whom or what it was done to; `detail`: never words of a kudos.
        origin: where it was done: "slack", "teams", "playground" or "command line".
    """
    return Step(
        """
        INSERT INTO audit (id, workspace, actor, act, subject, detail, origin, at)
        VALUES (:id, :workspace, :actor, :act, :subject, :detail, :origin, :at) ON CONFLICT DO NOTHING
        """,
        {
            "id": derived_id("audit", workspace, act, key),
            "workspace": workspace,
            "actor": actor,
            "act": act,
            "subject": subject,
            "detail": detail,
            "origin": origin,
            "at": to_text(now),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found in the log of a workspace."""

    workspace: str
    head: Head
    flaws: tuple[str, ...]  #: each a sentence; none if it is whole


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def workspaces(self) -> list[str]:
        """Those of which there is, or was, a log; "" for Kudos as a whole."""
        rows = await self._database.long_rows(
            "SELECT workspace FROM audit UNION SELECT workspace FROM audit_link UNION SELECT workspace FROM audit_head"
        )
        return sorted(row["workspace"] for row in rows)

    async def chain(self) -> bool:
        """Chain what is not chained yet. Whoever posts something has nothing new by that."""
        rows = await self._database.long_rows(f"SELECT DISTINCT workspace FROM audit WHERE {_UNLINKED}")  # noqa: S608
        for row in rows:
            while await self._chain(row["workspace"]):
                pass
        return False

    async def _chain(self, workspace: str) -> bool:
        """Chain the oldest rows; whether that was tried. Another process may be doing the same: one of them does."""
        head = await self._end(workspace)
        rows = await self._database.rows(
            f"""
            SELECT {_COLUMNS} FROM audit WHERE workspace = :workspace AND {_UNLINKED}
            ORDER BY at, id LIMIT {AT_ONCE}
            """,  # noqa: S608 - constants
            workspace=workspace,
        )
        if not rows:
            return False
        links = chained(head, (Entry(**row) for row in rows))
        changed = await self._database.write(*(_linking(workspace, each) for each in links), _heading(workspace, links))
        if len(changed) > len(links):
            # What a log tells of an end of a chain is out of reach of whoever can change the chain.
            log.info("audit_chained", workspace=workspace, position=links[-1].position, hash=links[-1].hash)
        return True

    async def _end(self, workspace: str) -> Head:
        """Where the chain ends; as it was noted, should its last links be gone: they stay missing for everybody."""
        rows = await self._database.rows(
            """
            SELECT position, hash FROM audit_head WHERE workspace = :workspace
            UNION ALL
            SELECT position, hash FROM (
                SELECT position, hash FROM audit_link WHERE workspace = :workspace ORDER BY position DESC LIMIT 1
            ) AS last
            ORDER BY position DESC LIMIT 1
            """,
            workspace=workspace,
        )
        return Head(**rows[0]) if rows else Head()

    async def latest(self, workspace: str, *, most: int) -> list[Entry]:
        """What was done last, latest first."""
        rows = await self._database.long_rows(
            f"SELECT {_COLUMNS} FROM audit WHERE workspace = :workspace ORDER BY at DESC, id LIMIT :most",  # noqa: S608
            workspace=workspace,
            most=most,
        )
        return [Entry(**row) for row in rows]

    async def verify(self, workspace: str) -> Verified:
        """Whether the log of a workspace is whole: each row as it was written, none missing, none added."""
        head, flaws = Head(), list[str]()
        while links := await self._links(workspace, head.position):
            head, found = checked(head, links)
            flaws += found
        rows = await self._database.rows(
            "SELECT position, hash FROM audit_head WHERE workspace = :workspace", workspace=workspace
        )
        noted = Head(**rows[0]) if rows else Head()
        return Verified(workspace=workspace, head=head, flaws=(*flaws, *ended(head, noted)))

    async def agrees(self, workspace: str, noted: Head) -> bool:
        """Whether the chain still holds what was noted as its end."""
        rows = await self._database.rows(
            "SELECT hash FROM audit_link WHERE workspace = :workspace AND position = :position",
            workspace=workspace,
            position=noted.position,
        )
        return [row["hash"] for row in rows] == [noted.hash]

    async def _links(self, workspace: str, after: int) -> list[Link]:
        rows = await self._database.long_rows(
            f"""
            SELECT audit_link.position, audit_link.audit AS link, audit_link.hash, {_COLUMNS} FROM audit_link
            LEFT JOIN audit ON audit.id = audit_link.audit AND audit.workspace = audit_link.workspace
            WHERE audit_link.workspace = :workspace AND audit_link.position > :after
            ORDER BY audit_link.position LIMIT {PAGE}
            """,  # noqa: S608 - constants
            workspace=workspace,
            after=after,
        )
        return [_link_from(row) for row in rows]


def _link_from(row: Row) -> Link:
    rest = {name: value for name, value in row.items() if name not in ("position", "link", "hash")}
    entry = Entry(**rest) if row["id"] is not None else None
    return Link(position=row["position"], audit=row["link"], hash=row["hash"], entry=entry)


def _linking(workspace: str, link: Link) -> Step:
    return Step(
        """
        INSERT INTO audit_link (workspace, position, audit, hash) VALUES (:workspace, :position, :audit, :hash)
        ON CONFLICT DO NOTHING
        """,
        {"workspace": workspace, "position": link.position, "audit": link.audit, "hash": link.hash},
        gate=True,
    )


def _heading(workspace: str, links: list[Link]) -> Step:
    return Step(
        """
        INSERT INTO audit_head (workspace, position, hash) VALUES (:workspace, :position, :hash)
        ON CONFLICT (workspace) DO UPDATE SET position = excluded.position, hash = excluded.hash
        WHERE audit_head.position < excluded.position
        """,
        {"workspace": workspace, "position": links[-1].position, "hash": links[-1].hash},
    )
