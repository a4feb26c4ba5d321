"""What was done a moment ago, so that it need not be done again. In the memory of one process, and not for long."""

import asyncio
from collections.abc import Hashable
from typing import Final

KEPT_S: Final = 60.0  #: others write to the same database, and may take it back
KEPT_MOST: Final = 10_000


class Lately:
    def __init__(self, *, kept_s: float = KEPT_S, most: int = KEPT_MOST) -> None:
        self._kept_s = kept_s
        self._most = most
        self._until: dict[Hashable, float] = {}  # by the loop's clock

    def __contains__(self, key: Hashable) -> bool:
        return self._until.get(key, 0.0) > asyncio.get_running_loop().time()

    def add(self, key: Hashable) -> None:
        """It is done now."""
        if len(self._until) >= self._most:
            self._until.clear()
        self._until[key] = asyncio.get_running_loop().time() + self._kept_s

    def clear(self) -> None:
        """Nothing of it holds any more."""
        self._until.clear()
