"""A database that remembers that something could not be written, as on a full disk, until it is shown that it can."""

from collections.abc import Awaitable, Callable

from bot.database import Database, Row, Step
from bot.errors import DatabaseError


class Watched:
    def __init__(self, database: Database) -> None:
        self._inner = database
        self._failing = False

    @property
    def alone(self) -> tuple[Step, ...]:
        return self._inner.alone

    def kept(self, *tables: str) -> tuple[Step, ...]:
        return self._inner.kept(*tables)

    async def rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._inner.rows(sql, **values)

    async def long_rows(self, sql: str, /, **values: object) -> list[Row]:
        return await self._inner.long_rows(sql, **values)

    async def write(self, *steps: Step) -> list[int]:
        try:
            return await self._inner.write(*steps)
        except DatabaseError:
            self._failing = True
            raise

    async def close(self) -> None:
        await self._inner.close()

    async def show(self, try_writing: Callable[[], Awaitable[None]]) -> None:
        """Try it, if anything has failed. What goes well by itself shows nothing: small things may still find room.

        Raises:
            DatabaseError: it still fails.
        """
        if self._failing:
            await try_writing()
            self._failing = False
