"""The audit log: who did what to what, and from where. Rows are added in the transaction of what they tell of."""

from datetime import datetime

from bot.database import Step
from bot.model import derived_id, to_text


def noted(
    workspace: str, actor: str, act: str, subject: str = "", detail: str = "", *, origin: str, now: datetime, key: str
) -> Step:
    """A step that notes an act once for each `key`.

    Args:
        actor: the person who did it; "" for Kudos itself or whoever runs a command.
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
