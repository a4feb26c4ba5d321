"""The states of installations that have begun: whoever comes back from Slack shows theirs, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.database import Database, Step
from bot.model import derived_id, to_text

STATE_S: Final = 600  #: from the beginning of an installation to its end


class States:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def issue(self, state: str) -> None:
        """Remember one: for one use, within ten minutes."""
        now = self._clock()
        await self._database.write(
            Step("DELETE FROM oauth_state WHERE expires_at < :now", {"now": to_text(now)}),
            Step(
                "INSERT INTO oauth_state (id, expires_at) VALUES (:id, :expires_at)",
                {"id": _hashed(state), "expires_at": to_text(now + timedelta(seconds=STATE_S))},
            ),
        )

    async def consume(self, state: str) -> bool:
        """Whether `state` is one of ours, in time, and used for the first time."""
        changed = await self._database.write(
            Step(
                "DELETE FROM oauth_state WHERE id = :id AND expires_at >= :now",
                {"id": _hashed(state), "now": to_text(self._clock())},
            )
        )
        return changed[0] > 0


def _hashed(state: str) -> str:
    return derived_id("oauth state", state)
