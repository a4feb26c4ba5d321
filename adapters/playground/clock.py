"""The playground's own time: that of this machine, as much further on as somebody has moved it. It never goes back."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._ahead = timedelta()
        self._latest = real()

    def __call__(self) -> datetime:
        self._latest = max(self._latest, self._real() + self._ahead)
        return self._latest

    def reach(self, moment: datetime) -> None:
        """It is `moment` now, unless it is later already."""
        self._ahead = max(self._ahead, moment - self._real())

    @property
    def ahead_s(self) -> float:
        """How much further on than this machine's time."""
        return self._ahead.total_seconds()

    def take_up(self, ahead_s: float, latest: datetime) -> None:
        """Go on from where it was left.

        Args:
            latest: the time of the last thing that happened.
        """
        self._ahead = timedelta(seconds=ahead_s)
        self._latest = max(self._latest, latest)
