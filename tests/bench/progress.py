"""How far a long run is, on standard error: a line now and then, never more than a few hundred."""

import sys
import time
from typing import Final

EVERY_S: Final = 15.0


class Progress:
    def __init__(self, name: str, whole: float, unit: str) -> None:
        self._name, self._whole, self._unit = name, whole, unit
        self._began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def at(self, done: float, more: str = "") -> None:
        """So much is done; say so if nothing was said lately."""
        if time.monotonic() - self._told < EVERY_S:
            return
        self._told = time.monotonic()
        sys.stderr.write(f"{self._name}: {min(done, self._whole):,.0f} of {self._whole:,.0f} {self._unit}; {more}\n")
